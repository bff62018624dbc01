//! Orders and fills of an account in one market or in all of them, newest first, page by page to the first one.
//!
//! What is narrowed to a side, a type or a state is looked for a bounded number of rows at a time: a page that ends there
//! says where to go on.
//!
//! **Source** `docs/spec/history.md` §3.

use indexer::order::PastOrder;
use indexer::reading::Reading;
use indexer::reading_own::{OWN_FILLS, OWN_ORDERS, OwnList, OwnRange};
use model::id::MarketId;
use model::order::Side;
use wire::binance::answer::order::OrderRow;
use wire::binance::answer::own_history::{OrderPage, TradePage};
use wire::binance::answer::own_trade::OwnTradeRow;
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;
use wire::binance::words::{self, OrderType};

use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::{Listing, market_of};
use crate::rest::past_facts;
use crate::rest::range::{self, ROWS_DEFAULT, ROWS_MAX};
use crate::rest::turning::{Question, stretch};

/// How many rows one request looks at, at most and one reading more.
const LOOKED_MAX: usize = 10_000;

/// `GET /v1/account/orderHistory`.
///
/// # Errors
/// -1116, -1117 and -1130 for a type, a side and a status that there is not, -1121 for a market that is not listed, -1130
/// for a cursor of another question, -1001 when the history is behind, and those of the values.
pub async fn orders(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let choice = Choice::read(ask)?;
    let mut book = Book::open(ask, "orderHistory").await?;
    let found = book.turn(&OWN_ORDERS, |order| choice.has(order)).await?;
    let next = book.next(ask)?;
    let views = ask.gateway.hub().views();
    let row = |order: &PastOrder| {
        let instrument = views.market(order.key.market)?.instrument();
        Some(OrderRow::of(
            &past_facts::order(order, instrument),
            ask.unit,
        ))
    };
    let orders = found.iter().filter_map(row).collect();
    Ok(Reply::ok(&OrderPage { orders, next }))
}

/// `GET /v1/account/tradeHistory`.
///
/// # Errors
/// As `orders`.
pub async fn trades(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let side = side(ask)?;
    let mut book = Book::open(ask, "tradeHistory").await?;
    let is_wanted = |has| side.is_none_or(|side| side == has);
    let found = book.turn(&OWN_FILLS, |fill| is_wanted(fill.side)).await?;
    let next = book.next(ask)?;
    let views = ask.gateway.hub().views();
    let trades = found.iter().filter_map(|fill| {
        let listing = Listing::of(&views, views.market(fill.market)?);
        let facts = past_facts::own_trade(fill, &listing);
        Some(OwnTradeRow::of(&facts, ask.unit))
    });
    let trades = trades.collect();
    Ok(Reply::ok(&TradePage { trades, next }))
}

/// What orders are to be.
struct Choice {
    side: Option<Side>,
    kind: Option<String>,
    status: Option<String>,
}

impl Choice {
    fn read(ask: &Ask<'_>) -> Result<Choice, Refusal> {
        let side = side(ask)?;
        let kind = ask.params.text("type")?;
        if kind.is_some_and(|word| OrderType::parse(word).is_none()) {
            return Err(Refusal::of(Fault::OrderTypeInvalid));
        }
        let status = ask.params.text("status")?;
        if status.is_some_and(|word| !words::is_order_status(word)) {
            return Err(Refusal::with(Fault::DataInvalid, &["status"]));
        }
        Ok(Choice {
            side,
            kind: kind.map(str::to_owned),
            status: status.map(str::to_owned),
        })
    }

    fn has(&self, order: &PastOrder) -> bool {
        let kind = words::order_type(&order.kind, order.instructions.trigger.as_ref());
        let stage = past_facts::stage(order.stage);
        let status = words::order_status(order.closed, order.executed, stage);
        self.side.is_none_or(|side| side == order.side)
            && self.kind.as_deref().is_none_or(|word| word == kind)
            && self.status.as_deref().is_none_or(|word| word == status)
    }
}

fn side(ask: &Ask<'_>) -> Result<Option<Side>, Refusal> {
    let word = ask.params.text("side")?;
    let invalid = || Refusal::of(Fault::SideInvalid);
    word.map(|word| words::parse_side(word).ok_or_else(invalid))
        .transpose()
}

/// A list that is read from where a request begins.
struct Book<'a> {
    reading: Reading,
    question: Question,
    ask: &'a Ask<'a>,
    range: OwnRange,
    limit: usize,
    /// Whether there may be rows after those that were found.
    has_more: bool,
}

impl<'a> Book<'a> {
    async fn open(ask: &'a Ask<'a>, list: &str) -> Result<Book<'a>, Refusal> {
        let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
        let (from, until) = stretch(ask, range::Reach::ByRows)?;
        let (market, reach) = {
            let views = ask.gateway.hub().views();
            let market = match ask.params.text("symbol")? {
                None => None,
                Some(_) => {
                    let market = market_of(&views, request::symbol(ask.params)?)?;
                    Some(market.instrument().id)
                }
            };
            (market, Reach::of(&views, until))
        };
        let mut question = Question::of(ask, list, None, (from, until));
        question.add(
            &market
                .map_or(-1, |MarketId(number)| i32::from(number))
                .to_be_bytes(),
        );
        for name in ["side", "type", "status"] {
            question.add(ask.params.text(name)?.unwrap_or_default().as_bytes());
        }
        let range = OwnRange {
            market,
            from,
            until,
            beyond: question.beyond(ask)?,
        };
        Ok(Book {
            reading: ask.gateway.reading(reach).await?,
            question,
            ask,
            range,
            limit,
            has_more: true,
        })
    }

    /// Returns the next rows that are wanted, and goes on to behind them.
    async fn turn<T>(
        &mut self,
        list: &OwnList<T>,
        is_wanted: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, Refusal> {
        let (mut found, mut looked) = (Vec::new(), 0);
        // Where not every row is wanted, more are looked at from then on.
        let mut wanted = self.limit;
        while looked < LOOKED_MAX {
            let (account, range) = (self.ask.account, self.range);
            let chunk = self.reading.own(list, account, range, wanted).await;
            let chunk = chunk.map_err(failed)?;
            let count = chunk.rows.len();
            for (index, row) in chunk.rows.into_iter().enumerate() {
                self.range.beyond = Some(list.place(&row));
                if is_wanted(&row) {
                    found.push(row);
                }
                if found.len() == self.limit {
                    self.has_more = !chunk.is_last || index + 1 < count;
                    return Ok(found);
                }
            }
            looked += count;
            wanted = ROWS_MAX;
            if chunk.is_last {
                self.has_more = false;
                return Ok(found);
            }
        }
        Ok(found)
    }

    fn next(&self, ask: &Ask<'_>) -> Result<Option<String>, Refusal> {
        let last = self.range.beyond.filter(|_| self.has_more);
        self.question.next(ask, last)
    }
}
