//! What came into an account and what left it, as wallet clients read them.
//!
//! **Source** `docs/spec/binance-surface.md` §14.3.

use model::id::Reference;
use model::text::Symbol;
use serde::{Serialize, Serializer};

use crate::binance::time::{Calendar, Time};
use crate::binance::words::SymbolText;
use crate::decimal::Decimal;

/// The outside name of a deposit or withdrawal, as 64 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceText(pub Reference);

impl ReferenceText {
    /// Returns the name that a text is, if it is one as answers tell it.
    pub fn parse(text: &str) -> Option<Reference> {
        let mut bytes = [0; 32];
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return None;
        };
        if pairs.len() != bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            let digit = |digit: u8| match digit {
                b'0'..=b'9' => Some(digit - b'0'),
                b'a'..=b'f' => Some(digit - b'a' + 10),
                _ => None,
            };
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Reference(bytes))
    }
}

impl core::fmt::Display for ReferenceText {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut bytes = self.0.0.iter();
        bytes.try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl Serialize for ReferenceText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How far a deposit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DepositWord {
    Pending = 0,
    Success = 1,
    Rejected = 2,
}

/// How far a withdrawal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum WithdrawalWord {
    Cancelled = 1,
    /// Of operators.
    Awaiting = 2,
    Rejected = 3,
    Processing = 4,
    Failed = 5,
    Completed = 6,
}

/// What a row of either list is about.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub reference: Reference,
    pub coin: Symbol,
    pub amount: Decimal,
}

/// A row of `GET /sapi/v1/capital/deposit/hisrec`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DepositRow {
    id: ReferenceText,
    amount: Decimal,
    coin: SymbolText,
    network: &'static str,
    status: u8,
    address: &'static str,
    address_tag: &'static str,
    tx_id: ReferenceText,
    insert_time: Time,
    complete_time: Option<Time>,
    transfer_type: u8,
    confirm_times: &'static str,
    unlock_confirm: u8,
    wallet_type: u8,
    travel_rule_status: u8,
}

impl DepositRow {
    /// Returns the row of a deposit; `ended` is when it came to its end, if it has.
    pub const fn of(
        moved: &Moved,
        status: DepositWord,
        inserted: Time,
        ended: Option<Time>,
    ) -> DepositRow {
        DepositRow {
            id: ReferenceText(moved.reference),
            amount: moved.amount,
            coin: SymbolText(moved.coin),
            network: "",
            status: status as u8,
            address: "",
            address_tag: "",
            tx_id: ReferenceText(moved.reference),
            insert_time: inserted,
            complete_time: ended,
            transfer_type: 0,
            confirm_times: match status {
                DepositWord::Success => "1/1",
                DepositWord::Pending | DepositWord::Rejected => "0/1",
            },
            unlock_confirm: 1,
            wallet_type: 0,
            travel_rule_status: 0,
        }
    }
}

/// What a user asked for; empty texts are what is not there.
#[derive(Clone, Copy, Debug, Default)]
pub struct AskedFor<'a> {
    pub network: &'a str,
    pub address: &'a str,
    pub tag: &'a str,
    /// What the client calls it.
    pub name: &'a str,
    /// What its transaction is called on the chain.
    pub payout: &'a str,
    /// Why nothing was paid.
    pub reason: &'a str,
}

/// A row of `GET /sapi/v1/capital/withdraw/history`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WithdrawalRow<'a> {
    id: ReferenceText,
    amount: Decimal,
    transaction_fee: Decimal,
    coin: SymbolText,
    status: u8,
    address: &'a str,
    address_tag: &'a str,
    tx_id: &'a str,
    apply_time: Calendar,
    network: &'a str,
    transfer_type: u8,
    withdraw_order_id: &'a str,
    info: &'a str,
    confirm_no: u8,
    wallet_type: u8,
    tx_key: &'static str,
    complete_time: Option<Calendar>,
}

impl<'a> WithdrawalRow<'a> {
    /// Returns the row of a withdrawal; `ended` is when it came to its end, if it has.
    pub const fn of(
        (moved, asked): (&Moved, &AskedFor<'a>),
        fee: Decimal,
        status: WithdrawalWord,
        applied: Calendar,
        ended: Option<Calendar>,
    ) -> WithdrawalRow<'a> {
        WithdrawalRow {
            id: ReferenceText(moved.reference),
            amount: moved.amount,
            transaction_fee: fee,
            coin: SymbolText(moved.coin),
            status: status as u8,
            address: asked.address,
            address_tag: asked.tag,
            tx_id: asked.payout,
            apply_time: applied,
            network: asked.network,
            transfer_type: 0,
            withdraw_order_id: asked.name,
            info: asked.reason,
            confirm_no: 0,
            wallet_type: 0,
            tx_key: "",
            complete_time: ended,
        }
    }
}

/// A row of `GET /sapi/v1/capital/withdraw/address/list`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressRow<'a> {
    address: &'a str,
    address_tag: &'a str,
    coin: SymbolText,
    name: &'a str,
    network: &'a str,
    origin: &'static str,
    origin_type: &'static str,
    white_status: bool,
}

impl<'a> AddressRow<'a> {
    /// Returns the row of an address with its label; `is_payable` once it is paid to.
    pub const fn of(
        coin: Symbol,
        (network, address, tag): (&'a str, &'a str, &'a str),
        label: &'a str,
        is_payable: bool,
    ) -> AddressRow<'a> {
        AddressRow {
            address,
            address_tag: tag,
            coin: SymbolText(coin),
            name: label,
            network,
            origin: "",
            origin_type: "",
            white_status: is_payable,
        }
    }
}
