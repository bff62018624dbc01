//! A mail server that keeps what it is sent, and misbehaves when it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::CertifiedKey;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// `\0me\0secret` in base 64, as AUTH PLAIN sends it.
const PLAIN: &str = "AG1lAHNlY3JldA==";

/// When the sink begins TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    Implicit,
    StartTls,
    Nothing,
}

/// What it answers. An empty text closes the connection instead.
#[derive(Clone, Copy)]
pub struct Manners {
    pub mail: &'static str,
    pub recipient: &'static str,
    /// Recipients that are refused so, by the beginning of their address.
    pub refused: Option<(&'static str, &'static str)>,
    pub content: &'static str,
    pub wants_login: bool,
}

impl Manners {
    pub const GOOD: Manners = Manners {
        mail: "250 go on",
        recipient: "250 known",
        refused: None,
        content: "250 taken",
        wants_login: false,
    };
}

/// A mail that it was sent, whether or not it said that it took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub recipient: String,
    /// Without the dots that were stuffed.
    pub content: String,
}

impl Received {
    /// Returns the header of a name, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.content.split_once("\r\n\r\n")?;
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let prefix = format!("{name}: ");
        let line = head
            .split("\r\n")
            .find_map(|line| line.strip_prefix(&prefix));
        line.map(str::to_owned)
    }
}

pub struct Sink {
    pub address: SocketAddr,
    /// The certificate in PEM.
    pub certificate: Vec<u8>,
    state: Arc<State>,
}

struct State {
    offer: Offer,
    tls: TlsAcceptor,
    manners: Mutex<Manners>,
    received: Mutex<Vec<Received>>,
    /// Lines that came before TLS, of all connections.
    in_clear: Mutex<Vec<String>>,
}

impl Sink {
    pub async fn start(offer: Offer) -> Sink {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])
                .expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a pair");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let state = Arc::new(State {
            offer,
            tls: TlsAcceptor::from(Arc::new(config)),
            manners: Mutex::new(Manners::GOOD),
            received: Mutex::default(),
            in_clear: Mutex::default(),
        });
        let sink = Sink {
            address: listener.local_addr().expect("bound"),
            certificate: cert.pem().into_bytes(),
            state: Arc::clone(&state),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&state)));
            }
        });
        sink
    }

    pub fn behave(&self, manners: Manners) {
        *self.state.manners.lock().expect("unharmed") = manners;
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().expect("unharmed").clone()
    }

    pub fn in_clear(&self) -> Vec<String> {
        self.state.in_clear.lock().expect("unharmed").clone()
    }
}

/// Whether what is said can be read on the way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Channel {
    Clear,
    Encrypted,
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    if state.offer == Offer::Implicit {
        if let Ok(stream) = state.tls.accept(stream).await {
            let mut stream = BufReader::new(stream);
            if say(&mut stream, "220 sink").await {
                converse(&mut stream, &state, Channel::Encrypted).await;
            }
        }
        return;
    }
    let mut stream = BufReader::new(stream);
    if say(&mut stream, "220 sink").await && converse(&mut stream, &state, Channel::Clear).await {
        let stream = stream.into_inner();
        if let Ok(stream) = state.tls.accept(stream).await {
            let mut stream = BufReader::new(stream);
            converse(&mut stream, &state, Channel::Encrypted).await;
        }
    }
}

/// Answers commands; true when TLS is to begin.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    state: &State,
    channel: Channel,
) -> bool {
    let mut recipient = String::new();
    let mut has_login = false;
    while let Some(line) = read_line(stream).await {
        if channel == Channel::Clear {
            state.in_clear.lock().expect("unharmed").push(line.clone());
        }
        let manners = *state.manners.lock().expect("unharmed");
        let word = line
            .split([' ', ':'])
            .next()
            .unwrap_or("")
            .to_ascii_uppercase();
        let answer = match word.as_str() {
            "EHLO" if state.offer == Offer::StartTls && channel == Channel::Clear => {
                "250-sink\r\n250 STARTTLS".to_owned()
            }
            "EHLO" => "250-sink\r\n250 AUTH PLAIN".to_owned(),
            "STARTTLS" if state.offer == Offer::StartTls => {
                say(stream, "220 begin").await;
                return true;
            }
            "AUTH" => {
                has_login = line == format!("AUTH PLAIN {PLAIN}");
                if has_login {
                    "235 welcome"
                } else {
                    "535 go away"
                }
                .to_owned()
            }
            "MAIL" if manners.wants_login && !has_login => "530 sign in".to_owned(),
            "MAIL" => manners.mail.to_owned(),
            "RCPT" => {
                recipient = between(&line, '<', '>');
                let refused = manners
                    .refused
                    .filter(|(who, _)| recipient.starts_with(who));
                refused
                    .map_or(manners.recipient, |(_, answer)| answer)
                    .to_owned()
            }
            "DATA" => {
                say(stream, "354 go on").await;
                let Some(content) = read_content(stream).await else {
                    return false;
                };
                let mail = Received {
                    recipient: recipient.clone(),
                    content,
                };
                state.received.lock().expect("unharmed").push(mail);
                manners.content.to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "502 what".to_owned(),
        };
        if answer.is_empty() || !say(stream, &answer).await || word == "QUIT" {
            return false;
        }
    }
    false
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, answer: &str) -> bool {
    let bytes = format!("{answer}\r\n");
    stream.write_all(bytes.as_bytes()).await.is_ok() && stream.flush().await.is_ok()
}

async fn read_line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut line = String::new();
    let count = stream.read_line(&mut line).await.ok()?;
    (0 < count).then(|| line.trim_end_matches("\r\n").to_owned())
}

async fn read_content<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut content = String::new();
    loop {
        let line = read_line(stream).await?;
        if line == "." {
            return Some(content);
        }
        content.push_str(line.strip_prefix('.').unwrap_or(&line));
        content.push_str("\r\n");
    }
}

fn between(text: &str, from: char, to: char) -> String {
    let after = text.split_once(from).map_or("", |(_, after)| after);
    after.split(to).next().unwrap_or("").to_owned()
}
