//! Somebody with a browser and a mailbox.

use crate::client::Answer;
use crate::socket::Socket;
use crate::world::World;
use gateway::rest::sign_in::Guest;
use identity::outbox::Message;
use model::id::AccountId;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};

pub const OWN: &str = "Origin: https://test\r\n";
pub const FOREIGN: &str = "Origin: https://evil.example\r\n";
pub const PASSWORD: &str = "fifteen letters";

/// A browser without a session.
pub struct Visitor<'a> {
    pub world: &'a World,
}

impl Visitor<'_> {
    /// Returns a visitor of a sandbox, where messages can be read.
    pub fn of_sandbox(world: &World) -> Visitor<'_> {
        world.gateway.admit_guests(vec![Guest {
            name: "alice".to_owned(),
            account: AccountId(1),
        }]);
        Visitor { world }
    }

    pub async fn send(&self, method: &str, target: &str, form: &str) -> Answer {
        let mut client = self.world.client().await;
        client.send(method, target, OWN, form).await
    }

    pub async fn post(&self, path: &str, form: &str) -> Answer {
        self.send("POST", path, form).await
    }

    pub async fn register(&self, email: &str, password: &str) -> Answer {
        let form = format!("email={}&password={}", escaped(email), escaped(password));
        self.post("/v1/register", &form).await
    }

    pub async fn confirm(&self, token: &str) -> Answer {
        self.post("/v1/register/confirm", &format!("token={token}"))
            .await
    }

    pub async fn newest(&self) -> Message {
        let messages = self.world.gateway.identity().messages(1).await;
        messages.expect("read").remove(0)
    }

    /// Returns the token of the newest message.
    pub async fn token(&self) -> String {
        self.newest().await.token.expect("a token")
    }

    pub async fn log_in(&self, email: &str, password: &str) -> Answer {
        let form = format!("email={}&password={}", escaped(email), escaped(password));
        self.post("/v1/login", &form).await
    }

    /// Becomes a user.
    pub async fn join(&self, email: &str) {
        let registered = self.register(email, PASSWORD).await;
        assert_eq!(registered.status, 200, "{}", registered.body);
        let confirmed = self.confirm(&self.token().await).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    }
}

/// A browser with a session.
pub struct Page<'a> {
    pub world: &'a World,
    pub headers: String,
}

impl Page<'_> {
    /// Returns the page of somebody who has just become a user.
    pub async fn of<'a>(visitor: &Visitor<'a>, email: &str) -> Page<'a> {
        visitor.join(email).await;
        Page::again(visitor, email).await
    }

    /// Returns the page of a user who signs in on one more device.
    pub async fn again<'a>(visitor: &Visitor<'a>, email: &str) -> Page<'a> {
        let login = visitor.log_in(email, PASSWORD).await;
        Page {
            world: visitor.world,
            headers: headers_of(&login),
        }
    }

    /// Opens a socket of the WebSocket API.
    pub async fn socket(&self) -> Socket {
        let request = "ws://test/ws-api/v3".into_client_request();
        let mut request = request.expect("a request");
        for line in self.headers.lines() {
            let (name, value) = line.split_once(": ").expect("a header");
            if matches!(name, "Origin" | "Cookie") {
                let value = HeaderValue::from_str(value).expect("a value");
                let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
                request.headers_mut().insert(name, value);
            }
        }
        let stream = TcpStream::connect(self.world.address).await;
        let opened = client_async(request, stream.expect("connects")).await;
        Socket::of(opened.expect("opens").0)
    }

    pub async fn send(&self, method: &str, target: &str, form: &str) -> Answer {
        let mut client = self.world.client().await;
        client.send(method, target, &self.headers, form).await
    }
}

/// Returns the headers with which a page asks after this login.
pub fn headers_of(login: &Answer) -> String {
    assert_eq!(login.status, 200, "{}", login.body);
    let cookie = login.header("set-cookie").expect("a cookie");
    let (pair, _) = cookie.split_once(';').expect("attributes");
    let csrf = login.json()["csrfToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    format!("{OWN}Cookie: {pair}\r\nX-BOURSE-CSRF: {csrf}\r\n")
}

/// Returns a text as a form carries it.
pub fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
