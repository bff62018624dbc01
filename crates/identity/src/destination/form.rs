//! How a network writes its addresses: what is none is refused before money can be sent to it.

use sha3::{Digest, Keccak256};

use crate::destination::{base58, bech32};

/// What a text must be where nothing is known of the network.
const PLAIN_CHARS_MIN: usize = 4;
const PLAIN_CHARS_MAX: usize = 128;
const EVM_DIGITS: usize = 40;

/// How addresses of a network are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Bitcoin,
    Litecoin,
    /// Ethereum and its kin: 40 hex digits whose capital letters are a checksum.
    Evm,
    /// Letters, digits and a few signs, of a network whose addresses nothing is known of.
    Plain,
}

/// What addresses of Bitcoin's kin begin with.
struct Family {
    prefix: &'static str,
    versions: &'static [u8],
}

const BITCOIN: Family = Family {
    prefix: "bc",
    versions: &[0x00, 0x05],
};
/// An address that begins with 3 is Bitcoin's as well: which it is, is said by the network beside it.
const LITECOIN: Family = Family {
    prefix: "ltc",
    versions: &[0x30, 0x32, 0x05],
};

impl Form {
    pub const ALL: [Form; 4] = [Form::Bitcoin, Form::Litecoin, Form::Evm, Form::Plain];

    pub const fn name(self) -> &'static str {
        match self {
            Form::Bitcoin => "bitcoin",
            Form::Litecoin => "litecoin",
            Form::Evm => "evm",
            Form::Plain => "plain",
        }
    }

    pub fn parse(name: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.name() == name)
    }

    /// Returns a pattern that every address of the network has, for clients that look before they ask.
    pub const fn pattern(self) -> &'static str {
        match self {
            Form::Bitcoin => "^([13][a-km-zA-HJ-NP-Z1-9]{25,34}|(bc1|BC1)[0-9A-Za-z]{39,59})$",
            Form::Litecoin => "^([3LM][a-km-zA-HJ-NP-Z1-9]{25,34}|(ltc1|LTC1)[0-9A-Za-z]{39,59})$",
            Form::Evm => "^0x[0-9A-Fa-f]{40}$",
            Form::Plain => "^[0-9A-Za-z:._-]{4,128}$",
        }
    }

    /// Returns the one text of an address, `None` when it is none of the network.
    pub fn read(self, text: &str) -> Option<String> {
        match self {
            Form::Bitcoin => BITCOIN.read(text),
            Form::Litecoin => LITECOIN.read(text),
            Form::Evm => read_evm(text),
            Form::Plain => is_plain(text).then(|| text.to_owned()),
        }
    }
}

impl Family {
    /// Segregated witness is written in small letters or in capitals, and means the same.
    fn read(&self, text: &str) -> Option<String> {
        if base58::version(text).is_some_and(|version| self.versions.contains(&version)) {
            return Some(text.to_owned());
        }
        let is_one_case = !text.bytes().any(|byte| byte.is_ascii_uppercase())
            || !text.bytes().any(|byte| byte.is_ascii_lowercase());
        let small = text.to_ascii_lowercase();
        let is_address = is_one_case && bech32::is_address(&small, self.prefix);
        is_address.then_some(small)
    }
}

/// Letters of one case carry no checksum; letters of both must be it. Nothing is sent to the address of nobody.
fn read_evm(text: &str) -> Option<String> {
    let digits = text.strip_prefix("0x")?;
    let is_hex = digits.len() == EVM_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hex || digits.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let small = digits.to_ascii_lowercase();
    let hash = Keccak256::digest(small.as_bytes());
    let checked: String = small
        .chars()
        .enumerate()
        .map(|(place, digit)| {
            let byte = hash[place >> 1];
            let nibble = if place & 1 == 0 { byte >> 4 } else { byte & 15 };
            match 8 <= nibble {
                true => digit.to_ascii_uppercase(),
                false => digit,
            }
        })
        .collect();
    let has_no_checksum = digits == small || digits == digits.to_ascii_uppercase();
    (has_no_checksum || digits == checked).then(|| format!("0x{checked}"))
}

fn is_plain(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b":._-".contains(&byte);
    (PLAIN_CHARS_MIN..=PLAIN_CHARS_MAX).contains(&text.len()) && text.bytes().all(is_legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those of the standards, and of the mnemonic `abandon` eleven times and `about`.
    const GOOD: &[(Form, &str)] = &[
        (Form::Bitcoin, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
        (Form::Bitcoin, "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf"),
        (Form::Bitcoin, "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"),
        (Form::Bitcoin, "1111111111111111111114oLvT2"),
        (
            Form::Bitcoin,
            "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
        ),
        (
            Form::Bitcoin,
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ),
        (
            Form::Litecoin,
            "ltc1qjmxnz78nmc8nq77wuxh25n2es7rzm5c2rkk4wh",
        ),
        (Form::Litecoin, "LUWPbpM43E2p7ZSh8cyTBEkvpHmr3cB8Ez"),
        (Form::Litecoin, "M7wtsL7wSHDBJVMWWhtQfTMSYYkyooAAXM"),
        (Form::Evm, "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"),
        (Form::Evm, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
        (Form::Plain, "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh"),
    ];

    const BAD: &[(Form, &str)] = &[
        (Form::Bitcoin, ""),
        (Form::Bitcoin, "bc1q"),
        // One letter another, one too few, another network, both cases, a later version, the other checksum.
        (Form::Bitcoin, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyv"),
        (Form::Bitcoin, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fy"),
        (Form::Bitcoin, "ltc1qjmxnz78nmc8nq77wuxh25n2es7rzm5c2rkk4wh"),
        (Form::Bitcoin, "Bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
        (Form::Bitcoin, "bc1sw50qgdz25j"),
        (
            Form::Bitcoin,
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        ),
        (Form::Bitcoin, "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabB"),
        (Form::Bitcoin, "11LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"),
        (Form::Bitcoin, "LUWPbpM43E2p7ZSh8cyTBEkvpHmr3cB8Ez"),
        (Form::Bitcoin, " 37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf"),
        (Form::Litecoin, "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"),
        (Form::Evm, "0x9858EfFD232B4033E47d90003D41EC34EcaEda95"),
        (Form::Evm, "0x9858effD232B4033E47d90003D41EC34EcaEda94"),
        (Form::Evm, "9858EfFD232B4033E47d90003D41EC34EcaEda94"),
        (Form::Evm, "0x9858EfFD232B4033E47d90003D41EC34EcaEda9"),
        (Form::Evm, "0x0000000000000000000000000000000000000000"),
        (Form::Plain, "abc"),
        (Form::Plain, "a b c d"),
        (Form::Plain, "addr\u{202e}ess"),
        (Form::Plain, "addr\ness"),
    ];

    #[test]
    fn addresses_of_a_network_are_read_as_they_are() {
        for (form, text) in GOOD {
            assert_eq!(form.read(text).as_deref(), Some(*text), "{form:?}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_network_is_none() {
        for (form, text) in BAD {
            assert_eq!(form.read(text), None, "{form:?} {text}");
        }
    }

    #[test]
    fn one_address_has_one_text() {
        for (form, text, same) in [
            (
                Form::Bitcoin,
                "BC1QCR8TE4KR609GCAWUTMRZA0J4XV80JY8Z306FYU",
                "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
            ),
            (
                Form::Evm,
                "0x9858effd232b4033e47d90003d41ec34ecaeda94",
                "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
            ),
        ] {
            assert_eq!(form.read(text).as_deref(), Some(same));
        }
    }

    /// Every address with one letter changed is none.
    #[test]
    fn a_slip_of_one_letter_is_seen() {
        for (form, text) in GOOD.iter().filter(|(form, _)| *form != Form::Plain) {
            let is_checked = |place: usize| *form != Form::Evm || 2 <= place;
            for place in (0..text.len()).filter(|place| is_checked(*place)) {
                let mut other = text.as_bytes().to_vec();
                other[place] = if other[place] == b'7' { b'4' } else { b'7' };
                let other = String::from_utf8(other).expect("ASCII");
                assert_eq!(form.read(&other), None, "{form:?} {other}");
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for form in Form::ALL {
            assert_eq!(Form::parse(form.name()), Some(form));
        }
        assert_eq!(Form::parse("dogecoin"), None);
    }
}
