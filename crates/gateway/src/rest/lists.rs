//! Placing lists of orders.
//!
//! **Source** `docs/spec/binance-surface.md` §9.6.

use model::command::Action;
use wire::binance::answer::list::NewListAnswer;
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};
use wire::binance::request::list::{self, ListForm};

use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::place::PlacedReply;
use crate::rest::placed::{PlacedFacts, PlacedList};

/// `POST /api/v3/order/oco`, `/orderList/oco`, `/orderList/oto` and `/orderList/otoco`.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn place(ask: &Ask<'_>, form: ListForm) -> Result<PlacedReply, Refusal> {
    let listing = ask.listing()?;
    let placing = list::place(ask.params, form, &listing.instrument, || {
        ask.gateway.client_id()
    })?;
    let response = placing.response;
    let action = Action::PlaceList(Box::new(placing.list));
    let applied = ask.submit(action).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Place));
    }
    let placed = PlacedList::of(&applied.events, &listing, applied.at)
        .ok_or_else(|| Refusal::of(Fault::Unknown))?;
    let report = |leg: &PlacedFacts| leg.answer(response, applied.at, ask.unit);
    let reports = placed.legs.iter().map(report).collect();
    Ok(PlacedReply {
        reply: Reply::ok(&NewListAnswer::of(&placed.list, reports, ask.unit)),
        traded: placed.legs.iter().map(PlacedFacts::traded).sum(),
    })
}
