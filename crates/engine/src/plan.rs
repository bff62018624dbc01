//! Deciding on an order that the market takes: what it holds, and whether it rests, takes or ends at once.
//!
//! Nothing is changed here. What is planned cannot fail any more.

use book::probe::Probe;
use book::take::{Stopped, Taker};
use clearing::band::{PriceRange, band, is_within_band};
use clearing::budget::tick_lot_budget;
use clearing::value::{lots_within, tick_lot_value};
use ledger::ledger::Ledger;
use model::account::Wallet;
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, OrderKind, Side, TimeInForce};
use model::reject::Reject;
use model::text::ClientOrderId;

use crate::desk::Trader;
use crate::filter::{self, Incoming, base_of};
use crate::market::Market;

/// What an accepted order holds and does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Quote units for a buy, base units for a sell.
    pub hold: Amount,
    pub course: Course,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It meets nobody and joins the book.
    Rest,
    /// It takes; what is left rests if its kind does and its price allows, else ends.
    Take { limit: Price, qty: Qty },
    /// It takes exactly what a quote amount was found to pay for, and ends for this reason.
    TakeQuote {
        limit: Price,
        qty: Qty,
        reason: CloseReason,
    },
    /// It ends without meeting anybody.
    End(CloseReason),
}

/// Returns what becomes of an order that passed the filters, where it was found to be `worth` that much.
///
/// # Errors
/// The first that applies of `MarketExhausted`, `CapacityExhausted`, `ClientIdTaken`, then by kind
/// `InsufficientFunds`, `WouldTake`, `LiquidityBelowLot`, `LotSize`, `MarketLotSize`, `PositionLimit`.
#[inline(always)]
pub fn plan(
    market: &Market,
    ledger: &Ledger,
    incoming: &Incoming,
    worth: Amount,
) -> Result<Plan, Reject> {
    check_room_for(market, ledger, incoming, 1)?;
    if mutant::plant!(
        "client-id-taken-twice",
        false,
        is_client_id_taken(
            market,
            incoming.trader.seat_number(),
            &incoming.order.client_id
        )
    ) {
        return Err(Reject::ClientIdTaken);
    }
    let planner = Planner {
        market,
        ledger,
        incoming: *incoming,
        side: incoming.order.side,
        worth,
        returned: Amount::ZERO,
    };
    match incoming.order.kind {
        OrderKind::Limit {
            price,
            qty,
            time_in_force,
        } => planner.limit(price, qty, time_in_force),
        OrderKind::LimitMaker { price, qty } => planner.limit_maker(price, qty),
        // Taken apart, so that the plan of a limit order is not handed over in memory for the sake of these.
        OrderKind::Market { qty } => {
            let Plan { hold, course } = planner.market_order(qty)?;
            Ok(Plan { hold, course })
        }
        OrderKind::MarketQuote { quote } => {
            let Plan { hold, course } = planner.market_quote(quote)?;
            Ok(Plan { hold, course })
        }
    }
}

/// Returns what becomes of an open order under other terms, once what it holds is `returned`.
///
/// # Errors
/// The first that applies of `MarketExhausted`, `InsufficientFunds`, `WouldTake`.
pub fn plan_amended(
    market: &Market,
    ledger: &Ledger,
    incoming: &Incoming,
    worth: Amount,
    returned: Amount,
) -> Result<Plan, Reject> {
    market.check_room(0)?;
    let planner = Planner {
        market,
        ledger,
        incoming: *incoming,
        side: incoming.order.side,
        worth,
        returned,
    };
    match incoming.order.kind {
        OrderKind::LimitMaker { price, qty } => planner.limit_maker(price, qty),
        OrderKind::Limit {
            price,
            qty,
            time_in_force,
        } => planner.limit(price, qty, time_in_force),
        OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => {
            panic!("only an order that rests is amended")
        }
    }
}

/// Returns whether so many more orders of this account may come.
///
/// # Errors
/// `MarketExhausted`, `CapacityExhausted`.
#[inline(always)]
pub fn check_room_for(
    market: &Market,
    ledger: &Ledger,
    incoming: &Incoming,
    orders: u64,
) -> Result<(), Reject> {
    market.check_room(orders)?;
    if incoming.trader.seat.is_none() {
        market.seats.check_room()?;
        if ledger.rows_left() < 2 {
            return Err(Reject::CapacityExhausted);
        }
    }
    Ok(())
}

/// Returns whether an open order of a seat has this client id.
#[inline(always)]
pub fn is_client_id_taken(market: &Market, seat: Option<u32>, client_id: &ClientOrderId) -> bool {
    seat.is_some_and(|seat| market.details.find(seat, client_id).is_some())
}

/// Returns what an account may use of the asset that orders of a side pay with.
#[inline(always)]
pub fn available(market: &Market, ledger: &Ledger, trader: &Trader, side: Side) -> Amount {
    let row = match trader.seat {
        Some(seat) => Some(seat.rows.paying(side)),
        None => {
            let asset = match side {
                Side::Buy => market.instrument.quote,
                Side::Sell => market.instrument.base,
            };
            ledger.find(trader.account, Wallet::Spot, asset)
        }
    };
    row.map_or(Amount::ZERO, |row| ledger.available(row))
}

/// Returns what a market order would hold now.
///
/// # Errors
/// `InsufficientFunds` beyond the money bound.
pub fn market_hold(
    market: &Market,
    ledger: &Ledger,
    incoming: &Incoming,
    qty: Qty,
) -> Result<Amount, Reject> {
    let planner = Planner {
        market,
        ledger,
        incoming: *incoming,
        side: incoming.order.side,
        worth: Amount::ZERO,
        returned: Amount::ZERO,
    };
    planner.market_hold(qty, planner.market_limit())
}

/// Everything a plan looks at.
///
/// **Shape** handed by value to what is kept out of line, as `Incoming` is.
#[derive(Clone, Copy)]
struct Planner<'a> {
    market: &'a Market,
    ledger: &'a Ledger,
    incoming: Incoming<'a>,
    side: Side,
    /// Of a limit order, at its limit.
    worth: Amount,
    /// What the order holds already.
    returned: Amount,
}

impl Planner<'_> {
    #[inline(always)]
    fn limit(&self, price: Price, qty: Qty, force: TimeInForce) -> Result<Plan, Reject> {
        let hold = self.limit_hold(qty);
        self.check_funds(hold)?;
        let course = if self.market.book.is_crossed_by(self.side, price) {
            match self.cross(price, qty, force) {
                Ok(limit) => Course::Take { limit, qty },
                Err(reason) => Course::End(reason),
            }
        } else {
            match force {
                TimeInForce::GoodTillCancel => Course::Rest,
                TimeInForce::ImmediateOrCancel => Course::End(CloseReason::ImmediateRemainder),
                TimeInForce::FillOrKill => Course::End(CloseReason::FillOrKillUnfilled),
            }
        };
        Ok(Plan { hold, course })
    }

    /// Returns how far a limit order that meets the best of the other side takes.
    ///
    /// # Errors
    /// Why it ends at once instead.
    #[inline(never)]
    fn cross(self, price: Price, qty: Qty, force: TimeInForce) -> Result<Price, CloseReason> {
        let limit = self.within_band(price);
        if force == TimeInForce::FillOrKill {
            let is_filled =
                |limit: &Price| self.is_filled_wholly(&self.incoming.taker(*limit, qty));
            return limit
                .filter(is_filled)
                .ok_or(CloseReason::FillOrKillUnfilled);
        }
        limit.ok_or(CloseReason::ExecutionBand)
    }

    fn is_filled_wholly(&self, taker: &Taker) -> bool {
        let filled = self.market.book.probe(taker).filled;
        mutant::plant!(
            "fill-or-kill-fills-partly",
            Qty::ZERO < filled,
            filled == taker.qty
        )
    }

    #[inline(always)]
    fn limit_maker(&self, price: Price, qty: Qty) -> Result<Plan, Reject> {
        let hold = self.limit_hold(qty);
        self.check_funds(hold)?;
        if self.market.book.is_crossed_by(self.side, price) {
            return Err(Reject::WouldTake);
        }
        Ok(Plan {
            hold,
            course: Course::Rest,
        })
    }

    #[inline(always)]
    fn limit_hold(&self, qty: Qty) -> Amount {
        match self.side {
            Side::Buy => self.worth,
            Side::Sell => base_of(self.market, qty),
        }
    }

    #[inline(never)]
    fn market_order(self, qty: Qty) -> Result<Plan, Reject> {
        let limit = self.market_limit();
        let hold = self.market_hold(qty, limit)?;
        self.check_funds(hold)?;
        let course = match limit {
            Some(limit) => Course::Take { limit, qty },
            None => Course::End(CloseReason::ExecutionBand),
        };
        Ok(Plan { hold, course })
    }

    fn market_hold(&self, qty: Qty, limit: Option<Price>) -> Result<Amount, Reject> {
        match (self.side, limit) {
            (Side::Sell, _) => Ok(base_of(self.market, qty)),
            (Side::Buy, None) => Ok(Amount::ZERO),
            (Side::Buy, Some(limit)) => {
                let taker = self.incoming.taker(limit, qty);
                self.cost(&self.market.book.probe(&taker))
            }
        }
    }

    /// Returns the exact cost of what a market buy would take.
    fn cost(&self, probe: &Probe) -> Result<Amount, Reject> {
        // Nobody has more than the money bound.
        tick_lot_value(probe.value, self.k()).ok_or(Reject::InsufficientFunds)
    }

    #[inline(never)]
    fn market_quote(self, quote: Amount) -> Result<Plan, Reject> {
        let available = self.available();
        let lots_max = match self.side {
            Side::Buy => {
                self.check_funds(quote)?;
                Qty::MAX
            }
            Side::Sell => lots_within(available, self.market.instrument.grid),
        };
        let Some(limit) = self.market_limit() else {
            return Err(Reject::LiquidityBelowLot);
        };
        let taker = self.incoming.taker(limit, lots_max);
        let budget = tick_lot_budget(quote, self.k());
        let probe = self.market.book.probe_value(&taker, budget);
        let found = probe.filled.plus(probe.prevented);
        self.check_found(found, lots_max, probe.stopped)?;
        filter::check_position(self.market, self.ledger, &self.incoming, found)?;
        Ok(Plan {
            hold: match self.side {
                Side::Buy => quote,
                Side::Sell => base_of(self.market, found),
            },
            course: Course::TakeQuote {
                limit,
                qty: found,
                reason: quote_reason(probe.stopped),
            },
        })
    }

    /// Refuses what a quote amount found when it is not a quantity the market takes.
    fn check_found(&self, found: Qty, lots_max: Qty, stopped: Stopped) -> Result<(), Reject> {
        let terms = &self.market.terms;
        if terms.qty_min.max(terms.market_qty_min) <= found {
            filter::check_lot_size(terms, found)?;
            return filter::check_market_lot_size(terms, found);
        }
        match stopped {
            Stopped::BookEmpty | Stopped::LimitReached => Err(Reject::LiquidityBelowLot),
            // The seller has no more to sell.
            _ if found == lots_max => Err(Reject::InsufficientFunds),
            Stopped::Filled | Stopped::SelfTrade => Err(Reject::LotSize),
        }
    }

    /// Returns the edge of the execution band, or `None` when even the best maker lies outside.
    fn market_limit(&self) -> Option<Price> {
        match self.side {
            Side::Buy => self.within_band(Price::MAX),
            Side::Sell => self.within_band(Price::MIN),
        }
    }

    /// Returns the worst price at which a taker of this limit may trade, or `None` when the best maker lies
    /// outside the execution band (`docs/spec/clearing.md` §11.2).
    fn within_band(&self, limit: Price) -> Option<Price> {
        let (Some(reference), Some(best)) = (
            self.market.reference(self.incoming.at),
            self.market.book.best(self.side.opposite()),
        ) else {
            return Some(limit);
        };
        let execution = self.market.terms.execution_band;
        // Makers only get worse from the best, so when best and limit lie inside, all between do.
        if is_within_band(limit, reference, execution) && is_within_band(best, reference, execution)
        {
            return Some(limit);
        }
        let range = band(reference, execution);
        range
            .contains(best)
            .then(|| mutant::plant!("band-overrun", limit, nearer_limit(self.side, limit, range)))
    }

    /// # Errors
    /// `InsufficientFunds`.
    #[inline(always)]
    fn check_funds(&self, hold: Amount) -> Result<(), Reject> {
        let available = self.available();
        // What is returned is mostly nothing, and only asked for where it matters.
        if hold <= available || hold <= available.plus(self.returned) {
            Ok(())
        } else {
            Err(Reject::InsufficientFunds)
        }
    }

    #[inline(always)]
    fn available(&self) -> Amount {
        available(self.market, self.ledger, &self.incoming.trader, self.side)
    }

    fn k(&self) -> i64 {
        self.market.instrument.quote_per_tick_lot
    }
}

fn nearer_limit(side: Side, limit: Price, range: PriceRange) -> Price {
    match side {
        Side::Buy => limit.min(range.upper),
        Side::Sell => limit.max(range.lower),
    }
}

/// An order by quote is filled when what is left of its amount buys no further lot.
const fn quote_reason(stopped: Stopped) -> CloseReason {
    match stopped {
        Stopped::Filled => CloseReason::Filled,
        Stopped::LimitReached => CloseReason::ExecutionBand,
        Stopped::BookEmpty => CloseReason::InsufficientLiquidity,
        Stopped::SelfTrade => CloseReason::SelfTrade,
    }
}
