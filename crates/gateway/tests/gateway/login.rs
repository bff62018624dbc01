//! Signing in with address and password.

use crate::client::Answer;
use crate::visitor::{FOREIGN, OWN, PASSWORD, Visitor, headers_of};
use crate::world::{ALICE, World};
use gateway::auth::{Claim, find_key};
use gateway::clock;
use gateway::rest::faucet::Faucet;
use identity::address::AddressRule;
use identity::email::Email;
use identity::identity::KeyTerms;
use identity::key::Signing;
use identity::login::{Attempt, Counter, Login, NewLogin};
use identity::outbox::Subject;
use identity::places::Places;
use identity::totp::Factor;
use model::account::Scopes;
use model::command::{Action, ClientHeader, Command, Deposit};
use model::event::Event;
use model::id::{AccountId, AssetId, ChainId, MarketId, Reference};
use model::number::Amount;
use model::reject::Reject;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

const ANN: &str = "ann@example.test";
const ANN_ACCOUNT: AccountId = AccountId(4);
const ORDER: &str =
    "/api/v3/order?symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=100";

async fn ask(world: &World, method: &str, target: &str, headers: &str) -> Answer {
    world.client().await.send(method, target, headers, "").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_registers_confirms_signs_in_trades_and_signs_out() {
    let world = World::start().await;
    world.gateway.give(Faucet::new(Box::new(|account| {
        vec![Command::CreditDeposit(Deposit {
            reference: Reference([9; 32]),
            chain: ChainId(0),
            account,
            asset: AssetId(0),
            amount: Amount::new(500_000_000).expect("legal"),
        })]
    })));
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let login = visitor.log_in("Ann@Example.test", PASSWORD).await;
    let cookie = login.header("set-cookie").expect("a cookie");
    let (_, attributes) = cookie.split_once(';').expect("attributes");
    assert_eq!(
        attributes,
        " Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict"
    );
    assert_eq!(login.header("cache-control"), Some("no-store"));
    let session = login.json();
    assert_eq!(session["account"], ANN_ACCOUNT.0);
    let lasts = session["expiresAt"]
        .as_i64()
        .zip(session["createdAt"].as_i64());
    assert_eq!(lasts.map(|(end, start)| end - start), Some(43_200_000));
    let headers = headers_of(&login);
    let placed = ask(&world, "POST", ORDER, &headers).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let account = ask(&world, "GET", "/api/v3/account", &headers).await.json();
    assert_eq!(account["uid"], ANN_ACCOUNT.0);
    assert_eq!(account["balances"][0]["locked"], "1.00000000");
    let out = ask(&world, "DELETE", "/v1/session", &headers).await;
    assert_eq!(out.status, 200, "{}", out.body);
    let refused = ask(&world, "POST", ORDER, &headers).await;
    assert_eq!(refused.error().0, 401);
    assert_eq!(
        world.gateway.hub().views().open_orders(ANN_ACCOUNT).len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_tells_why_somebody_is_nobody() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    visitor.register("unconfirmed@example.test", PASSWORD).await;
    let identity = world.gateway.identity();
    identity
        .create_user("key", "without-password@example.test", clock::now())
        .await
        .expect("new");
    let mut refusals = Vec::new();
    for (email, password) in [
        (ANN, "fifteen letters "),
        (ANN, "Fifteen letters"),
        ("unknown@example.test", PASSWORD),
        ("unconfirmed@example.test", PASSWORD),
        ("without-password@example.test", PASSWORD),
    ] {
        let refused = visitor.log_in(email, password).await;
        assert_eq!(refused.header("set-cookie"), None);
        assert_eq!(refused.header("retry-after"), None);
        refusals.push(refused.error());
    }
    let text = "This address, password or code is not right, or the address is not confirmed; who has a passkey signs in with it.";
    assert!(
        refusals
            .iter()
            .all(|found| *found == (401, -2015, text.to_owned())),
        "{refusals:?}"
    );
    assert_eq!(visitor.log_in(ANN, PASSWORD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_fails_too_often_waits_whether_or_not_there_is_a_user() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let start = clock::now();
    for email in [ANN, "unknown@example.test"] {
        let address = Email::parse(email).expect("an address");
        let counter = Counter::of_strangers(&address);
        let identity = world.gateway.identity();
        // Failures of the last second: the ninth waits for sixteen.
        for number in 0..9 {
            let at = start.plus_nanos((number - 9) * 1_000 * NANOS_PER_SECOND);
            let begun = identity.begin_attempt(&counter, at).await;
            assert_eq!(begun.expect("counted"), Attempt::Begun);
        }
        let late = identity.begin_attempt(&counter, start).await;
        assert_eq!(late.expect("counted"), Attempt::Begun);
        let limited = visitor.log_in(email, PASSWORD).await;
        let (status, code, msg) = limited.error();
        assert_eq!((status, code), (429, -1003), "{msg}");
        let seconds = limited.header("retry-after").expect("seconds");
        let seconds: i64 = seconds.parse().expect("a number");
        assert!((20..=32).contains(&seconds), "{seconds}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_fails_does_not_lock_out_where_the_user_signs_in_and_the_user_is_told() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let home = "User-Agent: Firefox/140.0\r\nOrigin: https://test\r\n";
    let form = "email=ann%40example.test&password=fifteen+letters";
    let mut client = world.client().await;
    let first = client.send("POST", "/v1/login", home, form).await;
    assert_eq!(first.status, 200, "{}", first.body);
    for _ in 0..5 {
        let refused = visitor.log_in(ANN, "a wild guess").await;
        assert_eq!(refused.error().0, 401);
    }
    let elsewhere = visitor.log_in(ANN, PASSWORD).await;
    assert_eq!(
        elsewhere.error().0,
        429,
        "where ann is not known, she waits too"
    );
    let again = client.send("POST", "/v1/login", home, form).await;
    assert_eq!(again.status, 200, "{}", again.body);
    let identity = world.gateway.identity();
    for _ in 0..1_000 {
        let messages = identity.messages(100).await.expect("read");
        let told = messages
            .iter()
            .filter(|message| message.subject == Subject::LoginsFailed);
        if told.count() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody was told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_login_is_a_new_session_and_ends_the_one_that_the_browser_had() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let first = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let elsewhere = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    assert_ne!(first, elsewhere);
    let form = "email=ann%40example.test&password=fifteen+letters";
    let mut client = world.client().await;
    let again = client.send("POST", "/v1/login", &first, form).await;
    let again = headers_of(&again);
    for (headers, status) in [(&first, 401), (&elsewhere, 200), (&again, 200)] {
        let answer = ask(&world, "GET", "/v1/session", headers).await;
        assert_eq!(answer.status, status);
    }
    let forged = format!("{OWN}Cookie: __Host-bourse_session=chosen-by-another\r\n");
    let fixed = client.send("POST", "/v1/login", &forged, form).await;
    assert!(!headers_of(&fixed).contains("chosen-by-another"));
    assert_eq!(ask(&world, "GET", "/v1/session", &forged).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_other_origins_sign_nobody_in() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let form = "email=ann%40example.test&password=fifteen+letters";
    let mut client = world.client().await;
    let refused = client.send("POST", "/v1/login", FOREIGN, form).await;
    assert_eq!(refused.error().0, 403);
    let target = format!("/v1/login?{form}");
    assert_eq!(client.send("POST", &target, OWN, "").await.error().1, -1106);
    assert!(world.gateway.identity().browsers(ANN_ACCOUNT).is_empty());
}

/// Asks the exchange for something by the session of the guest, and returns why not.
async fn act_of_guest(world: &World) -> Option<Reject> {
    let account = AccountId(1);
    let header = ClientHeader {
        account,
        key: world.gateway.identity().browsers(account).remove(0).id,
        valid_until: Timestamp::MAX,
        idempotency: None,
    };
    let market = MarketId(0);
    let action = Action::CancelAll { market };
    let command = Command::Client { header, action };
    let applied = world.gateway.hub().submit(command).await.expect("answered");
    applied.events.iter().find_map(|event| match event {
        Event::Rejected { reason } => Some(*reason),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_nobody_uses_ends() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let headers = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let guest = ask(&world, "POST", "/dev/session?name=alice", OWN).await;
    let guest = headers_of(&guest);
    let identity = world.gateway.identity();
    let key = identity.browsers(ANN_ACCOUNT).remove(0);
    let ago = |minutes: i64| clock::now().plus_nanos(-minutes * 60 * NANOS_PER_SECOND);
    assert!(!key.has_ended(clock::now()));
    assert!(key.has_ended(ago(-30)));
    key.note_use(ago(-29));
    assert!(!key.has_ended(ago(-58)), "use keeps it alive");
    assert!(
        identity
            .ended_browsers(ago(-60))
            .iter()
            .all(|idle| idle.id == key.id)
    );
    assert_eq!(
        identity.ended_browsers(ago(-60)).len(),
        1,
        "guests have their day"
    );
    for headers in [headers, guest] {
        assert_eq!(
            ask(&world, "GET", "/v1/session", &headers).await.status,
            200
        );
    }
    let left = {
        let views = world.gateway.hub().views();
        let guest = identity.browsers(AccountId(1)).remove(0).id;
        let ends = views.key(guest).expect("a key").expires_at;
        ends.nanos() - views.at().nanos()
    };
    world.pass(left - 60 * NANOS_PER_SECOND);
    assert_ne!(act_of_guest(&world).await, Some(Reject::KeyUnknown));
    world.pass(61 * NANOS_PER_SECOND);
    assert_eq!(act_of_guest(&world).await, Some(Reject::KeyUnknown));
    assert!(
        (NANOS_PER_DAY - 60 * NANOS_PER_SECOND..=NANOS_PER_DAY).contains(&left),
        "{left}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_say_where_they_are_from_if_a_list_says_it() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let headers = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let place = async || {
        let sessions = ask(&world, "GET", "/v1/sessions", &headers).await.json();
        sessions[0]["place"].clone()
    };
    assert_eq!(place().await, serde_json::Value::Null);
    let list = "first,last,place\n127.0.0.0,127.255.255.255,This machine";
    let places = Places::parse(list).expect("a list");
    world.gateway.know_places(places);
    assert_eq!(place().await, "This machine");
}

/// However often it is used.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_ends_after_twelve_hours() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let login = visitor.log_in(ANN, PASSWORD).await;
    assert_eq!(login.status, 200, "{}", login.body);
    let (identity, hub) = (world.gateway.identity(), world.gateway.hub());
    let key = identity.browsers(ANN_ACCOUNT).remove(0);
    let is_taken_at = |at: Timestamp| {
        let claim = Claim::Held(&key);
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        find_key(identity, hub, claim, address, Scopes::TRADE, at).is_ok()
    };
    let begun = hub.key(key.id).expect("known").expires_at;
    let begun = begun.plus_nanos(-12 * 3_600 * NANOS_PER_SECOND);
    let twenty_minutes = 1_200 * NANOS_PER_SECOND;
    for step in 0..36 {
        let at = begun.plus_nanos(step * twenty_minutes);
        assert!(is_taken_at(at), "{step}");
        key.note_use(at);
    }
    let end = begun.plus_nanos(36 * twenty_minutes);
    assert!(is_taken_at(end.plus_nanos(-1)));
    assert!(!is_taken_at(end));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_login_is_refused_and_ends_by_command() {
    let world = World::start().await;
    let identity = world.gateway.identity();
    let long_ago = clock::now().plus_nanos(-31 * 60 * NANOS_PER_SECOND);
    Visitor::of_sandbox(&world).join(ANN).await;
    let address = Email::parse(ANN).expect("an address");
    let known = identity.password_of(&address).await.expect("read");
    let (user, password) = known.expect("known");
    let terms = KeyTerms {
        account: AccountId(1),
        label: "browser".to_owned(),
        scopes: Scopes::READ,
        addresses: AddressRule::Any,
        signing: Signing::Parameters,
    };
    let login = Login {
        user,
        agent: String::new(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    let new = NewLogin {
        login,
        password,
        factor: Factor::Absent,
    };
    let created = identity
        .create_browser_key(&terms, Some(new), long_ago)
        .await;
    let (key, token) = created.expect("issued");
    let key = key.id;
    world
        .command(Command::CreateKey {
            key,
            account: AccountId(1),
            scopes: Scopes::READ,
            expires_at: Timestamp::MAX,
            grant: None,
        })
        .await;
    let cookie = format!("{OWN}Cookie: __Host-bourse_session={token}\r\n");
    assert_eq!(ask(&world, "GET", "/v1/session", &cookie).await.status, 401);
    for _ in 0..1_000 {
        if world.gateway.hub().views().key(key).is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the exchange still knows it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_sees_sessions_and_ends_one_or_all() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join(ANN).await;
    let form = "email=ann%40example.test&password=fifteen+letters";
    let agent = format!("{OWN}User-Agent: {}\r\n", "Browser ".repeat(100));
    let mut client = world.client().await;
    let other = headers_of(&client.send("POST", "/v1/login", &agent, form).await);
    let own = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let guest = headers_of(&visitor.send("POST", "/dev/session?name=alice", "").await);
    let rows = ask(&world, "GET", "/v1/sessions", &own).await.json();
    let rows = rows.as_array().expect("rows");
    assert_eq!(rows.len(), 2, "those of others are not there");
    assert_eq!(
        (&rows[0]["isOwn"], &rows[1]["isOwn"]),
        (&false.into(), &true.into())
    );
    assert_eq!(rows[0]["address"], "127.0.0.1");
    let shown = rows[0]["agent"].as_str().expect("a text");
    assert!(shown.starts_with("Browser Browser") && shown.len() == 200);
    assert!(rows[0]["createdAt"].as_i64() <= rows[0]["lastUsedAt"].as_i64());

    let one = format!("/v1/sessions?id={}", rows[0]["id"]);
    let unasked = format!("{}\r\n", own.lines().nth(1).expect("a cookie"));
    assert_eq!(ask(&world, "DELETE", &one, &unasked).await.error().0, 403);
    assert_eq!(
        ask(&world, "DELETE", &one, &guest).await.error().1,
        -1130,
        "not theirs"
    );
    assert_eq!(ask(&world, "GET", "/v1/session", &other).await.status, 200);
    let ended = ask(&world, "DELETE", &one, &own).await;
    assert_eq!((ended.status, ended.header("set-cookie")), (200, None));
    assert_eq!(ask(&world, "GET", "/v1/session", &other).await.status, 401);
    assert_eq!(
        ask(&world, "DELETE", &one, &own).await.error().1,
        -1130,
        "gone"
    );
    let all = ask(&world, "DELETE", "/v1/sessions", &own).await;
    assert!(
        all.header("set-cookie")
            .is_some_and(|cookie| cookie.contains("Max-Age=0"))
    );
    assert_eq!(ask(&world, "GET", "/v1/session", &own).await.status, 401);
    assert_eq!(ask(&world, "GET", "/v1/session", &guest).await.status, 200);
    assert!(world.gateway.identity().browsers(ANN_ACCOUNT).is_empty());
    let key = world.signed(ALICE, "GET", "/v1/sessions", "").await;
    assert_eq!(key.error().0, 401, "an API key is no session");
}
