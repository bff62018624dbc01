//! One market at work on one command: what the work reads and changes.

use book::take::Step;
use ledger::ledger::Ledger;
use model::account::FeeTier;
use model::event::Event;
use model::id::{AccountId, ListId, TradeGroupId};
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
    /// The last number given to a list, in whatever market.
    pub last_list: &'a mut ListId,
    pub at: Timestamp,
}

/// Whose command it is.
#[derive(Clone, Copy, Debug)]
pub struct Trader {
    pub account: AccountId,
    /// Its seat in the market at work, once it has one.
    pub seat: Option<u32>,
    pub group: TradeGroupId,
    pub tier: FeeTier,
}

impl Desk<'_> {
    /// Returns whose command it is, and remembers where the seat was found.
    #[inline(always)]
    pub fn trader(&mut self, id: AccountId) -> Trader {
        let account = self.accounts.existing_mut(id);
        let market = self.market.instrument.id;
        let seats = &self.market.seats;
        let seat = match account.hints.seat_in(market) {
            Some(seat) => Some(seat),
            None => seats.position(id),
        };
        if let Some(seat) = seat {
            assert!(seats.at(seat).account == id);
            account.hints.seat = seat;
            account.hints.market = market;
        }
        Trader {
            account: id,
            seat,
            group: account.group,
            tier: account.tier,
        }
    }
}
