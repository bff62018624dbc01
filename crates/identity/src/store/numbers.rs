//! Numbers of users and keys. The exchange keeps what it learned of a number for good, so none is given to anybody else,
//! though the database goes back to a state in which it was not given.

use std::sync::atomic::{AtomicU64, Ordering};

use model::id::{AccountId, KeyId, OwnerId};
use sqlx::{AssertSqlSafe, Row};

use crate::identity::IdentityError;
use crate::store::Connection;
use crate::store::dialect::Dialect;

/// Returns the account with the greatest number that a user is known to have.
pub(super) async fn greatest_account(
    connection: &mut Connection,
) -> Result<Option<AccountId>, IdentityError> {
    let row = sqlx::query(
        "SELECT MAX(account) FROM
            (SELECT account FROM accounts UNION ALL SELECT account FROM sub_accounts) AS known",
    )
    .fetch_one(connection)
    .await?;
    let number: Option<i64> = row.try_get(0)?;
    let account = number.map(|number| {
        let account = u32::try_from(number);
        account.map_err(|_| IdentityError::AccountDamaged { account: number })
    });
    Ok(account.transpose()?.map(AccountId))
}

/// The greatest numbers that may be known; 0 before the first.
#[derive(Default)]
pub(super) struct Numbers {
    user: AtomicU64,
    key: AtomicU64,
}

impl Numbers {
    pub(super) fn know_user(&self, user: OwnerId) {
        self.user.fetch_max(user.0, Ordering::Relaxed);
    }

    pub(super) fn know_key(&self, key: KeyId) {
        self.key.fetch_max(key.0, Ordering::Relaxed);
    }

    /// Lets the next user have a number that nobody had, in a transaction that writes.
    pub(super) async fn skip_users(
        &self,
        connection: &mut Connection,
        dialect: Dialect,
    ) -> Result<(), IdentityError> {
        let known = self.user.load(Ordering::Relaxed);
        self.skip(connection, dialect, ("users", known)).await
    }

    /// Lets the next key have a number that none had, in a transaction that writes.
    pub(super) async fn skip_keys(
        &self,
        connection: &mut Connection,
        dialect: Dialect,
    ) -> Result<(), IdentityError> {
        let known = self.key.load(Ordering::Relaxed);
        self.skip(connection, dialect, ("api_keys", known)).await
    }

    async fn skip(
        &self,
        connection: &mut Connection,
        dialect: Dialect,
        (table, known): (&str, u64),
    ) -> Result<(), IdentityError> {
        if mutant::plant!("known-numbers-given-again", true, known == 0) {
            return Ok(());
        }
        for statement in dialect.counted_to(table) {
            sqlx::query(AssertSqlSafe(statement))
                .bind(known.cast_signed())
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}
