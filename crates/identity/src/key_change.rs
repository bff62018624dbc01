//! Keys that are used otherwise than they were made: another label, other addresses, an end of their own, limits.
//!
//! Scopes are the exchange's and never change; it is told of an end that is later than the one it keeps.
//!
//! **Source** `docs/spec/keys.md`.

use std::sync::Arc;

use model::id::{KeyId, OwnerId};
use model::time::Timestamp;

use crate::address::AddressRule;
use crate::identity::{Identity, IdentityError};
use crate::key::Key;
use crate::outbox::Subject;

/// What the user of a key has set beside what it was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyBounds {
    /// From then on it is refused; `Timestamp::MAX` without an end of its own.
    pub ends_at: Timestamp,
    /// At most so much in a minute.
    pub weight_per_minute: Option<u32>,
    /// At most so many in ten seconds.
    pub orders_per_ten_seconds: Option<u32>,
}

impl KeyBounds {
    pub const NONE: KeyBounds = KeyBounds {
        ends_at: Timestamp::MAX,
        weight_per_minute: None,
        orders_per_ten_seconds: None,
    };
}

/// What a key is to be from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    pub label: String,
    pub addresses: AddressRule,
    pub bounds: KeyBounds,
}

impl KeyChange {
    /// Returns the change that leaves a key as it is.
    pub fn of(key: &Key) -> KeyChange {
        KeyChange {
            label: key.label.clone(),
            addresses: key.addresses.clone(),
            bounds: key.bounds,
        }
    }

    /// Returns whether a key may do anything after this that it may not do now.
    pub fn widens(&self, key: &Key) -> bool {
        let (now, next) = (&key.bounds, &self.bounds);
        let is_higher = |now: Option<u32>, next: Option<u32>| {
            now.is_some_and(|now| next.is_none_or(|next| now < next))
        };
        mutant::plant!(
            "wider-key-without-proof",
            false,
            !is_within(&self.addresses, &key.addresses)
                || now.ends_at < next.ends_at
                || is_higher(now.weight_per_minute, next.weight_per_minute)
                || is_higher(now.orders_per_ten_seconds, next.orders_per_ten_seconds)
        )
    }

    /// Returns whether a key that is in use must be asked again from where it is used.
    fn narrows(&self, key: &Key) -> bool {
        !is_within(&key.addresses, &self.addresses) || self.bounds.ends_at < key.bounds.ends_at
    }
}

/// Returns whether every address of the one rule is one of the other's.
fn is_within(inner: &AddressRule, outer: &AddressRule) -> bool {
    match (inner, outer) {
        (_, AddressRule::Any) => true,
        (AddressRule::Only(inner), AddressRule::Only(outer)) => {
            inner.iter().all(|address| outer.contains(address))
        }
        (AddressRule::Only(inner), AddressRule::Loopback) => {
            inner.iter().all(std::net::IpAddr::is_loopback)
        }
        (inner, outer) => inner == outer,
    }
}

impl Identity {
    /// Changes a key of a user, tells the user, and returns it as it is then.
    ///
    /// # Errors
    /// `KeyUnknown` for one that is revoked by now.
    pub async fn change_key(
        &self,
        user: OwnerId,
        key: &Key,
        change: &KeyChange,
        at: Timestamp,
    ) -> Result<Arc<Key>, IdentityError> {
        let notice = self.notice(user).await?;
        let told = (user, Subject::KeyChanged, &notice);
        if change.narrows(key) {
            // What was opened by more right than is left does not come back with the next start.
            self.store.forget_listen_key(key.id).await?;
        }
        self.store.change_key(key.id, change, told, at).await?;
        let stored = self.store.key(key.id).await?;
        let changed = self.keep_changed(stored)?;
        if change.narrows(key) {
            self.note_narrowed(key.id);
        }
        Ok(changed)
    }

    /// Tells a user that a key was deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_key_deleted(
        &self,
        user: OwnerId,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let notice = self.notice(user).await?;
        let subject = Subject::KeyDeleted;
        self.store.tell_user(user, subject, &notice, at).await
    }

    /// Returns the API keys whose own end has come, by number.
    pub fn ended_keys(&self, at: Timestamp) -> Vec<KeyId> {
        self.key_numbers(|key| key.bounds.ends_at <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> AddressRule {
        AddressRule::only(text).expect("addresses")
    }

    #[test]
    fn addresses_are_within_others_or_not() {
        for (inner, outer, expected) in [
            (only("10.0.0.1"), AddressRule::Any, true),
            (AddressRule::Any, AddressRule::Any, true),
            (AddressRule::Any, only("10.0.0.1"), false),
            (only("10.0.0.1"), only("10.0.0.1,10.0.0.2"), true),
            (only("10.0.0.1,10.0.0.3"), only("10.0.0.1,10.0.0.2"), false),
            (AddressRule::Loopback, AddressRule::Loopback, true),
            (AddressRule::Any, AddressRule::Loopback, false),
            (AddressRule::Loopback, only("127.0.0.1"), false),
            (only("127.0.0.1"), AddressRule::Loopback, true),
            (only("10.0.0.1"), AddressRule::Loopback, false),
        ] {
            assert_eq!(is_within(&inner, &outer), expected, "{inner:?} {outer:?}");
        }
    }
}
