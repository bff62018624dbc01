//! What strangers who fail do to a user: a letter a day, and no waiting where the user is known.

use std::net::IpAddr;

use identity::email::Email;
use identity::identity::Identity;
use identity::login::{Attempt, Whence};
use identity::master::MasterKey;
use identity::outbox::Subject;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

async fn open(folder: &std::path::Path) -> Identity {
    let master = MasterKey::from_bytes(&[7; 32]);
    let opened = Identity::open(&place::address(folder).await, master).await;
    opened.expect("opens")
}

fn ann() -> Email {
    Email::parse("ann@example.test").expect("an address")
}

fn whence(address: &str) -> Whence<'static> {
    Whence {
        address: address.parse::<IpAddr>().expect("an address"),
        agent: "Firefox/140",
    }
}

fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

async fn subjects(identity: &Identity) -> Vec<Subject> {
    let messages = identity.messages(100).await.expect("read");
    messages.iter().map(|message| message.subject).collect()
}

#[tokio::test]
async fn failures_are_told_once_a_day_and_not_before_there_are_five() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = identity.create_user("ann", "ann@example.test", NOW).await;
    let user = user.expect("new");
    let fail = async |count: usize, at: Timestamp| {
        for _ in 0..count {
            identity.note_failure(&ann(), at).await.expect("noted");
        }
        identity.tell_failures(at).await.expect("told");
    };
    fail(4, NOW).await;
    assert_eq!(subjects(&identity).await, []);
    fail(1, after(60)).await;
    assert_eq!(subjects(&identity).await, [Subject::LoginsFailed]);
    let told = identity.notifications(user, None, 10).await.expect("read");
    assert_eq!(told.len(), 1, "on the pages, too");
    fail(1_000, after(120)).await;
    assert_eq!(subjects(&identity).await.len(), 1, "once a day");
    let next = after(60).plus_nanos(NANOS_PER_DAY);
    fail(0, next).await;
    assert_eq!(subjects(&identity).await.len(), 2, "those of the day");
    let later = next.plus_nanos(NANOS_PER_DAY);
    fail(4, later).await;
    assert_eq!(subjects(&identity).await.len(), 2, "they count anew");
}

#[tokio::test]
async fn failures_of_nobody_leave_the_same_row_and_no_letter() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    for _ in 0..10 {
        identity.note_failure(&ann(), NOW).await.expect("noted");
    }
    identity.tell_failures(NOW).await.expect("told");
    assert_eq!(subjects(&identity).await, []);
    let rows = place::rows(folder.path()).await;
    assert_eq!(rows["failure_notices"].len(), 1);
}

#[tokio::test]
async fn strangers_who_fail_delay_no_device_that_the_user_has_signed_in_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = identity.create_user("ann", "ann@example.test", NOW).await;
    let user = user.expect("new");
    let home = whence("192.0.2.7");
    identity.note_device(user, &home, NOW).await.expect("noted");
    let mut begun = 0;
    let mut at = NOW;
    for number in 0..1_000 {
        let stranger = whence(&format!("198.51.{}.{}", number / 250, number % 250));
        let counter = identity.counter(&ann(), &stranger).await.expect("read");
        at = at.plus_nanos(NANOS_PER_SECOND);
        if identity.begin_attempt(&counter, at).await.expect("counted") == Attempt::Begun {
            begun += 1;
        }
    }
    assert!(begun < 20, "they wait together: {begun}");
    let counter = identity.counter(&ann(), &home).await.expect("read");
    let own = identity.begin_attempt(&counter, at).await.expect("counted");
    assert_eq!(own, Attempt::Begun);
    identity.forget_failures(&counter).await.expect("forgotten");
    let stranger = identity.counter(&ann(), &whence("203.0.113.9")).await;
    let stranger = stranger.expect("read");
    let still = identity
        .begin_attempt(&stranger, at)
        .await
        .expect("counted");
    assert!(
        matches!(still, Attempt::Wait { .. }),
        "a success at home frees no stranger"
    );
}

#[tokio::test]
async fn a_known_device_has_its_own_failures_and_waits_for_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = identity.create_user("ann", "ann@example.test", NOW).await;
    let home = whence("192.0.2.7");
    let user = user.expect("new");
    identity.note_device(user, &home, NOW).await.expect("noted");
    let counter = identity.counter(&ann(), &home).await.expect("read");
    for _ in 0..5 {
        let free = identity
            .begin_attempt(&counter, NOW)
            .await
            .expect("counted");
        assert_eq!(free, Attempt::Begun);
    }
    let sixth = identity
        .begin_attempt(&counter, NOW)
        .await
        .expect("counted");
    assert_eq!(sixth, Attempt::Wait { seconds: 1 });
}
