//! The printed table.

use crate::measure::provenance::Provenance;
use crate::measure::summary::{Rate, Summary};
use crate::report::floor::lobster_of;

/// Returns the lines above the table.
pub fn heading(provenance: &Provenance) -> String {
    let Provenance {
        commit,
        machine,
        flags,
    } = provenance;
    let columns = format!(
        "{:<8} {:<18} {:>23} {:>23} {:>9} {:>7} {:>7} {:>7} {:>7}",
        "flow",
        "stage",
        "M/s per CPU second",
        "M/s wall",
        "× lobster",
        "p50",
        "p90",
        "p99",
        "p99.9"
    );
    format!("commit {commit}\n{machine}\n{flags}\n\n{columns}\n")
}

/// Returns one line a summary.
pub fn rows(summaries: &[Summary]) -> String {
    summaries
        .iter()
        .map(|summary| row(summary, summaries))
        .collect()
}

fn row(summary: &Summary, summaries: &[Summary]) -> String {
    let percentiles = &summary.percentiles;
    format!(
        "{:<8} {:<18} {:>23} {:>23} {:>9} {:>7} {:>7} {:>7} {:>7}\n",
        summary.flow,
        summary.stage,
        rate(&summary.cpu),
        rate(&summary.wall),
        ratio(summary, summaries),
        percentiles.p50_ns,
        percentiles.p90_ns,
        percentiles.p99_ns,
        percentiles.p999_ns,
    )
}

fn rate(rate: &Rate) -> String {
    format!(
        "{:.3} ({:.3}–{:.3})",
        rate.median_mops, rate.min_mops, rate.max_mops
    )
}

fn ratio(summary: &Summary, summaries: &[Summary]) -> String {
    lobster_of(&summary.flow, summaries).map_or_else(
        || "–".to_owned(),
        |lobster| format!("{:.2}", summary.cpu.median_mops / lobster.cpu.median_mops),
    )
}
