//! The hub: requests go in to the sequencer, events come out to answers, views and streams.
//!
//! Events are folded into the views before any ticket is answered, so that whatever an answer speaks of can be
//! queried by the time it leaves (`docs/spec/binance-surface.md` §10).

use core::ops::ControlFlow;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use crossbeam_channel::{Sender, TrySendError};
use model::command::{Command, Request};
use model::event::{Event, Published};
use model::id::{AccountId, KeyId, Sequence};
use model::reject::Reject;
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::sync::oneshot::Receiver;
use views::change::Change;
use views::key::Key;
use views::views::Views;
use wire::binance::error::{Fault, Refusal};

use crate::directory::Directory;
use crate::first_fills::first_fills;
use crate::order_counter::OrderCounter;
use crate::rest::facts::Listing;
use crate::tickets::{Answers, Applied, NOBODY, Outcome, Tickets};
use crate::user_data::news::{News, gather};
use crate::user_data::streams::UserStreams;

/// A request without an answer after this long is answered *unknown*.
const ANSWER_SECONDS_MAX: u64 = 10;
/// How many at a time read much of the past.
const LOOKBACKS_MAX: usize = 2;
/// Commands whose memory is asked for together.
const AHEAD_COMMANDS: usize = 64;

/// Where the outcome of a command in the queue will be.
pub type Entered = Receiver<Outcome>;

/// Reads the events of a command that was carried out earlier; `None` when they are no longer kept.
pub type ReadEvents = Arc<dyn Fn(Sequence) -> Option<Vec<Published>> + Send + Sync>;

/// Reads a command that was carried out earlier; `None` when it is no longer kept.
pub type ReadCommand = Arc<dyn Fn(Sequence) -> Option<Command> + Send + Sync>;

/// Reads the events of the commands after the first number, up to the second, in order, until the callback breaks;
/// `None` when they are not all kept, or not yet. Commands that do not concern the account may be passed over.
pub type ReadSpan = Box<dyn FnMut(Sequence, Sequence, TakeEvent<'_>) -> Option<()> + Send>;

/// Returns a reader of what concerns an account, which nobody else waits for; `None` when nothing is kept.
pub type OpenSpan = Arc<dyn Fn(AccountId) -> Option<ReadSpan> + Send + Sync>;

/// Takes the next event.
pub type TakeEvent<'a> = &'a mut dyn FnMut(Published) -> ControlFlow<()>;

/// What was commanded earlier, and what it did.
#[derive(Clone)]
pub struct EventHistory {
    pub read_events: ReadEvents,
    pub read_command: ReadCommand,
    pub open_span: OpenSpan,
}

impl EventHistory {
    /// Returns a history of which nothing is kept.
    pub fn none() -> EventHistory {
        EventHistory {
            read_events: Arc::new(|_| None),
            read_command: Arc::new(|_| None),
            open_span: Arc::new(|_| None),
        }
    }
}

/// Takes what a batch changed, with the views as they are after it; never blocks.
pub type Streams = Box<dyn Fn(&Views, &Changed) + Send + Sync>;

/// What a batch of commands changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub changes: Vec<Change>,
    /// For each command the end of its changes in `changes`.
    pub ends: Vec<usize>,
    /// The time of the last command.
    pub at: Timestamp,
}

/// What became of a command that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Taken,
    /// The queue is full.
    Busy,
    /// The sequencer has stopped.
    Gone,
}

/// What a question about an earlier request found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Original {
    Known(Applied),
    /// Nothing, and why.
    Missing(Reject),
}

/// One applied command on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// Who waits for it; 0 is nobody.
    pub ticket: u64,
    pub sequence: Sequence,
    pub at: Timestamp,
    pub events: &'a [Event],
}

/// The meeting point of requests and events.
pub struct Hub {
    queue: Sender<Request>,
    tickets: Tickets,
    views: RwLock<Views>,
    history: EventHistory,
    streams: Streams,
    user_streams: Arc<UserStreams>,
    order_counter: OrderCounter,
    directory: Directory,
    /// Reading much of the past takes a processor.
    lookbacks: Arc<Semaphore>,
    /// That of whoever made the hub, if there is one: requests wait on it.
    runtime: Option<Handle>,
}

impl Hub {
    /// Returns the hub over these views.
    pub fn new(
        queue: Sender<Request>,
        views: Views,
        history: EventHistory,
        streams: Streams,
        user_streams: Arc<UserStreams>,
    ) -> Arc<Hub> {
        Arc::new(Hub {
            queue,
            tickets: Tickets::default(),
            views: RwLock::new(views),
            history,
            streams,
            user_streams,
            order_counter: OrderCounter::default(),
            directory: Directory::default(),
            lookbacks: Arc::new(Semaphore::new(LOOKBACKS_MAX)),
            runtime: Handle::try_current().ok(),
        })
    }

    /// Returns the views, for a short look.
    pub fn views(&self) -> RwLockReadGuard<'_, Views> {
        self.views.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a key that was created and not revoked.
    pub fn key(&self, key: KeyId) -> Option<Key> {
        self.directory.key(key).or_else(|| {
            let views = self.views();
            let key = views.key(key)?;
            self.directory.keep_key(key);
            Some(key)
        })
    }

    /// Returns the listing of a symbol.
    pub fn listing(&self, symbol: Symbol) -> Option<Listing> {
        self.directory.listing(symbol).or_else(|| {
            let views = self.views();
            let listing = Listing::of(&views, views.market_of(symbol)?);
            self.directory.keep_listing(listing);
            Some(listing)
        })
    }

    /// Returns the counts of new orders, which fills lower.
    pub const fn order_counter(&self) -> &OrderCounter {
        &self.order_counter
    }

    /// Takes in what a batch of commands did: folds it, answers those who wait, tells the streams.
    ///
    /// Called by the egress thread only, in order of sequence.
    pub fn publish(&self, commands: &[Answered<'_>]) {
        let mut news = Vec::new();
        let changed = self.fold(commands, &mut news);
        // Before the answers: whoever is answered may already read in its stream what its request did.
        self.user_streams.tell(&news);
        let waited_for = commands.iter().filter(|command| command.ticket != NOBODY);
        let answers = self.tickets.answers(waited_for.map(|command| {
            let applied = Applied {
                sequence: command.sequence,
                at: command.at,
                events: command.events.to_vec(),
            };
            (command.ticket, Outcome::Applied(applied))
        }));
        self.hand_over(answers);
        (self.streams)(&self.views(), &changed);
    }

    fn fold(&self, commands: &[Answered<'_>], news: &mut Vec<News>) -> Changed {
        let mut changed = Changed {
            changes: Vec::new(),
            ends: Vec::with_capacity(commands.len()),
            at: Timestamp::ZERO,
        };
        let mut views = self.views.write().unwrap_or_else(PoisonError::into_inner);
        for ahead in commands.chunks(AHEAD_COMMANDS) {
            views.warm(ahead.iter().flat_map(|command| command.events));
            for command in ahead {
                let place = (command.sequence, command.at);
                views.fold_command(place, command.events, &mut changed.changes);
                self.discount_first_fills(&views, command);
                let start = changed.ends.last().copied().unwrap_or(0);
                self.gather_news(&views, command, &changed.changes[start..], news);
                changed.ends.push(changed.changes.len());
                changed.at = command.at;
            }
        }
        self.directory.forget(&changed.changes);
        changed
    }

    /// Gathers what a command did to the accounts whose owners listen.
    fn gather_news(
        &self,
        views: &Views,
        command: &Answered<'_>,
        changes: &[Change],
        news: &mut Vec<News>,
    ) {
        if let Some(listeners) = self.user_streams.listeners() {
            let request = self.tickets.name(command.ticket);
            let is_heard = |account| listeners.has(account);
            gather(views, command, changes, request, &is_heard, news);
        }
    }

    /// Takes the orders of earlier commands that traded for the first time off the counts of their accounts.
    fn discount_first_fills(&self, views: &Views, command: &Answered<'_>) {
        for account in first_fills(views, command.events) {
            self.order_counter.discount(account, 1, command.at);
        }
    }

    /// Answers *busy* to those whose commands were not sequenced.
    pub fn shed(&self, tickets: &[u64]) {
        let outcomes = tickets.iter().map(|ticket| (*ticket, Outcome::Shed));
        self.hand_over(self.tickets.answers(outcomes));
    }

    /// Lets the runtime wake those who wait: it is woken itself once, and not once for each of them.
    fn hand_over(&self, answers: Answers) {
        match &self.runtime {
            _ if answers.is_empty() => {}
            Some(runtime) => drop(runtime.spawn(async { answers.send() })),
            None => answers.send(),
        }
    }

    /// Sends a command whose answer nobody waits for.
    pub fn send(&self, command: Command) -> Sent {
        match self.queue.try_send(Request {
            ticket: NOBODY,
            command,
        }) {
            Ok(()) => Sent::Taken,
            Err(TrySendError::Full(_)) => Sent::Busy,
            Err(TrySendError::Disconnected(_)) => Sent::Gone,
        }
    }

    /// Sends a command to the sequencer at once, and waits for what it did. The command is gone by then: what waits does
    /// not carry it.
    ///
    /// A repeated request gets what its original did.
    ///
    /// # Errors
    /// -1008 when the queue is full, -1007 when no answer came in time: the outcome is then unknown.
    pub fn submit(&self, command: Command) -> impl Future<Output = Result<Applied, Refusal>> {
        self.submit_named(command, None)
    }

    /// Sends a command whose request has a name of its own, by which streams call what it cancels.
    ///
    /// # Errors
    /// As `submit`.
    pub fn submit_named(
        &self,
        command: Command,
        name: Option<ClientOrderId>,
    ) -> impl Future<Output = Result<Applied, Refusal>> {
        self.applied(self.enter(command, name))
    }

    /// Waits for what a command did that was sent, unless that was refused.
    ///
    /// # Errors
    /// As `submit`.
    pub async fn applied(&self, entered: Result<Entered, Refusal>) -> Result<Applied, Refusal> {
        let applied = outcome(entered?).await?;
        match applied.events.first() {
            Some(Event::Repeated { original }) => {
                Ok(Box::pin(self.recall(*original)).await.unwrap_or(applied))
            }
            _ => Ok(applied),
        }
    }

    /// Sends a question about an earlier request and waits for what that request did.
    ///
    /// # Errors
    /// As `submit`, and -1001 when what it did is not in the event log yet.
    pub async fn find_original(&self, question: Command) -> Result<Original, Refusal> {
        let answer = outcome(self.enter(question, None)?).await?;
        match answer.events.first() {
            Some(Event::Repeated { original }) => {
                let recalled = self.recall(*original).await;
                let recalled = recalled.ok_or_else(|| Refusal::of(Fault::Disconnected))?;
                Ok(Original::Known(recalled))
            }
            Some(Event::Rejected { reason }) => Ok(Original::Missing(*reason)),
            _ => Err(Refusal::of(Fault::Unknown)),
        }
    }

    /// Puts a command into the queue, and returns where its outcome will be.
    ///
    /// # Errors
    /// -1008 when the queue is full.
    pub fn enter(&self, command: Command, name: Option<ClientOrderId>) -> Result<Entered, Refusal> {
        let overloaded = || Refusal::of(Fault::Overloaded);
        let opened = self.tickets.open_named(name);
        let (ticket, receiver) = opened.ok_or_else(overloaded)?;
        if let Err(error) = self.queue.try_send(Request { ticket, command }) {
            self.tickets.close(ticket);
            return Err(match error {
                TrySendError::Full(_) => overloaded(),
                TrySendError::Disconnected(_) => Refusal::of(Fault::Disconnected),
            });
        }
        Ok(receiver)
    }

    /// Gives up requests that have waited too long; called once a second.
    pub fn give_up_late(&self) {
        self.tickets.close_late(ANSWER_SECONDS_MAX);
    }

    /// Reading the event log blocks, so it happens beside the runtime.
    async fn recall(&self, original: Sequence) -> Option<Applied> {
        let read_events = Arc::clone(&self.history.read_events);
        let read = tokio::task::spawn_blocking(move || read_events(original)).await;
        let published = read.ok().flatten()?;
        let first = published.first()?;
        Some(Applied {
            sequence: first.sequence,
            at: first.at,
            events: published.into_iter().map(|one| one.event).collect(),
        })
    }

    /// Returns a command that was carried out earlier, if it is still kept.
    pub async fn command(&self, sequence: Sequence) -> Option<Command> {
        let read_command = Arc::clone(&self.history.read_command);
        let read = tokio::task::spawn_blocking(move || read_command(sequence)).await;
        read.ok().flatten()
    }

    /// Does work that reads much of the past, beside the runtime; the rest waits for its turn.
    pub async fn look_back<T: Send + 'static>(
        self: Arc<Hub>,
        work: impl FnOnce(&Hub) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let unknown = || Refusal::of(Fault::Unknown);
        let turn = Arc::clone(&self.lookbacks).acquire_owned().await;
        let turn = turn.map_err(|_| unknown())?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&self);
            drop(turn);
            done
        });
        done.await.unwrap_or_else(|_| Err(unknown()))
    }

    /// Returns what commands did earlier.
    pub const fn history(&self) -> &EventHistory {
        &self.history
    }

    /// Returns how many requests wait for their answer, and how many may wait in the queue.
    pub fn waiting(&self) -> (usize, usize) {
        (self.tickets.count(), self.queue.len())
    }
}

/// Waits for what became of a command.
async fn outcome(entered: Entered) -> Result<Applied, Refusal> {
    match entered.await {
        Ok(Outcome::Applied(applied)) => Ok(applied),
        Ok(Outcome::Shed) => Err(Refusal::of(Fault::Overloaded)),
        Err(_) => Err(Refusal::of(Fault::Timeout)),
    }
}
