//! Looking lists of orders up.
//!
//! **Source** `docs/spec/binance-surface.md` §9.6.

use indexer::order::OrderKey;
use model::id::{ListId, OrderId};
use model::order::ListRef;
use views::list::OrderList;
use views::views::Views;
use wire::binance::answer::list::{LegFacts, ListFacts, ListRow};
use wire::binance::error::{Fault, Refusal};
use wire::binance::request::list::list_ref;

use crate::past::{Past, join};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts;
use crate::rest::page::Page;
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX, Reach, Times, times};

/// `GET /api/v3/orderList`.
///
/// # Errors
/// -2013 when the account has no such list, -2039 when both names are sent and differ, -1001 when it may be in the
/// history and that is behind.
pub async fn query(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let wanted = list_ref(ask.params, "origClientOrderId")?;
    let (kept, past) = {
        let views = ask.gateway.hub().views();
        let kept = match wanted {
            ListRef::Id(list) | ListRef::Both(list, _) => views.list(account, list),
            ListRef::Client(client_id) => views.list_of(account, client_id),
        };
        (kept, ask.gateway.past(&views))
    };
    let found = match kept {
        Some(kept) => Some(kept),
        None => past.list(account, wanted).await?,
    };
    let list = found.ok_or_else(|| Refusal::of(Fault::OrderNotFound))?;
    if matches!(wanted, ListRef::Both(_, client_id) if list.client_id != client_id) {
        return Err(Refusal::of(Fault::ClientIdMismatch));
    }
    let facts = facts_of(ask, &[list], &past).await?.pop();
    let facts = facts.ok_or_else(|| Refusal::of(Fault::OrderNotFound))?;
    Ok(Reply::ok(&ListRow::of(&facts, ask.unit)))
}

/// `GET /api/v3/openOrderList`.
///
/// # Errors
/// -1001 when a leg is only in the history and that is behind.
pub async fn open(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let (lists, past) = {
        let views = ask.gateway.hub().views();
        let lists = views.open_lists(ask.account);
        (lists, ask.gateway.past(&views))
    };
    rows(ask, &lists, &past).await
}

/// `GET /api/v3/allOrderList`.
///
/// # Errors
/// -1127 beyond a day, -1128 with both a number and times, -1001 when the history is behind, and those of the values.
pub async fn all(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let first = ask.number("fromId")?;
    let page = match (first, times(ask.params, Reach::Day)?) {
        (Some(first), Times::Newest) => Page::from(first, limit),
        (Some(_), _) => return Err(Refusal::of(Fault::OptionalCombination)),
        (None, times) => Page::of_times(times, limit),
    };
    let (kept, past) = {
        let views = ask.gateway.hub().views();
        let kept = page.of(
            |count| views.newest_lists(account, count),
            |first, count| views.lists_from(account, ListId(first), count),
            |span, count| views.lists_within(account, span, count),
        );
        (kept, ask.gateway.past(&views))
    };
    let older = past.lists(account, page).await?;
    let lists = join(page, older, kept, |list: &OrderList| list.list);
    rows(ask, &lists, &past).await
}

async fn rows(ask: &Ask<'_>, lists: &[OrderList], past: &Past) -> Result<Reply, Refusal> {
    let facts = facts_of(ask, lists, past).await?;
    let rows = facts.iter().map(|facts| ListRow::of(facts, ask.unit));
    Ok(Reply::ok(&rows.collect::<Vec<ListRow>>()))
}

/// Returns what answers say about lists; legs that the views have let go of are in the history.
async fn facts_of(
    ask: &Ask<'_>,
    lists: &[OrderList],
    past: &Past,
) -> Result<Vec<ListFacts>, Refusal> {
    let known: Vec<(OrderList, ListFacts)> = {
        let views: &Views = &ask.gateway.hub().views();
        let known = |list: &OrderList| Some((*list, facts::list(views, list)?));
        lists.iter().filter_map(known).collect()
    };
    let mut all = Vec::with_capacity(known.len());
    for (list, mut facts) in known {
        let first = list.first_order.0;
        for order in (first..first + list.kind.legs()).map(OrderId) {
            let is_known = facts.legs.iter().any(|leg| leg.order == order);
            if !is_known && let Some(leg) = past_leg(&list, order, past).await? {
                facts.legs.push(leg);
            }
        }
        facts.legs.sort_by_key(|leg| leg.order);
        all.push(facts);
    }
    Ok(all)
}

async fn past_leg(
    list: &OrderList,
    order: OrderId,
    past: &Past,
) -> Result<Option<LegFacts>, Refusal> {
    let key = OrderKey {
        account: list.account,
        market: list.market,
        order,
    };
    let found = past.order(key).await?;
    Ok(found.map(|found| LegFacts {
        order,
        client_id: found.client_id,
    }))
}
