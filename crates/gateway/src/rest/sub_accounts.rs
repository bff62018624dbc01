//! Sub-accounts: opening, naming, freezing them, and moving money between them.
//!
//! **Source** `docs/spec/subaccounts.md`.

use identity::api_key::is_label;
use identity::identity::IdentityError;
use identity::sub_account::SubAccount;
use model::account::OwnerState;
use model::command::{Action, Command, OpenAccount};
use model::event::Event;
use model::id::{AccountId, OwnerId, Sequence};
use model::reject::Reject;
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};
use wire::binance::time::Time;

use crate::correlation;
use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::audited::note_own_about;
use crate::rest::challenge::user_of;
use crate::rest::named_account::{ACCOUNT, account_in, is_sub_account, unknown};
use crate::rest::opening::failed;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubAccountAnswer<'a> {
    account: u32,
    label: &'a str,
    is_frozen: bool,
    can_trade: bool,
    created_at: Time,
}

/// `POST /v1/subaccounts`: one account a label, however often it is asked for.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for a label that is not taken and for one account
/// too many, those of an overload, -1000 when the database fails.
pub async fn open(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let label = label_of(ask)?;
    let identity = ask.gateway.identity();
    let count_max = ask.gateway.config().limiting.limits().sub_accounts_max;
    let wanted = identity.want_sub_account(user, label, count_max, now);
    let mut wanted = wanted.await.map_err(|error| match error {
        IdentityError::SubAccountsFull => {
            Refusal::with(Fault::TooManySubAccounts, &[&count_max.to_string()])
        }
        error => failed(error),
    })?;
    if wanted.account.is_none() {
        let account = open_in_exchange(ask, &wanted).await?;
        let noted = identity.note_sub_account(&wanted, account).await;
        noted.map_err(failed)?;
        note_about(ask, "subaccount-opened", account).await?;
        wanted.account = Some(account);
    }
    told(ask, &wanted)
}

async fn open_in_exchange(ask: &Ask<'_>, wanted: &SubAccount) -> Result<AccountId, Refusal> {
    let command = Command::OpenAccount(OpenAccount {
        reference: wanted.reference(),
        owner: wanted.owner,
        master: Some(ask.session.key.account),
    });
    let applied = ask.gateway.hub().submit(command).await?;
    let opened = applied.events.iter().find_map(|event| match event {
        Event::AccountOpened { account, .. } => Some(*account),
        _ => None,
    });
    opened.ok_or_else(|| {
        let correlation = correlation::current();
        tracing::error!(event = "subaccount.unopened", %correlation, user = wanted.owner.0, events = ?applied.events);
        Refusal::of(Fault::Unknown)
    })
}

/// `GET /v1/subaccounts`, the oldest first; by a session or a key of the master.
///
/// # Errors
/// -1001 when the database is away.
pub async fn list(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let master = ask.session.key.account;
    let owner = owner_of(ask, master)?;
    let known = ask.gateway.identity().sub_accounts(owner).await;
    let known = known.map_err(failed)?;
    // A key of a sub-account has the same owner, and none of its own.
    let rows: Vec<SubAccountAnswer<'_>> = known
        .iter()
        .filter_map(|sub_account| answer_of(ask, sub_account))
        .collect();
    Ok(Reply::ok(&rows))
}

fn owner_of(ask: &Ask<'_>, account: AccountId) -> Result<OwnerId, Refusal> {
    let views = ask.gateway.hub().views();
    let account = views.account(account);
    let account = account.ok_or_else(|| Refusal::of(Fault::KeyRefused))?;
    Ok(account.owner)
}

/// `POST /v1/subaccounts/label`.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for an account that is no sub-account and for a
/// label that is not taken, -1000 when the database fails.
pub async fn label(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let (account, label) = (sub_account_of(ask)?, label_of(ask)?);
    let identity = ask.gateway.identity();
    let labelled = identity.label_sub_account(user, account, label).await;
    labelled.map_err(|error| match error {
        IdentityError::LabelTaken => Refusal::of(Fault::LabelTaken),
        IdentityError::SubAccountUnknown => unknown(ACCOUNT),
        error => failed(error),
    })?;
    note_about(ask, "subaccount-named", account).await?;
    tell(ask, user, account).await
}

/// `POST /v1/subaccounts/freeze`: from the command on it cancels and reads, and nothing else.
///
/// # Errors
/// As `set_state`.
pub async fn freeze(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = sub_account_of(ask)?;
    set_state(ask, account, Action::Freeze { account }).await?;
    note_about(ask, "subaccount-frozen", account).await?;
    tell(ask, user_of(ask)?, account).await
}

/// `POST /v1/subaccounts/unfreeze`; what an operator has frozen stays frozen.
///
/// # Errors
/// As `set_state`.
pub async fn unfreeze(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = sub_account_of(ask)?;
    set_state(ask, account, Action::Unfreeze { account }).await?;
    note_about(ask, "subaccount-unfrozen", account).await?;
    tell(ask, user_of(ask)?, account).await
}

async fn note_about(ask: &Ask<'_>, act: &'static str, account: AccountId) -> Result<(), Refusal> {
    note_own_about(ask, act, format!("account {}", account.0)).await
}

/// One that is so already stays so.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for an account that is no sub-account, those of an
/// overload.
async fn set_state(ask: &Ask<'_>, account: AccountId, action: Action) -> Result<(), Refusal> {
    user_of(ask)?;
    let operation = Operation::of(&action);
    let command = ask.command(action, None);
    let applied = ask.gateway.hub().submit(command).await?;
    match rejection(&applied.events) {
        None | Some(Reject::StateUnchanged) => Ok(()),
        Some(reject) => {
            tracing::warn!(account = account.0, reject = reject.name(), "not frozen");
            Err(refusal(reject, operation))
        }
    }
}

/// Returns the sub-account that a request of its master names.
fn sub_account_of(ask: &Ask<'_>) -> Result<AccountId, Refusal> {
    user_of(ask)?;
    let account = account_in(ask.params, ACCOUNT)?;
    let account = account.ok_or_else(|| Refusal::with(Fault::MandatoryMissing, &[ACCOUNT]))?;
    let views = ask.gateway.hub().views();
    if is_sub_account(&views, ask.session.key.account, account) {
        Ok(account)
    } else {
        Err(unknown(ACCOUNT))
    }
}

fn label_of<'a>(ask: &'a Ask<'_>) -> Result<&'a str, Refusal> {
    let label = ask.params.mandatory("label")?;
    if is_label(label) {
        Ok(label)
    } else {
        Err(Refusal::with(Fault::DataInvalid, &["label"]))
    }
}

/// Returns the answer that tells a sub-account as it is now.
async fn tell(ask: &Ask<'_>, user: OwnerId, account: AccountId) -> Result<Reply, Refusal> {
    let known = ask.gateway.identity().sub_accounts(user).await;
    let known = known.map_err(failed)?;
    let is_asked = |known: &&SubAccount| known.account == Some(account);
    let known = known.iter().find(is_asked);
    told(ask, known.ok_or_else(|| unknown(ACCOUNT))?)
}

fn told(ask: &Ask<'_>, sub_account: &SubAccount) -> Result<Reply, Refusal> {
    let answer = answer_of(ask, sub_account);
    let answer = answer.ok_or_else(|| Refusal::of(Fault::Unknown))?;
    Ok(Reply::ok(&answer))
}

/// Returns what is told of a sub-account of whoever asks.
fn answer_of<'a>(ask: &Ask<'_>, sub_account: &'a SubAccount) -> Option<SubAccountAnswer<'a>> {
    let views = ask.gateway.hub().views();
    let account = views.account(sub_account.account?)?;
    if !account.is_sub_account_of(ask.session.key.account) {
        return None;
    }
    Some(SubAccountAnswer {
        account: account.account.0,
        label: &sub_account.label,
        is_frozen: account.owner_state == OwnerState::Frozen,
        can_trade: account.may_trade(),
        created_at: ask.unit.show(sub_account.created_at),
    })
}

/// Returns the sequence of what a command did, or of what it repeats.
pub fn done_by(events: &[Event], sequence: Sequence) -> Sequence {
    match events.first() {
        Some(Event::Repeated { original }) => *original,
        _ => sequence,
    }
}
