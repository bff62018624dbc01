//! Allowances of every shape.

use super::{ALICE, amount};
use model::allowance::{
    Allowance, AllowanceState, AllowanceTable, AllowanceUseRow, Caps, Flow, MarketVerificationRow,
    OwnerVerificationRow, Span, Verification,
};
use model::id::{AssetId, MarketId, OwnerId};

pub fn verification(number: u8) -> Verification {
    Verification::new(number).expect("one of four")
}

pub fn table() -> AllowanceTable {
    let caps = |day: Option<i128>, month: Option<i128>| Caps {
        day: day.map(amount),
        month: month.map(amount),
    };
    let allowance = |withdrawals| Allowance {
        may_trade: true,
        deposits: caps(Some(7_000), None),
        withdrawals,
    };
    AllowanceTable {
        reference: AssetId(1),
        allowances: [
            Allowance {
                may_trade: false,
                deposits: caps(Some(0), Some(0)),
                withdrawals: caps(Some(0), Some(0)),
            },
            allowance(caps(Some(1_000), Some(9_000))),
            allowance(caps(None, Some(1 << 80))),
            allowance(Caps::NONE),
        ],
    }
}

pub fn state() -> AllowanceState {
    let used = |flow, span, number, units| AllowanceUseRow {
        owner: OwnerId(9),
        flow,
        span,
        number,
        value: amount(units),
    };
    assert_eq!(ALICE.0, 1);
    AllowanceState {
        table: Some(Box::new(table())),
        markets: vec![MarketVerificationRow {
            market: MarketId(1),
            verification: verification(2),
        }],
        owners: vec![OwnerVerificationRow {
            owner: OwnerId(9),
            verification: verification(1),
        }],
        uses: vec![
            used(Flow::Deposit, Span::Day, 400_001, 2_500),
            used(Flow::Withdrawal, Span::Day, 400_000, 5),
            used(Flow::Withdrawal, Span::Month, 24_000, 1 << 70),
        ],
    }
}
