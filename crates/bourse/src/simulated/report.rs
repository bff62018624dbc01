//! `bourse fit`: the distance of every measure of the simulated markets from their recordings.

use super::fit::{DISTANCE_MAX, distances, simulate};
use super::profile::{BTCUSDT, ETHUSDT};
use crate::cli;
use crate::listing::MARKETS;
use anyhow::{Result, bail};

/// The busiest market sees so many commands a second at least.
const COMMANDS_PER_SECOND_MIN: f64 = 220.0;

/// Simulates both recorded markets and prints the Kolmogorov–Smirnov distance of each measure.
///
/// # Errors
/// A distance above the ceiling, or too few commands.
pub fn print(arguments: &cli::Fit) -> Result<()> {
    let mut worst: f64 = 0.0;
    let mut busiest: f64 = 0.0;
    for (plan, profile) in MARKETS.iter().zip([&BTCUSDT, &ETHUSDT]) {
        let measures = simulate(plan, profile, arguments.seconds, arguments.seed);
        let per_second = measures.commands as f64 / arguments.seconds as f64;
        println!("{}: {per_second:.0} commands/s", plan.symbol);
        busiest = busiest.max(per_second);
        for row in distances(&measures, profile) {
            println!(
                "  {:<24} {:>8} samples   distance {:.3}",
                row.measure, row.samples, row.distance
            );
            worst = worst.max(row.distance);
        }
    }
    println!("largest distance {worst:.3}, ceiling {DISTANCE_MAX:.2}");
    if DISTANCE_MAX < worst {
        bail!("a simulated market is too unlike its recording");
    }
    if busiest < COMMANDS_PER_SECOND_MIN {
        bail!(
            "the busiest simulated market sees fewer than {COMMANDS_PER_SECOND_MIN} commands a second"
        );
    }
    Ok(())
}
