//! How each row of the catalogue comes about.

use wire::binance::error::Fault;

use super::{LIST, ORDER, REPLACE, Scene, Way, plain};

const TWAP: &str = "/sapi/v1/algo/spot/newOrderTwap";
const SPREAD: &str = "symbol=BTCUSDT&side=BUY&quantity=1&duration=300&clientAlgoId=spread";

/// Returns how each row of the catalogue comes about.
pub fn way(fault: Fault) -> Way {
    match fault {
        Fault::Unknown => Way::Never("it says that a promise between our own parts was broken"),
        Fault::RouteUnknown => plain(&[("GET", "/api/v3/nothing", "")]),
        Fault::MethodNotAllowed => plain(&[("POST", "/api/v3/ping", "")]),
        Fault::BodyTooLarge
        | Fault::Malformed
        | Fault::HeadersTooLarge
        | Fault::HeadTooLarge
        | Fault::TooMuchWeight
        | Fault::TooManyRequests
        | Fault::Banned
        | Fault::TooManyOrders
        | Fault::OutsideWindow
        | Fault::AheadOfTime
        | Fault::SignatureInvalid
        | Fault::TooManyParameters
        | Fault::ListenKeyUnknown
        | Fault::JsonInvalid
        | Fault::BinaryDisabled
        | Fault::TimeUnitInvalid
        | Fault::KeyMalformed
        | Fault::KeyUnknown
        | Fault::KeyRefused
        | Fault::AlreadySubscribed
        | Fault::NotSubscribed => Way::Special,
        Fault::BodyTooSlow => {
            Way::Shown("errors", "a_body_that_is_too_large_or_too_slow_is_refused")
        }
        Fault::TooManySockets => Way::Shown(
            "hostile",
            "one_address_holds_no_more_connections_than_it_may",
        ),
        Fault::Disconnected => Way::Shown(
            "past",
            "a_history_that_is_behind_is_no_reason_to_say_that_there_is_no_order",
        ),
        Fault::Timeout => Way::Shown(
            "errors",
            "an_answer_that_never_comes_is_unknown_and_not_failed",
        ),
        Fault::ResumeTooLate => Way::Shown(
            "resume",
            "a_place_of_which_the_past_is_gone_is_too_late_and_the_answer_says_what_to_do",
        ),
        Fault::NotSignedIn => Way::Shown("browser", "a_session_ends_with_its_cookie"),
        Fault::OriginForeign => Way::Shown("browser", "pages_of_other_origins_are_refused"),
        Fault::CsrfRefused => Way::Shown(
            "browser",
            "what_changes_something_needs_the_token_that_only_own_pages_can_read",
        ),
        Fault::Overloaded => Way::Shown("errors", "a_full_queue_is_busy_at_once"),
        Fault::Filter => plain(&[(
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90.005",
        )]),
        Fault::MarketClosed => Way::Asked(
            Scene::Halted,
            &[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90",
            )],
        ),
        Fault::Combination => plain(&[(
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=1&price=90&icebergQty=0.1",
        )]),
        Fault::Unsupported => plain(&[("POST", "/api/v3/sor/order", "")]),
        Fault::IllegalCharacters => plain(&[("GET", "/api/v3/depth", "symbol=B%20")]),
        Fault::DuplicateParameter => {
            plain(&[("GET", "/api/v3/depth", "symbol=BTCUSDT&symbol=BTCUSDT")])
        }
        Fault::MandatoryMissing => plain(&[("GET", "/api/v3/depth", "")]),
        Fault::EitherMissing => plain(&[("GET", ORDER, "symbol=BTCUSDT")]),
        Fault::UnknownParameter => {
            Way::Never("a parameter that is unknown is ignored, or -1104 in strict mode")
        }
        Fault::UnreadParameters => {
            Way::Asked(Scene::Strict, &[("GET", "/api/v3/time", "brokerId=7")])
        }
        Fault::EmptyParameter => plain(&[("GET", "/api/v3/depth", "symbol=BTCUSDT&limit=")]),
        Fault::NotRequired => plain(&[(
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&price=90",
        )]),
        Fault::Overflowed => plain(&[(
            "GET",
            "/api/v3/historicalTrades",
            "symbol=BTCUSDT&fromId=99999999999999999999",
        )]),
        Fault::TooPrecise => plain(&[(
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90.000000001",
        )]),
        Fault::BookEmpty => plain(&[(
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=STOP_LOSS&quantity=1&trailingDelta=100",
        )]),
        Fault::TimeInForceNotRequired => plain(&[(
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timeInForce=GTC",
        )]),
        Fault::TimeInForceInvalid => plain(&[(
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=90&timeInForce=GTX",
        )]),
        Fault::OrderTypeInvalid => plain(&[("POST", ORDER, "symbol=BTCUSDT&side=BUY&type=NONE")]),
        Fault::SideInvalid => plain(&[("POST", ORDER, "symbol=BTCUSDT&side=NONE&type=MARKET")]),
        Fault::ClientIdEmpty => plain(&[(
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&newClientOrderId=",
        )]),
        Fault::OriginalClientIdEmpty => {
            plain(&[("GET", ORDER, "symbol=BTCUSDT&origClientOrderId=")])
        }
        Fault::IntervalInvalid => plain(&[("GET", "/api/v3/klines", "symbol=BTCUSDT&interval=2m")]),
        Fault::SymbolInvalid => plain(&[("GET", "/api/v3/depth", "symbol=NONE")]),
        Fault::SymbolStatusInvalid => {
            plain(&[("GET", "/api/v3/depth", "symbol=BTCUSDT&symbolStatus=NONE")])
        }
        Fault::TooManyHours => plain(&[(
            "GET",
            "/api/v3/myTrades",
            "symbol=BTCUSDT&startTime=1&endTime=99999999",
        )]),
        Fault::OptionalCombination => plain(&[(
            "GET",
            "/api/v3/aggTrades",
            "symbol=BTCUSDT&fromId=1&startTime=1",
        )]),
        Fault::DataInvalid => plain(&[("GET", "/api/v3/trades", "symbol=BTCUSDT&limit=0")]),
        Fault::IdempotencyConflict => plain(&[
            (
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&idempotencyKey=k",
            ),
            (
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=91&idempotencyKey=k",
            ),
        ]),
        Fault::FormExpected => plain(&[("POST", "/v1/register", "email=a%40example.test")]),
        Fault::BodyEncoded => Way::Shown("hostile", "an_encoded_body_is_refused_unread"),
        Fault::BodyNotForm => Way::Shown("hostile", "a_body_that_says_to_be_no_form_is_refused"),
        Fault::ReportUnderWay => {
            Way::Never("two requests have to meet; the tests of `reports.rs` show it")
        }
        Fault::TooManyAttempts => Way::Shown(
            "register",
            "an_address_registers_thirty_times_in_five_minutes",
        ),
        Fault::PasswordLength | Fault::PasswordCommon => {
            Way::Shown("register", "what_is_no_address_or_no_password_is_refused")
        }
        Fault::LoginRefused => Way::Shown("login", "nothing_tells_why_somebody_is_nobody"),
        Fault::ChallengeRefused => Way::Shown(
            "keys",
            "a_challenge_counts_for_its_parameters_once_and_in_its_session",
        ),
        Fault::WithdrawNeedsAddresses | Fault::WithdrawNeedsFactor => Way::Shown(
            "keys",
            "a_key_that_may_withdraw_has_addresses_and_a_user_with_a_factor",
        ),
        Fault::SessionNeedsFactor => Way::Shown(
            "factor",
            "where_trading_needs_a_factor_a_password_alone_reads",
        ),
        Fault::FactorNeeded => {
            Way::Shown("withdrawals", "who_has_a_password_alone_withdraws_nothing")
        }
        Fault::AddressInvalid
        | Fault::TagInvalid
        | Fault::AmountOffStep
        | Fault::AmountBelowMinimum
        | Fault::AddressUnlisted
        | Fault::AddressTooNew
        | Fault::AddressListed => Way::Shown(
            "withdrawals",
            "what_cannot_be_paid_is_refused_with_what_would_be_right",
        ),
        Fault::FeeOther => Way::Shown(
            "withdrawals",
            "a_proof_counts_for_its_withdrawal_alone_and_once",
        ),
        Fault::WithdrawalsLimited | Fault::WithdrawalsHeld => Way::Shown(
            "withdrawals",
            "the_engine_holds_withdrawals_to_allowances_states_and_holds",
        ),
        Fault::PayoutLimitReached => Way::Shown(
            "withdrawals_limited",
            "all_users_together_withdraw_what_a_day_has_and_no_more",
        ),
        Fault::WithdrawalUnfunded => {
            Way::Shown("withdrawals", "the_whole_balance_is_withdrawn_once")
        }
        Fault::WithdrawalUnknown | Fault::WithdrawalDecided => Way::Shown(
            "withdrawals",
            "a_withdrawal_is_held_and_told_and_cancelled_while_it_waits",
        ),
        Fault::WithdrawalNameTaken => Way::Shown(
            "withdrawals",
            "a_key_withdraws_to_a_known_address_and_a_name_once",
        ),
        Fault::AddressBookFull | Fault::TooManyWithdrawals => Way::Never(
            "a hundred take a hundred proofs; the database is asked in identity's withdrawal.rs",
        ),
        Fault::TooManyPasskeys => {
            Way::Shown("passkeys", "a_user_has_ten_passkeys_and_nobody_two_of_one")
        }
        Fault::RequestUnsigned | Fault::ParametersUnsigned | Fault::ListenKeyRefused => Way::Shown(
            "request_signatures",
            "a_key_signs_in_the_one_way_that_it_was_made_for",
        ),
        Fault::MessageUnsigned => Way::Shown(
            "request_signatures",
            "a_socket_takes_each_request_that_is_signed_whole_once",
        ),
        Fault::NonceUsed => Way::Shown(
            "request_signatures",
            "a_change_of_any_byte_is_refused_and_the_request_itself_is_taken_once",
        ),
        Fault::SignedBeforeStart => Way::Shown(
            "request_signatures",
            "what_was_signed_before_the_start_is_refused_whatever_its_window",
        ),
        Fault::ParametersApart => Way::Shown(
            "request_signatures",
            "what_could_be_read_in_two_ways_is_refused_though_it_is_signed",
        ),
        Fault::SigningUnsupported => Way::Shown(
            "request_signatures",
            "an_ed25519_key_signs_whole_requests_and_an_rsa_key_does_not",
        ),
        Fault::TooManyNonces => Way::Shown(
            "../../src/nonces",
            "a_key_has_so_many_nonces_at_a_time_and_nobody_elses",
        ),
        Fault::TooManyKeys => Way::Shown(
            "keys",
            "values_that_are_none_are_refused_and_so_is_one_key_too_many",
        ),
        Fault::TooManySubAccounts => Way::Shown(
            "sub_accounts",
            "a_user_has_as_many_sub_accounts_as_the_exchange_allows",
        ),
        Fault::LabelTaken => Way::Shown(
            "sub_accounts",
            "a_label_opens_one_account_however_often_it_is_asked_for",
        ),
        Fault::TooManyAuditors => {
            Way::Shown("auditors", "an_invitation_does_not_tell_who_is_a_user")
        }
        Fault::AlertsFull => {
            Way::Shown("notifications", "a_user_waits_for_fifty_prices_and_no_more")
        }
        Fault::PreferenceInvalid => {
            Way::Shown("preferences", "what_is_no_json_or_too_much_is_refused")
        }
        Fault::PreferencesFull => Way::Shown(
            "preferences",
            "a_user_has_room_for_so_many_documents_and_no_more",
        ),
        Fault::PreferenceConflict => Way::Shown(
            "preferences",
            "a_document_is_replaced_only_in_the_version_that_was_read",
        ),
        Fault::CountryRefused => Way::Shown(
            "kyc",
            "what_an_applicant_says_is_checked_and_a_match_takes_two",
        ),
        Fault::PictureRefused => Way::Shown(
            "kyc",
            "an_upload_is_known_by_its_content_and_bounded_by_its_size",
        ),
        Fault::KycStepRefused | Fault::VerificationTooLow => {
            Way::Shown("kyc", "a_new_user_may_do_nothing_until_a_level_is_granted")
        }
        Fault::SignatureRefused => {
            Way::Shown("kyc", "a_provider_is_believed_only_what_it_signed_and_once")
        }
        Fault::AllowanceExceeded | Fault::AllowanceUnpriced => Way::Never(
            "no request withdraws yet; the engine's scenario `allowances.txt` shows both",
        ),
        Fault::TokenRefused => Way::Shown("register", "a_token_that_is_not_one_opens_nothing"),
        Fault::RecvWindowTooLarge => Way::Special,
        Fault::StrategyTypeTooSmall => plain(&[(
            "POST",
            ORDER,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&strategyType=1",
        )]),
        Fault::TickerTypeInvalid => plain(&[("GET", "/api/v3/ticker/24hr", "type=NONE")]),
        Fault::CancelRestrictionsInvalid => plain(&[(
            "DELETE",
            ORDER,
            "symbol=BTCUSDT&orderId=1&cancelRestrictions=NONE",
        )]),
        Fault::SymbolRepeated => plain(&[(
            "GET",
            "/api/v3/ticker/price",
            "symbols=[%22BTCUSDT%22,%22BTCUSDT%22]",
        )]),
        Fault::PairTypeUnsupported => plain(&[(
            "POST",
            LIST,
            "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT&belowType=STOP_LOSS",
        )]),
        Fault::IcebergNeedsGtc => plain(&[(
            "POST",
            LIST,
            "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS_LIMIT&belowStopPrice=90&belowPrice=89&belowTimeInForce=IOC&belowIcebergQty=0.5",
        )]),
        Fault::BuyLimitAbove => plain(&[(
            "POST",
            LIST,
            "symbol=BTCUSDT&side=BUY&quantity=1&aboveType=LIMIT_MAKER&belowType=STOP_LOSS",
        )]),
        Fault::SellLimitBelow => plain(&[(
            "POST",
            LIST,
            "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=STOP_LOSS&belowType=LIMIT_MAKER",
        )]),
        Fault::PairOfLimits => plain(&[(
            "POST",
            LIST,
            "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&belowType=LIMIT_MAKER",
        )]),
        Fault::BuyStopLossBelow => plain(&[(
            "POST",
            LIST,
            "symbol=BTCUSDT&side=BUY&quantity=1&aboveType=STOP_LOSS&belowType=STOP_LOSS",
        )]),
        Fault::SellStopLossAbove => plain(&[(
            "POST",
            LIST,
            "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=STOP_LOSS&belowType=STOP_LOSS",
        )]),
        Fault::BuyTakeProfitAbove => plain(&[(
            "POST",
            LIST,
            "symbol=BTCUSDT&side=BUY&quantity=1&aboveType=TAKE_PROFIT&belowType=STOP_LOSS",
        )]),
        Fault::SellTakeProfitBelow => plain(&[(
            "POST",
            LIST,
            "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&belowType=TAKE_PROFIT",
        )]),
        Fault::SymbolStatusMismatch => {
            plain(&[("GET", "/api/v3/depth", "symbol=BTCUSDT&symbolStatus=HALT")])
        }
        Fault::OrderNotFound => plain(&[("GET", ORDER, "symbol=BTCUSDT&orderId=99")]),
        Fault::ReplaceHalfDone => plain(&[(
            "POST",
            REPLACE,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=99",
        )]),
        Fault::ReplaceFailed => plain(&[(
            "POST",
            REPLACE,
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=99",
        )]),
        Fault::ClientIdMismatch => plain(&[
            (
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&newClientOrderId=a",
            ),
            ("GET", ORDER, "symbol=BTCUSDT&orderId=1&origClientOrderId=b"),
        ]),
        Fault::CoinUnknown => plain(&[("GET", "/sapi/v1/capital/deposit/hisrec", "coin=NONE")]),
        Fault::CoinNotWithdrawable => plain(&[(
            "POST",
            "/sapi/v1/capital/withdraw/apply",
            "coin=BTC&address=bc1q&amount=1",
        )]),
        Fault::TooManyDays => plain(&[(
            "GET",
            "/sapi/v1/capital/withdraw/history",
            "startTime=0&endTime=7776000001",
        )]),
        Fault::AlgoUnknown => plain(&[("DELETE", "/sapi/v1/algo/spot/order", "algoId=1")]),
        Fault::AlgoNameTaken => plain(&[("POST", TWAP, SPREAD), ("POST", TWAP, SPREAD)]),
        Fault::AlgoTooSmall => plain(&[(
            "POST",
            TWAP,
            "symbol=BTCUSDT&side=BUY&quantity=0.01&duration=300&limitPrice=100",
        )]),
        Fault::AlgoTooLarge => plain(&[(
            "POST",
            TWAP,
            "symbol=BTCUSDT&side=BUY&quantity=20000&duration=300",
        )]),
        Fault::AlgosFull => Way::Shown("algo", "an_account_has_so_many_open_and_no_more"),
        Fault::NoReferencePrice => plain(&[("GET", "/api/v3/referencePrice", "symbol=BTCUSDT")]),
        Fault::SubscriptionsExhausted => {
            Way::Never("it takes a thousand accounts; the tests of `subscriptions.rs` show it")
        }
    }
}
