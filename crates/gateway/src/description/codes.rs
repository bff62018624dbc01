//! Which codes of errors each route may answer with: by who may ask, by its parameters, and by what it does.

use axum::http::Method;
use wire::binance::error::{EngineCode, Fault};

use crate::access::Access;
use crate::description::kind::Kind;
use crate::description::parameters::{bare, kind};
use crate::route::{Endpoint, Route};
use crate::ws_api::methods::Errand;

/// Whatever is asked.
const ALWAYS: &[Fault] = &[
    Fault::Unknown,
    Fault::TooMuchWeight,
    Fault::TooManyParameters,
    Fault::UnreadParameters,
    Fault::IllegalCharacters,
    Fault::BinaryDisabled,
    Fault::TimeUnitInvalid,
];
const SANDBOX: &[Fault] = &[
    Fault::RouteUnknown,
    Fault::OriginForeign,
    Fault::Disconnected,
];
const GUEST: &[Fault] = &[
    Fault::OriginForeign,
    Fault::FormExpected,
    Fault::TooManyAttempts,
    Fault::DataInvalid,
    Fault::Disconnected,
    Fault::Timeout,
    Fault::Overloaded,
];
const NAMED: &[Fault] = &[
    Fault::KeyMalformed,
    Fault::KeyRefused,
    Fault::NotSignedIn,
    Fault::OriginForeign,
    Fault::CsrfRefused,
];
const OF_PAGES: &[Fault] = &[
    Fault::SessionNeedsFactor,
    Fault::NotSignedIn,
    Fault::OriginForeign,
    Fault::CsrfRefused,
    Fault::KeyMalformed,
    Fault::KeyRefused,
    Fault::MandatoryMissing,
    Fault::EmptyParameter,
    Fault::NotRequired,
];
const UNKNOWN: &[Fault] = &[Fault::KeyUnknown];
const SIGNED: &[Fault] = &[
    Fault::SessionNeedsFactor,
    Fault::NotSignedIn,
    Fault::OriginForeign,
    Fault::CsrfRefused,
    Fault::KeyMalformed,
    Fault::KeyRefused,
    Fault::MandatoryMissing,
    Fault::EmptyParameter,
    Fault::Overflowed,
    Fault::OutsideWindow,
    Fault::SignatureInvalid,
    // Of keys that sign whole requests.
    Fault::SignedBeforeStart,
    Fault::NonceUsed,
    Fault::TooManyNonces,
    Fault::ParametersApart,
    Fault::RecvWindowTooLarge,
    // An account that is named where only the own one can be asked about.
    Fault::NotRequired,
];
/// Where an account may be named.
const NAMING: &[Fault] = &[Fault::DataInvalid, Fault::Disconnected];
/// What is made apart, one at a time.
const REPORT: &[Fault] = &[Fault::ReportUnderWay, Fault::Overloaded];
/// What goes through the queue of commands.
const QUEUED: &[Fault] = &[Fault::Disconnected, Fault::Timeout, Fault::Overloaded];
/// Where the past is told again.
const SUBSCRIBING: &[Fault] = &[
    Fault::EmptyParameter,
    Fault::DataInvalid,
    Fault::OptionalCombination,
    Fault::ResumeTooLate,
    Fault::AlreadySubscribed,
    Fault::SubscriptionsExhausted,
];
/// Where a socket stands for orders.
const GUARDING: &[Fault] = &[
    Fault::EmptyParameter,
    Fault::SymbolInvalid,
    Fault::SymbolRepeated,
    Fault::DataInvalid,
    Fault::Overloaded,
    Fault::Disconnected,
];
const PLACING: &[Fault] = &[
    Fault::OrderTypeInvalid,
    Fault::Filter,
    Fault::Combination,
    Fault::MandatoryMissing,
    Fault::NotRequired,
    Fault::BookEmpty,
    Fault::TimeInForceNotRequired,
    Fault::DataInvalid,
];
const PAIRING: &[Fault] = &[
    Fault::PairTypeUnsupported,
    Fault::IcebergNeedsGtc,
    Fault::BuyLimitAbove,
    Fault::SellLimitBelow,
    Fault::PairOfLimits,
    Fault::BuyStopLossBelow,
    Fault::SellStopLossAbove,
    Fault::BuyTakeProfitAbove,
    Fault::SellTakeProfitBelow,
];

/// What an act of a user with a second factor is proven by.
const PROVING: &[Fault] = &[
    Fault::FactorNeeded,
    Fault::FormExpected,
    Fault::TooManyAttempts,
    Fault::LoginRefused,
    Fault::ChallengeRefused,
    Fault::Disconnected,
    Fault::Overloaded,
];
/// Where a withdrawal may go.
const PAYING_TO: &[Fault] = &[
    Fault::CoinUnknown,
    Fault::CoinNotWithdrawable,
    Fault::DataInvalid,
    Fault::AddressInvalid,
    Fault::TagInvalid,
];
const PAYING: &[Fault] = &[
    Fault::CoinUnknown,
    Fault::CoinNotWithdrawable,
    Fault::DataInvalid,
    Fault::AddressInvalid,
    Fault::TagInvalid,
    Fault::AmountOffStep,
    Fault::AmountBelowMinimum,
    Fault::PayoutLimitReached,
    Fault::WithdrawalUnfunded,
    Fault::WithdrawalsLimited,
    Fault::WithdrawalsHeld,
    Fault::AddressUnlisted,
    Fault::AddressTooNew,
    Fault::WithdrawalNameTaken,
    Fault::TooManyWithdrawals,
    Fault::AllowanceExceeded,
    Fault::AllowanceUnpriced,
];

/// Returns the codes of a route, the smallest number first.
pub fn of(endpoint: &Endpoint) -> Vec<i32> {
    let mut codes = of_any_dialect(endpoint);
    if endpoint.method != Method::GET {
        codes.push(Fault::BodyNotForm.row().code);
    }
    in_order(codes)
}

fn of_any_dialect(endpoint: &Endpoint) -> Vec<i32> {
    let mut codes: Vec<i32> = Vec::new();
    let mut add = |faults: &[Fault]| codes.extend(faults.iter().map(|fault| fault.row().code));
    add(ALWAYS);
    add(of_access(endpoint.access));
    if !endpoint.mandatory.is_empty() {
        add(&[Fault::MandatoryMissing]);
    }
    for name in endpoint.mandatory.iter().chain(endpoint.optional) {
        add(&[Fault::EmptyParameter]);
        add(of_name(bare(endpoint.route, name).unwrap_or(name)));
        add(kind(endpoint.route, name).map_or(&[], |kind| of_kind(kind)));
    }
    if endpoint.route.reads_named_account() {
        add(NAMING);
    }
    if endpoint.access == Access::Trade {
        add(QUEUED);
        add(&[Fault::IdempotencyConflict]);
    }
    for faults in of_route(endpoint.route) {
        add(faults);
    }
    codes.extend(engine_code(endpoint.route).map(|code| code as i32));
    codes
}

/// Returns the codes of a method of the WebSocket API that REST has too, the smallest number first.
pub fn of_shared(endpoint: &Endpoint) -> Vec<i32> {
    let mut codes = of_any_dialect(endpoint);
    if endpoint.access.is_of_account() {
        codes.push(Fault::KeyUnknown.row().code);
    }
    in_order(codes)
}

/// Returns the codes of an errand of a socket, the smallest number first.
pub fn of_errand(errand: Errand) -> Vec<i32> {
    let own: &[&[Fault]] = match errand {
        Errand::LogOn => &[SIGNED, UNKNOWN, GUARDING],
        Errand::Subscribe => &[NAMED, UNKNOWN, SUBSCRIBING],
        Errand::SubscribeSigned => &[SIGNED, UNKNOWN, SUBSCRIBING],
        Errand::Unsubscribe => &[&[
            Fault::EmptyParameter,
            Fault::Overflowed,
            Fault::NotSubscribed,
        ]],
        Errand::Status | Errand::LogOut | Errand::ListSubscriptions => &[],
    };
    let faults = [ALWAYS].into_iter().chain(own.iter().copied()).flatten();
    in_order(faults.map(|fault| fault.row().code).collect())
}

fn in_order(mut codes: Vec<i32>) -> Vec<i32> {
    codes.sort_unstable_by_key(|code| -code);
    codes.dedup();
    codes
}

const fn of_access(access: Access) -> &'static [Fault] {
    match access {
        Access::Market | Access::Open => &[],
        Access::Sandbox => SANDBOX,
        Access::Guest => GUEST,
        Access::Named => NAMED,
        Access::Read | Access::Trade | Access::Transfer | Access::Withdraw => SIGNED,
        Access::Page | Access::User => OF_PAGES,
    }
}

const fn of_kind(kind: Kind) -> &'static [Fault] {
    match kind {
        Kind::Symbol => &[Fault::SymbolInvalid],
        Kind::Symbols => &[
            Fault::SymbolInvalid,
            Fault::SymbolRepeated,
            Fault::DataInvalid,
        ],
        Kind::Decimal => &[Fault::Overflowed, Fault::TooPrecise, Fault::Filter],
        Kind::Number => &[Fault::Overflowed],
        Kind::Moment | Kind::Levels | Kind::Countdown | Kind::Seconds => {
            &[Fault::Overflowed, Fault::DataInvalid]
        }
        Kind::Points => &[Fault::Overflowed, Fault::Filter],
        Kind::StrategyType => &[Fault::Overflowed, Fault::StrategyTypeTooSmall],
        Kind::Limit(..) => &[Fault::Overflowed, Fault::DataInvalid],
        Kind::Flag | Kind::TimeZone | Kind::WindowSize => &[Fault::DataInvalid],
        Kind::Interval => &[Fault::IntervalInvalid],
        Kind::Coin => &[Fault::CoinUnknown],
        Kind::Email => &[Fault::DataInvalid],
        Kind::Password => &[Fault::PasswordLength, Fault::PasswordCommon],
        Kind::ClientId | Kind::Window | Kind::Text | Kind::Word(_) => &[],
    }
}

/// Words and names of orders have codes of their own, whichever order of a list they are of.
fn of_name(name: &str) -> &'static [Fault] {
    match name {
        "symbolStatus" => &[Fault::SymbolStatusInvalid, Fault::SymbolStatusMismatch],
        "cancelRestrictions" => &[Fault::CancelRestrictionsInvalid],
        "cancelReplaceMode"
        | "newOrderRespType"
        | "selfTradePreventionMode"
        | "stpMode"
        | "pegPriceType"
        | "pegOffsetType"
        | "orderRateLimitExceededMode" => &[Fault::DataInvalid],
        "listenKey" => &[Fault::ListenKeyUnknown],
        "origClientOrderId" | "cancelOrigClientOrderId" => &[Fault::OriginalClientIdEmpty],
        // In a cancel it names the list that is meant.
        "listClientOrderId" => &[Fault::ClientIdEmpty, Fault::OriginalClientIdEmpty],
        // In a cancel it names the order that is meant.
        "clientAlgoId" => &[Fault::ClientIdEmpty, Fault::OriginalClientIdEmpty],
        "newClientOrderId" | "cancelNewClientOrderId" => &[Fault::ClientIdEmpty],
        "timeInForce" | "stopLimitTimeInForce" => &[Fault::TimeInForceInvalid],
        "side" => &[Fault::SideInvalid],
        "type" => &[Fault::OrderTypeInvalid],
        _ => &[],
    }
}

const fn of_route(route: Route) -> &'static [&'static [Fault]] {
    match route {
        Route::NewOrder => &[PLACING, &[Fault::OptionalCombination, Fault::TooManyOrders]],
        Route::TestOrder => &[PLACING, &[Fault::OptionalCombination]],
        Route::CancelReplace => &[
            PLACING,
            &[
                Fault::OptionalCombination,
                Fault::TooManyOrders,
                Fault::ClientIdMismatch,
                Fault::ReplaceHalfDone,
                Fault::ReplaceFailed,
            ],
        ],
        Route::NewOldPair | Route::NewPair | Route::NewTriggering | Route::NewTriggeringPair => {
            &[PLACING, PAIRING, &[Fault::TooManyOrders]]
        }
        Route::CancelOrder | Route::CancelList | Route::AmendOrder => {
            &[&[Fault::MandatoryMissing, Fault::ClientIdMismatch]]
        }
        Route::AmendLimit => &[&[
            Fault::Filter,
            Fault::MandatoryMissing,
            Fault::ClientIdMismatch,
            Fault::DataInvalid,
            Fault::TooManyOrders,
        ]],
        Route::QueryOrder | Route::QueryList => &[&[
            Fault::MandatoryMissing,
            Fault::OrderNotFound,
            Fault::ClientIdMismatch,
        ]],
        Route::NewAlgo => &[&[
            Fault::Filter,
            Fault::MarketClosed,
            Fault::AlgoNameTaken,
            Fault::AlgoTooSmall,
            Fault::AlgoTooLarge,
            Fault::AlgosFull,
        ]],
        Route::PreviewAlgo => &[&[Fault::Filter, Fault::AlgoTooSmall, Fault::AlgoTooLarge]],
        Route::CancelAlgo | Route::AlgoSlices => &[&[Fault::MandatoryMissing, Fault::AlgoUnknown]],
        Route::SignIn => &[QUEUED, &[Fault::DataInvalid]],
        Route::Faucet => &[QUEUED, &[Fault::TooManyAttempts]],
        Route::ResetAccount => &[
            QUEUED,
            &[
                Fault::TooManyAttempts,
                Fault::AllowanceExceeded,
                Fault::AllowanceUnpriced,
            ],
        ],
        Route::LogIn => &[&[
            Fault::LoginRefused,
            Fault::MandatoryMissing,
            Fault::DataInvalid,
            Fault::RouteUnknown,
        ]],
        Route::EndSessions => &[QUEUED, &[Fault::DataInvalid]],
        Route::EnrolFactor => &[&[Fault::LoginRefused, Fault::Disconnected]],
        Route::Security | Route::ListPasskeys => &[&[Fault::Disconnected]],
        Route::LogInByPasskey => &[&[Fault::LoginRefused, Fault::DataInvalid]],
        Route::NamePasskey => &[&[Fault::FormExpected, Fault::DataInvalid, Fault::Disconnected]],
        Route::AddPasskey | Route::RemovePasskey => &[
            QUEUED,
            &[
                Fault::FormExpected,
                Fault::TooManyAttempts,
                Fault::LoginRefused,
                Fault::DataInvalid,
                Fault::ChallengeRefused,
                Fault::TooManyPasskeys,
            ],
        ],
        Route::ChangeKey => &[&[
            Fault::FormExpected,
            Fault::TooManyAttempts,
            Fault::LoginRefused,
            Fault::DataInvalid,
            Fault::ChallengeRefused,
            Fault::MandatoryMissing,
            Fault::WithdrawNeedsAddresses,
            Fault::Overloaded,
            Fault::Disconnected,
        ]],
        Route::SetLogin => &[&[
            Fault::FormExpected,
            Fault::TooManyAttempts,
            Fault::LoginRefused,
            Fault::DataInvalid,
            Fault::ChallengeRefused,
            Fault::Overloaded,
            Fault::Disconnected,
        ]],
        Route::DeleteKey => &[QUEUED, &[Fault::DataInvalid]],
        Route::Challenge => &[
            PAYING_TO,
            &[
                Fault::Disconnected,
                Fault::FormExpected,
                Fault::TooManyAttempts,
                Fault::MandatoryMissing,
                Fault::Overflowed,
                Fault::AmountOffStep,
                Fault::AmountBelowMinimum,
            ],
        ],
        Route::CreateKey => &[
            QUEUED,
            &[
                Fault::FormExpected,
                Fault::TooManyAttempts,
                Fault::LoginRefused,
                Fault::DataInvalid,
                Fault::ChallengeRefused,
                Fault::WithdrawNeedsAddresses,
                Fault::WithdrawNeedsFactor,
                Fault::SigningUnsupported,
                Fault::TooManyKeys,
            ],
        ],
        Route::ChangePassword | Route::ConfirmFactor | Route::RemoveFactor => &[
            QUEUED,
            &[
                Fault::FormExpected,
                Fault::TooManyAttempts,
                Fault::LoginRefused,
            ],
        ],
        Route::PhishingCode
        | Route::Notifications
        | Route::NotificationSettings
        | Route::Alerts => &[&[Fault::Disconnected]],
        Route::ReadNotifications => &[&[Fault::FormExpected, Fault::Disconnected]],
        Route::SetNotification => {
            &[&[Fault::FormExpected, Fault::DataInvalid, Fault::Disconnected]]
        }
        Route::AddAlert => &[&[
            Fault::FormExpected,
            Fault::DataInvalid,
            Fault::AlertsFull,
            Fault::Disconnected,
        ]],
        Route::Kyc => &[&[Fault::Disconnected]],
        Route::DescribeApplicant => &[&[
            Fault::FormExpected,
            Fault::DataInvalid,
            Fault::CountryRefused,
            Fault::KycStepRefused,
            Fault::Disconnected,
        ]],
        Route::AttachDocument => &[&[
            Fault::DataInvalid,
            Fault::PictureRefused,
            Fault::KycStepRefused,
            Fault::Overloaded,
            Fault::Disconnected,
        ]],
        Route::SubmitApplication => &[&[Fault::KycStepRefused, Fault::Disconnected]],
        Route::KycResult => &[&[
            Fault::SignatureRefused,
            Fault::DataInvalid,
            Fault::KycStepRefused,
            Fault::TooManyAttempts,
            Fault::Disconnected,
        ]],
        Route::Preferences | Route::RemoveAlerts => &[&[Fault::DataInvalid, Fault::Disconnected]],
        Route::SetPreference => &[&[
            Fault::FormExpected,
            Fault::PreferenceInvalid,
            Fault::PreferencesFull,
            Fault::PreferenceConflict,
            Fault::Disconnected,
        ]],
        Route::SetPhishingCode => &[&[
            Fault::FormExpected,
            Fault::DataInvalid,
            Fault::TooManyAttempts,
            Fault::LoginRefused,
            Fault::Overloaded,
            Fault::Disconnected,
        ]],
        Route::ConfirmRegistration
        | Route::ResetPassword
        | Route::ConfirmEmail
        | Route::ReturnEmail
        | Route::CancelFactorReset => &[&[Fault::TokenRefused]],
        Route::OpenFactorReset => &[&[
            Fault::TokenRefused,
            Fault::DataInvalid,
            Fault::LoginRefused,
            Fault::Overloaded,
        ]],
        Route::CancelOwnFactorReset => &[&[Fault::Disconnected]],
        Route::ChangeEmail => &[&[
            Fault::FormExpected,
            Fault::TooManyAttempts,
            Fault::LoginRefused,
            Fault::DataInvalid,
            Fault::ChallengeRefused,
            Fault::Overloaded,
            Fault::Disconnected,
        ]],
        Route::SignOut => &[QUEUED],
        Route::AllOrders => &[&[Fault::TooManyHours]],
        Route::OwnTrades | Route::AllLists => &[&[Fault::TooManyHours, Fault::OptionalCombination]],
        Route::OwnPrevented => &[&[Fault::MandatoryMissing, Fault::OptionalCombination]],
        Route::ExchangeInfo
        | Route::ExecutionRules
        | Route::AggregateTrades
        | Route::PriceTicker
        | Route::BookTicker => &[&[Fault::OptionalCombination]],
        Route::DayTicker => &[&[Fault::OptionalCombination, Fault::TickerTypeInvalid]],
        Route::RollingTicker | Route::TradingDayTicker => &[&[
            Fault::MandatoryMissing,
            Fault::OptionalCombination,
            Fault::TickerTypeInvalid,
        ]],
        Route::Outcome => &[QUEUED],
        Route::OpenSubAccount => &[
            QUEUED,
            &[
                Fault::FormExpected,
                Fault::DataInvalid,
                Fault::TooManySubAccounts,
            ],
        ],
        Route::SubAccounts | Route::Auditors | Route::Audits => &[&[Fault::Disconnected]],
        Route::LabelSubAccount => &[&[
            Fault::FormExpected,
            Fault::DataInvalid,
            Fault::LabelTaken,
            Fault::Disconnected,
        ]],
        Route::FreezeSubAccount | Route::UnfreezeSubAccount => {
            &[QUEUED, &[Fault::FormExpected, Fault::DataInvalid]]
        }
        Route::InternalTransfer => &[
            QUEUED,
            &[
                Fault::FormExpected,
                Fault::DataInvalid,
                Fault::SymbolInvalid,
                Fault::IdempotencyConflict,
            ],
        ],
        Route::InviteAuditor => &[&[
            Fault::FormExpected,
            Fault::DataInvalid,
            Fault::TooManyAuditors,
            Fault::Disconnected,
        ]],
        Route::AcceptAudit => &[&[Fault::FormExpected, Fault::DataInvalid, Fault::Disconnected]],
        Route::EndAuditor | Route::EndAudit => &[&[Fault::DataInvalid, Fault::Disconnected]],
        Route::CloseAccount => &[
            QUEUED,
            &[
                Fault::FormExpected,
                Fault::TooManyAttempts,
                Fault::LoginRefused,
                Fault::DataInvalid,
                Fault::ChallengeRefused,
            ],
        ],
        Route::ExportData => &[
            REPORT,
            &[
                Fault::FormExpected,
                Fault::TooManyAttempts,
                Fault::LoginRefused,
                Fault::DataInvalid,
                Fault::ChallengeRefused,
                Fault::Disconnected,
            ],
        ],
        Route::ReferencePrice => &[&[Fault::NoReferencePrice]],
        Route::NotOffered | Route::Transfer => &[&[Fault::Unsupported]],
        Route::DepositAddress => &[&[Fault::Unsupported]],
        Route::Withdraw => &[QUEUED, PAYING],
        Route::WithdrawAddresses | Route::AddressBook | Route::OwnWithdrawals => {
            &[&[Fault::Disconnected]]
        }
        Route::AddAddress => &[
            PROVING,
            PAYING_TO,
            &[Fault::AddressListed, Fault::AddressBookFull],
        ],
        Route::RemoveAddress => &[&[Fault::DataInvalid, Fault::Disconnected]],
        Route::SetAddressRule => &[PROVING, &[Fault::MandatoryMissing]],
        Route::AskWithdrawal => &[QUEUED, PROVING, PAYING, &[Fault::FeeOther]],
        Route::CancelWithdrawal => &[&[
            Fault::WithdrawalUnknown,
            Fault::WithdrawalDecided,
            Fault::Disconnected,
        ]],
        Route::Deposits | Route::Withdrawals | Route::Transfers | Route::InternalTransfers => {
            &[&[Fault::TooManyDays, Fault::DataInvalid]]
        }
        Route::Statement => &[REPORT, &[Fault::TooManyDays, Fault::DataInvalid]],
        Route::TaxLots => &[REPORT, &[Fault::DataInvalid]],
        Route::OrderFile | Route::TradeFile | Route::Profit => {
            &[REPORT, &[Fault::SymbolInvalid, Fault::DataInvalid]]
        }
        Route::Equity | Route::OrderChanges | Route::OrderHistory | Route::TradeHistory => {
            &[&[Fault::SymbolInvalid, Fault::DataInvalid]]
        }
        Route::Ledger => &[&[Fault::SymbolInvalid, Fault::TooManyDays, Fault::DataInvalid]],
        _ => &[],
    }
}

const fn engine_code(route: Route) -> Option<EngineCode> {
    match route {
        Route::NewOrder
        | Route::NewAlgo
        | Route::TestOrder
        | Route::CancelReplace
        | Route::NewOldPair
        | Route::NewPair
        | Route::NewTriggering
        | Route::NewTriggeringPair
        | Route::InternalTransfer
        | Route::ResetAccount
        | Route::UnfreezeSubAccount
        | Route::CloseAccount => Some(EngineCode::NewOrder),
        Route::CancelOrder | Route::CancelList | Route::CancelOpenOrders => {
            Some(EngineCode::Cancel)
        }
        Route::AmendOrder | Route::AmendLimit => Some(EngineCode::Amend),
        _ => None,
    }
}
