//! Orders with instructions: they wait for a trigger, show a part of themselves, or bear a strategy
//! (`docs/spec/orders.md` §1).

use book::order::Slot;
use model::command::{InstructedOrder, InstructedReplace, NewOrder};
use model::event::{Event, OrderInstructed};
use model::id::{AccountId, OrderId};
use model::instrument::{OrderLimits, Phase};
use model::number::{Amount, Qty};
use model::order::{Direction, Instructions, OrderKind, Side, Trigger};
use model::reject::Reject;

use crate::desk::Desk;
use crate::filter::{self, Incoming};
use crate::market::{Market, slot_of};
use crate::parked::{Stage, Waiting, is_met, waiting_hold};
use crate::peg::{Start, held_kind, is_unpriced, price_order};
use crate::plan::{Plan, available, check_room_for, is_client_id_taken, plan};
use crate::seat::NONE;

/// What becomes of an order with instructions that the market takes.
#[derive(Clone, Copy, Debug)]
pub enum Decision {
    /// It starts at once.
    Start(Plan),
    /// It waits, and holds that much.
    Wait(Amount),
}

/// Open orders of an account that are limited by kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kinds {
    /// Orders that wait for a trigger, or will.
    pub algo: u32,
    pub icebergs: u32,
}

impl Kinds {
    /// Returns what an order with these instructions adds.
    pub fn of(instructions: &Instructions) -> Kinds {
        Kinds {
            algo: u32::from(instructions.trigger.is_some()),
            icebergs: u32::from(instructions.iceberg.is_some()),
        }
    }

    pub const fn plus(self, other: Kinds) -> Kinds {
        Kinds {
            algo: self.algo + other.algo,
            icebergs: self.icebergs + other.icebergs,
        }
    }
}

impl Desk<'_> {
    /// Places an order with instructions.
    ///
    /// # Errors
    /// The first that applies of `docs/spec/orders.md` §1.1.
    pub fn place_instructed(
        &mut self,
        account: AccountId,
        instructed: &InstructedOrder,
    ) -> Result<(), Reject> {
        let InstructedOrder {
            order,
            instructions,
        } = instructed;
        if *instructions == Instructions::NONE {
            return self.place(account, order);
        }
        let trader = self.trader(account);
        let order = &price_order(self.market, order, instructions, Start::of(instructions))?;
        let incoming = Incoming::new(self.market, trader, order, self.at);
        let worth = self.check_instructed(&incoming, instructions)?;
        let decision = self.decide(&incoming, instructions, worth)?;

        // Nothing below can fail.
        self.carry_out(&incoming, instructions, &decision);
        self.start_due();
        Ok(())
    }

    /// Cancels one order and places another with instructions.
    ///
    /// # Errors
    /// Those of the filters on the new order.
    pub fn replace_instructed(
        &mut self,
        account: AccountId,
        instructed: &InstructedReplace,
    ) -> Result<(), Reject> {
        let InstructedReplace {
            replace,
            instructions,
        } = instructed;
        if *instructions == Instructions::NONE {
            return self.replace(account, replace);
        }
        let trader = self.trader(account);
        let order = &replace.order;
        let order = &price_order(self.market, order, instructions, Start::of(instructions))?;
        let incoming = &Incoming::new(self.market, trader, order, self.at);
        let worth = self.check_instructed(incoming, instructions)?;
        if !self.cancel_replaced(&trader, replace) {
            return Ok(());
        }
        match self.decide(incoming, instructions, worth) {
            Ok(decision) => {
                self.carry_out(incoming, instructions, &decision);
                self.start_due();
            }
            Err(reason) => self.events.push(Event::ReplacePlaceRejected { reason }),
        }
        Ok(())
    }

    /// Everything that can be told without the book, and what a limit order is worth at its limit.
    fn check_instructed(
        &self,
        incoming: &Incoming,
        instructions: &Instructions,
    ) -> Result<Amount, Reject> {
        if mutant::plant!("strategy-wants-trading", false, instructions.are_plain()) {
            return filter::check(self.market, self.ledger, incoming);
        }
        let worth = check_leg(self.market, incoming, instructions, Start::of(instructions))?;
        let seat = incoming.trader.seat_number();
        if instructions.trigger.is_some() || filter::may_rest(&incoming.order.kind) {
            filter::check_open_orders(self.market, seat, 1)?;
        }
        check_kinds(self.market, seat, Kinds::of(instructions))?;
        if let Some(qty) = incoming.order.kind.qty() {
            filter::check_position(self.market, self.ledger, incoming, qty)?;
        }
        Ok(worth)
    }

    fn decide(
        &self,
        incoming: &Incoming,
        instructions: &Instructions,
        worth: Amount,
    ) -> Result<Decision, Reject> {
        let Some(trigger) = &instructions.trigger else {
            return plan(self.market, self.ledger, incoming, worth).map(Decision::Start);
        };
        let (market, order) = (&*self.market, incoming.order);
        check_room_for(market, self.ledger, incoming, 1)?;
        if is_client_id_taken(market, incoming.trader.seat_number(), &order.client_id) {
            return Err(Reject::ClientIdTaken);
        }
        if mutant::plant!(
            "met-trigger-waits",
            false,
            is_met(market, order.side, trigger)
        ) {
            return Err(Reject::WouldTrigger);
        }
        let kind = held_kind(&order.kind, instructions);
        let hold = waiting_hold(market, order.side, &kind, trigger, worth)?;
        if available(market, self.ledger, &incoming.trader, order.side) < hold {
            return Err(Reject::InsufficientFunds);
        }
        Ok(Decision::Wait(hold))
    }

    fn carry_out(&mut self, incoming: &Incoming, instructions: &Instructions, decision: &Decision) {
        match *decision {
            Decision::Start(plan) => {
                let mut taking = self.accept(incoming, plan.hold);
                taking.shown_max = instructions.iceberg;
                self.report_instructed(incoming, taking.order, instructions, false);
                self.pursue(taking, plan.course);
            }
            Decision::Wait(hold) => {
                let taking = self.accept(incoming, hold);
                let (order, seat) = (taking.order, taking.seat.number);
                self.report_instructed(incoming, order, instructions, false);
                self.park(&Waiting {
                    incoming,
                    instructions: *instructions,
                    order,
                    seat,
                    stage: Stage::Armed,
                    hold,
                    is_listed: false,
                });
            }
        }
    }

    pub fn report_instructed(
        &mut self,
        incoming: &Incoming,
        order: OrderId,
        instructions: &Instructions,
        is_pending: bool,
    ) {
        self.events.push(Event::OrderInstructed(OrderInstructed {
            market: self.market.instrument.id,
            order,
            account: incoming.trader.account,
            instructions: *instructions,
            is_pending,
        }));
    }
}

/// Checks what can be told of an order with instructions by itself, and returns what a limit order is worth at its
/// limit.
///
/// # Errors
/// The first that applies of items 1 to 7 of `docs/spec/orders.md` §1.1.
pub fn check_leg(
    market: &Market,
    incoming: &Incoming,
    instructions: &Instructions,
    start: Start,
) -> Result<Amount, Reject> {
    if market.phase != Phase::Continuous {
        return Err(Reject::PhaseClosed);
    }
    filter::check_self_trade(market, incoming)?;
    let NewOrder { side, kind, .. } = incoming.order;
    if instructions.trigger.is_some() && !may_wait(kind) {
        return Err(Reject::TriggerForbidden);
    }
    if instructions.iceberg.is_some() && !may_hide(kind) {
        return Err(Reject::IcebergForbidden);
    }
    if let Some(trigger) = &instructions.trigger {
        check_trigger(market, *side, trigger)?;
    }
    if let (Some(shown), Some(qty)) = (instructions.iceberg, kind.qty()) {
        check_iceberg(market, qty, shown)?;
    }
    if is_unpriced(instructions, start) {
        filter::check_lot_size(&market.terms, kind.qty().unwrap_or(Qty::ZERO))?;
        return Ok(Amount::ZERO);
    }
    if let Some(named) = instructions.peg.and_then(|peg| peg.price) {
        let order = NewOrder {
            kind: kind.at(named),
            ..*incoming.order
        };
        filter::check_kind(
            market,
            &Incoming {
                order: &order,
                ..*incoming
            },
        )?;
    }
    filter::check_kind(market, incoming)
}

/// Returns whether an order of this kind can wait for a trigger.
pub const fn may_wait(kind: &OrderKind) -> bool {
    matches!(kind, OrderKind::Limit { .. } | OrderKind::Market { .. })
}

/// Returns whether an order of this kind can hide a part.
pub const fn may_hide(kind: &OrderKind) -> bool {
    filter::may_rest(kind)
}

/// # Errors
/// `PriceFilter`, `TrailingDelta`.
fn check_trigger(market: &Market, side: Side, trigger: &Trigger) -> Result<(), Reject> {
    if let Some(price) = trigger.price() {
        filter::check_price(&market.terms, price)?;
    }
    let range = match trigger.direction(side) {
        Direction::Above => market.limits.trailing_above,
        Direction::Below => market.limits.trailing_below,
    };
    if trigger.delta().is_some_and(|delta| !range.contains(delta)) {
        return Err(Reject::TrailingDelta);
    }
    Ok(())
}

/// # Errors
/// `IcebergExceedsQty`, `LotSize`, `IcebergParts`.
fn check_iceberg(market: &Market, qty: Qty, shown: Qty) -> Result<(), Reject> {
    if qty < shown {
        return Err(Reject::IcebergExceedsQty);
    }
    if shown.is_zero() || shown < market.terms.qty_min {
        return Err(Reject::LotSize);
    }
    if i64::from(market.limits.iceberg_parts_max) < parts(qty, shown) {
        return Err(Reject::IcebergParts);
    }
    Ok(())
}

/// Returns in how many parts a quantity shows itself.
pub const fn parts(qty: Qty, shown: Qty) -> i64 {
    (qty.lots() - 1) / shown.lots() + 1
}

/// MAX_NUM_ALGO_ORDERS and MAX_NUM_ICEBERG_ORDERS, with what is to come.
///
/// **Cost** O(open orders of the account).
///
/// # Errors
/// `AlgoOrdersLimit`, `IcebergOrdersLimit`.
pub fn check_kinds(market: &Market, seat: Option<u32>, coming: Kinds) -> Result<(), Reject> {
    let OrderLimits {
        algo_orders_max,
        iceberg_orders_max,
        ..
    } = market.limits;
    let open = seat.map_or(Kinds::default(), |seat| open_kinds(market, seat));
    if 0 < coming.algo && algo_orders_max < open.algo + coming.algo {
        return Err(Reject::AlgoOrdersLimit);
    }
    if 0 < coming.icebergs && iceberg_orders_max < open.icebergs + coming.icebergs {
        return Err(Reject::IcebergOrdersLimit);
    }
    Ok(())
}

fn open_kinds(market: &Market, seat: u32) -> Kinds {
    let mut kinds = Kinds::default();
    let mut number = market.seats.at(seat).oldest;
    while number != NONE {
        let slot = slot_of(number);
        kinds = kinds.plus(kinds_at(market, slot));
        number = market.details.get(slot).newer;
    }
    kinds
}

fn kinds_at(market: &Market, slot: Slot) -> Kinds {
    match market.parked(slot) {
        Some(parked) => Kinds::of(&parked.instructions),
        None => Kinds {
            algo: 0,
            icebergs: u32::from(market.book.is_iceberg(slot)),
        },
    }
}
