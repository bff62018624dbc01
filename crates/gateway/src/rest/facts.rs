//! From the views' words to those of the dialect.

use model::id::{AssetId, ListId, OrderId};
use model::instrument::Instrument;
use model::number::Amount;
use model::order::Instructions;
use model::text::Symbol;
use views::candle::Candle;
use views::depth::{Level, Top};
use views::list::OrderList;
use views::market::Market;
use views::order::{self, Order};
use views::own_trade::{Liquidity, OwnTrade};
use views::ticker::Ticker;
use views::views::Views;
use wire::binance::answer::exchange::Rules;
use wire::binance::answer::list::{LegFacts, ListFacts, ListState};
use wire::binance::answer::market::CandleFacts;
use wire::binance::answer::order::OrderFacts;
use wire::binance::answer::own_trade::{OwnTradeFacts, Role};
use wire::binance::answer::ticker::{Best, TickerFacts, WindowFacts};
use wire::binance::error::{Fault, Refusal};
use wire::binance::words::Stage;

/// A market as requests about it need it: with the names of its assets.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    pub instrument: Instrument,
    pub base: Symbol,
    pub quote: Symbol,
}

impl Listing {
    /// Returns the listing of a market.
    pub fn of(views: &Views, market: &Market) -> Listing {
        let instrument = *market.instrument();
        Listing {
            instrument,
            base: asset_symbol(views, instrument.base),
            quote: asset_symbol(views, instrument.quote),
        }
    }
}

/// Returns the market of a symbol.
///
/// # Errors
/// -1121 when there is none.
pub fn market_of(views: &Views, symbol: Symbol) -> Result<&Market, Refusal> {
    views
        .market_of(symbol)
        .ok_or_else(|| Refusal::of(Fault::SymbolInvalid))
}

/// Returns the symbol of an asset; every asset of a market is listed before it.
pub fn asset_symbol(views: &Views, asset: AssetId) -> Symbol {
    views
        .asset(asset)
        .map_or_else(unknown_symbol, |asset| asset.symbol)
}

/// Returns what stands for an asset that is not listed.
pub fn unknown_symbol() -> Symbol {
    Symbol::parse(b"UNKNOWN").expect("UNKNOWN is a legal symbol")
}

/// Returns what a market takes.
pub fn rules(market: &Market) -> Rules<'_> {
    Rules {
        terms: market.terms(),
        limits: market.limits(),
    }
}

/// Returns what answers say about an order.
pub fn order(order: &Order, instrument: &Instrument) -> OrderFacts {
    let instructed = order.instructed;
    OrderFacts {
        symbol: instrument.symbol,
        grid: instrument.grid,
        order: order.order,
        client_id: order.client_id,
        side: order.side,
        kind: order.kind,
        self_trade: order.self_trade,
        instructions: instructed.map_or(Instructions::NONE, |instructed| instructed.instructions),
        list: instructed.and_then(|instructed| instructed.list),
        stage: instructed.map_or(Stage::Working, |instructed| stage(instructed.stage)),
        original: order.original,
        executed: order.executed,
        prevented: order.prevented,
        prevented_match: order.prevented_match,
        quote_units: order.quote_units,
        closed: order.closed,
        created_at: order.created_at,
        updated_at: order.updated_at,
        working_at: order.working_at,
        trailing_since: instructed
            .and_then(|instructed| instructed.trailing_since)
            .map(|(_, at)| at),
    }
}

const fn stage(stage: order::Stage) -> Stage {
    match stage {
        order::Stage::Pending => Stage::Pending,
        order::Stage::Waiting => Stage::Waiting,
        order::Stage::Working => Stage::Working,
    }
}

/// Returns what answers say about a list; `None` when its market is unknown.
pub fn list(views: &Views, list: &OrderList) -> Option<ListFacts> {
    let symbol = views.market(list.market)?.instrument().symbol;
    let first = list.first_order.0;
    let numbers = (first..first + list.kind.legs()).map(OrderId);
    let legs = numbers.filter_map(|order| {
        let client_id = views.order(list.market, order)?.client_id;
        Some(LegFacts { order, client_id })
    });
    Some(ListFacts {
        symbol,
        list: list.list,
        kind: list.kind,
        client_id: list.client_id,
        legs: legs.collect(),
        state: if list.is_closed {
            ListState::Closed
        } else {
            ListState::Open
        },
        at: list.updated_at,
    })
}

/// Returns what answers say about an own trade.
///
/// A maker that earns a rebate pays no fee: its commission is then below zero, in the asset of the rebate.
pub fn own_trade(trade: &OwnTrade, list: Option<ListId>, listing: &Listing) -> OwnTradeFacts {
    let (commission, asset) = if trade.rebate.is_zero() {
        (trade.fee, trade.fee_asset)
    } else {
        (trade.rebate.negated(), trade.rebate_asset)
    };
    let commission_asset = if asset == listing.instrument.base {
        listing.base
    } else {
        listing.quote
    };
    OwnTradeFacts {
        symbol: listing.instrument.symbol,
        grid: listing.instrument.grid,
        trade: trade.trade,
        order: trade.order,
        list,
        price: trade.price,
        qty: trade.qty,
        quote: trade.quote,
        commission,
        commission_asset,
        at: trade.at,
        side: trade.side,
        role: match trade.liquidity {
            Liquidity::Maker => Role::Maker,
            Liquidity::Taker => Role::Taker,
        },
    }
}

/// Returns what answers say about a candle.
pub fn candle(candle: &Candle) -> CandleFacts {
    CandleFacts {
        opens_at: candle.opens_at(),
        closes_at: candle.closes_at(),
        open: candle.open,
        high: candle.high,
        low: candle.low,
        close: candle.close,
        base_units: candle.base_units,
        quote_units: candle.quote_units,
        taker_buy_base_units: candle.taker_buy_base_units,
        taker_buy_quote_units: candle.taker_buy_quote_units,
        trade_count: candle.trade_count(),
        trades: candle.trades.map(|trades| (trades.first.0, trades.last.0)),
    }
}

/// Returns what answers say about the last 24 hours.
pub fn ticker(ticker: &Ticker, instrument: &Instrument) -> TickerFacts {
    let (bid, ask) = best(&ticker.top, instrument);
    TickerFacts {
        symbol: instrument.symbol,
        grid: instrument.grid,
        opens_at: ticker.opens_at,
        closes_at: ticker.closes_at,
        last: ticker.last.map(|last| (last.price, last.qty)),
        previous_close: ticker.previous_close,
        bid,
        ask,
        window: ticker.day.map(|day| WindowFacts {
            open: day.open,
            high: day.high,
            low: day.low,
            close: day.close,
            base_units: day.base_units,
            quote_units: day.quote_units,
            first_trade: day.first.0,
            last_trade: day.last.0,
        }),
    }
}

/// Returns the best bid and ask.
pub fn best(top: &Top, instrument: &Instrument) -> (Best, Best) {
    let side = |level: Option<Level>| {
        level.map_or(Best::NONE, |level| {
            Best::of(level.price, level.lots, &instrument.grid)
        })
    };
    (side(top.bid), side(top.ask))
}

/// Returns the sum of two parts of one balance.
pub fn total(available: Amount, held: Amount) -> i128 {
    available.units() + held.units()
}
