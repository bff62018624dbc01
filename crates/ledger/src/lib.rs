//! Double-entry accounts and holds: the only code that changes a balance.
//!
//! Each mutator is one journal entry of `docs/spec/clearing.md` §14.3: it asserts what its caller has decided,
//! writes its legs and asserts that the asset still balances. Absent by design: orders, prices, the journal.
//!
//! ```
//! use ledger::ledger::Ledger;
//! use ledger::posting::DepositOrigin;
//! use model::account::Wallet;
//! use model::id::{AccountId, AssetId};
//! use model::number::Amount;
//!
//! let mut ledger = Ledger::new(7);
//! ledger.list_asset(AssetId(0));
//! let row = ledger.open(AccountId(1), Wallet::Spot, AssetId(0));
//! let amount = Amount::new(500).expect("a legal amount");
//! ledger.credit_deposit(row, amount, DepositOrigin::Unseen);
//! ledger.hold(row, amount);
//! assert_eq!(ledger.balance(row).held, amount);
//! assert_eq!(ledger.audit(), Ok(()));
//! ```

#![forbid(unsafe_code)]

pub mod ledger;
pub mod row;

pub mod posting;
pub mod settlement;

pub mod audit;
pub mod snapshot;

mod cell;
mod rows;
mod totals;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod property;
#[cfg(test)]
mod scenarios;
