//! Carrying out what was approved: once, also when the process ended in between.
//!
//! Each is one command of the journal, which names who proposed and approved it; what changes people or the request of a
//! withdrawal is changed in the database after that. The engine recognises a proposal by its number and answers a
//! repetition as before, so whatever is still marked as approved is simply sent again.

use std::sync::Arc;
use std::time::Duration;

use identity::audit::Head;
use identity::outbox::Subject;
use identity::proposal::{Draft, Proposal, State};
use model::account::AccountState;
use model::approved::{Act, Approval, Others};
use model::command::{Anchor, Command};
use model::event::Event;
use model::id::{OperatorId, OwnerId, ProposalId, Reference};
use model::time::Timestamp;

use crate::clock;
use crate::console::denied::Denied;
use crate::console::office::Office;
use crate::console::reading;

/// How often approved proposals are looked for, and the end of the audit log is told to the journal.
const LOOK_PERIOD: Duration = Duration::from_secs(2);

const CHANGED: &str = "the proposal was changed after its approval";

/// What became of a proposal.
struct Outcome {
    state: State,
    text: String,
}

impl Outcome {
    fn refused(text: impl Into<String>) -> Outcome {
        Outcome {
            state: State::Refused,
            text: text.into(),
        }
    }
}

/// Carries out what is approved and due, for as long as the office is open.
pub async fn run(office: Arc<Office>) {
    let mut stopping = office.stopping.clone();
    let mut look = tokio::time::interval(LOOK_PERIOD);
    loop {
        tokio::select! {
            _ = look.tick() => {}
            _ = stopping.wait_for(|is_stopping| *is_stopping) => return,
        }
        if let Err(denied) = office.look().await {
            tracing::error!(event = "console.failed", "{}", denied.summary());
        }
    }
}

impl Office {
    async fn look(&self) -> Result<(), Denied> {
        let at = clock::now();
        self.identity.expire_proposals(at).await?;
        for proposal in self.identity.due_proposals(at).await? {
            self.execute(proposal.id).await;
        }
        self.anchor().await
    }

    /// Carries out an approved proposal. What cannot be done now is done at a later look.
    pub(super) async fn execute(&self, id: ProposalId) {
        let _turn = self.turn.lock().await;
        if let Err(denied) = self.execute_in_turn(id, clock::now()).await {
            let number = id.0;
            tracing::warn!(event = "proposal.waits", number, "{}", denied.summary());
        }
    }

    /// Whoever had the turn before may have carried it out: the journal gets one command of a proposal.
    async fn execute_in_turn(&self, id: ProposalId, at: Timestamp) -> Result<(), Denied> {
        let proposal = self.identity.proposal(id).await?;
        if mutant::plant!(
            "approved-sent-twice",
            false,
            proposal.state != State::Approved
        ) {
            return Ok(());
        }
        if at < proposal.executable_at {
            return Ok(());
        }
        let (outcome, about) = match self.act_of(&proposal).await? {
            Ok(act) => {
                let about = self.concerned(&act);
                (self.submit(&proposal, act).await?, about)
            }
            Err(why) => (Outcome::refused(why), None),
        };
        let Outcome { state, text } = outcome;
        if state == State::Executed && proposal.draft.kind.is_about_people() {
            return Ok(self.identity.change_people(id, at).await?);
        }
        let is_told = mutant::plant!("operators-tell-nobody", false, state == State::Executed);
        let about = about.filter(|_| is_told);
        Ok(self.identity.finish(id, state, &text, (about, at)).await?)
    }

    /// Returns whose account an act changes, and what they are told of it.
    fn concerned(&self, act: &Act) -> Option<(OwnerId, Subject)> {
        let (account, subject) = match act {
            Act::Adjust(adjustment) => (adjustment.account, Subject::BalanceAdjusted),
            Act::SetAccountState { account, state } => match state {
                AccountState::Active => (*account, Subject::AccountReleased),
                AccountState::CancelOnly | AccountState::NoWithdraw | AccountState::Frozen => {
                    (*account, Subject::AccountRestricted)
                }
            },
            Act::SetFeeTier { account, .. } => (*account, Subject::FeesChanged),
            Act::ListAsset { .. }
            | Act::ListMarket(_)
            | Act::ChangeMarket { .. }
            | Act::SetPhase { .. }
            | Act::SetPayoutLimit { .. }
            | Act::ChangePeople(_)
            | Act::ApproveWithdrawal { .. }
            | Act::FailWithdrawal { .. } => return None,
        };
        let owner = self.hub.views().account(account)?.owner;
        Some((owner, subject))
    }

    /// Returns what the approved text asks for, or why it cannot be; it must read as it was written.
    async fn act_of(&self, proposal: &Proposal) -> Result<Result<Act, String>, Denied> {
        let draft = &proposal.draft;
        if draft.digest(proposal.proposer) != proposal.digest {
            return Ok(Err(CHANGED.to_owned()));
        }
        if let Some(change) = draft.kind.people_change() {
            return Ok(Ok(Act::ChangePeople(change)));
        }
        if draft.kind.is_about_withdrawals() {
            return self.withdrawal_act(proposal).await;
        }
        Ok(self.act_of_the_exchange(draft))
    }

    fn act_of_the_exchange(&self, draft: &Draft) -> Result<Act, String> {
        let look_up = |name: &str| draft.parameter(name).map(str::to_owned);
        let reading = reading::read(draft.kind, &self.hub.views(), &look_up, &draft.reason);
        let reading = reading.map_err(|denied| denied.summary())?;
        let act = reading
            .act
            .filter(|_| reading.parameters == draft.parameters);
        act.ok_or_else(|| CHANGED.to_owned())
    }

    async fn submit(&self, proposal: &Proposal, act: Act) -> Result<Outcome, Denied> {
        let Some((approver, _)) = proposal.decided else {
            return Ok(Outcome::refused("nobody approved it"));
        };
        let command = Command::Approved {
            others: others(proposal, approver),
            approval: Approval {
                proposal: proposal.id,
                digest: proposal.digest,
                proposer: proposal.proposer,
                approver,
            },
            act: Box::new(act),
        };
        let applied = self.hub.submit(command).await?;
        Ok(match applied.events.first() {
            Some(Event::Rejected { reason }) => Outcome::refused(reason.name()),
            Some(Event::Repeated { original }) => executed(original.0),
            _ => executed(applied.sequence.0),
        })
    }

    /// Tells the journal where the audit log ends, so that nobody can cut it off unnoticed.
    ///
    /// Of a log that is not the one that it was told of it learns nothing; whoever watches does.
    async fn anchor(&self) -> Result<(), Denied> {
        let _turn = self.anchoring.lock().await;
        let head = self.identity.audit_head().await?;
        let told = self.audit_standing.last_told();
        if head.rows == 0 && told.is_none() {
            return Ok(());
        }
        if let Some(told) = told
            && mutant::plant!(
                "older-log-anchored",
                false,
                !self.identity.audit_goes_on_from(told).await?
            )
        {
            self.note_other_log(head);
            return Ok(());
        }
        if told != Some(head) {
            let anchor = Anchor {
                rows: head.rows,
                head: Reference(head.hash),
            };
            let applied = self.hub.submit(Command::Anchor(anchor)).await?;
            if let Some(Event::Rejected { .. }) = applied.events.first() {
                self.note_other_log(head);
                return Ok(());
            }
        }
        self.audit_standing.note_told(head);
        Ok(())
    }

    fn note_other_log(&self, head: Head) {
        if self.audit_standing.note_other(head) {
            let warning = self.audit_standing.warning().unwrap_or_default();
            tracing::error!(event = "audit.other_log", rows = head.rows, "{warning}");
        }
    }
}

/// Returns who approved beside the one who was last.
fn others(proposal: &Proposal, approver: OperatorId) -> Others {
    let approved = proposal.approvals.iter().map(|(operator, _)| *operator);
    let others: Vec<OperatorId> = approved.filter(|operator| *operator != approver).collect();
    // More than may be needed is possible while roles come and go; then the latest are named.
    let start = others.len().saturating_sub(Others::MAX);
    Others::new(&others[start..]).expect("an operator approves a proposal once")
}

fn executed(sequence: u64) -> Outcome {
    Outcome {
        state: State::Executed,
        text: format!("command {sequence}"),
    }
}
