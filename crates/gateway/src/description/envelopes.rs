//! What messages of sockets come in: answers, errors and events with what they belong to.
//!
//! **Source** `docs/spec/binance-surface.md` §11.1, §12, §13.1 and §13.3.

use crate::description::shape::Shape::{
    Count, Either, Flag, Integer, List, One, OrNull, Place, Symbol, Text, Time,
};
use crate::description::shape::{Field, Record, field, maybe, record};

const ID: &[Field] = &[field("id", One("Id"), "That of the request.")];
const CODE_AND_TEXT: &[Field] = &[
    field("code", Integer, "What clients compare."),
    field("msg", Text, "The exact text."),
];
const SUBSCRIPTION: &[Field] = &[field(
    "subscriptionId",
    Count,
    "Counted from 0 on the socket.",
)];
const EVENT: &[Field] = &[field(
    "event",
    Either(&[
        One("ExecutionReport"),
        One("ListStatus"),
        One("BalanceUpdate"),
        One("AccountPosition"),
        One("StreamTerminated"),
        One("NotificationEvent"),
        One("PreferenceEvent"),
    ]),
    "",
)];

/// Every object that such messages are made of.
pub const RECORDS: &[Record] = &[
    record(
        "ControlAnswer",
        "The answer of a stream socket.",
        &[
            ID,
            &[field(
                "result",
                Either(&[OrNull(&Flag), List(&Text)]),
                "Null, the value of the property, or the names of the streams.",
            )],
        ],
    ),
    record(
        "ControlError",
        "The error of a stream socket, in both shapes that clients look for.",
        &[
            ID,
            CODE_AND_TEXT,
            &[field("error", One("ControlFault"), "")],
        ],
    ),
    record(
        "ControlFault",
        "Code and text of an error.",
        &[CODE_AND_TEXT],
    ),
    record(
        "RequestError",
        "The error of a request.",
        &[
            ID,
            &[
                field("status", Count, "As over REST."),
                field("error", One("RequestFault"), ""),
                maybe(
                    "correlationId",
                    Text,
                    "Of a status from 500 on: what the exchange's log has beside it.",
                ),
                maybe("rateLimits", List(&One("RateCount")), ""),
            ],
        ],
    ),
    record(
        "RequestFault",
        "Code and text of an error.",
        &[
            CODE_AND_TEXT,
            &[maybe(
                "data",
                Either(&[One("Replaced"), One("Wait")]),
                "Both halves, or how long to wait.",
            )],
            &[maybe(
                "detail",
                One("Detail"),
                "Which filter refused, when the URL asks for it.",
            )],
        ],
    ),
    record(
        "Wait",
        "When a limit ends.",
        &[&[
            field("serverTime", Time, ""),
            field("retryAfter", Time, "The moment."),
        ]],
    ),
    record(
        "Subscription",
        "A subscription to user data.",
        &[SUBSCRIPTION],
    ),
    record(
        "Subscribed",
        "A subscription that begins.",
        &[
            SUBSCRIPTION,
            &[maybe(
                "snapshot",
                One("Snapshot"),
                "Where the stream begins, when it was asked for.",
            )],
        ],
    ),
    record(
        "Snapshot",
        "The account at a moment; the events after it follow.",
        &[&[
            field("sq", Place, "The place after all that is in it."),
            field(
                "balances",
                List(&One("Balance")),
                "Those that are not empty.",
            ),
            field("orders", List(&One("Order")), "The open ones."),
        ]],
    ),
    record(
        "SubscriptionEvent",
        "An event of a subscription.",
        &[SUBSCRIPTION, EVENT],
    ),
    record(
        "SessionStatus",
        "Who is logged on.",
        &[&[
            field("apiKey", OrNull(&Text), ""),
            field("authorizedSince", OrNull(&Time), ""),
            field("connectedSince", Time, ""),
            field("returnRateLimits", Flag, ""),
            field("serverTime", Time, ""),
            field("userDataStream", Flag, "Whether the login listens."),
            maybe(
                "cancelOnDisconnect",
                List(&Symbol),
                "Markets whose orders go with the socket.",
            ),
        ]],
    ),
];
