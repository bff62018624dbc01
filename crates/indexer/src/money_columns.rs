//! Entries, days, deposits, withdrawals and transfers as columns.

use model::account::Wallet;
use model::command::{Deposit, Transfer, Withdrawal};
use model::id::{AccountId, AssetId, ChainId, MarketId, Reference, Sequence};
use model::snapshot_views::{Funding, FundingRow};

use crate::codes::Code;
use crate::entry::{BalanceKey, EntryPlace, PastBalance, PastDay, PastEntry};
use crate::error::HistoryError;
use crate::row::Row;
use crate::statement::Values;
use crate::trade_columns::{Columns, amount_text, damaged};
use crate::transfer::PastTransfer;

/// The kinds of `fundings`.
pub const DEPOSIT: i64 = 0;
pub const WITHDRAWAL: i64 = 1;

/// Appends the values of an entry to a statement, in the order of `tables::ENTRY_COLUMNS`.
pub fn push_entry(values: &mut Values, entry: &PastEntry) {
    push_key(values, &entry.key);
    values.push_bind(entry.place.at.nanos());
    values.push_bind(entry.place.sequence.0.cast_signed());
    values.push_bind(i64::from(entry.place.step));
    values.push_bind(entry.cause.number());
    values.push_bind(entry.market.map(|market| i64::from(market.0)));
    values.push_bind(entry.number.map(u64::cast_signed));
    values.push_bind(entry.available.to_string());
    values.push_bind(entry.held.to_string());
    push_balance(values, &entry.after);
}

/// Returns the entry in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_entry(row: &Row) -> Result<PastEntry, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PastEntry {
        key: read_key(&mut columns)?,
        place: EntryPlace {
            at: columns.time("at_ns")?,
            sequence: Sequence(columns.number("sequence")?),
            step: columns.number("step")?,
        },
        cause: columns.code("cause")?,
        market: columns.optional_number("market")?.map(MarketId),
        number: columns.optional_number("number")?,
        available: columns.units("available")?,
        held: columns.units("held")?,
        after: read_balance(&mut columns)?,
    })
}

/// Appends the values of a day to a statement, in the order of `tables::DAY_COLUMNS`.
pub fn push_day(values: &mut Values, day: &PastDay) {
    push_key(values, &day.key);
    values.push_bind(day.day);
    push_balance(values, &day.balance);
}

/// Returns the day in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_day(row: &Row) -> Result<PastDay, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PastDay {
        key: read_key(&mut columns)?,
        day: columns.number("day")?,
        balance: read_balance(&mut columns)?,
    })
}

/// Appends the values of a deposit or a withdrawal, in the order of `tables::FUNDING_COLUMNS`.
pub fn push_funding(values: &mut Values, row: &FundingRow) {
    let (account, kind, reference, chain, asset, amount, fee, status) = match &row.funding {
        Funding::Deposit { deposit, status } => (
            deposit.account,
            DEPOSIT,
            deposit.reference,
            deposit.chain,
            deposit.asset,
            deposit.amount,
            None,
            status.number(),
        ),
        Funding::Withdrawal {
            account,
            withdrawal,
            status,
        } => (
            *account,
            WITHDRAWAL,
            withdrawal.reference,
            withdrawal.chain,
            withdrawal.asset,
            withdrawal.amount,
            Some(withdrawal.fee),
            status.number(),
        ),
    };
    values.push_bind(i64::from(account.0));
    values.push_bind(kind);
    values.push_bind(row.created_by.0.cast_signed());
    values.push_bind(row.created_at.nanos());
    values.push_bind(reference_text(&reference));
    values.push_bind(i64::from(chain.0));
    values.push_bind(i64::from(asset.0));
    values.push_bind(amount_text(amount));
    values.push_bind(fee.map(amount_text));
    values.push_bind(status);
    values.push_bind(row.ended_by.map(|sequence| sequence.0.cast_signed()));
    values.push_bind(row.updated_at.nanos());
}

/// Returns the deposit or withdrawal in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_funding(row: &Row) -> Result<FundingRow, HistoryError> {
    let mut columns = Columns::of(row);
    let account = AccountId(columns.number("account")?);
    let kind: i64 = columns.number("kind")?;
    let created_by = Sequence(columns.number("created_by")?);
    let created_at = columns.time("created_ns")?;
    let reference = read_reference(&mut columns)?;
    let chain = ChainId(columns.number("chain")?);
    let asset = AssetId(columns.number("asset")?);
    let amount = columns.amount("amount")?;
    let fee = columns.optional_amount("fee")?;
    let funding = match (kind, fee) {
        (DEPOSIT, None) => Funding::Deposit {
            deposit: Deposit {
                reference,
                chain,
                account,
                asset,
                amount,
            },
            status: columns.code("status")?,
        },
        (WITHDRAWAL, Some(fee)) => Funding::Withdrawal {
            account,
            withdrawal: Withdrawal {
                reference,
                chain,
                asset,
                amount,
                fee,
            },
            status: columns.code("status")?,
        },
        _ => return Err(damaged("kind")),
    };
    Ok(FundingRow {
        created_by,
        created_at,
        funding,
        ended_by: columns.optional_number("ended_by")?.map(Sequence),
        updated_at: columns.time("updated_ns")?,
    })
}

/// Appends the values of a transfer to a statement, in the order of `tables::TRANSFER_COLUMNS`.
pub fn push_transfer(values: &mut Values, row: &PastTransfer) {
    values.push_bind(i64::from(row.account.0));
    values.push_bind(row.sequence.0.cast_signed());
    values.push_bind(row.at.nanos());
    values.push_bind(reference_text(&row.transfer.reference));
    values.push_bind(row.transfer.from.number());
    values.push_bind(i64::from(row.transfer.to_account.0));
    values.push_bind(row.transfer.to.number());
    values.push_bind(i64::from(row.transfer.asset.0));
    values.push_bind(amount_text(row.transfer.amount));
}

/// Returns the transfer in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_transfer(row: &Row) -> Result<PastTransfer, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PastTransfer {
        account: AccountId(columns.number("account")?),
        sequence: Sequence(columns.number("sequence")?),
        at: columns.time("at_ns")?,
        transfer: Transfer {
            reference: read_reference(&mut columns)?,
            from: columns.code("from_wallet")?,
            to_account: AccountId(columns.number("to_account")?),
            to: columns.code("to_wallet")?,
            asset: AssetId(columns.number("asset")?),
            amount: columns.amount("amount")?,
        },
    })
}

/// Appends the key of a balance.
pub fn push_key(values: &mut Values, key: &BalanceKey) {
    values.push_bind(i64::from(key.account.0));
    values.push_bind(key.wallet.number());
    values.push_bind(i64::from(key.asset.0));
}

fn read_key(columns: &mut Columns<'_>) -> Result<BalanceKey, HistoryError> {
    Ok(BalanceKey {
        account: AccountId(columns.number("account")?),
        wallet: columns.code::<Wallet>("wallet")?,
        asset: AssetId(columns.number("asset")?),
    })
}

fn push_balance(values: &mut Values, balance: &PastBalance) {
    values.push_bind(amount_text(balance.available));
    values.push_bind(amount_text(balance.held));
}

fn read_balance(columns: &mut Columns<'_>) -> Result<PastBalance, HistoryError> {
    Ok(PastBalance {
        available: columns.amount("available_after")?,
        held: columns.amount("held_after")?,
    })
}

fn read_reference(columns: &mut Columns<'_>) -> Result<Reference, HistoryError> {
    parse_reference(columns.text("reference")?).ok_or(damaged("reference"))
}

/// Returns a reference as the tables keep it.
pub fn reference_text(reference: &Reference) -> String {
    let digits = reference.0.iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

fn parse_reference(text: &str) -> Option<Reference> {
    let mut bytes = [0; 32];
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    if pairs.len() != bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
    }
    Some(Reference(bytes))
}

/// Returns the wallets and assets of an account, out of rows of both.
///
/// # Errors
/// When a row has none.
pub fn read_pair(account: AccountId, row: &Row) -> Result<BalanceKey, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(BalanceKey {
        account,
        wallet: columns.code("wallet")?,
        asset: AssetId(columns.number("asset")?),
    })
}
