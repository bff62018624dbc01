//! What a market takes as it is published, and the records of amendments and prevented matches.

use model::account::FEE_TIERS;
use model::id::{AssetId, MarketId, OrderId, PreventedMatchId, Sequence, TradeGroupId};
use model::instrument::{
    Band, DeltaRange, FeeRates, Grid, Instrument, InstrumentKind, OrderLimits, Terms,
};
use model::number::{Amount, BasisPoints, Price, Qty, RatePpb, RatioPpm};
use model::order::{Condition, SelfTradeMode, SelfTradeModes};
use model::snapshot_views::{ConditionChange, PriceChange};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;
use wire::binance::answer::amend::{AmendmentFacts, AmendmentRow};
use wire::binance::answer::exchange::{Rules, filters};
use wire::binance::answer::json;
use wire::binance::answer::prevented::{PreventedFacts, PreventedRow};
use wire::binance::time::TimeUnit;

const MS: TimeUnit = TimeUnit::Milliseconds;
const GRID: Grid = Grid {
    tick_units: 1_000_000,
    lot_units: 1_000,
};

fn symbol() -> Symbol {
    Symbol::parse(b"BTCUSDT").expect("legal")
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

fn text_of(answer: &impl serde::Serialize) -> String {
    String::from_utf8(json(answer)).expect("utf-8")
}

fn instrument() -> Instrument {
    Instrument {
        id: MarketId(0),
        symbol: symbol(),
        kind: InstrumentKind::Spot,
        base: AssetId(0),
        quote: AssetId(1),
        grid: GRID,
        quote_per_tick_lot: 10,
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
        price_max: price(1_000),
        qty_min: qty(1),
        qty_max: qty(1_000),
        market_qty_min: qty(1),
        market_qty_max: qty(1_000),
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: band,
        ask_band: band,
        execution_band: band,
        open_orders_max: 200,
        position_max: Amount::MAX,
        fees: [FeeRates {
            maker: fee,
            taker: fee,
        }; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

fn published(limits: &OrderLimits) -> String {
    let rules = Rules {
        terms: &terms(),
        limits,
    };
    text_of(&filters(&instrument(), rules))
}

#[test]
fn limits_are_filters_with_upstreams_names() {
    let range = |min, max| DeltaRange {
        min: BasisPoints::new(min).expect("legal"),
        max: BasisPoints::new(max).expect("legal"),
    };
    let limits = OrderLimits {
        algo_orders_max: 5,
        iceberg_orders_max: 6,
        iceberg_parts_max: 7,
        order_lists_max: 8,
        order_amends_max: 9,
        trailing_above: range(10, 2_000),
        trailing_below: range(20, 1_000),
    };
    let expected = concat!(
        r#"{"filterType":"MAX_NUM_ORDERS","maxNumOrders":200},"#,
        r#"{"filterType":"MAX_NUM_ALGO_ORDERS","maxNumAlgoOrders":5},"#,
        r#"{"filterType":"MAX_NUM_ICEBERG_ORDERS","maxNumIcebergOrders":6},"#,
        r#"{"filterType":"MAX_NUM_ORDER_LISTS","maxNumOrderLists":8},"#,
        r#"{"filterType":"MAX_NUM_ORDER_AMENDS","maxNumOrderAmends":9},"#,
        r#"{"filterType":"ICEBERG_PARTS","limit":7},"#,
        r#"{"filterType":"TRAILING_DELTA","minTrailingAboveDelta":10,"maxTrailingAboveDelta":2000,"#,
        r#""minTrailingBelowDelta":20,"maxTrailingBelowDelta":1000}]"#
    );
    let text = published(&limits);
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn a_limit_that_is_lifted_is_not_published() {
    let text = published(&OrderLimits::LISTED);
    for name in ["ALGO", "ICEBERG_ORDERS", "LISTS", "AMENDS", "4294967295"] {
        assert!(!text.contains(name), "{name}: {text}");
    }
    assert!(text.contains(r#"{"filterType":"ICEBERG_PARTS","limit":100}"#));
    assert!(text.contains(r#""maxTrailingBelowDelta":9999"#));
}

#[test]
fn an_amendment_is_told_with_both_names_and_quantities() {
    let facts = AmendmentFacts {
        symbol: symbol(),
        grid: GRID,
        order: OrderId(9),
        execution: Sequence(22),
        previous_client_id: client_id("old"),
        client_id: client_id("new"),
        qty_before: qty(500_000),
        qty_after: qty(400_000),
        price: None,
        condition: None,
        at: Timestamp::from_millis(1_000),
    };
    assert_eq!(
        text_of(&AmendmentRow::of(&facts, MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","orderId":9,"executionId":22,"origClientOrderId":"old","newClientOrderId":"new","#,
            r#""origQty":"5.00000000","newQty":"4.00000000","time":1000}"#
        )
    );
    let queued_again = AmendmentFacts {
        price: Some(PriceChange {
            before: price(6_512_345),
            after: price(6_512_346),
        }),
        ..facts
    };
    let text = text_of(&AmendmentRow::of(&queued_again, MS));
    let prices = r#""newQty":"4.00000000","origPrice":"65123.45000000","newPrice":"65123.46000000","time":1000}"#;
    assert!(text.ends_with(prices), "{text}");
    let waits_otherwise = AmendmentFacts {
        condition: Some(ConditionChange {
            before: Condition::TrailFrom {
                activation: price(6_512_345),
                delta: BasisPoints::new(100).expect("a delta"),
            },
            after: Condition::TrailFrom {
                activation: price(6_512_346),
                delta: BasisPoints::new(200).expect("a delta"),
            },
        }),
        ..facts
    };
    let text = text_of(&AmendmentRow::of(&waits_otherwise, MS));
    let terms = concat!(
        r#""newQty":"4.00000000","origStopPrice":"65123.45000000","newStopPrice":"65123.46000000","#,
        r#""origTrailingDelta":100,"newTrailingDelta":200,"time":1000}"#
    );
    assert!(text.ends_with(terms), "{text}");
}

#[test]
fn a_prevented_match_shows_the_quantities_that_were_taken() {
    let facts = PreventedFacts {
        symbol: symbol(),
        grid: GRID,
        prevented: PreventedMatchId(1),
        taker_order: OrderId(5),
        maker_order: OrderId(3),
        group: TradeGroupId(1),
        mode: SelfTradeMode::ExpireMaker,
        price: price(110),
        maker_qty: qty(130_000),
        taker_qty: Qty::ZERO,
        at: Timestamp::from_millis(1_000),
    };
    assert_eq!(
        text_of(&PreventedRow::of(&facts, MS)),
        concat!(
            r#"{"symbol":"BTCUSDT","preventedMatchId":1,"takerOrderId":5,"makerSymbol":"BTCUSDT","makerOrderId":3,"#,
            r#""tradeGroupId":1,"selfTradePreventionMode":"EXPIRE_MAKER","price":"1.10000000","#,
            r#""makerPreventedQuantity":"1.30000000","transactTime":1000}"#
        )
    );
    let both = PreventedFacts {
        mode: SelfTradeMode::Decrement,
        taker_qty: qty(130_000),
        ..facts
    };
    let text = text_of(&PreventedRow::of(&both, MS));
    assert!(text.contains(
        r#""takerPreventedQuantity":"1.30000000","makerPreventedQuantity":"1.30000000""#
    ));
}
