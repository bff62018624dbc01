//! The changes of orders are those that the events tell, one by one, and trades are none of them.

use std::collections::{BTreeMap, BTreeSet};

use indexer::order::OrderKey;
use indexer::order_change::{Change, ChangeKind, NewTerms, PastChange};
use indexer::reading::Reading;
use indexer::reading_changes::ChangesOf;
use model::event::{Event, Published};
use model::id::{AccountId, MarketId, OrderId};
use model::number::Qty;
use model::order::CloseReason;
use model::snapshot_views::{ConditionChange, PriceChange, ShownChange};
use sim::random::Random;
use wire::binary::event::Events;

use crate::past::{Past, open};
use crate::place::place;

const COMMANDS: u64 = 4_000;
const ALL: usize = 1_000_000;

/// A list to which each event appends, with no more than is needed to say what an amendment changed.
#[derive(Default)]
struct Naive {
    changes: Vec<PastChange>,
    originals: BTreeMap<OrderKey, Qty>,
    /// What an iceberg is to show, until the event behind it amends the order.
    shown: Option<ShownChange>,
}

impl Naive {
    fn of(past: &Past) -> Naive {
        let mut naive = Naive::default();
        for payload in &past.payloads {
            for published in Events::decode(payload).expect("events") {
                naive.add(&published.expect("an event"));
            }
        }
        naive.changes.sort_by_key(PastChange::place);
        naive
    }

    fn add(&mut self, published: &Published) {
        let key = |account, market, order| OrderKey {
            account,
            market,
            order,
        };
        let told = match &published.event {
            Event::OrderAccepted(event) => {
                let key = key(event.account, event.market, event.order);
                let qty = event.kind.qty().unwrap_or(Qty::ZERO);
                self.originals.insert(key, qty);
                Some((key, Change::Accepted))
            }
            Event::OrderActivated(event) => Some((
                key(event.account, event.market, event.order),
                Change::Activated,
            )),
            Event::OrderTriggered(event) => Some((
                key(event.account, event.market, event.order),
                Change::Triggered,
            )),
            Event::OrderClosed(event) => Some((
                key(event.account, event.market, event.order),
                Change::Closed(event.reason),
            )),
            event => self.amended(event),
        };
        let told = told.filter(|(_, change)| *change != Change::Closed(CloseReason::Filled));
        if let Some((key, change)) = told {
            self.changes.push(PastChange {
                key,
                sequence: published.sequence,
                at: published.at,
                change,
            });
        }
    }

    fn amended(&mut self, event: &Event) -> Option<(OrderKey, Change)> {
        if let Event::IcebergAmended {
            previous, shown, ..
        } = event
        {
            self.shown = Some(ShownChange {
                before: *previous,
                after: *shown,
            });
        }
        let (account, market, order, qty, names, price, condition) = match event {
            Event::OrderAmended(event) => (
                event.account,
                event.market,
                event.order,
                Some(event.qty),
                (event.client_id, event.previous_client_id),
                None,
                None,
            ),
            Event::OrderRequeued(event) => (
                event.account,
                event.market,
                event.order,
                Some(event.qty),
                (event.client_id, event.previous_client_id),
                Some((event.previous_price, event.price)),
                None,
            ),
            Event::WaitingAmended(event) => (
                event.account,
                event.market,
                event.order,
                event.kind.qty(),
                (event.client_id, event.previous_client_id),
                event.previous_kind.price().zip(event.kind.price()),
                ConditionChange::of(event.previous, event.awaited),
            ),
            _ => return None,
        };
        let key = OrderKey {
            account,
            market,
            order,
        };
        let qty_before = self.originals[&key];
        let qty_after = qty.unwrap_or(qty_before);
        self.originals.insert(key, qty_after);
        let terms = NewTerms {
            qty_before,
            qty_after,
            client_id: names.0,
            previous_client_id: names.1,
            price: price.map(|(before, after)| PriceChange { before, after }),
            condition,
            shown: self.shown.take(),
        };
        Some((key, Change::Amended(Box::new(terms))))
    }

    fn of_account(&self, account: AccountId, market: MarketId) -> Vec<PastChange> {
        let of =
            |change: &&PastChange| change.key.account == account && change.key.market == market;
        self.changes.iter().filter(of).cloned().collect()
    }
}

/// Returns all changes, page by page.
async fn turned(reading: &Reading, of: ChangesOf, count: usize) -> Vec<PastChange> {
    let (mut found, mut beyond) = (Vec::new(), None);
    loop {
        let page = reading.order_changes(of, beyond, count).await;
        let page = page.expect("read");
        let is_last = page.len() < count;
        beyond = page.last().map(PastChange::place);
        found.extend(page);
        if is_last {
            return found;
        }
    }
}

/// What was compared: how many changes of each kind, and for which reasons orders ended.
#[derive(Debug, Default)]
struct Seen {
    kinds: BTreeMap<ChangeKind, usize>,
    reasons: BTreeSet<u8>,
    /// Commands that changed an order more than once.
    at_once: usize,
    /// Icebergs that were made to show another part.
    shown: usize,
}

impl Seen {
    fn add(&mut self, changes: &[PastChange]) {
        for change in changes {
            *self.kinds.entry(change.change.kind()).or_default() += 1;
            if let Change::Closed(reason) = change.change {
                self.reasons.insert(reason as u8);
            }
            if let Change::Amended(terms) = &change.change {
                self.shown += usize::from(terms.shown.is_some());
            }
        }
        let is_same =
            |two: &&[PastChange]| (two[0].key, two[0].sequence) == (two[1].key, two[1].sequence);
        self.at_once += changes.windows(2).filter(is_same).count();
    }
}

#[tokio::test]
async fn every_change_of_an_order_that_no_trade_tells_is_kept() {
    let mut seen = Seen::default();
    for seed in 21..=26 {
        let past = Past::new(seed, COMMANDS);
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let mut random = Random::new(seed);
        let writer = open(&place).await;
        let writer = past.write(writer, past.payloads.len(), &mut random).await;
        writer.close().await;
        let reading = Reading::open(&place).await.expect("it opens");
        let naive = Naive::of(&past);
        for market in past.views.markets().map(|market| market.instrument().id) {
            for account in (1..=past.views.account_count() as u32).map(AccountId) {
                let ours = naive.of_account(account, market);
                compare(&reading, (account, market), &ours, &mut random).await;
                seen.add(&ours);
            }
        }
        reading.close().await;
    }
    let kinds = seen.kinds.len() == 5 && seen.kinds.values().all(|count| 20 < *count);
    let is_enough = kinds && 8 < seen.reasons.len() && 500 < seen.at_once && 0 < seen.shown;
    assert!(is_enough, "the past proves too little: {seen:?}");
}

/// Compares all changes in a market, in pages of some size, and those of some orders.
async fn compare(
    reading: &Reading,
    (account, market): (AccountId, MarketId),
    ours: &[PastChange],
    random: &mut Random,
) {
    let of = ChangesOf {
        account,
        market,
        order: None,
    };
    assert_eq!(turned(reading, of, ALL).await, ours);
    let count = 1 + random.below(200) as usize;
    assert_eq!(turned(reading, of, count).await, ours, "by {count}");
    let orders: BTreeSet<OrderId> = ours.iter().map(|change| change.key.order).collect();
    for order in orders.into_iter().filter(|order| order.0.is_multiple_of(7)) {
        let of = ChangesOf {
            order: Some(order),
            ..of
        };
        let of_order = ours.iter().filter(|change| change.key.order == order);
        let of_order: Vec<PastChange> = of_order.cloned().collect();
        for count in [1, 2, 9] {
            assert_eq!(turned(reading, of, count).await, of_order, "by {count}");
        }
        let foreign = ChangesOf {
            account: AccountId(account.0 + 1),
            ..of
        };
        assert_eq!(turned(reading, foreign, ALL).await, []);
    }
}
