//! A database that is damaged, and a sealed text that was changed, are found; what is whole is read to its end.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;

use identity::email::Email;
use identity::identity::{Identity, IdentityError};
use identity::integrity::{self, Whole};
use identity::master::MasterKey;
use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::{Executor, Row};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn master() -> MasterKey {
    MasterKey::from_bytes(&[7; 32])
}

/// Makes a database with some users and a letter to each.
async fn make(folder: &Path) {
    let address = place::address(folder).await;
    let identity = Identity::open(&address, master()).await.expect("opens");
    for number in 0..200 {
        let email = Email::parse(&format!("user{number}@example.test")).expect("an address");
        let user = identity.create_user("user", email.as_str(), NOW).await;
        let user: OwnerId = user.expect("made");
        identity.tell_key(user, NOW).await.expect("told");
    }
    identity.close().await;
}

async fn verify(folder: &Path, master: Option<&MasterKey>) -> Result<Whole, IdentityError> {
    integrity::verify(&place::address(folder).await, master).await
}

#[tokio::test]
async fn a_whole_database_is_read_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    make(folder.path()).await;
    let whole = verify(folder.path(), Some(&master())).await.expect("whole");
    assert_eq!(whole.opened, Some(201), "a letter each, and the seal");
    assert!(20 < whole.tables && 400 < whole.rows, "{whole:?}");
    let closed = verify(folder.path(), None).await.expect("whole");
    assert_eq!(
        closed,
        Whole {
            opened: None,
            ..whole
        }
    );
}

#[tokio::test]
async fn a_sealed_text_that_was_changed_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    make(folder.path()).await;
    let pool = place::raw(folder.path()).await;
    let swapped = "UPDATE outbox SET recipient = 'user5@example.test' WHERE id = 3";
    pool.execute(swapped).await.expect("changed");
    pool.close().await;
    let lost = verify(folder.path(), Some(&master())).await;
    assert!(
        matches!(
            lost,
            Err(IdentityError::SealedLost {
                count: 1,
                what: "messages"
            })
        ),
        "{lost:?}"
    );
    let said = lost.expect_err("lost").to_string();
    assert!(said.contains("docs/runbooks/damaged-users.md"), "{said}");
}

/// By rows alone nobody would see it: a request that looks for the user by an index does not find them.
#[tokio::test]
async fn a_row_that_is_missing_in_an_index_is_found() {
    if place::server().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    make(folder.path()).await;
    let unchecked = verify(folder.path(), None).await.expect("whole");
    assert_eq!(unchecked.indexes, None, "nobody has made it possible");
    let pool = place::raw(folder.path()).await;
    let run = async |statement: &'static str| pool.execute(statement).await.expect("done");
    run("CREATE EXTENSION amcheck").await;
    let whole = verify(folder.path(), None).await.expect("whole");
    assert!(whole.indexes.is_some_and(|count| 20 < count), "{whole:?}");
    // The server is told to leave the index alone for a moment.
    run("UPDATE pg_index SET indisready = FALSE WHERE indexrelid = 'outbox_pkey'::regclass").await;
    run("UPDATE outbox SET id = id + 100000 WHERE id = 7").await;
    run("UPDATE pg_index SET indisready = TRUE WHERE indexrelid = 'outbox_pkey'::regclass").await;
    pool.close().await;
    let damaged = verify(folder.path(), None).await;
    assert!(
        matches!(damaged, Err(IdentityError::DatabaseDamaged { .. })),
        "{damaged:?}"
    );
}

/// The pages of PostgreSQL are the server's, which says of them what it finds as they are read.
#[tokio::test]
async fn a_page_that_was_overwritten_is_found_and_names_what_to_do() {
    if place::server().is_some() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    make(folder.path()).await;
    let pool = place::raw(folder.path()).await;
    let number = async |query: &'static str| {
        let row = sqlx::query(query).fetch_one(&pool).await.expect("read");
        row.get::<i64, _>(0)
    };
    let root = number("SELECT rootpage FROM sqlite_master WHERE name = 'users'").await;
    let page = number("PRAGMA page_size").await;
    pool.close().await;
    let file = OpenOptions::new()
        .write(true)
        .open(folder.path().join("identity.sqlite"))
        .expect("opens");
    let start = u64::try_from((root - 1) * page).expect("a place");
    file.write_all_at(&[0xff; 64], start).expect("written");
    let damaged = verify(folder.path(), Some(&master())).await;
    assert!(
        matches!(damaged, Err(IdentityError::DatabaseDamaged { .. })),
        "{damaged:?}"
    );
    let address = place::address(folder.path()).await;
    let identity = Identity::open(&address, master()).await.expect("opens");
    let users = identity.users().await.expect_err("damaged").to_string();
    assert!(users.contains("docs/runbooks/damaged-users.md"), "{users}");
}
