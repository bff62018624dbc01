//! Objects of another user: naming one is answered as naming none.

use std::collections::BTreeSet;

use gateway::clock;
use gateway::route::{ENDPOINTS, Endpoint};
use identity::auditor::Offer;
use identity::destination::Destination;
use identity::email::Email;
use identity::webauthn::RelyingParty;
use identity::withdrawal::{Asked, Proof as Shape, Wish};
use model::account::Scopes;
use model::command::{Action, ClientHeader, Command, Withdrawal};
use model::id::{AssetId, ChainId, OwnerId, Reference};
use model::number::Amount;
use model::proof::Proof;
use model::time::Timestamp;
use serde_json::{Value, json};

use crate::authenticator::{Authenticator, ORIGIN};
use crate::matrix::people::{Person, deposit, joined, make_key, send};
use crate::matrix::rows::{May, ROWS, Row};
use crate::matrix::{ANN, key_of_account, sandbox};
use crate::socket::Socket;
use crate::visitor::{PASSWORD, escaped};
use crate::world::{ALICE, BOB};

const BEN: &str = "ben@example.test";
const ORDER: (&str, &str) = ("POST", "/api/v3/order");

/// Parameters that end like the name of an object and name none of another user: texts that a client makes up, places
/// in lists of one's own, and numbers of public trades.
const INNOCENT: &[&str] = &[
    "fromId",
    "fromExecutionId",
    "fromPreventedMatchId",
    "fromAllocationId",
    "strategyId",
    "untilId",
    "beforeId",
    "withdrawOrderId",
    "publicKey",
    "newClientOrderId",
    "cancelNewClientOrderId",
];

/// Parameters that are tried elsewhere, and where.
const APART: &[(&str, &str, &str)] = &[
    (
        "/v1/challenge",
        "id",
        "it does nothing; the act that it is for is tried",
    ),
    (
        "/v1/passkeys/remove",
        "id",
        "a_passkey_of_another_is_not_removed_by_ones_own_proof",
    ),
    (
        "/v1/passkeys/remove",
        "challenge",
        "passkeys.rs: a_passkey_is_removed_by_a_proof_and_is_nobodys_then",
    ),
    (
        "/v1/passkeys",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/login",
        "challenge",
        "passkeys.rs: a_passkey_of_another_user_is_nothing_beside_a_password",
    ),
    (
        "/v1/login/passkey",
        "challenge",
        "passkeys.rs: what_is_not_signed_for_this_by_this_one_signs_nobody_in",
    ),
    (
        "/v1/totp/confirm",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/keys/change",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/email/change",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/login/rule",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/account/close",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/account/export",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/auditors",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/addresses",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/addresses/rule",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/withdrawals",
        "challenge",
        "that of POST /v1/keys, whose code answers it",
    ),
    (
        "/v1/audits/accept",
        "id",
        "auditors.rs: an_auditor_reads_what_was_named_from_acceptance_to_revocation",
    ),
    (
        "/v1/audits",
        "id",
        "auditors.rs: a_leave_ends_with_its_time_and_when_it_is_given_up",
    ),
    (
        "/v1/subaccounts/transfers",
        "cursor",
        "sub_accounts.rs: money_moves_between_accounts_of_one_owner_and_no_others",
    ),
    (
        "/v1/order/changes",
        "cursor",
        "order_changes.rs: the_changes_of_an_order_are_told_page_by_page_to_whoever_may_read_it",
    ),
    (
        "/v1/account/orderHistory",
        "cursor",
        "own_history.rs: a_cursor_goes_on_with_its_own_question_alone",
    ),
    (
        "/v1/account/tradeHistory",
        "cursor",
        "own_history.rs: a_cursor_goes_on_with_its_own_question_alone",
    ),
    (
        "/api/v3/myAllocations",
        "orderId",
        "there are no allocations",
    ),
];

fn names_an_object(endpoint: &Endpoint, name: &str) -> bool {
    let is_text_of_client = name.ends_with("StrategyId")
        || (name == "clientAlgoId" && endpoint.method == "POST")
        || (name.ends_with("ClientOrderId") && endpoint.method == "POST" && !name.contains("Orig"))
        || (name == "idempotencyKey" && endpoint.method != "GET");
    let ends = ["id", "Id", "Key", "idList", "challenge", "cursor"];
    ends.iter().any(|end| name.ends_with(end)) && !INNOCENT.contains(&name) && !is_text_of_client
}

#[test]
fn every_parameter_that_names_an_object_is_tried() {
    for endpoint in ENDPOINTS {
        let target = (endpoint.method.as_str(), endpoint.path);
        let row = ROWS.iter().find(|row| row.target() == target);
        let tried: BTreeSet<&str> = row
            .into_iter()
            .flat_map(|row| row.names)
            .filter_map(|template| template.split('=').next())
            .collect();
        for name in endpoint.mandatory.iter().chain(endpoint.optional) {
            let is_apart = APART
                .iter()
                .any(|(path, parameter, _)| *path == endpoint.path && parameter == name);
            assert!(
                !names_an_object(endpoint, name) || is_apart || tried.contains(name),
                "{target:?} is never asked for another user's {name}: name it in the row of \
                 crates/gateway/tests/gateway/matrix/rows.rs, or in INNOCENT or APART of objects.rs if it is none"
            );
        }
    }
}

/// Somebody's page, and what they make with it.
struct Owner<'a, 'b> {
    person: &'b Person<'a>,
    page: String,
    made: u32,
}

impl<'a, 'b> Owner<'a, 'b> {
    async fn of(person: &'b Person<'a>) -> Owner<'a, 'b> {
        Owner {
            person,
            page: person.page().await,
            made: 0,
        }
    }

    async fn by_page(&self, target: (&str, &str), parameters: &str) -> Value {
        let answer = send(self.person.world, target, &self.page, parameters).await;
        assert_eq!(answer.status, 200, "{target:?} {}", answer.body);
        answer.json()
    }

    async fn by_key(&self, target: (&str, &str), parameters: &str) -> Value {
        let answer = self.person.by_key(target, parameters).await;
        assert_eq!(answer.status, 200, "{target:?} {}", answer.body);
        answer.json()
    }

    async fn order(&self, rest: &str) -> Value {
        self.by_key(ORDER, &format!("symbol=BTCUSDT&{rest}")).await
    }

    async fn resting(&self, rest: &str) -> Value {
        let order = "side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
        self.order(&joined(order, rest)).await
    }

    async fn algo(&self, rest: &str) -> Value {
        let target = ("POST", "/sapi/v1/algo/spot/newOrderTwap");
        let order = "symbol=BTCUSDT&side=BUY&quantity=1&duration=300";
        self.by_key(target, &joined(order, rest)).await
    }

    async fn list(&self, name: &str) -> Value {
        let pair = "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS&belowStopPrice=95";
        let target = ("POST", "/api/v3/orderList/oco");
        let pair = format!("{pair}&listClientOrderId={name}");
        self.by_key(target, &pair).await
    }

    /// Makes an object and returns what names it.
    async fn make(&mut self, kind: &str) -> String {
        self.made += 1;
        let name = format!("ben{}", self.made);
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match kind {
            "order" => text(&self.resting("").await["orderId"]),
            "orderName" => {
                self.resting(&format!("newClientOrderId={name}")).await;
                name
            }
            "algo" => text(&self.algo("").await["algoId"]),
            "algoName" => {
                self.algo(&format!("clientAlgoId={name}")).await;
                name
            }
            "list" => text(&self.list(&name).await["orderListId"]),
            "listName" => {
                self.list(&name).await;
                name
            }
            "amended" => {
                let order = text(&self.resting("").await["orderId"]);
                let target = ("PUT", "/api/v3/order/amend/keepPriority");
                self.by_key(
                    target,
                    &format!("symbol=BTCUSDT&orderId={order}&newQty=0.5"),
                )
                .await;
                order
            }
            "traded" => {
                let world = self.person.world;
                world.limit(BOB, "BUY", "1", "101").await;
                let order = "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=101";
                text(&self.order(order).await["orderId"])
            }
            "prevented" => text(&self.prevent().await["orderId"]),
            "match" => {
                let order = text(&self.prevent().await["orderId"]);
                let target = ("GET", "/api/v3/myPreventedMatches");
                let query = format!("symbol=BTCUSDT&orderId={order}");
                text(&self.by_key(target, &query).await[0]["preventedMatchId"])
            }
            "request" => {
                self.resting(&format!("idempotencyKey={name}")).await;
                name
            }
            "listenKey" => {
                let target = ("POST", "/api/v3/userDataStream");
                text(&self.by_page(target, "").await["listenKey"])
            }
            "session" => {
                let page = self.person.page().await;
                let sessions = send(self.person.world, ("GET", "/v1/sessions"), &page, "").await;
                let sessions = sessions.json();
                let own = sessions.as_array().expect("rows").iter();
                let own = own.rev().find(|row| row["isOwn"] == true).expect("one");
                text(&own["id"])
            }
            "key" => {
                let scopes = Scopes::READ;
                let person = self.person;
                let key = make_key(person.world, person.account, scopes, Timestamp::MAX).await;
                key.key.0.to_string()
            }
            "challenge" => {
                let act = "action=createKey&label=bot&scopes=trade";
                let told = self.by_page(("POST", "/v1/challenge"), act).await;
                text(&told["challenge"])
            }
            "passkey" => self.passkey().await,
            "alert" => {
                let alert = "symbol=BTCUSDT&direction=ABOVE&price=100";
                text(&self.by_page(("POST", "/v1/alerts"), alert).await["id"])
            }
            "leave" => self.leave(&name).await.to_string(),
            "cursor" => {
                self.person.world.fold_history().await;
                let page = self.by_page(("GET", "/v1/account/ledger"), "limit=1").await;
                text(&page["next"])
            }
            "deposit" => {
                let target = ("GET", "/sapi/v1/capital/deposit/hisrec");
                text(&self.by_key(target, "").await[0]["txId"])
            }
            "withdrawal" => {
                let target = ("GET", "/sapi/v1/capital/withdraw/history");
                text(&self.by_key(target, "").await[0]["id"])
            }
            "address" => self.address().await.to_string(),
            "payout" => self.payout().await.to_string(),
            kind => panic!("nobody makes {{{kind}}}: add it to `Owner::make`"),
        }
    }

    /// Lists an address that no other has.
    async fn address(&self) -> u64 {
        let identity = self.person.world.gateway.identity();
        let user = self.user().await;
        let listed = (&destination(self.made), "mine");
        let added = identity
            .add_destination(user, listed, 0, clock::now())
            .await;
        added.expect("added").id
    }

    async fn leave(&self, name: &str) -> u64 {
        let email = Email::parse(&format!("{name}@example.test")).expect("an address");
        let offer = Offer {
            owner: self.user().await,
            email: &email,
            accounts: &[self.person.account],
            expires_at: Timestamp::MAX,
        };
        let identity = self.person.world.gateway.identity();
        let offered = identity.offer_leave(&offer, clock::now()).await;
        offered.expect("offered")
    }

    /// Has a withdrawal wait; that its money is held is not what matters here.
    async fn payout(&self) -> u64 {
        let identity = self.person.world.gateway.identity();
        let wish = Wish {
            owner: self.user().await,
            account: self.person.account,
            destination: destination(self.made),
            amount: Amount::new(100).expect("legal"),
            fee: Amount::ZERO,
            name: None,
            proof: Shape::Factor { hold_nanos: 0 },
            valid_until: Timestamp::MAX,
        };
        let asked = identity.ask_withdrawal(&wish, clock::now()).await;
        let Ok(Asked::New(request)) = asked else {
            panic!("{asked:?}");
        };
        let noted = identity.note_withdrawal_held(&request, clock::now()).await;
        noted.expect("noted");
        request.id
    }

    async fn user(&self) -> OwnerId {
        let identity = self.person.world.gateway.identity();
        let email = Email::parse(self.person.email).expect("an address");
        let known = identity.password_of(&email).await.expect("read");
        known.expect("a user").0
    }

    /// Has the orders of an account meet.
    async fn prevent(&self) -> Value {
        self.resting("").await;
        let order = "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=90&selfTradePreventionMode=EXPIRE_TAKER&newOrderRespType=FULL";
        self.order(order).await
    }

    async fn passkey(&mut self) -> String {
        let target = ("POST", "/v1/challenge");
        let told = self.by_page(target, "action=addPasskey&label=laptop").await;
        let form = format!(
            "label=laptop&challenge={}&password={}&{}",
            told["challenge"].as_str().expect("a challenge"),
            escaped(PASSWORD),
            Authenticator::new("one").create(&told)
        );
        self.by_page(("POST", "/v1/passkeys"), &form).await;
        self.person.allow_the_password_alone().await;
        // Every session ends with it.
        self.page = self.person.page().await;
        let rows = self.by_page(("GET", "/v1/passkeys"), "").await;
        rows[0]["id"].to_string()
    }

    /// Has a payout waiting, which nothing that a passkey holds up can be.
    async fn withdraw(&self) {
        let header = ClientHeader {
            account: self.person.account,
            key: self.person.key.key,
            valid_until: Timestamp::MAX,
            idempotency: None,
        };
        let amount = |units| Amount::new(units).expect("legal");
        let action = Action::HoldWithdrawal {
            withdrawal: Withdrawal {
                reference: Reference([9; 32]),
                chain: ChainId(0),
                asset: AssetId(0),
                amount: amount(100),
                fee: amount(7),
            },
            proof: Some(Box::new(Proof::Nowhere)),
        };
        self.person
            .world
            .command(Command::Client { header, action })
            .await;
    }

    /// Asks by what the row asks for, and returns the answer without the name of what was asked for.
    async fn ask(&self, row: &Row, parameters: &str, name: &str) -> (u16, String) {
        let answer = match row.may {
            May::Page | May::User | May::Named if !self.page.is_empty() => {
                send(self.person.world, row.target(), &self.page, parameters).await
            }
            _ => self.person.by_key(row.target(), parameters).await,
        };
        assert!(answer.status < 500, "{}", answer.body);
        // A number stands in no refusal, and a small one may stand in anything.
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let body = match is_number {
            true => answer.body,
            false => answer.body.replace(name, "OBJECT"),
        };
        (answer.status, body)
    }

    /// Leaves room for the orders of what comes next.
    async fn clear(&self) {
        let target = ("DELETE", "/api/v3/openOrders");
        self.person.by_key(target, "symbol=BTCUSDT").await;
    }
}

fn destination(number: u32) -> Destination {
    Destination {
        asset: AssetId(0),
        network: "BTC".to_owned(),
        address: format!("address{number}"),
        tag: String::new(),
    }
}

/// Returns a name of the same kind that is nobody's.
fn of_nobody(name: &str) -> String {
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        return (1_u64 << 40).to_string();
    }
    let turn = |letter: char| match letter {
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from(letter as u8 + 1),
        _ => letter,
    };
    name.chars().map(turn).collect()
}

/// Returns parameters with a name in the place of its kind, and the kind.
fn filled(row: &Row, template: &'static str, name: &str) -> String {
    let (parameter, _) = template.split_once('=').expect("a parameter");
    joined(row.sound, &format!("{parameter}={name}"))
}

fn kind_of(template: &'static str) -> &'static str {
    let (_, kind) = template.split_once("={").expect("a kind in braces");
    kind.strip_suffix('}').expect("a kind in braces")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_belongs_to_another_is_as_if_it_were_not_there() {
    let world = sandbox().await;
    let party = RelyingParty::of_origin(ORIGIN).expect("an origin");
    world.gateway.offer_passkeys(party);
    // The price from which stops are told apart.
    world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    let (ann, ben) = (
        Person::join(&world, ANN).await,
        Person::join(&world, BEN).await,
    );
    let stranger = Owner::of(&ann).await;
    let mut owner = Owner::of(&ben).await;
    owner.withdraw().await;
    let rows = ROWS.iter();
    let named = rows.flat_map(|row| row.names.iter().map(move |template| (row, *template)));
    for (row, template) in named {
        let name = owner.make(kind_of(template)).await;
        let nobodys = of_nobody(&name);
        let what = format!("{:?} {template}", row.target());
        let none = stranger
            .ask(row, &filled(row, template, &nobodys), &nobodys)
            .await;
        let other = stranger
            .ask(row, &filled(row, template, &name), &name)
            .await;
        assert_eq!(other, none, "{what}: another's is told from nobody's");
        let own = owner.ask(row, &filled(row, template, &name), &name).await;
        assert_ne!(own, none, "{what}: its owner sees it, still");
        assert_eq!(own.0, 200, "{what}: {}", own.1);
        owner.clear().await;
    }
}

/// What a sub-account asks, it asks by keys: nobody signs in to one.
async fn of_sub_account<'a>(master: &Person<'a>) -> Person<'a> {
    let account = master.sub_account("grid").await;
    deposit(master.world, account).await;
    Person {
        world: master.world,
        email: master.email,
        account,
        key: key_of_account(master.world, account).await,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_belongs_to_its_master_is_as_if_it_were_not_there_for_a_sub_account() {
    let world = sandbox().await;
    let party = RelyingParty::of_origin(ORIGIN).expect("an origin");
    world.gateway.offer_passkeys(party);
    world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    let ben = Person::join(&world, BEN).await;
    let sub_account = of_sub_account(&ben).await;
    let stranger = Owner {
        person: &sub_account,
        page: String::new(),
        made: 0,
    };
    let mut owner = Owner::of(&ben).await;
    owner.withdraw().await;
    let rows = ROWS.iter();
    let named = rows.flat_map(|row| row.names.iter().map(move |template| (row, *template)));
    for (row, template) in named {
        let name = owner.make(kind_of(template)).await;
        let nobodys = of_nobody(&name);
        let what = format!("{:?} {template}", row.target());
        let none = filled(row, template, &nobodys);
        let none = stranger.ask(row, &none, &nobodys).await;
        let masters = filled(row, template, &name);
        let masters = stranger.ask(row, &masters, &name).await;
        assert_eq!(masters, none, "{what}: the master's is told from nobody's");
        owner.clear().await;
    }
}

/// What a master reads and changes of a sub-account it names the account for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_belongs_to_a_sub_account_is_not_there_for_a_master_who_does_not_name_it() {
    const KINDS: [&str; 8] = [
        "order",
        "orderName",
        "list",
        "listName",
        "amended",
        "prevented",
        "match",
        "request",
    ];
    let world = sandbox().await;
    world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    let ben = Person::join(&world, BEN).await;
    let sub_account = of_sub_account(&ben).await;
    let master = Owner::of(&ben).await;
    let mut owner = Owner {
        person: &sub_account,
        page: String::new(),
        made: 0,
    };
    let rows = ROWS.iter();
    let named = rows.flat_map(|row| row.names.iter().map(move |template| (row, *template)));
    let mut count = 0;
    for (row, template) in named.filter(|(_, template)| KINDS.contains(&kind_of(template))) {
        let name = owner.make(kind_of(template)).await;
        let nobodys = of_nobody(&name);
        let what = format!("{:?} {template}", row.target());
        let none = filled(row, template, &nobodys);
        let none = master.ask(row, &none, &nobodys).await;
        let others = filled(row, template, &name);
        assert_eq!(master.ask(row, &others, &name).await, none, "{what}");
        let own = owner.ask(row, &others, &name).await;
        assert_eq!(own.0, 200, "{what}: {}", own.1);
        owner.clear().await;
        count += 1;
    }
    assert!(12 < count, "{count} rows name what a sub-account has");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_of_another_is_not_removed_by_ones_own_proof() {
    let world = sandbox().await;
    let party = RelyingParty::of_origin(ORIGIN).expect("an origin");
    world.gateway.offer_passkeys(party);
    let (ann, ben) = (
        Person::join(&world, ANN).await,
        Person::join(&world, BEN).await,
    );
    let stranger = Owner::of(&ann).await;
    let mut owner = Owner::of(&ben).await;
    let passkey = owner.passkey().await;
    let mut told = Vec::new();
    for id in [passkey.as_str(), "1099511627776"] {
        let act = format!("action=removePasskey&id={id}");
        let challenge = stranger.by_page(("POST", "/v1/challenge"), &act).await;
        let challenge = challenge["challenge"].as_str().expect("a challenge");
        let form = format!(
            "id={id}&challenge={challenge}&password={}",
            escaped(PASSWORD)
        );
        let target = ("POST", "/v1/passkeys/remove");
        let answer = send(&world, target, &stranger.page, &form).await;
        told.push(answer.error());
    }
    assert_eq!(told[0], told[1]);
    assert_eq!((told[0].0, told[0].1), (400, -1130), "{}", told[0].2);
    let rows = owner.by_page(("GET", "/v1/passkeys"), "").await;
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
}

/// Over a socket an account is that of the key: no parameter names another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_reaches_no_order_of_another() {
    let world = sandbox().await;
    let (ann, ben) = (
        Person::join(&world, ANN).await,
        Person::join(&world, BEN).await,
    );
    let mut owner = Owner::of(&ben).await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    for method in [
        "order.status",
        "order.cancel",
        "order.amend.keepPriority",
        "order.amend",
    ] {
        for (parameter, kind) in [("orderId", "order"), ("origClientOrderId", "orderName")] {
            let name = owner.make(kind).await;
            let mut told = Vec::new();
            for name in [name.clone(), of_nobody(&name)] {
                let params = json!({"symbol": "BTCUSDT", "newQty": "0.5", parameter: name});
                let answer = socket.ask_signed(&ann.key, method, params).await;
                told.push((answer["status"].clone(), answer["error"].clone()));
            }
            assert_eq!(told[0], told[1], "{method} {parameter}");
            assert_eq!(told[0].0, 400, "{method} {parameter}");
            let params = json!({"symbol": "BTCUSDT", "newQty": "0.5", parameter: name});
            let own = socket.ask_signed(&ben.key, method, params).await;
            assert_eq!(own["status"], 200, "{own}");
            owner.clear().await;
        }
    }
}

/// A stream is named by its listen key; one that is nobody's tells nothing, and a signature counts for its own account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_tells_of_its_own_account_alone() {
    let world = sandbox().await;
    let (ann, ben) = (
        Person::join(&world, ANN).await,
        Person::join(&world, BEN).await,
    );
    let mut owner = Owner::of(&ben).await;
    let listen_key = owner.make("listenKey").await;
    let mut guessed = Socket::open(world.address, &format!("/ws/{}", of_nobody(&listen_key))).await;
    let mut signed_on = Socket::open(world.address, "/ws-api/v3").await;
    let subscribed = signed_on
        .ask_signed(&ann.key, "userDataStream.subscribe.signature", json!({}))
        .await;
    assert_eq!(subscribed["status"], 200, "{subscribed}");
    let mut own = Socket::open(world.address, &format!("/ws/{listen_key}")).await;
    // Whoever sends anything is listened to: the stream is there before the order is.
    own.say(r#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#).await;
    own.hear().await;
    owner.make("order").await;
    assert_eq!(own.hear().await["e"], "executionReport");
    guessed.expect_silence().await;
    signed_on.expect_silence().await;
}
