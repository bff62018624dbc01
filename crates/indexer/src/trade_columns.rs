//! Trades, fills and aggregates as columns, and how columns are read.

use model::id::{AccountId, ListId, MarketId, OrderId, TradeId};
use model::number::{Amount, Price, Qty};
use model::text::ClientOrderId;
use model::time::Timestamp;

use crate::codes::{self, Code};
use crate::error::HistoryError;
use crate::row::Row;
use crate::statement::Values;
use crate::trade::{PastAggregate, PastFill, PastTrade};

/// Appends the values of a fill to a statement, in the order of `tables::FILL_COLUMNS`.
pub fn push_fill(values: &mut Values, fill: &PastFill) {
    values.push_bind(i64::from(fill.account.0));
    values.push_bind(i64::from(fill.market.0));
    values.push_bind(fill.trade.0.cast_signed());
    values.push_bind(fill.role.number());
    values.push_bind(fill.order.0.cast_signed());
    values.push_bind(fill.list.map(|list| list.0.cast_signed()));
    values.push_bind(fill.side.number());
    values.push_bind(fill.price.ticks());
    values.push_bind(fill.qty.lots());
    values.push_bind(amount_text(fill.quote));
    values.push_bind(amount_text(fill.fee));
    values.push_bind(amount_text(fill.rebate));
    values.push_bind(fill.at.nanos());
}

/// Returns the fill in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_fill(row: &Row) -> Result<PastFill, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PastFill {
        account: AccountId(columns.number("account")?),
        market: MarketId(columns.number("market")?),
        trade: TradeId(columns.number("trade")?),
        role: columns.code("role")?,
        order: OrderId(columns.number("number")?),
        list: columns.optional_number("list")?.map(ListId),
        side: columns.code("side")?,
        price: columns.price("price")?,
        qty: columns.qty("qty")?,
        quote: columns.amount("quote")?,
        fee: columns.amount("fee")?,
        rebate: columns.amount("rebate")?,
        at: columns.time("at_ns")?,
    })
}

/// Appends the values of a trade to a statement, in the order of `tables::TRADE_COLUMNS`.
pub fn push_trade(values: &mut Values, trade: &PastTrade) {
    values.push_bind(i64::from(trade.market.0));
    values.push_bind(trade.trade.0.cast_signed());
    values.push_bind(trade.price.ticks());
    values.push_bind(trade.qty.lots());
    values.push_bind(amount_text(trade.quote));
    values.push_bind(trade.at.nanos());
    values.push_bind(trade.taker_side.number());
}

/// Returns the trade in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_trade(row: &Row) -> Result<PastTrade, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PastTrade {
        market: MarketId(columns.number("market")?),
        trade: TradeId(columns.number("trade")?),
        price: columns.price("price")?,
        qty: columns.qty("qty")?,
        quote: columns.amount("quote")?,
        at: columns.time("at_ns")?,
        taker_side: columns.code("taker_side")?,
    })
}

/// Appends the values of an aggregate to a statement, in the order of `tables::AGGREGATE_COLUMNS`.
pub fn push_aggregate(values: &mut Values, row: &PastAggregate) {
    values.push_bind(i64::from(row.market.0));
    values.push_bind(row.aggregate.cast_signed());
    values.push_bind(row.price.ticks());
    values.push_bind(row.qty.lots());
    values.push_bind(row.first.0.cast_signed());
    values.push_bind(row.last.0.cast_signed());
    values.push_bind(row.at.nanos());
    values.push_bind(row.taker_side.number());
}

/// Returns the aggregate in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_aggregate(row: &Row) -> Result<PastAggregate, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PastAggregate {
        market: MarketId(columns.number("market")?),
        aggregate: columns.number("aggregate")?,
        price: columns.price("price")?,
        qty: columns.qty("qty")?,
        first: TradeId(columns.number("first_trade")?),
        last: TradeId(columns.number("last_trade")?),
        at: columns.time("at_ns")?,
        taker_side: columns.code("taker_side")?,
    })
}

/// Returns an amount as the tables keep it.
pub fn amount_text(amount: Amount) -> String {
    amount.units().to_string()
}

pub const fn damaged(column: &'static str) -> HistoryError {
    HistoryError::Damaged { column }
}

/// The columns of a row, read from the first to the last.
pub struct Columns<'a> {
    row: &'a Row,
    next: usize,
}

impl<'a> Columns<'a> {
    pub const fn of(row: &'a Row) -> Columns<'a> {
        Columns { row, next: 0 }
    }

    /// Passes over a column that says nothing in this row.
    pub const fn skip(&mut self) {
        self.next += 1;
    }

    fn integer(&mut self) -> Result<Option<i64>, HistoryError> {
        let read = self.row.integer(self.next)?;
        self.next += 1;
        Ok(read)
    }

    pub fn text(&mut self, column: &'static str) -> Result<&'a str, HistoryError> {
        self.optional_text()?.ok_or(damaged(column))
    }

    /// Returns the client id of an order or a list.
    pub fn name(&mut self, column: &'static str) -> Result<ClientOrderId, HistoryError> {
        let text = self.text(column)?;
        ClientOrderId::parse(text.as_bytes()).ok_or(damaged(column))
    }

    fn optional_text(&mut self) -> Result<Option<&'a str>, HistoryError> {
        let read = self.row.text(self.next)?;
        self.next += 1;
        Ok(read)
    }

    pub fn optional_number<T: TryFrom<i64>>(
        &mut self,
        column: &'static str,
    ) -> Result<Option<T>, HistoryError> {
        let read = self.integer()?.map(T::try_from).transpose();
        read.map_err(|_| damaged(column))
    }

    pub fn number<T: TryFrom<i64>>(&mut self, column: &'static str) -> Result<T, HistoryError> {
        self.optional_number(column)?.ok_or(damaged(column))
    }

    pub fn optional_code<T: Code>(
        &mut self,
        column: &'static str,
    ) -> Result<Option<T>, HistoryError> {
        let read = self.integer()?;
        read.map(|number| codes::decode(number, column)).transpose()
    }

    pub fn code<T: Code>(&mut self, column: &'static str) -> Result<T, HistoryError> {
        self.optional_code(column)?.ok_or(damaged(column))
    }

    pub fn optional_price(&mut self, column: &'static str) -> Result<Option<Price>, HistoryError> {
        let read = self.integer()?;
        read.map(|ticks| Price::new(ticks).ok_or(damaged(column)))
            .transpose()
    }

    pub fn price(&mut self, column: &'static str) -> Result<Price, HistoryError> {
        self.optional_price(column)?.ok_or(damaged(column))
    }

    pub fn optional_qty(&mut self, column: &'static str) -> Result<Option<Qty>, HistoryError> {
        let read = self.integer()?;
        read.map(|lots| Qty::new(lots).ok_or(damaged(column)))
            .transpose()
    }

    pub fn qty(&mut self, column: &'static str) -> Result<Qty, HistoryError> {
        self.optional_qty(column)?.ok_or(damaged(column))
    }

    pub fn units(&mut self, column: &'static str) -> Result<i128, HistoryError> {
        self.text(column)?.parse().map_err(|_| damaged(column))
    }

    pub fn optional_amount(
        &mut self,
        column: &'static str,
    ) -> Result<Option<Amount>, HistoryError> {
        let Some(text) = self.optional_text()? else {
            return Ok(None);
        };
        let units = text.parse().map_err(|_| damaged(column))?;
        Amount::new(units).map(Some).ok_or(damaged(column))
    }

    pub fn amount(&mut self, column: &'static str) -> Result<Amount, HistoryError> {
        self.optional_amount(column)?.ok_or(damaged(column))
    }

    pub fn optional_time(
        &mut self,
        _column: &'static str,
    ) -> Result<Option<Timestamp>, HistoryError> {
        Ok(self.integer()?.map(Timestamp::from_nanos))
    }

    pub fn time(&mut self, column: &'static str) -> Result<Timestamp, HistoryError> {
        self.optional_time(column)?.ok_or(damaged(column))
    }
}
