//! Operators: people who run the exchange, what they may do, and the public half of the key they sign with.
//!
//! An operator has no password. Whoever holds the private half of a key is its operator (`docs/spec/operators.md`).

use std::net::IpAddr;

use model::id::OperatorId;
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};
use crate::operator_key::PublicKey;

/// Characters of an operator's name.
const NAME_CHARS_MAX: usize = 32;

/// What an operator is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    Viewer = 0,
    Support = 1,
    Compliance = 2,
    Treasury = 3,
    MarketOps = 4,
    Risk = 5,
    Admin = 6,
}

impl Role {
    pub const ALL: [Role; 7] = [
        Role::Viewer,
        Role::Support,
        Role::Compliance,
        Role::Treasury,
        Role::MarketOps,
        Role::Risk,
        Role::Admin,
    ];

    /// Returns the name that people write.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Support => "support",
            Role::Compliance => "compliance",
            Role::Treasury => "treasury",
            Role::MarketOps => "market-ops",
            Role::Risk => "risk",
            Role::Admin => "admin",
        }
    }

    /// Returns the role of this name.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A set of roles.
///
/// **Shape** one bit a role, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    pub const NONE: Roles = Roles(0);
    pub const ALL: Roles = Roles::of(&Role::ALL);

    /// Returns the set of these roles.
    pub const fn of(roles: &[Role]) -> Roles {
        let (mut bits, mut index) = (0, 0);
        while index < roles.len() {
            bits |= 1 << roles[index] as u8;
            index += 1;
        }
        Roles(bits)
    }

    /// Returns whether a role is in the set.
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Returns whether the sets share a role.
    pub const fn meets(self, other: Roles) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the set whose names stand in the text, with commas between them; `None` for an unknown or no name.
    pub fn parse(text: &str) -> Option<Roles> {
        let mut roles = Roles::NONE;
        for name in text.split(',') {
            roles.0 |= 1 << Role::parse(name)? as u8;
        }
        Some(roles)
    }

    /// Returns the names, with commas between them.
    pub fn text(self) -> String {
        let held = Role::ALL.into_iter().filter(|role| self.has(*role));
        held.map(Role::name).collect::<Vec<_>>().join(",")
    }

    pub(crate) const fn bits(self) -> i64 {
        self.0 as i64
    }

    pub(crate) fn from_bits(bits: i64) -> Option<Roles> {
        let bits = u8::try_from(bits).ok()?;
        (bits <= Roles::ALL.0).then_some(Roles(bits))
    }
}

/// Somebody who runs the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    pub id: OperatorId,
    pub name: String,
    pub roles: Roles,
    /// `None` of somebody who has passkeys alone.
    pub public_key: Option<PublicKey>,
    pub created_at: Timestamp,
    /// Since when they are none any more.
    pub disabled_at: Option<Timestamp>,
}

/// Somebody who is to become an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOperator {
    pub name: String,
    pub roles: Roles,
    pub public_key: PublicKey,
}

/// Returns whether a text can be an operator's name: 1 to 32 of a-z, 0-9 and the hyphen.
pub fn is_name(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= NAME_CHARS_MAX && text.bytes().all(is_legal)
}

impl Identity {
    /// Returns every operator there was, by number.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn operators(&self) -> Result<Vec<Operator>, IdentityError> {
        self.store.operators().await
    }

    /// Makes the first two operators, with every role, while there is none.
    ///
    /// # Errors
    /// `OperatorsExist`, and `OperatorTaken` when they share a name or a key.
    pub async fn bootstrap(
        &self,
        first: &[NewOperator],
        at: Timestamp,
    ) -> Result<Vec<OperatorId>, IdentityError> {
        assert!(2 <= first.len(), "nobody approves their own");
        self.store.bootstrap(first, at).await
    }

    /// Returns the active operator who signed a request, and remembers that it came.
    ///
    /// # Errors
    /// `OperatorUnknown` for a key of nobody who is active, `RequestRepeated` for a nonce that was used.
    pub async fn admit(
        &self,
        key: &PublicKey,
        (nonce, address): (&str, IpAddr),
        at: Timestamp,
    ) -> Result<Operator, IdentityError> {
        self.store.admit(key, (nonce, address), at).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_and_written_by_name() {
        let roles = Roles::parse("risk,viewer").expect("roles");
        assert_eq!(roles.text(), "viewer,risk");
        assert!(roles.has(Role::Risk) && !roles.has(Role::Admin));
        for wrong in ["", "owner", "risk,", "Risk", "risk risk"] {
            assert_eq!(Roles::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Roles::from_bits(Roles::ALL.bits()), Some(Roles::ALL));
        assert_eq!(Roles::from_bits(128), None);
        assert_eq!(Roles::from_bits(-1), None);
    }

    #[test]
    fn names_are_short_and_plain() {
        assert!(is_name("ann-2"));
        for wrong in ["", "Ann", "a b", "a&b", "é", &"a".repeat(33)] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
