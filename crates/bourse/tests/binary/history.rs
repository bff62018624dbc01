//! The history through what may happen to its exchange and to its database: always that of the journal.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::place;
use crate::sandbox::{Sandbox, block_on, run, verify};

const NOTICED: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_secs(60);

/// Returns a figure of `/metrics`.
fn figure(sandbox: &Sandbox, name: &str) -> u64 {
    let metrics = sandbox.watch("/metrics");
    let line = metrics.lines().find_map(|line| line.strip_prefix(name));
    let value = line.unwrap_or_else(|| panic!("no {name} in {metrics}"));
    value.trim().parse().expect("a number")
}

/// Waits until the history has come past a command.
fn wait_past(sandbox: &Sandbox, sequence: u64) -> u64 {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let reached = figure(sandbox, "bourse_history_last_sequence ");
        if sequence < reached {
            return reached;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the history stands still");
}

/// Returns what a task of `bourse history` prints.
fn history(sandbox: &Sandbox, task: &str) -> String {
    let data = sandbox.data();
    let data = data.to_str().expect("text");
    let mut arguments = vec!["history", task, "--data-dir", data];
    let url = place::url(sandbox.folder());
    if place::server().is_some() {
        arguments.extend(["--history", &url]);
    }
    let output = run(&arguments);
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(output.status.success(), "{task}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

/// Returns the file of the history with its companions.
fn files(sandbox: &Sandbox) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| sandbox.data().join(format!("history.sqlite{end}")))
}

/// Loses the history of an exchange that has ended.
fn lose(sandbox: &Sandbox) {
    if place::server().is_some() {
        return block_on(place::run(sandbox.folder(), "DROP SCHEMA history CASCADE"));
    }
    for file in files(sandbox) {
        let _ = std::fs::remove_file(file);
    }
}

/// Holds the history of a stopped exchange against one that is made from the journal alone.
fn check(sandbox: &Sandbox) {
    let status = history(sandbox, "status");
    assert!(
        status.contains("event log  agrees, nothing is left to fold"),
        "{status}"
    );
    let trades: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix("trades")?.trim().strip_suffix(" rows"))
        .expect("a line of trades")
        .parse()
        .expect("a number");
    assert!(0 < trades, "{status}");
    let followed = history(sandbox, "digest");
    history(sandbox, "rebuild");
    assert_eq!(history(sandbox, "digest"), followed);
}

/// Returns an exchange with a market in which there have been trades.
fn trading() -> Sandbox {
    let mut sandbox = Sandbox::start(&[]);
    sandbox.end("TERM");
    sandbox.start_again("simulated");
    let until = Instant::now() + PATIENCE;
    while !sandbox
        .get("/api/v3/trades?symbol=BTCUSDT")
        .contains("\"id\"")
    {
        assert!(Instant::now() < until, "nobody trades");
        std::thread::sleep(Duration::from_millis(50));
    }
    sandbox
}

#[test]
fn a_killed_exchange_has_the_history_of_its_journal() {
    let mut sandbox = trading();
    let mut reached = 0;
    for round in 0..4_u64 {
        reached = wait_past(&sandbox, reached + 50);
        std::thread::sleep(Duration::from_millis(137 * round));
        sandbox.end("KILL");
        sandbox.start_again("simulated");
        // It answers nobody before the history is there again.
        assert!(reached <= figure(&sandbox, "bourse_history_last_sequence "));
    }
    wait_past(&sandbox, reached);
    sandbox.end("TERM");
    check(&sandbox);
}

#[test]
fn a_history_that_is_lost_is_made_again() {
    let mut sandbox = trading();
    let reached = wait_past(&sandbox, 300);
    sandbox.end("KILL");
    lose(&sandbox);
    sandbox.start_again("none");
    wait_past(&sandbox, reached);
    sandbox.end("TERM");
    check(&sandbox);
}

#[test]
fn an_older_history_is_brought_up_to_the_event_log() {
    let mut sandbox = trading();
    let older = wait_past(&sandbox, 200);
    sandbox.end("TERM");
    block_on(place::back_up(sandbox.folder()));
    sandbox.start_again("simulated");
    wait_past(&sandbox, older + 200);
    sandbox.end("TERM");
    lose(&sandbox);
    block_on(place::restore(sandbox.folder()));
    sandbox.start_again("none");
    wait_past(&sandbox, older + 200);
    assert_eq!(figure(&sandbox, "bourse_history_rebuilds_total "), 0);
    sandbox.end("TERM");
    check(&sandbox);
}

#[test]
fn a_history_of_another_exchange_or_of_no_use_is_made_again() {
    let mut other = trading();
    wait_past(&other, 300);
    other.end("TERM");
    let mut sandbox = trading();
    wait_past(&sandbox, 200);
    sandbox.end("TERM");
    lose(&sandbox);
    block_on(place::copy(other.folder(), sandbox.folder()));
    let status = history(&sandbox, "status");
    assert!(status.contains("of another exchange"), "{status}");
    if place::server().is_some() {
        let said = sandbox.refused();
        assert!(said.contains("is that of another exchange"), "{said}");
        // What is somebody else's is removed by nobody.
        let rows = history(&sandbox, "digest");
        assert_eq!(history(&other, "digest"), rows);
        return;
    }
    sandbox.start_again("none");
    wait_past(&sandbox, 200);
    assert_eq!(figure(&sandbox, "bourse_history_rebuilds_total "), 1);
    sandbox.end("TERM");
    check(&sandbox);
    std::fs::write(&files(&sandbox)[0], vec![7; 9_000]).expect("written");
    sandbox.start_again("none");
    wait_past(&sandbox, 200);
    sandbox.end("TERM");
    check(&sandbox);
}

/// Takes the history of an exchange that has ended to another, and starts that.
fn take_history(from: &Sandbox, to: &mut Sandbox) {
    lose(to);
    block_on(place::copy(from.folder(), to.folder()));
    if place::server().is_some() {
        let said = to.refused();
        assert!(said.contains("bourse history rebuild"), "{said}");
        history(to, "rebuild");
        to.start_again("none");
    } else {
        to.start_again("none");
        wait_past(to, 200);
        assert_eq!(figure(to, "bourse_history_rebuilds_total "), 1);
    }
    to.end("TERM");
    check(to);
}

#[test]
fn a_history_of_the_same_exchange_that_went_another_way_is_made_again() {
    let mut first = trading();
    let parted = wait_past(&first, 200);
    first.end("TERM");
    let mut second = first.start_copy("simulated");
    let ahead = wait_past(&second, parted + 1_000);
    second.end("TERM");
    first.start_again("none");
    wait_past(&first, parted + 2);
    first.end("TERM");
    // The one is ahead of the journal, the other of the same length or shorter, and both have seen other things.
    let shorter = first.start_copy("none");
    wait_past(&shorter, parted + 2);
    let mut shorter = shorter;
    shorter.end("TERM");
    take_history(&second, &mut first);
    assert!(parted < ahead);
    take_history(&shorter, &mut second);
}

/// Takes a history back to what it was, behind the back of a running exchange; a file to a place that it never was at.
fn take_back(sandbox: &Sandbox) {
    block_on(async {
        match place::server() {
            Some(_) => place::restore(sandbox.folder()).await,
            None => {
                let back = "UPDATE position SET sequence = sequence - 1";
                place::run(sandbox.folder(), back).await;
            }
        }
    });
}

/// Nobody trades: the clock of the exchange is enough for a server that failed over to an older state to be noticed.
#[test]
fn a_database_that_went_back_is_noticed_soon_and_brought_up_again() {
    let mut sandbox = trading();
    let before = wait_past(&sandbox, 200);
    sandbox.end("TERM");
    block_on(place::back_up(sandbox.folder()));
    sandbox.start_again("simulated");
    let reached = wait_past(&sandbox, before + 100);
    sandbox.end("TERM");
    sandbox.start_again("none");
    wait_past(&sandbox, reached);
    assert_eq!(figure(&sandbox, "bourse_history_failures_total "), 0);
    take_back(&sandbox);
    let until = Instant::now() + NOTICED;
    while figure(&sandbox, "bourse_history_failures_total ") == 0 {
        assert!(Instant::now() < until, "nobody has noticed");
        std::thread::sleep(Duration::from_millis(50));
    }
    let until = Instant::now() + PATIENCE;
    while figure(&sandbox, "bourse_history_lag_commands ") != 0 {
        assert!(Instant::now() < until, "it is behind");
        std::thread::sleep(Duration::from_millis(50));
    }
    sandbox.end("TERM");
    check(&sandbox);
}

/// Makes a database that nobody can open.
fn close_to_all(sandbox: &Sandbox) {
    match place::server() {
        Some(_) => block_on(place::shut(sandbox.folder())),
        // A directory in its place: nothing can be opened there.
        None => std::fs::create_dir(&files(sandbox)[0]).expect("made"),
    }
}

fn open_to_all(sandbox: &Sandbox) {
    match place::server() {
        Some(_) => block_on(place::unlock(sandbox.folder())),
        None => std::fs::remove_dir(&files(sandbox)[0]).expect("removed"),
    }
}

#[test]
fn an_exchange_trades_while_its_history_cannot_be_written() {
    let mut sandbox = trading();
    wait_past(&sandbox, 200);
    sandbox.end("TERM");
    lose(&sandbox);
    close_to_all(&sandbox);
    sandbox.start_again("simulated");
    let last = "bourse_sequencer_last_sequence ";
    let before = figure(&sandbox, last);
    let until = Instant::now() + PATIENCE;
    while figure(&sandbox, "bourse_history_failures_total ") < 2
        || figure(&sandbox, last) < before + 100
    {
        assert!(Instant::now() < until, "it stands still");
        std::thread::sleep(Duration::from_millis(50));
    }
    open_to_all(&sandbox);
    wait_past(&sandbox, before);
    sandbox.end("TERM");
    check(&sandbox);
}

#[test]
fn a_running_exchange_keeps_its_history_to_itself() {
    let mut sandbox = trading();
    wait_past(&sandbox, 50);
    let data = sandbox.data();
    let data = data.to_str().expect("text");
    let refused = run(&["history", "rebuild", "--data-dir", data]);
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).expect("text");
    assert!(said.contains("stop the exchange first"), "{said}");
    assert!(history(&sandbox, "status").contains("sequence"));
    sandbox.end("TERM");
    check(&sandbox);
    let events = sandbox.data().join("events");
    std::fs::remove_dir_all(&events).expect("removed");
    let followed = history(&sandbox, "digest");
    history(&sandbox, "rebuild");
    assert_eq!(history(&sandbox, "digest"), followed);
}

/// What is read of the history may not be ahead of what is read of the journal, which goes on meanwhile.
#[test]
fn a_running_exchange_is_found_sound_however_far_it_goes_meanwhile() {
    let sandbox = trading();
    let mut reached = 0;
    for _ in 0..3 {
        reached = wait_past(&sandbox, reached + 50);
        let output = verify(&sandbox.data(), &[]);
        let (said, wrong) = (output.stdout, output.stderr);
        let said = String::from_utf8(said).expect("text");
        let wrong = String::from_utf8_lossy(&wrong);
        assert!(output.status.success(), "{said} {wrong}");
        let line = said.lines().find(|line| line.starts_with("history"));
        let line = line.expect("a line of the history");
        assert!(line.contains("up to command"), "{said}");
    }
}
