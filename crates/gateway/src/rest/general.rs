//! Ping, time, `exchangeInfo`, and the answers clients need only to start.
//!
//! **Source** `docs/spec/binance-surface.md` §7 and §14.1.

use model::instrument::Phase;
use serde::Serialize;
use views::views::Views;
use wire::binance::answer::account::SystemStatus;
use wire::binance::answer::exchange::{
    ExchangeInfo, Filter, PermissionSets, RateLimit, SymbolInfo, filters,
};
use wire::binance::answer::market::{Empty, ServerTime};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request;
use wire::binance::time::{Time, TimeUnit};

use crate::clock;
use crate::config::RequestLimits;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::{Listing, market_of, rules};
use crate::rest::symbols::{Selection, StatusFilter};

/// `GET /api/v3/ping`.
pub fn ping() -> Reply {
    Reply::ok(&Empty {})
}

/// `GET /api/v3/time`.
pub fn time(unit: TimeUnit) -> Reply {
    Reply::ok(&ServerTime {
        server_time: unit.show(clock::now()),
    })
}

/// `GET /api/v3/exchangeInfo`.
///
/// # Errors
/// -1128 when more than one way to choose markets is used, and those of the values.
pub fn exchange_info(
    views: &Views,
    params: &Params,
    limits: &RequestLimits,
    unit: TimeUnit,
) -> Result<Reply, Refusal> {
    let selection = Selection::parse(params)?;
    let sets = match params.choice("showPermissionSets")? {
        Some(false) => PermissionSets::Hidden,
        None | Some(true) => PermissionSets::Shown,
    };
    StatusFilter::parse(params)?;
    let permissions = params.text("permissions")?;
    let is_narrowed = permissions.is_some() || params.raw("symbolStatus").is_some();
    if is_narrowed && selection != Selection::All {
        return Err(Refusal::of(Fault::OptionalCombination));
    }
    let is_spot_wanted = permissions.is_none_or(|wanted| {
        wanted
            .split(|byte: char| !byte.is_ascii_alphanumeric())
            .any(|permission| permission == "SPOT")
    });
    let markets = if is_spot_wanted {
        selection.markets(views, params)?
    } else {
        Vec::new()
    };
    let symbols = markets
        .into_iter()
        .filter(|market| market.phase() != Phase::Closed);
    Ok(Reply::ok(&ExchangeInfo {
        timezone: "UTC",
        server_time: unit.show(clock::now()),
        rate_limits: rate_limits(limits),
        exchange_filters: [],
        symbols: symbols
            .map(|market| {
                let listing = Listing::of(views, market);
                SymbolInfo::of(
                    &listing.instrument,
                    rules(market),
                    market.phase(),
                    listing.base,
                    listing.quote,
                    sets,
                )
            })
            .collect(),
    }))
}

/// The filters that orders of an account pass in one market; there are none of its own.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnFilters {
    exchange_filters: [Filter; 0],
    symbol_filters: Vec<Filter>,
    asset_filters: [Filter; 0],
}

/// `GET /api/v3/myFilters`.
///
/// # Errors
/// -1121 for an unknown symbol.
pub fn own_filters(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let views = ask.gateway.hub().views();
    let market = market_of(&views, request::symbol(ask.params)?)?;
    Ok(Reply::ok(&OwnFilters {
        exchange_filters: [],
        symbol_filters: filters(market.instrument(), rules(market)),
        asset_filters: [],
    }))
}

fn rate_limits(limits: &RequestLimits) -> Vec<RateLimit> {
    let row = |rate_limit_type, interval, interval_num, limit| RateLimit {
        rate_limit_type,
        interval,
        interval_num,
        limit,
    };
    vec![
        row("REQUEST_WEIGHT", "MINUTE", 1, limits.weight_per_minute),
        row("ORDERS", "SECOND", 10, limits.orders_per_ten_seconds),
        row("ORDERS", "DAY", 1, limits.orders_per_day),
        row(
            "RAW_REQUESTS",
            "MINUTE",
            5,
            limits.requests_per_five_minutes,
        ),
    ]
}

/// `GET /sapi/v1/system/status`: 1 while every market is halted.
pub fn system_status(views: &Views) -> Reply {
    let mut markets = views.markets().peekable();
    let is_halted = markets.peek().is_some() && markets.all(|market| market.phase() == Phase::Halt);
    Reply::ok(&if is_halted {
        SystemStatus {
            status: 1,
            msg: "system maintenance",
        }
    } else {
        SystemStatus {
            status: 0,
            msg: "normal",
        }
    })
}

/// Lists of margin pairs and assets: there are none.
pub fn no_margin() -> Reply {
    Reply::json(200, b"[]".to_vec())
}

/// `exchangeInfo` of the derivatives that clients ask for at their start: nothing is listed there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ForeignExchangeInfo {
    timezone: &'static str,
    server_time: Time,
    rate_limits: [u8; 0],
    exchange_filters: [u8; 0],
    assets: [u8; 0],
    symbols: [u8; 0],
}

/// `GET /fapi/v1/exchangeInfo` and `GET /dapi/v1/exchangeInfo`.
pub fn foreign_exchange_info(unit: TimeUnit) -> Reply {
    Reply::ok(&ForeignExchangeInfo {
        timezone: "UTC",
        server_time: unit.show(clock::now()),
        rate_limits: [],
        exchange_filters: [],
        assets: [],
        symbols: [],
    })
}
