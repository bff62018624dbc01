//! Records of a flow as commands of the engine.

use model::command::{Action, Cancel, ClientHeader, Command, NewOrder, Replace, Sequenced};
use model::id::{AccountId, MarketId, Sequence};
use model::number::{Price, Qty};
use model::order::{CancelRestriction, OrderKind, OrderRef, ReplaceMode, TimeInForce};
use model::text::ClientOrderId;
use model::time::Timestamp;

use crate::flow::Flow;
use crate::flow::record::{Operation, Record};
use crate::stage::book::side;
use crate::stage::engine::setup::key_of;

/// Commands are a microsecond apart, as in an exchange that takes a million a second.
const STEP_NS: i64 = 1_000;

/// Returns one command a record; `setup_count` commands go before them.
pub fn commands(flow: &Flow, setup_count: usize) -> Vec<Sequenced> {
    let places = flow.records.iter().zip(setup_count..);
    places
        .map(|(record, index)| sequenced(index, command(record)))
        .collect()
}

/// Returns `command` as the log would hand it over at `index`, from 0.
pub fn sequenced(index: usize, command: Command) -> Sequenced {
    let index_ns = i64::try_from(index).expect("a count of commands") * STEP_NS;
    Sequenced {
        sequence: Sequence(index as u64 + 1),
        at: Timestamp::from_nanos(index_ns),
        command,
    }
}

/// Returns what the account of `record` would ask for.
pub fn command(record: &Record) -> Command {
    let header = ClientHeader {
        account: AccountId(record.account),
        key: key_of(record.account),
        valid_until: Timestamp::MAX,
        idempotency: None,
    };
    Command::Client {
        header,
        action: action(record),
    }
}

fn action(record: &Record) -> Action {
    match record.operation {
        Operation::GoodTillCancel => Action::Place(new_order(record, TimeInForce::GoodTillCancel)),
        Operation::Move => replace(new_order(record, TimeInForce::GoodTillCancel)),
        Operation::ImmediateOrCancel => {
            Action::Place(new_order(record, TimeInForce::ImmediateOrCancel))
        }
        Operation::Cancel => Action::Cancel(Cancel {
            market: MarketId(record.symbol),
            order: OrderRef::Client(client_id(record)),
            restriction: CancelRestriction::None,
        }),
    }
}

fn replace(order: NewOrder) -> Action {
    Action::Replace(Replace {
        cancel: OrderRef::Client(order.client_id),
        restriction: CancelRestriction::None,
        mode: ReplaceMode::StopOnFailure,
        order,
    })
}

fn new_order(record: &Record, time_in_force: TimeInForce) -> NewOrder {
    NewOrder {
        market: MarketId(record.symbol),
        side: side(record.side),
        kind: OrderKind::Limit {
            price: Price::new(record.price_ticks).expect("checked when the stage was chosen"),
            qty: Qty::new(i64::from(record.quantity_lots)).expect("32 bits are a legal quantity"),
            time_in_force,
        },
        client_id: client_id(record),
        self_trade: None,
    }
}

fn client_id(record: &Record) -> ClientOrderId {
    ClientOrderId::from_number(record.order_id)
}
