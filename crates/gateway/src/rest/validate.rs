//! What `order/test` checks beyond the form of a request: the filters that need neither book nor balance, and whether a
//! trigger is met already.
//!
//! The engine decides for real orders; this mirrors only what a market publishes about itself.

use model::command::NewOrder;
use model::instrument::{Instrument, Phase, Terms};
use model::number::{Price, Qty, div_ceil};
use model::order::{Condition, Direction, Instructions, OrderKind, Side, Trigger};
use model::reject::Reject;
use views::market::Market;
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};

use crate::rest::unplaced::{closed, is_market};

/// Checks an order against the phase and the static filters of its market.
///
/// # Errors
/// What the engine would answer for the first filter that fails.
pub fn check(
    order: &NewOrder,
    instructions: &Instructions,
    market: &Market,
) -> Result<(), Refusal> {
    let terms = market.terms();
    if !accepts(market.phase(), &order.kind, instructions) {
        return Err(closed(market.phase(), is_market(&order.kind)));
    }
    if let Some(mode) = order.self_trade
        && !terms.self_trade_allowed.includes(mode)
    {
        return Err(Refusal::with(
            Fault::DataInvalid,
            &["selfTradePreventionMode"],
        ));
    }
    if let Some(trigger) = &instructions.trigger {
        check_trigger(trigger, order.side, market)?;
    }
    if let (Some(shown), Some(qty)) = (instructions.iceberg, order.kind.qty()) {
        check_iceberg(shown, qty, market)?;
    }
    match instructions.peg {
        None => check_kind(&order.kind, market)?,
        Some(peg) => check_pegged(&order.kind, peg.price, market)?,
    }
    would_trigger(order, instructions, market)
}

fn check_kind(kind: &OrderKind, market: &Market) -> Result<(), Refusal> {
    let terms = market.terms();
    match *kind {
        OrderKind::Limit { price, qty, .. } | OrderKind::LimitMaker { price, qty } => {
            check_limit(price, qty, market.instrument(), terms)
        }
        OrderKind::Market { qty } => {
            check_lots(qty, (terms.qty_min, terms.qty_max), "LOT_SIZE")?;
            let range = (terms.market_qty_min, terms.market_qty_max);
            check_lots(qty, range, "MARKET_LOT_SIZE")
        }
        OrderKind::MarketQuote { quote } => check_notional(quote.units(), terms),
    }
}

/// The book sets the price only when the order starts; one that it names all the same can be checked.
fn check_pegged(kind: &OrderKind, named: Option<Price>, market: &Market) -> Result<(), Refusal> {
    let terms = market.terms();
    match (named, kind.qty()) {
        (Some(price), _) => check_kind(&kind.at(price), market),
        (None, Some(qty)) => check_lots(qty, (terms.qty_min, terms.qty_max), "LOT_SIZE"),
        (None, None) => Ok(()),
    }
}

fn check_trigger(trigger: &Trigger, side: Side, market: &Market) -> Result<(), Refusal> {
    if let Some(price) = trigger.price() {
        check_price(price, market.terms())?;
    }
    let limits = market.limits();
    let range = match trigger.direction(side) {
        Direction::Above => limits.trailing_above,
        Direction::Below => limits.trailing_below,
    };
    if trigger.delta().is_some_and(|delta| !range.contains(delta)) {
        return Err(filter("TRAILING_DELTA"));
    }
    Ok(())
}

fn check_iceberg(shown: Qty, qty: Qty, market: &Market) -> Result<(), Refusal> {
    if qty < shown {
        return Err(refusal(Reject::IcebergExceedsQty, Operation::Place));
    }
    if shown < market.terms().qty_min {
        return Err(filter("LOT_SIZE"));
    }
    let parts = div_ceil(i128::from(qty.lots()), i128::from(shown.lots()));
    if i128::from(market.limits().iceberg_parts_max) < parts {
        return Err(filter("ICEBERG_PARTS"));
    }
    Ok(())
}

/// A trail has yet to begin, whatever the last price.
fn would_trigger(
    order: &NewOrder,
    instructions: &Instructions,
    market: &Market,
) -> Result<(), Refusal> {
    if let (Some(trigger), Some(last)) = (instructions.trigger, market.last_trade())
        && let Condition::Stop { price } = trigger.condition
        && trigger.direction(order.side).is_met(price, last.price)
    {
        return Err(refusal(Reject::WouldTrigger, Operation::Place));
    }
    Ok(())
}

fn accepts(phase: Phase, kind: &OrderKind, instructions: &Instructions) -> bool {
    match phase {
        Phase::Continuous => true,
        _ if !instructions.are_plain() => false,
        Phase::LimitOnly => matches!(kind, OrderKind::Limit { .. } | OrderKind::LimitMaker { .. }),
        Phase::PostOnly => matches!(kind, OrderKind::LimitMaker { .. }),
        Phase::PreTrading | Phase::CancelOnly | Phase::Halt | Phase::Closed => false,
    }
}

fn check_limit(
    price: Price,
    qty: Qty,
    instrument: &Instrument,
    terms: &Terms,
) -> Result<(), Refusal> {
    check_price(price, terms)?;
    check_lots(qty, (terms.qty_min, terms.qty_max), "LOT_SIZE")?;
    // 2^50 ticks times 2^50 lots leave i128 only for a grid worth more than 2^27 units a tick and lot.
    let value = (i128::from(price.ticks()) * i128::from(qty.lots()))
        .checked_mul(i128::from(instrument.quote_per_tick_lot));
    value.map_or(Err(filter("NOTIONAL")), |value| {
        check_notional(value, terms)
    })
}

fn check_price(price: Price, terms: &Terms) -> Result<(), Refusal> {
    if price < terms.price_min || terms.price_max < price {
        return Err(filter("PRICE_FILTER"));
    }
    Ok(())
}

fn check_lots(qty: Qty, (least, most): (Qty, Qty), name: &str) -> Result<(), Refusal> {
    if qty < least || most < qty {
        return Err(filter(name));
    }
    Ok(())
}

fn check_notional(value: i128, terms: &Terms) -> Result<(), Refusal> {
    if value < terms.notional_min.units() || terms.notional_max.units() < value {
        return Err(filter("NOTIONAL"));
    }
    Ok(())
}

fn filter(name: &str) -> Refusal {
    Refusal::with(Fault::Filter, &[name])
}
