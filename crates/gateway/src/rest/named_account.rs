//! Whose account a request is about: the session's own, a sub-account of it, or one that its user may audit.
//!
//! **Source** `docs/spec/subaccounts.md`.

use identity::key::Key;
use model::id::AccountId;
use views::views::Views;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;

use crate::auth::Session;
use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::rest::opening::failed;

/// What names it.
pub const ACCOUNT: &str = "account";

/// Returns the account that a request reads.
///
/// Nothing tells apart an account that is none, one of others, and a leave to read that has ended.
///
/// # Errors
/// -1106 where a request is of its own account only, -1130 for an account that is not the session's to read, -1001 when
/// the database is away.
pub async fn account_read(
    gateway: &Gateway,
    session: &Session,
    call: &Call<'_>,
) -> Result<AccountId, Refusal> {
    let own = session.key.account;
    if !call.endpoint.route.reads_named_account() {
        check_unnamed(call)?;
        return Ok(own);
    }
    let Some(named) = account_in(call.params, ACCOUNT)? else {
        return Ok(own);
    };
    if named == own || is_sub_account(&gateway.hub().views(), own, named) {
        return Ok(named);
    }
    if may_audit(gateway, &session.key, named, call).await? {
        return Ok(named);
    }
    Err(unknown(ACCOUNT))
}

/// Refuses an account where a request is of its own account only: ignored, it would be another's that is changed.
///
/// # Errors
/// -1106.
pub fn check_unnamed(call: &Call<'_>) -> Result<(), Refusal> {
    let endpoint = call.endpoint;
    let takes_one = endpoint.mandatory.contains(&ACCOUNT) || endpoint.optional.contains(&ACCOUNT);
    if mutant::plant!(
        "named-account-ignored",
        true,
        takes_one || call.params.raw(ACCOUNT).is_none()
    ) {
        Ok(())
    } else {
        Err(Refusal::with(Fault::NotRequired, &[ACCOUNT]))
    }
}

/// Only of a user who signed in: a leave is given to a person, and no key inherits it.
async fn may_audit(
    gateway: &Gateway,
    key: &Key,
    named: AccountId,
    call: &Call<'_>,
) -> Result<bool, Refusal> {
    let Some(login) = &key.login else {
        return Ok(false);
    };
    let may = gateway.identity().may_audit(login.user, named, call.now);
    let may = may.await.map_err(failed)?;
    Ok(mutant::plant!("anybody-audits", true, may))
}

/// Returns the account that a parameter names, if it is there.
///
/// # Errors
/// -1130 for what is no number of an account.
pub fn account_in(params: &Params, name: &str) -> Result<Option<AccountId>, Refusal> {
    let Some(text) = params.text(name)? else {
        return Ok(None);
    };
    read_account(text).map(Some).ok_or_else(|| unknown(name))
}

/// Returns the account of a number as it is written, without sign or zeros before it.
pub fn read_account(text: &str) -> Option<AccountId> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(AccountId(number))
}

/// Returns whether an account is a sub-account of that one.
pub fn is_sub_account(views: &Views, master: AccountId, account: AccountId) -> bool {
    let account = views.account(account);
    account.is_some_and(|account| account.is_sub_account_of(master))
}

/// Returns the refusal of an account that is not the session's.
pub fn unknown(name: &str) -> Refusal {
    Refusal::with(Fault::DataInvalid, &[name])
}
