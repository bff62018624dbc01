//! Applications: every order of steps, what is sealed, who decides, and what a provider adds.

use std::path::Path;

use identity::identity::Identity;
use identity::kyc::{Application, DocumentKind, Granted, KycError, Provider, Review, State, Step};
use identity::kyc_call::{ATTEMPTS_MAX, Taken, Verdict};
use identity::master::MasterKey;
use identity::person::Person;
use identity::picture::Picture;
use model::allowance::Verification;
use model::id::{OperatorId, OwnerId};
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const OLIVIA: OperatorId = OperatorId(1);
const OSCAR: OperatorId = OperatorId(2);

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    let address = place::address(folder).await;
    Identity::open(&address, master).await.expect("opens")
}

fn level(number: u8) -> Verification {
    Verification::new(number).expect("one of four")
}

fn person() -> Person {
    let name = ("Ann Sealed-Example", "1990-02-28");
    Person::parse(name, ("DE", "Hidden Street 1"), NOW).expect("legal")
}

fn picture() -> Picture {
    Picture {
        jpeg: b"what a passport shows".to_vec(),
        width: 32,
        height: 24,
    }
}

async fn user(identity: &Identity, name: &str) -> OwnerId {
    let email = format!("{name}@example.test");
    identity
        .create_user(name, &email, NOW)
        .await
        .expect("added")
}

/// Takes a step in the name of whoever takes such ones.
async fn take(identity: &Identity, owner: OwnerId, step: Step) -> Result<(), KycError> {
    let id = match identity.application_of(owner).await? {
        Some(application) => application.id,
        None => 0,
    };
    let by_olivia =
        |review: Review| async move { identity.review(OLIVIA, (id, &review), NOW).await };
    match step {
        Step::Describe => {
            let described = identity.describe(owner, (level(2), &person()), NOW).await;
            described.map(drop)
        }
        Step::Attach => {
            for kind in DocumentKind::ALL {
                identity.attach(owner, (kind, &picture()), NOW).await?;
            }
            Ok(())
        }
        Step::Submit => {
            let submitted = identity.submit(owner, (&[], Provider::Nobody), NOW).await;
            submitted.map(drop)
        }
        Step::Claim => by_olivia(Review::Claim).await,
        Step::Ask => by_olivia(Review::Ask("more light".to_owned())).await,
        Step::Approve => by_olivia(Review::Approve).await,
        Step::Reject => by_olivia(Review::Reject("not legible".to_owned())).await,
    }
}

async fn newest(identity: &Identity, owner: OwnerId) -> Application {
    let application = identity.application_of(owner).await.expect("read");
    application.expect("an application")
}

fn permutations(of: &[Step]) -> Vec<Vec<Step>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for place in 0..of.len() {
        let mut rest = of.to_vec();
        let first = rest.remove(place);
        for mut tail in permutations(&rest) {
            tail.insert(0, first);
            all.push(tail);
        }
    }
    all
}

#[tokio::test]
async fn of_all_orders_of_the_steps_only_the_one_in_turn_leads_to_a_level() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let in_turn = [
        Step::Describe,
        Step::Attach,
        Step::Submit,
        Step::Claim,
        Step::Approve,
    ];
    for (number, order) in permutations(&in_turn).into_iter().enumerate() {
        let owner = user(&identity, &format!("user{number}")).await;
        let mut state: Option<State> = None;
        let mut is_attached = false;
        for step in &order {
            let taken = take(&identity, owner, *step).await.is_ok();
            let expected = match (state, step) {
                (None, Step::Describe) => Some(State::Draft),
                (None, _) => None,
                (Some(_), Step::Submit) if !is_attached => None,
                (Some(state), step) => state.after(*step),
            };
            assert_eq!(taken, expected.is_some(), "{step:?} in {order:?}");
            is_attached |= taken && *step == Step::Attach;
            state = expected.or(state);
            if let Some(state) = state {
                assert_eq!(newest(&identity, owner).await.state, state, "{order:?}");
            }
        }
        let granted = identity.untold_levels().await.expect("read");
        let is_granted = granted.iter().any(|granted| granted.owner == owner);
        assert_eq!(is_granted, order == in_turn, "{order:?}");
    }
}

#[test]
fn the_table_of_states_has_no_step_but_those_that_are_written_down() {
    let steps = [
        Step::Describe,
        Step::Attach,
        Step::Submit,
        Step::Claim,
        Step::Ask,
        Step::Approve,
        Step::Reject,
    ];
    let count = State::ALL
        .iter()
        .flat_map(|state| steps.iter().filter_map(|step| state.after(*step)))
        .count();
    assert_eq!(count, 10);
    for step in steps {
        assert_eq!(State::Approved.after(step), None);
        assert_eq!(State::Rejected.after(step), None);
    }
}

#[tokio::test]
async fn what_is_asked_for_is_added_and_the_application_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let owner = user(&identity, "ann").await;
    for step in [
        Step::Describe,
        Step::Attach,
        Step::Submit,
        Step::Claim,
        Step::Ask,
    ] {
        take(&identity, owner, step).await.expect("taken");
    }
    let asked = newest(&identity, owner).await;
    assert_eq!(
        (asked.state, &*asked.reason),
        (State::MoreInformation, "more light")
    );
    assert_eq!(asked.documents.len(), 3, "one of each kind");
    for step in [Step::Attach, Step::Submit] {
        take(&identity, owner, step).await.expect("taken");
    }
    let again = newest(&identity, owner).await;
    assert_eq!((again.id, again.state), (asked.id, State::Submitted));
    assert_eq!((again.claimed_by, &*again.reason), (None, ""));
    for step in [Step::Claim, Step::Reject] {
        take(&identity, owner, step).await.expect("taken");
    }
    take(&identity, owner, Step::Describe)
        .await
        .expect("a new one");
    assert_ne!(newest(&identity, owner).await.id, asked.id);
}

#[tokio::test]
async fn a_level_is_told_until_it_was_told_and_a_lower_one_cannot_be_applied_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let owner = user(&identity, "ann").await;
    for step in [
        Step::Describe,
        Step::Attach,
        Step::Submit,
        Step::Claim,
        Step::Approve,
    ] {
        take(&identity, owner, step).await.expect("taken");
    }
    let granted = Granted {
        owner,
        level: level(2),
    };
    assert_eq!(identity.untold_levels().await.expect("read"), [granted]);
    identity.note_level_told(granted).await.expect("noted");
    assert_eq!(identity.untold_levels().await.expect("read"), []);
    let refused = identity.describe(owner, (level(2), &person()), NOW).await;
    assert!(
        matches!(refused, Err(KycError::LevelReached)),
        "{refused:?}"
    );
    identity
        .describe(owner, (level(3), &person()), NOW)
        .await
        .expect("a higher one");
}

#[tokio::test]
async fn whoever_claimed_it_decides_and_a_finding_takes_two() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let owner = user(&identity, "ann").await;
    for step in [Step::Describe, Step::Attach] {
        take(&identity, owner, step).await.expect("taken");
    }
    let findings = ["sanctions: EU 7".to_owned()];
    let id = identity
        .submit(owner, (&findings, Provider::Nobody), NOW)
        .await;
    let id = id.expect("submitted");
    let review = async |operator, review| identity.review(operator, (id, &review), NOW).await;
    review(OLIVIA, Review::Claim).await.expect("claimed");
    for other in [Review::Approve, Review::Reject("no".to_owned())] {
        let refused = review(OSCAR, other).await;
        assert!(matches!(refused, Err(KycError::Foreign)), "{refused:?}");
    }
    for _ in 0..2 {
        let first = review(OLIVIA, Review::Approve).await;
        assert!(matches!(first, Err(KycError::SecondNeeded)), "{first:?}");
        assert_eq!(newest(&identity, owner).await.state, State::InReview);
    }
    assert_eq!(identity.untold_levels().await.expect("read"), []);
    review(OSCAR, Review::Approve).await.expect("the second");
    assert_eq!(newest(&identity, owner).await.state, State::Approved);
    let rows = identity.audit_rows(0, 100).await.expect("read");
    let acts: Vec<&str> = rows.iter().map(|row| row.act.as_str()).collect();
    assert_eq!(acts, ["kyc-claimed", "kyc-approved-first", "kyc-approved"]);
}

#[tokio::test]
async fn nothing_of_a_person_lies_open_in_the_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let owner = user(&identity, "ann").await;
    for step in [Step::Describe, Step::Attach, Step::Submit] {
        take(&identity, owner, step).await.expect("taken");
    }
    let application = newest(&identity, owner).await;
    assert_eq!(application.person, person());
    let document = application.documents[0].id;
    let (facts, shown) = identity.document(document).await.expect("opens");
    assert_eq!(facts.kind, DocumentKind::Identity);
    assert_eq!(shown, picture().jpeg);
    identity.close().await;
    let stored = place::stored(folder.path()).await;
    for part in [
        "Sealed-Example",
        "Hidden Street",
        "1990-02-28",
        "passport shows",
    ] {
        let is_there = stored
            .windows(part.len())
            .any(|window| window == part.as_bytes());
        assert!(!is_there, "{part} lies open");
    }
}

/// Returns the application of a user, of which the provider was asked.
async fn asked(identity: &Identity, owner: OwnerId) -> u64 {
    for step in [Step::Describe, Step::Attach] {
        take(identity, owner, step).await.expect("taken");
    }
    let id = identity.submit(owner, (&[], Provider::Asked), NOW).await;
    id.expect("submitted")
}

#[tokio::test]
async fn a_result_counts_once_and_speaks_against_an_application_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let owner = user(&identity, "ann").await;
    let id = asked(&identity, owner).await;
    let result = async |name: &str, verdict| {
        identity
            .take_result(name, (id, verdict, "case 9"), NOW)
            .await
    };
    assert_eq!(
        result("a", Verdict::Passed).await.expect("taken"),
        Taken::Now
    );
    assert_eq!(newest(&identity, owner).await.findings, [""; 0]);
    assert_eq!(newest(&identity, owner).await.state, State::Submitted);
    assert_eq!(
        result("b", Verdict::Failed).await.expect("taken"),
        Taken::Now
    );
    assert_eq!(
        result("b", Verdict::Failed).await.expect("taken"),
        Taken::Before
    );
    let findings = newest(&identity, owner).await.findings;
    assert_eq!(findings, ["provider: failed case 9"]);
    let unknown = identity
        .take_result("c", (id + 1, Verdict::Passed, ""), NOW)
        .await;
    assert!(matches!(unknown, Err(KycError::Unknown)), "{unknown:?}");
}

/// The signature under which a result comes is good for minutes, so that nobody can send one again after a month.
#[tokio::test]
async fn the_id_of_a_result_is_known_for_thirty_days_and_not_for_ever() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let owner = user(&identity, "ann").await;
    let id = asked(&identity, owner).await;
    let month = 30 * NANOS_PER_DAY;
    let result = async |at| {
        identity
            .take_result("a", (id, Verdict::Passed, ""), at)
            .await
    };
    assert_eq!(result(NOW).await.expect("taken"), Taken::Now);
    let end = NOW.plus_nanos(month);
    assert_eq!(result(end).await.expect("taken"), Taken::Before);
    let after = NOW.plus_nanos(month + 1);
    assert_eq!(result(after).await.expect("taken"), Taken::Now);
}

#[tokio::test]
async fn a_call_keeps_its_id_over_attempts_and_restarts_until_it_is_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let owner = user(&identity, "ann").await;
    for step in [Step::Describe, Step::Attach] {
        take(&identity, owner, step).await.expect("taken");
    }
    let submitted = identity.submit(owner, (&[], Provider::Asked), NOW).await;
    submitted.expect("submitted");
    let first = identity.due_calls(NOW, 9).await.expect("read").remove(0);
    let mut at = NOW;
    identity.postpone_call(&first, at).await.expect("noted");
    assert_eq!(identity.due_calls(at, 9).await.expect("read"), []);
    identity.close().await;

    let identity = open(folder.path()).await;
    let mut attempts = 1;
    loop {
        at = at.plus_nanos(3_600 * NANOS_PER_SECOND);
        let Some(call) = identity.due_calls(at, 9).await.expect("read").pop() else {
            break;
        };
        assert_eq!((&call.id, call.attempts), (&first.id, attempts));
        identity.postpone_call(&call, at).await.expect("noted");
        attempts += 1;
    }
    assert_eq!(attempts, ATTEMPTS_MAX);
    let findings = newest(&identity, owner).await.findings;
    assert_eq!(findings, ["provider: it did not take the call"]);
}
