//! What users do that bears on security, written into the audit log.
//!
//! A row is written once the act is done, before it is answered: an answer that says yes is always in the log. A row that
//! the database does not take waits until it does, whatever was answered.
//!
//! **Source** `docs/spec/operators.md` §6.

use std::net::IpAddr;

use identity::audit::{Actor, Entry, address_name};
use identity::email::Email;
use model::id::OwnerId;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::clock;
use crate::gateway::Gateway;
use crate::rest::ask::Ask;
use crate::rest::opening::failed;
use crate::waiting::Act;

/// Writes down what a user has done.
///
/// # Errors
/// -1000 when the database fails.
pub async fn note_user(
    gateway: &Gateway,
    user: OwnerId,
    act: &'static str,
    (address, at): (IpAddr, Timestamp),
) -> Result<(), Refusal> {
    let done = Done::by(user, act, String::new());
    note(gateway, done, (address, at)).await
}

/// Writes down what somebody has done under an address, whether or not it has a user.
///
/// What people type as their address may be anything: its digest is kept.
///
/// # Errors
/// -1000 when the database fails.
pub async fn note_stranger(
    gateway: &Gateway,
    email: &Email,
    act: &'static str,
    (address, at): (IpAddr, Timestamp),
) -> Result<(), Refusal> {
    let entry = of_stranger(email, act, (address, at));
    gateway.identity().note(&entry).await.map_err(failed)
}

/// Returns the row of what somebody has done under an address.
pub fn of_stranger(
    email: &Email,
    act: &'static str,
    (address, at): (IpAddr, Timestamp),
) -> Entry<'static> {
    Entry {
        at,
        actor: Actor::Stranger,
        act,
        subject: address_name(email),
        detail: String::new(),
        address: Some(address.to_canonical()),
    }
}

/// Writes down what somebody has done who said no address.
///
/// # Errors
/// -1000 when the database fails.
pub async fn note_unknown(
    gateway: &Gateway,
    act: &'static str,
    (address, at): (IpAddr, Timestamp),
) -> Result<(), Refusal> {
    let done = Done {
        actor: Actor::Stranger,
        act,
        subject: String::from("unknown"),
        detail: String::new(),
    };
    note(gateway, done, (address, at)).await
}

/// Returns what came of a proof in a session, after writing down one that is wrong.
///
/// # Errors
/// The refusal of the proof; -1000 when the database fails.
pub async fn note_proof<T>(ask: &Ask<'_>, proof: Result<T, Refusal>) -> Result<T, Refusal> {
    if proof.as_ref().err() == Some(&Refusal::of(Fault::LoginRefused)) {
        note_own(ask, "proof-refused").await?;
    }
    proof
}

/// Writes down what the user of a session has done; nothing for a key that nobody signed in with.
///
/// # Errors
/// -1000 when the database fails.
pub async fn note_own(ask: &Ask<'_>, act: &'static str) -> Result<(), Refusal> {
    note_own_about(ask, act, String::new()).await
}

/// As `note_own`, of an act on one of many, such as `key 8`: a number, and nothing that its user wrote.
///
/// # Errors
/// -1000 when the database fails.
pub async fn note_own_about(ask: &Ask<'_>, act: &'static str, what: String) -> Result<(), Refusal> {
    done_own(ask, act, what).write().await
}

/// Returns what the user of a session has done and what has already taken effect: its row is written or waits, however
/// its request ends.
pub fn done_own<'a>(ask: &Ask<'a>, act: &'static str, what: String) -> Noted<'a> {
    let login = ask.session.key.login.as_ref();
    let done = login.map(|login| Done::by(login.user, act, what));
    let place = (ask.address, clock::now());
    Noted {
        gateway: ask.gateway,
        row: done.map(|done| ask.gateway.acts().act(done.entry(place))),
    }
}

/// An act of a user, whose row is not written yet; nothing for a key that nobody signed in with.
pub struct Noted<'a> {
    gateway: &'a Gateway,
    row: Option<Act<'a>>,
}

impl Noted<'_> {
    /// Writes the row down.
    ///
    /// # Errors
    /// -1000 when the database fails.
    pub async fn write(self) -> Result<(), Refusal> {
        match self.row {
            Some(row) => row.write(self.gateway.identity()).await.map_err(failed),
            None => Ok(()),
        }
    }
}

/// As `note_own_about`, of what a key does as well: it is its user's act, and the row says which key it was.
///
/// # Errors
/// -2015 for a key without an account, -1000 when the database fails.
pub async fn note_owner_about(
    ask: &Ask<'_>,
    act: &'static str,
    what: String,
) -> Result<(), Refusal> {
    let key = &ask.session.key;
    if key.login.is_some() {
        return note_own_about(ask, act, what).await;
    }
    let account = ask.gateway.hub().views().account(key.account);
    let account = account.ok_or_else(|| Refusal::of(Fault::KeyRefused))?;
    let done = Done::by(account.owner, act, format!("{what} by key {}", key.id.0));
    note(ask.gateway, done, (ask.address, clock::now())).await
}

/// What somebody has done.
struct Done {
    actor: Actor,
    act: &'static str,
    subject: String,
    detail: String,
}

impl Done {
    fn by(user: OwnerId, act: &'static str, detail: String) -> Done {
        Done {
            actor: Actor::User(user),
            act,
            subject: format!("user {}", user.0),
            detail,
        }
    }

    fn entry(self, (address, at): (IpAddr, Timestamp)) -> Entry<'static> {
        Entry {
            at,
            actor: self.actor,
            act: self.act,
            subject: self.subject,
            detail: self.detail,
            address: Some(address.to_canonical()),
        }
    }
}

/// What strangers have done does not wait: they would fill what waits.
async fn note(gateway: &Gateway, done: Done, place: (IpAddr, Timestamp)) -> Result<(), Refusal> {
    let entry = done.entry(place);
    let noted = match entry.actor {
        Actor::Stranger => gateway.identity().note(&entry).await,
        _ => {
            let act = gateway.acts().act(entry);
            act.write(gateway.identity()).await
        }
    };
    noted.map_err(failed)
}
