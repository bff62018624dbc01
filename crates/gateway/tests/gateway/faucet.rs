//! What a sandbox gives to whoever asks, and how operators want the pages to look.

use crate::documents::{described, parsed};
use crate::visitor::{Visitor, headers_of};
use crate::world::{ALICE, World};
use gateway::brand::Brand;
use gateway::description::openapi;
use gateway::rest::faucet::Faucet;
use gateway::site::Site;
use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, ChainId, Reference};
use model::number::Amount;
use serde_json::Value;

fn faucet() -> Faucet {
    let gift = |account: AccountId| {
        vec![Command::CreditDeposit(Deposit {
            reference: Reference([9; 32]),
            chain: ChainId(1),
            account,
            asset: AssetId(1),
            amount: Amount::new(250_000_000).expect("small"),
        })]
    };
    Faucet::new(Box::new(gift))
}

async fn balances(world: &World) -> Value {
    let account = world.signed(ALICE, "GET", "/api/v3/account", "").await;
    account.json()["balances"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sandbox_gives_play_money_once_a_minute_and_nothing_else_does() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let headers = headers_of(&visitor.send("POST", "/dev/session?name=alice", "").await);
    let ask = async || {
        let mut client = world.client().await;
        client.send("POST", "/dev/faucet", &headers, "").await
    };
    assert_eq!(ask().await.status, 404, "there is none");
    world.gateway.give(faucet());
    let before = balances(&world).await;
    let answer = ask().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    described(
        &parsed(openapi::text()),
        "POST",
        "/dev/faucet",
        &answer.json(),
    );
    assert_ne!(balances(&world).await, before);
    let again = ask().await;
    assert_eq!(again.status, 429, "{}", again.body);
    assert!(again.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_brand_is_told_as_the_operator_set_it() {
    let world = World::start().await;
    let brand = Brand {
        name: "交易所".to_owned(),
        features: vec!["faucet".to_owned()],
        ..Brand::standard()
    };
    world.gateway.show_site(Site::unbuilt().branded(brand));
    let told = world.get("/v1/brand").await.json();
    described(&parsed(openapi::text()), "GET", "/v1/brand", &told);
    assert_eq!(told["name"], "交易所");
    assert_eq!(told["features"], serde_json::json!(["faucet"]));
    assert_eq!(told["dark"]["accent"], Value::Null);
}
