//! Keys that are changed: less by a session alone, more by a proof of exactly that, and at once.

use std::time::{Duration, Instant};

use gateway::clock;
use gateway::key_limits::KeyLimiter;
use identity::outbox::Subject;
use model::id::KeyId;
use model::time::Timestamp;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::client::Answer;
use crate::keys::signed;
use crate::passkeys::{self, add, ask, challenge, log_in_with_both, token};
use crate::socket::Socket;
use crate::visitor::{PASSWORD, Page, Visitor, escaped, headers_of};
use crate::world::{Login, World};

const ANN: &str = "ann@example.test";
const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";

/// Ann, who has a key that trades.
struct Owner<'a> {
    page: Page<'a>,
    key: Value,
}

impl Owner<'_> {
    async fn of(world: &World) -> Owner<'_> {
        let visitor = Visitor::of_sandbox(world);
        let page = Page::of(&visitor, ANN).await;
        let parameters = "label=bot&scopes=trade";
        let told = challenge(world, &page.headers, "createKey", parameters).await;
        let form = format!("{parameters}&{}", proof(&told));
        let made = ask(world, &page.headers, "POST", "/v1/keys", &form).await;
        assert_eq!(made.status, 200, "{}", made.body);
        let key = made.json();
        Owner { page, key }
    }

    /// Asks for a change by the session alone.
    async fn change(&self, what: &str) -> Answer {
        let form = format!("id={}&{what}", self.key["id"]);
        let path = "/v1/keys/change";
        ask(self.page.world, &self.page.headers, "POST", path, &form).await
    }

    /// Asks for the one change by a proof of the other.
    async fn change_proven(&self, what: &str, proven: &str) -> Answer {
        let parameters = format!("id={}&{proven}", self.key["id"]);
        let (world, headers) = (self.page.world, &self.page.headers);
        let told = challenge(world, headers, "changeKey", &parameters).await;
        self.change(&format!("{what}&{}", proof(&told))).await
    }

    async fn use_key(&self, method: &str, path: &str, query: &str) -> Answer {
        signed(self.page.world, &self.key, method, path, query).await
    }
}

fn proof(told: &Value) -> String {
    format!("challenge={}&password={}", token(told), escaped(PASSWORD))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_alone_lets_a_key_do_less_and_a_proof_lets_it_do_more() {
    let world = World::start().await;
    let owner = Owner::of(&world).await;
    let renamed = owner.change("label=my+bot").await;
    assert_eq!(renamed.json()["label"], "my bot", "{}", renamed.body);
    let order = owner.use_key("POST", "/api/v3/order", ORDER).await;
    assert_eq!(order.error().1, -2010, "it may, and has no money");

    let elsewhere = owner.change("addresses=10.0.0.1").await;
    assert_eq!(elsewhere.json()["addresses"], json!(["10.0.0.1"]));
    let order = owner.use_key("POST", "/api/v3/order", ORDER).await;
    assert_eq!(order.error().1, -2015, "not from here");
    for wider in ["addresses=any", "addresses=10.0.0.1,127.0.0.1"] {
        let refused = owner.change(wider).await;
        assert_eq!(refused.error().1, -1102, "a proof is missing");
    }
    let wider = "addresses=10.0.0.1,127.0.0.1";
    let refused = owner.change_proven("addresses=any", wider).await;
    assert_eq!(refused.error().1, -1130, "the proof is of other addresses");
    let widened = owner.change_proven(wider, wider).await;
    assert_eq!(widened.status, 200, "{}", widened.body);
    let order = owner.use_key("POST", "/api/v3/order", ORDER).await;
    assert_eq!(order.error().1, -2010);
    let newest = Visitor { world: &world }.newest().await;
    assert_eq!(newest.subject, Subject::KeyChanged);
    for odd in [
        "label=",
        "addresses=10.0.0",
        "expiresAt=1",
        "weightLimit=7000000",
        "orderLimit=-1",
    ] {
        let refused = owner.change(odd).await;
        assert_eq!(refused.status, 400, "{odd}: {}", refused.body);
    }
    let nobody = owner.change("id=999999").await;
    assert_eq!(nobody.status, 400, "{}", nobody.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limits_of_a_key_are_its_own() {
    let world = World::start().await;
    let owner = Owner::of(&world).await;
    let limited = owner.change("weightLimit=41&orderLimit=2").await;
    assert_eq!(limited.json()["weightLimit"], 41, "{}", limited.body);
    assert_eq!(limited.json()["orderLimit"], 2);
    let refused = owner.change("weightLimit=0").await;
    assert_eq!(refused.error().1, -1102, "no limit is more than one");

    // Windows end at full minutes: whoever is caught by one tries again.
    let mut codes = Vec::new();
    for _ in 0..2 {
        let until = clock::now().seconds() / 60;
        codes.clear();
        for _ in 0..3 {
            let account = owner.use_key("GET", "/api/v3/account", "").await;
            codes.push((account.status, account.header("retry-after").is_some()));
        }
        if clock::now().seconds() / 60 == until {
            break;
        }
    }
    assert_eq!(codes, [(200, false), (200, false), (429, true)]);
    let other = owner.page.send("GET", "/api/v3/account", "").await;
    assert_eq!(other.status, 200, "the session has no such limit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn windows_of_a_key_end_with_their_time() {
    let world = World::start().await;
    let owner = Owner::of(&world).await;
    let limited = owner.change("weightLimit=10&orderLimit=2").await;
    assert_eq!(limited.status, 200, "{}", limited.body);
    let public_id = owner.key["apiKey"].as_str().expect("a key");
    let key = world.gateway.identity().find(public_id).expect("a key");
    let limiter = KeyLimiter::default();
    let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
    let weigh = |seconds| limiter.charge(&key, 10, at(seconds)).is_ok();
    let seen = [60, 119, 120].map(weigh);
    assert_eq!(seen, [true, false, true], "a minute");
    let order = |seconds| limiter.count_orders(&key, 2, at(seconds)).is_ok();
    let seen = [120, 129, 130].map(order);
    assert_eq!(seen, [true, false, true], "ten seconds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_of_a_key_are_limited_apart_from_its_account() {
    let world = World::start().await;
    let owner = Owner::of(&world).await;
    let limited = owner.change("orderLimit=2").await;
    assert_eq!(limited.status, 200, "{}", limited.body);
    for _ in 0..2 {
        let begun = clock::now().seconds() / 10;
        let mut codes = Vec::new();
        for _ in 0..3 {
            let order = owner.use_key("POST", "/api/v3/order", ORDER).await;
            codes.push(order.error().1);
        }
        if clock::now().seconds() / 10 == begun {
            assert_eq!(codes, [-2010, -2010, -1015]);
            return;
        }
    }
    panic!("two windows in a row ended in between");
}

/// From its end on a key is refused here, and within a second by the exchange: no order of it comes after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_end_is_kept_here_and_in_the_exchange() {
    let world = World::start().await;
    let owner = Owner::of(&world).await;
    let ends_ms = clock::now().millis() + 700;
    let shortened = owner.change(&format!("expiresAt={ends_ms}")).await;
    assert_eq!(shortened.json()["expiresAt"], json!(ends_ms));
    let later = format!("expiresAt={}", ends_ms + 100_000);
    assert_eq!(
        owner.change(&later).await.error().1,
        -1102,
        "a later end is more"
    );
    while clock::now().millis() <= ends_ms {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let order = owner.use_key("POST", "/api/v3/order", ORDER).await;
    assert_eq!(order.error().1, -2015);
    gateway::rest::key_change::end_due(&world.gateway, clock::now()).await;
    let id = KeyId(owner.key["id"].as_u64().expect("a number"));
    let known = world.gateway.hub().key(id);
    assert!(known.is_none_or(|known| !known.is_live(clock::now())));
    let rows = owner.page.send("GET", "/v1/keys", "").await.json();
    assert_eq!(rows[0]["isLive"], json!(false));
    let target = format!("/v1/keys?id={}", id.0);
    let deleted = owner.page.send("DELETE", &target, "").await;
    assert_eq!(deleted.status, 200, "{}", deleted.body);
    let newest = Visitor { world: &world }.newest().await;
    assert_eq!(newest.subject, Subject::KeyDeleted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_a_passkey_may_allow_the_password_alone_and_forbid_it_again() {
    let world = passkeys::world().await;
    let visitor = Visitor { world: &world };
    let mut authenticator = Authenticator::new("one");
    add(&world, &authenticator).await;
    let headers = headers_of(&log_in_with_both(&world, &mut authenticator).await);
    for is_allowed in [true, false] {
        let parameters = format!("passwordAlone={is_allowed}");
        let told = challenge(&world, &headers, "setLogin", &parameters).await;
        let form = |signed: &str| format!("{parameters}&challenge={}&{signed}", token(&told));
        let path = "/v1/login/rule";
        let by_password = form(&format!("password={}", escaped(PASSWORD)));
        let refused = ask(&world, &headers, "POST", path, &by_password).await;
        assert_eq!(refused.error().1, -1102, "a passkey proves it");
        let before = ask(&world, &headers, "GET", "/v1/security", "").await;
        assert_eq!(before.json()["passwordAlone"], json!(!is_allowed));
        let by_passkey = form(&authenticator.sign(&told));
        let set = ask(&world, &headers, "POST", path, &by_passkey).await;
        assert_eq!(set.body, "{}");
        let after = ask(&world, &headers, "GET", "/v1/security", "").await;
        assert_eq!(after.json()["passwordAlone"], json!(is_allowed));
        let status = visitor.log_in(ANN, PASSWORD).await.status;
        assert_eq!(status, if is_allowed { 200 } else { 401 });
    }
}

/// What listens from where the key may not be used any more ends within a second, and so do requests of its sockets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fewer_addresses_end_what_listens_by_the_key() {
    let world = World::start().await;
    let owner = Owner::of(&world).await;
    let login = Login {
        public_id: owner.key["apiKey"].as_str().expect("a text").to_owned(),
        secret: owner.key["secretKey"].as_str().expect("a text").to_owned(),
        key: KeyId(owner.key["id"].as_u64().expect("a number")),
    };
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let method = "userDataStream.subscribe.signature";
    let begun = socket.ask_signed(&login, method, json!({})).await;
    assert_eq!(begun["status"], 200, "{begun}");
    let narrowed = owner.change("addresses=10.0.0.1").await;
    assert_eq!(narrowed.status, 200, "{}", narrowed.body);
    let changed_at = Instant::now();
    assert_eq!(socket.hear().await["event"]["e"], "eventStreamTerminated");
    // A second until the next look, and another for a busy machine.
    assert!(changed_at.elapsed() < Duration::from_secs(2));
    socket.expect_close().await;
    let mut again = Socket::open(world.address, "/ws-api/v3").await;
    let refused = again.ask_signed(&login, method, json!({})).await;
    assert_eq!(refused["error"]["code"], -2015, "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_gets_a_later_end_than_it_was_made_with_by_a_proof_of_it() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let now = clock::now().millis();
    let (soon, made, later) = (now + 60_000, now + 3_600_000, now + 7_200_000);
    let parameters = format!("label=bot&scopes=trade&expiresAt={made}");
    let told = challenge(&world, &page.headers, "createKey", &parameters).await;
    let form = format!("{parameters}&{}", proof(&told));
    let key = ask(&world, &page.headers, "POST", "/v1/keys", &form).await;
    assert_eq!(key.status, 200, "{}", key.body);
    let owner = Owner {
        page,
        key: key.json(),
    };
    let kept = || {
        let key = KeyId(owner.key["id"].as_u64().expect("a number"));
        let known = world.gateway.hub().views().key(key);
        known.expect("it lives").expires_at.millis()
    };
    for wider in [format!("expiresAt={later}"), "expiresAt=0".to_owned()] {
        let refused = owner.change(&wider).await;
        assert_eq!(refused.error().1, -1102, "a proof is missing");
        assert_eq!(kept(), made);
    }
    let later_end = format!("expiresAt={later}");
    let refused = owner.change_proven("expiresAt=0", &later_end).await;
    assert_eq!(refused.error().1, -1130, "the proof is of another end");
    let changed = owner.change_proven(&later_end, &later_end).await;
    assert_eq!(changed.json()["expiresAt"], later, "{}", changed.body);
    assert_eq!(kept(), later, "the exchange itself knows");
    let earlier = owner.change(&format!("expiresAt={soon}")).await;
    assert_eq!(earlier.json()["expiresAt"], soon, "{}", earlier.body);
    // It was given an end of its own since: back to what the exchange keeps is later, too.
    let refused = owner.change(&later_end).await;
    assert_eq!(refused.error().1, -1102, "a proof is missing");
    let none = owner.change_proven("expiresAt=0", "expiresAt=0").await;
    assert_eq!(none.json()["expiresAt"], Value::Null, "{}", none.body);
    let order = owner.use_key("POST", "/api/v3/order", ORDER).await;
    assert_eq!(order.error().1, -2010, "it may, and has no money");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_has_ended_has_ended_for_good() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let soon = clock::now().millis() + 700;
    let form = format!("label=reader&expiresAt={soon}");
    let key = ask(&world, &page.headers, "POST", "/v1/keys", &form).await;
    assert_eq!(key.status, 200, "{}", key.body);
    let owner = Owner {
        page,
        key: key.json(),
    };
    while clock::now().millis() <= soon {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for end in [
        "expiresAt=0".to_owned(),
        format!("expiresAt={}", soon + 3_600_000),
    ] {
        let refused = owner.change(&end).await;
        assert_eq!(refused.error().1, -1130, "{}", refused.body);
    }
    let account = owner.use_key("GET", "/api/v3/account", "").await;
    assert_eq!(account.error().1, -2015, "{}", account.body);
}
