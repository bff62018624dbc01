//! What operators do to an account is told to its user, and the session says what the account may.

use identity::outbox::Subject;
use model::id::AccountId;

use super::{Desk, named};
use crate::matrix::people::deposit;
use crate::visitor::{PASSWORD, Page, Visitor, headers_of};
use crate::world::World;

const ANN: &str = "ann@example.test";

/// Olivia proposes and Oscar approves; returns what became of it.
async fn decide(desk: &Desk, form: &str) -> String {
    let path = "/v1/operator/proposals";
    let form = format!("{form}&reason=case+7");
    let proposed = desk.signed(0, "POST", path, &form).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    let path = "/v1/operator/proposal/approve";
    let approval = named(&proposed.json());
    let decided = desk.signed(1, "POST", path, &approval).await;
    assert_eq!(decided.status, 200, "{}", decided.body);
    decided.json()["state"].to_string()
}

/// Returns the newest subjects of notifications, but for logins.
async fn told(page: &Page<'_>) -> Vec<String> {
    let told = page.send("GET", "/v1/notifications", "").await.json();
    let rows = told["notifications"].as_array().expect("a list").iter();
    rows.filter_map(|row| row["subject"].as_str().map(str::to_owned))
        .filter(|subject| subject != "NEW_DEVICE")
        .collect()
}

async fn may_trade(page: &Page<'_>) -> bool {
    let session = page.send("GET", "/v1/session", "").await;
    session.json()["canTrade"].as_bool().expect("a flag")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_operators_do_to_an_account_is_told_to_its_user() {
    let desk = Desk::of_users(World::start().await).await;
    let visitor = Visitor { world: &desk.world };
    let ann = Page::of(&visitor, ANN).await;
    deposit(&desk.world, AccountId(4)).await;
    let mut expected: Vec<String> = Vec::new();
    for (form, subject) in [
        (
            "kind=set-account-state&account=4&state=frozen",
            "ACCOUNT_RESTRICTED",
        ),
        (
            "kind=set-account-state&account=4&state=active",
            "ACCOUNT_RELEASED",
        ),
        (
            "kind=adjust&account=4&asset=BTC&amount=-1",
            "BALANCE_ADJUSTED",
        ),
        ("kind=set-fee-tier&account=4&tier=1", "FEES_CHANGED"),
    ] {
        decide(&desk, form).await;
        expected.insert(0, subject.to_owned());
        assert_eq!(told(&ann).await, expected, "{form}");
        let is_free = subject != "ACCOUNT_RESTRICTED";
        assert_eq!(may_trade(&ann).await, is_free, "{form}");
        let login = visitor.log_in(ANN, PASSWORD).await.json();
        assert_eq!(login["canTrade"], is_free, "{form}");
    }
    decide(&desk, "kind=set-account-state&account=4&state=active").await;
    assert_eq!(
        told(&ann).await,
        expected,
        "it was refused: nothing changed"
    );

    decide(&desk, "kind=end-sessions&user=1").await;
    let ended = ann.send("GET", "/v1/session", "").await;
    assert_eq!(ended.status, 401, "{}", ended.body);
    let again = Page {
        world: &desk.world,
        headers: headers_of(&visitor.log_in(ANN, PASSWORD).await),
    };
    expected.insert(0, "SESSIONS_ENDED".to_owned());
    assert_eq!(told(&again).await, expected);
    let letters = desk.identity.messages(100).await.expect("read");
    let letters = letters.iter().map(|letter| letter.subject);
    let letters: Vec<Subject> = letters
        .filter(|subject| ![Subject::NewDevice, Subject::Registration].contains(subject))
        .collect();
    assert_eq!(
        letters,
        [
            Subject::SessionsEnded,
            Subject::FeesChanged,
            Subject::BalanceAdjusted,
            Subject::AccountReleased,
            Subject::AccountRestricted
        ]
    );
}
