//! What a client signs: query string and body as sent, one after the other, without the signature itself.
//!
//! **Source** `docs/spec/binance-surface.md` §3.3.

use memchr::{memchr, memchr_iter, memchr2};

use crate::binance::params::{Params, Plus, decode_bytes};

/// A signed request, cut into the pieces that were signed and the signature.
///
/// **Shape** the payload is the concatenation of `pieces`; most of them are empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed<'a> {
    pub pieces: [&'a [u8]; 4],
}

impl<'a> Signed<'a> {
    /// Returns the pieces of a request: the `signature` pair is cut out of the part that carries it.
    pub fn cut(query: &'a str, body: &'a str) -> Signed<'a> {
        let (query_head, query_tail) = cut_signature(query);
        let (body_head, body_tail) = cut_signature(body);
        Signed {
            pieces: [query_head, query_tail, body_head, body_tail].map(str::as_bytes),
        }
    }

    /// Returns the payload as one text.
    pub fn payload(&self) -> Vec<u8> {
        self.pieces.concat()
    }

    /// Returns the payload with its percent-encoding undone, as clients of before 2026 signed it; `None` when it is
    /// not encoded at all or an escape is broken.
    pub fn decoded(&self, plus: Plus) -> Option<Vec<u8>> {
        let payload = self.payload();
        let is_encoded = payload.iter().any(|byte| *byte == b'%' || *byte == b'+');
        if is_encoded {
            decode_bytes(&payload, plus)
        } else {
            None
        }
    }
}

/// How the values of parameters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    Plain,
    /// As a form writes them.
    Encoded,
}

impl Spelling {
    /// Returns how a query string or a form body is written.
    pub fn of(raw: &str) -> Spelling {
        match memchr2(b'%', b'+', raw.as_bytes()) {
            Some(_) => Spelling::Encoded,
            None => Spelling::Plain,
        }
    }
}

/// Returns what a client of the WebSocket API signs: its parameters but for the signature, sorted by name.
///
/// **Source** `docs/spec/binance-surface.md` §3.4.
pub fn sorted_payload(params: &Params, spelling: Spelling) -> String {
    let mut pairs: Vec<(&str, &str)> = params
        .iter()
        .filter(|(name, _)| *name != "signature")
        .collect();
    pairs.sort_unstable();
    let mut payload = String::new();
    for (name, value) in pairs {
        if !payload.is_empty() {
            payload.push('&');
        }
        match spelling {
            Spelling::Plain => {
                payload.push_str(name);
                payload.push('=');
                payload.push_str(value);
            }
            Spelling::Encoded => {
                encode(name, &mut payload);
                payload.push('=');
                encode(value, &mut payload);
            }
        }
    }
    payload
}

/// Appends a value as a form writes it.
fn encode(value: &str, text: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            b' ' => text.push('+'),
            _ => {
                text.push('%');
                text.push(char::from(HEX[usize::from(byte >> 4)]));
                text.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

/// Returns what stands before and after the first `signature` pair, its separator gone with it.
fn cut_signature(raw: &str) -> (&str, &str) {
    const NAME: &[u8] = b"signature=";
    let bytes = raw.as_bytes();
    let mut starts = [0]
        .into_iter()
        .chain(memchr_iter(b'&', bytes).map(|separator| separator + 1));
    let Some(start) = starts.find(|start| bytes[*start..].starts_with(NAME)) else {
        return (raw, "");
    };
    let end = memchr(b'&', &bytes[start..]).map_or(raw.len(), |length| start + length);
    if start == 0 {
        return ("", raw[end..].trim_start_matches('&'));
    }
    // One separator stays if a pair follows: it is the first byte of the tail.
    (&raw[..start - 1], &raw[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_pair_is_cut_wherever_it_stands() {
        for (query, body, payload) in [
            ("a=1&signature=x", "", "a=1"),
            ("signature=x&a=1", "", "a=1"),
            ("a=1&signature=x&b=2", "", "a=1&b=2"),
            ("signature=x", "", ""),
            ("a=1", "b=2&signature=x", "a=1b=2"),
            ("a=1&signature=x", "b=2", "a=1b=2"),
            ("a=signature=1", "", "a=signature=1"),
            ("", "", ""),
        ] {
            let signed = Signed::cut(query, body);
            assert_eq!(signed.payload(), payload.as_bytes(), "{query} {body}");
        }
    }

    #[test]
    fn parameters_are_signed_in_the_order_of_their_names() {
        let query = "timestamp=1645423376532&symbol=BTCUSDT&signature=x&apiKey=a&note=b+c%3D%C3%A9";
        let params = Params::parse(query, "").expect("legal");
        assert_eq!(
            sorted_payload(&params, Spelling::Plain),
            "apiKey=a&note=b c=é&symbol=BTCUSDT&timestamp=1645423376532"
        );
        assert_eq!(
            sorted_payload(&params, Spelling::Encoded),
            "apiKey=a&note=b+c%3D%C3%A9&symbol=BTCUSDT&timestamp=1645423376532"
        );
        let params = Params::parse("a%3D1%26b=2", "").expect("legal");
        assert_eq!(sorted_payload(&params, Spelling::Encoded), "a%3D1%26b=2");
    }

    #[test]
    fn the_decoded_payload_is_offered_only_when_it_differs() {
        let plain = Signed::cut("a=1", "");
        assert_eq!(plain.decoded(Plus::IsPlus), None);
        let encoded = Signed::cut("a=%5B1%5D+", "");
        assert_eq!(encoded.decoded(Plus::IsPlus), Some(b"a=[1]+".to_vec()));
        assert_eq!(encoded.decoded(Plus::IsSpace), Some(b"a=[1] ".to_vec()));
    }
}
