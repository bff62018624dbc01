//! Words: ids, numbers, texts, plain enums and what commands and events share.

use model::account::{AccountState, FEE_TIERS, FeeTier, OwnerState, Scopes, Wallet};
use model::command::{Deposit, Genesis, Withdrawal};
use model::id::{
    AccountId, AssetId, ChainId, KeyId, ListId, MarketId, OrderId, OwnerId, PreventedMatchId,
    ProposalId, Reference, Sequence, TradeGroupId, TradeId,
};
use model::instrument::{
    Asset, Band, Cause, DeltaRange, FeeRates, Grid, Instrument, InstrumentKind, OrderLimits, Phase,
    Terms,
};
use model::number::{Amount, BasisPoints, PegLevels, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    CancelRestriction, Condition, Instructions, ListKind, ListRef, OrderKind, OrderRef, Peg,
    PegBase, Purpose, ReplaceMode, SelfTradeMode, SelfTradeModes, Side, TimeInForce, Trigger,
};
use model::proof::{Grant, Proof, Shown};
use model::reject::Reject;
use model::strategy::{self, StrategyId, StrategyKind};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use proptest::array::{uniform10, uniform32};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

pub fn account() -> impl Strategy<Value = AccountId> {
    any::<u32>().prop_map(AccountId)
}

pub fn proposal() -> impl Strategy<Value = ProposalId> {
    any::<u64>().prop_map(ProposalId)
}

pub fn asset_id() -> impl Strategy<Value = AssetId> {
    any::<u16>().prop_map(AssetId)
}

pub fn chain() -> impl Strategy<Value = ChainId> {
    any::<u16>().prop_map(ChainId)
}

pub fn group() -> impl Strategy<Value = TradeGroupId> {
    any::<u32>().prop_map(TradeGroupId)
}

pub fn key() -> impl Strategy<Value = KeyId> {
    any::<u64>().prop_map(KeyId)
}

pub fn market() -> impl Strategy<Value = MarketId> {
    any::<u16>().prop_map(MarketId)
}

pub fn order_id() -> impl Strategy<Value = OrderId> {
    any::<u64>().prop_map(OrderId)
}

pub fn owner() -> impl Strategy<Value = OwnerId> {
    any::<u64>().prop_map(OwnerId)
}

pub fn prevented() -> impl Strategy<Value = PreventedMatchId> {
    any::<u64>().prop_map(PreventedMatchId)
}

pub fn reference() -> impl Strategy<Value = Reference> {
    uniform32(any::<u8>()).prop_map(Reference)
}

pub fn sequence() -> impl Strategy<Value = Sequence> {
    any::<u64>().prop_map(Sequence)
}

pub fn time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_nanos)
}

pub fn trade() -> impl Strategy<Value = TradeId> {
    any::<u64>().prop_map(TradeId)
}

pub fn price() -> impl Strategy<Value = Price> {
    (Price::MIN.ticks()..=Price::MAX.ticks()).prop_map(|ticks| Price::new(ticks).expect("bound"))
}

pub fn qty() -> impl Strategy<Value = Qty> {
    (0..=Qty::MAX.lots()).prop_map(|lots| Qty::new(lots).expect("bound"))
}

/// Amounts of every length, both signs and both bounds.
pub fn amount() -> impl Strategy<Value = Amount> {
    prop_oneof![
        Just(Amount::ZERO),
        Just(Amount::MIN),
        Just(Amount::MAX),
        (0_u32..=95, any::<u128>(), any::<bool>()).prop_map(amount_of_bits),
    ]
}

fn amount_of_bits((bits, random, is_negative): (u32, u128, bool)) -> Amount {
    let magnitude = i128::try_from(random & ((1 << bits) - 1)).expect("at most 95 bits");
    let units = if is_negative { -magnitude } else { magnitude };
    Amount::new(units).expect("at most 95 bits")
}

pub fn rate() -> impl Strategy<Value = RatePpb> {
    (-RatePpb::MAX.ppb()..=RatePpb::MAX.ppb()).prop_map(|ppb| RatePpb::new(ppb).expect("bound"))
}

pub fn ratio() -> impl Strategy<Value = RatioPpm> {
    (0..=RatioPpm::MAX.ppm()).prop_map(|ppm| RatioPpm::new(ppm).expect("bound"))
}

const CLIENT_ID_CHARS: &[u8] =
    b".:/_-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

pub fn client_id() -> impl Strategy<Value = ClientOrderId> {
    vec(select(CLIENT_ID_CHARS), 1..=ClientOrderId::CHARS_MAX)
        .prop_map(|text| ClientOrderId::parse(&text).expect("of its alphabet"))
}

pub fn symbol() -> impl Strategy<Value = Symbol> {
    vec(
        select(b"_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".as_slice()),
        1..=Symbol::CHARS_MAX,
    )
    .prop_map(|text| Symbol::parse(&text).expect("of its alphabet"))
}

pub fn account_state() -> impl Strategy<Value = AccountState> {
    select(
        [
            AccountState::Active,
            AccountState::CancelOnly,
            AccountState::NoWithdraw,
            AccountState::Frozen,
        ]
        .as_slice(),
    )
}

pub fn wallet() -> impl Strategy<Value = Wallet> {
    select([Wallet::Spot, Wallet::Futures].as_slice())
}

pub fn owner_state() -> impl Strategy<Value = OwnerState> {
    select([OwnerState::Open, OwnerState::Frozen, OwnerState::Closed].as_slice())
}

pub fn scopes() -> impl Strategy<Value = Scopes> {
    (0..=Scopes::ALL.bits()).prop_map(|bits| Scopes::from_bits(bits).expect("bound"))
}

pub fn tier() -> impl Strategy<Value = FeeTier> {
    (0..FEE_TIERS as u8).prop_map(|row| FeeTier::new(row).expect("bound"))
}

pub fn cause() -> impl Strategy<Value = Cause> {
    select([Cause::Operator, Cause::Risk, Cause::Quarantine].as_slice())
}

pub fn phase() -> impl Strategy<Value = Phase> {
    select(
        [
            Phase::PreTrading,
            Phase::PostOnly,
            Phase::LimitOnly,
            Phase::Continuous,
            Phase::CancelOnly,
            Phase::Halt,
            Phase::Closed,
        ]
        .as_slice(),
    )
}

pub fn reject() -> impl Strategy<Value = Reject> {
    select(Reject::ALL)
}

pub fn side() -> impl Strategy<Value = Side> {
    select([Side::Buy, Side::Sell].as_slice())
}

pub fn time_in_force() -> impl Strategy<Value = TimeInForce> {
    select(
        [
            TimeInForce::GoodTillCancel,
            TimeInForce::ImmediateOrCancel,
            TimeInForce::FillOrKill,
        ]
        .as_slice(),
    )
}

pub fn self_trade() -> impl Strategy<Value = SelfTradeMode> {
    select(SelfTradeMode::ALL.as_slice())
}

pub fn self_trade_modes() -> impl Strategy<Value = SelfTradeModes> {
    (0..=SelfTradeModes::ALL.bits())
        .prop_map(|bits| SelfTradeModes::from_bits(bits).expect("bound"))
}

pub fn restriction() -> impl Strategy<Value = CancelRestriction> {
    select(
        [
            CancelRestriction::None,
            CancelRestriction::OnlyNew,
            CancelRestriction::OnlyPartiallyFilled,
        ]
        .as_slice(),
    )
}

pub fn replace_mode() -> impl Strategy<Value = ReplaceMode> {
    select([ReplaceMode::StopOnFailure, ReplaceMode::AllowFailure].as_slice())
}

pub fn order_kind() -> impl Strategy<Value = OrderKind> {
    prop_oneof![
        (price(), qty(), time_in_force()).prop_map(|(price, qty, time_in_force)| {
            OrderKind::Limit {
                price,
                qty,
                time_in_force,
            }
        }),
        (price(), qty()).prop_map(|(price, qty)| OrderKind::LimitMaker { price, qty }),
        qty().prop_map(|qty| OrderKind::Market { qty }),
        amount().prop_map(|quote| OrderKind::MarketQuote { quote }),
    ]
}

pub fn order_ref() -> impl Strategy<Value = OrderRef> {
    prop_oneof![
        order_id().prop_map(OrderRef::Id),
        client_id().prop_map(OrderRef::Client),
        (order_id(), client_id()).prop_map(|(order, client)| OrderRef::Both(order, client)),
    ]
}

pub fn genesis() -> impl Strategy<Value = Genesis> {
    (any::<u128>(), any::<u64>(), uniform32(any::<u8>())).prop_map(
        |(cluster, table_seed, blinding_key)| Genesis {
            cluster,
            table_seed,
            blinding_key,
        },
    )
}

pub fn asset() -> impl Strategy<Value = Asset> {
    (asset_id(), symbol()).prop_map(|(id, symbol)| Asset { id, symbol })
}

pub fn grid() -> impl Strategy<Value = Grid> {
    (any::<i64>(), any::<i64>()).prop_map(|(tick_units, lot_units)| Grid {
        tick_units,
        lot_units,
    })
}

/// Grids whose tick times lot is a whole number of quote units.
pub fn whole_grid() -> impl Strategy<Value = Grid> {
    (1..1_i64 << 30, 0_u32..=8).prop_map(|(factor, digits)| Grid {
        tick_units: factor * 10_i64.pow(digits),
        lot_units: 10_i64.pow(8 - digits),
    })
}

pub fn instrument() -> impl Strategy<Value = Instrument> {
    (market(), symbol(), asset_id(), asset_id(), whole_grid()).prop_map(
        |(id, symbol, base, quote, grid)| Instrument {
            id,
            symbol,
            kind: InstrumentKind::Spot,
            base,
            quote,
            grid,
            quote_per_tick_lot: grid.quote_per_tick_lot().expect("the grid is whole"),
        },
    )
}

pub fn band() -> impl Strategy<Value = Band> {
    (ratio(), ratio()).prop_map(|(up, down)| Band { up, down })
}

pub fn terms() -> impl Strategy<Value = Terms> {
    let prices = (price(), price());
    let quantities = (qty(), qty(), qty(), qty());
    let amounts = (amount(), amount(), amount());
    let bands = (band(), band(), band());
    let rates = (rate(), rate()).prop_map(|(maker, taker)| FeeRates { maker, taker });
    let rest = (
        any::<u32>(),
        uniform10(rates),
        self_trade(),
        self_trade_modes(),
    );
    (prices, quantities, amounts, bands, rest).prop_map(
        |(prices, quantities, amounts, bands, rest)| Terms {
            price_min: prices.0,
            price_max: prices.1,
            qty_min: quantities.0,
            qty_max: quantities.1,
            market_qty_min: quantities.2,
            market_qty_max: quantities.3,
            notional_min: amounts.0,
            notional_max: amounts.1,
            bid_band: bands.0,
            ask_band: bands.1,
            execution_band: bands.2,
            open_orders_max: rest.0,
            position_max: amounts.2,
            fees: rest.1,
            self_trade_default: rest.2,
            self_trade_allowed: rest.3,
        },
    )
}

pub fn deposit() -> impl Strategy<Value = Deposit> {
    (reference(), chain(), account(), asset_id(), amount()).prop_map(
        |(reference, chain, account, asset, amount)| Deposit {
            reference,
            chain,
            account,
            asset,
            amount,
        },
    )
}

pub fn withdrawal() -> impl Strategy<Value = Withdrawal> {
    (reference(), chain(), asset_id(), amount(), amount()).prop_map(
        |(reference, chain, asset, amount, fee)| Withdrawal {
            reference,
            chain,
            asset,
            amount,
            fee,
        },
    )
}

fn shown() -> impl Strategy<Value = Shown> {
    (reference(), time(), reference(), reference()).prop_map(
        |(challenge, until, request, digest)| Shown {
            challenge,
            until,
            request,
            digest,
        },
    )
}

pub fn proof() -> impl Strategy<Value = Proof> {
    prop_oneof![
        (reference(), shown())
            .prop_map(|(destination, shown)| Proof::Factor { destination, shown }),
        reference().prop_map(|destination| Proof::Key { destination }),
        Just(Proof::Nowhere),
    ]
}

pub fn grant() -> impl Strategy<Value = Grant> {
    prop_oneof![shown().prop_map(Grant::Factor), Just(Grant::Exchange)]
}

pub fn maybe_client_id() -> impl Strategy<Value = Option<ClientOrderId>> {
    option::of(client_id())
}

pub fn basis_points() -> impl Strategy<Value = BasisPoints> {
    (1..=9_999_u16).prop_map(|points| BasisPoints::new(points).expect("legal"))
}

pub fn instructions() -> impl Strategy<Value = Instructions> {
    (
        option::of(trigger()),
        option::of(qty()),
        option::of(peg()),
        strategy_of_owner(),
    )
        .prop_map(|(trigger, iceberg, peg, strategy)| Instructions {
            trigger,
            iceberg,
            peg,
            strategy,
        })
}

pub fn strategy_of_owner() -> impl Strategy<Value = strategy::Strategy> {
    let id = (0..=i64::MAX).prop_map(|number| StrategyId::new(number).expect("legal"));
    let kind = (1_000_000..=i64::MAX).prop_map(|number| StrategyKind::new(number).expect("legal"));
    (option::of(id), option::of(kind)).prop_map(|(id, kind)| strategy::Strategy { id, kind })
}

fn peg() -> impl Strategy<Value = Peg> {
    let base = select([PegBase::Primary, PegBase::Market].as_slice());
    (base, 0..=100_u8, option::of(price())).prop_map(|(base, levels, price)| Peg {
        base,
        levels: PegLevels::new(levels).expect("legal"),
        price,
    })
}

fn trigger() -> impl Strategy<Value = Trigger> {
    let purpose = select([Purpose::StopLoss, Purpose::TakeProfit].as_slice());
    (purpose, condition()).prop_map(|(purpose, condition)| Trigger { purpose, condition })
}

pub fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        price().prop_map(|price| Condition::Stop { price }),
        basis_points().prop_map(|delta| Condition::Trail { delta }),
        (price(), basis_points())
            .prop_map(|(activation, delta)| Condition::TrailFrom { activation, delta }),
    ]
}

pub fn list_id() -> impl Strategy<Value = ListId> {
    any::<u64>().prop_map(ListId)
}

pub fn list_kind() -> impl Strategy<Value = ListKind> {
    select(
        [
            ListKind::OneCancelsOther,
            ListKind::OneTriggersOther,
            ListKind::OneTriggersOneCancelsOther,
        ]
        .as_slice(),
    )
}

pub fn list_ref() -> impl Strategy<Value = ListRef> {
    prop_oneof![
        list_id().prop_map(ListRef::Id),
        client_id().prop_map(ListRef::Client),
        (list_id(), client_id()).prop_map(|(list, client)| ListRef::Both(list, client)),
    ]
}

pub fn order_limits() -> impl Strategy<Value = OrderLimits> {
    let range = || (basis_points(), basis_points()).prop_map(|(min, max)| DeltaRange { min, max });
    let counts = (
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
    );
    (counts, range(), range()).prop_map(|(counts, above, below)| OrderLimits {
        algo_orders_max: counts.0,
        iceberg_orders_max: counts.1,
        iceberg_parts_max: counts.2,
        order_lists_max: counts.3,
        order_amends_max: counts.4,
        trailing_above: above,
        trailing_below: below,
    })
}
