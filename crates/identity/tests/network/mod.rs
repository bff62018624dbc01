//! A network between a program and its database that can swallow connections: they stay open, and nothing comes through.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

pub struct Network {
    /// The address of the database behind this network.
    pub url: String,
    /// How often it has swallowed what was there; whatever is connected since then comes through.
    swallowed: Arc<AtomicU64>,
}

impl Network {
    /// Lays a network before the server of a URL with a host and a port.
    pub async fn before(url: &str) -> Network {
        let (before, rest) = url.split_once('@').expect("a user");
        let (server, database) = rest.split_once('/').expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = listener.local_addr().expect("an address");
        let swallowed = Arc::new(AtomicU64::new(0));
        tokio::spawn(serve(listener, server.to_owned(), Arc::clone(&swallowed)));
        Network {
            url: format!("{before}@{own}/{database}"),
            swallowed,
        }
    }

    /// Lets nothing more through the connections that there are.
    pub fn swallow(&self) {
        self.swallowed.fetch_add(1, Ordering::SeqCst);
    }
}

async fn serve(listener: TcpListener, server: String, swallowed: Arc<AtomicU64>) {
    while let Ok((near, _)) = listener.accept().await {
        let since = swallowed.load(Ordering::SeqCst);
        let far = TcpStream::connect(&server).await.expect("the server");
        let (near_read, near_write) = near.into_split();
        let (far_read, far_write) = far.into_split();
        for (from, to) in [(near_read, far_write), (far_read, near_write)] {
            tokio::spawn(carry(from, to, since, Arc::clone(&swallowed)));
        }
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    since: u64,
    swallowed: Arc<AtomicU64>,
) {
    let mut bytes = [0; 4_096];
    loop {
        match from.read(&mut bytes).await {
            Ok(0) | Err(_) => return,
            Ok(_) if swallowed.load(Ordering::SeqCst) != since => {}
            Ok(count) => {
                if to.write_all(&bytes[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}
