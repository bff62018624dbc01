//! What operators tell everybody: troubles as they are, and work that is planned.

use model::time::{NANOS_PER_DAY, Timestamp};

use crate::identity::{Identity, IdentityError};
use crate::operator::Operator;
use crate::store::incident::NewIncident;

/// How long what is over is told.
pub const TOLD_NANOS: i64 = 90 * NANOS_PER_DAY;
pub const TITLE_CHARS_MAX: usize = 120;
pub const TEXT_CHARS_MAX: usize = 1_000;
/// What is told has a bound, and so has what is written down of one.
pub const INCIDENTS_MAX: u32 = 100;
pub const UPDATES_MAX: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentKind {
    Incident,
    Maintenance,
}

/// How far it is. The numbers are kept: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentState {
    Investigating,
    Identified,
    Monitoring,
    Resolved,
    Scheduled,
    InProgress,
    Completed,
    Cancelled,
}

impl IncidentState {
    pub const ALL: [IncidentState; 8] = [
        IncidentState::Investigating,
        IncidentState::Identified,
        IncidentState::Monitoring,
        IncidentState::Resolved,
        IncidentState::Scheduled,
        IncidentState::InProgress,
        IncidentState::Completed,
        IncidentState::Cancelled,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            IncidentState::Investigating => "INVESTIGATING",
            IncidentState::Identified => "IDENTIFIED",
            IncidentState::Monitoring => "MONITORING",
            IncidentState::Resolved => "RESOLVED",
            IncidentState::Scheduled => "SCHEDULED",
            IncidentState::InProgress => "IN_PROGRESS",
            IncidentState::Completed => "COMPLETED",
            IncidentState::Cancelled => "CANCELLED",
        }
    }

    /// Returns the state of a name, in whatever case.
    pub fn parse(name: &str) -> Option<IncidentState> {
        let mut all = IncidentState::ALL.into_iter();
        all.find(|state| state.name().eq_ignore_ascii_case(name))
    }

    pub const fn kind(self) -> IncidentKind {
        match self {
            IncidentState::Investigating
            | IncidentState::Identified
            | IncidentState::Monitoring
            | IncidentState::Resolved => IncidentKind::Incident,
            IncidentState::Scheduled
            | IncidentState::InProgress
            | IncidentState::Completed
            | IncidentState::Cancelled => IncidentKind::Maintenance,
        }
    }

    /// Returns whether nothing follows.
    pub const fn is_over(self) -> bool {
        matches!(
            self,
            IncidentState::Resolved | IncidentState::Completed | IncidentState::Cancelled
        )
    }

    pub(crate) fn number(self) -> i64 {
        self as i64
    }

    pub(crate) fn of_number(number: i64) -> Option<IncidentState> {
        let mut all = IncidentState::ALL.into_iter();
        all.find(|state| state.number() == number)
    }
}

impl IncidentKind {
    pub const fn name(self) -> &'static str {
        match self {
            IncidentKind::Incident => "INCIDENT",
            IncidentKind::Maintenance => "MAINTENANCE",
        }
    }
}

/// A trouble or a work, with everything that was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// A later one has a greater number.
    pub id: u64,
    pub title: String,
    pub state: IncidentState,
    pub begins_at: Timestamp,
    /// When a work is to end, and when either has ended.
    pub ends_at: Option<Timestamp>,
    /// The oldest first; one at least.
    pub updates: Vec<Update>,
}

/// What was told at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub at: Timestamp,
    pub state: IncidentState,
    pub text: String,
}

/// When a work is to begin and to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    pub begins_at: Timestamp,
    pub ends_at: Timestamp,
}

/// Why something is not told.
#[derive(Debug, thiserror::Error)]
pub enum IncidentError {
    #[error("there is no such incident")]
    Unknown,
    #[error("it is {}: nothing follows that", .0.name())]
    Over(IncidentState),
    #[error("{} is no state of {}", .0.name(), .1.name())]
    StateForeign(IncidentState, IncidentKind),
    #[error("a title has 1 to 120 characters, in one line")]
    Title,
    #[error("a text has 1 to 1000 characters")]
    Text,
    #[error("a work ends after it begins, and in the future")]
    Plan,
    #[error("there are 100 updates already: end it, and begin another one")]
    TooManyUpdates,
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl From<sqlx::Error> for IncidentError {
    fn from(error: sqlx::Error) -> IncidentError {
        IncidentError::Identity(error.into())
    }
}

impl Identity {
    /// Tells of a trouble, or of a work that is planned; returns its number.
    ///
    /// # Errors
    /// `Title`, `Text`, `Plan`.
    pub async fn open_incident(
        &self,
        operator: &Operator,
        (title, text): (&str, &str),
        plan: Option<Plan>,
        at: Timestamp,
    ) -> Result<u64, IncidentError> {
        let is_title = is_text(title, TITLE_CHARS_MAX) && !title.contains(['\n', '\r']);
        if !is_title {
            return Err(IncidentError::Title);
        }
        check_text(text)?;
        if plan.is_some_and(|plan| plan.ends_at <= plan.begins_at || plan.ends_at <= at) {
            return Err(IncidentError::Plan);
        }
        let new = NewIncident {
            operator: operator.id,
            title,
            text,
            state: match plan {
                Some(_) => IncidentState::Scheduled,
                None => IncidentState::Investigating,
            },
            begins_at: plan.map_or(at, |plan| plan.begins_at),
            ends_at: plan.map(|plan| plan.ends_at),
        };
        self.store.open_incident(&new, at).await
    }

    /// Tells how it goes on.
    ///
    /// # Errors
    /// `Unknown`, `Over`, `StateForeign`, `Text`, `TooManyUpdates`.
    pub async fn update_incident(
        &self,
        operator: &Operator,
        id: u64,
        (state, text): (IncidentState, &str),
        at: Timestamp,
    ) -> Result<(), IncidentError> {
        check_text(text)?;
        let update = Update {
            at,
            state,
            text: text.to_owned(),
        };
        self.store.update_incident(operator.id, id, &update).await
    }

    /// Returns what is not over, then what has ended of late, the newest first.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn incidents(&self, at: Timestamp) -> Result<Vec<Incident>, IdentityError> {
        let since = at.plus_nanos(-TOLD_NANOS);
        self.store.incidents(since, INCIDENTS_MAX).await
    }
}

fn check_text(text: &str) -> Result<(), IncidentError> {
    if is_text(text, TEXT_CHARS_MAX) {
        Ok(())
    } else {
        Err(IncidentError::Text)
    }
}

fn is_text(text: &str, chars_max: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= chars_max
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_own_name_and_number() {
        for state in IncidentState::ALL {
            assert_eq!(IncidentState::parse(state.name()), Some(state));
            assert_eq!(
                IncidentState::parse(&state.name().to_lowercase()),
                Some(state)
            );
            assert_eq!(IncidentState::of_number(state.number()), Some(state));
        }
        assert_eq!(IncidentState::parse("OPEN"), None);
        assert_eq!(IncidentState::of_number(8), None);
    }
}
