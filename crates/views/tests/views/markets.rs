//! What the public reads of a market.

use crate::exchange::{BTCUSDT, ETHBTC, Exchange, START_SECOND, parsed, price, terms};
use model::instrument::{Phase, Terms};
use model::time::Timestamp;
use views::candle::{Candle, CandleRange};
use views::interval::Interval;
use views::limits::Limits;
use views::market::Market;
use views::ticker::Day;

fn market(exchange: &Exchange) -> &Market {
    exchange.views.market(BTCUSDT).expect("it is listed")
}

fn range(from: Option<i64>, until: Option<i64>, count: usize) -> CandleRange {
    let at = |second: i64| Timestamp::from_millis((START_SECOND + second) * 1000);
    CandleRange {
        from: from.map(at),
        until: until.map(at),
        count,
    }
}

/// Returns, of each candle, when it opens in seconds from the start, open, high, low, close, and its trades.
fn read(exchange: &Exchange, interval: Interval, range: &CandleRange) -> Vec<(i64, [i64; 4], u64)> {
    let candles = market(exchange).candles(interval, range, exchange.at);
    candles.iter().map(short).collect()
}

fn short(candle: &Candle) -> (i64, [i64; 4], u64) {
    (
        candle.opens_at().seconds() - START_SECOND,
        [candle.open, candle.high, candle.low, candle.close].map(|price| price.ticks()),
        candle.trade_count(),
    )
}

#[test]
fn a_listed_market_shows_its_terms_and_phase() {
    let mut exchange = Exchange::open();
    let listed_at = exchange.at;
    exchange.wait_seconds(5);
    exchange.set_phase(ETHBTC, Phase::PostOnly);
    let phase_since = exchange.at;
    exchange.wait_seconds(5);
    let changed = Terms {
        open_orders_max: 7,
        ..terms()
    };
    exchange.set_terms(ETHBTC, changed);
    let view = exchange
        .views
        .market_of(parsed("ETHBTC"))
        .expect("it is listed");
    assert_eq!(view.instrument().id, ETHBTC);
    assert_eq!((view.phase(), view.terms()), (Phase::PostOnly, &changed));
    assert_eq!(view.listed_at(), listed_at);
    assert_eq!(view.phase_since(), Some(phase_since));
    assert!(exchange.views.market_of(parsed("XYZ")).is_none());
    let asset = exchange.views.asset(view.instrument().base);
    assert_eq!(asset.map(|asset| asset.symbol), Some(parsed("ETH")));
}

#[test]
fn a_market_starts_before_trading() {
    let mut exchange = Exchange::empty(Limits::STANDARD);
    exchange.command(model::command::Command::Genesis(model::command::Genesis {
        cluster: 1,
        table_seed: 2,
        blinding_key: [0; 32],
    }));
    for symbol in ["A", "B"] {
        exchange.command(model::command::Command::ListAsset {
            symbol: parsed(symbol),
        });
    }
    exchange.command(model::command::Command::ListMarket(
        model::command::ListMarket {
            symbol: parsed("AB"),
            base: model::id::AssetId(0),
            quote: model::id::AssetId(1),
            grid: model::instrument::Grid {
                tick_units: 100_000_000,
                lot_units: 1,
            },
            terms: Box::new(terms()),
        },
    ));
    assert_eq!(market(&exchange).phase(), Phase::PreTrading);
}

#[test]
fn a_market_without_trades_has_no_candles_and_an_empty_ticker() {
    let exchange = Exchange::open();
    for interval in Interval::ALL {
        assert_eq!(read(&exchange, interval, &range(None, None, 10)), []);
    }
    let ticker = market(&exchange).ticker(exchange.at);
    assert_eq!(
        (ticker.day, ticker.last, ticker.previous_close),
        (None, None, None)
    );
    assert_eq!(market(&exchange).average(exchange.at), None);
}

#[test]
fn a_candle_has_the_prices_and_sums_of_its_trades() {
    let mut exchange = Exchange::open();
    exchange.trade(1, 100);
    exchange.wait_seconds(20);
    exchange.trade(2, 130);
    exchange.wait_seconds(20);
    // Alice sells to Bob: the taker sells.
    exchange.buy(crate::exchange::BOB, 3, 90);
    exchange.sell(crate::exchange::ALICE, 3, 90);
    let period = Interval::Minute1.period(exchange.at);
    let candle = market(&exchange)
        .candle(Interval::Minute1, period, exchange.at)
        .expect("it has trades");
    assert_eq!(short(&candle), (0, [100, 130, 90, 90], 3));
    // Lots of 1,000,000 base units, 10,000 quote units a tick and lot.
    assert_eq!(candle.base_units, 6_000_000);
    assert_eq!(candle.quote_units, (100 + 260 + 270) * 10_000);
    assert_eq!(candle.taker_buy_base_units, 3_000_000);
    assert_eq!(candle.taker_buy_quote_units, (100 + 260) * 10_000);
    assert_eq!(
        candle.closes_at().millis(),
        (START_SECOND + 59) * 1000 + 999
    );
}

#[test]
fn minutes_without_trades_are_filled_with_the_close_before() {
    let mut exchange = Exchange::open();
    exchange.trade(1, 100);
    exchange.wait_seconds(180);
    exchange.trade(1, 105);
    exchange.wait_seconds(70);
    assert_eq!(
        read(&exchange, Interval::Minute1, &range(None, None, 10)),
        [
            (0, [100; 4], 1),
            (60, [100; 4], 0),
            (120, [100; 4], 0),
            (180, [105; 4], 1),
            (240, [105; 4], 0)
        ]
    );
}

#[test]
fn a_start_at_zero_returns_the_oldest_candles() {
    let mut exchange = Exchange::open();
    for ticks in 100..105 {
        exchange.trade(1, ticks);
        exchange.wait_seconds(60);
    }
    let oldest = CandleRange {
        from: Some(Timestamp::ZERO),
        until: None,
        count: 2,
    };
    assert_eq!(
        read(&exchange, Interval::Minute1, &oldest),
        [(0, [100; 4], 1), (60, [101; 4], 1)]
    );
}

#[test]
fn candles_are_paged_forward_by_start_and_backward_by_end() {
    let mut exchange = Exchange::open();
    for ticks in 100..105 {
        exchange.trade(1, ticks);
        exchange.wait_seconds(60);
    }
    let opens = |range: CandleRange| -> Vec<i64> {
        let candles = read(&exchange, Interval::Minute1, &range);
        candles.into_iter().map(|(opens, ..)| opens).collect()
    };
    assert_eq!(opens(range(Some(60), None, 2)), [60, 120]);
    assert_eq!(opens(range(Some(61), None, 2)), [120, 180]);
    assert_eq!(opens(range(None, Some(180), 2)), [120, 180]);
    assert_eq!(opens(range(None, Some(179), 2)), [60, 120]);
    assert_eq!(opens(range(Some(60), Some(120), 9)), [60, 120]);
    assert_eq!(opens(range(None, None, 2)), [240, 300]);
    assert_eq!(opens(range(Some(120), Some(60), 9)), []);
    assert_eq!(opens(range(Some(301), None, 9)), []);
    assert_eq!(opens(range(None, Some(-1), 9)), []);
    assert_eq!(opens(range(None, None, 0)), []);
}

#[test]
fn longer_candles_gather_shorter_ones_and_what_still_runs() {
    let mut exchange = Exchange::open();
    // Half an hour of trades at a rising price, a minute apart.
    for ticks in 100..130 {
        exchange.trade(1, ticks);
        exchange.wait_seconds(60);
    }
    assert_eq!(
        read(&exchange, Interval::Minute15, &range(None, None, 10)),
        [
            (0, [100, 114, 100, 114], 15),
            (900, [115, 129, 115, 129], 15),
            (1800, [129; 4], 0)
        ]
    );
    for interval in &Interval::ALL[6..13] {
        assert_eq!(
            read(&exchange, *interval, &range(None, None, 10)),
            [(0, [100, 129, 100, 129], 30)],
            "{}",
            interval.name()
        );
    }
}

#[test]
fn the_ticker_looks_back_to_the_full_minute_24_hours_ago() {
    let mut exchange = Exchange::open();
    exchange.trade(1, 90);
    exchange.wait_seconds(60);
    exchange.trade(1, 80);
    exchange.wait_seconds(60);
    exchange.trade(2, 100);
    exchange.wait_seconds(24 * 3600 - 61);
    let day = |exchange: &Exchange| {
        let ticker = market(exchange).ticker(exchange.at);
        let previous = ticker.previous_close.map(|price| price.ticks());
        let prices = |day: Day| [day.open, day.high, day.low, day.close].map(|it| it.ticks());
        (previous, ticker.day.map(prices))
    };
    // The last second in which the window begins with the minute of the first trade.
    assert_eq!(day(&exchange), (None, Some([90, 100, 80, 100])));
    exchange.wait_seconds(1);
    assert_eq!(day(&exchange), (Some(90), Some([80, 100, 80, 100])));
    exchange.wait_seconds(60);
    assert_eq!(day(&exchange), (Some(80), Some([100; 4])));
    exchange.wait_seconds(60);
    assert_eq!(day(&exchange), (Some(100), None));
    let ticker = market(&exchange).ticker(exchange.at);
    assert_eq!(ticker.last.map(|last| last.price), Some(price(100)));
    assert_eq!(ticker.closes_at, exchange.at);
    assert_eq!(ticker.opens_at.seconds() % 60, 0);
}

#[test]
fn the_ticker_sums_and_counts() {
    let mut exchange = Exchange::open();
    exchange.trade(1, 100);
    exchange.wait_seconds(3_000);
    exchange.trade(3, 200);
    let day = market(&exchange)
        .ticker(exchange.at)
        .day
        .expect("it traded");
    assert_eq!(day.trade_count(), 2);
    assert_eq!(day.base_units, 4_000_000);
    assert_eq!(day.quote_units, 7_000_000);
}

#[test]
fn the_average_weighs_the_last_five_minutes() {
    let mut exchange = Exchange::open();
    exchange.trade(1, 100);
    exchange.wait_seconds(100);
    exchange.trade(3, 200);
    assert_eq!(market(&exchange).average(exchange.at), Some((700, 4)));
    exchange.wait_seconds(200);
    assert_eq!(market(&exchange).average(exchange.at), Some((600, 3)));
}
