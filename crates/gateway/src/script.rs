//! For tests: commands whose events are written by hand, folded into views as if an engine had issued them.
//!
//! One market BTCUSDT and three rich accounts. Holds are left out: the views of orders do not depend on them.

use model::account::FEE_TIERS;
use model::event::{
    Event, ListAccepted, OrderAccepted, OrderActivated, OrderClosed, OrderInstructed,
    OrderTriggered, Party, Published, Traded,
};
use model::id::{
    AccountId, AssetId, ListId, MarketId, OrderId, OwnerId, Sequence, TradeGroupId, TradeId,
};
use model::instrument::{Asset, Band, FeeRates, Grid, Instrument, InstrumentKind, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    CloseReason, Condition, Instructions, ListKind, OrderKind, Purpose, SelfTradeMode,
    SelfTradeModes, Side, TimeInForce, Trigger,
};
use model::strategy::Strategy;
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use views::change::Change;
use views::views::Views;

use crate::hub::Answered;
use crate::rest::facts::Listing;

pub const ALICE: AccountId = AccountId(1);
pub const BOB: AccountId = AccountId(2);
pub const CAROL: AccountId = AccountId(3);
pub const MARKET: MarketId = MarketId(0);

/// The views and the last command they folded.
pub struct Script {
    pub views: Views,
    sequence: Sequence,
    pub at: Timestamp,
    pub events: Vec<Event>,
    pub changes: Vec<Change>,
}

impl Script {
    pub fn new() -> Script {
        let mut script = Script {
            views: Views::new(),
            sequence: Sequence::ZERO,
            at: Timestamp::ZERO,
            events: Vec::new(),
            changes: Vec::new(),
        };
        for (id, name) in [(0, "BTC"), (1, "USDT")] {
            let asset = Asset {
                id: AssetId(id),
                symbol: symbol(name),
            };
            script.command(vec![Event::AssetListed(asset)]);
        }
        script.command(vec![Event::MarketListed {
            instrument: instrument(),
            terms: Box::new(terms()),
        }]);
        for account in [ALICE, BOB, CAROL] {
            script.command(vec![Event::AccountOpened {
                account,
                owner: OwnerId(u64::from(account.0)),
                group: TradeGroupId(account.0),
            }]);
        }
        script
    }

    /// Folds the events of one command.
    pub fn command(&mut self, events: Vec<Event>) {
        self.sequence = self.sequence.next();
        self.at = Timestamp::from_millis(self.sequence.0 as i64);
        self.changes.clear();
        for event in &events {
            let published = Published {
                sequence: self.sequence,
                at: self.at,
                event: event.clone(),
            };
            self.views.fold(&published, &mut self.changes);
        }
        self.views.end_command(&mut self.changes);
        self.events = events;
    }

    /// Returns the last command as the hub has it.
    pub fn answered(&self) -> Answered<'_> {
        Answered {
            ticket: 0,
            sequence: self.sequence,
            at: self.at,
            events: &self.events,
        }
    }

    pub fn listing(&self) -> Listing {
        let market = self.views.market(MARKET).expect("listed");
        Listing::of(&self.views, market)
    }
}

pub fn accepted(account: AccountId, order: u64, side: Side, kind: OrderKind) -> Event {
    Event::OrderAccepted(OrderAccepted {
        market: MARKET,
        order: OrderId(order),
        account,
        side,
        kind,
        self_trade: SelfTradeMode::ExpireMaker,
        client_id: name(&format!("o{order}")),
        hold: Amount::ZERO,
    })
}

pub fn instructed(account: AccountId, order: u64, instructions: Instructions) -> Event {
    Event::OrderInstructed(OrderInstructed {
        market: MARKET,
        order: OrderId(order),
        account,
        instructions,
        is_pending: false,
    })
}

pub fn pending(account: AccountId, order: u64, instructions: Instructions) -> Event {
    Event::OrderInstructed(OrderInstructed {
        market: MARKET,
        order: OrderId(order),
        account,
        instructions,
        is_pending: true,
    })
}

pub fn rested(account: AccountId, order: u64, side: Side, lots: i64) -> Event {
    Event::OrderRested {
        market: MARKET,
        order: OrderId(order),
        account,
        side,
        price: price(100),
        qty: qty(lots),
    }
}

pub fn refilled(account: AccountId, order: u64, side: Side, lots: i64) -> Event {
    Event::OrderRefilled {
        market: MARKET,
        order: OrderId(order),
        account,
        side,
        price: price(100),
        qty: qty(lots),
    }
}

pub fn triggered(account: AccountId, order: u64, side: Side) -> Event {
    Event::OrderTriggered(OrderTriggered {
        pegged: None,
        market: MARKET,
        order: OrderId(order),
        account,
        side,
        release: Amount::ZERO,
        hold: Amount::ZERO,
    })
}

pub fn activated(account: AccountId, order: u64, side: Side) -> Event {
    Event::OrderActivated(OrderActivated {
        pegged: None,
        market: MARKET,
        order: OrderId(order),
        account,
        side,
        hold: Amount::ZERO,
    })
}

/// A trade at 100 ticks whose value is left out, as holds are.
pub fn traded(
    trade: u64,
    lots: i64,
    maker: (AccountId, u64),
    taker: (AccountId, u64),
    taker_side: Side,
) -> Event {
    let party = |(account, order)| Party {
        account,
        order: OrderId(order),
        fee: Amount::ZERO,
    };
    Event::Traded(Traded {
        market: MARKET,
        trade: TradeId(trade),
        price: price(100),
        qty: qty(lots),
        quote: Amount::ZERO,
        base: Amount::ZERO,
        taker_side,
        maker: party(maker),
        taker: party(taker),
        maker_rebate: Amount::ZERO,
        buyer_release: Amount::ZERO,
    })
}

pub fn closed(account: AccountId, order: u64, side: Side, reason: CloseReason) -> Event {
    Event::OrderClosed(OrderClosed {
        market: MARKET,
        order: OrderId(order),
        account,
        side,
        reason,
        unbooked: Qty::ZERO,
        price: None,
        release: Amount::ZERO,
    })
}

pub fn list_accepted(account: AccountId, list: u64, kind: ListKind, first_order: u64) -> Event {
    Event::ListAccepted(ListAccepted {
        market: MARKET,
        list: ListId(list),
        account,
        kind,
        client_id: name(&format!("l{list}")),
        first_order: OrderId(first_order),
    })
}

pub fn list_closed(account: AccountId, list: u64) -> Event {
    Event::ListClosed {
        market: MARKET,
        list: ListId(list),
        account,
    }
}

pub fn limit(lots: i64) -> OrderKind {
    OrderKind::Limit {
        price: price(100),
        qty: qty(lots),
        time_in_force: TimeInForce::GoodTillCancel,
    }
}

pub fn maker(lots: i64) -> OrderKind {
    OrderKind::LimitMaker {
        price: price(100),
        qty: qty(lots),
    }
}

pub fn market(lots: i64) -> OrderKind {
    OrderKind::Market { qty: qty(lots) }
}

pub fn stop_at(ticks: i64) -> Instructions {
    let condition = Condition::Stop {
        price: price(ticks),
    };
    Instructions {
        peg: None,
        strategy: Strategy::NONE,
        trigger: Some(Trigger {
            purpose: Purpose::StopLoss,
            condition,
        }),
        iceberg: None,
    }
}

pub fn showing(lots: i64) -> Instructions {
    Instructions {
        peg: None,
        strategy: Strategy::NONE,
        trigger: None,
        iceberg: Some(qty(lots)),
    }
}

fn instrument() -> Instrument {
    Instrument {
        id: MARKET,
        symbol: symbol("BTCUSDT"),
        kind: InstrumentKind::Spot,
        base: AssetId(0),
        quote: AssetId(1),
        grid: Grid {
            tick_units: 100_000_000,
            lot_units: 100_000_000,
        },
        quote_per_tick_lot: 100_000_000,
    }
}

fn terms() -> Terms {
    let band = Band {
        up: RatioPpm::new(5_000_000).expect("legal"),
        down: RatioPpm::new(200_000).expect("legal"),
    };
    let fee = RatePpb::new(0).expect("legal");
    Terms {
        price_min: price(1),
        price_max: price(1_000_000),
        qty_min: qty(1),
        qty_max: qty(1_000_000),
        market_qty_min: qty(1),
        market_qty_max: qty(1_000_000),
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: band,
        ask_band: band,
        execution_band: band,
        open_orders_max: 100,
        position_max: Amount::MAX,
        fees: [FeeRates {
            maker: fee,
            taker: fee,
        }; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

fn symbol(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("legal")
}

pub fn name(text: &str) -> ClientOrderId {
    ClientOrderId::parse(text.as_bytes()).expect("legal")
}

fn price(ticks: i64) -> Price {
    Price::new(ticks).expect("legal")
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("legal")
}
