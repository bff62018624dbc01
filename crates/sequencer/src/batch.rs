//! A batch: the commands that share one frame, one sync and one time.

use model::account::AccountState;
use model::approved::{Act, PeopleChange};
use model::command::{Action, Command, Request, Sequenced};
use model::id::Sequence;
use model::instrument::Phase;
use model::number::Amount;
use model::time::Timestamp;

/// The most commands one frame carries: the bound on what a crash can leave unanswered.
pub const BATCH_COMMANDS_MAX: usize = 8_192;

/// Commands with their place and time, in order, and the tickets of those who wait for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    pub commands: Vec<Sequenced>,
    /// One ticket a command.
    pub tickets: Vec<u64>,
    /// Tickets whose commands were not sequenced, because the disk has room only for cancels.
    pub shed: Vec<u64>,
}

impl Batch {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.commands.clear();
        self.tickets.clear();
        self.shed.clear();
    }

    /// Returns the place of the last command.
    pub fn last(&self) -> Option<Sequence> {
        self.commands.last().map(|command| command.sequence)
    }

    pub(crate) fn push(&mut self, request: Request, sequence: Sequence, at: Timestamp) {
        self.commands.push(Sequenced {
            sequence,
            at,
            command: request.command,
        });
        self.tickets.push(request.ticket);
    }
}

/// Returns whether a command only takes risk away, and may therefore use the journal's reserve on a full disk.
///
/// A tick may: on a full disk one is made only for a countdown that has run out. A countdown that is set anew may not:
/// it would let orders stand for longer, and whoever cannot set it is protected by the one that runs.
pub fn is_protective(command: &Command) -> bool {
    match command {
        Command::Client { action, .. } => is_protective_action(action),
        Command::SetPhase { phase, .. } => stops(*phase),
        Command::SetAccountState { state, .. } => binds(*state),
        Command::Approved { act, .. } => is_protective_act(act),
        Command::Tick | Command::RevokeKey { .. } | Command::HoldPayouts { .. } => true,
        _ => false,
    }
}

fn is_protective_action(action: &Action) -> bool {
    let is_shed = mutant::plant!(
        "mass-cancel-shed",
        matches!(action, Action::CancelAll { .. }),
        false
    );
    !is_shed
        && matches!(
            action,
            Action::CancelAll { .. }
                | Action::Cancel(_)
                | Action::CancelList(_)
                | Action::Freeze { .. }
        )
}

/// Returns whether operators take away with this act, and give nothing.
fn is_protective_act(act: &Act) -> bool {
    match act {
        Act::SetPhase { phase, .. } => stops(*phase),
        Act::SetAccountState { state, .. } => binds(*state),
        Act::SetPayoutLimit { cap, .. } => *cap == Some(Amount::ZERO),
        Act::ChangePeople(change) => matches!(
            change,
            PeopleChange::DisableOperator | PeopleChange::EndSessions
        ),
        _ => false,
    }
}

/// Returns whether no order is taken in this phase, whichever was before.
const fn stops(phase: Phase) -> bool {
    matches!(phase, Phase::CancelOnly | Phase::Halt | Phase::Closed)
}

/// Returns whether an account in this state may do nothing that it may not in every other.
const fn binds(state: AccountState) -> bool {
    matches!(state, AccountState::Frozen)
}
