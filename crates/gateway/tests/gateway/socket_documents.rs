//! The AsyncAPI document is true of what is told and answered over sockets, member by member.

use std::collections::{BTreeMap, BTreeSet};

use crate::documents::{members_of, parsed};
use crate::schema::check;
use crate::socket::{Socket, stamped};
use crate::world::{ALICE, BOB, READER, World};
use gateway::description::asyncapi;
use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, ChainId, Reference};
use model::number::Amount;
use serde_json::{Value, json};

const SUBSCRIBE: &str = "userDataStream.subscribe.signature";

/// What alice does so that every event and every member of one is told.
async fn eventful(world: &World) {
    let maker = "side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
    let order = world.order(ALICE, maker).await;
    let amend = format!("symbol=BTCUSDT&orderId={order}&newQty=0.5");
    let path = "/api/v3/order/amend/keepPriority";
    world.signed(ALICE, "PUT", path, &amend).await;
    for terms in ["newPrice=91&newQty=0.7", "newPrice=90&newQty=0.5"] {
        let amend = format!("symbol=BTCUSDT&orderId={order}&{terms}");
        let amended = world.signed(ALICE, "POST", "/v1/order/amend", &amend).await;
        assert_eq!(amended.status, 200, "{}", amended.body);
    }
    world.limit(BOB, "BUY", "1", "89").await;
    world
        .order(
            ALICE,
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&pegPriceType=PRIMARY_PEG&pegOffsetType=PRICE_LEVEL&pegOffsetValue=1",
        )
        .await;
    world
        .order(
            ALICE,
            "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=90&selfTradePreventionMode=EXPIRE_TAKER",
        )
        .await;
    world
        .order(
            ALICE,
            "side=BUY&type=LIMIT&timeInForce=IOC&quantity=1&price=60",
        )
        .await;
    world
        .order(
            ALICE,
            "side=SELL&type=STOP_LOSS&quantity=1&stopPrice=95&trailingDelta=2000&strategyId=7&strategyType=1000000",
        )
        .await;
    world.order(BOB, "side=SELL&type=MARKET&quantity=0.5").await;
    let pair = "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS&belowStopPrice=70";
    let path = "/api/v3/orderList/oco";
    world.signed(ALICE, "POST", path, pair).await;
    let deposit = Deposit {
        reference: Reference([77; 32]),
        chain: ChainId(0),
        account: AccountId(ALICE as u32 + 1),
        asset: AssetId(1),
        amount: Amount::new(700_000_000).expect("legal"),
    };
    world.command(Command::CreditDeposit(deposit)).await;
    let all = "symbol=BTCUSDT";
    let path = "/api/v3/openOrders";
    world.signed(ALICE, "DELETE", path, all).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_are_resumed_tell_what_is_described_member_by_member() {
    let world = World::start().await;
    let document = parsed(asyncapi::text());
    let channel = &document["channels"]["webSocketApi"]["messages"];
    let subscribed = &channel["userDataStream_subscribe_signature_answer"]["payload"];
    let event = &channel["event"]["payload"];
    world.limit(ALICE, "BUY", "1", "50").await;
    let login = &world.logins[ALICE];
    let mut live = Socket::open(world.address, "/ws-api/v3").await;
    let begun = live
        .ask_signed(login, SUBSCRIBE, json!({"snapshot": true}))
        .await;
    assert_eq!(
        check(&document, subscribed, &begun, "answer"),
        Ok(()),
        "{begun}"
    );
    let snapshot = &begun["result"]["snapshot"];
    let schema = &document["components"]["schemas"]["Snapshot"];
    let members = snapshot.as_object().expect("a snapshot").keys().cloned();
    assert_eq!(members.collect::<BTreeSet<String>>(), members_of(schema));
    assert_eq!(snapshot["orders"].as_array().map(Vec::len), Some(1));

    eventful(&world).await;
    let mut resumed = Socket::open(world.address, "/ws-api/v3").await;
    let place = json!({"resumeFrom": snapshot["sq"]});
    let answer = resumed.ask_signed(login, SUBSCRIBE, place).await;
    assert_eq!(
        check(&document, subscribed, &answer, "answer"),
        Ok(()),
        "{answer}"
    );
    resumed
        .request("userDataStream.unsubscribe", json!({}))
        .await;
    live.request("userDataStream.unsubscribe", json!({})).await;
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for socket in [&mut live, &mut resumed] {
        loop {
            let message = socket.hear().await;
            if message["event"].is_null() {
                continue;
            }
            let checked = check(&document, event, &message, "event");
            assert_eq!(checked, Ok(()), "{message}");
            let told = message["event"].as_object().expect("an event");
            let name = told["e"].as_str().expect("a name").to_owned();
            let is_last = name == "eventStreamTerminated";
            assert_eq!(told.contains_key("sq"), !is_last, "{message}");
            assert_eq!(told.contains_key("ps"), !is_last, "{message}");
            seen.entry(name).or_default().extend(told.keys().cloned());
            if is_last {
                break;
            }
        }
    }
    for (name, record) in [
        ("executionReport", "ExecutionReport"),
        ("listStatus", "ListStatus"),
        ("balanceUpdate", "BalanceUpdate"),
        ("outboundAccountPosition", "AccountPosition"),
        ("eventStreamTerminated", "StreamTerminated"),
    ] {
        let schema = &document["components"]["schemas"][record];
        let seen = seen.get(name).cloned().unwrap_or_default();
        assert_eq!(seen, members_of(schema), "{record}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_stands_for_orders_is_answered_as_described() {
    let world = World::start().await;
    let document = parsed(asyncapi::text());
    let channel = &document["channels"]["webSocketApi"]["messages"];
    let answered = |method: &str, answer: &Value| {
        let name = format!("{}_answer", method.replace('.', "_"));
        let schema = &channel[&name]["payload"];
        assert!(schema.is_object(), "{name}");
        assert_eq!(check(&document, schema, answer, method), Ok(()), "{answer}");
    };
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let login = &world.logins[ALICE];
    let guarded = json!({"cancelOnDisconnect": "BTCUSDT"});
    let logged_on = socket.ask_signed(login, "session.logon", guarded).await;
    answered("session.logon", &logged_on);
    let schema = &document["components"]["schemas"]["SessionStatus"];
    let members = logged_on["result"].as_object().expect("a status").keys();
    assert_eq!(
        members.cloned().collect::<BTreeSet<String>>(),
        members_of(schema)
    );
    for (method, params) in [
        ("session.status", json!({})),
        ("userDataStream.subscribe", json!({"ext": 1})),
        ("session.subscriptions", json!({})),
        (
            "countdownCancelAll",
            stamped(
                json!({"symbol": "BTCUSDT", "countdownTime": 60_000, "idempotencyKey": "once"}),
            ),
        ),
        ("outcome", stamped(json!({"idempotencyKey": "once"}))),
        ("outcome", stamped(json!({"idempotencyKey": "never"}))),
        ("session.logout", json!({})),
    ] {
        let mut answer = socket.ask(method, params).await;
        while !answer["event"].is_null() {
            answer = socket.hear().await;
        }
        answered(method, &answer);
    }
}

/// What the errands of a socket and the new requests refuse, they say they do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_over_a_socket_are_among_the_codes_of_their_method() {
    let world = World::start().await;
    let document = parsed(asyncapi::text());
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let (trader, reader) = (&world.logins[ALICE], &world.logins[READER]);
    let count_down = "countdownCancelAll";
    let log_on = "session.logon";
    for (login, method, params, code) in [
        (trader, log_on, json!({"cancelOnDisconnect": ""}), -1105),
        (trader, log_on, json!({"cancelOnDisconnect": "NONE"}), -1121),
        (trader, log_on, json!({"cancelOnDisconnect": "A B"}), -1100),
        (trader, log_on, json!({"cancelOnDisconnect": "A,A"}), -1151),
        (
            reader,
            log_on,
            json!({"cancelOnDisconnect": "BTCUSDT"}),
            -2015,
        ),
        (trader, SUBSCRIBE, json!({"ext": "perhaps"}), -1130),
        (trader, SUBSCRIBE, json!({"resumeFrom": ""}), -1105),
        (trader, SUBSCRIBE, json!({"resumeFrom": "7-"}), -1130),
        (
            trader,
            SUBSCRIBE,
            json!({"resumeFrom": "7", "snapshot": true}),
            -1128,
        ),
        (trader, "userDataStream.subscribe", json!({}), -2015),
        (
            trader,
            "userDataStream.unsubscribe",
            json!({"subscriptionId": 7}),
            -2036,
        ),
        (
            trader,
            "userDataStream.unsubscribe",
            json!({"subscriptionId": "x"}),
            -1100,
        ),
        (trader, "outcome", json!({}), -1102),
        (trader, "outcome", json!({"idempotencyKey": "a b"}), -1100),
        (
            trader,
            count_down,
            json!({"symbol": "BTCUSDT", "countdownTime": 1}),
            -1130,
        ),
        (
            trader,
            count_down,
            json!({"symbol": "NONE", "countdownTime": 0}),
            -1121,
        ),
        (
            reader,
            count_down,
            json!({"symbol": "BTCUSDT", "countdownTime": 0}),
            -2015,
        ),
    ] {
        let refused = socket.ask_signed(login, method, params).await;
        assert_eq!(refused["error"]["code"], code, "{method} {refused}");
        let operation = format!("receive_{}", method.replace('.', "_"));
        let codes = &document["operations"][&operation]["x-codes"];
        let codes = codes.as_array().unwrap_or_else(|| panic!("{operation}"));
        assert!(codes.contains(&code.into()), "{method} {refused}");
    }
}
