//! The columns of the database of a test, on either of the two, in the words of SQLite.

use sqlx::Row;

use crate::database::DatabaseAddress;
use crate::place;
use crate::store::{DatabaseRow, Store};

/// Returns a new database, and the folder that it goes with.
pub(super) async fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    place::make(folder.path()).await;
    let address = match place::server() {
        Some(_) => DatabaseAddress::parse(&place::url(folder.path())).expect("an address"),
        None => DatabaseAddress::file(&folder.path().join("identity.sqlite")),
    };
    let store = Store::open(&address).await.expect("opens");
    (folder, store)
}

/// Returns table, column and type of every column there is.
pub(super) async fn columns(store: &Store) -> Vec<(String, String, String)> {
    let query = match place::server() {
        Some(_) => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT),
                    CASE data_type WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT' ELSE 'INTEGER' END
             FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name <> 'schema_version'
             ORDER BY table_name, ordinal_position"
        }
        None => {
            "SELECT tables.name, columns.name, columns.type FROM sqlite_master AS tables
             JOIN pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'"
        }
    };
    let rows = sqlx::query(query).fetch_all(&store.pool).await;
    let text = |row: &DatabaseRow, column: usize| row.get::<String, _>(column);
    let rows = rows.expect("listed");
    rows.iter()
        .map(|row| (text(row, 0), text(row, 1), text(row, 2)))
        .collect()
}

/// Returns a literal of bytes.
pub(super) fn bytes(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    let digits: String = digits.collect();
    match place::server() {
        Some(_) => format!("decode('{digits}', 'hex')"),
        None => format!("X'{digits}'"),
    }
}

/// Returns an expression for what a column says to whoever reads it as text.
pub(super) fn text_of(column: &str, kind: &str) -> String {
    match (place::server(), kind) {
        (Some(_), "BLOB") => format!("encode({column}, 'escape')"),
        _ => format!("CAST({column} AS TEXT)"),
    }
}
