//! The configuration file: settings that print and read back the same, or faults that lie within the file.

use crate::trace::Trace;
use bourse::config::file::parse;
use bourse::config::print::file_of;

pub const WORDS: &[&[u8]] = &[
    b"[limits]",
    b"[weights]",
    b"[http]",
    b"[ws]",
    b"\n",
    b" = ",
    b".",
    b"\"",
    b"'''",
    b"{",
    b"}",
    b"#",
    b"request_weight",
    b"orders_10s",
    b"depth",
    b"max_body",
    b"max_age",
    b"\"6000/min\"",
    b"\"5s\"",
    b"\"64KiB\"",
    b"0x",
    b"_",
    b"-1",
    b"1979-05-27T07:32:00Z",
    b"\\u0000",
    b"\xef\xbb\xbf",
];

pub fn run(bytes: &[u8], trace: &mut Trace) {
    match parse(bytes) {
        Ok(settings) => {
            trace.see("allowed");
            assert_eq!(parse(file_of(&settings).as_bytes()), Ok(settings));
        }
        Err(faults) => {
            let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
            for wrong in faults {
                assert!(1 <= wrong.line && wrong.line <= lines, "{wrong}");
                trace.see_words(&wrong.allowed);
            }
        }
    }
}
