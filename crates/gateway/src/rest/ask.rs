//! A signed request, and how it reaches the sequencer.

use std::net::IpAddr;

use axum::http::Method;
use model::command::{Action, ClientHeader, Command, Idempotency};
use model::event::Event;
use model::id::{AccountId, MarketId, OrderId};
use model::reject::Reject;
use model::text::ClientOrderId;
use sha2::{Digest, Sha256};
use views::order::Order;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request;
use wire::binance::time::TimeUnit;

use crate::auth::Session;
use crate::browser::Visitor;
use crate::gateway::answering::Attached;
use crate::gateway::{Gateway, generated_id};
use crate::rest::facts::Listing;
use crate::route::Route;
use crate::tickets::Applied;

/// A signed request about orders.
pub struct Ask<'a> {
    pub gateway: &'a Gateway,
    pub session: &'a Session,
    /// What it reads: that of the session, unless it names another.
    pub account: AccountId,
    pub params: &'a Params,
    pub unit: TimeUnit,
    pub address: IpAddr,
    pub visitor: Visitor<'a>,
    pub attached: Attached<'a>,
    pub route: Route,
    /// Method and path, which are part of what an idempotency key stands for.
    pub method: &'a Method,
    pub path: &'a str,
}

impl Ask<'_> {
    /// Returns the listing of the symbol it names.
    ///
    /// # Errors
    /// -1121 when there is none.
    pub fn listing(&self) -> Result<Listing, Refusal> {
        let symbol = request::symbol(self.params)?;
        let listing = self.gateway.hub().listing(symbol);
        listing.ok_or_else(|| Refusal::of(Fault::SymbolInvalid))
    }

    /// Sends an action in the name of the session at once, and waits for what it did.
    ///
    /// # Errors
    /// Those of the idempotency key, of an overload and of an unknown outcome.
    pub fn submit(&self, action: Action) -> impl Future<Output = Result<Applied, Refusal>> {
        self.submit_named(action, None)
    }

    /// Sends an action whose request has a name of its own.
    ///
    /// # Errors
    /// As `submit`.
    pub fn submit_named(
        &self,
        action: Action,
        name: Option<ClientOrderId>,
    ) -> impl Future<Output = Result<Applied, Refusal>> {
        let hub = self.gateway.hub();
        let command = self
            .idempotency()
            .map(|idempotency| self.command(action, idempotency));
        hub.applied(command.and_then(|command| hub.enter(command, name)))
    }

    /// Returns the command that carries an action in the name of the session.
    pub fn command(&self, action: Action, idempotency: Option<Idempotency>) -> Command {
        let header = ClientHeader {
            account: self.session.key.account,
            key: self.session.key.id,
            valid_until: self.session.window.valid_until,
            idempotency,
        };
        Command::Client { header, action }
    }

    /// Returns an optional number.
    ///
    /// # Errors
    /// -1100 for anything but digits, -1108 when it is too large.
    pub fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        Ok(self.params.integer(name)?.map(i64::unsigned_abs))
    }

    fn idempotency(&self) -> Result<Option<Idempotency>, Refusal> {
        let key = request::idempotency_key(self.params)?;
        Ok(key.map(|key| Idempotency {
            key,
            body: body_digest(self.method, self.path, self.params),
        }))
    }

    /// Returns the name of a cancel that came without one: the same for each repetition under an idempotency key.
    ///
    /// No order bears it, so nothing is the matter when a key comes again after it was forgotten.
    pub fn cancel_name(&self) -> ClientOrderId {
        let Ok(Some(idempotency)) = self.idempotency() else {
            return self.gateway.client_id();
        };
        let mut digest = Sha256::new();
        digest.update(self.session.key.account.0.to_be_bytes());
        digest.update(idempotency.body.to_be_bytes());
        digest.update(idempotency.key.chars().0);
        let half = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(0, |all, byte| all << 8 | u64::from(*byte))
        };
        let digest = digest.finalize();
        generated_id([half(&digest[..8]), half(&digest[8..16])])
    }

    /// Returns an order that the request has just changed.
    ///
    /// # Errors
    /// -1000 when it is gone.
    pub fn own_order(&self, market: MarketId, order: OrderId) -> Result<Order, Refusal> {
        self.gateway
            .hub()
            .views()
            .order(market, order)
            .ok_or_else(|| Refusal::of(Fault::Unknown))
    }
}

/// Digests what a request asks for: everything but when, by which signature and under which key it does.
///
/// **Shape** the first eight bytes of SHA-256 over method, path and the sorted parameters.
pub fn body_digest(method: &Method, path: &str, params: &Params) -> u64 {
    const APART: [&str; 7] = [
        "timestamp",
        "signature",
        "nonce",
        "recvWindow",
        "idempotencyKey",
        "apiKey",
        "returnRateLimits",
    ];
    let mut pairs: Vec<(&str, &str)> = params
        .iter()
        .filter(|(name, _)| !APART.contains(name))
        .collect();
    pairs.sort_unstable();
    let mut hash = Sha256::new();
    for text in [method.as_str(), path]
        .into_iter()
        .chain(pairs.into_iter().flat_map(|(name, value)| [name, value]))
    {
        // The length before each text keeps "ab","c" and "a","bc" apart.
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut word = [0; 8];
    word.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(word)
}

/// Returns the refusal of a command that was rejected as a whole.
pub fn rejection(events: &[Event]) -> Option<Reject> {
    match events.first() {
        Some(Event::Rejected { reason }) => Some(*reason),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(method: &Method, path: &str, query: &str) -> u64 {
        body_digest(method, path, &Params::parse(query, "").expect("legal"))
    }

    #[test]
    fn a_body_digest_covers_what_is_asked_and_nothing_else() {
        let base = digest(&Method::POST, "/api/v3/order", "symbol=A&price=1");
        for same in [
            "price=1&symbol=A",
            "symbol=A&price=1&timestamp=5&signature=x&nonce=n&recvWindow=7&idempotencyKey=k",
            "apiKey=me&symbol=A&price=1",
        ] {
            assert_eq!(digest(&Method::POST, "/api/v3/order", same), base, "{same}");
        }
        for other in [
            "symbol=A&price=2",
            "symbol=A",
            "symbol=Ap&rice=1",
            "symbol=A&price=1&x=1",
        ] {
            assert_ne!(
                digest(&Method::POST, "/api/v3/order", other),
                base,
                "{other}"
            );
        }
        assert_ne!(
            digest(&Method::DELETE, "/api/v3/order", "symbol=A&price=1"),
            base
        );
        assert_ne!(
            digest(&Method::POST, "/api/v3/order/test", "symbol=A&price=1"),
            base
        );
    }
}
