//! One who works through a queue when nobody else wants the processor, and one who helps when that takes too long.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Receiver;

/// How often the helper looks whether the worker is back.
const LOOK_PERIOD: Duration = Duration::from_millis(50);

/// Where both meet.
pub struct Desk<J> {
    /// Locked by whoever waits for the next job.
    jobs: Mutex<Receiver<J>>,
    now: Mutex<Now<J>>,
    changed: Condvar,
    /// How long the worker is left alone with a job.
    patience: Duration,
}

/// What the worker is at.
struct Now<J> {
    job: Option<(Arc<J>, Instant)>,
    is_over: bool,
}

impl<J> Desk<J> {
    pub fn new(jobs: Receiver<J>, patience: Duration) -> Desk<J> {
        Desk {
            jobs: Mutex::new(jobs),
            now: Mutex::new(Now {
                job: None,
                is_over: false,
            }),
            changed: Condvar::new(),
            patience,
        }
    }

    /// Carries out every job, until nobody sends any more.
    pub fn work(&self, carry_out: impl Fn(&J)) {
        loop {
            let job = lock(&self.jobs).blocking_recv();
            let Some(job) = job.map(Arc::new) else {
                return self.leave(true);
            };
            self.begin(&job);
            carry_out(&job);
            self.leave(false);
        }
    }

    /// Carries out again what the worker has been at for too long, and what waits behind it, until the worker ends.
    pub fn help(&self, carry_out: impl Fn(&J)) {
        while let Some(late) = self.wait_for_late() {
            carry_out(&late);
            while self.is_at(&late) {
                let next = lock(&self.jobs).try_recv();
                match next {
                    Ok(job) => carry_out(&job),
                    Err(_) => std::thread::sleep(LOOK_PERIOD),
                }
            }
        }
    }

    fn begin(&self, job: &Arc<J>) {
        lock(&self.now).job = Some((Arc::clone(job), Instant::now()));
        self.changed.notify_all();
    }

    fn leave(&self, is_over: bool) {
        *lock(&self.now) = Now { job: None, is_over };
        self.changed.notify_all();
    }

    fn is_at(&self, job: &Arc<J>) -> bool {
        let now = lock(&self.now);
        now.job.as_ref().is_some_and(|(at, _)| Arc::ptr_eq(at, job))
    }

    /// Waits until the worker has been at a job for too long; `None` when it has ended.
    fn wait_for_late(&self) -> Option<Arc<J>> {
        let mut now = lock(&self.now);
        while !now.is_over {
            let left = match &now.job {
                Some((job, since)) => match self.patience.checked_sub(since.elapsed()) {
                    None => return Some(Arc::clone(job)),
                    Some(left) => left,
                },
                None => Duration::MAX,
            };
            let woken = self.changed.wait_timeout(now, left);
            now = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        None
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::sync::mpsc::{Sender, channel};

    const SOON: Duration = Duration::from_millis(1);
    const NEVER: Duration = Duration::from_secs(3_600);
    /// Longer than any help takes; a worker who gets none goes on by himself, and the test sees it.
    const HELD_UP_MAX: Duration = Duration::from_secs(10);

    fn desk(patience: Duration) -> (Sender<u32>, Arc<Desk<u32>>) {
        let (queue, jobs) = channel(8);
        (queue, Arc::new(Desk::new(jobs, patience)))
    }

    /// Runs both until nobody sends any more; the worker is held up at its first job while `is_stuck`.
    fn done_by(
        desk: &Arc<Desk<u32>>,
        is_stuck: &Arc<AtomicBool>,
        until: impl FnOnce(),
    ) -> [Vec<u32>; 2] {
        let [worker, helper] = [(); 2].map(|()| Arc::new(Mutex::new(Vec::new())));
        let threads = [
            std::thread::spawn({
                let (desk, done, is_stuck) =
                    (Arc::clone(desk), Arc::clone(&worker), Arc::clone(is_stuck));
                move || {
                    desk.work(|job| {
                        let since = Instant::now();
                        while is_stuck.load(Ordering::Relaxed) && since.elapsed() < HELD_UP_MAX {
                            std::thread::sleep(SOON);
                        }
                        lock(&done).push(*job);
                    });
                }
            }),
            std::thread::spawn({
                let (desk, done, is_stuck) =
                    (Arc::clone(desk), Arc::clone(&helper), Arc::clone(is_stuck));
                move || {
                    desk.help(|job| {
                        lock(&done).push(*job);
                        if *job == 3 {
                            is_stuck.store(false, Ordering::Relaxed);
                        }
                    });
                }
            }),
        ];
        until();
        for thread in threads {
            thread.join().expect("a thread that ends");
        }
        [worker, helper].map(|done| std::mem::take(&mut *lock(&done)))
    }

    #[test]
    fn one_who_is_held_up_is_helped_with_all_that_waits() {
        let (queue, desk) = desk(SOON);
        let is_stuck = Arc::new(AtomicBool::new(true));
        let [worker, helper] = done_by(&desk, &is_stuck, || {
            for job in 1..=3 {
                queue.blocking_send(job).expect("room");
            }
            drop(queue);
        });
        assert_eq!((worker, helper), (vec![1], vec![1, 2, 3]));
    }

    #[test]
    fn one_who_is_in_time_is_left_alone() {
        let (queue, desk) = desk(NEVER);
        let is_stuck = Arc::new(AtomicBool::new(false));
        let [worker, helper] = done_by(&desk, &is_stuck, || {
            for job in 1..=3 {
                queue.blocking_send(job).expect("room");
            }
            drop(queue);
        });
        assert_eq!((worker, helper), (vec![1, 2, 3], vec![]));
    }
}
