//! Another address: who confirms it, until when, what becomes of sessions and payouts, and that the former one can take
//! itself back.

use identity::email::Email;
use identity::email_change::{CHANGE_NANOS, RETURN_NANOS};
use identity::hashing::Hashing;
use identity::hold::HOLD_NANOS;
use identity::identity::{Identity, IdentityError};
use identity::login::Asker;
use identity::master::MasterKey;
use identity::outbox::{Message, Subject};
use identity::password::{Cost, Password, PasswordHash};
use model::id::OwnerId;
use model::time::Timestamp;

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_010_000);
const OLD: &str = "ann@example.test";
const NEW: &str = "ann@new.example.test";

fn after(nanos: i64) -> Timestamp {
    NOW.plus_nanos(nanos)
}

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

struct World {
    _folder: tempfile::TempDir,
    identity: Identity,
    ann: OwnerId,
}

async fn hash() -> PasswordHash {
    let cheap = Cost {
        memory_kib: 8,
        passes: 1,
    };
    let place = Hashing::start(cheap).expect("starts").reserve();
    let hash = place
        .expect("room")
        .hash(Password::claim("fifteen letters"));
    hash.await.expect("hashed")
}

impl World {
    async fn new() -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let master = MasterKey::from_bytes(&[7; 32]);
        let address = place::address(folder.path()).await;
        let identity = Identity::open(&address, master).await.expect("opens");
        let ann = join(&identity, OLD).await;
        World {
            _folder: folder,
            identity,
            ann,
        }
    }

    /// Ann wants the new address; returns what its mailbox is told.
    async fn ask(&self, at: Timestamp) -> String {
        let wanted = email(NEW);
        let asked = self.identity.ask_email_change(self.ann, &wanted, at);
        asked.await.expect("asked");
        self.newest(NEW, Subject::EmailChange).await
    }

    async fn newest(&self, recipient: &str, subject: Subject) -> String {
        let messages = self.messages().await.into_iter();
        let mut found = messages.filter(|one| one.recipient == recipient && one.subject == subject);
        found.next().expect("a message").token.expect("a token")
    }

    async fn messages(&self) -> Vec<Message> {
        self.identity.messages(100).await.expect("read")
    }

    async fn address(&self) -> String {
        let address = self.identity.email_of(self.ann).await.expect("read");
        address.as_str().to_owned()
    }
}

async fn join(identity: &Identity, address: &str) -> OwnerId {
    let asked = identity.register(&email(address), &hash().await, NOW).await;
    asked.expect("asked");
    let token = identity.messages(1).await.expect("read").remove(0).token;
    let user = identity.confirm(&token.expect("a token"), NOW).await;
    user.expect("confirmed")
}

fn is_refused<T>(result: &Result<T, IdentityError>) -> bool {
    matches!(result, Err(IdentityError::TokenRefused))
}

#[tokio::test]
async fn an_address_is_taken_by_whoever_reads_it_within_an_hour_and_once() {
    let world = World::new().await;
    let token = world.ask(NOW).await;
    assert_eq!(world.address().await, OLD, "nothing changes before");
    let late = world
        .identity
        .confirm_email_change(&token, after(CHANGE_NANOS));
    assert!(is_refused(&late.await));
    let at = after(CHANGE_NANOS - 1);
    let user = world.identity.confirm_email_change(&token, at).await;
    assert_eq!(user.expect("changed"), world.ann);
    assert_eq!(world.address().await, NEW);
    let again = world.identity.confirm_email_change(&token, at).await;
    assert!(is_refused(&again));
    let held = world.identity.untold_holds().await.expect("read");
    assert_eq!(held[0].until, at.plus_nanos(HOLD_NANOS));
    let of_old = world.identity.password_of(&email(OLD)).await.expect("read");
    assert!(of_old.is_none(), "nobody signs in by the former address");
    let of_new = world.identity.password_of(&email(NEW)).await.expect("read");
    assert_eq!(of_new.expect("a password").0, world.ann);
}

#[tokio::test]
async fn the_former_address_takes_itself_back_within_a_day_and_once() {
    let world = World::new().await;
    let token = world.ask(NOW).await;
    let changed = world.identity.confirm_email_change(&token, NOW).await;
    changed.expect("changed");
    let back = world.newest(OLD, Subject::EmailChanged).await;
    // What whoever took the address asks meanwhile is worth nothing afterwards.
    let asked = world
        .identity
        .ask_reset(&email(NEW), Asker::Stranger, after(1))
        .await;
    asked.expect("asked");
    let reset = world.newest(NEW, Subject::PasswordReset).await;
    let late = world
        .identity
        .return_email(&back, after(RETURN_NANOS))
        .await;
    assert!(is_refused(&late));
    let at = after(RETURN_NANOS - 1);
    let user = world.identity.return_email(&back, at).await;
    assert_eq!(user.expect("returned"), world.ann);
    assert_eq!(world.address().await, OLD);
    assert!(is_refused(&world.identity.return_email(&back, at).await));
    let password = hash().await;
    let stolen = world.identity.reset_password(&reset, &password, after(2));
    assert!(is_refused(&stolen.await));
    let held = world.identity.untold_holds().await.expect("read");
    assert_eq!(held[0].until, at.plus_nanos(HOLD_NANOS));
    for recipient in [OLD, NEW] {
        let messages = world.messages().await.into_iter();
        let mut told = messages.filter(|one| one.subject == Subject::EmailReturned);
        assert!(told.any(|one| one.recipient == recipient), "{recipient}");
    }
}

#[tokio::test]
async fn only_the_newest_wish_counts_and_a_new_password_ends_it() {
    let world = World::new().await;
    let first = world.ask(NOW).await;
    let second = world.ask(after(1)).await;
    let refused = world.identity.confirm_email_change(&first, after(2)).await;
    assert!(is_refused(&refused));
    world
        .identity
        .ask_reset(&email(OLD), Asker::Stranger, after(2))
        .await
        .expect("asked");
    let reset = world.newest(OLD, Subject::PasswordReset).await;
    let password = hash().await;
    let reset = world.identity.reset_password(&reset, &password, after(3));
    reset.await.expect("reset");
    let refused = world.identity.confirm_email_change(&second, after(4)).await;
    assert!(is_refused(&refused));
    assert_eq!(world.address().await, OLD);
}

/// Nothing tells while it is asked that somebody has the address.
#[tokio::test]
async fn an_address_that_is_somebodys_is_asked_for_and_not_taken() {
    let world = World::new().await;
    let bob = join(&world.identity, NEW).await;
    let token = world.ask(NOW).await;
    let refused = world.identity.confirm_email_change(&token, NOW).await;
    assert!(is_refused(&refused));
    assert_eq!(world.address().await, OLD);
    let held = world.identity.email_of(bob).await.expect("read");
    assert_eq!(held.as_str(), NEW);
}
