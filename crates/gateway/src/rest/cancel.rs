//! Cancelling orders: one, with it the list it belongs to, or all of a market.
//!
//! **Source** `docs/spec/binance-surface.md` §9.2, §9.3 and §9.6.

use model::command::Action;
use model::event::Event;
use model::id::ListId;
use model::reject::Reject;
use model::text::ClientOrderId;
use model::time::Timestamp;
use wire::binance::answer::list::{CancelAnswer, ListAnswer};
use wire::binance::answer::order::Cancelled;
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};
use wire::binance::request;

use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::facts::{self, Listing};
use crate::rest::placed::closed_orders;
use crate::tickets::Applied;

/// What a command did, and when.
type Done<'a> = (&'a [Event], Timestamp);

/// `DELETE /api/v3/order`.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn cancel(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let (action, name) = {
        let cancelling = request::cancel(ask.params, listing.instrument.id, || ask.cancel_name())?;
        (Action::Cancel(cancelling.cancel), cancelling.client_id)
    };
    let applied = ask.submit_named(action, Some(name)).await?;
    Ok(Reply::ok(&cancelled(ask, &listing, &applied, name)?))
}

/// `DELETE /api/v3/orderList`.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn cancel_list(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let cancelling =
        request::list::cancel(ask.params, listing.instrument.id, || ask.cancel_name())?;
    let (action, name) = (Action::CancelList(cancelling.cancel), cancelling.client_id);
    let applied = ask.submit_named(action, Some(name)).await?;
    Ok(Reply::ok(&cancelled(ask, &listing, &applied, name)?))
}

/// Returns the answer to the cancel of one order, and with it of the list it belongs to, once it was carried out.
///
/// # Errors
/// Those of the engine.
pub fn cancelled(
    ask: &Ask<'_>,
    listing: &Listing,
    applied: &Applied,
    name: ClientOrderId,
) -> Result<CancelAnswer, Refusal> {
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Cancel));
    }
    cancel_answer(ask, listing, (&applied.events, applied.at), name)
}

/// `DELETE /api/v3/openOrders`.
///
/// # Errors
/// -2011 when nothing is open, and those of the values.
pub async fn cancel_all(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let action = Action::CancelAll {
        market: listing.instrument.id,
    };
    let name = ask.cancel_name();
    let applied = ask.submit_named(action, Some(name)).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Cancel));
    }
    let cancelled = cancel_answers(ask, &listing, (&applied.events, applied.at), name)?;
    if cancelled.is_empty() {
        return Err(refusal(Reject::OrderUnknown, Operation::Cancel));
    }
    Ok(Reply::ok(&cancelled))
}

/// Returns the answer to the cancel of one order or one list.
///
/// # Errors
/// -1000 when nothing was cancelled.
pub fn cancel_answer(
    ask: &Ask<'_>,
    listing: &Listing,
    done: Done<'_>,
    name: ClientOrderId,
) -> Result<CancelAnswer, Refusal> {
    let answers = cancel_answers(ask, listing, done, name)?;
    let only = answers.into_iter().next();
    only.ok_or_else(|| Refusal::of(Fault::Unknown))
}

/// Orders and lists that were cancelled, in the order of their first cancelled orders.
fn cancel_answers(
    ask: &Ask<'_>,
    listing: &Listing,
    (events, at): Done<'_>,
    name: ClientOrderId,
) -> Result<Vec<CancelAnswer>, Refusal> {
    let mut groups: Vec<Group> = Vec::new();
    for order in closed_orders(events) {
        let order = ask.own_order(listing.instrument.id, order)?;
        let facts = facts::order(&order, &listing.instrument);
        let report = Cancelled::of(&facts, name, at, ask.unit);
        let of_its_list = facts.list.and_then(|list| {
            let mut latest = groups.iter_mut().rev();
            latest.find(|group| group.list == Some(list))
        });
        match of_its_list {
            Some(group) => group.reports.push(report),
            None => groups.push(Group {
                list: facts.list,
                reports: vec![report],
            }),
        }
    }
    groups.into_iter().map(|group| group.answer(ask)).collect()
}

/// The cancelled orders of a list, or one that belongs to none.
struct Group {
    list: Option<ListId>,
    reports: Vec<Cancelled>,
}

impl Group {
    fn answer(self, ask: &Ask<'_>) -> Result<CancelAnswer, Refusal> {
        let unknown = || Refusal::of(Fault::Unknown);
        let Some(list) = self.list else {
            let only = self.reports.into_iter().next().ok_or_else(unknown)?;
            return Ok(CancelAnswer::Order(Box::new(only)));
        };
        let views = ask.gateway.hub().views();
        let list = views
            .list(ask.session.key.account, list)
            .and_then(|list| facts::list(&views, &list))
            .ok_or_else(unknown)?;
        Ok(CancelAnswer::List(ListAnswer::of(
            &list,
            self.reports,
            ask.unit,
        )))
    }
}
