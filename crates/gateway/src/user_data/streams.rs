//! Who listens to which account, and under which name.
//!
//! The egress thread and the sockets meet here. Whoever holds the lock only moves memory. Lock order: views, then these.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use identity::listen_key::ListenKey as KeptKey;
use model::id::{AccountId, KeyId, Sequence};
use model::time::Timestamp;
use wire::binance::control::{Wrapping, wrapped};
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::TimeUnit;
use wire::binance::user_data::{ListenKeyExpired, StreamTerminated, subscribed};

use crate::user_data::listen_keys::{ListenKey, ListenKeys};
use crate::user_data::news::{News, What, json};
use crate::user_data::place::{Marks, Place, numbered};
use crate::ws::counters::{Counters, Label};
use crate::ws::outbox::{Outbox, Outgoing, SocketId};

/// What happens while a subscription is told of the past; more closes its socket.
const HELD_BYTES_MAX: usize = 1024 * 1024;

/// The user data streams.
#[derive(Debug)]
pub struct UserStreams {
    counters: Arc<Counters>,
    /// Listeners and listen keys.
    in_use: AtomicUsize,
    /// Listeners that are told notifications.
    notified: AtomicUsize,
    state: Mutex<State>,
    /// Held by whoever writes listen keys down.
    saving: tokio::sync::Mutex<()>,
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
    marks: Marks,
    telling: Telling,
    /// It knows what commands did up to here, and is told what later ones do.
    after: Sequence,
    /// The place of what it was told last, or that it began after; `None` where it knows of none.
    told: Option<Place>,
    hearing: Hearing,
}

/// What becomes of what happens.
#[derive(Debug)]
enum Hearing {
    /// It is told at once.
    Now,
    /// It waits until what came before has been told.
    Held(Held),
    /// It is found in the event log, once what came before has been told.
    Later,
}

/// What a listener is told beside what commands do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Telling {
    pub notifications: bool,
    pub preferences: bool,
}

/// Something that pages of a user are told, which has no place among the events of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    Notification,
    /// That a document of the user has changed.
    Preference,
}

/// How a subscription is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    pub marks: Marks,
    pub telling: Telling,
    pub beginning: Beginning,
}

/// Messages that wait for those before them.
///
/// **Shape** at most `HELD_BYTES_MAX` bytes.
#[derive(Debug, Default)]
struct Held {
    messages: VecDeque<(Place, Message)>,
    bytes: usize,
}

/// A message as it is before it is marked, with the time of what it tells.
#[derive(Clone, Debug)]
struct Message {
    text: String,
    at: Timestamp,
}

/// Where a subscription begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// With whatever happens next.
    Now,
    /// With the commands after this one.
    After(Sequence),
    /// With what is fed to it, which happened after this place.
    Fed(Place),
}

/// The name of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscribed {
    pub socket: SocketId,
    pub number: u16,
    pub account: AccountId,
}

/// What became of something that was to be fed to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fed {
    Taken,
    /// There is no room for now.
    Full,
    /// The subscription has ended.
    Gone,
}

/// What a message is marked with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Channel {
    ListenKey(Arc<str>),
    Subscription(u16),
}

/// The accounts that somebody listens to, for as long as nobody comes or goes.
pub struct Listeners<'a>(MutexGuard<'a, State>);

impl Telling {
    /// The account, and nothing beside it.
    pub const ACCOUNT: Telling = Telling {
        notifications: false,
        preferences: false,
    };

    /// Returns whether something is told that is of this kind.
    pub const fn includes(self, what: Beside) -> bool {
        match what {
            Beside::Notification => self.notifications,
            Beside::Preference => self.preferences,
        }
    }
}

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
            notified: AtomicUsize::new(0),
            state: Mutex::default(),
            saving: tokio::sync::Mutex::const_new(()),
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
            if let Some(listeners) = state.listeners.get_mut(&one.account) {
                send(listeners, one);
            }
        }
        self.note_use(&state);
    }

    /// Returns whether anybody is told notifications.
    ///
    /// **Cost** one load.
    pub fn tells_notifications(&self) -> bool {
        0 < self.notified.load(Ordering::SeqCst)
    }

    /// Tells something to those of an account who asked for its kind: its texts in milliseconds and in microseconds.
    pub fn tell_beside(
        &self,
        account: AccountId,
        what: Beside,
        texts: &[String; 2],
        at: Timestamp,
    ) {
        let state = self.lock();
        for listener in state.listeners.get(&account).into_iter().flatten() {
            if mutant::plant!(
                "notification-unasked",
                true,
                listener.telling.includes(what)
            ) {
                let unit = listener.outbox.form().unit;
                listener.push(&texts[usize::from(unit == TimeUnit::Microseconds)], at);
            }
        }
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

    /// Takes in listen keys that were written down.
    pub fn restore(&self, kept: Vec<KeptKey>) {
        let mut state = self.lock();
        kept.into_iter().for_each(|kept| state.keys.restore(kept));
        self.note_use(&state);
    }

    /// Waits for the turn to write listen keys down.
    pub(crate) async fn saving(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.saving.lock().await
    }

    /// Returns an API key whose listen key is to be written down, and that listen key; `None` when it has ended.
    pub(crate) fn next_unsaved(&self) -> Option<(KeyId, Option<KeptKey>)> {
        self.lock().keys.next_unsaved()
    }

    /// Notes what was written down of an API key.
    pub(crate) fn note_saved(&self, key: KeyId, saved: Option<&KeptKey>) {
        self.lock().keys.note_saved(key, saved);
    }

    /// Lets a socket listen under a name; one that is no listen key delivers nothing.
    pub(crate) fn listen(&self, outbox: &Arc<Outbox>, name: &str) {
        let mut state = self.lock();
        if let Some(found) = state.keys.find(name).cloned() {
            let listener = Listener {
                outbox: Arc::clone(outbox),
                channel: Channel::ListenKey(found.name),
                key: found.key,
                marks: outbox.form().marks,
                telling: Telling::ACCOUNT,
                after: Sequence::ZERO,
                told: None,
                hearing: Hearing::Now,
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
        (subscription, account, key): (u16, AccountId, KeyId),
        manner: Manner,
    ) {
        let (after, told, hearing) = match manner.beginning {
            Beginning::Now => (Sequence::ZERO, None, Hearing::Now),
            Beginning::After(sequence) => (sequence, Some(Place::after(sequence)), Hearing::Now),
            Beginning::Fed(place) => (Sequence::ZERO, Some(place), Hearing::Later),
        };
        let listener = Listener {
            outbox: Arc::clone(outbox),
            channel: Channel::Subscription(subscription),
            key,
            marks: manner.marks,
            telling: manner.telling,
            after,
            told,
            hearing,
        };
        self.add(&mut self.lock(), account, listener);
    }

    /// Holds back for a subscription what happens from now on, until `release`.
    pub(crate) fn hold(&self, to: Subscribed) {
        if let Some(listener) = find_subscription(&mut self.lock(), to) {
            listener.hearing = Hearing::Held(Held::default());
        }
    }

    /// Closes the socket of a subscription: its past cannot be told.
    pub(crate) fn give_up(&self, to: Subscribed) {
        if let Some(listener) = find_subscription(&mut self.lock(), to) {
            listener.outbox.give_up();
        }
    }

    /// Feeds a subscription what happened in the past, as of `at`, ahead of what is held back for it.
    pub(crate) fn feed(&self, to: Subscribed, news: &News, at: Timestamp) -> Fed {
        let mut state = self.lock();
        let Some(listener) = find_subscription(&mut state, to) else {
            return Fed::Gone;
        };
        if listener.outbox.is_over() {
            return Fed::Gone;
        }
        if !listener.outbox.has_room() {
            return Fed::Full;
        }
        if let Some(text) = news.text(listener.outbox.form().unit) {
            listener.push_placed(&text, news.place, at);
        }
        Fed::Taken
    }

    /// Tells a subscription what was held back for it and is later than `after`; from then on it hears everything as it
    /// happens.
    pub(crate) fn release(&self, to: Subscribed, after: Sequence) -> Fed {
        let mut state = self.lock();
        let Some(listener) = find_subscription(&mut state, to) else {
            return Fed::Gone;
        };
        listener.after = after;
        while let Some((place, message)) = listener.take_held() {
            if after < place.sequence {
                listener.push_placed(&message.text, place, message.at);
            }
        }
        if let Hearing::Held(Held { bytes: 1.., .. }) = &listener.hearing {
            return Fed::Full;
        }
        listener.hearing = Hearing::Now;
        Fed::Taken
    }

    /// Ends a subscription without a word: it never began for its socket.
    pub(crate) fn withdraw(&self, what: Subscribed) {
        let mut state = self.lock();
        self.remove(&mut state, what.account, |listener| {
            listener.is_subscription(what.socket, what.number)
        });
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
        let keys = state.listeners.values().flatten().map(|found| found.key);
        let dead: Vec<KeyId> = keys.filter(|key| !is_live(*key)).collect();
        for key in dead {
            self.end_key(&mut state, key, now);
        }
        for key in state.keys.ended(now, &is_live) {
            self.end_listen_key(&mut state, key, now);
        }
        self.note_use(&state);
    }

    /// Ends everything by the right of a key, and the sockets that listened by it.
    fn end_key(&self, state: &mut State, key: KeyId, at: Timestamp) {
        let accounts: Vec<AccountId> = state.listeners.keys().copied().collect();
        let mut ended = Vec::new();
        for account in accounts {
            ended.extend(self.remove(state, account, |listener| listener.key == key));
        }
        self.end_listen_key(state, key, at);
        ended.iter().for_each(|listener| listener.dismiss(at));
        // Only now: a socket that knows it writes what waits and goes.
        for listener in &ended {
            listener.outbox.dismiss();
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
        self.notified
            .fetch_add(usize::from(listener.is_notified()), Ordering::SeqCst);
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
        for listener in &removed {
            self.notified
                .fetch_sub(usize::from(listener.is_notified()), Ordering::SeqCst);
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
fn send(listeners: &mut [Listener], news: &News) {
    let mut texts: [Option<Option<String>>; 2] = Default::default();
    for listener in listeners {
        if news.place.sequence <= listener.after {
            continue;
        }
        let unit = listener.outbox.form().unit;
        let text = &mut texts[usize::from(unit == TimeUnit::Microseconds)];
        if let Some(text) = text.get_or_insert_with(|| news.text(unit)) {
            listener.tell(text, news);
        }
    }
}

fn find_subscription(state: &mut State, wanted: Subscribed) -> Option<&mut Listener> {
    let mut listeners = state.listeners.get_mut(&wanted.account)?.iter_mut();
    listeners.find(|listener| listener.is_subscription(wanted.socket, wanted.number))
}

impl Listener {
    fn is_notified(&self) -> bool {
        self.telling.includes(Beside::Notification)
    }

    fn is_subscription(&self, socket: SocketId, subscription: u16) -> bool {
        self.outbox.id() == socket && self.channel == Channel::Subscription(subscription)
    }

    /// Tells what happened, or holds it back, or leaves it to the event log.
    fn tell(&mut self, text: &str, news: &News) {
        let held = match &mut self.hearing {
            Hearing::Now => return self.push_placed(text, news.place, news.at),
            Hearing::Later => return,
            Hearing::Held(held) => held,
        };
        held.bytes += text.len();
        let message = Message {
            text: text.to_owned(),
            at: news.at,
        };
        held.messages.push_back((news.place, message));
        if HELD_BYTES_MAX < held.bytes {
            *held = Held::default();
            self.outbox.give_up();
        }
    }

    /// Takes the oldest message that is held back, if there is one and room for it.
    fn take_held(&mut self) -> Option<(Place, Message)> {
        let Hearing::Held(held) = &mut self.hearing else {
            return None;
        };
        if !self.outbox.has_room() {
            return None;
        }
        let taken = held.messages.pop_front()?;
        held.bytes -= taken.1.text.len();
        Some(taken)
    }

    /// Tells something that has a place, marked as was asked for.
    fn push_placed(&mut self, text: &str, place: Place, at: Timestamp) {
        match self.marks {
            Marks::Plain => self.push(text, at),
            Marks::Numbered => self.push(&numbered(text, place, self.told), at),
        }
        self.told = mutant::plant!(
            "event-before-stands-still",
            self.told.or(Some(place)),
            Some(place)
        );
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
