//! What an account was worth over time, and what of that trading and prices brought.
//!
//! Profit since the first instant is what there is beyond what was there then and what came in since, less what went
//! out: `pnl = equity − first equity − inflow + outflow`. Drawdown is how far profit lies below its height, as a share
//! of what was there at that height and came in since, so that what goes out deepens none:
//! `drawdown = (height of pnl − pnl) / (equity at the height + inflow since)`.

use model::instrument::UNITS_PER_WHOLE;
use model::time::Timestamp;
use model::wide::{Rounding, mul_div};

/// What an account was worth at an instant, in quote units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worth {
    pub at: Timestamp,
    pub equity: i128,
}

/// What came in, below zero what went out, at its worth of then in quote units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    pub at: Timestamp,
    pub value: i128,
}

/// One instant of the curve, in quote units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EquityPoint {
    pub at: Timestamp,
    pub equity: i128,
    /// What came in and what went out since the first instant, each zero or more.
    pub inflow: i128,
    pub outflow: i128,
    pub pnl: i128,
    /// A share in units of 10^-8, rounded down.
    pub drawdown: i128,
}

/// Returns the curve of an account out of what it was worth at rising instants and what flowed after the first of them.
pub fn curve(worths: &[Worth], flows: &[Flow]) -> Vec<EquityPoint> {
    let Some(first) = worths.first() else {
        return Vec::new();
    };
    let mut curve: Vec<EquityPoint> = Vec::with_capacity(worths.len());
    let mut flows = flows.iter().peekable();
    let (mut inflow, mut outflow) = (0_i128, 0_i128);
    let mut height: Option<EquityPoint> = None;
    for worth in worths {
        while let Some(flow) = flows.next_if(|flow| flow.at <= worth.at) {
            inflow = inflow.saturating_add(flow.value.max(0));
            outflow = outflow.saturating_sub(flow.value.min(0));
        }
        let mut point = EquityPoint {
            at: worth.at,
            equity: worth.equity,
            inflow,
            outflow,
            pnl: (worth.equity - first.equity)
                .saturating_sub(inflow)
                .saturating_add(outflow),
            drawdown: 0,
        };
        match &height {
            Some(height) if point.pnl < height.pnl => point.drawdown = drawdown(height, &point),
            _ => height = Some(point),
        }
        curve.push(point);
    }
    curve
}

fn drawdown(height: &EquityPoint, point: &EquityPoint) -> i128 {
    let capital = height
        .equity
        .saturating_add(point.inflow.saturating_sub(height.inflow));
    if capital <= 0 {
        return 0;
    }
    let fall = height.pnl.saturating_sub(point.pnl);
    let whole = i128::from(UNITS_PER_WHOLE);
    mul_div(fall, whole, capital, Rounding::Floor).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: i128 = 100_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    /// Returns profit and drawdown in per cent of each instant.
    fn told(worths: &[i128], flows: &[(i64, i128)]) -> Vec<(i128, i128)> {
        let worth = |(second, equity): (usize, &i128)| Worth {
            at: at(i64::try_from(second).expect("small")),
            equity: *equity,
        };
        let worths: Vec<Worth> = worths.iter().enumerate().map(worth).collect();
        let flows: Vec<Flow> = flows
            .iter()
            .map(|(second, value)| Flow {
                at: at(*second),
                value: *value,
            })
            .collect();
        let points = curve(&worths, &flows);
        let told = points
            .iter()
            .map(|point| (point.pnl, point.drawdown * 100 / WHOLE));
        told.collect()
    }

    #[test]
    fn what_comes_in_or_goes_out_is_no_profit() {
        assert_eq!(
            told(&[0, 1_000, 1_100, 600], &[(1, 1_000), (3, -500)]),
            [(0, 0), (0, 0), (100, 0), (100, 0)]
        );
    }

    #[test]
    fn drawdown_is_a_share_of_what_was_there_at_the_height_and_came_in_since() {
        let falls = told(&[1_000, 1_250, 1_000, 1_300], &[]);
        assert_eq!(falls, [(0, 0), (250, 0), (0, 20), (300, 0)]);
        // Nothing was there at the height: what came in since is what there was to lose.
        assert_eq!(told(&[0, 900], &[(1, 1_000)]), [(0, 0), (-100, 10)]);
        // What goes out after a fall deepens it by nothing.
        let after = told(&[1_000, 900, 100], &[(2, -800)]);
        assert_eq!(after, [(0, 0), (-100, 10), (-100, 10)]);
    }

    #[test]
    fn what_flows_within_an_instant_counts_both_ways() {
        let worths = [0, 10].map(|second| Worth {
            at: at(second),
            equity: 7,
        });
        let flows = [(1, 5), (2, -5)].map(|(second, value)| Flow {
            at: at(second),
            value,
        });
        let last = curve(&worths, &flows)[1];
        assert_eq!((last.inflow, last.outflow, last.pnl), (5, 5, 0));
        assert!(curve(&[], &flows).is_empty());
    }
}
