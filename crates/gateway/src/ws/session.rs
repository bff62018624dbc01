//! What one client asked for and how it behaves: everything about a socket but its bytes.

use core::time::Duration;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::time::Instant;

use wire::binance::control::{Control, ControlError, Id, Wish, granted, listed, property};

use crate::ws::fanout::Fanout;
use crate::ws::name::Stream;
use crate::ws::outbox::Outbox;

/// Longer than any name of a stream: what is longer is accepted and forgotten.
const NAME_BYTES_MAX: usize = 64;

/// A client and its subscriptions.
#[derive(Debug)]
pub struct Session {
    fanout: Arc<Fanout>,
    outbox: Arc<Outbox>,
    /// What was subscribed to, each with its name as the client wrote it.
    wanted: BTreeMap<Wanted, String>,
    pace: Pace,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    Stream(Stream),
    /// A name of no public stream: a listen key, or nothing. It is listed, and what is nothing delivers nothing.
    Other(String),
}

/// The messages of a client within the running second.
#[derive(Debug)]
struct Pace {
    started: Instant,
    count: u32,
}

impl Session {
    /// Returns the session of a client that just connected.
    pub fn new(fanout: Arc<Fanout>, outbox: Arc<Outbox>, now: Instant) -> Session {
        Session {
            fanout,
            outbox,
            wanted: BTreeMap::new(),
            pace: Pace {
                started: now,
                count: 0,
            },
        }
    }

    /// Counts a message of the client and returns whether it may send so many.
    pub fn keeps_pace(&mut self, now: Instant) -> bool {
        const SECOND: Duration = Duration::from_secs(1);
        let Some(count_max) = self.fanout.messages_per_second_max() else {
            return true;
        };
        if SECOND <= now.duration_since(self.pace.started) {
            self.pace = Pace {
                started: now,
                count: 0,
            };
        }
        self.pace.count += 1;
        self.pace.count <= count_max
    }

    /// Does what a message asks for and returns the answer.
    pub fn obey(&mut self, text: &str) -> String {
        let streams_max = self.fanout.bounds().streams_per_socket_max;
        match Control::parse(text, streams_max) {
            Ok(Control { id, wish }) => self.grant(&id, wish),
            Err(error) => error.json(),
        }
    }

    fn grant(&mut self, id: &Id, wish: Wish) -> String {
        match wish {
            Wish::Subscribe(names) => match self.subscribe(names) {
                Ok(()) => granted(id),
                Err(TooManyStreams) => ControlError::too_many_streams(id.clone()).json(),
            },
            Wish::Unsubscribe(names) => {
                names.iter().for_each(|name| self.unsubscribe(name));
                granted(id)
            }
            Wish::List => {
                let names: Vec<&str> = self.wanted.values().map(String::as_str).collect();
                listed(id, &names)
            }
            Wish::SetCombined(wrapping) => {
                self.outbox.set_wrapping(wrapping);
                granted(id)
            }
            Wish::GetCombined => property(id, self.outbox.form().wrapping),
        }
    }

    /// Subscribes to streams.
    ///
    /// # Errors
    /// When they would be more than a socket may have; then to none of them.
    pub fn subscribe(&mut self, names: Vec<String>) -> Result<(), TooManyStreams> {
        let mut fresh = BTreeMap::new();
        for name in names
            .into_iter()
            .filter(|name| name.len() <= NAME_BYTES_MAX)
        {
            let wanted = wanted(&name);
            if !self.wanted.contains_key(&wanted) {
                fresh.entry(wanted).or_insert(name);
            }
        }
        if self.fanout.bounds().streams_per_socket_max < self.wanted.len() + fresh.len() {
            return Err(TooManyStreams);
        }

        // Nothing below can fail.
        for (wanted, name) in fresh {
            match &wanted {
                Wanted::Stream(stream) => self.fanout.subscribe(&self.outbox, *stream, &name),
                Wanted::Other(_) => self.fanout.user_streams().listen(&self.outbox, &name),
            }
            self.wanted.insert(wanted, name);
        }
        Ok(())
    }

    fn unsubscribe(&mut self, name: &str) {
        if let Entry::Occupied(entry) = self.wanted.entry(wanted(name)) {
            let (wanted, _) = entry.remove_entry();
            self.end(&wanted);
        }
    }

    /// Ends every subscription, and the queue.
    pub fn leave(&mut self) {
        self.outbox.give_up();
        for wanted in core::mem::take(&mut self.wanted).into_keys() {
            self.end(&wanted);
        }
    }

    fn end(&self, wanted: &Wanted) {
        match wanted {
            Wanted::Stream(stream) => self.fanout.unsubscribe(&self.outbox, *stream),
            Wanted::Other(name) => {
                let streams = self.fanout.user_streams();
                streams.unlisten(self.outbox.id(), name);
            }
        }
    }
}

/// However a socket ends, nothing is kept for it.
impl Drop for Session {
    fn drop(&mut self) {
        self.leave();
    }
}

/// More streams than a socket may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyStreams;

fn wanted(name: &str) -> Wanted {
    match Stream::parse(name) {
        Some(stream) => Wanted::Stream(stream),
        None => Wanted::Other(name.to_owned()),
    }
}
