//! Hashing passwords without taking a processor from trading, however many sign in.
//!
//! One thread hashes, and has what nothing else wants. Where all processors are busy that may be nothing: what it has not
//! done in time a second one does again, with a small share however busy they are. One of them is the first to answer.

mod helper;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

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
        let (queue, jobs) = mpsc::channel::<Job>(WAITING_MAX);
        let desk = Arc::new(Desk::new(jobs, PATIENCE));
        spawn("hashing", {
            let (desk, method) = (Arc::clone(&desk), method.clone());
            move || {
                // Where the system refuses it, hashing is as important as the rest.
                idle::step_back();
                desk.work(|job| job.carry_out(&method));
            }
        })?;
        spawn("hashing-late", move || {
            idle::give_way();
            desk.help(|job| job.carry_out(&method));
        })?;
        Ok(Hashing { queue })
    }

    /// Returns whether nobody who comes now would get a place.
    pub fn is_full(&self) -> bool {
        self.queue.capacity() == 0
    }

    /// Returns a place in the queue, `None` when it is full.
    pub fn reserve(&self) -> Option<Place> {
        self.queue.clone().try_reserve_owned().ok().map(Place)
    }
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
    /// Does the work and answers, unless that was done meanwhile.
    fn carry_out(&self, method: &Method) {
        match self {
            Job::Hash(password, answer) => answer.give(PasswordHash::of(password, method.cost)),
            Job::Compare(password, kept, answer) => {
                let compared = kept.as_ref().unwrap_or(&method.decoy).is_of(password);
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
        drop(places);
        assert!(hashing.reserve().is_some());
    }
}
