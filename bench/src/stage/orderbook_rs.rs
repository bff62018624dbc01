//! The registry crate `orderbook-rs`: a concurrent book of skip lists and sharded maps.
//!
//! How a flow is mapped: one book a symbol; the order id is the flow's, the owner is the account;
//! self-trade prevention is off, since no order of a flow meets its own account. An IOC order is
//! a match without a resting order, a move is the book's own price update. The book is made for
//! several threads and driven by one, as every stage here is: what it pays for its locks is paid.
//! The counting clock it offers for replays stands in for the wall clock, which it would
//! otherwise read at every order.

use std::sync::Arc;

use anyhow::Result;
use orderbook_rs::orderbook::modifications::OrderQuantity;
use orderbook_rs::{Clock, Id, OrderBook, StubClock, TimeInForce};
use pricelevel::{Hash32, MatchResult, OrderUpdate, Price};

use crate::flow::Flow;
use crate::flow::record::{Operation, Record, Side};
use crate::stage::{Outcome, Stage, unsigned_records};

pub struct OrderbookRs {
    books: Vec<OrderBook>,
    outcome: Outcome,
}

impl Stage for OrderbookRs {
    type Command = Record;

    const NAME: &'static str = "peer-orderbook-rs";

    fn translate(flow: &Flow) -> Result<Vec<Record>> {
        unsigned_records(flow)
    }

    fn open(flow: &Flow) -> Result<Self> {
        let book = |symbol: u32| {
            OrderBook::with_clock(
                &symbol.to_string(),
                Arc::new(StubClock::new()) as Arc<dyn Clock>,
            )
        };
        let books = (0..flow.header.symbols).map(book).collect();
        Ok(OrderbookRs {
            books,
            outcome: Outcome::default(),
        })
    }

    fn apply(&mut self, record: &Record) {
        let book = &self.books[usize::from(record.symbol)];
        match record.operation {
            Operation::GoodTillCancel => place(book, record, &mut self.outcome),
            Operation::ImmediateOrCancel => take(book, record, &mut self.outcome),
            Operation::Cancel => cancel(book, record),
            Operation::Move => relocate(book, record),
        }
    }

    fn outcome(&self) -> Outcome {
        let orders = || self.books.iter().flat_map(|book| book.get_all_orders());
        let lots = |order: Arc<orderbook_rs::OrderType<()>>| {
            order
                .total_quantity()
                .expect("a plain order's quantity is a number")
        };
        Outcome {
            resting_orders: Some(orders().count() as u64),
            resting_lots: Some(orders().map(lots).sum()),
            ..self.outcome
        }
    }
}

fn place(book: &OrderBook, record: &Record, outcome: &mut Outcome) {
    let (_, result) = book
        .add_limit_order_with_user_and_result(
            Id::from_u64(record.order_id),
            price(record),
            u64::from(record.quantity_lots),
            side(record),
            TimeInForce::Gtc,
            owner(record),
            None,
        )
        .expect("every limit order of a flow is acceptable");
    if let Some(result) = result {
        count(outcome, &result.match_result);
    }
}

fn take(book: &OrderBook, record: &Record, outcome: &mut Outcome) {
    let result = book
        .match_limit_order_with_user(
            Id::from_u64(record.order_id),
            u64::from(record.quantity_lots),
            side(record),
            price(record),
            owner(record),
        )
        .expect("every IOC order of a flow is acceptable");
    count(outcome, &result);
}

fn cancel(book: &OrderBook, record: &Record) {
    book.cancel_order(Id::from_u64(record.order_id))
        .expect("a level never refuses a cancel")
        .expect("every cancel of a flow names a live order");
}

fn relocate(book: &OrderBook, record: &Record) {
    book.update_order(OrderUpdate::UpdatePrice {
        order_id: Id::from_u64(record.order_id),
        new_price: Price::new(price(record)),
    })
    .expect("every move of a flow is acceptable")
    .expect("every move of a flow names a live order");
}

fn count(outcome: &mut Outcome, result: &MatchResult) {
    for trade in result.trades().as_vec() {
        let price_ticks = u64::try_from(trade.price().as_u128()).expect("an i64 in the flow");
        outcome.add_trade(price_ticks, trade.quantity().as_u64());
    }
}

fn price(record: &Record) -> u128 {
    u128::from(record.price_ticks.cast_unsigned())
}

fn side(record: &Record) -> orderbook_rs::Side {
    match record.side {
        Side::Buy => orderbook_rs::Side::Buy,
        Side::Sell => orderbook_rs::Side::Sell,
    }
}

fn owner(record: &Record) -> Hash32 {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&record.account.to_le_bytes());
    Hash32::new(bytes)
}
