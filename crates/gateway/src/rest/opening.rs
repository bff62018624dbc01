//! The account that the exchange opens for a user, once, whatever happens in between.

use std::error::Error as _;

use identity::identity::IdentityError;
use model::command::{Command, OpenAccount};
use model::event::Event;
use model::id::{AccountId, OwnerId, Reference};
use wire::binance::error::{Fault, Refusal};

use crate::correlation;
use crate::gateway::Gateway;

/// Returns the opening of an owner's first account; its reference is made of the owner, so that it opens one.
pub fn open_account(owner: OwnerId) -> Command {
    let mut reference = [0; 32];
    reference[..7].copy_from_slice(b"account");
    reference[24..].copy_from_slice(&owner.0.to_be_bytes());
    Command::OpenAccount(OpenAccount {
        reference: Reference(reference),
        owner,
        master: None,
    })
}

/// Returns the account of a user; one that is not known here is opened, or found again by its reference.
///
/// # Errors
/// Those of an overload and of an unknown outcome; -1000 when the database fails or no account can be opened.
pub async fn account_of(gateway: &Gateway, user: OwnerId) -> Result<AccountId, Refusal> {
    let identity = gateway.identity();
    if let Some(account) = identity.account_of(user).await.map_err(failed)? {
        return Ok(account);
    }
    // First: an account that is open is bound from its first request on.
    if let Some(verification) = gateway.kyc_rules().first_level
        && gateway.hub().views().allowances().of_owner(user).is_none()
    {
        let command = Command::SetVerification {
            owner: user,
            verification,
        };
        gateway.hub().submit(command).await?;
    }
    let applied = gateway.hub().submit(open_account(user)).await?;
    let opened = applied.events.iter().find_map(|event| match event {
        Event::AccountOpened { account, .. } => Some(*account),
        _ => None,
    });
    let account = opened.ok_or_else(|| {
        let correlation = correlation::current();
        tracing::error!(event = "account.unopened", %correlation, user = user.0, events = ?applied.events);
        Refusal::of(Fault::Unknown)
    })?;
    let gifts = gateway.faucet().map(|faucet| faucet.first(account));
    for gift in gifts.unwrap_or_default() {
        gateway.hub().submit(gift).await?;
    }
    // Last: a stop before this line repeats the lines above it.
    identity.note_account(user, account).await.map_err(failed)?;
    Ok(account)
}

/// Returns the refusal of a request that a failure of the database ended.
pub fn failed(error: IdentityError) -> Refusal {
    let cause = error.source().map(ToString::to_string);
    let cause = cause.unwrap_or_default();
    let correlation = correlation::current();
    tracing::error!(event = "identity.failed", %correlation, %cause, "{error}");
    match error {
        // A server that is away comes back.
        IdentityError::Database(_) => Refusal::of(Fault::Disconnected),
        _ => Refusal::of(Fault::Unknown),
    }
}
