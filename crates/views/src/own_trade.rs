//! An account's own side of its trades.

use crate::trades::{Fill, FillParty, quote_of};
use model::id::{AssetId, OrderId, TradeId};
use model::instrument::Instrument;
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::time::Timestamp;

/// One fill of an account's order. A trade of an account with itself counts twice: as maker, then as taker.
///
/// The fee is in the asset this side receives. A maker's rebate comes out of the taker's fee, so it is in the asset
/// the taker receives, which is the one the maker gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnTrade {
    pub trade: TradeId,
    pub order: OrderId,
    pub side: Side,
    pub liquidity: Liquidity,
    pub price: Price,
    pub qty: Qty,
    /// price × quantity, in quote units.
    pub quote: Amount,
    /// Paid; zero or more.
    pub fee: Amount,
    pub fee_asset: AssetId,
    /// Received by a maker; zero or more.
    pub rebate: Amount,
    pub rebate_asset: AssetId,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liquidity {
    Maker,
    Taker,
}

impl OwnTrade {
    /// Returns the maker's side of a kept trade.
    pub(crate) fn of_maker(trade: TradeId, fill: &Fill, instrument: &Instrument) -> OwnTrade {
        OwnTrade {
            liquidity: Liquidity::Maker,
            rebate: fill.maker_rebate,
            ..OwnTrade::of(
                trade,
                fill,
                (fill.maker, fill.taker_side.opposite()),
                instrument,
            )
        }
    }

    /// Returns the taker's side of a kept trade.
    pub(crate) fn of_taker(trade: TradeId, fill: &Fill, instrument: &Instrument) -> OwnTrade {
        OwnTrade::of(trade, fill, (fill.taker, fill.taker_side), instrument)
    }

    fn of(
        trade: TradeId,
        fill: &Fill,
        (party, side): (FillParty, Side),
        instrument: &Instrument,
    ) -> OwnTrade {
        let (receives, gives) = match side {
            Side::Buy => (instrument.base, instrument.quote),
            Side::Sell => (instrument.quote, instrument.base),
        };
        OwnTrade {
            trade,
            order: party.order,
            side,
            liquidity: Liquidity::Taker,
            price: fill.price,
            qty: fill.qty,
            quote: quote_of(instrument, fill.price, fill.qty),
            fee: party.fee,
            fee_asset: receives,
            rebate: Amount::ZERO,
            rebate_asset: gives,
            at: fill.at,
        }
    }
}
