//! Compression of large answers for clients that ask for it.

use std::io::Write;

use axum::http::HeaderValue;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Smaller answers cost more to compress than they save.
const BYTES_MIN: usize = 1_024;

/// Returns the compressed body, or `None` when it goes as it is.
pub fn gzip(body: &[u8], accepted: Option<&HeaderValue>) -> Option<Vec<u8>> {
    if body.len() < BYTES_MIN || !accepts_gzip(accepted?) {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    // Writing to memory does not fail; if it did, the body would go as it is.
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

fn accepts_gzip(accepted: &HeaderValue) -> bool {
    let codings = accepted.to_str().unwrap_or("").split(',');
    codings.into_iter().any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_body_shrinks_for_those_who_ask() {
        let body = b"0123456789".repeat(1_000);
        let asked = HeaderValue::from_static("deflate, GZIP;q=0.8");
        let packed = gzip(&body, Some(&asked)).expect("compressed");
        assert!(packed.len() < body.len() / 10);
        for refused in ["identity", "gzip;q=0", "", "br, deflate"] {
            assert_eq!(
                gzip(&body, Some(&HeaderValue::from_static(refused))),
                None,
                "{refused}"
            );
        }
        assert_eq!(gzip(&body, None), None);
        assert_eq!(gzip(&body[..100], Some(&asked)), None);
    }
}
