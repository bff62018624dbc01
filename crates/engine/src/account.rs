//! Core accounts: opened in order, by reference, for an owner, with a state and a fee tier (D14).

use model::account::{AccountState, FeeTier, OwnerState};
use model::command::OpenAccount;
use model::id::{AccountId, MarketId, OwnerId, Reference, Sequence, TradeGroupId};
use model::index::Index;
use model::reject::Reject;
use model::snapshot::{AccountRow, OwnerStateRow, ReferenceRow};

use crate::table::{Keyed, Table, name_words};

/// The most accounts that can be opened.
pub const ACCOUNTS_MAX: usize = 1 << 28;

/// What the engine knows of an account beside its balances and orders.
///
/// **Shape** half a cache line, and never across two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(32))]
pub struct Account {
    pub owner: OwnerId,
    pub group: TradeGroupId,
    pub state: AccountState,
    pub tier: FeeTier,
    pub owner_state: OwnerState,
    pub hints: Hints,
}

const _: () = assert!(size_of::<Account>() == 32);

/// Where the account's key and seat were found last: the next command most likely wants the same ones.
///
/// Never part of a snapshot: after a start the first command of an account looks them up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints {
    pub key: u32,
    /// In `market`: in another, the account sits elsewhere.
    pub seat: u32,
    pub market: MarketId,
}

impl Hints {
    const NONE: Hints = Hints {
        key: u32::MAX,
        seat: u32::MAX,
        market: MarketId(0),
    };

    /// Returns where the account's seat in a market was found last, if it was the last market.
    #[inline]
    pub fn seat_in(&self, market: MarketId) -> Option<u32> {
        (self.market == market && self.seat != u32::MAX).then_some(self.seat)
    }
}

impl Keyed for ReferenceRow {
    type Key = Reference;

    fn key(&self) -> Reference {
        self.reference
    }

    fn hash(key: Reference, index: &Index) -> u64 {
        index.hash(&name_words(key.0))
    }
}

/// Every account, and the reference each was opened under.
///
/// **Shape** account 1 stands first.
#[derive(Clone, Debug)]
pub struct Accounts {
    rows: Vec<Account>,
    openings: Table<ReferenceRow>,
}

/// What opening an account comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    New(Account),
    /// The same wish opened an account before, by this command.
    Repeated(Sequence),
}

impl Accounts {
    pub fn new(seed: u64) -> Accounts {
        Accounts {
            rows: Vec::new(),
            openings: Table::new(seed),
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns the account.
    ///
    /// # Errors
    /// `AccountUnknown`.
    #[inline]
    pub fn get(&self, id: AccountId) -> Result<&Account, Reject> {
        let row = position(id).and_then(|position| self.rows.get(position));
        row.ok_or(Reject::AccountUnknown)
    }

    /// Returns the account, to be changed in its state or tier.
    ///
    /// # Errors
    /// `AccountUnknown`.
    pub fn get_mut(&mut self, id: AccountId) -> Result<&mut Account, Reject> {
        let row = position(id).and_then(|position| self.rows.get_mut(position));
        row.ok_or(Reject::AccountUnknown)
    }

    /// Returns an account that is known to exist, since an order or a key of it does.
    ///
    /// # Panics
    /// When it does not.
    #[inline]
    pub fn existing(&self, id: AccountId) -> &Account {
        match self.get(id) {
            Ok(account) => account,
            Err(_) => panic!("an account of the core disappeared"),
        }
    }

    /// Returns an account that is known to exist, to be changed in its hints.
    ///
    /// # Panics
    /// When it does not.
    #[inline]
    pub fn existing_mut(&mut self, id: AccountId) -> &mut Account {
        match self.get_mut(id) {
            Ok(account) => account,
            Err(_) => panic!("an account of the core disappeared"),
        }
    }

    /// Returns what opening this account would come to; changes nothing.
    ///
    /// # Errors
    /// `ReferenceConflict`, `AccountUnknown` (of the master), `OwnerForeign`, `AccountClosed`, `AccountLimit`.
    pub fn decide(&self, wish: &OpenAccount) -> Result<Opening, Reject> {
        if let Some(opening) = self.openings.find(wish.reference) {
            return self.decide_again(wish, opening);
        }
        let master = wish.master.map(|master| self.get(master)).transpose()?;
        if master.is_some_and(|master| master.owner != wish.owner) {
            return Err(Reject::OwnerForeign);
        }
        if master.is_some_and(|master| master.owner_state == OwnerState::Closed) {
            return Err(Reject::AccountClosed);
        }
        if ACCOUNTS_MAX <= self.rows.len() {
            return Err(Reject::AccountLimit);
        }
        Ok(Opening::New(Account {
            owner: wish.owner,
            group: master.map_or(TradeGroupId(self.next().0), |master| master.group),
            state: AccountState::Active,
            tier: FeeTier::LOWEST,
            owner_state: OwnerState::Open,
            hints: Hints::NONE,
        }))
    }

    fn decide_again(&self, wish: &OpenAccount, opening: &ReferenceRow) -> Result<Opening, Reject> {
        let opened = self.existing(opening.account);
        let is_sub_account = opened.group.0 != opening.account.0;
        let wished_group = match wish.master {
            Some(master) if is_sub_account => self.get(master).map(|master| master.group).ok(),
            None if !is_sub_account => Some(opened.group),
            _ => None,
        };
        if opened.owner == wish.owner && Some(opened.group) == wished_group {
            Ok(Opening::Repeated(opening.sequence))
        } else {
            Err(Reject::ReferenceConflict)
        }
    }

    /// Opens the account that was decided on and returns its number.
    pub fn open(&mut self, account: Account, reference: Reference, by: Sequence) -> AccountId {
        let id = self.next();
        self.rows.push(account);
        self.openings.insert(ReferenceRow {
            reference,
            account: id,
            sequence: by,
        });
        id
    }

    fn next(&self) -> AccountId {
        AccountId(self.rows.len() as u32 + 1)
    }

    /// Returns every account in order of its number.
    pub fn rows(&self) -> impl Iterator<Item = AccountRow> + '_ {
        self.rows
            .iter()
            .zip(1..)
            .map(|(account, number)| AccountRow {
                account: AccountId(number),
                owner: account.owner,
                group: account.group,
                state: account.state,
                tier: account.tier,
            })
    }

    /// Returns what owners allow, of accounts that are not open, in order of their numbers.
    pub fn owner_states(&self) -> Vec<OwnerStateRow> {
        let rows = self.rows.iter().zip(1..);
        rows.filter(|(account, _)| account.owner_state != OwnerState::Open)
            .map(|(account, number)| OwnerStateRow {
                account: AccountId(number),
                state: account.owner_state,
            })
            .collect()
    }

    /// Returns the account of this number if it is a sub-account of the master.
    ///
    /// # Errors
    /// `SubAccountUnknown`.
    pub fn sub_account(&self, master: AccountId, id: AccountId) -> Result<&Account, Reject> {
        let account = self.get(id).map_err(|_| Reject::SubAccountUnknown)?;
        if id == master || account.group.0 != master.0 {
            return Err(Reject::SubAccountUnknown);
        }
        Ok(account)
    }

    /// Returns the accounts of a group: the master, then its sub-accounts in order of their numbers.
    ///
    /// **Cost** O(accounts).
    pub fn group(&self, group: TradeGroupId) -> Vec<AccountId> {
        let rows = self.rows.iter().zip(1..);
        rows.filter(|(account, _)| account.group == group)
            .map(|(_, number)| AccountId(number))
            .collect()
    }

    /// Returns every opening in order of its reference.
    pub fn openings(&self) -> Vec<ReferenceRow> {
        self.openings.sorted()
    }

    /// Returns the accounts in these rows, or `None` unless they are what `rows` and `openings` could return.
    pub fn from_rows(
        rows: &[AccountRow],
        openings: &[ReferenceRow],
        seed: u64,
    ) -> Option<Accounts> {
        let accounts = Accounts {
            rows: rows.iter().map(account_of).collect(),
            openings: Table::from_sorted(openings, seed)?,
        };
        let is_numbered = rows.len() <= ACCOUNTS_MAX
            && rows
                .iter()
                .zip(1..)
                .all(|(row, number)| row.account == AccountId(number));
        (is_numbered && accounts.are_openings_sound()).then_some(accounts)
    }

    /// Returns whether every account has a group of its owner and exactly one opening, which is found.
    pub fn is_consistent(&self) -> bool {
        self.openings.is_bijective() && self.are_openings_sound()
    }

    fn are_openings_sound(&self) -> bool {
        let mut opened = vec![false; self.rows.len()];
        let is_first_opening = |opening: &ReferenceRow| {
            let account = position(opening.account).and_then(|position| opened.get_mut(position));
            account.is_some_and(|is_opened| !std::mem::replace(is_opened, true))
        };
        self.openings.len() == self.rows.len()
            && self.openings.rows().iter().all(is_first_opening)
            && self.rows.iter().zip(1..).all(|(account, number)| {
                account.group.0 <= number
                    && self.is_group_of_owner(account)
                    && self.is_state_of_group(account, AccountId(number))
            })
    }

    /// A group is closed as a whole, and no master is frozen by its owner.
    fn is_state_of_group(&self, account: &Account, id: AccountId) -> bool {
        let is_closed = |account: &Account| account.owner_state == OwnerState::Closed;
        let is_master = account.group.0 == id.0;
        self.get(AccountId(account.group.0))
            .is_ok_and(|master| is_closed(master) == is_closed(account))
            && !(is_master && account.owner_state == OwnerState::Frozen)
    }

    /// A group bears the number of its first account, so that account is its own group's and has the same owner.
    fn is_group_of_owner(&self, account: &Account) -> bool {
        self.get(AccountId(account.group.0))
            .is_ok_and(|first| first.group == account.group && first.owner == account.owner)
    }
}

fn position(id: AccountId) -> Option<usize> {
    (id.0 as usize).checked_sub(1)
}

fn account_of(row: &AccountRow) -> Account {
    Account {
        owner: row.owner,
        group: row.group,
        state: row.state,
        tier: row.tier,
        owner_state: OwnerState::Open,
        hints: Hints::NONE,
    }
}
