//! Browsers that sign in: cookie, header and origin, over REST and over sockets.

use crate::client::Answer;
use crate::socket::Socket;
use crate::world::{ALICE, World};
use gateway::rest::sign_in::Guest;
use model::command::Command;
use model::id::AccountId;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::http::HeaderValue;

const ALICE_ACCOUNT: AccountId = AccountId(1);
const OWN: &str = "Origin: https://test\r\n";
const FOREIGN: &str = "Origin: https://evil.example\r\n";
const ORDER: &str =
    "/api/v3/order?symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=100";

/// A page of the exchange in a browser.
struct Page<'a> {
    world: &'a World,
    cookie: String,
    csrf: String,
}

async fn sandbox() -> World {
    let world = World::start().await;
    world.gateway.admit_guests(vec![Guest {
        name: "alice".to_owned(),
        account: ALICE_ACCOUNT,
    }]);
    world
}

impl Page<'_> {
    async fn sign_in(world: &World) -> Page<'_> {
        let mut client = world.client().await;
        let answer = client
            .send("POST", "/dev/session?name=alice", OWN, "")
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let cookie = answer.header("set-cookie").expect("a cookie");
        let (pair, attributes) = cookie.split_once(';').expect("attributes");
        assert_eq!(
            attributes,
            " Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=Strict"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        Page {
            world,
            cookie: format!("Cookie: theme=dark; {pair}\r\n"),
            csrf: answer.json()["csrfToken"]
                .as_str()
                .expect("a token")
                .to_owned(),
        }
    }

    /// Asks with the cookie and these headers.
    async fn bare(&self, method: &str, target: &str, headers: &str) -> Answer {
        let headers = format!("{}{headers}", self.cookie);
        self.world
            .client()
            .await
            .send(method, target, &headers, "")
            .await
    }

    /// Asks as a page does that read its session.
    async fn ask(&self, method: &str, target: &str) -> Answer {
        let headers = format!("{OWN}X-BOURSE-CSRF: {}\r\n", self.csrf);
        self.bare(method, target, &headers).await
    }

    /// Opens a socket of the WebSocket API, or returns the status that refused it.
    async fn open(&self, origin: Option<&str>) -> Result<Socket, u16> {
        let request = "ws://test/ws-api/v3".into_client_request();
        let mut request = request.expect("a request");
        let cookie = self.cookie.trim_end().trim_start_matches("Cookie: ");
        let headers = request.headers_mut();
        headers.insert("Cookie", HeaderValue::from_str(cookie).expect("a value"));
        if let Some(origin) = origin {
            headers.insert("Origin", HeaderValue::from_str(origin).expect("a value"));
        }
        let stream = TcpStream::connect(self.world.address)
            .await
            .expect("connects");
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Socket::of(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }
}

fn order() -> Value {
    json!({"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "100"})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_trades_and_reads_over_rest() {
    let world = sandbox().await;
    let page = Page::sign_in(&world).await;
    let session = page.ask("GET", "/v1/session").await.json();
    assert_eq!(session["account"], 1);
    assert_eq!(session["csrfToken"], page.csrf.as_str());
    assert_eq!(session["canTrade"], true);
    let lasts = session["expiresAt"]
        .as_i64()
        .zip(session["createdAt"].as_i64());
    assert_eq!(lasts.map(|(end, start)| end - start), Some(86_400_000));

    let placed = page.ask("POST", ORDER).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let open = page.bare("GET", "/api/v3/openOrders", "").await.json();
    assert_eq!(open[0]["orderId"], placed.json()["orderId"]);
    let account = page.bare("GET", "/api/v3/account", "").await.json();
    assert_eq!(account["uid"], 1);
    let own = page.bare("GET", "/sapi/v1/account/status", "").await;
    assert_eq!(own.status, 200, "{}", own.body);
    let key = page.ask("POST", "/api/v3/userDataStream").await;
    assert_eq!(key.status, 200, "{}", key.body);
    let late = page
        .ask("DELETE", "/api/v3/openOrders?symbol=BTCUSDT&timestamp=1")
        .await;
    assert_eq!(late.error().1, -1021, "a time that is told counts");
    let cancelled = page
        .ask("DELETE", "/api/v3/openOrders?symbol=BTCUSDT")
        .await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_trades_and_listens_over_a_socket() {
    let world = sandbox().await;
    let page = Page::sign_in(&world).await;
    let mut socket = page.open(Some("https://test")).await.expect("opens");
    let status = socket.ask("session.status", json!({})).await;
    assert!(status["result"]["authorizedSince"].is_i64(), "{status}");
    let subscribed = socket.ask("userDataStream.subscribe", json!({})).await;
    assert_eq!(subscribed["result"]["subscriptionId"], 0, "{subscribed}");
    let event = socket.ask("order.place", order()).await;
    assert_eq!(event["event"]["e"], "executionReport", "{event}");
    socket.hear().await;
    let placed = socket.hear().await;
    assert_eq!(placed["status"], 200, "{placed}");
    let out = socket.ask("session.logout", json!({})).await;
    assert!(out["result"]["apiKey"].is_null(), "{out}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_other_origins_are_refused() {
    let world = sandbox().await;
    let page = Page::sign_in(&world).await;
    let csrf = format!("X-BOURSE-CSRF: {}\r\n", page.csrf);
    for (method, target) in [
        ("GET", "/v1/session"),
        ("GET", "/api/v3/account"),
        ("POST", ORDER),
        ("DELETE", "/v1/session"),
        ("POST", "/api/v3/userDataStream"),
        ("POST", "/dev/session?name=alice"),
    ] {
        for origin in [FOREIGN, "Origin: null\r\n"] {
            let refused = page.bare(method, target, &format!("{csrf}{origin}")).await;
            let (status, code, _) = refused.error();
            assert_eq!((status, code), (403, -2015), "{method} {target} {origin}");
            assert_eq!(refused.header("access-control-allow-origin"), None);
        }
    }
    let key = format!(
        "X-MBX-APIKEY: {}\r\n{FOREIGN}",
        world.logins[ALICE].public_id
    );
    let target = format!("/api/v3/account?{}", world.sign(ALICE, ""));
    let signed = world.client().await.send("GET", &target, &key, "").await;
    assert_eq!(signed.status, 403, "a key is refused from there too");
    assert_eq!(
        page.open(Some("https://evil.example")).await.err(),
        Some(403)
    );
    assert_eq!(page.open(Some("null")).await.err(), Some(403));
    assert!(
        world
            .gateway
            .hub()
            .views()
            .open_orders(ALICE_ACCOUNT)
            .is_empty()
    );
    let market = page.bare("GET", "/api/v3/time", FOREIGN).await;
    assert_eq!(market.status, 200, "what is public stays so");
    assert_eq!(market.header("access-control-allow-origin"), Some("*"));
}

/// A page whose name was turned to this machine is of one origin with it, and sends none when it reads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_was_turned_to_this_machine_reads_nothing() {
    let world = sandbox().await;
    let page = Page::sign_in(&world).await;
    for (target, cookie) in [
        ("/dev/outbox", ""),
        ("/v1/session", page.cookie.as_str()),
        ("/api/v3/account", page.cookie.as_str()),
    ] {
        for (host, status) in [("evil.example", 403), ("test", 200)] {
            let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\n");
            let mut client = world.client().await;
            client.send_bytes(request.as_bytes()).await;
            let answer = client.read().await.expect("an answer");
            assert_eq!(answer.status, status, "{target} {host} {}", answer.body);
        }
    }
    let origin = "Origin: http://evil.example\r\n";
    let request = format!(
        "POST /dev/session HTTP/1.1\r\nHost: evil.example\r\n{origin}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nname=alice"
    );
    let mut client = world.client().await;
    client.send_bytes(request.as_bytes()).await;
    let answer = client.read().await.expect("an answer");
    assert_eq!(answer.error().0, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_something_needs_the_token_that_only_own_pages_can_read() {
    let world = sandbox().await;
    let page = Page::sign_in(&world).await;
    let other = Page::sign_in(&world).await;
    assert_ne!(page.csrf, other.csrf);
    for headers in [
        String::new(),
        OWN.to_owned(),
        format!("{OWN}X-BOURSE-CSRF: \r\n"),
        format!("{OWN}X-BOURSE-CSRF: {}\r\n", other.csrf),
        format!("{OWN}X-BOURSE-CSRF: {}\r\n", &page.csrf[1..]),
    ] {
        for (method, target) in [
            ("POST", ORDER),
            ("DELETE", "/api/v3/openOrders?symbol=BTCUSDT"),
            ("DELETE", "/v1/session"),
            ("POST", "/sapi/v3/asset/getUserAsset"),
        ] {
            let (status, code, msg) = page.bare(method, target, &headers).await.error();
            assert_eq!((status, code), (403, -2015), "{method} {target} {headers}");
            assert!(msg.contains("GET /v1/session"), "{msg}");
        }
    }
    assert!(
        world
            .gateway
            .hub()
            .views()
            .open_orders(ALICE_ACCOUNT)
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_with_its_cookie() {
    let world = sandbox().await;
    let page = Page::sign_in(&world).await;
    let other = Page::sign_in(&world).await;
    let mut socket = page.open(Some("http://test")).await.expect("opens");
    socket.ask("userDataStream.subscribe", json!({})).await;
    let ended = page.ask("DELETE", "/v1/session").await;
    assert_eq!(ended.status, 200, "{}", ended.body);
    let cookie = ended.header("set-cookie").expect("a cookie");
    assert!(
        cookie.starts_with("__Host-bourse_session=; Path=/; Max-Age=0;"),
        "{cookie}"
    );

    let terminated = socket.hear().await;
    assert_eq!(
        terminated["event"]["e"], "eventStreamTerminated",
        "{terminated}"
    );
    socket.expect_close().await;
    assert_eq!(page.open(Some("http://test")).await.err(), Some(401));
    for target in ["/v1/session", "/api/v3/account"] {
        let (status, code, msg) = page.ask("GET", target).await.error();
        assert_eq!((status, code), (401, -2015), "{msg}");
        assert_eq!(msg, "There is no session: sign in first.");
    }
    assert_eq!(
        other.ask("GET", "/v1/session").await.status,
        200,
        "one alone ended"
    );

    let key = world.gateway.identity().browsers(ALICE_ACCOUNT)[0].id;
    world.command(Command::RevokeKey { key }).await;
    let (status, code, _) = other.ask("POST", ORDER).await.error();
    assert_eq!((status, code), (401, -2015), "the exchange has ended it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_sandbox_has_guests_and_the_oldest_of_too_many_sessions_ends() {
    let world = World::start().await;
    let mut client = world.client().await;
    let nowhere = client
        .send("POST", "/dev/session?name=alice", OWN, "")
        .await;
    assert_eq!(nowhere.status, 404);
    let world = sandbox().await;
    let mut client = world.client().await;
    let unknown = client.send("POST", "/dev/session?name=eve", OWN, "").await;
    assert_eq!(unknown.error().1, -1130);
    let mut pages = Vec::new();
    for _ in 0..21 {
        pages.push(Page::sign_in(&world).await);
    }
    assert_eq!(pages[0].ask("GET", "/v1/session").await.status, 401);
    for page in &pages[1..] {
        assert_eq!(page.ask("GET", "/v1/session").await.status, 200);
    }
    assert_eq!(world.gateway.identity().browsers(ALICE_ACCOUNT).len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cookie_is_nothing_beside_an_api_key_or_without_an_origin_at_a_socket() {
    let world = sandbox().await;
    let page = Page::sign_in(&world).await;
    let key = format!("X-MBX-APIKEY: {}\r\n", world.logins[ALICE].public_id);
    let unsigned = page.bare("GET", "/api/v3/account", &key).await;
    assert_eq!(unsigned.error().1, -1102, "the key must sign");
    let signed = world.signed(ALICE, "GET", "/v1/session", "").await;
    assert_eq!(signed.error().0, 401, "a key is no session");
    let mut socket = page.open(None).await.expect("opens");
    let status = socket.ask("session.status", json!({})).await;
    assert!(status["result"]["apiKey"].is_null(), "{status}");
}
