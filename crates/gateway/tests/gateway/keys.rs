//! API keys that users make, what proves that they wish them, and the holds of payouts.

use identity::outbox::Subject;

use crate::client::Answer;
use crate::factor::{add_factor, code, enrol};
use crate::visitor::{PASSWORD, Visitor, escaped, headers_of};
use crate::world::{World, hmac_hex};
use ed25519_dalek::pkcs8::EncodePublicKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::{Signer, SigningKey};
use gateway::clock;
use model::account::Scopes;
use model::command::{Action, ClientHeader, Command, Withdrawal};
use model::event::Event;
use model::id::{AccountId, AssetId, ChainId, KeyId, Reference};
use model::number::Amount;
use model::proof::Proof;
use model::reject::Reject;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};
use serde_json::{Value, json};

const ANN: &str = "ann@example.test";
const ANN_ACCOUNT: AccountId = AccountId(4);
const REFUSED: &str = "Invalid API-key, IP, or permissions for action.";
const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";

/// Somebody who signed in, with the headers of their page.
struct Page<'a> {
    world: &'a World,
    headers: String,
}

impl Page<'_> {
    async fn send(&self, method: &str, target: &str, form: &str) -> Answer {
        let mut client = self.world.client().await;
        client.send(method, target, &self.headers, form).await
    }

    /// Returns a challenge for a key with these parameters.
    async fn challenge(&self, parameters: &str) -> String {
        let form = format!("action=createKey&{parameters}");
        let answer = self.send("POST", "/v1/challenge", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let challenge = answer.json()["challenge"].as_str().map(str::to_owned);
        challenge.expect("a challenge")
    }

    /// Asks for a key by a challenge of its parameters and this proof.
    async fn create(&self, parameters: &str, proof: &str) -> Answer {
        let challenge = self.challenge(parameters).await;
        let form = format!("{parameters}&challenge={challenge}&{proof}");
        self.send("POST", "/v1/keys", &form).await
    }

    async fn key(&self, parameters: &str, proof: &str) -> Value {
        let created = self.create(parameters, proof).await;
        assert_eq!(created.status, 200, "{}", created.body);
        assert_eq!(created.header("cache-control"), Some("no-store"));
        created.json()
    }

    async fn keys(&self) -> Vec<Value> {
        let answer = self.send("GET", "/v1/keys", "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json().as_array().expect("a list").clone()
    }
}

async fn page(world: &World) -> Page<'_> {
    let visitor = Visitor::of_sandbox(world);
    visitor.join(ANN).await;
    let headers = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    Page { world, headers }
}

fn by_password() -> String {
    format!("password={}", escaped(PASSWORD))
}

/// Sends a request that a key with a shared secret signed.
pub async fn signed(world: &World, key: &Value, method: &str, path: &str, query: &str) -> Answer {
    let text = |name: &str| key[name].as_str().expect("a text").to_owned();
    let payload = format!("{query}&timestamp={}", clock::now().millis());
    let signature = hmac_hex(&text("secretKey"), payload.as_bytes());
    let target = format!("{path}?{payload}&signature={signature}");
    let header = format!("X-MBX-APIKEY: {}\r\n", text("apiKey"));
    world
        .client()
        .await
        .send(method, &target, &header, "")
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_trades_until_it_is_deleted_and_its_secret_is_told_once() {
    let world = World::start().await;
    let page = page(&world).await;
    let key = page.key("label=my+bot&scopes=trade", &by_password()).await;
    assert_eq!(key["type"], "HMAC");
    assert_eq!(key["scopes"], json!(["read", "trade"]));
    assert_eq!(key["addresses"], Value::Null);
    let messages = world.gateway.identity().messages(1).await.expect("read");
    assert_eq!(messages[0].subject, Subject::KeyCreated);
    let order = signed(&world, &key, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(order.error().1, -2010, "it may, and has no money");

    let rows = page.keys().await;
    assert_eq!(rows.len(), 1);
    let secret = key["secretKey"].as_str().expect("a secret");
    assert!(!rows[0].to_string().contains(secret));
    assert!(rows[0].get("secretKey").is_none());
    for name in ["id", "apiKey", "label", "scopes", "createdAt", "isLive"] {
        assert_eq!(rows[0][name], key[name], "{name}");
    }
    assert_eq!(
        (&rows[0]["isLive"], &rows[0]["expiresAt"]),
        (&json!(true), &Value::Null)
    );
    assert!(rows[0]["lastUsedAt"].is_u64());

    let target = format!("/v1/keys?id={}", key["id"]);
    let deleted = page.send("DELETE", &target, "").await;
    assert_eq!((deleted.status, deleted.body.as_str()), (200, "{}"));
    let order = signed(&world, &key, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(order.error(), (401, -2015, REFUSED.to_owned()));
    assert!(page.keys().await.is_empty());
    let again = page.send("DELETE", &target, "").await;
    assert_eq!(again.error().1, -1130);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_may_what_its_scopes_say_and_tells_so() {
    let world = World::start().await;
    let page = page(&world).await;
    let read = page.send("POST", "/v1/keys", "label=reader").await;
    assert_eq!(read.status, 200, "reading needs no proof: {}", read.body);
    let trade = page.key("label=t&scopes=trade", &by_password()).await;
    let move_only = page.key("label=m&scopes=transfer", &by_password()).await;
    let may = [
        (read.json(), [false, false]),
        (trade, [true, false]),
        (move_only, [false, true]),
    ];
    for (key, [trades, moves]) in may {
        let account = signed(&world, &key, "GET", "/api/v3/account", "").await;
        assert_eq!(account.status, 200, "{}", account.body);
        let order = signed(&world, &key, "POST", "/api/v3/order", ORDER).await;
        let expected = if trades { -2010 } else { -2015 };
        assert_eq!(order.error().1, expected, "{key}");
        let path = "/sapi/v1/account/apiRestrictions";
        let told = signed(&world, &key, "GET", path, "").await.json();
        for (name, expected) in [
            ("enableReading", true),
            ("enableSpotAndMarginTrading", trades),
            ("enableInternalTransfer", moves),
            ("permitsUniversalTransfer", moves),
            ("enableWithdrawals", false),
            ("ipRestrict", false),
        ] {
            assert_eq!(told[name], expected, "{name} of {key}");
        }
        let path = "/sapi/v1/capital/withdraw/apply";
        let query = "coin=BTC&address=bc1q&amount=1";
        let withdrawal = signed(&world, &key, "POST", path, query).await;
        assert_eq!(withdrawal.error(), (401, -2015, REFUSED.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_counts_for_its_parameters_once_and_in_its_session() {
    let world = World::start().await;
    let page = page(&world).await;
    let refused = |answer: &Answer| answer.error().2.contains("'challenge' is not valid");
    let proof = by_password();
    let challenge = page.challenge("label=a&scopes=trade").await;
    let elsewhere = headers_of(&Visitor { world: &world }.log_in(ANN, PASSWORD).await);
    let other = Page {
        world: &world,
        headers: elsewhere,
    };
    for parameters in [
        "label=a&scopes=trade,transfer",
        "label=b&scopes=trade",
        "label=a&scopes=trade&addresses=127.0.0.1",
        "label=a&scopes=trade&expiresAt=4102444800000",
    ] {
        let form = format!("{parameters}&challenge={challenge}&{proof}");
        let answer = page.send("POST", "/v1/keys", &form).await;
        assert!(refused(&answer), "{parameters} {}", answer.body);
    }
    let form = format!("label=a&scopes=trade&challenge={challenge}&{proof}");
    assert!(refused(&other.send("POST", "/v1/keys", &form).await));
    let wrong = format!("label=a&scopes=trade&challenge={challenge}&password=a+wild+guess");
    assert_eq!(page.send("POST", "/v1/keys", &wrong).await.error().1, -2015);
    let (first, second) = tokio::join!(
        page.send("POST", "/v1/keys", &form),
        page.send("POST", "/v1/keys", &form)
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400], "{} {}", first.body, second.body);
    assert_eq!(page.keys().await.len(), 1);
    let missing = page.send("POST", "/v1/keys", "label=a&scopes=trade").await;
    assert_eq!(missing.error().1, -1102);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_may_withdraw_has_addresses_and_a_user_with_a_factor() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let headers = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let plain = Page {
        world: &world,
        headers,
    };
    let from_here = "label=w&scopes=withdraw&addresses=127.0.0.1,::1";
    let anywhere = plain
        .create("label=w&scopes=withdraw", &by_password())
        .await;
    assert!(anywhere.error().2.contains("names the addresses"));
    let without = plain.create(from_here, &by_password()).await;
    assert!(without.error().2.contains("needs a second factor"));

    let (secret, _) = add_factor(&visitor).await;
    let form = format!(
        "email={}&password={}&totp={}",
        escaped(ANN),
        escaped(PASSWORD),
        code(&secret, 1)
    );
    let signed_in = visitor.post("/v1/login", &form).await;
    let page = Page {
        world: &world,
        headers: headers_of(&signed_in),
    };
    let by_password = page.create(from_here, &by_password()).await;
    assert_eq!(by_password.error().1, -1102, "a password is not enough");
    let used = page
        .create(from_here, &format!("totp={}", code(&secret, 1)))
        .await;
    assert_eq!(used.error().1, -2015, "the login has used the code");
    assert!(page.keys().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_code_answers_a_challenge_and_holds_payouts_before_the_key_is_there() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let (_, codes) = enrol(&visitor).await;
    let form = format!(
        "email={}&password={}&totp={}",
        escaped(ANN),
        escaped(PASSWORD),
        codes[0]
    );
    let page = Page {
        world: &world,
        headers: headers_of(&visitor.post("/v1/login", &form).await),
    };
    let parameters = "label=w&scopes=withdraw&addresses=127.0.0.1,::1";
    let key = page.key(parameters, &format!("totp={}", codes[1])).await;
    assert_eq!(key["scopes"], json!(["read", "withdraw"]));
    assert_eq!(key["addresses"], json!(["127.0.0.1", "::1"]));
    let path = "/sapi/v1/account/apiRestrictions";
    let told = signed(&world, &key, "GET", path, "").await.json();
    assert_eq!(
        (&told["enableWithdrawals"], &told["ipRestrict"]),
        (&json!(true), &json!(true))
    );
    let path = "/sapi/v1/capital/withdraw/apply";
    let query = "coin=BTC&address=bc1q&amount=1";
    let withdrawal = signed(&world, &key, "POST", path, query).await;
    assert_eq!(
        withdrawal.error().1,
        -4019,
        "it may; there is no network yet"
    );

    let id = KeyId(key["id"].as_u64().expect("a number"));
    assert_eq!(withdraw(&world, id).await, Some(Reject::PayoutsHeld));
    let security = page.send("GET", "/v1/security", "").await.json();
    assert_eq!(security["recoveryCodesLeft"], 8);
    assert_eq!(security["hasSecondFactor"], true);
    let until = security["payoutsHeldUntil"].as_i64().expect("a time");
    let left = Timestamp::from_millis(until).nanos() - clock::now().nanos();
    assert!(NANOS_PER_DAY - 60 * NANOS_PER_SECOND < left && left <= NANOS_PER_DAY);
    let account = signed(&world, &key, "GET", "/api/v3/account", "").await;
    assert_eq!(account.json()["canWithdraw"], false);
}

/// Has the exchange hold a withdrawal of ann's, and returns why it did not.
async fn withdraw(world: &World, key: KeyId) -> Option<Reject> {
    let header = ClientHeader {
        account: ANN_ACCOUNT,
        key,
        valid_until: Timestamp::MAX,
        idempotency: None,
    };
    let action = Action::HoldWithdrawal {
        withdrawal: Withdrawal {
            reference: Reference([9; 32]),
            chain: ChainId(0),
            asset: AssetId(0),
            amount: Amount::new(1).expect("legal"),
            fee: Amount::ZERO,
        },
        proof: Some(Box::new(Proof::Nowhere)),
    };
    let command = Command::Client { header, action };
    let applied = world.gateway.hub().submit(command).await.expect("answered");
    applied.events.iter().find_map(|event| match event {
        Event::Rejected { reason } => Some(*reason),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_password_holds_payouts_for_a_day_and_no_longer() {
    let world = World::start().await;
    let page = page(&world).await;
    let security = page.send("GET", "/v1/security", "").await.json();
    assert_eq!(security["payoutsHeldUntil"], Value::Null);
    let key = KeyId(1_000);
    world
        .command(Command::CreateKey {
            key,
            account: ANN_ACCOUNT,
            scopes: Scopes::WITHDRAW,
            expires_at: Timestamp::MAX,
            grant: None,
        })
        .await;
    assert_eq!(withdraw(&world, key).await, Some(Reject::InsufficientFunds));
    let password = escaped(PASSWORD);
    let form = format!("password={password}&newPassword={password}");
    let changed = page.send("POST", "/v1/password/change", &form).await;
    assert_eq!(withdraw(&world, key).await, Some(Reject::PayoutsHeld));
    let page = Page {
        world: &world,
        headers: headers_of(&changed),
    };
    let security = page.send("GET", "/v1/security", "").await.json();
    let until = security["payoutsHeldUntil"].as_i64().expect("a time");
    let held = {
        let views = world.gateway.hub().views();
        let account = views.account(ANN_ACCOUNT).expect("an account");
        views.payouts_held_until(account.owner)
    };
    assert_eq!(held.map(Timestamp::millis), Some(until));
    let untold = world.gateway.identity().untold_holds().await;
    assert_eq!(untold.expect("read"), [], "the exchange knows");
    let since = world.gateway.hub().views().at().millis();
    let left = (until - since) * 1_000_000;
    world.pass(left - 60 * NANOS_PER_SECOND);
    assert_eq!(withdraw(&world, key).await, Some(Reject::PayoutsHeld));
    world.pass(61 * NANOS_PER_SECOND);
    assert_eq!(withdraw(&world, key).await, Some(Reject::InsufficientFunds));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_ends_in_time_and_answers_its_addresses_only() {
    let world = World::start().await;
    let page = page(&world).await;
    let end = clock::now().millis() + 3_600_000;
    let short = format!("label=short&scopes=trade&expiresAt={end}");
    let short = page.key(&short, &by_password()).await;
    assert_eq!(short["expiresAt"].as_i64(), Some(end));
    let taken = signed(&world, &short, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(taken.error().1, -2010);
    let far = page
        .key(
            "label=far&scopes=trade&addresses=203.0.113.7",
            &by_password(),
        )
        .await;
    let refused = signed(&world, &far, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(refused.error(), (401, -2015, REFUSED.to_owned()));
    // The gateway looks at the end by its own clock, before it asks the exchange.
    let ended = page.key("label=ended&scopes=trade", &by_password()).await;
    world
        .command(Command::SetKeyEnd {
            key: KeyId(ended["id"].as_u64().expect("a number")),
            expires_at: Timestamp::from_millis(clock::now().millis() - 1),
        })
        .await;
    for (method, path, query) in [
        ("POST", "/api/v3/order", ORDER),
        ("GET", "/api/v3/account", ""),
    ] {
        let refused = signed(&world, &ended, method, path, query).await;
        assert_eq!(refused.error(), (401, -2015, REFUSED.to_owned()), "{path}");
    }
    let rows = page.keys().await;
    let live: Vec<&Value> = rows.iter().map(|row| &row["isLive"]).collect();
    assert_eq!(live, [&json!(true), &json!(true), &json!(false)]);
    let id = KeyId(short["id"].as_u64().expect("a number"));
    let since = world.gateway.hub().views().at().millis();
    world.pass((end - since - 60_000) * 1_000_000);
    assert_eq!(withdraw(&world, id).await, Some(Reject::ScopeMissing));
    world.pass(61 * NANOS_PER_SECOND);
    assert_eq!(withdraw(&world, id).await, Some(Reject::KeyUnknown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_key_signs_and_has_no_secret() {
    let world = World::start().await;
    let page = page(&world).await;
    let signing = SigningKey::from_bytes(&[3; 32]);
    let pem = signing.verifying_key().to_public_key_pem(LineEnding::LF);
    let parameters = format!(
        "label=ed&scopes=trade&publicKey={}",
        escaped(&pem.expect("a PEM"))
    );
    let key = page.key(&parameters, &by_password()).await;
    assert_eq!(
        (&key["type"], &key["secretKey"]),
        (&json!("ED25519"), &Value::Null)
    );
    let payload = format!("{ORDER}&timestamp={}", clock::now().millis());
    let signature = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        signing.sign(payload.as_bytes()).to_bytes(),
    );
    let target = format!("/api/v3/order?{payload}&signature={}", escaped(&signature));
    let header = format!(
        "X-MBX-APIKEY: {}\r\n",
        key["apiKey"].as_str().expect("an id")
    );
    let order = world
        .client()
        .await
        .send("POST", &target, &header, "")
        .await;
    assert_eq!(order.error().1, -2010);
    let pem = include_str!("rsa/public.pem");
    let parameters = format!("label=rsa&publicKey={}", escaped(pem));
    let rsa = page.send("POST", "/v1/keys", &parameters).await;
    assert_eq!(rsa.json()["type"], "RSA");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_that_are_none_are_refused_and_so_is_one_key_too_many() {
    let world = World::start().await;
    let page = page(&world).await;
    for (form, name) in [
        ("label=%20", "label"),
        ("label=a%0Ab", "label"),
        (&*format!("label={}", "x".repeat(65)), "label"),
        ("label=a&scopes=root", "scopes"),
        ("label=a&scopes=read,", "scopes"),
        ("label=a&addresses=10.0.0.0/8", "addresses"),
        ("label=a&expiresAt=1", "expiresAt"),
        ("label=a&publicKey=none", "publicKey"),
    ] {
        let (status, code, text) = page.send("POST", "/v1/keys", form).await.error();
        assert_eq!((status, code), (400, -1130), "{form}");
        assert!(text.contains(name), "{form}: {text}");
    }
    let in_query = page.send("POST", "/v1/keys?label=a", "").await;
    assert_eq!(in_query.error().1, -1106);
    let unknown = page.send("POST", "/v1/challenge", "action=rob").await;
    assert_eq!(unknown.error().1, -1130);
    let label = escaped("<script>alert(1)</script> 机器人");
    for number in 0..30 {
        let made = page
            .send("POST", "/v1/keys", &format!("label={label}{number}"))
            .await;
        assert_eq!(made.status, 200, "{}", made.body);
    }
    assert_eq!(
        page.keys().await[0]["label"],
        "<script>alert(1)</script> 机器人0"
    );
    let many = page.send("POST", "/v1/keys", "label=a").await;
    let text = "The account has 30 API keys, and may have no more; delete one first.";
    assert_eq!(many.error(), (400, -1130, text.to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_reads_or_deletes_a_key() {
    let world = World::start().await;
    let ann = page(&world).await;
    let key = ann.key("label=a&scopes=trade", &by_password()).await;
    let visitor = Visitor { world: &world };
    visitor.join("bea@example.test").await;
    let bea = Page {
        world: &world,
        headers: headers_of(&visitor.log_in("bea@example.test", PASSWORD).await),
    };
    let guest = Page {
        world: &world,
        headers: headers_of(&visitor.post("/dev/session", "name=alice").await),
    };
    assert!(bea.keys().await.is_empty());
    let target = format!("/v1/keys?id={}", key["id"]);
    assert_eq!(bea.send("DELETE", &target, "").await.error().1, -1130);
    let asks = [
        ("POST", "/v1/keys", "label=a"),
        ("POST", "/v1/challenge", "action=createKey&label=a"),
        ("GET", "/v1/keys", ""),
        ("GET", "/v1/security", ""),
        ("DELETE", "/v1/keys?id=1", ""),
    ];
    for (method, target, form) in asks {
        let as_guest = guest.send(method, target, form).await;
        assert_eq!(as_guest.error().0, 401, "{method} {target}");
        let mut client = world.client().await;
        let nobody = client.send(method, target, "", form).await;
        assert_eq!(nobody.error().0, 401, "{method} {target}");
    }
    let by_key = signed(&world, &key, "GET", "/v1/keys", "recvWindow=5000").await;
    assert_eq!(by_key.error().0, 401, "a key does not see the keys");
    assert_eq!(ann.keys().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_clears_what_pages_kept() {
    let world = World::start().await;
    let page = page(&world).await;
    let session = page.send("GET", "/v1/session", "").await;
    assert_eq!(session.header("cache-control"), Some("no-store"));
    assert_eq!(session.header("clear-site-data"), None);
    let out = page.send("DELETE", "/v1/session", "").await;
    let expected = Some("\"cache\", \"cookies\", \"storage\"");
    assert_eq!(out.header("clear-site-data"), expected);
}
