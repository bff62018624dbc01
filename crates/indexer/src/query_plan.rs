//! How SQLite would go about a statement, for tests that hold it to an index.

use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::statement::Statement;
use crate::tables::SCHEMA;

/// Holds a statement to a search in an index that also gives the order.
pub async fn check_quick(query: &Statement) {
    let plan = plan(query).await;
    let is_quick = plan.starts_with("SEARCH") && !plan.contains("TEMP B-TREE");
    assert!(is_quick, "{} is {plan}", query.text());
}

async fn plan(query: &Statement) -> String {
    let pool = SqlitePool::connect("sqlite::memory:").await.expect("opens");
    let mut connection = pool.acquire().await.expect("a connection");
    connection.execute(SCHEMA).await.expect("tables");
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", query.text()));
    let rows = sqlx::query(explain).fetch_all(&mut *connection).await;
    let steps = rows.expect("a plan").into_iter();
    let steps: Vec<String> = steps.map(|row| row.get(3)).collect();
    steps.join("; ")
}
