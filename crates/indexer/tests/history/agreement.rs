//! Within the time that the views keep, the history says the same.

use indexer::order::{OrderKey, PastOrder};
use indexer::range::Range;
use indexer::reading::Reading;
use indexer::trade::{FillRole, PastAggregate, PastFill, PastTrade};
use model::id::{AccountId, MarketId, TradeId};
use model::order::Instructions;
use model::snapshot_views::OrderStage;
use sim::random::Random;
use views::aggregate::AggregateId;
use views::order::{Order, Stage};
use views::own_trade::{Liquidity, OwnTrade};
use views::span::Span;
use views::views::Views;

use crate::past::{Past, open};
use crate::place::place;

/// How many rows of each kind were compared.
#[derive(Debug, Default)]
struct Seen {
    orders: usize,
    trailing: usize,
    legs: usize,
    pegged: usize,
    prevented: usize,
    fills: usize,
    rebates: usize,
    aggregates: usize,
}

#[tokio::test]
async fn orders_fills_and_trades_are_those_of_the_views() {
    let mut seen = Seen::default();
    for seed in 1..=6 {
        let past = Past::new(seed, 4_000);
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let mut random = Random::new(seed);
        let writer = open(&place).await;
        let writer = past.write(writer, past.payloads.len(), &mut random).await;
        let reading = Reading::open(&place).await.expect("it opens");
        for market in past.views.markets().map(|market| market.instrument().id) {
            compare_market(&past.views, &reading, market, &mut seen).await;
            for account in (1..=past.views.account_count() as u32).map(AccountId) {
                compare_orders(&past.views, &reading, (account, market), &mut seen).await;
                compare_fills(&past.views, &reading, (account, market), &mut seen).await;
                compare_ranges(&past.views, &reading, (account, market), &mut random).await;
            }
        }
        writer.close().await;
    }
    let is_enough = 3_000 < seen.orders
        && 20 < seen.trailing
        && 100 < seen.legs
        && 50 < seen.pegged
        && 50 < seen.prevented
        && 1_000 < seen.fills
        && 20 < seen.rebates
        && 300 < seen.aggregates;
    assert!(is_enough, "the past proves too little: {seen:?}");
}

async fn compare_market(views: &Views, reading: &Reading, market: MarketId, seen: &mut Seen) {
    let view = views.market(market).expect("listed");
    let trades = reading.trades(market, Range::Newest, usize::MAX).await;
    let ours: Vec<PastTrade> = view
        .newest_trades(usize::MAX)
        .iter()
        .map(|trade| PastTrade {
            market,
            trade: trade.trade,
            price: trade.price,
            qty: trade.qty,
            quote: trade.quote,
            at: trade.at,
            taker_side: trade.taker_side,
        })
        .collect();
    assert_eq!(trades.expect("read"), ours);
    let aggregates = reading.aggregates(market, Range::Newest, usize::MAX).await;
    let ours: Vec<PastAggregate> = view
        .newest_aggregates(usize::MAX)
        .iter()
        .map(|row| PastAggregate {
            market,
            aggregate: row.aggregate.0,
            price: row.price,
            qty: row.qty,
            first: row.first,
            last: row.last,
            at: row.at,
            taker_side: row.taker_side,
        })
        .collect();
    seen.aggregates += ours.len();
    assert_eq!(aggregates.expect("read"), ours);
    let span = Span {
        from: ours.get(3).map_or(views.at(), |row| row.at),
        until: views.at(),
    };
    let within = Range::Within(span.from, span.until);
    let rows = reading.aggregates(market, within, 9).await.expect("read");
    let numbers = rows.iter().map(|row| AggregateId(row.aggregate));
    let theirs = view.aggregates_within(span, 9);
    let theirs = theirs.iter().map(|row| row.aggregate);
    assert!(numbers.eq(theirs));
}

async fn compare_orders(
    views: &Views,
    reading: &Reading,
    of: (AccountId, MarketId),
    seen: &mut Seen,
) {
    let orders = reading.orders(of, Range::Newest, usize::MAX).await;
    let ours: Vec<PastOrder> = views
        .newest_orders(of.0, of.1, usize::MAX)
        .iter()
        .map(past_order)
        .collect();
    assert_eq!(orders.expect("read"), ours);
    seen.orders += ours.len();
    for order in &ours {
        seen.trailing += usize::from(order.trailing_since.is_some());
        seen.legs += usize::from(order.list.is_some());
        seen.pegged += usize::from(order.instructions.peg.is_some());
        seen.prevented += usize::from(order.prevented_match.is_some());
        let alone = reading.order(order.key).await.expect("read");
        assert_eq!(alone, Some(*order));
        let named = reading.order_named(of, order.client_id).await;
        let named = named.expect("read").expect("one has the name");
        // The views forget a name that an amendment took away; two orders of one moment may have had it in any order.
        if let Some(theirs) = views.order_of(of.0, of.1, order.client_id)
            && theirs.updated_at != named.updated_at
        {
            assert_eq!(named, past_order(&theirs));
        }
    }
}

fn past_order(order: &Order) -> PastOrder {
    let instructed = order.instructed;
    PastOrder {
        key: OrderKey {
            account: order.account,
            market: order.market,
            order: order.order,
        },
        client_id: order.client_id,
        side: order.side,
        kind: order.kind,
        self_trade: order.self_trade,
        instructions: instructed.map_or(Instructions::NONE, |more| more.instructions),
        list: instructed.and_then(|more| more.list),
        stage: instructed.map_or(OrderStage::Working, |more| match more.stage {
            Stage::Pending => OrderStage::Pending,
            Stage::Waiting => OrderStage::Waiting,
            Stage::Working => OrderStage::Working,
        }),
        original: order.original,
        executed: order.executed,
        prevented: order.prevented,
        prevented_match: order.prevented_match,
        quote_units: order.quote_units,
        created_at: order.created_at,
        updated_at: order.updated_at,
        working_at: order.working_at,
        trailing_since: instructed
            .and_then(|more| more.trailing_since)
            .map(|(_, at)| at),
        closed: order.closed,
    }
}

async fn compare_fills(
    views: &Views,
    reading: &Reading,
    of: (AccountId, MarketId),
    seen: &mut Seen,
) {
    let fills = reading.fills(of, None, Range::Newest, usize::MAX).await;
    let fills = fills.expect("read");
    let ours = views.newest_own_trades(of.0, of.1, usize::MAX);
    let ours: Vec<PastFill> = ours
        .iter()
        .map(|trade| past_fill(views, of, trade))
        .collect();
    assert_eq!(fills, ours);
    seen.fills += ours.len();
    seen.rebates += ours.iter().filter(|fill| !fill.rebate.is_zero()).count();
    for order in views.newest_orders(of.0, of.1, 50) {
        let fills = reading
            .fills(of, Some(order.order), Range::From(0), 5)
            .await;
        let ours = views.fills(of.1, order.order, TradeId(0), 5);
        let ours = ours.iter().map(|trade| past_fill(views, of, trade));
        assert!(fills.expect("read").into_iter().eq(ours));
    }
}

fn past_fill(views: &Views, (account, market): (AccountId, MarketId), own: &OwnTrade) -> PastFill {
    let order = views.order(market, own.order).expect("kept");
    PastFill {
        account,
        market,
        trade: own.trade,
        role: match own.liquidity {
            Liquidity::Maker => FillRole::Maker,
            Liquidity::Taker => FillRole::Taker,
        },
        order: own.order,
        list: order.instructed.and_then(|more| more.list),
        side: own.side,
        price: own.price,
        qty: own.qty,
        quote: own.quote,
        fee: own.fee,
        rebate: own.rebate,
        at: own.at,
    }
}

/// Whatever part of a list is asked for, it is the same part.
async fn compare_ranges(
    views: &Views,
    reading: &Reading,
    of: (AccountId, MarketId),
    random: &mut Random,
) {
    let all = views.newest_orders(of.0, of.1, usize::MAX);
    if all.is_empty() {
        return;
    }
    for _ in 0..20 {
        let count = 1 + random.below(30) as usize;
        let mut pick = || all[random.below(all.len() as u64) as usize];
        let (one, other) = (pick(), pick());
        let span = Span {
            from: one.created_at.min(other.created_at),
            until: one.created_at.max(other.created_at),
        };
        let ours: [Vec<Order>; 4] = [
            views.newest_orders(of.0, of.1, count),
            views.orders_from(of.0, of.1, one.order, count),
            views.orders_within(of.0, of.1, span, count),
            {
                let until = all.iter().filter(|order| order.created_at <= span.until);
                let mut until: Vec<Order> = until.copied().collect();
                until.split_off(until.len().saturating_sub(count))
            },
        ];
        let ranges = [
            Range::Newest,
            Range::From(one.order.0),
            Range::Within(span.from, span.until),
            Range::Until(span.until),
        ];
        for (range, ours) in ranges.into_iter().zip(ours) {
            let rows = reading.orders(of, range, count).await.expect("read");
            let ours: Vec<PastOrder> = ours.iter().map(past_order).collect();
            assert_eq!(rows, ours, "{range:?}");
        }
    }
}
