//! Where calls go: an address of the operator, read strictly, so that two readers never see two hosts in it.

use std::net::IpAddr;

/// The port that TLS has everywhere, and the one beside it.
const PORTS: [u16; 2] = [443, 8443];
const HOST_CHARS_MAX: usize = 253;
const PATH_CHARS_MAX: usize = 1_024;

/// Host, port and path of an address that begins with `https://`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub host: String,
    pub port: u16,
    pub path: String,
}

/// Why an address is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("the address does not begin with https://")]
    Scheme,
    #[error(
        "the address names no host that can be called: write a name in small letters, without user, dot at the end or brackets"
    )]
    Host,
    #[error("the port is none of 443 and 8443")]
    Port,
    #[error("the path has something other than visible ASCII, or a fragment")]
    Path,
}

impl Target {
    /// Returns the target of an address.
    ///
    /// # Errors
    /// The first part that cannot be.
    pub fn parse(text: &str) -> Result<Target, TargetError> {
        let rest = text.strip_prefix("https://").ok_or(TargetError::Scheme)?;
        let end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = match authority.split_once(':') {
            None => (authority, PORTS[0]),
            Some((host, port)) => {
                let port = port.parse().map_err(|_| TargetError::Port)?;
                (host, port)
            }
        };
        if !is_host(host) {
            return Err(TargetError::Host);
        }
        if !PORTS.contains(&port) {
            return Err(TargetError::Port);
        }
        let is_path = path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'#')
            && path.len() <= PATH_CHARS_MAX;
        if !is_path {
            return Err(TargetError::Path);
        }
        let path = if path.is_empty() { "/" } else { path };
        Ok(Target {
            host: host.to_owned(),
            port,
            path: path.to_owned(),
        })
    }
}

/// A name of labels, the last of which has a letter: 127.1, 0x7f000001 and 2130706433 are addresses to some.
fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(is_sign)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or("");
    let is_name = host.contains('.')
        && host.len() <= HOST_CHARS_MAX
        && host.split('.').all(is_label)
        && last.starts_with(|sign: char| sign.is_ascii_lowercase());
    // An address in its one form, which is checked like every other.
    let is_address = host
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_ipv4() && address.to_string() == host);
    is_name || is_address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_secure_one_of_a_plain_host() {
        let target = Target::parse("https://kyc.example.com/hook?a=b").expect("a target");
        assert_eq!((&*target.host, target.port), ("kyc.example.com", 443));
        assert_eq!(target.path, "/hook?a=b");
        assert_eq!(
            Target::parse("https://a.example").expect("a target").path,
            "/"
        );
        assert!(Target::parse("https://a.example:8443/x").is_ok());
    }

    #[test]
    fn what_leads_elsewhere_is_no_target() {
        for (text, expected) in [
            ("http://a.example/", TargetError::Scheme),
            ("HTTPS://a.example/", TargetError::Scheme),
            ("file:///etc/passwd", TargetError::Scheme),
            ("gopher://a.example/", TargetError::Scheme),
            ("//a.example/", TargetError::Scheme),
            ("https://", TargetError::Host),
            ("https://localhost/", TargetError::Host),
            ("https://user@a.example/", TargetError::Host),
            ("https://a.example@b.example/", TargetError::Host),
            ("https://a.example\\@b.example/", TargetError::Host),
            ("https://a.example./", TargetError::Host),
            ("https://a..example/", TargetError::Host),
            ("https://A.example/", TargetError::Host),
            ("https://a.ex%61mple/", TargetError::Host),
            ("https://a.example?x/", TargetError::Host),
            ("https://a.example#x/", TargetError::Host),
            ("https://[::1]/", TargetError::Port),
            ("https://127.1/", TargetError::Host),
            ("https://0x7f.0.0.1/", TargetError::Host),
            ("https://0177.0.0.1/", TargetError::Host),
            ("https://2130706433/", TargetError::Host),
            ("https://127.0.0.1.nip.0/", TargetError::Host),
            ("https://a.example:0/", TargetError::Port),
            ("https://a.example:22/", TargetError::Port),
            ("https://a.example:5432/", TargetError::Port),
            ("https://a.example:/", TargetError::Port),
            ("https://a.example:443:443/", TargetError::Port),
            ("https://a.example/a b", TargetError::Path),
            ("https://a.example/#x", TargetError::Path),
            ("https://a.example/\r\nHost: b", TargetError::Path),
        ] {
            assert_eq!(Target::parse(text), Err(expected), "{text}");
        }
    }
}
