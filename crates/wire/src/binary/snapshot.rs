//! The state of the engine as bytes: the same state, the same bytes.
//!
//! **Shape** magic, layout, number of sections, then the sections in the order of their ids. Averages and orders of
//! all markets stand one after the other in a section of their own; each market's head says how many are its.

use super::codec::{DecodeError, Reader};
use super::field::{Field, layout};
use super::section::{self, Format, Row};
use model::command::Genesis;
use model::id::{MarketId, OrderId, PreventedMatchId, Sequence, TradeId};
use model::instrument::{Instrument, Phase, Terms};
use model::number::Price;
use model::snapshot::{EngineState, MarketState};
use model::time::Timestamp;

const ENGINE: Format = Format {
    magic: *b"BRSENGIN",
    layout: 1,
    sections: 14,
    expected: "engine snapshot",
};

const POSITION: u16 = 1;
const ASSETS: u16 = 2;
const MARKETS: u16 = 3;
const AVERAGES: u16 = 4;
const ORDERS: u16 = 5;
const ACCOUNTS: u16 = 6;
const BALANCES: u16 = 7;
const HOUSE: u16 = 8;
const KEYS: u16 = 9;
const OPENINGS: u16 = 10;
const DEPOSITS: u16 = 11;
const WITHDRAWALS: u16 = 12;
const TRANSFERS: u16 = 13;
const IDEMPOTENCY: u16 = 14;

/// Where the state stands.
struct Position {
    sequence: Sequence,
    at: Timestamp,
    logic: u16,
    genesis: Genesis,
}

/// A market without its lists, and how long they are.
struct MarketHead {
    instrument: Instrument,
    terms: Terms,
    phase: Phase,
    last_order: OrderId,
    last_trade: TradeId,
    last_prevented: PreventedMatchId,
    last_price: Option<Price>,
    buckets: u64,
    orders: u64,
}

layout! {
    Position { sequence: Sequence, at: Timestamp, logic: u16, genesis: Genesis }
    MarketHead {
        instrument: Instrument,
        terms: Terms,
        phase: Phase,
        last_order: OrderId,
        last_trade: TradeId,
        last_prevented: PreventedMatchId,
        last_price: Option<Price>,
        buckets: u64,
        orders: u64,
    }
}

impl Row for MarketHead {
    type Key = MarketId;

    const LIST: &'static str = "markets";

    fn key(&self) -> MarketId {
        self.instrument.id
    }
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
    let heads: Vec<MarketHead> = markets.iter().map(head).collect();
    section::put_sorted(MARKETS, &heads, out);
    let buckets = markets.iter().map(|market| market.average.len()).sum();
    let averages = section::open(AVERAGES, buckets, out);
    for market in markets {
        assert!(
            market
                .average
                .is_sorted_by(|before, after| before.key() < after.key())
        );
        market.average.iter().for_each(|bucket| bucket.put(out));
    }
    section::close(averages, out);
    let count = markets.iter().map(|market| market.orders.len()).sum();
    let orders = section::open(ORDERS, count, out);
    for market in markets {
        market.orders.iter().for_each(|order| order.put(out));
    }
    section::close(orders, out);
}

fn head(market: &MarketState) -> MarketHead {
    let MarketState {
        instrument,
        terms,
        phase,
        last_order,
        last_trade,
        last_prevented,
        last_price,
        average,
        orders,
    } = market;
    MarketHead {
        instrument: *instrument,
        terms: *terms,
        phase: *phase,
        last_order: *last_order,
        last_trade: *last_trade,
        last_prevented: *last_prevented,
        last_price: *last_price,
        buckets: average.len() as u64,
        orders: orders.len() as u64,
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
    section::take_format(ENGINE, &mut reader)?;
    let position: Position = section::take_one(POSITION, &mut reader)?;
    let state = EngineState {
        sequence: position.sequence,
        at: position.at,
        genesis: position.genesis,
        logic: position.logic,
        assets: section::take_sorted(ASSETS, &mut reader)?,
        markets: take_markets(&mut reader)?,
        accounts: section::take_sorted(ACCOUNTS, &mut reader)?,
        balances: section::take_sorted(BALANCES, &mut reader)?,
        house: section::take_sorted(HOUSE, &mut reader)?,
        keys: section::take_sorted(KEYS, &mut reader)?,
        openings: section::take_sorted(OPENINGS, &mut reader)?,
        deposits: section::take_sorted(DEPOSITS, &mut reader)?,
        withdrawals: section::take_sorted(WITHDRAWALS, &mut reader)?,
        transfers: section::take_sorted(TRANSFERS, &mut reader)?,
        idempotency: section::take_sorted(IDEMPOTENCY, &mut reader)?,
    };
    reader.finish(ENGINE.expected).map(|()| state)
}

// Heads and states of the markets are both in memory for a moment.
const _: () = assert!(
    size_of::<MarketHead>() + size_of::<MarketState>()
        <= section::MEMORY_RATIO_MAX * MarketHead::BYTES_MIN
);

fn take_markets(reader: &mut Reader<'_>) -> Result<Vec<MarketState>, DecodeError> {
    let heads: Vec<MarketHead> = section::take_sorted(MARKETS, reader)?;
    let mut markets: Vec<MarketState> = heads.iter().map(without_lists).collect();
    let mut averages = section::take(AVERAGES, reader)?;
    for (head, market) in heads.iter().zip(&mut markets) {
        let count = averages.share(head.buckets)?;
        market.average = section::take_sorted_rows(count, &mut averages.reader)?;
    }
    averages.finish()?;
    let mut orders = section::take(ORDERS, reader)?;
    for (head, market) in heads.iter().zip(&mut markets) {
        let count = orders.share(head.orders)?;
        market.orders = section::take_rows(count, &mut orders.reader)?;
    }
    orders.finish()?;
    Ok(markets)
}

fn without_lists(head: &MarketHead) -> MarketState {
    MarketState {
        instrument: head.instrument,
        terms: head.terms,
        phase: head.phase,
        last_order: head.last_order,
        last_trade: head.last_trade,
        last_prevented: head.last_prevented,
        last_price: head.last_price,
        average: Vec::new(),
        orders: Vec::new(),
    }
}
