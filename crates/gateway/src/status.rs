//! Health, metrics, and what the exchange is doing.

use std::sync::atomic::Ordering;

use model::instrument::Phase;
use model::time::Timestamp;
use serde::Serialize;
use views::market::Market;
use views::views::Views;
use wire::binance::answer::ticker::Best;
use wire::binance::error::Refusal;
use wire::binance::params::Params;
use wire::binance::request;
use wire::binance::time::{Time, TimeUnit};
use wire::binance::words::{self, SymbolText};
use wire::decimal::{self, Decimal};

use crate::clock;
use crate::gateway::{Component, Gateway, MetricsHook, NodeState, NodeStatus};
use crate::hashing_load;
use crate::metrics::Metrics;
use crate::payout_limits;
use crate::reply::{Content, Reply};
use crate::rest::facts::{self, market_of};

const READY: &str = "ready";
const NOT_READY: &str = "not ready";
const OPERATIONAL: &str = "operational";
const DEGRADED: &str = "degraded";

#[derive(Serialize)]
struct Health<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    reasons: &'a [String],
}

/// `GET /health/live`: this answer is the proof.
pub fn live() -> Reply {
    Reply::ok(&Health {
        status: "live",
        reasons: &[],
    })
}

/// `GET /health/ready`: 503 with the reasons while requests should go elsewhere.
pub fn ready(gateway: &Gateway) -> Reply {
    let node = gateway.node_status();
    if node.state == NodeState::Ready {
        return Reply::ok(&Health {
            status: READY,
            reasons: &[],
        });
    }
    let mut reply = Reply::ok(&Health {
        status: NOT_READY,
        reasons: &node.reasons,
    });
    reply.status = 503;
    reply
}

/// `GET /-/health` of the operations' listener: always 200, with what somebody should look at.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WholeHealth {
    status: &'static str,
    reasons: Vec<String>,
    /// What does not keep requests away, and needs somebody all the same.
    warnings: Vec<String>,
    version: &'static str,
    started_at: Time,
    updated_at: Time,
    sequence: u64,
}

/// Returns how the exchange is, for people.
pub fn health(gateway: &Gateway) -> Reply {
    let (node, unit) = (gateway.node_status(), TimeUnit::Milliseconds);
    Reply::ok(&WholeHealth {
        status: match node.state {
            NodeState::Ready => READY,
            NodeState::Degraded | NodeState::Draining | NodeState::Halted => NOT_READY,
        },
        reasons: node.reasons,
        warnings: node.warnings,
        version: env!("CARGO_PKG_VERSION"),
        started_at: unit.show(gateway.started_at()),
        updated_at: unit.show(clock::now()),
        sequence: gateway.hub().views().sequence().0,
    })
}

/// `GET /metrics` of the operations' listener.
pub fn metrics(gateway: &Gateway, hook: &MetricsHook) -> Reply {
    let mut text = String::with_capacity(16 * 1024);
    payout_limits::write(gateway, &mut text);
    hashing_load::write(gateway.hashing().load(), &mut text);
    gateway.metrics().write(&mut text);
    gateway.fanout().counters().write(&mut text);
    hook(&mut text);
    Reply::text(Content::Metrics, text.into_bytes())
}

/// `GET /v1/status`: what the exchange is and does, from its own views.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusData<'a> {
    updated_at: Time,
    version: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    region: &'a str,
    started_at: Time,
    overall: &'static str,
    reasons: Vec<String>,
    components: Vec<ComponentStatus>,
    sequence: u64,
    /// The time of the last command.
    at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_digest: Option<EventDigest>,
    load: Load,
    markets: Vec<MarketStatus>,
}

/// What the gateway did since its start: the difference of two answers says how it fares.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Load {
    requests: u64,
    shed: u64,
    connections: u64,
    order_durations: Vec<DurationCount>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DurationCount {
    up_to_us: Option<u64>,
    count: u64,
}

/// A part that trading does without.
#[derive(Serialize)]
struct ComponentStatus {
    id: &'static str,
    state: &'static str,
    since: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct EventDigest {
    sequence: u64,
    digest: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MarketStatus {
    symbol: SymbolText,
    state: &'static str,
    phase: &'static str,
    phase_since: Option<Time>,
    listed_at: Time,
    last_price: Option<Decimal>,
    bid_price: Option<Decimal>,
    ask_price: Option<Decimal>,
    spread: Option<Decimal>,
    /// The last day, in base and quote.
    volume: Decimal,
    quote_volume: Decimal,
    open_price: Option<Decimal>,
    trades: u64,
    tick_size: Decimal,
}

/// Returns the state of the exchange for the status page and for monitors; of one market, where `symbol` names it.
///
/// # Errors
/// Those of `symbol`.
pub fn data(gateway: &Gateway, params: &Params) -> Result<Reply, Refusal> {
    let node = gateway.node_status();
    let views = gateway.hub().views();
    let unit = TimeUnit::Milliseconds;
    let one = match params.text("symbol")? {
        Some(text) => Some(market_of(&views, request::symbol_text(text, "symbol")?)?),
        None => None,
    };
    let overall = overall(&node, &views);
    let shown: Vec<&Market> = match one {
        Some(market) => vec![market],
        None => views.markets().collect(),
    };
    Ok(Reply::ok(&StatusData {
        updated_at: unit.show(clock::now()),
        version: env!("CARGO_PKG_VERSION"),
        region: gateway.region(),
        started_at: unit.show(gateway.started_at()),
        overall,
        reasons: node.reasons,
        components: node.components.iter().map(component_status).collect(),
        sequence: views.sequence().0,
        at: unit.show(views.at()),
        event_digest: node
            .event_digest
            .map(|(sequence, digest)| EventDigest { sequence, digest }),
        load: load(gateway.metrics()),
        markets: shown
            .into_iter()
            .map(|market| market_status(market, views.at(), unit))
            .collect(),
    }))
}

fn overall(node: &NodeStatus, views: &Views) -> &'static str {
    let is_halted = |market: &Market| words::symbol_status(market.phase()) == "HALT";
    let mut components = node.components.iter();
    match node.state {
        NodeState::Draining | NodeState::Halted => "major_outage",
        NodeState::Degraded => DEGRADED,
        NodeState::Ready if views.markets().any(is_halted) => DEGRADED,
        NodeState::Ready if components.any(|component| component.reason.is_some()) => DEGRADED,
        NodeState::Ready => OPERATIONAL,
    }
}

fn component_status(component: &Component) -> ComponentStatus {
    ComponentStatus {
        id: component.id,
        state: match component.reason {
            Some(_) => DEGRADED,
            None => OPERATIONAL,
        },
        since: TimeUnit::Milliseconds.show(component.since),
        reason: component.reason,
    }
}

fn load(metrics: &Metrics) -> Load {
    let (requests, shed) = metrics.answered();
    let connections = metrics.http_connections.load(Ordering::Relaxed);
    let durations = metrics.order_durations().into_iter();
    Load {
        requests,
        shed,
        connections: u64::try_from(connections).unwrap_or(0),
        order_durations: durations
            .map(|(up_to_us, count)| DurationCount { up_to_us, count })
            .collect(),
    }
}

fn market_status(market: &Market, at: Timestamp, unit: TimeUnit) -> MarketStatus {
    let instrument = market.instrument();
    let ticker = facts::ticker(&market.ticker(at), instrument);
    let numbers = ticker.numbers();
    let side = |best: Best| (best != Best::NONE).then_some(best.price);
    let (bid, ask) = (side(ticker.bid), side(ticker.ask));
    MarketStatus {
        symbol: SymbolText(instrument.symbol),
        state: words::symbol_status(market.phase()),
        phase: phase(market.phase()),
        phase_since: market.phase_since().map(|since| unit.show(since)),
        listed_at: unit.show(market.listed_at()),
        last_price: ticker.last.map(|_| numbers.last),
        bid_price: bid,
        ask_price: ask,
        spread: bid.zip(ask).map(|(bid, ask)| Decimal(ask.0 - bid.0)),
        volume: numbers.base,
        quote_volume: numbers.quote,
        open_price: ticker.window.map(|_| numbers.open),
        trades: numbers.count,
        tick_size: decimal::of_price(model::number::Price::MIN, &instrument.grid),
    }
}

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::PreTrading => "pre-trading",
        Phase::PostOnly => "post-only",
        Phase::LimitOnly => "limit-only",
        Phase::Continuous => "trading",
        Phase::CancelOnly => "cancel-only",
        Phase::Halt => "halted",
        Phase::Closed => "closed",
    }
}
