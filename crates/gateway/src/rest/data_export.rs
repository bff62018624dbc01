//! Everything that is held on a user, as one archive.
//!
//! **Source** `docs/spec/data-export.md`.

use std::sync::Arc;

use model::id::OwnerId;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::attempts::too_many;
use crate::data_export::{NoPlace, Subject};
use crate::in_time::in_time;
use crate::past::Reach;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::note_own;
use crate::rest::challenge::{self, EXPORT_DATA, Outcome, user_of};
use crate::rest::opening::failed;

/// `POST /v1/account/export`: the archive, sent while it is made.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1003 while one is under way and after five in a day,
/// -1008 while too many others are, those of `challenge::answer`, -1001 when the history is behind or a database is away.
pub async fn export(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let gateway = ask.gateway;
    let bounds = &gateway.config().bounds;
    let place = match gateway.exports.enter(user, now) {
        Ok(place) => place,
        Err(NoPlace::UnderWay) => return Err(Refusal::of(Fault::ReportUnderWay)),
        Err(NoPlace::Full) => return Err(Refusal::of(Fault::Overloaded)),
        Err(NoPlace::Wait { seconds }) => return Ok(Reply::from(too_many(seconds))),
    };
    // First: a history that is behind uses up no proof.
    let subject = subject(ask, user, now).await?;
    let answered = in_time(bounds, challenge::answer(ask, EXPORT_DATA)).await?;
    if let Outcome::Wait(reply) = answered? {
        return Ok(reply);
    }
    let told = gateway.identity().tell_export(user, now);
    in_time(bounds, told).await?.map_err(failed)?;
    in_time(bounds, note_own(ask, "data-exported")).await??;
    let pieces = gateway.exports.begin(place, subject, now)?;
    Ok(Reply::streamed(pieces))
}

async fn subject(ask: &Ask<'_>, user: OwnerId, now: Timestamp) -> Result<Subject, Refusal> {
    let gateway = ask.gateway;
    let reach = Reach::of(&gateway.hub().views(), now);
    Ok(Subject {
        user,
        identity: Arc::clone(&gateway.identity),
        hub: Arc::clone(gateway.hub()),
        reading: gateway.reading(reach).await?,
        until: now,
        issuer: gateway.stationery().product.clone(),
    })
}
