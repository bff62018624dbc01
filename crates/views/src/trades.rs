//! The kept trades of one market.

use crate::numbered::Numbered;
use crate::span::Span;
use crate::trade::Trade;
use model::event::Traded;
use model::id::{AccountId, OrderId, TradeId};
use model::instrument::Instrument;
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::time::Timestamp;

/// A kept trade with what its two accounts read of it.
#[derive(Clone, Copy)]
pub struct Fill {
    pub price: Price,
    pub qty: Qty,
    pub at: Timestamp,
    pub taker_side: Side,
    pub maker: FillParty,
    pub taker: FillParty,
    pub maker_rebate: Amount,
    /// The fill of the maker's order before this one. A taker's is the trade before, if it is the same order's;
    /// an amended order that took after it had been met has others before, which nothing here leads to.
    pub maker_previous: Option<TradeId>,
}

/// One side of a kept trade.
#[derive(Clone, Copy)]
pub struct FillParty {
    pub account: AccountId,
    pub order: OrderId,
    pub fee: Amount,
}

/// The kept trades of one market, by number.
pub struct Trades {
    fills: Numbered<Fill>,
}

impl Trades {
    /// Returns no trades; the next one is `first`.
    pub fn starting_at(first: TradeId) -> Trades {
        Trades {
            fills: Numbered::starting_at(first.0),
        }
    }

    /// Keeps a trade.
    ///
    /// # Panics
    /// When its number is not the next.
    pub fn push(&mut self, trade: TradeId, fill: Fill) {
        assert!(trade.0 == self.fills.next());
        self.fills.push(fill);
    }

    /// Lets go of the oldest trade.
    pub fn pop(&mut self) -> Option<(TradeId, Fill)> {
        let trade = self.first();
        self.fills.pop().map(|fill| (trade, fill))
    }

    /// Returns the number of the oldest kept trade, or of the next one when there is none.
    pub fn first(&self) -> TradeId {
        TradeId(self.fills.first())
    }

    /// Returns the number of the next trade.
    pub fn next(&self) -> TradeId {
        TradeId(self.fills.next())
    }

    /// Returns when the oldest kept trade happened.
    pub fn oldest_at(&self) -> Option<Timestamp> {
        self.fills.front().map(|fill| fill.at)
    }

    pub fn get(&self, trade: TradeId) -> Option<&Fill> {
        self.fills.get(trade.0)
    }

    /// Returns the fill of the same order before this trade, if it is kept.
    pub fn previous_fill(&self, trade: TradeId, order: OrderId) -> Option<TradeId> {
        let fill = self.get(trade)?;
        let previous = if fill.maker.order == order {
            fill.maker_previous?
        } else {
            TradeId(trade.0 - 1)
        };
        self.has(previous, order).then_some(previous)
    }

    /// Returns whether a trade is kept and the order had a part in it.
    pub fn has(&self, trade: TradeId, order: OrderId) -> bool {
        self.get(trade)
            .is_some_and(|fill| fill.maker.order == order || fill.taker.order == order)
    }

    /// Returns the kept trades with this number or a later one.
    pub fn from(&self, first: TradeId) -> impl Iterator<Item = (TradeId, &Fill)> {
        self.fills
            .from(first.0)
            .map(|(number, fill)| (TradeId(number), fill))
    }

    /// Returns the newest `count` trades.
    pub fn newest(&self, count: usize) -> impl Iterator<Item = (TradeId, &Fill)> {
        self.from(TradeId(self.fills.next().saturating_sub(count as u64)))
    }

    /// Returns the kept trades within the span.
    pub fn within(&self, span: Span) -> impl Iterator<Item = (TradeId, &Fill)> {
        let first = self.fills.partition_point(|fill| fill.at < span.from);
        self.from(TradeId(first))
            .take_while(move |(_, fill)| fill.at <= span.until)
    }
}

/// Returns the value of a quantity at a price, in quote units; the engine has formed the same before.
///
/// # Panics
/// When it leaves the bound of an amount.
pub fn quote_of(instrument: &Instrument, price: Price, qty: Qty) -> Amount {
    match checked_quote_of(instrument, price, qty) {
        Some(quote) => quote,
        None => panic!("a traded value left its bound"),
    }
}

/// Returns the value of a quantity at a price, in quote units, or `None` when it leaves the bound of an amount.
pub fn checked_quote_of(instrument: &Instrument, price: Price, qty: Qty) -> Option<Amount> {
    let ticks_lots = i128::from(price.ticks()) * i128::from(qty.lots());
    Amount::new(ticks_lots.checked_mul(i128::from(instrument.quote_per_tick_lot))?)
}

/// Returns what the public sees of an event.
pub fn public(event: &Traded, at: Timestamp) -> Trade {
    Trade {
        trade: event.trade,
        price: event.price,
        qty: event.qty,
        quote: event.quote,
        at,
        taker_side: event.taker_side,
    }
}

impl Fill {
    /// Returns what the public sees of a kept trade.
    pub fn public(&self, trade: TradeId, instrument: &Instrument) -> Trade {
        Trade {
            trade,
            price: self.price,
            qty: self.qty,
            quote: quote_of(instrument, self.price, self.qty),
            at: self.at,
            taker_side: self.taker_side,
        }
    }
}
