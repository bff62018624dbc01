//! What is written reads back as it was, and what is read was the only way to write it.

use model::command::{Command, Sequenced};
use model::event::Published;
use model::id::Sequence;
use model::snapshot_views::ViewsState;
use proptest::array::uniform32;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use strategies::events::event;
use strategies::states::engine_state;
use strategies::views::views_state;
use strategies::words::{sequence, time};
use wire::binary::base::{self, Base};
use wire::binary::codec::DecodeError;
use wire::binary::digest::Digest;
use wire::binary::{batch, event as event_bytes, record, snapshot, snapshot_views};

use crate::strategies::{self, commands::command};

/// A change to bytes: cut them, lengthen them, or put another byte somewhere.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Cut(prop::Index),
    Append(u8),
    Replace(prop::Index, u8),
}

mod prop {
    pub use proptest::sample::Index;
}

fn damage() -> impl Strategy<Value = Damage> {
    proptest::prop_oneof![
        1 => any::<prop::Index>().prop_map(Damage::Cut),
        1 => any::<u8>().prop_map(Damage::Append),
        4 => (any::<prop::Index>(), any::<u8>())
            .prop_map(|(place, byte)| Damage::Replace(place, byte)),
    ]
}

impl Damage {
    fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Damage::Append(byte) => bytes.push(byte),
            // A cut may have left nothing to damage.
            _ if bytes.is_empty() => {}
            Damage::Cut(place) => bytes.truncate(place.index(bytes.len())),
            Damage::Replace(place, byte) => {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
        }
    }
}

fn record_bytes(command: &Command) -> Vec<u8> {
    let mut bytes = Vec::new();
    record::encode(command, &mut bytes);
    bytes
}

fn batch_bytes(first: Sequence, at: model::time::Timestamp, commands: &[Command]) -> Vec<u8> {
    let mut bytes = Vec::new();
    batch::encode(first, at, commands, &mut bytes);
    bytes
}

fn decode_batch(bytes: &[u8]) -> Result<Vec<Sequenced>, DecodeError> {
    batch::Commands::decode(bytes)?.collect()
}

fn decode_events(bytes: &[u8]) -> Result<Vec<Published>, DecodeError> {
    event_bytes::Events::decode(bytes)?.collect()
}

fn base_bytes(base: &Base) -> Vec<u8> {
    let mut bytes = Vec::new();
    base::encode(base, &mut bytes);
    bytes
}

fn published_bytes(published: &[Published]) -> Vec<u8> {
    let mut bytes = Vec::new();
    event_bytes::encode_published(published, &mut bytes);
    bytes
}

proptest! {
    #[test]
    fn a_command_reads_back_as_it_was_written(command in command()) {
        prop_assert_eq!(record::decode(&record_bytes(&command)), Ok(command));
    }

    #[test]
    fn damaged_record_bytes_are_refused_or_canonical(
        command in command(),
        damage in vec(damage(), 1..4),
    ) {
        let mut bytes = record_bytes(&command);
        damage.iter().for_each(|damage| damage.apply(&mut bytes));
        if let Ok(command) = record::decode(&bytes) {
            prop_assert_eq!(record_bytes(&command), bytes);
        }
    }

    #[test]
    fn no_record_is_longer_than_its_bound(command in command()) {
        prop_assert!(record_bytes(&command).len() <= record::BYTES_MAX);
    }

    #[test]
    fn no_cut_record_is_read(command in command(), place in any::<prop::Index>()) {
        let mut bytes = record_bytes(&command);
        bytes.truncate(place.index(bytes.len()));
        prop_assert!(record::decode(&bytes).is_err());
    }

    #[test]
    fn a_batch_reads_back_as_it_was_written(
        first in 0..u64::MAX - 8,
        at in time(),
        commands in vec(command(), 1..8),
    ) {
        let expected: Vec<Sequenced> = commands
            .iter()
            .zip(first..)
            .map(|(command, sequence)| Sequenced {
                sequence: Sequence(sequence),
                at,
                command: command.clone(),
            })
            .collect();
        let bytes = batch_bytes(Sequence(first), at, &commands);
        prop_assert_eq!(decode_batch(&bytes), Ok(expected));
    }

    #[test]
    fn damaged_batch_bytes_are_refused_or_canonical(
        at in time(),
        commands in vec(command(), 1..4),
        damage in vec(damage(), 1..4),
    ) {
        let mut bytes = batch_bytes(Sequence(7), at, &commands);
        damage.iter().for_each(|damage| damage.apply(&mut bytes));
        if let Ok(read) = decode_batch(&bytes) {
            let (first, at) = (read[0].sequence, read[0].at);
            let commands: Vec<Command> = read.into_iter().map(|one| one.command).collect();
            prop_assert_eq!(batch_bytes(first, at, &commands), bytes);
        }
    }

    #[test]
    fn events_read_back_as_they_were_written(
        sequence in sequence(),
        at in time(),
        events in vec(event(), 1..8),
    ) {
        let expected: Vec<Published> = events
            .iter()
            .map(|event| Published { sequence, at, event: event.clone() })
            .collect();
        let mut bytes = Vec::new();
        event_bytes::encode(sequence, at, &events, &mut bytes);
        prop_assert_eq!(&published_bytes(&expected), &bytes);
        prop_assert_eq!(decode_events(&bytes), Ok(expected));
    }

    #[test]
    fn damaged_event_bytes_are_refused_or_canonical(
        sequence in sequence(),
        at in time(),
        events in vec(event(), 1..4),
        damage in vec(damage(), 1..4),
    ) {
        let mut bytes = Vec::new();
        event_bytes::encode(sequence, at, &events, &mut bytes);
        damage.iter().for_each(|damage| damage.apply(&mut bytes));
        if let Ok(read) = decode_events(&bytes) {
            prop_assert_eq!(published_bytes(&read), bytes);
        }
    }

    #[test]
    fn a_state_reads_back_as_it_was_written(state in engine_state()) {
        let mut bytes = Vec::new();
        snapshot::encode_engine(&state, &mut bytes);
        prop_assert_eq!(snapshot::decode_engine(&bytes), Ok(state));
    }

    #[test]
    fn damaged_snapshot_bytes_are_refused_or_canonical(
        state in engine_state(),
        damage in vec(damage(), 1..4),
    ) {
        let mut bytes = Vec::new();
        snapshot::encode_engine(&state, &mut bytes);
        damage.iter().for_each(|damage| damage.apply(&mut bytes));
        if let Ok(read) = snapshot::decode_engine(&bytes) {
            let mut again = Vec::new();
            snapshot::encode_engine(&read, &mut again);
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn a_state_of_the_views_reads_back_as_it_was_written(state in views_state()) {
        let mut bytes = Vec::new();
        snapshot_views::encode_views(&state, &mut bytes);
        prop_assert_eq!(snapshot_views::decode_views(&bytes), Ok(state));
    }

    #[test]
    fn damaged_bytes_of_the_views_are_refused_or_canonical(
        state in views_state(),
        damage in vec(damage(), 1..4),
    ) {
        let mut bytes = Vec::new();
        snapshot_views::encode_views(&state, &mut bytes);
        damage.iter().for_each(|damage| damage.apply(&mut bytes));
        if let Ok(read) = snapshot_views::decode_views(&bytes) {
            let mut again = Vec::new();
            snapshot_views::encode_views(&read, &mut again);
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn a_base_reads_back_as_it_was_written(
        engine in engine_state(),
        views in views_state(),
        digest in uniform32(any::<u8>()),
    ) {
        let views = ViewsState { sequence: engine.sequence, ..views };
        let base = Base { engine, views, events: Digest(digest) };
        prop_assert_eq!(base::decode(&base_bytes(&base)), Ok(base));
    }

    #[test]
    fn damaged_bytes_of_a_base_are_refused_or_canonical(
        engine in engine_state(),
        views in views_state(),
        damage in vec(damage(), 1..4),
    ) {
        let views = ViewsState { sequence: engine.sequence, ..views };
        let mut bytes = base_bytes(&Base { engine, views, events: Digest([7; 32]) });
        damage.iter().for_each(|damage| damage.apply(&mut bytes));
        if let Ok(read) = base::decode(&bytes) {
            prop_assert_eq!(base_bytes(&read), bytes);
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused_or_canonical(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(command) = record::decode(&bytes) {
            prop_assert_eq!(record_bytes(&command), bytes.clone());
        }
        prop_assert!(decode_batch(&bytes).is_err());
        prop_assert!(snapshot::decode_engine(&bytes).is_err());
        prop_assert!(snapshot_views::decode_views(&bytes).is_err());
        if let Ok(read) = decode_events(&bytes) {
            prop_assert_eq!(published_bytes(&read), bytes);
        }
    }
}
