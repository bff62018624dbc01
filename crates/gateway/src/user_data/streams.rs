//! Who listens to which account, and under which name.
//!
//! The egress thread and the sockets meet here. Whoever holds the lock only moves memory. Lock order: views, then these.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::id::{AccountId, KeyId};
use model::time::Timestamp;
use wire::binance::control::{Wrapping, wrapped};
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::TimeUnit;
use wire::binance::user_data::{ListenKeyExpired, StreamTerminated, subscribed};

use crate::user_data::listen_keys::{ListenKey, ListenKeys};
use crate::user_data::news::{News, What, json};
use crate::ws::counters::{Counters, Label};
use crate::ws::outbox::{Outbox, Outgoing, SocketId};

/// The user data streams.
#[derive(Debug)]
pub struct UserStreams {
    counters: Arc<Counters>,
    /// Listeners and listen keys.
    in_use: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    listeners: BTreeMap<AccountId, Vec<Listener>>,
    listener_count: usize,
    keys: ListenKeys,
}

/// One socket and how it hears of an account.
#[derive(Debug)]
struct Listener {
    outbox: Arc<Outbox>,
    channel: Channel,
    /// Whoever it is that listens, it is by the right of this key.
    key: KeyId,
}

/// What a message is marked with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Channel {
    ListenKey(Arc<str>),
    Subscription(u16),
}

/// The accounts that somebody listens to, for as long as nobody comes or goes.
pub struct Listeners<'a>(MutexGuard<'a, State>);

impl Listeners<'_> {
    /// Returns whether somebody listens to an account.
    pub fn has(&self, account: AccountId) -> bool {
        self.0.listeners.contains_key(&account)
    }
}

impl UserStreams {
    /// Returns streams without listeners.
    pub(crate) fn new(counters: Arc<Counters>) -> Arc<UserStreams> {
        Arc::new(UserStreams {
            counters,
            in_use: AtomicUsize::new(0),
            state: Mutex::default(),
        })
    }

    /// Returns who listens; `None` when nobody does.
    ///
    /// **Cost** one load then.
    pub fn listeners(&self) -> Option<Listeners<'_>> {
        (0 < self.in_use.load(Ordering::SeqCst)).then(|| Listeners(self.lock()))
    }

    /// Tells everybody what concerns them, in order.
    pub fn tell(&self, news: &[News]) {
        if news.is_empty() {
            return;
        }
        let mut state = self.lock();
        for one in news {
            if let What::KeyRevoked(key) = one.what
                && mutant::plant!("revoked-key-listens", false, true)
            {
                self.end_key(&mut state, key, one.at);
            }
            if let Some(listeners) = state.listeners.get(&one.account) {
                send(listeners, one);
            }
        }
        self.note_use(&state);
    }

    /// Returns the listen key of an API key, good for another hour.
    ///
    /// # Errors
    /// -1000 when the operating system has no randomness to give.
    pub fn start(
        &self,
        account: AccountId,
        key: KeyId,
        now: Timestamp,
    ) -> Result<Arc<str>, Refusal> {
        let mut state = self.lock();
        let name = state.keys.start(account, key, now);
        self.note_use(&state);
        name.map_err(|_| Refusal::of(Fault::Unknown))
    }

    /// Makes a listen key of an API key good for another hour.
    ///
    /// # Errors
    /// -1125 when it has no such listen key.
    pub fn extend(&self, name: &str, key: KeyId, now: Timestamp) -> Result<(), Refusal> {
        let mut state = self.lock();
        let listen_key = find_own(&state, name, key)?;
        let started = state.keys.start(listen_key.account, key, now);
        started.map(drop).map_err(|_| Refusal::of(Fault::Unknown))
    }

    /// Ends a listen key of an API key, and the streams under it.
    ///
    /// # Errors
    /// -1125 when it has no such listen key.
    pub fn stop(&self, name: &str, key: KeyId, now: Timestamp) -> Result<(), Refusal> {
        let mut state = self.lock();
        find_own(&state, name, key)?;
        self.end_listen_key(&mut state, key, now);
        self.note_use(&state);
        Ok(())
    }

    /// Lets a socket listen under a name; one that is no listen key delivers nothing.
    pub(crate) fn listen(&self, outbox: &Arc<Outbox>, name: &str) {
        let mut state = self.lock();
        if let Some(found) = state.keys.find(name).cloned() {
            let listener = Listener {
                outbox: Arc::clone(outbox),
                channel: Channel::ListenKey(found.name),
                key: found.key,
            };
            self.add(&mut state, found.account, listener);
        }
    }

    /// Ends what `listen` began.
    pub(crate) fn unlisten(&self, socket: SocketId, name: &str) {
        let mut state = self.lock();
        if let Some(found) = state.keys.find(name).cloned() {
            let channel = Channel::ListenKey(found.name);
            self.remove(&mut state, found.account, |listener| {
                listener.outbox.id() == socket && listener.channel == channel
            });
        }
    }

    /// Subscribes a socket to an account, by the right of a key.
    pub(crate) fn subscribe(
        &self,
        outbox: &Arc<Outbox>,
        subscription: u16,
        account: AccountId,
        key: KeyId,
    ) {
        let listener = Listener {
            outbox: Arc::clone(outbox),
            channel: Channel::Subscription(subscription),
            key,
        };
        self.add(&mut self.lock(), account, listener);
    }

    /// Ends a subscription; `at` is when its socket is told so.
    pub(crate) fn unsubscribe(
        &self,
        socket: SocketId,
        subscription: u16,
        account: AccountId,
        at: Timestamp,
    ) {
        let mut state = self.lock();
        let removed = self.remove(&mut state, account, |listener| {
            listener.is_subscription(socket, subscription)
        });
        removed.iter().for_each(|listener| listener.dismiss(at));
    }

    /// Returns whether a subscription stands: the end of its key ends it.
    pub(crate) fn is_subscribed(
        &self,
        socket: SocketId,
        subscription: u16,
        account: AccountId,
    ) -> bool {
        let state = self.lock();
        let listeners = state.listeners.get(&account);
        listeners.is_some_and(|listeners| {
            let mut listeners = listeners.iter();
            listeners.any(|listener| listener.is_subscription(socket, subscription))
        })
    }

    /// Ends what time has ended: listen keys, and everything by the right of keys that are no longer live.
    pub fn expire(&self, now: Timestamp, is_live: impl Fn(KeyId) -> bool) {
        let mut state = self.lock();
        for key in state.keys.ended(now, &is_live) {
            self.end_listen_key(&mut state, key, now);
        }
        let keys = state.listeners.values().flatten().map(|found| found.key);
        let dead: Vec<KeyId> = keys.filter(|key| !is_live(*key)).collect();
        for key in dead {
            self.end_key(&mut state, key, now);
        }
        self.note_use(&state);
    }

    fn end_key(&self, state: &mut State, key: KeyId, at: Timestamp) {
        self.end_listen_key(state, key, at);
        let accounts: Vec<AccountId> = state.listeners.keys().copied().collect();
        for account in accounts {
            let removed = self.remove(state, account, |listener| listener.key == key);
            removed.iter().for_each(|listener| listener.dismiss(at));
        }
    }

    fn end_listen_key(&self, state: &mut State, key: KeyId, at: Timestamp) {
        let Some(ended) = state.keys.remove(key) else {
            return;
        };
        let channel = Channel::ListenKey(ended.name);
        let removed = self.remove(state, ended.account, |listener| listener.channel == channel);
        removed.iter().for_each(|listener| listener.dismiss(at));
    }

    fn add(&self, state: &mut State, account: AccountId, listener: Listener) {
        state.listeners.entry(account).or_default().push(listener);
        state.listener_count += 1;
        self.counters.count_subscribed(Label::UserData);
        self.note_use(state);
    }

    fn remove(
        &self,
        state: &mut State,
        account: AccountId,
        is_meant: impl Fn(&Listener) -> bool,
    ) -> Vec<Listener> {
        let Some(listeners) = state.listeners.get_mut(&account) else {
            return Vec::new();
        };
        let removed: Vec<Listener> = listeners.extract_if(.., |one| is_meant(one)).collect();
        if listeners.is_empty() {
            state.listeners.remove(&account);
        }
        state.listener_count -= removed.len();
        for _ in &removed {
            self.counters.count_unsubscribed(Label::UserData);
        }
        self.note_use(state);
        removed
    }

    fn note_use(&self, state: &State) {
        let in_use = state.listener_count + state.keys.len();
        self.in_use.store(in_use, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// # Errors
/// -1125 unless the name is the listen key of the API key.
fn find_own(state: &State, name: &str, key: KeyId) -> Result<ListenKey, Refusal> {
    let found = state.keys.find(name);
    let found =
        found.filter(|found| mutant::plant!("foreign-listen-key-taken", true, found.key == key));
    found
        .cloned()
        .ok_or_else(|| Refusal::of(Fault::ListenKeyUnknown))
}

/// Queues a message for every listener; it is written once for each unit of time.
fn send(listeners: &[Listener], news: &News) {
    let mut millis = None;
    let mut micros = None;
    for listener in listeners {
        let unit = listener.outbox.form().unit;
        let text = match unit {
            TimeUnit::Milliseconds => &mut millis,
            TimeUnit::Microseconds => &mut micros,
        };
        if let Some(text) = text.get_or_insert_with(|| news.text(unit)) {
            listener.push(text, news.at);
        }
    }
}

impl Listener {
    fn is_subscription(&self, socket: SocketId, subscription: u16) -> bool {
        self.outbox.id() == socket && self.channel == Channel::Subscription(subscription)
    }

    /// Tells that nothing follows.
    fn dismiss(&self, at: Timestamp) {
        let unit = self.outbox.form().unit;
        let text = match &self.channel {
            Channel::ListenKey(name) => json(&ListenKeyExpired::of(name, at, unit)),
            Channel::Subscription(_) => json(&StreamTerminated::of(at, unit)),
        };
        self.push(&text, at);
    }

    fn push(&self, text: &str, at: Timestamp) {
        let text = match (&self.channel, self.outbox.form().wrapping) {
            (Channel::Subscription(number), _) => subscribed(*number, text),
            (Channel::ListenKey(_), Wrapping::Raw) => text.to_owned(),
            (Channel::ListenKey(name), Wrapping::Combined) => wrapped(name, text),
        };
        self.outbox.push(Outgoing {
            text: text.into(),
            label: Label::UserData,
            at,
        });
    }
}
