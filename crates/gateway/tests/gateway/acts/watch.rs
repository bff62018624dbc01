//! The audit log beside the requests that are sent, and the holds of payouts that they begin.

use std::collections::BTreeSet;

use gateway::clock;
use identity::audit::{Follower, Row as Written};
use model::command::Command;
use serde_json::Value;

use super::rows::Row;
use crate::client::Answer;
use crate::payout_holds::triggers::may_begin_one;
use crate::world::World;

/// What nobody may read in the log, by the names under which it is sent and told.
const SECRETS: &[&str] = &[
    "password",
    "newPassword",
    "token",
    "totp",
    "code",
    "otherCode",
    "challenge",
    "clientData",
    "authenticatorData",
    "assertion",
    "attestation",
    "attestationClientData",
    "signature",
    "email",
    "legalName",
    "birthDate",
    "statement",
    "secret",
    "secretKey",
    "apiKey",
    "csrfToken",
    "recoveryCodes",
];
/// What is shorter stands in numbers by chance.
const SECRET_CHARS_MIN: usize = 5;

/// What was written, request by request.
pub struct Watch<'a> {
    world: &'a World,
    rows: &'static [Row],
    written: Vec<Written>,
    holds: usize,
    seen: BTreeSet<(&'static str, &'static str, String)>,
    secrets: BTreeSet<String>,
}

impl<'a> Watch<'a> {
    /// Begins after what is written so far.
    pub async fn begin(world: &'a World, rows: &'static [Row]) -> Watch<'a> {
        let mut watch = Watch {
            world,
            rows,
            written: Vec::new(),
            holds: holds(world),
            seen: BTreeSet::new(),
            secrets: BTreeSet::new(),
        };
        watch.new_rows().await;
        watch
    }

    async fn new_rows(&mut self) -> Vec<Written> {
        let after = self.written.last().map_or(0, |row| row.number);
        let rows = self.world.identity.audit_rows(after, 1_000).await;
        let rows = rows.expect("read");
        self.written.extend(rows.iter().cloned());
        rows
    }

    /// Returns the acts that were written since.
    pub async fn new_acts(&mut self) -> Vec<String> {
        let rows = self.new_rows().await.into_iter();
        // Once a minute it is written down who was refused.
        let rows = rows.filter(|row| !row.detail.contains(" in a minute"));
        rows.map(|row| row.act).collect()
    }

    /// Returns what else the last row says.
    pub fn last_detail(&self) -> &str {
        self.written.last().map_or("", |row| &row.detail)
    }

    /// Holds what a request wrote that was done against its row.
    pub async fn done(&mut self, (method, path): (&str, &str), form: &str, answer: &Answer) {
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        let acts = self.note((method, path), form, answer).await;
        let is_written = !self.row((method, path)).writes.acts().is_empty();
        assert_eq!(is_written, !acts.is_empty(), "{method} {path}: {acts:?}");
        self.note_holds((method, path));
    }

    /// Fails when a request began a hold of payouts that is not among what begins one.
    fn note_holds(&mut self, target: (&str, &str)) {
        let before = std::mem::replace(&mut self.holds, holds(self.world));
        assert!(
            self.holds == before || may_begin_one(target),
            "{target:?} holds payouts: it needs its row in crates/gateway/tests/gateway/payout_holds/triggers.rs"
        );
    }

    /// Holds what a request wrote that was refused against the act that says so.
    pub async fn refused(&mut self, target: (&str, &str), form: &str, answer: &Answer, act: &str) {
        assert_ne!(answer.status, 200, "{target:?}: {}", answer.body);
        let acts = self.note(target, form, answer).await;
        assert_eq!(acts, [act], "{target:?}: {}", answer.body);
    }

    /// Fails unless the row of a request has what was written now; returns it.
    async fn note(&mut self, target: (&str, &str), form: &str, answer: &Answer) -> Vec<String> {
        self.keep_secrets(form, answer);
        let acts = self.new_acts().await;
        let row = self.row(target);
        for act in &acts {
            let mut known = row.writes.acts().iter().chain(row.writes.refusals());
            assert!(known.any(|known| known == act), "{target:?} writes {act}");
            self.seen.insert((row.method, row.path, act.clone()));
        }
        acts
    }

    fn row(&self, target: (&str, &str)) -> &'static Row {
        let found = self.rows.iter();
        let mut found = found.filter(|row| (row.method, row.path) == target);
        found
            .next()
            .unwrap_or_else(|| panic!("{target:?} has no row"))
    }

    fn keep_secrets(&mut self, form: &str, answer: &Answer) {
        for pair in form.split('&') {
            if let Some((name, value)) = pair.split_once('=')
                && SECRETS.contains(&name)
            {
                self.keep(&unescaped(value));
            }
        }
        if let Some(cookie) = answer.header("set-cookie") {
            let token = cookie.split(['=', ';']).nth(1).expect("a value");
            self.keep(token);
        }
        if let Ok(told) = serde_json::from_str(&answer.body) {
            self.keep_told(&told);
        }
    }

    fn keep_told(&mut self, told: &Value) {
        match told {
            Value::Array(all) => all.iter().for_each(|one| self.keep_told(one)),
            Value::Object(members) => {
                for (name, value) in members {
                    match (SECRETS.contains(&name.as_str()), value) {
                        (true, Value::String(secret)) => self.keep(secret),
                        (true, Value::Array(all)) => {
                            let texts = all.iter().filter_map(Value::as_str);
                            texts.for_each(|secret| self.keep(secret));
                        }
                        (_, value) => self.keep_told(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn keep(&mut self, secret: &str) {
        if SECRET_CHARS_MIN <= secret.len() {
            self.secrets.insert(secret.to_owned());
        }
    }

    /// Sends nothing more: every act was seen, no row tells a secret, and the chain is whole.
    pub async fn end(self) {
        for row in self.rows {
            let is_seen = |act: &&str| {
                let seen = (row.method, row.path, (*act).to_owned());
                self.seen.contains(&seen)
            };
            for act in row.writes.acts() {
                assert!(is_seen(act), "nobody has seen {act} of {}", row.path);
            }
            let refusals = row.writes.refusals();
            let is_refused = refusals.is_empty() || refusals.iter().any(is_seen);
            assert!(is_refused, "nobody has seen a wrong proof at {}", row.path);
        }
        let mut follower = Follower::new(None);
        for row in &self.written {
            follower.take(row).expect("chained");
            assert!(row.at <= clock::now());
            let texts = [&row.act, &row.subject, &row.detail, &row.address];
            for secret in &self.secrets {
                let is_told = texts.iter().any(|text| text.contains(secret.as_str()));
                assert!(!is_told, "{secret} stands in {row:?}");
            }
        }
        assert!(10 < self.secrets.len(), "secrets were sent and told");
    }
}

/// Returns how many holds of payouts the exchange was told of.
fn holds(world: &World) -> usize {
    let commands = world.commands().into_iter();
    let holds = commands.filter(|command| matches!(command, Command::HoldPayouts { .. }));
    holds.count()
}

/// Returns a value of a form as it was before it was escaped.
fn unescaped(value: &str) -> String {
    let mut bytes = value.bytes();
    let mut text = Vec::new();
    while let Some(byte) = bytes.next() {
        text.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next().expect("two digits")).to_digit(16);
                let (high, low) = (digit().expect("a digit"), digit().expect("a digit"));
                (high * 16 + low) as u8
            }
            byte => byte,
        });
    }
    String::from_utf8(text).expect("text")
}
