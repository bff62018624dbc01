//! Answers about what became of an order beside its trades.
//!
//! **Source** `docs/spec/history.md` §3.

use model::id::{OrderId, Sequence};
use model::number::Qty;
use model::order::CloseReason;
use model::snapshot_views::ShownChange;
use model::text::Symbol;
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::answer::amend::{AmendmentFacts, NewTermsRow};
use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::{self, Stage, SymbolText};
use crate::decimal::{self, Decimal};

/// `GET /v1/order/changes`.
#[derive(Debug, Serialize)]
pub struct OrderChangePage {
    pub changes: Vec<OrderChangeRow>,
    /// The cursor of the next page, where there may be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A change of an order's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderChangeFacts {
    pub symbol: Symbol,
    pub order: OrderId,
    /// That of the command.
    pub sequence: Sequence,
    pub at: Timestamp,
    pub change: ChangeFacts,
    /// What an iceberg shows at a time, where an amendment changed that.
    pub shown: Option<ShownChange>,
}

/// What it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeFacts {
    Accepted,
    Activated,
    Amended(AmendmentFacts),
    Triggered,
    Closed(CloseReason),
}

/// One row of `GET /v1/order/changes`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderChangeRow {
    symbol: SymbolText,
    order_id: u64,
    sequence: u64,
    time: Time,
    change: &'static str,
    /// The state in which it ended, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(flatten)]
    terms: Option<NewTermsRow>,
    /// What an iceberg shows at a time, where that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    orig_iceberg_qty: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_iceberg_qty: Option<Decimal>,
}

impl OrderChangeRow {
    /// Returns the row of a change.
    pub fn of(facts: &OrderChangeFacts, unit: TimeUnit) -> OrderChangeRow {
        let (closed, amended) = match &facts.change {
            ChangeFacts::Closed(reason) => (Some(*reason), None),
            ChangeFacts::Amended(amendment) => (None, Some(amendment)),
            ChangeFacts::Accepted | ChangeFacts::Activated | ChangeFacts::Triggered => (None, None),
        };
        let shown = amended.zip(facts.shown);
        let shown = shown.map(|(amendment, ShownChange { before, after })| {
            [before, after].map(|qty| decimal::of_qty(qty, &amendment.grid))
        });
        let status = |reason| words::order_status(Some(reason), Qty::ZERO, Stage::Working);
        OrderChangeRow {
            symbol: SymbolText(facts.symbol),
            order_id: facts.order.0,
            sequence: facts.sequence.0,
            time: unit.show(facts.at),
            change: facts.change.word(),
            status: closed.map(status),
            reason: closed.map(words::close_reason),
            terms: amended.map(NewTermsRow::of),
            orig_iceberg_qty: shown.map(|[before, _]| before),
            new_iceberg_qty: shown.map(|[_, after]| after),
        }
    }
}

impl ChangeFacts {
    const fn word(&self) -> &'static str {
        match self {
            ChangeFacts::Accepted => "ACCEPTED",
            ChangeFacts::Activated => "ACTIVATED",
            ChangeFacts::Amended(_) => "AMENDED",
            ChangeFacts::Triggered => "TRIGGERED",
            ChangeFacts::Closed(_) => "CLOSED",
        }
    }
}
