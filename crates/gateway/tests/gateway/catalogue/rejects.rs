//! How each refusal of the engine comes about.

use model::reject::Reject;
use wire::binance::error::Fault;
use wire::binance::reject::Operation;

use super::faults::way;
use super::{AMEND, LIST, ORDER, Scene, Way, plain};

const FULL: &str = "it takes a full table of the core";
pub const OPERATORS: &str = "only commands of operators and wallets are refused so, and no request of this dialect sends one";

/// Returns how each refusal of the engine that this dialect words comes about, and in answer to what.
pub fn reject_way(reject: Reject) -> (Operation, Way) {
    use Operation::{Amend, Cancel, Place};
    let limited = |asks| Way::Asked(Scene::Limited, asks);
    match reject {
        Reject::Expired => (
            Place,
            Way::Shown("errors", "an_order_whose_time_passed_in_the_queue_is_late"),
        ),
        Reject::KeyUnknown | Reject::KeyForeign | Reject::ScopeMissing | Reject::AccountUnknown => {
            (
                Place,
                Way::Never("the gateway knows keys, scopes and accounts, and refuses first"),
            )
        }
        Reject::IdempotencyConflict => (Place, way(Fault::IdempotencyConflict)),
        Reject::IdempotencyFull | Reject::CapacityExhausted | Reject::MarketExhausted => {
            (Place, Way::Never(FULL))
        }
        Reject::OutcomeUnknown => (
            Place,
            Way::Shown(
                "outcome",
                "a_key_of_nobody_and_a_key_of_another_are_unknown",
            ),
        ),
        Reject::PayoutsHeld => (
            Place,
            Way::Shown(
                "keys",
                "another_password_holds_payouts_for_a_day_and_no_longer",
            ),
        ),
        Reject::ProofMissing => (
            Place,
            Way::Shown(
                "withdrawals_proven",
                "a_key_that_nobody_vouched_for_pays_nothing",
            ),
        ),
        Reject::ProofForeign | Reject::ProofUntimely | Reject::ProofUsed => (
            Place,
            Way::Shown(
                "withdrawals_proven",
                "the_core_holds_what_was_proven_and_nothing_else",
            ),
        ),
        Reject::AllowanceExceeded => (Place, way(Fault::AllowanceExceeded)),
        Reject::AllowanceUnpriced => (Place, way(Fault::AllowanceUnpriced)),
        Reject::VerificationTooLow => (Place, way(Fault::VerificationTooLow)),
        Reject::SubAccountUnknown | Reject::MasterOnly => (
            Place,
            Way::Never("the gateway knows masters and sub-accounts, and refuses first"),
        ),
        Reject::ClosingWithOrders | Reject::ClosingWithBalance => (
            Place,
            Way::Shown(
                "closing",
                "an_account_with_anything_left_is_not_closed_and_the_answer_says_what",
            ),
        ),
        Reject::ClosingInTransit => (
            Place,
            Way::Shown("closing", "a_deposit_under_way_is_waited_for"),
        ),
        Reject::MarketUnknown | Reject::AssetUnknown => (
            Place,
            Way::Never("the gateway knows what is listed, and refuses first"),
        ),
        Reject::PhaseClosed => (Place, way(Fault::MarketClosed)),
        Reject::AccountRestricted => (
            Place,
            Way::Asked(
                Scene::Frozen,
                &[(
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90",
                )],
            ),
        ),
        Reject::InsufficientFunds => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=100&price=60000",
            )]),
        ),
        Reject::AmountNotPositive => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=0",
            )]),
        ),
        Reject::AmountTooLarge => (
            Place,
            Way::Never("the largest order of any market is far below the bound of money"),
        ),
        Reject::PriceFilter => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=1000000.01",
            )]),
        ),
        Reject::LotSize => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=9000.00001&price=90",
            )]),
        ),
        Reject::MarketLotSize => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1000.00001",
            )]),
        ),
        Reject::Notional => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.01&price=90",
            )]),
        ),
        Reject::PercentPrice => (
            Place,
            Way::Asked(
                Scene::Traded,
                &[(
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=19",
                )],
            ),
        ),
        Reject::OpenOrdersLimit => (
            Place,
            Way::Shown("errors", "counts_are_refused_by_the_engine_code"),
        ),
        Reject::PositionLimit => (
            Place,
            plain(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=9000&price=90",
                ),
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=9000&price=90",
                ),
            ]),
        ),
        Reject::SelfTradeModeForbidden => (
            Place,
            Way::Asked(
                Scene::OneMode,
                &[(
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&selfTradePreventionMode=EXPIRE_BOTH",
                )],
            ),
        ),
        Reject::ClientIdTaken => (
            Place,
            plain(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&newClientOrderId=a",
                ),
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&newClientOrderId=a",
                ),
            ]),
        ),
        Reject::WouldTake => (
            Place,
            plain(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90",
                ),
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=SELL&type=LIMIT_MAKER&quantity=1&price=90",
                ),
            ]),
        ),
        Reject::NoLiquidity => (
            Place,
            Way::Never("a market order that finds no order expires, and says so in its answer"),
        ),
        Reject::LiquidityBelowLot => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100",
            )]),
        ),
        Reject::OrderUnknown => (
            Cancel,
            plain(&[("DELETE", ORDER, "symbol=BTCUSDT&orderId=99")]),
        ),
        Reject::OrderRefMismatch => (
            Cancel,
            plain(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&newClientOrderId=a",
                ),
                (
                    "DELETE",
                    ORDER,
                    "symbol=BTCUSDT&orderId=1&origClientOrderId=b",
                ),
            ]),
        ),
        Reject::CancelRestricted => (
            Cancel,
            plain(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90",
                ),
                (
                    "DELETE",
                    ORDER,
                    "symbol=BTCUSDT&orderId=1&cancelRestrictions=ONLY_PARTIALLY_FILLED",
                ),
            ]),
        ),
        Reject::AmendIncrease => (
            Amend,
            plain(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90",
                ),
                ("PUT", AMEND, "symbol=BTCUSDT&orderId=1&newQty=2"),
            ]),
        ),
        Reject::AmendUnchanged => (
            Amend,
            plain(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90",
                ),
                ("PUT", AMEND, "symbol=BTCUSDT&orderId=1&newQty=1"),
            ]),
        ),
        Reject::AmendBelowExecuted => (Amend, Way::Special),
        Reject::AmendNotResting => (
            Amend,
            Way::Asked(
                Scene::Traded,
                &[
                    (
                        "POST",
                        ORDER,
                        "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90",
                    ),
                    ("PUT", AMEND, "symbol=BTCUSDT&orderId=3&newQty=0.5"),
                ],
            ),
        ),
        Reject::AmendExecutedOther => (
            Amend,
            plain(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90",
                ),
                (
                    "POST",
                    "/v1/order/amend",
                    "symbol=BTCUSDT&orderId=1&newPrice=91&executedQty=0.5",
                ),
            ]),
        ),
        Reject::AmendListed => (
            Amend,
            plain(&[
                (
                    "POST",
                    LIST,
                    "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS&belowStopPrice=95",
                ),
                (
                    "POST",
                    "/v1/order/amend",
                    "symbol=BTCUSDT&orderId=1&newQty=0.5",
                ),
            ]),
        ),
        Reject::AmendTermAbsent => (
            Amend,
            plain(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90",
                ),
                (
                    "POST",
                    "/v1/order/amend",
                    "symbol=BTCUSDT&orderId=1&newStopPrice=91",
                ),
            ]),
        ),
        Reject::OrderAmendsLimit => (
            Amend,
            limited(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90",
                ),
                ("PUT", AMEND, "symbol=BTCUSDT&orderId=3&newQty=0.9"),
                ("PUT", AMEND, "symbol=BTCUSDT&orderId=3&newQty=0.8"),
            ]),
        ),
        Reject::TriggerForbidden | Reject::IcebergForbidden => (
            Place,
            Way::Never("the reader of requests refuses such orders first"),
        ),
        Reject::TrailingDelta => (
            Place,
            limited(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=STOP_LOSS&quantity=1&trailingDelta=9",
            )]),
        ),
        Reject::IcebergExceedsQty => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&icebergQty=2",
            )]),
        ),
        Reject::IcebergParts => (
            Place,
            limited(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&icebergQty=0.09",
            )]),
        ),
        Reject::AlgoOrdersLimit => (
            Place,
            limited(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90",
                ),
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90",
                ),
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90",
                ),
            ]),
        ),
        Reject::IcebergOrdersLimit => (
            Place,
            limited(&[
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&icebergQty=0.5",
                ),
                (
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&icebergQty=0.5",
                ),
            ]),
        ),
        Reject::WouldTrigger => (
            Place,
            Way::Asked(
                Scene::Traded,
                &[(
                    "POST",
                    ORDER,
                    "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=1&stopPrice=100",
                )],
            ),
        ),
        Reject::TriggerUnpriced => (Place, way(Fault::BookEmpty)),
        Reject::PegForbidden => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&pegPriceType=MARKET_PEG",
            )]),
        ),
        Reject::PegUnavailable => (
            Place,
            plain(&[(
                "POST",
                ORDER,
                "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&pegPriceType=PRIMARY_PEG",
            )]),
        ),
        Reject::ListLegs => (
            Place,
            Way::Never("the reader of requests refuses such legs first"),
        ),
        Reject::ListPrices => (
            Place,
            plain(&[(
                "POST",
                LIST,
                "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=90&belowType=STOP_LOSS&belowStopPrice=95",
            )]),
        ),
        Reject::OrderListsLimit => (
            Place,
            limited(&[
                (
                    "POST",
                    LIST,
                    "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS&belowStopPrice=95",
                ),
                (
                    "POST",
                    LIST,
                    "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS&belowStopPrice=95",
                ),
            ]),
        ),
        Reject::ListUnknown => (
            Cancel,
            plain(&[(
                "DELETE",
                "/api/v3/orderList",
                "symbol=BTCUSDT&orderListId=99",
            )]),
        ),
        _ => (Place, Way::Never(OPERATORS)),
    }
}
