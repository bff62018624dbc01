//! Public keys of authenticators (COSE, RFC 9053) and what they signed.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

use super::cbor::{Reader, Value};

const KIND: i64 = 1;
const ALGORITHM: i64 = 3;
const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;
const COORDINATE_BYTES: usize = 32;
const MODULUS_BYTES_MAX: usize = 512;

/// A key of one of the algorithms that are asked for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// A point of P-256: 4, x, y.
    Es256(Vec<u8>),
    Ed25519(Vec<u8>),
    Rs256 {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    /// Returns the key in these bytes; `None` when it is of another algorithm, or none.
    pub(crate) fn parse(cose: &[u8]) -> Option<PublicKey> {
        let mut reader = Reader::new(cose);
        let map = reader.value()?;
        if !reader.rest().is_empty() {
            return None;
        }
        let bytes = |label: i64| match map.number(label) {
            Some(Value::Bytes(bytes)) => Some(*bytes),
            _ => None,
        };
        let coordinate = |label: i64| bytes(label).filter(|bytes| bytes.len() == COORDINATE_BYTES);
        let number = |label: i64| match map.number(label) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        };
        match (number(KIND)?, number(ALGORITHM)?) {
            (2, ES256) if number(-1)? == 1 => {
                let point = [&[4], coordinate(-2)?, coordinate(-3)?].concat();
                Some(PublicKey::Es256(point))
            }
            (1, EDDSA) if number(-1)? == 6 => {
                coordinate(-2).map(|point| PublicKey::Ed25519(point.to_vec()))
            }
            (3, RS256) => Some(PublicKey::Rs256 {
                modulus: bytes(-1)
                    .filter(|bytes| bytes.len() <= MODULUS_BYTES_MAX)?
                    .to_vec(),
                exponent: bytes(-2).filter(|bytes| bytes.len() <= 4)?.to_vec(),
            }),
            _ => None,
        }
    }

    /// Returns whether the signature is this key's for the message.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            PublicKey::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            PublicKey::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
            PublicKey::Rs256 { modulus, exponent } => {
                let key = RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.is_ok()
    }
}
