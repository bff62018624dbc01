//! Countdowns: whoever does not come back in time has its open orders of a market cancelled.

use std::collections::{BTreeMap, BTreeSet};

use model::command::SetCountdown;
use model::event::Event;
use model::id::{AccountId, MarketId};
use model::order::CloseReason;
use model::reject::Reject;
use model::snapshot::CountdownRow;
use model::time::{NANOS_PER_MILLI, Timestamp};

use crate::engine::Engine;

/// The most countdowns that one tick lets run out; the rest run out with the next (Q8).
pub const EXPIRED_PER_TICK_MAX: usize = 256;

/// The running countdowns.
#[derive(Clone, Debug, Default)]
pub struct Countdowns {
    until: BTreeMap<(AccountId, MarketId), Timestamp>,
    /// The same, the next to run out first.
    next: BTreeSet<(Timestamp, AccountId, MarketId)>,
}

impl Countdowns {
    /// Starts, restarts or ends a countdown.
    pub fn set(&mut self, account: AccountId, market: MarketId, until: Option<Timestamp>) {
        if let Some(before) = self.until.remove(&(account, market)) {
            self.next.remove(&(before, account, market));
        }
        if let Some(until) = until {
            self.until.insert((account, market), until);
            self.next.insert((until, account, market));
        }
    }

    /// Takes out the countdown that ran out first, if one has by `at`.
    fn pop_expired(&mut self, at: Timestamp) -> Option<(AccountId, MarketId)> {
        let (until, account, market) = *self.next.first()?;
        if at < until {
            return None;
        }
        self.set(account, market, None);
        Some((account, market))
    }

    /// Returns when the first of them runs out.
    fn first_end(&self) -> Option<Timestamp> {
        self.next.first().map(|(until, ..)| *until)
    }

    /// Returns the countdowns, by account and market.
    pub fn rows(&self) -> impl Iterator<Item = CountdownRow> + '_ {
        self.until
            .iter()
            .map(|((account, market), until)| CountdownRow {
                account: *account,
                market: *market,
                until: *until,
            })
    }
}

impl Engine {
    /// Returns when the next countdown runs out, if one is running: the first tick from then on ends it.
    pub fn next_countdown(&self) -> Option<Timestamp> {
        self.countdowns.first_end()
    }

    /// # Errors
    /// `MarketUnknown`.
    pub(crate) fn set_countdown(
        &mut self,
        account: AccountId,
        countdown: &SetCountdown,
    ) -> Result<Event, Reject> {
        self.market(countdown.market)?;

        // Nothing below can fail.
        let until = countdown.millis.map(|millis| {
            self.at
                .plus_nanos(i64::from(millis.get()) * NANOS_PER_MILLI)
        });
        if mutant::plant!("countdown-cannot-be-ended", until.is_some(), true) {
            self.countdowns.set(account, countdown.market, until);
        }
        Ok(Event::CountdownSet {
            market: countdown.market,
            account,
            until,
        })
    }

    /// Cancels the open orders of those whose countdown ran out, where the market lets them be cancelled.
    pub(crate) fn expire_countdowns(&mut self, events: &mut Vec<Event>) {
        for _ in 0..EXPIRED_PER_TICK_MAX {
            let Some((account, market)) = self.countdowns.pop_expired(self.at) else {
                break;
            };
            events.push(Event::CountdownExpired { market, account });
            let mut desk = self.existing_desk(market, events);
            // Without an open order, or in a closed market, there is nothing to cancel.
            let _ = mutant::plant!(
                "countdown-leaves-what-waits",
                {
                    let bids = desk.market.book.orders(model::order::Side::Buy);
                    let orders = bids.chain(desk.market.book.orders(model::order::Side::Sell));
                    let of_account = orders.filter(|(_, resting)| resting.account == account);
                    let orders: Vec<_> = of_account.map(|(_, resting)| resting.order).collect();
                    desk.cancel_each(&orders, CloseReason::Countdown);
                    Ok(())
                },
                desk.cancel_all(account, CloseReason::Countdown)
            );
        }
    }
}
