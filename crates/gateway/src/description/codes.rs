//! Which codes of errors each route may answer with: by who may ask, by its parameters, and by what it does.

use wire::binance::error::{EngineCode, Fault};

use crate::description::parameters::{Kind, kind};
use crate::route::{Access, Endpoint, Route};

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
const GUEST: &[Fault] = &[
    Fault::RouteUnknown,
    Fault::OriginForeign,
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
const SIGNED: &[Fault] = &[
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
    Fault::RecvWindowTooLarge,
];
/// What goes through the queue of commands.
const QUEUED: &[Fault] = &[
    Fault::Disconnected,
    Fault::Timeout,
    Fault::Overloaded,
    Fault::IdempotencyConflict,
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

/// Returns the codes of a route, the smallest number first.
pub fn of(endpoint: &Endpoint) -> Vec<i32> {
    let mut codes: Vec<i32> = Vec::new();
    let mut add = |faults: &[Fault]| codes.extend(faults.iter().map(|fault| fault.row().code));
    add(ALWAYS);
    add(of_access(endpoint.access));
    if !endpoint.mandatory.is_empty() {
        add(&[Fault::MandatoryMissing]);
    }
    for name in endpoint.mandatory.iter().chain(endpoint.optional) {
        add(&[Fault::EmptyParameter]);
        add(of_name(name));
        add(kind(endpoint.route, name).map_or(&[], |kind| of_kind(kind)));
    }
    if endpoint.access == Access::Trade {
        add(QUEUED);
    }
    for faults in of_route(endpoint.route) {
        add(faults);
    }
    codes.extend(engine_code(endpoint.route).map(|code| code as i32));
    codes.sort_unstable_by_key(|code| -code);
    codes.dedup();
    codes
}

const fn of_access(access: Access) -> &'static [Fault] {
    match access {
        Access::Market | Access::Open => &[],
        Access::Guest => GUEST,
        Access::Named => NAMED,
        Access::Read | Access::Trade => SIGNED,
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
        Kind::Moment => &[Fault::Overflowed, Fault::DataInvalid],
        Kind::Points => &[Fault::Overflowed, Fault::Filter],
        Kind::StrategyType => &[Fault::Overflowed, Fault::StrategyTypeTooSmall],
        Kind::Limit(..) => &[Fault::Overflowed, Fault::DataInvalid],
        Kind::Flag | Kind::TimeZone | Kind::WindowSize => &[Fault::DataInvalid],
        Kind::Interval => &[Fault::IntervalInvalid],
        Kind::ClientId | Kind::Window | Kind::Text | Kind::Word(_) => &[],
    }
}

/// Words and names of orders have codes of their own.
fn of_name(name: &str) -> &'static [Fault] {
    match name {
        "symbolStatus" => &[Fault::SymbolStatusInvalid, Fault::SymbolStatusMismatch],
        "cancelRestrictions" => &[Fault::CancelRestrictionsInvalid],
        "cancelReplaceMode"
        | "newOrderRespType"
        | "selfTradePreventionMode"
        | "orderRateLimitExceededMode" => &[Fault::DataInvalid],
        "listenKey" => &[Fault::ListenKeyUnknown],
        "origClientOrderId" | "cancelOrigClientOrderId" => &[Fault::OriginalClientIdEmpty],
        // In a cancel it names the list that is meant.
        "listClientOrderId" => &[Fault::ClientIdEmpty, Fault::OriginalClientIdEmpty],
        name if name.ends_with("ClientOrderId") => &[Fault::ClientIdEmpty],
        name if name.eq_ignore_ascii_case("timeInForce") || name.ends_with("TimeInForce") => {
            &[Fault::TimeInForceInvalid]
        }
        name if name == "side" || name.ends_with("Side") => &[Fault::SideInvalid],
        name if name.ends_with("Type") => &[Fault::OrderTypeInvalid],
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
        Route::CancelOrder | Route::CancelList => {
            &[&[Fault::MandatoryMissing, Fault::ClientIdMismatch]]
        }
        Route::AmendOrder => &[&[
            Fault::MandatoryMissing,
            Fault::ClientIdMismatch,
            Fault::DataInvalid,
        ]],
        Route::QueryOrder | Route::QueryList => &[&[
            Fault::MandatoryMissing,
            Fault::OrderNotFound,
            Fault::ClientIdMismatch,
        ]],
        Route::SignOut => &[&[Fault::Disconnected, Fault::Timeout, Fault::Overloaded]],
        Route::AllOrders => &[&[Fault::TooManyHours]],
        Route::OwnTrades | Route::AllLists => &[&[Fault::TooManyHours, Fault::OptionalCombination]],
        Route::OwnPrevented => &[&[Fault::MandatoryMissing, Fault::OptionalCombination]],
        Route::ExchangeInfo | Route::AggregateTrades | Route::PriceTicker | Route::BookTicker => {
            &[&[Fault::OptionalCombination]]
        }
        Route::DayTicker => &[&[Fault::OptionalCombination, Fault::TickerTypeInvalid]],
        Route::RollingTicker | Route::TradingDayTicker => &[&[
            Fault::MandatoryMissing,
            Fault::OptionalCombination,
            Fault::TickerTypeInvalid,
        ]],
        Route::NotOffered => &[&[Fault::Unsupported]],
        _ => &[],
    }
}

const fn engine_code(route: Route) -> Option<EngineCode> {
    match route {
        Route::NewOrder
        | Route::TestOrder
        | Route::CancelReplace
        | Route::NewOldPair
        | Route::NewPair
        | Route::NewTriggering
        | Route::NewTriggeringPair => Some(EngineCode::NewOrder),
        Route::CancelOrder | Route::CancelList | Route::CancelOpenOrders => {
            Some(EngineCode::Cancel)
        }
        Route::AmendOrder => Some(EngineCode::Amend),
        _ => None,
    }
}
