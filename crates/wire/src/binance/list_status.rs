//! `listStatus`: what happened to a list of orders, key by key.
//!
//! **Source** `docs/spec/binance-surface.md` §13.2.

use model::time::Timestamp;
use serde::Serialize;

use crate::binance::answer::list::{ListFacts, ListState};
use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::{self, ClientIdText, SymbolText};

const NO_REASON: &str = "NONE";

/// What happened to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListExecution {
    Started,
    /// Its pending orders are pending no longer.
    Updated,
    Done,
}

impl ListExecution {
    const fn word(self) -> &'static str {
        match self {
            ListExecution::Started => "EXEC_STARTED",
            ListExecution::Updated => "UPDATED",
            ListExecution::Done => "ALL_DONE",
        }
    }

    const fn state(self) -> ListState {
        match self {
            ListExecution::Started | ListExecution::Updated => ListState::Open,
            ListExecution::Done => ListState::Closed,
        }
    }
}

/// The message.
#[derive(Debug, Serialize)]
pub struct ListStatus {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    g: u64,
    c: &'static str,
    l: &'static str,
    #[serde(rename = "L")]
    order_status: &'static str,
    r: &'static str,
    #[serde(rename = "C")]
    client_id: ClientIdText,
    #[serde(rename = "T")]
    transaction_time: Time,
    #[serde(rename = "O")]
    orders: Vec<ListedOrder>,
}

#[derive(Debug, Serialize)]
struct ListedOrder {
    s: SymbolText,
    i: u64,
    c: ClientIdText,
}

impl ListStatus {
    /// Returns the message that this happened to a list.
    pub fn of(
        facts: &ListFacts,
        execution: ListExecution,
        at: Timestamp,
        unit: TimeUnit,
    ) -> ListStatus {
        let orders = facts.legs.iter().map(|leg| ListedOrder {
            s: SymbolText(facts.symbol),
            i: leg.order.0,
            c: ClientIdText(leg.client_id),
        });
        ListStatus {
            e: "listStatus",
            event_time: unit.show(at),
            s: SymbolText(facts.symbol),
            g: facts.list.0,
            c: words::contingency(facts.kind),
            l: execution.word(),
            order_status: execution.state().order_word(),
            r: NO_REASON,
            client_id: ClientIdText(facts.client_id),
            transaction_time: unit.show(at),
            orders: orders.collect(),
        }
    }
}
