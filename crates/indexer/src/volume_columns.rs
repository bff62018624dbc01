//! Volumes as columns, and what people ask of them.

use model::id::{AccountId, MarketId};

use crate::error::HistoryError;
use crate::reading::Reading;
use crate::row::Row;
use crate::statement::{Statement, Values};
use crate::tables::VOLUME_COLUMNS;
use crate::trade_columns::Columns;
use crate::volume::{PastVolume, VolumeKey};

/// Appends the values of a key to a statement.
pub fn push_key(values: &mut Values, key: &VolumeKey) {
    values.push_bind(i64::from(key.account.0));
    values.push_bind(key.day);
    values.push_bind(i64::from(key.market.0));
}

/// Appends the values of a volume to a statement, in the order of `tables::VOLUME_COLUMNS`.
pub fn push(values: &mut Values, volume: &PastVolume) {
    push_key(values, &volume.key);
    values.push_bind(volume.maker.to_string());
    values.push_bind(volume.taker.to_string());
    values.push_bind(volume.fills.cast_signed());
}

/// Returns the volume in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read(row: &Row) -> Result<PastVolume, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PastVolume {
        key: VolumeKey {
            account: AccountId(columns.number("account")?),
            day: columns.number("day")?,
            market: MarketId(columns.number("market")?),
        },
        maker: columns.units("maker")?,
        taker: columns.units("taker")?,
        fills: columns.number("fills")?,
    })
}

impl Reading {
    /// Returns what an account traded on some days, both included, by day and market.
    ///
    /// **Shape** at most a row a day and market.
    ///
    /// # Errors
    /// The database's.
    pub async fn volumes(
        &self,
        account: AccountId,
        (first, last): (i64, i64),
    ) -> Result<Vec<PastVolume>, HistoryError> {
        let statement = format!(
            "SELECT {VOLUME_COLUMNS} FROM volumes WHERE account = $1 AND day BETWEEN $2 AND $3
             ORDER BY day, market"
        );
        let statement = Statement::new(statement)
            .bind(i64::from(account.0))
            .bind(first)
            .bind(last);
        let rows = self.pool().fetch_all(statement).await?;
        rows.iter().map(read).collect()
    }
}
