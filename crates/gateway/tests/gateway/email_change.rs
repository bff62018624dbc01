//! Another address over HTTP: what proves the wish, and what becomes of sessions, sockets' keys and payouts.

use gateway::clock;
use identity::outbox::Subject;
use model::id::AccountId;
use serde_json::json;

use crate::client::Answer;
use crate::passkeys::{ask, challenge, token};
use crate::visitor::{OWN, PASSWORD, Visitor, escaped, headers_of};
use crate::world::World;

const ANN: &str = "ann@example.test";
const NEW: &str = "ann@new.example.test";

async fn post(world: &World, path: &str, form: &str) -> Answer {
    ask(world, OWN, "POST", path, form).await
}

/// Ann wants the new address; returns the headers of her page.
async fn wish(world: &World) -> String {
    let visitor = Visitor::of_sandbox(world);
    visitor.join(ANN).await;
    let headers = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let parameters = format!("email={}", escaped(NEW));
    let told = challenge(world, &headers, "changeEmail", &parameters).await;
    let proof = format!("challenge={}&password={}", token(&told), escaped(PASSWORD));
    let other = format!("email={}&{proof}", escaped("eve@example.test"));
    let refused = ask(world, &headers, "POST", "/v1/email/change", &other).await;
    assert_eq!(refused.error().1, -1130, "the proof is of another address");
    let form = format!("{parameters}&{proof}");
    let asked = ask(world, &headers, "POST", "/v1/email/change", &form).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    headers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_changes_by_its_own_token_and_ends_every_session() {
    let world = World::start().await;
    let headers = wish(&world).await;
    let visitor = Visitor { world: &world };
    let message = visitor.newest().await;
    assert_eq!(
        (message.recipient.as_str(), message.subject),
        (NEW, Subject::EmailChange)
    );
    let session = ask(&world, &headers, "GET", "/v1/session", "").await;
    assert_eq!(session.status, 200, "nothing has changed yet");
    let form = format!("token={}", message.token.expect("a token"));
    let confirmed = post(&world, "/v1/email/confirm", &form).await;
    assert_eq!(confirmed.body, "{}");
    let again = post(&world, "/v1/email/confirm", &form).await;
    assert_eq!(again.error().1, -1130);
    let ended = ask(&world, &headers, "GET", "/v1/session", "").await;
    assert_eq!(ended.status, 401);
    let sessions = world.gateway.identity().browsers(AccountId(4));
    assert!(sessions.is_empty(), "the exchange was told at once");
    let former = visitor.log_in(ANN, PASSWORD).await;
    assert_eq!(former.error().1, -2015);
    let login = visitor.log_in(NEW, PASSWORD).await;
    let security = ask(&world, &headers_of(&login), "GET", "/v1/security", "").await;
    let held = security.json()["payoutsHeldUntil"].as_i64().expect("held");
    assert!(clock::now().millis() + 86_000_000 < held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_former_address_takes_itself_back() {
    let world = World::start().await;
    wish(&world).await;
    let visitor = Visitor { world: &world };
    let form = format!("token={}", visitor.token().await);
    let confirmed = post(&world, "/v1/email/confirm", &form).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    let message = visitor.newest().await;
    assert_eq!(
        (message.recipient.as_str(), message.subject),
        (ANN, Subject::EmailChanged)
    );
    let thief = headers_of(&visitor.log_in(NEW, PASSWORD).await);
    let form = format!("token={}", message.token.expect("a token"));
    let returned = post(&world, "/v1/email/return", &form).await;
    assert_eq!(returned.body, "{}");
    let ended = ask(&world, &thief, "GET", "/v1/session", "").await;
    assert_eq!(ended.status, 401);
    let login = visitor.log_in(ANN, PASSWORD).await;
    assert_eq!(login.json()["account"], json!(4));
    let again = post(&world, "/v1/email/return", &form).await;
    assert_eq!(again.error().1, -1130);
    let rows = world.gateway.identity().audit_rows(0, 100).await;
    let acts: Vec<String> = rows.expect("read").into_iter().map(|row| row.act).collect();
    for act in ["email-change-asked", "email-changed", "email-returned"] {
        assert!(acts.iter().any(|known| known == act), "{act} in {acts:?}");
    }
}
