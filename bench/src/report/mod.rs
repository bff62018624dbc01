//! Every stage and every peer on all named flows, in one run.

pub mod floor;
pub mod table;

use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;

use crate::cli::ReportArguments;
use crate::flow::generate::generate;
use crate::flow::shape::{NAMED, Shape};
use crate::measure::contender::Contender;
use crate::measure::provenance::Provenance;
use crate::measure::summary::{Summary, measure};
use crate::report::floor::verdicts;
use crate::stage::choice::StageChoice;

/// Prints the report; with `--check`, fails when a floor is missed.
///
/// # Errors
/// A run that fails or arrives at other totals than its flow's header.
pub fn report(arguments: &ReportArguments) -> Result<ExitCode> {
    let provenance = Provenance::collect();
    if !arguments.json {
        print!("{}", table::heading(&provenance));
    }
    let mut summaries = Vec::new();
    for shape in &NAMED {
        let of_flow = measure_shape(shape, arguments)?;
        print_flow(&of_flow, arguments, &provenance);
        summaries.extend(of_flow);
    }
    conclude(&summaries, arguments)
}

fn measure_shape(shape: &Shape, arguments: &ReportArguments) -> Result<Vec<Summary>> {
    let flow = generate(shape, arguments.records, arguments.seed);
    let contenders = StageChoice::value_variants()
        .iter()
        .map(|stage| stage.prepare(&flow))
        .collect::<Result<Vec<Box<dyn Contender + '_>>>>()?;
    measure(
        &contenders,
        shape.name,
        flow.measured_count(),
        arguments.runs,
    )
}

fn print_flow(summaries: &[Summary], arguments: &ReportArguments, provenance: &Provenance) {
    if arguments.json {
        summaries
            .iter()
            .for_each(|summary| println!("{}", summary.json(provenance)));
    } else {
        print!("{}", table::rows(summaries));
    }
}

fn conclude(summaries: &[Summary], arguments: &ReportArguments) -> Result<ExitCode> {
    let verdicts = verdicts(summaries);
    let verdicts_text: String = verdicts
        .iter()
        .map(|verdict| format!("{verdict}\n"))
        .collect();
    if arguments.json {
        // Standard output is for the JSON lines alone.
        eprint!("{verdicts_text}");
    } else {
        print!("\n{verdicts_text}");
    }
    let all_met = verdicts.iter().all(|verdict| verdict.is_met());
    Ok(if arguments.check && !all_met {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
