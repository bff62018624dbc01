//! Listen keys over restarts.

use std::path::Path;

use identity::address::AddressRule;
use identity::identity::{Identity, KeyTerms};
use identity::key::{Key, Signing};
use identity::key_change::{KeyBounds, KeyChange};
use identity::listen_key::ListenKey;
use identity::master::MasterKey;
use model::account::Scopes;
use model::id::{AccountId, KeyId};
use model::time::Timestamp;

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_020_000);

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    let address = place::address(folder).await;
    Identity::open(&address, master).await.expect("opens")
}

async fn issue(identity: &Identity, account: u32) -> KeyId {
    let terms = KeyTerms {
        account: AccountId(account),
        label: "bot".to_owned(),
        scopes: Scopes::READ,
        addresses: AddressRule::Any,
        signing: Signing::Parameters,
    };
    let issued = identity.create_hmac_key(&terms, NOW).await;
    issued.expect("issued").id
}

/// A listen key that is good until so many nanoseconds from now.
fn listen_key(key: KeyId, account: u32, name: &str, nanos: i64) -> ListenKey {
    ListenKey {
        name: name.to_owned(),
        account: AccountId(account),
        key,
        expires_at: NOW.plus_nanos(nanos),
    }
}

/// Returns the names that are good at a time.
async fn names(identity: &Identity, nanos: i64) -> Vec<String> {
    let found = identity.listen_keys(NOW.plus_nanos(nanos)).await;
    let found = found.expect("read").into_iter();
    found.map(|kept| kept.name).collect()
}

#[tokio::test]
async fn the_newest_listen_key_of_an_api_key_is_there_after_a_restart_while_it_is_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (first, second) = (issue(&identity, 7).await, issue(&identity, 8).await);
    for kept in [
        listen_key(first, 7, "before", 1),
        listen_key(first, 7, "first", 10),
        listen_key(second, 8, "second", 20),
    ] {
        identity.keep_listen_key(&kept).await.expect("kept");
    }
    identity.close().await;

    let identity = open(folder.path()).await;
    let found = identity.listen_keys(NOW.plus_nanos(9)).await.expect("read");
    let expected = [
        listen_key(first, 7, "first", 10),
        listen_key(second, 8, "second", 20),
    ];
    assert_eq!(found, expected);
    assert_eq!(names(&identity, 10).await, ["second"]);
    identity.forget_old(NOW.plus_nanos(10)).await.expect("done");
    assert_eq!(names(&identity, 0).await, ["second"]);
    identity.forget_listen_key(second).await.expect("forgotten");
    assert!(names(&identity, 0).await.is_empty());
}

#[tokio::test]
async fn the_end_of_a_key_is_that_of_its_listen_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let key = issue(&identity, 7).await;
    let kept = listen_key(key, 7, "name", 10);
    identity.keep_listen_key(&kept).await.expect("kept");
    identity.revoke(key, NOW).await.expect("revoked");
    assert!(names(&identity, 0).await.is_empty());
}

/// Otherwise the next start would give back what is more than the key may by then.
#[tokio::test]
async fn a_key_that_may_be_used_less_loses_its_listen_key_and_another_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = identity
        .create_user("ann", "ann@example.test", NOW)
        .await
        .expect("new");
    let id = issue(&identity, 7).await;
    let kept = listen_key(id, 7, "name", 10);
    identity.keep_listen_key(&kept).await.expect("kept");
    let key = |identity: &Identity| identity.keys().remove(0);
    for (addresses, left) in [
        (AddressRule::Any, 1),
        (AddressRule::only("10.0.0.1").expect("an address"), 0),
    ] {
        let known: std::sync::Arc<Key> = key(&identity);
        let change = KeyChange {
            label: "bot".to_owned(),
            addresses,
            bounds: KeyBounds::NONE,
        };
        let changed = identity.change_key(user, &known, &change, NOW).await;
        changed.expect("changed");
        assert_eq!(names(&identity, 0).await.len(), left);
    }
}

#[tokio::test]
async fn a_name_is_nowhere_in_the_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let key = issue(&identity, 7).await;
    let name = "a name that nobody else has";
    let kept = listen_key(key, 7, name, 10);
    identity.keep_listen_key(&kept).await.expect("kept");
    identity.close().await;
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("readable");
        let is_there = bytes
            .windows(name.len())
            .any(|window| window == name.as_bytes());
        assert!(!is_there, "{path:?}");
    }
}
