//! The part of the audit that looks at orders outside the book, and at lists (`docs/spec/orders.md`).

use book::order::Slot;
use model::command::Leg;
use model::id::OrderId;
use model::instrument::ICEBERG_PARTS_MAX;
use model::number::{Amount, PegLevels, Price, Qty};
use model::order::{Instructions, ListKind, OrderKind, Peg, PegBase, Side, Trigger};

use crate::audit::Violation;
use crate::detail::RestingKind;
use crate::filter::base_of;
use crate::instructed::{may_hide, may_wait, parts};
use crate::list_shape::check_pair;
use crate::listing::fits_parked;
use crate::lists::{OpenList, Role};
use crate::market::{Market, slot_of};
use crate::parked::{ParkedOrder, Stage, is_met};
use crate::peg::{held_kind, may_be_pegged};
use crate::trail::is_turned;
use crate::triggers::Standing;

/// Returns where an order outside the book is kept.
///
/// # Errors
/// `Parked` when it could not have come to wait as it does.
pub fn audit_parked(
    market: &Market,
    order: OrderId,
    parked: &ParkedOrder,
) -> Result<Slot, Violation> {
    let broken = Violation::Parked(market.instrument.id, order);
    let slot = market.book.find(order).ok_or(broken)?;
    let is_sound = is_kept(market, slot, parked)
        && order <= market.last_order
        && is_asked(parked)
        && fits_parked(market, &market.terms, parked)
        && is_hold_possible(market, order, parked)
        && is_waiting(market, order, parked);
    if is_sound { Ok(slot) } else { Err(broken) }
}

fn is_kept(market: &Market, slot: Slot, parked: &ParkedOrder) -> bool {
    let detail = market.details.get(slot);
    let client_id = market.details.client_id(slot);
    detail.kind == RestingKind::Parked
        && detail.original == parked.qty()
        && market.seats.at(detail.seat).account == market.book.account_at(slot)
        && market.details.find(detail.seat, &client_id) == Some(slot)
}

/// Returns whether an order of this kind may have these instructions.
fn is_asked(parked: &ParkedOrder) -> bool {
    let has_trigger = parked.instructions.trigger.is_some();
    let is_iceberg_legal = parked.instructions.iceberg.is_none_or(|shown| {
        may_hide(&parked.kind)
            && Qty::ZERO < shown
            && shown <= parked.qty()
            && parts(parked.qty(), shown) <= i64::from(ICEBERG_PARTS_MAX)
    });
    let is_peg_legal = parked
        .instructions
        .peg
        .is_none_or(|peg| may_be_pegged(&parked.kind, peg.base));
    is_iceberg_legal && is_peg_legal && (!has_trigger || may_wait(&parked.kind))
}

/// Returns whether it can hold what it holds: a leg of a pair all or a part of what it would by itself.
fn is_hold_possible(market: &Market, order: OrderId, parked: &ParkedOrder) -> bool {
    if parked.stage != Stage::Armed {
        return parked.hold == Amount::ZERO;
    }
    let kind = held_kind(&parked.kind, &parked.instructions);
    let whole = match (parked.side, kind.price()) {
        (Side::Sell, _) => base_of(market, parked.qty()),
        (Side::Buy, Some(price)) => market.hold(Side::Buy, price, parked.qty()),
        // It was measured by the band and the price of its time.
        (Side::Buy, None) => return Amount::ZERO <= parked.hold,
    };
    match market.lists.of(order) {
        Some((_, Role::Paired { .. })) => Amount::ZERO <= parked.hold && parked.hold <= whole,
        _ => parked.hold == whole,
    }
}

/// Returns whether the order stands where the last trade left it.
fn is_waiting(market: &Market, order: OrderId, parked: &ParkedOrder) -> bool {
    let standing = market.triggers.standing(order, parked.side);
    match (parked.stage, &parked.instructions.trigger) {
        (Stage::Pending, _) => market.lists.is_leg(order) && standing == Standing::Waits,
        (Stage::Filled, _) => {
            let first = market.lists.of(order).map(|(list, _)| list.legs().next());
            let is_first = first == Some(Some(order));
            first.is_some() && is_first == (standing == Standing::IsDue)
        }
        (Stage::Armed, Some(trigger)) => is_armed(market, parked.side, trigger, standing),
        (Stage::Armed, None) => false,
    }
}

fn is_armed(market: &Market, side: Side, trigger: &Trigger, standing: Standing) -> bool {
    match standing {
        Standing::IsDue => market.last_price.is_some(),
        Standing::Waits => !is_met(market, side, trigger),
        Standing::Trails { extreme } => match (trigger.delta(), market.last_price) {
            (Some(delta), Some(last)) => {
                let is_behind = match side {
                    Side::Buy => extreme <= last,
                    Side::Sell => last <= extreme,
                };
                is_behind && !is_turned(side, extreme, delta, last)
            }
            _ => false,
        },
    }
}

/// Returns whether every open leg is an open order of the list's account that knows it is one, and no other is, and
/// the legs stand to each other as those of their list.
pub fn are_lists_sound(market: &Market) -> bool {
    let is_leg_sound = |order: OrderId, list: &OpenList| {
        market.book.find(order).is_some_and(|slot| {
            market.details.is_listed(slot) && market.book.account_at(slot) == list.row.account
        })
    };
    let is_sound = |list: &OpenList| {
        list.legs().all(|leg| is_leg_sound(leg, list)) && are_legs_sound(market, list)
    };
    let legs: usize = market.lists.rows().map(|list| list.legs().count()).sum();
    legs == listed(market)
        && market.lists.rows().all(is_sound)
        && market.lists.is_consistent()
        && market.triggers.count() == waiting_count(market)
}

/// Returns the number of open orders that know they are legs.
fn listed(market: &Market) -> usize {
    let resting = [Side::Buy, Side::Sell]
        .into_iter()
        .flat_map(|side| market.book.orders(side));
    let resting = resting.map(|(slot, _)| slot);
    let parked = market.parked.keys().map(|slot| slot_of(*slot));
    resting
        .chain(parked)
        .filter(|slot| market.details.is_listed(*slot))
        .count()
}

/// Returns the number of orders that the triggers must know: those that wait, and one of each list that is due.
fn waiting_count(market: &Market) -> usize {
    let is_known = |(order, parked): &(OrderId, ParkedOrder)| match parked.stage {
        Stage::Armed => true,
        Stage::Filled => market.triggers.standing(*order, parked.side) == Standing::IsDue,
        Stage::Pending => false,
    };
    market
        .parked_orders()
        .iter()
        .filter(|it| is_known(it))
        .count()
}

fn are_legs_sound(market: &Market, list: &OpenList) -> bool {
    let all: Vec<OrderId> = list.legs().collect();
    let stages: Vec<Option<Stage>> = all.iter().map(|leg| stage(market, *leg)).collect();
    let are_all = |stages: &[Option<Stage>], wanted| stages.iter().all(|stage| *stage == wanted);
    let is_whole = all.len() as u64 == list.row.kind.legs();
    let pair = match list.row.kind {
        ListKind::OneCancelsOther => &all[..],
        ListKind::OneTriggersOther => &[],
        ListKind::OneTriggersOneCancelsOther => &all[usize::from(is_whole)..],
    };
    let is_pair_sound = match pair {
        [first, second] => is_pair(market, [*first, *second]),
        _ => true,
    };
    let is_started = |stage: &Option<Stage>| matches!(stage, None | Some(Stage::Armed));
    let has_working = list.legs().next() == Some(list.row.first_order);
    let are_stages_sound = match (list.row.kind, has_working) {
        (ListKind::OneCancelsOther, _) => stages.iter().all(is_started),
        (_, true) => is_whole && stages[0].is_none() && are_all(&stages[1..], Some(Stage::Pending)),
        (kind, false) => {
            let are_filled = are_all(&stages, Some(Stage::Filled));
            let are_pending_whole = all.len() as u64 + 1 == kind.legs();
            stages.iter().all(is_started) || (are_filled && are_pending_whole)
        }
    };
    is_pair_sound && are_stages_sound
}

/// Returns how far a leg outside the book has come.
fn stage(market: &Market, leg: OrderId) -> Option<Stage> {
    let slot = market.book.find(leg)?;
    market.parked(slot).map(|parked| parked.stage)
}

/// Returns whether two open legs are those of a pair of which none has started.
fn is_pair(market: &Market, pair: [OrderId; 2]) -> bool {
    let [Some(first), Some(second)] = pair.map(|order| leg(market, order)) else {
        return false;
    };
    check_pair(&[first, second]).is_ok()
}

const PEGGED: Peg = Peg {
    base: PegBase::Primary,
    levels: PegLevels::BEST,
    price: None,
};

/// Returns a leg that is as it was asked for, if it is.
fn leg(market: &Market, order: OrderId) -> Option<Leg> {
    let slot = market.book.find(order)?;
    let client_id = market.details.client_id(slot);
    if let Some(parked) = market.parked(slot) {
        return Some(Leg {
            side: parked.side,
            kind: parked.kind,
            client_id,
            instructions: parked.instructions,
        });
    }
    let (resting, detail) = (market.book.get(slot), market.details.get(slot));
    let is_untouched = resting.open == detail.original && detail.kind == RestingKind::LimitMaker;
    let (price, qty): (Price, Qty) = (resting.price, resting.open);
    is_untouched.then_some(Leg {
        side: resting.side,
        kind: OrderKind::LimitMaker { price, qty },
        client_id,
        // The book may have set its price, which then need not enclose anything with that of its partner.
        instructions: Instructions {
            peg: Some(PEGGED),
            ..Instructions::NONE
        },
    })
}
