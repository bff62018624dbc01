//! A scanner of viruses that looks at uploads before anything else does: clamd, by its protocol `INSTREAM`.
//!
//! What it does not answer for is not taken: without the scanner there are no uploads.
//!
//! **Source** `docs/spec/kyc.md` §4, and the manual of clamd.

use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// From the connection to the last byte of the answer.
const TIME_MAX: Duration = Duration::from_secs(30);
const COMMAND: &[u8] = b"zINSTREAM\0";
/// The greatest piece that is sent at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// More of an answer is not read.
const ANSWER_BYTES_MAX: u64 = 1_024;
/// More of what was found is not told.
const FOUND_CHARS_MAX: usize = 100;

/// Where a scanner listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanner {
    Unix(PathBuf),
    /// A host and a port.
    Tcp(String),
}

/// What a scanner says of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// What was found, as the scanner calls it, in letters that can be seen.
    Infected(String),
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    #[error(
        "the scanner cannot be reached or hung up: check that clamd listens where kyc.scanner says"
    )]
    Unreachable(#[from] std::io::Error),
    #[error("the scanner took longer than 30 seconds")]
    Slow,
    #[error("the scanner answered {0:?}: it must take streams of 10 MiB (StreamMaxLength)")]
    Answer(String),
}

impl Scanner {
    /// Reads `unix:/path/of/a/socket` or `tcp:host:port`.
    pub fn parse(text: &str) -> Option<Scanner> {
        match text.split_once(':')? {
            ("unix", path) if path.starts_with('/') => Some(Scanner::Unix(PathBuf::from(path))),
            ("tcp", address) => {
                let (host, port) = address.rsplit_once(':')?;
                let port = port.parse::<u16>().ok().filter(|port| 0 < *port);
                (!host.is_empty() && port.is_some()).then(|| Scanner::Tcp(address.to_owned()))
            }
            _ => None,
        }
    }

    /// Asks what an upload is.
    ///
    /// # Errors
    /// There is no answer, in time or at all, or one that is no verdict.
    pub async fn scan(&self, upload: &[u8]) -> Result<Verdict, ScanError> {
        self.scan_within(TIME_MAX, upload).await
    }

    async fn scan_within(&self, time_max: Duration, upload: &[u8]) -> Result<Verdict, ScanError> {
        let answer = async {
            match self {
                Scanner::Unix(path) => ask(UnixStream::connect(path).await?, upload).await,
                Scanner::Tcp(address) => ask(TcpStream::connect(address).await?, upload).await,
            }
        };
        let answer = tokio::time::timeout(time_max, answer);
        read(&answer.await.map_err(|_| ScanError::Slow)??)
    }
}

/// Sends all of it, and returns what is answered.
///
/// **Shape** the command, each piece after its length in four bytes, big-endian, and a length of zero.
async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    upload: &[u8],
) -> std::io::Result<Vec<u8>> {
    stream.write_all(COMMAND).await?;
    for chunk in upload.chunks(CHUNK_BYTES) {
        stream
            .write_all(&(chunk.len() as u32).to_be_bytes())
            .await?;
        stream.write_all(chunk).await?;
    }
    stream.write_all(&0u32.to_be_bytes()).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    stream
        .take(ANSWER_BYTES_MAX)
        .read_to_end(&mut answer)
        .await?;
    Ok(answer)
}

/// Reads `stream: OK` or `stream: NAME FOUND`, with a zero at its end; whatever else is no verdict.
fn read(answer: &[u8]) -> Result<Verdict, ScanError> {
    let text = String::from_utf8_lossy(answer);
    let said = || text.chars().filter(|letter| !letter.is_control());
    let wrong = || ScanError::Answer(said().take(FOUND_CHARS_MAX).collect());
    let verdict = text
        .strip_suffix('\0')
        .and_then(|line| line.strip_prefix("stream: "));
    let verdict = verdict.ok_or_else(wrong)?;
    if mutant::plant!(
        "half-answer-is-clean",
        verdict.contains("OK"),
        verdict == "OK"
    ) {
        return Ok(Verdict::Clean);
    }
    let found = verdict.strip_suffix(" FOUND").ok_or_else(wrong)?;
    let found = found.chars().filter(char::is_ascii_graphic);
    Ok(Verdict::Infected(found.take(FOUND_CHARS_MAX).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_how_the_scanner_is_reached() {
        let unix = Scanner::Unix(PathBuf::from("/run/clamav/clamd.ctl"));
        let tcp = |address: &str| Some(Scanner::Tcp(address.to_owned()));
        for (text, expected) in [
            ("unix:/run/clamav/clamd.ctl", Some(unix)),
            ("tcp:127.0.0.1:3310", tcp("127.0.0.1:3310")),
            ("tcp:[::1]:3310", tcp("[::1]:3310")),
            ("unix:clamd.ctl", None),
            ("tcp:3310", None),
            ("tcp::3310", None),
            ("tcp:localhost:0", None),
            ("tcp:localhost:70000", None),
            ("/run/clamav/clamd.ctl", None),
            ("", None),
        ] {
            assert_eq!(Scanner::parse(text), expected, "{text}");
        }
    }

    /// Half a minute is a moment here.
    #[tokio::test]
    async fn a_scanner_that_says_nothing_is_left_when_its_time_is_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("clamd");
        let _listener = tokio::net::UnixListener::bind(&path).expect("listens");
        let scan = Scanner::Unix(path);
        let scan = scan.scan_within(Duration::from_millis(100), b"a picture");
        let outcome = tokio::time::timeout(Duration::from_secs(10), scan).await;
        assert!(matches!(outcome, Ok(Err(ScanError::Slow))), "{outcome:?}");
    }

    #[test]
    fn only_a_whole_answer_that_says_ok_is_clean() {
        for (answer, expected) in [
            ("stream: OK\0", Some(Verdict::Clean)),
            (
                "stream: Eicar-Signature FOUND\0",
                Some(Verdict::Infected("Eicar-Signature".to_owned())),
            ),
            (
                "stream: a\u{1b}[31m b FOUND\0",
                Some(Verdict::Infected("a[31mb".to_owned())),
            ),
            ("", None),
            ("stream: OK", None),
            ("stream: O\0", None),
            ("stream: OK FOUND it\0", None),
            ("stream: OK\nstream: Eicar FOUND it\0", None),
            ("INSTREAM size limit exceeded. ERROR\0", None),
            ("other: OK\0", None),
        ] {
            assert_eq!(read(answer.as_bytes()).ok(), expected, "{answer:?}");
        }
    }
}
