//! Files for an account's owner: its orders and its fills of some time, market by market.
//!
//! **Source** `docs/spec/history.md` §4.

use indexer::order::PastOrder;
use indexer::range::Range;
use indexer::reading::Reading;
use indexer::trade::PastFill;
use model::calendar::Calendar;
use model::id::AccountId;
use model::time::Timestamp;
use views::span::Span;
use wire::binance::answer::order::OrderRow;
use wire::binance::answer::own_trade::{OwnTradeRow, Role};
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;
use wire::binance::time::TimeUnit;
use wire::binance::words;
use wire::csv::Cell;

use crate::past::failed;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::choice::Choice;
use crate::rest::facts::{Listing, market_of};
use crate::rest::past_facts;
use crate::rest::range;
use crate::rest::rows::{RowFormat, Rows, cells};
use crate::rest::statement::{PAGE, begin, text};

/// How many rows a file has at most; beyond it, shorter times are to be asked for.
const ROWS_MAX: usize = 200_000;

const ORDERS: [&str; 14] = [
    "time",
    "market",
    "order_id",
    "client_order_id",
    "type",
    "side",
    "time_in_force",
    "price",
    "stop_price",
    "size",
    "filled",
    "total",
    "state",
    "updated",
];
/// The members of an order's row that stand in the columns from the third to the last but one.
const ORDER_MEMBERS: [&str; 11] = [
    "orderId",
    "clientOrderId",
    "type",
    "side",
    "timeInForce",
    "price",
    "stopPrice",
    "origQty",
    "executedQty",
    "cummulativeQuoteQty",
    "status",
];
const TRADES: [&str; 11] = [
    "time",
    "market",
    "side",
    "price",
    "size",
    "total",
    "fee",
    "fee_asset",
    "role",
    "order_id",
    "trade_id",
];
/// The members of a trade's row that stand in the columns from the fourth to the eighth.
const TRADE_MEMBERS: [&str; 5] = ["price", "qty", "quoteQty", "commission", "commissionAsset"];

/// Which file it is.
#[derive(Clone, Copy)]
enum Kind {
    Orders,
    Trades,
}

/// A file that is made, and what it is made of.
struct Work {
    reading: Reading,
    account: AccountId,
    span: Span,
    choice: Choice,
    rows: Rows,
    count: usize,
}

/// `GET /v1/account/orders`: those that were placed in some time, oldest first in each market.
///
/// # Errors
/// -1102 without a start and an end, -1116, -1117 and -1130 for a type, a side and a status that there is not, -1121 for
/// a market that is not listed, -1130 when there are too many rows, -1008 when a report of the account is under way,
/// -1001 when the history is behind.
pub async fn orders(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    make(ask, Kind::Orders).await
}

/// `GET /v1/account/trades`: fills of some time, oldest first in each market.
///
/// # Errors
/// As `orders`.
pub async fn trades(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    make(ask, Kind::Trades).await
}

async fn make(ask: &Ask<'_>, kind: Kind) -> Result<Reply, Refusal> {
    let account = ask.account;
    let format = RowFormat::read(ask.params)?;
    let markets = markets(ask)?;
    let choice = Choice::read(ask)?;
    let (span, reading) = begin(ask, range::Reach::ByRows).await?;
    let columns = match kind {
        Kind::Orders => &ORDERS[..],
        Kind::Trades => &TRADES[..],
    };
    let issuer = ask.gateway.stationery().product.clone();
    let rows = Rows::of_columns(format, columns, issuer);
    let work = async move {
        let mut work = Work {
            reading: reading.apart().await.map_err(failed)?,
            account,
            span,
            choice,
            rows,
            count: 0,
        };
        let made = work.add(kind, &markets).await;
        work.reading.close().await;
        made?;
        Ok(work.rows.into_bytes())
    };
    let file = ask.gateway.reports().make(account, work).await?;
    Ok(Reply::text(format.content(), file))
}

/// Returns the market that a request names, or all of them.
fn markets(ask: &Ask<'_>) -> Result<Vec<Listing>, Refusal> {
    let views = ask.gateway.hub().views();
    if ask.params.text("symbol")?.is_none() {
        return Ok(views
            .markets()
            .map(|market| Listing::of(&views, market))
            .collect());
    }
    let market = market_of(&views, request::symbol(ask.params)?)?;
    Ok(vec![Listing::of(&views, market)])
}

impl Work {
    async fn add(&mut self, kind: Kind, markets: &[Listing]) -> Result<(), Refusal> {
        for market in markets {
            match kind {
                Kind::Orders => self.add_orders(market).await?,
                Kind::Trades => self.add_trades(market).await?,
            }
        }
        Ok(())
    }

    /// Numbers rise with time, so that what follows a page is found by the number of its last row.
    async fn add_orders(&mut self, market: &Listing) -> Result<(), Refusal> {
        let of = (self.account, market.instrument.id);
        let (mut range, until) = (self.within(), self.span.until);
        loop {
            let page = self.reading.orders(of, range, PAGE).await.map_err(failed)?;
            for order in page.iter().take_while(|row| row.created_at <= until) {
                if self.choice.has_order(order) {
                    self.rows.row(&order_row(order, market));
                }
            }
            self.counted(page.len())?;
            match page.last() {
                Some(last) if page.len() == PAGE && last.created_at <= self.span.until => {
                    range = Range::From(last.key.order.0 + 1);
                }
                _ => return Ok(()),
            }
        }
    }

    async fn add_trades(&mut self, market: &Listing) -> Result<(), Refusal> {
        let of = (self.account, market.instrument.id);
        let (mut range, until) = (self.within(), self.span.until);
        loop {
            let page = self.reading.fills(of, None, range, PAGE).await;
            let mut page = page.map_err(failed)?;
            let is_last = page.len() < PAGE;
            // A trade of the account with itself has two rows, and the page may end between them.
            if let (false, Some(last)) = (is_last, page.last().map(|fill| fill.trade)) {
                page.retain(|fill| fill.trade != last);
                range = Range::From(last.0);
            }
            for fill in page.iter().take_while(|row| row.at <= until) {
                if self.choice.has_side(fill.side) {
                    self.rows.row(&trade_row(fill, market));
                }
            }
            self.counted(page.len())?;
            if is_last || page.last().is_some_and(|fill| self.span.until < fill.at) {
                return Ok(());
            }
        }
    }

    const fn within(&self) -> Range {
        Range::Within(self.span.from, self.span.until)
    }

    fn counted(&mut self, rows: usize) -> Result<(), Refusal> {
        self.count += rows;
        if ROWS_MAX < self.count {
            return Err(Refusal::with(Fault::DataInvalid, &["endTime"]));
        }
        Ok(())
    }
}

fn order_row(order: &PastOrder, market: &Listing) -> Vec<Cell> {
    let facts = past_facts::order(order, &market.instrument);
    let row = OrderRow::of(&facts, TimeUnit::Milliseconds);
    let mut cells_of = cells(&row, &ORDER_MEMBERS);
    cells_of.splice(0..0, [time(order.created_at), symbol(market)]);
    cells_of.push(time(order.updated_at));
    cells_of
}

fn trade_row(fill: &PastFill, market: &Listing) -> Vec<Cell> {
    let facts = past_facts::own_trade(fill, market);
    let row = OwnTradeRow::of(&facts, TimeUnit::Milliseconds);
    let role = match facts.role {
        Role::Maker => "MAKER",
        Role::Taker => "TAKER",
    };
    let mut cells_of = vec![time(fill.at), symbol(market), text(words::side(fill.side))];
    cells_of.extend(cells(&row, &TRADE_MEMBERS));
    cells_of.push(text(role));
    cells_of.extend(cells(&row, &["orderId", "id"]));
    cells_of
}

fn symbol(market: &Listing) -> Cell {
    text(market.instrument.symbol.as_str())
}

/// Returns a moment as ISO 8601 writes it, with milliseconds.
fn time(at: Timestamp) -> Cell {
    let seconds = Calendar(at).to_string().replace(' ', "T");
    let milli = at.millis().rem_euclid(1_000);
    Cell::Text(format!("{seconds}.{milli:03}Z"))
}
