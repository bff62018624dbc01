//! The courier: sends what is due, and decides what becomes of what was not taken.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use identity::delivery::Delivery;
use identity::identity::{Identity, IdentityError};
use identity::letter::Stationery;
use identity::outbox::Message;
use model::time::Timestamp;
use tokio::sync::watch;

use crate::compose::{Mail, compose};
use crate::figures::Figures;
use crate::schedule::{message_rest, server_rest};
use crate::server::{Server, ServerError};
use crate::session::{Failure, Opening, Session};

/// How often it looks whether something is due.
const LOOK_PERIOD: Duration = Duration::from_secs(1);
/// Messages of one look.
const BATCH: u32 = 20;

/// Why nobody will get a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum GivenUp {
    /// Its time was over before a server took it.
    TooOld,
    /// The server will never take it.
    Refused,
    /// It cannot be read or written.
    Damaged,
}

impl GivenUp {
    pub const ALL: [GivenUp; 3] = [GivenUp::TooOld, GivenUp::Refused, GivenUp::Damaged];

    /// Returns the name in the metrics and the log.
    pub const fn name(self) -> &'static str {
        match self {
            GivenUp::TooOld => "too_old",
            GivenUp::Refused => "refused",
            GivenUp::Damaged => "damaged",
        }
    }
}

/// Sends messages of an outbox.
pub struct Courier {
    identity: Arc<Identity>,
    stationery: Stationery,
    opening: Opening,
    figures: Arc<Figures>,
    /// Taken by the server and not yet noted as sent: noted before anything else is sent.
    unnoted: BTreeSet<u64>,
    /// Failures of the server in a row, and until when it is left alone.
    server_failures: u32,
    rests_until: Timestamp,
}

/// What became of one message.
enum Outcome {
    Settled,
    /// The server takes nothing: the others wait too.
    ServerFailed,
}

impl Courier {
    /// Returns a courier who has not begun.
    ///
    /// # Errors
    /// When a certificate or the name of the server is none.
    pub fn new(
        identity: Arc<Identity>,
        stationery: Stationery,
        server: Server,
        figures: Arc<Figures>,
    ) -> Result<Courier, ServerError> {
        Ok(Courier {
            identity,
            stationery,
            opening: Opening::new(server)?,
            figures,
            unnoted: BTreeSet::new(),
            server_failures: 0,
            rests_until: Timestamp::ZERO,
        })
    }

    /// Sends what is due until it is told to stop; a message that is under way is finished.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let work = self.look(now(), &stop);
            if let Err(error) = work.await {
                tracing::warn!(event = "mail.failed", "{error}");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_PERIOD) => {}
                _ = stop.wait_for(|is_stopping| *is_stopping) => return,
            }
        }
    }

    /// Sends what is due at a moment, unless the server is left alone.
    ///
    /// # Errors
    /// When the database fails; what was not noted is noted by the next look.
    pub async fn look(
        &mut self,
        at: Timestamp,
        stop: &watch::Receiver<bool>,
    ) -> Result<(), IdentityError> {
        self.note_sent().await?;
        self.figures
            .note_waiting(self.identity.waiting().await?, at);
        let mut due = self.identity.due_deliveries(at, BATCH).await?;
        due.retain(|delivery| !self.unnoted.contains(&delivery.id));
        let mut session = None;
        let mut outcome = Ok(());
        for delivery in due {
            if *stop.borrow() {
                break;
            }
            match self.deliver(delivery, &mut session, at).await {
                Ok(Outcome::Settled) => {}
                Ok(Outcome::ServerFailed) => break,
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        if let Some(session) = session {
            session.close().await;
        }
        outcome
    }

    async fn note_sent(&mut self) -> Result<(), IdentityError> {
        while let Some(id) = self.unnoted.first().copied() {
            self.identity.note_sent(id).await?;
            self.unnoted.remove(&id);
        }
        Ok(())
    }

    async fn deliver(
        &mut self,
        delivery: Delivery,
        session: &mut Option<Session>,
        at: Timestamp,
    ) -> Result<Outcome, IdentityError> {
        let Delivery {
            id,
            attempts,
            content,
        } = delivery;
        let addressed = match content {
            Ok(addressed) => addressed,
            Err(error) => {
                tracing::warn!(event = "mail.damaged", id, "{error}");
                return self.give_up(id, GivenUp::Damaged, None).await;
            }
        };
        if is_too_old(&addressed.message, at) {
            return self.give_up(id, GivenUp::TooOld, None).await;
        }
        if at < self.rests_until {
            return Ok(Outcome::Settled);
        }
        let letter = self
            .stationery
            .letter(&addressed.message, &addressed.reader);
        let sender = &self.opening.server().sender;
        let Ok(mail) = compose(sender, &addressed, letter) else {
            return self.give_up(id, GivenUp::Damaged, None).await;
        };
        match self.send(&mail, session).await {
            Ok(()) => {
                self.server_failures = 0;
                self.figures.count_sent();
                mutant::plant!("mail-never-noted", (), {
                    self.unnoted.insert(id);
                });
                self.note_sent().await?;
                Ok(Outcome::Settled)
            }
            Err(failure) => self.settle((id, attempts), failure, at).await,
        }
    }

    /// Hands a mail to the server, no faster than allowed.
    async fn send(&self, mail: &Mail, session: &mut Option<Session>) -> Result<(), Failure> {
        let mut open = match session.take() {
            Some(open) => open,
            None => self.opening.open().await?,
        };
        open.send(mail).await?;
        *session = Some(open);
        let pause = Duration::from_secs(60) / self.opening.server().per_minute_max.max(1);
        tokio::time::sleep(pause).await;
        Ok(())
    }

    async fn settle(
        &mut self,
        (id, attempts): (u64, u32),
        failure: Failure,
        at: Timestamp,
    ) -> Result<Outcome, IdentityError> {
        match failure {
            Failure::Server { reason } => {
                self.server_failures = self.server_failures.saturating_add(1);
                self.rests_until = after(at, server_rest(self.server_failures));
                self.figures.count_server_failure();
                let failures = self.server_failures;
                tracing::warn!(event = "mail.server_failed", failures, "{reason}");
                Ok(Outcome::ServerFailed)
            }
            Failure::Later { code } => {
                let failures = attempts.saturating_add(1);
                let until = after(at, message_rest(failures));
                self.identity.postpone(id, until).await?;
                self.figures.count_postponed();
                tracing::info!(event = "mail.postponed", id, code, failures);
                Ok(Outcome::Settled)
            }
            Failure::Never { code } => self.give_up(id, GivenUp::Refused, code).await,
        }
    }

    async fn give_up(
        &self,
        id: u64,
        reason: GivenUp,
        code: Option<u16>,
    ) -> Result<Outcome, IdentityError> {
        self.identity.give_up(id).await?;
        self.figures.count_given_up(reason);
        tracing::warn!(event = "mail.given_up", id, code, reason = reason.name());
        Ok(Outcome::Settled)
    }
}

fn is_too_old(message: &Message, at: Timestamp) -> bool {
    let until = message
        .created_at
        .plus_nanos(message.subject.good_for_nanos());
    until <= at
}

fn after(at: Timestamp, rest: Duration) -> Timestamp {
    at.plus_nanos(i64::try_from(rest.as_nanos()).unwrap_or(i64::MAX))
}

/// Returns the time of day.
fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    Timestamp::from_nanos(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
