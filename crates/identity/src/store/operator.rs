//! Operators and the nonces of their requests.

use std::net::IpAddr;

use model::id::OperatorId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use sqlx::Row;

use crate::audit::{Actor, Entry};
use crate::identity::IdentityError;
use crate::operator::{NewOperator, Operator, Roles};
use crate::operator_key::PublicKey;
use crate::random;
use crate::store::audit;
use crate::store::{Connection, DatabaseRow, Store};

/// A request is refused for its time long before its nonce is forgotten; who sends none for as long signs in anew.
const NONCE_NANOS: i64 = 15 * 60 * NANOS_PER_SECOND;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS operators (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        name        TEXT NOT NULL UNIQUE,
        roles       INTEGER NOT NULL,
        public_key  BLOB NOT NULL UNIQUE,
        created_ns  INTEGER NOT NULL,
        disabled_ns INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS operator_nonces (
        operator    INTEGER NOT NULL REFERENCES operators (id),
        nonce       TEXT NOT NULL,
        used_ns     INTEGER NOT NULL,
        PRIMARY KEY (operator, nonce)
    ) STRICT;
";

/// As many bytes as a public key has.
pub(super) const KEY_BYTES: i64 = 32;
/// Of somebody who has passkeys alone: random, and too short to be a key.
const NO_KEY_BYTES: usize = 16;

const SELECT: &str = "SELECT id, name, roles, public_key, created_ns, disabled_ns FROM operators";

impl Store {
    pub(crate) async fn operators(&self) -> Result<Vec<Operator>, IdentityError> {
        let text = format!("{SELECT} ORDER BY id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn bootstrap(
        &self,
        first: &[NewOperator],
        at: Timestamp,
    ) -> Result<Vec<OperatorId>, IdentityError> {
        let mut transaction = self.begin().await?;
        let count: i64 = sqlx::query("SELECT COUNT(*) FROM operators")
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        if count != 0 {
            return Err(IdentityError::OperatorsExist);
        }
        let mut numbers = Vec::new();
        for new in first {
            let number = insert(&mut transaction, new, at).await?;
            numbers.push(number);
            let entry = Entry {
                at,
                actor: Actor::Exchange,
                act: "operator-bootstrapped",
                subject: format!("operator {}", number.0),
                detail: format!("{} with {}", new.name, new.roles.text()),
                address: None,
            };
            audit::append(&mut transaction, &entry).await?;
        }
        transaction.commit().await?;
        Ok(numbers)
    }

    pub(crate) async fn admit(
        &self,
        key: &PublicKey,
        (nonce, address): (&str, IpAddr),
        at: Timestamp,
    ) -> Result<Operator, IdentityError> {
        let mut transaction = self.begin().await?;
        let text = format!("{SELECT} WHERE public_key = $1 AND disabled_ns IS NULL");
        let row = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(key.bytes().as_slice())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(IdentityError::OperatorUnknown)?;
        let operator = read(&row)?;
        if !is_present(&mut transaction, operator.id, at).await? {
            let entry = Entry {
                at,
                actor: Actor::Operator(operator.id),
                act: "operator-signed-in",
                subject: format!("operator {}", operator.id.0),
                detail: String::new(),
                address: Some(address),
            };
            audit::append(&mut transaction, &entry).await?;
        }
        let noted = sqlx::query(
            "INSERT INTO operator_nonces (operator, nonce, used_ns) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )
        .bind(i64::from(operator.id.0))
        .bind(nonce)
        .bind(at.nanos())
        .execute(&mut *transaction)
        .await?;
        if mutant::plant!(
            "operator-nonce-forgotten",
            false,
            noted.rows_affected() == 0
        ) {
            return Err(IdentityError::RequestRepeated);
        }
        transaction.commit().await?;
        Ok(operator)
    }
}

/// Returns whether an operator has sent a request of late.
async fn is_present(
    connection: &mut Connection,
    id: OperatorId,
    at: Timestamp,
) -> Result<bool, IdentityError> {
    let row =
        sqlx::query("SELECT COUNT(*) FROM operator_nonces WHERE operator = $1 AND $2 < used_ns")
            .bind(i64::from(id.0))
            .bind(at.plus_nanos(-NONCE_NANOS).nanos())
            .fetch_one(connection)
            .await?;
    Ok(0 < row.try_get::<i64, _>(0)?)
}

pub(super) async fn forget_nonces(
    connection: &mut Connection,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query("DELETE FROM operator_nonces WHERE used_ns < $1")
        .bind(at.plus_nanos(-NONCE_NANOS).nanos())
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns an operator as the transaction sees them.
pub(super) async fn find(
    connection: &mut Connection,
    name: &str,
) -> Result<Option<Operator>, IdentityError> {
    let text = format!("{SELECT} WHERE name = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(name)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Returns the roles of each active operator.
pub(super) async fn active_roles(connection: &mut Connection) -> Result<Vec<Roles>, IdentityError> {
    let text = format!("{SELECT} WHERE disabled_ns IS NULL ORDER BY id");
    let rows = sqlx::query(sqlx::AssertSqlSafe(text))
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok(read(row)?.roles))
        .collect::<Result<_, IdentityError>>()
}

/// Returns an active operator as the transaction sees them: since their request was read they may have changed.
pub(super) async fn current(
    connection: &mut Connection,
    id: OperatorId,
) -> Result<Operator, IdentityError> {
    let text = format!("{SELECT} WHERE id = $1 AND disabled_ns IS NULL");
    let row = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(i64::from(id.0))
        .fetch_optional(connection)
        .await?
        .ok_or(IdentityError::OperatorUnknown)?;
    read(&row)
}

/// Adds an operator whose name and key are nobody's: a failed statement would end the transaction.
pub(super) async fn insert(
    connection: &mut Connection,
    new: &NewOperator,
    at: Timestamp,
) -> Result<OperatorId, IdentityError> {
    insert_with(
        connection,
        (&new.name, new.roles),
        new.public_key.bytes(),
        at,
    )
    .await
}

/// Adds an operator who has no key and will have a passkey.
pub(super) async fn insert_keyless(
    connection: &mut Connection,
    new: (&str, Roles),
    at: Timestamp,
) -> Result<OperatorId, IdentityError> {
    let mut no_key = [0; NO_KEY_BYTES];
    random::fill(&mut no_key)?;
    insert_with(connection, new, &no_key, at).await
}

async fn insert_with(
    connection: &mut Connection,
    (name, roles): (&str, Roles),
    key: &[u8],
    at: Timestamp,
) -> Result<OperatorId, IdentityError> {
    let taken = sqlx::query("SELECT COUNT(*) FROM operators WHERE name = $1 OR public_key = $2")
        .bind(name)
        .bind(key)
        .fetch_one(&mut *connection)
        .await?;
    if taken.try_get::<i64, _>(0)? != 0 {
        return Err(IdentityError::OperatorTaken);
    }
    let row = sqlx::query(
        "INSERT INTO operators (name, roles, public_key, created_ns) VALUES ($1, $2, $3, $4)
         RETURNING id",
    )
    .bind(name)
    .bind(roles.bits())
    .bind(key)
    .bind(at.nanos())
    .fetch_one(connection)
    .await?;
    number(row.try_get(0)?)
}

pub(super) fn number(id: i64) -> Result<OperatorId, IdentityError> {
    let number = u32::try_from(id).map_err(|_| IdentityError::OperatorDamaged { operator: id })?;
    Ok(OperatorId(number))
}

fn read(row: &DatabaseRow) -> Result<Operator, IdentityError> {
    let operator: i64 = row.try_get(0)?;
    let damaged = || IdentityError::OperatorDamaged { operator };
    let key: &[u8] = row.try_get(3)?;
    let public_key = match key.len() {
        NO_KEY_BYTES => None,
        _ => {
            let key: Option<[u8; 32]> = key.try_into().ok();
            Some(key.and_then(PublicKey::from_bytes).ok_or_else(damaged)?)
        }
    };
    let disabled: Option<i64> = row.try_get(5)?;
    Ok(Operator {
        id: number(operator)?,
        name: row.try_get(1)?,
        roles: Roles::from_bits(row.try_get(2)?).ok_or_else(damaged)?,
        public_key,
        created_at: Timestamp::from_nanos(row.try_get(4)?),
        disabled_at: disabled.map(Timestamp::from_nanos),
    })
}
