//! How long a request may wait for a database.

use core::future::Future;
use std::time::Duration;

use wire::binance::error::{Fault, Refusal};

use crate::correlation;

/// Longer than a database's own limits on connecting and on a statement: what takes more time is a network that has
/// swallowed a connection without an end.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(20);

/// Waits for work that asks a database. What it has begun there and not ended is undone when it is given up.
///
/// # Errors
/// -1001 when it takes longer than any answer may.
pub async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Refusal> {
    let done = tokio::time::timeout(ANSWER_TIME_MAX, work).await;
    done.map_err(|_| {
        tracing::error!(event = "database.silent", correlation = %correlation::current());
        Refusal::of(Fault::Disconnected)
    })
}
