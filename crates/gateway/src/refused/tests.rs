//! A minute is a row a cause, and never more than so many.

use super::*;
use crate::waiting::WAITING_MAX;

const TOLD: Told = Told {
    code: -2015,
    asked: "order_new",
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn cause(who: Who, address: &str) -> Cause {
    Cause::new("key-refused", who, address.parse().expect("an address"))
}

/// Returns who, what about, how often and from where of the rows that are due.
fn due(refused: &Refused, now: Timestamp) -> Vec<(Actor, String, String, Option<IpAddr>)> {
    refused.pass(&mut lock(&refused.minute), now);
    let due = refused.due.take().into_iter();
    due.map(|row| (row.actor, row.subject, row.detail, row.address))
        .collect()
}

#[test]
fn a_minute_has_one_row_for_each_who_what_and_where() {
    let refused = Refused::default();
    for seconds in [60, 61, 119] {
        refused.count(cause(Who::Key(KeyId(8)), "10.0.0.1"), TOLD, at(seconds));
    }
    refused.count(cause(Who::Key(KeyId(8)), "10.0.0.2"), TOLD, at(119));
    refused.count(cause(Who::User(OwnerId(5)), "2001:db8::1"), TOLD, at(119));
    refused.count(cause(Who::User(OwnerId(5)), "2001:db8::2"), TOLD, at(119));
    refused.count(cause(Who::Nobody, "10.0.0.1"), TOLD, at(119));
    refused.count(cause(Who::Nobody, "10.0.0.2"), TOLD, at(119));
    assert_eq!(due(&refused, at(119)), [], "the minute is not over");
    let address = |text: &str| Some(text.parse().expect("an address"));
    let row = |actor, subject: &str, times: &str, from| {
        let detail = format!("{times} in a minute, first -2015 for order_new");
        (actor, subject.to_owned(), detail, from)
    };
    assert_eq!(
        due(&refused, at(120)),
        [
            row(Actor::Stranger, "nobody", "2 times", None),
            row(Actor::Stranger, "key 8", "3 times", address("10.0.0.1")),
            row(Actor::Stranger, "key 8", "once", address("10.0.0.2")),
            row(
                Actor::User(OwnerId(5)),
                "user 5",
                "2 times",
                address("2001:db8::")
            ),
        ]
    );
    assert_eq!(due(&refused, at(180)), [], "once and no more");
}

#[test]
fn strangers_without_end_make_no_more_than_sixty_rows_and_hide_nobody_who_is_known() {
    let refused = Refused::default();
    for host in 0..1_000 {
        let address = format!("10.0.{}.{}", host / 250, host % 250);
        refused.count(cause(Who::Unknown, &address), TOLD, at(60));
    }
    refused.count(cause(Who::User(OwnerId(5)), "10.1.0.1"), TOLD, at(60));
    let rows = due(&refused, at(120));
    assert_eq!(rows.len(), ROWS_MAX + 2);
    let subjects = |subject: &str| rows.iter().filter(|row| row.1 == subject).count();
    assert_eq!((subjects("unknown"), subjects("user 5")), (ROWS_MAX, 1));
    let others = rows.last().expect("a row");
    assert_eq!(
        (&*others.1, &*others.2),
        ("others", "940 times in a minute")
    );
}

#[test]
fn a_database_that_is_away_for_long_costs_the_oldest_rows_alone() {
    let refused = Refused::default();
    for minute in 0..200 {
        for host in 0..60 {
            let address = format!("10.0.0.{host}");
            refused.count(cause(Who::Unknown, &address), TOLD, at(minute * 60));
        }
    }
    refused.pass(&mut lock(&refused.minute), at(12_000));
    let due = refused.due.take();
    assert_eq!(due.len(), WAITING_MAX);
    let newest = due.last().expect("a row");
    assert_eq!(newest.at, at(12_000));
}
