//! Attempts to sign in over time and restarts.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use identity::address::AddressRule;
use identity::email::Email;
use identity::hashing::Hashing;
use identity::identity::{Identity, KeyTerms};
use identity::key::Signing;
use identity::login::{Attempt, Counter, IDLE_NANOS, Login, NewLogin};
use identity::master::MasterKey;
use identity::password::{Cost, Password};
use identity::totp::Factor;
use model::account::Scopes;
use model::id::AccountId;
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::place;

const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    Identity::open(&place::address(folder).await, master)
        .await
        .expect("opens")
}

fn ann() -> Email {
    Email::parse("ann@example.test").expect("an address")
}

fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

fn strangers(email: &Email) -> Counter {
    Counter::of_strangers(email)
}

/// Tries as often as is allowed, from a moment on, and returns how often that was and when it ended.
async fn hammer(identity: &Identity, start: i64, attempts_max: u32) -> (u32, i64) {
    let (mut begun, mut seconds) = (0, start);
    while begun < attempts_max {
        match identity
            .begin_attempt(&strangers(&ann()), after(seconds))
            .await
            .expect("counted")
        {
            Attempt::Begun => begun += 1,
            Attempt::Wait { seconds: wait } => {
                assert!(0 < wait && wait <= 86_400, "never for good");
                if 900 < wait {
                    break;
                }
                seconds += wait;
            }
        }
    }
    (begun, seconds)
}

#[tokio::test]
async fn there_are_a_hundred_failures_in_a_row_and_then_a_day_of_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (begun, end) = hammer(&identity, 0, 1_000).await;
    assert_eq!(begun, 100);
    assert!(20 * 3_600 < end, "they took {end} s");
    let almost = identity
        .begin_attempt(&strangers(&ann()), after(end + 86_399))
        .await;
    assert_eq!(almost.expect("counted"), Attempt::Wait { seconds: 1 });
    let rested = identity
        .begin_attempt(&strangers(&ann()), after(end + 86_400))
        .await;
    assert_eq!(rested.expect("counted"), Attempt::Begun);
    let (again, _) = hammer(&identity, end + 86_400, 10).await;
    assert_eq!(again, 10, "it begins anew");
}

#[tokio::test]
async fn waiting_survives_a_restart_and_ends_with_a_success() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (_, end) = hammer(&identity, 0, 8).await;
    identity.close().await;
    let identity = open(folder.path()).await;
    let early = identity.begin_attempt(&strangers(&ann()), after(end)).await;
    assert_eq!(early.expect("counted"), Attempt::Wait { seconds: 8 });
    let other = Email::parse("bob@example.test").expect("an address");
    let other = identity.begin_attempt(&strangers(&other), after(end)).await;
    assert_eq!(other.expect("counted"), Attempt::Begun);
    identity
        .forget_failures(&strangers(&ann()))
        .await
        .expect("forgotten");
    for _ in 0..5 {
        let free = identity.begin_attempt(&strangers(&ann()), after(end)).await;
        assert_eq!(free.expect("counted"), Attempt::Begun);
    }
}

#[tokio::test]
async fn a_request_that_comes_behind_a_later_one_does_not_wait() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    for at in [after(1), NOW, NOW, NOW, NOW] {
        let attempt = identity.begin_attempt(&strangers(&ann()), at).await;
        assert_eq!(attempt.expect("counted"), Attempt::Begun);
    }
    let sixth = identity.begin_attempt(&strangers(&ann()), after(1)).await;
    assert_eq!(sixth.expect("counted"), Attempt::Wait { seconds: 1 });
}

#[tokio::test]
async fn failures_are_forgotten_after_a_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (_, end) = hammer(&identity, 0, 20).await;
    identity
        .forget_old(after(end + 86_399))
        .await
        .expect("forgotten");
    let early = identity.begin_attempt(&strangers(&ann()), after(end)).await;
    assert_eq!(early.expect("counted"), Attempt::Wait { seconds: 900 });
    identity
        .forget_old(after(end + 86_400))
        .await
        .expect("forgotten");
    let free = identity.begin_attempt(&strangers(&ann()), after(end)).await;
    assert_eq!(free.expect("counted"), Attempt::Begun);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attempts_at_the_same_time_are_counted_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = Arc::new(open(folder.path()).await);
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let identity = Arc::clone(&identity);
            tokio::spawn(async move { identity.begin_attempt(&strangers(&ann()), NOW).await })
        })
        .collect();
    let mut begun = 0;
    for task in tasks {
        let attempt = task.await.expect("ends").expect("counted");
        begun += u32::from(attempt == Attempt::Begun);
    }
    assert_eq!(begun, 5);
}

#[tokio::test]
async fn a_login_knows_its_browser_after_a_restart_and_ends_when_it_is_idle() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let place = Hashing::start(CHEAP).expect("starts").reserve();
    let place = place.expect("room");
    let password = place.hash(Password::claim("fifteen letters")).await;
    let password = password.expect("hashed");
    let registered = identity.register(&ann(), &password, NOW).await;
    registered.expect("registered");
    let token = identity.messages(1).await.expect("read").remove(0).token;
    let user = identity.confirm(&token.expect("a token"), NOW).await;
    let login = Login {
        user: user.expect("confirmed"),
        agent: "Browser/1.0".to_owned(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    let new = NewLogin {
        login: login.clone(),
        password,
        factor: Factor::Absent,
    };
    let terms = KeyTerms {
        account: AccountId(7),
        label: "browser".to_owned(),
        scopes: Scopes::READ,
        addresses: AddressRule::Any,
        signing: Signing::Parameters,
    };
    let created = identity.create_browser_key(&terms, Some(new), NOW).await;
    let (key, token) = created.expect("issued");
    let used = NOW.plus_nanos(IDLE_NANOS - 1);
    identity
        .find_browser(&token, used)
        .expect("just in time")
        .note_use(used);
    identity.store_uses(Timestamp::ZERO).await.expect("stored");
    identity.close().await;

    let identity = open(folder.path()).await;
    let end = used.plus_nanos(IDLE_NANOS);
    let found = identity
        .find_browser(&token, end.plus_nanos(-1))
        .expect("known");
    assert_eq!((found.id, found.login.clone()), (key.id, Some(login)));
    assert!(identity.find_browser(&token, end).is_none());
    let idle: Vec<_> = identity
        .ended_browsers(end)
        .iter()
        .map(|key| key.id)
        .collect();
    assert_eq!(idle, [key.id]);
}
