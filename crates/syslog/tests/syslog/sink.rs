//! A collector: takes frames over TCP, with TLS or without, and can go away.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

pub const NAME: &str = "localhost";

/// What was taken, over all of its lives.
#[derive(Clone, Default)]
pub struct Taken(Arc<Mutex<Vec<Value>>>);

impl Taken {
    pub fn rows(&self) -> Vec<Value> {
        self.0.lock().expect("held").clone()
    }

    pub fn numbers(&self) -> Vec<i64> {
        let rows = self.rows().into_iter();
        rows.map(|row| row["number"].as_i64().expect("a number"))
            .collect()
    }

    /// Waits until a row of this number has come.
    pub async fn wait_for(&self, number: i64) {
        for _ in 0..2_000 {
            if self.numbers().contains(&number) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("row {number} never came: {:?}", self.numbers());
    }
}

/// One life of a collector.
pub struct Sink {
    pub address: SocketAddr,
    life: JoinHandle<()>,
}

/// A certificate for `localhost`, and who vouches for it.
pub struct Identification {
    acceptor: TlsAcceptor,
    pub roots: RootCertStore,
}

impl Identification {
    pub fn new() -> Identification {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([NAME.to_owned()]).expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).expect("a root");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a configuration");
        Identification {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            roots,
        }
    }
}

impl Sink {
    /// Begins a life on any port, or on that of the life before.
    pub async fn start(port: u16, secure: Option<&Identification>, taken: &Taken) -> Sink {
        let listener = TcpListener::bind(("127.0.0.1", port)).await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("bound");
        let acceptor = secure.map(|secure| secure.acceptor.clone());
        let taken = taken.clone();
        let life = tokio::spawn(async move {
            // Connections end with the life.
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(stream, acceptor.clone(), taken.clone()));
            }
        });
        Sink { address, life }
    }

    /// Ends it and every connection, whatever lies unread in them.
    pub async fn die(self) {
        self.life.abort();
        let _ = self.life.await;
    }
}

async fn serve(stream: TcpStream, acceptor: Option<TlsAcceptor>, taken: Taken) {
    match acceptor {
        None => read(stream, taken).await,
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                read(stream, taken).await;
            }
        }
    }
}

/// Reads frames until there is no other.
async fn read(mut stream: impl AsyncRead + Unpin, taken: Taken) {
    while let Some(message) = frame(&mut stream).await {
        let text = String::from_utf8(message).expect("text");
        let json = text.find('{').expect("JSON");
        assert!(text.starts_with("<109>1 "), "{text}");
        let row = serde_json::from_str(&text[json..]).expect("JSON");
        taken.0.lock().expect("held").push(row);
    }
}

async fn frame(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut length = 0;
    loop {
        match stream.read_u8().await.ok()? {
            b' ' => break,
            digit => length = 10 * length + usize::from(digit - b'0'),
        }
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await.ok()?;
    Some(message)
}
