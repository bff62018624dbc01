//! What begins a hold of payouts, held against every way on which money leaves: cell by cell (`docs/spec/keys.md`).
//!
//! A request that begins a hold and has no row in `triggers.rs` fails the tests of `acts`, which send every request; a
//! place that holds money for a payout and has no row in `ways.rs` fails the test below.

pub mod triggers;
mod ways;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use model::command::Command;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND};

use crate::withdrawals::{Ann, OWN};
use triggers::{FACTORS, LOGINS, RECOVERIES, Trigger};
use ways::{Purse, WAYS, Way};

/// So much of a day is left when a way is tried again: longer than the tests of a cause take.
const REST: i64 = 600 * NANOS_PER_SECOND;

/// Fails unless money leaves on every way, or on none on which it is held.
async fn look(ann: &mut Ann, purse: &Purse, trigger: &Trigger, is_held: bool) {
    for row in WAYS {
        let answer = purse.try_way(ann, row.way).await;
        let is_refused = is_held && row.is_held();
        let needs_factor = trigger.takes_every_factor() && row.way.shows_a_factor();
        let expected = match row.refused {
            _ if needs_factor => Some(-4013),
            Some(code) if is_refused => Some(code),
            _ => None,
        };
        let code = (answer.status != 200).then(|| answer.error().1);
        let (after, held) = (trigger.what, if is_held { "held" } else { "over" });
        assert_eq!(
            code, expected,
            "{after}, {held}, {}: {}",
            row.what, answer.body
        );
    }
}

/// Lets time pass; the exchange notes it, as it does every second.
async fn pass(ann: &Ann, nanos: i64) {
    ann.world.pass(nanos);
    ann.world.command(Command::Tick).await;
}

/// Each way is open, is closed by the trigger, is closed still when minutes of the day are left, and is open after it.
async fn check(trigger: &Trigger) {
    let mut ann = Ann::held().await;
    pass(&ann, NANOS_PER_DAY + REST).await;
    ann.sign_in().await;
    ann.add_address(OWN).await;
    let purse = Purse::of(&mut ann).await;
    let prepared = trigger.prepare(&mut ann).await;
    pass(&ann, NANOS_PER_DAY + REST).await;
    ann.sign_in().await;
    for row in WAYS {
        let answer = purse.try_way(&mut ann, row.way).await;
        assert_eq!(answer.status, 200, "before, {}: {}", row.what, answer.body);
    }

    trigger.pull(&mut ann, prepared).await;
    trigger.sign_in(&mut ann).await;
    look(&mut ann, &purse, trigger, true).await;
    pass(&ann, NANOS_PER_DAY - REST).await;
    trigger.sign_in(&mut ann).await;
    look(&mut ann, &purse, trigger, true).await;
    pass(&ann, REST + NANOS_PER_SECOND).await;
    look(&mut ann, &purse, trigger, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_way_to_sign_in_closes_every_way_for_a_day_and_no_longer() {
    for trigger in LOGINS {
        check(trigger).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_factor_closes_every_way_for_a_day_and_no_longer() {
    for trigger in FACTORS {
        check(trigger).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_address_and_a_lost_factor_close_every_way_for_a_day_and_no_longer() {
    for trigger in RECOVERIES {
        check(trigger).await;
    }
}

/// Returns the files below a folder in which a text stands.
fn files_with(text: &str, folder: &Path, found: &mut BTreeSet<String>) {
    let entries = fs::read_dir(folder).expect("a folder");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files_with(text, &path, found);
        } else if fs::read_to_string(&path).is_ok_and(|source| source.contains(text)) {
            found.insert(path.to_string_lossy().replace('\\', "/"));
        }
    }
}

/// Returns where a text stands in what is shipped above the core, as the ends of paths.
fn shipped_with(text: &str) -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = BTreeSet::new();
    for shipped in ["gateway", "bourse", "identity", "webhook"] {
        files_with(text, &crates.join(shipped).join("src"), &mut found);
    }
    let short = |path: String| path.rsplit_once("/../").expect("below").1.to_owned();
    found.into_iter().map(short).collect()
}

#[test]
fn money_is_held_for_payouts_by_the_ways_that_have_a_row_and_nowhere_else() {
    let known: BTreeSet<String> = WAYS
        .iter()
        .filter(|row| row.way != Way::OwnAccounts)
        .map(|row| row.file.to_owned())
        .collect();
    assert_eq!(
        shipped_with("Action::HoldWithdrawal"),
        known,
        "a way on which money leaves needs its row in crates/gateway/tests/gateway/payout_holds/ways.rs"
    );
}

/// Whoever reaches the gateway proves a payout by a factor or by a key that a factor vouched for. Only what a sandbox gave
/// goes without, and to nobody; without gifts there is no such request (`faucet.rs`).
#[test]
fn nothing_but_the_reset_of_a_sandbox_takes_money_without_a_proof() {
    let reset = BTreeSet::from(["gateway/src/rest/sandbox_reset.rs".to_owned()]);
    assert_eq!(shipped_with("Proof::Nowhere"), reset);
}
