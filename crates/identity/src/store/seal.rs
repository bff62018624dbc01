//! A text that only the right master key opens.

use sqlx::Row;

use crate::identity::IdentityError;
use crate::store::Store;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS seals (
        id          INTEGER PRIMARY KEY CHECK (id = 1),
        sealed      BLOB NOT NULL
    ) STRICT;
";

impl Store {
    /// Returns the text that is sealed, which is this one where there was none.
    pub(crate) async fn seal(&self, fresh: &[u8]) -> Result<Vec<u8>, IdentityError> {
        let query = "INSERT INTO seals (id, sealed) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";
        self.write(sqlx::query(query).bind(fresh)).await?;
        let row = sqlx::query("SELECT sealed FROM seals WHERE id = 1")
            .fetch_one(&self.pool)
            .await?;
        Ok(row.try_get(0)?)
    }
}
