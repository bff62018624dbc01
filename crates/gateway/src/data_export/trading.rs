//! What the history holds of each account of a user: a table a kind of thing.

use indexer::entry::BalanceKey;
use indexer::range::Range;
use indexer::reading::Reading;
use indexer::reading_changes::ChangesOf;
use indexer::reading_money::{EntryRange, Way};
use indexer::reading_moves::{FundingKind, MoveRange, funding_place};
use model::calendar::Calendar;
use model::id::AccountId;
use model::instrument::Instrument;
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::snapshot_views::{Funding, FundingRow};
use model::text::Symbol;
use model::time::{NANOS_PER_DAY, Timestamp};
use wire::binance::answer::order::OrderRow;
use wire::binance::answer::order_change::OrderChangeRow;
use wire::binance::answer::own_trade::OwnTradeRow;
use wire::binance::time::TimeUnit;
use wire::csv::Cell;
use wire::decimal::Decimal;

use crate::data_export::Subject;
use crate::data_export::archive::{Archive, Failure};
use crate::data_export::series::Series;
use crate::rest::facts::{Listing, unknown_symbol};
use crate::rest::past_facts;
use crate::rest::rows::cells;
use crate::rest::sheet::{COLUMNS, wallet};
use crate::rest::statement::{Names, entry_row};

/// Rows that are read at a time.
const PAGE: usize = 4_096;
/// Members of `GET /api/v3/allOrders`, those that only some orders have last.
const ORDER_COLUMNS: &[&str] = &[
    "symbol",
    "orderId",
    "orderListId",
    "clientOrderId",
    "price",
    "origQty",
    "executedQty",
    "cummulativeQuoteQty",
    "status",
    "timeInForce",
    "type",
    "side",
    "stopPrice",
    "icebergQty",
    "time",
    "updateTime",
    "isWorking",
    "workingTime",
    "origQuoteOrderQty",
    "selfTradePreventionMode",
    "trailingDelta",
    "trailingTime",
    "strategyId",
    "strategyType",
    "pegPriceType",
    "pegOffsetType",
    "pegOffsetValue",
    "peggedPrice",
    "preventedMatchId",
    "preventedQuantity",
    "expiryReason",
];
/// Members of `GET /v1/order/changes`.
const CHANGE_COLUMNS: &[&str] = &[
    "symbol",
    "orderId",
    "sequence",
    "time",
    "change",
    "status",
    "reason",
    "origClientOrderId",
    "newClientOrderId",
    "origQty",
    "newQty",
    "origPrice",
    "newPrice",
    "origStopPrice",
    "newStopPrice",
    "origTrailingDelta",
    "newTrailingDelta",
];
/// Members of `GET /api/v3/myTrades`.
const TRADE_COLUMNS: &[&str] = &[
    "symbol",
    "id",
    "orderId",
    "orderListId",
    "price",
    "qty",
    "quoteQty",
    "commission",
    "commissionAsset",
    "time",
    "isBuyer",
    "isMaker",
    "isBestMatch",
];
const DAY_COLUMNS: &[&str] = &["day", "wallet", "asset", "free", "locked"];
const FUNDING_COLUMNS: &[&str] = &[
    "sequence",
    "created",
    "updated",
    "asset",
    "amount",
    "fee",
    "status",
    "chain",
    "reference",
];

/// The markets of the exchange, and what everything is called.
struct Terms {
    names: Names,
    markets: Vec<Listing>,
}

/// An account of the user, and where it is read.
struct Account<'a> {
    reading: &'a Reading,
    account: AccountId,
    until: Timestamp,
    terms: &'a Terms,
}

/// Writes the tables of every account.
///
/// # Errors
/// As `Archive::write`, and when the history fails; so do all below.
pub async fn write(
    archive: &mut Archive,
    subject: &Subject,
    reading: &Reading,
) -> Result<(), Failure> {
    let terms = Terms::read(reading).await?;
    for account in subject.identity.accounts_of(subject.user).await? {
        let of = Account {
            reading,
            account,
            until: subject.until,
            terms: &terms,
        };
        of.orders(archive).await?;
        of.order_changes(archive).await?;
        of.trades(archive).await?;
        of.ledger(archive).await?;
        of.days(archive).await?;
        of.fundings(archive, ("deposits", FundingKind::Deposit))
            .await?;
        of.fundings(archive, ("withdrawals", FundingKind::Withdrawal))
            .await?;
    }
    Ok(())
}

impl Terms {
    async fn read(reading: &Reading) -> Result<Terms, Failure> {
        let (assets, markets) = (reading.assets().await?, reading.markets().await?);
        let symbol = |wanted| -> Symbol {
            let found = assets.iter().find(|asset| asset.id == wanted);
            found.map_or_else(unknown_symbol, |asset| asset.symbol)
        };
        let listing = |instrument: &Instrument| Listing {
            instrument: *instrument,
            base: symbol(instrument.base),
            quote: symbol(instrument.quote),
        };
        let listings = markets.iter().map(listing).collect();
        Ok(Terms {
            names: Names { assets, markets },
            markets: listings,
        })
    }
}

impl Account<'_> {
    async fn series<'a>(
        &self,
        archive: &'a mut Archive,
        name: &str,
        columns: &'static [&'static str],
    ) -> Result<Series<'a>, Failure> {
        let name = format!("accounts/{}/{name}", self.account.0);
        Series::csv(archive, name, columns).await
    }

    async fn orders(&self, archive: &mut Archive) -> Result<(), Failure> {
        let mut series = self.series(archive, "orders", ORDER_COLUMNS).await?;
        for market in &self.terms.markets {
            let (instrument, mut next) = (&market.instrument, 0);
            let of = (self.account, instrument.id);
            loop {
                let page = self.reading.orders(of, Range::From(next), PAGE).await?;
                for order in page.iter().filter(|order| order.created_at <= self.until) {
                    let facts = past_facts::order(order, instrument);
                    let row = OrderRow::of(&facts, TimeUnit::Milliseconds);
                    series.row(&cells(&row, ORDER_COLUMNS)).await?;
                }
                match page.last() {
                    Some(last) if page.len() == PAGE => next = last.key.order.0 + 1,
                    _ => break,
                }
            }
        }
        series.end().await
    }

    async fn order_changes(&self, archive: &mut Archive) -> Result<(), Failure> {
        let mut series = self
            .series(archive, "order_changes", CHANGE_COLUMNS)
            .await?;
        for market in &self.terms.markets {
            let (instrument, mut beyond) = (&market.instrument, None);
            let of = ChangesOf {
                account: self.account,
                market: instrument.id,
                order: None,
            };
            loop {
                let page = self.reading.order_changes(of, beyond, PAGE).await?;
                for change in page.iter().filter(|change| change.at <= self.until) {
                    let facts = past_facts::change(change, instrument);
                    let row = OrderChangeRow::of(&facts, TimeUnit::Milliseconds);
                    series.row(&cells(&row, CHANGE_COLUMNS)).await?;
                }
                match page.last() {
                    Some(last) if page.len() == PAGE => beyond = Some(last.place()),
                    _ => break,
                }
            }
        }
        series.end().await
    }

    async fn trades(&self, archive: &mut Archive) -> Result<(), Failure> {
        let mut series = self.series(archive, "trades", TRADE_COLUMNS).await?;
        for market in &self.terms.markets {
            let mut next = 0;
            let of = (self.account, market.instrument.id);
            loop {
                let page = self.reading.fills(of, None, Range::From(next), PAGE).await;
                let mut page = page?;
                let is_last = page.len() < PAGE;
                // A trade of the account with itself has two rows, and the page may end between them.
                if let (false, Some(last)) = (is_last, page.last().map(|fill| fill.trade)) {
                    page.retain(|fill| fill.trade != last);
                    next = last.0;
                }
                for fill in page.iter().filter(|fill| fill.at <= self.until) {
                    let facts = past_facts::own_trade(fill, market);
                    let row = OwnTradeRow::of(&facts, TimeUnit::Milliseconds);
                    series.row(&cells(&row, TRADE_COLUMNS)).await?;
                }
                if is_last {
                    break;
                }
            }
        }
        series.end().await
    }

    async fn ledger(&self, archive: &mut Archive) -> Result<(), Failure> {
        let mut series = self.series(archive, "ledger", &COLUMNS).await?;
        let mut range = EntryRange {
            asset: None,
            from: Timestamp::from_nanos(i64::MIN),
            until: self.until,
            beyond: None,
            way: Way::OldestFirst,
        };
        loop {
            let page = self.reading.entries(self.account, range, PAGE).await?;
            for entry in &page {
                series.row(&entry_row(&self.terms.names, entry)).await?;
            }
            match page.last() {
                Some(last) if page.len() == PAGE => range.beyond = Some(last.place),
                _ => break,
            }
        }
        series.end().await
    }

    async fn days(&self, archive: &mut Archive) -> Result<(), Failure> {
        let mut series = self.series(archive, "balances", DAY_COLUMNS).await?;
        let last = self.until.nanos().div_euclid(NANOS_PER_DAY);
        for key in self.reading.balance_keys(self.account).await? {
            let mut first = i64::MIN;
            loop {
                let page = self.reading.days(key, (first, last), PAGE).await?;
                for day in &page {
                    let balance = [day.balance.available, day.balance.held];
                    let [free, locked] = balance.map(|amount| decimal(amount.units()));
                    let row = [
                        date(day.day),
                        wallet(key.wallet),
                        self.asset(key),
                        free,
                        locked,
                    ];
                    series.row(&row).await?;
                }
                match page.last() {
                    Some(last) if page.len() == PAGE => first = last.day + 1,
                    _ => break,
                }
            }
        }
        series.end().await
    }

    async fn fundings(
        &self,
        archive: &mut Archive,
        (name, kind): (&str, FundingKind),
    ) -> Result<(), Failure> {
        let mut series = self.series(archive, name, FUNDING_COLUMNS).await?;
        let mut range = MoveRange {
            from: Timestamp::ZERO,
            until: self.until,
            beyond: None,
            way: Way::OldestFirst,
        };
        let of = (self.account, kind);
        loop {
            let page = self.reading.fundings(of, None, range, PAGE).await?;
            for row in &page {
                series.row(&self.funding(row)).await?;
            }
            match page.last() {
                Some(last) if page.len() == PAGE => range.beyond = Some(funding_place(last)),
                _ => break,
            }
        }
        series.end().await
    }

    fn funding(&self, row: &FundingRow) -> [Cell; FUNDING_COLUMNS.len()] {
        let (asset, amount, fee, status, chain, reference) = match &row.funding {
            Funding::Deposit { deposit, status } => (
                deposit.asset,
                deposit.amount,
                Cell::Nothing,
                deposit_status(*status),
                deposit.chain,
                deposit.reference,
            ),
            Funding::Withdrawal {
                withdrawal, status, ..
            } => (
                withdrawal.asset,
                withdrawal.amount,
                decimal(withdrawal.fee.units()),
                withdrawal_status(*status),
                withdrawal.chain,
                withdrawal.reference,
            ),
        };
        let hex: String = reference
            .0
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        [
            Cell::Number(row.created_by.0.to_string()),
            text(&Calendar(row.created_at).to_string()),
            text(&Calendar(row.updated_at).to_string()),
            self.terms.names.asset(asset),
            decimal(amount.units()),
            fee,
            text(status),
            Cell::Number(chain.0.to_string()),
            text(&hex),
        ]
    }

    fn asset(&self, key: BalanceKey) -> Cell {
        self.terms.names.asset(key.asset)
    }
}

const fn deposit_status(status: DepositStatus) -> &'static str {
    match status {
        DepositStatus::Seen => "SEEN",
        DepositStatus::Credited => "CREDITED",
        DepositStatus::Dropped => "DROPPED",
    }
}

const fn withdrawal_status(status: WithdrawalStatus) -> &'static str {
    match status {
        WithdrawalStatus::Held => "HELD",
        WithdrawalStatus::Settled => "SETTLED",
        WithdrawalStatus::Cancelled => "CANCELLED",
    }
}

/// Returns a day since the epoch as a date.
fn date(day: i64) -> Cell {
    let at = Timestamp::from_nanos(day.saturating_mul(NANOS_PER_DAY));
    let shown = Calendar(at).to_string();
    text(shown.split(' ').next().unwrap_or(""))
}

fn text(word: &str) -> Cell {
    Cell::Text(word.to_owned())
}

fn decimal(units: i128) -> Cell {
    Cell::Number(Decimal(units).to_string())
}
