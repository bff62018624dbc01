//! Who asks, where proxies stand in between.
//!
//! A proxy that is listed tells in `X-Forwarded-For` from whom it has a request, and is believed. From everybody else
//! the header changes nothing: anybody can write it.
//!
//! **Source** OWASP ASVS 5.0 V4.1.3, V15.3.4.

use std::net::IpAddr;

use axum::http::header::{HeaderMap, HeaderName};
use wire::binance::error::{Fault, Refusal};

use crate::range::Range;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The ranges of a setting at most.
const RANGES_MAX: usize = 16;

/// The proxies that are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxies {
    ranges: Vec<Range>,
}

impl Proxies {
    /// Nobody is believed: whoever asks is who is connected.
    pub const NONE: Proxies = Proxies { ranges: Vec::new() };

    /// Returns the proxies that a text lists, with commas between; an empty one lists none.
    pub fn parse(text: &str) -> Option<Proxies> {
        let parts = text.split(',').filter(|_| !text.is_empty());
        let ranges: Option<Vec<Range>> = parts.map(|part| Range::parse(part.trim())).collect();
        let ranges = ranges.filter(|ranges| ranges.len() <= RANGES_MAX)?;
        Some(Proxies { ranges })
    }

    /// Returns whether a peer is a proxy that is believed.
    pub fn has(&self, peer: IpAddr) -> bool {
        self.ranges.iter().any(|range| range.has(peer))
    }

    /// Returns who asks: the last of those who passed the request on that is no proxy of ours.
    ///
    /// A proxy that names nobody asks for itself. When all are proxies, the first of them asks.
    ///
    /// # Errors
    /// 400 for what a proxy names and is no address.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Result<IpAddr, Refusal> {
        if self.ranges.is_empty() || mutant::plant!("anybody-forwards", false, !self.has(peer)) {
            return Ok(peer);
        }
        let mut client = peer;
        for line in headers.get_all(FORWARDED_FOR).iter().rev() {
            let text = line.to_str().map_err(|_| unreadable())?;
            for name in text.rsplit(',') {
                client = address(name.trim()).ok_or_else(unreadable)?;
                if mutant::plant!("first-forwarded-asks", false, !self.has(client)) {
                    return Ok(client);
                }
            }
        }
        Ok(client)
    }
}

/// Returns an address as proxies write it: alone, in brackets, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let alone = inner.unwrap_or(text).parse().ok();
    alone.or_else(|| Some(text.parse::<std::net::SocketAddr>().ok()?.ip()))
}

#[cold]
fn unreadable() -> Refusal {
    let range = "addresses with commas between, as a proxy of http.trusted_proxies writes them";
    Refusal::with(Fault::IllegalCharacters, &["X-Forwarded-For", range])
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::HeaderValue;

    fn client(listed: &str, peer: &str, lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_bytes(line.as_bytes()).expect("a value");
            headers.append(FORWARDED_FOR, value);
        }
        let proxies = Proxies::parse(listed).expect("a list");
        let client = proxies.client(peer.parse().expect("an address"), &headers);
        client.ok().map(|client| client.to_string())
    }

    #[test]
    fn a_listed_proxy_alone_says_who_asks() {
        let listed = "127.0.0.1, 10.0.0.0/8,2001:db8::/32";
        for (peer, lines, expected) in [
            ("192.0.2.1", &["203.0.113.5"][..], "192.0.2.1"),
            ("192.0.2.1", &["garbage"], "192.0.2.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["203.0.113.5"], "203.0.113.5"),
            ("::ffff:127.0.0.1", &["203.0.113.5"], "203.0.113.5"),
            ("127.0.0.1", &["127.0.0.1, 203.0.113.5"], "203.0.113.5"),
            ("127.0.0.1", &["garbage,203.0.113.5"], "203.0.113.5"),
            (
                "127.0.0.1",
                &["198.51.100.1, 203.0.113.5, 10.1.2.3"],
                "203.0.113.5",
            ),
            ("127.0.0.1", &["203.0.113.5", "10.1.2.3"], "203.0.113.5"),
            ("127.0.0.1", &["198.51.100.1", "203.0.113.5"], "203.0.113.5"),
            ("127.0.0.1", &["10.9.9.9, 10.1.2.3"], "10.9.9.9"),
            ("2001:db8::1", &["2001:db9::7"], "2001:db9::7"),
            ("127.0.0.1", &["[2001:db9::7]"], "2001:db9::7"),
            ("127.0.0.1", &["[2001:db9::7]:443"], "2001:db9::7"),
            ("127.0.0.1", &["203.0.113.5:50000"], "203.0.113.5"),
        ] {
            let found = client(listed, peer, lines);
            assert_eq!(found.as_deref(), Some(expected), "{peer} {lines:?}");
        }
    }

    #[test]
    fn what_a_proxy_names_and_is_no_address_is_refused() {
        for lines in [
            &[""][..],
            &["unknown"],
            &["_hidden"],
            &["203.0.113.5, "],
            &["203.0.113.5, 127.0.0.1 evil"],
            &["203.0.113.256"],
            &["203.0.113.5;203.0.113.6"],
            &["garbage, 127.0.0.1"],
            &["203.0.113.5", "ü"],
            &["[203.0.113.5"],
        ] {
            assert_eq!(client("127.0.0.1", "127.0.0.1", lines), None, "{lines:?}");
        }
    }

    #[test]
    fn a_list_is_of_addresses_and_ranges_alone() {
        let many = vec!["10.0.0.1"; RANGES_MAX + 1].join(",");
        for (text, is_list) in [
            ("", true),
            ("127.0.0.1", true),
            ("127.0.0.1/32, ::1", true),
            ("10.0.0.0/8,fd00::/8", true),
            ("127.0.0.1,", false),
            ("proxy.example", false),
            (many.as_str(), false),
        ] {
            assert_eq!(Proxies::parse(text).is_some(), is_list, "{text}");
        }
        assert_eq!(Proxies::parse(""), Some(Proxies::NONE));
    }
}
