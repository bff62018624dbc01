//! Closing an account: only when nothing is left in it, by a proof that is bound to it, and for good.
//!
//! **Source** `docs/spec/closing-accounts.md`.

use identity::closing::{ASKED_NANOS, Closing, Wish};
use identity::proposal::State;
use model::account::OwnerState;
use model::command::Action;
use model::event::Event;
use model::id::AccountId;
use model::time::Timestamp;
use serde::Serialize;
use views::views::Views;
use wire::binance::error::{EngineCode, Refusal, text};
use wire::binance::reject::{Operation, refusal};
use wire::binance::time::Time;

use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::audited::note_own;
use crate::rest::challenge::{self, CLOSE_ACCOUNT, Outcome, user_of};
use crate::rest::opening::failed;

/// Proposals are few; one that is not among the newest of its state is not looked for.
const PROPOSALS_MAX: u32 = 10_000;

/// What is kept of a closed account, as the answer names it; the last two have an end, the rest has none.
pub const KEPT: [&str; 5] = [
    "ORDERS_AND_TRADES",
    "LEDGER",
    "AUDIT_LOG",
    "ADDRESS",
    "IDENTITY_CHECKS",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClosingAnswer {
    accounts: Vec<u32>,
    closed_at: Time,
    kept: Vec<KeptAnswer>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeptAnswer {
    what: &'static str,
    until: Option<Time>,
}

/// `POST /v1/account/close`: the account with its sub-accounts; all sessions and keys of them end.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, those of `challenge::answer`, -2010 with the reason while
/// anything is left, those of an overload, -1000 when the database fails.
pub async fn close(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let account = ask.session.key.account;
    let wish = match ask.params.flag("erase")? {
        true => Wish::Erase,
        false => Wish::Keep,
    };
    if let Outcome::Wait(reply) = challenge::answer(ask, CLOSE_ACCOUNT).await? {
        return Ok(reply);
    }
    check_proposals(ask, account).await?;
    let identity = ask.gateway.identity();
    // First: a stop after the command is found again by it.
    let asked = identity.ask_closing(user, account, wish, now).await;
    asked.map_err(failed)?;
    let command = ask.command(Action::Close, None);
    let applied = ask.gateway.hub().submit(command).await?;
    if let Some(reject) = rejection(&applied.events) {
        identity.drop_closing(user).await.map_err(failed)?;
        return Err(refusal(reject, Operation::Place));
    }
    note_own(ask, "account-closed").await?;
    let accounts = closed_by(&applied.events);
    let finished = identity.finish_closing(user, &accounts, applied.at).await;
    finished.map_err(failed)?;
    Ok(Reply::ok(&answer(ask, &accounts, wish, applied.at)).signed_out())
}

fn answer(ask: &Ask<'_>, accounts: &[AccountId], wish: Wish, at: Timestamp) -> ClosingAnswer {
    let end = ask.gateway.kyc_rules().term.end(at);
    let until = |what| match (what, wish) {
        ("ADDRESS", Wish::Erase) => Some(ask.unit.show(at)),
        ("ADDRESS" | "IDENTITY_CHECKS", _) => Some(ask.unit.show(end)),
        _ => None,
    };
    ClosingAnswer {
        accounts: accounts.iter().map(|account| account.0).collect(),
        closed_at: ask.unit.show(at),
        kept: KEPT
            .map(|what| KeptAnswer {
                what,
                until: until(what),
            })
            .into(),
    }
}

fn closed_by(events: &[Event]) -> Vec<AccountId> {
    let closed = events.iter().filter_map(|event| match event {
        Event::OwnerStateChanged {
            account,
            state: OwnerState::Closed,
        } => Some(*account),
        _ => None,
    });
    closed.collect()
}

/// Refuses while operators are deciding about one of the accounts.
async fn check_proposals(ask: &Ask<'_>, account: AccountId) -> Result<(), Refusal> {
    let accounts = group_of(&ask.gateway.hub().views(), account);
    for state in [State::Proposed, State::Approved] {
        let proposals = ask.gateway.identity().proposals(Some(state), PROPOSALS_MAX);
        let proposals = proposals.await.map_err(failed)?;
        let is_about = |account: &AccountId| {
            let number = account.0.to_string();
            proposals
                .iter()
                .any(|proposal| proposal.draft.parameter("account") == Some(&number))
        };
        if accounts.iter().any(is_about) {
            return Err(Refusal::engine(
                EngineCode::NewOrder,
                text::CLOSING_WITH_PROPOSAL,
            ));
        }
    }
    Ok(())
}

/// Returns an account and its sub-accounts.
fn group_of(views: &Views, master: AccountId) -> Vec<AccountId> {
    let accounts = (1..=views.account_count()).filter_map(|number| {
        let account = views.account(AccountId(u32::try_from(number).ok()?))?;
        (account.group.0 == master.0).then_some(account.account)
    });
    accounts.collect()
}

/// Ends the closings that a stop left open: done here if the exchange has closed the account, else forgotten.
pub async fn finish_open(gateway: &Gateway, now: Timestamp) {
    let open = match gateway.identity().open_closings().await {
        Ok(open) => open,
        Err(error) => {
            tracing::warn!(%error, "open closings were not read; it is tried again");
            return;
        }
    };
    for closing in open {
        if let Err(error) = finish_one(gateway, &closing, now).await {
            tracing::warn!(%error, "a closing was not finished; it is tried again");
        }
    }
}

async fn finish_one(
    gateway: &Gateway,
    closing: &Closing,
    now: Timestamp,
) -> Result<(), identity::identity::IdentityError> {
    let identity = gateway.identity();
    if is_closed(gateway, closing.account) {
        let accounts = group_of(&gateway.hub().views(), closing.account);
        identity.finish_closing(closing.user, &accounts, now).await
    } else if closing.asked_at.plus_nanos(ASKED_NANOS) < now {
        identity.drop_closing(closing.user).await
    } else {
        Ok(())
    }
}

/// Returns whether an account is closed: nobody signs in to it any more.
pub fn is_closed(gateway: &Gateway, account: AccountId) -> bool {
    let views = gateway.hub().views();
    let account = views.account(account);
    account.is_some_and(|account| account.owner_state == OwnerState::Closed)
}
