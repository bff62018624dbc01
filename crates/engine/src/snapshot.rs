//! The whole state as plain values in canonical order.

use book::order::{Resting, Slot};
use model::number::Qty;
use model::order::{OrderKind, Side, TimeInForce};
use model::snapshot::{EngineState, MarketState, OrderRow};

use crate::detail::RestingKind;
use crate::engine::Engine;
use crate::market::Market;

impl Engine {
    /// Returns the whole state; equal states give equal values.
    ///
    /// **Cost** O(n log n) in everything that is kept.
    pub fn state(&self) -> EngineState {
        EngineState {
            sequence: self.sequence,
            at: self.at,
            genesis: self.genesis,
            logic: self.logic,
            last_list: model::id::ListId(0),
            assets: self.assets.clone(),
            markets: self.markets.iter().map(market_state).collect(),
            accounts: self.accounts.rows().collect(),
            balances: self.ledger.balance_rows(),
            house: self.ledger.house_rows(),
            keys: self.keys.sorted(),
            openings: self.accounts.openings(),
            deposits: self.deposits.sorted(),
            withdrawals: self.withdrawals.sorted(),
            transfers: self.transfers.sorted(),
            idempotency: mutant::plant!(
                "snapshot-without-results",
                Vec::new(),
                self.results.rows().collect()
            ),
        }
    }
}

fn market_state(market: &Market) -> MarketState {
    let sides = [Side::Buy, Side::Sell].into_iter();
    let orders = sides.flat_map(|side| market.book.orders(side));
    MarketState {
        instrument: market.instrument,
        terms: market.terms,
        phase: market.phase,
        last_order: market.last_order,
        last_trade: market.last_trade,
        last_prevented: market.last_prevented,
        last_price: mutant::plant!("snapshot-without-the-last-price", None, market.last_price),
        average: mutant::plant!(
            "snapshot-without-average",
            Vec::new(),
            market.average.buckets().collect()
        ),
        orders: orders
            .map(|(slot, resting)| order_row(market, slot, &resting))
            .collect(),
        limits: model::instrument::OrderLimits::LISTED,
        parked: Vec::new(),
        icebergs: Vec::new(),
        amended: Vec::new(),
        lists: Vec::new(),
    }
}

fn order_row(market: &Market, slot: Slot, resting: &Resting) -> OrderRow {
    let detail = market.details.get(slot);
    OrderRow {
        order: resting.order,
        account: resting.account,
        side: resting.side,
        kind: kind_of(detail.kind, resting, detail.original),
        self_trade: detail.self_trade,
        client_id: market.details.client_id(slot),
        price: resting.price,
        original: detail.original,
        executed: market.executed(slot, resting.open),
        prevented: market.details.prevented(slot),
        open: resting.open,
        hold: market.hold(resting.side, resting.price, resting.open),
    }
}

/// Returns the kind of a resting order, with the quantity it has by now.
const fn kind_of(kind: RestingKind, resting: &Resting, qty: Qty) -> OrderKind {
    let price = resting.price;
    match kind {
        RestingKind::GoodTillCancel => OrderKind::Limit {
            price,
            qty,
            time_in_force: TimeInForce::GoodTillCancel,
        },
        RestingKind::LimitMaker => OrderKind::LimitMaker { price, qty },
    }
}
