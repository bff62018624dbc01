//! Listen keys: names under which an API key opens streams without signing.
//!
//! They are told in memory; `kept_keys` writes down what becomes of them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use identity::identity::IdentityError;
use identity::listen_key::ListenKey as KeptKey;
use identity::random;
use model::id::{AccountId, KeyId};
use model::time::Timestamp;

const CHARS: usize = 64;
const LIFE_NANOS: i64 = 60 * 60 * 1_000_000_000;

/// What a listen key opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenKey {
    pub name: Arc<str>,
    pub account: AccountId,
    pub key: KeyId,
    pub expires_at: Timestamp,
}

/// The listen keys.
///
/// **Shape** at most one for an API key.
#[derive(Debug, Default)]
pub struct ListenKeys {
    by_key: HashMap<KeyId, ListenKey>,
    names: HashMap<Arc<str>, KeyId>,
    /// The API keys whose listen keys are others than those that were written down.
    unsaved: BTreeSet<KeyId>,
}

impl ListenKeys {
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Returns the listen key of this name.
    pub fn find(&self, name: &str) -> Option<&ListenKey> {
        self.by_key.get(self.names.get(name)?)
    }

    /// Returns the name of the listen key of an API key, made if there is none, and good for another hour.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn start(
        &mut self,
        account: AccountId,
        key: KeyId,
        now: Timestamp,
    ) -> Result<Arc<str>, IdentityError> {
        if let Some(known) = self.by_key.get_mut(&key) {
            known.expires_at = now.plus_nanos(LIFE_NANOS);
            self.unsaved.insert(key);
            return Ok(Arc::clone(&known.name));
        }
        let name: Arc<str> = random::alphanumeric(CHARS)?.into();
        self.insert(ListenKey {
            name: Arc::clone(&name),
            account,
            key,
            expires_at: now.plus_nanos(LIFE_NANOS),
        });
        self.unsaved.insert(key);
        Ok(name)
    }

    /// Takes in a listen key that was written down.
    pub fn restore(&mut self, kept: KeptKey) {
        self.insert(ListenKey {
            name: kept.name.into(),
            account: kept.account,
            key: kept.key,
            expires_at: kept.expires_at,
        });
    }

    fn insert(&mut self, listen_key: ListenKey) {
        self.names
            .insert(Arc::clone(&listen_key.name), listen_key.key);
        self.by_key.insert(listen_key.key, listen_key);
    }

    /// Removes the listen key of an API key.
    pub fn remove(&mut self, key: KeyId) -> Option<ListenKey> {
        let removed = self.by_key.remove(&key)?;
        self.names.remove(&removed.name);
        mutant::plant!("listen-key-unwritten", false, self.unsaved.insert(key));
        Some(removed)
    }

    /// Returns an API key whose listen key is to be written down, and that listen key; `None` when it has ended.
    pub fn next_unsaved(&self) -> Option<(KeyId, Option<KeptKey>)> {
        let key = *self.unsaved.first()?;
        Some((key, self.kept(key)))
    }

    /// Notes what was written down of an API key; it is written again if it has changed meanwhile.
    pub fn note_saved(&mut self, key: KeyId, saved: Option<&KeptKey>) {
        if self.kept(key).as_ref() == saved {
            self.unsaved.remove(&key);
        }
    }

    fn kept(&self, key: KeyId) -> Option<KeptKey> {
        self.by_key.get(&key).map(|found| KeptKey {
            name: found.name.to_string(),
            account: found.account,
            key: found.key,
            expires_at: found.expires_at,
        })
    }

    /// Returns the API keys whose listen keys have ended.
    pub fn ended(&self, now: Timestamp, is_live: impl Fn(KeyId) -> bool) -> Vec<KeyId> {
        self.by_key
            .values()
            .filter(|listen_key| listen_key.expires_at <= now || !is_live(listen_key.key))
            .map(|listen_key| listen_key.key)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn an_api_key_has_one_listen_key_which_lives_an_hour_from_the_last_time_it_was_asked_for() {
        let mut keys = ListenKeys::default();
        let name = keys.start(AccountId(1), KeyId(7), NOW).expect("random");
        assert_eq!(name.len(), CHARS);
        let later = NOW.plus_nanos(LIFE_NANOS - 1);
        assert_eq!(keys.ended(later, |_| true), []);
        assert_eq!(keys.ended(NOW.plus_nanos(LIFE_NANOS), |_| true), [KeyId(7)]);
        assert_eq!(keys.ended(NOW, |_| false), [KeyId(7)]);
        let again = keys.start(AccountId(1), KeyId(7), later).expect("known");
        assert_eq!(again, name);
        assert_eq!(keys.ended(NOW.plus_nanos(LIFE_NANOS), |_| true), []);
        let other = keys.start(AccountId(1), KeyId(8), NOW).expect("random");
        assert_ne!(other, name);
        assert!(keys.find(&name).is_some_and(|found| found.key == KeyId(7)));
        assert!(keys.remove(KeyId(7)).is_some());
        assert!(keys.find(&name).is_none() && keys.remove(KeyId(7)).is_none());
        assert_eq!(keys.len(), 1);
    }

    #[test]
    fn whatever_becomes_of_a_listen_key_is_to_be_written_until_that_was_noted() {
        let mut keys = ListenKeys::default();
        let name = keys.start(AccountId(1), KeyId(7), NOW).expect("random");
        let (key, first) = keys.next_unsaved().expect("a new one");
        assert_eq!(key, KeyId(7));
        assert_eq!(first.as_ref().map(|kept| &*kept.name), Some(&*name));
        keys.start(AccountId(1), KeyId(7), NOW.plus_nanos(1))
            .expect("known");
        keys.note_saved(KeyId(7), first.as_ref());
        let (_, second) = keys.next_unsaved().expect("it changed meanwhile");
        keys.note_saved(KeyId(7), second.as_ref());
        assert_eq!(keys.next_unsaved(), None);
        keys.remove(KeyId(7));
        assert_eq!(keys.next_unsaved(), Some((KeyId(7), None)));
        keys.restore(second.expect("a listen key"));
        assert!(keys.find(&name).is_some_and(|found| found.key == KeyId(7)));
    }
}
