//! A connection to the mail server, phase by phase: whether a refusal is about us or about one message decides what
//! becomes of the others.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use crate::compose::Mail;
use crate::server::{Server, ServerError, Tls};

const OPEN_TIME: Duration = Duration::from_secs(30);
const SEND_TIME: Duration = Duration::from_secs(60);
const CLOSE_TIME: Duration = Duration::from_secs(2);
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// Why a mail was not taken. Texts of the server stay out of it where they may name the recipient.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server was not reached, or takes nothing from us.
    Server { reason: String },
    /// It did not take this mail.
    Later { code: Option<u16> },
    /// It will never take it.
    Never { code: Option<u16> },
}

/// How sessions are opened.
pub(crate) struct Opening {
    server: Server,
    tls: Option<TlsParameters>,
    hello: ClientId,
}

/// An open session.
pub(crate) struct Session {
    connection: AsyncSmtpConnection,
}

impl Opening {
    /// Returns how sessions with a server are opened.
    ///
    /// # Errors
    /// When a certificate or the name is none.
    pub(crate) fn new(server: Server) -> Result<Opening, ServerError> {
        let tls = match server.tls {
            Tls::Implicit | Tls::StartTls => Some(tls_of(&server)?),
            Tls::Never => None,
        };
        let (_, domain) = server
            .sender
            .address
            .as_str()
            .rsplit_once('@')
            .expect("an address has a domain");
        let hello = ClientId::Domain(domain.to_owned());
        Ok(Opening { server, tls, hello })
    }

    pub(crate) const fn server(&self) -> &Server {
        &self.server
    }

    /// Opens a session: encrypted before anything is told, and signed in.
    pub(crate) async fn open(&self) -> Result<Session, Failure> {
        let opened = timeout(OPEN_TIME, self.connect()).await;
        let connection = opened
            .map_err(|_| unreachable_server("it does not answer in time"))?
            .map_err(|error| unreachable_server(&explained(&error)))?;
        Ok(Session { connection })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let server = &self.server;
        let implicit = match server.tls {
            Tls::Implicit => self.tls.clone(),
            Tls::StartTls | Tls::Never => None,
        };
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (server.host.as_str(), server.port),
            Some(OPEN_TIME),
            &self.hello,
            implicit,
            None,
        )
        .await?;
        if let (Tls::StartTls, Some(tls)) = (server.tls, &self.tls) {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(own) = &server.credentials {
            let credentials = Credentials::new(own.user.clone(), own.password.clone());
            connection.auth(&MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }
}

impl Session {
    /// Sends a mail; after a failure the session is of no more use.
    pub(crate) async fn send(&mut self, mail: &Mail) -> Result<(), Failure> {
        let sent = timeout(SEND_TIME, self.hand_over(mail)).await;
        sent.unwrap_or(Err(Failure::Later { code: None }))
    }

    async fn hand_over(&mut self, mail: &Mail) -> Result<(), Failure> {
        let from = MailFrom::new(Some(mail.sender.clone()), Vec::new());
        // What is said before the recipient is about us.
        let begun = self.connection.command(from).await;
        begun.map_err(|error| unreachable_server(&explained(&error)))?;
        let to = Rcpt::new(mail.recipient.clone(), Vec::new());
        self.connection.command(to).await.map_err(refused)?;
        self.connection.command(Data).await.map_err(refused)?;
        let taken = self.connection.message(&mail.bytes).await;
        taken.map(|_| ()).map_err(refused)
    }

    /// Takes leave, for a moment.
    pub(crate) async fn close(mut self) {
        // Everything that was sent has been answered.
        let _ = timeout(CLOSE_TIME, self.connection.quit()).await;
    }
}

fn tls_of(server: &Server) -> Result<TlsParameters, ServerError> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.authority {
        let certificate =
            Certificate::from_pem(pem).map_err(|source| ServerError::Authority { source })?;
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(|source| ServerError::Host {
        host: server.host.clone(),
        source,
    })
}

fn unreachable_server(reason: &str) -> Failure {
    Failure::Server {
        reason: reason.to_owned(),
    }
}

/// Returns an error with what caused it.
fn explained(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(lower) = cause {
        text = format!("{text}: {lower}");
        cause = lower.source();
    }
    text
}

fn refused(error: Error) -> Failure {
    let code = error.status().map(u16::from);
    if error.is_permanent() {
        Failure::Never { code }
    } else {
        Failure::Later { code }
    }
}
