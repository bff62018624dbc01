//! What operators read at the shell.

use serde_json::Value;
use std::fmt::Write;

/// Returns a line an operator.
pub fn operators(list: &Value) -> String {
    let mut text = format!("{:>8} {:<16} {:<9} roles\n", "operator", "name", "state");
    for operator in list.as_array().into_iter().flatten() {
        let state = if operator["disabledAt"].is_null() {
            "active"
        } else {
            "disabled"
        };
        let _ = writeln!(
            text,
            "{:>8} {:<16} {:<9} {}",
            shown(&operator["operator"]),
            shown(&operator["name"]),
            state,
            shown(&operator["roles"])
        );
    }
    text
}

/// Returns a line a proposal.
pub fn proposals(list: &Value) -> String {
    let mut text = format!(
        "{:>8} {:<18} {:<10} {:<12} parameters\n",
        "proposal", "kind", "state", "proposer"
    );
    for proposal in list.as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "{:>8} {:<18} {:<10} {:<12} {}",
            shown(&proposal["proposal"]),
            shown(&proposal["kind"]),
            shown(&proposal["state"]),
            shown(&proposal["proposer"]),
            shown(&proposal["parameters"])
        );
    }
    text
}

/// Returns a line a kind of proposal.
pub fn policies(list: &Value) -> String {
    let mut text = format!(
        "{:<18} {:>6} {:>8} {:>9} {:<28} approved by\n",
        "kind", "lock h", "expiry h", "approvals", "proposed by"
    );
    let hours = |value: &Value| value.as_i64().unwrap_or_default() / 3_600;
    for policy in list.as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "{:<18} {:>6} {:>8} {:>9} {:<28} {}",
            shown(&policy["kind"]),
            hours(&policy["lockSeconds"]),
            hours(&policy["expirySeconds"]),
            shown(&policy["approvals"]),
            shown(&policy["proposers"]),
            shown(&policy["approvers"])
        );
    }
    text
}

/// Returns a line a passkey.
pub fn passkeys(list: &Value) -> String {
    let mut text = String::new();
    for row in list.as_array().into_iter().flatten() {
        let used = match &row["lastUsedAt"] {
            Value::Null => "never used".to_owned(),
            used => format!("used {}", time(used)),
        };
        let _ = writeln!(
            text,
            "{:>6} {:<24} since {} {used}",
            shown(&row["passkey"]),
            shown(&row["label"]),
            time(&row["createdAt"]),
        );
    }
    text
}

/// Returns all of a proposal, a line each.
pub fn proposal(proposal: &Value) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name:<12} {value}");
        }
    };
    line("proposal", shown(&proposal["proposal"]));
    line("kind", shown(&proposal["kind"]));
    for pair in shown(&proposal["parameters"]).split('&') {
        line("", pair.to_owned());
    }
    line("worth", shown(&proposal["worth"]));
    line("reason", shown(&proposal["reason"]));
    line("proposer", shown(&proposal["proposer"]));
    line("proposed", time(&proposal["createdAt"]));
    line("expires", time(&proposal["expiresAt"]));
    line("state", shown(&proposal["state"]));
    line("approvals", approvals(proposal));
    line("decided by", shown(&proposal["decider"]));
    line("decided", time(&proposal["decidedAt"]));
    if proposal["state"] == "approved" {
        line(
            "carried out",
            format!("from {}", time(&proposal["executableAt"])),
        );
    }
    line("outcome", shown(&proposal["outcome"]));
    line("digest", shown(&proposal["digest"]));
    text
}

/// Returns how many have approved of how many that must, and who.
fn approvals(proposal: &Value) -> String {
    let given = proposal["approvals"].as_array().into_iter().flatten();
    let names: Vec<String> = given.map(|one| shown(&one["operator"])).collect();
    let counted = match &proposal["approvalsNeeded"] {
        Value::Null => String::new(),
        needed => format!("{} of {} ", names.len(), shown(needed)),
    };
    format!("{counted}{}", names.join(", "))
        .trim_end()
        .to_owned()
}

/// Returns a line an application.
pub fn applications(list: &Value) -> String {
    let mut text = String::new();
    for row in list.as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "{:>6} user {:<6} level {} {:<16} {:<2} {} {}",
            shown(&row["application"]),
            shown(&row["user"]),
            shown(&row["level"]),
            shown(&row["state"]),
            shown(&row["country"]),
            time(&row["changedAt"]),
            shown(&row["claimedBy"]),
        );
        for finding in row["findings"].as_array().into_iter().flatten() {
            let _ = writeln!(text, "       ! {}", shown(finding));
        }
    }
    text
}

/// Returns a line a deposit beyond the allowance.
pub fn beyond_deposits(list: &Value) -> String {
    let mut text = String::new();
    for row in list.as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "{:>6} {} user {:<6} account {:<8} {} {}",
            shown(&row["deposit"]),
            time(&row["at"]),
            shown(&row["user"]),
            shown(&row["account"]),
            shown(&row["amount"]),
            shown(&row["asset"]),
        );
    }
    text
}

/// Returns all of an application, a line each.
pub fn application(application: &Value) -> String {
    let mut text = String::new();
    for (label, name) in [
        ("application", "application"),
        ("user", "user"),
        ("level", "level"),
        ("state", "state"),
        ("name", "legalName"),
        ("born", "birthDate"),
        ("country", "country"),
        ("address", "address"),
        ("reason", "reason"),
        ("claimed by", "claimedBy"),
        ("approved by", "approvedBy"),
    ] {
        let value = shown(&application[name]);
        if !value.is_empty() {
            let _ = writeln!(text, "{label:<12} {value}");
        }
    }
    for finding in application["findings"].as_array().into_iter().flatten() {
        let _ = writeln!(text, "finding      {}", shown(finding));
    }
    for missing in application["missing"].as_array().into_iter().flatten() {
        let _ = writeln!(text, "missing      {}", shown(missing));
    }
    for document in application["documents"].as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "document     {} {} {} × {}",
            shown(&document["document"]),
            shown(&document["kind"]),
            shown(&document["width"]),
            shown(&document["height"]),
        );
    }
    text
}

/// Returns what a passkey is enrolled with.
pub fn enrolment(told: &Value) -> String {
    format!(
        "page      {}\ncode      {}\nuntil     {} UTC\n",
        shown(&told["page"]),
        shown(&told["code"]),
        time(&told["expiresAt"])
    )
}

/// Returns half of the code of an invitation.
pub fn invitation_half(told: &Value) -> String {
    format!(
        "for       {}\nhalf      {}\npage      {}\nuntil     {} UTC\n",
        shown(&told["name"]),
        shown(&told["code"]),
        shown(&told["page"]),
        time(&told["expiresAt"])
    )
}

/// Returns who has become an operator.
pub fn joined(told: &Value) -> String {
    format!(
        "operator  {}\nname      {}\nroles     {}\n",
        shown(&told["operator"]["operator"]),
        shown(&told["operator"]["name"]),
        shown(&told["operator"]["roles"])
    )
}

/// Returns a line a user who lost the second factors.
pub fn factor_resets(list: &Value) -> String {
    let mut text = format!(
        "{:>6} {:>6} {:>8} {:<19} email\n",
        "reset", "user", "account", "asked"
    );
    for reset in list.as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "{:>6} {:>6} {:>8} {:<19} {}",
            shown(&reset["reset"]),
            shown(&reset["user"]),
            shown(&reset["account"]),
            time(&reset["askedAt"]),
            shown(&reset["email"])
        );
    }
    text
}

/// Returns what a user says who lost the second factors.
pub fn factor_reset(reset: &Value) -> String {
    let statement = reset["statement"].as_str().unwrap_or_default();
    let lines = statement.lines().map(|line| shown(&Value::from(line)));
    let lines: Vec<String> = lines.map(|line| format!("  {line}")).collect();
    format!(
        "reset     {}\nuser      {}\naccount   {}\nemail     {}\nasked     {}\nsays\n{}\n",
        shown(&reset["reset"]),
        shown(&reset["user"]),
        shown(&reset["account"]),
        shown(&reset["email"]),
        time(&reset["askedAt"]),
        lines.join("\n")
    )
}

/// Returns a trouble or a work with all that was told of it.
pub fn incident(incident: &Value) -> String {
    let mut text = format!(
        "{:>6} {:<13} {} to {:<19} {}\n",
        shown(&incident["incident"]),
        shown(&incident["state"]),
        time(&incident["beginsAt"]),
        time(&incident["endsAt"]),
        shown(&incident["title"])
    );
    for update in incident["updates"].as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "       {} {:<13} {}",
            time(&update["at"]),
            shown(&update["state"]),
            shown(&update["text"])
        );
    }
    text
}

/// Returns a line a withdrawal.
pub fn withdrawals(list: &Value) -> String {
    let mut text = format!(
        "{:>6} {:>6} {:<10} {:<19} {:>20} {:<6} {:<8} {}\n",
        "number", "user", "state", "asked", "amount", "asset", "network", "address"
    );
    for one in list.as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "{:>6} {:>6} {:<10} {} {:>20} {:<6} {:<8} {}",
            shown(&one["withdrawal"]),
            shown(&one["user"]),
            shown(&one["state"]),
            time(&one["askedAt"]),
            shown(&one["amount"]),
            shown(&one["asset"]),
            shown(&one["network"]),
            shown(&one["address"])
        );
    }
    text
}

/// Returns a line a limit over all users together.
pub fn payout_limits(list: &Value) -> String {
    let mut text = format!(
        "{:<8} {:>24} {:>24} {:>24} {}\n",
        "asset", "a day", "used", "left", "more from"
    );
    let or_none = |value: &Value| match value {
        Value::Null => "none".to_owned(),
        value => shown(value),
    };
    for one in list.as_array().into_iter().flatten() {
        let raise = match &one["raisedAt"] {
            Value::Null => String::new(),
            at => format!("{} {}", time(at), or_none(&one["raisedTo"])),
        };
        let line = format!(
            "{:<8} {:>24} {:>24} {:>24} {raise}",
            shown(&one["asset"]),
            or_none(&one["cap"]),
            shown(&one["used"]),
            or_none(&one["left"])
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// Returns all of a withdrawal.
pub fn withdrawal(one: &Value) -> String {
    let mut text = String::new();
    for (name, member) in [
        ("withdrawal", "withdrawal"),
        ("user", "user"),
        ("account", "account"),
        ("state", "state"),
        ("asset", "asset"),
        ("network", "network"),
        ("address", "address"),
        ("tag", "addressTag"),
        ("arrives", "amount"),
        ("fee", "fee"),
        ("payout", "payout"),
        ("reason", "reason"),
    ] {
        let _ = writeln!(text, "{name:<11} {}", shown(&one[member]));
    }
    for (name, member) in [
        ("asked", "askedAt"),
        ("payable", "payableAt"),
        ("changed", "changedAt"),
    ] {
        let _ = writeln!(text, "{name:<11} {}", time(&one[member]));
    }
    text
}

/// Returns a line a row of the audit log.
pub fn audit(list: &Value) -> String {
    let mut text = String::new();
    for row in list.as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "{:>8} {} {:<14} {:<22} {:<16} {}",
            shown(&row["number"]),
            time(&row["time"]),
            shown(&row["actor"]),
            shown(&row["act"]),
            shown(&row["subject"]),
            shown(&row["detail"])
        );
    }
    text
}

/// Control characters that somebody wrote into a text must not reach a terminal.
pub(super) fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let visible = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().map(visible).collect()
}

pub(super) fn time(value: &Value) -> String {
    value.as_i64().map(date_and_time).unwrap_or_default()
}

/// Returns a time since 1970 as `2026-11-28 21:40:05`, in UTC.
fn date_and_time(millis: i64) -> String {
    let seconds = millis.div_euclid(1_000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (mut year, mut left) = (1970, days);
    while left < 0 || days_of(year) <= left {
        let step = if left < 0 { -1 } else { 1 };
        left -= if step < 0 {
            -days_of(year - 1)
        } else {
            days_of(year)
        };
        year += step;
    }
    let february = if days_of(year) == 366 { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!(
        "{year:04}-{month:02}-{:02} {hour:02}:{minute:02}:{second:02}",
        left + 1
    )
}

const fn days_of(year: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if is_leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates_of_the_calendar() {
        for (millis, shown) in [
            (0, "1970-01-01 00:00:00"),
            (-1, "1969-12-31 23:59:59"),
            (951_782_400_000, "2000-02-29 00:00:00"),
            (1_709_251_199_999, "2024-02-29 23:59:59"),
            (1_735_689_599_000, "2024-12-31 23:59:59"),
        ] {
            assert_eq!(date_and_time(millis), shown);
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let list = serde_json::json!([{"number": 1, "detail": "a\u{1b}[2Jb"}]);
        assert!(!audit(&list).contains('\u{1b}'));
    }
}
