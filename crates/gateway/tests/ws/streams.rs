//! What each stream says, when, and in which wrapping.

use std::sync::Arc;

use gateway::ws::beat;
use model::id::AssetId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::{Value, json};
use views::views::Views;

use crate::client::Client;
use crate::exchange::{ALICE, BOB, Exchange};
use crate::host::Host;

/// The first moment of the next minute that is divisible by the hour's quarters.
fn start_of_an_hour(exchange: &Exchange) -> Timestamp {
    const HOUR_SECONDS: i64 = 3_600;
    let hour = exchange.at.seconds().div_euclid(HOUR_SECONDS) + 1;
    Timestamp::from_nanos(hour * HOUR_SECONDS * NANOS_PER_SECOND)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trades_are_told_one_by_one_and_by_taker() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    let mut trades = Client::open(host.address, "/ws/btcusdt@trade").await;
    let mut aggregates = Client::open(host.address, "/ws/btcusdt@aggTrade").await;
    for client in [&mut trades, &mut aggregates] {
        client.subscribe(&["0"]).await;
    }
    exchange.sell(BOB, 1, 1_000);
    exchange.sell(BOB, 2, 1_000);
    exchange.sell(BOB, 3, 1_001);
    exchange.buy(ALICE, 6, 1_001);
    let at = exchange.at.millis();
    for (trade, price, qty) in [
        (1, "10.00", "1.00"),
        (2, "10.00", "2.00"),
        (3, "10.01", "3.00"),
    ] {
        let expected = json!({
            "e": "trade", "E": at, "s": "BTCUSDT", "t": trade, "p": format!("{price}000000"),
            "q": format!("{qty}000000"), "T": at, "m": false, "M": true,
        });
        assert_eq!(trades.message().await, expected);
    }
    for (id, price, qty, first, last) in [(1, "10.00", "3.00", 1, 2), (2, "10.01", "3.00", 3, 3)] {
        let expected = json!({
            "e": "aggTrade", "E": at, "s": "BTCUSDT", "a": id, "p": format!("{price}000000"),
            "q": format!("{qty}000000"), "f": first, "l": last, "T": at, "m": false, "M": true,
        });
        assert_eq!(aggregates.message().await, expected);
    }
    exchange.buy(ALICE, 1, 1_000);
    exchange.sell(BOB, 1, 1_000);
    assert_eq!(trades.message().await["m"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_best_prices_are_told_without_e() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    let mut client = Client::open(host.address, "/ws").await;
    client.subscribe(&["btcusdt@bookTicker"]).await;
    exchange.buy(ALICE, 3, 990);
    let expected = json!({
        "u": 1, "s": "BTCUSDT", "b": "9.90000000", "B": "3.00000000", "a": "0.00000000",
        "A": "0.00000000",
    });
    assert_eq!(client.message().await, expected);
    exchange.buy(ALICE, 3, 980);
    exchange.sell(BOB, 1, 1_000);
    let expected = json!({
        "u": 3, "s": "BTCUSDT", "b": "9.90000000", "B": "3.00000000", "a": "10.00000000",
        "A": "1.00000000",
    });
    assert_eq!(client.message().await, expected);
    client.expect_silence().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candle_runs_at_its_cadence_and_closes_once() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    exchange.at = start_of_an_hour(exchange);
    let mut client = Client::open(host.address, "/stream").await;
    client
        .subscribe(&["btcusdt@kline_1m", "btcusdt@kline_1s"])
        .await;
    exchange.beat(20);
    client.expect_silence().await;
    exchange.trade(2, 1_000);
    exchange.beat(30);
    let second = client.message().await;
    assert_eq!(second["stream"], "btcusdt@kline_1s");
    assert_eq!(second["data"]["k"]["x"], false);
    exchange.beat(40);
    for stream in ["btcusdt@kline_1s", "btcusdt@kline_1m"] {
        let message = client.message().await;
        assert_eq!(
            (&message["stream"], &message["data"]["k"]["x"]),
            (&json!(stream), &json!(false))
        );
    }
    exchange.wait_millis(60_000);
    exchange.trade(1, 1_020);
    exchange.beat(41);
    let mut closed = Vec::new();
    while closed
        .last()
        .is_none_or(|message: &Value| message["stream"] != "btcusdt@kline_1m")
    {
        closed.push(client.message().await);
    }
    assert!(
        closed
            .iter()
            .all(|message| message["data"]["k"]["x"] == true)
    );
    // The newest sixty of the seconds, then the minute.
    assert_eq!(closed.len(), 61);
    let opened = exchange.at.millis() - 60_000;
    let expected = json!({
        "e": "kline", "E": exchange.at.millis(), "s": "BTCUSDT",
        "k": {
            "t": opened, "T": opened + 59_999, "s": "BTCUSDT", "i": "1m", "f": 1, "L": 1,
            "o": "10.00000000", "c": "10.00000000", "h": "10.00000000", "l": "10.00000000",
            "v": "2.00000000", "n": 1, "x": true, "q": "20.00000000", "V": "2.00000000",
            "Q": "20.00000000", "B": "0",
        },
    });
    assert_eq!(closed[60]["data"], expected);
    exchange.beat(42);
    client.expect_silence().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_another_zone_closes_at_its_midnight() {
    const HOUR_MILLIS: i64 = 3_600_000;
    const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    // An hour before 16:00 UTC, where a day ends eight hours east of it.
    let day = exchange.at.millis().div_euclid(DAY_MILLIS) + 1;
    exchange.at = Timestamp::from_millis(day * DAY_MILLIS + 15 * HOUR_MILLIS);
    let midnight = day * DAY_MILLIS + 16 * HOUR_MILLIS;
    let mut client = Client::open(host.address, "/stream").await;
    let name = "btcusdt@kline_1d@+08:00";
    client.subscribe(&[name, "btcusdt@kline_1d"]).await;
    exchange.trade(2, 1_000);
    exchange.trade(1, 1_020);
    exchange.beat(20);
    let mut opened = Vec::new();
    for _ in 0..2 {
        let message = client.message().await;
        let candle = &message["data"]["k"];
        assert_eq!((&candle["i"], &candle["x"]), (&json!("1d"), &json!(false)));
        opened.push((message["stream"].clone(), candle["t"].clone()));
    }
    assert_eq!(
        opened,
        [
            (json!("btcusdt@kline_1d"), json!(day * DAY_MILLIS)),
            (json!(name), json!(midnight - DAY_MILLIS)),
        ]
    );
    exchange.wait_millis(HOUR_MILLIS);
    exchange.trade(4, 1_010);
    exchange.beat(21);
    let closed = client.message().await;
    assert_eq!(closed["stream"], name);
    let candle = &closed["data"]["k"];
    assert_eq!(candle["x"], true);
    assert_eq!(candle["T"], midnight - 1);
    assert_eq!(
        (&candle["o"], &candle["c"], &candle["v"], &candle["n"]),
        (
            &json!("10.00000000"),
            &json!("10.20000000"),
            &json!("3.00000000"),
            &json!(2)
        )
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_period_closes_flat() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    exchange.at = start_of_an_hour(exchange);
    exchange.trade(2, 1_000);
    exchange.wait_millis(60_000);
    exchange.command(model::command::Command::Tick);
    let mut client = Client::open(host.address, "/ws").await;
    client.subscribe(&["btcusdt@kline_1m"]).await;
    exchange.beat(1);
    exchange.wait_millis(60_000);
    exchange.command(model::command::Command::Tick);
    exchange.beat(2);
    let candle = &client.message().await["k"];
    assert_eq!((&candle["x"], &candle["n"]), (&json!(true), &json!(0)));
    assert_eq!((&candle["f"], &candle["L"]), (&json!(-1), &json!(-1)));
    assert_eq!(
        (&candle["o"], &candle["c"]),
        (&json!("10.00000000"), &json!("10.00000000"))
    );
    assert_eq!(candle["v"], "0.00000000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickers_come_each_second_and_short_ones_when_they_changed() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    let mut client = Client::open(host.address, "/stream").await;
    client
        .subscribe(&["btcusdt@ticker", "btcusdt@miniTicker"])
        .await;
    exchange.beat(10);
    let quiet = client.message().await;
    assert_eq!(quiet["stream"], "btcusdt@ticker");
    assert_eq!(quiet["data"]["n"], 0);
    exchange.trade(1, 1_000);
    exchange.trade(1, 1_100);
    exchange.beat(11);
    exchange.beat(20);
    let ticker = client.message().await;
    let data = &ticker["data"];
    assert_eq!(data["e"], "24hrTicker");
    for (key, value) in [
        ("p", "1.00000000"),
        ("P", "10.000"),
        ("w", "10.50000000"),
        ("c", "11.00000000"),
        ("Q", "1.00000000"),
        ("o", "10.00000000"),
        ("h", "11.00000000"),
        ("l", "10.00000000"),
        ("v", "2.00000000"),
        ("q", "21.00000000"),
    ] {
        assert_eq!(data[key], value, "{key}");
    }
    assert_eq!(
        (&data["F"], &data["L"], &data["n"]),
        (&json!(1), &json!(2), &json!(2))
    );
    let expected = json!({
        "e": "24hrMiniTicker", "E": exchange.at.millis(), "s": "BTCUSDT", "c": "11.00000000",
        "o": "10.00000000", "h": "11.00000000", "l": "10.00000000", "v": "2.00000000",
        "q": "21.00000000",
    });
    let mini = client.message().await;
    assert_eq!(
        (&mini["stream"], &mini["data"]),
        (&json!("btcusdt@miniTicker"), &expected)
    );
    exchange.beat(30);
    assert_eq!(client.message().await["stream"], "btcusdt@ticker");
    client.expect_silence().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rolling_tickers_forget_what_is_older_than_their_window() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    let mut client = Client::open(host.address, "/stream").await;
    client
        .subscribe(&["btcusdt@ticker_1h", "btcusdt@ticker_4h", "!ticker_1d@arr"])
        .await;
    exchange.trade(1, 1_000);
    exchange.wait_millis(2 * 3_600_000);
    exchange.trade(1, 1_100);
    exchange.beat(10);
    let [hour, hours, day] = [
        client.message().await,
        client.message().await,
        client.message().await,
    ];
    assert_eq!(hour["stream"], "btcusdt@ticker_1h");
    assert_eq!(
        (&hour["data"]["e"], &hour["data"]["n"]),
        (&json!("1hTicker"), &json!(1))
    );
    assert_eq!(hour["data"]["o"], "11.00000000");
    assert_eq!(hours["stream"], "btcusdt@ticker_4h");
    assert_eq!(
        (&hours["data"]["e"], &hours["data"]["n"]),
        (&json!("4hTicker"), &json!(2))
    );
    assert_eq!(
        (
            &hours["data"]["o"],
            &hours["data"]["c"],
            &hours["data"]["P"]
        ),
        (
            &json!("10.00000000"),
            &json!("11.00000000"),
            &json!("10.000")
        )
    );
    assert_eq!(day["stream"], "!ticker_1d@arr");
    assert_eq!(
        (&day["data"][0]["s"], &day["data"][0]["n"]),
        (&json!("BTCUSDT"), &json!(2))
    );
    exchange.beat(20);
    assert_eq!(client.message().await["stream"], "btcusdt@ticker_1h");
    assert_eq!(client.message().await["stream"], "btcusdt@ticker_4h");
    client.expect_silence().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_average_price_is_that_of_five_minutes() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    let mut client = Client::open(host.address, "/ws/btcusdt@avgPrice").await;
    client.subscribe(&["0"]).await;
    exchange.trade(3, 1_000);
    let first_ms = exchange.at.millis();
    exchange.trade(1, 1_100);
    exchange.beat(10);
    let both = client.message().await;
    assert_eq!((&both["e"], &both["i"]), (&json!("avgPrice"), &json!("5m")));
    assert_eq!(both["w"], "10.25000000");
    assert!(first_ms <= both["T"].as_i64().expect("a time"));
    exchange.wait_millis(301_000);
    exchange.command(model::command::Command::Tick);
    exchange.beat(20);
    assert_eq!(client.message().await["w"], "11.00000000", "the last price");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_markets_come_in_one_array_if_they_changed() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    exchange.trade(1, 1_000);
    let mut mini = Client::open(host.address, "/stream?streams=!miniTicker@arr").await;
    let mut full = Client::open(host.address, "/ws/!ticker@arr").await;
    for client in [&mut mini, &mut full] {
        client.subscribe(&["0"]).await;
    }
    exchange.beat(10);
    let first = mini.message().await;
    assert_eq!(first["stream"], "!miniTicker@arr");
    assert_eq!(first["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(first["data"][0]["s"], "BTCUSDT");
    let both = full.message().await;
    assert_eq!(
        (&both[0]["s"], &both[1]["s"]),
        (&json!("BTCUSDT"), &json!("ETHBTC"))
    );
    exchange.wait_millis(1_000);
    exchange.command(model::command::Command::Tick);
    exchange.beat(20);
    mini.expect_silence().await;
    exchange.buy(ALICE, 1, 900);
    exchange.beat(30);
    let changed = full.message().await;
    assert_eq!(changed.as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&changed[0]["s"], &changed[0]["b"]),
        (&json!("BTCUSDT"), &json!("9.00000000"))
    );
    mini.expect_silence().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_may_be_asked_for_before_its_market_exists() {
    let mut host = Host::start().await;
    let mut client = Client::open(host.address, "/ws").await;
    client.subscribe(&["ethusdt@ticker"]).await;
    host.exchange.beat(10);
    client.expect_silence().await;
    host.exchange.list("ETHUSDT", AssetId(2), AssetId(1));
    host.exchange.beat(20);
    assert_eq!(client.message().await["s"], "ETHUSDT");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_url_wraps_its_own_way() {
    let mut host = Host::start().await;
    for (target, stream) in [
        ("/ws/btcusdt@trade", None),
        ("/ws/BTCUSDT@TRADE", None),
        ("/ws/ethbtc@trade/btcusdt@trade", None),
        ("/ws/btcusdt%40trade", None),
        ("/stream-spot/ws/btcusdt@trade", None),
        ("/stream?streams=btcusdt@trade", Some("btcusdt@trade")),
        (
            "/stream?streams=ethbtc@trade/BTCUSDT@trade",
            Some("BTCUSDT@trade"),
        ),
        ("/stream?streams=btcusdt%40trade%2Fx", Some("btcusdt@trade")),
        (
            "/stream-spot/stream?streams=btcusdt@trade",
            Some("btcusdt@trade"),
        ),
    ] {
        let mut client = Client::open(host.address, target).await;
        client.subscribe(&["0"]).await;
        host.exchange.trade(1, 1_000);
        let message = client.message().await;
        let payload = match stream {
            None => &message,
            Some(stream) => {
                assert_eq!(message["stream"], stream, "{target}");
                &message["data"]
            }
        };
        assert_eq!(payload["e"], "trade", "{target}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_come_in_microseconds_when_asked() {
    let mut host = Host::start().await;
    let mut client = Client::open(host.address, "/ws/btcusdt@trade?timeUnit=MICROSECOND").await;
    client.subscribe(&["0"]).await;
    host.exchange.trade(1, 1_000);
    let at = host.exchange.at.nanos() / 1_000;
    assert_eq!(client.message().await["T"], at);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_timer_beats_by_itself() {
    let mut host = Host::start().await;
    host.exchange.trade(1, 1_000);
    let hub = Arc::clone(&host.exchange.hub);
    let timer = tokio::spawn(beat::run(
        Arc::clone(&host.fanout),
        move |look: &mut dyn FnMut(&Views)| look(&hub.views()),
    ));
    let mut client = Client::open(host.address, "/stream").await;
    client
        .subscribe(&["btcusdt@kline_1m", "btcusdt@depth@100ms"])
        .await;
    host.exchange.buy(ALICE, 1, 900);
    let message = client.message().await;
    assert_eq!(message["stream"], "btcusdt@depth@100ms");
    assert_eq!(client.message().await["stream"], "btcusdt@kline_1m");
    timer.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn candles_that_closed_while_nobody_listened_are_not_told() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    exchange.trade(1, 1_000);
    let mut client = Client::open(host.address, "/ws").await;
    client.subscribe(&["btcusdt@kline_1m"]).await;
    exchange.beat(1);
    client
        .ask(json!({"method": "UNSUBSCRIBE", "params": ["btcusdt@kline_1m"], "id": 1}))
        .await;
    exchange.wait_millis(120_000);
    exchange.trade(1, 1_000);
    client.subscribe(&["btcusdt@kline_1m"]).await;
    exchange.beat(2);
    client.expect_silence().await;
    exchange.beat(20);
    assert_eq!(client.message().await["k"]["x"], false);
}
