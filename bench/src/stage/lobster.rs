//! The registry crate `lobster`: a single-threaded book of B-trees and vectors.
//!
//! How a flow is mapped: one book a symbol; the order id is the flow's. An IOC order is a limit
//! order whose remainder is cancelled at once; a move is a cancel and a limit order with the same
//! id. Accounts are left out, which the peer does not know. Its arena starts large enough for the
//! target, so that no run pays for growing it. Filled orders stay in its index: it never forgets
//! an id that was not cancelled. It cannot tell the number of its resting orders.

use anyhow::Result;
use lobster::{OrderBook, OrderEvent, OrderType};

use crate::flow::Flow;
use crate::flow::record::{Operation, Record, Side};
use crate::stage::{Outcome, Stage, unsigned_records};

/// Orders a level has room for from the start: the peer's own default.
const QUEUE_CAPACITY: usize = 10;

pub struct Lobster {
    books: Vec<OrderBook>,
    outcome: Outcome,
}

impl Stage for Lobster {
    type Command = Record;

    const NAME: &'static str = "peer-lobster";

    fn translate(flow: &Flow) -> Result<Vec<Record>> {
        unsigned_records(flow)
    }

    fn open(flow: &Flow) -> Result<Self> {
        let arena_capacity = usize::try_from(flow.header.target_orders)?.saturating_mul(4);
        let book = |_| OrderBook::new(arena_capacity, QUEUE_CAPACITY, false);
        let books = (0..flow.header.symbols).map(book).collect();
        Ok(Lobster {
            books,
            outcome: Outcome::default(),
        })
    }

    fn apply(&mut self, record: &Record) {
        let book = &mut self.books[usize::from(record.symbol)];
        let id = u128::from(record.order_id);
        match record.operation {
            Operation::GoodTillCancel => {
                count(&mut self.outcome, book.execute(limit(record)));
            }
            Operation::ImmediateOrCancel => {
                let filled = count(&mut self.outcome, book.execute(limit(record)));
                if filled < u64::from(record.quantity_lots) {
                    book.execute(OrderType::Cancel { id });
                }
            }
            Operation::Cancel => {
                book.execute(OrderType::Cancel { id });
            }
            Operation::Move => {
                book.execute(OrderType::Cancel { id });
                count(&mut self.outcome, book.execute(limit(record)));
            }
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            resting_lots: Some(self.books.iter().map(resting_lots).sum()),
            ..self.outcome
        }
    }
}

fn limit(record: &Record) -> OrderType {
    OrderType::Limit {
        id: u128::from(record.order_id),
        side: match record.side {
            Side::Buy => lobster::Side::Bid,
            Side::Sell => lobster::Side::Ask,
        },
        qty: u64::from(record.quantity_lots),
        price: record.price_ticks.cast_unsigned(),
    }
}

/// Counts the fills of `event` and returns the filled lots.
fn count(outcome: &mut Outcome, event: OrderEvent) -> u64 {
    let (OrderEvent::Filled {
        filled_qty, fills, ..
    }
    | OrderEvent::PartiallyFilled {
        filled_qty, fills, ..
    }) = event
    else {
        return 0;
    };
    fills
        .iter()
        .for_each(|fill| outcome.add_trade(fill.price, fill.qty));
    filled_qty
}

fn resting_lots(book: &OrderBook) -> u64 {
    let depth = book.depth(0);
    depth
        .asks
        .iter()
        .chain(&depth.bids)
        .map(|level| level.qty)
        .sum()
}
