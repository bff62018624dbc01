//! Sub-accounts, leaves to read and closings, as the database keeps them.

use std::path::Path;

use identity::address::AddressRule;
use identity::auditor::Offer;
use identity::closing::Wish;
use identity::email::Email;
use identity::erasure::Term;
use identity::identity::{Identity, IdentityError, KeyTerms};
use identity::key::Signing;
use identity::master::MasterKey;
use identity::outbox::Subject;
use model::account::Scopes;
use model::id::{AccountId, OwnerId};
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    Identity::open(&place::address(folder).await, master)
        .await
        .expect("opens")
}

async fn user(identity: &Identity, name: &str, account: u32) -> OwnerId {
    let email = format!("{name}@example.test");
    let user = identity.create_user(name, &email, NOW).await;
    let user = user.expect("created");
    let account = AccountId(account);
    identity.note_account(user, account).await.expect("noted");
    user
}

fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

#[tokio::test]
async fn a_label_is_one_sub_account_of_its_owner() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (ann, bob) = (
        user(&identity, "ann", 1).await,
        user(&identity, "bob", 2).await,
    );
    let want = async |owner, label| identity.want_sub_account(owner, label, 2, NOW).await;
    let first = want(ann, "grid").await.expect("wanted");
    assert_eq!((first.number, first.account), (1, None));
    assert_eq!(
        want(ann, "grid").await.expect("wanted"),
        first,
        "not noted yet"
    );
    let noted = identity.note_sub_account(&first, AccountId(7)).await;
    noted.expect("noted");
    let again = want(ann, "grid").await.expect("wanted");
    assert_eq!(again.account, Some(AccountId(7)));
    assert_eq!(again.reference(), first.reference());
    let second = want(ann, "other").await.expect("wanted");
    assert_ne!(second.reference(), first.reference());
    let of_bob = want(bob, "grid").await.expect("wanted");
    assert_ne!(
        of_bob.reference(),
        first.reference(),
        "the same number of another"
    );
    let full = want(ann, "third").await;
    assert!(matches!(full, Err(IdentityError::SubAccountsFull)));
    // The first account stays the user's own.
    let own = identity.account_of(ann).await.expect("read");
    assert_eq!(own, Some(AccountId(1)));
    identity
        .note_sub_account(&second, AccountId(8))
        .await
        .expect("noted");
    let label = async |owner, account, label| {
        let labelled = identity.label_sub_account(owner, AccountId(account), label);
        labelled.await
    };
    assert!(label(ann, 8, "renamed").await.is_ok());
    assert!(
        label(ann, 8, "renamed").await.is_ok(),
        "as it is called already"
    );
    let taken = label(ann, 8, "grid").await;
    assert!(matches!(taken, Err(IdentityError::LabelTaken)));
    let foreign = label(bob, 8, "mine").await;
    assert!(matches!(foreign, Err(IdentityError::SubAccountUnknown)));
    let labels: Vec<String> = identity
        .sub_accounts(ann)
        .await
        .expect("read")
        .into_iter()
        .map(|sub_account| sub_account.label)
        .collect();
    assert_eq!(labels, ["grid", "renamed"]);
}

#[tokio::test]
async fn a_leave_counts_from_its_acceptance_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (ann, bob) = (
        user(&identity, "ann", 1).await,
        user(&identity, "bob", 2).await,
    );
    let eve = user(&identity, "eve", 3).await;
    let email = Email::parse("bob@example.test").expect("an address");
    let accounts = [AccountId(1), AccountId(7)];
    let offer = Offer {
        owner: ann,
        email: &email,
        accounts: &accounts,
        expires_at: after(100),
    };
    let id = identity.offer_leave(&offer, NOW).await.expect("offered");
    let may = async |user, account, at| {
        let may = identity.may_audit(user, AccountId(account), at).await;
        may.expect("read")
    };
    assert!(!may(bob, 1, NOW).await);
    let taken = identity.accept_leave(eve, id, NOW).await;
    assert!(matches!(taken, Err(IdentityError::LeaveUnknown)));
    identity
        .accept_leave(bob, id, after(1))
        .await
        .expect("taken");
    identity
        .accept_leave(bob, id, after(2))
        .await
        .expect("taken");
    assert!(may(bob, 1, after(3)).await && may(bob, 7, after(3)).await);
    assert!(!may(bob, 2, after(3)).await && !may(eve, 1, after(3)).await);
    assert!(!may(bob, 1, after(100)).await, "it has expired");
    let held = identity.leaves_held(bob, after(3)).await.expect("read");
    assert_eq!(held[0].accounts, accounts);
    assert_eq!(held[0].accepted_at, Some(after(1)));
    assert_eq!(held[0].owner_email, "ann@example.test");
    assert_eq!(
        identity.leaves_given(ann, after(3)).await.expect("read"),
        held
    );
    assert!(
        identity
            .leaves_held(eve, after(3))
            .await
            .expect("read")
            .is_empty()
    );
    let foreign = identity.take_leave_back(eve, id, after(4)).await;
    assert!(matches!(foreign, Err(IdentityError::LeaveUnknown)));
    identity
        .take_leave_back(ann, id, after(4))
        .await
        .expect("ended");
    assert!(!may(bob, 1, after(5)).await);
    let late = identity.accept_leave(bob, id, after(5)).await;
    assert!(matches!(late, Err(IdentityError::LeaveUnknown)));
}

#[tokio::test]
async fn a_closing_forgets_what_opens_and_survives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (ann, bob) = (
        user(&identity, "ann", 1).await,
        user(&identity, "bob", 2).await,
    );
    let terms = |account| KeyTerms {
        account: AccountId(account),
        label: "bot".to_owned(),
        scopes: Scopes::READ,
        addresses: AddressRule::Any,
        signing: Signing::Parameters,
    };
    let issued = identity
        .create_hmac_key(&terms(1), NOW)
        .await
        .expect("issued");
    let other = identity
        .create_hmac_key(&terms(2), NOW)
        .await
        .expect("issued");
    let email = Email::parse("bob@example.test").expect("an address");
    let offer = Offer {
        owner: ann,
        email: &email,
        accounts: &[AccountId(1)],
        expires_at: after(1_000),
    };
    let id = identity.offer_leave(&offer, NOW).await.expect("offered");
    identity.accept_leave(bob, id, NOW).await.expect("taken");
    // Asked for, refused, asked for again.
    for _ in 0..2 {
        identity
            .ask_closing(ann, AccountId(1), Wish::Erase, NOW)
            .await
            .expect("asked");
        assert_eq!(identity.open_closings().await.expect("read").len(), 1);
        identity.drop_closing(ann).await.expect("dropped");
        assert_eq!(identity.closing_of(ann).await.expect("read"), None);
    }
    identity
        .ask_closing(ann, AccountId(1), Wish::Keep, NOW)
        .await
        .expect("asked");
    identity.close().await;
    let identity = open(folder.path()).await;
    let asked = identity.open_closings().await.expect("read").remove(0);
    assert_eq!((asked.user, asked.account), (ann, AccountId(1)));
    for at in [after(1), after(2)] {
        let finished = identity.finish_closing(ann, &[AccountId(1)], at).await;
        finished.expect("finished");
    }
    assert!(identity.open_closings().await.expect("read").is_empty());
    let letters = identity.messages(9).await.expect("read");
    let mut told: Vec<(Subject, &str)> = letters
        .iter()
        .map(|letter| (letter.subject, letter.recipient.as_str()))
        .collect();
    told.sort_by_key(|(_, recipient)| *recipient);
    let expected = [
        (Subject::AccountClosed, "ann@example.test"),
        (Subject::AuditorAccepted, "ann@example.test"),
        (Subject::AuditorInvited, "ann@example.test"),
        (Subject::AuditOffered, "bob@example.test"),
    ];
    assert_eq!(told, expected, "once each");
    identity.drop_closing(ann).await.expect("nothing to drop");
    let closed = identity
        .closing_of(ann)
        .await
        .expect("read")
        .expect("closed");
    assert_eq!(closed.closed_at, Some(after(1)));
    assert_eq!(closed.email.as_deref(), Some("ann@example.test"));
    assert!(identity.find(&issued.public_id).is_none());
    assert!(
        !identity
            .may_audit(bob, AccountId(1), after(3))
            .await
            .expect("read")
    );
    identity.close().await;
    let identity = open(folder.path()).await;
    assert!(
        identity.find(&issued.public_id).is_none(),
        "after a restart too"
    );
    assert!(identity.find(&other.public_id).is_some(), "it is bob's");
    let ann_again = user(&identity, "ann", 9).await;
    assert_ne!(ann_again, ann);
    // The erasure that a refused closing had asked for was forgotten with it.
    assert_eq!(identity.erasure_of(ann).await.expect("read"), None);
    let term = Term::of_days(30);
    let end = term.end(after(1));
    let erased = identity.erase_due(term, end.plus_nanos(-1)).await;
    assert_eq!(erased.expect("looked"), 0);
    let erased = identity.erase_due(term, end).await;
    assert_eq!(erased.expect("looked"), 2);
    let closed = identity
        .closing_of(ann)
        .await
        .expect("read")
        .expect("closed");
    assert_eq!(closed.email, None);
}
