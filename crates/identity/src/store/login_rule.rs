//! What signs users in who have a passkey.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::identity::IdentityError;
use crate::login_rule::LoginRule;
use crate::outbox::{Notice, Subject};
use crate::store::outbox::tell;
use crate::store::{Connection, Store, hold};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS login_rules (
        owner              INTEGER PRIMARY KEY REFERENCES users (id),
        no_password_alone  INTEGER NOT NULL
    ) STRICT;
";

impl Store {
    pub(crate) async fn login_rule(&self, user: OwnerId) -> Result<LoginRule, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        Ok(match is_lax(&mut connection, user).await? {
            true => LoginRule::PasswordOrPasskey,
            false => LoginRule::NeverPasswordAlone,
        })
    }

    pub(crate) async fn needs_passkey(&self, user: OwnerId) -> Result<bool, IdentityError> {
        let row = sqlx::query(
            "SELECT COUNT(*) FROM passkeys WHERE owner = $1 AND NOT EXISTS
                (SELECT 1 FROM login_rules
                 WHERE login_rules.owner = passkeys.owner AND no_password_alone = 0)",
        )
        .bind(user.0.cast_signed())
        .fetch_one(&self.pool)
        .await?;
        Ok(0 < row.try_get::<i64, _>(0)?)
    }

    pub(crate) async fn set_login_rule(
        &self,
        user: OwnerId,
        rule: LoginRule,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let is_weaker =
            rule == LoginRule::PasswordOrPasskey && !is_lax(&mut transaction, user).await?;
        let query = sqlx::query(
            "INSERT INTO login_rules (owner, no_password_alone) VALUES ($1, $2)
             ON CONFLICT (owner) DO UPDATE SET no_password_alone = excluded.no_password_alone",
        );
        let is_strict = i64::from(rule == LoginRule::NeverPasswordAlone);
        query
            .bind(user.0.cast_signed())
            .bind(is_strict)
            .execute(&mut *transaction)
            .await?;
        if is_weaker {
            hold::begin(&mut transaction, user, at).await?;
            tell(&mut transaction, user, Subject::PasswordAlone, notice, at).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Returns whether a user has decided that a password alone signs in beside a passkey.
async fn is_lax(connection: &mut Connection, user: OwnerId) -> Result<bool, IdentityError> {
    let row = sqlx::query("SELECT no_password_alone FROM login_rules WHERE owner = $1")
        .bind(user.0.cast_signed())
        .fetch_optional(connection)
        .await?;
    // Whoever has decided nothing is asked for what they have.
    Ok(row.map(|row| row.try_get::<i64, _>(0)).transpose()? == Some(0))
}
