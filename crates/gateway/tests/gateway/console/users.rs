//! Users who are looked up by operators: what is told of them, who is told, and what is written down.

use identity::operator::Role;
use serde_json::{Value, json};

use super::matrix::add;
use super::{Desk, Page as Console};
use crate::closing::close;
use crate::factor::add_factor;
use crate::sub_accounts::{ANN, key, open};
use crate::visitor::{Page, Visitor};
use crate::world::World;

const PATH: &str = "/v1/operator/users";

/// Looks somebody up by the page of an operator.
async fn look(page: &Console<'_>, who: &str) -> Value {
    let target = format!("{PATH}?who={who}");
    let answer = page.send("GET", &target, "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Returns who and whom each look was about.
async fn looks(desk: &Desk) -> Vec<(i64, String)> {
    let rows = desk.identity.audit_rows(0, 1_000).await.expect("read");
    let rows = rows.into_iter().filter(|row| row.act == "user-looked-up");
    rows.map(|row| (row.actor, row.subject)).collect()
}

/// Olivia proposes and Oscar approves; returns the number of the proposal.
async fn decide(desk: &Desk, form: &str) -> Value {
    let proposed = desk.propose_this(0, &format!("{form}&reason=case+7")).await;
    let approved = desk.approve(1, &proposed).await;
    assert_eq!(approved.json()["state"], "executed", "{}", approved.body);
    approved.json()["proposal"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_is_told_what_a_user_may_and_what_protects_them_and_it_is_written_down() {
    let desk = Desk::of_users(World::start().await).await;
    let visitor = Visitor { world: &desk.world };
    let ann = Page::of(&visitor, ANN).await;
    let sub = open(&ann, "grid").await;
    let bot = key(&ann, &format!("label=bot&scopes=trade&account={}", sub.0)).await;
    let freeze = format!("account={}", sub.0);
    let frozen = ann.send("POST", "/v1/subaccounts/freeze", &freeze).await;
    assert_eq!(frozen.status, 200, "{}", frozen.body);
    decide(&desk, "kind=set-account-state&account=4&state=no-withdraw").await;
    let proposal = decide(&desk, "kind=set-account-state&account=4&state=frozen").await;
    let letters = desk.identity.messages(100).await.expect("read").len();

    let page = desk.page(0).await;
    let told = look(&page, "ANN%40example.test").await;
    assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told, look(&page, "1").await, "by number");
    let user = &told[0];
    for (name, expected) in [
        ("user", json!(1)),
        ("email", json!(ANN)),
        ("closedAt", json!(null)),
        ("hasPassword", json!(true)),
        ("hasGenerator", json!(false)),
        ("passkeys", json!([])),
        ("failures", json!(0)),
        ("level", json!(null)),
        ("payoutsHeldUntil", json!(null)),
    ] {
        assert_eq!(user[name], expected, "{name}: {told}");
    }
    let [master, grid] = [&user["accounts"][0], &user["accounts"][1]];
    assert_eq!(
        (
            &master["account"],
            &master["state"],
            &master["stateProposal"]
        ),
        (&json!(4), &json!("frozen"), &proposal)
    );
    assert_eq!(
        (&master["ownerState"], &master["label"]),
        (&json!("open"), &json!(null))
    );
    assert_eq!(master["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&grid["label"], &grid["isMaster"]),
        (&json!("grid"), &json!(false))
    );
    assert_eq!(
        (&grid["state"], &grid["ownerState"]),
        (&json!("active"), &json!("frozen"))
    );
    assert_eq!(grid["stateProposal"], json!(null));
    assert_eq!(grid["keys"][0]["id"], bot["id"], "{told}");
    let secret = bot["secretKey"].as_str().expect("shown once");
    assert!(!told.to_string().contains(secret), "{told}");

    assert_eq!(look(&page, "eve%40example.test").await, json!([]));
    assert_eq!(look(&page, "a+name").await, json!([]));
    let ann = || (1, "user 1".to_owned());
    let nobody = || (1, "nobody".to_owned());
    assert_eq!(looks(&desk).await, [ann(), ann(), nobody(), nobody()]);
    let after = desk.identity.messages(100).await.expect("read").len();
    assert_eq!(after, letters, "the user is not told");
    assert_eq!(page.send("GET", PATH, "").await.error().1, -7021);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_a_factor_and_a_closed_account_are_told() {
    let desk = Desk::of_users(World::start().await).await;
    let visitor = Visitor { world: &desk.world };
    let ann = Page::of(&visitor, ANN).await;
    let page = desk.page(0).await;
    assert_eq!(close(&ann).await.status, 200);
    visitor.join(ANN).await;
    let told = look(&page, "ann%40example.test").await;
    let both: Vec<&Value> = told.as_array().expect("a list").iter().collect();
    assert_eq!((&both[0]["user"], &both[1]["user"]), (&json!(1), &json!(2)));
    assert_eq!(both[0]["email"], ANN, "the one there was");
    assert!(both[0]["closedAt"].is_i64() && both[1]["closedAt"].is_null());
    assert_eq!(both[0]["accounts"][0]["ownerState"], "closed");
    assert_eq!(both[0]["hasPassword"], false);

    let (_secret, codes) = add_factor(&visitor).await;
    let told = look(&page, "2").await;
    assert_eq!(told[0]["hasGenerator"], true);
    assert_eq!(told[0]["recoveryCodes"], codes.len());
    while look(&page, "2").await[0]["payoutsHeldUntil"].is_null() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_asked_by_users_looks_nobody_up() {
    let desk = Desk::of_users(World::start().await).await;
    let cashier = add(&desk, "tess", Role::Treasury).await;
    let refused = desk.signed_by(&cashier, ("GET", PATH), "", "").await;
    assert_eq!(refused.error().1, -7015, "{}", refused.body);
    assert_eq!(looks(&desk).await, []);
}
