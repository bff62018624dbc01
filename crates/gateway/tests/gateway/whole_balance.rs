//! The whole balance, asked for in every way at the same moment: it is given once.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Barrier;

use crate::client::{Answer, Client};
use crate::matrix::people::{key_header, send, signed};
use crate::socket::Socket;
use crate::withdrawals::{ACCOUNT, Ann, OWN};
use crate::world::{Login, World};

const ROUNDS: usize = 40;
/// Rounds of a thousand requests; all of them where time does not matter.
const GREAT_ROUNDS: usize = 2;
const GREAT_ROUNDS_EXHAUSTIVE: usize = 100;
/// A thousand are behind each other for longer than a request stands by itself.
const RECV_WINDOW_MS: u32 = 60_000;
const EXHAUSTIVE: &str = "BOURSE_EXHAUSTIVE";
const TRANSFER: (&str, &str) = ("POST", "/v1/subaccounts/transfer");

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Withdrawal,
    Transfer,
    Order,
    OrderBySocket,
}

/// So many of each way at a time; a withdrawal has to wait for its turn in the database of users.
type Mix = [(Way, usize); 4];

const FEW: Mix = [
    (Way::Withdrawal, 3),
    (Way::Transfer, 3),
    (Way::Order, 3),
    (Way::OrderBySocket, 3),
];
const A_THOUSAND: Mix = [
    (Way::Withdrawal, 100),
    (Way::Transfer, 300),
    (Way::Order, 300),
    (Way::OrderBySocket, 300),
];

/// What a request is sent on; it is kept for those of later rounds.
enum Line {
    Rest(Client),
    Socket(Box<Socket>),
}

impl Line {
    async fn open(world: &World, way: Way) -> Line {
        if way == Way::OrderBySocket {
            let socket = Socket::open(world.address, "/ws-api/v3");
            return Line::Socket(Box::new(socket.await));
        }
        Line::Rest(world.client().await)
    }
}

async fn by_key(world: &World, key: &Login, target: (&str, &str), query: &str) -> Answer {
    send(world, target, &key_header(key), &signed(key, query)).await
}

/// Returns the target of a way over REST, and what asks for all there is.
fn wish(way: Way, name: &str, sub: u64) -> ((&'static str, &'static str), String) {
    match way {
        Way::Withdrawal => (
            ("POST", "/sapi/v1/capital/withdraw/apply"),
            format!("coin=BTC&address={OWN}&amount=50&withdrawOrderId={name}"),
        ),
        Way::Transfer => (
            TRANSFER,
            format!("asset=BTC&amount=50&toAccount={sub}&idempotencyKey={name}"),
        ),
        Way::Order | Way::OrderBySocket => (
            ("POST", "/api/v3/order"),
            "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=50&price=60000"
                .to_owned(),
        ),
    }
}

/// Asks for all there is once everybody is ready, and returns the status of the answer with its code.
async fn ask(
    (key, sub): (&Login, u64),
    (way, name): (Way, &str),
    line: &mut Line,
    start: &Barrier,
) -> (u64, i64) {
    start.wait().await;
    match line {
        Line::Socket(socket) => {
            let order = json!({
                "symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC",
                "quantity": "50", "price": "60000", "recvWindow": RECV_WINDOW_MS,
            });
            let answer = socket.ask_signed(key, "order.place", order).await;
            let code = answer["error"]["code"].as_i64().unwrap_or(0);
            (answer["status"].as_u64().expect("a status"), code)
        }
        Line::Rest(client) => {
            let ((method, path), form) = wish(way, name, sub);
            let form = signed(key, &format!("{form}&recvWindow={RECV_WINDOW_MS}"));
            let answer = client.send(method, path, &key_header(key), &form).await;
            let code = if answer.status == 200 {
                0
            } else {
                answer.error().1
            };
            (u64::from(answer.status), code)
        }
    }
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

/// Asks for the whole balance in every way at the same moment, round after round, and returns which way got it how often.
async fn rounds(count: usize, mix: Mix) -> BTreeMap<Way, usize> {
    let mut ann = Ann::open().await;
    ann.add_address(OWN).await;
    let key = ann.key().await;
    let opened = ann.by_page("POST", "/v1/subaccounts", "label=one").await;
    let sub = opened.json()["account"].as_u64().expect("a number");
    let most = mix.iter().map(|(_, each)| *each).max().expect("four");
    let mut lines = Vec::new();
    for number in 0..most {
        for (way, _) in mix.iter().filter(|(_, each)| number < *each) {
            lines.push((*way, Line::open(&ann.world, *way).await));
        }
    }
    // Each way gets it when nobody else asks, and gives it back.
    for (way, line) in &mut lines[..mix.len()] {
        let name = format!("alone-{way:?}");
        let answer = ask((&key, sub), (*way, &name), line, &Barrier::new(1)).await;
        assert_eq!(answer, (200, 0), "{way:?}");
        undo(&ann, &key, sub, (*way, name)).await;
    }
    let mut winners: BTreeMap<Way, usize> = BTreeMap::new();
    for round in 0..count {
        // Each way is the first to be sent in its turn.
        lines.rotate_left(1);
        let start = Barrier::new(lines.len());
        let named = |number: usize| format!("r{round}-{number}");
        let answers = lines.iter_mut().enumerate().map(|(number, (way, line))| {
            let (way, name, start, with) = (*way, named(number), &start, (&key, sub));
            async move {
                let answer = ask(with, (way, &name), line, start).await;
                ((way, name), answer)
            }
        });
        let mut taken = Vec::new();
        for (wish, answer) in join_all(answers).await {
            match answer {
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
    winners
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_balance_is_given_once_whatever_asks_for_it_at_the_same_moment() {
    let winners = rounds(ROUNDS, FEW).await;
    assert!(2 <= winners.len(), "{winners:?} prove too little");
}

/// Over connections and sockets that are open before; a hundred rounds where `BOURSE_EXHAUSTIVE` is set.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_requests_for_the_whole_balance_one_gets_it() {
    let is_exhaustive = std::env::var_os(EXHAUSTIVE).is_some();
    let count = if is_exhaustive {
        GREAT_ROUNDS_EXHAUSTIVE
    } else {
        GREAT_ROUNDS
    };
    rounds(count, A_THOUSAND).await;
}
