//! Which markets a request for many of them names.

use model::instrument::Phase;
use model::text::Symbol;
use views::market::Market;
use views::views::Views;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request::{symbol, symbol_text};
use wire::binance::words;

use crate::rest::facts::market_of;

/// Symbols one request may name.
const SYMBOLS_MAX: usize = 500;

/// The markets a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    One(Symbol),
    Many(Vec<Symbol>),
    All,
}

impl Selection {
    /// Returns the selection of `symbol` or `symbols`.
    ///
    /// # Errors
    /// -1128 when both are sent, and those of the values.
    pub fn parse(params: &Params) -> Result<Selection, Refusal> {
        let list = params.list("symbols", SYMBOLS_MAX)?;
        match (params.text("symbol")?, list) {
            (None, None) => Ok(Selection::All),
            (Some(_), None) => Ok(Selection::One(symbol(params)?)),
            (None, Some(list)) => {
                let symbols = list.iter().map(|text| symbol_text(text, "symbols"));
                Ok(Selection::Many(symbols.collect::<Result<_, _>>()?))
            }
            (Some(_), Some(_)) => Err(Refusal::of(Fault::OptionalCombination)),
        }
    }

    /// Returns the weight of a request that costs `one` for a market and more for many.
    pub const fn weight(&self, one: u32, all: u32) -> u32 {
        match self {
            Selection::One(_) => one,
            Selection::Many(_) | Selection::All => all,
        }
    }

    /// Returns the markets, in the order asked for or of listing; all of them are those that are not delisted.
    ///
    /// # Errors
    /// -1121 for a symbol that is not listed, -1122 and -1220 for `symbolStatus`.
    pub fn markets<'a>(
        &self,
        views: &'a Views,
        params: &Params,
    ) -> Result<Vec<&'a Market>, Refusal> {
        let status = StatusFilter::parse(params)?;
        let has_status = |market: &&Market| status.admits(market);
        match self {
            Selection::One(symbol) => {
                let market = market_of(views, *symbol)?;
                status.demand(market)?;
                Ok(vec![market])
            }
            Selection::Many(symbols) => {
                let markets: Result<Vec<&Market>, Refusal> = symbols
                    .iter()
                    .map(|symbol| market_of(views, *symbol))
                    .collect();
                Ok(markets?.into_iter().filter(has_status).collect())
            }
            Selection::All => Ok(views
                .markets()
                .filter(|market| market.phase() != Phase::Closed)
                .filter(has_status)
                .collect()),
        }
    }
}

/// The status a request wants its markets to have, if it wants one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusFilter<'a>(Option<&'a str>);

impl<'a> StatusFilter<'a> {
    /// Returns the filter of `symbolStatus`.
    ///
    /// # Errors
    /// -1122 for a word that is no status.
    pub fn parse(params: &'a Params) -> Result<StatusFilter<'a>, Refusal> {
        let wanted = params.text("symbolStatus")?;
        if wanted.is_some_and(|word| !words::is_symbol_status(word)) {
            return Err(Refusal::of(Fault::SymbolStatusInvalid));
        }
        Ok(StatusFilter(wanted))
    }

    /// Returns whether a list shows the market.
    pub fn admits(self, market: &Market) -> bool {
        self.0
            .is_none_or(|word| words::symbol_status(market.phase()) == word)
    }

    /// Checks the one market that was asked for.
    ///
    /// # Errors
    /// -1220 when it has another status.
    pub fn demand(self, market: &Market) -> Result<(), Refusal> {
        if self.admits(market) {
            Ok(())
        } else {
            Err(Refusal::of(Fault::SymbolStatusMismatch))
        }
    }
}
