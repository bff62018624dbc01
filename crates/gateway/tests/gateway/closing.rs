//! Closing an account: what stands in its way, what ends with it, and what is left.

use crate::client::Answer;
use crate::documents::{described, parsed};
use crate::factor::{code, enrol};
use crate::socket::Socket;
use crate::sub_accounts::{ANN, ANN_ACCOUNT, ORDER, fund, key, open, signed};
use crate::visitor::{PASSWORD, Page, Visitor, escaped, headers_of};
use crate::world::World;
use gateway::clock;
use gateway::description::openapi;
use gateway::rest::closing::finish_open;
use identity::closing::{ASKED_NANOS, Wish};
use identity::erasure::Term;
use model::account::OwnerState;
use model::command::{Command, Deposit};
use model::id::{AssetId, ChainId, Reference};
use model::number::Amount;
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::json;

const PATH: &str = "/v1/account/close";

async fn close_by(page: &Page<'_>, proof: &str) -> Answer {
    close_bound(page, "", proof).await
}

/// The challenge is bound to `bound`, which the request repeats.
async fn close_bound(page: &Page<'_>, bound: &str, proof: &str) -> Answer {
    let asked = format!("action=closeAccount{bound}");
    let challenge = page.send("POST", "/v1/challenge", &asked).await;
    let challenge = challenge.json()["challenge"]
        .as_str()
        .expect("a challenge")
        .to_owned();
    let form = format!("challenge={challenge}&{proof}{bound}");
    page.send("POST", PATH, &form).await
}

pub async fn close(page: &Page<'_>) -> Answer {
    close_by(page, &format!("password={}", escaped(PASSWORD))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_with_anything_left_is_not_closed_and_the_answer_says_what() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let sub = open(&page, "grid").await;
    fund(&world, sub, 500).await;
    let bot = key(&page, &format!("label=bot&scopes=trade&account={}", sub.0)).await;
    let placed = signed(&world, &bot, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let refused = async |words: &str| {
        let (status, code, text) = close(&page).await.error();
        assert_eq!((status, code), (400, -2010), "{text}");
        assert!(text.contains(words), "{text}");
    };
    refused("open order").await;
    let cancelled = signed(
        &world,
        &bot,
        "DELETE",
        "/api/v3/openOrders",
        "symbol=BTCUSDT",
    )
    .await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    refused("balance").await;
    let deposit = Deposit {
        reference: Reference([77; 32]),
        chain: ChainId(0),
        account: ANN_ACCOUNT,
        asset: AssetId(0),
        amount: Amount::new(5).expect("legal"),
    };
    world.command(Command::SeeDeposit(deposit)).await;
    refused("balance").await;
    // Nothing has changed: the session goes on, and so does the key.
    let account = page.send("GET", "/api/v3/account", "").await;
    assert_eq!(account.status, 200, "{}", account.body);
    let placed = signed(&world, &bot, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deposit_under_way_is_waited_for() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let deposit = Deposit {
        reference: Reference([78; 32]),
        chain: ChainId(0),
        account: ANN_ACCOUNT,
        asset: AssetId(0),
        amount: Amount::new(5).expect("legal"),
    };
    world.command(Command::SeeDeposit(deposit)).await;
    let refused = close(&page).await.error();
    assert!(refused.2.contains("under way"), "{}", refused.2);
    let reference = deposit.reference;
    world.command(Command::DropDeposit { reference }).await;
    assert_eq!(close(&page).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_account_ends_everything_and_nobody_signs_in_to_it() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let other = headers_of(&visitor.log_in(ANN, PASSWORD).await);
    let sub = open(&page, "grid").await;
    let bot = key(&page, &format!("label=bot&scopes=trade&account={}", sub.0)).await;
    let reader = key(&page, "label=reader").await;
    let document = parsed(openapi::text());
    let closed = close(&page).await;
    assert_eq!(closed.status, 200, "{}", closed.body);
    described(&document, "POST", PATH, &closed.json());
    assert_eq!(closed.json()["accounts"], json!([ANN_ACCOUNT.0, sub.0]));
    assert!(closed.header("clear-site-data").is_some());
    let kept = closed.json()["kept"].as_array().expect("a list").clone();
    let address = kept.iter().find(|row| row["what"] == "ADDRESS");
    let until = address.expect("it is kept")["until"]
        .as_i64()
        .expect("a time");
    let closed_at = closed.json()["closedAt"].as_i64().expect("a time");
    let term = Term::STANDARD.end(Timestamp::from_nanos(0)).nanos();
    assert_eq!(until - closed_at, term / 1_000_000);
    for headers in [&page.headers, &other] {
        let mut client = world.client().await;
        let refused = client.send("GET", "/api/v3/account", headers, "").await;
        assert_eq!(refused.error().0, 401, "{}", refused.body);
    }
    for (key, path, method) in [
        (&bot, "/api/v3/order", "POST"),
        (&reader, "/api/v3/account", "GET"),
    ] {
        let query = if method == "POST" { ORDER } else { "" };
        let refused = signed(&world, key, method, path, query).await;
        assert_eq!(refused.error().0, 401, "{path}");
    }
    let as_closed = visitor.log_in(ANN, PASSWORD).await.error();
    let as_wrong = visitor
        .log_in("nobody@example.test", PASSWORD)
        .await
        .error();
    assert_eq!(as_closed, as_wrong);
    let views = world.gateway.hub().views();
    for account in [ANN_ACCOUNT, sub] {
        let state = views.account(account).map(|account| account.owner_state);
        assert_eq!(state, Some(OwnerState::Closed));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_of_the_account_ends_with_it() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let reader = key(&page, "label=reader").await;
    let header = format!(
        "X-MBX-APIKEY: {}\r\n",
        reader["apiKey"].as_str().expect("a key")
    );
    let mut client = world.client().await;
    let listen = client
        .send("POST", "/api/v3/userDataStream", &header, "")
        .await;
    let listen = listen.json()["listenKey"]
        .as_str()
        .expect("a key")
        .to_owned();
    let mut socket = Socket::open(world.address, &format!("/ws/{listen}")).await;
    assert_eq!(close(&page).await.status, 200);
    assert_eq!(socket.hear().await["e"], "listenKeyExpired");
    socket.expect_close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_needs_a_proof_of_its_own() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let (secret, _) = enrol(&visitor).await;
    let form = format!(
        "email={}&password={}&totp={}",
        escaped(ANN),
        escaped(PASSWORD),
        code(&secret, 1)
    );
    let headers = headers_of(&visitor.post("/v1/login", &form).await);
    let page = Page {
        world: &world,
        headers,
    };
    let refused = close(&page).await.error();
    assert_eq!(
        refused.1, -1102,
        "a password proves nothing beside a factor"
    );
    let refused = close_by(&page, "totp=000000").await.error();
    assert_eq!(refused.0, 401);
    let key = "action=createKey&label=x&scopes=trade";
    let other = page.send("POST", "/v1/challenge", key).await;
    let other = other.json()["challenge"]
        .as_str()
        .expect("a challenge")
        .to_owned();
    let form = format!("challenge={other}&totp={}", code(&secret, 2));
    let refused = page.send("POST", PATH, &form).await.error();
    assert!(refused.2.contains("'challenge'"), "{}", refused.2);
    let account = world.gateway.hub().views().account(ANN_ACCOUNT);
    assert_eq!(
        account.map(|account| account.owner_state),
        Some(OwnerState::Open)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_free_again_and_erased_after_its_time() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let user = world
        .gateway
        .hub()
        .views()
        .account(ANN_ACCOUNT)
        .expect("an account")
        .owner;
    let closed = close(&page).await;
    assert_eq!(closed.status, 200, "{}", closed.body);
    let identity = world.gateway.identity();
    let kept = identity
        .closing_of(user)
        .await
        .expect("read")
        .expect("closed");
    assert_eq!(kept.email.as_deref(), Some(ANN));
    let end = Term::STANDARD.end(kept.closed_at.expect("closed"));
    // Whoever has the address now is somebody else.
    let again = Page::of(&visitor, ANN).await;
    let account = again.send("GET", "/api/v3/account", "").await.json();
    assert_ne!(account["uid"], ANN_ACCOUNT.0);
    for (at, expected) in [(end.plus_nanos(-NANOS_PER_SECOND), Some(ANN)), (end, None)] {
        let erased = identity.erase_due(Term::STANDARD, at).await;
        erased.expect("erased");
        let kept = identity
            .closing_of(user)
            .await
            .expect("read")
            .expect("closed");
        assert_eq!(kept.email.as_deref(), expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_it_is_erased_at_once_and_the_proof_is_bound_to_it() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let proof = format!("password={}", escaped(PASSWORD));
    let other = close_bound(&page, "&erase=true", &format!("{proof}&erase=false")).await;
    assert_eq!(other.error().0, 400, "{}", other.body);
    let unbound = page
        .send("POST", "/v1/challenge", "action=closeAccount")
        .await
        .json();
    let challenge = unbound["challenge"].as_str().expect("a challenge");
    let form = format!("challenge={challenge}&{proof}&erase=true");
    let refused = page.send("POST", PATH, &form).await;
    assert_eq!(refused.error().0, 400, "{}", refused.body);
    let account = world.gateway.hub().views().account(ANN_ACCOUNT);
    let user = account.expect("an account").owner;
    let closed = close_bound(&page, "&erase=true", &proof).await;
    assert_eq!(closed.status, 200, "{}", closed.body);
    let kept = closed.json()["kept"].clone();
    let until = |what: &str| {
        let mut rows = kept.as_array().expect("a list").iter();
        let row = rows.find(|row| row["what"] == what).expect("it is kept");
        row["until"].as_i64()
    };
    let closed_at = closed.json()["closedAt"].as_i64();
    assert_eq!(until("ADDRESS"), closed_at);
    assert!(closed_at < until("IDENTITY_CHECKS"));
    let identity = world.gateway.identity();
    let asked = identity.erasure_of(user).await.expect("read");
    let asked_at = asked.expect("it was asked for").asked_at;
    let erased = identity.erase_due(Term::STANDARD, asked_at.plus_nanos(NANOS_PER_SECOND));
    assert_eq!(erased.await.expect("erased"), 1);
    let closing = identity.closing_of(user).await.expect("read");
    assert_eq!(closing.expect("closed").email, None);
}

/// A stop between the wish and the exchange's word leaves a closing open: it is forgotten after five minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closing_that_was_asked_for_is_forgotten_after_five_minutes_and_not_before() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let identity = world.gateway.identity();
    let user = {
        let views = world.gateway.hub().views();
        views.account(ANN_ACCOUNT).expect("an account").owner
    };
    let asked = clock::now();
    let wish = identity.ask_closing(user, ANN_ACCOUNT, Wish::Keep, asked);
    wish.await.expect("written");
    let is_open = async || {
        let closing = identity.closing_of(user).await;
        closing.expect("read").is_some()
    };
    let end = asked.plus_nanos(ASKED_NANOS);
    finish_open(&world.gateway, end).await;
    assert!(is_open().await, "its request may still be under way");
    finish_open(&world.gateway, end.plus_nanos(1)).await;
    assert!(!is_open().await);
    let session = page.send("GET", "/v1/session", "").await;
    assert_eq!(session.status, 200, "nothing was closed: {}", session.body);
}
