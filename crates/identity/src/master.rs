//! The master key, under which every secret in the database is sealed, and the key before it that still opens.
//!
//! While the key is being replaced there are two: the first seals, both open (`rotation`). Absent: the file, which is
//! `master_file`.

use std::sync::{PoisonError, RwLock};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use crate::identity::IdentityError;
use crate::random;

pub(crate) const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const FINGERPRINT_LABEL: &[u8] = b"bourse.master.v1\0";
/// Enough to tell keys apart, and nothing that helps to guess one.
const FINGERPRINT_BYTES: usize = 8;

/// What names a key and tells nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; FINGERPRINT_BYTES]);

impl core::fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut bytes = self.0.iter();
        bytes.try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// The key that seals secrets, and the one before it as long as something is sealed under that. Their bytes are never
/// printed.
pub struct MasterKey {
    /// The first seals, each opens; there is at least one.
    keys: RwLock<Vec<Single>>,
}

#[derive(Clone)]
struct Single {
    cipher: XChaCha20Poly1305,
    fingerprint: Fingerprint,
}

impl Single {
    fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Single {
        let hash = Sha256::new()
            .chain_update(FINGERPRINT_LABEL)
            .chain_update(bytes)
            .finalize();
        let mut fingerprint = [0; FINGERPRINT_BYTES];
        fingerprint.copy_from_slice(&hash[..FINGERPRINT_BYTES]);
        Single {
            cipher: XChaCha20Poly1305::new(bytes.into()),
            fingerprint: Fingerprint(fingerprint),
        }
    }

    fn open(&self, sealed: &[u8], owner: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: text,
            aad: owner,
        };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

/// A secret that was opened.
pub(crate) struct Opened {
    pub secret: Vec<u8>,
    /// It is sealed under the key that seals now.
    pub is_current: bool,
}

impl MasterKey {
    /// Returns the key of these bytes.
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> MasterKey {
        MasterKey::of(&[*bytes])
    }

    /// Returns the keys of these bytes, the one that seals first.
    ///
    /// # Panics
    /// Without any.
    pub(crate) fn of(keys: &[[u8; KEY_BYTES]]) -> MasterKey {
        assert!(!keys.is_empty(), "something seals");
        MasterKey {
            keys: RwLock::new(keys.iter().map(Single::from_bytes).collect()),
        }
    }

    /// Returns what the keys are called, the one that seals first.
    pub fn fingerprints(&self) -> Vec<Fingerprint> {
        self.read(|keys| keys.iter().map(|key| key.fingerprint).collect())
    }

    /// Takes the keys of another reading of the file instead, and returns whether they are others.
    ///
    /// # Errors
    /// `MasterKeyForeign` unless the key that seals now is among them: what it sealed would open no more.
    pub(crate) fn replace(&self, other: &MasterKey) -> Result<bool, IdentityError> {
        let (now, next) = (self.fingerprints(), other.fingerprints());
        if now == next {
            return Ok(false);
        }
        if mutant::plant!("foreign-master-key-taken", false, !next.contains(&now[0])) {
            return Err(IdentityError::MasterKeyForeign);
        }
        let keys = other.read(<[Single]>::to_vec);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(true)
    }

    /// Returns the secret sealed to `owner`, so that it opens for no other row.
    ///
    /// **Shape** 24 bytes of nonce, then cipher text and tag.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub(crate) fn seal(&self, secret: &[u8], owner: &[u8]) -> Result<Vec<u8>, IdentityError> {
        let mut nonce = [0; NONCE_BYTES];
        random::fill(&mut nonce)?;
        let payload = Payload {
            msg: secret,
            aad: owner,
        };
        let sealed = self.read(|keys| keys[0].cipher.encrypt(&XNonce::from(nonce), payload));
        let sealed = sealed.map_err(|_| IdentityError::Seal)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Returns the secret that was sealed to `owner`.
    ///
    /// # Errors
    /// When it was sealed under another key, to another owner, or was changed.
    pub(crate) fn open(&self, sealed: &[u8], owner: &[u8]) -> Result<Vec<u8>, IdentityError> {
        Ok(self.open_any(sealed, owner)?.secret)
    }

    /// Returns the secret that was sealed to `owner`, and whether under the key that seals now.
    ///
    /// # Errors
    /// As `open`.
    pub(crate) fn open_any(&self, sealed: &[u8], owner: &[u8]) -> Result<Opened, IdentityError> {
        self.read(|keys| {
            let mut found = keys.iter().enumerate().filter_map(|(index, key)| {
                let secret = key.open(sealed, owner)?;
                let is_current = index == 0;
                Some(Opened { secret, is_current })
            });
            found.next().ok_or(IdentityError::Seal)
        })
    }

    fn read<T>(&self, look: impl FnOnce(&[Single]) -> T) -> T {
        look(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_only_for_its_owner() {
        let master = MasterKey::from_bytes(&[7; 32]);
        let sealed = master.seal(b"secret", b"owner").expect("seals");
        assert_eq!(master.open(&sealed, b"owner").expect("opens"), b"secret");
        assert!(master.open(&sealed, b"other").is_err());
        let foreign = MasterKey::from_bytes(&[8; 32]);
        assert!(foreign.open(&sealed, b"owner").is_err());
        let mut changed = sealed.clone();
        changed[30] ^= 1;
        assert!(master.open(&changed, b"owner").is_err());
        assert!(master.open(&sealed[..10], b"owner").is_err());
    }

    #[test]
    fn of_two_keys_the_first_seals_and_both_open() {
        let former = MasterKey::from_bytes(&[7; 32]);
        let sealed = former.seal(b"secret", b"owner").expect("seals");
        let both = MasterKey::of(&[[8; 32], [7; 32]]);
        let opened = both.open_any(&sealed, b"owner").expect("opens");
        assert!(!opened.is_current);
        let anew = both.seal(&opened.secret, b"owner").expect("seals");
        assert!(both.open_any(&anew, b"owner").expect("opens").is_current);
        assert!(former.open(&anew, b"owner").is_err());
        let next = MasterKey::from_bytes(&[8; 32]);
        assert_eq!(next.open(&anew, b"owner").expect("opens"), b"secret");
    }

    #[test]
    fn other_keys_are_taken_only_with_the_one_that_seals_now() {
        let master = MasterKey::from_bytes(&[7; 32]);
        let both = MasterKey::of(&[[8; 32], [7; 32]]);
        let next = MasterKey::from_bytes(&[8; 32]);
        let refused = master.replace(&next);
        assert!(matches!(refused, Err(IdentityError::MasterKeyForeign)));
        assert!(master.replace(&both).expect("taken"));
        assert!(!master.replace(&both).expect("the same"));
        assert!(master.replace(&next).expect("taken"));
        assert_eq!(master.fingerprints(), next.fingerprints());
        assert_eq!(next.fingerprints()[0].to_string().len(), 16);
    }
}
