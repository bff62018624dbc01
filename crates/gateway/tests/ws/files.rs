//! The files of a day say to the letter what the streams said on it.

use std::io::Read;
use std::path::Path;

use archive::day::Day;
use archive::fold::Fold;
use archive::writing::{Plan, Writing};
use flate2::read::DeflateDecoder;
use serde_json::Value;
use views::interval::Interval;
use wire::decimal::{self, Decimal};

use crate::chance::Chance;
use crate::client::Client;
use crate::exchange::Exchange;
use crate::host::Host;

const SYMBOL: &str = "BTCUSDT";
const STEPS: u64 = 1_000;
const UNITS: i128 = 100_000_000;

/// Returns the rows of a file.
fn rows(root: &Path, folder: &str, word: &str, day: Day) -> Vec<String> {
    let path = format!("spot/daily/{folder}/{SYMBOL}-{word}-{day}.zip");
    let bytes = std::fs::read(root.join(path)).expect("a file");
    let name_bytes = usize::from(bytes[26]);
    let mut text = String::new();
    DeflateDecoder::new(&bytes[30 + name_bytes..])
        .read_to_string(&mut text)
        .expect("a text");
    text.lines().map(str::to_owned).collect()
}

/// Writes the files of the day on which everything has happened.
fn write_day(exchange: &Exchange, day: Day, root: &Path) {
    let plan = Plan {
        intervals: vec![Interval::Second1, Interval::Minute1],
        ..Plan::of_everything(day, root)
    };
    let mut fold = Fold::start(1);
    let is_before = |payload: &&Vec<u8>| {
        let at = archive::fold::time_of(model::id::Sequence(1), payload);
        at.expect("a time") < day.begins()
    };
    let before = exchange.payloads.iter().take_while(is_before).count();
    for payload in &exchange.payloads[..before] {
        fold.add(payload).expect("the next");
    }
    let mut writing = Writing::begin(plan, &fold).expect("begun");
    for payload in &exchange.payloads[before..] {
        writing.add(&mut fold, payload).expect("the next");
    }
    writing.finish().expect("written");
}

/// Returns members of a message as cells, without quotes.
fn cells(message: &Value, names: &[&str]) -> String {
    let cells = names.iter().map(|name| match &message[name] {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    });
    cells.collect::<Vec<String>>().join(",")
}

/// The value of a trade is the one column that its stream leaves out.
fn trade_row(message: &Value) -> String {
    let number = |name: &str| decimal::parse(message[name].as_str().expect("a text"));
    let value = number("p").expect("a price") * number("q").expect("a quantity") / UNITS;
    let value = Decimal(value);
    let (first, rest) = (
        cells(message, &["t", "p", "q"]),
        cells(message, &["T", "m", "M"]),
    );
    format!("{first},{value},{rest}")
}

/// Returns a row a level.
fn depth_rows(message: &Value) -> Vec<String> {
    let head = cells(message, &["s", "E", "U", "u"]);
    let side = |side: &str| {
        let levels = message[side].as_array().expect("levels");
        let rows = levels.iter().map(|level| {
            let text = |index: usize| level[index].as_str().expect("a text");
            format!("{head},{side},set,{},{}", text(0), text(1))
        });
        rows.collect::<Vec<String>>()
    };
    [side("b"), side("a")].concat()
}

/// Plays random traffic on one day, with beats between; the first trade comes early.
fn play(exchange: &mut Exchange, day: Day) {
    let mut chance = Chance::new(17);
    exchange.at = day.begins();
    exchange.beat(1);
    exchange.trade(1, 1_000);
    for step in 0..STEPS {
        for _ in 0..=chance.below(4) {
            exchange.apply_random(&mut chance);
        }
        exchange.publish();
        // Some seconds without anything, too.
        exchange.wait_millis(chance.between(0, 3_000));
        if chance.is_one_in(3) {
            exchange.command(model::command::Command::Tick);
            exchange.beat(2 * step + 3);
        }
    }
    // A beat at which everything is due.
    exchange.command(model::command::Command::Tick);
    exchange.beat(20 * STEPS);
}

async fn hear(client: &mut Client, count: usize) -> Vec<Value> {
    let mut heard = Vec::with_capacity(count);
    while heard.len() < count {
        heard.push(client.message().await);
    }
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_have_every_message_of_the_streams_and_nothing_else() {
    let mut host = Host::start().await;
    let mut clients = Vec::new();
    for stream in ["trade", "aggTrade", "depth@0ms", "depth@100ms"] {
        let target = format!("/ws/btcusdt@{stream}?timeUnit=MICROSECOND");
        clients.push(Client::open(host.address, &target).await);
    }
    let day = Day::of(host.exchange.at).next();
    play(&mut host.exchange, day);
    let root = tempfile::tempdir().expect("a folder");
    write_day(&host.exchange, day, root.path());
    let file = |folder: &str, word: &str| rows(root.path(), folder, word, day);

    let trades = file("trades/BTCUSDT", "trades");
    let told = hear(&mut clients[0], trades.len()).await;
    let told: Vec<String> = told.iter().map(trade_row).collect();
    assert!(80 < trades.len());
    assert_eq!(trades, told);

    let aggregates = file("aggTrades/BTCUSDT", "aggTrades");
    let told = hear(&mut clients[1], aggregates.len()).await;
    let names = ["a", "p", "q", "f", "l", "T", "m", "M"];
    let told: Vec<String> = told.iter().map(|message| cells(message, &names)).collect();
    assert!(40 < aggregates.len() && aggregates.len() < trades.len());
    assert_eq!(aggregates, told);

    let changes = file("depthUpdate/BTCUSDT", "depthUpdate");
    let mut told = Vec::new();
    while told.len() < changes.len() {
        told.extend(depth_rows(&clients[2].message().await));
    }
    assert!(300 < changes.len());
    assert_eq!(changes, told);

    check_gathered(&mut clients[3], &changes).await;
    for client in &mut clients {
        client.expect_silence().await;
    }
}

/// Messages that gather for some time say what the rows of the same updates lead to.
async fn check_gathered(client: &mut Client, changes: &[String]) {
    let parsed: Vec<Vec<&str>> = changes.iter().map(|row| row.split(',').collect()).collect();
    let number = |row: &[&str], index: usize| row[index].parse::<u64>().expect("a number");
    let last = parsed.last().map_or(0, |row| number(row, 3));
    let mut reached = 0;
    while reached < last {
        let message = client.message().await;
        let update = |name: &str| message[name].as_u64().expect("a number");
        let (first_update, last_update) = (update("U"), update("u"));
        let mut levels = std::collections::BTreeMap::new();
        for row in &parsed {
            if first_update <= number(row, 2) && number(row, 3) <= last_update {
                levels.insert((row[4].to_owned(), row[6].to_owned()), row[7].to_owned());
            }
        }
        for side in ["b", "a"] {
            for level in message[side].as_array().expect("levels") {
                let text = |index: usize| level[index].as_str().expect("a text").to_owned();
                let found = levels.remove(&(side.to_owned(), text(0)));
                assert_eq!(found, Some(text(1)), "{message}");
            }
        }
        assert!(levels.is_empty(), "{levels:?} are not in {message}");
        reached = last_update;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn candles_of_files_are_those_that_the_streams_closed() {
    let mut host = Host::start().await;
    let mut clients = Vec::new();
    let intervals = ["1s", "1m"];
    for interval in intervals {
        let target = format!("/ws/btcusdt@kline_{interval}?timeUnit=MICROSECOND");
        clients.push(Client::open(host.address, &target).await);
    }
    let day = Day::of(host.exchange.at).next();
    play(&mut host.exchange, day);
    let root = tempfile::tempdir().expect("a folder");
    write_day(&host.exchange, day, root.path());
    let end_micros = host.exchange.at.nanos() / 1_000;
    let names = ["t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q", "B"];
    for (client, interval) in clients.iter_mut().zip(intervals) {
        let mut file = rows(
            root.path(),
            &format!("klines/BTCUSDT/{interval}"),
            interval,
            day,
        );
        let length = if interval == "1s" { 86_400 } else { 1_440 };
        assert_eq!(file.len(), length);
        // The last one may not have closed.
        file.retain(|row| {
            let closes = row.split(',').nth(6).map(str::parse::<i64>);
            closes.expect("a column").expect("a number") < end_micros
        });
        let mut told = Vec::new();
        while told.len() < file.len() {
            let message = client.message().await;
            let candle = &message["k"];
            if candle["x"] == true {
                told.push(cells(candle, &names));
            }
        }
        assert!(10 < told.len());
        assert_eq!(file, told, "{interval}");
    }
}
