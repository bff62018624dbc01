//! People who ask for statements all the time: every account has one under way, and asks again with its answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::socket::exchange::Exchange;
use crate::socket::signing::{Key, Window, since_1970};

/// How often, and how long at most, the history is asked whether it has come so far.
const LOOK: Duration = Duration::from_millis(500);
/// What is in the refusal of a history that has not come so far.
const BEHIND: &str = "\"code\":-1001,";
const HISTORY_TIME_MAX: Duration = Duration::from_secs(600);

/// Statements that are asked for until this is finished.
pub struct Exports {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Result<u64>>>,
}

/// What statements are about: from the beginning of the clock's last day until a moment.
#[derive(Debug, Clone, Copy)]
pub struct Until {
    from_ms: u64,
    until_ms: u64,
}

impl Until {
    /// Until now.
    ///
    /// # Errors
    /// The clock stands before 1970.
    pub fn now() -> Result<Until> {
        let until_ms = u64::try_from(since_1970()?.as_millis())?;
        let day_ms = 24 * 60 * 60 * 1_000;
        Ok(Until {
            from_ms: until_ms - day_ms,
            until_ms,
        })
    }

    /// Waits until the history has come so far, without which there is no statement.
    ///
    /// # Errors
    /// It does not come so far in time.
    pub fn wait(self, exchange: &Exchange) -> Result<()> {
        let key = exchange.keys.first().context("an exchange has keys")?;
        let started = Instant::now();
        loop {
            let answer = ask(exchange.address(), key, self)?;
            if is_made(&answer) {
                return Ok(());
            }
            let text = String::from_utf8_lossy(&answer);
            ensure!(
                text.contains(BEHIND),
                "a statement was refused: {}",
                text.trim_end()
            );
            ensure!(
                started.elapsed() < HISTORY_TIME_MAX,
                "the history is still behind after {} s",
                HISTORY_TIME_MAX.as_secs()
            );
            std::thread::sleep(LOOK);
        }
    }
}

impl Exports {
    /// Begins with one of each account.
    pub fn begin(exchange: &Exchange, until: Until) -> Exports {
        let stop = Arc::<AtomicBool>::default();
        let address = exchange.address();
        let threads = exchange.keys.iter().cloned().map(|key| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || ask_again(address, &key, until, &stop))
        });
        Exports {
            threads: threads.collect(),
            stop,
        }
    }

    /// Ends with the answers that are under way, and returns how many statements were made.
    ///
    /// # Errors
    /// One was refused.
    pub fn finish(self) -> Result<u64> {
        self.stop.store(true, Ordering::Relaxed);
        let mut made = 0;
        for thread in self.threads {
            let Ok(count) = thread.join() else {
                bail!("the people who ask for statements are gone");
            };
            made += count?;
        }
        Ok(made)
    }
}

fn ask_again(address: SocketAddr, key: &Key, until: Until, stop: &AtomicBool) -> Result<u64> {
    let mut made = 0;
    while !stop.load(Ordering::Relaxed) {
        let answer = ask(address, key, until)?;
        if !is_made(&answer) {
            bail!("a statement: {}", String::from_utf8_lossy(&answer));
        }
        made += 1;
    }
    Ok(made)
}

fn ask(address: SocketAddr, key: &Key, until: Until) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request(key, until)?.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

fn is_made(answer: &[u8]) -> bool {
    answer.starts_with(b"HTTP/1.1 200 ")
}

fn request(key: &Key, until: Until) -> Result<String> {
    let Until { from_ms, until_ms } = until;
    let window = Window::now()?.query();
    let query = format!("startTime={from_ms}&endTime={until_ms}&{window}");
    let (signature, id) = (key.sign(&query), &key.id);
    Ok(format!(
        "GET /v1/account/statement?{query}&signature={signature} HTTP/1.1\r\nhost: localhost\r\n\
         connection: close\r\nx-mbx-apikey: {id}\r\n\r\n"
    ))
}
