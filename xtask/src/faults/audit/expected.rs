//! What acknowledgements promise of the lists.

use super::Findings;
use super::listing::{Listing, OrderKey, Row};
use crate::faults::decimal;
use crate::faults::request::{Kind, Place};
use crate::faults::witness::Record;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the acknowledgements of one order say together.
#[derive(Debug, Default)]
struct Expected<'a> {
    /// The answer to the request that placed it, when that was since the last restart.
    placed: Option<&'a Value>,
    /// The quantity it was last given.
    qty: Option<&'a str>,
    /// The answer to the request that cancelled it.
    cancelled: Option<&'a Value>,
}

/// Holds every acknowledgement against the lists.
pub fn compare(records: &[Record], listing: &Listing, findings: &mut Findings) {
    for (key, expected) in expectations(records) {
        match listing.orders.get(&key) {
            Some(row) => check(key, &expected, row, listing, findings),
            None => findings
                .lost
                .push(format!("the order {key:?}: {expected:?}")),
        }
    }
}

/// A worker touches only its own orders, one request at a time: numbers give the order of what happened to each.
fn expectations(records: &[Record]) -> BTreeMap<OrderKey, Expected<'_>> {
    let mut expected = BTreeMap::new();
    for record in records {
        let (place, Some(reply)) = (record.request.place, record.acknowledged()) else {
            continue;
        };
        match record.request.kind {
            Kind::Place => expect_placed(&mut expected, place, &reply.body),
            Kind::Cancel { .. } => expect_cancelled(&mut expected, place, &reply.body),
            Kind::Amend { order } => {
                let qty = reply.body["amendedOrder"]["qty"].as_str();
                expected
                    .entry((place, order))
                    .or_insert_with(Expected::default)
                    .qty = qty;
            }
            Kind::Replace { .. } => {
                let halves = if reply.status == 200 {
                    &reply.body
                } else {
                    &reply.body["data"]
                };
                if halves["cancelResult"] == "SUCCESS" {
                    expect_cancelled(&mut expected, place, &halves["cancelResponse"]);
                }
                if halves["newOrderResult"] == "SUCCESS" {
                    expect_placed(&mut expected, place, &halves["newOrderResponse"]);
                }
            }
        }
    }
    expected
}

fn expect_placed<'a>(
    expected: &mut BTreeMap<OrderKey, Expected<'a>>,
    place: Place,
    answer: &'a Value,
) {
    let order = answer["orderId"].as_u64().unwrap_or(0);
    let entry = expected.entry((place, order)).or_default();
    entry.placed = Some(answer);
    entry.qty = answer["origQty"].as_str();
}

fn expect_cancelled<'a>(
    expected: &mut BTreeMap<OrderKey, Expected<'a>>,
    place: Place,
    answer: &'a Value,
) {
    let order = answer["orderId"].as_u64().unwrap_or(0);
    expected.entry((place, order)).or_default().cancelled = Some(answer);
}

fn check(
    key: OrderKey,
    expected: &Expected,
    row: &Row,
    listing: &Listing,
    findings: &mut Findings,
) {
    if let Some(placed) = expected.placed {
        check_placed(key, placed, row, listing, findings);
    }
    if let Some(qty) = expected.qty.filter(|qty| *qty != row.text("origQty")) {
        findings
            .lost
            .push(format!("the quantity {qty} of {}", row.json));
    }
    if let Some(cancelled) = expected.cancelled {
        if row.text("status") != "CANCELED" {
            findings
                .lost
                .push(format!("the cancel {cancelled} of {}", row.json));
        } else if cancelled["executedQty"] != row.json["executedQty"] {
            findings
                .altered
                .push(format!("the cancel {cancelled} was of {}", row.json));
        }
    }
}

fn check_placed(
    key: OrderKey,
    placed: &Value,
    row: &Row,
    listing: &Listing,
    findings: &mut Findings,
) {
    const SAME: [(&str, &str); 9] = [
        ("symbol", "symbol"),
        ("clientOrderId", "clientOrderId"),
        ("transactTime", "time"),
        ("price", "price"),
        ("side", "side"),
        ("type", "type"),
        ("timeInForce", "timeInForce"),
        ("workingTime", "workingTime"),
        ("selfTradePreventionMode", "selfTradePreventionMode"),
    ];
    let executed = placed["executedQty"]
        .as_str()
        .and_then(|text| decimal::parse(text).ok());
    let had_ended = Row {
        json: placed.clone(),
    }
    .has_ended();
    let is_same = SAME
        .iter()
        .all(|(told, found)| placed[*told] == row.json[*found])
        && executed.is_some_and(|executed| executed <= row.units("executedQty"))
        && (!had_ended
            || placed["status"] == row.json["status"]
                && placed["executedQty"] == row.json["executedQty"]);
    if !is_same {
        findings
            .altered
            .push(format!("acknowledged as {placed}, found as {}", row.json));
    }
    for fill in placed["fills"].as_array().into_iter().flatten() {
        check_fill(key, fill, listing, findings);
    }
}

fn check_fill((place, order): OrderKey, fill: &Value, listing: &Listing, findings: &mut Findings) {
    let trade = fill["tradeId"].as_u64().unwrap_or(u64::MAX);
    let Some(found) = listing.trades.get(&(place, trade)) else {
        findings
            .lost
            .push(format!("the fill {fill} of order {order} of {place:?}"));
        return;
    };
    let is_same = ["price", "qty", "commission", "commissionAsset"]
        .iter()
        .all(|name| fill[*name] == found[*name]);
    if !is_same || found["orderId"].as_u64() != Some(order) {
        findings.altered.push(format!(
            "the fill {fill} of order {order} was found as {found}"
        ));
    }
}
