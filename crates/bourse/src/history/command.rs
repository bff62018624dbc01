//! `bourse history`: how far it has come, what it holds, and making it again.

use super::{BATCH_EVENTS, lock, place};
use crate::cli;
use crate::data::DataDirectory;
use crate::market_data::export;
use anyhow::{Context, Result, bail};
use engine::engine::Engine;
use indexer::batch::Batch;
use indexer::database;
use indexer::error::HistoryError;
use indexer::place::Place;
use indexer::position::Position;
use indexer::reading::Reading;
use indexer::writer::Writer;
use journal::id::{ClusterId, Sequence};
use journal::reader::Reader;
use journal::watermark::read_watermark;
use sequencer::core::{self, Applied};
use sequencer::recovery::decode;
use std::fmt;
use tokio::runtime::{Builder, Runtime};
use wire::binary::event;

/// Carries out what is asked of a history.
///
/// # Errors
/// There is none, or it cannot be read or made.
pub fn run(task: &cli::History) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    match task {
        cli::History::Status(of) => runtime.block_on(status(of)),
        cli::History::Digest(of) => runtime.block_on(digest(of)),
        cli::History::Rebuild(of) => rebuild(of, &runtime),
        cli::History::Export(arguments) => export::run(arguments),
    }
}

async fn status(of: &cli::Past) -> Result<()> {
    let data = DataDirectory::existing(&of.at.data_dir)?;
    let cluster = data.known_cluster()?;
    let place = place(&of.history, &data)?;
    let reading = open(&place).await?;
    let position = reading.position().await?;
    println!("sequence   {}", position.sequence.0);
    println!("events     {}", position.after);
    for (table, rows) in reading.row_counts().await? {
        println!("{table:<10} {rows} rows");
    }
    let standing = compared(&data, cluster, &position)?;
    println!("event log  {standing}{}", outlook(&standing, &place));
    Ok(())
}

/// How a history and the event log of the same directory stand to each other.
enum Standing {
    OfAnother,
    OfOtherEvents,
    /// A command that the event log has lost.
    Lacking(u64),
    /// The event log does not reach as far.
    Ahead,
    /// So many commands are left to fold.
    Behind(u64),
}

impl Standing {
    /// Returns whether the one was folded from the other: a power loss may take the end of the event log, which the next
    /// start makes again.
    const fn is_sound(&self) -> bool {
        matches!(self, Standing::Behind(_) | Standing::Ahead)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Standing::OfAnother => write!(f, "of another exchange"),
            Standing::OfOtherEvents => write!(f, "of other events"),
            Standing::Lacking(command) => write!(
                f,
                "lacks command {command}: stop the exchange and run `bourse history rebuild`"
            ),
            Standing::Ahead => write!(f, "ends before the history does"),
            Standing::Behind(0) => write!(f, "agrees, nothing is left to fold"),
            Standing::Behind(commands) => write!(f, "agrees, {commands} commands are left to fold"),
        }
    }
}

/// Says what becomes of a history that is not of the event log beside it.
fn outlook(standing: &Standing, place: &Place) -> &'static str {
    match standing {
        Standing::OfAnother | Standing::OfOtherEvents if place.is_shared() => {
            ": a start refuses it"
        }
        Standing::OfAnother | Standing::OfOtherEvents => ": the next start makes the history again",
        _ => "",
    }
}

fn compared(data: &DataDirectory, cluster: ClusterId, position: &Position) -> Result<Standing> {
    if position.cluster != cluster.0 {
        return Ok(Standing::OfAnother);
    }
    let events = journal::file_disk::FileDisk::open(&data.join("events"))?;
    let mut reader = journal::event_reader::EventReader::new(events, cluster);
    let own = reader.read_one(Sequence(position.sequence.0))?;
    if own.is_some_and(|payload| !position.was_reached_by(payload)) {
        return Ok(Standing::OfOtherEvents);
    }
    let is_there = own.is_some() || position.sequence.0 == 0;
    reader.seek(Sequence(position.sequence.0 + 1))?;
    let mut last = position.sequence.0;
    while let Some(events) = reader.next_events()? {
        if events.sequence.0 != last + 1 {
            return Ok(Standing::Lacking(last + 1));
        }
        last = events.sequence.0;
    }
    Ok(match last - position.sequence.0 {
        0 if !is_there => Standing::Ahead,
        behind => Standing::Behind(behind),
    })
}

/// How far a history had come when it was looked at. That is first: beside an exchange that runs, it goes on with the
/// journal, and may not be held against what was read of that before.
pub struct Found {
    place: Place,
    /// `None` when there is none yet.
    position: Result<Option<Position>>,
}

/// Looks how far a history has come.
///
/// # Errors
/// Its address is not understood.
pub async fn find(chosen: &cli::HistoryDatabase, data: &DataDirectory) -> Result<Found> {
    let place = place(chosen, data)?;
    let position = position_at(&place).await;
    Ok(Found { place, position })
}

async fn position_at(place: &Place) -> Result<Option<Position>> {
    let reading = match open(place).await {
        Ok(reading) => reading,
        Err(error) if matches!(error.downcast_ref(), Some(HistoryError::Missing)) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let position = reading.position().await?;
    reading.close().await;
    Ok(Some(position))
}

impl Found {
    /// Holds the history against its event log, as far as there is one, and the `last` command of its journal. A file that
    /// does not go with them is told, since the next start makes it again.
    ///
    /// # Errors
    /// That on a server cannot be read, was not folded from this event log, or is ahead of the journal.
    pub fn check(self, data: &DataDirectory, of: (ClusterId, u64)) -> Result<()> {
        let Found { place, position } = self;
        let checked = position.and_then(|position| checked(&place, position, data, of));
        match checked {
            Ok(text) => println!("history   {text}"),
            Err(error) if place.is_shared() => return Err(error),
            Err(error) => println!("history   {error:#}; the next start makes it again"),
        }
        Ok(())
    }
}

fn checked(
    place: &Place,
    position: Option<Position>,
    data: &DataDirectory,
    (cluster, last): (ClusterId, u64),
) -> Result<String> {
    let Some(position) = position else {
        return Ok("none yet".to_owned());
    };
    let standing = compared(data, cluster, &position)?;
    let sequence = position.sequence.0;
    if !standing.is_sound() {
        bail!("the history at {place} and the event log do not go together: {standing}");
    }
    if last < sequence {
        bail!("the history at {place} has command {sequence}, the journal ends with {last}");
    }
    Ok(format!(
        "up to command {sequence}; the event log {standing}"
    ))
}

async fn digest(of: &cli::Past) -> Result<()> {
    let data = DataDirectory::existing(&of.at.data_dir)?;
    let reading = open(&place(&of.history, &data)?).await?;
    let position = reading.position().await?;
    println!("sequence {}", position.sequence.0);
    println!("rows     {}", reading.digest().await?);
    Ok(())
}

async fn open(place: &Place) -> Result<Reading> {
    let is_missing = matches!(place, Place::File(path) if !path.exists());
    let reading = match is_missing {
        true => Err(HistoryError::Missing),
        false => Reading::open(place).await,
    };
    reading.with_context(|| format!("the history at {place} cannot be read"))
}

/// Makes the history again out of the journal alone: the event log may be gone.
fn rebuild(of: &cli::Past, runtime: &Runtime) -> Result<()> {
    let data = DataDirectory::existing(&of.at.data_dir)?;
    let cluster = data.known_cluster()?;
    let _lock = lock(&data)?;
    let place = place(&of.history, &data)?;
    runtime.block_on(database::remove(&place, cluster.0))?;
    let mut writer = runtime.block_on(Writer::open(&place, cluster.0))?;
    let mut batch = Batch::after(*writer.position());
    let mut replay = Replay::start(&data, cluster)?;
    while replay.next(&mut batch)? {
        if BATCH_EVENTS <= batch.len() {
            writer = runtime.block_on(writer.apply(&batch))?;
            batch = Batch::after(*writer.position());
        }
    }
    if !batch.is_empty() {
        writer = runtime.block_on(writer.apply(&batch))?;
    }
    println!("sequence {}", writer.position().sequence.0);
    runtime.block_on(writer.close());
    Ok(())
}

/// The events of a journal, made again.
struct Replay {
    reader: Reader<journal::file_disk::FileDisk>,
    durable: journal::id::Position,
    engine: Engine,
    applied: Applied,
    encoded: Vec<u8>,
}

impl Replay {
    fn start(data: &DataDirectory, cluster: ClusterId) -> Result<Replay> {
        Ok(Replay {
            reader: Reader::open(data.journal.clone(), cluster, Sequence(1))?,
            durable: read_watermark(&data.journal, cluster)?.position,
            engine: Engine::new(),
            applied: Applied::default(),
            encoded: Vec::new(),
        })
    }

    /// Adds the events of the next frame; false at the end, which is that of the next start.
    fn next(&mut self, batch: &mut Batch) -> Result<bool> {
        let is_durable = self.reader.position().sequence < self.durable.sequence;
        let frame = if is_durable {
            self.reader.next_frame(self.durable)?
        } else {
            self.reader.next_written()?
        };
        let Some(frame) = frame else {
            return Ok(false);
        };
        decode(
            frame.payload,
            self.engine.sequence(),
            &mut self.applied.batch,
        )?;
        core::apply(&mut self.engine, &mut self.applied);
        for (index, command) in self.applied.batch.commands.iter().enumerate() {
            let events = self.applied.events_of(index);
            self.encoded.clear();
            event::encode(command.sequence, command.at, events, &mut self.encoded);
            batch.add(&self.encoded)?;
        }
        Ok(true)
    }
}
