//! Candles that the views have let go of are answered from the history, as views that keep everything would.

use std::collections::BTreeMap;

use model::id::MarketId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::{Value, json};
use views::candle::{Candle, CandleRange};
use views::interval::Interval;
use views::limits::Limits;
use views::views::Views;
use wire::decimal;

use crate::world::{ALICE, BOB, Setting, World};

const MINUTE_NANOS: i64 = 60 * NANOS_PER_SECOND;
const DAY_NANOS: i64 = 1_440 * MINUTE_NANOS;

/// Returns an exchange that traded over some weeks and keeps few candles, ended now.
async fn traded() -> World {
    let steps = [
        1, 1, 2, 30, 61, 200, 3_000, 4_000, 50_000, 90_000, 1, 700_000, 5, 100_000, 1_000,
    ];
    traded_at(&steps).await
}

/// Returns an exchange that traded before each of these pauses, in seconds, and keeps few candles, ended now.
async fn traded_at(steps: &[i64]) -> World {
    let passed: i64 = steps.iter().sum();
    let limits = Limits {
        short_candles_max: 3,
        long_candles_max: 2,
        ..Limits::STANDARD
    };
    let world = World::start_with(Setting {
        limits,
        ahead_nanos: -(passed + 10) * NANOS_PER_SECOND,
        ..Setting::STANDARD
    })
    .await;
    world.limit(ALICE, "SELL", "0.5", "60000").await;
    for (index, seconds) in steps.iter().enumerate() {
        let price = 60_000 + (index * 7) % 5;
        let (maker, taker) = if index % 2 == 0 {
            ("SELL", "BUY")
        } else {
            ("BUY", "SELL")
        };
        let price = if maker == "SELL" {
            price - 20
        } else {
            price - 40
        };
        let price = price.to_string();
        world.limit(ALICE, maker, "0.001", &price).await;
        world.limit(BOB, taker, "0.001", &price).await;
        world.pass(seconds * NANOS_PER_SECOND);
    }
    world.command(model::command::Command::Tick).await;
    world.fold_history().await;
    world
}

fn expected(views: &Views, interval: Interval, range: &CandleRange) -> Vec<Candle> {
    let market = views.market(MarketId(0)).expect("listed");
    market.candles(interval, range, views.at())
}

/// Returns the columns of a row that say when, at what prices, how much and how often.
fn columns(views: &Views, candle: &Candle) -> Value {
    let grid = &views.market(MarketId(0)).expect("listed").instrument().grid;
    let price = |price| decimal::of_price(price, grid).to_string();
    json!([
        candle.opens_at().millis(),
        price(candle.open),
        price(candle.high),
        price(candle.low),
        price(candle.close),
        decimal::Decimal(candle.base_units).to_string(),
        candle.closes_at().millis(),
        decimal::Decimal(candle.quote_units).to_string(),
        candle.trade_count(),
        decimal::Decimal(candle.taker_buy_base_units).to_string(),
        decimal::Decimal(candle.taker_buy_quote_units).to_string(),
        "0",
    ])
}

async fn asked(world: &World, query: &str) -> Vec<Value> {
    let answer = world
        .get(&format!("/api/v3/klines?symbol=BTCUSDT&{query}"))
        .await;
    assert_eq!(answer.status, 200, "{query} {}", answer.body);
    answer.json().as_array().expect("rows").clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn candles_of_every_interval_reach_back_to_the_first_trade() {
    let world = traded().await;
    let whole = world.whole_views();
    let until = whole.at().millis();
    let mut longer = 0;
    for interval in Interval::ALL {
        let everything = CandleRange {
            from: Some(Timestamp::ZERO),
            until: None,
            count: 1_000,
        };
        let all = expected(&whole, interval, &everything);
        let kept = expected(&world.gateway.hub().views(), interval, &everything);
        longer += usize::from(kept.first() != all.first());
        let middle = all[all.len() / 2].opens_at().millis();
        for (from, count) in [
            (None, 1_000),
            (None, 3),
            (Some(0), 1_000),
            (Some(0), 4),
            (Some(middle), 5),
            (Some(middle + 1), 1_000),
            (Some(until), 2),
        ] {
            for end in [until, middle, middle - 1, 0] {
                let range = CandleRange {
                    from: from.map(Timestamp::from_millis),
                    until: Some(Timestamp::from_millis(end)),
                    count,
                };
                let ours = expected(&whole, interval, &range);
                let ours: Vec<Value> = ours.iter().map(|row| columns(&whole, row)).collect();
                let start = from.map_or(String::new(), |from| format!("&startTime={from}"));
                let name = interval.name();
                let query = format!("interval={name}&limit={count}&endTime={end}{start}");
                assert_eq!(asked(&world, &query).await, ours, "{query}");
            }
        }
    }
    assert!(8 < longer, "the views still have too much: {longer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_of_another_zone_are_put_together_out_of_the_history() {
    let world = traded().await;
    let whole = world.whole_views();
    let everything = CandleRange {
        from: Some(Timestamp::ZERO),
        until: None,
        count: usize::MAX,
    };
    let mut days: BTreeMap<i64, (String, u64)> = BTreeMap::new();
    let grid = &whole.market(MarketId(0)).expect("listed").instrument().grid;
    for hour in expected(&whole, Interval::Hour1, &everything) {
        let local = hour.opens_at().nanos() + 8 * 60 * MINUTE_NANOS;
        let opens = local.div_euclid(DAY_NANOS) * DAY_NANOS - 8 * 60 * MINUTE_NANOS;
        let close = decimal::of_price(hour.close, grid).to_string();
        let day = days.entry(opens / 1_000_000).or_default();
        *day = (close, day.1 + hour.trade_count());
    }
    let until = whole.at().millis();
    let query = format!("interval=1d&timeZone=8&startTime=0&limit=1000&endTime={until}");
    let rows = asked(&world, &query).await;
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| json!([row[0], row[4], row[8]]))
        .collect();
    let ours: Vec<Value> = days
        .iter()
        .map(|(opens, (close, count))| json!([opens, close, count]))
        .collect();
    assert_eq!(rows, ours);
    assert!(8 < ours.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn candles_are_not_left_out_when_the_history_is_behind() {
    let world = World::start_with(Setting {
        limits: Limits {
            short_candles_max: 1,
            long_candles_max: 1,
            ..Limits::STANDARD
        },
        ahead_nanos: -300 * NANOS_PER_SECOND,
        ..Setting::STANDARD
    })
    .await;
    for _ in 0..5 {
        world.limit(ALICE, "SELL", "0.001", "50000").await;
        world.limit(BOB, "BUY", "0.001", "50000").await;
        world.pass(2 * NANOS_PER_SECOND);
    }
    let path = "/api/v3/klines?symbol=BTCUSDT&interval=1s&startTime=0";
    let answer = world.get(path).await;
    assert_eq!(answer.json()["code"], -1001, "{}", answer.body);
    world.fold_history().await;
    assert_eq!(world.get(path).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickers_of_long_windows_are_whole_though_the_views_keep_few_minutes() {
    let world = traded_at(&[
        900_000, 50_000, 70, 36_000, 200_000, 100_000, 30_000, 3_000, 50, 400, 10,
    ])
    .await;
    let whole = world.whole_views();
    let market = whole.market(MarketId(0)).expect("listed");
    let grid = &market.instrument().grid;
    let mut beyond = 0;
    for (size, minutes) in [("1h", 60), ("1d", 1_440), ("2d", 2_880), ("7d", 10_080)] {
        let query = format!("/api/v3/ticker?symbol=BTCUSDT&windowSize={size}");
        let ticker = world.get(&query).await.json();
        let opens = whole.at().nanos() - minutes * MINUTE_NANOS;
        let opens = Timestamp::from_nanos(opens.div_euclid(MINUTE_NANOS) * MINUTE_NANOS);
        let range = CandleRange {
            from: Some(opens),
            until: None,
            count: usize::MAX,
        };
        let candles = expected(&whole, Interval::Minute1, &range);
        let traded: Vec<&Candle> = candles.iter().filter(|row| row.trades.is_some()).collect();
        let sum = |of: fn(&Candle) -> i128| {
            let units = traded.iter().map(|row| of(row)).sum();
            decimal::Decimal(units).to_string()
        };
        assert_eq!(ticker["volume"], sum(|row| row.base_units), "{size}");
        assert_eq!(ticker["quoteVolume"], sum(|row| row.quote_units), "{size}");
        let count: u64 = traded.iter().map(|row| row.trade_count()).sum();
        assert_eq!(ticker["count"], count, "{size}");
        let first = traded.first().expect("a trade");
        let open = decimal::of_price(first.open, grid).to_string();
        assert_eq!(ticker["openPrice"], open, "{size}");
        // A minute may have passed since the views were looked at.
        let later = ticker["openTime"].as_i64().expect("a time") - opens.millis();
        assert!([0, 60_000].contains(&later), "{size} {later}");
        beyond += usize::from(3 < traded.len());
        let many = format!("/api/v3/ticker?symbols=%5B%22BTCUSDT%22%5D&windowSize={size}");
        assert_eq!(world.get(&many).await.json(), json!([ticker]));
    }
    assert!(1 < beyond, "the views have all of it");
    let day = world
        .get("/api/v3/ticker/tradingDay?symbol=BTCUSDT&type=MINI")
        .await;
    assert_eq!(day.status, 200, "{}", day.body);
}
