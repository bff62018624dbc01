//! Recorded trades beside those that the exchange told of: how many are there, in order, equal in side, price and size.

use super::levels::units;
use anyhow::{Context, Result};
use serde_json::Value;

/// A trade as it is told, by whichever exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// The buyer was there first, so that the taker sold.
    pub is_buyer_maker: bool,
    /// In units of 10^-8, as the quantity.
    pub price: u128,
    pub qty: u128,
}

impl Trade {
    /// Reads the payload of a `trade` or `aggTrade` message.
    pub fn read(data: &Value) -> Result<Trade> {
        let number = |name: &str| {
            data[name]
                .as_str()
                .and_then(units)
                .with_context(|| format!("a trade without {name}: {data}"))
        };
        Ok(Trade {
            is_buyer_maker: data["m"].as_bool().context("a trade without m")?,
            price: number("p")?,
            qty: number("q")?,
        })
    }
}

/// Returns how many recorded trades are among those told, in the order of both: the longest common subsequence.
pub fn reproduced(recorded: &[Trade], told: &[Trade]) -> usize {
    let mut before = vec![0; told.len() + 1];
    let mut row = before.clone();
    for trade in recorded {
        for (at, other) in told.iter().enumerate() {
            row[at + 1] = if trade == other {
                before[at] + 1
            } else {
                before[at + 1].max(row[at])
            };
        }
        std::mem::swap(&mut before, &mut row);
    }
    before[told.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sold(price: u128, qty: u128) -> Trade {
        Trade {
            is_buyer_maker: true,
            price,
            qty,
        }
    }

    fn bought(price: u128, qty: u128) -> Trade {
        Trade {
            is_buyer_maker: false,
            ..sold(price, qty)
        }
    }

    #[test]
    fn a_trade_counts_with_its_side_price_and_size_and_in_its_order() {
        let recorded = [sold(10, 1), bought(11, 2), sold(10, 3)];
        assert_eq!(reproduced(&recorded, &recorded), 3);
        for other in [bought(10, 1), sold(9, 1), sold(10, 2)] {
            assert_eq!(reproduced(&recorded, &[other, recorded[1], recorded[2]]), 2);
        }
        let swapped = [recorded[1], recorded[0], recorded[2]];
        assert_eq!(reproduced(&recorded, &swapped), 2);
        assert_eq!(reproduced(&recorded, &[]), 0);
    }

    #[test]
    fn what_nobody_recorded_does_not_count() {
        let recorded = [sold(10, 1), sold(10, 1)];
        assert_eq!(
            reproduced(&recorded, &[sold(10, 1), bought(5, 5), sold(9, 1)]),
            1
        );
    }

    #[test]
    fn a_message_is_read_by_its_buyer_price_and_size() {
        let data = serde_json::json!({"p": "10.50", "q": "0.1", "m": true});
        let trade = Trade::read(&data).expect("it is one");
        assert_eq!(trade, sold(1_050_000_000, 10_000_000));
        assert!(Trade::read(&serde_json::json!({"p": "1", "q": "1"})).is_err());
    }
}
