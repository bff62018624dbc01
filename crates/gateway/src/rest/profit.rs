//! What trading in a market brought.
//!
//! **Source** `docs/spec/history.md` §4.1.

use indexer::entry::EntryCause;
use indexer::tax_lots::{Disposal, Lot};
use model::id::AssetId;
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
use crate::rest::lots::{accounts_of_owner, follow};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profit {
    symbol: SymbolText,
    base_asset: SymbolText,
    quote_asset: SymbolText,
    fills: u64,
    held: Decimal,
    cost: Decimal,
    realised: Decimal,
    elsewhere: Decimal,
}

/// What lots and what was sold of them come to.
#[derive(Default)]
struct Sums {
    held: i128,
    cost: i128,
    realised: i128,
    elsewhere: i128,
}

impl Sums {
    /// Counts what was sold in the market.
    fn sell(&mut self, disposal: &Disposal) {
        match disposal.gain() {
            Some(gain) => self.realised += gain.units,
            None => self.elsewhere += disposal.lot.units,
        }
    }

    /// Counts what is left, if it was paid for in the market's quote asset.
    fn hold(&mut self, lot: &Lot, quote: AssetId) {
        if let Some(cost) = lot.cost.filter(|cost| cost.asset == quote) {
            self.held += lot.units;
            self.cost += cost.units;
        }
    }
}

/// `GET /v1/account/profit`: since the first fill, by lots, first in first out.
///
/// # Errors
/// -1121 for a market that is not listed, -1130 beyond a million movements, -1008 when a report of the account is under
/// way, -1001 when the history is behind.
pub async fn profit(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let symbol = request::symbol(ask.params)?;
    let accounts = accounts_of_owner(ask).await?;
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
        let mut sums = Sums::default();
        let market = listing.instrument;
        let of = (accounts.as_slice(), Timestamp::MAX, "symbol");
        let followed = follow(&reading, of, |disposal| {
            let is_sale = disposal.cause == EntryCause::Trade && disposal.asset == market.base;
            if is_sale && disposal.account == account && disposal.market == Some(market.id) {
                sums.sell(disposal);
            }
        });
        let followed = followed.await;
        let fills = reading.fill_count((account, market.id)).await;
        reading.close().await;
        for lot in followed?.open(account, market.base) {
            sums.hold(lot, market.quote);
        }
        Ok(json(&told(&listing, &sums, fills.map_err(failed)?)))
    };
    let answer = ask.gateway.reports().make(account, work).await?;
    Ok(Reply::json(200, answer))
}

fn told(listing: &Listing, sums: &Sums, fills: u64) -> Profit {
    Profit {
        symbol: SymbolText(listing.instrument.symbol),
        base_asset: SymbolText(listing.base),
        quote_asset: SymbolText(listing.quote),
        fills,
        held: Decimal(sums.held),
        cost: Decimal(sums.cost),
        realised: Decimal(sums.realised),
        elsewhere: Decimal(sums.elsewhere),
    }
}
