//! Messages of the streams and of user data, key by key.
//!
//! **Source** `docs/spec/binance-surface.md` §11.2 and §13.2.

use crate::description::answers::LEVEL;
use crate::description::shape::Shape::{
    Always, ClientId, Count, CountOrNone, Decimal, Either, Flag, List, One, OrNull, Percent, Place,
    SignedDecimal, Symbol, Text, Time, Word,
};
use crate::description::shape::{
    EXPIRY_REASONS, Field, PEG_BASES, PEG_OFFSETS, Record, SELF_TRADE_MODES, SIDES, STATUSES,
    TIMES_IN_FORCE, TYPES, field, maybe, record,
};

const HEAD: &[Field] = &[
    field("E", Time, "When it was told."),
    field("s", Symbol, "The market."),
];
const SUMMARY: &[Field] = &[
    field("c", Decimal, "The last price."),
    field("o", Decimal, "The first price."),
    field("h", Decimal, "The highest price."),
    field("l", Decimal, "The lowest price."),
    field("v", Decimal, "What traded, in base."),
    field("q", Decimal, "What traded, in quote."),
];
/// What `ext=1` adds to an event of an account.
const MARK: &[Field] = &[
    maybe(
        "sq",
        Place,
        "Its place, where it was asked for: `resumeFrom` goes on after it.",
    ),
    maybe(
        "ps",
        Place,
        "The place before `sq`: between the two the account was told nothing. A client that stands elsewhere has lost something. Not in the first event where neither a snapshot nor a place was asked for.",
    ),
];
const WINDOW: &[Field] = &[
    field("p", SignedDecimal, "The change of the price."),
    field("P", Percent, "The change in per cent."),
    field("w", Decimal, "The average price."),
    field("O", Time, "When the window begins."),
    field("C", Time, "When it ends."),
    field("F", CountOrNone, "The first trade, or -1."),
    field("L", CountOrNone, "The last trade, or -1."),
    field("n", Count, "How many trades."),
];
const TRADED: &[Field] = &[
    field("p", Decimal, "The price."),
    field("q", Decimal, "The quantity."),
    field("T", Time, "When it happened."),
    field("m", Flag, "Whether the seller came later."),
    field("M", Flag, "Always true."),
];

/// Every object that messages are made of.
pub const RECORDS: &[Record] = &[
    record(
        "TradeMessage",
        "A trade.",
        &[
            &[
                field("e", Always("trade"), ""),
                field("t", Count, "The trade."),
            ],
            HEAD,
            TRADED,
        ],
    ),
    record(
        "AggregateTradeMessage",
        "The fills of one taker at one price.",
        &[
            &[
                field("e", Always("aggTrade"), ""),
                field("a", Count, "Its number."),
                field("f", Count, "The first trade."),
                field("l", Count, "The last trade."),
            ],
            HEAD,
            TRADED,
        ],
    ),
    record(
        "DepthMessage",
        "The levels that changed; a quantity of 0 deletes one.",
        &[
            &[
                field("e", Always("depthUpdate"), ""),
                field("U", Count, "The first update in it."),
                field("u", Count, "The last update in it."),
                field("b", List(&LEVEL), "Bids."),
                field("a", List(&LEVEL), "Asks."),
            ],
            HEAD,
        ],
    ),
    record(
        "BookTickerMessage",
        "The best prices; known by having neither `e` nor `E`.",
        &[&[
            field("u", Count, "The update they are of."),
            field("s", Symbol, "The market."),
            field("b", Decimal, "The best bid."),
            field("B", Decimal, "Its quantity."),
            field("a", Decimal, "The best ask."),
            field("A", Decimal, "Its quantity."),
        ]],
    ),
    record(
        "KlineMessage",
        "The running candle.",
        &[
            &[
                field("e", Always("kline"), ""),
                field("k", One("Kline"), ""),
            ],
            HEAD,
        ],
    ),
    record(
        "Kline",
        "A candle.",
        &[
            SUMMARY,
            &[
                field("t", Time, "When it opens."),
                field("T", Time, "When it closes."),
                field("s", Symbol, "The market."),
                field("i", Text, "The interval."),
                field("f", CountOrNone, "The first trade, or -1."),
                field("L", CountOrNone, "The last trade, or -1."),
                field("n", Count, "How many trades."),
                field("x", Flag, "Whether it is closed."),
                field("V", Decimal, "What takers bought, in base."),
                field("Q", Decimal, "What takers bought, in quote."),
                field("B", Always("0"), ""),
            ],
        ],
    ),
    record(
        "TickerMessage",
        "The last 24 hours.",
        &[
            &[
                field("e", Always("24hrTicker"), ""),
                field("x", Decimal, "The price before the window."),
                field("Q", Decimal, "The last quantity."),
                field("b", Decimal, "The best bid."),
                field("B", Decimal, "Its quantity."),
                field("a", Decimal, "The best ask."),
                field("A", Decimal, "Its quantity."),
            ],
            HEAD,
            SUMMARY,
            WINDOW,
        ],
    ),
    record(
        "WindowTickerMessage",
        "A window that ends now.",
        &[
            &[field("e", Word(&["1hTicker", "4hTicker", "1dTicker"]), "")],
            HEAD,
            SUMMARY,
            WINDOW,
        ],
    ),
    record(
        "MiniTickerMessage",
        "The last 24 hours, in short.",
        &[&[field("e", Always("24hrMiniTicker"), "")], HEAD, SUMMARY],
    ),
    record(
        "AveragePriceMessage",
        "The average price of five minutes.",
        &[
            &[
                field("e", Always("avgPrice"), ""),
                field("i", Always("5m"), ""),
                field("w", Decimal, "The price."),
                field("T", Time, "When the last trade in it happened."),
            ],
            HEAD,
        ],
    ),
    record(
        "ExecutionReport",
        "What happened to an order.",
        &[HEAD, EXECUTION, PREVENTION, MARK],
    ),
    record(
        "AccountPosition",
        "Every balance a command changed, as it is.",
        &[
            &[
                field("e", Always("outboundAccountPosition"), ""),
                field("E", Time, ""),
                field("u", Time, "When they changed."),
                field("B", List(&One("PositionBalance")), ""),
            ],
            MARK,
        ],
    ),
    record(
        "PositionBalance",
        "A balance.",
        &[&[
            field("a", Symbol, "The asset."),
            field("f", Decimal, "What is free."),
            field("l", Decimal, "What open orders hold."),
        ]],
    ),
    record(
        "BalanceUpdate",
        "What came from outside, or went there.",
        &[
            &[
                field("e", Always("balanceUpdate"), ""),
                field("E", Time, ""),
                field("a", Symbol, "The asset."),
                field("d", SignedDecimal, "The difference."),
                field("T", Time, "When it was booked."),
            ],
            MARK,
        ],
    ),
    record(
        "ListStatus",
        "What happened to a list.",
        &[
            &[
                field("e", Always("listStatus"), ""),
                field("g", Count, "The list."),
                field(
                    "c",
                    Word(&["OCO", "OTO"]),
                    "How its orders depend on each other.",
                ),
                field(
                    "l",
                    Word(&["EXEC_STARTED", "UPDATED", "ALL_DONE"]),
                    "What happened.",
                ),
                field("L", Word(&["EXECUTING", "ALL_DONE"]), "How far it is."),
                field("r", Always("NONE"), ""),
                field("C", ClientId, "Its name."),
                field("T", Time, "When it happened."),
                field("O", List(&One("ListStatusOrder")), "Its orders."),
            ],
            HEAD,
            MARK,
        ],
    ),
    record(
        "ListStatusOrder",
        "An order of a list.",
        &[&[
            field("s", Symbol, "The market."),
            field("i", Count, "The order."),
            field("c", ClientId, "Its name."),
        ]],
    ),
    record(
        "StreamTerminated",
        "The last event of a subscription.",
        &[&[
            field("e", Always("eventStreamTerminated"), ""),
            field("E", Time, ""),
        ]],
    ),
    record(
        "ListenKeyExpired",
        "The last event under a listen key.",
        &[&[
            field("e", Always("listenKeyExpired"), ""),
            field("E", Time, ""),
            field("listenKey", Text, ""),
        ]],
    ),
    record(
        "ServerShutdown",
        "The server ends this socket soon, because it stops or the socket is too old: open another.",
        &[&[
            field("e", Always("serverShutdown"), ""),
            field("E", Time, "When it was told."),
        ]],
    ),
    record(
        "NotificationEvent",
        "Something that the user is told on the pages; it has no place, and is not told again.",
        &[&[
            field("e", Always("notification"), ""),
            field("E", Time, "When it happened."),
            field(
                "n",
                One("Notification"),
                "As `GET /v1/notifications` lists it.",
            ),
        ]],
    ),
    record(
        "PreferenceEvent",
        "A document of the user has changed; it has no place, and is not told again.",
        &[&[
            field("e", Always("preferenceChanged"), ""),
            field("E", Time, "When it was changed."),
            field("n", Text, "Its name."),
            field("v", Count, "Its version, 0 for one that is forgotten."),
        ]],
    ),
];

/// The events of a user data stream.
pub const USER_EVENTS: &[&str] = &[
    "ExecutionReport",
    "ListStatus",
    "BalanceUpdate",
    "AccountPosition",
    "StreamTerminated",
    "ListenKeyExpired",
];

const EXECUTION: &[Field] = &[
    field("e", Always("executionReport"), ""),
    field(
        "c",
        ClientId,
        "The order's name; of a cancel, the cancel's.",
    ),
    field("S", Word(SIDES), "The side."),
    field("o", Word(TYPES), "The type."),
    field("f", Word(TIMES_IN_FORCE), "The time in force."),
    field("q", Decimal, "The quantity."),
    field("p", Decimal, "The limit price."),
    field("P", Decimal, "The stop price."),
    maybe("d", Count, "The trail in hundredths of a per cent."),
    maybe("D", Time, "Since when it trails."),
    maybe("j", Count, "The strategy its owner named."),
    maybe("J", Count, "What sort of strategy it is."),
    maybe("gP", Word(PEG_BASES), "Whose price a pegged order takes."),
    maybe("gOT", Word(PEG_OFFSETS), "What the offset counts."),
    maybe("gOV", Count, "How many levels behind the best one."),
    maybe("gp", Decimal, "The price it took, once it works."),
    field("F", Decimal, "The iceberg quantity."),
    field("g", CountOrNone, "The list, or -1."),
    field(
        "C",
        Either(&[ClientId, Always("")]),
        "The name before, or nothing.",
    ),
    field(
        "x",
        Word(&[
            "NEW",
            "TRADE",
            "CANCELED",
            "REPLACED",
            "EXPIRED",
            "TRADE_PREVENTION",
        ]),
        "What happened.",
    ),
    field("X", Word(STATUSES), "How far the order is."),
    field("r", Always("NONE"), ""),
    field("i", Count, "The order."),
    field("l", Decimal, "What traded just now."),
    field("z", Decimal, "What has traded."),
    field("L", Decimal, "The price just now."),
    field(
        "n",
        Either(&[SignedDecimal, Always("0")]),
        "The commission; below zero for a rebate.",
    ),
    field("N", OrNull(&Symbol), "The asset of the commission."),
    field("T", Time, "When it happened."),
    field("t", CountOrNone, "The trade, or -1."),
    field("I", Count, "The number of the command."),
    field("w", Flag, "Whether the order is open and works."),
    field("m", Flag, "Whether it was the maker."),
    field("M", Flag, ""),
    field("O", Time, "When the order was accepted."),
    field("Z", Decimal, "The quote that has traded."),
    field("Y", Decimal, "The quote that traded just now."),
    field("Q", Decimal, "The quote asked for."),
    maybe("W", Time, "When it began to work."),
    field("V", Word(SELF_TRADE_MODES), "The self-trade mode."),
    maybe("eR", Word(EXPIRY_REASONS), "Why the exchange ended it."),
];
const PREVENTION: &[Field] = &[
    maybe("v", Count, "The prevented match."),
    maybe("A", Decimal, "What did not trade so far."),
    maybe("B", Decimal, "What did not trade just now."),
    maybe("u", Count, "The trade group."),
    maybe("U", Count, "The other order."),
    maybe("Cs", Symbol, "Its market."),
    maybe("pl", Decimal, "What did not trade just now."),
    maybe("pL", Decimal, "At which price."),
    maybe("pY", Decimal, "The quote that did not trade."),
];
