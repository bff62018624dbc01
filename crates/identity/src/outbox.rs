//! Messages to users that wait to be sent.
//!
//! What a message tells is sealed: whoever reads the database alone reads no token. Absent: whoever sends them, and what
//! they say (`letter`).

use std::net::IpAddr;

use model::id::OwnerId;
use model::time::{NANOS_PER_DAY, Timestamp};

use crate::email::Email;
use crate::hold::HOLD_NANOS;
use crate::identity::{Identity, IdentityError};
use crate::login::Login;
use crate::recovery::RESET_NANOS;
use crate::registration::CONFIRM_NANOS;

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
    /// A login with a browser or from a network that the user has not used before.
    NewDevice,
    /// A recovery code stood in for the second factor.
    RecoveryCodeUsed,
    /// The code that letters show was set, replaced or taken away.
    PhishingCodeChanged,
    /// An API key was made.
    KeyCreated,
    /// Somebody wants this address to be that of their account; the token confirms that it is theirs.
    EmailChange,
    /// The account has another address now; the token gives this one back.
    EmailChanged,
    /// The account has the address again that it had before.
    EmailReturned,
    /// Somebody has lost the second factor; the token begins to ask for its reset.
    FactorResetLink,
    /// The second factors are asked to be taken away; the token cancels it.
    FactorResetAsked,
    /// Two operators have agreed to take the second factors away.
    FactorResetApproved,
    /// An API key was deleted.
    KeyDeleted,
    /// An API key may be used otherwise than before.
    KeyChanged,
    /// Somebody failed to sign in, again and again.
    LoginsFailed,
    /// A deposit was credited that is beyond what the level of the user is for.
    DepositBeyond,
    /// The account was closed for good.
    AccountClosed,
    /// Another user offers whoever reads this address to read accounts.
    AuditOffered,
    /// Everything that is held on the user was handed over.
    DataExported,
    /// An address was added to the book, or withdrawals may go beyond it before long.
    AddressBookChanged,
    /// A withdrawal was asked for, and its money is held.
    WithdrawalAsked,
    /// A password alone signs in again, beside a passkey.
    PasswordAlone,
    /// The user offers another one to read accounts.
    AuditorInvited,
    /// Another user took that offer, and reads from here on.
    AuditorAccepted,
    /// Operators have taken from an account some of what it may do.
    AccountRestricted,
    /// An account may do again whatever it might before operators restricted it.
    AccountReleased,
    /// Operators have ended every session of the user.
    SessionsEnded,
    /// Operators have added to a balance or taken from it.
    BalanceAdjusted,
    /// Operators have given an account other fees.
    FeesChanged,
    /// There are notifications on the pages of the exchange.
    News,
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
    /// From where somebody came, when that is what it tells.
    pub visit: Option<Visit>,
    /// How much there is to read, when that is what it tells.
    pub counts: Option<Counts>,
    pub state: State,
    pub created_at: Timestamp,
}

/// From where somebody came, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub address: IpAddr,
    /// As the browser calls itself.
    pub agent: String,
}

/// How many events of each kind there are to read about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub fills: u64,
    pub deposits: u64,
    pub withdrawals: u64,
    pub alerts: u64,
}

/// What tells a user that something has happened.
pub(crate) struct Notice {
    pub recipient: String,
    /// What it tells beside its subject, sealed.
    pub content: Vec<u8>,
}

/// A message as it is stored.
pub(crate) struct StoredMessage {
    pub id: i64,
    pub recipient: String,
    pub subject: i64,
    /// What it tells, sealed: the token, the visit, or nothing.
    pub content: Vec<u8>,
    pub state: i64,
    pub created_at: Timestamp,
}

impl Identity {
    /// Returns what tells a user that something has happened, and nothing besides.
    pub(crate) async fn notice(&self, user: OwnerId) -> Result<Notice, IdentityError> {
        self.notice_of(user, "").await
    }

    /// Returns what tells a user of a login.
    pub(crate) async fn visit_notice(&self, login: &Login) -> Result<Notice, IdentityError> {
        let visit = Visit {
            address: login.address,
            agent: login.agent.clone(),
        };
        self.notice_of(login.user, &visit.text()).await
    }

    /// Returns the same to whoever has an address, whether or not it has a user.
    pub(crate) fn notice_to(&self, email: &Email) -> Result<Notice, IdentityError> {
        Ok(Notice {
            content: self.seal_content("", email)?,
            recipient: email.as_str().to_owned(),
        })
    }

    /// Returns what tells a user something besides.
    pub(crate) async fn notice_of(
        &self,
        user: OwnerId,
        content: &str,
    ) -> Result<Notice, IdentityError> {
        let email = self.email_of(user).await?;
        Ok(Notice {
            content: self.seal_content(content, &email)?,
            recipient: email.as_str().to_owned(),
        })
    }
}

impl Subject {
    pub const ALL: [Subject; 33] = [
        Subject::Registration,
        Subject::AlreadyRegistered,
        Subject::PasswordReset,
        Subject::PasswordChanged,
        Subject::FactorChanged,
        Subject::NewDevice,
        Subject::RecoveryCodeUsed,
        Subject::PhishingCodeChanged,
        Subject::KeyCreated,
        Subject::EmailChange,
        Subject::EmailChanged,
        Subject::EmailReturned,
        Subject::FactorResetLink,
        Subject::FactorResetAsked,
        Subject::FactorResetApproved,
        Subject::KeyDeleted,
        Subject::KeyChanged,
        Subject::LoginsFailed,
        Subject::DepositBeyond,
        Subject::AccountClosed,
        Subject::AuditOffered,
        Subject::DataExported,
        Subject::AddressBookChanged,
        Subject::WithdrawalAsked,
        Subject::PasswordAlone,
        Subject::AuditorInvited,
        Subject::AuditorAccepted,
        Subject::AccountRestricted,
        Subject::AccountReleased,
        Subject::SessionsEnded,
        Subject::BalanceAdjusted,
        Subject::FeesChanged,
        Subject::News,
    ];

    /// Returns for how long a message is worth sending: as long as its token counts, or three days.
    pub const fn good_for_nanos(self) -> i64 {
        match self {
            Subject::Registration | Subject::AlreadyRegistered => CONFIRM_NANOS,
            Subject::PasswordReset | Subject::EmailChange | Subject::FactorResetLink => RESET_NANOS,
            Subject::EmailChanged => HOLD_NANOS,
            Subject::PasswordChanged
            | Subject::FactorChanged
            | Subject::NewDevice
            | Subject::RecoveryCodeUsed
            | Subject::PhishingCodeChanged
            | Subject::KeyCreated
            | Subject::EmailReturned
            | Subject::FactorResetAsked
            | Subject::FactorResetApproved
            | Subject::KeyDeleted
            | Subject::KeyChanged
            | Subject::LoginsFailed
            | Subject::DepositBeyond
            | Subject::AccountClosed
            | Subject::AuditOffered
            | Subject::DataExported
            | Subject::AddressBookChanged
            | Subject::WithdrawalAsked
            | Subject::PasswordAlone
            | Subject::AuditorInvited
            | Subject::AuditorAccepted
            | Subject::AccountRestricted
            | Subject::AccountReleased
            | Subject::SessionsEnded
            | Subject::BalanceAdjusted
            | Subject::FeesChanged
            | Subject::News => 3 * NANOS_PER_DAY,
        }
    }

    pub(crate) const fn number(self) -> i64 {
        match self {
            Subject::Registration => 0,
            Subject::AlreadyRegistered => 1,
            Subject::PasswordReset => 2,
            Subject::PasswordChanged => 3,
            Subject::FactorChanged => 4,
            Subject::NewDevice => 5,
            Subject::RecoveryCodeUsed => 6,
            Subject::PhishingCodeChanged => 7,
            Subject::News => 8,
            Subject::KeyCreated => 9,
            Subject::EmailChange => 20,
            Subject::EmailChanged => 21,
            Subject::EmailReturned => 22,
            Subject::FactorResetLink => 23,
            Subject::FactorResetAsked => 24,
            Subject::FactorResetApproved => 25,
            Subject::KeyDeleted => 26,
            Subject::KeyChanged => 27,
            // The numbers between are those of letters that came at the same time.
            Subject::LoginsFailed => 40,
            Subject::DepositBeyond => 41,
            Subject::AccountClosed => 42,
            Subject::AuditOffered => 43,
            Subject::DataExported => 44,
            Subject::AddressBookChanged => 45,
            Subject::WithdrawalAsked => 46,
            Subject::PasswordAlone => 47,
            Subject::AuditorInvited => 48,
            Subject::AuditorAccepted => 49,
            Subject::AccountRestricted => 50,
            Subject::AccountReleased => 51,
            Subject::SessionsEnded => 52,
            Subject::BalanceAdjusted => 53,
            Subject::FeesChanged => 54,
        }
    }

    pub(crate) fn from_number(number: i64) -> Option<Subject> {
        let is_of = |subject: &Subject| subject.number() == number;
        Subject::ALL.into_iter().find(is_of)
    }

    /// Returns whether the token is for whoever reads the message; each is stored with one, so that all are alike.
    pub(crate) const fn tells_token(self) -> bool {
        matches!(
            self,
            Subject::Registration
                | Subject::PasswordReset
                | Subject::EmailChange
                | Subject::EmailChanged
                | Subject::FactorResetLink
                | Subject::FactorResetAsked
        )
    }

    pub(crate) const fn tells_counts(self) -> bool {
        matches!(self, Subject::News)
    }

    pub(crate) const fn tells_visit(self) -> bool {
        matches!(self, Subject::NewDevice)
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

    pub(crate) const fn from_number(number: i64) -> Option<State> {
        match number {
            0 => Some(State::Waiting),
            1 => Some(State::Sent),
            2 => Some(State::GivenUp),
            _ => None,
        }
    }
}

impl Visit {
    /// Returns the visit as it is sealed.
    pub(crate) fn text(&self) -> String {
        format!("{}\n{}", self.address, self.agent)
    }

    fn parse(text: &str) -> Option<Visit> {
        let (address, agent) = text.split_once('\n')?;
        Some(Visit {
            address: address.parse().ok()?,
            agent: agent.to_owned(),
        })
    }
}

impl Counts {
    /// Returns the counts as they are sealed.
    pub(crate) fn text(&self) -> String {
        let Counts {
            fills,
            deposits,
            withdrawals,
            alerts,
        } = self;
        format!("{fills} {deposits} {withdrawals} {alerts}")
    }

    fn parse(text: &str) -> Option<Counts> {
        let numbers: Result<Vec<u64>, _> = text.split(' ').map(str::parse).collect();
        let [fills, deposits, withdrawals, alerts] = numbers.ok()?[..] else {
            return None;
        };
        Some(Counts {
            fills,
            deposits,
            withdrawals,
            alerts,
        })
    }
}

impl StoredMessage {
    /// Returns the message with its content as `open` makes it readable.
    pub(crate) fn opened(
        self,
        open: impl Fn(&[u8], &str) -> Result<Vec<u8>, IdentityError>,
    ) -> Result<Message, IdentityError> {
        let damaged = || IdentityError::MessageDamaged { id: self.id };
        let subject = Subject::from_number(self.subject).ok_or_else(damaged)?;
        let state = State::from_number(self.state).ok_or_else(damaged)?;
        let content =
            String::from_utf8(open(&self.content, &self.recipient)?).map_err(|_| damaged())?;
        let visit = if subject.tells_visit() {
            Some(Visit::parse(&content).ok_or_else(damaged)?)
        } else {
            None
        };
        let counts = if subject.tells_counts() {
            Some(Counts::parse(&content).ok_or_else(damaged)?)
        } else {
            None
        };
        Ok(Message {
            id: self.id.cast_unsigned(),
            recipient: self.recipient,
            subject,
            token: subject.tells_token().then_some(content),
            visit,
            counts,
            state,
            created_at: self.created_at,
        })
    }
}
