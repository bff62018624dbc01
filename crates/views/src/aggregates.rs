//! The kept aggregate trades of one market.

use crate::aggregate::{AggregateId, AggregateTrade};
use crate::numbered::Numbered;
use crate::span::Span;
use model::event::Traded;
use model::id::{OrderId, TradeId};
use model::snapshot_views::AggregateRow;
use model::time::Timestamp;

/// The kept aggregate trades of one market, by number.
pub struct Aggregates {
    rows: Numbered<AggregateRow>,
    /// The taker whose fills the last row may still take in: only within its command.
    open: Option<OrderId>,
}

impl Aggregates {
    /// Returns no aggregates; the next one is `first`.
    pub fn starting_at(first: u64) -> Aggregates {
        Aggregates {
            rows: Numbered::starting_at(first),
            open: None,
        }
    }

    /// Takes in a trade and returns the aggregate that became complete by it.
    pub fn add(&mut self, trade: &Traded, at: Timestamp) -> Option<AggregateTrade> {
        let taker = trade.taker.order;
        if self.open == Some(taker)
            && let Some(row) = self.rows.back_mut()
            && row.price == trade.price
        {
            row.qty = row.qty.plus(trade.qty);
            row.last = trade.trade;
            return None;
        }
        let complete = self.close();
        self.open = Some(taker);
        self.rows.push(AggregateRow {
            price: trade.price,
            qty: trade.qty,
            first: trade.trade,
            last: trade.trade,
            at,
            taker_side: trade.taker_side,
        });
        complete
    }

    /// Ends the command and returns the aggregate that became complete by it.
    pub fn close(&mut self) -> Option<AggregateTrade> {
        self.open.take()?;
        let row = self.rows.back()?;
        Some(aggregate(self.rows.next() - 1, row))
    }

    /// Lets go of aggregates all of whose trades are older than `first`.
    pub fn expire(&mut self, first: TradeId) {
        while self.rows.front().is_some_and(|row| row.last < first) {
            self.rows.pop();
        }
    }

    /// Returns the number of the oldest kept aggregate, or of the next one when there is none.
    pub fn first(&self) -> u64 {
        self.rows.first()
    }

    pub fn rows(&self) -> impl Iterator<Item = &AggregateRow> {
        self.rows.from(0).map(|(_, row)| row)
    }

    /// Keeps a row of a snapshot.
    pub fn push_row(&mut self, row: AggregateRow) {
        self.rows.push(row);
    }

    /// Returns the kept aggregates with this number or a later one.
    pub fn from(&self, first: AggregateId) -> impl Iterator<Item = AggregateTrade> {
        self.rows
            .from(first.0)
            .map(|(number, row)| aggregate(number, row))
    }

    /// Returns the newest `count` aggregates.
    pub fn newest(&self, count: usize) -> impl Iterator<Item = AggregateTrade> {
        self.from(AggregateId(self.rows.next().saturating_sub(count as u64)))
    }

    /// Returns the kept aggregates within the span.
    pub fn within(&self, span: Span) -> impl Iterator<Item = AggregateTrade> {
        let first = self.rows.partition_point(|row| row.at < span.from);
        self.from(AggregateId(first))
            .take_while(move |aggregate| aggregate.at <= span.until)
    }
}

fn aggregate(number: u64, row: &AggregateRow) -> AggregateTrade {
    AggregateTrade {
        aggregate: AggregateId(number),
        price: row.price,
        qty: row.qty,
        first: row.first,
        last: row.last,
        at: row.at,
        taker_side: row.taker_side,
    }
}
