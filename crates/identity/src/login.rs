//! Signing in: whether an address may try again, with which password, and what is known of those who did.

use std::net::IpAddr;

use model::id::OwnerId;
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::browser::TokenHash;
use crate::device::device_from;
use crate::email::Email;
use crate::identity::{Identity, IdentityError};
use crate::password::PasswordHash;
use crate::totp::Factor;

/// A session that is not used for this long has ended.
pub const IDLE_NANOS: i64 = 30 * 60 * NANOS_PER_SECOND;
/// Failures that cost nothing but themselves.
const FAILURES_FREE: u32 = 5;
const WAIT_SECONDS_MAX: i64 = 900;
/// As many failures in a row, and an address rests for a day: never for good.
pub(crate) const FAILURES_MAX: u32 = 100;
pub(crate) const REST_SECONDS: i64 = 86_400;

/// Who signed in, with what and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user: OwnerId,
    /// As the browser calls itself.
    pub agent: String,
    pub address: IpAddr,
}

/// A login that is about to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLogin {
    pub login: Login,
    /// The password that was compared: it must still be the user's, and no second factor new.
    pub password: PasswordHash,
    pub factor: Factor,
}

/// From where and with what somebody tries to sign in.
#[derive(Clone, Copy, Debug)]
pub struct Whence<'a> {
    pub address: IpAddr,
    /// As the browser calls itself.
    pub agent: &'a str,
}

/// Who asks for something in the name of an address, without having shown to be its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    Stranger,
    /// Somebody at a device with which the user has signed in.
    KnownDevice,
}

/// Where failures in a row are counted.
#[derive(Clone, Copy)]
pub struct Counter(TokenHash);

/// Whether a password may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It may, and counts as a failure until it is told otherwise.
    Begun,
    /// Not before so many seconds have passed.
    Wait { seconds: i64 },
}

impl Identity {
    /// Returns where the failures of an address are counted: together, but for devices that its user has signed in with,
    /// each of which counts by itself. Whoever fails elsewhere does not lock the user out.
    ///
    /// **Source** OWASP ASVS 5.0 V6.1.1.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counter(
        &self,
        email: &Email,
        whence: &Whence<'_>,
    ) -> Result<Counter, IdentityError> {
        let device = device_from(whence.address, whence.agent);
        let is_known = self.asker(email, whence).await? == Asker::KnownDevice;
        Ok(
            match mutant::plant!("strangers-lock-out", false, is_known) {
                true => Counter(device.beside(email.as_str())),
                false => Counter::of_strangers(email),
            },
        )
    }

    /// Returns who asks in the name of an address; of one without a user everybody is a stranger.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asker(&self, email: &Email, whence: &Whence<'_>) -> Result<Asker, IdentityError> {
        let device = device_from(whence.address, whence.agent);
        let is_known = self.store.is_known_device(email.as_str(), device).await?;
        Ok(match is_known {
            true => Asker::KnownDevice,
            false => Asker::Stranger,
        })
    }

    /// Counts an attempt to sign in, whether or not its address has a user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_attempt(
        &self,
        counter: &Counter,
        at: Timestamp,
    ) -> Result<Attempt, IdentityError> {
        self.store.begin_attempt(counter.0, at).await
    }

    /// Forgets the failures that were counted there: somebody has shown to be the user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_failures(&self, counter: &Counter) -> Result<(), IdentityError> {
        self.store.forget_failures(counter.0).await
    }

    /// Remembers a device with which a user signs in, without telling the user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_device(
        &self,
        user: OwnerId,
        whence: &Whence<'_>,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let device = device_from(whence.address, whence.agent);
        self.store.note_device(user, device, at).await
    }

    /// Returns the user of an address who has a password, and its hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_of(
        &self,
        email: &Email,
    ) -> Result<Option<(OwnerId, PasswordHash)>, IdentityError> {
        self.store.password_of(email.as_str()).await
    }
}

impl Counter {
    /// Returns where the failures of everybody are counted who is not known to the user of an address.
    pub fn of_strangers(email: &Email) -> Counter {
        // What people type as their address may be anything: it is not kept.
        Counter(TokenHash::of(email.as_str()))
    }
}

/// Returns how long an address waits after so many failures in a row: nothing, seconds that double, a day.
pub(crate) const fn wait_seconds(failures: u32) -> i64 {
    if FAILURES_MAX <= failures {
        return REST_SECONDS;
    }
    match failures.checked_sub(FAILURES_FREE) {
        None => 0,
        Some(more) if more < 10 => {
            let seconds = 1 << more;
            if seconds < WAIT_SECONDS_MAX {
                seconds
            } else {
                WAIT_SECONDS_MAX
            }
        }
        Some(_) => WAIT_SECONDS_MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_a_quarter_of_an_hour_and_then_is_a_day() {
        for (failures, seconds) in [
            (0, 0),
            (4, 0),
            (5, 1),
            (6, 2),
            (9, 16),
            (14, 512),
            (15, 900),
            (99, 900),
            (100, 86_400),
            (u32::MAX, 86_400),
        ] {
            assert_eq!(wait_seconds(failures), seconds, "{failures}");
        }
    }
}
