//! What people ask of the changes of orders.

use model::id::{AccountId, MarketId, OrderId, Sequence};
use model::snapshot_views::AmendmentViewRow;

use crate::change_columns;
use crate::codes::Code;
use crate::error::HistoryError;
use crate::order_change::{ChangeKind, ChangePlace, PastChange};
use crate::range::Range;
use crate::reading::{List, Reading};
use crate::statement::Statement;
use crate::tables::CHANGE_COLUMNS;

const AMENDMENTS: List = List {
    select: CHANGE_COLUMNS,
    number: "sequence",
    time: "at_ns",
    keys: &["sequence"],
};

/// Whose changes are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangesOf {
    pub account: AccountId,
    pub market: MarketId,
    /// One order, or all of the account in the market.
    pub order: Option<OrderId>,
}

impl Reading {
    /// Returns the first changes behind a place, by order and then as they came.
    ///
    /// # Errors
    /// The database's.
    pub async fn order_changes(
        &self,
        of: ChangesOf,
        beyond: Option<ChangePlace>,
        count: usize,
    ) -> Result<Vec<PastChange>, HistoryError> {
        let rows = self.pool().fetch_all(changes_of(of, beyond, count)).await?;
        rows.iter().map(change_columns::read).collect()
    }

    /// Returns the first amendments of an order of the account, by this command or a later one, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn amendments(
        &self,
        account: AccountId,
        (market, order): (MarketId, OrderId),
        first: Sequence,
        count: usize,
    ) -> Result<Vec<AmendmentViewRow>, HistoryError> {
        let query = amendments_of(ChangesOf {
            account,
            market,
            order: Some(order),
        });
        let range = Range::From(first.0);
        let rows = AMENDMENTS.read(query, range, count, self.pool()).await?;
        let changes = rows.iter().map(change_columns::read);
        changes
            .filter_map(|change| change.map(|change| change.amendment()).transpose())
            .collect()
    }
}

fn begin(of: ChangesOf) -> Statement {
    let mut query = AMENDMENTS.begin();
    query.push(" FROM order_changes WHERE account = ");
    query.push_bind(i64::from(of.account.0));
    query.push(" AND market = ");
    query.push_bind(i64::from(of.market.0));
    if let Some(order) = of.order {
        query.push(" AND number = ");
        query.push_bind(order.0.cast_signed());
    }
    query
}

fn changes_of(of: ChangesOf, beyond: Option<ChangePlace>, count: usize) -> Statement {
    let mut query = begin(of);
    if let Some(place) = beyond {
        query.push(" AND (number, sequence, change) > (");
        query.push_bind(place.order.0.cast_signed());
        query.push(", ");
        query.push_bind(place.sequence.0.cast_signed());
        query.push(", ");
        query.push_bind(i64::from(place.step));
        query.push(")");
    }
    query.push(" ORDER BY number, sequence, change LIMIT ");
    query.push_bind(i64::try_from(count).unwrap_or(i64::MAX));
    query
}

fn amendments_of(of: ChangesOf) -> Statement {
    let mut query = begin(of);
    query.push(" AND change = ");
    query.push_bind(ChangeKind::Amended.number());
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query_plan::check_quick;

    #[tokio::test]
    async fn a_page_is_found_by_an_index_and_needs_no_sorting() {
        let order = OrderId(4);
        let place = ChangePlace {
            order,
            sequence: Sequence(9),
            step: 4,
        };
        let of = |order| ChangesOf {
            account: AccountId(1),
            market: MarketId(0),
            order,
        };
        for of in [of(None), of(Some(order))] {
            for beyond in [None, Some(place)] {
                check_quick(&changes_of(of, beyond, 9)).await;
            }
        }
        let mut query = amendments_of(of(Some(order)));
        AMENDMENTS.end(&mut query, Range::From(3), 9);
        check_quick(&query).await;
    }
}
