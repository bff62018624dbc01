//! Orders that wait for a price or show a part of themselves, and what else is asked about orders.

use crate::socket::Socket;
use crate::world::{ALICE, BOB, World};
use model::command::Command;
use model::id::MarketId;
use model::instrument::{Cause, DeltaRange, OrderLimits};
use model::number::BasisPoints;
use serde_json::{Value, json};

const ORDER: &str = "/api/v3/order";
const TEST: &str = "/api/v3/order/test";
const AMEND: &str = "/api/v3/order/amend/keepPriority";
const STOP: &str = "symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&price=90&stopPrice=95";

/// A market whose last price is 100.
async fn traded() -> World {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    world
}

async fn row(world: &World, who: usize, order: u64) -> Value {
    let query = format!("symbol=BTCUSDT&orderId={order}");
    world.signed(who, "GET", ORDER, &query).await.json()
}

fn points(points: u16) -> BasisPoints {
    BasisPoints::new(points).expect("legal")
}

fn limits() -> OrderLimits {
    let range = DeltaRange {
        min: points(10),
        max: points(2_000),
    };
    OrderLimits {
        algo_orders_max: 1,
        iceberg_orders_max: 1,
        iceberg_parts_max: 10,
        order_lists_max: 1,
        order_amends_max: 1,
        trailing_above: range,
        trailing_below: range,
    }
}

async fn set_limits(world: &World) {
    world
        .command(Command::SetOrderLimits {
            market: MarketId(0),
            limits: Box::new(limits()),
            cause: Cause::Operator,
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tested_order_that_waits_or_hides_is_checked_and_never_placed() {
    let world = traded().await;
    let market = "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=1";
    let iceberg = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=100";
    for query in [
        STOP.to_owned(),
        format!("{market}&trailingDelta=9999"),
        format!("{market}&stopPrice=95&trailingDelta=50"),
        format!("{iceberg}&icebergQty=0.01"),
        "symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT&quantity=1&stopPrice=105".to_owned(),
    ] {
        let answer = world.signed(ALICE, "POST", TEST, &query).await;
        assert_eq!((answer.status, &*answer.body), (200, "{}"), "{query}");
    }
    for (query, code, msg) in [
        (
            format!("{market}&stopPrice=1000000.01"),
            -1013,
            "Filter failure: PRICE_FILTER",
        ),
        (
            format!("{market}&trailingDelta=10000"),
            -1013,
            "Filter failure: TRAILING_DELTA",
        ),
        (
            format!("{iceberg}&icebergQty=0.00999"),
            -1013,
            "Filter failure: ICEBERG_PARTS",
        ),
        (
            format!("{iceberg}&icebergQty=1.00001"),
            -2010,
            "IcebergQty exceeds QTY.",
        ),
        (
            format!("{market}&stopPrice=100"),
            -2010,
            "Order would trigger immediately.",
        ),
        (
            "symbol=BTCUSDT&side=BUY&type=TAKE_PROFIT&quantity=1&stopPrice=100".to_owned(),
            -2010,
            "Order would trigger immediately.",
        ),
    ] {
        let refused = world.signed(ALICE, "POST", TEST, &query).await;
        assert_eq!(refused.error(), (400, code, msg.to_owned()), "{query}");
    }
    let open = world.signed(ALICE, "GET", "/api/v3/openOrders", "").await;
    assert_eq!(open.body, "[]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_offered_says_so_over_both_dialects() {
    let world = World::start().await;
    let expected = "This operation is not supported.";
    for path in [
        "/api/v3/orderList/opo",
        "/api/v3/orderList/opoco",
        "/api/v3/sor/order",
        "/api/v3/sor/order/test",
    ] {
        let refused = world.signed(ALICE, "POST", path, "symbol=BTCUSDT").await;
        assert_eq!(refused.error(), (400, -1020, expected.to_owned()), "{path}");
    }
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    for method in [
        "orderList.place.opo",
        "orderList.place.opoco",
        "sor.order.place",
        "sor.order.test",
    ] {
        let params = json!({"symbol": "BTCUSDT"});
        let refused = socket
            .ask_signed(&world.logins[ALICE], method, params)
            .await;
        assert_eq!(
            refused["error"],
            json!({"code": -1020, "msg": expected}),
            "{method}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_market_has_is_told_as_none_over_both_dialects() {
    let world = World::start().await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let no_price = json!({"code": -2043, "msg": "This symbol doesn't have a reference price."});
    for (method, path, name, expected) in [
        (
            "blockTrades.historical",
            "historicalBlockTrades",
            "result",
            &json!([]),
        ),
        ("referencePrice", "referencePrice", "error", &no_price),
        (
            "referencePrice.calculation",
            "referencePrice/calculation",
            "error",
            &no_price,
        ),
    ] {
        let told = socket
            .ask(method, json!({"symbol": "BTCUSDT", "fromId": 1}))
            .await;
        assert_eq!(&told[name], expected, "{method}");
        let ask = |symbol| format!("/api/v3/{path}?symbol={symbol}&fromId=1");
        assert_eq!(&world.get(&ask("BTCUSDT")).await.json(), expected, "{path}");
        assert_eq!(world.get(&ask("NOPE")).await.error().1, -1121, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rule_that_ends_an_order_is_told_over_both_dialects() {
    let world = traded().await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let rule = json!({
        "ruleType": "PRICE_RANGE",
        "bidLimitMultUp": "5.00000000", "bidLimitMultDown": "0.20000000",
        "askLimitMultUp": "5.00000000", "askLimitMultDown": "0.20000000",
    });
    let rules = json!({"symbolRules": [{"symbol": "BTCUSDT", "rules": [rule]}]});
    let target = "/api/v3/executionRules?symbol=BTCUSDT";
    assert_eq!(world.get(target).await.json(), rules);
    let told = socket
        .ask("executionRules", json!({"symbol": "BTCUSDT"}))
        .await;
    assert_eq!(told["result"], rules);
    let unknown = world.get("/api/v3/executionRules?symbol=NOPE").await;
    assert_eq!(unknown.error().1, -1121);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_filters_are_those_of_the_market() {
    let world = World::start().await;
    let query = "symbol=BTCUSDT";
    let own = world
        .signed(ALICE, "GET", "/api/v3/myFilters", query)
        .await
        .json();
    let info = world.get("/api/v3/exchangeInfo").await.json();
    assert_eq!(own["symbolFilters"], info["symbols"][0]["filters"]);
    assert_eq!(own["exchangeFilters"], json!([]));
    assert_eq!(own["assetFilters"], json!([]));
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let params = json!({"symbol": "BTCUSDT"});
    let login = &world.logins[ALICE];
    let told = socket.ask_signed(login, "myFilters", params).await;
    assert_eq!(told["result"], own);
    let unknown = world
        .signed(ALICE, "GET", "/api/v3/myFilters", "symbol=NOPE")
        .await;
    assert_eq!(unknown.error(), (400, -1121, "Invalid symbol.".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amendments_of_an_order_are_kept_in_order() {
    let world = World::start().await;
    let order = world.limit(ALICE, "BUY", "3", "60").await;
    let name = format!("symbol=BTCUSDT&orderId={order}");
    let mut executions = Vec::new();
    for (qty, client_id) in [("2", "less"), ("1", "least")] {
        let query = format!("{name}&newQty={qty}&newClientOrderId={client_id}");
        let amended = world.signed(ALICE, "PUT", AMEND, &query).await.json();
        executions.push(amended["executionId"].clone());
    }
    let path = "/api/v3/order/amendments";
    let rows = world.signed(ALICE, "GET", path, &name).await.json();
    let row = |index: usize, names: [&str; 2], qtys: [&str; 2]| {
        json!({
            "symbol": "BTCUSDT", "orderId": order, "executionId": executions[index],
            "origClientOrderId": names[0], "newClientOrderId": names[1],
            "origQty": qtys[0], "newQty": qtys[1], "time": rows[index]["time"],
        })
    };
    let first = rows[0]["origClientOrderId"].as_str().expect("a name");
    let expected = [
        row(0, [first, "less"], ["3.00000000", "2.00000000"]),
        row(1, ["less", "least"], ["2.00000000", "1.00000000"]),
    ];
    assert_eq!(rows, json!(expected));
    let query = format!("{name}&fromExecutionId={}&limit=5", executions[1]);
    let from = world.signed(ALICE, "GET", path, &query).await.json();
    assert_eq!(from, json!([expected[1]]));
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let params = json!({"symbol": "BTCUSDT", "orderId": order, "limit": 1});
    let login = &world.logins[ALICE];
    let told = socket.ask_signed(login, "order.amendments", params).await;
    assert_eq!(told["result"], json!([expected[0]]));
    let foreign = world.signed(BOB, "GET", path, &name).await.json();
    assert_eq!(foreign, json!([]));
    let unnamed = world.signed(ALICE, "GET", path, "symbol=BTCUSDT").await;
    assert_eq!(unnamed.error().1, -1102);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prevented_matches_are_found_by_number_and_by_order() {
    let world = World::start().await;
    let maker = world.limit(ALICE, "SELL", "1", "100").await;
    let taker = world.limit(ALICE, "BUY", "1", "100").await;
    let path = "/api/v3/myPreventedMatches";
    let find = async |who: usize, query: &str| {
        let query = format!("symbol=BTCUSDT&{query}");
        world.signed(who, "GET", path, &query).await.json()
    };
    let rows = find(ALICE, "preventedMatchId=1").await;
    assert_eq!(
        rows,
        json!([{
            "symbol": "BTCUSDT", "preventedMatchId": 1, "takerOrderId": taker, "makerSymbol": "BTCUSDT",
            "makerOrderId": maker, "tradeGroupId": rows[0]["tradeGroupId"],
            "selfTradePreventionMode": "EXPIRE_MAKER", "price": "100.00000000",
            "makerPreventedQuantity": "1.00000000", "transactTime": rows[0]["transactTime"],
        }])
    );
    assert!(rows[0]["tradeGroupId"].is_u64());
    for query in [
        format!("orderId={maker}"),
        format!("orderId={taker}&fromPreventedMatchId=1&limit=1"),
        "fromPreventedMatchId=1".to_owned(),
    ] {
        assert_eq!(find(ALICE, &query).await, rows, "{query}");
    }
    for query in ["preventedMatchId=2", "fromPreventedMatchId=2", "orderId=9"] {
        assert_eq!(find(ALICE, query).await, json!([]), "{query}");
    }
    for query in ["preventedMatchId=1", "orderId=1", "fromPreventedMatchId=0"] {
        assert_eq!(find(BOB, query).await, json!([]), "a stranger: {query}");
    }
    assert_eq!(find(ALICE, "limit=5").await["code"], -1102);
    let both = find(ALICE, "preventedMatchId=1&orderId=1").await;
    assert_eq!(both["code"], -1128);
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let params = json!({"symbol": "BTCUSDT", "preventedMatchId": 1});
    let login = &world.logins[ALICE];
    let told = socket.ask_signed(login, "myPreventedMatches", params).await;
    assert_eq!(told["result"], rows);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_until_a_trade_meets_it_and_then_takes() {
    let world = traded().await;
    let placed = world.signed(ALICE, "POST", ORDER, STOP).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let keys = placed.json().as_object().expect("an object").len();
    assert_eq!(keys, 5, "ACK unless asked for more: {}", placed.body);
    let order = placed.json()["orderId"].as_u64().expect("a number");
    let waiting = row(&world, ALICE, order).await;
    for (field, expected) in [
        ("status", json!("NEW")),
        ("type", json!("STOP_LOSS_LIMIT")),
        ("stopPrice", json!("95.00000000")),
        ("icebergQty", json!("0.00000000")),
        ("price", json!("90.00000000")),
        ("isWorking", json!(false)),
        ("workingTime", json!(-1)),
        ("orderListId", json!(-1)),
    ] {
        assert_eq!(waiting[field], expected, "{field}");
    }
    let open = world
        .signed(ALICE, "GET", "/api/v3/openOrders", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(open, json!([waiting]));
    let depth = world.get("/api/v3/depth?symbol=BTCUSDT").await.json();
    assert_eq!(depth["asks"], json!([]), "it is not on the book");

    world.limit(BOB, "BUY", "2", "94").await;
    world.limit(ALICE, "SELL", "1", "94").await;
    let started = row(&world, ALICE, order).await;
    for (field, expected) in [
        ("status", json!("FILLED")),
        ("executedQty", json!("1.00000000")),
        ("cummulativeQuoteQty", json!("94.00000000")),
        ("isWorking", json!(true)),
    ] {
        assert_eq!(started[field], expected, "{field}");
    }
    assert_ne!(started["workingTime"], json!(-1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waiting_order_is_answered_with_what_it_waits_for() {
    let world = traded().await;
    let query = "symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT_LIMIT&timeInForce=GTC&quantity=1&price=104\
                 &stopPrice=105&trailingDelta=50&icebergQty=0.5&newOrderRespType=FULL";
    let placed = world.signed(ALICE, "POST", ORDER, query).await.json();
    for (field, expected) in [
        ("type", json!("TAKE_PROFIT_LIMIT")),
        ("stopPrice", json!("105.00000000")),
        ("trailingDelta", json!(50)),
        ("icebergQty", json!("0.50000000")),
        ("workingTime", json!(-1)),
        ("status", json!("NEW")),
        ("fills", json!([])),
    ] {
        assert_eq!(placed[field], expected, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_iceberg_shows_a_part_and_trades_whole() {
    let world = traded().await;
    let iceberg = "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=101&icebergQty=0.4&newOrderRespType=RESULT";
    let order = world.order(ALICE, iceberg).await;
    let depth = world.get("/api/v3/depth?symbol=BTCUSDT").await.json();
    assert_eq!(depth["asks"], json!([["101.00000000", "0.40000000"]]));
    let taken = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5&newOrderRespType=FULL";
    let taken = world.signed(BOB, "POST", ORDER, taken).await.json();
    assert_eq!(taken["status"], "FILLED");
    assert_eq!(taken["fills"].as_array().map(Vec::len), Some(2));
    let left = row(&world, ALICE, order).await;
    assert_eq!(left["executedQty"], "0.50000000");
    assert_eq!(left["icebergQty"], "0.40000000");
    assert_eq!(left["isWorking"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_engine_refuses_of_orders_that_wait_is_worded() {
    let world = traded().await;
    set_limits(&world).await;
    let market = "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=1";
    let limit = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=101";
    let met = format!("{market}&stopPrice=100");
    let met = world.signed(ALICE, "POST", ORDER, &met).await;
    let expected = "Order would trigger immediately.";
    assert_eq!(met.error(), (400, -2010, expected.to_owned()));
    assert_eq!(world.signed(ALICE, "POST", ORDER, STOP).await.status, 200);
    let hidden = format!("{limit}&icebergQty=0.5");
    assert_eq!(
        world.signed(ALICE, "POST", ORDER, &hidden).await.status,
        200
    );
    for (query, code, msg) in [
        (
            format!("{market}&trailingDelta=9"),
            -1013,
            "Filter failure: TRAILING_DELTA",
        ),
        (
            format!("{market}&stopPrice=94"),
            -2010,
            "Filter failure: MAX_NUM_ALGO_ORDERS",
        ),
        (
            hidden.clone(),
            -2010,
            "Filter failure: MAX_NUM_ICEBERG_ORDERS",
        ),
        (
            format!("{limit}&icebergQty=0.09"),
            -1013,
            "Filter failure: ICEBERG_PARTS",
        ),
        (
            format!("{limit}&icebergQty=2"),
            -2010,
            "IcebergQty exceeds QTY.",
        ),
    ] {
        let refused = world.signed(ALICE, "POST", ORDER, &query).await;
        assert_eq!(refused.error(), (400, code, msg.to_owned()), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_waits_can_replace_and_be_replaced_but_not_amended() {
    let world = traded().await;
    let path = "/api/v3/order/cancelReplace";
    let plain = world.limit(ALICE, "SELL", "1", "110").await;
    let query = format!("{STOP}&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId={plain}");
    let replaced = world.signed(ALICE, "POST", path, &query).await;
    assert_eq!(replaced.status, 200, "{}", replaced.body);
    let order = replaced.json()["newOrderResponse"]["orderId"].clone();
    let query = format!("symbol=BTCUSDT&orderId={order}&newQty=0.5");
    let amended = world.signed(ALICE, "PUT", AMEND, &query).await;
    let expected = "Order amend is not supported for this symbol.";
    assert_eq!(amended.error(), (400, -2038, expected.to_owned()));
    let query = format!(
        "symbol=BTCUSDT&side=SELL&type=LIMIT_MAKER&quantity=1&price=110\
         &cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId={order}"
    );
    let replaced = world.signed(ALICE, "POST", path, &query).await.json();
    let cancelled = &replaced["cancelResponse"];
    assert_eq!(cancelled["type"], "STOP_LOSS_LIMIT");
    assert_eq!(cancelled["status"], "CANCELED");
    assert_eq!(cancelled["stopPrice"], "95.00000000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limits_of_a_market_are_published_as_filters() {
    let world = World::start().await;
    set_limits(&world).await;
    let info = world.get("/api/v3/exchangeInfo").await.json();
    let filters = info["symbols"][0]["filters"].as_array().expect("filters");
    for expected in [
        json!({"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 1}),
        json!({"filterType": "MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders": 1}),
        json!({"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 1}),
        json!({"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": 1}),
        json!({"filterType": "ICEBERG_PARTS", "limit": 10}),
        json!({
            "filterType": "TRAILING_DELTA",
            "minTrailingAboveDelta": 10, "maxTrailingAboveDelta": 2_000,
            "minTrailingBelowDelta": 10, "maxTrailingBelowDelta": 2_000,
        }),
    ] {
        assert!(filters.contains(&expected), "{expected}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_amended_no_more_often_than_its_market_takes() {
    let world = World::start().await;
    set_limits(&world).await;
    let order = world.limit(ALICE, "BUY", "3", "60").await;
    let amend = async |qty: &str| {
        let query = format!("symbol=BTCUSDT&orderId={order}&newQty={qty}");
        world.signed(ALICE, "PUT", AMEND, &query).await
    };
    assert_eq!(amend("2").await.status, 200);
    let expected = "Filter failure: MAX_NUM_ORDER_AMENDS";
    assert_eq!(amend("1").await.error(), (400, -2038, expected.to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_triggered_order_counts_until_it_trades() {
    let world = traded().await;
    let counts = async || {
        let path = "/api/v3/rateLimit/order";
        let rows = world.signed(ALICE, "GET", path, "").await.json();
        rows[1]["count"].as_u64().expect("a count")
    };
    let before = counts().await;
    assert_eq!(world.signed(ALICE, "POST", ORDER, STOP).await.status, 200);
    assert_eq!(counts().await, before + 1);
    world.limit(BOB, "BUY", "2", "94").await;
    world.limit(ALICE, "SELL", "1", "94").await;
    assert_eq!(counts().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pegged_order_takes_its_price_from_the_book() {
    let world = traded().await;
    let peg = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&newOrderRespType=RESULT\
               &pegPriceType=PRIMARY_PEG";
    let offset = format!("{peg}&pegOffsetType=PRICE_LEVEL&pegOffsetValue=1");
    let empty = world.signed(ALICE, "POST", ORDER, peg).await;
    let low = "Order book liquidity is too low for this pegged order.";
    assert_eq!(empty.error(), (400, -2010, low.to_owned()));
    let tested = world.signed(ALICE, "POST", TEST, peg).await;
    assert_eq!((tested.status, &*tested.body), (200, "{}"));

    world.limit(BOB, "BUY", "1", "98").await;
    world.limit(BOB, "BUY", "1", "97").await;
    let best = world.signed(ALICE, "POST", ORDER, peg).await.json();
    assert_eq!(best["price"], "0.00000000");
    assert_eq!(best["peggedPrice"], "98.00000000");
    assert_eq!(best["pegPriceType"], "PRIMARY_PEG");
    assert_eq!(best.get("pegOffsetType"), None);
    let next = world.signed(ALICE, "POST", ORDER, &offset).await.json();
    assert_eq!(next["peggedPrice"], "97.00000000");
    assert_eq!(next["pegOffsetType"], "PRICE_LEVEL");
    assert_eq!(next["pegOffsetValue"], 1);
    let order = next["orderId"].as_u64().expect("a number");
    let queried = row(&world, ALICE, order).await;
    assert_eq!(queried["peggedPrice"], "97.00000000");

    // One that waits has no price until it starts.
    let waits = "symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=IOC&quantity=1\
                 &stopPrice=98&pegPriceType=MARKET_PEG";
    let waiting = world.signed(ALICE, "POST", ORDER, waits).await.json();
    let order = waiting["orderId"].as_u64().expect("a number");
    assert_eq!(row(&world, ALICE, order).await.get("peggedPrice"), None);
    world.limit(BOB, "SELL", "1", "98").await;
    let started = row(&world, ALICE, order).await;
    assert_eq!(started["peggedPrice"], "97.00000000");
    assert_eq!(started["isWorking"], true);
}
