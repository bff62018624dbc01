//! Failures to sign in of which users are told.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::audit::Entry;
use crate::failure::{TOLD_FAILURES, TOLD_PERIOD_NANOS};
use crate::identity::IdentityError;
use crate::outbox::{Notice, Subject};
use crate::store::outbox::tell;
use crate::store::{DatabaseRow, Store, Writing, audit};

/// Letters of one round.
const TOLD_MAX: i64 = 100;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS failure_notices (
        owner       INTEGER PRIMARY KEY,
        failures    INTEGER NOT NULL,
        since_ns    INTEGER NOT NULL,
        told_ns     INTEGER NOT NULL
    ) STRICT;
";

impl Store {
    /// Counts a failure for the user of an address.
    pub(crate) async fn note_failure(
        &self,
        email: &str,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        count(&mut transaction, email, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Counts a failure and writes down what it was: one transaction, since each is a sync of the disk.
    pub(crate) async fn note_refused(
        &self,
        email: &str,
        entry: &Entry<'_>,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        count(&mut transaction, email, entry.at).await?;
        audit::append(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn untold_failures(
        &self,
        at: Timestamp,
    ) -> Result<Vec<OwnerId>, IdentityError> {
        let rows = sqlx::query(
            "SELECT owner FROM failure_notices
             WHERE 0 < owner AND $1 <= failures AND told_ns <= $2 ORDER BY owner LIMIT $3",
        )
        .bind(TOLD_FAILURES)
        .bind(at.plus_nanos(-TOLD_PERIOD_NANOS).nanos())
        .bind(TOLD_MAX)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &DatabaseRow| Ok(OwnerId(row.try_get::<i64, _>(0)?.cast_unsigned()));
        rows.iter().map(read).collect()
    }

    /// Tells a user, and begins to count anew.
    pub(crate) async fn tell_failures(
        &self,
        user: OwnerId,
        subject: Subject,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE failure_notices SET failures = 0, told_ns = $1 WHERE owner = $2")
            .bind(at.nanos())
            .bind(user.0.cast_signed())
            .execute(&mut *transaction)
            .await?;
        tell(&mut transaction, user, subject, notice, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Counts a failure for the user of an address, or in the same way for nobody, who is number 0.
async fn count(transaction: &mut Writing, email: &str, at: Timestamp) -> Result<(), IdentityError> {
    let query = sqlx::query(
        "INSERT INTO failure_notices (owner, failures, since_ns, told_ns)
         VALUES (COALESCE((SELECT id FROM users WHERE email = $1), 0), 1, $2, 0)
         ON CONFLICT (owner) DO UPDATE SET
            failures = CASE WHEN failure_notices.since_ns <= $3 THEN 1
                            ELSE failure_notices.failures + 1 END,
            since_ns = CASE WHEN failure_notices.since_ns <= $4 THEN excluded.since_ns
                            ELSE failure_notices.since_ns END",
    );
    let a_day_ago = at.plus_nanos(-TOLD_PERIOD_NANOS).nanos();
    let query = query
        .bind(email)
        .bind(at.nanos())
        .bind(a_day_ago)
        .bind(a_day_ago);
    query.execute(&mut **transaction).await?;
    Ok(())
}
