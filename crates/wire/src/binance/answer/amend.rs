//! Answers about amendments.
//!
//! **Source** `docs/spec/binance-surface.md` §9.5.

use model::id::{OrderId, Sequence};
use model::instrument::Grid;
use model::number::{BasisPoints, Qty};
use model::order::Condition;
use model::snapshot_views::{ConditionChange, PriceChange};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::answer::order::{Fill, FillFacts, OrderFacts, StrategyText};
use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::{self, ClientIdText, SymbolText};
use crate::decimal::{self, Decimal};

/// The answer to an amendment; its field names differ from those of every other order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Amended {
    transact_time: Time,
    execution_id: u64,
    amended_order: AmendedOrder,
    /// What it traded at once; only where it could.
    #[serde(skip_serializing_if = "Option::is_none")]
    fills: Option<Vec<Fill>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AmendedOrder {
    symbol: SymbolText,
    order_id: u64,
    order_list_id: i64,
    orig_client_order_id: ClientIdText,
    client_order_id: ClientIdText,
    price: Decimal,
    /// The stop or activation price, and the delta, of an order that was to wait for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trailing_delta: Option<u16>,
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
    #[serde(flatten)]
    strategy: StrategyText,
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
                order_list_id: facts.list_number(),
                orig_client_order_id: ClientIdText(previous),
                client_order_id: ClientIdText(facts.client_id),
                price: facts.price(),
                stop_price: facts.trigger_price(),
                trailing_delta: facts.trailing_delta(),
                qty: facts.original_qty(),
                executed_qty: facts.qty(facts.executed),
                prevented_qty: facts.qty(facts.prevented),
                quote_order_qty: facts.original_quote(),
                cumulative_quote_qty: Decimal(facts.quote_units),
                status: facts.status(),
                time_in_force: words::time_in_force(&facts.kind),
                order_type: facts.type_word(),
                side: words::side(facts.side),
                working_time: facts.working_time(unit),
                self_trade_prevention_mode: words::self_trade(facts.self_trade),
                strategy: facts.strategy(),
            },
            fills: None,
        }
    }

    /// Adds what the order traded at once.
    #[must_use]
    pub fn with_fills(self, facts: &OrderFacts, fills: &[FillFacts]) -> Amended {
        Amended {
            fills: Some(facts.fills(fills)),
            ..self
        }
    }
}

/// An amendment that was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmendmentFacts {
    pub symbol: Symbol,
    pub grid: Grid,
    pub order: OrderId,
    /// That of the command.
    pub execution: Sequence,
    pub previous_client_id: ClientOrderId,
    pub client_id: ClientOrderId,
    pub qty_before: Qty,
    pub qty_after: Qty,
    /// Of an order that queued again or waits on.
    pub price: Option<PriceChange>,
    /// Of an order that waits on.
    pub condition: Option<ConditionChange>,
    pub at: Timestamp,
}

/// One row of `GET /api/v3/order/amendments`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AmendmentRow {
    symbol: SymbolText,
    order_id: u64,
    execution_id: u64,
    #[serde(flatten)]
    terms: NewTermsRow,
    time: Time,
}

/// What an amendment made of an order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewTermsRow {
    orig_client_order_id: ClientIdText,
    new_client_order_id: ClientIdText,
    orig_qty: Decimal,
    new_qty: Decimal,
    /// From here on: only where the order queued again or waits on, which upstream has no amendment for.
    #[serde(skip_serializing_if = "Option::is_none")]
    orig_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orig_stop_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_stop_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orig_trailing_delta: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_trailing_delta: Option<u16>,
}

impl AmendmentRow {
    /// Returns the row of an amendment.
    pub fn of(facts: &AmendmentFacts, unit: TimeUnit) -> AmendmentRow {
        AmendmentRow {
            symbol: SymbolText(facts.symbol),
            order_id: facts.order.0,
            execution_id: facts.execution.0,
            terms: NewTermsRow::of(facts),
            time: unit.show(facts.at),
        }
    }
}

impl NewTermsRow {
    /// Returns what an amendment made of an order.
    pub fn of(facts: &AmendmentFacts) -> NewTermsRow {
        let price = |price| decimal::of_price(price, &facts.grid);
        let stop = |condition: Condition| condition.price().map(price);
        let delta = |condition: Condition| condition.delta().map(BasisPoints::points);
        let (before, after) = (
            facts.condition.map(|change| change.before),
            facts.condition.map(|change| change.after),
        );
        NewTermsRow {
            orig_client_order_id: ClientIdText(facts.previous_client_id),
            new_client_order_id: ClientIdText(facts.client_id),
            orig_qty: decimal::of_qty(facts.qty_before, &facts.grid),
            new_qty: decimal::of_qty(facts.qty_after, &facts.grid),
            orig_price: facts.price.map(|change| price(change.before)),
            new_price: facts.price.map(|change| price(change.after)),
            orig_stop_price: before.and_then(stop),
            new_stop_price: after.and_then(stop),
            orig_trailing_delta: before.and_then(delta),
            new_trailing_delta: after.and_then(delta),
        }
    }
}
