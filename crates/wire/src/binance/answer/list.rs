//! Answers about lists of orders.
//!
//! **Source** `docs/spec/binance-surface.md` §9.6.

use model::id::{ListId, OrderId};
use model::order::ListKind;
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::answer::order::{Cancelled, New};
use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::{self, ClientIdText, SymbolText};

/// All that any answer says about a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFacts {
    pub symbol: Symbol,
    pub list: ListId,
    pub kind: ListKind,
    pub client_id: ClientOrderId,
    /// In the order of their numbers.
    pub legs: Vec<LegFacts>,
    pub state: ListState,
    /// The last that happened to it.
    pub at: Timestamp,
}

/// One order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegFacts {
    pub order: OrderId,
    pub client_id: ClientOrderId,
}

/// Whether any leg of a list is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListState {
    Open,
    Closed,
}

impl ListState {
    const fn type_word(self) -> &'static str {
        match self {
            ListState::Open => "EXEC_STARTED",
            ListState::Closed => "ALL_DONE",
        }
    }

    pub(crate) const fn order_word(self) -> &'static str {
        match self {
            ListState::Open => "EXECUTING",
            ListState::Closed => "ALL_DONE",
        }
    }
}

/// A list in a query.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListRow {
    order_list_id: u64,
    contingency_type: &'static str,
    list_status_type: &'static str,
    list_order_status: &'static str,
    list_client_order_id: ClientIdText,
    transaction_time: Time,
    symbol: SymbolText,
    orders: Vec<ListLeg>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ListLeg {
    symbol: SymbolText,
    order_id: u64,
    client_order_id: ClientIdText,
}

impl ListRow {
    /// Returns the row of a list.
    pub fn of(facts: &ListFacts, unit: TimeUnit) -> ListRow {
        let leg = |leg: &LegFacts| ListLeg {
            symbol: SymbolText(facts.symbol),
            order_id: leg.order.0,
            client_order_id: ClientIdText(leg.client_id),
        };
        ListRow {
            order_list_id: facts.list.0,
            contingency_type: words::contingency(facts.kind),
            list_status_type: facts.state.type_word(),
            list_order_status: facts.state.order_word(),
            list_client_order_id: ClientIdText(facts.client_id),
            transaction_time: unit.show(facts.at),
            symbol: SymbolText(facts.symbol),
            orders: facts.legs.iter().map(leg).collect(),
        }
    }
}

/// A list with what happened to its orders.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListAnswer<Report> {
    #[serde(flatten)]
    row: ListRow,
    order_reports: Vec<Report>,
}

impl<Report> ListAnswer<Report> {
    /// Returns the answer about a list.
    pub fn of(facts: &ListFacts, reports: Vec<Report>, unit: TimeUnit) -> ListAnswer<Report> {
        ListAnswer {
            row: ListRow::of(facts, unit),
            order_reports: reports,
        }
    }
}

/// The answer to a new list.
pub type NewListAnswer = ListAnswer<New>;

/// What a cancel cancelled: an order, or with it all the list it belonged to.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum CancelAnswer {
    Order(Box<Cancelled>),
    List(ListAnswer<Cancelled>),
}
