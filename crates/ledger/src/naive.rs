//! The ledger as its specification words it: an append-only list of legs, every balance the sum over all of them.

use crate::posting::DepositOrigin;
use crate::row::Key;
use crate::settlement::Rebate;
use model::id::AssetId;
use model::snapshot::HouseAccount;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    House(AssetId, HouseAccount),
    Available(Key),
    Held(Key),
}

impl Account {
    fn asset(self) -> AssetId {
        match self {
            Account::House(asset, _) => asset,
            Account::Available(key) | Account::Held(key) => key.asset,
        }
    }

    fn is_debit_normal(self) -> bool {
        matches!(self, Account::House(_, account) if account.is_debit_normal())
    }
}

#[derive(Clone, Copy, Debug)]
struct Leg {
    debit: Account,
    credit: Account,
    amount: i128,
}

/// A trade in plain units.
#[derive(Clone, Copy, Debug)]
pub struct Fill {
    pub buyer_quote: Key,
    pub buyer_base: Key,
    pub seller_quote: Key,
    pub seller_base: Key,
    pub quote: i128,
    pub base: i128,
    pub buyer_fee: i128,
    pub seller_fee: i128,
    pub buyer_release: i128,
    pub rebate: Option<Rebate>,
}

#[derive(Clone, Debug, Default)]
pub struct Naive {
    legs: Vec<Leg>,
}

impl Naive {
    /// Returns every balance in its normal direction; accounts that no leg touched are left out.
    pub fn balances(&self) -> BTreeMap<Account, i128> {
        let mut balances = BTreeMap::new();
        for leg in &self.legs {
            let sign = |account: Account| if account.is_debit_normal() { 1 } else { -1 };
            *balances.entry(leg.debit).or_insert(0) += sign(leg.debit) * leg.amount;
            *balances.entry(leg.credit).or_insert(0) -= sign(leg.credit) * leg.amount;
        }
        balances
    }

    pub fn see_deposit(&mut self, asset: AssetId, amount: i128) {
        self.leg(pending(asset), transit_in(asset), amount);
    }

    pub fn drop_deposit(&mut self, asset: AssetId, amount: i128) {
        self.leg(transit_in(asset), pending(asset), amount);
    }

    pub fn credit_deposit(&mut self, key: Key, amount: i128, origin: DepositOrigin) {
        if origin == DepositOrigin::Unseen {
            self.leg(hot(key.asset), Account::Available(key), amount);
            return;
        }
        self.leg(transit_in(key.asset), Account::Available(key), amount);
        self.leg(hot(key.asset), pending(key.asset), amount);
    }

    pub fn hold_withdrawal(&mut self, key: Key, total: i128) {
        self.leg(Account::Available(key), transit_out(key.asset), total);
    }

    pub fn settle_withdrawal(&mut self, asset: AssetId, amount: i128, fee: i128) {
        let earned = Account::House(asset, HouseAccount::WithdrawalFees);
        self.leg(transit_out(asset), hot(asset), amount);
        self.leg(transit_out(asset), earned, fee);
    }

    pub fn cancel_withdrawal(&mut self, key: Key, total: i128) {
        self.leg(transit_out(key.asset), Account::Available(key), total);
    }

    pub fn transfer(&mut self, from: Key, to: Key, amount: i128) {
        self.leg(Account::Available(from), Account::Available(to), amount);
    }

    pub fn adjust(&mut self, key: Key, amount: i128) {
        let (owned, row) = (equity(key.asset), Account::Available(key));
        match 0 < amount {
            true => self.leg(owned, row, amount),
            false => self.leg(row, owned, -amount),
        }
    }

    pub fn hold(&mut self, key: Key, amount: i128) {
        self.leg(Account::Available(key), Account::Held(key), amount);
    }

    pub fn release(&mut self, key: Key, amount: i128) {
        self.leg(Account::Held(key), Account::Available(key), amount);
    }

    pub fn fill(&mut self, fill: &Fill) {
        let payer = Account::Held(fill.buyer_quote);
        let receiver = Account::Available(fill.seller_quote);
        self.leg(payer, receiver, fill.quote - fill.seller_fee);
        self.leg(payer, fees(fill.buyer_quote.asset), fill.seller_fee);
        let freed = Account::Available(fill.buyer_quote);
        self.leg(payer, freed, fill.buyer_release);

        let payer = Account::Held(fill.seller_base);
        let receiver = Account::Available(fill.buyer_base);
        self.leg(payer, receiver, fill.base - fill.buyer_fee);
        self.leg(payer, fees(fill.seller_base.asset), fill.buyer_fee);
        self.rebate(fill);
    }

    fn rebate(&mut self, fill: &Fill) {
        let (maker, amount) = match fill.rebate {
            None => return,
            Some(Rebate::ToBuyer(amount)) => (fill.buyer_quote, amount),
            Some(Rebate::ToSeller(amount)) => (fill.seller_base, amount),
        };
        let maker_available = Account::Available(maker);
        self.leg(fees(maker.asset), maker_available, amount.units());
    }

    /// Adds a leg; a leg of nothing is no leg.
    fn leg(&mut self, debit: Account, credit: Account, amount: i128) {
        assert!(0 <= amount);
        assert_eq!(debit.asset(), credit.asset());
        if amount != 0 {
            self.legs.push(Leg {
                debit,
                credit,
                amount,
            });
        }
    }
}

fn hot(asset: AssetId) -> Account {
    Account::House(asset, HouseAccount::ChainHot)
}

fn pending(asset: AssetId) -> Account {
    Account::House(asset, HouseAccount::ChainPending)
}

fn transit_in(asset: AssetId) -> Account {
    Account::House(asset, HouseAccount::DepositTransit)
}

fn transit_out(asset: AssetId) -> Account {
    Account::House(asset, HouseAccount::WithdrawTransit)
}

fn equity(asset: AssetId) -> Account {
    Account::House(asset, HouseAccount::Equity)
}

fn fees(asset: AssetId) -> Account {
    Account::House(asset, HouseAccount::TradingFees)
}
