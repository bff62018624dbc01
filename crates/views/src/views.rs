//! Every view together, and the fold.

use crate::account::{Account, Balance};
use crate::change::Change;
use crate::funding::{DepositView, WithdrawalView};
use crate::key::Key;
use crate::market::Market;
use crate::order::Order;
use crate::own_trade::OwnTrade;
use crate::span::Span;
use model::account::Wallet;
use model::event::Published;
use model::id::{AccountId, AssetId, KeyId, MarketId, OrderId, Sequence, TradeId};
use model::instrument::Asset;
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;

/// All that people read, after the last folded event.
pub struct Views {
    sequence: Sequence,
    at: Timestamp,
    assets: Vec<Asset>,
    markets: Vec<Market>,
}

impl Views {
    /// Returns the views before the first event.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Views {
        Views {
            sequence: Sequence::ZERO,
            at: Timestamp::ZERO,
            assets: Vec::new(),
            markets: Vec::new(),
        }
    }

    /// Takes in the next event and appends what it changed.
    ///
    /// Events come in order and each once. An event of the next command ends the command before it first.
    pub fn fold(&mut self, published: &Published, changes: &mut Vec<Change>) {
        let _ = changes;
        self.sequence = published.sequence;
        self.at = published.at;
    }

    /// Ends the command whose events were folded: appends its aggregate trades and tops of book.
    ///
    /// Called after the last event of a command, so that streams need not wait for the next; calling it twice is
    /// the same as once.
    pub fn end_command(&mut self, changes: &mut Vec<Change>) {
        let _ = changes;
    }

    /// Returns the last command folded.
    pub fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// Returns the time of the last command folded.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    pub fn asset(&self, asset: AssetId) -> Option<&Asset> {
        self.assets.get(usize::from(asset.0))
    }

    /// Returns the markets in order of listing.
    pub fn markets(&self) -> impl Iterator<Item = &Market> {
        self.markets.iter()
    }

    pub fn market(&self, market: MarketId) -> Option<&Market> {
        self.markets.get(usize::from(market.0))
    }

    /// Returns the market of this symbol.
    pub fn market_of(&self, symbol: Symbol) -> Option<&Market> {
        self.markets
            .iter()
            .find(|market| market.instrument().symbol == symbol)
    }

    /// Returns the number of accounts; they are numbered from 1.
    pub fn account_count(&self) -> usize {
        0
    }

    pub fn account(&self, account: AccountId) -> Option<Account> {
        let _ = account;
        None
    }

    /// Returns every balance the account ever had, by wallet and asset.
    pub fn balances(&self, account: AccountId) -> Vec<Balance> {
        let _ = account;
        Vec::new()
    }

    /// Returns one balance, zero if the account never had it.
    pub fn balance(&self, account: AccountId, wallet: Wallet, asset: AssetId) -> Balance {
        let _ = account;
        Balance {
            wallet,
            asset,
            available: model::number::Amount::ZERO,
            held: model::number::Amount::ZERO,
        }
    }

    pub fn order(&self, market: MarketId, order: OrderId) -> Option<Order> {
        let _ = (market, order);
        None
    }

    /// Returns the order of the account that took this client id last.
    pub fn order_of(
        &self,
        account: AccountId,
        market: MarketId,
        client_id: ClientOrderId,
    ) -> Option<Order> {
        let _ = (account, market, client_id);
        None
    }

    /// Returns the open orders of an account in every market, by market and number.
    pub fn open_orders(&self, account: AccountId) -> Vec<Order> {
        let _ = account;
        Vec::new()
    }

    /// Returns the open orders of an account in one market, by number.
    pub fn open_orders_in(&self, account: AccountId, market: MarketId) -> Vec<Order> {
        let _ = (account, market);
        Vec::new()
    }

    /// Returns the newest `count` orders of an account in a market, open or closed, by number.
    pub fn newest_orders(&self, account: AccountId, market: MarketId, count: usize) -> Vec<Order> {
        let _ = (account, market, count);
        Vec::new()
    }

    /// Returns the first `count` kept orders with this number or a later one, by number.
    pub fn orders_from(
        &self,
        account: AccountId,
        market: MarketId,
        first: OrderId,
        count: usize,
    ) -> Vec<Order> {
        let _ = (account, market, first, count);
        Vec::new()
    }

    /// Returns the first `count` kept orders created within the span, by number.
    pub fn orders_within(
        &self,
        account: AccountId,
        market: MarketId,
        span: Span,
        count: usize,
    ) -> Vec<Order> {
        let _ = (account, market, span, count);
        Vec::new()
    }

    /// Returns the newest `count` fills of an account in a market, oldest first.
    pub fn newest_own_trades(
        &self,
        account: AccountId,
        market: MarketId,
        count: usize,
    ) -> Vec<OwnTrade> {
        let _ = (account, market, count);
        Vec::new()
    }

    /// Returns the first `count` kept fills with this trade number or a later one.
    pub fn own_trades_from(
        &self,
        account: AccountId,
        market: MarketId,
        first: TradeId,
        count: usize,
    ) -> Vec<OwnTrade> {
        let _ = (account, market, first, count);
        Vec::new()
    }

    /// Returns the first `count` kept fills within the span.
    pub fn own_trades_within(
        &self,
        account: AccountId,
        market: MarketId,
        span: Span,
        count: usize,
    ) -> Vec<OwnTrade> {
        let _ = (account, market, span, count);
        Vec::new()
    }

    /// Returns the first `count` kept fills of one order, with this trade number or a later one.
    pub fn fills(
        &self,
        market: MarketId,
        order: OrderId,
        first: TradeId,
        count: usize,
    ) -> Vec<OwnTrade> {
        let _ = (market, order, first, count);
        Vec::new()
    }

    /// Returns a key that was created and not revoked.
    pub fn key(&self, key: KeyId) -> Option<Key> {
        let _ = key;
        None
    }

    /// Returns the pending and recently ended deposits of an account, oldest first.
    pub fn deposits(&self, account: AccountId) -> Vec<DepositView> {
        let _ = account;
        Vec::new()
    }

    /// Returns the pending and recently ended withdrawals of an account, oldest first.
    pub fn withdrawals(&self, account: AccountId) -> Vec<WithdrawalView> {
        let _ = account;
        Vec::new()
    }
}
