//! What a full disk still takes.

use engine::engine::Engine;
use journal::id::ClusterId;
use journal::memory_disk::MemoryDisk;
use journal::options::{Options, Replay, Waivers};
use model::account::{AccountState, FeeTier};
use model::approved::{Act, Approval, Others, PeopleChange};
use model::command::{
    Action, Cancel, CancelList, ClientHeader, Command, NewOrder, Replace, Request, SetCountdown,
};
use model::id::{
    AccountId, AssetId, KeyId, ListId, MarketId, OperatorId, OrderId, OwnerId, ProposalId,
    Reference,
};
use model::instrument::{Cause, Phase};
use model::number::{Amount, Qty};
use model::order::{CancelRestriction, ListRef, OrderKind, OrderRef, ReplaceMode, Side};
use model::text::{ClientOrderId, Symbol};
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
    let orders = vec![client(Action::Place(order())); 16];
    while write(&mut writer, &orders).shed.is_empty() {}
    writer
}

/// Returns what is sent when operators have decided this.
fn approved(act: Act) -> Command {
    Command::Approved {
        approval: Approval {
            proposal: ProposalId(1),
            digest: Reference([0; 32]),
            proposer: OperatorId(1),
            approver: OperatorId(2),
        },
        others: Others::NONE,
        act: Box::new(act),
    }
}

fn phase(phase: Phase) -> Act {
    Act::SetPhase {
        market: MARKET,
        phase,
    }
}

fn state(state: AccountState) -> Act {
    Act::SetAccountState {
        account: AccountId(1),
        state,
    }
}

fn payouts(cap: Option<i128>) -> Act {
    Act::SetPayoutLimit {
        asset: AssetId(0),
        cap: cap.map(|cap| Amount::new(cap).expect("legal")),
    }
}

/// Says which of these commands a full disk takes, each in a batch of its own.
fn check(taken: &[Command], shed: &[Command]) {
    let mut writer = writer_on_a_full_disk();
    for (commands, is_taken) in [(taken, true), (shed, false)] {
        for command in commands {
            let batch = write(&mut writer, std::slice::from_ref(command));
            assert_eq!(batch.shed.is_empty(), is_taken, "{command:?}");
        }
    }
}

#[test]
fn operators_can_stop_on_a_full_disk_and_open_nothing() {
    let acts = |acts: &[Act]| -> Vec<Command> { acts.iter().cloned().map(approved).collect() };
    let taken = [
        phase(Phase::CancelOnly),
        phase(Phase::Halt),
        phase(Phase::Closed),
        state(AccountState::Frozen),
        payouts(Some(0)),
        Act::ChangePeople(PeopleChange::DisableOperator),
        Act::ChangePeople(PeopleChange::EndSessions),
    ];
    let shed = [
        phase(Phase::Continuous),
        phase(Phase::PostOnly),
        phase(Phase::LimitOnly),
        state(AccountState::Active),
        state(AccountState::CancelOnly),
        state(AccountState::NoWithdraw),
        payouts(Some(1)),
        payouts(None),
        Act::SetFeeTier {
            account: AccountId(1),
            tier: FeeTier::LOWEST,
        },
        Act::ChangePeople(PeopleChange::AddOperator),
        Act::FailWithdrawal {
            reference: Reference([1; 32]),
        },
    ];
    check(&acts(&taken), &acts(&shed));
}

#[test]
fn what_opens_again_is_not_taken_for_what_stops() {
    let set_phase = |phase| Command::SetPhase {
        market: MARKET,
        phase,
        cause: Cause::Operator,
    };
    let set_state = |state| Command::SetAccountState {
        account: AccountId(1),
        state,
        cause: Cause::Operator,
    };
    check(
        &[set_phase(Phase::CancelOnly), set_phase(Phase::Closed)],
        &[
            set_phase(Phase::Continuous),
            set_state(AccountState::Active),
            client(Action::Unfreeze {
                account: AccountId(2),
            }),
        ],
    );
}

#[test]
fn a_countdown_runs_out_on_a_full_disk_and_is_not_set_anew() {
    let millis = std::num::NonZeroU32::new(1_000);
    let wish = SetCountdown {
        market: MARKET,
        millis,
    };
    check(&[Command::Tick], &[client(Action::SetCountdown(wish))]);
}

#[test]
fn a_full_disk_takes_what_only_reduces_risk_and_sheds_the_rest() {
    let taken = [
        client(Action::Cancel(cancel())),
        client(Action::CancelAll { market: MARKET }),
        client(Action::CancelList(CancelList {
            market: MARKET,
            list: ListRef::Id(ListId(1)),
        })),
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
        Command::ListAsset {
            symbol: Symbol::parse(b"ABC").expect("legal"),
        },
    ];
    let mut writer = writer_on_a_full_disk();
    let batch = write(&mut writer, &[&taken[..], &shed[..]].concat());
    assert_eq!(batch.tickets, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(batch.shed, [8, 9, 10]);
    let written: Vec<Command> = batch
        .commands
        .into_iter()
        .map(|kept| kept.command)
        .collect();
    assert_eq!(written, taken);
}
