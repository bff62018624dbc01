//! How many events a second the views fold: `cargo bench -p views -- [SHAPE] [COMMANDS]`.
//!
//! Three streams out of the engine: one busy market with a thousand accounts; one market with a deep book and many
//! accounts; a hundred markets. Folding alone is timed, on one thread, with the events in memory, in CPU time where
//! the system tells it, so that a busy machine does not count.

#![allow(clippy::disallowed_types, reason = "a benchmark reads the clock")]

use engine::engine::Engine;
use model::account::{FEE_TIERS, Scopes};
use model::command::{
    Action, Cancel, ClientHeader, Command, Deposit, Genesis, ListMarket, NewOrder, OpenAccount,
    Sequenced,
};
use model::event::{Event, Published};
use model::id::{AccountId, AssetId, ChainId, KeyId, MarketId, OrderId, OwnerId, Reference};
use model::index::hash_words;
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    CancelRestriction, OrderKind, OrderRef, SelfTradeMode, SelfTradeModes, Side, TimeInForce,
};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use std::time::{Duration, Instant};
use views::views::Views;

/// What a stream is made of.
struct Shape {
    name: &'static str,
    markets: u16,
    accounts: u32,
    /// How far from the middle orders rest, in ticks, and how many rest before the measured part begins.
    width_ticks: i64,
    resting: usize,
}

const SHAPES: [Shape; 3] = [
    Shape {
        name: "one",
        markets: 1,
        accounts: 1_000,
        width_ticks: 500,
        resting: 2_000,
    },
    Shape {
        name: "deep",
        markets: 1,
        accounts: 10_000,
        width_ticks: 40_000,
        resting: 100_000,
    },
    Shape {
        name: "hundred",
        markets: 100,
        accounts: 10_000,
        width_ticks: 500,
        resting: 200_000,
    },
];

const MIDDLE_TICKS: i64 = 1_000_000;
/// Folds of each stream; the quickest counts.
const RUNS: usize = 3;
/// Events folded between two calls that would hand the changes on.
const BATCH: usize = 256;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let commands = arguments.iter().find_map(|argument| argument.parse().ok());
    let is_named = |shape: &&Shape| arguments.iter().any(|argument| argument == shape.name);
    let is_any_named = SHAPES.iter().any(|shape| is_named(&shape));
    for shape in SHAPES.iter().filter(|it| !is_any_named || is_named(it)) {
        measure(shape, commands.unwrap_or(1_000_000));
    }
}

fn measure(shape: &Shape, commands: usize) {
    let mut flow = Flow::new(shape);
    flow.prefill();
    let prefill = std::mem::take(&mut flow.said);
    for _ in 0..commands {
        flow.step();
    }
    let mut views = Views::new();
    let mut elapsed = Duration::MAX;
    for _ in 0..RUNS {
        views = Views::new();
        let mut changes = Vec::new();
        fold(&mut views, &prefill, &mut changes);
        let started = Clock::start();
        fold(&mut views, &flow.said, &mut changes);
        elapsed = elapsed.min(started.elapsed());
    }
    let started = Clock::start();
    let state = views.state();
    let taken = started.elapsed();
    let started = Clock::start();
    let restored = Views::restore(state);
    let restored_in = started.elapsed();
    assert!(restored.is_ok());
    let events = flow.said.len() as f64;
    println!(
        "{:8} {commands} commands, {} events: {:.2} M events/s, {:.0} ns an event, {:.0} ns a command; \
         state {:.2} s, restore {:.2} s",
        shape.name,
        flow.said.len(),
        events / elapsed.as_secs_f64() / 1e6,
        elapsed.as_nanos() as f64 / events,
        elapsed.as_nanos() as f64 / commands as f64,
        taken.as_secs_f64(),
        restored_in.as_secs_f64(),
    );
}

/// Time this thread spent on a CPU, or time passed when the system does not tell.
struct Clock {
    cpu: Option<Duration>,
    wall: Instant,
}

impl Clock {
    fn start() -> Clock {
        Clock {
            cpu: cpu_time(),
            wall: Instant::now(),
        }
    }

    fn elapsed(&self) -> Duration {
        match (self.cpu, cpu_time()) {
            (Some(before), Some(now)) => now - before,
            _ => self.wall.elapsed(),
        }
    }
}

/// Reads the first number of Linux' schedstat: nanoseconds on a CPU.
fn cpu_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

fn fold(views: &mut Views, said: &[Published], changes: &mut Vec<views::change::Change>) {
    for batch in said.chunks(BATCH) {
        changes.clear();
        views.warm(batch.iter().map(|published| &published.event));
        for published in batch {
            views.fold(published, changes);
        }
    }
    views.end_command(changes);
}

/// A flow of commands through an engine, and what it said.
struct Flow<'a> {
    shape: &'a Shape,
    engine: Engine,
    said: Vec<Published>,
    /// Orders that may still rest: market, account, number.
    live: Vec<(MarketId, AccountId, OrderId)>,
    chance: u64,
    at: Timestamp,
    names: u64,
}

impl<'a> Flow<'a> {
    fn new(shape: &'a Shape) -> Flow<'a> {
        let mut flow = Flow {
            shape,
            engine: Engine::new(),
            said: Vec::new(),
            live: Vec::new(),
            chance: 7,
            at: Timestamp::from_millis(1_704_067_200_000),
            names: 0,
        };
        flow.apply(Command::Genesis(Genesis {
            cluster: 1,
            table_seed: 99,
            blinding_key: [0; 32],
        }));
        for symbol in ["BASE", "QUOTE"] {
            flow.apply(Command::ListAsset {
                symbol: symbol_of(symbol),
            });
        }
        for market in 0..shape.markets {
            flow.list(market);
        }
        for account in 1..=shape.accounts {
            flow.open(AccountId(account));
        }
        flow
    }

    fn list(&mut self, market: u16) {
        self.apply(Command::ListMarket(ListMarket {
            symbol: symbol_of(&format!("M{market}")),
            base: AssetId(0),
            quote: AssetId(1),
            grid: Grid {
                tick_units: 1_000_000,
                lot_units: 1_000,
            },
            terms: Box::new(terms()),
        }));
        self.apply(Command::SetPhase {
            market: MarketId(market),
            phase: Phase::Continuous,
            cause: Cause::Operator,
        });
    }

    fn open(&mut self, account: AccountId) {
        let reference = |kind: u64| {
            let mut bytes = [0; 32];
            bytes[..4].copy_from_slice(&account.0.to_le_bytes());
            bytes[8..16].copy_from_slice(&kind.to_le_bytes());
            Reference(bytes)
        };
        self.apply(Command::OpenAccount(OpenAccount {
            reference: reference(0),
            owner: OwnerId(u64::from(account.0)),
            master: None,
        }));
        self.apply(Command::CreateKey {
            key: KeyId(u64::from(account.0)),
            account,
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        });
        for asset in [AssetId(0), AssetId(1)] {
            self.apply(Command::CreditDeposit(Deposit {
                reference: reference(1 + u64::from(asset.0)),
                chain: ChainId(0),
                account,
                asset,
                amount: Amount::new(1 << 70).expect("an amount"),
            }));
        }
    }

    fn prefill(&mut self) {
        while self.live.len() < self.shape.resting {
            self.place(false);
        }
    }

    /// Places a resting order, crosses the book, or cancels, so that about as many orders rest as before.
    fn step(&mut self) {
        self.at = self.at.plus_nanos(100_000);
        match self.below(100) {
            0..48 => self.place(false),
            48..62 => self.place(true),
            _ => self.cancel(),
        }
    }

    fn place(&mut self, is_crossing: bool) {
        let market = MarketId(self.below(u64::from(self.shape.markets)) as u16);
        let account = AccountId(1 + self.below(u64::from(self.shape.accounts)) as u32);
        let side = if self.below(2) == 0 {
            Side::Buy
        } else {
            Side::Sell
        };
        // Orders crowd near the middle: the distance is cubic.
        let random = self.below(1 << 20) as f64 / f64::from(1 << 20);
        let far = 1 + (random.powi(3) * self.shape.width_ticks as f64) as i64;
        let away = if is_crossing { -1 - far / 50 } else { far };
        let ticks = match side {
            Side::Buy => MIDDLE_TICKS - away,
            Side::Sell => MIDDLE_TICKS + away,
        };
        self.names += 1;
        let order = NewOrder {
            market,
            side,
            kind: OrderKind::Limit {
                price: Price::new(ticks).expect("a price"),
                qty: Qty::new(1 + self.below(100) as i64).expect("a quantity"),
                time_in_force: if is_crossing {
                    TimeInForce::ImmediateOrCancel
                } else {
                    TimeInForce::GoodTillCancel
                },
            },
            client_id: ClientOrderId::from_number(self.names),
            self_trade: Some(SelfTradeMode::None),
        };
        let before = self.said.len();
        self.ask(account, Action::Place(order));
        if let Event::OrderAccepted(accepted) = self.said[before].event
            && !is_crossing
        {
            self.live.push((market, account, accepted.order));
        }
    }

    /// Cancels a random order that may still rest.
    fn cancel(&mut self) {
        while !self.live.is_empty() {
            let index = self.below(self.live.len() as u64) as usize;
            let (market, account, order) = self.live.swap_remove(index);
            let before = self.said.len();
            self.ask(
                account,
                Action::Cancel(Cancel {
                    market,
                    order: OrderRef::Id(order),
                    restriction: CancelRestriction::None,
                }),
            );
            if matches!(self.said[before].event, Event::OrderClosed(_)) {
                return;
            }
            // It was filled before: look for another.
            self.said.truncate(before);
        }
    }

    fn ask(&mut self, account: AccountId, action: Action) {
        self.apply(Command::Client {
            header: ClientHeader {
                account,
                key: KeyId(u64::from(account.0)),
                valid_until: Timestamp::MAX,
                idempotency: None,
            },
            action,
        });
    }

    fn apply(&mut self, command: Command) {
        let sequence = self.engine.sequence().next();
        let at = self.at;
        let mut events = Vec::new();
        let sequenced = Sequenced {
            sequence,
            at,
            command,
        };
        self.engine.apply(&sequenced, &mut events);
        self.said.extend(events.into_iter().map(|event| Published {
            sequence,
            at,
            event,
        }));
    }

    fn below(&mut self, end: u64) -> u64 {
        self.chance = hash_words(self.chance, &[end]);
        self.chance % end
    }
}

fn symbol_of(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("a symbol")
}

fn terms() -> Terms {
    let wide = Band {
        up: RatioPpm::MAX,
        down: RatioPpm::new(0).expect("a ratio"),
    };
    let rate = |ppb| RatePpb::new(ppb).expect("a rate");
    let qty = |lots| Qty::new(lots).expect("a quantity");
    Terms {
        price_min: Price::MIN,
        price_max: Price::new(10 * MIDDLE_TICKS).expect("a price"),
        qty_min: qty(1),
        qty_max: qty(1_000_000),
        market_qty_min: qty(1),
        market_qty_max: qty(1_000_000),
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: wide,
        ask_band: wide,
        execution_band: wide,
        open_orders_max: 1 << 20,
        position_max: Amount::MAX,
        fees: [FeeRates {
            maker: rate(100_000),
            taker: rate(200_000),
        }; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}
