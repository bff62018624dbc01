//! Looking orders up.
//!
//! **Source** `docs/spec/binance-surface.md` §10.

use indexer::order::{OrderKey, PastOrder};
use model::id::{MarketId, OrderId};
use model::order::OrderRef;
use views::order::Order;
use views::views::Views;
use wire::binance::answer::order::OrderRow;
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;
use wire::binance::time::TimeUnit;

use crate::past::{Past, join};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::{self, market_of};
use crate::rest::page::Page;
use crate::rest::past_facts;
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX, Reach, times};

/// `GET /api/v3/order`.
///
/// # Errors
/// -2013 when the account has no such order, -2039 when both names are sent and differ.
pub async fn query(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    let wanted = request::order_ref(ask.params, "orderId", "origClientOrderId")?;
    let (instrument, kept, past) = {
        let views = ask.gateway.hub().views();
        let instrument = *market_of(&views, symbol)?.instrument();
        let kept = find(&views, ask, instrument.id, wanted);
        let kept = kept.map(|order| facts::order(&order, &instrument));
        (instrument, kept, ask.gateway.past(&views))
    };
    let found = match kept {
        Some(kept) => Some(kept),
        None => {
            let past = find_past(&past, ask, instrument.id, wanted).await?;
            past.map(|order| past_facts::order(&order, &instrument))
        }
    };
    let facts = found.ok_or_else(|| Refusal::of(Fault::OrderNotFound))?;
    match wanted {
        OrderRef::Both(_, client_id) if facts.client_id != client_id => {
            Err(Refusal::of(Fault::ClientIdMismatch))
        }
        _ => Ok(Reply::ok(&OrderRow::of(&facts, ask.unit))),
    }
}

/// Returns an order that is kept; with both names, by its number.
fn find(views: &Views, ask: &Ask<'_>, market: MarketId, wanted: OrderRef) -> Option<Order> {
    let account = ask.account;
    match wanted {
        OrderRef::Id(order) | OrderRef::Both(order, _) => views
            .order(market, order)
            .filter(|order| mutant::plant!("foreign-order-shown", true, order.account == account)),
        OrderRef::Client(client_id) => views.order_of(account, market, client_id),
    }
}

/// Returns an order that is no longer kept; with both names, by its number.
async fn find_past(
    past: &Past,
    ask: &Ask<'_>,
    market: MarketId,
    wanted: OrderRef,
) -> Result<Option<PastOrder>, Refusal> {
    let account = ask.account;
    match wanted {
        OrderRef::Id(order) | OrderRef::Both(order, _) => {
            let key = OrderKey {
                account,
                market,
                order,
            };
            past.order(key).await
        }
        OrderRef::Client(client_id) => past.order_named((account, market), client_id).await,
    }
}

/// `GET /api/v3/openOrders`.
///
/// # Errors
/// -1121 for an unknown symbol.
pub fn open_orders(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let views = ask.gateway.hub().views();
    let orders = match ask.params.text("symbol")? {
        None => views.open_orders(account),
        Some(_) => {
            let market = market_of(&views, request::symbol(ask.params)?)?;
            views.open_orders_in(account, market.instrument().id)
        }
    };
    Ok(rows(&views, &orders, ask.unit))
}

/// `GET /api/v3/allOrders`.
///
/// # Errors
/// -1127 beyond a day, and those of the values.
pub async fn all_orders(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let symbol = request::symbol(ask.params)?;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let first = ask.number("orderId")?;
    let times = times(ask.params, Reach::Day)?;
    let page = match first {
        // Upstream lets the number win over the times.
        Some(first) => Page::from(first, limit),
        None => Page::of_times(times, limit),
    };
    let (instrument, kept, past) = {
        let views = ask.gateway.hub().views();
        let instrument = *market_of(&views, symbol)?.instrument();
        let market = instrument.id;
        let kept = page.of(
            |count| views.newest_orders(account, market, count),
            |first, count| views.orders_from(account, market, OrderId(first), count),
            |span, count| views.orders_within(account, market, span, count),
        );
        (instrument, kept, ask.gateway.past(&views))
    };
    let past = past.orders((account, instrument.id), page).await?;
    let past = past
        .iter()
        .map(|order| past_facts::order(order, &instrument));
    let kept = kept.iter().map(|order| facts::order(order, &instrument));
    let facts = join(page, past.collect(), kept.collect(), |facts| facts.order);
    let rows: Vec<OrderRow> = facts
        .iter()
        .map(|facts| OrderRow::of(facts, ask.unit))
        .collect();
    Ok(Reply::ok(&rows))
}

fn rows(views: &Views, orders: &[Order], unit: TimeUnit) -> Reply {
    let rows: Vec<OrderRow> = orders
        .iter()
        .filter_map(|order| {
            let instrument = views.market(order.market)?.instrument();
            Some(OrderRow::of(&facts::order(order, instrument), unit))
        })
        .collect();
    Reply::ok(&rows)
}
