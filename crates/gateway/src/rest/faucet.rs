//! What a sandbox gives: to each account once when it is opened, and again to whoever asks for it.
//!
//! **Source** `docs/web.md`.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, Reference};
use model::number::Amount;
use model::time::Timestamp;
use serde::Serialize;
use views::views::Views;
use wire::binance::error::{Fault, Refusal};
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::attempts::too_many;
use crate::clock;
use crate::correlation;
use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::facts::asset_symbol;

/// An account that was given something is given nothing for this long.
const PERIOD_SECONDS: i64 = 60;
/// Accounts whose last time is remembered; beyond that the longest ago is forgotten.
const REMEMBERED_MAX: usize = 10_000;

/// What a sandbox gives to an account: commands that do nothing the second time.
pub type Gift = Box<dyn Fn(AccountId) -> Vec<Command> + Send + Sync>;

/// The gifts of a sandbox.
pub struct Faucet {
    gift: Gift,
    period_seconds: i64,
    given_at: Mutex<BTreeMap<AccountId, Timestamp>>,
}

#[derive(Serialize)]
struct Given {
    credits: Vec<Credit>,
}

/// An amount that was given or taken.
#[derive(Serialize)]
pub struct Credit {
    asset: SymbolText,
    amount: Decimal,
}

impl Credit {
    pub fn of(views: &Views, asset: AssetId, amount: Amount) -> Credit {
        Credit {
            asset: SymbolText(asset_symbol(views, asset)),
            amount: Decimal(amount.units()),
        }
    }
}

impl Faucet {
    /// Returns a faucet that gives this each time.
    #[must_use]
    pub fn new(gift: Gift) -> Faucet {
        Faucet {
            gift,
            period_seconds: PERIOD_SECONDS,
            given_at: Mutex::new(BTreeMap::new()),
        }
    }

    /// Returns the same faucet, which gives whenever it is asked.
    #[must_use]
    pub fn unlimited(self) -> Faucet {
        Faucet {
            period_seconds: 0,
            ..self
        }
    }

    /// Returns what an account is given when it is opened.
    pub fn first(&self, account: AccountId) -> Vec<Command> {
        (self.gift)(account)
    }

    /// Returns what an account is given now, as deposits of their own.
    ///
    /// # Errors
    /// The seconds after which it is given something again.
    pub fn claim(&self, account: AccountId, now: Timestamp) -> Result<Vec<Deposit>, i64> {
        let mut given_at = self.given_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = given_at.get(&account) {
            let passed = now.seconds() - last.seconds();
            if 0 <= passed && passed < self.period_seconds {
                return Err(self.period_seconds - passed);
            }
        }
        if REMEMBERED_MAX <= given_at.len()
            && let Some(oldest) = given_at.iter().min_by_key(|row| *row.1).map(|row| *row.0)
        {
            given_at.remove(&oldest);
        }
        given_at.insert(account, now);
        let deposits = (self.gift)(account).into_iter().enumerate();
        Ok(deposits
            .filter_map(|(index, command)| match command {
                Command::CreditDeposit(deposit) => Some(Deposit {
                    reference: reference(account, now, index),
                    ..deposit
                }),
                _ => None,
            })
            .collect())
    }
}

/// Account, instant and place make a reference that is of no other gift.
fn reference(account: AccountId, now: Timestamp, index: usize) -> Reference {
    let mut bytes = [0; 32];
    bytes[..6].copy_from_slice(b"faucet");
    bytes[8..12].copy_from_slice(&account.0.to_be_bytes());
    bytes[12..20].copy_from_slice(&now.nanos().to_be_bytes());
    bytes[24..].copy_from_slice(&(index as u64).to_be_bytes());
    Reference(bytes)
}

/// `POST /dev/faucet`, of the sandbox only.
///
/// # Errors
/// 404 where there is none, -1003 within a minute of the last time, those of an overload, -1000 for what the exchange
/// refuses to credit.
pub async fn claim(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let faucet = ask.gateway.faucet();
    let faucet = faucet.ok_or_else(|| Refusal::of(Fault::RouteUnknown))?;
    let account = ask.session.key.account;
    let deposits = match faucet.claim(account, clock::now()) {
        Ok(deposits) => deposits,
        Err(seconds) => return Ok(Reply::from(too_many(seconds))),
    };
    let credits = give(ask, deposits).await?;
    Ok(Reply::ok(&Given { credits }))
}

/// Credits deposits of the sandbox's chain, and returns what they brought.
///
/// # Errors
/// Those of an overload, -1000 for what the exchange refuses to credit.
pub async fn give(ask: &Ask<'_>, deposits: Vec<Deposit>) -> Result<Vec<Credit>, Refusal> {
    let mut credits = Vec::new();
    for deposit in deposits {
        let Deposit {
            account,
            asset,
            amount,
            ..
        } = deposit;
        let command = Command::CreditDeposit(deposit);
        let applied = ask.gateway.hub().submit(command).await?;
        if let Some(reject) = rejection(&applied.events) {
            let correlation = correlation::current();
            tracing::error!(event = "faucet.refused", %correlation, account = account.0, ?reject);
            return Err(Refusal::of(Fault::Unknown));
        }
        let views = ask.gateway.hub().views();
        credits.push(Credit::of(&views, asset, amount));
    }
    Ok(credits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::ChainId;

    fn faucet() -> Faucet {
        let gift = |account: AccountId| {
            vec![Command::CreditDeposit(Deposit {
                reference: Reference([7; 32]),
                chain: ChainId(1),
                account,
                asset: AssetId(1),
                amount: Amount::new(5).expect("small"),
            })]
        };
        Faucet::new(Box::new(gift))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn each_account_is_given_something_once_a_minute_under_references_of_their_own() {
        let faucet = faucet();
        let (ann, ben) = (AccountId(1), AccountId(2));
        let first = faucet.claim(ann, at(100)).expect("the first");
        assert_eq!(faucet.claim(ann, at(130)), Err(30));
        let of_ben = faucet.claim(ben, at(100)).expect("another's");
        let second = faucet.claim(ann, at(160)).expect("a minute later");
        let references = [&first, &of_ben, &second].map(|given| given[0].reference);
        assert_ne!(references[0], references[1]);
        assert_ne!(references[0], references[2]);
        assert_eq!(first[0].amount, second[0].amount);
    }

    #[test]
    fn an_unlimited_faucet_gives_whenever_it_is_asked() {
        let faucet = faucet().unlimited();
        let ann = AccountId(1);
        let first = faucet.claim(ann, at(100)).expect("the first");
        let second = faucet.claim(ann, at(101)).expect("a second later");
        assert_ne!(first[0].reference, second[0].reference);
    }
}
