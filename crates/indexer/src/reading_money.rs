//! What people ask of the history about money.

use model::id::{AccountId, AssetId};
use model::instrument::{Asset, Instrument};
use model::time::Timestamp;

use crate::codes::Code;
use crate::entry::{BalanceKey, EntryPlace, PastBalance, PastDay, PastEntry};
use crate::error::HistoryError;
use crate::listing_columns::{read_asset, read_market};
use crate::money_columns::{read_day, read_entry, read_pair};
use crate::reading::Reading;
use crate::statement::Statement;
use crate::tables::{ASSET_COLUMNS, DAY_COLUMNS, ENTRY_COLUMNS, MARKET_COLUMNS};

/// Which entries of an account are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRange {
    /// Of one asset, or of all.
    pub asset: Option<AssetId>,
    /// From one moment to another, both included.
    pub from: Timestamp,
    pub until: Timestamp,
    /// Those after this place only, or those before it.
    pub beyond: Option<EntryPlace>,
    pub way: Way,
}

/// From which end rows are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    OldestFirst,
    NewestFirst,
}

impl Reading {
    /// Returns every balance that an account ever had, by wallet and asset.
    ///
    /// # Errors
    /// The database's; so do all below.
    pub async fn balance_keys(&self, account: AccountId) -> Result<Vec<BalanceKey>, HistoryError> {
        let statement = Statement::new(
            "SELECT DISTINCT wallet, asset FROM days WHERE account = $1 ORDER BY wallet, asset",
        )
        .bind(i64::from(account.0));
        let rows = self.pool().fetch_all(statement).await?;
        rows.iter().map(|row| read_pair(account, row)).collect()
    }

    /// Returns entries of an account in the order of their places, whichever end they are taken from.
    ///
    /// **Cost** a search and at most `count` rows for each balance that is asked for.
    pub async fn entries(
        &self,
        account: AccountId,
        range: EntryRange,
        count: usize,
    ) -> Result<Vec<PastEntry>, HistoryError> {
        let keys = self.balance_keys(account).await?;
        let is_wanted = |key: &BalanceKey| range.asset.is_none_or(|asset| asset == key.asset);
        let mut found = Vec::new();
        for key in keys.into_iter().filter(is_wanted) {
            let rows = self
                .pool()
                .fetch_all(entries_of(key, range, "", count))
                .await?;
            let entries: Result<Vec<PastEntry>, _> = rows.iter().map(read_entry).collect();
            found.extend(entries?);
        }
        found.sort_unstable_by_key(|entry| entry.place);
        if range.way == Way::NewestFirst {
            found.reverse();
        }
        found.truncate(count);
        Ok(found)
    }

    /// Returns every balance of an account as it was after the last command of a moment, those of nothing left out.
    pub async fn balances_at(
        &self,
        account: AccountId,
        at: Timestamp,
    ) -> Result<Vec<(BalanceKey, PastBalance)>, HistoryError> {
        let mut balances = Vec::new();
        for key in self.balance_keys(account).await? {
            let balance = self.balance_at(key, at).await?;
            if balance != PastBalance::NOTHING {
                balances.push((key, balance));
            }
        }
        Ok(balances)
    }

    /// Returns one balance as it was after the last command of a moment.
    ///
    /// **Cost** one search: every entry says what its balance was with it.
    pub async fn balance_at(
        &self,
        key: BalanceKey,
        at: Timestamp,
    ) -> Result<PastBalance, HistoryError> {
        let entry = self.last_entry(key, at).await?;
        Ok(entry.map_or(PastBalance::NOTHING, |entry| entry.after))
    }

    /// Returns the last posting to a balance up to a moment.
    ///
    /// **Cost** one search.
    pub(crate) async fn last_entry(
        &self,
        key: BalanceKey,
        at: Timestamp,
    ) -> Result<Option<PastEntry>, HistoryError> {
        let range = EntryRange {
            asset: Some(key.asset),
            from: Timestamp::from_nanos(i64::MIN),
            until: at,
            beyond: None,
            way: Way::NewestFirst,
        };
        let row = self
            .pool()
            .fetch_optional(entries_of(key, range, "", 1))
            .await?;
        row.as_ref().map(read_entry).transpose()
    }

    /// Returns what a balance was at the close of the days on which it changed, oldest first.
    pub async fn days(
        &self,
        key: BalanceKey,
        (first, last): (i64, i64),
        count: usize,
    ) -> Result<Vec<PastDay>, HistoryError> {
        let statement = format!(
            "SELECT {DAY_COLUMNS} FROM days WHERE account = $1 AND wallet = $2 AND asset = $3
             AND day BETWEEN $4 AND $5 ORDER BY day LIMIT $6"
        );
        let statement = Statement::new(statement)
            .bind(i64::from(key.account.0))
            .bind(key.wallet.number())
            .bind(i64::from(key.asset.0))
            .bind(first)
            .bind(last)
            .bind(i64::try_from(count).unwrap_or(i64::MAX));
        let rows = self.pool().fetch_all(statement).await?;
        rows.iter().map(read_day).collect()
    }

    /// Returns every listed asset, by number.
    pub async fn assets(&self) -> Result<Vec<Asset>, HistoryError> {
        let statement = format!("SELECT {ASSET_COLUMNS} FROM assets ORDER BY asset");
        let statement = Statement::new(statement);
        let rows = self.pool().fetch_all(statement).await?;
        rows.iter().map(read_asset).collect()
    }

    /// Returns every listed market, by number.
    pub async fn markets(&self) -> Result<Vec<Instrument>, HistoryError> {
        let statement = format!("SELECT {MARKET_COLUMNS} FROM markets ORDER BY market");
        let statement = Statement::new(statement);
        let rows = self.pool().fetch_all(statement).await?;
        rows.iter().map(read_market).collect()
    }
}

/// Returns the statement that finds entries of one balance, of all causes or of those of a condition.
pub(crate) fn entries_of(
    key: BalanceKey,
    range: EntryRange,
    causes: &str,
    count: usize,
) -> Statement {
    let mut query = Statement::new("SELECT ");
    query.push(ENTRY_COLUMNS);
    query.push(" FROM entries WHERE account = ");
    query.push_bind(i64::from(key.account.0));
    query.push(" AND wallet = ");
    query.push_bind(key.wallet.number());
    query.push(" AND asset = ");
    query.push_bind(i64::from(key.asset.0));
    let (mut from, mut until) = (range.from, range.until);
    let (comparison, way) = match range.way {
        Way::OldestFirst => (">", "ASC"),
        Way::NewestFirst => ("<", "DESC"),
    };
    if let Some(place) = range.beyond {
        match range.way {
            Way::OldestFirst => from = from.max(place.at),
            Way::NewestFirst => until = until.min(place.at),
        }
    }
    query.push(" AND at_ns >= ");
    query.push_bind(from.nanos());
    query.push(" AND at_ns <= ");
    query.push_bind(until.nanos());
    if let Some(place) = range.beyond {
        query.push(format!(" AND (at_ns, sequence, step) {comparison} ("));
        query.push_bind(place.at.nanos());
        query.push(", ");
        query.push_bind(place.sequence.0.cast_signed());
        query.push(", ");
        query.push_bind(i64::from(place.step));
        query.push(")");
    }
    query.push(causes);
    query.push(format!(
        " ORDER BY at_ns {way}, sequence {way}, step {way} LIMIT "
    ));
    query.push_bind(i64::try_from(count).unwrap_or(i64::MAX));
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{MOVE_CAUSES, SCHEMA};
    use model::account::Wallet;
    use model::id::Sequence;
    use sqlx::sqlite::SqlitePool;
    use sqlx::{AssertSqlSafe, Executor, Row};

    #[tokio::test]
    async fn a_page_of_entries_is_found_by_the_key_and_needs_no_sorting() {
        let key = BalanceKey {
            account: AccountId(1),
            wallet: Wallet::Spot,
            asset: AssetId(0),
        };
        let place = EntryPlace {
            at: Timestamp::ZERO,
            sequence: Sequence(3),
            step: 0,
        };
        let pool = SqlitePool::connect("sqlite::memory:").await.expect("opens");
        let mut connection = pool.acquire().await.expect("a connection");
        connection.execute(SCHEMA).await.expect("tables");
        for (way, beyond) in [
            (Way::OldestFirst, None),
            (Way::OldestFirst, Some(place)),
            (Way::NewestFirst, Some(place)),
        ] {
            let range = EntryRange {
                asset: None,
                from: Timestamp::ZERO,
                until: Timestamp::ZERO,
                beyond,
                way,
            };
            let query = entries_of(key, range, MOVE_CAUSES, 9);
            let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", query.text()));
            let rows = sqlx::query(explain).fetch_all(&mut *connection).await;
            let steps: Vec<String> = rows.expect("a plan").iter().map(|row| row.get(3)).collect();
            let is_quick = steps.len() == 1 && steps[0].starts_with("SEARCH");
            assert!(is_quick && steps[0].contains("at_ns"), "{steps:?}");
        }
    }
}
