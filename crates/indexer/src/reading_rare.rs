//! What people ask of lists and prevented matches.

use std::collections::BTreeMap;

use model::id::{AccountId, ListId, MarketId, OrderId, PreventedMatchId};
use model::snapshot_views::PreventedViewRow;
use model::text::ClientOrderId;
use views::list::OrderList;

use crate::error::HistoryError;
use crate::lists;
use crate::match_columns::read_prevented;
use crate::order_columns::name_text;
use crate::range::Range;
use crate::reading::{List, Reading};
use crate::statement::Statement;
use crate::tables::{LIST_COLUMNS, PREVENTED_COLUMNS};

const LISTS: List = List {
    select: LIST_COLUMNS,
    number: "number",
    time: "created_ns",
    keys: &["number"],
};
const PREVENTED: List = List {
    select: PREVENTED_COLUMNS,
    number: "number",
    time: "at_ns",
    keys: &["number"],
};

/// Which prevented matches of a market are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreventedOf {
    Account,
    Order(OrderId),
}

/// The side of a match that a statement looks for; an index has each.
#[derive(Clone, Copy)]
enum Party {
    Maker,
    Taker,
}

impl Reading {
    /// Returns one list of an account.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        account: AccountId,
        list: ListId,
    ) -> Result<Option<OrderList>, HistoryError> {
        let mut query = begin_lists(account);
        query.push(" AND number = ");
        query.push_bind(list.0.cast_signed());
        let row = self.pool().fetch_optional(query).await?;
        row.as_ref().map(lists::read).transpose()
    }

    /// Returns the newest list of an account with this client id, in whatever market.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_named(
        &self,
        account: AccountId,
        name: ClientOrderId,
    ) -> Result<Option<OrderList>, HistoryError> {
        let query = named(account, name);
        let row = self.pool().fetch_optional(query).await?;
        row.as_ref().map(lists::read).transpose()
    }

    /// Returns lists of an account in every market, by number.
    ///
    /// # Errors
    /// The database's.
    pub async fn lists(
        &self,
        account: AccountId,
        range: Range,
        count: usize,
    ) -> Result<Vec<OrderList>, HistoryError> {
        let query = begin_lists(account);
        let rows = LISTS.read(query, range, count, self.pool()).await?;
        rows.iter().map(lists::read).collect()
    }

    /// Returns one prevented match, whoever it is of.
    ///
    /// # Errors
    /// The database's.
    pub async fn prevented_match(
        &self,
        market: MarketId,
        prevented: PreventedMatchId,
    ) -> Result<Option<PreventedViewRow>, HistoryError> {
        let mut query = begin_prevented(market);
        query.push(" AND number = ");
        query.push_bind(prevented.0.cast_signed());
        let row = self.pool().fetch_optional(query).await?;
        row.as_ref().map(read_prevented).transpose()
    }

    /// Returns the first prevented matches with this number or a later one, among those in which the account was maker
    /// or taker, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn prevented(
        &self,
        account: AccountId,
        (market, of): (MarketId, PreventedOf),
        first: PreventedMatchId,
        count: usize,
    ) -> Result<Vec<PreventedViewRow>, HistoryError> {
        let mut found = BTreeMap::new();
        for party in [Party::Maker, Party::Taker] {
            let query = prevented_of(party, account, (market, of));
            let range = Range::From(first.0);
            let rows = PREVENTED.read(query, range, count, self.pool()).await?;
            for row in &rows {
                let row = read_prevented(row)?;
                found.insert(row.prevented, row);
            }
        }
        Ok(found.into_values().take(count).collect())
    }
}

fn begin_lists(account: AccountId) -> Statement {
    let mut query = LISTS.begin();
    query.push(" FROM lists WHERE account = ");
    query.push_bind(i64::from(account.0));
    query
}

fn named(account: AccountId, name: ClientOrderId) -> Statement {
    let mut query = begin_lists(account);
    query.push(" AND client_id = ");
    query.push_bind(name_text(name));
    query.push(" ORDER BY number DESC LIMIT 1");
    query
}

fn begin_prevented(market: MarketId) -> Statement {
    let mut query = PREVENTED.begin();
    query.push(" FROM prevented_matches WHERE market = ");
    query.push_bind(i64::from(market.0));
    query
}

fn prevented_of(
    party: Party,
    account: AccountId,
    (market, of): (MarketId, PreventedOf),
) -> Statement {
    let (own_account, own_order) = match party {
        Party::Maker => ("maker_account", "maker_order"),
        Party::Taker => ("taker_account", "taker_order"),
    };
    let mut query = begin_prevented(market);
    let mut equals = |column: &str, value: i64| {
        query.push(format!(" AND {column} = "));
        query.push_bind(value);
    };
    match of {
        PreventedOf::Account => equals(own_account, i64::from(account.0)),
        PreventedOf::Order(order) => {
            equals(own_order, order.0.cast_signed());
            // Whoever was on the other side may ask, too.
            query.push(" AND (maker_account = ");
            query.push_bind(i64::from(account.0));
            query.push(" OR taker_account = ");
            query.push_bind(i64::from(account.0));
            query.push(")");
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query_plan::check_quick;
    use model::time::Timestamp;

    #[tokio::test]
    async fn a_page_is_found_by_an_index_and_needs_no_sorting() {
        let (account, market) = (AccountId(1), MarketId(0));
        let moment = Timestamp::from_nanos(5);
        let name = ClientOrderId::parse(b"name").expect("a name");
        let mut statements = vec![named(account, name)];
        for range in [
            Range::Newest,
            Range::From(3),
            Range::Within(moment, moment),
            Range::Until(moment),
        ] {
            let mut query = begin_lists(account);
            LISTS.end(&mut query, range, 9);
            statements.push(query);
        }
        let order = PreventedOf::Order(OrderId(4));
        for (party, of) in [
            (Party::Maker, PreventedOf::Account),
            (Party::Taker, PreventedOf::Account),
            (Party::Maker, order),
            (Party::Taker, order),
        ] {
            let mut query = prevented_of(party, account, (market, of));
            PREVENTED.end(&mut query, Range::From(3), 9);
            statements.push(query);
        }
        for statement in statements {
            check_quick(&statement).await;
        }
    }
}
