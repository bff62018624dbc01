//! Everything that is held on a user: who gets it, what is in it, and what never is.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::DeflateDecoder;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::factor::{code, enrol};
use crate::sub_accounts::{ANN, ANN_ACCOUNT, fund, key, open, signed};
use crate::visitor::{PASSWORD, Page, Visitor, escaped, headers_of};
use crate::world::World;

const PATH: &str = "/v1/account/export";

/// The files of an archive, by name.
pub type Files = BTreeMap<String, String>;

/// Unpacks an archive from its end, as readers do.
pub fn unpacked(zip: &[u8]) -> Files {
    let number = |place: usize, bytes: usize| -> usize {
        let bytes = zip[place..place + bytes].iter().rev();
        bytes.fold(0, |all, byte| all << 8 | usize::from(*byte))
    };
    let end = zip.len() - 22;
    assert_eq!(
        &zip[end..end + 4],
        b"PK\x05\x06",
        "an archive that is whole"
    );
    let mut row = number(end + 16, 4);
    let files = (0..number(end + 10, 2)).map(|_| {
        let (packed, name_bytes) = (number(row + 20, 4), number(row + 28, 2));
        let name = String::from_utf8_lossy(&zip[row + 46..row + 46 + name_bytes]).into_owned();
        let local = number(row + 42, 4);
        let data = local + 30 + number(local + 26, 2);
        let mut text = Vec::new();
        let read = DeflateDecoder::new(&zip[data..data + packed]).read_to_end(&mut text);
        assert_eq!(read.expect("inflates"), number(row + 24, 4), "{name}");
        row += 46 + name_bytes;
        (name, text.iter().copied().map(char::from).collect())
    });
    files.collect()
}

async fn challenge(page: &Page<'_>, action: &str) -> String {
    let form = format!("action={action}");
    let told = page.send("POST", "/v1/challenge", &form).await;
    let told = told.json()["challenge"].as_str().map(str::to_owned);
    told.expect("a challenge")
}

async fn export_by(page: &Page<'_>, proof: &str) -> Answer {
    page.world.fold_history().await;
    let challenge = challenge(page, "exportData").await;
    let form = format!("challenge={challenge}&{proof}");
    page.send("POST", PATH, &form).await
}

async fn export(page: &Page<'_>) -> Answer {
    export_by(page, &format!("password={}", escaped(PASSWORD))).await
}

fn rows(files: &Files, part: &str) -> Vec<Value> {
    let text = &files[&format!("person/{part}.json")];
    serde_json::from_str(text).unwrap_or_else(|_| panic!("{part}: {text}"))
}

fn lines<'a>(files: &'a Files, account: u32, table: &str) -> Vec<&'a str> {
    let name = format!("accounts/{account}/{table}.csv");
    files[&name].lines().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_has_what_was_done_and_no_secret() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let sub = open(&page, "grid").await;
    fund(&world, ANN_ACCOUNT, 10_000).await;
    fund(&world, sub, 500).await;
    let bot = key(&page, "label=%3D1%2B1&scopes=trade").await;
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&newClientOrderId=-2";
    let placed = signed(&world, &bot, "POST", "/api/v3/order", order).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    for (method, path, form) in [
        ("PUT", "/v1/preferences", "name=theme&value=%22dark%22"),
        (
            "POST",
            "/v1/antiPhishingCode",
            "password=fifteen+letters&code=red+fox+of+ann",
        ),
        (
            "POST",
            "/v1/kyc/application",
            "legalName=Ann+Example&birthDate=1990-02-28&country=DE&address=Street+1&level=2",
        ),
        (
            "POST",
            "/v1/alerts",
            "symbol=BTCUSDT&direction=ABOVE&price=100",
        ),
    ] {
        let done = page.send(method, path, form).await;
        assert_eq!(done.status, 200, "{path} {}", done.body);
    }
    let answer = export(&page).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let name = answer.header("content-disposition");
    assert_eq!(name, Some("attachment; filename=\"export.zip\""));
    let files = unpacked(&answer.bytes);
    assert_eq!(rows(&files, "users")[0]["email"], ANN);
    assert_eq!(rows(&files, "preferences")[0]["value"], "\"dark\"");
    assert_eq!(rows(&files, "sub_accounts")[0]["label"], "grid");
    assert_eq!(rows(&files, "alerts")[0]["direction"], "ABOVE");
    let person = &rows(&files, "kyc_applications")[0]["person"];
    assert_eq!(person["legalName"], "Ann Example");
    let keys = rows(&files, "api_keys");
    let is_bot = |key: &&Value| key["label"] == "=1+1";
    let told = keys.iter().find(is_bot).expect("the key of the bot");
    assert_eq!(told["public_id"], bot["apiKey"]);
    assert_eq!(told["scopes"], json!(["read", "trade"]));
    assert!(keys.iter().any(|key| key["kind"] == "SESSION"));
    assert_eq!(rows(&files, "logins")[0]["address"], "127.0.0.1");
    let acts = rows(&files, "audit_log");
    assert_eq!(acts.last().expect("acts")["act"], "data-exported");
    let letters = rows(&files, "outbox");
    assert_eq!(letters.last().expect("letters")["subject"], "DATA_EXPORTED");
    let orders = lines(&files, ANN_ACCOUNT.0, "orders");
    assert_eq!(orders.len(), 2);
    assert!(orders[1].starts_with("BTCUSDT,"), "{}", orders[1]);
    assert!(
        orders[1].contains(",'-2,90.00000000,"),
        "no formula: {}",
        orders[1]
    );
    let changes = lines(&files, ANN_ACCOUNT.0, "order_changes");
    assert_eq!(changes.len(), 2);
    assert!(changes[1].contains(",ACCEPTED,"), "{}", changes[1]);
    let ledger = lines(&files, ANN_ACCOUNT.0, "ledger");
    assert!(
        ledger[1].contains(",DEPOSIT,") && ledger[2].contains(",HOLD,"),
        "{ledger:?}"
    );
    let deposits = lines(&files, sub.0, "deposits");
    assert!(
        deposits[1].contains(",USDT,500.00000000,,CREDITED,"),
        "{deposits:?}"
    );
    let balances = lines(&files, sub.0, "balances");
    assert!(
        balances[1].ends_with(",SPOT,USDT,500.00000000,0.00000000"),
        "{balances:?}"
    );
    assert!(files["withheld.json"].contains("a secret, or the digest of one"));
    let cookie = page
        .headers
        .split(['=', '\r', ';'])
        .nth(1)
        .expect("a token")
        .to_owned();
    let raw = crate::place::rows(world.folder()).await;
    let secrets = [
        PASSWORD,
        "red fox of ann",
        &cookie,
        bot["secretKey"].as_str().expect("a text"),
    ];
    for (name, text) in &files {
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} stands in {name}");
        }
    }
    let hash = raw["passwords"]
        .iter()
        .find_map(|row| row.split('\'').nth(1).map(str::to_owned));
    if let Some(hash) = hash {
        assert!(files.values().all(|text| !text.contains(&hash)), "{hash}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_needs_a_fresh_proof_that_is_bound_to_it() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let (secret, _) = enrol(&visitor).await;
    let form = |steps| {
        let totp = code(&secret, steps);
        format!(
            "email={}&password={}&totp={totp}",
            escaped(ANN),
            escaped(PASSWORD)
        )
    };
    let login = visitor.post("/v1/login", &form(1)).await;
    let page = Page {
        world: &world,
        headers: headers_of(&login),
    };
    world.fold_history().await;
    // A password is nothing beside a factor.
    let refused = export(&page).await.error();
    assert_eq!((refused.0, refused.1), (400, -1102), "{}", refused.2);
    let refused = export_by(&page, "totp=000000").await.error();
    assert_eq!(refused.0, 401, "{}", refused.2);
    let other = challenge(&page, "closeAccount").await;
    let totp = code(&secret, 2);
    let form = format!("challenge={other}&totp={totp}");
    let crossed = page.send("POST", PATH, &form).await.error();
    assert_eq!(crossed.0, 400, "{}", crossed.2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_has_five_archives_a_day() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    for _ in 0..5 {
        let answer = export(&page).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        unpacked(&answer.bytes);
    }
    let refused = export(&page).await;
    assert_eq!(refused.error().0, 429, "{}", refused.body);
    let seconds = refused
        .header("retry-after")
        .expect("when the next may come");
    assert!(86_000 < seconds.parse().expect("a number"), "{seconds}");
    let bob = Page::of(&Visitor { world: &world }, "bob@example.test").await;
    assert_eq!(export(&bob).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_that_is_behind_uses_up_no_proof() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let challenge = challenge(&page, "exportData").await;
    let form = format!("challenge={challenge}&password={}", escaped(PASSWORD));
    let refused = page.send("POST", PATH, &form).await.error();
    assert_eq!(refused.1, -1001, "{}", refused.2);
    world.fold_history().await;
    let answer = page.send("POST", PATH, &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}
