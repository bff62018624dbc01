//! Every row comes, in its order, whatever happens to the collector and to us.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::place;
use crate::sink::{Identification, NAME, Sink, Taken};
use identity::audit::{Actor, Entry};
use identity::identity::Identity;
use identity::master::MasterKey;
use model::id::OwnerId;
use model::time::Timestamp;
use syslog::courier::{Courier, Pace};
use syslog::destination::Destination;
use syslog::figures::Figures;
use syslog::line::{Dialer, system_roots};
use syslog::message::Sender;
use syslog::position::{Mark, PositionFile};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::rustls::RootCertStore;

const QUICK: Pace = Pace {
    look: Duration::from_millis(5),
    settle: Duration::from_millis(200),
    pause: Duration::from_millis(5),
    pause_longest: Duration::from_millis(20),
};
/// Nothing counts as taken within a test.
const NEVER_SURE: Pace = Pace {
    settle: Duration::from_secs(3_600),
    ..QUICK
};

struct World {
    identity: Arc<Identity>,
    folder: tempfile::TempDir,
}

/// A courier that runs.
struct Running {
    stop: watch::Sender<bool>,
    figures: Arc<Figures>,
    task: JoinHandle<()>,
}

impl Running {
    async fn end(self) {
        self.stop.send_replace(true);
        self.task.await.expect("ends");
    }
}

impl World {
    async fn new() -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let address = place::address(folder.path()).await;
        let master = MasterKey::from_bytes(&[7; 32]);
        let identity = Identity::open(&address, master).await.expect("opens");
        World {
            identity: Arc::new(identity),
            folder,
        }
    }

    /// Writes so many rows.
    async fn note(&self, count: i64) {
        for second in 1..=count {
            let entry = Entry {
                at: Timestamp::from_millis(second * 1_000),
                actor: Actor::User(OwnerId(5)),
                act: "login",
                subject: "user 5".to_owned(),
                detail: String::new(),
                address: None,
            };
            self.identity.note(&entry).await.expect("noted");
        }
    }

    fn position(&self, destination: &Destination) -> PositionFile {
        position(self.folder.path(), destination)
    }

    fn courier(&self, destination: &Destination, roots: RootCertStore, pace: Pace) -> Running {
        let figures = Arc::<Figures>::default();
        let dialer = Dialer::new(destination.clone(), roots).expect("a dialer");
        let sender = Sender {
            machine: "trade1".to_owned(),
            process: 42,
        };
        let courier = Courier::new(
            Arc::clone(&self.identity),
            (dialer, sender),
            self.position(destination),
            pace,
            Arc::clone(&figures),
        );
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(courier.expect("a position").run(stopping));
        Running {
            stop,
            figures,
            task,
        }
    }

    /// Waits until rows up to this one count as taken.
    async fn wait_for_mark(&self, destination: &Destination, number: i64) {
        for _ in 0..2_000 {
            let mark = self.position(destination).read().expect("reads");
            if number <= mark.number {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("row {number} never counted as taken");
    }
}

fn position(folder: &Path, destination: &Destination) -> PositionFile {
    PositionFile::new(folder.join("audit-ship.json"), destination.to_string())
}

fn plain(sink: &Sink) -> Destination {
    Destination::parse(&format!("syslog+tcp://{}", sink.address)).expect("a destination")
}

/// Returns the numbers as they came first, each once.
fn first(taken: &Taken) -> Vec<i64> {
    let mut numbers = Vec::new();
    for number in taken.numbers() {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

#[tokio::test]
async fn every_row_comes_in_order_though_the_collector_goes_away_and_comes_back() {
    let (world, taken) = (World::new().await, Taken::default());
    world.note(3).await;
    let mut sink = Sink::start(0, None, &taken).await;
    let destination = plain(&sink);
    let running = world.courier(&destination, system_roots(), QUICK);
    taken.wait_for(3).await;
    for round in 1..=3 {
        let port = sink.address.port();
        // Whatever is sent from here on meets a connection that is about to end, or none.
        world.note(2).await;
        sink.die().await;
        world.note(2).await;
        sink = Sink::start(port, None, &taken).await;
        taken.wait_for(3 + 4 * round).await;
    }
    let all: Vec<i64> = (1..=15).collect();
    assert_eq!(first(&taken), all);
    world.wait_for_mark(&destination, 15).await;
    running.end().await;
}

#[tokio::test]
async fn what_a_collector_may_have_lost_is_sent_again() {
    let (world, taken) = (World::new().await, Taken::default());
    world.note(3).await;
    let sink = Sink::start(0, None, &taken).await;
    let (destination, port) = (plain(&sink), sink.address.port());
    let running = world.courier(&destination, system_roots(), NEVER_SURE);
    taken.wait_for(3).await;
    sink.die().await;
    let _sink = Sink::start(port, None, &taken).await;
    world.note(1).await;
    taken.wait_for(4).await;
    assert_eq!(taken.numbers(), [1, 2, 3, 1, 2, 3, 4]);
    running.end().await;
}

#[tokio::test]
async fn a_restart_goes_on_after_what_was_taken() {
    let (world, taken) = (World::new().await, Taken::default());
    world.note(3).await;
    let sink = Sink::start(0, None, &taken).await;
    let destination = plain(&sink);
    let running = world.courier(&destination, system_roots(), QUICK);
    world.wait_for_mark(&destination, 3).await;
    running.end().await;
    world.note(2).await;
    let running = world.courier(&destination, system_roots(), QUICK);
    taken.wait_for(5).await;
    assert_eq!(taken.numbers(), [1, 2, 3, 4, 5]);
    running.end().await;
}

#[tokio::test]
async fn another_log_under_the_same_numbers_is_sent_from_its_beginning() {
    let (world, taken) = (World::new().await, Taken::default());
    world.note(3).await;
    let sink = Sink::start(0, None, &taken).await;
    let destination = plain(&sink);
    let other = Mark {
        number: 2,
        hash: [1; 32],
    };
    world.position(&destination).write(other).expect("written");
    let running = world.courier(&destination, system_roots(), QUICK);
    taken.wait_for(3).await;
    assert_eq!(taken.numbers(), [1, 2, 3]);
    running.end().await;
}

#[tokio::test]
async fn a_collector_that_is_away_is_seen_in_the_figures_until_it_has_everything() {
    let (world, taken) = (World::new().await, Taken::default());
    let sink = Sink::start(0, None, &taken).await;
    let (destination, port) = (plain(&sink), sink.address.port());
    sink.die().await;
    world.note(2).await;
    let running = world.courier(&destination, system_roots(), QUICK);
    let now = Timestamp::from_millis(61_000);
    let lag = || running.figures.lag_seconds(now);
    for _ in 0..2_000 {
        if lag() != 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(lag(), 60, "the oldest row is of second 1");
    let _sink = Sink::start(port, None, &taken).await;
    taken.wait_for(2).await;
    for _ in 0..2_000 {
        if lag() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut text = String::new();
    running.figures.write(now, &mut text);
    for line in [
        "bourse_audit_ship_lag_seconds 0",
        "bourse_audit_ship_sent_row 2",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(
        !text.contains("bourse_audit_ship_failures_total 0"),
        "{text}"
    );
    running.end().await;
}

#[tokio::test]
async fn over_tls_nothing_goes_to_a_collector_that_nobody_vouches_for() {
    let (world, taken) = (World::new().await, Taken::default());
    world.note(2).await;
    let secure = Identification::new();
    let sink = Sink::start(0, Some(&secure), &taken).await;
    let destination = format!("syslog+tls://{NAME}:{}", sink.address.port());
    let destination = Destination::parse(&destination).expect("a destination");
    let stranger = world.courier(&destination, Identification::new().roots, QUICK);
    tokio::time::sleep(Duration::from_millis(100)).await;
    stranger.end().await;
    assert_eq!(taken.numbers(), [0; 0]);
    let running = world.courier(&destination, secure.roots, QUICK);
    taken.wait_for(2).await;
    assert_eq!(taken.numbers(), [1, 2]);
    running.end().await;
}
