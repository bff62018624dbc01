//! The courier: sends rows in their order, and again whatever a connection that broke may have lost.
//!
//! Syslog has no answers. A row counts as taken when the connection that it was sent on has stood for a while after it:
//! by then the peer's system has acknowledged it, or the connection is given up, and a collector that ends takes its
//! connections with it. Whatever has not counted when a connection ends, or the exchange does, is sent again: a row comes
//! at least once, and one that comes twice has the same number and hash.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use identity::audit::Row;
use identity::identity::{Identity, IdentityError};
use tokio::sync::watch;

use crate::figures::Figures;
use crate::line::{Dialer, Line, LineError};
use crate::message::Sender;
use crate::position::{Mark, PositionFile};

/// Rows that are sent in one piece.
const BATCH_ROWS: u32 = 200;

/// When what is done.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two looks for rows.
    pub look: Duration,
    /// How long a connection stands after a row before the row counts as taken.
    pub settle: Duration,
    /// After the first failure in a row; each time after it twice as long, up to the longest.
    pub pause: Duration,
    pub pause_longest: Duration,
}

impl Pace {
    pub const STANDARD: Pace = Pace {
        look: Duration::from_secs(1),
        settle: Duration::from_secs(60),
        pause: Duration::from_secs(1),
        pause_longest: Duration::from_secs(60),
    };
}

/// Why sending came to an end.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Line(#[from] LineError),
    #[error("the rows cannot be read: {0}")]
    Rows(#[from] IdentityError),
    #[error("the position cannot be kept: {0}")]
    Position(#[from] io::Error),
}

/// Sends the rows of an identity database.
pub struct Courier {
    identity: Arc<Identity>,
    dialer: Dialer,
    sender: Sender,
    position: PositionFile,
    pace: Pace,
    figures: Arc<Figures>,
    taken: Mark,
}

impl Courier {
    /// Returns the courier, which goes on after what was taken before it.
    ///
    /// # Errors
    /// The position cannot be read.
    pub fn new(
        identity: Arc<Identity>,
        (dialer, sender): (Dialer, Sender),
        position: PositionFile,
        pace: Pace,
        figures: Arc<Figures>,
    ) -> io::Result<Courier> {
        let taken = position.read()?;
        figures.note_taken(taken.number);
        Ok(Courier {
            identity,
            dialer,
            sender,
            position,
            pace,
            figures,
            taken,
        })
    }

    /// Sends rows until it is told to stop.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.forward() => {}
            _ = stop.wait_for(|is_stopping| *is_stopping) => {}
        }
    }

    async fn forward(&mut self) {
        let mut pause = self.pace.pause;
        loop {
            let began = Instant::now();
            let Err(failure) = self.speak().await;
            self.figures.count_failure();
            tracing::warn!(event = "audit.ship_failed", "{failure}");
            if let Err(error) = self.note_waiting(self.taken).await {
                tracing::warn!(event = "audit.ship_failed", "{error}");
            }
            // A connection that stood for a while was none that is refused time and again.
            if self.pace.pause_longest <= began.elapsed() {
                pause = self.pace.pause;
            }
            tokio::time::sleep(pause).await;
            pause = (2 * pause).min(self.pace.pause_longest);
        }
    }

    /// Sends rows over one connection until that fails.
    async fn speak(&mut self) -> Result<core::convert::Infallible, Failure> {
        self.check_taken().await?;
        let mut line = self.dialer.open().await?;
        let mut sent = self.taken;
        // Marks that were sent on this connection, and when.
        let mut trail = VecDeque::new();
        loop {
            let rows = self.identity.audit_rows(sent.number, BATCH_ROWS).await?;
            if let Some(last) = rows.last() {
                self.send(&mut line, &rows).await?;
                sent = mark(last);
                self.figures.count_sent(rows.len(), sent.number);
                trail.push_back((Instant::now(), sent));
            }
            self.settle(&mut trail)?;
            self.note_waiting(sent).await?;
            if rows.len() < BATCH_ROWS as usize {
                line.rest(self.pace.look).await?;
            }
        }
    }

    async fn send(&self, line: &mut Line, rows: &[Row]) -> Result<(), LineError> {
        let mut frames = Vec::new();
        for row in rows {
            self.sender.write(row, &mut frames);
        }
        line.send(&frames).await
    }

    /// Counts as taken what was sent long enough ago.
    fn settle(&mut self, trail: &mut VecDeque<(Instant, Mark)>) -> io::Result<()> {
        let settle = mutant::plant!("rows-taken-when-sent", Duration::ZERO, self.pace.settle);
        let mut taken = None;
        while let Some((at, mark)) = trail.front()
            && settle <= at.elapsed()
        {
            taken = Some(*mark);
            trail.pop_front();
        }
        if let Some(mark) = taken {
            self.position.write(mark)?;
            self.figures.note_taken(mark.number);
            self.taken = mark;
        }
        Ok(())
    }

    async fn note_waiting(&self, sent: Mark) -> Result<(), IdentityError> {
        let waiting = self.identity.audit_rows(sent.number, 1).await?;
        self.figures.note_waiting(waiting.first().map(|row| row.at));
        Ok(())
    }

    /// Begins anew when the log is not the one whose rows were taken: somebody has put another in its place.
    async fn check_taken(&mut self) -> Result<(), IdentityError> {
        if self.taken == Mark::START {
            return Ok(());
        }
        let rows = self.identity.audit_rows(self.taken.number - 1, 1).await?;
        if rows.first().map(mark) != Some(self.taken) {
            let number = self.taken.number;
            tracing::error!(
                event = "audit.ship_other_log",
                number,
                "the audit log is not the one that was forwarded: all of it is sent again"
            );
            self.taken = Mark::START;
        }
        Ok(())
    }
}

fn mark(row: &Row) -> Mark {
    Mark {
        number: row.number,
        hash: row.hash,
    }
}
