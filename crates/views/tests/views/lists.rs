//! What an owner reads of lists of orders.

use crate::exchange::{ALICE, BOB, BTC, BTCUSDT, Exchange, FUNDS, limit, named};
use crate::script::{Scripted, list_accepted, list_closed, stop};
use model::event::Event;
use model::id::{AccountId, ListId, OrderId};
use model::order::{CloseReason, Instructions, ListKind, Side};
use model::snapshot_views::OrderStage;
use views::change::{Change, ListChange, OrderChange};
use views::limits::Limits;
use views::list::OrderList;
use views::order::{Instructed, OrderStatus, Stage};
use views::span::Span;

const DAY_SECONDS: i64 = 86_400;

fn leg_of(account: AccountId, order: u64) -> Scripted {
    Scripted {
        order: OrderId(order),
        account,
        side: Side::Sell,
        kind: limit(5, 110),
    }
}

fn leg(order: u64) -> Scripted {
    leg_of(ALICE, order)
}

/// A pair of a limit maker, which holds, and a stop.
fn pair_of(account: AccountId, list: u64, first: u64, name: &str) -> Vec<Event> {
    let (maker, stop_leg) = (leg_of(account, first), leg_of(account, first + 1));
    vec![
        list_accepted(list, ListKind::OneCancelsOther, name, &maker),
        maker.accepted(5_000_000),
        stop_leg.accepted(0),
        stop_leg.instructed(stop(90)),
        maker.rested(110, 5),
    ]
}

/// Ends the stop of a pair, its limit maker and the list.
fn end_of_pair(account: AccountId, list: u64, first: u64) -> Vec<Event> {
    vec![
        leg_of(account, first + 1).closed(CloseReason::Cancelled, 0),
        leg_of(account, first).closed_with(5, CloseReason::Cancelled, 5_000_000),
        list_closed(list, account),
    ]
}

/// A working leg, and a pair that is pending: a limit without instructions and a stop.
fn triggering(list: u64, first: u64) -> Vec<Event> {
    let kind = ListKind::OneTriggersOneCancelsOther;
    vec![
        list_accepted(list, kind, "otoco", &leg(first)),
        leg(first).accepted(5_000_000),
        leg(first + 1).accepted(0),
        leg(first + 1).pending(Instructions::NONE),
        leg(first + 2).accepted(0),
        leg(first + 2).pending(stop(90)),
    ]
}

fn listed(exchange: &Exchange, order: u64) -> (Option<ListId>, Stage, OrderStatus) {
    let order = exchange.order(OrderId(order));
    let instructed = order.instructed.expect("it is a leg");
    (instructed.list, instructed.stage, order.status())
}

fn changes_of_lists(exchange: &Exchange) -> Vec<ListChange> {
    let changes = exchange.changes.iter();
    changes
        .filter_map(|change| match change {
            Change::List { what, .. } => Some(*what),
            _ => None,
        })
        .collect()
}

#[test]
fn legs_know_their_list_with_and_without_instructions() {
    let mut exchange = Exchange::open();
    exchange.say(pair_of(ALICE, 7, 1, "pair"));
    let list = Some(ListId(7));
    assert_eq!(
        exchange.order(OrderId(1)).instructed,
        Some(Instructed {
            instructions: Instructions::NONE,
            list,
            stage: Stage::Working,
            trailing_since: None,
        })
    );
    assert_eq!(
        exchange.order(OrderId(2)).instructed,
        Some(Instructed {
            instructions: stop(90),
            list,
            stage: Stage::Waiting,
            trailing_since: None,
        })
    );
    // The next order is none of it.
    let plain = leg(3);
    exchange.say(vec![plain.accepted(1)]);
    assert_eq!(exchange.order(OrderId(3)).instructed, None);
}

#[test]
fn a_leg_that_holds_nothing_changes_no_balance() {
    let mut exchange = Exchange::open();
    exchange.say(pair_of(ALICE, 7, 1, "pair"));
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS - 5_000_000, 5_000_000));
    let is_balance = |change: &&Change| matches!(change, Change::Balance { .. });
    assert_eq!(exchange.changes.iter().filter(is_balance).count(), 1);
}

#[test]
fn a_list_is_read_from_its_acceptance_to_its_end() {
    let mut exchange = Exchange::open();
    exchange.say(pair_of(ALICE, 7, 1, "pair"));
    let accepted = exchange.at;
    let list = OrderList {
        market: BTCUSDT,
        list: ListId(7),
        account: ALICE,
        kind: ListKind::OneCancelsOther,
        client_id: named("pair"),
        first_order: OrderId(1),
        created_at: accepted,
        updated_at: accepted,
        is_closed: false,
    };
    assert_eq!(exchange.views.list(ALICE, ListId(7)), Some(list));
    assert_eq!(exchange.views.list_of(ALICE, named("pair")), Some(list));
    assert_eq!(exchange.views.open_lists(ALICE), [list]);
    let change = |what| Change::List {
        account: ALICE,
        market: BTCUSDT,
        list: ListId(7),
        what,
    };
    assert_eq!(exchange.changes[0], change(ListChange::Accepted));
    exchange.wait_seconds(5);
    exchange.say(end_of_pair(ALICE, 7, 1));
    let list = OrderList {
        updated_at: exchange.at,
        is_closed: true,
        ..list
    };
    assert_eq!(exchange.views.list(ALICE, ListId(7)), Some(list));
    assert_eq!(exchange.views.open_lists(ALICE), []);
    assert_eq!(exchange.views.newest_lists(ALICE, 9), [list]);
    assert_eq!(changes_of_lists(&exchange), [ListChange::Closed]);
    assert!(exchange.changes.contains(&change(ListChange::Closed)));
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS, 0));
}

#[test]
fn pending_legs_are_pending_new_until_they_are_activated() {
    let mut exchange = Exchange::open();
    exchange.say(triggering(1, 1));
    let list = Some(ListId(1));
    let pending = (list, Stage::Pending, OrderStatus::PendingNew);
    assert_eq!(
        listed(&exchange, 1),
        (list, Stage::Working, OrderStatus::New)
    );
    assert_eq!(listed(&exchange, 2), pending);
    assert_eq!(listed(&exchange, 3), pending);
    exchange.wait_seconds(1);
    exchange.say(vec![
        leg(1).closed(CloseReason::Filled, 5_000_000),
        leg(2).activated(3_000_000),
        leg(3).activated(0),
        leg(2).rested(110, 5),
    ]);
    assert_eq!(
        listed(&exchange, 2),
        (list, Stage::Working, OrderStatus::New)
    );
    assert_eq!(
        listed(&exchange, 3),
        (list, Stage::Waiting, OrderStatus::New)
    );
    assert_eq!(exchange.order(OrderId(2)).working_at, Some(exchange.at));
    assert_eq!(exchange.order(OrderId(3)).working_at, None);
    assert_eq!(exchange.order(OrderId(3)).updated_at, exchange.at);
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS - 3_000_000, 3_000_000));
    // Once for both.
    assert_eq!(changes_of_lists(&exchange), [ListChange::Updated]);
    let view = exchange.views.list(ALICE, ListId(1));
    assert_eq!(view.map(|list| list.updated_at), Some(exchange.at));
}

#[test]
fn an_activated_leg_says_so_after_its_list() {
    let mut exchange = Exchange::open();
    exchange.say(triggering(1, 1));
    exchange.say(vec![leg(2).activated(0), leg(3).activated(0)]);
    let activated = |order| Change::Order {
        account: ALICE,
        market: BTCUSDT,
        order: OrderId(order),
        what: OrderChange::Activated,
    };
    let updated = Change::List {
        account: ALICE,
        market: BTCUSDT,
        list: ListId(1),
        what: ListChange::Updated,
    };
    assert_eq!(exchange.changes, [updated, activated(2), activated(3)]);
}

#[test]
fn a_pending_leg_that_ends_is_what_its_end_says() {
    let mut exchange = Exchange::open();
    exchange.say(triggering(1, 1));
    exchange.say(vec![
        leg(1).closed(CloseReason::Cancelled, 5_000_000),
        leg(2).closed(CloseReason::Cancelled, 0),
        leg(3).closed(CloseReason::WorkingLeg, 0),
        list_closed(1, ALICE),
    ]);
    let list = Some(ListId(1));
    assert_eq!(
        listed(&exchange, 2),
        (list, Stage::Pending, OrderStatus::Cancelled)
    );
    assert_eq!(
        listed(&exchange, 3),
        (list, Stage::Pending, OrderStatus::Expired)
    );
    let rows = exchange.views.state().instructed;
    let stages: Vec<OrderStage> = rows.iter().map(|row| row.stage).collect();
    assert_eq!(
        stages,
        [
            OrderStage::Working,
            OrderStage::Pending,
            OrderStage::Pending
        ]
    );
}

#[test]
fn lists_are_found_by_number_by_time_and_by_name_each_by_its_own_account() {
    let mut exchange = Exchange::open();
    for list in 1..=4 {
        let account = if list == 2 { BOB } else { ALICE };
        exchange.say(pair_of(account, list, 2 * list - 1, "same"));
        exchange.wait_seconds(10);
    }
    let numbers =
        |lists: Vec<OrderList>| -> Vec<u64> { lists.iter().map(|list| list.list.0).collect() };
    let views = &exchange.views;
    assert_eq!(numbers(views.open_lists(ALICE)), [1, 3, 4]);
    assert_eq!(numbers(views.open_lists(BOB)), [2]);
    assert_eq!(numbers(views.lists_from(ALICE, ListId(2), 1)), [3]);
    assert_eq!(numbers(views.newest_lists(ALICE, 2)), [3, 4]);
    assert_eq!(numbers(views.lists_within(ALICE, Span::ALL, 2)), [1, 3]);
    let span = Span {
        from: exchange.at.plus_nanos(-20_000_000_000),
        until: exchange.at.plus_nanos(-11_000_000_000),
    };
    assert_eq!(numbers(views.lists_within(ALICE, span, 9)), [3]);
    assert_eq!(views.list(ALICE, ListId(2)), None);
    let named = |account| views.list_of(account, named("same"));
    assert_eq!(named(ALICE).map(|list| list.list), Some(ListId(4)));
    assert_eq!(named(BOB).map(|list| list.list), Some(ListId(2)));
    assert_eq!(numbers(views.newest_lists(AccountId(99), 9)), []);
}

#[test]
fn a_closed_list_leaves_after_24_hours_and_gives_its_name_to_an_older_one() {
    let mut exchange = Exchange::open();
    exchange.say(pair_of(ALICE, 1, 1, "same"));
    exchange.say(pair_of(ALICE, 2, 3, "same"));
    exchange.say(end_of_pair(ALICE, 2, 3));
    exchange.wait_seconds(DAY_SECONDS);
    exchange.say(vec![Event::Ticked]);
    assert_eq!(exchange.views.newest_lists(ALICE, 9).len(), 2);
    exchange.wait_seconds(1);
    exchange.say(vec![Event::Ticked]);
    assert_eq!(exchange.views.list(ALICE, ListId(2)), None);
    let older = exchange.views.list_of(ALICE, named("same"));
    assert_eq!(older.map(|list| list.list), Some(ListId(1)));
    assert_eq!(exchange.views.open_lists(ALICE).len(), 1);
}

#[test]
fn a_busy_account_gives_up_its_own_lists_and_not_those_of_others() {
    let limits = Limits {
        closed_lists_max: 5,
        closed_lists_share: 2,
        ..Limits::STANDARD
    };
    let mut exchange = Exchange::open_within(limits);
    for list in 1..=9 {
        let account = if list <= 2 { BOB } else { ALICE };
        exchange.say(pair_of(account, list, 2 * list - 1, "name"));
        exchange.say(end_of_pair(account, list, 2 * list - 1));
    }
    let numbers = |account| -> Vec<u64> {
        let lists = exchange.views.newest_lists(account, 9);
        lists.iter().map(|list| list.list.0).collect()
    };
    assert_eq!(numbers(BOB), [1, 2]);
    assert_eq!(numbers(ALICE), [7, 8, 9]);
}
