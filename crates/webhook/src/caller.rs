//! One call: the name is resolved once, every address it has is checked, and the one that was checked is called.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use identity::provider::{Direction, Message, ProviderKey};
use model::time::Timestamp;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::address::is_public;
use crate::target::Target;

/// From resolving to the last byte of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(5);
/// More of an answer is not read.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;
const ADDRESSES_MAX: usize = 16;

/// Why a call was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("it took longer than five seconds")]
    Slow,
    #[error("the name has no address")]
    Unresolved,
    #[error("the name leads to an address that is not of the public internet")]
    Inside,
    #[error("there is no connection")]
    Connection(#[source] std::io::Error),
    #[error("the answer is no HTTP")]
    Http(#[source] hyper::Error),
    #[error("the answer has the status {0}")]
    Status(u16),
    #[error("the answer has more than 64 KiB")]
    Large,
}

/// Where names lead.
#[derive(Clone, Debug)]
pub enum Resolver {
    System,
    /// For tests: these addresses, checked like all others.
    Told(Vec<IpAddr>),
    /// For tests: a server of theirs on this machine.
    Pinned(SocketAddr),
}

/// Calls one target.
#[derive(Clone)]
pub struct Caller {
    target: Target,
    key: ProviderKey,
    resolver: Resolver,
    tls: TlsConnector,
}

impl Caller {
    /// Returns the caller of a target, whose certificate is vouched for by one of the roots.
    pub fn new(
        target: Target,
        key: ProviderKey,
        resolver: Resolver,
        roots: RootCertStore,
    ) -> Caller {
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Caller {
            target,
            key,
            resolver,
            tls: TlsConnector::from(Arc::new(config)),
        }
    }

    /// Sends a body under an id; it counts when the answer says yes in time.
    ///
    /// # Errors
    /// Why it does not count.
    pub async fn call(&self, id: &str, body: &str, at: Timestamp) -> Result<(), CallError> {
        let work = async {
            let address = self.resolve().await?;
            let stream = self.connect(address).await?;
            self.send(stream, (id, body), at).await
        };
        let answered = tokio::time::timeout(TIMEOUT, work).await;
        answered.map_err(|_| CallError::Slow)?
    }

    /// Returns the address that is called: what was checked and what is called are one.
    async fn resolve(&self) -> Result<SocketAddr, CallError> {
        let Target { host, port, .. } = &self.target;
        let addresses: Vec<IpAddr> = match &self.resolver {
            Resolver::Pinned(address) => return Ok(*address),
            Resolver::Told(addresses) => addresses.clone(),
            Resolver::System => {
                let found = tokio::net::lookup_host((host.as_str(), *port)).await;
                let found = found.map_err(|_| CallError::Unresolved)?;
                found
                    .take(ADDRESSES_MAX)
                    .map(|address| address.ip())
                    .collect()
            }
        };
        let first = addresses.first().ok_or(CallError::Unresolved)?;
        // One that leads inside makes all of them suspect.
        let is_inside = addresses.iter().any(|address| !is_public(*address));
        if mutant::plant!("call-leads-inside", false, is_inside) {
            return Err(CallError::Inside);
        }
        Ok(SocketAddr::new(*first, *port))
    }

    async fn connect(&self, address: SocketAddr) -> Result<TlsStream<TcpStream>, CallError> {
        let stream = TcpStream::connect(address).await;
        let stream = stream.map_err(CallError::Connection)?;
        let name = ServerName::try_from(self.target.host.clone());
        let name = name.map_err(|_| CallError::Unresolved)?;
        let secure = self.tls.connect(name, stream).await;
        secure.map_err(CallError::Connection)
    }

    /// Sends the request and reads the answer to its end; the connection runs beside both, and ends with them.
    async fn send(
        &self,
        stream: TlsStream<TcpStream>,
        (id, body): (&str, &str),
        at: Timestamp,
    ) -> Result<(), CallError> {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(CallError::Http)?;
        let connection = async move {
            let _ = connection.await;
            core::future::pending::<()>().await
        };
        let work = async {
            let answer = sender.send_request(self.request((id, body), at)).await;
            read(answer.map_err(CallError::Http)?).await
        };
        tokio::select! {
            read = work => read,
            () = connection => unreachable!("the connection is pending for ever"),
        }
    }

    fn request(&self, (id, body): (&str, &str), at: Timestamp) -> Request<Full<Bytes>> {
        let timestamp_ms = at.millis();
        let signature = self.key.sign(&Message {
            direction: Direction::Call,
            id,
            timestamp_ms,
            body,
        });
        Request::post(&self.target.path)
            .header(HOST, &self.target.host)
            .header(CONTENT_TYPE, "application/json")
            .header("x-bourse-id", id)
            .header("x-bourse-timestamp", timestamp_ms)
            .header("x-bourse-signature", signature)
            .body(Full::new(Bytes::copy_from_slice(body.as_bytes())))
            .expect("host, path, id and signature are visible ASCII")
    }
}

/// Reads an answer to its end within its bound. A redirect is no yes.
async fn read(answer: Response<Incoming>) -> Result<(), CallError> {
    let status = answer.status();
    if !status.is_success() {
        return Err(CallError::Status(status.as_u16()));
    }
    let mut body = answer.into_body();
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(CallError::Http)?;
        bytes += frame.data_ref().map_or(0, Bytes::len);
        if ANSWER_BYTES_MAX < bytes {
            return Err(CallError::Large);
        }
    }
    Ok(())
}
