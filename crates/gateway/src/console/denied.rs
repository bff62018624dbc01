//! Why a request of an operator is refused, as code and text.

use core::error::Error;

use identity::identity::IdentityError;
use identity::incident::IncidentError;
use identity::kyc::KycError;
use identity::proposal::ProposalError;
use identity::withdrawal::WithdrawalError;
use wire::binance::error::Refusal;

use crate::correlation;
use crate::reply::Reply;

/// A refusal. Its code never changes its meaning (`docs/spec/operators.md` §5).
#[derive(Debug)]
pub enum Denied {
    NotFound,
    MethodNotAllowed,
    /// A header that every request has is missing or malformed.
    Unsigned(&'static str),
    SignatureInvalid,
    OutsideWindow,
    Repeated,
    /// A page of another origin sent it, or none that could read the session.
    PageForeign,
    /// There is no session, or it has ended.
    SessionEnded,
    /// A passkey, a code or a challenge that is none, or is of something else.
    PasskeyRefused,
    /// A key file does not decide here: the operator has a passkey, or the rule asks for one.
    PasskeyNeeded,
    RoleMissing,
    Parameter(String),
    Step(ProposalError),
    Kyc(KycError),
    Withdrawal(WithdrawalError),
    /// There is as much of it under way as there may be.
    Busy(String),
    /// The same as on the public listener: a body that cannot be read, parameters that are no list.
    Wire(Refusal),
    Failed,
}

impl Denied {
    /// Returns the refusal of a parameter.
    pub fn parameter(name: &str, expected: &str) -> Denied {
        Denied::Parameter(format!("{name} must be {expected}"))
    }

    const fn status(&self) -> u16 {
        match self {
            Denied::NotFound
            | Denied::Step(ProposalError::Unknown)
            | Denied::Kyc(KycError::Unknown)
            | Denied::Withdrawal(WithdrawalError::Unknown) => 404,
            Denied::Kyc(KycError::Foreign) => 403,
            Denied::Kyc(_) | Denied::Withdrawal(_) => 409,
            Denied::Busy(_) => 429,
            Denied::MethodNotAllowed => 405,
            Denied::Unsigned(_)
            | Denied::SignatureInvalid
            | Denied::OutsideWindow
            | Denied::SessionEnded
            | Denied::PasskeyRefused
            | Denied::Repeated => 401,
            Denied::PageForeign
            | Denied::PasskeyNeeded
            | Denied::RoleMissing
            | Denied::Step(
                ProposalError::Own | ProposalError::Foreign | ProposalError::RoleMissing,
            ) => 403,
            Denied::Parameter(_) | Denied::Step(ProposalError::Parameters(_)) | Denied::Wire(_) => {
                400
            }
            Denied::Step(
                ProposalError::NotOpen(_)
                | ProposalError::DigestOther
                | ProposalError::ApprovedBefore,
            ) => 409,
            Denied::Step(ProposalError::Identity(_)) | Denied::Failed => 500,
        }
    }

    /// Returns the code of the answer.
    pub const fn code(&self) -> i32 {
        match self {
            Denied::NotFound => -7001,
            Denied::MethodNotAllowed => -7002,
            Denied::Unsigned(_) => -7011,
            Denied::SignatureInvalid => -7012,
            Denied::OutsideWindow => -7013,
            Denied::Repeated => -7014,
            Denied::PageForeign => -7016,
            Denied::SessionEnded => -7017,
            Denied::PasskeyRefused => -7018,
            Denied::PasskeyNeeded => -7019,
            Denied::RoleMissing | Denied::Step(ProposalError::RoleMissing) => -7015,
            Denied::Parameter(_) | Denied::Step(ProposalError::Parameters(_)) => -7021,
            Denied::Kyc(KycError::Unknown) => -7041,
            Denied::Kyc(KycError::Foreign) => -7043,
            Denied::Kyc(_) => -7042,
            Denied::Busy(_) => -7051,
            Denied::Withdrawal(WithdrawalError::Unknown) => -7061,
            Denied::Withdrawal(_) => -7062,
            Denied::Step(ProposalError::Unknown) => -7031,
            Denied::Step(ProposalError::NotOpen(_)) => -7032,
            Denied::Step(ProposalError::Own) => -7033,
            Denied::Step(ProposalError::Foreign) => -7034,
            Denied::Step(ProposalError::DigestOther) => -7035,
            Denied::Step(ProposalError::ApprovedBefore) => -7036,
            Denied::Step(ProposalError::Identity(_)) | Denied::Failed | Denied::Wire(_) => -7000,
        }
    }

    fn text(&self) -> String {
        match self {
            Denied::NotFound => "there is no such request".to_owned(),
            Denied::MethodNotAllowed => "this path takes another method".to_owned(),
            Denied::Unsigned(header) => format!("the header {header} is missing or malformed"),
            Denied::SignatureInvalid => {
                "the signature is not that of an active operator for this request".to_owned()
            }
            Denied::OutsideWindow => {
                "the timestamp is more than 5 seconds old or ahead of the exchange's clock"
                    .to_owned()
            }
            Denied::Repeated => "this request was sent before: sign a new one".to_owned(),
            Denied::PageForeign => {
                "only pages of the console send this: reload the page".to_owned()
            }
            Denied::SessionEnded => "there is no session, or it has ended: sign in".to_owned(),
            Denied::PasskeyRefused => {
                "the passkey or the code is unknown, used, too old or of something else".to_owned()
            }
            Denied::PasskeyNeeded => {
                "a passkey is needed for this, not a key file: sign in on the page".to_owned()
            }
            Denied::RoleMissing => "your roles do not allow this".to_owned(),
            Denied::Parameter(text) | Denied::Busy(text) => text.clone(),
            Denied::Step(ProposalError::Identity(_)) | Denied::Failed => {
                "the exchange failed; its log says why".to_owned()
            }
            Denied::Step(error) => error.to_string(),
            Denied::Kyc(error) => error.to_string(),
            Denied::Withdrawal(error) => error.to_string(),
            Denied::Wire(_) => String::new(),
        }
    }

    /// Returns code and text, for the audit log.
    pub fn summary(&self) -> String {
        format!("{} {}", self.code(), self.text())
    }

    /// Returns the answer.
    pub fn reply(&self) -> Reply {
        match self {
            Denied::Wire(refusal) => Reply::from(refusal.clone()),
            _ => {
                let body = serde_json::json!({"code": self.code(), "msg": self.text()});
                Reply::json(self.status(), body.to_string().into_bytes())
            }
        }
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Denied {
        Denied::Wire(refusal)
    }
}

impl From<ProposalError> for Denied {
    fn from(error: ProposalError) -> Denied {
        match error {
            ProposalError::Identity(error) => Denied::from(error),
            error => Denied::Step(error),
        }
    }
}

impl From<KycError> for Denied {
    fn from(error: KycError) -> Denied {
        match error {
            KycError::Identity(error) => Denied::from(error),
            error => Denied::Kyc(error),
        }
    }
}

impl From<WithdrawalError> for Denied {
    fn from(error: WithdrawalError) -> Denied {
        match error {
            WithdrawalError::Identity(error) => Denied::from(error),
            error => Denied::Withdrawal(error),
        }
    }
}

impl From<IncidentError> for Denied {
    fn from(error: IncidentError) -> Denied {
        match error {
            IncidentError::Identity(error) => Denied::from(error),
            error => Denied::Parameter(error.to_string()),
        }
    }
}

impl From<IdentityError> for Denied {
    fn from(error: IdentityError) -> Denied {
        match error {
            IdentityError::OperatorUnknown => Denied::SignatureInvalid,
            IdentityError::RequestRepeated => Denied::Repeated,
            IdentityError::TokenRefused
            | IdentityError::FactorRefused
            | IdentityError::ChallengeRefused
            | IdentityError::CredentialRefused => Denied::PasskeyRefused,
            IdentityError::TooManyKeys => Denied::Parameter(
                "there are ten passkeys already: that is as many as an operator may have"
                    .to_owned(),
            ),
            IdentityError::LastPasskey => Denied::Parameter(
                "it is your last passkey, and you have no key: add another passkey first"
                    .to_owned(),
            ),
            error => {
                let correlation = correlation::current();
                let cause = error.source().map(ToString::to_string);
                tracing::error!(event = "identity.failed", %correlation, cause, "{error}");
                Denied::Failed
            }
        }
    }
}
