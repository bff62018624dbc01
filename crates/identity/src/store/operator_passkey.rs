//! Passkeys and sessions of operators, and the challenges that they sign.

use std::net::IpAddr;

use model::id::OperatorId;
use model::time::Timestamp;
use sqlx::Row;

use crate::audit::{Actor, Entry};
use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::operator::Operator;
use crate::operator_passkey::{OPERATOR_PASSKEYS_MAX, SESSION_IDLE_NANOS, SESSION_NANOS};
use crate::store::operator::{KEY_BYTES, current, number};
use crate::store::passkey::NewPasskey;
use crate::store::{Connection, Store, Writing, audit};

/// As many challenges wait for an answer; one more, and those that end first make room.
const WAITING_MAX: i64 = 1_000;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS operator_passkeys (
        id            INTEGER PRIMARY KEY AUTOINCREMENT,
        operator      INTEGER NOT NULL REFERENCES operators (id),
        credential    BLOB NOT NULL UNIQUE,
        cose          BLOB NOT NULL,
        counter       INTEGER NOT NULL,
        label         TEXT NOT NULL,
        created_ns    INTEGER NOT NULL,
        last_used_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS operator_enrolments (
        operator      INTEGER PRIMARY KEY REFERENCES operators (id),
        code          BLOB NOT NULL,
        expires_ns    INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS operator_challenges (
        token         BLOB PRIMARY KEY,
        purpose       BLOB NOT NULL,
        expires_ns    INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS operator_sessions (
        token         BLOB PRIMARY KEY,
        operator      INTEGER NOT NULL REFERENCES operators (id),
        began_ns      INTEGER NOT NULL,
        used_ns       INTEGER NOT NULL
    ) STRICT;
";

/// A passkey that is about to be an operator's.
pub(crate) struct NewOperatorPasskey<'a> {
    pub code: TokenHash,
    pub passkey: NewPasskey,
    pub label: &'a str,
    pub address: IpAddr,
}

/// A challenge that somebody answers, and what it was for.
pub(crate) struct SignedFor {
    pub token: TokenHash,
    pub purpose: [u8; 32],
}

/// A session that is about to begin.
pub(crate) struct NewOperatorSession<'a> {
    pub token: TokenHash,
    pub challenge: SignedFor,
    pub credential: &'a [u8],
    pub address: IpAddr,
}

/// A passkey as it is stored.
struct StoredOperatorPasskey {
    id: i64,
    operator: OperatorId,
    cose: Vec<u8>,
    counter: u32,
}

impl Store {
    pub(crate) async fn add_operator_enrolment(
        &self,
        who: (OperatorId, IpAddr),
        (code, expires_at): (TokenHash, Timestamp),
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        set_enrolment(&mut transaction, who.0, code, expires_at).await?;
        note(&mut transaction, who, "operator-enrolment-told", at).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn enrolling_operator(
        &self,
        code: TokenHash,
        at: Timestamp,
    ) -> Result<Operator, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        enrolling(&mut connection, code, at).await
    }

    pub(crate) async fn add_operator_passkey(
        &self,
        new: &NewOperatorPasskey<'_>,
        at: Timestamp,
    ) -> Result<Operator, IdentityError> {
        let mut transaction = self.begin().await?;
        let operator = enrolling(&mut transaction, new.code, at).await?;
        let own = i64::from(operator.id.0);
        let count: i64 = sqlx::query("SELECT COUNT(*) FROM operator_passkeys WHERE operator = $1")
            .bind(own)
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        if i64::from(OPERATOR_PASSKEYS_MAX) <= count {
            return Err(IdentityError::TooManyKeys);
        }
        sqlx::query("DELETE FROM operator_enrolments WHERE operator = $1")
            .bind(own)
            .execute(&mut *transaction)
            .await?;
        let added = sqlx::query(
            "INSERT INTO operator_passkeys
                (operator, credential, cose, counter, label, created_ns, last_used_ns)
             VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (credential) DO NOTHING",
        )
        .bind(own)
        .bind(new.passkey.credential.as_slice())
        .bind(new.passkey.cose.as_slice())
        .bind(i64::from(new.passkey.counter))
        .bind(new.label)
        .bind(at.nanos())
        .execute(&mut *transaction)
        .await?;
        if added.rows_affected() == 0 {
            return Err(IdentityError::CredentialRefused);
        }
        let act = "operator-passkey-added";
        note(&mut transaction, (operator.id, new.address), act, at).await?;
        transaction.commit().await?;
        Ok(operator)
    }

    pub(crate) async fn add_operator_challenge(
        &self,
        token: TokenHash,
        purpose: &[u8; 32],
        (expires_at, at): (Timestamp, Timestamp),
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "DELETE FROM operator_challenges WHERE expires_ns <= $1 OR token NOT IN
                (SELECT token FROM operator_challenges ORDER BY expires_ns DESC LIMIT $2)",
        )
        .bind(at.nanos())
        .bind(WAITING_MAX - 1)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO operator_challenges (token, purpose, expires_ns) VALUES ($1, $2, $3)",
        )
        .bind(token.bytes())
        .bind(purpose.as_slice())
        .bind(expires_at.nanos())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Uses a challenge up by the passkey that `verify` knows the next counter of, and begins a session.
    pub(crate) async fn begin_operator_session(
        &self,
        new: &NewOperatorSession<'_>,
        verify: impl Fn(OperatorId, &[u8], u32) -> Result<u32, IdentityError>,
        at: Timestamp,
    ) -> Result<Operator, IdentityError> {
        let mut transaction = self.begin().await?;
        let used = use_up(&mut transaction, &new.challenge, at).await?;
        if !used {
            return Err(IdentityError::FactorRefused);
        }
        let id = sign(&mut transaction, new.credential, verify, at).await?;
        let operator = match current(&mut transaction, id).await {
            Err(IdentityError::OperatorUnknown) => return Err(IdentityError::FactorRefused),
            operator => operator?,
        };
        forget_sessions(&mut transaction, at).await?;
        sqlx::query(
            "INSERT INTO operator_sessions (token, operator, began_ns, used_ns)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(new.token.bytes())
        .bind(i64::from(id.0))
        .bind(at.nanos())
        .bind(at.nanos())
        .execute(&mut *transaction)
        .await?;
        let act = "operator-signed-in";
        note(&mut transaction, (id, new.address), act, at).await?;
        transaction.commit().await?;
        Ok(operator)
    }

    /// Returns whose session a token is of and when it began, and notes its use.
    pub(crate) async fn use_operator_session(
        &self,
        token: TokenHash,
        at: Timestamp,
    ) -> Result<(Operator, Timestamp), IdentityError> {
        let mut transaction = self.begin().await?;
        let query = "SELECT operator, began_ns, used_ns FROM operator_sessions WHERE token = $1";
        let row = sqlx::query(query)
            .bind(token.bytes())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(IdentityError::OperatorUnknown)?;
        let began_at = Timestamp::from_nanos(row.try_get(1)?);
        let used_at = Timestamp::from_nanos(row.try_get(2)?);
        let is_over = mutant::plant!(
            "operator-session-for-ever",
            false,
            began_at.plus_nanos(SESSION_NANOS) <= at
                || used_at.plus_nanos(SESSION_IDLE_NANOS) <= at
        );
        if is_over {
            return Err(IdentityError::OperatorUnknown);
        }
        let operator = current(&mut transaction, number(row.try_get(0)?)?).await?;
        sqlx::query("UPDATE operator_sessions SET used_ns = $1 WHERE token = $2")
            .bind(at.max(used_at).nanos())
            .bind(token.bytes())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok((operator, began_at))
    }

    pub(crate) async fn end_operator_session(
        &self,
        token: TokenHash,
        who: (OperatorId, IpAddr),
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM operator_sessions WHERE token = $1")
            .bind(token.bytes())
            .execute(&mut *transaction)
            .await?;
        note(&mut transaction, who, "operator-signed-out", at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Uses a challenge up by the passkey that `verify` knows the next counter of.
    pub(crate) async fn answer_operator_challenge(
        &self,
        answered: &SignedFor,
        credential: &[u8],
        verify: impl Fn(OperatorId, &[u8], u32) -> Result<u32, IdentityError>,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        if !use_up(&mut transaction, answered, at).await? {
            return Err(IdentityError::ChallengeRefused);
        }
        sign(&mut transaction, credential, verify, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Gives an operator a code that enrols a passkey, instead of the one before.
pub(super) async fn set_enrolment(
    connection: &mut Connection,
    operator: OperatorId,
    code: TokenHash,
    expires_at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO operator_enrolments (operator, code, expires_ns) VALUES ($1, $2, $3)
         ON CONFLICT (operator) DO UPDATE SET code = excluded.code,
                                              expires_ns = excluded.expires_ns",
    )
    .bind(i64::from(operator.0))
    .bind(code.bytes())
    .bind(expires_at.nanos())
    .execute(connection)
    .await?;
    Ok(())
}

async fn enrolling(
    connection: &mut Connection,
    code: TokenHash,
    at: Timestamp,
) -> Result<Operator, IdentityError> {
    let query = "SELECT operator FROM operator_enrolments WHERE code = $1 AND $2 < expires_ns";
    let row = sqlx::query(query)
        .bind(code.bytes())
        .bind(at.nanos())
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(IdentityError::TokenRefused)?;
    match current(connection, number(row.try_get(0)?)?).await {
        Err(IdentityError::OperatorUnknown) => Err(IdentityError::TokenRefused),
        operator => operator,
    }
}

/// Returns whether an operator has neither key nor passkey yet.
pub(super) async fn is_without(
    connection: &mut Connection,
    operator: OperatorId,
) -> Result<bool, IdentityError> {
    let row = sqlx::query(
        "SELECT COUNT(*) FROM operators
         WHERE id = $1 AND disabled_ns IS NULL AND LENGTH(public_key) <> $2
            AND NOT EXISTS (SELECT 1 FROM operator_passkeys WHERE operator = operators.id)",
    )
    .bind(i64::from(operator.0))
    .bind(KEY_BYTES)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get::<i64, _>(0)? == 1)
}

/// Takes a challenge away, for whoever commits; returns whether it was there.
async fn use_up(
    transaction: &mut Writing,
    answered: &SignedFor,
    at: Timestamp,
) -> Result<bool, IdentityError> {
    let used = sqlx::query(
        "DELETE FROM operator_challenges WHERE token = $1 AND purpose = $2 AND $3 < expires_ns",
    )
    .bind(answered.token.bytes())
    .bind(answered.purpose.as_slice())
    .bind(at.nanos())
    .execute(&mut **transaction)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Returns whose passkey `verify` takes, and notes its counter.
async fn sign(
    transaction: &mut Writing,
    credential: &[u8],
    verify: impl Fn(OperatorId, &[u8], u32) -> Result<u32, IdentityError>,
    at: Timestamp,
) -> Result<OperatorId, IdentityError> {
    let stored = find(transaction, credential).await?;
    let stored = stored.ok_or(IdentityError::FactorRefused)?;
    let counter = verify(stored.operator, &stored.cose, stored.counter)?;
    sqlx::query("UPDATE operator_passkeys SET counter = $1, last_used_ns = $2 WHERE id = $3")
        .bind(i64::from(counter))
        .bind(at.nanos())
        .bind(stored.id)
        .execute(&mut **transaction)
        .await?;
    Ok(stored.operator)
}

async fn find(
    transaction: &mut Writing,
    credential: &[u8],
) -> Result<Option<StoredOperatorPasskey>, IdentityError> {
    let query = "SELECT id, operator, cose, counter FROM operator_passkeys WHERE credential = $1";
    let row = sqlx::query(query)
        .bind(credential)
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let counter = u32::try_from(row.try_get::<i64, _>(3)?);
    Ok(Some(StoredOperatorPasskey {
        id: row.try_get(0)?,
        operator: number(row.try_get(1)?)?,
        cose: row.try_get(2)?,
        counter: counter.map_err(|_| IdentityError::CredentialRefused)?,
    }))
}

async fn forget_sessions(transaction: &mut Writing, at: Timestamp) -> Result<(), IdentityError> {
    sqlx::query("DELETE FROM operator_sessions WHERE began_ns <= $1 OR used_ns <= $2")
        .bind(at.plus_nanos(-SESSION_NANOS).nanos())
        .bind(at.plus_nanos(-SESSION_IDLE_NANOS).nanos())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

async fn note(
    transaction: &mut Writing,
    (operator, address): (OperatorId, IpAddr),
    act: &'static str,
    at: Timestamp,
) -> Result<(), IdentityError> {
    let entry = Entry {
        at,
        actor: Actor::Operator(operator),
        act,
        subject: format!("operator {}", operator.0),
        detail: String::new(),
        address: Some(address),
    };
    audit::append(transaction, &entry).await
}
