//! An account's own trades.
//!
//! **Source** `docs/spec/binance-surface.md` §10.3.

use model::id::{AccountId, OrderId, TradeId};
use views::market::Market;
use views::own_trade::OwnTrade;
use views::views::Views;
use wire::binance::answer::own_trade::{OwnTradeFacts, OwnTradeRow, Role};
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;

use crate::past::{Past, join};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::{self, Listing, market_of};
use crate::rest::page::Page;
use crate::rest::past_facts;
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX, Reach, Times, times};
use crate::rest::trades::oldest_trade;

/// Which of them a request asks for.
#[derive(Clone, Copy)]
struct Wanted {
    account: AccountId,
    /// The fills of one order only.
    order: Option<OrderId>,
    page: Page,
}

/// `GET /api/v3/myTrades`.
///
/// # Errors
/// -1128 for a combination upstream does not know, -1127 beyond a day, and those of the values.
pub async fn own_trades(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    let wanted = read(ask)?;
    let (listing, kept, past) = {
        let views = ask.gateway.hub().views();
        let market = market_of(&views, symbol)?;
        let listing = Listing::of(&views, market);
        let (kept, past) = kept(&views, market, wanted, ask.gateway.past(&views));
        (listing, facts_of(&views, &kept, &listing), past)
    };
    let of = (wanted.account, listing.instrument.id);
    let past = past.fills(of, wanted.order, wanted.page).await?;
    let past = past
        .iter()
        .map(|fill| past_facts::own_trade(fill, &listing));
    // A trade of the account with itself counts twice: as maker, then as taker.
    let key = |facts: &OwnTradeFacts| (facts.trade, facts.role == Role::Taker);
    let rows: Vec<OwnTradeRow> = join(wanted.page, past.collect(), kept, key)
        .iter()
        .map(|facts| OwnTradeRow::of(facts, ask.unit))
        .collect();
    Ok(Reply::ok(&rows))
}

fn read(ask: &Ask<'_>) -> Result<Wanted, Refusal> {
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let order = ask.number("orderId")?;
    let first = ask.number("fromId")?;
    let times = times(ask.params, Reach::Day)?;
    let page = match (order, first, times) {
        (Some(_), first, Times::Newest) => Page::from(first.unwrap_or(0), limit),
        (None, Some(first), Times::Newest) => Page::from(first, limit),
        (None, None, times) => Page::of_times(times, limit),
        (Some(_), _, _) | (_, Some(_), _) => {
            return Err(Refusal::of(Fault::OptionalCombination));
        }
    };
    Ok(Wanted {
        account: ask.account,
        order: order.map(OrderId),
        page,
    })
}

/// Returns the fills that are kept, and where the others are.
fn kept(views: &Views, market: &Market, wanted: Wanted, past: Past) -> (Vec<OwnTrade>, Past) {
    let Wanted {
        account,
        order,
        page,
    } = wanted;
    let id = market.instrument().id;
    let (fills, is_known) = match order {
        None => {
            let fills = page.of(
                |count| views.newest_own_trades(account, id, count),
                |first, count| views.own_trades_from(account, id, TradeId(first), count),
                |span, count| views.own_trades_within(account, id, span, count),
            );
            (fills, true)
        }
        Some(order) => {
            let is_own = |order: &views::order::Order| order.account == account;
            let is_kept = views.order(id, order).as_ref().is_some_and(is_own);
            let none = |_| Vec::new();
            let from = |first, count| views.fills(id, order, TradeId(first), count);
            let fills = if is_kept {
                page.of(none, from, |_, _| Vec::new())
            } else {
                Vec::new()
            };
            (fills, is_kept)
        }
    };
    let is_whole = is_known && page.is_whole(fills.len(), oldest_trade(market));
    (fills, past.unless(is_whole))
}

fn facts_of(views: &Views, fills: &[OwnTrade], listing: &Listing) -> Vec<OwnTradeFacts> {
    let list = |fill: &OwnTrade| {
        let order = views.order(listing.instrument.id, fill.order)?;
        order.instructed?.list
    };
    fills
        .iter()
        .map(|fill| facts::own_trade(fill, list(fill), listing))
        .collect()
}
