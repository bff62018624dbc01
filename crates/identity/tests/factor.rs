//! Second factors: each code counts once, over time, restarts and at the same time.

use std::path::Path;
use std::sync::Arc;

use identity::email::Email;
use identity::hashing::Hashing;
use identity::identity::{Identity, IdentityError};
use identity::login::Asker;
use identity::master::MasterKey;
use identity::outbox::Subject;
use identity::password::{Cost, Password};
use identity::totp::Factor;
use model::id::OwnerId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use ring::hmac;

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_010_000);
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

async fn join(identity: &Identity) -> OwnerId {
    let place = Hashing::start(CHEAP).expect("starts").reserve();
    let place = place.expect("room");
    let hash = place.hash(Password::claim("fifteen letters")).await;
    let registered = identity.register(&ann(), &hash.expect("hashed"), NOW).await;
    registered.expect("registered");
    let token = identity.messages(1).await.expect("read").remove(0).token;
    let user = identity.confirm(&token.expect("a token"), NOW).await;
    user.expect("confirmed")
}

/// What an authenticator shows for a secret in base 32.
fn code(secret: &str, at: Timestamp) -> String {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => u64::from(letter - b'A'),
        _ => u64::from(letter - b'2') + 26,
    };
    let bytes: Vec<u8> = secret
        .as_bytes()
        .chunks(8)
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
    let word: [u8; 4] = tag.as_ref()[start..start + 4]
        .try_into()
        .expect("four bytes");
    format!(
        "{:06}",
        (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000
    )
}

async fn enrolled(identity: &Identity) -> (OwnerId, String, Vec<String>) {
    let user = join(identity).await;
    let secret = identity.enrol_factor(user).await.expect("enrolled");
    let confirmed = identity
        .confirm_factor(user, &code(&secret, NOW), NOW)
        .await;
    (user, secret, confirmed.expect("confirmed"))
}

async fn shows(identity: &Identity, user: OwnerId, code: &str, at: Timestamp) -> bool {
    match identity.show_factor(user, Some(code), at).await {
        Ok(factor) => factor == Factor::Shown,
        Err(error) => {
            assert!(matches!(error, IdentityError::FactorRefused), "{error:?}");
            false
        }
    }
}

#[tokio::test]
async fn a_secret_counts_once_it_is_confirmed() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = join(&identity).await;
    let nothing = identity.confirm_factor(user, "000000", NOW).await;
    assert!(matches!(nothing, Err(IdentityError::FactorRefused)));
    let first = identity.enrol_factor(user).await.expect("enrolled");
    let secret = identity.enrol_factor(user).await.expect("enrolled again");
    assert_eq!(secret.len(), 32);
    let absent = identity.show_factor(user, None, NOW).await;
    assert_eq!(absent.expect("read"), Factor::Absent);
    let old = identity.confirm_factor(user, &code(&first, NOW), NOW).await;
    assert!(matches!(old, Err(IdentityError::FactorRefused)));
    let codes = identity
        .confirm_factor(user, &code(&secret, NOW), NOW)
        .await;
    assert_eq!(codes.expect("confirmed").len(), 10);
    let told = identity.messages(1).await.expect("read").remove(0);
    assert_eq!(told.subject, Subject::FactorChanged);
    let twice = identity.enrol_factor(user).await;
    assert!(matches!(twice, Err(IdentityError::FactorRefused)));
    let missing = identity.show_factor(user, None, after(60)).await;
    assert!(matches!(missing, Err(IdentityError::FactorRefused)));
}

#[tokio::test]
async fn a_code_counts_once_and_survives_a_restart_as_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, secret, _) = enrolled(&identity).await;
    let of = |seconds| code(&secret, after(seconds));
    assert!(
        !shows(&identity, user, &of(0), NOW).await,
        "the confirmation used it"
    );
    assert!(
        !shows(&identity, user, &of(-30), NOW).await,
        "nor an older one"
    );
    assert!(shows(&identity, user, &of(60), after(60)).await);
    assert!(!shows(&identity, user, &of(60), after(60)).await);
    assert!(!shows(&identity, user, &of(30), after(60)).await);
    identity.close().await;
    let identity = open(folder.path()).await;
    assert!(!shows(&identity, user, &of(60), after(60)).await);
    for (shown, at, expected) in [
        (120, 60, false),
        (120, 90, true),
        (150, 180, true),
        (180, 240, false),
        (240, 240, true),
    ] {
        assert_eq!(
            shows(&identity, user, &of(shown), after(at)).await,
            expected,
            "{shown} at {at}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_code_at_the_same_time_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = Arc::new(open(folder.path()).await);
    let (user, secret, codes) = enrolled(&identity).await;
    for shown in [code(&secret, after(60)), codes[0].clone()] {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (identity, shown) = (Arc::clone(&identity), shown.clone());
                tokio::spawn(async move { shows(&identity, user, &shown, after(60)).await })
            })
            .collect();
        let mut counted = 0;
        for task in tasks {
            counted += u32::from(task.await.expect("ends"));
        }
        assert_eq!(counted, 1);
    }
}

#[tokio::test]
async fn each_recovery_code_counts_once_for_its_user_and_stands_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, secret, codes) = enrolled(&identity).await;
    assert!(!shows(&identity, user, "", NOW).await);
    for code in &codes {
        assert!(!shows(&identity, user, &code[1..], NOW).await);
        assert!(shows(&identity, user, code, NOW).await);
        assert!(!shows(&identity, user, code, NOW).await);
    }
    identity.close().await;
    let bytes = place::stored(folder.path()).await;
    for hidden in codes.iter().chain([&secret]) {
        assert!(
            !bytes
                .windows(hidden.len())
                .any(|part| part == hidden.as_bytes())
        );
    }
}

#[tokio::test]
async fn a_reset_keeps_the_factor_and_a_removal_takes_it_and_its_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (user, secret, codes) = enrolled(&identity).await;
    identity
        .ask_reset(&ann(), Asker::Stranger, NOW)
        .await
        .expect("asked");
    let token = identity.messages(1).await.expect("read").remove(0).token;
    let place = Hashing::start(CHEAP).expect("starts").reserve();
    let hash = place
        .expect("room")
        .hash(Password::claim("and another one!"))
        .await;
    let reset = identity
        .reset_password(&token.expect("a token"), &hash.expect("hashed"), NOW)
        .await;
    reset.expect("reset");
    let missing = identity.show_factor(user, None, NOW).await;
    assert!(matches!(missing, Err(IdentityError::FactorRefused)));
    assert!(shows(&identity, user, &code(&secret, after(60)), after(60)).await);
    identity
        .remove_factor(user, after(60))
        .await
        .expect("removed");
    let absent = identity.show_factor(user, None, after(60)).await;
    assert_eq!(absent.expect("read"), Factor::Absent);
    let again = identity.enrol_factor(user).await.expect("enrolled");
    let confirmed = identity.confirm_factor(user, &code(&again, NOW), NOW).await;
    confirmed.expect("confirmed");
    assert!(
        !shows(&identity, user, &codes[0], NOW).await,
        "of the former factor"
    );
}

#[tokio::test]
async fn nobody_is_refused_as_a_wrong_code_is_and_uses_nothing_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = join(&identity).await;
    let claim = async |user: Option<OwnerId>, code: &str| {
        let email = ann();
        let shown = identity.show_factor_of((&email, user), Some(code), after(60));
        shown.await
    };
    let refused = |shown: Result<Factor, IdentityError>| {
        assert!(
            matches!(shown, Err(IdentityError::FactorRefused)),
            "{shown:?}"
        );
    };
    let absent = claim(Some(user), "000000").await.expect("none to show");
    assert_eq!(absent, Factor::Absent);
    refused(claim(None, "000000").await);
    let secret = identity.enrol_factor(user).await.expect("a secret");
    let first = code(&secret, NOW);
    let codes = identity.confirm_factor(user, &first, NOW).await;
    let codes = codes.expect("confirmed");
    let before = place::rows(folder.path()).await;
    let right = code(&secret, after(60));
    for shown in [right.as_str(), codes[0].as_str(), "000000", ""] {
        // A wrong password makes nobody of a user.
        refused(claim(None, shown).await);
    }
    refused(claim(Some(user), "000000x").await);
    assert_eq!(place::rows(folder.path()).await, before);
    let shown = claim(Some(user), &right).await.expect("right");
    assert_eq!(shown, Factor::Shown);
    let recovered = claim(Some(user), &codes[0]).await.expect("right");
    assert_eq!(recovered, Factor::Shown);
}
