//! What the sandbox lists: assets, markets and their terms, as ordinary commands.

use gateway::rest::opening::open_account;
use model::account::{FEE_TIERS, Scopes};
use model::command::{Command, Deposit, Genesis, ListMarket};
use model::id::{AccountId, AssetId, ChainId, KeyId, MarketId, OwnerId, Reference};
use model::instrument::{
    Band, Cause, DeltaRange, FeeRates, Grid, OrderLimits, Phase, Terms, UNITS_PER_WHOLE,
};
use model::number::{Amount, BasisPoints, Price, Qty, RatePpb, RatioPpm};
use model::order::{SelfTradeMode, SelfTradeModes};
use model::proof::Grant;
use model::text::Symbol;
use model::time::Timestamp;

/// The chain whose deposits the sandbox posts itself.
pub const DEV_CHAIN: ChainId = ChainId(0);

/// A market to be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketPlan {
    pub symbol: &'static str,
    pub base: &'static str,
    pub quote: &'static str,
    pub grid: Grid,
    /// Smallest order, in quote units.
    pub notional_min: i128,
    /// Where a simulated market starts, in ticks.
    pub start_ticks: u64,
}

pub const ASSETS: [&str; 4] = ["BTC", "ETH", "LTC", "USDT"];

const QUOTE_UNIT: i128 = UNITS_PER_WHOLE as i128;

/// The sandbox's markets. ETHBTC has a coarser lot than elsewhere, because tick times lot must be whole quote units.
pub const MARKETS: [MarketPlan; 4] = [
    MarketPlan {
        symbol: "BTCUSDT",
        base: "BTC",
        quote: "USDT",
        grid: Grid {
            tick_units: 1_000_000,
            lot_units: 1_000,
        },
        notional_min: 5 * QUOTE_UNIT,
        start_ticks: 6_180_000,
    },
    MarketPlan {
        symbol: "ETHUSDT",
        base: "ETH",
        quote: "USDT",
        grid: Grid {
            tick_units: 1_000_000,
            lot_units: 10_000,
        },
        notional_min: 5 * QUOTE_UNIT,
        start_ticks: 268_000,
    },
    MarketPlan {
        symbol: "LTCUSDT",
        base: "LTC",
        quote: "USDT",
        grid: Grid {
            tick_units: 1_000_000,
            lot_units: 100_000,
        },
        notional_min: 5 * QUOTE_UNIT,
        start_ticks: 6_150,
    },
    MarketPlan {
        symbol: "ETHBTC",
        base: "ETH",
        quote: "BTC",
        grid: Grid {
            tick_units: 1_000,
            lot_units: 100_000,
        },
        notional_min: 10_000,
        start_ticks: 4_337,
    },
];

/// Returns the number of an asset in the sandbox's listing order.
pub fn asset_id(symbol: &str) -> Option<AssetId> {
    ASSETS
        .iter()
        .position(|asset| *asset == symbol)
        .and_then(|index| u16::try_from(index).ok())
        .map(AssetId)
}

/// Returns the terms of a market: the filters of a liquid spot market, 0.1 % fees, and a wide band.
pub fn terms(plan: &MarketPlan) -> Terms {
    let band = |up, down| Band {
        up: ratio(up),
        down: ratio(down),
    };
    Terms {
        price_min: price(1),
        price_max: price(100_000_000),
        qty_min: qty(1),
        qty_max: qty(900_000_000),
        market_qty_min: qty(1),
        market_qty_max: qty(100_000_000),
        notional_min: amount(plan.notional_min),
        notional_max: amount(9_000_000 * QUOTE_UNIT),
        bid_band: band(5_000_000, 200_000),
        ask_band: band(5_000_000, 200_000),
        execution_band: band(1_100_000, 900_000),
        open_orders_max: 1_000,
        position_max: Amount::MAX,
        fees: [FeeRates {
            maker: rate(1_000_000),
            taker: rate(1_000_000),
        }; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

/// Returns the terms of a market that replays a recording: no bound on the notional and room for
/// every recorded level.
pub fn replay_terms(plan: &MarketPlan) -> Terms {
    Terms {
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        qty_max: qty(1 << 40),
        open_orders_max: 100_000,
        ..terms(plan)
    }
}

/// Returns what a market takes of orders that wait, hide a part, come in lists or are amended.
pub fn limits() -> OrderLimits {
    let trailing = DeltaRange {
        min: points(10),
        max: points(2_000),
    };
    OrderLimits {
        algo_orders_max: 20,
        iceberg_orders_max: 20,
        iceberg_parts_max: 10,
        order_lists_max: 20,
        order_amends_max: 10,
        trailing_above: trailing,
        trailing_below: trailing,
    }
}

/// Returns the limits of a market that replays a recording: a level may shrink as often as it did there.
pub fn replay_limits() -> OrderLimits {
    OrderLimits {
        order_amends_max: u32::MAX,
        ..limits()
    }
}

/// Returns the command that gives a market its limits.
pub fn limit(market: MarketId, limits: OrderLimits) -> Command {
    Command::SetOrderLimits {
        market,
        limits: Box::new(limits),
        cause: Cause::Operator,
    }
}

/// Returns the listing of a market whose assets are listed as `ASSETS`.
pub fn list(plan: &MarketPlan, terms: Terms) -> Command {
    Command::ListMarket(ListMarket {
        symbol: symbol(plan.symbol),
        base: asset_id(plan.base).expect("a planned market trades planned assets"),
        quote: asset_id(plan.quote).expect("a planned market trades planned assets"),
        grid: plan.grid,
        terms: Box::new(terms),
    })
}

/// Returns the opening of a market for all orders.
pub fn open(market: MarketId) -> Command {
    Command::SetPhase {
        market,
        phase: Phase::Continuous,
        cause: Cause::Operator,
    }
}

/// Returns the whole history of an exchange with one open market and this many rich traders.
pub fn single_market(plan: &MarketPlan, traders: usize) -> Vec<Command> {
    let genesis = Genesis {
        cluster: 1,
        table_seed: 1,
        blinding_key: [0; 32],
    };
    let mut commands = vec![Command::Genesis(genesis)];
    commands.extend(ASSETS.iter().map(|asset| Command::ListAsset {
        symbol: symbol(asset),
    }));
    commands.push(list(
        plan,
        Terms {
            open_orders_max: 100_000,
            ..terms(plan)
        },
    ));
    commands.push(open(MarketId(0)));
    for trader in 0..traders as u32 {
        let account = AccountId(trader + 1);
        commands.push(open_account(OwnerId(u64::from(account.0))));
        commands.push(create_key(
            account,
            KeyId(u64::from(account.0)),
            Scopes::TRADE,
        ));
        for (index, asset) in [plan.base, plan.quote].iter().enumerate() {
            let asset = asset_id(asset).expect("a planned market trades planned assets");
            let reference = u64::from(account.0) * 2 + index as u64;
            commands.push(credit(
                reference,
                account,
                asset,
                1_000_000_000 * QUOTE_UNIT,
            ));
        }
    }
    commands
}

/// Returns the creation of a key that never expires; one that may withdraw pays by itself.
pub fn create_key(account: AccountId, key: KeyId, scopes: Scopes) -> Command {
    Command::CreateKey {
        key,
        account,
        scopes,
        expires_at: Timestamp::MAX,
        grant: scopes.includes(Scopes::WITHDRAW).then_some(Grant::Exchange),
    }
}

/// Returns a deposit from the sandbox's own chain.
pub fn credit(number: u64, account: AccountId, asset: AssetId, units: i128) -> Command {
    Command::CreditDeposit(Deposit {
        reference: reference(b"deposit", number),
        chain: DEV_CHAIN,
        account,
        asset,
        amount: amount(units),
    })
}

fn reference(kind: &[u8], number: u64) -> Reference {
    let mut bytes = [0; 32];
    bytes[..kind.len()].copy_from_slice(kind);
    bytes[24..].copy_from_slice(&number.to_be_bytes());
    Reference(bytes)
}

/// Returns a planned symbol.
pub fn symbol(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("planned symbols are upper-case letters")
}

fn price(ticks: i64) -> Price {
    Price::new(ticks).expect("planned prices are in bounds")
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("planned quantities are in bounds")
}

fn amount(units: i128) -> Amount {
    Amount::new(units).expect("planned amounts are in bounds")
}

fn rate(ppb: i64) -> RatePpb {
    RatePpb::new(ppb).expect("planned rates are in bounds")
}

fn points(points: u16) -> BasisPoints {
    BasisPoints::new(points).expect("planned deltas are in bounds")
}

fn ratio(ppm: u64) -> RatioPpm {
    RatioPpm::new(ppm).expect("planned ratios are in bounds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planned_limits_are_legal_and_let_a_recording_shrink_its_levels() {
        assert!(limits().is_legal());
        assert!(replay_limits().is_legal());
        assert_eq!(replay_limits().order_amends_max, u32::MAX);
    }
}
