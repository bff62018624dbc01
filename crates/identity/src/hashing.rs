//! One thread that hashes passwords, so that no number of logins takes a processor from trading.

use tokio::sync::{mpsc, oneshot};

use crate::identity::IdentityError;
use crate::password::{Cost, Password, PasswordHash};

/// Requests that wait for the thread: some two seconds of its work.
const WAITING_MAX: usize = 16;

/// Hashes and compares passwords, one at a time.
pub struct Hashing {
    queue: mpsc::Sender<Job>,
}

/// A place in the queue.
pub struct Place(mpsc::OwnedPermit<Job>);

enum Job {
    Hash(
        Password,
        oneshot::Sender<Result<PasswordHash, IdentityError>>,
    ),
    /// Without a hash it does the same work and says no.
    Compare(
        Password,
        Option<PasswordHash>,
        oneshot::Sender<Result<bool, IdentityError>>,
    ),
}

impl Hashing {
    /// Starts the thread; it ends with this.
    ///
    /// # Errors
    /// When there is no thread or no randomness to be had.
    pub fn start(cost: Cost) -> Result<Hashing, IdentityError> {
        let decoy = PasswordHash::decoy(cost)?;
        let (queue, mut jobs) = mpsc::channel(WAITING_MAX);
        let thread = std::thread::Builder::new().name("hashing".to_owned());
        thread
            .spawn(move || {
                // Where the system refuses it, hashing is as important as the rest.
                idle::give_way();
                while let Some(job) = jobs.blocking_recv() {
                    carry_out(job, cost, &decoy);
                }
            })
            .map_err(|error| IdentityError::Hash {
                reason: error.to_string(),
            })?;
        Ok(Hashing { queue })
    }

    /// Returns a place in the queue, `None` when it is full.
    pub fn reserve(&self) -> Option<Place> {
        self.queue.clone().try_reserve_owned().ok().map(Place)
    }
}

impl Place {
    /// Returns the hash of a password.
    ///
    /// # Errors
    /// When there is no memory or no randomness to be had.
    pub async fn hash(self, password: Password) -> Result<PasswordHash, IdentityError> {
        let (sender, answer) = oneshot::channel();
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
        let (sender, answer) = oneshot::channel();
        self.0.send(Job::Compare(password, kept, sender));
        answer.await.map_err(|_| ended())?
    }
}

fn carry_out(job: Job, cost: Cost, decoy: &PasswordHash) {
    // Whoever has gone away in the meantime is told nothing.
    match job {
        Job::Hash(password, answer) => drop(answer.send(PasswordHash::of(&password, cost))),
        Job::Compare(password, kept, answer) => {
            let compared = kept.as_ref().unwrap_or(decoy).is_of(&password);
            let _ = answer.send(compared.map(|is_right| is_right && kept.is_some()));
        }
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
