//! One example of everything that has a byte format, and its name.
//!
//! The matches are exhaustive: a variant that `model` gains does not compile until it has an example.
#![allow(dead_code, reason = "each test crate takes what it needs")]

pub mod allowances;
pub mod commands;
pub mod events;
pub mod states;
pub mod views;

use model::account::FEE_TIERS;
use model::command::{Deposit, Genesis, Transfer, Withdrawal};
use model::id::{AccountId, AssetId, ChainId, MarketId, Reference};
use model::instrument::{
    Band, DeltaRange, FeeRates, Grid, Instrument, InstrumentKind, OrderLimits, Terms,
};
use model::number::{Amount, BasisPoints, PegLevels, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    Condition, Instructions, Peg, PegBase, Purpose, SelfTradeMode, SelfTradeModes, Trigger,
};
use model::proof::Shown;
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;

pub const MARKET: MarketId = MarketId(2);
pub const ALICE: AccountId = AccountId(1);
pub const BOB: AccountId = AccountId(0x0203_0405);

pub fn price(ticks: i64) -> Price {
    Price::new(ticks).expect("legal")
}

pub fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("legal")
}

pub fn amount(units: i128) -> Amount {
    Amount::new(units).expect("legal")
}

pub fn rate(ppb: i64) -> RatePpb {
    RatePpb::new(ppb).expect("legal")
}

pub fn client_id(text: &str) -> ClientOrderId {
    ClientOrderId::parse(text.as_bytes()).expect("legal")
}

pub fn symbol(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("legal")
}

/// 2023-11-14, 22:13:20 and a few nanoseconds.
pub fn time(nanos: i64) -> Timestamp {
    Timestamp::from_nanos(1_700_000_000_000_000_000 + nanos)
}

/// A reference whose bytes count up from `first`.
pub fn reference(first: u8) -> Reference {
    Reference(core::array::from_fn(|index| {
        first.wrapping_add(index as u8)
    }))
}

pub fn genesis() -> Genesis {
    Genesis {
        cluster: 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff,
        table_seed: 0x0123_4567_89ab_cdef,
        blinding_key: reference(0x80).0,
    }
}

pub fn grid() -> Grid {
    Grid {
        tick_units: 1_000_000,
        lot_units: 1_000,
    }
}

pub fn instrument() -> Instrument {
    Instrument {
        id: MARKET,
        symbol: symbol("BTCUSDT"),
        kind: InstrumentKind::Spot,
        base: AssetId(0),
        quote: AssetId(1),
        grid: grid(),
        quote_per_tick_lot: 10,
    }
}

/// Terms whose fields all differ, so that two of them cannot change places unseen.
pub fn terms() -> Terms {
    let band = |up, down| Band {
        up: RatioPpm::new(up).expect("legal"),
        down: RatioPpm::new(down).expect("legal"),
    };
    Terms {
        price_min: price(1),
        price_max: Price::MAX,
        qty_min: qty(2),
        qty_max: Qty::MAX,
        market_qty_min: qty(3),
        market_qty_max: qty(1_000_000_000),
        notional_min: amount(500_000_000),
        notional_max: amount(900_000_000_000_000_000),
        bid_band: band(5_000_000, 200_000),
        ask_band: band(5_000_001, 200_001),
        execution_band: band(1_100_000, 900_000),
        open_orders_max: 200,
        position_max: Amount::MAX,
        fees: core::array::from_fn(fees),
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::from_bits(0b1_1110).expect("legal"),
    }
}

fn fees(tier: usize) -> FeeRates {
    const { assert!(FEE_TIERS <= 10) };
    FeeRates {
        maker: rate(100_000 - 20_000 * tier as i64),
        taker: rate(1_000_000 - 50_000 * tier as i64),
    }
}

pub fn deposit() -> Deposit {
    Deposit {
        reference: reference(1),
        chain: ChainId(7),
        account: ALICE,
        asset: AssetId(1),
        amount: amount(500_000_000_000_000),
    }
}

pub fn withdrawal() -> Withdrawal {
    Withdrawal {
        reference: reference(33),
        chain: ChainId(7),
        asset: AssetId(0),
        amount: amount(125_000_000),
        fee: amount(10_000),
    }
}

pub fn shown() -> Shown {
    Shown {
        challenge: reference(3),
        until: time(300),
        request: reference(4),
        digest: reference(5),
    }
}

pub fn transfer() -> Transfer {
    Transfer {
        reference: reference(65),
        from: model::account::Wallet::Spot,
        to_account: BOB,
        to: model::account::Wallet::Futures,
        asset: AssetId(1),
        amount: amount(1),
    }
}

pub fn order_limits() -> OrderLimits {
    let delta = |points| BasisPoints::new(points).expect("legal");
    OrderLimits {
        algo_orders_max: 20,
        iceberg_orders_max: 21,
        iceberg_parts_max: 10,
        order_lists_max: 22,
        order_amends_max: u32::MAX,
        trailing_above: DeltaRange {
            min: delta(10),
            max: delta(2_000),
        },
        trailing_below: DeltaRange::ALL,
    }
}

pub fn stop() -> Instructions {
    Instructions {
        peg: None,
        strategy: Strategy::NONE,
        trigger: Some(Trigger {
            purpose: Purpose::StopLoss,
            condition: Condition::Stop {
                price: price(6_400_000),
            },
        }),
        iceberg: None,
    }
}

pub fn strategy() -> Strategy {
    Strategy {
        id: StrategyId::new(37),
        kind: StrategyKind::new(1_000_002),
    }
}

pub fn trailing_iceberg() -> Instructions {
    Instructions {
        trigger: Some(Trigger {
            purpose: Purpose::TakeProfit,
            condition: Condition::TrailFrom {
                activation: price(6_600_000),
                delta: BasisPoints::new(150).expect("legal"),
            },
        }),
        iceberg: Some(qty(40)),
        peg: Some(Peg {
            base: PegBase::Market,
            levels: PegLevels::new(3).expect("legal"),
            price: Some(price(6_590_000)),
        }),
        strategy: strategy(),
    }
}
