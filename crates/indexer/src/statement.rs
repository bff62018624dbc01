//! A statement and its values, for whichever database runs it.

use std::fmt::Write;

use sqlx::query::Query;
use sqlx::{AssertSqlSafe, query};

/// A value of a column; that of an empty column still says which type it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
    Integers(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Integer(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Value {
        Value::Integer(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Value {
        Value::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Value {
        Value::Bytes(bytes)
    }
}

/// The values of rows, one row after the other, each in the order of its columns.
#[derive(Debug, Default)]
pub struct Values(pub Vec<Value>);

impl Values {
    /// Appends the value of the next column.
    pub fn push_bind(&mut self, value: impl Into<Value>) {
        self.0.push(value.into());
    }
}

/// A text with the values of its parameters `$1`, `$2` and so on.
#[derive(Debug)]
pub struct Statement {
    text: String,
    values: Vec<Value>,
}

impl Statement {
    /// Returns a statement whose values are bound in the order of their numbers.
    pub fn new(text: impl Into<String>) -> Statement {
        Statement {
            text: text.into(),
            values: Vec::new(),
        }
    }

    /// Adds the value of the next parameter that the text names.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Statement {
        self.values.push(value.into());
        self
    }

    /// Adds the values of all parameters that follow.
    #[must_use]
    pub fn bind_all(mut self, values: Vec<Value>) -> Statement {
        self.values.extend(values);
        self
    }

    /// Appends to the text.
    pub fn push(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref());
    }

    /// Appends the next parameter to the text, with its value.
    pub fn push_bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        let _ = write!(self.text, "${}", self.values.len());
    }

    #[cfg(test)]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns it as a database takes it that knows no arrays.
    pub fn for_sqlite<'a>(self) -> Query<'a, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
        let statement = query(AssertSqlSafe(self.text));
        let values = self.values.into_iter();
        values.fold(statement, |statement, value| match value {
            Value::Integer(number) => statement.bind(number),
            Value::Text(text) => statement.bind(text),
            Value::Bytes(bytes) => statement.bind(bytes),
            Value::Integers(_) | Value::Texts(_) => unreachable!("arrays are for PostgreSQL"),
        })
    }

    /// Returns it as PostgreSQL takes it.
    pub fn for_postgres<'a>(self) -> Query<'a, sqlx::Postgres, sqlx::postgres::PgArguments> {
        let statement = query(AssertSqlSafe(self.text));
        let values = self.values.into_iter();
        values.fold(statement, |statement, value| match value {
            Value::Integer(number) => statement.bind(number),
            Value::Text(text) => statement.bind(text),
            Value::Bytes(bytes) => statement.bind(bytes),
            Value::Integers(numbers) => statement.bind(numbers),
            Value::Texts(texts) => statement.bind(texts),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_as_they_are_pushed() {
        let mut statement = Statement::new("SELECT price FROM trades WHERE market = ");
        statement.push_bind(3);
        statement.push(" AND trade < ");
        statement.push_bind(7);
        let expected = "SELECT price FROM trades WHERE market = $1 AND trade < $2";
        assert_eq!(statement.text(), expected);
        assert_eq!(statement.values, [Value::from(3), Value::from(7)]);
    }
}
