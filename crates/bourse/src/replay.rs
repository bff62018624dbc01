//! `bourse replay`, `bourse snapshot` and `bourse journal dump`: reading a data directory beside whoever writes it.

use crate::cli;
use crate::data::{DataDirectory, journal_options};
use anyhow::{Result, bail};
use journal::id::ClusterId;
use journal::options::Replay;
use journal::reader::Reader;
use journal::watermark::read_watermark;
use sequencer::batch::Batch;
use sequencer::core::{self, Applied};
use sequencer::follower::{fold, write_snapshot};
use sequencer::recovery::{Start, decode};
use std::io::{ErrorKind, Write};
use wire::binary::digest::state_digest;
use wire::binary::json_dump;

/// Replays the journal and reports where that leads.
///
/// # Errors
/// The directory holds no exchange, or its journal is damaged.
pub fn replay(arguments: &cli::Replay) -> Result<()> {
    let data = DataDirectory::existing(&arguments.at.data_dir)?;
    let cluster = data.known_cluster()?;
    let options = journal_options(cluster, Replay::Genesis, data.waivers);
    let start = if arguments.from_snapshot {
        Start::newest(&data.snapshots, &options)?
    } else {
        Start::genesis()
    };
    let until = arguments.until.unwrap_or(u64::MAX);
    let state = run(&data, cluster, start, until)?;
    let reached = state.engine.sequence().0;
    match arguments.until {
        Some(until) if reached < until => bail!("the journal ends at command {reached}"),
        Some(until) if until < reached => {
            bail!("the newest snapshot stands at command {reached}, which is later")
        }
        _ => {}
    }
    println!("sequence {reached}");
    if arguments.digest {
        println!("state    {}", state_digest(&state.engine.state()));
        println!("events   {}", state.chain.digest());
    }
    Ok(())
}

/// Applies every command after `start`, up to `until`, also those that an exchange which was killed had not
/// acknowledged yet: its next start carries them out too.
///
/// # Errors
/// The journal is damaged before its watermark.
pub fn run(
    data: &DataDirectory,
    cluster: ClusterId,
    mut start: Start,
    until: u64,
) -> Result<Start> {
    let durable = read_watermark(&data.journal, cluster)?.position;
    let from = journal::id::Sequence(start.engine.sequence().0 + 1);
    let mut reader = Reader::open(data.journal.clone(), cluster, from)?;
    let mut applied = Applied::default();
    let mut encoded = Vec::new();
    while start.engine.sequence().0 < until {
        let is_durable = reader.position().sequence < durable.sequence;
        let frame = if is_durable {
            reader.next_frame(durable)?
        } else {
            reader.next_written()?
        };
        let Some(frame) = frame else {
            break;
        };
        decode(frame.payload, start.engine.sequence(), &mut applied.batch)?;
        applied
            .batch
            .commands
            .retain(|command| command.sequence.0 <= until);
        applied.batch.tickets.truncate(applied.batch.commands.len());
        core::apply(&mut start.engine, &mut applied);
        fold(&mut start, &applied, &mut encoded);
    }
    Ok(start)
}

/// Writes a snapshot of everything durable.
///
/// # Errors
/// The directory holds no exchange, its journal is damaged, or the snapshot cannot be written.
pub fn snapshot(arguments: &cli::At) -> Result<()> {
    let data = DataDirectory::existing(&arguments.data_dir)?;
    let cluster = data.known_cluster()?;
    let options = journal_options(cluster, Replay::Genesis, data.waivers);
    let start = Start::newest(&data.snapshots, &options)?;
    match write_snapshot(&data.journal, &data.snapshots, cluster, start)? {
        Some(written) => {
            println!("sequence {}", written.sequence.0);
            println!("bytes    {}", written.body_bytes);
            println!("state    {}", written.state);
            println!("events   {}", written.events);
        }
        None => println!("nothing new since the last snapshot"),
    }
    Ok(())
}

/// Prints one JSON line per command, also of those that an exchange which has stopped had not acknowledged yet.
///
/// # Errors
/// The directory holds no exchange, or its journal is damaged.
pub fn dump(arguments: &cli::Dump) -> Result<()> {
    let data = DataDirectory::existing(&arguments.at.data_dir)?;
    let cluster = data.known_cluster()?;
    let durable = read_watermark(&data.journal, cluster)?.position;
    let mut reader = Reader::open(
        data.journal.clone(),
        cluster,
        journal::id::Sequence(arguments.from),
    )?;
    let mut printer = Printer {
        before: model::id::Sequence(arguments.from - 1),
        batch: Batch::default(),
        out: std::io::BufWriter::new(std::io::stdout().lock()),
    };
    while let Some(frame) = reader.next_frame(durable)? {
        if let Print::Unwanted = printer.print(frame.payload)? {
            return Ok(());
        }
    }
    while let Some(frame) = reader.next_written()? {
        if let Print::Unwanted = printer.print(frame.payload)? {
            return Ok(());
        }
    }
    printer
        .out
        .flush()
        .or_else(|error| end_of_output(error).map(drop))
}

/// Prints the commands of frames after the command `before`.
struct Printer {
    before: model::id::Sequence,
    batch: Batch,
    out: std::io::BufWriter<std::io::StdoutLock<'static>>,
}

/// Whether anybody reads on.
enum Print {
    Wanted,
    Unwanted,
}

impl Printer {
    fn print(&mut self, payload: &[u8]) -> Result<Print> {
        decode(payload, self.before, &mut self.batch)?;
        for command in &self.batch.commands {
            if let Err(error) = writeln!(self.out, "{}", json_dump::command(command)) {
                return end_of_output(error);
            }
        }
        Ok(Print::Wanted)
    }
}

/// Whoever reads the output may stop reading, as `head` does: that is no failure.
fn end_of_output(error: std::io::Error) -> Result<Print> {
    match error.kind() {
        ErrorKind::BrokenPipe => Ok(Print::Unwanted),
        _ => Err(error.into()),
    }
}
