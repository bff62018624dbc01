//! What came into an account and what left it, and withdrawals by key. No chain is connected: nothing has an address here.
//!
//! **Source** `docs/spec/binance-surface.md` §14.3.

use std::collections::BTreeMap;

use identity::address::AddressRule;
use identity::withdrawal::{Request, State};
use indexer::reading_moves::FundingKind;
use model::id::{AssetId, OwnerId, Reference};
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::snapshot_views::{Funding, FundingRow};
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
use crate::rest::fundings::{Walk, Wanted, reference};
use crate::rest::opening::failed;
use crate::rest::range::{ROWS_MAX, Reach};
use crate::rest::turning::stretch;
use crate::rest::withdrawals::{self, By};

/// How many rows are counted off at most; those after them are reached by an earlier end.
const OFFSET_MAX: usize = 100_000;
/// How many withdrawals one request may name.
const NAMES_MAX: usize = 45;

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
/// -4018 for a coin that is not listed, -4047 beyond 90 days, -1130 for an offset beyond what is counted off, and those
/// of the values.
pub async fn deposits(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    ask.params.flag("includeSource")?;
    let paging = Paging::read(ask)?;
    let walk = walk(ask, FundingKind::Deposit, Reach::Quarter)?;
    let transaction = ask.params.text("txId")?;
    let named = transaction.map(|text| Vec::from_iter(ReferenceText::parse(text)));
    let found = paging.page(ask, walk, named).await?;
    let views = ask.gateway.hub().views();
    let rows = found.iter().filter_map(|told| deposit_view(&told.row));
    let rows: Vec<DepositRow> = rows.map(|view| deposit_row(&views, ask, &view)).collect();
    Ok(Reply::ok(&rows))
}

/// `GET /sapi/v1/capital/withdraw/history`.
///
/// # Errors
/// As `deposits`, -4047 beyond 7 days with `withdrawOrderId`, -1130 for too many names.
pub async fn withdrawals(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let own_name = ask.params.text("withdrawOrderId")?;
    let reach = own_name.map_or(Reach::Quarter, |_| Reach::Week);
    let paging = Paging::read(ask)?;
    let walk = walk(ask, FundingKind::Withdrawal, reach)?;
    let mut named = ask.params.text("idList")?.map(references).transpose()?;
    if let Some(name) = own_name {
        let own = named_by_client(ask, name).await?;
        let listed = named.unwrap_or_else(|| own.clone());
        named = Some(own.into_iter().filter(|own| listed.contains(own)).collect());
    }
    let found = paging.page(ask, walk, named).await?;
    let views = ask.gateway.hub().views();
    let rows = found.iter().filter_map(|told| {
        let view = withdrawal_view(&told.row)?;
        Some(withdrawal_row(&views, &view, told.request.as_ref()))
    });
    Ok(Reply::ok(&rows.collect::<Vec<WithdrawalRow<'_>>>()))
}

fn walk(ask: &Ask<'_>, kind: FundingKind, reach: Reach) -> Result<Walk, Refusal> {
    let views = ask.gateway.hub().views();
    let wanted = Wanted {
        account: ask.account,
        kind,
        asset: coin(&views, ask)?,
        span: stretch(ask, reach)?,
    };
    Ok(Walk::begin(ask, &views, wanted))
}

/// Returns the references of a list of them; what is none names nothing.
fn references(list: &str) -> Result<Vec<Reference>, Refusal> {
    if NAMES_MAX < list.split(',').count() {
        return Err(Refusal::with(Fault::DataInvalid, &["idList"]));
    }
    Ok(list.split(',').filter_map(ReferenceText::parse).collect())
}

/// Returns the reference of what a client calls by a name of its own.
async fn named_by_client(ask: &Ask<'_>, name: &str) -> Result<Vec<Reference>, Refusal> {
    let owner = {
        let views = ask.gateway.hub().views();
        views.account(ask.account).map(|account| account.owner)
    };
    let Some(owner) = owner else {
        return Ok(Vec::new());
    };
    let named = ask.gateway.identity().withdrawal_named(owner, name).await;
    let named = named.map_err(failed)?;
    let own = named.filter(|request| request.account == ask.account);
    Ok(own.map(|request| request.reference).into_iter().collect())
}

/// A deposit or a withdrawal, with what its user asked for.
struct Told {
    row: FundingRow,
    request: Option<Request>,
}

impl Told {
    /// Returns the number of its status in answers.
    fn status(&self) -> u64 {
        match &self.row.funding {
            Funding::Deposit { status, .. } => deposit_word(*status) as u64,
            Funding::Withdrawal { status, .. } => {
                withdrawal_word(*status, self.request.as_ref()) as u64
            }
        }
    }
}

/// Which of the rows a request has on its page.
struct Paging {
    status: Option<u64>,
    offset: usize,
    limit: usize,
}

impl Paging {
    fn read(ask: &Ask<'_>) -> Result<Paging, Refusal> {
        let offset = ask.number("offset")?.unwrap_or(0);
        let offset = usize::try_from(offset).ok();
        let offset = offset.filter(|offset| *offset <= OFFSET_MAX);
        Ok(Paging {
            status: ask.number("status")?,
            offset: offset.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["offset"]))?,
            limit: ask.params.limit(ROWS_MAX, ROWS_MAX)?,
        })
    }

    /// Returns the rows of the page, newest first, of those that have some names or of all.
    async fn page(
        mut self,
        ask: &Ask<'_>,
        mut walk: Walk,
        named: Option<Vec<Reference>>,
    ) -> Result<Vec<Told>, Refusal> {
        if let Some(named) = named {
            let rows = walk.named(&named).await?;
            return self.take(ask, rows, self.limit).await;
        }
        let mut page = Vec::new();
        while page.len() < self.limit
            && let Some(rows) = walk.next().await?
        {
            let left = self.limit - page.len();
            page.extend(self.take(ask, rows, left).await?);
        }
        Ok(page)
    }

    /// Returns which of the next rows are on the page, at most so many, and counts off those before it.
    async fn take(
        &mut self,
        ask: &Ask<'_>,
        rows: Vec<FundingRow>,
        left: usize,
    ) -> Result<Vec<Told>, Refusal> {
        let Some(status) = self.status else {
            return joined(ask, self.cut(rows, left)).await;
        };
        let mut told = joined(ask, rows).await?;
        told.retain(|told| told.status() == status);
        Ok(self.cut(told, left))
    }

    fn cut<T>(&mut self, mut rows: Vec<T>, left: usize) -> Vec<T> {
        let skipped = rows.len().min(self.offset);
        self.offset -= skipped;
        rows.drain(..skipped);
        rows.truncate(left);
        rows
    }
}

/// Returns rows with what users asked for.
async fn joined(ask: &Ask<'_>, rows: Vec<FundingRow>) -> Result<Vec<Told>, Refusal> {
    let of_users = |row: &&FundingRow| matches!(row.funding, Funding::Withdrawal { .. });
    let references: Vec<Reference> = rows.iter().filter(of_users).map(reference).collect();
    let requests = ask.gateway.identity().withdrawals_referred(&references);
    let requests = requests.await.map_err(failed)?.into_iter();
    let mut requests: BTreeMap<Reference, Request> = requests
        .map(|request| (request.reference, request))
        .collect();
    let told = |row| Told {
        request: requests.remove(&reference(&row)),
        row,
    };
    Ok(rows.into_iter().map(told).collect())
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
