//! `bourse fit`: the distance of every measure of the simulated markets from their profiles, which are recordings or,
//! where there is none, another market's recording on its own tick and lot.

use super::fit::{DISTANCE_MAX, distances, simulate};
use super::profile::{Source, profiles};
use crate::cli;
use crate::listing::MARKETS;
use anyhow::{Result, bail};

/// The busiest market sees so many commands a second at least.
const COMMANDS_PER_SECOND_MIN: f64 = 220.0;

/// Simulates every market and prints the Kolmogorov–Smirnov distance of each measure.
///
/// # Errors
/// A distance above the ceiling, or too few commands.
pub fn print(arguments: &cli::Fit) -> Result<()> {
    let mut worst: f64 = 0.0;
    let mut busiest: f64 = 0.0;
    for (plan, (profile, source)) in MARKETS.iter().zip(profiles()) {
        let measures = simulate(plan, &profile, arguments.seconds, arguments.seed);
        let per_second = measures.commands as f64 / arguments.seconds as f64;
        println!(
            "{}: {per_second:.0} commands/s, beside {}",
            plan.symbol,
            named(source)
        );
        busiest = busiest.max(per_second);
        for row in distances(&measures, &profile) {
            println!(
                "  {:<24} {:>8} samples   distance {:.3}",
                row.measure, row.samples, row.distance
            );
            worst = worst.max(row.distance);
        }
    }
    println!("largest distance {worst:.3}, ceiling {DISTANCE_MAX:.2}");
    if DISTANCE_MAX < worst {
        bail!("a simulated market is too unlike what it is to be like");
    }
    if busiest < COMMANDS_PER_SECOND_MIN {
        bail!(
            "the busiest simulated market sees fewer than {COMMANDS_PER_SECOND_MIN} commands a second"
        );
    }
    Ok(())
}

fn named(source: Source) -> String {
    match source {
        Source::Recorded => "its recording".to_owned(),
        Source::Scaled { of } => {
            format!("the recording of {of} on its own tick and lot: there is none of its own")
        }
    }
}
