//! `exchangeInfo`: what is listed, on which grid, under which filters.
//!
//! **Source** `docs/spec/binance-surface.md` §7.1 and §7.2.

use model::instrument::{Instrument, Phase, Terms};
use model::number::RatioPpm;
use model::order::SelfTradeMode;
use model::text::Symbol;
use serde::Serialize;

use crate::binance::time::Time;
use crate::binance::words::{self, ORDER_TYPES, SymbolText};
use crate::decimal::{self, Decimal};

const PRECISION: u32 = 8;
const AVERAGE_MINUTES: u32 = 5;
const UNITS_PER_PPM: i128 = 100;

/// A limit on requests, as it is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    pub rate_limit_type: &'static str,
    pub interval: &'static str,
    pub interval_num: u32,
    pub limit: u32,
}

/// `GET /api/v3/exchangeInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeInfo {
    pub timezone: &'static str,
    pub server_time: Time,
    pub rate_limits: Vec<RateLimit>,
    pub exchange_filters: [Filter; 0],
    pub symbols: Vec<SymbolInfo>,
}

/// One listed market.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SymbolInfo {
    symbol: SymbolText,
    status: &'static str,
    base_asset: SymbolText,
    base_asset_precision: u32,
    quote_asset: SymbolText,
    quote_precision: u32,
    quote_asset_precision: u32,
    base_commission_precision: u32,
    quote_commission_precision: u32,
    order_types: [&'static str; 3],
    iceberg_allowed: bool,
    oco_allowed: bool,
    oto_allowed: bool,
    opo_allowed: bool,
    quote_order_qty_market_allowed: bool,
    allow_trailing_stop: bool,
    cancel_replace_allowed: bool,
    amend_allowed: bool,
    peg_instructions_allowed: bool,
    is_spot_trading_allowed: bool,
    is_margin_trading_allowed: bool,
    filters: Vec<Filter>,
    permissions: [&'static str; 0],
    permission_sets: &'static [[&'static str; 1]],
    default_self_trade_prevention_mode: &'static str,
    allowed_self_trade_prevention_modes: Vec<&'static str>,
}

/// Whether a client wants to read which accounts may trade a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionSets {
    Shown,
    Hidden,
}

/// A filter that orders of a market pass.
#[derive(Debug, Serialize)]
#[serde(tag = "filterType", rename_all_fields = "camelCase")]
pub enum Filter {
    #[serde(rename = "PRICE_FILTER")]
    Price {
        min_price: Decimal,
        max_price: Decimal,
        tick_size: Decimal,
    },
    #[serde(rename = "LOT_SIZE")]
    LotSize {
        min_qty: Decimal,
        max_qty: Decimal,
        step_size: Decimal,
    },
    #[serde(rename = "MARKET_LOT_SIZE")]
    MarketLotSize {
        min_qty: Decimal,
        max_qty: Decimal,
        step_size: Decimal,
    },
    #[serde(rename = "NOTIONAL")]
    Notional {
        min_notional: Decimal,
        apply_min_to_market: bool,
        max_notional: Decimal,
        apply_max_to_market: bool,
        avg_price_mins: u32,
    },
    #[serde(rename = "PERCENT_PRICE_BY_SIDE")]
    PercentPriceBySide {
        bid_multiplier_up: Decimal,
        bid_multiplier_down: Decimal,
        ask_multiplier_up: Decimal,
        ask_multiplier_down: Decimal,
        avg_price_mins: u32,
    },
    #[serde(rename = "MAX_NUM_ORDERS")]
    MaxNumOrders { max_num_orders: u32 },
    #[serde(rename = "MAX_POSITION")]
    MaxPosition { max_position: Decimal },
}

impl SymbolInfo {
    /// Returns what clients need to know about a market.
    pub fn of(
        instrument: &Instrument,
        terms: &Terms,
        phase: Phase,
        base: Symbol,
        quote: Symbol,
        sets: PermissionSets,
    ) -> SymbolInfo {
        SymbolInfo {
            symbol: SymbolText(instrument.symbol),
            status: words::symbol_status(phase),
            base_asset: SymbolText(base),
            base_asset_precision: PRECISION,
            quote_asset: SymbolText(quote),
            quote_precision: PRECISION,
            quote_asset_precision: PRECISION,
            base_commission_precision: PRECISION,
            quote_commission_precision: PRECISION,
            order_types: ORDER_TYPES,
            iceberg_allowed: false,
            oco_allowed: false,
            oto_allowed: false,
            opo_allowed: false,
            quote_order_qty_market_allowed: true,
            allow_trailing_stop: false,
            cancel_replace_allowed: true,
            amend_allowed: true,
            peg_instructions_allowed: false,
            is_spot_trading_allowed: true,
            is_margin_trading_allowed: false,
            filters: filters(instrument, terms),
            permissions: [],
            permission_sets: match sets {
                PermissionSets::Shown => &[["SPOT"]],
                PermissionSets::Hidden => &[],
            },
            default_self_trade_prevention_mode: words::self_trade(terms.self_trade_default),
            allowed_self_trade_prevention_modes: SelfTradeMode::ALL
                .into_iter()
                .filter(|mode| terms.self_trade_allowed.includes(*mode))
                .map(words::self_trade)
                .collect(),
        }
    }
}

/// Returns the filters of a market.
pub fn filters(instrument: &Instrument, terms: &Terms) -> Vec<Filter> {
    let grid = &instrument.grid;
    let step_size = Decimal(i128::from(grid.lot_units));
    let mut filters = vec![
        Filter::Price {
            min_price: decimal::of_price(terms.price_min, grid),
            max_price: decimal::of_price(terms.price_max, grid),
            tick_size: Decimal(i128::from(grid.tick_units)),
        },
        Filter::LotSize {
            min_qty: decimal::of_qty(terms.qty_min, grid),
            max_qty: decimal::of_qty(terms.qty_max, grid),
            step_size,
        },
        Filter::MarketLotSize {
            min_qty: decimal::of_qty(terms.market_qty_min, grid),
            max_qty: decimal::of_qty(terms.market_qty_max, grid),
            step_size,
        },
        Filter::Notional {
            min_notional: Decimal(terms.notional_min.units()),
            apply_min_to_market: true,
            max_notional: Decimal(terms.notional_max.units()),
            apply_max_to_market: true,
            avg_price_mins: AVERAGE_MINUTES,
        },
        Filter::PercentPriceBySide {
            bid_multiplier_up: ratio(terms.bid_band.up),
            bid_multiplier_down: ratio(terms.bid_band.down),
            ask_multiplier_up: ratio(terms.ask_band.up),
            ask_multiplier_down: ratio(terms.ask_band.down),
            avg_price_mins: AVERAGE_MINUTES,
        },
        Filter::MaxNumOrders {
            max_num_orders: terms.open_orders_max,
        },
    ];
    // The largest amount there is means that there is no limit: such a filter is not published.
    if terms.position_max < model::number::Amount::MAX {
        filters.push(Filter::MaxPosition {
            max_position: Decimal(terms.position_max.units()),
        });
    }
    filters
}

fn ratio(ratio: RatioPpm) -> Decimal {
    Decimal(i128::from(ratio.ppm()) * UNITS_PER_PPM)
}
