//! What the volumes say, against the fills that they sum up.

use std::collections::BTreeMap;

use indexer::range::Range;
use indexer::reading::Reading;
use indexer::trade::FillRole;
use indexer::volume::{PastVolume, VolumeKey};
use model::id::AccountId;
use sim::random::Random;

use crate::past::{Past, open};
use crate::place::place;

/// Commands are far apart, so that they fall on many days, and are written in pieces that do not end with a day.
#[tokio::test]
async fn volumes_are_the_sums_of_the_fills_of_each_day() {
    let past = Past::paced(5, 4_000, 100_000_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    let mut random = Random::new(3);
    let half = past.payloads.len() / 2;
    let writer = past.write(open(&place).await, half, &mut random).await;
    writer.close().await;
    // Another process goes on: what it does not remember it reads.
    let writer = open(&place).await;
    let writer = past.write(writer, past.payloads.len(), &mut random).await;
    let reading = Reading::open(&place).await.expect("it opens");
    let (mut rows, mut days) = (0, 0);
    for account in (1..=past.views.account_count() as u32).map(AccountId) {
        let mut expected: BTreeMap<VolumeKey, PastVolume> = BTreeMap::new();
        for market in past.views.markets().map(|market| market.instrument().id) {
            let fills = reading.fills((account, market), None, Range::Newest, usize::MAX);
            for fill in fills.await.expect("read") {
                let key = VolumeKey::of(&fill);
                let row = expected.entry(key).or_insert(PastVolume {
                    key,
                    maker: 0,
                    taker: 0,
                    fills: 0,
                });
                match fill.role {
                    FillRole::Maker => row.maker += fill.quote.units(),
                    FillRole::Taker => row.taker += fill.quote.units(),
                }
                row.fills += 1;
            }
        }
        let all = reading.volumes(account, (i64::MIN, i64::MAX)).await;
        let all = all.expect("read");
        assert_eq!(all, Vec::from_iter(expected.into_values()), "{account:?}");
        rows += all.len();
        let Some(day) = all.first().map(|row| row.key.day) else {
            continue;
        };
        let first = reading.volumes(account, (day, day)).await.expect("read");
        assert!(first.iter().all(|row| row.key.day == day));
        days += usize::from(first.len() < all.len());
    }
    assert!(
        30 < rows && 2 < days,
        "{rows} rows, {days} accounts prove too little"
    );
    writer.close().await;
}
