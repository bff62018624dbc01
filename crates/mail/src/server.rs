//! Which mail server takes our messages, and as whom we come.

use identity::email::Email;

/// What a courier is given.
#[derive(Clone)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// Certificates in PEM that are trusted, instead of those that the program brings.
    pub authority: Option<Vec<u8>>,
    pub credentials: Option<Credentials>,
    pub sender: Sender,
    /// Messages, at most.
    pub per_minute_max: u32,
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// With the first byte (RFC 8314).
    Implicit,
    /// After a request that the server must grant (RFC 3207).
    StartTls,
    /// Never: for a server on the same machine.
    Never,
}

/// How we sign in to the mail server.
#[derive(Clone)]
pub struct Credentials {
    pub user: String,
    pub password: String,
}

/// From whom messages are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub address: Email,
    /// As mail readers show it; the same rule as for the name of the exchange.
    pub name: String,
}

/// Why a courier cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("the trusted certificates of the mail server are no PEM")]
    Authority {
        source: lettre::transport::smtp::Error,
    },
    #[error("{host} cannot be the name of a mail server")]
    Host {
        host: String,
        source: lettre::transport::smtp::Error,
    },
}
