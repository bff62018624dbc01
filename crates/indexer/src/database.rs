//! The tables of the history at their place: made, told apart from those of others, and removed.

use model::id::Sequence;
use model::time::Timestamp;
use wire::binary::digest::Digest;

use crate::connection::{Connection, Pool};
use crate::error::HistoryError;
use crate::place::Place;
use crate::position::Position;
use crate::row::Row;
use crate::statement::Statement;
use crate::tables::{SCHEMA, SCHEMA_VERSION};
use crate::trade_columns::damaged;
use crate::{file, server};

const POSITION: &str = "SELECT cluster, sequence, at_ns, before, after FROM position";

/// What the schema of a server has: all of its tables, and that of the version among them.
const TABLES_THERE: &str = "SELECT COUNT(*), COUNT(*) FILTER (WHERE tablename = 'schema_version')
    FROM pg_tables WHERE schemaname = 'history'";
const TABLE_NAMES: &str =
    "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'history'";
const SCHEMA_THERE: &str = "SELECT COUNT(*) FROM pg_namespace WHERE nspname = 'history'";
const VERSION_TABLE: &str =
    "CREATE TABLE schema_version (id BIGINT PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL);";

/// Opens the place for the one writer, making the tables of this exchange when there are none.
pub(crate) async fn create(place: &Place, cluster: u128) -> Result<Connection, HistoryError> {
    let mut connection = write(place).await?;
    let found = version_of(&mut connection).await?;
    if found == SCHEMA_VERSION {
        return Ok(connection);
    }
    if found != 0 {
        connection.close().await;
        return Err(HistoryError::SchemaOther {
            found,
            known: SCHEMA_VERSION,
        });
    }
    connection.begin().await?;
    make_tables(&mut connection).await?;
    let start = Position::start(cluster);
    let insert = Statement::new(
        "INSERT INTO position (id, cluster, sequence, at_ns, before, after)
         VALUES (1, $1, $2, $3, $4, $5)",
    );
    let insert = insert
        .bind(start.cluster.to_be_bytes().to_vec())
        .bind(start.sequence.0.cast_signed())
        .bind(start.at.nanos())
        .bind(start.before.0.to_vec())
        .bind(start.after.0.to_vec());
    connection.execute(insert).await?;
    connection.commit().await?;
    Ok(connection)
}

async fn write(place: &Place) -> Result<Connection, HistoryError> {
    Ok(match place {
        Place::File(path) => Connection::Sqlite(file::writer(path).await?),
        Place::Server(address) => Connection::Postgres(server::writer(address).await?),
    })
}

/// Returns connections that read.
pub(crate) async fn read(place: &Place, connections_max: u32) -> Result<Pool, HistoryError> {
    Ok(match place {
        Place::File(path) => Pool::Sqlite(file::readers(path, connections_max).await?),
        Place::Server(address) => Pool::Postgres(server::readers(address, connections_max).await?),
    })
}

async fn make_tables(connection: &mut Connection) -> Result<(), HistoryError> {
    match connection {
        Connection::Sqlite(_) => {
            let version = format!("PRAGMA user_version = {SCHEMA_VERSION}");
            connection.run(SCHEMA.to_owned()).await?;
            connection.run(version).await
        }
        Connection::Postgres(_) => {
            let there = connection.fetch_all(Statement::new(SCHEMA_THERE)).await?;
            if count(there.first(), 0)? == 0 {
                connection.run("CREATE SCHEMA history".to_owned()).await?;
            }
            let version = format!(
                "{VERSION_TABLE} INSERT INTO schema_version (id, version) VALUES (1, {SCHEMA_VERSION})"
            );
            connection.run(version).await?;
            connection.run(server::tables(SCHEMA)).await
        }
    }
}

/// Returns the version of the tables, 0 where there are none.
async fn version_of(connection: &mut Connection) -> Result<i64, HistoryError> {
    let row = match connection {
        Connection::Sqlite(_) => {
            let pragma = Statement::new("PRAGMA user_version");
            connection.fetch_optional(pragma).await?
        }
        Connection::Postgres(_) => {
            let there = connection.fetch_all(Statement::new(TABLES_THERE)).await?;
            match (count(there.first(), 0)?, count(there.first(), 1)?) {
                (0, _) => return Ok(0),
                (_, 0) => return Err(HistoryError::SchemaTaken),
                _ => {}
            }
            let version = Statement::new("SELECT version FROM schema_version");
            connection.fetch_optional(version).await?
        }
    };
    count(row.as_ref(), 0)
}

/// Returns whether the tables are those that this program knows; `None` where there are none.
pub(crate) async fn version_read(pool: &Pool) -> Result<Option<i64>, HistoryError> {
    let version = match pool {
        Pool::Sqlite(_) => Statement::new("PRAGMA user_version"),
        Pool::Postgres(_) => {
            let there = pool.fetch_optional(Statement::new(TABLES_THERE)).await?;
            if count(there.as_ref(), 1)? == 0 {
                return Ok(None);
            }
            Statement::new("SELECT version FROM schema_version")
        }
    };
    let row = pool.fetch_optional(version).await?;
    let version = count(row.as_ref(), 0)?;
    Ok((version != 0).then_some(version))
}

fn count(row: Option<&Row>, column: usize) -> Result<i64, HistoryError> {
    let number = row.ok_or(damaged("version"))?.integer(column)?;
    number.ok_or(damaged("version"))
}

pub(crate) async fn position_read(pool: &Pool) -> Result<Position, HistoryError> {
    let row = pool.fetch_optional(Statement::new(POSITION)).await?;
    position(&row.ok_or(damaged("position"))?)
}

pub(crate) async fn position_of(connection: &mut Connection) -> Result<Position, HistoryError> {
    let row = connection.fetch_optional(Statement::new(POSITION)).await?;
    position(&row.ok_or(damaged("position"))?)
}

fn position(row: &Row) -> Result<Position, HistoryError> {
    let number = |column, name| row.integer(column)?.ok_or(damaged(name));
    let digest = |column, name| {
        let bytes = row.bytes(column)?.try_into().map_err(|_| damaged(name));
        bytes.map(Digest)
    };
    let cluster = row.bytes(0)?.try_into().map_err(|_| damaged("cluster"))?;
    Ok(Position {
        cluster: u128::from_be_bytes(cluster),
        sequence: Sequence(number(1, "sequence")?.cast_unsigned()),
        at: Timestamp::from_nanos(number(2, "at_ns")?),
        before: digest(3, "before")?,
        after: digest(4, "after")?,
    })
}

/// Removes the history of an exchange; a missing one is no error. Nobody may have it open for writing.
///
/// # Errors
/// The database's; in PostgreSQL also when another process writes it, or it is that of another exchange.
pub async fn remove(place: &Place, cluster: u128) -> Result<(), HistoryError> {
    let Place::File(path) = place else {
        let mut connection = write(place).await?;
        let removed = drop_tables(&mut connection, cluster).await;
        connection.close().await;
        return removed;
    };
    file::remove(path)
}

async fn drop_tables(connection: &mut Connection, cluster: u128) -> Result<(), HistoryError> {
    if version_of(connection).await? == 0 {
        return Ok(());
    }
    let found = position_of(connection).await?.cluster;
    if found != cluster {
        return Err(HistoryError::OfAnother { found });
    }
    let names = connection.fetch_all(Statement::new(TABLE_NAMES)).await?;
    let names: Result<Vec<String>, HistoryError> = names
        .iter()
        .map(|row| Ok(format!("\"{}\"", row.text(0)?.unwrap_or_default())))
        .collect();
    connection
        .run(format!("DROP TABLE {}", names?.join(", ")))
        .await
}
