//! Messages on their way: which are due, and what became of each attempt.
//!
//! A message is sent at least once: it is noted as sent after the mail server has taken it, so that a stop in between
//! sends it again. Absent: the mail server, which is `mail`.

use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};
use crate::letter::Reader;
use crate::letter::language::Language;
use crate::outbox::Message;
use crate::store::delivery::StoredDelivery;

/// A message that is due.
pub struct Delivery {
    pub id: u64,
    /// Attempts that failed.
    pub attempts: u32,
    /// An error for a message that cannot be read: it is of no use to wait.
    pub content: Result<Addressed, IdentityError>,
}

/// A message with what is known of its reader.
#[derive(Clone, PartialEq, Eq)]
pub struct Addressed {
    pub message: Message,
    pub reader: Reader,
}

/// What waits to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub count: u64,
    /// When the oldest of them was written.
    pub since: Option<Timestamp>,
}

impl Identity {
    /// Returns the messages that were written of late, the newest first, at most so many.
    ///
    /// # Errors
    /// When the database fails, or a message does not open under the master key.
    pub async fn messages(&self, count_max: u32) -> Result<Vec<Message>, IdentityError> {
        let addressed = self.addressed_messages(count_max).await?;
        Ok(addressed.into_iter().map(|one| one.message).collect())
    }

    /// As `messages`, each with what is known of its reader.
    ///
    /// # Errors
    /// As `messages`.
    pub async fn addressed_messages(
        &self,
        count_max: u32,
    ) -> Result<Vec<Addressed>, IdentityError> {
        let stored = self.store.newest_deliveries(count_max).await?;
        stored.into_iter().map(|one| self.addressed(one)).collect()
    }

    /// Returns messages that wait and whose time has come, those that have waited longest first, at most so many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_deliveries(
        &self,
        at: Timestamp,
        count_max: u32,
    ) -> Result<Vec<Delivery>, IdentityError> {
        let stored = self.store.due_deliveries(at, count_max).await?;
        let open = |one: StoredDelivery| Delivery {
            id: one.message.id.cast_unsigned(),
            attempts: one.attempts,
            content: self.addressed(one),
        };
        Ok(stored.into_iter().map(open).collect())
    }

    /// Notes that a mail server has taken a message.
    ///
    /// # Errors
    /// When the database fails: the message is then sent again.
    pub async fn note_sent(&self, message: u64) -> Result<(), IdentityError> {
        self.store.note_sent(message).await
    }

    /// Notes an attempt that failed; the next is not before `until`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn postpone(&self, message: u64, until: Timestamp) -> Result<(), IdentityError> {
        self.store.postpone(message, until).await
    }

    /// Notes that a message is sent no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_up(&self, message: u64) -> Result<(), IdentityError> {
        self.store.give_up(message).await
    }

    /// Returns what waits to be sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting(&self) -> Result<Waiting, IdentityError> {
        self.store.waiting().await
    }

    fn addressed(&self, stored: StoredDelivery) -> Result<Addressed, IdentityError> {
        let phishing_code = match (stored.owner, &stored.phishing_code) {
            (Some(owner), Some(sealed)) => Some(self.open_phishing_code(owner, sealed)?),
            _ => None,
        };
        let language = stored.language.as_deref().and_then(language_of);
        let open = |sealed: &[u8], recipient: &str| self.master.open(sealed, recipient.as_bytes());
        Ok(Addressed {
            message: stored.message.opened(open)?,
            reader: Reader {
                language,
                phishing_code,
            },
        })
    }
}

/// Returns the language that a preference, a JSON string, names.
fn language_of(preference: &str) -> Option<Language> {
    let text = preference.trim().strip_prefix('"')?.strip_suffix('"')?;
    Language::of_tag(text)
}
