//! Challenges: answered once, for what they were asked, in time, over restarts; and the holds of payouts that follow.

use std::path::Path;
use std::sync::Arc;

use identity::challenge::{Act, Evidence};
use identity::email::Email;
use identity::hashing::Hashing;
use identity::hold::Hold;
use identity::identity::{Identity, IdentityError};
use identity::login::Asker;
use identity::login_rule::LoginRule;
use identity::master::MasterKey;
use identity::outbox::Subject;
use identity::password::{Cost, Password, PasswordHash};
use identity::totp::Factor;
use model::id::{KeyId, OwnerId};
use model::time::{NANOS_PER_SECOND, Timestamp};
use ring::hmac;

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_010_000);
const DAY_SECONDS: i64 = 86_400;
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    Identity::open(&place::address(folder).await, master)
        .await
        .expect("opens")
}

fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

fn ann() -> Email {
    Email::parse("ann@example.test").expect("an address")
}

async fn hash(text: &str) -> PasswordHash {
    let place = Hashing::start(CHEAP).expect("starts").reserve();
    let place = place.expect("room");
    place.hash(Password::claim(text)).await.expect("hashed")
}

async fn newest_token(identity: &Identity) -> String {
    let message = identity.messages(1).await.expect("read").remove(0);
    message.token.expect("a token")
}

async fn join(identity: &Identity) -> (OwnerId, PasswordHash) {
    let password = hash("fifteen letters").await;
    let registered = identity.register(&ann(), &password, NOW).await;
    registered.expect("registered");
    let token = newest_token(identity).await;
    let user = identity.confirm(&token, NOW).await;
    (user.expect("confirmed"), password)
}

/// What an authenticator shows for a secret in base 32.
fn code(secret: &str, at: Timestamp) -> String {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => u64::from(letter - b'A'),
        _ => u64::from(letter - b'2') + 26,
    };
    let chunks = secret.as_bytes().chunks(8);
    let bytes: Vec<u8> = chunks
        .flat_map(|chunk| {
            let bits = chunk
                .iter()
                .fold(0, |all, letter| all << 5 | value(*letter));
            bits.to_be_bytes()[3..].to_vec()
        })
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = hmac::sign(&key, &(at.seconds() / 30).to_be_bytes());
    let start = usize::from(tag.as_ref()[19] & 15);
    let word = tag.as_ref()[start..start + 4].try_into();
    let word = u32::from_be_bytes(word.expect("four bytes")) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

async fn enrolled(identity: &Identity) -> (OwnerId, String, Vec<String>) {
    let (user, _) = join(identity).await;
    let secret = identity.enrol_factor(user).await.expect("enrolled");
    let first = code(&secret, NOW);
    let codes = identity.confirm_factor(user, &first, NOW).await;
    (user, secret, codes.expect("confirmed"))
}

const fn act(user: OwnerId) -> Act {
    Act {
        user,
        session: KeyId(7),
        digest: [1; 32],
    }
}

fn is_refused(answer: &Result<Factor, IdentityError>) -> bool {
    matches!(answer, Err(IdentityError::ChallengeRefused))
}

#[tokio::test]
async fn a_challenge_is_answered_once_and_for_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, secret, _) = enrolled(&identity).await;
    let act = act(user);
    let token = identity.challenge(&act, after(60)).await.expect("made");
    let shown = code(&secret, after(60));
    let of = |act: Act, at: Timestamp| {
        let (identity, token, shown) = (&identity, &token, &shown);
        async move {
            let evidence = Evidence::Code(shown);
            identity.answer_challenge(token, &act, evidence, at).await
        }
    };
    let others = [
        Act {
            digest: [2; 32],
            ..act
        },
        Act {
            session: KeyId(8),
            ..act
        },
        Act {
            user: OwnerId(99),
            ..act
        },
    ];
    for other in others {
        assert!(is_refused(&of(other, after(60)).await), "{other:?}");
    }
    let late = after(60 + 300);
    assert!(is_refused(&of(act, late).await), "five minutes are over");
    assert_eq!(
        of(act, after(60)).await.expect("of this act"),
        Factor::Shown
    );
    assert!(is_refused(&of(act, after(60)).await), "it is used up");
    let again = identity.challenge(&act, after(60)).await.expect("made");
    let evidence = Evidence::Code(&shown);
    let used = identity.answer_challenge(&again, &act, evidence, after(60));
    let used = used.await;
    assert!(
        matches!(used, Err(IdentityError::FactorRefused)),
        "the code is used up: {used:?}"
    );
}

#[tokio::test]
async fn a_wrong_code_uses_nothing_up_and_a_restart_forgets_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, secret, _) = enrolled(&identity).await;
    let act = act(user);
    let token = identity.challenge(&act, after(60)).await.expect("made");
    let wrong = Evidence::Code("000000x");
    let refused = identity.answer_challenge(&token, &act, wrong, after(60));
    let refused = refused.await;
    assert!(matches!(refused, Err(IdentityError::FactorRefused)));
    identity.close().await;

    let identity = open(folder.path()).await;
    let shown = code(&secret, after(60));
    let evidence = Evidence::Code(&shown);
    let answered = identity.answer_challenge(&token, &act, evidence, after(60));
    assert_eq!(answered.await.expect("answered"), Factor::Shown);
    identity.close().await;

    let identity = open(folder.path()).await;
    let later = code(&secret, after(120));
    let evidence = Evidence::Code(&later);
    let twice = identity.answer_challenge(&token, &act, evidence, after(120));
    assert!(is_refused(&twice.await));
}

#[tokio::test]
async fn of_two_answers_at_the_same_time_one_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = Arc::new(open(folder.path()).await);
    let (user, _, codes) = enrolled(&identity).await;
    let act = act(user);
    let token = identity.challenge(&act, NOW).await.expect("made");
    let answer = |code: String| {
        let (identity, token) = (Arc::clone(&identity), token.clone());
        tokio::spawn(async move {
            let evidence = Evidence::Code(&code);
            let answered = identity.answer_challenge(&token, &act, evidence, NOW);
            answered.await.is_ok()
        })
    };
    let tasks: Vec<_> = codes[..4].iter().cloned().map(answer).collect();
    let mut counted = 0;
    for task in tasks {
        counted += u32::from(task.await.expect("runs"));
    }
    assert_eq!(counted, 1);
}

#[tokio::test]
async fn a_password_answers_as_long_as_there_is_no_factor() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, password) = join(&identity).await;
    let act = act(user);
    let token = identity.challenge(&act, NOW).await.expect("made");
    let other = hash("fifteen letters").await;
    let stale = Evidence::Password(&other);
    let stale = identity.answer_challenge(&token, &act, stale, NOW).await;
    assert!(matches!(stale, Err(IdentityError::PasswordStale)));
    let code = Evidence::Code("123456");
    let none = identity.answer_challenge(&token, &act, code, NOW).await;
    assert!(matches!(none, Err(IdentityError::FactorRefused)));
    let own = Evidence::Password(&password);
    let answered = identity.answer_challenge(&token, &act, own, NOW).await;
    assert_eq!(answered.expect("answered"), Factor::Absent);

    let secret = identity.enrol_factor(user).await.expect("enrolled");
    let token = identity.challenge(&act, NOW).await.expect("made");
    let shown = self::code(&secret, NOW);
    let confirmed = identity.confirm_factor(user, &shown, NOW).await;
    confirmed.expect("confirmed");
    let own = Evidence::Password(&password);
    let refused = identity.answer_challenge(&token, &act, own, NOW).await;
    assert!(matches!(refused, Err(IdentityError::FactorRefused)));
}

#[tokio::test]
async fn of_many_challenges_the_newest_wait() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, password) = join(&identity).await;
    let act = act(user);
    let mut tokens = Vec::new();
    for second in 0..21 {
        let made = identity.challenge(&act, after(second)).await;
        tokens.push(made.expect("made"));
    }
    let own = || Evidence::Password(&password);
    let oldest = identity.answer_challenge(&tokens[0], &act, own(), after(21));
    assert!(is_refused(&oldest.await));
    for token in &tokens[1..] {
        let answered = identity.answer_challenge(token, &act, own(), after(21));
        answered.await.expect("it waits");
    }
}

async fn untold(identity: &Identity) -> Vec<i64> {
    let holds = identity.untold_holds().await.expect("read");
    holds.iter().map(|hold| hold.until.seconds()).collect()
}

#[tokio::test]
async fn whatever_changes_how_somebody_signs_in_holds_payouts_for_a_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, former) = join(&identity).await;
    assert_eq!(untold(&identity).await, [0_i64; 0], "joining holds nothing");
    let until = |seconds: i64| after(seconds + DAY_SECONDS).seconds();

    let new = hash("seventeen letters").await;
    let changed = identity
        .change_password(user, &former, &new, after(1))
        .await;
    changed.expect("changed");
    assert_eq!(untold(&identity).await, [until(1)]);
    identity
        .ask_reset(&ann(), Asker::Stranger, after(2))
        .await
        .expect("asked");
    let token = newest_token(&identity).await;
    let reset = identity.reset_password(&token, &former, after(2)).await;
    reset.expect("reset");
    assert_eq!(untold(&identity).await, [until(2)]);
    let secret = identity.enrol_factor(user).await.expect("enrolled");
    assert_eq!(untold(&identity).await, [until(2)], "it does not count yet");
    let shown = code(&secret, after(3));
    let codes = identity.confirm_factor(user, &shown, after(3)).await;
    let codes = codes.expect("confirmed");
    assert_eq!(untold(&identity).await, [until(3)]);
    let shown = code(&secret, after(60));
    let by_code = identity.show_factor(user, Some(&shown), after(60)).await;
    by_code.expect("shown");
    assert_eq!(untold(&identity).await, [until(3)], "a code is the factor");
    let recovered = identity.show_factor(user, Some(&codes[0]), after(61)).await;
    recovered.expect("shown");
    assert_eq!(untold(&identity).await, [until(61)]);
    let act = act(user);
    let token = identity.challenge(&act, after(62)).await;
    let evidence = Evidence::Code(&codes[1]);
    let token = token.expect("made");
    let answered = identity.answer_challenge(&token, &act, evidence, after(62));
    answered.await.expect("answered");
    assert_eq!(untold(&identity).await, [until(62)]);
    let removed = identity.remove_factor(user, after(63)).await;
    removed.expect("removed");
    assert_eq!(untold(&identity).await, [until(63)]);
    let set = |rule, seconds| identity.set_login_rule(user, rule, after(seconds));
    set(LoginRule::NeverPasswordAlone, 64).await.expect("set");
    assert_eq!(untold(&identity).await, [until(63)], "it asks for no less");
    set(LoginRule::PasswordOrPasskey, 65).await.expect("set");
    assert_eq!(untold(&identity).await, [until(65)]);
    let told = identity.messages(1).await.expect("read");
    assert_eq!(told[0].subject, Subject::PasswordAlone);
    set(LoginRule::PasswordOrPasskey, 66).await.expect("set");
    assert_eq!(untold(&identity).await, [until(65)], "it is as before");
}

#[tokio::test]
async fn a_hold_is_told_once_over_restarts_and_a_later_one_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, password) = join(&identity).await;
    let change = |identity: Arc<Identity>, seconds: i64| {
        let password = password.clone();
        async move {
            let changed = identity.change_password(user, &password, &password, after(seconds));
            changed.await.expect("changed");
        }
    };
    let identity = Arc::new(identity);
    change(Arc::clone(&identity), 1).await;
    identity.close().await;

    let identity = Arc::new(open(folder.path()).await);
    let first = Hold {
        user,
        until: after(1 + DAY_SECONDS),
    };
    assert_eq!(identity.untold_holds().await.expect("read"), [first]);
    change(Arc::clone(&identity), 2).await;
    identity.note_told(first).await.expect("noted");
    let second = Hold {
        user,
        until: after(2 + DAY_SECONDS),
    };
    let left = identity.untold_holds().await.expect("read");
    assert_eq!(left, [second], "what was told was another");
    identity.note_told(second).await.expect("noted");
    assert_eq!(identity.untold_holds().await.expect("read"), []);
}
