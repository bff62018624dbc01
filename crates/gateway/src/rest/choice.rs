//! What a request narrows orders and fills to: a side, and orders to a type and a state as well.

use indexer::order::PastOrder;
use model::order::Side;
use wire::binance::error::{Fault, Refusal};
use wire::binance::words::{self, OrderType};

use crate::rest::ask::Ask;
use crate::rest::past_facts;

/// What rows are to be.
pub struct Choice {
    kind: Option<String>,
    side: Option<Side>,
    status: Option<String>,
}

impl Choice {
    /// Returns what a request asks for; what its route has no parameter for is any.
    ///
    /// # Errors
    /// -1116, -1117 and -1130 for a type, a side and a status that there is not.
    pub fn read(ask: &Ask<'_>) -> Result<Choice, Refusal> {
        let kind = ask.params.text("type")?;
        if kind.is_some_and(|word| OrderType::parse(word).is_none()) {
            return Err(Refusal::of(Fault::OrderTypeInvalid));
        }
        let side = ask.params.text("side")?.map(|word| {
            let side = words::parse_side(word);
            side.ok_or_else(|| Refusal::of(Fault::SideInvalid))
        });
        let side = side.transpose()?;
        let status = ask.params.text("status")?;
        if status.is_some_and(|word| !words::is_order_status(word)) {
            return Err(Refusal::with(Fault::DataInvalid, &["status"]));
        }
        Ok(Choice {
            kind: kind.map(str::to_owned),
            side,
            status: status.map(str::to_owned),
        })
    }

    pub fn has_side(&self, side: Side) -> bool {
        self.side.is_none_or(|wanted| wanted == side)
    }

    pub fn has_order(&self, order: &PastOrder) -> bool {
        let kind = words::order_type(&order.kind, order.instructions.trigger.as_ref());
        let stage = past_facts::stage(order.stage);
        let status = words::order_status(order.closed, order.executed, stage);
        self.has_side(order.side)
            && self.kind.as_deref().is_none_or(|word| word == kind)
            && self.status.as_deref().is_none_or(|word| word == status)
    }
}
