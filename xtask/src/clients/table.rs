//! `docs/compatibility.md`: what each client did and how it went, written by the run and compared with what is committed.

use anyhow::{Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const PAGE: &str = "docs/compatibility.md";
const HEAD: &str = "\
# Compatibility

What unmodified clients from their registries do on Bourse, with nothing set but URLs, keys and options.
Each row is a session in `xtask/clients` against `bourse dev --market none --unlimited`: it trades with two accounts, hears its own streams, and its balances are recomputed from its trades to the last digit.
This page is written by `cargo xtask clients`, which fails when a run would change it; sessions that it leaves out run with `cargo xtask clients all`.

| session | client | version | orders | calls | refusals, as the client names them | result |
|---|---|---|---|---|---|---|
";

/// What a session says of itself.
pub struct Report {
    client: String,
    version: String,
    orders: Vec<String>,
    calls: Vec<String>,
    refusals: Vec<String>,
    /// What the session leaves out of a suite that is not its own, each with the reason.
    left_out: Vec<String>,
    checks: u64,
    pub failure: Option<String>,
}

impl Report {
    /// Reads what a session wrote. A client of another version than the pinned one is a failure.
    pub fn read(path: &Path, version: &str) -> Result<Report> {
        let none = r#"{"failure": "no report"}"#;
        let text = std::fs::read_to_string(path).unwrap_or_else(|_| none.to_owned());
        let told: Value = serde_json::from_str(&text)?;
        let words = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        let mut report = Report {
            client: words("client"),
            version: words("version"),
            orders: list(&told["orders"]),
            calls: list(&told["calls"]),
            refusals: list(&told["refusals"]),
            left_out: list(&told["left_out"]),
            checks: told["checks"].as_u64().unwrap_or(0),
            failure: told["failure"].as_str().map(str::to_owned),
        };
        if report.version != version {
            let found = format!("version {} instead of {version}", report.version);
            report.failure.get_or_insert(found);
        }
        Ok(report)
    }

    /// Returns the report as one of a failure, unless it tells of one.
    pub fn or_failed(mut self, failure: &str) -> Report {
        self.failure.get_or_insert_with(|| failure.to_owned());
        self
    }

    fn row(&self, session: &str) -> String {
        let left_out = if self.left_out.is_empty() {
            String::new()
        } else {
            format!("; left out: {}", self.left_out.join("; "))
        };
        let result = match &self.failure {
            None => format!("all {} checks hold{left_out}", self.checks),
            Some(failure) => format!("FAILED: {failure}"),
        };
        let cells = [
            format!("`{session}`"),
            self.client.clone(),
            self.version.clone(),
            self.orders.join(", "),
            self.calls.join(", "),
            self.refusals.join(", "),
            result,
        ];
        format!(
            "| {} |",
            cells
                .map(|cell| cell.replace('|', "\\|").replace('\n', " "))
                .join(" | ")
        )
    }
}

fn list(told: &Value) -> Vec<String> {
    let rows = told.as_array().into_iter().flatten();
    rows.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The rows by session, those of sessions that did not run as they are committed.
pub struct Table {
    committed: String,
    rows: BTreeMap<String, String>,
}

impl Table {
    pub fn read() -> Result<Table> {
        let committed = std::fs::read_to_string(PAGE).unwrap_or_default();
        let rows = committed.lines().filter_map(|line| {
            let session = line.strip_prefix("| `")?.split('`').next()?;
            Some((session.to_owned(), line.to_owned()))
        });
        let rows = rows.collect();
        Ok(Table { committed, rows })
    }

    pub fn set(&mut self, session: &str, report: &Report) {
        self.rows.insert(session.to_owned(), report.row(session));
    }

    /// Writes the page where it differs from the committed one, and fails then.
    pub fn hold<'a>(&self, sessions: impl Iterator<Item = &'a str>) -> Result<()> {
        let rows = sessions.filter_map(|session| self.rows.get(session));
        let rows: Vec<&str> = rows.map(String::as_str).collect();
        let page = format!("{HEAD}{}\n", rows.join("\n"));
        if page == self.committed {
            return Ok(());
        }
        std::fs::write(PAGE, page)?;
        bail!("{PAGE} is not what this run saw; it is now, for `git diff` to show")
    }
}
