//! What became of a request, by its idempotency key.
//!
//! **Source** `docs/spec/binance-surface.md` §9.7.

use model::command::{Action, Command};
use model::event::Event;
use model::id::{MarketId, Sequence};
use model::order::CloseReason;
use model::reject::Reject;
use model::text::Symbol;
use wire::binance::answer::outcome::{Accepted, Known, OutcomeAnswer};
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal, refusal_of_any};
use wire::binance::request;

use crate::hub::Original;
use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::tickets::Applied;

/// `GET /v1/outcome`.
///
/// # Errors
/// Those of the key, of an overload and of an unknown outcome of the question itself.
pub async fn outcome(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let missing = || Refusal::with(Fault::MandatoryMissing, &["idempotencyKey"]);
    let key = request::idempotency_key(ask.params)?.ok_or_else(missing)?;
    let question = ask.command(Action::FindOutcome { key }, None);
    let known = match ask.gateway.hub().find_original(question).await? {
        Original::Known(original) => known(ask, &original).await?,
        Original::Missing(Reject::OutcomeUnknown) => Known::Unknown,
        Original::Missing(reject) => return Err(refusal(reject, Operation::Place)),
    };
    Ok(Reply::ok(&OutcomeAnswer::of(key, known)))
}

async fn known(ask: &Ask<'_>, original: &Applied) -> Result<Known, Refusal> {
    let (sequence, events) = (original.sequence, &original.events);
    if let Some(reject) = rejection(events) {
        let refusal = first_refusal(ask, sequence, reject).await?;
        return Ok(Known::Rejected { sequence, refusal });
    }
    let is_refused_half = |event: &Event| {
        matches!(
            event,
            Event::ReplaceCancelRejected { .. } | Event::ReplacePlaceRejected { .. }
        )
    };
    let is_half_refused = events.iter().any(is_refused_half);
    let accepted = accepted(ask, original);
    if is_half_refused && accepted.placed.is_empty() && accepted.cancelled.is_empty() {
        let refusal = Refusal::of(Fault::ReplaceFailed);
        return Ok(Known::Rejected { sequence, refusal });
    }
    Ok(Known::Accepted(Accepted {
        refusal: is_half_refused.then(|| Refusal::of(Fault::ReplaceHalfDone)),
        ..accepted
    }))
}

/// Returns the refusal as the request was answered: where the event alone does not tell, the command does.
///
/// # Errors
/// -1001 when the command cannot be read.
async fn first_refusal(
    ask: &Ask<'_>,
    sequence: Sequence,
    reject: Reject,
) -> Result<Refusal, Refusal> {
    if let Some(refusal) = refusal_of_any(reject) {
        return Ok(refusal);
    }
    match ask.gateway.hub().command(sequence).await {
        Some(Command::Client { action, .. }) => Ok(refusal(reject, Operation::of(&action))),
        _ => Err(Refusal::of(Fault::Disconnected)),
    }
}

/// What the original placed and cancelled in the name of its account.
fn accepted(ask: &Ask<'_>, original: &Applied) -> Accepted {
    let own = ask.session.key.account;
    let mut accepted = Accepted {
        sequence: original.sequence,
        symbol: None,
        placed: Vec::new(),
        cancelled: Vec::new(),
        refusal: None,
    };
    let mut market = None;
    for event in &original.events {
        match event {
            Event::OrderAccepted(order) if order.account == own => {
                market = Some(order.market);
                accepted.placed.push((order.order, order.client_id));
            }
            Event::OrderClosed(closed) if closed.account == own && is_cancel(closed.reason) => {
                market = Some(closed.market);
                accepted.cancelled.push(closed.order);
            }
            Event::OrderAmended(amended) if amended.account == own => market = Some(amended.market),
            Event::OrderRequeued(requeued) if requeued.account == own => {
                market = Some(requeued.market);
            }
            Event::WaitingAmended(amended) if amended.account == own => {
                market = Some(amended.market);
            }
            Event::CountdownSet { market: of, .. } => market = Some(*of),
            _ => {}
        }
    }
    accepted.symbol = market.and_then(|market| symbol(ask, market));
    accepted
}

const fn is_cancel(reason: CloseReason) -> bool {
    matches!(reason, CloseReason::Cancelled | CloseReason::Replaced)
}

fn symbol(ask: &Ask<'_>, market: MarketId) -> Option<Symbol> {
    let views = ask.gateway.hub().views();
    let market = views.market(market)?;
    Some(market.instrument().symbol)
}
