//! What becomes of messages: attempts, and what is known of who reads them.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::delivery::Waiting;
use crate::identity::IdentityError;
use crate::outbox::{State, StoredMessage};
use crate::preferences::LANGUAGE;
use crate::store::{DatabaseRow, Store};

/// Attempts that failed, of messages that wait.
pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS deliveries (
        message     INTEGER PRIMARY KEY,
        attempts    INTEGER NOT NULL,
        next_ns     INTEGER NOT NULL
    ) STRICT;
";

const COLUMNS: &str = "
    SELECT outbox.id, recipient, subject, token, state, outbox.created_ns,
           users.id, preferences.value, phishing_codes.code, COALESCE(attempts, 0)
    FROM outbox
        LEFT JOIN users ON users.email = recipient
        LEFT JOIN preferences ON preferences.owner = users.id AND preferences.name = $1
        LEFT JOIN phishing_codes ON phishing_codes.owner = users.id
        LEFT JOIN deliveries ON deliveries.message = outbox.id
";

/// A message with what is known of its reader, as it is stored.
pub(crate) struct StoredDelivery {
    pub message: StoredMessage,
    pub owner: Option<OwnerId>,
    /// The preference of this name.
    pub language: Option<String>,
    /// Sealed.
    pub phishing_code: Option<Vec<u8>>,
    pub attempts: u32,
}

impl Store {
    pub(crate) async fn newest_deliveries(
        &self,
        count_max: u32,
    ) -> Result<Vec<StoredDelivery>, IdentityError> {
        let query = format!("{COLUMNS} ORDER BY outbox.id DESC LIMIT $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(LANGUAGE)
            .bind(i64::from(count_max))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn due_deliveries(
        &self,
        at: Timestamp,
        count_max: u32,
    ) -> Result<Vec<StoredDelivery>, IdentityError> {
        let query = format!(
            "{COLUMNS} WHERE state = $2 AND COALESCE(next_ns, 0) <= $3
             ORDER BY COALESCE(next_ns, outbox.created_ns), outbox.id LIMIT $4"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(LANGUAGE)
            .bind(State::Waiting.number())
            .bind(at.nanos())
            .bind(i64::from(count_max))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn note_sent(&self, message: u64) -> Result<(), IdentityError> {
        self.end_delivery(message, State::Sent).await
    }

    pub(crate) async fn give_up(&self, message: u64) -> Result<(), IdentityError> {
        self.end_delivery(message, State::GivenUp).await
    }

    async fn end_delivery(&self, message: u64, state: State) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE outbox SET state = $1 WHERE id = $2")
            .bind(state.number())
            .bind(message.cast_signed())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM deliveries WHERE message = $1")
            .bind(message.cast_signed())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn postpone(
        &self,
        message: u64,
        until: Timestamp,
    ) -> Result<(), IdentityError> {
        let query = sqlx::query(
            "INSERT INTO deliveries (message, attempts, next_ns) VALUES ($1, 1, $2)
             ON CONFLICT (message) DO UPDATE SET attempts = deliveries.attempts + 1,
                                                 next_ns = excluded.next_ns",
        )
        .bind(message.cast_signed())
        .bind(until.nanos());
        self.write(query).await?;
        Ok(())
    }

    pub(crate) async fn waiting(&self) -> Result<Waiting, IdentityError> {
        let row = sqlx::query("SELECT COUNT(*), MIN(created_ns) FROM outbox WHERE state = $1")
            .bind(State::Waiting.number())
            .fetch_one(&self.pool)
            .await?;
        Ok(Waiting {
            count: row.try_get::<i64, _>(0)?.cast_unsigned(),
            since: row.try_get::<Option<i64>, _>(1)?.map(Timestamp::from_nanos),
        })
    }

    /// Forgets attempts to send what is no more.
    pub(crate) async fn forget_deliveries(&self) -> Result<(), IdentityError> {
        let query = "DELETE FROM deliveries WHERE message NOT IN (SELECT id FROM outbox)";
        self.write(sqlx::query(query)).await?;
        Ok(())
    }
}

fn read(row: &DatabaseRow) -> Result<StoredDelivery, IdentityError> {
    let owner: Option<i64> = row.try_get(6)?;
    let attempts: i64 = row.try_get(9)?;
    Ok(StoredDelivery {
        message: StoredMessage {
            id: row.try_get(0)?,
            recipient: row.try_get(1)?,
            subject: row.try_get(2)?,
            content: row.try_get(3)?,
            state: row.try_get(4)?,
            created_at: Timestamp::from_nanos(row.try_get(5)?),
        },
        owner: owner.map(|owner| OwnerId(owner.cast_unsigned())),
        language: row.try_get(7)?,
        phishing_code: row.try_get(8)?,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
    })
}
