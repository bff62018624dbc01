//! The address book of a user: where withdrawals are paid to.
//!
//! **Source** `docs/spec/withdrawals.md` §2.

use identity::api_key::is_label;
use identity::destination::{BookRule, DESTINATIONS_MAX, Destination, Listed, is_tag};
use identity::identity::IdentityError;
use model::text::Symbol;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::Time;
use wire::binance::words::SymbolText;

use crate::clock;
use crate::networks::Network;
use crate::parameters::RULE_PARAMETERS;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::{note_own, note_own_about};
use crate::rest::capital::coin_named;
use crate::rest::challenge::{self, ADD_ADDRESS, OPEN_BOOK, Outcome, user_of};
use crate::rest::facts::asset_symbol;
use crate::rest::opening::failed;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BookAnswer {
    book_only: bool,
    book_only_until: Option<Time>,
    addresses: Vec<AddressAnswer>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AddressAnswer {
    id: u64,
    asset: SymbolText,
    network: String,
    address: String,
    address_tag: String,
    label: String,
    created_at: Time,
    payable_at: Time,
}

/// `GET /v1/addresses`.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1001 when the database is away.
pub async fn list(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let (identity, user) = (ask.gateway.identity(), user_of(ask)?);
    let rule = identity
        .book_rule(user, clock::now())
        .await
        .map_err(failed)?;
    let book = identity.destinations(user).await.map_err(failed)?;
    Ok(Reply::ok(&BookAnswer {
        book_only: rule.is_book_only(),
        book_only_until: match rule {
            BookRule::BookOnlyUntil(until) => Some(ask.unit.show(until)),
            BookRule::Open | BookRule::BookOnly => None,
        },
        addresses: book.into_iter().map(|listed| row(ask, listed)).collect(),
    }))
}

/// `POST /v1/addresses`: paid to when its hold is over.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -4013 without a second factor, those of `read`, those of
/// `challenge::answer`, -1130 for an address that is listed and for one too many.
pub async fn add(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    check_factor(ask).await?;
    let (_, destination) = read(ask, "asset")?;
    let label = ask.params.mandatory("label")?;
    if !is_label(label) {
        return Err(Refusal::with(Fault::DataInvalid, &["label"]));
    }
    if let Outcome::Wait(reply) = challenge::answer(ask, ADD_ADDRESS).await? {
        return Ok(reply);
    }
    let identity = ask.gateway.identity();
    let hold_nanos = ask.gateway.withdrawal_rules().hold_nanos;
    let listed = (&destination, label);
    let added = identity.add_destination(user, listed, hold_nanos, clock::now());
    let added = added.await.map_err(not_added)?;
    note_own_about(ask, "address-added", format!("address {}", added.id)).await?;
    Ok(Reply::ok(&row(ask, added)))
}

/// `DELETE /v1/addresses`: at once.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for a number that is none of the user's, -1001 when
/// the database is away.
pub async fn remove(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    ask.params.mandatory("id")?;
    let id = ask.number("id")?.unwrap_or(0);
    let removed = ask.gateway.identity().remove_destination(user, id).await;
    if !removed.map_err(failed)? {
        return Err(Refusal::with(Fault::DataInvalid, &["id"]));
    }
    note_own_about(ask, "address-removed", format!("address {id}")).await?;
    Ok(Reply::ok(&Empty {}))
}

/// `POST /v1/addresses/rule`: whether withdrawals go to the book alone; at once, and back after a hold.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -4013 without a second factor and those of
/// `challenge::answer` for opening it, -1001 when the database is away.
pub async fn set_rule(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let identity = ask.gateway.identity();
    match ask.params.choice("bookOnly")? {
        None => return Err(Refusal::with(Fault::MandatoryMissing, &["bookOnly"])),
        Some(true) => {
            // It needs no proof; what is sent of one is refused where it says nothing.
            for name in RULE_PARAMETERS {
                ask.params.text(name)?;
            }
            identity.close_book(user).await.map_err(failed)?;
            note_own(ask, "address-book-closed").await?;
        }
        Some(false) => {
            check_factor(ask).await?;
            if let Outcome::Wait(reply) = challenge::answer(ask, OPEN_BOOK).await? {
                return Ok(reply);
            }
            let hold_nanos = ask.gateway.withdrawal_rules().hold_nanos;
            let opened = identity.open_book(user, hold_nanos, clock::now()).await;
            opened.map_err(failed)?;
            note_own(ask, "address-book-opened").await?;
        }
    }
    list(ask).await
}

/// Returns the destination that a request names, and what its network asks for.
///
/// # Errors
/// -4018 for an asset that is not listed, -4019 for one that cannot be withdrawn, -1130 for a network that is none of its,
/// -4007 and -4008 for what is no address or tag there.
pub fn read<'a>(ask: &'a Ask<'_>, asset: &str) -> Result<(&'a Network, Destination), Refusal> {
    let text = ask.params.mandatory(asset)?;
    let (id, symbol) = {
        let views = ask.gateway.hub().views();
        let id = coin_named(&views, text)?;
        (id, asset_symbol(&views, id))
    };
    let network = network_of(ask, symbol)?;
    let address = network.form.read(ask.params.mandatory("address")?);
    let address = address.ok_or_else(|| Refusal::with(Fault::AddressInvalid, &[&network.name]))?;
    let tag = ask.params.text("addressTag")?.unwrap_or("");
    let is_legal = tag.is_empty() || network.takes_tag && is_tag(tag);
    if !is_legal {
        return Err(Refusal::with(Fault::TagInvalid, &[&network.name]));
    }
    let destination = Destination {
        asset: id,
        network: network.name.clone(),
        address,
        tag: tag.to_owned(),
    };
    Ok((network, destination))
}

fn network_of<'a>(ask: &'a Ask<'_>, asset: Symbol) -> Result<&'a Network, Refusal> {
    let rules = ask.gateway.withdrawal_rules();
    if rules.find(asset, None).is_none() {
        return Err(Refusal::of(Fault::CoinNotWithdrawable));
    }
    let name = ask.params.text("network")?;
    let found = rules.find(asset, name);
    found.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["network"]))
}

/// Refuses a user who has nothing but a password.
///
/// # Errors
/// -4013, -1001 when the database is away.
pub async fn check_factor(ask: &Ask<'_>) -> Result<(), Refusal> {
    let (identity, user) = (ask.gateway.identity(), user_of(ask)?);
    let has_factor = identity.has_factor(user).await.map_err(failed)?;
    let has_one = has_factor || !identity.passkeys(user).await.map_err(failed)?.is_empty();
    if mutant::plant!("withdrawal-by-password-alone", false, !has_one) {
        return Err(Refusal::of(Fault::FactorNeeded));
    }
    Ok(())
}

fn row(ask: &Ask<'_>, listed: Listed) -> AddressAnswer {
    let views = ask.gateway.hub().views();
    AddressAnswer {
        id: listed.id,
        asset: SymbolText(asset_symbol(&views, listed.destination.asset)),
        network: listed.destination.network,
        address: listed.destination.address,
        address_tag: listed.destination.tag,
        label: listed.label,
        created_at: ask.unit.show(listed.created_at),
        payable_at: ask.unit.show(listed.payable_at),
    }
}

fn not_added(error: IdentityError) -> Refusal {
    match error {
        IdentityError::DestinationsFull => {
            Refusal::with(Fault::AddressBookFull, &[&DESTINATIONS_MAX.to_string()])
        }
        IdentityError::DestinationListed => Refusal::of(Fault::AddressListed),
        error => failed(error),
    }
}
