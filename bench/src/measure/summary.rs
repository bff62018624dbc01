//! The figures of one contender on one flow.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::measure::contender::{Contender, Run};
use crate::measure::latency::Percentiles;
use crate::measure::provenance::Provenance;

/// Millions of operations a second over several runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub median_mops: f64,
    pub min_mops: f64,
    pub max_mops: f64,
}

#[derive(Debug, Clone)]
pub struct Summary {
    pub stage: &'static str,
    pub flow: String,
    pub operations: usize,
    pub runs: u32,
    /// Per second of CPU time of the process.
    pub cpu: Rate,
    /// Per second of wall time.
    pub wall: Rate,
    pub percentiles: Percentiles,
}

/// Measures every contender on one flow: a warm-up, `runs` timed runs, one pass for percentiles.
///
/// The contenders take turns, so that a slow minute of the machine hits all of them.
///
/// # Errors
/// The first run that fails or arrives at other totals than the flow's header.
pub fn measure(
    contenders: &[Box<dyn Contender + '_>],
    flow: &str,
    operations: usize,
    runs: u32,
) -> Result<Vec<Summary>> {
    contenders
        .iter()
        .try_for_each(|contender| contender.run().map(|_warm_up| ()))?;
    let mut taken = vec![Vec::<Run>::new(); contenders.len()];
    for _ in 0..runs {
        for (contender, taken) in contenders.iter().zip(&mut taken) {
            taken.push(contender.run()?);
        }
    }
    let mut summaries = Vec::with_capacity(contenders.len());
    for (contender, taken) in contenders.iter().zip(&taken) {
        summaries.push(Summary {
            stage: contender.name(),
            flow: flow.to_owned(),
            operations,
            runs,
            cpu: rate(operations, taken.iter().map(|run| run.cpu)),
            wall: rate(operations, taken.iter().map(|run| run.wall)),
            percentiles: contender.percentiles()?,
        });
    }
    Ok(summaries)
}

fn rate(operations: usize, times: impl Iterator<Item = Duration>) -> Rate {
    let mut mops: Vec<f64> = times
        .map(|time| operations as f64 / time.as_secs_f64() / 1e6)
        .collect();
    mops.sort_by(f64::total_cmp);
    let middle = mops.len() / 2;
    let median_mops = if mops.len() % 2 == 1 {
        mops[middle]
    } else {
        (mops[middle - 1] + mops[middle]) / 2.0
    };
    Rate {
        median_mops,
        min_mops: mops[0],
        max_mops: mops[mops.len() - 1],
    }
}

impl Summary {
    /// Returns the figures as one JSON object.
    pub fn json(&self, provenance: &Provenance) -> Value {
        json!({
            "stage": self.stage,
            "flow": self.flow,
            "operations": self.operations,
            "runs": self.runs,
            "mops_per_cpu_s": round(self.cpu.median_mops),
            "mops_per_cpu_s_min": round(self.cpu.min_mops),
            "mops_per_cpu_s_max": round(self.cpu.max_mops),
            "mops_wall": round(self.wall.median_mops),
            "mops_wall_min": round(self.wall.min_mops),
            "mops_wall_max": round(self.wall.max_mops),
            "percentiles_ns": {
                "p50": self.percentiles.p50_ns,
                "p90": self.percentiles.p90_ns,
                "p99": self.percentiles.p99_ns,
                "p99.9": self.percentiles.p999_ns,
                "max": self.percentiles.max_ns,
            },
            "totals_match_header": true,
            "commit": provenance.commit,
            "machine": provenance.machine,
            "flags": provenance.flags,
        })
    }
}

/// Returns `mops` to three decimals: one operation a millisecond is finer than any run repeats.
fn round(mops: f64) -> f64 {
    (mops * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(times_ms: &[u64], expected: [f64; 3]) {
        let rate = rate(1_000, times_ms.iter().copied().map(Duration::from_millis));
        assert_eq!([rate.median_mops, rate.min_mops, rate.max_mops], expected);
    }

    #[test]
    fn a_rate_is_the_median_with_its_extremes() {
        check(&[1, 4, 2], [0.5, 0.25, 1.0]);
        check(&[2, 1], [0.75, 0.5, 1.0]);
        check(&[1], [1.0, 1.0, 1.0]);
    }
}
