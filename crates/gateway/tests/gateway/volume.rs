//! What an account traded in thirty days, and what each tier pays.

use gateway::description::openapi;
use serde_json::json;

use crate::documents::{described, parsed};
use crate::world::{ALICE, BOB, World};

const VOLUME: &str = "/v1/account/volume";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sides_of_a_trade_have_its_value_as_maker_or_taker() {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "0.5", "60000").await;
    world.limit(BOB, "BUY", "0.3", "60000").await;
    world.limit(BOB, "BUY", "0.2", "60000").await;
    world.limit(BOB, "BUY", "0.1", "50000").await;
    world.limit(ALICE, "SELL", "0.1", "50000").await;
    world.fold_history().await;
    for (who, maker, taker) in [
        (ALICE, "30000.00000000", "5000.00000000"),
        (BOB, "5000.00000000", "30000.00000000"),
    ] {
        let told = world.signed(who, "GET", VOLUME, "").await.json();
        described(&parsed(openapi::text()), "GET", VOLUME, &told);
        let sums = json!({ "quoteAsset": "USDT", "maker": maker, "taker": taker });
        assert_eq!(told["totals"], json!([sums]));
        assert_eq!(told["markets"][0]["symbol"], "BTCUSDT");
        assert_eq!(told["markets"][0]["maker"], maker);
        assert_eq!(told["markets"][0]["taker"], taker);
        assert_eq!(told["markets"][0]["fills"], 3);
        assert_eq!(told["tier"], 0);
        let last = world.gateway.hub().views().at().millis();
        let [start, end] =
            ["startTime", "endTime"].map(|name| told[name].as_i64().expect("a time"));
        assert_eq!(end, last, "up to the last command");
        let span = end - start;
        let day = 86_400_000;
        assert!(29 * day <= span && span <= 30 * day, "{span}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schedule_has_what_the_account_pays_in_its_tier() {
    let world = World::start().await;
    let schedule = world.get("/v1/feeSchedule").await.json();
    let own = world
        .signed(ALICE, "GET", "/sapi/v1/asset/tradeFee", "")
        .await
        .json();
    let own = own.as_array().expect("rows");
    assert_eq!(schedule.as_array().expect("rows").len(), own.len());
    for (market, own) in schedule.as_array().expect("rows").iter().zip(own) {
        assert_eq!(market["symbol"], own["symbol"]);
        assert_eq!(market["tiers"].as_array().expect("tiers").len(), 10);
        let lowest = &market["tiers"][0];
        assert_eq!(lowest["tier"], 0);
        assert_eq!(lowest["makerCommission"], own["makerCommission"]);
        assert_eq!(lowest["takerCommission"], own["takerCommission"]);
    }
}
