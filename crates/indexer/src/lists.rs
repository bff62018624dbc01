//! The fold of lists of orders: each event is one step of a row.

use std::collections::BTreeMap;

use model::id::{AccountId, ListId, MarketId, OrderId};
use model::time::Timestamp;
use views::list::OrderList;

use crate::codes::Code;
use crate::connection::Connection;
use crate::error::HistoryError;
use crate::order_columns::name_text;
use crate::row::Row;
use crate::rows::{Repeat, Writes};
use crate::statement::{Statement, Values};
use crate::trade_columns::{Columns, damaged};

/// What events did to a list that is there: when the last of them was, and whether its last leg has closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListStep {
    pub at: Timestamp,
    pub is_closed: bool,
}

/// The lists that a batch changes.
#[derive(Debug, Default)]
pub struct ListChanges {
    /// Those of the batch, each as it stands after it.
    accepted: BTreeMap<(AccountId, ListId), OrderList>,
    /// Those that were there before.
    earlier: BTreeMap<(AccountId, ListId), ListStep>,
}

impl ListChanges {
    /// Adds a list.
    pub fn accept(&mut self, list: OrderList) {
        self.accepted.insert((list.account, list.list), list);
    }

    /// Changes a list of this batch or an earlier one.
    pub fn step(&mut self, key: (AccountId, ListId), step: ListStep) {
        match self.accepted.get_mut(&key) {
            Some(list) => {
                list.updated_at = step.at;
                list.is_closed = step.is_closed;
            }
            None => {
                self.earlier.insert(key, step);
            }
        }
    }
}

/// Adds the lists of a batch.
///
/// # Errors
/// Never, as long as there is their table.
pub fn add(to: &mut Writes, changes: &ListChanges) -> Result<(), HistoryError> {
    let rows: Vec<&OrderList> = changes.accepted.values().collect();
    to.add(("lists", Repeat::Refused), &rows, |values, list| {
        push(values, list);
    })
}

/// Changes lists that were there before the batch, one after the other: they are rare beside orders.
///
/// # Errors
/// The database's.
pub async fn change_earlier(
    to: &mut Connection,
    changes: &ListChanges,
) -> Result<(), HistoryError> {
    for ((account, list), step) in &changes.earlier {
        let update = Statement::new(
            "UPDATE lists SET updated_ns = $1, closed = $2 WHERE account = $3 AND number = $4",
        );
        let update = update
            .bind(step.at.nanos())
            .bind(i64::from(step.is_closed))
            .bind(i64::from(account.0))
            .bind(list.0.cast_signed());
        to.execute(update).await?;
    }
    Ok(())
}

/// Appends the values of a list to a statement, in the order of `tables::LIST_COLUMNS`.
fn push(values: &mut Values, list: &OrderList) {
    values.push_bind(i64::from(list.account.0));
    values.push_bind(list.list.0.cast_signed());
    values.push_bind(i64::from(list.market.0));
    values.push_bind(list.kind.number());
    values.push_bind(name_text(list.client_id));
    values.push_bind(list.first_order.0.cast_signed());
    values.push_bind(list.created_at.nanos());
    values.push_bind(list.updated_at.nanos());
    values.push_bind(i64::from(list.is_closed));
}

/// Returns the list in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read(row: &Row) -> Result<OrderList, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(OrderList {
        account: AccountId(columns.number("account")?),
        list: ListId(columns.number("number")?),
        market: MarketId(columns.number("market")?),
        kind: columns.code("kind")?,
        client_id: columns.name("client_id")?,
        first_order: OrderId(columns.number("first_order")?),
        created_at: columns.time("created_ns")?,
        updated_at: columns.time("updated_ns")?,
        is_closed: match columns.number("closed")? {
            0 => false,
            1 => true,
            _ => return Err(damaged("closed")),
        },
    })
}
