//! Keeping the input that broke something, whatever happens next.
//!
//! The release profile aborts on a panic, so the input is written from inside the panic hook; a watchdog thread
//! writes one that does not end.

use crate::corpus;
use std::path::PathBuf;
use std::process::exit;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// No execution may take longer.
const HANG: Duration = Duration::from_secs(10);
const WATCH_PERIOD: Duration = Duration::from_secs(1);
/// The exit status when an input has broken something.
const FAILED: i32 = 1;

struct Running {
    folder: PathBuf,
    input: Vec<u8>,
    since: Instant,
    executions: u64,
}

static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

/// From now on, a panic or a hang stores the running input in `folder` and ends the process.
pub fn guard(folder: PathBuf) {
    *lock() = Some(Running {
        folder,
        input: Vec::new(),
        since: Instant::now(),
        executions: 0,
    });
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        print(panic);
        fail("crash");
    }));
    std::thread::spawn(watch);
}

/// Says which input runs now.
pub fn starting(input: &[u8]) {
    if let Some(running) = lock().as_mut() {
        running.input.clear();
        running.input.extend_from_slice(input);
        running.since = Instant::now();
        running.executions += 1;
    }
}

/// From now on, nothing runs that could crash or hang.
pub fn finished() {
    *lock() = None;
}

fn watch() {
    loop {
        std::thread::sleep(WATCH_PERIOD);
        let is_hanging = match lock().as_ref() {
            Some(running) => HANG < running.since.elapsed(),
            None => return,
        };
        if is_hanging {
            fail("hang");
        }
    }
}

fn fail(kind: &str) {
    let guard = lock();
    let Some(running) = guard.as_ref() else {
        return;
    };
    match corpus::store(&running.folder, kind, &running.input) {
        Ok(path) => println!(
            "{} executions, 1 failure: {}",
            running.executions,
            path.display()
        ),
        Err(error) => println!("1 failure, and its input is lost: {error}"),
    }
    exit(FAILED);
}

/// A panic while the lock was held leaves plain bytes behind, which are as good as before.
fn lock() -> std::sync::MutexGuard<'static, Option<Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
