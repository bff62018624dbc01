//! What is older than the views is answered from the history, as it was before.

use model::account::Wallet;
use model::command::{Action, ClientHeader, Command, Transfer};
use model::id::{AccountId, AssetId, MarketId, OrderId, Reference, TradeId};
use model::number::Amount;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};
use serde_json::{Value, json};

use crate::socket::Socket;
use crate::world::{ALICE, BOB, Setting, World};

const HOUR_NANOS: i64 = 3_600 * NANOS_PER_SECOND;
const ORDER: &str = "/api/v3/order";
const ALL: &str = "/api/v3/allOrders";
const DEPOSITS: &str = "/sapi/v1/capital/deposit/hisrec";
const WITHDRAWALS: &str = "/sapi/v1/capital/withdraw/history";
const MINE: &str = "/api/v3/myTrades";

/// Returns an exchange whose clock is more than a day behind, after some trading.
async fn traded() -> World {
    let world = World::start_with(Setting {
        ahead_nanos: -NANOS_PER_DAY - HOUR_NANOS,
        ..Setting::STANDARD
    })
    .await;
    trade(&world).await;
    world
}

/// Orders of both: some filled, some cancelled, and one of alice's that stays open.
async fn trade(world: &World) {
    world.limit(ALICE, "BUY", "0.1", "50000").await;
    for price in ["60000", "60001", "60001"] {
        world.limit(ALICE, "SELL", "0.5", price).await;
    }
    world.limit(BOB, "BUY", "1.5", "60001").await;
    let named = "side=BUY&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=0.5&price=70000&trailingDelta=100&newClientOrderId=named";
    world.order(ALICE, named).await;
    let query = "symbol=BTCUSDT&origClientOrderId=named";
    let cancelled = world.signed(ALICE, "DELETE", ORDER, query).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    let rest = world.limit(ALICE, "SELL", "0.3", "59000").await;
    world.limit(BOB, "BUY", "0.3", "59000").await;
    let query = format!("symbol=BTCUSDT&orderId={rest}");
    let row = world.signed(ALICE, "GET", ORDER, &query).await.json();
    assert_eq!(row["status"], "FILLED");
}

/// Every way to ask for the past: whose, where and what.
fn questions() -> Vec<(usize, &'static str, String)> {
    let mut asked = Vec::new();
    for (who, orders) in [(ALICE, 1..=7), (BOB, 5..=8)] {
        for order in orders {
            asked.push((who, ORDER, format!("orderId={order}")));
            asked.push((who, MINE, format!("orderId={order}")));
        }
        for query in ["", "limit=2", "orderId=0", "orderId=3&limit=2"] {
            asked.push((who, ALL, query.to_owned()));
        }
        for query in ["", "limit=1", "fromId=0", "fromId=2&limit=2"] {
            asked.push((who, MINE, query.to_owned()));
        }
    }
    asked.push((ALICE, ORDER, "origClientOrderId=named".to_owned()));
    asked.push((ALICE, ORDER, "orderId=6&origClientOrderId=named".to_owned()));
    asked.push((ALICE, ORDER, "orderId=5&origClientOrderId=named".to_owned()));
    for query in ["fromId=0", "fromId=2&limit=2", "limit=3"] {
        asked.push((ALICE, "/api/v3/historicalTrades", query.to_owned()));
        asked.push((ALICE, "/api/v3/aggTrades", query.to_owned()));
    }
    asked
}

async fn ask(world: &World, (who, path, query): &(usize, &str, String)) -> Value {
    let query = format!("symbol=BTCUSDT&{query}");
    let is_public = path.ends_with("Trades") && *path != MINE;
    let answer = if is_public {
        world.get(&format!("{path}?{query}")).await
    } else {
        world.signed(*who, "GET", path, &query).await
    };
    json!([answer.status, answer.json()])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_views_have_let_go_of_is_answered_as_before() {
    let world = traded().await;
    let questions = questions();
    let mut before = Vec::new();
    for question in &questions {
        before.push(ask(&world, question).await);
    }
    world.catch_up_with_time().await;
    {
        let views = world.gateway.hub().views();
        assert_eq!(views.order(MarketId(0), OrderId(2)), None);
        assert!(views.order(MarketId(0), OrderId(1)).is_some());
        let market = views.market(MarketId(0)).expect("listed");
        assert_eq!(market.trades_from(TradeId(0), 9), []);
    }
    world.fold_history().await;
    for (question, before) in questions.iter().zip(&before) {
        assert_eq!(ask(&world, question).await, *before, "{question:?}");
    }
    let is_answered = |answer: &&Value| answer[0] == 200;
    assert!(40 < before.iter().filter(is_answered).count());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_that_is_behind_is_no_reason_to_say_that_there_is_no_order() {
    let world = traded().await;
    world.catch_up_with_time().await;
    let behind = json!([503, {
        "code": -1001,
        "msg": "Internal error; unable to process your request. Please try again."
    }]);
    let questions: Vec<(usize, &str, String)> = [
        (ORDER, "orderId=2"),
        (ORDER, "origClientOrderId=named"),
        (ALL, ""),
        (MINE, ""),
        ("/api/v3/historicalTrades", "fromId=1"),
        ("/api/v3/aggTrades", ""),
    ]
    .map(|(path, query)| (ALICE, path, query.to_owned()))
    .into();
    for question in &questions {
        assert_eq!(ask(&world, question).await, behind, "{question:?}");
    }
    // An order that is open is in the views, whatever the history does.
    let open = ask(&world, &(ALICE, ORDER, "orderId=1".to_owned())).await;
    assert_eq!(open[1]["status"], "NEW");
    world.fold_history().await;
    for question in &questions {
        assert_eq!(ask(&world, question).await[0], 200, "{question:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_go_on_from_the_history_into_the_views() {
    let world = traded().await;
    world.catch_up_with_time().await;
    world.fold_history().await;
    // The history knows nothing of this.
    trade(&world).await;
    for (who, path, first, key) in [
        (ALICE, ALL, "orderId", "orderId"),
        (BOB, ALL, "orderId", "orderId"),
        (ALICE, MINE, "fromId", "id"),
        (BOB, MINE, "fromId", "id"),
        (ALICE, "/api/v3/historicalTrades", "fromId", "id"),
        (ALICE, "/api/v3/aggTrades", "fromId", "a"),
    ] {
        let whole = ask(&world, &(who, path, format!("{first}=0"))).await;
        let whole = whole[1].as_array().expect("rows").clone();
        let newest = ask(&world, &(who, path, "limit=1000".to_owned())).await;
        assert_eq!(newest[1], json!(whole), "{path}");
        let mut pages = Vec::new();
        let mut next = 0;
        loop {
            let page = ask(&world, &(who, path, format!("{first}={next}&limit=2"))).await;
            let rows = page[1].as_array().expect("rows");
            let Some(last) = rows.last() else { break };
            next = last[key].as_u64().expect("a number") + 1;
            pages.extend(rows.clone());
        }
        assert_eq!(pages, whole, "{path}");
        assert!(4 <= whole.len(), "{path} {}", whole.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_reach_back_to_the_first_command() {
    let world = traded().await;
    let first = ask(&world, &(ALICE, ALL, "limit=1000".to_owned())).await;
    let first = first[1].as_array().expect("rows").clone();
    let start = first[0]["time"].as_i64().expect("a time");
    world.catch_up_with_time().await;
    world.fold_history().await;
    trade(&world).await;
    let within = format!("startTime={start}");
    let rows = ask(&world, &(ALICE, ALL, within.clone())).await;
    let rows = rows[1].as_array().expect("rows");
    assert_eq!(rows[..first.len()], first[..], "a start has no end");
    assert_eq!(rows.len(), 2 * first.len());
    let minute = format!("{within}&endTime={}", start + 60_000);
    let rows = ask(&world, &(ALICE, ALL, minute)).await;
    assert_eq!(rows[1], json!(first));
    let until = format!("endTime={}", start + 60_000);
    let rows = ask(&world, &(ALICE, ALL, until)).await;
    assert_eq!(rows[1], json!(first));
    let rows = ask(&world, &(ALICE, MINE, within.clone())).await;
    assert_eq!(rows[1].as_array().map(Vec::len), Some(8));
    let rows = ask(&world, &(ALICE, "/api/v3/aggTrades", within)).await;
    assert_eq!(rows[1].as_array().map(Vec::len), Some(6));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_has_changed_since_is_told_as_it_is() {
    let world = traded().await;
    world.catch_up_with_time().await;
    world.fold_history().await;
    let query = "symbol=BTCUSDT&orderId=1";
    let cancelled = world.signed(ALICE, "DELETE", ORDER, query).await;
    assert_eq!(cancelled.status, 200);
    let rows = ask(&world, &(ALICE, ALL, "limit=1000".to_owned())).await;
    assert_eq!(rows[1][0]["orderId"], 1);
    assert_eq!(rows[1][0]["status"], "CANCELED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_past_of_others_is_theirs() {
    let world = traded().await;
    world.catch_up_with_time().await;
    world.fold_history().await;
    let answer = ask(&world, &(BOB, ORDER, "orderId=2".to_owned())).await;
    assert_eq!(answer[1]["code"], -2013);
    let answer = ask(&world, &(BOB, ORDER, "origClientOrderId=named".to_owned())).await;
    assert_eq!(answer[1]["code"], -2013);
    let answer = ask(&world, &(BOB, MINE, "orderId=2".to_owned())).await;
    assert_eq!(answer, json!([200, []]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_are_told_the_past_too() {
    let world = traded().await;
    world.catch_up_with_time().await;
    world.fold_history().await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let params = json!({"symbol": "BTCUSDT", "fromId": 1});
    let answer = socket.ask("trades.historical", params).await;
    assert_eq!(
        answer["result"].as_array().map(Vec::len),
        Some(4),
        "{answer}"
    );
    let params = json!({"symbol": "BTCUSDT", "orderId": 2});
    let answer = socket
        .ask_signed(&world.logins[ALICE], "order.status", params)
        .await;
    assert_eq!(answer["result"]["status"], "FILLED", "{answer}");
}

/// Deposits and withdrawals that ended more than a day ago are told as they were.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deposits_and_withdrawals_reach_back_to_the_first() {
    let world = World::start_with(Setting {
        ahead_nanos: -NANOS_PER_DAY - HOUR_NANOS,
        ..Setting::STANDARD
    })
    .await;
    let reference = world.hold(1).await;
    world
        .command(Command::SettleWithdrawal {
            reference,
            destination: None,
        })
        .await;
    let reference = world.hold(2).await;
    world.command(Command::CancelWithdrawal { reference }).await;
    world.hold(3).await;
    let named = format!("idList={}", "02".repeat(32));
    let questions = [
        (DEPOSITS, ""),
        (DEPOSITS, "coin=BTC"),
        (DEPOSITS, "status=1&limit=1&offset=1"),
        (WITHDRAWALS, ""),
        (WITHDRAWALS, "limit=2"),
        (WITHDRAWALS, "status=6"),
        (WITHDRAWALS, "offset=1"),
        (WITHDRAWALS, named.as_str()),
    ];
    let mut before = Vec::new();
    for (path, query) in questions {
        before.push(world.signed(ALICE, "GET", path, query).await.json());
    }
    let rows = |answer: &Value| answer.as_array().expect("rows").len();
    assert!(1 < rows(&before[0]) && rows(&before[3]) == 3, "{before:?}");
    world.catch_up_with_time().await;
    {
        let views = world.gateway.hub().views();
        assert!(views.deposits(AccountId(1)).is_empty());
        assert_eq!(views.withdrawals(AccountId(1)).len(), 1);
    }
    let behind = world.signed(ALICE, "GET", DEPOSITS, "").await;
    assert_eq!(behind.json()["code"], -1001, "{}", behind.body);
    world.fold_history().await;
    for ((path, query), before) in questions.iter().zip(&before) {
        let after = world.signed(ALICE, "GET", path, query).await.json();
        assert_eq!(after, *before, "{path} {query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transfers_between_wallets_are_told() {
    let world = World::start().await;
    for (number, from, to) in [
        (1, Wallet::Spot, Wallet::Futures),
        (2, Wallet::Spot, Wallet::Futures),
        (3, Wallet::Futures, Wallet::Spot),
    ] {
        let transfer = Transfer {
            reference: Reference([number; 32]),
            from,
            to_account: AccountId(1),
            to,
            asset: AssetId(0),
            amount: Amount::new(100_000_000 * i128::from(number)).expect("legal"),
        };
        let header = ClientHeader {
            account: AccountId(1),
            key: world.logins[ALICE].key,
            valid_until: Timestamp::MAX,
            idempotency: None,
        };
        let action = Action::Transfer(transfer);
        world.command(Command::Client { header, action }).await;
    }
    world.fold_history().await;
    let path = "/sapi/v1/asset/transfer";
    let document = crate::documents::parsed(gateway::description::openapi::text());
    for (query, amounts, total) in [
        ("type=MAIN_UMFUTURE", vec!["2.00000000", "1.00000000"], 2),
        ("type=MAIN_UMFUTURE&size=1&current=2", vec!["1.00000000"], 2),
        ("type=UMFUTURE_MAIN", vec!["3.00000000"], 1),
        ("type=MAIN_MARGIN", vec![], 0),
    ] {
        let answer = world.signed(ALICE, "GET", path, query).await;
        assert_eq!(answer.status, 200, "{query} {}", answer.body);
        let answer = answer.json();
        crate::documents::described(&document, "GET", path, &answer);
        let rows = answer["rows"].as_array().expect("rows").iter();
        let found: Vec<&str> = rows.filter_map(|row| row["amount"].as_str()).collect();
        assert_eq!(found, amounts, "{query}");
        assert_eq!(answer["total"], total, "{query}");
    }
    let others = world.signed(BOB, "GET", path, "type=UMFUTURE_MAIN").await;
    assert_eq!(others.json()["total"], 0);
}
