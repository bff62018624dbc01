//! Another master key: everything opens at every moment, nothing stays under the former one, and it retires in time.

use std::path::PathBuf;

use identity::address::AddressRule;
use identity::email::Email;
use identity::hashing::Hashing;
use identity::identity::{Identity, IdentityError, KeyTerms};
use identity::key::Signing;
use identity::kyc::DocumentKind;
use identity::listen_key::ListenKey;
use identity::master::MasterKey;
use identity::master_file;
use identity::password::{Cost, Password};
use identity::person::Person;
use identity::phishing::PhishingCode;
use identity::picture::Picture;
use identity::rotation::{self, GRACE_NANOS, Others, Rotation, Sealed, Step};
use identity::totp::Factor;
use model::account::Scopes;
use model::allowance::Verification;
use model::id::{AccountId, OwnerId};
use model::time::Timestamp;

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_010_000);
const PASSPORT: &[u8] = b"what a passport shows";

struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        let folder = tempfile::tempdir().expect("a folder");
        MasterKey::load_or_create(&folder.path().join("master.key")).expect("made");
        World { folder }
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }

    async fn open(&self) -> Identity {
        let master = MasterKey::load(&self.key()).expect("a master key");
        let address = place::address(self.folder.path()).await;
        Identity::open(&address, master).await.expect("opens")
    }

    async fn sealed(&self, master: &MasterKey) -> Vec<Sealed> {
        let address = place::address(self.folder.path()).await;
        rotation::sealed(&address, master).await.expect("counted")
    }

    fn rotation(&self) -> Rotation {
        Rotation::new(&self.key(), Others::UnderWay)
    }
}

fn ann() -> Email {
    Email::parse("ann@example.test").expect("an address")
}

fn after(nanos: i64) -> Timestamp {
    NOW.plus_nanos(nanos)
}

/// Ann with something of every kind that is sealed; returns what shows that it opens.
async fn settle(identity: &Identity) -> (OwnerId, String, String) {
    let cheap = Cost {
        memory_kib: 8,
        passes: 1,
    };
    let place = Hashing::start(cheap).expect("starts").reserve();
    let hash = place
        .expect("room")
        .hash(Password::claim("fifteen letters"));
    let hash = hash.await.expect("hashed");
    identity
        .register(&ann(), &hash, NOW)
        .await
        .expect("written");
    let token = identity.messages(1).await.expect("read").remove(0).token;
    let token = token.expect("a token");
    let user = identity.confirm(&token, NOW).await.expect("confirmed");
    identity.enrol_factor(user).await.expect("enrolled");
    let code = PhishingCode::parse("red fox");
    let set = identity.set_phishing_code(user, code.as_ref(), NOW).await;
    set.expect("set");
    let name = ("Ann Example", "1990-02-28");
    let person = Person::parse(name, ("DE", "Street 1"), NOW).expect("legal");
    let level = Verification::new(2).expect("one of four");
    let described = identity.describe(user, (level, &person), NOW).await;
    described.expect("described");
    let picture = Picture {
        jpeg: PASSPORT.to_vec(),
        width: 32,
        height: 24,
    };
    let attached = identity.attach(user, (DocumentKind::ALL[0], &picture), NOW);
    attached.await.expect("attached");
    let secret = issue(identity, "first").await;
    let kept = identity.keep_listen_key(&listen_key(identity)).await;
    kept.expect("kept");
    (user, token, secret)
}

/// The listen key of the first API key.
fn listen_key(identity: &Identity) -> ListenKey {
    ListenKey {
        name: "n".repeat(64),
        account: AccountId(1),
        key: identity.keys()[0].id,
        expires_at: after(1),
    }
}

async fn issue(identity: &Identity, label: &str) -> String {
    let terms = KeyTerms {
        account: AccountId(1),
        label: label.to_owned(),
        scopes: Scopes::READ,
        addresses: AddressRule::Any,
        signing: Signing::Parameters,
    };
    let issued = identity.create_hmac_key(&terms, NOW).await;
    issued.expect("issued").secret
}

/// Everything of Ann opens, from the database.
async fn everything_opens(world: &World, (user, token, secret): &(OwnerId, String, String)) {
    let identity = world.open().await;
    let keys = identity.keys();
    let revealed = identity.reveal_secret(&keys[0]).await;
    assert_eq!(revealed.expect("opens"), *secret);
    let listen_keys = identity.listen_keys(NOW).await.expect("open");
    assert_eq!(listen_keys, [listen_key(&identity)]);
    let messages = identity.addressed_messages(10).await.expect("open");
    let first = messages.last().expect("a message");
    assert_eq!(first.message.token.as_ref(), Some(token));
    let code = identity.phishing_code(*user).await.expect("opens");
    assert_eq!(code.as_deref(), Some("red fox"));
    let application = identity.application_of(*user).await.expect("opens");
    let application = application.expect("there is one");
    let (_, shown) = identity
        .document(application.documents[0].id)
        .await
        .expect("opens");
    assert_eq!(shown, PASSPORT);
    let wrong = identity.confirm_factor(*user, "000000", NOW).await;
    assert!(
        matches!(wrong, Err(IdentityError::FactorRefused)),
        "it opens, and this is not its code"
    );
    identity.close().await;
}

fn former(sealed: &[Sealed]) -> u64 {
    sealed.iter().map(|row| row.former).sum()
}

fn lost(sealed: &[Sealed]) -> u64 {
    sealed.iter().map(|row| row.lost).sum()
}

#[tokio::test]
async fn everything_is_sealed_anew_and_the_former_key_retires_a_minute_later() {
    let world = World::new();
    let identity = world.open().await;
    let known = settle(&identity).await;
    let old = MasterKey::load(&world.key()).expect("loads");
    let mut rotation = world.rotation();
    assert_eq!(step(&mut rotation, &identity, NOW).await, Step::Idle);

    let both = master_file::add_key(&world.key()).expect("added");
    let Step::Sealed(count) = step(&mut rotation, &identity, NOW).await else {
        panic!("something is sealed anew");
    };
    assert!(5 <= count, "a text of every kind: {count}");
    everything_opens(&world, &known).await;
    assert_eq!(former(&world.sealed(&both).await), 0);
    assert_ne!(lost(&world.sealed(&old).await), 0);

    let last = after(GRACE_NANOS - 1);
    assert_eq!(step(&mut rotation, &identity, last).await, Step::Sealed(0));
    assert_eq!(step(&mut rotation, &identity, last).await, Step::Waiting);
    let next = both.fingerprints()[0];
    let retired = step(&mut rotation, &identity, after(GRACE_NANOS)).await;
    assert_eq!(retired, Step::Retired(next));
    assert_eq!(identity.master_keys(), [next]);
    let left = MasterKey::load(&world.key()).expect("loads");
    assert_eq!(left.fingerprints(), [next]);
    everything_opens(&world, &known).await;
    let idle = step(&mut rotation, &identity, after(GRACE_NANOS)).await;
    assert_eq!(idle, Step::Idle);
    let rows = identity.audit_rows(0, 100).await.expect("read");
    let acts: Vec<&str> = rows.iter().map(|row| row.act.as_str()).collect();
    assert_eq!(acts, ["master-key-added", "master-key-retired"]);
}

async fn step(rotation: &mut Rotation, identity: &Identity, at: Timestamp) -> Step {
    rotation.step(identity, at).await.expect("goes well")
}

/// A request that sealed before the key was another stores what it has after everything was sealed anew.
#[tokio::test]
async fn what_was_under_way_is_found_before_the_former_key_retires() {
    let world = World::new();
    let (identity, late) = (world.open().await, world.open().await);
    settle(&identity).await;
    master_file::add_key(&world.key()).expect("added");
    let mut rotation = world.rotation();
    while step(&mut rotation, &identity, NOW).await != Step::Waiting {}
    let secret = issue(&late, "late").await;
    let found = step(&mut rotation, &identity, after(GRACE_NANOS)).await;
    assert!(matches!(found, Step::Sealed(1)), "{found:?}");
    let retired = step(&mut rotation, &identity, after(GRACE_NANOS)).await;
    assert!(matches!(retired, Step::Retired(_)), "{retired:?}");
    let again = world.open().await;
    let key = again.keys().into_iter().find(|key| key.label == "late");
    let revealed = again.reveal_secret(&key.expect("there")).await;
    assert_eq!(revealed.expect("opens"), secret);
}

/// Every step is left off once, and the next process goes on.
#[tokio::test]
async fn a_stop_at_any_step_loses_nothing() {
    let world = World::new();
    let identity = world.open().await;
    let known = settle(&identity).await;
    for number in 0..300 {
        issue(&identity, &format!("many {number}")).await;
    }
    identity.close().await;
    master_file::add_key(&world.key()).expect("added");
    everything_opens(&world, &known).await;

    // A batch or two, and the process is gone.
    let identity = world.open().await;
    let mut rotation = world.rotation();
    let wait = std::time::Duration::from_millis(3);
    let cut = tokio::time::timeout(wait, rotation.step(&identity, NOW)).await;
    drop(cut);
    identity.close().await;
    everything_opens(&world, &known).await;

    // All of it, and the process is gone before the former key retires.
    let identity = world.open().await;
    let mut rotation = world.rotation();
    while step(&mut rotation, &identity, NOW).await != Step::Waiting {}
    identity.close().await;
    everything_opens(&world, &known).await;

    // A process that stands still in between has nobody to wait for.
    let identity = world.open().await;
    let mut rotation = Rotation::new(&world.key(), Others::Nobody);
    let retired = step(&mut rotation, &identity, NOW).await;
    assert!(matches!(retired, Step::Retired(_)), "{retired:?}");
    identity.close().await;
    everything_opens(&world, &known).await;
    let master = MasterKey::load(&world.key()).expect("loads");
    let sealed = world.sealed(&master).await;
    assert_eq!((former(&sealed), lost(&sealed)), (0, 0));
}

#[tokio::test]
async fn a_file_with_other_keys_changes_nothing() {
    let world = World::new();
    let identity = world.open().await;
    let known = settle(&identity).await;
    let kept = world.folder.path().join("kept.key");
    std::fs::rename(world.key(), &kept).expect("moved");
    let mut rotation = world.rotation();
    assert!(rotation.step(&identity, NOW).await.is_err(), "no file");
    MasterKey::load_or_create(&world.key()).expect("made");
    let refused = rotation.step(&identity, NOW).await;
    assert!(matches!(refused, Err(IdentityError::MasterKeyForeign)));
    let secret = identity.reveal_secret(&identity.keys()[0]).await;
    assert_eq!(secret.expect("opens"), known.2);
    std::fs::rename(&kept, world.key()).expect("moved back");
    assert_eq!(step(&mut rotation, &identity, NOW).await, Step::Idle);
    everything_opens(&world, &known).await;
}

/// A second factor stays one: only its recovery codes count, so that whoever has the password alone gets no further.
#[tokio::test]
async fn without_the_key_an_exchange_goes_on_and_no_second_factor_falls() {
    let world = World::new();
    let identity = world.open().await;
    let (user, _, _) = settle(&identity).await;
    let secret = identity.enrol_factor(user).await.expect("enrolled");
    let code = code_of(&secret, NOW);
    let codes = identity.confirm_factor(user, &code, NOW).await;
    let codes = codes.expect("confirmed");
    identity.close().await;

    let (fresh, aside) = master_file::start_anew(&world.key()).expect("made");
    assert!(aside.is_some());
    let address = place::address(world.folder.path()).await;
    assert!(lost(&world.sealed(&fresh).await) > 0);
    let abandoned = rotation::abandon(&address, &fresh, NOW).await;
    abandoned.expect("abandoned");
    assert_eq!(lost(&world.sealed(&fresh).await), 0);

    let identity = world.open().await;
    assert!(identity.keys().is_empty(), "no secret is left");
    assert!(identity.has_factor(user).await.expect("read"));
    let later = after(60_000_000_000);
    for wrong in [Some(code_of(&secret, later)), None] {
        let shown = identity.show_factor(user, wrong.as_deref(), later).await;
        assert!(matches!(shown, Err(IdentityError::FactorRefused)));
    }
    let shown = identity.show_factor(user, Some(&codes[0]), later).await;
    assert_eq!(shown.expect("shown"), Factor::Shown);
}

/// What an authenticator shows for a secret in base 32.
fn code_of(secret: &str, at: Timestamp) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let value = |letter: &u8| letters.iter().position(|known| known == letter);
    let mut bits = secret
        .as_bytes()
        .iter()
        .map(|letter| value(letter).expect("base 32") as u64);
    let mut bytes = Vec::new();
    while let Some(first) = bits.next() {
        let word = (0..7).fold(first, |all, _| all << 5 | bits.next().expect("whole"));
        bytes.extend_from_slice(&word.to_be_bytes()[3..]);
    }
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = ring::hmac::sign(&key, &(at.seconds() / 30).to_be_bytes());
    let start = usize::from(tag.as_ref()[19] & 15);
    let word = &tag.as_ref()[start..start + 4];
    let word = u32::from_be_bytes(word.try_into().expect("four bytes"));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}
