//! Answers about orders.
//!
//! **Source** `docs/spec/binance-surface.md` §9 and §10.2.

use model::id::{ListId, OrderId, PreventedMatchId, TradeId};
use model::instrument::Grid;
use model::number::{Amount, PegLevels, Price, Qty};
use model::order::{CloseReason, Instructions, OrderKind, SelfTradeMode, Side, Trigger};
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::{self, ClientIdText, Stage, SymbolText};
use crate::decimal::{self, Decimal};

/// An order that belongs to no list says so with this number.
const NO_ORDER_LIST: i64 = -1;

/// Returns the number of an order's list as answers print it.
pub(crate) fn list_number(list: Option<ListId>) -> i64 {
    list.and_then(|list| i64::try_from(list.0).ok())
        .unwrap_or(NO_ORDER_LIST)
}

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
    pub instructions: Instructions,
    pub list: Option<ListId>,
    pub stage: Stage,
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
    /// Since when its trigger tracks the market.
    pub trailing_since: Option<Timestamp>,
}

impl OrderFacts {
    /// The limit price it named: of a pegged order maybe none.
    pub(crate) fn price(&self) -> Decimal {
        let price = match &self.instructions.peg {
            Some(peg) => peg.price,
            None => self.kind.price(),
        };
        price.map_or(Decimal::ZERO, |price| decimal::of_price(price, &self.grid))
    }

    /// What a pegged order says of its peg.
    pub(crate) fn pegged(&self) -> Option<Pegged> {
        let peg = self.instructions.peg.as_ref()?;
        let has_offset = peg.levels != PegLevels::BEST;
        let price = self.kind.price().filter(|_| self.stage == Stage::Working);
        Some(Pegged {
            base: words::peg_base(peg.base),
            offset_type: has_offset.then_some("PRICE_LEVEL"),
            offset: has_offset.then(|| peg.levels.count()),
            price: price.map(|price| decimal::of_price(price, &self.grid)),
        })
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

    /// The stop or activation price, nothing without one.
    pub(crate) fn stop_price(&self) -> Decimal {
        self.trigger_price().unwrap_or(Decimal::ZERO)
    }

    /// What it shows at a time, nothing when it shows all of itself.
    pub(crate) fn iceberg_qty(&self) -> Decimal {
        let shown = self.instructions.iceberg;
        shown.map_or(Decimal::ZERO, |shown| self.qty(shown))
    }

    pub(crate) fn trailing_delta(&self) -> Option<u16> {
        let delta = self.instructions.trigger.as_ref().and_then(Trigger::delta);
        delta.map(|delta| delta.points())
    }

    pub(crate) fn strategy(&self) -> StrategyText {
        let Strategy { id, kind } = self.instructions.strategy;
        StrategyText {
            id: id.map(StrategyId::number),
            kind: kind.map(StrategyKind::number),
        }
    }

    pub(crate) fn status(&self) -> &'static str {
        words::order_status(self.closed, self.executed, self.stage)
    }

    pub(crate) fn type_word(&self) -> &'static str {
        words::order_type(&self.kind, self.instructions.trigger.as_ref())
    }

    pub(crate) fn list_number(&self) -> i64 {
        list_number(self.list)
    }

    pub(crate) fn trigger_price(&self) -> Option<Decimal> {
        let price = self.instructions.trigger.as_ref().and_then(Trigger::price);
        price.map(|price| decimal::of_price(price, &self.grid))
    }

    pub(crate) fn qty(&self, qty: Qty) -> Decimal {
        decimal::of_qty(qty, &self.grid)
    }

    pub(crate) fn working_time(&self, unit: TimeUnit) -> Time {
        self.working_at.map_or(Time::NONE, |at| unit.show(at))
    }

    fn instructed(&self, unit: TimeUnit) -> Instructed {
        let shown = self.instructions.iceberg;
        Instructed {
            iceberg_qty: shown.map(|shown| self.qty(shown)),
            stop_price: self.trigger_price(),
            trailing_delta: self.trailing_delta(),
            trailing_time: self.trailing_time(unit),
            strategy: self.strategy(),
            pegged: self.pegged(),
        }
    }

    /// Since when its trigger tracks the market, once it does.
    pub(crate) fn trailing_time(&self, unit: TimeUnit) -> Option<Time> {
        self.trailing_since.map(|at| unit.show(at))
    }

    fn prevention(&self) -> Prevention {
        Prevention {
            prevented_match_id: self.prevented_match.map(|prevented| prevented.0),
            prevented_quantity: self.prevented_match.map(|_| self.qty(self.prevented)),
            expiry_reason: self.closed.and_then(words::expiry_reason),
        }
    }
}

/// What an order asked for beyond its kind, as far as it asked for it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Instructed {
    #[serde(skip_serializing_if = "Option::is_none")]
    iceberg_qty: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trailing_delta: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trailing_time: Option<Time>,
    #[serde(flatten)]
    strategy: StrategyText,
    #[serde(flatten)]
    pegged: Option<Pegged>,
}

/// The strategy an order belongs to, as far as its owner named it.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct StrategyText {
    #[serde(rename = "strategyId", skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    #[serde(rename = "strategyType", skip_serializing_if = "Option::is_none")]
    pub kind: Option<i64>,
}

/// Where a pegged order takes its price from, and the price it took once it has one.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Pegged {
    #[serde(rename = "pegPriceType")]
    pub base: &'static str,
    #[serde(rename = "pegOffsetType", skip_serializing_if = "Option::is_none")]
    pub offset_type: Option<&'static str>,
    #[serde(rename = "pegOffsetValue", skip_serializing_if = "Option::is_none")]
    pub offset: Option<u8>,
    #[serde(rename = "peggedPrice", skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
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
    order_list_id: i64,
    client_order_id: ClientIdText,
    transact_time: Time,
}

impl Ack {
    /// Returns the shortest answer to a new order.
    pub fn of(facts: &OrderFacts, at: Timestamp, unit: TimeUnit) -> Ack {
        Ack {
            symbol: SymbolText(facts.symbol),
            order_id: facts.order.0,
            order_list_id: facts.list_number(),
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
    instructed: Instructed,
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
            status: facts.status(),
            time_in_force: words::time_in_force(&facts.kind),
            order_type: facts.type_word(),
            side: words::side(facts.side),
            working_time: facts.working_time(unit),
            self_trade_prevention_mode: words::self_trade(facts.self_trade),
            instructed: facts.instructed(unit),
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
pub(crate) struct Fill {
    price: Decimal,
    qty: Decimal,
    commission: Decimal,
    commission_asset: SymbolText,
    trade_id: u64,
}

impl OrderFacts {
    /// Returns fills of the order as answers list them.
    pub(crate) fn fills(&self, fills: &[FillFacts]) -> Vec<Fill> {
        let fill = |fill: &FillFacts| Fill {
            price: decimal::of_price(fill.price, &self.grid),
            qty: self.qty(fill.qty),
            commission: Decimal(fill.commission.units()),
            commission_asset: SymbolText(fill.commission_asset),
            trade_id: fill.trade.0,
        };
        fills.iter().map(fill).collect()
    }
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
        Placed {
            ack: Ack::of(facts, at, unit),
            outcome: Outcome::of(facts, unit),
            fills: fills.map(|fills| facts.fills(fills)),
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
    order_list_id: i64,
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
            order_list_id: facts.list_number(),
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

/// An order in a query or a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRow {
    symbol: SymbolText,
    order_id: u64,
    order_list_id: i64,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    trailing_delta: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trailing_time: Option<Time>,
    #[serde(flatten)]
    strategy: StrategyText,
    #[serde(flatten)]
    pegged: Option<Pegged>,
    #[serde(flatten)]
    prevention: Prevention,
}

impl OrderRow {
    /// Returns the row of an order.
    pub fn of(facts: &OrderFacts, unit: TimeUnit) -> OrderRow {
        OrderRow {
            symbol: SymbolText(facts.symbol),
            order_id: facts.order.0,
            order_list_id: facts.list_number(),
            client_order_id: ClientIdText(facts.client_id),
            price: facts.price(),
            orig_qty: facts.original_qty(),
            executed_qty: facts.qty(facts.executed),
            cummulative_quote_qty: Decimal(facts.quote_units),
            status: facts.status(),
            time_in_force: words::time_in_force(&facts.kind),
            order_type: facts.type_word(),
            side: words::side(facts.side),
            stop_price: facts.stop_price(),
            iceberg_qty: facts.iceberg_qty(),
            time: unit.show(facts.created_at),
            update_time: unit.show(facts.updated_at),
            is_working: facts.stage == Stage::Working,
            working_time: facts.working_time(unit),
            orig_quote_order_qty: facts.original_quote(),
            self_trade_prevention_mode: words::self_trade(facts.self_trade),
            trailing_delta: facts.trailing_delta(),
            trailing_time: facts.trailing_time(unit),
            strategy: facts.strategy(),
            pegged: facts.pegged(),
            prevention: facts.prevention(),
        }
    }
}
