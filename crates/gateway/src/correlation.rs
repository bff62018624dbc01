//! What an answer of 5xx and the lines of the log about it share: the id of the request.
//!
//! A request has none until something of it fails: then the line that tells the cause and the one that tells the answer
//! have the same, and the answer tells it in `x-correlation-id`, or in `correlationId` over a socket.
//!
//! **Source** OWASP ASVS 5.0 V16.5.1.

use core::cell::Cell;
use core::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use axum::http::HeaderName;
use wire::binance::error::Fault;

use crate::clock;

pub const HEADER: HeaderName = HeaderName::from_static("x-correlation-id");

tokio::task_local! {
    static REQUEST: Request;
}

/// The id of a request; shown as 16 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorrelationId(u64);

impl fmt::Display for CorrelationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// What is known of the request that a task works on.
#[derive(Debug, Default)]
struct Request {
    id: Cell<Option<CorrelationId>>,
    /// Of the table of routes, so that nothing of a sender is logged.
    path: Cell<&'static str>,
}

/// Waits for all work on one request; what is logged in it about a failure has one id.
pub fn of_request<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    REQUEST.scope(Request::default(), work)
}

/// Notes for what the request is.
pub fn note_path(path: &'static str) {
    // Outside of a request there is nothing to note.
    let _ = REQUEST.try_with(|request| request.path.set(path));
}

/// Returns the id of the request; outside of one, an id that is nobody else's.
pub fn current() -> CorrelationId {
    let known = REQUEST.try_with(|request| {
        let id = request.id.get().unwrap_or_else(new);
        request.id.set(Some(id));
        id
    });
    known.unwrap_or_else(|_| new())
}

/// Returns the id that an answer of 5xx tells, and writes a line about the answer under it.
pub fn of_failure(status: u16, code: i32) -> CorrelationId {
    static SHED: Mutex<Shed> = Mutex::new(Shed { last: None });
    let told = REQUEST.try_with(|request| (request.id.get(), request.path.get()));
    let (id, path) = told.unwrap_or_default();
    let log = |id: CorrelationId| {
        tracing::error!(event = "request.failed", correlation = %id, path, status, code);
        id
    };
    if id.is_none() && code == Fault::Overloaded.row().code {
        let mut shed = SHED.lock().unwrap_or_else(PoisonError::into_inner);
        return shed.id(clock::now().seconds(), || log(new()));
    }
    log(id.unwrap_or_else(current))
}

/// What is refused because there is too much may be any number a second, and all of it says the same: those of a second
/// have one id and one line.
struct Shed {
    last: Option<(i64, CorrelationId)>,
}

impl Shed {
    fn id(&mut self, second: i64, log: impl FnOnce() -> CorrelationId) -> CorrelationId {
        match self.last {
            Some((known, id)) if known == second => id,
            _ => {
                let id = log();
                self.last = Some((second, id));
                id
            }
        }
    }
}

/// Returns an id that no request has had, and none of another start but by a rare chance.
fn new() -> CorrelationId {
    static SEED: OnceLock<u64> = OnceLock::new();
    static GIVEN: AtomicU64 = AtomicU64::new(0);
    // Without randomness the time tells starts apart as well.
    let by_time = |_| clock::now().nanos().cast_unsigned();
    let seed = SEED.get_or_init(|| getrandom::u64().unwrap_or_else(by_time));
    CorrelationId(seed.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_has_one_id_and_no_other_has_it() {
        let twice = || async {
            let first = current();
            tokio::task::yield_now().await;
            [first, current()]
        };
        let ([first, again], [second, _]) = tokio::join!(of_request(twice()), of_request(twice()));
        assert_eq!(first, again);
        assert_ne!(first, second);
        assert_ne!(current(), current(), "outside of a request");
        let told = of_request(async { [current(), of_failure(503, -1001)] }).await;
        assert_eq!(told[0], told[1]);
        assert_eq!(first.to_string().len(), 16);
    }

    #[test]
    fn what_is_refused_in_one_second_is_logged_once() {
        let mut shed = Shed { last: None };
        let mut lines = 0;
        let mut at = |second| {
            shed.id(second, || {
                lines += 1;
                new()
            })
        };
        let (first, same, next) = (at(7), at(7), at(8));
        assert_eq!(first, same);
        assert_ne!(first, next);
        assert_eq!(lines, 2);
    }
}
