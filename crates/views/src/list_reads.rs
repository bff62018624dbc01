//! What people ask about lists of orders.

use crate::list::OrderList;
use crate::span::Span;
use crate::views::Views;
use model::id::{AccountId, ListId};
use model::text::ClientOrderId;

impl Views {
    /// Returns a list of the account that is open, or closed within the kept time.
    pub fn list(&self, account: AccountId, list: ListId) -> Option<OrderList> {
        let list = self.lists.get(list)?;
        (list.account == account).then_some(*list)
    }

    /// Returns the newest list of the account with this client id, in whatever market.
    pub fn list_of(&self, account: AccountId, client_id: ClientOrderId) -> Option<OrderList> {
        self.lists.find_named(account, client_id).copied()
    }

    /// Returns the open lists of an account in every market, by number.
    pub fn open_lists(&self, account: AccountId) -> Vec<OrderList> {
        self.lists.open_of(account).copied().collect()
    }

    /// Returns the first `count` kept lists of an account with this number or a later one, by number.
    pub fn lists_from(&self, account: AccountId, first: ListId, count: usize) -> Vec<OrderList> {
        let lists = self.lists.from(account, first);
        lists.take(count).copied().collect()
    }

    /// Returns the first `count` kept lists of an account created within the span, by number.
    pub fn lists_within(&self, account: AccountId, span: Span, count: usize) -> Vec<OrderList> {
        let lists = self.lists.within(account, span);
        lists.take(count).copied().collect()
    }

    /// Returns the newest `count` lists of an account, open or closed, by number.
    pub fn newest_lists(&self, account: AccountId, count: usize) -> Vec<OrderList> {
        self.lists.newest(account, count).copied().collect()
    }
}
