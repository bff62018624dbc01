//! Which order is looked at when, and whose turn it is.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use identity::algo::AlgoId;
use model::time::Timestamp;
use tokio::sync::{self, Notify};

/// The orders that are looked at next.
///
/// **Shape** as many as are open; bounded where they are taken.
#[derive(Default)]
pub struct Agenda {
    due: Mutex<BTreeSet<(Timestamp, AlgoId)>>,
    changed: Notify,
    turn: sync::Mutex<()>,
}

impl Agenda {
    /// Has an order looked at at a moment.
    pub fn add(&self, at: Timestamp, id: AlgoId) {
        self.lock().insert((at, id));
        self.changed.notify_one();
    }

    /// Returns the next order whose moment has come, and looks no more at it.
    pub fn take_due(&self, now: Timestamp) -> Option<AlgoId> {
        let mut due = self.lock();
        let (at, _) = due.first()?;
        if now < *at {
            return None;
        }
        due.pop_first().map(|(_, id)| id)
    }

    /// Returns the moment of the next order.
    pub fn next(&self) -> Option<Timestamp> {
        self.lock().first().map(|(at, _)| *at)
    }

    /// Waits until an order was added, also since the last time.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Waits until nobody else sends a slice or ends an order.
    pub async fn turn(&self) -> sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<(Timestamp, AlgoId)>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_come_in_the_order_of_their_moments_and_not_before() {
        let agenda = Agenda::default();
        let at = Timestamp::from_millis;
        assert_eq!((agenda.next(), agenda.take_due(at(9))), (None, None));
        for (millis, id) in [(30, 1), (10, 2), (10, 3)] {
            agenda.add(at(millis), AlgoId(id));
        }
        assert_eq!(agenda.next(), Some(at(10)));
        assert_eq!(agenda.take_due(at(9)), None);
        assert_eq!(agenda.take_due(at(10)), Some(AlgoId(2)));
        assert_eq!(agenda.take_due(at(10)), Some(AlgoId(3)));
        assert_eq!(agenda.take_due(at(10)), None);
        assert_eq!(agenda.take_due(at(31)), Some(AlgoId(1)));
    }
}
