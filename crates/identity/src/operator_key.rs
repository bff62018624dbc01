//! The keys that operators sign requests with, and their files.
//!
//! **Source** `docs/spec/operators.md` §2.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::identity::IdentityError;
use crate::key::read_hex;
use crate::random;
use crate::signed_request::{SignedBy, SignedRequest};

const ASSETS_LABEL: &str = "bourse.assets.v1";
/// Readable and writable by its owner alone.
const MODE: u32 = 0o600;
const OTHERS: u32 = 0o077;

/// The public half of an operator's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Returns the key of these bytes, `None` when they are none, or one that accepts what it never signed.
    pub fn from_bytes(bytes: [u8; 32]) -> Option<PublicKey> {
        let key = VerifyingKey::from_bytes(&bytes).ok()?;
        (!key.is_weak()).then_some(PublicKey(bytes))
    }

    /// Returns the key that 64 hex digits show.
    pub fn parse(text: &str) -> Option<PublicKey> {
        let mut bytes = [0; 32];
        let is_hex = read_hex(text.as_bytes(), &mut bytes);
        if is_hex {
            PublicKey::from_bytes(bytes)
        } else {
            None
        }
    }

    /// Returns the key of a file in SPKI PEM.
    ///
    /// # Errors
    /// When the file cannot be read or is no Ed25519 public key.
    pub fn load(path: &Path) -> Result<PublicKey, IdentityError> {
        let text = fs::read_to_string(path).map_err(|source| unusable(path, source))?;
        let key = VerifyingKey::from_public_key_pem(&text).ok();
        key.and_then(|key| PublicKey::from_bytes(key.to_bytes()))
            .ok_or_else(|| IdentityError::OperatorKeyMalformed {
                path: path.display().to_string(),
            })
    }

    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns whether a signature in base64 is this key's for the request.
    pub fn verify(&self, request: &SignedRequest<'_>, signature: &str) -> bool {
        let is_signed = self.has_signed(&request.text(SignedBy::Operator), signature);
        mutant::plant!("operator-signature-unchecked", true, is_signed)
    }

    /// Returns whether a signature in base64 is this key's for a manifest of pages.
    pub fn verify_assets(&self, manifest: &str, signature: &str) -> bool {
        let is_signed = self.has_signed(&assets_text(manifest), signature);
        mutant::plant!("manifest-signature-unchecked", true, is_signed)
    }

    fn has_signed(&self, text: &str, signature: &str) -> bool {
        let bytes = STANDARD.decode(signature).ok();
        let signature = bytes.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let (Some(signature), Ok(key)) = (signature, VerifyingKey::from_bytes(&self.0)) else {
            return false;
        };
        key.verify_strict(text.as_bytes(), &signature).is_ok()
    }
}

impl core::fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// The private half of an operator's key. Its bytes are never printed.
pub struct OperatorKey {
    signing: SigningKey,
}

impl OperatorKey {
    /// Returns a new key.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn generate() -> Result<OperatorKey, IdentityError> {
        let mut bytes = [0; 32];
        random::fill(&mut bytes)?;
        let signing = SigningKey::from_bytes(&bytes);
        Ok(OperatorKey { signing })
    }

    /// Returns the key of a file in PKCS#8 PEM.
    ///
    /// # Errors
    /// When the file is missing, is readable by others than its owner, or holds anything else.
    pub fn load(path: &Path) -> Result<OperatorKey, IdentityError> {
        let metadata = fs::metadata(path).map_err(|source| unusable(path, source))?;
        if metadata.mode() & OTHERS != 0 {
            return Err(IdentityError::OperatorKeyExposed {
                path: path.display().to_string(),
            });
        }
        let text = fs::read_to_string(path).map_err(|source| unusable(path, source))?;
        let signing = SigningKey::from_pkcs8_pem(&text);
        let malformed = |_| IdentityError::OperatorKeyMalformed {
            path: path.display().to_string(),
        };
        let signing = signing.map_err(malformed)?;
        Ok(OperatorKey { signing })
    }

    /// Writes the key into a new file (mode 0600), and its public half beside it as `.pub`.
    ///
    /// # Errors
    /// When a file is there already or cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), IdentityError> {
        let malformed = || IdentityError::OperatorKeyMalformed {
            path: path.display().to_string(),
        };
        let private = self.signing.to_pkcs8_pem(LineEnding::LF);
        let private = private.map_err(|_| malformed())?;
        let public = self.signing.verifying_key();
        let public = public.to_public_key_pem(LineEnding::LF);
        let public = public.map_err(|_| malformed())?;
        write_new(path, private.as_bytes())?;
        write_new(&path.with_extension("pub"), public.as_bytes())
    }

    /// Returns the public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.signing.verifying_key().to_bytes())
    }

    /// Returns the signature of a request, in base64.
    pub fn sign(&self, request: &SignedRequest<'_>) -> String {
        let signature = self
            .signing
            .sign(request.text(SignedBy::Operator).as_bytes());
        STANDARD.encode(signature.to_bytes())
    }

    /// Returns the signature of a manifest of pages, in base64.
    pub fn sign_assets(&self, manifest: &str) -> String {
        let signature = self.signing.sign(assets_text(manifest).as_bytes());
        STANDARD.encode(signature.to_bytes())
    }
}

/// Returns the text that is signed: a request begins otherwise, so that neither is taken for the other.
fn assets_text(manifest: &str) -> String {
    format!("{ASSETS_LABEL}\n{manifest}")
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), IdentityError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(MODE);
    let file = options.open(path);
    let written = file.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|source| unusable(path, source))
}

fn unusable(path: &Path, source: std::io::Error) -> IdentityError {
    IdentityError::OperatorKeyFile {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const REQUEST: SignedRequest<'_> = SignedRequest {
        method: "POST",
        host: "127.0.0.1:8081",
        path: "/v1/operator/proposals",
        query: "a=1",
        body: b"kind=set-phase",
        timestamp_ms: 1_700_000_000_000,
        nonce: "abc",
    };

    fn key() -> OperatorKey {
        OperatorKey {
            signing: SigningKey::from_bytes(&[9; 32]),
        }
    }

    #[test]
    fn a_change_of_any_part_voids_the_signature() {
        let (key, public) = (key(), key().public());
        let signature = key.sign(&REQUEST);
        assert!(public.verify(&REQUEST, &signature));
        let changed = [
            SignedRequest {
                method: "GET",
                ..REQUEST
            },
            SignedRequest {
                host: "x",
                ..REQUEST
            },
            SignedRequest {
                path: "/v1/operator/audit",
                ..REQUEST
            },
            SignedRequest {
                query: "a=2",
                ..REQUEST
            },
            SignedRequest {
                body: b"kind=set-phase2",
                ..REQUEST
            },
            SignedRequest {
                timestamp_ms: 1_700_000_000_001,
                ..REQUEST
            },
            SignedRequest {
                nonce: "abd",
                ..REQUEST
            },
        ];
        for request in changed {
            assert!(!public.verify(&request, &signature), "{request:?}");
        }
        for index in 0..signature.len() {
            let mut bytes = signature.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(bytes).expect("ascii");
            assert!(!public.verify(&REQUEST, &other), "{index}");
        }
    }

    #[test]
    fn a_saved_key_is_private_and_loads_again_with_its_public_half() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ann.key");
        let key = OperatorKey::generate().expect("random");
        key.save(&path).expect("saved");
        let mode = fs::metadata(&path).expect("exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let loaded = OperatorKey::load(&path).expect("loads");
        assert_eq!(loaded.public(), key.public());
        let public = PublicKey::load(&folder.path().join("ann.pub")).expect("loads");
        assert_eq!(public, key.public());
        assert_eq!(PublicKey::parse(&public.to_string()), Some(public));
        assert!(key.save(&path).is_err(), "a key is never overwritten");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("chmod");
        let refused = OperatorKey::load(&path)
            .err()
            .map(|error| error.to_string());
        assert!(refused.is_some_and(|text| text.contains("chmod 600")));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(PublicKey::parse("ab"), None);
        assert_eq!(PublicKey::parse(&"0".repeat(64)), None, "a weak key");
    }
}
