//! What a full disk still takes.

use engine::engine::Engine;
use journal::id::ClusterId;
use journal::memory_disk::MemoryDisk;
use journal::options::{Options, Replay, Waivers};
use model::account::AccountState;
use model::command::{Action, Cancel, ClientHeader, Command, NewOrder, Replace, Request};
use model::id::{AccountId, KeyId, MarketId, OrderId, OwnerId};
use model::instrument::{Cause, Phase};
use model::number::Qty;
use model::order::{CancelRestriction, OrderKind, OrderRef, ReplaceMode, Side};
use model::text::ClientOrderId;
use model::time::Timestamp;
use sequencer::batch::Batch;
use sequencer::recovery::recover;
use sequencer::writer::Writer;

const OPTIONS: Options = Options {
    cluster: ClusterId(7),
    segment_bytes: 24 * 1024,
    reserve_bytes: 8 * 1024,
    replay: Replay::Genesis,
    waivers: Waivers::NONE,
};
const MARKET: MarketId = MarketId(0);

fn client(action: Action) -> Command {
    Command::Client {
        header: ClientHeader {
            account: AccountId(1),
            key: KeyId(1),
            valid_until: Timestamp::MAX,
            idempotency: None,
        },
        action,
    }
}

fn order() -> NewOrder {
    NewOrder {
        market: MARKET,
        side: Side::Buy,
        kind: OrderKind::Market {
            qty: Qty::new(1).expect("legal"),
        },
        client_id: ClientOrderId::parse(b"a").expect("legal"),
        self_trade: None,
    }
}

fn cancel() -> Cancel {
    Cancel {
        market: MARKET,
        order: OrderRef::Id(OrderId(1)),
        restriction: CancelRestriction::None,
    }
}

fn replace() -> Replace {
    Replace {
        cancel: OrderRef::Id(OrderId(1)),
        restriction: CancelRestriction::None,
        mode: ReplaceMode::StopOnFailure,
        order: order(),
    }
}

/// Writes the commands as one batch; the ticket of each is its place.
fn write(writer: &mut Writer<MemoryDisk>, commands: &[Command]) -> Batch {
    let mut requests: Vec<Request> = (0..)
        .zip(commands)
        .map(|(ticket, command)| Request {
            ticket,
            command: command.clone(),
        })
        .collect();
    let mut batch = Batch::default();
    writer
        .write(&mut requests, Timestamp::ZERO, &mut batch)
        .expect("the disk is full and sound");
    batch
}

/// Returns a writer whose disk has room for nothing but its reserve.
fn writer_on_a_full_disk() -> Writer<MemoryDisk> {
    let disk = MemoryDisk::new();
    let recovered = recover(disk.clone(), OPTIONS, Engine::new(), &mut |_| {}).expect("it starts");
    let mut writer = recovered.writer;
    disk.set_capacity(Some(0));
    while write(&mut writer, &vec![Command::Tick; 64]).shed.is_empty() {}
    writer
}

#[test]
fn a_full_disk_takes_what_only_reduces_risk_and_sheds_the_rest() {
    let taken = [
        client(Action::Cancel(cancel())),
        client(Action::CancelAll { market: MARKET }),
        Command::SetPhase {
            market: MARKET,
            phase: Phase::Halt,
            cause: Cause::Operator,
        },
        Command::SetAccountState {
            account: AccountId(1),
            state: AccountState::Frozen,
            cause: Cause::Operator,
        },
        Command::RevokeKey { key: KeyId(1) },
        Command::HoldPayouts {
            owner: OwnerId(1),
            until: Timestamp::MAX,
        },
        client(Action::Freeze {
            account: AccountId(2),
        }),
    ];
    let shed = [
        client(Action::Place(order())),
        client(Action::Replace(replace())),
        Command::Tick,
    ];
    let mut writer = writer_on_a_full_disk();
    let batch = write(&mut writer, &[&taken[..], &shed[..]].concat());
    assert_eq!(batch.tickets, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(batch.shed, [7, 8, 9]);
    let written: Vec<Command> = batch
        .commands
        .into_iter()
        .map(|kept| kept.command)
        .collect();
    assert_eq!(written, taken);
}
