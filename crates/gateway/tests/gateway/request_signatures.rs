//! Keys that sign whole requests: every byte of one is covered, and it counts once.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::EncodePublicKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::{Signer, SigningKey};
use gateway::clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{Answer, Client};
use crate::socket::{Socket, stamped};
use crate::sub_accounts::{ANN, ANN_ACCOUNT, ORDER, fund, key, signed};
use crate::visitor::{Page, Visitor, escaped};
use crate::world::{World, hmac_hex};

const PATH: &str = "/api/v3/order";
const TERMS: &str = "label=w&scopes=trade&signing=request";
const RSA: &str = include_str!("rsa/public.pem");

/// A request, each part as it is sent.
#[derive(Clone)]
struct Whole {
    method: String,
    host: String,
    path: String,
    query: String,
    body: String,
    id: String,
    timestamp: String,
    nonce: String,
    signature: String,
}

impl Whole {
    /// Returns a request of a key, not signed yet. It was signed as late as it may have been: what was signed within a
    /// second of the start is refused, and worlds are young.
    fn of(key: &Value, nonce: &str, query: &str) -> Whole {
        Whole {
            method: "POST".to_owned(),
            host: "test".to_owned(),
            path: PATH.to_owned(),
            query: query.to_owned(),
            body: String::new(),
            id: text(key, "apiKey"),
            timestamp: (clock::now().millis() + 999).to_string(),
            nonce: nonce.to_owned(),
            signature: String::new(),
        }
    }

    /// Returns what is signed, as the document has it.
    fn text(&self) -> String {
        let body: String = Sha256::digest(self.body.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        [
            "bourse.key.v1",
            &self.id,
            &self.method,
            &self.host,
            &self.path,
            &self.query,
            &body,
            &self.timestamp,
            &self.nonce,
        ]
        .map(|line| format!("{line}\n"))
        .concat()
    }

    fn signed(self, key: &Value) -> Whole {
        let signature = hmac_hex(&text(key, "secretKey"), self.text().as_bytes());
        Whole { signature, ..self }
    }

    fn target(&self) -> String {
        match self.query.is_empty() {
            true => self.path.clone(),
            false => format!("{}?{}", self.path, self.query),
        }
    }

    fn headers(&self) -> String {
        format!(
            "X-MBX-APIKEY: {}\r\nX-BOURSE-TIMESTAMP: {}\r\nX-BOURSE-NONCE: {}\r\nX-BOURSE-SIGNATURE: {}\r\n",
            self.id, self.timestamp, self.nonce, self.signature
        )
    }

    async fn send(&self, client: &mut Client) -> Answer {
        self.send_to(client, &self.target(), "").await
    }

    async fn send_to(&self, client: &mut Client, target: &str, more: &str) -> Answer {
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        let request = format!(
            "{} {target} HTTP/1.1\r\nHost: {}\r\n{}{more}{form}Content-Length: {}\r\n\r\n{}",
            self.method,
            self.host,
            self.headers(),
            self.body.len(),
            self.body
        );
        client.send_bytes(request.as_bytes()).await;
        client.read().await.expect("an answer")
    }

    /// Returns every request that differs from this one by one byte.
    fn changed(&self) -> Vec<Whole> {
        let parts: [fn(&mut Whole) -> &mut String; 9] = [
            |whole| &mut whole.method,
            |whole| &mut whole.host,
            |whole| &mut whole.path,
            |whole| &mut whole.query,
            |whole| &mut whole.body,
            |whole| &mut whole.id,
            |whole| &mut whole.timestamp,
            |whole| &mut whole.nonce,
            |whole| &mut whole.signature,
        ];
        let mut all = Vec::new();
        for part in parts {
            let bytes = part(&mut self.clone()).clone().into_bytes();
            for index in 0..bytes.len() {
                let mut bytes = bytes.clone();
                bytes[index] ^= 1;
                let mut other = self.clone();
                *part(&mut other) = String::from_utf8(bytes).expect("ascii");
                all.push(other);
            }
        }
        all
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().expect("a text").to_owned()
}

/// Ann with money, and a key of these terms.
async fn keyed(world: &World, terms: &str) -> Value {
    let page = Page::of(&Visitor::of_sandbox(world), ANN).await;
    fund(world, ANN_ACCOUNT, 1_000_000).await;
    key(&page, terms).await
}

fn orders_of_ann(world: &World) -> usize {
    world.gateway.hub().views().open_orders(ANN_ACCOUNT).len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_any_byte_is_refused_and_the_request_itself_is_taken_once() {
    let world = World::start().await;
    let key = keyed(&world, TERMS).await;
    let in_query = format!("{ORDER}&recvWindow=60000");
    for (in_body, nonce) in [(false, "a1"), (true, "a2")] {
        let mut whole = Whole::of(&key, nonce, &in_query);
        if in_body {
            core::mem::swap(&mut whole.query, &mut whole.body);
        }
        let whole = whole.signed(&key);
        for changed in whole.changed() {
            let mut client = world.client().await;
            let answer = changed.send(&mut client).await;
            assert!(
                400 <= answer.status,
                "{:?} {}",
                changed.target(),
                answer.body
            );
        }
        let before = orders_of_ann(&world);
        let (mut one, mut two) = (world.client().await, world.client().await);
        let answers = tokio::join!(whole.send(&mut one), whole.send(&mut two));
        let mut statuses = [answers.0.status, answers.1.status];
        statuses.sort_unstable();
        assert_eq!(
            statuses,
            [200, 400],
            "{} {}",
            answers.0.body,
            answers.1.body
        );
        let again = whole.send(&mut one).await.error();
        assert_eq!((again.0, again.1), (400, -1022));
        assert!(again.2.contains("nonce was used"), "{}", again.2);
        assert_eq!(orders_of_ann(&world), before + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_signs_in_the_one_way_that_it_was_made_for() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    fund(&world, ANN_ACCOUNT, 1_000).await;
    let whole_key = key(&page, TERMS).await;
    let plain_key = key(&page, "label=p&scopes=trade").await;
    let form = format!("id={}&label=other", whole_key["id"]);
    let changed = page.send("POST", "/v1/keys/change", &form).await;
    assert_eq!(changed.json()["signing"], "request", "{}", changed.body);
    let rows = page.send("GET", "/v1/keys", "").await.json();
    for (number, name) in [(0, "request"), (1, "parameters")] {
        assert_eq!(rows[number]["signing"], name, "{rows}");
    }
    let as_dialect = signed(&world, &whole_key, "POST", PATH, ORDER).await;
    let told = as_dialect.error();
    assert_eq!((told.0, told.1), (400, -1022));
    assert!(
        told.2.contains("send the headers X-BOURSE-TIMESTAMP"),
        "{}",
        told.2
    );
    let mut client = world.client().await;
    let whole = Whole::of(&plain_key, "p1", ORDER).signed(&plain_key);
    let told = whole.send(&mut client).await.error();
    assert_eq!((told.0, told.1), (400, -1022));
    assert!(
        told.2.contains("This key signs its parameters"),
        "{}",
        told.2
    );
    let listen = Whole {
        path: "/api/v3/userDataStream".to_owned(),
        ..Whole::of(&whole_key, "p2", "")
    };
    let told = listen.signed(&whole_key).send(&mut client).await.error();
    assert_eq!((told.0, told.1), (400, -1020));
    assert!(told.2.contains("userDataStream.subscribe"), "{}", told.2);
    assert_eq!(orders_of_ann(&world), 0);
    let taken = signed(&world, &plain_key, "POST", PATH, ORDER).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_be_read_in_two_ways_is_refused_though_it_is_signed() {
    let world = World::start().await;
    let key = keyed(&world, TERMS).await;
    let mut number = 0;
    let mut fresh = |query: &str| {
        number += 1;
        Whole::of(&key, &format!("n{number}"), query)
    };
    let in_both = Whole {
        body: "quantity=2".to_owned(),
        ..fresh(ORDER)
    };
    let slash = Whole {
        path: "/api/v3%2Forder".to_owned(),
        ..fresh(ORDER)
    };
    let odd_nonce = Whole {
        nonce: "a-b".to_owned(),
        ..fresh(ORDER)
    };
    let odd_time = Whole {
        timestamp: format!("0{}", clock::now().millis() + 999),
        ..fresh(ORDER)
    };
    for (whole, code) in [
        (in_both, -1106),
        (slash, -1000),
        (odd_nonce, -1100),
        (odd_time, -1100),
        (fresh(&format!("{ORDER}&quantity=2")), -1101),
        (fresh(&format!("{ORDER}&Quantity=2")), -1104),
        (fresh(&format!("{ORDER}&timestamp=1")), -1022),
        (fresh(&format!("{ORDER}&signature=1")), -1022),
        (fresh(&format!("{ORDER}&recvWindow=60001")), -1131),
    ] {
        let whole = whole.signed(&key);
        let told = whole.send(&mut world.client().await).await.error();
        assert_eq!(told.1, code, "{} {}", whole.target(), told.2);
    }
    let whole = fresh(ORDER).signed(&key);
    let mut client = world.client().await;
    let twice = "X-BOURSE-NONCE: other\r\n";
    let told = whole.send_to(&mut client, &whole.target(), twice).await;
    assert_eq!(told.error().1, -1102, "{}", told.body);
    let elsewhere = format!("http://other{}", whole.target());
    let told = whole
        .send_to(&mut world.client().await, &elsewhere, "")
        .await;
    assert_eq!((told.status, told.error().1), (400, -1100), "{}", told.body);
    let large = Whole {
        signature: whole.signature.to_uppercase(),
        ..whole.clone()
    };
    assert_eq!(large.send(&mut client).await.error().1, -1022);
    assert_eq!(orders_of_ann(&world), 0);
    assert_eq!(whole.send(&mut client).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_signed_before_the_start_is_refused_whatever_its_window() {
    let world = World::start().await;
    let key = keyed(&world, TERMS).await;
    let started = world.gateway.started_at().millis();
    let mut client = world.client().await;
    let query = format!("{ORDER}&recvWindow=60000");
    for timestamp in [started - 20_000, started, started + 998] {
        let whole = Whole {
            timestamp: timestamp.to_string(),
            ..Whole::of(&key, "s1", &query)
        };
        let told = whole.signed(&key).send(&mut client).await.error();
        assert_eq!(told.1, -1021, "{}", told.2);
        assert!(told.2.contains("before the exchange started"), "{}", told.2);
    }
    let late = Whole {
        timestamp: (started - 20_000).to_string(),
        ..Whole::of(&key, "s2", ORDER)
    };
    let told = late.signed(&key).send(&mut client).await.error();
    assert!(told.2.contains("outside of the recvWindow"), "{}", told.2);
    let early = Whole {
        timestamp: (clock::now().millis() + 60_000).to_string(),
        ..Whole::of(&key, "s3", ORDER)
    };
    let told = early.signed(&key).send(&mut client).await.error();
    assert!(told.2.contains("ahead of the server"), "{}", told.2);
    assert_eq!(orders_of_ann(&world), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ed25519_key_signs_whole_requests_and_an_rsa_key_does_not() {
    let world = World::start().await;
    let signing = SigningKey::from_bytes(&[3; 32]);
    let pem = signing.verifying_key().to_public_key_pem(LineEnding::LF);
    let pem = escaped(&pem.expect("a PEM"));
    let key = keyed(&world, &format!("{TERMS}&publicKey={pem}")).await;
    assert_eq!(
        (&key["type"], &key["signing"]),
        (&json!("ED25519"), &json!("request"))
    );
    let mut whole = Whole::of(&key, "e1", ORDER);
    let signature = signing.sign(whole.text().as_bytes()).to_bytes();
    whole.signature = STANDARD.encode(signature);
    let mut client = world.client().await;
    for odd in [
        whole.signature.trim_end_matches('=').to_owned(),
        whole.signature.replacen('A', "B", 1) + "=",
        hmac_hex("", b""),
    ] {
        let odd = Whole {
            signature: odd,
            ..whole.clone()
        };
        assert_eq!(odd.send(&mut client).await.error().1, -1022);
    }
    let placed = whole.send(&mut client).await;
    assert_eq!(placed.status, 200, "{}", placed.body);

    let login = Visitor { world: &world }
        .log_in(ANN, crate::visitor::PASSWORD)
        .await;
    let page = Page {
        world: &world,
        headers: crate::visitor::headers_of(&login),
    };
    for (form, told) in [
        (
            format!("label=r&signing=request&publicKey={}", escaped(RSA)),
            "are signed by a shared secret or an Ed25519 key",
        ),
        ("label=r&signing=both".to_owned(), "'signing' is not valid"),
    ] {
        let refused = page.send("POST", "/v1/keys", &form).await.error();
        assert_eq!((refused.0, refused.1), (400, -1130));
        assert!(refused.2.contains(told), "{}", refused.2);
    }
}

/// Signs a request over a socket; the map of `json!` is sorted by name, and no value needs an escape.
fn said(key: &Value, method: &str, nonce: &str, params: Value) -> Value {
    let mut params = stamped(params);
    params["timestamp"] = json!(clock::now().millis() + 999);
    params["apiKey"] = key["apiKey"].clone();
    params["nonce"] = json!(nonce);
    let whole = Whole {
        method: method.to_owned(),
        path: "/ws-api/v3".to_owned(),
        body: crate::socket::payload(&params),
        timestamp: params["timestamp"].to_string(),
        ..Whole::of(key, nonce, "")
    };
    params["signature"] = json!(whole.signed(key).signature);
    params
}

fn order(name: &str) -> Value {
    json!({
        "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT_MAKER", "quantity": "1",
        "price": "90", "idempotencyKey": name,
    })
}

fn told(answer: &Value) -> (Value, String) {
    let error = &answer["error"];
    let msg = error["msg"].as_str().unwrap_or_else(|| panic!("{answer}"));
    (error["code"].clone(), msg.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_takes_each_request_that_is_signed_whole_once() {
    let world = World::start().await;
    let key = keyed(&world, TERMS).await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let place = said(&key, "order.place", "w1", order("o1"));
    for (method, params, expected) in [
        ("order.test", place.clone(), "is not valid"),
        (
            "order.place",
            said(&key, "order.test", "w2", order("o1")),
            "is not valid",
        ),
        (
            "order.place",
            said(&key, "order.place", "w-3", order("o1")),
            "Illegal characters",
        ),
    ] {
        let (_, msg) = told(&socket.ask(method, params).await);
        assert!(msg.contains(expected), "{msg}");
    }
    let mut changed = place.clone();
    changed["quantity"] = json!("2");
    assert_eq!(told(&socket.ask("order.place", changed).await).0, -1022);
    let login = crate::world::Login {
        public_id: text(&key, "apiKey"),
        secret: text(&key, "secretKey"),
        key: model::id::KeyId(0),
    };
    let (code, msg) = told(&socket.ask_signed(&login, "order.place", order("o1")).await);
    assert_eq!(code, -1022);
    assert!(
        msg.contains("'timestamp', 'nonce' and 'signature'"),
        "{msg}"
    );
    assert_eq!(orders_of_ann(&world), 0);

    let placed = socket.ask("order.place", place.clone()).await;
    let number = placed["result"]["orderId"].clone();
    assert!(number.is_u64(), "{placed}");
    let (code, msg) = told(&socket.ask("order.place", place).await);
    assert_eq!(code, -1022);
    assert!(msg.contains("nonce was used"), "{msg}");
    // Signed anew it is the same request by its idempotency key.
    let again = said(&key, "order.place", "w4", order("o1"));
    let again = socket.ask("order.place", again).await;
    assert_eq!(again["result"]["orderId"], number, "{again}");
    assert_eq!(orders_of_ann(&world), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_logs_on_once_by_a_request_that_is_signed_whole() {
    let world = World::start().await;
    let key = keyed(&world, TERMS).await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let logon = said(&key, "session.logon", "l1", json!({}));
    let subscribe = said(&key, "userDataStream.subscribe.signature", "l1", json!({}));
    let answer = socket.ask("session.logon", logon.clone()).await;
    assert_eq!(answer["result"]["apiKey"], key["apiKey"], "{answer}");
    let placed = socket.ask("order.place", stamped(order("o1"))).await;
    assert!(placed["result"]["orderId"].is_u64(), "{placed}");
    let mut other = Socket::open(world.address, "/ws-api/v3").await;
    for (method, params) in [
        ("session.logon", logon),
        ("userDataStream.subscribe.signature", subscribe),
    ] {
        let (code, msg) = told(&other.ask(method, params).await);
        assert_eq!(code, -1022, "{method}");
        assert!(msg.contains("nonce was used"), "{msg}");
    }
    let method = "userDataStream.subscribe.signature";
    let fresh = said(&key, method, "l2", json!({}));
    let answer = other.ask(method, fresh).await;
    assert!(answer["result"]["subscriptionId"].is_u64(), "{answer}");

    let plain = &world.logins[0];
    let plain_key = json!({"apiKey": plain.public_id, "secretKey": plain.secret});
    let whole = said(&plain_key, "account.status", "l3", json!({}));
    let (code, msg) = told(&other.ask("account.status", whole).await);
    assert_eq!(code, -1022);
    assert!(msg.contains("This key signs its parameters"), "{msg}");
}

/// Runs openssl as the document prints it, and returns what it says.
fn openssl(folder: &std::path::Path, arguments: &str) -> String {
    let document = include_str!("../../../../docs/spec/keys.md");
    assert!(document.contains(&format!("`openssl {arguments}`")));
    let run = std::process::Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .expect("openssl runs");
    assert!(run.status.success(), "{run:?}");
    String::from_utf8(run.stdout).expect("a text")
}

/// Returns the program that the document shows.
fn example() -> String {
    let document = include_str!("../../../../docs/spec/keys.md");
    let (_, rest) = document.split_once("```python\n").expect("a program");
    let (program, _) = rest.split_once("```").expect("its end");
    program.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_of_the_document_places_orders_as_it_is_printed() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    fund(&world, ANN_ACCOUNT, 1_000).await;
    let folder = tempfile::tempdir().expect("a folder");
    openssl(folder.path(), "genpkey -algorithm ed25519 -out bot.pem");
    let pem = openssl(folder.path(), "pkey -in bot.pem -pubout");
    let by_secret = key(&page, TERMS).await;
    let public = format!("{TERMS}&publicKey={}", escaped(&pem));
    let by_key = key(&page, &public).await;
    // What is signed within a second of the start is refused.
    let first = world.gateway.started_at().millis() + 1_000;
    while clock::now().millis() < first {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    for (number, key) in [by_secret, by_key].iter().enumerate() {
        let mut command = std::process::Command::new("python3");
        command
            .args(["-c", &example()])
            .current_dir(folder.path())
            .env("BOURSE_HOST", world.address.to_string())
            .env("BOURSE_KEY", text(key, "apiKey"))
            .env("BOURSE_SECRET", key["secretKey"].as_str().unwrap_or(""));
        let run = tokio::task::spawn_blocking(move || command.output());
        let run = run.await.expect("no panic").expect("python3 runs");
        let said = String::from_utf8_lossy(&run.stdout);
        let failed = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{said} {failed}");
        assert!(said.contains("'asset': 'USDT'"), "{said}");
        assert_eq!(orders_of_ann(&world), number + 1);
    }
}
