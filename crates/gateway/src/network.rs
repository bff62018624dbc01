//! Who is one stranger: an address of version 4, a network of version 6.

use std::net::{IpAddr, Ipv6Addr};

/// Whoever has one address of version 6 has the whole network of it.
const NETWORK_V6: u128 = !0 << 64;

/// Returns what is counted in place of an address: itself, or for version 6 the /64 that it is in.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK_V6).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_network_are_one_and_others_are_not() {
        let network = |text: &str| network_of(text.parse().expect("an address"));
        for (left, right, is_one) in [
            ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "::ffff:10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
            ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("::1", "127.0.0.1", false),
        ] {
            assert_eq!(network(left) == network(right), is_one, "{left} {right}");
        }
    }
}
