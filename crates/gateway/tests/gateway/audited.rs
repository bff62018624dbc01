//! What users do is in the audit log, and nothing that must stay secret is.

use crate::auditors;
use crate::authenticator::Authenticator;
use crate::passkeys::{self, add, ask, challenge, log_in, login_challenge, token};
use crate::visitor::{PASSWORD, Page, Visitor, escaped, headers_of};
use crate::world::World;

const ANN: &str = "ann@example.test";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_stand_in_the_log_by_half_of_a_digest_and_users_by_their_number() {
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

/// Returns the acts of the log and who did them.
async fn acts(world: &World) -> Vec<(String, i64)> {
    let rows = world.gateway.identity().audit_rows(0, 100).await;
    let rows = rows.expect("read").into_iter();
    rows.map(|row| (row.act, row.actor)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_passkeys_and_codes_are_written_down() {
    let world = passkeys::world().await;
    let mut authenticator = Authenticator::new("one");
    let handle = add(&world, &authenticator).await;
    let stranger = Authenticator::new("two");
    let told = login_challenge(&world).await;
    let failed = log_in(&world, &told, &stranger.sign_as(&told, 5), &handle).await;
    assert_eq!(failed.status, 401, "{}", failed.body);
    let told = login_challenge(&world).await;
    let signed = authenticator.sign(&told);
    let headers = headers_of(&log_in(&world, &told, &signed, &handle).await);
    let send = |method, path, form: String| {
        let (world, headers) = (&world, &headers);
        async move {
            let answer = ask(world, headers, method, path, &form).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            answer.json()
        }
    };

    let key = send("POST", "/v1/keys", "label=reader".to_owned()).await;
    let key = key["id"].as_u64().expect("a number");
    send("DELETE", "/v1/keys", format!("id={key}")).await;
    let rows = send("GET", "/v1/passkeys", String::new()).await;
    let id = rows[0]["id"].as_u64().expect("a number");
    send("POST", "/v1/passkeys/name", format!("id={id}&label=old")).await;
    let code = format!("password={}&code=red+fox", escaped(PASSWORD));
    send("POST", "/v1/antiPhishingCode", code).await;
    let told = challenge(&world, &headers, "removePasskey", &format!("id={id}")).await;
    let form = |signed: &str| format!("id={id}&challenge={}&{signed}", token(&told));
    let wrong = form(&stranger.sign_as(&told, 5));
    let wrong = ask(&world, &headers, "POST", "/v1/passkeys/remove", &wrong).await;
    assert_eq!(wrong.error().1, -2015, "{}", wrong.body);
    let right = form(&authenticator.sign(&told));
    send("POST", "/v1/passkeys/remove", right).await;

    let acts = acts(&world).await;
    let names: Vec<&str> = acts.iter().map(|(act, _)| act.as_str()).collect();
    assert_eq!(
        names,
        [
            "user-registered",
            "registration-confirmed",
            "login",
            "passkey-added",
            "login-failed",
            "login",
            "key-created",
            "key-deleted",
            "passkey-named",
            "anti-phishing-code-set",
            "proof-refused",
            "passkey-removed",
        ]
    );
    let user = acts[1].1;
    assert!(acts[5..].iter().all(|(_, actor)| *actor == user));
    for (act, about) in [
        ("key-created", format!("key {key} of account 4: read")),
        ("key-deleted", format!("key {key}")),
        ("passkey-added", format!("passkey {id}")),
        ("passkey-named", format!("passkey {id}")),
        ("passkey-removed", format!("passkey {id}")),
    ] {
        assert_eq!(details(&world, act).await, [about], "{act}");
    }
}

/// Returns what the acts of a name were done to.
pub async fn details(world: &World, act: &str) -> Vec<String> {
    let rows = world.gateway.identity().audit_rows(0, 100).await;
    let rows = rows.expect("read").into_iter();
    let rows = rows.filter(|row| row.act == act);
    rows.map(|row| row.detail).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_says_which_session_account_or_leave_it_is_about() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let other = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let send = |method, path, form: String| {
        let page = &page;
        async move {
            let answer = page.send(method, path, &form).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            answer.json()
        }
    };
    let sessions = send("GET", "/v1/sessions", String::new()).await;
    let sessions = sessions.as_array().expect("rows");
    let session = sessions.iter().find(|session| session["isOwn"] == false);
    let session = &session.expect("the other one")["id"];
    send("DELETE", "/v1/sessions", format!("id={session}")).await;
    let client = world.client().await;
    let ended = { client }.send("GET", "/v1/session", &other, "").await;
    assert_eq!(ended.status, 401, "{}", ended.body);
    let sub = send("POST", "/v1/subaccounts", "label=bots".to_owned()).await;
    let sub = &sub["account"];
    send("POST", "/v1/subaccounts/freeze", format!("account={sub}")).await;
    let form = "email=ben%40example.test&expiresAt=4102444800000";
    let leave = auditors::offer(&page, form).await.json();
    let leave = &leave["id"];
    send("DELETE", "/v1/auditors", format!("id={leave}")).await;
    for (act, about) in [
        ("session-ended", format!("session {session}")),
        ("subaccount-opened", format!("account {sub}")),
        ("subaccount-frozen", format!("account {sub}")),
        ("auditor-invited", format!("leave {leave}")),
        ("auditor-ended", format!("leave {leave}")),
    ] {
        assert_eq!(details(&world, act).await, [about], "{act}");
    }
}
