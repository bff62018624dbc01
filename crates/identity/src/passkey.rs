//! Passkeys of users: adding, naming and removing them, and what they sign.

use model::id::OwnerId;
use model::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::browser::{self, TokenHash};
use crate::challenge::{Act, CHALLENGE_NANOS};
use crate::identity::{Identity, IdentityError};
use crate::store::challenge::Answered;
use crate::store::passkey::{NewPasskey, StoredPasskey};
use crate::totp::Factor;
use crate::webauthn::{Assertion, PublicKey, RelyingParty, asserted, challenge_of, created};

/// As many as one user may have.
pub const PASSKEYS_MAX: u32 = 10;
/// What a login is signed for, beside its challenge.
const LOGIN: [u8; 32] = *b"bourse: sign in with a passkey--";

/// A passkey as its user sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub id: u64,
    /// What the authenticator calls it.
    pub credential: Vec<u8>,
    pub label: String,
    pub created_at: Timestamp,
    /// `Timestamp::ZERO` before the first use.
    pub last_used: Timestamp,
}

/// What an authenticator answers when it has made a credential.
#[derive(Clone, Copy)]
pub struct Creation<'a> {
    pub client_data: &'a [u8],
    pub attestation: &'a [u8],
}

/// A credential that was made for a challenge, and is nobody's yet.
pub struct Proposed(NewPasskey);

impl Identity {
    /// Returns a challenge for a login, and what the authenticator is to sign.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn login_challenge(&self, at: Timestamp) -> Result<(String, String), IdentityError> {
        let token = browser::new_token()?;
        let expires_at = at.plus_nanos(CHALLENGE_NANOS);
        let hash = TokenHash::of(&token);
        self.store.add_login_challenge(hash, expires_at, at).await?;
        let signed = challenge_of(&token, &LOGIN);
        Ok((token, signed))
    }

    /// Returns whose passkey has signed a login, and its number, and uses up its challenge; the authenticator says who the
    /// user is to be by the handle.
    ///
    /// # Errors
    /// `FactorRefused` when it is nobody's, was not signed for this challenge, or counts backwards.
    pub async fn sign_in_by_passkey(
        &self,
        party: &RelyingParty,
        token: &str,
        (assertion, handle): (&Assertion, &[u8]),
        at: Timestamp,
    ) -> Result<(OwnerId, u64), IdentityError> {
        let challenge = challenge_of(token, &LOGIN);
        let verify = |stored: &StoredPasskey| {
            if handle != user_handle(stored.user) {
                return Err(IdentityError::FactorRefused);
            }
            verified(party, &challenge, (&stored.cose, stored.counter), assertion)
        };
        self.store
            .sign_in_by_passkey(TokenHash::of(token), &assertion.credential, verify, at)
            .await
    }

    /// Takes a passkey of whoever has shown the password, and uses up the challenge of the login that it signed; for
    /// nobody, with `None`, the same is done and refused.
    ///
    /// # Errors
    /// `FactorRefused` when it is none of the user's, was not signed for this challenge, or counts backwards.
    pub async fn show_passkey(
        &self,
        party: &RelyingParty,
        user: Option<OwnerId>,
        (token, assertion): (&str, &Assertion),
        at: Timestamp,
    ) -> Result<Factor, IdentityError> {
        let challenge = challenge_of(token, &LOGIN);
        let verify = |stored: &StoredPasskey| {
            let counter = (stored.cose.as_slice(), stored.counter);
            let counter = verified(party, &challenge, counter, assertion)?;
            match user == Some(stored.user) {
                true => Ok(counter),
                false => Err(IdentityError::FactorRefused),
            }
        };
        let token = TokenHash::of(token);
        let signed = self
            .store
            .sign_in_by_passkey(token, &assertion.credential, verify, at);
        let (_, id) = signed.await?;
        Ok(Factor::Passkey { id })
    }

    /// Uses up a challenge for an act by a passkey of its user.
    ///
    /// # Errors
    /// `ChallengeRefused` and `FactorRefused`, as `answer_challenge`.
    pub async fn answer_by_passkey(
        &self,
        party: &RelyingParty,
        token: &str,
        act: &Act,
        assertion: &Assertion,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let challenge = challenge_of(token, &act.digest);
        let answered = Answered {
            token: TokenHash::of(token),
            act,
            at,
        };
        let verify = |stored: &StoredPasskey| {
            verified(party, &challenge, (&stored.cose, stored.counter), assertion)
        };
        self.store
            .answer_by_passkey(&answered, &assertion.credential, verify)
            .await
    }

    /// Returns the credential that an authenticator has made for a challenge; it is stored by `add_passkey`.
    ///
    /// # Errors
    /// `CredentialRefused` when it was not made for this.
    pub fn read_creation(
        &self,
        party: &RelyingParty,
        token: &str,
        act: &Act,
        creation: Creation<'_>,
    ) -> Result<Proposed, IdentityError> {
        let challenge = challenge_of(token, &act.digest);
        let Creation {
            client_data,
            attestation,
        } = creation;
        let made = created(party, &challenge, client_data, attestation);
        let made = made.ok_or(IdentityError::CredentialRefused)?;
        Ok(Proposed(NewPasskey {
            credential: made.id,
            cose: made.cose,
            counter: made.counter,
        }))
    }

    /// Gives a user a passkey, ends every login of the user, and holds payouts; returns the number of the passkey.
    ///
    /// # Errors
    /// `CredentialRefused` when it is somebody's already, `TooManyKeys`.
    pub async fn add_passkey(
        &self,
        user: OwnerId,
        proposed: &Proposed,
        label: &str,
        at: Timestamp,
    ) -> Result<u64, IdentityError> {
        let notice = self.notice(user).await?;
        let _turn = self.logins.lock().await;
        let new = &proposed.0;
        let id = self
            .store
            .add_passkey(user, new, label, &notice, at)
            .await?;
        self.end_logins(user);
        Ok(id)
    }

    /// Takes a passkey away, ends every login of the user, and holds payouts.
    ///
    /// # Errors
    /// `KeyUnknown` when it is none of the user's.
    pub async fn remove_passkey(
        &self,
        user: OwnerId,
        id: u64,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let notice = self.notice(user).await?;
        let _turn = self.logins.lock().await;
        self.store.remove_passkey(user, id, &notice, at).await?;
        self.end_logins(user);
        Ok(())
    }

    /// Gives a passkey another name.
    ///
    /// # Errors
    /// `KeyUnknown` when it is none of the user's.
    pub async fn name_passkey(
        &self,
        user: OwnerId,
        id: u64,
        label: &str,
    ) -> Result<(), IdentityError> {
        self.store.name_passkey(user, id, label).await
    }

    /// Returns the passkeys of a user, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn passkeys(&self, user: OwnerId) -> Result<Vec<Passkey>, IdentityError> {
        self.store.passkeys(user).await
    }

    /// Returns what an authenticator is to sign for an act, in base64.
    pub fn to_be_signed(token: &str, act: &Act) -> String {
        challenge_of(token, &act.digest)
    }
}

/// Returns what authenticators know a user by: nothing that tells who it is.
pub fn user_handle(user: OwnerId) -> [u8; 32] {
    let hash = Sha256::new().chain_update(b"passkey");
    hash.chain_update(user.0.to_be_bytes()).finalize().into()
}

/// Returns the counter from now on. One that does not rise is that of a copy, unless the authenticator never counts.
pub(crate) fn verified(
    party: &RelyingParty,
    challenge: &str,
    (cose, former): (&[u8], u32),
    assertion: &Assertion,
) -> Result<u32, IdentityError> {
    let key = PublicKey::parse(cose).ok_or(IdentityError::CredentialRefused)?;
    let counter = asserted(party, challenge, &key, assertion);
    let counter = counter.ok_or(IdentityError::FactorRefused)?;
    let rises = former < counter || (former == 0 && counter == 0);
    if mutant::plant!("passkey-copy-taken", true, rises) {
        Ok(counter)
    } else {
        Err(IdentityError::FactorRefused)
    }
}
