//! Amendments: a smaller quantity at the same place, and the record of them.
//!
//! **Source** `docs/spec/binance-surface.md` §9.5.

use model::command::Action;
use model::event::{Event, OrderAmended};
use model::id::{OrderId, Sequence};
use views::amendment::Amendment;
use wire::binance::answer::amend::{Amended, AmendmentFacts, AmendmentRow};
use wire::binance::answer::order::OrderFacts;
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};
use wire::binance::request;

use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::facts::{self, market_of};
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX};

/// `PUT /api/v3/order/amend/keepPriority`.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn amend(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let amending = request::amend(ask.params, &listing.instrument)?;
    let applied = ask.submit(Action::Amend(amending)).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Amend));
    }
    let amended = applied.events.iter().find_map(|event| match event {
        Event::OrderAmended(amended) => Some(*amended),
        _ => None,
    });
    let amended = amended.ok_or_else(|| Refusal::of(Fault::Unknown))?;
    let order = ask.own_order(listing.instrument.id, amended.order)?;
    let facts = amended_facts(&facts::order(&order, &listing.instrument), &amended);
    Ok(Reply::ok(&Amended::of(
        &facts,
        amended.previous_client_id,
        applied.sequence.0,
        applied.at,
        ask.unit,
    )))
}

/// The order as the amendment left it, whatever has happened to it since.
fn amended_facts(facts: &OrderFacts, amended: &OrderAmended) -> OrderFacts {
    OrderFacts {
        original: amended.qty,
        client_id: amended.client_id,
        ..*facts
    }
}

/// `GET /api/v3/order/amendments`.
///
/// # Errors
/// -1102 without an order, and those of the values.
pub fn amendments(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    ask.params.mandatory("orderId")?;
    let order = ask.number("orderId")?.unwrap_or(0);
    let first = ask.number("fromExecutionId")?.unwrap_or(0);
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let account = ask.account;
    let views = ask.gateway.hub().views();
    let instrument = market_of(&views, symbol)?.instrument();
    let rows = views.amendments(
        account,
        instrument.id,
        OrderId(order),
        Sequence(first),
        limit,
    );
    let row = |row: &Amendment| {
        let facts = AmendmentFacts {
            symbol,
            grid: instrument.grid,
            order: row.order,
            execution: row.sequence,
            previous_client_id: row.previous_client_id,
            client_id: row.client_id,
            qty_before: row.qty_before,
            qty_after: row.qty_after,
            at: row.at,
        };
        AmendmentRow::of(&facts, ask.unit)
    };
    let rows: Vec<AmendmentRow> = rows.iter().map(row).collect();
    Ok(Reply::ok(&rows))
}
