//! Whose fills are told, and when it is enough.

use identity::notification::{Facts, FillsWanted, News};
use model::id::AccountId;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Notifications of fills in an hour, of an account whose user has not asked for them: nobody reads more, and a program
/// that trades beside somebody who is signed in would leave no room for anything else.
const UNASKED_MAX: u32 = 100;
const HOUR: Duration = Duration::from_secs(3_600);

/// Accounts whose fills are told.
pub struct Audience {
    wanted: FillsWanted,
    hour_at: Instant,
    /// Notifications of fills in the hour that began then.
    told: BTreeMap<AccountId, u32>,
}

impl Audience {
    /// Returns nobody.
    pub fn new(now: Instant) -> Audience {
        Audience {
            wanted: FillsWanted::default(),
            hour_at: now,
            told: BTreeMap::new(),
        }
    }

    /// Takes whose fills are told from now on.
    pub fn renew(&mut self, wanted: FillsWanted, now: Instant) {
        self.wanted = wanted;
        if HOUR <= now.duration_since(self.hour_at) {
            self.hour_at = now;
            self.told.clear();
        }
    }

    /// Returns whether fills of an account are told.
    pub fn wants(&self, account: AccountId) -> bool {
        let told = self.told.get(&account).copied().unwrap_or(0);
        self.wanted.asked.contains(&account)
            || (self.wanted.unasked.contains(&account) && told < UNASKED_MAX)
    }

    /// Notes what was told.
    pub fn note(&mut self, facts: &Facts) {
        for told in &facts.told {
            if matches!(told.news, News::Fills { .. }) {
                *self.told.entry(told.account).or_default() += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use identity::notification::Told;
    use model::id::MarketId;
    use model::number::{Price, Qty};
    use model::order::Side;
    use model::time::Timestamp;

    const ASKED: AccountId = AccountId(1);
    const UNASKED: AccountId = AccountId(2);
    const TRADER: AccountId = AccountId(3);

    fn wanted() -> FillsWanted {
        FillsWanted {
            asked: [ASKED].into(),
            unasked: [UNASKED].into(),
        }
    }

    fn fills_of(account: AccountId) -> Facts {
        let news = News::Fills {
            market: MarketId(0),
            side: Side::Buy,
            price: Price::new(1).expect("legal"),
            qty: Qty::ZERO,
            count: 7,
        };
        let told = Told {
            account,
            news,
            at: Timestamp::ZERO,
        };
        Facts {
            told: vec![told],
            ..Facts::default()
        }
    }

    #[test]
    fn nobody_is_told_of_fills_at_an_account_where_nobody_is_signed_in() {
        let mut audience = Audience::new(Instant::now());
        audience.renew(wanted(), Instant::now());
        let wants = [ASKED, UNASKED, TRADER].map(|account| audience.wants(account));
        assert_eq!(wants, [true, true, false]);
    }

    #[test]
    fn whoever_has_not_asked_is_told_a_hundred_times_an_hour_and_whoever_has_each_time() {
        let begin = Instant::now();
        let mut audience = Audience::new(begin);
        audience.renew(wanted(), begin);
        for count in 0..UNASKED_MAX {
            assert!(audience.wants(UNASKED), "{count}");
            audience.note(&fills_of(UNASKED));
            audience.note(&fills_of(ASKED));
        }
        audience.note(&fills_of(ASKED));
        assert!(audience.wants(ASKED));
        audience.renew(wanted(), begin + HOUR - Duration::from_millis(1));
        assert!(!audience.wants(UNASKED));
        audience.renew(wanted(), begin + HOUR);
        assert!(audience.wants(UNASKED));
    }
}
