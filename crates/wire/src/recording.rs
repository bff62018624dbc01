//! Recordings of public market data: one record a line, as docs/book/recordings.md describes them for users.
//!
//! **Shape** `<receive time, ns since the epoch> <JSON>`, where the JSON is a combined-stream envelope
//! `{"stream":…,"data":…}` or a bare depth snapshot `{"lastUpdateId":…,"bids":…,"asks":…}`.

use crate::decimal;
use serde::Deserialize;

/// A level: price and quantity in units of 10^-8; quantity 0 removes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub price: i128,
    pub qty: i128,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// When the recorder received it, in nanoseconds since the epoch.
    pub received_ns: i64,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Snapshot {
        last_update: u64,
        bids: Vec<Level>,
        asks: Vec<Level>,
    },
    Depth {
        first_update: u64,
        last_update: u64,
        bids: Vec<Level>,
        asks: Vec<Level>,
    },
    Trade {
        price: i128,
        qty: i128,
        is_buyer_maker: bool,
    },
    BestPrices {
        update: u64,
        bid: Level,
        ask: Level,
    },
    /// A stream nobody here reads.
    Other,
}

/// Why a line is not a record.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    #[error("line {line}: no receive time before the first space")]
    Time { line: usize },
    #[error("line {line}: {reason}")]
    Json { line: usize, reason: String },
    #[error(
        "line {line}: a recording of futures (its differences name the one before in `pu`); spot alone is replayed"
    )]
    Futures { line: usize },
    #[error("line {line}: `{text}` is not a price or a quantity")]
    Number { line: usize, text: String },
}

/// Reads one line; `line` counts from 1 and names it in errors.
///
/// # Errors
/// The line is not a record.
pub fn parse(line: usize, text: &str) -> Result<Record, RecordingError> {
    let (time, json) = text.split_once(' ').ok_or(RecordingError::Time { line })?;
    let received_ns = time.parse().map_err(|_| RecordingError::Time { line })?;
    let failed = |error: serde_json::Error| RecordingError::Json {
        line,
        reason: error.to_string(),
    };
    let content = match serde_json::from_str::<Line<'_>>(json).map_err(failed)? {
        Line {
            stream: Some(stream),
            data: Some(data),
            ..
        } => read_stream(line, stream, data.get())?,
        Line {
            last_update: Some(last_update),
            bids,
            asks,
            ..
        } => Content::Snapshot {
            last_update,
            bids: levels(line, &bids)?,
            asks: levels(line, &asks)?,
        },
        _ => {
            let reason = "neither a stream's message nor a depth snapshot".to_owned();
            return Err(RecordingError::Json { line, reason });
        }
    };
    Ok(Record {
        received_ns,
        content,
    })
}

/// Both kinds of line in one: a raw value cannot be borrowed through an untagged enum.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    stream: Option<&'a str>,
    #[serde(borrow)]
    data: Option<&'a serde_json::value::RawValue>,
    #[serde(rename = "lastUpdateId")]
    last_update: Option<u64>,
    #[serde(borrow, default)]
    bids: Vec<[&'a str; 2]>,
    #[serde(borrow, default)]
    asks: Vec<[&'a str; 2]>,
}

/// Returns the market of a line in upper case, from the name of its stream; a snapshot names none.
pub fn symbol(text: &str) -> Option<String> {
    let (_, json) = text.split_once(' ')?;
    let line: Line<'_> = serde_json::from_str(json).ok()?;
    let (market, _) = line.stream?.split_once('@')?;
    Some(market.to_ascii_uppercase())
}

#[derive(Deserialize)]
struct Depth<'a> {
    #[serde(rename = "U")]
    first_update: u64,
    #[serde(rename = "u")]
    last_update: u64,
    /// Those of futures alone have it.
    pu: Option<u64>,
    #[serde(borrow)]
    b: Vec<[&'a str; 2]>,
    #[serde(borrow)]
    a: Vec<[&'a str; 2]>,
}

#[derive(Deserialize)]
struct Trade<'a> {
    p: &'a str,
    q: &'a str,
    m: bool,
}

#[derive(Deserialize)]
struct BestPrices<'a> {
    u: u64,
    b: &'a str,
    #[serde(rename = "B")]
    bid_qty: &'a str,
    a: &'a str,
    #[serde(rename = "A")]
    ask_qty: &'a str,
}

fn read_stream(line: usize, stream: &str, data: &str) -> Result<Content, RecordingError> {
    let failed = |error: serde_json::Error| RecordingError::Json {
        line,
        reason: error.to_string(),
    };
    let kind = stream.split_once('@').map_or("", |(_, kind)| kind);
    if kind == "depth" || kind.starts_with("depth@") {
        let depth: Depth<'_> = serde_json::from_str(data).map_err(failed)?;
        if depth.pu.is_some() {
            return Err(RecordingError::Futures { line });
        }
        let (bids, asks) = (levels(line, &depth.b)?, levels(line, &depth.a)?);
        return Ok(Content::Depth {
            first_update: depth.first_update,
            last_update: depth.last_update,
            bids,
            asks,
        });
    }
    match kind {
        "trade" => {
            let trade: Trade<'_> = serde_json::from_str(data).map_err(failed)?;
            let (price, qty) = (number(line, trade.p)?, number(line, trade.q)?);
            Ok(Content::Trade {
                price,
                qty,
                is_buyer_maker: trade.m,
            })
        }
        "bookTicker" => {
            let best: BestPrices<'_> = serde_json::from_str(data).map_err(failed)?;
            let bid = level(line, [best.b, best.bid_qty])?;
            let ask = level(line, [best.a, best.ask_qty])?;
            Ok(Content::BestPrices {
                update: best.u,
                bid,
                ask,
            })
        }
        _ => Ok(Content::Other),
    }
}

fn levels(line: usize, texts: &[[&str; 2]]) -> Result<Vec<Level>, RecordingError> {
    texts.iter().map(|text| level(line, *text)).collect()
}

fn level(line: usize, [price, qty]: [&str; 2]) -> Result<Level, RecordingError> {
    Ok(Level {
        price: number(line, price)?,
        qty: number(line, qty)?,
    })
}

fn number(line: usize, text: &str) -> Result<i128, RecordingError> {
    decimal::parse(text).map_err(|_| RecordingError::Number {
        line,
        text: text.chars().take(40).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_of_futures_are_told_from_those_of_spot() {
        let depth = |more: &str| {
            let text = format!(
                r#"1 {{"stream":"x@depth@0ms","data":{{"U":8,"u":9{more},"b":[],"a":[]}}}}"#
            );
            parse(3, &text)
        };
        assert!(depth("").is_ok());
        let refused = depth(r#","pu":7"#).expect_err("no spot market");
        assert!(
            matches!(refused, RecordingError::Futures { line: 3 }),
            "{refused}"
        );
    }

    fn content(json: &str) -> Content {
        parse(1, &format!("1723161253937085768 {json}"))
            .expect("a record")
            .content
    }

    #[test]
    fn each_kind_of_record_is_read() {
        let level = |price, qty| Level { price, qty };
        assert_eq!(
            content(r#"{"lastUpdateId":7,"bids":[["1.00000000","2.00000000"]],"asks":[]}"#),
            Content::Snapshot {
                last_update: 7,
                bids: vec![level(100_000_000, 200_000_000)],
                asks: vec![]
            }
        );
        assert_eq!(
            content(
                r#"{"stream":"x@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"X","U":8,"u":9,"b":[],"a":[["3","0"]]}}"#
            ),
            Content::Depth {
                first_update: 8,
                last_update: 9,
                bids: vec![],
                asks: vec![level(300_000_000, 0)]
            }
        );
        assert_eq!(
            content(
                r#"{"stream":"x@trade","data":{"e":"trade","E":1,"s":"X","t":1,"p":"1","q":"2","T":1,"m":true,"M":true}}"#
            ),
            Content::Trade {
                price: 100_000_000,
                qty: 200_000_000,
                is_buyer_maker: true
            }
        );
        assert_eq!(
            content(
                r#"{"stream":"x@bookTicker","data":{"u":5,"s":"X","b":"1","B":"2","a":"3","A":"4"}}"#
            ),
            Content::BestPrices {
                update: 5,
                bid: level(100_000_000, 200_000_000),
                ask: level(300_000_000, 400_000_000)
            }
        );
        assert_eq!(
            content(r#"{"stream":"x@miniTicker","data":{}}"#),
            Content::Other
        );
    }

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        for text in [
            "",
            "1",
            "x {}",
            "1 {}",
            "1 [",
            r#"1 {"stream":"x@trade","data":{"p":"1e5","q":"1","m":true}}"#,
        ] {
            let error = parse(42, text).expect_err(text).to_string();
            assert!(error.starts_with("line 42: "), "{error}");
        }
    }
}
