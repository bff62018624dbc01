//! A dump is one line of JSON that any reader holds exactly.

use model::command::{Command, Sequenced};
use model::event::{Event, Published};
use model::id::Sequence;
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use serde_json::Value;
use wire::binary::json_dump;

use crate::examples::{self, commands, events};
use crate::strategies;

/// JavaScript holds every integer up to here exactly.
const EXACT_MAX: i64 = (1 << 53) - 1;

fn dump_command(command: &Command) -> String {
    json_dump::command(&Sequenced {
        sequence: Sequence(12),
        at: examples::time(1),
        command: command.clone(),
    })
}

fn dump_event(event: &Event) -> String {
    json_dump::event(&Published {
        sequence: Sequence(12),
        at: examples::time(1),
        event: event.clone(),
    })
}

fn named(name: &str) -> Command {
    commands::all()
        .into_iter()
        .find(|command| commands::name(command) == name)
        .expect("every name has an example")
}

/// Returns whether every number in the value is an integer that JavaScript holds exactly.
fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => number
            .as_i64()
            .is_some_and(|number| -EXACT_MAX <= number && number <= EXACT_MAX),
        Value::Array(elements) => elements.iter().all(is_exact),
        Value::Object(members) => members.values().all(is_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

#[test]
fn a_strategy_shows_what_was_named_of_it() {
    let both = dump_command(&named("place-instructed"));
    assert!(
        both.contains(r#""strategy":{"id":"37","kind":"1000002"}"#),
        "{both}"
    );
    let none = dump_command(&named("replace-instructed"));
    assert!(
        none.contains(r#""strategy":{"id":null,"kind":null}"#),
        "{none}"
    );
}

#[test]
fn a_limit_order_shows_every_field_by_name() {
    assert_eq!(
        dump_command(&named("place")),
        concat!(
            r#"{"sequence":"12","at":"1700000000000000001","command":"Place","#,
            r#""header":{"account":1,"key":"17","valid_until":"1700000005000000000","#,
            r#""idempotency":{"key":"once-0001","body":"1234605616436508552"}},"#,
            r#""order":{"market":2,"side":"Buy","kind":{"Limit":{"price":6512345,"qty":12000,"#,
            r#""time_in_force":"ImmediateOrCancel"}},"client_id":"x-A1b2C3d4E5f6G7h8I9j0","#,
            r#""self_trade":"Decrement"}}"#,
        )
    );
}

#[test]
fn a_command_without_fields_shows_its_name() {
    assert_eq!(
        dump_command(&Command::Tick),
        r#"{"sequence":"12","at":"1700000000000000001","command":"Tick"}"#
    );
}

#[test]
fn a_refusal_shows_its_name() {
    let rejected = Event::Rejected {
        reason: model::reject::Reject::InsufficientFunds,
    };
    assert_eq!(
        dump_event(&rejected),
        concat!(
            r#"{"sequence":"12","at":"1700000000000000001","event":"Rejected","#,
            r#""reason":"InsufficientFunds"}"#
        )
    );
}

#[test]
fn the_secrets_of_the_genesis_record_are_not_shown() {
    assert_eq!(
        dump_command(&named("genesis")),
        concat!(
            r#"{"sequence":"12","at":"1700000000000000001","command":"Genesis","#,
            r#""genesis":{"cluster":"00112233445566778899aabbccddeeff","#,
            r#""table_seed":"secret","blinding_key":"secret"}}"#
        )
    );
}

#[test]
fn every_example_is_one_line_of_exact_json() {
    let lines = commands::all()
        .iter()
        .map(dump_command)
        .chain(events::all().iter().map(dump_event))
        .collect::<Vec<_>>();
    for line in lines {
        let value: Value = serde_json::from_str(&line).expect("a dump is JSON");
        assert!(is_exact(&value), "{line}");
        assert!(!line.contains('\n'), "{line}");
        assert_eq!(value["sequence"], "12");
    }
}

proptest! {
    #[test]
    fn any_command_is_one_line_of_exact_json(command in strategies::commands::command()) {
        let line = dump_command(&command);
        let value: Value = serde_json::from_str(&line).expect("a dump is JSON");
        prop_assert!(is_exact(&value), "{}", line);
        prop_assert!(!line.contains('\n'));
        prop_assert_eq!(&value["at"], "1700000000000000001");
    }

    #[test]
    fn any_event_is_one_line_of_exact_json(event in strategies::events::event()) {
        let line = dump_event(&event);
        let value: Value = serde_json::from_str(&line).expect("a dump is JSON");
        prop_assert!(is_exact(&value), "{}", line);
        prop_assert!(!line.contains('\n'));
    }
}
