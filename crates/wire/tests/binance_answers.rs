//! Answers and stream messages, byte for byte: clients with strict decoders depend on names, types and order.

use model::id::{OrderId, PreventedMatchId, TradeId};
use model::instrument::Grid;
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, Instructions, OrderKind, SelfTradeMode, Side, TimeInForce};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use wire::binance::answer::amend::Amended;
use wire::binance::answer::json;
use wire::binance::answer::market::{CandleFacts, Depth, Kline, Level};
use wire::binance::answer::order::{Ack, Cancelled, FillFacts, New, OrderFacts, OrderRow, Placed};
use wire::binance::answer::own_trade::{OwnTradeFacts, OwnTradeRow, Role};
use wire::binance::answer::replace::{Half, Replaced};
use wire::binance::answer::ticker::{Best, Day, MiniDay, TickerFacts, WindowFacts};
use wire::binance::error::{EngineCode, Refusal, text};
use wire::binance::stream;
use wire::binance::time::TimeUnit;
use wire::binance::words::Stage;
use wire::decimal::Decimal;

const GRID: Grid = Grid {
    tick_units: 1_000_000,
    lot_units: 1_000,
};
const MS: TimeUnit = TimeUnit::Milliseconds;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn symbol(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("legal")
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

fn limit_order() -> OrderFacts {
    OrderFacts {
        symbol: symbol("BTCUSDT"),
        grid: GRID,
        order: OrderId(28),
        client_id: client_id("mine"),
        side: Side::Buy,
        kind: OrderKind::Limit {
            price: price(6_000_001),
            qty: qty(150_000),
            time_in_force: TimeInForce::GoodTillCancel,
        },
        self_trade: SelfTradeMode::ExpireMaker,
        instructions: Instructions::NONE,
        list: None,
        stage: Stage::Working,
        original: qty(150_000),
        executed: qty(50_000),
        prevented: Qty::ZERO,
        prevented_match: None,
        quote_units: 3_000_000_500_000,
        closed: None,
        created_at: at(1_000),
        updated_at: at(2_000),
        working_at: Some(at(1_000)),
        trailing_since: None,
    }
}

fn text_of(answer: &impl serde::Serialize) -> String {
    String::from_utf8(json(answer)).expect("utf-8")
}

#[test]
fn an_acknowledgement_is_short() {
    assert_eq!(
        text_of(&Ack::of(&limit_order(), at(1_000), MS)),
        r#"{"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"clientOrderId":"mine","transactTime":1000}"#
    );
}

#[test]
fn a_full_answer_lists_its_fills() {
    let fill = FillFacts {
        price: price(6_000_001),
        qty: qty(50_000),
        commission: Amount::new(50_000).expect("legal"),
        commission_asset: symbol("BTC"),
        trade: TradeId(56),
    };
    assert_eq!(
        text_of(&Placed::of(
            &limit_order(),
            Some(&[fill]),
            at(1_000),
            TimeUnit::Microseconds
        )),
        concat!(
            r#"{"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"clientOrderId":"mine","transactTime":1000000,"#,
            r#""price":"60000.01000000","origQty":"1.50000000","executedQty":"0.50000000","origQuoteOrderQty":"0.00000000","#,
            r#""cummulativeQuoteQty":"30000.00500000","status":"PARTIALLY_FILLED","timeInForce":"GTC","type":"LIMIT","side":"BUY","#,
            r#""workingTime":1000000,"selfTradePreventionMode":"EXPIRE_MAKER","#,
            r#""fills":[{"price":"60000.01000000","qty":"0.50000000","commission":"0.00050000","commissionAsset":"BTC","tradeId":56}]}"#
        )
    );
}

#[test]
fn an_expired_quote_order_says_why_and_shows_what_it_got() {
    let facts = OrderFacts {
        kind: OrderKind::MarketQuote {
            quote: Amount::new(10_000_000_000).expect("legal"),
        },
        original: Qty::ZERO,
        executed: Qty::ZERO,
        quote_units: 0,
        closed: Some(CloseReason::InsufficientLiquidity),
        working_at: None,
        ..limit_order()
    };
    assert_eq!(
        text_of(&Placed::of(&facts, None, at(1_000), MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"clientOrderId":"mine","transactTime":1000,"#,
            r#""price":"0.00000000","origQty":"0.00000000","executedQty":"0.00000000","origQuoteOrderQty":"100.00000000","#,
            r#""cummulativeQuoteQty":"0.00000000","status":"EXPIRED","timeInForce":"GTC","type":"MARKET","side":"BUY","#,
            r#""workingTime":-1,"selfTradePreventionMode":"EXPIRE_MAKER","expiryReason":"INSUFFICIENT_LIQUIDITY"}"#
        )
    );
}

#[test]
fn a_cancel_names_itself_and_the_order() {
    let facts = OrderFacts {
        closed: Some(CloseReason::Cancelled),
        ..limit_order()
    };
    assert_eq!(
        text_of(&Cancelled::of(&facts, client_id("cancel-1"), at(3_000), MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","origClientOrderId":"mine","orderId":28,"orderListId":-1,"clientOrderId":"cancel-1","transactTime":3000,"#,
            r#""price":"60000.01000000","origQty":"1.50000000","executedQty":"0.50000000","origQuoteOrderQty":"0.00000000","#,
            r#""cummulativeQuoteQty":"30000.00500000","status":"CANCELED","timeInForce":"GTC","type":"LIMIT","side":"BUY","#,
            r#""workingTime":1000,"selfTradePreventionMode":"EXPIRE_MAKER"}"#
        )
    );
}

#[test]
fn a_cancel_replace_words_each_half() {
    let failed = Half::Failure(Refusal::engine(EngineCode::Cancel, text::UNKNOWN_ORDER));
    assert_eq!(
        text_of(&Replaced::of(failed, Half::NotAttempted)),
        concat!(
            r#"{"cancelResult":"FAILURE","newOrderResult":"NOT_ATTEMPTED","#,
            r#""cancelResponse":{"code":-2011,"msg":"Unknown order sent."},"newOrderResponse":null}"#
        )
    );
    let failed = Half::Failure(Refusal::engine(EngineCode::Cancel, text::UNKNOWN_ORDER));
    let placed = Half::Success(New::Ack(Ack::of(&limit_order(), at(1_000), MS)));
    assert!(
        text_of(&Replaced::of(failed, placed))
            .contains(r#""newOrderResult":"SUCCESS","cancelResponse":{"code":-2011"#)
    );
}

#[test]
fn an_amendment_uses_its_own_field_names() {
    assert_eq!(
        text_of(&Amended::of(
            &limit_order(),
            client_id("old"),
            22,
            at(3_000),
            MS
        )),
        concat!(
            r#"{"transactTime":3000,"executionId":22,"amendedOrder":{"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"#,
            r#""origClientOrderId":"old","clientOrderId":"mine","price":"60000.01000000","qty":"1.50000000","executedQty":"0.50000000","#,
            r#""preventedQty":"0.00000000","quoteOrderQty":"0.00000000","cumulativeQuoteQty":"30000.00500000","status":"PARTIALLY_FILLED","#,
            r#""timeInForce":"GTC","type":"LIMIT","side":"BUY","workingTime":1000,"selfTradePreventionMode":"EXPIRE_MAKER"}}"#
        )
    );
}

#[test]
fn an_order_row_has_every_field_and_prevention_when_there_was_one() {
    let facts = OrderFacts {
        prevented: qty(100_000),
        prevented_match: Some(PreventedMatchId(4)),
        closed: Some(CloseReason::SelfTrade),
        ..limit_order()
    };
    assert_eq!(
        text_of(&OrderRow::of(&facts, MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"clientOrderId":"mine","price":"60000.01000000","#,
            r#""origQty":"1.50000000","executedQty":"0.50000000","cummulativeQuoteQty":"30000.00500000","status":"EXPIRED_IN_MATCH","#,
            r#""timeInForce":"GTC","type":"LIMIT","side":"BUY","stopPrice":"0.00000000","icebergQty":"0.00000000","time":1000,"#,
            r#""updateTime":2000,"isWorking":true,"workingTime":1000,"origQuoteOrderQty":"0.00000000","#,
            r#""selfTradePreventionMode":"EXPIRE_MAKER","preventedMatchId":4,"preventedQuantity":"1.00000000"}"#
        )
    );
}

#[test]
fn an_own_trade_tells_side_and_role() {
    let facts = OwnTradeFacts {
        symbol: symbol("BTCUSDT"),
        grid: GRID,
        trade: TradeId(56),
        order: OrderId(28),
        list: None,
        price: price(6_000_001),
        qty: qty(50_000),
        quote: Amount::new(3_000_000_500_000).expect("legal"),
        commission: Amount::new(-5).expect("legal"),
        commission_asset: symbol("BTC"),
        at: at(1_000),
        side: Side::Buy,
        role: Role::Maker,
    };
    assert_eq!(
        text_of(&OwnTradeRow::of(&facts, MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","id":56,"orderId":28,"orderListId":-1,"price":"60000.01000000","qty":"0.50000000","#,
            r#""quoteQty":"30000.00500000","commission":"-0.00000005","commissionAsset":"BTC","time":1000,"isBuyer":true,"#,
            r#""isMaker":true,"isBestMatch":true}"#
        )
    );
}

#[test]
fn depth_rows_are_pairs_of_texts() {
    let depth = Depth {
        last_update_id: 9,
        bids: vec![Level::of(price(100), 5, &GRID)],
        asks: Vec::new(),
    };
    assert_eq!(
        text_of(&depth),
        r#"{"lastUpdateId":9,"bids":[["1.00000000","0.00005000"]],"asks":[]}"#
    );
}

const CANDLE: CandleFacts = CandleFacts {
    opens_at: Timestamp::from_millis(60_000),
    closes_at: Timestamp::from_millis(119_999),
    open: Price::MIN,
    high: Price::MIN,
    low: Price::MIN,
    close: Price::MIN,
    base_units: 100_000_000,
    quote_units: 1_000_000,
    taker_buy_base_units: 0,
    taker_buy_quote_units: 0,
    trade_count: 2,
    trades: Some((7, 8)),
};

#[test]
fn a_candle_has_twelve_columns() {
    assert_eq!(
        text_of(&Kline::of(&CANDLE, &GRID, MS)),
        concat!(
            r#"[60000,"0.01000000","0.01000000","0.01000000","0.01000000","1.00000000",119999,"0.01000000",2,"#,
            r#""0.00000000","0.00000000","0"]"#
        )
    );
}

fn ticker() -> TickerFacts {
    TickerFacts {
        symbol: symbol("BTCUSDT"),
        grid: GRID,
        opens_at: at(60_000),
        closes_at: at(120_000),
        last: Some((price(150), qty(3))),
        previous_close: Some(price(99)),
        bid: Best::of(price(149), 10, &GRID),
        ask: Best::NONE,
        window: Some(WindowFacts {
            open: price(200),
            high: price(300),
            low: price(100),
            close: price(150),
            base_units: 200_000_000,
            quote_units: 300_000_000,
            first_trade: 5,
            last_trade: 9,
        }),
    }
}

#[test]
fn a_ticker_measures_its_window() {
    assert_eq!(
        text_of(&Day::of(&ticker(), MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","priceChange":"-0.50000000","priceChangePercent":"-25.000","weightedAvgPrice":"1.50000000","#,
            r#""prevClosePrice":"0.99000000","lastPrice":"1.50000000","lastQty":"0.00003000","bidPrice":"1.49000000","bidQty":"0.00010000","#,
            r#""askPrice":"0.00000000","askQty":"0.00000000","openPrice":"2.00000000","highPrice":"3.00000000","lowPrice":"1.00000000","#,
            r#""volume":"2.00000000","quoteVolume":"3.00000000","openTime":60000,"closeTime":120000,"firstId":5,"lastId":9,"count":5}"#
        )
    );
    let quiet = TickerFacts {
        window: None,
        ..ticker()
    };
    assert_eq!(
        text_of(&MiniDay::of(&quiet, MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","openPrice":"1.50000000","highPrice":"1.50000000","lowPrice":"1.50000000","lastPrice":"1.50000000","#,
            r#""volume":"0.00000000","quoteVolume":"0.00000000","openTime":60000,"closeTime":120000,"firstId":-1,"lastId":-1,"count":0}"#
        )
    );
}

#[test]
fn stream_messages_keep_their_keys() {
    let trade = stream::TradeFacts {
        trade: TradeId(56),
        price: price(150),
        qty: qty(3),
        taker_side: Side::Sell,
        at: at(1_000),
    };
    assert_eq!(
        text_of(&stream::Trade::of(
            symbol("BTCUSDT"),
            &GRID,
            &trade,
            at(1_001),
            MS
        )),
        r#"{"e":"trade","E":1001,"s":"BTCUSDT","t":56,"p":"1.50000000","q":"0.00003000","T":1000,"m":true,"M":true}"#
    );
    let aggregate = stream::AggregateFacts {
        aggregate: 3,
        price: price(150),
        qty: qty(3),
        first: TradeId(56),
        last: TradeId(57),
        taker_side: Side::Buy,
        at: at(1_000),
    };
    assert_eq!(
        text_of(&stream::AggregateTrade::of(
            symbol("BTCUSDT"),
            &GRID,
            &aggregate,
            at(1_001),
            MS
        )),
        r#"{"e":"aggTrade","E":1001,"s":"BTCUSDT","a":3,"p":"1.50000000","q":"0.00003000","f":56,"l":57,"T":1000,"m":false,"M":true}"#
    );
    let updates = stream::Updates { first: 4, last: 6 };
    let bids = vec![Level::of(price(100), 0, &GRID)];
    let depth =
        stream::DepthUpdate::of(symbol("BTCUSDT"), updates, bids, Vec::new(), MS.show(at(5)));
    assert_eq!(
        text_of(&depth),
        r#"{"e":"depthUpdate","E":5,"s":"BTCUSDT","U":4,"u":6,"b":[["1.00000000","0.00000000"]],"a":[]}"#
    );
    let book = stream::BookTicker::of(
        symbol("BTCUSDT"),
        6,
        Best::of(price(149), 10, &GRID),
        Best::NONE,
    );
    assert_eq!(
        text_of(&book),
        r#"{"u":6,"s":"BTCUSDT","b":"1.49000000","B":"0.00010000","a":"0.00000000","A":"0.00000000"}"#
    );
}

#[test]
fn a_candle_message_says_whether_it_is_final() {
    let market = stream::CandleOf {
        symbol: symbol("BTCUSDT"),
        grid: GRID,
        interval: "1m",
    };
    let message = stream::Kline::of(
        &market,
        &CANDLE,
        stream::CandleState::Closed,
        at(120_000),
        MS,
    );
    assert_eq!(
        text_of(&message),
        concat!(
            r#"{"e":"kline","E":120000,"s":"BTCUSDT","k":{"t":60000,"T":119999,"s":"BTCUSDT","i":"1m","f":7,"L":8,"#,
            r#""o":"0.01000000","c":"0.01000000","h":"0.01000000","l":"0.01000000","v":"1.00000000","n":2,"x":true,"#,
            r#""q":"0.01000000","V":"0.00000000","Q":"0.00000000","B":"0"}}"#
        )
    );
}

#[test]
fn ticker_messages_keep_their_keys() {
    assert_eq!(
        text_of(&stream::Ticker::of(&ticker(), at(5), MS)),
        concat!(
            r#"{"e":"24hrTicker","E":5,"s":"BTCUSDT","p":"-0.50000000","P":"-25.000","w":"1.50000000","x":"0.99000000","#,
            r#""c":"1.50000000","Q":"0.00003000","b":"1.49000000","B":"0.00010000","a":"0.00000000","A":"0.00000000","#,
            r#""o":"2.00000000","h":"3.00000000","l":"1.00000000","v":"2.00000000","q":"3.00000000","O":60000,"C":120000,"F":5,"L":9,"n":5}"#
        )
    );
    assert_eq!(
        text_of(&stream::MiniTicker::of(&ticker(), at(5), MS)),
        concat!(
            r#"{"e":"24hrMiniTicker","E":5,"s":"BTCUSDT","c":"1.50000000","o":"2.00000000","h":"3.00000000","l":"1.00000000","#,
            r#""v":"2.00000000","q":"3.00000000"}"#
        )
    );
    assert_eq!(
        text_of(&stream::WindowTicker::of("4h", &ticker(), at(5), MS)),
        concat!(
            r#"{"e":"4hTicker","E":5,"s":"BTCUSDT","p":"-0.50000000","P":"-25.000","o":"2.00000000","h":"3.00000000","#,
            r#""l":"1.00000000","c":"1.50000000","w":"1.50000000","v":"2.00000000","q":"3.00000000","O":60000,"C":120000,"#,
            r#""F":5,"L":9,"n":5}"#
        )
    );
    let average = stream::AverageFacts {
        price: Decimal(150_000_000),
        last_at: at(4),
    };
    assert_eq!(
        text_of(&stream::AveragePrice::of(
            ticker().symbol,
            &average,
            at(5),
            MS
        )),
        r#"{"e":"avgPrice","E":5,"s":"BTCUSDT","i":"5m","w":"1.50000000","T":4}"#
    );
}
