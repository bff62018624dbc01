//! Placing orders.
//!
//! **Source** `docs/spec/binance-surface.md` §9.1.

use wire::binance::error::{Fault, Refusal};
use wire::binance::request;

use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::placed::PlacedFacts;
use crate::rest::unplaced::{is_market, unplaced};

/// The reply to new or amended orders, and how many of them do not count: they have traded already, or kept their place.
pub struct PlacedReply {
    pub reply: Reply,
    pub traded: u32,
}

/// `POST /api/v3/order`.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn place(ask: &Ask<'_>) -> Result<PlacedReply, Refusal> {
    let listing = ask.listing()?;
    let (action, response, is_market) = {
        let placing = request::place(ask.params, &listing.instrument, || ask.gateway.client_id())?;
        let is_market = is_market(&placing.order.kind);
        (placing.action(), placing.response, is_market)
    };
    let applied = ask.submit(action).await?;
    if let Some(reject) = rejection(&applied.events) {
        let market = listing.instrument.id;
        return Err(unplaced(ask.gateway, reject, market, is_market));
    }
    let placed = PlacedFacts::of(&applied.events, &listing, applied.at)
        .ok_or_else(|| Refusal::of(Fault::Unknown))?;
    let answer = placed.answer(response, applied.at, ask.unit);
    Ok(PlacedReply {
        reply: Reply::ok(&answer),
        traded: placed.traded(),
    })
}
