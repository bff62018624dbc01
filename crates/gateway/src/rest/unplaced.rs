//! Why an order was not placed.

use model::id::MarketId;
use model::instrument::Phase;
use model::order::OrderKind;
use model::reject::Reject;
use wire::binance::error::{EngineCode, Fault, Refusal, text};
use wire::binance::reject::{Operation, refusal};

use crate::gateway::Gateway;

/// Whether an order names no limit.
pub const fn is_market(kind: &OrderKind) -> bool {
    matches!(
        kind,
        OrderKind::Market { .. } | OrderKind::MarketQuote { .. }
    )
}

/// Returns the answer to an order that the engine refused.
pub fn unplaced(gateway: &Gateway, reject: Reject, market: MarketId, is_market: bool) -> Refusal {
    if reject != Reject::PhaseClosed {
        return refusal(reject, Operation::Place);
    }
    let views = gateway.hub().views();
    let phase = views.market(market).map(|market| market.phase());
    closed(phase.unwrap_or(Phase::Closed), is_market)
}

/// Returns the answer to an order that a market does not take in its phase.
pub const fn closed(phase: Phase, is_market: bool) -> Refusal {
    match phase {
        Phase::LimitOnly | Phase::PostOnly if is_market => {
            Refusal::engine(EngineCode::NewOrder, text::MARKET_ORDERS_UNSUPPORTED)
        }
        _ => Refusal::of(Fault::MarketClosed),
    }
}
