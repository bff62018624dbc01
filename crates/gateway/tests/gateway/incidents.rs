//! What operators tell, as everybody reads it.

use gateway::clock;
use gateway::description::openapi;
use identity::incident::{IncidentState, Plan};
use identity::operator::{NewOperator, Roles};
use identity::operator_key::OperatorKey;
use model::time::NANOS_PER_DAY;
use serde_json::json;

use crate::documents::{described, parsed};
use crate::world::World;

const PATH: &str = "/v1/incidents";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_reads_what_is_the_matter_and_what_is_planned() {
    let world = World::start().await;
    let identity = world.gateway.identity();
    assert_eq!(world.get(PATH).await.json(), json!([]));
    let both = ["ann", "bob"].map(|name| NewOperator {
        name: name.to_owned(),
        roles: Roles::ALL,
        public_key: OperatorKey::generate().expect("random").public(),
    });
    let now = clock::now();
    identity.bootstrap(&both, now).await.expect("bootstraps");
    let ann = &identity.operators().await.expect("read")[0];
    let told = ("Deposits are late", "A node <b>lags</b> behind.");
    let id = identity.open_incident(ann, told, None, now).await;
    let over = (IncidentState::Resolved, "All are in.");
    let ended = identity.update_incident(ann, id.expect("told"), over, now);
    ended.await.expect("told");
    let plan = Plan {
        begins_at: now.plus_nanos(NANOS_PER_DAY),
        ends_at: now.plus_nanos(2 * NANOS_PER_DAY),
    };
    let work = ("Another database", "No orders meanwhile.");
    let opened = identity.open_incident(ann, work, Some(plan), now).await;
    opened.expect("told");

    let rows = world.get(PATH).await.json();
    described(&parsed(openapi::text()), "GET", PATH, &rows);
    let millis = now.millis();
    let update = |state: &str, text: &str| json!({ "at": millis, "state": state, "text": text });
    let planned = json!({
        "id": 2, "kind": "MAINTENANCE", "title": work.0, "state": "SCHEDULED", "isOver": false,
        "beginsAt": plan.begins_at.millis(), "endsAt": plan.ends_at.millis(),
        "updates": [update("SCHEDULED", work.1)],
    });
    let past = json!({
        "id": 1, "kind": "INCIDENT", "title": told.0, "state": "RESOLVED", "isOver": true,
        "beginsAt": millis, "endsAt": millis,
        "updates": [update("INVESTIGATING", told.1), update("RESOLVED", over.1)],
    });
    assert_eq!(rows, json!([planned, past]));
}
