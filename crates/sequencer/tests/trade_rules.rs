//! Events that tell what a market may not do are told from those that an engine gives.

use engine::engine::Engine;
use model::account::{FEE_TIERS, Scopes};
use model::command::{
    Action, ClientHeader, Command, Deposit, Genesis, ListMarket, NewOrder, OpenAccount, Sequenced,
};
use model::event::{Event, Traded};
use model::id::{
    AccountId, AssetId, ChainId, KeyId, MarketId, OrderId, OwnerId, Reference, TradeId,
};
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{OrderKind, SelfTradeMode, SelfTradeModes, Side, TimeInForce};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use sequencer::trade_rules::{Breach, TradeRules};

const MARKET: MarketId = MarketId(0);
const FUNDS: i128 = 1_000_000_000_000;

/// Accounts 1 to 3; the last is a sub-account of the second.
const ACCOUNTS: u32 = 3;

fn price(ticks: i64) -> Price {
    Price::new(ticks).expect("a legal price")
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("a legal quantity")
}

fn band(down: u64, up: u64) -> Band {
    let ratio = |ppm| RatioPpm::new(ppm).expect("a legal ratio");
    Band {
        up: ratio(up),
        down: ratio(down),
    }
}

/// Trades lie within a tenth of the reference price.
fn terms() -> Terms {
    let rate = |ppb| RatePpb::new(ppb).expect("a legal rate");
    let fees = FeeRates {
        maker: rate(500_000),
        taker: rate(1_000_000),
    };
    Terms {
        price_min: Price::MIN,
        price_max: price(1 << 40),
        qty_min: qty(1),
        qty_max: qty(1 << 30),
        market_qty_min: qty(1),
        market_qty_max: qty(1 << 30),
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: band(0, 1_000_000_000),
        ask_band: band(0, 1_000_000_000),
        execution_band: band(900_000, 1_100_000),
        open_orders_max: 12,
        position_max: Amount::MAX,
        fees: [fees; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

fn symbol(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("a legal symbol")
}

fn market() -> Vec<Command> {
    let listing = ListMarket {
        symbol: symbol("AB"),
        base: AssetId(0),
        quote: AssetId(1),
        grid: Grid {
            tick_units: 1_000_000,
            lot_units: 1_000,
        },
        terms: Box::new(terms()),
    };
    let genesis = Genesis {
        cluster: 1,
        table_seed: 7,
        blinding_key: [9; 32],
    };
    vec![
        Command::Genesis(genesis),
        Command::ListAsset {
            symbol: symbol("A"),
        },
        Command::ListAsset {
            symbol: symbol("B"),
        },
        Command::ListMarket(listing),
        Command::SetPhase {
            market: MARKET,
            phase: Phase::Continuous,
            cause: Cause::Operator,
        },
    ]
}

fn accounts() -> Vec<Command> {
    let mut commands = Vec::new();
    for number in 1..=ACCOUNTS {
        let is_sub = number == ACCOUNTS;
        commands.push(Command::OpenAccount(OpenAccount {
            reference: Reference([number as u8; 32]),
            owner: OwnerId(u64::from(number.min(ACCOUNTS - 1))),
            master: is_sub.then_some(AccountId(ACCOUNTS - 1)),
        }));
        commands.push(Command::CreateKey {
            key: KeyId(u64::from(number)),
            account: AccountId(number),
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        });
        commands.extend((0..2).map(|asset| {
            Command::CreditDeposit(Deposit {
                reference: Reference([10 * (1 + asset as u8) + number as u8; 32]),
                chain: ChainId(0),
                account: AccountId(number),
                asset: AssetId(asset),
                amount: Amount::new(FUNDS).expect("a legal amount"),
            })
        }));
    }
    commands
}

fn order(number: u64, (account, side, kind): (u32, Side, OrderKind)) -> Command {
    Command::Client {
        header: ClientHeader {
            account: AccountId(account),
            key: KeyId(u64::from(account)),
            valid_until: Timestamp::MAX,
            idempotency: None,
        },
        action: Action::Place(NewOrder {
            market: MARKET,
            side,
            kind,
            client_id: ClientOrderId::from_number(number),
            self_trade: Some(SelfTradeMode::ExpireMaker),
        }),
    }
}

fn limit(ticks: i64, lots: i64, time_in_force: TimeInForce) -> OrderKind {
    OrderKind::Limit {
        price: price(ticks),
        qty: qty(lots),
        time_in_force,
    }
}

/// Two sells of one price and one beyond them; a buy then takes the first and half of the second.
fn trading() -> Vec<Command> {
    let rests = |ticks, lots| limit(ticks, lots, TimeInForce::GoodTillCancel);
    let orders = [
        (1, Side::Sell, rests(100, 5)),
        (1, Side::Sell, rests(100, 6)),
        (1, Side::Sell, rests(105, 5)),
        (2, Side::Buy, rests(90, 4)),
        (2, Side::Buy, limit(104, 8, TimeInForce::ImmediateOrCancel)),
        (2, Side::Buy, OrderKind::Market { qty: qty(2) }),
    ];
    (1..)
        .zip(orders)
        .map(|(number, it)| order(number, it))
        .collect()
}

/// Returns what all of it does, command by command.
fn told() -> Vec<Vec<Event>> {
    let mut engine = Engine::new();
    let commands = [market(), accounts(), trading()].concat();
    let told = commands.into_iter().map(|command| {
        let mut events = Vec::new();
        let sequenced = Sequenced {
            sequence: engine.sequence().next(),
            at: Timestamp::ZERO,
            command,
        };
        engine.apply(&sequenced, &mut events);
        assert!(
            !matches!(events[0], Event::Rejected { .. }),
            "{sequenced:?}: {events:?}"
        );
        events
    });
    told.collect()
}

fn read(told: &[Vec<Event>]) -> Result<u64, Breach> {
    let mut rules = TradeRules::default();
    for events in told {
        rules.read(Timestamp::ZERO, events)?;
    }
    Ok(rules.trades())
}

/// Returns what is wrong once every event went through a change.
fn breach(change: impl Fn(&mut Event)) -> Breach {
    let mut told = told();
    let before = told.clone();
    told.iter_mut().flatten().for_each(change);
    assert_ne!(told, before, "the change changed nothing");
    read(&told).expect_err("it is seen")
}

fn breach_of_first_trade(change: impl Fn(&mut Traded)) -> Breach {
    breach(|event| {
        if let Event::Traded(traded) = event
            && traded.trade == TradeId(1)
        {
            change(traded);
        }
    })
}

#[test]
fn what_an_engine_tells_breaks_nothing() {
    assert_eq!(read(&told()), Ok(3));
}

#[test]
fn a_later_order_of_a_price_that_is_met_first_breaks_b2() {
    let told = breach_of_first_trade(|traded| traded.maker.order = OrderId(2));
    assert_eq!(told, Breach::Priority(MARKET, OrderId(2)));
}

#[test]
fn another_price_than_the_makers_breaks_b3() {
    let told = breach_of_first_trade(|traded| {
        traded.price = price(99);
        traded.quote = Amount::new(traded.quote.units() / 100 * 99).expect("less");
    });
    assert_eq!(told, Breach::MakerPrice(MARKET, TradeId(1)));
}

#[test]
fn a_price_beyond_the_takers_limit_breaks_b3() {
    let told = breach(|event| {
        if let Event::OrderAccepted(accepted) = event
            && accepted.order == OrderId(5)
        {
            accepted.kind = accepted.kind.at(price(99));
        }
    });
    assert_eq!(told, Breach::Limit(MARKET, TradeId(1)));
}

#[test]
fn a_price_outside_the_execution_band_breaks_b3_for_market_orders_too() {
    let told = breach(|event| {
        if let Event::MarketListed { terms, .. } = event {
            terms.execution_band = band(900_000, 990_000);
        }
    });
    // The first order that takes has no reference price yet.
    assert_eq!(told, Breach::Band(MARKET, TradeId(3)));
}

#[test]
fn more_lots_than_are_on_display_break_b4() {
    let told = breach(|event| {
        if let Event::OrderRested {
            order, qty: shown, ..
        } = event
            && *order == OrderId(1)
        {
            *shown = qty(4);
        }
    });
    assert_eq!(told, Breach::Lots(MARKET, OrderId(1)));
}

#[test]
fn trades_that_are_not_whole_or_not_the_next_break_b6() {
    let changes: [fn(&mut Traded); 4] = [
        |traded| traded.trade = TradeId(7),
        |traded| traded.base = Amount::ZERO,
        |traded| traded.quote = Amount::ZERO,
        |traded| traded.taker_side = traded.taker_side.opposite(),
    ];
    for change in changes {
        let told = breach_of_first_trade(change);
        assert!(matches!(told, Breach::Trade(MARKET, _)), "{told}");
    }
}

#[test]
fn a_trade_within_a_group_breaks_b7() {
    let told = breach(|event| {
        if let Event::AccountOpened { group, .. } = event {
            group.0 = 1;
        }
    });
    assert_eq!(told, Breach::SelfTrade(MARKET, TradeId(1)));
}

#[test]
fn a_kind_that_rests_or_takes_although_it_does_not_breaks_b8() {
    let kinds = [
        (4, limit(90, 4, TimeInForce::ImmediateOrCancel)),
        (
            5,
            OrderKind::LimitMaker {
                price: price(104),
                qty: qty(8),
            },
        ),
        (5, limit(104, 9, TimeInForce::FillOrKill)),
    ];
    for (number, kind) in kinds {
        let told = breach(|event| {
            if let Event::OrderAccepted(accepted) = event
                && accepted.order == OrderId(number)
            {
                accepted.kind = kind;
            }
        });
        assert_eq!(told, Breach::Kind(MARKET, OrderId(number)));
    }
}

#[test]
fn a_book_that_stays_crossed_breaks_b1() {
    let mut told = told();
    let is_taker = |event: &Event| matches!(event, Event::Traded(_));
    let taker = told.iter().position(|events| events.iter().any(is_taker));
    told.truncate(taker.expect("there are trades"));
    let bid = told.last_mut().expect("the bid before them");
    for event in bid {
        match event {
            Event::OrderAccepted(accepted) => accepted.kind = accepted.kind.at(price(100)),
            Event::OrderRested { price: at, .. } => *at = price(100),
            _ => {}
        }
    }
    assert_eq!(read(&told), Err(Breach::Crossed(MARKET)));
}

#[test]
fn a_fee_beyond_what_is_received_and_a_rebate_beyond_the_fee_break_l10() {
    let changes: [fn(&mut Traded); 2] = [
        |traded| traded.taker.fee = Amount::MAX,
        |traded| traded.maker_rebate = Amount::MAX,
    ];
    for change in changes {
        let told = breach_of_first_trade(change);
        assert_eq!(told, Breach::Fees(MARKET, TradeId(1)));
    }
}
