//! The fan-out: what the exchange does goes in once, and comes out at every socket that asked for it.
//!
//! The egress thread, the timer and the sockets meet here. Whoever holds the lock only moves memory: a full queue of
//! one socket closes that socket and nothing waits for it. Lock order: views, then streams.

use core::time::Duration;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::time::Timestamp;
use tokio::sync::watch;
use views::views::Views;

use crate::config::{Bounds, Config, Limiting};
use crate::crowd::{Crowd, Seat};
use crate::hub::Changed;
use crate::user_data::streams::UserStreams;
use crate::ws::beat::Beat;
use crate::ws::counters::{Counters, Label};
use crate::ws::name::Stream;
use crate::ws::outbox::{Form, Outbox, SocketId};
use crate::ws::streams::Streams;
use crate::ws::topic::Change;

/// How long after the grace of a stop the last sockets are waited for.
const GOODBYE_TIME: Duration = Duration::from_secs(2);

/// The exchange is about to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopping {
    pub at: Timestamp,
    /// Sockets are closed at moments spread over this time, so that their clients do not all return at once.
    pub grace: Duration,
}

/// Reads the views: calls back once, with the lock held for as long as that takes.
pub type ReadViews<'a> = &'a dyn Fn(&mut dyn FnMut(&Views));

/// The meeting point of streams and sockets.
#[derive(Debug)]
pub struct Fanout {
    bounds: Bounds,
    messages_per_second_max: Option<u32>,
    streams: Mutex<Streams>,
    /// Subscriptions to streams that need every change.
    live: AtomicUsize,
    subscriptions: AtomicUsize,
    sockets: AtomicU64,
    crowd: Arc<Crowd>,
    stopping: watch::Sender<Option<Stopping>>,
    closed: watch::Sender<()>,
    counters: Arc<Counters>,
    user_streams: Arc<UserStreams>,
}

impl Fanout {
    /// Returns a fan-out without sockets.
    pub fn new(config: &Config) -> Arc<Fanout> {
        let messages_per_second_max = match &config.limiting {
            Limiting::Limited(limits) => Some(limits.socket_messages_per_second),
            Limiting::Unlimited(_) => None,
        };
        let counters = Arc::new(Counters::default());
        Arc::new(Fanout {
            bounds: config.bounds,
            messages_per_second_max,
            streams: Mutex::new(Streams::new()),
            live: AtomicUsize::new(0),
            subscriptions: AtomicUsize::new(0),
            sockets: AtomicU64::new(0),
            crowd: Crowd::of(config),
            stopping: watch::Sender::new(None),
            closed: watch::Sender::new(()),
            user_streams: UserStreams::new(Arc::clone(&counters)),
            counters,
        })
    }

    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Returns the streams about accounts.
    pub fn user_streams(&self) -> &Arc<UserStreams> {
        &self.user_streams
    }

    /// Tells what a batch changed; the views have it folded already. Called by one thread, in order.
    ///
    /// **Cost** one load when nobody listens to anything that needs it.
    pub fn publish(&self, views: &Views, changed: &Changed) {
        // A subscription counts itself before its client is answered. A batch that is published before is in the views
        // already, and so in every snapshot the client takes after the answer.
        if 0 < self.live.load(Ordering::SeqCst) && !changed.changes.is_empty() {
            self.lock().publish(views, changed);
        }
    }

    /// Tells what is due at a beat; market by market, so that nobody waits long for the views.
    pub fn beat(&self, beat: Beat, read: ReadViews<'_>) {
        if self.subscriptions.load(Ordering::SeqCst) == 0 {
            return;
        }
        let symbols = self.lock().symbols();
        for symbol in symbols {
            read(&mut |views| self.lock().beat_market(symbol, views, beat));
        }
        if beat.is_second() {
            read(&mut |views| self.lock().beat_overviews(views));
        }
    }

    /// Tells every socket that the exchange stops, closes them over the grace and returns when they are closed, or
    /// shortly after the grace when some do not take their goodbye.
    pub async fn shut_down(&self, stopping: Stopping) {
        let mut closed = self.closed.subscribe();
        self.stopping.send_replace(Some(stopping));
        let all_closed = async {
            while 0 < self.counters.connections() {
                // The sender lives as long as `self`.
                let _ = closed.changed().await;
            }
        };
        // Whoever is left ends with the process.
        let _ = tokio::time::timeout(stopping.grace + GOODBYE_TIME, all_closed).await;
    }

    /// Opens a queue for a new socket.
    pub(crate) fn open(&self, form: Form) -> Arc<Outbox> {
        let id = SocketId(self.sockets.fetch_add(1, Ordering::Relaxed));
        self.counters.count_opened();
        Arc::new(Outbox::new(id, form, self.bounds.socket_queue_bytes_max))
    }

    /// Forgets a socket that has given up its subscriptions.
    pub(crate) fn close(&self) {
        self.counters.count_closed();
        self.closed.send_replace(());
    }

    /// Subscribes a socket to a stream that its client calls `name`.
    pub(crate) fn subscribe(&self, outbox: &Arc<Outbox>, stream: Stream, name: &str) {
        let mut streams = self.lock();
        // First, so that no batch is passed over once the subscription stands.
        self.count_up(&stream);
        if streams.subscribe(stream, outbox, name) == Change::Unchanged {
            self.count_down(&stream);
        }
    }

    /// Ends a subscription.
    pub(crate) fn unsubscribe(&self, outbox: &Outbox, stream: Stream) {
        if self.lock().unsubscribe(stream, outbox.id()) == Change::Done {
            self.count_down(&stream);
        }
    }

    pub(crate) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Returns how many messages a client may send a second, if that is limited.
    pub(crate) fn messages_per_second_max(&self) -> Option<u32> {
        self.messages_per_second_max
    }

    /// Returns whether there are as many sockets as there may be.
    pub(crate) fn is_full(&self) -> bool {
        let open = usize::try_from(self.counters.connections()).unwrap_or(0);
        self.bounds.connections_max <= open
    }

    /// Counts a socket of an address; `None` when it has as many as it may.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<Seat> {
        self.crowd.enter(address)
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.borrow().is_some()
    }

    /// Returns the end at which a socket learns that the exchange stops, even if it was told already.
    pub(crate) fn stopping(&self) -> watch::Receiver<Option<Stopping>> {
        let mut stopping = self.stopping.subscribe();
        stopping.mark_changed();
        stopping
    }

    fn count_up(&self, stream: &Stream) {
        if Label::of(stream).is_live() {
            self.live.fetch_add(1, Ordering::SeqCst);
        }
        self.subscriptions.fetch_add(1, Ordering::SeqCst);
        self.counters.count_subscribed(Label::of(stream));
    }

    fn count_down(&self, stream: &Stream) {
        if Label::of(stream).is_live() {
            self.live.fetch_sub(1, Ordering::SeqCst);
        }
        self.subscriptions.fetch_sub(1, Ordering::SeqCst);
        self.counters.count_unsubscribed(Label::of(stream));
    }

    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
