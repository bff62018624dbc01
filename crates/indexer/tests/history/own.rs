//! Orders and fills of an account over all markets.

use core::cmp::Reverse;

use indexer::order::PastOrder;
use indexer::range::Range;
use indexer::reading::Reading;
use indexer::reading_own::{OWN_FILLS, OWN_ORDERS, OwnList, OwnRange};
use indexer::trade::PastFill;
use model::id::{AccountId, MarketId};
use model::time::Timestamp;
use sim::random::Random;

use crate::past::{Past, open};
use crate::place::place;

const COMMANDS: u64 = 4_000;
const ACCOUNTS: u32 = 8;
const ALL: usize = 1_000_000;
const EVER: OwnRange = OwnRange {
    market: None,
    from: Timestamp::ZERO,
    until: Timestamp::MAX,
    beyond: None,
};

/// Returns every row of a range, page by page.
async fn turned<T>(
    reading: &Reading,
    list: &OwnList<T>,
    account: AccountId,
    range: OwnRange,
    count: usize,
) -> Vec<T> {
    let mut range = range;
    let mut found = Vec::new();
    loop {
        let chunk = reading.own(list, account, range, count).await;
        let chunk = chunk.expect("read");
        let last = chunk.rows.last().map(|row| list.place(row));
        found.extend(chunk.rows);
        if chunk.is_last {
            return found;
        }
        assert!(last.is_some(), "a chunk that is not the last has rows");
        range.beyond = last;
    }
}

/// Returns the rows of every market, sorted by their places.
async fn expected(reading: &Reading, account: AccountId) -> (Vec<PastOrder>, Vec<PastFill>) {
    let (mut orders, mut fills) = (Vec::new(), Vec::new());
    for market in reading.markets().await.expect("markets") {
        let of = (account, market.id);
        let range = Range::From(0);
        orders.extend(reading.orders(of, range, ALL).await.expect("orders"));
        let own = reading.fills(of, None, range, ALL).await;
        fills.extend(own.expect("fills"));
    }
    orders.sort_by_key(|order| Reverse(OWN_ORDERS.place(order)));
    fills.sort_by_key(|fill| Reverse(OWN_FILLS.place(fill)));
    (orders, fills)
}

#[tokio::test]
async fn every_order_and_fill_of_all_markets_is_told_once_newest_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    let past = Past::new(11, COMMANDS);
    let writer = open(&place).await;
    let writer = past
        .write(writer, COMMANDS as usize, &mut Random::new(1))
        .await;
    writer.close().await;
    let reading = Reading::open(&place).await.expect("it opens");
    let (mut orders_seen, mut fills_seen, mut mixed) = (0, 0, 0);
    for account in (1..=ACCOUNTS).map(AccountId) {
        let (orders, fills) = expected(&reading, account).await;
        for count in [1, 7, 1_000] {
            let told = turned(&reading, &OWN_ORDERS, account, EVER, count).await;
            assert_eq!(told, orders, "orders of {account:?} by {count}");
            let told = turned(&reading, &OWN_FILLS, account, EVER, count).await;
            assert_eq!(told, fills, "fills of {account:?} by {count}");
        }
        let pairs = orders.windows(2);
        mixed += pairs
            .filter(|two| two[0].key.market != two[1].key.market)
            .count();
        (orders_seen, fills_seen) = (orders_seen + orders.len(), fills_seen + fills.len());
        some(&reading, account, &orders, &fills).await;
    }
    assert!(100 < orders_seen && 100 < fills_seen && 10 < mixed);
    reading.close().await;
}

/// Rows of one market, and of some time.
async fn some(reading: &Reading, account: AccountId, orders: &[PastOrder], fills: &[PastFill]) {
    let market = MarketId(0);
    let of_market = OwnRange {
        market: Some(market),
        ..EVER
    };
    let told = turned(reading, &OWN_ORDERS, account, of_market, 3).await;
    let wanted = orders.iter().filter(|order| order.key.market == market);
    assert!(told.iter().eq(wanted));
    let Some(middle) = fills.get(fills.len() / 2).map(|fill| fill.at) else {
        return;
    };
    for (from, until) in [
        (middle, Timestamp::MAX),
        (Timestamp::ZERO, middle),
        (middle, middle),
    ] {
        let within = OwnRange {
            from,
            until,
            ..EVER
        };
        let told = turned(reading, &OWN_FILLS, account, within, 2).await;
        let wanted = fills
            .iter()
            .filter(|fill| from <= fill.at && fill.at <= until);
        assert!(told.iter().eq(wanted), "from {from:?} until {until:?}");
    }
}
