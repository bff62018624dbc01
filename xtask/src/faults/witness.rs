//! The witness: it writes down every request before it is sent and every answer as it comes.
//!
//! The file is synced before a request leaves, in one sync for all that wait: whatever the exchange may have done can
//! be looked up there, even if the witness itself should be killed.

use super::http::{Answer, Broken};
use super::request::Request;
use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// A request and what became of it.
#[derive(Clone, Debug)]
pub struct Record {
    pub request: Request,
    pub outcome: Outcome,
}

/// What the witness knows of a request.
#[derive(Clone, Debug)]
pub enum Outcome {
    Answered(Reply),
    Unanswered(Broken),
}

/// An answer, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

/// What an answer says about the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was carried out, at least in part.
    Done,
    /// The exchange has looked at it and refused it.
    Refused,
    /// It was not looked at: it may be sent again.
    NotTaken,
    /// The exchange does not know.
    Unknown,
}

/// -1021 comes before the key is remembered, -1001 and -1008 before the request has a place in the journal.
const NOT_TAKEN: [i64; 3] = [-1001, -1008, -1021];
const UNKNOWN: i64 = -1007;
const HALF_DONE: i64 = -2021;

impl Reply {
    /// Reads an answer.
    ///
    /// # Errors
    /// It is no JSON.
    pub fn read(answer: &Answer) -> Result<Reply> {
        let body = serde_json::from_slice(&answer.body).with_context(|| {
            format!(
                "an answer of no JSON: {}",
                String::from_utf8_lossy(&answer.body)
            )
        })?;
        Ok(Reply {
            status: answer.status,
            body,
        })
    }

    /// Returns the code of a refusal, 0 for a success.
    pub fn code(&self) -> i64 {
        self.body["code"].as_i64().unwrap_or(0)
    }

    pub fn verdict(&self) -> Verdict {
        match self.code() {
            UNKNOWN => Verdict::Unknown,
            code if NOT_TAKEN.contains(&code) => Verdict::NotTaken,
            HALF_DONE => Verdict::Done,
            _ if self.status == 200 => Verdict::Done,
            _ => Verdict::Refused,
        }
    }
}

impl Record {
    /// Whether the exchange has answered at all.
    pub fn is_answered(&self) -> bool {
        matches!(self.outcome, Outcome::Answered(_))
    }

    /// Returns the answer, if it settles what became of the request.
    pub fn settled(&self) -> Option<&Reply> {
        match &self.outcome {
            Outcome::Answered(reply)
                if matches!(reply.verdict(), Verdict::Done | Verdict::Refused) =>
            {
                Some(reply)
            }
            _ => None,
        }
    }

    /// Returns the answer, if it says that something was done.
    pub fn acknowledged(&self) -> Option<&Reply> {
        self.settled()
            .filter(|reply| reply.verdict() == Verdict::Done)
    }
}

/// The witness's book.
#[derive(Debug)]
pub struct Witness {
    next_number: AtomicU64,
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    pages: Mutex<Pages>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Pages {
    unwritten: Vec<u8>,
    /// Bytes ever taken, and of these the synced ones.
    taken: u64,
    durable: u64,
    is_over: bool,
    failure: Option<String>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, pages: MutexGuard<'a, Pages>) -> MutexGuard<'a, Pages> {
        self.changed
            .wait(pages)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Witness {
    /// Opens a new book.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn open(path: &Path) -> Result<Witness> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        let shared = Arc::new(Shared::default());
        let pages = Arc::clone(&shared);
        let writer = std::thread::Builder::new()
            .name("witness".to_owned())
            .spawn(move || keep(&pages, file))?;
        Ok(Witness {
            next_number: AtomicU64::new(1),
            shared,
            writer: Some(writer),
        })
    }

    /// Returns a number that no request has had.
    pub fn next_number(&self) -> u64 {
        self.next_number.fetch_add(1, Ordering::Relaxed)
    }

    /// Writes a request down; it may be sent when this returns.
    ///
    /// # Errors
    /// The book cannot be written.
    pub fn note_request(&self, request: &Request) -> Result<()> {
        let mut line = format!(
            "{} > {} {}",
            request.number,
            request.method(),
            request.path()
        );
        for (name, value) in &request.parameters {
            line.push_str(&format!(" {name}={value}"));
        }
        let end = self.take(&line);
        let mut pages = self.shared.lock();
        while pages.durable < end && pages.failure.is_none() {
            pages = self.shared.wait(pages);
        }
        match &pages.failure {
            Some(failure) => Err(anyhow!("the witness cannot write: {failure}")),
            None => Ok(()),
        }
    }

    /// Writes down what became of a request.
    pub fn note_outcome(&self, number: u64, outcome: &Result<Answer, Broken>) {
        self.take(&match outcome {
            Ok(answer) => format!(
                "{number} < {} {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            ),
            Err(broken) => format!("{number} < {broken}"),
        });
    }

    fn take(&self, line: &str) -> u64 {
        let mut pages = self.shared.lock();
        pages.unwritten.extend_from_slice(line.as_bytes());
        pages.unwritten.push(b'\n');
        pages.taken += line.len() as u64 + 1;
        let end = pages.taken;
        drop(pages);
        self.shared.changed.notify_all();
        end
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

fn keep(shared: &Shared, mut file: File) {
    loop {
        let mut pages = shared.lock();
        while pages.unwritten.is_empty() && !pages.is_over {
            pages = shared.wait(pages);
        }
        let bytes = std::mem::take(&mut pages.unwritten);
        if bytes.is_empty() {
            return;
        }
        drop(pages);
        let written = file.write_all(&bytes).and_then(|()| file.sync_data());
        let mut pages = shared.lock();
        pages.durable += bytes.len() as u64;
        pages.failure = written.err().map(|error| error.to_string());
        drop(pages);
        shared.changed.notify_all();
    }
}
