//! The table of settings: name, kind, comment and place of each.

use crate::config::kind::{Kind, Measure, Period};
use crate::config::settings::{
    ANSWERS, ENDLESS, KEY_RULES, LANGUAGES, SECOND_FACTORS, SIGNATURES, SWITCH, Settings, TLS_MODES,
};
use gateway::weights;
use std::ops::RangeInclusive;
use std::time::Duration;

/// The greatest count: a client may read the published numbers as 32 bits with a sign.
const COUNT_MAX: u64 = 1_000_000_000;
const WEIGHT: Kind = count(0..=100_000);

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// The parts of a file, in the order in which they are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Limits,
    Weights,
    Http,
    Ws,
    Users,
    Operators,
    Site,
    Brand,
    Mail,
    Kyc,
    Withdrawals,
    MarketData,
    Telemetry,
}

impl Section {
    pub const ALL: [Section; 13] = [
        Section::Limits,
        Section::Weights,
        Section::Http,
        Section::Ws,
        Section::Users,
        Section::Operators,
        Section::Site,
        Section::Brand,
        Section::Mail,
        Section::Kyc,
        Section::Withdrawals,
        Section::MarketData,
        Section::Telemetry,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Section::Limits => "limits",
            Section::Weights => "weights",
            Section::Http => "http",
            Section::Ws => "ws",
            Section::Users => "users",
            Section::Operators => "operators",
            Section::Site => "site",
            Section::Brand => "brand",
            Section::Mail => "mail",
            Section::Kyc => "kyc",
            Section::Withdrawals => "withdrawals",
            Section::MarketData => "market_data",
            Section::Telemetry => "telemetry",
        }
    }

    pub const fn comment(self) -> &'static str {
        match self {
            Section::Limits => {
                "Request limits. exchangeInfo publishes them; `--unlimited` lifts them."
            }
            Section::Weights => {
                "What requests weigh, each from 0 to 100000. Where parameters change what a request weighs, the published \
                 steps\n# keep their ratio to the weight: published step × weight ÷ default, rounded up."
            }
            Section::Http => "Connections and requests.",
            Section::Ws => "Sockets: streams and the WebSocket API.",
            Section::Users => "What users need.",
            Section::Operators => "What operators need.",
            Section::Site => "How the exchange presents itself.",
            Section::Brand => {
                "How the pages look, and what they show; they are called `site.product`. Both are taken over while the exchange runs. /brand is a preview."
            }
            Section::Mail => "How letters to users are sent.",
            Section::Kyc => "Checks of identities, and what each level allows.",
            Section::Withdrawals => {
                "Where withdrawals can go, and what they cost. Payouts are sent by hand."
            }
            Section::MarketData => "The files of each day under /data.",
            Section::Telemetry => "What is told to whoever watches the exchange.",
        }
    }
}

/// Something that can be set.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub section: Section,
    pub name: &'static str,
    pub kind: Kind,
    place: Place,
}

/// Where the value goes.
#[derive(Clone, Copy, Debug)]
enum Place {
    Field {
        comment: &'static str,
        get: fn(&Settings) -> u64,
        set: fn(&mut Settings, u64),
    },
    /// The weight of this name.
    Weight,
}

impl Setting {
    /// Returns the name with its section.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section.name(), self.name)
    }

    /// Returns the number that is set.
    pub fn get(&self, settings: &Settings) -> u64 {
        match self.place {
            Place::Field { get, .. } => get(settings),
            Place::Weight => {
                let weight = settings.weights.get(self.name);
                weight.expect("the name is one of weights").into()
            }
        }
    }

    /// Sets a number within the bounds of the kind.
    pub fn set(&self, settings: &mut Settings, number: u64) {
        assert!(self.kind.min <= number && number <= self.kind.max);
        match self.place {
            Place::Field { set, .. } => set(settings, number),
            Place::Weight => settings.weights.set(self.name, narrow(number)),
        }
    }

    /// Returns what the setting is about.
    pub fn comment(&self) -> String {
        match self.place {
            Place::Field { comment, .. } => format!("{comment} {}.", self.kind),
            Place::Weight => weight_comment(self.name),
        }
    }
}

/// Returns every setting, section by section.
pub fn settings() -> Vec<Setting> {
    let weights = weights::names().into_iter().map(|name| Setting {
        section: Section::Weights,
        name,
        kind: WEIGHT,
        place: Place::Weight,
    });
    let before = FIELDS.iter().filter(|row| row.section == Section::Limits);
    let after = FIELDS.iter().filter(|row| row.section != Section::Limits);
    before
        .copied()
        .chain(weights)
        .chain(after.copied())
        .collect()
}

fn weight_comment(name: &str) -> String {
    match name {
        "socket_session" => "Requests of the WebSocket API about its socket.".to_owned(),
        "socket_open" => "Opening a socket of the WebSocket API.".to_owned(),
        "socket_resume" => "Resuming a stream of user data.".to_owned(),
        _ => {
            let rows = weights::rows_of(name).map(|row| format!("{} {}", row.method, row.path));
            rows.collect::<Vec<String>>().join(", ")
        }
    }
}

const fn count(range: RangeInclusive<u64>) -> Kind {
    within(Measure::Count, range)
}

const fn rate(period: Period) -> Kind {
    within(Measure::Rate(period), 1..=COUNT_MAX)
}

const fn within(measure: Measure, range: RangeInclusive<u64>) -> Kind {
    Kind {
        measure,
        min: *range.start(),
        max: *range.end(),
    }
}

const fn word(words: &'static [&'static str]) -> Kind {
    within(Measure::Word(words), 0..=words.len() as u64 - 1)
}

const fn duration(range: RangeInclusive<u64>) -> Kind {
    within(Measure::Duration, range)
}

const fn size(range: RangeInclusive<u64>) -> Kind {
    within(Measure::Size, range)
}

fn narrow<N: TryFrom<u64>>(number: u64) -> N {
    let narrow = N::try_from(number).ok();
    narrow.expect("the bounds of the kind fit the field")
}

fn wide(number: usize) -> u64 {
    number as u64
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).expect("below the greatest of its kind")
}

macro_rules! fields {
    ($($section:ident $name:literal $kind:expr, $comment:literal, $get:expr, $set:expr;)*) => {
        const FIELDS: &[Setting] = &[$(Setting {
            section: Section::$section,
            name: $name,
            kind: $kind,
            place: Place::Field { comment: $comment, get: $get, set: $set },
        }),*];
    };
}

fields! {
    Limits "request_weight" rate(Period::Minute), "Weight that an address may use.",
        |all| all.limits.weight_per_minute.into(), |all, to| all.limits.weight_per_minute = narrow(to);
    Limits "raw_requests" rate(Period::FiveMinutes), "Requests of an address, whatever they weigh.",
        |all| all.limits.requests_per_five_minutes.into(), |all, to| all.limits.requests_per_five_minutes = narrow(to);
    Limits "orders_10s" count(1..=COUNT_MAX), "New orders of an account in ten seconds.",
        |all| all.limits.orders_per_ten_seconds.into(), |all, to| all.limits.orders_per_ten_seconds = narrow(to);
    Limits "orders_1d" count(1..=COUNT_MAX), "New orders of an account in a day.",
        |all| all.limits.orders_per_day.into(), |all, to| all.limits.orders_per_day = narrow(to);
    Limits "connections_5min_per_ip" count(1..=COUNT_MAX), "Sockets that an address may open in five minutes.",
        |all| all.limits.sockets_per_five_minutes.into(), |all, to| all.limits.sockets_per_five_minutes = narrow(to);
    Limits "socket_messages" rate(Period::Second), "Messages of a client on a stream socket.",
        |all| all.limits.socket_messages_per_second.into(), |all, to| all.limits.socket_messages_per_second = narrow(to);
    Limits "sub_accounts" count(0..=10_000), "Sub-accounts of a user.",
        |all| all.limits.sub_accounts_max.into(), |all, to| all.limits.sub_accounts_max = narrow(to);
    Limits "algo_orders" count(0..=10_000), "Orders of an account that are spread over time and open.",
        |all| all.limits.algos.of_account_max.into(), |all, to| all.limits.algos.of_account_max = narrow(to);
    Limits "algo_orders_all" count(0..=100_000), "Those of everybody.",
        |all| all.limits.algos.in_all_max.into(), |all, to| all.limits.algos.in_all_max = narrow(to);
    Limits "algo_duration_min" duration(SECOND..=24 * HOUR), "The shortest time that an order is spread over.",
        |all| millis(all.limits.algos.duration_min), |all, to| all.limits.algos.duration_min = Duration::from_millis(to);
    Limits "algo_interval" duration(SECOND..=HOUR), "The time between two slices of it, unless that makes slices too small.",
        |all| millis(all.limits.algos.interval), |all, to| all.limits.algos.interval = Duration::from_millis(to);
    Limits "ban_after" count(1..=COUNT_MAX), "Refused requests of an address in a minute; one more bans it.",
        |all| all.limits.bans.refusals_max.into(), |all, to| all.limits.bans.refusals_max = narrow(to);
    Limits "ban_first" duration(SECOND..=720 * HOUR), "How long the first ban lasts; each further one lasts twice as long as the one before.",
        |all| millis(all.limits.bans.first), |all, to| all.limits.bans.first = Duration::from_millis(to);
    Limits "ban_longest" duration(SECOND..=720 * HOUR), "The longest that a ban lasts; not shorter than the first.",
        |all| millis(all.limits.bans.longest), |all, to| all.limits.bans.longest = Duration::from_millis(to);

    Http "max_connections" count(1..=1_000_000), "Connections at a time, sockets among them.",
        |all| wide(all.bounds.connections_max), |all, to| all.bounds.connections_max = narrow(to);
    Http "max_connections_per_ip" count(1..=1_000_000), "Those of one address, or /64 of version 6; sockets count apart. `--unlimited` lifts it.",
        |all| wide(all.bounds.connections_per_network_max), |all, to| all.bounds.connections_per_network_max = narrow(to);
    Http "max_header" size(4 * KIB..=256 * KIB), "The head of a request.",
        |all| wide(all.bounds.head_bytes_max), |all, to| all.bounds.head_bytes_max = narrow(to);
    Http "max_target" size(KIB..=63 * KIB), "The path of a request with its query.",
        |all| wide(all.bounds.target_bytes_max), |all, to| all.bounds.target_bytes_max = narrow(to);
    Http "max_body" size(KIB..=16 * MIB), "The body of a request.",
        |all| wide(all.bounds.body_bytes_max), |all, to| all.bounds.body_bytes_max = narrow(to);
    Http "header_timeout" duration(SECOND..=10 * MINUTE), "Time for the head of a request, and the longest silence before it.",
        |all| millis(all.bounds.head_timeout), |all, to| all.bounds.head_timeout = Duration::from_millis(to);
    Http "body_timeout" duration(SECOND..=10 * MINUTE), "Time for the body of a request.",
        |all| millis(all.bounds.body_timeout), |all, to| all.bounds.body_timeout = Duration::from_millis(to);

    Http "signatures" word(SIGNATURES), "Whether signatures over decoded parameters are taken beside exact ones, as before 2026.",
        |all| all.signatures, |all, to| all.signatures = to;

    Ws "max_streams" count(1..=100_000), "Streams of a socket.",
        |all| wide(all.bounds.streams_per_socket_max), |all, to| all.bounds.streams_per_socket_max = narrow(to);
    Ws "max_message" size(KIB..=16 * MIB), "A message of a client.",
        |all| wide(all.bounds.socket_message_bytes_max), |all, to| all.bounds.socket_message_bytes_max = narrow(to);
    Ws "per_connection_buffer" size(64 * KIB..=1024 * MIB), "Messages that wait for a socket; it is closed beyond that.",
        |all| wide(all.bounds.socket_queue_bytes_max), |all, to| all.bounds.socket_queue_bytes_max = narrow(to);
    Ws "write_timeout" duration(SECOND..=10 * MINUTE), "Time for one write to a socket; it is closed after that.",
        |all| millis(all.bounds.socket_write_timeout), |all, to| all.bounds.socket_write_timeout = Duration::from_millis(to);
    Ws "ping_interval" duration(SECOND..=HOUR), "Time between two pings.",
        |all| millis(all.bounds.ping_period), |all, to| all.bounds.ping_period = Duration::from_millis(to);
    Ws "pong_timeout" duration(SECOND..=HOUR), "Time in which a ping must be answered.",
        |all| millis(all.bounds.pong_timeout), |all, to| all.bounds.pong_timeout = Duration::from_millis(to);
    Ws "max_age" duration(MINUTE..=720 * HOUR), "The age at which a socket is closed.",
        |all| millis(all.bounds.socket_age_max), |all, to| all.bounds.socket_age_max = Duration::from_millis(to);

    Users "second_factor" word(SECOND_FACTORS), "What needs a second factor: sending money away, or trading and keys that trade, too.",
        |all| all.second_factor, |all, to| all.second_factor = to;

    Operators "key_approves" word(KEY_RULES), "What an operator's key file decides: all until there is a passkey, always all, or nothing.",
        |all| all.key_rule, |all, to| all.key_rule = to;

    Site "language" word(LANGUAGES), "The language of letters that comes first for readers who have chosen none.",
        |all| all.site.language, |all, to| all.site.language = to;

    Mail "port" count(1..=65_535), "The port of the server.",
        |all| all.mail.port.into(), |all, to| all.mail.port = narrow(to);
    Mail "tls" word(TLS_MODES), "When TLS begins: with the first byte, by STARTTLS, never.",
        |all| all.mail.tls, |all, to| all.mail.tls = to;
    Mail "messages_per_minute" count(1..=10_000), "Messages that are sent in a minute.",
        |all| all.mail.per_minute_max.into(), |all, to| all.mail.per_minute_max = narrow(to);

    Kyc "first_level" count(0..=3), "The level of a new user; 3 limits nothing.",
        |all| all.kyc.first_level.into(), |all, to| all.kyc.first_level = narrow(to);
    Kyc "kept_days" count(0..=36_500), "Days after a closing for which address, documents and checks of a user are kept.",
        |all| all.kyc.kept_days.into(), |all, to| all.kyc.kept_days = narrow(to);
    Kyc "level_0_trades" word(ANSWERS), "Whether level 0 may place orders.",
        |all| all.kyc.levels[0].may_trade, |all, to| all.kyc.levels[0].may_trade = to;
    Kyc "level_0_deposits_day" count(0..=ENDLESS), "Deposits in 24 hours that level 0 is for, in whole units of the reference; the greatest is no limit.",
        |all| all.kyc.levels[0].deposits_day, |all, to| all.kyc.levels[0].deposits_day = to;
    Kyc "level_0_deposits_month" count(0..=ENDLESS), "Deposits in a month that level 0 is for.",
        |all| all.kyc.levels[0].deposits_month, |all, to| all.kyc.levels[0].deposits_month = to;
    Kyc "level_0_withdrawals_day" count(0..=ENDLESS), "Withdrawals that level 0 allows in 24 hours.",
        |all| all.kyc.levels[0].withdrawals_day, |all, to| all.kyc.levels[0].withdrawals_day = to;
    Kyc "level_0_withdrawals_month" count(0..=ENDLESS), "Withdrawals that level 0 allows in a month.",
        |all| all.kyc.levels[0].withdrawals_month, |all, to| all.kyc.levels[0].withdrawals_month = to;
    Kyc "level_1_trades" word(ANSWERS), "Whether level 1 may place orders.",
        |all| all.kyc.levels[1].may_trade, |all, to| all.kyc.levels[1].may_trade = to;
    Kyc "level_1_deposits_day" count(0..=ENDLESS), "Deposits in 24 hours that level 1 is for, in whole units of the reference; the greatest is no limit.",
        |all| all.kyc.levels[1].deposits_day, |all, to| all.kyc.levels[1].deposits_day = to;
    Kyc "level_1_deposits_month" count(0..=ENDLESS), "Deposits in a month that level 1 is for.",
        |all| all.kyc.levels[1].deposits_month, |all, to| all.kyc.levels[1].deposits_month = to;
    Kyc "level_1_withdrawals_day" count(0..=ENDLESS), "Withdrawals that level 1 allows in 24 hours.",
        |all| all.kyc.levels[1].withdrawals_day, |all, to| all.kyc.levels[1].withdrawals_day = to;
    Kyc "level_1_withdrawals_month" count(0..=ENDLESS), "Withdrawals that level 1 allows in a month.",
        |all| all.kyc.levels[1].withdrawals_month, |all, to| all.kyc.levels[1].withdrawals_month = to;
    Kyc "level_2_trades" word(ANSWERS), "Whether level 2 may place orders.",
        |all| all.kyc.levels[2].may_trade, |all, to| all.kyc.levels[2].may_trade = to;
    Kyc "level_2_deposits_day" count(0..=ENDLESS), "Deposits in 24 hours that level 2 is for, in whole units of the reference; the greatest is no limit.",
        |all| all.kyc.levels[2].deposits_day, |all, to| all.kyc.levels[2].deposits_day = to;
    Kyc "level_2_deposits_month" count(0..=ENDLESS), "Deposits in a month that level 2 is for.",
        |all| all.kyc.levels[2].deposits_month, |all, to| all.kyc.levels[2].deposits_month = to;
    Kyc "level_2_withdrawals_day" count(0..=ENDLESS), "Withdrawals that level 2 allows in 24 hours.",
        |all| all.kyc.levels[2].withdrawals_day, |all, to| all.kyc.levels[2].withdrawals_day = to;
    Kyc "level_2_withdrawals_month" count(0..=ENDLESS), "Withdrawals that level 2 allows in a month.",
        |all| all.kyc.levels[2].withdrawals_month, |all, to| all.kyc.levels[2].withdrawals_month = to;
    Kyc "level_3_trades" word(ANSWERS), "Whether level 3 may place orders.",
        |all| all.kyc.levels[3].may_trade, |all, to| all.kyc.levels[3].may_trade = to;
    Kyc "level_3_deposits_day" count(0..=ENDLESS), "Deposits in 24 hours that level 3 is for, in whole units of the reference; the greatest is no limit.",
        |all| all.kyc.levels[3].deposits_day, |all, to| all.kyc.levels[3].deposits_day = to;
    Kyc "level_3_deposits_month" count(0..=ENDLESS), "Deposits in a month that level 3 is for.",
        |all| all.kyc.levels[3].deposits_month, |all, to| all.kyc.levels[3].deposits_month = to;
    Kyc "level_3_withdrawals_day" count(0..=ENDLESS), "Withdrawals that level 3 allows in 24 hours.",
        |all| all.kyc.levels[3].withdrawals_day, |all, to| all.kyc.levels[3].withdrawals_day = to;
    Kyc "level_3_withdrawals_month" count(0..=ENDLESS), "Withdrawals that level 3 allows in a month.",
        |all| all.kyc.levels[3].withdrawals_month, |all, to| all.kyc.levels[3].withdrawals_month = to;
    Withdrawals "new_address_hold" duration(SECOND..=720 * HOUR), "How long a new address is not paid to, and a book of addresses is not opened.",
        |all| all.withdrawals.hold_millis, |all, to| all.withdrawals.hold_millis = to;
    MarketData "daily_files" word(SWITCH), "Whether the files of each UTC day are written once it is over.",
        |all| all.market_data.daily_files, |all, to| all.market_data.daily_files = to;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_settings_share_a_path_and_defaults_are_allowed() {
        let mut paths = BTreeSet::new();
        for setting in settings() {
            assert!(paths.insert(setting.path()), "{}", setting.path());
            let default = setting.get(&Settings::STANDARD);
            let kind = setting.kind;
            assert!(
                kind.min <= default && default <= kind.max,
                "{}",
                setting.path()
            );
        }
    }

    #[test]
    fn each_setting_sets_itself_alone_over_its_whole_range() {
        for setting in settings() {
            for number in [setting.kind.min, setting.kind.max] {
                let mut set = Settings::STANDARD;
                setting.set(&mut set, number);
                for other in crate::config::table::settings() {
                    let expected = if other.path() == setting.path() {
                        number
                    } else {
                        other.get(&Settings::STANDARD)
                    };
                    assert_eq!(other.get(&set), expected, "{}", other.path());
                }
            }
        }
    }
}
