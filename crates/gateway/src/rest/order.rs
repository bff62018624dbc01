//! Orders: placing, cancelling, replacing, amending, and looking them up.
//!
//! **Source** `docs/spec/binance-surface.md` §9 and §10.

use axum::http::Method;
use model::command::{Action, Cancel, ClientHeader, Command, Idempotency, Replace};
use model::event::{Event, OrderAmended};
use model::id::{MarketId, OrderId};
use model::order::{OrderRef, ReplaceMode};
use model::reject::Reject;
use model::text::ClientOrderId;
use serde::Serialize;
use sha2::{Digest, Sha256};
use views::order::Order;
use views::views::Views;
use wire::binance::answer::account::{CommissionRates, Rates};
use wire::binance::answer::json;
use wire::binance::answer::market::Empty;
use wire::binance::answer::order::{
    Amended, Cancelled, Half, OrderFacts, OrderRow, ReplaceError, Replaced,
};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::reject::{Operation, refusal};
use wire::binance::request::{self, CancelRequest, OverLimit};
use wire::binance::time::TimeUnit;
use wire::decimal::Decimal;

use crate::auth::Session;
use crate::gateway::Gateway;
use crate::limit::Limited;
use crate::reply::Reply;
use crate::rest::facts::{self, Listing, market_of};
use crate::rest::placed::{PlacedFacts, closed_orders};
use crate::rest::range::{Reach, Times, newest_until, times};
use crate::rest::validate;
use crate::route::Route;
use crate::tickets::Applied;

const ROWS_DEFAULT: usize = 500;
const ROWS_MAX: usize = 1_000;
const LIMITED_STATUS: u16 = Fault::TooManyOrders.row().status;

/// A signed request about orders.
pub struct Ask<'a> {
    pub gateway: &'a Gateway,
    pub session: &'a Session,
    pub params: &'a Params<'a>,
    pub unit: TimeUnit,
    pub route: Route,
    /// Method and path, which are part of what an idempotency key stands for.
    pub method: &'a Method,
    pub path: &'a str,
}

impl Ask<'_> {
    fn listing(&self) -> Result<Listing, Refusal> {
        let symbol = request::symbol(self.params)?;
        let listing = self.gateway.hub().listing(symbol);
        listing.ok_or_else(|| Refusal::of(Fault::SymbolInvalid))
    }

    /// Sends an action in the name of the session and waits for what it did.
    async fn submit(&self, action: Action) -> Result<Applied, Refusal> {
        self.submit_named(action, None).await
    }

    /// Sends an action whose request has a name of its own.
    async fn submit_named(
        &self,
        action: Action,
        name: Option<ClientOrderId>,
    ) -> Result<Applied, Refusal> {
        let header = ClientHeader {
            account: self.session.key.account,
            key: self.session.key.id,
            valid_until: self.session.window.valid_until,
            idempotency: self.idempotency()?,
        };
        let command = Command::Client { header, action };
        self.gateway.hub().submit_named(command, name).await
    }

    fn idempotency(&self) -> Result<Option<Idempotency>, Refusal> {
        let key = request::idempotency_key(self.params)?;
        Ok(key.map(|key| Idempotency {
            key,
            body: body_digest(self.method, self.path, self.params),
        }))
    }

    fn own_order(&self, market: MarketId, order: OrderId) -> Result<Order, Refusal> {
        self.gateway
            .hub()
            .views()
            .order(market, order)
            .ok_or_else(|| Refusal::of(Fault::Unknown))
    }
}

/// Digests what a request asks for: everything but when, by which signature and under which key it does.
///
/// **Shape** the first eight bytes of SHA-256 over method, path and the sorted parameters.
pub fn body_digest(method: &Method, path: &str, params: &Params) -> u64 {
    const APART: [&str; 6] = [
        "timestamp",
        "signature",
        "recvWindow",
        "idempotencyKey",
        "apiKey",
        "returnRateLimits",
    ];
    let mut pairs: Vec<(&str, &str)> = params
        .iter()
        .filter(|(name, _)| !APART.contains(name))
        .collect();
    pairs.sort_unstable();
    let mut hash = Sha256::new();
    for text in [method.as_str(), path]
        .into_iter()
        .chain(pairs.into_iter().flat_map(|(name, value)| [name, value]))
    {
        // The length before each text keeps "ab","c" and "a","bc" apart.
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut word = [0; 8];
    word.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(word)
}

/// Returns the refusal of a command that was rejected as a whole.
fn rejection(events: &[Event]) -> Option<Reject> {
    match events.first() {
        Some(Event::Rejected { reason }) => Some(*reason),
        _ => None,
    }
}

/// A new order's reply, and whether it traded at once and so no longer counts.
pub struct PlacedReply {
    pub reply: Reply,
    pub counting: Counting,
}

/// Whether an order counts towards the limit of unfilled orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    Counts,
    Free,
}

/// `POST /api/v3/order`.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn place(ask: &Ask<'_>) -> Result<PlacedReply, Refusal> {
    let listing = ask.listing()?;
    let placing = request::place(ask.params, &listing.instrument, || ask.gateway.client_id())?;
    let applied = ask.submit(Action::Place(placing.order)).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Place));
    }
    let placed = PlacedFacts::of(&applied.events, &listing, applied.at)
        .ok_or_else(|| Refusal::of(Fault::Unknown))?;
    let answer = placed.answer(placing.response, applied.at, ask.unit);
    Ok(PlacedReply {
        reply: Reply::ok(&answer),
        counting: counting(&placed),
    })
}

fn counting(placed: &PlacedFacts) -> Counting {
    if placed.fills.is_empty() {
        Counting::Counts
    } else {
        Counting::Free
    }
}

/// The rates an order would pay, for `order/test`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestedOrder {
    standard_commission_for_order: MakerTaker,
    special_commission_for_order: MakerTaker,
    tax_commission_for_order: MakerTaker,
    discount: Discount,
}

#[derive(Serialize)]
struct MakerTaker {
    maker: Decimal,
    taker: Decimal,
}

/// There is no fee token: nothing is ever discounted.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Discount {
    enabled_for_account: bool,
    enabled_for_symbol: bool,
    discount_asset: Option<&'static str>,
    discount: Decimal,
}

const NO_DISCOUNT: Discount = Discount {
    enabled_for_account: false,
    enabled_for_symbol: false,
    discount_asset: None,
    discount: Decimal::ZERO,
};

const NO_RATES: MakerTaker = MakerTaker {
    maker: Decimal::ZERO,
    taker: Decimal::ZERO,
};

/// `POST /api/v3/order/test`: everything but the book and the balance is checked.
///
/// # Errors
/// Those of the values and of the market's filters.
pub fn test(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let placing = request::place(ask.params, &listing.instrument, || ask.gateway.client_id())?;
    let views = ask.gateway.hub().views();
    let market = market_of(&views, listing.instrument.symbol)?;
    validate::check(
        &placing.order,
        &listing.instrument,
        market.terms(),
        market.phase(),
    )?;
    if !ask.params.flag("computeCommissionRates")? {
        return Ok(Reply::ok(&Empty {}));
    }
    let rates = rates(&views, market, ask);
    Ok(Reply::ok(&TestedOrder {
        standard_commission_for_order: MakerTaker {
            maker: Rates::fraction(rates.maker_ppb),
            taker: Rates::fraction(rates.taker_ppb),
        },
        special_commission_for_order: NO_RATES,
        tax_commission_for_order: NO_RATES,
        discount: NO_DISCOUNT,
    }))
}

/// The rates of an account in a market.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Commission {
    symbol: String,
    standard_commission: CommissionRates,
    special_commission: CommissionRates,
    tax_commission: CommissionRates,
    discount: Discount,
}

/// `GET /api/v3/account/commission`.
///
/// # Errors
/// Those of the values.
pub fn commission(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    let views = ask.gateway.hub().views();
    let rates = rates(&views, market_of(&views, symbol)?, ask);
    let none = || CommissionRates {
        maker: Decimal::ZERO,
        taker: Decimal::ZERO,
        buyer: Decimal::ZERO,
        seller: Decimal::ZERO,
    };
    Ok(Reply::ok(&Commission {
        symbol: symbol.to_string(),
        standard_commission: CommissionRates {
            maker: Rates::fraction(rates.maker_ppb),
            taker: Rates::fraction(rates.taker_ppb),
            ..none()
        },
        special_commission: none(),
        tax_commission: none(),
        discount: NO_DISCOUNT,
    }))
}

fn rates(views: &Views, market: &views::market::Market, ask: &Ask<'_>) -> Rates {
    let tier = views
        .account(ask.session.key.account)
        .map_or(model::account::FeeTier::LOWEST, |account| account.tier);
    let fees = market.terms().fees[usize::from(tier.row())];
    Rates {
        maker_ppb: fees.maker.ppb(),
        taker_ppb: fees.taker.ppb(),
    }
}

/// `DELETE /api/v3/order`.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn cancel(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let cancelling = request::cancel(ask.params, listing.instrument.id, || {
        ask.gateway.client_id()
    })?;
    let cancelled = cancel_one(ask, &listing, cancelling).await?;
    Ok(Reply::ok(&cancelled))
}

async fn cancel_one(
    ask: &Ask<'_>,
    listing: &Listing,
    cancelling: CancelRequest,
) -> Result<Cancelled, Refusal> {
    let action = Action::Cancel(cancelling.cancel);
    let applied = ask.submit_named(action, Some(cancelling.client_id)).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Cancel));
    }
    let cancelled = cancelled_orders(ask, listing, &applied, cancelling.client_id)?;
    let only = cancelled.into_iter().next();
    only.ok_or_else(|| Refusal::of(Fault::Unknown))
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
    let name = ask.gateway.client_id();
    let applied = ask.submit_named(action, Some(name)).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Cancel));
    }
    let cancelled = cancelled_orders(ask, &listing, &applied, name)?;
    if cancelled.is_empty() {
        return Err(refusal(Reject::OrderUnknown, Operation::Cancel));
    }
    Ok(Reply::ok(&cancelled))
}

fn cancelled_orders(
    ask: &Ask<'_>,
    listing: &Listing,
    applied: &Applied,
    request: ClientOrderId,
) -> Result<Vec<Cancelled>, Refusal> {
    closed_orders(&applied.events)
        .map(|order| {
            let order = ask.own_order(listing.instrument.id, order)?;
            let facts = facts::order(&order, &listing.instrument);
            Ok(Cancelled::of(&facts, request, applied.at, ask.unit))
        })
        .collect()
}

/// `POST /api/v3/order/cancelReplace`.
///
/// # Errors
/// Those of the values, and of the engine when neither half was tried.
pub async fn replace(ask: &Ask<'_>) -> Result<PlacedReply, Refusal> {
    let listing = ask.listing()?;
    let replacing = request::replace(ask.params, &listing.instrument, || ask.gateway.client_id())?;
    let action = Action::Replace(replacing.replace);
    let name = replacing.cancel_client_id;
    let applied = ask.submit_named(action, Some(name)).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Place));
    }
    let cancel = cancel_half(ask, &listing, &applied, replacing.cancel_client_id)?;
    let placed = PlacedFacts::of(&applied.events, &listing, applied.at);
    let new_order = match &placed {
        Some(placed) => Half::Success(placed.answer(replacing.response, applied.at, ask.unit)),
        None => new_order_refused(&applied.events),
    };
    Ok(PlacedReply {
        reply: replace_reply(cancel, new_order),
        counting: placed.as_ref().map_or(Counting::Counts, counting),
    })
}

/// `POST /api/v3/order/cancelReplace` of an account that may place no more orders for now: its cancel is carried out
/// if the request asks for that.
///
/// # Errors
/// Those of the values, and an unknown outcome.
pub async fn replace_over_limit(ask: &Ask<'_>, limited: Limited) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let replacing = request::replace(ask.params, &listing.instrument, || ask.gateway.client_id())?;
    if replacing.over_limit == OverLimit::DoNothing {
        return Ok(limited.into());
    }
    let Replace {
        cancel: order,
        restriction,
        mode,
        ..
    } = replacing.replace;
    let cancelling = CancelRequest {
        cancel: Cancel {
            market: listing.instrument.id,
            order,
            restriction,
        },
        client_id: replacing.cancel_client_id,
    };
    let cancel = match cancel_one(ask, &listing, cancelling).await {
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

/// The events of a cancel-replace tell its cancel before its new order: the first close is the cancelled order.
fn cancel_half(
    ask: &Ask<'_>,
    listing: &Listing,
    applied: &Applied,
    request: ClientOrderId,
) -> Result<Half<Cancelled>, Refusal> {
    let refused = applied.events.iter().find_map(|event| match event {
        Event::ReplaceCancelRejected { reason } => Some(*reason),
        _ => None,
    });
    if let Some(reject) = refused {
        return Ok(Half::Failure(refusal(reject, Operation::Cancel)));
    }
    let closed = closed_orders(&applied.events).next();
    let order = closed.ok_or_else(|| Refusal::of(Fault::Unknown))?;
    let order = ask.own_order(listing.instrument.id, order)?;
    let facts = facts::order(&order, &listing.instrument);
    Ok(Half::Success(Cancelled::of(
        &facts, request, applied.at, ask.unit,
    )))
}

fn new_order_refused<T>(events: &[Event]) -> Half<T> {
    events
        .iter()
        .find_map(|event| match event {
            Event::ReplacePlaceRejected { reason } => {
                Some(Half::Failure(refusal(*reason, Operation::Place)))
            }
            _ => None,
        })
        .unwrap_or(Half::NotAttempted)
}

fn replace_reply(
    cancel: Half<Cancelled>,
    new_order: Half<wire::binance::answer::order::New>,
) -> Reply {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(method: &Method, path: &str, query: &str) -> u64 {
        body_digest(method, path, &Params::parse(query, "").expect("legal"))
    }

    #[test]
    fn a_body_digest_covers_what_is_asked_and_nothing_else() {
        let base = digest(&Method::POST, "/api/v3/order", "symbol=A&price=1");
        for same in [
            "price=1&symbol=A",
            "symbol=A&price=1&timestamp=5&signature=x&recvWindow=7&idempotencyKey=k",
            "apiKey=me&symbol=A&price=1",
        ] {
            assert_eq!(digest(&Method::POST, "/api/v3/order", same), base, "{same}");
        }
        for other in [
            "symbol=A&price=2",
            "symbol=A",
            "symbol=Ap&rice=1",
            "symbol=A&price=1&x=1",
        ] {
            assert_ne!(
                digest(&Method::POST, "/api/v3/order", other),
                base,
                "{other}"
            );
        }
        assert_ne!(
            digest(&Method::DELETE, "/api/v3/order", "symbol=A&price=1"),
            base
        );
        assert_ne!(
            digest(&Method::POST, "/api/v3/order/test", "symbol=A&price=1"),
            base
        );
    }
}
