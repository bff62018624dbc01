//! An exchange under test: an engine whose events go through the hub to the streams, and the truth about its book.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crossbeam_channel::bounded;
use engine::engine::Engine;
use gateway::clock;
use gateway::hub::{Answered, EventHistory, Hub};
use gateway::ws::beat::Beat;
use gateway::ws::fanout::Fanout;
use model::account::{FEE_TIERS, Scopes};
use model::command::{
    Action, Cancel, ClientHeader, Command, Deposit, Genesis, ListMarket, NewOrder, OpenAccount,
    Sequenced,
};
use model::event::Event;
use model::id::{
    AccountId, AssetId, ChainId, KeyId, MarketId, OrderId, OwnerId, Reference, Sequence,
};
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    CancelRestriction, OrderKind, OrderRef, SelfTradeMode, SelfTradeModes, Side, TimeInForce,
};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use views::views::Views;

use crate::chance::Chance;

pub const BTCUSDT: MarketId = MarketId(0);
pub const ALICE: AccountId = AccountId(1);
pub const BOB: AccountId = AccountId(2);
/// One tick and one lot are a hundredth.
pub const STEP_UNITS: i64 = 1_000_000;

/// The lots of each level of both sides, by price in units.
pub type Levels = BTreeMap<i128, i128>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrueBook {
    pub bids: Levels,
    pub asks: Levels,
}

/// The book as the engine has it, after each update that ended a command.
pub type Truth = Arc<Mutex<BTreeMap<u64, TrueBook>>>;

pub struct Exchange {
    engine: Engine,
    /// Views that are folded command by command, to tell which update a command ended with.
    shadow: Views,
    pub hub: Arc<Hub>,
    pub fanout: Arc<Fanout>,
    pub at: Timestamp,
    pub truth: Truth,
    batch: Vec<Done>,
    numbers: u64,
    /// The encoded events of every command.
    pub payloads: Vec<Vec<u8>>,
}

struct Done {
    sequence: Sequence,
    at: Timestamp,
    events: Vec<Event>,
}

impl Exchange {
    /// Returns an exchange with two open markets and two rich accounts.
    pub fn open(fanout: Arc<Fanout>) -> Exchange {
        let (queue, _) = bounded(1);
        let streams = Arc::clone(&fanout);
        let hub = Hub::new(
            queue,
            Views::new(),
            EventHistory::none(),
            Box::new(move |views, changed| streams.publish(views, changed)),
            Arc::clone(fanout.user_streams()),
        );
        let mut exchange = Exchange {
            engine: Engine::new(),
            shadow: Views::new(),
            hub,
            fanout,
            at: clock::now(),
            truth: Truth::default(),
            batch: Vec::new(),
            numbers: 0,
            payloads: Vec::new(),
        };
        exchange.set_up();
        exchange
    }

    fn set_up(&mut self) {
        self.command(Command::Genesis(Genesis {
            cluster: 1,
            table_seed: 99,
            blinding_key: [0; 32],
        }));
        for asset in ["BTC", "USDT", "ETH"] {
            let symbol = parsed(asset);
            self.command(Command::ListAsset { symbol });
        }
        for account in [ALICE, BOB] {
            self.open_account(account);
        }
        self.list("BTCUSDT", AssetId(0), AssetId(1));
        self.list("ETHBTC", AssetId(2), AssetId(0));
    }

    fn open_account(&mut self, account: AccountId) {
        let reference = self.reference();
        self.command(Command::OpenAccount(OpenAccount {
            reference,
            owner: OwnerId(u64::from(account.0)),
            master: None,
        }));
        self.command(Command::CreateKey {
            key: key_of(account),
            account,
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        });
        for asset in 0..3 {
            let reference = self.reference();
            self.command(Command::CreditDeposit(Deposit {
                reference,
                chain: ChainId(0),
                account,
                asset: AssetId(asset),
                amount: Amount::new(1 << 70).expect("legal"),
            }));
        }
    }

    /// Lists and opens a market.
    pub fn list(&mut self, symbol: &str, base: AssetId, quote: AssetId) {
        let count = self.shadow.markets().count();
        self.command(Command::ListMarket(ListMarket {
            symbol: parsed(symbol),
            base,
            quote,
            grid: Grid {
                tick_units: STEP_UNITS,
                lot_units: STEP_UNITS * 100,
            },
            terms: Box::new(terms()),
        }));
        self.command(Command::SetPhase {
            market: MarketId(u16::try_from(count).expect("few")),
            phase: Phase::Continuous,
            cause: Cause::Operator,
        });
    }

    fn reference(&mut self) -> Reference {
        self.numbers += 1;
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.numbers.to_le_bytes());
        Reference(bytes)
    }

    /// Applies a command; its events are published with the batch.
    pub fn apply(&mut self, command: Command) -> Vec<Event> {
        let sequenced = Sequenced {
            sequence: self.engine.sequence().next(),
            at: self.at,
            command,
        };
        let mut events = Vec::new();
        self.engine.apply(&sequenced, &mut events);
        self.note_truth(&sequenced, &events);
        let mut payload = Vec::new();
        wire::binary::event::encode(sequenced.sequence, self.at, &events, &mut payload);
        self.payloads.push(payload);
        self.batch.push(Done {
            sequence: sequenced.sequence,
            at: self.at,
            events: events.clone(),
        });
        events
    }

    fn note_truth(&mut self, sequenced: &Sequenced, events: &[Event]) {
        for event in events {
            let published = model::event::Published {
                sequence: sequenced.sequence,
                at: sequenced.at,
                event: event.clone(),
            };
            self.shadow.fold(&published, &mut Vec::new());
        }
        let market = self.shadow.market(BTCUSDT);
        if let (Some(market), Some(book)) = (market, self.engine.book(BTCUSDT)) {
            let side = |side| {
                book.levels(side)
                    .map(|level| {
                        let price = i128::from(level.price.ticks()) * i128::from(STEP_UNITS);
                        (price, level.open_lots * i128::from(STEP_UNITS) * 100)
                    })
                    .collect()
            };
            let book = TrueBook {
                bids: side(Side::Buy),
                asks: side(Side::Sell),
            };
            let mut truth = self.truth.lock().expect("sound");
            truth.insert(market.last_update(), book);
        }
    }

    /// Publishes what was applied since the last time.
    pub fn publish(&mut self) {
        let batch = core::mem::take(&mut self.batch);
        let answered: Vec<Answered<'_>> = batch
            .iter()
            .map(|done| Answered {
                ticket: 0,
                sequence: done.sequence,
                at: done.at,
                events: &done.events,
            })
            .collect();
        self.hub.publish(&answered);
    }

    /// Applies and publishes one command.
    pub fn command(&mut self, command: Command) -> Vec<Event> {
        let events = self.apply(command);
        self.publish();
        let is_refused = matches!(events.as_slice(), [Event::Rejected { .. }]);
        assert!(!is_refused, "{events:?}");
        events
    }

    /// Lets time pass.
    pub fn wait_millis(&mut self, millis: i64) {
        self.at = self.at.plus_nanos(millis * model::time::NANOS_PER_MILLI);
    }

    /// Returns an order for BTCUSDT.
    pub fn order(&mut self, account: AccountId, side: Side, lots: i64, ticks: i64) -> Command {
        self.numbers += 1;
        client(
            account,
            Action::Place(NewOrder {
                market: BTCUSDT,
                side,
                kind: OrderKind::Limit {
                    price: Price::new(ticks).expect("legal"),
                    qty: Qty::new(lots).expect("legal"),
                    time_in_force: TimeInForce::GoodTillCancel,
                },
                client_id: ClientOrderId::from_number(self.numbers),
                self_trade: None,
            }),
        )
    }

    pub fn buy(&mut self, account: AccountId, lots: i64, ticks: i64) {
        let order = self.order(account, Side::Buy, lots, ticks);
        self.command(order);
    }

    pub fn sell(&mut self, account: AccountId, lots: i64, ticks: i64) {
        let order = self.order(account, Side::Sell, lots, ticks);
        self.command(order);
    }

    /// Bob sells to Alice: one trade.
    pub fn trade(&mut self, lots: i64, ticks: i64) {
        self.sell(BOB, lots, ticks);
        self.buy(ALICE, lots, ticks);
    }

    /// Applies a random command that meets those before it.
    pub fn apply_random(&mut self, chance: &mut Chance) {
        let account = if chance.is_one_in(2) { ALICE } else { BOB };
        let command = match chance.below(10) {
            0..6 => {
                let side = if chance.is_one_in(2) {
                    Side::Buy
                } else {
                    Side::Sell
                };
                // Bids mostly below 1,000 and asks mostly above, so that a book builds up.
                let away = chance.between(-3, 25);
                let ticks = match side {
                    Side::Buy => 1_000 - away,
                    Side::Sell => 1_000 + away,
                };
                self.order(account, side, chance.between(1, 20), ticks)
            }
            6..9 => {
                let open = self.shadow.open_orders_in(account, BTCUSDT);
                let order = match open.len() as u64 {
                    0 => OrderId(1),
                    count => open[usize::try_from(chance.below(count)).expect("small")].order,
                };
                client(
                    account,
                    Action::Cancel(Cancel {
                        market: BTCUSDT,
                        order: OrderRef::Id(order),
                        restriction: CancelRestriction::None,
                    }),
                )
            }
            _ if chance.is_one_in(20) => client(account, Action::CancelAll { market: BTCUSDT }),
            _ => Command::Tick,
        };
        self.apply(command);
    }

    /// Lets the timer of the streams beat once.
    pub fn beat(&self, number: u64) {
        self.fanout
            .beat(Beat(number), &|look| look(&self.hub.views()));
    }
}

fn client(account: AccountId, action: Action) -> Command {
    Command::Client {
        header: ClientHeader {
            account,
            key: key_of(account),
            valid_until: Timestamp::MAX,
            idempotency: None,
        },
        action,
    }
}

fn key_of(account: AccountId) -> KeyId {
    KeyId(u64::from(account.0))
}

fn parsed(symbol: &str) -> Symbol {
    Symbol::parse(symbol.as_bytes()).expect("a symbol")
}

/// Terms under which everything is allowed and free.
fn terms() -> Terms {
    let wide = Band {
        up: RatioPpm::MAX,
        down: RatioPpm::new(0).expect("legal"),
    };
    let free = RatePpb::new(0).expect("legal");
    let free = FeeRates {
        maker: free,
        taker: free,
    };
    let most = Qty::new(1 << 40).expect("legal");
    Terms {
        price_min: Price::MIN,
        price_max: Price::new(1_000_000).expect("legal"),
        qty_min: Qty::new(1).expect("legal"),
        qty_max: most,
        market_qty_min: Qty::new(1).expect("legal"),
        market_qty_max: most,
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: wide,
        ask_band: wide,
        execution_band: wide,
        open_orders_max: 100_000,
        position_max: Amount::MAX,
        fees: [free; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}
