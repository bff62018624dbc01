//! The one way every test drives the engine: each command is checked against everything that must hold after it.

use engine::engine::Engine;
use model::command::{Action, Command, Sequenced};
use model::event::Event;
use model::id::{AccountId, MarketId, Sequence};
use model::snapshot::EngineState;
use model::text::IdempotencyKey;
use model::time::Timestamp;

use crate::fold::Fold;

/// An engine under test, with what an outsider knows from its events alone.
pub struct Checked {
    pub engine: Engine,
    pub fold: Fold,
    pub log: Vec<Sequenced>,
    pub events: Vec<Event>,
}

impl Checked {
    pub fn new() -> Checked {
        Checked {
            engine: Engine::new(),
            fold: Fold::default(),
            log: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Applies a command without a further look.
    pub fn apply(&mut self, at: Timestamp, command: Command) -> Vec<Event> {
        let sequenced = Sequenced {
            sequence: self.engine.sequence().next(),
            at,
            command,
        };
        let mut events = Vec::new();
        self.engine.warm(core::slice::from_ref(&sequenced));
        self.engine.apply(&sequenced, &mut events);
        assert!(!events.is_empty(), "{sequenced:?} was answered by nothing");
        let run_out = match events.contains(&Event::Ticked) {
            true => self.fold.countdowns.run_out(self.engine.at()),
            false => Vec::new(),
        };
        self.fold.fold(&events);
        assert_eq!(self.fold.countdowns.expired, run_out);
        self.log.push(sequenced);
        if let [Event::Repeated { original }] = events[..] {
            self.assert_answered_by(original);
        }
        self.events.extend_from_slice(&events);
        events
    }

    /// Expects that a command that asked for an outcome was told of one that bore the key, or its own key.
    fn assert_answered_by(&self, original: Sequence) {
        let last = &self.log.last().expect("a command was just applied").command;
        let Command::Client { header, action } = last else {
            return;
        };
        let Action::FindOutcome { key } = action else {
            return;
        };
        let place = original.0.checked_sub(1).expect("sequences begin with one");
        let original = &self.log[usize::try_from(place).expect("a place in the log")].command;
        let (account, borne) = borne_key(original).expect("it is remembered by a key");
        assert_eq!(account, header.account);
        let own = header.idempotency.map(|asked| asked.key);
        assert!(borne == *key || Some(borne) == own);
    }

    /// Applies a command and checks everything that must hold after it.
    pub fn check(&mut self, at: Timestamp, command: Command) -> Vec<Event> {
        let before = self.engine.state();
        let mut twin = Engine::restore(&before).expect("an engine's own state is legal");
        let events = self.apply(at, command);
        let after = self.engine.state();

        let last = self.log.last().expect("a command was just applied");
        let mut twin_events = Vec::new();
        twin.apply(last, &mut twin_events);
        assert_eq!(
            twin_events, events,
            "a restored engine answers {last:?} otherwise"
        );
        assert_same(&twin.state(), &after);
        if is_refused(&events) {
            assert_same(&without_progress(before), &without_progress(after.clone()));
        }
        self.check_state(&after);
        events
    }

    /// Checks everything that must hold between commands.
    pub fn check_state(&self, state: &EngineState) {
        self.engine.audit().expect("every invariant holds");
        self.fold.assert_agrees(state);
        let due: Vec<MarketId> = self.engine.due_markets().collect();
        assert_eq!(due, self.fold.due_markets());
    }

    /// Plays the whole log again and expects the same events and the same end.
    pub fn check_replay(&self) {
        let mut again = Engine::new();
        let mut events = Vec::new();
        for sequenced in &self.log {
            again.apply(sequenced, &mut events);
        }
        assert_eq!(events, self.events);
        assert_same(&again.state(), &self.engine.state());
    }
}

/// Returns the account and key under which a command is remembered.
fn borne_key(command: &Command) -> Option<(AccountId, IdempotencyKey)> {
    let Command::Client { header, .. } = command else {
        return None;
    };
    let borne = header.idempotency?;
    Some((header.account, borne.key))
}

/// Returns whether a command changed nothing.
fn is_refused(events: &[Event]) -> bool {
    matches!(
        events,
        [Event::Rejected { .. } | Event::Repeated { .. }]
            | [
                Event::ReplaceCancelRejected { .. },
                Event::ReplacePlaceSkipped
            ]
            | [
                Event::ReplaceCancelRejected { .. },
                Event::ReplacePlaceRejected { .. }
            ]
    )
}

/// Leaves out what every command moves on, and the answers that are remembered even of refusals.
fn without_progress(mut state: EngineState) -> EngineState {
    state.sequence = Sequence::ZERO;
    state.at = Timestamp::ZERO;
    state.idempotency.clear();
    state.approvals.clear();
    state
}

/// Compares states list by list, so that a failure can be read.
fn assert_same(left: &EngineState, right: &EngineState) {
    assert_eq!(left.balances, right.balances);
    assert_eq!(left.house, right.house);
    assert_eq!(left.markets, right.markets);
    assert_eq!(left.idempotency, right.idempotency);
    assert_eq!(left.approvals, right.approvals);
    assert_eq!(left, right);
}
