//! What wallet clients ask for at their start: what an account owns, and what it may do.
//!
//! There is one wallet, spot, so that other wallets are truthfully empty.
//!
//! **Source** `docs/spec/binance-surface.md` §14.2 and §14.3.

use std::collections::BTreeMap;

use model::account::{AccountState, FeeTier, OwnerState, Wallet};
use model::id::{AccountId, AssetId};
use model::instrument::Asset;
use model::number::Amount;
use model::snapshot::WithdrawalStatus;
use model::wide::{Rounding, mul_div};
use views::account::Account;
use views::views::Views;
use wire::binance::answer::wallet::{
    AccountInfo, AccountStatus, AssetDetail, OwnedAsset, TradingStatus, TriggerConditions,
    WalletBalance,
};
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;
use wire::decimal::{self, Decimal};

use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts;

/// Units of a whole.
const WHOLE: i128 = 100_000_000;
/// In what a wallet is valued, unless something else is asked for.
const BITCOIN: &str = "BTC";

/// `POST /sapi/v3/asset/getUserAsset`: the assets the account has any of, or the one asked for.
///
/// # Errors
/// -1121 for an asset that is not listed, -1130 for an odd flag.
pub fn owned_assets(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let is_valued = ask.params.flag("needBtcValuation")?;
    let views = ask.gateway.hub().views();
    let wanted = wanted_asset(&views, ask)?;
    let bitcoin = views.assets().iter().find(|asset| is_bitcoin(asset));
    let quote = bitcoin.map(|asset| asset.id).filter(|_| is_valued);
    let rows: Vec<OwnedAsset> = views
        .assets()
        .iter()
        .filter(|asset| wanted.is_none_or(|wanted| wanted == asset.id))
        .map(|asset| owned(&views, ask, asset, quote))
        .filter(|row| wanted.is_some() || !row.is_nothing())
        .collect();
    Ok(Reply::ok(&rows))
}

/// Returns the asset of a symbol.
///
/// # Errors
/// -1121 for one that is not listed.
pub fn asset_named(views: &Views, text: &str) -> Result<AssetId, Refusal> {
    let symbol = request::symbol_text(text, "asset")?;
    let found = views.assets().iter().find(|asset| asset.symbol == symbol);
    found
        .map(|asset| asset.id)
        .ok_or_else(|| Refusal::of(Fault::SymbolInvalid))
}

fn is_bitcoin(asset: &Asset) -> bool {
    asset.symbol.as_str() == BITCOIN
}

/// Returns the row of an asset, and in it what all of it is worth in `quote`.
fn owned(views: &Views, ask: &Ask<'_>, asset: &Asset, quote: Option<AssetId>) -> OwnedAsset {
    let account = ask.account;
    let balance = views.balance(account, Wallet::Spot, asset.id);
    let withdrawing = leaving(views, account, asset.id);
    let units = facts::total(balance.available, balance.held) + withdrawing;
    let worth = quote.and_then(|quote| worth_in(views, units, asset.id, quote));
    OwnedAsset::of(
        asset.symbol,
        Decimal(balance.available.units()),
        Decimal(balance.held.units()),
        Decimal(withdrawing),
        Decimal(worth.unwrap_or(0)),
    )
}

/// Returns what withdrawals of an account that are held take of an asset, with their fees.
pub fn leaving(views: &Views, account: AccountId, asset: AssetId) -> i128 {
    let withdrawals = views.withdrawals(account).into_iter();
    withdrawals
        .filter(|view| view.status == WithdrawalStatus::Held)
        .map(|view| view.withdrawal)
        .filter(|withdrawal| withdrawal.asset == asset)
        .map(|withdrawal| withdrawal.amount.units() + withdrawal.fee.units())
        .sum()
}

/// `POST /sapi/v1/asset/get-funding-asset`: there is no funding wallet, so it holds nothing.
///
/// # Errors
/// As `owned_assets`.
pub fn funding_assets(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    ask.params.flag("needBtcValuation")?;
    wanted_asset(&ask.gateway.hub().views(), ask)?;
    Ok(Reply::json(200, b"[]".to_vec()))
}

/// `GET /sapi/v1/asset/assetDetail`: what can come in and leave, by coin.
///
/// # Errors
/// -1121 for an asset that is not listed.
pub fn asset_details(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let views = ask.gateway.hub().views();
    let text = ask.params.text("asset")?;
    let wanted = text.map(|text| asset_named(&views, text)).transpose()?;
    let details: BTreeMap<String, AssetDetail> = views
        .assets()
        .iter()
        .filter(|asset| wanted.is_none_or(|wanted| wanted == asset.id))
        .map(|asset| (asset.symbol.as_str().to_owned(), detail(ask, asset)))
        .collect();
    Ok(Reply::ok(&details))
}

fn detail(ask: &Ask<'_>, asset: &Asset) -> AssetDetail {
    let network = ask.gateway.withdrawal_rules().find(asset.symbol, None);
    network.map_or(AssetDetail::CLOSED, |network| {
        let shown = |amount: Amount| Decimal(amount.units());
        AssetDetail::leaving(shown(network.minimum), shown(network.fee))
    })
}

/// `GET /sapi/v1/asset/wallet/balance`: what each wallet is worth in one asset.
///
/// # Errors
/// -1121 for an asset that is not listed.
pub fn wallet_balances(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let views = ask.gateway.hub().views();
    let text = ask.params.text("quoteAsset")?.unwrap_or(BITCOIN);
    let quote = asset_named(&views, text)?;
    let account = ask.account;
    let worth = views
        .balances(account)
        .iter()
        .filter(|balance| balance.wallet == Wallet::Spot)
        .filter_map(|balance| {
            let units = facts::total(balance.available, balance.held);
            worth_in(&views, units, balance.asset, quote)
        })
        .sum();
    Ok(Reply::ok(&[
        WalletBalance {
            activate: true,
            balance: Decimal(worth),
            wallet_name: "Spot",
        },
        WalletBalance {
            activate: false,
            balance: Decimal::ZERO,
            wallet_name: "Funding",
        },
    ]))
}

/// Returns what an amount is worth in another asset at last prices, directly or through a third; `None` without them.
fn worth_in(views: &Views, units: i128, asset: AssetId, quote: AssetId) -> Option<i128> {
    if asset == quote {
        return Some(units);
    }
    exchanged(views, units, asset, quote).or_else(|| {
        views.markets().find_map(|market| {
            let instrument = market.instrument();
            let through = match asset {
                base if base == instrument.base => instrument.quote,
                quote if quote == instrument.quote => instrument.base,
                _ => return None,
            };
            let units = exchanged(views, units, asset, through)?;
            exchanged(views, units, through, quote)
        })
    })
}

/// Returns what an amount would become at the last price of a market of both assets, rounded down: it is shown, not paid.
fn exchanged(views: &Views, units: i128, from: AssetId, into: AssetId) -> Option<i128> {
    views.markets().find_map(|market| {
        let instrument = market.instrument();
        let Decimal(price) = decimal::of_price(market.last_trade()?.price, &instrument.grid);
        match (instrument.base, instrument.quote) {
            sides if sides == (from, into) => mul_div(units, price, WHOLE, Rounding::Floor),
            sides if sides == (into, from) && 0 < price => {
                mul_div(units, WHOLE, price, Rounding::Floor)
            }
            _ => None,
        }
    })
}

/// Returns the asset that a request for some of an account's names, if it names one.
fn wanted_asset(views: &Views, ask: &Ask<'_>) -> Result<Option<AssetId>, Refusal> {
    let text = ask.params.text("asset")?;
    text.map(|text| asset_named(views, text)).transpose()
}

/// `GET /sapi/v1/account/status`.
pub fn account_status(ask: &Ask<'_>) -> Reply {
    let is_free = |account: &Account| {
        account.state != AccountState::Frozen && account.owner_state == OwnerState::Open
    };
    Reply::ok(&AccountStatus {
        data: match read_account(ask).is_some_and(|account| is_free(&account)) {
            true => "Normal",
            false => "Locked",
        },
    })
}

/// `GET /sapi/v1/account/apiTradingStatus`: whether the account's orders are refused.
pub fn trading_status(ask: &Ask<'_>) -> Reply {
    let may_trade = read_account(ask).is_some_and(|account| account.may_trade());
    Reply::ok(&TradingStatus::of(!may_trade, TriggerConditions::NONE))
}

/// `GET /sapi/v1/account/info`.
pub fn account_info(ask: &Ask<'_>) -> Reply {
    let views = ask.gateway.hub().views();
    let tier = views
        .account(ask.account)
        .map_or(FeeTier::LOWEST, |account| account.tier);
    Reply::ok(&AccountInfo {
        vip_level: tier.row(),
        is_margin_enabled: false,
        is_future_enabled: false,
        is_options_enabled: false,
        is_portfolio_margin_retail_enabled: false,
    })
}

fn read_account(ask: &Ask<'_>) -> Option<Account> {
    ask.gateway.hub().views().account(ask.account)
}
