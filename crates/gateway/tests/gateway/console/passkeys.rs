//! Passkeys of operators: how they come and go, and what a key file still does beside one.

use gateway::console::route::{Access, ENDPOINTS, Route};

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_enrols_once_and_only_its_passkey_signs_its_operator_in() {
    let desk = Desk::open().await;
    let code = desk.code(0).await;
    let told = desk
        .send(
            "POST",
            "/v1/operator/passkey/begin",
            OWN,
            &format!("code={code}"),
        )
        .await
        .json();
    let handle = text(&told, "userHandle");
    let mut own = Authenticator::new("own");
    let newer = desk.code(0).await;
    let refused = desk.enrol(&code, &own).await;
    assert_eq!(refused.error().1, -7018, "another code took its place");
    assert_eq!(desk.enrol(&newer, &own).await.status, 200);
    assert_eq!(desk.enrol(&newer, &own).await.error().1, -7018);
    let mut stranger = Authenticator::new("stranger");
    let refused = desk.log_in(&mut stranger, &handle).await;
    assert_eq!(refused.error().1, -7018);
    let refused = desk.log_in(&mut own, "AAAA").await;
    assert_eq!(refused.error().1, -7018, "it says it is another's");
    assert_eq!(desk.log_in(&mut own, &handle).await.status, 200);
    let again = desk.code(1).await;
    let refused = desk.enrol(&again, &own).await;
    assert_eq!(refused.error().1, -7018, "it is somebody's already");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_passkey_a_key_file_decides_nothing() {
    let desk = Desk::under(KeyRule::UntilPasskey).await;
    let proposal = desk.propose(0).await;
    let mut page = desk.page(1).await;
    let [passkey] = page.passkeys().await.try_into().expect("one");
    let removal = format!("passkey={passkey}");
    for (path, form) in [
        ("/v1/operator/proposal/approve", &*named(&proposal)),
        ("/v1/operator/proposal/reject", "proposal=1&reason=no"),
        ("/v1/operator/kyc/review", "application=1&decision=claim"),
        ("/v1/operator/withdrawal/settle", "withdrawal=1&payout=f00d"),
        ("/v1/operator/withdrawal/reject", "withdrawal=1&reason=no"),
        ("/v1/operator/enrolment", ""),
        ("/v1/operator/invitation", "proposal=1"),
        ("/v1/operator/passkey/remove", &*removal),
    ] {
        let refused = desk.signed(1, "POST", path, form).await;
        assert_eq!(refused.error().1, -7019, "{path} {}", refused.body);
    }
    let rows = desk.identity.audit_rows(0, 100).await.expect("read");
    let refused = rows.iter().filter(|row| row.detail.starts_with("-7019"));
    assert_eq!(refused.count(), 8, "each is written down");
    assert_eq!(page.passkeys().await, [passkey]);
    let own = desk.propose_this(1, "kind=list-asset&symbol=SHIB&reason=asked+for");
    let own = own.await;
    assert_eq!(own["state"], "proposed", "somebody else decides");
    let signed = page.sign(&proposal).await;
    let approved = page.approve(&proposal, &signed).await;
    assert_eq!(approved.json()["state"], "executed", "{}", approved.body);
    let approved = desk.approve(0, &own).await;
    assert_eq!(
        approved.status, 200,
        "who has no passkey: {}",
        approved.body
    );
}

/// What is no reading and decides nothing; every other request of an operator is one that decides.
const UNDECIDED: [Route; 5] = [
    Route::Propose,
    Route::Withdraw,
    Route::OpenIncident,
    Route::UpdateIncident,
    Route::ExportUser,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_key_files_never_decide_they_propose_read_and_add_the_first_passkey() {
    let desk = Desk::under(KeyRule::Never).await;
    let proposal = desk.propose(0).await;
    for endpoint in ENDPOINTS {
        let is_by_key = endpoint.access == Access::Operator;
        if !is_by_key || endpoint.route == Route::Enrol {
            continue;
        }
        let (method, path) = (endpoint.method.name(), endpoint.path);
        let answer = desk.signed(1, method, path, "").await;
        let is_refused = answer.body.starts_with(r#"{"code":-7019,"#);
        let decides = method == "POST" && !UNDECIDED.contains(&endpoint.route);
        assert_eq!(is_refused, decides, "{method} {path}: {}", answer.body);
    }
    let mut page = desk.page(1).await;
    let second = desk.signed(1, "POST", "/v1/operator/enrolment", "").await;
    assert_eq!(second.error().1, -7019, "only the first: {}", second.body);
    let signed = page.sign(&proposal).await;
    let approved = page.approve(&proposal, &signed).await;
    assert_eq!(approved.json()["state"], "executed", "{}", approved.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_is_taken_away_by_the_key_of_its_operator_and_its_sessions_end() {
    let desk = Desk::open().await;
    let mut page = desk.page(0).await;
    let other = desk.page(1).await;
    let own = page.send("GET", "/v1/operator/passkeys", "").await.json();
    let number = own[0]["passkey"].to_string();
    const PATH: &str = "/v1/operator/passkey/remove";
    let form = format!("passkey={number}");
    // A session alone takes none away, and nobody one of somebody else.
    let refused = page.send("POST", PATH, &form).await;
    assert_eq!(refused.error().1, -7021, "{}", refused.body);
    let refused = desk.signed(1, "POST", PATH, &form).await;
    assert_eq!(refused.error().1, -7021, "{}", refused.body);
    let removed = desk.signed(0, "POST", PATH, &form).await;
    assert_eq!(removed.json(), serde_json::json!([]), "{}", removed.body);
    let ended = page.send("GET", "/v1/operator/session", "").await;
    assert_eq!(ended.error().1, -7017, "{}", ended.body);
    let alive = other.send("GET", "/v1/operator/session", "").await;
    assert_eq!(alive.status, 200, "{}", alive.body);
    let handle = handle_of(OperatorId(1));
    let refused = desk.log_in(&mut page.authenticator, &handle).await;
    assert_eq!(refused.error().1, -7018, "{}", refused.body);
    let rows = desk.identity.audit_rows(0, 100).await.expect("read");
    assert!(rows.iter().any(|row| row.act == "operator-passkey-removed"));
}

/// Zoe was invited and has no key: whatever she does with her passkeys, one of them signs for exactly that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_alone_adds_another_and_takes_one_away_by_what_it_signs() {
    const ENROL: &str = "/v1/operator/enrolment";
    const REMOVE: &str = "/v1/operator/passkey/remove";
    let desk = Desk::open().await;
    let [one, other] = desk.invite("zoe", "viewer").await;
    let form = format!("code={one}&otherCode={other}");
    let joined = desk.send("POST", ACCEPT, OWN, &form).await.json();
    let code = text(&joined["enrolment"], "code");
    let mut page = desk.page_by(&code, "of zoe").await;
    let first = page.passkeys().await.remove(0);
    let bare = page.send("POST", ENROL, "").await;
    assert_eq!(bare.error().1, -7021, "a session alone adds none");

    let of_removal = page.sign_for_passkey(&format!("passkey={first}")).await;
    let refused = page.send("POST", ENROL, &of_removal).await;
    assert_eq!(refused.error().1, -7018, "it was signed for another act");
    let form = format!("passkey={first}&{of_removal}");
    let last = page.send("POST", REMOVE, &form).await;
    assert_eq!(last.error().1, -7021, "{}", last.body);
    assert!(last.body.contains("add another passkey first"));
    assert_eq!(page.passkeys().await, [&*first], "it stays");

    let signed = page.sign_for_passkey("").await;
    let told = page.send("POST", ENROL, &signed).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let again = page.send("POST", ENROL, &signed).await;
    assert_eq!(again.error().1, -7018, "each signature once");
    let mut spare = desk.page_by(&text(&told.json(), "code"), "spare").await;
    assert_eq!(spare.passkeys().await.len(), 2);
    let signed = page.sign_for_passkey("").await;
    let elsewhere = spare.send("POST", ENROL, &signed).await;
    assert_eq!(elsewhere.error().1, -7018, "it is of the other session");

    // Whoever has the passkey that is taken away has asked for a code, which ends with it.
    let signed = page.sign_for_passkey("").await;
    let told = page.send("POST", ENROL, &signed).await;
    let stolen = text(&told.json(), "code");
    let signed = spare.sign_for_passkey(&format!("passkey={first}")).await;
    let other = desk.page(1).await.passkeys().await.remove(0);
    let form = format!("passkey={other}&{signed}");
    let refused = spare.send("POST", REMOVE, &form).await;
    assert_eq!(refused.error().1, -7018, "it was signed for another");
    let form = format!("passkey={first}&{signed}");
    let removed = spare.send("POST", REMOVE, &form).await;
    let left = removed.json();
    assert_eq!(left.as_array().map(Vec::len), Some(1), "{}", removed.body);
    for page in [&page, &spare] {
        let ended = page.send("GET", "/v1/operator/session", "").await;
        assert_eq!(ended.error().1, -7017, "{}", ended.body);
    }
    let refused = desk.enrol(&stolen, &Authenticator::new("a third")).await;
    assert_eq!(refused.error().1, -7018, "{}", refused.body);
}
