//! Matches that self-trade prevention stopped.
//!
//! **Source** `docs/spec/binance-surface.md` §10.4.

use indexer::reading_rare::PreventedOf;
use model::id::{OrderId, PreventedMatchId};
use model::instrument::Instrument;
use model::snapshot_views::PreventedViewRow;
use model::text::Symbol;
use views::prevented::PreventedMatch;
use views::views::Views;
use wire::binance::answer::prevented::{PreventedFacts, PreventedRow};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request;

use crate::past::join;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::market_of;
use crate::rest::page::Page;
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX};

const WEIGHT_ONE: u32 = 2;
const WEIGHT_MANY: u32 = 20;

/// Returns the weight of a request: one match by its number is cheap.
pub fn weight(params: &Params) -> u32 {
    if params.raw("preventedMatchId").is_some() {
        WEIGHT_ONE
    } else {
        WEIGHT_MANY
    }
}

/// Which matches a request asks for.
enum Wanted {
    One(PreventedMatchId),
    From(PreventedOf, PreventedMatchId),
}

impl Wanted {
    fn read(ask: &Ask<'_>) -> Result<Wanted, Refusal> {
        let one = ask.number("preventedMatchId")?.map(PreventedMatchId);
        let order = ask.number("orderId")?.map(OrderId);
        let first = ask.number("fromPreventedMatchId")?.map(PreventedMatchId);
        match (one, order, first) {
            (Some(one), None, None) => Ok(Wanted::One(one)),
            (None, Some(order), first) => {
                let first = first.unwrap_or(PreventedMatchId(0));
                Ok(Wanted::From(PreventedOf::Order(order), first))
            }
            (None, None, Some(first)) => Ok(Wanted::From(PreventedOf::Account, first)),
            (None, None, None) => {
                let names = ["preventedMatchId", "orderId"];
                Err(Refusal::with(Fault::EitherMissing, &names))
            }
            (Some(_), _, _) => Err(Refusal::of(Fault::OptionalCombination)),
        }
    }
}

/// `GET /api/v3/myPreventedMatches`.
///
/// # Errors
/// -1102 without a match or an order, -1128 for a combination upstream does not know, -1001 when the history is behind,
/// and those of the values.
pub async fn own_prevented(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let account = ask.account;
    let found = find(ask, symbol, limit).await?;
    let views = ask.gateway.hub().views();
    let instrument = market_of(&views, symbol)?.instrument();
    let is_own =
        |row: &&PreventedViewRow| row.maker_account == account || row.taker_account == account;
    let rows = found
        .iter()
        .filter(is_own)
        .filter_map(|row| facts(&views, row, instrument))
        .map(|facts| PreventedRow::of(&facts, ask.unit));
    Ok(Reply::ok(&rows.collect::<Vec<PreventedRow>>()))
}

/// Returns the matches of the views and of the history, oldest first.
async fn find(
    ask: &Ask<'_>,
    symbol: Symbol,
    limit: usize,
) -> Result<Vec<PreventedViewRow>, Refusal> {
    let account = ask.account;
    let (wanted, market, kept, past) = {
        let views = ask.gateway.hub().views();
        let market = market_of(&views, symbol)?.instrument().id;
        let wanted = Wanted::read(ask)?;
        let kept = match wanted {
            Wanted::One(one) => views.prevented_match(market, one).into_iter().collect(),
            Wanted::From(PreventedOf::Order(order), first) => {
                views.prevented_of_order(account, market, order, first, limit)
            }
            Wanted::From(PreventedOf::Account, first) => {
                views.prevented_from(account, market, first, limit)
            }
        };
        let kept: Vec<PreventedViewRow> = kept.iter().map(row_of).collect();
        (wanted, market, kept, ask.gateway.past(&views))
    };
    match wanted {
        Wanted::One(_) if !kept.is_empty() => Ok(kept),
        Wanted::One(one) => Ok(past
            .prevented_match(market, one)
            .await?
            .into_iter()
            .collect()),
        Wanted::From(of, first) => {
            let older = past
                .prevented(account, (market, of), (first, limit))
                .await?;
            let page = Page::from(first.0, limit);
            Ok(join(page, older, kept, |row: &PreventedViewRow| {
                row.prevented
            }))
        }
    }
}

/// Returns a match without its group, which is that of its accounts.
const fn row_of(prevented: &PreventedMatch) -> PreventedViewRow {
    PreventedViewRow {
        market: prevented.market,
        prevented: prevented.prevented,
        maker_order: prevented.maker_order,
        taker_order: prevented.taker_order,
        maker_account: prevented.maker_account,
        taker_account: prevented.taker_account,
        price: prevented.price,
        mode: prevented.mode,
        maker_qty: prevented.maker_qty,
        taker_qty: prevented.taker_qty,
        taker_side: prevented.taker_side,
        at: prevented.at,
    }
}

fn facts(
    views: &Views,
    prevented: &PreventedViewRow,
    instrument: &Instrument,
) -> Option<PreventedFacts> {
    Some(PreventedFacts {
        symbol: instrument.symbol,
        grid: instrument.grid,
        prevented: prevented.prevented,
        taker_order: prevented.taker_order,
        maker_order: prevented.maker_order,
        group: views.account(prevented.taker_account)?.group,
        mode: prevented.mode,
        price: prevented.price,
        maker_qty: prevented.maker_qty,
        taker_qty: prevented.taker_qty,
        at: prevented.at,
    })
}
