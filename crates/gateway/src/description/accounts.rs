//! What routes about accounts and wallets answer, member by member.
//!
//! **Source** `docs/spec/binance-surface.md` §10, §13.1 and §14.

use crate::description::rare::{CHANGED, NEW_CONDITIONS, NEW_SHOWN};
use crate::description::shape::Shape::{
    Always, Count, Decimal, Flag, Integer, List, One, OrNull, SignedDecimal, Symbol, Text, Time,
    Word,
};
use crate::description::shape::{Field, Record, SIDES, field, maybe, record};
use crate::rest::alerts::DIRECTIONS;
use crate::rest::challenge::PROOFS;
use crate::rest::notifications::KINDS;

const MORE: &str = "The cursor of the next page; without it there is none.";
const SUBJECTS: &[&str] = &[
    "REGISTRATION",
    "ALREADY_REGISTERED",
    "PASSWORD_RESET",
    "PASSWORD_CHANGED",
    "SECOND_FACTOR_CHANGED",
    "NEW_DEVICE",
    "RECOVERY_CODE_USED",
    "ANTI_PHISHING_CODE_CHANGED",
    "API_KEY_CREATED",
    "EMAIL_CHANGE",
    "EMAIL_CHANGED",
    "EMAIL_RETURNED",
    "SECOND_FACTOR_RESET_LINK",
    "SECOND_FACTOR_RESET_ASKED",
    "SECOND_FACTOR_RESET_APPROVED",
    "API_KEY_DELETED",
    "API_KEY_CHANGED",
    "LOGINS_FAILED",
    "DEPOSIT_BEYOND_ALLOWANCE",
    "ACCOUNT_CLOSED",
    "AUDIT_OFFERED",
    "DATA_EXPORTED",
    "ADDRESS_BOOK_CHANGED",
    "WITHDRAWAL_ASKED",
    "PASSWORD_ALONE",
    "AUDITOR_INVITED",
    "AUDITOR_ACCEPTED",
    "ACCOUNT_RESTRICTED",
    "ACCOUNT_RELEASED",
    "SESSIONS_ENDED",
    "BALANCE_ADJUSTED",
    "FEES_CHANGED",
    "NEWS",
];
const WALLETS: &[&str] = &["SPOT", "FUTURES"];
const CAUSES: &[&str] = &[
    "DEPOSIT",
    "WITHDRAWAL",
    "WITHDRAWAL_FEE",
    "WITHDRAWAL_RETURN",
    "TRANSFER_OUT",
    "TRANSFER_IN",
    "HOLD",
    "RELEASE",
    "TRADE",
    "FEE",
    "REBATE",
    "ADJUSTMENT",
];
const MESSAGE_STATES: &[&str] = &["WAITING", "SENT", "GIVEN_UP"];

/// Every object that these answers are made of.
pub const RECORDS: &[Record] = &[
    record("Account", "An account as its owner reads it.", &[ACCOUNT]),
    record(
        "Session",
        "A session of a browser.",
        &[&[
            field("account", Count, "The account's number."),
            field(
                "csrfToken",
                Text,
                "For the header X-BOURSE-CSRF of what is no GET.",
            ),
            field("canTrade", Flag, ""),
            field("createdAt", Time, ""),
            field("expiresAt", Time, ""),
        ]],
    ),
    record(
        "LedgerPage",
        "Postings to the balances of an account.",
        &[&[
            field("entries", List(&One("LedgerEntry")), "Newest first."),
            maybe("next", Text, MORE),
        ]],
    ),
    record(
        "OrderPage",
        "Orders of an account in whichever markets.",
        &[&[
            field("orders", List(&One("Order")), "Newest first."),
            maybe("next", Text, MORE),
        ]],
    ),
    record(
        "OrderChangePage",
        "What became of an order beside its trades.",
        &[&[
            field("changes", List(&One("OrderChange")), "Oldest first."),
            maybe("next", Text, MORE),
        ]],
    ),
    record(
        "OrderChange",
        "A change of an order.",
        &[CHANGED, NEW_CONDITIONS, NEW_SHOWN],
    ),
    record(
        "TradePage",
        "Fills of an account in whichever markets.",
        &[&[
            field("trades", List(&One("OwnTrade")), "Newest first."),
            maybe("next", Text, MORE),
        ]],
    ),
    record(
        "LedgerEntry",
        "One posting to one balance.",
        &[&[
            field("sequence", Count, "The command that caused it."),
            field(
                "step",
                Count,
                "Counts the postings of the command, over all accounts.",
            ),
            field("time", Time, ""),
            field("wallet", Word(WALLETS), ""),
            field("asset", Symbol, ""),
            field("cause", Word(CAUSES), ""),
            maybe("symbol", Symbol, "The market of an order or a trade."),
            maybe("orderId", Count, "Of HOLD and RELEASE."),
            maybe("tradeId", Count, "Of TRADE, FEE and REBATE."),
            field("freeChange", SignedDecimal, "What is free gained."),
            field("lockedChange", SignedDecimal, "What orders hold gained."),
            field("free", Decimal, "What was free with it."),
            field("locked", Decimal, "What orders held with it."),
        ]],
    ),
    record(
        "BalancesAt",
        "Balances as they were.",
        &[&[
            field("time", Time, "As asked for."),
            field(
                "balances",
                List(&One("WalletBalanceAt")),
                "Those that were not nothing.",
            ),
        ]],
    ),
    record(
        "WalletBalanceAt",
        "One balance as it was.",
        &[&[
            field("wallet", Word(WALLETS), ""),
            field("asset", Symbol, ""),
            field("free", Decimal, ""),
            field("locked", Decimal, ""),
        ]],
    ),
    record(
        "OwnSession",
        "A session of the account.",
        &[&[
            field("id", Count, ""),
            field(
                "agent",
                OrNull(&Text),
                "As the browser calls itself; null for a guest of the sandbox.",
            ),
            field("address", OrNull(&Text), "From where it signed in."),
            field(
                "place",
                OrNull(&Text),
                "Where that is; null where no list of places says it.",
            ),
            field("createdAt", Time, ""),
            field("lastUsedAt", Time, ""),
            field("isOwn", Flag, "Whether it is the one that asks."),
        ]],
    ),
    record(
        "NewApiKey",
        "A key that was just made.",
        &[
            API_KEY,
            &[field(
                "secretKey",
                OrNull(&Text),
                "What requests are signed with; null for a public key. It is told this once.",
            )],
        ],
    ),
    record("ApiKey", "A key of the account.", &[API_KEY]),
    record(
        "Challenge",
        "What an act is to be answered with.",
        &[&[
            field("challenge", Text, "To be sent with the act, once."),
            field(
                "digest",
                Text,
                "SHA-256 of the act and its parameters, in hex.",
            ),
            field(
                "proofs",
                List(&Word(PROOFS)),
                "What can be sent beside the challenge, any one of them.",
            ),
            field(
                "toBeSigned",
                Text,
                "The challenge of an authenticator, in base64url.",
            ),
            field(
                "relyingParty",
                OrNull(&Text),
                "For whom passkeys are made; null where they are not offered.",
            ),
            field(
                "userHandle",
                Text,
                "The user's id for an authenticator, in base64url.",
            ),
            field(
                "credentials",
                List(&Text),
                "The passkeys of the user, in base64url.",
            ),
            field("expiresAt", Time, ""),
        ]],
    ),
    record(
        "LoginChallenge",
        "What a passkey is to sign to begin a session.",
        &[&[
            field("challenge", Text, "To be sent with what was signed, once."),
            field(
                "toBeSigned",
                Text,
                "The challenge of an authenticator, in base64url.",
            ),
            field("relyingParty", Text, "For whom passkeys are made."),
            field("expiresAt", Time, ""),
        ]],
    ),
    record(
        "Passkey",
        "A passkey of the user.",
        &[&[
            field("id", Count, "What it is named and removed by."),
            field(
                "credential",
                Text,
                "What the authenticator calls it, in base64url.",
            ),
            field("label", Text, ""),
            field("createdAt", Time, ""),
            field("lastUsedAt", OrNull(&Time), ""),
        ]],
    ),
    record(
        "Security",
        "What protects the user who asks.",
        &[&[
            field("hasSecondFactor", Flag, ""),
            field("recoveryCodesLeft", Count, ""),
            field("passkeys", Count, "How many there are."),
            field(
                "passwordAlone",
                Flag,
                "Whether a password without a code signs in beside a passkey.",
            ),
            field(
                "payoutsHeldUntil",
                OrNull(&Time),
                "Nothing is paid out before; null when everything is.",
            ),
            field(
                "factorResetAskedAt",
                OrNull(&Time),
                "Since when operators are asked to take lost factors away; null when nobody asks.",
            ),
        ]],
    ),
    record(
        "FactorSecret",
        "The secret of a second factor that is not confirmed yet.",
        &[&[
            field("secret", Text, "In base 32."),
            field("uri", Text, "For a QR code."),
        ]],
    ),
    record(
        "RecoveryCodes",
        "Codes that each count once instead of one of the second factor; they are told this once.",
        &[&[field("recoveryCodes", List(&Text), "")]],
    ),
    record(
        "Preference",
        "A document that a user's pages keep.",
        &[&[
            field("name", Text, ""),
            field("value", Text, "JSON, as it was put."),
            field("version", Count, "Another with each change, and greater."),
            field("changedAt", Time, ""),
        ]],
    ),
    record(
        "StoredPreference",
        "A document that was put.",
        &[&[
            field("name", Text, ""),
            field("version", Count, "0 for one that was forgotten."),
        ]],
    ),
    record(
        "AntiPhishingCode",
        "Whether letters to the user show a code.",
        &[&[field("isSet", Flag, "")]],
    ),
    record(
        "NotificationPage",
        "Notifications of a user, the newest first.",
        &[&[
            field("unread", Count, "Of all."),
            field("notifications", List(&One("Notification")), ""),
        ]],
    ),
    record(
        "Notification",
        "What a user is told; what a kind does not tell is left out.",
        &[NOTIFICATION],
    ),
    record(
        "NotificationSetting",
        "Where notifications of a kind go.",
        &[&[
            field("kind", Word(&KINDS), ""),
            field("isKept", Flag, "Whether they are listed."),
            field(
                "isMailed",
                Flag,
                "Whether letters count them, of which there is one an hour at most; of security each is a letter.",
            ),
        ]],
    ),
    record(
        "Alert",
        "A price that a user waits for.",
        &[&[
            field("id", Count, ""),
            field("symbol", Symbol, ""),
            field(
                "direction",
                Word(DIRECTIONS),
                "From which side it is reached.",
            ),
            field("price", Decimal, ""),
            field("createdAt", Time, ""),
        ]],
    ),
    record(
        "AddedAlert",
        "An alert that was added.",
        &[&[field("id", Count, "")]],
    ),
    record(
        "OutboxMessage",
        "A message to a user.",
        &[&[
            field("id", Count, ""),
            field("recipient", Text, ""),
            field("subject", Word(SUBJECTS), ""),
            field(
                "token",
                OrNull(&Text),
                "What the user is to send back, if anything.",
            ),
            field("title", Text, "As a mail reader shows it in its list."),
            field(
                "text",
                Text,
                "What the letter says, in the language of the user or in all.",
            ),
            field("state", Word(MESSAGE_STATES), ""),
            field("createdAt", Time, ""),
        ]],
    ),
    record(
        "Balance",
        "What an account has of an asset.",
        &[&[
            field("asset", Symbol, ""),
            field("free", Decimal, ""),
            field("locked", Decimal, "Held by open orders."),
        ]],
    ),
    record(
        "CommissionRates",
        "Rates as fractions of one.",
        &[
            MAKER_TAKER,
            &[
                field("buyer", SignedDecimal, ""),
                field("seller", SignedDecimal, ""),
            ],
        ],
    ),
    record("MakerTaker", "Rates as fractions of one.", &[MAKER_TAKER]),
    record(
        "Commission",
        "The rates of the account in a market.",
        &[
            DISCOUNT,
            &[
                field("symbol", Symbol, ""),
                field("standardCommission", One("CommissionRates"), ""),
                field("specialCommission", One("CommissionRates"), ""),
                field("taxCommission", One("CommissionRates"), ""),
            ],
        ],
    ),
    record(
        "TestedOrder",
        "What an order would pay, `computeCommissionRates=true`.",
        &[
            DISCOUNT,
            &[
                field("standardCommissionForOrder", One("MakerTaker"), ""),
                field("specialCommissionForOrder", One("MakerTaker"), ""),
                field("taxCommissionForOrder", One("MakerTaker"), ""),
            ],
        ],
    ),
    record(
        "Discount",
        "There is no fee token: nothing is discounted.",
        &[&[
            field("enabledForAccount", Flag, ""),
            field("enabledForSymbol", Flag, ""),
            field("discountAsset", OrNull(&Symbol), ""),
            field("discount", Decimal, ""),
        ]],
    ),
    record(
        "SystemStatus",
        "Whether markets are open.",
        &[&[
            field("status", Count, "0, or 1 while every market is halted."),
            field("msg", Word(&["normal", "system maintenance"]), ""),
        ]],
    ),
    record("Coin", "An asset and what the account has of it.", &[COIN]),
    record(
        "TradeFee",
        "The rates of the account in a market.",
        &[&[
            field("symbol", Symbol, ""),
            field("makerCommission", SignedDecimal, ""),
            field("takerCommission", SignedDecimal, ""),
        ]],
    ),
    record("KeyRestrictions", "What the key may do.", &[KEY]),
    record(
        "OwnedAsset",
        "What the account has of an asset.",
        &[&[
            field("asset", Symbol, ""),
            field("free", Decimal, ""),
            field("locked", Decimal, ""),
            field("freeze", Decimal, ""),
            field("withdrawing", Decimal, "On its way out, with the fee."),
            field("ipoable", Decimal, ""),
            field(
                "btcValuation",
                Decimal,
                "What all of it is worth in BTC; 0 unless asked for.",
            ),
        ]],
    ),
    record(
        "AccountStatus",
        "Whether the account is frozen.",
        &[&[field("data", Word(&["Normal", "Locked"]), "")]],
    ),
    record(
        "TradingStatus",
        "Whether new orders are refused.",
        &[&[field("data", One("TradingLock"), "")]],
    ),
    record(
        "TradingLock",
        "Whether the account is locked, and by what.",
        &[&[
            field("isLocked", Flag, ""),
            field("plannedRecoverTime", Time, ""),
            field("triggerCondition", One("LockRatios"), ""),
            field("updateTime", Time, ""),
        ]],
    ),
    record(
        "LockRatios",
        "Ratios that would lock an account; none is applied.",
        &[&[
            field("GCR", Count, ""),
            field("IFER", Count, ""),
            field("UFR", Count, ""),
        ]],
    ),
    record(
        "AccountInfo",
        "The fee tier of the account.",
        &[&[
            field("vipLevel", Count, ""),
            field("isMarginEnabled", Flag, ""),
            field("isFutureEnabled", Flag, ""),
            field("isOptionsEnabled", Flag, ""),
            field("isPortfolioMarginRetailEnabled", Flag, ""),
        ]],
    ),
    record(
        "Deposit",
        "What came in; those that ended are told for a while.",
        &[DEPOSIT],
    ),
    record(
        "Transfers",
        "Movements between wallets of the account.",
        &[&[
            field("total", Count, "How many there are on all pages."),
            field("rows", List(&One("TransferRow")), "Newest first."),
        ]],
    ),
    record(
        "TransferRow",
        "A movement between wallets.",
        &[&[
            field("asset", Symbol, ""),
            field("amount", Decimal, ""),
            field("type", Text, "As it was asked for."),
            field("status", Always("CONFIRMED"), ""),
            field("tranId", Count, "The command that moved it."),
            field("timestamp", Time, ""),
        ]],
    ),
    record(
        "AssetDetail",
        "Whether a coin can come in and leave.",
        &[&[
            field("minWithdrawAmount", Decimal, ""),
            field("depositStatus", Flag, ""),
            field("withdrawFee", Decimal, ""),
            field("withdrawStatus", Flag, ""),
        ]],
    ),
    record(
        "WalletBalance",
        "What a wallet is worth.",
        &[&[
            field("activate", Flag, "Whether there is such a wallet."),
            field(
                "balance",
                Decimal,
                "In `quoteAsset` at last prices, directly or through a third asset; what has no price counts nothing.",
            ),
            field("walletName", Word(&["Spot", "Funding"]), ""),
        ]],
    ),
    record(
        "ListenKey",
        "The name of a user data stream.",
        &[&[field("listenKey", Text, "Good for an hour.")]],
    ),
];

const API_KEY: &[Field] = &[
    field("id", Count, "What it is deleted by."),
    field(
        "account",
        Count,
        "Whose orders it places: the master's or a sub-account's.",
    ),
    field("apiKey", Text, "What requests name it by."),
    field("type", Word(&["HMAC", "ED25519", "RSA"]), ""),
    field("label", Text, ""),
    field(
        "scopes",
        List(&Word(&["read", "trade", "transfer", "withdraw"])),
        "",
    ),
    field(
        "addresses",
        OrNull(&List(&Text)),
        "From where it may be used; null when from everywhere.",
    ),
    field(
        "signing",
        Word(&["parameters", "request"]),
        "What is signed of a request of it.",
    ),
    field("createdAt", Time, ""),
    field("expiresAt", OrNull(&Time), "Null when it never ends."),
    field("lastUsedAt", OrNull(&Time), ""),
    field(
        "weightLimit",
        OrNull(&Count),
        "What its requests may weigh in a minute.",
    ),
    field(
        "orderLimit",
        OrNull(&Count),
        "How many orders it may place in ten seconds.",
    ),
    field("isLive", Flag, "Whether requests of it are taken."),
];
const NOTIFICATION: &[Field] = &[
    field("id", Count, "A later one has a greater number."),
    field("kind", Word(&KINDS), ""),
    field("at", Time, ""),
    field("isRead", Flag, ""),
    maybe("symbol", Symbol, ""),
    maybe("side", Word(SIDES), "Of the fills."),
    maybe(
        "direction",
        Word(DIRECTIONS),
        "From which side the price was reached.",
    ),
    maybe(
        "price",
        Decimal,
        "That was waited for, or of the last fill.",
    ),
    maybe("tradedPrice", Decimal, "Of the trade that reached it."),
    maybe("quantity", Decimal, "Of all the fills."),
    maybe("fills", Count, "How many came together."),
    maybe("coin", Symbol, ""),
    maybe("amount", Decimal, ""),
    maybe(
        "status",
        Word(&["HELD", "SETTLED", "CANCELLED"]),
        "Of a withdrawal.",
    ),
    maybe(
        "beyondAllowance",
        Flag,
        "True of a deposit that is more than the level is for; left out of all others.",
    ),
    maybe("subject", Word(SUBJECTS), "Of the letter that tells more."),
];
const ACCOUNT: &[Field] = &[
    field("makerCommission", Integer, "In whole basis points."),
    field("takerCommission", Integer, "In whole basis points."),
    field("buyerCommission", Count, ""),
    field("sellerCommission", Count, ""),
    field(
        "commissionRates",
        One("CommissionRates"),
        "The exact rates of the first market.",
    ),
    field("canTrade", Flag, ""),
    field("canWithdraw", Flag, ""),
    field("canDeposit", Flag, ""),
    field("brokered", Flag, ""),
    field("requireSelfTradePrevention", Flag, ""),
    field("preventSor", Flag, ""),
    field("updateTime", Time, ""),
    field("accountType", Always("SPOT"), ""),
    field("balances", List(&One("Balance")), ""),
    field("permissions", List(&Always("SPOT")), ""),
    field("uid", Count, "The account's number."),
];
const COIN: &[Field] = &[
    field("coin", Symbol, ""),
    field("name", Symbol, ""),
    field("depositAllEnable", Flag, ""),
    field("withdrawAllEnable", Flag, ""),
    field("trading", Flag, ""),
    field("isLegalMoney", Flag, ""),
    field("free", Decimal, ""),
    field("locked", Decimal, ""),
    field("freeze", Decimal, ""),
    field("withdrawing", Decimal, "On its way out, with the fee."),
    field("ipoing", Decimal, ""),
    field("ipoable", Decimal, ""),
    field("storage", Decimal, ""),
    field(
        "networkList",
        List(&One("CoinNetwork")),
        "Those it leaves by; nothing can be deposited.",
    ),
];
const DEPOSIT: &[Field] = &[
    field("id", Text, "The name it has outside, in hex."),
    field("amount", Decimal, ""),
    field("coin", Symbol, ""),
    field("network", Always(""), "There are no networks yet."),
    field("status", Count, "0 pending, 1 credited, 2 dropped."),
    field("address", Always(""), ""),
    field("addressTag", Always(""), ""),
    field("txId", Text, "As `id`."),
    field("insertTime", Time, ""),
    field("completeTime", OrNull(&Time), "Null while it is pending."),
    field("transferType", Count, ""),
    field("confirmTimes", Word(&["0/1", "1/1"]), ""),
    field("unlockConfirm", Count, ""),
    field("walletType", Count, "0: spot."),
    field("travelRuleStatus", Count, ""),
];
const KEY: &[Field] = &[
    field("ipRestrict", Flag, ""),
    field("createTime", Time, ""),
    field("enableReading", Flag, ""),
    field("enableWithdrawals", Flag, ""),
    field("enableInternalTransfer", Flag, ""),
    field("enableMargin", Flag, ""),
    field("enableFutures", Flag, ""),
    field("permitsUniversalTransfer", Flag, ""),
    field("enableVanillaOptions", Flag, ""),
    field("enableFixApiTrade", Flag, ""),
    field("enableFixReadOnly", Flag, ""),
    field("enableSpotAndMarginTrading", Flag, ""),
    field("enablePortfolioMarginTrading", Flag, ""),
];
const MAKER_TAKER: &[Field] = &[
    field("maker", SignedDecimal, "Below zero for a rebate."),
    field("taker", SignedDecimal, ""),
];
const DISCOUNT: &[Field] = &[field("discount", One("Discount"), "")];
