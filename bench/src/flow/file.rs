//! Reading and writing flow files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::flow::Flow;
use crate::flow::error::FlowError;
use crate::flow::header::{HEADER_BYTES, Header};
use crate::flow::record::{RECORD_BYTES, Record};

/// Reads the flow in the file at `path`.
///
/// # Errors
/// A file that cannot be read, or whose bytes are not a flow.
pub fn read(path: &Path) -> Result<Flow, FlowError> {
    let bytes = std::fs::read(path).map_err(|source| file_error(path, source))?;
    decode(&bytes)
}

/// Writes `flow` to the file at `path`, replacing what was there.
///
/// # Errors
/// A file that cannot be written.
pub fn write(path: &Path, flow: &Flow) -> Result<(), FlowError> {
    write_bytes(path, flow).map_err(|source| file_error(path, source))
}

fn write_bytes(path: &Path, flow: &Flow) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    file.write_all(&flow.header.encode())?;
    for record in &flow.records {
        file.write_all(&record.encode())?;
    }
    file.flush()
}

fn file_error(path: &Path, source: std::io::Error) -> FlowError {
    FlowError::File {
        path: path.to_path_buf(),
        source,
    }
}

/// Returns the flow that `bytes` hold.
///
/// # Errors
/// Bytes that are not a flow, or records that contradict its header.
pub fn decode(bytes: &[u8]) -> Result<Flow, FlowError> {
    let header = Header::decode(bytes)?;
    let body = &bytes[HEADER_BYTES..];
    check_length(&header, body)?;
    let (chunks, _) = body.as_chunks();
    let records = chunks
        .iter()
        .enumerate()
        .map(|(index, chunk)| decode_record(&header, index, chunk))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Flow { header, records })
}

fn check_length(header: &Header, body: &[u8]) -> Result<(), FlowError> {
    let promised = u128::from(header.prefill_records) + u128::from(header.measured_records);
    if promised * RECORD_BYTES as u128 == body.len() as u128 {
        Ok(())
    } else {
        Err(FlowError::Length {
            promised,
            found_bytes: body.len(),
        })
    }
}

fn decode_record(
    header: &Header,
    index: usize,
    chunk: &[u8; RECORD_BYTES],
) -> Result<Record, FlowError> {
    Record::decode(chunk)
        .and_then(|record| header.admit(&record).map(|()| record))
        .map_err(|fault| FlowError::Record { index, fault })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::generate::generate;
    use crate::flow::shape::tests::small;

    fn bytes() -> Vec<u8> {
        let flow = generate(&small(), 50, 7);
        let mut bytes = flow.header.encode().to_vec();
        flow.records
            .iter()
            .for_each(|record| bytes.extend(record.encode()));
        bytes
    }

    fn check_refused(bytes: &[u8], text: &str) {
        let error = decode(bytes).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }

    #[test]
    fn a_written_flow_reads_back_equal() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("small.flow");
        let flow = generate(&small(), 500, 7);
        write(&path, &flow).unwrap();
        assert_eq!(read(&path).unwrap(), flow);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(Path::new("no/such.flow")).unwrap_err().to_string();
        assert!(error.starts_with("no/such.flow: "), "{error}");
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        let mut other = bytes();
        other[7] = b'2';
        check_refused(&other, "not an order flow");
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let whole = bytes();
        check_refused(&whole[..5], "cut off inside the header: 5 of 128 bytes");
        check_refused(&whole[..127], "cut off inside the header: 127 of 128 bytes");
        for length_bytes in [128, 160, whole.len() - 32, whole.len() - 1] {
            check_refused(&whole[..length_bytes], "the header promises");
        }
    }

    #[test]
    fn a_file_with_a_tail_is_refused() {
        let mut longer = bytes();
        longer.extend([0; 32]);
        check_refused(&longer, "the header promises");
    }

    #[test]
    fn a_record_count_beyond_all_memory_is_refused() {
        let mut lying = bytes();
        lying[8..24].fill(0xff);
        check_refused(&lying, "the header promises 36893488147419103230 records");
    }

    #[test]
    fn a_header_that_contradicts_the_records_is_refused() {
        let check = |word: usize, value: u64, text: &str| {
            let mut lying = bytes();
            lying[8 + 8 * word..16 + 8 * word].copy_from_slice(&value.to_le_bytes());
            check_refused(&lying, text);
        };
        check(2, 1, "is not below the header's 1");
        check(3, 1, "is not in 1..=1");
        check(4, 3, "is not below the header's 3");
        check(10, 1_000_000, "header word 11");
        check(10, 100_080, "is outside the header's 100080..=");
        check(11, 100_080, "..=100080");
    }

    #[test]
    fn a_bad_record_is_named_by_index() {
        let mut bad = bytes();
        bad[HEADER_BYTES + 3 * RECORD_BYTES] = 9;
        check_refused(&bad, "record 3: operation 9");
        let mut empty = bytes();
        empty[HEADER_BYTES + 24..HEADER_BYTES + 28].fill(0);
        check_refused(&empty, "record 0: quantity is 0");
    }

    #[test]
    fn padding_that_is_not_zero_is_refused() {
        let mut bad = bytes();
        bad[127] = 1;
        check_refused(&bad, "padding");
    }
}
