//! Requests about orders, read from their parameters into the model's actions.
//!
//! A request is read in the order upstream checks it: what must be there, what must not, then the values. Nothing
//! here knows a balance, a book or a limit of a market beyond its grid.
//!
//! **Source** `docs/spec/binance-surface.md` §9.

use model::command::{Amend, Cancel, NewOrder, Replace};
use model::id::{MarketId, OrderId};
use model::instrument::{Grid, Instrument};
use model::number::{Amount, Price, Qty};
use model::order::{CancelRestriction, OrderKind, OrderRef, ReplaceMode};
use model::text::{ClientOrderId, IdempotencyKey, Symbol};

use crate::binance::error::{EngineCode, Fault, Refusal, text};
use crate::binance::params::{CLIENT_ID_RANGE, Params, illegal};
use crate::binance::words::{self, OrderType};
use crate::decimal;

const SYMBOL_RANGE: &str = r"^[A-Z0-9-_.]{1,20}$";
const STRATEGY_TYPE_MIN: i64 = 1_000_000;

/// How much an answer to a new order says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseType {
    Ack,
    Result,
    Full,
}

/// A new order and how it wants to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceRequest {
    pub order: NewOrder,
    pub response: ResponseType,
}

/// A cancel; `client_id` names the request itself in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelRequest {
    pub cancel: Cancel,
    pub client_id: ClientOrderId,
}

/// A cancel-replace; `cancel_client_id` names its cancel half in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplaceRequest {
    pub replace: Replace,
    pub cancel_client_id: ClientOrderId,
    pub response: ResponseType,
    pub over_limit: OverLimit,
}

/// What a cancel-replace does when its account may place no more orders for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverLimit {
    DoNothing,
    CancelOnly,
}

/// Returns the symbol of a request.
///
/// # Errors
/// -1102 when it is missing, -1100 outside the alphabet, -1121 when it can be no symbol of ours.
pub fn symbol(params: &Params) -> Result<Symbol, Refusal> {
    symbol_text(params.mandatory("symbol")?, "symbol")
}

/// Returns the symbol of a text that came as parameter `name`.
///
/// # Errors
/// As `symbol`.
pub fn symbol_text(text: &str, name: &str) -> Result<Symbol, Refusal> {
    let is_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.is_empty() || 20 < text.len() || !text.bytes().all(is_alphabet) {
        return Err(illegal(name, SYMBOL_RANGE));
    }
    Symbol::parse(text.as_bytes()).ok_or_else(|| Refusal::of(Fault::SymbolInvalid))
}

/// Returns the exactly-once key of a request, if it has one (D17).
///
/// # Errors
/// -1105 when it is empty, -1100 outside the alphabet of client order ids.
pub fn idempotency_key(params: &Params) -> Result<Option<IdempotencyKey>, Refusal> {
    params
        .text("idempotencyKey")?
        .map(|text| {
            IdempotencyKey::parse(text.as_bytes())
                .ok_or_else(|| illegal("idempotencyKey", CLIENT_ID_RANGE))
        })
        .transpose()
}

/// Reads `POST /api/v3/order`; `name` gives a client id to an order that came without one.
///
/// # Errors
/// The refusal upstream gives for the first rule that is broken.
pub fn place(
    params: &Params,
    instrument: &Instrument,
    name: impl Fn() -> ClientOrderId,
) -> Result<PlaceRequest, Refusal> {
    let side_word = params.mandatory("side")?;
    let type_word = params.mandatory("type")?;
    let side = words::parse_side(side_word).ok_or_else(|| Refusal::of(Fault::SideInvalid))?;
    let order_type =
        OrderType::parse(type_word).ok_or_else(|| Refusal::of(Fault::OrderTypeInvalid))?;
    refuse_unsupported(params, order_type)?;
    let kind = match order_type {
        OrderType::Limit => limit(params, &instrument.grid)?,
        OrderType::LimitMaker => limit_maker(params, &instrument.grid)?,
        _ => market(params, &instrument.grid)?,
    };
    check_strategy(params)?;
    Ok(PlaceRequest {
        order: NewOrder {
            market: instrument.id,
            side,
            kind,
            client_id: params
                .client_id("newClientOrderId", Fault::ClientIdEmpty)?
                .unwrap_or_else(name),
            self_trade: params
                .text("selfTradePreventionMode")?
                .map(|word| {
                    words::parse_self_trade(word).ok_or_else(|| invalid("selfTradePreventionMode"))
                })
                .transpose()?,
        },
        response: response_type(params, order_type)?,
    })
}

/// Types and options that exist upstream but not here are refused in the engine's words.
fn refuse_unsupported(params: &Params, order_type: OrderType) -> Result<(), Refusal> {
    let refuse = |text| Err(Refusal::engine(EngineCode::NewOrder, text));
    match order_type {
        OrderType::StopLoss => return refuse(text::STOP_LOSS),
        OrderType::StopLossLimit => return refuse(text::STOP_LOSS_LIMIT),
        OrderType::TakeProfit => return refuse(text::TAKE_PROFIT),
        OrderType::TakeProfitLimit => return refuse(text::TAKE_PROFIT_LIMIT),
        OrderType::Limit | OrderType::LimitMaker | OrderType::Market => {}
    }
    if params.raw("pegPriceType").is_some() || params.raw("pegOffsetType").is_some() {
        return refuse(text::PEGGED);
    }
    if params.raw("trailingDelta").is_some() {
        return refuse(text::TRAILING_STOP);
    }
    if params.raw("stopPrice").is_some() {
        return Err(not_required("stopPrice"));
    }
    match params.decimal("icebergQty")? {
        None | Some(0) => Ok(()),
        Some(_) => refuse(text::ICEBERG),
    }
}

fn limit(params: &Params, grid: &Grid) -> Result<OrderKind, Refusal> {
    let word = params.mandatory("timeInForce")?;
    let time_in_force =
        words::parse_time_in_force(word).ok_or_else(|| Refusal::of(Fault::TimeInForceInvalid))?;
    let (price, qty) = price_and_qty(params, grid)?;
    Ok(OrderKind::Limit {
        price,
        qty,
        time_in_force,
    })
}

fn limit_maker(params: &Params, grid: &Grid) -> Result<OrderKind, Refusal> {
    if params.raw("timeInForce").is_some() {
        return Err(Refusal::of(Fault::TimeInForceNotRequired));
    }
    let (price, qty) = price_and_qty(params, grid)?;
    Ok(OrderKind::LimitMaker { price, qty })
}

fn price_and_qty(params: &Params, grid: &Grid) -> Result<(Price, Qty), Refusal> {
    params.mandatory("quantity")?;
    params.mandatory("price")?;
    if params.raw("quoteOrderQty").is_some() {
        return Err(not_required("quoteOrderQty"));
    }
    Ok((
        price(params, "price", grid)?,
        qty(params, "quantity", grid)?,
    ))
}

fn market(params: &Params, grid: &Grid) -> Result<OrderKind, Refusal> {
    if params.raw("price").is_some() {
        return Err(not_required("price"));
    }
    if params.raw("timeInForce").is_some() {
        return Err(Refusal::of(Fault::TimeInForceNotRequired));
    }
    match (params.text("quantity")?, params.decimal("quoteOrderQty")?) {
        (Some(_), None) => Ok(OrderKind::Market {
            qty: qty(params, "quantity", grid)?,
        }),
        (None, Some(units)) => Ok(OrderKind::MarketQuote {
            quote: Amount::new(units).ok_or_else(|| overflowed("quoteOrderQty"))?,
        }),
        (Some(_), Some(_)) => Err(Refusal::of(Fault::OptionalCombination)),
        (None, None) => Err(Refusal::with(
            Fault::EitherMissing,
            &["quantity", "quoteOrderQty"],
        )),
    }
}

fn price(params: &Params, name: &str, grid: &Grid) -> Result<Price, Refusal> {
    let units = money(params, name)?;
    decimal::price_on_grid(units, grid)
        .ok_or_else(|| Refusal::with(Fault::Filter, &["PRICE_FILTER"]))
}

fn qty(params: &Params, name: &str, grid: &Grid) -> Result<Qty, Refusal> {
    let units = money(params, name)?;
    decimal::qty_on_grid(units, grid)
        .filter(|qty| !qty.is_zero())
        .ok_or_else(|| Refusal::with(Fault::Filter, &["LOT_SIZE"]))
}

/// A mandatory decimal inside the range of prices and quantities.
fn money(params: &Params, name: &str) -> Result<i128, Refusal> {
    params.mandatory(name)?;
    let units = params.decimal(name)?.unwrap_or(0);
    if i128::from(i64::MAX) < units {
        return Err(overflowed(name));
    }
    Ok(units)
}

fn check_strategy(params: &Params) -> Result<(), Refusal> {
    params.integer("strategyId")?;
    match params.integer("strategyType")? {
        Some(number) if number < STRATEGY_TYPE_MIN => Err(Refusal::of(Fault::StrategyTypeTooSmall)),
        _ => Ok(()),
    }
}

fn response_type(params: &Params, order_type: OrderType) -> Result<ResponseType, Refusal> {
    match params.text("newOrderRespType")? {
        Some("ACK") => Ok(ResponseType::Ack),
        Some("RESULT") => Ok(ResponseType::Result),
        Some("FULL") => Ok(ResponseType::Full),
        Some(_) => Err(invalid("newOrderRespType")),
        None => Ok(match order_type {
            OrderType::Limit | OrderType::Market => ResponseType::Full,
            _ => ResponseType::Ack,
        }),
    }
}

/// Reads `DELETE /api/v3/order`.
///
/// # Errors
/// -1102 when neither name of the order was sent, and those of the values.
pub fn cancel(
    params: &Params,
    market: MarketId,
    name: impl Fn() -> ClientOrderId,
) -> Result<CancelRequest, Refusal> {
    Ok(CancelRequest {
        cancel: Cancel {
            market,
            order: order_ref(params, "orderId", "origClientOrderId")?,
            restriction: restriction(params)?,
        },
        client_id: params
            .client_id("newClientOrderId", Fault::ClientIdEmpty)?
            .unwrap_or_else(name),
    })
}

/// Reads `POST /api/v3/order/cancelReplace`; `name` gives client ids to the halves that came without one.
///
/// # Errors
/// Those of a cancel and of a new order, -1102 without a mode.
pub fn replace(
    params: &Params,
    instrument: &Instrument,
    name: impl Fn() -> ClientOrderId,
) -> Result<ReplaceRequest, Refusal> {
    let placed = place(params, instrument, &name)?;
    let over_limit = over_limit(params)?;
    Ok(ReplaceRequest {
        replace: Replace {
            cancel: order_ref(params, "cancelOrderId", "cancelOrigClientOrderId")?,
            restriction: restriction(params)?,
            mode: replace_mode(params)?,
            order: placed.order,
        },
        cancel_client_id: params
            .client_id("cancelNewClientOrderId", Fault::ClientIdEmpty)?
            .unwrap_or_else(name),
        response: placed.response,
        over_limit,
    })
}

fn over_limit(params: &Params) -> Result<OverLimit, Refusal> {
    match params.text("orderRateLimitExceededMode")? {
        None | Some("DO_NOTHING") => Ok(OverLimit::DoNothing),
        Some("CANCEL_ONLY") => Ok(OverLimit::CancelOnly),
        Some(_) => Err(invalid("orderRateLimitExceededMode")),
    }
}

fn replace_mode(params: &Params) -> Result<ReplaceMode, Refusal> {
    words::parse_replace_mode(params.mandatory("cancelReplaceMode")?)
        .ok_or_else(|| invalid("cancelReplaceMode"))
}

fn restriction(params: &Params) -> Result<CancelRestriction, Refusal> {
    params
        .text("cancelRestrictions")?
        .map_or(Ok(CancelRestriction::None), |word| {
            words::parse_cancel_restriction(word)
                .ok_or_else(|| Refusal::of(Fault::CancelRestrictionsInvalid))
        })
}

/// Reads `PUT /api/v3/order/amend/keepPriority`.
///
/// # Errors
/// -1102 without a name of the order or a quantity, and those of the values.
pub fn amend(params: &Params, instrument: &Instrument) -> Result<Amend, Refusal> {
    Ok(Amend {
        market: instrument.id,
        order: order_ref(params, "orderId", "origClientOrderId")?,
        qty: qty(params, "newQty", &instrument.grid)?,
        client_id: params.client_id("newClientOrderId", Fault::ClientIdEmpty)?,
    })
}

/// Returns the order that a request names by number, by client id or by both.
///
/// # Errors
/// -1102 when it names none.
pub fn order_ref(params: &Params, id: &str, client: &str) -> Result<OrderRef, Refusal> {
    let number = params
        .integer(id)?
        .map(|number| OrderId(number.unsigned_abs()));
    let client_id = params.client_id(client, Fault::OriginalClientIdEmpty)?;
    match (number, client_id) {
        (Some(order), None) => Ok(OrderRef::Id(order)),
        (None, Some(client_id)) => Ok(OrderRef::Client(client_id)),
        (Some(order), Some(client_id)) => Ok(OrderRef::Both(order, client_id)),
        (None, None) => Err(Refusal::with(Fault::EitherMissing, &[client, id])),
    }
}

fn invalid(name: &str) -> Refusal {
    Refusal::with(Fault::DataInvalid, &[name])
}

fn not_required(name: &str) -> Refusal {
    Refusal::with(Fault::NotRequired, &[name])
}

fn overflowed(name: &str) -> Refusal {
    Refusal::with(Fault::Overflowed, &[name])
}
