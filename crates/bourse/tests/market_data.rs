//! The archiver while days pass: every day that is over has its files, whatever happened to the exchange meanwhile.

use archive::day::Day;
use archive::file_name::DAY_INTERVALS;
use bourse::cli;
use bourse::data::DataDirectory;
use bourse::market_data::archiver::{self, Work};
use bourse::market_data::figures::Figures;
use bourse::market_data::{export, folder};
use bourse::worker::Worker;
use journal::event_log::EventLog;
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use model::command::Sequenced;
use model::id::Sequence;
use model::text::Symbol;
use model::time::Timestamp;
use sim::naive::Naive;
use sim::random::Random;
use sim::workload::Workload;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use views::interval::Interval;
use wire::binary::event;

const CLUSTER: ClusterId = ClusterId(7);
const PATIENCE: Duration = Duration::from_secs(120);
const START: &str = "2024-12-30";
const DAYS: i64 = 4;

/// An exchange that does something about every minute, and the clock of its last command.
struct Place {
    directory: tempfile::TempDir,
    data: DataDirectory,
    log: EventLog<FileDisk>,
    naive: Naive,
    workload: Workload,
    random: Random,
    sequence: u64,
    at: Arc<AtomicI64>,
    figures: Arc<Figures>,
}

impl Place {
    fn new() -> Place {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDirectory::create(directory.path()).unwrap();
        let log = data.event_log(CLUSTER).unwrap();
        let noon = first_day().begins().plus_nanos(43_200_000_000_000);
        Place {
            directory,
            data,
            log,
            naive: Naive::default(),
            workload: Workload::new(3, CLUSTER.0),
            random: Random::new(3),
            sequence: 0,
            at: Arc::new(AtomicI64::new(noon.nanos())),
            figures: Arc::default(),
        }
    }

    /// Lets the exchange work until a moment.
    fn work_until(&mut self, until: Timestamp) {
        loop {
            let now = Timestamp::from_nanos(self.at.load(Ordering::SeqCst));
            let at = now.plus_nanos(self.random.between(0, 120_000_000_000));
            if until <= at {
                break;
            }
            self.apply(at);
        }
        self.log.flush().unwrap();
    }

    fn apply(&mut self, at: Timestamp) {
        self.sequence += 1;
        let sequence = Sequence(self.sequence);
        let command = self.workload.next(at, &self.naive);
        let events = self.naive.apply(&Sequenced {
            sequence,
            at,
            command,
        });
        let mut payload = Vec::new();
        event::encode(sequence, at, &events, &mut payload);
        let number = journal::id::Sequence(sequence.0);
        self.log.append(number, &payload).unwrap();
        self.at.store(at.nanos(), Ordering::SeqCst);
    }

    fn archiver(&self) -> Worker {
        let at = Arc::clone(&self.at);
        archiver::start(Work {
            data: self.data.clone(),
            cluster: CLUSTER,
            intervals: vec![Interval::Minute1, Interval::Day1],
            now: Box::new(move || Timestamp::from_nanos(at.load(Ordering::SeqCst))),
            figures: Arc::clone(&self.figures),
        })
        .unwrap()
    }

    /// Waits until every day before this one has its files.
    fn wait_for(&self, day: Day) {
        let line = format!(
            "bourse_market_data_until_seconds {}\n",
            day.begins().seconds()
        );
        let until = Instant::now() + PATIENCE;
        loop {
            let mut metrics = String::new();
            self.figures.write(&mut metrics);
            if metrics.contains(&line) {
                return;
            }
            assert!(Instant::now() < until, "{metrics}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(&folder(&self.data))
    }

    /// Returns the files of a day, made from the first command.
    fn exported(&self, day: Day) -> BTreeMap<PathBuf, Vec<u8>> {
        let to = tempfile::tempdir().unwrap();
        export::run(&self.export(day, to.path())).unwrap();
        files(to.path())
    }

    fn export(&self, day: Day, to: &Path) -> cli::Export {
        cli::Export {
            at: cli::At {
                data_dir: self.directory.path().to_owned(),
            },
            day,
            market: None,
            interval: vec![Interval::Day1, Interval::Minute1],
            to: to.to_owned(),
        }
    }

    fn opening(&self) -> PathBuf {
        self.data.join("market-data-opening.bin")
    }
}

fn first_day() -> Day {
    Day::parse(START).unwrap()
}

/// Returns what is there; of what an archiver takes away meanwhile, nothing.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in there(std::fs::read_dir(folder)).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if let Some(bytes) = there(std::fs::read(&path)) {
                let below = path.strip_prefix(root).unwrap().to_owned();
                found.insert(below, bytes);
            }
        }
    }
    found
}

fn there<T>(read: std::io::Result<T>) -> Option<T> {
    match read {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        read => Some(read.unwrap()),
    }
}

/// Makes the directory one of an exchange, with an instance file, as `export` wants it.
fn found_exchange(data: &DataDirectory) {
    use bourse::data::journal_options;
    use journal::journal::Journal;
    use journal::options::{Replay, Waivers};
    let options = journal_options(CLUSTER, Replay::Genesis, Waivers::NONE);
    Journal::open(data.journal.clone(), options, &mut |_| Ok(())).unwrap();
}

#[test]
fn every_day_has_its_files_through_stops_and_lost_states() {
    let mut place = Place::new();
    found_exchange(&place.data);
    let days: Vec<Day> = (0..DAYS).map(|day| Day(first_day().0 + day)).collect();
    place.work_until(days[0].next().begins());
    let archiver = place.archiver();
    place.wait_for(days[0]);
    assert!(!folder(&place.data).exists(), "no day is over");

    // A day passes, and is written.
    place.work_until(days[1].begins().plus_nanos(3_600_000_000_000));
    place.wait_for(days[1]);
    let mut expected = place.exported(days[0]);
    assert!(12 <= expected.len() && expected == place.files());
    drop(archiver);

    // A stop within the day: half of it is in the log, and a table is left from before.
    let spool = folder(&place.data).join(".under-way");
    std::fs::create_dir_all(&spool).unwrap();
    std::fs::write(spool.join("0-Trades"), b"rows of another time\n").unwrap();
    let archiver = place.archiver();
    place.work_until(days[2].begins().plus_nanos(60_000_000_000));
    place.apply(days[2].begins().plus_nanos(120_000_000_000));
    place.log.flush().unwrap();
    place.wait_for(days[2]);
    expected.extend(place.exported(days[1]));
    assert!(expected == place.files());
    drop(archiver);

    // The state is lost, or of no use: everything is made again, and is the same.
    for damage in [&b""[..], b"BRSOPEN1 and nothing of it"] {
        std::fs::write(place.opening(), damage).unwrap();
        std::fs::remove_dir_all(folder(&place.data)).unwrap();
        let again = place.archiver();
        let until = Instant::now() + PATIENCE;
        while !folder(&place.data).exists() || place.files() != expected {
            assert!(Instant::now() < until, "the files are not made again");
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(again);
    }

    // Two days at once, after a while without an archiver.
    place.work_until(days[3].next().begins().plus_nanos(60_000_000_000));
    place.apply(days[3].next().begins().plus_nanos(60_000_000_001));
    place.log.flush().unwrap();
    let archiver = place.archiver();
    place.wait_for(days[3].next());
    expected.extend(place.exported(days[2]));
    expected.extend(place.exported(days[3]));
    assert!(expected == place.files());
    drop(archiver);
    let mut metrics = String::new();
    place.figures.write(&mut metrics);
    assert!(
        metrics.contains("bourse_market_data_failures_total 0"),
        "{metrics}"
    );
}

#[test]
fn a_state_of_other_events_is_not_used() {
    let mut place = Place::new();
    found_exchange(&place.data);
    let day = first_day();
    place.work_until(day.next().begins().plus_nanos(600_000_000_000));
    let archiver = place.archiver();
    place.wait_for(day.next());
    drop(archiver);
    let mut other = Place::new();
    found_exchange(&other.data);
    other.random = Random::new(4);
    other.work_until(day.next().begins().plus_nanos(600_000_000_000));
    std::fs::copy(place.opening(), other.opening()).unwrap();
    let archiver = other.archiver();
    other.wait_for(day.next());
    drop(archiver);
    assert!(other.files() == other.exported(day));
    assert!(other.files() != place.files());
}

#[test]
fn an_export_says_what_it_cannot_do() {
    let mut place = Place::new();
    found_exchange(&place.data);
    let day = first_day();
    let to = tempfile::tempdir().unwrap();
    let refusal = |arguments: &cli::Export| format!("{:#}", export::run(arguments).unwrap_err());
    let said = refusal(&place.export(day, to.path()));
    assert!(said.contains("the event log is empty"), "{said}");
    place.work_until(day.next().begins().plus_nanos(600_000_000_000));
    let said = refusal(&place.export(Day(day.0 - 1), to.path()));
    assert!(said.contains("the exchange began on 2024-12-30"), "{said}");
    for late in [day.next(), Day(day.0 + 9)] {
        let said = refusal(&place.export(late, to.path()));
        assert!(said.contains("is not over"), "{said}");
        let left = std::fs::read_dir(to.path()).unwrap();
        assert_eq!(left.count(), 0, "nothing is left");
    }
    let mut arguments = place.export(day, to.path());
    arguments.market = Symbol::parse(b"NONE");
    let said = refusal(&arguments);
    assert!(said.contains("no market NONE was listed"), "{said}");
    // One market, all intervals.
    let all = place.exported(day);
    let name = all
        .keys()
        .next()
        .and_then(|path| path.parent()?.file_name());
    let name = name.expect("a folder of a market").as_encoded_bytes();
    arguments.market = Symbol::parse(name);
    arguments.interval = Vec::new();
    export::run(&arguments).unwrap();
    assert_eq!(files(to.path()).len(), 2 * (4 + DAY_INTERVALS.len()));
}
