//! The fold of amendments: what became of an order's terms.

use model::event::{OrderAmended, OrderRequeued, WaitingAmended};
use model::snapshot_views::{ConditionChange, PriceChange};

use crate::error::HistoryError;
use crate::fold::{Fold, key, peg};
use crate::order_change::{Change, NewTerms};

impl Fold<'_> {
    pub fn amend(&mut self, event: &OrderAmended) -> Result<(), HistoryError> {
        let found = key(event.account, event.market, event.order);
        let order = self.order(found)?;
        let before = order.original;
        order.original = event.qty;
        order.client_id = event.client_id;
        let terms = NewTerms {
            qty_before: mutant::plant!("amendment-after-itself", event.qty, before),
            qty_after: event.qty,
            client_id: event.client_id,
            previous_client_id: event.previous_client_id,
            price: None,
            condition: None,
            shown: None,
        };
        self.note(found, Change::Amended(Box::new(terms)));
        Ok(())
    }

    pub fn requeue(&mut self, event: &OrderRequeued) -> Result<(), HistoryError> {
        let found = key(event.account, event.market, event.order);
        let order = self.order(found)?;
        order.original = event.qty;
        order.client_id = event.client_id;
        order.kind = order.kind.at(event.price);
        let terms = NewTerms {
            qty_before: event.previous_qty,
            qty_after: event.qty,
            client_id: event.client_id,
            previous_client_id: event.previous_client_id,
            price: Some(PriceChange {
                before: event.previous_price,
                after: event.price,
            }),
            condition: None,
            shown: self.shown.take(),
        };
        self.note(found, Change::Amended(Box::new(terms)));
        Ok(())
    }

    /// The order waits on; one that trails already goes on from where it began.
    pub fn amend_waiting(&mut self, event: &WaitingAmended) -> Result<(), HistoryError> {
        let found = key(event.account, event.market, event.order);
        let before = *self.order(found)?;
        self.memory.coming.remove(&before);
        let order = self.order(found)?;
        order.original = event.kind.qty().unwrap_or(order.original);
        order.client_id = event.client_id;
        peg(order, event.kind.price());
        order.instructions = order.instructions.until(event.awaited);
        let after = *order;
        self.memory.coming.add(&after);
        let prices = event.previous_kind.price().zip(event.kind.price());
        let terms = NewTerms {
            qty_before: before.original,
            qty_after: after.original,
            client_id: event.client_id,
            previous_client_id: event.previous_client_id,
            price: prices.map(|(before, after)| PriceChange { before, after }),
            condition: ConditionChange::of(event.previous, event.awaited),
            shown: self.shown.take(),
        };
        self.note(found, Change::Amended(Box::new(terms)));
        Ok(())
    }
}
