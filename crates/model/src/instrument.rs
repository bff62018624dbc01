//! Assets and markets: what is listed, on which grid, under which terms, in which phase.

use crate::account::FEE_TIERS;
use crate::id::{AssetId, MarketId};
use crate::number::{Amount, BasisPoints, Price, Qty, RatePpb, RatioPpm};
use crate::order::{SelfTradeMode, SelfTradeModes};
use crate::text::Symbol;

/// Every asset has 8 decimals in the ledger (D1).
pub const ASSET_SCALE: u32 = 8;
/// Smallest units in one whole of an asset.
pub const UNITS_PER_WHOLE: i64 = 100_000_000;
pub const ASSETS_MAX: usize = 4096;
pub const MARKETS_MAX: usize = 4096;

/// A listed asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    pub id: AssetId,
    pub symbol: Symbol,
}

/// What kind of contract a market trades. Perpetuals and dated futures are appended with their issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum InstrumentKind {
    Spot = 0,
}

/// The price and quantity grid of a market; never changes while the market lives.
///
/// **Units** `tick_units`: quote units that one tick adds to the price of one whole base.
/// `lot_units`: base units in one lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub tick_units: i64,
    pub lot_units: i64,
}

impl Grid {
    /// Returns `K`: the quote units that one lot is worth at a price of one tick, or `None` when that is not a
    /// whole number of at least 1 (D1).
    ///
    /// **Source** `docs/spec/clearing.md` §2.2.
    pub const fn quote_per_tick_lot(self) -> Option<i64> {
        if self.tick_units < 1 || self.lot_units < 1 {
            return None;
        }
        let product = self.tick_units as i128 * self.lot_units as i128;
        let whole = UNITS_PER_WHOLE as i128;
        if product % whole != 0 || product / whole > i64::MAX as i128 {
            return None;
        }
        Some((product / whole) as i64)
    }
}

/// A listed market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instrument {
    pub id: MarketId,
    pub symbol: Symbol,
    pub kind: InstrumentKind,
    pub base: AssetId,
    pub quote: AssetId,
    pub grid: Grid,
    /// `K` of the grid: quote units per tick and lot.
    pub quote_per_tick_lot: i64,
}

/// What both sides of a trade pay. A negative maker rate is a rebate (D18).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeRates {
    pub maker: RatePpb,
    pub taker: RatePpb,
}

/// How far from the reference price an order or a trade may be (`clearing.md` §11.1, §11.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    pub up: RatioPpm,
    pub down: RatioPpm,
}

/// The terms of a market: everything an operator may change while it trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// PRICE_FILTER, in ticks.
    pub price_min: Price,
    pub price_max: Price,
    /// LOT_SIZE, in lots.
    pub qty_min: Qty,
    pub qty_max: Qty,
    /// MARKET_LOT_SIZE, in lots.
    pub market_qty_min: Qty,
    pub market_qty_max: Qty,
    /// NOTIONAL, in quote units; a market order is measured at the average price.
    pub notional_min: Amount,
    pub notional_max: Amount,
    /// PERCENT_PRICE_BY_SIDE: the entry band of bids and of asks around the average price.
    pub bid_band: Band,
    pub ask_band: Band,
    /// No trade outside this band around the average price.
    pub execution_band: Band,
    /// MAX_NUM_ORDERS: open orders of one account in this market.
    pub open_orders_max: u32,
    /// MAX_POSITION, in base units: free, held and open buys of one account. `Amount::MAX` lifts it.
    pub position_max: Amount,
    /// Fees by tier.
    pub fees: [FeeRates; FEE_TIERS],
    pub self_trade_default: SelfTradeMode,
    pub self_trade_allowed: SelfTradeModes,
}

/// What a market takes of orders with instructions, lists and amendments; an operator may change it while it trades.
///
/// **Shape** apart from the terms, which journals have carried without them from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderLimits {
    /// MAX_NUM_ALGO_ORDERS: orders of one account that wait for a trigger. `u32::MAX` lifts it.
    pub algo_orders_max: u32,
    /// MAX_NUM_ICEBERG_ORDERS: open icebergs of one account. `u32::MAX` lifts it.
    pub iceberg_orders_max: u32,
    /// ICEBERG_PARTS: in how many parts an order may show itself, 1 to [`ICEBERG_PARTS_MAX`].
    pub iceberg_parts_max: u32,
    /// MAX_NUM_ORDER_LISTS: open lists of one account. `u32::MAX` lifts it.
    pub order_lists_max: u32,
    /// MAX_NUM_ORDER_AMENDS: amendments of one order. `u32::MAX` lifts it.
    pub order_amends_max: u32,
    /// TRAILING_DELTA of triggers above and below the market.
    pub trailing_above: DeltaRange,
    pub trailing_below: DeltaRange,
}

/// A range of deltas, both ends in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeltaRange {
    pub min: BasisPoints,
    pub max: BasisPoints,
}

/// The most parts an iceberg can have: it bounds what one order adds to the work of a taker.
pub const ICEBERG_PARTS_MAX: u32 = 100;

impl OrderLimits {
    /// What a market that was just listed takes.
    pub const LISTED: OrderLimits = OrderLimits {
        algo_orders_max: u32::MAX,
        iceberg_orders_max: u32::MAX,
        iceberg_parts_max: ICEBERG_PARTS_MAX,
        order_lists_max: u32::MAX,
        order_amends_max: u32::MAX,
        trailing_above: DeltaRange::ALL,
        trailing_below: DeltaRange::ALL,
    };

    /// Returns whether a market may have these limits.
    pub fn is_legal(&self) -> bool {
        let is_range = |range: DeltaRange| range.min <= range.max;
        (1..=ICEBERG_PARTS_MAX).contains(&self.iceberg_parts_max)
            && is_range(self.trailing_above)
            && is_range(self.trailing_below)
    }
}

impl DeltaRange {
    pub const ALL: DeltaRange = DeltaRange {
        min: BasisPoints::MIN,
        max: BasisPoints::MAX,
    };

    /// Returns whether the range contains a delta.
    pub fn contains(&self, delta: BasisPoints) -> bool {
        self.min <= delta && delta <= self.max
    }
}

/// What a market accepts right now (`clearing.md` §11.4). Auction phases are appended with theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Listed, deposits open, no orders yet.
    PreTrading = 0,
    PostOnly = 1,
    LimitOnly = 2,
    Continuous = 3,
    CancelOnly = 4,
    Halt = 5,
    /// Delisted: every order is gone, nothing is accepted any more.
    Closed = 6,
}

impl Phase {
    /// Returns whether an order on the book may be cancelled.
    pub const fn accepts_cancels(self) -> bool {
        !matches!(self, Phase::PreTrading | Phase::Closed)
    }
}

/// Why a market is listed, changed or moved to another phase: for the trail, never for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Cause {
    /// An operator decided.
    Operator = 0,
    /// A risk monitor decided.
    Risk = 1,
    /// A broken invariant quarantined it (D5).
    Quarantine = 2,
}
