//! The gateway: everything that a request needs, made once and shared by all of them.

pub mod answering;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::Response;
use axum::http::request::Parts;
use identity::drawing::Drawing;
use identity::hashing::Hashing;
use identity::identity::Identity;
use identity::letter::Stationery;
use identity::password::CommonPasswords;
use identity::places::Places;
use identity::webauthn::RelyingParty;
use indexer::history::History;
use model::text::ClientOrderId;
use model::time::Timestamp;
use tokio::sync::watch;
use wire::binance::error::{Fault, Refusal};

use crate::algo::agenda::Agenda;
use crate::attempts::Attempts;
use crate::clock;
use crate::config::Config;
use crate::cursor::CursorKey;
use crate::data_export::Exports;
use crate::files::Files;
use crate::hub::Hub;
use crate::key_limits::KeyLimiter;
use crate::limit::Limiter;
use crate::metrics::Metrics;
use crate::networks::WithdrawalRules;
use crate::nonces::Nonces;
use crate::origins::Origins;
use crate::presence::Presences;
use crate::proxies::Proxies;
use crate::refused::Refused;
use crate::reports::Reports;
use crate::rest::kyc::KycRules;
use crate::sandbox::Sandbox;
use crate::site::Site;
use crate::waiting::Waiting;
use crate::ws::fanout::Fanout;
use crate::ws_api::logins::Logins;

const ORDER_ID_CHARS: usize = 22;

/// Adds the metrics of the rest of the process to a scrape.
pub type MetricsHook = Box<dyn Fn(&mut String) + Send + Sync>;

/// What a process takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeState {
    #[default]
    Ready,
    /// Some of it, until somebody helps.
    Degraded,
    /// Nothing more: it stops.
    Draining,
    /// Nothing more: a part has failed.
    Halted,
}

/// What the process takes, and what else the status page tells about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeStatus {
    pub state: NodeState,
    /// Why it does not take everything; empty when it does.
    pub reasons: Vec<String>,
    /// What needs somebody though requests are answered.
    pub warnings: Vec<String>,
    /// What stands beside trading, and whether all of it is there.
    pub components: Vec<Component>,
    /// The digest of all events so far, in hex, and its sequence.
    pub event_digest: Option<(u64, String)>,
}

/// A part that trading does without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    pub id: &'static str,
    /// Since when it is as it is.
    pub since: Timestamp,
    /// What users miss; none while everything of it is there.
    pub reason: Option<&'static str>,
}

/// Reads the state of the node for readiness and the status page.
pub type StatusHook = Box<dyn Fn() -> NodeStatus + Send + Sync>;

/// Everything a request needs.
pub struct Gateway {
    hub: Arc<Hub>,
    fanout: Arc<Fanout>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) history: Option<Arc<History>>,
    hashing: Hashing,
    common_passwords: CommonPasswords,
    stationery: Stationery,
    region: String,
    origins: Origins,
    proxies: Proxies,
    limiter: Limiter,
    key_limiter: KeyLimiter,
    nonces: Nonces,
    attempts: Attempts,
    refused: Arc<Refused>,
    acts: Waiting,
    presences: Arc<Presences>,
    logins: Arc<Logins>,
    agenda: Agenda,
    config: Config,
    metrics: Metrics,
    metrics_hook: MetricsHook,
    status_hook: StatusHook,
    started_at: Timestamp,
    /// Client ids for orders that came without one: unique within the process, and by its seed beyond it.
    id_seed: u64,
    cursor_key: CursorKey,
    reports: Reports,
    pub(crate) exports: Exports,
    ids_given: AtomicU64,
    pub(crate) sandbox: Sandbox,
    relying_party: OnceLock<RelyingParty>,
    kyc_rules: OnceLock<KycRules>,
    pub(crate) withdrawal_rules: OnceLock<WithdrawalRules>,
    drawing: Drawing,
    files: OnceLock<Files>,
    site: OnceLock<Site>,
    places: OnceLock<Places>,
    stop: watch::Sender<bool>,
}

/// What `bourse` gives the gateway.
pub struct Assembly {
    pub hub: Arc<Hub>,
    /// The same that the hub tells its changes to.
    pub fanout: Arc<Fanout>,
    pub identity: Arc<Identity>,
    /// Without one, answers end where the views do.
    pub history: Option<Arc<History>>,
    pub hashing: Hashing,
    pub common_passwords: CommonPasswords,
    /// How letters to users are written.
    pub stationery: Stationery,
    /// Where the exchange stands; empty for what is not told.
    pub region: String,
    /// Where pages may come from.
    pub origins: Origins,
    /// Who is believed about whom requests are from.
    pub proxies: Proxies,
    pub config: Config,
    pub metrics_hook: MetricsHook,
    pub status_hook: StatusHook,
}

impl Gateway {
    /// Returns the gateway of these parts.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn new(assembly: Assembly) -> Result<Arc<Gateway>, getrandom::Error> {
        let started_at = clock::now();
        Ok(Arc::new(Gateway {
            presences: Presences::new(Arc::clone(&assembly.hub)),
            hub: assembly.hub,
            fanout: assembly.fanout,
            identity: assembly.identity,
            history: assembly.history,
            hashing: assembly.hashing,
            common_passwords: assembly.common_passwords,
            stationery: assembly.stationery,
            region: assembly.region,
            origins: assembly.origins,
            proxies: assembly.proxies,
            limiter: Limiter::new(assembly.config.limiting),
            key_limiter: KeyLimiter::default(),
            nonces: Nonces::new(started_at),
            attempts: Attempts::new(assembly.config.limiting),
            refused: Arc::default(),
            logins: Arc::default(),
            acts: Waiting::new("audit.acts_lost"),
            agenda: Agenda::default(),
            config: assembly.config,
            metrics: Metrics::new(),
            metrics_hook: assembly.metrics_hook,
            status_hook: assembly.status_hook,
            started_at,
            id_seed: getrandom::u64()?,
            cursor_key: CursorKey::new()?,
            reports: Reports::new(),
            exports: Exports::default(),
            ids_given: AtomicU64::new(0),
            sandbox: Sandbox::default(),
            relying_party: OnceLock::new(),
            kyc_rules: OnceLock::new(),
            withdrawal_rules: OnceLock::new(),
            drawing: Drawing::new(),
            files: OnceLock::new(),
            site: OnceLock::new(),
            places: OnceLock::new(),
            stop: watch::Sender::new(false),
        }))
    }

    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    pub fn fanout(&self) -> &Arc<Fanout> {
        &self.fanout
    }

    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns what is kept beyond the views, if anything is.
    pub(crate) fn history(&self) -> Option<&History> {
        self.history.as_deref()
    }

    /// Serves the market-data files below a folder.
    pub fn serve_files(&self, folder: PathBuf) {
        self.files.get_or_init(|| Files::below(folder));
    }

    /// Returns the market-data files, where they are served.
    pub(crate) fn files(&self) -> Option<&Files> {
        self.files.get()
    }

    /// Offers passkeys to the users of these pages.
    pub fn offer_passkeys(&self, party: RelyingParty) {
        // Whoever was first stays.
        let _ = self.relying_party.set(party);
    }

    /// Tells users where their sessions are from.
    pub fn know_places(&self, places: Places) {
        self.places.get_or_init(|| places);
    }

    /// Returns the place of an address, where it is known.
    pub(crate) fn place_of(&self, address: IpAddr) -> Option<&str> {
        self.places.get()?.of(address)
    }

    /// Shows these pages at `/` and below.
    pub fn show_site(&self, site: Site) {
        // Whichever was first stays.
        let _ = self.site.set(site);
    }

    /// Returns a file or a page of the site, if the path is one.
    pub(crate) fn answer_from_site(&self, parts: &Parts) -> Option<Response<Body>> {
        self.site().answer(parts)
    }

    pub fn site(&self) -> &Site {
        self.site.get_or_init(Site::unbuilt)
    }

    /// Returns for whom passkeys are made.
    ///
    /// # Errors
    /// 404 where they are not offered.
    pub(crate) fn relying_party(&self) -> Result<&RelyingParty, Refusal> {
        let party = self.relying_party.get();
        party.ok_or_else(|| Refusal::of(Fault::RouteUnknown))
    }

    /// Checks identities by these rules, once.
    pub fn check_identities(&self, rules: KycRules) {
        // Whoever was first stays.
        let _ = self.kyc_rules.set(rules);
    }

    pub(crate) fn kyc_rules(&self) -> &KycRules {
        self.kyc_rules.get_or_init(KycRules::default)
    }

    pub(crate) const fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    pub(crate) const fn reports(&self) -> &Reports {
        &self.reports
    }

    pub(crate) const fn cursor_key(&self) -> &CursorKey {
        &self.cursor_key
    }

    pub const fn hashing(&self) -> &Hashing {
        &self.hashing
    }

    pub const fn common_passwords(&self) -> &CommonPasswords {
        &self.common_passwords
    }

    /// Returns how letters to users are written.
    pub const fn stationery(&self) -> &Stationery {
        &self.stationery
    }

    /// Returns where the exchange stands; empty for what is not told.
    pub const fn region(&self) -> &str {
        self.region.as_str()
    }

    /// Returns where pages may come from.
    pub const fn origins(&self) -> &Origins {
        &self.origins
    }

    /// Returns the proxies that are believed.
    pub const fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    pub const fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    /// Returns what was refused and is not written down yet.
    pub const fn refused(&self) -> &Arc<Refused> {
        &self.refused
    }

    /// Returns the acts of users whose rows are not written down yet; apart, so that no number of refusals costs one of
    /// them.
    pub const fn acts(&self) -> &Waiting {
        &self.acts
    }

    pub const fn config(&self) -> &Config {
        &self.config
    }

    pub const fn key_limiter(&self) -> &KeyLimiter {
        &self.key_limiter
    }

    /// Returns the nonces of requests that were signed whole.
    pub(crate) const fn nonces(&self) -> &Nonces {
        &self.nonces
    }

    /// Returns the limits of addresses.
    pub const fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    /// Returns the sockets that stand for the orders of their accounts.
    pub const fn presences(&self) -> &Arc<Presences> {
        &self.presences
    }

    /// Returns the sockets that have logged on.
    pub(crate) const fn logins(&self) -> &Arc<Logins> {
        &self.logins
    }

    /// Returns the orders that are spread over time, by when they are looked at.
    pub const fn agenda(&self) -> &Agenda {
        &self.agenda
    }

    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    pub const fn metrics_hook(&self) -> &MetricsHook {
        &self.metrics_hook
    }

    pub const fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// Returns the state of the node.
    pub fn node_status(&self) -> NodeStatus {
        (self.status_hook)()
    }

    /// Tells every connection that this process stops; `serve` returns.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Returns the end at which connections learn that the process stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Returns a fresh client order id.
    pub fn client_id(&self) -> ClientOrderId {
        let number = self.ids_given.fetch_add(1, Ordering::Relaxed);
        generated_id([self.id_seed, number])
    }
}

/// Returns the client order id of 22 letters and digits that two numbers make.
pub(crate) fn generated_id(numbers: [u64; 2]) -> ClientOrderId {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = [b'0'; ORDER_ID_CHARS];
    let (first, second) = text.split_at_mut(ORDER_ID_CHARS / 2);
    for (half, number) in [first, second].into_iter().zip(numbers) {
        let mut left = number;
        for slot in half.iter_mut().rev() {
            *slot = ALPHABET[(left % 62) as usize];
            left /= 62;
        }
    }
    ClientOrderId::parse(&text).expect("letters and digits are the alphabet of client ids")
}
