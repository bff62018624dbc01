//! What every request writes into the audit log, or why it writes nothing.
//!
//! A new request that may change something needs its row here, one line; the tests beside it say which one is missing,
//! send each and look for its acts.

use Writes::{Acts, Nothing, Proven};

/// What is written of a password that is wrong, and of a code or signature.
pub const WRONG_PROOFS: &[&str] = &["login-failed", "proof-refused"];

/// What a request writes.
#[derive(Clone, Copy, Debug)]
pub enum Writes {
    /// At least one of these each time it is done, and each of them some time.
    Acts(&'static [&'static str]),
    /// The same, and a wrong proof is written down as well.
    Proven(&'static [&'static str]),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

impl Writes {
    /// Returns the acts of what is done.
    pub const fn acts(self) -> &'static [&'static str] {
        match self {
            Acts(acts) | Proven(acts) => acts,
            Nothing(_) => &[],
        }
    }

    /// Returns the acts of what is refused.
    pub const fn refusals(self) -> &'static [&'static str] {
        match self {
            Proven(_) => WRONG_PROOFS,
            Acts(_) | Nothing(_) => &[],
        }
    }
}

/// A row.
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    pub writes: Writes,
}

const fn row((method, path): (&'static str, &'static str), writes: Writes) -> Row {
    Row {
        method,
        path,
        writes,
    }
}

const GET: &str = "GET";
const POST: &str = "POST";
const PUT: &str = "PUT";
const DELETE: &str = "DELETE";

const ORDERS: Writes = Nothing("a command of the journal, which names its key");
const READS: Writes = Nothing("it reads");
const NOT_OFFERED: Writes = Nothing("it is refused to everybody");
const SANDBOX: Writes = Nothing("it is of the sandbox, whose money is nobody's");
const ASKS: Writes = Nothing("it asks what to sign; what is done by it is written down");
const LISTENS: Writes = Nothing("it reads; the key was made by an act");
const LOOKS: Writes = Nothing("it protects nothing: what a page shows, and what is told besides");

/// Requests of users that are no GET.
#[rustfmt::skip]
pub const USERS: &[Row] = &[
    row((POST, "/api/v3/order"), ORDERS),
    row((DELETE, "/api/v3/order"), ORDERS),
    row((POST, "/api/v3/order/cancelReplace"), ORDERS),
    row((PUT, "/api/v3/order/amend/keepPriority"), ORDERS),
    row((POST, "/v1/order/amend"), ORDERS),
    row((POST, "/api/v3/order/test"), READS),
    row((POST, "/api/v3/order/oco"), ORDERS),
    row((POST, "/api/v3/orderList/oco"), ORDERS),
    row((POST, "/api/v3/orderList/oto"), ORDERS),
    row((POST, "/api/v3/orderList/otoco"), ORDERS),
    row((POST, "/api/v3/orderList/opo"), NOT_OFFERED),
    row((POST, "/api/v3/orderList/opoco"), NOT_OFFERED),
    row((POST, "/api/v3/sor/order"), NOT_OFFERED),
    row((POST, "/api/v3/sor/order/test"), NOT_OFFERED),
    row((DELETE, "/api/v3/orderList"), ORDERS),
    row((DELETE, "/api/v3/openOrders"), ORDERS),
    row((POST, "/v1/countdownCancelAll"), ORDERS),
    row((POST, "/sapi/v1/algo/spot/newOrderTwap"), ORDERS),
    row((DELETE, "/sapi/v1/algo/spot/order"), ORDERS),
    row((POST, "/api/v3/userDataStream"), LISTENS),
    row((PUT, "/api/v3/userDataStream"), LISTENS),
    row((DELETE, "/api/v3/userDataStream"), LISTENS),
    row((POST, "/sapi/v3/asset/getUserAsset"), READS),
    row((POST, "/sapi/v1/asset/get-funding-asset"), READS),
    row((POST, "/sapi/v1/asset/transfer"), NOT_OFFERED),
    row((POST, "/dev/faucet"), SANDBOX),
    row((POST, "/dev/reset"), SANDBOX),
    row((POST, "/dev/session"), SANDBOX),
    row((PUT, "/v1/preferences"), LOOKS),
    row((POST, "/v1/notifications/read"), LOOKS),
    row((PUT, "/v1/notifications/settings"), Acts(&["withdrawal-news-off", "withdrawal-news-on"])),
    row((POST, "/v1/alerts"), LOOKS),
    row((DELETE, "/v1/alerts"), LOOKS),
    row((POST, "/v1/challenge"), ASKS),
    row((POST, "/v1/login/challenge"), ASKS),
    row((POST, "/v1/register"), Acts(&["user-registered"])),
    row((POST, "/v1/register/confirm"), Acts(&["registration-confirmed"])),
    row((POST, "/v1/login"), Proven(&["login"])),
    row((POST, "/v1/login/passkey"), Proven(&["login"])),
    row((DELETE, "/v1/session"), Acts(&["session-ended"])),
    row((DELETE, "/v1/sessions"), Acts(&["session-ended"])),
    row((POST, "/v1/password/forgot"), Acts(&["password-reset-asked"])),
    row((POST, "/v1/password/reset"), Acts(&["password-reset"])),
    row((POST, "/v1/password/change"), Proven(&["password-changed"])),
    row((POST, "/v1/email/change"), Proven(&["email-change-asked"])),
    row((POST, "/v1/email/confirm"), Acts(&["email-changed"])),
    row((POST, "/v1/email/return"), Acts(&["email-returned"])),
    row((POST, "/v1/factorReset/ask"), Acts(&["factor-reset-link-asked"])),
    row((POST, "/v1/factorReset"), Proven(&["factor-reset-asked"])),
    row((POST, "/v1/factorReset/cancel"), Acts(&["factor-reset-cancelled"])),
    row((DELETE, "/v1/factorReset"), Acts(&["factor-reset-cancelled"])),
    row((POST, "/v1/totp/enrol"), Acts(&["factor-enrolled"])),
    row((POST, "/v1/totp/confirm"), Proven(&["factor-confirmed"])),
    row((POST, "/v1/totp/remove"), Proven(&["factor-removed"])),
    row((POST, "/v1/antiPhishingCode"), Proven(&["anti-phishing-code-set"])),
    row((POST, "/v1/keys"), Proven(&["key-created"])),
    row((POST, "/v1/keys/change"), Proven(&["key-changed"])),
    row((DELETE, "/v1/keys"), Acts(&["key-deleted"])),
    row((POST, "/v1/login/rule"), Proven(&["login-rule-set"])),
    row((POST, "/v1/passkeys"), Proven(&["passkey-added"])),
    row((POST, "/v1/passkeys/name"), Acts(&["passkey-named"])),
    row((POST, "/v1/passkeys/remove"), Proven(&["passkey-removed"])),
    row((POST, "/v1/addresses"), Proven(&["address-added"])),
    row((DELETE, "/v1/addresses"), Acts(&["address-removed"])),
    row((POST, "/v1/addresses/rule"), Proven(&["address-book-closed", "address-book-opened"])),
    row((POST, "/v1/withdrawals"), Proven(&["withdrawal-asked"])),
    row((DELETE, "/v1/withdrawals"), Acts(&["withdrawal-cancelled"])),
    row((POST, "/sapi/v1/capital/withdraw/apply"), Acts(&["withdrawal-asked"])),
    row((POST, "/v1/subaccounts"), Acts(&["subaccount-opened"])),
    row((POST, "/v1/subaccounts/label"), Acts(&["subaccount-named"])),
    row((POST, "/v1/subaccounts/freeze"), Acts(&["subaccount-frozen"])),
    row((POST, "/v1/subaccounts/unfreeze"), Acts(&["subaccount-unfrozen"])),
    row((POST, "/v1/subaccounts/transfer"), Acts(&["subaccount-transferred"])),
    row((POST, "/v1/auditors"), Proven(&["auditor-invited"])),
    row((DELETE, "/v1/auditors"), Acts(&["auditor-ended"])),
    row((POST, "/v1/audits/accept"), Acts(&["audit-accepted"])),
    row((DELETE, "/v1/audits"), Acts(&["audit-ended"])),
    row((POST, "/v1/kyc/application"), Acts(&["kyc-described"])),
    row((POST, "/v1/kyc/documents"), Acts(&["kyc-document-uploaded", "kyc-upload-infected"])),
    row((POST, "/v1/kyc/submit"), Acts(&["kyc-submitted"])),
    row((POST, "/v1/kyc/provider"), Acts(&["kyc-provider-told"])),
    row((POST, "/v1/account/close"), Proven(&["account-closed"])),
    row((POST, "/v1/account/export"), Proven(&["data-exported"])),
];

/// Requests of operators that change something, and reading what is nobody's business but the reviewer's.
#[rustfmt::skip]
pub const OPERATORS: &[Row] = &[
    row((POST, "/v1/operator/proposals"), Acts(&["proposal-proposed", "proposal-step-refused"])),
    row((POST, "/v1/operator/proposal/approve"), Acts(&["proposal-approved", "proposal-executed", "proposal-refused", "proposal-step-refused", "withdrawal-approved", "withdrawal-failed"])),
    row((POST, "/v1/operator/proposal/reject"), Acts(&["proposal-rejected"])),
    row((POST, "/v1/operator/proposal/withdraw"), Acts(&["proposal-withdrawn"])),
    row((POST, "/v1/operator/incidents"), Acts(&["incident-told"])),
    row((POST, "/v1/operator/incident"), Acts(&["incident-told"])),
    row((GET, "/v1/operator/factor-reset"), Acts(&["factor-reset-read"])),
    row((GET, "/v1/operator/kyc/application"), Acts(&["kyc-application-seen"])),
    row((GET, "/v1/operator/kyc/document"), Acts(&["kyc-document-seen"])),
    row((POST, "/v1/operator/kyc/review"), Acts(&["kyc-claimed", "kyc-asked", "kyc-approved-first", "kyc-approved", "kyc-rejected"])),
    row((POST, "/v1/operator/withdrawal/settle"), Acts(&["withdrawal-settled"])),
    row((POST, "/v1/operator/withdrawal/reject"), Acts(&["withdrawal-rejected"])),
    row((GET, "/v1/operator/users"), Acts(&["user-looked-up"])),
    row((POST, "/v1/operator/user/export"), Acts(&["user-exported"])),
    row((POST, "/v1/operator/enrolment"), Acts(&["operator-enrolment-told"])),
    row((POST, "/v1/operator/invitation"), Acts(&["operator-invitation-told"])),
    row((POST, "/v1/operator/invitation/accept"), Acts(&["operator-invitation-accepted"])),
    row((POST, "/v1/operator/passkey"), Acts(&["operator-passkey-added"])),
    row((POST, "/v1/operator/passkey/remove"), Acts(&["operator-passkey-removed"])),
    row((POST, "/v1/operator/login"), Acts(&["operator-signed-in", "operator-refused"])),
    row((POST, "/v1/operator/logout"), Acts(&["operator-signed-out"])),
    row((POST, "/v1/operator/passkey/begin"), ASKS),
    row((POST, "/v1/operator/passkey/challenge"), ASKS),
    row((POST, "/v1/operator/login/challenge"), ASKS),
    row((POST, "/v1/operator/approval"), ASKS),
    row((POST, "/v1/operator/kyc/review/challenge"), ASKS),
    row((POST, "/v1/operator/withdrawal/settle/challenge"), ASKS),
];
