//! Matches that self-trade prevention stopped.
//!
//! **Source** `docs/spec/binance-surface.md` §10.4.

use model::id::{OrderId, PreventedMatchId};
use model::instrument::Instrument;
use views::prevented::PreventedMatch;
use views::views::Views;
use wire::binance::answer::prevented::{PreventedFacts, PreventedRow};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request;

use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::market_of;
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

/// `GET /api/v3/myPreventedMatches`.
///
/// # Errors
/// -1102 without a match or an order, -1128 for a combination upstream does not know, and those of the values.
pub fn own_prevented(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let one = ask.number("preventedMatchId")?.map(PreventedMatchId);
    let order = ask.number("orderId")?.map(OrderId);
    let first = ask.number("fromPreventedMatchId")?.map(PreventedMatchId);
    let account = ask.account;
    let views = ask.gateway.hub().views();
    let instrument = market_of(&views, symbol)?.instrument();
    let market = instrument.id;
    let matches = match (one, order, first) {
        (Some(one), None, None) => {
            let found = views.prevented_match(market, one).into_iter();
            let is_own =
                |one: &PreventedMatch| one.maker_account == account || one.taker_account == account;
            found.filter(is_own).collect()
        }
        (None, Some(order), first) => {
            let first = first.unwrap_or(PreventedMatchId(0));
            views.prevented_of_order(account, market, order, first, limit)
        }
        (None, None, Some(first)) => views.prevented_from(account, market, first, limit),
        (None, None, None) => {
            let names = ["preventedMatchId", "orderId"];
            return Err(Refusal::with(Fault::EitherMissing, &names));
        }
        (Some(_), _, _) => return Err(Refusal::of(Fault::OptionalCombination)),
    };
    let rows = matches
        .iter()
        .filter_map(|one| facts(&views, one, instrument))
        .map(|facts| PreventedRow::of(&facts, ask.unit));
    Ok(Reply::ok(&rows.collect::<Vec<PreventedRow>>()))
}

fn facts(
    views: &Views,
    prevented: &PreventedMatch,
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
