//! Rules of execution, and what no market has but clients ask for: reference prices and trades in blocks.
//!
//! **Source** `docs/spec/binance-surface.md` §7 and §8.

use serde::Serialize;
use views::views::Views;
use wire::binance::answer::exchange::ExecutionRule;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request;
use wire::binance::words::SymbolText;

use crate::reply::Reply;
use crate::rest::facts::market_of;
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX};
use crate::rest::symbols::Selection;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExecutionRules {
    symbol_rules: Vec<SymbolRules>,
}

#[derive(Serialize)]
struct SymbolRules {
    symbol: SymbolText,
    rules: [ExecutionRule; 1],
}

/// `GET /api/v3/executionRules`: the band around the average price that all trades of a market lie in.
///
/// # Errors
/// -1128 when more than one way to choose markets is used, and those of the values.
pub fn execution_rules(views: &Views, params: &Params) -> Result<Reply, Refusal> {
    let markets = Selection::parse(params)?.markets(views, params)?;
    let rules = markets.into_iter().map(|market| SymbolRules {
        symbol: SymbolText(market.instrument().symbol),
        rules: [ExecutionRule::price_range(market.terms())],
    });
    Ok(Reply::ok(&ExecutionRules {
        symbol_rules: rules.collect(),
    }))
}

/// Returns what a request for the rules weighs.
pub fn weight(params: &Params) -> u32 {
    Selection::parse(params).map_or(2, |selection| selection.weight(2, 40))
}

/// `GET /api/v3/referencePrice` and how it is calculated.
///
/// # Errors
/// -2043 always, but -1121 for an unknown symbol.
pub fn reference_price(views: &Views, params: &Params) -> Result<Reply, Refusal> {
    market_of(views, request::symbol(params)?)?;
    Err(Refusal::of(Fault::NoReferencePrice))
}

/// `GET /api/v3/historicalBlockTrades`.
///
/// # Errors
/// -1121 for an unknown symbol, and those of the values.
pub fn block_trades(views: &Views, params: &Params) -> Result<Reply, Refusal> {
    market_of(views, request::symbol(params)?)?;
    params.integer("fromId")?;
    params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    Ok(Reply::json(200, b"[]".to_vec()))
}
