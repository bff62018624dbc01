//! What operators are told, and what they tell everybody.

use identity::audit::Head;

use super::{Desk, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_are_told_that_the_audit_log_is_not_the_one_that_the_journal_knows() {
    let desk = Desk::open().await;
    let page = desk.page(0).await;
    let warning = async || {
        let told = page.send("GET", "/v1/operator/session", "").await;
        text(&told.json(), "warning")
    };
    assert_eq!(warning().await, "");
    let head = desk.identity.audit_head().await.expect("read");
    let longer = Head {
        rows: head.rows + 5,
        ..head
    };
    desk.audit_standing.note_told(longer);
    desk.look_after();
    let words = format!("the journal was told of {}", longer.rows);
    while !warning().await.contains(&words) {
        tokio::task::yield_now().await;
    }
    assert_eq!(desk.audit_standing.last_told(), Some(longer));
    desk.audit_standing.note_told(head);
    assert_eq!(warning().await, "", "it is the one again");
}

/// One operator is enough to tell everybody, and what is wrong says what to change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_are_told_the_digest_of_the_pages_of_users() {
    let desk = Desk::open().await;
    let told = desk.page(0).await;
    let told = told.send("GET", "/v1/operator/session", "").await;
    assert_eq!(text(&told.json(), "pagesDigest"), "00ff");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_tells_of_a_trouble_and_how_it_goes_on() {
    let desk = Desk::open().await;
    let (list, one) = ("/v1/operator/incidents", "/v1/operator/incident");
    let form = "title=Deposits+are+late&text=A+node+lags.";
    let opened = desk.signed(0, "POST", list, form).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    assert_eq!(opened.json()["state"], "INVESTIGATING");
    for (path, wrong, said) in [
        (
            list,
            "title=Work&text=t&beginsAt=1",
            "both beginsAt and endsAt",
        ),
        (
            list,
            "title=Work&text=t&beginsAt=1&endsAt=x",
            "endsAt must be",
        ),
        (
            list,
            "title=Work&text=t&beginsAt=2&endsAt=1",
            "ends after it begins",
        ),
        (list, "title=Late", "text is missing"),
        (one, "incident=1&state=OPEN&text=t", "one of INVESTIGATING"),
        (
            one,
            "incident=1&state=COMPLETED&text=t",
            "no state of INCIDENT",
        ),
        (one, "incident=9&state=RESOLVED&text=t", "no such incident"),
    ] {
        let refused = desk.signed(0, "POST", path, wrong).await;
        assert_eq!(refused.error().1, -7021, "{wrong} {}", refused.body);
        assert!(refused.body.contains(said), "{wrong} {}", refused.body);
    }
    let form = "incident=1&state=resolved&text=All+are+in.";
    let ended = desk.signed(1, "POST", one, form).await;
    assert_eq!(ended.json()["state"], "RESOLVED", "{}", ended.body);
    let page = desk.page(0).await;
    let told = page.send("GET", list, "").await.json();
    assert_eq!(told[0]["updates"][1]["text"], "All are in.");
}
