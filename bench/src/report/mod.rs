//! Every stage and every peer on all named flows, in one run.

mod arguments;
pub mod floor;
pub mod table;

use anyhow::Result;
use clap::ValueEnum;

use crate::cli::{
    HistoryArguments, HttpArguments, IdentityArguments, MemoryArguments, RecoveryArguments,
    ReportArguments, WsArguments, WsapiArguments,
};
use crate::flow::generate::generate;
use crate::flow::shape::{NAMED, Shape};
use crate::history::history;
use crate::measure::contender::Contender;
use crate::measure::provenance::Provenance;
use crate::measure::summary::{Summary, measure};
use crate::memory::memory;
use crate::recovery::recovery;
use crate::report::floor::{Floors, verdicts};
use crate::socket::http::http;
use crate::socket::identity::identity;
use crate::socket::ws::ws;
use crate::socket::wsapi::wsapi;
use crate::stage::choice::StageChoice;

/// Prints the report: the flows, then memory, a start, the history, orders over HTTP, users, orders over sockets, and
/// streams.
///
/// # Errors
/// A run that fails or arrives at other totals than its flow's header.
pub fn report(arguments: &ReportArguments) -> Result<Floors> {
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
    let floors = conclude(&summaries, arguments)
        .and(memory(&MemoryArguments::of_report(arguments))?)
        .and(recovery(&RecoveryArguments::of_report(arguments))?)
        .and(history(&HistoryArguments::of_report(arguments))?)
        .and(http(&HttpArguments::of_report(arguments))?)
        .and(identity(&IdentityArguments::of_report(arguments))?)
        .and(wsapi(&WsapiArguments::of_report(arguments))?)
        .and(ws(&WsArguments::of_report(arguments))?);
    Ok(floors)
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

fn conclude(summaries: &[Summary], arguments: &ReportArguments) -> Floors {
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
    Floors::of(verdicts.iter().all(|verdict| verdict.is_met()))
}
