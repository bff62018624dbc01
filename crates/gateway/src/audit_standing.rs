//! Whether the audit log is still the one whose end the journal was told.
//!
//! A database that went back to an older state, or that somebody wrote anew, has a log that ends earlier or has another
//! row where the journal was told of one. The journal is told nothing of such a log, however long it becomes: what was
//! lost would be forgotten.
//!
//! **Source** `docs/spec/operators.md` §6.

use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use identity::audit::Head;

/// Shared by whoever tells the journal and whoever watches.
#[derive(Debug)]
pub struct AuditStanding {
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    /// The end that the journal was told last.
    told: Option<Head>,
    /// The end of a log that is not the one.
    other: Option<Head>,
}

impl AuditStanding {
    /// Returns the standing of a log whose end the journal was told so, if ever.
    pub const fn told(told: Option<Head>) -> AuditStanding {
        AuditStanding {
            known: Mutex::new(Known { told, other: None }),
        }
    }

    /// Returns the end that the journal was told last.
    pub fn last_told(&self) -> Option<Head> {
        self.known().told
    }

    /// Notes that the journal was told, or that the log ends where it was told.
    pub fn note_told(&self, head: Head) {
        *self.known() = Known {
            told: Some(head),
            other: None,
        };
    }

    /// Notes that the log is another one; returns whether that is new.
    pub fn note_other(&self, head: Head) -> bool {
        let mut known = self.known();
        let is_new = known.other.is_none();
        known.other = Some(head);
        is_new
    }

    /// Returns what somebody should look at, if the log is another one.
    pub fn warning(&self) -> Option<String> {
        let known = self.known();
        let found = known.other?.rows;
        let told = match known.told {
            Some(told) => format!("the journal was told of {}", told.rows),
            None => "the journal was told of more".to_owned(),
        };
        Some(format!(
            "the audit log has {found} rows and is not the one that the journal knows ({told}): users are in an older \
             state or were written anew; see the runbook older-users"
        ))
    }

    /// Appends the figures in the text format of Prometheus.
    pub fn write(&self, out: &mut String) {
        let known = self.known();
        let told = known.told.map_or(0, |told| told.rows);
        let is_other = u8::from(known.other.is_some());
        let _ = write!(
            out,
            "# TYPE bourse_audit_log_told_row gauge\nbourse_audit_log_told_row {told}\n\
             # TYPE bourse_audit_log_is_other gauge\nbourse_audit_log_is_other {is_other}\n"
        );
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
