//! An authenticator in software: it makes P-256 keys and signs with them, right or as it is told.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::Value;

pub const ORIGIN: &str = "http://localhost:8080";
/// The user was there and was verified.
const VERIFIED: u8 = 5;
const HAS_CREDENTIAL: u8 = 1 << 6;

/// One credential of it.
pub struct Authenticator {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    credential: Vec<u8>,
    pub counter: u32,
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn client_data(ceremony: &str, challenge: &Value) -> String {
    let challenge = challenge["toBeSigned"].as_str().expect("a challenge");
    format!(
        r#"{{"type":"webauthn.{ceremony}","challenge":"{challenge}","origin":"{ORIGIN}","crossOrigin":false}}"#
    )
}

impl Authenticator {
    pub fn new(credential: &str) -> Authenticator {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        Authenticator {
            pair: pair.expect("a key"),
            random,
            credential: credential.as_bytes().to_vec(),
            counter: 1,
        }
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let party = digest(&SHA256, b"localhost");
        [party.as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// Returns the parameters that add the credential by this challenge.
    pub fn create(&self, challenge: &Value) -> String {
        let point = self.pair.public_key().as_ref();
        let length = (self.credential.len() as u16).to_be_bytes();
        let data = [
            &self.data(VERIFIED | HAS_CREDENTIAL),
            &[0; 16][..],
            &length,
            &self.credential,
            // A map of five: kind EC2, algorithm ES256, curve P-256, x, y.
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
        format!(
            "attestation={}&attestationClientData={}",
            text(&attestation),
            text(client_data("create", challenge).as_bytes())
        )
    }

    /// Returns the parameters that answer this challenge.
    pub fn sign(&mut self, challenge: &Value) -> String {
        self.counter += 1;
        self.sign_as(challenge, VERIFIED)
    }

    /// Returns the same with the counter as it is and other flags.
    pub fn sign_as(&self, challenge: &Value, flags: u8) -> String {
        let client_data = client_data("get", challenge);
        let data = self.data(flags);
        let hash = digest(&SHA256, client_data.as_bytes());
        let signed = [&data, hash.as_ref()].concat();
        let signature = self.pair.sign(&self.random, &signed).expect("signs");
        format!(
            "credential={}&clientData={}&authenticatorData={}&assertion={}",
            text(&self.credential),
            text(client_data.as_bytes()),
            text(&data),
            text(signature.as_ref())
        )
    }
}
