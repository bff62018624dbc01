//! Withdrawals of users: the address book, proofs bound to what they prove, money held once, and what operators decide.

use core::time::Duration;

use crate::authenticator::Authenticator;
use crate::client::Answer;
use crate::matrix::people::{deposit, joined, key_header, make_key, send, signed};
use crate::passkeys::{self, ask, challenge, log_in, login_challenge, token};
use crate::place;
use crate::visitor::{PASSWORD, Visitor, headers_of};
use crate::world::{Login, Passing, Setting, World};
use gateway::clock;
use gateway::networks::WithdrawalRules;
use gateway::withdrawals::settle;
use identity::address::AddressRule;
use identity::destination::Destination;
use identity::identity::{Identity, KeyTerms};
use identity::key::Signing;
use identity::outbox::Subject;
use identity::withdrawal::{Asked, Proof as Shape, Request, State, Wish};
use model::account::{AccountState, Scopes};
use model::allowance::{Allowance, AllowanceTable, Caps, Verification};
use model::command::{Action, ClientHeader, Command, Withdrawal};
use model::id::{AccountId, AssetId, ChainId, OwnerId};
use model::instrument::Cause;
use model::number::Amount;
use model::proof::Proof;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};
use serde_json::{Value, json};

pub const ANN: &str = "ann@example.test";
pub const ACCOUNT: AccountId = AccountId(4);
/// The first user of the database.
const OWNER: OwnerId = OwnerId(1);
pub const NETWORKS: &str =
    "BTC/BTC=bitcoin,0.0002,0.001,8 USDT/ETH=evm,5,10,6 USDT/X=plain,1,2,2,tag";
pub const OWN: &str = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";
pub const OTHER: &str = "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf";
pub const APPLY: &str = "/sapi/v1/capital/withdraw/apply";
const HISTORY: &str = "/sapi/v1/capital/withdraw/history";

/// Ann with 50 BTC and a session by her passkey; a new address is not paid to for `hold`.
pub struct Ann {
    pub world: World,
    pub authenticator: Authenticator,
    handle: String,
    pub page: String,
}

impl Ann {
    async fn with_hold(hold: Duration) -> Ann {
        let world = passkeys::world().await;
        hold_nothing(&world).await;
        Ann::with_passkey(world, hold).await
    }

    /// Ann whose payouts are held for a day by whatever holds them, beginning with her passkey; time is let pass.
    pub async fn held() -> Ann {
        let world = passkeys::world_with(Setting {
            passing: Passing::Both,
            ..Setting::STANDARD
        });
        Ann::with_passkey(world.await, Duration::ZERO).await
    }

    async fn with_passkey(world: World, hold: Duration) -> Ann {
        let rules = WithdrawalRules::parse(NETWORKS, hold).expect("legal");
        world.gateway.pay_out(rules);
        deposit(&world, ACCOUNT).await;
        let authenticator = Authenticator::new("one");
        let handle = passkeys::add(&world, &authenticator).await;
        let mut ann = Ann {
            world,
            authenticator,
            handle,
            page: String::new(),
        };
        ann.sign_in().await;
        ann
    }

    /// Signs in by the passkey, anew where a session was before.
    pub async fn sign_in(&mut self) {
        let told = login_challenge(&self.world).await;
        let signed = self.authenticator.sign(&told);
        let begun = log_in(&self.world, &told, &signed, &self.handle).await;
        self.page = headers_of(&begun);
    }

    pub async fn open() -> Ann {
        Ann::with_hold(Duration::ZERO).await
    }

    pub async fn by_page(&self, method: &str, path: &str, form: &str) -> Answer {
        ask(&self.world, &self.page, method, path, form).await
    }

    pub async fn read(&self, target: &str) -> Value {
        let mut client = self.world.client().await;
        let answer = client.send("GET", target, &self.page, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Returns a form with the proof that is bound to it.
    pub async fn proven(&mut self, action: &str, form: &str) -> String {
        let told = challenge(&self.world, &self.page, action, form).await;
        self.signed(&told, form)
    }

    /// Returns a form with what the passkey signs of a challenge.
    pub fn signed(&mut self, told: &Value, form: &str) -> String {
        let signed = self.authenticator.sign(told);
        joined(form, &format!("challenge={}&{signed}", token(told)))
    }

    pub async fn add_address(&mut self, address: &str) -> Value {
        let form = format!("asset=BTC&network=BTC&address={address}&label=mine");
        let form = self.proven("addAddress", &form).await;
        let added = self.by_page("POST", "/v1/addresses", &form).await;
        assert_eq!(added.status, 200, "{}", added.body);
        added.json()
    }

    pub async fn withdraw(&mut self, amount: &str, more: &str) -> Answer {
        let form = self.proven("withdraw", &wish(amount, more)).await;
        self.by_page("POST", "/v1/withdrawals", &form).await
    }

    pub async fn key(&self) -> Login {
        make_key(&self.world, ACCOUNT, Scopes::ALL, Timestamp::MAX).await
    }

    pub fn identity(&self) -> &Identity {
        self.world.gateway.identity()
    }

    /// Returns what the account has of bitcoin, and what of it is on its way out.
    pub async fn bitcoin(&self) -> [String; 2] {
        let target = ("POST", "/sapi/v3/asset/getUserAsset");
        let answer = send(&self.world, target, &self.page, "asset=BTC").await;
        let row = answer.json()[0].clone();
        let text = |name: &str| row[name].as_str().expect("a decimal").to_owned();
        [text("free"), text("withdrawing")]
    }

    pub async fn requests(&self) -> Vec<Request> {
        let found = self.identity().withdrawals_of(OWNER, None, 100).await;
        found.expect("read")
    }
}

pub fn wish(amount: &str, more: &str) -> String {
    format!("asset=BTC&network=BTC&address={OWN}&amount={amount}&fee=0.0002{more}")
}

/// Adding a factor holds payouts for a day; the exchange is told nothing of it here, since it "was told" of a longer one.
pub async fn hold_nothing(world: &World) {
    let pool = place::raw(world.folder()).await;
    let insert = "INSERT INTO payout_holds (owner, until_ns, is_told) VALUES ($1, $2, 1)";
    let insert = sqlx::query(insert).bind(OWNER.0.cast_signed());
    insert.bind(i64::MAX).execute(&pool).await.expect("done");
    pool.close().await;
}

/// Withdraws by a key.
pub async fn apply(ann: &Ann, key: &Login, query: &str) -> Answer {
    by_key(&ann.world, key, ("POST", APPLY), query).await
}

async fn by_key(world: &World, key: &Login, target: (&str, &str), query: &str) -> Answer {
    send(world, target, &key_header(key), &signed(key, query)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_is_held_and_told_and_cancelled_while_it_waits() {
    let mut ann = Ann::open().await;
    let address = ann.add_address(OWN).await;
    assert_eq!(address["payableAt"], address["createdAt"]);
    let asked = ann.withdraw("1", "&withdrawOrderId=rent").await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let asked = asked.json();
    let expected = json!({"amount": "1.00000000", "fee": "0.00020000", "arrives": "0.99980000",
        "state": "WAITING", "withdrawOrderId": "rent", "address": OWN, "network": "BTC"});
    for (name, value) in expected.as_object().expect("members") {
        assert_eq!(&asked[name], value, "{name}");
    }
    assert_eq!(ann.bitcoin().await, ["49.00000000", "1.00000000"]);
    let messages = ann.identity().messages(1).await.expect("read");
    assert_eq!(messages[0].subject, Subject::WithdrawalAsked);
    let listed = ann.by_page("GET", "/v1/withdrawals", "").await.json();
    assert_eq!(listed, json!([asked]));
    let row = &ann.read(HISTORY).await[0];
    for (name, value) in [
        ("id", &asked["reference"]),
        ("amount", &json!("0.99980000")),
        ("transactionFee", &json!("0.00020000")),
        ("address", &json!(OWN)),
        ("network", &json!("BTC")),
        ("withdrawOrderId", &json!("rent")),
        ("status", &json!(2)),
    ] {
        assert_eq!(&row[name], value, "{name}");
    }

    let target = format!("/v1/withdrawals?id={}", asked["id"]);
    let cancelled = ann.world.client().await;
    let cancelled = { cancelled }.send("DELETE", &target, &ann.page, "").await;
    assert_eq!(cancelled.json()["state"], "CANCELLED", "{}", cancelled.body);
    assert_eq!(ann.bitcoin().await, ["50.00000000", "0.00000000"]);
    let again = ann.world.client().await;
    let again = { again }.send("DELETE", &target, &ann.page, "").await;
    assert_eq!((again.error().0, again.error().1), (409, -4031));
    let none = ann.world.client().await;
    let none = { none }
        .send("DELETE", "/v1/withdrawals?id=99", &ann.page, "")
        .await;
    assert_eq!((none.error().0, none.error().1), (400, -4029));
    assert_eq!(ann.read(HISTORY).await[0]["status"], 1);
    // What was asked for under the name is what there is.
    let named = ann.read(&format!("{HISTORY}?withdrawOrderId=rent")).await;
    assert_eq!(named.as_array().map(Vec::len), Some(1));
    let named = ann.read(&format!("{HISTORY}?withdrawOrderId=other")).await;
    assert_eq!(named, json!([]));
    let acts = ann.identity().audit_rows(0, 100).await.expect("read");
    let acts: Vec<&str> = acts.iter().map(|row| row.act.as_str()).collect();
    assert_eq!(
        acts[acts.len() - 3..],
        ["address-added", "withdrawal-asked", "withdrawal-cancelled"]
    );
}

/// The proof of one withdrawal is that of no other, and of itself once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_counts_for_its_withdrawal_alone_and_once() {
    let mut ann = Ann::open().await;
    for address in [OWN, OTHER] {
        ann.add_address(address).await;
    }
    let proven = ann.proven("withdraw", &wish("1", "")).await;
    let refused = |answer: &Answer| answer.error().2.contains("'challenge' is not valid");
    for (from, to) in [
        ("amount=1&", "amount=2&"),
        (OWN, OTHER),
        ("network=BTC&", "network=BTC&withdrawOrderId=x&"),
        ("asset=BTC", "asset=BTC&addressTag="),
    ] {
        let other = proven.replace(from, to);
        assert_ne!(other, proven);
        let answer = ann.by_page("POST", "/v1/withdrawals", &other).await;
        let is_none = refused(&answer) || answer.error().1 == -1105;
        assert!(is_none, "{to}: {}", answer.body);
    }
    let fee = proven.replace("fee=0.0002", "fee=0.0001");
    let fee = ann.by_page("POST", "/v1/withdrawals", &fee).await;
    assert!(
        fee.error().2.contains("it is 0.00020000 now"),
        "{}",
        fee.body
    );
    // The proof of an address proves no withdrawal.
    let form = wish("1", "");
    let foreign = ann.proven("addAddress", &form).await;
    let foreign = ann.by_page("POST", "/v1/withdrawals", &foreign).await;
    assert!(refused(&foreign), "{}", foreign.body);
    assert_eq!(ann.bitcoin().await, ["50.00000000", "0.00000000"]);
    let (first, second) = tokio::join!(
        ann.by_page("POST", "/v1/withdrawals", &proven),
        ann.by_page("POST", "/v1/withdrawals", &proven)
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400], "{} {}", first.body, second.body);
    assert!(refused(
        &ann.by_page("POST", "/v1/withdrawals", &proven).await
    ));
    assert_eq!(ann.bitcoin().await, ["49.00000000", "1.00000000"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_password_alone_withdraws_nothing() {
    let world = passkeys::world().await;
    let rules = WithdrawalRules::parse(NETWORKS, Duration::ZERO).expect("legal");
    world.gateway.pay_out(rules);
    let page = headers_of(&Visitor { world: &world }.log_in(ANN, PASSWORD).await);
    let address = format!("asset=BTC&network=BTC&address={OWN}&label=mine&challenge=none");
    for (path, form) in [
        ("/v1/addresses", address),
        ("/v1/addresses/rule", "bookOnly=false".to_owned()),
        ("/v1/withdrawals", wish("1", "&challenge=none")),
    ] {
        let refused = ask(&world, &page, "POST", path, &form).await.error();
        assert_eq!((refused.0, refused.1), (400, -4013), "{path}");
    }
    let empty = "bookOnly=true&totp=";
    let refused = ask(&world, &page, "POST", "/v1/addresses/rule", empty).await;
    assert_eq!(refused.error().1, -1105, "{}", refused.body);
    let closed = ask(&world, &page, "POST", "/v1/addresses/rule", "bookOnly=true").await;
    assert_eq!(closed.json()["bookOnly"], true, "to close it needs nothing");
}

/// The engine decides: of what the account has once, one of eight requests gets it, and the others leave nothing behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_balance_is_withdrawn_once() {
    let mut ann = Ann::open().await;
    ann.add_address(OWN).await;
    let key = ann.key().await;
    let query = format!("coin=BTC&address={OWN}&amount=50");
    let apply = || by_key(&ann.world, &key, ("POST", APPLY), &query);
    let first = async { tokio::join!(apply(), apply(), apply(), apply()) };
    let second = async { tokio::join!(apply(), apply(), apply(), apply()) };
    let (first, second) = tokio::join!(first, second);
    let answers = [
        first.0, first.1, first.2, first.3, second.0, second.1, second.2, second.3,
    ];
    let done = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(done.count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((refused.error().0, refused.error().1), (400, -4026));
    }
    let beyond = ann.withdraw("1", "").await.error();
    assert_eq!((beyond.0, beyond.1), (400, -4026), "by a proof, too");
    assert_eq!(ann.bitcoin().await, ["0.00000000", "50.00000000"]);
    assert_eq!(ann.requests().await.len(), 1);
    let asked = ann.identity().asked_withdrawals().await.expect("read");
    assert_eq!(asked, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_withdraws_to_a_known_address_and_a_name_once() {
    let mut ann = Ann::open().await;
    let key = ann.key().await;
    let query = format!("coin=BTC&address={OWN}&amount=1&withdrawOrderId=rent");
    let apply = async |query: &str| by_key(&ann.world, &key, ("POST", APPLY), query).await;
    let unlisted = apply(&query).await.error();
    assert_eq!((unlisted.0, unlisted.1), (400, -4035), "{}", unlisted.2);
    let listed = "/sapi/v1/capital/withdraw/address/list";
    assert_eq!(ann.read(listed).await, json!([]));
    ann.add_address(OWN).await;
    let row = &ann.read(listed).await[0];
    assert_eq!(
        (&row["address"], &row["whiteStatus"]),
        (&json!(OWN), &json!(true))
    );
    let apply = async |query: &str| by_key(&ann.world, &key, ("POST", APPLY), query).await;
    let (first, second) = tokio::join!(apply(&query), apply(&query));
    let ids: Vec<Value> = [first, second]
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.json()["id"].clone())
        .collect();
    // One that comes while the other is under way is told that nobody knows yet.
    let again = apply(&query).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert!(ids.iter().all(|id| *id == again.json()["id"]));
    assert_eq!(ann.bitcoin().await, ["49.00000000", "1.00000000"]);
    let more = apply(&query.replace("amount=1", "amount=2")).await;
    assert_eq!(
        (more.error().0, more.error().1),
        (409, -1130),
        "{}",
        more.body
    );

    // The book is the master's.
    let form = "label=grid";
    let opened = ann.by_page("POST", "/v1/subaccounts", form).await.json();
    let sub_account = opened["account"].as_u64().expect("a number");
    let sub_account = AccountId(u32::try_from(sub_account).expect("a small one"));
    let of_sub_account = make_key(&ann.world, sub_account, Scopes::READ, Timestamp::MAX).await;
    let told = by_key(&ann.world, &of_sub_account, ("GET", listed), "").await;
    assert_eq!(told.json(), json!([]));

    // From anywhere, or by a session, nothing.
    let terms = KeyTerms {
        account: ACCOUNT,
        label: "anywhere".to_owned(),
        scopes: Scopes::ALL,
        addresses: AddressRule::Any,
        signing: Signing::Parameters,
    };
    let issued = ann.identity().create_hmac_key(&terms, clock::now()).await;
    let issued = issued.expect("issued");
    ann.world
        .command(Command::CreateKey {
            key: issued.id,
            account: ACCOUNT,
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        })
        .await;
    let anywhere = Login {
        public_id: issued.public_id,
        secret: issued.secret,
        key: issued.id,
    };
    let refused = by_key(&ann.world, &anywhere, ("POST", APPLY), &query).await;
    assert_eq!(refused.error().1, -2015);
    let refused = send(&ann.world, ("POST", APPLY), &ann.page, &query).await;
    assert_eq!(
        refused.error().1,
        -2015,
        "a session proves each by a factor"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_paid_is_refused_with_what_would_be_right() {
    let mut ann = Ann::with_hold(Duration::from_secs(3_600)).await;
    let fresh = ann.add_address(OWN).await;
    assert_eq!(
        fresh["payableAt"].as_i64().expect("a time") - fresh["createdAt"].as_i64().expect("one"),
        3_600_000
    );
    let key = ann.key().await;
    let evm = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94";
    for (query, code, says) in [
        (
            format!("coin=BTC&address={OWN}&amount=1"),
            -4036,
            "paid to from",
        ),
        (
            format!("coin=BTC&address={OTHER}&amount=1"),
            -4035,
            "address book",
        ),
        (
            format!("coin=BTC&address={OWN}x&amount=1"),
            -4007,
            "network BTC",
        ),
        (
            format!("coin=BTC&address={evm}&amount=1"),
            -4007,
            "network BTC",
        ),
        (
            format!("coin=USDT&address={OWN}&amount=10"),
            -4007,
            "network ETH",
        ),
        (
            format!("coin=BTC&address={OWN}&amount=1&addressTag=7"),
            -4008,
            "network BTC",
        ),
        (
            "coin=USDT&network=X&address=some.body&amount=2&addressTag=a+b".to_owned(),
            -4008,
            "network X",
        ),
        (
            format!("coin=BTC&network=ETH&address={OWN}&amount=1"),
            -1130,
            "network",
        ),
        (format!("coin=NONE&address={OWN}&amount=1"), -4018, "asset"),
        (
            format!("coin=BTC&address={OWN}&amount=0.0009"),
            -4022,
            "0.00100000",
        ),
        (
            format!("coin=USDT&address={evm}&amount=10.0000001"),
            -4021,
            "0.00000100",
        ),
        (format!("coin=BTC&address={OWN}&amount=-1"), -1100, "amount"),
        (
            format!("coin=BTC&address={OWN}&amount=1&withdrawOrderId=a+b"),
            -1130,
            "withdrawOrderId",
        ),
        (
            format!(
                "coin=BTC&address={OWN}&amount=1&withdrawOrderId={}",
                "x".repeat(65)
            ),
            -1130,
            "withdrawOrderId",
        ),
    ] {
        let refused = by_key(&ann.world, &key, ("POST", APPLY), &query)
            .await
            .error();
        assert_eq!(refused.1, code, "{query}: {}", refused.2);
        assert!(refused.2.contains(says), "{query}: {}", refused.2);
    }
    // An address is added once, by a proof, and removed at once.
    let form = format!("asset=BTC&network=BTC&address={OWN}&label=again");
    let form = ann.proven("addAddress", &form).await;
    let twice = ann.by_page("POST", "/v1/addresses", &form).await.error();
    assert_eq!((twice.0, twice.1), (409, -1130), "{}", twice.2);
    let mut client = ann.world.client().await;
    let target = format!("/v1/addresses?id={}", fresh["id"]);
    let removed = client.send("DELETE", &target, &ann.page, "").await;
    assert_eq!((removed.status, removed.body.as_str()), (200, "{}"));
    let again = client.send("DELETE", &target, &ann.page, "").await;
    assert_eq!(again.error().1, -1130);
    let book = ann.by_page("GET", "/v1/addresses", "").await.json();
    assert_eq!(book["addresses"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn withdrawals_go_to_the_book_alone_until_it_is_opened_by_a_proof() {
    let mut ann = Ann::with_hold(Duration::from_secs(3_600)).await;
    let open = ann.withdraw("1", "").await;
    assert_eq!(open.status, 200, "{}", open.body);
    let open = open.json();
    let wait = open["payableAt"].as_i64().expect("a time") - open["askedAt"].as_i64().expect("one");
    assert_eq!(wait, 3_600_000, "a first use waits");
    let rule = "/v1/addresses/rule";
    let closed = ann.by_page("POST", rule, "bookOnly=true").await.json();
    assert_eq!(
        (&closed["bookOnly"], &closed["bookOnlyUntil"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(ann.withdraw("1", "").await.error().1, -4035);
    let unproven = ann.by_page("POST", rule, "bookOnly=false").await;
    assert_eq!(unproven.error().1, -1102, "{}", unproven.body);
    let form = ann.proven("openAddressBook", "bookOnly=false").await;
    let opened = ann.by_page("POST", rule, &form).await.json();
    assert!(opened["bookOnlyUntil"].is_i64(), "{opened}");
    assert_eq!(
        ann.withdraw("1", "").await.error().1,
        -4035,
        "for a while, still"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_engine_holds_withdrawals_to_allowances_states_and_holds() {
    let mut ann = Ann::open().await;
    ann.add_address(OWN).await;
    let some = |day: i128| Allowance {
        may_trade: true,
        deposits: Caps::NONE,
        withdrawals: Caps {
            day: Amount::new(day),
            month: None,
        },
    };
    let one = 100_000_000;
    ann.world
        .command(Command::SetAllowances(Box::new(AllowanceTable {
            reference: AssetId(0),
            allowances: [some(0), some(2 * one), some(3 * one), some(4 * one)],
        })))
        .await;
    let verification = Verification::new(1).expect("one of four");
    ann.world
        .command(Command::SetVerification {
            owner: OWNER,
            verification,
        })
        .await;
    assert_eq!(ann.withdraw("2.00000001", "").await.error().1, -1130);
    assert_eq!(ann.withdraw("2", "").await.status, 200, "with the fee");
    let beyond = ann.withdraw("1", "").await.error();
    assert!(
        beyond.2.contains("more than your verification allows"),
        "{}",
        beyond.2
    );
    let state = |state| Command::SetAccountState {
        account: ACCOUNT,
        state,
        cause: Cause::Operator,
    };
    ann.world.command(state(AccountState::NoWithdraw)).await;
    assert_eq!(ann.withdraw("1", "").await.error().1, -4015);
    ann.world.command(state(AccountState::Active)).await;
    let until = clock::now().plus_nanos(NANOS_PER_DAY);
    let hold = Command::HoldPayouts {
        owner: OWNER,
        until,
    };
    ann.world.command(hold).await;
    let held = ann.withdraw("1", "").await.error();
    assert_eq!((held.0, held.1), (400, -4016), "{}", held.2);
    let key = ann.key().await;
    let query = format!("coin=BTC&address={OWN}&amount=1");
    let by_key = by_key(&ann.world, &key, ("POST", APPLY), &query).await;
    assert_eq!(by_key.error().1, -4016, "by a key, too");
    assert_eq!(ann.requests().await.len(), 1);
}

/// Where the process stops between two steps, the next look finds out which of them was taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_under_way_at_a_stop_is_found_out() {
    let ann = Ann::open().await;
    let key = ann.key().await;
    let amount = |units| Amount::new(units).expect("legal");
    let asked = async |name: &'static str| {
        let wish = Wish {
            owner: OWNER,
            account: ACCOUNT,
            destination: Destination {
                asset: AssetId(0),
                network: "BTC".to_owned(),
                address: OWN.to_owned(),
                tag: String::new(),
            },
            amount: amount(100),
            fee: amount(7),
            name: Some(name),
            proof: Shape::Factor { hold_nanos: 0 },
            valid_until: clock::now().plus_nanos(NANOS_PER_SECOND),
        };
        match ann.identity().ask_withdrawal(&wish, clock::now()).await {
            Ok(Asked::New(request)) => request,
            other => panic!("{other:?}"),
        }
    };
    // Before the command; after it and before its note.
    let (never, held) = (asked("never").await, asked("held").await);
    let header = ClientHeader {
        account: ACCOUNT,
        key: key.key,
        valid_until: Timestamp::MAX,
        idempotency: None,
    };
    let action = Action::HoldWithdrawal {
        withdrawal: Withdrawal {
            reference: held.reference,
            chain: ChainId(0),
            asset: AssetId(0),
            amount: held.amount,
            fee: held.fee,
        },
        proof: Some(Box::new(Proof::Key {
            destination: held.destination.digest(),
        })),
    };
    ann.world.command(Command::Client { header, action }).await;
    let look = async || settle(ann.world.gateway.hub(), ann.identity(), clock::now()).await;
    look().await;
    let state = async |request: &Request| {
        let found = ann.identity().withdrawal(request.id).await;
        found.ok().map(|request| request.state)
    };
    assert_eq!(state(&held).await, Some(State::Waiting));
    assert_eq!(
        state(&never).await,
        Some(State::Asked),
        "it may be on its way"
    );
    ann.world.pass(5 * NANOS_PER_SECOND);
    ann.world.command(Command::Tick).await;
    look().await;
    assert_eq!(state(&never).await, None, "nothing of it was taken");
    // After the decision and before the engine was told.
    let cancelled = ann
        .identity()
        .cancel_withdrawal(OWNER, held.id, clock::now());
    cancelled.await.expect("cancelled");
    look().await;
    look().await;
    let untold = ann.identity().untold_withdrawals().await.expect("read");
    assert_eq!(untold, []);
    assert_eq!(ann.bitcoin().await, ["50.00000000", "0.00000000"]);
}
