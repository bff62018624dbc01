//! The configuration file: what it means, what is refused and in which words, and that the document tells the truth.

use bourse::config::file::{parse, read};
use bourse::config::kind::Measure;
use bourse::config::print::{defaults, file_of};
use bourse::config::settings::Settings;
use bourse::config::table::{Section, Setting, settings};
use gateway::config::LegacySignatures;
use proptest::prelude::*;
use std::io::Write;

/// Returns what is wrong with a file, a line for each fault.
fn refusals(text: &str) -> Vec<String> {
    let faults = parse(text.as_bytes()).expect_err("refused");
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn the_printed_defaults_are_the_parsers_and_the_documents() {
    assert_eq!(parse(defaults().as_bytes()), Ok(Settings::STANDARD));
    assert_eq!(parse(b""), Ok(Settings::STANDARD));
    let document = include_str!("../../../docs/configuration.md");
    let printed = format!("```toml\n{}```\n", defaults());
    assert!(
        document.contains(&printed),
        "docs/configuration.md does not show what `bourse config default` prints"
    );
}

#[test]
fn everything_printed_has_its_comment_and_stands_once() {
    let text = defaults();
    for setting in settings() {
        let line = format!("\n{} = ", setting.name);
        assert_eq!(text.matches(&line).count(), 1, "{}", setting.path());
        let before = text
            .split(&line)
            .next()
            .and_then(|text| text.lines().last());
        assert!(before.is_some_and(|line| line.starts_with("# ") && line.len() < 130));
    }
}

#[test]
fn exact_signatures_are_a_setting() {
    for (text, signatures) in [
        ("", LegacySignatures::Accepted),
        ("http.signatures = \"decoded\"", LegacySignatures::Accepted),
        ("http.signatures = \"exact\"", LegacySignatures::Refused),
    ] {
        let settings = parse(text.as_bytes()).expect("allowed");
        assert_eq!(settings.legacy_signatures(), signatures, "{text}");
    }
}

#[test]
fn a_file_sets_what_it_names_and_leaves_the_rest() {
    let text = "[limits]\nrequest_weight = \"1200/min\"\nraw_requests = \"100/5min\"\n\
                orders_1d = 1_000\n[weights]\ndepth = 0x0a\n[http]\nmax_body = \"1MiB\"\n\
                [ws]\nmax_age = \"2d\"\nping_interval = \"3m\"\n";
    let mut expected = Settings::STANDARD;
    expected.limits.weight_per_minute = 1_200;
    expected.limits.requests_per_five_minutes = 100;
    expected.limits.orders_per_day = 1_000;
    expected.weights.set("depth", 10);
    expected.bounds.body_bytes_max = 1 << 20;
    expected.bounds.socket_age_max = std::time::Duration::from_secs(172_800);
    expected.bounds.ping_period = std::time::Duration::from_secs(180);
    assert_eq!(parse(text.as_bytes()), Ok(expected.clone()));
    let inline = "ws = { max_age = \"2d\", ping_interval = \"3m\" }\nlimits.orders_1d = 1000";
    let parsed = parse(inline.as_bytes()).expect("allowed");
    assert_eq!(parsed.bounds.ping_period, expected.bounds.ping_period);
    assert_eq!(parsed.limits.orders_per_day, 1_000);
}

#[test]
fn each_fault_is_told_with_its_line_and_what_is_allowed() {
    let known = "allowed is what `bourse config default` prints";
    let weight = "allowed is a rate from \"1/min\" to \"1000000000/min\": \
                  request_weight is counted per minute";
    let orders = "allowed is a whole number from 1 to 1000000000, without quotes";
    let timeout = "allowed is a duration from \"1s\" to \"10m\", in ms, s, m, h or d, in quotes";
    let body = "allowed is a size from \"1KiB\" to \"16MiB\", in B, KiB, MiB or GiB, in quotes";
    for (text, expected) in [
        // Unknown names.
        (
            "[limits]\n\nrequest_wieght = \"1/min\"",
            format!("3: limits.request_wieght: found an unknown setting, {known}; the nearest is limits.request_weight"),
        ),
        (
            "[weights]\ndpeth = 5",
            format!("2: weights.dpeth: found an unknown setting, {known}; the nearest is weights.depth"),
        ),
        (
            "[http]\nmax_streams = 5",
            format!("2: http.max_streams: found an unknown setting, {known}; the nearest is ws.max_streams"),
        ),
        (
            "max_body = \"1KiB\"",
            format!("1: max_body: found a setting outside the sections, {known}; the nearest is http.max_body"),
        ),
        (
            "[limit]\norders_10s = 1",
            "1: limit: found an unknown section, allowed is [limits], [weights], [http], [ws], [users], [operators], [site], [brand], [mail], [kyc], [withdrawals], [market_data], [telemetry]; the nearest is [limits]".to_owned(),
        ),
        (
            "[[ws]]",
            "1: ws: found an array, allowed is the section [ws]".to_owned(),
        ),
        (
            "\nlimits = 3",
            "2: limits: found 3, allowed is the section [limits]".to_owned(),
        ),
        // Duplicates.
        (
            "[weights]\ndepth = 1\ndepth = 1",
            "3: depth: found it a second time, allowed is once".to_owned(),
        ),
        (
            "[weights]\n[http]\n[weights]",
            "3: weights: found it a second time, allowed is once".to_owned(),
        ),
        // Rates.
        (
            "[limits]\nrequest_weight = \"100/s\"",
            format!("2: limits.request_weight: found \"100/s\", {weight}"),
        ),
        (
            "[limits]\nrequest_weight = \"6000/5min\"",
            format!("2: limits.request_weight: found \"6000/5min\", {weight}"),
        ),
        (
            "[limits]\nrequest_weight = 6000",
            format!("2: limits.request_weight: found 6000 without a unit, {weight}"),
        ),
        (
            "[limits]\nrequest_weight = \"6000\"",
            format!("2: limits.request_weight: found \"6000\" without a unit, {weight}"),
        ),
        (
            "[limits]\nrequest_weight = \"0/min\"",
            format!("2: limits.request_weight: found \"0/min\", {weight}"),
        ),
        (
            "[limits]\nraw_requests = \"1/min\"",
            "2: limits.raw_requests: found \"1/min\", allowed is a rate from \"1/5min\" to \"1000000000/5min\": \
             raw_requests is counted per 5 minutes"
                .to_owned(),
        ),
        (
            "[limits]\nsocket_messages = \"5/min\"",
            "2: limits.socket_messages: found \"5/min\", allowed is a rate from \"1/s\" to \"1000000000/s\": \
             socket_messages is counted per second"
                .to_owned(),
        ),
        // Counts.
        (
            "[limits]\norders_10s = \"100\"",
            format!("2: limits.orders_10s: found \"100\", {orders}"),
        ),
        (
            "[limits]\norders_10s = 0",
            format!("2: limits.orders_10s: found 0, {orders}"),
        ),
        (
            "[limits]\norders_10s = -1",
            format!("2: limits.orders_10s: found -1, {orders}"),
        ),
        (
            "[limits]\norders_10s = 1e3",
            format!("2: limits.orders_10s: found 1e3, {orders}"),
        ),
        (
            "[limits]\norders_10s = true",
            format!("2: limits.orders_10s: found true, {orders}"),
        ),
        (
            "[limits]\norders_10s.a = 1",
            format!("2: limits.orders_10s: found a table, {orders}"),
        ),
        (
            "[limits]\norders_10s = 99999999999999999999999",
            format!("2: limits.orders_10s: found 99999999999999999999999, {orders}"),
        ),
        (
            "[weights]\ndepth = 100001",
            "2: weights.depth: found 100001, allowed is a whole number from 0 to 100000, without quotes".to_owned(),
        ),
        // Durations and sizes.
        (
            "[http]\nheader_timeout = 5",
            format!("2: http.header_timeout: found 5 without a unit, {timeout}"),
        ),
        (
            "[http]\nheader_timeout = \"5min\"",
            format!("2: http.header_timeout: found \"5min\", {timeout}"),
        ),
        (
            "[http]\nheader_timeout = \"11m\"",
            format!("2: http.header_timeout: found \"11m\", {timeout}"),
        ),
        (
            "[http]\nmax_body = \"64KB\"",
            format!("2: http.max_body: found \"64KB\", {body}"),
        ),
        (
            "[http]\nmax_body = [1]",
            format!("2: http.max_body: found an array, {body}"),
        ),
        // No TOML, no text.
        (
            "[limits\norders_10s = 1",
            "1: found what is no TOML (unclosed table, expected `]`), allowed is TOML".to_owned(),
        ),
        (
            "[http]\nmax_body = 64KiB",
            "2: found what is no TOML (string values must be quoted, expected literal string), allowed is TOML".to_owned(),
        ),
    ] {
        assert_eq!(refusals(text), [expected], "{text}");
    }
    let faults = parse(b"# one\n\xff\xfe").expect_err("refused");
    assert_eq!(
        faults[0].to_string(),
        "2: found bytes that are not UTF-8, allowed is text in UTF-8"
    );
}

#[test]
fn faults_stand_in_the_order_of_the_file_and_are_at_most_twenty() {
    let text = "[ws]\nz = 1\n[http]\nb = 1\na = 1\n[limits]\norders_1d = 0\n";
    let lines: Vec<usize> = parse(text.as_bytes())
        .expect_err("refused")
        .iter()
        .map(|wrong| wrong.line)
        .collect();
    assert_eq!(lines, [2, 4, 5, 7]);
    let many: String = (0..50_000)
        .map(|number| format!("a{number} = 1\n"))
        .collect();
    assert_eq!(refusals(&many).len(), 20);
}

/// Returns a value of the wrong unit, one below the range and one above it.
fn wrong_values(setting: &Setting) -> [String; 3] {
    let kind = setting.kind;
    let (below, above) = (kind.min.checked_sub(1), kind.max + 1);
    let wrong_unit = match kind.measure {
        Measure::Count => "\"1/s\"",
        Measure::Rate(_) => "\"1KiB\"",
        Measure::Duration => "\"1000/min\"",
        Measure::Size | Measure::Word(_) => "\"5s\"",
    };
    let below = below.map_or("-1".to_owned(), |number| kind.print(number));
    [wrong_unit.to_owned(), below, kind.print(above)]
}

#[test]
fn every_setting_refuses_the_wrong_unit_and_what_is_out_of_range() {
    for setting in settings() {
        let (section, name) = (setting.section.name(), setting.name);
        for value in wrong_values(&setting) {
            let allowed = setting.kind.allowed(name);
            assert_eq!(
                refusals(&format!("[{section}]\n{name} = {value}\n")),
                [format!(
                    "2: {section}.{name}: found {value}, allowed is {allowed}"
                )]
            );
        }
        let typed = refusals(&format!("[{section}]\n{name}_ = 1\n"));
        assert!(
            typed[0].ends_with(&format!("; the nearest is {section}.{name}")),
            "{typed:?}"
        );
    }
}

#[test]
fn a_file_that_is_missing_or_too_large_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bourse.toml");
    let shown = path.display();
    let refusal = read(&path).expect_err("missing").to_string();
    assert_eq!(refusal, format!("{shown}: cannot be read"));
    let mut file = std::fs::File::create(&path).expect("created");
    file.write_all(&[b'\n'; 1 << 20]).expect("written");
    assert_eq!(
        read(&path).expect("as large as allowed"),
        Settings::STANDARD
    );
    file.write_all(b"\n").expect("written");
    let refusal = read(&path).expect_err("too large").to_string();
    let expected = "found more than 1 MiB, allowed is a file of at most 1 MiB";
    assert_eq!(refusal, format!("{shown}: {expected}"));
}

/// Settings of any allowed numbers.
fn any_settings() -> impl Strategy<Value = Settings> {
    let numbers: Vec<_> = settings()
        .iter()
        .map(|setting| setting.kind.min..=setting.kind.max)
        .collect();
    numbers.prop_map(|numbers| {
        let mut values = Settings::STANDARD;
        for (setting, number) in settings().iter().zip(numbers) {
            setting.set(&mut values, number);
        }
        values
    })
}

/// Text that is nearly a file: pieces of one in any order.
fn nearly_a_file() -> impl Strategy<Value = String> {
    let mut pieces: Vec<String> = settings().iter().map(|row| row.name.to_owned()).collect();
    pieces.extend(Section::ALL.map(|section| format!("\n[{}]\n", section.name())));
    let marks = [
        " = ",
        "\n",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ".",
        ",",
        "#",
        "1",
        "-",
        "/min",
        "/5min",
        "s",
        "KiB",
        "0x",
        "_",
        "\"\"\"",
        "true",
        "inf",
        "1979-05-27T07:32:00Z",
        "\\u",
        "\u{feff}",
        "\0",
    ];
    pieces.extend(marks.map(str::to_owned));
    let piece = prop::sample::select(pieces);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(values in any_settings()) {
        prop_assert_eq!(parse(file_of(&values).as_bytes()), Ok(values));
    }

    #[test]
    fn no_bytes_are_fatal(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn nothing_like_a_file_is_fatal_and_every_fault_has_a_line_of_it(text in nearly_a_file()) {
        let lines = 1 + text.matches('\n').count();
        for wrong in parse(text.as_bytes()).err().into_iter().flatten() {
            prop_assert!(1 <= wrong.line && wrong.line <= lines);
            prop_assert_eq!(wrong.to_string().lines().count(), 1);
        }
    }
}
