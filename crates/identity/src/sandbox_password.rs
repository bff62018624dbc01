//! Passwords of the sandbox's people: given to whoever has none, and told again at every start.
//!
//! Nothing but a hash is kept of it, as of any password; what it is made of is the shared secret of the key that the
//! sandbox made for the person.

use core::fmt::Write;

use model::id::OwnerId;
use model::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::email::Email;
use crate::identity::{Identity, IdentityError};
use crate::password::{Cost, Password, PasswordHash};

const LABEL: &[u8] = b"bourse.sandbox-password.v1\0";
/// Of the digest, twice as many digits.
const BYTES: usize = 16;
/// Nobody guesses 128 bits, however cheap a guess is, and a start makes up to a thousand of them.
const COST: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};

impl Identity {
    /// Returns the password that goes with a shared secret of a user, after giving it to one who has none.
    ///
    /// **Shape** `None` for a user who has taken another password, or has closed the account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sandbox_password(
        &self,
        (user, email): (OwnerId, &Email),
        secret: &str,
        at: Timestamp,
    ) -> Result<Option<String>, IdentityError> {
        if self.store.closing_of(user).await?.is_some() {
            return Ok(None);
        }
        let text = password_of(secret);
        let password = Password::claim(&text);
        if self.password_of(email).await?.is_none() {
            let hash = PasswordHash::of(&password, COST)?;
            self.store.give_password(user, &hash.text(), at).await?;
        }
        let kept = self.password_of(email).await?;
        let is_own = match kept {
            Some((_, hash)) => hash.is_of(&password)?,
            None => false,
        };
        Ok(is_own.then_some(text))
    }
}

fn password_of(secret: &str) -> String {
    let digest = Sha256::new().chain_update(LABEL).chain_update(secret);
    let digest = digest.finalize();
    let mut text = String::with_capacity(2 * BYTES);
    for byte in digest.iter().take(BYTES) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
