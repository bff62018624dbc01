//! What a full disk takes beside single cancels: the cancel of a list, and the end of a countdown that is running.
//!
//! It is done in a market that the audit does not look at, with orders that never trade.

use super::super::account::Client;
use super::super::exchange::Exchange;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::time::{Duration, Instant};

const SYMBOL: &str = "ETHBTC";
const LIST: &str = "/api/v3/orderList";
/// How soon the orders of somebody who does not come back are cancelled.
const COUNTDOWN: Duration = Duration::from_secs(10);
/// What may pass beyond that: a second to the next tick, and a busy machine.
const LATE_MAX: Duration = Duration::from_secs(15);

/// Two accounts with something to protect.
pub struct Protected {
    lister: Client,
    list: u64,
    counter: Client,
    order: u64,
}

impl Protected {
    /// Places a list, and an order beside which a countdown runs.
    ///
    /// # Errors
    /// Either is refused.
    pub fn begin(exchange: &Exchange) -> Result<Protected> {
        let client = |index: usize| Client::new(exchange.address, &exchange.accounts[index]);
        let (mut lister, mut counter) = (client(0), client(1));
        let pair = [
            ("side", "SELL"),
            ("quantity", "1"),
            ("aboveType", "LIMIT_MAKER"),
            ("abovePrice", "0.06"),
            ("belowType", "STOP_LOSS"),
            ("belowStopPrice", "0.02"),
        ];
        let list = done(&mut lister, "POST", &format!("{LIST}/oco"), &pair)?;
        let order = [
            ("side", "BUY"),
            ("type", "LIMIT"),
            ("timeInForce", "GTC"),
            ("quantity", "1"),
            ("price", "0.02"),
        ];
        let order = done(&mut counter, "POST", "/api/v3/order", &order)?;
        let mut protected = Protected {
            list: list["orderListId"].as_u64().context("a list")?,
            order: order["orderId"].as_u64().context("an order")?,
            lister,
            counter,
        };
        protected.come_back()?;
        Ok(protected)
    }

    /// Starts the countdown again, as far as the disk lets it.
    ///
    /// # Errors
    /// There is no answer.
    pub fn come_back(&mut self) -> Result<()> {
        let millis = COUNTDOWN.as_millis().to_string();
        let wish = [("symbol", SYMBOL.to_owned()), ("countdownTime", millis)];
        self.counter.ask("POST", "/v1/countdownCancelAll", &wish)?;
        Ok(())
    }

    /// Cancels the list and waits for the countdown, on a disk that is full.
    ///
    /// # Errors
    /// Either is not done.
    pub fn check(&mut self) -> Result<()> {
        ensure!(
            self.status()? == "NEW",
            "the countdown ran out before the disk was full"
        );
        let list = self.list.to_string();
        let told = done(
            &mut self.lister,
            "DELETE",
            LIST,
            &[("orderListId", list.as_str())],
        );
        let told = told.context("the cancel of a list on a full disk")?;
        ensure!(
            told["listOrderStatus"] == "ALL_DONE",
            "a cancelled list is {told}"
        );
        let started = Instant::now();
        while started.elapsed() < COUNTDOWN + LATE_MAX {
            if self.status()? == "CANCELED" {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("a countdown of {COUNTDOWN:?} does not run out on a full disk")
    }

    fn status(&mut self) -> Result<Value> {
        let parameters = [
            ("symbol", SYMBOL.to_owned()),
            ("orderId", self.order.to_string()),
        ];
        let order = self.counter.read("/api/v3/order", &parameters)?;
        Ok(order["status"].clone())
    }
}

/// Asks for something in the market that has to be done, and returns the answer.
fn done(client: &mut Client, method: &str, path: &str, asked: &[(&str, &str)]) -> Result<Value> {
    let mut parameters = vec![("symbol", SYMBOL.to_owned())];
    parameters.extend(
        asked
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    client.done(method, path, &parameters)
}
