//! Why a flow cannot be used.

use std::path::PathBuf;

use thiserror::Error;

use crate::flow::record::RecordFault;

#[derive(Debug, Error)]
pub enum FlowError {
    #[error("{path}: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("not an order flow: it starts with {found:02x?}, not with the bytes `ORDFLOW1`")]
    Magic { found: [u8; 8] },
    #[error("cut off inside the header: {found_bytes} of 128 bytes")]
    HeaderCutOff { found_bytes: usize },
    #[error("the header's padding, bytes 120 to 127, is not zero")]
    Padding,
    #[error("header word {word} is {value}: {why}")]
    Word {
        word: usize,
        value: u64,
        why: &'static str,
    },
    #[error("the header promises {promised} records, the file holds {found_bytes} bytes of them")]
    Length { promised: u128, found_bytes: usize },
    #[error("record {index}: {fault}")]
    Record { index: usize, fault: RecordFault },
}
