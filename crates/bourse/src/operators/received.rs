//! `bourse audit received`: the rows that a collector has, followed like those of the exchange.

use anyhow::{Context, Result, bail};
use identity::audit::{Follower, Head, Row};
use model::time::Timestamp;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

const HASH_BYTES: usize = 32;
/// A row is short; whatever is longer is none.
const LINE_BYTES_MAX: u64 = 64 << 10;

/// Checks a file that has a row a line, each as it was sent, with whatever a collector writes before it.
///
/// # Errors
/// A line has no row, or a row is missing, changed or out of order.
pub fn check(path: &Path) -> Result<Head> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut lines = BufReader::new(file);
    let mut chain = Chain::new();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = lines
            .by_ref()
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut line);
        if read.context("the file breaks off")? == 0 {
            break;
        }
        let row = row(&line).with_context(|| format!("line {number} has no row"))?;
        chain.take(row)?;
    }
    chain.end()
}

/// What was read so far. Rows that are sent again come some rows after they came first.
struct Chain {
    follower: Follower,
    hashes: Vec<[u8; HASH_BYTES]>,
}

impl Chain {
    const fn new() -> Chain {
        Chain {
            follower: Follower::new(None),
            hashes: Vec::new(),
        }
    }

    fn take(&mut self, row: Row) -> Result<()> {
        let place = row
            .number
            .checked_sub(1)
            .and_then(|place| usize::try_from(place).ok());
        if place.and_then(|place| self.hashes.get(place)) == Some(&row.hash) {
            return Ok(());
        }
        self.follower.take(&row)?;
        self.hashes.push(row.hash);
        Ok(())
    }

    fn end(self) -> Result<Head> {
        if self.hashes.is_empty() {
            bail!("there is no row");
        }
        Ok(self.follower.end()?)
    }
}

fn row(line: &[u8]) -> Option<Row> {
    let start = line.iter().position(|byte| *byte == b'{')?;
    let told: Value = serde_json::from_slice(&line[start..]).ok()?;
    let number = |name: &str| told[name].as_i64();
    let text = |name: &str| told[name].as_str().map(str::to_owned);
    Some(Row {
        number: number("number")?,
        at: Timestamp::from_nanos(number("at_ns")?),
        actor_kind: number("actor_kind")?,
        actor: number("actor")?,
        act: text("act")?,
        subject: text("subject")?,
        detail: text("detail")?,
        address: text("address")?,
        hash: hash(told["hash"].as_str()?)?,
    })
}

fn hash(text: &str) -> Option<[u8; HASH_BYTES]> {
    let mut bytes = [0; HASH_BYTES];
    if text.len() != 2 * HASH_BYTES || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
