//! Who signed, when, and over which bytes.

use crate::client::Answer;
use crate::socket::{Socket, payload, stamped};
use crate::world::{ALICE, BOB, Setting, World, hmac_hex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::EncodePublicKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::{Signer, SigningKey};
use gateway::clock;
use gateway::config::LegacySignatures;
use identity::address::AddressRule;
use identity::identity::KeyTerms;
use identity::key::Signing;
use model::account::Scopes;
use model::command::Command;
use model::id::{AccountId, KeyId};
use model::time::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;

const ORDER: &str = "/api/v3/order";

async fn send(world: &World, method: &str, target: &str, key: &str, body: &str) -> Answer {
    let headers = format!("X-MBX-APIKEY: {key}\r\n");
    world
        .client()
        .await
        .send(method, target, &headers, body)
        .await
}

fn order() -> String {
    format!(
        "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=100&timestamp={}",
        clock::now().millis()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn query_body_and_a_mix_of_both_are_signed_as_sent() {
    let world = World::start().await;
    let login = &world.logins[ALICE];
    let order = order();
    let (head, tail) = order.split_at(order.find("&side").expect("a side") + 1);
    let head = head.trim_end_matches('&');
    let signed = |payload: &str| hmac_hex(&login.secret, payload.as_bytes());
    let whole = signed(&order);
    let mixed = signed(&format!("{head}{tail}"));
    for (target, body) in [
        (format!("{ORDER}?{order}&signature={whole}"), String::new()),
        (ORDER.to_owned(), format!("{order}&signature={whole}")),
        (ORDER.to_owned(), format!("signature={whole}&{order}")),
        (
            format!("{ORDER}?{head}"),
            format!("{tail}&signature={mixed}"),
        ),
        (format!("{ORDER}?{head}&signature={mixed}"), tail.to_owned()),
        (
            format!("{ORDER}?{order}&signature={}", whole.to_uppercase()),
            String::new(),
        ),
    ] {
        let answer = send(&world, "POST", &target, &login.public_id, &body).await;
        assert_eq!(answer.status, 200, "{target} {body} {}", answer.body);
        let cancel = world
            .signed(ALICE, "DELETE", "/api/v3/openOrders", "symbol=BTCUSDT")
            .await;
        assert_eq!(cancel.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn older_clients_may_sign_the_decoded_text_unless_it_is_refused() {
    for (signatures, status) in [
        (LegacySignatures::Accepted, 200),
        (LegacySignatures::Refused, 400),
    ] {
        let world = World::start_with(Setting {
            signatures,
            ..Setting::STANDARD
        })
        .await;
        let login = &world.logins[ALICE];
        let plain = format!("{}&newClientOrderId=a:b", order());
        let encoded = plain.replace(':', "%3A");
        let signature = hmac_hex(&login.secret, plain.as_bytes());
        let target = format!("{ORDER}?{encoded}&signature={signature}");
        let answer = send(&world, "POST", &target, &login.public_id, "").await;
        assert_eq!(answer.status, status, "{}", answer.body);
        let signature = hmac_hex(&login.secret, encoded.as_bytes());
        let target = format!("{ORDER}?{encoded}&signature={signature}");
        let exact = send(&world, "POST", &target, &login.public_id, "").await;
        assert!(
            exact.status == 200 || exact.error().1 == -2010,
            "{}",
            exact.body
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_byte_is_not_believed() {
    let world = World::start().await;
    let login = &world.logins[ALICE];
    let order = order();
    let signature = hmac_hex(&login.secret, order.as_bytes());
    for target in [
        format!(
            "{ORDER}?{}&signature={signature}",
            order.replace("quantity=1", "quantity=2")
        ),
        format!("{ORDER}?{order}&signature={}", "0".repeat(64)),
        format!("{ORDER}?{order}&signature=x"),
        format!("{ORDER}?{order}&newClientOrderId=x&signature={signature}"),
    ] {
        let answer = send(&world, "POST", &target, &login.public_id, "").await;
        let expected = (
            400,
            -1022,
            "Signature for this request is not valid.".to_owned(),
        );
        assert_eq!(answer.error(), expected, "{target}");
    }
    let foreign = hmac_hex(&world.logins[BOB].secret, order.as_bytes());
    let target = format!("{ORDER}?{order}&signature={foreign}");
    assert_eq!(
        send(&world, "POST", &target, &login.public_id, "")
            .await
            .error()
            .1,
        -1022
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_checked_in_the_order_clients_know() {
    let world = World::start().await;
    let login = &world.logins[ALICE];
    let unknown = "A".repeat(64);
    let late = clock::now().millis() - 10_000;
    let early = clock::now().millis() + 10_000;
    let lack = "Mandatory parameter '%s' was not sent, was empty/null, or malformed.";
    for (key, query, status, code, msg) in [
        ("", "", 401, -2014, "API-key format invalid.".to_owned()),
        (
            "short",
            "",
            401,
            -2014,
            "API-key format invalid.".to_owned(),
        ),
        (
            unknown.as_str(),
            "",
            401,
            -2015,
            "Invalid API-key, IP, or permissions for action.".to_owned(),
        ),
        (
            login.public_id.as_str(),
            "",
            400,
            -1102,
            lack.replace("%s", "symbol"),
        ),
        (
            &login.public_id,
            "symbol=BTCUSDT",
            400,
            -1102,
            lack.replace("%s", "timestamp"),
        ),
        (
            &login.public_id,
            &format!("symbol=BTCUSDT&timestamp={late}"),
            400,
            -1102,
            lack.replace("%s", "signature"),
        ),
        (
            &login.public_id,
            "symbol=BTCUSDT&signature=x",
            400,
            -1102,
            lack.replace("%s", "timestamp"),
        ),
        (
            &login.public_id,
            &format!("symbol=NOPE&signature=x&timestamp={late}"),
            400,
            -1021,
            "Timestamp for this request is outside of the recvWindow.".to_owned(),
        ),
        (
            &login.public_id,
            &format!("symbol=NOPE&signature=x&timestamp={early}"),
            400,
            -1021,
            "Timestamp for this request was 1000ms ahead of the server's time.".to_owned(),
        ),
        (
            &login.public_id,
            &format!("symbol=NOPE&signature=x&timestamp={late}&recvWindow=60001"),
            400,
            -1131,
            "recvWindow must be less than 60000".to_owned(),
        ),
        (
            &login.public_id,
            &format!(
                "symbol=NOPE&signature=x&timestamp={}",
                clock::now().millis()
            ),
            400,
            -1022,
            "Signature for this request is not valid.".to_owned(),
        ),
    ] {
        let target = format!("/api/v3/openOrders?{query}");
        let answer = send(&world, "DELETE", &target, key, "").await;
        assert_eq!(answer.error(), (status, code, msg), "{query}");
    }
    let missing = world
        .client()
        .await
        .send("GET", "/api/v3/account", "", "")
        .await;
    assert_eq!(missing.error().1, -2014);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn microseconds_and_fractions_of_a_window_are_read() {
    let world = World::start().await;
    let login = &world.logins[ALICE];
    let micros = clock::now().nanos() / 1_000;
    let query = format!("timestamp={micros}&recvWindow=4999.125");
    let signature = hmac_hex(&login.secret, query.as_bytes());
    let target = format!("/api/v3/account?{query}&signature={signature}");
    assert_eq!(
        send(&world, "GET", &target, &login.public_id, "")
            .await
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_the_engine_revoked_signs_nothing_more() {
    let world = World::start().await;
    let key = world.logins[BOB].key;
    assert_eq!(
        world.signed(BOB, "GET", "/api/v3/account", "").await.status,
        200
    );
    world.command(Command::RevokeKey { key }).await;
    let refused = world.signed(BOB, "GET", "/api/v3/account", "").await;
    assert_eq!((refused.error().0, refused.error().1), (401, -2015));
}

fn terms(label: &str) -> KeyTerms {
    KeyTerms {
        account: AccountId(1),
        label: label.to_owned(),
        scopes: Scopes::ALL,
        addresses: AddressRule::Loopback,
        signing: Signing::Parameters,
    }
}

/// Places an order signed by a key whose private half its owner keeps, first before the engine knows the key.
async fn check_key(
    world: &World,
    (key, public_id): (KeyId, String),
    sign: impl Fn(&[u8]) -> Vec<u8>,
) {
    let order = order();
    let encoded = STANDARD
        .encode(sign(order.as_bytes()))
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let target = format!("{ORDER}?{order}&signature={encoded}");
    let early = send(world, "POST", &target, &public_id, "").await;
    assert_eq!(
        early.error().1,
        -2015,
        "the engine does not know the key yet"
    );
    world
        .command(Command::CreateKey {
            key,
            account: AccountId(1),
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        })
        .await;
    let placed = send(world, "POST", &target, &public_id, "").await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let changed = target.replace("price=100", "price=101");
    let refused = send(world, "POST", &changed, &public_id, "").await;
    assert_eq!(refused.error().1, -1022);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ed25519_key_signs_orders() {
    let world = World::start().await;
    let signing = SigningKey::from_bytes(&[3; 32]);
    let public = signing.verifying_key();
    let pem = public.to_public_key_pem(LineEnding::LF).expect("a PEM");
    let identity = world.gateway.identity();
    let issued = identity
        .create_ed25519_key(&terms("ed25519"), &pem, clock::now())
        .await
        .expect("issued");
    let sign = |payload: &[u8]| signing.sign(payload).to_bytes().to_vec();
    check_key(&world, issued, sign).await;
}

/// Returns the private key that belongs to `rsa/public.pem`; both are of this test only.
fn rsa_pair() -> RsaKeyPair {
    let lines = include_str!("rsa/private.pem").lines();
    let body: String = lines.filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).expect("base64");
    RsaKeyPair::from_pkcs8(&der).expect("a private key")
}

fn rsa_sign(pair: &RsaKeyPair, payload: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; pair.public().modulus_len()];
    let random = SystemRandom::new();
    pair.sign(&RSA_PKCS1_SHA256, &random, payload, &mut signature)
        .expect("signs");
    signature
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_rsa_key_signs_orders_and_logs_on() {
    let world = World::start().await;
    let pair = rsa_pair();
    let pem = include_str!("rsa/public.pem");
    let identity = world.gateway.identity();
    let issued = identity
        .create_rsa_key(&terms("rsa"), pem, clock::now())
        .await
        .expect("issued");
    let public_id = issued.1.clone();
    check_key(&world, issued, |payload| rsa_sign(&pair, payload)).await;

    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let mut params = stamped(json!({"apiKey": public_id}));
    let signature = rsa_sign(&pair, payload(&params).as_bytes());
    params["signature"] = json!(STANDARD.encode(signature));
    let answer = socket.ask("session.logon", params).await;
    assert_eq!(answer["result"]["apiKey"], json!(public_id), "{answer}");
}
