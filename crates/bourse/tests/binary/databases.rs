//! Databases that are away while the exchange runs: told to whoever watches, in the way of no order.
//!
//! On PostgreSQL nobody is let in any more and who is in is put out, as by a server that is stopped or has no
//! connection left; and a lock that is held is a database that hangs. A file of SQLite can only be locked.

use std::time::{Duration, Instant};

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

use crate::place;
use crate::sandbox::{Sandbox, block_on, users_url};

/// Two looks of three seconds, a second before each, and what a crowded machine takes.
const PATIENCE: Duration = Duration::from_secs(40);

const ACCOUNTS: Told = Told {
    figure: "bourse_identity_up",
    component: "accounts",
    warning: "the database of accounts is away since",
};
const HISTORY: Told = Told {
    figure: "bourse_history_up",
    component: "history",
    warning: "the database of history is away since",
};

struct Told {
    figure: &'static str,
    component: &'static str,
    warning: &'static str,
}

impl Told {
    /// Waits until the metrics say that it is there, or that it is not, and holds everything else against that.
    fn check(&self, sandbox: &Sandbox, is_up: bool) {
        let line = format!("\n{} {}\n", self.figure, u8::from(is_up));
        let end = Instant::now() + PATIENCE;
        while !sandbox.watch("/metrics").contains(&line) {
            assert!(Instant::now() < end, "never {line}");
            std::thread::sleep(Duration::from_millis(50));
        }
        let health = sandbox.watch("/-/health");
        assert_eq!(health.contains(self.warning), !is_up, "{health}");
        let status = sandbox.get("/v1/status");
        let state = if is_up { "operational" } else { "degraded" };
        let component = format!("{{\"id\":\"{}\",\"state\":\"{state}\"", self.component);
        assert!(status.contains(&component), "{status}");
        let overall = format!("\"overall\":\"{state}\"");
        assert!(status.contains(&overall), "{status}");
        let ready = sandbox.watch("/-/ready");
        assert!(ready.starts_with("HTTP/1.1 200 "), "{ready}");
    }
}

async fn connect(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.expect("it answers")
}

/// Lets nobody into a database any more and puts out who is in, or lets them in again.
fn allow(url: &str, is_allowed: bool) {
    let (server, name) = url.rsplit_once('/').expect("a database");
    block_on(async {
        let mut administrator = connect(&format!("{server}/postgres")).await;
        let allow = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {is_allowed}");
        let allowed = administrator.execute(AssertSqlSafe(allow)).await;
        allowed.expect("allowed");
        if !is_allowed {
            let end = format!(
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"
            );
            let ended = administrator.execute(AssertSqlSafe(end)).await;
            ended.expect("ended");
        }
        administrator.close().await.expect("closed");
    });
}

/// Holds a database while something is looked at.
fn held(url: &str, hold: &'static str, look: impl FnOnce()) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().expect("a runtime");
    let mut holder = runtime.block_on(connect(url));
    runtime.block_on(holder.execute(hold)).expect("held");
    look();
    runtime
        .block_on(holder.execute("ROLLBACK"))
        .expect("let go");
    runtime.block_on(holder.close()).expect("closed");
}

#[test]
fn a_database_of_accounts_that_hangs_is_told_until_it_is_back() {
    let sandbox = Sandbox::start(&[]);
    ACCOUNTS.check(&sandbox, true);
    let (url, hold) = match users_url(&sandbox.data()) {
        Some(url) => (url, "BEGIN; SELECT pg_advisory_xact_lock(1651471730, 2)"),
        None => {
            let file = sandbox.data().join("identity.sqlite");
            (format!("sqlite:{}", file.display()), "BEGIN IMMEDIATE")
        }
    };
    held(&url, hold, || ACCOUNTS.check(&sandbox, false));
    ACCOUNTS.check(&sandbox, true);
}

#[test]
fn a_server_that_lets_nobody_in_is_told_until_it_does() {
    let sandbox = Sandbox::start(&[]);
    let Some(users) = users_url(&sandbox.data()) else {
        return;
    };
    for (told, url) in [(ACCOUNTS, users), (HISTORY, place::url(sandbox.folder()))] {
        told.check(&sandbox, true);
        allow(&url, false);
        told.check(&sandbox, false);
        allow(&url, true);
        told.check(&sandbox, true);
    }
}

#[test]
fn a_history_that_cannot_be_written_is_told_until_it_can() {
    let sandbox = Sandbox::start(&[]);
    HISTORY.check(&sandbox, true);
    let (url, hold) = match place::server() {
        Some(_) => (
            place::url(sandbox.folder()),
            "BEGIN; LOCK TABLE history.position IN ACCESS EXCLUSIVE MODE",
        ),
        None => {
            let file = sandbox.data().join("history.sqlite");
            (format!("sqlite:{}", file.display()), "BEGIN IMMEDIATE")
        }
    };
    held(&url, hold, || HISTORY.check(&sandbox, false));
    HISTORY.check(&sandbox, true);
}
