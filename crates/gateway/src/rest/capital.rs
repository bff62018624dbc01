//! What came into an account and what left it, and withdrawals by key. No chain is connected: nothing has an address here.
//!
//! **Source** `docs/spec/binance-surface.md` §14.3.

use std::collections::BTreeMap;

use identity::address::AddressRule;
use identity::withdrawal::{Request, State};
use indexer::reading_money::FundingKind;
use model::id::{AssetId, OwnerId, Reference};
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde::Serialize;
use views::funding::{DepositView, WithdrawalView, deposit_view, withdrawal_view};
use views::views::Views;
use wire::binance::answer::capital::{
    AddressRow, AskedFor, DepositRow, DepositWord, Moved, ReferenceText, WithdrawalRow,
    WithdrawalWord,
};
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;
use wire::binance::time::Calendar;
use wire::decimal::Decimal;

use crate::clock;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::asset_symbol;
use crate::rest::opening::failed;
use crate::rest::range::{ROWS_MAX, Reach, Times, times};
use crate::rest::withdrawals::{self, By};

/// How long after it was written down the money of a request is held at the latest; the longest window and some more.
const HELD_WITHIN_NANOS: i64 = 120 * NANOS_PER_SECOND;

/// `GET /sapi/v1/capital/deposit/address`: there is no network to deposit from.
///
/// # Errors
/// Always: -4018 for a coin that is not listed, -1020 for one that is.
pub fn address(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    ask.params.mandatory("coin")?;
    coin(&ask.gateway.hub().views(), ask)?;
    Err(Refusal::of(Fault::Unsupported))
}

#[derive(Serialize)]
struct AppliedAnswer {
    id: ReferenceText,
}

/// `POST /sapi/v1/capital/withdraw/apply`: to an address of the book that is paid to already.
///
/// A key has no second factor to show: that its user has one, that it is used from known addresses, and that the money
/// goes where a factor was shown before, stand in its place.
///
/// # Errors
/// -2015 for a key that is bound to no address; those of `withdrawals::read` and
/// `withdrawals::carry_out`.
pub async fn apply(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let key = &ask.session.key;
    if key.addresses == AddressRule::Any {
        return Err(Refusal::of(Fault::KeyRefused));
    }
    ask.params.flag("transactionFeeFlag")?;
    ask.number("walletType")?;
    let (_, payment) = withdrawals::read(ask, "coin")?;
    let owner = owner_of(ask)?;
    let request = withdrawals::carry_out(ask, (owner, payment), By::Key).await?;
    Ok(Reply::ok(&AppliedAnswer {
        id: ReferenceText(request.reference),
    }))
}

/// `GET /sapi/v1/capital/withdraw/address/list`: the address book, with what is not paid to yet.
///
/// # Errors
/// -1001 when the database is away.
pub async fn addresses(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    if !is_master(ask) {
        return Ok(Reply::json(200, b"[]".to_vec()));
    }
    let listed = ask.gateway.identity().destinations(owner_of(ask)?).await;
    let listed = listed.map_err(failed)?;
    let (views, now) = (ask.gateway.hub().views(), clock::now());
    let rows = listed.iter().map(|listed| {
        let to = &listed.destination;
        let coin = asset_symbol(&views, to.asset);
        let place = (to.network.as_str(), to.address.as_str(), to.tag.as_str());
        AddressRow::of(coin, place, &listed.label, listed.payable_at <= now)
    });
    Ok(Reply::ok(&rows.collect::<Vec<AddressRow<'_>>>()))
}

/// What leaves the exchange leaves it from the master: a sub-account has no book.
fn is_master(ask: &Ask<'_>) -> bool {
    let account = ask.gateway.hub().views().account(ask.session.key.account);
    account.is_some_and(|account| account.is_master())
}

/// Returns the user whose account a request is of.
fn owner_of(ask: &Ask<'_>) -> Result<OwnerId, Refusal> {
    let account = ask.gateway.hub().views().account(ask.session.key.account);
    let account = account.ok_or_else(|| Refusal::of(Fault::KeyRefused))?;
    Ok(account.owner)
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
    let requests = requests_of(ask, wanted.span()).await?;
    let request = |view: &WithdrawalView| requests.get(&view.withdrawal.reference.0);
    let rows = withdrawals.into_iter().filter(|view| {
        let request = request(view);
        let facts = withdrawal_facts(view, request);
        let is_listed = |text: &str| text.split(',').any(|id| is_named(facts.reference, id));
        let name = request.and_then(|request| request.name.as_deref());
        wanted.takes(&facts)
            && own_name.is_none_or(|own| name == Some(own))
            && names.is_none_or(is_listed)
    });
    let views = ask.gateway.hub().views();
    let page: Vec<WithdrawalView> = wanted.page(rows.collect()).collect();
    let rows = page.iter();
    let rows: Vec<WithdrawalRow<'_>> = rows
        .map(|view| withdrawal_row(&views, view, request(view)))
        .collect();
    Ok(Reply::ok(&rows))
}

/// Returns what the users of an account asked for that was held in some time, by reference.
async fn requests_of(
    ask: &Ask<'_>,
    (from, until): (Timestamp, Timestamp),
) -> Result<BTreeMap<[u8; 32], Request>, Refusal> {
    let span = (from.plus_nanos(-HELD_WITHIN_NANOS), until);
    let asked = ask
        .gateway
        .identity()
        .withdrawals_between(ask.account, span);
    let asked = asked.await.map_err(failed)?.into_iter();
    Ok(asked
        .map(|request| (request.reference.0, request))
        .collect())
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
    let text = ask.params.text("coin")?;
    text.map(|text| coin_named(views, text)).transpose()
}

/// Returns the asset of a symbol.
///
/// # Errors
/// -4018 for one that is not listed.
pub fn coin_named(views: &Views, text: &str) -> Result<AssetId, Refusal> {
    let unknown = || Refusal::of(Fault::CoinUnknown);
    let symbol = request::symbol_text(text, "coin").map_err(|refusal| {
        let is_none_of_ours = refusal == Refusal::of(Fault::SymbolInvalid);
        if is_none_of_ours { unknown() } else { refusal }
    })?;
    let found = views.assets().iter().find(|asset| asset.symbol == symbol);
    found.map(|asset| asset.id).ok_or_else(unknown)
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

fn withdrawal_facts(view: &WithdrawalView, request: Option<&Request>) -> Facts {
    Facts {
        reference: view.withdrawal.reference,
        coin: view.withdrawal.asset,
        status: withdrawal_word(view.status, request) as u8,
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

/// What operators have decided says more than that the money is held.
fn withdrawal_word(status: WithdrawalStatus, request: Option<&Request>) -> WithdrawalWord {
    let decided = request.map(|request| request.state);
    match (decided, status) {
        (Some(State::Asked | State::Waiting), WithdrawalStatus::Held) => WithdrawalWord::Awaiting,
        (Some(State::Rejected), _) => WithdrawalWord::Rejected,
        (Some(State::Failed), _) => WithdrawalWord::Failed,
        (_, WithdrawalStatus::Held) => WithdrawalWord::Processing,
        (_, WithdrawalStatus::Settled) => WithdrawalWord::Completed,
        (_, WithdrawalStatus::Cancelled) => WithdrawalWord::Cancelled,
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

fn withdrawal_row<'a>(
    views: &Views,
    view: &WithdrawalView,
    request: Option<&'a Request>,
) -> WithdrawalRow<'a> {
    let moved = Moved {
        reference: view.withdrawal.reference,
        coin: asset_symbol(views, view.withdrawal.asset),
        amount: Decimal(view.withdrawal.amount.units()),
    };
    let asked = request.map(|request| AskedFor {
        network: &request.destination.network,
        address: &request.destination.address,
        tag: &request.destination.tag,
        name: request.name.as_deref().unwrap_or(""),
        payout: &request.payout,
        reason: &request.reason,
    });
    WithdrawalRow::of(
        (&moved, &asked.unwrap_or_default()),
        Decimal(view.withdrawal.fee.units()),
        withdrawal_word(view.status, request),
        Calendar(view.created_at),
        (view.status != WithdrawalStatus::Held).then_some(Calendar(view.updated_at)),
    )
}
