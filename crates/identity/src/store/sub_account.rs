//! Labels of sub-accounts.

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;
use sqlx::Row;

use crate::identity::IdentityError;
use crate::store::{Connection, DatabaseRow, Store, read_count};
use crate::sub_account::SubAccount;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS sub_accounts (
        owner       INTEGER NOT NULL REFERENCES users (id),
        number      INTEGER NOT NULL,
        label       TEXT NOT NULL,
        account     INTEGER UNIQUE,
        created_ns  INTEGER NOT NULL,
        PRIMARY KEY (owner, number),
        UNIQUE (owner, label)
    ) STRICT;
";

const COLUMNS: &str = "SELECT owner, number, label, account, created_ns FROM sub_accounts";

impl Store {
    pub(crate) async fn want_sub_account(
        &self,
        owner: OwnerId,
        label: &str,
        count_max: u32,
        at: Timestamp,
    ) -> Result<SubAccount, IdentityError> {
        let mut transaction = self.begin().await?;
        if let Some(known) = labelled(&mut transaction, owner, label).await? {
            return Ok(known);
        }
        // None is ever deleted, so that the next number is the count.
        let row = sqlx::query("SELECT COUNT(*) FROM sub_accounts WHERE owner = $1")
            .bind(owner.0.cast_signed())
            .fetch_one(&mut *transaction)
            .await?;
        let count = read_count(&row, 0)?;
        if count_max <= count {
            return Err(IdentityError::SubAccountsFull);
        }
        let wanted = SubAccount {
            owner,
            number: count + 1,
            label: label.to_owned(),
            account: None,
            created_at: at,
        };
        sqlx::query(
            "INSERT INTO sub_accounts (owner, number, label, created_ns) VALUES ($1, $2, $3, $4)",
        )
        .bind(owner.0.cast_signed())
        .bind(i64::from(wanted.number))
        .bind(label)
        .bind(at.nanos())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(wanted)
    }

    /// The account is its owner's in every other respect too: what happens to it is told to them.
    pub(crate) async fn note_sub_account(
        &self,
        wanted: &SubAccount,
        account: AccountId,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE sub_accounts SET account = $1 WHERE owner = $2 AND number = $3")
            .bind(i64::from(account.0))
            .bind(wanted.owner.0.cast_signed())
            .bind(i64::from(wanted.number))
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO accounts (account, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(i64::from(account.0))
            .bind(wanted.owner.0.cast_signed())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn sub_accounts(
        &self,
        owner: OwnerId,
    ) -> Result<Vec<SubAccount>, IdentityError> {
        let query = format!("{COLUMNS} WHERE owner = $1 ORDER BY number");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(owner.0.cast_signed())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn label_sub_account(
        &self,
        owner: OwnerId,
        account: AccountId,
        label: &str,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let known = labelled(&mut transaction, owner, label).await?;
        if known.is_some_and(|known| known.account != Some(account)) {
            return Err(IdentityError::LabelTaken);
        }
        let written =
            sqlx::query("UPDATE sub_accounts SET label = $1 WHERE owner = $2 AND account = $3")
                .bind(label)
                .bind(owner.0.cast_signed())
                .bind(i64::from(account.0))
                .execute(&mut *transaction)
                .await?;
        if written.rows_affected() == 0 {
            return Err(IdentityError::SubAccountUnknown);
        }
        transaction.commit().await?;
        Ok(())
    }
}

async fn labelled(
    connection: &mut Connection,
    owner: OwnerId,
    label: &str,
) -> Result<Option<SubAccount>, IdentityError> {
    let query = format!("{COLUMNS} WHERE owner = $1 AND label = $2");
    let row = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(owner.0.cast_signed())
        .bind(label)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &DatabaseRow) -> Result<SubAccount, IdentityError> {
    let account = row.try_get::<Option<i64>, _>(3)?;
    let account = account.map(|number| {
        let account = u32::try_from(number);
        account
            .map(AccountId)
            .map_err(|_| IdentityError::AccountDamaged { account: number })
    });
    Ok(SubAccount {
        owner: OwnerId(row.try_get::<i64, _>(0)?.cast_unsigned()),
        number: read_count(row, 1)?,
        label: row.try_get(2)?,
        account: account.transpose()?,
        created_at: Timestamp::from_nanos(row.try_get(4)?),
    })
}
