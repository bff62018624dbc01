//! What is sent, what counts as taken, and where nothing is sent at all.

use crate::place;
use crate::server::{Manner, NAME, Provider, says, yes};
use identity::identity::Identity;
use identity::kyc::{DocumentKind, Provider as Asked};
use identity::master::MasterKey;
use identity::person::Person;
use identity::picture::Picture;
use identity::provider::{Direction, Message, ProviderKey};
use model::allowance::Verification;
use model::id::OwnerId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::rustls::RootCertStore;
use webhook::authority::{AuthorityError, pinned_roots};
use webhook::caller::{CallError, Caller, Resolver};
use webhook::courier::Courier;
use webhook::target::Target;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn key() -> ProviderKey {
    ProviderKey::parse(&"k".repeat(40)).expect("long enough")
}

fn caller(provider: &Provider) -> Caller {
    caller_by(Resolver::Pinned(provider.address), provider.roots.clone())
}

fn caller_by(resolver: Resolver, roots: RootCertStore) -> Caller {
    let target = Target::parse(&format!("https://{NAME}/hook")).expect("a target");
    Caller::new(target, key(), resolver, roots)
}

#[tokio::test]
async fn a_call_is_signed_and_taken() {
    let provider = Provider::start(yes()).await;
    let called = caller(&provider).call("id-1", "{\"a\":1}", NOW).await;
    called.expect("taken");
    let told = provider.told().remove(0);
    assert!(told.starts_with("POST /hook HTTP/1.1\r\n"), "{told}");
    let header = |name: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {told}"))
            .to_owned()
    };
    assert_eq!(header("host: "), NAME);
    assert_eq!(header("x-bourse-id: "), "id-1");
    let timestamp_ms = header("x-bourse-timestamp: ").parse().expect("a number");
    assert_eq!(timestamp_ms, NOW.millis());
    let message = |direction| Message {
        direction,
        id: "id-1",
        timestamp_ms,
        body: "{\"a\":1}",
    };
    let signature = header("x-bourse-signature: ");
    assert!(key().verify(&message(Direction::Call), &signature, NOW));
    assert!(!key().verify(&message(Direction::Result), &signature, NOW));
    assert!(told.ends_with("\r\n\r\n{\"a\":1}"), "{told}");
}

#[tokio::test]
async fn nothing_but_a_short_yes_counts() {
    let provider = Provider::start(yes()).await;
    let caller = caller(&provider);
    for (status, more, expected) in [
        (
            "302 Found",
            "location: https://127.0.0.1/\r\ncontent-length: 0\r\n",
            302,
        ),
        (
            "307 Temporary Redirect",
            "location: http://169.254.169.254/\r\ncontent-length: 0\r\n",
            307,
        ),
        ("500 Internal Server Error", "content-length: 0\r\n", 500),
        ("404 Not Found", "content-length: 0\r\n", 404),
    ] {
        provider.set(says(status, more));
        let refused = caller.call("id", "{}", NOW).await;
        assert!(
            matches!(refused, Err(CallError::Status(found)) if found == expected),
            "{refused:?}"
        );
    }
    assert_eq!(provider.told().len(), 4, "no redirect was followed");
    let mut large = b"HTTP/1.1 200 OK\r\ncontent-length: 65537\r\n\r\n".to_vec();
    large.extend(vec![b'x'; 65_537]);
    provider.set(Manner::Says(large));
    let refused = caller.call("id", "{}", NOW).await;
    assert!(matches!(refused, Err(CallError::Large)), "{refused:?}");
    provider.set(Manner::Says(b"SSH-2.0-OpenSSH_9\r\n".to_vec()));
    let refused = caller.call("id", "{}", NOW).await;
    assert!(matches!(refused, Err(CallError::Http(_))), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_after_five_seconds() {
    let provider = Provider::start(Manner::Silent).await;
    let started = std::time::Instant::now();
    let refused = caller(&provider).call("id", "{}", NOW).await;
    assert!(matches!(refused, Err(CallError::Slow)), "{refused:?}");
    assert!(started.elapsed().as_secs() < 10);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told_nothing() {
    let provider = Provider::start(yes()).await;
    let resolver = Resolver::Pinned(provider.address);
    let refused = caller_by(resolver, RootCertStore::empty())
        .call("id", "{}", NOW)
        .await;
    assert!(
        matches!(refused, Err(CallError::Connection(_))),
        "{refused:?}"
    );
    assert_eq!(provider.told(), [""; 0]);
}

/// Two servers of one name, with a key each: the one whose certificate was named is told, and the other is not.
#[tokio::test]
async fn a_server_of_another_key_is_told_nothing_where_its_authority_is_pinned() {
    let (named, other) = (Provider::start(yes()).await, Provider::start(yes()).await);
    let call = async |provider: &Provider| {
        let roots = pinned_roots(named.pem.as_bytes()).expect("a certificate");
        let caller = caller_by(Resolver::Pinned(provider.address), roots);
        caller.call("id", "{}", NOW).await
    };
    call(&named).await.expect("taken");
    let refused = call(&other).await;
    assert!(
        matches!(refused, Err(CallError::Connection(_))),
        "{refused:?}"
    );
    assert_eq!((named.told().len(), other.told().len()), (1, 0));
}

/// A pin that holds nothing would let everybody be vouched for by nobody, or by all.
#[test]
fn a_text_without_a_certificate_pins_nothing_and_is_refused() {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (pem, expected) in [
        ("", AuthorityError::Empty),
        ("no certificate", AuthorityError::Empty),
        (broken, AuthorityError::Unreadable),
    ] {
        assert_eq!(pinned_roots(pem.as_bytes()).err(), Some(expected), "{pem}");
    }
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_called_whatever_else_it_leads_to() {
    for addresses in [
        &["127.0.0.1"][..],
        &["169.254.169.254"],
        &["::ffff:10.0.0.1"],
        &["fd00:ec2::254"],
        &["93.184.216.34", "127.0.0.1"],
    ] {
        let addresses = addresses
            .iter()
            .map(|text| text.parse().expect("an address"));
        let resolver = Resolver::Told(addresses.collect());
        let refused = caller_by(resolver, RootCertStore::empty())
            .call("id", "{}", NOW)
            .await;
        assert!(matches!(refused, Err(CallError::Inside)), "{refused:?}");
    }
    let nowhere = caller_by(Resolver::Told(Vec::new()), RootCertStore::empty());
    let refused = nowhere.call("id", "{}", NOW).await;
    assert!(matches!(refused, Err(CallError::Unresolved)), "{refused:?}");
}

async fn open(folder: &Path) -> Arc<Identity> {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    let address = place::address(folder).await;
    Arc::new(Identity::open(&address, master).await.expect("opens"))
}

async fn submit(identity: &Identity) -> (OwnerId, u64) {
    let user = identity.create_user("ann", "ann@example.test", NOW).await;
    let user = user.expect("made");
    let person = Person::parse(("Ann", "1990-02-28"), ("DE", "Street 1"), NOW).expect("legal");
    let level = Verification::HIGHEST;
    identity
        .describe(user, (level, &person), NOW)
        .await
        .expect("kept");
    let picture = Picture {
        jpeg: vec![1],
        width: 16,
        height: 16,
    };
    for kind in DocumentKind::ALL {
        identity
            .attach(user, (kind, &picture), NOW)
            .await
            .expect("kept");
    }
    let id = identity.submit(user, (&[], Asked::Asked), NOW).await;
    (user, id.expect("submitted"))
}

#[tokio::test]
async fn a_call_that_was_not_taken_is_sent_again_under_its_id_also_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (_, id) = submit(&identity).await;
    let provider = Provider::start(says("503 Busy", "content-length: 0\r\n")).await;
    let courier = Courier::new(Arc::clone(&identity), caller(&provider));
    courier.look(NOW).await.expect("looked");
    courier.look(NOW).await.expect("looked");
    assert_eq!(provider.told().len(), 1, "it rests in between");
    identity.close().await;

    let identity = open(folder.path()).await;
    provider.set(yes());
    let courier = Courier::new(identity, caller(&provider));
    let later = NOW.plus_nanos(10 * NANOS_PER_SECOND);
    courier.look(later).await.expect("looked");
    courier
        .look(later.plus_nanos(3_600 * NANOS_PER_SECOND))
        .await
        .expect("looked");
    let told = provider.told();
    assert_eq!(told.len(), 2, "what was taken is not sent again");
    let of = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.expect("a header").to_owned()
    };
    assert_eq!(of(&told[0], "x-bourse-id: "), of(&told[1], "x-bourse-id: "));
    assert!(
        told[1].contains(&format!("\"application\":{id}")),
        "{}",
        told[1]
    );
    assert!(told[1].contains("\"legalName\":\"Ann\""), "{}", told[1]);
}
