//! Public market data.
//!
//! **Source** `docs/spec/binance-surface.md` §8.

use model::instrument::Grid;
use views::market::Market;
use views::views::Views;
use wire::binance::answer::market::{self, Level};
use wire::binance::answer::ticker::{self, OneOrMany};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request;
use wire::binance::stream::AVERAGE_MINUTES;
use wire::binance::time::TimeUnit;
use wire::binance::words::SymbolText;
use wire::decimal::{self, Decimal};

use crate::reply::Reply;
use crate::rest::average;
use crate::rest::facts::{self, market_of};
use crate::rest::symbols::{Selection, StatusFilter};

const DEPTH_DEFAULT: usize = 100;
const DEPTH_MAX: usize = 5_000;

fn market<'a>(views: &'a Views, params: &Params) -> Result<&'a Market, Refusal> {
    market_of(views, request::symbol(params)?)
}

/// Returns the number of levels a depth request asks for: more than the most there are is not an error.
///
/// # Errors
/// -1130 for zero.
pub fn depth_limit(params: &Params) -> Result<usize, Refusal> {
    params.limit_at_most(DEPTH_DEFAULT, DEPTH_MAX)
}

/// Returns the weight of a depth request of this many levels.
pub const fn depth_weight(limit: usize) -> u32 {
    match limit {
        0..=100 => 5,
        101..=500 => 25,
        501..=1_000 => 50,
        _ => 250,
    }
}

/// What a depth request reads from the views, to be printed after the lock on them is gone.
pub struct DepthRead {
    depth: views::depth::Depth,
    grid: Grid,
}

/// Reads `GET /api/v3/depth`.
///
/// # Errors
/// -1122 and -1220 for `symbolStatus`, and those of the values.
pub fn read_depth(views: &Views, params: &Params) -> Result<DepthRead, Refusal> {
    let market = market(views, params)?;
    StatusFilter::parse(params)?.demand(market)?;
    Ok(DepthRead {
        depth: market.depth(depth_limit(params)?),
        grid: market.instrument().grid,
    })
}

impl DepthRead {
    /// Returns the answer.
    pub fn reply(&self) -> Reply {
        Reply::ok(&depth(&self.depth, &self.grid))
    }
}

/// Returns the levels as they are printed.
pub fn depth(depth: &views::depth::Depth, grid: &Grid) -> market::Depth {
    let side = |levels: &[views::depth::Level]| {
        levels
            .iter()
            .map(|level| Level::of(level.price, level.lots, grid))
            .collect()
    };
    market::Depth {
        last_update_id: depth.update,
        bids: side(&depth.bids),
        asks: side(&depth.asks),
    }
}

/// `GET /api/v3/avgPrice`.
///
/// # Errors
/// Those of the values.
pub fn average_price(views: &Views, params: &Params, unit: TimeUnit) -> Result<Reply, Refusal> {
    let average = average::of(market(views, params)?, views.at());
    Ok(Reply::ok(&market::AveragePrice {
        mins: AVERAGE_MINUTES,
        price: average.price,
        close_time: unit.show(average.last_at),
    }))
}

/// Returns the price of the last trade, zero before the first.
pub fn last_price(market: &Market) -> Decimal {
    market.last_trade().map_or(Decimal::ZERO, |last| {
        decimal::of_price(last.price, &market.instrument().grid)
    })
}

/// `GET /api/v3/ticker/24hr`.
///
/// # Errors
/// -1139 for an unknown type, and those of the values.
pub fn day_ticker(views: &Views, params: &Params, unit: TimeUnit) -> Result<Reply, Refusal> {
    let day_facts =
        |market: &Market| facts::ticker(&market.ticker(views.at()), market.instrument());
    match params.text("type")? {
        None | Some("FULL") => one_or_many(views, params, |market| {
            ticker::Day::of(&day_facts(market), unit)
        }),
        Some("MINI") => one_or_many(views, params, |market| {
            ticker::MiniDay::of(&day_facts(market), unit)
        }),
        Some(_) => Err(Refusal::of(Fault::TickerTypeInvalid)),
    }
}

/// `GET /api/v3/ticker/price`.
///
/// # Errors
/// Those of the values.
pub fn price_ticker(views: &Views, params: &Params) -> Result<Reply, Refusal> {
    one_or_many(views, params, |market| ticker::LastPrice {
        symbol: SymbolText(market.instrument().symbol),
        price: last_price(market),
    })
}

/// `GET /api/v3/ticker/bookTicker`.
///
/// # Errors
/// Those of the values.
pub fn book_ticker(views: &Views, params: &Params) -> Result<Reply, Refusal> {
    one_or_many(views, params, |market| {
        let instrument = market.instrument();
        let (bid, ask) = facts::best(&market.top(), instrument);
        ticker::BookTicker::of(instrument.symbol, bid, ask)
    })
}

/// Returns the answers of the markets that a request names.
///
/// # Errors
/// Those of the selection.
pub fn one_or_many<T: serde::Serialize>(
    views: &Views,
    params: &Params,
    answer: impl Fn(&Market) -> T,
) -> Result<Reply, Refusal> {
    let selection = Selection::parse(params)?;
    let markets = selection.markets(views, params)?.into_iter();
    Ok(reply_of(&selection, markets.map(answer).collect()))
}

/// Returns the answers of the markets of a selection: one by itself, several as a list.
pub fn reply_of<T: serde::Serialize>(selection: &Selection, mut answers: Vec<T>) -> Reply {
    let answer = match (selection, answers.pop()) {
        (Selection::One(_), Some(only)) => OneOrMany::One(only),
        (_, last) => {
            answers.extend(last);
            OneOrMany::Many(answers)
        }
    };
    Reply::ok(&answer)
}

/// Returns the weight of a ticker request.
pub fn ticker_weight(params: &Params, one: u32, all: u32) -> u32 {
    Selection::parse(params).map_or(one, |selection| selection.weight(one, all))
}

/// Returns the weight of a 24-hour ticker request: by the number of symbols.
pub fn day_ticker_weight(params: &Params) -> u32 {
    match Selection::parse(params) {
        Ok(Selection::All) => 80,
        Ok(Selection::Many(symbols)) => match symbols.len() {
            0..=20 => 2,
            21..=100 => 40,
            _ => 80,
        },
        Ok(Selection::One(_)) | Err(_) => 2,
    }
}
