//! What became of an order beside its trades, change by change.
//!
//! An order that is filled ends with its last trade, which is no change here.

use model::id::{OrderId, Sequence};
use model::number::Qty;
use model::order::CloseReason;
use model::snapshot_views::{AmendmentViewRow, ConditionChange, PriceChange, ShownChange};
use model::text::ClientOrderId;
use model::time::Timestamp;

use crate::order::OrderKey;

/// One change of an order's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastChange {
    pub key: OrderKey,
    /// The command that made it.
    pub sequence: Sequence,
    pub at: Timestamp,
    pub change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It passed every check and has its number.
    Accepted,
    /// The working leg of its list was filled, and it waits for that no more.
    Activated,
    /// **Shape** boxed, since it is rare and larger than all others.
    Amended(Box<NewTerms>),
    /// The trigger that it waited for was met.
    Triggered,
    /// It ended for another reason than a trade.
    Closed(CloseReason),
}

/// What an amendment made of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewTerms {
    /// Lots asked for.
    pub qty_before: Qty,
    pub qty_after: Qty,
    pub client_id: ClientOrderId,
    pub previous_client_id: ClientOrderId,
    /// Of an order that queued again or waits on.
    pub price: Option<PriceChange>,
    /// Of an order that waits on.
    pub condition: Option<ConditionChange>,
    /// Of an iceberg that shows another part of itself.
    pub shown: Option<ShownChange>,
}

/// The kinds of changes, in the order in which one command may make them of one order, each once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    Accepted,
    Activated,
    Amended,
    Triggered,
    Closed,
}

/// Where a change stands among those of an account in a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangePlace {
    pub order: OrderId,
    pub sequence: Sequence,
    /// That of its kind, within the command.
    pub step: u32,
}

impl PastChange {
    /// Returns where it stands.
    pub const fn place(&self) -> ChangePlace {
        ChangePlace {
            order: self.key.order,
            sequence: self.sequence,
            step: self.change.kind() as u32,
        }
    }

    /// Returns it as an amendment, if it is one.
    pub fn amendment(&self) -> Option<AmendmentViewRow> {
        let Change::Amended(terms) = &self.change else {
            return None;
        };
        Some(AmendmentViewRow {
            market: self.key.market,
            order: self.key.order,
            account: self.key.account,
            at: self.at,
            sequence: self.sequence,
            qty_before: terms.qty_before,
            qty_after: terms.qty_after,
            client_id: terms.client_id,
            previous_client_id: terms.previous_client_id,
            price: terms.price,
            condition: terms.condition,
        })
    }
}

impl Change {
    /// Returns which kind it is of.
    pub const fn kind(&self) -> ChangeKind {
        match self {
            Change::Accepted => ChangeKind::Accepted,
            Change::Activated => ChangeKind::Activated,
            Change::Amended(_) => ChangeKind::Amended,
            Change::Triggered => ChangeKind::Triggered,
            Change::Closed(_) => ChangeKind::Closed,
        }
    }
}
