//! Room for the journal: a spare segment made ahead of time on a thread of its own, and the search for room on a full disk.

use crate::node::MadeSpare;
use anyhow::{Context, Result};
use crossbeam_channel::{Receiver, Sender, bounded};
use journal::file_disk::FileDisk;
use journal::journal::Space;
use sequencer::writer::Writer;
use std::time::{Duration, Instant};

/// Keeps a spare segment at hand without making the writer wait.
pub struct Storage {
    orders: Sender<()>,
    made: Receiver<MadeSpare>,
    is_ordered: bool,
    retry_at: Instant,
    retry_period: Duration,
}

impl Storage {
    /// Starts the maker's thread; it ends when this is dropped.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn new(writer: &mut Writer<FileDisk>, retry_period: Duration) -> Result<Storage> {
        let maker = writer.journal().spare_maker();
        let (orders, ordered) = bounded::<()>(1);
        let (done, made) = bounded(1);
        std::thread::Builder::new()
            .name("spare".to_owned())
            .spawn(
                move || {
                    while ordered.recv().is_ok() && done.send(maker.make()).is_ok() {}
                },
            )
            .context("the thread for spare segments cannot be started")?;
        Ok(Storage {
            orders,
            made,
            is_ordered: false,
            retry_at: Instant::now(),
            retry_period,
        })
    }

    /// Takes a spare that is made and orders one that is missing; on a full disk it asks again now and then.
    ///
    /// # Errors
    /// The disk failed otherwise than by being full.
    pub fn look_after(&mut self, writer: &mut Writer<FileDisk>) -> Result<()> {
        if let Ok(made) = self.made.try_recv() {
            self.is_ordered = false;
            let is_denied = made.is_err();
            let space = writer.journal().install_spare(made)?;
            if is_denied {
                tracing::warn!(
                    event = "journal.full",
                    ?space,
                    "no room for the next journal segment"
                );
                self.retry_at = Instant::now() + self.retry_period;
            } else if space == Space::Ample {
                tracing::debug!(event = "journal.spare", "the next journal segment is ready");
            }
        }
        let is_wanted = writer.journal().needs_spare() && !self.is_ordered;
        if is_wanted && self.retry_at <= Instant::now() && self.orders.try_send(()).is_ok() {
            self.is_ordered = true;
        }
        Ok(())
    }
}
