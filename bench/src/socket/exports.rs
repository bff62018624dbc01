//! People who ask for statements all the time: every account has one under way, and asks again with its answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use anyhow::{Result, bail};

use crate::socket::exchange::Exchange;
use crate::socket::signing::{Key, Window, since_1970};

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
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(request(key, until)?.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        if !answer.starts_with(b"HTTP/1.1 200 ") {
            bail!("a statement: {}", String::from_utf8_lossy(&answer));
        }
        made += 1;
    }
    Ok(made)
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
