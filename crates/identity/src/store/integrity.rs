//! Reading every page and row of a database.

use sqlx::{AssertSqlSafe, Executor, Row};

use crate::database::DatabaseAddress;
use crate::identity::IdentityError;
use crate::integrity::Whole;
use crate::master::MasterKey;
use crate::store::dialect::{self, Dialect};
use crate::store::{Connection, numbers, sealed};

const SQLITE_TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
const POSTGRES_TABLES: &str =
    "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1";

const SQLITE_INDEXES: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index'";
/// Whether the extension is there and its check is ours to ask for.
const MAY_CHECK: &str = "
    SELECT COUNT(*) FROM pg_proc
    WHERE oid = to_regprocedure('bt_index_check(regclass, boolean)')
      AND has_function_privilege(oid, 'EXECUTE')
";
/// Each index, and that every row of its table stands in it.
const CHECK_INDEXES: &str = "
    SELECT COUNT(*) FROM (
        SELECT CAST(bt_index_check(CAST(c.oid AS regclass), TRUE) AS TEXT) AS checked
        FROM pg_class c
        JOIN pg_index i ON i.indexrelid = c.oid
        JOIN pg_am a ON a.oid = c.relam
        WHERE a.amname = 'btree' AND i.indisvalid
          AND c.relnamespace = to_regnamespace(CAST(current_schema() AS TEXT))
        OFFSET 0
    ) AS indexes WHERE checked IS NOT NULL
";

pub(crate) async fn verify(
    address: &DatabaseAddress,
    master: Option<&MasterKey>,
) -> Result<Whole, IdentityError> {
    let dialect = Dialect::of(address);
    let pool = dialect::pool(address).await?;
    let mut connection = pool.acquire().await?;
    let tables = match dialect {
        Dialect::Sqlite => {
            check_pages(&mut connection).await?;
            SQLITE_TABLES
        }
        Dialect::Postgres => {
            // A table may take longer to read than any request.
            connection.execute("SET statement_timeout = 0").await?;
            POSTGRES_TABLES
        }
    };
    let tables = sqlx::query(tables).fetch_all(&mut *connection).await?;
    let mut rows = 0;
    for table in &tables {
        let table: String = table.try_get(0)?;
        rows += read_rows(&mut connection, dialect, &table).await?;
    }
    let indexes = match dialect {
        Dialect::Sqlite => Some(count(&mut connection, SQLITE_INDEXES).await?),
        Dialect::Postgres => check_indexes(&mut connection).await?,
    };
    let opened = match master {
        Some(master) => Some(open_all(&mut connection, master).await?),
        None => None,
    };
    let greatest_account = numbers::greatest_account(&mut connection).await?;
    drop(connection);
    pool.close().await;
    Ok(Whole {
        tables: tables.len(),
        rows,
        indexes,
        greatest_account,
        opened,
    })
}

/// Holds every index of a server against the rows of its table and returns how many there are; `None` where an
/// administrator has not made that possible.
async fn check_indexes(connection: &mut Connection) -> Result<Option<u64>, IdentityError> {
    match count(connection, MAY_CHECK).await? {
        0 => Ok(None),
        _ => count(connection, CHECK_INDEXES).await.map(Some),
    }
}

async fn count(connection: &mut Connection, query: &'static str) -> Result<u64, IdentityError> {
    let row = sqlx::query(query).fetch_one(connection).await?;
    Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
}

/// Checks the pages of a file and the rows of its indexes.
async fn check_pages(connection: &mut Connection) -> Result<(), IdentityError> {
    let told = sqlx::query("PRAGMA integrity_check(1)");
    let told: String = told.fetch_one(connection).await?.try_get(0)?;
    match told.as_str() {
        "ok" => Ok(()),
        _ => Err(IdentityError::DatabaseDamaged { what: told }),
    }
}

/// Reads a table with everything that lies apart from its rows, and returns how many there are.
async fn read_rows(
    connection: &mut Connection,
    dialect: Dialect,
    table: &str,
) -> Result<u64, IdentityError> {
    let query = match dialect {
        // `integrity_check` has read them.
        Dialect::Sqlite => format!("SELECT COUNT(*) FROM \"{table}\""),
        Dialect::Postgres => {
            format!("SELECT COUNT(MD5(CAST(\"{table}\" AS TEXT))) FROM \"{table}\"")
        }
    };
    let row = sqlx::query(AssertSqlSafe(query))
        .fetch_one(connection)
        .await?;
    Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
}

async fn open_all(connection: &mut Connection, master: &MasterKey) -> Result<u64, IdentityError> {
    let mut opened = 0;
    for of in sealed::count(connection, master).await? {
        if 0 < of.lost {
            return Err(IdentityError::SealedLost {
                count: of.lost,
                what: of.what,
            });
        }
        opened += of.current + of.former;
    }
    Ok(opened)
}
