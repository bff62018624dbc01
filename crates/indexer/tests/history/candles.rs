//! Candles of the history are those of the views, in every interval.

use indexer::reading::Reading;
use model::time::Timestamp;
use sim::random::Random;
use views::candle::{Candle, CandleRange};
use views::interval::Interval;

use crate::past::{Past, open};
use crate::place::place;

#[tokio::test]
async fn candles_of_every_interval_are_those_of_the_views() {
    let mut seen = 0;
    for (seed, nanos_max) in [(1, 2_000_000_000), (2, 300_000_000), (3, 15_000_000_000)] {
        let past = Past::paced(seed, 5_000, nanos_max);
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let mut random = Random::new(seed);
        let writer = past.write(open(&place).await, 5_000, &mut random).await;
        let reading = Reading::open(&place).await.expect("it opens");
        for market in past.views.markets() {
            let instrument = market.instrument();
            for interval in Interval::ALL {
                let everything = CandleRange {
                    from: Some(Timestamp::ZERO),
                    until: None,
                    count: usize::MAX,
                };
                let ours = market.candles(interval, &everything, past.views.at());
                let ours: Vec<Candle> = ours
                    .into_iter()
                    .filter(|row| row.trades.is_some())
                    .collect();
                let place = (instrument.id, interval);
                let rows = reading
                    .candles(place, (i64::MIN, i64::MAX), usize::MAX)
                    .await;
                let rows: Vec<Candle> = rows
                    .expect("read")
                    .iter()
                    .map(|row| Candle::of_row(interval, row, instrument))
                    .collect();
                assert_eq!(
                    rows,
                    ours,
                    "{} {}",
                    instrument.symbol.as_str(),
                    interval.name()
                );
                seen += rows.len();
                check_edges(&reading, place, &rows).await;
            }
        }
        writer.close().await;
    }
    assert!(800 < seen, "{seen} candles prove too little");
}

async fn check_edges(reading: &Reading, place: (model::id::MarketId, Interval), rows: &[Candle]) {
    let first = reading.first_candle(place).await.expect("read");
    assert_eq!(first, rows.first().map(|row| row.period));
    for pair in rows.windows(2) {
        let before = reading.candle_before(place, pair[1].period).await;
        let before = before.expect("read").map(|row| row.period);
        assert_eq!(before, Some(pair[0].period));
    }
}
