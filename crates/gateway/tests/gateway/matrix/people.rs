//! Two users with everything that a user can have, and what they send.

use gateway::clock;
use identity::address::AddressRule;
use identity::email::Email;
use identity::identity::KeyTerms;
use identity::key::Signing;
use identity::login_rule::LoginRule;
use model::account::Scopes;
use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, ChainId, Reference};
use model::number::Amount;
use model::proof::Grant;
use model::time::Timestamp;

use crate::client::Answer;
use crate::matrix::rows::Row;
use crate::visitor::{PASSWORD, Visitor, headers_of};
use crate::world::{Login, World, hmac_hex};

const WHOLE: i128 = 100_000_000;

/// A user with an account, money and a key that may do everything.
pub struct Person<'a> {
    pub world: &'a World,
    pub email: &'static str,
    pub account: AccountId,
    pub key: Login,
}

impl<'a> Person<'a> {
    pub async fn join(world: &'a World, email: &'static str) -> Person<'a> {
        let visitor = Visitor { world };
        visitor.join(email).await;
        let session = visitor.log_in(email, PASSWORD).await.json();
        let account = session["account"].as_u64().expect("a number");
        let account = AccountId(u32::try_from(account).expect("a small one"));
        deposit(world, account).await;
        let key = make_key(world, account, Scopes::ALL, Timestamp::MAX).await;
        Person {
            world,
            email,
            account,
            key,
        }
    }

    /// Returns the headers of a page with a new session.
    pub async fn page(&self) -> String {
        let visitor = Visitor { world: self.world };
        headers_of(&visitor.log_in(self.email, PASSWORD).await)
    }

    /// Lets the password go on signing in, whatever stands beside it.
    pub async fn allow_the_password_alone(&self) {
        let identity = self.world.gateway.identity();
        let email = Email::parse(self.email).expect("an address");
        let known = identity.password_of(&email).await.expect("read");
        let (user, _) = known.expect("a user");
        let rule = LoginRule::PasswordOrPasskey;
        let set = identity.set_login_rule(user, rule, gateway::clock::now());
        set.await.expect("set");
    }

    /// Opens a sub-account.
    pub async fn sub_account(&self, label: &str) -> AccountId {
        let (target, form) = (("POST", "/v1/subaccounts"), format!("label={label}"));
        let opened = send(self.world, target, &self.page().await, &form).await;
        assert_eq!(opened.status, 200, "{}", opened.body);
        let account = opened.json()["account"].as_u64().expect("a number");
        AccountId(u32::try_from(account).expect("a small one"))
    }

    pub async fn by_key(&self, (method, path): (&str, &str), parameters: &str) -> Answer {
        let parameters = signed(&self.key, parameters);
        let headers = key_header(&self.key);
        send(self.world, (method, path), &headers, &parameters).await
    }
}

/// Requests that answer from the history.
const PAST: &[&str] = &[
    "/v1/account/",
    "/v1/order/changes",
    "/v1/subaccounts/transfers",
];
/// Its body is a picture.
const UPLOAD: &str = "/v1/kyc/documents";

/// Sends a request with its parameters where they belong: those of a GET and of an upload in the query.
pub async fn send(
    world: &World,
    (method, path): (&str, &str),
    headers: &str,
    parameters: &str,
) -> Answer {
    if PAST.iter().any(|past| path.starts_with(past)) {
        world.fold_history().await;
    }
    let mut client = world.client().await;
    if method != "GET" && path != UPLOAD {
        return client.send(method, path, headers, parameters).await;
    }
    let target = match parameters {
        "" => path.to_owned(),
        parameters => format!("{path}?{parameters}"),
    };
    client.send(method, &target, headers, "").await
}

/// Returns the parameters with time and signature.
pub fn signed(login: &Login, parameters: &str) -> String {
    let payload = joined(parameters, &format!("timestamp={}", clock::now().millis()));
    let signature = hmac_hex(&login.secret, payload.as_bytes());
    format!("{payload}&signature={signature}")
}

pub fn key_header(login: &Login) -> String {
    format!("X-MBX-APIKEY: {}\r\n", login.public_id)
}

pub fn joined(left: &str, right: &str) -> String {
    match left {
        "" => right.to_owned(),
        left => format!("{left}&{right}"),
    }
}

impl Row {
    pub const fn target(&self) -> (&'static str, &'static str) {
        (self.method, self.path)
    }

    /// Returns the sound parameters, with a name of nobody's for what must name something.
    pub fn complete(&self) -> String {
        match self.names.first() {
            None => self.sound.to_owned(),
            Some(template) => {
                let (name, _) = template.split_once('=').expect("a name");
                joined(self.sound, &format!("{name}=1"))
            }
        }
    }
}

/// Returns a key that is in the exchange.
pub async fn make_key(
    world: &World,
    account: AccountId,
    scopes: Scopes,
    expires_at: Timestamp,
) -> Login {
    make_key_that(world, account, (scopes, Signing::Parameters), expires_at).await
}

/// Returns a key that is in the exchange and signs so.
pub async fn make_key_that(
    world: &World,
    account: AccountId,
    (scopes, signing): (Scopes, Signing),
    expires_at: Timestamp,
) -> Login {
    let terms = KeyTerms {
        account,
        label: "matrix".to_owned(),
        scopes,
        addresses: AddressRule::Loopback,
        signing,
    };
    let identity = world.gateway.identity();
    let issued = identity.create_hmac_key(&terms, clock::now()).await;
    let issued = issued.expect("issued");
    world
        .command(Command::CreateKey {
            key: issued.id,
            account,
            scopes,
            expires_at,
            grant: Some(Grant::Exchange),
        })
        .await;
    Login {
        public_id: issued.public_id,
        secret: issued.secret,
        key: issued.id,
    }
}

pub async fn deposit(world: &World, account: AccountId) {
    for (asset, wholes) in [(AssetId(0), 50), (AssetId(1), 5_000_000)] {
        let mut reference = [0x5a; 32];
        reference[..4].copy_from_slice(&account.0.to_le_bytes());
        reference[4..6].copy_from_slice(&asset.0.to_le_bytes());
        world
            .command(Command::CreditDeposit(Deposit {
                reference: Reference(reference),
                chain: ChainId(0),
                account,
                asset,
                amount: Amount::new(wholes * WHOLE).expect("legal"),
            }))
            .await;
    }
}
