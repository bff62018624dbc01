//! What happened: a flow through the engine, as the event log keeps it.

use engine::engine::Engine;
use model::command::Sequenced;
use model::time::{NANOS_PER_SECOND, Timestamp};
use wire::binary::event;

use crate::flow::generate;
use crate::flow::shape::ONE;
use crate::stage::engine::{setup, translate};

/// An instant of the year 2024, so that days and candles are those of a real exchange.
const START_MS: i64 = 1_704_067_200_000;

/// Returns the encoded events of each command, in order.
///
/// **Units** commands are as far apart as they are in an exchange that takes `live_per_s` of them a second.
pub fn payloads(records: u64, seed: u64, live_per_s: f64) -> Vec<Vec<u8>> {
    let flow = generate::generate(&ONE, records, seed);
    let setup = setup::commands(&flow);
    let orders = translate::commands(&flow, setup.len());
    let setup = setup.into_iter().enumerate();
    let setup = setup.map(|(index, command)| translate::sequenced(index, command));
    let step_ns = (NANOS_PER_SECOND as f64 / live_per_s) as i64;
    let (mut engine, mut events) = (Engine::new(), Vec::new());
    setup
        .chain(orders)
        .enumerate()
        .map(|(index, command)| {
            let at = Timestamp::from_millis(START_MS).plus_nanos(index as i64 * step_ns);
            let command = Sequenced { at, ..command };
            events.clear();
            engine.apply(&command, &mut events);
            let mut payload = Vec::new();
            event::encode(command.sequence, at, &events, &mut payload);
            payload
        })
        .collect()
}
