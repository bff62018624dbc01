//! Looking orders up.
//!
//! **Source** `docs/spec/binance-surface.md` §10.

use model::id::{MarketId, OrderId};
use model::order::OrderRef;
use views::order::Order;
use views::views::Views;
use wire::binance::answer::order::OrderRow;
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;
use wire::binance::time::TimeUnit;

use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::{self, market_of};
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX, Reach, Times, newest_until, times};

/// `GET /api/v3/order`.
///
/// # Errors
/// -2013 when the account has no such order, -2039 when both names are sent and differ.
pub fn query(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    let wanted = request::order_ref(ask.params, "orderId", "origClientOrderId")?;
    let views = ask.gateway.hub().views();
    let instrument = *market_of(&views, symbol)?.instrument();
    let order = find(&views, ask, instrument.id, wanted)?;
    let facts = facts::order(&order, &instrument);
    Ok(Reply::ok(&OrderRow::of(&facts, ask.unit)))
}

fn find(
    views: &Views,
    ask: &Ask<'_>,
    market: MarketId,
    wanted: OrderRef,
) -> Result<Order, Refusal> {
    let account = ask.session.key.account;
    let by_id = |order| {
        views
            .order(market, order)
            .filter(|order| mutant::plant!("foreign-order-shown", true, order.account == account))
    };
    let found = match wanted {
        OrderRef::Id(order) => by_id(order),
        OrderRef::Client(client_id) => views.order_of(account, market, client_id),
        OrderRef::Both(order, client_id) => {
            let order = by_id(order);
            if order.is_some_and(|order| order.client_id != client_id) {
                return Err(Refusal::of(Fault::ClientIdMismatch));
            }
            order
        }
    };
    found.ok_or_else(|| Refusal::of(Fault::OrderNotFound))
}

/// `GET /api/v3/openOrders`.
///
/// # Errors
/// -1121 for an unknown symbol.
pub fn open_orders(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.session.key.account;
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
pub fn all_orders(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.session.key.account;
    let symbol = request::symbol(ask.params)?;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let first = ask.params.integer("orderId")?;
    let times = times(ask.params, Reach::Day)?;
    let views = ask.gateway.hub().views();
    let market = market_of(&views, symbol)?.instrument().id;
    let orders = match (first, times) {
        // Upstream lets the number win over the times.
        (Some(first), _) => {
            views.orders_from(account, market, OrderId(first.unsigned_abs()), limit)
        }
        (None, Times::Newest) => views.newest_orders(account, market, limit),
        (None, Times::From(span)) => views.orders_within(account, market, span, limit),
        (None, Times::Until(until)) => newest_until(until, limit, |span| {
            views.orders_within(account, market, span, usize::MAX)
        }),
    };
    Ok(rows(&views, &orders, ask.unit))
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
