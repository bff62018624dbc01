//! Rows in bulk: as many a statement as pay, and every statement prepared once.

use sqlx::query_builder::{QueryBuilder, Separated};
use sqlx::{Sqlite, SqliteConnection};

use crate::error::HistoryError;

/// Rows a statement, largest first. Each size of a table is parsed once and then only run.
///
/// SQLite takes 32,766 values a statement, and the widest row has 33.
pub const SIZES: [usize; 4] = [256, 32, 4, 1];

/// Appends the values of rows to a table.
///
/// # Errors
/// The database's.
pub async fn write<T>(
    to: &mut SqliteConnection,
    statement: &str,
    rows: &[T],
    push: impl Fn(&mut Separated<'_, Sqlite, &'static str>, &T),
) -> Result<(), HistoryError> {
    for rows in pieces(rows) {
        let mut query = QueryBuilder::<Sqlite>::new(statement);
        query.push_values(rows, |mut values, row| push(&mut values, row));
        query.build().execute(&mut *to).await?;
    }
    Ok(())
}

/// Returns the rows in pieces of the sizes above.
pub fn pieces<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut left = rows;
    core::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= left.len())?;
        let (piece, rest) = left.split_at(size);
        left = rest;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_known_sizes_and_leave_nothing_out() {
        let rows: Vec<u32> = (0..557).collect();
        let sizes: Vec<usize> = pieces(&rows).map(<[u32]>::len).collect();
        assert_eq!(sizes, [256, 256, 32, 4, 4, 4, 1]);
        assert_eq!(pieces(&rows).flatten().copied().collect::<Vec<u32>>(), rows);
        assert_eq!(pieces::<u32>(&[]).count(), 0);
    }
}
