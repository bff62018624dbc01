//! `exchangeInfo`: what is listed, on which grid, under which filters.
//!
//! **Source** `docs/spec/binance-surface.md` §7.1 and §7.2.

use model::instrument::{Instrument, OrderLimits, Phase, Terms};
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
    order_types: [&'static str; 7],
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

/// What a market takes.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    pub terms: &'a Terms,
    pub limits: &'a OrderLimits,
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
    #[serde(rename = "MAX_NUM_ALGO_ORDERS")]
    MaxNumAlgoOrders { max_num_algo_orders: u32 },
    #[serde(rename = "MAX_NUM_ICEBERG_ORDERS")]
    MaxNumIcebergOrders { max_num_iceberg_orders: u32 },
    #[serde(rename = "MAX_NUM_ORDER_LISTS")]
    MaxNumOrderLists { max_num_order_lists: u32 },
    #[serde(rename = "MAX_NUM_ORDER_AMENDS")]
    MaxNumOrderAmends { max_num_order_amends: u32 },
    #[serde(rename = "ICEBERG_PARTS")]
    IcebergParts { limit: u32 },
    #[serde(rename = "TRAILING_DELTA")]
    TrailingDelta {
        min_trailing_above_delta: u16,
        max_trailing_above_delta: u16,
        min_trailing_below_delta: u16,
        max_trailing_below_delta: u16,
    },
    #[serde(rename = "MAX_POSITION")]
    MaxPosition { max_position: Decimal },
}

/// A rule that the trades of a market keep, whatever its orders ask for.
#[derive(Debug, Serialize)]
#[serde(tag = "ruleType", rename_all_fields = "camelCase")]
pub enum ExecutionRule {
    #[serde(rename = "PRICE_RANGE")]
    PriceRange {
        bid_limit_mult_up: Decimal,
        bid_limit_mult_down: Decimal,
        ask_limit_mult_up: Decimal,
        ask_limit_mult_down: Decimal,
    },
}

impl ExecutionRule {
    /// Returns the band that trades lie in, which is the same for both sides.
    pub fn price_range(terms: &Terms) -> ExecutionRule {
        let band = terms.execution_band;
        ExecutionRule::PriceRange {
            bid_limit_mult_up: ratio(band.up),
            bid_limit_mult_down: ratio(band.down),
            ask_limit_mult_up: ratio(band.up),
            ask_limit_mult_down: ratio(band.down),
        }
    }
}

impl SymbolInfo {
    /// Returns what clients need to know about a market.
    pub fn of(
        instrument: &Instrument,
        rules: Rules<'_>,
        phase: Phase,
        base: Symbol,
        quote: Symbol,
        sets: PermissionSets,
    ) -> SymbolInfo {
        let terms = rules.terms;
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
            iceberg_allowed: true,
            oco_allowed: true,
            oto_allowed: true,
            opo_allowed: false,
            quote_order_qty_market_allowed: true,
            allow_trailing_stop: true,
            cancel_replace_allowed: true,
            amend_allowed: true,
            peg_instructions_allowed: true,
            is_spot_trading_allowed: true,
            is_margin_trading_allowed: false,
            filters: filters(instrument, rules),
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
pub fn filters(instrument: &Instrument, rules: Rules<'_>) -> Vec<Filter> {
    let Rules { terms, limits } = rules;
    let mut filters = bounds(instrument, terms);
    filters.push(Filter::MaxNumOrders {
        max_num_orders: terms.open_orders_max,
    });
    filters.extend(counts(limits));
    filters.push(Filter::IcebergParts {
        limit: limits.iceberg_parts_max,
    });
    filters.push(Filter::TrailingDelta {
        min_trailing_above_delta: limits.trailing_above.min.points(),
        max_trailing_above_delta: limits.trailing_above.max.points(),
        min_trailing_below_delta: limits.trailing_below.min.points(),
        max_trailing_below_delta: limits.trailing_below.max.points(),
    });
    // The largest amount there is means that there is no limit: such a filter is not published.
    if terms.position_max < model::number::Amount::MAX {
        filters.push(Filter::MaxPosition {
            max_position: Decimal(terms.position_max.units()),
        });
    }
    filters
}

/// The filters of one order's own price and quantity.
fn bounds(instrument: &Instrument, terms: &Terms) -> Vec<Filter> {
    let grid = &instrument.grid;
    let step_size = Decimal(i128::from(grid.lot_units));
    vec![
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
    ]
}

/// The largest count there is means that there is no limit: such a filter is not published.
fn counts(limits: &OrderLimits) -> impl Iterator<Item = Filter> {
    let limited = |count: u32| (count < u32::MAX).then_some(count);
    let algo =
        limited(limits.algo_orders_max).map(|max_num_algo_orders| Filter::MaxNumAlgoOrders {
            max_num_algo_orders,
        });
    let icebergs = limited(limits.iceberg_orders_max).map(|max_num_iceberg_orders| {
        Filter::MaxNumIcebergOrders {
            max_num_iceberg_orders,
        }
    });
    let lists =
        limited(limits.order_lists_max).map(|max_num_order_lists| Filter::MaxNumOrderLists {
            max_num_order_lists,
        });
    let amends =
        limited(limits.order_amends_max).map(|max_num_order_amends| Filter::MaxNumOrderAmends {
            max_num_order_amends,
        });
    [algo, icebergs, lists, amends].into_iter().flatten()
}

fn ratio(ratio: RatioPpm) -> Decimal {
    Decimal(i128::from(ratio.ppm()) * UNITS_PER_PPM)
}
