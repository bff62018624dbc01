//! One market at work on one command: what the work reads and changes.

use book::take::Step;
use ledger::ledger::Ledger;
use model::event::Event;
use model::id::AccountId;
use model::time::Timestamp;

use crate::account::Accounts;
use crate::market::Market;

pub struct Desk<'a> {
    pub market: &'a mut Market,
    pub accounts: &'a mut Accounts,
    pub ledger: &'a mut Ledger,
    /// Scratch of the matcher, empty between takers.
    pub steps: &'a mut Vec<Step>,
    pub events: &'a mut Vec<Event>,
    pub at: Timestamp,
}

impl Desk<'_> {
    /// Returns the account's seat here, once it has one, and remembers where it was.
    #[inline]
    pub fn seat(&mut self, account: AccountId) -> Option<u32> {
        let hints = match self.accounts.get_mut(account) {
            Ok(account) => &mut account.hints,
            Err(_) => return None,
        };
        let seat = self.market.seats.position_near(account, hints.seat)?;
        hints.seat = seat;
        Some(seat)
    }
}
