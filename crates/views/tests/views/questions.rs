//! Every question one can ask, asked of the views and of the naive list.

use crate::chance::Chance;
use crate::exchange::{ACCOUNTS, BTC, BTCUSDT, ETH, ETHBTC, Exchange, MARKETS, USDT};
use crate::naive::{Naive, NaiveCandle};
use crate::rare_questions::{compare_rare, rare_answers};
use model::id::{AccountId, AssetId, KeyId, MarketId, OrderId, TradeId};
use model::order::Side;
use model::text::ClientOrderId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use views::aggregate::AggregateId;
use views::candle::{Candle, CandleRange};
use views::interval::Interval;
use views::span::Span;
use views::trade::Trade;
use views::views::Views;

pub fn assets_of(market: MarketId) -> (AssetId, AssetId) {
    match market {
        BTCUSDT => (BTC, USDT),
        ETHBTC => (ETH, BTC),
        _ => panic!("no third market is listed"),
    }
}

/// Returns the last `count` of a list.
pub fn newest<T: Clone>(list: &[T], count: usize) -> Vec<T> {
    list[list.len().saturating_sub(count)..].to_vec()
}

/// Returns the first `count` of a list for which `is_asked` holds.
pub fn asked<T: Clone>(list: &[T], count: usize, is_asked: impl Fn(&T) -> bool) -> Vec<T> {
    let asked = list.iter().filter(|row| is_asked(row));
    asked.take(count).cloned().collect()
}

fn span(chance: &mut Chance, at: Timestamp) -> Span {
    let from = at.plus_nanos(-chance.between(0, 7_000) * NANOS_PER_SECOND);
    Span {
        from,
        until: from.plus_nanos(chance.between(0, 5_000) * NANOS_PER_SECOND),
    }
}

/// Compares every answer of the views with the naive one.
pub fn compare(exchange: &Exchange, naive: &Naive, chance: &mut Chance) {
    compare_rare(exchange, naive, span(chance, exchange.at), chance);
    for market in MARKETS {
        compare_depth(exchange, naive, market);
        compare_trades(exchange, naive, market, chance);
        compare_aggregates(exchange, naive, market, chance);
        compare_ticker(exchange, naive, market);
        for interval in Interval::ALL {
            compare_candles(exchange, naive, (market, interval), chance);
        }
        for account in ACCOUNTS {
            compare_orders(exchange, naive, (account, market), chance);
            compare_own_trades(exchange, naive, (account, market), chance);
        }
    }
}

fn compare_depth(exchange: &Exchange, naive: &Naive, market: MarketId) {
    let view = exchange.views.market(market).expect("it is listed");
    let depth = view.depth(usize::MAX);
    assert_eq!(depth.bids, naive.levels(market, Side::Buy));
    assert_eq!(depth.asks, naive.levels(market, Side::Sell));
    assert_eq!(depth.update, view.last_update());
    let top = view.top();
    assert_eq!(top.bid, depth.bids.first().copied());
    assert_eq!(top.ask, depth.asks.first().copied());
    assert_eq!(view.depth(2).asks, asked(&depth.asks, 2, |_| true));
}

fn compare_trades(exchange: &Exchange, naive: &Naive, market: MarketId, chance: &mut Chance) {
    let view = exchange.views.market(market).expect("it is listed");
    let kept: Vec<Trade> = naive
        .kept_trades(market)
        .map(|trade| Trade {
            trade: trade.event.trade,
            price: trade.event.price,
            qty: trade.event.qty,
            quote: trade.event.quote,
            at: trade.at,
            taker_side: trade.event.taker_side,
        })
        .collect();
    let count = chance.below(40) as usize;
    let first = TradeId(chance.below(kept.len() as u64 + 20));
    let span = span(chance, exchange.at);
    assert_eq!(view.newest_trades(count), newest(&kept, count));
    assert_eq!(
        view.trades_from(first, count),
        asked(&kept, count, |trade| first <= trade.trade)
    );
    assert_eq!(
        view.trades_within(span, count),
        asked(&kept, count, |trade| span.includes(trade.at))
    );
    let last = naive.trades_of(market).last();
    assert_eq!(
        view.last_trade()
            .map(|it| (it.trade, it.price, it.qty, it.at)),
        last.map(|it| (it.event.trade, it.event.price, it.event.qty, it.at))
    );
}

fn compare_aggregates(exchange: &Exchange, naive: &Naive, market: MarketId, chance: &mut Chance) {
    let view = exchange.views.market(market).expect("it is listed");
    let kept = naive.aggregates(market);
    let count = chance.below(40) as usize;
    let first = AggregateId(chance.below(kept.len() as u64 + 20));
    let span = span(chance, exchange.at);
    assert_eq!(view.newest_aggregates(count), newest(&kept, count));
    assert_eq!(
        view.aggregates_from(first, count),
        asked(&kept, count, |row| first <= row.aggregate)
    );
    assert_eq!(
        view.aggregates_within(span, count),
        asked(&kept, count, |row| span.includes(row.at))
    );
}

fn compare_ticker(exchange: &Exchange, naive: &Naive, market: MarketId) {
    let view = exchange.views.market(market).expect("it is listed");
    for wait in [0, 40, 4_000, 60_000] {
        let at = exchange.at.plus_nanos(wait * NANOS_PER_SECOND);
        let ticker = view.ticker(at);
        let (inside, previous_close) = naive.day(market, at);
        let prices = || inside.iter().map(|trade| trade.event.price);
        let base: i128 = inside.iter().map(|trade| trade.event.base.units()).sum();
        let quote: i128 = inside.iter().map(|trade| trade.event.quote.units()).sum();
        assert_eq!(ticker.previous_close, previous_close);
        assert_eq!(ticker.day.map(|day| day.open), prices().next());
        assert_eq!(ticker.day.map(|day| day.high), prices().max());
        assert_eq!(ticker.day.map(|day| day.low), prices().min());
        assert_eq!(ticker.day.map(|day| day.close), prices().next_back());
        assert_eq!(ticker.day.map_or(0, |day| day.base_units), base);
        assert_eq!(ticker.day.map_or(0, |day| day.quote_units), quote);
        let count = ticker.day.map_or(0, |day| day.trade_count());
        assert_eq!(count, inside.len() as u64);
        assert_eq!(view.average(at), naive.average(market, at));
    }
}

fn compare_candles(
    exchange: &Exchange,
    naive: &Naive,
    (market, interval): (MarketId, Interval),
    chance: &mut Chance,
) {
    let view = exchange.views.market(market).expect("it is listed");
    let at = exchange
        .at
        .plus_nanos(chance.between(0, 100) * NANOS_PER_SECOND);
    let mut moment = || {
        let seconds = chance.pick(&[60, 6_000, 600_000]);
        let back = chance.between(-seconds / 4, seconds);
        let is_given = chance.is_one_in(2);
        is_given.then(|| at.plus_nanos(-back * NANOS_PER_SECOND))
    };
    let range = CandleRange {
        from: moment(),
        until: moment(),
        count: chance.below(30) as usize,
    };
    let candles: Vec<NaiveCandle> = view
        .candles(interval, &range, at)
        .iter()
        .map(naive_candle)
        .collect();
    assert_eq!(
        candles,
        naive.candles(market, interval, &range, at),
        "{} {range:?}",
        interval.name()
    );
}

fn naive_candle(candle: &Candle) -> NaiveCandle {
    NaiveCandle {
        period: candle.period,
        prices: [candle.open, candle.high, candle.low, candle.close],
        base_units: candle.base_units,
        quote_units: candle.quote_units,
        taker_buy_base_units: candle.taker_buy_base_units,
        taker_buy_quote_units: candle.taker_buy_quote_units,
        trades: candle.trades.map(|trades| (trades.first, trades.last)),
    }
}

fn compare_orders(
    exchange: &Exchange,
    naive: &Naive,
    (account, market): (AccountId, MarketId),
    chance: &mut Chance,
) {
    let views = &exchange.views;
    let kept = naive.orders_of(account, market);
    let count = chance.below(40) as usize;
    let first = OrderId(chance.below(kept.len() as u64 * 4 + 20));
    let span = span(chance, exchange.at);
    assert_eq!(
        views.open_orders_in(account, market),
        asked(&kept, usize::MAX, |order| order.closed.is_none())
    );
    assert_eq!(
        views.newest_orders(account, market, count),
        newest(&kept, count)
    );
    assert_eq!(
        views.orders_from(account, market, first, count),
        asked(&kept, count, |order| first <= order.order)
    );
    assert_eq!(
        views.orders_within(account, market, span, count),
        asked(&kept, count, |order| span.includes(order.created_at))
    );
    assert_eq!(
        views.order(market, first),
        naive.orders.get(&(market, first)).copied()
    );
    for number in 0..25 {
        let client_id = ClientOrderId::from_number(number);
        assert_eq!(
            views.order_of(account, market, client_id),
            naive.named(account, market, client_id)
        );
    }
}

fn compare_own_trades(
    exchange: &Exchange,
    naive: &Naive,
    (account, market): (AccountId, MarketId),
    chance: &mut Chance,
) {
    let views = &exchange.views;
    let kept = naive.own_trades(account, market);
    let count = chance.below(40) as usize;
    let first = TradeId(chance.below(kept.len() as u64 * 3 + 20));
    let span = span(chance, exchange.at);
    assert_eq!(
        views.newest_own_trades(account, market, count),
        newest(&kept, count)
    );
    assert_eq!(
        views.own_trades_from(account, market, first, count),
        asked(&kept, count, |trade| first <= trade.trade)
    );
    assert_eq!(
        views.own_trades_within(account, market, span, count),
        asked(&kept, count, |trade| span.includes(trade.at))
    );
    for order in naive.orders_of(account, market) {
        assert_eq!(
            views.fills(market, order.order, first, count),
            asked(&kept, count, |trade| {
                trade.order == order.order && first <= trade.trade
            })
        );
    }
}

/// Returns every answer as text, so that two views can be compared.
pub fn answers(views: &Views, chance: &mut Chance) -> Vec<String> {
    let at = views
        .at()
        .plus_nanos(chance.between(0, 90) * NANOS_PER_SECOND);
    let span = span(chance, at);
    let count = chance.below(50) as usize;
    let number = chance.below(300);
    let mut answers = Vec::new();
    for view in views.markets() {
        answers.push(format!(
            "{:?}",
            (view.instrument(), view.terms(), view.limits(), view.phase())
        ));
        answers.push(format!("{:?} {:?}", view.listed_at(), view.ticker(at)));
        answers.push(format!("{:?} {:?}", view.depth(count), view.top()));
        answers.push(format!("{:?} {:?}", view.last_trade(), view.average(at)));
        answers.push(format!("{:?}", view.newest_trades(count)));
        answers.push(format!("{:?}", view.trades_from(TradeId(number), count)));
        answers.push(format!("{:?}", view.trades_within(span, count)));
        answers.push(format!("{:?}", view.newest_aggregates(count)));
        answers.push(format!(
            "{:?}",
            view.aggregates_from(AggregateId(number), count)
        ));
        answers.push(format!("{:?}", view.aggregates_within(span, count)));
        for interval in Interval::ALL {
            let oldest = CandleRange {
                from: Some(Timestamp::ZERO),
                until: None,
                count,
            };
            let latest = CandleRange {
                from: None,
                until: Some(span.until),
                count,
            };
            answers.push(format!("{:?}", view.candles(interval, &oldest, at)));
            answers.push(format!("{:?}", view.candles(interval, &latest, at)));
        }
        let market = view.instrument().id;
        for account in ACCOUNTS {
            answers.extend(own_answers(views, (account, market), (span, count, number)));
        }
    }
    answers.extend(rare_answers(views, (span, count, number)));
    for account in ACCOUNTS {
        answers.push(format!("{:?}", views.account(account)));
        answers.push(format!("{:?}", views.balances(account)));
        answers.push(format!("{:?}", views.open_orders(account)));
        answers.push(format!("{:?}", views.deposits(account)));
        answers.push(format!("{:?}", views.withdrawals(account)));
    }
    for key in 0..60 {
        answers.push(format!("{:?}", views.key(KeyId(key))));
    }
    answers.push(format!(
        "{:?}",
        (views.sequence(), views.at(), views.assets())
    ));
    answers
}

fn own_answers(
    views: &Views,
    (account, market): (AccountId, MarketId),
    (span, count, number): (Span, usize, u64),
) -> Vec<String> {
    let mut answers = vec![
        format!("{:?}", views.newest_orders(account, market, count)),
        format!(
            "{:?}",
            views.orders_from(account, market, OrderId(number), count)
        ),
        format!("{:?}", views.orders_within(account, market, span, count)),
        format!("{:?}", views.newest_own_trades(account, market, count)),
        format!(
            "{:?}",
            views.own_trades_from(account, market, TradeId(number), count)
        ),
        format!(
            "{:?}",
            views.own_trades_within(account, market, span, count)
        ),
        format!(
            "{:?}",
            views.fills(market, OrderId(number), TradeId(0), count)
        ),
    ];
    for client_id in 0..25 {
        let client_id = ClientOrderId::from_number(client_id);
        answers.push(format!("{:?}", views.order_of(account, market, client_id)));
    }
    answers
}
