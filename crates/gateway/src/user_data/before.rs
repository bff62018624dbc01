//! How an account was before a span of commands: how it is after it, less what the span did.

use std::collections::{BTreeMap, BTreeSet};

use indexer::order::{OrderKey, PastOrder};
use model::account::Wallet;
use model::id::{AccountId, AssetId, ListId, OrderId};
use model::order::ListRef;
use model::text::ClientOrderId;
use tokio::runtime::Handle;
use views::list::OrderList;
use views::order::Order;
use views::views::Views;
use wire::binance::answer::list::{LegFacts, ListFacts, ListState};
use wire::binance::error::{Fault, Refusal};

use crate::past::Past;
use crate::rest::facts::{self, Listing};
use crate::rest::past_facts;
use crate::user_data::executions::{Kept, Orders, TrailStart, Trails};
use crate::user_data::tally::{OrderName, Tally};

/// How the account was.
pub struct Before {
    pub kept: Kept,
    /// Those with an open leg.
    pub lists: BTreeMap<ListId, ListFacts>,
    /// Available and held.
    pub balances: BTreeMap<AssetId, (i128, i128)>,
}

/// How the account is after the span, as far as the views know.
pub struct After {
    own: AccountId,
    /// The rest.
    past: Past,
    kept: Kept,
    lists: BTreeMap<ListId, OrderList>,
    /// Of the legs of those lists.
    names: BTreeMap<OrderName, ClientOrderId>,
    balances: BTreeMap<AssetId, (i128, i128)>,
    /// The orders that the views no longer have.
    gone: BTreeSet<OrderName>,
}

impl After {
    /// Looks at the views, which have just folded the last command of the span; `None` of an account that is not there.
    pub fn look(views: &Views, past: Past, own: AccountId, tally: &Tally) -> Option<After> {
        let markets = views.markets();
        let listings = markets.map(|market| (market.instrument().id, Listing::of(views, market)));
        let mut after = After {
            own,
            past,
            kept: Kept {
                listings: listings.collect(),
                group: views.account(own)?.group,
                orders: Orders::new(),
                trails: Trails::new(),
            },
            lists: BTreeMap::new(),
            names: BTreeMap::new(),
            balances: BTreeMap::new(),
            gone: BTreeSet::new(),
        };
        for name in tally.earlier_orders.union(&tally.trailing) {
            match views.order(name.0, name.1) {
                Some(order) => after.take_in_kept(views, *name, &order, tally),
                None => drop(after.gone.insert(*name)),
            }
        }
        for list in &tally.earlier_lists {
            after.look_at_list(views, *list);
        }
        for (asset, (available, held)) in &tally.added {
            let now = views.balance(own, Wallet::Spot, *asset);
            let before = (now.available.units() - available, now.held.units() - held);
            after.balances.insert(*asset, before);
        }
        Some(after)
    }

    fn take_in_kept(&mut self, views: &Views, name: OrderName, order: &Order, tally: &Tally) {
        if let Some(since) = order.instructed.and_then(|kept| kept.trailing_since) {
            self.kept.trails.insert(name, TrailStart::of(since));
        }
        if !tally.earlier_orders.contains(&name) {
            return;
        }
        if let Some(listing) = self.kept.listings.get(&name.0) {
            let facts = facts::order(order, &listing.instrument);
            self.kept.orders.insert(name, facts);
            facts
                .list
                .into_iter()
                .for_each(|list| self.look_at_list(views, list));
        }
    }

    fn look_at_list(&mut self, views: &Views, list: ListId) {
        let Some(list) = views.list(self.own, list) else {
            return;
        };
        for leg in legs(&list) {
            if let Some(order) = views.order(leg.0, leg.1) {
                self.names.insert(leg, order.client_id);
            }
        }
        self.lists.insert(list.list, list);
    }

    /// Takes the span back. Asks the history for what the views have let go of, and so blocks.
    ///
    /// # Errors
    /// -1001 when the history is behind, -1130 when it does not know it either.
    pub fn take_back(mut self, tally: &Tally) -> Result<Before, Refusal> {
        let runtime = Handle::current();
        let gone = core::mem::take(&mut self.gone);
        for name in mutant::plant!("gone-order-not-asked-for", BTreeSet::new(), gone) {
            let past = runtime.block_on(self.ask_for(name))?;
            self.take_in_past(name, &past.ok_or_else(too_late)?, tally)?;
        }
        let mut wanted = tally.earlier_lists.clone();
        wanted.extend(self.kept.orders.values().filter_map(|order| order.list));
        let mut lists = BTreeMap::new();
        for list in wanted {
            lists.insert(list, runtime.block_on(self.list(list))?);
        }
        for ((market, _), order) in &mut self.kept.orders {
            *order = tally.effects.before(*market, order);
        }
        Ok(Before {
            kept: self.kept,
            lists,
            balances: self.balances,
        })
    }

    async fn ask_for(&self, (market, order): OrderName) -> Result<Option<PastOrder>, Refusal> {
        let account = self.own;
        let key = OrderKey {
            account,
            market,
            order,
        };
        self.past.order(key).await
    }

    fn take_in_past(
        &mut self,
        name: OrderName,
        past: &PastOrder,
        tally: &Tally,
    ) -> Result<(), Refusal> {
        if let Some(at) = past.trailing_since {
            let sequence = None;
            self.kept.trails.insert(name, TrailStart { sequence, at });
        }
        if tally.earlier_orders.contains(&name) {
            let listing = self.kept.listings.get(&name.0).ok_or_else(too_late)?;
            let facts = past_facts::order(past, &listing.instrument);
            self.kept.orders.insert(name, facts);
        }
        Ok(())
    }

    async fn list(&mut self, number: ListId) -> Result<ListFacts, Refusal> {
        let list = match self.lists.get(&number) {
            Some(list) => *list,
            None => {
                let found = self.past.list(self.own, ListRef::Id(number)).await?;
                found.ok_or_else(too_late)?
            }
        };
        let mut named = Vec::new();
        for leg in legs(&list) {
            if let Some(client_id) = self.name(leg).await? {
                named.push(LegFacts {
                    order: leg.1,
                    client_id,
                });
            }
        }
        let listing = self.kept.listings.get(&list.market).ok_or_else(too_late)?;
        Ok(ListFacts {
            symbol: listing.instrument.symbol,
            list: list.list,
            kind: list.kind,
            client_id: list.client_id,
            legs: named,
            state: ListState::Open,
            at: list.created_at,
        })
    }

    async fn name(&self, leg: OrderName) -> Result<Option<ClientOrderId>, Refusal> {
        match self.names.get(&leg) {
            Some(name) => Ok(Some(*name)),
            None => Ok(self.ask_for(leg).await?.map(|order| order.client_id)),
        }
    }
}

fn legs(list: &OrderList) -> impl Iterator<Item = OrderName> + use<> {
    let (market, first) = (list.market, list.first_order.0);
    (first..first + list.kind.legs()).map(move |order| (market, OrderId(order)))
}

/// What happened can no longer be told.
pub const fn too_late() -> Refusal {
    Refusal::of(Fault::ResumeTooLate)
}
