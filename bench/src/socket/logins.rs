//! People who sign in all the time: each has a login under way, and tries again a second after its answer. They begin one
//! after the other within a second, as people do: a crowd that all come in the same instant is another question.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const PAUSE: Duration = Duration::from_secs(1);
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// Logins that go on until this is finished.
pub struct Logins {
    stop: Arc<AtomicBool>,
    counts: Arc<Counts>,
    thread: Option<JoinHandle<Result<()>>>,
}

/// What became of the logins so far.
#[derive(Debug, Default)]
struct Counts {
    /// Of which the password was compared.
    compared: AtomicU64,
    /// For which there was no place in the queue.
    turned_away: AtomicU64,
}

impl Logins {
    /// Begins so many logins, and returns when all have begun; `name` tells their addresses from all others.
    pub fn begin(address: SocketAddr, count: u32, name: &str) -> Logins {
        let (stop, counts) = (Arc::<AtomicBool>::default(), Arc::<Counts>::default());
        let people = People {
            address,
            count,
            name: name.to_owned(),
            stop: Arc::clone(&stop),
            counts: Arc::clone(&counts),
        };
        let thread = std::thread::spawn(move || people.run());
        std::thread::sleep(PAUSE);
        Logins {
            stop,
            counts,
            thread: Some(thread),
        }
    }

    /// Ends them, and returns how many were compared and how many turned away.
    ///
    /// # Errors
    /// A connection that ended, or an answer that is neither.
    pub fn finish(mut self) -> Result<(u64, u64)> {
        self.stop.store(true, Ordering::Relaxed);
        let thread = self.thread.take().context("it is finished once")?;
        if thread.join().is_err() {
            bail!("the people who sign in are gone");
        }
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Ok((load(&self.counts.compared), load(&self.counts.turned_away)))
    }
}

struct People {
    address: SocketAddr,
    count: u32,
    name: String,
    stop: Arc<AtomicBool>,
    counts: Arc<Counts>,
}

impl People {
    fn run(self) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for number in 0..self.count {
                let request = request(&format!("{}-{number}@example.test", self.name));
                let (stop, counts) = (Arc::clone(&self.stop), Arc::clone(&self.counts));
                let (address, turn) = (self.address, PAUSE * number / self.count);
                tasks.spawn(async move {
                    tokio::time::sleep(turn).await;
                    try_again(address, request, stop, counts).await
                });
            }
            while let Some(done) = tasks.join_next().await {
                done??;
            }
            Ok(())
        })
    }
}

/// Nobody has the address, which costs what a wrong password does.
fn request(email: &str) -> String {
    let form = format!("email={}&password=twelve+chars", email.replace('@', "%40"));
    format!(
        "POST /v1/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{form}",
        form.len()
    )
}

async fn try_again(
    address: SocketAddr,
    request: String,
    stop: Arc<AtomicBool>,
    counts: Arc<Counts>,
) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let mut buffer = vec![0; ANSWER_BYTES_MAX];
    while !stop.load(Ordering::Relaxed) {
        stream.write_all(request.as_bytes()).await?;
        // Answers are short: one comes whole.
        let count = stream.read(&mut buffer).await?;
        match buffer[..count].get(9..12) {
            // Whoever failed too often waits, as whoever is wrong does.
            Some(b"401" | b"429") => counts.compared.fetch_add(1, Ordering::Relaxed),
            Some(b"503") => counts.turned_away.fetch_add(1, Ordering::Relaxed),
            _ => bail!("a login: {}", String::from_utf8_lossy(&buffer[..count])),
        };
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
