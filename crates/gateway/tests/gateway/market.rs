//! Public market data after a few trades.

use crate::world::{ALICE, BOB, World};
use model::command::Command;
use model::id::MarketId;
use model::instrument::{Cause, Phase};
use serde_json::json;

/// Two bids, one ask, and a sweep of two makers by one taker.
async fn traded() -> World {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "0.1", "60000").await;
    world.limit(ALICE, "SELL", "0.1", "60000").await;
    world.limit(ALICE, "SELL", "0.3", "60010").await;
    world.limit(ALICE, "BUY", "0.2", "59990").await;
    world.limit(BOB, "BUY", "0.2", "60000").await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn depth_shows_levels_best_first() {
    let world = traded().await;
    world.limit(BOB, "BUY", "0.1", "59980").await;
    let depth = world.get("/api/v3/depth?symbol=BTCUSDT").await.json();
    assert_eq!(
        depth["bids"],
        json!([
            ["59990.00000000", "0.20000000"],
            ["59980.00000000", "0.10000000"]
        ])
    );
    assert_eq!(depth["asks"], json!([["60010.00000000", "0.30000000"]]));
    assert!(
        depth["lastUpdateId"]
            .as_u64()
            .is_some_and(|update| 0 < update)
    );
    let one = world
        .get("/api/v3/depth?symbol=BTCUSDT&limit=1")
        .await
        .json();
    assert_eq!(one["bids"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        world
            .get("/api/v3/depth?symbol=BTCUSDT&limit=999999")
            .await
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trades_are_single_and_aggregated() {
    let world = traded().await;
    let trades = world
        .get("/api/v3/trades?symbol=BTCUSDT&limit=5")
        .await
        .json();
    assert_eq!(trades.as_array().map(Vec::len), Some(2));
    assert_eq!(trades[0]["id"], 1);
    assert_eq!(trades[0]["quoteQty"], "6000.00000000");
    assert_eq!(trades[0]["isBuyerMaker"], false);
    let from = world
        .get("/api/v3/historicalTrades?symbol=BTCUSDT&fromId=2")
        .await
        .json();
    assert_eq!(from[0]["id"], 2);
    let aggregated = world.get("/api/v3/aggTrades?symbol=BTCUSDT").await.json();
    assert_eq!(aggregated.as_array().map(Vec::len), Some(1));
    let row = &aggregated[0];
    assert_eq!(
        (&row["a"], &row["f"], &row["l"]),
        (&json!(1), &json!(1), &json!(2))
    );
    assert_eq!(row["q"], "0.20000000");
    let now = gateway::clock::now().millis();
    for (query, count) in [
        (format!("startTime={}", now - 60_000), 1),
        (format!("endTime={now}"), 1),
        (format!("endTime={}", now - 3_600_000), 0),
        ("fromId=2".to_owned(), 0),
    ] {
        let rows = world
            .get(&format!("/api/v3/aggTrades?symbol=BTCUSDT&{query}"))
            .await
            .json();
        assert_eq!(rows.as_array().map(Vec::len), Some(count), "{query}");
    }
    for (path, status) in [
        ("depth?", 200),
        ("aggTrades?", 200),
        ("trades?", 400),
        ("historicalTrades?", 400),
        ("klines?interval=1d&", 400),
        ("uiKlines?interval=1d&", 400),
    ] {
        let target = format!("/api/v3/{path}symbol=BTCUSDT&limit=12000");
        let answer = world.get(&target).await;
        assert_eq!(answer.status, status, "{path}");
        if status == 400 {
            assert_eq!(answer.error().1, -1130, "{path}");
        }
    }
    let both = world
        .get("/api/v3/aggTrades?symbol=BTCUSDT&fromId=1&startTime=0")
        .await;
    assert_eq!(both.error().1, -1128);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_interval_has_candles_of_twelve_columns() {
    let world = traded().await;
    for interval in [
        "1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d",
        "1w", "1M",
    ] {
        let target = format!("/api/v3/klines?symbol=BTCUSDT&interval={interval}");
        let rows = world.get(&target).await.json();
        let rows = rows.as_array().expect("rows");
        let traded: u64 = rows.iter().filter_map(|row| row[8].as_u64()).sum();
        assert_eq!(traded, 2, "{interval}");
        let last = rows.last().and_then(|row| row.as_array()).expect("a row");
        assert_eq!((last.len(), &last[11]), (12, &json!("0")));
    }
    let oldest = world
        .get("/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=0&limit=1")
        .await
        .json();
    assert_eq!(oldest.as_array().map(Vec::len), Some(1));
    let odd = world.get("/api/v3/klines?symbol=BTCUSDT&interval=2m").await;
    assert_eq!(odd.error(), (400, -1120, "Invalid interval.".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn candles_open_at_the_hours_of_their_time_zone() {
    let world = traded().await;
    let rows = |query: &'static str| {
        let target = format!("/api/v3/klines?symbol=BTCUSDT&{query}");
        let world = &world;
        async move { world.get(&target).await.json() }
    };
    let day_ms: i64 = 86_400_000;
    for (query, length_ms, ahead_ms) in [
        ("interval=1d&timeZone=8", day_ms, 8 * 3_600_000),
        ("interval=1d&timeZone=-03:30", day_ms, -12_600_000),
        ("interval=1h&timeZone=05:45", 3_600_000, 20_700_000),
        ("interval=12h&timeZone=14", day_ms / 2, 50_400_000),
        ("interval=1m&timeZone=05:45", 60_000, 0),
        (
            "interval=1d&timeZone=8&startTime=0&limit=1",
            day_ms,
            28_800_000,
        ),
    ] {
        let answer = rows(query).await;
        let row = &answer[0];
        let opens = row[0]
            .as_i64()
            .unwrap_or_else(|| panic!("{query} {answer}"));
        assert_eq!((opens + ahead_ms) % length_ms, 0, "{query}");
        assert_eq!(row[6], opens + length_ms - 1, "{query}");
        assert_eq!(row[8], 2, "{query}");
    }
    let (utc, zone) = (
        rows("interval=1d").await,
        rows("interval=1d&timeZone=8").await,
    );
    for column in [1, 2, 3, 4, 5, 7, 9, 10] {
        assert_eq!(utc[0][column], zone[0][column], "column {column}");
    }
    let none = rows("interval=1d&timeZone=8&startTime=99999999999999").await;
    assert_eq!(none, json!([]));
    let odd = rows("interval=1d&timeZone=15").await;
    assert_eq!(odd["code"], -1130);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_that_is_asked_for_is_checked() {
    let world = World::start().await;
    for (target, code) in [
        ("/api/v3/depth?symbol=BTCUSDT&symbolStatus=HALT", -1220),
        ("/api/v3/depth?symbol=BTCUSDT&symbolStatus=ASLEEP", -1122),
        (
            "/api/v3/exchangeInfo?symbol=BTCUSDT&symbolStatus=TRADING",
            -1128,
        ),
        (
            "/api/v3/exchangeInfo?symbols=[%22BTCUSDT%22]&symbolStatus=TRADING",
            -1128,
        ),
        ("/api/v3/exchangeInfo?symbolStatus=ASLEEP", -1122),
        (
            "/api/v3/exchangeInfo?symbolStatus=ASLEEP&permissions=MARGIN",
            -1122,
        ),
        ("/api/v3/exchangeInfo?symbol=", -1105),
        ("/api/v3/ticker/price?symbol=", -1105),
    ] {
        assert_eq!(world.get(target).await.error().1, code, "{target}");
    }
    let depth = "/api/v3/depth?symbol=BTCUSDT&symbolStatus=TRADING";
    assert_eq!(world.get(depth).await.status, 200);
    for (status, count) in [("TRADING", 1), ("HALT", 0)] {
        let target = format!("/api/v3/exchangeInfo?symbolStatus={status}");
        let info = world.get(&target).await.json();
        assert_eq!(info["symbols"].as_array().map(Vec::len), Some(count));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn permission_sets_are_left_empty_when_asked() {
    let world = World::start().await;
    for (query, sets) in [
        ("", json!([["SPOT"]])),
        ("?showPermissionSets=true", json!([["SPOT"]])),
        ("?showPermissionSets=false", json!([])),
    ] {
        let info = world.get(&format!("/api/v3/exchangeInfo{query}")).await;
        assert_eq!(info.json()["symbols"][0]["permissionSets"], sets, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickers_come_one_by_one_and_together() {
    let world = traded().await;
    let one = world
        .get("/api/v3/ticker/price?symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(one, json!({"symbol": "BTCUSDT", "price": "60000.00000000"}));
    for target in [
        "/api/v3/ticker/price",
        "/api/v3/ticker/price?symbols=%5B%22BTCUSDT%22%5D",
    ] {
        assert_eq!(world.get(target).await.json(), json!([one]), "{target}");
    }
    let book = world
        .get("/api/v3/ticker/bookTicker?symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(
        book,
        json!({"symbol": "BTCUSDT", "bidPrice": "59990.00000000", "bidQty": "0.20000000", "askPrice": "60010.00000000", "askQty": "0.30000000"})
    );
    let day = world.get("/api/v3/ticker/24hr?symbol=BTCUSDT").await.json();
    assert_eq!(day.as_object().map(|object| object.len()), Some(21));
    assert_eq!(
        (&day["count"], &day["volume"]),
        (&json!(2), &json!("0.20000000"))
    );
    let mini = world.get("/api/v3/ticker/24hr?type=MINI").await.json();
    assert_eq!(mini[0].as_object().map(|object| object.len()), Some(12));
    let average = world.get("/api/v3/avgPrice?symbol=BTCUSDT").await.json();
    assert_eq!(
        (&average["mins"], &average["price"]),
        (&json!(5), &json!("60000.00000000"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_ticker_says_what_traded_since_a_full_minute() {
    let world = traded().await;
    let minute_ms = 60_000;
    for (query, window_ms) in [
        ("symbol=BTCUSDT", 24 * 60 * minute_ms),
        ("symbol=BTCUSDT&windowSize=3m", 3 * minute_ms),
        ("symbol=BTCUSDT&windowSize=2h", 120 * minute_ms),
        ("symbol=BTCUSDT&windowSize=7d", 7 * 24 * 60 * minute_ms),
    ] {
        let ticker = world.get(&format!("/api/v3/ticker?{query}")).await.json();
        assert_eq!(ticker.as_object().map(|object| object.len()), Some(15));
        assert_eq!(
            (&ticker["count"], &ticker["volume"], &ticker["lastPrice"]),
            (&json!(2), &json!("0.20000000"), &json!("60000.00000000")),
            "{query}"
        );
        let time = |name: &str| ticker[name].as_i64().expect("a time");
        assert_eq!(time("openTime") % minute_ms, 0, "{query}");
        let length_ms = time("closeTime") - time("openTime");
        assert!(window_ms <= length_ms && length_ms < window_ms + minute_ms);
    }
    let mini = world
        .get("/api/v3/ticker?symbols=%5B%22BTCUSDT%22%5D&type=MINI")
        .await
        .json();
    assert_eq!(mini[0].as_object().map(|object| object.len()), Some(12));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trading_day_is_that_of_the_zone() {
    let world = traded().await;
    let day_ms = 86_400_000;
    for (zone, ahead_ms) in [("0", 0), ("8", 8 * 3_600_000), ("-3:30", -12_600_000)] {
        let target = format!("/api/v3/ticker/tradingDay?symbol=BTCUSDT&timeZone={zone}");
        let day = world.get(&target).await.json();
        let time = |name: &str| day[name].as_i64().expect("a time");
        assert_eq!((time("openTime") + ahead_ms) % day_ms, 0, "{zone}");
        assert_eq!(time("closeTime"), time("openTime") + day_ms - 1, "{zone}");
        assert_eq!(day["count"], json!(2), "{zone}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_candles_of_the_screen_are_the_candles() {
    let world = traded().await;
    let query = "symbol=BTCUSDT&interval=1h";
    let plain = world.get(&format!("/api/v3/klines?{query}")).await.json();
    let shown = world.get(&format!("/api/v3/uiKlines?{query}")).await.json();
    assert_eq!(plain, shown);
    assert_eq!(plain.as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticker_request_names_its_markets_in_one_way() {
    let world = traded().await;
    for (target, code) in [
        (
            "/api/v3/ticker/price?symbol=BTCUSDT&symbols=%5B%22BTCUSDT%22%5D",
            -1128,
        ),
        (
            "/api/v3/ticker/price?symbols=%5B%22BTCUSDT%22,%22BTCUSDT%22%5D",
            -1151,
        ),
        ("/api/v3/ticker/price?symbols=%5B%22NOPE%22%5D", -1121),
        ("/api/v3/ticker/price?symbol=NOPE", -1121),
        ("/api/v3/ticker/price?symbol=btcusdt", -1121),
        ("/api/v3/ticker/24hr?type=HUGE", -1139),
        ("/api/v3/ticker?symbol=BTCUSDT&type=HUGE", -1139),
        ("/api/v3/ticker", -1102),
        ("/api/v3/ticker/tradingDay", -1102),
        ("/api/v3/ticker?symbol=BTCUSDT&windowSize=60m", -1130),
        (
            "/api/v3/ticker/tradingDay?symbol=BTCUSDT&timeZone=15",
            -1130,
        ),
        ("/api/v3/ticker/24hr?symbolStatus=ODD", -1122),
        (
            "/api/v3/ticker/24hr?symbol=BTCUSDT&symbolStatus=HALT",
            -1220,
        ),
        (
            "/api/v3/exchangeInfo?symbol=BTCUSDT&permissions=SPOT",
            -1128,
        ),
    ] {
        assert_eq!(world.get(target).await.error().1, code, "{target}");
    }
    let halted = world.get("/api/v3/ticker/24hr?symbolStatus=HALT").await;
    assert_eq!(halted.body, "[]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exchange_info_lists_what_strict_clients_decode() {
    let world = World::start().await;
    let info = world.get("/api/v3/exchangeInfo").await.json();
    let symbol = &info["symbols"][0];
    for field in [
        "symbol",
        "status",
        "baseAsset",
        "baseAssetPrecision",
        "quoteAsset",
        "quotePrecision",
        "quoteAssetPrecision",
        "baseCommissionPrecision",
        "quoteCommissionPrecision",
        "orderTypes",
        "icebergAllowed",
        "ocoAllowed",
        "otoAllowed",
        "opoAllowed",
        "quoteOrderQtyMarketAllowed",
        "allowTrailingStop",
        "cancelReplaceAllowed",
        "amendAllowed",
        "pegInstructionsAllowed",
        "isSpotTradingAllowed",
        "isMarginTradingAllowed",
        "filters",
        "permissions",
        "permissionSets",
        "defaultSelfTradePreventionMode",
        "allowedSelfTradePreventionModes",
    ] {
        assert!(!symbol[field].is_null(), "{field}");
    }
    assert_eq!(symbol["status"], "TRADING");
    assert_eq!(symbol["permissionSets"], json!([["SPOT"]]));
    let filter = |name: &str| {
        let filters = symbol["filters"].as_array().cloned().unwrap_or_default();
        filters
            .into_iter()
            .find(|filter| filter["filterType"] == name)
            .expect("published")
    };
    assert_eq!(
        filter("PRICE_FILTER"),
        json!({"filterType": "PRICE_FILTER", "minPrice": "0.01000000", "maxPrice": "1000000.00000000", "tickSize": "0.01000000"})
    );
    assert_eq!(filter("LOT_SIZE")["stepSize"], "0.00001000");
    assert_eq!(filter("NOTIONAL")["minNotional"], "5.00000000");
    assert_eq!(
        filter("PERCENT_PRICE_BY_SIDE")["bidMultiplierUp"],
        "5.00000000"
    );
    assert_eq!(filter("MAX_NUM_ORDERS")["maxNumOrders"], 5);
    assert_eq!(filter("ICEBERG_PARTS")["limit"], 100);
    assert_eq!(filter("TRAILING_DELTA")["maxTrailingAboveDelta"], 9_999);
    for name in [
        "MAX_NUM_ALGO_ORDERS",
        "MAX_NUM_ICEBERG_ORDERS",
        "MAX_NUM_ORDER_LISTS",
        "MAX_NUM_ORDER_AMENDS",
    ] {
        let text = symbol["filters"].to_string();
        assert!(!text.contains(name), "{name}: there is no such limit");
    }
    assert_eq!(
        symbol["orderTypes"],
        json!([
            "LIMIT",
            "LIMIT_MAKER",
            "MARKET",
            "STOP_LOSS",
            "STOP_LOSS_LIMIT",
            "TAKE_PROFIT",
            "TAKE_PROFIT_LIMIT"
        ])
    );
    for (field, expected) in [
        ("icebergAllowed", true),
        ("ocoAllowed", true),
        ("otoAllowed", true),
        ("opoAllowed", false),
        ("allowTrailingStop", true),
        ("amendAllowed", true),
    ] {
        assert_eq!(symbol[field], expected, "{field}");
    }
    assert_eq!(filter("MAX_POSITION")["maxPosition"], "10000.00000000");
    for field in ["timezone", "serverTime", "rateLimits", "exchangeFilters"] {
        assert!(!info[field].is_null(), "{field}");
    }
    let foreign = world
        .get("/api/v3/exchangeInfo?permissions=MARGIN")
        .await
        .json();
    assert_eq!(foreign["symbols"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn raw_quotation_marks_in_a_target_are_read_on_every_request_of_a_connection() {
    let world = traded().await;
    let mut client = world.client().await;
    for target in [
        "/api/v3/ticker/price?symbols=[\"BTCUSDT\"]",
        "/api/v3/ticker/price?symbols=%5B%22BTCUSDT%22%5D",
    ] {
        for _ in 0..3 {
            assert_eq!(client.get(target).await.json()[0]["symbol"], "BTCUSDT");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_answer_is_compressed_for_those_who_ask() {
    let world = World::start().await;
    let plain = world.get("/api/v3/exchangeInfo").await;
    assert_eq!(plain.header("content-encoding"), None);
    let headers = "Accept-Encoding: gzip, deflate\r\n";
    let packed = world
        .client()
        .await
        .send("GET", "/api/v3/exchangeInfo", headers, "")
        .await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*packed.bytes), &mut text)
        .expect("gzip");
    let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read["symbols"], plain.json()["symbols"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delisted_market_is_in_no_list_of_all_and_still_tells_what_it_was() {
    let world = traded().await;
    let paths = ["price", "bookTicker", "24hr"].map(|name| format!("/api/v3/ticker/{name}"));
    for path in &paths {
        let all = world.get(path).await.json();
        assert_eq!(all.as_array().map(Vec::len), Some(1), "{path}");
    }
    let close = Command::SetPhase {
        market: MarketId(0),
        phase: Phase::Closed,
        cause: Cause::Operator,
    };
    world.command(close).await;
    for path in &paths {
        assert_eq!(world.get(path).await.json(), json!([]), "{path}");
    }
    let fees = world
        .signed(ALICE, "GET", "/sapi/v1/asset/tradeFee", "")
        .await;
    assert_eq!(fees.json(), json!([]));
    let info = world.get("/api/v3/exchangeInfo").await.json();
    assert_eq!(info["symbols"], json!([]));
    let one = world.get("/api/v3/ticker/price?symbol=BTCUSDT").await;
    assert_eq!(one.json()["price"], "60000.00000000");
}
