//! The whole balance, asked for in every way at the same moment: it is given once.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Barrier;

use crate::client::Answer;
use crate::matrix::people::{key_header, send, signed};
use crate::socket::Socket;
use crate::withdrawals::{ACCOUNT, Ann, OWN};
use crate::world::{Login, World};

const ROUNDS: usize = 40;
/// Requests of each way in a round.
const EACH: usize = 3;
const ORDER: (&str, &str) = ("POST", "/api/v3/order");
const APPLY: (&str, &str) = ("POST", "/sapi/v1/capital/withdraw/apply");
const TRANSFER: (&str, &str) = ("POST", "/v1/subaccounts/transfer");

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Withdrawal,
    Transfer,
    Order,
    OrderBySocket,
}

const WAYS: [Way; 4] = [
    Way::Withdrawal,
    Way::Transfer,
    Way::Order,
    Way::OrderBySocket,
];

async fn by_key(world: &World, key: &Login, target: (&str, &str), query: &str) -> Answer {
    send(world, target, &key_header(key), &signed(key, query)).await
}

/// Asks for all there is once everybody is ready, and returns the status of the answer with its code.
async fn ask(
    (world, key, sub): (&World, &Login, u64),
    (way, name): (Way, String),
    start: &Barrier,
) -> (u64, i64) {
    let order = json!({
        "symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC",
        "quantity": "50", "price": "60000",
    });
    if way == Way::OrderBySocket {
        let mut socket = Socket::open(world.address, "/ws-api/v3").await;
        start.wait().await;
        let answer = socket.ask_signed(key, "order.place", order).await;
        let code = answer["error"]["code"].as_i64().unwrap_or(0);
        return (answer["status"].as_u64().expect("a status"), code);
    }
    let (target, form) = match way {
        Way::Withdrawal => (
            APPLY,
            format!("coin=BTC&address={OWN}&amount=50&withdrawOrderId={name}"),
        ),
        Way::Transfer => (
            TRANSFER,
            format!("asset=BTC&amount=50&toAccount={sub}&idempotencyKey={name}"),
        ),
        _ => (
            ORDER,
            "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=50&price=60000"
                .to_owned(),
        ),
    };
    let mut client = world.client().await;
    start.wait().await;
    let form = signed(key, &form);
    let (method, path) = target;
    let answer = client.send(method, path, &key_header(key), &form).await;
    let code = if answer.status == 200 {
        0
    } else {
        answer.error().1
    };
    (u64::from(answer.status), code)
}

/// Gives back what one way took.
async fn undo(ann: &Ann, key: &Login, sub: u64, (way, name): (Way, String)) {
    let undone = match way {
        Way::Order | Way::OrderBySocket => {
            let target = ("DELETE", "/api/v3/openOrders");
            by_key(&ann.world, key, target, "symbol=BTCUSDT").await
        }
        Way::Transfer => {
            let form = format!(
                "asset=BTC&amount=50&fromAccount={sub}&toAccount={}&idempotencyKey=back-{name}",
                ACCOUNT.0
            );
            by_key(&ann.world, key, TRANSFER, &form).await
        }
        Way::Withdrawal => {
            let id = ann.requests().await[0].id;
            let target = format!("/v1/withdrawals?id={id}");
            ann.by_page("DELETE", &target, "").await
        }
    };
    assert_eq!(undone.status, 200, "{way:?}: {}", undone.body);
    assert_eq!(
        ann.bitcoin().await,
        ["50.00000000", "0.00000000"],
        "{way:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_balance_is_given_once_whatever_asks_for_it_at_the_same_moment() {
    let mut ann = Ann::open().await;
    ann.add_address(OWN).await;
    let key = ann.key().await;
    let opened = ann.by_page("POST", "/v1/subaccounts", "label=one").await;
    let sub = opened.json()["account"].as_u64().expect("a number");
    let mut winners: BTreeMap<Way, usize> = BTreeMap::new();
    for round in 0..ROUNDS {
        let start = Arc::new(Barrier::new(WAYS.len() * EACH));
        let mut asked = Vec::new();
        for number in 0..EACH {
            // Each way is the first to be sent in its turn.
            for turn in 0..WAYS.len() {
                let way = WAYS[(turn + round) % WAYS.len()];
                asked.push((way, format!("r{round}-{number}-{turn}")));
            }
        }
        let with = (&ann.world, &key, sub);
        let answers = asked.iter().map(|wish| ask(with, wish.clone(), &start));
        let answers = join_all(answers).await;
        let mut taken = Vec::new();
        for (wish, (status, code)) in asked.into_iter().zip(answers) {
            match (status, code) {
                (200, 0) => taken.push(wish),
                (400, -2010 | -4026) => {}
                other => panic!("round {round}: {wish:?} was answered {other:?}"),
            }
        }
        assert_eq!(taken.len(), 1, "round {round}: {taken:?}");
        let winner = taken.remove(0);
        *winners.entry(winner.0).or_default() += 1;
        undo(&ann, &key, sub, winner).await;
    }
    assert!(2 <= winners.len(), "{winners:?} prove too little");
}
