//! Numbers of users and keys. The exchange keeps what it learned of a number for good, so none is given to anybody else,
//! though the database goes back to a state in which it was not given.

use std::sync::atomic::{AtomicU64, Ordering};

use model::id::{KeyId, OwnerId};
use sqlx::AssertSqlSafe;

use crate::identity::IdentityError;
use crate::store::Connection;
use crate::store::dialect::Dialect;

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
