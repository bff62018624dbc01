//! Rows of the audit log that the database has not taken yet, and acts whose row must not be lost.

use core::mem;
use std::sync::Mutex;

use identity::audit::Entry;
use identity::identity::{Identity, IdentityError};

use crate::limit::lock;

/// Rows that wait for a database that is away; of refusals it is an hour of the worst minutes.
pub const WAITING_MAX: usize = 8_192;

/// Rows that wait, the oldest first; when there are too many, the oldest are lost.
#[derive(Debug)]
pub struct Waiting {
    /// What the log of the process says when rows are lost.
    lost: &'static str,
    rows: Mutex<Vec<Entry<'static>>>,
    /// Of those who write one comes after the other: rows keep their order, and nobody finds them gone before they are
    /// written.
    turn: tokio::sync::Mutex<()>,
}

impl Waiting {
    pub const fn new(lost: &'static str) -> Waiting {
        Waiting {
            lost,
            rows: Mutex::new(Vec::new()),
            turn: tokio::sync::Mutex::const_new(()),
        }
    }

    /// Takes rows that come after those that wait.
    pub fn add(&self, rows: impl IntoIterator<Item = Entry<'static>>) {
        let mut waiting = lock(&self.rows);
        waiting.extend(rows);
        self.shorten(&mut waiting);
    }

    /// Writes down what waits, all of it or nothing.
    ///
    /// # Errors
    /// When the database fails; the rows go on waiting.
    pub async fn write(&self, identity: &Identity) -> Result<(), IdentityError> {
        let _turn = self.turn.lock().await;
        let taken = mem::take(&mut *lock(&self.rows));
        if taken.is_empty() {
            return Ok(());
        }
        let mut taken = Taken {
            waiting: self,
            rows: taken,
        };
        identity.note_all(&taken.rows).await?;
        taken.rows.clear();
        Ok(())
    }

    /// Returns the act of a row that is about to be written.
    pub fn act(&self, entry: Entry<'static>) -> Act<'_> {
        Act {
            waiting: self,
            entry: Some(entry),
        }
    }

    fn shorten(&self, rows: &mut Vec<Entry<'static>>) {
        let excess = rows.len().saturating_sub(WAITING_MAX);
        if 0 < excess {
            rows.drain(..excess);
            tracing::error!(event = self.lost, rows = excess);
        }
    }

    #[cfg(test)]
    pub fn take(&self) -> Vec<Entry<'static>> {
        mem::take(&mut *lock(&self.rows))
    }
}

/// Rows that are being written: they wait again unless they were, also when nobody waits for the end of it.
struct Taken<'a> {
    waiting: &'a Waiting,
    rows: Vec<Entry<'static>>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut rows = mem::take(&mut self.rows);
        let mut since = lock(&self.waiting.rows);
        rows.append(&mut since);
        self.waiting.shorten(&mut rows);
        *since = rows;
    }
}

/// An act that has taken effect. Whatever comes of its request, its row is written or waits.
#[derive(Debug)]
pub struct Act<'a> {
    waiting: &'a Waiting,
    entry: Option<Entry<'static>>,
}

impl Act<'_> {
    /// Writes the row down.
    ///
    /// # Errors
    /// When the database fails; the row then waits.
    pub async fn write(mut self, identity: &Identity) -> Result<(), IdentityError> {
        if let Some(entry) = &self.entry {
            identity.note(entry).await?;
        }
        self.entry = None;
        Ok(())
    }
}

impl Drop for Act<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            mutant::plant!("act-without-row", (), self.waiting.add([entry]));
        }
    }
}
