//! Cancel-replace: one order ends and another takes its place, as one command.
//!
//! **Source** `docs/spec/binance-surface.md` §9.4.

use model::command::{Action, Cancel};
use model::event::Event;
use model::order::ReplaceMode;
use model::text::ClientOrderId;
use wire::binance::answer::json;
use wire::binance::answer::list::CancelAnswer;
use wire::binance::answer::order::New;
use wire::binance::answer::replace::{Half, ReplaceError, Replaced};
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};
use wire::binance::request::{self, OverLimit, ReplaceRequest};

use crate::limit::Limited;
use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::cancel::{cancel_answer, cancelled};
use crate::rest::facts::Listing;
use crate::rest::place::PlacedReply;
use crate::rest::placed::PlacedFacts;
use crate::rest::unplaced::{is_market, unplaced};
use crate::tickets::Applied;

const LIMITED_STATUS: u16 = Fault::TooManyOrders.row().status;

/// `POST /api/v3/order/cancelReplace`.
///
/// # Errors
/// Those of the values, and of the engine when neither half was tried.
pub async fn replace(ask: &Ask<'_>) -> Result<PlacedReply, Refusal> {
    let listing = ask.listing()?;
    let replacing = replacement(ask, &listing)?;
    let name = replacing.cancel_client_id;
    let is_market = is_market(&replacing.replace.order.kind);
    let applied = ask.submit_named(replacing.action(), Some(name)).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Place));
    }
    let cancel = cancel_half(ask, &listing, &applied, name)?;
    let placed = PlacedFacts::of(&applied.events, &listing, applied.at);
    let new_order = match &placed {
        Some(placed) => Half::Success(placed.answer(replacing.response, applied.at, ask.unit)),
        None => new_order_refused(ask, &listing, &applied.events, is_market),
    };
    Ok(PlacedReply {
        reply: replace_reply(cancel, new_order),
        traded: placed.as_ref().map_or(0, PlacedFacts::traded),
    })
}

fn replacement(ask: &Ask<'_>, listing: &Listing) -> Result<ReplaceRequest, Refusal> {
    let name = || ask.gateway.client_id();
    request::replace(ask.params, &listing.instrument, name, || ask.cancel_name())
}

/// `POST /api/v3/order/cancelReplace` of an account that may place no more orders for now: its cancel is carried out
/// if the request asks for that.
///
/// # Errors
/// Those of the values, and an unknown outcome.
pub async fn replace_over_limit(ask: &Ask<'_>, limited: Limited) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let replacing = replacement(ask, &listing)?;
    if replacing.over_limit == OverLimit::DoNothing {
        return Ok(limited.into());
    }
    let (name, mode) = (replacing.cancel_client_id, replacing.replace.mode);
    let action = Action::Cancel(Cancel {
        market: listing.instrument.id,
        order: replacing.replace.cancel,
        restriction: replacing.replace.restriction,
    });
    let applied = ask.submit_named(action, Some(name)).await;
    let cancel = match applied.and_then(|applied| cancelled(ask, &listing, &applied, name)) {
        Ok(cancelled) => Half::Success(cancelled),
        Err(refusal) if 500 <= refusal.status => return Err(refusal),
        Err(refusal) => Half::Failure(refusal),
    };
    let new_order = match (&cancel, mode) {
        (Half::Failure(_), ReplaceMode::StopOnFailure) => Half::NotAttempted,
        _ => Half::Failure(limited.refusal),
    };
    Ok(Reply {
        status: LIMITED_STATUS,
        retry_after_seconds: Some(limited.retry_after_seconds),
        ..replace_reply(cancel, new_order)
    })
}

/// The cancel of a cancel-replace is told before its new order: what closes until then, it closed.
fn cancel_half(
    ask: &Ask<'_>,
    listing: &Listing,
    applied: &Applied,
    name: ClientOrderId,
) -> Result<Half<CancelAnswer>, Refusal> {
    let refused = applied.events.iter().find_map(|event| match event {
        Event::ReplaceCancelRejected { reason } => Some(*reason),
        _ => None,
    });
    if let Some(reject) = refused {
        return Ok(Half::Failure(refusal(reject, Operation::Cancel)));
    }
    let is_new_order = |event: &Event| matches!(event, Event::OrderAccepted(_));
    let new_order = applied.events.iter().position(is_new_order);
    let end = new_order.unwrap_or(applied.events.len());
    cancel_answer(ask, listing, (&applied.events[..end], applied.at), name).map(Half::Success)
}

fn new_order_refused<T>(
    ask: &Ask<'_>,
    listing: &Listing,
    events: &[Event],
    is_market: bool,
) -> Half<T> {
    events
        .iter()
        .find_map(|event| match event {
            Event::ReplacePlaceRejected { reason } => {
                let market = listing.instrument.id;
                Some(Half::Failure(unplaced(
                    ask.gateway,
                    *reason,
                    market,
                    is_market,
                )))
            }
            _ => None,
        })
        .unwrap_or(Half::NotAttempted)
}

fn replace_reply(cancel: Half<CancelAnswer>, new_order: Half<New>) -> Reply {
    let fault = match (&cancel, &new_order) {
        (Half::Success(_), Half::Success(_)) => {
            return Reply::ok(&Replaced::of(cancel, new_order));
        }
        (Half::Success(_), _) | (_, Half::Success(_)) => Fault::ReplaceHalfDone,
        _ => Fault::ReplaceFailed,
    };
    let row = fault.row();
    let body = json(&ReplaceError {
        code: row.code,
        msg: row.text,
        data: Replaced::of(cancel, new_order),
    });
    Reply::json(row.status, body)
}
