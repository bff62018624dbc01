//! What an account was worth over time, and what of that trading and prices brought.

use gateway::description::openapi;
use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, ChainId, Reference};
use model::number::Amount;
use serde_json::{Value, json};
use wire::decimal;

use crate::documents::{described, parsed};
use crate::world::{ALICE, BOB, Setting, World};

const EQUITY: &str = "/v1/account/equity";
const PROFIT: &str = "/v1/account/profit";
const MINUTE: i64 = 60_000_000_000;
const WHOLE: i128 = 100_000_000;

fn units(text: &Value) -> i128 {
    let text = text.as_str().expect("a decimal");
    match text.strip_prefix('-') {
        Some(text) => -decimal::parse(text).expect("a decimal"),
        None => decimal::parse(text).expect("a decimal"),
    }
}

async fn trade(world: &World, qty: &str, price: &str) {
    world.limit(ALICE, "SELL", qty, price).await;
    world.limit(BOB, "BUY", qty, price).await;
}

async fn equity(world: &World, query: &str) -> Value {
    let answer = world.signed(ALICE, "GET", EQUITY, query).await;
    assert_eq!(answer.status, 200, "{query} {}", answer.body);
    answer.json()
}

/// Returns what alice has at a price of bitcoin, out of her balances.
async fn worth(world: &World, price: i128) -> i128 {
    let account = world
        .signed(ALICE, "GET", "/api/v3/account", "")
        .await
        .json();
    let rows = account["balances"].as_array().expect("rows").iter();
    rows.map(|row| {
        let total = units(&row["free"]) + units(&row["locked"]);
        match row["asset"].as_str() {
            Some("BTC") => total * price,
            Some("USDT") => total,
            _ => 0,
        }
    })
    .sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deposit_is_worth_but_no_profit_and_a_fall_is_a_drawdown() {
    let setting = Setting {
        ahead_nanos: -60 * MINUTE,
        ..Setting::STANDARD
    };
    let world = World::start_with(setting).await;
    trade(&world, "0.5", "60000").await;
    let start = world.gateway.hub().views().at().millis() + 1;
    let first = worth(&world, 60_000).await;
    world.pass(MINUTE);
    let deposit = Deposit {
        reference: Reference([7; 32]),
        chain: ChainId(1),
        account: AccountId(ALICE as u32 + 1),
        asset: AssetId(0),
        amount: Amount::new(2 * WHOLE).expect("small"),
    };
    world.command(Command::CreditDeposit(deposit)).await;
    world.pass(MINUTE);
    trade(&world, "0.1", "50000").await;
    world.pass(MINUTE);
    world.hold(1).await;
    let last = worth(&world, 50_000).await;
    world.fold_history().await;
    let end = start + 600_000;
    let query = format!("quoteAsset=USDT&startTime={start}&endTime={end}&points=200");
    let told = equity(&world, &query).await;
    described(&parsed(openapi::text()), "GET", EQUITY, &told);
    let points = told["points"].as_array().expect("points");
    assert_eq!(points.len(), 200);
    let ends = [&points[0], &points[199]];
    assert_eq!(
        ends.map(|point| point["time"].as_i64()),
        [Some(start), Some(end)]
    );
    for point in points {
        let of = |name: &str| units(&point[name]);
        let pnl = of("equity") - first - of("inflow") + of("outflow");
        assert_eq!(of("pnl"), pnl, "{point}");
    }
    assert_eq!(units(&points[0]["equity"]), first);
    // Held for a withdrawal is what it takes with its fee: it is gone from what is free, and no profit is lost.
    assert_eq!(units(&points[199]["equity"]), last);
    assert_eq!(units(&points[199]["inflow"]), 120_000 * WHOLE);
    let between = points
        .iter()
        .filter(|point| units(&point["inflow"]) == 120_000 * WHOLE && point["pnl"] == "0.00000000");
    assert!(0 < between.count(), "the deposit alone brings nothing");
    let fall = -units(&points[199]["pnl"]);
    let drawdown = fall * WHOLE / (first + 120_000 * WHOLE);
    assert!(0 < drawdown);
    assert_eq!(units(&points[199]["drawdown"]), drawdown);
    assert_eq!(units(&told["maxDrawdown"]), drawdown);
    assert_eq!(told["unpriced"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_no_price_counts_nothing_and_is_named() {
    let world = World::start().await;
    world.fold_history().await;
    let span = "startTime=1&endTime=4102444800000&points=3";
    let untraded = equity(&world, &format!("quoteAsset=USDT&{span}")).await;
    assert_eq!(untraded["unpriced"], json!(["BTC"]));
    let other = equity(&world, &format!("quoteAsset=BTC&{span}")).await;
    assert_eq!(other["unpriced"], json!(["USDT"]));
    assert_eq!(other["points"][0]["equity"], "0.00000000");
    let last = &other["points"][2];
    assert_eq!(last["equity"], last["inflow"], "given, and not traded with");
    for (query, code) in [
        (format!("quoteAsset=NONE&{span}"), -1121),
        (span.to_owned(), -1102),
        ("quoteAsset=USDT&startTime=1".to_owned(), -1102),
        (format!("quoteAsset=USDT&{span}0000"), -1130),
        (
            "quoteAsset=USDT&startTime=4102444800000&endTime=4102444800001".to_owned(),
            -1130,
        ),
    ] {
        let refused = world.signed(ALICE, "GET", EQUITY, &query).await;
        assert_eq!(refused.error().1, code, "{query} {}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn profit_is_what_the_lots_say() {
    let world = World::start().await;
    world.sell_out_of_lots().await;
    let told = world.signed(BOB, "GET", PROFIT, "symbol=BTCUSDT").await;
    assert_eq!(told.status, 200, "{}", told.body);
    let told = told.json();
    described(&parsed(openapi::text()), "GET", PROFIT, &told);
    let query = "startTime=0&endTime=4102444800000&format=JSON";
    let lots = world.signed(BOB, "GET", "/v1/account/taxLots", query).await;
    let lots = lots.json();
    let lots = lots.as_array().expect("rows");
    let gains = lots.iter().filter(|row| !row["gain"].is_null());
    let gains: i128 = gains.map(|row| units(&row["gain"])).sum();
    assert!(gains < 0);
    assert_eq!(units(&told["realised"]), gains);
    assert_eq!(told["elsewhere"], "0.10000000");
    assert_eq!(told["fills"], 4);
    let fills = world
        .signed(BOB, "GET", "/api/v3/myTrades", "symbol=BTCUSDT")
        .await;
    let fills = fills.json();
    let bought: i128 = [1, 2]
        .iter()
        .map(|row| units(&fills[row]["qty"]) - units(&fills[row]["commission"]))
        .sum();
    assert_eq!(units(&told["held"]), bought - 40_000_000);
    let paid: i128 = [1, 2]
        .iter()
        .map(|row| units(&fills[row]["quoteQty"]))
        .sum();
    let sold: i128 = lots
        .iter()
        .filter(|row| !row["cost"].is_null())
        .map(|row| units(&row["cost"]))
        .sum();
    assert_eq!(units(&told["cost"]), paid - sold);
    let unlisted = world.signed(BOB, "GET", PROFIT, "symbol=NONE").await;
    assert_eq!(unlisted.error().1, -1121, "{}", unlisted.body);
}
