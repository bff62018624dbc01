//! Hashing passwords without taking a processor from trading, however many sign in.
//!
//! One thread hashes, and has what nothing else wants. Where all processors are busy that may be nothing: what it has not
//! done in time a second one does again, with a small share however busy they are. One of them is the first to answer.

mod helper;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::hashing::helper::Desk;
use crate::identity::IdentityError;
use crate::password::{Cost, Password, PasswordHash};

/// Requests that wait for the thread: some two seconds of its work.
const WAITING_MAX: usize = 16;
/// Ten times what a hash takes on a processor that nothing else wants.
const PATIENCE: Duration = Duration::from_secs(1);

/// Hashes and compares passwords, one at a time.
pub struct Hashing {
    queue: mpsc::Sender<Job>,
    counts: Arc<Counts>,
}

/// What became of passwords so far.
#[derive(Default)]
struct Counts {
    by_first: AtomicU64,
    by_second: AtomicU64,
    turned_away: AtomicU64,
    /// In microseconds, of hashes at the cost that is set; 0 before the first.
    shortest: AtomicU64,
}

/// How busy hashing is, and was since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Places of the queue that are taken.
    pub waiting: usize,
    pub waiting_max: usize,
    /// What the thread has done that has what nothing else wants.
    pub by_first: u64,
    /// What the second has done, since the first took too long.
    pub by_second: u64,
    /// Who got no place.
    pub turned_away: u64,
    /// How long the quickest hash took, which is what a guess costs on this machine; none before the first.
    pub shortest: Option<Duration>,
}

/// A place in the queue.
pub struct Place(mpsc::OwnedPermit<Job>);

/// What somebody waits for.
enum Job {
    Hash(Password, Answer<PasswordHash>),
    /// Without a hash it does the same work and says no.
    Compare(Password, Option<PasswordHash>, Answer<bool>),
}

/// Where the answer of a job goes, once.
struct Answer<T>(Mutex<Option<oneshot::Sender<Result<T, IdentityError>>>>);

/// How a job is carried out.
#[derive(Clone)]
struct Method {
    cost: Cost,
    decoy: PasswordHash,
}

impl Hashing {
    /// Starts the threads; they end with this.
    ///
    /// # Errors
    /// When there is no thread or no randomness to be had.
    pub fn start(cost: Cost) -> Result<Hashing, IdentityError> {
        let decoy = PasswordHash::decoy(cost)?;
        let method = Method { cost, decoy };
        let counts = Arc::<Counts>::default();
        let (queue, jobs) = mpsc::channel::<Job>(WAITING_MAX);
        let desk = Arc::new(Desk::new(jobs, PATIENCE));
        spawn("hashing", {
            let (desk, method, counts) = (Arc::clone(&desk), method.clone(), Arc::clone(&counts));
            move || {
                // Where the system refuses it, hashing is as important as the rest.
                idle::step_back();
                desk.work(|job| job.carry_out(&method, (&counts, &counts.by_first)));
            }
        })?;
        spawn("hashing-late", {
            let counts = Arc::clone(&counts);
            move || {
                idle::give_way();
                desk.help(|job| job.carry_out(&method, (&counts, &counts.by_second)));
            }
        })?;
        Ok(Hashing { queue, counts })
    }

    /// Returns whether nobody who comes now would get a place; whoever came is counted as turned away then.
    pub fn turns_away(&self) -> bool {
        let is_full = self.queue.capacity() == 0;
        if is_full {
            count(&self.counts.turned_away);
        }
        is_full
    }

    /// Returns a place in the queue, `None` when it is full.
    pub fn reserve(&self) -> Option<Place> {
        let place = self.queue.clone().try_reserve_owned();
        if place.is_err() {
            count(&self.counts.turned_away);
        }
        place.ok().map(Place)
    }

    /// Returns how busy it is.
    pub fn load(&self) -> Load {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Load {
            waiting: WAITING_MAX - self.queue.capacity(),
            waiting_max: WAITING_MAX,
            by_first: read(&self.counts.by_first),
            by_second: read(&self.counts.by_second),
            turned_away: read(&self.counts.turned_away),
            shortest: match read(&self.counts.shortest) {
                0 => None,
                micros => Some(Duration::from_micros(micros)),
            },
        }
    }
}

impl Counts {
    /// Notes how long a hash took.
    fn note(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        let lower = |shortest: u64| (shortest == 0 || micros < shortest).then_some(micros);
        let order = Ordering::Relaxed;
        // A longer one changes nothing.
        let _ = self.shortest.fetch_update(order, order, lower);
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), IdentityError> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    let started = thread.spawn(work);
    started.map(drop).map_err(|error| IdentityError::Hash {
        reason: error.to_string(),
    })
}

impl Place {
    /// Returns the hash of a password.
    ///
    /// # Errors
    /// When there is no memory or no randomness to be had.
    pub async fn hash(self, password: Password) -> Result<PasswordHash, IdentityError> {
        let (sender, answer) = Answer::channel();
        self.0.send(Job::Hash(password, sender));
        answer.await.map_err(|_| ended())?
    }

    /// Returns whether a password is the one that is kept; where none is kept that takes as long and is no.
    ///
    /// # Errors
    /// When there is no memory to be had.
    pub async fn compare(
        self,
        password: Password,
        kept: Option<PasswordHash>,
    ) -> Result<bool, IdentityError> {
        let (sender, answer) = Answer::channel();
        self.0.send(Job::Compare(password, kept, sender));
        answer.await.map_err(|_| ended())?
    }
}

impl Job {
    /// Does the work, counts it, and answers, unless that was done meanwhile.
    fn carry_out(&self, method: &Method, (counts, done): (&Counts, &AtomicU64)) {
        match self {
            Job::Hash(password, answer) => {
                let begun = Instant::now();
                let hash = PasswordHash::of(password, method.cost);
                counts.note(begun.elapsed());
                count(done);
                answer.give(hash);
            }
            Job::Compare(password, kept, answer) => {
                let compared = kept.as_ref().unwrap_or(&method.decoy).is_of(password);
                count(done);
                answer.give(compared.map(|is_right| is_right && kept.is_some()));
            }
        }
    }
}

impl<T> Answer<T> {
    fn channel() -> (Answer<T>, oneshot::Receiver<Result<T, IdentityError>>) {
        let (sender, receiver) = oneshot::channel();
        (Answer(Mutex::new(Some(sender))), receiver)
    }

    fn give(&self, answer: Result<T, IdentityError>) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Whoever has gone away in the meantime is told nothing.
        drop(sender.map(|sender| sender.send(answer)));
    }
}

fn ended() -> IdentityError {
    IdentityError::Hash {
        reason: "the thread has ended".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 8,
        passes: 1,
    };

    #[tokio::test]
    async fn a_password_compares_with_its_hash_and_with_nothing_else() {
        let hashing = Hashing::start(CHEAP).expect("starts");
        let place = || hashing.reserve().expect("room");
        let right = Password::claim("fifteen letters");
        let kept = place().hash(right.clone()).await.expect("hashed");
        for (password, kept, expected) in [
            (right.clone(), Some(kept.clone()), true),
            (Password::claim("and another one!"), Some(kept), false),
            (right, None, false),
        ] {
            assert_eq!(
                place().compare(password, kept).await.expect("compared"),
                expected
            );
        }
    }

    #[tokio::test]
    async fn what_does_not_fit_into_the_queue_is_refused_at_once() {
        let hashing = Hashing::start(CHEAP).expect("starts");
        let places: Vec<Place> = (0..WAITING_MAX)
            .map(|_| hashing.reserve().expect("room"))
            .collect();
        assert!(hashing.reserve().is_none());
        assert!(hashing.turns_away());
        let load = hashing.load();
        assert_eq!((load.waiting, load.waiting_max), (WAITING_MAX, WAITING_MAX));
        assert_eq!(load.turned_away, 2);
        drop(places);
        assert!(!hashing.turns_away());
        assert!(hashing.reserve().is_some());
        let load = hashing.load();
        assert_eq!((load.waiting, load.turned_away), (0, 2));
    }

    #[test]
    fn the_shortest_time_is_told_and_a_longer_one_changes_nothing() {
        let counts = Counts::default();
        for (millis, expected) in [(180, 180_000), (240, 180_000), (120, 120_000)] {
            counts.note(Duration::from_millis(millis));
            assert_eq!(counts.shortest.load(Ordering::Relaxed), expected);
        }
    }

    #[tokio::test]
    async fn what_is_hashed_is_counted() {
        let hashing = Hashing::start(CHEAP).expect("starts");
        assert_eq!(hashing.load().shortest, None);
        for _ in 0..3 {
            let place = hashing.reserve().expect("room");
            let hash = place.hash(Password::claim("fifteen letters"));
            hash.await.expect("hashed");
        }
        let load = hashing.load();
        assert!(load.shortest.is_some());
        // On a machine that is busy enough the second thread does one again.
        assert!(3 <= load.by_first + load.by_second, "{load:?}");
        assert_eq!(load.turned_away, 0);
    }
}
