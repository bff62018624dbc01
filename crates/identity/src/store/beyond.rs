//! Deposits beyond an allowance, for those who look at them.

use model::id::{AccountId, AssetId, OwnerId};
use model::number::Amount;
use model::time::Timestamp;
use sqlx::Row;

use crate::beyond::BeyondDeposit;
use crate::identity::IdentityError;
use crate::store::{DatabaseRow, Store, Writing};

/// An amount is a text: it may be greater than what a column of whole numbers holds.
pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS beyond_deposits (
        id       INTEGER PRIMARY KEY AUTOINCREMENT,
        owner    INTEGER REFERENCES users (id),
        account  INTEGER NOT NULL,
        asset    INTEGER NOT NULL,
        amount   TEXT NOT NULL,
        at_ns    INTEGER NOT NULL
    ) STRICT;
";

impl Store {
    pub(crate) async fn beyond_deposits(
        &self,
        after: u64,
        count_max: u32,
    ) -> Result<Vec<BeyondDeposit>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id, owner, account, asset, amount, at_ns FROM beyond_deposits
             WHERE $1 < id ORDER BY id LIMIT $2",
        )
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(i64::from(count_max))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }
}

/// Writes one down.
pub(super) async fn add(
    transaction: &mut Writing,
    (owner, account): (Option<OwnerId>, AccountId),
    (asset, amount): (AssetId, Amount),
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO beyond_deposits (owner, account, asset, amount, at_ns)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(owner.map(|owner| owner.0.cast_signed()))
    .bind(i64::from(account.0))
    .bind(i64::from(asset.0))
    .bind(amount.units().to_string())
    .bind(at.nanos())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn read(row: &DatabaseRow) -> Result<BeyondDeposit, IdentityError> {
    let id: i64 = row.try_get(0)?;
    let damaged = || IdentityError::NotificationDamaged { id };
    let account = u32::try_from(row.try_get::<i64, _>(2)?);
    let asset = row.try_get::<i64, _>(3)?.try_into();
    let amount = row.try_get::<String, _>(4)?.parse();
    let amount = amount.ok().and_then(Amount::new);
    Ok(BeyondDeposit {
        id: id.cast_unsigned(),
        owner: row
            .try_get::<Option<i64>, _>(1)?
            .map(|owner| OwnerId(owner.cast_unsigned())),
        account: AccountId(account.map_err(|_| damaged())?),
        asset: AssetId(asset.map_err(|_| damaged())?),
        amount: amount.ok_or_else(damaged)?,
        at: Timestamp::from_nanos(row.try_get(5)?),
    })
}
