//! What operators tell everybody, told.

use crate::cli::incident::IncidentTask;
use crate::operators::client::Client;
use crate::operators::print;
use anyhow::{Context, Result};
use archive::day::Day;

const INCIDENTS: &str = "/v1/operator/incidents";
const INCIDENT: &str = "/v1/operator/incident";
const MINUTE_MILLIS: i64 = 60_000;

/// Does what is asked.
///
/// # Errors
/// The exchange cannot be reached or refuses, or a time is none.
pub fn run(task: &IncidentTask) -> Result<()> {
    match task {
        IncidentTask::List(desk) => {
            let list = Client::new(desk)?.get(INCIDENTS, &[])?;
            for incident in list.as_array().into_iter().flatten() {
                print!("{}", print::incident(incident));
            }
        }
        IncidentTask::Open { desk, title, text } => {
            let told = [("title", title.as_str()), ("text", text)];
            let opened = Client::new(desk)?.post(INCIDENTS, &told)?;
            print!("{}", print::incident(&opened));
        }
        IncidentTask::Plan {
            desk,
            title,
            text,
            from,
            until,
        } => {
            let (from, until) = (millis(from)?.to_string(), millis(until)?.to_string());
            let told = [
                ("title", title.as_str()),
                ("text", text),
                ("beginsAt", &from),
                ("endsAt", &until),
            ];
            let planned = Client::new(desk)?.post(INCIDENTS, &told)?;
            print!("{}", print::incident(&planned));
        }
        IncidentTask::Update {
            desk,
            number,
            state,
            text,
        } => {
            let number = number.to_string();
            let told = [
                ("incident", number.as_str()),
                ("state", state),
                ("text", text),
            ];
            let updated = Client::new(desk)?.post(INCIDENT, &told)?;
            print!("{}", print::incident(&updated));
        }
    }
    Ok(())
}

/// Returns a time such as `2026-12-24T03:00` in milliseconds since 1970.
fn millis(text: &str) -> Result<i64> {
    minutes(text)
        .map(|minutes| minutes * MINUTE_MILLIS)
        .with_context(|| format!("{text} is no time: write it in UTC as 2026-12-24T03:00"))
}

fn minutes(text: &str) -> Option<i64> {
    let (day, time) = text.split_once('T')?;
    let (hour, minute) = time.split_once(':')?;
    let number = |text: &str, end: i64| {
        let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|it| is_plain && *it < end)
    };
    let (hour, minute): (i64, i64) = (number(hour, 24)?, number(minute, 60)?);
    Some(Day::parse(day)?.begins().millis() / MINUTE_MILLIS + 60 * hour + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_one_way() {
        assert_eq!(millis("1970-01-01T00:00").expect("a time"), 0);
        assert_eq!(
            millis("2024-02-29T23:59").expect("a time"),
            1_709_251_140_000
        );
        for wrong in [
            "2024-02-30T00:00",
            "2024-02-29",
            "2024-02-29T24:00",
            "2024-02-29T1:00",
            "2024-02-29T01:60",
            "2024-02-29 01:00",
            "2024-02-29T+1:00",
        ] {
            assert!(millis(wrong).is_err(), "{wrong}");
        }
    }
}
