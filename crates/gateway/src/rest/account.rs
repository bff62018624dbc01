//! An account as its owner reads it: balances, fees, keys.
//!
//! **Source** `docs/spec/binance-surface.md` §10 and §14.

use identity::destination::TAG_PATTERN;
use model::account::{AccountState, FeeTier, OwnerState, Scopes, Wallet};
use model::instrument::{FeeRates, Phase};
use model::number::Amount;
use model::text::Symbol;
use serde::Serialize;
use views::views::Views;
use wire::binance::answer::account::{
    Abilities, Account, Balance, Coin, CoinNetwork, KeyRestrictions, Rates, TradeFee,
};
use wire::binance::error::{Fault, Refusal};
use wire::binance::request;
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::config::RequestLimits;
use crate::order_counter::OrderCounts;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::{self, asset_symbol, market_of};
use crate::rest::holds::held_until;
use crate::rest::wallet::leaving;
use identity::address::AddressRule;

/// `GET /api/v3/account`.
///
/// # Errors
/// -1130 for an odd flag.
pub fn account(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let omits_zero = ask.params.flag("omitZeroBalances")?;
    let id = ask.account;
    let views = ask.gateway.hub().views();
    let account = views
        .account(id)
        .ok_or_else(|| Refusal::of(Fault::KeyRefused))?;
    let balances = views
        .assets()
        .iter()
        .map(|asset| views.balance(id, Wallet::Spot, asset.id))
        .filter(|balance| !omits_zero || facts::total(balance.available, balance.held) != 0)
        .map(|balance| Balance {
            asset: SymbolText(asset_symbol(&views, balance.asset)),
            free: Decimal(balance.available.units()),
            locked: Decimal(balance.held.units()),
        })
        .collect();
    Ok(Reply::ok(&Account::of(
        u64::from(id.0),
        base_rates(&views, account.tier),
        Abilities {
            can_trade: account.may_trade(),
            can_withdraw: account.may_pay_out() && held_until(&views, id).is_none(),
            can_deposit: account.state != AccountState::Frozen
                && account.owner_state != OwnerState::Closed,
        },
        ask.unit.show(account.updated_at),
        balances,
    )))
}

/// The account's rates in the first market: markets rarely differ, and the answer has room for one.
fn base_rates(views: &Views, tier: FeeTier) -> Rates {
    let first = views.markets().next();
    first.map_or(
        Rates {
            maker_ppb: 0,
            taker_ppb: 0,
        },
        |market| rates(&market.terms().fees[usize::from(tier.row())]),
    )
}

fn rates(fees: &FeeRates) -> Rates {
    Rates {
        maker_ppb: fees.maker.ppb(),
        taker_ppb: fees.taker.ppb(),
    }
}

/// A row of `GET /api/v3/rateLimit/order`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CountRow {
    rate_limit_type: &'static str,
    interval: &'static str,
    interval_num: u32,
    limit: u32,
    count: u32,
}

/// `GET /api/v3/rateLimit/order`.
pub fn order_counts(counts: OrderCounts, limits: &RequestLimits) -> Reply {
    let row = |interval, interval_num, limit, count| CountRow {
        rate_limit_type: "ORDERS",
        interval,
        interval_num,
        limit,
        count,
    };
    Reply::ok(&[
        row(
            "SECOND",
            10,
            limits.orders_per_ten_seconds,
            counts.ten_seconds,
        ),
        row("DAY", 1, limits.orders_per_day, counts.day),
    ])
}

/// `GET /sapi/v1/capital/config/getall`.
pub fn coins(ask: &Ask<'_>) -> Reply {
    let views = ask.gateway.hub().views();
    let account = ask.account;
    let coins: Vec<Coin> = views
        .assets()
        .iter()
        .map(|asset| {
            let balance = views.balance(account, Wallet::Spot, asset.id);
            let free = Decimal(balance.available.units());
            let locked = Decimal(balance.held.units());
            let withdrawing = Decimal(leaving(&views, account, asset.id));
            let networks = networks_of(ask, asset.symbol);
            Coin::of(asset.symbol, [free, locked, withdrawing], networks)
        })
        .collect();
    Reply::ok(&coins)
}

/// Returns the networks that a coin leaves by, the one that is meant where none is named first.
fn networks_of(ask: &Ask<'_>, asset: Symbol) -> Vec<CoinNetwork> {
    let shown = |amount: Amount| Decimal(amount.units());
    let networks = ask.gateway.withdrawal_rules().of(asset).enumerate();
    let networks = networks.map(|(place, network)| CoinNetwork {
        network: network.name.clone(),
        coin: SymbolText(asset),
        name: network.name.clone(),
        is_default: place == 0,
        deposit_enable: false,
        withdraw_enable: true,
        deposit_desc: "",
        withdraw_desc: "",
        special_tips: "",
        address_regex: network.form.pattern(),
        memo_regex: if network.takes_tag { TAG_PATTERN } else { "" },
        withdraw_fee: shown(network.fee),
        withdraw_min: shown(network.minimum),
        withdraw_max: shown(Amount::MAX),
        withdraw_integer_multiple: shown(network.step),
        withdraw_internal_min: shown(network.minimum),
        deposit_dust: Decimal::ZERO,
        min_confirm: 0,
        un_lock_confirm: 0,
        same_address: network.takes_tag,
        withdraw_tag: network.takes_tag,
        estimated_arrival_time: 0,
        busy: false,
        contract_address: "",
        contract_address_url: "",
    });
    networks.collect()
}

/// `GET /api/v3/myAllocations`: no order is routed anywhere, so there are none.
///
/// # Errors
/// -1121 for an unknown symbol.
pub fn allocations(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    market_of(&ask.gateway.hub().views(), request::symbol(ask.params)?)?;
    Ok(Reply::json(200, b"[]".to_vec()))
}

/// `GET /sapi/v1/asset/tradeFee`.
///
/// # Errors
/// -1121 for an unknown symbol.
pub fn trade_fees(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let views = ask.gateway.hub().views();
    let tier = views
        .account(ask.account)
        .map_or(FeeTier::LOWEST, |account| account.tier);
    let only = match ask.params.text("symbol")? {
        None => None,
        Some(_) => Some(
            market_of(&views, request::symbol(ask.params)?)?
                .instrument()
                .id,
        ),
    };
    let fees: Vec<TradeFee> = views
        .markets()
        .filter(|market| match only {
            Some(only) => market.instrument().id == only,
            None => market.phase() != Phase::Closed,
        })
        .map(|market| {
            let rates = rates(&market.terms().fees[usize::from(tier.row())]);
            TradeFee {
                symbol: SymbolText(market.instrument().symbol),
                maker_commission: Rates::fraction(rates.maker_ppb),
                taker_commission: Rates::fraction(rates.taker_ppb),
            }
        })
        .collect();
    Ok(Reply::ok(&fees))
}

/// `GET /sapi/v1/account/apiRestrictions`.
pub fn key_restrictions(ask: &Ask<'_>) -> Reply {
    let key = &ask.session.key;
    let may = |scope: Scopes| ask.session.scopes.includes(scope);
    Reply::ok(&KeyRestrictions {
        ip_restrict: key.addresses != AddressRule::Any,
        create_time: ask.unit.show(key.created_at),
        enable_reading: may(Scopes::READ),
        enable_withdrawals: may(Scopes::WITHDRAW),
        enable_internal_transfer: may(Scopes::TRANSFER),
        enable_margin: false,
        enable_futures: false,
        permits_universal_transfer: may(Scopes::TRANSFER),
        enable_vanilla_options: false,
        enable_fix_api_trade: false,
        enable_fix_read_only: false,
        enable_spot_and_margin_trading: may(Scopes::TRADE),
        enable_portfolio_margin_trading: false,
    })
}
