//! Becoming a user: by token, once, in time, and without anybody learning who is one already.

use std::path::Path;

use identity::email::Email;
use identity::hashing::Hashing;
use identity::identity::{Identity, IdentityError};
use identity::master::MasterKey;
use identity::outbox::{Message, State, Subject};
use identity::password::{Cost, Password, PasswordHash};
use model::id::AccountId;
use model::time::{NANOS_PER_DAY, Timestamp};
use sqlx::Row;

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

async fn count(folder: &Path, table: &str) -> i64 {
    let pool = place::raw(folder).await;
    let row = match table {
        "users" => sqlx::query("SELECT COUNT(*) FROM users"),
        "registrations" => sqlx::query("SELECT COUNT(*) FROM registrations"),
        _ => sqlx::query("SELECT COUNT(*) FROM outbox"),
    };
    let row = row.fetch_one(&pool).await.expect("counts");
    pool.close().await;
    row.get(0)
}

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

async fn hash(text: &str) -> PasswordHash {
    let hashing = Hashing::start(CHEAP).expect("starts");
    let place = hashing.reserve().expect("room");
    place.hash(Password::claim(text)).await.expect("hashed")
}

async fn newest(identity: &Identity) -> Message {
    identity.messages(1).await.expect("read").remove(0)
}

async fn register(identity: &Identity, address: &str, at: Timestamp) -> Message {
    let hash = hash("fifteen letters").await;
    let registered = identity.register(&email(address), &hash, at).await;
    registered.expect("registered");
    newest(identity).await
}

#[tokio::test]
async fn a_token_makes_a_user_once_and_tells_the_same_one_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let message = register(&identity, "Ann@example.test", NOW).await;
    assert_eq!(message.recipient, "ann@example.test");
    assert_eq!(
        (message.subject, message.state),
        (Subject::Registration, State::Waiting)
    );
    let token = message.token.expect("a token");
    assert!(identity.users().await.expect("read").is_empty(), "not yet");
    let user = identity.confirm(&token, NOW).await.expect("confirmed");
    assert_eq!(identity.account_of(user).await.expect("read"), None);
    let account = AccountId(7);
    identity.note_account(user, account).await.expect("noted");
    identity
        .note_account(user, account)
        .await
        .expect("noted again");
    identity.close().await;

    let identity = open(folder.path()).await;
    assert_eq!(identity.confirm(&token, NOW).await.expect("again"), user);
    assert_eq!(
        identity.account_of(user).await.expect("read"),
        Some(account)
    );
    assert_eq!(identity.users().await.expect("read").len(), 1);
}

#[tokio::test]
async fn a_token_has_its_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let token = register(&identity, "ann@example.test", NOW).await.token;
    let token = token.expect("a token");
    let end = NOW.plus_nanos(NANOS_PER_DAY);
    for refused in [
        identity.confirm(&token, end).await,
        identity.confirm("", NOW).await,
        identity.confirm(&token[1..], NOW).await,
    ] {
        assert!(matches!(refused, Err(IdentityError::TokenRefused)));
    }
    let before = end.plus_nanos(-1);
    identity.forget_old(before).await.expect("forgotten");
    identity.confirm(&token, before).await.expect("in time");
}

#[tokio::test]
async fn what_is_old_is_forgotten() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    register(&identity, "ann@example.test", NOW).await;
    identity
        .forget_old(NOW.plus_nanos(NANOS_PER_DAY))
        .await
        .expect("forgotten");
    assert_eq!(count(folder.path(), "registrations").await, 0);
    assert_eq!(count(folder.path(), "outbox").await, 1);
    identity
        .forget_old(NOW.plus_nanos(7 * NANOS_PER_DAY))
        .await
        .expect("forgotten");
    assert_eq!(count(folder.path(), "outbox").await, 0);
}

#[tokio::test]
async fn an_address_that_is_taken_makes_the_same_rows_and_another_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    identity
        .create_user("ann", "ann@example.test", NOW)
        .await
        .expect("new");
    for (index, (address, subject)) in [
        ("ann@example.test", Subject::AlreadyRegistered),
        ("bob@example.test", Subject::Registration),
    ]
    .into_iter()
    .enumerate()
    {
        let message = register(&identity, address, NOW).await;
        assert_eq!(message.subject, subject);
        assert_eq!(message.token.is_some(), subject == Subject::Registration);
        let rows = index as i64 + 1;
        assert_eq!(count(folder.path(), "registrations").await, rows);
        assert_eq!(count(folder.path(), "outbox").await, rows);
    }
}

#[tokio::test]
async fn of_several_registrations_the_first_that_is_confirmed_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let message = register(&identity, "ann@example.test", NOW).await;
        tokens.push(message.token.expect("a token"));
    }
    let user = identity.confirm(&tokens[1], NOW).await.expect("confirmed");
    for other in [&tokens[0], &tokens[2]] {
        let refused = identity.confirm(other, NOW).await;
        assert!(matches!(refused, Err(IdentityError::TokenRefused)));
    }
    assert_eq!(
        identity.confirm(&tokens[1], NOW).await.expect("again"),
        user
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirming_at_the_same_time_makes_one_user() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = std::sync::Arc::new(open(folder.path()).await);
    let first = register(&identity, "ann@example.test", NOW).await.token;
    let second = register(&identity, "ann@example.test", NOW).await.token;
    let mut confirmed = Vec::new();
    let tasks: Vec<_> = (0..16)
        .map(|index| {
            let token = if index % 2 == 0 { &first } else { &second };
            let token = token.clone().expect("a token");
            let identity = std::sync::Arc::clone(&identity);
            tokio::spawn(async move { identity.confirm(&token, NOW).await })
        })
        .collect();
    for task in tasks {
        match task.await.expect("ends") {
            Ok(user) => confirmed.push(user),
            Err(error) => assert!(matches!(error, IdentityError::TokenRefused), "{error:?}"),
        }
    }
    assert_eq!(
        confirmed.len(),
        8,
        "every time with the token that came first"
    );
    assert!(confirmed.iter().all(|user| *user == confirmed[0]));
    assert_eq!(count(folder.path(), "users").await, 1);
}

#[tokio::test]
async fn nobody_is_sent_more_than_ten_messages_a_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    for _ in 0..12 {
        register(&identity, "ann@example.test", NOW).await;
    }
    assert_eq!(count(folder.path(), "outbox").await, 10);
    register(&identity, "bob@example.test", NOW).await;
    let tomorrow = NOW.plus_nanos(NANOS_PER_DAY);
    register(&identity, "ann@example.test", tomorrow).await;
    assert_eq!(count(folder.path(), "outbox").await, 12);
}

#[tokio::test]
async fn the_files_hold_neither_token_nor_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let message = register(&identity, "ann@example.test", NOW).await;
    identity.close().await;
    let bytes = place::stored(folder.path()).await;
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(
        holds("ann@example.test") && holds("$argon2id$v=19$"),
        "this would see what is stored"
    );
    assert!(!holds(&message.token.expect("a token")));
    assert!(!holds("fifteen letters"));
}

/// As version 2 of this program made it.
const VERSION_2: &str = "
    CREATE TABLE users (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        name        TEXT NOT NULL,
        email       TEXT NOT NULL UNIQUE,
        created_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE api_keys (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        public_id    TEXT NOT NULL UNIQUE,
        kind         INTEGER NOT NULL,
        credential   BLOB NOT NULL,
        account      INTEGER NOT NULL,
        label        TEXT NOT NULL,
        scopes       INTEGER NOT NULL,
        addresses    TEXT NOT NULL,
        created_ns   INTEGER NOT NULL,
        last_used_ns INTEGER NOT NULL DEFAULT 0,
        revoked_ns   INTEGER
    ) STRICT;
    INSERT INTO users (name, email, created_ns) VALUES ('ann', 'ann@example.test', 1);
    INSERT INTO api_keys (public_id, kind, credential, account, label, scopes, addresses, created_ns)
        VALUES ('abc', 3, zeroblob(32), 7, 'browser', 3, 'loopback', 1);
    PRAGMA user_version = 2;
";

#[tokio::test]
async fn a_database_of_version_2_opens_with_all_it_has() {
    // There was SQLite alone.
    if place::server().is_some() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let pool = place::raw(folder.path()).await;
    sqlx::raw_sql(VERSION_2).execute(&pool).await.expect("made");
    pool.close().await;
    let identity = open(folder.path()).await;
    assert_eq!(identity.users().await.expect("read")[0].name, "ann");
    assert_eq!(identity.browsers(AccountId(7)).len(), 1);
    let message = register(&identity, "bob@example.test", NOW).await;
    let token = message.token.expect("a token");
    identity.confirm(&token, NOW).await.expect("confirmed");
    identity.close().await;
    let pool = place::raw(folder.path()).await;
    let version = sqlx::query("PRAGMA user_version").fetch_one(&pool).await;
    assert_eq!(version.expect("read").get::<i64, _>(0), 4);
    assert_eq!(
        open(folder.path()).await.users().await.expect("read").len(),
        2
    );
}
