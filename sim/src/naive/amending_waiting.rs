//! Other terms for an open order of any kind, above all for one that waits.

use super::filters::check;
use super::orders::{amount, paid_asset, waiting_hold};
use super::triggers::{is_met, watch};
use super::{Incoming, Naive, Outcome, Parked, Waiting};
use model::command::{AmendLimit, AmendOpen};
use model::event::{Event, WaitingAmended};
use model::id::{AccountId, OrderId};
use model::instrument::Phase;
use model::number::{BasisPoints, Price, Qty};
use model::order::{Condition, OrderKind, Side, Trigger};
use model::reject::Reject;

impl Naive {
    pub(super) fn amend_open(&mut self, account: AccountId, amend: &AmendOpen) -> Outcome {
        let limit = &amend.limit;
        check(
            self.account(account)?.may_trade(),
            Reject::AccountRestricted,
        )?;
        self.check_verification(account, limit.market)?;
        let market = self.market(limit.market)?;
        let phases = [Phase::PostOnly, Phase::LimitOnly, Phase::Continuous];
        check(phases.contains(&market.phase), Reject::PhaseClosed)?;
        let number = self.number_of(limit.market, account, &limit.order)?;
        check(market.list_of(number).is_none(), Reject::AmendListed)?;
        let most = market.limits.order_amends_max;
        if let Some(row) = market.parked.iter().find(|row| row.id == number) {
            check(row.amendments < most, Reject::OrderAmendsLimit)?;
            return self.amend_parked(*row, amend);
        }
        let order = market.orders.iter().find(|row| row.id == number);
        let order = *order.ok_or(Reject::OrderUnknown)?;
        check(order.amendments < most, Reject::OrderAmendsLimit)?;
        let is_for_waiting = amend.stop.is_some() || amend.delta.is_some();
        check(!is_for_waiting, Reject::AmendTermAbsent)?;
        self.amend_on_book(account, &order, limit)
    }

    fn amend_parked(&mut self, row: Parked, amend: &AmendOpen) -> Outcome {
        let (id, wanted) = (amend.limit.market, amend.limit.client_id);
        let executed = amend.limit.executed.map_or(0, Qty::lots);
        check(executed == 0, Reject::AmendExecutedOther)?;
        let order = Incoming {
            client_id: wanted.unwrap_or(row.order.client_id),
            ..other_terms(&row, amend)?
        };
        self.check_order(id, &order)?;
        let market = self.market(id)?;
        let lots = |order: &Incoming| order.kind.qty().map_or(0, Qty::lots);
        let more = (lots(&order) - lots(&row.order)).max(0);
        let bought = if order.side == Side::Buy { more } else { 0 };
        self.check_position(market, order.account, bought)?;
        if order.client_id != row.order.client_id {
            self.check_client_id(id, order.account, order.client_id)?;
        }
        let trigger = order.instructions.trigger.ok_or(Reject::AmendTermAbsent)?;
        let is_too_late = match (row.waiting, market.last_price) {
            // The last trade, were it to come again, must leave it where it is.
            (Waiting::Trailing { .. }, Some(last)) => {
                watch(row.waiting, &trigger, order.side, last) == Waiting::Turn
            }
            (_, last) => is_met(&trigger, order.side, last),
        };
        check(!is_too_late, Reject::WouldTrigger)?;
        let hold = waiting_hold(market, &order)?;
        let available = self.available(market, &order) + row.hold;
        check(hold <= available, Reject::InsufficientFunds)?;

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
        let before = row.order.instructions.trigger.unwrap_or(trigger);
        Ok(vec![Event::WaitingAmended(Box::new(WaitingAmended {
            market: id,
            order: OrderId(row.id),
            account: order.account,
            side: order.side,
            previous_kind: row.order.kind,
            kind: order.kind,
            previous_condition: before.condition,
            condition: trigger.condition,
            client_id: order.client_id,
            previous_client_id: row.order.client_id,
            release: amount(row.hold),
            hold: amount(hold),
        }))])
    }
}

/// Returns what a waiting order is asked to be.
fn other_terms(row: &Parked, amend: &AmendOpen) -> Result<Incoming, Reject> {
    let AmendLimit { price, qty, .. } = amend.limit;
    check(row.waiting != Waiting::Turn, Reject::WouldTrigger)?;
    let trigger = row.order.instructions.trigger;
    let trigger = trigger.ok_or(Reject::AmendTermAbsent)?;
    let condition = other_condition(row.waiting, trigger.condition, amend.stop, amend.delta)?;
    let limit = row.order.kind.price();
    let limit = limit.filter(|_| row.order.instructions.peg.is_none());
    check(price.is_none() || limit.is_some(), Reject::AmendTermAbsent)?;
    let kind = with_lots(row.order.kind, qty);
    let kind = price.map_or(kind, |price| kind.at(price));
    let is_unchanged = kind == row.order.kind && condition == trigger.condition;
    check(!is_unchanged, Reject::AmendUnchanged)?;
    let mut order = row.order;
    order.kind = kind;
    order.instructions.trigger = Some(Trigger {
        condition,
        ..trigger
    });
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
