//! Becoming a user over HTTP.

use crate::visitor::{FOREIGN, OWN, PASSWORD, Visitor};
use crate::world::{EngineRun, Setting, World};
use gateway::config::{Limiting, RequestLimits};
use gateway::rest::faucet::Faucet;
use identity::outbox::Subject;
use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, ChainId, OwnerId, Reference};
use model::number::Amount;

const FIRST_NEW: AccountId = AccountId(4);

fn is_open(world: &World, account: AccountId) -> bool {
    world.gateway.hub().views().account(account).is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmed_address_gets_one_account_and_what_the_sandbox_gives() {
    let world = World::start().await;
    world.gateway.give(Faucet::new(Box::new(|account| {
        vec![Command::CreditDeposit(Deposit {
            reference: Reference([9; 32]),
            chain: ChainId(0),
            account,
            asset: AssetId(0),
            amount: Amount::new(100).expect("legal"),
        })]
    })));
    let visitor = Visitor::of_sandbox(&world);
    let registered = visitor.register("Ann@Example.test", PASSWORD).await;
    assert_eq!((registered.status, registered.body.as_str()), (200, "{}"));
    let outbox = visitor.send("GET", "/dev/outbox", "").await.json();
    assert_eq!(outbox[0]["recipient"], "ann@example.test");
    assert_eq!(outbox[0]["subject"], "REGISTRATION");
    assert_eq!(outbox[0]["state"], "WAITING");
    assert!(!is_open(&world, FIRST_NEW));
    let token = outbox[0]["token"].as_str().expect("a token");
    for _ in 0..3 {
        let confirmed = visitor.confirm(token).await;
        assert_eq!((confirmed.status, confirmed.body.as_str()), (200, "{}"));
    }
    let views = world.gateway.hub().views();
    let account = views.account(FIRST_NEW).expect("open");
    assert_eq!(account.owner, OwnerId(1), "the first user of this database");
    assert!(views.account(AccountId(5)).is_none(), "once");
    assert_eq!(views.deposits(FIRST_NEW).len(), 1);
}

/// In a sandbox that sends no letters nobody needs a mailbox; the letter is there all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sandbox_confirms_addresses_by_itself_and_nobody_elses() {
    let world = World::start().await;
    world.gateway.confirm_addresses();
    let visitor = Visitor::of_sandbox(&world);
    visitor.register("ann@example.test", PASSWORD).await;
    assert!(is_open(&world, FIRST_NEW));
    let login = visitor.log_in("ann@example.test", PASSWORD).await;
    assert_eq!(login.status, 200, "{}", login.body);
    let letter = visitor.newest().await;
    assert_eq!(letter.subject, Subject::Registration);
    let again = visitor.confirm(&letter.token.expect("a token")).await;
    assert_eq!(again.status, 200, "{}", again.body);

    let taken = visitor
        .register("ann@example.test", "and another one!")
        .await;
    assert_eq!((taken.status, taken.body.as_str()), (200, "{}"));
    assert_eq!(visitor.newest().await.subject, Subject::AlreadyRegistered);
    assert!(!is_open(&world, AccountId(5)));
    let wrong = visitor.log_in("ann@example.test", "and another one!").await;
    assert_eq!(wrong.status, 401, "the password is that of the user");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirming_at_once_and_after_a_stop_opens_one_account() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.register("ann@example.test", PASSWORD).await;
    let token = visitor.token().await;
    let (a, b, c) = tokio::join!(
        visitor.confirm(&token),
        visitor.confirm(&token),
        visitor.confirm(&token)
    );
    assert_eq!([a.status, b.status, c.status], [200; 3]);
    assert!(is_open(&world, FIRST_NEW) && !is_open(&world, AccountId(5)));

    // As after a stop between the commit of the user and the opening of the account, or before it was noted.
    visitor.register("bob@example.test", PASSWORD).await;
    let token = visitor.token().await;
    let identity = world.gateway.identity();
    let user = identity.confirm(&token, gateway::clock::now()).await;
    let user = user.expect("confirmed");
    world
        .command(gateway::rest::opening::open_account(user))
        .await;
    assert_eq!(identity.account_of(user).await.expect("read"), None);
    assert_eq!(visitor.confirm(&token).await.status, 200);
    let noted = identity.account_of(user).await.expect("read");
    assert_eq!(noted, Some(AccountId(5)));
    assert!(!is_open(&world, AccountId(6)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_an_address_has_a_user_is_told_to_its_mailbox_alone() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join("ann@example.test").await;
    let known = visitor.register("ANN@example.test", PASSWORD).await;
    assert_eq!(visitor.newest().await.subject, Subject::AlreadyRegistered);
    let unknown = visitor.register("bob@example.test", PASSWORD).await;
    assert_eq!(visitor.newest().await.subject, Subject::Registration);
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    let names = [
        "content-type",
        "content-length",
        "set-cookie",
        "retry-after",
    ];
    for name in names {
        assert_eq!(known.header(name), unknown.header(name), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_address_or_no_password_is_refused() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    for (email, password, code, text) in [
        ("ann", PASSWORD, -1130, "'email' is not valid."),
        (
            "ann@example.test\r\nx: y",
            PASSWORD,
            -1130,
            "'email' is not valid.",
        ),
        ("", PASSWORD, -1102, "'email'"),
        ("ann@example.test", "", -1102, "'password'"),
        (
            "ann@example.test",
            "fourteen chars",
            -1130,
            "15 to 256 characters",
        ),
        (
            "ann@example.test",
            &"é".repeat(257),
            -1130,
            "15 to 256 characters",
        ),
        (
            "ann@example.test",
            "PassWord1234567",
            -1130,
            "first that are tried",
        ),
        (
            "ann@example.test",
            "Ann.Example.Test-2026",
            -1130,
            "first that are tried",
        ),
    ] {
        let refused = visitor.register(email, password).await;
        let (status, found, msg) = refused.error();
        assert_eq!((status, found), (400, code), "{email} {password} {msg}");
        assert!(msg.contains(text), "{msg}");
    }
    let messages = world.gateway.identity().messages(1).await;
    assert!(messages.expect("read").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_not_one_opens_nothing() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.register("ann@example.test", PASSWORD).await;
    for token in ["x", &visitor.token().await[1..]] {
        let (status, code, msg) = visitor.confirm(token).await.error();
        assert_eq!((status, code), (400, -1130), "{msg}");
        assert!(msg.contains("unknown, used or too old"), "{msg}");
    }
    assert!(!is_open(&world, FIRST_NEW));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_other_origins_and_queries_are_refused() {
    let world = World::start().await;
    Visitor::of_sandbox(&world);
    let form = "email=ann%40example.test&password=fifteen+letters";
    for origin in [FOREIGN, "Origin: null\r\n"] {
        let mut client = world.client().await;
        let refused = client.send("POST", "/v1/register", origin, form).await;
        assert_eq!(refused.error().0, 403);
    }
    let target = format!("/v1/register?{form}");
    let in_query = world.client().await.send("POST", &target, OWN, "").await;
    assert_eq!(in_query.error().1, -1106);
    let elsewhere = world
        .client()
        .await
        .send("GET", "/dev/outbox", FOREIGN, "")
        .await;
    assert_eq!(elsewhere.error().0, 403);
    let messages = world.gateway.identity().messages(1).await;
    assert!(messages.expect("read").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_are_shown_in_a_sandbox_alone() {
    let world = World::start().await;
    let nowhere = world
        .client()
        .await
        .send("GET", "/dev/outbox", OWN, "")
        .await;
    assert_eq!(nowhere.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_registers_thirty_times_in_five_minutes() {
    let world = World::start_with(Setting {
        limiting: Limiting::Limited(RequestLimits::UPSTREAM),
        ..Setting::STANDARD
    })
    .await;
    let visitor = Visitor::of_sandbox(&world);
    // The five minutes of the wall clock may end in between.
    for _ in 0..61 {
        let answer = visitor.confirm("unknown").await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").is_some());
            let (_, code, msg) = answer.error();
            assert_eq!(
                (code, msg.as_str()),
                (-1003, "Too many attempts; please try again later.")
            );
            return;
        }
    }
    panic!("no attempt was one too many");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_passwords_at_once_are_refused_and_the_rest_goes_on() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let mut places = Vec::new();
    while let Some(place) = world.gateway.hashing().reserve() {
        places.push(place);
    }
    let (status, code, _) = visitor.register("ann@example.test", PASSWORD).await.error();
    assert_eq!((status, code), (503, -1008));
    for path in [
        "/v1/register",
        "/v1/login",
        "/v1/password/reset",
        "/v1/password/change",
    ] {
        // Its body never comes, and is not waited for.
        let mut client = world.client().await;
        let head = format!("POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n");
        client.send_bytes(head.as_bytes()).await;
        let (status, code, _) = client.read().await.expect("an answer").error();
        assert_eq!((status, code), (503, -1008), "{path}");
    }
    let told = world.watch("/metrics").await.body;
    for line in [
        "bourse_identity_hash_queue_depth 16",
        "bourse_identity_hash_queue_depth_max 16",
        // The place that was not there above, the registration and the four.
        "bourse_identity_hashes_turned_away_total 6",
    ] {
        assert!(told.lines().any(|known| known == line), "{line}: {told}");
    }
    world.limit(crate::world::ALICE, "SELL", "1", "100").await;
    drop(places);
    assert_eq!(
        visitor.register("ann@example.test", PASSWORD).await.status,
        200
    );
    let told = world.watch("/metrics").await.body;
    let depth = "bourse_identity_hash_queue_depth 0";
    assert!(told.lines().any(|line| line == depth), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_the_exchange_cannot_open_now_is_opened_later() {
    let world = World::start_with(Setting {
        engine: EngineRun::Stuck,
        queue_requests: 1,
        ..Setting::STANDARD
    })
    .await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.register("ann@example.test", PASSWORD).await;
    let token = visitor.token().await;
    world.gateway.hub().send(Command::Tick);
    let (status, code, _) = visitor.confirm(&token).await.error();
    assert_eq!((status, code), (503, -1008), "the queue is full");
    let again = world
        .gateway
        .identity()
        .confirm(&token, gateway::clock::now())
        .await;
    assert!(again.is_ok(), "the token is still good");
}
