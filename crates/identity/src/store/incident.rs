//! What operators tell everybody.

use std::collections::BTreeMap;

use model::id::OperatorId;
use model::time::Timestamp;
use sqlx::Row;

use crate::audit::{Actor, Entry};
use crate::identity::IdentityError;
use crate::incident::{Incident, IncidentError, IncidentState, UPDATES_MAX, Update};
use crate::store::{DatabaseRow, Store, Writing, audit};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS incidents (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        title      TEXT NOT NULL,
        state      INTEGER NOT NULL,
        begins_ns  INTEGER NOT NULL,
        ends_ns    INTEGER,
        over_ns    INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS incident_updates (
        id        INTEGER PRIMARY KEY AUTOINCREMENT,
        incident  INTEGER NOT NULL REFERENCES incidents (id),
        state     INTEGER NOT NULL,
        said      TEXT NOT NULL,
        at_ns     INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS incident_updates_by_incident ON incident_updates (incident);
";

/// What is about to be told.
pub(crate) struct NewIncident<'a> {
    pub operator: OperatorId,
    pub title: &'a str,
    pub text: &'a str,
    pub state: IncidentState,
    pub begins_at: Timestamp,
    pub ends_at: Option<Timestamp>,
}

impl Store {
    pub(crate) async fn open_incident(
        &self,
        new: &NewIncident<'_>,
        at: Timestamp,
    ) -> Result<u64, IncidentError> {
        let mut transaction = self.begin().await?;
        let row = sqlx::query(
            "INSERT INTO incidents (title, state, begins_ns, ends_ns)
             VALUES ($1, $2, $3, $4) RETURNING id",
        )
        .bind(new.title)
        .bind(new.state.number())
        .bind(new.begins_at.nanos())
        .bind(new.ends_at.map(Timestamp::nanos))
        .fetch_one(&mut *transaction)
        .await?;
        let id = row.try_get::<i64, _>(0)?.cast_unsigned();
        let update = Update {
            at,
            state: new.state,
            text: new.text.to_owned(),
        };
        add_update(&mut transaction, id, &update).await?;
        note(&mut transaction, new.operator, id, &update).await?;
        transaction.commit().await?;
        Ok(id)
    }

    pub(crate) async fn update_incident(
        &self,
        operator: OperatorId,
        id: u64,
        update: &Update,
    ) -> Result<(), IncidentError> {
        let mut transaction = self.begin().await?;
        let before = state_of(&mut transaction, id).await?;
        if before.is_over() {
            return Err(IncidentError::Over(before));
        }
        if before.kind() != update.state.kind() {
            return Err(IncidentError::StateForeign(update.state, before.kind()));
        }
        let query = "SELECT COUNT(*) FROM incident_updates WHERE incident = $1";
        let row = sqlx::query(query).bind(id.cast_signed());
        let row = row.fetch_one(&mut *transaction).await?;
        if UPDATES_MAX as i64 <= row.try_get::<i64, _>(0)? && !update.state.is_over() {
            return Err(IncidentError::TooManyUpdates);
        }
        add_update(&mut transaction, id, update).await?;
        let over_at = update.state.is_over().then_some(update.at.nanos());
        sqlx::query(
            "UPDATE incidents SET state = $1, over_ns = $2, ends_ns = COALESCE($3, ends_ns)
             WHERE id = $4",
        )
        .bind(update.state.number())
        .bind(over_at)
        .bind(over_at)
        .bind(id.cast_signed())
        .execute(&mut *transaction)
        .await?;
        note(&mut transaction, operator, id, update).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn incidents(
        &self,
        over_since: Timestamp,
        count_max: u32,
    ) -> Result<Vec<Incident>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id, title, state, begins_ns, ends_ns FROM incidents
             WHERE over_ns IS NULL OR $1 < over_ns
             ORDER BY CASE WHEN over_ns IS NULL THEN 0 ELSE 1 END, id DESC LIMIT $2",
        )
        .bind(over_since.nanos())
        .bind(i64::from(count_max))
        .fetch_all(&self.pool)
        .await?;
        let mut incidents: Vec<Incident> = Vec::with_capacity(rows.len());
        for row in &rows {
            incidents.push(read(row)?);
        }
        let Some(first) = incidents.iter().map(|incident| incident.id).min() else {
            return Ok(incidents);
        };
        let mut updates = self.incident_updates(first).await?;
        for incident in &mut incidents {
            incident.updates = updates.remove(&incident.id).unwrap_or_default();
        }
        Ok(incidents)
    }

    /// Returns the updates of those with this number or a later one.
    async fn incident_updates(
        &self,
        first: u64,
    ) -> Result<BTreeMap<u64, Vec<Update>>, IdentityError> {
        let rows = sqlx::query(
            "SELECT incident, state, said, at_ns FROM incident_updates
             WHERE $1 <= incident ORDER BY id",
        )
        .bind(first.cast_signed())
        .fetch_all(&self.pool)
        .await?;
        let mut updates: BTreeMap<u64, Vec<Update>> = BTreeMap::new();
        for row in &rows {
            let id = row.try_get::<i64, _>(0)?;
            updates.entry(id.cast_unsigned()).or_default().push(Update {
                at: Timestamp::from_nanos(row.try_get(3)?),
                state: read_state(id, row.try_get(1)?)?,
                text: row.try_get(2)?,
            });
        }
        Ok(updates)
    }
}

async fn state_of(transaction: &mut Writing, id: u64) -> Result<IncidentState, IncidentError> {
    let id = id.cast_signed();
    let row = sqlx::query("SELECT state FROM incidents WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut **transaction)
        .await?;
    let row = row.ok_or(IncidentError::Unknown)?;
    Ok(read_state(id, row.try_get(0)?)?)
}

async fn add_update(
    transaction: &mut Writing,
    id: u64,
    update: &Update,
) -> Result<(), IncidentError> {
    sqlx::query(
        "INSERT INTO incident_updates (incident, state, said, at_ns) VALUES ($1, $2, $3, $4)",
    )
    .bind(id.cast_signed())
    .bind(update.state.number())
    .bind(update.text.as_str())
    .bind(update.at.nanos())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn note(
    transaction: &mut Writing,
    operator: OperatorId,
    id: u64,
    update: &Update,
) -> Result<(), IdentityError> {
    let entry = Entry {
        at: update.at,
        actor: Actor::Operator(operator),
        act: "incident-told",
        subject: format!("incident {id}"),
        detail: format!("{} {}", update.state.name(), update.text),
        address: None,
    };
    audit::append(transaction, &entry).await
}

fn read(row: &DatabaseRow) -> Result<Incident, IdentityError> {
    let id: i64 = row.try_get(0)?;
    let ends: Option<i64> = row.try_get(4)?;
    Ok(Incident {
        id: id.cast_unsigned(),
        title: row.try_get(1)?,
        state: read_state(id, row.try_get(2)?)?,
        begins_at: Timestamp::from_nanos(row.try_get(3)?),
        ends_at: ends.map(Timestamp::from_nanos),
        updates: Vec::new(),
    })
}

fn read_state(id: i64, number: i64) -> Result<IncidentState, IdentityError> {
    IncidentState::of_number(number).ok_or(IdentityError::IncidentDamaged { id })
}
