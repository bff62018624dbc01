//! What strangers send that the crate of HTTP reads itself: cursors of pages, and what providers of identity checks found.

use crate::trace::Trace;
use gateway::cursor::CursorKey;
use gateway::rest::kyc_result;
use indexer::entry::EntryPlace;
use model::id::Sequence;
use model::time::Timestamp;
use std::sync::OnceLock;

pub const RESULT: &[&[u8]] = &[
    b"{\"application\":",
    b",\"verdict\":\"",
    b"passed",
    b"review",
    b"failed",
    b"\"",
    b",\"note\":\"",
    b"}",
    b"\\u0000",
    b"\\n",
    b"18446744073709551615",
    b"null",
];

const QUESTION: &[u8] = b"entries of 1";

/// A cursor that was given out, with some of its characters changed by the bytes: it leads to its place or nowhere.
pub fn cursor(bytes: &[u8], trace: &mut Trace) {
    static KEY: OnceLock<CursorKey> = OnceLock::new();
    let key = KEY.get_or_init(|| CursorKey::new().expect("there is randomness"));
    let place = EntryPlace {
        at: Timestamp::from_nanos(1_700_000_000),
        sequence: Sequence(7),
        step: 1,
    };
    let sealed = key.seal(QUESTION, place).expect("there is randomness");
    let mut changed = sealed.clone().into_bytes();
    for pair in bytes.chunks_exact(2) {
        let at = usize::from(pair[0]) % changed.len();
        changed[at] = pair[1];
    }
    let text = String::from_utf8_lossy(&changed);
    let is_same = text.eq_ignore_ascii_case(&sealed);
    let opened = key.open(QUESTION, &text);
    assert!(opened == is_same.then_some(place));
    let raw = String::from_utf8_lossy(bytes);
    assert!(key.open(QUESTION, &raw).is_none());
    assert!(key.open(bytes, &sealed).is_none() || bytes == QUESTION);
    let are_digits = changed.iter().all(u8::is_ascii_hexdigit);
    trace.see((is_same, are_digits, raw.len().min(130)));
}

/// What a provider found: an application, a verdict, and a note of one line that is not too long.
pub fn provider(bytes: &[u8], trace: &mut Trace) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return trace.see("no text");
    };
    match kyc_result::read(text) {
        Ok((application, verdict, note)) => {
            assert!(note.chars().count() <= 200 && !note.contains('\n'));
            trace.see((application.min(2), format!("{verdict:?}"), note.is_empty()));
        }
        Err(refusal) => trace.see_words(&format!("{refusal:?}")),
    }
}
