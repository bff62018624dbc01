//! An outbox on disk and a courier who empties it, at moments that a test names.

use std::path::Path;
use std::sync::Arc;

use identity::email::Email;
use identity::hashing::Hashing;
use identity::identity::Identity;
use identity::letter::Stationery;
use identity::letter::language::Language;
use identity::master::MasterKey;
use identity::outbox::State;
use identity::password::{Cost, Password, PasswordHash};
use mail::courier::Courier;
use mail::figures::Figures;
use mail::server::{Credentials, Sender, Server, Tls};
use model::time::{NANOS_PER_SECOND, Timestamp};
use tokio::sync::watch;

use crate::place;
use crate::sink::Sink;

const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};
pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Returns the moment so many seconds after the first.
pub fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

/// Returns how a courier reaches a sink.
pub fn server_at(sink: &Sink, tls: Tls) -> Server {
    Server {
        host: "localhost".to_owned(),
        port: sink.address.port(),
        tls,
        authority: Some(sink.certificate.clone()),
        credentials: None,
        sender: Sender {
            address: Email::parse("no-reply@bourse.example").expect("an address"),
            name: "Bourse".to_owned(),
        },
        per_minute_max: 1_000_000,
    }
}

pub fn credentials(password: &str) -> Option<Credentials> {
    Some(Credentials {
        user: "me".to_owned(),
        password: password.to_owned(),
    })
}

pub struct World {
    pub identity: Arc<Identity>,
    courier: Courier,
    figures: Arc<Figures>,
    stop: watch::Sender<bool>,
}

impl World {
    pub async fn open(folder: &Path, server: Server) -> World {
        let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a key");
        let address = place::address(folder).await;
        let identity = Identity::open(&address, master).await;
        let identity = Arc::new(identity.expect("opens"));
        let figures = Arc::<Figures>::default();
        let stationery = Stationery {
            product: "Bourse".to_owned(),
            first_language: Language::English,
        };
        let courier = Courier::new(
            Arc::clone(&identity),
            stationery,
            server,
            Arc::clone(&figures),
        );
        World {
            identity,
            courier: courier.expect("a server"),
            figures,
            stop: watch::Sender::new(false),
        }
    }

    /// Writes a message to an address, with a token.
    pub async fn write(&self, name: &str, at: Timestamp) {
        let email = address(name);
        let registered = self.identity.register(&email, &hash().await, at).await;
        registered.expect("registered");
    }

    pub async fn look(&mut self, at: Timestamp) {
        let stop = self.stop.subscribe();
        self.courier
            .look(at, &stop)
            .await
            .expect("the database works");
    }

    /// Returns the states of all messages, the oldest first.
    pub async fn states(&self) -> Vec<State> {
        let messages = self.identity.messages(100).await.expect("read");
        messages.iter().rev().map(|one| one.state).collect()
    }

    /// Returns the newest token.
    pub async fn token(&self) -> String {
        let mut messages = self.identity.messages(1).await.expect("read");
        messages.remove(0).token.expect("a token")
    }

    pub fn figure(&self, line: &str) -> u64 {
        let mut text = String::new();
        self.figures.write(&mut text);
        let value = text.lines().find_map(|found| found.strip_prefix(line));
        value.expect(line).trim().parse().expect("a number")
    }
}

pub fn address(name: &str) -> Email {
    Email::parse(&format!("{name}@example.test")).expect("an address")
}

pub async fn hash() -> PasswordHash {
    let hashing = Hashing::start(CHEAP).expect("starts");
    let place = hashing.reserve().expect("room");
    let hash = place.hash(Password::claim("fifteen letters")).await;
    hash.expect("hashed")
}
