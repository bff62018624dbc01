//! Random valid histories, each posted to the ledger and to the naive one, with every balance compared after each
//! entry.

use crate::ledger::Ledger;
use crate::naive::{Account, Fill, Naive};
use crate::posting::DepositOrigin;
use crate::row::{Key, Row};
use crate::settlement::{Rebate, Settlement};
use model::account::Wallet;
use model::id::{AccountId, AssetId};
use model::number::Amount;
use model::snapshot::HouseAccount;
use proptest::prelude::*;

const ACCOUNTS: u32 = 4;
const ASSETS: u16 = 3;
const SEED: u64 = 7;
/// What every spot balance starts with, so that histories trade from their first step.
const START: i128 = 1_000_000_000_007;

/// A part of whatever is there, in 65536ths, so that each step of a history is valid however it is shortened.
type Share = u16;

#[derive(Clone, Debug)]
enum Step {
    See {
        asset: u16,
        share: Share,
    },
    DropSeen {
        pick: usize,
    },
    CreditSeen {
        key: Key,
        pick: usize,
    },
    CreditUnseen {
        key: Key,
        share: Share,
    },
    HoldWithdrawal {
        key: Key,
        share: Share,
        fee: Share,
    },
    SettleWithdrawal {
        pick: usize,
    },
    CancelWithdrawal {
        pick: usize,
    },
    Transfer {
        from: Key,
        to: Key,
        share: Share,
    },
    Hold {
        key: Key,
        share: Share,
    },
    Release {
        key: Key,
        share: Share,
    },
    Fill {
        buyer: Key,
        seller: Key,
        shares: FillShares,
    },
    Adjust {
        key: Key,
        share: Share,
        favour: bool,
    },
    Restore,
}

#[derive(Clone, Copy, Debug)]
struct FillShares {
    order: Share,
    quote: Share,
    base: Share,
    release: Share,
    buyer_fee: Share,
    seller_fee: Share,
    rebate: Option<(Maker, Share)>,
}

#[derive(Clone, Copy, Debug)]
enum Maker {
    Buyer,
    Seller,
}

struct PendingWithdrawal {
    key: Key,
    amount: i128,
    fee: i128,
}

/// Both ledgers, and what is under way between the chain and them.
struct World {
    ledger: Ledger,
    naive: Naive,
    seen: Vec<(AssetId, i128)>,
    withdrawals: Vec<PendingWithdrawal>,
}

impl World {
    fn funded() -> World {
        let mut world = World {
            ledger: Ledger::new(SEED),
            naive: Naive::default(),
            seen: Vec::new(),
            withdrawals: Vec::new(),
        };
        for asset in 0..ASSETS {
            world.ledger.list_asset(AssetId(asset));
        }
        for key in every_key().filter(|key| key.wallet == Wallet::Spot) {
            world.credit(key, START);
        }
        world
    }

    fn play(&mut self, step: &Step) {
        match *step {
            Step::See { asset, share } => self.see(AssetId(asset), share),
            Step::DropSeen { pick } => self.drop_seen(pick),
            Step::CreditSeen { key, pick } => self.credit_seen(key, pick),
            Step::CreditUnseen { key, share } => self.credit_unseen(key, share),
            Step::HoldWithdrawal { key, share, fee } => self.hold_withdrawal(key, share, fee),
            Step::SettleWithdrawal { pick } => self.settle_withdrawal(pick),
            Step::CancelWithdrawal { pick } => self.cancel_withdrawal(pick),
            Step::Transfer { from, to, share } => self.transfer(from, to, share),
            Step::Hold { key, share } => self.hold(key, share),
            Step::Release { key, share } => self.release(key, share),
            Step::Fill {
                buyer,
                seller,
                shares,
            } => self.fill(buyer, seller, shares),
            Step::Adjust { key, share, favour } => self.adjust(key, share, favour),
            Step::Restore => self.restore(),
        }
    }

    fn row(&mut self, key: Key) -> Row {
        self.ledger.open(key.account, key.wallet, key.asset)
    }

    fn available(&mut self, key: Key) -> i128 {
        let row = self.row(key);
        self.ledger.balance(row).available.units()
    }

    fn held(&mut self, key: Key) -> i128 {
        let row = self.row(key);
        self.ledger.balance(row).held.units()
    }

    fn see(&mut self, asset: AssetId, share: Share) {
        let amount = of(self.ledger.room(asset).units(), share);
        if 0 < amount {
            self.ledger.see_deposit(asset, units(amount));
            self.naive.see_deposit(asset, amount);
            self.seen.push((asset, amount));
        }
    }

    fn drop_seen(&mut self, pick: usize) {
        if let Some((asset, amount)) = take(&mut self.seen, pick) {
            self.ledger.drop_deposit(asset, units(amount));
            self.naive.drop_deposit(asset, amount);
        }
    }

    fn credit_seen(&mut self, key: Key, pick: usize) {
        if let Some((asset, amount)) = take(&mut self.seen, pick) {
            let key = Key { asset, ..key };
            let row = self.row(key);
            self.ledger
                .credit_deposit(row, units(amount), DepositOrigin::Seen);
            self.naive.credit_deposit(key, amount, DepositOrigin::Seen);
        }
    }

    fn credit_unseen(&mut self, key: Key, share: Share) {
        let amount = of(self.ledger.room(key.asset).units(), share);
        if 0 < amount {
            self.credit(key, amount);
        }
    }

    fn credit(&mut self, key: Key, amount: i128) {
        let row = self.row(key);
        let origin = DepositOrigin::Unseen;
        self.ledger.credit_deposit(row, units(amount), origin);
        self.naive.credit_deposit(key, amount, origin);
    }

    fn hold_withdrawal(&mut self, key: Key, share: Share, fee: Share) {
        let total = of(self.available(key), share);
        let fee = of(total, fee);
        if 0 < total - fee {
            let row = self.row(key);
            self.ledger.hold_withdrawal(row, units(total));
            self.naive.hold_withdrawal(key, total);
            let amount = total - fee;
            self.withdrawals
                .push(PendingWithdrawal { key, amount, fee });
        }
    }

    fn settle_withdrawal(&mut self, pick: usize) {
        if let Some(PendingWithdrawal { key, amount, fee }) = take(&mut self.withdrawals, pick) {
            self.ledger
                .settle_withdrawal(key.asset, units(amount), units(fee));
            self.naive.settle_withdrawal(key.asset, amount, fee);
        }
    }

    fn cancel_withdrawal(&mut self, pick: usize) {
        if let Some(PendingWithdrawal { key, amount, fee }) = take(&mut self.withdrawals, pick) {
            let row = self.row(key);
            self.ledger.cancel_withdrawal(row, units(amount + fee));
            self.naive.cancel_withdrawal(key, amount + fee);
        }
    }

    fn transfer(&mut self, from: Key, to: Key, share: Share) {
        let to = Key {
            asset: from.asset,
            ..to
        };
        let amount = of(self.available(from), share);
        if 0 < amount && from != to {
            let (from_row, to_row) = (self.row(from), self.row(to));
            self.ledger.transfer(from_row, to_row, units(amount));
            self.naive.transfer(from, to, amount);
        }
    }

    /// Takes from the row, or gives it some of what was taken before.
    fn adjust(&mut self, key: Key, share: Share, favour: bool) {
        let whole = match favour {
            true => self.ledger.house(key.asset, HouseAccount::Equity).units(),
            false => self.available(key),
        };
        let (row, amount) = (self.row(key), of(whole, share));
        if amount == 0 {
            return;
        }
        if favour {
            self.ledger.credit_adjustment(row, units(amount));
            self.naive.adjust(key, amount);
        } else {
            self.ledger.debit_adjustment(row, units(amount));
            self.naive.adjust(key, -amount);
        }
    }

    fn hold(&mut self, key: Key, share: Share) {
        let amount = of(self.available(key), share);
        let row = self.row(key);
        self.ledger.hold(row, units(amount));
        self.naive.hold(key, amount);
    }

    fn release(&mut self, key: Key, share: Share) {
        let amount = of(self.held(key), share);
        let row = self.row(key);
        self.ledger.release(row, units(amount));
        self.naive.release(key, amount);
    }

    /// Places an order of each side, which may leave older holds beside its own, and trades them. The base asset
    /// is any but the buyer's.
    fn fill(&mut self, buyer: Key, seller: Key, shares: FillShares) {
        let quote_asset = buyer.asset;
        let base_asset = AssetId((quote_asset.0 + 1 + seller.asset.0 % (ASSETS - 1)) % ASSETS);
        let of_asset = |key: Key, asset| Key { asset, ..key };
        let mut fill = Fill {
            buyer_quote: buyer,
            buyer_base: of_asset(buyer, base_asset),
            seller_quote: of_asset(seller, quote_asset),
            seller_base: of_asset(seller, base_asset),
            quote: 0,
            base: 0,
            buyer_fee: 0,
            seller_fee: 0,
            buyer_release: 0,
            rebate: None,
        };
        self.hold(fill.buyer_quote, shares.order);
        self.hold(fill.seller_base, shares.order);
        self.fill_amounts(&mut fill, shares);
        if 0 < fill.quote && 0 < fill.base {
            let settlement = self.settlement(&fill);
            self.ledger.settle(&settlement);
            self.naive.fill(&fill);
        }
    }

    fn fill_amounts(&mut self, fill: &mut Fill, shares: FillShares) {
        let held = self.held(fill.buyer_quote);
        fill.quote = of(held, shares.quote);
        fill.buyer_release = of(held - fill.quote, shares.release);
        fill.base = of(self.held(fill.seller_base), shares.base);
        fill.seller_fee = of(fill.quote, shares.seller_fee);
        fill.buyer_fee = of(fill.base, shares.buyer_fee);
        fill.rebate = shares.rebate.map(|(maker, share)| match maker {
            Maker::Buyer => Rebate::ToBuyer(units(of(fill.seller_fee, share))),
            Maker::Seller => Rebate::ToSeller(units(of(fill.buyer_fee, share))),
        });
    }

    fn settlement(&mut self, fill: &Fill) -> Settlement {
        Settlement {
            buyer_quote: self.row(fill.buyer_quote),
            buyer_base: self.row(fill.buyer_base),
            seller_quote: self.row(fill.seller_quote),
            seller_base: self.row(fill.seller_base),
            quote: units(fill.quote),
            base: units(fill.base),
            buyer_fee: units(fill.buyer_fee),
            seller_fee: units(fill.seller_fee),
            buyer_release: units(fill.buyer_release),
            rebate: fill.rebate,
        }
    }

    /// Goes on with the ledger that a snapshot gives back.
    fn restore(&mut self) {
        let (balances, house) = (self.ledger.balance_rows(), self.ledger.house_rows());
        let restored = Ledger::restore(SEED + 1, usize::from(ASSETS), &balances, &house);
        self.ledger = restored.expect("rows that a ledger gave");
        assert_eq!(self.ledger.balance_rows(), balances);
        assert_eq!(self.ledger.house_rows(), house);
    }

    fn check(&self) {
        let expected = self.naive.balances();
        let of = |account| expected.get(&account).copied().unwrap_or(0);
        for key in every_key() {
            let row = self.ledger.find(key.account, key.wallet, key.asset);
            let found = row.map_or((0, 0), |row| {
                let balance = self.ledger.balance(row);
                (balance.available.units(), balance.held.units())
            });
            assert_eq!(
                found,
                (of(Account::Available(key)), of(Account::Held(key))),
                "{key:?}"
            );
        }
        for (asset, account) in every_house_account() {
            let found = self.ledger.house(asset, account).units();
            assert_eq!(
                found,
                of(Account::House(asset, account)),
                "{asset:?} {account:?}"
            );
        }
        assert_eq!(self.ledger.audit(), Ok(()));
    }
}

fn every_key() -> impl Iterator<Item = Key> {
    (0..ACCOUNTS).flat_map(|account| {
        [Wallet::Spot, Wallet::Futures]
            .into_iter()
            .flat_map(move |wallet| {
                (0..ASSETS).map(move |asset| Key {
                    account: AccountId(account),
                    wallet,
                    asset: AssetId(asset),
                })
            })
    })
}

fn every_house_account() -> impl Iterator<Item = (AssetId, HouseAccount)> {
    (0..ASSETS).flat_map(|asset| HouseAccount::ALL.map(|account| (AssetId(asset), account)))
}

fn units(units: i128) -> Amount {
    Amount::new(units).expect("within the money bound")
}

fn of(whole: i128, share: Share) -> i128 {
    whole * i128::from(share) / i128::from(Share::MAX)
}

fn take<T>(items: &mut Vec<T>, pick: usize) -> Option<T> {
    (!items.is_empty()).then(|| items.remove(pick % items.len()))
}

fn keys() -> impl Strategy<Value = Key> {
    let wallet = prop_oneof![4 => Just(Wallet::Spot), 1 => Just(Wallet::Futures)];
    (0..ACCOUNTS, wallet, 0..ASSETS).prop_map(|(account, wallet, asset)| Key {
        account: AccountId(account),
        wallet,
        asset: AssetId(asset),
    })
}

/// Mostly some part, often all or nothing: the edges are where balances reach zero and the bound.
fn shares() -> impl Strategy<Value = Share> {
    prop_oneof![1 => Just(0), 1 => Just(Share::MAX), 1 => 0..100_u16, 4 => any::<Share>()]
}

fn fill_shares() -> impl Strategy<Value = FillShares> {
    let maker = prop_oneof![Just(Maker::Buyer), Just(Maker::Seller)];
    let rebate = prop::option::of((maker, shares()));
    let amounts = (shares(), shares(), shares(), shares());
    (amounts, shares(), shares(), rebate).prop_map(
        |((order, quote, base, release), buyer_fee, seller_fee, rebate)| FillShares {
            order,
            quote,
            base,
            release,
            buyer_fee,
            seller_fee,
            rebate,
        },
    )
}

fn steps() -> impl Strategy<Value = Step> {
    let pick = any::<usize>;
    prop_oneof![
        1 => (0..ASSETS, shares()).prop_map(|(asset, share)| Step::See { asset, share }),
        1 => pick().prop_map(|pick| Step::DropSeen { pick }),
        2 => (keys(), pick()).prop_map(|(key, pick)| Step::CreditSeen { key, pick }),
        4 => (keys(), shares()).prop_map(|(key, share)| Step::CreditUnseen { key, share }),
        2 => (keys(), shares(), shares())
            .prop_map(|(key, share, fee)| Step::HoldWithdrawal { key, share, fee }),
        1 => pick().prop_map(|pick| Step::SettleWithdrawal { pick }),
        1 => pick().prop_map(|pick| Step::CancelWithdrawal { pick }),
        2 => (keys(), keys(), shares())
            .prop_map(|(from, to, share)| Step::Transfer { from, to, share }),
        8 => (keys(), shares()).prop_map(|(key, share)| Step::Hold { key, share }),
        2 => (keys(), shares()).prop_map(|(key, share)| Step::Release { key, share }),
        12 => (keys(), keys(), fill_shares())
            .prop_map(|(buyer, seller, shares)| Step::Fill { buyer, seller, shares }),
        3 => (keys(), shares(), any::<bool>())
            .prop_map(|(key, share, favour)| Step::Adjust { key, share, favour }),
        1 => Just(Step::Restore),
    ]
}

proptest! {
    #[test]
    fn a_ledger_agrees_with_its_list_of_legs(steps in prop::collection::vec(steps(), 1..120)) {
        let mut world = World::funded();
        for step in &steps {
            world.play(step);
            world.check();
        }
    }
}
