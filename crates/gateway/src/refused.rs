//! What was refused, counted by who asked, what and from where, and written into the audit log a minute at a time.
//!
//! Whoever is refused asks again at no cost: a row for each would let anybody fill the disk. Absent: failures to sign in
//! and to prove an act, which have rows of their own and are bounded by what they cost.
//!
//! **Source** `docs/spec/operators.md` §6.

pub mod kind;
pub mod outcome;

use core::mem;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;

use identity::audit::{Actor, Entry};
use identity::identity::{Identity, IdentityError};
use model::id::{KeyId, OperatorId, OwnerId};
use model::time::Timestamp;

use crate::limit::lock;
use crate::network::network_of;
use crate::waiting::Waiting;

const MINUTE_MS: i64 = 60_000;
/// Rows of a minute on those who have not shown who they are; as many again on those who have.
const ROWS_MAX: usize = 60;

/// Whom a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Says no name.
    Nobody,
    /// Says a name that is none, or was refused before one was read.
    Unknown,
    /// Names a key, which need not be theirs.
    Key(KeyId),
    /// Asked in a session of the sandbox, which no user began.
    Guest(KeyId),
    User(OwnerId),
    Operator(OperatorId),
}

impl Who {
    const fn is_known(self) -> bool {
        matches!(self, Who::Guest(_) | Who::User(_) | Who::Operator(_))
    }

    const fn actor(self) -> Actor {
        match self {
            Who::Nobody | Who::Unknown | Who::Key(_) | Who::Guest(_) => Actor::Stranger,
            Who::User(user) => Actor::User(user),
            Who::Operator(operator) => Actor::Operator(operator),
        }
    }

    fn subject(self) -> String {
        match self {
            Who::Nobody => "nobody".to_owned(),
            Who::Unknown => "unknown".to_owned(),
            Who::Key(KeyId(key)) => format!("key {key}"),
            Who::Guest(KeyId(key)) => format!("session {key}"),
            Who::User(OwnerId(user)) => format!("user {user}"),
            Who::Operator(OperatorId(operator)) => format!("operator {operator}"),
        }
    }
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    act: &'static str,
    who: Who,
    /// An address of version 4, or a network of version 6; none for those who say no name: they are anybody.
    network: Option<IpAddr>,
}

impl Cause {
    /// Returns what is counted together with a refusal from an address.
    pub fn new(act: &'static str, who: Who, address: IpAddr) -> Cause {
        let network = (who != Who::Nobody).then(|| network_of(address));
        Cause { act, who, network }
    }
}

/// One refusal: the code of the answer, or its status where it opens no socket, and what was asked for, in words of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub code: i32,
    pub asked: &'static str,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    times: u64,
    first: Told,
}

/// The refusals of a minute.
#[derive(Debug, Default)]
struct Minute {
    number: i64,
    causes: BTreeMap<Cause, Count>,
    /// Of each act, those for which there was no row left.
    others: BTreeMap<&'static str, u64>,
}

impl Minute {
    fn add(&mut self, cause: Cause, told: Told) {
        let is_known = cause.who.is_known();
        let alike = |other: &&Cause| other.who.is_known() == is_known;
        let is_full =
            ROWS_MAX <= self.causes.len() && ROWS_MAX <= self.causes.keys().filter(alike).count();
        if let Some(count) = self.causes.get_mut(&cause) {
            count.times += 1;
        } else if mutant::plant!("refusals-without-bound", false, is_full) {
            *self.others.entry(cause.act).or_default() += 1;
        } else {
            let count = Count {
                times: 1,
                first: told,
            };
            self.causes.insert(cause, count);
        }
    }

    fn rows(self, at: Timestamp) -> impl Iterator<Item = Entry<'static>> {
        let causes = self.causes.into_iter().map(move |(cause, count)| Entry {
            at,
            actor: cause.who.actor(),
            act: cause.act,
            subject: cause.who.subject(),
            detail: format!(
                "{} in a minute, first {} for {}",
                times(count.times),
                count.first.code,
                count.first.asked
            ),
            address: cause.network,
        });
        let others = self.others.into_iter().map(move |(act, count)| Entry {
            at,
            actor: Actor::Stranger,
            act,
            subject: "others".to_owned(),
            detail: format!("{} in a minute", times(count)),
            address: None,
        });
        causes.chain(others)
    }
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// What is not written down yet.
#[derive(Debug)]
pub struct Refused {
    minute: Mutex<Minute>,
    /// Of minutes that are over.
    due: Waiting,
}

impl Default for Refused {
    fn default() -> Refused {
        Refused {
            minute: Mutex::default(),
            due: Waiting::new("audit.refusals_lost"),
        }
    }
}

impl Refused {
    /// Counts a refusal.
    pub fn count(&self, cause: Cause, told: Told, now: Timestamp) {
        let mut minute = lock(&self.minute);
        self.pass(&mut minute, now);
        minute.add(cause, told);
    }

    /// Writes down the minutes that are over.
    ///
    /// # Errors
    /// When the database fails; the next call tries again.
    pub async fn write(&self, identity: &Identity, now: Timestamp) -> Result<(), IdentityError> {
        self.pass(&mut lock(&self.minute), now);
        self.due.write(identity).await
    }

    /// Writes down everything that was counted, also of the minute that is not over: nothing comes after.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write_all(
        &self,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        self.end(&mut lock(&self.minute), now);
        self.due.write(identity).await
    }

    /// Ends the minute that is counted, if that is over.
    fn pass(&self, minute: &mut Minute, now: Timestamp) {
        let number = now.millis().div_euclid(MINUTE_MS);
        if minute.number == number {
            return;
        }
        let end = Timestamp::from_millis((minute.number + 1) * MINUTE_MS);
        self.end(minute, end.min(now));
        minute.number = number;
    }

    fn end(&self, minute: &mut Minute, at: Timestamp) {
        let ended = mem::take(minute);
        self.due.add(ended.rows(at));
    }
}

#[cfg(test)]
mod tests;
