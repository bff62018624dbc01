//! Lists, prevented matches and amendments are those of the views.

use indexer::range::Range;
use indexer::reading::Reading;
use indexer::reading_rare::PreventedOf;
use model::id::{AccountId, ListId, MarketId, OrderId, PreventedMatchId, Sequence};
use model::order::ListKind;
use sim::random::Random;
use views::amendment::Amendment;
use views::list::OrderList;
use views::prevented::PreventedMatch;
use views::span::Span;
use views::views::Views;

use crate::past::{Past, open};
use crate::place::place;

/// How many rows of each kind were compared.
#[derive(Debug, Default)]
struct Seen {
    lists: usize,
    closed_lists: usize,
    begun_lists: usize,
    prevented: usize,
    amendments: usize,
    /// Of orders that waited on.
    conditions: usize,
}

#[tokio::test]
async fn lists_prevented_matches_and_amendments_are_those_of_the_views() {
    let mut seen = Seen::default();
    for seed in 8..=13 {
        let past = Past::new(seed, 4_000);
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let mut random = Random::new(seed);
        let writer = open(&place).await;
        let writer = past.write(writer, past.payloads.len(), &mut random).await;
        let reading = Reading::open(&place).await.expect("it opens");
        for account in (1..=past.views.account_count() as u32).map(AccountId) {
            compare_lists(&past.views, &reading, account, &mut seen).await;
            for market in past.views.markets().map(|market| market.instrument().id) {
                compare_prevented(&past.views, &reading, (account, market), &mut seen).await;
                compare_amendments(&past.views, &reading, (account, market), &mut seen).await;
            }
        }
        writer.close().await;
    }
    let is_enough = 100 < seen.lists
        && 50 < seen.closed_lists
        && 0 < seen.begun_lists
        && 50 < seen.prevented
        && 50 < seen.amendments
        && 20 < seen.conditions;
    assert!(is_enough, "the past proves too little: {seen:?}");
}

async fn compare_lists(views: &Views, reading: &Reading, account: AccountId, seen: &mut Seen) {
    let ours = views.newest_lists(account, usize::MAX);
    let lists = async |range, count| {
        let lists = reading.lists(account, range, count).await;
        lists.expect("read")
    };
    assert_eq!(lists(Range::Newest, usize::MAX).await, ours);
    seen.lists += ours.len();
    seen.closed_lists += ours.iter().filter(|list| list.is_closed).count();
    let is_begun = |list: &&OrderList| {
        let has_pending = list.kind != ListKind::OneCancelsOther;
        has_pending && !list.is_closed && list.created_at < list.updated_at
    };
    seen.begun_lists += ours.iter().filter(is_begun).count();
    for list in &ours {
        let found = reading.list(account, list.list).await.expect("read");
        assert_eq!(found, Some(*list));
        let foreign = AccountId(account.0 + 1);
        assert_eq!(reading.list(foreign, list.list).await.expect("read"), None);
        let named = reading.list_named(account, list.client_id).await;
        assert_eq!(named.expect("read"), views.list_of(account, list.client_id));
    }
    let Some(middle) = ours.get(ours.len() / 2) else {
        return;
    };
    let first = ListId(middle.list.0);
    let from = lists(Range::From(first.0), 3).await;
    assert_eq!(from, views.lists_from(account, first, 3));
    let span = Span {
        from: middle.created_at,
        until: views.at(),
    };
    let within = lists(Range::Within(span.from, span.until), 5).await;
    assert_eq!(within, views.lists_within(account, span, 5));
    let newest = lists(Range::Newest, 2).await;
    assert_eq!(newest, views.newest_lists(account, 2));
}

async fn compare_prevented(
    views: &Views,
    reading: &Reading,
    (account, market): (AccountId, MarketId),
    seen: &mut Seen,
) {
    let compare = async |of, first, count, ours: Vec<PreventedMatch>| {
        let rows = reading.prevented(account, (market, of), first, count).await;
        let rows = rows.expect("read");
        assert_eq!(rows.len(), ours.len());
        for (row, our) in rows.iter().zip(&ours) {
            assert_eq!(
                (row.prevented, row.maker_order, row.taker_order),
                (our.prevented, our.maker_order, our.taker_order)
            );
            assert_eq!(
                (row.maker_account, row.taker_account, row.price, row.mode),
                (our.maker_account, our.taker_account, our.price, our.mode)
            );
            assert_eq!(
                (row.maker_qty, row.taker_qty, row.taker_side, row.at),
                (our.maker_qty, our.taker_qty, our.taker_side, our.at)
            );
            let one = reading.prevented_match(market, row.prevented).await;
            assert_eq!(one.expect("read"), Some(*row));
        }
        rows.len()
    };
    let first = PreventedMatchId(0);
    let ours = views.prevented_from(account, market, first, usize::MAX);
    seen.prevented += ours.len();
    let orders = ours
        .iter()
        .flat_map(|row| [row.maker_order, row.taker_order]);
    let orders: Vec<OrderId> = orders.collect();
    compare(PreventedOf::Account, first, usize::MAX, ours).await;
    let later = PreventedMatchId(3);
    let ours = views.prevented_from(account, market, later, 2);
    compare(PreventedOf::Account, later, 2, ours).await;
    for order in orders {
        let ours = views.prevented_of_order(account, market, order, first, 9);
        compare(PreventedOf::Order(order), first, 9, ours).await;
    }
}

async fn compare_amendments(
    views: &Views,
    reading: &Reading,
    (account, market): (AccountId, MarketId),
    seen: &mut Seen,
) {
    for order in views.newest_orders(account, market, usize::MAX) {
        let key = (market, order.order);
        let ours = views.amendments(account, market, order.order, Sequence(0), usize::MAX);
        let rows = reading.amendments(account, key, Sequence(0), 99).await;
        let rows = rows.expect("read").into_iter();
        let rows = rows.map(|row| Amendment {
            market: row.market,
            order: row.order,
            account: row.account,
            at: row.at,
            sequence: row.sequence,
            qty_before: row.qty_before,
            qty_after: row.qty_after,
            client_id: row.client_id,
            previous_client_id: row.previous_client_id,
            price: row.price,
            condition: row.condition,
        });
        assert_eq!(rows.collect::<Vec<Amendment>>(), ours);
        seen.amendments += ours.len();
        let waited = ours.iter().filter(|row| row.condition.is_some());
        seen.conditions += waited.count();
        let foreign = AccountId(account.0 + 1);
        let rows = reading.amendments(foreign, key, Sequence(0), 99).await;
        assert_eq!(rows.expect("read"), []);
        if let Some(last) = ours.last() {
            let rows = reading.amendments(account, key, last.sequence, 99).await;
            assert_eq!(rows.expect("read").len(), 1);
        }
    }
}
