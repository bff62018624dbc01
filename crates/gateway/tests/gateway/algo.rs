//! Orders that are spread over time: in real time, in a time that passes by itself, through stops at every place, and
//! beside cancels.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::client::Answer;
use crate::world::{ALICE, BOB, Setting, World};
use gateway::algo::{slice, work};
use gateway::clock;
use gateway::config::{AlgoLimits, Limiting, RequestLimits};
use identity::algo::{AlgoId, AlgoSlice, SliceFate};
use model::account::AccountState;
use model::command::Command;
use model::id::{AccountId, MarketId};
use model::instrument::{Cause, Phase};
use model::number::Qty;
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::Value;

const NEW: &str = "/sapi/v1/algo/spot/newOrderTwap";
const ORDER: &str = "/sapi/v1/algo/spot/order";
const OPEN: &str = "/sapi/v1/algo/spot/openOrders";
const PAST: &str = "/sapi/v1/algo/spot/historicalOrders";
const SLICES: &str = "/sapi/v1/algo/spot/subOrders";
const PREVIEW: &str = "/v1/algo/twap/preview";

fn limited(algos: AlgoLimits) -> Setting {
    let limits = RequestLimits {
        algos,
        ..RequestLimits::UPSTREAM
    };
    Setting {
        limiting: Limiting::Unlimited(limits),
        ..Setting::STANDARD
    }
}

async fn place(world: &World, query: &str) -> AlgoId {
    let query = format!("symbol=BTCUSDT&{query}");
    let answer = world.signed(ALICE, "POST", NEW, &query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["success"], true);
    AlgoId(answer.json()["algoId"].as_u64().expect("a number"))
}

async fn ask(world: &World, path: &str, query: &str) -> Value {
    let answer = world.signed(ALICE, "GET", path, query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Returns an order, open or not.
async fn order(world: &World, id: AlgoId) -> Value {
    for path in [OPEN, PAST] {
        let page = ask(world, path, "").await;
        let rows = page["orders"].as_array().expect("rows").clone();
        if let Some(row) = rows.into_iter().find(|row| row["algoId"] == id.0) {
            return row;
        }
    }
    panic!("{id:?} is nowhere");
}

async fn slices(world: &World, id: AlgoId) -> Vec<Value> {
    let page = ask(world, SLICES, &format!("algoId={}", id.0)).await;
    page["subOrders"].as_array().expect("rows").clone()
}

/// Waits until an order has sent so many slices, in the name of the exchange.
async fn sent(world: &World, id: AlgoId, count: u64) -> Value {
    for _ in 0..500 {
        let row = order(world, id).await;
        let doubt = world.gateway.identity().slice_in_doubt(id).await;
        if Some(count) <= row["slicesSent"].as_u64() && doubt.expect("read").is_none() {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{id:?} does not go on");
}

/// Returns an order once it works no more.
async fn ended(world: &World, id: AlgoId, mut row: Value) -> Value {
    for _ in 0..500 {
        if row["algoStatus"] != "WORKING" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        row = order(world, id).await;
    }
    row
}

async fn begin_of(world: &World, id: AlgoId) -> Timestamp {
    let order = world.gateway.identity().algo(id).await.expect("read");
    order.expect("kept").wish.begins_at
}

/// Has an order looked at as if so many seconds had passed since it began.
async fn look(world: &World, id: AlgoId, seconds: i64) {
    let at = begin_of(world, id).await;
    let at = at.plus_nanos(seconds * NANOS_PER_SECOND);
    work::go_on(&world.gateway, id, at).await;
}

/// Returns the orders of alice that are slices.
async fn children(world: &World, id: AlgoId) -> Vec<Value> {
    let orders = ask(world, "/api/v3/allOrders", "symbol=BTCUSDT").await;
    let start = format!("twap-{}-", id.0);
    let is_child = |order: &Value| {
        let name = order["clientOrderId"].as_str();
        name.is_some_and(|name| name.starts_with(&start))
    };
    let orders = orders.as_array().expect("rows").iter();
    orders.filter(|order| is_child(order)).cloned().collect()
}

/// Returns a decimal in its smallest units.
fn units(value: &Value) -> i128 {
    let digits = value.as_str().expect("a decimal").replace('.', "");
    digits.parse().expect("digits")
}

fn sum(rows: &[Value], name: &str) -> i128 {
    rows.iter().map(|row| units(&row[name])).sum()
}

fn member<'a>(rows: &'a [Value], name: &str) -> Vec<&'a str> {
    rows.iter().filter_map(|row| row[name].as_str()).collect()
}

fn refused(answer: &Answer, code: i64, text: &str) {
    let (status, found, msg) = answer.error();
    assert_eq!((status, found), (400, code), "{msg}");
    assert!(msg.contains(text), "{msg}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_executed_slice_by_slice_in_its_time() {
    let world = World::start_with(limited(AlgoLimits {
        duration_min: Duration::from_secs(1),
        interval: Duration::from_millis(200),
        ..AlgoLimits::STANDARD
    }))
    .await;
    world.limit(BOB, "SELL", "1", "100").await;
    world.limit(BOB, "SELL", "1", "101").await;
    let begun = clock::now();
    let id = place(&world, "side=BUY&quantity=2&duration=1&clientAlgoId=mine").await;
    let row = sent(&world, id, 5).await;
    let row = ended(&world, id, row).await;
    let took = clock::now().nanos() - begun.nanos();
    assert!(700_000_000 < took, "not at once: {took}");
    assert_eq!(row["algoStatus"], "FINISHED", "{row}");
    assert_eq!(row["clientAlgoId"], "mine");
    assert_eq!(row["executedQty"], "2.00000000");
    assert_eq!(row["executedAmt"], "201.00000000");
    assert_eq!(row["avgPrice"], "100.50000000");
    assert_ne!(row["endTime"], 0);
    let rows = slices(&world, id).await;
    assert_eq!(member(&rows, "orderStatus"), ["FILLED"; 5]);
    assert_eq!(member(&rows, "origQty"), ["0.40000000"; 5]);
    assert_eq!(member(&rows, "feeAsset"), ["BTC"; 5]);
    assert_eq!(sum(&rows, "feeAmt"), 200_000, "a thousandth of two");
    assert_eq!(children(&world, id).await.len(), 5);
    let open = ask(&world, OPEN, "").await;
    assert_eq!(open["total"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missed_is_spread_over_what_remains_and_the_end_is_the_end() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "10", "100").await;
    let id = place(&world, "side=SELL&quantity=1&duration=300").await;
    sent(&world, id, 1).await;
    for (seconds, sizes) in [
        (29, vec!["0.10000000"]),
        (30, vec!["0.10000000", "0.10000000"]),
        (45, vec!["0.10000000", "0.10000000"]),
        // Four slots went by: five are left of the eight tenths.
        (159, vec!["0.10000000", "0.10000000", "0.16000000"]),
    ] {
        look(&world, id, seconds).await;
        let rows = slices(&world, id).await;
        assert_eq!(member(&rows, "origQty"), sizes, "{seconds}");
    }
    look(&world, id, 300).await;
    let row = order(&world, id).await;
    assert_eq!(row["algoStatus"], "EXPIRED", "{row}");
    assert_eq!(row["executedQty"], "0.36000000");
    assert!(
        row["errorMsg"]
            .as_str()
            .is_some_and(|text| text.contains("time is over"))
    );
    look(&world, id, 301).await;
    assert_eq!(slices(&world, id).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_is_kept_and_slices_that_find_nobody_pass() {
    let world = World::start().await;
    world.limit(BOB, "SELL", "1", "100").await;
    let id = place(&world, "side=BUY&quantity=1&duration=300&limitPrice=99").await;
    sent(&world, id, 1).await;
    look(&world, id, 30).await;
    world.limit(BOB, "SELL", "1", "98").await;
    look(&world, id, 60).await;
    let rows = slices(&world, id).await;
    assert_eq!(
        member(&rows, "orderStatus"),
        ["EXPIRED", "EXPIRED", "FILLED"]
    );
    assert_eq!(rows[2]["avgPrice"], "98.00000000");
    let halt = |phase| Command::SetPhase {
        market: MarketId(0),
        phase,
        cause: Cause::Operator,
    };
    world.command(halt(Phase::Halt)).await;
    look(&world, id, 90).await;
    let rows = slices(&world, id).await;
    assert_eq!(rows[3]["orderStatus"], "REJECTED");
    assert_eq!(rows[3]["errorMsg"], "Market is closed.");
    assert_eq!(order(&world, id).await["algoStatus"], "WORKING");
    world.command(halt(Phase::Closed)).await;
    look(&world, id, 120).await;
    let row = order(&world, id).await;
    assert_eq!(row["algoStatus"], "EXPIRED");
    assert_eq!(row["errorMsg"], "The market is closed.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_is_frozen_or_out_of_money_ends_its_orders_with_the_reason() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "50", "100").await;
    let poor = place(&world, "side=SELL&quantity=60&duration=300&limitPrice=100").await;
    sent(&world, poor, 1).await;
    let frozen = place(&world, "side=SELL&quantity=1&duration=300").await;
    sent(&world, frozen, 1).await;
    world.limit(BOB, "BUY", "100", "90").await;
    let taken = "side=SELL&type=MARKET&quantity=43";
    world.order(ALICE, taken).await;
    look(&world, poor, 30).await;
    let row = order(&world, poor).await;
    assert_eq!(
        (&row["algoStatus"], &row["errorCode"]),
        (&"EXPIRED".into(), &(-2010).into())
    );
    assert!(
        row["errorMsg"]
            .as_str()
            .is_some_and(|text| text.contains("insufficient balance"))
    );
    let state = |state| Command::SetAccountState {
        account: AccountId(1),
        state,
        cause: Cause::Operator,
    };
    world.command(state(AccountState::Frozen)).await;
    look(&world, frozen, 30).await;
    let row = order(&world, frozen).await;
    assert_eq!(
        (&row["algoStatus"], &row["errorCode"]),
        (&"EXPIRED".into(), &(-2010).into())
    );
    assert_eq!(row["errorMsg"], "This action is disabled on this account.");
    let query = "symbol=BTCUSDT&side=SELL&quantity=1&duration=300";
    let answer = world.signed(ALICE, "POST", NEW, query).await;
    refused(&answer, -2010, "disabled on this account");
    world.command(state(AccountState::Active)).await;
    look(&world, frozen, 60).await;
    assert_eq!(slices(&world, frozen).await.len(), 2, "an end is one");
}

/// A key or a session that ends does not end what it began.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_outlives_the_session_that_placed_it() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "10", "100").await;
    let id = place(&world, "side=SELL&quantity=1&duration=300").await;
    sent(&world, id, 1).await;
    let key = world.logins[ALICE].key;
    world.command(Command::RevokeKey { key }).await;
    look(&world, id, 30).await;
    let order = world.gateway.identity().algo(id).await.expect("read");
    let order = order.expect("kept");
    assert_eq!((order.sent, order.executed.lots()), (2, 20_000));
    assert_eq!(order.end, None);
}

/// Writes down the next slice of an order as if it were sent now.
async fn write_down(world: &World, id: AlgoId, seconds: i64) -> AlgoSlice {
    let identity = world.gateway.identity();
    let order = identity.algo(id).await.expect("read").expect("kept");
    let slice = AlgoSlice {
        algo: id,
        number: order.sent + 1,
        qty: Qty::new(10_000).expect("legal"),
        sent_at: order.wish.begins_at.plus_nanos(seconds * NANOS_PER_SECOND),
        fate: SliceFate::InDoubt,
    };
    assert!(identity.begin_slice(&slice).await.expect("begun"));
    slice
}

/// Has the exchange carry a slice out of which nothing was written down after.
async fn carry_out(world: &World, slice: &AlgoSlice) {
    let order = world.gateway.identity().algo(slice.algo).await;
    let order = order.expect("read").expect("kept");
    let hub = world.gateway.hub();
    hub.submit(slice::place(&order, slice))
        .await
        .expect("answered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_at_any_place_neither_loses_a_slice_nor_sends_one_twice() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "10", "100").await;
    let id = place(&world, "side=SELL&quantity=1&duration=300").await;
    sent(&world, id, 1).await;
    // Before it came to the exchange.
    write_down(&world, id, 30).await;
    look(&world, id, 31).await;
    let rows = slices(&world, id).await;
    assert_eq!(member(&rows, "orderStatus"), ["FILLED", "REJECTED"]);
    // After the exchange carried it out.
    let slice = write_down(&world, id, 60).await;
    carry_out(&world, &slice).await;
    look(&world, id, 61).await;
    look(&world, id, 62).await;
    let rows = slices(&world, id).await;
    assert_eq!(
        member(&rows, "orderStatus"),
        ["FILLED", "REJECTED", "FILLED"]
    );
    assert_eq!(rows[2]["feeAmt"], "0.01000000", "all of it is known");
    // It is sent again after all, as a request that was on its way: the exchange knows it.
    carry_out(&world, &slice).await;
    assert_eq!(children(&world, id).await.len(), 2);
    // Its order was cancelled in between.
    let slice = write_down(&world, id, 90).await;
    let cancelled = work::cancel(&world.gateway, id, clock::now()).await;
    assert!(cancelled.expect("cancelled"));
    carry_out(&world, &slice).await;
    look(&world, id, 91).await;
    let row = order(&world, id).await;
    assert_eq!(row["algoStatus"], "CANCELLED");
    let orders = children(&world, id).await;
    assert_eq!(units(&row["executedQty"]), sum(&orders, "executedQty"));
    assert_eq!(orders.len(), 3);
}

/// What the exchange answered is forgotten after a day; the order by its name is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slice_in_doubt_for_more_than_a_day_is_found_by_its_name() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "10", "100").await;
    let id = place(&world, "side=SELL&quantity=1&duration=300").await;
    sent(&world, id, 1).await;
    let slice = write_down(&world, id, 30).await;
    carry_out(&world, &slice).await;
    world.pass(2 * 86_400 * NANOS_PER_SECOND);
    world.command(Command::Tick).await;
    world.fold_history().await;
    look(&world, id, 2 * 86_400).await;
    let order = world.gateway.identity().algo(id).await.expect("read");
    let order = order.expect("kept");
    assert_eq!(order.executed.lots(), 20_000);
    assert_eq!(order.end.map(|_| ()), Some(()));
}

/// Whatever order cancels and slices come in: what is told is what happened, and after the answer nothing does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_cancel_no_slice_is_sent() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "40", "100").await;
    for round in 0..5 {
        // More slots than are looked at.
        let id = place(&world, "side=SELL&quantity=6&duration=3000").await;
        sent(&world, id, 1).await;
        let cancelling = async {
            tokio::time::sleep(Duration::from_millis(2 * round)).await;
            let query = format!("algoId={}", id.0);
            let answer = world.signed(ALICE, "DELETE", ORDER, &query).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            children(&world, id).await.len()
        };
        let looking = async {
            for slot in 1..40 {
                look(&world, id, 30 * slot).await;
            }
        };
        let (at_answer, ()) = tokio::join!(cancelling, looking);
        let orders = children(&world, id).await;
        assert_eq!(orders.len(), at_answer, "round {round}");
        let row = order(&world, id).await;
        assert_eq!(units(&row["executedQty"]), sum(&orders, "executedQty"));
        assert_eq!(row["slicesSent"], orders.len());
        let names: BTreeSet<&str> = member(&orders, "clientOrderId").into_iter().collect();
        assert_eq!(names.len(), orders.len());
        let query = format!("algoId={}", id.0);
        let again = world.signed(ALICE, "DELETE", ORDER, &query).await;
        refused(&again, -20124, "Invalid algo id");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_has_so_many_open_and_no_more() {
    let world = World::start_with(limited(AlgoLimits {
        of_account_max: 2,
        in_all_max: 3,
        ..AlgoLimits::STANDARD
    }))
    .await;
    let query = "symbol=BTCUSDT&side=BUY&quantity=1&duration=300";
    let place = async |who| world.signed(who, "POST", NEW, query).await;
    let first = place(ALICE).await.json()["clientAlgoId"].clone();
    assert_eq!(place(ALICE).await.status, 200);
    refused(&place(ALICE).await, -20198, "max open orders");
    assert_eq!(place(BOB).await.status, 200);
    refused(&place(BOB).await, -20198, "max open orders");
    let name = format!("clientAlgoId={}", first.as_str().expect("a name"));
    let foreign = world.signed(BOB, "DELETE", ORDER, &name).await;
    refused(&foreign, -20124, "Invalid algo id");
    let cancelled = world.signed(ALICE, "DELETE", ORDER, &name).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    assert_eq!(place(BOB).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_that_are_none_are_refused_and_say_what_to_do() {
    let world = World::start().await;
    let good = "symbol=BTCUSDT&side=BUY&quantity=1&duration=300";
    for (query, code, text) in [
        (
            "symbol=BTCUSDT&side=BUY&quantity=1&duration=299",
            -1130,
            "duration",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=1&duration=86401",
            -1130,
            "duration",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=1&duration=1.5",
            -1100,
            "duration",
        ),
        ("symbol=BTCUSDT&side=BUY&quantity=1", -1102, "duration"),
        ("symbol=BTCUSDT&side=BUY&duration=300", -1102, "quantity"),
        (
            "symbol=BTCUSDT&side=HOLD&quantity=1&duration=300",
            -1117,
            "side",
        ),
        (
            "symbol=NONE&side=BUY&quantity=1&duration=300",
            -1121,
            "symbol",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=0&duration=300",
            -1013,
            "LOT_SIZE",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=1.000001&duration=300",
            -1013,
            "LOT_SIZE",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=1&duration=300&limitPrice=1.001",
            -1013,
            "PRICE_FILTER",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=1&duration=300&limitPrice=2000000",
            -1013,
            "PRICE_FILTER",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=0.01&duration=300&limitPrice=100",
            -20195,
            "too small",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=20000&duration=300",
            -20196,
            "longer duration",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=1&duration=300&stpMode=MAYBE",
            -1130,
            "stpMode",
        ),
        (
            "symbol=BTCUSDT&side=BUY&quantity=1&duration=300&clientAlgoId=a%20b",
            -1100,
            "clientAlgoId",
        ),
    ] {
        let answer = world.signed(ALICE, "POST", NEW, query).await;
        refused(&answer, code, text);
        let is_read = !query.contains("stpMode") && !query.contains("clientAlgoId");
        // Its price is checked with the order.
        if is_read && !query.contains("2000000") {
            let answer = world.signed(ALICE, "GET", PREVIEW, query).await;
            refused(&answer, code, text);
        }
    }
    assert_eq!(ask(&world, OPEN, "").await["total"], 0);
    let preview = ask(&world, PREVIEW, good).await;
    assert_eq!(preview["slices"], 10);
    assert_eq!(preview["sliceQty"], "0.10000000");
    assert_eq!(preview["interval"], 30);
    let answer = world.signed(ALICE, "DELETE", ORDER, "").await;
    refused(&answer, -1102, "algoId");
    let answer = world.signed(ALICE, "GET", SLICES, "algoId=7").await;
    refused(&answer, -20124, "Invalid algo id");
}

/// Slices are not so small that the market would not take them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slices_keep_to_the_least_notional_of_the_market() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "10", "100").await;
    world.order(ALICE, "side=SELL&type=MARKET&quantity=1").await;
    let preview = "symbol=BTCUSDT&side=SELL&quantity=0.2&duration=300";
    let preview = ask(&world, PREVIEW, preview).await;
    // A slice of 5 USDT and a tenth more is 0.055.
    assert_eq!(
        (&preview["slices"], &preview["sliceQty"]),
        (&3.into(), &"0.06666000".into())
    );
    let id = place(&world, "side=SELL&quantity=0.2&duration=300").await;
    sent(&world, id, 1).await;
    look(&world, id, 100).await;
    look(&world, id, 200).await;
    let row = order(&world, id).await;
    assert_eq!(row["algoStatus"], "FINISHED", "{row}");
    let rows = slices(&world, id).await;
    assert_eq!(
        member(&rows, "origQty"),
        ["0.06666000", "0.06667000", "0.06667000"]
    );
}

/// Its orders are told as all orders are, and a closed account has none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_ended_is_told_by_market_side_and_time() {
    let world = World::start().await;
    let (buy, sell) = (
        place(&world, "side=BUY&quantity=1&duration=300").await,
        place(&world, "side=SELL&quantity=1&duration=600").await,
    );
    for id in [buy, sell] {
        sent(&world, id, 1).await;
        let cancelled = work::cancel(&world.gateway, id, clock::now()).await;
        assert!(cancelled.expect("cancelled"));
    }
    let told = async |query: &str| {
        let page = ask(&world, PAST, query).await;
        let rows = page["orders"].as_array().expect("rows").clone();
        let ids: Vec<u64> = rows
            .iter()
            .filter_map(|row| row["algoId"].as_u64())
            .collect();
        (page["total"].as_u64().expect("a count"), ids)
    };
    assert_eq!(told("").await, (2, vec![sell.0, buy.0]));
    assert_eq!(told("side=BUY").await, (1, vec![buy.0]));
    assert_eq!(told("page=2&pageSize=1").await, (2, vec![buy.0]));
    assert_eq!(told("page=9").await, (2, vec![]));
    assert_eq!(told("startTime=0&endTime=1").await, (0, vec![]));
    let answer = world.signed(ALICE, "GET", PAST, "pageSize=101").await;
    refused(&answer, -1130, "pageSize");
}
