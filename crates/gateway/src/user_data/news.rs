//! What a command has to tell the owners of accounts.

use std::collections::BTreeMap;

use model::account::Wallet;
use model::id::{AccountId, AssetId, KeyId};
use model::number::Amount;
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use serde::Serialize;
use views::change::{Change, ListChange};
use views::views::Views;
use wire::binance::answer::list::ListFacts;
use wire::binance::list_status::{ListExecution, ListStatus};
use wire::binance::time::TimeUnit;
use wire::binance::user_data::{
    AccountPosition, BalanceFacts, BalanceUpdate, ExecutionFacts, ExecutionReport,
};

use crate::hub::Answered;
use crate::rest::facts::{self, asset_symbol};
use crate::user_data::executions::{Executions, IsHeard};

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub account: AccountId,
    pub at: Timestamp,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Execution(Box<ExecutionFacts>),
    List(Box<ListFacts>, ListExecution),
    /// Money came from outside, or went there.
    Funding {
        asset: Symbol,
        delta: Amount,
    },
    /// These balances changed, and are now so.
    Position(Vec<BalanceFacts>),
    KeyRevoked(KeyId),
}

impl News {
    /// Returns the message, if there is one.
    pub fn text(&self, unit: TimeUnit) -> Option<String> {
        match &self.what {
            What::Execution(facts) => Some(json(&ExecutionReport::of(facts, unit))),
            What::List(facts, execution) => {
                Some(json(&ListStatus::of(facts, *execution, self.at, unit)))
            }
            What::Funding { asset, delta } => {
                Some(json(&BalanceUpdate::of(*asset, *delta, self.at, unit)))
            }
            What::Position(balances) => Some(json(&AccountPosition::of(balances, self.at, unit))),
            What::KeyRevoked(_) => None,
        }
    }
}

/// Returns the JSON text of a message.
pub fn json(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("numbers and texts, no maps: always JSON")
}

/// Appends what a command did to the accounts that somebody listens to: executions, then lists, then the balances they
/// left.
///
/// `request` is the name of a request that cancels; `changes` are those of the command, which the views have just
/// folded.
pub fn gather(
    views: &Views,
    command: &Answered<'_>,
    changes: &[Change],
    request: Option<ClientOrderId>,
    is_heard: IsHeard<'_>,
    news: &mut Vec<News>,
) {
    let at = command.at;
    let executions = Executions::of(views, command, request, is_heard);
    news.extend(executions.into_iter().map(|facts| News {
        account: facts.account,
        at,
        what: What::Execution(Box::new(facts)),
    }));
    let mut positions = Positions::new();
    for change in changes {
        take_in(change, is_heard, &mut positions);
        if let Some((account, what)) = told_at_once(views, change, is_heard) {
            news.push(News { account, at, what });
        }
    }
    news.extend(positions.into_iter().map(|(account, balances)| News {
        account,
        at,
        what: What::Position(named(views, &balances)),
    }));
}

/// The last of each balance that changed.
type Positions = BTreeMap<AccountId, BTreeMap<AssetId, (Amount, Amount)>>;

fn take_in(change: &Change, is_heard: IsHeard<'_>, positions: &mut Positions) {
    if let Change::Balance {
        account,
        wallet: Wallet::Spot,
        asset,
        available,
        held,
    } = change
        && is_heard(*account)
    {
        let balances = positions.entry(*account).or_default();
        balances.insert(*asset, (*available, *held));
    }
}

fn told_at_once(
    views: &Views,
    change: &Change,
    is_heard: IsHeard<'_>,
) -> Option<(AccountId, What)> {
    match change {
        Change::Funding {
            account,
            wallet: Wallet::Spot,
            asset,
            delta,
        } if is_heard(*account) => {
            let asset = asset_symbol(views, *asset);
            let delta = *delta;
            Some((*account, What::Funding { asset, delta }))
        }
        Change::List {
            account,
            list,
            what,
            ..
        } if is_heard(*account) => {
            let list = facts::list(views, &views.list(*account, *list)?)?;
            Some((*account, What::List(Box::new(list), list_execution(*what))))
        }
        Change::KeyRevoked { key, account } => Some((*account, What::KeyRevoked(*key))),
        _ => None,
    }
}

const fn list_execution(what: ListChange) -> ListExecution {
    match what {
        ListChange::Accepted => ListExecution::Started,
        ListChange::Updated => ListExecution::Updated,
        ListChange::Closed => ListExecution::Done,
    }
}

fn named(views: &Views, balances: &BTreeMap<AssetId, (Amount, Amount)>) -> Vec<BalanceFacts> {
    balances
        .iter()
        .map(|(asset, (free, locked))| BalanceFacts {
            asset: asset_symbol(views, *asset),
            free: *free,
            locked: *locked,
        })
        .collect()
}
