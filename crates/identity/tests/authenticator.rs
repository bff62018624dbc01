//! What signs with a passkey, in software.

use identity::webauthn::{Assertion, RelyingParty};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

const ORIGIN: &str = "https://trade.example";
const CREDENTIAL: &[u8] = b"laptop";

pub struct Authenticator(EcdsaKeyPair, SystemRandom);

pub fn party() -> RelyingParty {
    RelyingParty::of_origin(ORIGIN).expect("an origin")
}

pub fn authenticator() -> Authenticator {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
    Authenticator(pair.expect("a key"), random)
}

fn data(flags: u8, counter: u32) -> Vec<u8> {
    let party = digest(&SHA256, b"trade.example");
    [party.as_ref(), &[flags], &counter.to_be_bytes()].concat()
}

fn client_data(ceremony: &str, challenge: &str) -> Vec<u8> {
    format!(r#"{{"type":"webauthn.{ceremony}","challenge":"{challenge}","origin":"{ORIGIN}"}}"#)
        .into_bytes()
}

impl Authenticator {
    /// Returns what it says when it makes its passkey: the data of the client, and its attestation.
    pub fn create(&self, challenge: &str) -> (Vec<u8>, Vec<u8>) {
        let point = self.0.public_key().as_ref();
        let data = [
            &data(0x45, 1),
            &[0; 16][..],
            &(CREDENTIAL.len() as u16).to_be_bytes(),
            CREDENTIAL,
            &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32],
            &point[1..33],
            &[0x22, 0x58, 32],
            &point[33..],
        ]
        .concat();
        let attestation = [
            b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".as_slice(),
            &(data.len() as u16).to_be_bytes(),
            &data,
        ]
        .concat();
        (client_data("create", challenge), attestation)
    }

    /// Returns what it signs.
    pub fn sign(&self, challenge: &str, counter: u32) -> Assertion {
        let client_data = client_data("get", challenge);
        let authenticator_data = data(5, counter);
        let hash = digest(&SHA256, &client_data);
        let signed = [&authenticator_data, hash.as_ref()].concat();
        let signature = self.0.sign(&self.1, &signed).expect("signs");
        Assertion {
            credential: CREDENTIAL.to_vec(),
            client_data,
            authenticator_data,
            signature: signature.as_ref().to_vec(),
        }
    }
}
