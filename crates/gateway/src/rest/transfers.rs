//! What moved between the wallets of an account.
//!
//! **Source** `docs/spec/binance-surface.md` §14.3.

use indexer::transfer::PastTransfer;
use model::account::Wallet;
use model::time::Timestamp;
use views::views::Views;
use wire::binance::answer::wallet::{TransferRow, Transfers};
use wire::binance::error::Refusal;
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::asset_symbol;
use crate::rest::range::{self, Times, times};

/// Transfers a page, unless another number is asked for, and at most.
const PAGE_DEFAULT: usize = 10;
const PAGE_MAX: usize = 100;
/// How many transfers one answer looks through; those before them are reached by narrower times.
const LOOKED_MAX: usize = 10_000;
/// Which wallets a type names; there are no others, so that other types are truthfully empty.
const TYPES: [(&str, Wallet, Wallet); 2] = [
    ("MAIN_UMFUTURE", Wallet::Spot, Wallet::Futures),
    ("UMFUTURE_MAIN", Wallet::Futures, Wallet::Spot),
];

/// `GET /sapi/v1/asset/transfer`: newest first.
///
/// # Errors
/// -1102 without a type, -1001 when the history is behind, and those of the values.
pub async fn transfers(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let word = ask.params.mandatory("type")?;
    let span = match times(ask.params, range::Reach::Unlimited)? {
        Times::Newest => (Timestamp::ZERO, Timestamp::MAX),
        Times::From(span) => (span.from, span.until),
        Times::Until(until) => (Timestamp::ZERO, until),
    };
    let page = ask.number("current")?.unwrap_or(1).max(1) - 1;
    let size = ask.params.limit_named("size", PAGE_DEFAULT, PAGE_MAX)?;
    let Some((word, from, to)) = TYPES.into_iter().find(|(name, ..)| *name == word) else {
        return Ok(Reply::ok(&Transfers::of(0, Vec::new())));
    };
    let account = ask.account;
    let reach = Reach::of(&ask.gateway.hub().views(), span.1);
    let reading = ask.gateway.reading(reach).await?;
    let found = reading
        .transfers(account, (from, to), span, LOOKED_MAX)
        .await;
    let mut found = found.map_err(failed)?;
    // Only those between wallets of its own.
    found.retain(|row| row.account == row.transfer.to_account);
    let skipped = usize::try_from(page)
        .unwrap_or(usize::MAX)
        .saturating_mul(size);
    let views = ask.gateway.hub().views();
    let rows = found.iter().skip(skipped).take(size);
    let rows = rows.map(|transfer| row(&views, ask, word, transfer));
    Ok(Reply::ok(&Transfers::of(
        found.len() as u64,
        rows.collect(),
    )))
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
