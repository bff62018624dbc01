//! Placing, cancelling, replacing, amending and looking up.

use crate::world::{ALICE, BOB, World};
use serde_json::{Value, json};

const ORDER: &str = "/api/v3/order";

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .map(|object| object.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resting_order_answers_full_and_can_be_queried_at_once() {
    let world = World::start().await;
    let query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=60000&newClientOrderId=mine";
    let answer = world.signed(ALICE, "POST", ORDER, query).await;
    let placed = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!(
        keys(&placed),
        [
            "clientOrderId",
            "cummulativeQuoteQty",
            "executedQty",
            "fills",
            "orderId",
            "orderListId",
            "origQty",
            "origQuoteOrderQty",
            "price",
            "selfTradePreventionMode",
            "side",
            "status",
            "symbol",
            "timeInForce",
            "transactTime",
            "type",
            "workingTime"
        ]
    );
    assert_eq!(placed["status"], "NEW");
    assert_eq!(placed["clientOrderId"], "mine");
    assert_eq!(placed["fills"], json!([]));

    for name in [
        "orderId=1",
        "origClientOrderId=mine",
        "orderId=1&origClientOrderId=mine",
    ] {
        let query = format!("symbol=BTCUSDT&{name}");
        let row = world.signed(ALICE, "GET", ORDER, &query).await.json();
        assert_eq!(row["status"], "NEW");
        assert_eq!(row["origQty"], "0.50000000");
        assert_eq!(row["time"], placed["transactTime"]);
        assert_eq!(row["workingTime"], placed["workingTime"]);
    }
    let open = world
        .signed(ALICE, "GET", "/api/v3/openOrders", "")
        .await
        .json();
    assert_eq!(open.as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taker_sees_its_fills_and_both_sides_see_the_trade() {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "0.1", "60000").await;
    world.limit(ALICE, "SELL", "0.1", "60001").await;
    let query = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.15&newOrderRespType=FULL";
    let placed = world.signed(BOB, "POST", ORDER, query).await.json();
    assert_eq!(placed["status"], "FILLED");
    assert_eq!(placed["executedQty"], "0.15000000");
    assert_eq!(placed["cummulativeQuoteQty"], "9000.05000000");
    assert_eq!(
        placed["fills"],
        json!([
            {"price": "60000.00000000", "qty": "0.10000000", "commission": "0.00010000", "commissionAsset": "BTC", "tradeId": 1},
            {"price": "60001.00000000", "qty": "0.05000000", "commission": "0.00005000", "commissionAsset": "BTC", "tradeId": 2},
        ])
    );
    let taken = world
        .signed(BOB, "GET", "/api/v3/myTrades", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(taken[0]["isBuyer"], true);
    assert_eq!(taken[0]["isMaker"], false);
    assert_eq!(taken[1]["commission"], "0.00005000");
    let made = world
        .signed(ALICE, "GET", "/api/v3/myTrades", "symbol=BTCUSDT&orderId=2")
        .await
        .json();
    assert_eq!(made.as_array().map(Vec::len), Some(1));
    assert_eq!(made[0]["isMaker"], true);
    assert_eq!(made[0]["commissionAsset"], "USDT");
    assert_eq!(made[0]["quoteQty"], "3000.05000000");
    let foreign = world
        .signed(BOB, "GET", "/api/v3/myTrades", "symbol=BTCUSDT&orderId=2")
        .await
        .json();
    assert_eq!(foreign, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_response_type_has_its_length() {
    let world = World::start().await;
    for (response, count) in [("ACK", 5), ("RESULT", 16), ("FULL", 17)] {
        let query = format!(
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.5&price=100&newOrderRespType={response}"
        );
        let placed = world.signed(ALICE, "POST", ORDER, &query).await.json();
        assert_eq!(keys(&placed).len(), count, "{placed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ioc_rest_expires_and_says_why() {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "0.1", "60000").await;
    let query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=0.5&price=60000";
    let placed = world.signed(BOB, "POST", ORDER, query).await.json();
    assert_eq!(placed["status"], "EXPIRED");
    assert_eq!(placed["executedQty"], "0.10000000");
    assert_eq!(placed["expiryReason"], "UNFILLED_IOC_QUANTITY_EXPIRED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_order_spends_no_more_than_it_may() {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "1", "60000").await;
    let query = "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100";
    let placed = world.signed(BOB, "POST", ORDER, query).await.json();
    assert_eq!(placed["origQuoteOrderQty"], "100.00000000");
    assert_eq!(placed["executedQty"], "0.00166000");
    assert_eq!(placed["origQty"], placed["executedQty"]);
    assert_eq!(placed["cummulativeQuoteQty"], "99.60000000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_names_both_ids() {
    let world = World::start().await;
    let query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=60000&newClientOrderId=mine";
    world.signed(ALICE, "POST", ORDER, query).await;
    let query = "symbol=BTCUSDT&origClientOrderId=mine&newClientOrderId=bye";
    let cancelled = world.signed(ALICE, "DELETE", ORDER, query).await.json();
    assert_eq!(cancelled["status"], "CANCELED");
    assert_eq!(cancelled["origClientOrderId"], "mine");
    assert_eq!(cancelled["clientOrderId"], "bye");
    let again = world.signed(ALICE, "DELETE", ORDER, query).await;
    assert_eq!(
        again.error(),
        (400, -2011, "Unknown order sent.".to_owned())
    );
    let all = world
        .signed(ALICE, "GET", "/api/v3/allOrders", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(all[0]["status"], "CANCELED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_in_the_body_works_as_in_the_query() {
    let world = World::start().await;
    let order = world.limit(ALICE, "BUY", "0.5", "60000").await;
    let body = world.sign(ALICE, &format!("symbol=BTCUSDT&orderId={order}"));
    let key = format!("X-MBX-APIKEY: {}\r\n", world.logins[ALICE].public_id);
    let answer = world
        .client()
        .await
        .send("DELETE", ORDER, &key, &body)
        .await;
    assert_eq!(answer.json()["status"], "CANCELED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_all_lists_every_order_and_needs_one() {
    let world = World::start().await;
    world.limit(ALICE, "BUY", "0.5", "60000").await;
    world.limit(ALICE, "SELL", "0.5", "61000").await;
    world.limit(BOB, "BUY", "0.5", "60000").await;
    let cancelled = world
        .signed(ALICE, "DELETE", "/api/v3/openOrders", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(cancelled.as_array().map(Vec::len), Some(2));
    let none = world
        .signed(ALICE, "DELETE", "/api/v3/openOrders", "symbol=BTCUSDT")
        .await;
    assert_eq!(none.error(), (400, -2011, "Unknown order sent.".to_owned()));
    let open = world
        .signed(BOB, "GET", "/api/v3/openOrders", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(open.as_array().map(Vec::len), Some(1));
}

const REPLACE: &str = "/api/v3/order/cancelReplace";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_replace_succeeds_by_both_halves_by_one_or_by_none() {
    let world = World::start().await;
    let order = world.limit(ALICE, "BUY", "0.5", "60000").await;
    let new = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=59000&newOrderRespType=RESULT";

    let query = format!(
        "{new}&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId={order}&cancelNewClientOrderId=bye"
    );
    let answer = world.signed(ALICE, "POST", REPLACE, &query).await;
    let both = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!(
        (&both["cancelResult"], &both["newOrderResult"]),
        (&json!("SUCCESS"), &json!("SUCCESS"))
    );
    assert_eq!(both["cancelResponse"]["clientOrderId"], "bye");
    assert_eq!(both["cancelResponse"]["status"], "CANCELED");
    assert_eq!(both["newOrderResponse"]["price"], "59000.00000000");
    assert_eq!(answer.header("x-mbx-order-count-10s"), Some("2"));

    let query = format!("{new}&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId={order}");
    let answer = world.signed(ALICE, "POST", REPLACE, &query).await;
    let half = answer.json();
    assert_eq!(answer.error().0, 409);
    assert_eq!(
        (answer.error().1, answer.error().2.as_str()),
        (-2021, "Order cancel-replace partially failed.")
    );
    assert_eq!(half["data"]["cancelResult"], "FAILURE");
    assert_eq!(
        half["data"]["cancelResponse"],
        json!({"code": -2011, "msg": "Unknown order sent."})
    );
    assert_eq!(half["data"]["newOrderResponse"]["status"], "NEW");

    let query = format!("{new}&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId={order}");
    let answer = world.signed(ALICE, "POST", REPLACE, &query).await;
    let none = answer.json();
    assert_eq!(
        answer.error(),
        (400, -2022, "Order cancel-replace failed.".to_owned())
    );
    assert_eq!(none["data"]["newOrderResult"], "NOT_ATTEMPTED");
    assert_eq!(none["data"]["newOrderResponse"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amendment_lowers_the_quantity_and_keeps_the_order() {
    let world = World::start().await;
    let order = world.limit(ALICE, "BUY", "0.5", "60000").await;
    let path = "/api/v3/order/amend/keepPriority";
    let query = format!("symbol=BTCUSDT&orderId={order}&newQty=0.2&newClientOrderId=smaller");
    let amended = world.signed(ALICE, "PUT", path, &query).await.json();
    assert_eq!(amended["amendedOrder"]["qty"], "0.20000000");
    assert_eq!(amended["amendedOrder"]["clientOrderId"], "smaller");
    assert_eq!(amended["amendedOrder"]["status"], "NEW");
    let row = world
        .signed(
            ALICE,
            "GET",
            ORDER,
            "symbol=BTCUSDT&origClientOrderId=smaller",
        )
        .await
        .json();
    assert_eq!(row["origQty"], "0.20000000");
    let query = format!("symbol=BTCUSDT&orderId={order}&newQty=0.19");
    let amended = world.signed(ALICE, "PUT", path, &query).await.json();
    let named = &amended["amendedOrder"];
    assert_eq!(named["origClientOrderId"], "smaller");
    assert_ne!(
        named["clientOrderId"], "smaller",
        "as upstream: it gets another name"
    );
    for (new_qty, msg) in [
        ("0.3", "Order amend (quantity increase) is not supported."),
        (
            "0.19",
            "The requested action would change no state; rejecting.",
        ),
    ] {
        let query = format!("symbol=BTCUSDT&orderId={order}&newQty={new_qty}");
        let refused = world.signed(ALICE, "PUT", path, &query).await;
        assert_eq!(refused.error(), (400, -2038, msg.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amendment_must_leave_something_to_trade() {
    let world = World::start().await;
    let order = world.limit(ALICE, "BUY", "2", "60000").await;
    world.limit(BOB, "SELL", "1", "60000").await;
    let path = "/api/v3/order/amend/keepPriority";
    for (new_qty, code, msg) in [
        ("0.5", -2038, "Price * QTY is zero or less."),
        ("1", -2038, "Price * QTY is zero or less."),
        ("0", -1013, "Filter failure: LOT_SIZE"),
        (
            "x",
            -1100,
            "Illegal characters found in parameter 'newQty'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
        ),
    ] {
        let query = format!("symbol=BTCUSDT&orderId={order}&newQty={new_qty}");
        let refused = world.signed(ALICE, "PUT", path, &query).await;
        assert_eq!(refused.error(), (400, code, msg.to_owned()), "{new_qty}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tested_order_is_checked_and_never_placed() {
    let world = World::start().await;
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=60000";
    let path = "/api/v3/order/test";
    assert_eq!(world.signed(ALICE, "POST", path, order).await.body, "{}");
    let query = format!("{order}&computeCommissionRates=true");
    let rates = world.signed(ALICE, "POST", path, &query).await.json();
    assert_eq!(rates["standardCommissionForOrder"]["taker"], "0.00100000");
    for (query, filter) in [
        (
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.00001&price=60000",
            "NOTIONAL",
        ),
        (
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1000000.01",
            "PRICE_FILTER",
        ),
        (
            "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=9000",
            "MARKET_LOT_SIZE",
        ),
        (
            "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=1",
            "NOTIONAL",
        ),
    ] {
        let refused = world.signed(ALICE, "POST", path, query).await;
        assert_eq!(
            refused.error(),
            (400, -1013, format!("Filter failure: {filter}"))
        );
    }
    let open = world.signed(ALICE, "GET", "/api/v3/openOrders", "").await;
    assert_eq!(open.body, "[]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_idempotency_key_places_once_and_answers_twice() {
    let world = World::start().await;
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=60000&idempotencyKey=k1";
    let first = world.signed(ALICE, "POST", ORDER, order).await;
    let second = world.signed(ALICE, "POST", ORDER, order).await;
    assert_eq!((first.status, &first.body), (200, &second.body));
    let other = order.replace("quantity=0.5", "quantity=0.4");
    let conflict = world.signed(ALICE, "POST", ORDER, &other).await;
    assert_eq!(conflict.error().0, 409);
    let open = world
        .signed(ALICE, "GET", "/api/v3/openOrders", "")
        .await
        .json();
    assert_eq!(open.as_array().map(Vec::len), Some(1));

    let cancel = "symbol=BTCUSDT&orderId=1&newClientOrderId=c&idempotencyKey=k2";
    let first = world.signed(ALICE, "DELETE", ORDER, cancel).await;
    let second = world.signed(ALICE, "DELETE", ORDER, cancel).await;
    assert_eq!((first.status, &first.body), (200, &second.body));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_an_order_without_a_name_of_its_own_answers_twice_alike_under_a_key() {
    const ALL: &str = "/api/v3/openOrders";
    const REPLACE: &str = "/api/v3/order/cancelReplace";
    let world = World::start().await;
    let one = world.limit(ALICE, "BUY", "0.1", "60000").await;
    let other = world.limit(ALICE, "BUY", "0.1", "60001").await;
    let named = |order| format!("symbol=BTCUSDT&orderId={order}");
    let replaced = format!(
        "symbol=BTCUSDT&cancelOrderId={other}&cancelReplaceMode=STOP_ON_FAILURE&side=BUY&type=LIMIT&timeInForce=GTC\
         &quantity=0.1&price=60002"
    );
    for (key, method, path, query) in [
        ("k1", "DELETE", ORDER, named(one)),
        ("k2", "POST", REPLACE, replaced),
        ("k3", "DELETE", ALL, "symbol=BTCUSDT".to_owned()),
    ] {
        let query = format!("{query}&idempotencyKey={key}");
        let first = world.signed(ALICE, method, path, &query).await;
        let second = world.signed(ALICE, method, path, &query).await;
        assert_eq!(first.status, 200, "{}", first.body);
        assert_eq!(first.body, second.body, "{method} {path}");
    }
    let cancels = [
        world.limit(ALICE, "BUY", "0.1", "60000").await,
        world.limit(ALICE, "BUY", "0.1", "60001").await,
    ];
    let mut names = Vec::new();
    for order in cancels {
        let answer = world.signed(ALICE, "DELETE", ORDER, &named(order)).await;
        names.push(answer.json()["clientOrderId"].clone());
    }
    assert_ne!(
        names[0], names[1],
        "without a key each has a name of its own"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_accounts_order_does_not_exist() {
    let world = World::start().await;
    let order = world.limit(ALICE, "BUY", "0.5", "60000").await;
    let name = format!("symbol=BTCUSDT&orderId={order}");
    let query = world.signed(BOB, "GET", ORDER, &name).await;
    assert_eq!(
        query.error(),
        (400, -2013, "Order does not exist.".to_owned())
    );
    let cancel = world.signed(BOB, "DELETE", ORDER, &name).await;
    assert_eq!(
        cancel.error(),
        (400, -2011, "Unknown order sent.".to_owned())
    );
    let amend = world
        .signed(
            BOB,
            "PUT",
            "/api/v3/order/amend/keepPriority",
            &format!("{name}&newQty=0.1"),
        )
        .await;
    assert_eq!(
        amend.error(),
        (400, -2038, "Unknown order sent.".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_orders_follow_numbers_and_times() {
    let world = World::start().await;
    for price in ["100", "101", "102"] {
        world.limit(ALICE, "BUY", "1", price).await;
    }
    let list = async |query: &str| {
        let query = format!("symbol=BTCUSDT&{query}");
        let rows = world
            .signed(ALICE, "GET", "/api/v3/allOrders", &query)
            .await
            .json();
        let rows = rows.as_array().cloned().unwrap_or_default();
        rows.iter()
            .filter_map(|row| row["orderId"].as_u64())
            .collect::<Vec<u64>>()
    };
    assert_eq!(list("limit=2").await, [2, 3]);
    assert_eq!(list("orderId=2").await, [2, 3]);
    let now = gateway::clock::now().millis();
    assert_eq!(
        list(&format!("startTime={}&limit=1", now - 60_000)).await,
        [1]
    );
    assert_eq!(list("startTime=1&limit=2").await, [1, 2]);
    assert_eq!(list(&format!("endTime={now}&limit=1")).await, [3]);
    assert_eq!(
        list(&format!("startTime={}", now + 60_000)).await,
        [] as [u64; 0]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_says_no_more_is_told_what_became_of_its_order() {
    let world = World::start().await;
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
    let target = format!("/api/v3/order?{}", world.sign(ALICE, order));
    let key = &world.logins[ALICE].public_id;
    let request = format!("POST {target} HTTP/1.1\r\nHost: test\r\nX-MBX-APIKEY: {key}\r\n\r\n");
    let mut client = world.client().await;
    client.send_bytes(request.as_bytes()).await;
    client.say_no_more().await;
    let answer = client.read().await.expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
}
