//! Scenarios of `docs/spec/orders.md`, told by the naive exchange in one line an event.

use model::account::{FEE_TIERS, Scopes};
use model::command::{
    Action, Amend, Cancel, CancelList, ClientHeader, Command, Deposit, Genesis, InstructedOrder,
    Leg, Legs, ListMarket, NewList, NewOrder, OpenAccount, Sequenced,
};
use model::event::Event;
use model::id::{
    AccountId, AssetId, ChainId, KeyId, ListId, MarketId, OrderId, OwnerId, Reference, Sequence,
};
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, BasisPoints, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    CancelRestriction, Condition, Instructions, ListRef, OrderKind, OrderRef, Purpose,
    SelfTradeMode, SelfTradeModes, Side, TimeInForce, Trigger,
};
use model::strategy::Strategy;
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use sim::naive::Naive;

const MARKET: MarketId = MarketId(0);
const BUY: Side = Side::Buy;
const SELL: Side = Side::Sell;

/// An exchange with one open market and three rich accounts; one lot at one tick is one unit of quote.
struct Scene {
    naive: Naive,
    sequence: u64,
}

impl Scene {
    fn new() -> Scene {
        let mut scene = Scene {
            naive: Naive::default(),
            sequence: 0,
        };
        scene.apply(Command::Genesis(Genesis {
            cluster: 1,
            table_seed: 1,
            blinding_key: [0; 32],
        }));
        for symbol in ["BTC", "USDT"] {
            scene.apply(Command::ListAsset {
                symbol: symbol_of(symbol),
            });
        }
        scene.apply(Command::ListMarket(ListMarket {
            symbol: symbol_of("BTCUSDT"),
            base: AssetId(0),
            quote: AssetId(1),
            grid: Grid {
                tick_units: 100_000_000,
                lot_units: 1,
            },
            terms: Box::new(terms()),
        }));
        scene.set_phase(Phase::Continuous);
        for account in 1..=3 {
            scene.open_account(account);
        }
        scene
    }

    fn open_account(&mut self, number: u32) {
        self.apply(Command::OpenAccount(OpenAccount {
            reference: Reference([number as u8; 32]),
            owner: OwnerId(u64::from(number)),
            master: None,
        }));
        self.apply(Command::CreateKey {
            key: KeyId(u64::from(number)),
            account: AccountId(number),
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        });
        for asset in 0..2 {
            let told = self.apply(Command::CreditDeposit(Deposit {
                reference: Reference([10 * (asset as u8 + 1) + number as u8; 32]),
                chain: ChainId(0),
                account: AccountId(number),
                asset: AssetId(asset),
                amount: Amount::new(1_000_000).expect("small"),
            }));
            assert!(!told.is_empty());
        }
    }

    fn apply(&mut self, command: Command) -> Vec<String> {
        self.sequence += 1;
        let events = self.naive.apply(&Sequenced {
            sequence: Sequence(self.sequence),
            at: Timestamp::from_nanos(self.sequence as i64),
            command,
        });
        self.naive.audit().expect("a sound exchange");
        events.iter().map(tell).collect()
    }

    fn send(&mut self, account: u32, action: Action) -> Vec<String> {
        self.apply(Command::Client {
            header: ClientHeader {
                account: AccountId(account),
                key: KeyId(u64::from(account)),
                valid_until: Timestamp::MAX,
                idempotency: None,
            },
            action,
        })
    }

    fn set_phase(&mut self, phase: Phase) -> Vec<String> {
        self.apply(Command::SetPhase {
            market: MARKET,
            phase,
            cause: Cause::Operator,
        })
    }

    fn place(&mut self, account: u32, side: Side, kind: OrderKind) -> Vec<String> {
        self.place_with(account, side, kind, Instructions::NONE)
    }

    fn place_with(
        &mut self,
        account: u32,
        side: Side,
        kind: OrderKind,
        instructions: Instructions,
    ) -> Vec<String> {
        let order = NewOrder {
            market: MARKET,
            side,
            kind,
            client_id: ClientOrderId::from_number(self.sequence),
            self_trade: None,
        };
        let action = if instructions == Instructions::NONE {
            Action::Place(order)
        } else {
            Action::PlaceInstructed(Box::new(InstructedOrder {
                order,
                instructions,
            }))
        };
        self.send(account, action)
    }

    fn place_list(&mut self, account: u32, legs: Legs) -> Vec<String> {
        self.send(
            account,
            Action::PlaceList(Box::new(NewList {
                market: MARKET,
                client_id: ClientOrderId::from_number(7),
                self_trade: None,
                legs,
            })),
        )
    }

    /// Makes a trade at a price, between accounts 2 and 3, in a book that is empty around it.
    fn trade_at(&mut self, price: i64) -> Vec<String> {
        self.place(2, BUY, limit(price, 1));
        let mut told = self.place(3, SELL, limit(price, 1));
        // Accepted, traded, maker filled, taker filled: what follows is what the trade led to.
        told.drain(..4);
        told
    }

    fn available(&self, account: u32, asset: u16) -> i128 {
        let wallet = model::account::Wallet::Spot;
        let balance = self
            .naive
            .balance(AccountId(account), wallet, AssetId(asset));
        balance.available
    }
}

/// Returns an event in one line.
fn tell(event: &Event) -> String {
    match event {
        Event::Rejected { reason } => format!("rejected {}", reason.name()),
        Event::OrderAccepted(it) => format!("accepted {} holding {}", it.order.0, it.hold.units()),
        Event::OrderInstructed(it) if it.is_pending => format!("pending {}", it.order.0),
        Event::OrderInstructed(it) => format!("instructed {}", it.order.0),
        Event::OrderRested { order, qty, .. } => format!("rested {} x{}", order.0, qty.lots()),
        Event::OrderRefilled { order, qty, .. } => format!("refilled {} x{}", order.0, qty.lots()),
        Event::Traded(it) => format!(
            "traded {} with {} x{} @{}",
            it.taker.order.0,
            it.maker.order.0,
            it.qty.lots(),
            it.price.ticks()
        ),
        Event::MatchPrevented(it) => format!(
            "prevented {} with {} x{}",
            it.taker_order.0,
            it.maker_order.0,
            it.maker_qty.lots()
        ),
        Event::OrderClosed(it) => format!(
            "closed {} {:?} releasing {}",
            it.order.0,
            it.reason,
            it.release.units()
        ),
        Event::OrderTriggered(it) => format!(
            "triggered {} {}->{}",
            it.order.0,
            it.release.units(),
            it.hold.units()
        ),
        Event::OrderActivated(it) => {
            format!("activated {} holding {}", it.order.0, it.hold.units())
        }
        Event::ListAccepted(it) => format!("list {} from {}", it.list.0, it.first_order.0),
        Event::ListClosed { list, .. } => format!("list {} closed", list.0),
        Event::DueStarted { left, .. } => format!("due started, {left} left"),
        Event::PhaseChanged { phase, .. } => format!("phase {phase:?}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn stops_start_in_order_of_number_and_make_others_due() {
    let mut scene = Scene::new();
    scene.trade_at(100); // orders 1 and 2
    scene.place_with(1, SELL, limit(97, 5), stop_loss(98)); // 3
    scene.place_with(1, SELL, limit(98, 5), stop_loss(99)); // 4
    scene.place(2, BUY, limit(99, 1)); // 5
    scene.place(2, BUY, limit(98, 2)); // 6
    scene.place(2, BUY, limit(97, 9)); // 7
    let told = scene.place(3, SELL, limit(99, 1)); // 8
    let expected = [
        "accepted 8 holding 1",
        "traded 8 with 5 x1 @99",
        "closed 5 Filled releasing 0",
        "closed 8 Filled releasing 0",
        "triggered 4 5->5",
        "traded 4 with 6 x2 @98",
        "closed 6 Filled releasing 0",
        "rested 4 x3",
        "triggered 3 5->5",
        "traded 3 with 7 x5 @97",
        "closed 3 Filled releasing 0",
    ];
    assert_eq!(told, expected);
}

#[test]
fn one_command_starts_sixteen_and_start_due_the_rest() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    for _ in 0..20 {
        scene.place_with(1, SELL, limit(120, 1), stop_loss(99));
    }
    let told = scene.trade_at(99);
    assert_eq!(started(&told), 16);
    let told = scene.apply(Command::StartDue { market: MARKET });
    assert_eq!(started(&told), 4);
    assert_eq!(told.last().map(String::as_str), Some("due started, 0 left"));
    let told = scene.apply(Command::StartDue { market: MARKET });
    assert_eq!(told, ["rejected NothingDue"]);
}

#[test]
fn what_is_due_waits_for_the_continuous_phase() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    scene.place_with(1, SELL, limit(120, 1), stop_loss(99));
    scene.set_phase(Phase::LimitOnly);
    assert_eq!(started(&scene.trade_at(99)), 0);
    let told = scene.apply(Command::StartDue { market: MARKET });
    assert_eq!(told, ["rejected PhaseClosed"]);
    scene.set_phase(Phase::Continuous);
    let told = scene.apply(Command::StartDue { market: MARKET });
    assert_eq!(started(&told), 1);
}

#[test]
fn a_trailing_sell_follows_the_highest_price() {
    let mut scene = Scene::new();
    scene.trade_at(1_000);
    // 100 hundredths of a per cent.
    let trail = trigger(Purpose::StopLoss, Condition::Trail { delta: points(100) });
    scene.place_with(1, SELL, limit(2_000, 1), trail);
    for price in [1_000, 1_100, 1_090] {
        assert_eq!(started(&scene.trade_at(price)), 0, "at {price}");
    }
    // 1089 × 10000 is 1100 × 9900.
    assert_eq!(started(&scene.trade_at(1_089)), 1);
}

#[test]
fn a_trail_from_a_price_starts_there() {
    let mut scene = Scene::new();
    scene.trade_at(1_000);
    let condition = Condition::TrailFrom {
        activation: ticks(1_050),
        delta: points(100),
    };
    let trail = trigger(Purpose::TakeProfit, condition);
    scene.place_with(1, SELL, limit(2_000, 1), trail);
    for price in [900, 1_049, 800, 1_060] {
        assert_eq!(started(&scene.trade_at(price)), 0, "at {price}");
    }
    assert_eq!(started(&scene.trade_at(1_049)), 1);
}

#[test]
fn a_waiting_market_buy_holds_its_stop_raised_by_the_band() {
    let mut scene = Scene::new();
    let market = OrderKind::Market { qty: qty(10) };
    let trail = trigger(Purpose::StopLoss, Condition::Trail { delta: points(10) });
    let told = scene.place_with(1, BUY, market, trail);
    assert_eq!(told, ["rejected TriggerUnpriced"]);
    // floor(105 × 1.5) × 10.
    let told = scene.place_with(1, BUY, market, stop_loss(105));
    assert_eq!(told, ["accepted 1 holding 1570", "instructed 1"]);
    scene.place(2, SELL, limit(105, 4));
    let told = scene.place(3, BUY, limit(105, 1));
    let expected = [
        "triggered 1 1570->315",
        "traded 1 with 2 x3 @105",
        "closed 2 Filled releasing 0",
        "closed 1 InsufficientLiquidity releasing 0",
    ];
    assert_eq!(told[3..], expected);
}

#[test]
fn a_stop_that_is_met_already_is_refused() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    let told = scene.place_with(1, SELL, limit(90, 1), stop_loss(100));
    assert_eq!(told, ["rejected WouldTrigger"]);
}

#[test]
fn an_iceberg_shows_itself_again_behind_the_others() {
    let mut scene = Scene::new();
    let told = scene.place_with(1, SELL, limit(100, 10), iceberg(4));
    let expected = ["accepted 1 holding 10", "instructed 1", "rested 1 x4"];
    assert_eq!(told, expected);
    scene.place(2, SELL, limit(100, 3));
    let told = scene.place(3, BUY, limit(100, 12));
    let expected = [
        "accepted 3 holding 1200",
        "traded 3 with 1 x4 @100",
        "refilled 1 x4",
        "traded 3 with 2 x3 @100",
        "closed 2 Filled releasing 0",
        "traded 3 with 1 x4 @100",
        "refilled 1 x2",
        "traded 3 with 1 x1 @100",
        "closed 3 Filled releasing 0",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_iceberg_that_expires_shows_all_of_itself_first() {
    let mut scene = Scene::new();
    scene.place_with(1, SELL, limit(100, 10), iceberg(4));
    let told = scene.place(1, BUY, limit(100, 1));
    let expected = [
        "accepted 2 holding 100",
        "refilled 1 x6",
        "prevented 2 with 1 x10",
        "closed 1 SelfTrade releasing 0",
        "rested 2 x1",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_leg_that_rests_holds_what_its_trades_cost_and_ends_the_other() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    let stop = leg(SELL, limit(90, 5), stop_loss(95), 1);
    let maker = leg(SELL, limit_maker(110, 5), Instructions::NONE, 2);
    let pair = [stop, maker];
    let told = scene.place_list(1, Legs::OneCancelsOther { pair });
    let expected = [
        "list 1 from 3",
        "accepted 3 holding 0",
        "instructed 3",
        "accepted 4 holding 5",
        "rested 4 x5",
    ];
    assert_eq!(told, expected);
    let told = scene.place(2, BUY, limit(110, 2));
    let expected = [
        "accepted 5 holding 220",
        "closed 3 OtherLeg releasing 0",
        "traded 5 with 4 x2 @110",
        "closed 5 Filled releasing 0",
    ];
    assert_eq!(told, expected);
    let told = scene.send(1, cancel(4));
    assert_eq!(told, ["closed 4 Cancelled releasing 3", "list 1 closed"]);
}

#[test]
fn a_leg_that_starts_ends_the_other_first() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    let stop = leg(SELL, limit(90, 5), stop_loss(95), 1);
    let maker = leg(SELL, limit_maker(110, 5), Instructions::NONE, 2);
    let pair = [maker, stop];
    scene.place_list(1, Legs::OneCancelsOther { pair });
    let told = scene.trade_at(95);
    let expected = [
        "closed 3 OtherLeg releasing 5",
        "triggered 4 0->5",
        "rested 4 x5",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_cancel_of_one_leg_is_a_cancel_of_the_pair() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    let stop = leg(BUY, limit(110, 5), stop_loss(105), 1);
    let maker = leg(BUY, limit_maker(90, 5), Instructions::NONE, 2);
    let pair = [maker, stop];
    scene.place_list(1, Legs::OneCancelsOther { pair });
    let told = scene.send(1, cancel(4));
    let expected = [
        "closed 4 Cancelled releasing 100",
        "closed 3 Cancelled releasing 450",
        "list 1 closed",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_pair_whose_prices_are_the_wrong_way_round_is_refused() {
    let mut scene = Scene::new();
    let stop = leg(SELL, limit(90, 5), stop_loss(110), 1);
    let maker = leg(SELL, limit_maker(110, 5), Instructions::NONE, 2);
    let pair = [stop, maker];
    let told = scene.place_list(1, Legs::OneCancelsOther { pair });
    assert_eq!(told, ["rejected ListPrices"]);
    let pair = [maker, maker];
    let told = scene.place_list(1, Legs::OneCancelsOther { pair });
    assert_eq!(told, ["rejected ListLegs"]);
}

#[test]
fn a_filled_working_leg_starts_its_bracket() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    let told = scene.place_list(1, bracket(limit(100, 5)));
    let expected = [
        "list 1 from 3",
        "accepted 3 holding 500",
        "accepted 4 holding 0",
        "pending 4",
        "accepted 5 holding 0",
        "pending 5",
        "rested 3 x5",
    ];
    assert_eq!(told, expected);
    assert_eq!(scene.place(2, SELL, limit(100, 2)).len(), 3);
    let told = scene.place(2, SELL, limit(100, 3));
    let expected = [
        "accepted 7 holding 3",
        "traded 7 with 3 x3 @100",
        "closed 3 Filled releasing 0",
        "closed 7 Filled releasing 0",
        "activated 4 holding 5",
        "activated 5 holding 0",
        "rested 4 x5",
    ];
    assert_eq!(told, expected);
    let told = scene.place(3, BUY, limit(110, 5));
    let expected = [
        "accepted 8 holding 550",
        "closed 5 OtherLeg releasing 0",
        "traded 8 with 4 x5 @110",
        "closed 4 Filled releasing 0",
        "list 1 closed",
        "closed 8 Filled releasing 0",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_working_leg_that_expires_ends_its_bracket() {
    let mut scene = Scene::new();
    let working = OrderKind::Limit {
        price: ticks(100),
        qty: qty(5),
        time_in_force: TimeInForce::ImmediateOrCancel,
    };
    let told = scene.place_list(1, bracket(working));
    let expected = [
        "closed 1 ImmediateRemainder releasing 500",
        "closed 2 WorkingLeg releasing 0",
        "closed 3 WorkingLeg releasing 0",
        "list 1 closed",
    ];
    assert_eq!(told[6..], expected);
}

#[test]
fn a_bracket_without_money_ends_when_it_is_to_start() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    // All base is in another order, and only five lots come in.
    scene.place(1, SELL, limit(500, 1_000_000));
    let working = leg(BUY, limit(100, 5), Instructions::NONE, 1);
    let pending = leg(SELL, limit(120, 6), Instructions::NONE, 2);
    scene.place_list(1, Legs::OneTriggersOther { working, pending });
    let told = scene.place(2, SELL, limit(100, 5));
    let expected = ["closed 5 InsufficientFunds releasing 0", "list 1 closed"];
    assert_eq!(told[4..], expected);
}

#[test]
fn a_pending_maker_that_would_take_is_not_placeable() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    scene.place(3, BUY, limit(115, 1)); // 3
    scene.place_list(1, bracket(limit(120, 5))); // 4, 5, 6
    let told = scene.place(2, SELL, limit(116, 5)); // 7
    let expected = [
        "closed 5 NotPlaceable releasing 0",
        "closed 6 OtherLeg releasing 0",
        "list 1 closed",
    ];
    assert_eq!(told[4..], expected);
}

#[test]
fn cancelling_a_list_cancels_its_open_legs() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    scene.place_list(1, bracket(limit(90, 5)));
    let wanted = |list| {
        Action::CancelList(CancelList {
            market: MARKET,
            list,
        })
    };
    let other = ClientOrderId::from_number(8);
    let told = scene.send(1, wanted(ListRef::Both(ListId(1), other)));
    assert_eq!(told, ["rejected OrderRefMismatch"]);
    let told = scene.send(1, wanted(ListRef::Client(ClientOrderId::from_number(7))));
    let expected = [
        "closed 3 Cancelled releasing 450",
        "closed 4 Cancelled releasing 0",
        "closed 5 Cancelled releasing 0",
        "list 1 closed",
    ];
    assert_eq!(told, expected);
    assert_eq!(
        scene.send(1, wanted(ListRef::Id(ListId(1)))),
        ["rejected ListUnknown"]
    );
}

#[test]
fn delisting_ends_the_book_first_and_then_what_waits() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    scene.place_with(1, SELL, limit(90, 2), stop_loss(95)); // 3
    scene.place_list(1, bracket(limit(90, 5))); // 4, 5, 6
    scene.place(2, SELL, limit(130, 1)); // 7
    let told = scene.set_phase(Phase::Closed);
    let expected = [
        "closed 4 Delisted releasing 450",
        "closed 5 Delisted releasing 0",
        "closed 6 Delisted releasing 0",
        "list 1 closed",
        "closed 7 Delisted releasing 1",
        "closed 3 Delisted releasing 2",
        "phase Closed",
    ];
    assert_eq!(told, expected);
    assert_eq!(scene.available(1, 1), 1_000_000);
}

#[test]
fn only_a_plain_resting_order_can_be_amended() {
    let mut scene = Scene::new();
    scene.trade_at(100);
    scene.place_with(1, SELL, limit(90, 5), stop_loss(95)); // 3
    scene.place_with(1, SELL, limit(120, 5), iceberg(2)); // 4
    scene.place_list(1, bracket(limit(90, 5))); // 5, 6, 7
    for order in 3..=7 {
        let amend = Action::Amend(Amend {
            market: MARKET,
            order: OrderRef::Id(OrderId(order)),
            qty: qty(1),
            client_id: None,
        });
        assert_eq!(scene.send(1, amend), ["rejected AmendNotResting"]);
    }
}

fn started(told: &[String]) -> usize {
    let is_start = |line: &&String| line.starts_with("triggered");
    told.iter().filter(is_start).count()
}

/// A bracket of a limit maker at 110 and a stop loss at 95.
fn bracket(working: OrderKind) -> Legs {
    Legs::OneTriggersOneCancelsOther {
        working: leg(BUY, working, Instructions::NONE, 101),
        pending: [
            leg(SELL, limit_maker(110, 5), Instructions::NONE, 102),
            leg(SELL, limit(90, 5), stop_loss(95), 103),
        ],
    }
}

fn leg(side: Side, kind: OrderKind, instructions: Instructions, number: u64) -> Leg {
    Leg {
        side,
        kind,
        client_id: ClientOrderId::from_number(1_000 + number),
        instructions,
    }
}

fn cancel(order: u64) -> Action {
    Action::Cancel(Cancel {
        market: MARKET,
        order: OrderRef::Id(OrderId(order)),
        restriction: CancelRestriction::None,
    })
}

fn stop_loss(price: i64) -> Instructions {
    trigger(
        Purpose::StopLoss,
        Condition::Stop {
            price: ticks(price),
        },
    )
}

const fn trigger(purpose: Purpose, condition: Condition) -> Instructions {
    Instructions {
        peg: None,
        strategy: Strategy::NONE,
        trigger: Some(Trigger { purpose, condition }),
        iceberg: None,
    }
}

fn iceberg(shown: i64) -> Instructions {
    Instructions {
        peg: None,
        strategy: Strategy::NONE,
        trigger: None,
        iceberg: Some(qty(shown)),
    }
}

fn limit(price: i64, lots: i64) -> OrderKind {
    OrderKind::Limit {
        price: ticks(price),
        qty: qty(lots),
        time_in_force: TimeInForce::GoodTillCancel,
    }
}

fn limit_maker(price: i64, lots: i64) -> OrderKind {
    OrderKind::LimitMaker {
        price: ticks(price),
        qty: qty(lots),
    }
}

fn terms() -> Terms {
    let ratio = |ppm| RatioPpm::new(ppm).expect("below the bound");
    let band = |up, down| Band {
        up: ratio(up),
        down: ratio(down),
    };
    let free = FeeRates {
        maker: RatePpb::ZERO,
        taker: RatePpb::ZERO,
    };
    Terms {
        price_min: ticks(1),
        price_max: ticks(100_000),
        qty_min: qty(1),
        qty_max: qty(1_000_000),
        market_qty_min: qty(1),
        market_qty_max: qty(1_000_000),
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: band(100_000_000, 0),
        ask_band: band(100_000_000, 0),
        execution_band: band(1_500_000, 0),
        open_orders_max: 100,
        position_max: Amount::MAX,
        fees: [free; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

fn symbol_of(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("upper-case letters")
}

fn ticks(price: i64) -> Price {
    Price::new(price).expect("small and positive")
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("small and not negative")
}

fn points(points: u16) -> BasisPoints {
    BasisPoints::new(points).expect("within the bound")
}
