//! What an address answers, asked as a browser asks: for whoever compares it with what it should be.
//!
//! Absent by design: redirects, cookies, and the rules of calls: an operator visits the own exchange, wherever it is.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT_ENCODING, CONNECTION, HOST, HeaderMap};
use hyper::rt::{Read, Write};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// From connecting to the last byte of an answer.
const TIMEOUT: Duration = Duration::from_secs(20);
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    #[error("it took longer than 20 seconds")]
    Slow,
    #[error("there is no connection")]
    Connection(#[source] std::io::Error),
    #[error("the answer is no HTTP")]
    Http(#[source] hyper::Error),
    #[error("the answer broke off, or has more than 64 MiB")]
    Body,
}

/// Where an exchange is, and who vouches for it.
pub struct Visitor {
    /// Host and port, as they are connected to.
    address: String,
    /// Host, and the port unless it is the usual one.
    authority: String,
    /// The name that a certificate is for, over TLS.
    secure: Option<(ServerName<'static>, TlsConnector)>,
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Visitor {
    /// Returns the visitor of an address, `https://HOST` or `http://HOST`, each with a port or without.
    pub fn of(address: &str, roots: RootCertStore) -> Option<Visitor> {
        let (is_secure, authority) = match address.strip_prefix("https://") {
            Some(authority) => (true, authority),
            None => (false, address.strip_prefix("http://")?),
        };
        let authority = authority.trim_end_matches('/');
        let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        if authority.is_empty() || !authority.bytes().all(is_of_host) {
            return None;
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (authority, if is_secure { 443_u16 } else { 80 }),
        };
        let name = host.trim_matches(['[', ']']).to_owned();
        let secure = match is_secure {
            true => Some((ServerName::try_from(name).ok()?, connector(roots))),
            false => None,
        };
        Some(Visitor {
            address: format!("{host}:{port}"),
            authority: authority.to_owned(),
            secure,
        })
    }

    /// Returns the answer to a path, in one of these encodings.
    ///
    /// # Errors
    /// There is none in time.
    pub async fn get(&self, path: &str, encodings: &str) -> Result<Answer, VisitError> {
        let work = async {
            let stream = TcpStream::connect(&self.address).await;
            let stream = stream.map_err(VisitError::Connection)?;
            match &self.secure {
                None => self.ask(TokioIo::new(stream), path, encodings).await,
                Some((name, connector)) => {
                    let stream = connector.connect(name.clone(), stream).await;
                    let stream = stream.map_err(VisitError::Connection)?;
                    self.ask(TokioIo::new(stream), path, encodings).await
                }
            }
        };
        let answered = tokio::time::timeout(TIMEOUT, work).await;
        answered.map_err(|_| VisitError::Slow)?
    }

    async fn ask(
        &self,
        stream: impl Read + Write + Unpin + Send + 'static,
        path: &str,
        encodings: &str,
    ) -> Result<Answer, VisitError> {
        let request = Request::get(path)
            .header(HOST, &self.authority)
            .header(ACCEPT_ENCODING, encodings)
            .header(CONNECTION, "close")
            .body(Empty::<Bytes>::new())
            .expect("paths and hosts are visible ASCII");
        let (mut sender, connection) = http1::handshake(stream).await.map_err(VisitError::Http)?;
        let running = tokio::spawn(connection);
        let answer = sender.send_request(request).await;
        let read = read(answer.map_err(VisitError::Http)?).await;
        running.abort();
        read
    }
}

async fn read(answer: Response<hyper::body::Incoming>) -> Result<Answer, VisitError> {
    let (head, body) = answer.into_parts();
    let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
    let body = body.map_err(|_| VisitError::Body)?;
    Ok(Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: body.to_bytes().to_vec(),
    })
}

fn connector(roots: RootCertStore) -> TlsConnector {
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_and_a_host() {
        for (text, expected) in [
            (
                "https://trade.example",
                Some(("trade.example:443", "trade.example")),
            ),
            (
                "https://trade.example/",
                Some(("trade.example:443", "trade.example")),
            ),
            (
                "http://localhost:8080",
                Some(("localhost:8080", "localhost:8080")),
            ),
            ("http://[::1]:8080", Some(("[::1]:8080", "[::1]:8080"))),
            ("http://[::1]", Some(("[::1]:80", "[::1]"))),
            ("trade.example", None),
            ("ftp://trade.example", None),
            ("https://", None),
            ("https://trade.example/path", None),
            ("https://trade.example:port", None),
            ("https://a@trade.example", None),
        ] {
            let visitor = Visitor::of(text, RootCertStore::empty());
            let found = visitor.as_ref().map(|one| (&*one.address, &*one.authority));
            assert_eq!(found, expected, "{text}");
        }
    }
}
