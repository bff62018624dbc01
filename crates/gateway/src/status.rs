//! Health, metrics, and the small status page.

use model::instrument::Phase;
use serde::Serialize;
use views::market::Market;
use wire::binance::answer::ticker::Best;
use wire::binance::time::{Time, TimeUnit};
use wire::binance::words::{self, SymbolText};
use wire::decimal::{self, Decimal};

use crate::clock;
use crate::gateway::{Gateway, MetricsHook};
use crate::reply::{Content, Reply};
use crate::rest::facts;

const PAGE: &str = include_str!("page/status.html");
const SCRIPT: &str = include_str!("page/status.js");
const STYLE: &str = include_str!("page/status.css");

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
    if node.not_ready.is_empty() {
        return Reply::ok(&Health {
            status: "ready",
            reasons: &[],
        });
    }
    let mut reply = Reply::ok(&Health {
        status: "not ready",
        reasons: &node.not_ready,
    });
    reply.status = 503;
    reply
}

/// `GET /metrics`.
pub fn metrics(gateway: &Gateway, hook: &MetricsHook) -> Reply {
    let mut text = String::with_capacity(16 * 1024);
    gateway.metrics().write(&mut text);
    gateway.fanout().counters().write(&mut text);
    hook(&mut text);
    Reply::text(Content::Metrics, text.into_bytes())
}

/// `GET /status`.
pub fn page() -> Reply {
    Reply::text(Content::Page, PAGE.as_bytes().to_vec())
}

/// `GET /status.js`.
pub fn script() -> Reply {
    Reply::text(Content::Script, SCRIPT.as_bytes().to_vec())
}

/// `GET /status.css`.
pub fn style() -> Reply {
    Reply::text(Content::Style, STYLE.as_bytes().to_vec())
}

/// `GET /v1/status`: what the exchange is and does, from its own views.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusData {
    updated_at: Time,
    started_at: Time,
    overall: &'static str,
    reasons: Vec<String>,
    sequence: u64,
    /// The time of the last command.
    at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_digest: Option<EventDigest>,
    markets: Vec<MarketStatus>,
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

/// Returns the state of the exchange for the status page and for monitors.
pub fn data(gateway: &Gateway) -> Reply {
    let node = gateway.node_status();
    let views = gateway.hub().views();
    let unit = TimeUnit::Milliseconds;
    let markets: Vec<MarketStatus> = views
        .markets()
        .map(|market| market_status(market, views.at()))
        .collect();
    let overall = if !node.not_ready.is_empty() {
        "major_outage"
    } else if markets.iter().any(|market| market.state == "HALT") {
        "degraded"
    } else {
        "operational"
    };
    Reply::ok(&StatusData {
        updated_at: unit.show(clock::now()),
        started_at: unit.show(gateway.started_at()),
        overall,
        reasons: node.not_ready,
        sequence: views.sequence().0,
        at: unit.show(views.at()),
        event_digest: node
            .event_digest
            .map(|(sequence, digest)| EventDigest { sequence, digest }),
        markets,
    })
}

fn market_status(market: &Market, at: model::time::Timestamp) -> MarketStatus {
    let instrument = market.instrument();
    let ticker = facts::ticker(&market.ticker(at), instrument);
    let numbers = ticker.numbers();
    let side = |best: Best| (best != Best::NONE).then_some(best.price);
    let (bid, ask) = (side(ticker.bid), side(ticker.ask));
    MarketStatus {
        symbol: SymbolText(instrument.symbol),
        state: words::symbol_status(market.phase()),
        phase: phase(market.phase()),
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
