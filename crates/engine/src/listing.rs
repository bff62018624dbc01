//! Listing assets and markets, and changing a market's terms.

use model::command::ListMarket;
use model::event::Event;
use model::id::{AssetId, MarketId, OrderId};
use model::instrument::{
    ASSETS_MAX, Asset, Cause, Instrument, InstrumentKind, MARKETS_MAX, Phase, Terms,
};
use model::order::{CloseReason, Side};
use model::reject::Reject;
use model::text::Symbol;

use crate::engine::Engine;
use crate::filter::{check_lot_size, check_market_lot_size, fits_terms};
use crate::market::Market;
use crate::parked::ParkedOrder;

impl Engine {
    /// # Errors
    /// `AssetExists`, `AssetLimit`.
    pub(crate) fn list_asset(&mut self, symbol: Symbol) -> Result<Event, Reject> {
        if self.assets.iter().any(|asset| asset.symbol == symbol) {
            return Err(Reject::AssetExists);
        }
        if ASSETS_MAX <= self.assets.len() {
            return Err(Reject::AssetLimit);
        }

        // Nothing below can fail.
        let asset = Asset {
            id: AssetId(self.assets.len() as u16),
            symbol,
        };
        self.ledger.list_asset(asset.id);
        self.assets.push(asset);
        Ok(Event::AssetListed(asset))
    }

    /// # Errors
    /// The first that applies of `MarketExists`, `MarketLimit`, `AssetUnknown`, `BaseIsQuote`, then those of
    /// [`clearing::listing::check`].
    pub(crate) fn list_market(&mut self, listing: &ListMarket) -> Result<Event, Reject> {
        let is_listed = |market: &Market| market.instrument.symbol == listing.symbol;
        if self.markets.iter().any(is_listed) {
            return Err(Reject::MarketExists);
        }
        if MARKETS_MAX <= self.markets.len() {
            return Err(Reject::MarketLimit);
        }
        self.check_asset(listing.base)?;
        self.check_asset(listing.quote)?;
        if listing.base == listing.quote {
            return Err(Reject::BaseIsQuote);
        }
        let quote_per_tick_lot = clearing::listing::check(listing.grid, &listing.terms)?;

        // Nothing below can fail.
        let instrument = Instrument {
            id: MarketId(self.markets.len() as u16),
            symbol: listing.symbol,
            kind: InstrumentKind::Spot,
            base: listing.base,
            quote: listing.quote,
            grid: listing.grid,
            quote_per_tick_lot,
        };
        let seed = self.genesis.table_seed;
        self.markets
            .push(Market::new(instrument, *listing.terms, seed));
        Ok(Event::MarketListed {
            instrument,
            terms: listing.terms.clone(),
        })
    }

    /// Changes a market's terms, and cancels the orders that the new terms would refuse by price, quantity or
    /// notional (B10).
    ///
    /// # Errors
    /// `MarketUnknown`, `PhaseFinal`, then those of [`clearing::listing::check`].
    pub(crate) fn change_market(
        &mut self,
        id: MarketId,
        terms: &Terms,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<Event, Reject> {
        let market = self.market(id)?;
        if market.phase == Phase::Closed {
            return Err(Reject::PhaseFinal);
        }
        clearing::listing::check(market.instrument.grid, terms)?;
        let misfits = misfits(market, terms);

        // Nothing below can fail.
        let mut desk = self.existing_desk(id, events);
        desk.cancel_each(&misfits, CloseReason::ExchangeCancelled);
        desk.market.terms = *terms;
        Ok(Event::MarketChanged {
            market: id,
            terms: Box::new(*terms),
            cause,
        })
    }
}

/// Returns the orders that these terms would refuse: those of the book, then those outside it by number.
fn misfits(market: &Market, terms: &Terms) -> Vec<OrderId> {
    let orders = [Side::Buy, Side::Sell]
        .into_iter()
        .flat_map(|side| market.book.orders(side));
    let resting = orders
        .filter(|(slot, resting)| {
            let original = market.details.get(*slot).original;
            !fits_terms(market, terms, resting.price, original)
        })
        .map(|(_, resting)| resting.order);
    let parked = market.parked_orders().into_iter();
    let parked = parked
        .filter(|(_, parked)| !fits_parked(market, terms, parked))
        .map(|(order, _)| order);
    resting.chain(parked).collect()
}

/// Returns whether a parked order may go on waiting under these terms.
pub fn fits_parked(market: &Market, terms: &Terms, parked: &ParkedOrder) -> bool {
    if parked.instructions.peg.is_some() {
        return check_lot_size(terms, parked.qty()).is_ok();
    }
    match parked.kind.price() {
        Some(price) => fits_terms(market, terms, price, parked.qty()),
        None => {
            check_lot_size(terms, parked.qty()).is_ok()
                && check_market_lot_size(terms, parked.qty()).is_ok()
        }
    }
}
