//! What moved between the wallets of an account.
//!
//! **Source** `docs/spec/binance-surface.md` §14.3.

use indexer::reading_money::Way;
use indexer::reading_moves::MoveRange;
use indexer::transfer::PastTransfer;
use model::account::Wallet;
use views::views::Views;
use wire::binance::answer::wallet::{TransferRow, Transfers};
use wire::binance::error::{Fault, Refusal};
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::asset_symbol;
use crate::rest::range;
use crate::rest::turning::stretch;

/// Transfers a page, unless another number is asked for, and at most.
const PAGE_DEFAULT: usize = 10;
const PAGE_MAX: usize = 100;
/// How many rows are counted off at most; those after them are reached by an earlier end.
const OFFSET_MAX: usize = 100_000;
/// Which wallets a type names; there are no others, so that other types are truthfully empty.
const TYPES: [(&str, Wallet, Wallet); 2] = [
    ("MAIN_UMFUTURE", Wallet::Spot, Wallet::Futures),
    ("UMFUTURE_MAIN", Wallet::Futures, Wallet::Spot),
];

/// `GET /sapi/v1/asset/transfer`: newest first.
///
/// # Errors
/// -1102 without a type, -4047 beyond 90 days, -1130 for a page beyond what is counted off, -1001 when the history is
/// behind, and those of the values.
pub async fn transfers(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let word = ask.params.mandatory("type")?;
    let (from, until) = stretch(ask, range::Reach::Quarter)?;
    let size = ask.params.limit_named("size", PAGE_DEFAULT, PAGE_MAX)?;
    let skipped = skipped(ask, size)?;
    let Some((word, payer, receiver)) = TYPES.into_iter().find(|(name, ..)| *name == word) else {
        return Ok(Reply::ok(&Transfers::of(0, Vec::new())));
    };
    let reach = Reach::of(&ask.gateway.hub().views(), until);
    let reading = ask.gateway.reading(reach).await?;
    let range = MoveRange {
        from,
        until,
        beyond: None,
        way: Way::NewestFirst,
    };
    let found = reading
        .own_transfers(ask.account, (payer, receiver), range, (skipped, size))
        .await;
    let (total, found) = found.map_err(failed)?;
    let views = ask.gateway.hub().views();
    let rows = found
        .iter()
        .map(|transfer| row(&views, ask, word, transfer));
    Ok(Reply::ok(&Transfers::of(total, rows.collect())))
}

/// Returns how many rows the pages before the one that is asked for have.
fn skipped(ask: &Ask<'_>, size: usize) -> Result<usize, Refusal> {
    let page = ask.number("current")?.unwrap_or(1).max(1) - 1;
    let skipped = usize::try_from(page)
        .unwrap_or(usize::MAX)
        .saturating_mul(size);
    match skipped <= OFFSET_MAX {
        true => Ok(skipped),
        false => Err(Refusal::with(Fault::DataInvalid, &["current"])),
    }
}

fn row(views: &Views, ask: &Ask<'_>, word: &'static str, moved: &PastTransfer) -> TransferRow {
    TransferRow {
        asset: SymbolText(asset_symbol(views, moved.transfer.asset)),
        amount: Decimal(moved.transfer.amount.units()),
        kind: word,
        status: "CONFIRMED",
        tran_id: moved.sequence.0,
        timestamp: ask.unit.show(moved.at),
    }
}
