//! Files for an account's owner: statements of its balances.
//!
//! **Source** `docs/spec/history.md`.

use indexer::entry::{BalanceKey, EntryCause, PastBalance, PastEntry};
use indexer::reading::Reading;
use indexer::reading_money::{EntryRange, Way};
use model::calendar::Calendar;
use model::id::{AssetId, MarketId};
use model::instrument::{Asset, Instrument};
use model::time::Timestamp;
use views::span::Span;
use wire::binance::error::{Fault, Refusal};
use wire::csv::Cell;
use wire::decimal::Decimal;

use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::range::{self, Times};
use crate::rest::sheet::{COLUMNS, Format, Row, Sheet, Title, wallet};

/// Rows that are read at a time.
pub const PAGE: usize = 4_096;

/// `GET /v1/account/statement`: opening balances, every entry, closing balances.
///
/// # Errors
/// -1102 without a start and an end, -4047 beyond 90 days, -1130 when there are too many entries, -1008 when a report
/// of the account is under way, -1001 when the history is behind.
pub async fn statement(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let account = ask.account;
    let format = Format::read(ask.params)?;
    let (span, reading) = begin(ask, range::Reach::Quarter).await?;
    let issuer = ask.gateway.stationery().product.clone();
    let title = Title {
        issuer,
        account,
        span,
    };
    let work = async move {
        let reading = reading.apart().await.map_err(failed)?;
        let made = make_statement(&reading, format, title).await;
        reading.close().await;
        made
    };
    let file = ask.gateway.reports().make(account, work).await?;
    Ok(Reply::text(format.content(), file))
}

/// Returns the times of a file and the history that has all of them.
pub async fn begin(ask: &Ask<'_>, reach: range::Reach) -> Result<(Span, Reading), Refusal> {
    for name in ["startTime", "endTime"] {
        ask.params.mandatory(name)?;
    }
    let Times::From(span) = range::times(ask.params, reach)? else {
        return Err(Refusal::with(Fault::MandatoryMissing, &["startTime"]));
    };
    let reach = Reach::of(&ask.gateway.hub().views(), span.until);
    let reading = ask.gateway.reading(reach).await?;
    // What happens from now on is not in the file, so that it closes with what it says.
    let position = reading.position().await.map_err(failed)?;
    let until = span.until.min(position.at);
    Ok((Span { until, ..span }, reading))
}

/// The names of assets and markets.
pub struct Names {
    pub assets: Vec<Asset>,
    pub markets: Vec<Instrument>,
}

impl Names {
    pub async fn read(reading: &Reading) -> Result<Names, Refusal> {
        Ok(Names {
            assets: reading.assets().await.map_err(failed)?,
            markets: reading.markets().await.map_err(failed)?,
        })
    }

    /// Returns what an asset is called.
    pub fn asset(&self, asset: AssetId) -> Cell {
        let found = self.assets.iter().find(|row| row.id == asset);
        found.map_or(Cell::Nothing, |row| text(row.symbol.as_str()))
    }

    /// Returns what a market is called, if there is one.
    pub fn market(&self, market: Option<MarketId>) -> Cell {
        let found = self.markets.iter().find(|row| Some(row.id) == market);
        found.map_or(Cell::Nothing, |row| text(row.symbol.as_str()))
    }
}

async fn make_statement(
    reading: &Reading,
    format: Format,
    title: Title,
) -> Result<Vec<u8>, Refusal> {
    let names = Names::read(reading).await?;
    let (account, span) = (title.account, title.span);
    let mut sheet = Sheet::of(format, title);
    let keys = reading.balance_keys(account).await.map_err(failed)?;
    let before = span.from.plus_nanos(-1);
    add_balances(
        &mut sheet,
        reading,
        (&names, &keys),
        ("OPENING", span.from, before),
    )
    .await?;
    let mut range = EntryRange {
        asset: None,
        from: span.from,
        until: span.until,
        beyond: None,
        way: Way::OldestFirst,
    };
    let mut count = 0;
    loop {
        let page = reading
            .entries(account, range, PAGE)
            .await
            .map_err(failed)?;
        for entry in &page {
            sheet.row(&entry_row(&names, entry));
        }
        count += page.len();
        if format.entries_max() < count {
            return Err(Refusal::with(Fault::DataInvalid, &["endTime"]));
        }
        match page.last() {
            Some(last) if page.len() == PAGE => range.beyond = Some(last.place),
            _ => break,
        }
    }
    let closing = ("CLOSING", span.until, span.until);
    add_balances(&mut sheet, reading, (&names, &keys), closing).await?;
    Ok(sheet.into_bytes())
}

/// Appends the balances that were not nothing at a moment.
async fn add_balances(
    sheet: &mut Sheet,
    reading: &Reading,
    (names, keys): (&Names, &[BalanceKey]),
    (word, shown, at): (&str, Timestamp, Timestamp),
) -> Result<(), Refusal> {
    for key in keys {
        let balance = reading.balance_at(*key, at).await.map_err(failed)?;
        if balance != PastBalance::NOTHING {
            sheet.row(&balance_row(names, word, shown, (*key, balance)));
        }
    }
    Ok(())
}

fn balance_row(
    names: &Names,
    word: &str,
    at: Timestamp,
    (key, balance): (BalanceKey, PastBalance),
) -> Row {
    let mut row = [const { Cell::Nothing }; COLUMNS.len()];
    row[0] = text(word);
    row[1] = time(at);
    row[4] = wallet(key.wallet);
    row[5] = names.asset(key.asset);
    row[12] = decimal(balance.available.units());
    row[13] = decimal(balance.held.units());
    row
}

/// Returns the row of an entry.
pub fn entry_row(names: &Names, entry: &PastEntry) -> Row {
    let is_of_order = matches!(entry.cause, EntryCause::Hold | EntryCause::Release);
    let number = |wanted: bool| match entry.number.filter(|_| wanted) {
        Some(number) => Cell::Number(number.to_string()),
        None => Cell::Nothing,
    };
    [
        text("ENTRY"),
        time(entry.place.at),
        Cell::Number(entry.place.sequence.0.to_string()),
        Cell::Number(entry.place.step.to_string()),
        wallet(entry.key.wallet),
        names.asset(entry.key.asset),
        text(entry.cause.word()),
        names.market(entry.market),
        number(is_of_order),
        number(!is_of_order),
        decimal(entry.available),
        decimal(entry.held),
        decimal(entry.after.available.units()),
        decimal(entry.after.held.units()),
    ]
}

/// Returns a text as a cell.
pub fn text(word: &str) -> Cell {
    Cell::Text(word.to_owned())
}

/// Returns a moment as a cell.
pub fn time(at: Timestamp) -> Cell {
    text(&Calendar(at).to_string())
}

/// Returns an amount as a cell.
pub fn decimal(units: i128) -> Cell {
    Cell::Number(Decimal(units).to_string())
}
