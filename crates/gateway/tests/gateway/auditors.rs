//! Auditors: who reads accounts of others, how much of them, and for how long.

use crate::client::Answer;
use crate::documents::{described, parsed};
use crate::sub_accounts::{ANN, ANN_ACCOUNT, ORDER, fund, open};
use crate::visitor::{PASSWORD, Page, Visitor, escaped};
use crate::world::World;
use gateway::access::Access;
use gateway::clock;
use gateway::description::openapi;
use gateway::route::ENDPOINTS;
use identity::auditor::Offer;
use identity::email::Email;
use identity::outbox::Subject;
use model::id::AccountId;
use model::time::Timestamp;
use serde_json::{Value, json};

const BOB: &str = "bob@example.test";
const LATER: &str = "expiresAt=4102444800000";

pub async fn invite(page: &Page<'_>, email: &str, more: &str) -> u64 {
    let form = format!("email={}&{LATER}{more}", escaped(email));
    let answer = offer(page, &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["id"].as_u64().expect("a number")
}

/// Offers by the proof of a password what a challenge was asked for.
pub async fn offer(page: &Page<'_>, form: &str) -> Answer {
    let proof = prove(page, form).await;
    page.send("POST", "/v1/auditors", &format!("{form}&{proof}"))
        .await
}

/// Returns the parameters that prove an offer.
async fn prove(page: &Page<'_>, form: &str) -> String {
    let act = format!("action=inviteAuditor&{form}");
    let told = page.send("POST", "/v1/challenge", &act).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let told = told.json();
    let token = told["challenge"].as_str().expect("a challenge");
    format!("challenge={token}&password={}", escaped(PASSWORD))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_needs_a_proof_of_all_of_it_and_its_user_is_told() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, ANN).await;
    let bob = Page::of(&visitor, BOB).await;
    let form = format!("email={}&{LATER}", escaped(BOB));
    let alone = ann.send("POST", "/v1/auditors", &form).await;
    assert_eq!(alone.error().1, -1102, "{}", alone.body);
    let proof = prove(&ann, &form).await;
    let other = format!("email={}&{LATER}&{proof}", escaped("eve@example.test"));
    let other = ann.send("POST", "/v1/auditors", &other).await;
    assert_eq!(other.error().1, -1130, "{}", other.body);
    assert_eq!(ann.send("GET", "/v1/auditors", "").await.json(), json!([]));
    assert_eq!(subjects(&ann).await, [] as [String; 0]);

    let id = invite(&ann, BOB, "").await;
    assert_eq!(subjects(&ann).await, ["AUDITOR_INVITED"]);
    for _ in 0..2 {
        let form = format!("id={id}");
        let accepted = bob.send("POST", "/v1/audits/accept", &form).await;
        assert_eq!(accepted.status, 200, "{}", accepted.body);
        let told = ["AUDITOR_ACCEPTED", "AUDITOR_INVITED"];
        assert_eq!(subjects(&ann).await, told, "once");
    }
    let letters = world.gateway.identity().messages(100).await.expect("read");
    let to = |email| {
        let letters = letters.iter().filter(move |one| one.recipient == email);
        let letters = letters.map(|one| one.subject);
        letters.take(2).collect::<Vec<Subject>>()
    };
    assert_eq!(to(ANN), [Subject::AuditorAccepted, Subject::AuditorInvited]);
    assert_eq!(to(BOB)[0], Subject::AuditOffered);
}

/// Returns what notifications of security tell, the newest first.
async fn subjects(page: &Page<'_>) -> Vec<String> {
    let told = page.send("GET", "/v1/notifications", "").await.json();
    let rows = told["notifications"].as_array().expect("a list").iter();
    rows.filter(|row| row["subject"] != "NEW_DEVICE")
        .filter_map(|row| row["subject"].as_str().map(str::to_owned))
        .collect()
}

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

async fn reads(page: &Page<'_>, account: AccountId) -> bool {
    let target = format!("/api/v3/account?account={}", account.0);
    let answer = page.send("GET", &target, "").await;
    if answer.status == 200 {
        assert_eq!(answer.json()["uid"], account.0);
        return true;
    }
    assert_eq!(answer.error().1, -1130, "{}", answer.body);
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_reads_what_was_named_from_acceptance_to_revocation() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, ANN).await;
    let (one, two) = (open(&ann, "one").await, open(&ann, "two").await);
    let bob = Page::of(&visitor, BOB).await;
    let eve = Page::of(&visitor, "eve@example.test").await;
    let document = parsed(openapi::text());
    let id = invite(&ann, "BOB@example.test", &format!("&accounts={},4", one.0)).await;
    assert!(!reads(&bob, one).await, "it is only offered");
    let offered = bob.send("GET", "/v1/audits", "").await.json();
    described(&document, "GET", "/v1/audits", &offered);
    assert_eq!(offered[0]["email"], ANN);
    assert_eq!(offered[0]["accounts"], json!([4, one.0]));
    assert_eq!(offered[0]["acceptedAt"], Value::Null);
    let form = format!("id={id}");
    let refused = eve.send("POST", "/v1/audits/accept", &form).await;
    assert_eq!(refused.error().1, -1130, "it was offered to somebody else");
    let accepted = bob.send("POST", "/v1/audits/accept", &form).await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    described(&document, "POST", "/v1/audits/accept", &accepted.json());
    assert!(reads(&bob, one).await && reads(&bob, ANN_ACCOUNT).await);
    assert!(!reads(&bob, two).await, "it was not named");
    assert!(!reads(&eve, one).await);
    let given = ann.send("GET", "/v1/auditors", "").await.json();
    assert_eq!(given[0]["email"], BOB);
    assert!(given[0]["acceptedAt"].is_u64());
    let refused = bob
        .send("DELETE", &format!("/v1/auditors?id={id}"), "")
        .await;
    assert_eq!(refused.error().1, -1130, "it is not bob's to take back");
    let ended = ann
        .send("DELETE", &format!("/v1/auditors?id={id}"), "")
        .await;
    assert_eq!(ended.status, 200, "{}", ended.body);
    assert!(!reads(&bob, one).await && !reads(&bob, ANN_ACCOUNT).await);
    assert_eq!(ann.send("GET", "/v1/auditors", "").await.json(), json!([]));
    let refused = bob.send("POST", "/v1/audits/accept", &form).await;
    assert_eq!(refused.error().1, -1130, "it has ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_changes_nothing_of_what_they_read() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, ANN).await;
    let sub = open(&ann, "one").await;
    fund(&world, ANN_ACCOUNT, 1_000).await;
    let bob = Page::of(&visitor, BOB).await;
    let id = invite(&ann, BOB, &format!("&accounts=4,{}", sub.0)).await;
    bob.send("POST", "/v1/audits/accept", &format!("id={id}"))
        .await;
    let placed = ann
        .send("POST", &format!("/api/v3/order?{ORDER}"), "")
        .await;
    let order = placed.json()["orderId"].as_u64().expect("placed");
    let orders = bob.send("GET", "/api/v3/openOrders?account=4", "").await;
    assert_eq!(orders.json()[0]["orderId"], order);
    // Whatever is no reading of an account refuses the name of one that is not the auditor's.
    for endpoint in ENDPOINTS {
        let is_named = |name: &&&str| **name == "account";
        let takes_one = endpoint.mandatory.iter().chain(endpoint.optional);
        let takes_one = takes_one.into_iter().any(|name| is_named(&name));
        let is_private = endpoint.access.takes_session() && endpoint.access != Access::Named;
        if endpoint.route.reads_named_account() || !is_private || !endpoint.route.is_offered() {
            continue;
        }
        let value = |name: &&str| match *name {
            "account" => String::new(),
            "symbol" => "symbol=BTCUSDT&".to_owned(),
            "label" => "label=x&".to_owned(),
            "action" => "action=closeAccount&".to_owned(),
            name => format!("{name}=1&"),
        };
        let values: String = endpoint.mandatory.iter().map(value).collect();
        let values = format!("{values}account={}", sub.0);
        let (target, form) = match endpoint.route.takes_form() {
            true => (endpoint.path.to_owned(), values),
            false => (format!("{}?{values}", endpoint.path), String::new()),
        };
        let answer = bob.send(endpoint.method.as_str(), &target, &form).await;
        // A challenge is bound to what will be refused.
        let is_challenge = endpoint.path == "/v1/challenge";
        assert!(
            is_challenge || [-1104, -1106, -1130].contains(&answer.error().1),
            "{} {takes_one} {}",
            endpoint.path,
            answer.body
        );
    }
    let cancel = format!("/api/v3/order?symbol=BTCUSDT&orderId={order}");
    let refused = bob.send("DELETE", &cancel, "").await;
    assert_eq!(refused.error().1, -2011, "{}", refused.body);
    assert_eq!(
        world.gateway.hub().views().open_orders(ANN_ACCOUNT).len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leave_ends_with_its_time_and_when_it_is_given_up() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, ANN).await;
    let bob = Page::of(&visitor, BOB).await;
    let end = Timestamp::from_millis(clock::now().millis() + 3_600_000);
    let form = format!("email={}&expiresAt={}", escaped(BOB), end.millis());
    let offered = offer(&ann, &form).await;
    let id = offered.json()["id"].as_u64().expect("a number");
    bob.send("POST", "/v1/audits/accept", &format!("id={id}"))
        .await;
    assert!(reads(&bob, ANN_ACCOUNT).await);
    let identity = world.gateway.identity();
    let own = bob.send("GET", "/api/v3/account", "").await.json();
    let own = u32::try_from(own["uid"].as_u64().expect("an account")).expect("a number");
    let auditor = {
        let views = world.gateway.hub().views();
        views.account(AccountId(own)).expect("an account").owner
    };
    let may = async |at: Timestamp| {
        let may = identity.may_audit(auditor, ANN_ACCOUNT, at).await;
        may.expect("read")
    };
    assert!(may(end.plus_nanos(-1)).await);
    assert!(!may(end).await, "nor does any request, which asks this");
    let held = identity.leaves_held(auditor, end).await;
    assert!(held.expect("read").is_empty());
    bob.send("DELETE", &format!("/v1/audits?id={id}"), "").await;
    assert!(!reads(&bob, ANN_ACCOUNT).await);
    assert_eq!(bob.send("GET", "/v1/audits", "").await.json(), json!([]));
    let id = invite(&ann, BOB, "").await;
    bob.send("POST", "/v1/audits/accept", &format!("id={id}"))
        .await;
    assert!(reads(&bob, ANN_ACCOUNT).await);
    let refused = ann.send("DELETE", &format!("/v1/audits?id={id}"), "").await;
    assert_eq!(refused.error().1, -1130, "it is not ann's to give up");
    let ended = bob.send("DELETE", &format!("/v1/audits?id={id}"), "").await;
    assert_eq!(ended.status, 200, "{}", ended.body);
    assert!(!reads(&bob, ANN_ACCOUNT).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_does_not_tell_who_is_a_user() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, ANN).await;
    Page::of(&visitor, BOB).await;
    let mut answers = Vec::new();
    for email in [BOB, "nobody@example.test"] {
        let form = format!("email={}&{LATER}", escaped(email));
        let answer = offer(&ann, &form).await;
        let mut answer = answer.json();
        for name in ["id", "email", "createdAt"] {
            answer[name] = Value::Null;
        }
        answers.push(answer);
    }
    assert_eq!(answers[0], answers[1]);
    for (odd, parameter) in [
        (format!("email={}&{LATER}", escaped(ANN)), "email"),
        (format!("email=nobody&{LATER}"), "email"),
        (format!("email={}&expiresAt=1", escaped(BOB)), "expiresAt"),
        (
            format!("email={}&{LATER}&accounts=1", escaped(BOB)),
            "accounts",
        ),
        (
            format!("email={}&{LATER}&accounts=4,x", escaped(BOB)),
            "accounts",
        ),
        (
            format!("email={}&{LATER}&accounts=4,", escaped(BOB)),
            "accounts",
        ),
    ] {
        let form = format!("{odd}&challenge=none");
        let refused = ann.send("POST", "/v1/auditors", &form).await;
        let text = refused.error().2;
        assert!(text.contains(&format!("'{parameter}'")), "{odd} {text}");
    }
    let identity = world.gateway.identity();
    let owner = identity.password_of(&email(ANN)).await.expect("read");
    let (owner, _) = owner.expect("a user");
    for number in 2..20 {
        let offer = Offer {
            owner,
            email: &email(&format!("auditor{number}@example.test")),
            accounts: &[ANN_ACCOUNT],
            expires_at: Timestamp::MAX,
        };
        let offered = identity.offer_leave(&offer, clock::now()).await;
        offered.expect("offered");
    }
    let form = format!("email=one.more%40example.test&{LATER}");
    let refused = offer(&ann, &form).await;
    assert!(
        refused.error().2.contains("20 auditors"),
        "{}",
        refused.body
    );
}
