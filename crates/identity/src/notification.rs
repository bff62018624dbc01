//! What users are told on the pages of the exchange: fills, money, security, and prices they wait for.
//!
//! What the event log tells is taken in with the place in it, in one transaction: each notification is made once,
//! whatever happens in between. Absent: who reads the event log, and symbols and decimals, which are the gateway's.

use std::collections::{BTreeMap, BTreeSet};

use model::id::{AccountId, AssetId, MarketId, OwnerId, Sequence};
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::time::Timestamp;

use crate::alert::Direction;
use crate::identity::{Identity, IdentityError};
use crate::outbox::Subject;

/// Notifications of a user; older ones are forgotten.
pub const KEPT_MAX: i64 = 1_000;

/// What stands behind a deposit that is beyond the allowance.
const BEYOND: i128 = 1;

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Fills,
    Deposit,
    Withdrawal,
    Security,
    PriceAlert,
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Fills of one side in a market that came together, with the price of the last.
    Fills {
        market: MarketId,
        side: Side,
        price: Price,
        qty: Qty,
        count: u32,
    },
    /// It can be used.
    Deposit { asset: AssetId, amount: Amount },
    /// It can be used, and is beyond what the level of the owner is for.
    DepositBeyond { asset: AssetId, amount: Amount },
    Withdrawal {
        asset: AssetId,
        amount: Amount,
        stage: Stage,
    },
    /// Of which a letter tells more.
    Security(Subject),
    /// A trade at `traded` reached the price.
    PriceAlert {
        market: MarketId,
        direction: Direction,
        price: Price,
        traded: Price,
    },
}

/// How far a withdrawal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Held,
    Settled,
    Cancelled,
}

/// A notification as its user reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notification {
    /// A later one has a greater number.
    pub id: u64,
    pub news: News,
    pub is_read: bool,
    pub at: Timestamp,
}

/// A notification, and an account of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addressed {
    pub account: AccountId,
    pub notification: Notification,
}

/// Where notifications of a kind go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub is_kept: bool,
    /// Counted in a letter, of which there is one an hour at most.
    pub is_mailed: bool,
}

/// What happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub account: AccountId,
    pub news: News,
    pub at: Timestamp,
}

/// What a piece of the event log tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub told: Vec<Told>,
    /// The trades of each market, in order.
    pub trades: BTreeMap<MarketId, Vec<(Timestamp, Price)>>,
}

/// Whose fills are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FillsWanted {
    /// The accounts of those who have asked for it.
    pub asked: BTreeSet<AccountId>,
    /// Those at which somebody is signed in, and whose user has said nothing of it.
    pub unasked: BTreeSet<AccountId>,
}

/// A place in the event log of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub cluster: u128,
    /// The last command that was taken in.
    pub sequence: Sequence,
}

impl Kind {
    pub const ALL: [Kind; 5] = [
        Kind::Fills,
        Kind::Deposit,
        Kind::Withdrawal,
        Kind::Security,
        Kind::PriceAlert,
    ];

    pub(crate) const fn number(self) -> i64 {
        match self {
            Kind::Fills => 0,
            Kind::Deposit => 1,
            Kind::Withdrawal => 2,
            Kind::Security => 3,
            Kind::PriceAlert => 4,
        }
    }

    pub(crate) fn from_number(number: i64) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Returns what holds for a user who has set nothing. Letters of security are letters of their own.
    pub const fn default_setting(self) -> Setting {
        match self {
            Kind::Fills | Kind::Security => Setting {
                is_kept: true,
                is_mailed: false,
            },
            Kind::Deposit | Kind::Withdrawal | Kind::PriceAlert => Setting {
                is_kept: true,
                is_mailed: true,
            },
        }
    }
}

impl Stage {
    const ALL: [Stage; 3] = [Stage::Held, Stage::Settled, Stage::Cancelled];

    const fn number(self) -> i128 {
        match self {
            Stage::Held => 0,
            Stage::Settled => 1,
            Stage::Cancelled => 2,
        }
    }

    fn from_number(number: i128) -> Option<Stage> {
        Stage::ALL
            .into_iter()
            .find(|stage| stage.number() == number)
    }
}

impl News {
    pub const fn kind(&self) -> Kind {
        match self {
            News::Fills { .. } => Kind::Fills,
            News::Deposit { .. } | News::DepositBeyond { .. } => Kind::Deposit,
            News::Withdrawal { .. } => Kind::Withdrawal,
            News::Security(_) => Kind::Security,
            News::PriceAlert { .. } => Kind::PriceAlert,
        }
    }

    /// Returns how many events it tells.
    pub(crate) const fn count(&self) -> u32 {
        match self {
            News::Fills { count, .. } => *count,
            _ => 1,
        }
    }

    /// Returns the news as they are stored beside their kind: whole numbers.
    pub(crate) fn text(&self) -> String {
        let numbers: Vec<i128> = match *self {
            News::Fills {
                market,
                side,
                price,
                qty,
                count,
            } => vec![
                market.0.into(),
                side as i128,
                price.ticks().into(),
                qty.lots().into(),
                count.into(),
            ],
            News::Deposit { asset, amount } => vec![asset.0.into(), amount.units()],
            News::DepositBeyond { asset, amount } => vec![asset.0.into(), amount.units(), BEYOND],
            News::Withdrawal {
                asset,
                amount,
                stage,
            } => vec![asset.0.into(), amount.units(), stage.number()],
            News::Security(subject) => vec![subject.number().into()],
            News::PriceAlert {
                market,
                direction,
                price,
                traded,
            } => vec![
                market.0.into(),
                direction.number().into(),
                price.ticks().into(),
                traded.ticks().into(),
            ],
        };
        let texts: Vec<String> = numbers.iter().map(i128::to_string).collect();
        texts.join(" ")
    }

    /// Returns the news that were stored so.
    pub(crate) fn parse(kind: Kind, text: &str) -> Option<News> {
        let numbers: Result<Vec<i128>, _> = text.split(' ').map(str::parse).collect();
        let numbers = numbers.ok()?;
        Some(match (kind, &*numbers) {
            (Kind::Fills, [market, side, price, qty, count]) => News::Fills {
                market: market_of(*market)?,
                side: match side {
                    0 => Side::Buy,
                    1 => Side::Sell,
                    _ => return None,
                },
                price: price_of(*price)?,
                qty: Qty::new(i64::try_from(*qty).ok()?)?,
                count: u32::try_from(*count).ok()?,
            },
            (Kind::Deposit, [asset, amount]) => News::Deposit {
                asset: asset_of(*asset)?,
                amount: Amount::new(*amount)?,
            },
            (Kind::Deposit, [asset, amount, BEYOND]) => News::DepositBeyond {
                asset: asset_of(*asset)?,
                amount: Amount::new(*amount)?,
            },
            (Kind::Withdrawal, [asset, amount, stage]) => News::Withdrawal {
                asset: asset_of(*asset)?,
                amount: Amount::new(*amount)?,
                stage: Stage::from_number(*stage)?,
            },
            (Kind::Security, [subject]) => {
                News::Security(Subject::from_number(i64::try_from(*subject).ok()?)?)
            }
            (Kind::PriceAlert, [market, direction, price, traded]) => News::PriceAlert {
                market: market_of(*market)?,
                direction: Direction::from_number(i64::try_from(*direction).ok()?)?,
                price: price_of(*price)?,
                traded: price_of(*traded)?,
            },
            _ => return None,
        })
    }
}

fn market_of(number: i128) -> Option<MarketId> {
    number.try_into().ok().map(MarketId)
}

fn asset_of(number: i128) -> Option<AssetId> {
    number.try_into().ok().map(AssetId)
}

fn price_of(ticks: i128) -> Option<Price> {
    Price::new(i64::try_from(ticks).ok()?)
}

impl Identity {
    /// Returns a user's notifications below a number, the newest first, at most so many.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn notifications(
        &self,
        user: OwnerId,
        before: Option<u64>,
        count_max: u32,
    ) -> Result<Vec<Notification>, IdentityError> {
        self.store.notifications(user, before, count_max).await
    }

    /// Returns the number of the newest notification of all users; 0 when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_notification(&self) -> Result<u64, IdentityError> {
        self.store.newest_notification().await
    }

    /// Returns the notifications of all users above a number, the oldest first, at most so many.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn notifications_since(
        &self,
        number: u64,
        count_max: u32,
    ) -> Result<Vec<Addressed>, IdentityError> {
        self.store.notifications_since(number, count_max).await
    }

    /// Returns how many notifications a user has not read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unread(&self, user: OwnerId) -> Result<u64, IdentityError> {
        self.store.unread(user).await
    }

    /// Notes that a user has read everything up to a notification.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_read(&self, user: OwnerId, until: u64) -> Result<(), IdentityError> {
        self.store.mark_read(user, until).await
    }

    /// Returns where a user's notifications of each kind go.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notification_settings(
        &self,
        user: OwnerId,
    ) -> Result<BTreeMap<Kind, Setting>, IdentityError> {
        self.store.notification_settings(user).await
    }

    /// Sets where a user's notifications of a kind go.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_notification(
        &self,
        user: OwnerId,
        kind: Kind,
        setting: Setting,
    ) -> Result<(), IdentityError> {
        self.store.set_notification(user, kind, setting).await
    }

    /// Returns up to where the event log was taken in, `None` when it never was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice_place(&self) -> Result<Option<Place>, IdentityError> {
        self.store.notice_place().await
    }

    /// Begins to take in an event log after a place, wherever it was before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_notices(&self, place: Place) -> Result<(), IdentityError> {
        self.store.begin_notices(place).await
    }

    /// Returns the accounts whose fills are told: of whoever has asked, and where somebody is signed in who has not said
    /// otherwise. A program that trades with a key and nobody beside it is told by its streams.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fills_wanted(&self) -> Result<FillsWanted, IdentityError> {
        let mut wanted = FillsWanted {
            unasked: self.accounts_with_browsers(),
            ..FillsWanted::default()
        };
        for (account, is_wanted) in self.store.wishes_for_fills().await? {
            wanted.unasked.remove(&account);
            if is_wanted {
                wanted.asked.insert(account);
            }
        }
        Ok(wanted)
    }

    /// Returns whether a piece of the event log has anything to tell: to look is cheaper than to take in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_news(&self, facts: &Facts) -> Result<bool, IdentityError> {
        if !facts.told.is_empty() {
            return Ok(true);
        }
        for (market, trades) in &facts.trades {
            if self.store.are_reached(*market, trades).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes the notifications of a piece of the event log, and those of the prices it reached; or nothing, and stays
    /// where it was.
    ///
    /// # Errors
    /// `NoticesElsewhere` when the place before it is another.
    pub async fn take_in(
        &self,
        facts: &Facts,
        after: Place,
        until: Sequence,
    ) -> Result<(), IdentityError> {
        let seal =
            |content: &str, email: &str| self.master.seal(content.as_bytes(), email.as_bytes());
        self.store.take_in(facts, seal, (after, until)).await
    }

    /// Writes a letter to each user with news that are to be mailed, an hour after the one before at the earliest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write_digests(&self, at: Timestamp) -> Result<(), IdentityError> {
        let seal =
            |content: &str, email: &str| self.master.seal(content.as_bytes(), email.as_bytes());
        self.store.write_digests(seal, at).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_news_read_back() {
        let price = Price::new(5).expect("legal");
        let amount = Amount::new(1 << 90).expect("legal");
        for news in [
            News::Fills {
                market: MarketId(3),
                side: Side::Sell,
                price,
                qty: Qty::new(7).expect("legal"),
                count: 2,
            },
            News::Deposit {
                asset: AssetId(1),
                amount,
            },
            News::DepositBeyond {
                asset: AssetId(1),
                amount,
            },
            News::Withdrawal {
                asset: AssetId(1),
                amount,
                stage: Stage::Cancelled,
            },
            News::Security(Subject::NewDevice),
            News::PriceAlert {
                market: MarketId(0),
                direction: Direction::Below,
                price,
                traded: price,
            },
        ] {
            assert_eq!(News::parse(news.kind(), &news.text()), Some(news));
            assert_eq!(
                News::parse(news.kind(), &format!("{} 9", news.text())),
                None
            );
        }
        assert_eq!(News::parse(Kind::Fills, "0 2 1 1 1"), None);
        assert_eq!(News::parse(Kind::Deposit, ""), None);
    }
}
