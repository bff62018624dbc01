//! What an owner reads of money, keys and the account itself.

use crate::exchange::{
    ALICE, ALICES_SUB, BOB, BTC, BTCUSDT, CAROL, ETH, Exchange, FUNDS, USDT, amount, key_of,
    paying_terms,
};
use model::account::{AccountState, FeeTier, OwnerState, Scopes, Wallet};
use model::approved::{Act, Adjustment, Approval, Others};
use model::command::{Action, Command, Transfer, Withdrawal};
use model::id::{
    AccountId, ChainId, KeyId, OperatorId, OwnerId, ProposalId, Reference, TradeGroupId,
};
use model::instrument::Cause;
use model::number::Amount;
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::time::Timestamp;
use views::account::Account;
use views::views::Views;

#[test]
fn an_open_buy_holds_its_value_and_a_sell_its_quantity() {
    let mut exchange = Exchange::open();
    exchange.buy(ALICE, 3, 100);
    exchange.sell(BOB, 2, 110);
    assert_eq!(
        exchange.balance(ALICE, USDT),
        (FUNDS - 3_000_000, 3_000_000)
    );
    assert_eq!(exchange.balance(BOB, BTC), (FUNDS - 2_000_000, 2_000_000));
}

#[test]
fn a_better_price_gives_back_what_was_held_above_it() {
    let mut exchange = Exchange::open();
    exchange.sell(BOB, 3, 90);
    exchange.buy(ALICE, 3, 100);
    assert_eq!(exchange.balance(ALICE, USDT), (FUNDS - 2_700_000, 0));
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS + 3_000_000, 0));
    assert_eq!(exchange.balance(BOB, USDT), (FUNDS + 2_700_000, 0));
}

#[test]
fn fees_are_taken_from_what_each_side_receives() {
    let mut exchange = Exchange::open();
    exchange.set_terms(BTCUSDT, paying_terms());
    exchange.sell(BOB, 3, 100);
    exchange.buy(ALICE, 3, 100);
    // Taker 2,000,003 ppb of 3,000,000 base units, maker 1,000,003 ppb of 3,000,000 quote units, each rounded up.
    assert_eq!(exchange.balance(ALICE, BTC).0, FUNDS + 3_000_000 - 6_001);
    assert_eq!(exchange.balance(BOB, USDT).0, FUNDS + 3_000_000 - 3_001);
    let own = exchange.views.newest_own_trades(ALICE, BTCUSDT, 1);
    assert_eq!((own[0].fee, own[0].fee_asset), (amount(6_001), BTC));
    assert_eq!(own[0].rebate, Amount::ZERO);
}

#[test]
fn a_rebate_reaches_the_maker_in_what_the_taker_receives() {
    let mut exchange = Exchange::open();
    exchange.set_terms(BTCUSDT, paying_terms());
    exchange.command(Command::SetFeeTier {
        account: BOB,
        tier: FeeTier::new(2).expect("a tier"),
    });
    exchange.sell(BOB, 3, 100);
    exchange.buy(ALICE, 3, 100);
    // 500,003 ppb of 3,000,000 base units, rounded down.
    assert_eq!(exchange.balance(BOB, BTC).0, FUNDS - 3_000_000 + 1_500);
    let own = exchange.views.newest_own_trades(BOB, BTCUSDT, 1);
    assert_eq!((own[0].rebate, own[0].rebate_asset), (amount(1_500), BTC));
    assert_eq!((own[0].fee, own[0].fee_asset), (Amount::ZERO, USDT));
}

#[test]
fn what_operators_take_from_one_account_another_can_be_given() {
    let mut exchange = Exchange::open();
    let mut adjust = |number, account, units| {
        let adjustment = Adjustment {
            account,
            asset: USDT,
            amount: amount(units),
            reason: Reference([7; 32]),
        };
        exchange.command(Command::Approved {
            approval: Approval {
                proposal: ProposalId(number),
                digest: Reference([1; 32]),
                proposer: OperatorId(1),
                approver: OperatorId(2),
            },
            others: Others::NONE,
            act: Box::new(Act::Adjust(adjustment)),
        });
    };
    adjust(1, ALICE, -250);
    adjust(2, BOB, 100);
    adjust(2, BOB, 100);
    adjust(3, BOB, 151);
    assert_eq!(exchange.balance(ALICE, USDT), (FUNDS - 250, 0));
    assert_eq!(exchange.balance(BOB, USDT), (FUNDS + 100, 0));
}

#[test]
fn balances_are_listed_by_wallet_and_asset_without_empty_ones() {
    let mut exchange = Exchange::open();
    let transfer = Transfer {
        reference: exchange.reference(),
        from: Wallet::Spot,
        to_account: CAROL,
        to: Wallet::Futures,
        asset: ETH,
        amount: amount(FUNDS),
    };
    exchange.ask(CAROL, Action::Transfer(transfer));
    let listed: Vec<(Wallet, model::id::AssetId, i128)> = exchange
        .views
        .balances(CAROL)
        .iter()
        .map(|balance| (balance.wallet, balance.asset, balance.available.units()))
        .collect();
    assert_eq!(
        listed,
        [
            (Wallet::Spot, BTC, FUNDS),
            (Wallet::Spot, USDT, FUNDS),
            (Wallet::Futures, ETH, FUNDS)
        ]
    );
    assert_eq!(exchange.views.balances(AccountId(99)), []);
    assert_eq!(exchange.views.balances(AccountId(0)), []);
}

#[test]
fn a_withdrawal_leaves_at_once_and_comes_back_when_cancelled() {
    let mut exchange = Exchange::open();
    let withdrawal = |exchange: &mut Exchange| Withdrawal {
        reference: exchange.reference(),
        chain: ChainId(0),
        asset: BTC,
        amount: amount(1_000),
        fee: amount(7),
    };
    let (paid, cancelled) = (withdrawal(&mut exchange), withdrawal(&mut exchange));
    exchange.ask(
        ALICE,
        Action::HoldWithdrawal {
            withdrawal: paid,
            proof: None,
        },
    );
    exchange.ask(
        ALICE,
        Action::HoldWithdrawal {
            withdrawal: cancelled,
            proof: None,
        },
    );
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS - 2_014, 0));
    exchange.wait_seconds(5);
    exchange.command(Command::SettleWithdrawal {
        reference: paid.reference,
        destination: None,
    });
    exchange.command(Command::CancelWithdrawal {
        reference: cancelled.reference,
    });
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS - 1_007, 0));
    let views = exchange.views.withdrawals(ALICE);
    assert_eq!(views[0].status, WithdrawalStatus::Settled);
    assert_eq!(views[1].status, WithdrawalStatus::Cancelled);
    assert_eq!(views[1].withdrawal, cancelled);
    assert!(views[1].created_at < views[1].updated_at);
    assert_eq!(exchange.views.withdrawals(BOB), []);
}

#[test]
fn a_deposit_counts_once_it_is_credited() {
    let mut exchange = Exchange::open();
    let status = |exchange: &Exchange| {
        let deposits = exchange.views.deposits(CAROL);
        deposits.last().map(|last| (deposits.len(), last.status))
    };
    let kept = exchange.deposit(CAROL, BTC, 500);
    exchange.command(Command::SeeDeposit(kept));
    assert_eq!(exchange.balance(CAROL, BTC).0, FUNDS);
    assert_eq!(status(&exchange), Some((4, DepositStatus::Seen)));
    exchange.command(Command::CreditDeposit(kept));
    assert_eq!(exchange.balance(CAROL, BTC).0, FUNDS + 500);
    assert_eq!(status(&exchange), Some((4, DepositStatus::Credited)));
    let lost = exchange.deposit(CAROL, BTC, 500);
    exchange.command(Command::SeeDeposit(lost));
    exchange.command(Command::DropDeposit {
        reference: lost.reference,
    });
    assert_eq!(exchange.balance(CAROL, BTC).0, FUNDS + 500);
    assert_eq!(status(&exchange), Some((5, DepositStatus::Dropped)));
}

#[test]
fn an_account_shows_owner_group_state_and_tier() {
    let mut exchange = Exchange::open();
    let opened_at = exchange.at;
    exchange.wait_seconds(9);
    exchange.command(Command::SetAccountState {
        account: ALICE,
        state: AccountState::NoWithdraw,
        cause: Cause::Risk,
    });
    let tier = FeeTier::new(3).expect("a tier");
    exchange.command(Command::SetFeeTier {
        account: ALICE,
        tier,
    });
    assert_eq!(
        exchange.views.account(ALICE),
        Some(Account {
            account: ALICE,
            owner: OwnerId(1),
            group: TradeGroupId(1),
            state: AccountState::NoWithdraw,
            tier,
            owner_state: OwnerState::Open,
            opened_at,
            updated_at: opened_at,
        })
    );
    assert_eq!(exchange.views.account_count(), 4);
    assert_eq!(exchange.views.account(AccountId(5)), None);
}

#[test]
fn an_account_is_updated_when_a_balance_is() {
    let mut exchange = Exchange::open();
    exchange.wait_seconds(9);
    exchange.buy(ALICE, 1, 100);
    let updated_at = |account| exchange.views.account(account).map(|it| it.updated_at);
    assert_eq!(updated_at(ALICE), Some(exchange.at));
    assert!(updated_at(BOB) < Some(exchange.at));
}

#[test]
fn a_key_is_read_until_it_is_revoked() {
    let mut exchange = Exchange::open();
    let key = KeyId(7);
    let expires_at = exchange.at.plus_nanos(10);
    exchange.command(Command::CreateKey {
        key,
        account: BOB,
        scopes: Scopes::READ,
        expires_at,
        grant: None,
    });
    let found = exchange.views.key(key).expect("it was created");
    assert_eq!((found.account, found.scopes), (BOB, Scopes::READ));
    assert!(found.is_live(exchange.at));
    assert!(!found.is_live(expires_at));
    exchange.command(Command::RevokeKey { key });
    assert_eq!(exchange.views.key(key), None);
    let other = exchange.views.key(key_of(BOB)).expect("it was not revoked");
    assert_eq!(other.expires_at, Timestamp::MAX);
}

#[test]
fn a_hold_of_payouts_is_read_and_survives_a_snapshot() {
    let mut exchange = Exchange::open();
    let owner = exchange.views.account(BOB).expect("an account").owner;
    assert_eq!(exchange.views.payouts_held_until(owner), None);
    for seconds in [10, 20] {
        let until = exchange.at.plus_nanos(seconds * 1_000_000_000);
        exchange.command(Command::HoldPayouts { owner, until });
        assert_eq!(exchange.views.payouts_held_until(owner), Some(until));
    }
    let restored = Views::restore(exchange.views.state()).expect("a state of views");
    assert_eq!(
        restored.payouts_held_until(owner),
        exchange.views.payouts_held_until(owner)
    );
    assert_eq!(restored.payouts_held_until(OwnerId(owner.0 + 1)), None);
}

#[test]
fn what_a_master_allows_is_read_and_survives_a_snapshot() {
    let mut exchange = Exchange::open();
    let of = |views: &Views| {
        let account = views.account(ALICES_SUB).expect("an account");
        (account.owner_state, account.may_trade())
    };
    assert_eq!(of(&exchange.views), (OwnerState::Open, true));
    let sub_account = exchange.views.account(ALICES_SUB).expect("an account");
    assert!(sub_account.is_sub_account_of(ALICE) && !sub_account.is_master());
    exchange.ask(
        ALICE,
        Action::Freeze {
            account: ALICES_SUB,
        },
    );
    let restored = Views::restore(exchange.views.state()).expect("a state of views");
    for views in [&exchange.views, &restored] {
        assert_eq!(of(views), (OwnerState::Frozen, false));
    }
    exchange.ask(
        ALICE,
        Action::Unfreeze {
            account: ALICES_SUB,
        },
    );
    assert_eq!(of(&exchange.views), (OwnerState::Open, true));
}
