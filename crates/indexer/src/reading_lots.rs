//! What moved between the accounts of an owner and others, command by command: what lots are reckoned from.

use std::collections::{BTreeMap, VecDeque};

use model::id::{AccountId, Sequence};
use model::snapshot::WithdrawalStatus;
use model::snapshot_views::Funding;
use model::time::Timestamp;

use crate::entry::{BalanceKey, EntryPlace, PastEntry};
use crate::error::HistoryError;
use crate::money_columns::read_entry;
use crate::reading::Reading;
use crate::reading_money::{EntryRange, Way, entries_of};
use crate::reading_moves::{FundingKind, MoveRange, funding_place};
use crate::tables::MOVE_CAUSES;
use crate::tax_lots::TaxLots;

/// Rows of a balance that are read at a time.
const PAGE: usize = 1_024;

/// The entries of some accounts in the order of their places, without those of holds.
pub struct Movements<'a> {
    reading: &'a Reading,
    until: Timestamp,
    balances: Vec<Balance>,
    /// The place of the first entry that is read of each balance.
    heads: BTreeMap<EntryPlace, usize>,
}

/// The entries of a balance that are read, and where more begin.
struct Balance {
    key: BalanceKey,
    read: VecDeque<PastEntry>,
    beyond: Option<EntryPlace>,
    is_over: bool,
}

impl Reading {
    /// Returns what moved in some accounts up to a moment.
    ///
    /// **Cost** all entries of the accounts are passed, a page of each balance at a time.
    ///
    /// # Errors
    /// The database's; so do all below.
    pub async fn movements(
        &self,
        accounts: &[AccountId],
        until: Timestamp,
    ) -> Result<Movements<'_>, HistoryError> {
        let mut movements = Movements {
            reading: self,
            until,
            balances: Vec::new(),
            heads: BTreeMap::new(),
        };
        for account in accounts {
            for key in self.balance_keys(*account).await? {
                movements.balances.push(Balance {
                    key,
                    read: VecDeque::new(),
                    beyond: None,
                    is_over: false,
                });
                movements.advance(movements.balances.len() - 1).await?;
            }
        }
        Ok(movements)
    }

    /// Returns lots before the first movement of some accounts.
    pub async fn tax_lots(&self, accounts: &[AccountId]) -> Result<TaxLots, HistoryError> {
        let mut returns = BTreeMap::new();
        for account in accounts {
            self.add_returns(*account, &mut returns).await?;
        }
        Ok(TaxLots::new(&self.markets().await?, returns))
    }

    /// Adds which commands gave withdrawals of an account back, and which held those.
    async fn add_returns(
        &self,
        account: AccountId,
        returns: &mut BTreeMap<(AccountId, Sequence), Sequence>,
    ) -> Result<(), HistoryError> {
        let of = (account, FundingKind::Withdrawal);
        let mut range = MoveRange {
            from: Timestamp::from_nanos(i64::MIN),
            until: Timestamp::MAX,
            beyond: None,
            way: Way::OldestFirst,
        };
        loop {
            let page = self.fundings(of, None, range, PAGE).await?;
            for row in &page {
                let Funding::Withdrawal { status, .. } = row.funding else {
                    continue;
                };
                if let (WithdrawalStatus::Cancelled, Some(ended_by)) = (status, row.ended_by) {
                    returns.insert((account, ended_by), row.created_by);
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => range.beyond = Some(funding_place(last)),
                _ => return Ok(()),
            }
        }
    }
}

impl Movements<'_> {
    /// Puts the entries of the next command that moves anything in place of others; `false` after the last.
    ///
    /// # Errors
    /// The database's.
    pub async fn next(&mut self, into: &mut Vec<PastEntry>) -> Result<bool, HistoryError> {
        into.clear();
        while let Some((place, balance)) = self.heads.first_key_value() {
            if into
                .first()
                .is_some_and(|first| first.place.sequence != place.sequence)
            {
                break;
            }
            let balance = *balance;
            self.heads.pop_first();
            into.extend(self.balances[balance].read.pop_front());
            self.advance(balance).await?;
        }
        Ok(!into.is_empty())
    }

    /// Notes where a balance goes on, reading more of it where it must.
    async fn advance(&mut self, index: usize) -> Result<(), HistoryError> {
        let balance = &mut self.balances[index];
        if balance.read.is_empty() && !balance.is_over {
            let range = EntryRange {
                asset: Some(balance.key.asset),
                from: Timestamp::from_nanos(i64::MIN),
                until: self.until,
                beyond: balance.beyond,
                way: Way::OldestFirst,
            };
            let query = entries_of(balance.key, range, MOVE_CAUSES, PAGE);
            let rows = self.reading.pool().fetch_all(query).await?;
            for row in &rows {
                balance.read.push_back(read_entry(row)?);
            }
            balance.is_over = rows.len() < PAGE;
            balance.beyond = balance.read.back().map(|last| last.place);
        }
        if let Some(first) = balance.read.front() {
            self.heads.insert(first.place, index);
        }
        Ok(())
    }
}
