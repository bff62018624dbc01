//! Every scenario file beside this one, compared line by line.
//!
//! `BLESS=1 cargo test -p engine` writes what the engine really does into the files; read the difference.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::event::Event;
use model::order::CloseReason;
use model::reject::Reject;

use crate::script::Script;

/// Refusals that no scenario of a readable length can provoke, and what provokes them.
const OUT_OF_REACH: &[(Reject, &str)] = &[
    (
        Reject::IdempotencyFull,
        "10 million results; a unit test of the table fills a smaller one",
    ),
    (Reject::AssetLimit, "4,096 assets; see limits.rs"),
    (Reject::MarketLimit, "4,096 markets; see limits.rs"),
    (Reject::MarketExhausted, "2^53 orders; see limits.rs"),
    (Reject::AccountLimit, "2^28 accounts"),
    (
        Reject::CapacityExhausted,
        "2^28 orders in a book or 2^30 rows in a table",
    ),
    (
        Reject::NoLiquidity,
        "a market order that finds nobody is accepted and expires",
    ),
];

fn scenario_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let entries = std::fs::read_dir(folder).expect("the folder of this test");
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Plays a scenario file and returns every event.
fn check(file: &Path) -> Vec<Event> {
    let text = std::fs::read_to_string(file).expect("a readable scenario");
    let mut script = Script::new();
    let played = script.play(&text);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file, &played).expect("a writable scenario");
    } else {
        assert_same_lines(file, &text, &played);
    }
    script.checked.events
}

fn assert_same_lines(file: &Path, expected: &str, played: &str) {
    for (number, (expected, played)) in expected.lines().zip(played.lines()).enumerate() {
        let place = format!("{}:{}", file.display(), number + 1);
        assert_eq!(played, expected, "at {place}");
    }
    let (expected, played) = (expected.lines().count(), played.lines().count());
    assert_eq!(played, expected, "lines of {}", file.display());
}

/// Every way in which an order ends.
const ENDS: [CloseReason; 15] = [
    CloseReason::Filled,
    CloseReason::Cancelled,
    CloseReason::Replaced,
    CloseReason::ImmediateRemainder,
    CloseReason::FillOrKillUnfilled,
    CloseReason::InsufficientLiquidity,
    CloseReason::ExecutionBand,
    CloseReason::SelfTrade,
    CloseReason::Delisted,
    CloseReason::ExchangeCancelled,
    CloseReason::OtherLeg,
    CloseReason::WorkingLeg,
    CloseReason::InsufficientFunds,
    CloseReason::NotPlaceable,
    CloseReason::Countdown,
];

fn reasons(event: &Event) -> Option<Reject> {
    match event {
        Event::Rejected { reason }
        | Event::ReplaceCancelRejected { reason }
        | Event::ReplacePlaceRejected { reason } => Some(*reason),
        _ => None,
    }
}

#[test]
fn every_scenario_gives_the_events_it_says_and_together_they_provoke_every_refusal_and_end() {
    let (mut provoked, mut ends) = (BTreeSet::new(), BTreeSet::new());
    for file in scenario_files() {
        let events = check(&file);
        provoked.extend(events.iter().filter_map(reasons));
        ends.extend(events.iter().filter_map(|event| match event {
            Event::OrderClosed(closed) => Some(closed.reason),
            _ => None,
        }));
    }
    assert_eq!(ends, BTreeSet::from(ENDS), "the ways in which orders end");
    for reject in Reject::ALL {
        let is_out_of_reach = OUT_OF_REACH.iter().any(|(other, _)| other == reject);
        assert_eq!(
            provoked.contains(reject),
            !is_out_of_reach,
            "whether a scenario provokes {reject:?}"
        );
    }
}
