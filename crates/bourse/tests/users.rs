//! What an operator is told about users.

#[path = "../../identity/tests/place/mod.rs"]
mod place;

use bourse::user::list;
use identity::closing::Wish;
use identity::email::Email;
use identity::hashing::Hashing;
use identity::identity::Identity;
use identity::login::Counter;
use identity::master::MasterKey;
use identity::password::{Cost, Password};
use model::id::AccountId;
use model::time::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

async fn people() -> (tempfile::TempDir, Identity) {
    let folder = tempfile::tempdir().expect("a folder");
    let master = MasterKey::from_bytes(&[7; 32]);
    let identity = Identity::open(&place::address(folder.path()).await, master).await;
    let identity = identity.expect("opens");
    let bob = identity.create_user("bob", "bob@example.test", NOW).await;
    identity
        .note_account(bob.expect("new"), AccountId(9))
        .await
        .expect("noted");
    let cheap = Cost {
        memory_kib: 8,
        passes: 1,
    };
    let place = Hashing::start(cheap)
        .expect("starts")
        .reserve()
        .expect("room");
    let hash = place
        .hash(Password::claim("fifteen letters"))
        .await
        .expect("hashed");
    let ann = Email::parse("ann@example.test").expect("an address");
    identity
        .register(&ann, &hash, NOW)
        .await
        .expect("registered");
    let token = identity.messages(1).await.expect("read").remove(0).token;
    identity
        .confirm(&token.expect("a token"), NOW)
        .await
        .expect("confirmed");
    identity
        .begin_attempt(&Counter::of_strangers(&ann), NOW)
        .await
        .expect("counted");
    (folder, identity)
}

#[tokio::test]
async fn users_are_listed_a_line_each() {
    let (_folder, identity) = people().await;
    let text = list(&identity).await.expect("read");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0], ["user", "account", "password", "factor", "email"]);
    assert_eq!(lines[1], ["1", "9", "no", "no", "bob@example.test"]);
    assert_eq!(lines[2], ["2", "-", "yes", "no", "ann@example.test"]);
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn who_closed_an_account_is_listed_with_the_address_there_was() {
    let (_folder, identity) = people().await;
    let bob = identity.users().await.expect("read").remove(0).id;
    let asked = identity
        .ask_closing(bob, AccountId(9), Wish::Keep, NOW)
        .await;
    asked.expect("asked");
    let finished = identity.finish_closing(bob, &[AccountId(9)], NOW).await;
    finished.expect("finished");
    let listed = list(&identity).await.expect("read");
    assert!(
        listed.contains("bob@example.test (closed 2023-11-14"),
        "{listed}"
    );
}
