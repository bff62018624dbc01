//! The decoders of the journal, the event log and the snapshots.
//!
//! Every one of them refuses, or gives a value whose only encoding the input is, but for snapshots of older layouts.

use crate::trace::Trace;
use engine::engine::Engine;
use model::command::Sequenced;
use model::event::Published;
use views::views::Views;
use wire::binary::base::Base;
use wire::binary::batch::Commands;
use wire::binary::codec::DecodeError;
use wire::binary::digest::Digest;
use wire::binary::event::Events;
use wire::binary::{base as base_format, batch as batch_format, event as event_format, snapshot};
use wire::binary::{json_dump, record as record_format, snapshot_views};

/// Errors further behind are not told apart.
const OFFSET_MAX: usize = 400;

/// A journal record.
pub fn record(bytes: &[u8], trace: &mut Trace) {
    let command = match record_format::decode(bytes) {
        Ok(command) => command,
        Err(error) => return see_error(error, trace),
    };
    trace.see((bytes[0], bytes.len()));
    let mut again = Vec::new();
    record_format::encode(&command, &mut again);
    assert!(again == bytes);
    assert!(bytes.len() <= record_format::BYTES_MAX);
}

/// The payload of a journal frame.
pub fn batch(bytes: &[u8], trace: &mut Trace) {
    let read: Result<Vec<Sequenced>, DecodeError> =
        Commands::decode(bytes).and_then(Iterator::collect);
    let commands = match read {
        Ok(commands) => commands,
        Err(error) => return see_error(error, trace),
    };
    trace.see(commands.len());
    see_all(&commands, trace, |one| {
        core::mem::discriminant(&one.command)
    });
    let first = &commands[0];
    let plain = commands.iter().map(|one| &one.command);
    let mut again = Vec::new();
    batch_format::encode(first.sequence, first.at, plain, &mut again);
    assert!(again == bytes);
    for one in &commands {
        assert!(json_dump::command(one).starts_with("{\"sequence\":"));
    }
}

/// The events of a command.
pub fn event(bytes: &[u8], trace: &mut Trace) {
    let read: Result<Vec<Published>, DecodeError> =
        Events::decode(bytes).and_then(Iterator::collect);
    let published = match read {
        Ok(published) => published,
        Err(error) => return see_error(error, trace),
    };
    trace.see(published.len());
    see_all(&published, trace, |one| core::mem::discriminant(&one.event));
    let mut again = Vec::new();
    event_format::encode_published(&published, &mut again);
    assert!(again == bytes);
    for one in &published {
        assert!(json_dump::event(one).starts_with("{\"sequence\":"));
    }
}

/// A snapshot of the engine, down to an engine that has it as its state.
pub fn engine_snapshot(bytes: &[u8], trace: &mut Trace) {
    let state = match snapshot::decode_engine(bytes) {
        Ok(state) => state,
        Err(error) => return see_error(error, trace),
    };
    let mut again = Vec::new();
    snapshot::encode_engine(&state, &mut again);
    assert!(again == bytes || is_older(bytes, &again));
    assert!(snapshot::decode_engine(&again).as_ref() == Ok(&state));
    match Engine::restore(&state) {
        Ok(engine) => {
            trace.see((state.markets.len(), state.balances.len(), state.keys.len()));
            assert!(engine.state() == state);
            assert!(engine.audit() == Ok(()));
        }
        Err(error) => trace.see(format!("{error:?}")),
    }
}

/// A snapshot of the views, down to views that have it as their state.
pub fn views_snapshot(bytes: &[u8], trace: &mut Trace) {
    let state = match snapshot_views::decode_views(bytes) {
        Ok(state) => state,
        Err(error) => return see_error(error, trace),
    };
    trace.see((
        state.markets.len(),
        state.open_orders.len(),
        state.fundings.len(),
    ));
    let mut again = Vec::new();
    snapshot_views::encode_views(&state, &mut again);
    assert!(again == bytes || is_older(bytes, &again));
    assert!(snapshot_views::decode_views(&again).as_ref() == Ok(&state));
    match Views::restore(state.clone()) {
        Ok(views) => check_restored(&views, trace),
        Err(error) => trace.see(format!("{error:?}")),
    }
}

/// Returns whether a snapshot was of an older layout than the one it was written in again.
fn is_older(bytes: &[u8], again: &[u8]) -> bool {
    /// Magic and layout.
    const HEAD: usize = 8 + 2;
    bytes.get(..HEAD) != again.get(..HEAD)
}

/// Views may mend what no views would have written, but only once.
fn check_restored(views: &Views, trace: &mut Trace) {
    let state = views.state();
    trace.see((state.open_orders.len(), state.closed_orders.len()));
    let again = Views::restore(state.clone()).expect("the state of views makes views");
    assert!(again.state() == state);
}

/// The body of a snapshot file, also with the digest that a forger would put in.
pub fn base(bytes: &[u8], trace: &mut Trace) {
    check_base(bytes, trace);
    if let Some(forged) = with_matching_digest(bytes) {
        check_base(&forged, trace);
    }
}

fn check_base(bytes: &[u8], trace: &mut Trace) {
    let base: Base = match base_format::decode(bytes) {
        Ok(base) => base,
        Err(error) => return see_error(error, trace),
    };
    trace.see((base.engine.markets.len(), base.views.markets.len()));
    let mut again = Vec::new();
    base_format::encode(&base, &mut again);
    let is_older = parts(bytes)
        .zip(parts(&again))
        .is_some_and(|(read, written)| is_older(read.0, written.0) || is_older(read.1, written.1));
    assert!(again == bytes || is_older);
    assert!(base_format::decode(&again).as_ref() == Ok(&base));
}

/// Layout, event chain; the state digest; number of frontier digests, length of the engine's part.
const DIGEST: usize = 2 + 32;
const LENGTH: usize = DIGEST + 32 + 2;
const ENGINE: usize = LENGTH + 8;

/// Returns the engine's part and the views' part, wherever the length of the first says that it ends.
fn parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = bytes.get(LENGTH..ENGINE)?.try_into().ok()?;
    let length = usize::try_from(u64::from_le_bytes(length)).ok()?;
    bytes.get(ENGINE..)?.split_at_checked(length)
}

/// Returns the body with the digest of its engine part.
fn with_matching_digest(bytes: &[u8]) -> Option<Vec<u8>> {
    let (engine_part, _) = parts(bytes)?;
    let mut forged = bytes.to_vec();
    forged[DIGEST..DIGEST + 32].copy_from_slice(&Digest::of(engine_part).0);
    Some(forged)
}

fn see_all<T, S: std::hash::Hash>(all: &[T], trace: &mut Trace, what: impl Fn(&T) -> S) {
    all.iter().for_each(|one| trace.see(what(one)));
}

fn see_error(error: DecodeError, trace: &mut Trace) {
    let (offset, expected) = match error {
        DecodeError::Truncated { offset, expected }
        | DecodeError::Illegal { offset, expected }
        | DecodeError::UnknownType {
            offset, expected, ..
        }
        | DecodeError::NewerVersion {
            offset, expected, ..
        }
        | DecodeError::Trailing {
            offset, expected, ..
        }
        | DecodeError::Unsorted { offset, expected }
        | DecodeError::DigestMismatch { offset, expected } => (offset, expected),
    };
    let kind = core::mem::discriminant(&error);
    trace.see((kind, offset.min(OFFSET_MAX), expected));
}
