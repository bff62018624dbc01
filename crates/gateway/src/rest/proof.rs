//! Showing to be a user: the password, and the second factor where there is one.
//!
//! **Source** `docs/spec/accounts.md`.

use std::net::IpAddr;

use identity::email::Email;
use identity::identity::IdentityError;
use identity::login::{Attempt, Counter, Whence};
use identity::password::{Password, PasswordHash};
use identity::totp::Factor;
use identity::webauthn::{Assertion, RelyingParty};
use model::id::OwnerId;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::attempts::too_many;
use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::rest::audited::of_stranger;
use crate::rest::holds::tell_holds;
use crate::rest::opening::failed;

/// What somebody says.
pub struct Claim<'a> {
    pub email: Email,
    pub password: Password,
    pub second: Second<'a>,
    pub whence: Whence<'a>,
    pub now: Timestamp,
}

/// What somebody shows beside the password.
pub enum Second<'a> {
    /// A code for an act in a session, where there is a code generator.
    Code(Option<&'a str>),
    /// A code for a session, where there is a code generator; whoever has a passkey alone is refused.
    CodeToSignIn(Option<&'a str>),
    /// A passkey for a session, with the challenge that it signed.
    Passkey {
        token: &'a str,
        assertion: Assertion,
        party: &'a RelyingParty,
    },
}

/// Who it was.
pub struct Proven {
    pub user: OwnerId,
    pub password: PasswordHash,
    pub factor: Factor,
}

/// What becomes of a claim.
pub enum Verdict {
    Proven(Proven),
    /// It came too early; the answer says when the next may come.
    Wait(Reply),
}

/// Returns who has shown to be a user.
///
/// Nothing tells apart an address without a user, one that is not confirmed, a wrong password and a wrong code: each is
/// one row of failures, one hash and one look at a second factor, of nobody's where there is none.
///
/// # Errors
/// -2015 when this is nobody, -1008 when too many passwords wait to be hashed, -1000 when the database fails.
pub async fn prove(gateway: &Gateway, claim: Claim<'_>) -> Result<Verdict, Refusal> {
    let (email, place) = (claim.email.clone(), (claim.whence.address, claim.now));
    let verdict = try_claim(gateway, claim).await;
    let is_refused =
        matches!(&verdict, Err(refusal) if *refusal == Refusal::of(Fault::LoginRefused));
    if is_refused {
        note_refused(gateway, &email, place).await?;
    }
    verdict
}

/// What becomes of a password alone.
pub enum PasswordVerdict {
    Proven(PasswordHash),
    /// It came too early; the answer says when the next may come.
    Wait(Reply),
}

/// Returns whether somebody has the password of an address, without a second factor: that they have lost it is why.
///
/// # Errors
/// As `prove`.
pub async fn prove_password(
    gateway: &Gateway,
    (email, password): (&Email, Password),
    (whence, now): (Whence<'_>, Timestamp),
) -> Result<PasswordVerdict, Refusal> {
    let (counter, known) = match compare(gateway, (email, password), (whence, now)).await? {
        Compared::Tried(counter, known) => (counter, known),
        Compared::Wait(reply) => return Ok(PasswordVerdict::Wait(reply)),
    };
    let Some((_, password)) = known else {
        note_refused(gateway, email, (whence.address, now)).await?;
        return Err(Refusal::of(Fault::LoginRefused));
    };
    let forgotten = gateway.identity().forget_failures(&counter).await;
    forgotten.map_err(failed)?;
    Ok(PasswordVerdict::Proven(password))
}

/// What comes of comparing a password.
enum Compared {
    /// With the user whose password it is, if it is anybody's.
    Tried(Counter, Option<(OwnerId, PasswordHash)>),
    Wait(Reply),
}

async fn compare(
    gateway: &Gateway,
    (email, password): (&Email, Password),
    (whence, now): (Whence<'_>, Timestamp),
) -> Result<Compared, Refusal> {
    let identity = gateway.identity();
    if let Err(limited) = gateway.attempts().count(whence.address, now) {
        return Ok(Compared::Wait(Reply::from(limited)));
    }
    let place = gateway.hashing().reserve();
    let place = place.ok_or_else(|| Refusal::of(Fault::Overloaded))?;
    let counter = identity.counter(email, &whence).await.map_err(failed)?;
    let attempt = identity.begin_attempt(&counter, now).await;
    if let Attempt::Wait { seconds } = attempt.map_err(failed)? {
        return Ok(Compared::Wait(Reply::from(too_many(seconds))));
    }
    let known = identity.password_of(email).await.map_err(failed)?;
    let kept = known.as_ref().map(|(_, hash)| hash.clone());
    let compared = place.compare(password, kept).await;
    let is_right = compared.map_err(failed)?;
    Ok(Compared::Tried(counter, known.filter(|_| is_right)))
}

async fn try_claim(gateway: &Gateway, claim: Claim<'_>) -> Result<Verdict, Refusal> {
    let identity = gateway.identity();
    let (said, from) = ((&claim.email, claim.password), (claim.whence, claim.now));
    let (counter, known) = match compare(gateway, said, from).await? {
        Compared::Tried(counter, known) => (counter, known),
        Compared::Wait(reply) => return Ok(Verdict::Wait(reply)),
    };
    // Whoever is wrong goes the same way to its end.
    let claimed = (&claim.email, known.as_ref().map(|(user, _)| *user));
    let shown = show_second(gateway, claimed, &claim.second, claim.now);
    let factor = shown.await.map_err(proof_failed)?;
    let (user, password) = known.ok_or_else(|| Refusal::of(Fault::LoginRefused))?;
    // A recovery code holds payouts: before whatever it opens.
    if factor == Factor::Shown {
        tell_holds(gateway).await;
    }
    let forgotten = identity.forget_failures(&counter).await;
    forgotten.map_err(failed)?;
    Ok(Verdict::Proven(Proven {
        user,
        password,
        factor,
    }))
}

/// Returns what somebody has shown beside the password; whoever is nobody costs the same.
async fn show_second(
    gateway: &Gateway,
    (email, user): (&Email, Option<OwnerId>),
    second: &Second<'_>,
    now: Timestamp,
) -> Result<Factor, IdentityError> {
    let identity = gateway.identity();
    match second {
        Second::Code(code) => identity.show_factor_of((email, user), *code, now).await,
        Second::CodeToSignIn(code) => {
            let needs_passkey = identity.needs_passkey(user).await?;
            let shown = identity.show_factor_of((email, user), *code, now).await?;
            if shown == Factor::Absent && needs_passkey {
                return Err(IdentityError::FactorRefused);
            }
            Ok(shown)
        }
        Second::Passkey {
            token,
            assertion,
            party,
        } => {
            let signed = (*token, assertion);
            identity.show_passkey(party, user, signed, now).await
        }
    }
}

/// Writes down that somebody failed to show to be the user of an address.
async fn note_refused(
    gateway: &Gateway,
    email: &Email,
    (address, now): (IpAddr, Timestamp),
) -> Result<(), Refusal> {
    let entry = of_stranger(email, "login-failed", (address, now));
    let noted = gateway.identity().note_refused(email, &entry).await;
    noted.map_err(failed)
}

/// Returns the refusal of a proof, or that of a failure.
pub fn proof_failed(error: IdentityError) -> Refusal {
    match error {
        IdentityError::FactorRefused | IdentityError::PasswordStale => {
            Refusal::of(Fault::LoginRefused)
        }
        error => failed(error),
    }
}
