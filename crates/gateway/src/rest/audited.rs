//! What users do that bears on security, written into the audit log.
//!
//! A row is written once the act is done, before it is answered: an answer that says yes is always in the log.
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
    let subject = format!("user {}", user.0);
    note(gateway, (Actor::User(user), act, subject), address, at).await
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
    let subject = String::from("unknown");
    note(gateway, (Actor::Stranger, act, subject), address, at).await
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
    let Some(login) = ask.session.key.login.as_ref() else {
        return Ok(());
    };
    let place = (ask.address, clock::now());
    note_user(ask.gateway, login.user, act, place).await
}

async fn note(
    gateway: &Gateway,
    (actor, act, subject): (Actor, &'static str, String),
    address: IpAddr,
    at: Timestamp,
) -> Result<(), Refusal> {
    let entry = Entry {
        at,
        actor,
        act,
        subject,
        detail: String::new(),
        address: Some(address.to_canonical()),
    };
    gateway.identity().note(&entry).await.map_err(failed)
}
