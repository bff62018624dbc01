//! The state of the engine as bytes: the same state, the same bytes.
//!
//! **Shape** magic, layout, number of sections, then the sections in the order of their ids. The averages and orders
//! of all markets stand one after the other in a section of their own; another says how many are whose. Layout 1 ends
//! before the lists of orders: its markets have neither. Layout 2 ends before the holds of payouts, the approvals
//! and the anchor, layout 3 before the allowances, layout 4 before what owners allow, layout 5 before
//! proofs and limits of payouts.

use super::allowance;
use super::codec::{DecodeError, Reader};
use super::field::{Field, layout};
use super::payout_limit;
use super::proof;
use super::section::{self, Format, Row};
use model::allowance::AllowanceState;
use model::command::Genesis;
use model::id::{ListId, MarketId, OrderId, PreventedMatchId, Sequence, TradeId};
use model::instrument::{Instrument, OrderLimits, Phase, Terms};
use model::payout_limit::PayoutLimitState;
use model::snapshot::{EngineState, MarketState, ProofState};
use model::time::Timestamp;

const ENGINE: Format = Format {
    magic: *b"BRSENGIN",
    sections: &[15, 23, 26, 30, 31, 36],
    expected: "engine snapshot",
};

const POSITION: u16 = 1;
const ASSETS: u16 = 2;
const MARKETS: u16 = 3;
const LENGTHS: u16 = 4;
const AVERAGES: u16 = 5;
const ORDERS: u16 = 6;
const ACCOUNTS: u16 = 7;
const BALANCES: u16 = 8;
const HOUSE: u16 = 9;
const KEYS: u16 = 10;
const OPENINGS: u16 = 11;
const DEPOSITS: u16 = 12;
const WITHDRAWALS: u16 = 13;
const TRANSFERS: u16 = 14;
const IDEMPOTENCY: u16 = 15;
const LAST_LIST: u16 = 16;
const LIMITS: u16 = 17;
const OUTSIDE_LENGTHS: u16 = 18;
const PARKED: u16 = 19;
const ICEBERGS: u16 = 20;
const AMENDED: u16 = 21;
const LISTS: u16 = 22;
const COUNTDOWNS: u16 = 23;
const PAYOUT_HOLDS: u16 = 24;
const APPROVALS: u16 = 25;
const ANCHOR: u16 = 26;
/// Of four sections.
const ALLOWANCES: u16 = 27;
const OWNER_STATES: u16 = 31;
/// Of three sections.
const PROOFS: u16 = 32;
/// Of two sections.
const PAYOUT_LIMITS: u16 = 35;

/// Where the state stands.
struct Position {
    sequence: Sequence,
    at: Timestamp,
    logic: u16,
    genesis: Genesis,
}

/// How many rows of each list are a market's.
struct Lengths {
    buckets: u64,
    orders: u64,
}

/// How many rows of each list of layout 2 are a market's.
struct OutsideLengths {
    parked: u64,
    icebergs: u64,
    amended: u64,
    lists: u64,
}

layout! {
    Position { sequence: Sequence, at: Timestamp, logic: u16, genesis: Genesis }
    Lengths { buckets: u64, orders: u64 }
    OutsideLengths { parked: u64, icebergs: u64, amended: u64, lists: u64 }
}

/// Appends the snapshot of a state.
///
/// # Panics
/// When a list of the state is not sorted as `EngineState` says: such a snapshot could not be read.
pub fn encode_engine(state: &EngineState, out: &mut Vec<u8>) {
    let EngineState {
        sequence,
        at,
        genesis,
        logic,
        last_list,
        assets,
        markets,
        accounts,
        balances,
        house,
        keys,
        openings,
        deposits,
        withdrawals,
        transfers,
        idempotency,
        countdowns,
        payout_holds,
        approvals,
        anchor,
        allowances,
        owner_states,
        proofs,
        payout_limits,
    } = state;
    let position = Position {
        sequence: *sequence,
        at: *at,
        logic: *logic,
        genesis: *genesis,
    };
    section::put_format(ENGINE, out);
    section::put_one(POSITION, &position, out);
    section::put_sorted(ASSETS, assets, out);
    put_markets(markets, out);
    section::put_sorted(ACCOUNTS, accounts, out);
    section::put_sorted(BALANCES, balances, out);
    section::put_sorted(HOUSE, house, out);
    section::put_sorted(KEYS, keys, out);
    section::put_sorted(OPENINGS, openings, out);
    section::put_sorted(DEPOSITS, deposits, out);
    section::put_sorted(WITHDRAWALS, withdrawals, out);
    section::put_sorted(TRANSFERS, transfers, out);
    section::put_sorted(IDEMPOTENCY, idempotency, out);
    section::put_one(LAST_LIST, last_list, out);
    put_outside(markets, out);
    section::put_sorted(COUNTDOWNS, countdowns, out);
    section::put_sorted(PAYOUT_HOLDS, payout_holds, out);
    section::put_sorted(APPROVALS, approvals, out);
    section::put_one(ANCHOR, anchor, out);
    allowance::put_state(ALLOWANCES, allowances, out);
    section::put_sorted(OWNER_STATES, owner_states, out);
    proof::put_state(PROOFS, proofs, out);
    payout_limit::put_state(PAYOUT_LIMITS, payout_limits, out);
}

/// Appends what layout 2 adds to the markets.
fn put_outside(markets: &[MarketState], out: &mut Vec<u8>) {
    let limits: Vec<OrderLimits> = markets.iter().map(|market| market.limits).collect();
    section::put_rows(LIMITS, &limits, out);
    let lengths: Vec<OutsideLengths> = markets.iter().map(outside_lengths).collect();
    section::put_rows(OUTSIDE_LENGTHS, &lengths, out);
    let parked = markets.iter().map(|market| market.parked.as_slice());
    section::put_sorted_lists(PARKED, parked, out);
    let icebergs = markets.iter().map(|market| market.icebergs.as_slice());
    section::put_sorted_lists(ICEBERGS, icebergs, out);
    let amended = markets.iter().map(|market| market.amended.as_slice());
    section::put_sorted_lists(AMENDED, amended, out);
    let lists = markets.iter().map(|market| market.lists.as_slice());
    section::put_sorted_lists(LISTS, lists, out);
}

fn outside_lengths(market: &MarketState) -> OutsideLengths {
    OutsideLengths {
        parked: market.parked.len() as u64,
        icebergs: market.icebergs.len() as u64,
        amended: market.amended.len() as u64,
        lists: market.lists.len() as u64,
    }
}

fn put_markets(markets: &[MarketState], out: &mut Vec<u8>) {
    section::put_sorted(MARKETS, markets, out);
    let lengths: Vec<Lengths> = markets.iter().map(lengths).collect();
    section::put_rows(LENGTHS, &lengths, out);
    let averages = markets.iter().map(|market| market.average.as_slice());
    section::put_sorted_lists(AVERAGES, averages, out);
    let orders = markets.iter().map(|market| market.orders.as_slice());
    section::put_lists(ORDERS, orders, out);
}

fn lengths(market: &MarketState) -> Lengths {
    Lengths {
        buckets: market.average.len() as u64,
        orders: market.orders.len() as u64,
    }
}

/// Returns the state whose snapshot `bytes` are.
///
/// **Cost** at most four times the memory of `bytes`.
///
/// # Errors
/// When the bytes are not exactly one engine snapshot of a layout this binary reads.
pub fn decode_engine(bytes: &[u8]) -> Result<EngineState, DecodeError> {
    let mut reader = Reader::new(bytes);
    let state = take_engine(&mut reader)?;
    reader.finish(ENGINE.expected).map(|()| state)
}

/// Takes the next snapshot.
///
/// # Errors
/// When the next bytes are not one of a layout this binary reads.
pub(crate) fn take_engine(reader: &mut Reader<'_>) -> Result<EngineState, DecodeError> {
    let layout = section::take_format(ENGINE, reader)?;
    let position: Position = section::take_one(POSITION, reader)?;
    let mut state = EngineState {
        sequence: position.sequence,
        at: position.at,
        genesis: position.genesis,
        logic: position.logic,
        last_list: ListId(0),
        assets: section::take_sorted(ASSETS, reader)?,
        markets: take_markets(reader)?,
        accounts: section::take_sorted(ACCOUNTS, reader)?,
        balances: section::take_sorted(BALANCES, reader)?,
        house: section::take_sorted(HOUSE, reader)?,
        keys: section::take_sorted(KEYS, reader)?,
        openings: section::take_sorted(OPENINGS, reader)?,
        deposits: section::take_sorted(DEPOSITS, reader)?,
        withdrawals: section::take_sorted(WITHDRAWALS, reader)?,
        transfers: section::take_sorted(TRANSFERS, reader)?,
        idempotency: section::take_sorted(IDEMPOTENCY, reader)?,
        countdowns: Vec::new(),
        payout_holds: Vec::new(),
        approvals: Vec::new(),
        anchor: None,
        allowances: AllowanceState::default(),
        owner_states: Vec::new(),
        proofs: ProofState::default(),
        payout_limits: PayoutLimitState::default(),
    };
    if 2 <= layout {
        state.last_list = section::take_one(LAST_LIST, reader)?;
        take_outside(&mut state.markets, reader)?;
        state.countdowns = section::take_sorted(COUNTDOWNS, reader)?;
    }
    if 3 <= layout {
        state.payout_holds = section::take_sorted(PAYOUT_HOLDS, reader)?;
        state.approvals = section::take_sorted(APPROVALS, reader)?;
        state.anchor = section::take_one(ANCHOR, reader)?;
    }
    if 4 <= layout {
        state.allowances = allowance::take_state(ALLOWANCES, reader)?;
    }
    if 5 <= layout {
        state.owner_states = section::take_sorted(OWNER_STATES, reader)?;
    }
    if 6 <= layout {
        state.proofs = proof::take_state(PROOFS, reader)?;
        state.payout_limits = payout_limit::take_state(PAYOUT_LIMITS, reader)?;
    }
    Ok(state)
}

/// Returns the sequence of the next snapshot, without the rest of it.
///
/// # Errors
/// When the next bytes do not begin one of a layout this binary reads.
pub(crate) fn engine_sequence(mut reader: Reader<'_>) -> Result<Sequence, DecodeError> {
    section::take_format(ENGINE, &mut reader)?;
    let position: Position = section::take_one(POSITION, &mut reader)?;
    Ok(position.sequence)
}

/// Takes what layout 2 adds to the markets.
fn take_outside(markets: &mut [MarketState], reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    let limits: Vec<OrderLimits> = section::take_counted(LIMITS, markets.len(), reader)?;
    for (market, limits) in markets.iter_mut().zip(limits) {
        market.limits = limits;
    }
    let lengths: Vec<OutsideLengths> =
        section::take_counted(OUTSIDE_LENGTHS, markets.len(), reader)?;
    let mut parked = section::take(PARKED, reader)?;
    for (market, lengths) in markets.iter_mut().zip(&lengths) {
        market.parked = parked.take_sorted(lengths.parked)?;
    }
    parked.finish()?;
    let mut icebergs = section::take(ICEBERGS, reader)?;
    for (market, lengths) in markets.iter_mut().zip(&lengths) {
        market.icebergs = icebergs.take_sorted(lengths.icebergs)?;
    }
    icebergs.finish()?;
    let mut amended = section::take(AMENDED, reader)?;
    for (market, lengths) in markets.iter_mut().zip(&lengths) {
        market.amended = amended.take_sorted(lengths.amended)?;
    }
    amended.finish()?;
    let mut lists = section::take(LISTS, reader)?;
    for (market, lengths) in markets.iter_mut().zip(&lengths) {
        market.lists = lists.take_sorted(lengths.lists)?;
    }
    lists.finish()
}

fn take_markets(reader: &mut Reader<'_>) -> Result<Vec<MarketState>, DecodeError> {
    let mut markets: Vec<MarketState> = section::take_sorted(MARKETS, reader)?;
    let lengths: Vec<Lengths> = section::take_counted(LENGTHS, markets.len(), reader)?;
    let mut averages = section::take(AVERAGES, reader)?;
    for (market, lengths) in markets.iter_mut().zip(&lengths) {
        market.average = averages.take_sorted(lengths.buckets)?;
    }
    averages.finish()?;
    let mut orders = section::take(ORDERS, reader)?;
    for (market, lengths) in markets.iter_mut().zip(&lengths) {
        market.orders = orders.take_rows(lengths.orders)?;
    }
    orders.finish()?;
    Ok(markets)
}

/// A market without its lists, which have sections of their own.
impl Field for MarketState {
    const BYTES_MIN: usize =
        Instrument::BYTES_MIN + Terms::BYTES_MIN + Phase::BYTES_MIN + 3 * 8 + 1;

    fn put(&self, out: &mut Vec<u8>) {
        let MarketState {
            instrument,
            terms,
            phase,
            last_order,
            last_trade,
            last_prevented,
            last_price,
            average: _,
            orders: _,
            limits: _,
            parked: _,
            icebergs: _,
            amended: _,
            lists: _,
        } = self;
        instrument.put(out);
        terms.put(out);
        phase.put(out);
        last_order.put(out);
        last_trade.put(out);
        last_prevented.put(out);
        last_price.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<MarketState, DecodeError> {
        Ok(MarketState {
            instrument: Instrument::take(reader)?,
            terms: Terms::take(reader)?,
            phase: Phase::take(reader)?,
            last_order: OrderId::take(reader)?,
            last_trade: TradeId::take(reader)?,
            last_prevented: PreventedMatchId::take(reader)?,
            last_price: Field::take(reader)?,
            average: Vec::new(),
            orders: Vec::new(),
            limits: OrderLimits::LISTED,
            parked: Vec::new(),
            icebergs: Vec::new(),
            amended: Vec::new(),
            lists: Vec::new(),
        })
    }
}

impl Row for MarketState {
    type Key = MarketId;

    const LIST: &'static str = "markets";

    fn key(&self) -> MarketId {
        self.instrument.id
    }
}
