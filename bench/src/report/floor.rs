//! The floors that the stages must not fall below.

use std::fmt;

use crate::measure::summary::Summary;
use crate::stage::Stage;
use crate::stage::lobster::Lobster;

/// What a floor is measured by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// Operations per CPU second, as a multiple of lobster's on the same flow in the same run.
    TimesLobster(f64),
    /// Millions of operations a second of wall time.
    WallMops(f64),
    /// Microseconds that half of the operations do not exceed: the one bound from above.
    MedianMicros(f64),
}

/// Whether everything measured is where it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floors {
    Met,
    Missed,
}

impl Floors {
    pub fn of(is_met: bool) -> Floors {
        if is_met { Floors::Met } else { Floors::Missed }
    }

    #[must_use]
    pub fn and(self, other: Floors) -> Floors {
        Floors::of(self == Floors::Met && other == Floors::Met)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Floor {
    stage: &'static str,
    flow: &'static str,
    bound: Bound,
}

/// The floors of the first foundation. Ratios, since absolute figures move from box to box.
const FLOORS: [Floor; 9] = [
    floor("book", "one", Bound::TimesLobster(10.0)),
    floor("book", "hundred", Bound::TimesLobster(3.0)),
    floor("book", "deep", Bound::TimesLobster(20.0)),
    floor("engine", "one", Bound::TimesLobster(6.0)),
    floor("engine", "hundred", Bound::TimesLobster(1.6)),
    floor("engine", "deep", Bound::TimesLobster(13.0)),
    floor("durable", "one", Bound::WallMops(2.0)),
    floor("durable", "hundred", Bound::WallMops(0.7)),
    floor("durable", "one", Bound::MedianMicros(600.0)),
];

const fn floor(stage: &'static str, flow: &'static str, bound: Bound) -> Floor {
    Floor { stage, flow, bound }
}

/// What a stage reached, against its floor.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    floor: Floor,
    /// In the unit of the floor's bound; absent when the stage was not measured.
    reached: Option<f64>,
}

/// Returns one verdict a floor.
pub fn verdicts(summaries: &[Summary]) -> Vec<Verdict> {
    let verdict = |floor: &Floor| Verdict {
        floor: *floor,
        reached: reached(floor, summaries),
    };
    FLOORS.iter().map(verdict).collect()
}

fn reached(floor: &Floor, summaries: &[Summary]) -> Option<f64> {
    let summary = find(floor.stage, floor.flow, summaries)?;
    match floor.bound {
        Bound::WallMops(_) => Some(summary.wall.median_mops),
        Bound::MedianMicros(_) => Some(f64::from(summary.percentiles.p50_ns) / 1e3),
        Bound::TimesLobster(_) => {
            let lobster = lobster_of(floor.flow, summaries)?;
            Some(summary.cpu.median_mops / lobster.cpu.median_mops)
        }
    }
}

/// Returns lobster's figures on `flow`, if it was measured.
pub fn lobster_of<'a>(flow: &str, summaries: &'a [Summary]) -> Option<&'a Summary> {
    find(Lobster::NAME, flow, summaries)
}

fn find<'a>(stage: &str, flow: &str, summaries: &'a [Summary]) -> Option<&'a Summary> {
    summaries
        .iter()
        .find(|summary| summary.stage == stage && summary.flow == flow)
}

impl Verdict {
    /// A stage that was not measured has not met its floor.
    pub fn is_met(&self) -> bool {
        self.reached.is_some_and(|reached| match self.floor.bound {
            Bound::TimesLobster(least) | Bound::WallMops(least) => least <= reached,
            Bound::MedianMicros(most) => reached <= most,
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bound, unit) = match self.floor.bound {
            Bound::TimesLobster(least) => (least, "× lobster"),
            Bound::WallMops(least) => (least, "M/s wall"),
            Bound::MedianMicros(most) => (most, "µs p50"),
        };
        let word = if self.is_met() { "pass" } else { "FAIL" };
        write!(
            formatter,
            "{word} {:<8} {:<8} ",
            self.floor.stage, self.floor.flow
        )?;
        match self.reached {
            Some(reached) => write!(formatter, "{reached:.2} of {bound} {unit}"),
            None => write!(formatter, "not measured, floor {bound} {unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::latency::Percentiles;
    use crate::measure::summary::Rate;

    fn summary(stage: &'static str, flow: &str, cpu_mops: f64, wall_mops: f64) -> Summary {
        let rate = |mops| Rate {
            median_mops: mops,
            min_mops: mops,
            max_mops: mops,
        };
        let percentiles = Percentiles {
            p50_ns: 1,
            p90_ns: 1,
            p99_ns: 1,
            p999_ns: 1,
            max_ns: 1,
        };
        Summary {
            stage,
            flow: flow.to_owned(),
            operations: 1,
            runs: 1,
            cpu: rate(cpu_mops),
            wall: rate(wall_mops),
            percentiles,
        }
    }

    fn check(stage: &str, flow: &str, summaries: &[Summary], text: &str) {
        let verdicts = verdicts(summaries);
        let found = verdicts
            .iter()
            .find(|verdict| verdict.floor.stage == stage && verdict.floor.flow == flow);
        assert_eq!(found.unwrap().to_string(), text);
    }

    #[test]
    fn a_ratio_compares_cpu_seconds_on_the_same_flow() {
        let summaries = [
            summary("book", "one", 12.0, 1.0),
            summary("peer-lobster", "one", 1.2, 9.0),
            summary("book", "deep", 3.0, 1.0),
            summary("peer-lobster", "deep", 0.2, 9.0),
        ];
        check(
            "book",
            "one",
            &summaries,
            "pass book     one      10.00 of 10 × lobster",
        );
        check(
            "book",
            "deep",
            &summaries,
            "FAIL book     deep     15.00 of 20 × lobster",
        );
    }

    #[test]
    fn a_wall_floor_needs_no_peer() {
        let summaries = [summary("durable", "hundred", 0.1, 0.75)];
        check(
            "durable",
            "hundred",
            &summaries,
            "pass durable  hundred  0.75 of 0.7 M/s wall",
        );
    }

    #[test]
    fn a_median_is_bounded_from_above() {
        let mut slow = summary("durable", "one", 1.0, 3.0);
        let bound = |verdict: &&Verdict| matches!(verdict.floor.bound, Bound::MedianMicros(_));
        let is_met =
            |summaries: &[Summary]| verdicts(summaries).iter().find(bound).unwrap().is_met();
        assert!(is_met(&[slow.clone()]));
        slow.percentiles.p50_ns = 600_001;
        assert!(!is_met(&[slow]));
        assert!(!is_met(&[]));
    }

    #[test]
    fn an_unmeasured_stage_misses_its_floor() {
        check(
            "engine",
            "one",
            &[],
            "FAIL engine   one      not measured, floor 6 × lobster",
        );
    }
}
