//! Closings of accounts, and what is forgotten with them.

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;
use sqlx::Row;

use crate::closing::{Closing, Wish};
use crate::identity::IdentityError;
use crate::outbox::{Notice, Subject};
use crate::store::outbox::{self, NewMessage};
use crate::store::{DatabaseRow, Store, Writing, algo, auditor, erasure};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS closings (
        owner      INTEGER PRIMARY KEY REFERENCES users (id),
        account    INTEGER NOT NULL,
        asked_ns   INTEGER NOT NULL,
        closed_ns  INTEGER,
        email      TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS closings_by_end ON closings (closed_ns);
";

const COLUMNS: &str = "SELECT owner, account, asked_ns, closed_ns, email FROM closings";

/// What is of no use to somebody without an account: proofs, letters, wishes.
const FORGOTTEN: [&str; 23] = [
    "DELETE FROM passwords WHERE owner = $1",
    "DELETE FROM resets WHERE owner = $1",
    "DELETE FROM registrations WHERE owner = $1",
    "DELETE FROM factors WHERE owner = $1",
    "DELETE FROM recovery_codes WHERE owner = $1",
    "DELETE FROM passkeys WHERE owner = $1",
    "DELETE FROM challenges WHERE owner = $1",
    "DELETE FROM devices WHERE owner = $1",
    "DELETE FROM preferences WHERE owner = $1",
    "DELETE FROM phishing_codes WHERE owner = $1",
    "DELETE FROM alerts WHERE owner = $1",
    "DELETE FROM destinations WHERE owner = $1",
    "DELETE FROM destination_rules WHERE owner = $1",
    "DELETE FROM notifications WHERE owner = $1",
    "DELETE FROM notification_settings WHERE owner = $1",
    "DELETE FROM digests WHERE owner = $1",
    "DELETE FROM login_rules WHERE owner = $1",
    "DELETE FROM failure_notices WHERE owner = $1",
    // A former address would bring the closed user back.
    "DELETE FROM email_changes WHERE owner = $1",
    "DELETE FROM email_returns WHERE owner = $1",
    "DELETE FROM factor_reset_links WHERE owner = $1",
    "DELETE FROM factor_resets WHERE owner = $1",
    // Whatever happens to the account from here on is told to nobody.
    "DELETE FROM accounts WHERE owner = $1",
];

impl Store {
    pub(crate) async fn ask_closing(
        &self,
        user: OwnerId,
        account: AccountId,
        wish: Wish,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO closings (owner, account, asked_ns) VALUES ($1, $2, $3)
             ON CONFLICT (owner) DO UPDATE SET asked_ns = excluded.asked_ns
             WHERE closings.closed_ns IS NULL",
        )
        .bind(user.0.cast_signed())
        .bind(i64::from(account.0))
        .bind(at.nanos())
        .execute(&mut *transaction)
        .await?;
        if wish == Wish::Erase {
            erasure::ask(&mut transaction, user, at).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn drop_closing(&self, user: OwnerId) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let dropped = sqlx::query("DELETE FROM closings WHERE owner = $1 AND closed_ns IS NULL")
            .bind(user.0.cast_signed())
            .execute(&mut *transaction)
            .await?;
        if dropped.rows_affected() == 0 {
            return Ok(());
        }
        erasure::drop_asked(&mut transaction, user).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn finish_closing(
        &self,
        (user, accounts, notice): (OwnerId, &[AccountId], Option<&Notice>),
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let written = sqlx::query(
            "UPDATE closings SET closed_ns = $1,
                    email = (SELECT email FROM users WHERE users.id = closings.owner)
             WHERE owner = $2 AND closed_ns IS NULL",
        )
        .bind(at.nanos())
        .bind(user.0.cast_signed())
        .execute(&mut *transaction)
        .await?;
        if written.rows_affected() == 0 {
            return Ok(());
        }
        if let Some(notice) = notice {
            tell(&mut transaction, notice, at).await?;
        }
        for statement in FORGOTTEN {
            sqlx::query(statement)
                .bind(user.0.cast_signed())
                .execute(&mut *transaction)
                .await?;
        }
        auditor::end_all(&mut transaction, user, at).await?;
        forget_keys(&mut transaction, accounts, at).await?;
        algo::end_all(&mut transaction, accounts, at).await?;
        // No address has this form: nobody signs in, asks for a letter or registers by it.
        sqlx::query("UPDATE users SET email = $1, name = $2 WHERE id = $3")
            .bind(format!("closed-{}", user.0))
            .bind(format!("closed-{}", user.0))
            .bind(user.0.cast_signed())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn open_closings(&self) -> Result<Vec<Closing>, IdentityError> {
        let query = format!("{COLUMNS} WHERE closed_ns IS NULL ORDER BY owner");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn closing_of(&self, user: OwnerId) -> Result<Option<Closing>, IdentityError> {
        let query = format!("{COLUMNS} WHERE owner = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(user.0.cast_signed())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }
}

/// Tells whoever reads the address that there was.
async fn tell(
    transaction: &mut Writing,
    notice: &Notice,
    at: Timestamp,
) -> Result<(), IdentityError> {
    let message = NewMessage {
        recipient: &notice.recipient,
        subject: Subject::AccountClosed,
        content: &notice.content,
        created_at: at,
    };
    outbox::add(transaction, &message, i64::MAX).await
}

/// The rows stay, without what opens or signs anything.
async fn forget_keys(
    transaction: &mut Writing,
    accounts: &[AccountId],
    at: Timestamp,
) -> Result<(), IdentityError> {
    let nothing: &[u8] = &[];
    for account in accounts {
        sqlx::query(
            "UPDATE api_keys SET credential = $1, revoked_ns = COALESCE(revoked_ns, $2)
             WHERE account = $3",
        )
        .bind(nothing)
        .bind(at.nanos())
        .bind(i64::from(account.0))
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

fn read(row: &DatabaseRow) -> Result<Closing, IdentityError> {
    let account: i64 = row.try_get(1)?;
    let damaged = |_| IdentityError::AccountDamaged { account };
    let closed: Option<i64> = row.try_get(3)?;
    Ok(Closing {
        user: OwnerId(row.try_get::<i64, _>(0)?.cast_unsigned()),
        account: AccountId(u32::try_from(account).map_err(damaged)?),
        asked_at: Timestamp::from_nanos(row.try_get(2)?),
        closed_at: closed.map(Timestamp::from_nanos),
        email: row.try_get(4)?,
    })
}
