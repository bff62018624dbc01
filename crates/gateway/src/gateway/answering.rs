//! One request in, one answer out, in the order of checks that clients know.
//!
//! **Source** `docs/spec/binance-surface.md` §3.6: route, ban, weight, key form, key, parameters, time, signature, values,
//! engine.

use core::pin::pin;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Response};
use identity::key::{Key, Signing};
use model::account::Scopes;
use model::id::AccountId;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::TimeUnit;

use crate::access::Access;
use crate::auth::{Claim, Proof, Session};
use crate::body::{RequestBody, Upload, read_body};
use crate::browser::{self, Visitor};
use crate::clock;
use crate::config::Strictness;
use crate::correlation;
use crate::gateway::Gateway;
use crate::headers::{check_encoding, check_plain, says_form, time_unit};
use crate::in_time::in_time;
use crate::metrics::{AuthFailure, Dialect, Ending, LimitKind};
use crate::refused::Who;
use crate::reply::{Reply, Sharing, add_allowed, add_wallet_weights, keep_apart, keep_private};
use crate::rest::ask::Ask;
use crate::rest::filter_detail::{self, Details};
use crate::rest::named_account::{account_read, check_unnamed};
use crate::route::{self, Endpoint, Route};
use crate::unread::{check_known, note_unknown};
use crate::weights::{is_free_when_done, published_weight};

const API_KEY: HeaderName = HeaderName::from_static("x-mbx-apikey");
/// What was asked for in a request that was not read.
const UNREAD: &str = "unread";

/// A request of either dialect, its parameters read.
pub struct Call<'a> {
    pub endpoint: &'static Endpoint,
    pub params: &'a Params,
    pub unit: TimeUnit,
    pub address: IpAddr,
    pub now: Timestamp,
    pub claim: Claim<'a>,
    pub proof: Proof<'a>,
    pub visitor: Visitor<'a>,
    pub attached: Attached<'a>,
}

/// What comes with a request beside its parameters.
#[derive(Clone, Copy)]
pub enum Attached<'a> {
    Nothing,
    /// It is read once whoever asks is known.
    Upload(&'a Upload),
    /// A text that is signed by its headers.
    Message {
        headers: &'a HeaderMap,
        text: &'a str,
    },
}

impl Gateway {
    /// Answers one request.
    pub async fn answer(
        &self,
        address: IpAddr,
        parts: &Parts,
        body: RequestBody,
    ) -> Response<Body> {
        let started = Instant::now();
        let path = parts.uri.path();
        let (row, endpoint) = match route::find(&parts.method, path) {
            Ok(found) => found,
            Err(refusal) => {
                let mut response = self.refuse_unread(address, refusal);
                add_allowed(response.headers_mut(), route::methods_of(path));
                return response;
            }
        };
        correlation::note_path(endpoint.path);
        let now = clock::now();
        let (reply, used_weight) = self
            .answer_endpoint(endpoint, address, parts, body, now)
            .await;
        self.count(Dialect::Rest, row, &reply, started);
        let sharing = match endpoint.access {
            Access::Market => Sharing::AnyOrigin,
            _ => Sharing::SameOrigin,
        };
        let mut response = reply
            .compressed(parts.headers.get(ACCEPT_ENCODING))
            .into_response(used_weight, sharing);
        if endpoint.access.is_of_account() || path.starts_with("/v1/") {
            keep_private(response.headers_mut());
        }
        let is_of_pages = matches!(
            endpoint.access,
            Access::Open | Access::Sandbox | Access::Guest
        );
        if is_of_pages || path.starts_with("/v1/") {
            keep_apart(response.headers_mut());
        }
        if path.starts_with("/sapi/") {
            add_wallet_weights(response.headers_mut(), used_weight);
        }
        response
    }

    /// Counts an answered request of a row of the route table.
    pub fn count(&self, dialect: Dialect, row: usize, reply: &Reply, started: Instant) {
        let ending = Ending::of(reply.status, reply.error_code());
        let duration = started.elapsed();
        self.metrics.count_request(dialect, row, ending, duration);
    }

    /// Answers a request that was not even routed; it costs what the cheapest one does.
    pub fn refuse_unread(&self, address: IpAddr, refusal: Refusal) -> Response<Body> {
        match self.limiter.charge(address, 1, clock::now()) {
            Ok(used) => Reply::from(refusal).into_response(used, Sharing::SameOrigin),
            Err(limited) => {
                self.note_limited(&limited, UNREAD, address, clock::now());
                let used = self.limiter.used(address, clock::now());
                Reply::from(limited).into_response(used, Sharing::SameOrigin)
            }
        }
    }

    /// Returns the reply and the weight the address has used in this minute.
    async fn answer_endpoint(
        &self,
        endpoint: &'static Endpoint,
        address: IpAddr,
        parts: &Parts,
        body: RequestBody,
        now: Timestamp,
    ) -> (Reply, u32) {
        // What could only wait and be turned away is not even read: orders come before it.
        if endpoint.route.hashes() && self.hashing.turns_away() {
            return self.refuse(endpoint, address, Refusal::of(Fault::Overloaded), now);
        }
        let (body, upload) = match self.read_body(endpoint.route, parts, body).await {
            Ok(read) => read,
            Err(refusal) => {
                return self.refuse(endpoint, address, refusal, now);
            }
        };
        let query = parts.uri.query().unwrap_or("");
        if endpoint.route.takes_form() && !query.is_empty() {
            let refusal = Refusal::of(Fault::FormExpected);
            return self.refuse(endpoint, address, refusal, now);
        }
        let (form, message) = match endpoint.route {
            Route::KycResult => ("", body.as_str()),
            _ => (body.as_str(), ""),
        };
        let params = match Params::parse(query, form) {
            Ok(params) => params,
            Err(refusal) => {
                return self.refuse(endpoint, address, refusal, now);
            }
        };
        // Pinned here: handed over by value, it would lie in memory twice.
        let work = pin!(async {
            check_encoding(parts)?;
            let unit = time_unit(parts)?;
            let browser = self.browser(endpoint, parts, now).inspect_err(|refusal| {
                self.note_refusal(refusal, endpoint.name, (Who::Unknown, address), now);
            })?;
            let named = parts.headers.get(API_KEY).map(HeaderValue::as_bytes);
            let (claim, proof) = match (&browser, named) {
                (Some(key), _) => (Claim::Held(key), Proof::LoggedOn),
                (None, Some(id)) => (Claim::Named(id), Proof::Sent { parts, body: &body }),
                (None, None) => (Claim::Nobody, Proof::Sent { parts, body: &body }),
            };
            let call = Call {
                endpoint,
                params: &params,
                unit,
                address,
                now,
                claim,
                proof,
                visitor: Visitor::of(&parts.headers),
                attached: match (&upload, endpoint.route) {
                    (Some(upload), _) => Attached::Upload(upload),
                    (None, Route::KycResult) => Attached::Message {
                        headers: &parts.headers,
                        text: message,
                    },
                    (None, _) => Attached::Nothing,
                },
            };
            let details = Details::of(&parts.headers);
            self.carry_out_for(details, &call).await
        });
        let weight = self.weight(endpoint, &params);
        self.charged(endpoint, weight, address, now, work).await
    }

    /// Returns the text of a body, or the body of an upload, which is not read before its sender is known.
    async fn read_body(
        &self,
        route: Route,
        parts: &Parts,
        body: RequestBody,
    ) -> Result<(String, Option<Upload>), Refusal> {
        check_plain(parts)?;
        if route == Route::AttachDocument {
            return Ok((String::new(), Some(Upload::new(body))));
        }
        let text = read_body(&parts.method, body, &self.config.bounds).await?;
        let is_form = text.is_empty() || route == Route::KycResult || says_form(&parts.headers);
        if mutant::plant!("any-body-is-a-form", false, !is_form) {
            return Err(Refusal::of(Fault::BodyNotForm));
        }
        Ok((text, None))
    }

    /// Returns the key of the browser that signed in, for a request that is not everybody's and names no API key.
    ///
    /// # Errors
    /// 401 for a session that has ended; 403 for a page of another origin, or one that did not read the session.
    fn browser(
        &self,
        endpoint: &Endpoint,
        parts: &Parts,
        now: Timestamp,
    ) -> Result<Option<Arc<Key>>, Refusal> {
        if matches!(endpoint.access, Access::Market | Access::Open) {
            return Ok(None);
        }
        self.origins.check(&parts.headers)?;
        let token = browser::token(&parts.headers).filter(|token| !token.is_empty());
        if matches!(endpoint.access, Access::Sandbox | Access::Guest) {
            self.origins.check_name(&parts.headers)?;
            return Ok(None);
        }
        let (Some(token), false) = (token, parts.headers.contains_key(API_KEY)) else {
            return Ok(None);
        };
        self.origins.check_name(&parts.headers)?;
        let key = self.identity.find_browser(token, now);
        let key = key.ok_or_else(|| Refusal::of(Fault::NotSignedIn))?;
        browser::check_csrf(&key, &parts.method, &parts.headers)?;
        Ok(Some(key))
    }

    /// Charges a request, does its work, and gives back what it weighs when it costs nothing.
    ///
    /// Returns the reply and the weight the address has used in this minute.
    pub async fn charged(
        &self,
        endpoint: &Endpoint,
        weight: u32,
        address: IpAddr,
        now: Timestamp,
        work: impl Future<Output = Result<Reply, Refusal>>,
    ) -> (Reply, u32) {
        let used = match self.limiter.charge(address, weight, now) {
            Ok(used) => used,
            Err(limited) => {
                self.note_limited(&limited, endpoint.name, address, now);
                return (Reply::from(limited), self.limiter.used(address, now));
            }
        };
        match work.await {
            Ok(reply) if is_free_when_done(endpoint) && reply.status == 200 => {
                (reply, self.limiter.refund(address, weight, now))
            }
            Ok(reply) => (reply, used),
            Err(refusal) => (Reply::from(refusal), used),
        }
    }

    /// Returns what a request weighs here.
    pub fn weight(&self, endpoint: &Endpoint, params: &Params) -> u32 {
        let published = published_weight(endpoint, params);
        self.config.weights.scaled(endpoint, published)
    }

    fn refuse(
        &self,
        endpoint: &Endpoint,
        address: IpAddr,
        refusal: Refusal,
        now: Timestamp,
    ) -> (Reply, u32) {
        let weight = self.config.weights.of(endpoint);
        match self.limiter.charge(address, weight, now) {
            Ok(used) => (Reply::from(refusal), used),
            Err(limited) => {
                self.note_limited(&limited, endpoint.name, address, now);
                (Reply::from(limited), self.limiter.used(address, now))
            }
        }
    }

    /// Answers a request: what both dialects have in common.
    ///
    /// All but trading is done in a box of its own: what the longest of it keeps would lie in the memory of every order.
    pub async fn carry_out(&self, call: &Call<'_>) -> Result<Reply, Refusal> {
        match call.endpoint.access {
            Access::Trade => self.trade(call).await,
            Access::Read | Access::Transfer | Access::Withdraw | Access::Page | Access::User => {
                Box::pin(self.read(call)).await
            }
            Access::Named => Box::pin(self.answer_named(call)).await,
            Access::Sandbox | Access::Guest => {
                self.check_parameters(call.endpoint, call.params)?;
                Box::pin(in_time(&self.config.bounds, self.route_guest(call))).await?
            }
            Access::Market | Access::Open => {
                self.check_parameters(call.endpoint, call.params)?;
                Box::pin(self.route_public(call.endpoint.route, call.params, call.unit)).await
            }
        }
    }

    async fn trade(&self, call: &Call<'_>) -> Result<Reply, Refusal> {
        let session = self.authenticate(call, Scopes::TRADE)?;
        check_unnamed(call)?;
        if let Some(limited) = self.limit_key(&session.key, call) {
            return Ok(limited);
        }
        let ask = ask(self, &session, session.key.account, call);
        self.route_trade(&ask, call.endpoint.route, call.now).await
    }

    async fn read(&self, call: &Call<'_>) -> Result<Reply, Refusal> {
        let access = call.endpoint.access;
        access
            .check(call.claim)
            .inspect_err(|_| self.not_believed(AuthFailure::Key))?;
        let session = self.authenticate(call, access.scopes())?;
        if let Some(limited) = self.limit_key(&session.key, call) {
            return Ok(limited);
        }
        let account = account_read(self, &session, call).await?;
        let ask = ask(self, &session, account, call);
        match call.endpoint.route {
            // Files are long, and wait for others; an upload waits for whoever sends it.
            Route::AttachDocument => self.route_private(&ask).await,
            route if route.is_file() => self.route_private(&ask).await,
            _ => in_time(&self.config.bounds, self.route_private(&ask)).await?,
        }
    }

    async fn answer_named(&self, call: &Call<'_>) -> Result<Reply, Refusal> {
        let (key, _) = self.find_key(call, Scopes::READ)?;
        // The name of a listen key is all that it takes to read a stream, and stands in the path of its socket.
        if mutant::plant!(
            "listen-key-unsigned",
            false,
            key.signing == Signing::Request
        ) {
            return Err(Refusal::of(Fault::ListenKeyRefused));
        }
        self.check_parameters(call.endpoint, call.params)?;
        self.route_named(&key, call).await
    }

    /// Returns the refusal of a request that is too much for its key.
    fn limit_key(&self, key: &Key, call: &Call<'_>) -> Option<Reply> {
        let weight = self.weight(call.endpoint, call.params);
        let limited = self.key_limiter.charge(key, weight, call.now).err()?;
        self.metrics.count_limited(LimitKind::Weight);
        Some(Reply::from(limited))
    }

    /// Carries a request out for somebody who wants refusals so.
    pub async fn carry_out_for(&self, details: Details, call: &Call<'_>) -> Result<Reply, Refusal> {
        let outcome = self.carry_out(call).await;
        self.note_outcome(call, &outcome);
        match outcome {
            Err(refusal) if details == Details::Told => {
                let (views, route) = (self.hub.views(), call.endpoint.route);
                Ok(filter_detail::tell(&views, route, call.params, refusal))
            }
            answer => answer,
        }
    }

    pub(crate) fn check_parameters(
        &self,
        endpoint: &Endpoint,
        params: &Params,
    ) -> Result<(), Refusal> {
        for name in endpoint.mandatory {
            params.mandatory(name)?;
        }
        // No client of upstream asks these paths, so nothing is sent there that is nobody's.
        let is_own = endpoint.path.starts_with("/v1/");
        if is_own || self.config.strictness == Strictness::Strict {
            return check_known(endpoint, params);
        }
        note_unknown(endpoint, params);
        Ok(())
    }
}

fn ask<'a>(
    gateway: &'a Gateway,
    session: &'a Session,
    account: AccountId,
    call: &Call<'a>,
) -> Ask<'a> {
    Ask {
        gateway,
        session,
        account,
        params: call.params,
        unit: call.unit,
        address: call.address,
        visitor: call.visitor,
        attached: call.attached,
        method: &call.endpoint.method,
        path: call.endpoint.path,
        route: call.endpoint.route,
    }
}
