//! Prices that users wait for: each is told once, when a trade reaches it.

use model::id::{MarketId, OwnerId};
use model::number::Price;
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};

/// Of a user.
pub const ALERTS_MAX: usize = 50;

/// From which side a price is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// By a trade at the price or above it.
    Above,
    /// By a trade at the price or below it.
    Below,
}

/// A price that a user waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    pub id: u64,
    pub market: MarketId,
    pub direction: Direction,
    pub price: Price,
    pub created_at: Timestamp,
}

impl Direction {
    pub(crate) const fn number(self) -> i64 {
        match self {
            Direction::Above => 0,
            Direction::Below => 1,
        }
    }

    pub(crate) const fn from_number(number: i64) -> Option<Direction> {
        match number {
            0 => Some(Direction::Above),
            1 => Some(Direction::Below),
            _ => None,
        }
    }
}

impl Alert {
    /// Returns whether a trade reaches the price; one from before does not.
    pub(crate) fn is_reached(&self, at: Timestamp, traded: Price) -> bool {
        let is_there = match self.direction {
            Direction::Above => self.price <= traded,
            Direction::Below => traded <= self.price,
        };
        self.created_at < at && is_there
    }
}

impl Identity {
    /// Returns a user's alerts, the oldest first.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn alerts(&self, user: OwnerId) -> Result<Vec<Alert>, IdentityError> {
        self.store.alerts(user).await
    }

    /// Adds an alert and returns its number.
    ///
    /// # Errors
    /// `AlertsFull`.
    pub async fn add_alert(
        &self,
        user: OwnerId,
        (market, direction, price): (MarketId, Direction, Price),
        at: Timestamp,
    ) -> Result<u64, IdentityError> {
        self.store
            .add_alert(user, (market, direction, price), at)
            .await
    }

    /// Removes one alert of a user, or all, and returns how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_alerts(
        &self,
        user: OwnerId,
        id: Option<u64>,
    ) -> Result<u64, IdentityError> {
        self.store.remove_alerts(user, id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_reached_from_its_side_and_after_it_was_asked_for() {
        let price = |ticks| Price::new(ticks).expect("legal");
        let moment = Timestamp::from_millis;
        for (direction, traded, at, is_reached) in [
            (Direction::Above, 100, 11, true),
            (Direction::Above, 101, 11, true),
            (Direction::Above, 99, 11, false),
            (Direction::Below, 100, 11, true),
            (Direction::Below, 99, 11, true),
            (Direction::Below, 101, 11, false),
            (Direction::Above, 101, 10, false),
            (Direction::Below, 99, 9, false),
        ] {
            let alert = Alert {
                id: 1,
                market: MarketId(0),
                direction,
                price: price(100),
                created_at: moment(10),
            };
            assert_eq!(alert.is_reached(moment(at), price(traded)), is_reached);
        }
    }
}
