//! What is refused to keys, sessions, pages and strangers is in the audit log, counted, and without a secret.

use std::collections::BTreeMap;

use gateway::clock;
use gateway::config::{Limiting, RequestLimits};
use identity::audit::Row;
use serde_json::json;

use crate::socket::{Socket, stamped};
use crate::visitor::{FOREIGN, PASSWORD, Page, Visitor};
use crate::world::{ALICE, READER, Setting, World, hmac_hex};

const ANN: &str = "ann@example.test";
const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1";

async fn rows(world: &World) -> Vec<Row> {
    let identity = world.gateway.identity();
    let written = world.gateway.refused().write_all(identity, clock::now());
    written.await.expect("written");
    identity.audit_rows(0, 1_000).await.expect("read")
}

/// Returns how often what was refused to whom; a minute that ends meanwhile makes two rows of one.
fn counted(rows: &[Row]) -> BTreeMap<(&str, &str), u64> {
    let mut counted = BTreeMap::new();
    for row in rows {
        if let Some((times, _)) = row.detail.split_once(" in a minute") {
            let times = times
                .strip_suffix(" times")
                .map_or(1, |times| times.parse().expect(times));
            *counted
                .entry((row.act.as_str(), row.subject.as_str()))
                .or_default() += times;
        }
    }
    counted
}

fn found(world: &World, who: usize) -> String {
    format!("key {}", world.logins[who].key.0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_to_keys_is_counted_by_key_and_reason() {
    let world = World::start().await;
    let send = |key: String, query: String| {
        let world = &world;
        async move {
            let header = format!("X-MBX-APIKEY: {key}\r\n");
            let target = format!("/api/v3/account?{query}");
            let client = world.client().await;
            { client }.send("GET", &target, &header, "").await
        }
    };
    let alice = world.logins[ALICE].public_id.clone();
    for _ in 0..3 {
        let unknown = send("a".repeat(64), world.sign(ALICE, "")).await;
        assert_eq!(unknown.error().1, -2015, "{}", unknown.body);
    }
    let forged = send(alice.clone(), world.sign(ALICE, "") + "0").await;
    assert_eq!(forged.error().1, -1022, "{}", forged.body);
    let old = format!("timestamp={}", clock::now().millis() - 120_000);
    let signature = hmac_hex(&world.logins[ALICE].secret, old.as_bytes());
    let old = send(alice.clone(), format!("{old}&signature={signature}")).await;
    assert_eq!(old.error().1, -1021, "{}", old.body);
    let reader = world.signed(READER, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(reader.error().1, -2015, "{}", reader.body);
    assert_eq!(world.get("/api/v3/account").await.error().1, -2014);
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let wrong = stamped(json!({"apiKey": alice, "signature": "00"}));
    let wrong = socket.ask("session.logon", wrong).await;
    assert_eq!(wrong["error"]["code"], -1022, "{wrong}");

    let rows = rows(&world).await;
    let counted = counted(&rows);
    let (alices, readers) = (found(&world, ALICE), found(&world, READER));
    for (act, subject, times) in [
        ("key-refused", "unknown", 3),
        ("key-refused", "nobody", 1),
        ("key-refused", &readers, 1),
        ("signature-refused", &alices, 2),
        ("time-refused", &alices, 1),
    ] {
        assert_eq!(
            counted.get(&(act, subject)),
            Some(&times),
            "{act} {subject}: {rows:#?}"
        );
    }
    let told = rows
        .iter()
        .find(|row| row.subject == readers)
        .expect("a row");
    assert!(
        told.detail.ends_with("first -2015 for order_new"),
        "{told:?}"
    );
    assert_eq!((told.actor_kind, &*told.address), (1, "127.0.0.1"));
    for row in &rows {
        let whole = format!("{row:?}");
        for login in &world.logins {
            assert!(!whole.contains(&login.public_id) && !whole.contains(&login.secret));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_to_sessions_and_pages_is_counted_by_user() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let other = page.send("GET", "/v1/account/ledger?account=1", "").await;
    assert_eq!(other.error().1, -1130, "{}", other.body);
    let client = world.client().await;
    let foreign = { client }.send("GET", "/v1/security", FOREIGN, "").await;
    assert_eq!(foreign.error().0, 403, "{}", foreign.body);
    let out = page.send("DELETE", "/v1/session", "").await;
    assert_eq!(out.status, 200, "{}", out.body);
    for _ in 0..2 {
        let ended = page.send("GET", "/v1/security", "").await;
        assert_eq!(ended.error().0, 401, "{}", ended.body);
    }
    let token = visitor.post("/v1/register/confirm", "token=nothing").await;
    assert_eq!(token.error().1, -1130, "{}", token.body);
    let wrong = visitor.log_in(ANN, "not the password").await;
    assert_eq!(wrong.status, 401, "{}", wrong.body);

    let rows = rows(&world).await;
    let user = rows.iter().find(|row| row.act == "login").expect("a login");
    let user = format!("user {}", user.actor);
    let counted = counted(&rows);
    for (act, subject, times) in [
        ("account-refused", &*user, 1),
        ("page-refused", "unknown", 1),
        ("session-refused", "unknown", 2),
        ("token-refused", "unknown", 1),
    ] {
        assert_eq!(
            counted.get(&(act, subject)),
            Some(&times),
            "{act} {subject}: {rows:#?}"
        );
    }
    let logins = rows.iter().filter(|row| row.act == "login-failed").count();
    assert_eq!(logins, 1, "it has a row of its own, and no other");
    assert!(
        !counted.keys().any(|(act, _)| *act == "key-refused"),
        "{rows:#?}"
    );
    for row in &rows {
        let whole = format!("{row:?}");
        assert!(!whole.contains(ANN) && !whole.contains(PASSWORD), "{whole}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_too_much_is_one_row_a_minute() {
    let world = World::start_with(Setting {
        limiting: Limiting::Limited(RequestLimits {
            weight_per_minute: 5,
            ..RequestLimits::UPSTREAM
        }),
        ..Setting::STANDARD
    })
    .await;
    crate::limits::wait_for_room_in_the_minute().await;
    let mut refused = 0;
    for _ in 0..40 {
        let answer = world.get("/api/v3/ping").await;
        refused += u64::from(matches!(answer.status, 418 | 429));
    }
    assert!(20 < refused, "{refused}");
    let rows = rows(&world).await;
    assert_eq!(
        counted(&rows).get(&("throttled", "unknown")),
        Some(&refused)
    );
    assert!(rows.len() <= 2, "{rows:#?}");
}
