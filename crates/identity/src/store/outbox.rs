//! Messages that wait to be sent.

use model::time::{NANOS_PER_DAY, Timestamp};
use sqlx::Row;

use crate::identity::IdentityError;
use crate::outbox::{State, StoredMessage, Subject};
use crate::store::{Connection, DatabaseRow, Store};

/// More would only annoy whoever never asked for them.
pub(super) const PER_DAY_MAX: i64 = 10;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS outbox (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        recipient   TEXT NOT NULL,
        subject     INTEGER NOT NULL,
        token       BLOB NOT NULL,
        state       INTEGER NOT NULL,
        created_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS outbox_by_recipient ON outbox (recipient, created_ns);
";

/// A message that is about to be stored.
pub(crate) struct NewMessage<'a> {
    pub recipient: &'a str,
    pub subject: Subject,
    pub token: &'a [u8],
    pub created_at: Timestamp,
}

/// Stores a message, unless the recipient had as many within a day.
pub(super) async fn add(
    connection: &mut Connection,
    new: &NewMessage<'_>,
    per_day_max: i64,
) -> Result<(), IdentityError> {
    let a_day_ago = new.created_at.plus_nanos(-NANOS_PER_DAY);
    sqlx::query(
        "INSERT INTO outbox (recipient, subject, token, state, created_ns)
         SELECT $1, $2, $3, $4, $5 WHERE
            (SELECT COUNT(*) FROM outbox WHERE recipient = $6 AND $7 < created_ns) < $8",
    )
    .bind(new.recipient)
    .bind(new.subject.number())
    .bind(new.token)
    .bind(State::Waiting.number())
    .bind(new.created_at.nanos())
    .bind(new.recipient)
    .bind(a_day_ago.nanos())
    .bind(per_day_max)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    pub(crate) async fn messages(
        &self,
        count_max: u32,
    ) -> Result<Vec<StoredMessage>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id, recipient, subject, token, state, created_ns
             FROM outbox ORDER BY id DESC LIMIT $1",
        )
        .bind(i64::from(count_max))
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &DatabaseRow| {
            Ok(StoredMessage {
                id: row.try_get(0)?,
                recipient: row.try_get(1)?,
                subject: row.try_get(2)?,
                token: row.try_get(3)?,
                state: row.try_get(4)?,
                created_at: Timestamp::from_nanos(row.try_get(5)?),
            })
        };
        rows.iter().map(read).collect()
    }

    pub(crate) async fn forget_messages(&self, until: Timestamp) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM outbox WHERE created_ns <= $1");
        self.write(query.bind(until.nanos())).await?;
        Ok(())
    }
}
