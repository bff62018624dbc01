//! Becoming a user of the exchange.
//!
//! **Source** `docs/spec/accounts.md`.

use identity::delivery::Addressed;
use identity::email::Email;
use identity::identity::IdentityError;
use identity::letter::Letter;
use identity::near_words::NearWords;
use identity::outbox::{State, Subject};
use identity::password::{Password, PasswordRefusal};
use model::id::OwnerId;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::{Time, TimeUnit};

use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::reply::Reply;
use crate::rest::audited::{note_stranger, note_user};
use crate::rest::opening::{account_of, failed};

/// Messages that `GET /dev/outbox` shows.
const MESSAGES_SHOWN: u32 = 100;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageAnswer<'a> {
    id: u64,
    recipient: &'a str,
    subject: &'static str,
    token: Option<&'a str>,
    title: String,
    text: String,
    state: &'static str,
    created_at: Time,
}

impl MessageAnswer<'_> {
    fn of(addressed: &Addressed, letter: Letter, unit: TimeUnit) -> MessageAnswer<'_> {
        let message = &addressed.message;
        MessageAnswer {
            id: message.id,
            recipient: &message.recipient,
            subject: subject_name(message.subject),
            token: message.token.as_deref(),
            title: letter.title,
            text: letter.text,
            state: state_name(message.state),
            created_at: unit.show(message.created_at),
        }
    }
}

/// `POST /v1/register`: the answer is the same whether or not the address has a user.
///
/// # Errors
/// -1130 for an address that is none and for a password that is not taken, -1003 for too many attempts, -1008 when too
/// many passwords wait to be hashed, -1000 when the database fails.
pub async fn register(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let email = read_email(call.params)?;
    let password = choose_password(gateway, call.params, ("password", Some(&email)))?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let place = gateway.hashing().reserve();
    let place = place.ok_or_else(|| Refusal::of(Fault::Overloaded))?;
    let hash = place.hash(password).await.map_err(failed)?;
    let registered = gateway.identity().register(&email, &hash, call.now).await;
    let token = registered.map_err(failed)?;
    note_stranger(gateway, &email, "user-registered", (call.address, call.now)).await?;
    if gateway.confirms_addresses() {
        confirm_by_itself(gateway, &token, call).await?;
    }
    Ok(Reply::ok(&Empty {}))
}

/// Confirms a registration as its user would; of an address that has a user nothing comes of it.
async fn confirm_by_itself(gateway: &Gateway, token: &str, call: &Call<'_>) -> Result<(), Refusal> {
    match gateway.identity().confirm(token, call.now).await {
        Ok(user) => open_confirmed(gateway, user, call).await,
        Err(IdentityError::TokenRefused) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

/// `POST /v1/register/confirm`: opens the account, as often as it is asked.
///
/// # Errors
/// -1130 for a token that is unknown, used by another or too old, -1003 for too many attempts, those of an overload,
/// -1000 when the database fails.
pub async fn confirm(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let token = call.params.mandatory("token")?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let confirmed = gateway.identity().confirm(token, call.now).await;
    open_confirmed(gateway, confirmed.map_err(token_failed)?, call).await?;
    Ok(Reply::ok(&Empty {}))
}

async fn open_confirmed(gateway: &Gateway, user: OwnerId, call: &Call<'_>) -> Result<(), Refusal> {
    account_of(gateway, user).await?;
    let place = (call.address, call.now);
    note_user(gateway, user, "registration-confirmed", place).await
}

/// `GET /dev/outbox`, of the sandbox and for this machine only.
///
/// # Errors
/// 404 elsewhere, -1000 when the database fails.
pub async fn outbox(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    if gateway.guests().is_empty() || !call.address.to_canonical().is_loopback() {
        return Err(Refusal::of(Fault::RouteUnknown));
    }
    let messages = gateway.identity().addressed_messages(MESSAGES_SHOWN).await;
    let messages = messages.map_err(failed)?;
    let stationery = gateway.stationery();
    let answer: Vec<MessageAnswer> = messages
        .iter()
        .map(|one| {
            let letter = stationery.letter(&one.message, &one.reader);
            MessageAnswer::of(one, letter, call.unit)
        })
        .collect();
    Ok(Reply::ok(&answer))
}

/// Returns the address of a request.
///
/// # Errors
/// -1102 without one, -1130 when it is none.
pub fn read_email(params: &Params) -> Result<Email, Refusal> {
    let email = Email::parse(params.mandatory("email")?);
    email.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["email"]))
}

/// Returns the password that a request chooses, under an address where it is known.
///
/// # Errors
/// -1102 without one, -1130 when it is too short, too long or too well known, or made of words that are near at hand.
pub fn choose_password(
    gateway: &Gateway,
    params: &Params,
    (name, email): (&str, Option<&Email>),
) -> Result<Password, Refusal> {
    let near = NearWords::of(&gateway.stationery().product, email);
    let text = params.mandatory(name)?;
    let chosen = Password::choose(text, gateway.common_passwords(), &near);
    chosen.map_err(|refusal| {
        let fault = match refusal {
            PasswordRefusal::Length => Fault::PasswordLength,
            PasswordRefusal::Common => Fault::PasswordCommon,
        };
        Refusal::with(fault, &[name])
    })
}

/// Returns the refusal of a token, or that of a failure.
pub fn token_failed(error: IdentityError) -> Refusal {
    match error {
        IdentityError::TokenRefused => Refusal::of(Fault::TokenRefused),
        error => failed(error),
    }
}

/// Returns the name of a subject, as answers tell it.
pub const fn subject_name(subject: Subject) -> &'static str {
    match subject {
        Subject::Registration => "REGISTRATION",
        Subject::AlreadyRegistered => "ALREADY_REGISTERED",
        Subject::PasswordReset => "PASSWORD_RESET",
        Subject::PasswordChanged => "PASSWORD_CHANGED",
        Subject::FactorChanged => "SECOND_FACTOR_CHANGED",
        Subject::NewDevice => "NEW_DEVICE",
        Subject::RecoveryCodeUsed => "RECOVERY_CODE_USED",
        Subject::PhishingCodeChanged => "ANTI_PHISHING_CODE_CHANGED",
        Subject::KeyCreated => "API_KEY_CREATED",
        Subject::EmailChange => "EMAIL_CHANGE",
        Subject::EmailChanged => "EMAIL_CHANGED",
        Subject::EmailReturned => "EMAIL_RETURNED",
        Subject::FactorResetLink => "SECOND_FACTOR_RESET_LINK",
        Subject::FactorResetAsked => "SECOND_FACTOR_RESET_ASKED",
        Subject::FactorResetApproved => "SECOND_FACTOR_RESET_APPROVED",
        Subject::KeyDeleted => "API_KEY_DELETED",
        Subject::KeyChanged => "API_KEY_CHANGED",
        Subject::LoginsFailed => "LOGINS_FAILED",
        Subject::DepositBeyond => "DEPOSIT_BEYOND_ALLOWANCE",
        Subject::AccountClosed => "ACCOUNT_CLOSED",
        Subject::AuditOffered => "AUDIT_OFFERED",
        Subject::DataExported => "DATA_EXPORTED",
        Subject::AddressBookChanged => "ADDRESS_BOOK_CHANGED",
        Subject::WithdrawalAsked => "WITHDRAWAL_ASKED",
        Subject::PasswordAlone => "PASSWORD_ALONE",
        Subject::AuditorInvited => "AUDITOR_INVITED",
        Subject::AuditorAccepted => "AUDITOR_ACCEPTED",
        Subject::AccountRestricted => "ACCOUNT_RESTRICTED",
        Subject::AccountReleased => "ACCOUNT_RELEASED",
        Subject::SessionsEnded => "SESSIONS_ENDED",
        Subject::BalanceAdjusted => "BALANCE_ADJUSTED",
        Subject::FeesChanged => "FEES_CHANGED",
        Subject::News => "NEWS",
    }
}

const fn state_name(state: State) -> &'static str {
    match state {
        State::Waiting => "WAITING",
        State::Sent => "SENT",
        State::GivenUp => "GIVEN_UP",
    }
}
