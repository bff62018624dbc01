//! The tables and every statement on them.

mod alert;
mod algo;
mod approval;
pub(crate) mod audit;
mod auditor;
mod beyond;
pub(crate) mod challenge;
mod closing;
#[cfg(test)]
mod columns;
pub(crate) mod data_export;
pub(crate) mod delivery;
mod destination;
pub(crate) mod device;
pub(crate) mod dialect;
pub(crate) mod email_change;
mod erasure;
pub(crate) mod factor;
pub(crate) mod factor_reset;
mod failure;
mod hold;
pub(crate) mod incident;
pub(crate) mod integrity;
mod key_change;
pub(crate) mod kyc;
mod kyc_call;
mod listen_key;
mod login;
mod login_rule;
mod notification;
mod numbers;
mod operator;
pub(crate) mod operator_invitation;
pub(crate) mod operator_passkey;
mod operator_passkey_removal;
pub(crate) mod outbox;
pub(crate) mod passkey;
mod phishing;
mod policy;
mod preferences;
mod proposal;
pub(crate) mod recovery;
pub(crate) mod registration;
mod request_key;
mod seal;
pub(crate) mod sealed;
mod sub_account;
mod withdrawal;

use std::time::Duration;

use model::account::Scopes;
use model::id::{AccountId, KeyId, OwnerId};
use model::time::Timestamp;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Executor, Row, Transaction};

use crate::address::AddressRule;
use crate::database::DatabaseAddress;
use crate::identity::IdentityError;
use crate::key::{KeyFacts, Signing};
use crate::login::NewLogin;
use crate::store::device::NewVisit;
use crate::store::dialect::Dialect;
use crate::store::numbers::Numbers;
use crate::user::User;

/// A connection, a row and a transaction of whichever database holds the tables.
pub(crate) type Connection = AnyConnection;
pub(crate) type DatabaseRow = AnyRow;
pub(crate) type Writing = Transaction<'static, Any>;

const CLOSE_TIME_MAX: Duration = Duration::from_secs(5);

/// The version of the tables; a newer database is refused.
/// Version 2 has keys of browsers; version 3 has passwords; version 4 calls the columns that name a user `owner`.
const SCHEMA_VERSION: i64 = 4;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS users (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        name        TEXT NOT NULL,
        email       TEXT NOT NULL UNIQUE,
        created_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS api_keys (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        public_id    TEXT NOT NULL UNIQUE,
        kind         INTEGER NOT NULL,
        credential   BLOB NOT NULL,
        account      INTEGER NOT NULL,
        label        TEXT NOT NULL,
        scopes       INTEGER NOT NULL,
        addresses    TEXT NOT NULL,
        created_ns   INTEGER NOT NULL,
        last_used_ns INTEGER NOT NULL DEFAULT 0,
        revoked_ns   INTEGER
    ) STRICT;
";

/// `user` is a word of PostgreSQL's own.
const FROM_VERSION_3: &str = "
    ALTER TABLE registrations RENAME COLUMN user TO owner;
    ALTER TABLE passwords RENAME COLUMN user TO owner;
    ALTER TABLE accounts RENAME COLUMN user TO owner;
    ALTER TABLE resets RENAME COLUMN user TO owner;
    ALTER TABLE factors RENAME COLUMN user TO owner;
    ALTER TABLE recovery_codes RENAME COLUMN user TO owner;
    ALTER TABLE logins RENAME COLUMN user TO owner;
";

/// Every key that is not revoked.
const SELECT_KEYS: &str = "
    SELECT id, public_id, kind, credential, account, label, scopes, addresses,
           created_ns, last_used_ns, logins.owner, agent, address,
           CASE WHEN created_ns < changed_ns THEN 1 ELSE 0 END,
           ends_ns, weight_per_minute, orders_per_ten_seconds,
           CASE WHEN request_keys.key IS NULL THEN 0 ELSE 1 END
    FROM api_keys LEFT JOIN logins ON logins.key = id
                  LEFT JOIN passwords ON passwords.owner = logins.owner
                  LEFT JOIN key_bounds ON key_bounds.key = id
                  LEFT JOIN request_keys ON request_keys.key = id
    WHERE revoked_ns IS NULL";

/// How a stored credential is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A sealed secret.
    Hmac,
    /// A public key as SPKI PEM.
    Ed25519,
    /// A public key as SPKI PEM.
    Rsa,
    /// The hash of a browser's token.
    Browser,
}

impl Kind {
    const fn number(self) -> i64 {
        match self {
            Kind::Hmac => 0,
            Kind::Ed25519 => 1,
            Kind::Rsa => 2,
            Kind::Browser => 3,
        }
    }

    const fn from_number(number: i64) -> Option<Kind> {
        match number {
            0 => Some(Kind::Hmac),
            1 => Some(Kind::Ed25519),
            2 => Some(Kind::Rsa),
            3 => Some(Kind::Browser),
            _ => None,
        }
    }
}

/// The first key of an account with a shared secret.
pub(crate) struct FirstSecret {
    pub key: KeyId,
    pub public_id: String,
    pub sealed: Vec<u8>,
}

/// A key as it is stored.
pub(crate) struct StoredKey {
    pub facts: KeyFacts,
    pub kind: Kind,
    pub credential: Vec<u8>,
}

/// A key that is about to be stored; the database gives it its number.
pub(crate) struct NewRow<'a> {
    pub public_id: &'a str,
    pub kind: Kind,
    pub credential: &'a [u8],
    pub account: AccountId,
    pub label: &'a str,
    pub scopes: Scopes,
    pub addresses: &'a AddressRule,
    pub signing: Signing,
    pub login: Option<(&'a NewLogin, NewVisit<'a>)>,
    pub created_at: Timestamp,
}

/// What returns rows while it writes is committed by a statement of its own: SQLite commits such a statement only as it
/// is put away, when nobody hears of a failure any more.
pub(crate) struct Store {
    /// Reads only; whatever writes is between `begin` and its commit.
    pool: AnyPool,
    dialect: Dialect,
    numbers: Numbers,
}

impl Store {
    /// Opens the database, creating a file and the tables when they are missing.
    pub(crate) async fn open(address: &DatabaseAddress) -> Result<Store, IdentityError> {
        let store = Store {
            pool: dialect::pool(address).await?,
            dialect: Dialect::of(address),
            numbers: Numbers::default(),
        };
        store.make_tables().await?;
        Ok(store)
    }

    async fn make_tables(&self) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let found = self.dialect.version(&mut transaction).await?;
        if SCHEMA_VERSION < found {
            return Err(IdentityError::SchemaNewer {
                found,
                known: SCHEMA_VERSION,
            });
        }
        // No database of PostgreSQL is as old.
        if found == 3 {
            transaction.execute(FROM_VERSION_3).await?;
        }
        for schema in [
            SCHEMA,
            registration::SCHEMA,
            outbox::SCHEMA,
            login::SCHEMA,
            factor::SCHEMA,
            failure::SCHEMA,
            recovery::SCHEMA,
            challenge::SCHEMA,
            hold::SCHEMA,
            passkey::SCHEMA,
            delivery::SCHEMA,
            device::SCHEMA,
            preferences::SCHEMA,
            phishing::SCHEMA,
            notification::SCHEMA,
            alert::SCHEMA,
            audit::SCHEMA,
            operator::SCHEMA,
            policy::SCHEMA,
            proposal::SCHEMA,
            approval::SCHEMA,
            email_change::SCHEMA,
            factor_reset::SCHEMA,
            operator_passkey::SCHEMA,
            operator_invitation::SCHEMA,
            key_change::SCHEMA,
            request_key::SCHEMA,
            login_rule::SCHEMA,
            seal::SCHEMA,
            kyc::SCHEMA,
            kyc_call::SCHEMA,
            sub_account::SCHEMA,
            auditor::SCHEMA,
            closing::SCHEMA,
            erasure::SCHEMA,
            beyond::SCHEMA,
            listen_key::SCHEMA,
            incident::SCHEMA,
            destination::SCHEMA,
            withdrawal::SCHEMA,
            algo::SCHEMA,
        ] {
            let tables = self.dialect.tables(schema);
            transaction.execute(AssertSqlSafe(tables)).await?;
        }
        self.dialect
            .set_version(SCHEMA_VERSION, &mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn add_user(
        &self,
        name: &str,
        email: &str,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let mut transaction = self.begin().await?;
        let user = self
            .insert_user(&mut transaction, (name, email), at)
            .await?;
        transaction.commit().await?;
        Ok(user)
    }

    async fn insert_user(
        &self,
        connection: &mut Connection,
        (name, email): (&str, &str),
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        self.numbers.skip_users(connection, self.dialect).await?;
        let row = sqlx::query(
            "INSERT INTO users (name, email, created_ns) VALUES ($1, $2, $3) RETURNING id",
        )
        .bind(name)
        .bind(email)
        .bind(at.nanos())
        .fetch_one(connection)
        .await
        .map_err(|error| match error.as_database_error() {
            Some(refused) if refused.is_unique_violation() => IdentityError::EmailTaken,
            _ => IdentityError::from(error),
        })?;
        let user = OwnerId(row.try_get::<i64, _>(0)?.cast_unsigned());
        self.numbers.know_user(user);
        Ok(user)
    }

    pub(crate) async fn greatest_account(&self) -> Result<Option<AccountId>, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        numbers::greatest_account(&mut connection).await
    }

    /// Gives no number from now on to a user or key that is not above these.
    pub(crate) fn know_numbers(&self, user: OwnerId, key: KeyId) {
        self.numbers.know_user(user);
        self.numbers.know_key(key);
    }

    pub(crate) async fn users(&self) -> Result<Vec<User>, IdentityError> {
        let rows = sqlx::query("SELECT id, name, email FROM users ORDER BY id")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_user).collect()
    }

    pub(crate) async fn user(&self, user: OwnerId) -> Result<User, IdentityError> {
        let row = sqlx::query("SELECT id, name, email FROM users WHERE id = $1")
            .bind(user.0.cast_signed())
            .fetch_optional(&self.pool)
            .await?;
        read_user(&row.ok_or(IdentityError::UserUnknown)?)
    }

    pub(crate) async fn users_under(&self, email: &str) -> Result<Vec<User>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id, name, email FROM users
             WHERE email = $1 OR id IN (SELECT owner FROM closings WHERE closings.email = $2)
             ORDER BY id",
        )
        .bind(email)
        .bind(email)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_user).collect()
    }

    pub(crate) async fn add_key(&self, new: &NewRow<'_>) -> Result<KeyId, IdentityError> {
        let mut transaction = self.begin().await?;
        self.numbers
            .skip_keys(&mut transaction, self.dialect)
            .await?;
        let row = sqlx::query(
            "INSERT INTO api_keys
                (public_id, kind, credential, account, label, scopes, addresses, created_ns)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        )
        .bind(new.public_id)
        .bind(new.kind.number())
        .bind(new.credential)
        .bind(i64::from(new.account.0))
        .bind(new.label)
        .bind(i64::from(new.scopes.bits()))
        .bind(new.addresses.text())
        .bind(new.created_at.nanos())
        .fetch_one(&mut *transaction)
        .await?;
        let key = KeyId(row.try_get::<i64, _>(0)?.cast_unsigned());
        self.numbers.know_key(key);
        if let Some((login, visit)) = &new.login {
            login::add(&mut transaction, key, login).await?;
            device::note(&mut transaction, login.login.user, visit).await?;
        }
        request_key::add(&mut transaction, key, new.signing).await?;
        transaction.commit().await?;
        Ok(key)
    }

    pub(crate) async fn keys(&self) -> Result<Vec<StoredKey>, IdentityError> {
        let query = format!("{SELECT_KEYS} ORDER BY id");
        let rows = sqlx::query(AssertSqlSafe(query))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_key).collect()
    }

    pub(crate) async fn key(&self, key: KeyId) -> Result<StoredKey, IdentityError> {
        let query = format!("{SELECT_KEYS} AND id = $1");
        let row = sqlx::query(AssertSqlSafe(query))
            .bind(key.0.cast_signed())
            .fetch_optional(&self.pool)
            .await?;
        read_key(&row.ok_or(IdentityError::KeyUnknown)?)
    }

    pub(crate) async fn credential(&self, key: KeyId) -> Result<Vec<u8>, IdentityError> {
        let row = sqlx::query("SELECT credential FROM api_keys WHERE id = $1")
            .bind(key.0.cast_signed())
            .fetch_optional(&self.pool)
            .await?
            .ok_or(IdentityError::KeyUnknown)?;
        Ok(row.try_get(0)?)
    }

    /// Returns the first key with a shared secret that was made for an account, also once it is revoked, but for those
    /// that were abandoned.
    pub(crate) async fn first_secret(
        &self,
        account: AccountId,
    ) -> Result<Option<FirstSecret>, IdentityError> {
        let query = "SELECT id, public_id, credential FROM api_keys
                     WHERE account = $1 AND kind = 0 AND 0 < LENGTH(credential)
                     ORDER BY id LIMIT 1";
        let query = sqlx::query(query).bind(i64::from(account.0));
        let Some(row) = query.fetch_optional(&self.pool).await? else {
            return Ok(None);
        };
        Ok(Some(FirstSecret {
            key: KeyId(row.try_get::<i64, _>(0)?.cast_unsigned()),
            public_id: row.try_get(1)?,
            sealed: row.try_get(2)?,
        }))
    }

    pub(crate) async fn revoke(&self, key: KeyId, at: Timestamp) -> Result<(), IdentityError> {
        let query = "UPDATE api_keys SET revoked_ns = $1 WHERE id = $2 AND revoked_ns IS NULL";
        let query = sqlx::query(query).bind(at.nanos());
        self.write(query.bind(key.0.cast_signed())).await?;
        Ok(())
    }

    pub(crate) async fn note_use(&self, key: KeyId, at: Timestamp) -> Result<(), IdentityError> {
        let query = sqlx::query("UPDATE api_keys SET last_used_ns = $1 WHERE id = $2");
        self.write(query.bind(at.nanos()).bind(key.0.cast_signed()))
            .await?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        // A connection that a network has swallowed is not waited for.
        let _ = tokio::time::timeout(CLOSE_TIME_MAX, self.pool.close()).await;
    }

    /// Begins a transaction that writes: what it reads stays true until it ends.
    async fn begin(&self) -> Result<Writing, IdentityError> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        if let Some(turn) = self.dialect.turn() {
            transaction.execute(turn).await?;
        }
        Ok(transaction)
    }

    /// Begins a transaction that writes, and writes nothing.
    pub(crate) async fn probe(&self) -> Result<(), IdentityError> {
        self.begin().await?.rollback().await?;
        Ok(())
    }

    /// Runs one statement that writes, and returns how many rows it changed.
    async fn write(&self, query: Query<'_, Any, AnyArguments>) -> Result<u64, IdentityError> {
        let mut transaction = self.begin().await?;
        let written = query.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(written.rows_affected())
    }
}

/// Reads a number that is never negative; the common driver knows only those with a sign.
fn read_count(row: &DatabaseRow, column: usize) -> Result<u32, IdentityError> {
    let number: i64 = row.try_get(column)?;
    let count = u32::try_from(number);
    Ok(count.map_err(|error| sqlx::Error::Decode(error.into()))?)
}

fn read_user(row: &DatabaseRow) -> Result<User, IdentityError> {
    Ok(User {
        id: OwnerId(row.try_get::<i64, _>(0)?.cast_unsigned()),
        name: row.try_get(1)?,
        email: row.try_get(2)?,
    })
}

fn read_key(row: &DatabaseRow) -> Result<StoredKey, IdentityError> {
    let id: i64 = row.try_get(0)?;
    let damaged = || IdentityError::RowDamaged { key: id };
    let kind = Kind::from_number(row.try_get(2)?).ok_or_else(damaged)?;
    let account = u32::try_from(row.try_get::<i64, _>(4)?).map_err(|_| damaged())?;
    let scopes = u8::try_from(row.try_get::<i64, _>(6)?)
        .ok()
        .and_then(Scopes::from_bits)
        .ok_or_else(damaged)?;
    let addresses = AddressRule::parse(row.try_get(7)?).ok_or_else(damaged)?;
    Ok(StoredKey {
        facts: KeyFacts {
            id: KeyId(id.cast_unsigned()),
            public_id: row.try_get(1)?,
            account: AccountId(account),
            label: row.try_get(5)?,
            scopes,
            addresses,
            created_at: Timestamp::from_nanos(row.try_get(8)?),
            last_used: Timestamp::from_nanos(row.try_get(9)?),
            login: login::read(row, 10)?,
            bounds: key_change::read(row, 14)?.ok_or_else(damaged)?,
            is_ended: row.try_get::<i64, _>(13)? == 1,
            signing: request_key::read(row, 17)?,
        },
        kind,
        credential: row.try_get(3)?,
    })
}
