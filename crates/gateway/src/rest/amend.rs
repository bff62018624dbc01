//! Amendments: a smaller quantity at the same place, and the record of them.
//!
//! **Source** `docs/spec/binance-surface.md` §9.5.

use model::command::Action;
use model::event::{Event, OrderAmended};
use model::id::{OrderId, Sequence};
use model::snapshot_views::AmendmentViewRow;
use views::amendment::Amendment;
use wire::binance::answer::amend::{Amended, AmendmentFacts, AmendmentRow};
use wire::binance::answer::order::OrderFacts;
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};
use wire::binance::request;

use crate::past::join;
use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::facts::{self, market_of};
use crate::rest::page::Page;
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
/// -1102 without an order, -1001 when the history is behind, and those of the values.
pub async fn amendments(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    ask.params.mandatory("orderId")?;
    let order = OrderId(ask.number("orderId")?.unwrap_or(0));
    let first = Sequence(ask.number("fromExecutionId")?.unwrap_or(0));
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let account = ask.account;
    let (instrument, kept, past) = {
        let views = ask.gateway.hub().views();
        let instrument = *market_of(&views, symbol)?.instrument();
        let kept = views.amendments(account, instrument.id, order, first, limit);
        (instrument, kept, ask.gateway.past(&views))
    };
    let older = past.amendments(account, (instrument.id, order), (first, limit));
    let older = older.await?.into_iter().map(amendment).collect();
    let page = Page::from(first.0, limit);
    let found = join(page, older, kept, |row: &Amendment| row.sequence);
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
    Ok(Reply::ok(
        &found.iter().map(row).collect::<Vec<AmendmentRow>>(),
    ))
}

const fn amendment(row: AmendmentViewRow) -> Amendment {
    Amendment {
        market: row.market,
        order: row.order,
        account: row.account,
        at: row.at,
        sequence: row.sequence,
        qty_before: row.qty_before,
        qty_after: row.qty_after,
        client_id: row.client_id,
        previous_client_id: row.previous_client_id,
    }
}
