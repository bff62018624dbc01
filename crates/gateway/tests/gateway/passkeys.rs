//! Passkeys over HTTP, with an authenticator in software.

use crate::authenticator::{Authenticator, ORIGIN};
use crate::client::Answer;
use crate::documents::{described, parsed};
use crate::factor::code;
use crate::matrix::people::joined;
use crate::visitor::{PASSWORD, Visitor, escaped, headers_of};
use crate::world::{Setting, World};
use gateway::clock;
use gateway::description::openapi;
use identity::email::Email;
use identity::login::{Attempt, Counter, Whence};
use identity::outbox::Subject;
use identity::webauthn::RelyingParty;
use model::time::NANOS_PER_SECOND;
use serde_json::{Value, json};

const ANN: &str = "ann@example.test";

/// A world that offers passkeys, in which ann has joined.
pub async fn world() -> World {
    world_with(Setting::STANDARD).await
}

/// The same, that is different so.
pub async fn world_with(setting: Setting) -> World {
    let world = World::start_with(setting).await;
    let party = RelyingParty::of_origin(ORIGIN).expect("an origin");
    world.gateway.offer_passkeys(party);
    Visitor::of_sandbox(&world).join(ANN).await;
    world
}

/// Asks, and holds the answer against its description.
pub async fn ask(world: &World, headers: &str, method: &str, path: &str, form: &str) -> Answer {
    let answer = world.client().await.send(method, path, headers, form).await;
    if answer.status == 200 {
        let document = parsed(openapi::text());
        described(&document, method, path, &answer.json());
    }
    answer
}

async fn password_login(world: &World) -> String {
    headers_of(&Visitor { world }.log_in(ANN, PASSWORD).await)
}

/// Signs ann in by her password and the passkey beside it.
pub async fn log_in_with_both(world: &World, authenticator: &mut Authenticator) -> Answer {
    let told = login_challenge(world).await;
    let signed = authenticator.sign(&told);
    with_password(world, PASSWORD, &told, &signed).await
}

async fn with_password(world: &World, password: &str, told: &Value, signed: &str) -> Answer {
    let form = format!(
        "email={}&password={}&challenge={}&{signed}",
        escaped(ANN),
        escaped(password),
        token(told)
    );
    let origin = "Origin: https://test\r\n";
    ask(world, origin, "POST", "/v1/login", &form).await
}

/// Returns a challenge of an act with these parameters.
pub async fn challenge(world: &World, headers: &str, action: &str, parameters: &str) -> Value {
    let form = joined(&format!("action={action}"), parameters);
    let answer = ask(world, headers, "POST", "/v1/challenge", &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

pub fn token(challenge: &Value) -> &str {
    challenge["challenge"].as_str().expect("a challenge")
}

/// Adds a passkey of ann by her password; returns what the exchange calls her.
pub async fn add(world: &World, authenticator: &Authenticator) -> String {
    let headers = password_login(world).await;
    let told = challenge(world, &headers, "addPasskey", "label=laptop").await;
    assert_eq!(told["relyingParty"], "localhost");
    assert_eq!(told["proofs"], json!(["password"]));
    let form = format!(
        "label=laptop&challenge={}&password={}&{}",
        token(&told),
        escaped(PASSWORD),
        authenticator.create(&told)
    );
    let added = ask(world, &headers, "POST", "/v1/passkeys", &form).await;
    assert_eq!(added.status, 200, "{}", added.body);
    assert!(added.header("clear-site-data").is_some());
    let ended = ask(world, &headers, "GET", "/v1/session", "").await;
    assert_eq!(ended.status, 401, "every session ends");
    let told_by_message = Visitor { world }.newest().await.subject;
    assert_eq!(told_by_message, Subject::FactorChanged);
    let handle = told["userHandle"].as_str().expect("a handle");
    handle.to_owned()
}

pub async fn login_challenge(world: &World) -> Value {
    let origin = "Origin: https://test\r\n";
    let answer = ask(world, origin, "POST", "/v1/login/challenge", "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

pub async fn log_in(world: &World, told: &Value, signed: &str, handle: &str) -> Answer {
    let form = format!("challenge={}&userHandle={handle}&{signed}", token(told));
    let origin = "Origin: https://test\r\n";
    ask(world, origin, "POST", "/v1/login/passkey", &form).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_signs_its_user_in_alone_and_each_challenge_once() {
    let world = world().await;
    let mut authenticator = Authenticator::new("one");
    let handle = add(&world, &authenticator).await;
    let told = login_challenge(&world).await;
    let signed = authenticator.sign(&told);
    let begun = log_in(&world, &told, &signed, &handle).await;
    let headers = headers_of(&begun);
    assert_eq!(begun.json()["account"], 4);
    let again = log_in(&world, &told, &signed, &handle).await;
    assert_eq!(again.error().1, -2015, "the challenge is used up");

    let rows = ask(&world, &headers, "GET", "/v1/passkeys", "")
        .await
        .json();
    assert_eq!(rows[0]["label"], "laptop");
    assert!(rows[0]["lastUsedAt"].is_u64());
    let form = format!("id={}&label=old+laptop", rows[0]["id"]);
    let named = ask(&world, &headers, "POST", "/v1/passkeys/name", &form).await;
    assert_eq!(named.status, 200, "{}", named.body);
    let rows = ask(&world, &headers, "GET", "/v1/passkeys", "")
        .await
        .json();
    assert_eq!(rows[0]["label"], "old laptop");
    let security = ask(&world, &headers, "GET", "/v1/security", "")
        .await
        .json();
    assert_eq!(security["passkeys"], 1);
    assert!(security["payoutsHeldUntil"].is_u64(), "a factor is new");
}

/// What begins a session beside a passkey is the passkey, also after the password is another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_password_beside_a_passkey_is_taken_and_signs_out() {
    let world = world().await;
    let mut authenticator = Authenticator::new("one");
    add(&world, &authenticator).await;
    let headers = headers_of(&log_in_with_both(&world, &mut authenticator).await);
    let other = "and another one!";
    let form = format!(
        "password={}&newPassword={}",
        escaped(PASSWORD),
        escaped(other)
    );
    let changed = ask(&world, &headers, "POST", "/v1/password/change", &form).await;
    assert_eq!((changed.status, changed.body.as_str()), (200, "{}"));
    assert!(changed.header("clear-site-data").is_some());
    let ended = ask(&world, &headers, "GET", "/v1/session", "").await;
    assert_eq!(ended.status, 401, "every session ends");
    for (password, status) in [(PASSWORD, 401), (other, 200)] {
        let told = login_challenge(&world).await;
        let signed = authenticator.sign(&told);
        let login = with_password(&world, password, &told, &signed).await;
        assert_eq!(login.status, status, "{}", login.body);
    }
}

/// Nobody keeps a user out by failing under the address, from wherever: the passkey needs no password.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_signs_in_while_the_password_has_to_wait() {
    let world = world().await;
    let mut authenticator = Authenticator::new("one");
    let handle = add(&world, &authenticator).await;
    let address = Email::parse(ANN).expect("an address");
    let (identity, start) = (world.gateway.identity(), clock::now());
    for counter in [
        Counter::of_strangers(&address),
        home(&world, &address).await,
    ] {
        for number in 0..100 {
            let at = start.plus_nanos((number - 100) * 1_000 * NANOS_PER_SECOND);
            let begun = identity.begin_attempt(&counter, at).await;
            assert_eq!(begun.expect("counted"), Attempt::Begun);
        }
    }
    let visitor = Visitor { world: &world };
    let late = visitor.log_in(ANN, PASSWORD).await;
    assert_eq!(late.error().0, 429, "{}", late.body);
    let told = login_challenge(&world).await;
    let signed = authenticator.sign(&told);
    let begun = log_in(&world, &told, &signed, &handle).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
}

/// Returns the counter of where ann has signed in before.
async fn home(world: &World, address: &Email) -> Counter {
    let whence = Whence {
        address: [127, 0, 0, 1].into(),
        agent: "",
    };
    let counter = world.gateway.identity().counter(address, &whence).await;
    counter.expect("read")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_signed_for_this_by_this_one_signs_nobody_in() {
    let world = world().await;
    let mut authenticator = Authenticator::new("one");
    let handle = add(&world, &authenticator).await;
    let stranger = Authenticator::new("one");
    let unknown = Authenticator::new("two");
    let text = "This address, password or code is not right, or the address is not confirmed; who has a passkey signs in with it.";
    let refused = (401, -2015, text.to_owned());

    let (told, other) = (login_challenge(&world).await, login_challenge(&world).await);
    let of_another = authenticator.sign(&other);
    for (what, signed) in [
        ("another challenge", of_another),
        ("another key", stranger.sign_as(&told, 5)),
        ("a credential of nobody", unknown.sign_as(&told, 5)),
        ("without its user", authenticator.sign_as(&told, 1)),
    ] {
        let answer = log_in(&world, &told, &signed, &handle).await;
        assert_eq!(answer.error(), refused, "{what}");
    }
    let of_act = {
        let headers = headers_of(&log_in_with_both(&world, &mut authenticator).await);
        challenge(&world, &headers, "createKey", "label=a").await
    };
    let signed = authenticator.sign(&told);
    let swapped = authenticator.sign(&of_act);
    let answer = log_in(&world, &of_act, &swapped, &handle).await;
    assert_eq!(answer.error(), refused, "a challenge of an act");
    let answer = log_in(&world, &told, &signed, "AAAA").await;
    assert_eq!(answer.error(), refused, "another user");

    let begun = log_in(&world, &told, &signed, &handle).await;
    assert_eq!(begun.status, 200, "nothing was used up: {}", begun.body);

    // Whatever comes with a counter that has not risen is a copy.
    let told = login_challenge(&world).await;
    authenticator.counter -= 1;
    let copy = authenticator.sign_as(&told, 5);
    let answer = log_in(&world, &told, &copy, &handle).await;
    assert_eq!(answer.error(), refused, "a copy");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_proves_an_act_and_a_password_does_no_more() {
    let world = world().await;
    let mut authenticator = Authenticator::new("one");
    add(&world, &authenticator).await;
    let headers = headers_of(&log_in_with_both(&world, &mut authenticator).await);
    let act = "label=w&scopes=withdraw&addresses=127.0.0.1";
    let told = challenge(&world, &headers, "createKey", act).await;
    assert_eq!(told["proofs"], json!(["passkey"]));
    let base = format!("{act}&challenge={}", token(&told));
    let by_password = format!("{base}&password={}", escaped(PASSWORD));
    let refused = ask(&world, &headers, "POST", "/v1/keys", &by_password).await;
    assert_eq!(refused.error().1, -1102, "{}", refused.body);
    let signed = authenticator.sign(&told);
    let wider = format!("{base},::1&{signed}").replace("127.0.0.1&", "127.0.0.1,::1&");
    let wider = ask(&world, &headers, "POST", "/v1/keys", &wider).await;
    assert_eq!(wider.error().1, -1130, "other parameters");
    let form = format!("{base}&{signed}");
    let made = ask(&world, &headers, "POST", "/v1/keys", &form).await;
    assert_eq!(
        made.json()["scopes"],
        json!(["read", "withdraw"]),
        "{}",
        made.body
    );
    let again = ask(&world, &headers, "POST", "/v1/keys", &form).await;
    assert_eq!(again.error().1, -1130, "it is used up");

    let enrolled = ask(&world, &headers, "POST", "/v1/totp/enrol", "")
        .await
        .json();
    let secret = enrolled["secret"].as_str().expect("a secret");
    let confirm = format!("password={}&totp={}", escaped(PASSWORD), code(secret, 0));
    let alone = ask(&world, &headers, "POST", "/v1/totp/confirm", &confirm).await;
    assert_eq!(
        alone.error().1,
        -1102,
        "a password makes no factor beside a passkey"
    );
    let told = challenge(&world, &headers, "confirmTotp", "").await;
    let signed = authenticator.sign(&told);
    let form = format!("{confirm}&challenge={}&{signed}", token(&told));
    let confirmed = ask(&world, &headers, "POST", "/v1/totp/confirm", &form).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_needs_the_passkey_of_its_user_beside_it() {
    let world = world().await;
    let visitor = Visitor { world: &world };
    let (mut own, mut other) = (Authenticator::new("one"), Authenticator::new("two"));
    add(&world, &own).await;
    let alone = visitor.log_in(ANN, PASSWORD).await.error();
    let wrong = visitor.log_in(ANN, "and another one!").await.error();
    assert_eq!(alone, wrong, "nobody learns which of them was right");

    let told = login_challenge(&world).await;
    let signed = own.sign(&told);
    let refused = with_password(&world, "and another one!", &told, &signed).await;
    assert_eq!(refused.error(), wrong, "a passkey is not the password");
    let refused = with_password(&world, PASSWORD, &told, &other.sign(&told)).await;
    assert_eq!(refused.error(), wrong, "a passkey of nobody");
    let begun = with_password(&world, PASSWORD, &told, &signed).await;
    let headers = headers_of(&begun);
    let again = with_password(&world, PASSWORD, &told, &signed).await;
    assert_eq!(again.error(), wrong, "what was signed counts once");

    // With a code generator beside it, a code does as well.
    let enrolled = ask(&world, &headers, "POST", "/v1/totp/enrol", "").await;
    let secret = enrolled.json()["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    let told = challenge(&world, &headers, "confirmTotp", "").await;
    let form = format!(
        "password={}&totp={}&challenge={}&{}",
        escaped(PASSWORD),
        code(&secret, 0),
        token(&told),
        own.sign(&told)
    );
    let confirmed = ask(&world, &headers, "POST", "/v1/totp/confirm", &form).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    let form = format!("email={}&password={}", escaped(ANN), escaped(PASSWORD));
    let by_code = format!("{form}&totp={}", code(&secret, 1));
    let begun = visitor.post("/v1/login", &by_code).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_of_another_user_is_nothing_beside_a_password() {
    let world = world().await;
    let mut of_ann = Authenticator::new("one");
    add(&world, &of_ann).await;
    let visitor = Visitor { world: &world };
    visitor.join("bob@example.test").await;
    let told = login_challenge(&world).await;
    let form = format!(
        "email={}&password={}&challenge={}&{}",
        escaped("bob@example.test"),
        escaped(PASSWORD),
        token(&told),
        of_ann.sign(&told)
    );
    let refused = visitor.post("/v1/login", &form).await;
    assert_eq!(refused.error().1, -2015, "{}", refused.body);
    let alone = visitor.log_in("bob@example.test", PASSWORD).await;
    assert_eq!(alone.status, 200, "bob has none: {}", alone.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_is_removed_by_a_proof_and_is_nobodys_then() {
    let world = world().await;
    let mut authenticator = Authenticator::new("one");
    let handle = add(&world, &authenticator).await;
    let told = login_challenge(&world).await;
    let signed = authenticator.sign(&told);
    let headers = headers_of(&log_in(&world, &told, &signed, &handle).await);
    let rows = ask(&world, &headers, "GET", "/v1/passkeys", "")
        .await
        .json();
    let id = rows[0]["id"].as_u64().expect("a number");
    let told = challenge(&world, &headers, "removePasskey", &format!("id={id}")).await;
    let signed = authenticator.sign(&told);
    let other = format!("id={}&challenge={}&{signed}", id + 1, token(&told));
    let other = ask(&world, &headers, "POST", "/v1/passkeys/remove", &other).await;
    assert_eq!(other.error().1, -1130);
    let form = format!("id={id}&challenge={}&{signed}", token(&told));
    let removed = ask(&world, &headers, "POST", "/v1/passkeys/remove", &form).await;
    assert_eq!(removed.status, 200, "{}", removed.body);
    let ended = ask(&world, &headers, "GET", "/v1/session", "").await;
    assert_eq!(ended.status, 401, "every session ends");
    let told = login_challenge(&world).await;
    let signed = authenticator.sign(&told);
    let gone = log_in(&world, &told, &signed, &handle).await;
    assert_eq!(gone.error().1, -2015);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_has_ten_passkeys_and_nobody_two_of_one() {
    let world = world().await;
    let mut first = Authenticator::new("0");
    add(&world, &first).await;
    let headers = headers_of(&log_in_with_both(&world, &mut first).await);
    let told = challenge(&world, &headers, "addPasskey", "label=b").await;
    let form = |made: &str, proof: &str, told: &Value| {
        format!("label=b&challenge={}&{made}&{proof}", token(told))
    };
    let proof = first.sign(&told);
    let taken = form(&Authenticator::new("0").create(&told), &proof, &told);
    let taken = ask(&world, &headers, "POST", "/v1/passkeys", &taken).await;
    assert_eq!(taken.error().1, -1130, "{}", taken.body);
    for number in 1..=10 {
        let headers = headers_of(&log_in_with_both(&world, &mut first).await);
        let told = challenge(&world, &headers, "addPasskey", "label=b").await;
        let proof = first.sign(&told);
        let made = Authenticator::new(&number.to_string()).create(&told);
        let form = form(&made, &proof, &told);
        let answer = ask(&world, &headers, "POST", "/v1/passkeys", &form).await;
        if number < 10 {
            assert_eq!(answer.status, 200, "{}", answer.body);
        } else {
            let text = "The user has 10 passkeys, and may have no more; remove one first.";
            assert_eq!(answer.error(), (400, -1130, text.to_owned()));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_passkeys_are_not_offered_nothing_leads_to_them() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let headers = password_login(&world).await;
    let form = "action=addPasskey&label=a";
    let told = ask(&world, &headers, "POST", "/v1/challenge", form)
        .await
        .json();
    assert_eq!(told["relyingParty"], Value::Null);
    let login = visitor.post("/v1/login/challenge", "").await;
    assert_eq!(login.error().0, 404);
    let form = format!(
        "label=a&challenge={}&{}",
        token(&told),
        Authenticator::new("one").create(&told)
    );
    let added = ask(&world, &headers, "POST", "/v1/passkeys", &form).await;
    assert_eq!(added.error().0, 404);
}
