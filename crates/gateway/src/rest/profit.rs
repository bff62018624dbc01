//! What trading in a market brought.
//!
//! **Source** `docs/spec/history.md` §4.1.

use indexer::tax_lots::{Lot, Lots};
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::answer::json;
use wire::binance::error::Refusal;
use wire::binance::request;
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::{Listing, market_of};
use crate::rest::fills::read_fills;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profit {
    symbol: SymbolText,
    base_asset: SymbolText,
    quote_asset: SymbolText,
    fills: usize,
    held: Decimal,
    cost: Decimal,
    realised: Decimal,
    elsewhere: Decimal,
}

/// What lots and what was sold of them come to.
#[derive(Default)]
struct Sums {
    lots: Lots,
    realised: i128,
    elsewhere: i128,
}

/// `GET /v1/account/profit`: since the first fill, by lots, first in first out.
///
/// # Errors
/// -1121 for a market that is not listed, -1130 beyond a million fills, -1008 when a report of the account is under way,
/// -1001 when the history is behind.
pub async fn profit(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let symbol = request::symbol(ask.params)?;
    let (listing, reach) = {
        let views = ask.gateway.hub().views();
        let market = market_of(&views, symbol)?;
        (
            Listing::of(&views, market),
            Reach::of(&views, Timestamp::MAX),
        )
    };
    let reading = ask.gateway.reading(reach).await?;
    let work = async move {
        let reading = reading.apart().await.map_err(failed)?;
        let (mut sums, mut count) = (Sums::default(), 0);
        let market = listing.instrument;
        let of = (account, market.id, Timestamp::MAX);
        let read = read_fills(&reading, of, (&mut count, "symbol"), |fill| {
            for disposal in sums.lots.add(fill, &market) {
                match disposal.gain() {
                    Some(gain) => sums.realised += gain,
                    None => sums.elsewhere += disposal.units,
                }
            }
        });
        let read = read.await;
        reading.close().await;
        read?;
        Ok(json(&told(&listing, &sums, count)))
    };
    let answer = ask.gateway.reports().make(account, work).await?;
    Ok(Reply::json(200, answer))
}

fn told(listing: &Listing, sums: &Sums, fills: usize) -> Profit {
    let sum = |(units, cost), lot: &Lot| (units + lot.units, cost + lot.cost);
    let (held, cost) = sums.lots.open().fold((0, 0), sum);
    Profit {
        symbol: SymbolText(listing.instrument.symbol),
        base_asset: SymbolText(listing.base),
        quote_asset: SymbolText(listing.quote),
        fills,
        held: Decimal(held),
        cost: Decimal(cost),
        realised: Decimal(sums.realised),
        elsewhere: Decimal(sums.elsewhere),
    }
}
