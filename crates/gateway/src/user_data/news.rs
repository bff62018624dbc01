//! What a command has to tell the owners of accounts.

use std::collections::BTreeMap;

use model::account::Wallet;
use model::id::{AccountId, AssetId, KeyId, Sequence};
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
use crate::user_data::place::Place;

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub account: AccountId,
    pub place: Place,
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
    let mut told = Told::new(command, news);
    for facts in Executions::of(views, command, request, is_heard) {
        told.push(facts.account, What::Execution(Box::new(facts)));
    }
    let mut positions = Positions::new();
    for change in changes {
        take_in(change, is_heard, &mut positions);
        if let Some((account, what)) = told_at_once(views, change, is_heard) {
            told.push(account, what);
        }
    }
    for (account, balances) in positions {
        told.push(account, What::Position(named(views, &balances)));
    }
}

/// Gives each account's events of a command their places.
pub struct Told<'a> {
    sequence: Sequence,
    at: Timestamp,
    counts: BTreeMap<AccountId, usize>,
    news: &'a mut Vec<News>,
}

impl<'a> Told<'a> {
    /// Returns that nobody was told anything of the command yet.
    pub fn new(command: &Answered<'_>, news: &'a mut Vec<News>) -> Told<'a> {
        Told {
            sequence: command.sequence,
            at: command.at,
            counts: BTreeMap::new(),
            news,
        }
    }

    /// Appends what an account is told next.
    pub fn push(&mut self, account: AccountId, what: What) {
        let count = self.counts.entry(account).or_insert(0);
        // The end of a key is told to nobody; it only ends streams.
        if !matches!(what, What::KeyRevoked(_)) {
            *count += 1;
        }
        self.news.push(News {
            account,
            place: Place::new(self.sequence, *count),
            at: self.at,
            what,
        });
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{
        ALICE, BOB, CAROL, Script, accepted, activated, closed, instructed, limit, list_accepted,
        list_closed, maker, market, name, pending, refilled, rested, showing, stop_at, traded,
        triggered,
    };
    use model::order::{CloseReason, Instructions, ListKind, Side};
    use serde_json::Value;

    /// What an account is told of the last command: of executions x, X, i, z, w, of lists e, l and g.
    fn told(script: &Script, account: AccountId) -> Vec<String> {
        let mut news = Vec::new();
        let request = Some(name("request"));
        gather(
            &script.views,
            &script.answered(),
            &script.changes,
            request,
            &|_| true,
            &mut news,
        );
        let own = news.iter().filter(|news| news.account == account);
        own.filter_map(|news| news.text(TimeUnit::Milliseconds))
            .map(|text| serde_json::from_str(&text).expect("JSON"))
            .filter(|event: &Value| event["e"] != "outboundAccountPosition")
            .map(|event| line(&event))
            .collect()
    }

    fn line(event: &Value) -> String {
        let names: &[&str] = match event["e"].as_str() {
            Some("executionReport") => &["x", "X", "i", "z", "w"],
            _ => &["e", "l", "L", "g"],
        };
        let words = names.iter().map(|name| match &event[*name] {
            Value::String(text) => text.trim_end_matches(".00000000").to_owned(),
            other => other.to_string(),
        });
        words.collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn a_triggered_order_is_told_as_new_again_and_whom_it_meets_hears_each_fill() {
        let mut script = Script::new();
        script.command(vec![
            accepted(ALICE, 1, Side::Buy, limit(3)),
            rested(ALICE, 1, Side::Buy, 3),
        ]);
        script.command(vec![
            accepted(BOB, 2, Side::Sell, market(4)),
            instructed(BOB, 2, stop_at(100)),
        ]);
        assert_eq!(told(&script, BOB), ["NEW NEW 2 0 false"]);
        script.command(vec![
            accepted(CAROL, 3, Side::Sell, limit(1)),
            traded(1, 1, (ALICE, 1), (CAROL, 3), Side::Sell),
            closed(CAROL, 3, Side::Sell, CloseReason::Filled),
            triggered(BOB, 2, Side::Sell),
            traded(2, 2, (ALICE, 1), (BOB, 2), Side::Sell),
            closed(ALICE, 1, Side::Buy, CloseReason::Filled),
            closed(BOB, 2, Side::Sell, CloseReason::InsufficientLiquidity),
        ]);
        let alice = ["TRADE PARTIALLY_FILLED 1 1 true", "TRADE FILLED 1 3 false"];
        assert_eq!(told(&script, ALICE), alice);
        let bob = [
            "NEW NEW 2 0 true",
            "TRADE PARTIALLY_FILLED 2 2 true",
            "EXPIRED EXPIRED 2 2 false",
        ];
        assert_eq!(told(&script, BOB), bob);
    }

    #[test]
    fn an_iceberg_hears_every_fill_of_one_taker() {
        let mut script = Script::new();
        script.command(vec![
            accepted(ALICE, 1, Side::Sell, limit(5)),
            instructed(ALICE, 1, showing(2)),
            rested(ALICE, 1, Side::Sell, 2),
        ]);
        assert_eq!(told(&script, ALICE), ["NEW NEW 1 0 true"]);
        script.command(vec![
            accepted(BOB, 2, Side::Buy, limit(3)),
            traded(1, 2, (ALICE, 1), (BOB, 2), Side::Buy),
            refilled(ALICE, 1, Side::Sell, 2),
            traded(2, 1, (ALICE, 1), (BOB, 2), Side::Buy),
            closed(BOB, 2, Side::Buy, CloseReason::Filled),
        ]);
        let alice = [
            "TRADE PARTIALLY_FILLED 1 2 true",
            "TRADE PARTIALLY_FILLED 1 3 true",
        ];
        assert_eq!(told(&script, ALICE), alice);
    }

    #[test]
    fn a_pair_starts_and_ends_as_a_list() {
        let mut script = Script::new();
        script.command(vec![
            list_accepted(ALICE, 7, ListKind::OneCancelsOther, 1),
            accepted(ALICE, 1, Side::Sell, market(2)),
            instructed(ALICE, 1, stop_at(90)),
            accepted(ALICE, 2, Side::Sell, maker(2)),
            rested(ALICE, 2, Side::Sell, 2),
        ]);
        let started = [
            "NEW NEW 1 0 false",
            "NEW NEW 2 0 true",
            "listStatus EXEC_STARTED EXECUTING 7",
        ];
        assert_eq!(told(&script, ALICE), started);
        script.command(vec![
            accepted(BOB, 3, Side::Buy, limit(2)),
            closed(ALICE, 1, Side::Sell, CloseReason::OtherLeg),
            traded(1, 2, (ALICE, 2), (BOB, 3), Side::Buy),
            closed(ALICE, 2, Side::Sell, CloseReason::Filled),
            list_closed(ALICE, 7),
            closed(BOB, 3, Side::Buy, CloseReason::Filled),
        ]);
        let ended = [
            "EXPIRED EXPIRED 1 0 false",
            "TRADE FILLED 2 2 false",
            "listStatus ALL_DONE ALL_DONE 7",
        ];
        assert_eq!(told(&script, ALICE), ended);
    }

    #[test]
    fn pending_orders_become_new_when_the_working_one_is_filled() {
        let mut script = Script::new();
        script.command(vec![
            list_accepted(ALICE, 7, ListKind::OneTriggersOneCancelsOther, 1),
            accepted(ALICE, 1, Side::Buy, limit(2)),
            accepted(ALICE, 2, Side::Sell, market(2)),
            pending(ALICE, 2, stop_at(90)),
            accepted(ALICE, 3, Side::Sell, maker(2)),
            pending(ALICE, 3, Instructions::NONE),
            rested(ALICE, 1, Side::Buy, 2),
        ]);
        let started = [
            "NEW NEW 1 0 true",
            "NEW PENDING_NEW 2 0 false",
            "NEW PENDING_NEW 3 0 false",
            "listStatus EXEC_STARTED EXECUTING 7",
        ];
        assert_eq!(told(&script, ALICE), started);
        script.command(vec![
            accepted(BOB, 4, Side::Sell, limit(2)),
            traded(1, 2, (ALICE, 1), (BOB, 4), Side::Sell),
            closed(ALICE, 1, Side::Buy, CloseReason::Filled),
            closed(BOB, 4, Side::Sell, CloseReason::Filled),
            activated(ALICE, 2, Side::Sell),
            activated(ALICE, 3, Side::Sell),
            rested(ALICE, 3, Side::Sell, 2),
        ]);
        let activated = [
            "TRADE FILLED 1 2 false",
            "NEW NEW 2 0 false",
            "NEW NEW 3 0 true",
            "listStatus UPDATED EXECUTING 7",
        ];
        assert_eq!(told(&script, ALICE), activated);
        script.command(vec![
            closed(ALICE, 2, Side::Sell, CloseReason::Cancelled),
            closed(ALICE, 3, Side::Sell, CloseReason::Cancelled),
            list_closed(ALICE, 7),
        ]);
        let cancelled = [
            "CANCELED CANCELED 2 0 false",
            "CANCELED CANCELED 3 0 false",
            "listStatus ALL_DONE ALL_DONE 7",
        ];
        assert_eq!(told(&script, ALICE), cancelled);
    }

    #[test]
    fn an_order_may_be_pending_new_and_ended_within_one_command() {
        let mut script = Script::new();
        script.command(vec![
            accepted(BOB, 1, Side::Sell, limit(2)),
            rested(BOB, 1, Side::Sell, 2),
        ]);
        script.command(vec![
            list_accepted(ALICE, 7, ListKind::OneTriggersOther, 2),
            accepted(ALICE, 2, Side::Buy, limit(2)),
            accepted(ALICE, 3, Side::Sell, market(2)),
            pending(ALICE, 3, Instructions::NONE),
            traded(1, 2, (BOB, 1), (ALICE, 2), Side::Buy),
            closed(BOB, 1, Side::Sell, CloseReason::Filled),
            closed(ALICE, 2, Side::Buy, CloseReason::Filled),
            activated(ALICE, 3, Side::Sell),
            closed(ALICE, 3, Side::Sell, CloseReason::InsufficientLiquidity),
            list_closed(ALICE, 7),
        ]);
        let alice = [
            "NEW NEW 2 0 true",
            "NEW PENDING_NEW 3 0 false",
            "TRADE FILLED 2 2 false",
            "NEW NEW 3 0 true",
            "EXPIRED EXPIRED 3 0 false",
            "listStatus EXEC_STARTED EXECUTING 7",
            "listStatus UPDATED EXECUTING 7",
            "listStatus ALL_DONE ALL_DONE 7",
        ];
        assert_eq!(told(&script, ALICE), alice);
    }
}
