//! The proof of order: no answer and no message about a command leaves before the sync that covers the command.
//!
//! A command is recognised in the journal by its exactly-once key and in answers by the names that the witness gave
//! its orders and cancels, in those of the WebSocket API and in the events of an account, too; in the market's streams,
//! trades are recognised by their number, which the answers tell, and levels of the book by prices that are used only
//! once.

use super::request::{CANCEL, KEY, NAME_CHARS, ORDER};
use super::strace::{Call, Reader, Step};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::HashMap;
use std::io::BufRead;

/// Seven bits a character.
const PACKED_BYTES: usize = NAME_CHARS * 7 / 8;
const FRAME_MAGIC: &[u8] = b"BJFR";

/// What a message tells of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Told {
    /// The request with this number.
    Request(u64),
    /// The command with this sequence.
    Sequence(u64),
    /// A trade of the market with this symbol.
    Trade(String, u64),
    /// A level of the market with this symbol: side, price, and whether anything is left.
    Level(String, Side, String, Left),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    Bid,
    Ask,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Left {
    Something,
    Nothing,
}

/// A message and where in the trace it began to leave.
#[derive(Clone, Debug)]
pub struct Message {
    pub line: usize,
    pub kind: Kind,
    pub told: Told,
}

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Answer,
    /// Of the WebSocket API.
    SessionAnswer,
    Trade,
    AggregateTrade,
    DepthChange,
    Depth,
    BookTicker,
    Candle,
    Ticker,
    /// Of an account.
    Execution,
}

impl Kind {
    pub const ALL: [Kind; 10] = [
        Kind::Answer,
        Kind::SessionAnswer,
        Kind::Trade,
        Kind::AggregateTrade,
        Kind::DepthChange,
        Kind::Depth,
        Kind::BookTicker,
        Kind::Candle,
        Kind::Ticker,
        Kind::Execution,
    ];
}

/// What a trace shows.
#[derive(Debug, Default)]
pub struct Observed {
    /// Where the sync of each request's command had returned.
    pub synced: HashMap<u64, usize>,
    /// The sequence that was durable from a line on, in order.
    durable: Vec<(usize, u64)>,
    pub messages: Vec<Message>,
    pub answers: usize,
    pub syncs: usize,
    /// Calls on the journal after one of them had failed.
    pub after_failure: Vec<String>,
    failed: Option<String>,
}

/// A frame that was written and not synced yet.
#[derive(Clone, Debug)]
struct Frame {
    file: String,
    requests: Vec<u64>,
    last: u64,
}

/// Reads a trace.
///
/// # Errors
/// It cannot be understood.
pub fn observe(trace: impl BufRead) -> Result<Observed> {
    let mut reader = Reader::default();
    let mut observed = Observed::default();
    let mut unsynced: Vec<Frame> = Vec::new();
    // What a sync that is under way covers: what had been written when it began.
    let mut covered: HashMap<String, Vec<Frame>> = HashMap::new();
    for (line, text) in trace.lines().enumerate() {
        for step in reader.read(&text?)? {
            match step {
                Step::Began(call) if is_sync(&call) && is_journal(&call.file) => {
                    observed.note_failed_journal(&call);
                    let frames = unsynced.iter().filter(|frame| frame.file == call.file);
                    covered.insert(call.file.clone(), frames.cloned().collect());
                }
                Step::Returned(call, result) if is_sync(&call) && is_journal(&call.file) => {
                    let frames = covered.remove(&call.file).context("a sync that began")?;
                    observed.note_sync(line, &call, result, &frames);
                    unsynced
                        .retain(|frame| !frames.iter().any(|covered| covered.last == frame.last));
                }
                Step::Began(call) if is_journal(&call.file) => observed.note_failed_journal(&call),
                Step::Returned(call, result) if is_journal(&call.file) => {
                    observed.note_failure(&call, result);
                    unsynced.extend(frame(&call, result)?);
                }
                Step::Began(call)
                    if call.file.starts_with("socket:") || call.file.starts_with("TCP:") =>
                {
                    observed.note_message(line, &call)?;
                }
                _ => {}
            }
        }
    }
    Ok(observed)
}

fn is_sync(call: &Call) -> bool {
    matches!(call.name.as_str(), "fdatasync" | "fsync")
}

fn is_journal(file: &str) -> bool {
    file.contains("/journal/journal-") && file.ends_with(".log")
}

impl Observed {
    fn note_failed_journal(&mut self, call: &Call) {
        if let Some(failed) = &self.failed {
            self.after_failure
                .push(format!("{} of {} after {failed}", call.name, call.file));
        }
    }

    /// The first failed call on the journal is to be the last.
    fn note_failure(&mut self, call: &Call, result: i64) {
        if result < 0 {
            self.failed
                .get_or_insert_with(|| format!("a failed {} of {}", call.name, call.file));
        }
    }

    fn note_sync(&mut self, line: usize, call: &Call, result: i64, frames: &[Frame]) {
        self.note_failure(call, result);
        if result != 0 {
            return;
        }
        self.syncs += 1;
        for frame in frames {
            for request in &frame.requests {
                self.synced.entry(*request).or_insert(line);
            }
            self.durable.push((line, frame.last));
        }
    }

    /// Returns the line from which on a command is durable.
    pub fn durable_from(&self, sequence: u64) -> Option<usize> {
        self.durable
            .iter()
            .find(|(_, durable)| sequence <= *durable)
            .map(|(line, _)| *line)
    }

    fn note_message(&mut self, line: usize, call: &Call) -> Result<()> {
        let told = if call.bytes.starts_with(b"HTTP/1.1 ") {
            self.answers += 1;
            let told = answer_tells(&String::from_utf8_lossy(&call.bytes));
            told.into_iter().map(|told| (Kind::Answer, told)).collect()
        } else {
            stream_tells(&call.bytes)?
        };
        let message = |(kind, told)| Message { line, kind, told };
        self.messages.extend(told.into_iter().map(message));
        Ok(())
    }
}

/// Reads the frame that a write has put into the journal, if it was one and all of it was written.
///
/// **Source** `docs/spec` of the journal: count at byte 12, first sequence at byte 40 of a frame.
fn frame(call: &Call, result: i64) -> Result<Option<Frame>> {
    if result < 0 || !call.bytes.starts_with(FRAME_MAGIC) {
        return Ok(None);
    }
    ensure!(
        result as usize == call.bytes.len(),
        "a write of the journal was cut short, which nobody asked for"
    );
    let (count, first) = (&call.bytes[12..16], &call.bytes[40..48]);
    let count = u32::from_le_bytes(count.try_into()?);
    let first = u64::from_le_bytes(first.try_into()?);
    Ok(Some(Frame {
        file: call.file.clone(),
        requests: keys(&call.bytes),
        last: first + u64::from(count) - 1,
    }))
}

/// Returns the numbers of all requests whose key stands in the bytes, in packed form after its length.
fn keys(bytes: &[u8]) -> Vec<u64> {
    let packed = bytes
        .windows(1 + PACKED_BYTES)
        .filter(|window| usize::from(window[0]) == NAME_CHARS);
    packed
        .filter_map(|window| number(&unpack(&window[1..]), KEY))
        .collect()
}

/// Returns text of seven bits a character, from the lowest bit up.
fn unpack(packed: &[u8]) -> String {
    let bit = |index: usize| packed[index / 8] >> (index % 8) & 1;
    let character = |start: usize| (0..7).fold(0, |byte, index| byte | bit(start + index) << index);
    (0..packed.len() * 8 / 7)
        .map(|index| char::from(character(index * 7)))
        .collect()
}

fn number(name: &str, prefix: &str) -> Option<u64> {
    let digits = name.strip_prefix(prefix)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

/// An answer tells of every request whose order or cancel it names, and of the sequence of an amendment.
fn answer_tells(text: &str) -> Vec<Told> {
    let mut told = names(text);
    if let Some((_, after)) = text.split_once("\"executionId\":") {
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        told.extend(digits.parse().ok().map(Told::Sequence));
    }
    told
}

/// Returns the requests whose order or cancel a text names.
fn names(text: &str) -> Vec<Told> {
    let mut told = Vec::new();
    for prefix in [ORDER, CANCEL] {
        for (start, _) in text.match_indices(prefix) {
            let name = text.get(start..start + NAME_CHARS).unwrap_or("");
            told.extend(number(name, prefix).map(Told::Request));
        }
    }
    told
}

/// Reads the frames of a WebSocket; those of pings, closes and confirmations tell nothing.
fn stream_tells(mut bytes: &[u8]) -> Result<Vec<(Kind, Told)>> {
    const TEXT: u8 = 0x81;
    let mut told = Vec::new();
    while let [kind, length, rest @ ..] = bytes {
        let (length, rest) = match (*length, rest) {
            (length @ 0..126, rest) => (usize::from(length), rest),
            (126, [high, low, rest @ ..]) => (usize::from(u16::from_be_bytes([*high, *low])), rest),
            _ => bail!("a frame of a WebSocket of another form"),
        };
        ensure!(
            length <= rest.len(),
            "a frame of a WebSocket that left in parts"
        );
        if *kind == TEXT {
            let text = std::str::from_utf8(&rest[..length])?;
            let (kind, tells) = message_tells(text)?;
            told.extend(tells.into_iter().map(|it| (kind, it)));
        }
        bytes = &rest[length..];
    }
    Ok(told)
}

fn message_tells(text: &str) -> Result<(Kind, Vec<Told>)> {
    let message: Value = serde_json::from_str(text)?;
    if message["status"].is_u64() {
        return Ok((Kind::SessionAnswer, names(text)));
    }
    if message["event"].is_object() {
        return Ok((Kind::Execution, names(text)));
    }
    let data = if message["data"].is_object() {
        &message["data"]
    } else {
        &message
    };
    let symbol = symbol_of(&message, data);
    let levels = |side, levels: &Value| level_tells(&symbol, side, levels);
    let trades = |first: &Value, last: &Value| -> Result<Vec<Told>> {
        let number = |trade: &Value| trade.as_u64().context("a trade has a number");
        let trades = number(first)?..=number(last)?;
        Ok(trades
            .map(|trade| Told::Trade(symbol.clone(), trade))
            .collect())
    };
    Ok(match data["e"].as_str() {
        Some("trade") => (Kind::Trade, trades(&data["t"], &data["t"])?),
        Some("aggTrade") => (Kind::AggregateTrade, trades(&data["f"], &data["l"])?),
        // A candle or a window without a trade has no last one.
        Some("kline") => {
            let last = &data["k"]["L"];
            (Kind::Candle, trades(last, last).unwrap_or_default())
        }
        Some("24hrTicker") => (
            Kind::Ticker,
            trades(&data["L"], &data["L"]).unwrap_or_default(),
        ),
        Some("depthUpdate") => {
            let told = [levels(Side::Bid, &data["b"]), levels(Side::Ask, &data["a"])];
            (Kind::DepthChange, told.concat())
        }
        None if data["bids"].is_array() => {
            let told = [
                levels(Side::Bid, &data["bids"]),
                levels(Side::Ask, &data["asks"]),
            ];
            (Kind::Depth, told.concat())
        }
        None if data["B"].is_string() => {
            let best = |price: &str, qty: &str| serde_json::json!([[data[price], data[qty]]]);
            let told = [
                levels(Side::Bid, &best("b", "B")),
                levels(Side::Ask, &best("a", "A")),
            ];
            (Kind::BookTicker, told.concat())
        }
        _ => (Kind::SessionAnswer, Vec::new()),
    })
}

/// A message of a part of the book has its market only in the name of its stream.
fn symbol_of(message: &Value, data: &Value) -> String {
    let of_stream = || {
        Some(
            message["stream"]
                .as_str()?
                .split_once('@')?
                .0
                .to_uppercase(),
        )
    };
    let named = data["s"].as_str().map(str::to_owned);
    named.or_else(of_stream).unwrap_or_default()
}

fn level_tells(symbol: &str, side: Side, levels: &Value) -> Vec<Told> {
    let levels = levels.as_array().into_iter().flatten();
    let told = levels.filter_map(|level| {
        let is_empty = level[1]
            .as_str()?
            .bytes()
            .all(|byte| byte == b'0' || byte == b'.');
        let left = if is_empty {
            Left::Nothing
        } else {
            Left::Something
        };
        Some(Told::Level(
            symbol.to_owned(),
            side,
            level[0].as_str()?.to_owned(),
            left,
        ))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(text: &str) -> Vec<u8> {
        let mut packed = vec![0; (text.len() * 7).div_ceil(8)];
        for (index, byte) in text.bytes().enumerate() {
            for bit in 0..7 {
                let at = index * 7 + bit;
                packed[at / 8] |= (byte >> bit & 1) << (at % 8);
            }
        }
        packed
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    /// A trace in which request 5 is written, synced or not, and answered.
    fn trace(sync: &str) -> String {
        let mut frame = b"BJFR".to_vec();
        frame.resize(48, 0);
        frame[12] = 1;
        frame[40] = 9;
        frame.push(16);
        frame.extend(pack("key-000000000005"));
        let write = format!(
            "1 pwrite64(3</d/journal/journal-1.log>, \"{}\", {}, 0) = {}",
            hex(&frame),
            frame.len(),
            frame.len()
        );
        let answer = r#"2 sendto(8<socket:[7]>, "HTTP/1.1 200 OK\r\n\r\n{\"clientOrderId\":\"wit-000000000005\"}", 9, 0, NULL, 0) = 9"#;
        format!("{write}\n{sync}\n{answer}\n")
    }

    #[test]
    fn an_answer_after_its_sync_is_in_order() {
        let observed = observe(trace("1 fdatasync(3</d/journal/journal-1.log>) = 0").as_bytes())
            .expect("a trace");
        assert_eq!(observed.messages[0].told, Told::Request(5));
        assert!(observed.synced[&5] < observed.messages[0].line);
        assert_eq!(observed.durable_from(9), Some(1));
        assert_eq!(observed.durable_from(10), None);
    }

    #[test]
    fn a_sync_of_another_file_or_one_that_failed_covers_nothing() {
        for sync in [
            "1 fdatasync(3</d/journal/watermark>) = 0",
            "1 fdatasync(3</d/journal/journal-1.log>) = -1 EIO (Input/output error)",
        ] {
            let observed = observe(trace(sync).as_bytes()).expect("a trace");
            assert!(observed.synced.is_empty());
            assert_eq!(observed.messages.len(), 1);
        }
    }

    fn told(text: &str) -> Vec<(Kind, Told)> {
        let length = (text.len() as u16).to_be_bytes();
        let frame = [&[0x81, 126][..], &length, text.as_bytes()].concat();
        stream_tells(&frame).expect("a frame")
    }

    #[test]
    fn a_stream_tells_of_levels() {
        let level = |side, price: &str, left| {
            Told::Level("BTCUSDT".to_owned(), side, price.to_owned(), left)
        };
        let both = |kind, bid_left| {
            [
                (kind, level(Side::Bid, "1.00", bid_left)),
                (kind, level(Side::Ask, "2.00", Left::Something)),
            ]
        };
        let text = r#"{"stream":"btcusdt@depth","data":{"e":"depthUpdate","s":"BTCUSDT","b":[["1.00","0.00"]],"a":[["2.00","3.00"]]}}"#;
        assert_eq!(told(text), both(Kind::DepthChange, Left::Nothing));
        let text = r#"{"stream":"btcusdt@depth20@100ms","data":{"lastUpdateId":1,"bids":[["1.00","5.00"]],"asks":[["2.00","3.00"]]}}"#;
        assert_eq!(told(text), both(Kind::Depth, Left::Something));
        let text = r#"{"u":1,"s":"BTCUSDT","b":"1.00","B":"5.00","a":"2.00","A":"3.00"}"#;
        assert_eq!(told(text), both(Kind::BookTicker, Left::Something));
    }

    #[test]
    fn a_stream_tells_of_trades() {
        let trade = |kind, trade| (kind, Told::Trade("BTCUSDT".to_owned(), trade));
        for (text, expected) in [
            (
                r#"{"e":"trade","s":"BTCUSDT","t":4}"#,
                vec![trade(Kind::Trade, 4)],
            ),
            (
                r#"{"e":"aggTrade","s":"BTCUSDT","f":4,"l":5}"#,
                vec![
                    trade(Kind::AggregateTrade, 4),
                    trade(Kind::AggregateTrade, 5),
                ],
            ),
            (
                r#"{"e":"kline","s":"BTCUSDT","k":{"L":6}}"#,
                vec![trade(Kind::Candle, 6)],
            ),
            (r#"{"e":"kline","s":"BTCUSDT","k":{"L":-1}}"#, Vec::new()),
            (
                r#"{"e":"24hrTicker","s":"BTCUSDT","L":7}"#,
                vec![trade(Kind::Ticker, 7)],
            ),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn an_account_and_a_session_are_told_of_orders_by_their_names() {
        let text = r#"{"subscriptionId":0,"event":{"e":"executionReport","c":"can-000000000006","C":"wit-000000000005"}}"#;
        let requests = |kind| [(kind, Told::Request(5)), (kind, Told::Request(6))];
        assert_eq!(told(text), requests(Kind::Execution));
        let text = r#"{"id":1,"status":200,"result":{"origClientOrderId":"wit-000000000005","clientOrderId":"can-000000000006"}}"#;
        assert_eq!(told(text), requests(Kind::SessionAnswer));
    }
}
