//! Lists of orders: every rule of their parameters, their answers, and what the user data tells of them.

use model::command::{Leg, Legs};
use model::id::{AssetId, ListId, MarketId, OrderId};
use model::instrument::{Grid, Instrument, InstrumentKind};
use model::number::{Price, Qty};
use model::order::{
    Condition, Instructions, ListKind, ListRef, OrderKind, Purpose, SelfTradeMode, Side,
    TimeInForce, Trigger,
};
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use wire::binance::answer::json;
use wire::binance::answer::list::{LegFacts, ListAnswer, ListFacts, ListRow, ListState};
use wire::binance::error::Refusal;
use wire::binance::list_status::{ListExecution, ListStatus};
use wire::binance::params::Params;
use wire::binance::request::ResponseType;
use wire::binance::request::list::{self, ListForm, ListRequest};
use wire::binance::time::TimeUnit;

const MS: TimeUnit = TimeUnit::Milliseconds;
const OLD: &str = "side=SELL&quantity=1&price=3&stopPrice=2";
const SELL: &str = "side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=3\
                    &belowType=STOP_LOSS&belowStopPrice=2";
const WORKING: &str = "workingType=LIMIT&workingSide=BUY&workingPrice=1&workingQuantity=5\
                       &workingTimeInForce=GTC";

fn btcusdt() -> Instrument {
    Instrument {
        id: MarketId(3),
        symbol: Symbol::parse(b"BTCUSDT").expect("legal"),
        kind: InstrumentKind::Spot,
        base: AssetId(0),
        quote: AssetId(1),
        grid: Grid {
            tick_units: 1_000_000,
            lot_units: 1_000,
        },
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

fn place(form: ListForm, query: &str) -> Result<ListRequest, Refusal> {
    let params = Params::parse(query, "")?;
    list::place(&params, form, &btcusdt(), || client_id("unnamed"))
}

fn stop(purpose: Purpose, ticks: i64) -> Instructions {
    let condition = Condition::Stop {
        price: price(ticks),
    };
    Instructions {
        peg: None,
        strategy: Strategy::NONE,
        trigger: Some(Trigger { purpose, condition }),
        iceberg: None,
    }
}

fn leg(side: Side, kind: OrderKind, name: &str, instructions: Instructions) -> Leg {
    Leg {
        side,
        kind,
        client_id: client_id(name),
        instructions,
    }
}

#[test]
fn the_old_pair_is_a_limit_maker_and_a_stop_loss() {
    let query = format!(
        "{OLD}&limitClientOrderId=l&stopClientOrderId=s&listClientOrderId=both\
         &selfTradePreventionMode=EXPIRE_TAKER"
    );
    let read = place(ListForm::OldPair, &query).expect("legal");
    let maker = OrderKind::LimitMaker {
        price: price(300),
        qty: qty(100_000),
    };
    let market = OrderKind::Market { qty: qty(100_000) };
    let pair = [
        leg(Side::Sell, market, "s", stop(Purpose::StopLoss, 200)),
        leg(Side::Sell, maker, "l", Instructions::NONE),
    ];
    assert_eq!(read.list.legs, Legs::OneCancelsOther { pair });
    assert_eq!(read.list.client_id, client_id("both"));
    assert_eq!(read.list.self_trade, Some(SelfTradeMode::ExpireTaker));
    assert_eq!(read.response, ResponseType::Result);

    let query = format!("{OLD}&stopLimitPrice=1.5&stopLimitTimeInForce=GTC&stopIcebergQty=0.5");
    let read = place(ListForm::OldPair, &query).expect("legal");
    let Legs::OneCancelsOther { pair: [first, _] } = read.list.legs else {
        panic!("{read:?}");
    };
    let limit = OrderKind::Limit {
        price: price(150),
        qty: qty(100_000),
        time_in_force: TimeInForce::GoodTillCancel,
    };
    assert_eq!(first.kind, limit);
    assert_eq!(first.instructions.iceberg, Some(qty(50_000)));
    assert_eq!(first.client_id, client_id("unnamed"));
}

#[test]
fn each_leg_of_a_pair_has_its_own_strategy() {
    for (form, query) in [
        (
            ListForm::OldPair,
            format!("{OLD}&stopStrategyId=1&limitStrategyId=2&limitStrategyType=1000000"),
        ),
        (
            ListForm::Pair,
            format!("{SELL}&belowStrategyId=1&aboveStrategyId=2&aboveStrategyType=1000000"),
        ),
    ] {
        let read = place(form, &query).expect(&query);
        let strategies = read.list.legs.iter().map(|leg| leg.instructions.strategy);
        let expected = [(1, None), (2, Some(StrategyKind::MIN))].map(|(id, kind)| Strategy {
            id: StrategyId::new(id),
            kind,
        });
        assert_eq!(strategies.collect::<Vec<Strategy>>(), expected, "{query}");
    }
}

#[test]
fn the_stop_loss_of_a_pair_comes_first_wherever_it_lies() {
    let buy = "side=BUY&quantity=1&aboveType=STOP_LOSS_LIMIT&abovePrice=4&aboveStopPrice=3\
               &aboveTimeInForce=IOC&belowType=TAKE_PROFIT&belowStopPrice=2";
    for query in [SELL, buy] {
        let read = place(ListForm::Pair, query).expect(query);
        let Legs::OneCancelsOther {
            pair: [first, second],
        } = read.list.legs
        else {
            panic!("{read:?}");
        };
        let purpose = |leg: Leg| leg.instructions.trigger.map(|trigger| trigger.purpose);
        assert_eq!(purpose(first), Some(Purpose::StopLoss), "{query}");
        assert_ne!(purpose(second), Some(Purpose::StopLoss), "{query}");
    }
}

#[test]
fn a_working_order_triggers_one_or_a_pair() {
    let query = format!("{WORKING}&pendingType=MARKET&pendingSide=SELL&pendingQuantity=4");
    let read = place(ListForm::Triggering, &query).expect("legal");
    let Legs::OneTriggersOther { working, pending } = read.list.legs else {
        panic!("{read:?}");
    };
    let limit = OrderKind::Limit {
        price: price(100),
        qty: qty(500_000),
        time_in_force: TimeInForce::GoodTillCancel,
    };
    assert_eq!(
        working,
        leg(Side::Buy, limit, "unnamed", Instructions::NONE)
    );
    let market = OrderKind::Market { qty: qty(400_000) };
    assert_eq!(
        pending,
        leg(Side::Sell, market, "unnamed", Instructions::NONE)
    );

    let query = format!(
        "{WORKING}&pendingSide=SELL&pendingQuantity=5&pendingAboveType=LIMIT_MAKER\
         &pendingAbovePrice=3&pendingAboveClientOrderId=a&pendingBelowType=STOP_LOSS_LIMIT\
         &pendingBelowPrice=1&pendingBelowStopPrice=2&pendingBelowTimeInForce=FOK\
         &pendingBelowClientOrderId=b&newOrderRespType=FULL"
    );
    let read = place(ListForm::TriggeringPair, &query).expect("legal");
    assert_eq!(read.response, ResponseType::Full);
    let Legs::OneTriggersOneCancelsOther { pending, .. } = read.list.legs else {
        panic!("{read:?}");
    };
    let names = pending.map(|leg| leg.client_id);
    assert_eq!(names, [client_id("b"), client_id("a")]);
}

#[test]
fn each_broken_rule_of_a_pair_answers_its_own_refusal() {
    for (side, above, below, code, msg) in [
        (
            "BUY",
            "MARKET",
            "STOP_LOSS",
            -1158,
            "Order type not supported in OCO.",
        ),
        (
            "SELL",
            "LIMIT_MAKER",
            "LIMIT",
            -1158,
            "Order type not supported in OCO.",
        ),
        (
            "BUY",
            "LIMIT_MAKER",
            "STOP_LOSS",
            -1165,
            "A limit order in a buy OCO must be below.",
        ),
        (
            "SELL",
            "STOP_LOSS",
            "LIMIT_MAKER",
            -1166,
            "A limit order in a sell OCO must be above.",
        ),
        (
            "SELL",
            "LIMIT_MAKER",
            "LIMIT_MAKER",
            -1168,
            "At least one OCO order must be contingent.",
        ),
        (
            "BUY",
            "STOP_LOSS",
            "STOP_LOSS_LIMIT",
            -1196,
            "A stop loss order in a buy OCO must be above.",
        ),
        (
            "SELL",
            "STOP_LOSS",
            "STOP_LOSS",
            -1197,
            "A stop loss order in a sell OCO must be below.",
        ),
        (
            "BUY",
            "TAKE_PROFIT",
            "TAKE_PROFIT_LIMIT",
            -1198,
            "A take profit order in a buy OCO must be below.",
        ),
        (
            "SELL",
            "TAKE_PROFIT",
            "TAKE_PROFIT",
            -1199,
            "A take profit order in a sell OCO must be above.",
        ),
    ] {
        let query = format!("side={side}&quantity=1&aboveType={above}&belowType={below}");
        check(ListForm::Pair, &query, code, msg);
        let query = format!(
            "{WORKING}&pendingSide={side}&pendingQuantity=1\
             &pendingAboveType={above}&pendingBelowType={below}"
        );
        check(ListForm::TriggeringPair, &query, code, msg);
    }
}

fn check(form: ListForm, query: &str, code: i32, msg: &str) {
    let refusal = place(form, query).expect_err(query);
    assert_eq!((refusal.code, &*refusal.msg), (code, msg), "{query}");
}

#[test]
fn each_broken_rule_of_a_leg_names_its_parameter() {
    let missing = |name: &str| {
        format!("Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")
    };
    let cut = |query: &str, name: &str| {
        let kept = query.split('&').filter(|pair| !pair.starts_with(name));
        kept.collect::<Vec<&str>>().join("&")
    };
    let otoco = format!(
        "{WORKING}&pendingSide=SELL&pendingQuantity=5&pendingAboveType=TAKE_PROFIT\
         &pendingAboveStopPrice=3&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=2"
    );
    let oto = format!("{WORKING}&pendingType=LIMIT&pendingSide=SELL&pendingQuantity=4");
    for (form, query, code, msg) in [
        (
            ListForm::OldPair,
            format!("{OLD}&stopLimitPrice=1"),
            -1102,
            missing("stopLimitTimeInForce"),
        ),
        (
            ListForm::OldPair,
            format!("{OLD}&stopLimitTimeInForce=GTC"),
            -1114,
            "TimeInForce parameter sent when not required.".to_owned(),
        ),
        (
            ListForm::Pair,
            cut(SELL, "abovePrice"),
            -1102,
            missing("abovePrice"),
        ),
        (
            ListForm::Pair,
            cut(SELL, "belowStopPrice"),
            -1102,
            "Param 'belowStopPrice' or 'belowTrailingDelta' must be sent, but both were empty/null!"
                .to_owned(),
        ),
        (
            ListForm::Pair,
            cut(SELL, "quantity"),
            -1102,
            missing("quantity"),
        ),
        (
            ListForm::Pair,
            format!("{SELL}&aboveStopPrice=4"),
            -1106,
            "Parameter 'aboveStopPrice' sent when not required.".to_owned(),
        ),
        (
            ListForm::Pair,
            "side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=3&belowType=STOP_LOSS_LIMIT\
             &belowStopPrice=2&belowPrice=1&belowTimeInForce=IOC&belowIcebergQty=0.5"
                .to_owned(),
            -1160,
            "Parameter 'belowIcebergQty' is not supported if `aboveTimeInForce`/`belowTimeInForce` \
             is not GTC."
                .to_owned(),
        ),
        (
            ListForm::Pair,
            format!("{SELL}&belowPegPriceType=PRIMARY_PEG"),
            -2010,
            "This order type may not use pegged price.".to_owned(),
        ),
        (
            ListForm::Pair,
            format!("{SELL}&belowStrategyType=1"),
            -1134,
            "`strategyType` was less than 1000000.".to_owned(),
        ),
        (
            ListForm::Pair,
            format!("{SELL}&listClientOrderId="),
            -1118,
            "New client order ID was empty.".to_owned(),
        ),
        (
            ListForm::Triggering,
            oto.replace("workingType=LIMIT", "workingType=STOP_LOSS"),
            -1158,
            "Order type not supported in OCO.".to_owned(),
        ),
        (
            ListForm::Triggering,
            oto.clone(),
            -1102,
            missing("pendingTimeInForce"),
        ),
        (
            ListForm::Triggering,
            format!("{}&workingIcebergQty=1", oto.replace("=GTC", "=FOK")),
            -1014,
            "Unsupported order combination.".to_owned(),
        ),
        (
            ListForm::TriggeringPair,
            cut(&otoco, "pendingQuantity"),
            -1102,
            missing("pendingQuantity"),
        ),
        (
            ListForm::TriggeringPair,
            cut(&otoco, "workingPrice"),
            -1102,
            missing("workingPrice"),
        ),
    ] {
        check(form, &query, code, &msg);
    }
    assert!(place(ListForm::TriggeringPair, &otoco).is_ok());
}

#[test]
fn a_list_is_named_by_number_by_client_id_or_by_both() {
    let read = |query: &str| {
        let params = Params::parse(query, "").expect("legal");
        list::cancel(&params, MarketId(3), || client_id("unnamed"))
    };
    let named = read("orderListId=7&newClientOrderId=bye").expect("legal");
    assert_eq!(named.cancel.list, ListRef::Id(ListId(7)));
    assert_eq!(named.client_id, client_id("bye"));
    let by_client = read("listClientOrderId=a").expect("legal");
    assert_eq!(by_client.cancel.list, ListRef::Client(client_id("a")));
    let both = read("orderListId=7&listClientOrderId=a").expect("legal");
    assert_eq!(both.cancel.list, ListRef::Both(ListId(7), client_id("a")));
    let none = read("").expect_err("nothing named");
    assert_eq!(
        &*none.msg,
        "Param 'listClientOrderId' or 'orderListId' must be sent, but both were empty/null!"
    );
}

fn facts(kind: ListKind, state: ListState) -> ListFacts {
    let leg = |number, name| LegFacts {
        order: OrderId(number),
        client_id: client_id(name),
    };
    ListFacts {
        symbol: btcusdt().symbol,
        list: ListId(7),
        kind,
        client_id: client_id("both"),
        legs: vec![leg(4, "s"), leg(5, "l")],
        state,
        at: Timestamp::from_millis(1_000),
    }
}

fn text_of(answer: &impl serde::Serialize) -> String {
    String::from_utf8(json(answer)).expect("utf-8")
}

#[test]
fn answers_about_lists_keep_their_keys() {
    let row = concat!(
        r#"{"orderListId":7,"contingencyType":"OCO","listStatusType":"EXEC_STARTED","listOrderStatus":"EXECUTING","#,
        r#""listClientOrderId":"both","transactionTime":1000,"symbol":"BTCUSDT","#,
        r#""orders":[{"symbol":"BTCUSDT","orderId":4,"clientOrderId":"s"},{"symbol":"BTCUSDT","orderId":5,"clientOrderId":"l"}]"#
    );
    let open = facts(ListKind::OneCancelsOther, ListState::Open);
    assert_eq!(text_of(&ListRow::of(&open, MS)), format!("{row}}}"));
    let answer = ListAnswer::of(&open, vec!["a report"], MS);
    let expected = format!(r#"{row},"orderReports":["a report"]}}"#);
    assert_eq!(text_of(&answer), expected);

    let done = facts(ListKind::OneTriggersOneCancelsOther, ListState::Closed);
    let done = text_of(&ListRow::of(&done, MS));
    let states =
        r#""contingencyType":"OTO","listStatusType":"ALL_DONE","listOrderStatus":"ALL_DONE""#;
    assert!(done.contains(states), "{done}");
}

#[test]
fn user_data_tells_a_lists_start_change_and_end() {
    let open = facts(ListKind::OneCancelsOther, ListState::Open);
    for (execution, status, order_status) in [
        (ListExecution::Started, "EXEC_STARTED", "EXECUTING"),
        (ListExecution::Updated, "UPDATED", "EXECUTING"),
        (ListExecution::Done, "ALL_DONE", "ALL_DONE"),
    ] {
        let message = ListStatus::of(&open, execution, Timestamp::from_millis(1_002), MS);
        let expected = format!(
            r#"{{"e":"listStatus","E":1002,"s":"BTCUSDT","g":7,"c":"OCO","l":"{status}","L":"{order_status}","r":"NONE","C":"both","T":1002,"O":[{{"s":"BTCUSDT","i":4,"c":"s"}},{{"s":"BTCUSDT","i":5,"c":"l"}}]}}"#
        );
        assert_eq!(text_of(&message), expected);
    }
}
