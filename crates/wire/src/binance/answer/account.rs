//! `GET /api/v3/account` and the wallet answers that clients need to start.
//!
//! **Source** `docs/spec/binance-surface.md` §10.1 and §14.1.

use model::number::div_trunc;
use model::text::Symbol;
use serde::Serialize;

use crate::binance::time::Time;
use crate::binance::words::SymbolText;
use crate::decimal::Decimal;

const PPB_PER_UNIT: i128 = 10;
const PPB_PER_BASIS_POINT: i64 = 100_000;

/// The fee rates of an account, in parts per billion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    pub maker_ppb: i64,
    pub taker_ppb: i64,
}

impl Rates {
    /// Returns a rate as it is printed: a fraction of one to eight places, toward zero.
    pub fn fraction(rate_ppb: i64) -> Decimal {
        Decimal(div_trunc(i128::from(rate_ppb), PPB_PER_UNIT))
    }
}

/// `GET /api/v3/account`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub maker_commission: i64,
    pub taker_commission: i64,
    pub buyer_commission: i64,
    pub seller_commission: i64,
    pub commission_rates: CommissionRates,
    pub can_trade: bool,
    pub can_withdraw: bool,
    pub can_deposit: bool,
    pub brokered: bool,
    pub require_self_trade_prevention: bool,
    pub prevent_sor: bool,
    pub update_time: Time,
    pub account_type: &'static str,
    pub balances: Vec<Balance>,
    pub permissions: [&'static str; 1],
    pub uid: u64,
}

#[derive(Debug, Serialize)]
pub struct CommissionRates {
    pub maker: Decimal,
    pub taker: Decimal,
    pub buyer: Decimal,
    pub seller: Decimal,
}

/// A balance of an account.
#[derive(Debug, Serialize)]
pub struct Balance {
    pub asset: SymbolText,
    pub free: Decimal,
    pub locked: Decimal,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    pub can_trade: bool,
    pub can_withdraw: bool,
    pub can_deposit: bool,
}

impl Account {
    /// Returns the answer; commissions are whole basis points beside the exact rates.
    pub fn of(
        uid: u64,
        rates: Rates,
        abilities: Abilities,
        update_time: Time,
        balances: Vec<Balance>,
    ) -> Account {
        Account {
            maker_commission: rates.maker_ppb / PPB_PER_BASIS_POINT,
            taker_commission: rates.taker_ppb / PPB_PER_BASIS_POINT,
            buyer_commission: 0,
            seller_commission: 0,
            commission_rates: CommissionRates {
                maker: Rates::fraction(rates.maker_ppb),
                taker: Rates::fraction(rates.taker_ppb),
                buyer: Decimal::ZERO,
                seller: Decimal::ZERO,
            },
            can_trade: abilities.can_trade,
            can_withdraw: abilities.can_withdraw,
            can_deposit: abilities.can_deposit,
            brokered: false,
            require_self_trade_prevention: false,
            prevent_sor: false,
            update_time,
            account_type: "SPOT",
            balances,
            permissions: ["SPOT"],
            uid,
        }
    }
}

/// A row of `GET /sapi/v1/asset/tradeFee`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TradeFee {
    pub symbol: SymbolText,
    pub maker_commission: Decimal,
    pub taker_commission: Decimal,
}

/// A row of `GET /sapi/v1/capital/config/getall`: a coin without a network, until wallets exist.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coin {
    coin: SymbolText,
    name: SymbolText,
    deposit_all_enable: bool,
    withdraw_all_enable: bool,
    trading: bool,
    is_legal_money: bool,
    free: Decimal,
    locked: Decimal,
    freeze: Decimal,
    withdrawing: Decimal,
    ipoing: Decimal,
    ipoable: Decimal,
    storage: Decimal,
    network_list: Vec<CoinNetwork>,
}

impl Coin {
    /// Returns the row of an asset with a balance; `withdrawing` is on its way out.
    pub fn of(
        asset: Symbol,
        [free, locked, withdrawing]: [Decimal; 3],
        network_list: Vec<CoinNetwork>,
    ) -> Coin {
        Coin {
            coin: SymbolText(asset),
            name: SymbolText(asset),
            deposit_all_enable: false,
            withdraw_all_enable: !network_list.is_empty(),
            trading: true,
            is_legal_money: false,
            free,
            locked,
            freeze: Decimal::ZERO,
            withdrawing,
            ipoing: Decimal::ZERO,
            ipoable: Decimal::ZERO,
            storage: Decimal::ZERO,
            network_list,
        }
    }
}

/// A network of a coin. What is not said of it is not known here: nothing can be deposited through it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CoinNetwork {
    pub network: String,
    pub coin: SymbolText,
    pub name: String,
    pub is_default: bool,
    pub deposit_enable: bool,
    pub withdraw_enable: bool,
    pub deposit_desc: &'static str,
    pub withdraw_desc: &'static str,
    pub special_tips: &'static str,
    pub address_regex: &'static str,
    pub memo_regex: &'static str,
    pub withdraw_fee: Decimal,
    pub withdraw_min: Decimal,
    pub withdraw_max: Decimal,
    pub withdraw_integer_multiple: Decimal,
    pub withdraw_internal_min: Decimal,
    pub deposit_dust: Decimal,
    pub min_confirm: u32,
    pub un_lock_confirm: u32,
    pub same_address: bool,
    pub withdraw_tag: bool,
    pub estimated_arrival_time: u32,
    pub busy: bool,
    pub contract_address: &'static str,
    pub contract_address_url: &'static str,
}

/// `GET /sapi/v1/system/status`.
#[derive(Debug, Serialize)]
pub struct SystemStatus {
    pub status: u8,
    pub msg: &'static str,
}

/// `GET /sapi/v1/account/apiRestrictions`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyRestrictions {
    pub ip_restrict: bool,
    pub create_time: Time,
    pub enable_reading: bool,
    pub enable_withdrawals: bool,
    pub enable_internal_transfer: bool,
    pub enable_margin: bool,
    pub enable_futures: bool,
    pub permits_universal_transfer: bool,
    pub enable_vanilla_options: bool,
    pub enable_fix_api_trade: bool,
    pub enable_fix_read_only: bool,
    pub enable_spot_and_margin_trading: bool,
    pub enable_portfolio_margin_trading: bool,
}
