//! One socket from its first byte to its last: one `select` says what happened, one `apply` says what to do about it.

use core::pin::{Pin, pin};
use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use futures_util::{FutureExt, SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use model::time::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Sleep, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Utf8Bytes};
use wire::binance::control::{ServerShutdown, Wrapping, wrapped};

use crate::clock;
use crate::config::Bounds;
use crate::user_data::news::json;
use crate::ws::counters::{CutOff, Label};
use crate::ws::fanout::{Fanout, Stopping};
use crate::ws::metered::Metered;
use crate::ws::outbox::{Form, Outbox, Outgoing, SocketId, Woken};
use crate::ws::pings::Pings;
use crate::ws::session::{Session, TooManyStreams};
use crate::ws_api::session::{self, Answer};

/// What is read or written at once.
const READ_BYTES: usize = 4 * 1024;
const WRITE_BYTES: usize = 16 * 1024;
/// A message may come in pieces; with everything around them they may take this many times its size.
const PIECES_FACTOR: usize = 4;
/// How long a peer has to take a close frame, and how long to go away after it.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long before its end a socket is told that it grows too old, or this part of its life if that is shorter.
const NOTICE_TIME: Duration = Duration::from_secs(10);
const NOTICE_PART: u32 = 6;
/// What a socket without right has to answer what it was asked; with the looks at rights it makes less than a second.
const FAREWELL_TIME: Duration = Duration::from_millis(500);
/// What a peer may still send after it was told to go.
const REST_BYTES_MAX: usize = 1024 * 1024;

type Socket = WebSocketStream<Metered<TokioIo<Upgraded>>>;

/// Serves a socket until it ends; `begin` makes what it talks about out of its queue.
pub async fn run(
    upgraded: Upgraded,
    fanout: Arc<Fanout>,
    form: Form,
    begin: impl FnOnce(Arc<Outbox>) -> Talk,
) {
    let bounds = *fanout.bounds();
    let outbox = fanout.open(form);
    let _opened = Opened(Arc::clone(&fanout));
    let io = Metered::new(
        TokioIo::new(upgraded),
        PIECES_FACTOR * bounds.socket_message_bytes_max,
    );
    let config = Some(socket_config(&bounds));
    let now = Instant::now();
    let end_at = now + bounds.socket_age_max;
    let mut connection = Connection {
        socket: WebSocketStream::from_raw_socket(io, Role::Server, config).await,
        talk: begin(Arc::clone(&outbox)),
        pings: Pings::new(now),
        stopping: fanout.stopping(),
        outbox,
        fanout,
        timer: Box::pin(sleep_until(end_at.into())),
        ping_at: now + bounds.ping_period,
        notice_at: Some(end_at - NOTICE_TIME.min(bounds.socket_age_max / NOTICE_PART)),
        end_at,
        end: End::TooOld,
        is_dismissed: false,
        chunk: Vec::new(),
    };
    connection.set_timer();
    connection.serve().await;
}

/// Counts a socket off when it ends, however it ends.
struct Opened(Arc<Fanout>);

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn socket_config(bounds: &Bounds) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(WRITE_BYTES)
        .max_message_size(Some(bounds.socket_message_bytes_max))
        .max_frame_size(Some(bounds.socket_message_bytes_max))
}

struct Connection {
    socket: Socket,
    talk: Talk,
    pings: Pings,
    outbox: Arc<Outbox>,
    fanout: Arc<Fanout>,
    stopping: watch::Receiver<Option<Stopping>>,
    /// Goes off at `ping_at`, `notice_at` or `end_at`, whichever is first. One for all, since setting one costs more
    /// than a message.
    timer: Pin<Box<Sleep>>,
    ping_at: Instant,
    /// When the client is told that the end is near, unless it was.
    notice_at: Option<Instant>,
    /// When the socket ends at the latest, and how.
    end_at: Instant,
    end: End,
    /// It ends as soon as what it was asked is answered.
    is_dismissed: bool,
    /// The messages being written.
    chunk: Vec<Outgoing>,
}

/// What a socket is about.
pub enum Talk {
    /// The streams it begins with, and those it asks for.
    Streams {
        session: Session,
        first: Vec<String>,
    },
    Requests(Box<session::Session>),
}

/// What happened.
enum Incident {
    Heard(Option<Result<Message, Error>>),
    /// A request was carried out.
    Answered(Answer),
    Woken(Woken),
    TimeIsUp,
    Stopping(Stopping),
    /// Nothing is left to hear, to answer and to tell.
    Idle,
}

/// What to do about it.
enum Deed {
    Nothing,
    Say(Message),
    Deliver,
    Answer(Answer),
    End(End),
}

/// How a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The peer closed it or is gone.
    Left,
    Slow,
    Silent,
    TooOld,
    Abusive(Abuse),
    Stopping,
    /// What it was opened or used by has ended.
    WithoutRight,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Abuse {
    TooManyMessages,
    TooLarge,
    NotText,
    Protocol,
    TooManyStreams,
}

impl Connection {
    async fn serve(mut self) {
        let mut deed = self.talk.begin();
        let end = loop {
            let done = match deed {
                Deed::Nothing => Ok(()),
                Deed::Say(message) => self.say(message).await,
                Deed::Deliver => self.deliver(WRITE_BYTES).await,
                Deed::Answer(answer) => self.answer(answer).await,
                Deed::End(end) => Err(end),
            };
            if let Err(end) = done {
                break end;
            }
            let incident = self.next().await;
            deed = self.apply(incident, Instant::now());
        };
        self.talk.end();
        self.chunk = Vec::new();
        if let Some(reason) = end.cut_off() {
            self.fanout.counters().count_cut_off(reason);
        }
        self.finish(end).await;
    }

    async fn next(&mut self) -> Incident {
        if self.is_dismissed {
            return self.next_of_dismissed().await;
        }
        tokio::select! {
            heard = self.socket.next(), if self.talk.listens() => Incident::Heard(heard),
            answer = self.talk.answered() => Incident::Answered(answer),
            woken = self.outbox.woken() => Incident::Woken(woken),
            () = &mut self.timer => Incident::TimeIsUp,
            stopping = stopping(&mut self.stopping) => Incident::Stopping(stopping),
        }
    }

    /// Returns what is left of a socket that is to end: what has come is heard, what is under way is waited for.
    async fn next_of_dismissed(&mut self) -> Incident {
        tokio::select! {
            biased;
            () = &mut self.timer => Incident::TimeIsUp,
            woken = self.outbox.woken() => Incident::Woken(woken),
            heard = self.socket.next(), if self.talk.listens() => Incident::Heard(heard),
            answer = self.talk.answered() => Incident::Answered(answer),
            () = core::future::ready(()), if self.talk.is_idle() => Incident::Idle,
        }
    }

    fn apply(&mut self, incident: Incident, now: Instant) -> Deed {
        match incident {
            Incident::Heard(heard) => self.hear_all(heard, now),
            Incident::Answered(answer) => Deed::Answer(answer),
            Incident::Woken(Woken::Ready) => Deed::Deliver,
            Incident::Woken(Woken::Overrun) => Deed::End(End::Slow),
            Incident::Woken(Woken::Dismissed) => self.prepare_to_end(now),
            Incident::Idle => Deed::End(End::WithoutRight),
            Incident::TimeIsUp => self.keep_time(now),
            Incident::Stopping(stopping) => self.prepare_to_stop(stopping, now),
        }
    }

    /// Hears what was said, and what was read with it for as long as nothing has to be said in return.
    fn hear_all(&mut self, heard: Option<Result<Message, Error>>, now: Instant) -> Deed {
        let mut next = Some(heard);
        while let Some(heard) = next {
            let deed = match heard {
                None => Deed::End(End::Left),
                Some(Err(error)) => Deed::End(End::of_error(&error)),
                Some(Ok(message)) => {
                    self.socket.get_mut().reset();
                    self.hear(message, now)
                }
            };
            if !matches!(deed, Deed::Nothing) || !self.talk.listens() {
                return deed;
            }
            next = self.socket.next().now_or_never();
        }
        Deed::Nothing
    }

    fn hear(&mut self, message: Message, now: Instant) -> Deed {
        if let Message::Close(_) = message {
            return Deed::End(End::Left);
        }
        self.fanout.counters().count_in(message.len());
        if let Message::Pong(payload) = &message {
            self.pings.take_in(payload, now);
        }
        if !self.talk.keeps_pace(now) {
            return Deed::End(End::Abusive(Abuse::TooManyMessages));
        }
        match message {
            Message::Text(text) => self.talk.hear(&text),
            Message::Binary(bytes) => match Utf8Bytes::try_from(bytes) {
                Ok(text) => self.talk.hear(&text),
                Err(_) => Deed::End(End::Abusive(Abuse::NotText)),
            },
            // A ping is answered by the socket itself.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => {
                Deed::Nothing
            }
        }
    }

    fn keep_time(&mut self, now: Instant) -> Deed {
        if self.end_at <= now {
            return Deed::End(self.end);
        }
        if self.notice_at.is_some_and(|at| at <= now) {
            return self.tell_of_end(clock::now());
        }
        let bounds = self.fanout.bounds();
        if !self.pings.are_answered(now, bounds.pong_timeout) {
            return Deed::End(End::Silent);
        }
        self.ping_at = now + bounds.ping_period;
        self.set_timer();
        Deed::Say(Message::Ping(Bytes::from(self.pings.next())))
    }

    fn set_timer(&mut self) {
        let last = self.notice_at.unwrap_or(self.end_at);
        let first = self.ping_at.min(last);
        self.timer.as_mut().reset(first.into());
    }

    fn prepare_to_end(&mut self, now: Instant) -> Deed {
        self.is_dismissed = true;
        self.end_at = self.end_at.min(now + FAREWELL_TIME);
        self.end = End::WithoutRight;
        self.notice_at = None;
        self.set_timer();
        Deed::Nothing
    }

    fn prepare_to_stop(&mut self, stopping: Stopping, now: Instant) -> Deed {
        self.end_at = now + share_of(stopping.grace, self.outbox.id());
        self.end = End::Stopping;
        self.tell_of_end(stopping.at)
    }

    fn tell_of_end(&mut self, at: Timestamp) -> Deed {
        self.notice_at = None;
        self.set_timer();
        let form = self.outbox.form();
        let news = json(&ServerShutdown::of(at, form.unit));
        Deed::Say(Message::text(match &self.talk {
            Talk::Requests(_) => format!(r#"{{"event":{news}}}"#),
            Talk::Streams { .. } => match form.wrapping {
                Wrapping::Raw => news,
                Wrapping::Combined => wrapped("!serverShutdown", &news),
            },
        }))
    }

    /// Writes a message that is not from the queue.
    async fn say(&mut self, message: Message) -> Result<(), End> {
        self.feed(message).await?;
        self.flush().await
    }

    /// Writes an answer and those that are ready behind it, at once. What a request did is told before its answer.
    async fn answer(&mut self, answer: Answer) -> Result<(), End> {
        let mut next = Some(answer);
        while let Some(answer) = next {
            let text = match answer {
                Answer::AfterEvents(text) => {
                    self.feed_queued(usize::MAX).await?;
                    text
                }
                Answer::BeforeEvents(text) => text,
            };
            self.feed(Message::text(text)).await?;
            next = self.talk.answered().now_or_never();
        }
        self.flush().await
    }

    /// Writes the oldest messages of the queue: at least one if there is one, then as many as fit `chunk_bytes`.
    async fn deliver(&mut self, chunk_bytes: usize) -> Result<(), End> {
        self.feed_queued(chunk_bytes).await?;
        self.flush().await
    }

    async fn feed(&mut self, message: Message) -> Result<(), End> {
        let bytes = message.len();
        let limit = self.fanout.bounds().socket_write_timeout;
        in_time(&self.outbox, limit, self.socket.feed(message)).await?;
        self.fanout.counters().count_out(Label::Control, bytes);
        Ok(())
    }

    async fn feed_queued(&mut self, chunk_bytes: usize) -> Result<(), End> {
        let start = self.chunk.len();
        self.outbox.take(&mut self.chunk, chunk_bytes);
        if self.chunk.len() == start {
            return Ok(());
        }
        let limit = self.fanout.bounds().socket_write_timeout;
        let fed = feed_all(&mut self.socket, &self.chunk[start..]);
        in_time(&self.outbox, limit, fed).await
    }

    /// Ends the writing of what was fed.
    async fn flush(&mut self) -> Result<(), End> {
        let limit = self.fanout.bounds().socket_write_timeout;
        in_time(&self.outbox, limit, self.socket.flush()).await?;
        if !self.chunk.is_empty() {
            self.outbox.release(&self.chunk);
            self.count_written(clock::now());
            self.chunk.clear();
        }
        Ok(())
    }

    fn count_written(&self, now: Timestamp) {
        let counters = self.fanout.counters();
        for message in &self.chunk {
            counters.count_out(message.label, message.text.len());
            if message.label.is_live() {
                let lag_nanos = now.nanos().saturating_sub(message.at.nanos());
                counters.count_lag(message.label, lag_nanos);
            }
        }
    }

    /// Says goodbye, and waits a moment for the peer to take it: a socket that is dropped with bytes unread takes back
    /// what it wrote.
    async fn finish(mut self, end: End) {
        // Whatever goes wrong now, the socket is dropped.
        let _ = match end.close_frame() {
            Some(frame) => timeout(CLOSE_TIMEOUT, self.socket.close(Some(frame))).await,
            // The answer to the peer's own close frame waits to be written.
            None => timeout(CLOSE_TIMEOUT, self.socket.flush()).await,
        };
        let io = self.socket.into_inner().into_inner();
        let _ = timeout(CLOSE_TIMEOUT, drain(io)).await;
    }
}

impl Talk {
    fn begin(&mut self) -> Deed {
        let Talk::Streams { session, first } = self else {
            return Deed::Nothing;
        };
        match session.subscribe(core::mem::take(first)) {
            Ok(()) => Deed::Nothing,
            Err(TooManyStreams) => Deed::End(End::Abusive(Abuse::TooManyStreams)),
        }
    }

    /// Returns whether there is room for what the client says next.
    fn listens(&self) -> bool {
        match self {
            Talk::Streams { .. } => true,
            Talk::Requests(session) => session.has_room(),
        }
    }

    /// Counts a message of the client and returns whether it may send so many; requests are weighed instead.
    fn keeps_pace(&mut self, now: Instant) -> bool {
        match self {
            Talk::Streams { session, .. } => session.keeps_pace(now),
            Talk::Requests(_) => true,
        }
    }

    fn hear(&mut self, text: &str) -> Deed {
        match self {
            Talk::Streams { session, .. } => Deed::Say(Message::text(session.obey(text))),
            Talk::Requests(session) => session.hear(text).map_or(Deed::Nothing, Deed::Answer),
        }
    }

    /// Waits for the answer to the oldest request under way.
    async fn answered(&mut self) -> Answer {
        match self {
            Talk::Streams { .. } => core::future::pending().await,
            Talk::Requests(session) => session.answered().await,
        }
    }

    /// Returns whether nothing that the client asked for is under way.
    fn is_idle(&self) -> bool {
        match self {
            Talk::Streams { .. } => true,
            Talk::Requests(session) => session.is_idle(),
        }
    }

    fn end(&mut self) {
        match self {
            Talk::Streams { session, .. } => session.leave(),
            Talk::Requests(session) => session.leave(),
        }
    }
}

/// Waits until the exchange is about to stop; each socket learns it once.
async fn stopping(receiver: &mut watch::Receiver<Option<Stopping>>) -> Stopping {
    loop {
        if receiver.changed().await.is_err() {
            // The fan-out outlives its sockets; without it nothing would ever be told.
            core::future::pending::<()>().await;
        }
        if let Some(stopping) = *receiver.borrow_and_update() {
            return stopping;
        }
    }
}

async fn feed_all(socket: &mut Socket, messages: &[Outgoing]) -> Result<(), Error> {
    for message in messages {
        socket.feed(Message::Text(message.text.clone())).await?;
    }
    Ok(())
}

/// Lets a write end, unless it takes too long or too much waits behind it.
async fn in_time(
    outbox: &Outbox,
    limit: Duration,
    write: impl Future<Output = Result<(), Error>>,
) -> Result<(), End> {
    let mut write = pin!(write);
    // Most writes are done at once, and a timer costs more than they do.
    let written = match write.as_mut().now_or_never() {
        Some(written) => Ok(written),
        None => tokio::select! {
            biased;
            written = timeout(limit, write) => written,
            () = outbox.overrun() => return Err(End::Slow),
        },
    };
    written
        .map_err(|_| End::Slow)?
        .map_err(|error| End::of_error(&error))
}

/// Ends the writing side and reads until the peer has ended its own.
async fn drain(mut io: TokioIo<Upgraded>) -> std::io::Result<()> {
    io.shutdown().await?;
    let mut scratch = [0; READ_BYTES];
    let mut left = REST_BYTES_MAX;
    while 0 < left {
        match io.read(&mut scratch).await? {
            0 => break,
            bytes => left = left.saturating_sub(bytes),
        }
    }
    Ok(())
}

/// Returns a part of the grace that differs from socket to socket, as if by chance.
fn share_of(grace: Duration, socket: SocketId) -> Duration {
    // 2^64 divided by the golden ratio: its multiples spread evenly.
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    let permille = ((socket.0.wrapping_mul(GOLDEN) >> 32) * 1_000) >> 32;
    grace * u32::try_from(permille).unwrap_or(0) / 1_000
}

impl End {
    fn of_error(error: &Error) -> End {
        match error {
            Error::Capacity(CapacityError::MessageTooLong { .. }) => End::Abusive(Abuse::TooLarge),
            Error::Io(error) if error.kind() == std::io::ErrorKind::QuotaExceeded => {
                End::Abusive(Abuse::TooLarge)
            }
            Error::Utf8(_) => End::Abusive(Abuse::NotText),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Left,
            Error::Protocol(_) | Error::AttackAttempt => End::Abusive(Abuse::Protocol),
            _ => End::Left,
        }
    }

    const fn cut_off(self) -> Option<CutOff> {
        match self {
            End::Left | End::Stopping | End::WithoutRight => None,
            End::Slow => Some(CutOff::Slow),
            End::Silent => Some(CutOff::Pong),
            End::TooOld => Some(CutOff::Age),
            End::Abusive(_) => Some(CutOff::Abuse),
        }
    }

    fn close_frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            End::Left => return None,
            End::Slow => (CloseCode::Policy, "slow consumer"),
            End::Silent => (CloseCode::Policy, "no pong"),
            End::TooOld => (CloseCode::Away, "24 hours are over"),
            End::Stopping => (CloseCode::Away, "server shutdown"),
            End::WithoutRight => (CloseCode::Policy, "authorization ended"),
            End::Abusive(abuse) => abuse.close(),
        };
        Some(CloseFrame {
            code,
            reason: Utf8Bytes::from_static(reason),
        })
    }
}

impl Abuse {
    const fn close(self) -> (CloseCode, &'static str) {
        match self {
            Abuse::TooManyMessages => (CloseCode::Policy, "too many messages"),
            Abuse::TooManyStreams => (CloseCode::Policy, "too many streams"),
            Abuse::TooLarge => (CloseCode::Size, "message too large"),
            Abuse::NotText => (CloseCode::Invalid, "not UTF-8"),
            Abuse::Protocol => (CloseCode::Protocol, "protocol error"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_end_spread_over_the_grace() {
        let grace = Duration::from_secs(10);
        let mut tenths = [0; 10];
        for id in 0..1_000 {
            let share = share_of(grace, SocketId(id));
            assert!(share < grace);
            tenths[share.as_secs() as usize] += 1;
        }
        assert!(
            tenths.iter().all(|count| 90 <= *count && *count <= 110),
            "{tenths:?}"
        );
    }
}
