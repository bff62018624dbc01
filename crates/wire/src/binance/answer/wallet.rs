//! Answers about an account's assets and abilities, as wallet clients read them.
//!
//! **Source** `docs/spec/binance-surface.md` §14.2 and §14.3.

use model::text::Symbol;
use serde::Serialize;

use crate::binance::time::Time;
use crate::binance::words::SymbolText;
use crate::decimal::Decimal;

/// A row of `POST /sapi/v3/asset/getUserAsset`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnedAsset {
    asset: SymbolText,
    free: Decimal,
    locked: Decimal,
    freeze: Decimal,
    withdrawing: Decimal,
    ipoable: Decimal,
    btc_valuation: Decimal,
}

impl OwnedAsset {
    /// Returns the row of an asset; `withdrawing` is on its way out, `worth` what all of it is in BTC.
    pub fn of(
        asset: Symbol,
        free: Decimal,
        locked: Decimal,
        withdrawing: Decimal,
        worth: Decimal,
    ) -> OwnedAsset {
        OwnedAsset {
            asset: SymbolText(asset),
            free,
            locked,
            freeze: Decimal::ZERO,
            withdrawing,
            ipoable: Decimal::ZERO,
            btc_valuation: worth,
        }
    }

    /// Returns whether the account has none of the asset.
    pub fn is_nothing(&self) -> bool {
        [self.free, self.locked, self.withdrawing] == [Decimal::ZERO; 3]
    }
}

/// `GET /sapi/v1/asset/transfer`.
#[derive(Debug, Serialize)]
pub struct Transfers {
    total: u64,
    rows: Vec<TransferRow>,
}

/// A movement between two wallets of an account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferRow {
    pub asset: SymbolText,
    pub amount: Decimal,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub status: &'static str,
    /// The command that moved it.
    pub tran_id: u64,
    pub timestamp: Time,
}

impl Transfers {
    /// Returns the answer of a page, out of so many.
    pub const fn of(total: u64, rows: Vec<TransferRow>) -> Transfers {
        Transfers { total, rows }
    }
}

/// What `GET /sapi/v1/asset/assetDetail` says of one coin. Nothing can come in until a chain is connected.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetDetail {
    min_withdraw_amount: Decimal,
    deposit_status: bool,
    withdraw_fee: Decimal,
    withdraw_status: bool,
}

impl AssetDetail {
    /// Nothing can leave.
    pub const CLOSED: AssetDetail = AssetDetail {
        min_withdraw_amount: Decimal::ZERO,
        deposit_status: false,
        withdraw_fee: Decimal::ZERO,
        withdraw_status: false,
    };

    /// Returns the row of a coin that leaves for a fee.
    pub const fn leaving(minimum: Decimal, fee: Decimal) -> AssetDetail {
        AssetDetail {
            min_withdraw_amount: minimum,
            deposit_status: false,
            withdraw_fee: fee,
            withdraw_status: true,
        }
    }
}

/// A row of `GET /sapi/v1/asset/wallet/balance`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletBalance {
    pub activate: bool,
    pub balance: Decimal,
    pub wallet_name: &'static str,
}

/// `GET /sapi/v1/account/status`.
#[derive(Debug, Serialize)]
pub struct AccountStatus {
    pub data: &'static str,
}

/// `GET /sapi/v1/account/apiTradingStatus`.
#[derive(Debug, Serialize)]
pub struct TradingStatus {
    data: TradingStatusData,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TradingStatusData {
    is_locked: bool,
    planned_recover_time: u64,
    trigger_condition: TriggerConditions,
    update_time: u64,
}

/// Ratios of an account's orders that would lock it; none is applied here.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct TriggerConditions {
    gcr: u32,
    ifer: u32,
    ufr: u32,
}

impl TriggerConditions {
    pub const NONE: TriggerConditions = TriggerConditions {
        gcr: 0,
        ifer: 0,
        ufr: 0,
    };
}

impl TradingStatus {
    /// Returns whether an account is locked, and what would lock it.
    pub const fn of(is_locked: bool, conditions: TriggerConditions) -> TradingStatus {
        TradingStatus {
            data: TradingStatusData {
                is_locked,
                planned_recover_time: 0,
                trigger_condition: conditions,
                update_time: 0,
            },
        }
    }
}

/// `GET /sapi/v1/account/info`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountInfo {
    pub vip_level: u8,
    pub is_margin_enabled: bool,
    pub is_future_enabled: bool,
    pub is_options_enabled: bool,
    pub is_portfolio_margin_retail_enabled: bool,
}
