//! The same day has the same bytes, whoever writes it and from wherever.

use std::fs;
use std::path::Path;

use archive::day::Day;
use archive::error::ArchiveError;
use archive::fold::Fold;
use archive::opening;
use archive::writing::{Plan, Writing};

use views::interval::Interval;

use crate::past::{CLUSTER, Past};
use crate::unpacked::files;

const PACE: i64 = 60_000_000_000;

/// Returns a plan without the longest files.
fn plan(day: Day, root: &Path) -> Plan {
    Plan {
        intervals: vec![Interval::Minute1, Interval::Hour1, Interval::Day1],
        ..Plan::of_everything(day, root)
    }
}

#[test]
fn a_day_is_the_same_from_the_first_command_and_from_its_opening() {
    for seed in 1..=2 {
        let past = Past::new(seed, 6_000, PACE);
        let days = past.days();
        assert!(2 < days.len());
        let (one, other) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        let state = other.path().join("opening.bin");
        let mut fold = Fold::start(CLUSTER);
        for day in &days {
            past.carry_out(&mut fold, plan(*day, one.path()));
        }
        let mut first = Fold::start(CLUSTER);
        for day in &days {
            let read = opening::read(&state, CLUSTER).expect("readable");
            let mut fold = match read {
                Some((fold, next)) => {
                    assert_eq!(next, *day);
                    let last = fold.sequence().0 as usize - 1;
                    assert!(fold.was_reached_by(&past.payloads[last]));
                    assert!(!fold.was_reached_by(&past.payloads[last - 1]));
                    fold
                }
                None => std::mem::replace(&mut first, Fold::start(CLUSTER)),
            };
            past.carry_out(&mut fold, plan(*day, other.path()));
            opening::write(&state, &fold, day.next()).expect("written");
        }
        fs::remove_file(state).expect("there");
        assert_eq!(files(one.path()), files(other.path()));
    }
}

#[test]
fn a_day_that_was_cut_off_is_not_seen_and_then_whole() {
    let past = Past::new(4, 3_000, PACE);
    let day = past.days()[0];
    let (one, other) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    past.carry_out(&mut Fold::start(CLUSTER), plan(day, one.path()));
    let mut fold = Fold::start(CLUSTER);
    let mut writing = Writing::begin(plan(day, other.path()), &fold).expect("begun");
    for payload in &past.payloads[..past.place(day.next().begins()) - 1] {
        writing.add(&mut fold, payload).expect("the next");
    }
    drop(writing);
    assert!(!other.path().join("spot").exists());
    past.carry_out(&mut Fold::start(CLUSTER), plan(day, other.path()));
    assert_eq!(files(one.path()), files(other.path()));
}

#[test]
fn a_state_of_others_or_a_damaged_one_is_refused() {
    let past = Past::new(5, 2_000, PACE);
    let folder = tempfile::tempdir().expect("a folder");
    let (state, day) = (folder.path().join("opening.bin"), past.days()[0]);
    let mut fold = Fold::start(CLUSTER);
    past.carry_out(&mut fold, plan(day, folder.path()));
    opening::write(&state, &fold, day.next()).expect("written");
    let is_refused = |cluster| {
        let read = opening::read(&state, cluster);
        matches!(read, Err(ArchiveError::Opening { .. }))
    };
    assert!(!is_refused(CLUSTER));
    assert!(is_refused(CLUSTER + 1));
    let whole = fs::read(&state).expect("there");
    for place in [0, 9, 70, 90, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        fs::write(&state, bytes).expect("written");
        assert!(is_refused(CLUSTER), "byte {place}");
    }
    for length in [0, 50, 96, whole.len() - 1] {
        fs::write(&state, &whole[..length]).expect("written");
        assert!(is_refused(CLUSTER), "{length} bytes");
    }
}

#[test]
fn events_that_do_not_follow_are_refused() {
    let past = Past::new(6, 20, PACE);
    let mut fold = Fold::start(CLUSTER);
    fold.add(&past.payloads[0]).expect("the first");
    let gap = fold.add(&past.payloads[2]).expect_err("a gap");
    assert!(matches!(gap, ArchiveError::Gap { .. }), "{gap}");
    let cut = fold.add(&past.payloads[1][..9]).expect_err("cut off");
    assert!(matches!(cut, ArchiveError::Events { .. }), "{cut}");
}
