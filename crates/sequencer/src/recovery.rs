//! Starting: there is only one way, and it is recovery (snapshot, then every later command, checked on the way).

use crate::batch::Batch;
use crate::core::{self, Applied};
use crate::follower::{FollowError, newest_base};
use crate::writer::Writer;
use engine::both::{Half, in_turn};
use engine::engine::Engine;
use journal::damage::Refusal;
use journal::disk::Disk;
use journal::frame::FrameRef;
use journal::id::Anchor;
use journal::journal::Journal;
use journal::open::{Opened, Recovery};
use journal::options::{Options, Replay};
use journal::snapshot_store::Among;
use journal::watermark::WatermarkWriter;
use model::command::Sequenced;
use model::id::Sequence;
use model::snapshot::EngineState;
use model::snapshot_views::ViewsState;
use views::behind::Behind;
use views::views::Views;
use wire::binary::base::Base;
use wire::binary::batch::Commands;
use wire::binary::codec::DecodeError;
use wire::binary::digest::EventChain;

/// Commands applied at a time while starting.
const PART_COMMANDS: usize = 256;

/// A recovered exchange, ready to take commands.
#[derive(Debug)]
pub struct Recovered<D: Disk> {
    pub writer: Writer<D>,
    pub watermark: WatermarkWriter<D>,
    pub engine: Engine,
    pub recovery: Recovery,
}

/// Why the exchange does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Refused(Box<Refusal>),
    #[error(transparent)]
    Snapshot(#[from] FollowError),
}

impl From<Refusal> for StartError {
    fn from(refusal: Refusal) -> StartError {
        StartError::Refused(Box::new(refusal))
    }
}

/// What a replay starts from: the newest snapshot, or nothing.
pub struct Start {
    pub engine: Engine,
    pub views: Views,
    pub chain: EventChain,
    pub replay: Replay,
}

impl Start {
    /// Returns the state before the first command.
    pub fn genesis() -> Start {
        Start {
            engine: Engine::new(),
            views: Views::new(),
            chain: EventChain::start(),
            replay: Replay::Genesis,
        }
    }

    /// Returns the state a snapshot holds.
    ///
    /// # Errors
    /// The snapshot is sound as a file but holds no legal state.
    pub fn from_base(anchor: Anchor, base: Base) -> Result<Start, FollowError> {
        Ok(Start {
            chain: EventChain::resume(base.events),
            engine: restore_engine(&base.engine, in_turn)?,
            views: restore_views(base.views)?,
            replay: Replay::After(anchor),
        })
    }

    /// Returns the state of the newest sound snapshot of a directory, or that of genesis.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn newest<D: Disk>(disk: &D, options: &Options) -> Result<Start, FollowError> {
        match newest_base(disk, options.cluster, Among::All)?.base {
            Some((anchor, base)) => Start::from_base(anchor, base),
            None => Ok(Start::genesis()),
        }
    }
}

/// Returns the engine of a state; `run` does both halves of the work, on two threads or one.
///
/// # Errors
/// It is no legal state.
pub fn restore_engine(
    state: &EngineState,
    run: impl Fn(Half<'_>, Half<'_>),
) -> Result<Engine, FollowError> {
    Engine::restore_by(state, run).map_err(|error| FollowError::State(format!("{error:?}")))
}

/// Returns the views of a state.
///
/// # Errors
/// It is no legal state.
fn restore_views(state: ViewsState) -> Result<Views, FollowError> {
    Views::restore(state).map_err(|error| FollowError::State(format!("{error:?}")))
}

/// Returns the views of a state, which have still to catch up.
///
/// # Errors
/// It is no legal state.
pub fn restore_behind(state: ViewsState) -> Result<Behind, FollowError> {
    Behind::restore(state).map_err(|error| FollowError::State(format!("{error:?}")))
}

/// Opens the journal and applies every command after `engine`'s state, handing them to `observe` a few hundred at a
/// time: what one step wrote is still near when the next reads it. `observe` may take the buffer and leave another.
///
/// # Errors
/// Whatever the journal refuses; `engine` is then of no use.
pub fn recover<D: Disk>(
    disk: D,
    options: Options,
    mut engine: Engine,
    observe: &mut dyn FnMut(&mut Applied),
) -> Result<Recovered<D>, StartError> {
    let opened = read(disk, options, engine.sequence(), &mut |applied| {
        core::apply(&mut engine, applied);
        observe(applied);
    })?;
    Ok(Recovered::of(opened, engine))
}

/// Opens the journal and hands every command after `start` to `observe`, a few hundred at a time, in a buffer that it
/// may take if it leaves another.
///
/// # Errors
/// Whatever the journal refuses; what was handed over counts for nothing then.
pub fn read<D: Disk>(
    disk: D,
    options: Options,
    start: Sequence,
    observe: &mut dyn FnMut(&mut Applied),
) -> Result<Opened<D>, StartError> {
    let mut applied = Applied::default();
    let mut on_frame = |frame: FrameRef<'_>| {
        let mut commands = Commands::decode(frame.payload)?;
        while 0 < commands.left() {
            decode_some(&mut commands, start, &mut applied.batch)?;
            observe(&mut applied);
        }
        Ok(())
    };
    Ok(Journal::open(disk, options, &mut on_frame)?)
}

impl<D: Disk> Recovered<D> {
    /// Returns the exchange of a journal that was opened, and of the engine that has applied all of it.
    ///
    /// # Panics
    /// When it has not.
    pub fn of(opened: Opened<D>, engine: Engine) -> Recovered<D> {
        let Opened {
            journal,
            watermark,
            recovery,
        } = opened;
        let at = mutant::plant!(
            "clock-forgotten",
            model::time::Timestamp::from_nanos(i64::MIN),
            engine.at()
        );
        let writer = Writer::new(journal, at);
        assert!(writer.last() == engine.sequence());
        Recovered {
            writer,
            watermark,
            engine,
            recovery,
        }
    }
}

/// Fills a batch with the commands of a frame that come after `applied`.
///
/// # Errors
/// The payload is damaged in a way its checksums did not show, or not from this version.
pub fn decode(payload: &[u8], applied: Sequence, batch: &mut Batch) -> Result<(), DecodeError> {
    batch.clear();
    for command in Commands::decode(payload)? {
        add(command?, applied, batch);
    }
    Ok(())
}

/// Fills a batch with those of the next commands that come after `applied`.
fn decode_some(
    commands: &mut Commands<'_>,
    applied: Sequence,
    batch: &mut Batch,
) -> Result<(), DecodeError> {
    batch.clear();
    for command in commands.by_ref().take(PART_COMMANDS) {
        add(command?, applied, batch);
    }
    Ok(())
}

fn add(command: Sequenced, applied: Sequence, batch: &mut Batch) {
    if applied < command.sequence {
        batch.commands.push(command);
        batch.tickets.push(0);
    }
}
