//! A connection to a collector, which says nothing and ends when it will take no more.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::destination::{Destination, Way};

/// To connect, and for each write.
const TIMEOUT: Duration = Duration::from_secs(10);
/// A peer that acknowledges nothing for so long is gone.
const SILENCE_MS_MAX: u32 = 10_000;

/// Why nothing is sent.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    #[error("the collector was not reached, or takes nothing, for ten seconds")]
    Slow,
    #[error("there is no connection to the collector: {0}")]
    Connection(#[from] io::Error),
    #[error("the collector ended the connection")]
    Ended,
}

/// How collectors are reached.
#[derive(Clone)]
pub struct Dialer {
    destination: Destination,
    secure: Option<(ServerName<'static>, TlsConnector)>,
}

/// Why a collector cannot be reached by what is set.
#[derive(Debug, thiserror::Error)]
pub enum DialerError {
    #[error("no certificate can be of this host")]
    Host,
    #[error("there is no certificate in it, or one that is none")]
    Authority,
}

impl Dialer {
    /// Returns the dialer of a destination; certificates are vouched for by these authorities.
    ///
    /// # Errors
    /// The host is none that a certificate names.
    pub fn new(destination: Destination, roots: RootCertStore) -> Result<Dialer, DialerError> {
        let secure = match destination.way {
            Way::Plain => None,
            Way::Tls => {
                let name = ServerName::try_from(destination.host.clone());
                let config = ClientConfig::builder()
                    .with_root_certificates(roots)
                    .with_no_client_auth();
                let connector = TlsConnector::from(Arc::new(config));
                Some((name.map_err(|_| DialerError::Host)?, connector))
            }
        };
        Ok(Dialer {
            destination,
            secure,
        })
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// It cannot be opened in time, or nobody vouches for the certificate.
    pub async fn open(&self) -> Result<Line, LineError> {
        let opened = timeout(TIMEOUT, self.connect()).await;
        opened.map_err(|_| LineError::Slow)?
    }

    async fn connect(&self) -> Result<Line, LineError> {
        let address = (self.destination.host.as_str(), self.destination.port);
        let stream = TcpStream::connect(address).await?;
        rustix::net::sockopt::set_tcp_user_timeout(&stream, SILENCE_MS_MAX)
            .map_err(io::Error::from)?;
        rustix::net::sockopt::set_socket_keepalive(&stream, true).map_err(io::Error::from)?;
        let stream: Box<dyn Stream> = match &self.secure {
            None => Box::new(stream),
            Some((name, connector)) => Box::new(connector.connect(name.clone(), stream).await?),
        };
        Ok(Line { stream })
    }
}

/// Returns the authorities of this machine.
pub fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    // One that cannot be read vouches for nobody.
    let (_, _) = roots.add_parsable_certificates(found.certs);
    roots
}

/// Returns the authorities of a PEM file.
///
/// # Errors
/// There is none in it, or one that is none.
pub fn roots_of(pem: &[u8]) -> Result<RootCertStore, DialerError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| DialerError::Authority)?;
        roots.add(certificate).map_err(|_| DialerError::Authority)?;
    }
    match roots.is_empty() {
        true => Err(DialerError::Authority),
        false => Ok(roots),
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An open connection.
pub struct Line {
    stream: Box<dyn Stream>,
}

impl Line {
    /// Sends frames.
    ///
    /// # Errors
    /// They were not taken in time, or there is no connection any more.
    pub async fn send(&mut self, frames: &[u8]) -> Result<(), LineError> {
        let sent = timeout(TIMEOUT, async {
            self.stream.write_all(frames).await?;
            self.stream.flush().await
        });
        Ok(sent.await.map_err(|_| LineError::Slow)??)
    }

    /// Waits, and notices meanwhile that the collector has gone; what it says is nothing to us.
    ///
    /// # Errors
    /// The connection has ended.
    pub async fn rest(&mut self, period: Duration) -> Result<(), LineError> {
        let mut said = [0; 512];
        let ended = async {
            loop {
                if self.stream.read(&mut said).await? == 0 {
                    return Err(LineError::Ended);
                }
            }
        };
        match timeout(period, ended).await {
            Err(_) => Ok(()),
            Ok(ended) => ended,
        }
    }
}
