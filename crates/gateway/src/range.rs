//! Ranges of addresses, as `10.0.0.0/8`.

use std::net::IpAddr;

/// All addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    first: IpAddr,
    bits: u32,
}

impl Range {
    /// Returns the range of a text: an address alone, or with the number of bits that count, at least one.
    ///
    /// An address inside of a range stands for no range: it is more often a slip than a wish.
    pub fn parse(text: &str) -> Option<Range> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().ok()?;
        let width = width(first);
        let bits = match bits {
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => bits.parse().ok()?,
            Some(_) => return None,
            None => width,
        };
        let range = Range { first, bits };
        let is_sound = 1 <= bits && bits <= width && key(first) & !range.mask() == 0;
        is_sound.then_some(range)
    }

    /// Returns whether an address is in the range; one of version 4 may be written in version 6.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && key(address) & self.mask() == key(self.first)
    }

    /// The bits that count are the first ones.
    fn mask(&self) -> u128 {
        !(u128::MAX.checked_shr(self.bits).unwrap_or(0))
    }
}

const fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => u32::BITS,
        IpAddr::V6(_) => u128::BITS,
    }
}

/// Returns the bits of an address, the first one highest.
fn key(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << (u128::BITS - u32::BITS),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_what_begins_like_it() {
        for (range, address, is_in) in [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("10.0.0.0/8", "a00::", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false),
            ("192.0.2.6/31", "192.0.2.7", true),
            ("128.0.0.0/1", "255.255.255.255", true),
            ("128.0.0.0/1", "127.255.255.255", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("::1", "::1", true),
            ("::1", "127.0.0.1", false),
        ] {
            let range = Range::parse(range).expect("a range");
            let address = address.parse().expect("an address");
            assert_eq!(range.has(address), is_in, "{range:?} {address}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "/",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0.1/8",
            "0.0.0.0/0",
            "::/0",
            "2001:db8::/129",
            "10.0.0.0/8/8",
            "10.0.0",
            "10.0.0.0/99999999999",
            "localhost",
            "10.0.0.0 /8",
        ] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }
}
