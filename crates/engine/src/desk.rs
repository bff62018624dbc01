//! One market at work on one command: what the work reads and changes.

use book::take::Step;
use ledger::ledger::Ledger;
use model::account::FeeTier;
use model::event::Event;
use model::id::{AccountId, ListId, TradeGroupId};
use model::time::Timestamp;

use crate::account::Accounts;
use crate::market::Market;
use crate::seat::Seated;

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
    pub seat: Option<Seated>,
    pub group: TradeGroupId,
    pub tier: FeeTier,
}

impl Trader {
    #[inline(always)]
    pub fn seat_number(&self) -> Option<u32> {
        self.seat.map(|seat| seat.number)
    }
}

impl Desk<'_> {
    /// Returns whose command it is, and remembers where the seat was found.
    #[inline(always)]
    pub fn trader(&mut self, id: AccountId) -> Trader {
        let account = self.accounts.existing_mut(id);
        let market = self.market.instrument.id;
        let seats = &self.market.seats;
        if account.hints.seat_in(market).is_none()
            && let Some(number) = seats.position(id)
        {
            account.hints.seat = number;
            account.hints.market = market;
        }
        let seat = account.hints.seat_in(market).map(|number| {
            let seat = seats.at(number);
            assert!(seat.account == id);
            let rows = seat.rows();
            Seated { number, rows }
        });
        Trader {
            account: id,
            seat,
            group: account.group,
            tier: account.tier,
        }
    }
}
