//! What an operator may set about the gateway.

use std::time::Duration;

use crate::weights::Weights;

/// Limits on requests.
///
/// **Source** `docs/spec/binance-surface.md` §4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Weight per address and minute.
    pub weight_per_minute: u32,
    /// Requests per address and five minutes.
    pub requests_per_five_minutes: u32,
    /// New orders per account.
    pub orders_per_ten_seconds: u32,
    pub orders_per_day: u32,
    /// Client messages per stream socket and second.
    pub socket_messages_per_second: u32,
    /// Stream sockets opened per address and five minutes.
    pub sockets_per_five_minutes: u32,
    /// Sub-accounts of a user.
    pub sub_accounts_max: u32,
    pub bans: Bans,
    pub algos: AlgoLimits,
}

/// Limits on orders that are spread over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgoLimits {
    /// Open orders of an account.
    pub of_account_max: u32,
    /// Open orders of everybody.
    pub in_all_max: u32,
    /// The shortest time that an order may be spread over.
    pub duration_min: Duration,
    /// The time from one slice to the next, unless that makes slices too small.
    pub interval: Duration,
}

impl AlgoLimits {
    /// The longest time that an order may be spread over.
    pub const DURATION_MAX: Duration = Duration::from_secs(24 * 60 * 60);
    /// Upstream publishes the first and the third.
    pub const STANDARD: AlgoLimits = AlgoLimits {
        of_account_max: 20,
        in_all_max: 1_000,
        duration_min: Duration::from_secs(5 * 60),
        interval: Duration::from_secs(30),
    };
}

/// What an address is banned for, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bans {
    /// Refused requests within a minute; one more is a ban.
    pub refusals_max: u32,
    /// How long the first ban lasts; each further one lasts twice as long as the one before.
    pub first: Duration,
    /// No ban lasts longer.
    pub longest: Duration,
}

impl Bans {
    /// What upstream publishes.
    pub const UPSTREAM: Bans = Bans {
        refusals_max: 100,
        first: Duration::from_secs(2 * 60),
        longest: Duration::from_secs(3 * 24 * 60 * 60),
    };
}

impl RequestLimits {
    /// What upstream publishes.
    pub const UPSTREAM: RequestLimits = RequestLimits {
        weight_per_minute: 6_000,
        requests_per_five_minutes: 61_000,
        orders_per_ten_seconds: 100,
        orders_per_day: 200_000,
        socket_messages_per_second: 5,
        sockets_per_five_minutes: 300,
        sub_accounts_max: 50,
        bans: Bans::UPSTREAM,
        algos: AlgoLimits::STANDARD,
    };
}

/// Whether request limits are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limiting {
    Limited(RequestLimits),
    /// Counted and published, never refused: for load tests on a sandbox.
    Unlimited(RequestLimits),
}

impl Limiting {
    /// Returns the numbers that are published.
    pub const fn limits(&self) -> &RequestLimits {
        match self {
            Limiting::Limited(limits) | Limiting::Unlimited(limits) => limits,
        }
    }
}

/// How strictly parameters are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Unknown parameters are ignored, as clients expect.
    Tolerant,
    /// Unknown parameters answer -1104: for conformance runs.
    Strict,
}

/// Bounds on what one peer may hold open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections at a time, over all peers.
    pub connections_max: usize,
    /// Of them those of one address, or of one network of version 6.
    pub connections_per_network_max: usize,
    /// Time for a whole request head, and the longest a kept-alive connection stays silent.
    pub head_timeout: Duration,
    pub body_timeout: Duration,
    /// Time for the body of an upload.
    pub upload_timeout: Duration,
    /// Time for what a request asks of a database.
    pub answer_timeout: Duration,
    pub head_bytes_max: usize,
    pub target_bytes_max: usize,
    pub body_bytes_max: usize,
    /// Messages that wait for one stream socket.
    pub socket_queue_bytes_max: usize,
    /// A write to a stream socket that takes longer ends it.
    pub socket_write_timeout: Duration,
    /// The largest message a client may send on a stream socket.
    pub socket_message_bytes_max: usize,
    pub streams_per_socket_max: usize,
    pub ping_period: Duration,
    pub pong_timeout: Duration,
    /// A stream socket is closed when it is this old.
    pub socket_age_max: Duration,
}

/// Ten mebibytes over a slow line.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(60);
/// Longer than a database's own limits on connecting and on a statement: what takes more time is a network that has
/// swallowed a connection without an end.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

impl Bounds {
    pub const STANDARD: Bounds = Bounds {
        connections_max: 20_000,
        connections_per_network_max: 2_000,
        head_timeout: Duration::from_secs(60),
        body_timeout: Duration::from_secs(10),
        upload_timeout: UPLOAD_TIMEOUT,
        answer_timeout: ANSWER_TIMEOUT,
        head_bytes_max: 64 * 1024,
        target_bytes_max: 16 * 1024,
        body_bytes_max: 64 * 1024,
        socket_queue_bytes_max: 1024 * 1024,
        socket_write_timeout: Duration::from_secs(5),
        socket_message_bytes_max: 64 * 1024,
        streams_per_socket_max: 1_024,
        ping_period: Duration::from_secs(20),
        pong_timeout: Duration::from_secs(60),
        socket_age_max: Duration::from_secs(24 * 60 * 60),
    };
}

/// Everything an operator may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    pub limiting: Limiting,
    pub weights: Weights,
    pub strictness: Strictness,
    /// Whether signatures over decoded parameters are accepted, as clients of before 2026 made them.
    pub legacy_signatures: LegacySignatures,
    pub second_factor: SecondFactor,
    pub bounds: Bounds,
}

/// What nobody does who has signed in with a password alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Sending money away.
    Withdrawals,
    /// Trading, moving money, and making keys that do.
    Trading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegacySignatures {
    Accepted,
    Refused,
}
