//! Holds of payouts, and whether the exchange was told of them.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::hold::{HOLD_NANOS, Hold};
use crate::identity::IdentityError;
use crate::store::{Store, Writing};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS payout_holds (
        owner     INTEGER PRIMARY KEY REFERENCES users (id),
        until_ns  INTEGER NOT NULL,
        is_told   INTEGER NOT NULL
    ) STRICT;
";

impl Store {
    pub(crate) async fn untold_holds(&self) -> Result<Vec<Hold>, IdentityError> {
        let rows = sqlx::query("SELECT owner, until_ns FROM payout_holds WHERE is_told = 0")
            .fetch_all(&self.pool)
            .await?;
        let hold = |row: &super::DatabaseRow| {
            Ok(Hold {
                user: OwnerId(row.try_get::<i64, _>(0)?.cast_unsigned()),
                until: Timestamp::from_nanos(row.try_get(1)?),
            })
        };
        rows.iter().map(hold).collect()
    }

    /// Notes it of this hold only: a later one is to be told.
    pub(crate) async fn note_told(&self, hold: Hold) -> Result<(), IdentityError> {
        let query = "UPDATE payout_holds SET is_told = 1 WHERE owner = $1 AND until_ns = $2";
        let query = sqlx::query(query).bind(hold.user.0.cast_signed());
        self.write(query.bind(hold.until.nanos())).await?;
        Ok(())
    }
}

/// Holds the payouts of a user for a day.
pub(super) async fn begin(
    transaction: &mut Writing,
    user: OwnerId,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO payout_holds (owner, until_ns, is_told) VALUES ($1, $2, 0)
         ON CONFLICT (owner) DO UPDATE SET until_ns = excluded.until_ns, is_told = 0
         WHERE payout_holds.until_ns < excluded.until_ns",
    )
    .bind(user.0.cast_signed())
    .bind(at.plus_nanos(HOLD_NANOS).nanos())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
