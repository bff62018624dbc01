//! `bourse history`: how far it has come, what it holds, and making it again.

use super::{BATCH_EVENTS, file, lock};
use crate::cli;
use crate::data::DataDirectory;
use anyhow::{Context, Result, bail};
use engine::engine::Engine;
use indexer::batch::Batch;
use indexer::database;
use indexer::position::Position;
use indexer::reading::Reading;
use indexer::writer::Writer;
use journal::id::{ClusterId, Sequence};
use journal::reader::Reader;
use journal::watermark::read_watermark;
use sequencer::core::{self, Applied};
use sequencer::recovery::decode;
use std::path::Path;
use tokio::runtime::{Builder, Runtime};
use wire::binary::event;

/// Carries out what is asked of a history.
///
/// # Errors
/// There is none, or it cannot be read or made.
pub fn run(task: &cli::History) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    match task {
        cli::History::Status(at) => runtime.block_on(status(at)),
        cli::History::Digest(at) => runtime.block_on(digest(at)),
        cli::History::Rebuild(at) => rebuild(at, &runtime),
    }
}

async fn status(at: &cli::At) -> Result<()> {
    let data = DataDirectory::existing(&at.data_dir)?;
    let cluster = data.known_cluster()?;
    let reading = open(&file(&data)).await?;
    let position = reading.position().await?;
    println!("sequence   {}", position.sequence.0);
    println!("events     {}", position.after);
    for (table, rows) in reading.row_counts().await? {
        println!("{table:<10} {rows} rows");
    }
    println!("event log  {}", compared(&data, cluster, &position)?);
    Ok(())
}

/// Says how a history and the event log of the same directory stand to each other.
fn compared(data: &DataDirectory, cluster: ClusterId, position: &Position) -> Result<String> {
    if position.cluster != cluster.0 {
        return Ok("of another exchange: the next start makes the history again".to_owned());
    }
    let events = journal::file_disk::FileDisk::open(&data.join("events"))?;
    let mut reader = journal::event_reader::EventReader::new(events, cluster);
    let own = reader.read_one(Sequence(position.sequence.0))?;
    if own.is_some_and(|payload| !position.was_reached_by(payload)) {
        return Ok("of other events: the next start makes the history again".to_owned());
    }
    let is_there = own.is_some() || position.sequence.0 == 0;
    reader.seek(Sequence(position.sequence.0 + 1))?;
    let mut last = position.sequence.0;
    while let Some(events) = reader.next_events()? {
        if events.sequence.0 != last + 1 {
            return Ok(format!(
                "lacks command {}: stop the exchange and run `bourse history rebuild`",
                last + 1
            ));
        }
        last = events.sequence.0;
    }
    Ok(match last - position.sequence.0 {
        0 if is_there => "agrees, nothing is left to fold".to_owned(),
        0 => "ends before the history does".to_owned(),
        behind => format!("agrees, {behind} commands are left to fold"),
    })
}

async fn digest(at: &cli::At) -> Result<()> {
    let data = DataDirectory::existing(&at.data_dir)?;
    let reading = open(&file(&data)).await?;
    let position = reading.position().await?;
    println!("sequence {}", position.sequence.0);
    println!("rows     {}", reading.digest().await?);
    Ok(())
}

async fn open(path: &Path) -> Result<Reading> {
    if !path.exists() {
        bail!(
            "there is no history at {}; an exchange makes it as it runs, or run `bourse history rebuild`",
            path.display()
        );
    }
    let reading = Reading::open(path).await;
    reading.with_context(|| format!("{} is no history", path.display()))
}

/// Makes the history again out of the journal alone: the event log may be gone.
fn rebuild(at: &cli::At, runtime: &Runtime) -> Result<()> {
    let data = DataDirectory::existing(&at.data_dir)?;
    let cluster = data.known_cluster()?;
    let _lock = lock(&data)?;
    let path = file(&data);
    database::remove(&path)?;
    let mut writer = runtime.block_on(Writer::open(&path, cluster.0))?;
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
