//! Whether a market takes an order at all: phase, self-trade mode, filters (`docs/spec/clearing.md` §10.6).
//!
//! Everything here can be told from the order itself and the account's counters, before the book is looked at.

use book::take::Taker;
use clearing::band::is_within_band;
use clearing::reference::NotionalRange;
use clearing::value::{base_units, value};
use ledger::ledger::Ledger;
use model::account::Wallet;
use model::command::NewOrder;
use model::id::AccountId;
use model::instrument::{Band, Phase, Terms};
use model::number::{Amount, Price, Qty};
use model::order::{OrderKind, SelfTradeMode, Side};
use model::reject::Reject;
use model::time::Timestamp;

use crate::desk::Trader;
use crate::detail::RestingKind;
use crate::market::Market;

/// An order on its way in, with what every check asks for.
///
/// **Shape** small, and handed by value to whatever is kept out of line: what is never lent stays in registers.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    pub order: &'a NewOrder,
    pub trader: Trader,
    pub self_trade: SelfTradeMode,
    pub at: Timestamp,
}

impl<'a> Incoming<'a> {
    #[inline(always)]
    pub fn new(
        market: &Market,
        trader: Trader,
        order: &'a NewOrder,
        at: Timestamp,
    ) -> Incoming<'a> {
        Incoming {
            order,
            trader,
            self_trade: order.self_trade.unwrap_or(market.terms.self_trade_default),
            at,
        }
    }

    /// Returns it as what takes `qty` up to `limit`.
    #[inline]
    pub fn taker(&self, limit: Price, qty: Qty) -> Taker {
        Taker {
            side: self.order.side,
            limit,
            qty,
            group: self.trader.group,
            self_trade: self.self_trade,
        }
    }
}

/// Refuses an order that the market does not take, and returns what a limit order is worth at its limit.
///
/// # Errors
/// The first that applies of `PhaseClosed`, `SelfTradeModeForbidden`, `AmountNotPositive`, `PriceFilter`,
/// `PercentPrice`, `LotSize`, `MarketLotSize`, `Notional`, `OpenOrdersLimit`, `PositionLimit`.
#[inline(always)]
pub fn check(market: &Market, ledger: &Ledger, incoming: &Incoming) -> Result<Amount, Reject> {
    let order = incoming.order;
    if !mutant::plant!("phase-unchecked", true, accepts(market.phase, &order.kind)) {
        return Err(Reject::PhaseClosed);
    }
    check_self_trade(market, incoming)?;
    let worth = check_kind(market, incoming)?;
    if may_rest(&order.kind) {
        check_open_orders(market, incoming.trader.seat_number(), 1)?;
    }
    if let Some(qty) = order.kind.qty() {
        check_position(market, ledger, incoming, qty)?;
    }
    Ok(worth)
}

/// Refuses other terms of an open order, which is to have so many lots `more` on the book than now.
///
/// # Errors
/// The first that applies of `PhaseClosed`, `SelfTradeModeForbidden`, `PriceFilter`, `PercentPrice`, `LotSize`,
/// `Notional`, `PositionLimit`.
pub fn check_amended(
    market: &Market,
    ledger: &Ledger,
    incoming: &Incoming,
    more: Qty,
) -> Result<(), Reject> {
    if !accepts(market.phase, &incoming.order.kind) {
        return Err(Reject::PhaseClosed);
    }
    check_self_trade(market, incoming)?;
    check_kind(market, incoming)?;
    if more.is_zero() {
        return Ok(());
    }
    check_position(market, ledger, incoming, more)
}

/// # Errors
/// `SelfTradeModeForbidden`.
#[inline(always)]
pub fn check_self_trade(market: &Market, incoming: &Incoming) -> Result<(), Reject> {
    if market
        .terms
        .self_trade_allowed
        .includes(incoming.self_trade)
    {
        Ok(())
    } else {
        Err(Reject::SelfTradeModeForbidden)
    }
}

/// Checks price, quantity and notional as the kind asks for, and returns what a limit order is worth at its limit.
///
/// # Errors
/// The first that applies of `AmountNotPositive`, `PriceFilter`, `PercentPrice`, `LotSize`, `MarketLotSize`,
/// `Notional`.
#[inline(always)]
pub fn check_kind(market: &Market, incoming: &Incoming) -> Result<Amount, Reject> {
    match incoming.order.kind {
        OrderKind::Limit { price, qty, .. } | OrderKind::LimitMaker { price, qty } => {
            check_limit(market, incoming, price, qty)
        }
        // A market order has no limit to be worth anything at.
        OrderKind::Market { qty } => {
            check_market(market, incoming.at, qty)?;
            Ok(Amount::ZERO)
        }
        OrderKind::MarketQuote { quote } => {
            check_quote(&market.terms, quote)?;
            Ok(quote)
        }
    }
}

/// Returns whether what is left of such an order can come to rest.
pub const fn may_rest(kind: &OrderKind) -> bool {
    RestingKind::of(kind).is_some()
}

/// Returns whether a phase takes orders of this kind (`docs/spec/clearing.md` §11.4).
const fn accepts(phase: Phase, kind: &OrderKind) -> bool {
    match phase {
        Phase::Continuous => true,
        Phase::LimitOnly => matches!(kind, OrderKind::Limit { .. } | OrderKind::LimitMaker { .. }),
        Phase::PostOnly => matches!(kind, OrderKind::LimitMaker { .. }),
        Phase::PreTrading | Phase::CancelOnly | Phase::Halt | Phase::Closed => false,
    }
}

#[inline(always)]
fn check_limit(
    market: &Market,
    incoming: &Incoming,
    price: Price,
    qty: Qty,
) -> Result<Amount, Reject> {
    let terms = &market.terms;
    check_price(terms, price)?;
    let band = entry_band(terms, incoming.order.side);
    if market
        .reference(incoming.at)
        .is_some_and(|reference| !is_within_band(price, reference, band))
    {
        return Err(Reject::PercentPrice);
    }
    check_lot_size(terms, qty)?;
    let worth = value(price, qty, market.instrument.quote_per_tick_lot);
    mutant::plant!("notional-unchecked", (), check_notional(terms, worth)?);
    Ok(worth)
}

/// PRICE_FILTER.
///
/// # Errors
/// `PriceFilter`.
#[inline(always)]
pub fn check_price(terms: &Terms, price: Price) -> Result<(), Reject> {
    if price < terms.price_min || terms.price_max < price {
        Err(Reject::PriceFilter)
    } else {
        Ok(())
    }
}

const fn entry_band(terms: &Terms, side: Side) -> Band {
    match side {
        Side::Buy => terms.bid_band,
        Side::Sell => terms.ask_band,
    }
}

#[inline(never)]
fn check_market(market: &Market, at: Timestamp, qty: Qty) -> Result<(), Reject> {
    let terms = &market.terms;
    check_lot_size(terms, qty)?;
    check_market_lot_size(terms, qty)?;
    let range = notional_range(terms);
    let k = market.instrument.quote_per_tick_lot;
    if market
        .reference(at)
        .is_some_and(|reference| !reference.is_worth(qty, k, &range))
    {
        return Err(Reject::Notional);
    }
    Ok(())
}

#[inline(never)]
fn check_quote(terms: &Terms, quote: Amount) -> Result<(), Reject> {
    if quote <= Amount::ZERO {
        return Err(Reject::AmountNotPositive);
    }
    check_notional(terms, quote)
}

/// LOT_SIZE.
///
/// # Errors
/// `LotSize`.
#[inline(always)]
pub fn check_lot_size(terms: &Terms, qty: Qty) -> Result<(), Reject> {
    if qty < terms.qty_min || terms.qty_max < qty {
        return Err(Reject::LotSize);
    }
    Ok(())
}

/// MARKET_LOT_SIZE.
///
/// # Errors
/// `MarketLotSize`.
pub fn check_market_lot_size(terms: &Terms, qty: Qty) -> Result<(), Reject> {
    if qty < terms.market_qty_min || terms.market_qty_max < qty {
        return Err(Reject::MarketLotSize);
    }
    Ok(())
}

/// NOTIONAL.
///
/// # Errors
/// `Notional`.
#[inline(always)]
pub fn check_notional(terms: &Terms, worth: Amount) -> Result<(), Reject> {
    if notional_range(terms).contains(worth) {
        Ok(())
    } else {
        Err(Reject::Notional)
    }
}

const fn notional_range(terms: &Terms) -> NotionalRange {
    NotionalRange {
        min: terms.notional_min,
        max: terms.notional_max,
    }
}

/// MAX_NUM_ORDERS, for orders that may rest or wait.
///
/// # Errors
/// `OpenOrdersLimit`.
#[inline(always)]
pub fn check_open_orders(market: &Market, seat: Option<u32>, coming: u32) -> Result<(), Reject> {
    let open_orders = seat.map_or(0, |seat| market.seats.at(seat).open_orders);
    let limit = market.terms.open_orders_max;
    if mutant::plant!(
        "one-open-order-too-many",
        open_orders <= limit,
        open_orders.saturating_add(coming) <= limit
    ) {
        Ok(())
    } else {
        Err(Reject::OpenOrdersLimit)
    }
}

/// MAX_POSITION: free and held base, open buys and this one.
///
/// # Errors
/// `PositionLimit`.
#[inline(always)]
pub fn check_position(
    market: &Market,
    ledger: &Ledger,
    incoming: &Incoming,
    qty: Qty,
) -> Result<(), Reject> {
    if incoming.order.side == Side::Sell {
        return Ok(());
    }
    let open_buy_lots = incoming.trader.seat_number().map_or(0, |seat| {
        mutant::plant!(
            "position-without-open-buys",
            0,
            market.seats.at(seat).open_buy_lots
        )
    });
    // Even where the filter is lifted, nobody asks for more than any supply could ever fill.
    let asked_lots = open_buy_lots.checked_add(qty.lots());
    let asked_lots = asked_lots.ok_or(Reject::PositionLimit)?;
    let limit = market.terms.position_max;
    if limit == Amount::MAX
        || owned(market, ledger, incoming.trader.account) + asked_units(market, asked_lots)
            <= limit.units()
    {
        Ok(())
    } else {
        Err(Reject::PositionLimit)
    }
}

/// Returns the free and held base units of the account.
#[inline(never)]
fn owned(market: &Market, ledger: &Ledger, account: AccountId) -> i128 {
    match ledger.find(account, Wallet::Spot, market.instrument.base) {
        Some(row) => ledger.balance(row).total().units(),
        None => 0,
    }
}

/// Returns lots in base units: two factors of 63 bits, so no order can make it overflow.
fn asked_units(market: &Market, lots: i64) -> i128 {
    i128::from(lots) * i128::from(market.instrument.grid.lot_units)
}

/// Returns whether an order may rest under these terms, as if it came now (B10).
pub fn fits_terms(market: &Market, terms: &Terms, price: Price, original: Qty) -> bool {
    let in_bounds = terms.price_min <= price && price <= terms.price_max;
    in_bounds
        && check_lot_size(terms, original).is_ok()
        && check_notional(
            terms,
            value(price, original, market.instrument.quote_per_tick_lot),
        )
        .is_ok()
}

/// Returns the base units of a quantity of this market.
#[inline(always)]
pub fn base_of(market: &Market, qty: Qty) -> Amount {
    base_units(qty, market.instrument.grid)
}
