//! Passwords: which are taken, and the form in which they are kept.
//!
//! **Source** OWASP ASVS 5.0 V6.2 and V11.4.2, NIST SP 800-63B-4 §3.1.1: at least 15 characters of any kind, since none is
//! sure of a second factor beside it, taken as they are, refused when they are known; Argon2id (RFC 9106).

use std::collections::HashSet;
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroize;

use crate::brought;
use crate::compare::is_same;
use crate::identity::IdentityError;
use crate::near_words::NearWords;
use crate::random;

pub const PASSWORD_CHARS_MIN: usize = 15;
pub const PASSWORD_CHARS_MAX: usize = 256;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// Passwords that are long enough and yet among the first that are tried, in small letters.
///
/// **Source** the most common ones of 15 characters and more among the ten million that M. Burnett published in 2015, as
/// SecLists (MIT) keeps them, without addresses; and rows and patterns of keys.
const COMMON: &str = include_str!("common_passwords.txt");

/// What somebody typed; it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// It has fewer than 15 characters, or more than 256.
    Length,
    /// It stands in a list of known passwords, or is made of words that are near at hand.
    Common,
}

impl Password {
    /// Returns the password that somebody chooses.
    ///
    /// # Errors
    /// When it is too short, too long, too well known, or made of words that are near at hand.
    pub fn choose(
        text: &str,
        common: &CommonPasswords,
        near: &NearWords,
    ) -> Result<Password, PasswordRefusal> {
        let chars = text.chars().count();
        if chars < PASSWORD_CHARS_MIN || PASSWORD_CHARS_MAX < chars {
            return Err(PasswordRefusal::Length);
        }
        if mutant::plant!("common-password-taken", false, common.has(text)) {
            return Err(PasswordRefusal::Common);
        }
        if mutant::plant!("near-words-taken", false, near.make(text)) {
            return Err(PasswordRefusal::Common);
        }
        Ok(Password(text.to_owned()))
    }

    /// Returns what somebody says their password is.
    pub fn claim(text: &str) -> Password {
        Password(text.to_owned())
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl core::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Password(hidden)")
    }
}

/// Passwords that nobody may choose, whatever the case of their letters.
#[derive(Debug)]
pub struct CommonPasswords(HashSet<String>);

impl CommonPasswords {
    /// Returns the list that comes with the program.
    pub fn built_in() -> CommonPasswords {
        CommonPasswords(COMMON.lines().map(str::to_lowercase).collect())
    }

    /// Returns that list with the lines of a file; those that are too short to be chosen are left out.
    ///
    /// # Errors
    /// When the file cannot be read, is no text, or is larger than 512 MiB.
    pub fn with_file(path: &Path) -> Result<CommonPasswords, IdentityError> {
        let unreadable = |source| IdentityError::PasswordList {
            path: path.display().to_string(),
            source,
        };
        let text = brought::read(path).map_err(unreadable)?;
        let long_enough = |line: &&str| PASSWORD_CHARS_MIN <= line.chars().count();
        let CommonPasswords(mut all) = CommonPasswords::built_in();
        all.extend(text.lines().filter(long_enough).map(str::to_lowercase));
        Ok(CommonPasswords(all))
    }

    fn has(&self, text: &str) -> bool {
        self.0.contains(&text.to_lowercase())
    }
}

/// How much work a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Cost {
    /// 64 MiB and three passes: the second choice of RFC 9106, on one lane.
    pub const STANDARD: Cost = Cost {
        memory_kib: 64 * 1024,
        passes: 3,
    };
}

/// A password as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    cost: Cost,
    salt: [u8; SALT_BYTES],
    hash: [u8; HASH_BYTES],
}

impl core::fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("PasswordHash(hidden)")
    }
}

impl PasswordHash {
    /// Returns the hash of a password under a new salt.
    ///
    /// **Cost** That of its parameters: `Hashing` does this on a thread of its own.
    pub(crate) fn of(password: &Password, cost: Cost) -> Result<PasswordHash, IdentityError> {
        let mut salt = [0; SALT_BYTES];
        random::fill(&mut salt)?;
        let hash = derive(password, &salt, cost)?;
        Ok(PasswordHash { cost, salt, hash })
    }

    /// Returns a hash that no password has, to compare with where there is none.
    pub(crate) fn decoy(cost: Cost) -> Result<PasswordHash, IdentityError> {
        let (mut salt, mut hash) = ([0; SALT_BYTES], [0; HASH_BYTES]);
        random::fill(&mut salt)?;
        random::fill(&mut hash)?;
        Ok(PasswordHash { cost, salt, hash })
    }

    /// Returns whether this is the hash of the password.
    pub(crate) fn is_of(&self, password: &Password) -> Result<bool, IdentityError> {
        let hash = derive(password, &self.salt, self.cost)?;
        Ok(mutant::plant!(
            "password-not-compared",
            true,
            is_same(&hash, &self.hash)
        ))
    }

    /// Returns the hash as it is stored: the usual text, which says how it was made.
    pub fn text(&self) -> String {
        let Cost { memory_kib, passes } = self.cost;
        let (salt, hash) = (
            STANDARD_NO_PAD.encode(self.salt),
            STANDARD_NO_PAD.encode(self.hash),
        );
        format!("$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${hash}")
    }

    /// Returns the hash that was stored as this text.
    pub fn parse(text: &str) -> Option<PasswordHash> {
        let mut parts = text.strip_prefix("$argon2id$v=19$m=")?.split('$');
        let (cost, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let (memory_kib, passes) = cost.strip_suffix(",p=1")?.split_once(",t=")?;
        let cost = Cost {
            memory_kib: memory_kib.parse().ok()?,
            passes: passes.parse().ok()?,
        };
        let bytes = |text: &str| STANDARD_NO_PAD.decode(text).ok();
        Some(PasswordHash {
            cost,
            salt: bytes(salt)?.try_into().ok()?,
            hash: bytes(hash)?.try_into().ok()?,
        })
    }
}

fn derive(password: &Password, salt: &[u8], cost: Cost) -> Result<[u8; HASH_BYTES], IdentityError> {
    let refused = |error: argon2::Error| IdentityError::Hash {
        reason: error.to_string(),
    };
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(HASH_BYTES)).map_err(refused)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; HASH_BYTES];
    argon2
        .hash_password_into(password.0.as_bytes(), salt, &mut hash)
        .map_err(refused)?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 8,
        passes: 1,
    };

    #[test]
    fn passwords_are_taken_as_they_are_or_refused_for_a_reason() {
        use PasswordRefusal::{Common, Length};
        let long = |letter: &str, count: usize| letter.repeat(count);
        let common = CommonPasswords::built_in();
        let near = NearWords::of("Bourse", None);
        for (text, expected) in [
            (String::new(), Err(Length)),
            ("short".to_owned(), Err(Length)),
            ("fourteen chars".to_owned(), Err(Length)),
            (long("é", 14), Err(Length)),
            (long("🦀", 14), Err(Length)),
            (long("a", 257), Err(Length)),
            (long("é", 257), Err(Length)),
            ("password1234567".to_owned(), Err(Common)),
            ("Password1234567".to_owned(), Err(Common)),
            ("PASSWORD1234567".to_owned(), Err(Common)),
            ("123456789012345".to_owned(), Err(Common)),
            ("qwertyuiopasdfg".to_owned(), Err(Common)),
            ("QWERTYUIOP12345".to_owned(), Err(Common)),
            ("aaaaaaaaaaaaaaa".to_owned(), Err(Common)),
            ("correcthorsebatterystaple".to_owned(), Err(Common)),
            ("Bourse-Exchange-2026".to_owned(), Err(Common)),
            ("fifteen letters".to_owned(), Ok(())),
            ("               ".to_owned(), Ok(())),
            (" leading and trailing ".to_owned(), Ok(())),
            ("password1234567 and more".to_owned(), Ok(())),
            ("nodigitsandnocase".to_owned(), Ok(())),
            ("739201846205118".to_owned(), Ok(())),
            (long("é", 15), Ok(())),
            (long("🦀", 15), Ok(())),
            ("пароль из трёх слов".to_owned(), Ok(())),
            ("口令口令口令口令口令口令口令口".to_owned(), Ok(())),
            ("tab\tand\nnewline".to_owned(), Ok(())),
            (long("ab", 128), Ok(())),
            (long("é", 256), Ok(())),
        ] {
            let chosen = Password::choose(&text, &common, &near);
            assert_eq!(chosen.clone().map(|_| ()), expected, "{text:?}");
            if let Ok(password) = chosen {
                assert_eq!(password.0, text, "unmodified");
            }
        }
        // ASVS V6.2.4.
        assert!(3_000 <= COMMON.lines().count());
        for line in COMMON.lines() {
            assert!(
                PASSWORD_CHARS_MIN <= line.chars().count(),
                "{line} is refused anyway"
            );
            let shouted = line.to_uppercase();
            assert_eq!(
                Password::choose(&shouted, &common, &near).err(),
                Some(Common),
                "{line}"
            );
        }
    }

    #[test]
    fn a_file_adds_to_the_list() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list.txt");
        std::fs::write(&path, "short\r\nHouse By The Lake\nÜber alle Berge\n").expect("written");
        let common = CommonPasswords::with_file(&path).expect("read");
        let near = NearWords::of("Bourse", None);
        for known in ["house by the lake", "über alle BERGE", "password1234567"] {
            assert_eq!(
                Password::choose(known, &common, &near).err(),
                Some(PasswordRefusal::Common)
            );
        }
        assert!(!common.has("short"), "left out: it is refused anyway");
        assert!(CommonPasswords::with_file(&folder.path().join("none")).is_err());
    }

    #[test]
    fn nothing_prints_a_password_or_its_hash() {
        let password = Password::claim("a secret of mine");
        let hash = PasswordHash::of(&password, CHEAP).expect("hashed");
        assert_eq!(format!("{password:?}"), "Password(hidden)");
        assert_eq!(format!("{hash:?}"), "PasswordHash(hidden)");
    }

    #[test]
    fn a_hash_is_of_its_password_alone_and_reads_back() {
        let password = Password::claim("fifteen letters");
        let hash = PasswordHash::of(&password, CHEAP).expect("hashed");
        let again = PasswordHash::of(&password, CHEAP).expect("hashed");
        assert!(hash != again, "each has a salt of its own");
        let text = hash.text();
        assert!(text.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{text}");
        assert!(!text.contains("fifteen"));
        let read = PasswordHash::parse(&text).expect("reads back");
        assert!(read == hash);
        assert!(read.is_of(&password).expect("compared"));
        for other in ["fifteen letters ", "Fifteen letters", "", "fifteen letter"] {
            assert!(
                !read.is_of(&Password::claim(other)).expect("compared"),
                "{other}"
            );
        }
        let decoy = PasswordHash::decoy(CHEAP).expect("made");
        assert!(!decoy.is_of(&password).expect("compared"));
        for odd in [
            "",
            "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA",
            &text[1..],
            &text.replace("p=1", "p=2"),
        ] {
            assert!(PasswordHash::parse(odd).is_none(), "{odd}");
        }
    }

    /// The salt is shorter than ours in the tests of the reference implementation (`test.c` of phc-winner-argon2).
    #[test]
    fn it_is_the_published_function() {
        let cost = Cost {
            memory_kib: 64 * 1024,
            passes: 2,
        };
        let hash = derive(&Password::claim("password"), b"somesalt", cost).expect("hashed");
        let text = STANDARD_NO_PAD.encode(hash);
        assert_eq!(text, "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
    }

    #[test]
    fn the_standard_cost_is_64_mib_and_stands_beside_the_hash() {
        let stored = PasswordHash::of(&Password::claim("fifteen letters"), Cost::STANDARD);
        let text = stored.expect("hashed").text();
        assert!(
            text.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"),
            "{text}"
        );
    }
}
