//! Lists of orders over both dialects, from their parameters to what their owners are told.

use crate::socket::Socket;
use crate::world::{ALICE, BOB, World};
use serde_json::{Value, json};

const ORDER: &str = "/api/v3/order";
const LIST: &str = "/api/v3/orderList";
const OLD: &str = "/api/v3/order/oco";
const OCO: &str = "/api/v3/orderList/oco";
const OTO: &str = "/api/v3/orderList/oto";
const OTOCO: &str = "/api/v3/orderList/otoco";
const SELL: &str = "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110\
                    &belowType=STOP_LOSS&belowStopPrice=90&listClientOrderId=both\
                    &aboveClientOrderId=above&belowClientOrderId=below";
const TRIGGERING: &str = "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=98\
                          &workingQuantity=1&workingTimeInForce=GTC&pendingType=LIMIT_MAKER\
                          &pendingSide=SELL&pendingQuantity=0.5&pendingPrice=120";
const TRIGGERING_PAIR: &str = "symbol=BTCUSDT&workingType=LIMIT_MAKER&workingSide=BUY\
                               &workingPrice=98&workingQuantity=1&pendingSide=SELL\
                               &pendingQuantity=0.5&pendingAboveType=TAKE_PROFIT\
                               &pendingAboveStopPrice=120&pendingBelowType=STOP_LOSS\
                               &pendingBelowTrailingDelta=100";

/// A market whose last price is 100.
async fn traded() -> World {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    world
}

async fn place(world: &World, path: &str, query: &str) -> Value {
    let placed = world.signed(ALICE, "POST", path, query).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    placed.json()
}

async fn order(world: &World, number: &Value) -> Value {
    let query = format!("symbol=BTCUSDT&orderId={number}");
    world.signed(ALICE, "GET", ORDER, &query).await.json()
}

fn column(rows: &Value, name: &str) -> Vec<Value> {
    let rows = rows.as_array().expect("rows");
    rows.iter().map(|row| row[name].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_rule_is_refused_the_same_over_both_dialects() {
    let world = World::start().await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    for (path, method, query, code) in [
        (
            OLD,
            "orderList.place",
            "symbol=BTCUSDT&side=SELL&quantity=1&price=110",
            -1102,
        ),
        (
            OCO,
            "orderList.place.oco",
            "symbol=BTCUSDT&side=BUY&quantity=1&aboveType=LIMIT_MAKER&belowType=STOP_LOSS",
            -1165,
        ),
        (
            OTO,
            "orderList.place.oto",
            "symbol=BTCUSDT&workingType=MARKET&workingSide=BUY&workingPrice=1&workingQuantity=1\
             &pendingType=MARKET&pendingSide=SELL&pendingQuantity=1",
            -1158,
        ),
        (
            OTOCO,
            "orderList.place.otoco",
            "symbol=BTCUSDT&workingType=LIMIT_MAKER&workingSide=BUY&workingPrice=1&workingQuantity=1\
             &pendingSide=SELL&pendingQuantity=1&pendingAboveType=STOP_LOSS\
             &pendingBelowType=STOP_LOSS",
            -1197,
        ),
    ] {
        let refused = world.signed(ALICE, "POST", path, query).await;
        assert_eq!(refused.error().1, code, "{path}");
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let params = pairs.map(|(name, value)| (name.to_owned(), json!(value)));
        let params = Value::Object(params.collect());
        let login = &world.logins[ALICE];
        let answer = socket.ask_signed(login, method, params).await;
        assert_eq!(answer["error"], refused.json(), "{method}");
    }
    let counts = world
        .signed(ALICE, "GET", "/api/v3/rateLimit/order", "")
        .await
        .json();
    assert_eq!(counts[1]["count"], 0, "what is refused does not count");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_are_not_there_say_so() {
    let world = World::start().await;
    let ask = async |method: &str, path: &str, query: &str| {
        world.signed(ALICE, method, path, query).await
    };
    for query in ["orderListId=1", "origClientOrderId=both"] {
        let expected = (400, -2013, "Order does not exist.".to_owned());
        assert_eq!(ask("GET", LIST, query).await.error(), expected, "{query}");
    }
    let unnamed = ask("GET", LIST, "").await.error();
    let expected =
        "Param 'origClientOrderId' or 'orderListId' must be sent, but both were empty/null!";
    assert_eq!(unnamed, (400, -1102, expected.to_owned()));
    assert_eq!(ask("GET", "/api/v3/openOrderList", "").await.body, "[]");
    let all = "/api/v3/allOrderList";
    for query in ["", "fromId=1", "startTime=1", "endTime=1&limit=1000"] {
        assert_eq!(ask("GET", all, query).await.body, "[]", "{query}");
    }
    for (query, code) in [
        ("fromId=1&startTime=1", -1128),
        ("startTime=1&endTime=90000000", -1127),
        ("limit=1001", -1130),
    ] {
        assert_eq!(ask("GET", all, query).await.error().1, code, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_is_unknown_cannot_be_cancelled() {
    let world = World::start().await;
    let query = "symbol=BTCUSDT&orderListId=1";
    let refused = world.signed(ALICE, "DELETE", LIST, query).await;
    let expected = (400, -2011, "Unknown order sent.".to_owned());
    assert_eq!(refused.error(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_is_answered_with_its_stop_loss_first_and_can_be_found() {
    let world = traded().await;
    let placed = world.signed(ALICE, "POST", OCO, SELL).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    assert_eq!(placed.header("x-mbx-order-count-1d"), Some("2"));
    let placed = placed.json();
    for (field, expected) in [
        ("contingencyType", "OCO"),
        ("listStatusType", "EXEC_STARTED"),
        ("listOrderStatus", "EXECUTING"),
        ("listClientOrderId", "both"),
        ("symbol", "BTCUSDT"),
    ] {
        assert_eq!(placed[field], expected, "{field}");
    }
    assert_eq!(
        column(&placed["orders"], "clientOrderId"),
        ["below", "above"]
    );
    let reports = &placed["orderReports"];
    assert_eq!(column(reports, "type"), ["STOP_LOSS", "LIMIT_MAKER"]);
    assert_eq!(column(reports, "status"), ["NEW", "NEW"]);
    assert_eq!(reports[0]["workingTime"], -1);
    assert_eq!(reports[0]["stopPrice"], "90.00000000");
    assert_eq!(reports[1]["workingTime"], placed["transactionTime"]);
    let list = &placed["orderListId"];
    assert_eq!(column(reports, "orderListId"), [list.clone(), list.clone()]);

    let mut row = placed.clone();
    row.as_object_mut().expect("a row").remove("orderReports");
    let named = format!("orderListId={list}");
    for query in [&*named, "origClientOrderId=both"] {
        let found = world.signed(ALICE, "GET", LIST, query).await;
        assert_eq!(found.json(), row, "{query}");
    }
    for path in ["/api/v3/openOrderList", "/api/v3/allOrderList"] {
        let found = world.signed(ALICE, "GET", path, "").await;
        assert_eq!(found.json(), json!([row]), "{path}");
    }
    let foreign = world.signed(BOB, "GET", LIST, &named).await;
    assert_eq!(foreign.error().1, -2013);
    let mismatch = format!("{named}&origClientOrderId=other");
    let mismatch = world.signed(ALICE, "GET", LIST, &mismatch).await;
    assert_eq!(mismatch.error().1, -2039);

    let open = world
        .signed(ALICE, "GET", "/api/v3/openOrders", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(column(&open, "orderListId"), [list.clone(), list.clone()]);
    assert_eq!(column(&open, "isWorking"), [json!(false), json!(true)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_pair_is_the_same_list() {
    let world = traded().await;
    let query = "symbol=BTCUSDT&side=SELL&quantity=1&price=110&stopPrice=90&stopLimitPrice=89\
                 &stopLimitTimeInForce=GTC&newOrderRespType=ACK";
    let placed = place(&world, OLD, query).await;
    assert_eq!(placed["contingencyType"], "OCO");
    let report = placed["orderReports"][0].as_object().expect("a report");
    assert_eq!(report.len(), 5, "{report:?}");
    let stop = order(&world, &placed["orders"][0]["orderId"]).await;
    assert_eq!(stop["type"], "STOP_LOSS_LIMIT");
    let limit = order(&world, &placed["orders"][1]["orderId"]).await;
    assert_eq!(limit["type"], "LIMIT_MAKER");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_order_of_a_pair_ends_the_other() {
    let world = traded().await;
    let placed = place(&world, OCO, SELL).await;
    world.limit(BOB, "BUY", "0.4", "110").await;
    let stop = order(&world, &placed["orders"][0]["orderId"]).await;
    assert_eq!(stop["status"], "EXPIRED");
    assert_eq!(stop["expiryReason"], "OCO_TRIGGER");
    assert_eq!(stop["isWorking"], false);
    let limit = order(&world, &placed["orders"][1]["orderId"]).await;
    assert_eq!(limit["status"], "PARTIALLY_FILLED");
    world.limit(BOB, "BUY", "0.6", "110").await;
    let list = world
        .signed(ALICE, "GET", LIST, "origClientOrderId=both")
        .await;
    assert_eq!(list.json()["listOrderStatus"], "ALL_DONE");
    let open = world
        .signed(ALICE, "GET", "/api/v3/openOrderList", "")
        .await;
    assert_eq!(open.body, "[]");
    let trades = world
        .signed(ALICE, "GET", "/api/v3/myTrades", "symbol=BTCUSDT&fromId=2")
        .await
        .json();
    let list = placed["orderListId"].clone();
    assert_eq!(column(&trades, "orderListId"), [list.clone(), list]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_of_an_order_or_of_its_list_cancels_the_list() {
    let world = traded().await;
    let placed = place(&world, OCO, SELL).await;
    let leg = &placed["orders"][0]["orderId"];
    let by_leg = format!("symbol=BTCUSDT&orderId={leg}&newClientOrderId=bye");
    let cancelled = world.signed(ALICE, "DELETE", ORDER, &by_leg).await.json();
    check_cancelled(&placed, &cancelled);

    let placed = place(&world, OCO, SELL).await;
    let by_list = "symbol=BTCUSDT&listClientOrderId=both&newClientOrderId=bye";
    let cancelled = world.signed(ALICE, "DELETE", LIST, by_list).await.json();
    check_cancelled(&placed, &cancelled);
    let again = world.signed(ALICE, "DELETE", LIST, by_list).await;
    let expected = (400, -2011, "Unknown order sent.".to_owned());
    assert_eq!(again.error(), expected);
}

fn check_cancelled(placed: &Value, cancelled: &Value) {
    assert_eq!(cancelled["orderListId"], placed["orderListId"]);
    assert_eq!(cancelled["orders"], placed["orders"]);
    assert_eq!(cancelled["listStatusType"], "ALL_DONE");
    assert_eq!(cancelled["listOrderStatus"], "ALL_DONE");
    let reports = &cancelled["orderReports"];
    assert_eq!(column(reports, "status"), ["CANCELED", "CANCELED"]);
    assert_eq!(column(reports, "clientOrderId"), ["bye", "bye"]);
    let own_names = column(&placed["orders"], "clientOrderId");
    let mut names = column(reports, "origClientOrderId");
    names.sort_by_key(|name| *name != own_names[0]);
    assert_eq!(names, own_names);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_all_tells_a_list_as_one() {
    let world = traded().await;
    let plain = world.limit(ALICE, "BUY", "1", "60").await;
    let placed = place(&world, OCO, SELL).await;
    let path = "/api/v3/openOrders";
    let all = world.signed(ALICE, "DELETE", path, "symbol=BTCUSDT").await;
    let all = all.json();
    assert_eq!(all.as_array().map(Vec::len), Some(2), "{all}");
    let rows = all.as_array().expect("rows");
    let lone = rows.iter().find(|row| row["orderId"] == plain);
    assert_eq!(lone.expect("the lone order")["status"], "CANCELED");
    let list = rows
        .iter()
        .find(|row| row["orderListId"] == placed["orderListId"])
        .expect("the list");
    assert_eq!(list["contingencyType"], "OCO");
    assert_eq!(list["orderReports"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_order_takes_its_list_with_it() {
    let world = traded().await;
    let placed = place(&world, OCO, SELL).await;
    let leg = &placed["orders"][1]["orderId"];
    let query = format!(
        "symbol=BTCUSDT&side=SELL&type=LIMIT_MAKER&quantity=1&price=111\
         &cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId={leg}"
    );
    let path = "/api/v3/order/cancelReplace";
    let replaced = world.signed(ALICE, "POST", path, &query).await.json();
    assert_eq!(replaced["cancelResult"], "SUCCESS", "{replaced}");
    let cancelled = &replaced["cancelResponse"];
    assert_eq!(cancelled["orderListId"], placed["orderListId"]);
    assert_eq!(
        cancelled["orderReports"].as_array().map(Vec::len),
        Some(2),
        "{cancelled}"
    );
    assert_eq!(replaced["newOrderResponse"]["orderListId"], -1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pending_orders_wait_for_the_working_one_to_be_filled() {
    let world = traded().await;
    let placed = place(&world, OTO, TRIGGERING).await;
    assert_eq!(placed["contingencyType"], "OTO");
    let reports = &placed["orderReports"];
    assert_eq!(column(reports, "status"), ["NEW", "PENDING_NEW"]);
    let pending = &placed["orders"][1]["orderId"];
    let row = order(&world, pending).await;
    assert_eq!(row["status"], "PENDING_NEW");
    assert_eq!(row["isWorking"], false);
    world.limit(BOB, "SELL", "0.4", "98").await;
    assert_eq!(order(&world, pending).await["status"], "PENDING_NEW");
    world.limit(BOB, "SELL", "0.6", "98").await;
    let row = order(&world, pending).await;
    assert_eq!(row["status"], "NEW");
    assert_eq!(row["isWorking"], true);
    let depth = world.get("/api/v3/depth?symbol=BTCUSDT").await.json();
    assert_eq!(depth["asks"], json!([["120.00000000", "0.50000000"]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_orders_count_three_and_end_with_the_working_one() {
    let world = traded().await;
    let placed = world.signed(ALICE, "POST", OTOCO, TRIGGERING_PAIR).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    assert_eq!(placed.header("x-mbx-order-count-1d"), Some("3"));
    let placed = placed.json();
    assert_eq!(
        column(&placed["orderReports"], "type"),
        ["LIMIT_MAKER", "STOP_LOSS", "TAKE_PROFIT"]
    );
    assert_eq!(placed["orderReports"][1]["trailingDelta"], 100);
    let working = &placed["orders"][0]["orderId"];
    let query = format!("symbol=BTCUSDT&orderId={working}");
    let cancelled = world.signed(ALICE, "DELETE", ORDER, &query).await.json();
    assert_eq!(cancelled["orderListId"], placed["orderListId"]);
    let statuses = column(&cancelled["orderReports"], "status");
    assert_eq!(statuses, ["CANCELED", "CANCELED", "CANCELED"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_engine_refuses_of_lists_is_worded() {
    let world = traded().await;
    let sell = |above: &str, below: &str| {
        format!(
            "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice={above}\
             &belowType=STOP_LOSS&belowStopPrice={below}"
        )
    };
    let relation = "The relationship of the prices for the orders is not correct.";
    for (query, msg) in [
        (sell("110", "111"), relation),
        (sell("100", "90"), relation),
        (sell("110", "100"), "Order would trigger immediately."),
    ] {
        let refused = world.signed(ALICE, "POST", OCO, &query).await;
        assert_eq!(refused.error(), (400, -2010, msg.to_owned()), "{query}");
    }
    world.limit(BOB, "BUY", "1", "101").await;
    let takes = world.signed(ALICE, "POST", OCO, &sell("101", "90")).await;
    let expected = "Order would immediately match and take.";
    assert_eq!(takes.error(), (400, -2010, expected.to_owned()));
    place(&world, OCO, SELL).await;
    let twice = SELL.replace("=above", "=other").replace("=below", "=more");
    let twice = world.signed(ALICE, "POST", OCO, &twice).await;
    let expected = (400, -2010, "Duplicate order sent.".to_owned());
    assert_eq!(twice.error(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_placed_found_and_cancelled_over_a_socket() {
    let world = traded().await;
    let login = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let pair = json!({
        "symbol": "BTCUSDT", "side": "SELL", "quantity": "1", "aboveType": "LIMIT_MAKER",
        "abovePrice": "110", "belowType": "STOP_LOSS", "belowStopPrice": "90",
    });
    let placed = socket.ask_signed(login, "orderList.place.oco", pair).await;
    assert_eq!(placed["status"], 200, "{placed}");
    let list = placed["result"]["orderListId"].clone();
    let query = format!("orderListId={list}");
    let row = world.signed(ALICE, "GET", LIST, &query).await.json();
    let by_number = json!({"orderListId": list});
    let found = socket.ask_signed(login, "orderList.status", by_number);
    assert_eq!(found.await["result"], row);
    for method in ["openOrderLists.status", "allOrderLists"] {
        let found = socket.ask_signed(login, method, json!({})).await;
        assert_eq!(found["result"], json!([row]), "{method}");
    }
    let cancel = json!({"symbol": "BTCUSDT", "orderListId": list});
    let cancelled = socket.ask_signed(login, "orderList.cancel", cancel).await;
    assert_eq!(cancelled["result"]["listStatusType"], "ALL_DONE");
}
