//! Amending an open order of any kind as one command (`docs/spec/orders.md` §7).
//!
//! All is decided while the order still stands or waits as it did: a refusal leaves it so. What rests is amended in
//! `amend_limit`.

use book::order::{Parked, Slot};
use model::command::{AmendOpen, NewOrder};
use model::event::{Event, WaitingAmended};
use model::id::{AccountId, OrderId};
use model::number::{Amount, Qty};
use model::order::{Instructions, OrderKind, Side, Trigger};
use model::reject::Reject;
use model::text::ClientOrderId;

use crate::amend::accepts_amendments;
use crate::cancel::find;
use crate::desk::{Desk, Trader};
use crate::filter::{self, Incoming};
use crate::instructed::check_leg;
use crate::market::Market;
use crate::parked::{ParkedOrder, is_met, waiting_hold};
use crate::peg::{Start, held_kind};
use crate::plan::available;
use crate::trail::is_turned;
use crate::triggers::Standing;

/// What a waiting order is to be.
#[derive(Clone, Copy)]
struct Wanted {
    kind: OrderKind,
    trigger: Trigger,
}

/// What was decided about a waiting order.
#[derive(Clone, Copy)]
struct Decided {
    wanted: Wanted,
    client_id: ClientOrderId,
    hold: Amount,
}

impl Desk<'_> {
    /// Gives an open order other terms, whether it rests, hides a part or waits for its trigger.
    ///
    /// # Errors
    /// The first that applies of `PhaseClosed`, `OrderUnknown`, `OrderRefMismatch`, `AmendListed`,
    /// `OrderAmendsLimit`; of one that rests `AmendTermAbsent` and those of `amend_resting`; of one that waits those
    /// of `docs/spec/orders.md` §7.3.
    pub fn amend_open(&mut self, account: AccountId, amend: &AmendOpen) -> Result<(), Reject> {
        if !accepts_amendments(self.market.phase) {
            return Err(Reject::PhaseClosed);
        }
        let trader = self.trader(account);
        let slot = find(self.market, &trader, &amend.limit.order)?;
        if self.market.details.is_listed(slot) {
            return Err(Reject::AmendListed);
        }
        self.check_amends_left(slot)?;
        if let Some(parked) = self.market.parked(slot).copied() {
            return self.amend_waiting((slot, &parked), trader, amend);
        }
        if amend.stop.is_some() || amend.delta.is_some() {
            return Err(Reject::AmendTermAbsent);
        }
        self.amend_resting(slot, &trader, &amend.limit)
    }

    /// Lets a waiting order wait with other terms.
    ///
    /// # Errors
    /// The first that applies of `docs/spec/orders.md` §7.3.
    fn amend_waiting(
        &mut self,
        (slot, parked): (Slot, &ParkedOrder),
        trader: Trader,
        amend: &AmendOpen,
    ) -> Result<(), Reject> {
        if amend.limit.executed.is_some_and(|lots| !lots.is_zero()) {
            return Err(Reject::AmendExecutedOther);
        }
        let order = self.market.book.parked(slot).order;
        let wanted = wanted_of(
            parked,
            self.market.triggers.standing(order, parked.side),
            amend,
        )?;
        let client_id = amend.limit.client_id;
        let asked = NewOrder {
            market: self.market.instrument.id,
            side: parked.side,
            kind: wanted.kind,
            client_id: client_id.unwrap_or(self.market.details.client_id(slot)),
            self_trade: Some(self.market.details.get(slot).self_trade),
        };
        let incoming = Incoming::new(self.market, trader, &asked, self.at);
        let hold = self.check_waiting((slot, order), parked, &incoming, &wanted, client_id)?;
        let client_id = asked.client_id;

        // Nothing below can fail.
        let decided = Decided {
            wanted,
            client_id,
            hold,
        };
        self.wait_otherwise(slot, parked, &decided);
        Ok(())
    }

    /// Checks a waiting order under its new terms, and returns what it holds from then on.
    ///
    /// # Errors
    /// Those of items 5 to 8 of `docs/spec/orders.md` §7.3.
    fn check_waiting(
        &self,
        (slot, order): (Slot, OrderId),
        parked: &ParkedOrder,
        incoming: &Incoming,
        wanted: &Wanted,
        client_id: Option<ClientOrderId>,
    ) -> Result<Amount, Reject> {
        let (market, side) = (&*self.market, parked.side);
        let instructions = Instructions {
            trigger: Some(wanted.trigger),
            ..parked.instructions
        };
        let worth = check_leg(market, incoming, &instructions, Start::Later)?;
        let (before, after) = (parked.qty(), wanted.kind.qty().unwrap_or(Qty::ZERO));
        if before < after {
            filter::check_position(market, self.ledger, incoming, after.minus(before))?;
        }
        self.check_amended_name(slot, client_id)?;
        let standing = market.triggers.standing(order, side);
        if mutant::plant!(
            "amended-to-a-met-trigger",
            false,
            is_met_already(market, side, standing, &wanted.trigger)
        ) {
            return Err(Reject::WouldTrigger);
        }
        let kind = held_kind(&wanted.kind, &parked.instructions);
        let hold = waiting_hold(market, side, &kind, &wanted.trigger, worth)?;
        let returned = parked.hold;
        if available(market, self.ledger, &incoming.trader, side).plus(returned) < hold {
            return Err(Reject::InsufficientFunds);
        }
        Ok(hold)
    }

    /// Lets a waiting order wait for what was decided, with the hold that it takes.
    fn wait_otherwise(&mut self, slot: Slot, parked: &ParkedOrder, decided: &Decided) {
        let Decided {
            wanted,
            client_id,
            hold,
        } = *decided;
        let node = self.market.book.parked(slot);
        let seat = self.market.details.get(slot).seat;
        let qty = wanted.kind.qty().unwrap_or(Qty::ZERO);
        let previous_client_id = self.market.details.client_id(slot);
        let previous = trigger_of(parked);
        self.market.triggers.change(
            node.order,
            parked.side,
            &previous,
            mutant::plant!("amended-trigger-stays", &previous, &wanted.trigger),
        );
        self.market.count_out(seat, parked.side, parked.qty());
        self.market.count_more(seat, parked.side, qty);
        let row = self.market.parked_mut(slot);
        row.kind = wanted.kind;
        row.instructions.trigger = Some(wanted.trigger);
        row.hold = hold;
        self.market.details.get_mut(slot).original = qty;
        if client_id != previous_client_id {
            self.market.details.rename(slot, &client_id);
        }
        if self.counts_amendments() {
            self.market.details.count_amendment(slot);
        }
        let row = self.market.paying_row(seat, parked.side);
        self.ledger.release(row, parked.hold);
        self.ledger.hold(
            row,
            mutant::plant!("amended-waits-with-its-old-hold", parked.hold, hold),
        );
        let previous = (parked, previous_client_id);
        self.report_waiting(node, previous, decided);
    }

    fn report_waiting(
        &mut self,
        node: Parked,
        (parked, previous_client_id): (&ParkedOrder, ClientOrderId),
        decided: &Decided,
    ) {
        let Wanted { kind, trigger } = decided.wanted;
        self.events
            .push(Event::WaitingAmended(Box::new(WaitingAmended {
                market: self.market.instrument.id,
                order: node.order,
                account: node.account,
                side: parked.side,
                previous_kind: parked.kind,
                kind,
                previous_condition: trigger_of(parked).condition,
                condition: trigger.condition,
                client_id: decided.client_id,
                previous_client_id,
                release: parked.hold,
                hold: decided.hold,
            })));
    }
}

/// Returns what a waiting order that stands like this is asked to be.
///
/// # Errors
/// `WouldTrigger` when it is due, `AmendTermAbsent`, `AmendUnchanged`.
fn wanted_of(
    parked: &ParkedOrder,
    standing: Standing,
    amend: &AmendOpen,
) -> Result<Wanted, Reject> {
    if standing == Standing::IsDue {
        return Err(Reject::WouldTrigger);
    }
    let trigger = trigger_of(parked);
    let has_price = parked.kind.price().is_some() && parked.instructions.peg.is_none();
    if amend.limit.price.is_some() && !has_price {
        return Err(Reject::AmendTermAbsent);
    }
    let condition = trigger.condition.at(amend.stop);
    let condition = condition.and_then(|condition| condition.by(amend.delta));
    let condition = condition.ok_or(Reject::AmendTermAbsent)?;
    let is_tracking = matches!(standing, Standing::Trails { .. });
    if is_tracking && condition.price() != trigger.price() {
        return Err(Reject::AmendTermAbsent);
    }
    let kind = amend
        .limit
        .price
        .map_or(parked.kind, |price| parked.kind.at(price));
    let kind = amend.limit.qty.map_or(kind, |qty| kind.of_qty(qty));
    if kind == parked.kind && condition == trigger.condition {
        return Err(Reject::AmendUnchanged);
    }
    Ok(Wanted {
        kind,
        trigger: Trigger {
            condition,
            ..trigger
        },
    })
}

/// Returns whether the last price meets what an order is to wait for, which may be tracking already.
fn is_met_already(market: &Market, side: Side, standing: Standing, trigger: &Trigger) -> bool {
    match (standing, trigger.delta(), market.last_price) {
        (Standing::Trails { extreme }, Some(delta), Some(last)) => {
            is_turned(side, extreme, delta, last)
        }
        _ => is_met(market, side, trigger),
    }
}

/// # Panics
/// When the order waits for no trigger.
fn trigger_of(parked: &ParkedOrder) -> Trigger {
    let trigger = parked.instructions.trigger;
    trigger.expect("what waits and belongs to no list has a trigger")
}
