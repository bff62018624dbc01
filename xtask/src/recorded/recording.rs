//! The recorded book, state by state: snapshot first, then every difference after it, without a gap.

use super::levels::{Change, Comparison, Side, units};
use super::trades::Trade;
use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use serde_json::Value;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// A difference of the book.
#[derive(Debug)]
struct Frame {
    first: u64,
    last: u64,
    changes: Vec<Change>,
}

/// All states of a recording.
pub struct Recording {
    symbol: String,
    frames: VecDeque<Frame>,
    last_update: u64,
    trades: Vec<Trade>,
    states: u64,
    levels: u64,
    has_begun: bool,
}

impl Recording {
    /// Reads a whole file, plain or gzip.
    pub fn open(path: &Path) -> Result<Recording> {
        let mut reader = BufReader::new(
            File::open(path).with_context(|| format!("{} cannot be read", path.display()))?,
        );
        let is_compressed = reader.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let lines: Box<dyn BufRead> = if is_compressed {
            Box::new(BufReader::new(MultiGzDecoder::new(reader)))
        } else {
            Box::new(reader)
        };
        let mut recording = Recording {
            symbol: String::new(),
            frames: VecDeque::new(),
            last_update: 0,
            trades: Vec::new(),
            states: 0,
            levels: 0,
            has_begun: false,
        };
        let mut snapshot = None;
        for line in lines.lines() {
            recording.read_line(&line?, &mut snapshot)?;
        }
        let snapshot = snapshot.context("the recording has no snapshot")?;
        recording.frames.retain(|frame| snapshot.last < frame.last);
        recording.frames.push_front(snapshot);
        Ok(recording)
    }

    fn read_line(&mut self, line: &str, snapshot: &mut Option<Frame>) -> Result<()> {
        let (_, json) = line
            .split_once(' ')
            .context("a line without a receive time")?;
        let value: Value = serde_json::from_str(json)?;
        if let Some(last) = value["lastUpdateId"].as_u64() {
            let changes = changes(&value["bids"], &value["asks"])?;
            snapshot.get_or_insert(Frame {
                first: last,
                last,
                changes,
            });
            return Ok(());
        }
        let stream = value["stream"]
            .as_str()
            .context("a line that is neither stream nor snapshot")?;
        let (market, kind) = stream.split_once('@').context("a stream without a kind")?;
        if self.symbol.is_empty() {
            self.symbol = market.to_ascii_uppercase();
        }
        let data = &value["data"];
        if kind.starts_with("depth@") {
            let number = |name: &str| {
                data[name]
                    .as_u64()
                    .with_context(|| format!("a difference without {name}"))
            };
            let frame = Frame {
                first: number("U")?,
                last: number("u")?,
                changes: changes(&data["b"], &data["a"])?,
            };
            self.frames.push_back(frame);
        }
        if kind == "trade" {
            self.trades.push(Trade::read(data)?);
        }
        Ok(())
    }

    /// Moves the recorded book to its next state; the one it leaves was found equal. False when that was the last.
    pub fn next_state(&mut self, books: &mut Comparison) -> Result<bool> {
        let Some(frame) = self.frames.pop_front() else {
            return Ok(false);
        };
        if self.has_begun && self.last_update + 1 < frame.first {
            bail!(
                "updates {} to {} are missing from the recording",
                self.last_update + 1,
                frame.first - 1
            );
        }
        self.has_begun = true;
        books.change_recorded(&frame.changes);
        self.last_update = frame.last;
        Ok(true)
    }

    /// Counts the current state as found equal.
    pub fn count_equal(&mut self, books: &Comparison) {
        self.states += 1;
        self.levels += books.recorded_levels();
    }

    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    pub fn trades(&self) -> &[Trade] {
        &self.trades
    }

    pub fn last_update(&self) -> u64 {
        self.last_update
    }

    /// Returns how many states were found equal.
    pub fn states_passed(&self) -> u64 {
        self.states
    }

    /// Returns how many levels were compared in them.
    pub fn levels_passed(&self) -> u64 {
        self.levels
    }
}

fn changes(bids: &Value, asks: &Value) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for (side, levels) in [(Side::Bid, bids), (Side::Ask, asks)] {
        for level in levels.as_array().context("levels that are no list")? {
            let number = |index: usize| {
                level[index]
                    .as_str()
                    .and_then(units)
                    .with_context(|| format!("a level {level}"))
            };
            changes.push(Change {
                side,
                price: number(0)?,
                qty: number(1)?,
            });
        }
    }
    Ok(changes)
}

/// Reads the levels of a depth message of the public stream.
pub fn stream_changes(data: &Value) -> Result<Vec<Change>> {
    changes(&data["b"], &data["a"])
}
