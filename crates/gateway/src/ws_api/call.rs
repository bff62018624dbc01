//! One request over a socket, from its parameters to the text of its answer.

use core::pin::pin;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use identity::key::Key;
use model::time::Timestamp;
use wire::binance::error::Refusal;
use wire::binance::params::Params;
use wire::binance::time::TimeUnit;
use wire::binance::ws_api::{self, Counter, Head, Request, Unreadable};

use crate::auth::{Claim, Proof};
use crate::browser::Visitor;
use crate::clock;
use crate::config::RequestLimits;
use crate::correlation;
use crate::gateway::Gateway;
use crate::gateway::answering::{Attached, Call};
use crate::metrics::Dialect;
use crate::order_counter::OrderCounts;
use crate::refused::Who;
use crate::refused::outcome::SOCKET;
use crate::reply::Reply;
use crate::rest::filter_detail::Details;
use crate::route::Endpoint;

const MILLIS_PER_SECOND: i64 = 1_000;

/// Who asks, and how the answers are to look.
#[derive(Clone)]
pub struct Caller {
    pub gateway: Arc<Gateway>,
    pub address: IpAddr,
    /// What the socket was opened at.
    pub host: Arc<str>,
    pub unit: TimeUnit,
    pub counters: Counters,
    pub details: Details,
}

/// Whether answers say what of the limits is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counters {
    Shown,
    Hidden,
}

impl Caller {
    /// Carries out what a row of the route table does, and returns the answer.
    ///
    /// `logged_on` is the key that the socket has logged on with.
    pub fn carry_out(
        self,
        method: (&'static str, usize, &'static Endpoint),
        request: Request,
        logged_on: Option<Arc<Key>>,
    ) -> impl Future<Output = String> {
        correlation::of_request(self.carried_out(method, request, logged_on))
    }

    async fn carried_out(
        self,
        (name, row, endpoint): (&'static str, usize, &'static Endpoint),
        request: Request,
        logged_on: Option<Arc<Key>>,
    ) -> String {
        correlation::note_path(endpoint.path);
        let started = Instant::now();
        let now = clock::now();
        let params = &request.params;
        let call = self.call((name, endpoint), params, logged_on.as_ref(), now);
        let gateway = &self.gateway;
        let work = pin!(gateway.carry_out_for(self.details, &call));
        let weight = gateway.weight(endpoint, params);
        let (reply, used) = gateway
            .charged(endpoint, weight, self.address, now, work)
            .await;
        gateway.count(Dialect::Socket, row, &reply, started);
        self.answer(&request, &reply, used)
    }

    /// Returns the request as REST would make it.
    pub fn call<'a>(
        &'a self,
        (method, endpoint): (&'a str, &'static Endpoint),
        params: &'a Params,
        logged_on: Option<&'a Arc<Key>>,
        now: Timestamp,
    ) -> Call<'a> {
        let named = params.raw("apiKey");
        let login = logged_on.filter(|key| match named {
            None => true,
            Some(named) => {
                mutant::plant!("login-for-any-key", true, named == key.public_id)
                    && params.raw("signature").is_none()
            }
        });
        let said = Proof::Said {
            method,
            host: &self.host,
        };
        let (claim, proof) = match (login, named) {
            (Some(key), _) => (Claim::Held(key), Proof::LoggedOn),
            (None, Some(id)) => (Claim::NamedOnSocket(id), said),
            (None, None) => (Claim::Nobody, said),
        };
        Call {
            endpoint,
            params,
            unit: self.unit,
            address: self.address,
            now,
            claim,
            proof,
            visitor: Visitor::default(),
            attached: Attached::Nothing,
        }
    }

    /// Returns the answer to a request.
    pub fn answer(&self, request: &Request, reply: &Reply, used_weight: u32) -> String {
        let shown = match request.params.choice("returnRateLimits") {
            Ok(Some(true)) => Counters::Shown,
            Ok(Some(false)) => Counters::Hidden,
            Ok(None) | Err(_) => self.counters,
        };
        let limits = self.gateway.config().limiting.limits();
        let counters = counters(limits, reply.order_counts, used_weight);
        let counters = (shown == Counters::Shown).then_some(&counters[..]);
        let body = core::str::from_utf8(&reply.body).expect("JSON is text");
        let failure = (500 <= reply.status)
            .then(|| correlation::of_failure(reply.status, reply.error_code()).to_string());
        let head = Head {
            id: &request.id,
            status: reply.status,
            correlation: failure.as_deref(),
        };
        match reply.retry_after_seconds {
            None => ws_api::answer(&head, body, counters),
            Some(seconds) => {
                let now_ms = clock::now().millis();
                let body = ws_api::limited(body, now_ms, now_ms + seconds * MILLIS_PER_SECOND);
                ws_api::answer(&head, &body, counters)
            }
        }
    }

    /// Returns the answer to a request that could not be read; it weighs what the cheapest one does.
    pub fn refuse(&self, unreadable: Unreadable) -> String {
        let Unreadable { id, refusal } = unreadable;
        let request = Request {
            id,
            params: Params::default(),
        };
        let (reply, used) = self.charge((1, Who::Unknown), || Err(refusal));
        self.answer(&request, &reply, used)
    }

    /// Charges work that waits for nothing, and does it; `who` is the one who wants it.
    pub fn charge(
        &self,
        (weight, who): (u32, Who),
        work: impl FnOnce() -> Result<Reply, Refusal>,
    ) -> (Reply, u32) {
        let (limiter, now) = (self.gateway.limiter(), clock::now());
        let refused = |refusal: &Refusal| {
            let from = (who, self.address);
            self.gateway.note_refusal(refusal, SOCKET, from, now);
        };
        match limiter.charge(self.address, weight, now) {
            Ok(used) => {
                let reply = work().inspect_err(refused);
                (reply.unwrap_or_else(Reply::from), used)
            }
            Err(limited) => {
                refused(&limited.refusal);
                (Reply::from(limited), limiter.used(self.address, now))
            }
        }
    }
}

fn counters(limits: &RequestLimits, orders: Option<OrderCounts>, used_weight: u32) -> Vec<Counter> {
    let counter = |rate_limit_type, (interval, interval_num), limit, count| Counter {
        rate_limit_type,
        interval,
        interval_num,
        limit,
        count,
    };
    let mut counters = Vec::with_capacity(3);
    if let Some(orders) = orders {
        let ten_seconds = (limits.orders_per_ten_seconds, orders.ten_seconds);
        let day = (limits.orders_per_day, orders.day);
        counters.push(counter(
            "ORDERS",
            ("SECOND", 10),
            ten_seconds.0,
            ten_seconds.1,
        ));
        counters.push(counter("ORDERS", ("DAY", 1), day.0, day.1));
    }
    counters.push(counter(
        "REQUEST_WEIGHT",
        ("MINUTE", 1),
        limits.weight_per_minute,
        used_weight,
    ));
    counters
}
