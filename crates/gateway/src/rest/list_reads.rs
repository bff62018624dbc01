//! Looking lists of orders up.
//!
//! **Source** `docs/spec/binance-surface.md` §9.6.

use model::id::ListId;
use model::order::ListRef;
use views::list::OrderList;
use views::views::Views;
use wire::binance::answer::list::ListRow;
use wire::binance::error::{Fault, Refusal};
use wire::binance::request::list::list_ref;
use wire::binance::time::TimeUnit;

use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts;
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX, Reach, Times, newest_until, times};

/// `GET /api/v3/orderList`.
///
/// # Errors
/// -2013 when the account has no such list, -2039 when both names are sent and differ.
pub fn query(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let wanted = list_ref(ask.params, "origClientOrderId")?;
    let views = ask.gateway.hub().views();
    let found = match wanted {
        ListRef::Id(list) => views.list(account, list),
        ListRef::Client(client_id) => views.list_of(account, client_id),
        ListRef::Both(list, client_id) => {
            let list = views.list(account, list);
            if list.is_some_and(|list| list.client_id != client_id) {
                return Err(Refusal::of(Fault::ClientIdMismatch));
            }
            list
        }
    };
    let row = found.and_then(|list| row(&views, &list, ask.unit));
    let row = row.ok_or_else(|| Refusal::of(Fault::OrderNotFound))?;
    Ok(Reply::ok(&row))
}

/// `GET /api/v3/openOrderList`.
pub fn open(ask: &Ask<'_>) -> Reply {
    let views = ask.gateway.hub().views();
    let lists = views.open_lists(ask.account);
    rows(&views, &lists, ask.unit)
}

/// `GET /api/v3/allOrderList`.
///
/// # Errors
/// -1127 beyond a day, -1128 with both a number and times, and those of the values.
pub fn all(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let first = ask.number("fromId")?;
    let times = times(ask.params, Reach::Day)?;
    let views = ask.gateway.hub().views();
    let lists = match (first, times) {
        (Some(first), Times::Newest) => views.lists_from(account, ListId(first), limit),
        (Some(_), _) => return Err(Refusal::of(Fault::OptionalCombination)),
        (None, Times::Newest) => views.newest_lists(account, limit),
        (None, Times::From(span)) => views.lists_within(account, span, limit),
        (None, Times::Until(until)) => newest_until(until, limit, |span| {
            views.lists_within(account, span, usize::MAX)
        }),
    };
    Ok(rows(&views, &lists, ask.unit))
}

fn rows(views: &Views, lists: &[OrderList], unit: TimeUnit) -> Reply {
    let rows = lists.iter().filter_map(|list| row(views, list, unit));
    Reply::ok(&rows.collect::<Vec<ListRow>>())
}

fn row(views: &Views, list: &OrderList, unit: TimeUnit) -> Option<ListRow> {
    Some(ListRow::of(&facts::list(views, list)?, unit))
}
