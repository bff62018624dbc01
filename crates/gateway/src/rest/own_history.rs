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
use wire::binance::answer::order::OrderRow;
use wire::binance::answer::own_history::{OrderPage, TradePage};
use wire::binance::answer::own_trade::OwnTradeRow;
use wire::binance::error::Refusal;
use wire::binance::request;

use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::choice::Choice;
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
    let mut pages = Pages::open(ask, "orderHistory").await?;
    let found = pages.turn(&OWN_ORDERS, |order| choice.has_order(order));
    let found = found.await?;
    let next = pages.next(ask)?;
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
    let choice = Choice::read(ask)?;
    let mut pages = Pages::open(ask, "tradeHistory").await?;
    let found = pages.turn(&OWN_FILLS, |fill| choice.has_side(fill.side));
    let found = found.await?;
    let next = pages.next(ask)?;
    let views = ask.gateway.hub().views();
    let trades = found.iter().filter_map(|fill| {
        let listing = Listing::of(&views, views.market(fill.market)?);
        let facts = past_facts::own_trade(fill, &listing);
        Some(OwnTradeRow::of(&facts, ask.unit))
    });
    let trades = trades.collect();
    Ok(Reply::ok(&TradePage { trades, next }))
}

/// A list that is read from where a request begins.
struct Pages<'a> {
    reading: Reading,
    question: Question,
    ask: &'a Ask<'a>,
    range: OwnRange,
    limit: usize,
    /// Whether there may be rows after those that were found.
    has_more: bool,
}

impl<'a> Pages<'a> {
    async fn open(ask: &'a Ask<'a>, list: &str) -> Result<Pages<'a>, Refusal> {
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
        Ok(Pages {
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
            looked += chunk.looked;
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
