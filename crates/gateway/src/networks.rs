//! The networks that withdrawals are paid on: what each asset costs there, and how its addresses are written.
//!
//! **Source** `docs/spec/withdrawals.md` §1.

use std::time::Duration;

use identity::destination::form::Form;
use model::number::Amount;
use model::text::Symbol;
use model::time::NANOS_PER_DAY;
use wire::decimal;

use crate::gateway::Gateway;

/// Letters of a name.
const NAME_CHARS_MAX: usize = 16;
const PLACES_MAX: u32 = 8;

/// An asset on a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    pub asset: Symbol,
    pub name: String,
    pub form: Form,
    /// Whether addresses may need a tag beside them.
    pub takes_tag: bool,
    /// What the exchange keeps of each withdrawal.
    pub fee: Amount,
    /// What leaves an account at least, with the fee.
    pub minimum: Amount,
    /// Of which an amount is a whole number.
    pub step: Amount,
}

/// What withdrawals go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawalRules {
    /// The first of an asset is the one that is meant where none is named.
    pub networks: Vec<Network>,
    /// How long a new address is not paid to.
    pub hold_nanos: i64,
}

impl Default for WithdrawalRules {
    /// Nothing can be withdrawn.
    fn default() -> WithdrawalRules {
        WithdrawalRules {
            networks: Vec::new(),
            hold_nanos: NANOS_PER_DAY,
        }
    }
}

impl WithdrawalRules {
    /// Returns the rules of these networks, for a hold that is this long.
    ///
    /// # Errors
    /// Which network cannot be, and why.
    pub fn parse(networks: &str, hold: Duration) -> Result<WithdrawalRules, String> {
        let mut rules = WithdrawalRules {
            networks: Vec::new(),
            hold_nanos: i64::try_from(hold.as_nanos()).unwrap_or(i64::MAX),
        };
        for text in networks.split_ascii_whitespace() {
            let network = Network::parse(text).ok_or_else(|| {
                format!("{text:?} is not ASSET/NETWORK=FORM,FEE,MINIMUM,PLACES, with the minimum above the fee")
            })?;
            if rules.find(network.asset, Some(&network.name)).is_some() {
                return Err(format!("{}/{} stands twice", network.asset, network.name));
            }
            rules.networks.push(network);
        }
        Ok(rules)
    }

    /// Returns the networks of an asset.
    pub fn of(&self, asset: Symbol) -> impl Iterator<Item = &Network> {
        let networks = self.networks.iter();
        networks.filter(move |network| network.asset == asset)
    }

    /// Returns the network of this name of an asset, or its first.
    pub fn find(&self, asset: Symbol, name: Option<&str>) -> Option<&Network> {
        self.of(asset)
            .find(|network| name.is_none_or(|name| network.name == name))
    }
}

impl Gateway {
    /// Lets users withdraw by these rules, once.
    pub fn pay_out(&self, rules: WithdrawalRules) {
        // Whoever was first stays.
        let _ = self.withdrawal_rules.set(rules);
    }

    /// Returns what withdrawals go by.
    pub(crate) fn withdrawal_rules(&self) -> &WithdrawalRules {
        self.withdrawal_rules.get_or_init(WithdrawalRules::default)
    }
}

impl Network {
    fn parse(text: &str) -> Option<Network> {
        let (names, rest) = text.split_once('=')?;
        let (asset, name) = names.split_once('/')?;
        let (parts, takes_tag) = match rest.strip_suffix(",tag") {
            Some(parts) => (parts, true),
            None => (rest, false),
        };
        let parts: Vec<&str> = parts.split(',').collect();
        let [form, fee, minimum, places] = parts[..] else {
            return None;
        };
        let amount = |text: &str| decimal::parse(text).ok().and_then(Amount::new);
        let places: u32 = places.parse().ok()?;
        let left = PLACES_MAX.checked_sub(places)?;
        let network = Network {
            asset: Symbol::parse(asset.as_bytes())?,
            name: name.to_owned(),
            form: Form::parse(form)?,
            takes_tag,
            fee: amount(fee)?,
            minimum: amount(minimum)?,
            step: Amount::new(10_i128.pow(left))?,
        };
        network.is_legal().then_some(network)
    }

    fn is_legal(&self) -> bool {
        let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let is_name = (1..=NAME_CHARS_MAX).contains(&self.name.len());
        is_name
            && self.name.bytes().all(is_letter)
            && self.fee < self.minimum
            && self.is_step(self.fee)
            && self.is_step(self.minimum)
    }

    /// Returns whether an amount is a whole number of steps.
    pub const fn is_step(&self, amount: Amount) -> bool {
        amount.units().rem_euclid(self.step.units()) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn symbol(text: &str) -> Symbol {
        Symbol::parse(text.as_bytes()).expect("legal")
    }

    #[test]
    fn networks_are_read_and_the_first_is_meant_where_none_is_named() {
        let text = "USDT/ETH=evm,5,10,6 BTC/BTC=bitcoin,0.0002,0.001,8 USDT/X=plain,0,1,0,tag";
        let rules = WithdrawalRules::parse(text, MINUTE).expect("legal");
        assert_eq!(rules.hold_nanos, 60_000_000_000);
        let usdt = symbol("USDT");
        assert_eq!(rules.of(usdt).count(), 2);
        let first = rules.find(usdt, None).expect("one");
        assert_eq!(
            (first.name.as_str(), first.form, first.takes_tag),
            ("ETH", Form::Evm, false)
        );
        assert_eq!(first.step.units(), 100);
        assert!(first.is_step(Amount::new(1_100).expect("legal")));
        assert!(!first.is_step(Amount::new(1_150).expect("legal")));
        let other = rules.find(usdt, Some("X")).expect("one");
        assert_eq!((other.step.units(), other.takes_tag), (100_000_000, true));
        assert_eq!(rules.find(usdt, Some("BTC")), None);
        assert_eq!(rules.find(symbol("ETH"), None), None);
        assert_eq!(
            WithdrawalRules::parse("", MINUTE).expect("legal").networks,
            []
        );
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "BTC",
            "BTC/BTC",
            "BTC/BTC=bitcoin",
            "BTC/BTC=bitcoin,1,2",
            "BTC/BTC=bitcoin,1,2,3,4",
            "btc/BTC=bitcoin,1,2,8",
            "BTC/btc=bitcoin,1,2,8",
            "BTC/=bitcoin,1,2,8",
            "BTC/BTC=doge,1,2,8",
            "BTC/BTC=bitcoin,2,2,8",
            "BTC/BTC=bitcoin,-1,2,8",
            "BTC/BTC=bitcoin,1,2,9",
            "BTC/BTC=bitcoin,0.1,2,0",
            "BTC/BTC=bitcoin,1,2.5,0",
            "BTC/BTC=bitcoin,1,2,8 BTC/BTC=bitcoin,1,2,8",
        ] {
            assert!(WithdrawalRules::parse(text, MINUTE).is_err(), "{text}");
        }
    }
}
