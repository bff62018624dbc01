//! Lost second factors over HTTP: what a user shows to ask, and how it is cancelled.

use identity::outbox::Subject;

use crate::client::Answer;
use crate::factor::{code, enrol};
use crate::passkeys::ask;
use crate::visitor::{OWN, PASSWORD, Visitor, escaped, headers_of};
use crate::world::World;

const ANN: &str = "ann@example.test";

async fn post(world: &World, path: &str, form: &str) -> Answer {
    ask(world, OWN, "POST", path, form).await
}

/// Returns the form with which Ann asks, by the link of her mailbox.
async fn form(world: &World, password: &str) -> String {
    let asked = post(
        world,
        "/v1/factorReset/ask",
        &format!("email={}", escaped(ANN)),
    )
    .await;
    assert_eq!(asked.body, "{}");
    let link = Visitor { world }.newest().await;
    assert_eq!(link.subject, Subject::FactorResetLink);
    let token = link.token.expect("a token");
    let statement = escaped("I lost my telephone.\n<script>alert(1)</script>");
    format!(
        "token={token}&password={}&statement={statement}",
        escaped(password)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mailbox_and_password_ask_and_the_letter_cancels() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    enrol(&visitor).await;
    let identity = world.gateway.identity();
    let wrong = form(&world, "a wild guess").await;
    let refused = post(&world, "/v1/factorReset", &wrong).await;
    assert_eq!(refused.error().1, -2015);
    assert!(identity.factor_resets().await.expect("read").is_empty());
    let form = form(&world, PASSWORD).await;
    let asked = post(&world, "/v1/factorReset", &form).await;
    assert_eq!(asked.body, "{}");
    let again = post(&world, "/v1/factorReset", &form).await;
    assert_eq!(again.error().1, -1130, "the link is used up");
    let resets = identity.factor_resets().await.expect("read");
    assert_eq!(resets[0].email, ANN);
    assert!(
        identity.untold_holds().await.expect("read").is_empty(),
        "told"
    );
    let told = visitor.newest().await;
    assert_eq!(told.subject, Subject::FactorResetAsked);
    let cancel = format!("token={}", told.token.expect("a token"));
    let cancelled = post(&world, "/v1/factorReset/cancel", &cancel).await;
    assert_eq!(cancelled.body, "{}");
    let again = post(&world, "/v1/factorReset/cancel", &cancel).await;
    assert_eq!(again.error().1, -1130);
    assert!(identity.factor_resets().await.expect("read").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_still_has_the_factor_cancels_it_by_a_session() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let (secret, _) = enrol(&visitor).await;
    let form = form(&world, PASSWORD).await;
    let asked = post(&world, "/v1/factorReset", &form).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let login = format!(
        "email={}&password={}&totp={}",
        escaped(ANN),
        escaped(PASSWORD),
        code(&secret, 1)
    );
    let headers = headers_of(&visitor.post("/v1/login", &login).await);
    let open = ask(&world, &headers, "GET", "/v1/security", "").await;
    assert!(open.json()["factorResetAskedAt"].is_u64(), "{}", open.body);
    for _ in 0..2 {
        let cancelled = ask(&world, &headers, "DELETE", "/v1/factorReset", "").await;
        assert_eq!(cancelled.body, "{}");
    }
    let over = ask(&world, &headers, "GET", "/v1/security", "").await;
    assert!(over.json()["factorResetAskedAt"].is_null(), "{}", over.body);
    let identity = world.gateway.identity();
    assert!(identity.factor_resets().await.expect("read").is_empty());
    let rows = identity.audit_rows(0, 100).await.expect("read");
    let cancelled = rows
        .iter()
        .filter(|row| row.act == "factor-reset-cancelled");
    assert_eq!(cancelled.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_without_a_user_and_a_user_without_a_factor_get_nowhere() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let nobody = format!("email={}", escaped("nobody@example.test"));
    let asked = post(&world, "/v1/factorReset/ask", &nobody).await;
    assert_eq!(asked.body, "{}", "as for everybody");
    assert_eq!(visitor.newest().await.recipient, ANN, "no message");
    let form = form(&world, PASSWORD).await;
    let refused = post(&world, "/v1/factorReset", &form).await;
    assert_eq!(refused.error().1, -2015, "there is nothing to take away");
}
