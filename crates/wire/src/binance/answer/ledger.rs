//! Answers about the ledger of an account.
//!
//! **Source** `docs/spec/history.md`.

use serde::Serialize;

use crate::binance::time::Time;
use crate::binance::words::SymbolText;
use crate::decimal::Decimal;

/// `GET /v1/account/ledger`.
#[derive(Debug, Serialize)]
pub struct LedgerPage {
    pub entries: Vec<LedgerEntry>,
    /// The cursor of the next page, where there may be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One posting to one balance.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// The command that caused it.
    pub sequence: u64,
    /// Counts the entries of the command, over all accounts.
    pub step: u32,
    pub time: Time,
    pub wallet: &'static str,
    pub asset: SymbolText,
    pub cause: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<SymbolText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade_id: Option<u64>,
    /// What is free and what is locked gained, below zero when they lost.
    pub free_change: Decimal,
    pub locked_change: Decimal,
    /// What they were with it.
    pub free: Decimal,
    pub locked: Decimal,
}

/// `GET /v1/account/at`.
#[derive(Debug, Serialize)]
pub struct BalancesAt {
    pub time: Time,
    pub balances: Vec<WalletBalanceAt>,
}

/// A balance as it was.
#[derive(Debug, Serialize)]
pub struct WalletBalanceAt {
    pub wallet: &'static str,
    pub asset: SymbolText,
    pub free: Decimal,
    pub locked: Decimal,
}
