//! Balances, fees, keys and counts.

use crate::world::{ALICE, BOB, READER, World};
use model::account::AccountState;
use model::command::Command;
use model::id::AccountId;
use model::instrument::Cause;
use model::text::Symbol;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_shows_what_is_free_and_what_is_locked() {
    let world = World::start().await;
    world.limit(ALICE, "BUY", "0.5", "60000").await;
    let account = world
        .signed(ALICE, "GET", "/api/v3/account", "")
        .await
        .json();
    for field in [
        "makerCommission",
        "takerCommission",
        "buyerCommission",
        "sellerCommission",
        "commissionRates",
        "canTrade",
        "canWithdraw",
        "canDeposit",
        "brokered",
        "requireSelfTradePrevention",
        "preventSor",
        "updateTime",
        "accountType",
        "balances",
        "permissions",
        "uid",
    ] {
        assert!(!account[field].is_null(), "{field}");
    }
    assert_eq!(account["makerCommission"], 10);
    assert_eq!(account["commissionRates"]["maker"], "0.00100000");
    let usdt = &account["balances"][1];
    assert_eq!(usdt["asset"], "USDT");
    assert_eq!(usdt["free"], "4970000.00000000");
    assert_eq!(usdt["locked"], "30000.00000000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_of_an_account_stays_out_of_caches() {
    let world = World::start().await;
    for path in ["/api/v3/account", "/sapi/v1/capital/config/getall"] {
        let answer = world.signed(ALICE, "GET", path, "").await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let answer = world
        .client()
        .await
        .send("GET", "/api/v3/time", "", "")
        .await;
    assert_eq!(answer.header("cache-control"), None);
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn empty_balances_are_left_out_when_asked() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "50", "60000").await;
    world
        .order(ALICE, "side=SELL&type=MARKET&quantity=50")
        .await;
    let query = "omitZeroBalances=TRUE";
    let account = world
        .signed(ALICE, "GET", "/api/v3/account", query)
        .await
        .json();
    assert_eq!(account["balances"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_come_in_microseconds_when_asked() {
    let world = World::start().await;
    let target = format!("/api/v3/account?{}", world.sign(ALICE, ""));
    let headers = format!(
        "X-MBX-APIKEY: {}\r\nx-mbx-time-unit: microsecond\r\n",
        world.logins[ALICE].public_id
    );
    let account = world
        .client()
        .await
        .send("GET", &target, &headers, "")
        .await
        .json();
    assert!(
        account["updateTime"]
            .as_i64()
            .is_some_and(|time| 10_i64.pow(15) < time)
    );
    let odd = world
        .client()
        .await
        .send("GET", "/api/v3/time", "X-MBX-TIME-UNIT: WEEK\r\n", "")
        .await;
    assert_eq!(odd.error().1, -1194);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reading_key_reads_and_does_not_trade() {
    let world = World::start().await;
    assert_eq!(
        world
            .signed(READER, "GET", "/api/v3/account", "")
            .await
            .status,
        200
    );
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100";
    // The second never reaches the engine, which would refuse such a key by itself.
    for path in ["/api/v3/order", "/api/v3/order/test"] {
        let refused = world.signed(READER, "POST", path, order).await;
        assert_eq!(
            refused.error(),
            (
                401,
                -2015,
                "Invalid API-key, IP, or permissions for action.".to_owned()
            ),
            "{path}"
        );
    }
    let restrictions = world
        .signed(READER, "GET", "/sapi/v1/account/apiRestrictions", "")
        .await
        .json();
    assert_eq!(restrictions["enableReading"], true);
    assert_eq!(restrictions["enableSpotAndMarginTrading"], false);
    assert_eq!(restrictions["ipRestrict"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fees_and_order_counts_are_published() {
    let world = World::start().await;
    let fees = world
        .signed(ALICE, "GET", "/sapi/v1/asset/tradeFee", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(fees[0]["makerCommission"], "0.00100000");
    let commission = world
        .signed(ALICE, "GET", "/api/v3/account/commission", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(commission["standardCommission"]["taker"], "0.00100000");
    world.limit(ALICE, "BUY", "1", "100").await;
    let counts = world
        .signed(ALICE, "GET", "/api/v3/rateLimit/order", "")
        .await
        .json();
    assert_eq!(counts[1]["interval"], "DAY");
    assert_eq!(counts[1]["count"], 1);
    let allocations = |query| world.signed(ALICE, "GET", "/api/v3/myAllocations", query);
    assert_eq!(allocations("symbol=BTCUSDT").await.json(), json!([]));
    assert_eq!(allocations("symbol=NOPE").await.error().1, -1121);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wallet_shows_what_is_owned_and_what_leaves() {
    let world = World::start().await;
    world.limit(ALICE, "BUY", "0.5", "60000").await;
    let path = "/sapi/v3/asset/getUserAsset";
    let all = world.signed(ALICE, "POST", path, "").await.json();
    let account = world
        .signed(ALICE, "GET", "/api/v3/account", "omitZeroBalances=true")
        .await
        .json();
    let shown = |list: &serde_json::Value| -> Vec<[String; 3]> {
        let rows = list.as_array().expect("a list").iter();
        rows.map(|row| ["asset", "free", "locked"].map(|name| row[name].to_string()))
            .collect()
    };
    assert_eq!(shown(&all), shown(&account["balances"]));
    let usdt = world.signed(ALICE, "POST", path, "asset=USDT").await.json();
    assert_eq!(usdt.as_array().map(Vec::len), Some(1));
    assert_eq!(usdt[0]["locked"], "30000.00000000");
    assert_eq!(usdt[0]["withdrawing"], "0.00000000");
    let unknown = world.signed(ALICE, "POST", path, "asset=NOPE").await;
    assert_eq!(unknown.error().1, -1121);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deposits_are_listed_as_they_are_asked_for() {
    let world = World::start().await;
    let ask = |query: &'static str| {
        let path = "/sapi/v1/capital/deposit/hisrec";
        world.signed(ALICE, "GET", path, query)
    };
    let coins = async |query| -> Vec<String> {
        let list = ask(query).await.json();
        let rows = list.as_array().expect("a list").iter();
        rows.map(|row| row["coin"].as_str().expect("a coin").to_owned())
            .collect()
    };
    let all = ask("").await.json();
    assert_eq!(all[1]["coin"], "BTC");
    assert_eq!(all[1]["amount"], "50.00000000");
    assert_eq!(all[1]["status"], 1);
    assert_eq!(all[1]["confirmTimes"], "1/1");
    assert_eq!(all[1]["completeTime"], all[1]["insertTime"]);
    for (query, expected) in [
        ("", &["USDT", "BTC"] as &[&str]),
        ("coin=USDT", &["USDT"]),
        ("status=1", &["USDT", "BTC"]),
        ("status=0", &[]),
        ("limit=1", &["USDT"]),
        ("limit=1&offset=1", &["BTC"]),
        ("offset=2", &[]),
        ("startTime=0", &[]),
        ("startTime=0&endTime=1000", &[]),
        ("endTime=1000", &[]),
        ("startTime=99999999999999", &[]),
        ("txId=00", &[]),
    ] {
        assert_eq!(coins(query).await, expected, "{query}");
    }
    for (query, code) in [
        ("coin=NOPE", -4018),
        ("coin=%20", -1100),
        ("limit=1001", -1130),
        ("startTime=2&endTime=1", -1130),
        ("startTime=0&endTime=7776000001", -4047),
    ] {
        assert_eq!(ask(query).await.error().1, code, "{query}");
    }
    let own = format!("txId={}", all[1]["txId"].as_str().expect("an id"));
    let path = "/sapi/v1/capital/deposit/hisrec";
    let one = world.signed(ALICE, "GET", path, &own).await.json();
    assert_eq!(one, json!([all[1]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_is_listed_in_each_of_its_states() {
    let world = World::start().await;
    let path = "/sapi/v1/capital/withdraw/history";
    let ask = |query: &'static str| world.signed(ALICE, "GET", path, query);
    assert_eq!(ask("").await.json(), json!([]));
    let first = world.hold(1).await;
    let second = world.hold(2).await;
    let statuses = async || {
        let rows = ask("").await.json();
        [rows[0]["status"].clone(), rows[1]["status"].clone()]
    };
    assert_eq!(statuses().await, [4, 4]);
    assert_eq!(ask("").await.json()[0]["completeTime"], json!(null));
    let withdrawing = async || {
        let coins = "/sapi/v1/capital/config/getall";
        let coins = world.signed(ALICE, "GET", coins, "").await.json();
        let owned = "/sapi/v3/asset/getUserAsset";
        let owned = world.signed(ALICE, "POST", owned, "asset=BTC").await.json();
        [&coins[0], &owned[0]].map(|row| row["withdrawing"].clone())
    };
    assert_eq!(withdrawing().await, ["0.00000214"; 2]);
    let settle = Command::SettleWithdrawal {
        reference: first,
        destination: None,
    };
    world.command(settle).await;
    let cancel = Command::CancelWithdrawal { reference: second };
    world.command(cancel).await;
    assert_eq!(statuses().await, [1, 6], "newest first");
    assert_eq!(withdrawing().await, ["0.00000000"; 2]);
    let rows = ask("coin=BTC&status=6").await.json();
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    assert_eq!(rows[0]["amount"], "0.00000100");
    assert_eq!(rows[0]["transactionFee"], "0.00000007");
    let applied = rows[0]["applyTime"].as_str().expect("a text");
    assert_eq!((applied.len(), &applied[..2]), (19, "20"));
    assert_eq!(ask("withdrawOrderId=x").await.json(), json!([]));
    let week = "withdrawOrderId=x&startTime=0&endTime=604800001";
    assert_eq!(ask(week).await.error().1, -4047);
    let id = rows[0]["id"].as_str().expect("an id");
    let listed = format!("idList=00,{id}");
    let listed = world.signed(ALICE, "GET", path, &listed).await.json();
    assert_eq!(listed, rows);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_comes_in_leaves_or_moves_without_a_chain() {
    let world = World::start().await;
    let apply = "/sapi/v1/capital/withdraw/apply";
    let address = "/sapi/v1/capital/deposit/address";
    for (who, method, path, query, code) in [
        (ALICE, "GET", address, "coin=BTC", -1020),
        (ALICE, "GET", address, "coin=NOPE", -4018),
        (ALICE, "GET", address, "", -1102),
        (ALICE, "POST", apply, "coin=BTC&address=a&amount=1", -4019),
        (ALICE, "POST", apply, "coin=NOPE&address=a&amount=1", -4018),
        (ALICE, "POST", apply, "coin=BTC&amount=1", -1102),
        (READER, "POST", apply, "coin=BTC&address=a&amount=1", -2015),
    ] {
        let refused = world.signed(who, method, path, query).await;
        assert_eq!(refused.error().1, code, "{path} {query}");
    }
    let path = "/sapi/v1/asset/transfer";
    let query = "type=MAIN_UMFUTURE&asset=BTC&amount=1";
    let moved = world.signed(ALICE, "POST", path, query).await;
    assert_eq!(moved.error().1, -1020);
    world.fold_history().await;
    let moved = world.signed(ALICE, "GET", path, "type=MAIN_UMFUTURE").await;
    assert_eq!(moved.json(), json!({"total": 0, "rows": []}));
    let path = "/sapi/v1/asset/assetDetail";
    let details = world.signed(ALICE, "GET", path, "asset=BTC").await;
    let closed = json!({
        "minWithdrawAmount": "0.00000000",
        "depositStatus": false,
        "withdrawFee": "0.00000000",
        "withdrawStatus": false,
    });
    assert_eq!(details.json(), json!({"BTC": closed}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wallet_is_worth_what_last_prices_say() {
    let world = World::start().await;
    let worth = async |query| {
        let path = "/sapi/v1/asset/wallet/balance";
        let wallets = world.signed(ALICE, "GET", path, query).await.json();
        assert_eq!(wallets[1]["activate"], false);
        wallets[0]["balance"].as_str().expect("a text").to_owned()
    };
    assert_eq!(worth("").await, "50.00000000", "USDT has no price yet");
    world.limit(BOB, "SELL", "1", "50000").await;
    world.limit(ALICE, "BUY", "1", "50000").await;
    // 50 + 1 - 0.001 of fee, and 4,950,000 USDT at 50,000.
    assert_eq!(worth("").await, "149.99900000");
    assert_eq!(worth("quoteAsset=USDT").await, "7499950.00000000");
    world.limit(ALICE, "SELL", "2", "60000").await;
    assert_eq!(worth("").await, "149.99900000", "what is held counts");
    let owned = async |query| {
        let path = "/sapi/v3/asset/getUserAsset";
        let rows = world.signed(ALICE, "POST", path, query).await.json();
        [&rows[0], &rows[1]].map(|row| row["btcValuation"].as_str().expect("a text").to_owned())
    };
    assert_eq!(
        owned("needBtcValuation=true").await,
        ["50.99900000", "99.00000000"]
    );
    assert_eq!(owned("").await, ["0.00000000"; 2], "nobody asked");
    let path = "/sapi/v1/asset/wallet/balance";
    let unknown = world.signed(ALICE, "GET", path, "quoteAsset=NOPE").await;
    assert_eq!(unknown.error().1, -1121);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_says_what_it_may_do() {
    let world = World::start().await;
    let ask = |path| world.signed(ALICE, "GET", path, "");
    let status = ask("/sapi/v1/account/status").await.json();
    assert_eq!(status, json!({"data": "Normal"}));
    let trading = ask("/sapi/v1/account/apiTradingStatus").await.json();
    assert_eq!(trading["data"]["isLocked"], false);
    assert_eq!(trading["data"]["triggerCondition"]["GCR"], 0);
    let info = ask("/sapi/v1/account/info").await.json();
    assert_eq!(
        (&info["vipLevel"], &info["isFutureEnabled"]),
        (&json!(0), &json!(false))
    );
    let funding = world
        .signed(ALICE, "POST", "/sapi/v1/asset/get-funding-asset", "")
        .await;
    assert_eq!(funding.json(), json!([]));
    world
        .command(Command::SetAccountState {
            account: AccountId(1),
            state: AccountState::Frozen,
            cause: Cause::Operator,
        })
        .await;
    let status = ask("/sapi/v1/account/status").await.json();
    assert_eq!(status, json!({"data": "Locked"}));
    let trading = ask("/sapi/v1/account/apiTradingStatus").await.json();
    assert_eq!(trading["data"]["isLocked"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_trades_refuse_combinations_upstream_does_not_know() {
    let world = World::start().await;
    for (query, code) in [
        ("symbol=BTCUSDT&fromId=1&startTime=0", -1128),
        ("symbol=BTCUSDT&orderId=1&startTime=0", -1128),
        ("symbol=BTCUSDT&startTime=0&endTime=90000000", -1127),
        ("symbol=BTCUSDT&limit=1001", -1130),
        ("symbol=ETHUSDT", -1121),
    ] {
        let refused = world.signed(ALICE, "GET", "/api/v3/myTrades", query).await;
        assert_eq!(refused.error().1, code, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_the_account_never_had_is_listed_with_nothing() {
    let world = World::start().await;
    let symbol = Symbol::parse(b"DOGE").expect("legal");
    world.command(Command::ListAsset { symbol }).await;
    let balances = async |query| {
        let account = world.signed(ALICE, "GET", "/api/v3/account", query).await;
        account.json()["balances"].clone()
    };
    let nothing = json!({"asset": "DOGE", "free": "0.00000000", "locked": "0.00000000"});
    assert_eq!(balances("").await[2], nothing);
    let held = balances("omitZeroBalances=true").await;
    assert_eq!(held.as_array().map(Vec::len), Some(2));
}
