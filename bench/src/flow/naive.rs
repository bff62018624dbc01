//! A matcher of sorted vectors for the tests, written without a look at the reference book.
//!
//! Slow and obvious: one vector of orders per symbol, searched from the front each time.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

use crate::flow::Flow;
use crate::flow::header::Totals;
use crate::flow::record::{Operation, Record, Side};

/// Replays `flow` and returns its totals, or the first broken promise.
pub fn audit(flow: &Flow) -> Result<Totals> {
    let mut audit = Audit::default();
    audit
        .books
        .resize_with(flow.header.symbols as usize, Vec::new);
    for (index, record) in flow.records.iter().enumerate() {
        audit.is_prefill = index < flow.prefill_count();
        let place = || format!("record {index}: {record:?}");
        flow.header.admit(record).with_context(place)?;
        audit.apply(record).with_context(place)?;
    }
    ensure!(
        audit.order_id_last + 1 == flow.header.order_id_end,
        "another order id end"
    );
    Ok(audit.totals())
}

#[derive(Default)]
struct Audit {
    /// By symbol: resting orders as they were placed, in order of arrival.
    books: Vec<Vec<Record>>,
    ids: BTreeSet<u64>,
    is_prefill: bool,
    order_id_last: u64,
    trades: u64,
    traded_lots: u64,
    notional: i128,
}

impl Audit {
    fn apply(&mut self, record: &Record) -> Result<()> {
        match record.operation {
            Operation::GoodTillCancel | Operation::ImmediateOrCancel => self.order(record),
            Operation::Cancel => {
                let found = self.remove(record)?;
                ensure!(
                    found.price_ticks == record.price_ticks,
                    "a cancel names another price"
                );
                Ok(())
            }
            Operation::Move => {
                let found = self.remove(record)?;
                ensure!(
                    found.price_ticks != record.price_ticks,
                    "a move stays where it was"
                );
                ensure!(self.best_maker(record).is_none(), "a move crosses");
                self.books[usize::from(record.symbol)].push(*record);
                Ok(())
            }
        }
    }

    fn order(&mut self, record: &Record) -> Result<()> {
        ensure!(
            self.order_id_last < record.order_id,
            "order ids do not rise"
        );
        self.order_id_last = record.order_id;
        ensure!(self.ids.insert(record.order_id), "an order id comes twice");
        let mut rest = *record;
        while let Some(position) = self.best_maker(&rest) {
            ensure!(!self.is_prefill, "the prefill trades");
            self.trade(position, &mut rest)?;
            if rest.quantity_lots == 0 {
                return Ok(());
            }
        }
        if record.operation == Operation::GoodTillCancel {
            self.books[usize::from(record.symbol)].push(rest);
        } else {
            ensure!(
                rest.quantity_lots < record.quantity_lots,
                "an IOC order crosses nothing"
            );
        }
        Ok(())
    }

    fn trade(&mut self, position: usize, taker: &mut Record) -> Result<()> {
        let book = &mut self.books[usize::from(taker.symbol)];
        let maker = &mut book[position];
        ensure!(
            maker.account != taker.account,
            "an order meets one of its own account"
        );
        let lots = maker.quantity_lots.min(taker.quantity_lots);
        maker.quantity_lots -= lots;
        taker.quantity_lots -= lots;
        self.trades += 1;
        self.traded_lots += u64::from(lots);
        self.notional += i128::from(maker.price_ticks) * i128::from(lots);
        if maker.quantity_lots == 0 {
            book.remove(position);
        }
        Ok(())
    }

    /// Returns the position of the first order at the best price that `taker` may trade at.
    fn best_maker(&self, taker: &Record) -> Option<usize> {
        let book = self.books[usize::from(taker.symbol)].iter().enumerate();
        let crossing = book.filter(|(_, maker)| {
            maker.side != taker.side
                && match taker.side {
                    Side::Buy => maker.price_ticks <= taker.price_ticks,
                    Side::Sell => taker.price_ticks <= maker.price_ticks,
                }
        });
        // `min_by_key` keeps the first of equals, which is the earliest arrival.
        let best = crossing.min_by_key(|(_, maker)| match taker.side {
            Side::Buy => maker.price_ticks,
            Side::Sell => -maker.price_ticks,
        });
        best.map(|(position, _)| position)
    }

    fn remove(&mut self, record: &Record) -> Result<Record> {
        let book = &mut self.books[usize::from(record.symbol)];
        let position = book
            .iter()
            .position(|order| order.order_id == record.order_id);
        let found = book.remove(position.context("a cancel or move names no live order")?);
        ensure!(found.side == record.side, "another side");
        ensure!(found.account == record.account, "another account");
        ensure!(
            found.quantity_lots == record.quantity_lots,
            "another quantity"
        );
        Ok(found)
    }

    fn totals(&self) -> Totals {
        let resting = || self.books.iter().flatten();
        Totals {
            trades: self.trades,
            traded_lots: self.traded_lots,
            notional: self.notional.rem_euclid(1 << 64).try_into().unwrap(),
            resting_orders: resting().count() as u64,
            resting_lots: resting().map(|order| u64::from(order.quantity_lots)).sum(),
        }
    }
}
