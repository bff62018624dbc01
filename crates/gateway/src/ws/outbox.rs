//! The queue of messages that wait for one socket.
//!
//! Whoever fills it never waits: a queue that would exceed its bound is emptied and marked, and its socket is closed.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::time::Timestamp;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use wire::binance::control::Wrapping;
use wire::binance::time::TimeUnit;

use crate::user_data::place::Marks;
use crate::ws::counters::Label;

/// What a message costs beside its text: its place in the queue and its share of the reference count.
const MESSAGE_OVERHEAD_BYTES: usize = 64;

/// Tells one socket from another for as long as the process lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SocketId(pub u64);

/// A message on its way. Its text is shared by all sockets it goes to.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub text: Utf8Bytes,
    pub label: Label,
    /// When what it tells happened.
    pub at: Timestamp,
}

/// How a socket wants its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub wrapping: Wrapping,
    pub unit: TimeUnit,
    pub marks: Marks,
}

/// Messages that wait for one socket.
///
/// **Shape** at most `bytes_max` bytes, counting those its socket is just writing.
#[derive(Debug)]
pub struct Outbox {
    id: SocketId,
    unit: TimeUnit,
    marks: Marks,
    is_combined: AtomicBool,
    bytes_max: usize,
    queue: Mutex<Queue>,
    ready: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Outgoing>,
    /// The cost of the waiting messages and of those taken and not yet written.
    bytes: usize,
    /// Nothing is queued any more: there was no room, or the socket ends for another reason.
    is_over: bool,
    /// The socket ends once what waits is written, and does not know it yet.
    is_dismissed: bool,
}

/// Why a waiting socket is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// There are messages.
    Ready,
    /// There were more than the queue may hold; they are gone.
    Overrun,
    /// What its socket was opened or used by has ended. Told once.
    Dismissed,
}

impl Outbox {
    /// Returns an empty queue for a socket.
    pub fn new(id: SocketId, form: Form, bytes_max: usize) -> Outbox {
        Outbox {
            id,
            unit: form.unit,
            marks: form.marks,
            is_combined: AtomicBool::new(form.wrapping == Wrapping::Combined),
            bytes_max,
            queue: Mutex::default(),
            ready: Notify::new(),
        }
    }

    pub fn id(&self) -> SocketId {
        self.id
    }

    /// Returns how the socket wants its messages now.
    pub fn form(&self) -> Form {
        let wrapping = if self.is_combined.load(Ordering::Relaxed) {
            Wrapping::Combined
        } else {
            Wrapping::Raw
        };
        Form {
            wrapping,
            unit: self.unit,
            marks: self.marks,
        }
    }

    /// Wraps the messages queued from now on, or not.
    pub fn set_wrapping(&self, wrapping: Wrapping) {
        let is_combined = wrapping == Wrapping::Combined;
        self.is_combined.store(is_combined, Ordering::Relaxed);
    }

    /// Queues a message, or gives the socket up when there is no room for it.
    pub fn push(&self, message: Outgoing) {
        let mut queue = self.lock();
        if queue.is_over {
            return;
        }
        let bytes = queue.bytes + cost(&message);
        if self.bytes_max < bytes {
            *queue = Queue::over();
            self.ready.notify_one();
            return;
        }
        queue.bytes = bytes;
        queue.messages.push_back(message);
        if queue.messages.len() == 1 {
            self.ready.notify_one();
        }
    }

    /// Returns whether there is room for what can wait elsewhere: half of the queue is kept for what cannot.
    pub fn has_room(&self) -> bool {
        self.lock().bytes < self.bytes_max / 2
    }

    /// Returns whether nothing is queued any more.
    pub fn is_over(&self) -> bool {
        self.lock().is_over
    }

    /// Drops what waits and queues nothing any more: the socket ends.
    pub fn give_up(&self) {
        *self.lock() = Queue::over();
    }

    /// Lets the socket end once what waits is written and what is under way is answered.
    pub fn dismiss(&self) {
        self.lock().is_dismissed = true;
        self.ready.notify_one();
    }

    /// Moves the oldest messages into `chunk`: at least one if there is one, then as many as fit `chunk_bytes`.
    pub fn take(&self, chunk: &mut Vec<Outgoing>, chunk_bytes: usize) {
        let mut queue = self.lock();
        let mut bytes = 0;
        while let Some(message) = queue.messages.front() {
            bytes += cost(message);
            if chunk_bytes < bytes && !chunk.is_empty() {
                return;
            }
            chunk.extend(queue.messages.pop_front());
        }
    }

    /// Gives back the room of messages that were written.
    pub fn release(&self, written: &[Outgoing]) {
        let bytes: usize = written.iter().map(cost).sum();
        let mut queue = self.lock();
        queue.bytes = queue.bytes.saturating_sub(bytes);
    }

    /// Waits for messages, for more of them than the queue may hold, or for the end. Only its socket waits.
    pub async fn woken(&self) -> Woken {
        loop {
            {
                let mut queue = self.lock();
                if queue.is_over {
                    return Woken::Overrun;
                }
                if core::mem::take(&mut queue.is_dismissed) {
                    return Woken::Dismissed;
                }
                if !queue.messages.is_empty() {
                    return Woken::Ready;
                }
            }
            self.ready.notified().await;
        }
    }

    /// Waits until there were more messages than the queue may hold. Only its socket waits.
    pub async fn overrun(&self) {
        while !self.lock().is_over {
            self.ready.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn over() -> Queue {
        Queue {
            is_over: true,
            ..Queue::default()
        }
    }
}

fn cost(message: &Outgoing) -> usize {
    message.text.len() + MESSAGE_OVERHEAD_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Form = Form {
        wrapping: Wrapping::Raw,
        unit: TimeUnit::Milliseconds,
        marks: Marks::Plain,
    };

    fn message(length: usize) -> Outgoing {
        Outgoing {
            text: "x".repeat(length).into(),
            label: Label::Trade,
            at: Timestamp::ZERO,
        }
    }

    fn outbox(messages_max: usize) -> Outbox {
        let bytes_max = messages_max * (100 + MESSAGE_OVERHEAD_BYTES);
        Outbox::new(SocketId(1), FORM, bytes_max)
    }

    fn state(outbox: &Outbox) -> (usize, usize, bool) {
        let queue = outbox.lock();
        (queue.messages.len(), queue.bytes, queue.is_over)
    }

    #[test]
    fn one_message_too_many_empties_the_queue_for_good() {
        let outbox = outbox(3);
        for _ in 0..3 {
            outbox.push(message(100));
        }
        assert_eq!(state(&outbox), (3, 492, false));
        outbox.push(message(0));
        assert_eq!(state(&outbox), (0, 0, true));
        outbox.push(message(0));
        assert_eq!(state(&outbox), (0, 0, true));
    }

    #[test]
    fn messages_being_written_still_count() {
        let outbox = outbox(3);
        for _ in 0..3 {
            outbox.push(message(100));
        }
        let mut chunk = Vec::new();
        outbox.take(&mut chunk, 400);
        assert_eq!((chunk.len(), state(&outbox)), (2, (1, 492, false)));
        outbox.release(&chunk);
        assert_eq!(state(&outbox), (1, 164, false));
        outbox.push(message(100));
        outbox.push(message(100));
        assert_eq!(state(&outbox), (3, 492, false));
    }

    #[test]
    fn a_message_larger_than_a_chunk_goes_alone() {
        let outbox = outbox(100);
        outbox.push(message(5_000));
        outbox.push(message(1));
        let mut chunk = Vec::new();
        outbox.take(&mut chunk, 100);
        assert_eq!(chunk.len(), 1);
        assert_eq!(chunk[0].text.len(), 5_000);
    }

    #[tokio::test]
    async fn a_waiting_socket_is_woken_by_a_message_and_by_an_overrun() {
        let outbox = outbox(1);
        outbox.push(message(100));
        assert_eq!(outbox.woken().await, Woken::Ready);
        outbox.push(message(100));
        outbox.overrun().await;
        assert_eq!(outbox.woken().await, Woken::Overrun);
    }

    #[tokio::test]
    async fn a_socket_learns_once_that_it_is_to_end_and_what_waits_is_there_still() {
        let outbox = outbox(3);
        outbox.push(message(100));
        outbox.dismiss();
        assert_eq!(outbox.woken().await, Woken::Dismissed);
        outbox.push(message(100));
        assert_eq!(outbox.woken().await, Woken::Ready);
        assert_eq!(state(&outbox).0, 2);
    }
}
