//! From where and with what users sign in: a login that is unlike all before it is told to the user.
//!
//! **Source** OWASP ASVS 5.0 V6.3.5.

use std::net::{IpAddr, Ipv6Addr};

use crate::browser::TokenHash;
use crate::login::Login;

/// A /24 of version 4 and a /48 of version 6: neighbours, who share a provider.
const NETWORK_V4_BITS: u32 = 24;
const NETWORK_V6_BITS: u32 = 48;

/// Returns the hash of what is compared: the network, and the browser without its versions, which change by themselves.
pub(crate) fn device_of(login: &Login) -> TokenHash {
    device_from(login.address, &login.agent)
}

/// As `device_of`, of whoever has not signed in.
pub(crate) fn device_from(address: IpAddr, agent: &str) -> TokenHash {
    let browser: String = agent.chars().filter(|sign| !is_of_version(*sign)).collect();
    TokenHash::of(&format!("{}\n{browser}", network_of(address)))
}

const fn is_of_version(sign: char) -> bool {
    sign.is_ascii_digit() || sign == '.'
}

fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let mask = u32::MAX << (u32::BITS - NETWORK_V4_BITS);
            std::net::Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX << (u128::BITS - NETWORK_V6_BITS);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::OwnerId;

    fn device(address: &str, agent: &str) -> TokenHash {
        device_of(&Login {
            user: OwnerId(1),
            agent: agent.to_owned(),
            address: address.parse().expect("an address"),
        })
    }

    #[test]
    fn versions_and_neighbours_are_the_same_and_all_else_is_new() {
        let own = device("192.0.2.7", "Firefox/140.0 (Linux)");
        for (address, agent, is_own) in [
            ("192.0.2.250", "Firefox/141.0.1 (Linux)", true),
            ("::ffff:192.0.2.7", "Firefox/140.0 (Linux)", true),
            ("192.0.3.7", "Firefox/140.0 (Linux)", false),
            ("192.0.2.7", "Firefox/140.0 (Windows)", false),
            ("2001:db8::1", "Firefox/140.0 (Linux)", false),
            ("192.0.2.7", "", false),
        ] {
            assert_eq!(device(address, agent) == own, is_own, "{address} {agent}");
        }
        assert!(device("2001:db8:1:2::1", "") == device("2001:db8:1:3::1", ""));
        assert!(device("2001:db8:1::1", "") != device("2001:db8:2::1", ""));
    }
}
