//! What people ask of the history about money that came in, went out, or moved between wallets and accounts.

use model::account::Wallet;
use model::id::{AccountId, AssetId, Reference};
use model::snapshot_views::FundingRow;
use model::time::Timestamp;

use crate::codes::Code;
use crate::entry::EntryPlace;
use crate::error::HistoryError;
use crate::money_columns::{DEPOSIT, WITHDRAWAL, read_funding, read_transfer, reference_text};
use crate::reading::Reading;
use crate::reading_money::Way;
use crate::statement::Statement;
use crate::tables::{FUNDING_COLUMNS, TRANSFER_COLUMNS};
use crate::transfer::PastTransfer;

/// Which of the two kinds of fundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FundingKind {
    Deposit,
    Withdrawal,
}

impl FundingKind {
    const fn number(self) -> i64 {
        match self {
            FundingKind::Deposit => DEPOSIT,
            FundingKind::Withdrawal => WITHDRAWAL,
        }
    }
}

/// Which movements of an account are asked for: by when they began, page after page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveRange {
    /// From one moment to another, both included.
    pub from: Timestamp,
    pub until: Timestamp,
    /// Those after this place only, or those before it; a command makes one of a kind.
    pub beyond: Option<EntryPlace>,
    pub way: Way,
}

/// Returns where a deposit or a withdrawal stands among those of its account.
pub const fn funding_place(row: &FundingRow) -> EntryPlace {
    EntryPlace {
        at: row.created_at,
        sequence: row.created_by,
        step: 0,
    }
}

/// The side of an account in a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Payer,
    /// It received what another account paid.
    Receiver,
    /// It is both.
    Both,
}

impl Reading {
    /// Returns the first deposits or withdrawals of a range, of one asset or of all.
    ///
    /// **Cost** a search, and the rows that are passed over for their asset.
    ///
    /// # Errors
    /// The database's; so do all below.
    pub async fn fundings(
        &self,
        of: (AccountId, FundingKind),
        asset: Option<AssetId>,
        range: MoveRange,
        count: usize,
    ) -> Result<Vec<FundingRow>, HistoryError> {
        let statement = fundings_of(of, asset, range, count);
        let rows = self.pool().fetch_all(statement).await?;
        rows.iter().map(read_funding).collect()
    }

    /// Returns the deposit or the withdrawal of an account with a reference.
    pub async fn funding(
        &self,
        (account, kind): (AccountId, FundingKind),
        reference: Reference,
    ) -> Result<Option<FundingRow>, HistoryError> {
        let statement = format!(
            "SELECT {FUNDING_COLUMNS} FROM fundings WHERE kind = $1 AND reference = $2
             AND account = $3"
        );
        let statement = Statement::new(statement)
            .bind(kind.number())
            .bind(reference_text(&reference))
            .bind(i64::from(account.0));
        let row = self.pool().fetch_optional(statement).await?;
        row.as_ref().map(read_funding).transpose()
    }

    /// Returns the first transfers of a range that an account paid or received, from one kind of wallet to another.
    ///
    /// **Cost** two searches and their rows.
    pub async fn transfers(
        &self,
        account: AccountId,
        wallets: (Wallet, Wallet),
        range: MoveRange,
        count: usize,
    ) -> Result<Vec<PastTransfer>, HistoryError> {
        let mut found = Vec::new();
        for part in [Part::Payer, Part::Receiver] {
            let mut query = transfers_of(TRANSFER_COLUMNS, (account, part), wallets, range);
            end(&mut query, ["at_ns", "sequence"], range.way, count);
            let rows = self.pool().fetch_all(query).await?;
            let rows: Result<Vec<PastTransfer>, _> = rows.iter().map(read_transfer).collect();
            found.extend(rows?);
        }
        found.sort_unstable_by_key(PastTransfer::place);
        if range.way == Way::NewestFirst {
            found.reverse();
        }
        found.truncate(count);
        Ok(found)
    }

    /// Returns transfers within an account after the first so many of a range, and how many there are in all.
    ///
    /// **Cost** the rows of the range: they are counted.
    pub async fn own_transfers(
        &self,
        account: AccountId,
        wallets: (Wallet, Wallet),
        range: MoveRange,
        (skipped, count): (usize, usize),
    ) -> Result<(u64, Vec<PastTransfer>), HistoryError> {
        let of = (account, Part::Both);
        let counted = transfers_of("COUNT(*)", of, wallets, range);
        let total = self.pool().fetch_optional(counted).await?;
        let total = total.map(|row| row.integer(0)).transpose()?.flatten();
        let mut query = transfers_of(TRANSFER_COLUMNS, of, wallets, range);
        end(&mut query, ["at_ns", "sequence"], range.way, count);
        query.push(" OFFSET ");
        query.push_bind(i64::try_from(skipped).unwrap_or(i64::MAX));
        let rows = self.pool().fetch_all(query).await?;
        let rows: Result<Vec<PastTransfer>, _> = rows.iter().map(read_transfer).collect();
        Ok((total.unwrap_or_default().cast_unsigned(), rows?))
    }
}

fn fundings_of(
    (account, kind): (AccountId, FundingKind),
    asset: Option<AssetId>,
    range: MoveRange,
    count: usize,
) -> Statement {
    let mut query = Statement::new("SELECT ");
    query.push(FUNDING_COLUMNS);
    query.push(" FROM fundings WHERE account = ");
    query.push_bind(i64::from(account.0));
    query.push(" AND kind = ");
    query.push_bind(kind.number());
    if let Some(asset) = asset {
        query.push(" AND asset = ");
        query.push_bind(i64::from(asset.0));
    }
    bound(&mut query, ["created_ns", "created_by"], range);
    end(&mut query, ["created_ns", "created_by"], range.way, count);
    query
}

fn transfers_of(
    select: &str,
    (account, part): (AccountId, Part),
    (from, to): (Wallet, Wallet),
    range: MoveRange,
) -> Statement {
    let mut query = Statement::new("SELECT ");
    query.push(select);
    let (own, other) = match part {
        Part::Payer => ("account", None),
        Part::Receiver => ("to_account", Some("account <> ")),
        Part::Both => ("account", Some("to_account = ")),
    };
    query.push(" FROM transfers WHERE ");
    query.push(own);
    query.push(" = ");
    query.push_bind(i64::from(account.0));
    if let Some(other) = other {
        query.push(" AND ");
        query.push(other);
        query.push_bind(i64::from(account.0));
    }
    query.push(" AND from_wallet = ");
    query.push_bind(from.number());
    query.push(" AND to_wallet = ");
    query.push_bind(to.number());
    bound(&mut query, ["at_ns", "sequence"], range);
    query
}

/// Appends the bounds of a range, such that an index by time finds where it begins.
fn bound(query: &mut Statement, [column, number]: [&str; 2], range: MoveRange) {
    let (mut from, mut until) = (range.from, range.until);
    let comparison = match range.way {
        Way::OldestFirst => ">",
        Way::NewestFirst => "<",
    };
    if let Some(place) = range.beyond {
        match range.way {
            Way::OldestFirst => from = from.max(place.at),
            Way::NewestFirst => until = until.min(place.at),
        }
    }
    query.push(format!(" AND {column} >= "));
    query.push_bind(from.nanos());
    query.push(format!(" AND {column} <= "));
    query.push_bind(until.nanos());
    if let Some(place) = range.beyond {
        query.push(format!(" AND ({column}, {number}) {comparison} ("));
        query.push_bind(place.at.nanos());
        query.push(", ");
        query.push_bind(place.sequence.0.cast_signed());
        query.push(")");
    }
}

fn end(query: &mut Statement, [column, number]: [&str; 2], way: Way, count: usize) {
    let way = match way {
        Way::OldestFirst => "ASC",
        Way::NewestFirst => "DESC",
    };
    query.push(format!(" ORDER BY {column} {way}, {number} {way} LIMIT "));
    query.push_bind(i64::try_from(count).unwrap_or(i64::MAX));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::SCHEMA;
    use model::id::Sequence;
    use sqlx::sqlite::SqlitePool;
    use sqlx::{AssertSqlSafe, Executor, Row};

    #[tokio::test]
    async fn a_page_of_movements_is_found_by_an_index_and_needs_no_sorting() {
        let pool = SqlitePool::connect("sqlite::memory:").await.expect("opens");
        let mut connection = pool.acquire().await.expect("a connection");
        connection.execute(SCHEMA).await.expect("tables");
        let place = EntryPlace {
            at: Timestamp::ZERO,
            sequence: Sequence(3),
            step: 0,
        };
        let account = AccountId(1);
        for (way, beyond) in [
            (Way::OldestFirst, None),
            (Way::NewestFirst, None),
            (Way::OldestFirst, Some(place)),
            (Way::NewestFirst, Some(place)),
        ] {
            let range = MoveRange {
                from: Timestamp::ZERO,
                until: Timestamp::ZERO,
                beyond,
                way,
            };
            let mut queries = vec![
                fundings_of((account, FundingKind::Deposit), None, range, 9),
                fundings_of(
                    (account, FundingKind::Withdrawal),
                    Some(AssetId(0)),
                    range,
                    9,
                ),
            ];
            for part in [Part::Payer, Part::Receiver, Part::Both] {
                let wallets = (Wallet::Spot, Wallet::Spot);
                let mut query = transfers_of(TRANSFER_COLUMNS, (account, part), wallets, range);
                end(&mut query, ["at_ns", "sequence"], way, 9);
                queries.push(query);
            }
            for query in queries {
                let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", query.text()));
                let rows = sqlx::query(explain).fetch_all(&mut *connection).await;
                let steps: Vec<String> =
                    rows.expect("a plan").iter().map(|row| row.get(3)).collect();
                let is_quick = steps.len() == 1 && steps[0].starts_with("SEARCH");
                assert!(is_quick && steps[0].contains("_ns"), "{steps:?}");
            }
        }
    }
}
