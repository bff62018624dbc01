//! A provider: a server with a certificate of its own, an answer that was set, and what it was told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

pub const NAME: &str = "kyc.example.test";

/// What it does with a request.
#[derive(Clone)]
pub enum Manner {
    Says(Vec<u8>),
    /// Takes the request and says nothing.
    Silent,
}

pub struct Provider {
    pub address: SocketAddr,
    pub roots: RootCertStore,
    /// Its certificate.
    pub pem: String,
    pub manner: Arc<Mutex<Manner>>,
    pub told: Arc<Mutex<Vec<String>>>,
}

pub fn says(status: &str, more: &str) -> Manner {
    Manner::Says(format!("HTTP/1.1 {status}\r\n{more}\r\n").into_bytes())
}

pub fn yes() -> Manner {
    says("200 OK", "content-length: 0\r\n")
}

impl Provider {
    pub async fn start(manner: Manner) -> Provider {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([NAME.to_owned()]).expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).expect("a root");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a configuration");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let provider = Provider {
            address: listener.local_addr().expect("bound"),
            roots,
            pem: cert.pem(),
            manner: Arc::new(Mutex::new(manner)),
            told: Arc::default(),
        };
        let (manner, told) = (Arc::clone(&provider.manner), Arc::clone(&provider.told));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, manner) = (acceptor.clone(), manner.lock().expect("held").clone());
                let told = Arc::clone(&told);
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let request = read(&mut stream).await;
                    told.lock().expect("held").push(request);
                    if let Manner::Says(answer) = manner {
                        let _ = stream.write_all(&answer).await;
                        let _ = stream.shutdown().await;
                    } else {
                        core::future::pending::<()>().await;
                    }
                });
            }
        });
        provider
    }

    pub fn set(&self, manner: Manner) {
        *self.manner.lock().expect("held") = manner;
    }

    pub fn told(&self) -> Vec<String> {
        self.told.lock().expect("held").clone()
    }
}

async fn read(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4_096];
        let count = stream.read(&mut part).await.unwrap_or(0);
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .and_then(|length| length.parse::<usize>().ok());
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
        if count == 0 || (body.is_some() && body == length) {
            return text;
        }
    }
}
