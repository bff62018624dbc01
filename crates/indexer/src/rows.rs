//! Rows in bulk: as many a statement as pay, and every statement prepared once.
//!
//! SQLite takes a parameter a value. Its `?` costs nothing, while `$1` is a name that is looked for among all others.
//! PostgreSQL takes an array a column, however many rows there are.

use std::borrow::Cow;

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
/// Rows a statement of PostgreSQL: some megabytes.
const ARRAY_ROWS_MAX: usize = 1 << 13;

/// What becomes of a row whose key is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It is an error: rows of this table are written once.
    Refused,
    /// It takes the place of the other one.
    Replaces,
}

/// Writes rows into a table.
///
/// # Errors
/// The database's.
pub async fn write<T>(
    to: &mut Connection,
    (table, repeat): (&'static str, Repeat),
    rows: &[T],
    push: impl Fn(&mut Values, &T),
) -> Result<(), HistoryError> {
    let (columns, key) = described(table)?;
    for rows in pieces(rows, to) {
        let mut values = Values::default();
        rows.iter().for_each(|row| push(&mut values, row));
        let (rows, values) = source(to, rows.len(), values);
        let repeat = match repeat {
            Repeat::Refused => String::new(),
            Repeat::Replaces => replacing(columns, key),
        };
        let text = format!("INSERT INTO {table} ({columns}) {rows}{repeat}");
        to.execute(Statement::new(text).bind_all(values)).await?;
    }
    Ok(())
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
        for keys in pieces(keys, from) {
            let mut values = Values::default();
            keys.iter().for_each(|key| push(&mut values, key));
            let statement = self.statement(from, keys.len(), values);
            found.extend(from.fetch_all(statement).await?);
        }
        Ok(found)
    }

    pub fn statement(&self, from: &Connection, keys: usize, values: Values) -> Statement {
        let LookUp {
            columns,
            table,
            names,
            condition,
        } = self;
        // With an ordinary join, or IN, SQLite may walk through the whole table instead.
        let join = match from {
            Connection::Sqlite(_) => "CROSS JOIN",
            Connection::Postgres(_) => "JOIN",
        };
        let (rows, values) = source(from, keys, values);
        let text = format!(
            "WITH wanted ({names}) AS ({rows}) SELECT {columns} FROM wanted {join} {table} ON {condition}"
        );
        Statement::new(text).bind_all(values)
    }
}

/// Returns some rows as a database takes them, with the values of its parameters.
fn source(of: &Connection, rows: usize, values: Values) -> (Cow<'static, str>, Vec<Value>) {
    let values = values.0;
    assert!(0 < rows && values.len().is_multiple_of(rows));
    let width = values.len() / rows;
    match of {
        Connection::Sqlite(_) => {
            let row = format!("({})", vec!["?"; width].join(", "));
            (
                format!("VALUES {}", vec![row; rows].join(", ")).into(),
                values,
            )
        }
        Connection::Postgres(_) => {
            let columns = columns_of(values, width);
            let arrays = columns.iter().enumerate().map(|(index, column)| {
                let array = match column {
                    Value::Texts(_) => "text[]",
                    _ => "bigint[]",
                };
                format!("${}::{array}", index + 1)
            });
            let arrays: Vec<String> = arrays.collect();
            let text = format!("SELECT * FROM UNNEST({})", arrays.join(", "));
            (text.into(), columns)
        }
    }
}

/// Returns rows of values as an array a column.
fn columns_of(values: Vec<Value>, width: usize) -> Vec<Value> {
    let rows = values.len() / width;
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

/// Returns the rows in pieces of the sizes that a database takes.
fn pieces<'a, T>(rows: &'a [T], of: &Connection) -> impl Iterator<Item = &'a [T]> + use<'a, T> {
    let choose = match of {
        Connection::Sqlite(_) => parameters_size,
        Connection::Postgres(_) => arrays_size,
    };
    let mut left = rows;
    core::iter::from_fn(move || {
        let (piece, rest) = left.split_at(choose(left.len())?);
        left = rest;
        Some(piece)
    })
}

fn parameters_size(left: usize) -> Option<usize> {
    SIZES.into_iter().find(|size| *size <= left)
}

fn arrays_size(left: usize) -> Option<usize> {
    (0 < left).then_some(left.min(ARRAY_ROWS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(mut left: usize, choose: fn(usize) -> Option<usize>) -> Vec<usize> {
        let next = core::iter::from_fn(|| {
            let size = choose(left)?;
            left -= size;
            Some(size)
        });
        next.collect()
    }

    #[test]
    fn pieces_have_known_sizes_and_leave_nothing_out() {
        assert_eq!(sizes(557, parameters_size), [256, 256, 32, 4, 4, 4, 1]);
        assert_eq!(parameters_size(0), None);
        assert_eq!(sizes(10_000, arrays_size), [8_192, 1_808]);
        assert_eq!(arrays_size(0), None);
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
        assert_eq!(columns_of(values.0, 2), expected);
    }

    #[test]
    fn a_row_that_is_there_is_replaced_but_for_its_key() {
        assert_eq!(
            replacing("market, trade, price, qty", "market, trade"),
            " ON CONFLICT (market, trade) DO UPDATE SET price = excluded.price, qty = excluded.qty"
        );
    }
}
