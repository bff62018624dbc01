//! The fold: one event at a time, each into the views it concerns.

use crate::account::Account;
use crate::accounts::Gain;
use crate::change::{Change, OrderChange};
use crate::fundings::{FundingName, Moment};
use crate::key::Key;
use crate::known::known;
use crate::market::Market;
use crate::views::Views;
use model::account::{AccountState, FeeTier, Wallet};
use model::command::{Deposit, Transfer, Withdrawal};
use model::event::{Event, Published};
use model::id::{AccountId, AssetId, MarketId, Reference};
use model::instrument::{Instrument, Phase, Terms};
use model::number::Amount;
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::snapshot_views::Funding;
use model::time::Timestamp;

impl Views {
    /// Takes in the next event and appends what it changed.
    ///
    /// Events come in order and each once. An event of the next command ends the command before it first.
    ///
    /// # Panics
    /// When an event contradicts those before it: they were not all folded, or the engine broke its word.
    pub fn fold(&mut self, published: &Published, changes: &mut Vec<Change>) {
        assert!(self.sequence <= published.sequence);
        if self.sequence != published.sequence {
            self.end_command(changes);
            self.sequence = published.sequence;
            self.at = published.at;
        }
        self.fold_event(&published.event, changes);
    }

    /// Ends the command whose events were folded: appends its last aggregate trades and changed tops of book.
    ///
    /// Called after the last event of a command, so that streams need not wait for the next; calling it twice is
    /// the same as once. No answer of the views depends on it.
    pub fn end_command(&mut self, changes: &mut Vec<Change>) {
        while let Some(market) = self.touched.pop() {
            self.market_mut(market).end_command(changes);
        }
    }

    fn fold_event(&mut self, event: &Event, changes: &mut Vec<Change>) {
        match event {
            Event::Rejected { .. }
            | Event::Repeated { .. }
            | Event::Upgraded { .. }
            | Event::ReplaceCancelRejected { .. }
            | Event::ReplacePlaceRejected { .. }
            | Event::ReplacePlaceSkipped => (),

            Event::OrderAccepted(event) => self.accept_order(event, changes),
            Event::OrderRested {
                market,
                order,
                account,
                side,
                price,
                qty,
            } => self.rest_order((*market, *order, *account), (*side, *price, *qty), changes),
            Event::Traded(event) => self.trade(event, changes),
            Event::MatchPrevented(event) => self.prevent_match(event, changes),
            Event::OrderAmended(event) => self.amend_order(event, changes),
            Event::OrderClosed(event) => self.close_order(event, changes),

            Event::Ticked => self.expire(),
            Event::Started(genesis) => self.start(genesis.table_seed),
            Event::AssetListed(asset) => {
                self.assets.push(*asset);
                changes.push(Change::AssetListed { asset: asset.id });
            }
            Event::MarketListed { instrument, terms } => {
                self.list_market(instrument, terms, changes)
            }
            Event::MarketChanged { market, terms, .. } => {
                self.market_mut(*market).terms = *terms;
                changes.push(Change::MarketChanged { market: *market });
            }
            Event::PhaseChanged { market, phase, .. } => self.set_phase(*market, *phase, changes),

            Event::AccountOpened {
                account,
                owner,
                group,
            } => self.open_account(
                Account {
                    account: *account,
                    owner: *owner,
                    group: *group,
                    state: AccountState::Active,
                    tier: FeeTier::LOWEST,
                    opened_at: self.at,
                    updated_at: self.at,
                },
                changes,
            ),
            Event::AccountStateChanged { account, state, .. } => {
                self.accounts.set_state(*account, *state);
                changes.push(Change::Account { account: *account });
            }
            Event::FeeTierChanged { account, tier } => {
                self.accounts.set_tier(*account, *tier);
                changes.push(Change::Account { account: *account });
            }
            Event::KeyCreated {
                key,
                account,
                scopes,
                expires_at,
            } => self.create_key(
                Key {
                    key: *key,
                    account: *account,
                    scopes: *scopes,
                    expires_at: *expires_at,
                },
                changes,
            ),
            Event::KeyRevoked { key, account } => {
                self.keys.revoke(*key);
                changes.push(Change::KeyRevoked {
                    key: *key,
                    account: *account,
                });
            }

            Event::DepositSeen(deposit) => self.see_deposit(deposit),
            Event::DepositCredited(deposit) => self.credit_deposit(deposit, changes),
            Event::DepositDropped { reference } => self.drop_deposit(*reference),
            Event::WithdrawalHeld {
                account,
                withdrawal,
            } => self.hold_withdrawal(*account, withdrawal, changes),
            Event::WithdrawalSettled {
                account,
                withdrawal,
            } => self.end_withdrawal(*account, withdrawal, WithdrawalStatus::Settled),
            Event::WithdrawalCancelled {
                account,
                withdrawal,
            } => self.cancel_withdrawal(*account, withdrawal, changes),
            Event::Transferred { account, transfer } => self.transfer(*account, transfer, changes),
        }
    }

    /// # Panics
    /// When the market is not listed.
    pub(crate) fn market_mut(&mut self, market: MarketId) -> &mut Market {
        known(self.markets.get_mut(usize::from(market.0)))
    }

    /// Notes that the command touched the market.
    pub(crate) fn touch(&mut self, market: MarketId) {
        if !self.touched.contains(&market) {
            self.touched.push(market);
        }
    }

    fn start(&mut self, table_seed: u64) {
        let (sequence, at) = (self.sequence, self.at);
        *self = Views {
            sequence,
            at,
            ..Views::seeded(table_seed, self.limits)
        };
    }

    fn list_market(&mut self, instrument: &Instrument, terms: &Terms, changes: &mut Vec<Change>) {
        assert!(usize::from(instrument.id.0) == self.markets.len());
        self.push_market(Market::list(*instrument, *terms, self.at));
        changes.push(Change::MarketListed {
            market: instrument.id,
        });
    }

    pub(crate) fn push_market(&mut self, market: Market) {
        self.markets.push(market);
        self.trade_share.list_market();
        for share in &mut self.candle_shares {
            share.list_market();
        }
    }

    fn set_phase(&mut self, market: MarketId, phase: Phase, changes: &mut Vec<Change>) {
        self.market_mut(market).phase = phase;
        changes.push(Change::PhaseChanged { market, phase });
    }

    fn open_account(&mut self, account: Account, changes: &mut Vec<Change>) {
        self.accounts.open(account);
        changes.push(Change::Account {
            account: account.account,
        });
    }

    fn create_key(&mut self, key: Key, changes: &mut Vec<Change>) {
        self.keys.create(key);
        changes.push(Change::KeyCreated {
            key: key.key,
            account: key.account,
        });
    }

    fn see_deposit(&mut self, deposit: &Deposit) {
        let funding = Funding::Deposit {
            deposit: *deposit,
            status: DepositStatus::Seen,
        };
        self.create_funding(deposit.account, funding);
    }

    fn credit_deposit(&mut self, deposit: &Deposit, changes: &mut Vec<Change>) {
        let funding = Funding::Deposit {
            deposit: *deposit,
            status: DepositStatus::Credited,
        };
        if !self.fundings.has(FundingName::Deposit(deposit.reference)) {
            self.create_funding(deposit.account, funding);
        }
        self.end_funding(funding);
        let place = (deposit.account, Wallet::Spot, deposit.asset);
        self.fund(place, deposit.amount, changes);
    }

    fn drop_deposit(&mut self, reference: Reference) {
        if let Funding::Deposit { deposit, .. } = self.fundings.get(FundingName::Deposit(reference))
        {
            self.end_funding(Funding::Deposit {
                deposit,
                status: DepositStatus::Dropped,
            });
        }
    }

    fn hold_withdrawal(
        &mut self,
        account: AccountId,
        withdrawal: &Withdrawal,
        changes: &mut Vec<Change>,
    ) {
        let funding = Funding::Withdrawal {
            account,
            withdrawal: *withdrawal,
            status: WithdrawalStatus::Held,
        };
        self.create_funding(account, funding);
        let total = withdrawal.amount.plus(withdrawal.fee);
        let place = (account, Wallet::Spot, withdrawal.asset);
        self.fund(place, total.negated(), changes);
    }

    fn cancel_withdrawal(
        &mut self,
        account: AccountId,
        withdrawal: &Withdrawal,
        changes: &mut Vec<Change>,
    ) {
        self.end_withdrawal(account, withdrawal, WithdrawalStatus::Cancelled);
        let total = withdrawal.amount.plus(withdrawal.fee);
        let place = (account, Wallet::Spot, withdrawal.asset);
        self.fund(place, total, changes);
    }

    fn end_withdrawal(
        &mut self,
        account: AccountId,
        withdrawal: &Withdrawal,
        status: WithdrawalStatus,
    ) {
        self.end_funding(Funding::Withdrawal {
            account,
            withdrawal: *withdrawal,
            status,
        });
    }

    fn transfer(&mut self, account: AccountId, transfer: &Transfer, changes: &mut Vec<Change>) {
        let from = (account, transfer.from, transfer.asset);
        let to = (transfer.to_account, transfer.to, transfer.asset);
        self.fund(from, transfer.amount.negated(), changes);
        self.fund(to, transfer.amount, changes);
    }

    fn create_funding(&mut self, account: AccountId, funding: Funding) {
        let moment = self.moment();
        let own = &mut self.accounts.row_mut(account).fundings;
        self.fundings.create(funding, moment, own);
    }

    fn end_funding(&mut self, funding: Funding) {
        self.fundings.end(funding, self.moment());
        self.expire_funding(Timestamp::from_nanos(i64::MIN));
    }

    /// Lets go of an ended funding when there are too many, or when it ended before `oldest`.
    pub(crate) fn expire_funding(&mut self, oldest: Timestamp) {
        if let Some(account) = self.fundings.overdue(oldest) {
            let own = &mut self.accounts.row_mut(account).fundings;
            self.fundings.forget(own);
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            by: self.sequence,
            at: self.at,
        }
    }

    /// Adds to what is available, from outside the account or from another wallet of it.
    fn fund(
        &mut self,
        (account, wallet, asset): (AccountId, Wallet, AssetId),
        delta: Amount,
        changes: &mut Vec<Change>,
    ) {
        changes.push(Change::Funding {
            account,
            wallet,
            asset,
            delta,
        });
        let slot = self.accounts.open_balance(account, wallet, asset);
        self.accounts
            .add(slot, Gain::available(delta.units()), self.at, changes);
    }
}

impl OrderChange {
    /// Returns the change of one order.
    pub(crate) fn of(
        self,
        account: AccountId,
        market: MarketId,
        order: model::id::OrderId,
    ) -> Change {
        Change::Order {
            account,
            market,
            order,
            what: self,
        }
    }
}
