//! The master key, under which every secret in the database is sealed.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::identity::IdentityError;
use crate::random;
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// Readable and writable by its owner alone.
const MODE: u32 = 0o600;
const OTHERS: u32 = 0o077;

/// The key that seals secrets. Its bytes are never printed.
pub struct MasterKey {
    cipher: XChaCha20Poly1305,
}

impl MasterKey {
    /// Returns the key of these bytes.
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> MasterKey {
        MasterKey {
            cipher: XChaCha20Poly1305::new(bytes.into()),
        }
    }

    /// Returns the key of a file: 32 bytes in hex.
    ///
    /// # Errors
    /// When the file is missing, is readable by others than its owner, or holds anything else.
    pub fn load(path: &Path) -> Result<MasterKey, IdentityError> {
        if is_exposed(path).map_err(|source| unreadable(path, source))? {
            return Err(IdentityError::MasterKeyExposed {
                path: path.display().to_string(),
            });
        }
        let text = fs::read_to_string(path).map_err(|source| unreadable(path, source))?;
        let text = Zeroizing::new(text);
        let bytes = read_hex(text.trim_end()).map(Zeroizing::new);
        let bytes = bytes.ok_or_else(|| IdentityError::MasterKeyMalformed {
            path: path.display().to_string(),
        })?;
        Ok(MasterKey::from_bytes(&bytes))
    }

    /// Returns the key of a file, which is created with a random key (mode 0600) when it does not exist.
    ///
    /// # Errors
    /// As `load`, or when the file cannot be written.
    pub fn load_or_create(path: &Path) -> Result<MasterKey, IdentityError> {
        let created = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(MODE)
            .open(path);
        match created {
            Ok(mut file) => {
                let mut bytes = Zeroizing::new([0; KEY_BYTES]);
                random::fill(&mut *bytes)?;
                let written = file
                    .write_all(Zeroizing::new(write_hex(&*bytes)).as_bytes())
                    .and_then(|()| file.sync_all());
                written.map_err(|source| unreadable(path, source))?;
                Ok(MasterKey::from_bytes(&bytes))
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => MasterKey::load(path),
            Err(source) => Err(unreadable(path, source)),
        }
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
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| IdentityError::Seal)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Returns the secret that was sealed to `owner`.
    ///
    /// # Errors
    /// When it was sealed under another key, to another owner, or was changed.
    pub(crate) fn open(&self, sealed: &[u8], owner: &[u8]) -> Result<Vec<u8>, IdentityError> {
        let (nonce, text) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(IdentityError::Seal)?;
        let payload = Payload {
            msg: text,
            aad: owner,
        };
        self.cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| IdentityError::Seal)
    }
}

/// Whether others than its owner can read or write a file.
pub(crate) fn is_exposed(path: &Path) -> std::io::Result<bool> {
    Ok(fs::metadata(path)?.mode() & OTHERS != 0)
}

fn unreadable(path: &Path, source: std::io::Error) -> IdentityError {
    IdentityError::MasterKeyFile {
        path: path.display().to_string(),
        source,
    }
}

fn write_hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.chain(["\n".to_owned()]).collect()
}

fn read_hex(text: &str) -> Option<[u8; KEY_BYTES]> {
    let mut bytes = [0; KEY_BYTES];
    crate::key::read_hex(text.as_bytes(), &mut bytes).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_sealed_secret_opens_only_for_its_owner() {
        let master = MasterKey::from_bytes(&[7; 32]);
        let sealed = master.seal(b"secret", b"owner").expect("seals");
        assert_eq!(master.open(&sealed, b"owner").expect("opens"), b"secret");
        assert!(master.open(&sealed, b"other").is_err());
        assert!(
            MasterKey::from_bytes(&[8; 32])
                .open(&sealed, b"owner")
                .is_err()
        );
        let mut changed = sealed.clone();
        changed[30] ^= 1;
        assert!(master.open(&changed, b"owner").is_err());
        assert!(master.open(&sealed[..10], b"owner").is_err());
    }

    #[test]
    fn a_created_key_file_is_private_and_loads_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("master.key");
        let created = MasterKey::load_or_create(&path).expect("created");
        let mode = fs::metadata(&path).expect("exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let sealed = created.seal(b"secret", b"owner").expect("seals");
        let loaded = MasterKey::load_or_create(&path).expect("loaded");
        assert_eq!(loaded.open(&sealed, b"owner").expect("opens"), b"secret");
    }

    #[test]
    fn a_key_file_that_others_can_read_or_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("master.key");
        MasterKey::load_or_create(&path).expect("created");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("chmod");
        let refused = MasterKey::load(&path).err().map(|error| error.to_string());
        assert!(refused.is_some_and(|text| text.contains("chmod 600")));

        let short = folder.path().join("short.key");
        fs::write(&short, "abcd").expect("written");
        fs::set_permissions(&short, fs::Permissions::from_mode(0o600)).expect("chmod");
        assert!(matches!(
            MasterKey::load(&short),
            Err(IdentityError::MasterKeyMalformed { .. })
        ));
    }
}
