//! What somebody who is a user asks on the pages of the exchange, one after the other.

use crate::documents::{described, parsed};
use crate::factor;
use crate::visitor::{OWN, Visitor, headers_of};
use crate::world::World;
use gateway::access::Access;
use gateway::description::openapi;
use gateway::route::ENDPOINTS;

/// Method, path and form; the first begins a session.
pub const OF_USERS: &[(&str, &str, &str)] = &[
    (
        "POST",
        "/v1/login",
        "email=ann%40example.test&password=seventeen+letters",
    ),
    (
        "PUT",
        "/v1/preferences",
        "name=language&value=%22zh-CN%22&version=0",
    ),
    ("GET", "/v1/preferences", ""),
    (
        "POST",
        "/v1/antiPhishingCode",
        "password=seventeen+letters&code=red+fox",
    ),
    ("GET", "/v1/antiPhishingCode", ""),
    ("GET", "/v1/notifications", ""),
    ("POST", "/v1/notifications/read", "untilId=1"),
    ("GET", "/v1/notifications/settings", ""),
    (
        "PUT",
        "/v1/notifications/settings",
        "kind=FILLS&isKept=true&isMailed=false",
    ),
    (
        "POST",
        "/v1/alerts",
        "symbol=BTCUSDT&direction=ABOVE&price=100",
    ),
    ("GET", "/v1/kyc", ""),
    (
        "POST",
        "/v1/kyc/application",
        "legalName=Ann+Example&birthDate=1990-02-28&country=DE&address=Street+1&level=1",
    ),
    ("POST", "/v1/kyc/submit", ""),
    ("GET", "/v1/alerts", ""),
    ("DELETE", "/v1/alerts", ""),
    ("POST", "/v1/subaccounts", "label=grid"),
    ("GET", "/v1/subaccounts", ""),
    ("POST", "/v1/subaccounts/label", "account=5&label=grid+2"),
    ("POST", "/v1/subaccounts/freeze", "account=5"),
    ("POST", "/v1/subaccounts/unfreeze", "account=5"),
    (
        "POST",
        "/v1/challenge",
        "action=inviteAuditor&email=bob%40example.test&expiresAt=4102444800000",
    ),
    (
        "POST",
        "/v1/auditors",
        "email=bob%40example.test&expiresAt=4102444800000&challenge=CHALLENGE&password=seventeen+letters",
    ),
    ("GET", "/v1/auditors", ""),
    ("DELETE", "/v1/auditors?id=KEY", ""),
    ("GET", "/v1/audits", ""),
];

/// What a visitor asks, in this order; `TOKEN` stands for what the newest message tells, `CODE` for that of the factor.
const LOGIN: &[(&str, &str, &str)] = &[
    (
        "POST",
        "/v1/register",
        "email=ann%40example.test&password=fifteen+letters",
    ),
    ("GET", "/dev/outbox", ""),
    ("POST", "/v1/register/confirm", "token=TOKEN"),
    ("POST", "/v1/password/forgot", "email=ann%40example.test"),
    (
        "POST",
        "/v1/password/reset",
        "token=TOKEN&newPassword=fifteen+letters",
    ),
    (
        "POST",
        "/v1/login",
        "email=ann%40example.test&password=fifteen+letters",
    ),
    (
        "POST",
        "/v1/password/change",
        "password=fifteen+letters&newPassword=seventeen+letters",
    ),
    ("POST", "/v1/totp/enrol", ""),
    (
        "POST",
        "/v1/totp/confirm",
        "password=seventeen+letters&totp=CODE",
    ),
    (
        "POST",
        "/v1/login",
        "email=ann%40example.test&password=seventeen+letters&totp=RECOVERY",
    ),
    (
        "POST",
        "/v1/totp/remove",
        "password=seventeen+letters&totp=RECOVERY",
    ),
    (
        "POST",
        "/v1/login",
        "email=ann%40example.test&password=seventeen+letters",
    ),
    ("GET", "/v1/security", ""),
    ("POST", "/v1/challenge", "action=createKey&label=bot"),
    ("POST", "/v1/keys", "label=bot"),
    ("GET", "/v1/keys", ""),
    ("POST", "/v1/keys/change", "id=KEY&label=reader"),
    ("DELETE", "/v1/keys?id=KEY", ""),
    ("GET", "/v1/sessions", ""),
    ("DELETE", "/v1/sessions", ""),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_are_as_described() {
    let world = World::start().await;
    let document = parsed(openapi::text());
    let visitor = Visitor::of_sandbox(&world);
    let mut headers = OWN.to_owned();
    let (mut code, mut recovery_codes, mut key) = (String::new(), Vec::new(), 0);
    let mut challenge = String::new();
    for (method, path, form) in LOGIN.iter().chain(OF_USERS) {
        let token = match form.contains("TOKEN") {
            true => visitor.token().await,
            false => String::new(),
        };
        let recovery = match form.contains("RECOVERY") {
            true => recovery_codes.pop().expect("a code"),
            false => String::new(),
        };
        let form = form
            .replace("TOKEN", &token)
            .replace("CODE", &code)
            .replace("RECOVERY", &recovery)
            .replace("CHALLENGE", &challenge)
            .replace("KEY", &key.to_string());
        let target = path.replace("KEY", &key.to_string());
        let path = path.split('?').next().expect("a path");
        let mut client = world.client().await;
        let answer = client.send(method, &target, &headers, &form).await;
        assert_eq!(answer.status, 200, "{method} {path} {}", answer.body);
        if answer.json()["csrfToken"].is_string() {
            headers = headers_of(&answer);
        }
        key = answer.json()["id"].as_u64().unwrap_or(key);
        if let Some(asked) = answer.json()["challenge"].as_str() {
            challenge = asked.to_owned();
        }
        if let Some(secret) = answer.json()["secret"].as_str() {
            code = factor::code(secret, 0);
        }
        for code in answer.json()["recoveryCodes"]
            .as_array()
            .into_iter()
            .flatten()
        {
            recovery_codes.push(code.as_str().expect("a text").to_owned());
        }
        described(&document, method, path, &answer.json());
        let operation = &document["paths"][path][&method.to_ascii_lowercase()];
        let takes_form = operation["requestBody"].is_object();
        assert_eq!(takes_form, !form.is_empty(), "{method} {path}");
    }
    let asked: Vec<&str> = LOGIN
        .iter()
        .chain(OF_USERS)
        .map(|(_, path, _)| *path)
        .collect();
    for endpoint in ENDPOINTS {
        // Tests of their own compare what those tell.
        let is_elsewhere = [
            "/v1/passkeys",
            "/v1/login/",
            "/v1/kyc/provider",
            "/v1/email/",
            "/v1/factorReset",
            "/v1/subaccounts/transfer",
            "/v1/audits/accept",
            "/v1/account/close",
            "/v1/addresses",
            "/v1/withdrawals",
            "/v1/account/export",
        ]
        .iter()
        .any(|path| endpoint.path.starts_with(path));
        let is_login =
            !is_elsewhere && (endpoint.access == Access::Guest || endpoint.route.takes_form());
        assert!(
            !is_login
                || asked
                    .iter()
                    .any(|path| path.split('?').next() == Some(endpoint.path)),
            "{}",
            endpoint.path
        );
    }
}
