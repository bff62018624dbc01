//! One thread that draws pictures anew, so that no number of uploads takes a processor from trading.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::picture::{Picture, PictureRefusal};

/// Uploads that are read or wait at a time, each of 10 MiB at most.
const UPLOADS_MAX: usize = 4;

/// Draws pictures, one at a time.
pub struct Drawing {
    places: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

/// The right to upload something.
pub struct Place {
    permit: OwnedSemaphorePermit,
    turn: Arc<Semaphore>,
}

/// Why a picture was not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawingError {
    Refused(PictureRefusal),
    /// There is no thread to be had.
    Failed,
}

impl Drawing {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Drawing {
        Drawing {
            places: Arc::new(Semaphore::new(UPLOADS_MAX)),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Returns a place, to be taken before an upload is read; `None` when all are taken.
    pub fn reserve(&self) -> Option<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Place {
            permit,
            turn: Arc::clone(&self.turn),
        })
    }
}

impl Place {
    /// Returns what an upload shows, when its turn comes.
    ///
    /// # Errors
    /// The refusal of the picture; `Failed`.
    pub async fn draw(self, upload: Vec<u8>) -> Result<Picture, DrawingError> {
        let Place { permit, turn } = self;
        let turn = turn.acquire_owned().await;
        let turn = turn.map_err(|_| DrawingError::Failed)?;
        let (sender, answer) = oneshot::channel();
        let thread = std::thread::Builder::new().name("drawing".to_owned());
        let spawned = thread.spawn(move || {
            // Where the system refuses it, drawing is as important as the rest.
            idle::give_way();
            let drawn = Picture::redraw(&upload);
            drop((upload, turn, permit));
            // Whoever has gone away in the meantime is told nothing.
            let _ = sender.send(drawn);
        });
        spawned.map_err(|_| DrawingError::Failed)?;
        // A decoder that panics took its thread and nothing else with it.
        let drawn = answer.await.map_err(|_| DrawingError::Failed)?;
        drawn.map_err(DrawingError::Refused)
    }
}
