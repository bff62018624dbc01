//! What came in and what moved is told to the first row, however many came after it.

use futures_util::stream::{self, StreamExt};
use gateway::clock;
use model::account::Wallet;
use model::command::{Action, ClientHeader, Command, Deposit, Transfer};
use model::id::{AccountId, AssetId, ChainId, Reference};
use model::number::Amount;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};
use serde_json::Value;

use crate::world::{ALICE, BOB, Setting, World};

/// More than were looked through when there was a bound.
const MANY: u32 = 10_050;
const DEPOSITS: &str = "/sapi/v1/capital/deposit/hisrec";
const TRANSFERS: &str = "/sapi/v1/asset/transfer";
/// What an account of the tests begins with.
const FIRST: usize = 2;

/// Sends commands, some at a time; none may be refused.
async fn send(world: &World, commands: impl Iterator<Item = Command>) {
    let sent = stream::iter(commands).map(|command| world.command(command));
    sent.buffered(64).collect::<Vec<()>>().await;
}

fn named(number: u32) -> Reference {
    let mut reference = [7; 32];
    reference[..4].copy_from_slice(&number.to_be_bytes());
    Reference(reference)
}

fn amount(number: u32) -> Amount {
    Amount::new(i128::from(number)).expect("legal")
}

fn amounts(rows: &Value) -> Vec<u32> {
    let rows = rows.as_array().expect("rows").iter();
    let units = rows.map(|row| {
        let text = row["amount"].as_str().expect("an amount");
        u32::try_from(wire::decimal::parse(text).expect("a decimal")).unwrap_or(u32::MAX)
    });
    units.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deposits_are_counted_off_to_the_first_of_very_many() {
    let world = World::start_with(Setting {
        ahead_nanos: -NANOS_PER_DAY - 3_600 * NANOS_PER_SECOND,
        ..Setting::STANDARD
    })
    .await;
    let deposits = (1..=MANY).map(|number| {
        Command::CreditDeposit(Deposit {
            reference: named(number),
            chain: ChainId(0),
            account: AccountId(1),
            asset: AssetId(0),
            amount: amount(number),
        })
    });
    send(&world, deposits).await;
    let ask = async |query: &str| {
        let answer = world.signed(ALICE, "GET", DEPOSITS, query).await;
        assert_eq!(answer.status, 200, "{query} {}", answer.body);
        answer.json()
    };
    let check = async |query: &str, expected: Vec<u32>| {
        let mut found = amounts(&ask(query).await);
        found.retain(|amount| *amount != u32::MAX && *amount <= MANY);
        assert_eq!(found, expected, "{query}");
    };
    // What the views keep, then what the history has with them, then what it has alone.
    for _ in 0..2 {
        check("limit=3", vec![MANY, MANY - 1, MANY - 2]).await;
        let all: Vec<u32> = (1..=50).rev().collect();
        check("offset=10000", all.clone()).await;
        check("offset=10000&coin=BTC&status=1", all).await;
        check("offset=10048&limit=1", vec![2]).await;
        check("status=2", vec![]).await;
        check("status=0&offset=5", vec![]).await;
        world.fold_history().await;
        world.catch_up_with_time().await;
        // Each command lets go of a few.
        send(&world, (0..100).map(|_| Command::Tick)).await;
        world.fold_history().await;
    }
    let kept = world.gateway.hub().views().deposits(AccountId(1)).len();
    assert!(kept <= MANY as usize - 50, "{kept} are kept");
    let rest = ask("offset=10049").await;
    assert_eq!(rest.as_array().map(Vec::len), Some(1 + FIRST), "{rest}");
    let far = world.signed(ALICE, "GET", DEPOSITS, "offset=100001").await;
    assert_eq!(far.error().1, -1130, "{}", far.body);
    // The end of a page is where the next may begin, too.
    let row = &ask("offset=9999&limit=1").await[0];
    let earlier = ask(&format!("endTime={}&limit=1000", row["insertTime"])).await;
    assert!(amounts(&earlier).contains(&51), "{earlier}");
    // By its name a deposit is found without those before it.
    let name = format!(
        "txId={}",
        ask("offset=10049&limit=1").await[0]["txId"]
            .as_str()
            .expect("a name")
    );
    check(&name, vec![1]).await;
    let others = world.signed(BOB, "GET", DEPOSITS, &name).await;
    assert_eq!(others.body, "[]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transfers_between_wallets_are_counted_off_to_the_first_of_very_many() {
    let world = World::start().await;
    let transfers = (1..=MANY).map(|number| {
        let transfer = Transfer {
            reference: named(number),
            from: Wallet::Spot,
            to_account: AccountId(1),
            to: Wallet::Futures,
            asset: AssetId(0),
            amount: amount(number),
        };
        let header = ClientHeader {
            account: AccountId(1),
            key: world.logins[ALICE].key,
            valid_until: Timestamp::MAX,
            idempotency: None,
        };
        let action = Action::Transfer(transfer);
        Command::Client { header, action }
    });
    send(&world, transfers).await;
    world.fold_history().await;
    let now = clock::now().millis();
    for (query, expected) in [
        ("".to_owned(), (MANY - 9..=MANY).rev().collect::<Vec<u32>>()),
        ("&size=100&current=101".to_owned(), (1..=50).rev().collect()),
        (
            format!("&size=3&current=3350&endTime={now}"),
            (1..=3).rev().collect(),
        ),
        ("&size=100&current=102".to_owned(), vec![]),
    ] {
        let query = format!("type=MAIN_UMFUTURE{query}");
        let answer = world.signed(ALICE, "GET", TRANSFERS, &query).await;
        assert_eq!(answer.status, 200, "{query} {}", answer.body);
        let answer = answer.json();
        assert_eq!(answer["total"], MANY, "{query}");
        assert_eq!(amounts(&answer["rows"]), expected, "{query}");
    }
    for (query, code) in [
        ("size=100&current=1002", -1130),
        ("current=9223372036854775807", -1130),
        ("startTime=0&endTime=7776000001", -4047),
    ] {
        let query = format!("type=MAIN_UMFUTURE&{query}");
        let refused = world.signed(ALICE, "GET", TRANSFERS, &query).await;
        assert_eq!(refused.error().1, code, "{query} {}", refused.body);
    }
}
