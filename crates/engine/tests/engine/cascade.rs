//! Ten thousand stops in one sweep: no command works without bound, no other market waits, nothing trades outside the
//! band.

use model::command::Command;
use model::event::{Event, Traded};
use model::id::MarketId;
use model::time::Timestamp;

use crate::check::Checked;
use crate::parse::Names;

const ACCOUNTS: usize = 100;
const STOPS_PER_ACCOUNT: usize = 100;
const STOPS: usize = ACCOUNTS * STOPS_PER_ACCOUNT;
const STARTS_MAX: usize = 16;
/// The band lets nothing trade below nine tenths of the reference price.
const BAND: &str = "band=900000..1100000";

struct Sweep {
    checked: Checked,
    names: Names,
    band: Band,
}

impl Sweep {
    fn run(&mut self, line: &str) -> Vec<Event> {
        let command = self.names.command(line);
        self.apply(command)
    }

    fn apply(&mut self, command: Command) -> Vec<Event> {
        let events = self
            .checked
            .apply(Timestamp::from_millis(1_000_000), command);
        self.band.watch(&events);
        for event in &events {
            match event {
                Event::AssetListed(asset) => self.names.assets.push(asset.symbol.to_string()),
                Event::MarketListed { instrument, terms } => {
                    self.names.markets.push(instrument.symbol.to_string());
                    self.names.terms.push(**terms);
                }
                _ => {}
            }
        }
        events
    }

    /// A market with bids from 1,000 down, and stops that sell as the price falls, a hundred at each tick.
    fn prepared() -> Sweep {
        let mut sweep = Sweep {
            checked: Checked::new(),
            names: Names::default(),
            band: Band::default(),
        };
        let markets = [
            "genesis 7".to_owned(),
            "asset BTC".to_owned(),
            "asset USD".to_owned(),
            format!("market BTCUSD BTC USD orders=200 {BAND}"),
            "market ETHUSD BTC USD".to_owned(),
        ];
        for line in markets {
            sweep.run(&line);
        }
        sweep.run("phase BTCUSD continuous");
        sweep.run("phase ETHUSD continuous");
        for account in 1..=ACCOUNTS + 2 {
            sweep.run(&format!("open a{account} {account}"));
            sweep.run(&format!("key {account} {account} all"));
            sweep.run(&format!("credit b{account} {account} BTC 100_000"));
            sweep.run(&format!("credit u{account} {account} USD 100_000_000"));
        }
        let (maker, taker) = (ACCOUNTS + 1, ACCOUNTS + 2);
        sweep.run(&format!("buy {maker} BTCUSD 1 @ 1000 gtc"));
        sweep.run(&format!("sell {taker} BTCUSD 1 @ 1000 gtc"));
        for below in 1..=190 {
            let price = 1_000 - below;
            sweep.run(&format!("buy {maker} BTCUSD 100 @ {price} gtc"));
        }
        for account in 1..=ACCOUNTS {
            for step in 1..=STOPS_PER_ACCOUNT {
                let stop = 1_000 - step;
                let events = sweep.run(&format!("sell {account} BTCUSD 1 market stop={stop}"));
                assert!(matches!(events[0], Event::OrderAccepted(_)), "{events:?}");
            }
        }
        sweep
    }
}

fn is_start(event: &&Event) -> bool {
    matches!(event, Event::OrderTriggered(_))
}

/// The average of all trades so far, as value and quantity: all of them fall into five minutes.
#[derive(Clone, Copy, Default)]
struct Average {
    value: i64,
    qty: i64,
}

/// Holds every trade against the band of its taker, which is that of the moment the taker came or started.
#[derive(Default)]
struct Band {
    now: Average,
    of_taker: Average,
    trades: u32,
}

impl Band {
    fn watch(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::OrderAccepted(_) | Event::OrderTriggered(_) => self.of_taker = self.now,
                Event::Traded(traded) if traded.market == MarketId(0) => self.trade(traded),
                _ => {}
            }
        }
    }

    fn trade(&mut self, traded: &Traded) {
        let (price, qty) = (traded.price.ticks(), traded.qty.lots());
        let Average { value, qty: lots } = self.of_taker;
        assert!(
            value * 9 <= price * lots * 10,
            "{traded:?} is outside the band"
        );
        self.now.value += price * qty;
        self.now.qty += qty;
        self.trades += 1;
    }
}

#[test]
fn ten_thousand_stops_in_one_sweep_start_a_few_a_command_and_inside_the_band() {
    let mut sweep = Sweep::prepared();
    let (maker, taker) = (ACCOUNTS + 1, ACCOUNTS + 2);
    let events = sweep.run(&format!("sell {taker} BTCUSD 1 @ 999 gtc"));
    let mut started = events.iter().filter(is_start).count();
    let (mut most, mut commands) = (started, 1);
    while sweep.checked.engine.due_markets().next().is_some() {
        // Whoever trades elsewhere takes turns with the sweep.
        sweep.run(&format!("buy {maker} ETHUSD 1 @ 10 gtc"));
        let elsewhere = sweep.run(&format!("sell {taker} ETHUSD 1 @ 10 gtc"));
        assert!(
            elsewhere
                .iter()
                .any(|event| matches!(event, Event::Traded(_)))
        );

        let market = MarketId(0);
        let events = sweep.apply(Command::StartDue { market });
        let starts = events.iter().filter(is_start).count();
        started += starts;
        most = most.max(starts);
        commands += 1;
    }
    assert_eq!(most, STARTS_MAX);
    assert!(commands <= STOPS.div_ceil(STARTS_MAX) + 1, "{commands}");
    assert_eq!(sweep.checked.engine.audit(), Ok(()));
    assert!(9_000 < started && 9_000 < sweep.band.trades, "{started}");
}
