//! The kept orders of one account in one market, open and closed.

use crate::chain::{Chain, Links};
use crate::order_row::OrderRow;
use crate::rows::{Rows, Slot};
use crate::trail::Trail;
use std::borrow::Cow;

/// Most accounts have no more orders in a market at a time.
const FEW: usize = 8;

/// Which orders an account has in a market.
///
/// **Shape** few orders are listed in place, and what they are is read from their rows; lists of many are kept apart.
pub struct OwnOrders {
    many: Option<Box<Many>>,
    /// By number, without holes; nothing once there are many.
    few: [Option<Slot<OrderRow>>; FEW],
}

/// More than a few orders, and as long as any is left.
struct Many {
    /// By number.
    open: Chain<OrderRow>,
    /// In the order they closed.
    closed: Chain<OrderRow>,
    /// Open and closed orders.
    numbers: Trail,
}

impl OwnOrders {
    pub const NONE: OwnOrders = OwnOrders {
        many: None,
        few: [None; FEW],
    };

    /// Adds an open order; its number is the highest.
    pub fn push(&mut self, slot: Slot<OrderRow>, rows: &mut Rows<OrderRow>) {
        let mut unlinked = Vec::new();
        self.list(slot, rows, &mut unlinked);
        unlinked.sort_by_key(|slot| rows.get(*slot).closing);
        for slot in unlinked {
            self.link(slot, rows);
        }
    }

    /// Adds an order whose number is the highest. Every order that this leaves unlinked must be linked then: the
    /// open ones by number, the closed ones as they closed.
    pub fn list(
        &mut self,
        slot: Slot<OrderRow>,
        rows: &Rows<OrderRow>,
        unlinked: &mut Vec<Slot<OrderRow>>,
    ) {
        if self.many.is_none() {
            if let Some(free) = self.few.iter_mut().find(|few| few.is_none()) {
                *free = Some(slot);
                return;
            }
            unlinked.extend(self.few.iter().flatten());
            self.spill(rows);
        }
        unlinked.push(slot);
        if let Some(many) = &mut self.many {
            many.numbers.push(rows.get(slot).step());
        }
    }

    fn spill(&mut self, rows: &Rows<OrderRow>) {
        self.many = Some(Box::new(Many {
            open: Chain::EMPTY,
            closed: Chain::EMPTY,
            numbers: self.trail(rows).into_owned(),
        }));
        self.few = [None; FEW];
    }

    /// Puts a listed order at the end of those that are open, or closed, as it is.
    pub fn link(&mut self, slot: Slot<OrderRow>, rows: &mut Rows<OrderRow>) {
        if let Some(many) = &mut self.many {
            let chain = match rows.get(slot).closed {
                None => &mut many.open,
                Some(_) => &mut many.closed,
            };
            chain.push(rows, slot, own_links);
        }
    }

    /// Moves an order that has just closed from the open ones to the closed ones.
    pub fn close(&mut self, slot: Slot<OrderRow>, rows: &mut Rows<OrderRow>) {
        if let Some(many) = &mut self.many {
            many.open.remove(rows, slot, own_links);
            many.closed.push(rows, slot, own_links);
        }
    }

    /// Lets go of a closed order.
    pub fn remove(&mut self, slot: Slot<OrderRow>, rows: &mut Rows<OrderRow>) {
        let Some(many) = &mut self.many else {
            if let Some(index) = self.few.iter().position(|few| *few == Some(slot)) {
                self.few.copy_within(index + 1.., index);
                self.few[FEW - 1] = None;
            }
            return;
        };
        many.closed.remove(rows, slot, own_links);
        many.numbers.remove(rows.get(slot).order.0);
        if many.open.len() + many.closed.len() == 0 {
            self.many = None;
        }
    }

    /// Returns whether more than `count` orders are closed.
    pub fn has_closed_more_than(&self, count: usize, rows: &Rows<OrderRow>) -> bool {
        match &self.many {
            Some(many) => count < many.closed.len(),
            None => count < FEW && count < self.few_closed(rows).count(),
        }
    }

    /// Returns the order that closed first.
    pub fn oldest_closed(&self, rows: &Rows<OrderRow>) -> Option<Slot<OrderRow>> {
        match &self.many {
            Some(many) => many.closed.first(),
            None => self
                .few_closed(rows)
                .min_by_key(|slot| rows.get(*slot).closing),
        }
    }

    /// Returns the open orders, by number.
    pub fn open<'a>(&self, rows: &'a Rows<OrderRow>) -> impl Iterator<Item = &'a OrderRow> {
        let few = self.few.into_iter().flatten().map(|slot| rows.get(slot));
        let first = self.many.as_ref().and_then(|many| many.open.first());
        let many = std::iter::successors(first.map(|slot| rows.get(slot)), |row| {
            row.own_links.next().map(|slot| rows.get(slot))
        });
        few.filter(|row| row.closed.is_none()).chain(many)
    }

    /// Returns all orders, by number.
    pub fn trail(&self, rows: &Rows<OrderRow>) -> Cow<'_, Trail> {
        if let Some(many) = &self.many {
            return Cow::Borrowed(&many.numbers);
        }
        let mut trail = Trail::EMPTY;
        for slot in self.few.iter().flatten() {
            trail.push(rows.get(*slot).step());
        }
        Cow::Owned(trail)
    }

    fn few_closed(&self, rows: &Rows<OrderRow>) -> impl Iterator<Item = Slot<OrderRow>> {
        let few = self.few.into_iter().flatten();
        few.filter(|slot| rows.get(*slot).closed.is_some())
    }
}

fn own_links(row: &mut OrderRow) -> &mut Links<OrderRow> {
    &mut row.own_links
}
