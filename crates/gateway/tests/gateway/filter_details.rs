//! Which member of a filter refused, for those who ask: each filter, and each member that can be told.

use crate::client::Answer;
use crate::socket::Socket;
use crate::world::{ALICE, BOB, World};
use model::command::Command;
use model::id::MarketId;
use model::instrument::{Cause, DeltaRange, OrderLimits};
use model::number::BasisPoints;
use serde_json::{Value, json};

const ORDER: &str = "/api/v3/order";
const TEST: &str = "/api/v3/order/test";
const PAIR: &str = "/api/v3/orderList/oco";
const AMEND: &str = "/api/v3/order/amend/keepPriority";
const REPLACE: &str = "/api/v3/order/cancelReplace";
const ASKED: &str = "X-BOURSE-DETAIL: 1\r\n";

/// Query, filter, member, its value, and what was given.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// A market whose last price is 100, with limits that are easily broken.
async fn limited() -> World {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    let points = |points| BasisPoints::new(points).expect("legal");
    let range = |min, max| DeltaRange {
        min: points(min),
        max: points(max),
    };
    world
        .command(Command::SetOrderLimits {
            market: MarketId(0),
            limits: Box::new(OrderLimits {
                algo_orders_max: 1,
                iceberg_orders_max: 1,
                iceberg_parts_max: 10,
                order_lists_max: 0,
                order_amends_max: 1,
                trailing_above: range(10, 2_000),
                trailing_below: range(20, 3_000),
            }),
            cause: Cause::Operator,
        })
        .await;
    world
}

async fn ask(world: &World, headers: &str, method: &str, path: &str, query: &str) -> Answer {
    let query = world.sign(ALICE, &format!("symbol=BTCUSDT&{query}"));
    let key = format!(
        "X-MBX-APIKEY: {}\r\n{headers}",
        world.logins[ALICE].public_id
    );
    let target = format!("{path}?{query}");
    world.client().await.send(method, &target, &key, "").await
}

async fn check(world: &World, method: &str, path: &str, cases: &[Case]) {
    for (query, filter, limit, value, given) in cases {
        let plain = ask(world, "", method, path, query).await.json();
        assert_eq!(plain["msg"], format!("Filter failure: {filter}"), "{query}");
        assert_eq!(plain.as_object().map(|members| members.len()), Some(2));
        let answer = ask(world, ASKED, method, path, query).await;
        assert_eq!(answer.status, 400, "{query}");
        let answer = answer.json();
        let mut detail = json!({"filter": filter, "limit": limit, "value": value});
        if !given.is_empty() {
            detail["given"] = (*given).into();
        }
        assert_eq!(answer["detail"], detail, "{query}");
        assert_eq!(
            (&answer["code"], &answer["msg"]),
            (&plain["code"], &plain["msg"])
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_whose_url_asks_is_told_what_rest_tells() {
    let world = limited().await;
    let order = json!({"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT_MAKER", "quantity": 1, "price": "90.005"});
    let detail = json!({"filter": "PRICE_FILTER", "limit": "tickSize", "value": "0.01000000", "given": "90.00500000"});
    for (url, expected) in [
        ("/ws-api/v3", Value::Null),
        ("/ws-api/v3?detail=false", Value::Null),
        ("/ws-api/v3?detail=true", detail),
    ] {
        let mut socket = Socket::open(world.address, url).await;
        let login = &world.logins[ALICE];
        let answer = socket.ask_signed(login, "order.place", order.clone()).await;
        assert_eq!(answer["status"], 400, "{url}");
        let error = &answer["error"];
        assert_eq!(error["code"], -1013, "{url}");
        assert_eq!(error["msg"], "Filter failure: PRICE_FILTER", "{url}");
        assert_eq!(error["detail"], expected, "{url}");
        let told = usize::from(!expected.is_null());
        assert_eq!(
            error.as_object().map(|members| members.len()),
            Some(2 + told)
        );
    }
    let url = "/ws-api/v3?detail=perhaps";
    assert!(Socket::try_open(world.address, url).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_on_one_order_is_named_with_what_was_given() {
    let world = limited().await;
    let cases: &[Case] = &[
        (
            "side=BUY&type=LIMIT_MAKER&quantity=1&price=0.001",
            "PRICE_FILTER",
            "minPrice",
            "0.01000000",
            "0.00100000",
        ),
        (
            "side=BUY&type=LIMIT_MAKER&quantity=1&price=1000000.01",
            "PRICE_FILTER",
            "maxPrice",
            "1000000.00000000",
            "1000000.01000000",
        ),
        (
            "side=BUY&type=LIMIT_MAKER&quantity=1&price=90.005",
            "PRICE_FILTER",
            "tickSize",
            "0.01000000",
            "90.00500000",
        ),
        (
            "side=BUY&type=STOP_LOSS&quantity=1&stopPrice=1000000.01",
            "PRICE_FILTER",
            "maxPrice",
            "1000000.00000000",
            "1000000.01000000",
        ),
        (
            "side=BUY&type=LIMIT_MAKER&quantity=0.000001&price=90",
            "LOT_SIZE",
            "minQty",
            "0.00001000",
            "0.00000100",
        ),
        (
            "side=BUY&type=LIMIT_MAKER&quantity=9000.00001&price=90",
            "LOT_SIZE",
            "maxQty",
            "9000.00000000",
            "9000.00001000",
        ),
        (
            "side=BUY&type=LIMIT_MAKER&quantity=1.000001&price=90",
            "LOT_SIZE",
            "stepSize",
            "0.00001000",
            "1.00000100",
        ),
        (
            "side=BUY&type=MARKET&quantity=1000.00001",
            "MARKET_LOT_SIZE",
            "maxQty",
            "1000.00000000",
            "1000.00001000",
        ),
        (
            "side=BUY&type=LIMIT_MAKER&quantity=0.01&price=90",
            "NOTIONAL",
            "minNotional",
            "5.00000000",
            "0.90000000",
        ),
        (
            "side=BUY&type=MARKET&quoteOrderQty=1",
            "NOTIONAL",
            "minNotional",
            "5.00000000",
            "1.00000000",
        ),
        (
            "side=BUY&type=MARKET&quoteOrderQty=9000000.01",
            "NOTIONAL",
            "maxNotional",
            "9000000.00000000",
            "9000000.01000000",
        ),
        (
            "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=100&icebergQty=0.09",
            "ICEBERG_PARTS",
            "limit",
            "10",
            "12",
        ),
        (
            "side=BUY&type=STOP_LOSS&quantity=1&trailingDelta=9",
            "TRAILING_DELTA",
            "minTrailingAboveDelta",
            "10",
            "9",
        ),
        (
            "side=BUY&type=STOP_LOSS&quantity=1&trailingDelta=2001",
            "TRAILING_DELTA",
            "maxTrailingAboveDelta",
            "2000",
            "2001",
        ),
        (
            "side=SELL&type=STOP_LOSS&quantity=1&trailingDelta=19",
            "TRAILING_DELTA",
            "minTrailingBelowDelta",
            "20",
            "19",
        ),
        (
            "side=BUY&type=TAKE_PROFIT&quantity=1&trailingDelta=70000",
            "TRAILING_DELTA",
            "maxTrailingBelowDelta",
            "3000",
            "70000",
        ),
    ];
    check(&world, "POST", TEST, cases).await;
    check(&world, "POST", ORDER, cases).await;
    let by_engine: &[Case] = &[
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=19",
            "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierDown",
            "0.20000000",
            "19.00000000",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=501",
            "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp",
            "5.00000000",
            "501.00000000",
        ),
        (
            "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=19",
            "PERCENT_PRICE_BY_SIDE",
            "askMultiplierDown",
            "0.20000000",
            "19.00000000",
        ),
        (
            "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=501",
            "PERCENT_PRICE_BY_SIDE",
            "askMultiplierUp",
            "5.00000000",
            "501.00000000",
        ),
        (
            "side=BUY&type=MARKET&quantity=0.01",
            "NOTIONAL",
            "minNotional",
            "5.00000000",
            "1.00000000",
        ),
    ];
    check(&world, "POST", ORDER, by_engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_of_lists_replacements_and_amendments_name_theirs() {
    let world = limited().await;
    let order = world.limit(ALICE, "BUY", "1", "90").await;
    let pair = "side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS_LIMIT&belowTimeInForce=GTC&belowStopPrice=95&belowPrice=1000000.01";
    let tiny = "side=SELL&quantity=0.000001&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS&belowStopPrice=95";
    let cases: &[Case] = &[
        (
            pair,
            "PRICE_FILTER",
            "maxPrice",
            "1000000.00000000",
            "1000000.01000000",
        ),
        (tiny, "LOT_SIZE", "minQty", "0.00001000", "0.00000100"),
    ];
    check(&world, "POST", PAIR, cases).await;
    let replace: &[Case] = &[(
        "side=BUY&type=LIMIT_MAKER&quantity=1&price=90.005&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=3",
        "PRICE_FILTER",
        "tickSize",
        "0.01000000",
        "90.00500000",
    )];
    check(&world, "POST", REPLACE, replace).await;
    for (qty, filter, limit, value, given) in [
        (
            "0.000001",
            "LOT_SIZE",
            "minQty",
            "0.00001000",
            Some("0.00000100"),
        ),
        ("0.01", "NOTIONAL", "minNotional", "5.00000000", None),
    ] {
        let query = format!("orderId={order}&newQty={qty}");
        let answer = ask(&world, ASKED, "PUT", AMEND, &query).await.json();
        let detail = &answer["detail"];
        assert_eq!(
            (&detail["filter"], &detail["limit"], &detail["value"]),
            (&filter.into(), &limit.into(), &value.into()),
            "{answer}"
        );
        assert_eq!(detail.get("given").and_then(Value::as_str), given);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_on_counts_is_named_without_the_count() {
    let world = limited().await;
    let stop = "side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90";
    let iceberg = "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=110&icebergQty=0.5";
    let pair = "side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS&belowStopPrice=95";
    check(
        &world,
        "POST",
        PAIR,
        &[(pair, "MAX_NUM_ORDER_LISTS", "maxNumOrderLists", "0", "")],
    )
    .await;
    for query in [stop, iceberg] {
        world.order(ALICE, query).await;
    }
    check(
        &world,
        "POST",
        ORDER,
        &[(stop, "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", "1", "")],
    )
    .await;
    check(
        &world,
        "POST",
        ORDER,
        &[(
            iceberg,
            "MAX_NUM_ICEBERG_ORDERS",
            "maxNumIcebergOrders",
            "1",
            "",
        )],
    )
    .await;
    let order = world.limit(ALICE, "BUY", "1", "90").await;
    let amended = ask(
        &world,
        "",
        "PUT",
        AMEND,
        &format!("orderId={order}&newQty=0.9"),
    )
    .await;
    assert_eq!(amended.status, 200, "{}", amended.body);
    let again = ask(
        &world,
        ASKED,
        "PUT",
        AMEND,
        &format!("orderId={order}&newQty=0.8"),
    )
    .await;
    let detail =
        json!({"filter": "MAX_NUM_ORDER_AMENDS", "limit": "maxNumOrderAmends", "value": "1"});
    assert_eq!(again.json()["detail"], detail);
    let large = "side=BUY&type=LIMIT_MAKER&quantity=9000&price=90";
    world.order(ALICE, large).await;
    check(
        &world,
        "POST",
        ORDER,
        &[(large, "MAX_POSITION", "maxPosition", "10000.00000000", "")],
    )
    .await;
    world.limit(ALICE, "BUY", "1", "91").await;
    let one = "side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
    check(
        &world,
        "POST",
        ORDER,
        &[(one, "MAX_NUM_ORDERS", "maxNumOrders", "5", "")],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_filter_refuses_has_no_detail() {
    let world = limited().await;
    let answer = ask(&world, ASKED, "POST", ORDER, "side=BUY&type=MARKET").await;
    assert_eq!(
        answer.json().as_object().map(|members| members.len()),
        Some(2),
        "{}",
        answer.body
    );
    let other = "X-BOURSE-DETAIL: yes\r\n";
    let answer = ask(
        &world,
        other,
        "POST",
        ORDER,
        "side=BUY&type=LIMIT_MAKER&quantity=1&price=90.005",
    )
    .await;
    assert_eq!(answer.json().get("detail"), None);
}
