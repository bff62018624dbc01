//! The archive on its way: pieces are sent as they are made, and whoever does not read ends it.

use std::io;
use std::time::Duration;

use identity::identity::IdentityError;
use identity::kyc::KycError;
use indexer::error::HistoryError;
use model::time::Timestamp;
use tokio::sync::mpsc;

use crate::zip::Zip;

/// What is sent at a time.
const PIECE_BYTES: usize = 1 << 16;
/// Whoever takes no piece for so long has gone.
const PIECE_TIME_MAX: Duration = Duration::from_secs(60);

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("nobody reads it")]
    Unread,
    #[error("the archive cannot be made")]
    Archive(#[from] io::Error),
    #[error("what is held on the user cannot be read: {0}")]
    Identity(#[from] IdentityError),
    #[error("the identity checks of the user cannot be read: {0}")]
    Kyc(#[from] KycError),
    #[error("the history cannot be read: {0}")]
    History(#[from] HistoryError),
}

/// An archive that is sent as it grows.
pub struct Archive {
    zip: Zip,
    pieces: mpsc::Sender<io::Result<Vec<u8>>>,
    piece_time_max: Duration,
}

impl Archive {
    pub fn new(pieces: mpsc::Sender<io::Result<Vec<u8>>>, at: Timestamp) -> Archive {
        Archive {
            zip: Zip::of(at),
            pieces,
            piece_time_max: PIECE_TIME_MAX,
        }
    }

    /// Begins a file.
    pub fn begin(&mut self, name: &str) {
        self.zip.begin(name);
    }

    /// Appends to the file that is open, and waits while nobody reads.
    ///
    /// # Errors
    /// `Unread`, `Archive`.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        for piece in bytes.chunks(PIECE_BYTES) {
            self.zip.write(piece)?;
            if PIECE_BYTES <= self.zip.ready_bytes() {
                self.send().await?;
            }
        }
        Ok(())
    }

    /// Ends the file that is open.
    ///
    /// # Errors
    /// `Archive`.
    pub fn end(&mut self) -> Result<(), Failure> {
        Ok(self.zip.end()?)
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// As `write`.
    pub async fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.begin(name);
        self.write(bytes).await?;
        self.end()
    }

    /// Ends the archive and sends the rest of it.
    ///
    /// # Errors
    /// As `write`.
    pub async fn finish(&mut self) -> Result<(), Failure> {
        self.zip.finish()?;
        self.send().await
    }

    async fn send(&mut self) -> Result<(), Failure> {
        let piece = Ok(self.zip.take());
        let sent = tokio::time::timeout(self.piece_time_max, self.pieces.send(piece)).await;
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Failure::Unread),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    /// Texts that do not become shorter.
    fn noise(seed: u64) -> Vec<u8> {
        let mut state = seed;
        let mut byte = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        };
        (0..PIECE_BYTES).map(|_| byte()).collect()
    }

    #[tokio::test]
    async fn whoever_goes_away_ends_it() {
        let (sender, pieces) = mpsc::channel(1);
        let mut archive = Archive::new(sender, NOW);
        drop(pieces);
        archive.begin("long");
        let written = async {
            loop {
                archive.write(&noise(1)).await?;
            }
        };
        let failure: Result<(), Failure> = written.await;
        assert!(matches!(failure, Err(Failure::Unread)));
    }

    /// A minute is a moment here.
    #[tokio::test]
    async fn whoever_takes_no_piece_for_its_minute_ends_it() {
        let (sender, pieces) = mpsc::channel(1);
        let mut archive = Archive::new(sender, NOW);
        archive.piece_time_max = Duration::from_millis(50);
        archive.begin("long");
        let written = async {
            loop {
                archive.write(&noise(1)).await?;
            }
        };
        let written: Result<Result<(), Failure>, _> =
            tokio::time::timeout(Duration::from_secs(10), written).await;
        assert!(matches!(written, Ok(Err(Failure::Unread))));
        drop(pieces);
    }

    #[tokio::test]
    async fn it_waits_for_whoever_reads_and_keeps_a_piece_meanwhile() {
        let (sender, mut pieces) = mpsc::channel(1);
        let mut archive = Archive::new(sender, NOW);
        let reading = async move {
            let (mut longest, mut all) = (0, 0);
            while let Some(piece) = pieces.recv().await {
                let piece = piece.expect("whole").len();
                longest = longest.max(piece);
                all += piece;
            }
            (longest, all)
        };
        let writing = async {
            archive.begin("long");
            for seed in 0..64 {
                archive.write(&noise(seed)).await?;
                assert!(archive.zip.ready_bytes() < 2 * PIECE_BYTES);
            }
            archive.end()?;
            archive.finish().await?;
            drop(archive);
            Ok::<(), Failure>(())
        };
        let (written, (longest, all)) = tokio::join!(writing, reading);
        written.expect("read to its end");
        // A piece, and what the compression had kept of those before it.
        assert!(
            longest < 3 * PIECE_BYTES && 64 * PIECE_BYTES < all,
            "{longest} {all}"
        );
    }
}
