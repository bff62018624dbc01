//! Every request of operators, by everybody who might send it, over HTTP.
//!
//! Which role may send what is said in the matrix of `crates/gateway/src/console/route.rs`; here the listener is asked.

use gateway::console::route::{Access, ENDPOINTS, Endpoint, Route};
use identity::operator::Role;
use identity::operator_key::OperatorKey;
use identity::policy::Kind;

use super::{Desk, FOREIGN, Page, decide, text};
use crate::client::Answer;

/// Refusals of who is not let in; whatever else is answered, the request was looked at.
const KEPT_OUT: [i32; 7] = [-7011, -7012, -7013, -7014, -7015, -7016, -7017];
const UNSIGNED: i32 = -7011;
const NO_OPERATOR: i32 = -7012;
const ROLE_MISSING: i32 = -7015;
const PAGE_FOREIGN: i32 = -7016;
const NO_SESSION: i32 = -7017;
const LET_IN: i32 = 0;

/// Returns why somebody was kept out.
fn verdict(answer: &Answer) -> i32 {
    assert!(answer.status < 500, "{}", answer.body);
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let code = told["code"].as_i64().unwrap_or(0);
    let kept_out = KEPT_OUT.iter().find(|known| i64::from(**known) == code);
    kept_out.copied().unwrap_or(LET_IN)
}

/// Every request but signing out, which comes last.
fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    let last = |endpoint: &&Endpoint| endpoint.route == Route::LogOut;
    let others = ENDPOINTS.iter().filter(move |endpoint| !last(endpoint));
    others.chain(ENDPOINTS.iter().filter(last))
}

/// Makes an operator who has one role.
pub async fn add(desk: &Desk, name: &str, role: Role) -> OperatorKey {
    let key = OperatorKey::generate().expect("random");
    let parameters = format!(
        "name={name}&roles={}&public_key={}",
        role.name(),
        key.public()
    );
    decide(desk, Kind::AddOperator, &parameters).await;
    key
}

async fn page_of<'a>(desk: &'a Desk, key: &OperatorKey, name: &str) -> Page<'a> {
    let target = ("POST", "/v1/operator/enrolment");
    let told = desk.signed_by(key, target, "", "").await;
    assert_eq!(told.status, 200, "{}", told.body);
    desk.page_by(&text(&told.json(), "code"), name).await
}

fn expected_by_key(endpoint: &Endpoint, is_operator: bool, has_role: bool) -> i32 {
    match (endpoint.access, is_operator, has_role) {
        (Access::Anybody, ..) => LET_IN,
        (Access::Session, ..) => NO_SESSION,
        (Access::Operator, false, _) => NO_OPERATOR,
        (Access::Operator, true, false) => ROLE_MISSING,
        (Access::Operator, true, true) => LET_IN,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_is_taken_from_the_roles_that_may_and_from_nobody_else() {
    let desk = Desk::open().await;
    let mut wrong = Vec::new();
    let mut check = |endpoint: &Endpoint, who: &str, answer: &Answer, expected: i32| {
        let told = verdict(answer);
        if told != expected {
            let (method, path) = (endpoint.method.name(), endpoint.path);
            wrong.push(format!(
                "{method} {path} by {who}: {told}, not {expected}: {}",
                answer.body
            ));
        }
    };
    let gone = add(&desk, "gone", Role::Admin).await;
    decide(&desk, Kind::DisableOperator, "name=gone").await;
    let stranger = OperatorKey::generate().expect("random");
    for endpoint in endpoints() {
        let target = (endpoint.method.name(), endpoint.path);
        let nobody = desk.send(target.0, target.1, "", "").await;
        let expected = match endpoint.access {
            Access::Operator => UNSIGNED,
            Access::Session => NO_SESSION,
            Access::Anybody => LET_IN,
        };
        check(endpoint, "nobody", &nobody, expected);
        let elsewhere = desk.send(target.0, target.1, FOREIGN, "").await;
        let expected = match endpoint.access {
            Access::Anybody => PAGE_FOREIGN,
            _ => expected,
        };
        check(endpoint, "a page elsewhere", &elsewhere, expected);
        for (who, key) in [("a stranger", &stranger), ("who was disabled", &gone)] {
            let answer = desk.signed_by(key, target, "", "").await;
            check(
                endpoint,
                who,
                &answer,
                expected_by_key(endpoint, false, false),
            );
        }
        let swapped = desk.signed_by(&desk.keys[0], target, "", "a=b").await;
        let expected = expected_by_key(endpoint, false, false);
        check(endpoint, "a signature of another body", &swapped, expected);
    }
    for role in Role::ALL {
        let key = add(&desk, role.name(), role).await;
        let page = page_of(&desk, &key, role.name()).await;
        for endpoint in endpoints() {
            let (target, has_role) = (
                (endpoint.method.name(), endpoint.path),
                endpoint.roles.has(role),
            );
            let answer = desk.signed_by(&key, target, "", "").await;
            let expected = expected_by_key(endpoint, true, has_role);
            check(endpoint, role.name(), &answer, expected);
            let answer = page.send(target.0, target.1, "").await;
            let expected = match (endpoint.access, has_role) {
                (Access::Anybody, _) | (_, true) => LET_IN,
                (_, false) => ROLE_MISSING,
            };
            check(
                endpoint,
                &format!("a page of {}", role.name()),
                &answer,
                expected,
            );
            if endpoint.route == Route::LogOut {
                let ended = page.send("GET", "/v1/operator/session", "").await;
                assert_eq!(verdict(&ended), NO_SESSION, "{}", ended.body);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_method_is_told_those_that_the_path_has() {
    let desk = Desk::open().await;
    for endpoint in ENDPOINTS {
        let answer = desk.send("DELETE", endpoint.path, "", "").await;
        assert_eq!(answer.status, 405, "{}", answer.body);
        let allowed = answer.header("allow").unwrap_or("");
        let has_method = allowed
            .split(", ")
            .any(|name| name == endpoint.method.name());
        assert!(has_method, "{}: {allowed}", endpoint.path);
    }
}
