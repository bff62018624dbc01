//! Counters of the stream sockets, in the text format that Prometheus reads.
//!
//! **Source** `docs/spec/operations.md` §5.1, row *gateway*: names, labels and buckets.

use core::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::ws::name::{Kind, Overview, Stream};

/// What streams are called in the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Label {
    Trade,
    Aggregate,
    BookTicker,
    Depth,
    PartialDepth,
    Kline,
    Ticker,
    MiniTicker,
    WindowTicker,
    AveragePrice,
    /// What happens to one account.
    UserData,
    /// Answers to clients, and what they answer.
    Control,
}

const LABELS: [(Label, &str); 12] = [
    (Label::Trade, "trade"),
    (Label::Aggregate, "agg_trade"),
    (Label::BookTicker, "book_ticker"),
    (Label::Depth, "depth"),
    (Label::PartialDepth, "partial_depth"),
    (Label::Kline, "kline"),
    (Label::Ticker, "ticker"),
    (Label::MiniTicker, "mini_ticker"),
    (Label::WindowTicker, "window_ticker"),
    (Label::AveragePrice, "average_price"),
    (Label::UserData, "user_data"),
    (Label::Control, "control"),
];

impl Label {
    /// Returns the label of a stream.
    pub const fn of(stream: &Stream) -> Label {
        match stream {
            Stream::Market { kind, .. } => match kind {
                Kind::Trade => Label::Trade,
                Kind::Aggregate => Label::Aggregate,
                Kind::BookTicker => Label::BookTicker,
                Kind::Depth(_) => Label::Depth,
                Kind::Partial(_) => Label::PartialDepth,
                Kind::Kline(..) => Label::Kline,
                Kind::Ticker => Label::Ticker,
                Kind::MiniTicker => Label::MiniTicker,
                Kind::WindowTicker(_) => Label::WindowTicker,
                Kind::AveragePrice => Label::AveragePrice,
            },
            Stream::Overview(Overview::Ticker) => Label::Ticker,
            Stream::Overview(Overview::MiniTicker) => Label::MiniTicker,
            Stream::Overview(Overview::WindowTicker(_)) => Label::WindowTicker,
        }
    }

    /// Returns whether messages of the label tell events, so that they can be late; the others tell a state at a beat.
    pub const fn is_live(self) -> bool {
        matches!(
            self,
            Label::Trade | Label::Aggregate | Label::BookTicker | Label::Depth | Label::UserData
        )
    }
}

/// Why the exchange closed a socket that its client would have kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum CutOff {
    /// It does not read what it asked for.
    Slow,
    /// It does not answer pings.
    Pong,
    /// It is as old as a socket may be.
    Age,
    /// It breaks the protocol or a limit.
    Abuse,
}

const CUT_OFFS: [(CutOff, &str); 4] = [
    (CutOff::Slow, "slow"),
    (CutOff::Pong, "pong"),
    (CutOff::Age, "age"),
    (CutOff::Abuse, "abuse"),
];

/// Upper bounds of the lag histogram in microseconds: 50 µs doubled until beyond 10 s.
const BUCKETS_US: [u64; 19] = [
    50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 102_400, 204_800, 409_600,
    819_200, 1_638_400, 3_276_800, 6_553_600, 13_107_200,
];

#[derive(Debug, Default)]
struct PerLabel {
    subscriptions: AtomicI64,
    messages_out: AtomicU64,
    bytes_out: AtomicU64,
    lag: Histogram,
}

#[derive(Debug, Default)]
struct Histogram {
    buckets: [AtomicU64; BUCKETS_US.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

/// The counters: plain atomics, read at any time.
#[derive(Debug, Default)]
pub struct Counters {
    connections: AtomicI64,
    labels: [PerLabel; LABELS.len()],
    messages_in: AtomicU64,
    bytes_in: AtomicU64,
    cut_offs: [AtomicU64; CUT_OFFS.len()],
}

impl Counters {
    /// Returns how many sockets are open.
    pub fn connections(&self) -> i64 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Returns how many subscriptions there are to streams of a label.
    pub fn subscriptions(&self, label: Label) -> i64 {
        self.labels[label as usize]
            .subscriptions
            .load(Ordering::Relaxed)
    }

    /// Returns how many messages of a label were written to sockets.
    pub fn messages_out(&self, label: Label) -> u64 {
        self.labels[label as usize]
            .messages_out
            .load(Ordering::Relaxed)
    }

    /// Returns how many bytes of messages of a label were written to sockets.
    pub fn bytes_out(&self, label: Label) -> u64 {
        self.labels[label as usize]
            .bytes_out
            .load(Ordering::Relaxed)
    }

    /// Returns how many messages came from clients.
    pub fn messages_in(&self) -> u64 {
        self.messages_in.load(Ordering::Relaxed)
    }

    /// Returns how many bytes of messages came from clients.
    pub fn bytes_in(&self) -> u64 {
        self.bytes_in.load(Ordering::Relaxed)
    }

    /// Returns how many sockets were cut off for this reason.
    pub fn cut_offs(&self, reason: CutOff) -> u64 {
        self.cut_offs[reason as usize].load(Ordering::Relaxed)
    }

    pub(crate) fn count_opened(&self) {
        self.connections.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn count_closed(&self) {
        self.connections.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn count_subscribed(&self, label: Label) {
        self.labels[label as usize]
            .subscriptions
            .fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_unsubscribed(&self, label: Label) {
        self.labels[label as usize]
            .subscriptions
            .fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn count_out(&self, label: Label, bytes: usize) {
        let counts = &self.labels[label as usize];
        counts.messages_out.fetch_add(1, Ordering::Relaxed);
        counts.bytes_out.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Counts how long after its event a message was written.
    pub(crate) fn count_lag(&self, label: Label, nanos: i64) {
        const NANOS_PER_MICRO: u64 = 1_000;
        let micros = u64::try_from(nanos).unwrap_or(0).div_ceil(NANOS_PER_MICRO);
        let lag = &self.labels[label as usize].lag;
        if let Some(bucket) = BUCKETS_US.iter().position(|bound| micros <= *bound) {
            lag.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        }
        lag.count.fetch_add(1, Ordering::Relaxed);
        lag.sum_us.fetch_add(micros, Ordering::Relaxed);
    }

    pub(crate) fn count_in(&self, bytes: usize) {
        self.messages_in.fetch_add(1, Ordering::Relaxed);
        self.bytes_in.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn count_cut_off(&self, reason: CutOff) {
        self.cut_offs[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Appends every counter.
    pub fn write(&self, text: &mut String) {
        head(text, "connections", "gauge", "open stream sockets");
        let _ = writeln!(text, "{PREFIX}connections {}", self.connections());
        head(text, "subscriptions", "gauge", "streams subscribed to");
        for (label, name) in LABELS {
            let count = self.subscriptions(label);
            let _ = writeln!(text, "{PREFIX}subscriptions{{kind=\"{name}\"}} {count}");
        }
        self.write_traffic(text);
        head(text, "cutoffs_total", "counter", "sockets cut off");
        for (reason, name) in CUT_OFFS {
            let count = self.cut_offs(reason);
            let _ = writeln!(text, "{PREFIX}cutoffs_total{{reason=\"{name}\"}} {count}");
        }
        self.write_lag(text);
    }

    fn write_traffic(&self, text: &mut String) {
        head(
            text,
            "messages_total",
            "counter",
            "messages on stream sockets",
        );
        for (label, name) in LABELS {
            write_traffic(
                text,
                "messages_total",
                (name, "out"),
                self.messages_out(label),
            );
        }
        write_traffic(
            text,
            "messages_total",
            ("control", "in"),
            self.messages_in(),
        );
        head(
            text,
            "bytes_total",
            "counter",
            "bytes of messages on stream sockets",
        );
        for (label, name) in LABELS {
            write_traffic(text, "bytes_total", (name, "out"), self.bytes_out(label));
        }
        write_traffic(text, "bytes_total", ("control", "in"), self.bytes_in());
    }

    fn write_lag(&self, text: &mut String) {
        const MICROS_PER_SECOND: f64 = 1e6;
        head(
            text,
            "lag_seconds",
            "histogram",
            "time of the event to the write of its message",
        );
        for (label, name) in LABELS.iter().filter(|(label, _)| label.is_live()) {
            let lag = &self.labels[*label as usize].lag;
            let mut below = 0;
            for (bound, bucket) in BUCKETS_US.iter().zip(&lag.buckets) {
                below += bucket.load(Ordering::Relaxed);
                let seconds = *bound as f64 / MICROS_PER_SECOND;
                let labels = format!("kind=\"{name}\",le=\"{seconds}\"");
                let _ = writeln!(text, "{PREFIX}lag_seconds_bucket{{{labels}}} {below}");
            }
            let count = lag.count.load(Ordering::Relaxed);
            let sum = lag.sum_us.load(Ordering::Relaxed) as f64 / MICROS_PER_SECOND;
            let labels = format!("kind=\"{name}\"");
            let _ = writeln!(
                text,
                "{PREFIX}lag_seconds_bucket{{{labels},le=\"+Inf\"}} {count}"
            );
            let _ = writeln!(text, "{PREFIX}lag_seconds_sum{{{labels}}} {sum}");
            let _ = writeln!(text, "{PREFIX}lag_seconds_count{{{labels}}} {count}");
        }
    }
}

const PREFIX: &str = "bourse_gateway_ws_";

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(
        text,
        "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}"
    );
}

fn write_traffic(text: &mut String, name: &str, (kind, direction): (&str, &str), count: u64) {
    let labels = format!("kind=\"{kind}\",direction=\"{direction}\"");
    let _ = writeln!(text, "{PREFIX}{name}{{{labels}}} {count}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scrape_shows_what_was_counted() {
        let counters = Counters::default();
        counters.count_opened();
        counters.count_subscribed(Label::Depth);
        counters.count_out(Label::Trade, 120);
        counters.count_in(40);
        counters.count_cut_off(CutOff::Slow);
        counters.count_lag(Label::Trade, 150_000);
        counters.count_lag(Label::Trade, i64::MAX);
        let mut text = String::new();
        counters.write(&mut text);
        for line in [
            "bourse_gateway_ws_connections 1",
            "bourse_gateway_ws_subscriptions{kind=\"depth\"} 1",
            "bourse_gateway_ws_messages_total{kind=\"trade\",direction=\"out\"} 1",
            "bourse_gateway_ws_bytes_total{kind=\"trade\",direction=\"out\"} 120",
            "bourse_gateway_ws_bytes_total{kind=\"control\",direction=\"in\"} 40",
            "bourse_gateway_ws_cutoffs_total{reason=\"slow\"} 1",
            "bourse_gateway_ws_cutoffs_total{reason=\"abuse\"} 0",
            "bourse_gateway_ws_lag_seconds_bucket{kind=\"trade\",le=\"0.0001\"} 0",
            "bourse_gateway_ws_lag_seconds_bucket{kind=\"trade\",le=\"0.0002\"} 1",
            "bourse_gateway_ws_lag_seconds_count{kind=\"trade\"} 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
