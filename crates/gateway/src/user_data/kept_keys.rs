//! Listen keys that outlive the process: whatever becomes of one in the streams is written down.
//!
//! The streams alone say which are good; the database is asked only at the start. What cannot be written for now is
//! written later, so that nobody goes without a stream because a database is away.

use core::time::Duration;

use identity::identity::{Identity, IdentityError};
use model::time::Timestamp;

use crate::user_data::streams::UserStreams;

/// Longer than that no request waits; what is left is written by the next one, or within a second.
const SAVE_TIME_MAX: Duration = Duration::from_secs(2);

/// Takes in the listen keys of the process before. Without them, clients ask for others.
pub async fn restore(streams: &UserStreams, identity: &Identity, now: Timestamp) {
    match identity.listen_keys(now).await {
        Ok(kept) => streams.restore(kept),
        Err(error) => tracing::warn!(%error, "listen keys are lost; clients ask for others"),
    }
}

/// Writes down every listen key that is another than the one that was written, and removes those that have ended.
pub async fn save(streams: &UserStreams, identity: &Identity) {
    let saved = tokio::time::timeout(SAVE_TIME_MAX, save_all(streams, identity)).await;
    match saved {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "listen keys were not written; it is tried again"),
        Err(_) => tracing::warn!("listen keys take long to be written; it is tried again"),
    }
}

/// May be given up at any time: what was not noted as written is written again.
async fn save_all(streams: &UserStreams, identity: &Identity) -> Result<(), IdentityError> {
    // One after the other, or an older state of a key could be written over a newer one.
    let _turn = streams.saving().await;
    while let Some((key, current)) = streams.next_unsaved() {
        match &current {
            Some(kept) => identity.keep_listen_key(kept).await?,
            None => identity.forget_listen_key(key).await?,
        }
        streams.note_saved(key, current.as_ref());
    }
    Ok(())
}
