//! The error table: each row that a client can reach, by status, code and exact text.

use std::time::Duration;

use crate::world::{ALICE, BOB, EngineRun, Setting, World, terms};
use gateway::config::{Bounds, Strictness};
use model::account::AccountState;
use model::command::Command;
use model::id::{AccountId, MarketId};
use model::instrument::{Cause, Phase, Terms};
use model::order::{SelfTradeMode, SelfTradeModes};

const ORDER: &str = "/api/v3/order";
const LIMIT: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paths_and_methods_that_do_not_exist_say_so() {
    let world = World::start().await;
    let unknown = world.get("/api/v3/nothing").await;
    assert_eq!(
        unknown.error(),
        (404, -1000, "The requested path does not exist.".to_owned())
    );
    let method = world
        .client()
        .await
        .send("POST", "/api/v3/ping", "", "")
        .await;
    let expected = (
        405,
        -1000,
        "The requested method is not supported for this path.".to_owned(),
    );
    assert_eq!(method.error(), expected);
    assert_eq!(method.header("allow"), Some("GET"));
    assert_eq!(unknown.header("allow"), None);
    let order = world.client().await.send("PATCH", ORDER, "", "").await;
    assert_eq!(order.header("allow"), Some("POST, DELETE, GET"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_reads_only_the_binary_encoding_is_told_so() {
    let world = World::start().await;
    let mut client = world.client().await;
    for (accepted, status) in [
        ("application/sbe", 400),
        ("application/json", 200),
        ("application/sbe;q=0.9, application/json", 200),
    ] {
        let header = format!("Accept: {accepted}\r\n");
        let answer = client.send("GET", "/api/v3/ping", &header, "").await;
        assert_eq!(answer.status, status, "{accepted}");
        if status == 400 {
            let expected = (400, -1155, "SBE is not enabled.".to_owned());
            assert_eq!(answer.error(), expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_engine_refuses_is_worded_for_each_request() {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "1", "200").await;
    world
        .order(
            BOB,
            "side=BUY&type=LIMIT_MAKER&quantity=1&price=90&newClientOrderId=twice",
        )
        .await;
    for (method, path, query, code, msg) in [
        (
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=200",
            -2010,
            "Order would immediately match and take.",
        ),
        (
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=100&price=60000",
            -2010,
            "Account has insufficient balance for requested action.",
        ),
        (
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&newClientOrderId=twice",
            -2010,
            "Duplicate order sent.",
        ),
        (
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.01&price=90",
            -1013,
            "Filter failure: NOTIONAL",
        ),
        (
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=9000.00001&price=90",
            -1013,
            "Filter failure: LOT_SIZE",
        ),
        (
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=1000000.01",
            -1013,
            "Filter failure: PRICE_FILTER",
        ),
        (
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1000.00001",
            -1013,
            "Filter failure: MARKET_LOT_SIZE",
        ),
        (
            "DELETE",
            ORDER,
            "symbol=BTCUSDT&orderId=999",
            -2011,
            "Unknown order sent.",
        ),
        (
            "DELETE",
            ORDER,
            "symbol=BTCUSDT&origClientOrderId=nobody",
            -2011,
            "Unknown order sent.",
        ),
        (
            "DELETE",
            ORDER,
            "symbol=BTCUSDT&orderId=2&origClientOrderId=other",
            -2039,
            "Client order ID is not correct for this order ID.",
        ),
        (
            "DELETE",
            ORDER,
            "symbol=BTCUSDT&orderId=2&cancelRestrictions=ONLY_PARTIALLY_FILLED",
            -2011,
            "Order was not canceled due to cancel restrictions.",
        ),
        (
            "GET",
            ORDER,
            "symbol=BTCUSDT&orderId=999",
            -2013,
            "Order does not exist.",
        ),
        (
            "GET",
            ORDER,
            "symbol=BTCUSDT&orderId=2&origClientOrderId=other",
            -2039,
            "Client order ID is not correct for this order ID.",
        ),
        (
            "POST",
            ORDER,
            "symbol=NOPE&side=BUY&type=MARKET&quantity=1",
            -1121,
            "Invalid symbol.",
        ),
    ] {
        let answer = world.signed(BOB, method, path, query).await;
        assert_eq!(
            answer.error(),
            (400, code, msg.to_owned()),
            "{method} {query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_are_refused_by_the_engine_code() {
    let world = World::start().await;
    for price in 1..=5 {
        world.limit(ALICE, "BUY", "1", &format!("9{price}")).await;
    }
    let sixth = world.signed(ALICE, "POST", ORDER, LIMIT).await;
    assert_eq!(
        sixth.error(),
        (400, -2010, "Filter failure: MAX_NUM_ORDERS".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_far_from_the_average_is_refused() {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "1", "1000").await;
    world.limit(BOB, "BUY", "1", "1000").await;
    let far = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=199";
    let answer = world.signed(BOB, "POST", ORDER, far).await;
    let expected = (
        400,
        -1013,
        "Filter failure: PERCENT_PRICE_BY_SIDE".to_owned(),
    );
    assert_eq!(answer.error(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn market_orders_say_what_the_book_lacks() {
    let world = World::start().await;
    let quote = "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100";
    let empty = world.signed(BOB, "POST", ORDER, quote).await;
    let expected = "Order book liquidity is less than `LOT_SIZE` filter minimum quantity.";
    assert_eq!(empty.error(), (400, -2010, expected.to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mode_the_market_forbids_is_refused() {
    let world = World::start().await;
    let terms = Terms {
        self_trade_default: SelfTradeMode::ExpireTaker,
        self_trade_allowed: SelfTradeModes::from_bits(0b10).expect("legal"),
        ..terms()
    };
    world
        .command(Command::ChangeMarket {
            market: MarketId(0),
            terms: Box::new(terms),
            cause: Cause::Operator,
        })
        .await;
    for path in [ORDER, "/api/v3/order/test"] {
        let query = format!("{LIMIT}&selfTradePreventionMode=EXPIRE_BOTH");
        let answer = world.signed(ALICE, "POST", path, &query).await;
        let expected = "Data sent for parameter 'selfTradePreventionMode' is not valid.";
        assert_eq!(answer.error(), (400, -1130, expected.to_owned()));
    }
}

async fn assert_no_market_orders(world: &World, phase: Phase) {
    let change = Command::SetPhase {
        market: MarketId(0),
        phase,
        cause: Cause::Operator,
    };
    world.command(change).await;
    let text = "Market orders are not supported for this symbol.";
    let order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1";
    for path in [ORDER, "/api/v3/order/test"] {
        let refused = world.signed(BOB, "POST", path, order).await;
        assert_eq!(refused.error(), (400, -2010, text.to_owned()), "{phase:?}");
    }
    let by_quote = "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100";
    let refused = world.signed(BOB, "POST", ORDER, by_quote).await;
    assert_eq!(refused.error(), (400, -2010, text.to_owned()), "{phase:?}");
    let maker = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
    assert_eq!(world.signed(BOB, "POST", ORDER, maker).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_phase_and_a_frozen_account_are_told_apart() {
    let world = World::start().await;
    world.limit(ALICE, "BUY", "1", "100").await;
    world
        .command(Command::SetAccountState {
            account: AccountId(1),
            state: AccountState::Frozen,
            cause: Cause::Operator,
        })
        .await;
    let frozen = world.signed(ALICE, "POST", ORDER, LIMIT).await;
    let expected = (
        400,
        -2010,
        "This action is disabled on this account.".to_owned(),
    );
    assert_eq!(frozen.error(), expected);
    let halt = Command::SetPhase {
        market: MarketId(0),
        phase: Phase::Halt,
        cause: Cause::Operator,
    };
    world.command(halt.clone()).await;
    for path in [ORDER, "/api/v3/order/test"] {
        let closed = world.signed(BOB, "POST", path, LIMIT).await;
        assert_eq!(closed.error(), (400, -1013, "Market is closed.".to_owned()));
    }
    let cancel = world
        .signed(ALICE, "DELETE", ORDER, "symbol=BTCUSDT&orderId=1")
        .await;
    assert_eq!(cancel.status, 200, "a cancel is always accepted");
    for phase in [Phase::PostOnly, Phase::LimitOnly] {
        assert_no_market_orders(&world, phase).await;
    }
    world.command(halt).await;
    let status = world.get("/sapi/v1/system/status").await;
    assert_eq!(status.json()["status"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_is_busy_at_once() {
    let world = World::start_with(Setting {
        engine: EngineRun::Stuck,
        queue_requests: 1,
        ..Setting::STANDARD
    })
    .await;
    let queue = world.queue.clone();
    queue
        .try_send(model::command::Request {
            ticket: 0,
            command: Command::Tick,
        })
        .expect("room for one");
    let started = std::time::Instant::now();
    let busy = world.signed(ALICE, "POST", ORDER, LIMIT).await;
    let expected =
        "Server is currently overloaded with other requests. Please try again in a few minutes.";
    assert_eq!(busy.error(), (503, -1008, expected.to_owned()));
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(
        world.get("/api/v3/depth?symbol=BTCUSDT").await.status,
        200,
        "reading goes on"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_never_comes_is_unknown_and_not_failed() {
    let world = World::start_with(Setting {
        engine: EngineRun::Stuck,
        ..Setting::STANDARD
    })
    .await;
    let unknown = world.signed(ALICE, "POST", ORDER, LIMIT).await;
    let expected = "Timeout waiting for response from backend server. Send status unknown; execution status unknown.";
    assert_eq!(unknown.error(), (503, -1007, expected.to_owned()));
    assert_eq!(world.gateway.hub().waiting().0, 0, "the ticket is closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_whose_time_passed_in_the_queue_is_late() {
    let world = World::start().await;
    let query = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=100";
    let now = gateway::clock::now().millis();
    // The clock is checked at millisecond zero of the window and the engine a moment later.
    let payload = format!("{query}&recvWindow=0.001&timestamp={}", now + 30);
    let signature = crate::world::hmac_hex(&world.logins[ALICE].secret, payload.as_bytes());
    let key = format!("X-MBX-APIKEY: {}\r\n", world.logins[ALICE].public_id);
    tokio::time::sleep(Duration::from_millis(31)).await;
    let target = format!("{ORDER}?{payload}&signature={signature}");
    let late = world.client().await.send("POST", &target, &key, "").await;
    let expected = "Timestamp for this request is outside of the recvWindow.";
    assert_eq!(late.error(), (400, -1021, expected.to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strict_mode_counts_the_parameters_it_read() {
    let tolerant = World::start().await;
    assert_eq!(tolerant.get("/api/v3/time?brokerId=7").await.status, 200);
    let strict = World::start_with(Setting {
        strictness: Strictness::Strict,
        ..Setting::STANDARD
    })
    .await;
    let answer = strict.get("/api/v3/depth?symbol=BTCUSDT&brokerId=7").await;
    let expected = "Not all sent parameters were read; read '1' parameter(s) but was sent '2'.";
    assert_eq!(answer.error(), (400, -1104, expected.to_owned()));
    assert_eq!(strict.signed(ALICE, "POST", ORDER, LIMIT).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_large_or_too_slow_is_refused() {
    let world = World::start_with(Setting {
        bounds: Bounds {
            body_timeout: Duration::from_millis(200),
            ..Bounds::STANDARD
        },
        ..Setting::STANDARD
    })
    .await;
    let mut client = world.client().await;
    let huge = "a".repeat(65_537);
    let refused = client.send("POST", ORDER, "", &huge).await;
    assert_eq!(
        refused.error(),
        (413, -1000, "The request body is too large.".to_owned())
    );
    let mut client = world.client().await;
    let head = "POST /api/v3/order HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nsymbol=";
    client.send_bytes(head.as_bytes()).await;
    let slow = client.read().await.expect("an answer");
    assert_eq!(slow.error().0, 408);
}
