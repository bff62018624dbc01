//! One market at work on one command: what the work reads and changes.

use book::take::Step;
use ledger::ledger::Ledger;
use model::event::Event;
use model::time::Timestamp;

use crate::account::Accounts;
use crate::market::Market;

pub struct Desk<'a> {
    pub market: &'a mut Market,
    pub accounts: &'a Accounts,
    pub ledger: &'a mut Ledger,
    /// Scratch of the matcher, empty between takers.
    pub steps: &'a mut Vec<Step>,
    pub events: &'a mut Vec<Event>,
    pub at: Timestamp,
}
