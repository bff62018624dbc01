//! The state machine: one command in, its events out.

use book::book::Book;
use book::take::Step;
use ledger::ledger::Ledger;
use ledger::row::Balance;
use model::account::Wallet;
use model::allowance::Allowances;
use model::command::{Anchor, Command, Genesis, Sequenced};
use model::event::Event;
use model::id::{AccountId, AssetId, KeyId, ListId, MarketId, OwnerId, Sequence};
use model::instrument::Asset;
use model::payout_limit::PayoutLimits;
use model::reject::Reject;
use model::snapshot::{ApprovalRow, DepositRow, PayoutHoldRow, TransferRow, WithdrawalRow};
use model::time::Timestamp;

use crate::account::Accounts;
use crate::countdown::Countdowns;
use crate::idempotency::Results;
use crate::key::Keys;
use crate::market::Market;
use crate::proof::Proofs;
use crate::table::Table;

/// Everything that a command can read or change.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) sequence: Sequence,
    pub(crate) at: Timestamp,
    pub(crate) genesis: Genesis,
    /// The version of the logic that decides; 0 before the genesis record (D16).
    pub(crate) logic: u16,
    pub(crate) last_list: ListId,
    pub(crate) assets: Vec<Asset>,
    pub(crate) markets: Vec<Market>,
    pub(crate) accounts: Accounts,
    pub(crate) keys: Keys,
    pub(crate) ledger: Ledger,
    pub(crate) deposits: Table<DepositRow>,
    pub(crate) withdrawals: Table<WithdrawalRow>,
    pub(crate) transfers: Table<TransferRow>,
    pub(crate) results: Results,
    pub(crate) countdowns: Countdowns,
    pub(crate) payout_holds: Table<PayoutHoldRow>,
    pub(crate) approvals: Table<ApprovalRow>,
    pub(crate) anchor: Option<Anchor>,
    pub(crate) allowances: Allowances,
    pub(crate) proofs: Proofs,
    pub(crate) payout_limits: PayoutLimits,
    /// Scratch of the matcher.
    pub(crate) steps: Vec<Step>,
}

impl Engine {
    /// Returns an engine before its first command, which must be the genesis record.
    pub fn new() -> Engine {
        Engine::seeded(&NO_GENESIS)
    }

    /// Returns an engine whose hash tables are seeded, and nothing else.
    pub(crate) fn seeded(genesis: &Genesis) -> Engine {
        let seed = genesis.table_seed;
        Engine {
            sequence: Sequence::ZERO,
            at: Timestamp::from_nanos(i64::MIN),
            genesis: *genesis,
            logic: 0,
            last_list: ListId(0),
            assets: Vec::new(),
            markets: Vec::new(),
            accounts: Accounts::new(seed),
            keys: Keys::new(seed),
            ledger: Ledger::new(seed),
            deposits: Table::new(seed),
            withdrawals: Table::new(seed),
            transfers: Table::new(seed),
            results: Results::new(seed),
            countdowns: Countdowns::default(),
            payout_holds: Table::new(seed),
            approvals: Table::new(seed),
            anchor: None,
            allowances: Allowances::default(),
            proofs: Proofs::default(),
            payout_limits: PayoutLimits::default(),
            steps: Vec::new(),
        }
    }

    /// Carries out the next command and appends what it did.
    ///
    /// **Shape** at least one event; a refused command changes nothing and appends one `Rejected`, or what became
    /// of the halves of a cancel-replace.
    ///
    /// # Panics
    /// When the command is not the next in sequence, or older than the last: the sequencer never sends such a one.
    #[inline(always)]
    pub fn apply(&mut self, sequenced: &Sequenced, events: &mut Vec<Event>) {
        assert!(sequenced.sequence == self.sequence.next());
        assert!(self.at <= sequenced.at);
        self.sequence = sequenced.sequence;
        self.at = sequenced.at;
        if let Err(reason) = self.dispatch(&sequenced.command, events) {
            events.push(Event::Rejected { reason });
        }
    }

    #[inline(always)]
    fn dispatch(&mut self, command: &Command, events: &mut Vec<Event>) -> Result<(), Reject> {
        match command {
            Command::Client { header, action } => self.client(header, action, events),
            Command::Approved {
                approval,
                others,
                act,
            } => self.approved((approval, others), act, events),
            _ => {
                let event = self.administer(command, events)?;
                events.push(event);
                Ok(())
            }
        }
    }

    /// Carries out what the exchange itself commands and returns the event it ends with.
    #[inline(never)]
    fn administer(&mut self, command: &Command, events: &mut Vec<Event>) -> Result<Event, Reject> {
        if self.logic == 0 && !matches!(command, Command::Genesis(_)) {
            return Err(Reject::GenesisMissing);
        }
        match command {
            Command::Genesis(genesis) => self.start(genesis),
            Command::Tick => Ok(self.tick(events)),
            Command::Upgrade { logic } => self.upgrade(*logic),
            Command::ListAsset { symbol } => self.list_asset(*symbol),
            Command::ListMarket(listing) => self.list_market(listing),
            Command::ChangeMarket {
                market,
                terms,
                cause,
            } => self.change_market(*market, terms, *cause, events),
            Command::SetOrderLimits {
                market,
                limits,
                cause,
            } => self.set_order_limits(*market, limits, *cause),
            Command::StartDue { market } => self.start_due(*market, events),
            Command::SetPhase {
                market,
                phase,
                cause,
            } => self.set_phase(*market, *phase, *cause, events),
            Command::OpenAccount(wish) => self.open_account(wish),
            Command::SetAccountState {
                account,
                state,
                cause,
            } => self.set_account_state(*account, *state, *cause),
            Command::SetFeeTier { account, tier } => self.set_fee_tier(*account, *tier),
            Command::CreateKey {
                key,
                account,
                scopes,
                expires_at,
                grant,
            } => self.create_key((*key, *account), (*scopes, *expires_at), grant.as_ref()),
            Command::RevokeKey { key } => self.revoke_key(*key),
            Command::SetKeyEnd { key, expires_at } => self.set_key_end(*key, *expires_at),
            Command::HoldPayouts { owner, until } => self.hold_payouts(*owner, *until),
            Command::SetAllowances(table) => self.set_allowances(table),
            Command::SetMarketVerification {
                market,
                verification,
            } => self.set_market_verification(*market, *verification),
            Command::SetVerification {
                owner,
                verification,
            } => self.set_verification(*owner, *verification),
            Command::SeeDeposit(deposit) => self.see_deposit(deposit),
            Command::CreditDeposit(deposit) => self.credit_deposit(deposit, events),
            Command::DropDeposit { reference } => self.drop_deposit(*reference),
            Command::SettleWithdrawal {
                reference,
                destination,
            } => self.settle_withdrawal(*reference, *destination),
            Command::ConfirmDestination {
                reference,
                destination,
            } => self.confirm_destination(*reference, *destination),
            Command::CancelWithdrawal { reference } => self.cancel_withdrawal(*reference),
            Command::Anchor(anchor) => self.set_anchor(*anchor),
            Command::Client { .. } | Command::Approved { .. } => {
                panic!("a client's or operators' command took the way of the exchange's")
            }
        }
    }

    /// Returns the last command applied.
    pub fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// Returns the end of the audit log that was told last.
    pub const fn anchor(&self) -> Option<Anchor> {
        self.anchor
    }

    /// Returns the greatest number of an account, and of the owners and keys that were ever told, revoked or not; 0 before
    /// the first.
    pub fn greatest_numbers(&self) -> (AccountId, OwnerId, KeyId) {
        let accounts = self.accounts.rows().map(|account| account.account);
        let owners = self.accounts.rows().map(|account| account.owner);
        let keys = self.keys.rows().iter().map(|row| row.key);
        (
            accounts.max().unwrap_or(AccountId(0)),
            owners.max().unwrap_or(OwnerId(0)),
            keys.max().unwrap_or(KeyId(0)),
        )
    }

    /// Returns the version of the logic that decides; 0 before the genesis record.
    pub fn logic(&self) -> u16 {
        self.logic
    }

    /// Returns the time of the last command applied.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the book of a market.
    pub fn book(&self, market: MarketId) -> Option<&Book> {
        let market = self.markets.get(usize::from(market.0))?;
        Some(&market.book)
    }

    /// Returns a balance, which is nothing when it was never touched.
    pub fn balance(&self, account: AccountId, wallet: Wallet, asset: AssetId) -> Balance {
        match self.ledger.find(account, wallet, asset) {
            Some(row) => self.ledger.balance(row),
            None => Balance::NOTHING,
        }
    }

    /// Returns the ledger, to be read.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// # Errors
    /// `MarketUnknown`.
    pub(crate) fn market(&self, id: MarketId) -> Result<&Market, Reject> {
        self.markets
            .get(usize::from(id.0))
            .ok_or(Reject::MarketUnknown)
    }

    /// # Errors
    /// `AssetUnknown`.
    pub(crate) fn check_asset(&self, id: AssetId) -> Result<(), Reject> {
        if usize::from(id.0) < self.assets.len() {
            Ok(())
        } else {
            Err(Reject::AssetUnknown)
        }
    }
}

impl Default for Engine {
    fn default() -> Engine {
        Engine::new()
    }
}

/// What stands in the place of the genesis record until it comes.
pub(crate) const NO_GENESIS: Genesis = Genesis {
    cluster: 0,
    table_seed: 0,
    blinding_key: [0; 32],
};
