//! STUB for the branch of the gateway: just enough of the fold of instructions, lists, prevented matches and amendments
//! to run the gateway's own tests. Balances, snapshots and bounds are left out. The views' own branch removes this file.

use crate::amendment::Amendment;
use crate::change::{Change, Changes, ListChange, OrderChange};
use crate::list::OrderList;
use crate::order::{Instructed, Stage};
use crate::prevented::PreventedMatch;
use crate::span::Span;
use crate::views::Views;
use model::event::Event;
use model::id::{AccountId, ListId, MarketId, OrderId, PreventedMatchId, Sequence};
use model::order::Instructions;
use model::text::ClientOrderId;
use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Stub {
    pub instructed: BTreeMap<(MarketId, OrderId), Instructed>,
    lists: Vec<OrderList>,
    prevented: Vec<PreventedMatch>,
    amendments: Vec<Amendment>,
}

impl Views {
    pub(crate) fn fold_stub(&mut self, event: &Event, changes: &mut impl Changes) {
        match event {
            Event::OrderLimitsChanged { market, limits, .. } => {
                self.market_mut(*market).limits = **limits;
                changes.push(Change::MarketChanged { market: *market });
            }
            Event::ListAccepted(list) => {
                self.stub.lists.push(OrderList {
                    market: list.market,
                    list: list.list,
                    account: list.account,
                    kind: list.kind,
                    client_id: list.client_id,
                    first_order: list.first_order,
                    created_at: self.at,
                    updated_at: self.at,
                    is_closed: false,
                });
                for leg in 0..list.kind.legs() {
                    let instructed = Instructed {
                        instructions: Instructions::NONE,
                        list: Some(list.list),
                        stage: Stage::Working,
                    };
                    let key = (list.market, OrderId(list.first_order.0 + leg));
                    self.stub.instructed.insert(key, instructed);
                }
                changes.push(Change::List {
                    account: list.account,
                    market: list.market,
                    list: list.list,
                    what: ListChange::Accepted,
                });
            }
            Event::ListClosed {
                market,
                list,
                account,
            } => {
                let at = self.at;
                let row = self.stub.lists.iter_mut().find(|row| row.list == *list);
                if let Some(row) = row {
                    row.is_closed = true;
                    row.updated_at = at;
                }
                changes.push(Change::List {
                    account: *account,
                    market: *market,
                    list: *list,
                    what: ListChange::Closed,
                });
            }
            Event::OrderInstructed(event) => {
                let key = (event.market, event.order);
                let list = self.stub.instructed.get(&key).and_then(|row| row.list);
                let stage = match event.instructions.trigger {
                    _ if event.is_pending => Stage::Pending,
                    Some(_) => Stage::Waiting,
                    None => Stage::Working,
                };
                let instructed = Instructed {
                    instructions: event.instructions,
                    list,
                    stage,
                };
                self.stub.instructed.insert(key, instructed);
                changes.push(OrderChange::Instructed.of(event.account, event.market, event.order));
            }
            Event::OrderTriggered(event) => {
                if let Some(row) = self.stub.instructed.get_mut(&(event.market, event.order)) {
                    row.stage = Stage::Working;
                }
                changes.push(OrderChange::Triggered.of(event.account, event.market, event.order));
            }
            Event::OrderActivated(event) => {
                if let Some(row) = self.stub.instructed.get_mut(&(event.market, event.order)) {
                    row.stage = match row.instructions.trigger {
                        Some(_) => Stage::Waiting,
                        None => Stage::Working,
                    };
                }
                changes.push(OrderChange::Activated.of(event.account, event.market, event.order));
            }
            Event::OrderRefilled {
                market,
                side,
                price,
                qty,
                ..
            } => {
                self.touch(*market);
                self.market_mut(*market)
                    .add_lots(*side, *price, *qty, changes);
            }
            Event::MatchPrevented(event) => self.stub.prevented.push(PreventedMatch {
                market: event.market,
                prevented: event.prevented,
                maker_order: event.maker_order,
                taker_order: event.taker_order,
                maker_account: event.maker_account,
                taker_account: event.taker_account,
                price: event.price,
                mode: event.mode,
                maker_qty: event.maker_qty,
                taker_qty: event.taker_qty,
                taker_side: event.taker_side,
                at: self.at,
            }),
            Event::OrderAmended(event) => self.stub.amendments.push(Amendment {
                market: event.market,
                order: event.order,
                account: event.account,
                at: self.at,
                sequence: self.sequence,
                qty_before: event.qty.plus(event.reduced),
                qty_after: event.qty,
                client_id: event.client_id,
                previous_client_id: event.previous_client_id,
            }),
            _ => {}
        }
    }

    pub fn list(&self, account: AccountId, list: ListId) -> Option<OrderList> {
        let row = self.stub.lists.iter().find(|row| row.list == list)?;
        (row.account == account).then_some(*row)
    }

    pub fn list_of(&self, account: AccountId, client_id: ClientOrderId) -> Option<OrderList> {
        let mut rows = self.stub.lists.iter().rev();
        rows.find(|row| row.account == account && row.client_id == client_id)
            .copied()
    }

    pub fn open_lists(&self, account: AccountId) -> Vec<OrderList> {
        let rows = self.own_lists(account).filter(|row| !row.is_closed);
        rows.collect()
    }

    pub fn lists_from(&self, account: AccountId, first: ListId, count: usize) -> Vec<OrderList> {
        let rows = self.own_lists(account).filter(|row| first <= row.list);
        rows.take(count).collect()
    }

    pub fn lists_within(&self, account: AccountId, span: Span, count: usize) -> Vec<OrderList> {
        let rows = self
            .own_lists(account)
            .filter(|row| span.includes(row.created_at));
        rows.take(count).collect()
    }

    pub fn newest_lists(&self, account: AccountId, count: usize) -> Vec<OrderList> {
        let mut rows: Vec<OrderList> = self.own_lists(account).collect();
        rows.split_off(rows.len().saturating_sub(count))
    }

    fn own_lists(&self, account: AccountId) -> impl Iterator<Item = OrderList> {
        let rows = self.stub.lists.iter().copied();
        rows.filter(move |row| row.account == account)
    }

    pub fn prevented_match(
        &self,
        market: MarketId,
        prevented: PreventedMatchId,
    ) -> Option<PreventedMatch> {
        let mut rows = self.stub.prevented.iter();
        rows.find(|row| row.market == market && row.prevented == prevented)
            .copied()
    }

    pub fn prevented_of_order(
        &self,
        account: AccountId,
        market: MarketId,
        order: OrderId,
        from: PreventedMatchId,
        count: usize,
    ) -> Vec<PreventedMatch> {
        let rows = self.prevented_from(account, market, from, usize::MAX);
        rows.into_iter()
            .filter(|row| row.maker_order == order || row.taker_order == order)
            .take(count)
            .collect()
    }

    pub fn prevented_from(
        &self,
        account: AccountId,
        market: MarketId,
        from: PreventedMatchId,
        count: usize,
    ) -> Vec<PreventedMatch> {
        let is_own = |row: &&PreventedMatch| {
            row.market == market
                && from <= row.prevented
                && (row.maker_account == account || row.taker_account == account)
        };
        let rows = self.stub.prevented.iter().filter(is_own);
        rows.take(count).copied().collect()
    }

    pub fn amendments(
        &self,
        account: AccountId,
        market: MarketId,
        order: OrderId,
        from: Sequence,
        count: usize,
    ) -> Vec<Amendment> {
        let is_wanted = |row: &&Amendment| {
            (row.account, row.market, row.order) == (account, market, order) && from <= row.sequence
        };
        let rows = self.stub.amendments.iter().filter(is_wanted);
        rows.take(count).copied().collect()
    }
}
