//! Requests about orders, read from their parameters into the model's actions.
//!
//! A request is read in the order upstream checks it: what must be there, what must not, then the values. Nothing
//! here knows a balance, a book or a limit of a market beyond its grid.
//!
//! **Source** `docs/spec/binance-surface.md` §9.

use core::num::NonZeroU32;

use model::command::{
    Action, Amend, AmendAny, AmendLimit, AmendOpen, Cancel, InstructedOrder, InstructedReplace,
    NewOrder, Replace,
};
use model::id::{MarketId, OrderId};
use model::instrument::{Grid, Instrument};
use model::number::{BasisPoints, Qty};
use model::order::{CancelRestriction, Instructions, OrderRef, ReplaceMode, SelfTradeMode, Side};
use model::text::{ClientOrderId, IdempotencyKey, Symbol};

use crate::binance::error::{Fault, Refusal};
use crate::binance::params::{CLIENT_ID_RANGE, Params, illegal};
use crate::binance::request::wish::{price, qty, wish};
use crate::binance::words::{self, OrderType};
use crate::decimal;

pub mod list;
pub mod names;
pub mod wish;

/// The core looks at its countdowns once a second.
const COUNTDOWN_MILLIS_MIN: u32 = 1_000;
const SYMBOL_RANGE: &str = r"^[A-Z0-9-_.]{1,20}$";

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
    pub instructions: Instructions,
    pub response: ResponseType,
}

impl PlaceRequest {
    /// Returns the action that places the order.
    pub fn action(&self) -> Action {
        if self.instructions == Instructions::NONE {
            return Action::Place(self.order);
        }
        Action::PlaceInstructed(Box::new(InstructedOrder {
            order: self.order,
            instructions: self.instructions,
        }))
    }
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
    pub instructions: Instructions,
    pub cancel_client_id: ClientOrderId,
    pub response: ResponseType,
    pub over_limit: OverLimit,
}

impl ReplaceRequest {
    /// Returns the action that replaces the order.
    pub fn action(&self) -> Action {
        if self.instructions == Instructions::NONE {
            return Action::Replace(self.replace);
        }
        Action::ReplaceInstructed(Box::new(InstructedReplace {
            replace: self.replace,
            instructions: self.instructions,
        }))
    }
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

/// Returns the symbols that a parameter names, with commas between them.
///
/// # Errors
/// -1105 when it is empty, -1100 outside the alphabet, -1121 for what can be no symbol, -1151 when one is there twice,
/// -1130 beyond `count_max`.
pub fn symbol_list(
    params: &Params,
    name: &str,
    count_max: usize,
) -> Result<Option<Vec<Symbol>>, Refusal> {
    let Some(text) = params.text(name)? else {
        return Ok(None);
    };
    let mut symbols = Vec::new();
    for text in text.split(',') {
        let symbol = symbol_text(text, name)?;
        if symbols.contains(&symbol) {
            return Err(Refusal::of(Fault::SymbolRepeated));
        }
        if count_max <= symbols.len() {
            return Err(invalid(name));
        }
        symbols.push(symbol);
    }
    Ok(Some(symbols))
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
    let side = side_of(side_word)?;
    let order_type = type_of(type_word)?;
    let wish = wish(params, &names::ALONE, order_type, &instrument.grid, name)?;
    Ok(PlaceRequest {
        order: NewOrder {
            market: instrument.id,
            side,
            kind: wish.kind,
            client_id: wish.client_id,
            self_trade: self_trade(params)?,
        },
        instructions: wish.instructions,
        response: response_type(params)?.unwrap_or(match order_type {
            OrderType::Limit | OrderType::Market => ResponseType::Full,
            _ => ResponseType::Ack,
        }),
    })
}

pub(crate) fn side_of(word: &str) -> Result<Side, Refusal> {
    words::parse_side(word).ok_or_else(|| Refusal::of(Fault::SideInvalid))
}

pub(crate) fn type_of(word: &str) -> Result<OrderType, Refusal> {
    OrderType::parse(word).ok_or_else(|| Refusal::of(Fault::OrderTypeInvalid))
}

pub(crate) fn self_trade(params: &Params) -> Result<Option<SelfTradeMode>, Refusal> {
    params
        .text("selfTradePreventionMode")?
        .map(|word| words::parse_self_trade(word).ok_or_else(|| invalid("selfTradePreventionMode")))
        .transpose()
}

pub(crate) fn response_type(params: &Params) -> Result<Option<ResponseType>, Refusal> {
    match params.text("newOrderRespType")? {
        Some("ACK") => Ok(Some(ResponseType::Ack)),
        Some("RESULT") => Ok(Some(ResponseType::Result)),
        Some("FULL") => Ok(Some(ResponseType::Full)),
        Some(_) => Err(invalid("newOrderRespType")),
        None => Ok(None),
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

/// Reads `POST /api/v3/order/cancelReplace`; `name` and `cancel_name` give client ids to the halves that came without one.
///
/// # Errors
/// Those of a cancel and of a new order, -1102 without a mode.
pub fn replace(
    params: &Params,
    instrument: &Instrument,
    name: impl Fn() -> ClientOrderId,
    cancel_name: impl Fn() -> ClientOrderId,
) -> Result<ReplaceRequest, Refusal> {
    let placed = place(params, instrument, name)?;
    let over_limit = over_limit(params)?;
    Ok(ReplaceRequest {
        replace: Replace {
            cancel: order_ref(params, "cancelOrderId", "cancelOrigClientOrderId")?,
            restriction: restriction(params)?,
            mode: replace_mode(params)?,
            order: placed.order,
        },
        instructions: placed.instructions,
        cancel_client_id: params
            .client_id("cancelNewClientOrderId", Fault::ClientIdEmpty)?
            .unwrap_or_else(cancel_name),
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

/// Reads `PUT /api/v3/order/amend/keepPriority`; `name` gives a client id to an order for which none came, as upstream
/// does: who wants to keep the one it has sends it.
///
/// # Errors
/// -1102 without a name of the order or a quantity, and those of the values.
pub fn amend(
    params: &Params,
    instrument: &Instrument,
    name: impl Fn() -> ClientOrderId,
) -> Result<Amend, Refusal> {
    let client_id = params.client_id("newClientOrderId", Fault::ClientIdEmpty)?;
    Ok(Amend {
        market: instrument.id,
        order: order_ref(params, "orderId", "origClientOrderId")?,
        qty: qty(params, "newQty", &instrument.grid)?,
        client_id: Some(client_id.unwrap_or_else(name)),
    })
}

/// Reads `POST /v1/order/amend`.
///
/// # Errors
/// -1102 without a name of the order, or with nothing that is to change, and those of the values.
pub fn amend_any(params: &Params, instrument: &Instrument) -> Result<AmendAny, Refusal> {
    let grid = &instrument.grid;
    let is_sent = |name| params.raw(name).is_some();
    if !AMENDED_TERMS.into_iter().any(is_sent) {
        let [first @ .., last] = AMENDED_TERMS;
        let first = first.join("', '");
        return Err(Refusal::with(Fault::EitherMissing, &[&first, last]));
    }
    let [price_name, qty_name, stop_name, _, shown_name] = AMENDED_TERMS;
    let price_of = |name| is_sent(name).then(|| price(params, name, grid)).transpose();
    let lots_of = |name| is_sent(name).then(|| qty(params, name, grid)).transpose();
    let limit = AmendLimit {
        market: instrument.id,
        order: order_ref(params, "orderId", "origClientOrderId")?,
        price: price_of(price_name)?,
        qty: lots_of(qty_name)?,
        client_id: params.client_id("newClientOrderId", Fault::ClientIdEmpty)?,
        executed: executed(params, grid)?,
    };
    let open = AmendOpen {
        limit,
        stop: price_of(stop_name)?,
        delta: delta(params)?,
    };
    Ok(AmendAny {
        open,
        shown: lots_of(shown_name)?,
    })
}

/// What an amendment can change, at least one of them.
const AMENDED_TERMS: [&str; 5] = [
    "newPrice",
    "newQty",
    "newStopPrice",
    "newTrailingDelta",
    "newIcebergQty",
];

fn delta(params: &Params) -> Result<Option<BasisPoints>, Refusal> {
    let [_, _, _, name, _] = AMENDED_TERMS;
    let sent = params.integer(name)?;
    let delta = |sent| {
        let points = u16::try_from(sent).ok().and_then(BasisPoints::new);
        points.ok_or_else(|| Refusal::with(Fault::Filter, &["TRAILING_DELTA"]))
    };
    sent.map(delta).transpose()
}

/// Reads what an account knows to be executed of an order: nothing is a quantity, too.
fn executed(params: &Params, grid: &Grid) -> Result<Option<Qty>, Refusal> {
    const NAME: &str = "executedQty";
    let on_grid = |units| decimal::qty_on_grid(units, grid).ok_or_else(|| invalid(NAME));
    params.decimal(NAME)?.map(on_grid).transpose()
}

/// Reads the milliseconds of `POST /v1/countdownCancelAll`; `None` ends the countdown.
///
/// # Errors
/// -1102 without them, -1100 for anything but digits, -1130 below a second unless zero, and above `u32::MAX`.
pub fn countdown(params: &Params) -> Result<Option<NonZeroU32>, Refusal> {
    const NAME: &str = "countdownTime";
    params.mandatory(NAME)?;
    let millis = params.integer(NAME)?.unwrap_or(0);
    let millis = u32::try_from(millis).map_err(|_| invalid(NAME))?;
    if (1..COUNTDOWN_MILLIS_MIN).contains(&millis) {
        return Err(invalid(NAME));
    }
    Ok(NonZeroU32::new(millis))
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

pub(crate) fn not_required(name: &str) -> Refusal {
    Refusal::with(Fault::NotRequired, &[name])
}

pub(crate) fn overflowed(name: &str) -> Refusal {
    Refusal::with(Fault::Overflowed, &[name])
}
