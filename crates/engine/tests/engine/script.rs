//! A scenario: a text of commands, each followed by the events it must give, indented.
//!
//! `begin` sets up one market and four accounts; `wait` lets seconds pass; `last` moves the price;
//! `book`, `waiting` and `balance` show state.

use model::account::Wallet;
use model::event::{Event, Traded};
use model::id::{AccountId, AssetId, OrderId};
use model::instrument::OrderLimits;
use model::order::Side;
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::check::Checked;
use crate::parse::Names;
use crate::print::line;
use crate::print_orders::parked_line;

/// BTCUSD is open, one tick and lot is worth one unit; accounts 1 to 4 of owners 1 to 4 have a key of their own
/// number and money of both assets.
const BEGIN: &str = "
genesis 7
asset BTC
asset USD
market BTCUSD BTC USD
phase BTCUSD continuous
open one 1
open two 2
open three 3
open four 4
key 1 1 all
key 2 2 all
key 3 3 all
key 4 4 all
credit b1 1 BTC 1000
credit b2 2 BTC 1000
credit b3 3 BTC 1000
credit b4 4 BTC 1000
credit u1 1 USD 100_000
credit u2 2 USD 100_000
credit u3 3 USD 100_000
credit u4 4 USD 100_000
";

pub struct Script {
    pub checked: Checked,
    names: Names,
    at: Timestamp,
    output: String,
}

impl Script {
    pub fn new() -> Script {
        Script {
            checked: Checked::new(),
            names: Names::default(),
            at: Timestamp::from_millis(1_000_000),
            output: String::new(),
        }
    }

    /// Plays a scenario and returns it with the events it really gave.
    pub fn play(&mut self, text: &str) -> String {
        for input in text.lines() {
            if input.starts_with("    ") {
                continue;
            }
            self.output.push_str(input);
            self.output.push('\n');
            self.play_line(input);
        }
        self.checked.check_replay();
        std::mem::take(&mut self.output)
    }

    fn play_line(&mut self, input: &str) {
        let words: Vec<&str> = input.split_whitespace().collect();
        match words[..] {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            ["begin"] => {
                for line in BEGIN.lines().filter(|line| !line.is_empty()) {
                    self.run(line);
                }
            }
            ["wait", count] => {
                let seconds: i64 = count.parse().expect("seconds");
                self.at = self.at.plus_nanos(seconds * NANOS_PER_SECOND);
            }
            ["book", market] => self.show_book(market),
            ["last", market, price] => self.move_price(market, price),
            ["waiting", market] => self.show_waiting(market),
            ["balance", account, asset] => self.show_balance(account, asset),
            _ => {
                for event in self.run(input) {
                    self.show(&line(&event));
                }
            }
        }
    }

    /// Runs one command line.
    pub fn run(&mut self, input: &str) -> Vec<Event> {
        let command = self.names.command(input);
        let events = self.checked.check(self.at, command);
        for event in &events {
            match event {
                Event::AssetListed(asset) => self.names.assets.push(asset.symbol.to_string()),
                Event::MarketListed { instrument, terms } => {
                    self.names.markets.push(instrument.symbol.to_string());
                    self.names.terms.push(**terms);
                    self.names.limits.push(OrderLimits::LISTED);
                }
                Event::MarketChanged { market, terms, .. } => {
                    self.names.terms[usize::from(market.0)] = **terms;
                }
                Event::OrderLimitsChanged { market, limits, .. } => {
                    self.names.limits[usize::from(market.0)] = **limits;
                }
                _ => {}
            }
        }
        events
    }

    fn show(&mut self, line: &str) {
        self.output.push_str("    ");
        self.output.push_str(line);
        self.output.push('\n');
    }

    /// Lets account 4 sell one lot to account 3, and shows what that brings about.
    fn move_price(&mut self, market: &str, price: &str) {
        let mut events = self.run(&format!("sell 4 {market} 1 @ {price} gtc"));
        events.extend(self.run(&format!("buy 3 {market} 1 @ {price} gtc")));
        let accepted = events.iter().filter_map(|event| match event {
            Event::OrderAccepted(accepted) => Some(accepted.order),
            _ => None,
        });
        let own: Vec<OrderId> = accepted.collect();
        for event in &events {
            let is_own = match event {
                Event::OrderAccepted(_) => true,
                Event::OrderRested { order, .. } => own.contains(order),
                Event::OrderClosed(closed) => own.contains(&closed.order),
                Event::Traded(traded) => [traded.maker.order, traded.taker.order] == own[..],
                _ => false,
            };
            if !is_own {
                self.show(&line(event));
            }
        }
        let is_between = |traded: &Traded| [traded.maker.order, traded.taker.order] == own[..];
        let is_moved = events
            .iter()
            .any(|event| matches!(event, Event::Traded(traded) if is_between(traded)));
        let shown = &self.output;
        assert!(
            is_moved,
            "{shown}\nthe market could not move to {price}: {events:?}"
        );
    }

    /// Shows the orders outside the book.
    fn show_waiting(&mut self, market: &str) {
        let market = self.names.market(market);
        let state = self.checked.engine.state();
        for row in &state.markets[usize::from(market.0)].parked {
            self.show(&parked_line(row));
        }
    }

    fn show_book(&mut self, market: &str) {
        let market = self.names.market(market);
        let book = self.checked.engine.book(market).expect("listed");
        let mut lines = Vec::new();
        for side in [Side::Sell, Side::Buy] {
            let levels: Vec<String> = book
                .orders(side)
                .map(|(slot, order)| {
                    let (open, price) = (order.open.lots(), order.price.ticks());
                    let shown = book.shown(slot).lots();
                    let open = match shown == open {
                        true => format!("{open}"),
                        false => format!("{shown} of {open}"),
                    };
                    format!("#{} {open} @ {price}", order.order.0)
                })
                .collect();
            lines.push(format!("{side:?}: {}", levels.join(", ")));
        }
        for line in lines {
            self.show(line.trim_end());
        }
    }

    fn show_balance(&mut self, account: &str, asset: &str) {
        let account = AccountId(account.parse().expect("an account"));
        let position = self.names.assets.iter().position(|name| name == asset);
        let asset = AssetId(u16::try_from(position.expect("a listed asset")).expect("a number"));
        let mut parts = Vec::new();
        for wallet in [Wallet::Spot, Wallet::Futures] {
            let balance = self.checked.engine.balance(account, wallet, asset);
            let (available, held) = (balance.available.units(), balance.held.units());
            if wallet == Wallet::Spot || available != 0 {
                parts.push(format!("{wallet:?} {available} available, {held} held"));
            }
        }
        self.show(&parts.join("; "));
    }
}
