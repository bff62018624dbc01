//! The state of the views as bytes: the same state, the same bytes.
//!
//! **Shape** as that of the engine: sections in the order of their ids, the lists of all markets one after the other.
//! Layout 1 ends before the limits of orders: its markets have those of a market just listed, and nothing is kept of
//! instructions, lists of orders, prevented matches and amendments. Layout 2 ends before the holds of payouts,
//! layout 3 before the allowances, layout 4 before what owners allow, layout 5 before the prices of amendments,
//! layout 6 before what amended orders wait for, layout 7
//! before limits of payouts, layout 8 before since when markets are in their phases.

use super::allowance;
use super::codec::{DecodeError, Reader};
use super::field::{Field, inline_choice, layout};
use super::payout_limit;
use super::section::{self, Format, Row};
use model::account::{AccountState, FeeTier, Scopes};
use model::allowance::AllowanceState;
use model::command::{Deposit, Withdrawal};
use model::id::{
    AccountId, KeyId, ListId, MarketId, OrderId, OwnerId, PreventedMatchId, Sequence, TradeGroupId,
    TradeId,
};
use model::instrument::{Instrument, OrderLimits, Phase, Terms};
use model::number::{Amount, Price, Qty};
use model::order::{
    CloseReason, Condition, Instructions, ListKind, OrderKind, SelfTradeMode, Side,
};
use model::payout_limit::PayoutLimitState;
use model::snapshot_views::{
    AccountViewRow, AggregateRow, AmendmentViewRow, CANDLE_INTERVALS, CandleRow, CandleState,
    ConditionChange, Funding, FundingRow, InstructedViewRow, KeyViewRow, LastTradeRow, LevelRow,
    ListViewRow, MarketViewState, OrderStage, OrderViewRow, PreventedViewRow, PriceChange,
    TradeRow, ViewsState,
};
use model::text::ClientOrderId;
use model::time::Timestamp;

const VIEWS: Format = Format {
    magic: *b"BRSVIEWS",
    sections: &[15, 21, 22, 26, 27, 28, 29, 31, 32],
    expected: "views snapshot",
};

const POSITION: u16 = 1;
const ASSETS: u16 = 2;
const MARKETS: u16 = 3;
const LENGTHS: u16 = 4;
const LEVELS: u16 = 5;
const TRADES: u16 = 6;
const AGGREGATES: u16 = 7;
const AVERAGES: u16 = 8;
const CANDLES: u16 = 9;
const ACCOUNTS: u16 = 10;
const BALANCES: u16 = 11;
const OPEN_ORDERS: u16 = 12;
const CLOSED_ORDERS: u16 = 13;
const KEYS: u16 = 14;
const FUNDINGS: u16 = 15;
const LIMITS: u16 = 16;
const INSTRUCTED: u16 = 17;
const OPEN_LISTS: u16 = 18;
const CLOSED_LISTS: u16 = 19;
const PREVENTED: u16 = 20;
const AMENDMENTS: u16 = 21;
const PAYOUT_HOLDS: u16 = 22;
/// Of four sections.
const ALLOWANCES: u16 = 23;
const OWNER_STATES: u16 = 27;
const AMENDED_PRICES: u16 = 28;
const AMENDED_CONDITIONS: u16 = 29;
/// Of two sections.
const PAYOUT_LIMITS: u16 = 30;
const PHASE_TIMES: u16 = 32;

/// What an order was to wait for before an amendment, and from then on.
struct AmendedConditionRow {
    sequence: Sequence,
    before: Condition,
    after: Condition,
}

/// The price of an order that queued again with an amendment, or waits on.
struct AmendedPriceRow {
    sequence: Sequence,
    before: Price,
    after: Price,
}

/// Where the state stands.
struct Position {
    sequence: Sequence,
    at: Timestamp,
    table_seed: u64,
    expiry_market: MarketId,
}

/// How many rows of each list are a market's.
struct Lengths {
    bids: u64,
    asks: u64,
    trades: u64,
    aggregates: u64,
    buckets: u64,
    candles: [u64; CANDLE_INTERVALS],
}

layout! {
    Position { sequence: Sequence, at: Timestamp, table_seed: u64, expiry_market: MarketId }
    Lengths {
        bids: u64,
        asks: u64,
        trades: u64,
        aggregates: u64,
        buckets: u64,
        candles: [u64; CANDLE_INTERVALS],
    }
    LevelRow { price: Price, lots: i128 }
    TradeRow {
        price: Price,
        qty: Qty,
        at: Timestamp,
        taker_side: Side,
        maker_account: AccountId,
        maker_order: OrderId,
        maker_fee: Amount,
        maker_rebate: Amount,
        maker_previous: Option<TradeId>,
        taker_account: AccountId,
        taker_order: OrderId,
        taker_fee: Amount,
    }
    AggregateRow {
        price: Price,
        qty: Qty,
        first: TradeId,
        last: TradeId,
        at: Timestamp,
        taker_side: Side,
    }
    LastTradeRow { trade: TradeId, price: Price, qty: Qty, at: Timestamp }
    CandleRow {
        period: i64,
        open: Price,
        high: Price,
        low: Price,
        close: Price,
        lots: i128,
        value: i128,
        taker_buy_lots: i128,
        taker_buy_value: i128,
        first: TradeId,
        last: TradeId,
    }
    AccountViewRow {
        account: AccountId,
        owner: OwnerId,
        group: TradeGroupId,
        state: AccountState,
        tier: FeeTier,
        opened_at: Timestamp,
        updated_at: Timestamp,
    }
    OrderViewRow {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        client_id: ClientOrderId,
        is_named: bool,
        side: Side,
        kind: OrderKind,
        self_trade: SelfTradeMode,
        original: Qty,
        executed: Qty,
        prevented: Qty,
        quote_units: i128,
        created_at: Timestamp,
        updated_at: Timestamp,
        working_at: Option<Timestamp>,
        prevented_match: Option<PreventedMatchId>,
        last_fill: Option<TradeId>,
        closed: Option<CloseReason>,
    }
    ListViewRow {
        list: ListId,
        market: MarketId,
        account: AccountId,
        kind: ListKind,
        client_id: ClientOrderId,
        first_order: OrderId,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
    PreventedViewRow {
        market: MarketId,
        prevented: PreventedMatchId,
        maker_order: OrderId,
        taker_order: OrderId,
        maker_account: AccountId,
        taker_account: AccountId,
        price: Price,
        mode: SelfTradeMode,
        maker_qty: Qty,
        taker_qty: Qty,
        taker_side: Side,
        at: Timestamp,
    }
    AmendedPriceRow { sequence: Sequence, before: Price, after: Price }
    AmendedConditionRow { sequence: Sequence, before: Condition, after: Condition }
    KeyViewRow { key: KeyId, account: AccountId, scopes: Scopes, expires_at: Timestamp }
    FundingRow {
        created_by: Sequence,
        created_at: Timestamp,
        funding: Funding,
        ended_by: Option<Sequence>,
        updated_at: Timestamp,
    }
}

inline_choice! { Funding, "funding", and at least Deposit::BYTES_MIN;
    0 Deposit [Funding::Deposit { deposit, status }] (deposit, status);
    1 Withdrawal [Funding::Withdrawal { account, withdrawal, status }]
        (account, withdrawal, status);
}

inline_choice! { OrderStage, "what an order waits for";
    0 Pending [OrderStage::Pending] ();
    1 Waiting [OrderStage::Waiting] ();
    2 Working [OrderStage::Working] ();
}

/// Appends the snapshot of a state.
///
/// # Panics
/// When a list of the state is not sorted as `ViewsState` says: such a snapshot could not be read.
pub fn encode_views(state: &ViewsState, out: &mut Vec<u8>) {
    let ViewsState {
        sequence,
        at,
        table_seed,
        assets,
        markets,
        accounts,
        balances,
        open_orders,
        closed_orders,
        keys,
        fundings,
        instructed,
        open_lists,
        closed_lists,
        prevented,
        amendments,
        payout_holds,
        allowances,
        owner_states,
        payout_limits,
        expiry_market,
    } = state;
    let position = Position {
        sequence: *sequence,
        at: *at,
        table_seed: *table_seed,
        expiry_market: *expiry_market,
    };
    section::put_format(VIEWS, out);
    section::put_one(POSITION, &position, out);
    section::put_sorted(ASSETS, assets, out);
    put_markets(markets, out);
    section::put_sorted(ACCOUNTS, accounts, out);
    section::put_sorted(BALANCES, balances, out);
    section::put_sorted(OPEN_ORDERS, open_orders, out);
    section::put_rows(CLOSED_ORDERS, closed_orders, out);
    section::put_sorted(KEYS, keys, out);
    section::put_sorted(FUNDINGS, fundings, out);
    let limits: Vec<OrderLimits> = markets.iter().map(|market| market.limits).collect();
    section::put_rows(LIMITS, &limits, out);
    section::put_sorted(INSTRUCTED, instructed, out);
    section::put_sorted(OPEN_LISTS, open_lists, out);
    section::put_rows(CLOSED_LISTS, closed_lists, out);
    section::put_rows(PREVENTED, prevented, out);
    section::put_sorted(AMENDMENTS, amendments, out);
    section::put_sorted(PAYOUT_HOLDS, payout_holds, out);
    allowance::put_state(ALLOWANCES, allowances, out);
    section::put_sorted(OWNER_STATES, owner_states, out);
    section::put_sorted(AMENDED_PRICES, &amended_prices(amendments), out);
    section::put_sorted(AMENDED_CONDITIONS, &amended_conditions(amendments), out);
    payout_limit::put_state(PAYOUT_LIMITS, payout_limits, out);
    let since = |market: &MarketViewState| market.phase_since.unwrap_or(NO_TIME);
    let times: Vec<Timestamp> = markets.iter().map(since).collect();
    section::put_rows(PHASE_TIMES, &times, out);
}

fn amended_prices(amendments: &[AmendmentViewRow]) -> Vec<AmendedPriceRow> {
    let rows = amendments.iter().filter_map(|row| {
        let PriceChange { before, after } = row.price?;
        Some(AmendedPriceRow {
            sequence: row.sequence,
            before,
            after,
        })
    });
    rows.collect()
}

fn amended_conditions(amendments: &[AmendmentViewRow]) -> Vec<AmendedConditionRow> {
    let rows = amendments.iter().filter_map(|row| {
        let ConditionChange { before, after } = row.condition?;
        Some(AmendedConditionRow {
            sequence: row.sequence,
            before,
            after,
        })
    });
    rows.collect()
}

fn put_markets(markets: &[MarketViewState], out: &mut Vec<u8>) {
    section::put_sorted(MARKETS, markets, out);
    let lengths: Vec<Lengths> = markets.iter().map(lengths).collect();
    section::put_rows(LENGTHS, &lengths, out);
    let levels = markets
        .iter()
        .flat_map(|market| [market.bids.as_slice(), &market.asks]);
    section::put_lists(LEVELS, levels, out);
    let trades = markets.iter().map(|market| market.trades.as_slice());
    section::put_lists(TRADES, trades, out);
    let aggregates = markets.iter().map(|market| market.aggregates.as_slice());
    section::put_lists(AGGREGATES, aggregates, out);
    let averages = markets.iter().map(|market| market.average.as_slice());
    section::put_sorted_lists(AVERAGES, averages, out);
    let candles = markets
        .iter()
        .flat_map(|market| market.candles.series.iter().map(Vec::as_slice));
    section::put_sorted_lists(CANDLES, candles, out);
}

fn lengths(market: &MarketViewState) -> Lengths {
    Lengths {
        bids: market.bids.len() as u64,
        asks: market.asks.len() as u64,
        trades: market.trades.len() as u64,
        aggregates: market.aggregates.len() as u64,
        buckets: market.average.len() as u64,
        candles: core::array::from_fn(|interval| market.candles.series[interval].len() as u64),
    }
}

/// Returns the state whose snapshot `bytes` are.
///
/// **Cost** at most four times the memory of `bytes`.
///
/// # Errors
/// When the bytes are not exactly one views snapshot of a layout this binary reads.
pub fn decode_views(bytes: &[u8]) -> Result<ViewsState, DecodeError> {
    let mut reader = Reader::new(bytes);
    let state = take_views(&mut reader)?;
    reader.finish(VIEWS.expected).map(|()| state)
}

/// Takes the next snapshot.
///
/// # Errors
/// When the next bytes are not one of a layout this binary reads.
pub(crate) fn take_views(reader: &mut Reader<'_>) -> Result<ViewsState, DecodeError> {
    let layout = section::take_format(VIEWS, reader)?;
    let position: Position = section::take_one(POSITION, reader)?;
    let mut state = ViewsState {
        sequence: position.sequence,
        at: position.at,
        table_seed: position.table_seed,
        expiry_market: position.expiry_market,
        assets: section::take_sorted(ASSETS, reader)?,
        markets: take_markets(reader)?,
        accounts: section::take_sorted(ACCOUNTS, reader)?,
        balances: section::take_sorted(BALANCES, reader)?,
        open_orders: section::take_sorted(OPEN_ORDERS, reader)?,
        closed_orders: section::take_rows(CLOSED_ORDERS, reader)?,
        keys: section::take_sorted(KEYS, reader)?,
        fundings: section::take_sorted(FUNDINGS, reader)?,
        instructed: Vec::new(),
        open_lists: Vec::new(),
        closed_lists: Vec::new(),
        prevented: Vec::new(),
        amendments: Vec::new(),
        payout_holds: Vec::new(),
        allowances: AllowanceState::default(),
        owner_states: Vec::new(),
        payout_limits: PayoutLimitState::default(),
    };
    if 2 <= layout {
        take_limits(&mut state.markets, reader)?;
        state.instructed = section::take_sorted(INSTRUCTED, reader)?;
        state.open_lists = section::take_sorted(OPEN_LISTS, reader)?;
        state.closed_lists = section::take_rows(CLOSED_LISTS, reader)?;
        state.prevented = section::take_rows(PREVENTED, reader)?;
        state.amendments = section::take_sorted(AMENDMENTS, reader)?;
    }
    if 3 <= layout {
        state.payout_holds = section::take_sorted(PAYOUT_HOLDS, reader)?;
    }
    if 4 <= layout {
        state.allowances = allowance::take_state(ALLOWANCES, reader)?;
    }
    if 5 <= layout {
        state.owner_states = section::take_sorted(OWNER_STATES, reader)?;
    }
    if 6 <= layout {
        take_amended_prices(&mut state.amendments, reader)?;
    }
    if 7 <= layout {
        take_amended_conditions(&mut state.amendments, reader)?;
    }
    if 8 <= layout {
        state.payout_limits = payout_limit::take_state(PAYOUT_LIMITS, reader)?;
    }
    if 9 <= layout {
        take_phase_times(&mut state.markets, reader)?;
    }
    Ok(state)
}

fn take_amended_prices(
    amendments: &mut [AmendmentViewRow],
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    let start = *reader;
    let rows: Vec<AmendedPriceRow> = section::take_sorted(AMENDED_PRICES, reader)?;
    for row in rows {
        let found = amendments.binary_search_by_key(&row.sequence, |known| known.sequence);
        let index = found.map_err(|_| start.illegal(AmendedPriceRow::LIST))?;
        amendments[index].price = Some(PriceChange {
            before: row.before,
            after: row.after,
        });
    }
    Ok(())
}

fn take_amended_conditions(
    amendments: &mut [AmendmentViewRow],
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    let start = *reader;
    let rows: Vec<AmendedConditionRow> = section::take_sorted(AMENDED_CONDITIONS, reader)?;
    for row in rows {
        let found = amendments.binary_search_by_key(&row.sequence, |known| known.sequence);
        let index = found.map_err(|_| start.illegal(AmendedConditionRow::LIST))?;
        amendments[index].condition = Some(ConditionChange {
            before: row.before,
            after: row.after,
        });
    }
    Ok(())
}

fn take_limits(
    markets: &mut [MarketViewState],
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    let limits: Vec<OrderLimits> = section::take_counted(LIMITS, markets.len(), reader)?;
    for (market, limits) in markets.iter_mut().zip(limits) {
        market.limits = limits;
    }
    Ok(())
}

fn take_phase_times(
    markets: &mut [MarketViewState],
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    let times: Vec<Timestamp> = section::take_counted(PHASE_TIMES, markets.len(), reader)?;
    for (market, since) in markets.iter_mut().zip(times) {
        market.phase_since = (since != NO_TIME).then_some(since);
    }
    Ok(())
}

fn take_markets(reader: &mut Reader<'_>) -> Result<Vec<MarketViewState>, DecodeError> {
    let mut markets: Vec<MarketViewState> = section::take_sorted(MARKETS, reader)?;
    let lengths: Vec<Lengths> = section::take_counted(LENGTHS, markets.len(), reader)?;
    let mut levels = section::take(LEVELS, reader)?;
    let mut trades = section::take(TRADES, reader)?;
    let mut aggregates = section::take(AGGREGATES, reader)?;
    let mut averages = section::take(AVERAGES, reader)?;
    let mut candles = section::take(CANDLES, reader)?;
    for (market, lengths) in markets.iter_mut().zip(&lengths) {
        market.bids = levels.take_rows(lengths.bids)?;
        market.asks = levels.take_rows(lengths.asks)?;
        market.trades = trades.take_rows(lengths.trades)?;
        market.aggregates = aggregates.take_rows(lengths.aggregates)?;
        market.average = averages.take_sorted(lengths.buckets)?;
        for (series, count) in market.candles.series.iter_mut().zip(lengths.candles) {
            *series = candles.take_sorted(count)?;
        }
    }
    for section in [levels, trades, aggregates, averages, candles] {
        section.finish()?;
    }
    Ok(markets)
}

/// A market without its lists, which have sections of their own.
impl Field for MarketViewState {
    const BYTES_MIN: usize =
        Instrument::BYTES_MIN + Terms::BYTES_MIN + Phase::BYTES_MIN + 4 * 8 + 4;

    fn put(&self, out: &mut Vec<u8>) {
        let MarketViewState {
            instrument,
            terms,
            limits: _,
            phase,
            phase_since: _,
            listed_at,
            last_update,
            bids: _,
            asks: _,
            first_trade,
            trades: _,
            first_aggregate,
            aggregates: _,
            last_trade,
            average: _,
            candles,
        } = self;
        let CandleState {
            series: _,
            minute,
            second,
            previous_close,
        } = candles;
        instrument.put(out);
        terms.put(out);
        phase.put(out);
        listed_at.put(out);
        last_update.put(out);
        first_trade.put(out);
        first_aggregate.put(out);
        last_trade.put(out);
        minute.put(out);
        second.put(out);
        previous_close.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<MarketViewState, DecodeError> {
        Ok(MarketViewState {
            instrument: Instrument::take(reader)?,
            terms: Terms::take(reader)?,
            limits: OrderLimits::LISTED,
            phase: Phase::take(reader)?,
            phase_since: None,
            listed_at: Timestamp::take(reader)?,
            last_update: u64::take(reader)?,
            first_trade: TradeId::take(reader)?,
            first_aggregate: u64::take(reader)?,
            last_trade: Field::take(reader)?,
            candles: CandleState {
                minute: Field::take(reader)?,
                second: Field::take(reader)?,
                previous_close: Field::take(reader)?,
                series: [const { Vec::new() }; CANDLE_INTERVALS],
            },
            bids: Vec::new(),
            asks: Vec::new(),
            trades: Vec::new(),
            aggregates: Vec::new(),
            average: Vec::new(),
        })
    }
}

/// An amendment without its prices and conditions, which have sections of their own.
impl Field for AmendmentViewRow {
    const BYTES_MIN: usize = Sequence::BYTES_MIN
        + Timestamp::BYTES_MIN
        + MarketId::BYTES_MIN
        + OrderId::BYTES_MIN
        + AccountId::BYTES_MIN
        + 2 * Qty::BYTES_MIN
        + 2 * ClientOrderId::BYTES_MIN;

    fn put(&self, out: &mut Vec<u8>) {
        let AmendmentViewRow {
            sequence,
            at,
            market,
            order,
            account,
            qty_before,
            qty_after,
            client_id,
            previous_client_id,
            price: _,
            condition: _,
        } = self;
        sequence.put(out);
        at.put(out);
        market.put(out);
        order.put(out);
        account.put(out);
        qty_before.put(out);
        qty_after.put(out);
        client_id.put(out);
        previous_client_id.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<AmendmentViewRow, DecodeError> {
        Ok(AmendmentViewRow {
            sequence: Field::take(reader)?,
            at: Field::take(reader)?,
            market: Field::take(reader)?,
            order: Field::take(reader)?,
            account: Field::take(reader)?,
            qty_before: Field::take(reader)?,
            qty_after: Field::take(reader)?,
            client_id: Field::take(reader)?,
            previous_client_id: Field::take(reader)?,
            price: None,
            condition: None,
        })
    }
}

/// List and trail with all their bytes, zero for none: a short form could claim more memory than input.
impl Field for InstructedViewRow {
    const BYTES_MIN: usize = MarketId::BYTES_MIN
        + OrderId::BYTES_MIN
        + Instructions::BYTES_MIN
        + ListId::BYTES_MIN
        + 1
        + Sequence::BYTES_MIN
        + Timestamp::BYTES_MIN;

    fn put(&self, out: &mut Vec<u8>) {
        let InstructedViewRow {
            market,
            order,
            instructions,
            list,
            stage,
            trailing_since,
        } = self;
        assert!(*list != Some(NO_LIST));
        let (sequence, at) = trailing_since.unwrap_or(NO_TRAIL);
        assert!(trailing_since.is_none() || sequence != NO_TRAIL.0);
        market.put(out);
        order.put(out);
        instructions.put(out);
        list.unwrap_or(NO_LIST).put(out);
        stage.put(out);
        sequence.put(out);
        at.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<InstructedViewRow, DecodeError> {
        Ok(InstructedViewRow {
            market: Field::take(reader)?,
            order: Field::take(reader)?,
            instructions: Field::take(reader)?,
            list: Some(ListId::take(reader)?).filter(|list| *list != NO_LIST),
            stage: Field::take(reader)?,
            trailing_since: take_trail(reader)?,
        })
    }
}

fn take_trail(reader: &mut Reader<'_>) -> Result<Option<(Sequence, Timestamp)>, DecodeError> {
    let start = *reader;
    let trail = (Sequence::take(reader)?, Timestamp::take(reader)?);
    match trail {
        NO_TRAIL => Ok(None),
        (sequence, _) if sequence == NO_TRAIL.0 => Err(start.illegal("a trail")),
        trail => Ok(Some(trail)),
    }
}

/// Lists count from 1.
const NO_LIST: ListId = ListId(0);
/// Commands too.
const NO_TRAIL: (Sequence, Timestamp) = (Sequence(0), Timestamp::ZERO);
/// No phase began in 1970.
const NO_TIME: Timestamp = Timestamp::ZERO;

// A withdrawal is no shorter than a deposit: an account and a status more than the fields they share.
const _: () = assert!(Deposit::BYTES_MIN <= Withdrawal::BYTES_MIN + AccountId::BYTES_MIN);

impl Row for MarketViewState {
    type Key = MarketId;

    const LIST: &'static str = "markets";

    fn key(&self) -> MarketId {
        self.instrument.id
    }
}

impl Row for CandleRow {
    type Key = i64;

    const LIST: &'static str = "candles";

    fn key(&self) -> i64 {
        self.period
    }
}

impl Row for AccountViewRow {
    type Key = AccountId;

    const LIST: &'static str = "accounts";

    fn key(&self) -> AccountId {
        self.account
    }
}

impl Row for OrderViewRow {
    type Key = (MarketId, OrderId);

    const LIST: &'static str = "open orders";

    fn key(&self) -> (MarketId, OrderId) {
        (self.market, self.order)
    }
}

impl Row for InstructedViewRow {
    type Key = (MarketId, OrderId);

    const LIST: &'static str = "instructed orders";

    fn key(&self) -> (MarketId, OrderId) {
        (self.market, self.order)
    }
}

impl Row for ListViewRow {
    type Key = ListId;

    const LIST: &'static str = "open lists";

    fn key(&self) -> ListId {
        self.list
    }
}

impl Row for AmendmentViewRow {
    type Key = Sequence;

    const LIST: &'static str = "amendments";

    fn key(&self) -> Sequence {
        self.sequence
    }
}

impl Row for AmendedPriceRow {
    type Key = Sequence;

    const LIST: &'static str = "prices of amendments";

    fn key(&self) -> Sequence {
        self.sequence
    }
}

impl Row for AmendedConditionRow {
    type Key = Sequence;

    const LIST: &'static str = "conditions of amendments";

    fn key(&self) -> Sequence {
        self.sequence
    }
}

impl Row for KeyViewRow {
    type Key = KeyId;

    const LIST: &'static str = "keys";

    fn key(&self) -> KeyId {
        self.key
    }
}

impl Row for FundingRow {
    type Key = Sequence;

    const LIST: &'static str = "fundings";

    fn key(&self) -> Sequence {
        self.created_by
    }
}
