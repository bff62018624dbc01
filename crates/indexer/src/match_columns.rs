//! Prevented matches as columns.

use model::id::{AccountId, MarketId, OrderId, PreventedMatchId};
use model::snapshot_views::PreventedViewRow;

use crate::codes::Code;
use crate::error::HistoryError;
use crate::row::Row;
use crate::statement::Values;
use crate::trade_columns::Columns;

/// Appends the values of a prevented match to a statement, in the order of `tables::PREVENTED_COLUMNS`.
pub fn push_prevented(values: &mut Values, row: &PreventedViewRow) {
    values.push_bind(i64::from(row.market.0));
    values.push_bind(row.prevented.0.cast_signed());
    values.push_bind(row.maker_order.0.cast_signed());
    values.push_bind(row.taker_order.0.cast_signed());
    values.push_bind(i64::from(row.maker_account.0));
    values.push_bind(i64::from(row.taker_account.0));
    values.push_bind(row.price.ticks());
    values.push_bind(row.mode.number());
    values.push_bind(row.maker_qty.lots());
    values.push_bind(row.taker_qty.lots());
    values.push_bind(row.taker_side.number());
    values.push_bind(row.at.nanos());
}

/// Returns the prevented match in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_prevented(row: &Row) -> Result<PreventedViewRow, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PreventedViewRow {
        market: MarketId(columns.number("market")?),
        prevented: PreventedMatchId(columns.number("number")?),
        maker_order: OrderId(columns.number("maker_order")?),
        taker_order: OrderId(columns.number("taker_order")?),
        maker_account: AccountId(columns.number("maker_account")?),
        taker_account: AccountId(columns.number("taker_account")?),
        price: columns.price("price")?,
        mode: columns.code("mode")?,
        maker_qty: columns.qty("maker_qty")?,
        taker_qty: columns.qty("taker_qty")?,
        taker_side: columns.code("taker_side")?,
        at: columns.time("at_ns")?,
    })
}
