//! Counters of the gateway, in the text format that Prometheus reads.
//!
//! Names, labels and buckets are part of the contract: dashboards and alerts use them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::route::{Class, ENDPOINTS};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Ending {
    Ok,
    ClientError,
    Rejected,
    Shed,
    Unknown,
    Error,
}

const ENDINGS: [(Ending, &str); 6] = [
    (Ending::Ok, "ok"),
    (Ending::ClientError, "client_error"),
    (Ending::Rejected, "rejected"),
    (Ending::Shed, "shed"),
    (Ending::Unknown, "unknown"),
    (Ending::Error, "error"),
];

impl Ending {
    /// Returns how a request with this status and error code ended; `code` is 0 for a success.
    pub const fn of(status: u16, code: i32) -> Ending {
        match (status, code) {
            (200..=299, _) => Ending::Ok,
            (503, -1008) => Ending::Shed,
            (503, -1007) => Ending::Unknown,
            (500.., _) => Ending::Error,
            (_, -2010 | -2011 | -2013 | -2021 | -2022 | -2038 | -1013) => Ending::Rejected,
            _ => Ending::ClientError,
        }
    }
}

/// Why a signed request was not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum AuthFailure {
    Signature,
    Timestamp,
    Key,
}

const AUTH_FAILURES: [(AuthFailure, &str); 3] = [
    (AuthFailure::Signature, "signature"),
    (AuthFailure::Timestamp, "timestamp"),
    (AuthFailure::Key, "key"),
];

/// Which limit refused a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum LimitKind {
    Weight,
    Orders,
    Sockets,
}

const LIMIT_KINDS: [(LimitKind, &str); 3] = [
    (LimitKind::Weight, "weight"),
    (LimitKind::Orders, "orders"),
    (LimitKind::Sockets, "sockets"),
];

/// By which of the two interfaces a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Dialect {
    Rest,
    Socket,
}

const DIALECTS: [(Dialect, &str); 2] = [(Dialect::Rest, "rest"), (Dialect::Socket, "ws_api")];

const DURATIONS: &str = "gateway_request_duration_seconds";
/// Upper bounds of the histogram in microseconds: 50 µs doubled until beyond 10 s.
const BUCKETS_US: [u64; 19] = [
    50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 102_400, 204_800, 409_600,
    819_200, 1_638_400, 3_276_800, 6_553_600, 13_107_200,
];

#[derive(Default)]
struct Histogram {
    buckets: [AtomicU64; BUCKETS_US.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

impl Histogram {
    fn add(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS_US.iter().position(|bound| micros <= *bound);
        if let Some(bucket) = bucket {
            self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(micros, Ordering::Relaxed);
    }

    /// Returns how many took up to each bound, in microseconds, and at last how many took longer.
    fn counts(&self) -> [(Option<u64>, u64); BUCKETS_US.len() + 1] {
        let mut counts = [(None, self.count.load(Ordering::Relaxed)); BUCKETS_US.len() + 1];
        for (index, (bound, bucket)) in BUCKETS_US.iter().zip(&self.buckets).enumerate() {
            let count = bucket.load(Ordering::Relaxed);
            counts[index] = (Some(*bound), count);
            let longer = &mut counts[BUCKETS_US.len()].1;
            *longer = longer.saturating_sub(count);
        }
        counts
    }

    /// Appends the rows of the histogram.
    fn write(&self, text: &mut String, labels: &str) {
        const MICROS_PER_SECOND: f64 = 1e6;
        let mut below = 0;
        for (bound, bucket) in BUCKETS_US.iter().zip(&self.buckets) {
            below += bucket.load(Ordering::Relaxed);
            let seconds = *bound as f64 / MICROS_PER_SECOND;
            let _ = writeln!(
                text,
                "bourse_{DURATIONS}_bucket{{{labels},le=\"{seconds}\"}} {below}"
            );
        }
        let count = self.count.load(Ordering::Relaxed);
        let sum = self.sum_us.load(Ordering::Relaxed) as f64 / MICROS_PER_SECOND;
        let _ = writeln!(
            text,
            "bourse_{DURATIONS}_bucket{{{labels},le=\"+Inf\"}} {count}"
        );
        let _ = writeln!(text, "bourse_{DURATIONS}_sum{{{labels}}} {sum}");
        let _ = writeln!(text, "bourse_{DURATIONS}_count{{{labels}}} {count}");
    }
}

/// What is counted for each dialect.
struct PerDialect {
    requests: Vec<[AtomicU64; ENDINGS.len()]>,
    durations: [Histogram; Class::ALL.len()],
}

/// The counters.
pub struct Metrics {
    dialects: [PerDialect; DIALECTS.len()],
    pub http_connections: AtomicI64,
    limited: [AtomicU64; LIMIT_KINDS.len()],
    auth_failures: [AtomicU64; AUTH_FAILURES.len()],
}

impl Metrics {
    /// Returns counters at zero.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Metrics {
        Metrics {
            dialects: DIALECTS.map(|_| PerDialect {
                requests: ENDPOINTS.iter().map(|_| Default::default()).collect(),
                durations: Default::default(),
            }),
            http_connections: AtomicI64::new(0),
            limited: Default::default(),
            auth_failures: Default::default(),
        }
    }

    /// Counts an answered request of the row `endpoint` of the route table.
    pub fn count_request(
        &self,
        dialect: Dialect,
        endpoint: usize,
        ending: Ending,
        duration: Duration,
    ) {
        let counted = &self.dialects[dialect as usize];
        counted.requests[endpoint][ending as usize].fetch_add(1, Ordering::Relaxed);
        counted.durations[ENDPOINTS[endpoint].class as usize].add(duration);
    }

    /// Returns how many requests were answered, and how many of them were refused because there was too much to do.
    pub fn answered(&self) -> (u64, u64) {
        let endings = self.dialects.iter().flat_map(|counted| &counted.requests);
        endings.fold((0, 0), |(all, shed), endings| {
            let count = |ending: &AtomicU64| ending.load(Ordering::Relaxed);
            let answered: u64 = endings.iter().map(count).sum();
            (
                all + answered,
                shed + count(&endings[Ending::Shed as usize]),
            )
        })
    }

    /// Returns how many orders were answered within each bound, in microseconds, and at last how many took longer.
    pub fn order_durations(&self) -> Vec<(Option<u64>, u64)> {
        let [rest, socket] = DIALECTS.map(|(dialect, _)| {
            self.dialects[dialect as usize].durations[Class::Order as usize].counts()
        });
        rest.iter()
            .zip(socket)
            .map(|((bound, one), (_, other))| (*bound, one + other))
            .collect()
    }

    pub fn count_limited(&self, kind: LimitKind) {
        self.limited[kind as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub fn count_auth_failure(&self, failure: AuthFailure) {
        self.auth_failures[failure as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Appends every counter.
    pub fn write(&self, text: &mut String) {
        self.write_requests(text);
        self.write_durations(text);
        gauge(
            text,
            "gateway_http_connections",
            "open connections",
            &self.http_connections,
        );
        let limited = LIMIT_KINDS
            .iter()
            .map(|(kind, name)| (*name, &self.limited[*kind as usize]));
        labelled(
            text,
            "gateway_rate_limited_total",
            "requests refused by a limit",
            "limit",
            limited,
        );
        let failures = AUTH_FAILURES
            .iter()
            .map(|(kind, name)| (*name, &self.auth_failures[*kind as usize]));
        labelled(
            text,
            "gateway_auth_failures_total",
            "signed requests not believed",
            "reason",
            failures,
        );
    }

    /// Rows of one name are one route: they are added up.
    fn write_requests(&self, text: &mut String) {
        head(
            text,
            "gateway_requests_total",
            "requests answered",
            "counter",
        );
        for (dialect, api) in DIALECTS {
            let mut totals = BTreeMap::new();
            let counted = &self.dialects[dialect as usize].requests;
            for (endpoint, endings) in ENDPOINTS.iter().zip(counted) {
                for (ending, outcome) in ENDINGS {
                    let count = endings[ending as usize].load(Ordering::Relaxed);
                    *totals.entry((endpoint.name, outcome)).or_insert(0) += count;
                }
            }
            for ((route, outcome), total) in totals.into_iter().filter(|(_, total)| 0 < *total) {
                let _ = writeln!(
                    text,
                    "bourse_gateway_requests_total{{api=\"{api}\",route=\"{route}\",outcome=\"{outcome}\"}} {total}"
                );
            }
        }
    }

    fn write_durations(&self, text: &mut String) {
        head(text, DURATIONS, "first byte in to answer out", "histogram");
        for (dialect, api) in DIALECTS {
            for (class, name) in Class::ALL {
                let histogram = &self.dialects[dialect as usize].durations[class as usize];
                histogram.write(text, &format!("api=\"{api}\",class=\"{name}\""));
            }
        }
    }
}

fn head(text: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(
        text,
        "# HELP bourse_{name} {help}\n# TYPE bourse_{name} {kind}"
    );
}

fn gauge(text: &mut String, name: &str, help: &str, value: &AtomicI64) {
    head(text, name, help, "gauge");
    let _ = writeln!(text, "bourse_{name} {}", value.load(Ordering::Relaxed));
}

fn labelled<'a>(
    text: &mut String,
    name: &str,
    help: &str,
    label: &str,
    values: impl Iterator<Item = (&'a str, &'a AtomicU64)>,
) {
    head(text, name, help, "counter");
    for (word, value) in values {
        let count = value.load(Ordering::Relaxed);
        let _ = writeln!(text, "bourse_{name}{{{label}=\"{word}\"}} {count}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scrape_shows_what_was_counted() {
        let metrics = Metrics::new();
        metrics.count_request(Dialect::Rest, 0, Ending::Ok, Duration::from_micros(60));
        metrics.count_request(Dialect::Socket, 0, Ending::Ok, Duration::from_micros(60));
        metrics.count_request(Dialect::Rest, 0, Ending::Shed, Duration::from_secs(60));
        metrics.count_limited(LimitKind::Orders);
        let mut text = String::new();
        metrics.write(&mut text);
        for line in [
            "bourse_gateway_requests_total{api=\"rest\",route=\"order_new\",outcome=\"ok\"} 1",
            "bourse_gateway_requests_total{api=\"ws_api\",route=\"order_new\",outcome=\"ok\"} 1",
            "bourse_gateway_request_duration_seconds_bucket{api=\"rest\",class=\"order\",le=\"0.00005\"} 0",
            "bourse_gateway_request_duration_seconds_bucket{api=\"rest\",class=\"order\",le=\"0.0001\"} 1",
            "bourse_gateway_request_duration_seconds_bucket{api=\"rest\",class=\"order\",le=\"+Inf\"} 2",
            "bourse_gateway_rate_limited_total{limit=\"orders\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn orders_are_counted_by_how_long_they_took_over_both_interfaces() {
        let metrics = Metrics::new();
        let market = ENDPOINTS
            .iter()
            .position(|endpoint| endpoint.class == Class::Market)
            .expect("a row of market data");
        metrics.count_request(Dialect::Rest, 0, Ending::Ok, Duration::from_micros(60));
        metrics.count_request(Dialect::Socket, 0, Ending::Ok, Duration::from_micros(100));
        metrics.count_request(Dialect::Rest, 0, Ending::Shed, Duration::from_secs(60));
        metrics.count_request(Dialect::Rest, market, Ending::Ok, Duration::from_micros(60));
        let counted: Vec<_> = metrics
            .order_durations()
            .into_iter()
            .filter(|(_, count)| 0 < *count)
            .collect();
        assert_eq!(counted, [(Some(100), 2), (None, 1)]);
        assert_eq!(metrics.answered(), (4, 1));
    }

    #[test]
    fn an_ending_tells_whose_fault_it_was() {
        assert_eq!(Ending::of(200, 0), Ending::Ok);
        assert_eq!(Ending::of(400, -1102), Ending::ClientError);
        assert_eq!(Ending::of(400, -2010), Ending::Rejected);
        assert_eq!(Ending::of(409, -2021), Ending::Rejected);
        assert_eq!(Ending::of(503, -1008), Ending::Shed);
        assert_eq!(Ending::of(503, -1007), Ending::Unknown);
        assert_eq!(Ending::of(500, -1000), Ending::Error);
    }
}
