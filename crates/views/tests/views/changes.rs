//! What the fold says changed is what changed.

use crate::exchange::{
    ALICE, BOB, BTC, BTCUSDT, CAROL, Exchange, MARKETS, USDT, amount, limit, paying_terms, price,
    qty,
};
use crate::outside::Outside;
use crate::traffic::{Pace, Traffic};
use model::account::Wallet;
use model::command::{Action, Command};
use model::id::{AccountId, AssetId, MarketId, TradeId};
use model::instrument::Phase;
use model::number::{Amount, Price};
use model::order::{CloseReason, OrderKind, Side};
use std::collections::BTreeMap;
use views::aggregate::AggregateTrade;
use views::change::{Change, OrderChange};
use views::depth::{Level, Top};
use views::limits::Limits;
use views::trade::Trade;
use views::views::Views;

/// A reader of the changes, who knows nothing else.
#[derive(Default)]
struct Reader {
    updates: BTreeMap<MarketId, u64>,
    levels: BTreeMap<(MarketId, Side, Price), i128>,
    trades: BTreeMap<MarketId, Vec<Trade>>,
    aggregates: BTreeMap<MarketId, Vec<AggregateTrade>>,
    balances: BTreeMap<(AccountId, Wallet, AssetId), (Amount, Amount)>,
    tops: BTreeMap<MarketId, (Option<Level>, Option<Level>)>,
}

impl Reader {
    fn read(&mut self, change: &Change) {
        match *change {
            Change::Level {
                market,
                side,
                price,
                lots,
                update,
            } => {
                let last = self.updates.entry(market).or_default();
                assert_eq!(update, *last + 1, "updates have no gap");
                *last = update;
                self.levels.insert((market, side, price), lots);
            }
            Change::Trade { market, trade } => self.trades.entry(market).or_default().push(trade),
            Change::Aggregate { market, aggregate } => {
                self.aggregates.entry(market).or_default().push(aggregate);
            }
            Change::Balance {
                account,
                wallet,
                asset,
                available,
                held,
            } => {
                self.balances
                    .insert((account, wallet, asset), (available, held));
            }
            _ => (),
        }
    }

    /// Compares what was read with what the views answer after the command.
    fn agrees(&mut self, views: &Views, changes: &[Change]) {
        for market in MARKETS {
            let view = views.market(market).expect("it is listed");
            let depth = view.depth(usize::MAX);
            let mut bids = self.side(market, Side::Buy);
            bids.reverse();
            assert_eq!(depth.bids, bids);
            assert_eq!(depth.asks, self.side(market, Side::Sell));
            let updates = self.updates.get(&market).copied();
            assert_eq!(depth.update, updates.unwrap_or(0));
            self.check_top(market, view.top(), changes);
        }
        for ((account, wallet, asset), (available, held)) in &self.balances {
            let balance = views.balance(*account, *wallet, *asset);
            assert_eq!((balance.available, balance.held), (*available, *held));
        }
    }

    fn check_top(&mut self, market: MarketId, top: Top, changes: &[Change]) {
        let before = self.tops.insert(market, (top.bid, top.ask));
        let is_changed = before.unwrap_or((None, None)) != (top.bid, top.ask);
        assert_eq!(changes.contains(&Change::Top { market }), is_changed);
    }

    fn side(&self, market: MarketId, side: Side) -> Vec<Level> {
        self.levels
            .iter()
            .filter(|((of, on, _), lots)| *of == market && *on == side && **lots != 0)
            .map(|((_, _, price), lots)| Level {
                price: *price,
                lots: *lots,
            })
            .collect()
    }
}

#[test]
fn a_reader_of_the_changes_knows_levels_tops_trades_and_balances() {
    for seed in 0..4 {
        let mut exchange = Exchange::open();
        let mut reader = Reader::default();
        for market in MARKETS {
            exchange.set_terms(market, paying_terms());
        }
        let mut traffic = Traffic::new(seed, Pace::Busy);
        for _ in 0..1_000 {
            traffic.step(&mut exchange);
            exchange.changes.iter().for_each(|it| reader.read(it));
            reader.agrees(&exchange.views, &exchange.changes);
        }
        for market in MARKETS {
            let view = exchange.views.market(market).expect("it is listed");
            assert_eq!(view.newest_trades(9_999), reader.trades[&market]);
            assert_eq!(view.newest_aggregates(9_999), reader.aggregates[&market]);
        }
    }
}

#[test]
fn a_reader_of_the_changes_follows_orders_with_instructions_and_lists() {
    for seed in 10..12 {
        let mut exchange = Exchange::open();
        let mut reader = Reader::default();
        let mut outside = Outside::new(seed, Pace::Busy);
        for _ in 0..1_000 {
            outside.step(&mut exchange);
            exchange.changes.iter().for_each(|it| reader.read(it));
            reader.agrees(&exchange.views, &exchange.changes);
        }
    }
}

#[test]
fn a_command_that_nobody_ended_ends_with_the_next() {
    let mut exchange = Exchange::open();
    let mut traffic = Traffic::new(5, Pace::Busy);
    for _ in 0..500 {
        traffic.step(&mut exchange);
    }
    let mut views = Views::with_limits(Limits::STANDARD);
    let mut changes = Vec::new();
    for published in &exchange.said {
        views.fold(published, &mut changes);
    }
    views.end_command(&mut changes);
    assert!(changes == exchange.all_changes);
    assert!(views.state() == exchange.views.state());
}

#[test]
fn ending_a_command_twice_is_the_same_as_once() {
    let mut exchange = Exchange::open();
    exchange.trade(5, 100);
    assert!(exchange.changes.contains(&Change::Top { market: BTCUSDT }));
    let mut changes = Vec::new();
    exchange.views.end_command(&mut changes);
    assert_eq!(changes, []);
}

#[test]
fn a_placed_order_changes_its_hold_its_level_and_the_top() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 5, 100);
    let order_change = |what| Change::Order {
        account: ALICE,
        market: BTCUSDT,
        order: order.order,
        what,
    };
    let (available, held) = exchange.balance(ALICE, USDT);
    assert_eq!(
        exchange.changes,
        [
            order_change(OrderChange::Accepted),
            Change::Balance {
                account: ALICE,
                wallet: Wallet::Spot,
                asset: USDT,
                available: amount(available),
                held: amount(held),
            },
            Change::Level {
                market: BTCUSDT,
                side: Side::Buy,
                price: price(100),
                lots: 5,
                update: 1,
            },
            order_change(OrderChange::Rested),
            Change::Top { market: BTCUSDT },
        ]
    );
}

#[test]
fn fills_of_one_taker_at_one_price_are_one_aggregate() {
    let mut exchange = Exchange::open();
    exchange.sell(BOB, 2, 100);
    exchange.sell(CAROL, 3, 100);
    exchange.sell(BOB, 4, 101);
    exchange.wait_seconds(1);
    let order = exchange.new_order(Side::Buy, OrderKind::Market { qty: qty(7) });
    exchange.place(ALICE, order);
    let aggregates: Vec<(i64, i64, TradeId, TradeId)> = exchange
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Aggregate { aggregate, .. } => Some((
                aggregate.price.ticks(),
                aggregate.qty.lots(),
                aggregate.first,
                aggregate.last,
            )),
            _ => None,
        })
        .collect();
    assert_eq!(
        aggregates,
        [
            (100, 5, TradeId(1), TradeId(2)),
            (101, 2, TradeId(3), TradeId(3))
        ]
    );
}

#[test]
fn a_new_command_starts_a_new_aggregate() {
    let mut exchange = Exchange::open();
    exchange.buy(ALICE, 2, 100);
    exchange.buy(ALICE, 2, 100);
    exchange.sell(BOB, 1, 100);
    exchange.sell(BOB, 1, 100);
    let market = exchange.views.market(BTCUSDT).expect("it is listed");
    let aggregates = market.newest_aggregates(9);
    assert_eq!(aggregates.len(), 2);
    assert_eq!(aggregates[0].first, aggregates[0].last);
}

#[test]
fn a_worse_level_does_not_change_the_top() {
    let mut exchange = Exchange::open();
    exchange.buy(ALICE, 5, 100);
    exchange.buy(ALICE, 5, 99);
    assert!(!exchange.changes.contains(&Change::Top { market: BTCUSDT }));
}

#[test]
fn phases_accounts_and_keys_say_that_they_changed() {
    let mut exchange = Exchange::open();
    exchange.set_phase(BTCUSDT, Phase::Halt);
    assert_eq!(
        exchange.changes,
        [Change::PhaseChanged {
            market: BTCUSDT,
            phase: Phase::Halt
        }]
    );
    let key = crate::exchange::key_of(ALICE);
    exchange.command(Command::RevokeKey { key });
    let revoked = Change::KeyRevoked {
        key,
        account: ALICE,
    };
    assert_eq!(exchange.changes, [revoked]);
}

#[test]
fn delisting_closes_every_order_and_empties_the_levels() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 5, 100);
    exchange.sell(BOB, 5, 110);
    exchange.set_phase(BTCUSDT, Phase::Closed);
    assert!(exchange.changes.contains(&Change::Order {
        account: ALICE,
        market: BTCUSDT,
        order: order.order,
        what: OrderChange::Closed(CloseReason::Delisted),
    }));
    let market = exchange.views.market(BTCUSDT).expect("it is listed");
    assert_eq!(
        (market.depth(5).bids, market.depth(5).asks),
        (vec![], vec![])
    );
    assert_eq!(exchange.balance(ALICE, USDT).1, 0);
    assert_eq!(exchange.balance(BOB, BTC).1, 0);
}

#[test]
fn a_refused_command_changes_nothing() {
    let mut exchange = Exchange::open();
    let before = exchange.views.state();
    let order = exchange.new_order(Side::Buy, limit(1, 2_000_000));
    exchange.ask(ALICE, Action::Place(order));
    assert_eq!(exchange.changes, []);
    let mut after = exchange.views.state();
    after.sequence = before.sequence;
    assert_eq!(after, before);
}
