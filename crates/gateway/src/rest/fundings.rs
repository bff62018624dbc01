//! Deposits and withdrawals of an account, newest first: what the views keep and what the history has, each once.
//!
//! They are read a stretch at a time, each after the place where the one before ended, so that what is told reaches
//! back to the first and nothing is read that is not looked through.

use std::collections::BTreeMap;

use indexer::entry::EntryPlace;
use indexer::reading_money::Way;
use indexer::reading_moves::{FundingKind, MoveRange, funding_place};
use model::id::{AccountId, AssetId, Reference};
use model::snapshot_views::{Funding, FundingRow};
use views::views::Views;
use wire::binance::error::Refusal;

use crate::past::Past;
use crate::rest::ask::Ask;
use crate::rest::turning::Stretch;

/// How many rows of the history are read at a time.
const ROWS_AT_A_TIME: usize = 1_000;

/// Which deposits or withdrawals of an account are looked at.
#[derive(Clone, Copy)]
pub struct Wanted {
    pub account: AccountId,
    pub kind: FundingKind,
    pub asset: Option<AssetId>,
    pub span: Stretch,
}

impl Wanted {
    fn takes(&self, row: &FundingRow) -> bool {
        let (kind, _, asset) = facts(row);
        let (from, until) = self.span;
        kind == self.kind
            && self.asset.is_none_or(|wanted| wanted == asset)
            && from <= row.created_at
            && row.created_at <= until
    }
}

/// What was not looked at yet.
pub struct Walk {
    wanted: Wanted,
    /// Out of the views, which are right about rows of both.
    kept: BTreeMap<EntryPlace, FundingRow>,
    past: Past,
    beyond: Option<EntryPlace>,
    is_over: bool,
}

impl Walk {
    /// Returns a walk that begins with the newest.
    pub fn begin(ask: &Ask<'_>, views: &Views, wanted: Wanted) -> Walk {
        let kept = views.fundings(wanted.account).into_iter();
        let kept = kept.filter(|row| wanted.takes(row));
        Walk {
            wanted,
            kept: kept.map(|row| (funding_place(&row), row)).collect(),
            past: ask.gateway.past(views),
            beyond: None,
            is_over: false,
        }
    }

    /// Returns the next rows, newest first, or `None` after the last of them.
    ///
    /// # Errors
    /// -1001 when the history is behind or fails.
    pub async fn next(&mut self) -> Result<Option<Vec<FundingRow>>, Refusal> {
        if self.is_over {
            return Ok(None);
        }
        let Wanted {
            account,
            kind,
            asset,
            span: (from, until),
        } = self.wanted;
        let range = MoveRange {
            from,
            until,
            beyond: self.beyond,
            way: Way::NewestFirst,
        };
        let past = self
            .past
            .fundings((account, kind), asset, range, ROWS_AT_A_TIME)
            .await?;
        self.beyond = past
            .last()
            .filter(|_| past.len() == ROWS_AT_A_TIME)
            .map(funding_place);
        self.is_over = self.beyond.is_none();
        let kept = match &self.beyond {
            Some(last) => self.kept.split_off(last),
            None => std::mem::take(&mut self.kept),
        };
        let mut rows: BTreeMap<EntryPlace, FundingRow> = past
            .into_iter()
            .map(|row| (funding_place(&row), row))
            .collect();
        rows.extend(kept);
        Ok(Some(rows.into_values().rev().collect()))
    }

    /// Returns those of the rows that have one of these references, newest first, without a walk.
    ///
    /// # Errors
    /// As `next`.
    pub async fn named(self, references: &[Reference]) -> Result<Vec<FundingRow>, Refusal> {
        let of = (self.wanted.account, self.wanted.kind);
        let mut rows = BTreeMap::new();
        for reference in references {
            if let Some(row) = self.past.funding(of, *reference).await?
                && self.wanted.takes(&row)
            {
                rows.insert(funding_place(&row), row);
            }
        }
        let kept = self.kept.into_iter();
        rows.extend(kept.filter(|(_, row)| references.contains(&reference(row))));
        Ok(rows.into_values().rev().collect())
    }
}

/// Returns what a deposit or a withdrawal is called outside.
pub const fn reference(row: &FundingRow) -> Reference {
    facts(row).1
}

const fn facts(row: &FundingRow) -> (FundingKind, Reference, AssetId) {
    match &row.funding {
        Funding::Deposit { deposit, .. } => {
            (FundingKind::Deposit, deposit.reference, deposit.asset)
        }
        Funding::Withdrawal { withdrawal, .. } => (
            FundingKind::Withdrawal,
            withdrawal.reference,
            withdrawal.asset,
        ),
    }
}
