//! What users do is in the audit log, and nothing that must stay secret is.

use crate::visitor::{PASSWORD, Visitor, headers_of};
use crate::world::World;

const ANN: &str = "ann@example.test";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_act_of_a_user_is_written_down_without_a_secret() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let wrong = visitor.log_in(ANN, "not the password").await;
    assert_eq!(wrong.status, 401, "{}", wrong.body);
    let nobody = visitor
        .log_in("nobody@example.test", "not the password")
        .await;
    assert_eq!(nobody.status, 401, "{}", nobody.body);
    let login = visitor.log_in(ANN, PASSWORD).await;
    assert_eq!(login.status, 200, "{}", login.body);
    let headers = headers_of(&login);
    let client = world.client().await;
    let out = { client }.send("DELETE", "/v1/session", &headers, "").await;
    assert_eq!(out.status, 200, "{}", out.body);

    let rows = world.gateway.identity().audit_rows(0, 100).await;
    let rows = rows.expect("read");
    let acts: Vec<&str> = rows.iter().map(|row| row.act.as_str()).collect();
    assert_eq!(
        acts,
        [
            "user-registered",
            "registration-confirmed",
            "login-failed",
            "login-failed",
            "login",
            "session-ended"
        ]
    );
    let user = (rows[4].actor_kind, rows[4].actor);
    assert_eq!((rows[5].actor_kind, rows[5].actor), user);
    assert_eq!((rows[1].actor_kind, rows[1].actor), user);
    assert_eq!(rows[0].subject, rows[2].subject, "one address");
    assert_ne!(rows[2].subject, rows[3].subject);
    let token = login.header("set-cookie").expect("a cookie");
    let token = token.split(['=', ';']).nth(1).expect("a token");
    for row in &rows {
        let whole = format!("{row:?}");
        for secret in [PASSWORD, "not the password", token, ANN] {
            assert!(!whole.contains(secret), "{whole}");
        }
        assert_eq!(row.address, "127.0.0.1");
    }
}
