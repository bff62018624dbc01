//! Orders and fills of an account as files.

use serde_json::Value;

use crate::world::{ALICE, BOB, World};

const ORDERS: &str = "/v1/account/orders";
const TRADES: &str = "/v1/account/trades";
const EVER: &str = "startTime=0&endTime=4102444800000";

async fn file(world: &World, who: usize, path: &str, query: &str) -> String {
    let answer = world.signed(who, "GET", path, query).await;
    assert_eq!(answer.status, 200, "{path} {query} {}", answer.body);
    answer.body
}

fn cells(file: &str) -> Vec<Vec<&str>> {
    let lines = file.split_terminator("\r\n");
    lines.map(|line| line.split(',').collect()).collect()
}

/// Returns the text of a value of a file in JSON as its file in CSV has it.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

async fn trade(world: &World) {
    for price in ["60000", "60001", "60002"] {
        world.limit(ALICE, "SELL", "0.1", price).await;
    }
    world.limit(BOB, "BUY", "0.25", "60002").await;
    let named = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=40000&newClientOrderId=-1";
    world.order(BOB, named).await;
    world.fold_history().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_fills_has_every_fill_with_plain_numbers() {
    let world = World::start().await;
    trade(&world).await;
    let csv = file(&world, BOB, TRADES, EVER).await;
    let rows = cells(&csv);
    let head = "time,market,side,price,size,total,fee,fee_asset,role,order_id,trade_id,exchange";
    assert_eq!(rows[0].join(","), head);
    let fills = world
        .signed(BOB, "GET", "/api/v3/myTrades", "symbol=BTCUSDT")
        .await;
    let fills = fills.json();
    let fills = fills.as_array().expect("fills");
    assert_eq!(rows.len(), 1 + 3);
    for (row, fill) in rows[1..].iter().zip(fills) {
        let expected = [
            "BTCUSDT",
            "BUY",
            fill["price"].as_str().expect("a price"),
            fill["qty"].as_str().expect("a size"),
            fill["quoteQty"].as_str().expect("a total"),
            fill["commission"].as_str().expect("a fee"),
            "BTC",
            "TAKER",
            &fill["orderId"].to_string(),
            &fill["id"].to_string(),
            "Bourse",
        ];
        assert_eq!(row[1..], expected);
        assert!(row[0].ends_with('Z') && row[0].len() == 24, "{}", row[0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_narrowed_to_a_side_a_type_and_a_state() {
    let world = World::start().await;
    trade(&world).await;
    world.limit(ALICE, "BUY", "0.1", "50000").await;
    world.order(BOB, "side=SELL&type=MARKET&quantity=0.1").await;
    world.fold_history().await;
    let count = async |path: &str, choice: &str| {
        let csv = file(&world, BOB, path, &format!("{EVER}&{choice}")).await;
        cells(&csv).len() - 1
    };
    for (choice, orders) in [
        ("side=BUY", 2),
        ("side=SELL", 1),
        ("type=MARKET", 1),
        ("status=FILLED", 2),
        ("side=SELL&status=FILLED", 1),
        ("side=BUY&type=LIMIT&status=NEW", 1),
        ("side=SELL&type=LIMIT", 0),
    ] {
        assert_eq!(count(ORDERS, choice).await, orders, "{choice}");
    }
    assert_eq!(count(TRADES, "side=BUY").await, 3);
    assert_eq!(count(TRADES, "side=SELL").await, 1);
    for (choice, code) in [
        ("side=buy", -1117),
        ("type=X", -1116),
        ("status=DONE", -1130),
    ] {
        let query = format!("{EVER}&{choice}");
        let refused = world.signed(BOB, "GET", ORDERS, &query).await;
        assert_eq!((refused.status, refused.error().1), (400, code), "{choice}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_in_json_has_the_rows_and_columns_of_the_one_in_csv() {
    let world = World::start().await;
    trade(&world).await;
    let statement = format!(
        "startTime={}",
        world.gateway.hub().views().at().millis() - 86_400_000
    );
    let statement = format!(
        "{statement}&endTime={}",
        world.gateway.hub().views().at().millis()
    );
    for (path, query) in [
        (ORDERS, EVER),
        (TRADES, EVER),
        ("/v1/account/taxLots", EVER),
        ("/v1/account/statement", &statement),
    ] {
        let csv = file(&world, ALICE, path, query).await;
        let table = cells(&csv);
        let json = file(&world, ALICE, path, &format!("{query}&format=JSON")).await;
        let rows: Value = serde_json::from_str(&json).expect("JSON");
        let rows = rows.as_array().expect("a list");
        assert!(1 < table.len(), "{path}");
        assert_eq!(rows.len(), table.len() - 1, "{path}");
        for (row, cells) in rows.iter().zip(&table[1..]) {
            assert_eq!(row.as_object().expect("an object").len(), table[0].len());
            for (name, cell) in table[0].iter().zip(cells) {
                assert_eq!(plain(&row[*name]), *cell, "{path} {name}");
                let is_money = cell.contains('.') && !cell.ends_with('Z');
                assert!(!is_money || row[*name].is_string(), "{path} {name} {row}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_orders_has_those_of_its_times_and_no_formula() {
    let world = World::start().await;
    trade(&world).await;
    let csv = file(&world, BOB, ORDERS, EVER).await;
    let rows = cells(&csv);
    let head = "time,market,order_id,client_order_id,type,side,time_in_force,price,stop_price,\
                size,filled,total,state,updated,exchange";
    assert_eq!(rows[0].join(","), head);
    assert_eq!(rows.len(), 1 + 2);
    let all = "symbol=BTCUSDT";
    let all = world
        .signed(BOB, "GET", "/api/v3/allOrders", all)
        .await
        .json();
    assert_eq!(rows[1][2], all[0]["orderId"].to_string());
    assert_eq!(rows[1][12], "FILLED");
    assert_eq!(
        rows[1][11],
        all[0]["cummulativeQuoteQty"].as_str().expect("a total")
    );
    assert_eq!(rows[2][3], "'-1", "a spreadsheet calculates nothing");
    assert_eq!(
        file(&world, BOB, ORDERS, &format!("{EVER}&symbol=BTCUSDT")).await,
        csv
    );
    let none = file(&world, BOB, ORDERS, "startTime=0&endTime=1").await;
    assert_eq!(cells(&none).len(), 1);
    let last = all[1]["time"].as_i64().expect("a time");
    let later = format!("startTime={last}&endTime=4102444800000");
    let later = file(&world, BOB, ORDERS, &later).await;
    assert!(cells(&later).iter().any(|row| row[3] == "'-1"));
    for (query, code) in [
        ("startTime=0".to_owned(), -1102),
        (format!("{EVER}&symbol=NONE"), -1121),
        (format!("{EVER}&format=PDF"), -1130),
    ] {
        for path in [ORDERS, TRADES] {
            let refused = world.signed(BOB, "GET", path, &query).await;
            assert_eq!(refused.error().1, code, "{path} {query}");
        }
    }
}
