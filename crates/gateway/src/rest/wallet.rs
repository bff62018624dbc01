//! What wallet clients ask for at their start: what an account owns, and what it may do.
//!
//! There is one wallet, spot, so that other wallets are truthfully empty.
//!
//! **Source** `docs/spec/binance-surface.md` §14.2.

use model::account::{AccountState, FeeTier, Wallet};
use model::id::AssetId;
use model::instrument::Asset;
use model::snapshot::WithdrawalStatus;
use views::views::Views;
use wire::binance::answer::wallet::{
    AccountInfo, AccountStatus, OwnedAsset, TradingStatus, TriggerConditions,
};
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;
use wire::decimal::Decimal;

use crate::reply::Reply;
use crate::rest::ask::Ask;

/// `POST /sapi/v3/asset/getUserAsset`: the assets the account has any of, or the one asked for.
///
/// # Errors
/// -1121 for an asset that is not listed, -1130 for an odd flag.
pub fn owned_assets(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let views = ask.gateway.hub().views();
    let wanted = wanted_asset(&views, ask)?;
    let rows: Vec<OwnedAsset> = views
        .assets()
        .iter()
        .filter(|asset| wanted.is_none_or(|wanted| wanted == asset.id))
        .map(|asset| owned(&views, ask, asset))
        .filter(|row| wanted.is_some() || !row.is_nothing())
        .collect();
    Ok(Reply::ok(&rows))
}

fn asset_named(views: &Views, text: &str) -> Result<AssetId, Refusal> {
    let symbol = request::symbol_text(text, "asset")?;
    let found = views.assets().iter().find(|asset| asset.symbol == symbol);
    found
        .map(|asset| asset.id)
        .ok_or_else(|| Refusal::of(Fault::SymbolInvalid))
}

fn owned(views: &Views, ask: &Ask<'_>, asset: &Asset) -> OwnedAsset {
    let account = ask.session.key.account;
    let balance = views.balance(account, Wallet::Spot, asset.id);
    let leaving = views
        .withdrawals(account)
        .into_iter()
        .filter(|view| view.status == WithdrawalStatus::Held)
        .map(|view| view.withdrawal)
        .filter(|withdrawal| withdrawal.asset == asset.id)
        .map(|withdrawal| withdrawal.amount.units() + withdrawal.fee.units())
        .sum();
    OwnedAsset::of(
        asset.symbol,
        Decimal(balance.available.units()),
        Decimal(balance.held.units()),
        Decimal(leaving),
    )
}

/// `POST /sapi/v1/asset/get-funding-asset`: there is no funding wallet, so it holds nothing.
///
/// # Errors
/// As `owned_assets`.
pub fn funding_assets(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    wanted_asset(&ask.gateway.hub().views(), ask)?;
    Ok(Reply::json(200, b"[]".to_vec()))
}

/// Returns the asset that a request for some of an account's names, if it names one.
fn wanted_asset(views: &Views, ask: &Ask<'_>) -> Result<Option<AssetId>, Refusal> {
    ask.params.flag("needBtcValuation")?;
    let text = ask.params.text("asset")?;
    text.map(|text| asset_named(views, text)).transpose()
}

/// `GET /sapi/v1/account/status`.
pub fn account_status(ask: &Ask<'_>) -> Reply {
    Reply::ok(&AccountStatus {
        data: match state(ask) {
            AccountState::Frozen => "Locked",
            AccountState::Active | AccountState::CancelOnly | AccountState::NoWithdraw => "Normal",
        },
    })
}

/// `GET /sapi/v1/account/apiTradingStatus`: whether the account's orders are refused.
pub fn trading_status(ask: &Ask<'_>) -> Reply {
    Reply::ok(&TradingStatus::of(
        !state(ask).may_trade(),
        TriggerConditions::NONE,
    ))
}

/// `GET /sapi/v1/account/info`.
pub fn account_info(ask: &Ask<'_>) -> Reply {
    let views = ask.gateway.hub().views();
    let tier = views
        .account(ask.session.key.account)
        .map_or(FeeTier::LOWEST, |account| account.tier);
    Reply::ok(&AccountInfo {
        vip_level: tier.row(),
        is_margin_enabled: false,
        is_future_enabled: false,
        is_options_enabled: false,
        is_portfolio_margin_retail_enabled: false,
    })
}

fn state(ask: &Ask<'_>) -> AccountState {
    let views = ask.gateway.hub().views();
    views
        .account(ask.session.key.account)
        .map_or(AccountState::Frozen, |account| account.state)
}
