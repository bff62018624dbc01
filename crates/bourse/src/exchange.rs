//! From a data directory to a running exchange: recovery, then the way out of the core.
//!
//! The egress takes what every command did, in order: it adds it to the event chain, writes it to the event log, and
//! gives it to the hub, which folds it into the views before it answers anybody.

use crate::catch_up::{Step, follow};
use crate::data::{DataDirectory, journal_options};
use crate::look_up::look_up;
use crate::node::Egress;
use crate::rehash::Rehash;
use crate::restore::{self, Past};
use crate::snapshots::Digests;
use crate::telemetry::Telemetry;
use anyhow::Result;
use engine::engine::Engine;
use gateway::hub::{Answered, EventHistory, Hub};
use journal::damage::{Damage, ReadError, Refusal};
use journal::event_log::EventLog;
use journal::event_mark::EventMark;
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use journal::snapshot_store::{Among, SnapshotStore};
use model::command::Sequenced;
use model::event::Event;
use model::id::{MarketId, Sequence};
use model::order::Side;
use model::snapshot::BalanceRow;
use model::snapshot_views::LevelRow;
use sequencer::core::{self, Applied};
use sequencer::follower::{FollowError, fold_behind};
use sequencer::recovery::{Recovered, StartError, read};
use std::sync::Arc;
use views::behind::Newest;
use views::level_rows::LevelRows;
use views::views::Views;
use wire::binary::digest::EventChain;
use wire::binary::event;

/// How much of the past a start hashes again at most, beside what an event log lacks.
const COMMANDS_PER_MARK: u64 = 1 << 14;

/// An exchange whose past is known again.
pub struct Known {
    pub recovered: Recovered<FileDisk>,
    pub views: Views,
    pub chain: EventChain,
    pub log: History,
}

/// Whether the event chain may be taken up where the mark beside the event log says.
#[derive(Clone, Copy)]
enum Mark {
    Trusted,
    Ignored,
}

/// Recovers a data directory from the newest snapshot that fits and that the event log reaches, or from the first
/// command: what the log lacks is made again on the way.
///
/// # Errors
/// The journal refuses, with what was found and what to do.
pub fn recover_directory(data: &DataDirectory, cluster: ClusterId) -> Result<Known> {
    let log = History::open(data, cluster);
    let snapshots = SnapshotStore::new(data.snapshots.clone(), cluster).list()?;
    let among = log.snapshots_within_reach(&snapshots);
    match recover_among(data, cluster, among, log) {
        Err(error) if among != Among::All => {
            tracing::warn!(
                event = "eventlog.gap",
                "the event log cannot be made whole: {error:#}"
            );
            recover_among(data, cluster, Among::All, History::open(data, cluster))
        }
        outcome => outcome,
    }
}

fn recover_among(
    data: &DataDirectory,
    cluster: ClusterId,
    mut among: Among,
    mut log: History,
) -> Result<Known> {
    let mut mark = Mark::Trusted;
    loop {
        let newest = SnapshotStore::new(data.snapshots.clone(), cluster).read_newest(among)?;
        for damage in &newest.passed_over {
            tell_damaged(damage);
        }
        let sequence = newest.snapshot.as_ref().map(|it| it.anchor.sequence);
        let outcome = match newest.snapshot {
            Some(snapshot) => restore::past_of(snapshot).map_err(StartError::from),
            None => Ok(Past::genesis()),
        };
        match (
            outcome.and_then(|past| recover_from(data, cluster, past, (log, mark))),
            sequence,
        ) {
            (Err(error), Some(sequence)) if is_about_the_snapshot(&error) => {
                tell_passed_over(&error, sequence);
                among = Among::Before(sequence);
            }
            (Ok(None), _) => {
                tracing::warn!(
                    event = "eventlog.foreign",
                    "the mark beside the event log is of another history"
                );
                mark = Mark::Ignored;
            }
            (Ok(Some(known)), _) => return Ok(known),
            (Err(error), _) => return Err(error.into()),
        }
        // The attempt may have added to the log what the next one takes back.
        log = History::open(data, cluster);
    }
}

fn tell_damaged(damage: &Damage) {
    tracing::warn!(event = "snapshot.damaged", "passed over: {damage}");
}

fn tell_passed_over(error: &StartError, sequence: journal::id::Sequence) {
    match error {
        StartError::Snapshot(FollowError::Read(ReadError::Damage(damage))) => tell_damaged(damage),
        _ => tracing::warn!(
            event = "snapshot.unfit",
            sequence = sequence.0,
            "passed over: {error}"
        ),
    }
}

/// Returns whether the journal is sound and only the snapshot is damaged, is no legal state or does not belong to it.
fn is_about_the_snapshot(error: &StartError) -> bool {
    match error {
        StartError::Refused(refusal) => matches!(
            **refusal,
            Refusal::ReplayBeyondEnd { .. } | Refusal::ReplayElsewhere { .. }
        ),
        StartError::Snapshot(error) => matches!(
            error,
            FollowError::State(_) | FollowError::Read(ReadError::Damage(_))
        ),
    }
}

/// Recovers from a state; `None` when the mark turned out to be of another history.
fn recover_from(
    data: &DataDirectory,
    cluster: ClusterId,
    past: Past,
    (mut log, mark): (History, Mark),
) -> Result<Option<Known>, StartError> {
    let options = journal_options(cluster, past.replay, data.waivers);
    let mark = match mark {
        Mark::Trusted => log.mark(),
        Mark::Ignored => None,
    };
    let mut chain = Rehash::after(past.engine.sequence(), past.chain, mark);
    let (mut engine, mut behind) = (past.engine, past.behind);
    let start = engine.sequence();
    let steps: [Step; 3] = [
        Box::new(|applied| core::apply(&mut engine, applied)),
        Box::new(|applied| record(applied, &mut chain, &mut log)),
        Box::new(|applied| fold_behind(&mut behind, applied)),
    ];
    let opened = follow(steps, |observe| {
        read(data.journal.clone(), options, start, observe)
    })?;
    let recovered = Recovered::of(opened, engine);
    let newest = Newest {
        balances: balances(&recovered.engine),
        levels: levels(&recovered.engine),
    };
    let views = behind.catch_up(newest, |lists, rest| {
        std::thread::scope(|scope| {
            scope.spawn(rest);
            lists();
        });
    });
    log.end_at(recovered.engine.sequence());
    log.flush();
    if let Some(mark) = chain.next_mark() {
        log.set_mark(&mark);
    }
    Ok(chain.end().map(|chain| Known {
        recovered,
        views,
        chain,
        log,
    }))
}

/// Returns every balance of the engine.
fn balances(engine: &Engine) -> impl Iterator<Item = BalanceRow> {
    let rows = engine.ledger().rows();
    rows.map(|(_, key, balance)| BalanceRow {
        account: key.account,
        wallet: key.wallet,
        asset: key.asset,
        available: balance.available,
        held: balance.held,
    })
}

/// Returns what is on display in every market.
fn levels(engine: &Engine) -> impl Iterator<Item = LevelRows> {
    let books = (0..u16::MAX).map_while(|market| engine.book(MarketId(market)));
    books.map(|book| {
        let rows = |side| {
            let levels = book.levels(side);
            levels.map(|level| LevelRow {
                price: level.price,
                lots: level.open_lots,
            })
        };
        LevelRows {
            bids: rows(Side::Buy).collect(),
            asks: rows(Side::Sell).collect(),
        }
    })
}

/// Adds what a batch did to the event chain and to the event log, as far as it is not there.
fn record(applied: &Applied, chain: &mut Rehash, log: &mut History) {
    for (index, command) in applied.batch.commands.iter().enumerate() {
        let is_due = chain.is_due(command.sequence);
        if is_due || log.lacks(command.sequence) {
            let encoded = log.add(command, applied.events_of(index));
            if is_due {
                chain.add(command.sequence, encoded);
            }
        }
    }
}

/// Adds what a command did to the event chain, which the mark follows, and to the event log.
fn chain_up(command: &Sequenced, events: &[Event], chain: &mut EventChain, history: &mut History) {
    let before = chain.digest();
    chain.add(history.add(command, events));
    if command.sequence.0.is_multiple_of(COMMANDS_PER_MARK) {
        history.set_mark(&EventMark {
            sequence: journal::id::Sequence(command.sequence.0),
            before: before.0,
            after: chain.digest().0,
        });
    }
}

/// The event log as the exchange uses it: a cache that may fail without stopping anything.
pub struct History {
    log: Option<EventLog<FileDisk>>,
    /// Where readers of their own read it.
    disk: Option<FileDisk>,
    journal: FileDisk,
    cluster: ClusterId,
    encoded: Vec<u8>,
    is_behind: bool,
}

impl History {
    /// Opens the log of a data directory.
    pub fn open(data: &DataDirectory, cluster: ClusterId) -> History {
        let log = data.event_log(cluster);
        if let Err(error) = &log {
            tracing::warn!(
                event = "eventlog.unusable",
                "repeated requests will not get their first answer again: {error:#}"
            );
        }
        History {
            log: log.ok(),
            disk: FileDisk::open(&data.join("events")).ok(),
            journal: data.journal.clone(),
            cluster,
            encoded: Vec::new(),
            is_behind: false,
        }
    }

    /// Returns which of these snapshots, the newest first, the log has reached: behind one of them it lacks nothing.
    ///
    /// The log is not synced and a snapshot is, so that a power loss may leave the log behind it. A log that cannot be
    /// opened is done without.
    fn snapshots_within_reach(&self, snapshots: &[journal::id::Sequence]) -> Among {
        let Some(lacked) = self.log.as_ref().map(|log| log.last().next()) else {
            return Among::All;
        };
        if mutant::plant!(
            "event-log-left-behind",
            true,
            snapshots.first().is_none_or(|newest| *newest < lacked)
        ) {
            return Among::All;
        }
        tracing::warn!(
            event = "eventlog.behind",
            from = lacked.0,
            "the event log ends before the newest snapshot: what it lacks is replayed from the journal"
        );
        Among::Before(lacked)
    }

    /// Adds what a command did, as far as it is not in the log yet, and returns its bytes.
    fn add(&mut self, command: &Sequenced, events: &[Event]) -> &[u8] {
        self.encoded.clear();
        event::encode(command.sequence, command.at, events, &mut self.encoded);
        self.append_encoded(command.sequence);
        &self.encoded
    }

    fn append_encoded(&mut self, sequence: Sequence) {
        let Some(log) = &mut self.log else {
            return;
        };
        let sequence = journal::id::Sequence(sequence.0);
        if log.last() < sequence
            && let Err(error) = log.append(sequence, &self.encoded)
        {
            tracing::warn!(
                event = "eventlog.failed",
                "the event log is given up: {error}"
            );
            self.log = None;
        }
    }

    /// Returns whether a command is not in the log yet.
    fn lacks(&self, sequence: Sequence) -> bool {
        let log = self.log.as_ref();
        log.is_some_and(|log| log.last().0 < sequence.0)
    }

    /// Returns how far the events had been hashed, as far as that is known.
    fn mark(&self) -> Option<EventMark> {
        self.log.as_ref()?.mark().ok().flatten()
    }

    /// Notes how far the events have been hashed. Without it, the next start hashes more again.
    fn set_mark(&self, mark: &EventMark) {
        if let Some(log) = &self.log
            && let Err(error) = log.set_mark(mark)
        {
            tracing::debug!(event = "eventlog.unmarked", "{error}");
        }
    }

    /// Writes what was added, so that readers find it. On a full disk it is kept for the next time.
    fn flush(&mut self) {
        let Some(log) = &mut self.log else {
            return;
        };
        match log.flush() {
            Ok(()) => self.is_behind = false,
            Err(error) if error.is_full() => {
                if !self.is_behind {
                    tracing::warn!(event = "eventlog.full", "{error}");
                }
                self.is_behind = true;
            }
            Err(error) => {
                tracing::warn!(
                    event = "eventlog.failed",
                    "the event log is given up: {error}"
                );
                self.log = None;
            }
        }
    }

    /// Forgets events beyond the journal's end.
    fn end_at(&mut self, sequence: Sequence) {
        let is_beyond = |log: &EventLog<FileDisk>| sequence.0 < log.last().0;
        if let Some(log) = self.log.as_mut().filter(|log| is_beyond(log))
            && let Err(error) = log.truncate_after(journal::id::Sequence(sequence.0))
        {
            tracing::warn!(
                event = "eventlog.failed",
                "the event log is given up: {error}"
            );
            self.log = None;
        }
    }

    /// Returns a way to look up what commands did.
    pub fn look_up(&self) -> EventHistory {
        match (&self.log, &self.disk) {
            (Some(log), Some(disk)) => look_up((log, disk), &self.journal, self.cluster),
            _ => EventHistory::none(),
        }
    }
}

/// Returns the last step of the way: event chain, event log, hub.
pub fn egress(
    hub: Arc<Hub>,
    mut chain: EventChain,
    mut history: History,
    digests: Arc<Digests>,
    telemetry: Arc<Telemetry>,
) -> Egress {
    Box::new(move |applied| {
        let mut answered = Vec::with_capacity(applied.batch.commands.len());
        for (index, command) in applied.batch.commands.iter().enumerate() {
            let events = applied.events_of(index);
            chain_up(command, events, &mut chain, &mut history);
            let ticket = applied.batch.tickets[index];
            answered.push(Answered {
                ticket,
                sequence: command.sequence,
                at: command.at,
                events,
            });
        }
        history.flush();
        telemetry.count_batch(applied);
        if let Some(last) = applied.batch.last() {
            digests.note(last, chain.digest());
        }
        hub.publish(&answered);
        hub.shed(&applied.batch.shed);
    })
}
