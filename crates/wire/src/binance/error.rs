//! The error catalogue: every code with its HTTP status and its exact text. Clients match texts before codes.
//!
//! **Source** `docs/spec/binance-surface.md` §5.

use std::borrow::Cow;

use serde::Serialize;

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal $status:literal $text:literal,)*) => {
        /// A row of the catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $($(#[$doc])* $name,)*
        }

        impl Fault {
            /// Every row.
            pub const ALL: &[Fault] = &[$(Fault::$name),*];

            /// Returns code, HTTP status and text; `%s` stands for what the answer names.
            pub const fn row(self) -> Row {
                match self {
                    $(Fault::$name => Row { code: $code, status: $status, text: $text },)*
                }
            }
        }
    };
}

/// What a fault answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub code: i32,
    pub status: u16,
    pub text: &'static str,
}

faults! {
    Unknown = -1000 500 "An unknown error occurred while processing the request.",
    /// No such route.
    RouteUnknown = -1000 404 "The requested path does not exist.",
    MethodNotAllowed = -1000 405 "The requested method is not supported for this path.",
    BodyTooLarge = -1000 413 "The request body is too large.",
    /// Broken HTTP.
    Malformed = -1000 400 "The request is malformed.",
    HeadersTooLarge = -1000 431 "The request headers are too large.",
    HeadTooLarge = -1000 414 "The request target is too long.",
    BodyTooSlow = -1000 408 "The request body did not arrive in time.",
    Disconnected = -1001 503 "Internal error; unable to process your request. Please try again.",
    TooMuchWeight = -1003 429 "Too much request weight used; current limit is %s request weight per %s. Please use WebSocket Streams for live updates to avoid polling the API.",
    TooManyRequests = -1003 429 "Too many requests; current limit is %s requests per %s. Please use WebSocket Streams for live updates to avoid polling the API.",
    TooManyAttempts = -1003 429 "Too many attempts; please try again later.",
    ReportUnderWay = -1003 409 "A report of this account is being made; ask again when it has come.",
    Banned = -1003 418 "Way too much request weight used; IP banned until %s. Please use WebSocket Streams for live updates to avoid bans.",
    Timeout = -1007 503 "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
    Overloaded = -1008 503 "Server is currently overloaded with other requests. Please try again in a few minutes.",
    Filter = -1013 400 "Filter failure: %s",
    MarketClosed = -1013 400 "Market is closed.",
    Combination = -1014 400 "Unsupported order combination.",
    TooManyOrders = -1015 429 "Too many new orders; current limit is %s orders per %s.",
    Unsupported = -1020 400 "This operation is not supported.",
    OutsideWindow = -1021 400 "Timestamp for this request is outside of the recvWindow.",
    AheadOfTime = -1021 400 "Timestamp for this request was 1000ms ahead of the server's time.",
    SignatureInvalid = -1022 400 "Signature for this request is not valid.",
    /// Of a key that signs whole requests, over REST.
    RequestUnsigned = -1022 400 "This key signs whole requests: send the headers X-BOURSE-TIMESTAMP, X-BOURSE-NONCE and X-BOURSE-SIGNATURE, and no parameter 'timestamp' or 'signature'.",
    /// Of such a key over a socket.
    MessageUnsigned = -1022 400 "This key signs whole requests: send the parameters 'timestamp', 'nonce' and 'signature', the signature over all of the request.",
    /// Of a key of the dialect.
    ParametersUnsigned = -1022 400 "This key signs its parameters: send 'timestamp' and 'signature' as parameters, and neither a nonce nor the headers of requests that are signed whole.",
    NonceUsed = -1022 400 "This nonce was used: the request came before. Sign it anew, with another nonce.",
    SignedBeforeStart = -1021 400 "This request was signed before the exchange started or within a second of it: sign it anew.",
    TooManyNonces = -1003 429 "Too many requests of this key stand at a time: send a shorter recvWindow, or wait until some have ended.",
    /// A name in both would have two values.
    ParametersApart = -1106 400 "Parameters of a request that is signed whole are in the query or in the body, and not in both.",
    ListenKeyRefused = -1020 400 "A key that signs whole requests has no listen keys: subscribe with userDataStream.subscribe over the WebSocket API.",
    SigningUnsupported = -1130 400 "Data sent for parameter 'signing' is not valid: whole requests are signed by a shared secret or an Ed25519 key.",
    TooManySockets = -1034 429 "Too many sockets of this address are open; the limit is '%s'. Close some first.",
    IllegalCharacters = -1100 400 "Illegal characters found in parameter '%s'; legal range is '%s'.",
    TooManyParameters = -1101 400 "Too many parameters; expected '%s' and received '%s'.",
    DuplicateParameter = -1101 400 "Duplicate values for a parameter detected.",
    MandatoryMissing = -1102 400 "Mandatory parameter '%s' was not sent, was empty/null, or malformed.",
    EitherMissing = -1102 400 "Param '%s' or '%s' must be sent, but both were empty/null!",
    UnknownParameter = -1103 400 "An unknown parameter was sent.",
    UnreadParameters = -1104 400 "Not all sent parameters were read; read '%s' parameter(s) but was sent '%s'.",
    EmptyParameter = -1105 400 "Parameter '%s' was empty.",
    /// A query is written into logs and histories.
    FormExpected = -1106 400 "Parameters of this path are sent in the body, and none in the query.",
    BodyNotForm = -1106 400 "A body is read as a form: send it with the Content-Type application/x-www-form-urlencoded, or send the parameters in the query.",
    BodyEncoded = -1106 415 "A body is read as it comes: send it without Content-Encoding.",
    NotRequired = -1106 400 "Parameter '%s' sent when not required.",
    Overflowed = -1108 400 "Parameter '%s' overflowed.",
    TooPrecise = -1111 400 "Parameter '%s' has too much precision.",
    BookEmpty = -1112 400 "No orders on book for symbol.",
    TimeInForceNotRequired = -1114 400 "TimeInForce parameter sent when not required.",
    TimeInForceInvalid = -1115 400 "Invalid timeInForce.",
    OrderTypeInvalid = -1116 400 "Invalid orderType.",
    SideInvalid = -1117 400 "Invalid side.",
    ClientIdEmpty = -1118 400 "New client order ID was empty.",
    OriginalClientIdEmpty = -1119 400 "Original client order ID was empty.",
    IntervalInvalid = -1120 400 "Invalid interval.",
    SymbolInvalid = -1121 400 "Invalid symbol.",
    SymbolStatusInvalid = -1122 400 "Invalid symbolStatus.",
    ListenKeyUnknown = -1125 400 "This listenKey does not exist.",
    TooManyHours = -1127 400 "More than %s hours between startTime and endTime.",
    OptionalCombination = -1128 400 "Combination of optional parameters invalid.",
    DataInvalid = -1130 400 "Data sent for parameter '%s' is not valid.",
    /// The same idempotency key came with another request (D17).
    IdempotencyConflict = -1130 409 "Data sent for parameter 'idempotencyKey' is not valid.",
    /// What happened since then is no longer known, or too much.
    ResumeTooLate = -1130 400 "Data sent for parameter 'resumeFrom' is not valid: it is too late to resume from there. Subscribe with snapshot=true and go on from the snapshot.",
    PasswordLength = -1130 400 "Data sent for parameter '%s' is not valid: a password has 15 to 256 characters.",
    PasswordCommon = -1130 400 "Data sent for parameter '%s' is not valid: this password is among the first that are tried.",
    PreferenceInvalid = -1130 400 "Data sent for parameter 'value' is not valid: it is JSON of at most 64 KiB and 16 levels, with no name twice in an object.",
    PreferencesFull = -1130 400 "Data sent for parameter 'value' is not valid: there is room for 64 documents of 256 KiB together.",
    /// Somebody else has put it in the meantime.
    PreferenceConflict = -1130 409 "Data sent for parameter 'version' is not valid: the document has version %s.",
    AlertsFull = -1130 400 "There are 50 alerts, as many as a user may have: remove one first.",
    AllowanceExceeded = -1130 400 "Data sent for parameter 'amount' is not valid: it is more than your verification allows; GET /v1/kyc tells the limits, what is used and what remains.",
    AllowanceUnpriced = -1130 400 "Data sent for parameter 'amount' is not valid: the asset has no price that your allowance could count it at.",
    CountryRefused = -1130 400 "Data sent for parameter 'country' is not valid: the exchange does not serve people of this country.",
    PictureRefused = -1130 400 "The document was not taken: %s. Send a PNG or JPEG picture as the body.",
    KycStepRefused = -1130 409 "This cannot be done now: %s.",
    TokenRefused = -1130 400 "Data sent for parameter 'token' is not valid: it is unknown, used or too old.",
    ChallengeRefused = -1130 400 "Data sent for parameter 'challenge' is not valid: it is unknown, used, too old or of other parameters.",
    WithdrawNeedsAddresses = -1130 400 "Data sent for parameter 'addresses' is not valid: a key that may withdraw names the addresses it is used from.",
    WithdrawNeedsFactor = -1130 400 "Data sent for parameter 'scopes' is not valid: a key that may do this needs a second factor of its user; confirm one first.",
    TooManyKeys = -1130 400 "The account has %s API keys, and may have no more; delete one first.",
    TooManySubAccounts = -1130 400 "The user has %s sub-accounts, and may have no more.",
    LabelTaken = -1130 409 "Data sent for parameter 'label' is not valid: another sub-account has it.",
    TooManyAuditors = -1130 400 "The user has %s auditors, and may have no more; end one first.",
    TooManyPasskeys = -1130 400 "The user has %s passkeys, and may have no more; remove one first.",
    AddressListed = -1130 409 "Data sent for parameter 'address' is not valid: it is in your address book already.",
    AddressBookFull = -1130 400 "There are %s addresses in your book, as many as there may be; remove one first.",
    FeeOther = -1130 400 "Data sent for parameter 'fee' is not valid: it is %s now.",
    WithdrawalNameTaken = -1130 409 "Data sent for parameter 'withdrawOrderId' is not valid: another withdrawal has it.",
    TooManyWithdrawals = -1130 400 "There are %s withdrawals under way, as many as there may be; wait for one or cancel it.",
    RecvWindowTooLarge = -1131 400 "recvWindow must be less than 60000",
    StrategyTypeTooSmall = -1134 400 "`strategyType` was less than 1000000.",
    JsonInvalid = -1135 400 "Invalid JSON Request",
    TickerTypeInvalid = -1139 400 "Invalid ticker type.",
    CancelRestrictionsInvalid = -1145 400 "Invalid cancelRestrictions",
    SymbolRepeated = -1151 400 "Symbol is present multiple times in the list.",
    /// The binary encoding of upstream is not spoken.
    BinaryDisabled = -1155 400 "SBE is not enabled.",
    PairTypeUnsupported = -1158 400 "Order type not supported in OCO.",
    IcebergNeedsGtc = -1160 400 "Parameter '%s' is not supported if `aboveTimeInForce`/`belowTimeInForce` is not GTC.",
    BuyLimitAbove = -1165 400 "A limit order in a buy OCO must be below.",
    SellLimitBelow = -1166 400 "A limit order in a sell OCO must be above.",
    PairOfLimits = -1168 400 "At least one OCO order must be contingent.",
    TimeUnitInvalid = -1194 400 "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.",
    BuyStopLossBelow = -1196 400 "A stop loss order in a buy OCO must be above.",
    SellStopLossAbove = -1197 400 "A stop loss order in a sell OCO must be below.",
    BuyTakeProfitAbove = -1198 400 "A take profit order in a buy OCO must be below.",
    SellTakeProfitBelow = -1199 400 "A take profit order in a sell OCO must be above.",
    SymbolStatusMismatch = -1220 400 "The symbol's status does not match the requested symbolStatus.",
    VerificationTooLow = -2010 400 "Your verification does not allow orders in this market; GET /v1/kyc tells what is missing.",
    /// Of what is sent by no user.
    SignatureRefused = -1022 401 "The message is not signed by the secret that is shared, or it is too old.",
    /// Over a socket; REST says -2015.
    KeyUnknown = -2008 401 "Invalid Api-Key ID.",
    OrderNotFound = -2013 400 "Order does not exist.",
    KeyMalformed = -2014 401 "API-key format invalid.",
    KeyRefused = -2015 401 "Invalid API-key, IP, or permissions for action.",
    SessionNeedsFactor = -2015 401 "This session may read, and no more: here that needs a second factor. Confirm one, and sign in with it.",
    /// No cookie, or one of a session that has ended.
    NotSignedIn = -2015 401 "There is no session: sign in first.",
    /// Nothing tells which of it.
    LoginRefused = -2015 401 "This address, password or code is not right, or the address is not confirmed; who has a passkey signs in with it.",
    OriginForeign = -2015 403 "Pages of other origins may not ask this.",
    CsrfRefused = -2015 403 "Header 'X-BOURSE-CSRF' must hold the csrfToken of GET /v1/session.",
    ReplaceHalfDone = -2021 409 "Order cancel-replace partially failed.",
    ReplaceFailed = -2022 400 "Order cancel-replace failed.",
    AlreadySubscribed = -2035 400 "User Data Stream subscription already active.",
    NotSubscribed = -2036 400 "User Data Stream subscription not active.",
    ClientIdMismatch = -2039 400 "Client order ID is not correct for this order ID.",
    SubscriptionsExhausted = -2042 400 "Maximum subscription ID reached for this connection.",
    NoReferencePrice = -2043 400 "This symbol doesn't have a reference price.",
    CoinUnknown = -4018 400 "We don't have this asset.",
    CoinNotWithdrawable = -4019 400 "Current asset is not open for withdrawal.",
    /// Of a user who has nothing but a password.
    FactorNeeded = -4013 400 "Withdrawals and their addresses need a second factor; confirm one, and sign in with it.",
    AddressInvalid = -4007 400 "This is no address of the network %s.",
    TagInvalid = -4008 400 "The network %s takes no such tag.",
    WithdrawalsLimited = -4015 400 "Nothing can be withdrawn from this account.",
    WithdrawalsHeld = -4016 400 "Nothing can be withdrawn%s, since a password, a factor or the e-mail address is another; GET /v1/security tells until when.",
    AmountOffStep = -4021 400 "The amount must be a multiple of %s.",
    AmountBelowMinimum = -4022 400 "The amount must be %s at least, with the fee.",
    PayoutLimitReached = -4024 400 "All users together may withdraw %s %s more now; %s.",
    WithdrawalUnfunded = -4026 400 "You have insufficient balance.",
    WithdrawalUnknown = -4029 400 "There is no such withdrawal.",
    WithdrawalDecided = -4031 409 "The withdrawal can no longer be cancelled: it is %s.",
    AddressUnlisted = -4035 400 "The address is not in your address book.",
    AddressTooNew = -4036 400 "The address is new: it is paid to from %s UTC on.",
    TooManyDays = -4047 400 "Time interval must be within 0-%s days",
    AlgoUnknown = -20124 400 "Invalid algo id or it has been completed.",
    AlgoNameTaken = -20132 400 "The client algo id is duplicated.",
    AlgoTooSmall = -20195 400 "The total size is too small.",
    AlgoTooLarge = -20196 400 "The total size is too large: a slice would be larger than the market takes. Send a longer duration or a smaller quantity.",
    AlgosFull = -20198 400 "Reach the max open orders allowed.",
}

/// A refusal by the engine, as each kind of request words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum EngineCode {
    NewOrder = -2010,
    Cancel = -2011,
    Amend = -2038,
}

/// The engine's texts. **Source** `docs/spec/binance-surface.md` §5.3.
pub mod text {
    pub const UNKNOWN_ORDER: &str = "Unknown order sent.";
    pub const DUPLICATE_ORDER: &str = "Duplicate order sent.";
    pub const MARKET_CLOSED: &str = "Market is closed.";
    pub const MARKET_ORDERS_UNSUPPORTED: &str = "Market orders are not supported for this symbol.";
    pub const BALANCE: &str = "Account has insufficient balance for requested action.";
    pub const ACTION_DISABLED: &str = "This action is disabled on this account.";
    pub const CLOSING_WITH_ORDERS: &str = "The account is not closed: it or a sub-account has an open order. Cancel all orders first.";
    pub const CLOSING_WITH_BALANCE: &str = "The account is not closed: it or a sub-account has a balance. Move or withdraw all of it first.";
    pub const CLOSING_WITH_PROPOSAL: &str = "The account is not closed: operators are deciding about it or a sub-account. Wait until they have.";
    pub const CLOSING_IN_TRANSIT: &str = "The account is not closed: a deposit or a withdrawal of it or a sub-account is under way. Wait for its end.";
    pub const WOULD_MATCH: &str = "Order would immediately match and take.";
    pub const RESTRICTED_CANCEL: &str = "Order was not canceled due to cancel restrictions.";
    pub const LIQUIDITY_BELOW_LOT: &str =
        "Order book liquidity is less than `LOT_SIZE` filter minimum quantity.";
    pub const AMEND_INCREASE: &str = "Order amend (quantity increase) is not supported.";
    pub const NOTHING_LEFT: &str = "Price * QTY is zero or less.";
    pub const NO_CHANGE: &str = "The requested action would change no state; rejecting.";
    pub const EXECUTED_OTHER: &str =
        "The order has executed another quantity than executedQty says.";
    pub const AMEND_LISTED: &str = "The two orders of an OCO pair have one quantity, which cannot be amended. Cancel the list and place it with another.";
    pub const TERM_ABSENT: &str = "The order has no such price or trailing delta, or has begun to trail: leave out what it does not have.";
    pub const AMEND_UNSUPPORTED: &str = "Order amend is not supported for this symbol.";
    pub const COMBINATION: &str = "Unsupported order combination";
    pub const ICEBERG_EXCEEDS: &str = "IcebergQty exceeds QTY.";
    pub const WOULD_TRIGGER: &str = "Order would trigger immediately.";
    pub const LIST_PRICES: &str = "The relationship of the prices for the orders is not correct.";
    pub const PEG_FORBIDDEN: &str = "This order type may not use pegged price.";
    pub const PEG_UNAVAILABLE: &str = "Order book liquidity is too low for this pegged order.";
}

/// An answer that says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: i32,
    pub msg: Cow<'static, str>,
}

/// The envelope of every error.
#[derive(Serialize)]
struct Envelope<'a> {
    code: i32,
    msg: &'a str,
}

impl Refusal {
    /// Returns the refusal of a row without blanks.
    pub const fn of(fault: Fault) -> Refusal {
        let row = fault.row();
        Refusal {
            status: row.status,
            code: row.code,
            msg: Cow::Borrowed(row.text),
        }
    }

    /// Returns the refusal of a row with its blanks filled, in order.
    pub fn with(fault: Fault, values: &[&str]) -> Refusal {
        let row = fault.row();
        let msg = values.iter().fold(row.text.to_owned(), |text, value| {
            text.replacen("%s", value, 1)
        });
        Refusal {
            status: row.status,
            code: row.code,
            msg: Cow::Owned(msg),
        }
    }

    /// Returns a refusal in the engine's words.
    pub const fn engine(code: EngineCode, text: &'static str) -> Refusal {
        Refusal {
            status: 400,
            code: code as i32,
            msg: Cow::Borrowed(text),
        }
    }

    /// Returns the body: `{"code":…,"msg":…}`.
    pub fn body(&self) -> Vec<u8> {
        let envelope = Envelope {
            code: self.code,
            msg: &self.msg,
        };
        serde_json::to_vec(&envelope).unwrap_or_default()
    }
}

impl Serialize for Refusal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Envelope {
            code: self.code,
            msg: &self.msg,
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_in_order() {
        let refusal = Refusal::with(Fault::EitherMissing, &["orderId", "origClientOrderId"]);
        assert_eq!(
            String::from_utf8(refusal.body()).expect("utf-8"),
            r#"{"code":-1102,"msg":"Param 'orderId' or 'origClientOrderId' must be sent, but both were empty/null!"}"#
        );
    }

    #[test]
    fn every_row_is_an_error_with_a_negative_code() {
        for fault in Fault::ALL {
            let row = fault.row();
            assert!(
                row.code < 0 && 400 <= row.status && row.status < 600,
                "{fault:?}"
            );
            assert!(!row.text.is_empty());
        }
    }
}
