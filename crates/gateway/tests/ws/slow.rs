//! Clients that do not read what they asked for: they are cut off, and nobody else notices.

use core::time::Duration;

use gateway::config::{Bounds, Limiting, RequestLimits};
use gateway::ws::counters::{CutOff, Label};
use tokio::time::Instant;

use crate::client::{Client, Heard, PATIENCE};
use crate::exchange::{ALICE, Exchange};
use crate::host::Host;

const UNLIMITED: Limiting = Limiting::Unlimited(RequestLimits::UPSTREAM);
const SLOW_CLIENTS: usize = 50;
/// Every stream of trades and levels, so that each command says much.
const MUCH: &str = "/ws/btcusdt@trade/btcusdt@aggTrade/btcusdt@depth@0ms/btcusdt@bookTicker";

/// Trades until `is_enough`, a round at a time; `keep_up` waits for the readers of a round.
async fn trade_until(
    exchange: &mut Exchange,
    reader: &mut Client,
    mut is_enough: impl FnMut() -> bool,
) -> u64 {
    let mut trades = 0;
    let deadline = Instant::now() + 2 * PATIENCE;
    while !is_enough() {
        assert!(Instant::now() < deadline, "never enough: {trades} trades");
        for _ in 0..200 {
            exchange.trade(1, 1_000);
        }
        for _ in 0..200 {
            trades += 1;
            assert_eq!(reader.message().await["t"], trades);
        }
    }
    trades
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_are_cut_off_and_a_reader_misses_nothing() {
    let mut host = Host::start_with(UNLIMITED, Bounds::STANDARD).await;
    let mut reader = Client::open(host.address, "/ws").await;
    reader.subscribe(&["btcusdt@trade"]).await;
    let mut slow = Vec::new();
    for _ in 0..SLOW_CLIENTS {
        slow.push(Client::open_narrow(host.address, MUCH).await);
    }
    let fanout = std::sync::Arc::clone(&host.fanout);
    let counters = fanout.counters();
    let trades = trade_until(&mut host.exchange, &mut reader, || {
        counters.cut_offs(CutOff::Slow) == SLOW_CLIENTS as u64
    })
    .await;
    assert!(0 < trades);
    assert_eq!(counters.cut_offs(CutOff::Abuse), 0);
    // Their subscriptions are gone with them.
    assert_eq!(counters.subscriptions(Label::Depth), 0);
    assert_eq!(counters.subscriptions(Label::Trade), 1);
}

/// On one thread, so that its socket gets no turn while its queue is filled.
#[tokio::test]
async fn a_client_cut_off_for_being_slow_is_told_so_when_it_reads_again() {
    let bounds = Bounds {
        socket_queue_bytes_max: 64 * 1024,
        ..Bounds::STANDARD
    };
    let mut host = Host::start_with(UNLIMITED, bounds).await;
    let mut client = Client::open(host.address, "/ws").await;
    client.subscribe(&["btcusdt@trade"]).await;
    // More in one go than its queue may hold.
    for _ in 0..1_000 {
        let (sell, buy) = (
            host.exchange
                .order(crate::exchange::BOB, model::order::Side::Sell, 1, 1_000),
            host.exchange
                .order(crate::exchange::ALICE, model::order::Side::Buy, 1, 1_000),
        );
        host.exchange.apply(sell);
        host.exchange.apply(buy);
    }
    host.exchange.publish();
    let mut last = 0;
    let end = loop {
        match client.hear().await {
            Heard::Message(trade) => {
                assert_eq!(trade["t"], last + 1);
                last += 1;
            }
            end => break end,
        }
    };
    assert_eq!(end, Heard::Closed(1008, "slow consumer".to_owned()));
    assert!(last < 1_000);
}

/// On one thread, so that its socket gets no turn while its queue is filled.
#[tokio::test]
async fn an_owner_that_does_not_read_what_happens_to_its_account_is_cut_off() {
    let bounds = Bounds {
        socket_queue_bytes_max: 64 * 1024,
        ..Bounds::STANDARD
    };
    let mut host = Host::start_with(UNLIMITED, bounds).await;
    let streams = std::sync::Arc::clone(host.fanout.user_streams());
    let name = streams
        .start(ALICE, model::id::KeyId(1), gateway::clock::now())
        .expect("random");
    let mut owner = Client::open(host.address, &format!("/ws/{name}")).await;
    owner.subscribe(&[]).await;
    for _ in 0..1_000 {
        host.exchange.trade(1, 1_000);
    }
    let mut last = 0;
    let end = loop {
        match owner.hear().await {
            Heard::Message(event) if event["x"] == "TRADE" => {
                assert_eq!(event["t"], last + 1);
                last += 1;
            }
            Heard::Message(_) => {}
            end => break end,
        }
    };
    assert_eq!(end, Heard::Closed(1008, "slow consumer".to_owned()));
    assert!(last < 1_000);
    assert_eq!(host.fanout.counters().subscriptions(Label::UserData), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_takes_nothing_for_too_long_is_cut_off_before_its_queue_is_full() {
    let bounds = Bounds {
        socket_queue_bytes_max: 1024 * 1024 * 1024,
        socket_write_timeout: Duration::from_millis(200),
        ..Bounds::STANDARD
    };
    let mut host = Host::start_with(UNLIMITED, bounds).await;
    let mut reader = Client::open(host.address, "/ws").await;
    reader.subscribe(&["btcusdt@trade"]).await;
    let _slow = Client::open_narrow(host.address, MUCH).await;
    let fanout = std::sync::Arc::clone(&host.fanout);
    let is_cut_off = || fanout.counters().cut_offs(CutOff::Slow) == 1;
    trade_until(&mut host.exchange, &mut reader, is_cut_off).await;
}
