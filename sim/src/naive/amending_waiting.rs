//! Other terms for an open order of any kind, above all for one that waits.

use super::amending::tell_shown;
use super::amending_pairs::Shares;
use super::filters::check;
use super::orders::{amount, paid_asset, waiting_hold};
use super::triggers::{is_met, watch};
use super::{Incoming, Market, Naive, Outcome, Parked, Waiting};
use model::command::{AmendAny, AmendLimit, AmendOpen};
use model::event::{Event, WaitingAmended};
use model::id::{AccountId, OrderId};
use model::instrument::Phase;
use model::number::{BasisPoints, Price, Qty};
use model::order::{Condition, OrderKind, Side};
use model::reject::Reject;

impl Naive {
    /// As it was when no leg of a list could be amended.
    pub(super) fn amend_open(&mut self, account: AccountId, amend: &AmendOpen) -> Outcome {
        let any = AmendAny {
            open: *amend,
            shown: None,
        };
        self.amend_found(account, &any, false)
    }

    pub(super) fn amend_any(&mut self, account: AccountId, amend: &AmendAny) -> Outcome {
        self.amend_found(account, amend, true)
    }

    fn amend_found(&mut self, account: AccountId, amend: &AmendAny, may_be_leg: bool) -> Outcome {
        let limit = &amend.open.limit;
        check(
            self.account(account)?.may_trade(),
            Reject::AccountRestricted,
        )?;
        self.check_verification(account, limit.market)?;
        let market = self.market(limit.market)?;
        let phases = [Phase::PostOnly, Phase::LimitOnly, Phase::Continuous];
        check(phases.contains(&market.phase), Reject::PhaseClosed)?;
        let number = self.number_of(limit.market, account, &limit.order)?;
        let is_free = may_be_leg || market.list_of(number).is_none();
        check(is_free, Reject::AmendListed)?;
        let most = market.limits.order_amends_max;
        if let Some(row) = market.parked.iter().find(|row| row.id == number) {
            check(row.amendments < most, Reject::OrderAmendsLimit)?;
            self.check_other_leg(market, number, limit.qty)?;
            return self.amend_parked(*row, amend);
        }
        let order = market.orders.iter().find(|row| row.id == number);
        let order = *order.ok_or(Reject::OrderUnknown)?;
        check(order.amendments < most, Reject::OrderAmendsLimit)?;
        self.check_other_leg(market, number, limit.qty)?;
        let is_for_waiting = amend.open.stop.is_some() || amend.open.delta.is_some();
        let is_for_icebergs = amend.shown.is_some() && order.iceberg.is_none();
        check(!is_for_waiting && !is_for_icebergs, Reject::AmendTermAbsent)?;
        self.amend_on_book(account, &order, (limit, amend.shown))
    }

    fn amend_parked(&mut self, row: Parked, amend: &AmendAny) -> Outcome {
        let limit = &amend.open.limit;
        let (id, wanted) = (limit.market, limit.client_id);
        let executed = limit.executed.map_or(0, Qty::lots);
        check(executed == 0, Reject::AmendExecutedOther)?;
        let order = Incoming {
            client_id: wanted.unwrap_or(row.order.client_id),
            ..other_terms(&row, amend)?
        };
        // A pending leg without a trigger waits, too, whatever it is like.
        check(
            self.market(id)?.phase == Phase::Continuous,
            Reject::PhaseClosed,
        )?;
        self.check_order(id, &order)?;
        let market = self.market(id)?;
        let lots = |order: &Incoming| order.kind.qty().map_or(0, Qty::lots);
        let more = (lots(&order) - lots(&row.order)).max(0);
        let bought = if order.side == Side::Buy { more } else { 0 };
        self.check_position(market, order.account, bought)?;
        if order.client_id != row.order.client_id {
            self.check_client_id(id, order.account, order.client_id)?;
        }
        let trigger = order.instructions.trigger;
        self.check_not_met(market, &row, &order)?;
        self.check_prices_beside(id, row.id, &order)?;
        let shares = match (row.waiting, trigger) {
            (Waiting::Working, _) | (_, None) => Shares::alone(0),
            (_, Some(_)) => self.shares(id, row.id, (&order, waiting_hold(market, &order)?))?,
        };
        let hold = shares.own;

        let mut events = Vec::new();
        self.shift_other(id, &shares, false, &mut events);
        let market = self.market(id)?;
        let is_limited = market.limits.order_amends_max != u32::MAX;
        let paid = paid_asset(market, order.side);
        self.change(order.account, paid, row.hold - hold, hold - row.hold);
        let market = &mut self.markets[usize::from(id.0)];
        let kept = market.parked.iter_mut().find(|kept| kept.id == row.id);
        *kept.expect("it was found") = Parked {
            order,
            hold,
            amendments: row.amendments + u32::from(is_limited),
            ..row
        };
        let before = row.order.instructions;
        let place = (id, row.id, order.account);
        tell_shown(place, before.iceberg, &order, &mut events);
        events.push(Event::WaitingAmended(Box::new(WaitingAmended {
            market: id,
            order: OrderId(row.id),
            account: order.account,
            side: order.side,
            previous_kind: row.order.kind,
            kind: order.kind,
            previous: before.awaited(),
            awaited: order.instructions.awaited(),
            client_id: order.client_id,
            previous_client_id: row.order.client_id,
            release: amount(row.hold),
            hold: amount(hold),
        })));
        self.shift_other(id, &shares, true, &mut events);
        Ok(events)
    }

    /// Checks that an order under its new terms still has something to wait for.
    fn check_not_met(&self, market: &Market, row: &Parked, order: &Incoming) -> Result<(), Reject> {
        let Some(trigger) = order.instructions.trigger else {
            return Ok(());
        };
        let is_too_late = match (row.waiting, market.last_price) {
            (Waiting::Working, _) => false,
            // The last trade, were it to come again, must leave it where it is.
            (Waiting::Trailing { .. }, Some(last)) => {
                watch(row.waiting, &trigger, order.side, last) == Waiting::Turn
            }
            (_, last) => is_met(&trigger, order.side, last),
        };
        check(!is_too_late, Reject::WouldTrigger)
    }
}

/// Returns what a waiting order is asked to be.
fn other_terms(row: &Parked, amend: &AmendAny) -> Result<Incoming, Reject> {
    let AmendOpen { limit, stop, delta } = amend.open;
    let AmendLimit { price, qty, .. } = limit;
    let is_due = matches!(row.waiting, Waiting::Turn | Waiting::Activation);
    check(!is_due, Reject::WouldTrigger)?;
    let mut order = row.order;
    if let Some(trigger) = &mut order.instructions.trigger {
        trigger.condition = other_condition(row.waiting, trigger.condition, stop, delta)?;
    } else {
        check(stop.is_none() && delta.is_none(), Reject::AmendTermAbsent)?;
    }
    let limit = row.order.kind.price();
    let limit = limit.filter(|_| row.order.instructions.peg.is_none());
    check(price.is_none() || limit.is_some(), Reject::AmendTermAbsent)?;
    if let Some(shown) = amend.shown {
        check(
            order.instructions.iceberg.is_some(),
            Reject::AmendTermAbsent,
        )?;
        order.instructions.iceberg = Some(shown);
    }
    let kind = with_lots(row.order.kind, qty);
    order.kind = price.map_or(kind, |price| kind.at(price));
    let is_unchanged = (order.kind, order.instructions) == (row.order.kind, row.order.instructions);
    check(!is_unchanged, Reject::AmendUnchanged)?;
    Ok(order)
}

fn other_condition(
    waiting: Waiting,
    condition: Condition,
    stop: Option<Price>,
    delta: Option<BasisPoints>,
) -> Result<Condition, Reject> {
    let is_tracking = matches!(waiting, Waiting::Trailing { .. });
    match (condition, stop, delta) {
        (condition, None, None) => Ok(condition),
        (Condition::Stop { .. }, Some(price), None) => Ok(Condition::Stop { price }),
        (Condition::Trail { .. }, None, Some(delta)) => Ok(Condition::Trail { delta }),
        (Condition::TrailFrom { activation, .. }, Some(stop), _)
            if is_tracking && stop != activation =>
        {
            Err(Reject::AmendTermAbsent)
        }
        (
            Condition::TrailFrom {
                activation,
                delta: before,
            },
            stop,
            delta,
        ) => Ok(Condition::TrailFrom {
            activation: stop.unwrap_or(activation),
            delta: delta.unwrap_or(before),
        }),
        _ => Err(Reject::AmendTermAbsent),
    }
}

fn with_lots(kind: OrderKind, lots: Option<Qty>) -> OrderKind {
    match (kind, lots) {
        (OrderKind::Market { .. }, Some(qty)) => OrderKind::Market { qty },
        (OrderKind::LimitMaker { price, .. }, Some(qty)) => OrderKind::LimitMaker { price, qty },
        (
            OrderKind::Limit {
                price,
                time_in_force,
                ..
            },
            Some(qty),
        ) => OrderKind::Limit {
            price,
            qty,
            time_in_force,
        },
        (kind, _) => kind,
    }
}
