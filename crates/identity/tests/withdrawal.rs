//! The book of addresses and requests for withdrawals, as the database keeps them; time passes by the moments given.

use std::path::Path;

use identity::destination::{BookRule, DESTINATIONS_MAX, Destination};
use identity::identity::{Identity, IdentityError};
use identity::master::MasterKey;
use identity::operator::{NewOperator, Operator, Roles};
use identity::operator_key::OperatorKey;
use identity::outbox::Subject;
use identity::policy::Kind;
use identity::proposal::{self, Decision, Draft};
use identity::withdrawal::{Asked, Ending, OPEN_MAX, Proof, Request, State, Wish, WithdrawalError};
use model::id::{AccountId, AssetId, OperatorId, OwnerId, ProposalId};
use model::number::Amount;
use model::time::{NANOS_PER_DAY, Timestamp};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const ANN: &str = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";
const BOB: &str = "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf";
const HOLD: i64 = NANOS_PER_DAY;
const FACTOR: Proof = Proof::Factor { hold_nanos: HOLD };

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    Identity::open(&place::address(folder).await, master)
        .await
        .expect("opens")
}

struct Desk {
    folder: tempfile::TempDir,
    identity: Identity,
    user: OwnerId,
    operators: [Operator; 2],
}

impl Desk {
    async fn open() -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        let identity = open(folder.path()).await;
        let user = identity.create_user("ann", "ann@example.test", NOW).await;
        let operator = |name: &str| NewOperator {
            name: name.to_owned(),
            roles: Roles::ALL,
            public_key: OperatorKey::generate().expect("random").public(),
        };
        let both = [operator("tess"), operator("tom")];
        identity.bootstrap(&both, NOW).await.expect("bootstraps");
        let operators = identity.operators().await.expect("read");
        Desk {
            folder,
            user: user.expect("created"),
            operators: operators.try_into().expect("two"),
            identity,
        }
    }

    async fn list(&self, address: &str, at: Timestamp) -> u64 {
        let listed = (&to(address), "mine");
        let added = self.identity.add_destination(self.user, listed, HOLD, at);
        added.await.expect("added").id
    }

    async fn ask(
        &self,
        (address, proof): (&str, Proof),
        name: Option<&str>,
        at: Timestamp,
    ) -> Result<Asked, WithdrawalError> {
        let wish = self.wish(address, proof, name);
        self.identity.ask_withdrawal(&wish, at).await
    }

    fn wish<'a>(&self, address: &str, proof: Proof, name: Option<&'a str>) -> Wish<'a> {
        Wish {
            owner: self.user,
            account: AccountId(1),
            destination: to(address),
            amount: amount(90),
            fee: amount(10),
            name,
            proof,
            valid_until: NOW,
        }
    }

    /// Asks with a factor, and notes that the money is held.
    async fn held(&self, address: &str, at: Timestamp) -> Request {
        let asked = self.ask((address, FACTOR), None, at).await;
        let request = new(asked.expect("asked"));
        let noted = self.identity.note_withdrawal_held(&request, at).await;
        noted.expect("noted");
        self.read(&request).await
    }

    async fn read(&self, request: &Request) -> Request {
        self.identity.withdrawal(request.id).await.expect("there")
    }

    /// Has the first operator propose and the second approve, and returns what came of it.
    async fn decide(&self, kind: Kind, id: u64, at: Timestamp) -> proposal::Proposal {
        let proposed = self.propose(kind, id, at).await.expect("proposed");
        self.approve(&proposed, at).await;
        self.identity.proposal(proposed.id).await.expect("read")
    }

    async fn propose(
        &self,
        kind: Kind,
        id: u64,
        at: Timestamp,
    ) -> Result<proposal::Proposal, proposal::ProposalError> {
        let draft = Draft {
            kind,
            parameters: format!("withdrawal={id}"),
            reason: "as asked".to_owned(),
            worth: String::new(),
        };
        self.identity.propose(&self.operators[0], draft, at).await
    }

    async fn approve(&self, proposed: &proposal::Proposal, at: Timestamp) {
        let decision = Decision::Approve(proposed.digest);
        let id: ProposalId = proposed.id;
        let approved = self.identity.decide(&self.operators[1], id, &decision, at);
        approved.await.expect("approved");
        self.identity.change_people(id, at).await.expect("done");
    }

    async fn end(&self, id: u64, ending: &Ending<'_>) -> Result<Request, WithdrawalError> {
        let operator = self.operators[0].id;
        self.identity
            .end_withdrawal(operator, (id, ending), NOW)
            .await
    }

    async fn letters(&self, subject: Subject) -> usize {
        let letters = self.identity.messages(1_000).await.expect("read");
        letters.iter().filter(|it| it.subject == subject).count()
    }

    async fn acts(&self) -> Vec<String> {
        let rows = self.identity.audit_rows(0, 1_000).await.expect("read");
        let own = rows
            .into_iter()
            .filter(|row| row.act.starts_with("withdrawal"));
        own.map(|row| row.act).collect()
    }
}

fn to(address: &str) -> Destination {
    Destination {
        asset: AssetId(0),
        network: "BTC".to_owned(),
        address: address.to_owned(),
        tag: String::new(),
    }
}

fn amount(units: i128) -> Amount {
    Amount::new(units).expect("legal")
}

fn new(asked: Asked) -> Request {
    match asked {
        Asked::New(request) => request,
        Asked::Before(request) => panic!("asked before: {request:?}"),
    }
}

fn after(nanos: i64) -> Timestamp {
    NOW.plus_nanos(nanos)
}

#[tokio::test]
async fn a_new_address_is_paid_to_when_its_hold_is_over_and_not_before() {
    let desk = Desk::open().await;
    desk.list(ANN, NOW).await;
    assert_eq!(desk.letters(Subject::AddressBookChanged).await, 1);
    let payable = after(HOLD);
    for (proof, at, expected) in [
        (Proof::Key, NOW, None),
        (Proof::Key, after(HOLD - 1), None),
        (Proof::Key, payable, Some(payable)),
        (FACTOR, NOW, Some(payable)),
        (FACTOR, after(HOLD - 1), Some(payable)),
        (FACTOR, after(HOLD + 7), Some(after(HOLD + 7))),
    ] {
        let asked = desk.ask((ANN, proof), None, at).await;
        match expected {
            Some(payable_at) => assert_eq!(new(asked.expect("asked")).payable_at, payable_at),
            None => assert!(
                matches!(asked, Err(WithdrawalError::TooNew { payable_at }) if payable_at == payable)
            ),
        }
    }
}

#[tokio::test]
async fn nothing_is_approved_before_its_address_is_paid_to() {
    let desk = Desk::open().await;
    let request = desk.held(ANN, NOW).await;
    assert_eq!(request.payable_at, after(HOLD));
    let early = desk
        .decide(Kind::ApproveWithdrawal, request.id, after(HOLD - 1))
        .await;
    assert_eq!(early.state, proposal::State::Refused, "{}", early.outcome);
    assert_eq!(desk.read(&request).await.state, State::Waiting);
    let done = desk
        .decide(Kind::ApproveWithdrawal, request.id, after(HOLD))
        .await;
    assert_eq!(done.state, proposal::State::Executed, "{}", done.outcome);
    assert_eq!(desk.read(&request).await.state, State::Processing);
}

#[tokio::test]
async fn beyond_the_book_goes_what_a_factor_proves_and_only_while_it_is_open() {
    let desk = Desk::open().await;
    let key = desk.ask((BOB, Proof::Key), None, NOW).await;
    assert!(matches!(key, Err(WithdrawalError::Unlisted)));
    let open = new(desk.ask((BOB, FACTOR), None, NOW).await.expect("asked"));
    assert_eq!(open.payable_at, after(HOLD), "a first use waits");

    desk.identity.close_book(desk.user).await.expect("closed");
    let refused = async |at| {
        let asked = desk.ask((BOB, FACTOR), None, at).await;
        matches!(asked, Err(WithdrawalError::Unlisted))
    };
    assert!(refused(NOW).await);
    desk.list(ANN, NOW).await;
    let fresh = desk.ask((ANN, FACTOR), None, NOW).await;
    assert!(matches!(fresh, Err(WithdrawalError::TooNew { .. })));

    let opened = desk.identity.open_book(desk.user, HOLD, NOW).await;
    opened.expect("opened");
    assert_eq!(desk.letters(Subject::AddressBookChanged).await, 2);
    let rule = async |at| desk.identity.book_rule(desk.user, at).await.expect("read");
    assert_eq!(rule(NOW).await, BookRule::BookOnlyUntil(after(HOLD)));
    assert!(refused(after(HOLD - 1)).await);
    // Asked for again it ends no sooner and no later.
    let again = desk.identity.open_book(desk.user, HOLD, after(5)).await;
    again.expect("opened");
    assert_eq!(
        rule(after(HOLD - 1)).await,
        BookRule::BookOnlyUntil(after(HOLD))
    );
    assert_eq!(rule(after(HOLD)).await, BookRule::Open);
    assert!(!refused(after(HOLD)).await);
}

#[tokio::test]
async fn an_address_that_was_removed_begins_anew() {
    let desk = Desk::open().await;
    let id = desk.list(ANN, NOW).await;
    let (ann, user) = (to(ANN), desk.user);
    let twice = desk
        .identity
        .add_destination(user, (&ann, "again"), HOLD, NOW);
    assert!(matches!(twice.await, Err(IdentityError::DestinationListed)));
    let other = desk
        .identity
        .create_user("bob", "bob@example.test", NOW)
        .await;
    let other = other.expect("created");
    let remove = async |user| {
        desk.identity
            .remove_destination(user, id)
            .await
            .expect("done")
    };
    assert!(!remove(other).await, "it is nobody else's");
    assert!(remove(desk.user).await && !remove(desk.user).await);
    let gone = desk.ask((ANN, Proof::Key), None, after(HOLD)).await;
    assert!(matches!(gone, Err(WithdrawalError::Unlisted)));
    desk.list(ANN, after(HOLD)).await;
    let early = desk.ask((ANN, Proof::Key), None, after(2 * HOLD - 1)).await;
    assert!(matches!(early, Err(WithdrawalError::TooNew { .. })));
}

#[tokio::test]
async fn a_book_and_what_is_under_way_have_their_bounds() {
    let desk = Desk::open().await;
    for number in 0..DESTINATIONS_MAX {
        desk.list(&format!("address{number}"), NOW).await;
    }
    let (ann, user) = (to(ANN), desk.user);
    let full = desk
        .identity
        .add_destination(user, (&ann, "one more"), HOLD, NOW);
    assert!(matches!(full.await, Err(IdentityError::DestinationsFull)));
    for _ in 0..OPEN_MAX {
        new(desk.ask((ANN, FACTOR), None, NOW).await.expect("asked"));
    }
    let full = desk.ask((ANN, FACTOR), None, NOW).await;
    assert!(matches!(full, Err(WithdrawalError::TooMany)));
}

#[tokio::test]
async fn one_name_is_one_request_also_when_it_comes_twice_at_once() {
    let desk = Desk::open().await;
    let (first, second) = tokio::join!(
        desk.ask((ANN, FACTOR), Some("rent"), NOW),
        desk.ask((ANN, FACTOR), Some("rent"), NOW)
    );
    let both = [first.expect("asked"), second.expect("asked")];
    let news = both.iter().filter(|asked| matches!(asked, Asked::New(_)));
    assert_eq!(news.count(), 1, "{both:?}");
    let ids = both.map(|asked| match asked {
        Asked::New(request) | Asked::Before(request) => request.id,
    });
    assert_eq!(ids[0], ids[1]);
    let elsewhere = desk.ask((BOB, FACTOR), Some("rent"), NOW).await;
    assert!(matches!(elsewhere, Err(WithdrawalError::NameTaken)));
    let more = Wish {
        amount: amount(91),
        ..desk.wish(ANN, FACTOR, Some("rent"))
    };
    let more = desk.identity.ask_withdrawal(&more, NOW).await;
    assert!(matches!(more, Err(WithdrawalError::NameTaken)));
    // Of what was not held there is nothing left, and its name is free.
    let request = desk.identity.withdrawal(ids[0]).await.expect("there");
    desk.identity.drop_withdrawal(&request).await.expect("gone");
    let again = new(desk
        .ask((ANN, FACTOR), Some("rent"), NOW)
        .await
        .expect("asked"));
    assert_eq!(
        again.reference, request.reference,
        "the engine knows it by its name"
    );
}

#[tokio::test]
async fn a_request_goes_its_way_over_restarts_and_leaves_a_trace() {
    let mut desk = Desk::open().await;
    let asked = desk.ask((ANN, FACTOR), None, NOW).await;
    let request = new(asked.expect("asked"));
    desk.identity.close().await;
    desk.identity = open(desk.folder.path()).await;
    let known = desk.identity.asked_withdrawals().await.expect("read");
    assert_eq!(known, std::slice::from_ref(&request));
    let listed = async || {
        let rows = desk.identity.withdrawals_of(desk.user, None, 10).await;
        rows.expect("read").len()
    };
    assert_eq!(listed().await, 0, "nobody knows yet whether it is one");
    for _ in 0..2 {
        let noted = desk.identity.note_withdrawal_held(&request, NOW).await;
        noted.expect("noted");
    }
    assert_eq!(
        (listed().await, desk.letters(Subject::WithdrawalAsked).await),
        (1, 1)
    );
    // What is held is not forgotten.
    desk.identity.drop_withdrawal(&request).await.expect("done");
    assert_eq!(desk.read(&request).await.state, State::Waiting);
    let untold = async || {
        desk.identity
            .untold_withdrawals()
            .await
            .expect("read")
            .len()
    };
    assert_eq!(untold().await, 0);

    let done = desk
        .decide(Kind::ApproveWithdrawal, request.id, after(HOLD))
        .await;
    assert_eq!(done.state, proposal::State::Executed, "{}", done.outcome);
    assert_eq!(untold().await, 0, "the engine holds it, still");
    let settled = desk.end(request.id, &Ending::Settle("f00d")).await;
    let settled = settled.expect("settled");
    assert_eq!(
        (settled.state, settled.payout.as_str()),
        (State::Completed, "f00d")
    );
    assert_eq!(untold().await, 1);
    let told = desk.identity.note_withdrawal_told(request.id).await;
    told.expect("noted");
    assert_eq!(untold().await, 0);
    assert_eq!(
        desk.acts().await,
        [
            "withdrawal-asked",
            "withdrawal-approved",
            "withdrawal-settled"
        ]
    );
}

/// What may follow what; every other step is refused and changes nothing.
#[tokio::test]
async fn no_step_is_skipped_or_taken_twice() {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Step {
        Cancel,
        Reject,
        Approve,
        Settle,
        Fail,
    }
    let desk = Desk::open().await;
    desk.list(ANN, NOW.plus_nanos(-HOLD)).await;
    let take = async |step: Step, id: u64| match step {
        Step::Cancel => desk
            .identity
            .cancel_withdrawal(desk.user, id, NOW)
            .await
            .is_ok(),
        Step::Reject => desk.end(id, &Ending::Reject("no")).await.is_ok(),
        Step::Settle => desk.end(id, &Ending::Settle("f00d")).await.is_ok(),
        Step::Approve | Step::Fail => {
            let kind = match step {
                Step::Approve => Kind::ApproveWithdrawal,
                _ => Kind::FailWithdrawal,
            };
            match desk.propose(kind, id, NOW).await {
                Ok(proposed) => {
                    desk.approve(&proposed, NOW).await;
                    let read = desk.identity.proposal(proposed.id).await.expect("read");
                    read.state == proposal::State::Executed
                }
                Err(_) => false,
            }
        }
    };
    let all = [
        Step::Cancel,
        Step::Reject,
        Step::Approve,
        Step::Settle,
        Step::Fail,
    ];
    for (way, end, open) in [
        (&[][..], State::Waiting, &all[..3]),
        (&[Step::Cancel], State::Cancelled, &[]),
        (&[Step::Reject], State::Rejected, &[]),
        (&[Step::Approve], State::Processing, &all[3..]),
        (&[Step::Approve, Step::Settle], State::Completed, &[]),
        (&[Step::Approve, Step::Fail], State::Failed, &[]),
    ] {
        for next in all {
            let request = desk.held(ANN, NOW).await;
            for step in way {
                assert!(take(*step, request.id).await, "{way:?}");
            }
            assert_eq!(desk.read(&request).await.state, end, "{way:?}");
            assert_eq!(
                take(next, request.id).await,
                open.contains(&next),
                "{way:?} {next:?}"
            );
            // Room for the next one.
            take(Step::Cancel, request.id).await;
            take(Step::Settle, request.id).await;
        }
    }
    let asked = new(desk.ask((ANN, FACTOR), None, NOW).await.expect("asked"));
    for step in all {
        assert!(
            !take(step, asked.id).await,
            "{step:?} of what may not be held"
        );
    }
}

#[tokio::test]
async fn of_a_cancel_and_an_approval_at_once_one_counts() {
    let desk = Desk::open().await;
    desk.list(ANN, NOW.plus_nanos(-HOLD)).await;
    for _ in 0..10 {
        let request = desk.held(ANN, NOW).await;
        let proposed = desk.propose(Kind::ApproveWithdrawal, request.id, NOW).await;
        let proposed = proposed.expect("proposed");
        let (cancelled, ()) = tokio::join!(
            desk.identity.cancel_withdrawal(desk.user, request.id, NOW),
            desk.approve(&proposed, NOW)
        );
        let decided = desk.identity.proposal(proposed.id).await.expect("read");
        let is_approved = decided.state == proposal::State::Executed;
        assert_ne!(cancelled.is_ok(), is_approved);
        let expected = match is_approved {
            true => State::Processing,
            false => State::Cancelled,
        };
        assert_eq!(desk.read(&request).await.state, expected);
    }
}

#[tokio::test]
async fn nobody_approves_what_they_proposed_and_nobody_cancels_anothers() {
    let desk = Desk::open().await;
    desk.list(ANN, NOW.plus_nanos(-HOLD)).await;
    let request = desk.held(ANN, NOW).await;
    let proposed = desk.propose(Kind::ApproveWithdrawal, request.id, NOW).await;
    let proposed = proposed.expect("proposed");
    let decision = Decision::Approve(proposed.digest);
    let own = desk
        .identity
        .decide(&desk.operators[0], proposed.id, &decision, NOW);
    assert!(matches!(own.await, Err(proposal::ProposalError::Own)));
    let other = OwnerId(desk.user.0 + 1);
    let foreign = desk
        .identity
        .cancel_withdrawal(other, request.id, NOW)
        .await;
    assert!(matches!(foreign, Err(WithdrawalError::Unknown)));
    let none = desk
        .identity
        .end_withdrawal(OperatorId(1), (99, &Ending::Reject("no")), NOW);
    assert!(matches!(none.await, Err(WithdrawalError::Unknown)));
    assert_eq!(desk.read(&request).await.state, State::Waiting);
}
