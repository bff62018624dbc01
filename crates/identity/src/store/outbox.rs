//! Messages that wait to be sent.

use crate::identity::IdentityError;
use crate::login::Asker;
use crate::outbox::{Notice, State, Subject};
use crate::store::notification::tell_security;
use crate::store::{Connection, Store, Writing};
use model::id::OwnerId;
use model::time::{NANOS_PER_DAY, Timestamp};

/// Letters of one subject to an address in a day, where anybody can have them written: more would only annoy.
pub(super) const PER_DAY_MAX: i64 = 10;
/// The same from devices that the user has signed in with: strangers never use up the second half.
const KNOWN_PER_DAY_MAX: i64 = 2 * PER_DAY_MAX;

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
    CREATE INDEX IF NOT EXISTS outbox_by_state ON outbox (state, id);
";

/// A message that is about to be stored.
pub(crate) struct NewMessage<'a> {
    pub recipient: &'a str,
    pub subject: Subject,
    /// What it tells, sealed.
    pub content: &'a [u8],
    pub created_at: Timestamp,
}

/// Returns how many letters with a token somebody may have written to an address in a day.
pub(super) const fn per_day_max(asker: Asker, user: Option<i64>) -> i64 {
    match (user, asker) {
        (None, _) => 0,
        (Some(_), Asker::Stranger) => PER_DAY_MAX,
        (Some(_), Asker::KnownDevice) => KNOWN_PER_DAY_MAX,
    }
}

/// Stores a message, unless the recipient had as many of its subject within a day.
pub(super) async fn add(
    connection: &mut Connection,
    new: &NewMessage<'_>,
    per_day_max: i64,
) -> Result<(), IdentityError> {
    let a_day_ago = new.created_at.plus_nanos(-NANOS_PER_DAY);
    sqlx::query(
        "INSERT INTO outbox (recipient, subject, token, state, created_ns)
         SELECT $1, $2, $3, $4, $5 WHERE
            (SELECT COUNT(*) FROM outbox
             WHERE recipient = $6 AND subject = $7 AND $8 < created_ns) < $9",
    )
    .bind(new.recipient)
    .bind(new.subject.number())
    .bind(new.content)
    .bind(State::Waiting.number())
    .bind(new.created_at.nanos())
    .bind(new.recipient)
    .bind(new.subject.number())
    .bind(a_day_ago.nanos())
    .bind(per_day_max)
    .execute(connection)
    .await?;
    Ok(())
}

/// Tells a user of something that bears on security, by message and on the pages.
pub(super) async fn tell(
    transaction: &mut Writing,
    user: OwnerId,
    subject: Subject,
    notice: &Notice,
    at: Timestamp,
) -> Result<(), IdentityError> {
    let message = NewMessage {
        recipient: &notice.recipient,
        subject,
        content: &notice.content,
        created_at: at,
    };
    add(transaction, &message, i64::MAX).await?;
    tell_security(transaction, user, subject, at).await
}

impl Store {
    pub(crate) async fn tell_user(
        &self,
        user: OwnerId,
        subject: Subject,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        tell(&mut transaction, user, subject, notice, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn forget_messages(&self, until: Timestamp) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM outbox WHERE created_ns <= $1");
        self.write(query.bind(until.nanos())).await?;
        Ok(())
    }
}
