//! The answer to the question what became of a request.
//!
//! **Source** `docs/spec/binance-surface.md` §9.7.

use model::id::{OrderId, Sequence};
use model::text::{ClientOrderId, IdempotencyKey, Symbol};
use serde::Serialize;

use crate::binance::error::Refusal;
use crate::binance::words::{ClientIdText, SymbolText};

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// No such request was sequenced within a day before the question.
    Unknown,
    Rejected {
        sequence: Sequence,
        refusal: Refusal,
    },
    Accepted(Accepted),
}

/// What a request did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub sequence: Sequence,
    pub symbol: Option<Symbol>,
    /// The orders it placed, with their names.
    pub placed: Vec<(OrderId, ClientOrderId)>,
    /// The orders it cancelled.
    pub cancelled: Vec<OrderId>,
    /// Why half of it was refused.
    pub refusal: Option<Refusal>,
}

/// `GET /v1/outcome`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeAnswer {
    idempotency_key: ClientIdText,
    outcome: &'static str,
    sequence: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<SymbolText>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    orders: Vec<PlacedOrder>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    canceled_order_ids: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<RefusalTold>,
}

/// Apart from the members of the answer: clients take a `code` there for a failure of the question.
#[derive(Debug, Serialize)]
struct RefusalTold {
    code: i32,
    msg: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PlacedOrder {
    order_id: u64,
    client_order_id: ClientIdText,
}

impl OutcomeAnswer {
    /// Returns the answer about the request of this key.
    pub fn of(key: IdempotencyKey, known: Known) -> OutcomeAnswer {
        match known {
            Known::Unknown => OutcomeAnswer::bare(key, "UNKNOWN", None),
            Known::Rejected { sequence, refusal } => {
                OutcomeAnswer::bare(key, "REJECTED", Some(sequence)).because(Some(refusal))
            }
            Known::Accepted(accepted) => OutcomeAnswer {
                symbol: accepted.symbol.map(SymbolText),
                orders: accepted.placed.into_iter().map(PlacedOrder::of).collect(),
                canceled_order_ids: accepted.cancelled.iter().map(|order| order.0).collect(),
                ..OutcomeAnswer::bare(key, "ACCEPTED", Some(accepted.sequence))
            }
            .because(accepted.refusal),
        }
    }

    fn bare(
        key: IdempotencyKey,
        outcome: &'static str,
        sequence: Option<Sequence>,
    ) -> OutcomeAnswer {
        OutcomeAnswer {
            idempotency_key: ClientIdText(key),
            outcome,
            sequence: sequence.map(|sequence| sequence.0),
            symbol: None,
            orders: Vec::new(),
            canceled_order_ids: Vec::new(),
            refusal: None,
        }
    }

    fn because(self, refusal: Option<Refusal>) -> OutcomeAnswer {
        let refusal = refusal.map(|refusal| RefusalTold {
            code: refusal.code,
            msg: refusal.msg.into_owned(),
        });
        OutcomeAnswer { refusal, ..self }
    }
}

impl PlacedOrder {
    fn of((order, client_id): (OrderId, ClientOrderId)) -> PlacedOrder {
        PlacedOrder {
            order_id: order.0,
            client_order_id: ClientIdText(client_id),
        }
    }
}
