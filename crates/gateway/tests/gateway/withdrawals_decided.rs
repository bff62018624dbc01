//! Withdrawals as operators decide them: two let one be paid, and what was swapped in between is not.

mod every_kind;

use crate::client::Answer;
use crate::console::Desk;
use crate::place;
use crate::world::Login;
use gateway::clock;
use identity::destination::Destination;
use identity::withdrawal::{Asked, Proof as Shape, Request, State, Wish};
use model::command::{Action, ClientHeader, Command, Withdrawal};
use model::id::{AccountId, AssetId, ChainId, OwnerId};
use model::number::Amount;
use model::proof::Proof;
use model::time::Timestamp;
use serde_json::{Value, json};

/// The first user of the database.
const OWNER: OwnerId = OwnerId(1);
const OWN: &str = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";
const OTHER: &str = "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf";

/// Operators of a desk with its own database, and a request there whose money the exchange holds.
struct Counter {
    desk: Desk,
    key: Login,
    made: u8,
}

impl Counter {
    async fn open() -> Counter {
        let desk = Desk::open().await;
        let user = desk
            .identity
            .create_user("alice", "alice@example.test", clock::now());
        assert_eq!(user.await.expect("created"), OWNER);
        let key = desk.world.logins[0].clone();
        Counter { desk, key, made: 0 }
    }

    async fn request(&mut self) -> Request {
        self.made += 1;
        let amount = |units| Amount::new(units).expect("legal");
        let name = format!("request{}", self.made);
        let wish = Wish {
            owner: OWNER,
            account: AccountId(1),
            destination: Destination {
                asset: AssetId(0),
                network: "BTC".to_owned(),
                address: OWN.to_owned(),
                tag: String::new(),
            },
            amount: amount(100_000_000),
            fee: amount(20_000),
            name: Some(&name),
            proof: Shape::Factor { hold_nanos: 0 },
            valid_until: Timestamp::MAX,
        };
        let asked = self.desk.identity.ask_withdrawal(&wish, clock::now()).await;
        let Ok(Asked::New(request)) = asked else {
            panic!("{asked:?}");
        };
        let header = ClientHeader {
            account: AccountId(1),
            key: self.key.key,
            valid_until: Timestamp::MAX,
            idempotency: None,
        };
        let action = Action::HoldWithdrawal {
            withdrawal: Withdrawal {
                reference: request.reference,
                chain: ChainId(0),
                asset: AssetId(0),
                amount: request.amount,
                fee: request.fee,
            },
            proof: Some(Box::new(Proof::Key {
                destination: request.destination.digest(),
            })),
        };
        let command = Command::Client { header, action };
        self.desk.world.command(command).await;
        let identity = &self.desk.identity;
        let noted = identity.note_withdrawal_held(&request, clock::now()).await;
        noted.expect("noted");
        request
    }

    async fn ask(&self, who: usize, (method, path): (&str, &str), form: &str) -> Answer {
        self.desk.signed(who, method, path, form).await
    }

    /// Proposes a step as the first operator.
    async fn propose(&self, kind: &str, request: &Request) -> Value {
        let form = format!("kind={kind}&withdrawal={}&reason=as+asked", request.id);
        let proposed = self.ask(0, ("POST", "/v1/operator/proposals"), &form).await;
        assert_eq!(proposed.status, 200, "{}", proposed.body);
        proposed.json()
    }

    async fn approve(&self, proposed: &Value) -> Value {
        let digest = proposed["digest"].as_str().expect("a digest");
        let form = format!("proposal={}&digest={digest}", proposed["proposal"]);
        let path = "/v1/operator/proposal/approve";
        let own = self.ask(0, ("POST", path), &form).await;
        assert_eq!(own.error().1, -7033, "nobody approves their own");
        self.ask(1, ("POST", path), &form).await.json()
    }

    async fn state(&self, request: &Request) -> State {
        let found = self.desk.identity.withdrawal(request.id).await;
        found.expect("there").state
    }

    async fn bitcoin(&self) -> String {
        let world = &self.desk.world;
        let path = "/sapi/v3/asset/getUserAsset";
        let answer = world.signed(0, "POST", path, "asset=BTC").await;
        let row = answer.json()[0].clone();
        let text = |name: &str| row[name].as_str().expect("a decimal").to_owned();
        format!("{} {}", text("free"), text("withdrawing"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_operators_let_a_withdrawal_be_paid_and_one_says_that_it_was() {
    let mut counter = Counter::open().await;
    let request = counter.request().await;
    let list = counter
        .ask(1, ("GET", "/v1/operator/withdrawals"), "")
        .await;
    assert_eq!(list.json()[0]["withdrawal"], request.id, "{}", list.body);
    assert_eq!(list.json()[0]["amount"], "1.00000000");
    let proposed = counter.propose("approve-withdrawal", &request).await;
    let says = proposed["parameters"].as_str().expect("a text");
    let expected = format!(
        "withdrawal={}&user=1&asset=BTC&network=BTC&address={OWN}&tag=&amount=1.00000000&fee=0.00020000",
        request.id
    );
    assert_eq!(says, expected, "who approves sees all of it");
    let settle = format!("withdrawal={}&payout=f00d", request.id);
    let target = ("POST", "/v1/operator/withdrawal/settle");
    let early = counter.ask(1, target, &settle).await;
    assert_eq!((early.status, early.error().1), (409, -7062));
    let done = counter.approve(&proposed).await;
    assert_eq!(done["state"], "executed", "{done}");
    assert_eq!(counter.state(&request).await, State::Processing);
    let late = format!("withdrawal={}&reason=no", request.id);
    let late = counter
        .ask(1, ("POST", "/v1/operator/withdrawal/reject"), &late)
        .await;
    assert_eq!((late.status, late.error().1), (409, -7062));
    assert_eq!(counter.bitcoin().await, "48.99980000 1.00020000");
    let wrong = format!("withdrawal={}&payout=a+b", request.id);
    assert_eq!(counter.ask(1, target, &wrong).await.error().1, -7021);
    let settled = counter.ask(1, target, &settle).await;
    assert_eq!(settled.json()["payout"], "f00d", "{}", settled.body);
    assert_eq!(counter.bitcoin().await, "48.99980000 0.00000000");
    let again = counter.ask(1, target, &settle).await;
    assert_eq!(again.error().1, -7062, "once");
    let none = counter.ask(1, target, "withdrawal=99&payout=f00d").await;
    assert_eq!((none.status, none.error().1), (404, -7061));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_says_that_a_payout_is_final_by_a_signature_over_its_name_alone() {
    let mut counter = Counter::open().await;
    let request = counter.request().await;
    let proposed = counter.propose("approve-withdrawal", &request).await;
    counter.approve(&proposed).await;
    let path = "/v1/operator/withdrawal/settle";
    let challenge = "/v1/operator/withdrawal/settle/challenge";
    let named = |payout: &str| format!("withdrawal={}&payout={payout}", request.id);
    let mut page = counter.desk.page(1).await;
    let bare = page.send("POST", path, &named("f00d")).await;
    assert_eq!(bare.error().1, -7021, "a session alone: {}", bare.body);
    let odd = page.send("POST", challenge, &named("a+b")).await;
    assert_eq!(odd.error().1, -7021, "no name: {}", odd.body);
    let signed = page.proof(challenge, &named("f00d")).await;
    let form = format!("{}&{signed}", named("beef"));
    let other = page.send("POST", path, &form).await;
    assert_eq!(other.error().1, -7018, "it is of another: {}", other.body);
    assert_eq!(counter.state(&request).await, State::Processing);
    let form = format!("{}&{signed}", named("f00d"));
    let settled = page.send("POST", path, &form).await;
    assert_eq!(settled.json()["payout"], "f00d", "{}", settled.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_rejected_or_fails_is_given_back_with_the_reason() {
    let mut counter = Counter::open().await;
    let request = counter.request().await;
    let form = format!("withdrawal={}&reason=wrong+person", request.id);
    let target = ("POST", "/v1/operator/withdrawal/reject");
    let rejected = counter.ask(1, target, &form).await.json();
    assert_eq!(
        (&rejected["state"], &rejected["reason"]),
        (&json!("REJECTED"), &json!("wrong person"))
    );
    assert_eq!(counter.bitcoin().await, "50.00000000 0.00000000");
    let request = counter.request().await;
    let proposed = counter.propose("approve-withdrawal", &request).await;
    counter.approve(&proposed).await;
    let proposed = counter.propose("fail-withdrawal", &request).await;
    assert_eq!(counter.approve(&proposed).await["state"], "executed");
    assert_eq!(counter.state(&request).await, State::Failed);
    assert_eq!(counter.bitcoin().await, "50.00000000 0.00000000");
    let path = "/v1/operator/proposals";
    let form = format!(
        "kind=approve-withdrawal&withdrawal={}&reason=again",
        request.id
    );
    let refused = counter.ask(0, ("POST", path), &form).await;
    assert_eq!(refused.error().1, -7021, "{}", refused.body);
}

/// Who can write into the database alone still pays nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_was_swapped_after_it_was_proposed_is_not_paid() {
    let mut counter = Counter::open().await;
    let request = counter.request().await;
    let proposed = counter.propose("approve-withdrawal", &request).await;
    let pool = place::raw(counter.desk.folder()).await;
    let swap = sqlx::query("UPDATE withdrawals SET address = $1").bind(OTHER);
    swap.execute(&pool).await.expect("done");
    pool.close().await;
    let refused = counter.approve(&proposed).await;
    assert_eq!(refused["state"], "refused", "{refused}");
    let why = "the withdrawal is another than the one that was approved";
    assert_eq!(refused["outcome"], why, "the core is not even asked");
    assert_eq!(counter.state(&request).await, State::Waiting);
}

/// Who swaps the address before anybody looks at it gets no further: the core holds the money for the proven one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_nobody_proved_is_not_approved() {
    let mut counter = Counter::open().await;
    let request = counter.request().await;
    let pool = place::raw(counter.desk.folder()).await;
    let swap = sqlx::query("UPDATE withdrawals SET address = $1").bind(OTHER);
    swap.execute(&pool).await.expect("done");
    pool.close().await;
    let proposed = counter.propose("approve-withdrawal", &request).await;
    let says = proposed["parameters"].as_str().expect("a text");
    assert!(says.contains(OTHER), "operators see what the database says");
    let refused = counter.approve(&proposed).await;
    assert_eq!(refused["state"], "refused", "{refused}");
    assert_eq!(refused["outcome"], "DestinationOther", "{refused}");
    assert_eq!(counter.state(&request).await, State::Waiting);
}

/// What a day has of an asset is for two operators to say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_operators_limit_what_all_users_together_withdraw() {
    let counter = Counter::open().await;
    let path = "/v1/operator/proposals";
    for wrong in ["-1", "much", "1.123456789"] {
        let form = format!("kind=set-payout-limit&asset=BTC&cap={wrong}&reason=x");
        let refused = counter.ask(0, ("POST", path), &form).await;
        assert_eq!(refused.error().1, -7021, "{wrong}");
    }
    let limits = async || {
        let target = ("GET", "/v1/operator/payout-limits");
        counter.ask(1, target, "").await.json()
    };
    assert_eq!(limits().await, json!([]));
    let set = async |cap: &str| {
        let form = format!("kind=set-payout-limit&asset=BTC&cap={cap}&reason=x");
        let proposed = counter.ask(0, ("POST", path), &form).await;
        assert_eq!(proposed.status, 200, "{}", proposed.body);
        counter.approve(&proposed.json()).await
    };
    assert_eq!(set("2").await["state"], "executed");
    let told = &limits().await[0];
    assert_eq!(
        told,
        &json!({"asset": "BTC", "cap": "2.00000000", "used": "0.00000000",
            "left": "2.00000000", "raisedAt": null, "raisedTo": null})
    );
    assert_eq!(set("2").await["state"], "refused", "it is so already");
    assert_eq!(set("none").await["state"], "executed");
    let told = &limits().await[0];
    assert_eq!(
        (&told["cap"], &told["raisedTo"]),
        (&json!("2.00000000"), &Value::Null)
    );
    assert!(told["raisedAt"].is_number(), "a day later: {told}");
}
