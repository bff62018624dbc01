//! What is particular to a database: who may run an exchange on it, who may write, and what an error tells.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use identity::database::DatabaseAddress;
use identity::identity::{Identity, IdentityError};
use identity::lease::Lease;
use identity::master::MasterKey;
use model::time::Timestamp;
use sqlx::{Executor, Row};
use tokio::time::timeout;

use crate::network::Network;
use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Written past the test harness, which keeps to itself what passing tests print.
#[test]
fn these_tests_say_on_which_database_they_ran() {
    let text = match place::server() {
        Some(_) => "\n*** The tests of identity run on PostgreSQL. ***\n",
        None => {
            "\n*** The tests of identity ran on SQLite ONLY. The other half did NOT run: use `cargo xtask postgres` \
             (apt-get install postgresql). ***\n"
        }
    };
    let told = std::io::stderr().write_all(text.as_bytes());
    told.expect("written");
}

#[tokio::test]
async fn one_exchange_at_a_time_runs_on_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = place::address(folder.path()).await;
    let mut first = Lease::take(&address).await.expect("free");
    let second = Lease::take(&address).await.err().expect("refused");
    assert!(matches!(second, IdentityError::DatabaseTaken { .. }));
    assert!(second.to_string().contains("another exchange runs"));
    first.keep().await.expect("kept");
    drop(first);
    Lease::take(&address).await.expect("free again");
}

/// Looking is allowed beside an exchange.
#[tokio::test]
async fn a_lease_leaves_the_database_open_to_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = place::address(folder.path()).await;
    let _lease = Lease::take(&address).await.expect("free");
    let first = Identity::open(&address, MasterKey::from_bytes(&[7; 32])).await;
    let second = Identity::open(&address, MasterKey::from_bytes(&[7; 32])).await;
    let first = first.expect("opens");
    let ann = first.create_user("ann", "ann@example.test", NOW).await;
    ann.expect("added");
    let users = second.expect("opens").users().await.expect("read");
    assert_eq!(users.len(), 1);
}

#[tokio::test]
async fn a_lease_whose_connection_was_cut_is_taken_again_or_lost() {
    if place::server().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let address = place::address(folder.path()).await;
    let mut first = Lease::take(&address).await.expect("free");
    cut(folder.path()).await;
    first.keep().await.expect("taken again");
    cut(folder.path()).await;
    let _second = Lease::take(&address).await.expect("free");
    let lost = first.keep().await.err();
    assert!(matches!(lost, Some(IdentityError::DatabaseTaken { .. })));
}

/// Ends the connections of all exchanges.
async fn cut(folder: &std::path::Path) {
    let pool = place::raw(folder).await;
    let query = "SELECT COUNT(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name LIKE 'bourse %'";
    let row = sqlx::query(query).fetch_one(&pool).await.expect("cut");
    assert_eq!(row.get::<i64, _>(0), 1);
    pool.close().await;
}

#[tokio::test]
async fn connections_that_were_cut_are_made_again() {
    if place::server().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let address = place::address(folder.path()).await;
    let identity = Identity::open(&address, MasterKey::from_bytes(&[7; 32])).await;
    let identity = identity.expect("opens");
    let ann = identity.create_user("ann", "ann@example.test", NOW).await;
    ann.expect("added");
    let pool = place::raw(folder.path()).await;
    let query = "SELECT COUNT(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let cut = sqlx::query(query).fetch_one(&pool).await.expect("cut");
    assert!(0 < cut.get::<i64, _>(0));
    assert_eq!(identity.users().await.expect("read").len(), 1);
    let bob = identity.create_user("bob", "bob@example.test", NOW).await;
    bob.expect("added");
}

/// As on a full disk: SQLite undoes the whole transaction before its own end comes. Every connection of the pool meets it.
#[tokio::test]
async fn a_transaction_that_the_database_has_undone_spoils_no_connection() {
    if place::server().is_some() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let address = place::address(folder.path()).await;
    let identity = Identity::open(&address, MasterKey::from_bytes(&[7; 32])).await;
    let identity = identity.expect("opens");
    let pool = place::raw(folder.path()).await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON users
                BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END";
    pool.execute(full).await.expect("made");
    for _ in 0..20 {
        let refused = identity.create_user("ann", "ann@example.test", NOW).await;
        let said = format!("{:?}", refused.expect_err("full"));
        assert!(said.contains("database or disk is full"), "{said}");
    }
    pool.execute("DROP TRIGGER full").await.expect("dropped");
    let ann = identity.create_user("ann", "ann@example.test", NOW).await;
    ann.expect("added");
    pool.close().await;
}

/// A turn that somebody keeps for too long is an error, and the connection that waited is as good as before.
#[tokio::test]
async fn a_write_waits_for_its_turn_and_not_for_ever() {
    if place::server().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let address = place::address(folder.path()).await;
    let identity = Identity::open(&address, MasterKey::from_bytes(&[7; 32])).await;
    let identity = identity.expect("opens");
    let pool = place::raw(folder.path()).await;
    let mut turn = pool.begin().await.expect("begun");
    let locked = turn.execute("SELECT pg_advisory_xact_lock(1651471730, 2)");
    locked.await.expect("locked");
    let ann = identity.create_user("ann", "ann@example.test", NOW).await;
    assert!(matches!(ann, Err(IdentityError::Database(_))));
    turn.rollback().await.expect("ended");
    let ann = identity.create_user("ann", "ann@example.test", NOW).await;
    ann.expect("added");
}

#[tokio::test]
async fn a_server_that_is_away_is_named_without_the_password() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let text = format!("postgres://ann:hush@127.0.0.1:{port}/db");
    let address = DatabaseAddress::parse(&text).expect("understood");
    let opened = Identity::open(&address, MasterKey::from_bytes(&[7; 32])).await;
    let error = opened.err().expect("refused");
    let text = format!("{error} {error:?}");
    assert!(text.contains(&format!("ann@127.0.0.1:{port}/db")), "{text}");
    assert!(text.contains("ConnectionRefused"), "{text}");
    assert!(!text.contains("hush"), "{text}");
}

/// Connections whose answers never come are given up with the requests that wait for them, and others take their place.
#[tokio::test]
async fn connections_that_a_network_swallows_are_given_up() {
    if place::server().is_none() {
        return;
    }
    const PATIENCE: Duration = Duration::from_millis(500);
    let folder = tempfile::tempdir().expect("a folder");
    place::address(folder.path()).await;
    let network = Network::before(&place::url(folder.path())).await;
    let address = DatabaseAddress::parse(&network.url).expect("understood");
    let identity = Identity::open(&address, MasterKey::from_bytes(&[7; 32])).await;
    let identity = Arc::new(identity.expect("opens"));
    let ask_many = async || {
        let asking = (0..20).map(|_| {
            let identity = Arc::clone(&identity);
            tokio::spawn(async move { timeout(PATIENCE, identity.users()).await })
        });
        let mut answered = 0;
        for asked in asking.collect::<Vec<_>>() {
            answered += usize::from(matches!(asked.await.expect("asked"), Ok(Ok(_))));
        }
        answered
    };
    while ask_many().await < 20 {}
    network.swallow();
    assert_eq!(ask_many().await, 0);
    let found = timeout(Duration::from_secs(20), async {
        while !matches!(timeout(PATIENCE, identity.users()).await, Ok(Ok(_))) {}
    });
    found.await.expect("new connections");
    timeout(Duration::from_secs(20), identity.close())
        .await
        .expect("closed");
}
