//! Forgotten and changed passwords over HTTP.

use crate::client::Answer;
use crate::socket::Socket;
use crate::visitor::{FOREIGN, PASSWORD, Visitor, escaped, headers_of};
use crate::world::{ALICE, World};
use identity::outbox::Subject;
use model::id::AccountId;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

const ANN: &str = "ann@example.test";
const ANN_ACCOUNT: AccountId = AccountId(4);
const OTHER: &str = "and another one!";
const FORGET: &str = "/v1/password/forgot";
const RESET: &str = "/v1/password/reset";
const CHANGE: &str = "/v1/password/change";

async fn ask(world: &World, headers: &str) -> u16 {
    let mut client = world.client().await;
    client.send("GET", "/v1/session", headers, "").await.status
}

async fn change(world: &World, headers: &str, old: &str, new: &str) -> Answer {
    let form = format!("password={}&newPassword={}", escaped(old), escaped(new));
    world
        .client()
        .await
        .send("POST", CHANGE, headers, &form)
        .await
}

/// Opens a socket of the WebSocket API as a page of a browser.
pub async fn socket(world: &World, headers: &str) -> Socket {
    let cookie = headers
        .lines()
        .find_map(|line| line.strip_prefix("Cookie: "));
    let request = "ws://test/ws-api/v3".into_client_request();
    let mut request = request.expect("a request");
    let value = |text: &str| HeaderValue::from_str(text).expect("a value");
    request
        .headers_mut()
        .insert("Cookie", value(cookie.expect("a cookie")));
    request
        .headers_mut()
        .insert("Origin", value("https://test"));
    let stream = TcpStream::connect(world.address).await.expect("connects");
    let (socket, _) = client_async(request, stream).await.expect("opens");
    Socket::of(socket)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_ends_every_session_and_the_old_password() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let first = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let second = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let mut socket = socket(&world, &first).await;
    socket.ask("userDataStream.subscribe", json!({})).await;
    let asked = visitor.post(FORGET, "email=ANN%40example.test").await;
    assert_eq!((asked.status, asked.body.as_str()), (200, "{}"));
    let token = visitor.token().await;
    let weak = format!("token={token}&newPassword=password1234567");
    let (_, code, msg) = visitor.post(RESET, &weak).await.error();
    assert_eq!(code, -1130);
    assert!(msg.contains("'newPassword'"), "{msg}");
    let form = format!("token={token}&newPassword={}", escaped(OTHER));
    let reset = visitor.post(RESET, &form).await;
    assert_eq!((reset.status, reset.body.as_str()), (200, "{}"));
    assert_eq!(reset.header("set-cookie"), None, "it signs nobody in");
    for headers in [&first, &second] {
        assert_eq!(ask(&world, headers).await, 401);
    }
    let told = socket.hear().await;
    assert_eq!(told["event"]["e"], "eventStreamTerminated", "{told}");
    assert!(world.gateway.identity().browsers(ANN_ACCOUNT).is_empty());
    assert_eq!(visitor.newest().await.subject, Subject::PasswordChanged);
    let (_, code, msg) = visitor.post(RESET, &form).await.error();
    assert_eq!(code, -1130, "once");
    assert!(msg.contains("unknown, used or too old"), "{msg}");
    assert_eq!(visitor.log_in(ANN, PASSWORD).await.status, 401);
    assert_eq!(visitor.log_in(ANN, OTHER).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_an_address_has_a_user_is_not_told_to_who_forgot() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let known = visitor.post(FORGET, "email=ann%40example.test").await;
    let unknown = visitor.post(FORGET, "email=bob%40example.test").await;
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    let newest = visitor.newest().await;
    assert_eq!(newest.recipient, ANN, "strangers are sent nothing");
    assert_eq!(newest.subject, Subject::PasswordReset);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_needs_the_old_password_and_begins_a_new_session() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let own = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let elsewhere = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    for (old, new, status) in [
        ("fifteen letters ", OTHER, 401),
        (PASSWORD, "short", 400),
        (PASSWORD, "ann@example.test", 400),
        (PASSWORD, "Password1234", 400),
    ] {
        let refused = change(&world, &own, old, new).await;
        assert_eq!(refused.error().0, status, "{old} {new}");
    }
    assert_eq!(ask(&world, &own).await, 200, "nothing has changed");
    let changed = change(&world, &own, PASSWORD, OTHER).await;
    let fresh = headers_of(&changed);
    for (headers, status) in [(&own, 401), (&elsewhere, 401), (&fresh, 200)] {
        assert_eq!(ask(&world, headers).await, status);
    }
    assert_eq!(world.gateway.identity().browsers(ANN_ACCOUNT).len(), 1);
    assert_eq!(visitor.newest().await.subject, Subject::PasswordChanged);
    assert_eq!(visitor.log_in(ANN, PASSWORD).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_was_left_open_does_not_guess_the_password() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let headers = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    for _ in 0..5 {
        let refused = change(&world, &headers, "a wild guess", OTHER).await;
        assert_eq!(refused.error().0, 401);
    }
    let limited = change(&world, &headers, PASSWORD, OTHER).await;
    assert_eq!(limited.error().0, 429);
    assert!(limited.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_page_of_a_login_changes_a_password() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let headers = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let cookie = headers.lines().find(|line| line.starts_with("Cookie: "));
    let cookie = cookie.expect("a cookie");
    let foreign = headers.replace("Origin: https://test\r\n", FOREIGN);
    for headers in [format!("{cookie}\r\n"), foreign] {
        let refused = change(&world, &headers, PASSWORD, OTHER).await;
        assert_eq!(refused.error().0, 403);
    }
    assert_eq!(change(&world, "", PASSWORD, OTHER).await.error().0, 401);
    let guest = visitor.send("POST", "/dev/session?name=alice", "").await;
    let guest = change(&world, &headers_of(&guest), PASSWORD, OTHER).await;
    assert_eq!(guest.error().0, 401, "a guest has no password");
    let login = &world.logins[ALICE];
    let signed = world.sign(ALICE, &format!("password={PASSWORD}&newPassword={OTHER}"));
    let key = format!("X-MBX-APIKEY: {}\r\n", login.public_id);
    let signed = world
        .client()
        .await
        .send("POST", CHANGE, &key, &signed)
        .await;
    assert_eq!(signed.error().0, 401, "an API key is no login");
    assert_eq!(visitor.log_in(ANN, PASSWORD).await.status, 200);
}
