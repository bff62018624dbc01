//! Answers about orders and an account's own trades.
//!
//! **Source** `docs/spec/binance-surface.md` §9, §10.2 and §10.3.

use model::id::{OrderId, PreventedMatchId, TradeId};
use model::instrument::Grid;
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, OrderKind, SelfTradeMode, Side};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::error::Refusal;
use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::{self, ClientIdText, SymbolText};
use crate::decimal::{self, Decimal};

/// An order that belongs to no list says so with this number.
const NO_ORDER_LIST: i8 = -1;

/// All that any answer says about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderFacts {
    pub symbol: Symbol,
    pub grid: Grid,
    pub order: OrderId,
    pub client_id: ClientOrderId,
    pub side: Side,
    pub kind: OrderKind,
    pub self_trade: SelfTradeMode,
    /// Lots asked for, as amended; zero when the order asked for quote.
    pub original: Qty,
    pub executed: Qty,
    pub prevented: Qty,
    pub prevented_match: Option<PreventedMatchId>,
    /// The value of its fills, in quote units.
    pub quote_units: i128,
    pub closed: Option<CloseReason>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub working_at: Option<Timestamp>,
}

impl OrderFacts {
    pub(crate) fn price(&self) -> Decimal {
        self.kind
            .price()
            .map_or(Decimal::ZERO, |price| decimal::of_price(price, &self.grid))
    }

    /// An order by quote shows what it got: it never asked for a quantity.
    pub(crate) fn original_qty(&self) -> Decimal {
        match self.kind {
            OrderKind::MarketQuote { .. } => self.qty(self.executed),
            _ => self.qty(self.original),
        }
    }

    pub(crate) fn original_quote(&self) -> Decimal {
        match self.kind {
            OrderKind::MarketQuote { quote } => Decimal(quote.units()),
            _ => Decimal::ZERO,
        }
    }

    fn qty(&self, qty: Qty) -> Decimal {
        decimal::of_qty(qty, &self.grid)
    }

    fn working_time(&self, unit: TimeUnit) -> Time {
        self.working_at.map_or(Time::NONE, |at| unit.show(at))
    }

    fn prevention(&self) -> Prevention {
        Prevention {
            prevented_match_id: self.prevented_match.map(|prevented| prevented.0),
            prevented_quantity: self.prevented_match.map(|_| self.qty(self.prevented)),
            expiry_reason: self.closed.and_then(words::expiry_reason),
        }
    }
}

/// Fields that appear only when they say something.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Prevention {
    #[serde(skip_serializing_if = "Option::is_none")]
    prevented_match_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prevented_quantity: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry_reason: Option<&'static str>,
}

/// `newOrderRespType=ACK`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ack {
    symbol: SymbolText,
    order_id: u64,
    order_list_id: i8,
    client_order_id: ClientIdText,
    transact_time: Time,
}

impl Ack {
    /// Returns the shortest answer to a new order.
    pub fn of(facts: &OrderFacts, at: Timestamp, unit: TimeUnit) -> Ack {
        Ack {
            symbol: SymbolText(facts.symbol),
            order_id: facts.order.0,
            order_list_id: NO_ORDER_LIST,
            client_order_id: ClientIdText(facts.client_id),
            transact_time: unit.show(at),
        }
    }
}

/// What RESULT adds to ACK.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    price: Decimal,
    orig_qty: Decimal,
    executed_qty: Decimal,
    orig_quote_order_qty: Decimal,
    cummulative_quote_qty: Decimal,
    status: &'static str,
    time_in_force: &'static str,
    #[serde(rename = "type")]
    order_type: &'static str,
    side: &'static str,
    working_time: Time,
    self_trade_prevention_mode: &'static str,
    #[serde(flatten)]
    prevention: Prevention,
}

impl Outcome {
    fn of(facts: &OrderFacts, unit: TimeUnit) -> Outcome {
        Outcome {
            price: facts.price(),
            orig_qty: facts.original_qty(),
            executed_qty: facts.qty(facts.executed),
            orig_quote_order_qty: facts.original_quote(),
            cummulative_quote_qty: Decimal(facts.quote_units),
            status: words::order_status(facts.closed, facts.executed),
            time_in_force: words::time_in_force(&facts.kind),
            order_type: words::order_type(&facts.kind),
            side: words::side(facts.side),
            working_time: facts.working_time(unit),
            self_trade_prevention_mode: words::self_trade(facts.self_trade),
            prevention: facts.prevention(),
        }
    }
}

/// One fill in a FULL answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FillFacts {
    pub price: Price,
    pub qty: Qty,
    pub commission: Amount,
    pub commission_asset: Symbol,
    pub trade: TradeId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fill {
    price: Decimal,
    qty: Decimal,
    commission: Decimal,
    commission_asset: SymbolText,
    trade_id: u64,
}

/// `newOrderRespType=RESULT`, and FULL with its fills.
#[derive(Debug, Serialize)]
pub struct Placed {
    #[serde(flatten)]
    ack: Ack,
    #[serde(flatten)]
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    fills: Option<Vec<Fill>>,
}

impl Placed {
    /// Returns the answer to a new order; `fills` only for FULL.
    pub fn of(
        facts: &OrderFacts,
        fills: Option<&[FillFacts]>,
        at: Timestamp,
        unit: TimeUnit,
    ) -> Placed {
        let fill = |fill: &FillFacts| Fill {
            price: decimal::of_price(fill.price, &facts.grid),
            qty: facts.qty(fill.qty),
            commission: Decimal(fill.commission.units()),
            commission_asset: SymbolText(fill.commission_asset),
            trade_id: fill.trade.0,
        };
        Placed {
            ack: Ack::of(facts, at, unit),
            outcome: Outcome::of(facts, unit),
            fills: fills.map(|fills| fills.iter().map(fill).collect()),
        }
    }
}

/// The answer to a cancel: `clientOrderId` names the cancel, `origClientOrderId` the order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancelled {
    symbol: SymbolText,
    orig_client_order_id: ClientIdText,
    order_id: u64,
    order_list_id: i8,
    client_order_id: ClientIdText,
    transact_time: Time,
    #[serde(flatten)]
    outcome: Outcome,
}

impl Cancelled {
    /// Returns the answer to the cancel named `request`.
    pub fn of(
        facts: &OrderFacts,
        request: ClientOrderId,
        at: Timestamp,
        unit: TimeUnit,
    ) -> Cancelled {
        Cancelled {
            symbol: SymbolText(facts.symbol),
            orig_client_order_id: ClientIdText(facts.client_id),
            order_id: facts.order.0,
            order_list_id: NO_ORDER_LIST,
            client_order_id: ClientIdText(request),
            transact_time: unit.show(at),
            outcome: Outcome::of(facts, unit),
        }
    }
}

/// The answer to a new order, at the length it asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum New {
    Ack(Ack),
    Placed(Box<Placed>),
}

/// How one half of a cancel-replace went.
#[derive(Debug)]
pub enum Half<T> {
    Success(T),
    Failure(Refusal),
    NotAttempted,
}

impl<T> Half<T> {
    const fn word(&self) -> &'static str {
        match self {
            Half::Success(_) => "SUCCESS",
            Half::Failure(_) => "FAILURE",
            Half::NotAttempted => "NOT_ATTEMPTED",
        }
    }
}

impl<T: Serialize> Serialize for Half<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Half::Success(answer) => answer.serialize(serializer),
            Half::Failure(refusal) => refusal.serialize(serializer),
            Half::NotAttempted => serializer.serialize_none(),
        }
    }
}

/// Both halves of a cancel-replace.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replaced {
    cancel_result: &'static str,
    new_order_result: &'static str,
    cancel_response: Half<Cancelled>,
    new_order_response: Half<New>,
}

impl Replaced {
    /// Returns the answer with its two halves.
    pub fn of(cancel: Half<Cancelled>, new_order: Half<New>) -> Replaced {
        Replaced {
            cancel_result: cancel.word(),
            new_order_result: new_order.word(),
            cancel_response: cancel,
            new_order_response: new_order,
        }
    }
}

/// A cancel-replace that went wrong at least by half.
#[derive(Debug, Serialize)]
pub struct ReplaceError<'a> {
    pub code: i32,
    pub msg: &'a str,
    pub data: Replaced,
}

/// The answer to an amendment; its field names differ from those of every other order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Amended {
    transact_time: Time,
    execution_id: u64,
    amended_order: AmendedOrder,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AmendedOrder {
    symbol: SymbolText,
    order_id: u64,
    order_list_id: i8,
    orig_client_order_id: ClientIdText,
    client_order_id: ClientIdText,
    price: Decimal,
    qty: Decimal,
    executed_qty: Decimal,
    prevented_qty: Decimal,
    quote_order_qty: Decimal,
    cumulative_quote_qty: Decimal,
    status: &'static str,
    time_in_force: &'static str,
    #[serde(rename = "type")]
    order_type: &'static str,
    side: &'static str,
    working_time: Time,
    self_trade_prevention_mode: &'static str,
}

impl Amended {
    /// Returns the answer to an amendment of an order that was called `previous` before it.
    pub fn of(
        facts: &OrderFacts,
        previous: ClientOrderId,
        execution_id: u64,
        at: Timestamp,
        unit: TimeUnit,
    ) -> Amended {
        Amended {
            transact_time: unit.show(at),
            execution_id,
            amended_order: AmendedOrder {
                symbol: SymbolText(facts.symbol),
                order_id: facts.order.0,
                order_list_id: NO_ORDER_LIST,
                orig_client_order_id: ClientIdText(previous),
                client_order_id: ClientIdText(facts.client_id),
                price: facts.price(),
                qty: facts.original_qty(),
                executed_qty: facts.qty(facts.executed),
                prevented_qty: facts.qty(facts.prevented),
                quote_order_qty: facts.original_quote(),
                cumulative_quote_qty: Decimal(facts.quote_units),
                status: words::order_status(facts.closed, facts.executed),
                time_in_force: words::time_in_force(&facts.kind),
                order_type: words::order_type(&facts.kind),
                side: words::side(facts.side),
                working_time: facts.working_time(unit),
                self_trade_prevention_mode: words::self_trade(facts.self_trade),
            },
        }
    }
}

/// An order in a query or a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRow {
    symbol: SymbolText,
    order_id: u64,
    order_list_id: i8,
    client_order_id: ClientIdText,
    price: Decimal,
    orig_qty: Decimal,
    executed_qty: Decimal,
    cummulative_quote_qty: Decimal,
    status: &'static str,
    time_in_force: &'static str,
    #[serde(rename = "type")]
    order_type: &'static str,
    side: &'static str,
    stop_price: Decimal,
    iceberg_qty: Decimal,
    time: Time,
    update_time: Time,
    is_working: bool,
    working_time: Time,
    orig_quote_order_qty: Decimal,
    self_trade_prevention_mode: &'static str,
    #[serde(flatten)]
    prevention: Prevention,
}

impl OrderRow {
    /// Returns the row of an order.
    pub fn of(facts: &OrderFacts, unit: TimeUnit) -> OrderRow {
        OrderRow {
            symbol: SymbolText(facts.symbol),
            order_id: facts.order.0,
            order_list_id: NO_ORDER_LIST,
            client_order_id: ClientIdText(facts.client_id),
            price: facts.price(),
            orig_qty: facts.original_qty(),
            executed_qty: facts.qty(facts.executed),
            cummulative_quote_qty: Decimal(facts.quote_units),
            status: words::order_status(facts.closed, facts.executed),
            time_in_force: words::time_in_force(&facts.kind),
            order_type: words::order_type(&facts.kind),
            side: words::side(facts.side),
            stop_price: Decimal::ZERO,
            iceberg_qty: Decimal::ZERO,
            time: unit.show(facts.created_at),
            update_time: unit.show(facts.updated_at),
            is_working: true,
            working_time: facts.working_time(unit),
            orig_quote_order_qty: facts.original_quote(),
            self_trade_prevention_mode: words::self_trade(facts.self_trade),
            prevention: facts.prevention(),
        }
    }
}

/// What `GET /api/v3/myTrades` says about a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnTradeFacts {
    pub symbol: Symbol,
    pub grid: Grid,
    pub trade: TradeId,
    pub order: OrderId,
    pub price: Price,
    pub qty: Qty,
    pub quote: Amount,
    /// Below zero when a rebate was more than the fee.
    pub commission: Amount,
    pub commission_asset: Symbol,
    pub at: Timestamp,
    pub side: Side,
    pub role: Role,
}

/// Which side of a trade an order was on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Maker,
    Taker,
}

/// One row of `myTrades`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnTradeRow {
    symbol: SymbolText,
    id: u64,
    order_id: u64,
    order_list_id: i8,
    price: Decimal,
    qty: Decimal,
    quote_qty: Decimal,
    commission: Decimal,
    commission_asset: SymbolText,
    time: Time,
    is_buyer: bool,
    is_maker: bool,
    is_best_match: bool,
}

impl OwnTradeRow {
    /// Returns the row of a fill.
    pub fn of(facts: &OwnTradeFacts, unit: TimeUnit) -> OwnTradeRow {
        OwnTradeRow {
            symbol: SymbolText(facts.symbol),
            id: facts.trade.0,
            order_id: facts.order.0,
            order_list_id: NO_ORDER_LIST,
            price: decimal::of_price(facts.price, &facts.grid),
            qty: decimal::of_qty(facts.qty, &facts.grid),
            quote_qty: Decimal(facts.quote.units()),
            commission: Decimal(facts.commission.units()),
            commission_asset: SymbolText(facts.commission_asset),
            time: unit.show(facts.at),
            is_buyer: facts.side == Side::Buy,
            is_maker: facts.role == Role::Maker,
            is_best_match: true,
        }
    }
}
