//! Request limits over the wire.

use crate::socket::Socket;
use crate::world::{ALICE, BOB, Setting, World};
use gateway::config::{Limiting, RequestLimits};
use gateway::weights::Weights;
use serde_json::json;

const ORDER: &str = "/api/v3/order";

async fn limited(limits: RequestLimits) -> World {
    World::start_with(Setting {
        limiting: Limiting::Limited(limits),
        ..Setting::STANDARD
    })
    .await
}

fn used(answer: &crate::client::Answer) -> u32 {
    let text = answer.header("x-mbx-used-weight-1m").expect("a weight");
    text.parse().expect("a number")
}

/// Windows are minutes of the wall clock: a test that counts must not cross into the next one.
pub async fn wait_for_room_in_the_minute() {
    let second = gateway::clock::now().seconds() % 60;
    if 50 < second {
        tokio::time::sleep(std::time::Duration::from_secs(61 - second as u64)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_request_weighs_what_is_published() {
    wait_for_room_in_the_minute().await;
    let world = limited(RequestLimits::UPSTREAM).await;
    let mut total = 0;
    for (target, weight) in [
        ("/api/v3/ping", 1),
        ("/api/v3/exchangeInfo", 20),
        ("/api/v3/depth?symbol=BTCUSDT", 5),
        ("/api/v3/depth?symbol=BTCUSDT&limit=500", 25),
        ("/api/v3/depth?symbol=BTCUSDT&limit=1000", 50),
        ("/api/v3/depth?symbol=BTCUSDT&limit=5000", 250),
        ("/api/v3/trades?symbol=BTCUSDT", 25),
        ("/api/v3/klines?symbol=BTCUSDT&interval=1m", 2),
        ("/api/v3/ticker/24hr?symbol=BTCUSDT", 2),
        ("/api/v3/ticker/24hr", 80),
        ("/api/v3/ticker/price?symbol=BTCUSDT", 2),
        ("/api/v3/ticker/price", 4),
        ("/api/v3/executionRules?symbol=BTCUSDT", 2),
        ("/api/v3/executionRules", 40),
        ("/api/v3/historicalBlockTrades?symbol=BTCUSDT&fromId=1", 25),
        ("/api/v3/ticker?symbol=BTCUSDT", 4),
        ("/api/v3/ticker?symbols=%5B%22BTCUSDT%22,%22NOPE%22%5D", 8),
        ("/api/v3/ticker/tradingDay?symbol=BTCUSDT", 4),
        ("/api/v3/nothing", 1),
        ("/api/v1/ping", 1),
        ("/api/v3/depth", 5),
    ] {
        total += weight;
        assert_eq!(used(&world.get(target).await), total, "{target}");
    }
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=100";
    for (rates, weight) in [("", 1), ("&computeCommissionRates=true", 20)] {
        total += weight;
        let query = format!("{order}{rates}");
        let tested = world.signed(ALICE, "POST", "/api/v3/order/test", &query);
        assert_eq!(used(&tested.await), total, "a test places nothing");
    }
    assert_eq!(
        used(&world.signed(ALICE, "POST", ORDER, order).await),
        total,
        "success is free"
    );
    let refused = world
        .signed(ALICE, "DELETE", ORDER, "symbol=BTCUSDT&orderId=99")
        .await;
    assert_eq!(used(&refused), total + 1, "failure is not");
    let long = format!("/api/v3/ping?{}", "a".repeat(17_000));
    let refused = world.get(&long).await;
    assert_eq!((refused.status, used(&refused)), (414, total + 2));
    let wallet = world.get("/sapi/v1/system/status").await;
    assert_eq!(used(&wallet), total + 3);
    let by_address = wallet.header("x-sapi-used-ip-weight-1m");
    assert_eq!(by_address, wallet.header("x-mbx-used-weight-1m"));
    assert_eq!(wallet.header("x-sapi-used-uid-weight-1m"), Some("0"));
}

/// The weights of upstream, row by row: of what fails as of what succeeds, but for orders and cancels.
const PUBLISHED: &[(&str, &str, &str, u32)] = &[
    ("GET", "/api/v3/time", "", 1),
    ("GET", "/api/v3/historicalTrades", "symbol=BTCUSDT", 25),
    ("GET", "/api/v3/aggTrades", "symbol=BTCUSDT", 4),
    ("GET", "/api/v3/uiKlines", "symbol=BTCUSDT&interval=1m", 2),
    ("GET", "/api/v3/avgPrice", "symbol=BTCUSDT", 2),
    ("GET", "/api/v3/depth", "symbol=BTCUSDT&limit=100", 5),
    ("GET", "/api/v3/depth", "symbol=BTCUSDT&limit=101", 25),
    ("GET", "/api/v3/depth", "symbol=BTCUSDT&limit=501", 50),
    ("GET", "/api/v3/depth", "symbol=BTCUSDT&limit=1001", 250),
    ("GET", "/api/v3/ticker/24hr", "symbols=[%22BTCUSDT%22]", 2),
    ("GET", "/api/v3/ticker/price", "symbols=[%22BTCUSDT%22]", 4),
    ("GET", "/api/v3/ticker/bookTicker", "symbol=BTCUSDT", 2),
    ("GET", "/api/v3/ticker/bookTicker", "", 4),
    ("GET", "/api/v3/referencePrice", "symbol=BTCUSDT", 2),
    (
        "GET",
        "/api/v3/referencePrice/calculation",
        "symbol=BTCUSDT",
        2,
    ),
    ("GET", "/api/v3/order", "symbol=BTCUSDT&orderId=1", 4),
    ("GET", "/api/v3/openOrders", "symbol=BTCUSDT", 6),
    ("GET", "/api/v3/openOrders", "", 80),
    ("GET", "/api/v3/allOrders", "symbol=BTCUSDT", 20),
    ("GET", "/api/v3/myTrades", "symbol=BTCUSDT", 20),
    ("GET", "/api/v3/myTrades", "symbol=BTCUSDT&orderId=1", 5),
    ("GET", "/api/v3/account", "", 20),
    ("GET", "/api/v3/account/commission", "symbol=BTCUSDT", 20),
    ("GET", "/api/v3/rateLimit/order", "", 40),
    (
        "GET",
        "/api/v3/myPreventedMatches",
        "symbol=BTCUSDT&orderId=1",
        20,
    ),
    (
        "GET",
        "/api/v3/myPreventedMatches",
        "symbol=BTCUSDT&preventedMatchId=1",
        2,
    ),
    ("GET", "/api/v3/myAllocations", "symbol=BTCUSDT", 20),
    ("GET", "/api/v3/myFilters", "symbol=BTCUSDT", 40),
    ("GET", "/api/v3/orderList", "orderListId=1", 4),
    ("GET", "/api/v3/allOrderList", "", 20),
    ("GET", "/api/v3/openOrderList", "", 6),
    (
        "GET",
        "/api/v3/order/amendments",
        "symbol=BTCUSDT&orderId=1",
        4,
    ),
    (
        "PUT",
        "/api/v3/order/amend/keepPriority",
        "symbol=BTCUSDT&orderId=1&newQty=1",
        4,
    ),
    ("POST", "/api/v3/order", "symbol=BTCUSDT", 1),
    ("DELETE", "/api/v3/openOrders", "symbol=BTCUSDT", 1),
    ("POST", "/api/v3/order/cancelReplace", "symbol=BTCUSDT", 1),
    ("POST", "/api/v3/order/oco", "symbol=BTCUSDT", 1),
    ("POST", "/api/v3/orderList/oco", "symbol=BTCUSDT", 1),
    ("POST", "/api/v3/orderList/oto", "symbol=BTCUSDT", 1),
    ("POST", "/api/v3/orderList/otoco", "symbol=BTCUSDT", 1),
    (
        "DELETE",
        "/api/v3/orderList",
        "symbol=BTCUSDT&orderListId=1",
        1,
    ),
    ("POST", "/api/v3/sor/order", "symbol=BTCUSDT", 1),
    ("POST", "/api/v3/userDataStream", "", 2),
    ("GET", "/sapi/v1/system/status", "", 1),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_weighs_what_is_published() {
    wait_for_room_in_the_minute().await;
    let world = limited(RequestLimits::UPSTREAM).await;
    let mut total = 0;
    for (method, path, query, weight) in PUBLISHED {
        total += weight;
        let answer = world.signed(ALICE, method, path, query).await;
        assert_eq!(used(&answer), total, "{method} {path} {query}");
    }
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    total += 2;
    let ping = socket.ask("ping", json!({})).await;
    let counters = ping["rateLimits"].as_array().expect("counters");
    let weight = counters
        .iter()
        .find(|row| row["rateLimitType"] == "REQUEST_WEIGHT");
    assert_eq!(
        weight.expect("a weight")["count"],
        total + 1,
        "opening and ping"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_weigh_what_the_operator_set() {
    wait_for_room_in_the_minute().await;
    let mut weights = Weights::PUBLISHED;
    for (name, weight) in [
        ("depth", 10),
        ("ticker", 1),
        ("ticker_price", 0),
        ("open_orders", 3),
        ("order_new", 9),
        ("klines", 100),
    ] {
        weights.set(name, weight);
    }
    let world = World::start_with(Setting {
        limiting: Limiting::Limited(RequestLimits::UPSTREAM),
        weights,
        ..Setting::STANDARD
    })
    .await;
    let mut total = 0;
    for (target, weight) in [
        ("/api/v3/depth?symbol=BTCUSDT", 10),
        ("/api/v3/depth?symbol=BTCUSDT&limit=5000", 500),
        ("/api/v3/depth?limit=0", 10),
        ("/api/v3/depth?symbol=%zz", 10),
        ("/api/v3/ticker?symbols=%5B%22BTCUSDT%22,%22NOPE%22%5D", 2),
        ("/api/v3/ticker/price", 0),
        ("/api/v3/klines?symbol=BTCUSDT&interval=1m", 100),
        ("/api/v3/uiKlines?symbol=BTCUSDT&interval=1m", 100),
        ("/api/v3/time", 1),
        ("/health/live", 0),
    ] {
        total += weight;
        assert_eq!(used(&world.get(target).await), total, "{target}");
    }
    let open = world.signed(ALICE, "GET", "/api/v3/openOrders", "");
    assert_eq!(used(&open.await), total + 40, "half of 80");
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=50000";
    let placed = world.signed(ALICE, "POST", ORDER, order).await;
    assert_eq!(used(&placed), total + 40, "success is free");
    let refused = world.signed(ALICE, "POST", ORDER, "symbol=BTCUSDT").await;
    assert_eq!(used(&refused), total + 49, "failure is not");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_much_weight_is_429_with_the_seconds_to_wait() {
    wait_for_room_in_the_minute().await;
    let limits = RequestLimits {
        weight_per_minute: 3,
        ..RequestLimits::UPSTREAM
    };
    let world = limited(limits).await;
    for _ in 0..3 {
        assert_eq!(world.get("/api/v3/ping").await.status, 200);
    }
    let refused = world.get("/api/v3/ping").await;
    assert_eq!((refused.error().0, refused.error().1), (429, -1003));
    assert_eq!(used(&refused), 4);
    let seconds: u32 = refused
        .header("retry-after")
        .and_then(|text| text.parse().ok())
        .expect("seconds");
    assert!(1 <= seconds && seconds <= 60);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeping_on_is_418() {
    wait_for_room_in_the_minute().await;
    let limits = RequestLimits {
        weight_per_minute: 1,
        ..RequestLimits::UPSTREAM
    };
    let world = limited(limits).await;
    let mut client = world.client().await;
    let mut last = client.get("/api/v3/ping").await;
    for _ in 0..102 {
        last = client.get("/api/v3/ping").await;
    }
    let weight = used(&last);
    assert!(102 <= weight, "refused requests weigh too: {weight}");
    for target in ["/api/v3/nothing", "/ws/btcusdt@trade", "/ws-api/v3"] {
        let banned = client.get(target).await;
        assert_eq!(used(&banned), weight, "{target}: a ban adds nothing");
    }
    assert_eq!((last.error().0, last.error().1), (418, -1003));
    assert!(
        last.error()
            .2
            .starts_with("Way too much request weight used; IP banned until ")
    );
    assert_eq!(last.header("retry-after"), Some("120"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unfilled_orders_count_and_filled_ones_come_back() {
    wait_for_room_in_the_minute().await;
    let limits = RequestLimits {
        orders_per_ten_seconds: 1_000,
        orders_per_day: 2,
        ..RequestLimits::UPSTREAM
    };
    let world = limited(limits).await;
    let count =
        |answer: &crate::client::Answer| answer.header("x-mbx-order-count-1d").map(str::to_owned);
    let rest = "symbol=BTCUSDT&side=SELL&type=LIMIT_MAKER&quantity=5&price=60000";
    assert_eq!(
        count(&world.signed(ALICE, "POST", ORDER, rest).await).as_deref(),
        Some("1")
    );
    let take = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1";
    assert_eq!(
        count(&world.signed(BOB, "POST", ORDER, take).await).as_deref(),
        Some("0")
    );
    let refused = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=60000";
    assert_eq!(world.signed(BOB, "POST", ORDER, refused).await.status, 400);
    for price in ["100", "101"] {
        let bid = format!("symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price={price}");
        assert_eq!(
            world.signed(BOB, "POST", ORDER, &bid).await.status,
            400,
            "too far from the average"
        );
    }
    for price in ["50000", "50001"] {
        let bid = format!("symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price={price}");
        assert_eq!(world.signed(BOB, "POST", ORDER, &bid).await.status, 200);
    }
    let over = world
        .signed(
            BOB,
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=50002",
        )
        .await;
    assert_eq!(
        over.error(),
        (
            429,
            -1015,
            "Too many new orders; current limit is 2 orders per 1 DAY.".to_owned()
        )
    );
    let cancel = world
        .signed(BOB, "DELETE", "/api/v3/openOrders", "symbol=BTCUSDT")
        .await;
    assert_eq!(cancel.status, 200, "cancels are never counted");
}

fn three_orders_a_day() -> RequestLimits {
    RequestLimits {
        orders_per_ten_seconds: 1_000,
        orders_per_day: 3,
        ..RequestLimits::UPSTREAM
    }
}

/// Returns how many orders of the account count today.
async fn day_count(world: &World, who: usize) -> u64 {
    let counts = world
        .signed(who, "GET", "/api/v3/rateLimit/order", "")
        .await;
    counts.json()[1]["count"].as_u64().expect("a count")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_maker_that_trades_later_no_longer_counts() {
    let world = limited(three_orders_a_day()).await;
    world.limit(ALICE, "SELL", "2", "60000").await;
    world.limit(ALICE, "SELL", "2", "60001").await;
    assert_eq!(day_count(&world, ALICE).await, 2);
    for expected in [1, 1, 1] {
        let take = "side=BUY&type=LIMIT&timeInForce=IOC&quantity=0.5&price=60000";
        world.order(BOB, take).await;
        assert_eq!(day_count(&world, ALICE).await, expected, "only once");
    }
    assert_eq!(day_count(&world, BOB).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replacement_that_trades_at_once_does_not_count() {
    let world = limited(three_orders_a_day()).await;
    world.limit(BOB, "SELL", "1", "60000").await;
    let old = world.limit(ALICE, "BUY", "1", "50000").await;
    let replace = format!(
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=60000\
         &cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId={old}"
    );
    let path = "/api/v3/order/cancelReplace";
    let replaced = world.signed(ALICE, "POST", path, &replace).await;
    assert_eq!(replaced.status, 200, "{}", replaced.body);
    assert_eq!(replaced.header("x-mbx-order-count-1d"), Some("1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_the_limit_a_cancel_replace_does_what_it_was_told_to() {
    let world = limited(three_orders_a_day()).await;
    for price in ["50000", "50001", "50002"] {
        world.limit(ALICE, "BUY", "1", price).await;
    }
    for (mode, over_limit, order, code, cancelled, placed) in [
        ("STOP_ON_FAILURE", "", 1, -1015, None, None),
        (
            "STOP_ON_FAILURE",
            "&orderRateLimitExceededMode=CANCEL_ONLY",
            99,
            -2022,
            Some("FAILURE"),
            Some("NOT_ATTEMPTED"),
        ),
        (
            "ALLOW_FAILURE",
            "&orderRateLimitExceededMode=CANCEL_ONLY",
            99,
            -2022,
            Some("FAILURE"),
            Some("FAILURE"),
        ),
        (
            "ALLOW_FAILURE",
            "&orderRateLimitExceededMode=CANCEL_ONLY",
            1,
            -2021,
            Some("SUCCESS"),
            Some("FAILURE"),
        ),
    ] {
        let query = format!(
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=50000\
             &cancelReplaceMode={mode}&cancelOrderId={order}{over_limit}"
        );
        let path = "/api/v3/order/cancelReplace";
        let answer = world.signed(ALICE, "POST", path, &query).await;
        let body = answer.json();
        assert_eq!(answer.status, 429, "{body}");
        assert!(answer.header("retry-after").is_some());
        assert_eq!(body["code"], code);
        assert_eq!(body["data"]["cancelResult"].as_str(), cancelled);
        assert_eq!(body["data"]["newOrderResult"].as_str(), placed);
        if placed == Some("FAILURE") {
            assert_eq!(body["data"]["newOrderResponse"]["code"], -1015);
        }
    }
}
