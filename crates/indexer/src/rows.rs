//! Rows in bulk: as many a statement as pay, and every statement prepared once.
//!
//! SQLite takes a parameter a value. Its `?` costs nothing, while `$1` is a name that is looked for among all others.
//! PostgreSQL takes an array a column, however many rows there are.

use crate::connection::Connection;
use crate::error::HistoryError;
use crate::row::Row;
use crate::statement::{Statement, Value, Values};
use crate::tables::TABLES;
use crate::trade_columns::damaged;

/// Rows a statement of SQLite, largest first. Each size of a table is parsed once and then only run.
///
/// SQLite takes 32,766 values a statement, and the widest row has 33.
const SIZES: [usize; 4] = [256, 32, 4, 1];

/// What becomes of a row whose key is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It is an error: rows of this table are written once.
    Refused,
    /// It takes the place of the other one.
    Replaces,
    /// What it says of the other one is that.
    Continues(&'static str),
}

/// The rows that a batch writes, table by table.
#[derive(Debug, Default)]
pub struct Writes {
    tables: Vec<Rows>,
}

/// Rows of one table.
#[derive(Debug)]
struct Rows {
    table: &'static str,
    columns: &'static str,
    /// What the statement says of rows that are there.
    repeat: String,
    count: usize,
    values: Values,
}

impl Writes {
    /// Adds rows of a table.
    ///
    /// # Errors
    /// When there is no such table.
    pub fn add<T>(
        &mut self,
        (table, repeat): (&'static str, Repeat),
        rows: &[T],
        push: impl Fn(&mut Values, &T),
    ) -> Result<(), HistoryError> {
        if rows.is_empty() {
            return Ok(());
        }
        let (columns, key) = described(table)?;
        let mut values = Values::default();
        rows.iter().for_each(|row| push(&mut values, row));
        self.tables.push(Rows {
            table,
            columns,
            repeat: match repeat {
                Repeat::Refused => String::new(),
                Repeat::Replaces => replacing(columns, key),
                Repeat::Continues(statement) => format!(" {statement}"),
            },
            count: rows.len(),
            values,
        });
        Ok(())
    }

    /// Writes all of them: into PostgreSQL with one statement, since each would be waited for.
    ///
    /// # Errors
    /// The database's.
    pub async fn write(self, to: &mut Connection) -> Result<(), HistoryError> {
        match to {
            Connection::Sqlite(_) => {
                for rows in self.tables {
                    rows.write_pieces(to).await?;
                }
            }
            Connection::Postgres(_) if self.tables.is_empty() => {}
            Connection::Postgres(_) => {
                to.execute(joined(self.tables)).await?;
            }
        }
        Ok(())
    }
}

impl Rows {
    async fn write_pieces(self, to: &mut Connection) -> Result<(), HistoryError> {
        let width = self.values.0.len() / self.count;
        let mut values = self.values.0.into_iter();
        for size in pieces(self.count) {
            let piece = values.by_ref().take(size * width).collect();
            let text = format!(
                "INSERT INTO {} ({}) {}{}",
                self.table,
                self.columns,
                parameters(size, width),
                self.repeat
            );
            to.execute(Statement::new(text).bind_all(piece)).await?;
        }
        Ok(())
    }
}

/// Returns one statement that writes into every table.
fn joined(tables: Vec<Rows>) -> Statement {
    let (mut inserts, mut arrays) = (Vec::new(), Vec::new());
    for (index, rows) in tables.into_iter().enumerate() {
        let columns = columns_of(rows.values, rows.count);
        inserts.push(format!(
            "written_{index} AS (INSERT INTO {} ({}) {}{})",
            rows.table,
            rows.columns,
            unnested(&columns, arrays.len()),
            rows.repeat
        ));
        arrays.extend(columns);
    }
    let text = format!("WITH {} SELECT 1", inserts.join(", "));
    Statement::new(text).bind_all(arrays)
}

/// What is looked up by many keys at once.
pub struct LookUp {
    /// The columns to return, and their table.
    pub columns: &'static str,
    pub table: &'static str,
    /// Names for the values of a key, such as `a, b`, none of which is a column of the table.
    pub names: &'static str,
    /// Which row of the table belongs to the names.
    pub condition: &'static str,
}

impl LookUp {
    /// Returns the rows of all keys that there are.
    ///
    /// # Errors
    /// The database's.
    pub async fn read<K>(
        &self,
        from: &mut Connection,
        keys: &[K],
        push: impl Fn(&mut Values, &K),
    ) -> Result<Vec<Row>, HistoryError> {
        let mut found = Vec::new();
        let mut keys = keys;
        let sizes: Vec<usize> = match from {
            Connection::Sqlite(_) => pieces(keys.len()).collect(),
            Connection::Postgres(_) if keys.is_empty() => Vec::new(),
            Connection::Postgres(_) => vec![keys.len()],
        };
        for size in sizes {
            let (piece, rest) = keys.split_at(size);
            keys = rest;
            let mut values = Values::default();
            piece.iter().for_each(|key| push(&mut values, key));
            let statement = self.statement(from, size, values);
            found.extend(from.fetch_all(statement).await?);
        }
        Ok(found)
    }

    pub fn statement(&self, from: &Connection, keys: usize, values: Values) -> Statement {
        // With an ordinary join, or IN, SQLite may walk through the whole table instead.
        let (join, rows, values) = match from {
            Connection::Sqlite(_) => {
                let width = values.0.len() / keys;
                ("CROSS JOIN", parameters(keys, width), values.0)
            }
            Connection::Postgres(_) => {
                let columns = columns_of(values, keys);
                ("JOIN", unnested(&columns, 0), columns)
            }
        };
        let LookUp {
            columns,
            table,
            names,
            condition,
        } = self;
        let text = format!(
            "WITH wanted ({names}) AS ({rows}) SELECT {columns} FROM wanted {join} {table} ON {condition}"
        );
        Statement::new(text).bind_all(values)
    }
}

/// Returns rows as SQLite takes them.
fn parameters(rows: usize, width: usize) -> String {
    let row = format!("({})", vec!["?"; width].join(", "));
    format!("VALUES {}", vec![row; rows].join(", "))
}

/// Returns rows as PostgreSQL takes them, out of arrays that follow so many other parameters.
fn unnested(columns: &[Value], after: usize) -> String {
    let arrays = columns.iter().enumerate().map(|(index, column)| {
        let array = match column {
            Value::Texts(_) => "text[]",
            _ => "bigint[]",
        };
        format!("${}::{array}", after + index + 1)
    });
    let arrays: Vec<String> = arrays.collect();
    format!("SELECT * FROM UNNEST({})", arrays.join(", "))
}

/// Returns rows of values as an array a column.
fn columns_of(values: Values, rows: usize) -> Vec<Value> {
    let values = values.0;
    assert!(0 < rows && values.len().is_multiple_of(rows));
    let width = values.len() / rows;
    let empty = |value: &Value| match value {
        Value::Text(_) => Value::Texts(Vec::with_capacity(rows)),
        _ => Value::Integers(Vec::with_capacity(rows)),
    };
    let mut columns: Vec<Value> = values[..width].iter().map(empty).collect();
    for (index, value) in values.into_iter().enumerate() {
        match (&mut columns[index % width], value) {
            (Value::Integers(column), Value::Integer(number)) => column.push(number),
            (Value::Texts(column), Value::Text(text)) => column.push(text),
            (column, value) => unreachable!("{value:?} in a column of {column:?}"),
        }
    }
    columns
}

/// Returns the columns and the key of a table.
fn described(table: &'static str) -> Result<(&'static str, &'static str), HistoryError> {
    let found = TABLES.iter().find(|(name, ..)| *name == table);
    let (_, columns, key) = found.ok_or(damaged(table))?;
    Ok((columns, key))
}

fn replacing(columns: &str, key: &str) -> String {
    let keys: Vec<&str> = key.split(", ").collect();
    let others = columns.split(", ").filter(|column| !keys.contains(column));
    let others = others.map(|column| format!("{column} = excluded.{column}"));
    let others: Vec<String> = others.collect();
    format!(" ON CONFLICT ({key}) DO UPDATE SET {}", others.join(", "))
}

/// Returns the sizes of the pieces in which SQLite takes so many rows.
fn pieces(rows: usize) -> impl Iterator<Item = usize> {
    let mut left = rows;
    core::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= left)?;
        left -= size;
        Some(size)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_known_sizes_and_leave_nothing_out() {
        let sizes: Vec<usize> = pieces(557).collect();
        assert_eq!(sizes, [256, 256, 32, 4, 4, 4, 1]);
        assert_eq!(pieces(0).count(), 0);
    }

    #[test]
    fn rows_become_an_array_a_column_with_what_is_empty_at_its_place() {
        let mut values = Values::default();
        for (number, text) in [(1, Some("a")), (2, None)] {
            values.push_bind(number);
            values.push_bind(text.map(str::to_owned));
        }
        let expected = [
            Value::Integers(vec![Some(1), Some(2)]),
            Value::Texts(vec![Some("a".to_owned()), None]),
        ];
        assert_eq!(columns_of(values, 2), expected);
    }

    #[test]
    fn a_row_that_is_there_is_replaced_but_for_its_key() {
        assert_eq!(
            replacing("market, trade, price, qty", "market, trade"),
            " ON CONFLICT (market, trade) DO UPDATE SET price = excluded.price, qty = excluded.qty"
        );
    }
}
