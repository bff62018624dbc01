//! What is wrong with bytes is said by place and by name.

use model::command::{Action, Cancel, ClientHeader, Command};
use model::event::Event;
use model::id::{KeyId, Sequence};
use model::order::{CancelRestriction, OrderRef};
use wire::binary::base::{self, Base};
use wire::binary::batch::{self, Commands};
use wire::binary::codec::DecodeError;
use wire::binary::digest::Digest;
use wire::binary::event::Events;
use wire::binary::{event, record, snapshot};

use crate::examples::{self, commands, states};

/// Asserts that the record of `command` is refused with `expected` once `change` is done to its bytes.
#[track_caller]
fn check(command: &Command, change: impl FnOnce(&mut Vec<u8>), expected: DecodeError) {
    let mut bytes = Vec::new();
    record::encode(command, &mut bytes);
    change(&mut bytes);
    assert_eq!(record::decode(&bytes), Err(expected));
}

fn illegal(offset: usize, expected: &'static str) -> DecodeError {
    DecodeError::Illegal { offset, expected }
}

fn truncated(offset: usize, expected: &'static str) -> DecodeError {
    DecodeError::Truncated { offset, expected }
}

/// Type, version and length; the account at byte 4; the tier at byte 8.
fn set_fee_tier() -> Command {
    commands::all()
        .into_iter()
        .find(|command| commands::name(command) == "set-fee-tier")
        .expect("every name has an example")
}

fn credit(units: i128) -> Command {
    let mut deposit = examples::deposit();
    deposit.amount = examples::amount(units);
    Command::CreditDeposit(deposit)
}

#[test]
fn an_unknown_type_may_be_newer_than_this_binary() {
    let unknown = DecodeError::UnknownType {
        offset: 0,
        expected: "journal record",
        found: 255,
    };
    check(&Command::Tick, |bytes| bytes[0] = 255, unknown);
    assert_eq!(
        unknown.to_string(),
        "byte 0: journal record 255 is unknown: newer than this binary, or damaged"
    );
}

#[test]
fn a_newer_version_of_a_known_type_is_named() {
    let newer = DecodeError::NewerVersion {
        offset: 0,
        expected: "journal record",
        found: 2,
    };
    check(&Command::Tick, |bytes| bytes[1] = 2, newer);
    check(
        &Command::Tick,
        |bytes| bytes[1] = 0,
        illegal(0, "journal record"),
    );
}

#[test]
fn a_length_that_is_not_that_of_the_fields_is_refused() {
    let too_long = DecodeError::Trailing {
        offset: 4,
        expected: "journal record",
        count: 1,
    };
    let lengthen = |bytes: &mut Vec<u8>| {
        bytes[2] += 1;
        bytes.push(0);
    };
    check(&Command::Tick, lengthen, too_long);
    check(
        &Command::Tick,
        |bytes| bytes[2] = 1,
        truncated(4, "journal record"),
    );
    check(
        &set_fee_tier(),
        |bytes| bytes[2] -= 1,
        truncated(8, "fee tier"),
    );
}

#[test]
fn bytes_after_a_record_are_refused() {
    let trailing = DecodeError::Trailing {
        offset: 4,
        expected: "journal record",
        count: 2,
    };
    check(&Command::Tick, |bytes| bytes.extend([0, 0]), trailing);
}

#[test]
fn a_value_outside_its_bound_is_refused() {
    check(
        &set_fee_tier(),
        |bytes| bytes[8] = 10,
        illegal(8, "fee tier"),
    );
}

/// Id and kind of the strategy are the last fields.
#[test]
fn a_strategy_below_its_bounds_is_refused() {
    let instructed = commands::all()
        .into_iter()
        .find(|command| commands::name(command) == "place-instructed")
        .expect("every name has an example");
    let mut bytes = Vec::new();
    record::encode(&instructed, &mut bytes);
    let (id, kind) = (bytes.len() - 16, bytes.len() - 8);
    for (offset, number, expected) in [
        (id, -2, "id of a strategy"),
        (id, i64::MIN, "id of a strategy"),
        (kind, -1, "kind of a strategy"),
        (kind, 1, "kind of a strategy"),
        (kind, 999_999, "kind of a strategy"),
    ] {
        let put = |bytes: &mut Vec<u8>| {
            bytes[offset..offset + 8].copy_from_slice(&number.to_le_bytes());
        };
        check(&instructed, put, illegal(offset, expected));
    }
}

/// The amount is the last field, behind the head, reference, chain, account and asset.
const AMOUNT_OFFSET: usize = 4 + 32 + 2 + 4 + 2;

#[test]
fn an_amount_with_a_byte_too_many_is_refused() {
    let pad = |bytes: &mut Vec<u8>| {
        bytes[AMOUNT_OFFSET] += 1;
        bytes[2] += 1;
        bytes.push(0);
    };
    check(&credit(5), pad, illegal(AMOUNT_OFFSET, "amount"));
    check(&credit(0), pad, illegal(AMOUNT_OFFSET, "amount"));
}

#[test]
fn an_amount_beyond_its_bound_is_refused() {
    let largest = credit(model::number::Amount::MAX.units());
    let last = AMOUNT_OFFSET + 13;
    let amount = illegal(AMOUNT_OFFSET, "amount");
    check(&largest, |bytes| bytes[AMOUNT_OFFSET + 1] = 1, amount);
    check(&largest, |bytes| bytes[last] = 1, amount);
    check(&largest, |bytes| bytes[AMOUNT_OFFSET] = 14, amount);
}

/// Seven characters fill 49 of 56 bits: what is left has room for an eighth.
#[test]
fn a_client_id_with_more_characters_than_it_says_is_refused() {
    let cancel = |text| Command::Client {
        header: ClientHeader {
            account: examples::ALICE,
            key: KeyId(1),
            valid_until: examples::time(0),
            idempotency: None,
        },
        action: Action::Cancel(Cancel {
            market: examples::MARKET,
            order: OrderRef::Client(examples::client_id(text)),
            restriction: CancelRestriction::None,
        }),
    };
    // Head of the record, header of the request, market, number of the name.
    const CLIENT_ID: usize = 4 + 21 + 2 + 1;
    let client_id = illegal(CLIENT_ID, "client id");
    check(&cancel("abcdefgh"), |bytes| bytes[CLIENT_ID] = 7, client_id);
    check(&cancel("abcdefg"), |bytes| bytes[CLIENT_ID] = 8, client_id);
    check(&cancel("abcdefg"), |bytes| bytes[CLIENT_ID] = 37, client_id);
    check(
        &cancel("a"),
        |bytes| bytes[CLIENT_ID + 1] |= 0x80,
        client_id,
    );
}

#[test]
fn a_flag_is_0_or_1() {
    let open = commands::all()
        .into_iter()
        .find(|command| commands::name(command) == "open-account")
        .expect("every name has an example");
    check(&open, |bytes| bytes[4 + 40] = 2, illegal(44, "flag"));
}

#[test]
fn bytes_after_the_last_record_of_a_batch_are_refused() {
    let mut bytes = Vec::new();
    batch::encode(Sequence(1), examples::time(0), &[Command::Tick], &mut bytes);
    bytes.push(0);
    let read: Vec<_> = Commands::decode(&bytes)
        .expect("the head is whole")
        .collect();
    let trailing = DecodeError::Trailing {
        offset: batch::HEAD_BYTES + 4,
        expected: "batch of commands",
        count: 1,
    };
    assert_eq!(read, [Err(trailing)]);
}

#[test]
fn bytes_after_the_last_event_of_a_command_are_refused() {
    let mut bytes = Vec::new();
    event::encode(Sequence(1), examples::time(0), &[Event::Ticked], &mut bytes);
    bytes.push(0);
    let read: Vec<_> = Events::decode(&bytes).expect("the head is whole").collect();
    let trailing = DecodeError::Trailing {
        offset: 24,
        expected: "events of a command",
        count: 1,
    };
    assert_eq!(read, [Err(trailing)]);
}

#[test]
fn a_batch_of_another_layout_is_named() {
    let mut bytes = Vec::new();
    batch::encode(Sequence(1), examples::time(0), &[Command::Tick], &mut bytes);
    bytes[0] = 0;
    let none = illegal(0, "batch of commands");
    assert_eq!(Commands::decode(&bytes).err(), Some(none));
    bytes[0] = 2;
    let newer = DecodeError::NewerVersion {
        offset: 0,
        expected: "batch of commands",
        found: 2,
    };
    assert_eq!(Commands::decode(&bytes).err(), Some(newer));
}

#[test]
fn a_batch_holds_at_least_one_command_and_no_sequence_beyond_the_last() {
    let mut bytes = Vec::new();
    batch::encode(
        Sequence(u64::MAX - 1),
        examples::time(0),
        &[Command::Tick, Command::Tick],
        &mut bytes,
    );
    let sequences: Vec<_> = Commands::decode(&bytes)
        .expect("the head is whole")
        .map(|command| command.map(|command| command.sequence))
        .collect();
    assert_eq!(
        sequences,
        [Ok(Sequence(u64::MAX - 1)), Ok(Sequence(u64::MAX))]
    );
    for count in [0, 3] {
        bytes[18] = count;
        let refused = Commands::decode(&bytes).err();
        assert_eq!(refused, Some(illegal(18, "batch of commands")), "{count}");
    }
}

#[test]
fn a_batch_with_an_illegal_record_ends_with_its_error() {
    let mut bytes = Vec::new();
    let commands = vec![Command::Tick; 3];
    batch::encode(Sequence(1), examples::time(0), &commands, &mut bytes);
    bytes[batch::HEAD_BYTES + 4] = 255;
    let read: Vec<_> = Commands::decode(&bytes)
        .expect("the head is whole")
        .collect();
    assert_eq!(read.len(), 2);
    assert!(read[0].is_ok());
    assert_eq!(
        read[1],
        Err(DecodeError::UnknownType {
            offset: batch::HEAD_BYTES + 4,
            expected: "journal record",
            found: 255
        })
    );
}

#[test]
fn events_of_nothing_are_refused() {
    assert_eq!(
        Events::decode(&[0; 20]).err(),
        Some(illegal(16, "events of a command"))
    );
}

#[test]
fn a_snapshot_with_two_rows_of_one_key_is_refused() {
    let mut state = states::engine();
    state.assets.truncate(1);
    let mut bytes = Vec::new();
    snapshot::encode_engine(&state, &mut bytes);
    // Magic, layout, number of sections; the section of the position; then that of the assets: head and one row.
    const ASSETS: usize = 12 + 18 + 8 + 8 + 2 + 56;
    const ROW: usize = ASSETS + 18;
    let row: Vec<u8> = bytes[ROW..ROW + 18].to_vec();
    bytes.splice(ROW + 18..ROW + 18, row);
    bytes[ASSETS + 2] = 2;
    bytes[ASSETS + 10] = 36;
    assert_eq!(
        snapshot::decode_engine(&bytes),
        Err(DecodeError::Unsorted {
            offset: ROW + 18,
            expected: "assets"
        })
    );
}

/// The number of rows is believed only as far as bytes are there for them: nothing is reserved for a lie.
#[test]
fn a_snapshot_that_claims_more_rows_than_bytes_is_refused() {
    let mut bytes = Vec::new();
    snapshot::encode_engine(&states::engine(), &mut bytes);
    const ASSETS: usize = 12 + 18 + 8 + 8 + 2 + 56;
    bytes[ASSETS + 2..ASSETS + 10].copy_from_slice(&u64::MAX.to_le_bytes());
    assert_eq!(
        snapshot::decode_engine(&bytes),
        Err(truncated(ASSETS + 18, "list of rows"))
    );
}

#[test]
fn an_unsorted_state_is_never_written() {
    let mut state = states::engine();
    state.assets.reverse();
    let written = std::panic::catch_unwind(|| snapshot::encode_engine(&state, &mut Vec::new()));
    assert!(written.is_err());
}

fn base_bytes() -> Vec<u8> {
    let mut bytes = Vec::new();
    let base = Base {
        engine: states::engine(),
        views: states::views(),
        events: Digest::of(b""),
    };
    base::encode(&base, &mut bytes);
    bytes
}

#[test]
fn a_base_whose_state_is_not_that_of_its_digest_is_refused() {
    const ENGINE: usize = 2 + 32 + 32 + 2 + 8;
    for changed in [2 + 32, ENGINE + 40] {
        let mut bytes = base_bytes();
        bytes[changed] ^= 1;
        let mismatch = DecodeError::DigestMismatch {
            offset: ENGINE,
            expected: "engine snapshot",
        };
        assert_eq!(base::decode(&bytes), Err(mismatch));
    }
}

#[test]
fn the_place_of_the_event_tree_is_empty() {
    let mut bytes = base_bytes();
    bytes[2 + 32 + 32] = 1;
    let frontier = illegal(66, "event-tree frontier");
    assert_eq!(base::decode(&bytes), Err(frontier));
}

#[test]
fn a_base_whose_views_stand_elsewhere_is_refused() {
    let mut bytes = base_bytes();
    let length = u64::from_le_bytes(bytes[68..76].try_into().expect("eight bytes"));
    let views = 76 + usize::try_from(length).expect("a short snapshot");
    // Magic, layout, number of sections; the head of the first section; the sequence.
    bytes[views + 12 + 18] ^= 1;
    let elsewhere = illegal(views, "sequence of the views");
    assert_eq!(base::decode(&bytes), Err(elsewhere));
}

#[test]
fn engine_and_views_of_a_base_stand_at_one_sequence() {
    let mut views = states::views();
    views.sequence = views.sequence.next();
    let base = Base {
        engine: states::engine(),
        views,
        events: Digest::of(b""),
    };
    let written = std::panic::catch_unwind(|| base::encode(&base, &mut Vec::new()));
    assert!(written.is_err());
}
