//! A recording on disk, plain or gzip, one record at a time.

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use wire::recording::{self, Content, Record};

/// A depth snapshot of 5,000 levels a side is some 300 KB; a longer line than this is no recording.
const LINE_BYTES_MAX: u64 = 8 * 1024 * 1024;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The records of a file, in order.
pub struct Records {
    lines: Box<dyn BufRead + Send>,
    name: String,
    line: usize,
    text: String,
}

impl Records {
    /// Opens a recording; whether it is compressed is told by its first bytes, not by its name.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open(path: &Path) -> Result<Records> {
        let name = path.display().to_string();
        let file =
            File::open(path).with_context(|| format!("the recording {name} cannot be opened"))?;
        let mut reader = BufReader::new(file);
        let is_compressed = reader.fill_buf()?.starts_with(&GZIP_MAGIC);
        let lines: Box<dyn BufRead + Send> = if is_compressed {
            Box::new(BufReader::new(MultiGzDecoder::new(reader)))
        } else {
            Box::new(reader)
        };
        Ok(Records {
            lines,
            name,
            line: 0,
            text: String::new(),
        })
    }

    /// Returns the next record, or `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it is no record.
    pub fn next_record(&mut self) -> Result<Option<Record>> {
        if !self.read_line()? {
            return Ok(None);
        }
        let record = recording::parse(self.line, self.text.trim_end());
        Ok(Some(
            record.with_context(|| format!("the recording {}", self.name))?,
        ))
    }

    fn read_line(&mut self) -> Result<bool> {
        self.text.clear();
        self.line += 1;
        let mut limited = (&mut self.lines).take(LINE_BYTES_MAX);
        let read = limited
            .read_line(&mut self.text)
            .with_context(|| format!("{}, line {}", self.name, self.line))?;
        if read as u64 == LINE_BYTES_MAX {
            bail!(
                "{}, line {}: longer than {LINE_BYTES_MAX} bytes",
                self.name,
                self.line
            );
        }
        Ok(0 < read)
    }
}

/// What a recording is of: its market and the finest grid its numbers lie on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub symbol: String,
    /// Greatest common divisors of all prices and quantities, in units of 10^-8.
    pub price_step: i128,
    pub qty_step: i128,
}

/// Reads a whole recording to tell what it is of.
///
/// # Errors
/// It cannot be read, or names no market or no price.
pub fn subject(path: &Path) -> Result<Subject> {
    let mut records = Records::open(path)?;
    let mut subject = Subject {
        symbol: String::new(),
        price_step: 0,
        qty_step: 0,
    };
    while let Some(record) = records.next_record()? {
        if subject.symbol.is_empty() {
            subject.symbol = recording::symbol(&records.text).unwrap_or_default();
        }
        measure(&record.content, &mut subject);
    }
    if subject.symbol.is_empty() || subject.price_step == 0 || subject.qty_step == 0 {
        bail!("{} holds no stream of a market", path.display());
    }
    Ok(subject)
}

fn measure(content: &Content, subject: &mut Subject) {
    let mut add = |price, qty| {
        subject.price_step = divisor(subject.price_step, price);
        subject.qty_step = divisor(subject.qty_step, qty);
    };
    match content {
        Content::Snapshot { bids, asks, .. } | Content::Depth { bids, asks, .. } => {
            bids.iter()
                .chain(asks)
                .for_each(|level| add(level.price, level.qty));
        }
        Content::Trade { price, qty, .. } => add(*price, *qty),
        Content::BestPrices { bid, ask, .. } => [bid, ask]
            .into_iter()
            .for_each(|level| add(level.price, level.qty)),
        Content::Other => {}
    }
}

/// Returns the greatest common divisor; that of 0 and a number is the number.
pub fn divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a.rem_euclid(b));
    }
    a
}
