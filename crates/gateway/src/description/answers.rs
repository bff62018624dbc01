//! What each route answers, member by member.
//!
//! **Source** `docs/spec/binance-surface.md` §7 to §10, §13.1 and §14.

use crate::description::rare::{AMENDED, NEW_CONDITIONS, PREVENTED};
use crate::description::shape::Shape::{
    Always, ClientId, Count, CountOrNone, Decimal, Either, Flag, Integer, List, MapOf, Nothing,
    Null, One, OrNull, Percent, Row, SignedDecimal, Symbol, Text, Time, TimeOrNone, Word,
};
use crate::description::shape::{
    EXPIRY_REASONS, Field, PEG_BASES, PEG_OFFSETS, Record, SELF_TRADE_MODES, SIDES, STATUSES,
    Shape, TIMES_IN_FORCE, TYPES, field, maybe, record,
};
use crate::route::Route;

const HALVES: &[&str] = &["SUCCESS", "FAILURE", "NOT_ATTEMPTED"];
const INTERVALS_OF_LIMITS: &[&str] = &["SECOND", "MINUTE", "DAY"];
const KINDS_OF_LIMITS: &[&str] = &["REQUEST_WEIGHT", "ORDERS", "RAW_REQUESTS"];
const CONTINGENCIES: &[&str] = &["OCO", "OTO"];
pub const SYMBOL_STATUSES: &[&str] = &["TRADING", "HALT", "BREAK", "CANCEL_ONLY"];

/// Returns what a route answers when it says yes, or `None` for what is not JSON or is never answered so.
pub const fn of(route: Route) -> Option<Shape> {
    Some(match route {
        Route::Ping | Route::ForeignPing | Route::ExtendUserStream | Route::StopUserStream => {
            One("Empty")
        }
        Route::Time | Route::ForeignTime => One("ServerTime"),
        Route::ExchangeInfo => One("ExchangeInfo"),
        Route::Depth => One("Depth"),
        Route::Trades | Route::HistoricalTrades => List(&One("Trade")),
        Route::AggregateTrades => List(&One("AggregateTrade")),
        Route::Klines => List(&KLINE),
        Route::AveragePrice => One("AveragePrice"),
        Route::DayTicker => Either(&DAY_TICKERS),
        Route::RollingTicker | Route::TradingDayTicker => Either(&WINDOW_TICKERS),
        Route::PriceTicker => Either(&[One("LastPrice"), List(&One("LastPrice"))]),
        Route::BookTicker => Either(&[One("BookTicker"), List(&One("BookTicker"))]),
        Route::NewOrder => NEW_ORDER,
        Route::TestOrder => Either(&[One("Empty"), One("TestedOrder")]),
        Route::QueryOrder => One("Order"),
        Route::OpenOrders | Route::AllOrders => List(&One("Order")),
        Route::CancelOrder | Route::CancelList => CANCELLED,
        Route::CancelOpenOrders => List(&CANCELLED),
        Route::CancelReplace => One("Replaced"),
        Route::AmendOrder | Route::AmendLimit => One("Amended"),
        Route::Amendments => List(&One("Amendment")),
        Route::OrderChanges => One("OrderChangePage"),
        Route::NewAlgo => One("NewAlgo"),
        Route::CancelAlgo => One("CancelledAlgo"),
        Route::PreviewAlgo => One("AlgoPreview"),
        Route::OpenAlgos | Route::PastAlgos => One("AlgoOrders"),
        Route::AlgoSlices => One("AlgoSlices"),
        Route::NewOldPair | Route::NewPair | Route::NewTriggering | Route::NewTriggeringPair => {
            One("NewList")
        }
        Route::QueryList => One("OrderList"),
        Route::OpenLists | Route::AllLists => List(&One("OrderList")),
        Route::Outcome => OUTCOMES,
        Route::Countdown => One("Countdown"),
        Route::OwnPrevented => List(&One("PreventedMatch")),
        Route::OwnFilters => One("OwnFilters"),
        Route::ExecutionRules => One("ExecutionRules"),
        Route::SignIn | Route::LogIn | Route::LogInByPasskey | Route::OwnSession => One("Session"),
        Route::ChangePassword => Either(&[One("Session"), One("Empty")]),
        Route::SignOut
        | Route::Register
        | Route::ConfirmRegistration
        | Route::ChangeEmail
        | Route::ConfirmEmail
        | Route::ReturnEmail
        | Route::AskFactorReset
        | Route::OpenFactorReset
        | Route::CancelFactorReset
        | Route::RemoveAddress
        | Route::CancelOwnFactorReset
        | Route::ForgetPassword
        | Route::ResetPassword => One("Empty"),
        Route::ListSessions => List(&One("OwnSession")),
        Route::EndSessions => One("Empty"),
        Route::CreateKey => One("NewApiKey"),
        Route::ListKeys => List(&One("ApiKey")),
        Route::ChangeKey => One("ApiKey"),
        Route::SetLogin => One("Empty"),
        Route::DeleteKey => One("Empty"),
        Route::Challenge => One("Challenge"),
        Route::LogInChallenge => One("LoginChallenge"),
        Route::ListPasskeys => List(&One("Passkey")),
        Route::AddPasskey | Route::NamePasskey | Route::RemovePasskey => One("Empty"),
        Route::Security => One("Security"),
        Route::EnrolFactor => One("FactorSecret"),
        Route::ConfirmFactor => One("RecoveryCodes"),
        Route::RemoveFactor => One("Empty"),
        Route::Notifications => One("NotificationPage"),
        Route::ReadNotifications | Route::SetNotification | Route::RemoveAlerts => One("Empty"),
        Route::NotificationSettings => List(&One("NotificationSetting")),
        Route::Alerts => List(&One("Alert")),
        Route::AddAlert => One("AddedAlert"),
        Route::Preferences => List(&One("Preference")),
        Route::SetPreference => One("StoredPreference"),
        Route::Kyc => One("Kyc"),
        Route::DescribeApplicant | Route::AttachDocument | Route::SubmitApplication => {
            One("KycNumber")
        }
        Route::KycResult => One("Empty"),
        Route::PhishingCode => One("AntiPhishingCode"),
        Route::SetPhishingCode => One("Empty"),
        Route::OpenSubAccount
        | Route::LabelSubAccount
        | Route::FreezeSubAccount
        | Route::UnfreezeSubAccount => One("SubAccount"),
        Route::SubAccounts => List(&One("SubAccount")),
        Route::InternalTransfer => One("InternalTransfer"),
        Route::InternalTransfers => One("TransferPage"),
        Route::InviteAuditor => One("Leave"),
        Route::Auditors | Route::Audits => List(&One("Leave")),
        Route::EndAuditor | Route::AcceptAudit | Route::EndAudit => One("Empty"),
        Route::CloseAccount => One("ClosedAccount"),
        Route::Outbox => List(&One("OutboxMessage")),
        Route::Account => One("Account"),
        Route::Ledger => One("LedgerPage"),
        Route::OrderHistory => One("OrderPage"),
        Route::TradeHistory => One("TradePage"),
        Route::BalancesAt => One("BalancesAt"),
        Route::Volume => One("Volume"),
        Route::Equity => One("Equity"),
        Route::Profit => One("Profit"),
        Route::Incidents => List(&One("Incident")),
        Route::FeeSchedule => List(&One("MarketFees")),
        Route::OwnTrades => List(&One("OwnTrade")),
        Route::OrderCounts => List(&One("RateCount")),
        Route::Allocations | Route::BlockTrades | Route::NoMargin | Route::FundingAssets => Nothing,
        Route::Commission => One("Commission"),
        Route::SystemStatus => One("SystemStatus"),
        Route::Coins => List(&One("Coin")),
        Route::TradeFees => List(&One("TradeFee")),
        Route::KeyRestrictions => One("KeyRestrictions"),
        Route::OwnedAssets => List(&One("OwnedAsset")),
        Route::AccountStatus => One("AccountStatus"),
        Route::TradingStatus => One("TradingStatus"),
        Route::AccountInfo => One("AccountInfo"),
        Route::Deposits => List(&One("Deposit")),
        Route::Withdrawals => List(&One("Withdrawal")),
        Route::Withdraw => One("AppliedWithdrawal"),
        Route::WithdrawAddresses => List(&One("WithdrawAddress")),
        Route::AddressBook | Route::SetAddressRule => One("AddressBook"),
        Route::AddAddress => One("Address"),
        Route::OwnWithdrawals => List(&One("OwnWithdrawal")),
        Route::AskWithdrawal | Route::CancelWithdrawal => One("OwnWithdrawal"),
        Route::Transfers => One("Transfers"),
        Route::AssetDetails => MapOf(&One("AssetDetail")),
        Route::WalletBalances => List(&One("WalletBalance")),
        Route::ForeignExchangeInfo => One("ForeignExchangeInfo"),
        Route::Live | Route::Ready => One("Health"),
        Route::StatusData => One("Status"),
        Route::Brand => One("Brand"),
        Route::Faucet => One("Given"),
        Route::ResetAccount => One("Reset"),
        Route::StartUserStream => One("ListenKey"),
        _ => return None,
    })
}

const DAY_TICKERS: [Shape; 4] = [
    One("DayTicker"),
    One("MiniTicker"),
    List(&One("DayTicker")),
    List(&One("MiniTicker")),
];
const WINDOW_TICKERS: [Shape; 4] = [
    One("WindowTicker"),
    One("MiniTicker"),
    List(&One("WindowTicker")),
    List(&One("MiniTicker")),
];

const OUTCOMES: Shape = Either(&[
    One("OutcomeAccepted"),
    One("OutcomeRejected"),
    One("OutcomeUnknown"),
]);
const NEW_ORDER: Shape = Either(&[One("OrderAck"), One("OrderPlaced")]);
const CANCELLED: Shape = Either(&[One("OrderCancelled"), One("ListCancelled")]);
/// Price and quantity.
pub const LEVEL: Shape = Row(&[Decimal, Decimal]);
const KLINE: Shape = Row(&[
    Time,
    Decimal,
    Decimal,
    Decimal,
    Decimal,
    Decimal,
    Time,
    Decimal,
    Count,
    Decimal,
    Decimal,
    Always("0"),
]);
const FILTERS: Shape = List(&One("Filter"));

/// The members that name an order.
const NAMES: &[Field] = &[
    field("symbol", Symbol, "The market."),
    field("orderId", Count, "The order's number in its market."),
    field("orderListId", CountOrNone, "The list it belongs to, or -1."),
];
const CLIENT_ID: &[Field] = &[field("clientOrderId", ClientId, "The order's name.")];
const TRANSACT_TIME: &[Field] = &[field("transactTime", Time, "When it was carried out.")];
const ASKED_ABOUT: &[Field] = &[field(
    "idempotencyKey",
    ClientId,
    "The key that was asked about.",
)];
const SEQUENCE: &[Field] = &[field("sequence", Count, "The number of its command.")];
/// What RESULT adds to ACK.
const OUTCOME: &[Field] = &[
    field("price", Decimal, "The limit price, 0 without one."),
    field("origQty", Decimal, "The quantity asked for, as amended."),
    field("executedQty", Decimal, "What has traded."),
    field(
        "origQuoteOrderQty",
        Decimal,
        "The quote asked for, 0 without one.",
    ),
    field("cummulativeQuoteQty", Decimal, "The quote that has traded."),
    field("status", Word(STATUSES), "How far the order has come."),
    field("timeInForce", Word(TIMES_IN_FORCE), ""),
    field("type", Word(TYPES), ""),
    field("side", Word(SIDES), ""),
    field(
        "workingTime",
        TimeOrNone,
        "When it first traded or rested, or -1.",
    ),
    field("selfTradePreventionMode", Word(SELF_TRADE_MODES), ""),
    maybe(
        "pegPriceType",
        Word(PEG_BASES),
        "Whose price a pegged order takes.",
    ),
    maybe("pegOffsetType", Word(PEG_OFFSETS), "With an offset."),
    maybe(
        "pegOffsetValue",
        Count,
        "How many levels behind the best one.",
    ),
    maybe("peggedPrice", Decimal, "What it took, once it works."),
    maybe("icebergQty", Decimal, "What it shows at a time."),
    maybe("stopPrice", Decimal, "Where it starts, or begins to trail."),
    maybe(
        "trailingDelta",
        Count,
        "Its trail in hundredths of a per cent.",
    ),
    maybe("trailingTime", Time, "Since when it trails."),
];
const STRATEGY: &[Field] = &[
    maybe("strategyId", Count, "The strategy its owner named."),
    maybe("strategyType", Count, "What sort of strategy it is."),
];
const PREVENTION: &[Field] = &[
    maybe(
        "preventedMatchId",
        Count,
        "The last match that self-trade prevention stopped.",
    ),
    maybe(
        "preventedQuantity",
        Decimal,
        "What did not trade because of it.",
    ),
    maybe(
        "expiryReason",
        Word(EXPIRY_REASONS),
        "Why the exchange ended it.",
    ),
];
const LIST: &[Field] = &[
    field("orderListId", Count, "The list's number."),
    field("contingencyType", Word(CONTINGENCIES), ""),
    field(
        "listStatusType",
        Word(&["EXEC_STARTED", "UPDATED", "ALL_DONE"]),
        "",
    ),
    field("listOrderStatus", Word(&["EXECUTING", "ALL_DONE"]), ""),
    field("listClientOrderId", ClientId, "The list's name."),
    field(
        "transactionTime",
        Time,
        "When something last happened to it.",
    ),
    field("symbol", Symbol, "The market."),
    field(
        "orders",
        List(&One("ListedOrder")),
        "Its orders by their numbers.",
    ),
];
const WINDOW: &[Field] = &[
    field("symbol", Symbol, "The market."),
    field("openPrice", Decimal, ""),
    field("highPrice", Decimal, ""),
    field("lowPrice", Decimal, ""),
    field("lastPrice", Decimal, ""),
    field("volume", Decimal, "In base."),
    field("quoteVolume", Decimal, "In quote."),
    field("openTime", Time, "When the window begins."),
    field("closeTime", Time, "When it ends."),
    field("firstId", CountOrNone, "The first trade, or -1."),
    field("lastId", CountOrNone, "The last trade, or -1."),
    field("count", Count, "How many trades."),
];
const CHANGE: &[Field] = &[
    field("priceChange", SignedDecimal, ""),
    field("priceChangePercent", Percent, ""),
    field("weightedAvgPrice", Decimal, ""),
];
const BEST: &[Field] = &[
    field("bidPrice", Decimal, "0 when nobody buys."),
    field("bidQty", Decimal, ""),
    field("askPrice", Decimal, "0 when nobody sells."),
    field("askQty", Decimal, ""),
];
const LIMIT: &[Field] = &[
    field("rateLimitType", Word(KINDS_OF_LIMITS), ""),
    field("interval", Word(INTERVALS_OF_LIMITS), ""),
    field("intervalNum", Count, "How many of these intervals."),
    field("limit", Count, ""),
];

/// Every object that answers are made of.
pub const RECORDS: &[Record] = &[
    record("Empty", "Nothing to say.", &[]),
    record(
        "ServerTime",
        "The server's clock.",
        &[&[field("serverTime", Time, "")]],
    ),
    record(
        "ExchangeInfo",
        "What is listed, and under which rules.",
        &[&[
            field("timezone", Always("UTC"), ""),
            field("serverTime", Time, ""),
            field("rateLimits", List(&One("RateLimit")), ""),
            field("exchangeFilters", Nothing, ""),
            field("symbols", List(&One("Market")), ""),
        ]],
    ),
    record("RateLimit", "A limit on requests.", &[LIMIT]),
    record(
        "RateCount",
        "A limit on requests, and how far it is used.",
        &[LIMIT, &[field("count", Count, "What was used.")]],
    ),
    record("Market", "A listed market.", &[MARKET]),
    record(
        "Depth",
        "The book of a market, best prices first; a level is price and quantity.",
        &[&[
            field(
                "lastUpdateId",
                Count,
                "The number of the last changed level.",
            ),
            field("bids", List(&LEVEL), ""),
            field("asks", List(&LEVEL), ""),
        ]],
    ),
    record(
        "Trade",
        "A trade.",
        &[&[
            field("id", Count, ""),
            field("price", Decimal, ""),
            field("qty", Decimal, ""),
            field("quoteQty", Decimal, ""),
            field("time", Time, ""),
            field("isBuyerMaker", Flag, "Whether the seller came later."),
            field("isBestMatch", Flag, "Always true."),
        ]],
    ),
    record(
        "AggregateTrade",
        "The fills of one taker at one price.",
        &[&[
            field("a", Count, "Its number."),
            field("p", Decimal, "The price."),
            field("q", Decimal, "The quantity."),
            field("f", Count, "The first trade."),
            field("l", Count, "The last trade."),
            field("T", Time, "When it happened."),
            field("m", Flag, "Whether the seller came later."),
            field("M", Flag, "Always true."),
        ]],
    ),
    record(
        "AveragePrice",
        "The average price of the last minutes.",
        &[&[
            field("mins", Count, "How many minutes."),
            field("price", Decimal, ""),
            field("closeTime", Time, "When the last trade in it happened."),
        ]],
    ),
    record(
        "DayTicker",
        "The last 24 hours of a market.",
        &[
            WINDOW,
            CHANGE,
            BEST,
            &[
                field(
                    "prevClosePrice",
                    Decimal,
                    "The last price before the window.",
                ),
                field("lastQty", Decimal, ""),
            ],
        ],
    ),
    record("WindowTicker", "A window of a market.", &[WINDOW, CHANGE]),
    record("MiniTicker", "The short form of a ticker.", &[WINDOW]),
    record(
        "LastPrice",
        "The last price of a market.",
        &[&[
            field("symbol", Symbol, ""),
            field("price", Decimal, "0 before the first trade."),
        ]],
    ),
    record(
        "BookTicker",
        "The best prices of a market.",
        &[&[field("symbol", Symbol, "")], BEST],
    ),
    record(
        "OrderAck",
        "A new order, `newOrderRespType=ACK`.",
        &[NAMES, CLIENT_ID, TRANSACT_TIME],
    ),
    record(
        "OrderPlaced",
        "A new order, RESULT, or FULL with its fills.",
        &[
            NAMES,
            CLIENT_ID,
            TRANSACT_TIME,
            OUTCOME,
            STRATEGY,
            PREVENTION,
            &[maybe("fills", List(&One("Fill")), "With FULL.")],
        ],
    ),
    record(
        "Fill",
        "A trade of a new order.",
        &[&[
            field("price", Decimal, ""),
            field("qty", Decimal, ""),
            field("commission", SignedDecimal, "Below zero for a rebate."),
            field("commissionAsset", Symbol, ""),
            field("tradeId", Count, ""),
        ]],
    ),
    record(
        "OrderCancelled",
        "A cancelled order.",
        &[
            NAMES,
            TRANSACT_TIME,
            OUTCOME,
            STRATEGY,
            PREVENTION,
            &[
                field("origClientOrderId", ClientId, "The order's name."),
                field("clientOrderId", ClientId, "The cancel's own name."),
            ],
        ],
    ),
    record(
        "Order",
        "An order as it is.",
        &[
            NAMES,
            CLIENT_ID,
            OUTCOME_OF_ROW,
            STRATEGY,
            PREVENTION,
            &[
                field("stopPrice", Decimal, "0 without one."),
                field("icebergQty", Decimal, "0 without one."),
                maybe(
                    "trailingDelta",
                    Count,
                    "Its trail in hundredths of a per cent.",
                ),
                maybe("trailingTime", Time, "Since when it trails."),
                field("time", Time, "When it was accepted."),
                field("updateTime", Time, "When something last happened to it."),
                field(
                    "isWorking",
                    Flag,
                    "False while it waits for its list or its trigger.",
                ),
            ],
        ],
    ),
    record("OrderList", "A list of orders.", &[LIST]),
    record(
        "NewList",
        "A new list with its orders.",
        &[LIST, &[field("orderReports", List(&NEW_ORDER), "")]],
    ),
    record(
        "ListCancelled",
        "A cancelled list with its orders.",
        &[
            LIST,
            &[field("orderReports", List(&One("OrderCancelled")), "")],
        ],
    ),
    record(
        "ListedOrder",
        "An order of a list.",
        &[&[
            field("symbol", Symbol, ""),
            field("orderId", Count, ""),
            field("clientOrderId", ClientId, ""),
        ]],
    ),
    record(
        "Replaced",
        "Both halves of a cancel-replace.",
        &[HALVES_OF_REPLACE],
    ),
    record(
        "Amended",
        "An order after its amendment, with what it traded at once.",
        &[&[
            field("transactTime", Time, ""),
            field("executionId", Count, "The number of the command."),
            field("amendedOrder", One("AmendedOrder"), ""),
            maybe("fills", List(&One("Fill")), "Of /v1/order/amend."),
        ]],
    ),
    record(
        "AmendedOrder",
        "The order after its amendment.",
        &[NAMES, CLIENT_ID, AMENDED, STRATEGY],
    ),
    record(
        "Amendment",
        "What an amendment changed.",
        &[
            &[
                field("symbol", Symbol, ""),
                field("orderId", Count, ""),
                field("executionId", Count, ""),
                field("origClientOrderId", ClientId, ""),
                field("newClientOrderId", ClientId, ""),
                field("origQty", Decimal, ""),
                field("newQty", Decimal, ""),
            ],
            NEW_CONDITIONS,
            &[field("time", Time, "")],
        ],
    ),
    record(
        "OutcomeAccepted",
        "A request that was carried out, wholly or by half.",
        &[
            ASKED_ABOUT,
            SEQUENCE,
            &[
                field("outcome", Always("ACCEPTED"), ""),
                maybe("symbol", Symbol, "The market, where it did something."),
                maybe("orders", List(&One("OutcomeOrder")), "What it placed."),
                maybe("canceledOrderIds", List(&Count), "What it cancelled."),
                maybe(
                    "refusal",
                    One("OutcomeRefusal"),
                    "When half of it was refused.",
                ),
            ],
        ],
    ),
    record(
        "OutcomeRefusal",
        "As it was answered.",
        &[&[field("code", Integer, ""), field("msg", Text, "")]],
    ),
    record(
        "OutcomeOrder",
        "An order that a request placed.",
        &[&[field("orderId", Count, "")], CLIENT_ID],
    ),
    record(
        "OutcomeRejected",
        "A request that was refused, and changed nothing.",
        &[
            ASKED_ABOUT,
            SEQUENCE,
            &[
                field("outcome", Always("REJECTED"), ""),
                field("refusal", One("OutcomeRefusal"), ""),
            ],
        ],
    ),
    record(
        "OutcomeUnknown",
        "Nothing under this key was sequenced within 24 hours before the question.",
        &[
            ASKED_ABOUT,
            &[
                field("outcome", Always("UNKNOWN"), ""),
                field("sequence", Null, ""),
            ],
        ],
    ),
    record(
        "Countdown",
        "A countdown that was set or ended.",
        &[&[
            field("symbol", Symbol, "The market."),
            field(
                "countdownTime",
                Text,
                "In milliseconds; 0 when it was ended.",
            ),
        ]],
    ),
    record(
        "PreventedMatch",
        "A match that self-trade prevention stopped.",
        &[PREVENTED],
    ),
    record(
        "OwnTrade",
        "A fill of an order of the account.",
        &[OWN_TRADE],
    ),
    record(
        "OwnFilters",
        "The filters that orders of the account pass in a market.",
        &[&[
            field("exchangeFilters", Nothing, ""),
            field("symbolFilters", FILTERS, ""),
            field("assetFilters", Nothing, ""),
        ]],
    ),
    record(
        "ExecutionRules",
        "The rules that trades of each market keep beside its filters.",
        &[&[field("symbolRules", List(&One("SymbolRules")), "")]],
    ),
    record(
        "SymbolRules",
        "The rules of a market.",
        &[&[
            field("symbol", Symbol, "The market."),
            field("rules", List(&One("ExecutionRule")), ""),
        ]],
    ),
    record(
        "ExecutionRule",
        "No trade lies beyond these multiples of the average price.",
        &[&[
            field("ruleType", Always("PRICE_RANGE"), ""),
            field("bidLimitMultUp", Decimal, "The highest of a buyer."),
            field("bidLimitMultDown", Decimal, "The lowest of a buyer."),
            field("askLimitMultUp", Decimal, "The highest of a seller."),
            field("askLimitMultDown", Decimal, "The lowest of a seller."),
        ]],
    ),
    record(
        "ForeignExchangeInfo",
        "Nothing is listed there.",
        &[&[
            field("timezone", Always("UTC"), ""),
            field("serverTime", Time, ""),
            field("rateLimits", Nothing, ""),
            field("exchangeFilters", Nothing, ""),
            field("assets", Nothing, ""),
            field("symbols", Nothing, ""),
        ]],
    ),
];

/// As `OUTCOME`, without what rows always print.
const OUTCOME_OF_ROW: &[Field] = OUTCOME.split_at(OUTCOME.len() - 4).0;
const HALVES_OF_REPLACE: &[Field] = &[
    field("cancelResult", Word(HALVES), ""),
    field("newOrderResult", Word(HALVES), ""),
    field(
        "cancelResponse",
        OrNull(&Either(&[CANCELLED, One("Error")])),
        "",
    ),
    field(
        "newOrderResponse",
        OrNull(&Either(&[NEW_ORDER, One("Error")])),
        "",
    ),
];
const MARKET: &[Field] = &[
    field("symbol", Symbol, ""),
    field("status", Word(SYMBOL_STATUSES), ""),
    field("baseAsset", Symbol, ""),
    field("baseAssetPrecision", Count, ""),
    field("quoteAsset", Symbol, ""),
    field("quotePrecision", Count, ""),
    field("quoteAssetPrecision", Count, ""),
    field("baseCommissionPrecision", Count, ""),
    field("quoteCommissionPrecision", Count, ""),
    field("orderTypes", List(&Word(TYPES)), ""),
    field("icebergAllowed", Flag, ""),
    field("ocoAllowed", Flag, ""),
    field("otoAllowed", Flag, ""),
    field("opoAllowed", Flag, ""),
    field("quoteOrderQtyMarketAllowed", Flag, ""),
    field("allowTrailingStop", Flag, ""),
    field("cancelReplaceAllowed", Flag, ""),
    field("amendAllowed", Flag, ""),
    field("pegInstructionsAllowed", Flag, ""),
    field("isSpotTradingAllowed", Flag, ""),
    field("isMarginTradingAllowed", Flag, ""),
    field("filters", FILTERS, "What its orders must pass."),
    field("permissions", Nothing, ""),
    field("permissionSets", List(&List(&Always("SPOT"))), ""),
    field("defaultSelfTradePreventionMode", Word(SELF_TRADE_MODES), ""),
    field(
        "allowedSelfTradePreventionModes",
        List(&Word(SELF_TRADE_MODES)),
        "",
    ),
];
const OWN_TRADE: &[Field] = &[
    field("symbol", Symbol, ""),
    field("id", Count, "The trade's number."),
    field("orderId", Count, ""),
    field("orderListId", CountOrNone, "The order's list, or -1."),
    field("price", Decimal, ""),
    field("qty", Decimal, ""),
    field("quoteQty", Decimal, ""),
    field("commission", SignedDecimal, "Below zero for a rebate."),
    field("commissionAsset", Symbol, ""),
    field("time", Time, ""),
    field("isBuyer", Flag, ""),
    field("isMaker", Flag, ""),
    field("isBestMatch", Flag, "Always true."),
];
