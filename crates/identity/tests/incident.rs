//! What operators tell everybody: what may be said, what follows what, and what stays.

use identity::identity::Identity;
use identity::incident::{
    IncidentError, IncidentKind, IncidentState, Plan, TOLD_NANOS, UPDATES_MAX,
};
use identity::master::MasterKey;
use identity::operator::{NewOperator, Operator, Roles};
use identity::operator_key::OperatorKey;
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn later(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

async fn open(folder: &std::path::Path) -> (Identity, Operator) {
    let master = MasterKey::from_bytes(&[7; 32]);
    let identity = Identity::open(&place::address(folder).await, master).await;
    let identity = identity.expect("opens");
    let both = ["ann", "bob"].map(|name| NewOperator {
        name: name.to_owned(),
        roles: Roles::ALL,
        public_key: OperatorKey::generate().expect("random").public(),
    });
    identity.bootstrap(&both, NOW).await.expect("bootstraps");
    let operators = identity.operators().await.expect("read");
    (identity, operators.into_iter().next().expect("ann"))
}

#[tokio::test]
async fn a_trouble_goes_on_until_it_is_resolved_and_is_told_for_ninety_days_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let (identity, ann) = open(folder.path()).await;
    let told = ("Deposits are late", "A node lags behind.");
    let id = identity.open_incident(&ann, told, None, NOW).await;
    let id = id.expect("told");
    let found = (IncidentState::Identified, "The node is replaced.");
    let updated = identity.update_incident(&ann, id, found, later(60)).await;
    updated.expect("told");
    let incidents = identity.incidents(later(61)).await.expect("read");
    assert_eq!(incidents.len(), 1);
    let incident = &incidents[0];
    assert_eq!(incident.title, told.0);
    assert_eq!(incident.state, IncidentState::Identified);
    assert_eq!((incident.begins_at, incident.ends_at), (NOW, None));
    let said: Vec<&str> = incident.updates.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(said, [told.1, found.1]);
    assert_eq!(incident.updates[1].at, later(60));

    let end = (IncidentState::Resolved, "All deposits are in.");
    let ended = identity.update_incident(&ann, id, end, later(120)).await;
    ended.expect("told");
    let again = identity.update_incident(&ann, id, end, later(121)).await;
    assert!(matches!(
        again,
        Err(IncidentError::Over(IncidentState::Resolved))
    ));
    let last = later(120).plus_nanos(TOLD_NANOS - 1);
    let incidents = identity.incidents(last).await.expect("read");
    assert_eq!(incidents[0].ends_at, Some(later(120)));
    assert_eq!(incidents[0].updates.len(), 3);
    let after = later(120).plus_nanos(TOLD_NANOS);
    assert!(identity.incidents(after).await.expect("read").is_empty());
    let rows = identity.audit_rows(0, 100).await.expect("read");
    let told = rows.iter().filter(|row| row.act == "incident-told");
    assert_eq!(told.count(), 3);
}

#[tokio::test]
async fn planned_work_has_its_times_and_its_own_states_and_what_is_open_comes_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let (identity, ann) = open(folder.path()).await;
    let plan = Plan {
        begins_at: later(3_600),
        ends_at: later(7_200),
    };
    let told = ("Another database", "Orders are not taken meanwhile.");
    let work = identity.open_incident(&ann, told, Some(plan), NOW).await;
    let work = work.expect("told");
    let foreign = (IncidentState::Resolved, "Done.");
    let refused = identity
        .update_incident(&ann, work, foreign, later(1))
        .await;
    assert!(matches!(
        refused,
        Err(IncidentError::StateForeign(
            IncidentState::Resolved,
            IncidentKind::Maintenance
        ))
    ));
    let short = ("Late", "It is late.");
    let trouble = identity.open_incident(&ann, short, None, later(2)).await;
    let trouble = trouble.expect("told");
    let over = (IncidentState::Resolved, "It is there.");
    let ended = identity
        .update_incident(&ann, trouble, over, later(3))
        .await;
    ended.expect("told");
    let incidents = identity.incidents(later(4)).await.expect("read");
    let numbers: Vec<u64> = incidents.iter().map(|it| it.id).collect();
    assert_eq!(
        numbers,
        [work, trouble],
        "open before over, not newest first"
    );
    assert_eq!(incidents[0].state, IncidentState::Scheduled);
    assert_eq!(incidents[0].begins_at, plan.begins_at);
    assert_eq!(incidents[0].ends_at, Some(plan.ends_at));
    let done = (IncidentState::Completed, "Done early.");
    let done = identity
        .update_incident(&ann, work, done, later(5_000))
        .await;
    done.expect("told");
    let incidents = identity.incidents(later(5_001)).await.expect("read");
    let ended = incidents.iter().find(|it| it.id == work).expect("told");
    assert_eq!(ended.ends_at, Some(later(5_000)), "as it was");
}

#[tokio::test]
async fn what_cannot_be_told_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (identity, ann) = open(folder.path()).await;
    let long = "x".repeat(121);
    for told in [
        ("", "text"),
        ("two\nlines", "text"),
        (long.as_str(), "text"),
    ] {
        let refused = identity.open_incident(&ann, told, None, NOW).await;
        assert!(matches!(refused, Err(IncidentError::Title)), "{told:?}");
    }
    let long = "x".repeat(1_001);
    for text in [" \n ", long.as_str()] {
        let refused = identity.open_incident(&ann, ("t", text), None, NOW).await;
        assert!(matches!(refused, Err(IncidentError::Text)), "{text}");
    }
    for (begins_at, ends_at) in [(later(2), later(2)), (later(-9), NOW)] {
        let plan = Some(Plan { begins_at, ends_at });
        let refused = identity.open_incident(&ann, ("t", "text"), plan, NOW).await;
        assert!(matches!(refused, Err(IncidentError::Plan)));
    }
    let update = (IncidentState::Monitoring, "text");
    let nothing = identity.update_incident(&ann, 1, update, NOW).await;
    assert!(matches!(nothing, Err(IncidentError::Unknown)));
    assert!(identity.incidents(NOW).await.expect("read").is_empty());

    let id = identity.open_incident(&ann, ("t", "text"), None, NOW).await;
    let id = id.expect("told");
    for _ in 1..UPDATES_MAX {
        let told = identity.update_incident(&ann, id, update, NOW).await;
        told.expect("told");
    }
    let refused = identity.update_incident(&ann, id, update, NOW).await;
    assert!(matches!(refused, Err(IncidentError::TooManyUpdates)));
    let over = (IncidentState::Resolved, "text");
    let ended = identity.update_incident(&ann, id, over, NOW).await;
    ended.expect("an end is always told");
}
