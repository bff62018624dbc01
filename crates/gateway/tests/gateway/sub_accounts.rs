//! Sub-accounts: what their master sees and does, what their keys may, and money that moves between them.

use crate::audited;
use crate::client::Answer;
use crate::documents::{described, parsed};
use crate::visitor::{PASSWORD, Page, Visitor, escaped, headers_of};
use crate::world::{ALICE, Setting, World, hmac_hex};
use gateway::access::Access;
use gateway::clock;
use gateway::config::{Limiting, RequestLimits};
use gateway::description::openapi;
use gateway::route::{ENDPOINTS, Route};
use model::account::{AccountState, Wallet};
use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, ChainId, Reference};
use model::instrument::Cause;
use model::number::Amount;
use serde_json::{Value, json};

pub const ANN: &str = "ann@example.test";
pub const ANN_ACCOUNT: AccountId = AccountId(4);
pub const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
const WHOLE: i128 = 100_000_000;
const DISABLED: &str = "This action is disabled on this account.";

/// Gives an account whole USDT.
pub async fn fund(world: &World, account: AccountId, wholes: i128) {
    let mut reference = [9; 32];
    reference[..8].copy_from_slice(&clock::now().nanos().to_be_bytes());
    let deposit = Deposit {
        reference: Reference(reference),
        chain: ChainId(0),
        account,
        asset: AssetId(1),
        amount: Amount::new(wholes * WHOLE).expect("legal"),
    };
    world.command(Command::CreditDeposit(deposit)).await;
}

/// Returns what an account has of USDT, in wholes.
pub fn wholes(world: &World, account: AccountId) -> i128 {
    let views = world.gateway.hub().views();
    let balance = views.balance(account, Wallet::Spot, AssetId(1));
    (balance.available.units() + balance.held.units()) / WHOLE
}

/// Opens a sub-account of this label.
pub async fn open(page: &Page<'_>, label: &str) -> AccountId {
    let form = format!("label={label}");
    let answer = page.send("POST", "/v1/subaccounts", &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let number = answer.json()["account"].as_u64().expect("a number");
    AccountId(u32::try_from(number).expect("an account"))
}

/// Makes a key by the proof of the password.
pub async fn key(page: &Page<'_>, parameters: &str) -> Value {
    let answer = ask_key(page, parameters).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn ask_key(page: &Page<'_>, parameters: &str) -> Answer {
    let form = format!("action=createKey&{parameters}");
    let challenge = page.send("POST", "/v1/challenge", &form).await.json();
    let challenge = challenge["challenge"].as_str().expect("a challenge");
    let password = escaped(PASSWORD);
    let form = format!("{parameters}&challenge={challenge}&password={password}");
    page.send("POST", "/v1/keys", &form).await
}

/// Sends a request that a key with a shared secret signed: a query, or a form where the path takes one.
pub async fn signed(world: &World, key: &Value, method: &str, path: &str, text: &str) -> Answer {
    let of = |name: &str| key[name].as_str().expect("a text").to_owned();
    let separator = if text.is_empty() { "" } else { "&" };
    let payload = format!("{text}{separator}timestamp={}", clock::now().millis());
    let signature = hmac_hex(&of("secretKey"), payload.as_bytes());
    let payload = format!("{payload}&signature={signature}");
    let header = format!("X-MBX-APIKEY: {}\r\n", of("apiKey"));
    let takes_form = ENDPOINTS
        .iter()
        .any(|row| row.path == path && row.method == method && row.route.takes_form());
    let (target, form) = match takes_form {
        true => (path.to_owned(), payload),
        false => (format!("{path}?{payload}"), String::new()),
    };
    let mut client = world.client().await;
    client.send(method, &target, &header, &form).await
}

fn transfer(key: &str, from: AccountId, to: AccountId, amount: &str) -> String {
    format!(
        "asset=USDT&amount={amount}&fromAccount={}&toAccount={}&idempotencyKey={key}",
        from.0, to.0
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_opens_one_account_however_often_it_is_asked_for() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let first = open(&page, "grid").await;
    assert_eq!(open(&page, "grid").await, first);
    assert_ne!(open(&page, "arbitrage").await, first);
    let account = world.gateway.hub().views().account(first);
    assert!(account.expect("an account").is_sub_account_of(ANN_ACCOUNT));
    let form = format!("account={}&label=arbitrage", first.0);
    let taken = page.send("POST", "/v1/subaccounts/label", &form).await;
    assert_eq!(taken.error().0, 409, "{}", taken.body);
    let form = format!("account={}&label=%F0%9F%A4%96", first.0);
    let named = page.send("POST", "/v1/subaccounts/label", &form).await;
    assert_eq!(named.json()["label"], "🤖");
    let rows = page.send("GET", "/v1/subaccounts", "").await.json();
    assert_eq!(rows.as_array().map(Vec::len), Some(2));
    assert_eq!(rows[0]["account"], first.0);
    assert_eq!(rows[0]["label"], "🤖");
    for odd in ["label=", "label=a%0Ab", "label=%20"] {
        let refused = page.send("POST", "/v1/subaccounts", odd).await;
        assert_eq!(refused.status, 400, "{odd} {}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_has_as_many_sub_accounts_as_the_exchange_allows() {
    let world = World::start_with(Setting {
        limiting: Limiting::Unlimited(RequestLimits {
            sub_accounts_max: 2,
            ..RequestLimits::UPSTREAM
        }),
        ..Setting::STANDARD
    })
    .await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    open(&page, "one").await;
    let second = open(&page, "two").await;
    let refused = page.send("POST", "/v1/subaccounts", "label=three").await;
    assert!(
        refused.error().2.contains("2 sub-accounts"),
        "{}",
        refused.body
    );
    assert_eq!(open(&page, "two").await, second, "it is one that there is");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_reads_its_sub_accounts_and_nobody_elses() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let bob = Page::of(&visitor, "bob@example.test").await;
    let sub = open(&page, "grid").await;
    fund(&world, sub, 1_000).await;
    let sub_key = key(&page, &format!("label=bot&scopes=trade&account={}", sub.0)).await;
    assert_eq!(sub_key["account"], sub.0);
    let placed = signed(&world, &sub_key, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let master_key = key(&page, "label=reader").await;
    let query = format!("account={}", sub.0);
    for reader in ["session", "key"] {
        let ask = async |path: &str| match reader {
            "session" => page.send("GET", &format!("{path}?{query}"), "").await,
            _ => signed(&world, &master_key, "GET", path, &query).await,
        };
        let account = ask("/api/v3/account").await.json();
        assert_eq!(account["uid"], sub.0, "{reader}");
        let orders = ask("/api/v3/openOrders").await.json();
        assert_eq!(orders[0]["price"], "90.00000000", "{reader}");
    }
    let own = page.send("GET", "/api/v3/openOrders", "").await.json();
    assert_eq!(own, json!([]), "its own are others");
    // The key of a sub-account reads nobody but itself.
    for (who, answer) in [
        (
            "its sub-account of the master",
            signed(&world, &sub_key, "GET", "/api/v3/account", "account=4").await,
        ),
        (
            "a stranger of the sub-account",
            bob.send("GET", &format!("/api/v3/account?{query}"), "")
                .await,
        ),
        (
            "a stranger of nothing",
            bob.send("GET", "/api/v3/account?account=99", "").await,
        ),
        (
            "a stranger's key",
            world.signed(ALICE, "GET", "/api/v3/account", &query).await,
        ),
        (
            "no number",
            page.send("GET", "/api/v3/account?account=05", "").await,
        ),
    ] {
        let (status, code, text) = answer.error();
        assert_eq!((status, code), (400, -1130), "{who}");
        assert_eq!(
            text, "Data sent for parameter 'account' is not valid.",
            "{who}"
        );
    }
}

/// Every request that reads an account, with what it must have.
fn reading_requests() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let rows = ENDPOINTS
        .iter()
        .filter(|row| row.route.reads_named_account());
    rows.map(|row| {
        let value = |name: &&str| match *name {
            "symbol" => "symbol=BTCUSDT".to_owned(),
            "time" | "endTime" => format!("{name}=1700000000000"),
            "startTime" => "startTime=1690000000000".to_owned(),
            "type" => "type=MAIN_UMFUTURE".to_owned(),
            name => format!("{name}=1"),
        };
        let query: Vec<String> = row.mandatory.iter().map(value).collect();
        (row.method.as_str(), row.path, query.join("&"))
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_reads_an_account_of_others() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let bob = Page::of(&visitor, "bob@example.test").await;
    let sub = open(&page, "grid").await;
    let mut asked = 0;
    for (method, path, query) in reading_requests() {
        for account in [ANN_ACCOUNT, sub, AccountId(99), AccountId(0)] {
            let target = format!("{path}?{query}&account={}", account.0);
            let refused = bob.send(method, &target, "").await;
            let (status, code, text) = refused.error();
            assert_eq!((status, code), (400, -1130), "{target} {text}");
            assert!(text.contains("'account'"), "{target} {text}");
            asked += 1;
        }
    }
    assert!(60 < asked, "{asked}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_of_the_own_account_only_is_refused_where_another_is_named() {
    let world = World::start().await;
    let order = format!("{ORDER}&account=2");
    let refused = world.signed(ALICE, "POST", "/api/v3/order", &order).await;
    assert_eq!(refused.error().1, -1106, "{}", refused.body);
    assert_eq!(
        world.gateway.hub().views().open_orders(AccountId(1)).len(),
        0
    );
    for endpoint in ENDPOINTS {
        let is_private = endpoint.access.is_of_account();
        let takes_one =
            endpoint.optional.contains(&"account") || endpoint.mandatory.contains(&"account");
        assert!(
            is_private || !takes_one,
            "{} takes an account of nobody",
            endpoint.path
        );
        assert!(
            endpoint.access != Access::Trade || !takes_one,
            "{} would trade for another account",
            endpoint.path
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_sub_account_cancels_and_reads_and_nothing_else() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let sub = open(&page, "grid").await;
    fund(&world, sub, 1_000).await;
    let parameters = format!("label=bot&scopes=trade,transfer&account={}", sub.0);
    let bot = key(&page, &parameters).await;
    let placed = signed(&world, &bot, "POST", "/api/v3/order", ORDER).await;
    let order = placed.json()["orderId"].as_u64().expect("placed");
    let form = format!("account={}", sub.0);
    for _ in 0..2 {
        let frozen = page.send("POST", "/v1/subaccounts/freeze", &form).await;
        assert_eq!(frozen.json()["isFrozen"], true, "{}", frozen.body);
        assert_eq!(frozen.json()["canTrade"], false);
    }
    let refused = signed(&world, &bot, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(refused.error().2, DISABLED);
    let moved = transfer("k1", sub, ANN_ACCOUNT, "1");
    let path = "/v1/subaccounts/transfer";
    let refused = signed(&world, &bot, "POST", path, &moved).await;
    assert_eq!(refused.error().2, DISABLED);
    let account = signed(&world, &bot, "GET", "/api/v3/account", "").await;
    assert_eq!(account.json()["canTrade"], false, "{}", account.body);
    let status = signed(&world, &bot, "GET", "/sapi/v1/account/status", "").await;
    assert_eq!(status.json()["data"], "Locked");
    let query = format!("symbol=BTCUSDT&orderId={order}");
    let cancelled = signed(&world, &bot, "DELETE", "/api/v3/order", &query).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    // Its master takes the money out all the same.
    let moved = transfer("k2", sub, ANN_ACCOUNT, "400");
    assert_eq!(page.send("POST", path, &moved).await.status, 200);
    assert_eq!(wholes(&world, ANN_ACCOUNT), 400);
    // What an operator has frozen is not the master's to let go.
    let state = |state| Command::SetAccountState {
        account: sub,
        state,
        cause: Cause::Operator,
    };
    world.command(state(AccountState::Frozen)).await;
    let unfrozen = page.send("POST", "/v1/subaccounts/unfreeze", &form).await;
    assert_eq!(unfrozen.json()["isFrozen"], false);
    assert_eq!(unfrozen.json()["canTrade"], false);
    let refused = signed(&world, &bot, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(refused.error().2, DISABLED);
    world.command(state(AccountState::Active)).await;
    let placed = signed(&world, &bot, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_master_names_freezes_and_lets_go() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let bob = Page::of(&visitor, "bob@example.test").await;
    let sub = open(&page, "grid").await;
    let bot = key(&page, &format!("label=bot&scopes=trade&account={}", sub.0)).await;
    for path in ["label", "freeze", "unfreeze"].map(|word| format!("/v1/subaccounts/{word}")) {
        let label = if path.ends_with("label") {
            "&label=x"
        } else {
            ""
        };
        for account in [ANN_ACCOUNT.0, 5, 1, 99] {
            let form = format!("account={account}{label}");
            let refused = page.send("POST", &path, &form).await;
            assert_eq!(refused.error().1, -1130, "{path} {form}");
        }
        let form = format!("account={}{label}", sub.0);
        let refused = bob.send("POST", &path, &form).await;
        assert_eq!(refused.error().1, -1130, "{path}");
        let refused = signed(&world, &bot, "POST", &path, &form).await;
        assert_eq!(refused.error().0, 401, "{path}");
    }
    let refused = signed(&world, &bot, "POST", "/v1/subaccounts", "label=x").await;
    assert_eq!(refused.error().0, 401);
    let rows = signed(&world, &bot, "GET", "/v1/subaccounts", "").await;
    assert_eq!(rows.json(), json!([]), "a sub-account has none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_moves_between_accounts_of_one_owner_and_no_others() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let (one, two) = (open(&page, "one").await, open(&page, "two").await);
    let bob = Page::of(&visitor, "bob@example.test").await;
    let bobs = open(&bob, "bobs").await;
    fund(&world, ANN_ACCOUNT, 1_000).await;
    let path = "/v1/subaccounts/transfer";
    let document = parsed(openapi::text());
    let send = async |form: &str| page.send("POST", path, form).await;
    let mut made = Vec::new();
    for (name, from, to, amount) in [
        ("a1", ANN_ACCOUNT, one, "600"),
        ("a2", one, two, "250.5"),
        ("a3", two, ANN_ACCOUNT, "0.5"),
    ] {
        let answer = send(&transfer(name, from, to, amount)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        described(&document, "POST", path, &answer.json());
        made.push(answer.json()["tranId"].clone());
    }
    assert_eq!(wholes(&world, ANN_ACCOUNT), 400);
    assert_eq!((wholes(&world, one), wholes(&world, two)), (349, 250));
    let moved = |from: AccountId, to: AccountId| format!("account {} to account {}", from.0, to.0);
    let expected = [
        moved(ANN_ACCOUNT, one),
        moved(one, two),
        moved(two, ANN_ACCOUNT),
    ];
    let rows = audited::details(&world, "subaccount-transferred").await;
    assert_eq!(rows, expected, "the audit log has them");
    // Once a key; another request under it is a conflict.
    let again = send(&transfer("a2", one, two, "250.5")).await;
    assert_eq!(again.json()["tranId"], made[1], "{}", again.body);
    let other = send(&transfer("a2", one, two, "1")).await;
    assert_eq!(other.error().0, 409, "{}", other.body);
    assert_eq!(wholes(&world, two), 250);
    for (who, form, code) in [
        (
            "to a foreign master",
            transfer("b1", one, AccountId(1), "1"),
            -1130,
        ),
        (
            "to a foreign sub-account",
            transfer("b2", one, bobs, "1"),
            -1130,
        ),
        (
            "from a foreign account",
            transfer("b3", bobs, one, "1"),
            -1130,
        ),
        ("to itself", transfer("b4", one, one, "1"), -1130),
        ("to nobody", transfer("b5", one, AccountId(99), "1"), -1130),
        ("too much", transfer("b6", one, two, "1000000"), -2010),
        ("nothing", transfer("b7", one, two, "0"), -1130),
        ("less", transfer("b8", one, two, "-1"), -1100),
        ("too fine", transfer("b9", one, two, "0.000000001"), -1111),
        (
            "of no asset",
            transfer("c1", one, two, "1").replace("USDT", "DOGE"),
            -1121,
        ),
    ] {
        assert_eq!(send(&form).await.error().1, code, "{who}");
    }
    world.fold_history().await;
    let path = "/v1/subaccounts/transfers";
    let told = async |query: &str| {
        let target = format!("{path}?account={}{query}", one.0);
        page.send("GET", &target, "").await
    };
    let all = told("").await.json();
    described(&document, "GET", path, &all);
    let rows = all["transfers"].clone();
    assert_eq!(rows.as_array().map(Vec::len), Some(2), "{rows}");
    assert!(all["next"].is_null(), "{all}");
    assert_eq!(rows[0]["tranId"], made[1]);
    assert_eq!(rows[0]["amount"], "250.50000000");
    assert_eq!(
        (&rows[0]["fromAccount"], &rows[0]["toAccount"]),
        (&json!(one.0), &json!(two.0))
    );
    let first = told("&limit=1").await.json();
    described(&document, "GET", path, &first);
    assert_eq!(first["transfers"], json!([rows[0]]));
    let next = first["next"].as_str().expect("more").to_owned();
    let second = told(&format!("&limit=1&cursor={next}")).await.json();
    assert_eq!(second["transfers"], json!([rows[1]]));
    let last = second["next"].as_str().expect("a full page").to_owned();
    let nothing = told(&format!("&limit=1&cursor={last}")).await.json();
    assert_eq!(nothing, json!({"transfers": []}));
    // A cursor is of its account, of its list and of its times.
    for target in [
        format!("{path}?account={}&limit=1&cursor={next}", two.0),
        format!(
            "{path}?account={}&limit=1&endTime=4102444800000&cursor={next}",
            one.0
        ),
        format!("/v1/account/ledger?account={}&limit=1&cursor={next}", one.0),
    ] {
        let refused = page.send("GET", &target, "").await;
        assert_eq!(refused.error().1, -1130, "{target} {}", refused.body);
    }
    let far = told("&startTime=0&endTime=7776000001").await;
    assert_eq!(far.error().1, -4047, "{}", far.body);
    let ledger = format!("/v1/account/ledger?account={}", two.0);
    let entries = page.send("GET", &ledger, "").await.json();
    assert_eq!(entries["entries"][0]["cause"], "TRANSFER_OUT", "{entries}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_a_sub_account_pays_its_master_and_nobody_else() {
    let world = World::start().await;
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let (one, two) = (open(&page, "one").await, open(&page, "two").await);
    fund(&world, one, 100).await;
    fund(&world, ANN_ACCOUNT, 100).await;
    let of = |scopes: &str| format!("label=k&scopes={scopes}&account={}", one.0);
    let payer = key(&page, &of("transfer")).await;
    let trader = key(&page, &of("trade")).await;
    let path = "/v1/subaccounts/transfer";
    let form = transfer("k", one, ANN_ACCOUNT, "1");
    let refused = signed(&world, &trader, "POST", path, &form).await;
    assert_eq!(refused.error().0, 401, "without the scope");
    for (name, from, to) in [
        ("d1", one, two),
        ("d2", ANN_ACCOUNT, one),
        ("d3", two, ANN_ACCOUNT),
    ] {
        let form = transfer(name, from, to, "1");
        let refused = signed(&world, &payer, "POST", path, &form).await;
        assert_eq!(refused.error().1, -1130, "{name}");
    }
    let paid = signed(
        &world,
        &payer,
        "POST",
        path,
        &transfer("d4", one, ANN_ACCOUNT, "30"),
    )
    .await;
    assert_eq!(paid.status, 200, "{}", paid.body);
    assert_eq!(
        (wholes(&world, one), wholes(&world, ANN_ACCOUNT)),
        (70, 130)
    );
    // Nothing leaves the exchange by way of a sub-account.
    let refused = ask_key(&page, &format!("{}&addresses=127.0.0.1", of("withdraw"))).await;
    assert!(refused.error().2.contains("'scopes'"), "{}", refused.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_sub_accounts_are_listed_and_deleted_by_their_master() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let page = Page::of(&visitor, ANN).await;
    let bob = Page::of(&visitor, "bob@example.test").await;
    let sub = open(&page, "grid").await;
    fund(&world, sub, 1_000).await;
    let bot = key(&page, &format!("label=bot&scopes=trade&account={}", sub.0)).await;
    let rows = page.send("GET", "/v1/keys", "").await.json();
    assert_eq!(rows[0]["account"], sub.0);
    assert_eq!(bob.send("GET", "/v1/keys", "").await.json(), json!([]));
    // The account is part of what is proven.
    let form = format!("action=createKey&label=x&scopes=trade&account={}", sub.0);
    let challenge = page.send("POST", "/v1/challenge", &form).await.json();
    let challenge = challenge["challenge"]
        .as_str()
        .expect("a challenge")
        .to_owned();
    let password = escaped(PASSWORD);
    let form = format!("label=x&scopes=trade&challenge={challenge}&password={password}");
    let refused = page.send("POST", "/v1/keys", &form).await;
    assert!(
        refused.error().2.contains("'challenge'"),
        "{}",
        refused.body
    );
    for account in [1, 99] {
        let form = format!("action=createKey&label=x&scopes=trade&account={account}");
        let refused = page.send("POST", "/v1/challenge", &form).await;
        assert!(refused.error().2.contains("'account'"), "{}", refused.body);
    }
    let target = format!("/v1/keys?id={}", bot["id"]);
    let refused = bob.send("DELETE", &target, "").await;
    assert_eq!(refused.error().1, -1130);
    let deleted = page.send("DELETE", &target, "").await;
    assert_eq!(deleted.status, 200, "{}", deleted.body);
    let refused = signed(&world, &bot, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(refused.error().0, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_of_a_guest_moves_no_money_and_opens_nothing() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let headers = headers_of(&visitor.send("POST", "/dev/session?name=alice", "").await);
    for endpoint in ENDPOINTS {
        let is_about = matches!(
            endpoint.route,
            Route::OpenSubAccount
                | Route::LabelSubAccount
                | Route::FreezeSubAccount
                | Route::UnfreezeSubAccount
                | Route::InternalTransfer
                | Route::InviteAuditor
                | Route::Auditors
                | Route::EndAuditor
                | Route::Audits
                | Route::AcceptAudit
                | Route::EndAudit
                | Route::CloseAccount
                | Route::ExportData
        );
        if !is_about {
            continue;
        }
        let values = endpoint.mandatory.iter().map(|name| format!("{name}=1"));
        let form = values.collect::<Vec<_>>().join("&");
        let (target, form) = match endpoint.route.takes_form() {
            true => (endpoint.path.to_owned(), form),
            false => (format!("{}?{form}", endpoint.path), String::new()),
        };
        let mut client = world.client().await;
        let refused = client
            .send(endpoint.method.as_str(), &target, &headers, &form)
            .await;
        assert_eq!(refused.error().0, 401, "{target} {}", refused.body);
    }
}
