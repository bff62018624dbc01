//! Passkeys: what one signed counts once, over restarts, and not beyond its removal.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::address::AddressRule;
use identity::challenge::Act;
use identity::email::Email;
use identity::hashing::Hashing;
use identity::identity::{Identity, IdentityError, KeyTerms};
use identity::key::Signing;
use identity::login::{Login, NewLogin};
use identity::master::MasterKey;
use identity::passkey::{Creation, user_handle};
use identity::password::{Cost, Password, PasswordHash};
use identity::totp::Factor;
use identity::webauthn::Assertion;
use model::account::Scopes;
use model::id::{AccountId, KeyId, OwnerId};
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::authenticator::{Authenticator, authenticator, party};
use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_010_000);
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    Identity::open(&place::address(folder).await, master)
        .await
        .expect("opens")
}

fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

async fn join(identity: &Identity) -> (OwnerId, PasswordHash) {
    let place = Hashing::start(CHEAP).expect("starts").reserve();
    let hash = place
        .expect("room")
        .hash(Password::claim("fifteen letters"));
    let hash = hash.await.expect("hashed");
    let email = Email::parse("ann@example.test").expect("an address");
    let registered = identity.register(&email, &hash, NOW).await;
    registered.expect("registered");
    let token = identity.messages(1).await.expect("read").remove(0).token;
    let user = identity.confirm(&token.expect("a token"), NOW).await;
    (user.expect("confirmed"), hash)
}

async fn add(authenticator: &Authenticator, identity: &Identity, user: OwnerId) {
    let act = Act {
        user,
        session: KeyId(7),
        digest: [1; 32],
    };
    let token = identity.challenge(&act, NOW).await.expect("made");
    let (client_data, attestation) = authenticator.create(&Identity::to_be_signed(&token, &act));
    let creation = Creation {
        client_data: &client_data,
        attestation: &attestation,
    };
    let proposed = identity.read_creation(&party(), &token, &act, creation);
    let proposed = proposed.expect("made for this");
    let added = identity.add_passkey(user, &proposed, "laptop", NOW).await;
    added.expect("added");
}

async fn sign_in(
    identity: &Identity,
    user: OwnerId,
    (token, assertion): (&str, &Assertion),
    at: Timestamp,
) -> Result<(OwnerId, u64), IdentityError> {
    let signed = (assertion, user_handle(user));
    let signed = (signed.0, signed.1.as_slice());
    identity
        .sign_in_by_passkey(&party(), token, signed, at)
        .await
}

fn is_refused(answer: &Result<(OwnerId, u64), IdentityError>) -> bool {
    matches!(answer, Err(IdentityError::FactorRefused))
}

#[tokio::test]
async fn what_was_signed_counts_once_over_restarts_and_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, _) = join(&identity).await;
    let authenticator = authenticator();
    add(&authenticator, &identity, user).await;
    let (token, signed) = identity.login_challenge(NOW).await.expect("made");
    let (late, signed_late) = identity.login_challenge(NOW).await.expect("made");
    identity.close().await;

    let identity = open(folder.path()).await;
    let assertion = authenticator.sign(&signed, 2);
    let begun = sign_in(&identity, user, (&token, &assertion), after(299)).await;
    assert_eq!(begun.expect("it survives a restart").0, user);
    identity.close().await;

    let identity = open(folder.path()).await;
    // An authenticator that counts on is not what is refused here.
    let again = authenticator.sign(&signed, 3);
    assert!(is_refused(
        &sign_in(&identity, user, (&token, &again), after(299)).await
    ));
    let too_late = authenticator.sign(&signed_late, 3);
    assert!(is_refused(
        &sign_in(&identity, user, (&late, &too_late), after(300)).await
    ));
    let (token, signed) = identity.login_challenge(after(300)).await.expect("made");
    let copy = authenticator.sign(&signed, 2);
    assert!(is_refused(
        &sign_in(&identity, user, (&token, &copy), after(301)).await
    ));
    let next = authenticator.sign(&signed, 3);
    let begun = sign_in(&identity, user, (&token, &next), after(301)).await;
    begun.expect("the challenge was not used up");
}

#[tokio::test]
async fn of_two_logins_by_one_signature_one_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = Arc::new(open(folder.path()).await);
    let (user, _) = join(&identity).await;
    let authenticator = authenticator();
    add(&authenticator, &identity, user).await;
    let (token, signed) = identity.login_challenge(NOW).await.expect("made");
    let tasks: Vec<_> = (2..6)
        .map(|counter| {
            let assertion = authenticator.sign(&signed, counter);
            let (identity, token) = (Arc::clone(&identity), token.clone());
            tokio::spawn(async move {
                let begun = sign_in(&identity, user, (&token, &assertion), NOW).await;
                begun.is_ok()
            })
        })
        .collect();
    let mut begun = 0;
    for task in tasks {
        begun += u32::from(task.await.expect("runs"));
    }
    assert_eq!(begun, 1);
}

#[tokio::test]
async fn a_passkey_that_was_removed_in_the_meantime_begins_no_session() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, password) = join(&identity).await;
    let authenticator = authenticator();
    add(&authenticator, &identity, user).await;
    let (token, signed) = identity.login_challenge(NOW).await.expect("made");
    let assertion = authenticator.sign(&signed, 2);
    let signed_in = sign_in(&identity, user, (&token, &assertion), NOW).await;
    let (_, id) = signed_in.expect("signed");
    let terms = KeyTerms {
        account: AccountId(1),
        label: "browser".to_owned(),
        scopes: Scopes::READ,
        addresses: AddressRule::Any,
        signing: Signing::Parameters,
    };
    let login = || NewLogin {
        login: Login {
            user,
            agent: String::new(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        },
        password: password.clone(),
        factor: Factor::Passkey { id },
    };
    let begun = identity.create_browser_key(&terms, Some(login()), NOW);
    let (key, token) = begun.await.expect("it is there");
    assert_eq!(key.login.as_ref().map(|login| login.user), Some(user));
    let removed = identity.remove_passkey(user, id, after(1)).await;
    removed.expect("removed");
    assert!(identity.find_browser(&token, after(1)).is_none());
    let begun = identity.create_browser_key(&terms, Some(login()), after(1));
    let begun = begun.await;
    assert!(matches!(begun, Err(IdentityError::PasswordStale)));
    let handle = URL_SAFE_NO_PAD.encode(user_handle(user));
    assert_eq!(handle.len(), 43, "no address and no number");
    assert_ne!(user_handle(user), user_handle(OwnerId(user.0 + 1)));
}
