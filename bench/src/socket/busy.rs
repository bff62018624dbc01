//! A busy market: orders that rest, move, trade and go, each of which changes the book.

use std::time::Duration;

use anyhow::Result;

use crate::socket::calls::Calls;
use crate::socket::exchange::Exchange;
use crate::socket::pace;
use crate::socket::requests::Requests;
use crate::socket::signing::Key;

/// The market, as its streams and as its orders call it.
pub const STREAM_SYMBOL: &str = "btcusdt";
const SYMBOL: &str = "BTCUSDT";
/// All trades are at this price, between what rests on both sides.
const TRADE_PRICE_CENTS: u32 = 6_180_000;
/// What rests lies on so many levels a side, a cent apart.
const LEVELS: u32 = 100;
const QUANTITY: &str = "0.0002";
/// Orders of one connection that rest before the first of them moves.
const RESTING: u32 = 24;

/// How busy it is, and for how long.
pub struct Pace {
    /// Orders, moves and cancels a second, each of which changes the book.
    pub orders_per_s: u32,
    /// Each takes two of the orders.
    pub trades_per_s: u32,
    pub seconds: u32,
}

/// What one connection of the driver does.
struct Plan<'a> {
    /// Who takes; whoever logs on does all else.
    taker: &'a Key,
    orders: u32,
    trades: u32,
}

/// Sends the orders at this pace, whatever the answers do, and returns the rate at which they were answered.
///
/// # Errors
/// An order that is refused.
pub fn drive(exchange: &Exchange, name: &str, pace: &Pace) -> Result<f64> {
    let (pairs, _) = exchange.keys.as_chunks();
    let lines = u32::try_from(pairs.len())?;
    let share = |total: u32, index: u32| total / lines + u32::from(index < total % lines);
    let connections = (0..lines)
        .zip(pairs)
        .map(|(index, [maker, taker])| {
            let plan = Plan {
                taker,
                orders: share(pace.orders_per_s * pace.seconds, index),
                trades: share(pace.trades_per_s * pace.seconds, index),
            };
            Ok((maker, requests(&plan, &format!("{name}-{index}"))?))
        })
        .collect::<Result<Vec<(&Key, Requests)>>>()?;
    let count: usize = connections.iter().map(|(_, requests)| requests.len()).sum();
    let time = Duration::from_secs(u64::from(pace.seconds));
    let elapsed = pace::order(exchange.address(), connections, time)?;
    Ok(count as f64 / elapsed.as_secs_f64())
}

/// Returns the requests of a plan, the trades spread evenly; `name` tells the orders from all others.
///
/// The takers of several connections take the oldest order at the price, whosever it is; each
/// comes after one of its own connection, so that each makes exactly one trade.
///
/// # Errors
/// The clock stands before 1970.
fn requests(plan: &Plan<'_>, name: &str) -> Result<Requests> {
    let mut maker = Maker {
        calls: Calls::new()?,
        name,
        placed: 0,
        moved: 0,
        cancelled: 0,
    };
    let mut traded = 0;
    let mut made = 0;
    while made < plan.orders {
        let due = u64::from(made) * u64::from(plan.trades) / u64::from(plan.orders);
        if u64::from(traded) <= due && traded < plan.trades {
            maker.trade(plan.taker, traded);
            traded += 1;
            made += 2;
        } else {
            maker.change_book();
            made += 1;
        }
    }
    Ok(maker.calls.finish())
}

/// The requests made so far.
struct Maker<'a> {
    calls: Calls,
    name: &'a str,
    placed: u32,
    moved: u32,
    cancelled: u32,
}

impl Maker<'_> {
    /// An order, and another account's that takes it.
    fn trade(&mut self, taker: &Key, number: u32) {
        let price = text_of(TRADE_PRICE_CENTS);
        let id = format!("{}-t{number}", self.name);
        let sell = order("SELL", &price, &id, "GTC");
        self.calls.push("order.place", &sell);
        let buy = order("BUY", &price, &id, "IOC");
        self.calls.push_signed(taker, "order.place", &buy);
    }

    /// A new order while there are few; then the oldest that has not moved moves, or the oldest goes.
    fn change_book(&mut self) {
        let resting = self.placed - self.cancelled;
        if resting < RESTING {
            self.place();
        } else if self.moved - self.cancelled < RESTING / 2 {
            self.move_oldest();
        } else {
            self.cancel_oldest();
        }
    }

    fn place(&mut self) {
        let number = self.placed;
        let id = format!("{}-{number}", self.name);
        let (side, price) = place_of(number, 7);
        let order = order(side, &price, &id, "GTC");
        self.calls.push("order.place", &order);
        self.placed += 1;
    }

    fn move_oldest(&mut self) {
        let number = self.moved;
        let old_id = format!("{}-{number}", self.name);
        let id = format!("{old_id}-m");
        let (side, price) = place_of(number, 13);
        let mut pairs = order(side, &price, &id, "GTC").to_vec();
        pairs.push(("cancelReplaceMode", "STOP_ON_FAILURE"));
        pairs.push(("cancelOrigClientOrderId", &old_id));
        self.calls.push("order.cancelReplace", &pairs);
        self.moved += 1;
    }

    fn cancel_oldest(&mut self) {
        let id = format!("{}-{}-m", self.name, self.cancelled);
        let cancel = [("symbol", SYMBOL), ("origClientOrderId", &id)];
        self.calls.push("order.cancel", &cancel);
        self.cancelled += 1;
    }
}

/// Returns side and price of an order; different factors spread the same numbers differently.
fn place_of(number: u32, factor: u32) -> (&'static str, String) {
    let distance = 1 + number / 2 * factor % LEVELS;
    if number.is_multiple_of(2) {
        ("BUY", text_of(TRADE_PRICE_CENTS - distance))
    } else {
        ("SELL", text_of(TRADE_PRICE_CENTS + distance))
    }
}

fn text_of(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn order<'a>(
    side: &'a str,
    price: &'a str,
    id: &'a str,
    time_in_force: &'a str,
) -> [(&'static str, &'a str); 7] {
    [
        ("symbol", SYMBOL),
        ("side", side),
        ("type", "LIMIT"),
        ("timeInForce", time_in_force),
        ("quantity", QUANTITY),
        ("price", price),
        ("newClientOrderId", id),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_makes_as_many_orders_and_trades_as_it_says() {
        let key = Key::for_tests();
        let plan = Plan {
            taker: &key,
            orders: 2_000,
            trades: 100,
        };
        let requests = requests(&plan, "a").unwrap();
        let count = |word: &str| {
            let texts = requests.iter().map(String::from_utf8_lossy);
            texts.filter(|text| text.contains(word)).count()
        };
        assert_eq!((requests.len(), count("IOC")), (2_000, 100));
        let [moves, cancels] = ["order.cancelReplace", "order.cancel\""].map(count);
        assert!(550 < moves && 550 < cancels, "{moves} {cancels}");
    }
}
