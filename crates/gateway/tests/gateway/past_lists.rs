//! Lists, prevented matches and amendments that are older than the views are answered from the history, as before.

use model::id::{AccountId, ListId, MarketId, OrderId, PreventedMatchId, Sequence};
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND};
use serde_json::{Value, json};

use crate::socket::Socket;
use crate::world::{ALICE, BOB, Setting, World};

const HOUR_NANOS: i64 = 3_600 * NANOS_PER_SECOND;
const LIST: &str = "/api/v3/orderList";
const ALL: &str = "/api/v3/allOrderList";
const OPEN: &str = "/api/v3/openOrderList";
const PREVENTED: &str = "/api/v3/myPreventedMatches";
const AMENDMENTS: &str = "/api/v3/order/amendments";
const OTO: &str = "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingTimeInForce=GTC&workingPrice=98\
                   &workingQuantity=1&pendingType=LIMIT&pendingSide=SELL&pendingTimeInForce=GTC&pendingPrice=200\
                   &pendingQuantity=1";

/// What a name is in a query of a list.
fn named(name: &str) -> String {
    format!("listClientOrderId={name}")
}

async fn done(world: &World, method: &str, path: &str, query: &str) -> Value {
    let answer = world.signed(ALICE, method, path, query).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

/// Returns an exchange whose clock is more than a day behind, after two lists that closed and one that stays open, a
/// prevented match and three amendments.
async fn acted() -> World {
    let world = World::start_with(Setting {
        ahead_nanos: -NANOS_PER_DAY - HOUR_NANOS,
        ..Setting::STANDARD
    })
    .await;
    let oto = "/api/v3/orderList/oto";
    for name in ["first", "second"] {
        let placed = done(&world, "POST", oto, &format!("{OTO}&{}", named(name))).await;
        let list = placed["orderListId"].as_u64().expect("a number");
        let query = format!("symbol=BTCUSDT&orderListId={list}");
        done(&world, "DELETE", LIST, &query).await;
    }
    // Of the third, the working leg fills and is gone, and the pending one stays open.
    done(&world, "POST", oto, &format!("{OTO}&{}", named("third"))).await;
    world.limit(BOB, "SELL", "1", "98").await;
    let amended = world.limit(ALICE, "SELL", "3", "300").await;
    for qty in [2, 1] {
        let query = format!("symbol=BTCUSDT&orderId={amended}&newQty={qty}");
        done(&world, "PUT", "/api/v3/order/amend/keepPriority", &query).await;
    }
    let query = format!("symbol=BTCUSDT&orderId={amended}&newPrice=301");
    done(&world, "POST", "/v1/order/amend", &query).await;
    world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(ALICE, "BUY", "1", "100").await;
    world
}

/// Every way to ask for the past: whose, where and what.
fn questions() -> Vec<(usize, &'static str, String)> {
    let mut asked = Vec::new();
    for who in [ALICE, BOB] {
        for list in 1..=4 {
            asked.push((who, LIST, format!("orderListId={list}")));
        }
        for query in [
            "",
            "limit=1",
            "limit=2",
            "fromId=0",
            "fromId=2&limit=1",
            "startTime=0",
            "endTime=4102444800000",
        ] {
            asked.push((who, ALL, query.to_owned()));
        }
        asked.push((who, OPEN, String::new()));
        for order in 1..=10 {
            asked.push((who, PREVENTED, format!("symbol=BTCUSDT&orderId={order}")));
            asked.push((who, AMENDMENTS, format!("symbol=BTCUSDT&orderId={order}")));
        }
        for query in [
            "preventedMatchId=1",
            "preventedMatchId=2",
            "fromPreventedMatchId=0",
        ] {
            asked.push((who, PREVENTED, format!("symbol=BTCUSDT&{query}")));
        }
    }
    for name in ["first", "third", "none"] {
        asked.push((ALICE, LIST, format!("origClientOrderId={name}")));
    }
    asked.push((
        ALICE,
        LIST,
        "orderListId=1&origClientOrderId=first".to_owned(),
    ));
    asked.push((
        ALICE,
        LIST,
        "orderListId=1&origClientOrderId=second".to_owned(),
    ));
    asked.push((
        ALICE,
        AMENDMENTS,
        "symbol=BTCUSDT&orderId=8&limit=1".to_owned(),
    ));
    asked
}

async fn ask(world: &World, (who, path, query): &(usize, &str, String)) -> Value {
    let answer = world.signed(*who, "GET", path, query).await;
    json!([answer.status, answer.json()])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_views_have_let_go_of_is_answered_as_before() {
    let world = acted().await;
    let questions = questions();
    let mut before = Vec::new();
    for question in &questions {
        before.push(ask(&world, question).await);
    }
    world.catch_up_with_time().await;
    {
        let views = world.gateway.hub().views();
        let (alice, market) = (AccountId(1), MarketId(0));
        assert_eq!(
            views.lists_from(alice, ListId(0), 9).len(),
            1,
            "the open one"
        );
        assert_eq!(views.prevented_match(market, PreventedMatchId(1)), None);
        for order in (1..=10).map(OrderId) {
            assert_eq!(views.amendments(alice, market, order, Sequence(0), 9), []);
        }
    }
    world.fold_history().await;
    for (question, before) in questions.iter().zip(&before) {
        assert_eq!(ask(&world, question).await, *before, "{question:?}");
    }
    let rows = |path: &str| {
        let answers = questions.iter().zip(&before);
        let of_path = answers.filter(|((_, asked, _), _)| *asked == path);
        of_path
            .filter(|(_, answer)| {
                answer[1].as_array().is_none_or(|rows| !rows.is_empty()) && answer[0] == 200
            })
            .count()
    };
    assert!(5 < rows(LIST) && 5 < rows(ALL) && 1 <= rows(OPEN));
    assert!(4 <= rows(PREVENTED) && 2 <= rows(AMENDMENTS));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_rows_and_old_ones_are_one_list_over_both_dialects() {
    let world = acted().await;
    world.catch_up_with_time().await;
    world.fold_history().await;
    let oto = "/api/v3/orderList/oto";
    done(&world, "POST", oto, &format!("{OTO}&{}", named("fourth"))).await;
    let all = done(&world, "GET", ALL, "").await;
    let names = all.as_array().expect("rows").iter();
    let names: Vec<&str> = names
        .filter_map(|row| row["listClientOrderId"].as_str())
        .collect();
    assert_eq!(names, ["first", "second", "third", "fourth"]);
    let legs = all.as_array().expect("rows").iter();
    assert!(
        legs.into_iter()
            .all(|row| row["orders"].as_array().map(Vec::len) == Some(2)),
        "{all}"
    );
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let login = &world.logins[ALICE];
    let told = socket.ask_signed(login, "allOrderLists", json!({})).await;
    assert_eq!(told["result"], all);
    let newest = done(&world, "GET", ALL, "limit=2").await;
    assert_eq!(newest, json!([all[2], all[3]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_that_is_behind_is_no_reason_to_say_that_there_is_nothing() {
    let world = acted().await;
    world.catch_up_with_time().await;
    for (path, query) in [
        (LIST, "orderListId=1"),
        (ALL, ""),
        (PREVENTED, "symbol=BTCUSDT&fromPreventedMatchId=0"),
        (AMENDMENTS, "symbol=BTCUSDT&orderId=8"),
    ] {
        let answer = world.signed(ALICE, "GET", path, query).await;
        assert_eq!(answer.error().1, -1001, "{path}");
    }
    world.fold_history().await;
    let found = world.signed(ALICE, "GET", LIST, "orderListId=1").await;
    assert_eq!(found.status, 200, "{}", found.body);
}
