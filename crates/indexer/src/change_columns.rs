//! Changes of orders as columns.

use model::id::{AccountId, MarketId, OrderId, Sequence};
use model::number::BasisPoints;
use model::order::Condition;
use model::snapshot_views::{ConditionChange, PriceChange, ShownChange};

use crate::codes::Code;
use crate::error::HistoryError;
use crate::order::OrderKey;
use crate::order_change::{Change, ChangeKind, NewTerms, PastChange};
use crate::order_columns::name_text;
use crate::row::Row;
use crate::statement::Values;
use crate::trade_columns::Columns;

/// Appends the values of a change to a statement, in the order of `tables::CHANGE_COLUMNS`.
pub fn push(values: &mut Values, row: &PastChange) {
    let (reason, terms) = match &row.change {
        Change::Closed(reason) => (Some(*reason), None),
        Change::Amended(terms) => (None, Some(terms)),
        Change::Accepted | Change::Activated | Change::Triggered => (None, None),
    };
    values.push_bind(i64::from(row.key.account.0));
    values.push_bind(i64::from(row.key.market.0));
    values.push_bind(row.key.order.0.cast_signed());
    values.push_bind(row.sequence.0.cast_signed());
    values.push_bind(row.change.kind().number());
    values.push_bind(row.at.nanos());
    values.push_bind(reason.map(Code::number));
    values.push_bind(terms.map(|terms| terms.qty_before.lots()));
    values.push_bind(terms.map(|terms| terms.qty_after.lots()));
    values.push_bind(terms.map(|terms| name_text(terms.client_id)));
    values.push_bind(terms.map(|terms| name_text(terms.previous_client_id)));
    let price = terms.and_then(|terms| terms.price);
    values.push_bind(price.map(|price| price.before.ticks()));
    values.push_bind(price.map(|price| price.after.ticks()));
    let condition = terms.and_then(|terms| terms.condition);
    push_condition(values, condition.map(|condition| condition.before));
    push_condition(values, condition.map(|condition| condition.after));
    let shown = terms.and_then(|terms| terms.shown);
    values.push_bind(shown.map(|shown| shown.before.lots()));
    values.push_bind(shown.map(|shown| shown.after.lots()));
}

/// Appends a stop or activation price and a delta: which of them there are says what kind of condition it is.
fn push_condition(values: &mut Values, condition: Option<Condition>) {
    let price = condition.and_then(|condition| condition.price());
    let delta = condition.and_then(|condition| condition.delta());
    values.push_bind(price.map(|price| price.ticks()));
    values.push_bind(delta.map(|delta| i64::from(delta.points())));
}

/// Returns the change in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read(row: &Row) -> Result<PastChange, HistoryError> {
    let mut columns = Columns::of(row);
    let key = OrderKey {
        account: AccountId(columns.number("account")?),
        market: MarketId(columns.number("market")?),
        order: OrderId(columns.number("number")?),
    };
    let sequence = Sequence(columns.number("sequence")?);
    let kind: ChangeKind = columns.code("change")?;
    let at = columns.time("at_ns")?;
    let change = match kind {
        ChangeKind::Accepted => Change::Accepted,
        ChangeKind::Activated => Change::Activated,
        ChangeKind::Triggered => Change::Triggered,
        ChangeKind::Closed => Change::Closed(columns.code("reason")?),
        ChangeKind::Amended => {
            columns.skip();
            Change::Amended(Box::new(read_terms(&mut columns)?))
        }
    };
    Ok(PastChange {
        key,
        sequence,
        at,
        change,
    })
}

fn read_terms(columns: &mut Columns<'_>) -> Result<NewTerms, HistoryError> {
    Ok(NewTerms {
        qty_before: columns.qty("qty_before")?,
        qty_after: columns.qty("qty_after")?,
        client_id: columns.name("client_id")?,
        previous_client_id: columns.name("previous_client_id")?,
        price: read_prices(columns)?,
        condition: read_conditions(columns)?,
        shown: read_shown(columns)?,
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

fn read_shown(columns: &mut Columns<'_>) -> Result<Option<ShownChange>, HistoryError> {
    let before = columns.optional_qty("shown_before")?;
    let after = columns.optional_qty("shown_after")?;
    let both = before.zip(after);
    Ok(both.map(|(before, after)| ShownChange { before, after }))
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
