//! What became of an order beside its trades, page by page.
//!
//! **Source** `docs/spec/history.md` §3.

use indexer::entry::EntryPlace;
use indexer::order_change::{ChangePlace, PastChange};
use indexer::reading_changes::ChangesOf;
use model::id::OrderId;
use model::time::Timestamp;
use wire::binance::answer::order_change::{OrderChangePage, OrderChangeRow};
use wire::binance::error::Refusal;
use wire::binance::request;

use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::market_of;
use crate::rest::past_facts;
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX};
use crate::rest::turning::Question;

/// `GET /v1/order/changes`: oldest first.
///
/// # Errors
/// -1121 for a market that is not listed, -1102 without an order, -1130 for a cursor of another question, -1001 when the
/// history is behind, and those of the values.
pub async fn changes(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    ask.params.mandatory("orderId")?;
    let order = OrderId(ask.number("orderId")?.unwrap_or(0));
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let (instrument, reach) = {
        let views = ask.gateway.hub().views();
        let instrument = *market_of(&views, symbol)?.instrument();
        (instrument, Reach::of(&views, Timestamp::MAX))
    };
    let of = ChangesOf {
        account: ask.account,
        market: instrument.id,
        order: Some(order),
    };
    let question = question(ask, of);
    let beyond = question.beyond(ask)?.map(|place| ChangePlace {
        order,
        sequence: place.sequence,
        step: place.step,
    });
    let reading = ask.gateway.reading(reach).await?;
    let changes = reading.order_changes(of, beyond, limit).await;
    let changes = changes.map_err(failed)?;
    let last = changes.last().filter(|_| changes.len() == limit);
    let next = question.next(ask, last.map(sealed))?;
    let row = |change| OrderChangeRow::of(&past_facts::change(change, &instrument), ask.unit);
    Ok(Reply::ok(&OrderChangePage {
        changes: changes.iter().map(row).collect(),
        next,
    }))
}

fn question(ask: &Ask<'_>, of: ChangesOf) -> Question {
    let ever = (Timestamp::ZERO, Timestamp::MAX);
    let mut question = Question::of(ask, "orderChanges", None, ever);
    question.add(&of.market.0.to_be_bytes());
    question.add(&of.order.map_or(0, |order| order.0).to_be_bytes());
    question
}

/// Returns what a cursor seals of the last row of a page.
const fn sealed(last: &PastChange) -> EntryPlace {
    let place = last.place();
    EntryPlace {
        at: last.at,
        sequence: place.sequence,
        step: place.step,
    }
}
