//! Everything that is held on a user as one archive, sent while it is made.
//!
//! Nothing of it is kept: no file on a disk, and in memory some pages of rows. A thread that gets what nobody else wants
//! makes each, and waits for whoever reads it.
//!
//! **Source** `docs/spec/data-export.md`.

pub mod archive;
mod person;
mod series;
mod trading;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use futures_util::stream::unfold;
use identity::identity::Identity;
use indexer::reading::Reading;
use model::id::OwnerId;
use model::time::{NANOS_PER_DAY, Timestamp};
use tokio::sync::mpsc;
use wire::binance::error::{Fault, Refusal};

use crate::aside::aside;
use crate::data_export::archive::{Archive, Failure};
use crate::hub::Hub;

/// Exports that are under way at most.
const UNDER_WAY_MAX: usize = 8;
/// Exports of one user that may begin in a day.
pub const DAY_MAX: usize = 5;
/// Pieces that wait for whoever reads.
const PIECES_MAX: usize = 2;
/// Whoever has not read all by then begins anew.
const TIME_MAX: Duration = Duration::from_secs(3_600);

/// Whose export it is, and out of what.
pub struct Subject {
    pub user: OwnerId,
    pub identity: Arc<Identity>,
    pub hub: Arc<Hub>,
    pub reading: Reading,
    /// What happened up to here is in it.
    pub until: Timestamp,
    /// The name of the exchange.
    pub issuer: String,
}

/// Who has an export under way, and who had some of late.
#[derive(Default)]
pub struct Exports {
    standing: Arc<Mutex<Standing>>,
}

#[derive(Default)]
struct Standing {
    under_way: BTreeSet<OwnerId>,
    begun: BTreeMap<OwnerId, Vec<Timestamp>>,
}

/// The place of a user among those; it is free again when this is gone.
pub struct Place {
    user: OwnerId,
    standing: Arc<Mutex<Standing>>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    UnderWay,
    /// There were as many as there may be in a day; the next may begin in so many seconds.
    Wait {
        seconds: i64,
    },
    Full,
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.standing).under_way.remove(&self.user);
    }
}

impl Exports {
    /// Returns a place for an export of a user.
    ///
    /// # Errors
    /// Where there is none.
    pub fn enter(&self, user: OwnerId, now: Timestamp) -> Result<Place, NoPlace> {
        let mut standing = lock(&self.standing);
        if standing.under_way.contains(&user) {
            return Err(NoPlace::UnderWay);
        }
        if UNDER_WAY_MAX <= standing.under_way.len() {
            return Err(NoPlace::Full);
        }
        let oldest = now.plus_nanos(-NANOS_PER_DAY);
        standing.begun.retain(|_, begun| {
            begun.retain(|at| oldest < *at);
            !begun.is_empty()
        });
        if let Some(begun) = standing.begun.get(&user)
            && DAY_MAX <= begun.len()
        {
            let free_at = begun[0].plus_nanos(NANOS_PER_DAY);
            let seconds = free_at.seconds() - now.seconds();
            return Err(NoPlace::Wait {
                seconds: seconds.max(1),
            });
        }
        standing.under_way.insert(user);
        Ok(Place {
            user,
            standing: Arc::clone(&self.standing),
        })
    }

    /// Begins an export, and returns its pieces as they will come. Whoever goes away ends it.
    ///
    /// # Errors
    /// -1008 when the system gives no thread.
    pub fn begin(&self, place: Place, subject: Subject, now: Timestamp) -> Result<Pieces, Refusal> {
        // The lock ends here: a thread that is refused gives the place back.
        let begun = |standing: &mut Standing| {
            let times = standing.begun.entry(place.user).or_default();
            times.push(now);
        };
        begun(&mut lock(&self.standing));
        let (sender, pieces) = mpsc::channel(PIECES_MAX);
        let work = async move {
            let failed = sender.clone();
            if let Err(failure) = within(TIME_MAX, make(subject, sender)).await {
                tracing::warn!(event = "export.ended", "{failure}");
                // Whoever still reads learns that this is not all.
                let ended = io::Error::other("the export ended early");
                let _ = failed
                    .send_timeout(Err(ended), Duration::from_secs(1))
                    .await;
            }
            drop(place);
        };
        aside("export", work).map_err(|_| Refusal::of(Fault::Overloaded))?;
        Ok(Pieces(pieces))
    }
}

/// An archive as it comes.
#[derive(Debug)]
pub struct Pieces(mpsc::Receiver<io::Result<Vec<u8>>>);

impl Pieces {
    /// Returns them as the body of an answer; it breaks off where the archive does.
    pub fn into_body(self) -> Body {
        Body::from_stream(unfold(self.0, |mut pieces| async move {
            let piece = pieces.recv().await?;
            Some((piece, pieces))
        }))
    }
}

/// Waits for an archive, and gives it up when it takes longer.
async fn within(
    time_max: Duration,
    made: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let made = tokio::time::timeout(time_max, made).await;
    made.unwrap_or(Err(Failure::Unread))
}

async fn make(subject: Subject, pieces: mpsc::Sender<io::Result<Vec<u8>>>) -> Result<(), Failure> {
    let reading = subject.reading.apart().await?;
    let mut archive = Archive::new(pieces, subject.until);
    let written = async {
        person::write(&mut archive, &subject).await?;
        trading::write(&mut archive, &subject, &reading).await?;
        archive.finish().await
    };
    let written = written.await;
    reading.close().await;
    written
}

/// Nothing here can panic while it holds the lock, so a poisoned one is as good as another.
fn lock(standing: &Mutex<Standing>) -> MutexGuard<'_, Standing> {
    standing.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn enter(exports: &Exports, user: u64, at: Timestamp) -> Result<Place, NoPlace> {
        exports.enter(OwnerId(user), at)
    }

    fn begin(exports: &Exports, user: u64, at: Timestamp) {
        lock(&exports.standing)
            .begun
            .entry(OwnerId(user))
            .or_default()
            .push(at);
    }

    /// An hour is a moment here.
    #[tokio::test]
    async fn an_export_that_is_not_read_in_its_hour_is_given_up() {
        let (hour, soon) = (Duration::from_millis(200), Duration::from_millis(1));
        let never = within(hour, std::future::pending()).await;
        assert!(matches!(never, Err(Failure::Unread)));
        let in_time = async {
            tokio::time::sleep(soon).await;
            Ok(())
        };
        assert!(within(hour, in_time).await.is_ok());
    }

    #[test]
    fn a_user_has_one_under_way_and_few_users_have_any() {
        let exports = Exports::default();
        let mut places: Vec<Place> = (1..=8)
            .map(|user| enter(&exports, user, NOW).expect("room"))
            .collect();
        assert_eq!(enter(&exports, 3, NOW).err(), Some(NoPlace::UnderWay));
        assert_eq!(enter(&exports, 9, NOW).err(), Some(NoPlace::Full));
        places.remove(2);
        assert!(enter(&exports, 3, NOW).is_ok());
    }

    #[test]
    fn a_day_has_so_many_of_a_user_and_the_next_one_again() {
        let exports = Exports::default();
        for _ in 0..DAY_MAX {
            drop(enter(&exports, 1, NOW).expect("room"));
            begin(&exports, 1, NOW);
        }
        let hour = NOW.plus_nanos(NANOS_PER_DAY / 24);
        let wait = NoPlace::Wait {
            seconds: 23 * 3_600,
        };
        assert_eq!(enter(&exports, 1, hour).err(), Some(wait));
        assert!(enter(&exports, 2, hour).is_ok(), "another user");
        assert!(enter(&exports, 1, NOW.plus_nanos(NANOS_PER_DAY)).is_ok());
    }
}
