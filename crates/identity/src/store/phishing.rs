//! Anti-phishing codes, sealed.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::identity::IdentityError;
use crate::outbox::{Notice, Subject};
use crate::store::Store;
use crate::store::outbox::tell;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS phishing_codes (
        owner       INTEGER PRIMARY KEY REFERENCES users (id),
        code        BLOB NOT NULL
    ) STRICT;
";

impl Store {
    pub(crate) async fn set_phishing_code(
        &self,
        user: OwnerId,
        sealed: Option<&[u8]>,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM phishing_codes WHERE owner = $1")
            .bind(user.0.cast_signed())
            .execute(&mut *transaction)
            .await?;
        if let Some(sealed) = sealed {
            sqlx::query("INSERT INTO phishing_codes (owner, code) VALUES ($1, $2)")
                .bind(user.0.cast_signed())
                .bind(sealed)
                .execute(&mut *transaction)
                .await?;
        }
        let subject = Subject::PhishingCodeChanged;
        tell(&mut transaction, user, subject, notice, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn phishing_code(
        &self,
        user: OwnerId,
    ) -> Result<Option<Vec<u8>>, IdentityError> {
        let row = sqlx::query("SELECT code FROM phishing_codes WHERE owner = $1")
            .bind(user.0.cast_signed())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }
}
