//! What a crowd of clients that never read costs in memory: alone in its process, so that nothing else is measured.

// Shared with the other tests of streams, which use the rest of them.
#[allow(dead_code)]
#[path = "../ws/chance.rs"]
mod chance;
#[allow(dead_code)]
#[path = "../ws/client.rs"]
mod client;
#[allow(dead_code)]
#[path = "../ws/exchange.rs"]
mod exchange;
#[allow(dead_code)]
#[path = "../ws/host.rs"]
mod host;

use std::time::Instant;

use gateway::config::Bounds;
use gateway::ws::counters::CutOff;

use crate::client::{Client, PATIENCE};
use crate::host::Host;

const SLOW_CLIENTS: usize = 300;
const TRADES_A_ROUND: u64 = 200;
/// Levels of the book, so that a message about the best of them is long.
const LEVELS: i64 = 20;
/// Short messages at every command, long ones at every beat.
const MUCH: &str = "/ws/btcusdt@trade/btcusdt@aggTrade/btcusdt@depth@0ms/btcusdt@bookTicker/\
                    btcusdt@depth20@100ms/btcusdt@ticker/btcusdt@kline_1m";

/// At most 1 MiB a connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_never_read_cost_less_than_their_queues_may_hold() {
    let mut host = Host::start().await;
    for level in 1..=LEVELS {
        host.exchange.buy(exchange::ALICE, 1, 900 - level);
        host.exchange.sell(exchange::BOB, 1, 1_100 + level);
    }
    let mut reader = Client::open(host.address, "/ws").await;
    reader.subscribe(&["btcusdt@trade"]).await;
    let before_bytes = resident_bytes();
    let mut slow = Vec::new();
    for _ in 0..SLOW_CLIENTS {
        slow.push(Client::open_narrow(host.address, MUCH).await);
    }
    let deadline = Instant::now() + 4 * PATIENCE;
    let mut most_bytes = 0;
    let mut trades = 0;
    let mut beat = 0;
    while host.fanout.counters().cut_offs(CutOff::Slow) < SLOW_CLIENTS as u64 {
        assert!(Instant::now() < deadline, "never enough: {trades} trades");
        for _ in 0..TRADES_A_ROUND {
            host.exchange.trade(1, 1_000);
            beat += 10;
            host.exchange.beat(beat);
        }
        for _ in 0..TRADES_A_ROUND {
            trades += 1;
            assert_eq!(reader.message().await["t"], trades);
        }
        most_bytes = most_bytes.max(resident_bytes());
    }
    let room = SLOW_CLIENTS * Bounds::STANDARD.socket_queue_bytes_max;
    println!(
        "{trades} trades, {} KiB a client",
        (most_bytes - before_bytes) / SLOW_CLIENTS / 1_024
    );
    assert!(
        most_bytes < before_bytes + room,
        "{before_bytes} to {most_bytes}"
    );
}

/// The memory of this process, in bytes.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a line");
    let kibibytes = line.split_whitespace().nth(1).expect("a number");
    kibibytes.parse::<usize>().expect("a number") * 1_024
}
