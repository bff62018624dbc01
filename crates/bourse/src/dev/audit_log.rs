//! Whether a start goes on from whatever audit log there is, or holds it against the journal.

use crate::cli;
use anyhow::Result;
use gateway::audit_standing::AuditStanding;
use identity::audit::{Actor, Entry, Head};
use identity::identity::Identity;
use model::command::Anchor;
use std::sync::Arc;

/// What a start makes of the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogChoice {
    /// It must go on from the end that the journal was told.
    Followed,
    /// It goes on from where it ends.
    Accepted,
}

impl LogChoice {
    /// Returns what was asked for at the shell.
    pub const fn of(arguments: &cli::Dev) -> LogChoice {
        match arguments.accept_audit_log {
            true => LogChoice::Accepted,
            false => LogChoice::Followed,
        }
    }
}

/// Returns the end of an audit log as the identity database says it.
pub fn head_of(anchor: Anchor) -> Head {
    Head {
        rows: anchor.rows,
        hash: anchor.head.0,
    }
}

/// Returns the standing of the log at a start, after a journal that was told this.
pub fn standing(told: Option<Anchor>, choice: LogChoice) -> Arc<AuditStanding> {
    let told = told.filter(|_| choice == LogChoice::Followed);
    Arc::new(AuditStanding::told(told.map(head_of)))
}

/// Writes down that somebody at the shell goes on from whatever log there is, if so.
///
/// # Errors
/// When the database fails.
pub async fn note(choice: LogChoice, identity: &Identity) -> Result<()> {
    if choice == LogChoice::Followed {
        return Ok(());
    }
    let entry = Entry {
        at: gateway::clock::now(),
        actor: Actor::Exchange,
        act: "audit-log-accepted",
        subject: "audit log".to_owned(),
        detail: identity.audit_head().await?.text(),
        address: None,
    };
    Ok(identity.note(&entry).await?)
}
