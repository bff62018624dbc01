//! Countdowns that cancel, and outcomes that are asked for.

use super::filters::check;
use super::{Naive, Outcome};
use model::command::SetCountdown;
use model::event::Event;
use model::id::AccountId;
use model::order::CloseReason;
use model::reject::Reject;
use model::text::IdempotencyKey;
use model::time::{NANOS_PER_MILLI, Timestamp};

/// Countdowns that one tick lets run out.
const EXPIRED_MAX: usize = 256;

impl Naive {
    pub(super) fn find_outcome(&self, account: AccountId, key: IdempotencyKey) -> Outcome {
        let mut results = self.results.iter();
        let found = results.find(|result| result.0 == account && result.1.key == key);
        let (.., original, _) = *found.ok_or(Reject::OutcomeUnknown)?;
        Ok(vec![Event::Repeated { original }])
    }

    pub(super) fn set_countdown(&mut self, account: AccountId, wish: &SetCountdown) -> Outcome {
        let market = wish.market;
        check(self.market(market).is_ok(), Reject::MarketUnknown)?;
        self.countdowns
            .retain(|known| (known.1, known.2) != (account, market));
        let nanos = |millis: u32| self.at + i64::from(millis) * NANOS_PER_MILLI;
        let until = wish.millis.map(|millis| nanos(millis.get()));
        self.countdowns
            .extend(until.map(|until| (until, account, market)));
        Ok(vec![Event::CountdownSet {
            market,
            account,
            until: until.map(Timestamp::from_nanos),
        }])
    }

    pub(super) fn expire_countdowns(&mut self, events: &mut Vec<Event>) {
        self.countdowns.sort_unstable();
        let over = self.countdowns.iter().filter(|known| known.0 <= self.at);
        let expired = over.count().min(EXPIRED_MAX);
        let expired: Vec<_> = self.countdowns.drain(..expired).collect();
        for (_, account, market) in expired {
            events.push(Event::CountdownExpired { market, account });
            let accepts = |market: &super::Market| market.phase.accepts_cancels();
            if self.market(market).is_ok_and(accepts) {
                let orders = self.open_numbers(market, account).unwrap_or_default();
                self.end_orders(market, &orders, CloseReason::Countdown, events);
            }
        }
    }
}
