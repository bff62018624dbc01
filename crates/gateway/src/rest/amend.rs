//! Amendments: a smaller quantity at the same place, other terms in one step, and the record of them.
//!
//! **Source** `docs/spec/binance-surface.md` §9.5.

use model::command::Action;
use model::event::Event;
use model::id::{OrderId, Sequence};
use model::number::{Price, Qty};
use model::order::{Awaited, Instructions};
use model::snapshot_views::AmendmentViewRow;
use model::text::ClientOrderId;
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
use crate::rest::place::PlacedReply;
use crate::rest::placed::fills;
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX};
use crate::tickets::Applied;

/// `PUT /api/v3/order/amend/keepPriority`.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn amend(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let name = || ask.gateway.client_id();
    let amending = request::amend(ask.params, &listing.instrument, name)?;
    let applied = ask.submit(Action::Amend(amending)).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Amend));
    }
    let amended = AmendedTo::of(&applied.events).ok_or_else(|| Refusal::of(Fault::Unknown))?;
    let order = ask.own_order(listing.instrument.id, amended.order)?;
    let facts = amended.facts(&facts::order(&order, &listing.instrument));
    Ok(Reply::ok(&amended.answer(ask, &facts, &applied)))
}

/// `POST /v1/order/amend`. An order that keeps its place, or trades at once, does not count; one that waits on does.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn amend_limit(ask: &Ask<'_>) -> Result<PlacedReply, Refusal> {
    let listing = ask.listing()?;
    let amending = request::amend_any(ask.params, &listing.instrument)?;
    let applied = ask.submit(Action::AmendAny(Box::new(amending))).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Amend));
    }
    let amended = AmendedTo::of(&applied.events).ok_or_else(|| Refusal::of(Fault::Unknown))?;
    let order = ask.own_order(listing.instrument.id, amended.order)?;
    let facts = amended.facts(&facts::order(&order, &listing.instrument));
    let fills = fills(&applied.events, amended.order, &listing);
    let answer = amended
        .answer(ask, &facts, &applied)
        .with_fills(&facts, &fills);
    let is_free = amended.has_kept_its_place || !fills.is_empty();
    Ok(PlacedReply {
        reply: Reply::ok(&answer),
        traded: u32::from(is_free),
    })
}

/// What an amendment made of an order.
#[derive(Clone, Copy)]
struct AmendedTo {
    order: OrderId,
    qty: Qty,
    has_kept_its_place: bool,
    /// Of an order that left its place, or that has one and waits.
    price: Option<Price>,
    /// Of an order that waits.
    awaited: Option<Awaited>,
    /// Of an iceberg that shows another part of itself.
    shown: Option<Qty>,
    client_id: ClientOrderId,
    previous_client_id: ClientOrderId,
}

impl AmendedTo {
    fn of(events: &[Event]) -> Option<AmendedTo> {
        let shown = events.iter().find_map(|event| match event {
            Event::IcebergAmended { shown, .. } => Some(*shown),
            _ => None,
        });
        events.iter().find_map(|event| match event {
            Event::OrderAmended(amended) => Some(AmendedTo {
                order: amended.order,
                qty: amended.qty,
                has_kept_its_place: true,
                price: None,
                awaited: None,
                shown: None,
                client_id: amended.client_id,
                previous_client_id: amended.previous_client_id,
            }),
            Event::OrderRequeued(requeued) => Some(AmendedTo {
                order: requeued.order,
                qty: requeued.qty,
                has_kept_its_place: false,
                price: Some(requeued.price),
                awaited: None,
                shown,
                client_id: requeued.client_id,
                previous_client_id: requeued.previous_client_id,
            }),
            Event::WaitingAmended(amended) => Some(AmendedTo {
                order: amended.order,
                qty: amended.kind.qty().unwrap_or(Qty::ZERO),
                has_kept_its_place: false,
                price: amended.kind.price(),
                awaited: Some(amended.awaited),
                shown,
                client_id: amended.client_id,
                previous_client_id: amended.previous_client_id,
            }),
            _ => None,
        })
    }

    /// The order under the terms of the amendment, whatever has happened to it since.
    fn facts(&self, facts: &OrderFacts) -> OrderFacts {
        OrderFacts {
            kind: self.price.map_or(facts.kind, |price| facts.kind.at(price)),
            original: self.qty,
            client_id: self.client_id,
            instructions: Instructions {
                iceberg: self.shown.or(facts.instructions.iceberg),
                ..facts
                    .instructions
                    .until(self.awaited.unwrap_or(Awaited(None)))
            },
            ..*facts
        }
    }

    fn answer(&self, ask: &Ask<'_>, facts: &OrderFacts, applied: &Applied) -> Amended {
        let (sequence, at) = (applied.sequence.0, applied.at);
        Amended::of(facts, self.previous_client_id, sequence, at, ask.unit)
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
            price: row.price,
            condition: row.condition,
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
        price: row.price,
        condition: row.condition,
    }
}
