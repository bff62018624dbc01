//! Orders that wait for a price or show a part of themselves: every rule of their parameters, and how answers tell them.

use model::command::Action;
use model::id::{AccountId, AssetId, ListId, MarketId, OrderId};
use model::instrument::{Grid, Instrument, InstrumentKind};
use model::number::{BasisPoints, PegLevels, Price, Qty};
use model::order::{
    CloseReason, Condition, Instructions, OrderKind, Peg, PegBase, Purpose, SelfTradeMode, Side,
    TimeInForce, Trigger,
};
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use wire::binance::answer::amend::Amended;
use wire::binance::answer::json;
use wire::binance::answer::order::{Ack, OrderFacts, OrderRow, Placed};
use wire::binance::error::Refusal;
use wire::binance::params::Params;
use wire::binance::request::{self, PlaceRequest};
use wire::binance::time::TimeUnit;
use wire::binance::user_data::{Execution, ExecutionFacts, ExecutionReport};
use wire::binance::words::Stage;

const GRID: Grid = Grid {
    tick_units: 1_000_000,
    lot_units: 1_000,
};
const MS: TimeUnit = TimeUnit::Milliseconds;

fn btcusdt() -> Instrument {
    Instrument {
        id: MarketId(3),
        symbol: Symbol::parse(b"BTCUSDT").expect("legal"),
        kind: InstrumentKind::Spot,
        base: AssetId(0),
        quote: AssetId(1),
        grid: GRID,
        quote_per_tick_lot: 10,
    }
}

fn client_id(text: &str) -> ClientOrderId {
    ClientOrderId::parse(text.as_bytes()).expect("legal")
}

fn price(ticks: i64) -> Price {
    Price::new(ticks).expect("legal")
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("legal")
}

fn delta(points: u16) -> BasisPoints {
    BasisPoints::new(points).expect("legal")
}

fn place(query: &str) -> Result<PlaceRequest, Refusal> {
    let params = Params::parse(query, "")?;
    request::place(&params, &btcusdt(), || client_id("unnamed"))
}

#[test]
fn each_type_is_what_it_becomes_and_what_it_waits_for() {
    let limit = OrderKind::Limit {
        price: price(300),
        qty: qty(100_000),
        time_in_force: TimeInForce::GoodTillCancel,
    };
    let market = OrderKind::Market { qty: qty(100_000) };
    for (query, kind, purpose) in [
        ("type=STOP_LOSS", market, Purpose::StopLoss),
        (
            "type=STOP_LOSS_LIMIT&timeInForce=GTC&price=3",
            limit,
            Purpose::StopLoss,
        ),
        ("type=TAKE_PROFIT", market, Purpose::TakeProfit),
        (
            "type=TAKE_PROFIT_LIMIT&timeInForce=GTC&price=3",
            limit,
            Purpose::TakeProfit,
        ),
    ] {
        for (extra, condition) in [
            ("stopPrice=2", Condition::Stop { price: price(200) }),
            ("trailingDelta=50", Condition::Trail { delta: delta(50) }),
            (
                "stopPrice=2&trailingDelta=50",
                Condition::TrailFrom {
                    activation: price(200),
                    delta: delta(50),
                },
            ),
        ] {
            let query = format!("side=SELL&quantity=1&{query}&{extra}");
            let read = place(&query).expect(&query);
            assert_eq!(read.order.kind, kind, "{query}");
            let trigger = Trigger { purpose, condition };
            let instructions = Instructions {
                peg: None,
                strategy: Strategy::NONE,
                trigger: Some(trigger),
                iceberg: None,
            };
            assert_eq!(read.instructions, instructions, "{query}");
            let Action::PlaceInstructed(order) = read.action() else {
                panic!("{query}");
            };
            assert_eq!(order.order, read.order);
            assert_eq!(order.instructions, instructions);
        }
    }
}

#[test]
fn a_peg_takes_the_place_of_the_price_or_stands_beside_it() {
    let peg = |levels, price| Peg {
        base: PegBase::Primary,
        levels: PegLevels::new(levels).expect("legal"),
        price,
    };
    let limit = "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&pegPriceType=PRIMARY_PEG";
    for (extra, expected) in [
        ("", peg(0, None)),
        ("&price=3", peg(0, Some(price(300)))),
        (
            "&pegOffsetType=PRICE_LEVEL&pegOffsetValue=100",
            peg(100, None),
        ),
    ] {
        let query = format!("{limit}{extra}");
        let read = place(&query).expect(&query);
        assert_eq!(read.instructions.peg, Some(expected), "{query}");
        assert!(matches!(read.action(), Action::PlaceInstructed(_)));
    }
}

#[test]
fn a_strategy_is_read_in_whole_or_in_part() {
    let limit = "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=3";
    for (extra, id, kind) in [
        ("&strategyId=0", Some(0), None),
        ("&strategyType=1000000", None, Some(1_000_000)),
        (
            "&strategyType=9223372036854775807&strategyId=9223372036854775807",
            Some(i64::MAX),
            Some(i64::MAX),
        ),
    ] {
        let query = format!("{limit}{extra}");
        let read = place(&query).expect(&query);
        let strategy = Strategy {
            id: id.and_then(StrategyId::new),
            kind: kind.and_then(StrategyKind::new),
        };
        let instructions = Instructions {
            strategy,
            ..Instructions::NONE
        };
        assert_eq!(read.instructions, instructions, "{query}");
        assert!(matches!(read.action(), Action::PlaceInstructed(_)));
    }
    let beyond = place(&format!("{limit}&strategyId=9223372036854775808"));
    assert_eq!(beyond.expect_err("beyond i64").code, -1108);
}

#[test]
fn an_iceberg_of_nothing_is_a_plain_order() {
    let limit = "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=3";
    let plain = place(&format!("{limit}&icebergQty=0.0")).expect("legal");
    assert!(matches!(plain.action(), Action::Place(_)));
    let hidden = place(&format!("{limit}&icebergQty=0.25")).expect("legal");
    assert_eq!(hidden.instructions.iceberg, Some(qty(25_000)));
    assert!(matches!(hidden.action(), Action::PlaceInstructed(_)));
    for others in [
        "type=LIMIT_MAKER&price=3",
        "type=STOP_LOSS_LIMIT&timeInForce=GTC&price=3&stopPrice=2",
    ] {
        let query = format!("side=SELL&quantity=1&icebergQty=0.25&{others}");
        let read = place(&query).expect(&query);
        assert_eq!(read.instructions.iceberg, Some(qty(25_000)), "{query}");
    }
}

#[test]
fn each_broken_rule_answers_its_own_refusal() {
    const MISSING: &str = "was not sent, was empty/null, or malformed.";
    let limit = "type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&price=3";
    let market = "type=TAKE_PROFIT&quantity=1&stopPrice=2";
    for (query, code, msg) in [
        (
            "type=STOP_LOSS&stopPrice=2",
            -1102,
            format!("Mandatory parameter 'quantity' {MISSING}"),
        ),
        (
            "type=STOP_LOSS&quantity=1",
            -1102,
            "Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!".into(),
        ),
        (
            limit,
            -1102,
            "Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!".into(),
        ),
        (
            "type=TAKE_PROFIT_LIMIT&quantity=1&price=3&stopPrice=2",
            -1102,
            format!("Mandatory parameter 'timeInForce' {MISSING}"),
        ),
        (
            "type=TAKE_PROFIT_LIMIT&timeInForce=GTC&quantity=1&stopPrice=2",
            -1102,
            format!("Mandatory parameter 'price' {MISSING}"),
        ),
        (
            &format!("{market}&price=1"),
            -1106,
            "Parameter 'price' sent when not required.".into(),
        ),
        (
            &format!("{market}&timeInForce=GTC"),
            -1114,
            "TimeInForce parameter sent when not required.".into(),
        ),
        (
            &format!("{market}&quoteOrderQty=1"),
            -1106,
            "Parameter 'quoteOrderQty' sent when not required.".into(),
        ),
        (
            &format!("{market}&icebergQty=0.5"),
            -1106,
            "Parameter 'icebergQty' sent when not required.".into(),
        ),
        (
            "type=MARKET&quantity=1&stopPrice=1",
            -1106,
            "Parameter 'stopPrice' sent when not required.".into(),
        ),
        (
            "type=LIMIT_MAKER&quantity=1&price=1&trailingDelta=10",
            -1106,
            "Parameter 'trailingDelta' sent when not required.".into(),
        ),
        (
            "type=LIMIT&timeInForce=IOC&quantity=1&price=1&icebergQty=0.5",
            -1014,
            "Unsupported order combination.".into(),
        ),
        (
            "type=STOP_LOSS&quantity=1&stopPrice=0.001",
            -1013,
            "Filter failure: PRICE_FILTER".into(),
        ),
        (
            "type=STOP_LOSS&quantity=1&stopPrice=0",
            -1013,
            "Filter failure: PRICE_FILTER".into(),
        ),
        (
            "type=STOP_LOSS&quantity=1&stopPrice=",
            -1105,
            "Parameter 'stopPrice' was empty.".into(),
        ),
        (
            "type=STOP_LOSS&quantity=1&trailingDelta=0",
            -1013,
            "Filter failure: TRAILING_DELTA".into(),
        ),
        (
            "type=STOP_LOSS&quantity=1&trailingDelta=65537",
            -1013,
            "Filter failure: TRAILING_DELTA".into(),
        ),
        (
            "type=STOP_LOSS&quantity=1&trailingDelta=1.5",
            -1100,
            "Illegal characters found in parameter 'trailingDelta'; legal range is '^[0-9]{1,20}$'."
                .into(),
        ),
        (
            &format!("{market}&pegPriceType=PRIMARY_PEG"),
            -2010,
            "This order type may not use pegged price.".into(),
        ),
        (
            &format!("{market}&strategyType=5"),
            -1134,
            "`strategyType` was less than 1000000.".into(),
        ),
    ] {
        let refusal = place(&format!("side=BUY&{query}")).expect_err(query);
        assert_eq!((refusal.code, &*refusal.msg), (code, &*msg), "{query}");
    }
}

#[test]
fn a_cancel_replace_may_place_an_order_that_waits() {
    let query = "side=SELL&type=STOP_LOSS&quantity=1&stopPrice=2\
                 &cancelOrderId=9&cancelReplaceMode=STOP_ON_FAILURE";
    let params = Params::parse(query, "").expect("legal");
    let read = request::replace(
        &params,
        &btcusdt(),
        || client_id("unnamed"),
        || client_id("cancel"),
    )
    .expect("legal");
    let Action::ReplaceInstructed(replace) = read.action() else {
        panic!("{read:?}");
    };
    assert_eq!(replace.replace, read.replace);
    assert!(replace.instructions.trigger.is_some());
}

fn waiting_order() -> OrderFacts {
    OrderFacts {
        symbol: btcusdt().symbol,
        grid: GRID,
        order: OrderId(28),
        client_id: client_id("mine"),
        side: Side::Sell,
        kind: OrderKind::Limit {
            price: price(300),
            qty: qty(100_000),
            time_in_force: TimeInForce::GoodTillCancel,
        },
        self_trade: SelfTradeMode::ExpireMaker,
        instructions: Instructions {
            peg: None,
            strategy: Strategy::NONE,
            trigger: Some(Trigger {
                purpose: Purpose::StopLoss,
                condition: Condition::TrailFrom {
                    activation: price(200),
                    delta: delta(50),
                },
            }),
            iceberg: Some(qty(25_000)),
        },
        list: Some(ListId(7)),
        stage: Stage::Waiting,
        original: qty(100_000),
        executed: Qty::ZERO,
        prevented: Qty::ZERO,
        prevented_match: None,
        quote_units: 0,
        closed: None,
        created_at: Timestamp::from_millis(1_000),
        updated_at: Timestamp::from_millis(1_000),
        working_at: None,
        trailing_since: None,
    }
}

fn text_of(answer: &impl serde::Serialize) -> String {
    String::from_utf8(json(answer)).expect("utf-8")
}

#[test]
fn answers_tell_what_an_order_waits_for() {
    let at = Timestamp::from_millis(1_000);
    assert_eq!(
        text_of(&Ack::of(&waiting_order(), at, MS)),
        r#"{"symbol":"BTCUSDT","orderId":28,"orderListId":7,"clientOrderId":"mine","transactTime":1000}"#
    );
    assert_eq!(
        text_of(&Placed::of(&waiting_order(), None, at, MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","orderId":28,"orderListId":7,"clientOrderId":"mine","transactTime":1000,"#,
            r#""price":"3.00000000","origQty":"1.00000000","executedQty":"0.00000000","origQuoteOrderQty":"0.00000000","#,
            r#""cummulativeQuoteQty":"0.00000000","status":"NEW","timeInForce":"GTC","type":"STOP_LOSS_LIMIT","side":"SELL","#,
            r#""workingTime":-1,"selfTradePreventionMode":"EXPIRE_MAKER","icebergQty":"0.25000000","stopPrice":"2.00000000","#,
            r#""trailingDelta":50}"#
        )
    );
    assert_eq!(
        text_of(&OrderRow::of(&waiting_order(), MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","orderId":28,"orderListId":7,"clientOrderId":"mine","price":"3.00000000","#,
            r#""origQty":"1.00000000","executedQty":"0.00000000","cummulativeQuoteQty":"0.00000000","status":"NEW","#,
            r#""timeInForce":"GTC","type":"STOP_LOSS_LIMIT","side":"SELL","stopPrice":"2.00000000","icebergQty":"0.25000000","#,
            r#""time":1000,"updateTime":1000,"isWorking":false,"workingTime":-1,"origQuoteOrderQty":"0.00000000","#,
            r#""selfTradePreventionMode":"EXPIRE_MAKER","trailingDelta":50}"#
        )
    );
}

#[test]
fn answers_tell_the_strategy_as_far_as_it_was_named() {
    let at = Timestamp::from_millis(1_000);
    for (id, kind, expected) in [
        (None, None, ""),
        (Some(7), None, r#","strategyId":7"#),
        (None, Some(1_000_000), r#","strategyType":1000000"#),
        (
            Some(i64::MAX),
            Some(i64::MAX),
            r#","strategyId":9223372036854775807,"strategyType":9223372036854775807"#,
        ),
    ] {
        let strategy = Strategy {
            id: id.and_then(StrategyId::new),
            kind: kind.and_then(StrategyKind::new),
        };
        let facts = OrderFacts {
            instructions: Instructions {
                strategy,
                ..waiting_order().instructions
            },
            ..waiting_order()
        };
        let tail = format!(r#""trailingDelta":50{expected}}}"#);
        let placed = text_of(&Placed::of(&facts, None, at, MS));
        assert!(placed.ends_with(&tail), "{placed}");
        let row = text_of(&OrderRow::of(&facts, MS));
        assert!(row.ends_with(&tail), "{row}");
        let amended = text_of(&Amended::of(&facts, client_id("mine"), 5, at, MS));
        let tail = format!(r#""selfTradePreventionMode":"EXPIRE_MAKER"{expected}}}}}"#);
        assert!(amended.ends_with(&tail), "{amended}");
        let ack = text_of(&Ack::of(&facts, at, MS));
        assert!(!ack.contains("strategy"), "{ack}");
    }
}

#[test]
fn a_row_tells_pending_from_waiting_and_from_ended() {
    let status = |stage, closed| {
        let facts = OrderFacts {
            stage,
            closed,
            ..waiting_order()
        };
        let row: serde_json::Value =
            serde_json::from_str(&text_of(&OrderRow::of(&facts, MS))).expect("JSON");
        (row["status"].clone(), row["isWorking"].clone())
    };
    for (stage, closed, expected) in [
        (Stage::Pending, None, ("PENDING_NEW", false)),
        (Stage::Waiting, None, ("NEW", false)),
        (Stage::Working, None, ("NEW", true)),
        (
            Stage::Pending,
            Some(CloseReason::WorkingLeg),
            ("EXPIRED", false),
        ),
        (
            Stage::Waiting,
            Some(CloseReason::Cancelled),
            ("CANCELED", false),
        ),
    ] {
        let expected = (expected.0.into(), expected.1.into());
        assert_eq!(status(stage, closed), expected, "{stage:?} {closed:?}");
    }
}

#[test]
fn a_trail_without_a_price_has_no_stop_price() {
    let facts = OrderFacts {
        instructions: Instructions {
            peg: None,
            strategy: Strategy::NONE,
            trigger: Some(Trigger {
                purpose: Purpose::TakeProfit,
                condition: Condition::Trail { delta: delta(50) },
            }),
            iceberg: None,
        },
        list: None,
        ..waiting_order()
    };
    let at = Timestamp::from_millis(1_000);
    let placed = text_of(&Placed::of(&facts, None, at, MS));
    assert!(placed.contains(r#""type":"TAKE_PROFIT_LIMIT""#), "{placed}");
    assert!(placed.ends_with(r#""trailingDelta":50}"#), "{placed}");
    assert!(!placed.contains("stopPrice"), "{placed}");
    let row = text_of(&OrderRow::of(&facts, MS));
    assert!(row.contains(r#""stopPrice":"0.00000000""#), "{row}");
}

fn report(order: OrderFacts) -> serde_json::Value {
    let facts = ExecutionFacts {
        account: AccountId(1),
        order,
        execution: Execution::New,
        number: 5,
        at: Timestamp::from_millis(1_000),
    };
    serde_json::from_str(&text_of(&ExecutionReport::of(&facts, MS))).expect("JSON")
}

#[test]
fn user_data_tells_what_an_order_waits_for_and_that_it_does() {
    let waiting = report(waiting_order());
    for (field, expected) in [
        ("o", "STOP_LOSS_LIMIT".into()),
        ("P", "2.00000000".into()),
        ("F", "0.25000000".into()),
        ("d", 50.into()),
        ("g", 7.into()),
        ("X", "NEW".into()),
        ("w", false.into()),
        ("W", serde_json::Value::Null),
    ] {
        assert_eq!(waiting[field], expected, "{field}");
    }
    let pending = report(OrderFacts {
        stage: Stage::Pending,
        ..waiting_order()
    });
    assert_eq!(pending["X"], "PENDING_NEW");
    let working = report(OrderFacts {
        stage: Stage::Working,
        working_at: Some(Timestamp::from_millis(1_000)),
        ..waiting_order()
    });
    assert_eq!(
        (&working["w"], &working["W"]),
        (&true.into(), &1_000.into())
    );
    let plain = report(OrderFacts {
        instructions: Instructions::NONE,
        list: None,
        ..waiting_order()
    });
    assert_eq!(plain["P"], "0.00000000");
    assert_eq!(
        (&plain["d"], &plain["g"]),
        (&serde_json::Value::Null, &(-1).into())
    );
}
