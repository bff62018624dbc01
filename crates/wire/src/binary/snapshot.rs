//! The state of the engine as bytes: the same state, the same bytes.
//!
//! **Shape** magic, layout, number of sections, then the sections in the order of their ids. The averages and orders
//! of all markets stand one after the other in a section of their own; another says how many are whose.

use super::codec::{DecodeError, Reader};
use super::field::{Field, layout};
use super::section::{self, Format, Row};
use model::command::Genesis;
use model::id::{MarketId, OrderId, PreventedMatchId, Sequence, TradeId};
use model::instrument::{Instrument, Phase, Terms};
use model::snapshot::{EngineState, MarketState};
use model::time::Timestamp;

const ENGINE: Format = Format {
    magic: *b"BRSENGIN",
    layout: 1,
    sections: 15,
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

layout! {
    Position { sequence: Sequence, at: Timestamp, logic: u16, genesis: Genesis }
    Lengths { buckets: u64, orders: u64 }
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
    section::take_format(ENGINE, reader)?;
    let position: Position = section::take_one(POSITION, reader)?;
    Ok(EngineState {
        sequence: position.sequence,
        at: position.at,
        genesis: position.genesis,
        logic: position.logic,
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
    })
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
