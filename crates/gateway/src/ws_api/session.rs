//! One client of the WebSocket API: who it is, what it asked for and what is under way.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
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
use crate::user_data::place::{Marks, Place};
use crate::user_data::resume::{self, Stretch};
use crate::user_data::snapshot::Snapshot;
use crate::user_data::streams::{Beginning, Manner, Subscribed, Telling};
use crate::ws::outbox::Outbox;
use crate::ws_api::call::{Caller, Counters};
use crate::ws_api::in_flight::InFlight;
use crate::ws_api::logins::LoggedOn;
use crate::ws_api::methods::{self, Errand, Method, SIGNED_ERRAND};
use crate::ws_api::subscriptions::{Binding, Subscriptions};

/// Requests of one socket that are carried out side by side; the next one is not read before there is room.
const IN_FLIGHT_MAX: usize = 32;
/// Markets whose orders one socket may stand for.
const GUARDED_MAX: usize = 32;
const RESUME_FROM: &str = "resumeFrom";
const NOTIFICATIONS: &str = "notifications";
const PREFERENCES: &str = "preferences";
const CANCEL_ON_DISCONNECT: &str = "cancelOnDisconnect";

/// A client and its requests.
pub struct Session {
    caller: Caller,
    outbox: Arc<Outbox>,
    connected_at: Timestamp,
    login: Option<Login>,
    subscriptions: Subscriptions,
    in_flight: InFlight,
    /// Waits until everything before it is answered: what it changes would change the requests before it.
    held: Option<(Errand, Request)>,
    resuming: Option<Resuming>,
}

/// The key that requests need not name any more.
struct Login {
    key: Arc<Key>,
    since: Timestamp,
    guarded: Option<Guarded>,
    /// The end of the key ends the socket for as long as this is held.
    _seat: LoggedOn,
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
struct Subscription {
    subscription_id: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<Snapshot>,
}

impl Subscription {
    const fn of(subscription_id: u16, snapshot: Option<Snapshot>) -> Subscription {
        Subscription {
            subscription_id,
            snapshot,
        }
    }
}

/// A subscription whose past is being looked up; nothing else is carried out meanwhile.
struct Resuming {
    request: Request,
    used_weight: u32,
    to: Subscribed,
    found: BoxFuture<'static, Result<Stretch, Refusal>>,
}

/// Where a client wants its subscription to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Now,
    Snapshot,
    After(Place),
}

impl Session {
    /// Returns the session of a client that just connected, perhaps a browser that signed in.
    pub fn new(caller: Caller, outbox: Arc<Outbox>, browser: Option<Arc<Key>>) -> Session {
        let now = clock::now();
        let streams = Arc::clone(caller.gateway.fanout().user_streams());
        let login = browser.map(|key| Login {
            _seat: caller.gateway.logins().enter(key.id, &outbox),
            key,
            since: now,
            guarded: None,
        });
        Session {
            subscriptions: Subscriptions::new(streams, Arc::clone(&outbox)),
            outbox,
            caller,
            connected_at: now,
            login,
            in_flight: InFlight::default(),
            held: None,
            resuming: None,
        }
    }

    /// Returns whether another request can be taken.
    pub fn has_room(&self) -> bool {
        self.held.is_none() && self.resuming.is_none() && self.in_flight.len() < IN_FLIGHT_MAX
    }

    /// Returns whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && self.held.is_none() && self.resuming.is_none()
    }

    /// Takes a message, and returns its answer if that waits for nothing.
    pub fn hear(&mut self, text: &str) -> Option<Answer> {
        let (method, request) = match Request::parse(text) {
            Ok(read) => read,
            Err(unreadable) => return self.refuse(unreadable),
        };
        match methods::find(&method) {
            None => self.refuse(Unreadable {
                id: request.id,
                refusal: Refusal::of(Fault::Unsupported),
            }),
            Some((name, Method::Shared(row, endpoint))) => {
                let logged_on = self.login.as_ref().map(|login| Arc::clone(&login.key));
                let caller = self.caller.clone();
                let answer = caller.carry_out((name, row, endpoint), request, logged_on);
                self.in_flight.begin(answer.boxed());
                None
            }
            Some((_, Method::Own(errand))) if self.in_flight.is_empty() => {
                self.run(errand, request)
            }
            Some((_, Method::Own(errand))) => {
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
        if let Some((errand, request)) = self.held.take()
            && let Some(answer) = self.run(errand, request)
        {
            return answer;
        }
        let Some(resuming) = self.resuming.as_mut() else {
            return core::future::pending().await;
        };
        let found = (&mut resuming.found).await;
        match self.resuming.take() {
            Some(resuming) => self.resume(resuming, found),
            None => core::future::pending().await,
        }
    }

    /// Ends everything the client has begun; what is under way in the exchange goes on there.
    pub fn leave(&mut self) {
        self.in_flight.clear();
        self.held = None;
        self.resuming = None;
        self.login = None;
        self.subscriptions.leave(clock::now());
    }

    fn refuse(&mut self, unreadable: Unreadable) -> Option<Answer> {
        let answer = self.caller.refuse(unreadable);
        if self.in_flight.is_empty() {
            return Some(Answer::AfterEvents(answer));
        }
        self.in_flight.add(answer);
        None
    }

    /// Does an errand; `None` when its answer takes a while.
    fn run(&mut self, errand: Errand, request: Request) -> Option<Answer> {
        let caller = self.caller.clone();
        let is_subscription = matches!(errand, Errand::Subscribe | Errand::SubscribeSigned);
        let is_resumed = is_subscription && request.params.raw(RESUME_FROM).is_some();
        let mut begun = None;
        let weights = &caller.gateway.config().weights;
        let weight = if is_resumed {
            weights.resuming()
        } else {
            weights.of(&SIGNED_ERRAND)
        };
        let logged_on = self.login.as_ref().map(|login| &login.key);
        let call = caller.call(errand.endpoint(), &request.params, logged_on, clock::now());
        let who = caller.gateway.who(call.claim);
        let (reply, used) = caller.charge((weight, who), || {
            if is_resumed {
                begun = Some(self.begin_resuming(errand, &request.params)?);
                return Ok(Reply::ok(&Empty {}));
            }
            self.do_errand(errand, &request.params)
        });
        let Some((to, found)) = begun else {
            return Some(Answer::BeforeEvents(caller.answer(&request, &reply, used)));
        };
        self.resuming = Some(Resuming {
            request,
            used_weight: used,
            to,
            found,
        });
        None
    }

    fn begin_resuming(
        &mut self,
        errand: Errand,
        params: &Params,
    ) -> Result<(Subscribed, BoxFuture<'static, Result<Stretch, Refusal>>), Refusal> {
        let (key, binding) = self.subscriber(errand, params)?;
        let Start::After(place) = start(params)? else {
            return Err(Refusal::of(Fault::Unknown));
        };
        let manner = Manner {
            marks: Marks::Numbered,
            telling: telling(&key, params)?,
            beginning: Beginning::Fed(place),
        };
        let to = self
            .subscriptions
            .add((key.account, key.id), binding, manner)?;
        let gateway = Arc::clone(&self.caller.gateway);
        let hub = Arc::clone(gateway.hub());
        let found = hub.look_back(move |_| resume::collect_for(&gateway, to, place));
        Ok((to, found.boxed()))
    }

    /// Answers a subscription whose past is known, and begins to tell it.
    fn resume(&mut self, resuming: Resuming, found: Result<Stretch, Refusal>) -> Answer {
        let Resuming {
            request,
            used_weight,
            to,
            ..
        } = resuming;
        let reply = match found {
            Ok(stretch) => {
                let gateway = Arc::clone(&self.caller.gateway);
                tokio::spawn(resume::feed(gateway, to, stretch));
                Reply::ok(&Subscription::of(to.number, None))
            }
            Err(refusal) => {
                self.subscriptions.withdraw(to);
                Reply::from(refusal)
            }
        };
        Answer::BeforeEvents(self.caller.answer(&request, &reply, used_weight))
    }

    fn do_errand(&mut self, errand: Errand, params: &Params) -> Result<Reply, Refusal> {
        match errand {
            Errand::LogOn => self.log_on(params),
            Errand::Status => Ok(self.status()),
            Errand::LogOut => {
                self.log_out();
                Ok(self.status())
            }
            Errand::Subscribe | Errand::SubscribeSigned => self.subscribe(errand, params),
            Errand::Unsubscribe => self.unsubscribe(params),
            Errand::ListSubscriptions => Ok(self.list_subscriptions()),
        }
    }

    fn log_on(&mut self, params: &Params) -> Result<Reply, Refusal> {
        let now = clock::now();
        let call = self
            .caller
            .call(Errand::LogOn.endpoint(), params, None, now);
        let needed = match params.raw(CANCEL_ON_DISCONNECT) {
            Some(_) => Scopes::TRADE,
            None => Scopes::NONE,
        };
        let session = self.caller.gateway.authenticate(&call, needed)?;
        let guarded = self.guard(&session.key, params)?;
        self.log_out();
        self.login = Some(Login {
            _seat: self
                .caller
                .gateway
                .logins()
                .enter(session.key.id, &self.outbox),
            key: session.key,
            since: now,
            guarded,
        });
        Ok(self.status())
    }

    /// Lets the socket stand for the orders of the account in the markets that the client names.
    fn guard(&self, key: &Key, params: &Params) -> Result<Option<Guarded>, Refusal> {
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

    fn subscribe(&mut self, errand: Errand, params: &Params) -> Result<Reply, Refusal> {
        let (key, binding) = self.subscriber(errand, params)?;
        let start = start(params)?;
        let telling = telling(&key, params)?;
        let marks = match (start, Marks::of(params)?) {
            (Start::Now, Marks::Plain) => self.subscriptions.marks(),
            _ => Marks::Numbered,
        };
        let gateway = Arc::clone(&self.caller.gateway);
        // Held until it is subscribed: what the views know is not told again, and nothing else is missed.
        let views = gateway.hub().views();
        let beginning = match start {
            Start::Snapshot => Beginning::After(views.sequence()),
            Start::Now | Start::After(_) => Beginning::Now,
        };
        let manner = Manner {
            marks,
            telling,
            beginning,
        };
        let added = self
            .subscriptions
            .add((key.account, key.id), binding, manner)?;
        let unit = self.caller.unit;
        let snapshot = (start == Start::Snapshot).then(|| Snapshot::of(&views, key.account, unit));
        Ok(Reply::ok(&Subscription::of(added.number, snapshot)))
    }

    /// Returns the key whose account is listened to, and what the subscription ends with.
    fn subscriber(&self, errand: Errand, params: &Params) -> Result<(Arc<Key>, Binding), Refusal> {
        let (caller, now) = (&self.caller, clock::now());
        if errand == Errand::SubscribeSigned {
            let call = caller.call(errand.endpoint(), params, None, now);
            let session = caller.gateway.authenticate(&call, Scopes::READ)?;
            return Ok((session.key, Binding::Signature));
        }
        // The key is looked up again: it may have been revoked since the login.
        let login = self.login.as_ref();
        let login = login.map(|login| &login.key);
        let call = caller.call(errand.endpoint(), params, login, now);
        let (key, _) = caller.gateway.find_key(&call, Scopes::READ)?;
        if !matches!(call.proof, Proof::LoggedOn) {
            return Err(Refusal::of(Fault::KeyRefused));
        }
        Ok((key, Binding::Login))
    }

    fn unsubscribe(&mut self, params: &Params) -> Result<Reply, Refusal> {
        let only = params.integer("subscriptionId")?;
        let only = only
            .map(|number| u16::try_from(number).map_err(|_| Refusal::of(Fault::NotSubscribed)))
            .transpose()?;
        self.subscriptions.end(only, clock::now())?;
        Ok(Reply::ok(&Empty {}))
    }

    fn list_subscriptions(&mut self) -> Reply {
        let numbers = self.subscriptions.numbers().into_iter();
        let rows: Vec<Subscription> = numbers
            .map(|number| Subscription::of(number, None))
            .collect();
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

/// Reads what a subscription tells beside its account, which is for the pages of a user alone.
///
/// # Errors
/// 401 for a key that nobody signed in with, -1130 for an odd flag.
fn telling(key: &Key, params: &Params) -> Result<Telling, Refusal> {
    let telling = Telling {
        notifications: params.flag(NOTIFICATIONS)?,
        preferences: params.flag(PREFERENCES)?,
    };
    if telling == Telling::ACCOUNT {
        return Ok(telling);
    }
    if mutant::plant!("notifications-for-keys", false, key.csrf_token().is_none()) {
        return Err(Refusal::of(Fault::NotSignedIn));
    }
    Ok(telling)
}

/// Reads where a subscription is to begin.
///
/// # Errors
/// -1128 for two beginnings, -1130 for what names no place.
fn start(params: &Params) -> Result<Start, Refusal> {
    let place = params
        .text(RESUME_FROM)?
        .map(|text| {
            Place::parse(text).ok_or_else(|| Refusal::with(Fault::DataInvalid, &[RESUME_FROM]))
        })
        .transpose()?;
    match (place, params.flag("snapshot")?) {
        (None, false) => Ok(Start::Now),
        (None, true) => Ok(Start::Snapshot),
        (Some(place), false) => Ok(Start::After(place)),
        (Some(_), true) => Err(Refusal::of(Fault::OptionalCombination)),
    }
}
