//! From where a key may be used.

use std::net::IpAddr;

/// The addresses a key answers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressRule {
    Any,
    /// Keys of a sandbox.
    Loopback,
    Only(Vec<IpAddr>),
}

/// As many as one key may name.
const ADDRESSES_MAX: usize = 30;
const ANY: &str = "any";
const LOOPBACK: &str = "loopback";

impl AddressRule {
    /// Returns whether a request may come from this address.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match self {
            AddressRule::Any => true,
            AddressRule::Loopback => address.is_loopback(),
            AddressRule::Only(list) => {
                mutant::plant!("address-not-compared", true, list.contains(&address))
            }
        }
    }

    /// Returns the rule of those addresses alone that stand in a text with commas between them.
    pub fn only(text: &str) -> Option<AddressRule> {
        let mut list = Vec::new();
        for part in text.split(',') {
            let address: IpAddr = part.trim().parse().ok()?;
            let address = address.to_canonical();
            if !list.contains(&address) {
                list.push(address);
            }
        }
        (list.len() <= ADDRESSES_MAX).then_some(AddressRule::Only(list))
    }

    /// Returns the rule as it is stored: `any`, `loopback` or addresses with commas between them.
    pub(crate) fn text(&self) -> String {
        match self {
            AddressRule::Any => ANY.to_owned(),
            AddressRule::Loopback => LOOPBACK.to_owned(),
            AddressRule::Only(list) => {
                let texts: Vec<String> = list.iter().map(IpAddr::to_string).collect();
                texts.join(",")
            }
        }
    }

    /// Returns the rule that was stored as this text.
    pub(crate) fn parse(text: &str) -> Option<AddressRule> {
        match text {
            ANY => Some(AddressRule::Any),
            LOOPBACK => Some(AddressRule::Loopback),
            list => {
                let addresses: Result<Vec<IpAddr>, _> = list.split(',').map(str::parse).collect();
                addresses.ok().map(AddressRule::Only)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_rule_knows_its_addresses_in_both_families() {
        assert!(AddressRule::Loopback.allows(address("127.0.0.1")));
        assert!(AddressRule::Loopback.allows(address("::1")));
        assert!(AddressRule::Loopback.allows(address("::ffff:127.0.0.1")));
        assert!(!AddressRule::Loopback.allows(address("10.0.0.1")));
        let only = AddressRule::Only(vec![address("10.0.0.1")]);
        assert!(only.allows(address("::ffff:10.0.0.1")));
        assert!(!only.allows(address("10.0.0.2")));
    }

    #[test]
    fn addresses_are_read_as_they_are_compared() {
        let rule = AddressRule::only("10.0.0.1, ::ffff:10.0.0.1,2001:db8::1").expect("a rule");
        let expected = vec![address("10.0.0.1"), address("2001:db8::1")];
        assert_eq!(rule, AddressRule::Only(expected));
        assert_eq!(AddressRule::parse(&rule.text()), Some(rule));
        for odd in ["", ",", "10.0.0.1,", "10.0.0", "10.0.0.0/8", "any"] {
            assert_eq!(AddressRule::only(odd), None, "{odd}");
        }
        let many = |count: u8| {
            let list: Vec<String> = (0..count).map(|last| format!("10.0.0.{last}")).collect();
            AddressRule::only(&list.join(","))
        };
        assert!(many(30).is_some() && many(31).is_none());
    }

    #[test]
    fn a_stored_rule_reads_back() {
        for rule in [
            AddressRule::Any,
            AddressRule::Loopback,
            AddressRule::Only(vec![address("10.0.0.1"), address("::1")]),
        ] {
            assert_eq!(AddressRule::parse(&rule.text()), Some(rule));
        }
        assert_eq!(AddressRule::parse("10.0.0"), None);
    }
}
