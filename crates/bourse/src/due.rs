//! Asks for the start of due orders, as long as there are any.
//!
//! One command starts only so many of them, so that no command works without bound; the rest take their turn between
//! the commands of everybody else.

use crossbeam_channel::Sender;
use engine::engine::Engine;
use model::command::{Command, Request};
use model::id::MarketId;
use sequencer::core::Applied;
use std::collections::BTreeSet;

/// What was asked for and not yet done.
pub struct DueOrders {
    requests: Sender<Request>,
    asked: BTreeSet<MarketId>,
}

impl DueOrders {
    /// Returns one that sends its commands into this queue.
    pub fn new(requests: Sender<Request>) -> DueOrders {
        DueOrders {
            requests,
            asked: BTreeSet::new(),
        }
    }

    /// Takes note of what was done, and asks for what is to be done next.
    pub fn follow(&mut self, engine: &Engine, applied: &Applied) {
        for sequenced in &applied.batch.commands {
            match sequenced.command {
                Command::StartDue { market } => {
                    self.asked.remove(&market);
                }
                // A request that a full disk or a full queue refused is made again.
                Command::Tick => self.asked.clear(),
                _ => (),
            }
        }
        self.ask(engine);
    }

    /// Asks once for each market in which orders are due.
    pub fn ask(&mut self, engine: &Engine) {
        for market in engine.due_markets() {
            let request = || Request {
                ticket: 0,
                command: Command::StartDue { market },
            };
            if !self.asked.contains(&market) && self.requests.try_send(request()).is_ok() {
                self.asked.insert(market);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::bounded;
    use model::command::Sequenced;
    use model::id::Sequence;
    use model::time::Timestamp;

    fn applied(command: Command) -> Applied {
        let mut applied = Applied::default();
        applied.batch.commands.push(Sequenced {
            sequence: Sequence(1),
            at: Timestamp::ZERO,
            command,
        });
        applied
    }

    #[test]
    fn a_request_is_remembered_until_it_was_carried_out_or_a_second_has_passed() {
        let (requests, _queue) = bounded(1);
        let mut due = DueOrders::new(requests);
        let market = MarketId(3);
        for done in [Command::StartDue { market }, Command::Tick] {
            due.asked.insert(market);
            due.follow(&Engine::new(), &applied(Command::Upgrade { logic: 1 }));
            assert!(due.asked.contains(&market));
            due.follow(&Engine::new(), &applied(done));
            assert!(due.asked.is_empty());
        }
    }
}
