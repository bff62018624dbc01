//! An order as it is kept.

use crate::account_market::AccountMarket;
use crate::accounts::BalanceCell;
use crate::chain::Links;
use crate::order::Order;
use crate::rows::Slot;
use model::id::TradeId;

/// An order with its place in every list.
pub struct OrderRow {
    pub order: Order,
    pub of: Slot<AccountMarket>,
    pub balances: OrderBalances,
    pub last_fill: Option<TradeId>,
    /// Whether the client id leads to this order: a later order may take the id over once this one is closed.
    pub is_named: bool,
    /// Among the open, later the closed, orders of its account in its market.
    pub own_links: Links<OrderRow>,
    /// Among all closed orders.
    pub closed_links: Links<OrderRow>,
}

/// The balances of the account that the order moves.
#[derive(Clone, Copy)]
pub struct OrderBalances {
    /// Of the asset it gives: quote for a buy, base for a sell.
    pub gives: Slot<BalanceCell>,
    /// Of the asset it receives.
    pub receives: Slot<BalanceCell>,
}
