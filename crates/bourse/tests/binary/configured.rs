//! The binary with a configuration file: what it refuses, and what it shows of what it was told.

use std::path::Path;

use crate::sandbox::{Sandbox, run};

const REFUSED: i32 = 64;

/// Starts a sandbox with a configuration file.
fn configured(configuration: &str, arguments: &[&str]) -> Sandbox {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bourse.toml");
    std::fs::write(&file, configuration).expect("written");
    Sandbox::start(&[&["--config", path(&file)], arguments].concat())
}

fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).expect("text")
}

fn limit(answer: &str, kind: &str, interval: &str) -> u64 {
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    let info: serde_json::Value = serde_json::from_str(body).expect("JSON");
    let rows = info["rateLimits"].as_array().expect("limits").iter();
    let mut found = rows.filter(|row| row["rateLimitType"] == kind && row["interval"] == interval);
    found
        .next()
        .and_then(|row| row["limit"].as_u64())
        .expect("the limit")
}

#[test]
fn what_a_file_says_is_published_and_counted() {
    let sandbox = configured(
        "[limits]\nrequest_weight = \"100/min\"\nraw_requests = \"70/5min\"\norders_10s = 3\n\
         orders_1d = 40\n[weights]\ndepth = 7\nexchange_info = 1\nping = 101\n\
         [http]\nmax_target = \"1KiB\"\n",
        &[],
    );
    let depth = sandbox.get("/api/v3/depth?symbol=BTCUSDT&limit=500");
    assert!(depth.contains("x-mbx-used-weight-1m: 35\r\n"), "{depth}");
    let info = sandbox.get("/api/v3/exchangeInfo");
    assert_eq!(limit(&info, "REQUEST_WEIGHT", "MINUTE"), 100);
    assert_eq!(limit(&info, "RAW_REQUESTS", "MINUTE"), 70);
    assert_eq!(limit(&info, "ORDERS", "SECOND"), 3);
    assert_eq!(limit(&info, "ORDERS", "DAY"), 40);
    let long = sandbox.get(&format!("/api/v3/time?{}", "a".repeat(1_024)));
    assert!(long.starts_with("HTTP/1.1 414 "), "{long}");
    let over = sandbox.get("/api/v3/ping");
    assert!(over.starts_with("HTTP/1.1 429 "), "{over}");
    assert!(
        over.contains("current limit is 100 request weight per 1 MINUTE"),
        "{over}"
    );
    assert!(over.contains("retry-after: "), "{over}");
}

#[test]
fn unlimited_lifts_the_limits_of_a_file_and_still_publishes_them() {
    let file = "[limits]\nrequest_weight = \"1/min\"\n";
    let sandbox = configured(file, &["--unlimited"]);
    let info = sandbox.get("/api/v3/exchangeInfo");
    assert!(info.contains("x-mbx-used-weight-1m: 20\r\n"), "{info}");
    assert_eq!(limit(&info, "REQUEST_WEIGHT", "MINUTE"), 1);
}

#[test]
fn a_refused_file_ends_the_start_with_64_before_anything_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bourse.toml");
    std::fs::write(&file, "[limits]\norders_10s = 0\n[wss]\n").expect("written");
    let (file, data) = (path(&file), folder.path().join("data"));
    let expected = format!(
        "{file}:2: limits.orders_10s: found 0, allowed is a whole number from 1 to 1000000000, without quotes\n\
         {file}:3: wss: found an unknown section, allowed is [limits], [weights], [http], [ws], [users], [operators], [site], [brand], [mail], [kyc], [withdrawals], [market_data], [telemetry]; the nearest is [ws]\n"
    );
    for arguments in [
        &["dev", "--config", file, "--data-dir", path(&data)][..],
        &["config", "check", file],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(REFUSED), "{arguments:?}");
        assert_eq!(text(&output.stderr), expected, "{arguments:?}");
        assert!(output.stdout.is_empty() && !data.exists());
    }
    let missing = run(&["config", "check", "/nowhere/bourse.toml"]);
    assert_eq!(missing.status.code(), Some(REFUSED));
    let reason = "/nowhere/bourse.toml: cannot be read: No such file or directory (os error 2)\n";
    assert_eq!(text(&missing.stderr), reason);
}

#[test]
fn the_printed_defaults_pass_the_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bourse.toml");
    let printed = run(&["config", "default"]);
    assert_eq!(printed.status.code(), Some(0));
    std::fs::write(&file, printed.stdout).expect("written");
    let checked = run(&["config", "check", path(&file)]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
    assert_eq!(
        text(&checked.stdout),
        format!("{}: nothing to refuse\n", path(&file))
    );
}

fn path(path: &Path) -> &str {
    path.to_str().expect("text")
}
