//! What an owner reads of an order from its first moment to its last.

use crate::exchange::{
    ALICE, ALICES_SUB, BOB, BTCUSDT, Exchange, amount, limit, named, price, qty, terms,
};
use model::command::{Action, Command};
use model::id::{OrderId, TradeId};
use model::instrument::{Band, Cause, Phase, Terms};
use model::number::{Qty, RatioPpm};
use model::order::{CloseReason, OrderKind, SelfTradeMode, Side, TimeInForce};
use views::order::{Order, OrderStatus};
use views::own_trade::Liquidity;
use views::span::Span;

/// Checks how an order ended and that it left the open ones.
#[track_caller]
fn check_ended(exchange: &Exchange, order: &Order, reason: CloseReason, status: OrderStatus) {
    let order = exchange.order(order.order);
    assert_eq!(order.closed, Some(reason));
    assert_eq!(order.status(), status);
    assert_eq!(order.updated_at, exchange.at);
    let open = exchange.views.open_orders(order.account);
    assert!(open.iter().all(|other| other.order != order.order));
}

fn immediate(lots: i64, ticks: i64, time_in_force: TimeInForce) -> OrderKind {
    OrderKind::Limit {
        price: price(ticks),
        qty: qty(lots),
        time_in_force,
    }
}

#[test]
fn a_resting_order_is_new_and_working() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 5, 100);
    assert_eq!(order.status(), OrderStatus::New);
    assert_eq!(order.original, qty(5));
    assert_eq!(order.created_at, exchange.at);
    assert_eq!(order.working_at, Some(exchange.at));
    assert_eq!(exchange.views.open_orders(ALICE), [order]);
}

#[test]
fn a_partly_filled_order_counts_its_lots_and_their_value() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 5, 100);
    exchange.wait_seconds(3);
    exchange.sell(BOB, 2, 90);
    let order = exchange.order(order.order);
    assert_eq!(order.status(), OrderStatus::PartiallyFilled);
    assert_eq!(order.executed, qty(2));
    // 2 lots × 100 ticks × 10,000 units a tick and lot.
    assert_eq!(order.quote_units, 2_000_000);
    assert_eq!(order.updated_at, exchange.at);
    assert!(order.created_at < order.updated_at);
}

#[test]
fn both_sides_of_a_full_fill_are_filled() {
    let mut exchange = Exchange::open();
    let maker = exchange.buy(ALICE, 5, 100);
    let taker = exchange.sell(BOB, 5, 100);
    check_ended(&exchange, &maker, CloseReason::Filled, OrderStatus::Filled);
    check_ended(&exchange, &taker, CloseReason::Filled, OrderStatus::Filled);
}

#[test]
fn a_cancelled_order_is_cancelled() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 5, 100);
    exchange.wait_seconds(1);
    exchange.cancel(&order);
    check_ended(
        &exchange,
        &order,
        CloseReason::Cancelled,
        OrderStatus::Cancelled,
    );
}

#[test]
fn a_replaced_order_is_cancelled_and_the_new_one_open() {
    let mut exchange = Exchange::open();
    let old = exchange.buy(ALICE, 5, 100);
    let new = exchange.new_order(Side::Buy, limit(6, 101));
    exchange.replace(&old, new);
    check_ended(
        &exchange,
        &old,
        CloseReason::Replaced,
        OrderStatus::Cancelled,
    );
    let open = exchange.views.open_orders_in(ALICE, BTCUSDT);
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].original, qty(6));
}

#[test]
fn the_rest_of_an_immediate_order_expires() {
    let mut exchange = Exchange::open();
    exchange.sell(BOB, 2, 100);
    let kind = immediate(5, 100, TimeInForce::ImmediateOrCancel);
    let order = exchange.new_order(Side::Buy, kind);
    let order = exchange.place(ALICE, order);
    check_ended(
        &exchange,
        &order,
        CloseReason::ImmediateRemainder,
        OrderStatus::Expired,
    );
    assert_eq!(exchange.order(order.order).executed, qty(2));
    assert_eq!(exchange.order(order.order).working_at, Some(exchange.at));
}

#[test]
fn a_fill_or_kill_order_that_fills_nothing_worked_for_a_moment() {
    let mut exchange = Exchange::open();
    exchange.sell(BOB, 2, 100);
    let order = exchange.new_order(Side::Buy, immediate(5, 100, TimeInForce::FillOrKill));
    let order = exchange.place(ALICE, order);
    check_ended(
        &exchange,
        &order,
        CloseReason::FillOrKillUnfilled,
        OrderStatus::Expired,
    );
    assert_eq!(exchange.order(order.order).working_at, Some(exchange.at));
}

#[test]
fn the_rest_of_a_market_order_expires_when_the_book_is_empty() {
    let mut exchange = Exchange::open();
    exchange.buy(BOB, 2, 100);
    let order = exchange.new_order(Side::Sell, OrderKind::Market { qty: qty(5) });
    let order = exchange.place(ALICE, order);
    check_ended(
        &exchange,
        &order,
        CloseReason::InsufficientLiquidity,
        OrderStatus::Expired,
    );
}

#[test]
fn a_market_order_by_quote_has_no_original_quantity() {
    let mut exchange = Exchange::open();
    exchange.sell(BOB, 5, 100);
    let kind = OrderKind::MarketQuote {
        quote: amount(2_000_000),
    };
    let order = exchange.new_order(Side::Buy, kind);
    let order = exchange.place(ALICE, order);
    assert_eq!(order.original, Qty::ZERO);
    assert_eq!(order.executed, qty(2));
    assert_eq!(order.quote_units, 2_000_000);
    check_ended(&exchange, &order, CloseReason::Filled, OrderStatus::Filled);
}

#[test]
fn a_taker_beyond_the_execution_band_expires() {
    let mut exchange = Exchange::open();
    exchange.trade(1, 100);
    let band = Band {
        up: RatioPpm::new(1_100_000).expect("a ratio"),
        down: RatioPpm::new(900_000).expect("a ratio"),
    };
    exchange.set_terms(
        BTCUSDT,
        Terms {
            execution_band: band,
            ..terms()
        },
    );
    exchange.sell(BOB, 5, 200);
    let order = exchange.buy(ALICE, 5, 200);
    check_ended(
        &exchange,
        &order,
        CloseReason::ExecutionBand,
        OrderStatus::Expired,
    );
}

#[test]
fn a_prevented_match_expires_the_maker_in_match() {
    let mut exchange = Exchange::open();
    let maker = exchange.sell(ALICES_SUB, 5, 100);
    let taker = exchange.buy(ALICE, 3, 100);
    check_ended(
        &exchange,
        &maker,
        CloseReason::SelfTrade,
        OrderStatus::ExpiredInMatch,
    );
    let maker = exchange.order(maker.order);
    assert_eq!(maker.prevented, qty(5));
    assert!(maker.prevented_match.is_some());
    assert_eq!(taker.status(), OrderStatus::New);
    assert_eq!(taker.prevented, Qty::ZERO);
}

#[test]
fn a_decremented_order_stays_with_what_is_left() {
    let mut exchange = Exchange::open();
    let maker = exchange.sell(ALICES_SUB, 5, 100);
    let mut order = exchange.new_order(Side::Buy, limit(3, 100));
    order.self_trade = Some(SelfTradeMode::Decrement);
    exchange.place(ALICE, order);
    let maker = exchange.order(maker.order);
    assert_eq!((maker.prevented, maker.closed), (qty(3), None));
    let market = exchange.views.market(BTCUSDT).expect("it is listed");
    assert_eq!(market.depth(1).asks[0].lots, 2);
}

#[test]
fn delisting_and_the_exchange_expire_orders() {
    let mut exchange = Exchange::open();
    let dear = exchange.buy(ALICE, 5, 500);
    let cheap = exchange.buy(ALICE, 5, 50);
    exchange.set_terms(
        BTCUSDT,
        Terms {
            price_max: price(400),
            ..terms()
        },
    );
    let ended = CloseReason::ExchangeCancelled;
    check_ended(&exchange, &dear, ended, OrderStatus::Expired);
    exchange.set_phase(BTCUSDT, Phase::Closed);
    check_ended(
        &exchange,
        &cheap,
        CloseReason::Delisted,
        OrderStatus::Expired,
    );
}

#[test]
fn an_amended_order_is_smaller_and_has_its_new_name() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 5, 100);
    exchange.amend(&order, 3, Some(named("smaller")));
    let amended = exchange.order(order.order);
    assert_eq!(amended.original, qty(3));
    let by_name = |name| exchange.views.order_of(ALICE, BTCUSDT, name);
    assert_eq!(by_name(named("smaller")), Some(amended));
    assert_eq!(by_name(order.client_id), None);
}

#[test]
fn a_name_leads_to_the_order_that_took_it_last() {
    let mut exchange = Exchange::open();
    let mut place = |name: &str, ticks| {
        let mut order = exchange.new_order(Side::Buy, limit(1, ticks));
        order.client_id = named(name);
        let order = exchange.place(ALICE, order);
        exchange.cancel(&order);
        order.order
    };
    let first = place("again", 90);
    let second = place("again", 91);
    let by_name = exchange.views.order_of(ALICE, BTCUSDT, named("again"));
    assert_eq!(by_name.map(|order| order.order), Some(second));
    assert_eq!(exchange.order(first).client_id, named("again"));
    assert_eq!(
        exchange.views.order_of(BOB, BTCUSDT, named("again")),
        None,
        "names belong to their account"
    );
}

#[test]
fn orders_are_listed_by_number_and_by_time() {
    let mut exchange = Exchange::open();
    let mut numbers = Vec::new();
    for ticks in 90..95 {
        numbers.push(exchange.buy(ALICE, 1, ticks).order);
        exchange.wait_seconds(10);
    }
    exchange.cancel(&exchange.order(numbers[2]));
    let views = &exchange.views;
    let ids = |orders: Vec<Order>| -> Vec<OrderId> {
        orders.into_iter().map(|order| order.order).collect()
    };
    assert_eq!(ids(views.newest_orders(ALICE, BTCUSDT, 2)), numbers[3..]);
    let from = views.orders_from(ALICE, BTCUSDT, numbers[1], 3);
    assert_eq!(ids(from), numbers[1..4]);
    let opened = exchange.order(numbers[1]).created_at;
    let span = Span {
        from: opened,
        until: opened.plus_nanos(10_000_000_000),
    };
    assert_eq!(
        ids(views.orders_within(ALICE, BTCUSDT, span, 9)),
        numbers[1..3]
    );
    assert_eq!(views.newest_orders(BOB, BTCUSDT, 9), []);
}

#[test]
fn fills_of_an_order_are_found_from_its_taking_to_its_making() {
    let mut exchange = Exchange::open();
    exchange.sell(BOB, 1, 99);
    exchange.sell(BOB, 1, 100);
    let order = exchange.buy(ALICE, 5, 100);
    exchange.trade(1, 100);
    exchange.sell(BOB, 1, 100);
    let fills = exchange.views.fills(BTCUSDT, order.order, TradeId(0), 99);
    let seen: Vec<(u64, Liquidity)> = fills
        .iter()
        .map(|fill| (fill.trade.0, fill.liquidity))
        .collect();
    assert_eq!(
        seen,
        [
            (1, Liquidity::Taker),
            (2, Liquidity::Taker),
            (3, Liquidity::Maker),
            (4, Liquidity::Maker)
        ]
    );
    let later = exchange.views.fills(BTCUSDT, order.order, TradeId(3), 1);
    assert_eq!(later, fills[2..3]);
}

#[test]
fn a_trade_with_oneself_counts_twice() {
    let mut exchange = Exchange::open();
    let mut order = exchange.new_order(Side::Sell, limit(2, 100));
    exchange.place(ALICE, order);
    order = exchange.new_order(Side::Buy, limit(2, 100));
    order.self_trade = Some(SelfTradeMode::None);
    exchange.place(ALICE, order);
    let own = exchange.views.newest_own_trades(ALICE, BTCUSDT, 9);
    assert_eq!(own.len(), 2);
    assert_eq!((own[0].side, own[1].side), (Side::Sell, Side::Buy));
    let last = exchange.views.newest_own_trades(ALICE, BTCUSDT, 1);
    assert_eq!(last, own[1..]);
}

#[test]
fn cancelling_all_closes_the_orders_of_one_market() {
    let mut exchange = Exchange::open();
    exchange.buy(ALICE, 1, 90);
    exchange.buy(ALICE, 1, 91);
    exchange.ask(ALICE, Action::CancelAll { market: BTCUSDT });
    assert_eq!(exchange.views.open_orders(ALICE), []);
    exchange.command(Command::SetPhase {
        market: BTCUSDT,
        phase: Phase::Halt,
        cause: Cause::Risk,
    });
    assert_eq!(exchange.views.newest_orders(ALICE, BTCUSDT, 9).len(), 2);
}
