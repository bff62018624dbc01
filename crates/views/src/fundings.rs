//! Deposits and withdrawals: all that are pending, and those that ended within the kept time.

use crate::chain::{Chain, Links};
use crate::known::known;
use crate::rows::{Rows, Slot};
use model::id::{AccountId, Reference, Sequence};
use model::index::Index;
use model::snapshot_views::{Funding, FundingRow};
use model::time::Timestamp;
use std::collections::VecDeque;

/// Every kept deposit and withdrawal.
pub struct Fundings {
    rows: Rows<Entry>,
    by_name: Index,
    /// In the order they ended.
    ended: VecDeque<Slot<Entry>>,
    ended_max: usize,
    /// When the last of those that are gone came to its end.
    pub gone_until: Option<Timestamp>,
}

/// A deposit or withdrawal among those of its account, which stand in order of creation.
pub struct Entry {
    row: FundingRow,
    links: Links<Entry>,
}

/// What names a deposit or a withdrawal; each kind has its own references.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FundingName {
    Deposit(Reference),
    Withdrawal(Reference),
}

/// When a funding came to its status, and by which command.
#[derive(Clone, Copy)]
pub struct Moment {
    pub by: Sequence,
    pub at: Timestamp,
}

impl Fundings {
    pub fn new(table_seed: u64, ended_max: usize) -> Fundings {
        Fundings {
            rows: Rows::new(),
            by_name: Index::new(table_seed),
            ended: VecDeque::new(),
            ended_max,
            gone_until: None,
        }
    }

    /// Adds a pending funding to its account's chain.
    pub fn create(&mut self, funding: Funding, moment: Moment, own: &mut Chain<Entry>) {
        self.insert(
            FundingRow {
                created_by: moment.by,
                created_at: moment.at,
                funding,
                ended_by: None,
                updated_at: moment.at,
            },
            own,
        );
    }

    /// Puts a funding of a snapshot back; they come in order of creation.
    pub fn restore(&mut self, row: FundingRow, own: &mut Chain<Entry>) {
        let slot = self.insert(row, own);
        if row.ended_by.is_some() {
            self.ended.push_back(slot);
        }
    }

    /// Puts what ended into the order it ended, after the last `restore`.
    pub fn finish_restore(&mut self) {
        let rows = &self.rows;
        self.ended
            .make_contiguous()
            .sort_by_key(|slot| rows.get(*slot).row.ended_by);
    }

    fn insert(&mut self, row: FundingRow, own: &mut Chain<Entry>) -> Slot<Entry> {
        let hash = self.hash(name(&row.funding));
        let slot = self.rows.insert(Entry {
            row,
            links: Links::NONE,
        });
        self.by_name.insert(hash, slot.place());
        own.push(&mut self.rows, slot, links);
        slot
    }

    /// Returns whether the funding is known.
    pub fn has(&self, name: FundingName) -> bool {
        self.find(name).is_some()
    }

    /// Returns what is known of a pending funding.
    ///
    /// # Panics
    /// When nothing is.
    pub fn get(&self, name: FundingName) -> Funding {
        self.rows.get(known(self.find(name))).row.funding
    }

    /// Ends a pending funding; it is kept a while.
    ///
    /// # Panics
    /// When it is not known.
    pub fn end(&mut self, funding: Funding, moment: Moment) {
        let slot = known(self.find(name(&funding)));
        let row = &mut self.rows.get_mut(slot).row;
        row.funding = funding;
        row.ended_by = Some(moment.by);
        row.updated_at = moment.at;
        self.ended.push_back(slot);
    }

    /// Returns the account of the ended funding that must go: one too many, or older than `oldest`.
    pub fn overdue(&self, oldest: Timestamp) -> Option<AccountId> {
        let slot = *self.ended.front()?;
        let row = &self.rows.get(slot).row;
        (self.ended_max < self.ended.len() || row.updated_at < oldest)
            .then(|| account(&row.funding))
    }

    /// Lets go of the funding that ended first.
    pub fn forget(&mut self, own: &mut Chain<Entry>) {
        let Some(slot) = self.ended.pop_front() else {
            return;
        };
        let row = self.rows.get(slot).row;
        self.gone_until = self.gone_until.max(Some(row.updated_at));
        let hash = self.hash(name(&row.funding));
        self.by_name.remove(hash, |place| place == slot.place());
        own.remove(&mut self.rows, slot, links);
        self.rows.free(slot);
    }

    /// Returns the fundings of an account in order of creation.
    pub fn of(&self, own: &Chain<Entry>) -> impl Iterator<Item = &FundingRow> {
        let first = own.first().map(|slot| self.rows.get(slot));
        std::iter::successors(first, |entry| {
            entry.links.next().map(|slot| self.rows.get(slot))
        })
        .map(|entry| &entry.row)
    }

    fn find(&self, wanted: FundingName) -> Option<Slot<Entry>> {
        let is_key = |place: u32| name(&self.rows.get(Slot::at(place)).row.funding) == wanted;
        self.by_name.find(self.hash(wanted), is_key).map(Slot::at)
    }

    fn hash(&self, name: FundingName) -> u64 {
        let (FundingName::Deposit(reference) | FundingName::Withdrawal(reference)) = name;
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(reference.0.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        self.by_name.hash(&words)
    }
}

/// Returns whose funding it is.
pub fn account(funding: &Funding) -> AccountId {
    match funding {
        Funding::Deposit { deposit, .. } => deposit.account,
        Funding::Withdrawal { account, .. } => *account,
    }
}

fn name(funding: &Funding) -> FundingName {
    match funding {
        Funding::Deposit { deposit, .. } => FundingName::Deposit(deposit.reference),
        Funding::Withdrawal { withdrawal, .. } => FundingName::Withdrawal(withdrawal.reference),
    }
}

fn links(entry: &mut Entry) -> &mut Links<Entry> {
    &mut entry.links
}
