//! Limits over all users together: every withdrawal is looked at each time.

use super::{Naive, Outcome};
use model::event::Event;
use model::id::AssetId;
use model::number::Amount;
use model::reject::Reject;
use model::snapshot::WithdrawalStatus;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};

const NANOS_PER_HOUR: i64 = 3_600 * NANOS_PER_SECOND;
const MONEY_MAX: i128 = 1 << 95;

/// What is allowed, and since which command it is counted what was paid.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    cap: Option<i128>,
    /// Another limit, from a moment on.
    later: Option<(Option<i128>, i64)>,
    counted_from: u64,
}

impl Limit {
    fn now(&self, at: i64) -> Option<i128> {
        match self.later {
            Some((cap, from)) if from <= at => cap,
            _ => self.cap,
        }
    }
}

impl Naive {
    pub(super) fn set_payout_limit(&mut self, asset: AssetId, cap: Option<Amount>) -> Outcome {
        self.check_asset(asset)?;
        let wanted = cap.map(Amount::units);
        if wanted.is_some_and(|units| units < 0) {
            return Err(Reject::AmountNotPositive);
        }
        let at = self.at;
        let known = self.payout_limits.get(&asset).copied();
        let now = known.and_then(|limit| limit.now(at));
        let waiting = known.and_then(|limit| limit.later.filter(|(_, from)| at < *from));
        if waiting.map_or(now, |(cap, _)| cap) == wanted {
            return Err(Reject::StateUnchanged);
        }
        let is_more = now.is_some_and(|now| wanted.is_none_or(|wanted| now < wanted));
        let from = at.saturating_add(if is_more { NANOS_PER_DAY } else { 0 });
        self.payout_limits.insert(
            asset,
            Limit {
                cap: if at < from { now } else { wanted },
                later: (at < from).then_some((wanted, from)),
                counted_from: known.map_or(self.sequence, |limit| limit.counted_from),
            },
        );
        Ok(vec![Event::PayoutLimitSet {
            asset,
            cap,
            from: Timestamp::from_nanos(from),
            held: Amount::new(self.held_withdrawals(asset)).expect("bounded"),
        }])
    }

    pub(super) fn check_payout_limit(&self, asset: AssetId, total: i128) -> Result<(), Reject> {
        let Some(limit) = self.payout_limits.get(&asset) else {
            return Ok(());
        };
        let hour = |at: i64| at.div_euclid(NANOS_PER_HOUR);
        let paid: i128 = self
            .withdrawals
            .values()
            .filter(|note| note.withdrawal.asset == asset)
            .filter(|note| limit.counted_from < note.ended_by.0)
            .filter(|note| {
                note.paid_at
                    .is_some_and(|at| hour(self.at) - hour(at) <= 24)
            })
            .map(|note| note.withdrawal.amount.units() + note.withdrawal.fee.units())
            .sum();
        let used = self.held_withdrawals(asset) + paid + total;
        match limit.now(self.at) {
            Some(cap) if cap < used.min(MONEY_MAX) => Err(Reject::PayoutLimitReached),
            _ => Ok(()),
        }
    }

    fn held_withdrawals(&self, asset: AssetId) -> i128 {
        self.withdrawals
            .values()
            .filter(|note| note.withdrawal.asset == asset)
            .filter(|note| note.status == WithdrawalStatus::Held)
            .map(|note| note.withdrawal.amount.units() + note.withdrawal.fee.units())
            .sum()
    }
}
