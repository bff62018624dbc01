use super::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

const CREDENTIAL: &[u8] = b"what it calls it";

/// An authenticator in a few lines.
struct Authenticator {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

fn authenticator() -> Authenticator {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("a key");
    Authenticator { pair, random }
}

impl Authenticator {
    fn cose(&self) -> Vec<u8> {
        let point = self.pair.public_key().as_ref();
        let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        [&head[..], &point[1..33], &[0x22, 0x58, 0x20], &point[33..]].concat()
    }

    fn assertion(&self, client_data: &str, data: &[u8]) -> Assertion {
        let hash = digest(&SHA256, client_data.as_bytes());
        let signed = [data, hash.as_ref()].concat();
        let signature = self.pair.sign(&self.random, &signed).expect("signs");
        Assertion {
            credential: CREDENTIAL.to_vec(),
            client_data: client_data.as_bytes().to_vec(),
            authenticator_data: data.to_vec(),
            signature: signature.as_ref().to_vec(),
        }
    }
}

fn party() -> RelyingParty {
    RelyingParty::of_origin("https://trade.example").expect("an origin")
}

fn head(id: &str, flags: u8, counter: u32) -> Vec<u8> {
    let hash = digest(&SHA256, id.as_bytes());
    [hash.as_ref(), &[flags], &counter.to_be_bytes()].concat()
}

fn client_data(ceremony: &str, challenge: &str, origin: &str) -> String {
    format!(
        r#"{{"type":"{ceremony}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#
    )
}

fn attestation(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("short").to_be_bytes();
    let name = |text: &str| [&[0x60 | text.len() as u8], text.as_bytes()].concat();
    [
        vec![0xa3],
        name("fmt"),
        name("none"),
        name("attStmt"),
        vec![0xa0],
        name("authData"),
        vec![0x59],
        length.to_vec(),
        data.to_vec(),
    ]
    .concat()
}

fn credential_data(flags: u8, cose: &[u8]) -> Vec<u8> {
    let length = (CREDENTIAL.len() as u16).to_be_bytes();
    [
        &head("trade.example", flags, 3),
        &[0; 16][..],
        &length,
        CREDENTIAL,
        cose,
    ]
    .concat()
}

#[test]
fn a_new_credential_is_read() {
    let authenticator = authenticator();
    let challenge = challenge_of("token", &[7; 32]);
    let text = client_data("webauthn.create", &challenge, "https://trade.example");
    let data = credential_data(0x45, &authenticator.cose());
    let made = created(&party(), &challenge, text.as_bytes(), &attestation(&data));
    let made = made.expect("a credential");
    assert_eq!((made.id.as_slice(), made.counter), (CREDENTIAL, 3));
    assert!(PublicKey::parse(&made.cose).is_some());

    let other = challenge_of("token", &[8; 32]);
    let none = |text: &str, data: &[u8]| {
        created(&party(), &challenge, text.as_bytes(), &attestation(data)).is_none()
    };
    for (ceremony, challenge, origin) in [
        ("webauthn.get", &*challenge, "https://trade.example"),
        ("webauthn.create", &*other, "https://trade.example"),
        ("webauthn.create", &*challenge, "https://trade.example.evil"),
        ("webauthn.create", &*challenge, "http://trade.example"),
    ] {
        assert!(
            none(&client_data(ceremony, challenge, origin), &data),
            "{origin}"
        );
    }
    assert!(none(&text.replace("false", "true"), &data), "of a frame");
    for flags in [0x44, 0x41, 0x05] {
        let data = credential_data(flags, &authenticator.cose());
        assert!(none(&text, &data), "{flags:x}");
    }
    for length in 0..data.len() {
        assert!(none(&text, &data[..length]), "cut at {length}");
    }
    let longer = [&data[..], &[0]].concat();
    assert!(none(&text, &longer), "with something behind it");
}

#[test]
fn an_assertion_counts_for_its_challenge_key_party_and_bytes() {
    let authenticator = authenticator();
    let key = PublicKey::parse(&authenticator.cose()).expect("a key");
    let challenge = challenge_of("token", &[7; 32]);
    let text = client_data("webauthn.get", &challenge, "https://trade.example");
    let data = head("trade.example", 0x05, 9);
    let assertion = authenticator.assertion(&text, &data);
    let check = |assertion: &Assertion| asserted(&party(), &challenge, &key, assertion);
    assert_eq!(check(&assertion), Some(9));

    let stranger = PublicKey::parse(&self::authenticator().cose()).expect("a key");
    assert_eq!(asserted(&party(), &challenge, &stranger, &assertion), None);
    let later = challenge_of("another", &[7; 32]);
    assert_eq!(asserted(&party(), &later, &key, &assertion), None);
    for index in 0..assertion.authenticator_data.len() {
        let mut changed = assertion.clone();
        changed.authenticator_data[index] ^= 1;
        assert_eq!(check(&changed), None, "byte {index}");
    }
    let mut changed = assertion.clone();
    changed.client_data.push(b' ');
    assert_eq!(check(&changed), None);
    for (id, flags) in [
        ("evil.example", 0x05),
        ("trade.example", 0x01),
        ("trade.example", 0x04),
    ] {
        let signed = authenticator.assertion(&text, &head(id, flags, 9));
        assert_eq!(check(&signed), None, "{id} {flags:x}");
    }
    let created = client_data("webauthn.create", &challenge, "https://trade.example");
    assert_eq!(check(&authenticator.assertion(&created, &data)), None);
}

#[test]
fn keys_of_other_algorithms_and_shapes_are_none() {
    let cose = authenticator().cose();
    for (index, value) in [(2, 1), (4, 0x27), (6, 2)] {
        let mut changed = cose.clone();
        changed[index] = value;
        assert!(PublicKey::parse(&changed).is_none(), "byte {index}");
    }
    assert!(PublicKey::parse(&[&cose[..], &[0]].concat()).is_none());
    assert!(PublicKey::parse(&[]).is_none());
}

#[test]
fn a_party_is_of_a_secure_origin() {
    let party = RelyingParty::of_origin("http://localhost:8080").expect("this machine");
    assert_eq!(party.id, "localhost");
    for odd in [
        "http://trade.example",
        "https://trade.example/",
        "https://",
        "https://Trade.example",
        "https://trade.example:none",
        "trade.example",
        "ftp://trade.example",
    ] {
        assert_eq!(RelyingParty::of_origin(odd), None, "{odd}");
    }
}
