//! Users who were looked up, as operators read them at the shell.

use crate::operators::print::{shown, time};
use serde_json::Value;
use std::fmt::Write;

/// Returns what is known of each user, a paragraph each; `None` for nobody.
pub fn users(list: &Value) -> Option<String> {
    let users = list.as_array()?.iter();
    let shown: Vec<String> = users.map(user).collect();
    (!shown.is_empty()).then(|| shown.join("\n"))
}

fn user(user: &Value) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<15} {value}");
    };
    line("user", shown(&user["user"]));
    line("name", shown(&user["name"]));
    line("email", email(user));
    line("level", or_dash(&user["level"]));
    line("application", application(&user["application"]));
    line("payouts held", moment(&user["payoutsHeldUntil"], "until"));
    line("password", yes_or_no(&user["hasPassword"]));
    line("generator", yes_or_no(&user["hasGenerator"]));
    line("recovery codes", shown(&user["recoveryCodes"]));
    line("failures", shown(&user["failures"]));
    line("erasure", erasure(&user["erasure"]));
    for passkey in rows(&user["passkeys"]) {
        let (label, since) = (shown(&passkey["label"]), time(&passkey["createdAt"]));
        let used = moment(&passkey["lastUsedAt"], "used");
        line("passkey", format!("{label}, since {since}, {used}"));
    }
    for account in rows(&user["accounts"]) {
        add_account(account, &mut line);
    }
    text
}

fn add_account(account: &Value, line: &mut impl FnMut(&str, String)) {
    line(
        "account",
        format!("{}{}", shown(&account["account"]), name_of(account)),
    );
    line("  state", state(account));
    line("  by its owner", shown(&account["ownerState"]));
    line("  fee tier", shown(&account["feeTier"]));
    for key in rows(&account["keys"]) {
        let scopes: Vec<String> = rows(&key["scopes"]).map(shown).collect();
        let (number, label) = (shown(&key["id"]), shown(&key["label"]));
        let live = if key["isLive"] == true {
            "live"
        } else {
            "not live"
        };
        let used = moment(&key["lastUsedAt"], "used");
        line(
            "  key",
            format!("{number} {label}: {}, {live}, {used}", scopes.join(",")),
        );
    }
    for session in rows(&account["sessions"]) {
        let (number, address) = (shown(&session["session"]), or_dash(&session["address"]));
        let (since, used) = (
            time(&session["createdAt"]),
            moment(&session["lastUsedAt"], "used"),
        );
        let agent = or_dash(&session["agent"]);
        line(
            "  session",
            format!("{number} from {address}, since {since}, {used}, {agent}"),
        );
    }
}

fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn email(user: &Value) -> String {
    let email = match &user["email"] {
        Value::Null => "erased".to_owned(),
        email => shown(email),
    };
    match &user["closedAt"] {
        Value::Null => email,
        at => format!("{email} (closed {})", time(at)),
    }
}

fn application(application: &Value) -> String {
    match application {
        Value::Null => "-".to_owned(),
        told => format!(
            "{} for level {}, {}",
            shown(&told["application"]),
            shown(&told["level"]),
            shown(&told["state"])
        ),
    }
}

fn erasure(erasure: &Value) -> String {
    match erasure {
        Value::Null => "-".to_owned(),
        told => format!("{} since {}", shown(&told["state"]), time(&told["at"])),
    }
}

fn name_of(account: &Value) -> String {
    match (&account["label"], account["isMaster"] == true) {
        (Value::Null, true) => String::new(),
        (Value::Null, false) => " (sub-account)".to_owned(),
        (label, _) => format!(" (sub-account {})", shown(label)),
    }
}

fn state(account: &Value) -> String {
    let state = shown(&account["state"]);
    match &account["stateProposal"] {
        Value::Null => state,
        proposal => format!("{state}, by proposal {}", shown(proposal)),
    }
}

fn moment(at: &Value, word: &str) -> String {
    match at {
        Value::Null => "-".to_owned(),
        at => format!("{word} {}", time(at)),
    }
}

fn or_dash(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        value => shown(value),
    }
}

fn yes_or_no(value: &Value) -> String {
    if *value == true { "yes" } else { "no" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_user_is_shown_a_line_a_fact() {
        let told = json!([{
            "user": 2, "name": "ann", "email": "ann@example.test", "closedAt": null,
            "erasure": {"state": "due", "at": 0}, "application": null, "level": 1,
            "payoutsHeldUntil": 86_400_000, "hasPassword": true, "hasGenerator": false,
            "passkeys": [{"label": "laptop", "createdAt": 0, "lastUsedAt": null}],
            "recoveryCodes": 8, "failures": 1,
            "accounts": [{
                "account": 9, "label": "bots\u{1b}[2J", "isMaster": false, "state": "frozen",
                "stateProposal": 4, "ownerState": "open", "feeTier": 0, "openedAt": 0,
                "keys": [{
                    "id": 3, "label": "desk", "scopes": ["read", "trade"], "isLive": true,
                    "lastUsedAt": null,
                }],
                "sessions": [],
            }],
        }]);
        let text = users(&told).expect("somebody");
        for line in [
            "user            2",
            "payouts held    until 1970-01-02 00:00:00",
            "erasure         due since 1970-01-01 00:00:00",
            "passkey         laptop, since 1970-01-01 00:00:00, -",
            "  state         frozen, by proposal 4",
            "  key           3 desk: read,trade, live, -",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(!text.contains('\u{1b}'), "{text}");
        assert_eq!(users(&json!([])), None);
    }
}
