//! The depth contract: whoever subscribes, takes a snapshot at any time after and applies the changes has the book.
//!
//! **Source** `docs/spec/binance-surface.md` §11.3.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gateway::hub::Hub;
use model::order::Side;
use serde_json::{Value, json};
use tokio::time::timeout;
use wire::decimal;

use crate::chance::Chance;
use crate::client::{Client, PATIENCE};
use crate::exchange::{ALICE, BOB, BTCUSDT, Exchange, Levels, STEP_UNITS, TrueBook, Truth};
use crate::host::Host;

const SPEEDS: [&str; 3] = ["btcusdt@depth@0ms", "btcusdt@depth@100ms", "btcusdt@depth"];
const FOLLOWERS: usize = 24;
/// Events after which a follower has seen enough for the traffic to end.
const EVENTS_ENOUGH: usize = 10;

/// A book kept as the documentation tells clients to.
struct ReferenceBook {
    update: u64,
    book: TrueBook,
}

impl ReferenceBook {
    /// Takes a snapshot as `GET /api/v3/depth` does.
    fn snapshot(hub: &Hub) -> ReferenceBook {
        let views = hub.views();
        let depth = views.market(BTCUSDT).expect("listed").depth(5_000);
        let levels = |levels: &[views::depth::Level]| {
            let step = i128::from(STEP_UNITS);
            let units = |level: &views::depth::Level| {
                (
                    i128::from(level.price.ticks()) * step,
                    level.lots * step * 100,
                )
            };
            levels.iter().map(units).collect()
        };
        ReferenceBook {
            update: depth.update,
            book: TrueBook {
                bids: levels(&depth.bids),
                asks: levels(&depth.asks),
            },
        }
    }

    fn apply(&mut self, event: &Value) {
        change(&mut self.book.bids, &event["b"]);
        change(&mut self.book.asks, &event["a"]);
        self.update = last_of(event);
    }

    fn check(&self, truth: &Truth) {
        let truth = truth.lock().expect("sound");
        let expected = truth
            .get(&self.update)
            .expect("an update that ended a command");
        assert_eq!(&self.book, expected, "at update {}", self.update);
    }
}

fn change(levels: &mut Levels, changed: &Value) {
    for level in changed.as_array().expect("levels") {
        let number = |index: usize| {
            let text = level[index].as_str().expect("a text");
            assert_eq!(
                text.split_once('.').map(|(_, places)| places.len()),
                Some(8)
            );
            decimal::parse(text).expect("a number")
        };
        match number(1) {
            0 => levels.remove(&number(0)),
            lots => levels.insert(number(0), lots),
        };
    }
}

fn first_of(event: &Value) -> u64 {
    event["U"].as_u64().expect("a number")
}

fn last_of(event: &Value) -> u64 {
    event["u"].as_u64().expect("a number")
}

/// A client that keeps the book, and checks it at every event.
struct Follower {
    client: Client,
    hub: Arc<Hub>,
    truth: Truth,
    stream: &'static str,
    /// The time from the subscription to the snapshot.
    snapshot_after: Duration,
    satisfied: Arc<AtomicUsize>,
}

impl Follower {
    /// Follows the book until the end of the traffic.
    async fn follow(mut self) {
        self.client.subscribe_early(self.stream).await;
        // Events gather in the socket meanwhile.
        tokio::time::sleep(self.snapshot_after).await;
        let mut reference = ReferenceBook::snapshot(&self.hub);
        reference.check(&self.truth);
        let mut event_count = 0;
        let mut last = None;
        let mut newest = None;
        while newest != Some(reference.update) {
            let Some(event) = self.event().await else {
                // Told at once, it overtakes events that wait.
                newest = Some(self.newest());
                continue;
            };
            let (first_update, last_update) = (first_of(&event), last_of(&event));
            if let Some(last) = last {
                assert_eq!(first_update, last + 1, "{}", self.stream);
            }
            last = Some(last_update);
            if last_update <= reference.update {
                continue;
            }
            assert!(
                first_update <= reference.update + 1,
                "{}: {event}",
                self.stream
            );
            reference.apply(&event);
            reference.check(&self.truth);
            event_count += 1;
            if event_count == EVENTS_ENOUGH {
                self.satisfied.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    /// Returns the next event, `None` when the exchange stops.
    async fn event(&mut self) -> Option<Value> {
        let message = self.client.message().await;
        if message["e"] == "serverShutdown" {
            return None;
        }
        assert_eq!(message["e"], "depthUpdate");
        Some(message)
    }

    /// Returns the last update there is.
    fn newest(&self) -> u64 {
        let truth = self.truth.lock().expect("sound");
        *truth.last_key_value().expect("some").0
    }
}

impl Client {
    /// Subscribes while events may already come; they come after the answer, since nothing was subscribed to before.
    async fn subscribe_early(&mut self, stream: &str) {
        let question = json!({"method": "SUBSCRIBE", "params": [stream], "id": "s"});
        self.say(&question.to_string()).await;
        let answer = self.message().await;
        assert_eq!(answer, json!({"result": null, "id": "s"}));
    }
}

/// Random commands in random batches, with beats between them, until every follower has heard enough.
fn run_traffic(mut exchange: Exchange, seed: u64, satisfied: &AtomicUsize) -> Exchange {
    let mut chance = Chance::new(seed);
    let mut beat = 0;
    while satisfied.load(Ordering::SeqCst) < FOLLOWERS {
        for _ in 0..=chance.below(6) {
            exchange.apply_random(&mut chance);
        }
        exchange.publish();
        if chance.is_one_in(4) {
            exchange.wait_millis(30);
            beat += 1;
            exchange.beat(beat);
        }
        if chance.is_one_in(2) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    // A beat at which everything is due.
    exchange.beat(20);
    exchange
}

async fn check_followers(seed: u64) {
    let mut host = Host::start().await;
    let satisfied = Arc::new(AtomicUsize::new(0));
    let (hub, truth) = (
        Arc::clone(&host.exchange.hub),
        Arc::clone(&host.exchange.truth),
    );
    let exchange = host.exchange;
    let counter = Arc::clone(&satisfied);
    let traffic = tokio::task::spawn_blocking(move || run_traffic(exchange, seed, &counter));
    let mut chance = Chance::new(seed + 100);
    let mut followers = Vec::new();
    for index in 0..FOLLOWERS {
        tokio::time::sleep(Duration::from_millis(chance.below(25))).await;
        let follower = Follower {
            client: Client::open(host.address, "/ws").await,
            hub: Arc::clone(&hub),
            truth: Arc::clone(&truth),
            stream: SPEEDS[index % SPEEDS.len()],
            snapshot_after: Duration::from_millis(chance.below(40)),
            satisfied: Arc::clone(&satisfied),
        };
        followers.push(tokio::spawn(follower.follow()));
    }
    host.exchange = timeout(PATIENCE, traffic)
        .await
        .expect("in time")
        .expect("traffic");
    tell_the_end(&host);
    for follower in followers {
        follower.await.expect("follows");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_subscriber_has_the_book_at_every_update() {
    for seed in 1..=3 {
        check_followers(seed).await;
    }
}

fn tell_the_end(host: &Host) {
    let stopping = gateway::ws::fanout::Stopping {
        at: host.exchange.at,
        grace: Duration::from_secs(20),
    };
    let fanout = Arc::clone(&host.fanout);
    tokio::spawn(async move { fanout.shut_down(stopping).await });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_tells_each_changed_level_once_with_what_it_has_now() {
    let mut host = Host::start().await;
    let mut client = Client::open(host.address, "/ws/btcusdt@depth@100ms").await;
    client.subscribe(&["ethbtc@depth@100ms"]).await;
    let exchange = &mut host.exchange;
    exchange.buy(ALICE, 3, 990);
    exchange.buy(ALICE, 2, 990);
    exchange.buy(ALICE, 1, 980);
    exchange.sell(BOB, 4, 1_010);
    exchange.sell(BOB, 5, 990);
    exchange.beat(1);
    let expected = json!({
        "e": "depthUpdate", "E": exchange.at.millis(), "s": "BTCUSDT", "U": 1, "u": 6,
        "b": [["9.90000000", "0.00000000"], ["9.80000000", "1.00000000"]],
        "a": [["10.10000000", "4.00000000"]],
    });
    assert_eq!(client.message().await, expected);
    // Nothing changed: no event, and the next one joins the last.
    exchange.beat(2);
    exchange.buy(ALICE, 1, 970);
    exchange.beat(3);
    let next = client.message().await;
    assert_eq!((first_of(&next), last_of(&next)), (7, 7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_0ms_every_command_is_an_event_even_within_one_batch() {
    let mut host = Host::start().await;
    let mut client = Client::open(host.address, "/ws").await;
    client.subscribe(&["btcusdt@depth@0ms"]).await;
    let exchange = &mut host.exchange;
    for ticks in [980, 990, 1_000] {
        let order = exchange.order(ALICE, Side::Buy, 1, ticks);
        exchange.apply(order);
    }
    let sweep = exchange.order(BOB, Side::Sell, 4, 980);
    exchange.apply(sweep);
    exchange.publish();
    for (first, last, levels) in [(1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 7, 4)] {
        let event = client.message().await;
        assert_eq!((first_of(&event), last_of(&event)), (first, last));
        let sides = ["b", "a"].map(|side| event[side].as_array().map_or(0, Vec::len));
        assert_eq!(sides[0] + sides[1], levels, "{event}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_best_levels_are_told_when_they_may_have_changed() {
    let mut host = Host::start().await;
    let exchange = &mut host.exchange;
    for ticks in 981..=1_000 {
        exchange.buy(ALICE, 1, ticks);
        exchange.sell(BOB, 2, ticks + 100);
    }
    let mut client = Client::open(host.address, "/stream").await;
    client
        .subscribe(&[
            "btcusdt@depth5",
            "btcusdt@depth10@100ms",
            "btcusdt@depth20@100ms",
        ])
        .await;
    exchange.beat(1);
    for (stream, count) in [("btcusdt@depth10@100ms", 10), ("btcusdt@depth20@100ms", 20)] {
        let message = client.message().await;
        assert_eq!(message["stream"], stream);
        let data = &message["data"];
        assert_eq!(data["lastUpdateId"], 40);
        assert_eq!(data["bids"].as_array().map(Vec::len), Some(count));
        assert_eq!(data["bids"][0], json!(["10.00000000", "1.00000000"]));
        assert_eq!(data["asks"][0], json!(["10.81000000", "2.00000000"]));
        assert_eq!(data["asks"].as_array().map(Vec::len), Some(count));
    }
    exchange.beat(2);
    client.expect_silence().await;
    exchange.beat(10);
    let second = client.message().await;
    assert_eq!(second["stream"], "btcusdt@depth5");
    assert_eq!(second["data"]["bids"].as_array().map(Vec::len), Some(5));
    exchange.buy(ALICE, 1, 900);
    exchange.beat(11);
    assert_eq!(client.message().await["data"]["lastUpdateId"], 41);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_changes_to_gather_are_told_before_their_time() {
    let mut host = Host::start().await;
    let mut client = Client::open(host.address, "/ws").await;
    client.subscribe(&["btcusdt@depth"]).await;
    const LEVELS: i64 = 4_096;
    for ticks in 1..=LEVELS + 4 {
        let order = host.exchange.order(ALICE, Side::Buy, 1, ticks);
        host.exchange.apply(order);
        if ticks % 512 == 0 {
            host.exchange.publish();
        }
    }
    host.exchange.publish();
    let early = client.message().await;
    assert_eq!((first_of(&early), last_of(&early)), (1, 4_096));
    assert_eq!(early["b"].as_array().map(Vec::len), Some(4_096));
    client.expect_silence().await;
    host.exchange.beat(10);
    let rest = client.message().await;
    assert_eq!((first_of(&rest), last_of(&rest)), (4_097, 4_100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_listened_to_is_not_told_later() {
    let mut host = Host::start().await;
    let mut client = Client::open(host.address, "/ws").await;
    let mut other = Client::open(host.address, "/ws").await;
    let leave = json!({"method": "UNSUBSCRIBE", "params": ["btcusdt@depth"], "id": 1});
    client.subscribe(&["btcusdt@depth"]).await;
    other.subscribe(&["btcusdt@depth"]).await;
    host.exchange.buy(ALICE, 1, 900);
    client.ask(leave.clone()).await;
    host.exchange.buy(ALICE, 1, 901);
    host.exchange.beat(10);
    // Whoever stayed misses nothing, whoever left hears nothing.
    let event = other.message().await;
    assert_eq!((first_of(&event), last_of(&event)), (1, 2));
    client.expect_silence().await;
    host.exchange.buy(ALICE, 1, 902);
    other.ask(leave).await;
    host.exchange.buy(ALICE, 1, 903);
    client.subscribe(&["btcusdt@depth"]).await;
    host.exchange.buy(ALICE, 1, 904);
    host.exchange.beat(20);
    let event = client.message().await;
    assert_eq!((first_of(&event), last_of(&event)), (5, 5));
    other.expect_silence().await;
}
