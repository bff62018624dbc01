//! What each parameter is: its type, its bounds and what it is for, by its name, in one place.
//!
//! A parameter of one order of a list is that of an order alone under a prefix.

use serde_json::Value;

use crate::description::kind::Kind;
use crate::description::meanings::meaning;
use crate::description::shape::{
    PEG_BASES, PEG_OFFSETS, SELF_TRADE_MODES, SIDES, TIMES_IN_FORCE, TYPES,
};
use crate::rest::alerts;
use crate::rest::challenge::ACTIONS;
use crate::route::Route;

/// A parameter: its name, what it is, a value that may stand for it, and what it is for.
pub type Row = (&'static str, Kind, &'static str, &'static str);

/// What a signature is.
pub const SIGNATURE: &str = "HMAC-SHA256 in hex, or Ed25519 or RSA (PKCS#1 v1.5 with SHA-256) in base64, of query and body without it.";
const RESPONSES: &[&str] = &["ACK", "RESULT", "FULL"];
const SYMBOL_STATUSES: &[&str] = &["TRADING", "END_OF_DAY", "HALT", "BREAK", "CANCEL_ONLY"];

const TABLE: &[Row] = &[
    ("symbol", Kind::Symbol, "BTCUSDT", "The market."),
    (
        "symbols",
        Kind::Symbols,
        "[\"BTCUSDT\"]",
        "Markets, instead of `symbol`.",
    ),
    (
        "symbolStatus",
        Kind::Word(SYMBOL_STATUSES),
        "TRADING",
        "Only markets of this status.",
    ),
    (
        "permissions",
        Kind::Text,
        "SPOT",
        "Only markets with one of these permissions.",
    ),
    (
        "showPermissionSets",
        Kind::Flag,
        "false",
        "Whether permission sets are told.",
    ),
    (
        "side",
        Kind::Word(SIDES),
        "BUY",
        "Whether the order buys or sells.",
    ),
    ("type", Kind::Word(TYPES), "LIMIT", "The kind of order."),
    (
        "timeInForce",
        Kind::Word(TIMES_IN_FORCE),
        "GTC",
        "How long the order stands.",
    ),
    ("quantity", Kind::Decimal, "0.01000000", "In base."),
    (
        "quoteOrderQty",
        Kind::Decimal,
        "100",
        "What a market order spends or earns.",
    ),
    ("price", Kind::Decimal, "20000.00", "The limit price."),
    (
        "stopPrice",
        Kind::Decimal,
        "20000.00",
        "Where the order starts, or begins to trail.",
    ),
    (
        "trailingDelta",
        Kind::Points,
        "100",
        "The trail in hundredths of a per cent.",
    ),
    (
        "icebergQty",
        Kind::Decimal,
        "0.01",
        "What the order shows at a time; 0 for all of it.",
    ),
    (
        "newClientOrderId",
        Kind::ClientId,
        "my-order",
        "The name of the order, or of the cancel.",
    ),
    (
        "newQty",
        Kind::Decimal,
        "0.005",
        "What the order shall ask for in all, what was executed counted in.",
    ),
    (
        "newPrice",
        Kind::Decimal,
        "20000.00",
        "The new limit price.",
    ),
    (
        "newStopPrice",
        Kind::Decimal,
        "19000.00",
        "The new stop or activation price, of an order that waits for one.",
    ),
    (
        "newTrailingDelta",
        Kind::Number,
        "100",
        "The new trailing delta in hundredths of a per cent, of an order that waits to trail or trails.",
    ),
    (
        "newIcebergQty",
        Kind::Decimal,
        "0.002",
        "What an iceberg shall show at a time from now on.",
    ),
    (
        "executedQty",
        Kind::Decimal,
        "0.001",
        "What the account knows to be executed: refused when it is another quantity by now.",
    ),
    (
        "strategyId",
        Kind::Number,
        "1",
        "The strategy it belongs to; kept and told.",
    ),
    (
        "strategyType",
        Kind::StrategyType,
        "1000000",
        "What sort of strategy it is; kept and told.",
    ),
    (
        "newOrderRespType",
        Kind::Word(RESPONSES),
        "FULL",
        "How much the answer says.",
    ),
    (
        "selfTradePreventionMode",
        Kind::Word(SELF_TRADE_MODES),
        "EXPIRE_MAKER",
        "What happens instead of a trade with oneself.",
    ),
    (
        "pegPriceType",
        Kind::Word(PEG_BASES),
        "PRIMARY_PEG",
        "Take the limit price from the book when the order starts: from its own side, or with MARKET_PEG from the other.",
    ),
    (
        "pegOffsetType",
        Kind::Word(PEG_OFFSETS),
        "PRICE_LEVEL",
        "What `pegOffsetValue` counts; both or neither.",
    ),
    (
        "pegOffsetValue",
        Kind::Levels,
        "1",
        "How many levels behind the best one the price is taken.",
    ),
    (
        "countdownTime",
        Kind::Countdown,
        "60000",
        "After how many milliseconds all open orders of the market are cancelled; 0 ends the countdown.",
    ),
    (
        "idempotencyKey",
        Kind::ClientId,
        "once-1",
        "The same key and request is carried out once within 24 hours.",
    ),
    (
        "computeCommissionRates",
        Kind::Flag,
        "true",
        "Whether the rates are told.",
    ),
    ("orderId", Kind::Number, "1", "The order by its number."),
    (
        "origClientOrderId",
        Kind::ClientId,
        "my-order",
        "The order by its name.",
    ),
    (
        "cancelOrderId",
        Kind::Number,
        "1",
        "The order to cancel by its number.",
    ),
    (
        "cancelOrigClientOrderId",
        Kind::ClientId,
        "my-order",
        "The order to cancel by its name.",
    ),
    (
        "cancelNewClientOrderId",
        Kind::ClientId,
        "my-cancel",
        "The name of the cancel.",
    ),
    (
        "cancelRestrictions",
        Kind::Word(&["ONLY_NEW", "ONLY_PARTIALLY_FILLED"]),
        "ONLY_NEW",
        "In which state alone the order is cancelled.",
    ),
    (
        "cancelReplaceMode",
        Kind::Word(&["STOP_ON_FAILURE", "ALLOW_FAILURE"]),
        "STOP_ON_FAILURE",
        "Whether the new order is placed when the cancel fails.",
    ),
    (
        "orderRateLimitExceededMode",
        Kind::Word(&["DO_NOTHING", "CANCEL_ONLY"]),
        "DO_NOTHING",
        "What happens when no more orders may be placed for now.",
    ),
    ("orderListId", Kind::Number, "1", "The list by its number."),
    (
        "listClientOrderId",
        Kind::ClientId,
        "my-list",
        "The name of the list.",
    ),
    (
        "stopLimitPrice",
        Kind::Decimal,
        "19000.00",
        "The limit price of the stop loss.",
    ),
    (
        "stopLimitTimeInForce",
        Kind::Word(TIMES_IN_FORCE),
        "GTC",
        "How long the stop loss stands.",
    ),
    ("fromExecutionId", Kind::Number, "1", "The first amendment."),
    (
        "fromAllocationId",
        Kind::Number,
        "1",
        "The first allocation.",
    ),
    ("fromId", Kind::Number, "1", "The first row."),
    (
        "preventedMatchId",
        Kind::Number,
        "1",
        "One prevented match.",
    ),
    (
        "fromPreventedMatchId",
        Kind::Number,
        "1",
        "The first prevented match.",
    ),
    (
        "startTime",
        Kind::Moment,
        "1700000000000",
        "The first moment.",
    ),
    ("endTime", Kind::Moment, "1700000060000", "The last moment."),
    ("limit", Kind::Limit(1_000, 500), "5", "How many rows."),
    ("interval", Kind::Interval, "1m", "The length of a candle."),
    (
        "timeZone",
        Kind::TimeZone,
        "0",
        "Where days begin: hours, or hours and minutes.",
    ),
    (
        "windowSize",
        Kind::WindowSize,
        "1d",
        "1m to 59m, 1h to 23h or 1d to 7d.",
    ),
    (
        "omitZeroBalances",
        Kind::Flag,
        "true",
        "Whether empty balances are left out.",
    ),
    (
        "erase",
        Kind::Flag,
        "false",
        "Whether all is erased at once that neither the ledger nor a term keeps.",
    ),
    (
        "email",
        Kind::Email,
        "ann@example.test",
        "The address of the user, in whatever case.",
    ),
    (
        "password",
        Kind::Password,
        "a horse of my own",
        "15 to 256 characters of any kind; lists of known passwords are refused.",
    ),
    (
        "id",
        Kind::Number,
        "1",
        "One session, as its row names it; all without it.",
    ),
    (
        "credential",
        Kind::Text,
        "bXkgbGFwdG9w",
        "What the authenticator calls the passkey, in base64url.",
    ),
    (
        "clientData",
        Kind::Text,
        "e30",
        "What the browser says was signed for (`clientDataJSON`), in base64url.",
    ),
    (
        "authenticatorData",
        Kind::Text,
        "AAAA",
        "What the authenticator says beside it, in base64url.",
    ),
    (
        "assertion",
        Kind::Text,
        "AAAA",
        "What the passkey signed, in base64url.",
    ),
    (
        "userHandle",
        Kind::Text,
        "AAAA",
        "Whose passkey the authenticator says it is, in base64url.",
    ),
    (
        "attestation",
        Kind::Text,
        "o2M",
        "What the authenticator has made (`attestationObject`), in base64url.",
    ),
    (
        "attestationClientData",
        Kind::Text,
        "e30",
        "What the browser says it was made for (`clientDataJSON`), in base64url.",
    ),
    (
        "action",
        Kind::Word(ACTIONS),
        "createKey",
        "What is to be done; its parameters stand beside it.",
    ),
    (
        "challenge",
        Kind::Text,
        "0123456789abcdefghijABCDEFGHIJ0123456789abc",
        "That of `POST /v1/challenge` for this act and these parameters; needed for a key that may do more than read.",
    ),
    (
        "label",
        Kind::Text,
        "bot",
        "1 to 64 characters that can be seen.",
    ),
    (
        "scopes",
        Kind::Text,
        "read,trade",
        "What the key may do, with commas between: `read`, `trade`, `transfer`, `withdraw`. Reading is part of each.",
    ),
    (
        "addresses",
        Kind::Text,
        "203.0.113.7,2001:db8::7",
        "From where the key may be used, with commas between; from everywhere without it. At most 30.",
    ),
    (
        "expiresAt",
        Kind::Moment,
        "4102444800000",
        "When the key ends, in milliseconds; never without it.",
    ),
    (
        "publicKey",
        Kind::Text,
        "-----BEGIN PUBLIC KEY-----",
        "Of an Ed25519 or RSA key, as SPKI PEM; without it the key has a shared secret.",
    ),
    (
        "signing",
        Kind::Word(&["parameters", "request"]),
        "parameters",
        "What the key signs: its parameters, as without this, or whole requests, each with a nonce that counts once.",
    ),
    (
        "totp",
        Kind::Text,
        "081804",
        "The six digits that the second factor shows, or a recovery code; needed where there is a factor.",
    ),
    (
        "weightLimit",
        Kind::Number,
        "600",
        "What requests of the key may weigh in a minute, up to the limit of everybody; 0 for none of its own.",
    ),
    (
        "orderLimit",
        Kind::Number,
        "10",
        "How many orders the key may place in ten seconds, up to the limit of everybody; 0 for none of its own.",
    ),
    (
        "passwordAlone",
        Kind::Flag,
        "false",
        "Whether a password without a code signs in beside a passkey.",
    ),
    (
        "statement",
        Kind::Text,
        "I lost my telephone; case 81.",
        "What shows operators who one is: 1 to 2000 characters.",
    ),
    (
        "newPassword",
        Kind::Password,
        "a house of my own",
        "As `password` of a registration.",
    ),
    (
        "token",
        Kind::Text,
        "0123456789abcdefghijABCDEFGHIJ0123456789abc",
        "What the message to the address tells.",
    ),
    (
        "beforeId",
        Kind::Number,
        "100",
        "Only rows with smaller numbers.",
    ),
    (
        "untilId",
        Kind::Number,
        "100",
        "The last notification that was read.",
    ),
    (
        "kind",
        Kind::Word(&["FILLS", "DEPOSIT", "WITHDRAWAL", "PRICE_ALERT"]),
        "FILLS",
        "What is about security is always told.",
    ),
    (
        "legalName",
        Kind::Text,
        "Ann Example",
        "As it stands in documents: one line of at most 200 characters.",
    ),
    (
        "birthDate",
        Kind::Text,
        "1990-02-28",
        "YYYY-MM-DD, of somebody of age.",
    ),
    (
        "country",
        Kind::Text,
        "DE",
        "Where the applicant lives: two letters of ISO 3166.",
    ),
    ("isKept", Kind::Flag, "true", "Whether they are listed."),
    (
        "isMailed",
        Kind::Flag,
        "true",
        "Whether letters count them, of which there is one an hour at most.",
    ),
    (
        "direction",
        Kind::Word(alerts::DIRECTIONS),
        "ABOVE",
        "From which side the price is reached.",
    ),
    (
        "value",
        Kind::Text,
        "\"zh-CN\"",
        "JSON of at most 64 KiB and 16 levels, with no name twice in an object; null forgets the document.",
    ),
    (
        "version",
        Kind::Number,
        "0",
        "The version that is replaced, 0 for none; whatever there is without it.",
    ),
    (
        "code",
        Kind::Text,
        "red fox 7",
        "4 to 32 letters and digits of any script, with hyphens, underscores and single spaces; none without it.",
    ),
    ("name", Kind::Text, "alice", "The account of the sandbox."),
    (
        "account",
        Kind::Number,
        "1",
        "A sub-account, or one that the user may audit; without it the account of the key or session.",
    ),
    (
        "accounts",
        Kind::Text,
        "1",
        "The numbers of accounts, with commas between: the account or its sub-accounts.",
    ),
    (
        "fromAccount",
        Kind::Number,
        "1",
        "Which account pays; without it the account of the key or session.",
    ),
    (
        "toAccount",
        Kind::Number,
        "1",
        "Which account gets it; without it the account of the key or session.",
    ),
    ("asset", Kind::Symbol, "BTC", "One asset."),
    ("coin", Kind::Coin, "BTC", "One asset."),
    (
        "quoteAsset",
        Kind::Symbol,
        "USDT",
        "In which asset it is told; BTC without it.",
    ),
    (
        "network",
        Kind::Text,
        "BTC",
        "As the asset's network is called; the first of them where none is named.",
    ),
    (
        "amount",
        Kind::Decimal,
        "0.5",
        "How much is to be moved; of a withdrawal with the fee.",
    ),
    (
        "address",
        Kind::Text,
        "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
        "Where it is to go.",
    ),
    (
        "fee",
        Kind::Decimal,
        "0.0002",
        "That of the network, which is agreed to by naming it.",
    ),
    (
        "bookOnly",
        Kind::Flag,
        "true",
        "Whether withdrawals go to addresses of the book alone.",
    ),
    (
        "addressTag",
        Kind::Text,
        "7",
        "What the address needs beside it.",
    ),
    (
        "withdrawOrderId",
        Kind::Text,
        "once-1",
        "The client's name of a withdrawal, which pays once: 1 to 64 visible ASCII characters.",
    ),
    (
        "transactionFeeFlag",
        Kind::Flag,
        "false",
        "Who pays for a transfer within the exchange.",
    ),
    ("walletType", Kind::Number, "0", "From which wallet."),
    (
        "status",
        Kind::Number,
        "1",
        "How far it is, as the rows say.",
    ),
    (
        "offset",
        Kind::Number,
        "0",
        "How many rows are left out first.",
    ),
    (
        "txId",
        Kind::Text,
        "6465706f736974",
        "One deposit, as its row names it.",
    ),
    (
        "includeSource",
        Kind::Flag,
        "false",
        "Read; no deposit has a source.",
    ),
    (
        "idList",
        Kind::Text,
        "6465706f736974",
        "Withdrawals as their rows name them, with commas between them.",
    ),
    (
        "duration",
        Kind::Seconds,
        "3600",
        "Over how many seconds the order is spread.",
    ),
    (
        "algoId",
        Kind::Number,
        "1",
        "The order that is spread over time, by its number.",
    ),
    (
        "clientAlgoId",
        Kind::ClientId,
        "my-algo",
        "A name for an order that is spread over time; no other of the account that is still told of has it.",
    ),
    (
        "stpMode",
        Kind::Word(SELF_TRADE_MODES),
        "EXPIRE_MAKER",
        "What happens when it meets an order of its own account group.",
    ),
    ("page", Kind::Number, "1", "Which page."),
    (
        "pageSize",
        Kind::Limit(100, 100),
        "10",
        "How many rows a page.",
    ),
    ("current", Kind::Number, "1", "Which page."),
    ("size", Kind::Limit(100, 10), "10", "How many rows a page."),
    (
        "fromSymbol",
        Kind::Text,
        "BTCUSDT",
        "Read: no wallet is one of a market.",
    ),
    (
        "toSymbol",
        Kind::Text,
        "BTCUSDT",
        "Read: no wallet is one of a market.",
    ),
    (
        "needBtcValuation",
        Kind::Flag,
        "false",
        "Read, and always answered with 0.",
    ),
    (
        "listenKey",
        Kind::Text,
        "nobody",
        "The listen key of this API key.",
    ),
    (
        "recvWindow",
        Kind::Window,
        "5000",
        "For how many milliseconds after `timestamp` the request stands.",
    ),
    (
        "timestamp",
        Kind::Moment,
        "1700000000000",
        "When the request was signed.",
    ),
    ("signature", Kind::Text, "", SIGNATURE),
    (
        "nonce",
        Kind::Text,
        "",
        "1 to 64 letters and digits, new in each request; of keys alone that sign whole requests.",
    ),
];

/// Before the names of one order of a list, longest first, and which order it is.
const PREFIXES: &[(&str, &str)] = &[
    ("pendingAbove", "the pending order above"),
    ("pendingBelow", "the pending order below"),
    ("pending", "the pending order"),
    ("working", "the working order"),
    ("above", "the order above"),
    ("below", "the order below"),
    ("limit", "the limit maker"),
    ("stop", "the stop loss"),
];

/// Returns the schema, an example and the meaning of a parameter of a route, or `None` for one that is not in the table.
pub fn find(route: Route, name: &str) -> Option<(Value, &'static str, String)> {
    let ((_, kind, example, text), whose) = look_up(route, name)?;
    let text = match whose {
        Some(whose) => format!("Of {whose}: {}", lower(text)),
        None => text.to_owned(),
    };
    Some((kind.schema(), example, text))
}

/// Returns what a parameter of a route is.
pub fn kind(route: Route, name: &str) -> Option<Kind> {
    look_up(route, name).map(|((_, kind, ..), _)| kind)
}

/// Returns what the parameter of an order alone is called that a parameter of a route stands for.
pub fn bare(route: Route, name: &str) -> Option<&'static str> {
    look_up(route, name).map(|((bare, ..), _)| bare)
}

/// Returns the row of a parameter, and which order of a list it belongs to.
fn look_up(route: Route, name: &str) -> Option<(Row, Option<&'static str>)> {
    if let Some(row) = meaning(route, name).or_else(|| row(name)) {
        return Some((row, None));
    }
    PREFIXES.iter().find_map(|(prefix, whose)| {
        let rest = name.strip_prefix(prefix)?;
        Some((row(&alone(rest))?, Some(*whose)))
    })
}

fn row(name: &str) -> Option<Row> {
    TABLE.iter().find(|(found, ..)| *found == name).copied()
}

/// Returns the name of a parameter without its prefix: as an order alone has it.
fn alone(rest: &str) -> String {
    match rest {
        "ClientOrderId" => "newClientOrderId".to_owned(),
        _ => lower(rest),
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_lowercase().to_string() + letters.as_str()
    })
}

#[cfg(test)]
mod tests;
