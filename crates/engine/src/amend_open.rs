//! Amending an open order of any kind as one command (`docs/spec/orders.md` §7).
//!
//! All is decided while the order still stands or waits as it did: a refusal leaves it so. What rests is amended in
//! `amend_limit`.

use book::order::{Parked, Slot};
use model::command::{AmendAny, AmendOpen, Leg, NewOrder};
use model::event::{Event, WaitingAmended};
use model::id::{AccountId, OrderId};
use model::number::{Amount, Qty};
use model::order::{Condition, Instructions, OrderKind, Side, Trigger};
use model::reject::Reject;
use model::text::ClientOrderId;

use crate::amend::accepts_amendments;
use crate::amend_pair::Shared;
use crate::cancel::find;
use crate::desk::{Desk, Trader};
use crate::filter::{self, Incoming};
use crate::instructed::check_leg;
use crate::market::Market;
use crate::parked::{ParkedOrder, Stage, is_met, waiting_hold};
use crate::peg::{Start, held_kind};
use crate::trail::is_turned;
use crate::triggers::Standing;

/// What a waiting order is to be.
#[derive(Clone, Copy)]
struct Wanted {
    kind: OrderKind,
    instructions: Instructions,
}

/// What was decided about a waiting order.
#[derive(Clone, Copy)]
struct Decided {
    wanted: Wanted,
    client_id: ClientOrderId,
    shared: Shared,
}

impl Desk<'_> {
    /// Gives an open order other terms, unless it is a leg of an open list.
    ///
    /// # Errors
    /// `PhaseClosed`, `OrderUnknown`, `OrderRefMismatch`, `AmendListed`, then those of `amend_any`.
    pub fn amend_open(&mut self, account: AccountId, amend: &AmendOpen) -> Result<(), Reject> {
        let (slot, trader) = self.find_amended(account, amend)?;
        if self.market.details.is_listed(slot) {
            return Err(Reject::AmendListed);
        }
        let amend = AmendAny {
            open: *amend,
            shown: None,
        };
        self.amend_found(slot, trader, &amend)
    }

    /// Gives an open order other terms, whether it rests, hides a part, waits or is a leg of a list.
    ///
    /// # Errors
    /// The first that applies of `PhaseClosed`, `OrderUnknown`, `OrderRefMismatch`, `OrderAmendsLimit`,
    /// `AmendListed`, `WouldTrigger`; of one that rests `AmendTermAbsent` and those of `amend_resting`; of one that
    /// waits those of `docs/spec/orders.md` §7.3.
    pub fn amend_any(&mut self, account: AccountId, amend: &AmendAny) -> Result<(), Reject> {
        let (slot, trader) = self.find_amended(account, &amend.open)?;
        self.amend_found(slot, trader, amend)
    }

    /// # Errors
    /// `PhaseClosed`, `OrderUnknown`, `OrderRefMismatch`.
    fn find_amended(
        &mut self,
        account: AccountId,
        amend: &AmendOpen,
    ) -> Result<(Slot, Trader), Reject> {
        if !accepts_amendments(self.market.phase) {
            return Err(Reject::PhaseClosed);
        }
        let trader = self.trader(account);
        let slot = find(self.market, &trader, &amend.limit.order)?;
        Ok((slot, trader))
    }

    fn amend_found(&mut self, slot: Slot, trader: Trader, amend: &AmendAny) -> Result<(), Reject> {
        let AmendOpen { limit, stop, delta } = &amend.open;
        self.check_amends_left(slot)?;
        self.check_partner(slot, limit.qty)?;
        if let Some(parked) = self.market.parked(slot).copied() {
            return self.amend_waiting((slot, &parked), trader, amend);
        }
        let is_absent = amend.shown.is_some() && !self.market.book.is_iceberg(slot);
        if stop.is_some() || delta.is_some() || is_absent {
            return Err(Reject::AmendTermAbsent);
        }
        self.amend_resting(slot, &trader, (limit, amend.shown))
    }

    /// Lets a waiting order wait with other terms.
    ///
    /// # Errors
    /// The first that applies of `docs/spec/orders.md` §7.3.
    fn amend_waiting(
        &mut self,
        (slot, parked): (Slot, &ParkedOrder),
        trader: Trader,
        amend: &AmendAny,
    ) -> Result<(), Reject> {
        let limit = &amend.open.limit;
        if limit.executed.is_some_and(|lots| !lots.is_zero()) {
            return Err(Reject::AmendExecutedOther);
        }
        let order = self.market.book.number_at(slot);
        let standing = self.market.triggers.standing(order, parked.side);
        let wanted = wanted_of(parked, standing, amend)?;
        let asked = NewOrder {
            market: self.market.instrument.id,
            side: parked.side,
            kind: wanted.kind,
            client_id: limit
                .client_id
                .unwrap_or(self.market.details.client_id(slot)),
            self_trade: Some(self.market.details.get(slot).self_trade),
        };
        let incoming = Incoming::new(self.market, trader, &asked, self.at);
        let worth = self.check_waiting((slot, parked), &incoming, &wanted, limit.client_id)?;
        let shared = self.waiting_share((slot, parked), &incoming, &wanted, worth)?;
        let client_id = asked.client_id;

        // Nothing below can fail.
        let decided = Decided {
            wanted,
            client_id,
            shared,
        };
        self.shift_down(&shared);
        self.wait_otherwise(slot, parked, &decided);
        self.shift_up(&shared);
        Ok(())
    }

    /// Checks a waiting order under its new terms, and returns what it is worth at its limit.
    ///
    /// # Errors
    /// Those of items 5 to 7 of `docs/spec/orders.md` §7.3.
    fn check_waiting(
        &self,
        (slot, parked): (Slot, &ParkedOrder),
        incoming: &Incoming,
        wanted: &Wanted,
        client_id: Option<ClientOrderId>,
    ) -> Result<Amount, Reject> {
        let (market, side) = (&*self.market, parked.side);
        let worth = check_leg(market, incoming, &wanted.instructions, Start::Later)?;
        let (before, after) = (parked.qty(), wanted.kind.qty().unwrap_or(Qty::ZERO));
        if before < after {
            filter::check_position(market, self.ledger, incoming, after.minus(before))?;
        }
        self.check_amended_name(slot, client_id)?;
        let standing = market
            .triggers
            .standing(market.book.number_at(slot), parked.side);
        let trigger = wanted.instructions.trigger;
        let is_met = |trigger: &Trigger| is_met_already(market, side, standing, trigger);
        if parked.stage == Stage::Armed
            && mutant::plant!(
                "amended-to-a-met-trigger",
                false,
                trigger.as_ref().is_some_and(is_met)
            )
        {
            return Err(Reject::WouldTrigger);
        }
        let leg = Leg {
            side,
            kind: wanted.kind,
            client_id: incoming.order.client_id,
            instructions: wanted.instructions,
        };
        self.check_beside_partner(slot, &leg)?;
        Ok(worth)
    }

    /// Returns what a waiting order holds under its new terms, where its limit makes it `worth` that much.
    ///
    /// # Errors
    /// `TriggerUnpriced`, `InsufficientFunds`.
    fn waiting_share(
        &self,
        (slot, parked): (Slot, &ParkedOrder),
        incoming: &Incoming,
        wanted: &Wanted,
        worth: Amount,
    ) -> Result<Shared, Reject> {
        let trigger = wanted.instructions.trigger;
        let Some(trigger) = trigger.filter(|_| parked.stage == Stage::Armed) else {
            return Ok(Shared::alone(Amount::ZERO));
        };
        let kind = held_kind(&wanted.kind, &wanted.instructions);
        let needed = waiting_hold(self.market, parked.side, &kind, &trigger, worth)?;
        self.share(slot, &incoming.trader, needed)
    }

    /// Lets a waiting order wait for what was decided, with the hold that it takes.
    fn wait_otherwise(&mut self, slot: Slot, parked: &ParkedOrder, decided: &Decided) {
        let Decided {
            wanted,
            client_id,
            shared,
        } = *decided;
        let node = self.market.book.parked(slot);
        let seat = self.market.details.get(slot).seat;
        let qty = wanted.kind.qty().unwrap_or(Qty::ZERO);
        let previous_client_id = self.market.details.client_id(slot);
        self.await_otherwise(node.order, parked, &wanted.instructions);
        self.market.count_out(seat, parked.side, parked.qty());
        self.market.count_more(seat, parked.side, qty);
        let row = self.market.parked_mut(slot);
        row.kind = wanted.kind;
        row.instructions = wanted.instructions;
        row.hold = shared.hold;
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
            mutant::plant!("amended-waits-with-its-old-hold", parked.hold, shared.hold),
        );
        let previous = (parked, previous_client_id);
        self.report_waiting(node, previous, decided);
    }

    /// Lets the triggers know of an order that waits for one; a pending leg does not yet.
    fn await_otherwise(&mut self, order: OrderId, parked: &ParkedOrder, wanted: &Instructions) {
        if let (Stage::Armed, Some(before), Some(after)) =
            (parked.stage, &parked.instructions.trigger, &wanted.trigger)
        {
            self.market.triggers.change(
                order,
                parked.side,
                before,
                mutant::plant!("amended-trigger-stays", before, after),
            );
        }
    }

    fn report_waiting(
        &mut self,
        node: Parked,
        (parked, previous_client_id): (&ParkedOrder, ClientOrderId),
        decided: &Decided,
    ) {
        let Wanted { kind, instructions } = decided.wanted;
        let shown = (parked.instructions.iceberg, instructions.iceberg);
        self.report_shown((node.order, node.account), shown);
        self.events
            .push(Event::WaitingAmended(Box::new(WaitingAmended {
                market: self.market.instrument.id,
                order: node.order,
                account: node.account,
                side: parked.side,
                previous_kind: parked.kind,
                kind,
                previous: parked.instructions.awaited(),
                awaited: instructions.awaited(),
                client_id: decided.client_id,
                previous_client_id,
                release: parked.hold,
                hold: decided.shared.hold,
            })));
    }

    /// Tells that an iceberg shows another part of itself, if it does.
    pub fn report_shown(
        &mut self,
        (order, account): (OrderId, AccountId),
        (previous, shown): (Option<Qty>, Option<Qty>),
    ) {
        if let (Some(previous), Some(shown)) = (previous, shown)
            && previous != shown
        {
            self.events.push(Event::IcebergAmended {
                market: self.market.instrument.id,
                order,
                account,
                previous,
                shown,
            });
        }
    }
}

/// Returns what a waiting order that stands like this is asked to be.
///
/// # Errors
/// `WouldTrigger` when it is due, `AmendTermAbsent`, `AmendUnchanged`.
fn wanted_of(parked: &ParkedOrder, standing: Standing, amend: &AmendAny) -> Result<Wanted, Reject> {
    if standing == Standing::IsDue || parked.stage == Stage::Filled {
        return Err(Reject::WouldTrigger);
    }
    let AmendOpen { limit, .. } = &amend.open;
    let iceberg = parked.instructions.iceberg;
    let has_price = parked.kind.price().is_some() && parked.instructions.peg.is_none();
    let is_price_absent = limit.price.is_some() && !has_price;
    if is_price_absent || (amend.shown.is_some() && iceberg.is_none()) {
        return Err(Reject::AmendTermAbsent);
    }
    let kind = limit
        .price
        .map_or(parked.kind, |price| parked.kind.at(price));
    let wanted = Wanted {
        kind: limit.qty.map_or(kind, |qty| kind.of_qty(qty)),
        instructions: Instructions {
            trigger: trigger_of(parked, standing, &amend.open)?,
            iceberg: iceberg.map(|shown| amend.shown.unwrap_or(shown)),
            ..parked.instructions
        },
    };
    if (wanted.kind, wanted.instructions) == (parked.kind, parked.instructions) {
        return Err(Reject::AmendUnchanged);
    }
    Ok(wanted)
}

/// Returns what is to start an order that stands like this.
///
/// # Errors
/// `AmendTermAbsent`.
fn trigger_of(
    parked: &ParkedOrder,
    standing: Standing,
    amend: &AmendOpen,
) -> Result<Option<Trigger>, Reject> {
    let Some(trigger) = parked.instructions.trigger else {
        let names_one = amend.stop.is_some() || amend.delta.is_some();
        return if names_one {
            Err(Reject::AmendTermAbsent)
        } else {
            Ok(None)
        };
    };
    let condition = trigger.condition.at(amend.stop);
    let condition = condition.and_then(|condition| condition.by(amend.delta));
    let condition: Condition = condition.ok_or(Reject::AmendTermAbsent)?;
    let is_tracking = matches!(standing, Standing::Trails { .. });
    if is_tracking && condition.price() != trigger.price() {
        return Err(Reject::AmendTermAbsent);
    }
    Ok(Some(Trigger {
        condition,
        ..trigger
    }))
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
