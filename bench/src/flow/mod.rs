//! Order flows in the format ORDFLOW1: records, header, file, generator.
//!
//! A flow is a reproducible stream of orders, cancels and moves for the speed measurements. Its
//! header says what a correct matcher must arrive at, so a measured run also proves itself.
//! Absent: any matching that is measured; the reference book here only computes totals.

pub mod error;
pub mod file;
pub mod generate;
pub mod header;
#[cfg(test)]
mod naive;
pub mod random;
pub mod record;
pub mod reference;
pub mod shape;

use crate::flow::header::Header;
use crate::flow::record::Record;

/// A whole flow in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    pub header: Header,
    /// The prefill records, then the measured ones.
    pub records: Vec<Record>,
}

impl Flow {
    /// Returns the index at which the measured part starts.
    pub fn prefill_count(&self) -> usize {
        usize::try_from(self.header.prefill_records).expect("checked against the record count")
    }

    /// Returns the number of measured records.
    pub fn measured_count(&self) -> usize {
        self.records.len() - self.prefill_count()
    }
}
