//! Levels as a page of the console grants them: by a signature for exactly that application.

use gateway::rest::kyc::KycRules;
use model::allowance::Verification;

use super::Desk;
use crate::kyc;
use crate::visitor::{Page as UserPage, Visitor};
use crate::world::World;

const REVIEW: &str = "/v1/operator/kyc/review";

/// Hands an application for the first level in and returns its number.
async fn apply(desk: &Desk, email: &str, name: &str) -> u64 {
    let visitor = Visitor::of_sandbox(&desk.world);
    let user = UserPage::of(&visitor, email).await;
    let described = user.describe(name, "DE", 1).await;
    assert_eq!(described.status, 200, "{}", described.body);
    let submitted = user.send("POST", "/v1/kyc/submit", "").await.json();
    submitted["id"].as_u64().expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_grants_a_level_by_a_signature_for_it_and_refuses_one_by_itself() {
    let world = World::start().await;
    world.gateway.check_identities(KycRules {
        first_level: Verification::new(0),
        ..kyc::rules()
    });
    let desk = Desk::of_users(world).await;
    let first = apply(&desk, "ann@example.test", "Ann Example").await;
    let second = apply(&desk, "bob@example.test", "Bob Example").await;
    let mut page = desk.page(0).await;
    for id in [first, second] {
        let form = format!("application={id}&decision=claim");
        let claimed = page.send("POST", REVIEW, &form).await;
        assert_eq!(claimed.json()["state"], "IN_REVIEW", "{}", claimed.body);
    }
    let approval = format!("application={first}&decision=approve");
    let bare = page.send("POST", REVIEW, &approval).await;
    assert_eq!(bare.error().1, -7021, "a session alone: {}", bare.body);
    let path = "/v1/operator/kyc/review/challenge";
    let signed = page.proof(path, &format!("application={second}")).await;
    let form = format!("{approval}&{signed}");
    let other = page.send("POST", REVIEW, &form).await;
    assert_eq!(other.error().1, -7018, "it is of another: {}", other.body);
    let signed = page.proof(path, &format!("application={first}")).await;
    let form = format!("{approval}&{signed}");
    let granted = page.send("POST", REVIEW, &form).await;
    assert_eq!(granted.json()["state"], "APPROVED", "{}", granted.body);
    let again = page.send("POST", REVIEW, &form).await;
    assert_eq!(again.error().1, -7018, "each signature once");

    let form = format!("application={second}&decision=reject&reason=not+legible");
    let rejected = page.send("POST", REVIEW, &form).await;
    assert_eq!(rejected.json()["state"], "REJECTED", "{}", rejected.body);
}
