//! One scenario per posting of `docs/spec/clearing.md` §14.3.

use crate::ledger::Ledger;
use crate::posting::DepositOrigin;
use crate::row::Row;
use crate::settlement::{Rebate, Settlement};
use model::account::Wallet;
use model::id::{AccountId, AssetId};
use model::number::Amount;
use model::snapshot::HouseAccount::{
    self, ChainHot, ChainPending, DepositTransit, TradingFees, WithdrawTransit, WithdrawalFees,
};

const USDT: AssetId = AssetId(0);
const BTC: AssetId = AssetId(1);
const ALICE: AccountId = AccountId(1);
const BOB: AccountId = AccountId(2);

/// Alice, who has bought, and Bob, who has sold.
struct Desk {
    ledger: Ledger,
    alice_usdt: Row,
    alice_btc: Row,
    bob_usdt: Row,
    bob_btc: Row,
}

fn units(units: i128) -> Amount {
    Amount::new(units).expect("within the money bound")
}

impl Desk {
    fn empty() -> Desk {
        let mut ledger = Ledger::new(7);
        ledger.list_asset(USDT);
        ledger.list_asset(BTC);
        let mut open = |account, asset| ledger.open(account, Wallet::Spot, asset);
        let (alice_usdt, alice_btc) = (open(ALICE, USDT), open(ALICE, BTC));
        let (bob_usdt, bob_btc) = (open(BOB, USDT), open(BOB, BTC));
        Desk {
            ledger,
            alice_usdt,
            alice_btc,
            bob_usdt,
            bob_btc,
        }
    }

    /// Alice has 10,000 quote units, 6,000 of them held; Bob has 500 base units, 200 of them held.
    fn with_orders() -> Desk {
        let mut desk = Desk::empty();
        desk.fund(desk.alice_usdt, 10_000);
        desk.fund(desk.bob_btc, 500);
        desk.ledger.hold(desk.alice_usdt, units(6_000));
        desk.ledger.hold(desk.bob_btc, units(200));
        desk
    }

    fn fund(&mut self, row: Row, amount: i128) {
        self.ledger
            .credit_deposit(row, units(amount), DepositOrigin::Unseen);
    }

    /// Alice buys 200 base units for 5,000 quote units that she held 6,000 for.
    fn trade(&self) -> Settlement {
        Settlement {
            buyer_quote: self.alice_usdt,
            buyer_base: self.alice_btc,
            seller_quote: self.bob_usdt,
            seller_base: self.bob_btc,
            quote: units(5_000),
            base: units(200),
            buyer_fee: units(2),
            seller_fee: units(5),
            buyer_release: units(1_000),
            rebate: None,
        }
    }

    /// Expects available and held of some rows.
    fn check(&self, expected: &[(Row, (i128, i128))]) {
        for (row, (available, held)) in expected {
            let balance = self.ledger.balance(*row);
            let found = (balance.available.units(), balance.held.units());
            assert_eq!(found, (*available, *held), "{:?}", self.ledger.key(*row));
        }
        assert_eq!(self.ledger.audit(), Ok(()));
    }

    /// Expects house balances of an asset, every other being nothing.
    fn check_house(&self, asset: AssetId, expected: &[(HouseAccount, i128)]) {
        for account in HouseAccount::ALL {
            let given = expected.iter().find(|(expected, _)| *expected == account);
            let balance = given.map_or(0, |(_, balance)| *balance);
            assert_eq!(
                self.ledger.house(asset, account),
                units(balance),
                "{account:?}"
            );
        }
        assert_eq!(self.ledger.audit(), Ok(()));
    }
}

#[test]
fn a_seen_deposit_is_owed_to_nobody_yet() {
    let mut desk = Desk::empty();
    desk.ledger.see_deposit(USDT, units(700));
    desk.check_house(USDT, &[(ChainPending, 700), (DepositTransit, 700)]);
    desk.check(&[(desk.alice_usdt, (0, 0))]);
}

#[test]
fn a_final_deposit_is_available_and_its_coins_are_hot() {
    let mut desk = Desk::empty();
    desk.ledger.see_deposit(USDT, units(700));
    desk.ledger
        .credit_deposit(desk.alice_usdt, units(700), DepositOrigin::Seen);
    desk.check_house(USDT, &[(ChainHot, 700)]);
    desk.check(&[(desk.alice_usdt, (700, 0))]);
}

#[test]
fn a_deposit_need_not_have_been_seen() {
    let mut desk = Desk::empty();
    desk.ledger.see_deposit(USDT, units(50));
    desk.ledger
        .credit_deposit(desk.alice_usdt, units(700), DepositOrigin::Unseen);
    desk.check_house(
        USDT,
        &[(ChainHot, 700), (ChainPending, 50), (DepositTransit, 50)],
    );
    desk.check(&[(desk.alice_usdt, (700, 0))]);
}

#[test]
fn a_vanished_deposit_leaves_nothing() {
    let mut desk = Desk::empty();
    desk.ledger.see_deposit(USDT, units(700));
    desk.ledger.drop_deposit(USDT, units(700));
    desk.check_house(USDT, &[]);
}

#[test]
fn a_requested_withdrawal_is_in_transit_and_not_held() {
    let mut desk = Desk::empty();
    desk.fund(desk.alice_usdt, 1_000);
    desk.ledger.hold_withdrawal(desk.alice_usdt, units(310));
    desk.check(&[(desk.alice_usdt, (690, 0))]);
    desk.check_house(USDT, &[(ChainHot, 1_000), (WithdrawTransit, 310)]);
}

#[test]
fn a_cancelled_withdrawal_returns_amount_and_fee() {
    let mut desk = Desk::empty();
    desk.fund(desk.alice_usdt, 1_000);
    desk.ledger.hold_withdrawal(desk.alice_usdt, units(310));
    desk.ledger.cancel_withdrawal(desk.alice_usdt, units(310));
    desk.check(&[(desk.alice_usdt, (1_000, 0))]);
    desk.check_house(USDT, &[(ChainHot, 1_000)]);
}

#[test]
fn a_confirmed_withdrawal_takes_the_coins_and_leaves_the_fee() {
    let mut desk = Desk::empty();
    desk.fund(desk.alice_usdt, 1_000);
    desk.ledger.hold_withdrawal(desk.alice_usdt, units(310));
    desk.ledger.settle_withdrawal(USDT, units(300), units(10));
    desk.check(&[(desk.alice_usdt, (690, 0))]);
    desk.check_house(USDT, &[(ChainHot, 700), (WithdrawalFees, 10)]);
}

#[test]
fn a_hold_and_its_release_stay_within_the_account() {
    let mut desk = Desk::empty();
    desk.fund(desk.alice_usdt, 1_000);
    desk.ledger.hold(desk.alice_usdt, units(400));
    desk.check(&[(desk.alice_usdt, (600, 400))]);
    desk.ledger.release(desk.alice_usdt, units(150));
    desk.check(&[(desk.alice_usdt, (750, 250))]);
    desk.check_house(USDT, &[(ChainHot, 1_000)]);
}

#[test]
fn a_transfer_moves_what_is_available() {
    let mut desk = Desk::empty();
    desk.fund(desk.alice_usdt, 1_000);
    let futures = desk.ledger.open(ALICE, Wallet::Futures, USDT);
    desk.ledger.transfer(desk.alice_usdt, futures, units(400));
    desk.ledger.transfer(futures, desk.bob_usdt, units(100));
    desk.check(&[
        (desk.alice_usdt, (600, 0)),
        (futures, (300, 0)),
        (desk.bob_usdt, (100, 0)),
    ]);
    desk.check_house(USDT, &[(ChainHot, 1_000)]);
}

#[test]
fn a_fill_pays_both_sides_less_their_fees_and_releases_the_rest_of_the_hold() {
    let mut desk = Desk::with_orders();
    desk.ledger.settle(&desk.trade());
    desk.check(&[
        (desk.alice_usdt, (5_000, 0)),
        (desk.alice_btc, (198, 0)),
        (desk.bob_usdt, (4_995, 0)),
        (desk.bob_btc, (300, 0)),
    ]);
    desk.check_house(USDT, &[(ChainHot, 10_000), (TradingFees, 5)]);
    desk.check_house(BTC, &[(ChainHot, 500), (TradingFees, 2)]);
}

#[test]
fn a_selling_maker_is_rebated_in_base_out_of_the_buyers_fee() {
    let mut desk = Desk::with_orders();
    desk.ledger.settle(&Settlement {
        seller_fee: Amount::ZERO,
        rebate: Some(Rebate::ToSeller(units(2))),
        ..desk.trade()
    });
    desk.check(&[
        (desk.alice_btc, (198, 0)),
        (desk.bob_usdt, (5_000, 0)),
        (desk.bob_btc, (302, 0)),
    ]);
    desk.check_house(USDT, &[(ChainHot, 10_000)]);
    desk.check_house(BTC, &[(ChainHot, 500)]);
}

#[test]
fn a_buying_maker_is_rebated_in_quote_out_of_the_sellers_fee() {
    let mut desk = Desk::with_orders();
    desk.ledger.settle(&Settlement {
        buyer_fee: Amount::ZERO,
        rebate: Some(Rebate::ToBuyer(units(3))),
        ..desk.trade()
    });
    desk.check(&[
        (desk.alice_usdt, (5_003, 0)),
        (desk.alice_btc, (200, 0)),
        (desk.bob_usdt, (4_995, 0)),
    ]);
    desk.check_house(USDT, &[(ChainHot, 10_000), (TradingFees, 2)]);
    desk.check_house(BTC, &[(ChainHot, 500)]);
}

#[test]
fn an_account_that_trades_with_itself_loses_only_its_fees() {
    let mut desk = Desk::with_orders();
    desk.fund(desk.alice_btc, 200);
    desk.ledger.hold(desk.alice_btc, units(200));
    desk.ledger.settle(&Settlement {
        seller_quote: desk.alice_usdt,
        seller_base: desk.alice_btc,
        ..desk.trade()
    });
    desk.check(&[(desk.alice_usdt, (9_995, 0)), (desk.alice_btc, (198, 0))]);
}

#[test]
fn an_asset_takes_in_no_more_than_its_room() {
    let mut desk = Desk::empty();
    desk.ledger.see_deposit(USDT, units(100));
    let room = desk.ledger.room(USDT);
    assert_eq!(room, Amount::MAX.minus(units(100)));
    desk.ledger
        .credit_deposit(desk.alice_usdt, room, DepositOrigin::Unseen);
    assert_eq!(desk.ledger.room(USDT), Amount::ZERO);
    desk.ledger
        .credit_deposit(desk.alice_usdt, units(100), DepositOrigin::Seen);
    desk.check(&[(desk.alice_usdt, (Amount::MAX.units(), 0))]);
}

#[test]
#[should_panic(expected = "amount <= self.room(asset)")]
fn a_deposit_beyond_the_room_is_a_bug() {
    let mut desk = Desk::empty();
    desk.fund(desk.alice_usdt, Amount::MAX.units());
    desk.fund(desk.bob_usdt, 1);
}

#[test]
#[should_panic(expected = "0 <= units")]
fn a_hold_beyond_what_is_available_is_a_bug() {
    let mut desk = Desk::with_orders();
    desk.ledger.hold(desk.alice_usdt, units(4_001));
}

#[test]
#[should_panic(expected = "0 <= units")]
fn a_release_beyond_what_is_held_is_a_bug() {
    let mut desk = Desk::with_orders();
    desk.ledger.release(desk.alice_usdt, units(6_001));
}

#[test]
#[should_panic(expected = "0 <= units")]
fn a_fill_beyond_its_hold_is_a_bug() {
    let mut desk = Desk::with_orders();
    desk.ledger.settle(&Settlement {
        buyer_release: units(1_001),
        ..desk.trade()
    });
}

#[test]
#[should_panic(expected = "units <= self.house(account)")]
fn settling_a_withdrawal_that_is_not_in_transit_is_a_bug() {
    let mut desk = Desk::with_orders();
    desk.ledger.settle_withdrawal(USDT, units(1), Amount::ZERO);
}

#[test]
#[should_panic(expected = "amount <= fee")]
fn a_rebate_above_the_takers_fee_is_a_bug() {
    let mut desk = Desk::with_orders();
    desk.ledger.settle(&Settlement {
        rebate: Some(Rebate::ToSeller(units(3))),
        ..desk.trade()
    });
}

#[test]
#[should_panic(expected = "payment.fee <= payment.amount")]
fn a_fee_above_what_is_received_is_a_bug() {
    let mut desk = Desk::with_orders();
    desk.ledger.settle(&Settlement {
        buyer_fee: units(201),
        ..desk.trade()
    });
}

#[test]
#[should_panic(expected = "buyer_quote.account == buyer_base.account")]
fn a_fill_across_accounts_is_a_bug() {
    let mut desk = Desk::with_orders();
    desk.ledger.settle(&Settlement {
        buyer_base: desk.bob_btc,
        ..desk.trade()
    });
}

#[test]
#[should_panic(expected = "self.rows.asset(payment.receiver) == asset")]
fn a_fill_across_assets_is_a_bug() {
    let mut desk = Desk::with_orders();
    desk.ledger.settle(&Settlement {
        seller_quote: desk.bob_btc,
        ..desk.trade()
    });
}

#[test]
#[should_panic(expected = "self.rows.asset(to) == asset")]
fn a_transfer_across_assets_is_a_bug() {
    let mut desk = Desk::with_orders();
    desk.ledger
        .transfer(desk.alice_usdt, desk.bob_btc, units(1));
}

#[test]
fn a_row_is_opened_once_and_found_again() {
    let mut desk = Desk::empty();
    let left = desk.ledger.rows_left();
    assert_eq!(desk.ledger.open(ALICE, Wallet::Spot, USDT), desk.alice_usdt);
    assert_eq!(desk.ledger.find(BOB, Wallet::Spot, BTC), Some(desk.bob_btc));
    assert_eq!(desk.ledger.find(BOB, Wallet::Futures, BTC), None);
    assert_eq!(desk.ledger.rows_left(), left);
    let rows: Vec<usize> = desk.ledger.rows().map(|(row, _, _)| row.index()).collect();
    assert_eq!(rows, [0, 1, 2, 3]);
}

/// Enough rows that some share the 32 bits by which the index tells them apart first.
#[test]
fn a_row_is_found_among_very_many() {
    let mut ledger = Ledger::new(7);
    ledger.list_asset(USDT);
    let accounts = 0..300_000;
    for account in accounts.clone() {
        ledger.open(AccountId(account), Wallet::Spot, USDT);
    }
    for account in accounts {
        let row = ledger.find(AccountId(account), Wallet::Spot, USDT);
        let row = row.expect("an open row is found");
        assert_eq!(ledger.key(row).account, AccountId(account));
    }
}
