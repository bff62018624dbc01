//! What `order/test` checks beyond the form of a request: the filters that need neither book nor balance.
//!
//! The engine decides for real orders; this mirrors only what a market publishes about itself.

use model::command::NewOrder;
use model::instrument::{Instrument, Phase, Terms};
use model::number::{Price, Qty};
use model::order::OrderKind;
use wire::binance::error::{Fault, Refusal};

/// Checks an order against the phase and the static filters of its market.
///
/// # Errors
/// What the engine would answer for the first filter that fails.
pub fn check(
    order: &NewOrder,
    instrument: &Instrument,
    terms: &Terms,
    phase: Phase,
) -> Result<(), Refusal> {
    if !accepts(phase, &order.kind) {
        return Err(Refusal::of(Fault::MarketClosed));
    }
    if let Some(mode) = order.self_trade
        && !terms.self_trade_allowed.includes(mode)
    {
        return Err(Refusal::with(
            Fault::DataInvalid,
            &["selfTradePreventionMode"],
        ));
    }
    match order.kind {
        OrderKind::Limit { price, qty, .. } | OrderKind::LimitMaker { price, qty } => {
            check_limit(price, qty, instrument, terms)
        }
        OrderKind::Market { qty } => {
            check_lots(qty, (terms.qty_min, terms.qty_max), "LOT_SIZE")?;
            let range = (terms.market_qty_min, terms.market_qty_max);
            check_lots(qty, range, "MARKET_LOT_SIZE")
        }
        OrderKind::MarketQuote { quote } => check_notional(quote.units(), terms),
    }
}

fn accepts(phase: Phase, kind: &OrderKind) -> bool {
    match phase {
        Phase::Continuous => true,
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
    if price < terms.price_min || terms.price_max < price {
        return Err(Refusal::with(Fault::Filter, &["PRICE_FILTER"]));
    }
    check_lots(qty, (terms.qty_min, terms.qty_max), "LOT_SIZE")?;
    // 2^50 ticks times 2^50 lots leave i128 only for a grid worth more than 2^27 units a tick and lot.
    let value = (i128::from(price.ticks()) * i128::from(qty.lots()))
        .checked_mul(i128::from(instrument.quote_per_tick_lot));
    value.map_or(Err(notional()), |value| check_notional(value, terms))
}

fn check_lots(qty: Qty, (least, most): (Qty, Qty), filter: &str) -> Result<(), Refusal> {
    if qty < least || most < qty {
        return Err(Refusal::with(Fault::Filter, &[filter]));
    }
    Ok(())
}

fn check_notional(value: i128, terms: &Terms) -> Result<(), Refusal> {
    if value < terms.notional_min.units() || terms.notional_max.units() < value {
        return Err(notional());
    }
    Ok(())
}

fn notional() -> Refusal {
    Refusal::with(Fault::Filter, &["NOTIONAL"])
}
