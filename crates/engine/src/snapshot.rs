//! The whole state as plain values in canonical order.

use book::order::{Resting, Slot};
use model::id::OrderId;
use model::number::Qty;
use model::order::{OrderKind, Side, TimeInForce};
use model::snapshot::{
    AmendedRow, EngineState, IcebergRow, MarketState, OrderRow, ParkedRow, Waiting,
};

use crate::detail::RestingKind;
use crate::engine::Engine;
use crate::market::Market;
use crate::parked::{ParkedOrder, Stage};
use crate::triggers::Standing;

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
            last_list: self.last_list,
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
            countdowns: self.countdowns.rows().collect(),
            payout_holds: self.payout_holds.sorted(),
            approvals: mutant::plant!(
                "snapshot-without-approvals",
                Vec::new(),
                self.approvals.sorted()
            ),
            anchor: self.anchor,
            allowances: self.allowances.state(),
            owner_states: self.accounts.owner_states(),
            proofs: self.proofs.state(),
            payout_limits: self.payout_limits.state(),
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
        limits: market.limits,
        parked: parked_rows(market),
        icebergs: iceberg_rows(market),
        amended: amended_rows(market),
        lists: market.lists.rows().map(|list| list.row).collect(),
    }
}

fn parked_rows(market: &Market) -> Vec<ParkedRow> {
    let orders = market.parked_orders().into_iter();
    orders
        .map(|(order, parked)| parked_row(market, order, &parked))
        .collect()
}

fn parked_row(market: &Market, order: OrderId, parked: &ParkedOrder) -> ParkedRow {
    let slot = market.book.find(order).expect("a parked order is found");
    let detail = market.details.get(slot);
    let waiting = match (parked.stage, market.triggers.standing(order, parked.side)) {
        (Stage::Pending, _) => Waiting::Working,
        (Stage::Filled, _) => Waiting::Activation,
        (Stage::Armed, Standing::Waits) => Waiting::Market,
        (Stage::Armed, Standing::Trails { extreme }) => Waiting::Trailing { extreme },
        (Stage::Armed, Standing::IsDue) => Waiting::Turn,
    };
    ParkedRow {
        order,
        account: market.book.account_at(slot),
        side: parked.side,
        kind: parked.kind,
        self_trade: detail.self_trade,
        client_id: market.details.client_id(slot),
        instructions: parked.instructions,
        waiting,
        hold: parked.hold,
    }
}

/// Returns the resting orders of a market, by number.
fn resting(market: &Market) -> impl Iterator<Item = (OrderId, Slot)> {
    let sides = [Side::Buy, Side::Sell].into_iter();
    let orders = sides.flat_map(|side| market.book.orders(side));
    orders.map(|(slot, resting)| (resting.order, slot))
}

fn iceberg_rows(market: &Market) -> Vec<IcebergRow> {
    if market.book.icebergs() == 0 {
        return Vec::new();
    }
    let row = |(order, slot)| {
        let shown_max = market.book.shown_max(slot)?;
        let shown = market.book.shown(slot);
        Some(IcebergRow {
            order,
            shown_max,
            shown,
        })
    };
    let mut rows: Vec<IcebergRow> = resting(market).filter_map(row).collect();
    rows.sort_unstable_by_key(|row| row.order);
    rows
}

fn amended_rows(market: &Market) -> Vec<AmendedRow> {
    let rows = market
        .details
        .amended()
        .map(|(slot, amendments)| AmendedRow {
            order: market.book.number_at(slot),
            amendments,
        });
    let mut rows: Vec<AmendedRow> = rows.collect();
    rows.sort_unstable_by_key(|row| row.order);
    rows
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
        RestingKind::Parked => panic!("a parked order does not rest"),
    }
}
