//! The ledger behind an account's balances, and the balances of any instant.
//!
//! **Source** `docs/spec/history.md`.

use indexer::entry::{EntryCause, PastEntry};
use indexer::reading_money::{EntryRange, Way};
use model::account::Wallet;
use views::views::Views;
use wire::binance::answer::ledger::{BalancesAt, LedgerEntry, LedgerPage, WalletBalanceAt};
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::moment;
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::clock;
use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::asset_symbol;
use crate::rest::range::{self, ROWS_DEFAULT, ROWS_MAX};
use crate::rest::turning::{Question, stretch};
use crate::rest::wallet::asset_named;

/// `GET /v1/account/ledger`: newest first.
///
/// # Errors
/// -1121 for an asset that is not listed, -4047 beyond 90 days, -1130 for a cursor of another question, -1001 when the
/// history is behind, and those of the values.
pub async fn ledger(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let (from, until) = stretch(ask, range::Reach::Quarter)?;
    let (asset, reach) = {
        let views = ask.gateway.hub().views();
        let text = ask.params.text("asset")?;
        let asset = text.map(|text| asset_named(&views, text)).transpose()?;
        (asset, Reach::of(&views, until))
    };
    let question = Question::of(ask, "ledger", asset, (from, until));
    let range = EntryRange {
        asset,
        from,
        until,
        beyond: question.beyond(ask)?,
        way: Way::NewestFirst,
    };
    let reading = ask.gateway.reading(reach).await?;
    let entries = reading.entries(account, range, limit).await;
    let entries = entries.map_err(failed)?;
    let last = entries.last().filter(|_| entries.len() == limit);
    let next = question.next(ask, last.map(|last| last.place))?;
    let views = ask.gateway.hub().views();
    let entries = entries.iter().map(|entry| row(&views, ask, entry));
    Ok(Reply::ok(&LedgerPage {
        entries: entries.collect(),
        next,
    }))
}

fn row(views: &Views, ask: &Ask<'_>, entry: &PastEntry) -> LedgerEntry {
    let market = entry.market.and_then(|market| views.market(market));
    let is_of_order = matches!(entry.cause, EntryCause::Hold | EntryCause::Release);
    LedgerEntry {
        sequence: entry.place.sequence.0,
        step: entry.place.step,
        time: ask.unit.show(entry.place.at),
        wallet: wallet_word(entry.key.wallet),
        asset: SymbolText(asset_symbol(views, entry.key.asset)),
        cause: entry.cause.word(),
        symbol: market.map(|market| SymbolText(market.instrument().symbol)),
        order_id: entry.number.filter(|_| is_of_order),
        trade_id: entry.number.filter(|_| !is_of_order),
        free_change: Decimal(entry.available),
        locked_change: Decimal(entry.held),
        free: Decimal(entry.after.available.units()),
        locked: Decimal(entry.after.held.units()),
    }
}

/// `GET /v1/account/at`: every balance as it was after the last command of an instant.
///
/// # Errors
/// -1130 for an instant that has not come, -1001 when the history is behind, and those of the values.
pub async fn at(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let missing = || Refusal::with(Fault::MandatoryMissing, &["time"]);
    let asked = moment(ask.params, "time")?.ok_or_else(missing)?;
    if clock::now() < asked {
        return Err(Refusal::with(Fault::DataInvalid, &["time"]));
    }
    let until = range::end_of_milli(asked);
    let reach = Reach::of(&ask.gateway.hub().views(), until);
    let reading = ask.gateway.reading(reach).await?;
    let balances = reading.balances_at(ask.account, until).await;
    let balances = balances.map_err(failed)?;
    let views = ask.gateway.hub().views();
    let balances = balances.iter().map(|(key, balance)| WalletBalanceAt {
        wallet: wallet_word(key.wallet),
        asset: SymbolText(asset_symbol(&views, key.asset)),
        free: Decimal(balance.available.units()),
        locked: Decimal(balance.held.units()),
    });
    Ok(Reply::ok(&BalancesAt {
        time: ask.unit.show(asked),
        balances: balances.collect(),
    }))
}

/// Returns what a wallet is called in answers.
pub const fn wallet_word(wallet: Wallet) -> &'static str {
    match wallet {
        Wallet::Spot => "SPOT",
        Wallet::Futures => "FUTURES",
    }
}
