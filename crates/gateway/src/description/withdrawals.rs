//! What routes about withdrawals and their addresses answer, member by member.
//!
//! **Source** `docs/spec/withdrawals.md`.

use crate::description::shape::Shape::{
    Always, Count, Decimal, Flag, List, One, OrNull, Symbol, Text, Time, Word,
};
use crate::description::shape::{Field, Record, field, record};
use crate::rest::withdrawals::STATES;

/// Every object that these answers are made of.
pub const RECORDS: &[Record] = &[
    record(
        "AddressBook",
        "Where withdrawals of a user go.",
        &[&[
            field(
                "bookOnly",
                Flag,
                "Whether nothing is paid to other addresses.",
            ),
            field(
                "bookOnlyUntil",
                OrNull(&Time),
                "When that ends; null while it does not.",
            ),
            field("addresses", List(&One("Address")), "The oldest first."),
        ]],
    ),
    record("Address", "An address of the book.", &[ADDRESS]),
    record(
        "OwnWithdrawal",
        "A withdrawal that was asked for.",
        &[OWN_WITHDRAWAL],
    ),
    record(
        "Withdrawal",
        "What left; those that ended are told for a while.",
        &[WITHDRAWAL],
    ),
    record(
        "AppliedWithdrawal",
        "The withdrawal that was asked for, now or before under its name.",
        &[&[field("id", Text, "As `id` of the history, in hex.")]],
    ),
    record(
        "WithdrawAddress",
        "An address of the book, as wallet clients read it.",
        &[&[
            field("address", Text, ""),
            field("addressTag", Text, ""),
            field("coin", Symbol, ""),
            field("name", Text, "Its label."),
            field("network", Text, ""),
            field("origin", Always(""), ""),
            field("originType", Always(""), ""),
            field("whiteStatus", Flag, "Whether it is paid to by now."),
        ]],
    ),
    record(
        "CoinNetwork",
        "A network that a coin leaves by.",
        &[NETWORK],
    ),
];

const ADDRESS: &[Field] = &[
    field("id", Count, "What it is removed by."),
    field("asset", Symbol, ""),
    field("network", Text, ""),
    field("address", Text, "In its one text."),
    field("addressTag", Text, "Empty for none."),
    field("label", Text, ""),
    field("createdAt", Time, ""),
    field("payableAt", Time, "From when on it is paid to."),
];
const OWN_WITHDRAWAL: &[Field] = &[
    field("id", Count, "A later one has a greater number."),
    field(
        "reference",
        Text,
        "What histories and the ledger call it, in hex.",
    ),
    field(
        "withdrawOrderId",
        OrNull(&Text),
        "The client's name of it; null without one.",
    ),
    field("asset", Symbol, ""),
    field("network", Text, ""),
    field("address", Text, "In its one text."),
    field("addressTag", Text, "Empty for none."),
    field("amount", Decimal, "What leaves the account."),
    field("fee", Decimal, "What the exchange keeps of it."),
    field("arrives", Decimal, "The rest."),
    field("state", Word(&STATES), ""),
    field("askedAt", Time, ""),
    field(
        "payableAt",
        Time,
        "It is not approved before: a new address waits.",
    ),
    field("changedAt", Time, "When it came to its state."),
    field(
        "txId",
        Text,
        "What its transaction is called; empty before.",
    ),
    field("reason", Text, "Why it was rejected, or failed."),
];
const WITHDRAWAL: &[Field] = &[
    field("id", Text, "The name it has outside, in hex."),
    field("amount", Decimal, "What arrives."),
    field("transactionFee", Decimal, ""),
    field("coin", Symbol, ""),
    field(
        "status",
        Count,
        "1 cancelled, 2 awaiting approval, 3 rejected, 4 in flight, 5 failed, 6 completed.",
    ),
    field("address", Text, "Empty where nobody asked for it here."),
    field("addressTag", Text, ""),
    field("txId", Text, "Empty before it is completed."),
    field("applyTime", Text, "In UTC, `2023-11-14 22:13:20`."),
    field("network", Text, ""),
    field("transferType", Count, ""),
    field("withdrawOrderId", Text, "The client's name of it."),
    field("info", Text, "Why it was rejected, or failed."),
    field("confirmNo", Count, ""),
    field("walletType", Count, "0: spot."),
    field("txKey", Always(""), ""),
    field("completeTime", OrNull(&Text), "Null while it is in flight."),
];
const NETWORK: &[Field] = &[
    field("network", Text, ""),
    field("coin", Symbol, ""),
    field("name", Text, ""),
    field(
        "isDefault",
        Flag,
        "Whether it is meant where none is named.",
    ),
    field("depositEnable", Flag, ""),
    field("withdrawEnable", Flag, ""),
    field("depositDesc", Always(""), ""),
    field("withdrawDesc", Always(""), ""),
    field("specialTips", Always(""), ""),
    field("addressRegex", Text, "What every address has."),
    field(
        "memoRegex",
        Text,
        "What every tag has; empty where there are none.",
    ),
    field("withdrawFee", Decimal, "What the exchange keeps of each."),
    field("withdrawMin", Decimal, "With the fee."),
    field("withdrawMax", Decimal, ""),
    field("withdrawIntegerMultiple", Decimal, ""),
    field("withdrawInternalMin", Decimal, ""),
    field("depositDust", Decimal, ""),
    field("minConfirm", Count, ""),
    field("unLockConfirm", Count, ""),
    field("sameAddress", Flag, ""),
    field("withdrawTag", Flag, ""),
    field("estimatedArrivalTime", Count, ""),
    field("busy", Flag, ""),
    field("contractAddress", Always(""), ""),
    field("contractAddressUrl", Always(""), ""),
];
