//! The measuring harness: clocks, runs, percentiles, and where they were taken.

pub mod contender;
pub mod cpu;
pub mod latency;
pub mod provenance;
pub mod ratios;
pub mod resident;
pub mod summary;
