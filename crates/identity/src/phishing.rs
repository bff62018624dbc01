//! Anti-phishing codes: a text that a user chooses and every letter to the user shows, so that others are known as false.

use model::id::OwnerId;
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};

const CHARS_MIN: usize = 4;
const CHARS_MAX: usize = 32;

/// A code that may be shown: 4 to 32 letters and digits of any script, with hyphens, underscores and single spaces inside.
#[derive(Clone, PartialEq, Eq)]
pub struct PhishingCode(String);

impl PhishingCode {
    /// Returns the code that a text is, `None` when it is none.
    pub fn parse(text: &str) -> Option<PhishingCode> {
        let count = text.chars().count();
        let is_legal = |sign: char| sign.is_alphanumeric() || "-_ ".contains(sign);
        let is_code = CHARS_MIN <= count
            && count <= CHARS_MAX
            && text.chars().all(is_legal)
            && text == text.trim()
            && !text.contains("  ");
        is_code.then(|| PhishingCode(text.to_owned()))
    }
}

impl Identity {
    /// Shows a code in every letter to a user from now on, or none, and tells the user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_phishing_code(
        &self,
        user: OwnerId,
        code: Option<&PhishingCode>,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let seal = |code: &PhishingCode| self.master.seal(code.0.as_bytes(), &owner(user));
        let sealed = code.map(seal).transpose()?;
        let notice = self.notice(user).await?;
        self.store
            .set_phishing_code(user, sealed.as_deref(), &notice, at)
            .await
    }

    /// Returns the code of a user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn phishing_code(&self, user: OwnerId) -> Result<Option<String>, IdentityError> {
        let sealed = self.store.phishing_code(user).await?;
        let open = |sealed: Vec<u8>| self.open_phishing_code(user, &sealed);
        sealed.map(open).transpose()
    }

    pub(crate) fn open_phishing_code(
        &self,
        user: OwnerId,
        sealed: &[u8],
    ) -> Result<String, IdentityError> {
        let code = self.master.open(sealed, &owner(user))?;
        String::from_utf8(code).map_err(|_| IdentityError::Seal)
    }
}

pub(crate) fn owner(user: OwnerId) -> Vec<u8> {
    [b"phishing".as_slice(), &user.0.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_short_line_of_letters() {
        for (text, is_code) in [
            ("red fox 7", true),
            ("红色狐狸", true),
            ("abcd", true),
            ("abc", false),
            ("", false),
            ("    ", false),
            (" abcd", false),
            ("ab  cd", false),
            ("ab\ncd", false),
            ("ab\u{202e}cd", false),
            ("ab\u{200b}cd", false),
            ("<b>abc</b>", false),
            ("{token}", false),
            ("http://a.b", false),
        ] {
            assert_eq!(PhishingCode::parse(text).is_some(), is_code, "{text:?}");
        }
        assert!(PhishingCode::parse(&"x".repeat(32)).is_some());
        assert!(PhishingCode::parse(&"x".repeat(33)).is_none());
    }
}
