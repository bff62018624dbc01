//! Our book: matching without balances or events.
//!
//! One book a symbol; the order id given to it is the flow's, so that cancels and moves go
//! through its own index; accounts are the trade groups. A move is a removal and a rest. Nothing is
//! read ahead: measured, finding everything twice costs the book alone more than it saves.

use anyhow::{Result, ensure};
use book::book::Book;
use book::order::Resting;
use book::take::{Step, Taker};
use model::id::{AccountId, OrderId, TradeGroupId};
use model::number::{Price, Qty};
use model::order::SelfTradeMode;

use crate::flow::Flow;
use crate::flow::record::{Operation, Record, Side};
use crate::stage::{Outcome, Stage};

/// Seeds the books' hash tables; any number will do.
const TABLE_SEED: u64 = 0x0b00_5eed;

pub struct BookStage {
    books: Vec<Book>,
    steps: Vec<Step>,
    outcome: Outcome,
}

impl Stage for BookStage {
    type Command = Record;

    const NAME: &'static str = "book";

    fn translate(flow: &Flow) -> Result<Vec<Record>> {
        // The book's prices start at 1; every later price lies above the lowest.
        ensure!(
            0 < flow.header.price_low_ticks,
            "the book has no prices below 1"
        );
        Ok(flow.records.clone())
    }

    fn open(flow: &Flow) -> Result<Self> {
        let book = |symbol| Book::new(TABLE_SEED ^ u64::from(symbol));
        Ok(BookStage {
            books: (0..flow.header.symbols).map(book).collect(),
            steps: Vec::new(),
            outcome: Outcome::default(),
        })
    }

    fn apply(&mut self, record: &Record) {
        match record.operation {
            Operation::GoodTillCancel => {
                let left = self.take(record);
                if !left.is_zero() {
                    self.rest(record, left);
                }
            }
            Operation::ImmediateOrCancel => {
                self.take(record);
            }
            Operation::Cancel => {
                self.remove(record);
            }
            Operation::Move => {
                let open = self.remove(record);
                self.rest(record, open);
            }
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            resting_orders: Some(self.books.iter().map(|book| book.len() as u64).sum()),
            resting_lots: Some(self.books.iter().map(resting_lots).sum()),
            ..self.outcome
        }
    }
}

impl BookStage {
    fn take(&mut self, record: &Record) -> Qty {
        let book = &mut self.books[usize::from(record.symbol)];
        self.steps.clear();
        let taker = Taker {
            side: side(record.side),
            limit: price(record),
            qty: Qty::new(i64::from(record.quantity_lots)).expect("a u32 is a legal quantity"),
            group: TradeGroupId(record.account),
            self_trade: SelfTradeMode::ExpireTaker,
        };
        let taken = book.take(&taker, &mut self.steps);
        for step in &self.steps {
            let Step::Fill { price, qty, .. } = step else {
                panic!("no order of a flow meets one of its own account");
            };
            self.outcome
                .add_trade(price.ticks().cast_unsigned(), qty.lots().cast_unsigned());
        }
        taken.left
    }

    fn rest(&mut self, record: &Record, open: Qty) {
        self.books[usize::from(record.symbol)].rest(Resting {
            order: OrderId(record.order_id),
            account: AccountId(record.account),
            group: TradeGroupId(record.account),
            side: side(record.side),
            price: price(record),
            open,
        });
    }

    fn remove(&mut self, record: &Record) -> Qty {
        let book = &mut self.books[usize::from(record.symbol)];
        let slot = book
            .find(OrderId(record.order_id))
            .expect("a live order of the flow");
        book.remove(slot).open
    }
}

/// Returns the lots resting on both sides of `book`.
pub fn resting_lots(book: &Book) -> u64 {
    let sides = [model::order::Side::Buy, model::order::Side::Sell];
    let levels = sides.into_iter().flat_map(|side| book.levels(side));
    let lots: i128 = levels.map(|level| level.open_lots).sum();
    u64::try_from(lots).expect("a flow's lots fit a header word")
}

/// Returns the engine's word for `side`.
pub fn side(side: Side) -> model::order::Side {
    match side {
        Side::Buy => model::order::Side::Buy,
        Side::Sell => model::order::Side::Sell,
    }
}

fn price(record: &Record) -> Price {
    Price::new(record.price_ticks).expect("checked when the flow was translated")
}
