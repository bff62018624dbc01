//! Compression of large answers for clients that ask for it.

use std::io::Write;

use axum::http::HeaderValue;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

/// Smaller answers cost more to compress than they save.
const BYTES_MIN: usize = 1_024;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Gzip,
    Deflate,
}

impl Coding {
    /// In the order in which they are preferred.
    const ALL: [Coding; 2] = [Coding::Gzip, Coding::Deflate];

    /// Returns the name in the headers.
    pub const fn name(self) -> &'static str {
        match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
        }
    }

    /// Writing to memory does not fail; if it did, the body would go as it is.
    fn encode(self, body: &[u8]) -> Option<Vec<u8>> {
        let target = Vec::with_capacity(body.len() / 4);
        match self {
            Coding::Gzip => {
                let mut encoder = GzEncoder::new(target, Compression::fast());
                encoder.write_all(body).ok()?;
                encoder.finish().ok()
            }
            // What HTTP calls deflate is the format of zlib (RFC 9110 §8.4.1.2).
            Coding::Deflate => {
                let mut encoder = ZlibEncoder::new(target, Compression::fast());
                encoder.write_all(body).ok()?;
                encoder.finish().ok()
            }
        }
    }
}

/// Returns the compressed body, or `None` when it goes as it is.
pub fn compress(body: &[u8], accepted: Option<&HeaderValue>) -> Option<(Coding, Vec<u8>)> {
    if body.len() < BYTES_MIN {
        return None;
    }
    let accepted = accepted?.to_str().unwrap_or("");
    let coding = Coding::ALL
        .into_iter()
        .find(|coding| accepts(accepted, *coding))?;
    coding.encode(body).map(|body| (coding, body))
}

fn accepts(accepted: &str, wanted: Coding) -> bool {
    accepted.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case(wanted.name()) && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_large_body_shrinks_for_those_who_ask() {
        let body = b"0123456789".repeat(1_000);
        let asked = HeaderValue::from_static("deflate, GZIP;q=0.8");
        let (coding, packed) = compress(&body, Some(&asked)).expect("compressed");
        assert!(packed.len() < body.len() / 10);
        assert_eq!(coding, Coding::Gzip);
        for refused in ["identity", "gzip;q=0", "", "br"] {
            let refused = HeaderValue::from_static(refused);
            assert_eq!(compress(&body, Some(&refused)), None, "{refused:?}");
        }
        assert_eq!(compress(&body, None), None);
        assert_eq!(compress(&body[..100], Some(&asked)), None);
    }

    #[test]
    fn deflate_is_zlib() {
        let body = b"0123456789".repeat(1_000);
        let asked = HeaderValue::from_static("gzip;q=0, deflate");
        let (coding, packed) = compress(&body, Some(&asked)).expect("compressed");
        assert_eq!(coding, Coding::Deflate);
        let mut read = Vec::new();
        flate2::read::ZlibDecoder::new(&packed[..])
            .read_to_end(&mut read)
            .expect("zlib");
        assert_eq!(read, body);
    }
}
