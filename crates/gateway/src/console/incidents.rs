//! What operators tell everybody: troubles and planned work. One operator is enough; who told what is written down.
//!
//! **Source** `docs/spec/operators.md` §7.

use identity::incident::{Incident, IncidentError, IncidentState, Plan, Update};
use identity::operator::Operator;
use model::time::Timestamp;
use serde_json::{Value, json};
use wire::binance::params::Params;

use crate::console::answer;
use crate::console::denied::Denied;
use crate::console::office::{Office, mandatory, whole};
use crate::reply::Reply;

impl Office {
    /// Returns what everybody is told, and what is over and still told.
    pub(super) async fn incidents(&self, at: Timestamp) -> Result<Reply, Denied> {
        let incidents = self.identity.incidents(at).await?;
        Ok(answer::list(incidents.iter().map(shown)))
    }

    /// Tells of a trouble, or with times of a work that is planned.
    pub(super) async fn open_incident(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let told = (mandatory(params, "title")?, mandatory(params, "text")?);
        let plan = match (moment(params, "beginsAt")?, moment(params, "endsAt")?) {
            (None, None) => None,
            (Some(begins_at), Some(ends_at)) => Some(Plan { begins_at, ends_at }),
            _ => {
                let text = "planned work has both beginsAt and endsAt, a trouble has neither";
                return Err(Denied::Parameter(text.to_owned()));
            }
        };
        let id = self
            .identity
            .open_incident(operator, told, plan, at)
            .await?;
        self.told_of(id, at).await
    }

    /// Tells how it goes on.
    pub(super) async fn update_incident(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        mandatory(params, "incident")?;
        let id = whole(params, "incident")?.unwrap_or(0);
        let state = IncidentState::parse(mandatory(params, "state")?).ok_or_else(|| {
            let names = IncidentState::ALL.map(IncidentState::name);
            Denied::parameter("state", &format!("one of {}", names.join(", ")))
        })?;
        let update = (state, mandatory(params, "text")?);
        let updated = self.identity.update_incident(operator, id, update, at);
        updated.await?;
        self.told_of(id, at).await
    }

    async fn told_of(&self, id: u64, at: Timestamp) -> Result<Reply, Denied> {
        let incidents = self.identity.incidents(at).await?;
        let incident = incidents.iter().find(|incident| incident.id == id);
        let incident = incident.ok_or(IncidentError::Unknown)?;
        Ok(answer::json(shown(incident)))
    }
}

fn moment(params: &Params, name: &str) -> Result<Option<Timestamp>, Denied> {
    let millis = whole(params, name)?;
    let wrong = || Denied::parameter(name, "milliseconds since 1970");
    let moment = |millis: u64| {
        let nanos = i64::try_from(millis).ok()?.checked_mul(1_000_000)?;
        Some(Timestamp::from_nanos(nanos))
    };
    millis
        .map(|millis| moment(millis).ok_or_else(wrong))
        .transpose()
}

/// Returns an incident as operators are told of it.
pub fn shown(incident: &Incident) -> Value {
    json!({
        "incident": incident.id,
        "kind": incident.state.kind().name(),
        "title": incident.title,
        "state": incident.state.name(),
        "beginsAt": incident.begins_at.millis(),
        "endsAt": incident.ends_at.map(Timestamp::millis),
        "updates": incident.updates.iter().map(update).collect::<Vec<_>>(),
    })
}

fn update(update: &Update) -> Value {
    json!({
        "at": update.at.millis(),
        "state": update.state.name(),
        "text": update.text,
    })
}
