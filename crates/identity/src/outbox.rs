//! Messages to users that wait to be sent.
//!
//! What a message tells is sealed: whoever reads the database alone reads no token. Absent: whoever sends them.

use model::time::Timestamp;

use crate::identity::IdentityError;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Somebody wants an account under the address; the token confirms that it is theirs.
    Registration,
    /// Somebody wants an account under an address that has one.
    AlreadyRegistered,
    /// Somebody has forgotten the password; the token takes another.
    PasswordReset,
    PasswordChanged,
    /// A second factor was added or taken away.
    FactorChanged,
}

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Sent,
    /// It could not be sent.
    GivenUp,
}

/// A message to whoever reads an address.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    pub id: u64,
    pub recipient: String,
    pub subject: Subject,
    /// `None` when there is nothing to confirm.
    pub token: Option<String>,
    pub state: State,
    pub created_at: Timestamp,
}

/// A message as it is stored.
pub(crate) struct StoredMessage {
    pub id: i64,
    pub recipient: String,
    pub subject: i64,
    pub token: Vec<u8>,
    pub state: i64,
    pub created_at: Timestamp,
}

impl Subject {
    pub(crate) const fn number(self) -> i64 {
        match self {
            Subject::Registration => 0,
            Subject::AlreadyRegistered => 1,
            Subject::PasswordReset => 2,
            Subject::PasswordChanged => 3,
            Subject::FactorChanged => 4,
        }
    }

    const fn from_number(number: i64) -> Option<Subject> {
        match number {
            0 => Some(Subject::Registration),
            1 => Some(Subject::AlreadyRegistered),
            2 => Some(Subject::PasswordReset),
            3 => Some(Subject::PasswordChanged),
            4 => Some(Subject::FactorChanged),
            _ => None,
        }
    }

    /// Returns whether the token is for whoever reads the message; each is stored with one, so that all are alike.
    const fn tells_token(self) -> bool {
        match self {
            Subject::Registration | Subject::PasswordReset => true,
            Subject::AlreadyRegistered | Subject::PasswordChanged | Subject::FactorChanged => false,
        }
    }
}

impl State {
    pub(crate) const fn number(self) -> i64 {
        match self {
            State::Waiting => 0,
            State::Sent => 1,
            State::GivenUp => 2,
        }
    }

    const fn from_number(number: i64) -> Option<State> {
        match number {
            0 => Some(State::Waiting),
            1 => Some(State::Sent),
            2 => Some(State::GivenUp),
            _ => None,
        }
    }
}

impl StoredMessage {
    /// Returns the message with its token as `open` makes it readable.
    pub(crate) fn opened(
        self,
        open: impl Fn(&[u8], &str) -> Result<Vec<u8>, IdentityError>,
    ) -> Result<Message, IdentityError> {
        let damaged = || IdentityError::MessageDamaged { id: self.id };
        let subject = Subject::from_number(self.subject).ok_or_else(damaged)?;
        let state = State::from_number(self.state).ok_or_else(damaged)?;
        let token =
            String::from_utf8(open(&self.token, &self.recipient)?).map_err(|_| damaged())?;
        Ok(Message {
            id: self.id.cast_unsigned(),
            recipient: self.recipient,
            subject,
            token: subject.tells_token().then_some(token),
            state,
            created_at: self.created_at,
        })
    }
}
