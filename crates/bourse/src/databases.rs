//! Whether the databases of accounts and of the history answer, asked once a second and told to whoever watches.
//!
//! Trading needs neither. What is asked goes the way of requests, so that a server that is silent or has no connection
//! left is away, too.

use crate::history::figures::Figures;
use crate::node;
use anyhow::{Context, Result, bail};
use gateway::gateway::Component;
use identity::identity::Identity;
use indexer::history::History;
use model::calendar::Calendar;
use model::time::Timestamp;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const LOOK_PERIOD: Duration = Duration::from_secs(1);
/// How long the history may be silent; accounts have the same bound.
const SILENCE_MAX: Duration = Duration::from_secs(3);
/// One look may come at a bad moment. With this it is told within eight seconds that a database is away.
const MISSES_MIN: u32 = 2;
const RUNBOOK: &str = "docs/runbooks/database-away.md";

/// What is known of both.
#[derive(Debug)]
pub struct Databases {
    accounts: Database,
    history: Database,
}

/// What is known of one.
#[derive(Debug)]
struct Database {
    id: &'static str,
    /// What it costs people when it is away.
    loss: &'static str,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    /// Looks in a row that found it away.
    misses: u32,
    /// Since when it answers, or does not.
    since: Timestamp,
    /// Why it does not; not for users.
    cause: String,
}

impl Known {
    const fn is_away(&self) -> bool {
        MISSES_MIN <= self.misses
    }
}

impl Databases {
    /// Returns databases that answer since a moment.
    pub fn since(at: Timestamp) -> Arc<Databases> {
        let of = |id, loss| Database {
            id,
            loss,
            known: Mutex::new(Known {
                misses: 0,
                since: at,
                cause: String::new(),
            }),
        };
        Arc::new(Databases {
            accounts: of(
                "accounts",
                "nobody can sign in or change an account; orders and cancels are taken",
            ),
            history: of(
                "history",
                "nothing new comes into the history; orders and cancels are taken",
            ),
        })
    }

    fn all(&self) -> [&Database; 2] {
        [&self.accounts, &self.history]
    }

    /// Returns what users are told of each.
    pub fn components(&self) -> Vec<Component> {
        self.all().map(Database::component).to_vec()
    }

    /// Returns what somebody should look at.
    pub fn warnings(&self) -> Vec<String> {
        self.all()
            .into_iter()
            .filter_map(Database::warning)
            .collect()
    }

    /// Appends whether each answers, in the text format of Prometheus.
    pub fn write(&self, out: &mut String) {
        for (name, database) in [
            ("bourse_identity_up", &self.accounts),
            ("bourse_history_up", &self.history),
        ] {
            let is_up = u8::from(!database.known().is_away());
            let _ = writeln!(out, "# TYPE {name} gauge\n{name} {is_up}");
        }
    }

    /// Asks both again and again.
    pub async fn watch(
        self: Arc<Databases>,
        identity: Arc<Identity>,
        (history, figures): (Arc<History>, Arc<Figures>),
    ) {
        loop {
            tokio::time::sleep(LOOK_PERIOD).await;
            let (accounts, history) = tokio::join!(identity.probe(), probe(&history, &figures));
            self.accounts
                .note(accounts.map_err(Into::into), node::now());
            self.history.note(history, node::now());
        }
    }
}

/// Asks the history how far it has come, as requests do, unless its writer is known to fail.
async fn probe(history: &History, figures: &Figures) -> Result<()> {
    let (reading, _) = history.look().context("it has not been opened")?;
    let position = tokio::time::timeout(SILENCE_MAX, reading.position()).await;
    position.context("it does not answer in time")??;
    if figures.is_stuck() {
        bail!("what happens cannot be written into it");
    }
    Ok(())
}

impl Database {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, looked: Result<()>, at: Timestamp) {
        let mut known = self.known();
        let was_away = known.is_away();
        match looked {
            Ok(()) => known.misses = 0,
            Err(error) => {
                known.misses = known.misses.saturating_add(1);
                known.cause = format!("{error:#}");
            }
        }
        if known.is_away() == was_away {
            return;
        }
        known.since = at;
        let (of, cause) = (self.id, &known.cause);
        if was_away {
            tracing::info!(event = "database.back", of);
        } else {
            tracing::warn!(event = "database.away", of, "{cause}");
        }
    }

    fn component(&self) -> Component {
        let known = self.known();
        Component {
            id: self.id,
            since: known.since,
            reason: known.is_away().then_some(self.loss),
        }
    }

    fn warning(&self) -> Option<String> {
        let known = self.known();
        known.is_away().then(|| {
            format!(
                "the database of {} is away since {} ({}): {}; {RUNBOOK} says what to do",
                self.id,
                Calendar(known.since),
                known.cause,
                self.loss
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn metrics(databases: &Databases) -> String {
        let mut out = String::new();
        databases.write(&mut out);
        out
    }

    #[test]
    fn a_database_that_is_away_is_told_at_the_second_look_and_until_it_is_back() {
        let databases = Databases::since(START);
        let history = &databases.history;
        let missed = || Err(anyhow::anyhow!("connection refused"));
        let later = |seconds: i64| START.plus_nanos(seconds * 1_000_000_000);
        history.note(missed(), later(1));
        history.note(Ok(()), later(2));
        history.note(missed(), later(3));
        assert_eq!(
            databases.warnings(),
            Vec::<String>::new(),
            "once is nothing"
        );
        history.note(missed(), later(4));
        history.note(missed(), later(5));
        let [warning] = databases.warnings().try_into().expect("one is away");
        for part in [
            "the database of history is away since 2023-11-14",
            "connection refused",
            RUNBOOK,
        ] {
            assert!(warning.contains(part), "{warning}");
        }
        let [accounts, told] = databases.components().try_into().expect("two");
        assert_eq!((accounts.since, accounts.reason), (START, None));
        assert_eq!(told.since, later(4));
        assert!(!told.reason.expect("away").contains("refused"), "for users");
        assert!(metrics(&databases).contains("bourse_history_up 0\n"));
        assert!(metrics(&databases).contains("bourse_identity_up 1\n"));
        history.note(Ok(()), later(9));
        assert_eq!(databases.warnings(), Vec::<String>::new());
        let [_, told] = databases.components().try_into().expect("two");
        assert_eq!((told.since, told.reason), (later(9), None));
        assert!(metrics(&databases).contains("bourse_history_up 1\n"));
    }
}
