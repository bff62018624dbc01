//! How long a connection may wait for the head of a request, and how it learns that the process stops.
//!
//! One task looks at all connections now and then, so that a request costs a few stores and no timer of its own.

use core::pin::Pin;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::task::{Context, Poll};
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use futures_util::task::AtomicWaker;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::limit::lock;

/// How many times a connection is looked at until its time is over.
const LOOKS: u32 = 16;
/// How often they are looked at, at most and at least.
const PERIOD_MIN: Duration = Duration::from_millis(5);
const PERIOD_MAX: Duration = Duration::from_secs(1);
/// A request is under way.
const BUSY: u64 = u64::MAX;

/// All connections.
#[derive(Debug)]
pub struct Patience {
    period: Duration,
    looks: Arc<Looks>,
    open: Mutex<Open>,
}

/// The time of those who look.
#[derive(Debug)]
struct Looks {
    count: AtomicU64,
    /// After more than so many, a connection that still waits is ended.
    count_max: u64,
}

#[derive(Debug, Default)]
struct Open {
    lines: HashMap<u64, Arc<Line>>,
    next: u64,
    is_stopping: bool,
}

/// One connection.
#[derive(Debug)]
pub struct Line {
    looks: Arc<Looks>,
    /// The look since which it waits for a request, or `BUSY`.
    waits_since: AtomicU64,
    is_stopping: AtomicBool,
    waker: AtomicWaker,
}

/// Why a connection is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// No whole head came in time.
    TooSlow,
    /// The process stops: what is under way is answered.
    Stopping,
}

/// A connection that is looked at for as long as this lives.
#[derive(Debug)]
pub struct Opened {
    patience: Arc<Patience>,
    number: u64,
    line: Arc<Line>,
}

/// The body of an answer; once it is gone, its connection waits for the next request.
#[derive(Debug)]
pub struct Answer {
    body: Body,
    line: Arc<Line>,
}

impl Patience {
    /// Returns that of connections which wait for a head so long at most, and a few looks more.
    pub fn new(head_timeout: Duration) -> Arc<Patience> {
        let period = (head_timeout / LOOKS).clamp(PERIOD_MIN, PERIOD_MAX);
        let count_max = head_timeout.as_nanos().div_ceil(period.as_nanos());
        Arc::new(Patience {
            period,
            looks: Arc::new(Looks {
                count: AtomicU64::new(0),
                count_max: u64::try_from(count_max).unwrap_or(u64::MAX),
            }),
            open: Mutex::default(),
        })
    }

    /// Begins to look at a connection, which waits for its first request.
    pub fn open(self: &Arc<Patience>) -> Opened {
        let mut open = lock(&self.open);
        let line = Arc::new(Line {
            waits_since: AtomicU64::new(self.looks.now()),
            looks: Arc::clone(&self.looks),
            is_stopping: AtomicBool::new(open.is_stopping),
            waker: AtomicWaker::new(),
        });
        let number = open.next;
        open.next += 1;
        open.lines.insert(number, Arc::clone(&line));
        Opened {
            patience: Arc::clone(self),
            number,
            line,
        }
    }

    /// Looks at all connections now and then, until the process stops and none is left.
    pub async fn run(self: Arc<Patience>, mut stopping: watch::Receiver<bool>) {
        let mut ticks = tokio::time::interval(self.period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => self.look(),
                _ = stopping.wait_for(|is_stopping| *is_stopping) => break,
            }
        }
        self.stop();
        while !lock(&self.open).lines.is_empty() {
            ticks.tick().await;
            self.look();
        }
    }

    fn look(&self) {
        self.looks.count.fetch_add(1, Ordering::Relaxed);
        let open = lock(&self.open);
        let slow = open.lines.values().filter(|line| line.is_too_slow());
        slow.for_each(|line| line.waker.wake());
    }

    fn stop(&self) {
        let mut open = lock(&self.open);
        open.is_stopping = true;
        for line in open.lines.values() {
            line.is_stopping.store(true, Ordering::Release);
            line.waker.wake();
        }
    }
}

impl Looks {
    fn now(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

impl Opened {
    pub const fn line(&self) -> &Arc<Line> {
        &self.line
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        lock(&self.patience.open).lines.remove(&self.number);
    }
}

impl Line {
    /// Notes that a request has come.
    pub fn begin(&self) {
        self.waits_since.store(BUSY, Ordering::Relaxed);
    }

    /// Notes that the request is answered: the connection waits for the next.
    fn rest(&self) {
        self.waits_since.store(self.looks.now(), Ordering::Relaxed);
    }

    /// Waits until the connection is to end, or to end for another reason than the one that is known.
    pub fn poll_end(&self, known: Option<End>, context: &mut Context<'_>) -> Poll<End> {
        self.waker.register(context.waker());
        if self.is_too_slow() {
            return Poll::Ready(End::TooSlow);
        }
        if known.is_none() && self.is_stopping.load(Ordering::Acquire) {
            return Poll::Ready(End::Stopping);
        }
        Poll::Pending
    }

    fn is_too_slow(&self) -> bool {
        let since = self.waits_since.load(Ordering::Relaxed);
        since != BUSY && self.looks.count_max < self.looks.now().saturating_sub(since)
    }
}

impl Answer {
    /// Returns the body of what a connection is answered.
    pub const fn new(body: Body, line: Arc<Line>) -> Answer {
        Answer { body, line }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.line.rest();
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::future::poll_fn;

    fn end(line: &Line, known: Option<End>) -> Option<End> {
        let mut context = Context::from_waker(core::task::Waker::noop());
        match line.poll_end(known, &mut context) {
            Poll::Ready(end) => Some(end),
            Poll::Pending => None,
        }
    }

    fn answered(line: &Arc<Line>) {
        drop(Answer::new(Body::empty(), Arc::clone(line)));
    }

    #[test]
    fn only_who_waits_for_a_request_is_too_slow() {
        let patience = Patience::new(Duration::from_secs(60));
        let (waiting, busy) = (patience.open(), patience.open());
        busy.line().begin();
        for _ in 0..60 {
            patience.look();
        }
        assert_eq!(end(waiting.line(), None), None, "its time is not over");
        patience.look();
        assert_eq!(end(waiting.line(), None), Some(End::TooSlow));
        assert_eq!(end(busy.line(), None), None);
        answered(busy.line());
        assert_eq!(end(busy.line(), None), None, "it has just begun to wait");
        waiting.line().begin();
        assert_eq!(
            end(waiting.line(), None),
            None,
            "its head came at the last moment"
        );
    }

    #[test]
    fn a_stop_is_told_to_all_and_to_those_who_come_after_it() {
        let patience = Patience::new(Duration::from_secs(1));
        let before = patience.open();
        assert_eq!(end(before.line(), None), None);
        patience.stop();
        let after = patience.open();
        for opened in [&before, &after] {
            assert_eq!(end(opened.line(), None), Some(End::Stopping));
            assert_eq!(end(opened.line(), Some(End::Stopping)), None);
        }
    }

    #[tokio::test]
    async fn whoever_waits_is_woken_and_who_looks_ends_with_the_last() {
        let patience = Patience::new(Duration::from_millis(20));
        let (stop, stopping) = watch::channel(false);
        let looking = tokio::spawn(Arc::clone(&patience).run(stopping));
        let opened = patience.open();
        let line = opened.line();
        assert_eq!(
            poll_fn(|context| line.poll_end(None, context)).await,
            End::TooSlow
        );
        line.begin();
        stop.send(true).expect("somebody looks");
        assert_eq!(
            poll_fn(|context| line.poll_end(None, context)).await,
            End::Stopping
        );
        answered(line);
        let known = Some(End::Stopping);
        assert_eq!(
            poll_fn(|context| line.poll_end(known, context)).await,
            End::TooSlow
        );
        drop(opened);
        looking.await.expect("it ends");
    }
}
