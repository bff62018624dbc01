//! Lists, prevented matches and amendments, worked out the slow way.

use model::event::{Event, Published};
use model::id::{AccountId, ListId, MarketId, OrderId, TradeGroupId};
use model::order::OrderKind;
use model::snapshot_views::{ConditionChange, PriceChange};
use model::time::{NANOS_PER_DAY, Timestamp};
use std::collections::BTreeMap;
use views::amendment::Amendment;
use views::limits::Limits;
use views::list::OrderList;
use views::order::Order;
use views::prevented::PreventedMatch;

pub struct NaiveRare {
    limits: Limits,
    /// Every list there ever was.
    lists: BTreeMap<ListId, OrderList>,
    /// Closed lists that are kept, in the order they closed.
    closed: Vec<OrderList>,
    /// Kept ones, oldest first.
    pub prevented: Vec<PreventedMatch>,
    pub amendments: Vec<Amendment>,
    groups: BTreeMap<AccountId, TradeGroupId>,
}

impl NaiveRare {
    pub fn new(limits: Limits) -> NaiveRare {
        NaiveRare {
            limits,
            lists: BTreeMap::new(),
            closed: Vec::new(),
            prevented: Vec::new(),
            amendments: Vec::new(),
            groups: BTreeMap::new(),
        }
    }

    /// Takes in an event; the orders are those before it.
    pub fn fold(&mut self, published: &Published, orders: &BTreeMap<(MarketId, OrderId), Order>) {
        let at = published.at;
        match published.event {
            Event::AccountOpened { account, group, .. } => {
                self.groups.insert(account, group);
            }
            Event::ListAccepted(event) => {
                let list = OrderList {
                    market: event.market,
                    list: event.list,
                    account: event.account,
                    kind: event.kind,
                    client_id: event.client_id,
                    first_order: event.first_order,
                    created_at: at,
                    updated_at: at,
                    is_closed: false,
                };
                self.lists.insert(event.list, list);
            }
            Event::OrderActivated(event) => {
                let leg = orders[&(event.market, event.order)].instructed;
                if let Some(list) = leg.and_then(|leg| leg.list) {
                    self.list(list).updated_at = at;
                }
            }
            Event::ListClosed { list, .. } => self.close(list, at),
            Event::MatchPrevented(event) => {
                self.prevented.push(PreventedMatch {
                    market: event.market,
                    prevented: event.prevented,
                    maker_order: event.maker_order,
                    taker_order: event.taker_order,
                    maker_account: event.maker_account,
                    taker_account: event.taker_account,
                    group: self.groups[&event.maker_account],
                    price: event.price,
                    mode: event.mode,
                    maker_qty: event.maker_qty,
                    taker_qty: event.taker_qty,
                    taker_side: event.taker_side,
                    at,
                });
                let limits = (self.limits.prevented_max, self.limits.prevented_share);
                limit(&mut self.prevented, |row| row.taker_account, limits);
            }
            Event::OrderAmended(event) => {
                self.amendments.push(Amendment {
                    market: event.market,
                    order: event.order,
                    account: event.account,
                    at,
                    sequence: published.sequence,
                    qty_before: event.qty.plus(event.reduced),
                    qty_after: event.qty,
                    client_id: event.client_id,
                    previous_client_id: event.previous_client_id,
                    price: None,
                    condition: None,
                });
                let limits = (self.limits.amendments_max, self.limits.amendments_share);
                limit(&mut self.amendments, |row| row.account, limits);
            }
            Event::OrderRequeued(ref event) => {
                self.amendments.push(Amendment {
                    market: event.market,
                    order: event.order,
                    account: event.account,
                    at,
                    sequence: published.sequence,
                    qty_before: event.previous_qty,
                    qty_after: event.qty,
                    client_id: event.client_id,
                    previous_client_id: event.previous_client_id,
                    price: Some(PriceChange {
                        before: event.previous_price,
                        after: event.price,
                    }),
                    condition: None,
                });
                let limits = (self.limits.amendments_max, self.limits.amendments_share);
                limit(&mut self.amendments, |row| row.account, limits);
            }
            Event::WaitingAmended(ref event) => {
                let limits = event.previous_kind.price().zip(event.kind.price());
                let lots = |kind: OrderKind| kind.qty().expect("it names its lots");
                self.amendments.push(Amendment {
                    market: event.market,
                    order: event.order,
                    account: event.account,
                    at,
                    sequence: published.sequence,
                    qty_before: lots(event.previous_kind),
                    qty_after: lots(event.kind),
                    client_id: event.client_id,
                    previous_client_id: event.previous_client_id,
                    price: limits.map(|(before, after)| PriceChange { before, after }),
                    condition: match (event.previous.0, event.awaited.0) {
                        (Some(before), Some(after)) => Some(ConditionChange { before, after }),
                        _ => None,
                    },
                });
                let limits = (self.limits.amendments_max, self.limits.amendments_share);
                limit(&mut self.amendments, |row| row.account, limits);
            }
            Event::Ticked => self.expire(at),
            _ => (),
        }
    }

    fn list(&mut self, list: ListId) -> &mut OrderList {
        self.lists.get_mut(&list).expect("it was accepted")
    }

    fn close(&mut self, list: ListId, at: Timestamp) {
        let row = self.list(list);
        row.is_closed = true;
        row.updated_at = at;
        let row = *row;
        self.closed.push(row);
        let limits = (self.limits.closed_lists_max, self.limits.closed_lists_share);
        limit(&mut self.closed, |row| row.account, limits);
    }

    fn expire(&mut self, at: Timestamp) {
        let oldest = at.plus_nanos(-NANOS_PER_DAY);
        self.closed.retain(|row| oldest <= row.updated_at);
        self.prevented.retain(|row| oldest <= row.at);
        self.amendments.retain(|row| oldest <= row.at);
    }

    /// Returns the list of which an order is a leg.
    pub fn list_of_leg(&self, market: MarketId, order: OrderId) -> Option<ListId> {
        let is_leg = |list: &&OrderList| {
            let legs = list.first_order.0..list.first_order.0 + list.kind.legs();
            list.market == market && legs.contains(&order.0)
        };
        self.lists.values().find(is_leg).map(|list| list.list)
    }

    /// Returns the kept lists of an account, by number.
    pub fn lists_of(&self, account: AccountId) -> Vec<OrderList> {
        let is_kept = |list: &&OrderList| {
            list.account == account
                && (!list.is_closed || self.closed.iter().any(|row| row.list == list.list))
        };
        self.lists.values().filter(is_kept).copied().collect()
    }
}

/// Takes one row out if the newest is one too many.
fn limit<T>(rows: &mut Vec<T>, account: impl Fn(&T) -> AccountId, (max, share): (usize, usize)) {
    if rows.len() <= max {
        return;
    }
    let newest = rows.last().map(&account);
    let is_own = |row: &T| Some(account(row)) == newest;
    let own = rows.iter().filter(|row| is_own(row)).count();
    let leaving = if share < own {
        rows.iter().position(is_own)
    } else {
        Some(0)
    };
    if let Some(index) = leaving {
        rows.remove(index);
    }
}
