//! Messages of the user data stream, key by key.
//!
//! **Source** `docs/spec/binance-surface.md` §13.2.

use model::id::{AccountId, OrderId, TradeGroupId, TradeId};
use model::number::{Amount, Price, Qty};
use model::order::CloseReason;
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::answer::order::OrderFacts;
use crate::binance::answer::own_trade::Role;
use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::{self, ClientIdText, Stage, SymbolText};
use crate::decimal::{self, Decimal};

const NO_TRADE: i64 = -1;
const NO_REASON: &str = "NONE";

/// Something that happened to an order, with the order as it was right after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecutionFacts {
    pub account: AccountId,
    pub order: OrderFacts,
    pub execution: Execution,
    /// The number of the command that did it.
    pub number: u64,
    pub at: Timestamp,
}

/// What happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Execution {
    /// It was accepted, or what it waited for has come.
    New,
    Trade(TradeExecution),
    /// By its owner, in a request of this name.
    Cancelled {
        request: ClientOrderId,
    },
    /// It became smaller and changed its name.
    Amended {
        previous: ClientOrderId,
    },
    Expired,
    Prevented(PreventedExecution),
}

/// A fill of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeExecution {
    pub trade: TradeId,
    pub price: Price,
    pub qty: Qty,
    pub quote: Amount,
    /// Below zero when a rebate was more than the fee.
    pub commission: Amount,
    pub commission_asset: Symbol,
    pub role: Role,
}

/// A match of an order with one of its own trade group, which did not become a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreventedExecution {
    pub group: TradeGroupId,
    pub counter_order: OrderId,
    pub price: Price,
    /// Lots of this order that did not trade.
    pub qty: Qty,
    pub quote: Amount,
}

/// `executionReport`.
#[derive(Debug, Serialize)]
pub struct ExecutionReport {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    c: ClientIdText,
    #[serde(rename = "S")]
    side: &'static str,
    o: &'static str,
    f: &'static str,
    q: Decimal,
    p: Decimal,
    #[serde(rename = "P")]
    stop_price: Decimal,
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    trailing_delta: Option<u16>,
    #[serde(rename = "D", skip_serializing_if = "Option::is_none")]
    trailing_time: Option<Time>,
    #[serde(rename = "j", skip_serializing_if = "Option::is_none")]
    strategy_id: Option<i64>,
    #[serde(rename = "J", skip_serializing_if = "Option::is_none")]
    strategy_kind: Option<i64>,
    #[serde(rename = "gP", skip_serializing_if = "Option::is_none")]
    peg_base: Option<&'static str>,
    #[serde(rename = "gOT", skip_serializing_if = "Option::is_none")]
    peg_offset_type: Option<&'static str>,
    #[serde(rename = "gOV", skip_serializing_if = "Option::is_none")]
    peg_offset: Option<u8>,
    #[serde(rename = "gp", skip_serializing_if = "Option::is_none")]
    pegged_price: Option<Decimal>,
    #[serde(rename = "F")]
    iceberg_qty: Decimal,
    g: i64,
    #[serde(rename = "C")]
    original_client_id: OriginalId,
    x: &'static str,
    #[serde(rename = "X")]
    status: &'static str,
    r: &'static str,
    i: u64,
    l: Decimal,
    z: Decimal,
    #[serde(rename = "L")]
    last_price: Decimal,
    n: Commission,
    #[serde(rename = "N")]
    commission_asset: Option<SymbolText>,
    #[serde(rename = "T")]
    transaction_time: Time,
    t: i64,
    #[serde(flatten)]
    prevention: Option<Prevention>,
    #[serde(rename = "I")]
    execution_id: u64,
    w: bool,
    m: bool,
    #[serde(rename = "M")]
    ignore: bool,
    #[serde(rename = "O")]
    created_at: Time,
    #[serde(rename = "Z")]
    quote_total: Decimal,
    #[serde(rename = "Y")]
    last_quote: Decimal,
    #[serde(rename = "Q")]
    original_quote: Decimal,
    #[serde(rename = "W", skip_serializing_if = "Option::is_none")]
    working_time: Option<Time>,
    #[serde(rename = "V")]
    self_trade: &'static str,
    #[serde(rename = "eR", skip_serializing_if = "Option::is_none")]
    expiry_reason: Option<&'static str>,
}

/// What a report adds when self-trade prevention stopped a match.
#[derive(Debug, Serialize)]
struct Prevention {
    #[serde(skip_serializing_if = "Option::is_none")]
    v: Option<u64>,
    #[serde(rename = "A")]
    prevented_qty: Decimal,
    #[serde(rename = "B")]
    last_prevented_qty: Decimal,
    u: u64,
    #[serde(rename = "U")]
    counter_order: u64,
    #[serde(rename = "Cs")]
    counter_symbol: SymbolText,
    pl: Decimal,
    #[serde(rename = "pL")]
    price: Decimal,
    #[serde(rename = "pY")]
    quote: Decimal,
}

/// The name an order had before, or nothing.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum OriginalId {
    None(&'static str),
    Some(ClientIdText),
}

/// A commission; without one upstream prints a bare zero.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Commission {
    None(&'static str),
    Some(Decimal),
}

impl ExecutionReport {
    /// Returns the message.
    pub fn of(facts: &ExecutionFacts, unit: TimeUnit) -> ExecutionReport {
        let order = &facts.order;
        let trade = facts.trade();
        let qty = |qty| decimal::of_qty(qty, &order.grid);
        let (client_id, original_client_id) = facts.names();
        let pegged = order.pegged();
        let strategy = order.strategy();
        ExecutionReport {
            e: "executionReport",
            event_time: unit.show(facts.at),
            s: SymbolText(order.symbol),
            c: ClientIdText(client_id),
            side: words::side(order.side),
            o: order.type_word(),
            f: words::time_in_force(&order.kind),
            q: order.original_qty(),
            p: order.price(),
            stop_price: order.stop_price(),
            trailing_delta: order.trailing_delta(),
            trailing_time: order.trailing_time(unit),
            strategy_id: strategy.id,
            strategy_kind: strategy.kind,
            peg_base: pegged.map(|pegged| pegged.base),
            peg_offset_type: pegged.and_then(|pegged| pegged.offset_type),
            peg_offset: pegged.and_then(|pegged| pegged.offset),
            pegged_price: pegged.and_then(|pegged| pegged.price),
            iceberg_qty: order.iceberg_qty(),
            g: order.list_number(),
            original_client_id,
            x: facts.execution.word(),
            status: order.status(),
            r: NO_REASON,
            i: order.order.0,
            l: trade.map_or(Decimal::ZERO, |trade| qty(trade.qty)),
            z: qty(order.executed),
            last_price: trade.map_or(Decimal::ZERO, |trade| {
                decimal::of_price(trade.price, &order.grid)
            }),
            n: trade.map_or(Commission::None("0"), |trade| {
                Commission::Some(Decimal(trade.commission.units()))
            }),
            commission_asset: trade.map(|trade| SymbolText(trade.commission_asset)),
            transaction_time: unit.show(facts.at),
            t: trade.map_or(NO_TRADE, |trade| {
                i64::try_from(trade.trade.0).unwrap_or(NO_TRADE)
            }),
            prevention: facts.prevention(),
            execution_id: facts.number,
            w: order.closed.is_none() && order.stage == Stage::Working,
            m: trade.is_some_and(|trade| trade.role == Role::Maker),
            ignore: trade.is_some(),
            created_at: unit.show(order.created_at),
            quote_total: Decimal(order.quote_units),
            last_quote: trade.map_or(Decimal::ZERO, |trade| Decimal(trade.quote.units())),
            original_quote: order.original_quote(),
            working_time: order.working_at.map(|at| unit.show(at)),
            self_trade: words::self_trade(order.self_trade),
            expiry_reason: order.closed.and_then(words::expiry_reason),
        }
    }
}

impl ExecutionFacts {
    const fn trade(&self) -> Option<&TradeExecution> {
        match &self.execution {
            Execution::Trade(trade) => Some(trade),
            _ => None,
        }
    }

    /// The name of the request or the order, and the one the order had before.
    const fn names(&self) -> (ClientOrderId, OriginalId) {
        let own = self.order.client_id;
        match self.execution {
            Execution::Cancelled { request } => (request, OriginalId::Some(ClientIdText(own))),
            Execution::Amended { previous } => (own, OriginalId::Some(ClientIdText(previous))),
            _ => (own, OriginalId::None("")),
        }
    }

    fn prevention(&self) -> Option<Prevention> {
        let Execution::Prevented(prevented) = &self.execution else {
            return None;
        };
        let order = &self.order;
        let last = decimal::of_qty(prevented.qty, &order.grid);
        Some(Prevention {
            v: order.prevented_match.map(|prevented| prevented.0),
            prevented_qty: decimal::of_qty(order.prevented, &order.grid),
            last_prevented_qty: last,
            u: u64::from(prevented.group.0),
            counter_order: prevented.counter_order.0,
            counter_symbol: SymbolText(order.symbol),
            pl: last,
            price: decimal::of_price(prevented.price, &order.grid),
            quote: Decimal(prevented.quote.units()),
        })
    }
}

impl Execution {
    const fn word(&self) -> &'static str {
        match self {
            Execution::New => "NEW",
            Execution::Trade(_) => "TRADE",
            Execution::Cancelled { .. } => "CANCELED",
            Execution::Amended { .. } => "REPLACED",
            Execution::Expired => "EXPIRED",
            Execution::Prevented(_) => "TRADE_PREVENTION",
        }
    }

    /// Returns what the end of an order is called when nothing else told it.
    pub const fn of_close(reason: CloseReason, request: ClientOrderId) -> Execution {
        match reason {
            CloseReason::Cancelled | CloseReason::Replaced | CloseReason::Countdown => {
                Execution::Cancelled { request }
            }
            _ => Execution::Expired,
        }
    }
}

/// A balance as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceFacts {
    pub asset: Symbol,
    pub free: Amount,
    pub locked: Amount,
}

#[derive(Debug, Serialize)]
struct Balance {
    a: SymbolText,
    f: Decimal,
    l: Decimal,
}

/// `outboundAccountPosition`.
#[derive(Debug, Serialize)]
pub struct AccountPosition {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    u: Time,
    #[serde(rename = "B")]
    balances: Vec<Balance>,
}

impl AccountPosition {
    /// Returns the message that these balances have changed.
    pub fn of(balances: &[BalanceFacts], at: Timestamp, unit: TimeUnit) -> AccountPosition {
        AccountPosition {
            e: "outboundAccountPosition",
            event_time: unit.show(at),
            u: unit.show(at),
            balances: balances
                .iter()
                .map(|balance| Balance {
                    a: SymbolText(balance.asset),
                    f: Decimal(balance.free.units()),
                    l: Decimal(balance.locked.units()),
                })
                .collect(),
        }
    }
}

/// `balanceUpdate`.
#[derive(Debug, Serialize)]
pub struct BalanceUpdate {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    a: SymbolText,
    d: Decimal,
    #[serde(rename = "T")]
    clear_time: Time,
}

impl BalanceUpdate {
    /// Returns the message that this much came from outside, or went there.
    pub fn of(asset: Symbol, delta: Amount, at: Timestamp, unit: TimeUnit) -> BalanceUpdate {
        BalanceUpdate {
            e: "balanceUpdate",
            event_time: unit.show(at),
            a: SymbolText(asset),
            d: Decimal(delta.units()),
            clear_time: unit.show(at),
        }
    }
}

/// `eventStreamTerminated`: the last message of a subscription.
#[derive(Debug, Serialize)]
pub struct StreamTerminated {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
}

impl StreamTerminated {
    pub fn of(at: Timestamp, unit: TimeUnit) -> StreamTerminated {
        StreamTerminated {
            e: "eventStreamTerminated",
            event_time: unit.show(at),
        }
    }
}

/// `listenKeyExpired`: the last message under a listen key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenKeyExpired<'a> {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    listen_key: &'a str,
}

impl ListenKeyExpired<'_> {
    pub fn of(listen_key: &str, at: Timestamp, unit: TimeUnit) -> ListenKeyExpired<'_> {
        ListenKeyExpired {
            e: "listenKeyExpired",
            event_time: unit.show(at),
            listen_key,
        }
    }
}

/// Returns an event as a subscription of the WebSocket API gets it.
pub fn subscribed(subscription: u16, event: &str) -> String {
    format!(r#"{{"subscriptionId":{subscription},"event":{event}}}"#)
}
