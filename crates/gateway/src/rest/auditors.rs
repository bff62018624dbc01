//! Auditors: users who read accounts of another, from whom they have leave.
//!
//! **Source** `docs/spec/subaccounts.md`.

use identity::auditor::{AUDITORS_MAX, Leave, Offer};
use identity::identity::IdentityError;
use model::id::AccountId;
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::Time;

use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::note_own_about;
use crate::rest::challenge::{self, INVITE_AUDITOR, Outcome, user_of};
use crate::rest::named_account::{is_sub_account, read_account, unknown};
use crate::rest::opening::failed;
use crate::rest::register::read_email;

const ACCOUNTS: &str = "accounts";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LeaveAnswer<'a> {
    id: u64,
    email: &'a str,
    accounts: Vec<u32>,
    created_at: Time,
    expires_at: Time,
    accepted_at: Option<Time>,
}

/// `POST /v1/auditors`: offers a user to read; the answer does not tell whether there is one of that address.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for values that are not taken and for one auditor
/// too many, those of `challenge::answer`, -1000 when the database fails.
pub async fn offer(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let email = read_email(ask.params)?;
    let accounts = read_accounts(ask)?;
    let expires_at = read_expiry(ask, now)?;
    let identity = ask.gateway.identity();
    if identity.email_of(user).await.map_err(failed)? == email {
        return Err(Refusal::with(Fault::DataInvalid, &["email"]));
    }
    let act = mutant::plant!("auditor-unproven", None, Some(INVITE_AUDITOR));
    if let Some(act) = act
        && let Outcome::Wait(reply) = challenge::answer(ask, act).await?
    {
        return Ok(reply);
    }
    let offer = Offer {
        owner: user,
        email: &email,
        accounts: &accounts,
        expires_at,
    };
    let id = identity.offer_leave(&offer, now).await;
    let id = id.map_err(|error| match error {
        IdentityError::AuditorsFull => {
            Refusal::with(Fault::TooManyAuditors, &[&AUDITORS_MAX.to_string()])
        }
        error => failed(error),
    })?;
    note_own_about(ask, "auditor-invited", format!("leave {id}")).await?;
    Ok(Reply::ok(&LeaveAnswer {
        id,
        email: email.as_str(),
        accounts: accounts.iter().map(|account| account.0).collect(),
        created_at: ask.unit.show(now),
        expires_at: ask.unit.show(expires_at),
        accepted_at: None,
    }))
}

/// `GET /v1/auditors`: whom the user lets read.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1001 when the database is away.
pub async fn given(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let leaves = ask
        .gateway
        .identity()
        .leaves_given(user_of(ask)?, now)
        .await;
    let leaves = leaves.map_err(failed)?;
    let rows: Vec<LeaveAnswer<'_>> = leaves
        .iter()
        .map(|leave| answer_of(ask, leave, &leave.email))
        .collect();
    Ok(Reply::ok(&rows))
}

/// `DELETE /v1/auditors`: takes a leave back; the next request by it is refused.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for a number that is none of the user's, -1000 when
/// the database fails.
pub async fn take_back(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let (user, id) = (user_of(ask)?, id_of(ask)?);
    let ended = ask.gateway.identity().take_leave_back(user, id, now).await;
    ended.map_err(leave_failed)?;
    note_own_about(ask, "auditor-ended", format!("leave {id}")).await?;
    Ok(Reply::ok(&Empty {}))
}

/// `GET /v1/audits`: what the user may read, and what is offered.
///
/// # Errors
/// As `given`.
pub async fn held(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let leaves = ask.gateway.identity().leaves_held(user_of(ask)?, now).await;
    let leaves = leaves.map_err(failed)?;
    let rows: Vec<LeaveAnswer<'_>> = leaves
        .iter()
        .map(|leave| answer_of(ask, leave, &leave.owner_email))
        .collect();
    Ok(Reply::ok(&rows))
}

/// `POST /v1/audits/accept`.
///
/// # Errors
/// As `take_back`.
pub async fn accept(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let (user, id) = (user_of(ask)?, id_of(ask)?);
    let accepted = ask.gateway.identity().accept_leave(user, id, now).await;
    accepted.map_err(leave_failed)?;
    note_own_about(ask, "audit-accepted", format!("leave {id}")).await?;
    Ok(Reply::ok(&Empty {}))
}

/// `DELETE /v1/audits`: gives up what was given or offered.
///
/// # Errors
/// As `take_back`.
pub async fn give_up(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let (user, id) = (user_of(ask)?, id_of(ask)?);
    let ended = ask.gateway.identity().give_leave_up(user, id, now).await;
    ended.map_err(leave_failed)?;
    note_own_about(ask, "audit-ended", format!("leave {id}")).await?;
    Ok(Reply::ok(&Empty {}))
}

fn answer_of<'a>(ask: &Ask<'_>, leave: &Leave, email: &'a str) -> LeaveAnswer<'a> {
    LeaveAnswer {
        id: leave.id,
        email,
        accounts: leave.accounts.iter().map(|account| account.0).collect(),
        created_at: ask.unit.show(leave.created_at),
        expires_at: ask.unit.show(leave.expires_at),
        accepted_at: leave.accepted_at.map(|at| ask.unit.show(at)),
    }
}

/// Without the parameter it is the account of the session; a name of many is of each once.
fn read_accounts(ask: &Ask<'_>) -> Result<Vec<AccountId>, Refusal> {
    let own = ask.session.key.account;
    let Some(text) = ask.params.text(ACCOUNTS)? else {
        return Ok(vec![own]);
    };
    let named = text.split(',').map(read_account);
    let mut named: Vec<AccountId> = named
        .collect::<Option<_>>()
        .ok_or_else(|| unknown(ACCOUNTS))?;
    named.sort_unstable();
    named.dedup();
    let views = ask.gateway.hub().views();
    let is_own = |account: &AccountId| *account == own || is_sub_account(&views, own, *account);
    if named.iter().all(is_own) {
        Ok(named)
    } else {
        Err(unknown(ACCOUNTS))
    }
}

fn read_expiry(ask: &Ask<'_>, now: Timestamp) -> Result<Timestamp, Refusal> {
    let missing = || Refusal::with(Fault::MandatoryMissing, &["expiresAt"]);
    let millis = ask.params.integer("expiresAt")?.ok_or_else(missing)?;
    let expires_at = Timestamp::from_millis(millis);
    if expires_at <= now {
        return Err(Refusal::with(Fault::DataInvalid, &["expiresAt"]));
    }
    Ok(expires_at)
}

fn id_of(ask: &Ask<'_>) -> Result<u64, Refusal> {
    let missing = || Refusal::with(Fault::MandatoryMissing, &["id"]);
    ask.number("id")?.ok_or_else(missing)
}

fn leave_failed(error: IdentityError) -> Refusal {
    match error {
        IdentityError::LeaveUnknown => Refusal::with(Fault::DataInvalid, &["id"]),
        error => failed(error),
    }
}
