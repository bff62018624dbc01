//! One stream and the sockets that subscribed to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::time::Timestamp;
use serde::Serialize;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use wire::binance::control::{Wrapping, wrapped};
use wire::binance::time::TimeUnit;

use crate::ws::counters::Label;
use crate::ws::name::Stream;
use crate::ws::outbox::{Form, Outbox, Outgoing, SocketId};

/// A stream and its subscribers.
#[derive(Debug)]
pub struct Topic {
    label: Label,
    name: String,
    subscribers: BTreeMap<SocketId, Subscriber>,
}

#[derive(Debug)]
struct Subscriber {
    outbox: Arc<Outbox>,
    /// How its client spells the name, when not as we do.
    alias: Option<Box<str>>,
}

/// Whether a subscription changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Done,
    Unchanged,
}

impl Topic {
    /// Returns the topic of a stream, without subscribers.
    pub fn of(stream: Stream) -> Topic {
        Topic {
            label: Label::of(&stream),
            name: stream.to_string(),
            subscribers: BTreeMap::new(),
        }
    }

    pub fn has_subscribers(&self) -> bool {
        !self.subscribers.is_empty()
    }

    /// Adds a subscriber that calls the stream `name`.
    pub fn subscribe(&mut self, outbox: &Arc<Outbox>, name: &str) -> Change {
        if self.subscribers.contains_key(&outbox.id()) {
            return Change::Unchanged;
        }
        let subscriber = Subscriber {
            outbox: Arc::clone(outbox),
            alias: (name != self.name).then(|| name.into()),
        };
        self.subscribers.insert(outbox.id(), subscriber);
        Change::Done
    }

    /// Removes a subscriber.
    pub fn unsubscribe(&mut self, socket: SocketId) -> Change {
        match self.subscribers.remove(&socket) {
            Some(_) => Change::Done,
            None => Change::Unchanged,
        }
    }

    /// Queues a message for every subscriber. It is written once for each form that somebody wants.
    ///
    /// `at` is when what it tells happened.
    pub fn send<M: Serialize>(&self, at: Timestamp, message: impl Fn(TimeUnit) -> M) {
        let mut texts = Texts::default();
        for subscriber in self.subscribers.values() {
            let form = subscriber.outbox.form();
            let raw = texts.raw(form.unit, &message);
            let text = match (form.wrapping, &subscriber.alias) {
                (Wrapping::Raw, _) => raw.clone(),
                (Wrapping::Combined, None) => texts.combined(form, &self.name, &raw),
                (Wrapping::Combined, Some(alias)) => wrapped(alias, &raw).into(),
            };
            subscriber.outbox.push(Outgoing {
                text,
                label: self.label,
                at,
            });
        }
    }
}

/// The forms of one message that were written so far, by unit of time.
#[derive(Default)]
struct Texts {
    raw: [Option<Utf8Bytes>; 2],
    combined: [Option<Utf8Bytes>; 2],
}

impl Texts {
    fn raw<M: Serialize>(&mut self, unit: TimeUnit, message: impl Fn(TimeUnit) -> M) -> Utf8Bytes {
        let raw = self.raw[index(unit)].get_or_insert_with(|| text(&message(unit)));
        raw.clone()
    }

    fn combined(&mut self, form: Form, name: &str, raw: &str) -> Utf8Bytes {
        let combined = &mut self.combined[index(form.unit)];
        combined
            .get_or_insert_with(|| wrapped(name, raw).into())
            .clone()
    }
}

const fn index(unit: TimeUnit) -> usize {
    match unit {
        TimeUnit::Milliseconds => 0,
        TimeUnit::Microseconds => 1,
    }
}

fn text<M: Serialize>(message: &M) -> Utf8Bytes {
    serde_json::to_string(message)
        .expect("numbers and texts, no maps: always JSON")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn outbox(id: u64, wrapping: Wrapping, unit: TimeUnit) -> Arc<Outbox> {
        Arc::new(Outbox::new(
            SocketId(id),
            Form {
                wrapping,
                unit,
                marks: crate::user_data::place::Marks::Plain,
            },
            10_000,
        ))
    }

    fn texts(outbox: &Outbox) -> Vec<String> {
        let mut chunk = Vec::new();
        outbox.take(&mut chunk, usize::MAX);
        chunk
            .iter()
            .map(|message| message.text.to_string())
            .collect()
    }

    #[test]
    fn each_form_is_written_once_and_shared() {
        const MILLIS: TimeUnit = TimeUnit::Milliseconds;
        let mut topic = Topic::of(Stream::parse("btcusdt@trade").expect("a stream"));
        let raw = outbox(1, Wrapping::Raw, MILLIS);
        let raw_too = outbox(2, Wrapping::Raw, MILLIS);
        let combined = outbox(3, Wrapping::Combined, MILLIS);
        let upper = outbox(4, Wrapping::Combined, MILLIS);
        let micros = outbox(5, Wrapping::Raw, TimeUnit::Microseconds);
        for outbox in [&raw, &raw_too, &combined, &micros] {
            assert_eq!(topic.subscribe(outbox, "btcusdt@trade"), Change::Done);
        }
        assert_eq!(topic.subscribe(&upper, "BTCUSDT@trade"), Change::Done);
        assert_eq!(topic.subscribe(&raw, "BTCUSDT@trade"), Change::Unchanged);

        let written = Cell::new(0);
        topic.send(Timestamp::ZERO, |unit| {
            written.set(written.get() + 1);
            if unit == MILLIS { 1 } else { 1_000 }
        });

        assert_eq!(written.get(), 2);
        assert_eq!(texts(&raw), ["1"]);
        assert_eq!(texts(&raw_too), ["1"]);
        assert_eq!(texts(&micros), ["1000"]);
        assert_eq!(texts(&combined), [r#"{"stream":"btcusdt@trade","data":1}"#]);
        assert_eq!(texts(&upper), [r#"{"stream":"BTCUSDT@trade","data":1}"#]);
    }

    #[test]
    fn a_subscriber_that_left_gets_nothing() {
        let mut topic = Topic::of(Stream::parse("btcusdt@trade").expect("a stream"));
        let outbox = outbox(1, Wrapping::Raw, TimeUnit::Milliseconds);
        topic.subscribe(&outbox, "btcusdt@trade");
        assert_eq!(topic.unsubscribe(SocketId(1)), Change::Done);
        assert_eq!(topic.unsubscribe(SocketId(1)), Change::Unchanged);
        topic.send(Timestamp::ZERO, |_| 1);
        assert!(texts(&outbox).is_empty());
        assert!(!topic.has_subscribers());
    }
}
