//! What happened to an account in a span of commands, added up: enough to know how things were before it from how they are
//! after it.
//!
//! It holds what was open before the span and what is open after it, however much happened in between.

use std::collections::{BTreeMap, BTreeSet};

use model::event::{Event, OrderInstructed};
use model::id::{AccountId, AssetId, ListId, MarketId, OrderId};

use crate::user_data::concerned::order_places;
use crate::user_data::deltas::{Pair, deltas};
use crate::user_data::effects::Effects;

/// An order of the account.
pub type OrderName = (MarketId, OrderId);

pub struct Tally {
    own: AccountId,
    pub effects: Effects,
    /// The orders from before the span that it speaks of.
    pub earlier_orders: BTreeSet<OrderName>,
    pub earlier_lists: BTreeSet<ListId>,
    /// The orders of the span that may have trailed.
    pub trailing: BTreeSet<OrderName>,
    /// What the span added to the balances it touched, available and held.
    pub added: BTreeMap<AssetId, (i128, i128)>,
    pub event_count: u64,
    /// Those that began in the span and have not ended.
    open_orders: BTreeSet<OrderName>,
    open_lists: BTreeSet<ListId>,
}

impl Tally {
    /// Returns that of no commands.
    pub fn new(own: AccountId) -> Tally {
        Tally {
            own,
            effects: Effects::none(),
            earlier_orders: BTreeSet::new(),
            earlier_lists: BTreeSet::new(),
            trailing: BTreeSet::new(),
            added: BTreeMap::new(),
            event_count: 0,
            open_orders: BTreeSet::new(),
            open_lists: BTreeSet::new(),
        }
    }

    /// Adds the next event that concerns the account.
    pub fn add(&mut self, event: &Event, pair: &dyn Fn(MarketId) -> Option<Pair>) {
        self.event_count += 1;
        for delta in deltas(event, self.own, pair) {
            let (available, held) = self.added.entry(delta.asset).or_insert((0, 0));
            *available += delta.available;
            *held += delta.held;
        }
        let own = self.own;
        self.effects.add(event, &|account| account == own);
        for (market, order, _) in order_places(event).filter(|(.., account)| *account == own) {
            self.meet((market, order), event);
        }
        match event {
            Event::ListAccepted(list) if list.account == own => {
                self.open_lists.insert(list.list);
            }
            Event::ListClosed { list, account, .. }
                if *account == own && !self.open_lists.remove(list) =>
            {
                self.earlier_lists.insert(*list);
            }
            _ => {}
        }
    }

    fn meet(&mut self, order: OrderName, event: &Event) {
        match event {
            Event::OrderAccepted(_) => {
                self.open_orders.insert(order);
            }
            Event::OrderClosed(_) if self.open_orders.remove(&order) => {
                self.effects.forget(order);
            }
            Event::OrderInstructed(instructed) if trails(instructed) => {
                self.trailing.insert(order);
            }
            _ if mutant::plant!(
                "earlier-order-taken-for-new",
                true,
                self.open_orders.contains(&order)
            ) => {}
            _ => {
                self.earlier_orders.insert(order);
            }
        }
    }
}

fn trails(instructed: &OrderInstructed) -> bool {
    let trigger = instructed.instructions.trigger;
    trigger.is_some_and(|trigger| trigger.delta().is_some())
}
