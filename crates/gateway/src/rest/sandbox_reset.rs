//! Taking an account of a sandbox back to its beginning: nothing open, and what a new account is given.
//!
//! The money goes where it came from, to the sandbox's chain, as withdrawals that are settled at once.
//! Orders that are on their way meanwhile take what is available or find nothing: hold and cancel take turns until
//! nothing is left. What a stop leaves held is settled by the next reset.
//!
//! **Source** `docs/web.md`.

use std::collections::BTreeMap;

use model::account::{Scopes, Wallet};
use model::command::{Action, ClientHeader, Command, Withdrawal};
use model::id::{AccountId, AssetId, ChainId, KeyId, Reference};
use model::number::Amount;
use model::proof::Proof;
use model::reject::Reject;
use model::snapshot::WithdrawalStatus;
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};

use crate::attempts::too_many;
use crate::clock;
use crate::hub::Hub;
use crate::own_keys;
use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::faucet::{Credit, give};

/// Somebody who places orders faster than this often is not reset.
const ROUNDS_MAX: usize = 100;
const NAME: &[u8; 5] = b"reset";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResetAnswer {
    taken: Vec<Credit>,
    credits: Vec<Credit>,
}

/// An account that is taken back, in the name of a key of the sandbox's own.
struct Reset<'a> {
    hub: &'a Hub,
    account: AccountId,
    chain: ChainId,
    at: Timestamp,
    /// How many withdrawals have a name.
    count: u32,
}

/// `POST /dev/reset`, of the sandbox only: cancels every order, takes every balance and gives the first gift again.
///
/// # Errors
/// 404 where there is no sandbox, -1003 within a minute of the last gift, -2010 while
/// payouts are held, those of allowances and of an overload.
pub async fn reset(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let faucet = ask.gateway.faucet();
    let faucet = faucet.ok_or_else(|| Refusal::of(Fault::RouteUnknown))?;
    let (account, at) = (ask.session.key.account, clock::now());
    let gifts = match faucet.claim(account, at) {
        Ok(gifts) => gifts,
        Err(seconds) => return Ok(Reply::from(too_many(seconds))),
    };
    let mut reset = Reset {
        hub: ask.gateway.hub(),
        account,
        chain: gifts.first().map_or(ChainId(0), |gift| gift.chain),
        at,
        count: 0,
    };
    let taken = reset.take_all().await?;
    let taken = reset.credits_of(&taken);
    let credits = give(ask, gifts).await?;
    Ok(Reply::ok(&ResetAnswer { taken, credits }))
}

impl Reset<'_> {
    /// Cancels and takes until nothing is left; returns what was taken.
    async fn take_all(&mut self) -> Result<Vec<Withdrawal>, Refusal> {
        self.settle_held().await?;
        self.make_key().await?;
        let mut taken = Vec::new();
        for _ in 0..ROUNDS_MAX {
            // First what is available: a refusal comes before anything was cancelled.
            if let Err(refused) = self.hold_available(&mut taken).await {
                self.give_back(&taken).await?;
                return Err(refused);
            }
            if self.cancel_all().await? == 0 && self.available().is_empty() {
                self.settle_held().await?;
                return Ok(taken);
            }
        }
        self.give_back(&taken).await?;
        Err(Refusal::of(Fault::Overloaded))
    }

    /// Returns what was taken of each asset in all.
    fn credits_of(&self, taken: &[Withdrawal]) -> Vec<Credit> {
        let mut sums = BTreeMap::new();
        for held in taken {
            let sum = sums.entry(held.asset).or_insert(Amount::ZERO);
            *sum = sum.plus(held.amount);
        }
        let views = self.hub.views();
        let rows = sums.into_iter();
        rows.map(|(asset, amount)| Credit::of(&views, asset, amount))
            .collect()
    }

    fn available(&self) -> Vec<(AssetId, Amount)> {
        let balances = self.hub.views().balances(self.account).into_iter();
        balances
            .filter(|balance| balance.wallet == Wallet::Spot && Amount::ZERO < balance.available)
            .map(|balance| (balance.asset, balance.available))
            .collect()
    }

    async fn hold_available(&mut self, taken: &mut Vec<Withdrawal>) -> Result<(), Refusal> {
        for (asset, amount) in self.available() {
            let withdrawal = Withdrawal {
                reference: self.next_reference(),
                chain: self.chain,
                asset,
                amount,
                fee: Amount::ZERO,
            };
            match self
                .ask(Action::HoldWithdrawal {
                    withdrawal,
                    proof: Some(Box::new(Proof::Nowhere)),
                })
                .await?
            {
                None => taken.push(withdrawal),
                // An order was quicker: it is cancelled in this round, and what it held is taken in the next.
                Some(Reject::InsufficientFunds) => {}
                Some(reject) => return Err(refusal(reject, Operation::Place)),
            }
        }
        Ok(())
    }

    /// Cancels what is open, and returns in how many markets something was.
    async fn cancel_all(&self) -> Result<usize, Refusal> {
        let orders = self.hub.views().open_orders(self.account);
        let mut markets: Vec<_> = orders.iter().map(|order| order.market).collect();
        markets.dedup();
        for market in &markets {
            let market = *market;
            if let Some(reject) = self.ask(Action::CancelAll { market }).await? {
                return Err(refusal(reject, Operation::Cancel));
            }
        }
        Ok(markets.len())
    }

    /// Lets what is held for a reset leave, and what a stop has left of an earlier one.
    async fn settle_held(&self) -> Result<(), Refusal> {
        let withdrawals = self.hub.views().withdrawals(self.account).into_iter();
        let held: Vec<Reference> = withdrawals
            .filter(|view| view.status == WithdrawalStatus::Held)
            .map(|view| view.withdrawal.reference)
            .filter(|reference| reference.0.starts_with(NAME))
            .collect();
        for reference in held {
            self.hub
                .submit(Command::SettleWithdrawal {
                    reference,
                    destination: None,
                })
                .await?;
        }
        Ok(())
    }

    async fn give_back(&self, taken: &[Withdrawal]) -> Result<(), Refusal> {
        for Withdrawal { reference, .. } in taken {
            let reference = *reference;
            self.hub
                .submit(Command::CancelWithdrawal { reference })
                .await?;
        }
        Ok(())
    }

    /// Makes the key that asks for this account, unless it is there.
    async fn make_key(&self) -> Result<(), Refusal> {
        if self.hub.views().key(self.key()).is_some() {
            return Ok(());
        }
        let create = Command::CreateKey {
            key: self.key(),
            account: self.account,
            scopes: Scopes::TRADE.with(Scopes::WITHDRAW),
            expires_at: Timestamp::MAX,
            grant: None,
        };
        self.hub.submit(create).await?;
        Ok(())
    }

    const fn key(&self) -> KeyId {
        own_keys::of_reset(self.account)
    }

    /// Asks for the account, and returns why that was refused.
    async fn ask(&self, action: Action) -> Result<Option<Reject>, Refusal> {
        let header = ClientHeader {
            account: self.account,
            key: self.key(),
            valid_until: Timestamp::MAX,
            idempotency: None,
        };
        let applied = self.hub.submit(Command::Client { header, action }).await?;
        Ok(rejection(&applied.events))
    }

    /// Account, instant and place make a reference that is of no other.
    fn next_reference(&mut self) -> Reference {
        let mut bytes = [0; 32];
        bytes[..NAME.len()].copy_from_slice(NAME);
        bytes[8..12].copy_from_slice(&self.account.0.to_be_bytes());
        bytes[12..20].copy_from_slice(&self.at.nanos().to_be_bytes());
        bytes[28..].copy_from_slice(&self.count.to_be_bytes());
        self.count += 1;
        Reference(bytes)
    }
}
