//! Every rule of a new order, a cancel, a cancel-replace and an amendment, by the refusal that clients see.

use model::id::{AssetId, MarketId, OrderId};
use model::instrument::{Grid, Instrument, InstrumentKind};
use model::number::{Amount, Price, Qty};
use model::order::{
    CancelRestriction, OrderKind, OrderRef, ReplaceMode, SelfTradeMode, Side, TimeInForce,
};
use model::text::{ClientOrderId, Symbol};
use wire::binance::error::Refusal;
use wire::binance::params::Params;
use wire::binance::request::{self, ResponseType};

const UNNAMED: &str = "unnamed";

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

fn place(query: &str) -> Result<request::PlaceRequest, Refusal> {
    let params = Params::parse(query, "")?;
    request::place(&params, &btcusdt(), || client_id(UNNAMED))
}

#[test]
fn a_limit_order_is_read_whole() {
    let read = place(
        "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=IOC&quantity=1.5&price=60000.01\
         &newClientOrderId=x-TKT5PX2F1&selfTradePreventionMode=EXPIRE_BOTH&newOrderRespType=ACK\
         &strategyId=7&strategyType=1000000&icebergQty=0",
    )
    .expect("legal");
    assert_eq!(read.response, ResponseType::Ack);
    assert_eq!(read.order.market, MarketId(3));
    assert_eq!(read.order.side, Side::Sell);
    assert_eq!(read.order.client_id, client_id("x-TKT5PX2F1"));
    assert_eq!(read.order.self_trade, Some(SelfTradeMode::ExpireBoth));
    assert_eq!(
        read.order.kind,
        OrderKind::Limit {
            price: Price::new(6_000_001).expect("legal"),
            qty: Qty::new(150_000).expect("legal"),
            time_in_force: TimeInForce::ImmediateOrCancel,
        }
    );
}

#[test]
fn each_kind_has_its_default_answer_and_an_id() {
    for (query, response) in [
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1",
            ResponseType::Full,
        ),
        ("side=BUY&type=MARKET&quantity=1", ResponseType::Full),
        (
            "side=BUY&type=LIMIT_MAKER&quantity=1&price=1",
            ResponseType::Ack,
        ),
        (
            "side=BUY&type=STOP_LOSS&quantity=1&stopPrice=1",
            ResponseType::Ack,
        ),
    ] {
        let read = place(query).expect("legal");
        assert_eq!(read.response, response, "{query}");
        assert_eq!(read.order.client_id, client_id(UNNAMED));
        assert_eq!(read.order.self_trade, None);
    }
}

#[test]
fn a_quote_order_keeps_its_amount() {
    let read = place("side=BUY&type=MARKET&quoteOrderQty=100.00000001").expect("legal");
    assert_eq!(
        read.order.kind,
        OrderKind::MarketQuote {
            quote: Amount::new(10_000_000_001).expect("legal"),
        }
    );
}

#[test]
fn each_broken_rule_answers_its_own_refusal() {
    let limit = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1";
    for (query, code, msg) in [
        (
            "",
            -1102,
            "Mandatory parameter 'side' was not sent, was empty/null, or malformed.",
        ),
        (
            "side=BUY",
            -1102,
            "Mandatory parameter 'type' was not sent, was empty/null, or malformed.",
        ),
        ("side=buy&type=LIMIT", -1117, "Invalid side."),
        ("side=BUY&type=limit", -1116, "Invalid orderType."),
        (
            "side=BUY&type=LIMIT",
            -1102,
            "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTD",
            -1115,
            "Invalid timeInForce.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC",
            -1102,
            "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1",
            -1102,
            "Mandatory parameter 'price' was not sent, was empty/null, or malformed.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=",
            -1102,
            "Mandatory parameter 'price' was not sent, was empty/null, or malformed.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1e5",
            -1100,
            r"Illegal characters found in parameter 'price'; legal range is '^([0-9]{1,20})(\.[0-9]{1,20})?$'.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=-1&price=1",
            -1100,
            r"Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\.[0-9]{1,20})?$'.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.123456789",
            -1111,
            "Parameter 'price' has too much precision.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=999999999999999999999",
            -1108,
            "Parameter 'price' overflowed.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=92233720369&price=1",
            -1108,
            "Parameter 'quantity' overflowed.",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1.001",
            -1013,
            "Filter failure: PRICE_FILTER",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0",
            -1013,
            "Filter failure: PRICE_FILTER",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.000001&price=1",
            -1013,
            "Filter failure: LOT_SIZE",
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0&price=1",
            -1013,
            "Filter failure: LOT_SIZE",
        ),
        (
            "side=BUY&type=MARKET",
            -1102,
            "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!",
        ),
        (
            "side=BUY&type=MARKET&quantity=1&quoteOrderQty=1",
            -1128,
            "Combination of optional parameters invalid.",
        ),
        (
            "side=BUY&type=MARKET&quantity=1&price=1",
            -1106,
            "Parameter 'price' sent when not required.",
        ),
        (
            "side=BUY&type=MARKET&quantity=1&timeInForce=GTC",
            -1114,
            "TimeInForce parameter sent when not required.",
        ),
        (
            "side=BUY&type=LIMIT_MAKER&quantity=1&price=1&timeInForce=GTC",
            -1114,
            "TimeInForce parameter sent when not required.",
        ),
    ] {
        check(place(query).map(|_| ()), code, msg, query);
    }
    for (extra, code, msg) in [
        (
            "quoteOrderQty=1",
            -1106,
            "Parameter 'quoteOrderQty' sent when not required.",
        ),
        (
            "stopPrice=1",
            -1106,
            "Parameter 'stopPrice' sent when not required.",
        ),
        ("icebergQty=0.000001", -1013, "Filter failure: LOT_SIZE"),
        (
            "trailingDelta=10",
            -1106,
            "Parameter 'trailingDelta' sent when not required.",
        ),
        (
            "pegPriceType=BEST",
            -1130,
            "Data sent for parameter 'pegPriceType' is not valid.",
        ),
        (
            "pegOffsetType=PRICE_LEVEL&pegOffsetValue=1",
            -1106,
            "Parameter 'pegOffsetType' sent when not required.",
        ),
        (
            "pegPriceType=MARKET_PEG&pegOffsetValue=1",
            -1106,
            "Parameter 'pegOffsetValue' sent when not required.",
        ),
        (
            "pegPriceType=MARKET_PEG&pegOffsetType=PRICE_LEVEL",
            -1102,
            "Mandatory parameter 'pegOffsetValue' was not sent, was empty/null, or malformed.",
        ),
        (
            "pegPriceType=MARKET_PEG&pegOffsetType=PRICE_LEVEL&pegOffsetValue=101",
            -1130,
            "Data sent for parameter 'pegOffsetValue' is not valid.",
        ),
        (
            "selfTradePreventionMode=TRANSFER",
            -1130,
            "Data sent for parameter 'selfTradePreventionMode' is not valid.",
        ),
        (
            "newOrderRespType=SHORT",
            -1130,
            "Data sent for parameter 'newOrderRespType' is not valid.",
        ),
        (
            "strategyType=999999",
            -1134,
            "`strategyType` was less than 1000000.",
        ),
        (
            "strategyId=x",
            -1100,
            "Illegal characters found in parameter 'strategyId'; legal range is '^[0-9]{1,20}$'.",
        ),
        ("newClientOrderId=", -1118, "New client order ID was empty."),
        (
            "newClientOrderId=a%20b",
            -1100,
            r"Illegal characters found in parameter 'newClientOrderId'; legal range is '^[\.A-Z\:/a-z0-9_-]{1,36}$'.",
        ),
    ] {
        let query = format!("{limit}&{extra}");
        check(place(&query).map(|_| ()), code, msg, &query);
    }
}

fn check(result: Result<(), Refusal>, code: i32, msg: &str, query: &str) {
    let refusal = result.expect_err(query);
    assert_eq!((refusal.code, &*refusal.msg), (code, msg), "{query}");
}

#[test]
fn an_order_is_named_by_number_by_client_id_or_by_both() {
    let order_ref = |query: &str| {
        let params = Params::parse(query, "").expect("legal");
        request::order_ref(&params, "orderId", "origClientOrderId")
    };
    assert_eq!(order_ref("orderId=7"), Ok(OrderRef::Id(OrderId(7))));
    assert_eq!(
        order_ref("origClientOrderId=a"),
        Ok(OrderRef::Client(client_id("a")))
    );
    assert_eq!(
        order_ref("orderId=7&origClientOrderId=a"),
        Ok(OrderRef::Both(OrderId(7), client_id("a")))
    );
    for (query, code) in [
        ("", -1102),
        ("orderId=", -1105),
        ("orderId=-7", -1100),
        ("orderId=99999999999999999999", -1108),
        ("orderId=6f9619ff-8b86-d011-b42d-00cf4fc964ff", -1100),
        ("origClientOrderId=", -1119),
    ] {
        assert_eq!(order_ref(query).expect_err(query).code, code, "{query}");
    }
}

#[test]
fn a_cancel_carries_its_restriction_and_its_own_name() {
    let params = Params::parse(
        "orderId=7&cancelRestrictions=ONLY_PARTIALLY_FILLED&newClientOrderId=mine",
        "",
    )
    .expect("legal");
    let read = request::cancel(&params, MarketId(3), || client_id(UNNAMED)).expect("legal");
    assert_eq!(
        read.cancel.restriction,
        CancelRestriction::OnlyPartiallyFilled
    );
    assert_eq!(read.client_id, client_id("mine"));

    let params = Params::parse("orderId=7&cancelRestrictions=ALWAYS", "").expect("legal");
    let refusal =
        request::cancel(&params, MarketId(3), || client_id(UNNAMED)).expect_err("refused");
    assert_eq!(
        (refusal.code, &*refusal.msg),
        (-1145, "Invalid cancelRestrictions")
    );
}

#[test]
fn a_cancel_replace_needs_both_halves_and_a_mode() {
    let order = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1";
    let replace = |extra: &str| {
        let query = format!("{order}&{extra}");
        let params = Params::parse(&query, "").expect("legal");
        request::replace(
            &params,
            &btcusdt(),
            || client_id(UNNAMED),
            || client_id(UNNAMED),
        )
    };
    let read = replace("cancelOrderId=9&cancelReplaceMode=ALLOW_FAILURE").expect("legal");
    assert_eq!(read.replace.cancel, OrderRef::Id(OrderId(9)));
    assert_eq!(read.replace.mode, ReplaceMode::AllowFailure);
    assert_eq!(read.cancel_client_id, client_id(UNNAMED));
    assert_eq!(read.replace.order.client_id, client_id(UNNAMED));
    for (extra, code) in [
        ("cancelReplaceMode=STOP_ON_FAILURE", -1102),
        ("cancelOrderId=9", -1102),
        ("cancelOrderId=9&cancelReplaceMode=MAYBE", -1130),
        (
            "cancelOrderId=9&cancelReplaceMode=STOP_ON_FAILURE&orderRateLimitExceededMode=X",
            -1130,
        ),
    ] {
        assert_eq!(replace(extra).expect_err(extra).code, code, "{extra}");
    }
}

#[test]
fn an_amendment_lowers_to_a_quantity_on_the_grid() {
    let amend = |query: &str| {
        let params = Params::parse(query, "").expect("legal");
        request::amend(&params, &btcusdt(), || client_id("given"))
    };
    let read = amend("orderId=9&newQty=0.5").expect("legal");
    assert_eq!(read.qty, Qty::new(50_000).expect("legal"));
    assert_eq!(read.client_id, Some(client_id("given")));
    let named = amend("orderId=9&newQty=0.5&newClientOrderId=own").expect("legal");
    assert_eq!(named.client_id, Some(client_id("own")));
    assert_eq!(amend("orderId=9").expect_err("refused").code, -1102);
    assert_eq!(
        amend("orderId=9&newQty=0.000001")
            .expect_err("refused")
            .code,
        -1013
    );
}

#[test]
fn a_symbol_is_known_illegal_or_foreign() {
    for (query, code) in [
        ("", -1102),
        ("symbol=", -1102),
        ("symbol=btcusdt", -1121),
        ("symbol=BTC-USDT", -1121),
        ("symbol=BTC%2FUSDT", -1100),
        ("symbol=%EF%BC%91%EF%BC%92", -1100),
        ("symbol=ABCDEFGHIJKLMNOPQRSTU", -1100),
        ("symbol=ABCDEFGHIJKLMNOPQ", -1121),
        ("symbol=%00", -1100),
    ] {
        let params = Params::parse(query, "").expect("legal");
        assert_eq!(
            request::symbol(&params).expect_err(query).code,
            code,
            "{query}"
        );
    }
}
