//! What the exchange lists: orders, own trades, balances, and whether these agree with each other.

use super::Findings;
use crate::faults::account::Client;
use crate::faults::chance::Chance;
use crate::faults::decimal;
use crate::faults::request::{MARKETS, Place, number_of};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

const PAGE: usize = 1_000;
/// Orders asked for by themselves after a restart.
const LOOKED_UP_MAX: usize = 20;

/// Account, market and order.
pub type OrderKey = (Place, u64);
/// Account, market and trade.
pub type TradeKey = (Place, u64);

/// An order as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub json: Value,
}

impl Row {
    pub fn text(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or("")
    }

    /// Returns a decimal of the row; one that is none equals nothing that is expected.
    pub fn units(&self, name: &str) -> i128 {
        decimal::parse(self.text(name)).unwrap_or(i128::MIN)
    }

    pub fn number(&self) -> Option<u64> {
        number_of(self.text("clientOrderId"))
    }

    pub fn has_ended(&self) -> bool {
        !matches!(self.text("status"), "NEW" | "PARTIALLY_FILLED")
    }

    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.json.to_string().hash(&mut hasher);
        hasher.finish()
    }
}

/// Everything that may have changed since the last restart.
#[derive(Debug, Default)]
pub struct Listing {
    pub orders: BTreeMap<OrderKey, Row>,
    /// In a trade with oneself, which the default mode prevents, one side would hide the other.
    pub trades: BTreeMap<TradeKey, Value>,
    /// Trades that were listed twice.
    pub repeated_trades: Vec<TradeKey>,
}

impl Listing {
    /// Adds an account's orders in a market from `first` on.
    ///
    /// # Errors
    /// The exchange does not list them.
    pub fn add_orders(&mut self, client: &mut Client, place: Place, mut first: u64) -> Result<()> {
        loop {
            let rows = page(client, "/api/v3/allOrders", place, ("orderId", first))?;
            for json in &rows {
                let order = json["orderId"].as_u64().context("an order has a number")?;
                first = order + 1;
                self.orders
                    .insert((place, order), Row { json: json.clone() });
            }
            if rows.len() < PAGE {
                return Ok(());
            }
        }
    }

    /// Adds an account's trades in a market from `first` on.
    ///
    /// # Errors
    /// The exchange does not list them.
    pub fn add_trades(&mut self, client: &mut Client, place: Place, mut first: u64) -> Result<()> {
        loop {
            let rows = page(client, "/api/v3/myTrades", place, ("fromId", first))?;
            for json in &rows {
                let trade = json["id"].as_u64().context("a trade has a number")?;
                first = trade + 1;
                if self.trades.insert((place, trade), json.clone()).is_some() {
                    self.repeated_trades.push((place, trade));
                }
            }
            if rows.len() < PAGE {
                return Ok(());
            }
        }
    }

    /// Holds the list of open orders, the book and single orders against the list of all orders.
    ///
    /// # Errors
    /// The exchange does not answer.
    pub fn check_itself(
        &self,
        clients: &mut [Client],
        chance: &mut Chance,
        findings: &mut Findings,
    ) -> Result<()> {
        for (account, client) in clients.iter_mut().enumerate() {
            self.check_open(client, account, findings)?;
        }
        for market in 0..MARKETS.len() {
            self.check_book(&mut clients[0], market, findings)?;
        }
        let keys: Vec<&OrderKey> = self.orders.keys().collect();
        for _ in 0..LOOKED_UP_MAX.min(keys.len()) {
            if let Some((place, order)) = chance.pick(&keys).copied() {
                let found = look_up(
                    &mut clients[place.account],
                    *place,
                    ("orderId", order.to_string()),
                )?;
                if found.as_ref() != self.orders.get(&(*place, *order)) {
                    findings.altered.push(format!(
                        "order {order} of {place:?} is {found:?} by itself and another in the list"
                    ));
                }
            }
        }
        Ok(())
    }

    fn open_orders(&self) -> impl Iterator<Item = (&OrderKey, &Row)> {
        self.orders.iter().filter(|(_, row)| !row.has_ended())
    }

    fn check_open(
        &self,
        client: &mut Client,
        account: usize,
        findings: &mut Findings,
    ) -> Result<()> {
        let listed = client.read("/api/v3/openOrders", &[])?;
        let listed: BTreeSet<String> = listed
            .as_array()
            .into_iter()
            .flatten()
            .map(Value::to_string)
            .collect();
        let open = self
            .open_orders()
            .filter(|((place, _), _)| place.account == account);
        let open: BTreeSet<String> = open.map(|(_, row)| row.json.to_string()).collect();
        for row in listed.symmetric_difference(&open) {
            findings.altered.push(format!(
                "an order is open in one list and not in the other: {row}"
            ));
        }
        Ok(())
    }

    fn check_book(
        &self,
        client: &mut Client,
        market: usize,
        findings: &mut Findings,
    ) -> Result<()> {
        let symbol = MARKETS[market].symbol;
        let parameters = [("symbol", symbol.to_owned()), ("limit", "5000".to_owned())];
        let depth = client.read("/api/v3/depth", &parameters)?;
        for (side, name) in [("BUY", "bids"), ("SELL", "asks")] {
            let mut levels: BTreeMap<&str, i128> = BTreeMap::new();
            for (_, row) in self
                .open_orders()
                .filter(|((place, _), row)| place.market == market && row.text("side") == side)
            {
                *levels.entry(row.text("price")).or_default() +=
                    row.units("origQty") - row.units("executedQty");
            }
            let shown = depth[name].as_array().into_iter().flatten();
            let shown: BTreeMap<&str, i128> = shown.filter_map(level).collect();
            if shown != levels {
                findings.altered.push(format!(
                    "the {name} of {symbol} are {shown:?} and the open orders {levels:?}"
                ));
            }
        }
        Ok(())
    }
}

fn level(level: &Value) -> Option<(&str, i128)> {
    Some((level[0].as_str()?, decimal::parse(level[1].as_str()?).ok()?))
}

fn page(
    client: &mut Client,
    path: &str,
    place: Place,
    (name, first): (&'static str, u64),
) -> Result<Vec<Value>> {
    let parameters = [
        ("symbol", place.symbol().to_owned()),
        (name, first.to_string()),
        ("limit", PAGE.to_string()),
    ];
    match client.read(path, &parameters)? {
        Value::Array(rows) => Ok(rows),
        other => anyhow::bail!("{path} answers {other}"),
    }
}

/// Returns one order, or `None` when there is none.
///
/// # Errors
/// The exchange does not answer.
pub fn look_up(
    client: &mut Client,
    place: Place,
    by: (&'static str, String),
) -> Result<Option<Row>> {
    const NO_SUCH_ORDER: i64 = -2013;
    let parameters = [("symbol", place.symbol().to_owned()), by];
    let answer = client.ask("GET", "/api/v3/order", &parameters)?;
    let json: Value = serde_json::from_slice(&answer.body)?;
    match answer.status {
        200 => Ok(Some(Row { json })),
        _ if json["code"].as_i64() == Some(NO_SUCH_ORDER) => Ok(None),
        status => anyhow::bail!("{parameters:?} answers {status} {json}"),
    }
}

/// Returns all balances of all accounts together, held or not, by asset.
///
/// # Errors
/// The exchange does not answer.
pub fn money(clients: &mut [Client]) -> Result<BTreeMap<String, i128>> {
    let mut money = BTreeMap::new();
    for client in clients {
        let account = client.read("/api/v3/account", &[])?;
        for balance in account["balances"].as_array().context("balances")? {
            let units = |name: &str| decimal::parse(balance[name].as_str().unwrap_or(""));
            let asset = balance["asset"].as_str().context("an asset")?;
            *money.entry(asset.to_owned()).or_default() += units("free")? + units("locked")?;
        }
    }
    Ok(money)
}
