//! Prevented matches and amendments as columns.

use model::id::{AccountId, MarketId, OrderId, PreventedMatchId, Sequence};
use model::number::BasisPoints;
use model::order::Condition;
use model::snapshot_views::{AmendmentViewRow, ConditionChange, PreventedViewRow, PriceChange};

use crate::codes::Code;
use crate::error::HistoryError;
use crate::order_columns::name_text;
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

/// Appends the values of an amendment to a statement, in the order of `tables::AMENDMENT_COLUMNS`.
pub fn push_amendment(values: &mut Values, row: &AmendmentViewRow) {
    values.push_bind(i64::from(row.market.0));
    values.push_bind(row.order.0.cast_signed());
    values.push_bind(row.sequence.0.cast_signed());
    values.push_bind(i64::from(row.account.0));
    values.push_bind(row.at.nanos());
    values.push_bind(row.qty_before.lots());
    values.push_bind(row.qty_after.lots());
    values.push_bind(name_text(row.client_id));
    values.push_bind(name_text(row.previous_client_id));
    values.push_bind(row.price.map(|price| price.before.ticks()));
    values.push_bind(row.price.map(|price| price.after.ticks()));
    push_condition(values, row.condition.map(|condition| condition.before));
    push_condition(values, row.condition.map(|condition| condition.after));
}

/// Appends a stop or activation price and a delta: which of them there are says what kind of condition it is.
fn push_condition(values: &mut Values, condition: Option<Condition>) {
    let price = condition.and_then(|condition| condition.price());
    let delta = condition.and_then(|condition| condition.delta());
    values.push_bind(price.map(|price| price.ticks()));
    values.push_bind(delta.map(|delta| i64::from(delta.points())));
}

/// Returns the amendment in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_amendment(row: &Row) -> Result<AmendmentViewRow, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(AmendmentViewRow {
        market: MarketId(columns.number("market")?),
        order: OrderId(columns.number("number")?),
        sequence: Sequence(columns.number("sequence")?),
        account: AccountId(columns.number("account")?),
        at: columns.time("at_ns")?,
        qty_before: columns.qty("qty_before")?,
        qty_after: columns.qty("qty_after")?,
        client_id: columns.name("client_id")?,
        previous_client_id: columns.name("previous_client_id")?,
        price: read_prices(&mut columns)?,
        condition: read_conditions(&mut columns)?,
    })
}

fn read_prices(columns: &mut Columns<'_>) -> Result<Option<PriceChange>, HistoryError> {
    let before = columns.optional_price("price_before")?;
    let after = columns.optional_price("price_after")?;
    let both = before.zip(after);
    Ok(both.map(|(before, after)| PriceChange { before, after }))
}

fn read_conditions(columns: &mut Columns<'_>) -> Result<Option<ConditionChange>, HistoryError> {
    let before = read_condition(columns, ["stop_before", "delta_before"])?;
    let after = read_condition(columns, ["stop_after", "delta_after"])?;
    let both = before.zip(after);
    Ok(both.map(|(before, after)| ConditionChange { before, after }))
}

fn read_condition(
    columns: &mut Columns<'_>,
    [price, delta]: [&'static str; 2],
) -> Result<Option<Condition>, HistoryError> {
    let price = columns.optional_price(price)?;
    let points = columns.optional_number(delta)?;
    let delta = points.and_then(BasisPoints::new);
    Ok(match (price, delta) {
        (None, None) => None,
        (Some(price), None) => Some(Condition::Stop { price }),
        (None, Some(delta)) => Some(Condition::Trail { delta }),
        (Some(activation), Some(delta)) => Some(Condition::TrailFrom { activation, delta }),
    })
}
