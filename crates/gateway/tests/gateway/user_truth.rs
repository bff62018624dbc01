//! Orders, trades and balances rebuilt from nothing but user data are those that REST answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::socket::Socket;
use crate::world::{ALICE, BOB, World};

const OPERATIONS: u64 = 600;

/// What an owner knows from its stream.
#[derive(Default)]
struct Known {
    /// By number: the order as its last report told it.
    orders: BTreeMap<u64, Value>,
    /// By number of trade and order: who trades with itself is told both of its sides.
    trades: BTreeMap<(u64, u64), Value>,
    balances: BTreeMap<String, (String, String)>,
    /// By number: the list as it was told last.
    lists: BTreeMap<u64, Value>,
}

/// What an order is called that has not ended.
const OPEN: [&str; 3] = ["NEW", "PENDING_NEW", "PARTIALLY_FILLED"];

fn is_open(report: &Value) -> bool {
    OPEN.iter().any(|open| report["X"] == **open)
}

impl Known {
    fn take_in(&mut self, event: &Value) {
        match event["e"].as_str() {
            Some("executionReport") => self.take_in_report(event),
            Some("outboundAccountPosition") => {
                for balance in event["B"].as_array().expect("balances") {
                    let asset = text(&balance["a"]);
                    let amounts = (text(&balance["f"]), text(&balance["l"]));
                    self.balances.insert(asset, amounts);
                }
            }
            Some("listStatus") => self.take_in_list(event),
            other => panic!("{other:?}"),
        }
    }

    fn take_in_list(&mut self, event: &Value) {
        let list = event["g"].as_u64().expect("a number");
        let before = self.lists.insert(list, event.clone());
        let is_start = event["l"] == "EXEC_STARTED";
        assert_eq!(is_start, before.is_none(), "told first and once as started");
        if let Some(before) = before {
            assert_eq!(before["L"], "EXECUTING", "nothing follows an end: {event}");
        }
        for order in event["O"].as_array().expect("orders") {
            let report = &self.orders[&order["i"].as_u64().expect("a number")];
            assert_eq!(report["g"], event["g"], "its orders are told first");
            let has_ended = !is_open(report);
            assert!(event["l"] != "ALL_DONE" || has_ended, "{report}");
        }
    }

    fn take_in_report(&mut self, report: &Value) {
        let order = report["i"].as_u64().expect("a number");
        let before = self.orders.get(&order);
        let is_new = report["x"] == "NEW";
        match before {
            None => assert!(is_new, "told first as new: {report}"),
            Some(before) => {
                assert!(is_open(before), "nothing follows an end: {before} {report}");
                let has_waited = before["w"] == false;
                assert!(!is_new || has_waited, "new again: {before} {report}");
            }
        }
        if report["x"] == "TRADE" {
            let trade = report["t"].as_u64().expect("a number");
            let told = self.trades.insert((trade, order), report.clone());
            assert!(told.is_none(), "each side of a trade is told once");
        }
        self.orders.insert(order, report.clone());
    }

    fn open_orders(&self) -> Vec<Value> {
        let is_open = |report: &&Value| is_open(report);
        let row = |report: &Value| {
            json!([
                report["i"],
                report["X"],
                report["c"],
                report["q"],
                report["z"],
                report["Z"]
            ])
        };
        self.orders.values().filter(is_open).map(row).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// A sequence that looks like chance and is the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// Returns method, path and parameters of something an owner may want.
fn operation(chance: &mut Chance, newest: u64) -> (&'static str, &'static str, String) {
    let side = chance.pick(&["BUY", "SELL"]);
    let price = 95 + chance.below(10);
    let quantity = format!("{}.{}", chance.below(3), 1 + chance.below(9));
    let order = newest.saturating_sub(chance.below(8));
    let mode = chance.pick(&[
        "NONE",
        "EXPIRE_TAKER",
        "EXPIRE_MAKER",
        "EXPIRE_BOTH",
        "DECREMENT",
    ]);
    let strategy = chance.pick(&[
        "",
        "",
        "&strategyId=7",
        "&strategyId=8&strategyType=1000000",
    ]);
    let limit = format!(
        "symbol=BTCUSDT&side={side}&quantity={quantity}&selfTradePreventionMode={mode}{strategy}"
    );
    match chance.below(10) {
        0 => ("POST", "/api/v3/order", format!("{limit}&type=MARKET")),
        1 => {
            let market = format!("symbol=BTCUSDT&side={side}&type=MARKET&quoteOrderQty=250.5");
            ("POST", "/api/v3/order", market)
        }
        2 => (
            "DELETE",
            "/api/v3/order",
            format!("symbol=BTCUSDT&orderId={order}"),
        ),
        3 => {
            let amend = format!("symbol=BTCUSDT&orderId={order}&newQty=0.1");
            ("PUT", "/api/v3/order/amend/keepPriority", amend)
        }
        6 => {
            let amend =
                format!("symbol=BTCUSDT&orderId={order}&newPrice={price}&newQty={quantity}");
            ("POST", "/v1/order/amend", amend)
        }
        4 => {
            let replace = format!(
                "{limit}&type=LIMIT&timeInForce=GTC&price={price}&cancelOrderId={order}\
                 &cancelReplaceMode=ALLOW_FAILURE"
            );
            ("POST", "/api/v3/order/cancelReplace", replace)
        }
        5 => (
            "POST",
            "/api/v3/order",
            format!("{limit}&type=LIMIT_MAKER&price={price}"),
        ),
        _ => {
            let word = chance.pick(&["GTC", "GTC", "GTC", "IOC", "FOK"]);
            let order = format!("{limit}&type=LIMIT&timeInForce={word}&price={price}");
            ("POST", "/api/v3/order", order)
        }
    }
}

/// Returns method, path and parameters of something an owner may want that waits, hides a part or comes in a list.
fn rich_operation(chance: &mut Chance, newest: u64) -> (&'static str, &'static str, String) {
    let side = chance.pick(&["BUY", "SELL"]);
    let (low, high) = (95 + chance.below(5), 101 + chance.below(5));
    let (above, below) = match side {
        "BUY" => ("STOP_LOSS&@StopPrice", "LIMIT_MAKER&@Price"),
        _ => ("LIMIT_MAKER&@Price", "STOP_LOSS&@StopPrice"),
    };
    let leg = |name: &str, kind: &str, price: u64| {
        format!(
            "&{name}Type={}={price}&{name}StrategyId={price}",
            kind.replace('@', name)
        )
    };
    let quantity = format!("0.{}", 1 + chance.below(9));
    let order = format!("symbol=BTCUSDT&side={side}&quantity={quantity}");
    let working = format!(
        "symbol=BTCUSDT&workingType=LIMIT&workingSide={side}&workingTimeInForce=GTC\
         &workingPrice={}&workingQuantity={quantity}&pendingQuantity={quantity}&pendingSide=",
        95 + chance.below(10)
    );
    let post = |path, query| ("POST", path, query);
    match chance.below(12) {
        0 => {
            let kind = chance.pick(&["STOP_LOSS", "TAKE_PROFIT"]);
            let stop = chance.pick(&["97", "99", "101", "103"]);
            post(
                "/api/v3/order",
                format!("{order}&type={kind}&stopPrice={stop}&strategyType=1000009"),
            )
        }
        1 => {
            let kind = chance.pick(&["STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"]);
            let word = chance.pick(&["GTC", "IOC", "FOK"]);
            let trail = format!("&type={kind}&timeInForce={word}&price={low}&trailingDelta=100");
            post("/api/v3/order", format!("{order}{trail}"))
        }
        2 => {
            let iceberg = format!("&type=LIMIT&timeInForce=GTC&price={high}&icebergQty=0.1");
            post("/api/v3/order", format!("{order}{iceberg}"))
        }
        3 => {
            let legs = leg("above", above, high) + &leg("below", below, low);
            post("/api/v3/orderList/oco", format!("{order}{legs}"))
        }
        4 => {
            let other = if side == "BUY" { "SELL" } else { "BUY" };
            let pending = chance.pick(&["MARKET", "LIMIT_MAKER&pendingPrice=100"]);
            let list = format!("{working}{other}&pendingType={pending}");
            post("/api/v3/orderList/oto", list)
        }
        5 => {
            let legs = leg("pendingAbove", above, high) + &leg("pendingBelow", below, low);
            post("/api/v3/orderList/otoco", format!("{working}{side}{legs}"))
        }
        6 => {
            let list = 1 + chance.below(newest / 8 + 1);
            let query = format!("symbol=BTCUSDT&orderListId={list}");
            ("DELETE", "/api/v3/orderList", query)
        }
        8 => {
            let order = newest.saturating_sub(chance.below(8));
            let terms = chance.pick(&[
                "newStopPrice=98&newQty=0.7",
                "newStopPrice=102&newClientOrderId=again",
                "newTrailingDelta=150",
                "newPrice=101&newQty=0.3",
                "newPrice=101",
                "newStopPrice=97",
                "newIcebergQty=0.2",
            ]);
            let amend = format!("symbol=BTCUSDT&orderId={order}&{terms}");
            ("POST", "/v1/order/amend", amend)
        }
        7 if chance.below(4) == 0 => {
            let query = "symbol=BTCUSDT".to_owned();
            ("DELETE", "/api/v3/openOrders", query)
        }
        _ => operation(chance, newest),
    }
}

async fn subscribe(world: &World, who: usize) -> Socket {
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let method = "userDataStream.subscribe.signature";
    let answer = socket
        .ask_signed(&world.logins[who], method, json!({}))
        .await;
    assert_eq!(answer["status"], 200, "{answer}");
    socket
}

/// Reads everything that was told before a question is answered.
async fn catch_up(socket: &mut Socket) -> Known {
    let mut known = Known::default();
    socket.request("ping", json!({})).await;
    loop {
        let heard = socket.hear().await;
        match heard.get("event") {
            Some(event) => known.take_in(event),
            None => return known,
        }
    }
}

async fn check(world: &World, who: usize, known: &Known) {
    let open = world
        .signed(who, "GET", "/api/v3/openOrders", "")
        .await
        .json();
    let rows = open.as_array().expect("orders").iter().map(|order| {
        json!([
            order["orderId"],
            order["status"],
            order["clientOrderId"],
            order["origQty"],
            order["executedQty"],
            order["cummulativeQuoteQty"],
        ])
    });
    assert_eq!(known.open_orders(), rows.collect::<Vec<Value>>());

    let query = "symbol=BTCUSDT&limit=1000";
    let all = world
        .signed(who, "GET", "/api/v3/allOrders", query)
        .await
        .json();
    for order in all.as_array().expect("orders") {
        let report = &known.orders[&order["orderId"].as_u64().expect("a number")];
        assert_eq!(report["X"], order["status"], "{report}");
        assert_eq!(report["z"], order["executedQty"], "{report}");
        assert_eq!(report["Z"], order["cummulativeQuoteQty"], "{report}");
        for (told, asked) in [
            ("o", "type"),
            ("P", "stopPrice"),
            ("F", "icebergQty"),
            ("d", "trailingDelta"),
            ("j", "strategyId"),
            ("J", "strategyType"),
            ("g", "orderListId"),
        ] {
            assert_eq!(report[told], order[asked], "{report} {order}");
        }
        if is_open(report) {
            assert_eq!(report["w"], order["isWorking"], "{report} {order}");
        }
        if report["w"] == true {
            assert_eq!(report["W"], order["workingTime"], "{report} {order}");
        }
    }
    let trades = world
        .signed(who, "GET", "/api/v3/myTrades", query)
        .await
        .json();
    let trades = trades.as_array().expect("trades");
    assert!(20 < trades.len(), "the operations trade: {}", trades.len());
    for trade in trades {
        let number = |name: &str| trade[name].as_u64().expect("a number");
        let report = &known.trades[&(number("id"), number("orderId"))];
        for (told, asked) in [
            ("l", "qty"),
            ("L", "price"),
            ("Y", "quoteQty"),
            ("n", "commission"),
            ("N", "commissionAsset"),
            ("m", "isMaker"),
        ] {
            assert_eq!(report[told], trade[asked], "{report} {trade}");
        }
    }
    assert_eq!(known.trades.len(), trades.len());
    let account = world.signed(who, "GET", "/api/v3/account", "").await.json();
    for balance in account["balances"].as_array().expect("balances") {
        let told = &known.balances[&text(&balance["asset"])];
        assert_eq!(*told, (text(&balance["free"]), text(&balance["locked"])));
    }
}

async fn check_lists(world: &World, who: usize, known: &Known) {
    let path = "/api/v3/allOrderList";
    let lists = world.signed(who, "GET", path, "limit=1000").await.json();
    let lists = lists.as_array().expect("lists");
    assert_eq!(lists.len(), known.lists.len());
    for list in lists {
        let told = &known.lists[&list["orderListId"].as_u64().expect("a number")];
        assert_eq!(told["L"], list["listOrderStatus"], "{told}");
        assert_eq!(told["C"], list["listClientOrderId"], "{told}");
    }
}

type Operation = fn(&mut Chance, u64) -> (&'static str, &'static str, String);

/// Returns how many lists were told.
async fn compare(operation: Operation) -> usize {
    let world = World::start().await;
    let mut alice = subscribe(&world, ALICE).await;
    let mut bob = subscribe(&world, BOB).await;
    let mut chance = Chance(20_261_128);
    let mut newest = 0;
    for _ in 0..OPERATIONS {
        let who = [ALICE, BOB][chance.below(2) as usize];
        let (method, path, query) = operation(&mut chance, newest);
        let answer = world.signed(who, method, path, &query).await.json();
        let placed = [
            &answer["orderId"],
            &answer["newOrderResponse"]["orderId"],
            &answer["orders"][0]["orderId"],
        ];
        newest = placed
            .iter()
            .filter_map(|id| id.as_u64())
            .fold(newest, u64::max);
    }
    let (known_to_alice, known_to_bob) = (catch_up(&mut alice).await, catch_up(&mut bob).await);
    for (who, known) in [(ALICE, &known_to_alice), (BOB, &known_to_bob)] {
        check(&world, who, known).await;
        check_lists(&world, who, known).await;
    }
    known_to_alice.lists.len() + known_to_bob.lists.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_owners_are_told_is_the_whole_truth() {
    compare(operation).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_owners_are_told_of_orders_that_wait_and_of_lists_is_the_whole_truth() {
    let lists = compare(rich_operation).await;
    assert!(20 < lists, "the operations place lists: {lists}");
}
