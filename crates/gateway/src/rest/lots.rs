//! Tax lots of an account, reckoned from everything that moved in the accounts of its owner.
//!
//! **Source** `docs/spec/history.md` §4.1.

use std::collections::BTreeSet;

use indexer::reading::Reading;
use indexer::tax_lots::{Disposal, TaxLots, Value};
use model::id::AccountId;
use model::time::Timestamp;
use views::span::Span;
use wire::binance::error::{Fault, Refusal};
use wire::csv::Cell;

use crate::past::failed;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::opening;
use crate::rest::range;
use crate::rest::rows::{RowFormat, Rows};
use crate::rest::statement::{Names, begin, decimal, text, time};

/// How many movements one answer is made from at most.
const MOVEMENTS_MAX: usize = 1_000_000;

const COLUMNS: [&str; 12] = [
    "cause",
    "symbol",
    "asset",
    "acquired",
    "disposed",
    "trade_id",
    "quantity",
    "cost",
    "cost_asset",
    "proceeds",
    "proceeds_asset",
    "gain",
];

/// `GET /v1/account/taxLots`: what left an account in some time, with the lots it came from, first in first out.
///
/// # Errors
/// As `statement`, without a bound on the times.
pub async fn tax_lots(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let accounts = accounts_of_owner(ask).await?;
    let format = RowFormat::read(ask.params)?;
    let (span, reading) = begin(ask, range::Reach::ByRows).await?;
    let issuer = ask.gateway.stationery().product.clone();
    let rows = Rows::of_columns(format, &COLUMNS, issuer);
    let work = async move {
        let reading = reading.apart().await.map_err(failed)?;
        let made = make(&reading, &accounts, (account, span), rows).await;
        reading.close().await;
        made
    };
    let file = ask.gateway.reports().make(account, work).await?;
    Ok(Reply::text(format.content(), file))
}

async fn make(
    reading: &Reading,
    accounts: &[AccountId],
    (account, span): (AccountId, Span),
    mut rows: Rows,
) -> Result<Vec<u8>, Refusal> {
    let names = Names::read(reading).await?;
    let of = (accounts, span.until, "endTime");
    follow(reading, of, |disposal| {
        if disposal.account == account && span.from <= disposal.at {
            rows.row(&row(&names, disposal));
        }
    })
    .await?;
    Ok(rows.into_bytes())
}

/// Hands over what became of lots up to some time, the earliest first, and returns those that are left.
///
/// # Errors
/// -1130 beyond a million movements, with the parameter that would make it fewer, and the database's.
pub async fn follow(
    reading: &Reading,
    (accounts, until, narrower): (&[AccountId], Timestamp, &str),
    mut each: impl FnMut(&Disposal),
) -> Result<TaxLots, Refusal> {
    let mut lots = reading.tax_lots(accounts).await.map_err(failed)?;
    let mut movements = reading.movements(accounts, until).await.map_err(failed)?;
    let (mut command, mut disposals, mut count) = (Vec::new(), Vec::new(), 0);
    while movements.next(&mut command).await.map_err(failed)? {
        count += lots.add(&command, &mut disposals);
        if MOVEMENTS_MAX < count {
            return Err(Refusal::with(Fault::DataInvalid, &[narrower]));
        }
        disposals.drain(..).for_each(|disposal| each(&disposal));
    }
    Ok(lots)
}

/// Returns the accounts between which lots move: a master's and those below it.
///
/// # Errors
/// -1001 when the database is away.
pub async fn accounts_of_owner(ask: &Ask<'_>) -> Result<Vec<AccountId>, Refusal> {
    let asked = {
        let views = ask.gateway.hub().views();
        let account = views.account(ask.account);
        account.map(|account| (account.owner, AccountId(account.group.0)))
    };
    let Some((owner, master)) = asked else {
        return Ok(vec![ask.account]);
    };
    let below = ask.gateway.identity().sub_accounts(owner).await;
    let below = below.map_err(opening::failed)?.into_iter();
    let all: BTreeSet<AccountId> = below
        .filter_map(|below| below.account)
        .chain([master, ask.account])
        .collect();
    Ok(all.into_iter().collect())
}

fn row(names: &Names, disposal: &Disposal) -> [Cell; COLUMNS.len()] {
    let lot = &disposal.lot;
    let (cost, cost_asset) = cells(names, lot.cost);
    let (proceeds, proceeds_asset) = cells(names, disposal.proceeds);
    let trade = disposal.trade.map(|trade| Cell::Number(trade.to_string()));
    let gain = disposal.gain().map(|gain| decimal(gain.units));
    [
        text(disposal.cause.word()),
        names.market(disposal.market),
        names.asset(disposal.asset),
        time(lot.acquired_at),
        time(disposal.at),
        trade.unwrap_or(Cell::Nothing),
        decimal(lot.units),
        cost,
        cost_asset,
        proceeds,
        proceeds_asset,
        gain.unwrap_or(Cell::Nothing),
    ]
}

fn cells(names: &Names, value: Option<Value>) -> (Cell, Cell) {
    value.map_or((Cell::Nothing, Cell::Nothing), |value| {
        (decimal(value.units), names.asset(value.asset))
    })
}
