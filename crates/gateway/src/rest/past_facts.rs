//! From the words of the history to those of the dialect.

use indexer::order::PastOrder;
use indexer::order_change::{Change, NewTerms, PastChange};
use indexer::trade::{FillRole, PastFill};
use model::instrument::Instrument;
use model::order::Side;
use model::snapshot_views::OrderStage;
use views::own_trade::{Liquidity, OwnTrade};
use wire::binance::answer::amend::AmendmentFacts;
use wire::binance::answer::order::OrderFacts;
use wire::binance::answer::order_change::{ChangeFacts, OrderChangeFacts};
use wire::binance::answer::own_trade::OwnTradeFacts;
use wire::binance::words::Stage;

use crate::rest::facts::{self, Listing};

/// Returns what answers say about an order.
pub fn order(order: &PastOrder, instrument: &Instrument) -> OrderFacts {
    OrderFacts {
        symbol: instrument.symbol,
        grid: instrument.grid,
        order: order.key.order,
        client_id: order.client_id,
        side: order.side,
        kind: order.kind,
        self_trade: order.self_trade,
        instructions: order.instructions,
        list: order.list,
        stage: stage(order.stage),
        original: order.original,
        executed: order.executed,
        prevented: order.prevented,
        prevented_match: order.prevented_match,
        quote_units: order.quote_units,
        closed: order.closed,
        created_at: order.created_at,
        updated_at: order.updated_at,
        working_at: order.working_at,
        trailing_since: order.trailing_since,
    }
}

/// Returns how far an order has come.
pub const fn stage(stage: OrderStage) -> Stage {
    match stage {
        OrderStage::Pending => Stage::Pending,
        OrderStage::Waiting => Stage::Waiting,
        OrderStage::Working => Stage::Working,
    }
}

/// Returns what answers say about a change of an order.
pub fn change(row: &PastChange, instrument: &Instrument) -> OrderChangeFacts {
    OrderChangeFacts {
        symbol: instrument.symbol,
        order: row.key.order,
        sequence: row.sequence,
        at: row.at,
        change: match &row.change {
            Change::Accepted => ChangeFacts::Accepted,
            Change::Activated => ChangeFacts::Activated,
            Change::Amended(terms) => ChangeFacts::Amended(amendment(row, terms, instrument)),
            Change::Triggered => ChangeFacts::Triggered,
            Change::Closed(reason) => ChangeFacts::Closed(*reason),
        },
        shown: match &row.change {
            Change::Amended(terms) => terms.shown,
            _ => None,
        },
    }
}

const fn amendment(row: &PastChange, terms: &NewTerms, instrument: &Instrument) -> AmendmentFacts {
    AmendmentFacts {
        symbol: instrument.symbol,
        grid: instrument.grid,
        order: row.key.order,
        execution: row.sequence,
        previous_client_id: terms.previous_client_id,
        client_id: terms.client_id,
        qty_before: terms.qty_before,
        qty_after: terms.qty_after,
        price: terms.price,
        condition: terms.condition,
        at: row.at,
    }
}

/// Returns what answers say about an own trade.
pub fn own_trade(fill: &PastFill, listing: &Listing) -> OwnTradeFacts {
    let instrument = &listing.instrument;
    let (receives, gives) = match fill.side {
        Side::Buy => (instrument.base, instrument.quote),
        Side::Sell => (instrument.quote, instrument.base),
    };
    let own = OwnTrade {
        trade: fill.trade,
        order: fill.order,
        side: fill.side,
        liquidity: match fill.role {
            FillRole::Maker => Liquidity::Maker,
            FillRole::Taker => Liquidity::Taker,
        },
        price: fill.price,
        qty: fill.qty,
        quote: fill.quote,
        fee: fill.fee,
        fee_asset: receives,
        rebate: fill.rebate,
        rebate_asset: gives,
        at: fill.at,
    };
    facts::own_trade(&own, fill.list, listing)
}
