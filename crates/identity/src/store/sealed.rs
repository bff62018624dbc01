//! Every column that is sealed under the master key, to seal it anew under another.
//!
//! A column of bytes that is missing both here and in the list of the test would be lost with the key before.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use crate::audit::{Actor, Entry};
use crate::identity::IdentityError;
use crate::master::MasterKey;
use crate::store::{Connection, DatabaseRow, Store, Writing, audit};
use crate::{factor_reset, identity, phishing, totp};

/// As many rows are sealed anew in one transaction: others write in between, and a document may have megabytes.
const BATCH_ROWS: usize = 16;

/// Whom a text is sealed to.
#[derive(Clone, Copy)]
enum Bound {
    /// What another column says, or an expression of columns.
    To(&'static str),
    /// The user whose number the column `owner` has.
    ToUser(fn(OwnerId) -> Vec<u8>),
    /// Always the same.
    ToAll(&'static [u8]),
}

/// A column whose texts are sealed.
struct Column {
    /// What it is, as people say.
    what: &'static str,
    table: &'static str,
    /// The number of a row.
    id: &'static str,
    name: &'static str,
    /// Which rows have one.
    holds: &'static str,
    bound: Bound,
}

const COLUMNS: [Column; 9] = [
    Column {
        what: "shared secrets of API keys",
        table: "api_keys",
        id: "id",
        name: "credential",
        holds: "kind = 0 AND revoked_ns IS NULL",
        bound: Bound::To("public_id"),
    },
    Column {
        what: "listen keys",
        table: "listen_keys",
        id: "key",
        name: "name",
        holds: "1 = 1",
        bound: Bound::To("'listen key ' || CAST(key AS TEXT)"),
    },
    Column {
        what: "second factors",
        table: "factors",
        id: "owner",
        name: "secret",
        holds: "1 = 1",
        bound: Bound::ToUser(totp::owner),
    },
    Column {
        what: "anti-phishing codes",
        table: "phishing_codes",
        id: "owner",
        name: "code",
        holds: "1 = 1",
        bound: Bound::ToUser(phishing::owner),
    },
    Column {
        what: "statements of users who lost a factor",
        table: "factor_resets",
        id: "id",
        name: "statement",
        holds: "1 = 1",
        bound: Bound::ToUser(factor_reset::owner),
    },
    Column {
        what: "messages",
        table: "outbox",
        id: "id",
        name: "token",
        holds: "1 = 1",
        bound: Bound::To("recipient"),
    },
    Column {
        what: "people who apply for a level",
        table: "kyc_applications",
        id: "id",
        name: "person",
        holds: "1 = 1",
        bound: Bound::To("'kyc person ' || CAST(id AS TEXT)"),
    },
    Column {
        what: "documents that show who they are",
        table: "kyc_documents",
        id: "id",
        name: "shown",
        holds: "1 = 1",
        bound: Bound::To("'kyc document ' || CAST(application AS TEXT) || ' ' || kind"),
    },
    Column {
        what: "seal of the database",
        table: "seals",
        id: "id",
        name: "sealed",
        holds: "1 = 1",
        bound: Bound::ToAll(identity::SEAL),
    },
];

/// How many texts of a kind there are, and under which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What they are, as people say.
    pub what: &'static str,
    /// Under the key that seals now.
    pub current: u64,
    /// Under the one before it.
    pub former: u64,
    /// Under none that is known here.
    pub lost: u64,
}

/// A sealed text and where it stands.
struct Text {
    id: i64,
    owner: Vec<u8>,
    sealed: Vec<u8>,
}

impl Column {
    fn read(&self, row: &DatabaseRow) -> Result<Text, IdentityError> {
        let id: i64 = row.try_get(0)?;
        let owner = match self.bound {
            Bound::To(_) => row.try_get::<String, _>(2)?.into_bytes(),
            Bound::ToUser(owner) => owner(OwnerId(row.try_get::<i64, _>(2)?.cast_unsigned())),
            Bound::ToAll(owner) => owner.to_vec(),
        };
        Ok(Text {
            id,
            owner,
            sealed: row.try_get(1)?,
        })
    }

    fn select(&self) -> String {
        let Column {
            table,
            id,
            name,
            holds,
            ..
        } = self;
        let owner = match self.bound {
            Bound::To(column) => column,
            Bound::ToUser(_) => "owner",
            Bound::ToAll(_) => "''",
        };
        format!(
            "SELECT {id}, {name}, {owner} FROM {table} WHERE {holds} AND $1 < {id}
             ORDER BY {id} LIMIT $2"
        )
    }

    /// Returns the texts of the next rows.
    async fn next(
        &self,
        connection: &mut Connection,
        after: i64,
    ) -> Result<Vec<Text>, IdentityError> {
        let rows = sqlx::query(AssertSqlSafe(self.select()))
            .bind(after)
            .bind(BATCH_ROWS as i64)
            .fetch_all(connection)
            .await?;
        rows.iter().map(|row| self.read(row)).collect()
    }

    async fn store(
        &self,
        transaction: &mut Writing,
        id: i64,
        sealed: &[u8],
    ) -> Result<(), IdentityError> {
        let Column {
            table,
            id: number,
            name,
            ..
        } = self;
        let query = format!("UPDATE {table} SET {name} = $1 WHERE {number} = $2");
        sqlx::query(AssertSqlSafe(query))
            .bind(sealed)
            .bind(id)
            .execute(&mut **transaction)
            .await?;
        Ok(())
    }
}

impl Store {
    /// Seals everything anew that is not under the key that seals now, a batch after the other, and returns how much it
    /// was.
    pub(crate) async fn seal_anew(&self, master: &MasterKey) -> Result<u64, IdentityError> {
        let mut count = 0;
        for column in &COLUMNS {
            let mut after = i64::MIN;
            loop {
                let mut transaction = self.begin().await?;
                let texts = column.next(&mut transaction, after).await?;
                for text in &texts {
                    let opened = master.open_any(&text.sealed, &text.owner)?;
                    if !opened.is_current {
                        let sealed = master.seal(&opened.secret, &text.owner)?;
                        column.store(&mut transaction, text.id, &sealed).await?;
                        count += 1;
                    }
                }
                transaction.commit().await?;
                match texts.last() {
                    Some(last) if texts.len() == BATCH_ROWS => after = last.id,
                    _ => break,
                }
            }
        }
        Ok(count)
    }

    /// Returns how much is sealed under which key.
    pub(crate) async fn sealed(&self, master: &MasterKey) -> Result<Vec<Sealed>, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        count(&mut connection, master).await
    }

    /// Gives up everything that is sealed, in one transaction: `factor` makes a second factor that no device knows.
    pub(crate) async fn abandon(
        &self,
        seal: &[u8],
        factor: impl Fn(OwnerId) -> Result<Vec<u8>, IdentityError>,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let revoked = "UPDATE api_keys SET revoked_ns = COALESCE(revoked_ns, $1), credential = $2
                       WHERE kind = 0";
        let revoked = sqlx::query(revoked).bind(at.nanos()).bind(Vec::<u8>::new());
        revoked.execute(&mut *transaction).await?;
        for statement in [
            "DELETE FROM factors WHERE is_confirmed = 0",
            "DELETE FROM listen_keys",
            "DELETE FROM phishing_codes",
            "DELETE FROM factor_resets",
            "DELETE FROM kyc_calls",
            "DELETE FROM kyc_documents",
            "DELETE FROM kyc_applications",
            "DELETE FROM deliveries",
            "DELETE FROM outbox",
            "DELETE FROM seals",
        ] {
            sqlx::query(statement).execute(&mut *transaction).await?;
        }
        let rows = sqlx::query("SELECT owner FROM factors")
            .fetch_all(&mut *transaction)
            .await?;
        for row in &rows {
            let user: i64 = row.try_get(0)?;
            let sealed = factor(OwnerId(user.cast_unsigned()))?;
            sqlx::query("UPDATE factors SET secret = $1 WHERE owner = $2")
                .bind(sealed)
                .bind(user)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("INSERT INTO seals (id, sealed) VALUES (1, $1)")
            .bind(seal)
            .execute(&mut *transaction)
            .await?;
        note(&mut transaction, "master-key-abandoned", at).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn note_rotation(
        &self,
        act: &'static str,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        note(&mut transaction, act, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Returns how much is sealed under which key.
pub(super) async fn count(
    connection: &mut Connection,
    master: &MasterKey,
) -> Result<Vec<Sealed>, IdentityError> {
    let mut all = Vec::with_capacity(COLUMNS.len());
    for column in &COLUMNS {
        let mut sealed = Sealed {
            what: column.what,
            current: 0,
            former: 0,
            lost: 0,
        };
        let mut after = i64::MIN;
        loop {
            let texts = match column.next(connection, after).await {
                Err(IdentityError::Database(error)) if audit::is_table_missing(&error) => break,
                texts => texts?,
            };
            for text in &texts {
                match master.open_any(&text.sealed, &text.owner) {
                    Ok(opened) if opened.is_current => sealed.current += 1,
                    Ok(_) => sealed.former += 1,
                    Err(_) => sealed.lost += 1,
                }
            }
            match texts.last() {
                Some(last) if texts.len() == BATCH_ROWS => after = last.id,
                _ => break,
            }
        }
        all.push(sealed);
    }
    Ok(all)
}

async fn note(
    transaction: &mut Writing,
    act: &'static str,
    at: Timestamp,
) -> Result<(), IdentityError> {
    let entry = Entry {
        at,
        actor: Actor::Exchange,
        act,
        subject: "master key".to_owned(),
        detail: String::new(),
        address: None,
    };
    audit::append(transaction, &entry).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::columns;

    /// Columns of bytes that are hashes, public keys or what a stranger may read, and so need no seal.
    const PLAIN: &[(&str, &str)] = &[
        ("registrations", "token"),
        ("proposals", "digest"),
        ("audit_log", "hash"),
        ("challenges", "token"),
        ("challenges", "digest"),
        ("passkeys", "credential"),
        ("passkeys", "cose"),
        ("login_challenges", "token"),
        ("operators", "public_key"),
        ("resets", "token"),
        ("recovery_codes", "hash"),
        ("login_failures", "subject"),
        ("devices", "device"),
        ("email_changes", "token"),
        ("email_returns", "token"),
        ("factor_reset_links", "token"),
        ("factor_resets", "cancel"),
        ("operator_passkeys", "credential"),
        ("operator_passkeys", "cose"),
        ("operator_enrolments", "code"),
        ("operator_invitations", "proposer_code"),
        ("operator_invitations", "approver_code"),
        ("operator_challenges", "token"),
        ("operator_challenges", "purpose"),
        ("operator_sessions", "token"),
    ];

    #[tokio::test]
    async fn every_column_of_bytes_is_sealed_anew_or_said_to_need_no_seal() {
        let (_folder, store) = columns::open().await;
        let all = columns::columns(&store).await;
        let of_bytes = all.iter().filter(|(.., kind)| kind == "BLOB");
        let of_bytes: Vec<_> = of_bytes.collect();
        assert!(COLUMNS.len() < of_bytes.len());
        for (table, name, _) in of_bytes {
            let is_sealed = |column: &Column| column.table == *table && column.name == *name;
            let is_plain = |(known, of): &&(&str, &str)| *known == *table && *of == *name;
            let times = COLUMNS.iter().filter(|column| is_sealed(column)).count()
                + PLAIN.iter().filter(is_plain).count();
            assert_eq!(times, 1, "{table}.{name} stands in COLUMNS or in PLAIN");
        }
        store.close().await;
    }
}
