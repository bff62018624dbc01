//! How long a request may wait for a database.

use core::future::Future;
use wire::binance::error::{Fault, Refusal};

use crate::config::Bounds;
use crate::correlation;

/// Waits for work that asks a database, and nobody else. What it has begun there and not ended is undone when it is given up.
///
/// # Errors
/// -1001 when it takes longer than any answer may.
pub async fn in_time<T>(bounds: &Bounds, work: impl Future<Output = T>) -> Result<T, Refusal> {
    let done = tokio::time::timeout(bounds.answer_timeout, work).await;
    done.map_err(|_| {
        tracing::error!(event = "database.silent", correlation = %correlation::current());
        Refusal::of(Fault::Disconnected)
    })
}
