//! What operators tell everybody.
//!
//! **Source** `docs/spec/operators.md` §7.

use identity::incident::Incident;
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::error::Refusal;
use wire::binance::time::{Time, TimeUnit};

use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::rest::opening::failed;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IncidentAnswer<'a> {
    id: u64,
    kind: &'static str,
    title: &'a str,
    state: &'static str,
    is_over: bool,
    begins_at: Time,
    ends_at: Option<Time>,
    updates: Vec<UpdateAnswer<'a>>,
}

#[derive(Serialize)]
struct UpdateAnswer<'a> {
    at: Time,
    state: &'static str,
    text: &'a str,
}

/// `GET /v1/incidents`: what is not over, then what has ended within ninety days, each the newest first.
///
/// # Errors
/// -1001 while the database is away.
pub async fn list(gateway: &Gateway, unit: TimeUnit, now: Timestamp) -> Result<Reply, Refusal> {
    let incidents = gateway.identity().incidents(now).await.map_err(failed)?;
    let told = incidents.iter().map(|incident| told(incident, unit));
    Ok(Reply::ok(&told.collect::<Vec<_>>()))
}

fn told(incident: &Incident, unit: TimeUnit) -> IncidentAnswer<'_> {
    let updates = incident.updates.iter().map(|update| UpdateAnswer {
        at: unit.show(update.at),
        state: update.state.name(),
        text: &update.text,
    });
    IncidentAnswer {
        id: incident.id,
        kind: incident.state.kind().name(),
        title: &incident.title,
        state: incident.state.name(),
        is_over: incident.state.is_over(),
        begins_at: unit.show(incident.begins_at),
        ends_at: incident.ends_at.map(|at| unit.show(at)),
        updates: updates.collect(),
    }
}
