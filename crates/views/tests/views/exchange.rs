//! An exchange under test: an engine, the views that fold its events, and everything said so far.

use engine::engine::Engine;
use model::account::{FEE_TIERS, Scopes, Wallet};
use model::command::{
    Action, Amend, Cancel, ClientHeader, Command, Deposit, Genesis, ListMarket, NewOrder,
    OpenAccount, Replace, Sequenced,
};
use model::event::{Event, Published};
use model::id::{AccountId, AssetId, ChainId, KeyId, MarketId, OrderId, OwnerId, Reference};
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    CancelRestriction, OrderKind, OrderRef, ReplaceMode, SelfTradeMode, SelfTradeModes, Side,
    TimeInForce,
};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use views::change::Change;
use views::limits::Limits;
use views::order::Order;
use views::views::Views;

pub const BTC: AssetId = AssetId(0);
pub const USDT: AssetId = AssetId(1);
pub const ETH: AssetId = AssetId(2);
pub const ASSETS: [AssetId; 3] = [BTC, USDT, ETH];

pub const BTCUSDT: MarketId = MarketId(0);
pub const ETHBTC: MarketId = MarketId(1);
pub const MARKETS: [MarketId; 2] = [BTCUSDT, ETHBTC];

pub const ALICE: AccountId = AccountId(1);
/// A sub-account of Alice's: they are one trade group.
pub const ALICES_SUB: AccountId = AccountId(2);
pub const BOB: AccountId = AccountId(3);
pub const CAROL: AccountId = AccountId(4);
pub const ACCOUNTS: [AccountId; 4] = [ALICE, ALICES_SUB, BOB, CAROL];

/// Monday 2024-01-01 00:00:00 UTC.
pub const START_SECOND: i64 = 1_704_067_200;

/// What each account is given of each asset.
pub const FUNDS: i128 = 1_000_000_000_000;

pub struct Exchange {
    pub engine: Engine,
    pub views: Views,
    pub at: Timestamp,
    /// Every event so far.
    pub said: Vec<Published>,
    /// What the last command changed, and what all did.
    pub changes: Vec<Change>,
    pub all_changes: Vec<Change>,
    references: u64,
}

impl Exchange {
    /// Returns an exchange before its first command.
    pub fn empty(limits: Limits) -> Exchange {
        Exchange {
            engine: Engine::new(),
            views: Views::with_limits(limits),
            at: Timestamp::from_millis(START_SECOND * 1000),
            said: Vec::new(),
            changes: Vec::new(),
            all_changes: Vec::new(),
            references: 0,
        }
    }

    /// Returns an exchange with two open markets and four funded accounts.
    pub fn open() -> Exchange {
        Exchange::open_within(Limits::STANDARD)
    }

    pub fn open_within(limits: Limits) -> Exchange {
        let mut exchange = Exchange::empty(limits);
        exchange.command(Command::Genesis(Genesis {
            cluster: 1,
            table_seed: 99,
            blinding_key: [0; 32],
        }));
        for symbol in ["BTC", "USDT", "ETH"] {
            exchange.command(Command::ListAsset {
                symbol: parsed(symbol),
            });
        }
        exchange.list("BTCUSDT", BTC, USDT);
        exchange.list("ETHBTC", ETH, BTC);
        for master in [None, Some(ALICE), None, None] {
            let account = exchange.open_account(master);
            exchange.fund(account);
        }
        exchange
    }

    fn list(&mut self, symbol: &str, base: AssetId, quote: AssetId) {
        let market = MarketId(self.views.markets().count() as u16);
        self.command(Command::ListMarket(ListMarket {
            symbol: parsed(symbol),
            base,
            quote,
            grid: Grid {
                tick_units: 1_000_000,
                lot_units: 1_000_000,
            },
            terms: Box::new(terms()),
        }));
        self.set_phase(market, Phase::Continuous);
    }

    pub fn open_account(&mut self, master: Option<AccountId>) -> AccountId {
        let account = AccountId(self.views.account_count() as u32 + 1);
        let reference = self.reference();
        self.command(Command::OpenAccount(OpenAccount {
            reference,
            owner: OwnerId(if master.is_some() {
                1
            } else {
                u64::from(account.0)
            }),
            master,
        }));
        self.command(Command::CreateKey {
            key: key_of(account),
            account,
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        });
        account
    }

    fn fund(&mut self, account: AccountId) {
        for asset in ASSETS {
            let deposit = self.deposit(account, asset, FUNDS);
            self.command(Command::CreditDeposit(deposit));
        }
    }

    pub fn deposit(&mut self, account: AccountId, asset: AssetId, units: i128) -> Deposit {
        Deposit {
            reference: self.reference(),
            chain: ChainId(0),
            account,
            asset,
            amount: amount(units),
        }
    }

    /// Returns a reference that was not used before.
    pub fn reference(&mut self) -> Reference {
        self.references += 1;
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.references.to_le_bytes());
        Reference(bytes)
    }

    pub fn set_phase(&mut self, market: MarketId, phase: Phase) {
        self.command(Command::SetPhase {
            market,
            phase,
            cause: Cause::Operator,
        });
    }

    pub fn set_terms(&mut self, market: MarketId, terms: Terms) {
        let events = self.command(Command::ChangeMarket {
            market,
            terms: Box::new(terms),
            cause: Cause::Operator,
        });
        assert!(matches!(events.last(), Some(Event::MarketChanged { .. })));
    }

    /// Lets time pass.
    pub fn wait_seconds(&mut self, seconds: i64) {
        self.wait_nanos(seconds * model::time::NANOS_PER_SECOND);
    }

    pub fn wait_nanos(&mut self, nanos: i64) {
        self.at = self.at.plus_nanos(nanos);
    }

    pub fn tick(&mut self) {
        self.command(Command::Tick);
    }

    /// Carries out a command and returns its events.
    pub fn command(&mut self, command: Command) -> Vec<Event> {
        let sequenced = Sequenced {
            sequence: self.engine.sequence().next(),
            at: self.at,
            command,
        };
        let mut events = Vec::new();
        self.engine.apply(&sequenced, &mut events);
        self.changes.clear();
        self.said.extend(events.iter().map(|event| Published {
            sequence: sequenced.sequence,
            at: sequenced.at,
            event: event.clone(),
        }));
        self.views.warm(events.iter());
        let place = (sequenced.sequence, sequenced.at);
        self.views.fold_command(place, &events, &mut self.changes);
        self.all_changes.extend_from_slice(&self.changes);
        events
    }

    pub fn ask(&mut self, account: AccountId, action: Action) -> Vec<Event> {
        self.command(Command::Client {
            header: ClientHeader {
                account,
                key: key_of(account),
                valid_until: Timestamp::MAX,
                idempotency: None,
            },
            action,
        })
    }

    /// Places an order and returns it.
    pub fn place(&mut self, account: AccountId, order: NewOrder) -> Order {
        let events = self.ask(account, Action::Place(order));
        let [Event::OrderAccepted(accepted), ..] = events.as_slice() else {
            panic!("the order was refused: {events:?}");
        };
        self.order(accepted.order)
    }

    /// Returns an order of the first market.
    pub fn order(&self, order: OrderId) -> Order {
        self.views.order(BTCUSDT, order).expect("the order is kept")
    }

    pub fn buy(&mut self, account: AccountId, lots: i64, ticks: i64) -> Order {
        self.limit(account, Side::Buy, lots, ticks)
    }

    pub fn sell(&mut self, account: AccountId, lots: i64, ticks: i64) -> Order {
        self.limit(account, Side::Sell, lots, ticks)
    }

    /// Bob sells to Alice: one trade at this price.
    pub fn trade(&mut self, lots: i64, ticks: i64) {
        self.sell(BOB, lots, ticks);
        self.buy(ALICE, lots, ticks);
    }

    fn limit(&mut self, account: AccountId, side: Side, lots: i64, ticks: i64) -> Order {
        let order = self.new_order(side, limit(lots, ticks));
        self.place(account, order)
    }

    /// Returns an order for the first market, with a client id of its own.
    pub fn new_order(&mut self, side: Side, kind: OrderKind) -> NewOrder {
        self.references += 1;
        NewOrder {
            market: BTCUSDT,
            side,
            kind,
            client_id: ClientOrderId::from_number(self.references),
            self_trade: None,
        }
    }

    pub fn cancel(&mut self, order: &Order) -> Vec<Event> {
        self.ask(
            order.account,
            Action::Cancel(Cancel {
                market: order.market,
                order: OrderRef::Id(order.order),
                restriction: CancelRestriction::None,
            }),
        )
    }

    pub fn amend(&mut self, order: &Order, lots: i64, client_id: Option<ClientOrderId>) {
        let events = self.ask(
            order.account,
            Action::Amend(Amend {
                market: order.market,
                order: OrderRef::Id(order.order),
                qty: qty(lots),
                client_id,
            }),
        );
        assert!(matches!(events.as_slice(), [Event::OrderAmended(_)]));
    }

    pub fn replace(&mut self, order: &Order, by: NewOrder) -> Vec<Event> {
        self.ask(
            order.account,
            Action::Replace(Replace {
                cancel: OrderRef::Id(order.order),
                restriction: CancelRestriction::None,
                mode: ReplaceMode::StopOnFailure,
                order: by,
            }),
        )
    }

    /// Returns (available, held) of a spot balance.
    pub fn balance(&self, account: AccountId, asset: AssetId) -> (i128, i128) {
        let balance = self.views.balance(account, Wallet::Spot, asset);
        (balance.available.units(), balance.held.units())
    }
}

/// Terms under which makers and takers pay; tier 2 is paid as a maker.
pub fn paying_terms() -> Terms {
    let mut fees = [rates(1_000_003, 2_000_003); FEE_TIERS];
    fees[1] = rates(0, 700_003);
    fees[2] = rates(-500_003, 3_000_003);
    Terms { fees, ..terms() }
}

/// Terms under which everything is allowed and nothing costs.
pub fn terms() -> Terms {
    let wide = Band {
        up: RatioPpm::MAX,
        down: RatioPpm::new(0).expect("a ratio"),
    };
    Terms {
        price_min: Price::MIN,
        price_max: price(1_000_000),
        qty_min: qty(1),
        qty_max: qty(1_000_000),
        market_qty_min: qty(1),
        market_qty_max: qty(1_000_000),
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: wide,
        ask_band: wide,
        execution_band: wide,
        open_orders_max: 200,
        position_max: Amount::MAX,
        fees: [rates(0, 0); FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

fn rates(maker_ppb: i64, taker_ppb: i64) -> FeeRates {
    let rate = |ppb| RatePpb::new(ppb).expect("a rate");
    FeeRates {
        maker: rate(maker_ppb),
        taker: rate(taker_ppb),
    }
}

pub fn limit(lots: i64, ticks: i64) -> OrderKind {
    OrderKind::Limit {
        price: price(ticks),
        qty: qty(lots),
        time_in_force: TimeInForce::GoodTillCancel,
    }
}

/// The one key of an account.
pub fn key_of(account: AccountId) -> KeyId {
    KeyId(u64::from(account.0) + 1000)
}

pub fn parsed(symbol: &str) -> Symbol {
    Symbol::parse(symbol.as_bytes()).expect("a symbol")
}

pub fn named(text: &str) -> ClientOrderId {
    ClientOrderId::parse(text.as_bytes()).expect("a client id")
}

pub fn price(ticks: i64) -> Price {
    Price::new(ticks).expect("a price")
}

pub fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("a quantity")
}

pub fn amount(units: i128) -> Amount {
    Amount::new(units).expect("an amount")
}
