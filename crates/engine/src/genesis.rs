//! The first command, the ticking of time, and the change of logic.

use model::command::Genesis;
use model::event::Event;
use model::reject::Reject;

use crate::engine::Engine;

/// The newest logic this binary decides by (D16): from 2 on payouts carry what was proven.
pub const LOGIC: u16 = 2;
/// What every journal begins with.
pub const FIRST_LOGIC: u16 = 1;

impl Engine {
    /// Starts a journal.
    ///
    /// # Errors
    /// `GenesisTwice`.
    pub(crate) fn start(&mut self, genesis: &Genesis) -> Result<Event, Reject> {
        if self.logic != 0 {
            return Err(Reject::GenesisTwice);
        }

        // Nothing below can fail.
        *self = Engine {
            sequence: self.sequence,
            at: self.at,
            logic: FIRST_LOGIC,
            ..Engine::seeded(genesis)
        };
        Ok(Event::Started(*genesis))
    }

    /// Lets go of what is too old.
    pub(crate) fn tick(&mut self, events: &mut Vec<Event>) -> Event {
        self.results.expire(self.at);
        self.proofs.expire(self.at);
        self.expire_countdowns(events);
        for market in &mut self.markets {
            market.average.roll(self.at);
        }
        Event::Ticked
    }

    /// Lets the next logic version decide from the next command on.
    ///
    /// # Errors
    /// `LogicUnsupported`.
    pub(crate) fn upgrade(&mut self, logic: u16) -> Result<Event, Reject> {
        if logic != self.logic + 1 || LOGIC < logic {
            return Err(Reject::LogicUnsupported);
        }
        self.logic = logic;
        Ok(Event::Upgraded { logic })
    }
}
