//! One client of the WebSocket API: who it is, what it asked for and what is under way.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use futures_util::{FutureExt, StreamExt};
use identity::key::Key;
use model::account::Scopes;
use model::text::Symbol;
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request;
use wire::binance::time::Time;
use wire::binance::words::SymbolText;
use wire::binance::ws_api::{Request, Unreadable};

use crate::auth::Proof;
use crate::clock;
use crate::presence::{Actor, Presence};
use crate::reply::Reply;
use crate::ws::outbox::Outbox;
use crate::ws_api::call::{Caller, Counters};
use crate::ws_api::methods::{self, Errand, Method, SIGNED_ERRAND};
use crate::ws_api::subscriptions::{Binding, Subscriptions};

/// Requests of one socket that are carried out side by side; the next one is not read before there is room.
const IN_FLIGHT_MAX: usize = 32;
/// Markets whose orders one socket may stand for.
const GUARDED_MAX: usize = 32;
const CANCEL_ON_DISCONNECT: &str = "cancelOnDisconnect";

/// A client and its requests.
pub struct Session {
    caller: Caller,
    connected_at: Timestamp,
    login: Option<Login>,
    subscriptions: Subscriptions,
    in_flight: FuturesOrdered<BoxFuture<'static, String>>,
    /// Waits until everything before it is answered: what it changes would change the requests before it.
    held: Option<(Errand, Request)>,
}

/// The key that requests need not name any more.
struct Login {
    key: Arc<Key>,
    since: Timestamp,
    guarded: Option<Guarded>,
}

/// Markets whose orders of the account go when the socket ends.
struct Guarded {
    symbols: Vec<Symbol>,
    presence: Presence,
}

/// An answer, and its place among the events that wait.
pub enum Answer {
    /// After them: they tell what the request did.
    AfterEvents(String),
    /// Before them: a subscription is answered before its first event.
    BeforeEvents(String),
}

/// `session.logon`, `session.status` and `session.logout`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionStatus<'a> {
    api_key: Option<&'a str>,
    authorized_since: Option<Time>,
    connected_since: Time,
    return_rate_limits: bool,
    server_time: Time,
    user_data_stream: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cancel_on_disconnect: Vec<SymbolText>,
}

/// The answer to a subscription, and a row of their list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subscribed {
    subscription_id: u16,
}

impl Subscribed {
    const fn of(subscription_id: u16) -> Subscribed {
        Subscribed { subscription_id }
    }
}

fn subscribed(number: u16) -> Reply {
    Reply::ok(&Subscribed::of(number))
}

impl Session {
    /// Returns the session of a client that just connected.
    pub fn new(caller: Caller, outbox: Arc<Outbox>) -> Session {
        let streams = Arc::clone(caller.gateway.fanout().user_streams());
        Session {
            subscriptions: Subscriptions::new(streams, outbox),
            caller,
            connected_at: clock::now(),
            login: None,
            in_flight: FuturesOrdered::new(),
            held: None,
        }
    }

    /// Returns whether another request can be taken.
    pub fn has_room(&self) -> bool {
        self.held.is_none() && self.in_flight.len() < IN_FLIGHT_MAX
    }

    /// Takes a message, and returns its answer if that waits for nothing.
    pub fn hear(&mut self, text: &str) -> Option<Answer> {
        let request = match Request::parse(text) {
            Ok(request) => request,
            Err(unreadable) => return self.refuse(unreadable),
        };
        match methods::find(&request.method) {
            None => self.refuse(Unreadable {
                id: request.id,
                refusal: Refusal::of(Fault::Unsupported),
            }),
            Some(Method::Shared(row, endpoint)) => {
                let logged_on = self.login.as_ref().map(|login| login.key.public_id.clone());
                let caller = self.caller.clone();
                let answer = caller.carry_out((row, endpoint), request, logged_on);
                self.in_flight.push_back(answer.boxed());
                None
            }
            Some(Method::Own(errand)) if self.in_flight.is_empty() => {
                Some(self.run(errand, &request))
            }
            Some(Method::Own(errand)) => {
                self.held = Some((errand, request));
                None
            }
        }
    }

    /// Waits for the answer to the oldest request under way.
    pub async fn answered(&mut self) -> Answer {
        if let Some(answer) = self.in_flight.next().await {
            return Answer::AfterEvents(answer);
        }
        match self.held.take() {
            Some((errand, request)) => self.run(errand, &request),
            None => core::future::pending().await,
        }
    }

    /// Ends everything the client has begun; what is under way in the exchange goes on there.
    pub fn leave(&mut self) {
        self.in_flight.clear();
        self.held = None;
        self.login = None;
        self.subscriptions.leave(clock::now());
    }

    fn refuse(&mut self, unreadable: Unreadable) -> Option<Answer> {
        let answer = self.caller.refuse(unreadable);
        if self.in_flight.is_empty() {
            return Some(Answer::AfterEvents(answer));
        }
        self.in_flight
            .push_back(core::future::ready(answer).boxed());
        None
    }

    fn run(&mut self, errand: Errand, request: &Request) -> Answer {
        let caller = self.caller.clone();
        let (reply, used) = caller.charge(SIGNED_ERRAND.weight, || {
            self.do_errand(errand, &request.params)
        });
        Answer::BeforeEvents(caller.answer(request, &reply, used))
    }

    fn do_errand(&mut self, errand: Errand, params: &Params<'_>) -> Result<Reply, Refusal> {
        match errand {
            Errand::LogOn => self.log_on(params),
            Errand::Status => Ok(self.status()),
            Errand::LogOut => {
                self.log_out();
                Ok(self.status())
            }
            Errand::Subscribe => self.subscribe(params),
            Errand::SubscribeSigned => self.subscribe_signed(params),
            Errand::Unsubscribe => self.unsubscribe(params),
            Errand::ListSubscriptions => Ok(self.list_subscriptions()),
        }
    }

    fn log_on(&mut self, params: &Params<'_>) -> Result<Reply, Refusal> {
        let now = clock::now();
        let call = self.caller.call(&SIGNED_ERRAND, params, None, now);
        let needed = match params.raw(CANCEL_ON_DISCONNECT) {
            Some(_) => Scopes::TRADE,
            None => Scopes::NONE,
        };
        let session = self.caller.gateway.authenticate(&call, needed)?;
        let guarded = self.guard(&session.key, params)?;
        self.log_out();
        self.login = Some(Login {
            key: session.key,
            since: now,
            guarded,
        });
        Ok(self.status())
    }

    /// Lets the socket stand for the orders of the account in the markets that the client names.
    fn guard(&self, key: &Key, params: &Params<'_>) -> Result<Option<Guarded>, Refusal> {
        let gateway = &self.caller.gateway;
        let Some(symbols) = request::symbol_list(params, CANCEL_ON_DISCONNECT, GUARDED_MAX)? else {
            return Ok(None);
        };
        let mut markets = Vec::with_capacity(symbols.len());
        for symbol in &symbols {
            let listing = gateway.hub().listing(*symbol);
            let listing = listing.ok_or_else(|| Refusal::of(Fault::SymbolInvalid))?;
            markets.push(listing.instrument.id);
        }
        let actor = Actor {
            account: key.account,
            key: key.id,
        };
        let presence = gateway.presences().begin(actor, markets)?;
        Ok(Some(Guarded { symbols, presence }))
    }

    fn log_out(&mut self) {
        self.subscriptions.end_login(clock::now());
        if let Some(Guarded { presence, .. }) = self.login.take().and_then(|login| login.guarded) {
            presence.give_up();
        }
    }

    /// The key is looked up again: it may have been revoked since the login.
    fn subscribe(&mut self, params: &Params<'_>) -> Result<Reply, Refusal> {
        let login = self.login.as_ref();
        let public_id = login.map(|login| login.key.public_id.as_str());
        let call = self
            .caller
            .call(&SIGNED_ERRAND, params, public_id, clock::now());
        let (key, _) = self.caller.gateway.find_key(&call, Scopes::READ)?;
        if call.proof != Proof::LoggedOn {
            return Err(Refusal::of(Fault::KeyRefused));
        }
        let number = self.subscriptions.add(&key, Binding::Login)?;
        Ok(subscribed(number))
    }

    fn subscribe_signed(&mut self, params: &Params<'_>) -> Result<Reply, Refusal> {
        let call = self.caller.call(&SIGNED_ERRAND, params, None, clock::now());
        let session = self.caller.gateway.authenticate(&call, Scopes::READ)?;
        let number = self.subscriptions.add(&session.key, Binding::Signature)?;
        Ok(subscribed(number))
    }

    fn unsubscribe(&mut self, params: &Params<'_>) -> Result<Reply, Refusal> {
        let only = params.integer("subscriptionId")?;
        let only = only
            .map(|number| u16::try_from(number).map_err(|_| Refusal::of(Fault::NotSubscribed)))
            .transpose()?;
        self.subscriptions.end(only, clock::now())?;
        Ok(Reply::ok(&Empty {}))
    }

    fn list_subscriptions(&mut self) -> Reply {
        let numbers = self.subscriptions.numbers().into_iter();
        let rows: Vec<Subscribed> = numbers.map(Subscribed::of).collect();
        Reply::ok(&rows)
    }

    fn status(&mut self) -> Reply {
        let user_data_stream = self.subscriptions.has_login();
        let unit = self.caller.unit;
        let login = self.login.as_ref();
        Reply::ok(&SessionStatus {
            api_key: login.map(|login| login.key.public_id.as_str()),
            authorized_since: login.map(|login| unit.show(login.since)),
            connected_since: unit.show(self.connected_at),
            return_rate_limits: self.caller.counters == Counters::Shown,
            server_time: unit.show(clock::now()),
            user_data_stream,
            cancel_on_disconnect: login
                .and_then(|login| login.guarded.as_ref())
                .map_or_else(Vec::new, |guarded| {
                    guarded.symbols.iter().copied().map(SymbolText).collect()
                }),
        })
    }
}
