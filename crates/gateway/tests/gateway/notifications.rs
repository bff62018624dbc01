//! What users are told on their pages, and the prices that they wait for.

use std::collections::BTreeSet;

use crate::documents::{members_of, parsed};
use crate::schema::check;
use crate::socket::Socket;
use crate::visitor::{Page, Visitor};
use crate::world::{ALICE, World};
use gateway::clock;
use gateway::description::asyncapi;
use identity::notification::{Facts, News, Place, Stage, Told};
use model::id::{AccountId, AssetId, MarketId, Sequence};
use model::number::{Amount, Price, Qty};
use model::order::Side;
use serde_json::{Value, json};

const PATH: &str = "/v1/notifications";
const SETTINGS: &str = "/v1/notifications/settings";
const ALERTS: &str = "/v1/alerts";
/// The account of the first user of a world.
const ANN: AccountId = AccountId(4);

async fn take_in(world: &World, facts: Facts) {
    let identity = world.gateway.identity();
    let place = Place {
        cluster: 1,
        sequence: Sequence(7),
    };
    identity.begin_notices(place).await.expect("begun");
    let taken = identity.take_in(&facts, place, Sequence(8)).await;
    taken.expect("taken in");
}

fn told(news: &[News]) -> Facts {
    let one = |news: &News| Told {
        account: ANN,
        news: *news,
        at: clock::now(),
    };
    Facts {
        told: news.iter().map(one).collect(),
        ..Facts::default()
    }
}

fn amount() -> Amount {
    Amount::new(150_000_000).expect("legal")
}

fn withdrawal(stage: Stage) -> News {
    News::Withdrawal {
        asset: AssetId(1),
        amount: amount(),
        stage,
    }
}

fn trade(ticks: i64) -> Facts {
    let price = Price::new(ticks).expect("legal");
    Facts {
        trades: [(MarketId(0), vec![(clock::now(), price)])].into(),
        ..Facts::default()
    }
}

/// Returns the page without times and numbers.
fn plain(page: &Value) -> Vec<Value> {
    let rows = page["notifications"].as_array().expect("a list").iter();
    rows.map(|row| {
        let mut row = row.as_object().expect("an object").clone();
        row.remove("id");
        row.remove("at");
        Value::Object(row)
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_is_told_in_the_words_of_the_dialect() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let fills = News::Fills {
        market: MarketId(0),
        side: Side::Sell,
        price: Price::new(9_000).expect("legal"),
        qty: Qty::new(5).expect("legal"),
        count: 2,
    };
    let deposit = News::Deposit {
        asset: AssetId(0),
        amount: amount(),
    };
    let beyond = News::DepositBeyond {
        asset: AssetId(0),
        amount: amount(),
    };
    let all = [fills, deposit, withdrawal(Stage::Settled), beyond];
    take_in(&world, told(&all)).await;
    let set = "password=fifteen+letters&code=red+fox";
    ann.send("POST", "/v1/antiPhishingCode", set).await;
    let page = ann.send("GET", PATH, "").await.json();
    assert_eq!(page["unread"], 5);
    let grid = world.gateway.hub().views();
    let grid = grid.market(MarketId(0)).expect("listed").instrument().grid;
    let price = wire::decimal::of_price(Price::new(9_000).expect("legal"), &grid).to_string();
    let quantity = wire::decimal::of_qty(Qty::new(5).expect("legal"), &grid).to_string();
    assert_eq!(
        plain(&page),
        [
            json!({"kind": "SECURITY", "isRead": false, "subject": "ANTI_PHISHING_CODE_CHANGED"}),
            json!({"kind": "DEPOSIT", "isRead": false, "coin": "BTC", "amount": "1.50000000",
                   "beyondAllowance": true}),
            json!({"kind": "WITHDRAWAL", "isRead": false, "coin": "USDT", "amount": "1.50000000",
                   "status": "SETTLED"}),
            json!({"kind": "DEPOSIT", "isRead": false, "coin": "BTC", "amount": "1.50000000"}),
            json!({"kind": "FILLS", "isRead": false, "symbol": "BTCUSDT", "side": "SELL",
                   "price": price, "quantity": quantity, "fills": 2}),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_each_other_and_what_was_read_counts_no_more() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let bob = Page::of(&visitor, "bob@example.test").await;
    take_in(&world, told(&[withdrawal(Stage::Held); 5])).await;
    let mut ids = Vec::new();
    let mut target = format!("{PATH}?limit=2");
    loop {
        let page = ann.send("GET", &target, "").await.json();
        let rows = page["notifications"].as_array().expect("a list").clone();
        let Some(last) = rows.last() else { break };
        target = format!("{PATH}?limit=2&beforeId={}", last["id"]);
        ids.extend(rows.iter().map(|row| row["id"].as_u64().expect("a number")));
    }
    assert_eq!(ids.len(), 5);
    assert!(ids.windows(2).all(|pair| pair[1] < pair[0]), "{ids:?}");
    let read = format!("untilId={}", ids[2]);
    let elsewhere = bob.send("POST", "/v1/notifications/read", &read).await;
    assert_eq!(elsewhere.status, 200, "bob reads his own");
    assert_eq!(ann.send("GET", PATH, "").await.json()["unread"], 5);
    ann.send("POST", "/v1/notifications/read", &read).await;
    let page = ann.send("GET", PATH, "").await.json();
    assert_eq!(page["unread"], 2);
    let states: Vec<bool> = plain(&page)
        .iter()
        .map(|row| row["isRead"].as_bool().expect("a flag"))
        .collect();
    assert_eq!(states, [false, false, true, true, true]);
    let none = bob.send("GET", PATH, "").await.json();
    assert_eq!(none, json!({"unread": 0, "notifications": []}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kinds_go_where_the_user_says_and_security_is_always_told() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let settings = ann.send("GET", SETTINGS, "").await.json();
    let row = |kind: &str, kept: bool, mailed: bool| json!({"kind": kind, "isKept": kept, "isMailed": mailed});
    assert_eq!(
        settings,
        json!([
            row("FILLS", true, false),
            row("DEPOSIT", true, true),
            row("WITHDRAWAL", true, true),
            row("SECURITY", true, true),
            row("PRICE_ALERT", true, true),
        ])
    );
    for form in [
        "kind=SECURITY&isKept=false&isMailed=false",
        "kind=OTHER&isKept=false&isMailed=false",
        "kind=FILLS&isKept=maybe&isMailed=false",
    ] {
        assert_eq!(ann.send("PUT", SETTINGS, form).await.error().1, -1130);
    }
    let off = "kind=WITHDRAWAL&isKept=false&isMailed=false";
    assert_eq!(ann.send("PUT", SETTINGS, off).await.status, 200);
    take_in(&world, told(&[withdrawal(Stage::Held)])).await;
    assert_eq!(ann.send("GET", PATH, "").await.json()["unread"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_is_told_once_and_then_waited_for_no_more() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let bob = Page::of(&visitor, "bob@example.test").await;
    let form = "symbol=BTCUSDT&direction=ABOVE&price=100";
    let added = ann.send("POST", ALERTS, form).await;
    assert_eq!(added.status, 200, "{}", added.body);
    let listed = ann.send("GET", ALERTS, "").await.json();
    assert_eq!(listed[0]["id"], added.json()["id"]);
    assert_eq!(listed[0]["price"], "100.00000000");
    assert_eq!(bob.send("GET", ALERTS, "").await.json(), json!([]));
    let foreign = format!("{ALERTS}?id={}", listed[0]["id"]);
    assert_eq!(bob.send("DELETE", &foreign, "").await.error().1, -1130);
    let ticks = {
        let views = world.gateway.hub().views();
        let grid = views.market(MarketId(0)).expect("listed").instrument().grid;
        let price = wire::decimal::price_on_grid(10_000_000_000, &grid);
        price.expect("on the grid").ticks()
    };
    take_in(&world, trade(ticks - 1)).await;
    assert_eq!(ann.send("GET", PATH, "").await.json()["unread"], 0);
    for _ in 0..2 {
        take_in(&world, trade(ticks + 1)).await;
    }
    let page = ann.send("GET", PATH, "").await.json();
    assert_eq!(page["unread"], 1, "{page}");
    let told = &page["notifications"][0];
    assert_eq!(
        (&told["kind"], &told["direction"]),
        (&json!("PRICE_ALERT"), &json!("ABOVE"))
    );
    assert_eq!(told["price"], "100.00000000");
    assert_ne!(told["tradedPrice"], told["price"]);
    assert_eq!(ann.send("GET", ALERTS, "").await.json(), json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_waits_for_fifty_prices_and_no_more() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let form = "symbol=BTCUSDT&direction=BELOW&price=100";
    for _ in 0..50 {
        assert_eq!(ann.send("POST", ALERTS, form).await.status, 200);
    }
    let (status, code, msg) = ann.send("POST", ALERTS, form).await.error();
    assert_eq!((status, code), (400, -1130));
    assert!(msg.contains("50 alerts"), "{msg}");
    let first = ann.send("GET", ALERTS, "").await.json()[0]["id"].clone();
    let one = format!("{ALERTS}?id={first}");
    assert_eq!(ann.send("DELETE", &one, "").await.status, 200);
    assert_eq!(ann.send("DELETE", &one, "").await.error().1, -1130);
    assert_eq!(ann.send("POST", ALERTS, form).await.status, 200);
    assert_eq!(ann.send("DELETE", ALERTS, "").await.status, 200);
    assert_eq!(ann.send("GET", ALERTS, "").await.json(), json!([]));
    for (form, code) in [
        ("symbol=NONE&direction=BELOW&price=100", -1121),
        ("symbol=BTCUSDT&direction=below&price=100", -1130),
        ("symbol=BTCUSDT&direction=BELOW&price=0", -1130),
        ("symbol=BTCUSDT&direction=BELOW&price=100.00000001", -1130),
        ("symbol=BTCUSDT&direction=BELOW&price=-1", -1100),
    ] {
        assert_eq!(
            ann.send("POST", ALERTS, form).await.error().1,
            code,
            "{form}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_asks_for_it_is_told_as_notifications_are_made() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let ben = Page::of(&visitor, "ben@example.test").await;
    let (mut told, mut plain) = (ann.socket().await, ann.socket().await);
    let mut other = ben.socket().await;
    let subscribe = "userDataStream.subscribe";
    let wish = json!({"notifications": true});
    for (socket, params) in [
        (&mut told, wish.clone()),
        (&mut plain, json!({})),
        (&mut other, wish.clone()),
    ] {
        let begun = socket.ask(subscribe, params).await;
        assert_eq!(begun["status"], 200, "{begun}");
    }
    let act = "label=reader";
    let made = ann.send("POST", "/v1/keys", act).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let heard = told.hear().await;
    let document = parsed(asyncapi::text());
    let event = &document["channels"]["webSocketApi"]["messages"]["event"]["payload"];
    assert_eq!(check(&document, event, &heard, "event"), Ok(()), "{heard}");
    let event = &heard["event"];
    assert_eq!(event["e"], "notification", "{heard}");
    let told_members = event.as_object().expect("an object").keys().cloned();
    let schema = &document["components"]["schemas"]["NotificationEvent"];
    assert_eq!(
        told_members.collect::<BTreeSet<String>>(),
        members_of(schema)
    );
    assert_eq!(event["n"]["subject"], "API_KEY_CREATED", "{heard}");
    let listed = ann.send("GET", "/v1/notifications", "").await.json();
    assert_eq!(listed["notifications"][0], event["n"], "it stays listed");
    plain.expect_silence().await;
    other.expect_silence().await;
    let mut key = Socket::open(world.address, "/ws-api/v3").await;
    let login = &world.logins[ALICE];
    let signed = "userDataStream.subscribe.signature";
    let refused = key.ask_signed(login, signed, wish).await;
    assert_eq!(refused["status"], 401, "they are for pages: {refused}");
}
