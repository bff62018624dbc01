//! Every view together, and what people ask of them.

use crate::account::{Account, Balance};
use crate::account_market::AccountMarkets;
use crate::account_share::AccountShare;
use crate::accounts::Accounts;
use crate::amendments::Amendments;
use crate::funding::{DepositView, WithdrawalView};
use crate::funding::{deposit_view, withdrawal_view};
use crate::fundings::Fundings;
use crate::interval::Interval;
use crate::key::Key;
use crate::keys::Keys;
use crate::limits::Limits;
use crate::lists::Lists;
use crate::market::Market;
use crate::orders::{OrderLimits, Orders};
use crate::prevented_matches::PreventedMatches;
use crate::share::Share;
use model::account::Wallet;
use model::allowance::Allowances;
use model::id::{AccountId, AssetId, KeyId, MarketId, OwnerId, Sequence};
use model::instrument::Asset;
use model::payout_limit::PayoutLimits;
use model::snapshot_views::{CANDLE_INTERVALS, FundingRow};
use model::text::Symbol;
use model::time::Timestamp;
use std::collections::BTreeMap;

/// All that people read, after the last folded event.
pub struct Views {
    pub(crate) sequence: Sequence,
    pub(crate) at: Timestamp,
    pub(crate) limits: Limits,
    pub(crate) table_seed: u64,
    pub(crate) assets: Vec<Asset>,
    pub(crate) markets: Vec<Market>,
    pub(crate) symbols: BTreeMap<Symbol, MarketId>,
    pub(crate) accounts: Accounts,
    pub(crate) account_markets: AccountMarkets,
    pub(crate) orders: Orders,
    pub(crate) lists: Lists,
    pub(crate) prevented_matches: PreventedMatches,
    pub(crate) amendments: Amendments,
    pub(crate) keys: Keys,
    pub(crate) fundings: Fundings,
    /// Until when nothing of an owner is paid out.
    pub(crate) payout_holds: BTreeMap<OwnerId, Timestamp>,
    pub(crate) allowances: Allowances,
    pub(crate) payout_limits: PayoutLimits,
    pub(crate) trade_share: Share,
    /// When the newest of the trades happened that are no longer kept.
    pub(crate) trades_gone_until: Option<Timestamp>,
    /// By interval.
    pub(crate) candle_shares: [Share; CANDLE_INTERVALS],
    /// The market whose old rows the next tick lets go of first.
    pub(crate) expiry_market: MarketId,
    /// The markets that the command being folded touched.
    pub(crate) touched: Vec<MarketId>,
}

impl Views {
    /// Returns the views before the first event.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Views {
        Views::with_limits(Limits::STANDARD)
    }

    /// Returns the views before the first event, which will keep no more than this.
    pub fn with_limits(limits: Limits) -> Views {
        Views::seeded(0, limits)
    }

    /// Returns empty views whose tables have this seed.
    pub(crate) fn seeded(table_seed: u64, limits: Limits) -> Views {
        let order_limits = OrderLimits {
            closed_max: limits.closed_orders_max,
            closed_share: limits.closed_orders_share,
        };
        Views {
            sequence: Sequence::ZERO,
            at: Timestamp::ZERO,
            limits,
            table_seed,
            assets: Vec::new(),
            markets: Vec::new(),
            symbols: BTreeMap::new(),
            accounts: Accounts::new(table_seed),
            account_markets: AccountMarkets::new(table_seed),
            orders: Orders::new(table_seed, order_limits),
            lists: Lists::new(AccountShare::new(
                limits.closed_lists_max,
                limits.closed_lists_share,
            )),
            prevented_matches: PreventedMatches::new(AccountShare::new(
                limits.prevented_max,
                limits.prevented_share,
            )),
            amendments: Amendments::new(AccountShare::new(
                limits.amendments_max,
                limits.amendments_share,
            )),
            keys: Keys::new(table_seed),
            fundings: Fundings::new(table_seed, limits.ended_fundings_max),
            payout_holds: BTreeMap::new(),
            allowances: Allowances::default(),
            payout_limits: PayoutLimits::default(),
            trade_share: Share::new(limits.trades_max),
            trades_gone_until: None,
            candle_shares: Interval::ALL.map(|interval| Share::new(candles_max(interval, &limits))),
            expiry_market: MarketId(0),
            touched: Vec::new(),
        }
    }

    /// Returns the last command folded.
    pub fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// Returns the time of the last command folded.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns until when orders and lists may have closed, trades, prevented matches and amendments happened, and deposits
    /// and withdrawals ended, that are no longer kept; `None` when all are.
    ///
    /// Views out of a snapshot know no better than when it was made.
    pub fn gone_until(&self) -> Option<Timestamp> {
        let gone = self.orders.gone_until.max(self.trades_gone_until);
        let rare = [
            self.fundings.gone_until,
            self.lists.gone_until,
            self.prevented_matches.gone_until,
            self.amendments.gone_until,
        ];
        rare.into_iter().fold(gone, Option::max)
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
        self.market(*self.symbols.get(&symbol)?)
    }

    /// Returns the number of accounts; they are numbered from 1.
    pub fn account_count(&self) -> usize {
        self.accounts.len()
    }

    pub fn account(&self, account: AccountId) -> Option<Account> {
        self.accounts.account(account)
    }

    /// Returns the balances of an account that are not nothing, by wallet and asset.
    pub fn balances(&self, account: AccountId) -> Vec<Balance> {
        self.accounts.balances(account)
    }

    /// Returns one balance, nothing if the account never had it.
    pub fn balance(&self, account: AccountId, wallet: Wallet, asset: AssetId) -> Balance {
        self.accounts.balance(account, wallet, asset)
    }

    /// Returns a key that was created and not revoked.
    pub fn key(&self, key: KeyId) -> Option<Key> {
        self.keys.get(key)
    }

    /// Returns until when nothing of an owner is paid out, `None` when there was never a hold; it may have passed.
    pub fn payouts_held_until(&self, owner: OwnerId) -> Option<Timestamp> {
        self.payout_holds.get(&owner).copied()
    }

    /// Returns who is verified how far, what that allows, and what was used of it.
    pub fn allowances(&self) -> &Allowances {
        &self.allowances
    }

    /// Returns how much of each asset leaves in a day, and what was used of it.
    pub fn payout_limits(&self) -> &PayoutLimits {
        &self.payout_limits
    }

    /// Returns the pending and recently ended deposits of an account, oldest first.
    pub fn deposits(&self, account: AccountId) -> Vec<DepositView> {
        let row = self.accounts.row(account).into_iter();
        row.flat_map(|row| self.fundings.of(&row.fundings))
            .filter_map(deposit_view)
            .collect()
    }

    /// Returns the pending and recently ended deposits and withdrawals of an account, oldest first.
    pub fn fundings(&self, account: AccountId) -> Vec<FundingRow> {
        let row = self.accounts.row(account).into_iter();
        row.flat_map(|row| self.fundings.of(&row.fundings))
            .copied()
            .collect()
    }

    /// Returns the pending and recently ended withdrawals of an account, oldest first.
    pub fn withdrawals(&self, account: AccountId) -> Vec<WithdrawalView> {
        let row = self.accounts.row(account).into_iter();
        row.flat_map(|row| self.fundings.of(&row.fundings))
            .filter_map(withdrawal_view)
            .collect()
    }
}

/// Returns how many candles of an interval are kept.
fn candles_max(interval: Interval, limits: &Limits) -> usize {
    match interval {
        Interval::Second1 | Interval::Minute1 => limits.short_candles_max,
        _ => limits.long_candles_max,
    }
}
