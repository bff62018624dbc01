//! What is held on a user, handed over on both databases: part by part, page by page, and of nobody else.

use identity::address::AddressRule;
use identity::audit::{Actor, Entry};
use identity::data_export::{Fact, HeldRows, Part, START, parts};
use identity::identity::{Identity, KeyTerms};
use identity::key::Signing;
use identity::kyc::DocumentKind;
use identity::master::MasterKey;
use identity::person::Person;
use identity::phishing::PhishingCode;
use identity::picture::Picture;
use model::account::Scopes;
use model::allowance::Verification;
use model::id::{AccountId, OperatorId, OwnerId};
use model::time::{NANOS_PER_SECOND, Timestamp};
use sqlx::{AssertSqlSafe, Executor};
use std::path::Path;

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const ACCOUNT: AccountId = AccountId(9);
const SUB_ACCOUNT: AccountId = AccountId(10);
/// More than two pages.
const ALERTS: usize = 1_100;

async fn open(folder: &Path) -> Identity {
    let address = place::address(folder).await;
    let master = MasterKey::from_bytes(&[7; 32]);
    Identity::open(&address, master).await.expect("opens")
}

/// A user with a row of most kinds.
async fn ann(identity: &Identity, folder: &Path) -> OwnerId {
    let user = identity.create_user("ann", "ann@example.test", NOW).await;
    let user = user.expect("created");
    let raw = place::raw(folder).await;
    let rows: Vec<String> = (0..ALERTS)
        .map(|number| format!("({}, 0, 1, {number}, 5)", user.0))
        .collect();
    for statement in [
        format!(
            "INSERT INTO accounts (account, owner) VALUES (9, {})",
            user.0
        ),
        format!(
            "INSERT INTO sub_accounts (owner, number, label, account, created_ns) VALUES ({}, 1, 'grid', 10, 5)",
            user.0
        ),
        format!(
            "INSERT INTO alerts (owner, market, direction, price, created_ns) VALUES {}",
            rows.join(", ")
        ),
    ] {
        raw.execute(AssertSqlSafe(statement)).await.expect("stored");
    }
    raw.close().await;
    for account in [ACCOUNT, SUB_ACCOUNT] {
        let terms = KeyTerms {
            account,
            label: format!("bot of {}", account.0),
            scopes: Scopes::READ.with(Scopes::TRADE),
            addresses: AddressRule::Any,
            signing: Signing::Parameters,
        };
        identity.create_hmac_key(&terms, NOW).await.expect("issued");
    }
    identity.enrol_factor(user).await.expect("enrolled");
    let code = PhishingCode::parse("red fox").expect("a code");
    let set = identity.set_phishing_code(user, Some(&code), NOW).await;
    set.expect("set");
    let said = ("Ann Example", "1990-02-28");
    let person = Person::parse(said, ("DE", "Hidden Street 1"), NOW).expect("legal");
    let level = Verification::new(2).expect("a level");
    let described = identity.describe(user, (level, &person), NOW).await;
    described.expect("described");
    let picture = Picture {
        jpeg: b"what a passport shows".to_vec(),
        width: 32,
        height: 24,
    };
    let attached = (DocumentKind::Identity, &picture);
    identity
        .attach(user, attached, NOW)
        .await
        .expect("attached");
    user
}

async fn note(identity: &Identity, actor: Actor, subject: OwnerId, act: &str) {
    let entry = Entry {
        at: NOW,
        actor,
        act,
        subject: format!("user {}", subject.0),
        detail: "a detail".to_owned(),
        address: Some([10, 0, 0, 1].into()),
    };
    identity.note(&entry).await.expect("noted");
}

fn part(name: &str) -> Part {
    let found = parts().find(|part| part.name == name);
    found.unwrap_or_else(|| panic!("{name} is no part"))
}

/// Reads all pages of a part, and returns its rows and how many pages there were.
async fn all(identity: &Identity, user: OwnerId, name: &str) -> (Vec<Vec<Fact>>, usize) {
    let (mut rows, mut pages, mut after) = (Vec::new(), 0, START);
    loop {
        let held: HeldRows = identity.held(user, part(name), after).await.expect(name);
        assert!(held.rows.iter().all(|row| row.len() == held.names.len()));
        rows.extend(held.rows);
        pages += 1;
        match held.next {
            Some(next) => after = next,
            None => return (rows, pages),
        }
    }
}

#[tokio::test]
async fn every_part_is_read_to_its_end_and_ends_with_its_user() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = ann(&identity, folder.path()).await;
    let ben = identity.create_user("ben", "ben@example.test", NOW).await;
    let ben = ben.expect("created");
    for part in parts() {
        let (rows, _) = all(&identity, user, part.name).await;
        let (of_ben, _) = all(&identity, ben, part.name).await;
        assert_eq!(
            of_ben.len(),
            usize::from(part.name == "users"),
            "{}",
            part.name
        );
        let expected = match part.name {
            "users" | "accounts" | "sub_accounts" | "factors" | "phishing_codes"
            | "kyc_applications" | "kyc_documents" => Some(1),
            "api_keys" => Some(2),
            "alerts" => Some(ALERTS),
            _ => None,
        };
        if let Some(expected) = expected {
            assert_eq!(rows.len(), expected, "{}", part.name);
        }
    }
    let (alerts, pages) = all(&identity, user, "alerts").await;
    assert_eq!(pages, 3);
    let mut prices: Vec<String> = alerts.iter().map(|row| format!("{:?}", row[2])).collect();
    prices.sort_unstable();
    prices.dedup();
    assert_eq!(prices.len(), ALERTS, "each once");
    let (applications, _) = all(&identity, user, "kyc_applications").await;
    let is_ann = |fact: &Fact| matches!(fact, Fact::Person(person) if person.name == "Ann Example");
    assert!(applications[0].iter().any(is_ann));
    let accounts = identity.accounts_of(user).await.expect("read");
    assert_eq!(accounts, [ACCOUNT, SUB_ACCOUNT]);
    assert!(identity.accounts_of(ben).await.expect("read").is_empty());
    identity.close().await;
}

#[tokio::test]
async fn acts_of_operators_are_told_without_who_it_was_and_where() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = identity.create_user("ann", "ann@example.test", NOW).await;
    let user = user.expect("created");
    let ben = identity.create_user("ben", "ben@example.test", NOW).await;
    let ben = ben.expect("created");
    note(&identity, Actor::User(user), user, "logged-in").await;
    note(
        &identity,
        Actor::Operator(OperatorId(3)),
        user,
        "kyc-claimed",
    )
    .await;
    note(&identity, Actor::User(ben), ben, "logged-in").await;
    let (rows, _) = all(&identity, user, "audit_log").await;
    let texts = |row: &Vec<Fact>| -> Vec<String> {
        let texts = row.iter().filter_map(|fact| match fact {
            Fact::Text(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    };
    let subject = format!("user {}", user.0);
    assert_eq!(rows.len(), 2);
    let own = ["logged-in", &subject, "a detail", "10.0.0.1", "you"];
    assert_eq!(texts(&rows[0]), own);
    let others = ["kyc-claimed", &subject, "", "", "an operator"];
    assert_eq!(texts(&rows[1]), others);
    identity.close().await;
}

/// A closed user keeps what the term keeps, and may ask for it through operators.
#[tokio::test]
async fn of_somebody_who_is_erased_there_are_numbers_left() {
    use identity::closing::Wish;
    use identity::erasure::Term;
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = ann(&identity, folder.path()).await;
    let asked = identity.ask_closing(user, ACCOUNT, Wish::Erase, NOW).await;
    asked.expect("asked");
    let accounts = [ACCOUNT, SUB_ACCOUNT];
    let closed = identity.finish_closing(user, &accounts, NOW).await;
    closed.expect("closed");
    let later = NOW.plus_nanos(NANOS_PER_SECOND);
    let erased = identity.erase_due(Term::of_days(10), later).await;
    assert_eq!(erased.expect("erased"), 1);
    for part in parts() {
        let (rows, _) = all(&identity, user, part.name).await;
        let text = format!("{rows:?}");
        for word in ["ann@example.test", "bot of", "Hidden", "grid", "red fox"] {
            assert!(!text.contains(word), "{} {text}", part.name);
        }
    }
    let accounts = identity.accounts_of(user).await.expect("read");
    assert_eq!(accounts, [ACCOUNT, SUB_ACCOUNT]);
    identity.close().await;
}
