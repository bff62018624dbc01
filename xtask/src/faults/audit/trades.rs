//! Trades: each has two sides that say the same, and together they are what the orders say was executed.

use super::listing::{Listing, Row};
use super::{Audit, Findings};
use crate::faults::decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// Takes in the trades of a listing and checks them.
pub fn take_in(audit: &mut Audit, listing: &Listing, findings: &mut Findings) {
    for key in &listing.repeated_trades {
        findings
            .duplicated
            .push(format!("the trade {key:?} is listed twice"));
    }
    let mut sides: BTreeMap<(usize, u64), Vec<&Value>> = BTreeMap::new();
    for ((place, trade), row) in &listing.trades {
        sides.entry((place.market, *trade)).or_default().push(row);
        let order = row["orderId"].as_u64().unwrap_or(0);
        audit.orders.entry((*place, order)).or_default().filled += units(row, "qty");
        let asset = row["commissionAsset"].as_str().unwrap_or("").to_owned();
        *audit.fees.entry(asset).or_default() += units(row, "commission");
    }
    for (trade, sides) in sides {
        if !agree(&sides) {
            findings.altered.push(format!(
                "the sides of trade {trade:?} do not agree: {sides:?}"
            ));
        }
    }
    for (key, row) in &listing.orders {
        check_executed(audit.orders[key].filled, row, findings);
    }
}

fn check_executed(filled: i128, row: &Row, findings: &mut Findings) {
    if filled != row.units("executedQty") {
        findings.altered.push(format!(
            "fills of {filled} units in the trades of {}",
            row.json
        ));
    }
}

fn agree(sides: &[&Value]) -> bool {
    let [one, other] = sides else {
        return false;
    };
    let same = ["price", "qty", "quoteQty", "time"]
        .iter()
        .all(|name| one[*name] == other[*name]);
    let opposite = ["isBuyer", "isMaker"]
        .iter()
        .all(|name| one[*name] != other[*name]);
    same && opposite
}

fn units(row: &Value, name: &str) -> i128 {
    row[name]
        .as_str()
        .and_then(|text| decimal::parse(text).ok())
        .unwrap_or(0)
}
