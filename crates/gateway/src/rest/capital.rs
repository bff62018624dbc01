//! What came into an account and what left it; no chain is connected, so there is no address and no way out.
//!
//! **Source** `docs/spec/binance-surface.md` §14.3.

use std::collections::BTreeMap;

use indexer::reading_money::FundingKind;
use model::account::Scopes;
use model::id::{AssetId, Reference};
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::time::Timestamp;
use views::funding::{DepositView, WithdrawalView, deposit_view, withdrawal_view};
use views::views::Views;
use wire::binance::answer::capital::{
    DepositRow, DepositWord, Moved, ReferenceText, WithdrawalRow, WithdrawalWord,
};
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;
use wire::binance::time::Calendar;
use wire::decimal::Decimal;

use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::asset_symbol;
use crate::rest::range::{ROWS_MAX, Reach, Times, times};

/// `GET /sapi/v1/capital/deposit/address`: there is no network to deposit from.
///
/// # Errors
/// Always: -4018 for a coin that is not listed, -1020 for one that is.
pub fn address(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    ask.params.mandatory("coin")?;
    coin(&ask.gateway.hub().views(), ask)?;
    Err(Refusal::of(Fault::Unsupported))
}

/// `POST /sapi/v1/capital/withdraw/apply`: there is no network to withdraw to.
///
/// # Errors
/// Always: -2015 for a key that may not withdraw, -4018 for a coin that is not listed, -4019 for one that is.
pub fn apply(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    if !ask.session.scopes.includes(Scopes::WITHDRAW) {
        return Err(Refusal::of(Fault::KeyRefused));
    }
    for name in ["coin", "address", "amount"] {
        ask.params.mandatory(name)?;
    }
    coin(&ask.gateway.hub().views(), ask)?;
    ask.params.decimal("amount")?;
    Err(Refusal::of(Fault::CoinNotWithdrawable))
}

/// `GET /sapi/v1/capital/deposit/hisrec`.
///
/// # Errors
/// -4018 for a coin that is not listed, -4047 beyond 90 days, and those of the values.
pub async fn deposits(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    ask.params.flag("includeSource")?;
    let account = ask.account;
    let (wanted, kept, past) = {
        let views = ask.gateway.hub().views();
        let wanted = Wanted::read(&views, ask, Reach::Quarter)?;
        let past = ask.gateway.past(&views);
        (wanted, views.deposits(account), past)
    };
    let transaction = ask.params.text("txId")?;
    let past = past
        .fundings(account, FundingKind::Deposit, wanted.span())
        .await?;
    let past = past.iter().filter_map(deposit_view);
    let deposits = joined(past, kept, |view| (view.created_at, view.deposit.reference));
    let rows = deposits.into_iter().filter(|view| {
        let facts = deposit_facts(view);
        wanted.takes(&facts) && transaction.is_none_or(|text| is_named(facts.reference, text))
    });
    let views = ask.gateway.hub().views();
    let rows: Vec<DepositRow> = wanted
        .page(rows.collect())
        .map(|view| deposit_row(&views, ask, &view))
        .collect();
    Ok(Reply::ok(&rows))
}

/// `GET /sapi/v1/capital/withdraw/history`.
///
/// # Errors
/// As `deposits`, -4047 beyond 7 days with `withdrawOrderId`.
pub async fn withdrawals(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let own_name = ask.params.text("withdrawOrderId")?;
    let reach = own_name.map_or(Reach::Quarter, |_| Reach::Week);
    let (wanted, kept, past) = {
        let views = ask.gateway.hub().views();
        let wanted = Wanted::read(&views, ask, reach)?;
        let past = ask.gateway.past(&views);
        (wanted, views.withdrawals(account), past)
    };
    let names = ask.params.text("idList")?;
    let past = past
        .fundings(account, FundingKind::Withdrawal, wanted.span())
        .await?;
    let past = past.iter().filter_map(withdrawal_view);
    let key = |view: &WithdrawalView| (view.created_at, view.withdrawal.reference);
    let withdrawals = joined(past, kept, key);
    let rows = withdrawals.into_iter().filter(|view| {
        let facts = withdrawal_facts(view);
        let is_listed = |text: &str| text.split(',').any(|id| is_named(facts.reference, id));
        // None was asked for here, so none has a name that a client gave it.
        own_name.is_none() && wanted.takes(&facts) && names.is_none_or(is_listed)
    });
    let views = ask.gateway.hub().views();
    let rows: Vec<WithdrawalRow> = wanted
        .page(rows.collect())
        .map(|view| withdrawal_row(&views, &view))
        .collect();
    Ok(Reply::ok(&rows))
}

/// Returns the rows of both lists, oldest first and each once; the views are right about those in both.
fn joined<T, K: Ord>(past: impl Iterator<Item = T>, kept: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let rows = past.chain(kept).map(|row| (key(&row), row));
    rows.collect::<BTreeMap<K, T>>().into_values().collect()
}

/// What both lists are asked by.
struct Wanted {
    coin: Option<AssetId>,
    status: Option<u64>,
    times: Times,
    offset: usize,
    limit: usize,
}

/// What both lists are filtered by.
struct Facts {
    reference: Reference,
    coin: AssetId,
    status: u8,
    at: Timestamp,
}

impl Wanted {
    fn read(views: &Views, ask: &Ask<'_>, reach: Reach) -> Result<Wanted, Refusal> {
        let offset = ask.number("offset")?.unwrap_or(0);
        Ok(Wanted {
            coin: coin(views, ask)?,
            status: ask.number("status")?,
            times: times(ask.params, reach)?,
            offset: usize::try_from(offset).unwrap_or(usize::MAX),
            limit: ask.params.limit(ROWS_MAX, ROWS_MAX)?,
        })
    }

    /// Returns the first and the last moment that a row may have been created.
    const fn span(&self) -> (Timestamp, Timestamp) {
        match self.times {
            Times::Newest => (Timestamp::ZERO, Timestamp::MAX),
            Times::From(span) => (span.from, span.until),
            Times::Until(until) => (Timestamp::ZERO, until),
        }
    }

    fn takes(&self, facts: &Facts) -> bool {
        let is_in_time = match self.times {
            Times::Newest => true,
            Times::From(span) => span.from <= facts.at && facts.at <= span.until,
            Times::Until(until) => facts.at <= until,
        };
        is_in_time
            && self.coin.is_none_or(|coin| coin == facts.coin)
            && self
                .status
                .is_none_or(|word| word == u64::from(facts.status))
    }

    /// Returns the page asked for, newest first, of rows that come oldest first.
    fn page<T>(&self, rows: Vec<T>) -> impl Iterator<Item = T> {
        rows.into_iter().rev().skip(self.offset).take(self.limit)
    }
}

/// Returns the coin that a request names, if it names one.
fn coin(views: &Views, ask: &Ask<'_>) -> Result<Option<AssetId>, Refusal> {
    let Some(text) = ask.params.text("coin")? else {
        return Ok(None);
    };
    let unknown = || Refusal::of(Fault::CoinUnknown);
    let symbol = request::symbol_text(text, "coin").map_err(|refusal| {
        let is_none_of_ours = refusal == Refusal::of(Fault::SymbolInvalid);
        if is_none_of_ours { unknown() } else { refusal }
    })?;
    let found = views.assets().iter().find(|asset| asset.symbol == symbol);
    found.map(|asset| Some(asset.id)).ok_or_else(unknown)
}

fn is_named(reference: Reference, text: &str) -> bool {
    ReferenceText(reference).to_string() == text
}

fn deposit_facts(view: &DepositView) -> Facts {
    Facts {
        reference: view.deposit.reference,
        coin: view.deposit.asset,
        status: deposit_word(view.status) as u8,
        at: view.created_at,
    }
}

fn withdrawal_facts(view: &WithdrawalView) -> Facts {
    Facts {
        reference: view.withdrawal.reference,
        coin: view.withdrawal.asset,
        status: withdrawal_word(view.status) as u8,
        at: view.created_at,
    }
}

const fn deposit_word(status: DepositStatus) -> DepositWord {
    match status {
        DepositStatus::Seen => DepositWord::Pending,
        DepositStatus::Credited => DepositWord::Success,
        DepositStatus::Dropped => DepositWord::Rejected,
    }
}

const fn withdrawal_word(status: WithdrawalStatus) -> WithdrawalWord {
    match status {
        WithdrawalStatus::Held => WithdrawalWord::Processing,
        WithdrawalStatus::Settled => WithdrawalWord::Completed,
        WithdrawalStatus::Cancelled => WithdrawalWord::Cancelled,
    }
}

fn deposit_row(views: &Views, ask: &Ask<'_>, view: &DepositView) -> DepositRow {
    let moved = Moved {
        reference: view.deposit.reference,
        coin: asset_symbol(views, view.deposit.asset),
        amount: Decimal(view.deposit.amount.units()),
    };
    let ended = (view.status != DepositStatus::Seen).then(|| ask.unit.show(view.updated_at));
    let inserted = ask.unit.show(view.created_at);
    DepositRow::of(&moved, deposit_word(view.status), inserted, ended)
}

fn withdrawal_row(views: &Views, view: &WithdrawalView) -> WithdrawalRow {
    let moved = Moved {
        reference: view.withdrawal.reference,
        coin: asset_symbol(views, view.withdrawal.asset),
        amount: Decimal(view.withdrawal.amount.units()),
    };
    WithdrawalRow::of(
        &moved,
        Decimal(view.withdrawal.fee.units()),
        withdrawal_word(view.status),
        Calendar(view.created_at),
        (view.status != WithdrawalStatus::Held).then_some(Calendar(view.updated_at)),
    )
}
