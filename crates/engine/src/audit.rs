//! The full recomputation of every invariant.

use book::order::{Resting, Slot};
use ledger::row::Key;
use model::id::{AccountId, AssetId, MarketId, OrderId};
use model::number::Qty;
use model::order::Side;
use model::snapshot::{DepositStatus, HouseAccount, WithdrawalStatus};

use crate::audit_orders::{are_lists_sound, audit_parked};
use crate::both::{Half, both, in_turn};
use crate::engine::Engine;
use crate::filter::fits_terms;
use crate::market::Market;
use crate::seat::NONE;

/// A broken invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// L1 to L3.
    Ledger(ledger::audit::Violation),
    /// L4: what is held is not the sum of the holds of open orders.
    Held(Key),
    /// D1, W1: what is in transit is not the sum of what is seen or under way.
    Transit(AssetId, HouseAccount),
    /// B1, B2, B5.
    Book(MarketId, book::audit::Violation),
    /// B4: executed, prevented and open are not the original quantity.
    Quantities(MarketId, OrderId),
    /// B5: the order is not found under its client id, or the index holds others.
    ClientIds(MarketId),
    /// B10: the order does not fit the terms.
    Terms(MarketId, OrderId),
    /// B11: the counters or the list of a seat are not those of its orders.
    Seat(MarketId, AccountId),
    /// A parked order is not what it waits for, or does not fit the terms.
    Parked(MarketId, OrderId),
    /// The lists of a market do not go with its orders.
    Lists(MarketId),
    /// A table's index does not lead to its rows.
    Tables,
}

impl Engine {
    /// Recomputes everything that is kept up step by step.
    ///
    /// **Cost** O(everything).
    ///
    /// # Errors
    /// The first broken invariant.
    pub fn audit(&self) -> Result<(), Violation> {
        self.audit_by(in_turn)
    }

    /// Recomputes the same; `run` does both halves of the work, on two threads or one.
    pub(crate) fn audit_by(&self, run: impl Fn(Half<'_>, Half<'_>)) -> Result<(), Violation> {
        let (traded, tables) = both(run, || self.audit_traded(), || self.audit_tables());
        traded.and(tables)
    }

    fn audit_traded(&self) -> Result<(), Violation> {
        self.ledger.audit().map_err(Violation::Ledger)?;
        let mut held = vec![0_i128; self.ledger.rows().count()];
        for market in &self.markets {
            audit_market(market, &mut held)?;
        }
        self.audit_held(&held)
    }

    fn audit_tables(&self) -> Result<(), Violation> {
        self.audit_transit()?;
        let are_tables_sound = self.accounts.is_consistent()
            && self.keys.is_bijective()
            && self.deposits.is_bijective()
            && self.withdrawals.is_bijective()
            && self.transfers.is_bijective()
            && self.results.is_bijective()
            && self.payout_holds.is_bijective()
            && self.approvals.is_bijective();
        if are_tables_sound {
            Ok(())
        } else {
            Err(Violation::Tables)
        }
    }

    /// L4.
    fn audit_held(&self, held: &[i128]) -> Result<(), Violation> {
        for ((_, key, balance), held) in self.ledger.rows().zip(held) {
            if balance.held.units() != *held {
                return Err(Violation::Held(key));
            }
        }
        Ok(())
    }

    fn audit_transit(&self) -> Result<(), Violation> {
        let mut seen = vec![0_i128; self.assets.len()];
        let mut under_way = seen.clone();
        for row in self.deposits.rows() {
            if row.status == DepositStatus::Seen {
                seen[usize::from(row.deposit.asset.0)] += row.deposit.amount.units();
            }
        }
        for row in self.withdrawals.rows() {
            if row.status == WithdrawalStatus::Held {
                let total = row.withdrawal.amount.units() + row.withdrawal.fee.units();
                under_way[usize::from(row.withdrawal.asset.0)] += total;
            }
        }
        for (asset, (seen, under_way)) in self.assets.iter().zip(seen.iter().zip(&under_way)) {
            for (account, sum) in [
                (HouseAccount::ChainPending, seen),
                (HouseAccount::DepositTransit, seen),
                (HouseAccount::WithdrawTransit, under_way),
            ] {
                if self.ledger.house(asset.id, account).units() != *sum {
                    return Err(Violation::Transit(asset.id, account));
                }
            }
        }
        Ok(())
    }
}

/// What the orders of a seat sum to.
#[derive(Clone, Copy, Default)]
struct Sums {
    orders: u32,
    buy_lots: i64,
}

fn audit_market(market: &Market, held: &mut [i128]) -> Result<(), Violation> {
    let id = market.instrument.id;
    let book = market.book.audit();
    book.map_err(|violation| Violation::Book(id, violation))?;
    let mut sums = vec![Sums::default(); market.seats.len()];
    let (mut long_names, mut shrunk) = (0, 0);
    for side in [Side::Buy, Side::Sell] {
        for (slot, resting) in market.book.orders(side) {
            audit_order(market, slot, &resting)?;
            let detail = market.details.get(slot);
            long_names += usize::from(detail.name.as_short().is_none());
            shrunk += usize::from(!market.details.prevented(slot).is_zero());
            sums[detail.seat as usize].count(side, resting.open);
            let row = market.paying_row(detail.seat, side);
            held[row.index()] += market.hold(side, resting.price, resting.open).units();
        }
    }
    for (order, parked) in market.parked_orders() {
        let slot = audit_parked(market, order, &parked)?;
        let detail = market.details.get(slot);
        long_names += usize::from(detail.name.as_short().is_none());
        sums[detail.seat as usize].count(parked.side, parked.qty());
        held[market.paying_row(detail.seat, parked.side).index()] += parked.hold.units();
    }
    let open = market.book.len() + market.parked.len();
    let amended = market.details.amended().count();
    if market.details.counts() != [open, long_names, shrunk, amended] {
        return Err(Violation::ClientIds(id));
    }
    if market.book.parked_len() != market.parked.len() || !are_lists_sound(market) {
        return Err(Violation::Lists(id));
    }
    audit_seats(market, &sums)
}

impl Sums {
    fn count(&mut self, side: Side, open: Qty) {
        self.orders += 1;
        if side == Side::Buy {
            self.buy_lots += open.lots();
        }
    }
}

fn audit_order(market: &Market, slot: Slot, resting: &Resting) -> Result<(), Violation> {
    let (id, order) = (market.instrument.id, resting.order);
    let detail = market.details.get(slot);
    let kept = market.details.prevented(slot).plus(resting.open);
    if resting.open <= Qty::ZERO || detail.original < kept || market.last_order < order {
        return Err(Violation::Quantities(id, order));
    }
    if market.seats.at(detail.seat).account != resting.account {
        return Err(Violation::Seat(id, resting.account));
    }
    if market
        .details
        .find(detail.seat, &market.details.client_id(slot))
        != Some(slot)
    {
        return Err(Violation::ClientIds(id));
    }
    if !fits_terms(market, &market.terms, resting.price, detail.original) {
        return Err(Violation::Terms(id, order));
    }
    Ok(())
}

fn audit_seats(market: &Market, sums: &[Sums]) -> Result<(), Violation> {
    let id = market.instrument.id;
    if !market.seats.is_bijective() {
        return Err(Violation::Tables);
    }
    for (seat, sums) in market.seats.rows().iter().zip(sums) {
        let is_counted = seat.open_orders == sums.orders && seat.open_buy_lots == sums.buy_lots;
        if !is_counted || listed(market, seat.oldest, seat.newest) != Some(sums.orders) {
            return Err(Violation::Seat(id, seat.account));
        }
    }
    Ok(())
}

/// Returns the length of a seat's list, or `None` when it is broken or not in order of arrival.
fn listed(market: &Market, oldest: u32, newest: u32) -> Option<u32> {
    let (mut number, mut older, mut count) = (oldest, NONE, 0);
    let mut last = OrderId(0);
    while number != NONE {
        let slot = Slot::from_index(number as usize);
        let detail = market.details.get(slot);
        let order = market.book.number_at(slot);
        if detail.older != older || order <= last {
            return None;
        }
        (older, number, last) = (number, detail.newer, order);
        count += 1;
    }
    (older == newest).then_some(count)
}

impl core::fmt::Display for Violation {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "an invariant is broken: {self:?}")
    }
}
