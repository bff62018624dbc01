//! A batch: the commands that share one frame, one sync and one time.

use model::command::{Action, Command, Request, Sequenced};
use model::id::Sequence;
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
pub fn is_protective(command: &Command) -> bool {
    match command {
        Command::Client { action, .. } => {
            let is_mass = matches!(action, Action::CancelAll { .. });
            matches!(action, Action::Cancel(_) | Action::Freeze { .. })
                || mutant::plant!("mass-cancel-shed", false, is_mass)
        }
        Command::SetPhase { .. }
        | Command::SetAccountState { .. }
        | Command::RevokeKey { .. }
        | Command::HoldPayouts { .. } => true,
        _ => false,
    }
}
