//! What a sandbox gives to whoever asks, and how operators want the pages to look.

use crate::client::Answer;
use crate::documents::{described, parsed};
use crate::visitor::{Visitor, headers_of};
use crate::world::{ALICE, BOB, World};
use gateway::algo::work;
use gateway::brand::Brand;
use gateway::description::openapi;
use gateway::rest::faucet::Faucet;
use gateway::site::Site;
use identity::algo::AlgoId;
use model::command::{Action, ClientHeader, Command, Deposit, Withdrawal};
use model::id::{AccountId, AssetId, ChainId, Reference};
use model::number::Amount;
use model::proof::Proof;
use model::snapshot::WithdrawalStatus;
use model::time::Timestamp;
use serde_json::Value;
use views::funding::WithdrawalView;

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

async fn reset(world: &World, headers: &str) -> Answer {
    let mut client = world.client().await;
    client.send("POST", "/dev/reset", headers, "").await
}

/// What is available and held of each asset that there is something of, as its name and both.
async fn worth(world: &World) -> Vec<(String, String, String)> {
    let rows = balances(world).await;
    let text = |row: &Value, name: &str| row[name].as_str().expect("text").to_owned();
    let rows = rows.as_array().expect("rows").iter();
    rows.map(|row| (text(row, "asset"), text(row, "free"), text(row, "locked")))
        .filter(|(_, free, locked)| {
            [free, locked]
                .iter()
                .any(|sum| sum.contains(|it| ('1'..='9').contains(&it)))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sandbox_account_is_taken_back_to_its_beginning_whatever_is_on_its_way() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let headers = headers_of(&visitor.send("POST", "/dev/session?name=alice", "").await);
    assert_eq!(reset(&world, &headers).await.status, 404, "there is none");
    world.gateway.give(faucet().unlimited());
    world.limit(ALICE, "SELL", "0.01", "70000").await;
    let pair = "symbol=BTCUSDT&side=SELL&quantity=0.01&price=80000&stopPrice=20000";
    let pair = world.signed(ALICE, "POST", "/api/v3/order/oco", pair).await;
    assert_eq!(pair.status, 200, "{}", pair.body);
    // Left by a reset that a stop has cut off.
    let mut name = [0; 32];
    name[..5].copy_from_slice(b"reset");
    let left = hold(&world, Reference(name));
    world.command(left).await;

    let limit = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=20000";
    let place = async || world.signed(ALICE, "POST", "/api/v3/order", limit).await;
    let placing = async {
        for _ in 0..50 {
            place().await;
        }
    };
    let (answer, ()) = tokio::join!(reset(&world, &headers), placing);
    assert_eq!(answer.status, 200, "{}", answer.body);
    described(
        &parsed(openapi::text()),
        "POST",
        "/dev/reset",
        &answer.json(),
    );
    let total = |(asset, free, locked): &(String, String, String)| {
        let units = |text: &str| {
            text.replace('.', "")
                .parse::<u64>()
                .expect("eight decimals")
        };
        (asset.clone(), units(free) + units(locked))
    };
    let all: Vec<_> = worth(&world).await.iter().map(total).collect();
    assert_eq!(all, [("USDT".to_owned(), 250_000_000)]);
    let held = |view: &WithdrawalView| view.status == WithdrawalStatus::Held;
    let withdrawals = world.gateway.hub().views().withdrawals(AccountId(1));
    assert!(!withdrawals.iter().any(held), "{withdrawals:?}");

    let taken = answer.json()["taken"].as_array().expect("rows").clone();
    let assets: Vec<&Value> = taken.iter().map(|row| &row["asset"]).collect();
    assert_eq!(assets, ["BTC", "USDT"], "each asset once: {taken:?}");

    // With nobody else at it, nothing is open; and it can be done again.
    let again = reset(&world, &headers).await;
    assert_eq!(again.json()["taken"], again.json()["credits"]);
    let open = world.signed(ALICE, "GET", "/api/v3/openOrders", "").await;
    assert_eq!(open.json(), serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_over_time_and_the_reset_of_the_account_of_its_number_have_keys_of_their_own() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let headers = headers_of(&visitor.send("POST", "/dev/session?name=alice", "").await);
    world.gateway.give(faucet().unlimited());
    // Alice's account is the first, and so is the order of Bob.
    assert_eq!(reset(&world, &headers).await.status, 200);
    let path = "/sapi/v1/algo/spot/newOrderTwap";
    let wish = "symbol=BTCUSDT&side=SELL&quantity=1&duration=300";
    let placed = world.signed(BOB, "POST", path, wish).await;
    assert_eq!(placed.json()["algoId"], 1, "{}", placed.body);
    let order = world.gateway.identity().algo(AlgoId(1)).await;
    let begin = order.expect("read").expect("kept").wish.begins_at;
    work::go_on(&world.gateway, AlgoId(1), begin).await;
    let orders = "symbol=BTCUSDT";
    let slices = world.signed(BOB, "GET", "/api/v3/allOrders", orders).await;
    assert_ne!(slices.json(), serde_json::json!([]), "no slice was taken");
    let answer = reset(&world, &headers).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_payouts_are_held_nothing_is_reset() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let headers = headers_of(&visitor.send("POST", "/dev/session?name=alice", "").await);
    world.gateway.give(faucet());
    world.limit(ALICE, "SELL", "0.01", "70000").await;
    let before = balances(&world).await;
    let owner = world.gateway.hub().views().account(AccountId(1));
    let hold = Command::HoldPayouts {
        owner: owner.expect("alice").owner,
        until: Timestamp::MAX,
    };
    world.command(hold).await;
    let refused = reset(&world, &headers).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert_eq!(refused.json()["code"], -2010);
    assert_eq!(balances(&world).await, before);
    assert_eq!(reset(&world, &headers).await.status, 429, "once a minute");
    let open = world.signed(ALICE, "GET", "/api/v3/openOrders", "").await;
    assert_eq!(open.json().as_array().expect("orders").len(), 1);
}

fn hold(world: &World, reference: Reference) -> Command {
    let header = ClientHeader {
        account: AccountId(1),
        key: world.logins[ALICE].key,
        valid_until: Timestamp::MAX,
        idempotency: None,
    };
    let action = Action::HoldWithdrawal {
        withdrawal: Withdrawal {
            reference,
            chain: ChainId(0),
            asset: AssetId(0),
            amount: Amount::new(100).expect("small"),
            fee: Amount::ZERO,
        },
        proof: Some(Box::new(Proof::Nowhere)),
    };
    Command::Client { header, action }
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
