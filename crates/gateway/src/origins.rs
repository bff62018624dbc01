//! The names under which pages of this exchange are opened.
//!
//! A name that somebody else owns can be made to lead here (DNS rebinding), and then its pages are of one origin with
//! the exchange: what counts is that the name is one of ours, not that it is the one asked for.
//!
//! **Source** OWASP ASVS 5.0 V4.4.2.

use axum::http::header::{HOST, HeaderMap, ORIGIN};
use wire::binance::error::{Fault, Refusal};

/// The origins of a setting at most.
const ORIGINS_MAX: usize = 16;

/// Where pages may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// In small letters; without one, names that nobody else can own are taken.
    listed: Vec<String>,
}

impl Origins {
    /// Those whose name nobody else can own: localhost, and addresses of machines.
    pub const UNOWNED: Origins = Origins { listed: Vec::new() };

    /// Returns the origins that a text lists, with commas between; an empty one lists none.
    pub fn parse(text: &str) -> Option<Origins> {
        let parts: Vec<&str> = text.split(',').filter(|_| !text.is_empty()).collect();
        let are_origins = parts.iter().all(|part| is_origin(part));
        (are_origins && parts.len() <= ORIGINS_MAX).then(|| Origins {
            listed: parts.iter().map(|part| part.to_ascii_lowercase()).collect(),
        })
    }

    /// Returns these and one more, unless they are none.
    #[must_use]
    pub fn with(mut self, origin: &str) -> Origins {
        if is_origin(origin) {
            self.listed.push(origin.to_ascii_lowercase());
        }
        self
    }

    /// Refuses what a page of another origin sent. Clients that are no browsers send no origin.
    ///
    /// # Errors
    /// 403 for a foreign origin, and for several.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut origins = headers.get_all(ORIGIN).iter();
        let is_own = match (origins.next(), origins.next()) {
            (None, _) => true,
            (Some(origin), None) => {
                let origin = core::str::from_utf8(origin.as_bytes());
                origin.is_ok_and(|origin| self.has(origin, host(headers)))
            }
            (Some(_), Some(_)) => false,
        };
        if mutant::plant!("foreign-origin-taken", true, is_own) {
            Ok(())
        } else {
            Err(Refusal::of(Fault::OriginForeign))
        }
    }

    /// Refuses what was asked of a name that is not ours: a page of the same origin says none when it reads.
    ///
    /// # Errors
    /// 403 for a foreign name, for none and for several.
    pub fn check_name(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let is_own = host(headers).is_some_and(|host| self.has_name(host));
        if mutant::plant!("foreign-name-taken", true, is_own) {
            Ok(())
        } else {
            Err(Refusal::of(Fault::OriginForeign))
        }
    }

    fn has(&self, origin: &str, host: Option<&str>) -> bool {
        let origin = origin.to_ascii_lowercase();
        if !self.listed.is_empty() {
            return self.listed.contains(&origin);
        }
        // TLS ends before this process, so either scheme is its own.
        let asked = host.filter(|host| is_unowned(host));
        authority(&origin)
            .is_some_and(|own| asked.is_some_and(|host| host.eq_ignore_ascii_case(own)))
    }

    fn has_name(&self, host: &str) -> bool {
        let mut names = self.listed.iter().filter_map(|origin| authority(origin));
        match self.listed.is_empty() {
            true => is_unowned(host),
            false => names.any(|name| name.eq_ignore_ascii_case(host)),
        }
    }
}

fn host(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

fn authority(origin: &str) -> Option<&str> {
    let rest = origin.strip_prefix("https://");
    rest.or_else(|| origin.strip_prefix("http://"))
}

/// Returns whether a text is a scheme with a host and perhaps a port, and nothing more.
fn is_origin(text: &str) -> bool {
    let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    let lower = text.to_ascii_lowercase();
    authority(&lower).is_some_and(|host| !host.is_empty() && host.bytes().all(is_of_host))
}

/// Returns whether a host, with or without its port, is a name that no name server leads elsewhere.
fn is_unowned(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let inner = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let is_address = match inner {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
        None => name.parse::<std::net::Ipv4Addr>().is_ok(),
    };
    let is_local = name.eq_ignore_ascii_case("localhost");
    is_address || is_local || name.to_ascii_lowercase().ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::{HeaderName, HeaderValue};

    fn headers(lines: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        headers
    }

    #[test]
    fn a_listed_origin_is_own_under_whatever_name_it_asks() {
        let origins = Origins::parse("https://trade.example,https://m.trade.example:8443");
        let origins = origins.expect("origins");
        for (origin, is_own) in [
            ("https://trade.example", true),
            ("https://Trade.Example", true),
            ("https://m.trade.example:8443", true),
            ("http://trade.example", false),
            ("https://trade.example:8443", false),
            ("https://trade.example.evil", false),
            ("https://eviltrade.example", false),
            ("https://trade.example/", false),
            ("http://localhost", false),
            ("null", false),
            ("", false),
        ] {
            let sent = headers(&[(HOST, "trade.example"), (ORIGIN, origin)]);
            assert_eq!(origins.check(&sent).is_ok(), is_own, "{origin}");
        }
        let rebound = [(HOST, "evil.example"), (ORIGIN, "http://evil.example")];
        assert!(origins.check(&headers(&rebound)).is_err());
        assert!(origins.check(&headers(&[(HOST, "trade.example")])).is_ok());
        let twice = [
            (HOST, "trade.example"),
            (ORIGIN, "https://trade.example"),
            (ORIGIN, "https://evil.example"),
        ];
        assert!(origins.check(&headers(&twice)).is_err());
        for (host, is_own) in [
            ("TRADE.example", true),
            ("evil.example", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(
                origins.check_name(&headers(&[(HOST, host)])).is_ok(),
                is_own,
                "{host}"
            );
        }
    }

    #[test]
    fn without_a_list_a_name_that_somebody_owns_is_foreign() {
        for (host, is_own) in [
            ("localhost:8080", true),
            ("LOCALHOST", true),
            ("trade.localhost:8080", true),
            ("127.0.0.1:8080", true),
            ("192.168.1.5", true),
            ("[::1]:8080", true),
            ("evil.example:8080", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("evil.example:127.0.0.1", false),
            ("[evil]", false),
            ("", false),
        ] {
            let origin = format!("http://{host}");
            let sent = headers(&[(HOST, host), (ORIGIN, &origin)]);
            assert_eq!(Origins::UNOWNED.check(&sent).is_ok(), is_own, "{host}");
            assert_eq!(Origins::UNOWNED.check_name(&sent).is_ok(), is_own, "{host}");
        }
        let foreign = [(HOST, "127.0.0.1:8080"), (ORIGIN, "http://127.0.0.1:9090")];
        assert!(Origins::UNOWNED.check(&headers(&foreign)).is_err());
        assert!(
            Origins::UNOWNED
                .check(&headers(&[(ORIGIN, "http://localhost")]))
                .is_err()
        );
        let twice = [(HOST, "localhost"), (HOST, "localhost")];
        assert!(Origins::UNOWNED.check_name(&headers(&twice)).is_err());
        assert!(Origins::UNOWNED.check_name(&headers(&[])).is_err());
    }

    #[test]
    fn a_list_is_of_origins_alone() {
        for (text, is_list) in [
            ("", true),
            ("https://trade.example", true),
            ("http://localhost:8080,https://[2001:db8::1]", true),
            ("trade.example", false),
            ("https://trade.example/", false),
            ("https://trade.example, https://other.example", false),
            ("https://trade.example,", false),
            ("https://*.trade.example", false),
            ("https://", false),
        ] {
            assert_eq!(Origins::parse(text).is_some(), is_list, "{text}");
        }
        assert_eq!(Origins::parse(""), Some(Origins::UNOWNED));
    }
}
