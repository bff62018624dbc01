//! Bytes that were once written are read for ever.
//!
//! Each file of `tests/golden/` holds one encoding in hex, named for its content and version. A file is never changed
//! and never removed; a new version brings a new file. `BOURSE_GOLDEN=write` adds the files that are missing.

use model::approved::{Act, Others};
use model::command::{Command, Sequenced};
use model::event::{Event, Published};
use model::id::Sequence;
use model::snapshot::EngineState;
use model::snapshot_views::ViewsState;
use std::collections::BTreeSet;
use std::path::PathBuf;
use wire::binary::base::{self, Base};
use wire::binary::digest::{Digest, EventChain, state_digest};
use wire::binary::{batch, event, json_dump, record, snapshot, snapshot_views};

use crate::examples::{self, commands, events, states};

const FIRST: Sequence = Sequence(1_001);

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden", name]
        .iter()
        .collect()
}

/// Returns the bytes of a golden file, after writing them if they are missing and that was asked for.
fn golden(name: &str, encoded: &[u8]) -> Vec<u8> {
    let path = path(name);
    if !path.exists() && std::env::var("BOURSE_GOLDEN").as_deref() == Ok("write") {
        std::fs::write(&path, hex_lines(encoded)).expect("the folder is there");
    }
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    bytes_of_hex(&text)
}

fn hex_lines(bytes: &[u8]) -> String {
    bytes
        .chunks(32)
        .map(|line| {
            line.iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
                + "\n"
        })
        .collect()
}

fn bytes_of_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| {
            let pair = core::str::from_utf8(pair).expect("hex digits are ASCII");
            u8::from_str_radix(pair, 16).expect("the digits come in pairs")
        })
        .collect()
}

fn event_group(events: &[Event]) -> Vec<u8> {
    let mut bytes = Vec::new();
    event::encode(FIRST, examples::time(1), events, &mut bytes);
    bytes
}

fn golden_base(engine: EngineState, views: ViewsState) -> Base {
    Base {
        engine,
        views,
        events: Digest::of(b"abc"),
    }
}

#[test]
fn every_command_has_an_example() {
    let names: BTreeSet<&str> = commands::all().iter().map(commands::name).collect();
    assert_eq!(names.len(), commands::COUNT);
}

#[test]
fn every_event_has_an_example() {
    let names: BTreeSet<&str> = events::all().iter().map(events::name).collect();
    assert_eq!(names.len(), events::COUNT);
}

#[test]
fn every_record_of_version_1_is_read_and_still_written() {
    for command in commands::all() {
        let mut bytes = Vec::new();
        record::encode(&command, &mut bytes);
        let name = format!("record-{}-1.hex", commands::name(&command));
        assert_eq!(golden(&name, &bytes), bytes, "{name}");
        assert_eq!(
            record::decode(&golden(&name, &bytes)),
            Ok(command),
            "{name}"
        );
    }
}

/// A decision of one is still version 1, so that what was written before has the digests that it had.
#[test]
fn a_decision_of_several_is_version_2_and_names_them() {
    let approval = commands::approval();
    let others = commands::others();
    let command = Command::Approved {
        approval,
        others,
        act: Box::new(Act::Adjust(commands::adjustment())),
    };
    let mut bytes = Vec::new();
    record::encode(&command, &mut bytes);
    let golden_bytes = golden("record-approved-2.hex", &bytes);
    assert_eq!(golden_bytes, bytes);
    assert_eq!(bytes[..2], [112, 2]);
    assert_eq!(record::decode(&bytes), Ok(command.clone()));
    let dump = json_dump::command(&Sequenced {
        sequence: FIRST,
        at: examples::time(0),
        command,
    });
    assert!(dump.contains(r#""others":[9,3]"#), "{dump}");

    let event = Event::Approved { approval, others };
    let bytes = event_group(&[event]);
    assert_eq!(golden("event-approved-2.hex", &bytes), bytes);
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/formats.md");
    let document = std::fs::read_to_string(document).expect("the document is there");
    assert_eq!(document.matches("| 112 | 2 | `Approved` |").count(), 2);
}

/// What was written before there were proofs is version 1 still.
#[test]
fn what_carries_a_proof_is_version_2() {
    for command in commands::proven() {
        let mut bytes = Vec::new();
        record::encode(&command, &mut bytes);
        assert_eq!(bytes[1], 2);
        let name = format!("record-{}-2.hex", commands::name(&command));
        assert_eq!(golden(&name, &bytes), bytes, "{name}");
        assert_eq!(record::decode(&bytes), Ok(command));
        assert!(bytes.len() <= record::BYTES_MAX);
    }
}

/// Nobody, too many, and one twice are no others: a decision has one encoding.
#[test]
fn others_that_could_be_written_otherwise_are_refused() {
    let command = Command::Approved {
        approval: commands::approval(),
        others: commands::others(),
        act: Box::new(Act::ListAsset {
            symbol: model::text::Symbol::parse(b"BTC").expect("a symbol"),
        }),
    };
    let mut bytes = Vec::new();
    record::encode(&command, &mut bytes);
    // Type, version, length, then the approval; the count stands behind it.
    let count = 4 + 8 + 32 + 4 + 4;
    assert_eq!(bytes[count], 2);
    for wrong in [0, 5, 255] {
        let mut changed = bytes.clone();
        changed[count] = wrong;
        assert!(record::decode(&changed).is_err(), "{wrong}");
    }
    let mut twice = bytes.clone();
    twice.copy_within(count + 1..count + 5, count + 5);
    assert!(record::decode(&twice).is_err());
}

#[test]
fn every_event_of_version_1_is_read_and_still_written() {
    for event in events::all() {
        let bytes = event_group(core::slice::from_ref(&event));
        let name = format!("event-{}-1.hex", events::name(&event));
        let golden = golden(&name, &bytes);
        assert_eq!(golden, bytes, "{name}");
        let read: Result<Vec<Published>, _> = event::Events::decode(&golden)
            .expect("the head is whole")
            .collect();
        let published = Published {
            sequence: FIRST,
            at: examples::time(1),
            event,
        };
        assert_eq!(read, Ok(vec![published]), "{name}");
    }
}

fn check_batch(name: &str, commands: &[Command]) {
    let mut bytes = Vec::new();
    batch::encode(FIRST, examples::time(1), commands, &mut bytes);
    let golden = golden(name, &bytes);
    assert_eq!(golden, bytes);
    let read: Vec<_> = batch::Commands::decode(&golden)
        .expect("the head is whole")
        .map(|command| command.expect("every record is whole"))
        .collect();
    assert_eq!(read[0].sequence, FIRST);
    assert_eq!(read[23].sequence, Sequence(1_024));
    assert!(read.iter().all(|one| one.at == examples::time(1)));
    let read: Vec<_> = read.into_iter().map(|one| one.command).collect();
    assert_eq!(read, commands);
}

#[test]
fn batches_of_every_release_are_read_and_still_written() {
    check_batch("batch-1.hex", &commands::first());
    check_batch("batch-2.hex", &commands::second());
    check_batch("batch-3.hex", &commands::third());
    check_batch("batch-4.hex", &commands::fourth());
    check_batch("batch-5.hex", &commands::fifth());
    check_batch("batch-6.hex", &commands::sixth());
    check_batch("batch-7.hex", &commands::seventh());
    check_batch("batch-8.hex", &commands::eighth());
    check_batch("batch-9.hex", &commands::all());
}

#[test]
fn an_engine_snapshot_of_layout_1_is_read() {
    let golden = golden("engine-1.hex", &[]);
    assert_eq!(snapshot::decode_engine(&golden), Ok(states::first_engine()));
}

#[test]
fn an_engine_snapshot_of_layout_2_is_read() {
    let golden = golden("engine-2.hex", &[]);
    assert_eq!(
        snapshot::decode_engine(&golden),
        Ok(states::second_engine())
    );
}

#[test]
fn an_engine_snapshot_of_layout_3_is_read() {
    let golden = golden("engine-3.hex", &[]);
    assert_eq!(snapshot::decode_engine(&golden), Ok(states::third_engine()));
}

#[test]
fn an_engine_snapshot_of_layout_4_is_read() {
    let golden = golden("engine-4.hex", &[]);
    assert_eq!(
        snapshot::decode_engine(&golden),
        Ok(states::fourth_engine())
    );
}

#[test]
fn an_engine_snapshot_of_layout_5_is_read() {
    let golden = golden("engine-5.hex", &[]);
    assert_eq!(snapshot::decode_engine(&golden), Ok(states::fifth_engine()));
}

#[test]
fn an_engine_snapshot_of_layout_6_is_read_and_still_written() {
    let state = states::engine();
    let mut bytes = Vec::new();
    snapshot::encode_engine(&state, &mut bytes);
    let golden = golden("engine-6.hex", &bytes);
    assert_eq!(golden, bytes);
    assert_eq!(snapshot::decode_engine(&golden), Ok(state));
}

#[test]
fn a_views_snapshot_of_layout_1_is_read() {
    let golden = golden("views-1.hex", &[]);
    assert_eq!(
        snapshot_views::decode_views(&golden),
        Ok(states::first_views())
    );
}

#[test]
fn a_views_snapshot_of_layout_2_is_read() {
    let golden = golden("views-2.hex", &[]);
    assert_eq!(
        snapshot_views::decode_views(&golden),
        Ok(states::second_views())
    );
}

#[test]
fn a_views_snapshot_of_layout_3_is_read() {
    let golden = golden("views-3.hex", &[]);
    assert_eq!(
        snapshot_views::decode_views(&golden),
        Ok(states::third_views())
    );
}

#[test]
fn a_views_snapshot_of_layout_4_is_read() {
    let golden = golden("views-4.hex", &[]);
    assert_eq!(
        snapshot_views::decode_views(&golden),
        Ok(states::fourth_views())
    );
}

#[test]
fn a_views_snapshot_of_layout_5_is_read() {
    let golden = golden("views-5.hex", &[]);
    assert_eq!(
        snapshot_views::decode_views(&golden),
        Ok(states::fifth_views())
    );
}

#[test]
fn a_views_snapshot_of_layout_6_is_read() {
    let golden = golden("views-6.hex", &[]);
    assert_eq!(
        snapshot_views::decode_views(&golden),
        Ok(states::sixth_views())
    );
}

#[test]
fn a_views_snapshot_of_layout_7_is_read() {
    let golden = golden("views-7.hex", &[]);
    assert_eq!(
        snapshot_views::decode_views(&golden),
        Ok(states::seventh_views())
    );
}

#[test]
fn a_views_snapshot_of_layout_8_is_read() {
    let golden = golden("views-8.hex", &[]);
    assert_eq!(
        snapshot_views::decode_views(&golden),
        Ok(states::eighth_views())
    );
}

#[test]
fn a_views_snapshot_of_layout_9_is_read_and_still_written() {
    let state = states::views();
    let mut bytes = Vec::new();
    snapshot_views::encode_views(&state, &mut bytes);
    let golden = golden("views-9.hex", &bytes);
    assert_eq!(golden, bytes);
    assert_eq!(snapshot_views::decode_views(&golden), Ok(state));
}

#[test]
fn a_base_of_the_first_layouts_is_read() {
    let golden = golden("base-1.hex", &[]);
    assert_eq!(
        base::decode(&golden),
        Ok(golden_base(states::first_engine(), states::first_views()))
    );
}

#[test]
fn a_base_of_the_second_layouts_is_read() {
    let golden = golden("base-2.hex", &[]);
    assert_eq!(
        base::decode(&golden),
        Ok(golden_base(states::second_engine(), states::second_views()))
    );
}

#[test]
fn a_base_of_the_third_layouts_is_read() {
    let golden = golden("base-3.hex", &[]);
    assert_eq!(
        base::decode(&golden),
        Ok(golden_base(states::third_engine(), states::third_views()))
    );
}

#[test]
fn a_base_of_the_fourth_layouts_is_read() {
    let golden = golden("base-4.hex", &[]);
    assert_eq!(
        base::decode(&golden),
        Ok(golden_base(states::fourth_engine(), states::fourth_views()))
    );
}

#[test]
fn a_base_of_the_fifth_layouts_is_read() {
    let golden = golden("base-5.hex", &[]);
    assert_eq!(
        base::decode(&golden),
        Ok(golden_base(states::fifth_engine(), states::fifth_views()))
    );
}

#[test]
fn a_base_of_the_sixth_layouts_is_read() {
    let golden = golden("base-6.hex", &[]);
    assert_eq!(
        base::decode(&golden),
        Ok(golden_base(states::fifth_engine(), states::sixth_views()))
    );
}

#[test]
fn a_base_of_the_seventh_layouts_is_read() {
    let golden = golden("base-7.hex", &[]);
    assert_eq!(
        base::decode(&golden),
        Ok(golden_base(states::fifth_engine(), states::seventh_views()))
    );
}

#[test]
fn a_base_of_the_eighth_layouts_is_read() {
    let golden = golden("base-8.hex", &[]);
    assert_eq!(
        base::decode(&golden),
        Ok(golden_base(states::engine(), states::eighth_views()))
    );
}

#[test]
fn a_base_of_the_newest_layouts_is_read_and_still_written() {
    let expected = golden_base(states::engine(), states::views());
    let mut bytes = Vec::new();
    base::encode(&expected, &mut bytes);
    let golden = golden("base-9.hex", &bytes);
    assert_eq!(golden, bytes);
    assert_eq!(base::decode(&golden), Ok(expected));
}

/// Digests are published and compared between nodes and releases: they may not drift either.
#[test]
fn the_digests_of_the_examples_stay_as_they_are() {
    let first = golden("engine-1.hex", &[]);
    check_digests("digests.txt", &events::first(), Digest::of(&first));
    let second = golden("engine-2.hex", &[]);
    check_digests("digests-2.txt", &events::second(), Digest::of(&second));
    let third = golden("engine-3.hex", &[]);
    check_digests("digests-3.txt", &events::third(), Digest::of(&third));
    let fourth = golden("engine-4.hex", &[]);
    check_digests("digests-4.txt", &events::fourth(), Digest::of(&fourth));
    let fifth = Digest::of(&golden("engine-5.hex", &[]));
    check_digests("digests-5.txt", &events::fifth(), fifth);
    check_digests("digests-6.txt", &events::sixth(), fifth);
    check_digests("digests-7.txt", &events::seventh(), fifth);
    check_digests("digests-8.txt", &events::eighth(), fifth);
    let newest = state_digest(&states::engine());
    check_digests("digests-9.txt", &events::all(), newest);
}

fn check_digests(name: &str, events: &[Event], state: Digest) {
    let mut chain = EventChain::start();
    let start = chain.digest();
    events
        .iter()
        .for_each(|event| chain.add(&event_group(core::slice::from_ref(event))));
    let events = chain.digest();
    let shown = format!("start  {start}\nevents {events}\nstate  {state}\n");
    let path = path(name);
    if !path.exists() && std::env::var("BOURSE_GOLDEN").as_deref() == Ok("write") {
        std::fs::write(&path, &shown).expect("the folder is there");
    }
    assert_eq!(
        std::fs::read_to_string(&path).expect("the file is there"),
        shown
    );
}

#[test]
fn no_golden_file_is_left_unread() {
    let mut expected: BTreeSet<String> = commands::all()
        .iter()
        .map(|command| format!("record-{}-1.hex", commands::name(command)))
        .chain(
            events::all()
                .iter()
                .map(|event| format!("event-{}-1.hex", events::name(event))),
        )
        .collect();
    for name in [
        "record-approved-2.hex",
        "records-approved-elsewhere-1.hex",
        "record-create-key-2.hex",
        "record-hold-withdrawal-2.hex",
        "record-settle-withdrawal-2.hex",
        "event-approved-2.hex",
        "batch-1.hex",
        "batch-2.hex",
        "batch-3.hex",
        "batch-4.hex",
        "batch-5.hex",
        "batch-6.hex",
        "batch-7.hex",
        "batch-8.hex",
        "batch-9.hex",
        "engine-1.hex",
        "engine-2.hex",
        "engine-3.hex",
        "engine-4.hex",
        "engine-5.hex",
        "engine-6.hex",
        "views-1.hex",
        "views-2.hex",
        "views-3.hex",
        "views-4.hex",
        "views-5.hex",
        "views-6.hex",
        "views-7.hex",
        "views-8.hex",
        "views-9.hex",
        "base-1.hex",
        "base-2.hex",
        "base-3.hex",
        "base-4.hex",
        "base-5.hex",
        "base-6.hex",
        "base-7.hex",
        "base-8.hex",
        "base-9.hex",
        "digests.txt",
        "digests-2.txt",
        "digests-3.txt",
        "digests-4.txt",
        "digests-5.txt",
        "digests-6.txt",
        "digests-7.txt",
        "digests-8.txt",
        "digests-9.txt",
    ] {
        expected.insert(name.to_owned());
    }
    let found: BTreeSet<String> = std::fs::read_dir(path(""))
        .expect("the folder is there")
        .map(|entry| {
            let entry = entry.expect("the folder can be read");
            entry.file_name().into_string().expect("plain names")
        })
        .collect();
    assert_eq!(found, expected);
}

/// The name of a type is the one that a dump shows.
fn name_in(dump: &str, key: &str) -> String {
    let line: serde_json::Value = serde_json::from_str(dump).expect("a dump is JSON");
    line[key].as_str().expect("a name").to_owned()
}

#[test]
fn the_document_lists_every_type_with_its_number_and_version() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/formats.md");
    let document = std::fs::read_to_string(document).expect("the document is there");
    let mut rows = Vec::new();
    for command in commands::all() {
        let mut bytes = Vec::new();
        record::encode(&command, &mut bytes);
        let dump = json_dump::command(&Sequenced {
            sequence: FIRST,
            at: examples::time(0),
            command,
        });
        rows.push((bytes[0], bytes[1], name_in(&dump, "command")));
    }
    for event in events::all() {
        let bytes = &event_group(core::slice::from_ref(&event))[20..];
        let dump = json_dump::event(&Published {
            sequence: FIRST,
            at: examples::time(0),
            event,
        });
        rows.push((bytes[0], bytes[1], name_in(&dump, "event")));
    }
    for (kind, version, name) in rows {
        let row = format!("| {kind} | {version} | `{name}` |");
        assert!(document.contains(&row), "{row}");
    }
}

#[test]
fn every_act_of_operators_is_read_as_it_was_written() {
    for act in commands::acts() {
        let command = Command::Approved {
            approval: commands::approval(),
            others: commands::others(),
            act: Box::new(act),
        };
        let mut bytes = Vec::new();
        record::encode(&command, &mut bytes);
        assert!(bytes.len() <= record::BYTES_MAX);
        assert_eq!(record::decode(&bytes), Ok(command));
    }
}

/// What only people and payouts are about is written as other acts are, behind who decided it.
#[test]
fn acts_beside_the_books_keep_their_bytes() {
    let mut all = Vec::new();
    for act in commands::acts() {
        if !matches!(
            act,
            Act::ChangePeople(_) | Act::ApproveWithdrawal { .. } | Act::FailWithdrawal { .. }
        ) {
            continue;
        }
        let command = Command::Approved {
            approval: commands::approval(),
            others: Others::NONE,
            act: Box::new(act),
        };
        record::encode(&command, &mut all);
    }
    assert_eq!(golden("records-approved-elsewhere-1.hex", &all), all);
}

#[test]
fn the_longest_record_fills_its_bound() {
    let mut bytes = Vec::new();
    record::encode(&commands::longest(), &mut bytes);
    assert_eq!(bytes.len(), record::BYTES_MAX);
}

#[test]
fn a_limit_order_is_a_short_record() {
    let mut bytes = Vec::new();
    let mut command = commands::all()
        .into_iter()
        .find(|command| commands::name(command) == "place")
        .expect("there is one");
    if let model::command::Command::Client { header, action } = &mut command {
        header.idempotency = None;
        *action = model::command::Action::Place(model::command::NewOrder {
            self_trade: None,
            ..commands::limit_order()
        });
    }
    record::encode(&command, &mut bytes);
    assert_eq!(bytes.len(), 68);
}
