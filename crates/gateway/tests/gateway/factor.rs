//! Second factors over HTTP.

use crate::client::Answer;
use crate::visitor::{PASSWORD, Visitor, escaped, headers_of};
use crate::world::{Setting, World};
use gateway::clock;
use gateway::config::SecondFactor;
use identity::outbox::Subject;
use model::id::AccountId;
use ring::hmac;

const ANN: &str = "ann@example.test";
const ANN_ACCOUNT: AccountId = AccountId(4);

/// What an authenticator shows, so many steps from now.
pub fn code(secret: &str, steps: i64) -> String {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => u64::from(letter - b'A'),
        _ => u64::from(letter - b'2') + 26,
    };
    let chunks = secret.as_bytes().chunks(8);
    let bytes: Vec<u8> = chunks
        .flat_map(|chunk| {
            let bits = chunk
                .iter()
                .fold(0, |all, letter| all << 5 | value(*letter));
            bits.to_be_bytes()[3..].to_vec()
        })
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let step = clock::now().seconds() / 30 + steps;
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let start = usize::from(tag.as_ref()[19] & 15);
    let word: [u8; 4] = tag.as_ref()[start..start + 4]
        .try_into()
        .expect("four bytes");
    format!(
        "{:06}",
        (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000
    )
}

async fn post(world: &World, path: &str, headers: &str, form: &str) -> Answer {
    world.client().await.send("POST", path, headers, form).await
}

async fn log_in(visitor: &Visitor<'_>, code: &str) -> Answer {
    let form = format!(
        "email={}&password={}&totp={code}",
        escaped(ANN),
        escaped(PASSWORD)
    );
    visitor.post("/v1/login", &form).await
}

/// Returns the secret and the recovery codes of a factor that counts; ann has no session then.
pub async fn enrol(visitor: &Visitor<'_>) -> (String, Vec<String>) {
    visitor.join(ANN).await;
    add_factor(visitor).await
}

/// Returns the secret and the recovery codes of a factor of ann, who has joined.
pub async fn add_factor(visitor: &Visitor<'_>) -> (String, Vec<String>) {
    let headers = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let elsewhere = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let world = visitor.world;
    let enrolled = post(world, "/v1/totp/enrol", &headers, "").await;
    assert_eq!(enrolled.status, 200, "{}", enrolled.body);
    let secret = enrolled.json()["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    let uri = format!("otpauth://totp/ann@example.test?secret={secret}&issuer=Bourse");
    assert_eq!(enrolled.json()["uri"], uri.as_str());
    assert_eq!(
        visitor.log_in(ANN, PASSWORD).await.status,
        200,
        "it does not count yet"
    );
    for (password, code) in [
        ("a wild guess", code(&secret, 0)),
        (PASSWORD, "x".to_owned()),
    ] {
        let form = format!("password={}&totp={code}", escaped(password));
        let refused = post(world, "/v1/totp/confirm", &headers, &form).await;
        assert_eq!(refused.error().0, 401);
    }
    let form = format!("password={}&totp={}", escaped(PASSWORD), code(&secret, 0));
    let confirmed = post(world, "/v1/totp/confirm", &headers, &form).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    assert_eq!(confirmed.header("cache-control"), Some("no-store"));
    for headers in [&headers, &elsewhere] {
        let mut client = world.client().await;
        let ended = client.send("GET", "/v1/session", headers, "").await;
        assert_eq!(ended.status, 401, "every session ends");
    }
    assert!(world.gateway.identity().browsers(ANN_ACCOUNT).is_empty());
    assert_eq!(visitor.newest().await.subject, Subject::FactorChanged);
    let codes = confirmed.json();
    let codes = codes["recoveryCodes"].as_array().expect("codes");
    let text = |code: &serde_json::Value| code.as_str().expect("a text").to_owned();
    (secret, codes.iter().map(text).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_needs_the_code_and_a_code_signs_one_browser_in() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let (secret, codes) = enrol(&visitor).await;
    // With the two below, no more failures than are free.
    for wrong in ["000000x", &codes[0][1..]] {
        assert_eq!(log_in(&visitor, wrong).await.error().0, 401);
    }
    let without = visitor.log_in(ANN, PASSWORD).await.error();
    let text = "This address, password or code is not right, or the address is not confirmed; who has a passkey signs in with it.";
    assert_eq!(
        without,
        (401, -2015, text.to_owned()),
        "as for a wrong password"
    );
    let shown = code(&secret, 1);
    let (first, second) = tokio::join!(log_in(&visitor, &shown), log_in(&visitor, &shown));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401], "{} {}", first.body, second.body);
    assert_eq!(log_in(&visitor, &codes[0]).await.status, 200);
    assert_eq!(log_in(&visitor, &codes[0]).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_trading_needs_a_factor_a_password_alone_reads() {
    let world = World::start_with(Setting {
        second_factor: SecondFactor::Trading,
        ..Setting::STANDARD
    })
    .await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let signed_in = visitor.log_in(ANN, PASSWORD).await;
    assert_eq!(signed_in.json()["canTrade"], false);
    let headers = headers_of(&signed_in);
    let read = world.client().await;
    let read = { read }.send("GET", "/api/v3/account", &headers, "").await;
    assert_eq!(read.status, 200, "{}", read.body);
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
    let text = "This session may read, and no more: here that needs a second factor. Confirm one, and sign in with it.";
    let refused = post(&world, "/api/v3/order", &headers, order).await;
    assert_eq!(refused.error(), (401, -2015, text.to_owned()));
    let move_on = "toAccount=5&asset=USDT&amount=1&idempotencyKey=a";
    let refused = post(&world, "/v1/subaccounts/transfer", &headers, move_on).await;
    assert_ne!(refused.status, 200, "{}", refused.body);
    for (scopes, is_made) in [("read", true), ("read%2Ctrade", false)] {
        let form = format!("label=bot&scopes={scopes}");
        let made = post(&world, "/v1/keys", &headers, &form).await;
        assert_eq!(made.status == 200, is_made, "{scopes}: {}", made.body);
        assert_eq!(
            made.body.contains("second factor"),
            !is_made,
            "{}",
            made.body
        );
    }
    let (secret, _) = add_factor(&visitor).await;
    let shown = log_in(&visitor, &code(&secret, 1)).await;
    assert_eq!(shown.json()["canTrade"], true, "{}", shown.body);
    let placed = post(&world, "/api/v3/order", &headers_of(&shown), order).await;
    assert_eq!(placed.error().1, -2010, "nothing but money is missing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_factor_is_needed_to_change_a_password_and_to_be_taken_away() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let (_, codes) = enrol(&visitor).await;
    let headers = headers_of(&log_in(&visitor, &codes[0]).await);
    let password = escaped(PASSWORD);
    for (path, form) in [
        (
            "/v1/password/change",
            format!("password={password}&newPassword={password}"),
        ),
        ("/v1/totp/remove", format!("password={password}")),
    ] {
        assert_eq!(
            post(&world, path, &headers, &form).await.error().0,
            401,
            "{path}"
        );
    }
    assert_eq!(
        post(&world, "/v1/totp/enrol", &headers, "").await.error().0,
        401
    );
    let form = format!(
        "password={password}&newPassword={password}&totp={}",
        codes[1]
    );
    let changed = post(&world, "/v1/password/change", &headers, &form).await;
    let headers = headers_of(&changed);
    let form = format!("password={password}&totp={}", codes[2]);
    let removed = post(&world, "/v1/totp/remove", &headers, &form).await;
    assert_eq!((removed.status, removed.body.as_str()), (200, "{}"));
    let mut client = world.client().await;
    assert_eq!(
        client.send("GET", "/v1/session", &headers, "").await.status,
        401
    );
    let headers = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let nothing = post(
        &world,
        "/v1/totp/remove",
        &headers,
        &format!("password={password}"),
    )
    .await;
    assert_eq!(nothing.error().0, 401, "there is none");
}
