//! The exchange a second time, as plainly as it can be said: vectors, maps, whole-number arithmetic, no index, no cache.
//!
//! It knows nothing of `engine`, `book`, `ledger` or `clearing`. Every event it gives must be the one the engine gives.
//! Orders on the book stand in one vector in the order they arrived at their price; a maker is found by looking at all
//! of them. Orders outside the book stand in another, by number.

mod administration;
mod allowance;
mod amending;
mod amending_pairs;
mod amending_waiting;
mod approved;
mod audit;
mod countdown;
mod ending;
mod filters;
mod lists;
mod matching;
mod meeting;
mod money;
mod orders;
mod owner;
mod payout_limit;
mod pegs;
mod proofs;
mod starting;
mod terms;
mod triggers;

use model::account::{AccountState, FeeTier, OwnerState, Scopes, Wallet};
use model::command::{Action, Anchor, ClientHeader, Command, Genesis, Idempotency, Sequenced};
use model::event::Event;
use model::id::{
    AccountId, AssetId, KeyId, MarketId, OwnerId, ProposalId, Reference, Sequence, TradeGroupId,
};
use model::instrument::{Instrument, OrderLimits, Phase, Terms};
use model::order::{Instructions, ListKind, OrderKind, SelfTradeMode, Side};
use model::proof::{Grant, Proof};
use model::reject::Reject;
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::text::{ClientOrderId, Symbol};
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};
use std::collections::BTreeMap;

/// The whole state.
#[derive(Clone, Debug, Default)]
pub struct Naive {
    genesis: Option<Genesis>,
    logic: u16,
    sequence: u64,
    at: i64,
    last_list: u64,
    assets: Vec<Symbol>,
    pub markets: Vec<Market>,
    accounts: Vec<Account>,
    openings: BTreeMap<Reference, (u64, Option<AccountId>, AccountId, Sequence)>,
    keys: BTreeMap<KeyId, Key>,
    pub balances: BTreeMap<(AccountId, Wallet, AssetId), Balance>,
    deposits: BTreeMap<Reference, DepositNote>,
    withdrawals: BTreeMap<Reference, WithdrawalNote>,
    /// Challenges that were answered, and until when each counts.
    answered: Vec<(Reference, i64)>,
    transfers: BTreeMap<(AccountId, Reference), (model::command::Transfer, Sequence)>,
    results: Vec<(AccountId, Idempotency, Sequence, i64)>,
    /// When each runs out, whose it is, and where.
    countdowns: Vec<(i64, AccountId, MarketId)>,
    /// Until when nothing of an owner is paid out.
    payout_holds: BTreeMap<u64, i64>,
    allowances: allowance::Allowances,
    payout_limits: BTreeMap<AssetId, payout_limit::Limit>,
    /// What the exchange owns.
    equity: BTreeMap<AssetId, i128>,
    /// What was decided under a number, and what it was answered.
    approvals: BTreeMap<ProposalId, (Reference, Result<Sequence, Reject>)>,
    /// Where the audit log ended each time.
    anchors: Vec<Anchor>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    pub available: i128,
    pub held: i128,
}

#[derive(Clone, Copy, Debug)]
struct Account {
    owner: OwnerId,
    group: TradeGroupId,
    state: AccountState,
    tier: FeeTier,
    by_owner: OwnerState,
}

#[derive(Clone, Copy, Debug)]
struct Key {
    account: AccountId,
    scopes: Scopes,
    expires_at: Timestamp,
    is_revoked: bool,
    grant: Option<Grant>,
}

#[derive(Clone, Copy, Debug)]
struct DepositNote {
    deposit: model::command::Deposit,
    status: DepositStatus,
    sequence: Sequence,
}

#[derive(Clone, Copy, Debug)]
struct WithdrawalNote {
    withdrawal: model::command::Withdrawal,
    account: AccountId,
    status: WithdrawalStatus,
    held_by: Sequence,
    ended_by: Sequence,
    proof: Option<Proof>,
    /// When it was settled.
    paid_at: Option<i64>,
}

/// One market and all of its open orders.
#[derive(Clone, Debug)]
pub struct Market {
    pub instrument: Instrument,
    pub terms: Terms,
    pub limits: OrderLimits,
    pub phase: Phase,
    /// On the book, in order of arrival at their price.
    pub orders: Vec<Order>,
    /// Outside the book, by number.
    pub parked: Vec<Parked>,
    /// Open lists, by number.
    pub lists: Vec<List>,
    last_order: u64,
    last_trade: u64,
    last_prevented: u64,
    pub last_price: Option<i64>,
    /// (second, ticks, lots) of every trade.
    trades: Vec<(i64, i64, i64)>,
}

/// An order on the book.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub id: u64,
    pub account: AccountId,
    group: TradeGroupId,
    pub client_id: ClientOrderId,
    pub side: Side,
    /// Ticks and lots.
    pub price: i64,
    original: i64,
    executed: i64,
    pub open: i64,
    hold: i128,
    iceberg: Option<Iceberg>,
    amendments: u32,
    kind: OrderKind,
    self_trade: SelfTradeMode,
}

/// What an order shows, in lots: at most, and now.
#[derive(Clone, Copy, Debug)]
struct Iceberg {
    shown_max: i64,
    shown: i64,
}

impl Order {
    /// Returns whether it shows a part at a time.
    pub fn is_iceberg(&self) -> bool {
        self.iceberg.is_some()
    }

    /// Returns the lots that can be met before the order is shown anew.
    fn shown(&self) -> i64 {
        self.iceberg.map_or(self.open, |iceberg| iceberg.shown)
    }

    /// Takes lots off; returns how many it shows anew, which is none unless the shown ones are gone and others left.
    fn take(&mut self, lots: i64) -> i64 {
        self.open -= lots;
        let Some(iceberg) = &mut self.iceberg else {
            return 0;
        };
        iceberg.shown -= lots;
        if 0 < iceberg.shown || self.open == 0 {
            return 0;
        }
        iceberg.shown = iceberg.shown_max.min(self.open);
        iceberg.shown
    }
}

/// An open order outside the book.
#[derive(Clone, Copy, Debug)]
pub struct Parked {
    pub id: u64,
    pub order: Incoming,
    pub waiting: Waiting,
    hold: i128,
    amendments: u32,
}

/// What a parked order waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The working leg of its list.
    Working,
    /// The turn of its list: the working leg is filled.
    Activation,
    /// Its stop or activation price, or for the next trade.
    Market,
    /// It tracks the market, whose best price was this.
    Trailing { extreme: i64 },
    /// Its turn: the trigger was met.
    Turn,
}

/// An open list; its legs have the numbers from `first` on.
#[derive(Clone, Copy, Debug)]
pub struct List {
    pub id: u64,
    pub account: AccountId,
    pub client_id: ClientOrderId,
    kind: ListKind,
    first: u64,
}

/// An order as it was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Incoming {
    pub account: AccountId,
    group: TradeGroupId,
    pub side: Side,
    pub kind: OrderKind,
    pub client_id: ClientOrderId,
    self_trade: SelfTradeMode,
    pub instructions: Instructions,
    /// It waits for its trigger or its working leg, and only then takes the price of its peg.
    starts_later: bool,
}

type Outcome = Result<Vec<Event>, Reject>;

impl Naive {
    /// Returns what the command does, having done it.
    pub fn apply(&mut self, sequenced: &Sequenced) -> Vec<Event> {
        self.sequence = sequenced.sequence.0;
        self.at = sequenced.at.nanos();
        match self.decide(&sequenced.command) {
            Ok(events) => events,
            Err(reason) => vec![Event::Rejected { reason }],
        }
    }

    fn decide(&mut self, command: &Command) -> Outcome {
        if self.genesis.is_none() && !matches!(command, Command::Genesis(_)) {
            return Err(Reject::GenesisMissing);
        }
        match command.clone() {
            Command::Genesis(_) if self.genesis.is_some() => Err(Reject::GenesisTwice),
            Command::Genesis(genesis) => {
                self.genesis = Some(genesis);
                self.logic = 1;
                Ok(vec![Event::Started(genesis)])
            }
            Command::SetOrderLimits {
                market,
                ref limits,
                cause,
            } => self.set_order_limits(market, limits, cause),
            Command::StartDue { market } => self.start_due(market),
            Command::Tick => {
                let at = self.at;
                self.results
                    .retain(|result| at < result.3.saturating_add(NANOS_PER_DAY));
                let mut events = Vec::new();
                self.expire_countdowns(&mut events);
                events.push(Event::Ticked);
                Ok(events)
            }
            Command::Upgrade { logic: 2 } if self.logic == 1 => {
                self.logic = 2;
                Ok(vec![Event::Upgraded { logic: 2 }])
            }
            Command::Upgrade { .. } => Err(Reject::LogicUnsupported),
            Command::ListAsset { symbol } => self.list_asset(symbol),
            Command::ListMarket(ref listing) => self.list_market(listing),
            Command::ChangeMarket {
                market,
                ref terms,
                cause,
            } => self.change_market(market, terms, cause),
            Command::SetPhase {
                market,
                phase,
                cause,
            } => self.set_phase(market, phase, cause),
            Command::OpenAccount(wish) => self.open_account(&wish),
            Command::SetAccountState {
                account,
                state,
                cause,
            } => self.set_account_state(account, state, cause),
            Command::SetFeeTier { account, tier } => self.set_fee_tier(account, tier),
            Command::CreateKey {
                key,
                account,
                scopes,
                expires_at,
                grant,
            } => self.create_key(
                key,
                Key {
                    account,
                    scopes,
                    expires_at,
                    is_revoked: false,
                    grant,
                },
            ),
            Command::RevokeKey { key } => self.revoke_key(key),
            Command::SetKeyEnd { key, expires_at } => self.set_key_end(key, expires_at),
            Command::HoldPayouts { owner, until } => self.hold_payouts(owner, until),
            Command::SetAllowances(table) => self.set_allowances(&table),
            Command::SetMarketVerification {
                market,
                verification,
            } => self.set_market_verification(market, verification),
            Command::SetVerification {
                owner,
                verification,
            } => self.set_verification(owner, verification),
            Command::SeeDeposit(deposit) => self.see_deposit(&deposit),
            Command::CreditDeposit(deposit) => self.credit_deposit(&deposit),
            Command::DropDeposit { reference } => self.drop_deposit(reference),
            Command::SettleWithdrawal {
                reference,
                destination,
            } => {
                self.check_destination(reference, destination)?;
                self.end_withdrawal(reference, WithdrawalStatus::Settled)
            }
            Command::ConfirmDestination {
                reference,
                destination,
            } => {
                let note = self.withdrawals.get(&reference);
                let original = note.ok_or(Reject::WithdrawalUnknown)?.held_by;
                self.check_destination(reference, Some(destination))?;
                Ok(vec![Event::Repeated { original }])
            }
            Command::CancelWithdrawal { reference } => {
                self.end_withdrawal(reference, WithdrawalStatus::Cancelled)
            }
            Command::Client { header, action } => self.client(&header, &action),
            Command::Anchor(anchor) => self.set_anchor(anchor),
            Command::Approved {
                approval,
                others,
                act,
            } => self.approved(&approval, others, &act),
        }
    }

    fn client(&mut self, header: &ClientHeader, action: &Action) -> Outcome {
        if header.valid_until.nanos() < self.at {
            return Err(Reject::Expired);
        }
        if let Some(asked) = header.idempotency {
            let same = |result: &&(AccountId, Idempotency, Sequence, i64)| {
                result.0 == header.account && result.1.key == asked.key
            };
            if let Some(known) = self.results.iter().find(same) {
                if known.1.body != asked.body {
                    return Err(Reject::IdempotencyConflict);
                }
                return Ok(vec![Event::Repeated { original: known.2 }]);
            }
        }
        self.check_key(header, action)?;
        let outcome = self.act(header, action);
        if let Some(idempotency) = header.idempotency {
            self.results.push((
                header.account,
                idempotency,
                Sequence(self.sequence),
                self.at,
            ));
        }
        outcome
    }

    fn act(&mut self, header: &ClientHeader, action: &Action) -> Outcome {
        match action {
            Action::FindOutcome { key } => self.find_outcome(header.account, *key),
            Action::SetCountdown(countdown) => self.set_countdown(header.account, countdown),
            Action::Place(order) => self.place(header.account, order, Instructions::NONE),
            Action::Cancel(cancel) => self.cancel(header.account, cancel),
            Action::CancelAll { market } => self.cancel_all(header.account, *market),
            Action::Replace(replace) => self.replace(header.account, replace, Instructions::NONE),
            Action::Amend(amend) => self.amend(header.account, amend),
            Action::Transfer(transfer) => self.transfer_own(header.account, transfer),
            Action::HoldWithdrawal { withdrawal, proof } => {
                self.hold_withdrawal(header, withdrawal, proof.as_deref())
            }
            Action::PlaceInstructed(asked) => {
                self.place(header.account, &asked.order, asked.instructions)
            }
            Action::ReplaceInstructed(asked) => {
                self.replace(header.account, &asked.replace, asked.instructions)
            }
            Action::PlaceList(list) => self.place_list(header.account, list),
            Action::CancelList(cancel) => self.cancel_list(header.account, cancel),
            Action::Freeze { account } => {
                self.set_by_owner(header.account, *account, OwnerState::Frozen)
            }
            Action::Unfreeze { account } => {
                self.set_by_owner(header.account, *account, OwnerState::Open)
            }
            Action::TransferBetween(between) => self.transfer_between(header.account, between),
            Action::Close => self.close(header.account),
            Action::AmendLimit(amend) => self.amend_limit(header.account, amend),
            Action::AmendOpen(amend) => self.amend_open(header.account, amend),
            Action::AmendAny(amend) => self.amend_any(header.account, amend),
        }
    }

    fn check_key(&self, header: &ClientHeader, action: &Action) -> Result<(), Reject> {
        let live = |key: &&Key| !key.is_revoked && self.at < key.expires_at.nanos();
        let key = self
            .keys
            .get(&header.key)
            .filter(live)
            .ok_or(Reject::KeyUnknown)?;
        if key.account != header.account {
            return Err(Reject::KeyForeign);
        }
        let needed = match action {
            Action::Transfer(_) | Action::TransferBetween(_) => Scopes::TRANSFER,
            Action::HoldWithdrawal { .. } => Scopes::WITHDRAW,
            Action::FindOutcome { .. } => Scopes::READ,
            _ => Scopes::TRADE,
        };
        if key.scopes.includes(needed) {
            Ok(())
        } else {
            Err(Reject::ScopeMissing)
        }
    }

    fn account(&self, id: AccountId) -> Result<&Account, Reject> {
        let index = (id.0 as usize)
            .checked_sub(1)
            .ok_or(Reject::AccountUnknown)?;
        self.accounts.get(index).ok_or(Reject::AccountUnknown)
    }

    fn account_mut(&mut self, id: AccountId) -> Result<&mut Account, Reject> {
        let index = (id.0 as usize)
            .checked_sub(1)
            .ok_or(Reject::AccountUnknown)?;
        self.accounts.get_mut(index).ok_or(Reject::AccountUnknown)
    }

    fn second(&self) -> i64 {
        self.at.div_euclid(NANOS_PER_SECOND)
    }

    /// Returns a balance; one that never was is nothing.
    pub fn balance(&self, account: AccountId, wallet: Wallet, asset: AssetId) -> Balance {
        self.balances
            .get(&(account, wallet, asset))
            .copied()
            .unwrap_or_default()
    }

    fn change(&mut self, account: AccountId, asset: AssetId, available: i128, held: i128) {
        let balance = self
            .balances
            .entry((account, Wallet::Spot, asset))
            .or_default();
        balance.available += available;
        balance.held += held;
        assert!(
            0 <= balance.available && 0 <= balance.held,
            "the naive exchange went below zero"
        );
    }
}
