//! What clients ask at their start, health, metrics and the status page.

use crate::world::{ALICE, Setting, World, symbol, terms};
use gateway::gateway::NodeState;
use model::command::{Command, ListMarket};
use model::id::{AssetId, MarketId};
use model::instrument::{Cause, Grid, Phase};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_start_up_call_of_the_known_clients_is_answered() {
    let world = World::start().await;
    let coins = world
        .signed(ALICE, "GET", "/sapi/v1/capital/config/getall", "")
        .await;
    assert_eq!(coins.status, 200);
    assert_eq!(coins.json()[0]["coin"], "BTC");
    for path in [
        "/sapi/v1/margin/allPairs",
        "/sapi/v1/margin/isolated/allPairs",
        "/sapi/v1/margin/allAssets",
    ] {
        assert_eq!(world.get(path).await.body, "[]");
        let signed = world.signed(ALICE, "GET", path, "").await;
        assert_eq!(signed.body, "[]");
    }
    for root in ["/fapi/v1", "/dapi/v1"] {
        assert_eq!(world.get(&format!("{root}/ping")).await.body, "{}");
        assert!(world.get(&format!("{root}/time")).await.json()["serverTime"].is_i64());
        let info = world.get(&format!("{root}/exchangeInfo")).await.json();
        assert_eq!(info["symbols"].as_array().map(Vec::len), Some(0));
    }
    assert_eq!(world.get("/api/v3/ping").await.body, "{}");
    let status = world.get("/sapi/v1/system/status").await;
    assert_eq!(status.body, r#"{"status":0,"msg":"normal"}"#);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_get_with_a_content_type_and_no_body_is_fine() {
    let world = World::start().await;
    let headers = "Content-Type: application/json;charset=utf-8\r\n";
    let answer = world
        .client()
        .await
        .send("GET", "/api/v3/time", headers, "")
        .await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("date").is_some());
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert!(answer.header("x-mbx-used-weight-1m").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_answers_are_not_for_other_origins() {
    let world = World::start().await;
    let account = world.signed(ALICE, "GET", "/api/v3/account", "").await;
    assert_eq!(account.header("access-control-allow-origin"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_pages_ask_for_is_kept_apart() {
    let world = World::start().await;
    for path in [
        "/",
        "/docs",
        "/status.js",
        "/v1/status",
        "/v1/session",
        "/dev/outbox",
    ] {
        let answer = world.get(path).await;
        for (name, value) in [
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path} {name}");
        }
        let policy = answer.header("content-security-policy").expect("a policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path} {policy}");
        }
    }
    world.fold_history().await;
    for (path, format, kind) in [
        ("/v1/account/statement", "&format=CSV", "csv"),
        ("/v1/account/statement", "&format=PDF", "pdf"),
        ("/v1/account/taxLots", "", "csv"),
        ("/v1/account/statement", "&format=JSON", "json"),
        ("/v1/account/taxLots", "&format=JSON", "json"),
        ("/v1/account/orders", "", "csv"),
        ("/v1/account/trades", "&format=JSON", "json"),
    ] {
        let query = format!("startTime=1&endTime=2{format}");
        let file = world.signed(ALICE, "GET", path, &query).await;
        let kept = format!("attachment; filename=\"report.{kind}\"");
        assert_eq!(
            file.header("content-disposition"),
            Some(kept.as_str()),
            "{}",
            file.body
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_and_metrics_tell_the_truth() {
    let world = World::start().await;
    assert_eq!(world.get("/health/live").await.body, r#"{"status":"live"}"#);
    assert_eq!(
        world.get("/health/ready").await.body,
        r#"{"status":"ready"}"#
    );
    world.limit(ALICE, "BUY", "1", "100").await;
    world.get("/api/v3/depth").await;
    let metrics = world.watch("/metrics").await;
    for line in [
        "bourse_gateway_requests_total{api=\"rest\",route=\"order_new\",outcome=\"ok\"} 1",
        "bourse_gateway_requests_total{api=\"rest\",route=\"depth\",outcome=\"client_error\"} 1",
        "bourse_up_state{state=\"ready\"} 1",
    ] {
        assert!(
            metrics.body.lines().any(|found| found == line),
            "{line}\n{}",
            metrics.body
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_whether_not_everything_is_taken_is_told_why() {
    for (state, overall) in [
        (NodeState::Degraded, "degraded"),
        (NodeState::Draining, "major_outage"),
        (NodeState::Halted, "major_outage"),
    ] {
        let setting = Setting {
            state,
            ..Setting::STANDARD
        };
        let world = World::start_with(setting).await;
        let told = r#"{"status":"not ready","reasons":["the disk is full"]}"#;
        for answer in [
            world.get("/health/ready").await,
            world.watch("/-/ready").await,
        ] {
            assert_eq!((answer.status, answer.body.as_str()), (503, told));
        }
        let health = world.watch("/-/health").await;
        assert_eq!(health.status, 200, "it is for people");
        assert_eq!(health.json()["status"], "not ready");
        let status = world.get("/v1/status").await.json();
        assert_eq!(status["overall"], overall, "{status}");
        assert_eq!(status["reasons"][0], "the disk is full", "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_is_told_and_keeps_no_order_away() {
    let world = World::start_with(Setting {
        accounts: Some("nobody can sign in"),
        ..Setting::STANDARD
    })
    .await;
    let status = world.get("/v1/status").await.json();
    assert_eq!(status["overall"], "degraded");
    let told = serde_json::json!([{
        "id": "accounts", "state": "degraded", "since": 1, "reason": "nobody can sign in",
    }]);
    assert_eq!(status["components"], told);
    assert_eq!(world.watch("/-/ready").await.status, 200);
    let there = World::start().await.get("/v1/status").await.json();
    let told = serde_json::json!([{ "id": "accounts", "state": "operational", "since": 1 }]);
    assert_eq!(there["components"], told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_page_loads_only_its_own_files() {
    let world = World::start().await;
    let page = world.get("/status").await;
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"));
    assert!(!page.body.contains("<script>") && !page.body.contains("style="));
    assert!(!page.body.contains("http://") && !page.body.contains("https://"));
    for path in ["/status.js", "/status.css"] {
        assert!(page.body.contains(path));
        assert_eq!(world.get(path).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_of_one_market_is_that_of_no_other() {
    let world = World::start().await;
    let status = world.get("/v1/status?symbol=BTCUSDT").await.json();
    let symbols: Vec<_> = status["markets"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|market| &market["symbol"])
        .collect();
    assert_eq!(symbols, ["BTCUSDT"]);
    let unknown = world.get("/v1/status?symbol=NONE").await;
    assert_eq!(
        (unknown.status, &unknown.json()["code"]),
        (400, &(-1121).into())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_tells_when_each_market_was_listed() {
    let world = World::start().await;
    let began = world.get("/v1/status").await.json();
    let listed = |status: &serde_json::Value, market: usize| {
        let at = status["markets"][market]["listedAt"].as_u64();
        at.expect("a time")
    };
    world
        .command(Command::ListMarket(ListMarket {
            symbol: symbol("USDTBTC"),
            base: AssetId(1),
            quote: AssetId(0),
            grid: Grid {
                tick_units: 1_000,
                lot_units: 1_000_000,
            },
            terms: Box::new(terms()),
        }))
        .await;
    let status = world.get("/v1/status").await.json();
    assert_eq!(status["markets"][1]["phase"], "pre-trading");
    assert_eq!(listed(&status, 0), listed(&began, 0));
    let before = began["at"].as_u64().expect("a time");
    assert!(listed(&began, 0) <= before);
    assert!(before <= listed(&status, 1));
    world
        .command(Command::SetPhase {
            market: MarketId(1),
            phase: Phase::Continuous,
            cause: Cause::Operator,
        })
        .await;
    let later = world.get("/v1/status").await.json();
    assert_eq!(listed(&later, 1), listed(&status, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_tells_since_when_a_market_is_halted() {
    let world = World::start().await;
    let since = async || {
        let status = world.get("/v1/status?symbol=BTCUSDT").await.json();
        let market = &status["markets"][0];
        assert!(market["phaseSince"].as_u64() <= status["at"].as_u64());
        (market["phase"].clone(), market["phaseSince"].as_u64())
    };
    let (_, trading) = since().await;
    world
        .command(Command::SetPhase {
            market: MarketId(0),
            phase: Phase::Halt,
            cause: Cause::Operator,
        })
        .await;
    let (phase, halted) = since().await;
    assert_eq!(phase, "halted");
    assert!(trading.is_some() && trading < halted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_shows_markets_spread_and_sequence() {
    let world = World::start().await;
    world.limit(ALICE, "BUY", "1", "100").await;
    world.limit(ALICE, "SELL", "1", "103.5").await;
    let status = world.get("/v1/status").await.json();
    assert_eq!(status["overall"], "operational");
    assert_eq!(
        (&status["region"], &status["version"]),
        (&"Test".into(), &env!("CARGO_PKG_VERSION").into())
    );
    let market = &status["markets"][0];
    assert_eq!(
        (&market["symbol"], &market["phase"]),
        (&"BTCUSDT".into(), &"trading".into())
    );
    assert_eq!(market["spread"], "3.50000000");
    assert!(market["lastPrice"].is_null());
    assert!(
        status["sequence"]
            .as_u64()
            .is_some_and(|sequence| 10 < sequence)
    );
    let load = &status["load"];
    let durations = load["orderDurations"].as_array().expect("a list");
    let orders: u64 = durations
        .iter()
        .filter_map(|row| row["count"].as_u64())
        .sum();
    assert_eq!(orders, 2, "both orders are among those that were timed");
    assert!(durations.last().is_some_and(|row| row["upToUs"].is_null()));
    assert_eq!(load["shed"], 0);
    assert!(load["requests"].as_u64().is_some_and(|count| 2 <= count));
    assert!(load["connections"].as_u64().is_some_and(|count| 1 <= count));
}
