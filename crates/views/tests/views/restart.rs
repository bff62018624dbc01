//! Views out of a snapshot answer, and fold on, as those it was taken of.

use crate::chance::Chance;
use crate::exchange::{ALICE, BOB, BTCUSDT, Exchange, MARKETS, limit, paying_terms, price};
use crate::outside::Outside;
use crate::questions::answers;
use crate::script::{Scripted, list_accepted, list_closed, stop};
use crate::traffic::{Pace, Traffic};
use model::event::{Event, Published};
use model::id::{AccountId, AssetId, ListId, MarketId, OrderId, TradeId};
use model::order::{CloseReason, Instructions, ListKind, SelfTradeMode, Side};
use model::snapshot_views::ViewsState;
use model::strategy::{Strategy, StrategyId, StrategyKind};
use views::behind::{Behind, Half, Newest};
use views::change::Change;
use views::level_rows::LevelRows;
use views::limits::Limits;
use views::order::Stage;
use views::restore::RestoreError;
use views::views::Views;

/// Runs random traffic past a copy that is restored again and again.
fn check(seed: u64, pace: Pace, limits: Limits) {
    let mut exchange = Exchange::open_within(limits);
    for market in MARKETS {
        exchange.set_terms(market, paying_terms());
    }
    let mut traffic = Traffic::new(seed, pace);
    check_steps(exchange, seed, limits, |exchange| {
        traffic.step(exchange);
    });
}

/// Lets a script speak past a copy that is restored again and again.
fn check_outside(seed: u64, pace: Pace, limits: Limits) {
    let mut outside = Outside::new(seed, pace);
    check_steps(Exchange::open_within(limits), seed, limits, |exchange| {
        outside.step(exchange);
    });
}

fn check_steps(
    mut exchange: Exchange,
    seed: u64,
    limits: Limits,
    mut step: impl FnMut(&mut Exchange),
) {
    let mut chance = Chance::new(seed);
    let (state, mut caught_up) = (exchange.views.state(), None::<Views>);
    let mut behind = Behind::restore_within(state, limits).expect("views return it");
    for _ in 0..12 {
        let state = exchange.views.state();
        let mut copy = Views::restore_within(state.clone(), limits).expect("views return it");
        assert!(copy.state() == state);
        let folded = exchange.said.len();
        let changed = exchange.all_changes.len();
        for _ in 0..chance.below(250) {
            step(&mut exchange);
        }
        let copy_changes = fold(&mut copy, &exchange.said[folded..]);
        assert!(copy_changes == exchange.all_changes[changed..]);
        follow(&mut behind, &exchange.said[folded..]);
        if let Some(caught_up) = &mut caught_up {
            assert!(fold(caught_up, &exchange.said[folded..]) == exchange.all_changes[changed..]);
        }
        let is_late = chance.below(3) == 0;
        if is_late {
            let state = exchange.views.state();
            let levels = state.markets.into_iter().map(|market| LevelRows {
                bids: market.bids,
                asks: market.asks,
            });
            let newest = Newest {
                balances: state.balances.into_iter(),
                levels,
            };
            let late = std::mem::replace(&mut behind, Behind::new());
            caught_up = Some(late.catch_up(newest, in_turn));
        }
        assert_same(&copy, &exchange.views, &mut chance, 3);
        if let Some(caught_up) = &caught_up {
            assert_same(caught_up, &exchange.views, &mut chance, 1);
        }
        if is_late {
            let state = exchange.views.state();
            behind = Behind::restore_within(state, limits).expect("views return it");
        }
    }
}

fn fold(views: &mut Views, said: &[Published]) -> Vec<Change> {
    let mut changes = Vec::new();
    for published in said {
        views.fold(published, &mut changes);
    }
    views.end_command(&mut changes);
    changes
}

fn follow(behind: &mut Behind, said: &[Published]) {
    for command in said.chunk_by(|a, b| a.sequence == b.sequence) {
        let events: Vec<Event> = command
            .iter()
            .map(|published| published.event.clone())
            .collect();
        behind.warm(events.iter());
        behind.fold_command((command[0].sequence, command[0].at), &events);
    }
}

fn in_turn(one: Half<'_>, other: Half<'_>) {
    other();
    one();
}

fn assert_same(ours: &Views, theirs: &Views, chance: &mut Chance, questions: u32) {
    assert!(ours.state() == theirs.state());
    for _ in 0..questions {
        let question = chance.below(u64::MAX);
        let ours = answers(ours, &mut Chance::new(question));
        let theirs = answers(theirs, &mut Chance::new(question));
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs);
        }
    }
}

#[test]
fn restored_views_answer_and_fold_on_as_before() {
    for seed in 0..8 {
        check(seed, Pace::Busy, Limits::STANDARD);
    }
    for seed in 8..12 {
        check_outside(seed, Pace::Busy, Limits::STANDARD);
    }
}

#[test]
fn restored_views_let_go_of_old_rows_as_before() {
    for seed in 20..28 {
        check(seed, Pace::Slow, Limits::STANDARD);
    }
    for seed in 28..32 {
        check_outside(seed, Pace::Slow, Limits::STANDARD);
    }
}

#[test]
fn restored_views_give_up_rows_of_full_stores_as_before() {
    let limits = Limits {
        trades_max: 30,
        closed_orders_max: 40,
        closed_orders_share: 9,
        closed_lists_max: 10,
        closed_lists_share: 3,
        prevented_max: 12,
        prevented_share: 4,
        amendments_max: 12,
        amendments_share: 4,
        ended_fundings_max: 5,
        short_candles_max: 25,
        long_candles_max: 7,
    };
    for seed in 40..48 {
        check(seed, Pace::Slow, limits);
    }
    for seed in 48..52 {
        check_outside(seed, Pace::Slow, limits);
    }
}

#[test]
fn views_before_the_first_event_restore_too() {
    let state = Views::new().state();
    let views = Views::restore(state.clone()).expect("views return it");
    assert_eq!(views.state(), state);
}

#[test]
fn lower_limits_leave_out_the_oldest() {
    let mut exchange = Exchange::open();
    for ticks in 100..110 {
        exchange.trade(1, ticks);
    }
    let limits = Limits {
        trades_max: 4,
        closed_orders_max: 6,
        ..Limits::STANDARD
    };
    let views = Views::restore_within(exchange.views.state(), limits).expect("views return it");
    let market = views.market(BTCUSDT).expect("it is listed");
    let trades = market.trades_from(TradeId(0), 99);
    assert_eq!(trades.first().map(|trade| trade.trade), Some(TradeId(7)));
    assert_eq!(trades.len(), 4);
    let orders = views.orders_from(ALICE, BTCUSDT, OrderId(0), 99);
    let numbers: Vec<u64> = orders.iter().map(|order| order.order.0).collect();
    assert_eq!(numbers, [16, 18, 20]);
}

#[test]
fn lower_limits_leave_out_the_oldest_lists_amendments_and_instructions() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 9, 100);
    exchange.amend(&order, 8, None);
    exchange.amend(&order, 7, None);
    for list in 1..=3 {
        exchange.say(pair(list, 2 * list));
        exchange.say(end_of_pair(list, 2 * list));
    }
    let limits = Limits {
        closed_orders_max: 3,
        closed_lists_max: 2,
        amendments_max: 1,
        ..Limits::STANDARD
    };
    let views = Views::restore_within(exchange.views.state(), limits).expect("views return it");
    let state = views.state();
    let instructed: Vec<u64> = state.instructed.iter().map(|row| row.order.0).collect();
    assert_eq!(instructed, [5, 6, 7]);
    let lists: Vec<u64> = state.closed_lists.iter().map(|row| row.list.0).collect();
    assert_eq!(lists, [2, 3]);
    assert_eq!(views.list(ALICE, ListId(1)), None);
    assert_eq!(state.amendments, exchange.views.state().amendments[1..]);
}

#[test]
fn an_order_with_nothing_but_a_strategy_has_it_after_a_restart() {
    let mut exchange = Exchange::open();
    let strategy = Strategy {
        id: StrategyId::new(7),
        kind: Some(StrategyKind::MIN),
    };
    let instructions = Instructions {
        strategy,
        ..Instructions::NONE
    };
    exchange.say(vec![
        leg(1).accepted(700),
        leg(1).instructed(instructions),
        leg(1).rested(90, 5),
    ]);
    let order = exchange.order(OrderId(1));
    let instructed = order.instructed.expect("a strategy is an instruction");
    assert_eq!(instructed.instructions, instructions);
    assert_eq!(instructed.stage, Stage::Working);
    assert_eq!(order.working_at, Some(order.created_at));
    let views = Views::restore(exchange.views.state()).expect("views return it");
    assert_eq!(views.order(BTCUSDT, OrderId(1)), Some(order));
    exchange.say(vec![leg(1).closed(CloseReason::Cancelled, 700)]);
    let views = Views::restore(exchange.views.state()).expect("views return it");
    let closed = views.order(BTCUSDT, OrderId(1)).expect("it is kept");
    assert_eq!(closed.instructed, Some(instructed));
}

fn leg(order: u64) -> Scripted {
    Scripted {
        order: OrderId(order),
        account: ALICE,
        side: Side::Buy,
        kind: limit(5, 90),
    }
}

fn pair(list: u64, first: u64) -> Vec<Event> {
    vec![
        list_accepted(list, ListKind::OneCancelsOther, "pair", &leg(first)),
        leg(first).accepted(700),
        leg(first + 1).accepted(0),
        leg(first + 1).instructed(stop(99)),
    ]
}

fn end_of_pair(list: u64, first: u64) -> Vec<Event> {
    vec![
        leg(first).closed(CloseReason::Cancelled, 700),
        leg(first + 1).closed(CloseReason::Cancelled, 0),
        list_closed(list, ALICE),
    ]
}

/// Returns a state with something in every list.
fn state() -> ViewsState {
    let mut exchange = Exchange::open();
    exchange.trade(5, 100);
    exchange.wait_seconds(100);
    exchange.trade(5, 101);
    exchange.wait_seconds(100);
    exchange.trade(5, 102);
    exchange.buy(ALICE, 5, 90);
    exchange.buy(ALICE, 5, 91);
    exchange.sell(BOB, 5, 110);
    exchange.sell(BOB, 5, 111);
    for lots in [4, 3] {
        let order = exchange.order(OrderId(8));
        exchange.amend(&order, lots, None);
    }
    for _ in 0..2 {
        let mut order = exchange.new_order(Side::Sell, limit(1, 90));
        order.self_trade = Some(SelfTradeMode::ExpireTaker);
        exchange.place(ALICE, order);
    }
    for list in 1..=3 {
        exchange.say(pair(list, 11 + 2 * list));
    }
    exchange.say(end_of_pair(3, 17));
    exchange.views.state()
}

#[test]
fn a_state_that_views_never_had_is_refused() {
    type Damage = fn(&mut ViewsState);
    let btcusdt = RestoreError::MarketImpossible(BTCUSDT);
    let damages: &[(Damage, RestoreError)] = &[
        (|it| it.accounts.swap(0, 1), RestoreError::NumberOutOfOrder),
        (|it| it.markets.swap(0, 1), RestoreError::NumberOutOfOrder),
        (
            |it| it.assets[1].id = AssetId(7),
            RestoreError::NumberOutOfOrder,
        ),
        (
            |it| it.balances[0].account = AccountId(0),
            RestoreError::AccountUnknown(AccountId(0)),
        ),
        (
            |it| it.keys[0].account = AccountId(77),
            RestoreError::AccountUnknown(AccountId(77)),
        ),
        (
            |it| it.markets[0].trades[0].taker_account = AccountId(5),
            RestoreError::AccountUnknown(AccountId(5)),
        ),
        (|it| it.markets[0].bids.swap(0, 1), btcusdt),
        (|it| it.markets[0].asks.swap(0, 1), btcusdt),
        (|it| it.markets[0].asks[1].lots = 0, btcusdt),
        (|it| it.markets[0].first_trade = TradeId(0), btcusdt),
        (|it| it.markets[0].first_aggregate = u64::MAX, btcusdt),
        (|it| it.markets[0].candles.series[0].swap(0, 1), btcusdt),
        (
            |it| {
                it.markets[0].trades[0].price = price(1 << 50);
                it.markets[0].trades[0].qty = model::number::Qty::MAX;
            },
            btcusdt,
        ),
        (
            |it| it.open_orders[7].market = MarketId(9),
            RestoreError::MarketUnknown(MarketId(9)),
        ),
        (
            |it| it.expiry_market = MarketId(2),
            RestoreError::MarketUnknown(MarketId(2)),
        ),
        (
            |it| it.open_orders[0].closed = Some(CloseReason::Filled),
            RestoreError::OrderMisplaced(BTCUSDT, OrderId(7)),
        ),
        (
            |it| it.closed_orders[0].closed = None,
            RestoreError::OrderMisplaced(BTCUSDT, OrderId(1)),
        ),
        (
            |it| it.closed_orders[0].order = OrderId(7),
            RestoreError::OrderMisplaced(BTCUSDT, OrderId(7)),
        ),
        (
            |it| it.open_orders.swap(0, 1),
            RestoreError::OrderMisplaced(BTCUSDT, OrderId(8)),
        ),
        (
            |it| it.instructed[5].order = OrderId(99),
            RestoreError::OrderMisplaced(BTCUSDT, OrderId(99)),
        ),
        (
            |it| it.open_lists[0].account = AccountId(77),
            RestoreError::AccountUnknown(AccountId(77)),
        ),
        (
            |it| it.closed_lists[0].market = MarketId(9),
            RestoreError::MarketUnknown(MarketId(9)),
        ),
        (
            |it| it.prevented[0].maker_account = AccountId(77),
            RestoreError::AccountUnknown(AccountId(77)),
        ),
        (
            |it| it.amendments[0].market = MarketId(9),
            RestoreError::MarketUnknown(MarketId(9)),
        ),
        (|it| it.instructed.swap(0, 1), RestoreError::RowOutOfOrder),
        (
            |it| it.closed_lists[0].list = ListId(1),
            RestoreError::RowOutOfOrder,
        ),
        (
            |it| it.prevented[1] = it.prevented[0],
            RestoreError::RowOutOfOrder,
        ),
        (|it| it.amendments.swap(0, 1), RestoreError::RowOutOfOrder),
        (|it| it.keys.swap(0, 1), RestoreError::RowOutOfOrder),
        (|it| it.fundings.swap(0, 1), RestoreError::RowOutOfOrder),
    ];
    assert!(Views::restore(state()).is_ok());
    for (index, (damage, error)) in damages.iter().enumerate() {
        let mut state = state();
        damage(&mut state);
        let refused = Views::restore(state).err();
        assert_eq!(refused, Some(*error), "damage {index}");
    }
}
