//! What users ask who have lost their second factors.

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;
use sqlx::Row;

use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::login::Asker;
use crate::outbox::{Notice, Subject};
use crate::store::outbox::{self, NewMessage, tell};
use crate::store::recovery::NewReset;
use crate::store::{Connection, DatabaseRow, Store, Writing, factor, hold, passkey};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS factor_reset_links (
        token       BLOB PRIMARY KEY,
        owner       INTEGER REFERENCES users (id),
        expires_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS factor_resets (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        owner       INTEGER NOT NULL REFERENCES users (id),
        statement   BLOB NOT NULL,
        cancel      BLOB NOT NULL,
        asked_ns    INTEGER NOT NULL,
        ended_ns    INTEGER
    ) STRICT;
    CREATE INDEX IF NOT EXISTS factor_resets_by_owner ON factor_resets (owner);
";

/// What is about to be asked.
pub(crate) struct NewFactorReset<'a> {
    pub user: OwnerId,
    pub link: TokenHash,
    /// The hash of the password that was compared.
    pub password: &'a str,
    /// Sealed.
    pub statement: &'a [u8],
    pub cancel: TokenHash,
}

/// What is asked, as it is stored.
pub(crate) struct StoredFactorReset {
    pub id: u64,
    pub user: OwnerId,
    pub email: String,
    pub account: Option<AccountId>,
    pub asked_at: Timestamp,
    /// Sealed.
    pub statement: Vec<u8>,
}

impl Store {
    /// Stores a token for the user of the recipient's address; that of nobody begins nothing and has no message.
    pub(crate) async fn ask_factor_reset(
        &self,
        new: &NewReset,
        message: &NewMessage<'_>,
        asker: Asker,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let user: Option<i64> = sqlx::query("SELECT MAX(id) FROM users WHERE email = $1")
            .bind(message.recipient)
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        sqlx::query(
            "INSERT INTO factor_reset_links (token, owner, expires_ns) VALUES ($1, $2, $3)",
        )
        .bind(new.token.bytes())
        .bind(user)
        .bind(new.expires_at.nanos())
        .execute(&mut *transaction)
        .await?;
        let per_day_max = outbox::per_day_max(asker, user);
        outbox::add(&mut transaction, message, per_day_max).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn factor_reset_link(
        &self,
        token: TokenHash,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let row = sqlx::query(
            "SELECT owner FROM factor_reset_links
             WHERE token = $1 AND $2 < expires_ns AND owner IS NOT NULL",
        )
        .bind(token.bytes())
        .bind(at.nanos())
        .fetch_optional(&self.pool)
        .await?;
        let user: i64 = row.ok_or(IdentityError::TokenRefused)?.try_get(0)?;
        Ok(OwnerId(user.cast_unsigned()))
    }

    pub(crate) async fn open_factor_reset(
        &self,
        new: &NewFactorReset<'_>,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let user = new.user.0.cast_signed();
        let used = sqlx::query(
            "DELETE FROM factor_reset_links WHERE token = $1 AND owner = $2 AND $3 < expires_ns",
        )
        .bind(new.link.bytes())
        .bind(user)
        .bind(at.nanos())
        .execute(&mut *transaction)
        .await?;
        if used.rows_affected() == 0 {
            return Err(IdentityError::TokenRefused);
        }
        sqlx::query("SELECT owner FROM passwords WHERE owner = $1 AND hash = $2")
            .bind(user)
            .bind(new.password)
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(IdentityError::PasswordStale)?;
        let has_any = factor::has(&mut transaction, new.user).await?
            || passkey::has(&mut transaction, new.user).await?;
        if !has_any {
            return Err(IdentityError::FactorRefused);
        }
        end(&mut transaction, new.user, at).await?;
        sqlx::query(
            "INSERT INTO factor_resets (owner, statement, cancel, asked_ns)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(user)
        .bind(new.statement)
        .bind(new.cancel.bytes())
        .bind(at.nanos())
        .execute(&mut *transaction)
        .await?;
        hold::begin(&mut transaction, new.user, at).await?;
        let subject = Subject::FactorResetAsked;
        tell(&mut transaction, new.user, subject, notice, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn cancel_factor_reset(
        &self,
        token: TokenHash,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let mut transaction = self.begin().await?;
        let row =
            sqlx::query("SELECT owner FROM factor_resets WHERE cancel = $1 AND ended_ns IS NULL")
                .bind(token.bytes())
                .fetch_optional(&mut *transaction)
                .await?;
        let user: i64 = row.ok_or(IdentityError::TokenRefused)?.try_get(0)?;
        let user = OwnerId(user.cast_unsigned());
        end(&mut transaction, user, at).await?;
        transaction.commit().await?;
        Ok(user)
    }

    pub(crate) async fn cancel_factor_reset_of(
        &self,
        user: OwnerId,
        at: Timestamp,
    ) -> Result<bool, IdentityError> {
        let mut transaction = self.begin().await?;
        let ended = end(&mut transaction, user, at).await?;
        transaction.commit().await?;
        Ok(0 < ended)
    }

    pub(crate) async fn factor_resets(&self) -> Result<Vec<StoredFactorReset>, IdentityError> {
        let rows = sqlx::query(
            "SELECT factor_resets.id, factor_resets.owner, email, asked_ns, statement,
                    (SELECT MIN(account) FROM accounts WHERE accounts.owner = factor_resets.owner)
             FROM factor_resets JOIN users ON users.id = factor_resets.owner
             WHERE ended_ns IS NULL ORDER BY factor_resets.id",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn factor_reset_asked_at(
        &self,
        user: OwnerId,
    ) -> Result<Option<Timestamp>, IdentityError> {
        let query = "SELECT MAX(asked_ns) FROM factor_resets WHERE owner = $1 AND ended_ns IS NULL";
        let row = sqlx::query(query)
            .bind(user.0.cast_signed())
            .fetch_one(&self.pool)
            .await?;
        let nanos: Option<i64> = row.try_get(0)?;
        Ok(nanos.map(Timestamp::from_nanos))
    }

    /// Returns whose factors an open reset would take away.
    pub(crate) async fn factor_reset_user(
        &self,
        id: u64,
    ) -> Result<Option<OwnerId>, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        find(&mut connection, id).await
    }

    pub(crate) async fn forget_factor_reset_links(
        &self,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM factor_reset_links WHERE expires_ns <= $1");
        self.write(query.bind(at.nanos())).await?;
        Ok(())
    }
}

/// Takes away what is asked, if it still is: every second factor and passkey. Returns whose, or why it cannot be.
pub(super) async fn carry_out(
    transaction: &mut Writing,
    id: u64,
    notice: Option<&Notice>,
    at: Timestamp,
) -> Result<Result<OwnerId, &'static str>, IdentityError> {
    let user = find(transaction, id).await?;
    let (Some(user), Some(notice)) = (user, notice) else {
        return Ok(Err("the reset was cancelled"));
    };
    for statement in [
        "DELETE FROM factors WHERE owner = $1",
        "DELETE FROM recovery_codes WHERE owner = $1",
        "DELETE FROM passkeys WHERE owner = $1",
    ] {
        sqlx::query(statement)
            .bind(user.0.cast_signed())
            .execute(&mut **transaction)
            .await?;
    }
    end(transaction, user, at).await?;
    factor::note_change(transaction, user, notice, at).await?;
    Ok(Ok(user))
}

/// Returns whose factors an open reset would take away, as the transaction sees it.
async fn find(connection: &mut Connection, id: u64) -> Result<Option<OwnerId>, IdentityError> {
    let query = "SELECT owner FROM factor_resets WHERE id = $1 AND ended_ns IS NULL";
    let row = sqlx::query(query)
        .bind(id.cast_signed())
        .fetch_optional(connection)
        .await?;
    let user: Option<i64> = row.map(|row| row.try_get(0)).transpose()?;
    Ok(user.map(|user| OwnerId(user.cast_unsigned())))
}

async fn end(
    transaction: &mut Writing,
    user: OwnerId,
    at: Timestamp,
) -> Result<u64, IdentityError> {
    let query = "UPDATE factor_resets SET ended_ns = $1 WHERE owner = $2 AND ended_ns IS NULL";
    let ended = sqlx::query(query)
        .bind(at.nanos())
        .bind(user.0.cast_signed())
        .execute(&mut **transaction)
        .await?;
    Ok(ended.rows_affected())
}

fn read(row: &DatabaseRow) -> Result<StoredFactorReset, IdentityError> {
    let (id, user): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let account: Option<i64> = row.try_get(5)?;
    let damaged = |account| IdentityError::AccountDamaged { account };
    let account = account.map(|number| u32::try_from(number).map_err(|_| damaged(number)));
    Ok(StoredFactorReset {
        id: id.cast_unsigned(),
        user: OwnerId(user.cast_unsigned()),
        email: row.try_get(2)?,
        account: account.transpose()?.map(AccountId),
        asked_at: Timestamp::from_nanos(row.try_get(3)?),
        statement: row.try_get(4)?,
    })
}
