//! What users end while the database takes nothing ends all the same, and is in the audit log once it does.

use std::time::Duration;

use sqlx::{Any, Executor, Transaction};

use crate::place;
use crate::visitor::{PASSWORD, Page, Visitor, headers_of};
use crate::world::{Passing, Setting, World};

const ANN: &str = "ann@example.test";

/// Has the database take no row until the transaction ends.
async fn block(pool: &sqlx::AnyPool) -> Transaction<'_, Any> {
    let mut transaction = pool.begin().await.expect("begun");
    let block = match place::server() {
        Some(_) => "LOCK TABLE api_keys, audit_log IN ACCESS EXCLUSIVE MODE",
        None => "UPDATE api_keys SET label = label",
    };
    transaction.execute(block).await.expect("blocked");
    transaction
}

/// Returns acts and details of a user's ends, in their order.
async fn ends(world: &World) -> Vec<(String, String)> {
    let rows = world.gateway.identity().audit_rows(0, 1_000).await;
    let rows = rows.expect("read").into_iter();
    rows.filter(|row| ["key-deleted", "session-ended"].contains(&&*row.act))
        .map(|row| (row.act, row.detail))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_while_the_database_is_away_is_written_once_it_is_there() {
    // Nothing works in the background: what waits is written when this test says so.
    let setting = Setting {
        passing: Passing::Both,
        ..Setting::STANDARD
    };
    let world = World::start_with(setting).await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, ANN).await;
    let other = Page {
        world: &world,
        headers: headers_of(&visitor.log_in(ANN, PASSWORD).await),
    };
    let key = ann.send("POST", "/v1/keys", "label=bot").await;
    let key = key.json()["id"].as_u64().expect("a number");
    let sessions = other.send("GET", "/v1/sessions", "").await.json();
    let mut sessions = sessions.as_array().expect("a list").clone();
    // One's own ends last.
    sessions.sort_by_key(|session| session["isOwn"] == true);

    let pool = place::raw(world.folder()).await;
    let blocked = block(&pool).await;
    let deleted = ann.send("DELETE", &format!("/v1/keys?id={key}"), "").await;
    assert_eq!(deleted.status, 503, "{}", deleted.body);
    let ended = other.send("DELETE", "/v1/sessions", "").await;
    assert_eq!(ended.status, 503, "{}", ended.body);
    for page in [&ann, &other] {
        let refused = page.send("GET", "/v1/session", "").await;
        assert_eq!(refused.status, 401, "{}", refused.body);
    }
    let acts = world.gateway.acts();
    let writing = acts.write(world.gateway.identity());
    let given_up = tokio::time::timeout(Duration::from_millis(200), writing);
    assert!(
        given_up.await.is_err(),
        "nothing is taken, and nothing lost"
    );
    blocked.rollback().await.expect("given up");
    pool.close().await;
    assert_eq!(ends(&world).await, [], "nothing was taken");

    for _ in 0..2 {
        let written = acts.write(world.gateway.identity());
        written.await.expect("written");
        let mut expected = vec![("key-deleted".to_owned(), format!("key {key}"))];
        let ended = sessions.iter().map(|session| {
            let about = format!("session {}", session["id"]);
            ("session-ended".to_owned(), about)
        });
        expected.extend(ended);
        assert_eq!(ends(&world).await, expected, "once and no more");
    }
}
