//! Commands through an engine, and what it said.

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

/// What a stream is made of.
pub struct Shape {
    pub name: &'static str,
    pub markets: u16,
    /// The markets share so many base assets. An account sells half of them when there are several.
    pub bases: u16,
    pub accounts: u32,
    /// The accounts that trade.
    pub traders: u32,
    /// How far from the middle orders rest, in ticks, and how many rest before the measured part begins.
    pub width_ticks: i64,
    pub resting: usize,
}

const MIDDLE_TICKS: i64 = 1_000_000;
const QUOTE: AssetId = AssetId(0);

/// A flow of commands through an engine, and what it said.
pub struct Flow<'a> {
    shape: &'a Shape,
    pub engine: Engine,
    pub said: Vec<Published>,
    /// Orders that may still rest: market, account, number.
    live: Vec<(MarketId, AccountId, OrderId)>,
    chance: u64,
    at: Timestamp,
    names: u64,
}

impl<'a> Flow<'a> {
    pub fn new(shape: &'a Shape) -> Flow<'a> {
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
        for asset in 0..=shape.bases {
            flow.apply(Command::ListAsset {
                symbol: symbol_of(&format!("A{asset}")),
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
            base: self.base_of(MarketId(market)),
            quote: QUOTE,
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
        self.apply(Command::OpenAccount(OpenAccount {
            reference: reference(account, 0),
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
        self.fund(account, QUOTE);
        for base in (1..=self.shape.bases).map(AssetId) {
            if account.0 <= self.shape.traders && self.has_base(account, base) {
                self.fund(account, base);
            }
        }
    }

    fn fund(&mut self, account: AccountId, asset: AssetId) {
        self.apply(Command::CreditDeposit(Deposit {
            reference: reference(account, 1 + u64::from(asset.0)),
            chain: ChainId(0),
            account,
            asset,
            amount: Amount::new(1 << 70).expect("an amount"),
        }));
    }

    fn base_of(&self, market: MarketId) -> AssetId {
        AssetId(1 + market.0 % self.shape.bases)
    }

    fn has_base(&self, account: AccountId, base: AssetId) -> bool {
        self.shape.bases == 1 || (account.0 + u32::from(base.0)).is_multiple_of(2)
    }

    pub fn prefill(&mut self) {
        while self.live.len() < self.shape.resting {
            self.place(false);
        }
    }

    /// Places a resting order, crosses the book, or cancels, so that about as many orders rest as before.
    pub fn step(&mut self) {
        self.at = self.at.plus_nanos(100_000);
        match self.below(100) {
            0..48 => self.place(false),
            48..62 => self.place(true),
            _ => self.cancel(),
        }
    }

    fn place(&mut self, is_crossing: bool) {
        let market = MarketId(self.below(u64::from(self.shape.markets)) as u16);
        let account = AccountId(1 + self.below(u64::from(self.shape.traders)) as u32);
        let is_selling = match self.shape.bases {
            1 => self.below(2) == 1,
            _ => self.has_base(account, self.base_of(market)),
        };
        let side = if is_selling { Side::Sell } else { Side::Buy };
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

fn reference(account: AccountId, kind: u64) -> Reference {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&account.0.to_le_bytes());
    bytes[8..16].copy_from_slice(&kind.to_le_bytes());
    Reference(bytes)
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
