//! Users and keys over restarts.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use identity::address::AddressRule;
use identity::identity::{Identity, IdentityError, KeyTerms};
use identity::key::Signing;
use identity::master::MasterKey;
use model::account::Scopes;
use model::id::{AccountId, KeyId, OwnerId};
use model::time::Timestamp;

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn terms() -> KeyTerms {
    KeyTerms {
        account: AccountId(7),
        label: "bot".to_owned(),
        scopes: Scopes::READ.with(Scopes::TRADE),
        addresses: AddressRule::Loopback,
        signing: Signing::Parameters,
    }
}

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    Identity::open(&place::address(folder).await, master)
        .await
        .expect("opens")
}

#[tokio::test]
async fn a_key_is_the_same_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let issued = identity
        .create_hmac_key(&terms(), NOW)
        .await
        .expect("issued");
    let key = identity.find(&issued.public_id).expect("known");
    key.note_use(NOW);
    identity.store_uses(Timestamp::ZERO).await.expect("stored");
    let whole = KeyTerms {
        signing: Signing::Request,
        ..terms()
    };
    let whole = identity.create_hmac_key(&whole, NOW).await;
    let whole = whole.expect("issued").public_id;
    let signing = |identity: &Identity, id: &str| identity.find(id).map(|key| key.signing);
    assert_eq!(signing(&identity, &whole), Some(Signing::Request));
    identity.close().await;

    let identity = open(folder.path()).await;
    let key = identity
        .find(&issued.public_id)
        .expect("known after the restart");
    assert_eq!(
        (key.id, key.account, key.scopes),
        (issued.id, AccountId(7), terms().scopes)
    );
    assert_eq!(
        (key.addresses.clone(), key.last_used()),
        (AddressRule::Loopback, NOW)
    );
    assert_eq!(
        identity.reveal_secret(&key).await.expect("opens"),
        issued.secret
    );
    assert_eq!(key.signing, Signing::Parameters);
    assert_eq!(signing(&identity, &whole), Some(Signing::Request));
}

#[tokio::test]
async fn a_secret_is_nowhere_in_the_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let issued = identity
        .create_hmac_key(&terms(), NOW)
        .await
        .expect("issued");
    identity.close().await;
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("readable");
        let secret = issued.secret.as_bytes();
        assert!(
            !bytes.windows(secret.len()).any(|window| window == secret),
            "{path:?}"
        );
        let mode = std::fs::metadata(&path)
            .expect("exists")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{path:?}");
    }
}

#[tokio::test]
async fn a_revoked_key_is_gone_for_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let issued = identity
        .create_hmac_key(&terms(), NOW)
        .await
        .expect("issued");
    identity.revoke(issued.id, NOW).await.expect("revoked");
    assert!(identity.find(&issued.public_id).is_none());
    identity.close().await;
    assert!(open(folder.path()).await.find(&issued.public_id).is_none());
}

/// A lost key file is not made anew unnoticed, whatever is in the database.
#[tokio::test]
async fn another_master_key_opens_no_empty_database() {
    let folder = tempfile::tempdir().expect("a folder");
    open(folder.path()).await.close().await;
    open(folder.path()).await.close().await;
    std::fs::remove_file(folder.path().join("master.key")).expect("removed");
    let master = MasterKey::load_or_create(&folder.path().join("master.key")).expect("another");
    let refused = Identity::open(&place::address(folder.path()).await, master).await;
    assert!(matches!(
        refused.err(),
        Some(IdentityError::MasterKeyForeign)
    ));
}

#[tokio::test]
async fn another_master_key_opens_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    identity
        .create_hmac_key(&terms(), NOW)
        .await
        .expect("issued");
    identity.close().await;
    let foreign = MasterKey::from_bytes(&[1; 32]);
    let opened = Identity::open(&place::address(folder.path()).await, foreign).await;
    assert!(matches!(opened.err(), Some(IdentityError::Seal)));
}

#[tokio::test]
async fn an_email_address_belongs_to_one_user() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let alice = identity
        .create_user("alice", "a@example.test", NOW)
        .await
        .expect("new");
    let bob = identity
        .create_user("bob", "b@example.test", NOW)
        .await
        .expect("new");
    assert!(alice < bob);
    let twice = identity.create_user("eve", "a@example.test", NOW).await;
    assert!(matches!(twice.err(), Some(IdentityError::EmailTaken)));
    let names: Vec<String> = identity
        .users()
        .await
        .expect("read")
        .into_iter()
        .map(|user| user.name)
        .collect();
    assert_eq!(names, ["alice", "bob"]);
}

#[tokio::test]
async fn an_id_of_another_form_is_not_imported() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    for odd in ["", "short", &"é".repeat(32), &"a".repeat(65)] {
        let imported = identity.import_hmac_key(&terms(), odd, "secret", NOW).await;
        assert!(
            matches!(imported, Err(IdentityError::KeyMalformed)),
            "{odd}"
        );
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    identity.close().await;
    place::set_version(folder.path(), 5).await;
    let master = MasterKey::load(&folder.path().join("master.key")).expect("a master key");
    let address = place::address(folder.path()).await;
    let refused = Identity::open(&address, master).await.err();
    assert!(matches!(
        refused,
        Some(IdentityError::SchemaNewer { found: 5, known: 4 })
    ));
}

/// Until version 3 the columns that name a user were called `user`, and there was SQLite alone.
#[tokio::test]
async fn a_database_of_version_3_is_brought_up() {
    if place::server().is_some() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = identity
        .create_user("Ada", "ada@example.test", NOW)
        .await
        .expect("added");
    identity
        .note_account(user, AccountId(7))
        .await
        .expect("noted");
    identity.close().await;
    let pool = place::raw(folder.path()).await;
    for table in [
        "registrations",
        "passwords",
        "accounts",
        "resets",
        "factors",
        "recovery_codes",
        "logins",
    ] {
        let back = format!("ALTER TABLE {table} RENAME COLUMN owner TO user");
        sqlx::query(sqlx::AssertSqlSafe(back))
            .execute(&pool)
            .await
            .expect("renamed");
    }
    pool.close().await;
    place::set_version(folder.path(), 3).await;
    let again = open(folder.path()).await;
    assert_eq!(
        again.account_of(user).await.expect("read"),
        Some(AccountId(7))
    );
}

#[tokio::test]
async fn an_rsa_key_verifies_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let pem = include_str!("rsa/public.pem");
    let issued = identity.create_rsa_key(&terms(), pem, NOW).await;
    let (_, public_id) = issued.expect("issued");
    identity.close().await;
    let again = open(folder.path()).await;
    let key = again.find(&public_id).expect("known");
    let payload = b"symbol=LTCBTC&side=BUY&timestamp=1499827319559";
    assert!(key.verify(&[payload], include_str!("rsa/signature.txt")));
    let weak = include_str!("rsa/weak.pem");
    let refused = again.create_rsa_key(&terms(), weak, NOW).await;
    assert!(matches!(refused, Err(IdentityError::KeyMalformed)));
}

#[tokio::test]
async fn a_browser_is_known_by_its_token_alone_and_over_restarts() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (first, token) = identity
        .create_browser_key(&terms(), None, NOW)
        .await
        .expect("issued");
    let (second, other) = identity
        .create_browser_key(&terms(), None, NOW)
        .await
        .expect("issued");
    assert_ne!(token, other);
    assert_ne!(first.csrf_token(), second.csrf_token());
    assert!(first.csrf_token().is_some_and(|csrf| csrf != token));
    identity.close().await;

    let stored = place::stored(folder.path()).await;
    let is_stored = |text: &str| {
        stored
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(
        is_stored(&first.public_id),
        "this test would see what is stored"
    );
    assert!(!is_stored(&token), "only the hash is kept");
    let identity = open(folder.path()).await;
    let found = identity
        .find_browser(&token, NOW)
        .expect("known after the restart");
    assert_eq!((found.id, found.account), (first.id, AccountId(7)));
    assert_eq!(found.csrf_token(), first.csrf_token());
    assert!(
        identity.find(&found.public_id).is_none(),
        "it is no API key"
    );
    assert!(identity.keys().is_empty());
    for forged in [
        "",
        &token[1..],
        &found.public_id,
        found.csrf_token().expect("a browser"),
    ] {
        assert!(identity.find_browser(forged, NOW).is_none(), "{forged}");
    }
    assert!(!found.verify(&[b"payload"], "00"));
    let ids: Vec<_> = identity
        .browsers(AccountId(7))
        .iter()
        .map(|key| key.id)
        .collect();
    assert_eq!(ids, [first.id, second.id]);
    identity.revoke(first.id, NOW).await.expect("revoked");
    assert!(identity.find_browser(&token, NOW).is_none());
    assert!(identity.find_browser(&other, NOW).is_some());
}

/// Lets the database count users and keys from one again, as a server does that lagged behind the one before it.
async fn go_back(folder: &Path) {
    let pool = place::raw(folder).await;
    let counters = if place::server().is_some() {
        [
            "ALTER SEQUENCE users_id_seq RESTART",
            "ALTER SEQUENCE api_keys_id_seq RESTART",
        ]
    } else {
        [
            "UPDATE sqlite_sequence SET seq = 0",
            "DELETE FROM sqlite_sequence WHERE name = 'users'",
        ]
    };
    for statement in ["DELETE FROM api_keys", "DELETE FROM users"]
        .iter()
        .chain(&counters)
    {
        sqlx::query(*statement)
            .execute(&pool)
            .await
            .expect("written");
    }
    pool.close().await;
}

#[tokio::test]
async fn a_number_that_is_known_is_given_to_nobody_else_though_the_database_goes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let next = async |name: &str| {
        let email = format!("{name}@example.test");
        let user = identity.create_user(name, &email, NOW).await;
        let key = identity.create_hmac_key(&terms(), NOW).await;
        (user.expect("a user"), key.expect("a key").id)
    };
    assert_eq!(next("ann").await, (OwnerId(1), KeyId(1)));
    identity.know_numbers(OwnerId(40), KeyId(70));
    assert_eq!(next("bob").await, (OwnerId(41), KeyId(71)));
    go_back(folder.path()).await;
    assert_eq!(next("carl").await, (OwnerId(42), KeyId(72)));
    identity.know_numbers(OwnerId(2), KeyId(3));
    assert_eq!(next("dora").await, (OwnerId(43), KeyId(73)));
}
