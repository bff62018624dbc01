//! A public stream to many sockets, beside a bare server that tells each of them what it was asked.
//!
//! Orders cannot be sent over sockets yet: they come over HTTP, every second one trades, and what
//! is counted is how fast the trades arrive at all sockets. No floor is set for this.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio_tungstenite::connect_async;

use crate::cli::WsArguments;
use crate::measure::provenance::Provenance;
use crate::socket::Server;
use crate::socket::exchange::{Exchange, Key};
use crate::socket::load;
use crate::socket::orders::Requests;

/// The stream of the market that the orders are for: one message a trade.
const STREAM: &str = "ltcusdt@trade";
/// All messages have arrived when none has for so long.
const QUIET: Duration = Duration::from_millis(200);

/// Messages that arrived, and for how many requests.
struct Told {
    messages: u64,
    messages_per_s: f64,
    requests_per_s: f64,
}

/// Prints how many messages a second reach the sockets of both servers.
///
/// # Errors
/// A server that cannot be started, or an answer that is a refusal.
pub fn ws(arguments: &WsArguments) -> Result<()> {
    let exchange = Exchange::start()?;
    let echo = Server::echo()?;
    let mut rounds = Vec::new();
    for round in 0..=arguments.runs {
        let keys = &exchange.keys;
        let echoed = run(echo.address, keys, &format!("e{round}"), arguments)?;
        let told = run(exchange.address(), keys, &format!("x{round}"), arguments)?;
        rounds.push((echoed, told));
    }
    // The first round warmed up.
    rounds.remove(0);
    rounds.sort_by(|a, b| percent(a).total_cmp(&percent(b)));
    print_figures(arguments, &rounds[rounds.len() / 2]);
    Ok(())
}

fn percent((echoed, told): &(Told, Told)) -> f64 {
    100.0 * told.messages_per_s / echoed.messages_per_s
}

fn run(address: SocketAddr, keys: &[Key], name: &str, arguments: &WsArguments) -> Result<Told> {
    let arrived = Arc::new(AtomicU64::new(0));
    let readers = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    open_sockets(&readers, address, arguments.sockets, &arrived)?;
    let pairs = arguments.requests.div_ceil(2 * arguments.connections);
    let connections = (0..arguments.connections)
        .zip(keys.as_chunks().0.iter().cycle())
        .map(|(index, [buyer, seller])| {
            Requests::trading([buyer, seller], &format!("{name}-{index}"), pairs as usize)
        })
        .collect::<Result<Vec<Requests>>>()?;
    let started = Instant::now();
    let seen = load::run(address, connections)?;
    let (messages, ended) = wait_until_quiet(&arrived);
    readers.shutdown_background();
    let expected = u64::from(arguments.sockets * arguments.connections * pairs);
    ensure!(
        messages == expected,
        "{messages} messages arrived, but there were {expected}"
    );
    Ok(Told {
        messages,
        messages_per_s: messages as f64 / (ended - started).as_secs_f64(),
        requests_per_s: seen.requests_per_s,
    })
}

fn open_sockets(
    readers: &Runtime,
    address: SocketAddr,
    sockets: u32,
    arrived: &Arc<AtomicU64>,
) -> Result<()> {
    for _ in 0..sockets {
        let url = format!("ws://{address}/ws/{STREAM}");
        let connected = readers.block_on(connect_async(url));
        let (socket, _) = connected.context("a socket cannot be opened")?;
        let arrived = Arc::clone(arrived);
        readers.spawn(socket.for_each(move |message| {
            let is_text = message.is_ok_and(|message| message.is_text());
            arrived.fetch_add(u64::from(is_text), Ordering::Relaxed);
            std::future::ready(())
        }));
    }
    Ok(())
}

/// Returns how many messages have arrived in the end, and when the last of them was seen.
fn wait_until_quiet(arrived: &AtomicU64) -> (u64, Instant) {
    let mut messages = arrived.load(Ordering::Relaxed);
    let mut ended = Instant::now();
    while ended.elapsed() < QUIET {
        std::thread::sleep(Duration::from_millis(1));
        let now = arrived.load(Ordering::Relaxed);
        if now != messages {
            (messages, ended) = (now, Instant::now());
        }
    }
    (messages, ended)
}

fn print_figures(arguments: &WsArguments, median: &(Told, Told)) {
    let provenance = Provenance::collect();
    let (echoed, told) = median;
    if arguments.json {
        let of = |told: &Told| {
            json!({
                "messages": told.messages,
                "messages_per_s": told.messages_per_s.round(),
                "requests_per_s": told.requests_per_s.round(),
            })
        };
        let figures = json!({
            "stream": STREAM,
            "sockets": arguments.sockets,
            "connections": arguments.connections,
            "requests": arguments.requests,
            "runs": arguments.runs,
            "echo": of(echoed),
            "exchange": of(told),
            "echo_percent": percent(median),
            "commit": provenance.commit,
            "machine": provenance.machine,
            "flags": provenance.flags,
        });
        println!("{figures}");
        return;
    }
    println!(
        "commit {}\n{}\n{}\n",
        provenance.commit, provenance.machine, provenance.flags
    );
    println!(
        "{} sockets on {STREAM}, orders over {} connections",
        arguments.sockets, arguments.connections
    );
    for (name, told) in [("echo", echoed), ("exchange", told)] {
        println!(
            "{name:<9} {:>9.0} messages/s, {} in all, from {:.0} requests/s",
            told.messages_per_s, told.messages, told.requests_per_s
        );
    }
    println!("ratio     {:.1} %, no floor", percent(median));
}
