//! RSA public keys and what they signed: PKCS#1 v1.5 with SHA-256, of 2048 to 4096 bits.

use ed25519_dalek::pkcs8::spki::der::asn1::UintRef;
use ed25519_dalek::pkcs8::spki::der::{self, Decode, Document, Reader, SliceReader};
use ed25519_dalek::pkcs8::spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

/// `rsaEncryption` of RFC 8017.
const ALGORITHM: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// A larger modulus would make the check of a stranger's request dear.
const MODULUS_BITS: core::ops::RangeInclusive<usize> = 2_048..=4_096;
/// Below 65,537 and above 33 bits no signature verifies.
const EXPONENT: core::ops::RangeInclusive<u64> = 65_537..=(1 << 33) - 1;

/// A public key.
pub struct RsaKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl RsaKey {
    /// Returns the key in an SPKI PEM; `None` when there is none of a size and an exponent we take.
    pub fn of_pem(pem: &str) -> Option<RsaKey> {
        let (_, document) = Document::from_pem(pem).ok()?;
        let info = SubjectPublicKeyInfoRef::try_from(document.as_bytes()).ok()?;
        if info.algorithm.oid != ALGORITHM {
            return None;
        }
        let (modulus, exponent) = numbers(info.subject_public_key.as_bytes()?).ok()?;
        let is_sound = MODULUS_BITS.contains(&bits(&modulus))
            && exponent.len() <= 8
            && EXPONENT.contains(&number(&exponent))
            && number(&exponent) % 2 == 1;
        is_sound.then_some(RsaKey { modulus, exponent })
    }

    /// Returns whether the signature is this key's for the message.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = RsaPublicKeyComponents {
            n: &self.modulus,
            e: &self.exponent,
        };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            .is_ok()
    }
}

/// Returns modulus and exponent of an `RSAPublicKey`, both without leading zeros.
fn numbers(bytes: &[u8]) -> der::Result<(Vec<u8>, Vec<u8>)> {
    let mut reader = SliceReader::new(bytes)?;
    let numbers = reader.sequence(|sequence| {
        let modulus = UintRef::decode(sequence)?.as_bytes().to_vec();
        let exponent = UintRef::decode(sequence)?.as_bytes().to_vec();
        Ok::<_, der::Error>((modulus, exponent))
    })?;
    reader.finish()?;
    Ok(numbers)
}

fn bits(bytes: &[u8]) -> usize {
    let first = bytes.first().copied().unwrap_or(0);
    8 * bytes.len() - first.leading_zeros() as usize
}

fn number(bytes: &[u8]) -> u64 {
    let shifted = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    bytes.iter().fold(0, shifted)
}
