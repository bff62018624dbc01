//! Orders and fills of an account over all markets, page by page.

use gateway::description::openapi;
use model::command::{Action, ClientHeader, Command, ListMarket, NewOrder};
use model::id::{AccountId, AssetId, MarketId};
use model::instrument::{Cause, Grid, Phase};
use model::number::{Price, Qty};
use model::order::{OrderKind, Side, TimeInForce};
use model::text::ClientOrderId;
use model::time::Timestamp;
use serde_json::{Value, json};

use crate::documents::{described, parsed};
use crate::world::{ALICE, BOB, World, symbol, terms};

const ORDERS: &str = "/v1/account/orderHistory";
const TRADES: &str = "/v1/account/tradeHistory";

/// Returns every row of a list, in pages of some size.
async fn rows(world: &World, who: usize, path: &str, filter: &str, limit: usize) -> Vec<Value> {
    let member = if path == ORDERS { "orders" } else { "trades" };
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let query = format!("limit={limit}{filter}{cursor}");
        let answer = world.signed(who, "GET", path, &query).await;
        assert_eq!(answer.status, 200, "{path} {query} {}", answer.body);
        let page = answer.json();
        let told = page[member].as_array().expect("rows");
        assert!(told.len() <= limit);
        rows.extend(told.iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

async fn list_another(world: &World) {
    let market = ListMarket {
        symbol: symbol("USDTBTC"),
        base: AssetId(1),
        quote: AssetId(0),
        grid: Grid {
            tick_units: 1_000_000,
            lot_units: 1_000,
        },
        terms: Box::new(terms()),
    };
    world.command(Command::ListMarket(market)).await;
    let phase = Command::SetPhase {
        market: MarketId(1),
        phase: Phase::Continuous,
        cause: Cause::Operator,
    };
    world.command(phase).await;
}

/// Bob buys from Alice at three prices, sells at the market, and has orders that rest in two markets.
async fn trade(world: &World) {
    list_another(world).await;
    for price in ["60000", "60001", "60002"] {
        world.limit(ALICE, "SELL", "0.1", price).await;
    }
    world.limit(ALICE, "BUY", "0.1", "50000").await;
    world.limit(BOB, "BUY", "0.25", "60002").await;
    let other = "symbol=USDTBTC&side=SELL&type=LIMIT&timeInForce=GTC&quantity=10&price=1";
    let answer = world.signed(BOB, "POST", "/api/v3/order", other).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    world.limit(BOB, "BUY", "0.1", "40000").await;
    world.order(BOB, "side=SELL&type=MARKET&quantity=0.1").await;
    world.fold_history().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_of_all_markets_are_told_page_by_page_newest_first() {
    let world = World::start().await;
    trade(&world).await;
    for limit in [1, 2, 3, 500] {
        let told = rows(&world, BOB, ORDERS, "", limit).await;
        let short: Vec<String> = told
            .iter()
            .map(|row| format!("{} {} {}", row["symbol"], row["type"], row["status"]))
            .map(|text| text.replace('"', ""))
            .collect();
        let expected = [
            "BTCUSDT MARKET FILLED",
            "BTCUSDT LIMIT NEW",
            "USDTBTC LIMIT NEW",
            "BTCUSDT LIMIT FILLED",
        ];
        assert_eq!(short, expected, "by {limit}");
        let all = world
            .signed(BOB, "GET", "/api/v3/allOrders", "symbol=BTCUSDT")
            .await
            .json();
        let mut of_market = rows(&world, BOB, ORDERS, "&symbol=BTCUSDT", limit).await;
        of_market.reverse();
        assert_eq!(Value::Array(of_market), all);
    }
    let trades = world
        .signed(BOB, "GET", "/api/v3/myTrades", "symbol=BTCUSDT")
        .await
        .json();
    for limit in [1, 3, 4, 5] {
        let mut told = rows(&world, BOB, TRADES, "", limit).await;
        told.reverse();
        assert_eq!(Value::Array(told), trades, "by {limit}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_rows_are_narrowed_by_market_side_type_state_and_time() {
    let world = World::start().await;
    trade(&world).await;
    let all = rows(&world, BOB, ORDERS, "", 500).await;
    let (newest, oldest) = (&all[0]["time"], &all[3]["time"]);
    for (choice, orders) in [
        ("&side=BUY".to_owned(), 2),
        ("&side=SELL".to_owned(), 2),
        ("&type=MARKET".to_owned(), 1),
        ("&status=FILLED".to_owned(), 2),
        ("&side=SELL&type=LIMIT&status=NEW".to_owned(), 1),
        ("&symbol=USDTBTC".to_owned(), 1),
        ("&symbol=USDTBTC&side=BUY".to_owned(), 0),
        ("&status=EXPIRED".to_owned(), 0),
        (format!("&startTime={oldest}&endTime={newest}"), 4),
        ("&endTime=1000".to_owned(), 0),
    ] {
        for limit in [1, 500] {
            let told = rows(&world, BOB, ORDERS, &choice, limit).await;
            assert_eq!(told.len(), orders, "{choice} by {limit}");
        }
    }
    assert_eq!(rows(&world, BOB, TRADES, "&side=BUY", 2).await.len(), 3);
    assert_eq!(rows(&world, BOB, TRADES, "&side=SELL", 2).await.len(), 1);
    assert_eq!(
        rows(&world, BOB, TRADES, "&symbol=USDTBTC", 2).await.len(),
        0
    );
    for (choice, code) in [
        ("side=buy", -1117),
        ("type=X", -1116),
        ("status=DONE", -1130),
        ("symbol=NONE", -1121),
        ("cursor=00", -1130),
        ("startTime=2&endTime=1", -1130),
    ] {
        let refused = world.signed(BOB, "GET", ORDERS, choice).await;
        assert_eq!((refused.status, refused.error().1), (400, code), "{choice}");
    }
}

/// Bob wants to buy what nobody sells.
async fn expire(world: &World, number: u64) {
    let header = ClientHeader {
        account: AccountId(BOB as u32 + 1),
        key: world.logins[BOB].key,
        valid_until: Timestamp::MAX,
        idempotency: None,
    };
    let action = Action::Place(NewOrder {
        market: MarketId(0),
        side: Side::Buy,
        kind: OrderKind::Limit {
            price: Price::new(4_000_000).expect("legal"),
            qty: Qty::new(10_000).expect("legal"),
            time_in_force: TimeInForce::ImmediateOrCancel,
        },
        client_id: ClientOrderId::from_number(number),
        self_trade: None,
    });
    world.command(Command::Client { header, action }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_rare_is_found_beyond_what_one_request_looks_at() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "0.1", "40000").await;
    for number in 0..12_000 {
        expire(&world, number).await;
    }
    world.fold_history().await;
    let page = world.signed(BOB, "GET", ORDERS, "status=NEW").await.json();
    assert_eq!(page["orders"], json!([]), "it lies beyond");
    assert!(page["next"].is_string(), "{page}");
    let found = rows(&world, BOB, ORDERS, "&status=NEW", 500).await;
    assert_eq!(found.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_goes_on_with_its_own_question_alone() {
    let world = World::start().await;
    trade(&world).await;
    let question = "limit=1&side=BUY";
    let page = world.signed(BOB, "GET", ORDERS, question).await.json();
    let cursor = format!("cursor={}", page["next"].as_str().expect("more"));
    for (who, path, query, status) in [
        (BOB, ORDERS, "limit=1&side=BUY", 200),
        (BOB, ORDERS, "limit=5&side=BUY", 200),
        (ALICE, ORDERS, "limit=1&side=BUY", 400),
        (BOB, TRADES, "limit=1&side=BUY", 400),
        (BOB, ORDERS, "limit=1&side=SELL", 400),
        (BOB, ORDERS, "limit=1&side=BUY&type=LIMIT", 400),
        (BOB, ORDERS, "limit=1&side=BUY&status=FILLED", 400),
        (BOB, ORDERS, "limit=1&side=BUY&symbol=BTCUSDT", 400),
        (BOB, ORDERS, "limit=1&side=BUY&endTime=4102444800000", 400),
    ] {
        let answer = world
            .signed(who, "GET", path, &format!("{query}&{cursor}"))
            .await;
        assert_eq!(answer.status, status, "{path} {query} {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_of_own_rows_is_as_described() {
    let world = World::start().await;
    trade(&world).await;
    let document = parsed(openapi::text());
    for path in [ORDERS, TRADES] {
        for query in ["limit=1", "limit=500"] {
            let answer = world.signed(BOB, "GET", path, query).await;
            assert_eq!(answer.status, 200, "{path} {query} {}", answer.body);
            described(&document, "GET", path, &answer.json());
        }
    }
}
