//! Passkeys, and the challenges of logins by them.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::outbox::Notice;
use crate::passkey::{PASSKEYS_MAX, Passkey};
use crate::store::challenge::{Answered, use_up};
use crate::store::{DatabaseRow, Store, Writing, factor};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS passkeys (
        id            INTEGER PRIMARY KEY AUTOINCREMENT,
        owner         INTEGER NOT NULL REFERENCES users (id),
        credential    BLOB NOT NULL UNIQUE,
        cose          BLOB NOT NULL,
        counter       INTEGER NOT NULL,
        label         TEXT NOT NULL,
        created_ns    INTEGER NOT NULL,
        last_used_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS passkeys_by_owner ON passkeys (owner);
    CREATE TABLE IF NOT EXISTS login_challenges (
        token       BLOB PRIMARY KEY,
        expires_ns  INTEGER NOT NULL
    ) STRICT;
";

/// A credential that is about to be somebody's.
pub(crate) struct NewPasskey {
    pub credential: Vec<u8>,
    pub cose: Vec<u8>,
    pub counter: u32,
}

/// What an assertion is compared with.
pub(crate) struct StoredPasskey {
    pub id: i64,
    pub user: OwnerId,
    pub cose: Vec<u8>,
    pub counter: u32,
}

impl Store {
    pub(crate) async fn add_login_challenge(
        &self,
        token: TokenHash,
        expires_at: Timestamp,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM login_challenges WHERE expires_ns <= $1")
            .bind(at.nanos())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO login_challenges (token, expires_ns) VALUES ($1, $2)")
            .bind(token.bytes())
            .bind(expires_at.nanos())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Uses up the challenge of a login by the credential that `verify` knows the next counter of.
    pub(crate) async fn sign_in_by_passkey(
        &self,
        token: TokenHash,
        credential: &[u8],
        verify: impl Fn(&StoredPasskey) -> Result<u32, IdentityError>,
        at: Timestamp,
    ) -> Result<(OwnerId, u64), IdentityError> {
        let mut transaction = self.begin().await?;
        let used = sqlx::query("DELETE FROM login_challenges WHERE token = $1 AND $2 < expires_ns")
            .bind(token.bytes())
            .bind(at.nanos())
            .execute(&mut *transaction)
            .await?;
        if used.rows_affected() == 0 {
            return Err(IdentityError::FactorRefused);
        }
        let stored = find(&mut transaction, credential).await?;
        let stored = stored.ok_or(IdentityError::FactorRefused)?;
        let counter = verify(&stored)?;
        note_use(&mut transaction, stored.id, counter, at).await?;
        transaction.commit().await?;
        Ok((stored.user, stored.id.cast_unsigned()))
    }

    /// Uses up a challenge by a credential of its user.
    pub(crate) async fn answer_by_passkey(
        &self,
        answered: &Answered<'_>,
        credential: &[u8],
        verify: impl Fn(&StoredPasskey) -> Result<u32, IdentityError>,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        use_up(&mut transaction, answered).await?;
        let stored = find(&mut transaction, credential).await?;
        let stored = stored.filter(|stored| stored.user == answered.act.user);
        let stored = stored.ok_or(IdentityError::FactorRefused)?;
        let counter = verify(&stored)?;
        note_use(&mut transaction, stored.id, counter, answered.at).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn add_passkey(
        &self,
        user: OwnerId,
        new: &NewPasskey,
        label: &str,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<u64, IdentityError> {
        let mut transaction = self.begin().await?;
        let count: i64 = sqlx::query("SELECT COUNT(*) FROM passkeys WHERE owner = $1")
            .bind(user.0.cast_signed())
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        if i64::from(PASSKEYS_MAX) <= count {
            return Err(IdentityError::TooManyKeys);
        }
        let added = sqlx::query(
            "INSERT INTO passkeys (owner, credential, cose, counter, label, created_ns, last_used_ns)
             VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (credential) DO NOTHING RETURNING id",
        )
        .bind(user.0.cast_signed())
        .bind(new.credential.as_slice())
        .bind(new.cose.as_slice())
        .bind(i64::from(new.counter))
        .bind(label)
        .bind(at.nanos())
        .fetch_optional(&mut *transaction)
        .await?;
        let id: i64 = added.ok_or(IdentityError::CredentialRefused)?.try_get(0)?;
        factor::note_change(&mut transaction, user, notice, at).await?;
        transaction.commit().await?;
        Ok(id.cast_unsigned())
    }

    pub(crate) async fn remove_passkey(
        &self,
        user: OwnerId,
        id: u64,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let removed = sqlx::query("DELETE FROM passkeys WHERE owner = $1 AND id = $2")
            .bind(user.0.cast_signed())
            .bind(id.cast_signed())
            .execute(&mut *transaction)
            .await?;
        if removed.rows_affected() == 0 {
            return Err(IdentityError::KeyUnknown);
        }
        factor::note_change(&mut transaction, user, notice, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn name_passkey(
        &self,
        user: OwnerId,
        id: u64,
        label: &str,
    ) -> Result<(), IdentityError> {
        let query = sqlx::query("UPDATE passkeys SET label = $1 WHERE owner = $2 AND id = $3");
        let query = query.bind(label).bind(user.0.cast_signed());
        match self.write(query.bind(id.cast_signed())).await? {
            0 => Err(IdentityError::KeyUnknown),
            _ => Ok(()),
        }
    }

    pub(crate) async fn passkeys(&self, user: OwnerId) -> Result<Vec<Passkey>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id, credential, label, created_ns, last_used_ns FROM passkeys
             WHERE owner = $1 ORDER BY id",
        )
        .bind(user.0.cast_signed())
        .fetch_all(&self.pool)
        .await?;
        let passkey = |row: &DatabaseRow| {
            Ok(Passkey {
                id: row.try_get::<i64, _>(0)?.cast_unsigned(),
                credential: row.try_get(1)?,
                label: row.try_get(2)?,
                created_at: Timestamp::from_nanos(row.try_get(3)?),
                last_used: Timestamp::from_nanos(row.try_get(4)?),
            })
        };
        rows.iter().map(passkey).collect()
    }

    pub(crate) async fn forget_login_challenges(&self, at: Timestamp) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM login_challenges WHERE expires_ns <= $1");
        self.write(query.bind(at.nanos())).await?;
        Ok(())
    }
}

async fn find(
    transaction: &mut Writing,
    credential: &[u8],
) -> Result<Option<StoredPasskey>, IdentityError> {
    let query = "SELECT id, owner, cose, counter FROM passkeys WHERE credential = $1";
    let row = sqlx::query(query)
        .bind(credential)
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let counter = u32::try_from(row.try_get::<i64, _>(3)?);
    Ok(Some(StoredPasskey {
        id: row.try_get(0)?,
        user: OwnerId(row.try_get::<i64, _>(1)?.cast_unsigned()),
        cose: row.try_get(2)?,
        counter: counter.map_err(|_| IdentityError::CredentialRefused)?,
    }))
}

/// Returns whether a user has any.
pub(super) async fn has(transaction: &mut Writing, user: OwnerId) -> Result<bool, IdentityError> {
    let row = sqlx::query("SELECT id FROM passkeys WHERE owner = $1 LIMIT 1")
        .bind(user.0.cast_signed())
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(row.is_some())
}

async fn note_use(
    transaction: &mut Writing,
    id: i64,
    counter: u32,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query("UPDATE passkeys SET counter = $1, last_used_ns = $2 WHERE id = $3")
        .bind(i64::from(counter))
        .bind(at.nanos())
        .bind(id)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
