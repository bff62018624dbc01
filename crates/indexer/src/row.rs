//! A row of an answer, of whichever database.

use std::fmt::Write;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, TypeInfo, ValueRef};

use crate::error::HistoryError;

/// A row; columns are counted from 0.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// Returns a number, or nothing out of an empty column.
    ///
    /// # Errors
    /// When the column is of another type, or there is none.
    pub fn integer(&self, column: usize) -> Result<Option<i64>, HistoryError> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// Returns a text, or nothing out of an empty column.
    ///
    /// # Errors
    /// When the column is of another type, or there is none.
    pub fn text(&self, column: usize) -> Result<Option<&str>, HistoryError> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// Returns bytes.
    ///
    /// # Errors
    /// When the column is empty or of another type, or there is none.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, HistoryError> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// Appends the first columns as a JSON array, which is the same for the same row in every database.
    ///
    /// # Errors
    /// When a column is neither a number nor a text.
    pub fn write_json(&self, columns: usize, into: &mut String) -> Result<(), HistoryError> {
        into.push('[');
        for column in 0..columns {
            if 0 < column {
                into.push(',');
            }
            match self.kind(column)? {
                Kind::Empty => into.push_str("null"),
                Kind::Integer => {
                    let number = self.integer(column)?.unwrap_or_default();
                    let _ = write!(into, "{number}");
                }
                Kind::Text => write_text(self.text(column)?.unwrap_or_default(), into),
            }
        }
        into.push(']');
        Ok(())
    }

    fn kind(&self, column: usize) -> Result<Kind, HistoryError> {
        let (is_empty, is_integer) = match self {
            Row::Sqlite(row) => {
                let value = row.try_get_raw(column)?;
                (value.is_null(), value.type_info().name() == "INTEGER")
            }
            Row::Postgres(row) => {
                let value = row.try_get_raw(column)?;
                (value.is_null(), value.type_info().name() == "INT8")
            }
        };
        Ok(match (is_empty, is_integer) {
            (true, _) => Kind::Empty,
            (false, true) => Kind::Integer,
            (false, false) => Kind::Text,
        })
    }
}

/// What is in a column.
enum Kind {
    Empty,
    Integer,
    Text,
}

fn write_text(text: &str, into: &mut String) {
    into.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => into.extend(['\\', letter]),
            control if control.is_control() => {
                let _ = write!(into, "\\u{:04x}", u32::from(control));
            }
            letter => into.push(letter),
        }
    }
    into.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_so_that_no_other_one_looks_like_it() {
        let mut written = String::new();
        for text in ["a", "\"", "\\\"", "\n", ""] {
            write_text(text, &mut written);
        }
        assert_eq!(written, r#""a""\"""\\\"""\u000a""""#);
    }
}
