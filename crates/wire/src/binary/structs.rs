//! The bytes of what commands, events and snapshots share.

use super::codec::{DecodeError, Reader};
use super::field::{Field, Show, inline_choice, shown_layout};
use super::json_line::Line;
use core::num::NonZeroU32;
use model::account::FEE_TIERS;
use model::command::{
    Amend, AmendAny, AmendLimit, AmendOpen, Cancel, CancelList, ClientHeader, Deposit, Genesis,
    Idempotency, InstructedOrder, InstructedReplace, Leg, Legs, ListMarket, NewList, NewOrder,
    OpenAccount, Replace, SetCountdown, Transfer, TransferBetween, Withdrawal,
};
use model::event::{
    HoldShifted, ListAccepted, MatchPrevented, OrderAccepted, OrderActivated, OrderAmended,
    OrderClosed, OrderInstructed, OrderRequeued, OrderTriggered, Party, Traded, WaitingAmended,
};
use model::id::{
    AccountId, AssetId, ChainId, KeyId, ListId, MarketId, OrderId, OwnerId, PreventedMatchId,
    Reference, TradeId,
};
use model::instrument::{
    Asset, Band, DeltaRange, FeeRates, Grid, Instrument, InstrumentKind, OrderLimits, Terms,
};
use model::number::{Amount, BasisPoints, PegLevels, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    Awaited, CancelRestriction, CloseReason, Condition, Instructions, ListKind, ListRef, OrderKind,
    OrderRef, Peg, PegBase, Purpose, ReplaceMode, SelfTradeMode, SelfTradeModes, Side, Trigger,
};
use model::strategy::Strategy;
use model::text::{ClientOrderId, IdempotencyKey, Symbol};
use model::time::Timestamp;

shown_layout! {
    Asset { id: AssetId, symbol: Symbol }
    Grid { tick_units: i64, lot_units: i64 }
    FeeRates { maker: RatePpb, taker: RatePpb }
    Band { up: RatioPpm, down: RatioPpm }
    Terms {
        price_min: Price,
        price_max: Price,
        qty_min: Qty,
        qty_max: Qty,
        market_qty_min: Qty,
        market_qty_max: Qty,
        notional_min: Amount,
        notional_max: Amount,
        bid_band: Band,
        ask_band: Band,
        execution_band: Band,
        open_orders_max: u32,
        position_max: Amount,
        fees: [FeeRates; FEE_TIERS],
        self_trade_default: SelfTradeMode,
        self_trade_allowed: SelfTradeModes,
    }

    DeltaRange { min: BasisPoints, max: BasisPoints }
    OrderLimits {
        algo_orders_max: u32,
        iceberg_orders_max: u32,
        iceberg_parts_max: u32,
        order_lists_max: u32,
        order_amends_max: u32,
        trailing_above: DeltaRange,
        trailing_below: DeltaRange,
    }

    ListMarket { symbol: Symbol, base: AssetId, quote: AssetId, grid: Grid, terms: Box<Terms> }
    OpenAccount { reference: Reference, owner: OwnerId, master: Option<AccountId> }
    Deposit {
        reference: Reference,
        chain: ChainId,
        account: AccountId,
        asset: AssetId,
        amount: Amount,
    }
    Withdrawal {
        reference: Reference,
        chain: ChainId,
        asset: AssetId,
        amount: Amount,
        fee: Amount,
    }

    Idempotency { key: IdempotencyKey, body: u64 }
    ClientHeader {
        account: AccountId,
        key: KeyId,
        valid_until: Timestamp,
        idempotency: Option<Idempotency>,
    }
    NewOrder {
        market: MarketId,
        side: Side,
        kind: OrderKind,
        client_id: ClientOrderId,
        self_trade: Option<SelfTradeMode>,
    }
    Cancel { market: MarketId, order: OrderRef, restriction: CancelRestriction }
    Replace {
        cancel: OrderRef,
        restriction: CancelRestriction,
        mode: ReplaceMode,
        order: NewOrder,
    }
    Amend { market: MarketId, order: OrderRef, qty: Qty, client_id: Option<ClientOrderId> }
    AmendLimit {
        market: MarketId,
        order: OrderRef,
        price: Option<Price>,
        qty: Option<Qty>,
        client_id: Option<ClientOrderId>,
        executed: Option<Qty>,
    }
    AmendOpen { limit: AmendLimit, stop: Option<Price>, delta: Option<BasisPoints> }
    AmendAny { open: AmendOpen, shown: Option<Qty> }
    Trigger { purpose: Purpose, condition: Condition }
    Peg { base: PegBase, levels: PegLevels, price: Option<Price> }
    Instructions {
        trigger: Option<Trigger>,
        iceberg: Option<Qty>,
        peg: Option<Peg>,
        strategy: Strategy,
    }
    InstructedOrder { order: NewOrder, instructions: Instructions }
    InstructedReplace { replace: Replace, instructions: Instructions }
    Leg { side: Side, kind: OrderKind, client_id: ClientOrderId, instructions: Instructions }
    NewList {
        market: MarketId,
        client_id: ClientOrderId,
        self_trade: Option<SelfTradeMode>,
        legs: Legs,
    }
    CancelList { market: MarketId, list: ListRef }
    SetCountdown { market: MarketId, millis: Option<NonZeroU32> }
    Transfer {
        reference: Reference,
        from: model::account::Wallet,
        to_account: AccountId,
        to: model::account::Wallet,
        asset: AssetId,
        amount: Amount,
    }
    TransferBetween { payer: AccountId, transfer: Transfer }

    OrderAccepted {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        kind: OrderKind,
        self_trade: SelfTradeMode,
        client_id: ClientOrderId,
        hold: Amount,
    }
    OrderInstructed {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        instructions: Instructions,
        is_pending: bool,
    }
    OrderTriggered {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        pegged: Option<Price>,
        release: Amount,
        hold: Amount,
    }
    OrderActivated {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        pegged: Option<Price>,
        hold: Amount,
    }
    ListAccepted {
        market: MarketId,
        list: ListId,
        account: AccountId,
        kind: ListKind,
        client_id: ClientOrderId,
        first_order: OrderId,
    }
    Party { account: AccountId, order: OrderId, fee: Amount }
    Traded {
        market: MarketId,
        trade: TradeId,
        price: Price,
        qty: Qty,
        quote: Amount,
        base: Amount,
        taker_side: Side,
        maker: Party,
        taker: Party,
        maker_rebate: Amount,
        buyer_release: Amount,
    }
    MatchPrevented {
        market: MarketId,
        prevented: PreventedMatchId,
        mode: SelfTradeMode,
        price: Price,
        maker_account: AccountId,
        maker_order: OrderId,
        taker_account: AccountId,
        taker_order: OrderId,
        taker_side: Side,
        maker_qty: Qty,
        taker_qty: Qty,
        maker_release: Amount,
        taker_release: Amount,
    }
    OrderAmended {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        price: Price,
        qty: Qty,
        reduced: Qty,
        client_id: ClientOrderId,
        previous_client_id: ClientOrderId,
        release: Amount,
    }
    OrderRequeued {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        previous_price: Price,
        price: Price,
        previous_qty: Qty,
        qty: Qty,
        unbooked: Qty,
        client_id: ClientOrderId,
        previous_client_id: ClientOrderId,
        release: Amount,
        hold: Amount,
    }
    WaitingAmended {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        previous_kind: OrderKind,
        kind: OrderKind,
        previous: Awaited,
        awaited: Awaited,
        client_id: ClientOrderId,
        previous_client_id: ClientOrderId,
        release: Amount,
        hold: Amount,
    }
    HoldShifted {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        release: Amount,
        hold: Amount,
    }
    OrderClosed {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        reason: CloseReason,
        unbooked: Qty,
        price: Option<Price>,
        release: Amount,
    }
}

inline_choice! { OrderKind, "kind of order";
    0 Limit [OrderKind::Limit { price, qty, time_in_force }] (price, qty, time_in_force);
    1 LimitMaker [OrderKind::LimitMaker { price, qty }] (price, qty);
    2 Market [OrderKind::Market { qty }] (qty);
    3 MarketQuote [OrderKind::MarketQuote { quote }] (quote);
}

inline_choice! { OrderRef, "name of an order";
    0 Id [OrderRef::Id(order)] (order);
    1 Client [OrderRef::Client(client_id)] (client_id);
    2 Both [OrderRef::Both(order, client_id)] (order, client_id);
}

inline_choice! { ListRef, "name of a list";
    0 Id [ListRef::Id(list)] (list);
    1 Client [ListRef::Client(client_id)] (client_id);
    2 Both [ListRef::Both(list, client_id)] (list, client_id);
}

inline_choice! { Condition, "condition of a trigger", and at least 2;
    0 Stop [Condition::Stop { price }] (price);
    1 Trail [Condition::Trail { delta }] (delta);
    2 TrailFrom [Condition::TrailFrom { activation, delta }] (activation, delta);
}

// The bytes of a condition, where there is one.
inline_choice! { Awaited, "condition of a trigger or none";
    0 Stop [Awaited(Some(Condition::Stop { price }))] (price);
    1 Trail [Awaited(Some(Condition::Trail { delta }))] (delta);
    2 TrailFrom [Awaited(Some(Condition::TrailFrom { activation, delta }))] (activation, delta);
    3 Nothing [Awaited(None)] ();
}

inline_choice! { Legs, "legs of a list";
    0 OneCancelsOther [Legs::OneCancelsOther { pair }] (pair);
    1 OneTriggersOther [Legs::OneTriggersOther { working, pending }] (working, pending);
    2 OneTriggersOneCancelsOther [Legs::OneTriggersOneCancelsOther { working, pending }]
        (working, pending);
}

/// Cluster, table seed, blinding key.
impl Field for Genesis {
    const BYTES_MIN: usize = 56;

    fn put(&self, out: &mut Vec<u8>) {
        let Genesis {
            cluster,
            table_seed,
            blinding_key,
        } = self;
        out.extend_from_slice(&cluster.to_le_bytes());
        table_seed.put(out);
        out.extend_from_slice(blinding_key);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Genesis, DecodeError> {
        Ok(Genesis {
            cluster: reader.array("cluster id").map(u128::from_le_bytes)?,
            table_seed: Field::take(reader)?,
            blinding_key: reader.array("blinding key")?,
        })
    }
}

/// The seeds stay secret: with them, strangers could fill one cell of a table or undo the blinding of a receipt.
impl Show for Genesis {
    fn show(&self, line: &mut Line) {
        line.open();
        line.key("cluster");
        line.hex(&self.cluster.to_be_bytes());
        line.key("table_seed");
        line.string("secret");
        line.key("blinding_key");
        line.string("secret");
        line.close();
    }
}

/// Id, symbol, kind, base, quote, grid; `quote_per_tick_lot` follows from the grid and is not written.
impl Field for Instrument {
    const BYTES_MIN: usize = 2 + 16 + 1 + 2 + 2 + 16;

    fn put(&self, out: &mut Vec<u8>) {
        let Instrument {
            id,
            symbol,
            kind,
            base,
            quote,
            grid,
            quote_per_tick_lot,
        } = self;
        assert!(grid.quote_per_tick_lot() == Some(*quote_per_tick_lot));
        id.put(out);
        symbol.put(out);
        kind.put(out);
        base.put(out);
        quote.put(out);
        grid.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Instrument, DecodeError> {
        let id = MarketId::take(reader)?;
        let symbol = Symbol::take(reader)?;
        let kind = InstrumentKind::take(reader)?;
        let base = AssetId::take(reader)?;
        let quote = AssetId::take(reader)?;
        let at_grid = *reader;
        let grid = Grid::take(reader)?;
        let quote_per_tick_lot = grid
            .quote_per_tick_lot()
            .ok_or_else(|| at_grid.illegal("grid"))?;
        Ok(Instrument {
            id,
            symbol,
            kind,
            base,
            quote,
            grid,
            quote_per_tick_lot,
        })
    }
}

impl Show for Instrument {
    fn show(&self, line: &mut Line) {
        line.open();
        line.member("id", &self.id);
        line.member("symbol", &self.symbol);
        line.member("kind", &self.kind);
        line.member("base", &self.base);
        line.member("quote", &self.quote);
        line.member("grid", &self.grid);
        line.member("quote_per_tick_lot", &self.quote_per_tick_lot);
        line.close();
    }
}
