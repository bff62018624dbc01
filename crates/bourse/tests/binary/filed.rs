//! Market-data files have, to the letter, what a socket was told.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use archive::day::Day;
use bourse::data::DataDirectory;
use bourse::market_data;
use bourse::node::now;
use model::event::Event;
use model::id::Sequence;
use model::time::Timestamp;
use serde_json::Value;
use wire::binary::event;

use crate::bot::Bot;
use crate::sandbox::{Sandbox, run};

#[allow(dead_code)]
#[path = "../../../archive/tests/archive/unpacked.rs"]
mod unpacked;

const PATIENCE: Duration = Duration::from_secs(30);
/// How often a bot trades, and how long it rests, so that candles of a second end meanwhile.
const ROUNDS: usize = 6;
const REST: Duration = Duration::from_millis(250);
const STREAMS: &str =
    "btcusdt@trade/btcusdt@aggTrade/btcusdt@depth@0ms/btcusdt@kline_1s&timeUnit=MICROSECOND";

/// Everything that a socket is told.
struct Listener {
    stream: TcpStream,
    unread: Vec<u8>,
    told: Vec<Value>,
}

impl Listener {
    fn open(sandbox: &Sandbox) -> Listener {
        let stream = sandbox.ask(&format!(
            "GET /stream?streams={STREAMS} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        ));
        let mut listener = Listener {
            stream,
            unread: Vec::new(),
            told: Vec::new(),
        };
        let end = loop {
            listener.read_more(PATIENCE);
            let end = listener
                .unread
                .windows(4)
                .position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break end;
            }
        };
        assert!(listener.unread.starts_with(b"HTTP/1.1 101"), "upgraded");
        listener.unread.drain(..end + 4);
        listener
    }

    /// Reads what has come, or waits for something as long as this.
    fn read_more(&mut self, patience: Duration) {
        let mut part = [0; 65_536];
        let stream = &mut self.stream;
        stream.set_read_timeout(Some(patience)).expect("set");
        match stream.read(&mut part) {
            Ok(count) => {
                assert_ne!(count, 0, "the socket ended");
                self.unread.extend_from_slice(&part[..count]);
            }
            Err(error) => assert!(
                matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
                "{error}"
            ),
        }
    }

    /// Takes the whole frames out of what was read: texts of up to 64 KiB, and pings.
    fn take_frames(&mut self) {
        while let [head, short, rest @ ..] = self.unread.as_slice() {
            let (length, head_bytes) = match (*short, rest) {
                (126, [high, low, ..]) => (usize::from(*high) << 8 | usize::from(*low), 4),
                (126, _) => return,
                (length, _) => (usize::from(length), 2),
            };
            let Some(text) = self.unread.get(head_bytes..head_bytes + length) else {
                return;
            };
            if *head == 0x81 {
                let message: Value = serde_json::from_slice(text).expect("JSON");
                self.told.push(message["data"].clone());
            }
            self.unread.drain(..head_bytes + length);
        }
    }

    fn of(&self, event: &str) -> impl Iterator<Item = &Value> {
        let told = self.told.iter();
        told.filter(move |message| message["e"] == *event)
    }

    /// Hears until a trade and a candle that ends after it have been told.
    fn hear_past(&mut self, trade: &Value) {
        let until = Instant::now() + PATIENCE;
        while !self.has_heard_past(trade) {
            assert!(Instant::now() < until, "{:?}", self.told.last());
            self.read_more(Duration::from_millis(100));
            self.take_frames();
        }
    }

    fn has_heard_past(&self, trade: &Value) -> bool {
        let Some(told) = self.of("trade").find(|told| told["t"] == *trade) else {
            return false;
        };
        let is_after = |candle: &Value| candle["T"].as_i64() >= told["T"].as_i64();
        self.of("kline")
            .any(|told| told["k"]["x"] == true && is_after(&told["k"]))
    }
}

/// Returns the text of a value as a table has it.
fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

fn cells(message: &Value, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| cell(&message[*name])).collect()
}

/// Lets an exchange that has ended see one more second, of the day after its last: a day has files when it is over.
fn end_the_day(sandbox: &Sandbox) {
    let data = DataDirectory::existing(&sandbox.data()).expect("it is there");
    let cluster = data.known_cluster().expect("it is known");
    let mut log = data.event_log(cluster).expect("it opens");
    let next = Sequence(log.last().0 + 1);
    let tomorrow = Day::of(now()).next().next().begins();
    let mut payload = Vec::new();
    event::encode(next, tomorrow, &[Event::Ticked], &mut payload);
    let number = journal::id::Sequence(next.0);
    log.append(number, &payload).expect("appended");
    log.flush().expect("written");
}

/// The exported files of some days.
struct Files {
    root: PathBuf,
    days: BTreeSet<Day>,
}

impl Files {
    fn export(sandbox: &Sandbox, days: BTreeSet<Day>) -> Files {
        let root = sandbox.folder().join("files");
        for day in &days {
            let (day, to, data) = (day.to_string(), text(&root), text(&sandbox.data()));
            let done = run(&[
                "history",
                "export",
                "--day",
                &day,
                "--to",
                &to,
                "--data-dir",
                &data,
                "--interval",
                "1s",
            ]);
            let said = String::from_utf8_lossy(&done.stderr);
            assert!(done.status.success(), "{said}");
        }
        Files { root, days }
    }

    fn rows(&self, folder: &str, name: &str) -> Vec<Vec<String>> {
        let of_day =
            |day: &Day| unpacked::rows(&self.root, folder, &format!("BTCUSDT-{name}-{day}"));
        self.days.iter().flat_map(of_day).collect()
    }
}

fn text(path: &Path) -> String {
    path.to_str().expect("text").to_owned()
}

/// Returns these columns of each row.
fn columns(rows: &[Vec<String>], wanted: &[usize]) -> Vec<Vec<String>> {
    let cut = |row: &Vec<String>| wanted.iter().map(|at| row[*at].clone()).collect();
    rows.iter().map(cut).collect()
}

/// Returns a row for each level that a message of the book sets.
fn levels(message: &Value) -> Vec<Vec<String>> {
    let side = |name: &str| {
        let levels = message[name].as_array().expect("levels").iter();
        let row = |level: &Value| {
            let mut row = cells(message, &["E", "U", "u"]);
            row.extend([name.to_owned(), cell(&level[0]), cell(&level[1])]);
            row
        };
        levels.map(row).collect::<Vec<_>>()
    };
    [side("b"), side("a")].concat()
}

#[test]
fn what_a_socket_was_told_stands_in_the_files_to_the_letter() {
    let mut sandbox = Sandbox::start(&[]);
    let mut listener = Listener::open(&sandbox);
    let (alice, bob) = (Bot::of(&sandbox, "alice"), Bot::of(&sandbox, "bob"));
    let mut last = Value::Null;
    for round in 0..ROUNDS {
        let price = 20_000 + round;
        let order = |side: &str, quantity: &str, price: usize| {
            format!(
                "symbol=BTCUSDT&side={side}&type=LIMIT&timeInForce=GTC&quantity={quantity}&price={price}"
            )
        };
        let place = |bot: &Bot<'_>, form: String| bot.signed("POST", "/api/v3/order", &form);
        for (quantity, above) in [("0.01", 0), ("0.02", 1), ("0.03", 100)] {
            place(&alice, order("SELL", quantity, price + above));
        }
        let taken = place(&bob, order("BUY", "0.025", price + 1));
        let fills = taken["fills"].as_array().expect("fills");
        last = fills.last().expect("it traded")["tradeId"].clone();
        listener.read_more(REST);
        std::thread::sleep(REST);
    }
    listener.hear_past(&last);
    sandbox.end("TERM");
    end_the_day(&sandbox);
    let day = |message: &Value| {
        let micros = message["E"].as_i64().expect("a time");
        Day::of(Timestamp::from_nanos(micros * 1_000))
    };
    let days = listener.told.iter().map(day).collect();
    let files = Files::export(&sandbox, days);

    let trades = files.rows("trades/BTCUSDT", "trades");
    let told: Vec<Vec<String>> = listener
        .of("trade")
        .map(|message| cells(message, &["t", "p", "q", "T", "m"]))
        .collect();
    assert_eq!(columns(&trades, &[0, 1, 2, 4, 5]), told);
    assert!(ROUNDS < told.len(), "{} trades", told.len());

    let aggregates = files.rows("aggTrades/BTCUSDT", "aggTrades");
    let told: Vec<Vec<String>> = listener
        .of("aggTrade")
        .map(|message| cells(message, &["a", "p", "q", "f", "l", "T", "m"]))
        .collect();
    assert_eq!(columns(&aggregates, &[0, 1, 2, 3, 4, 5, 6]), told);

    let candles = files.rows("klines/BTCUSDT/1s", "1s");
    let names = ["t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q"];
    let told: Vec<Vec<String>> = listener
        .of("kline")
        .filter(|message| message["k"]["x"] == true)
        .map(|message| cells(&message["k"], &names))
        .collect();
    let filed = columns(&candles, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert!(
        told.iter().all(|candle| filed.contains(candle)),
        "{told:?} {filed:?}"
    );
    assert!(1 < told.len(), "{} candles", told.len());

    let changes = files.rows("depthUpdate/BTCUSDT", "depthUpdate");
    let mut told: Vec<Vec<String>> = listener.of("depthUpdate").flat_map(levels).collect();
    let mut filed = columns(&changes, &[1, 2, 3, 4, 6, 7]);
    told.sort();
    filed.sort();
    assert_eq!(filed, told);
    assert!(4 * ROUNDS <= told.len(), "{} levels", told.len());
}

/// Puts a file where the archiver puts them.
fn put_archive(data: &Path, name: &str, bytes: &[u8]) {
    let data = DataDirectory::existing(data).expect("it is there");
    let folder = market_data::folder(&data).join("spot/daily/trades/BTCUSDT");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::write(folder.join(name), bytes).expect("written");
}

#[test]
fn the_binary_serves_the_folder_that_the_archiver_writes() {
    let sandbox = Sandbox::start(&[]);
    let name = "BTCUSDT-trades-2024-08-08.zip";
    put_archive(&sandbox.data(), name, b"an archive");
    let file = format!("/data/spot/daily/trades/BTCUSDT/{name}");
    for (target, status, content) in [
        ("/data", 200, "spot"),
        ("/data/spot/daily/trades/BTCUSDT/", 200, name),
        (&file, 200, "an archive"),
        ("/data/spot/daily/trades/BTCUSDT/none.zip", 404, ""),
        ("/data/../dev.json", 404, ""),
    ] {
        let answer = sandbox.get(target);
        let head = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&head), "{target} {answer}");
        assert!(answer.contains(content), "{target} {answer}");
        assert!(!answer.contains("api_secret"), "{target} {answer}");
    }
}
