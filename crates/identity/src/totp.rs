//! Second factors: codes that change every 30 seconds (RFC 6238), and recovery codes.
//!
//! **Source** OWASP ASVS 5.0 V6.5: a code counts once, a recovery code counts once and is kept as a hash.

use model::id::OwnerId;
use model::time::Timestamp;
use ring::hmac;

use crate::browser::TokenHash;
use crate::email::Email;
use crate::identity::{Identity, IdentityError};
use crate::random;
use crate::store::factor::{Claim, NOBODY};

pub(crate) const SECRET_BYTES: usize = 20;
const STEP_SECONDS: i64 = 30;
/// A clock may be one step early or late.
const SKEW_STEPS: i64 = 1;
const CODES: u32 = 1_000_000;
const CODE_DIGITS: usize = 6;
const RECOVERY_CODES: usize = 10;
/// More than 112 bits, so that a plain hash of one tells nothing.
const RECOVERY_CHARS: usize = 20;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Whether a user has shown a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// There is none to show.
    Absent,
    Shown,
    /// This passkey, which is two factors in one.
    Passkey {
        id: u64,
    },
}

/// A factor as it is stored.
pub(crate) struct StoredFactor {
    pub sealed: Vec<u8>,
    /// Codes up to this step count no more.
    pub last_step: i64,
}

impl Identity {
    /// Returns a new secret in base 32, which `confirm_factor` makes the user's second factor.
    ///
    /// # Errors
    /// `FactorRefused` when the user has a factor.
    pub async fn enrol_factor(&self, user: OwnerId) -> Result<String, IdentityError> {
        let mut secret = [0; SECRET_BYTES];
        random::fill(&mut secret)?;
        let sealed = self.master.seal(&secret, &owner(user))?;
        self.store.enrol_factor(user, &sealed).await?;
        Ok(base32(&secret))
    }

    /// Makes the enrolled secret a second factor, ends every login of the user, and returns the recovery codes.
    ///
    /// # Errors
    /// `FactorRefused` for a wrong code, and when there is nothing to confirm.
    pub async fn confirm_factor(
        &self,
        user: OwnerId,
        code: &str,
        at: Timestamp,
    ) -> Result<Vec<String>, IdentityError> {
        let codes: Result<Vec<String>, IdentityError> = (0..RECOVERY_CODES)
            .map(|_| random::alphanumeric(RECOVERY_CHARS))
            .collect();
        let codes = codes?;
        let hashes: Vec<TokenHash> = codes.iter().map(|code| TokenHash::of(code)).collect();
        let step = |factor: &StoredFactor| self.step(user, factor, code, at);
        let notice = self.notice(user).await?;
        let _turn = self.logins.lock().await;
        self.store
            .confirm_factor(user, step, &hashes, &notice, at)
            .await?;
        self.end_logins(user);
        Ok(codes)
    }

    /// Takes the second factor away from a user who has just shown it, and ends every login.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_factor(&self, user: OwnerId, at: Timestamp) -> Result<(), IdentityError> {
        let _turn = self.logins.lock().await;
        let notice = self.notice(user).await?;
        self.store.remove_factor(user, &notice, at).await?;
        self.end_logins(user);
        Ok(())
    }

    /// Takes a code or a recovery code of a user; either counts once, over restarts. Of the latter the user is told.
    ///
    /// # Errors
    /// `FactorRefused` for a user with a factor whose code this is not.
    pub async fn show_factor(
        &self,
        user: OwnerId,
        code: Option<&str>,
        at: Timestamp,
    ) -> Result<Factor, IdentityError> {
        let code = code.unwrap_or("");
        let step = |factor: &StoredFactor| self.step(user, factor, code, at);
        let notice = self.notice(user).await?;
        self.store
            .show_factor(user, step, TokenHash::of(code), &notice, at)
            .await
    }

    /// Takes the code of whoever shows to be the user of an address, as `show_factor`; for nobody, with `None`, the same is
    /// done with a secret of nobody's, and refused.
    ///
    /// # Errors
    /// `FactorRefused` for nobody, and for a user with a factor whose code this is not.
    pub async fn show_factor_of(
        &self,
        (email, user): (&Email, Option<OwnerId>),
        code: Option<&str>,
        at: Timestamp,
    ) -> Result<Factor, IdentityError> {
        let code = code.unwrap_or("");
        let decoy = StoredFactor {
            sealed: self.master.seal(&[0; SECRET_BYTES], &owner(NOBODY))?,
            last_step: 0,
        };
        let claimed = user.unwrap_or(NOBODY);
        let step = |factor: &StoredFactor| self.step(claimed, factor, code, at);
        let decoy_step = || self.step(NOBODY, &decoy, code, at).map(drop);
        let notice = self.notice_to(email)?;
        let claim = Claim {
            user,
            step,
            decoy_step,
            recovery: TokenHash::of(code),
        };
        self.store.show_factor_of(claim, &notice, at).await
    }

    /// Returns whether a user has a second factor.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_factor(&self, user: OwnerId) -> Result<bool, IdentityError> {
        self.store.has_factor(user).await
    }

    /// Returns the step whose code this is, `None` when it is of none that still counts.
    pub(crate) fn step(
        &self,
        user: OwnerId,
        factor: &StoredFactor,
        code: &str,
        at: Timestamp,
    ) -> Result<Option<i64>, IdentityError> {
        let secret = self.master.open(&factor.sealed, &owner(user))?;
        let now = at.seconds().div_euclid(STEP_SECONDS);
        let is_new =
            |step: &i64| mutant::plant!("code-counts-twice", true, factor.last_step < *step);
        let mut steps = (now - SKEW_STEPS..=now + SKEW_STEPS).filter(is_new);
        let wished = read_code(code);
        Ok(steps.find(|step| wished == Some(code_of(&secret, *step))))
    }
}

pub(crate) fn owner(user: OwnerId) -> Vec<u8> {
    [b"totp".as_slice(), &user.0.to_be_bytes()].concat()
}

fn read_code(text: &str) -> Option<u32> {
    let is_code = text.len() == CODE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| text.parse().ok())?
}

/// **Source** RFC 4226 §5.3 and RFC 6238 §4.
fn code_of(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[tag.len() - 1] & 0x0f);
    let mut word = [0; 4];
    word.copy_from_slice(&tag[offset..offset + 4]);
    (u32::from_be_bytes(word) & 0x7fff_ffff) % CODES
}

/// Returns bytes in base 32, five bits a letter (RFC 4648 §6); their bits must be a multiple of five.
fn base32(bytes: &[u8; SECRET_BYTES]) -> String {
    let bit = |index: usize| usize::from(bytes[index / 8] >> (7 - index % 8) & 1);
    let letter = |start: usize| (0..5).fold(0, |all, more| all << 1 | bit(start + more));
    let starts = (0..SECRET_BYTES * 8).step_by(5);
    starts
        .map(|start| char::from(BASE32[letter(start)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six of the eight digits.
    #[test]
    fn the_published_codes_come_out() {
        for (seconds, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(
                code_of(b"12345678901234567890", seconds / STEP_SECONDS),
                code
            );
        }
    }

    #[test]
    fn a_secret_is_told_in_base_32() {
        assert_eq!(
            base32(b"12345678901234567890"),
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
    }

    #[test]
    fn a_code_has_six_digits() {
        assert_eq!(read_code("081804"), Some(81_804));
        for odd in [
            "",
            "81804",
            "0818040",
            "+81804",
            " 81804",
            "08180a",
            "٠٨١٨٠٤",
        ] {
            assert_eq!(read_code(odd), None, "{odd}");
        }
    }
}
