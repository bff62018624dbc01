//! Tests on a server of PostgreSQL.

pub mod server;
mod sweep;

use crate::mutants::{self, Choice};
use crate::shell;
use anyhow::Result;
use server::Server;

/// Told to the tests: the URL of the server, without a database.
const VARIABLE: &str = "BOURSE_TEST_POSTGRES";

/// Tests that open users, keys, sessions or a history, the longest first. Every test of the gateway over HTTP is among
/// them: a list of those that need a database would miss the next one.
/// Those of the binary start an exchange with users, each but a few that read its documents. Beyond them, `syslog` and
/// `mail` have tests of framing, and `webhook` of calls, that open none: they take no time.
const CHOICES: [Choice<'static>; 9] = [
    choice("gateway/gateway", ""),
    choice("bourse/binary", ""),
    choice("indexer/history", ""),
    choice("bourse/users", ""),
    choice("identity/identity", ""),
    choice("identity/lib", "store::"),
    choice("mail/mail", ""),
    choice("webhook/webhook", ""),
    choice("syslog/syslog", ""),
];

const fn choice<'a>(check: &'a str, part: &'a str) -> Choice<'a> {
    Choice { check, part }
}

/// Runs the tests of accounts and of the history on PostgreSQL, out of the build that `ci test` has made.
pub fn check() -> Result<()> {
    let server = Server::start()?;
    sweep::beside(&server, || {
        mutants::test_some(&CHOICES, &[(VARIABLE, &server.url())])
    })
}

/// Runs a command to which a server is told.
pub fn run(command: &[&str]) -> Result<()> {
    let [program, arguments @ ..] = command else {
        return check();
    };
    let server = Server::start()?;
    sweep::beside(&server, || {
        shell::run_with(program, arguments, &[(VARIABLE, &server.url())])
    })
}
