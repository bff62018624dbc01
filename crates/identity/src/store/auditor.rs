//! Who may read whose accounts.

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;
use sqlx::Row;

use crate::auditor::{AUDITORS_MAX, Leave, LeaveNotices, Offer};
use crate::identity::IdentityError;
use crate::outbox::{Notice, Subject};
use crate::store::outbox::{self, NewMessage, PER_DAY_MAX};
use crate::store::{DatabaseRow, Store, Writing};

/// A leave that was taken back or given up stays, with its end.
pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS leaves (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        owner        INTEGER NOT NULL REFERENCES users (id),
        email        TEXT NOT NULL,
        auditor      INTEGER REFERENCES users (id),
        created_ns   INTEGER NOT NULL,
        expires_ns   INTEGER NOT NULL,
        accepted_ns  INTEGER,
        ended_ns     INTEGER
    ) STRICT;
    CREATE INDEX IF NOT EXISTS leaves_by_owner ON leaves (owner);
    CREATE INDEX IF NOT EXISTS leaves_by_auditor ON leaves (auditor);
    CREATE INDEX IF NOT EXISTS leaves_by_email ON leaves (email);
    CREATE TABLE IF NOT EXISTS leave_accounts (
        leave    INTEGER NOT NULL REFERENCES leaves (id),
        account  INTEGER NOT NULL,
        PRIMARY KEY (leave, account)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS leave_accounts_by_account ON leave_accounts (account);
";

const COLUMNS: &str = "
    SELECT leaves.id, leaves.owner, users.email, leaves.email, leaves.created_ns, expires_ns, accepted_ns, account
    FROM leaves JOIN users ON users.id = leaves.owner
                JOIN leave_accounts ON leave = leaves.id";

/// Of whoever took it, or was offered it under an address.
const HELD: &str = "(auditor = $2 OR (auditor IS NULL AND leaves.email = $3))";

impl Store {
    pub(crate) async fn offer_leave(
        &self,
        offer: &Offer<'_>,
        notices: &LeaveNotices,
        at: Timestamp,
    ) -> Result<u64, IdentityError> {
        let mut transaction = self.begin().await?;
        let count: i64 = sqlx::query(
            "SELECT COUNT(*) FROM leaves WHERE owner = $1 AND ended_ns IS NULL AND $2 < expires_ns",
        )
        .bind(offer.owner.0.cast_signed())
        .bind(at.nanos())
        .fetch_one(&mut *transaction)
        .await?
        .try_get(0)?;
        if AUDITORS_MAX as i64 <= count {
            return Err(IdentityError::AuditorsFull);
        }
        let row = sqlx::query(
            "INSERT INTO leaves (owner, email, created_ns, expires_ns)
             VALUES ($1, $2, $3, $4) RETURNING id",
        )
        .bind(offer.owner.0.cast_signed())
        .bind(offer.email.as_str())
        .bind(at.nanos())
        .bind(offer.expires_at.nanos())
        .fetch_one(&mut *transaction)
        .await?;
        let id: i64 = row.try_get(0)?;
        for account in offer.accounts {
            sqlx::query("INSERT INTO leave_accounts (leave, account) VALUES ($1, $2)")
                .bind(id)
                .bind(i64::from(account.0))
                .execute(&mut *transaction)
                .await?;
        }
        let message = NewMessage {
            recipient: &notices.auditor.recipient,
            subject: Subject::AuditOffered,
            content: &notices.auditor.content,
            created_at: at,
        };
        outbox::add(&mut transaction, &message, PER_DAY_MAX).await?;
        let (owner, subject) = (offer.owner, Subject::AuditorInvited);
        outbox::tell(&mut transaction, owner, subject, &notices.owner, at).await?;
        transaction.commit().await?;
        Ok(id.cast_unsigned())
    }

    pub(crate) async fn leaves_given(
        &self,
        owner: OwnerId,
        at: Timestamp,
    ) -> Result<Vec<Leave>, IdentityError> {
        let query = format!(
            "{COLUMNS} WHERE leaves.owner = $1 AND ended_ns IS NULL AND $2 < expires_ns
             ORDER BY leaves.id, account"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(owner.0.cast_signed())
            .bind(at.nanos())
            .fetch_all(&self.pool)
            .await?;
        read_all(&rows)
    }

    pub(crate) async fn leaves_held(
        &self,
        auditor: OwnerId,
        email: &str,
        at: Timestamp,
    ) -> Result<Vec<Leave>, IdentityError> {
        let query = format!(
            "{COLUMNS} WHERE ended_ns IS NULL AND $1 < expires_ns AND {HELD}
             ORDER BY leaves.id, account"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(at.nanos())
            .bind(auditor.0.cast_signed())
            .bind(email)
            .fetch_all(&self.pool)
            .await?;
        read_all(&rows)
    }

    /// Returns who made an offer that somebody may take, or has taken.
    pub(crate) async fn owner_of_offer(
        &self,
        (auditor, email): (OwnerId, &str),
        id: u64,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let query = format!(
            "SELECT owner FROM leaves
             WHERE id = $4 AND ended_ns IS NULL AND $1 < expires_ns AND {HELD}"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(at.nanos())
            .bind(auditor.0.cast_signed())
            .bind(email)
            .bind(number(id))
            .fetch_optional(&self.pool)
            .await?;
        let row = row.ok_or(IdentityError::LeaveUnknown)?;
        Ok(OwnerId(row.try_get::<i64, _>(0)?.cast_unsigned()))
    }

    /// Takes an offer and tells its owner once; one that was taken before stays so, and one that has ended is none.
    pub(crate) async fn accept_leave(
        &self,
        (auditor, email): (OwnerId, &str),
        id: u64,
        (owner, notice): (OwnerId, &Notice),
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let query = format!(
            "UPDATE leaves SET auditor = $2, accepted_ns = $1
             WHERE id = $4 AND accepted_ns IS NULL AND ended_ns IS NULL AND $1 < expires_ns AND {HELD}"
        );
        let taken = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(at.nanos())
            .bind(auditor.0.cast_signed())
            .bind(email)
            .bind(number(id))
            .execute(&mut *transaction)
            .await?;
        if taken.rows_affected() == 1 {
            let subject = Subject::AuditorAccepted;
            outbox::tell(&mut transaction, owner, subject, notice, at).await?;
        }
        transaction.commit().await?;
        if taken.rows_affected() == 0 {
            self.owner_of_offer((auditor, email), id, at).await?;
        }
        Ok(())
    }

    pub(crate) async fn give_leave_up(
        &self,
        auditor: OwnerId,
        email: &str,
        id: u64,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let query = format!(
            "UPDATE leaves SET ended_ns = $1 WHERE id = $4 AND ended_ns IS NULL AND {HELD}"
        );
        self.change_held(&query, (auditor, email), id, at).await
    }

    pub(crate) async fn take_leave_back(
        &self,
        owner: OwnerId,
        id: u64,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let query = sqlx::query(
            "UPDATE leaves SET ended_ns = $1 WHERE owner = $2 AND id = $3 AND ended_ns IS NULL",
        )
        .bind(at.nanos())
        .bind(owner.0.cast_signed())
        .bind(number(id));
        known(self.write(query).await?)
    }

    pub(crate) async fn may_audit(
        &self,
        auditor: OwnerId,
        account: AccountId,
        at: Timestamp,
    ) -> Result<bool, IdentityError> {
        let row = sqlx::query(
            "SELECT COUNT(*) FROM leaves JOIN leave_accounts ON leave = leaves.id
             WHERE auditor = $1 AND account = $2 AND ended_ns IS NULL AND $3 < expires_ns",
        )
        .bind(auditor.0.cast_signed())
        .bind(i64::from(account.0))
        .bind(at.nanos())
        .fetch_one(&self.pool)
        .await?;
        Ok(row.try_get::<i64, _>(0)? != 0)
    }

    async fn change_held(
        &self,
        query: &str,
        (auditor, email): (OwnerId, &str),
        id: u64,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let query = sqlx::query(sqlx::AssertSqlSafe(query.to_owned()))
            .bind(at.nanos())
            .bind(auditor.0.cast_signed())
            .bind(email)
            .bind(number(id));
        known(self.write(query).await?)
    }
}

/// Ends every leave that a user gave or was given.
pub(super) async fn end_all(
    transaction: &mut Writing,
    user: OwnerId,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "UPDATE leaves SET ended_ns = $1 WHERE ended_ns IS NULL AND (owner = $2 OR auditor = $2)",
    )
    .bind(at.nanos())
    .bind(user.0.cast_signed())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn known(changed: u64) -> Result<(), IdentityError> {
    if changed == 0 {
        return Err(IdentityError::LeaveUnknown);
    }
    Ok(())
}

/// No leave has a number beyond those of the database.
fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(0)
}

/// Reads leaves of which each account is a row.
fn read_all(rows: &[DatabaseRow]) -> Result<Vec<Leave>, IdentityError> {
    let mut leaves: Vec<Leave> = Vec::new();
    for row in rows {
        let leave = read(row)?;
        match leaves.last_mut() {
            Some(last) if last.id == leave.id => last.accounts.extend(leave.accounts),
            _ => leaves.push(leave),
        }
    }
    Ok(leaves)
}

fn read(row: &DatabaseRow) -> Result<Leave, IdentityError> {
    let account: i64 = row.try_get(7)?;
    let damaged = |_| IdentityError::AccountDamaged { account };
    let accepted: Option<i64> = row.try_get(6)?;
    Ok(Leave {
        id: row.try_get::<i64, _>(0)?.cast_unsigned(),
        owner: OwnerId(row.try_get::<i64, _>(1)?.cast_unsigned()),
        owner_email: row.try_get(2)?,
        email: row.try_get(3)?,
        accounts: vec![AccountId(u32::try_from(account).map_err(damaged)?)],
        created_at: Timestamp::from_nanos(row.try_get(4)?),
        expires_at: Timestamp::from_nanos(row.try_get(5)?),
        accepted_at: accepted.map(Timestamp::from_nanos),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::columns;

    #[tokio::test]
    async fn an_offer_that_ended_while_it_was_accepted_is_not_taken() {
        let (_folder, store) = columns::open().await;
        let notice = Notice {
            content: Vec::new(),
            recipient: "ann@example.test".to_owned(),
        };
        let auditor = (OwnerId(2), "bob@example.test");
        let owner = (OwnerId(1), &notice);
        let taken = store.accept_leave(auditor, 7, owner, Timestamp::ZERO).await;
        assert!(
            matches!(taken, Err(IdentityError::LeaveUnknown)),
            "{taken:?}"
        );
        store.close().await;
    }
}
