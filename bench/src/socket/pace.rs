//! Clients that send at a fixed rate, whatever the answers do.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use crate::socket::audience::Kept;
use crate::socket::calls::{self, check_granted};
use crate::socket::echo::FEED_PATH;
use crate::socket::frames::{self, Frame, Incoming};
use crate::socket::requests::Requests;
use crate::socket::signing::{Key, since_1970};

/// Sends every connection's requests evenly over `time`, and returns how long it took until the
/// last answer.
///
/// # Errors
/// A request that is refused, or a connection that ends.
pub fn order(
    address: SocketAddr,
    connections: Vec<(&Key, Requests)>,
    time: Duration,
) -> Result<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut streams = Vec::with_capacity(connections.len());
        for (key, _) in &connections {
            streams.push(calls::log_on(address, key).await?);
        }
        let started = Instant::now();
        let mut tasks = JoinSet::new();
        for (stream, (_, requests)) in streams.into_iter().zip(connections) {
            let (reader, writer) = stream.into_split();
            tasks.spawn(take_answers(reader, requests.len()));
            tasks.spawn(send(writer, requests, started, time));
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(started.elapsed())
    })
}

async fn send(
    mut writer: OwnedWriteHalf,
    requests: Requests,
    started: Instant,
    time: Duration,
) -> Result<()> {
    for (index, request) in requests.iter().enumerate() {
        let part = index as f64 / requests.len() as f64;
        sleep_until((started + time.mul_f64(part)).into()).await;
        writer.write_all(request).await?;
    }
    // Closing would cut the answers off.
    writer.forget();
    Ok(())
}

async fn take_answers(mut reader: OwnedReadHalf, count: usize) -> Result<()> {
    let mut incoming = Incoming::new();
    let mut taken = 0;
    while taken < count {
        incoming.fill(&mut reader).await?;
        while let Some(frame) = incoming.next()? {
            if let Frame::Text(answer) = frame {
                check_granted(answer, taken)?;
                taken += 1;
            }
        }
    }
    Ok(())
}

/// Lets the bare server tell everybody what a socket of the exchange was told, at the same pace and
/// as if it happened now.
///
/// # Errors
/// The bare server is gone.
pub fn tell_again(address: SocketAddr, kept: &[Kept]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut stream = frames::open(address, FEED_PATH).await?;
        let began_us = kept.first().map_or(0, |first| first.event_us);
        let started = Instant::now();
        for message in kept {
            let offset = Duration::from_micros(message.event_us.saturating_sub(began_us));
            sleep_until((started + offset).into()).await;
            let now_us = since_1970()?.as_micros();
            let old = message.event_us.to_string();
            let text = message.text.replacen(&old, &now_us.to_string(), 1);
            stream.write_all(&frames::text(&text)).await?;
        }
        Ok(())
    })
}
