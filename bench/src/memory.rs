//! Memory of the engine, for an account and for a resting order.
//!
//! Counted is the resident memory of the process before and after, so that tables' free places
//! and what the allocator keeps are in the figure. An account has a key and one funded balance;
//! the orders belong to ten thousand of the accounts and stand on some 33,000 levels.

use anyhow::Result;
use engine::engine::Engine;
use model::command::Command;
use model::event::Event;
use serde_json::json;

use crate::cli::MemoryArguments;
use crate::flow::record::{Operation, Record, Side};
use crate::measure::provenance::Provenance;
use crate::measure::resident;
use crate::report::floor::Floors;
use crate::stage::engine::{setup, translate};

const ORDER_BYTES_MAX: u64 = 200;
const ACCOUNT_BYTES_MAX: u64 = 1_024;
const OWNERS: u32 = 10_000;
const LEVELS: u32 = 33_000;
const PRICE_TOP_TICKS: i64 = 1_000_000;

/// Prints the memory of one account and of one resting order.
///
/// # Errors
/// A kernel that does not tell the resident memory.
pub fn memory(arguments: &MemoryArguments) -> Result<Floors> {
    let mut growing = Growing {
        engine: Engine::new(),
        applied: 0,
        events: Vec::new(),
    };
    setup::markets(1)
        .into_iter()
        .for_each(|command| growing.apply(command));

    let account_bytes = growing.bytes_each(arguments.count, |growing, index| {
        setup::open_account(index + 1)
            .into_iter()
            .for_each(|command| growing.apply(command));
    })?;
    let order_bytes = growing.bytes_each(arguments.count, |growing, index| {
        growing.apply(translate::command(&order(index, arguments.count)));
    })?;

    print_figures(arguments, account_bytes, order_bytes);
    let is_met = account_bytes <= ACCOUNT_BYTES_MAX && order_bytes <= ORDER_BYTES_MAX;
    Ok(Floors::of(is_met))
}

fn print_figures(arguments: &MemoryArguments, account_bytes: u64, order_bytes: u64) {
    let Provenance {
        commit,
        machine,
        flags,
    } = Provenance::collect();
    if arguments.json {
        let figures = json!({
            "count": arguments.count,
            "bytes_per_account": account_bytes,
            "bytes_per_resting_order": order_bytes,
            "commit": commit,
            "machine": machine,
            "flags": flags,
        });
        println!("{figures}");
    } else {
        println!("commit {commit}\n{machine}\n{flags}\n");
        println!("{account_bytes} bytes an account, floor {ACCOUNT_BYTES_MAX}");
        println!("{order_bytes} bytes a resting order, floor {ORDER_BYTES_MAX}");
    }
}

struct Growing {
    engine: Engine,
    applied: usize,
    events: Vec<Event>,
}

impl Growing {
    /// Returns the resident memory that `count` calls of `grow` add, divided among them.
    fn bytes_each(&mut self, count: u32, grow: impl Fn(&mut Growing, u32)) -> Result<u64> {
        let before_bytes = resident::bytes("self")?;
        (0..count).for_each(|index| grow(self, index));
        Ok(resident::bytes("self")?
            .saturating_sub(before_bytes)
            .div_ceil(u64::from(count)))
    }

    /// # Panics
    /// When the engine refuses.
    fn apply(&mut self, command: Command) {
        self.events.clear();
        let sequenced = translate::sequenced(self.applied, command);
        self.engine.apply(&sequenced, &mut self.events);
        self.applied += 1;
        let is_refused = self
            .events
            .iter()
            .any(|event| matches!(event, Event::Rejected { .. }));
        assert!(!is_refused, "{:?}", self.events);
    }
}

/// Returns a buy order that meets nothing.
fn order(index: u32, accounts: u32) -> Record {
    Record {
        operation: Operation::GoodTillCancel,
        side: Side::Buy,
        symbol: 0,
        account: index % OWNERS.min(accounts) + 1,
        order_id: u64::from(index) + 1,
        price_ticks: PRICE_TOP_TICKS - i64::from(index % LEVELS),
        quantity_lots: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_orders_grow_the_memory() {
        let arguments = MemoryArguments {
            count: 2_000,
            json: true,
            check: false,
        };
        memory(&arguments).unwrap();
    }
}
