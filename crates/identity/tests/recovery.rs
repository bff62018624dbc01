//! Passwords that are forgotten or changed: by token or by the old one, in time, once, and with the end of all logins.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use identity::address::AddressRule;
use identity::email::Email;
use identity::hashing::Hashing;
use identity::identity::{Identity, IdentityError, KeyTerms};
use identity::key::Signing;
use identity::login::{Asker, Attempt, Counter, Login, NewLogin, Whence};
use identity::master::MasterKey;
use identity::operator::{NewOperator, Roles};
use identity::operator_key::OperatorKey;
use identity::outbox::Subject;
use identity::password::{Cost, Password, PasswordHash};
use identity::policy::Kind;
use identity::proposal::{Decision, Draft, ProposalError, State};
use identity::totp::Factor;
use model::account::Scopes;
use model::id::{AccountId, OwnerId};
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
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

fn ann() -> Email {
    Email::parse("ann@example.test").expect("an address")
}

fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

async fn hash(text: &str) -> PasswordHash {
    let place = Hashing::start(CHEAP).expect("starts").reserve();
    let place = place.expect("room");
    place.hash(Password::claim(text)).await.expect("hashed")
}

async fn newest_token(identity: &Identity) -> String {
    let message = identity.messages(1).await.expect("read").remove(0);
    message.token.expect("a token")
}

async fn join(identity: &Identity) -> OwnerId {
    let registered = identity
        .register(&ann(), &hash("fifteen letters").await, NOW)
        .await;
    registered.expect("registered");
    let token = newest_token(identity).await;
    identity.confirm(&token, NOW).await.expect("confirmed")
}

async fn known(identity: &Identity) -> PasswordHash {
    let known = identity.password_of(&ann()).await.expect("read");
    known.expect("a user with a password").1
}

async fn log_in(
    identity: &Identity,
    user: OwnerId,
    password: PasswordHash,
    at: Timestamp,
) -> Result<String, IdentityError> {
    let login = Login {
        user,
        agent: String::new(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    let terms = KeyTerms {
        account: AccountId(7),
        label: "browser".to_owned(),
        scopes: Scopes::READ,
        addresses: AddressRule::Any,
        signing: Signing::Parameters,
    };
    let new = NewLogin {
        login,
        password,
        factor: Factor::Absent,
    };
    let created = identity.create_browser_key(&terms, Some(new), at).await;
    created.map(|(_, token)| token)
}

#[tokio::test]
async fn a_token_replaces_a_password_once_and_ends_every_login() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = join(&identity).await;
    let old = known(&identity).await;
    let session = log_in(&identity, user, old.clone(), NOW)
        .await
        .expect("begun");
    for _ in 0..2 {
        identity
            .ask_reset(&ann(), Asker::Stranger, NOW)
            .await
            .expect("asked");
    }
    let token = newest_token(&identity).await;
    let new = hash("and another one!").await;
    let reset = identity.reset_password(&token, &new, after(1)).await;
    assert_eq!(reset.expect("reset"), user);
    assert!(known(&identity).await == new);
    let told = identity.messages(1).await.expect("read").remove(0);
    assert_eq!((told.subject, told.token), (Subject::PasswordChanged, None));
    assert!(identity.find_browser(&session, after(1)).is_none());
    assert_eq!(identity.ended_browsers(after(1)).len(), 1);
    let twice = identity.reset_password(&token, &old, after(1)).await;
    assert!(matches!(twice, Err(IdentityError::TokenRefused)));
    let stale = log_in(&identity, user, old, after(1)).await;
    assert!(
        matches!(stale, Err(IdentityError::PasswordStale)),
        "it was compared before"
    );
    let session = log_in(&identity, user, new, after(1)).await.expect("begun");
    identity.close().await;

    // As after a stop before the exchange was told.
    let identity = open(folder.path()).await;
    assert_eq!(identity.ended_browsers(after(2)).len(), 1);
    assert!(identity.find_browser(&session, after(2)).is_some());
}

#[tokio::test]
async fn a_token_has_its_hour() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    join(&identity).await;
    identity
        .ask_reset(&ann(), Asker::Stranger, NOW)
        .await
        .expect("asked");
    let token = newest_token(&identity).await;
    let new = hash("and another one!").await;
    for (token, at) in [(&*token, after(3_600)), ("", NOW), (&token[1..], NOW)] {
        let refused = identity.reset_password(token, &new, at).await;
        assert!(matches!(refused, Err(IdentityError::TokenRefused)));
    }
    identity.forget_old(after(3_599)).await.expect("forgotten");
    let in_time = identity.reset_password(&token, &new, after(3_599)).await;
    in_time.expect("in time");
}

/// Strangers have the letters of a day written, and those of other subjects; neither is in the user's way.
#[tokio::test]
async fn strangers_do_not_use_up_the_resets_of_devices_that_the_user_has_signed_in_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = join(&identity).await;
    for _ in 0..12 {
        let password = hash("fifteen letters").await;
        let registered = identity.register(&ann(), &password, NOW).await;
        registered.expect("the same answer");
    }
    let whence = Whence {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        agent: "Firefox",
    };
    let before = identity.asker(&ann(), &whence).await.expect("read");
    assert_eq!(before, Asker::Stranger);
    identity
        .note_device(user, &whence, NOW)
        .await
        .expect("noted");
    let known = identity.asker(&ann(), &whence).await.expect("read");
    assert_eq!(known, Asker::KnownDevice);
    let letters = async |asker, count| {
        for _ in 0..count {
            identity.ask_reset(&ann(), asker, NOW).await.expect("asked");
        }
        let messages = identity.messages(100).await.expect("read");
        let resets = messages
            .iter()
            .filter(|one| one.subject == Subject::PasswordReset);
        resets.count()
    };
    assert_eq!(letters(Asker::Stranger, 30).await, 10);
    assert_eq!(letters(Asker::KnownDevice, 1).await, 11);
    assert_eq!(letters(Asker::KnownDevice, 30).await, 20);
    assert_eq!(letters(Asker::Stranger, 5).await, 20);
}

#[tokio::test]
async fn operators_end_every_session_of_a_user_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = join(&identity).await;
    let password = known(&identity).await;
    let session = log_in(&identity, user, password.clone(), NOW).await;
    let session = session.expect("begun");
    let both = ["ann", "bob"].map(|name| NewOperator {
        name: name.to_owned(),
        roles: Roles::ALL,
        public_key: OperatorKey::generate().expect("random").public(),
    });
    identity.bootstrap(&both, NOW).await.expect("bootstraps");
    let operators = identity.operators().await.expect("read");
    let end = async |parameters: &str| {
        let draft = Draft {
            kind: Kind::EndSessions,
            parameters: parameters.to_owned(),
            reason: "a stolen telephone".to_owned(),
            worth: String::new(),
        };
        let proposal = identity.propose(&operators[0], draft, after(1)).await?;
        let approve = Decision::Approve(proposal.digest);
        let decided = identity.decide(&operators[1], proposal.id, &approve, after(1));
        decided.await?;
        identity.change_people(proposal.id, after(1)).await?;
        identity.proposal(proposal.id).await
    };
    let nobody = end("user=99").await;
    assert!(matches!(nobody, Err(ProposalError::Parameters(_))));
    assert!(identity.find_browser(&session, after(1)).is_some());
    let done = end(&format!("user={}", user.0)).await.expect("carried out");
    assert_eq!(done.state, State::Executed, "{}", done.outcome);
    assert!(identity.find_browser(&session, after(1)).is_none());
    assert_eq!(identity.ended_browsers(after(1)).len(), 1);
    let again = log_in(&identity, user, password, after(2)).await;
    assert!(again.is_ok(), "the password is as it was");
    identity.close().await;
    let identity = open(folder.path()).await;
    assert!(identity.find_browser(&session, after(2)).is_none());
}

#[tokio::test]
async fn nobody_without_an_account_is_sent_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    identity
        .ask_reset(&ann(), Asker::Stranger, NOW)
        .await
        .expect("asked");
    assert!(identity.messages(1).await.expect("read").is_empty());
}

#[tokio::test]
async fn a_reset_ends_the_waiting_of_the_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    join(&identity).await;
    let address = ann();
    let counter = Counter::of_strangers(&address);
    let attempt = || identity.begin_attempt(&counter, NOW);
    for _ in 0..5 {
        assert_eq!(attempt().await.expect("counted"), Attempt::Begun);
    }
    assert_eq!(
        attempt().await.expect("counted"),
        Attempt::Wait { seconds: 1 }
    );
    identity
        .ask_reset(&ann(), Asker::Stranger, NOW)
        .await
        .expect("asked");
    let token = newest_token(&identity).await;
    let reset = identity
        .reset_password(&token, &hash("and another one!").await, NOW)
        .await;
    reset.expect("reset");
    assert_eq!(attempt().await.expect("counted"), Attempt::Begun);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_changes_at_the_same_time_one_succeeds() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = Arc::new(open(folder.path()).await);
    let user = join(&identity).await;
    let old = known(&identity).await;
    let mut changes = Vec::new();
    for text in ["and another one!", "and a third one"] {
        let (identity, old, new) = (Arc::clone(&identity), old.clone(), hash(text).await);
        changes.push(tokio::spawn(async move {
            identity.change_password(user, &old, &new, NOW).await
        }));
    }
    let mut succeeded = 0;
    for change in changes {
        match change.await.expect("ends") {
            Ok(()) => succeeded += 1,
            Err(error) => assert!(matches!(error, IdentityError::PasswordStale)),
        }
    }
    assert_eq!(succeeded, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_login_with_the_old_password_outlives_its_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = Arc::new(open(folder.path()).await);
    let user = join(&identity).await;
    let old = known(&identity).await;
    let logins: Vec<_> = (0..16)
        .map(|_| {
            let (identity, old) = (Arc::clone(&identity), old.clone());
            tokio::spawn(async move { log_in(&identity, user, old, NOW).await })
        })
        .collect();
    let new = hash("and another one!").await;
    let changed = identity.change_password(user, &old, &new, after(1)).await;
    changed.expect("changed");
    for login in logins {
        match login.await.expect("ends") {
            Ok(token) => assert!(identity.find_browser(&token, after(1)).is_none()),
            Err(error) => assert!(matches!(error, IdentityError::PasswordStale)),
        }
    }
}
