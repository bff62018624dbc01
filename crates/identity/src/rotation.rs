//! Another master key, while the exchange runs: it is put before the one there is, everything is sealed anew, and the
//! former key retires when nothing is sealed under it any more.
//!
//! A stop at any moment leaves a file whose keys open everything, so each step is simply done again.
//!
//! **Source** `docs/spec/accounts.md`, the master key.

use std::path::{Path, PathBuf};

use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::database::DatabaseAddress;
use crate::identity::{Identity, IdentityError, SEAL};
use crate::master::{Fingerprint, MasterKey};
use crate::store::Store;
pub use crate::store::sealed::Sealed;
use crate::{master_file, random, totp};

/// What a request sealed before the key was another is stored within this time, or not at all: a request waits half a
/// minute for a connection at most, and some seconds for its turn.
pub const GRACE_NANOS: i64 = 60 * NANOS_PER_SECOND;

/// How far another key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is one key.
    Idle,
    /// So many texts were sealed anew.
    Sealed(u64),
    /// Nothing is left to do before the time of what was under way is over.
    Waiting,
    /// Only this key is left.
    Retired(Fingerprint),
}

/// Who still seals under the former key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// Requests that are under way.
    UnderWay,
    /// Nobody: the exchange stands still.
    Nobody,
}

/// The work of another key.
pub struct Rotation {
    path: PathBuf,
    others: Others,
    /// Since when the new key seals in this process.
    since: Option<Timestamp>,
    /// When nothing was found under the former key any more.
    swept_at: Option<Timestamp>,
}

impl Rotation {
    /// Returns the work on the key of this file.
    pub fn new(path: &Path, others: Others) -> Rotation {
        Rotation {
            path: path.to_owned(),
            others,
            since: None,
            swept_at: None,
        }
    }

    /// Does what is to be done now.
    ///
    /// # Errors
    /// `MasterKeyForeign` for a file without the key that seals now; the file cannot be used, or the database fails. All
    /// goes on as before then.
    pub async fn step(
        &mut self,
        identity: &Identity,
        at: Timestamp,
    ) -> Result<Step, IdentityError> {
        let read = MasterKey::load(&self.path)?;
        if read.fingerprints() != identity.master.fingerprints() {
            master_file::sync(&self.path)?;
            identity.master.replace(&read)?;
            self.since = None;
        }
        let [sealing, _] = identity.master.fingerprints()[..] else {
            (self.since, self.swept_at) = (None, None);
            return Ok(Step::Idle);
        };
        if self.since.is_none() {
            identity.store.note_rotation("master-key-added", at).await?;
            (self.since, self.swept_at) = (Some(at), None);
        }
        let ends = self.since.map(|since| since.plus_nanos(GRACE_NANOS));
        let is_over = mutant::plant!(
            "master-key-retired-early",
            true,
            self.others == Others::Nobody || ends.is_some_and(|ends| ends <= at)
        );
        if self.swept_at.is_some() && !is_over {
            return Ok(Step::Waiting);
        }
        let count = identity.store.seal_anew(&identity.master).await?;
        if count == 0 {
            self.swept_at = Some(at);
        }
        match count {
            0 if is_over => self.retire(identity, sealing, at).await,
            count => Ok(Step::Sealed(count)),
        }
    }

    async fn retire(
        &mut self,
        identity: &Identity,
        sealing: Fingerprint,
        at: Timestamp,
    ) -> Result<Step, IdentityError> {
        let left = master_file::retire_former(&self.path, sealing)?;
        identity.master.replace(&left)?;
        let act = "master-key-retired";
        identity.store.note_rotation(act, at).await?;
        (self.since, self.swept_at) = (None, None);
        Ok(Step::Retired(sealing))
    }
}

impl Identity {
    /// Returns what the keys are called, the one that seals first.
    pub fn master_keys(&self) -> Vec<Fingerprint> {
        self.master.fingerprints()
    }
}

/// Returns how much of a database is sealed under which of these keys, whether or not they are its own.
///
/// # Errors
/// When the database fails.
pub async fn sealed(
    address: &DatabaseAddress,
    master: &MasterKey,
) -> Result<Vec<Sealed>, IdentityError> {
    let store = Store::open(address).await?;
    let sealed = store.sealed(master).await?;
    store.close().await;
    Ok(sealed)
}

/// Gives up whatever is sealed in a database whose key is lost, so that it opens under this one: API keys with a shared
/// secret, messages and anti-phishing codes are gone, and of a second factor only the recovery codes count.
///
/// # Errors
/// When the database fails; nothing is given up then.
pub async fn abandon(
    address: &DatabaseAddress,
    master: &MasterKey,
    at: Timestamp,
) -> Result<(), IdentityError> {
    let store = Store::open(address).await?;
    let factor = |user| {
        let mut secret = [0; totp::SECRET_BYTES];
        random::fill(&mut secret)?;
        master.seal(&secret, &totp::owner(user))
    };
    let seal = master.seal(SEAL, SEAL)?;
    store.abandon(&seal, factor, at).await?;
    store.close().await;
    Ok(())
}
