//! Exactly once: what the exchange says after a restart, held against what the witness knows.
//!
//! Every acknowledged request must be found as it was acknowledged; every unanswered one was carried out once or not
//! at all, and sending it again tells which; sending an answered one again gives the same answer and does nothing.
//! Money is neither made nor lost: balances and the fees of all trades always add up to what there was.

mod expected;
mod listing;
mod repeat;
mod trades;

use super::account::Client;
use super::chance::Chance;
use super::exchange::Exchange;
use super::request::{MARKETS, Place};
use super::witness::{Outcome, Record, Verdict};
use anyhow::{Result, ensure};
use listing::{Listing, OrderKey};
use std::collections::{BTreeMap, HashMap};

/// Settled requests that are kept to be sent again after later restarts.
const KEPT_MAX: usize = 400;
/// Settled requests sent again after a restart: so many of the last load, and so many older ones.
const REPEATED_MAX: usize = 30;

/// The books are emptied in one of so many checks: orders that nobody remembers would fill them.
const CHECKS_PER_CLEARING: u64 = 5;
const NOTHING_OPEN: &str = "-2011";

/// What the exchange got wrong.
#[derive(Debug, Default)]
pub struct Findings {
    /// Acknowledged and gone.
    pub lost: Vec<String>,
    /// Done more than once.
    pub duplicated: Vec<String>,
    /// Not as acknowledged, or at odds with itself.
    pub altered: Vec<String>,
}

impl Findings {
    pub fn is_empty(&self) -> bool {
        self.lost.is_empty() && self.duplicated.is_empty() && self.altered.is_empty()
    }

    /// Returns the first findings of each kind, for people.
    pub fn summary(&self) -> String {
        let show = |name: &str, found: &[String]| {
            let first: Vec<&str> = found.iter().take(5).map(String::as_str).collect();
            format!("{} {name}\n  {}\n", found.len(), first.join("\n  "))
        };
        show("lost", &self.lost)
            + &show("duplicated", &self.duplicated)
            + &show("altered", &self.altered)
    }
}

/// How many requests became what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub requests: u64,
    pub acknowledged: u64,
    pub refused: u64,
    pub unanswered: u64,
    /// Unanswered requests that turned out to have been carried out.
    pub unanswered_done: u64,
    pub repeated: u64,
}

/// What is known of an order from the restarts before.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// A digest of its row, once nothing can change it any more.
    ended: Option<u64>,
    /// Its fills so far, in units.
    filled: i128,
}

/// The memory of all restarts of one data directory.
#[derive(Debug)]
pub struct Audit {
    chance: Chance,
    orders: BTreeMap<OrderKey, Known>,
    /// Which order the request with this number placed.
    by_number: HashMap<u64, OrderKey>,
    /// The first order, and the first trade, that may be new or may have changed.
    first_orders: BTreeMap<Place, u64>,
    first_trades: BTreeMap<Place, u64>,
    fees: BTreeMap<String, i128>,
    /// What there was before the first request.
    money: BTreeMap<String, i128>,
    kept: Vec<Record>,
    checks: u64,
    pub tally: Tally,
}

impl Audit {
    /// Begins with an exchange nobody has used yet.
    ///
    /// # Errors
    /// It does not tell its balances.
    pub fn begin(exchange: &Exchange, chance: Chance) -> Result<Audit> {
        let money = listing::money(&mut clients(exchange))?;
        Ok(Audit {
            chance,
            orders: BTreeMap::new(),
            by_number: HashMap::new(),
            first_orders: BTreeMap::new(),
            first_trades: BTreeMap::new(),
            fees: BTreeMap::new(),
            money,
            kept: Vec::new(),
            checks: 0,
            tally: Tally::default(),
        })
    }

    /// Checks everything that was asked since the last check. Nobody else may use the exchange meanwhile.
    ///
    /// # Errors
    /// The exchange does not answer.
    pub fn check(&mut self, exchange: &Exchange, mut records: Vec<Record>) -> Result<Findings> {
        let mut findings = Findings::default();
        let mut clients = clients(exchange);
        self.count(&records);
        self.settle(&mut clients, &mut records, &mut findings)?;
        let listing = self.list(&mut clients)?;
        self.take_in_orders(&listing, &mut findings);
        trades::take_in(self, &listing, &mut findings);
        expected::compare(&records, &listing, &mut findings);
        listing.check_itself(&mut clients, &mut self.chance, &mut findings)?;
        self.advance(&listing);
        self.repeat(&mut clients, &records, &mut findings)?;
        self.check_nothing_new(&mut clients, &mut findings)?;
        self.check_money(&mut clients, &mut findings)?;
        self.keep(records);
        self.checks += 1;
        if self.checks.is_multiple_of(CHECKS_PER_CLEARING) {
            clear(&mut clients)?;
        }
        Ok(findings)
    }

    fn count(&mut self, records: &[Record]) {
        for record in records {
            self.tally.requests += 1;
            match &record.outcome {
                Outcome::Unanswered(_) => self.tally.unanswered += 1,
                Outcome::Answered(reply) if reply.verdict() == Verdict::Done => {
                    self.tally.acknowledged += 1
                }
                Outcome::Answered(_) => self.tally.refused += 1,
            }
        }
    }

    /// Finds out what became of every request without a verdict, by sending it again.
    fn settle(
        &mut self,
        clients: &mut [Client],
        records: &mut [Record],
        findings: &mut Findings,
    ) -> Result<()> {
        for record in records
            .iter_mut()
            .filter(|record| record.settled().is_none())
        {
            let is_done =
                repeat::settle(&mut clients[record.request.place.account], record, findings)?;
            self.tally.unanswered_done += u64::from(is_done);
            self.tally.repeated += 1;
        }
        Ok(())
    }

    fn list(&self, clients: &mut [Client]) -> Result<Listing> {
        let mut listing = Listing::default();
        for place in places(clients) {
            let client = &mut clients[place.account];
            let first = |of: &BTreeMap<Place, u64>| of.get(&place).copied().unwrap_or(0);
            listing.add_orders(client, place, first(&self.first_orders))?;
            listing.add_trades(client, place, first(&self.first_trades))?;
        }
        Ok(listing)
    }

    /// Every order is one that was asked for, there once, and what had ended has not changed.
    fn take_in_orders(&mut self, listing: &Listing, findings: &mut Findings) {
        for (key, row) in &listing.orders {
            let Some(number) = row.number() else {
                findings
                    .altered
                    .push(format!("nobody asked for the order {}", row.json));
                continue;
            };
            let known = self.by_number.entry(number).or_insert(*key);
            if *known != *key {
                findings.duplicated.push(format!(
                    "request {number} placed the orders {known:?} and {key:?}"
                ));
            }
            let known = self.orders.entry(*key).or_default();
            if known.ended.is_some_and(|ended| ended != row.digest()) {
                findings
                    .altered
                    .push(format!("an order has changed after its end: {}", row.json));
            }
            known.ended = row.has_ended().then(|| row.digest());
        }
        for place in self.first_orders.keys() {
            let first = self.first_orders[place];
            for key in self
                .orders
                .range((*place, first)..=(*place, u64::MAX))
                .map(|(key, _)| key)
            {
                if !listing.orders.contains_key(key) {
                    findings
                        .lost
                        .push(format!("the order {key:?}, seen after an earlier restart"));
                }
            }
        }
    }

    /// The next listing begins with the oldest order that can still change, and with the first new trade.
    fn advance(&mut self, listing: &Listing) {
        for (place, key) in listing.orders.keys().map(|key| (key.0, key)) {
            let after = key.1 + 1;
            self.first_orders
                .entry(place)
                .and_modify(|first| *first = (*first).max(after))
                .or_insert(after);
        }
        for ((place, order), _) in listing.orders.iter().filter(|(_, row)| !row.has_ended()) {
            self.first_orders
                .entry(*place)
                .and_modify(|first| *first = (*first).min(*order));
        }
        for (place, trade) in listing.trades.keys() {
            self.first_trades
                .entry(*place)
                .and_modify(|first| *first = (*first).max(trade + 1))
                .or_insert(trade + 1);
        }
    }

    /// Sends requests again whose answer is known.
    fn repeat(
        &mut self,
        clients: &mut [Client],
        records: &[Record],
        findings: &mut Findings,
    ) -> Result<()> {
        let settled: Vec<&Record> = records
            .iter()
            .filter(|record| record.settled().is_some())
            .collect();
        for _ in 0..REPEATED_MAX.min(settled.len()) {
            if let Some(record) = self.chance.pick(&settled) {
                repeat::repeat(&mut clients[record.request.place.account], record, findings)?;
                self.tally.repeated += 1;
            }
        }
        for _ in 0..REPEATED_MAX.min(self.kept.len()) {
            if let Some(record) = self.chance.pick(&self.kept) {
                repeat::repeat(&mut clients[record.request.place.account], record, findings)?;
                self.tally.repeated += 1;
            }
        }
        Ok(())
    }

    fn check_nothing_new(&self, clients: &mut [Client], findings: &mut Findings) -> Result<()> {
        for key in self.list(clients)?.orders.keys() {
            if !self.orders.contains_key(key) {
                findings.duplicated.push(format!(
                    "sending requests again has placed the order {key:?}"
                ));
            }
        }
        Ok(())
    }

    fn check_money(&self, clients: &mut [Client], findings: &mut Findings) -> Result<()> {
        let mut money = listing::money(clients)?;
        for (asset, fees) in &self.fees {
            *money.entry(asset.clone()).or_default() += fees;
        }
        if money != self.money {
            findings.altered.push(format!(
                "money was made or lost: {:?} has become {money:?}",
                self.money
            ));
        }
        Ok(())
    }

    fn keep(&mut self, records: Vec<Record>) {
        for record in records
            .into_iter()
            .filter(|record| record.settled().is_some())
        {
            if self.kept.len() < KEPT_MAX {
                self.kept.push(record);
            } else if self.chance.is_one_in(20) {
                let index = self.chance.below(KEPT_MAX as u64) as usize;
                self.kept[index] = record;
            }
        }
    }
}

fn clients(exchange: &Exchange) -> Vec<Client> {
    exchange
        .accounts
        .iter()
        .map(|account| Client::new(exchange.address, account))
        .collect()
}

/// Cancels everything that is open.
fn clear(clients: &mut [Client]) -> Result<()> {
    for place in places(clients) {
        let parameters = [("symbol", place.symbol().to_owned())];
        let answer = clients[place.account].ask("DELETE", "/api/v3/openOrders", &parameters)?;
        let is_empty = String::from_utf8_lossy(&answer.body).contains(NOTHING_OPEN);
        ensure!(
            answer.status == 200 || is_empty,
            "the books cannot be emptied: {answer:?}"
        );
    }
    Ok(())
}

fn places(clients: &[Client]) -> impl Iterator<Item = Place> + use<> {
    let accounts = clients.len();
    (0..accounts)
        .flat_map(|account| (0..MARKETS.len()).map(move |market| Place { account, market }))
}
