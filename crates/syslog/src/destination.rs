//! Where rows go: an address of the operator.

use core::fmt;
use std::net::IpAddr;

const TLS: &str = "syslog+tls://";
const PLAIN: &str = "syslog+tcp://";
/// **Source** RFC 5425 §4.1.
const TLS_PORT: u16 = 6514;
const HOST_CHARS_MAX: usize = 253;

/// Whether what is sent can be read on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Tls,
    /// To a collector on this machine, which sends on.
    Plain,
}

/// Host, port and way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub host: String,
    pub port: u16,
    pub way: Way,
}

/// Why nothing can be sent to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    #[error("the address begins with neither syslog+tls:// nor syslog+tcp://")]
    Scheme,
    #[error("the address names no host: write syslog+tls://HOST, with :PORT unless that is 6514")]
    Host,
    #[error("the address names no port: syslog+tcp://127.0.0.1:PORT has one of its own")]
    Port,
    #[error("without TLS rows go to this machine alone: syslog+tcp://127.0.0.1:PORT")]
    Readable,
}

impl Destination {
    /// Returns the destination of an address.
    ///
    /// # Errors
    /// The first part that cannot be.
    pub fn parse(text: &str) -> Result<Destination, DestinationError> {
        let (way, authority) = match (text.strip_prefix(TLS), text.strip_prefix(PLAIN)) {
            (Some(rest), _) => (Way::Tls, rest),
            (None, Some(rest)) => (Way::Plain, rest),
            (None, None) => return Err(DestinationError::Scheme),
        };
        let (host, port) = split(authority, way)?;
        if !is_host(host) {
            return Err(DestinationError::Host);
        }
        let is_here = host.parse().is_ok_and(|host: IpAddr| host.is_loopback());
        if way == Way::Plain && !is_here {
            return Err(DestinationError::Readable);
        }
        Ok(Destination {
            host: host.to_owned(),
            port,
            way,
        })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.way {
            Way::Tls => TLS,
            Way::Plain => PLAIN,
        };
        match self.host.contains(':') {
            true => write!(out, "{scheme}[{}]:{}", self.host, self.port),
            false => write!(out, "{scheme}{}:{}", self.host, self.port),
        }
    }
}

/// Returns host and port; an address of version 6 stands in brackets.
fn split(authority: &str, way: Way) -> Result<(&str, u16), DestinationError> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or(DestinationError::Host)?;
            let port = match rest {
                "" => None,
                rest => Some(rest.strip_prefix(':').ok_or(DestinationError::Host)?),
            };
            (host, port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let port = match (port, way) {
        (Some(text), _) => text.parse().ok().filter(|port| *port != 0),
        (None, Way::Tls) => Some(TLS_PORT),
        (None, Way::Plain) => None,
    };
    Ok((host, port.ok_or(DestinationError::Port)?))
}

fn is_host(host: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let is_name = !host.is_empty() && host.bytes().all(is_letter);
    host.len() <= HOST_CHARS_MAX && (is_name || host.parse::<IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_strictly_and_plain_ones_stay_on_this_machine() {
        let found = |text: &str| {
            let read = Destination::parse(text).ok()?;
            Some((read.to_string(), read.host))
        };
        for (text, shown, host) in [
            (
                "syslog+tls://log.example",
                "syslog+tls://log.example:6514",
                "log.example",
            ),
            (
                "syslog+tls://10.0.0.7:10514",
                "syslog+tls://10.0.0.7:10514",
                "10.0.0.7",
            ),
            (
                "syslog+tls://[fd00::7]",
                "syslog+tls://[fd00::7]:6514",
                "fd00::7",
            ),
            (
                "syslog+tcp://127.0.0.1:514",
                "syslog+tcp://127.0.0.1:514",
                "127.0.0.1",
            ),
            ("syslog+tcp://[::1]:514", "syslog+tcp://[::1]:514", "::1"),
        ] {
            assert_eq!(
                found(text),
                Some((shown.to_owned(), host.to_owned())),
                "{text}"
            );
        }
        for (text, refused) in [
            ("log.example", DestinationError::Scheme),
            ("syslog://log.example", DestinationError::Scheme),
            ("syslog+tls://", DestinationError::Host),
            ("syslog+tls://a b", DestinationError::Host),
            ("syslog+tls://user@log.example", DestinationError::Host),
            ("syslog+tls://log.example/path", DestinationError::Host),
            ("syslog+tls://[fd00::7", DestinationError::Host),
            ("syslog+tls://log.example:0", DestinationError::Port),
            ("syslog+tls://log.example:65536", DestinationError::Port),
            ("syslog+tcp://127.0.0.1", DestinationError::Port),
            ("syslog+tcp://10.0.0.7:514", DestinationError::Readable),
            ("syslog+tcp://localhost:514", DestinationError::Readable),
        ] {
            assert_eq!(Destination::parse(text), Err(refused), "{text}");
        }
    }
}
