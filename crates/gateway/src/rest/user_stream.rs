//! Listen keys: asking for one, keeping it, giving it up.
//!
//! **Source** `docs/spec/binance-surface.md` §13.1.

use identity::key::Key;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::Refusal;
use wire::binance::params::Params;

use crate::clock;
use crate::reply::Reply;
use crate::user_data::streams::UserStreams;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Started<'a> {
    listen_key: &'a str,
}

/// `POST /api/v3/userDataStream`: the key that is active, or a new one.
///
/// # Errors
/// -1000 when the operating system has no randomness to give.
pub fn start(streams: &UserStreams, key: &Key) -> Result<Reply, Refusal> {
    let name = streams.start(key.account, key.id, clock::now())?;
    Ok(Reply::ok(&Started { listen_key: &name }))
}

/// `PUT /api/v3/userDataStream`.
///
/// # Errors
/// -1125 for a listen key that is not this key's.
pub fn extend(streams: &UserStreams, key: &Key, params: &Params) -> Result<Reply, Refusal> {
    streams.extend(params.mandatory("listenKey")?, key.id, clock::now())?;
    Ok(Reply::ok(&Empty {}))
}

/// `DELETE /api/v3/userDataStream`.
///
/// # Errors
/// -1125 for a listen key that is not this key's.
pub fn stop(streams: &UserStreams, key: &Key, params: &Params) -> Result<Reply, Refusal> {
    streams.stop(params.mandatory("listenKey")?, key.id, clock::now())?;
    Ok(Reply::ok(&Empty {}))
}
