//! The sandbox's people: users, their accounts, their keys and their money, made once and found again later.
//!
//! Every step first looks whether it is done, so that a start that was interrupted goes on where it stopped.

use crate::listing::{self, ASSETS};
use anyhow::{Context, Result, anyhow, bail};
use gateway::hub::Hub;
use gateway::rest::opening::open_account;
use gateway::rest::sign_in::Guest;
use identity::address::AddressRule;
use identity::destination::Destination;
use identity::email::Email;
use identity::identity::{Identity, KeyTerms};
use identity::key::Signing;
use identity::notification::{Kind, Setting};
use identity::sandbox_key::SandboxKey;
use model::account::Scopes;
use model::command::Command;
use model::event::Event;
use model::id::{AccountId, KeyId, OwnerId};
use model::instrument::UNITS_PER_WHOLE;
use model::reject::Reject;

const NAMES: [&str; 12] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory",
    "niaj",
];

/// Whole coins of each asset that a person of the sandbox starts with, in the order of `ASSETS`.
const PERSON_FUNDS: [i64; 4] = [50, 500, 5_000, 5_000_000];
/// The same for a trader of a simulated or replayed market.
const TRADER_FUNDS: [i64; 4] = [1_000_000, 1_000_000, 10_000_000, 10_000_000_000];

/// One label, and so no domain of an address.
const TRADERS_DOMAIN: &str = "market";

/// A listed address of every person: nobody's, since its key is made of words that everybody knows.
const ADDRESS: &str = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";
const ADDRESS_ASSET: &str = "BTC";

/// Somebody with an account who signs in and has a key.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub account: AccountId,
    /// `None` for a person who has deleted it.
    pub key: Option<ToldKey>,
    /// `None` for a person who has taken another one.
    pub password: Option<String>,
}

/// A key that the sandbox made for somebody, as it is told.
#[derive(Clone, Debug)]
pub struct ToldKey {
    pub public_id: String,
    pub secret: String,
}

/// Somebody who trades in a simulated or replayed market.
#[derive(Clone, Copy, Debug)]
pub struct Trader {
    pub account: AccountId,
    pub key: KeyId,
}

/// What somebody may do and starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Person,
    Trader,
}

impl Role {
    fn scopes(self) -> Scopes {
        match self {
            Role::Person => Scopes::ALL,
            Role::Trader => Scopes::READ.with(Scopes::TRADE),
        }
    }

    fn funds(self) -> &'static [i64; 4] {
        match self {
            Role::Person => &PERSON_FUNDS,
            Role::Trader => &TRADER_FUNDS,
        }
    }
}

/// Returns the name of the person at `index`.
pub fn name_of(index: usize) -> String {
    NAMES
        .get(index)
        .map_or_else(|| format!("user{}", index + 1), |name| (*name).to_owned())
}

/// Returns as whom anyone may sign in with a browser.
pub fn guests(people: &[Person]) -> Vec<Guest> {
    let guest = |person: &Person| Guest {
        name: person.name.clone(),
        account: person.account,
    };
    people.iter().map(guest).collect()
}

/// Finds or makes a person.
///
/// # Errors
/// The database failed, or the exchange refused a step.
pub async fn settle(hub: &Hub, identity: &Identity, name: &str) -> Result<Person> {
    let email = format!("{name}@example.test");
    let user = user_of(identity, name, &email).await?;
    let account = open(hub, identity, user.id).await?;
    let made = match user.is_seeded {
        true => Some(key_of(identity, account).await?),
        false => None,
    };
    if let Some(key) = made.as_ref().and_then(|made| made.key.as_ref()) {
        create_key(hub, account, key.id, Role::Person).await?;
    }
    fund(hub, account, Role::Person).await?;
    list_address(hub, identity, user.id).await?;
    let (mut key, mut password) = (None, None);
    if let Some(SandboxKey {
        key: kept,
        secret: Some(secret),
    }) = made
    {
        password = password_of(identity, (user.id, &email), &secret).await?;
        key = kept.map(|kept| ToldKey {
            public_id: kept.public_id.clone(),
            secret,
        });
    }
    Ok(Person {
        name: name.to_owned(),
        email,
        account,
        key,
        password,
    })
}

/// Finds or makes a trader of the market.
///
/// # Errors
/// As for a person.
pub async fn settle_trader(hub: &Hub, identity: &Identity, name: &str) -> Result<Trader> {
    let user = trader_of(identity, name).await?;
    let account = open(hub, identity, user).await?;
    send_no_news(identity, user).await?;
    let key = match identity.keys_of(account).first() {
        Some(key) => key.id,
        None => make_key(identity, account, Role::Trader).await?,
    };
    create_key(hub, account, key, Role::Trader).await?;
    fund(hub, account, Role::Trader).await?;
    Ok(Trader { account, key })
}

/// A user under a name of the sandbox.
struct Named {
    id: OwnerId,
    /// Whether the sandbox made it: whoever registers an address is called by it.
    is_seeded: bool,
}

async fn open(hub: &Hub, identity: &Identity, owner: OwnerId) -> Result<AccountId> {
    let account = account_of(hub, owner).await?;
    identity.note_account(owner, account).await?;
    Ok(account)
}

/// Nobody reads the mail of a trader of the market.
async fn send_no_news(identity: &Identity, owner: OwnerId) -> Result<()> {
    let settings = identity.notification_settings(owner).await?;
    for kind in Kind::ALL {
        let setting = settings.get(&kind).copied();
        let setting = setting.unwrap_or(kind.default_setting());
        if setting.is_mailed {
            let unmailed = Setting {
                is_mailed: false,
                ..setting
            };
            identity.set_notification(owner, kind, unmailed).await?;
        }
    }
    Ok(())
}

/// Puts an address into an empty book, which is paid to at once, so that a key can withdraw without anybody's factor.
async fn list_address(hub: &Hub, identity: &Identity, owner: OwnerId) -> Result<()> {
    let asset = {
        let views = hub.views();
        let mut assets = views.assets().iter();
        let listed = assets.find(|asset| asset.symbol.as_str() == ADDRESS_ASSET);
        listed.map(|asset| asset.id)
    };
    // A recorded market may have other assets.
    let Some(asset) = asset else {
        return Ok(());
    };
    let destination = Destination {
        asset,
        network: ADDRESS_ASSET.to_owned(),
        address: ADDRESS.to_owned(),
        tag: String::new(),
    };
    let listed = (&destination, "sandbox");
    let planted = identity.plant_destination(owner, listed, crate::node::now());
    Ok(planted.await?)
}

async fn password_of(
    identity: &Identity,
    (owner, email): (OwnerId, &str),
    secret: &str,
) -> Result<Option<String>> {
    let email = Email::parse(email).context("names of the sandbox make addresses")?;
    let person = (owner, &email);
    let password = identity.sandbox_password(person, secret, crate::node::now());
    Ok(password.await?)
}

async fn user_of(identity: &Identity, name: &str, email: &str) -> Result<Named> {
    let users = identity.users().await?;
    if let Some(user) = users.iter().find(|user| user.email == email) {
        return Ok(Named {
            id: user.id,
            is_seeded: user.name == name,
        });
    }
    let created = identity.create_user(name, email, crate::node::now());
    Ok(Named {
        id: created.await?,
        is_seeded: true,
    })
}

/// Returns the user of a trader of the market.
///
/// It is found by its name, since whoever registers is called by the address; and its own address is none, so that nobody
/// registers it, changes to it or resets its password.
async fn trader_of(identity: &Identity, name: &str) -> Result<OwnerId> {
    let users = identity.users().await?;
    if let Some(user) = users.iter().find(|user| user.name == name) {
        return Ok(user.id);
    }
    let address = format!("{name}@{TRADERS_DOMAIN}");
    let created = identity.create_user(name, &address, crate::node::now());
    Ok(created.await?)
}

/// Opening an owner's first account twice gives the same one: its reference is made of the owner.
async fn account_of(hub: &Hub, owner: OwnerId) -> Result<AccountId> {
    for event in carry_out(hub, open_account(owner)).await? {
        if let Event::AccountOpened { account, .. } = event {
            return Ok(account);
        }
    }
    bail!("the exchange opened no account for owner {}", owner.0)
}

/// Returns the key that the sandbox made, and makes it where there has never been any: a deleted one stays deleted.
async fn key_of(identity: &Identity, account: AccountId) -> Result<SandboxKey> {
    if let Some(made) = identity.sandbox_key(account).await? {
        return Ok(made);
    }
    make_key(identity, account, Role::Person).await?;
    let made = identity.sandbox_key(account).await?;
    made.context("a key that was just made is gone")
}

async fn make_key(identity: &Identity, account: AccountId, role: Role) -> Result<KeyId> {
    let terms = KeyTerms {
        account,
        label: "sandbox".to_owned(),
        scopes: role.scopes(),
        addresses: AddressRule::Loopback,
        signing: Signing::Parameters,
    };
    let issued = identity.create_hmac_key(&terms, crate::node::now()).await?;
    Ok(issued.id)
}

async fn create_key(hub: &Hub, account: AccountId, key: KeyId, role: Role) -> Result<()> {
    if hub.views().key(key).is_none() {
        carry_out(hub, listing::create_key(account, key, role.scopes())).await?;
    }
    Ok(())
}

async fn fund(hub: &Hub, account: AccountId, role: Role) -> Result<()> {
    let credited = hub.views().deposits(account).len();
    for deposit in deposits(account, role).into_iter().skip(credited) {
        carry_out(hub, deposit).await?;
    }
    Ok(())
}

/// Returns what somebody starts with, as deposits that count once.
pub fn deposits(account: AccountId, role: Role) -> Vec<Command> {
    let deposit = |(index, whole): (usize, &i64)| {
        let asset = listing::asset_id(ASSETS[index]).expect("every planned asset is listed");
        let number = u64::from(account.0) * ASSETS.len() as u64 + index as u64;
        let units = i128::from(*whole) * i128::from(UNITS_PER_WHOLE);
        listing::credit(number, account, asset, units)
    };
    role.funds().iter().enumerate().map(deposit).collect()
}

/// Carries out a command that is not to be refused.
///
/// # Errors
/// It was, or the exchange did not answer.
pub async fn carry_out(hub: &Hub, command: Command) -> Result<Vec<Event>> {
    let applied = hub
        .submit(command.clone())
        .await
        .map_err(|refusal| anyhow!("{refusal:?}"))?;
    for event in &applied.events {
        if let Event::Rejected { reason } = event {
            bail!(
                "the exchange refused {command:?}: {}",
                Reject::name(*reason)
            );
        }
    }
    Ok(applied.events)
}
