//! What the second layout of a views snapshot added, and that the first is still read.

use model::id::{ListId, MarketId, OrderId};
use model::instrument::OrderLimits;
use model::order::Instructions;
use model::snapshot_views::{InstructedViewRow, OrderStage, ViewsState};
use wire::binary::snapshot_views::{decode_views, encode_views};

/// Written by a binary that knew no other layout.
const LAYOUT_1: &str = include_str!("golden/views-1.hex");

fn layout_1() -> Vec<u8> {
    let digits: Vec<u8> = LAYOUT_1.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2).map(|pair| {
        let pair = core::str::from_utf8(pair).expect("hex digits are ASCII");
        u8::from_str_radix(pair, 16).expect("the digits come in pairs")
    });
    pairs.collect()
}

fn bytes(state: &ViewsState) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_views(state, &mut bytes);
    bytes
}

fn leg(list: Option<ListId>) -> InstructedViewRow {
    InstructedViewRow {
        market: MarketId(2),
        order: OrderId(41),
        instructions: Instructions::NONE,
        list,
        stage: OrderStage::Pending,
        trailing_since: None,
    }
}

#[test]
fn layout_1_is_read_with_nothing_of_layout_2() {
    let state = decode_views(&layout_1()).expect("it was written once");
    assert!(!state.open_orders.is_empty());
    let limits: Vec<OrderLimits> = state.markets.iter().map(|market| market.limits).collect();
    assert_eq!(limits, [OrderLimits::LISTED]);
    assert_eq!(state.instructed, []);
    assert_eq!(state.open_lists, []);
    assert_eq!(state.closed_lists, []);
    assert_eq!(state.prevented, []);
    assert_eq!(state.amendments, []);
}

#[test]
fn layout_1_is_written_as_the_newest() {
    let state = decode_views(&layout_1()).expect("it was written once");
    let bytes = bytes(&state);
    assert_eq!(bytes[8..12], [9, 0, 32, 0]);
    assert_eq!(decode_views(&bytes), Ok(state));
}

#[test]
fn a_layout_with_the_sections_of_the_other_is_refused() {
    let mut old = layout_1();
    old[8] = 8;
    assert!(decode_views(&old).is_err());
    let state = decode_views(&layout_1()).expect("it was written once");
    let mut new = bytes(&state);
    new[8] = 1;
    assert!(decode_views(&new).is_err());
    new[10] = 15;
    assert!(decode_views(&new).is_err());
}

#[test]
fn a_leg_of_no_list_reads_back_as_one() {
    let mut state = decode_views(&layout_1()).expect("it was written once");
    for list in [None, Some(ListId(1)), Some(ListId(u64::MAX))] {
        state.instructed = vec![leg(list)];
        let read = decode_views(&bytes(&state)).expect("it was written so");
        assert_eq!(read.instructed, state.instructed);
    }
}

#[test]
#[should_panic(expected = "NO_LIST")]
fn no_list_has_the_number_zero() {
    let mut state = decode_views(&layout_1()).expect("it was written once");
    state.instructed = vec![leg(Some(ListId(0)))];
    bytes(&state);
}
