//! Limits in time: each has a row in docs/spec/time-limits.md, and each row a test.
//!
//! A limit is a constant of time in a crate that people meet: one whose type is `Duration`, or whose name has a unit.

use super::claims;
use super::source::files;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::path::Path;

const DOCUMENT: &str = "docs/spec/time-limits.md";
const CRATES: &[&str] = &["engine", "gateway", "identity", "model", "webhook", "wire"];
const UNITS: &[&str] = &["NANOS", "MS", "SECONDS", "MINUTES", "HOURS", "DAYS"];

/// What ends nothing for anybody: how often something is looked at, how long a machine is waited for, and units.
const NO_LIMITS: &[&str] = &[
    "gateway/src/algo/work.rs::AGAIN_NANOS",
    "gateway/src/algo/work.rs::LONG",
    "gateway/src/background.rs::ENDING_PERIOD",
    "gateway/src/background.rs::FAREWELL_PERIOD",
    "gateway/src/background.rs::LATE_PERIOD",
    "gateway/src/background.rs::TELLING_PERIOD",
    "gateway/src/background.rs::USES_PERIOD",
    "gateway/src/config.rs::ANSWER_TIMEOUT",
    "gateway/src/console/execution.rs::LOOK_PERIOD",
    "gateway/src/few.rs::ACCEPT_PAUSE",
    "gateway/src/files.rs::RETRY_SECONDS",
    "gateway/src/past.rs::LOOK",
    "gateway/src/patience.rs::PERIOD_MAX",
    "gateway/src/patience.rs::PERIOD_MIN",
    "gateway/src/presence.rs::REFRESH_PERIOD",
    "gateway/src/rest/range.rs::NANOS_PER_MILLI",
    "gateway/src/rest/volume.rs::DAYS",
    "gateway/src/rest/window.rs::MINUTE_NANOS",
    "gateway/src/rest/zone.rs::EAST_MAX_SECONDS",
    "gateway/src/rest/zone.rs::HOUR_SECONDS",
    "gateway/src/rest/zone.rs::MINUTE_SECONDS",
    "gateway/src/rest/zone.rs::WEST_MAX_SECONDS",
    "gateway/src/server.rs::ACCEPT_PAUSE",
    "gateway/src/user_data/kept_keys.rs::SAVE_TIME_MAX",
    "gateway/src/user_data/notices.rs::LOOK_PERIOD",
    "gateway/src/user_data/resume.rs::ROOM_PERIOD",
    "gateway/src/ws/beat.rs::PERIOD",
    "gateway/src/ws/connection.rs::CLOSE_TIMEOUT",
    "gateway/src/ws/connection.rs::FAREWELL_TIME",
    "gateway/src/ws/connection.rs::NOTICE_TIME",
    "gateway/src/ws/counters.rs::NANOS_PER_MICRO",
    "gateway/src/ws/fanout.rs::GOODBYE_TIME",
    "gateway/src/ws/routes.rs::UPGRADE_TIMEOUT",
    "gateway/src/ws/session.rs::SECOND",
    "identity/src/hashing.rs::PATIENCE",
    "identity/src/hashing/helper.rs::LOOK_PERIOD",
    "identity/src/lease.rs::ATTEMPT_PAUSE",
    "identity/src/lease.rs::SILENCE_MAX",
    "identity/src/policy.rs::HOUR_NANOS",
    "identity/src/probe.rs::SILENCE_MAX",
    "identity/src/store.rs::CLOSE_TIME_MAX",
    "identity/src/store/dialect.rs::SERVER_WAIT",
    "identity/src/store/dialect.rs::SILENCE_MAX",
    "model/src/average.rs::AVERAGE_SECONDS",
    "model/src/calendar.rs::DAY_SECONDS",
    "model/src/calendar.rs::ERA_DAYS",
    "model/src/time.rs::NANOS_PER_DAY",
    "model/src/time.rs::NANOS_PER_HOUR",
    "model/src/time.rs::NANOS_PER_MILLI",
    "model/src/time.rs::NANOS_PER_SECOND",
    "webhook/src/courier.rs::LOOK_PERIOD",
    "webhook/src/visit.rs::TIMEOUT",
    "wire/src/binance/answer/exchange.rs::AVERAGE_MINUTES",
    "wire/src/binance/stream.rs::AVERAGE_MINUTES",
    "wire/src/binance/time.rs::NANOS_PER_MICRO",
    "wire/src/binance/time.rs::NANOS_PER_MILLI",
    "wire/src/binance/time.rs::UNITS_PER_MS",
];

pub fn check(breaches: &mut Vec<String>) -> Result<()> {
    let text = std::fs::read_to_string(DOCUMENT).with_context(|| DOCUMENT.to_owned())?;
    let found = constants()?;
    let mut listed: BTreeSet<String> = NO_LIMITS.iter().map(|name| (*name).to_owned()).collect();
    for row in text.lines() {
        let (constants, tests) = split(row);
        if row.starts_with("| ") && !row.starts_with("| what |") && tests.is_empty() {
            breaches.push(format!("{DOCUMENT}: no test lets this time pass: {row}"));
        }
        claims::check_tests(DOCUMENT, &tests, breaches);
        listed.extend(constants);
    }
    let missing = found.difference(&listed);
    breaches.extend(missing.map(|name| format!("{DOCUMENT}: no row has {name}")));
    let gone = listed.difference(&found);
    breaches.extend(gone.map(|name| format!("{DOCUMENT}: there is no constant {name}")));
    Ok(())
}

/// Returns the constants and the tests that a row names.
fn split(row: &str) -> (Vec<String>, Vec<claims::Claim<'_>>) {
    let is_constant =
        |(_, name): &claims::Claim<'_>| name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let (constants, tests): (Vec<_>, Vec<_>) =
        claims::claims(row).into_iter().partition(is_constant);
    let constants = constants
        .iter()
        .map(|(file, name)| format!("{file}::{name}"));
    (constants.collect(), tests)
}

/// Returns every constant of time, as a row names it.
fn constants() -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for name in CRATES {
        for path in files(&Path::new("crates").join(name).join("src"), "rs")? {
            if path.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path)?;
            let file = path.strip_prefix("crates")?.display().to_string();
            found.extend(names(&text).map(|name| format!("{file}::{name}")));
        }
    }
    Ok(found)
}

/// Returns the names of the constants of time of a file, but for those of its tests.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let shipped = text.lines().take_while(|line| *line != "mod tests {");
    shipped.filter_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("pub ").unwrap_or(line);
        let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
        let (name, rest) = line.strip_prefix("const ")?.split_once(": ")?;
        let has_unit = name.split('_').any(|word| UNITS.contains(&word));
        let is_time = rest.starts_with("Duration ") || has_unit;
        is_time.then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_of_time_has_a_unit_or_is_a_duration() {
        let text = "const A_NANOS: i64 = 1;\npub const B: Duration = C;\n    pub(crate) const D_MS_MAX: i64 = 2;\n\
                    const ROWS: usize = 3;\nconst E: [Duration; 2] = F;\nfn f(g_ms: i64) {}\n\
                    #[cfg(test)]\nmod tests {\n    const NOW_MS: i64 = 4;\n}";
        let found: Vec<&str> = names(text).collect();
        assert_eq!(found, ["A_NANOS", "B", "D_MS_MAX"]);
    }

    #[test]
    fn a_row_names_constants_and_tests() {
        let row = "| a session | a day | `a/src/b.rs::LONG_NANOS`, `::SHORT_NANOS` | `c.rs::it_ends`, `::at_once` |";
        let (constants, tests) = split(row);
        assert_eq!(
            constants,
            ["a/src/b.rs::LONG_NANOS", "a/src/b.rs::SHORT_NANOS"]
        );
        assert_eq!(tests, [("c.rs", "it_ends"), ("c.rs", "at_once")]);
    }
}
