//! What people ask of the history about worth over time: balances and prices at many instants, and what flowed.

use model::id::{AccountId, MarketId};
use model::number::Price;
use model::time::Timestamp;
use views::interval::Interval;

use crate::entry::{BalanceKey, PastEntry};
use crate::error::HistoryError;
use crate::money_columns::read_entry;
use crate::reading::Reading;
use crate::statement::Statement;
use crate::tables::{ENTRY_COLUMNS, FLOW_CAUSES};

/// Prices are those of the last second with a trade.
const FINEST: Interval = Interval::Second1;

impl Reading {
    /// Returns the first postings that brought money into an account or took it out, after a moment up to another.
    ///
    /// # Errors
    /// The database's; so do all below.
    pub async fn flows(
        &self,
        account: AccountId,
        (after, until): (Timestamp, Timestamp),
        count: usize,
    ) -> Result<Vec<PastEntry>, HistoryError> {
        let statement = flows_of(account, (after, until), count);
        let rows = self.pool().fetch_all(statement).await?;
        rows.iter().map(read_entry).collect()
    }

    /// Returns what a balance was, both buckets together, after the last command of each of some rising instants.
    ///
    /// **Cost** a search for each instant before which it changed since the instant before.
    pub async fn totals_at(
        &self,
        key: BalanceKey,
        instants: &[Timestamp],
    ) -> Result<Vec<i128>, HistoryError> {
        let mut totals = vec![0; instants.len()];
        let mut left = instants;
        while let Some(last) = left.last() {
            let Some(entry) = self.last_entry(key, *last).await? else {
                break;
            };
            let since = left.partition_point(|at| *at < entry.place.at);
            totals[since..left.len()].fill(entry.after.total());
            left = &left[..since];
        }
        Ok(totals)
    }

    /// Returns the price of a market at each of some rising instants, before its first trade the first price; `None`
    /// when it has no trade.
    ///
    /// **Cost** as `totals_at`.
    pub async fn prices_at(
        &self,
        market: MarketId,
        instants: &[Timestamp],
    ) -> Result<Option<Vec<Price>>, HistoryError> {
        let of = (market, FINEST);
        let Some(first) = self.candles(of, (i64::MIN, i64::MAX), 1).await?.pop() else {
            return Ok(None);
        };
        let mut prices = vec![first.open; instants.len()];
        let mut left = instants;
        while let Some(last) = left.last() {
            let Some(candle) = self.candle_before(of, FINEST.period(*last) + 1).await? else {
                break;
            };
            let since = left.partition_point(|at| FINEST.period(*at) < candle.period);
            prices[since..left.len()].fill(candle.close);
            left = &left[..since];
        }
        Ok(Some(prices))
    }
}

/// Returns the statement that finds flows: its condition is that of their index.
fn flows_of(account: AccountId, (after, until): (Timestamp, Timestamp), count: usize) -> Statement {
    let statement = format!(
        "SELECT {ENTRY_COLUMNS} FROM entries WHERE account = $1 AND $2 < at_ns AND at_ns <= $3
         AND {FLOW_CAUSES} ORDER BY at_ns, sequence, step LIMIT $4"
    );
    Statement::new(statement)
        .bind(i64::from(account.0))
        .bind(after.nanos())
        .bind(until.nanos())
        .bind(i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Code;
    use crate::entry::EntryCause;
    use crate::tables::SCHEMA;
    use sqlx::sqlite::SqlitePool;
    use sqlx::{AssertSqlSafe, Executor, Row};

    #[tokio::test]
    async fn flows_are_found_by_an_index_of_their_own() {
        let pool = SqlitePool::connect("sqlite::memory:").await.expect("opens");
        let mut connection = pool.acquire().await.expect("a connection");
        connection.execute(SCHEMA).await.expect("tables");
        let query = flows_of(AccountId(1), (Timestamp::ZERO, Timestamp::ZERO), 9);
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", query.text()));
        let rows = sqlx::query(explain).fetch_all(&mut *connection).await;
        let steps: Vec<String> = rows.expect("a plan").iter().map(|row| row.get(3)).collect();
        let is_quick = steps.len() == 1 && steps[0].contains("INDEX entries_of_flows");
        assert!(is_quick && steps[0].contains("at_ns>"), "{steps:?}");
    }

    #[test]
    fn the_index_is_of_every_cause_but_those_of_orders_and_trades() {
        let trading = [
            EntryCause::Hold,
            EntryCause::Release,
            EntryCause::Trade,
            EntryCause::Fee,
            EntryCause::Rebate,
        ];
        let flows: Vec<String> = EntryCause::ALL
            .iter()
            .filter(|cause| !trading.contains(cause))
            .map(|cause| cause.number().to_string())
            .collect();
        assert_eq!(FLOW_CAUSES, format!("cause IN ({})", flows.join(", ")));
        assert!(SCHEMA.contains(FLOW_CAUSES));
    }
}
