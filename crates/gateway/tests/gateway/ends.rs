//! Whatever takes a right away ends what goes on by it within a second: requests, sockets and streams, of sessions and of
//! keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gateway::clock;
use identity::email::Email;
use identity::operator::{NewOperator, Roles};
use identity::operator_key::OperatorKey;
use identity::policy::Kind;
use identity::proposal::{Decision, Draft};
use model::account::AccountState;
use model::command::Command;
use model::id::{AccountId, KeyId};
use model::instrument::Cause;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::client::{Answer, Client};
use crate::closing::close;
use crate::factor::add_factor;
use crate::passkeys::{self, add, challenge, log_in_with_both, token};
use crate::password;
use crate::socket::{Socket, stamped};
use crate::sub_accounts::{ANN, ANN_ACCOUNT, ORDER, fund, key, open, signed};
use crate::visitor::{PASSWORD, Page, Visitor, escaped, headers_of};
use crate::world::{Login, World};

const NEW: &str = "ann@new.example.test";
const OTHER: &str = "and another one!";
const SECOND: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at whether requests are refused.
const LOOK: Duration = Duration::from_millis(20);

/// What takes a right away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    SignOut,
    EndOne,
    EndAll,
    ChangePassword,
    ResetPassword,
    AddFactor,
    RemoveFactor,
    AddPasskey,
    RemovePasskey,
    ChangeEmail,
    ReturnEmail,
    OperatorsEnd,
    DeleteKey,
    /// The engine alone is told.
    RevokeKey,
    NarrowKey,
    /// An end of its own comes.
    EndKey,
    /// The end comes that it was made with.
    OutliveKey,
    CloseAccount,
    Freeze,
    FreezeSubAccount,
}

/// What must have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    Session,
    Key,
    Both,
    /// Reading and cancelling go on.
    OrdersOfKey,
}

/// Ann with two sessions and a key, and what the act needs that is about to come.
struct Scene<'a> {
    world: &'a World,
    own: Page<'a>,
    other: Page<'a>,
    key: Value,
    codes: Vec<String>,
    authenticator: Authenticator,
    former: Option<String>,
    account: AccountId,
}

/// Everything that goes on by the other session and by the key.
struct Going {
    session: Client,
    session_socket: Socket,
    /// Signed in, and listens to nothing.
    session_silent: Socket,
    key_socket: Socket,
    /// Logged on, and listens to nothing.
    key_silent: Socket,
    listen: Socket,
}

impl Scene<'_> {
    /// Sets up what the act begins with.
    async fn before(world: &World, act: Act) -> Scene<'_> {
        let visitor = Visitor { world };
        let mut authenticator = Authenticator::new("one");
        let (mut codes, mut former, mut email) = (Vec::new(), None, ANN);
        match act {
            Act::RemoveFactor => codes = add_factor(&visitor).await.1,
            Act::RemovePasskey => {
                add(world, &authenticator).await;
            }
            Act::ReturnEmail => {
                change_email(world, &log_in(world, ANN, None).await).await;
                former = Some(visitor.token().await);
                email = NEW;
            }
            _ => {}
        }
        let mut pages = Vec::new();
        for number in 0..2 {
            pages.push(match act {
                Act::RemovePasskey => Page {
                    world,
                    headers: headers_of(&log_in_with_both(world, &mut authenticator).await),
                },
                _ => log_in(world, email, codes.get(number)).await,
            });
        }
        let [own, other] = <[Page; 2]>::try_from(pages).unwrap_or_else(|_| panic!("two"));
        let mut account = ANN_ACCOUNT;
        let mut terms = "label=bot".to_owned();
        match act {
            Act::OutliveKey => {
                terms += &format!("&expiresAt={}", clock::now().millis() + 2_500);
            }
            Act::Freeze | Act::FreezeSubAccount => {
                if act == Act::FreezeSubAccount {
                    account = open(&own, "grid").await;
                    terms += &format!("&account={}", account.0);
                }
                terms += "&scopes=trade";
                fund(world, account, 1_000).await;
            }
            _ => {}
        }
        let key = match act {
            Act::Freeze | Act::FreezeSubAccount => key(&own, &terms).await,
            // Reading needs no proof.
            _ => own.send("POST", "/v1/keys", &terms).await.json(),
        };
        assert!(key["apiKey"].is_string(), "{act:?} {key}");
        Scene {
            world,
            own,
            other,
            key,
            codes,
            authenticator,
            former,
            account,
        }
    }

    async fn going(&self) -> Going {
        let mut session_socket = password::socket(self.world, &self.other.headers).await;
        let begun = session_socket
            .ask("userDataStream.subscribe", json!({}))
            .await;
        assert_eq!(begun["status"], 200, "{begun}");
        let mut key_socket = Socket::open(self.world.address, "/ws-api/v3").await;
        let login = Login {
            public_id: text(&self.key, "apiKey"),
            secret: text(&self.key, "secretKey"),
            key: self.key_id(),
        };
        let mut key_silent = Socket::open(self.world.address, "/ws-api/v3").await;
        for socket in [&mut key_socket, &mut key_silent] {
            let begun = socket.ask_signed(&login, "session.logon", json!({})).await;
            assert_eq!(begun["status"], 200, "{begun}");
        }
        let begun = key_socket.ask("userDataStream.subscribe", json!({})).await;
        assert_eq!(begun["status"], 200, "{begun}");
        let header = format!("X-MBX-APIKEY: {}\r\n", login.public_id);
        let mut client = self.world.client().await;
        let path = "/api/v3/userDataStream";
        let listen = client.send("POST", path, &header, "").await.json();
        let listen = format!("/ws/{}", text(&listen, "listenKey"));
        let mut going = Going {
            session: client,
            session_socket,
            session_silent: password::socket(self.world, &self.other.headers).await,
            key_socket,
            key_silent,
            listen: Socket::open(self.world.address, &listen).await,
        };
        assert_eq!(self.by_session(&mut going.session).await.status, 200);
        assert_eq!(self.by_key().await.status, 200);
        going
    }

    fn key_id(&self) -> KeyId {
        KeyId(self.key["id"].as_u64().expect("a number"))
    }

    async fn by_session(&self, client: &mut Client) -> Answer {
        client
            .send("GET", "/v1/session", &self.other.headers, "")
            .await
    }

    async fn by_key(&self) -> Answer {
        signed(self.world, &self.key, "GET", "/api/v3/account", "").await
    }

    /// Does it, and returns when it was done.
    async fn act(&mut self, act: Act) -> Instant {
        let visitor = Visitor { world: self.world };
        let password = format!("password={}", escaped(PASSWORD));
        let own = &self.own;
        let answer = match act {
            Act::SignOut => self.other.send("DELETE", "/v1/session", "").await,
            Act::EndOne => {
                let rows = own.send("GET", "/v1/sessions", "").await.json();
                let rows = rows.as_array().expect("a list");
                let other = rows.iter().find(|row| row["isOwn"] == false);
                let id = &other.expect("the other")["id"];
                own.send("DELETE", &format!("/v1/sessions?id={id}"), "")
                    .await
            }
            Act::EndAll => own.send("DELETE", "/v1/sessions", "").await,
            Act::ChangePassword => {
                let form = format!("{password}&newPassword={}", escaped(OTHER));
                own.send("POST", "/v1/password/change", &form).await
            }
            Act::ResetPassword => {
                let form = format!("email={}", escaped(ANN));
                visitor.post("/v1/password/forgot", &form).await;
                let token = visitor.token().await;
                let form = format!("token={token}&newPassword={}", escaped(OTHER));
                visitor.post("/v1/password/reset", &form).await
            }
            Act::RemoveFactor => {
                let form = format!("{password}&totp={}", self.codes[2]);
                own.send("POST", "/v1/totp/remove", &form).await
            }
            Act::RemovePasskey => {
                let rows = own.send("GET", "/v1/passkeys", "").await.json();
                let id = format!("id={}", rows[0]["id"]);
                let told = challenge(self.world, &own.headers, "removePasskey", &id).await;
                let signed = self.authenticator.sign(&told);
                let form = format!("{id}&challenge={}&{signed}", token(&told));
                own.send("POST", "/v1/passkeys/remove", &form).await
            }
            Act::ReturnEmail => {
                let former = self.former.as_deref().expect("a token");
                visitor
                    .post("/v1/email/return", &format!("token={former}"))
                    .await
            }
            Act::DeleteKey => {
                let target = format!("/v1/keys?id={}", self.key["id"]);
                own.send("DELETE", &target, "").await
            }
            Act::NarrowKey => {
                let form = format!("id={}&addresses=10.0.0.1", self.key["id"]);
                own.send("POST", "/v1/keys/change", &form).await
            }
            Act::EndKey => {
                let ends_ms = clock::now().millis() + 600;
                let form = format!("id={}&expiresAt={ends_ms}", self.key["id"]);
                let changed = own.send("POST", "/v1/keys/change", &form).await;
                assert_eq!(changed.status, 200, "{}", changed.body);
                return wait_until(ends_ms).await;
            }
            Act::OutliveKey => {
                let ends_ms = self.key["expiresAt"].as_i64().expect("a time");
                assert!(clock::now().millis() < ends_ms, "the machine is too busy");
                return wait_until(ends_ms).await;
            }
            Act::CloseAccount => close(own).await,
            Act::FreezeSubAccount => {
                let form = format!("account={}", self.account.0);
                own.send("POST", "/v1/subaccounts/freeze", &form).await
            }
            Act::AddFactor
            | Act::AddPasskey
            | Act::ChangeEmail
            | Act::OperatorsEnd
            | Act::RevokeKey
            | Act::Freeze => return self.act_elsewhere(act).await,
        };
        assert_eq!(answer.status, 200, "{act:?} {}", answer.body);
        Instant::now()
    }

    /// Does what takes more than one request, or is none.
    async fn act_elsewhere(&self, act: Act) -> Instant {
        let (world, visitor) = (self.world, Visitor { world: self.world });
        match act {
            Act::AddFactor => {
                add_factor(&visitor).await;
            }
            Act::AddPasskey => {
                add(world, &self.authenticator).await;
            }
            Act::ChangeEmail => change_email(world, &self.own).await,
            Act::OperatorsEnd => operators_end(world).await,
            Act::RevokeKey => {
                let key = self.key_id();
                world.command(Command::RevokeKey { key }).await;
            }
            _ => {
                let (account, state) = (self.account, AccountState::Frozen);
                let cause = Cause::Operator;
                let command = Command::SetAccountState {
                    account,
                    state,
                    cause,
                };
                world.command(command).await;
            }
        }
        Instant::now()
    }

    async fn check_session(&self, going: &mut Going, since: &Stopwatch) {
        while self.by_session(&mut going.session).await.status != 401 {
            assert!(since.elapsed() < SECOND, "the session goes on over REST");
            tokio::time::sleep(LOOK).await;
        }
        hear_end(&mut going.session_socket, since).await;
        hear_close(&mut going.session_silent, since).await;
    }

    async fn check_key(&self, going: &mut Going, since: &Stopwatch) {
        while self.by_key().await.status != 401 {
            assert!(since.elapsed() < SECOND, "the key goes on over REST");
            tokio::time::sleep(LOOK).await;
        }
        hear_end(&mut going.key_socket, since).await;
        hear_end(&mut going.listen, since).await;
        hear_close(&mut going.key_silent, since).await;
    }

    /// What nobody has taken away goes on.
    async fn check_going_on(&self, ends: Ends, going: &mut Going) {
        if ends != Ends::Session && ends != Ends::Both {
            assert_eq!(self.by_session(&mut going.session).await.status, 200);
            for socket in [&mut going.session_socket, &mut going.session_silent] {
                let told = socket.ask("account.status", json!({})).await;
                assert_eq!(told["status"], 200, "{told}");
            }
        }
        if ends == Ends::Session {
            assert_eq!(self.by_key().await.status, 200);
            let asked = stamped(json!({}));
            for socket in [&mut going.key_socket, &mut going.key_silent] {
                let told = socket.ask("account.status", asked.clone()).await;
                assert_eq!(told["status"], 200, "{told}");
            }
            going.listen.expect_silence().await;
        }
    }

    async fn check_orders(&self, going: &mut Going, since: &Stopwatch) {
        let order = signed(self.world, &self.key, "POST", "/api/v3/order", ORDER).await;
        assert_eq!(order.error().1, -2010, "{}", order.body);
        let order = json!({
            "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT_MAKER", "quantity": "1",
            "price": "90",
        });
        refuses(&mut going.key_socket, "order.place", stamped(order)).await;
        assert!(since.elapsed() < SECOND);
        assert_eq!(self.by_key().await.status, 200, "it reads");
    }
}

async fn log_in<'a>(world: &'a World, email: &str, code: Option<&String>) -> Page<'a> {
    let mut form = format!("email={}&password={}", escaped(email), escaped(PASSWORD));
    if let Some(code) = code {
        form += &format!("&totp={code}");
    }
    let login = Visitor { world }.post("/v1/login", &form).await;
    Page {
        world,
        headers: headers_of(&login),
    }
}

async fn change_email(world: &World, page: &Page<'_>) {
    let email = format!("email={}", escaped(NEW));
    let told = challenge(world, &page.headers, "changeEmail", &email).await;
    let proof = format!("challenge={}&password={}", token(&told), escaped(PASSWORD));
    let form = format!("{email}&{proof}");
    let asked = page.send("POST", "/v1/email/change", &form).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let visitor = Visitor { world };
    let form = format!("token={}", visitor.token().await);
    let confirmed = visitor.post("/v1/email/confirm", &form).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
}

/// Two operators end every session of Ann's.
async fn operators_end(world: &World) {
    let identity = world.gateway.identity();
    let both = ["olivia", "oscar"].map(|name| NewOperator {
        name: name.to_owned(),
        roles: Roles::ALL,
        public_key: OperatorKey::generate().expect("random").public(),
    });
    let now = clock::now();
    identity.bootstrap(&both, now).await.expect("bootstraps");
    let operators = identity.operators().await.expect("read");
    let ann = Email::parse(ANN).expect("an address");
    let known = identity.password_of(&ann).await.expect("read");
    let (user, _) = known.expect("a user");
    let draft = Draft {
        kind: Kind::EndSessions,
        parameters: format!("user={}", user.0),
        reason: "a stolen telephone".to_owned(),
        worth: String::new(),
    };
    let proposal = identity.propose(&operators[0], draft, now).await;
    let proposal = proposal.expect("proposed");
    let approve = Decision::Approve(proposal.digest);
    let decided = identity.decide(&operators[1], proposal.id, &approve, now);
    decided.await.expect("approved");
    let changed = identity.change_people(proposal.id, now).await;
    changed.expect("carried out");
}

async fn wait_until(millis: i64) -> Instant {
    while clock::now().millis() < millis {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Instant::now()
}

/// Waits until a socket is told that it listens no more, and is closed.
async fn hear_end(socket: &mut Socket, since: &Stopwatch) {
    let told = tokio::time::timeout(PATIENCE, async {
        while let Some(told) = socket.next().await {
            let name = told["event"]["e"].as_str().or(told["e"].as_str());
            if matches!(name, Some("eventStreamTerminated" | "listenKeyExpired")) {
                return;
            }
        }
    });
    assert!(told.await.is_ok(), "a stream goes on");
    assert!(since.elapsed() < SECOND, "a stream went on for a second");
    hear_close(socket, since).await;
}

async fn hear_close(socket: &mut Socket, since: &Stopwatch) {
    socket.expect_close().await;
    assert!(since.elapsed() < SECOND, "a socket went on for a second");
}

async fn refuses(socket: &mut Socket, method: &str, params: Value) {
    let told = socket.ask(method, params).await;
    assert!(told["error"]["code"].is_i64(), "{told}");
}

fn text(value: &Value, name: &str) -> String {
    let text = value[name].as_str();
    text.unwrap_or_else(|| panic!("no {name} in {value}"))
        .to_owned()
}

/// Measures time but for that in which the machine stood still.
struct Stopwatch {
    since: Instant,
    stalls: Arc<AtomicU64>,
    before_ms: u64,
}

impl Stopwatch {
    fn since(since: Instant, stalls: Arc<AtomicU64>) -> Stopwatch {
        Stopwatch {
            since,
            before_ms: stalls.load(Ordering::Relaxed),
            stalls,
        }
    }

    fn elapsed(&self) -> Duration {
        let stalled_ms = self.stalls.load(Ordering::Relaxed) - self.before_ms;
        let whole = self.since.elapsed();
        whole.saturating_sub(Duration::from_millis(stalled_ms))
    }
}

/// Counts the milliseconds by which short sleeps of a thread take too long: a busy machine gives nobody its turn.
fn watch_stalls() -> Arc<AtomicU64> {
    const STEP: Duration = Duration::from_millis(5);
    const USUAL: Duration = Duration::from_millis(10);
    let stalls = Arc::new(AtomicU64::new(0));
    let counted = Arc::downgrade(&stalls);
    std::thread::spawn(move || {
        while let Some(stalls) = counted.upgrade() {
            let begun = Instant::now();
            std::thread::sleep(STEP);
            let late = begun.elapsed().saturating_sub(USUAL);
            stalls.fetch_add(late.as_millis() as u64, Ordering::Relaxed);
        }
    });
    stalls
}

async fn check(act: Act, ends: Ends) {
    let world = passkeys::world().await;
    let mut scene = Scene::before(&world, act).await;
    let mut going = scene.going().await;
    let stalls = watch_stalls();
    let since = Stopwatch::since(scene.act(act).await, stalls);
    match ends {
        Ends::Session => scene.check_session(&mut going, &since).await,
        Ends::Key => scene.check_key(&mut going, &since).await,
        Ends::Both => {
            scene.check_session(&mut going, &since).await;
            scene.check_key(&mut going, &since).await;
        }
        Ends::OrdersOfKey => scene.check_orders(&mut going, &since).await,
    }
    assert!(
        since.elapsed() < SECOND,
        "{act:?} takes {:?}",
        since.elapsed()
    );
    scene.check_going_on(ends, &mut going).await;
    world.gateway.identity().close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_ends_a_session_ends_its_requests_sockets_and_streams_within_a_second() {
    for act in [
        Act::SignOut,
        Act::EndOne,
        Act::EndAll,
        Act::ChangePassword,
        Act::ResetPassword,
        Act::AddFactor,
        Act::RemoveFactor,
        Act::AddPasskey,
        Act::RemovePasskey,
        Act::ChangeEmail,
        Act::ReturnEmail,
        Act::OperatorsEnd,
    ] {
        check(act, Ends::Session).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_ends_a_key_ends_its_requests_sockets_and_streams_within_a_second() {
    for act in [
        Act::DeleteKey,
        Act::RevokeKey,
        Act::NarrowKey,
        Act::EndKey,
        Act::OutliveKey,
    ] {
        check(act, Ends::Key).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_stops_an_account_stops_its_keys_within_a_second() {
    check(Act::CloseAccount, Ends::Both).await;
    check(Act::Freeze, Ends::OrdersOfKey).await;
    check(Act::FreezeSubAccount, Ends::OrdersOfKey).await;
}
