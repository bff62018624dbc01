//! Allowances by chance.

use super::states::sorted;
use super::words::{amount, market, owner};
use model::allowance::{
    Allowance, AllowanceState, AllowanceTable, AllowanceUseRow, Caps, Flow, MarketVerificationRow,
    OwnerVerificationRow, Span, VERIFICATIONS, Verification,
};
use model::id::AssetId;
use proptest::option;
use proptest::prelude::*;

pub fn verification() -> impl Strategy<Value = Verification> {
    (0..VERIFICATIONS as u8).prop_map(|number| Verification::new(number).expect("one of four"))
}

pub fn flow() -> impl Strategy<Value = Flow> {
    prop_oneof![Just(Flow::Deposit), Just(Flow::Withdrawal)]
}

fn caps() -> impl Strategy<Value = Caps> {
    (option::of(amount()), option::of(amount())).prop_map(|(day, month)| Caps { day, month })
}

fn allowance() -> impl Strategy<Value = Allowance> {
    (any::<bool>(), caps(), caps()).prop_map(|(may_trade, deposits, withdrawals)| Allowance {
        may_trade,
        deposits,
        withdrawals,
    })
}

pub fn table() -> impl Strategy<Value = AllowanceTable> {
    let allowances = [allowance(), allowance(), allowance(), allowance()];
    (any::<u16>(), allowances).prop_map(|(reference, allowances)| AllowanceTable {
        reference: AssetId(reference),
        allowances,
    })
}

/// On the heap: a base holds two of them beside everything else.
pub fn state() -> BoxedStrategy<AllowanceState> {
    let market_row =
        (market(), verification()).prop_map(|(market, verification)| MarketVerificationRow {
            market,
            verification,
        });
    let owner_row =
        (owner(), verification()).prop_map(|(owner, verification)| OwnerVerificationRow {
            owner,
            verification,
        });
    let span = prop_oneof![Just(Span::Day), Just(Span::Month)];
    let use_row = (owner(), flow(), span, any::<i64>(), amount()).prop_map(
        |(owner, flow, span, number, value)| AllowanceUseRow {
            owner,
            flow,
            span,
            number,
            value,
        },
    );
    let rows = (
        option::of(table()),
        sorted(market_row, |row| row.market),
        sorted(owner_row, |row| row.owner),
        sorted(use_row, |row| (row.owner, row.flow, row.span, row.number)),
    );
    rows.prop_map(|(table, markets, owners, uses)| AllowanceState {
        table: table.map(Box::new),
        markets,
        owners,
        uses,
    })
    .boxed()
}
