//! What orders of an account would pay: `order/test` and `account/commission`.
//!
//! **Source** `docs/spec/binance-surface.md` §9.1 and §10.1.

use serde::Serialize;
use views::market::Market;
use views::views::Views;
use wire::binance::answer::account::{CommissionRates, Rates};
use wire::binance::answer::market::Empty;
use wire::binance::error::Refusal;
use wire::binance::request;
use wire::decimal::Decimal;

use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::market_of;
use crate::rest::validate;

/// The rates an order would pay, for `order/test`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestedOrder {
    standard_commission_for_order: MakerTaker,
    special_commission_for_order: MakerTaker,
    tax_commission_for_order: MakerTaker,
    discount: Discount,
}

#[derive(Serialize)]
struct MakerTaker {
    maker: Decimal,
    taker: Decimal,
}

/// There is no fee token: nothing is ever discounted.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Discount {
    enabled_for_account: bool,
    enabled_for_symbol: bool,
    discount_asset: Option<&'static str>,
    discount: Decimal,
}

const NO_DISCOUNT: Discount = Discount {
    enabled_for_account: false,
    enabled_for_symbol: false,
    discount_asset: None,
    discount: Decimal::ZERO,
};

const NO_RATES: MakerTaker = MakerTaker {
    maker: Decimal::ZERO,
    taker: Decimal::ZERO,
};

/// `POST /api/v3/order/test`: everything but the book and the balance is checked.
///
/// # Errors
/// Those of the values and of the market's filters.
pub fn test(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let placing = request::place(ask.params, &listing.instrument, || ask.gateway.client_id())?;
    let views = ask.gateway.hub().views();
    let market = market_of(&views, listing.instrument.symbol)?;
    validate::check(&placing.order, &placing.instructions, market)?;
    if !ask.params.flag("computeCommissionRates")? {
        return Ok(Reply::ok(&Empty {}));
    }
    let rates = rates(&views, market, ask);
    Ok(Reply::ok(&TestedOrder {
        standard_commission_for_order: MakerTaker {
            maker: Rates::fraction(rates.maker_ppb),
            taker: Rates::fraction(rates.taker_ppb),
        },
        special_commission_for_order: NO_RATES,
        tax_commission_for_order: NO_RATES,
        discount: NO_DISCOUNT,
    }))
}

/// The rates of an account in a market.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Commission {
    symbol: String,
    standard_commission: CommissionRates,
    special_commission: CommissionRates,
    tax_commission: CommissionRates,
    discount: Discount,
}

/// `GET /api/v3/account/commission`.
///
/// # Errors
/// Those of the values.
pub fn commission(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let symbol = request::symbol(ask.params)?;
    let views = ask.gateway.hub().views();
    let rates = rates(&views, market_of(&views, symbol)?, ask);
    let none = || CommissionRates {
        maker: Decimal::ZERO,
        taker: Decimal::ZERO,
        buyer: Decimal::ZERO,
        seller: Decimal::ZERO,
    };
    Ok(Reply::ok(&Commission {
        symbol: symbol.to_string(),
        standard_commission: CommissionRates {
            maker: Rates::fraction(rates.maker_ppb),
            taker: Rates::fraction(rates.taker_ppb),
            ..none()
        },
        special_commission: none(),
        tax_commission: none(),
        discount: NO_DISCOUNT,
    }))
}

fn rates(views: &Views, market: &Market, ask: &Ask<'_>) -> Rates {
    let tier = views
        .account(ask.account)
        .map_or(model::account::FeeTier::LOWEST, |account| account.tier);
    let fees = market.terms().fees[usize::from(tier.row())];
    Rates {
        maker_ppb: fees.maker.ppb(),
        taker_ppb: fees.taker.ppb(),
    }
}
