//! The whole table of errors: each row is provoked here or by a test that is named, or it says why it cannot arise.

use crate::client::Answer;
use crate::socket::Socket;
use crate::world::{ALICE, BOB, Setting, World, hmac_hex, terms};
use gateway::clock;
use gateway::config::{Limiting, RequestLimits, Strictness};
use model::account::AccountState;
use model::command::Command;
use model::id::{AccountId, MarketId};
use model::instrument::{Cause, DeltaRange, OrderLimits, Phase, Terms};
use model::number::BasisPoints;
use model::order::{SelfTradeMode, SelfTradeModes};
use model::reject::Reject;
use serde_json::{Value, json};
use wire::binance::error::{Fault, Row};
use wire::binance::reject::{Operation, refusal};

/// Method, path and query of a request that alice signs.
type Ask = (&'static str, &'static str, &'static str);

/// How a row comes about.
enum Way {
    /// The last of these requests gets it.
    Asked(Scene, &'static [Ask]),
    /// It takes more than requests of alice.
    Special,
    /// Another test shows it: its file and its name.
    Shown(&'static str, &'static str),
    /// It cannot be provoked from outside, and why.
    Never(&'static str),
}

/// What has happened before the requests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scene {
    Plain,
    /// The last price is 100.
    Traded,
    /// As `Traded`, with one of everything that is counted.
    Limited,
    Halted,
    Frozen,
    /// The market allows one self-trade mode.
    OneMode,
    Strict,
}

const ORDER: &str = "/api/v3/order";
const LIST: &str = "/api/v3/orderList/oco";
const AMEND: &str = "/api/v3/order/amend/keepPriority";
const REPLACE: &str = "/api/v3/order/cancelReplace";

const fn plain(asks: &'static [Ask]) -> Way {
    Way::Asked(Scene::Plain, asks)
}

/// Returns how each row of the catalogue comes about.
fn way(fault: Fault) -> Way {
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
        | Fault::KeyRefused
        | Fault::AlreadySubscribed
        | Fault::NotSubscribed => Way::Special,
        Fault::BodyTooSlow => {
            Way::Shown("errors", "a_body_that_is_too_large_or_too_slow_is_refused")
        }
        Fault::Disconnected => Way::Never("it is the answer of a process that is stopping"),
        Fault::Timeout => Way::Shown(
            "errors",
            "an_answer_that_never_comes_is_unknown_and_not_failed",
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
        Fault::SubscriptionsExhausted => {
            Way::Never("it takes a thousand accounts, or 65,537 subscriptions of one socket")
        }
    }
}

const FULL: &str = "it takes a full table of the core";
const OPERATORS: &str = "only commands of operators and wallets are refused so, and no request of this dialect sends one";

/// Returns how each refusal of the engine that this dialect words comes about, and in answer to what.
fn reject_way(reject: Reject) -> (Operation, Way) {
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
            Way::Never("no request of this dialect asks for an outcome alone"),
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

impl Scene {
    async fn open(self) -> World {
        let world = match self {
            Scene::Strict => {
                World::start_with(Setting {
                    strictness: Strictness::Strict,
                    ..Setting::STANDARD
                })
                .await
            }
            _ => World::start().await,
        };
        if matches!(self, Scene::Traded | Scene::Limited) {
            world.limit(ALICE, "SELL", "1", "100").await;
            world.limit(BOB, "BUY", "1", "100").await;
        }
        if let Some(command) = self.command() {
            world.command(command).await;
        }
        world
    }

    fn command(self) -> Option<Command> {
        let (market, cause) = (MarketId(0), Cause::Operator);
        match self {
            Scene::Plain | Scene::Traded | Scene::Strict => None,
            Scene::Limited => Some(Command::SetOrderLimits {
                market,
                limits: Box::new(one_of_each()),
                cause,
            }),
            Scene::Halted => Some(Command::SetPhase {
                market,
                phase: Phase::Halt,
                cause,
            }),
            Scene::Frozen => Some(Command::SetAccountState {
                account: AccountId(1),
                state: AccountState::Frozen,
                cause,
            }),
            Scene::OneMode => Some(Command::ChangeMarket {
                market,
                terms: Box::new(Terms {
                    self_trade_default: SelfTradeMode::ExpireTaker,
                    self_trade_allowed: SelfTradeModes::from_bits(0b10).expect("legal"),
                    ..terms()
                }),
                cause,
            }),
        }
    }
}

fn one_of_each() -> OrderLimits {
    let points = |points| BasisPoints::new(points).expect("legal");
    let range = DeltaRange {
        min: points(10),
        max: points(2_000),
    };
    OrderLimits {
        algo_orders_max: 2,
        iceberg_orders_max: 1,
        iceberg_parts_max: 10,
        order_lists_max: 1,
        order_amends_max: 1,
        trailing_above: range,
        trailing_below: range,
    }
}

async fn asked(scene: Scene, asks: &[Ask]) -> (u16, i64, String) {
    let world = scene.open().await;
    let (last, before) = asks.split_last().expect("a request");
    for (method, path, query) in before {
        let answer = world.signed(ALICE, method, path, query).await;
        assert_eq!(answer.status, 200, "{method} {query} {}", answer.body);
    }
    let (method, path, query) = last;
    world.signed(ALICE, method, path, query).await.error()
}

/// Returns whether a text is that of a row with its blanks filled.
fn fits(text: &str, msg: &str) -> bool {
    let mut rest = msg;
    let mut pieces = text.split("%s").peekable();
    let first = pieces.next().unwrap_or("");
    let Some(after) = rest.strip_prefix(first) else {
        return false;
    };
    rest = after;
    for piece in pieces {
        if piece.is_empty() {
            return true;
        }
        let Some((_, after)) = rest.split_once(piece) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

/// A test that is named shows nothing unless it is there.
fn assert_shown(file: &str, name: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gateway");
    let source = std::fs::read_to_string(format!("{folder}/{file}.rs")).expect("a file of tests");
    assert!(
        source.contains(&format!("async fn {name}()")),
        "{file}.rs has no test {name}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_of_the_catalogue_is_provoked_or_cannot_arise() {
    for fault in Fault::ALL {
        let Row { code, status, text } = fault.row();
        let (found_status, found_code, msg) = match way(*fault) {
            Way::Asked(scene, asks) => asked(scene, asks).await,
            Way::Special => special(*fault).await,
            Way::Shown(file, name) => {
                assert_shown(file, name);
                continue;
            }
            Way::Never(reason) => {
                assert!(!reason.is_empty());
                continue;
            }
        };
        assert_eq!(
            (found_status, found_code),
            (status, i64::from(code)),
            "{fault:?}: {msg}"
        );
        assert!(fits(text, &msg), "{fault:?}: {msg}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_of_the_engine_is_provoked_or_cannot_arise() {
    for reject in Reject::ALL {
        let (operation, way) = reject_way(*reject);
        let expected = refusal(*reject, operation);
        let found = match way {
            Way::Asked(scene, asks) => asked(scene, asks).await,
            Way::Special => amended_below_what_traded().await,
            Way::Shown(file, name) => {
                assert_shown(file, name);
                continue;
            }
            Way::Never(reason) => {
                let is_of_operators = expected == refusal(Reject::GenesisMissing, operation);
                assert_eq!(is_of_operators, reason == OPERATORS, "{reject:?}");
                continue;
            }
        };
        let expected = (
            expected.status,
            i64::from(expected.code),
            expected.msg.into_owned(),
        );
        assert_eq!(found, expected, "{reject:?}");
    }
}

async fn amended_below_what_traded() -> (u16, i64, String) {
    let world = World::start().await;
    world.limit(ALICE, "BUY", "2", "100").await;
    world.limit(BOB, "SELL", "1", "100").await;
    let query = "symbol=BTCUSDT&orderId=1&newQty=0.5";
    world.signed(ALICE, "PUT", AMEND, query).await.error()
}

async fn special(fault: Fault) -> (u16, i64, String) {
    match fault {
        Fault::TooMuchWeight | Fault::TooManyRequests | Fault::Banned | Fault::TooManyOrders => {
            over_a_limit(fault).await
        }
        Fault::JsonInvalid | Fault::AlreadySubscribed | Fault::NotSubscribed => {
            over_a_socket(fault).await
        }
        _ => raw(fault).await.error(),
    }
}

/// Windows of limits are those of the wall clock: what is counted twice within a few milliseconds may still lie in two.
async fn over_a_limit(fault: Fault) -> (u16, i64, String) {
    let (weight, requests) = match fault {
        Fault::TooManyOrders => (6_000, 6_000),
        Fault::TooManyRequests => (6_000, 2),
        _ => (2, 6_000),
    };
    let world = World::start_with(Setting {
        limiting: Limiting::Limited(RequestLimits {
            weight_per_minute: weight,
            requests_per_five_minutes: requests,
            orders_per_ten_seconds: 1,
            ..RequestLimits::UPSTREAM
        }),
        ..Setting::STANDARD
    })
    .await;
    let wanted = fault.row();
    for _ in 0..1_000 {
        let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
        let answer = match fault {
            Fault::TooManyOrders => world.signed(ALICE, "POST", ORDER, order).await,
            _ => world.get("/api/v3/ping").await,
        };
        if answer.status == wanted.status {
            assert!(answer.header("retry-after").is_some());
            return answer.error();
        }
    }
    panic!("{fault:?} never came");
}

async fn over_a_socket(fault: Fault) -> (u16, i64, String) {
    let world = World::start().await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let login = &world.logins[ALICE];
    let subscribe = "userDataStream.subscribe.signature";
    let answer = match fault {
        Fault::JsonInvalid => {
            socket.say("{").await;
            socket.hear().await
        }
        Fault::AlreadySubscribed => {
            socket.ask_signed(login, subscribe, json!({})).await;
            socket.ask_signed(login, subscribe, json!({})).await
        }
        _ => socket.ask("userDataStream.unsubscribe", json!({})).await,
    };
    let number = |value: &Value| value.as_i64().expect("a number");
    let status = u16::try_from(number(&answer["status"])).expect("a status");
    let msg = answer["error"]["msg"].as_str().expect("a text");
    (status, number(&answer["error"]["code"]), msg.to_owned())
}

/// What takes bytes of its own.
async fn raw(fault: Fault) -> Answer {
    let world = World::start().await;
    let login = &world.logins[ALICE];
    let key = format!("X-MBX-APIKEY: {}\r\n", login.public_id);
    let signed_at = |moment: i64, more: &str| {
        let payload = format!("timestamp={moment}{more}");
        let signature = hmac_hex(&login.secret, payload.as_bytes());
        format!("/api/v3/account?{payload}&signature={signature}")
    };
    let now = clock::now().millis();
    let mut client = world.client().await;
    let account = "/api/v3/account";
    match fault {
        Fault::BodyTooLarge => client.send("POST", ORDER, "", &"a".repeat(65_537)).await,
        Fault::HeadTooLarge => {
            client
                .get(&format!("/api/v3/ping?{}", "a".repeat(20_000)))
                .await
        }
        Fault::HeadersTooLarge => {
            let headers: String = (0..200)
                .map(|number| format!("X-{number}: 1\r\n"))
                .collect();
            client.send("GET", "/api/v3/ping", &headers, "").await
        }
        Fault::Malformed => {
            client
                .send_bytes(b"GET /api/v3/ping\r\nbroken\r\n\r\n")
                .await;
            client.read().await.expect("an answer")
        }
        Fault::OutsideWindow => {
            client
                .send("GET", &signed_at(now - 6_000, ""), &key, "")
                .await
        }
        Fault::AheadOfTime => {
            client
                .send("GET", &signed_at(now + 60_000, ""), &key, "")
                .await
        }
        Fault::RecvWindowTooLarge => {
            client
                .send("GET", &signed_at(now, "&recvWindow=60001"), &key, "")
                .await
        }
        Fault::SignatureInvalid => {
            let target = format!("{account}?timestamp={now}&signature={}", "0".repeat(64));
            client.send("GET", &target, &key, "").await
        }
        Fault::TooManyParameters => {
            let query: String = (0..129).map(|number| format!("a{number}=1&")).collect();
            client.get(&format!("/api/v3/ping?{query}")).await
        }
        Fault::ListenKeyUnknown => {
            client
                .send("PUT", "/api/v3/userDataStream?listenKey=nobody", &key, "")
                .await
        }
        Fault::BinaryDisabled => {
            client
                .send("GET", "/api/v3/ping", "Accept: application/sbe\r\n", "")
                .await
        }
        Fault::TimeUnitInvalid => {
            client
                .send("GET", "/api/v3/time", "X-MBX-TIME-UNIT: HOUR\r\n", "")
                .await
        }
        Fault::KeyMalformed => client.get(account).await,
        Fault::KeyRefused => {
            let stranger = format!("X-MBX-APIKEY: {}\r\n", "a".repeat(64));
            client.send("GET", account, &stranger, "").await
        }
        _ => panic!("{fault:?} is not special"),
    }
}
