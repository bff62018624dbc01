//! Erasing users who have closed their accounts: who may ask, two operators, and what a stop in between leaves.

use identity::closing::Wish;
use identity::erasure::Term;
use identity::identity::Identity;
use identity::kyc::{Provider, State as KycState};
use identity::master::MasterKey;
use identity::operator::{NewOperator, Operator, Roles};
use identity::operator_key::OperatorKey;
use identity::person::Person;
use identity::policy::Kind;
use identity::proposal::{Decision, Draft, Proposal, ProposalError, State};
use model::allowance::Verification;
use model::id::{AccountId, OwnerId};
use model::time::{NANOS_PER_SECOND, Timestamp};
use std::path::Path;

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_010_000);
const TERM: Term = Term::of_days(10);

fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::from_bytes(&[7; 32]);
    let address = place::address(folder).await;
    Identity::open(&address, master).await.expect("opens")
}

async fn user(identity: &Identity, name: &str) -> OwnerId {
    let email = format!("{name}@example.test");
    let user = identity.create_user(name, &email, NOW).await;
    user.expect("created")
}

/// Closes the account of a user, whatever its state is called elsewhere.
async fn close(identity: &Identity, user: OwnerId, wish: Wish) {
    let account = AccountId(u32::try_from(user.0).expect("few users"));
    let asked = identity.ask_closing(user, account, wish, NOW).await;
    asked.expect("asked");
    let closed = identity.finish_closing(user, &[account], NOW).await;
    closed.expect("closed");
}

async fn operators(identity: &Identity) -> (Operator, Operator) {
    let new = |name: &str| NewOperator {
        name: name.to_owned(),
        roles: Roles::ALL,
        public_key: OperatorKey::generate().expect("random").public(),
    };
    let both = [new("ada"), new("ben")];
    identity.bootstrap(&both, NOW).await.expect("bootstraps");
    let mut all = identity.operators().await.expect("read").into_iter();
    (all.next().expect("ada"), all.next().expect("ben"))
}

async fn propose(
    identity: &Identity,
    ada: &Operator,
    user: OwnerId,
) -> Result<Proposal, ProposalError> {
    let draft = Draft {
        kind: Kind::EraseUser,
        parameters: format!("user={}", user.0),
        reason: "a letter of the user, case 12".to_owned(),
        worth: String::new(),
    };
    identity.propose(ada, draft, NOW).await
}

/// Hands an application in, or leaves it a draft.
async fn apply(identity: &Identity, user: OwnerId, is_handed_in: bool) {
    let name = ("Ann Example", "1980-02-03");
    let person = Person::parse(name, ("DE", "A street 1"), NOW).expect("a person");
    let level = Verification::new(1).expect("a level");
    let described = identity.describe(user, (level, &person), NOW).await;
    described.expect("described");
    if is_handed_in {
        let submitted = identity.submit(user, (&[], Provider::Asked), NOW).await;
        submitted.expect("handed in");
    }
}

async fn has_application(identity: &Identity, user: OwnerId) -> bool {
    let application = identity.application_of(user).await;
    application.expect("read").is_some()
}

#[tokio::test]
async fn two_operators_have_somebody_erased_who_has_closed_the_account() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (ann, (ada, ben)) = (user(&identity, "ann").await, operators(&identity).await);
    let early = propose(&identity, &ada, ann).await;
    assert!(
        matches!(early, Err(ProposalError::Parameters(_))),
        "{early:?}"
    );
    close(&identity, ann, Wish::Keep).await;
    let proposal = propose(&identity, &ada, ann).await.expect("proposed");
    let approval = Decision::Approve(proposal.digest);
    let own = identity.decide(&ada, proposal.id, &approval, NOW).await;
    assert!(matches!(own, Err(ProposalError::Own)), "{own:?}");
    let undecided = identity.change_people(proposal.id, NOW).await;
    undecided.expect("nothing to do");
    assert_eq!(identity.erasure_of(ann).await.expect("read"), None);
    let approved = identity.decide(&ben, proposal.id, &approval, NOW).await;
    approved.expect("approved");
    for _ in 0..2 {
        let done = identity.change_people(proposal.id, after(1)).await;
        done.expect("carried out");
    }
    let done = identity.proposal(proposal.id).await.expect("read");
    assert_eq!(done.state, State::Executed);
    assert_eq!(identity.erase_due(TERM, after(1)).await.expect("erased"), 1);
    let closing = identity.closing_of(ann).await.expect("read");
    assert_eq!(closing.expect("closed").email, None);
    // The second time there is nobody left.
    let again = propose(&identity, &ada, ann).await.expect("proposed");
    let approval = Decision::Approve(again.digest);
    let approved = identity.decide(&ben, again.id, &approval, after(2)).await;
    approved.expect("approved");
    let done = identity.change_people(again.id, after(3)).await;
    done.expect("looked at");
    let done = identity.proposal(again.id).await.expect("read");
    assert_eq!(done.state, State::Refused);
}

#[tokio::test]
async fn what_was_handed_in_is_kept_for_the_term_and_a_draft_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let (ann, bob, eve) = (
        user(&identity, "ann").await,
        user(&identity, "bob").await,
        user(&identity, "eve").await,
    );
    apply(&identity, ann, true).await;
    apply(&identity, bob, false).await;
    apply(&identity, eve, true).await;
    close(&identity, ann, Wish::Erase).await;
    close(&identity, bob, Wish::Erase).await;
    assert_eq!(identity.erase_due(TERM, after(1)).await.expect("erased"), 2);
    assert!(has_application(&identity, ann).await);
    assert!(!has_application(&identity, bob).await);
    // A stop in between changes nothing, and the step is done once.
    identity.close().await;
    let identity = open(folder.path()).await;
    assert_eq!(identity.erase_due(TERM, after(2)).await.expect("looked"), 0);
    let end = TERM.end(NOW);
    let before = end.plus_nanos(-1);
    assert_eq!(identity.erase_due(TERM, before).await.expect("looked"), 0);
    assert!(has_application(&identity, ann).await);
    assert_eq!(identity.erase_due(TERM, end).await.expect("erased"), 2);
    assert!(!has_application(&identity, ann).await);
    let waiting = identity.applications(Some(KycState::Submitted), 10).await;
    let waiting = waiting.expect("read");
    assert_eq!(waiting.len(), 1, "that of eve, who has not closed anything");
    assert_eq!(waiting[0].owner, eve);
    let erased = identity.erasure_of(ann).await.expect("read");
    assert_eq!(erased.expect("erased").ended_at, Some(end));
}

#[tokio::test]
async fn the_audit_log_is_whole_after_an_erasure_and_says_that_it_was_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let ann = user(&identity, "ann").await;
    close(&identity, ann, Wish::Erase).await;
    let before = identity.audit_head().await.expect("read");
    identity
        .erase_due(TERM, TERM.end(NOW))
        .await
        .expect("erased");
    let rows = identity.audit_rows(0, 100).await.expect("read");
    let acts: Vec<&str> = rows.iter().map(|row| row.act.as_str()).collect();
    let last = &acts[acts.len() - 2..];
    assert_eq!(last, ["user-erased", "identity-checks-erased"]);
    identity.close().await;
    let address = place::address(folder.path()).await;
    let head = identity::audit::verify(&address, Some(before)).await;
    assert_eq!(head.expect("whole").rows, before.rows + 2);
}

#[tokio::test]
async fn nothing_of_an_address_is_left_in_the_file_either() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let ann = user(&identity, "ann").await;
    close(&identity, ann, Wish::Erase).await;
    identity.close().await;
    let holds_address = async || {
        let stored = place::stored(folder.path()).await;
        let address = b"ann@example.test";
        stored.windows(address.len()).any(|bytes| bytes == address)
    };
    assert!(holds_address().await, "of the closing, and of its letter");
    let identity = open(folder.path()).await;
    identity.erase_due(TERM, after(1)).await.expect("erased");
    let a_week_later = after(8 * 86_400);
    identity.forget_old(a_week_later).await.expect("forgotten");
    identity.close().await;
    assert!(!holds_address().await);
}
