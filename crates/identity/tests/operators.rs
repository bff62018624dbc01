//! Operators, their proposals and the audit log, over the database.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use identity::audit::{self, Actor, AuditError, Entry, Head};
use identity::identity::{Identity, IdentityError};
use identity::master::MasterKey;
use identity::operator::{NewOperator, Operator, Role, Roles};
use identity::operator_key::{OperatorKey, PublicKey};
use identity::policy::Kind;
use identity::proposal::{Decision, Draft, Proposal, ProposalError, State};
use model::id::{OperatorId, ProposalId, Reference};
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};

use crate::place;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn later(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

struct Office {
    folder: tempfile::TempDir,
    identity: Arc<Identity>,
}

fn new(name: &str, roles: Roles) -> NewOperator {
    let key = OperatorKey::generate().expect("random");
    NewOperator {
        name: name.to_owned(),
        roles,
        public_key: key.public(),
    }
}

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    Identity::open(&place::address(folder).await, master)
        .await
        .expect("opens")
}

impl Office {
    /// Ann and Bob have every role.
    async fn bootstrapped() -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        let identity = open(folder.path()).await;
        let both = [new("ann", Roles::ALL), new("bob", Roles::ALL)];
        let numbers = identity.bootstrap(&both, NOW).await.expect("bootstraps");
        assert_eq!(numbers, [OperatorId(1), OperatorId(2)]);
        Office {
            folder,
            identity: Arc::new(identity),
        }
    }

    async fn operator(&self, name: &str) -> Operator {
        let operators = self.identity.operators().await.expect("read");
        let mut found = operators
            .into_iter()
            .filter(|operator| operator.name == name);
        found.next().expect("an operator")
    }

    /// Adds somebody, as Ann proposes and Bob approves.
    async fn add(&self, name: &str, roles: Roles) -> Operator {
        let key = new(name, roles).public_key;
        let parameters = format!("name={name}&roles={}&public_key={key}", roles.text());
        let done = self.decided(Kind::AddOperator, &parameters).await;
        assert_eq!(done.state, State::Executed, "{}", done.outcome);
        self.operator(name).await
    }

    async fn propose(&self, who: &Operator, kind: Kind, parameters: &str) -> Proposal {
        let draft = draft(kind, parameters);
        let proposed = self.identity.propose(who, draft, NOW).await;
        proposed.expect("proposed")
    }

    async fn decided(&self, kind: Kind, parameters: &str) -> Proposal {
        let (ann, bob) = (self.operator("ann").await, self.operator("bob").await);
        let proposal = self.propose(&ann, kind, parameters).await;
        let decision = Decision::Approve(proposal.digest);
        let id = proposal.id;
        let approved = self.identity.decide(&bob, id, &decision, NOW).await;
        let approved = approved.expect("approved");
        let due = approved.executable_at;
        let changed = self.identity.change_people(id, due).await;
        changed.expect("changed");
        self.identity.proposal(id).await.expect("read")
    }

    async fn verify(&self, anchor: Option<Head>) -> Result<Head, AuditError> {
        audit::verify(&place::address(self.folder.path()).await, anchor).await
    }

    async fn acts(&self) -> Vec<String> {
        let rows = self.identity.audit_rows(0, 1_000).await.expect("read");
        rows.into_iter().map(|row| row.act).collect()
    }

    async fn tamper(&self, statement: &'static str) {
        let pool = place::raw(self.folder.path()).await;
        sqlx::query(statement).execute(&pool).await.expect("done");
        pool.close().await;
    }
}

fn draft(kind: Kind, parameters: &str) -> Draft {
    Draft {
        kind,
        parameters: parameters.to_owned(),
        reason: "because".to_owned(),
        worth: String::new(),
    }
}

const ADJUSTMENT: &str = "account=1&asset=USDT&amount=5.00000000";

#[tokio::test]
async fn the_first_two_operators_are_made_once() {
    let office = Office::bootstrapped().await;
    let again = [new("eve", Roles::ALL), new("mallory", Roles::ALL)];
    let refused = office.identity.bootstrap(&again, NOW).await;
    assert!(matches!(refused, Err(IdentityError::OperatorsExist)));
    assert_eq!(office.acts().await, ["operator-bootstrapped"; 2]);
}

#[tokio::test]
async fn two_operators_of_one_key_are_refused_and_none_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let ann = new("ann", Roles::ALL);
    let bob = NewOperator {
        name: "bob".to_owned(),
        ..ann.clone()
    };
    let refused = identity.bootstrap(&[ann, bob], NOW).await;
    assert!(matches!(refused, Err(IdentityError::OperatorTaken)));
    assert!(identity.operators().await.expect("read").is_empty());
}

#[tokio::test]
async fn a_request_is_admitted_once_also_after_a_restart() {
    let office = Office::bootstrapped().await;
    let key = office.operator("ann").await.public_key;
    let key = key.expect("a key");
    let admitted = office.identity.admit(&key, ("n1", HERE), NOW).await;
    assert_eq!(admitted.expect("admitted").name, "ann");
    office.identity.close().await;
    let identity = open(office.folder.path()).await;
    let refused = identity.admit(&key, ("n1", HERE), later(4)).await;
    assert!(matches!(refused, Err(IdentityError::RequestRepeated)));
    assert!(identity.admit(&key, ("n2", HERE), later(4)).await.is_ok());
    identity.expire_proposals(later(60)).await.expect("forgets");
    let refused = identity.admit(&key, ("n1", HERE), later(60)).await;
    assert!(matches!(refused, Err(IdentityError::RequestRepeated)));
}

/// A request is refused for its time after a minute, so that a nonce of a quarter of an hour is asked for by nobody.
#[tokio::test]
async fn a_nonce_is_kept_for_a_quarter_of_an_hour_and_not_for_ever() {
    let office = Office::bootstrapped().await;
    let key = office.operator("ann").await.public_key.expect("a key");
    let admit = async |at| office.identity.admit(&key, ("n1", HERE), at).await;
    admit(NOW).await.expect("admitted");
    let end = 15 * 60;
    let sweep = async |at| office.identity.expire_proposals(at).await.expect("forgets");
    sweep(later(end)).await;
    let refused = admit(later(end)).await;
    assert!(matches!(refused, Err(IdentityError::RequestRepeated)));
    sweep(later(end + 1)).await;
    admit(later(end + 1)).await.expect("it is forgotten");
}

#[tokio::test]
async fn a_stranger_and_a_disabled_operator_are_not_admitted() {
    let office = Office::bootstrapped().await;
    let stranger = new("eve", Roles::ALL).public_key;
    let admit = async |key: &PublicKey| office.identity.admit(key, ("n", HERE), NOW).await;
    assert!(matches!(
        admit(&stranger).await,
        Err(IdentityError::OperatorUnknown)
    ));
    let eve = office.add("eve", Roles::of(&[Role::Risk])).await;
    assert!(
        office
            .identity
            .admit(&eve.public_key.expect("a key"), ("m", HERE), NOW)
            .await
            .is_ok()
    );
    let gone = office.decided(Kind::DisableOperator, "name=eve").await;
    assert_eq!(gone.state, State::Executed);
    assert!(matches!(
        admit(&eve.public_key.expect("a key")).await,
        Err(IdentityError::OperatorUnknown)
    ));
}

#[tokio::test]
async fn nobody_decides_about_their_own_and_only_with_a_role() {
    let office = Office::bootstrapped().await;
    let (ann, bob) = (office.operator("ann").await, office.operator("bob").await);
    let viewer = office.add("vera", Roles::of(&[Role::Viewer])).await;
    let support = office.add("sam", Roles::of(&[Role::Support])).await;
    let refused = office
        .identity
        .propose(&viewer, draft(Kind::Adjust, ADJUSTMENT), NOW)
        .await;
    assert!(matches!(refused, Err(ProposalError::RoleMissing)));

    let proposal = office.propose(&ann, Kind::Adjust, ADJUSTMENT).await;
    let id = proposal.id;
    let approve = Decision::Approve(proposal.digest);
    let decide = async |who: &Operator, decision: &Decision| {
        let decided = office.identity.decide(who, id, decision, NOW).await;
        decided.map(|proposal| proposal.state)
    };
    let reject = Decision::Reject {
        reason: "no".to_owned(),
    };
    assert!(matches!(
        decide(&ann, &approve).await,
        Err(ProposalError::Own)
    ));
    assert!(matches!(
        decide(&ann, &reject).await,
        Err(ProposalError::Own)
    ));
    for other in [&viewer, &support] {
        let refused = decide(other, &approve).await;
        assert!(matches!(refused, Err(ProposalError::RoleMissing)));
    }
    let foreign = decide(&bob, &Decision::Withdraw).await;
    assert!(matches!(foreign, Err(ProposalError::Foreign)));
    let other = Decision::Approve(Reference([7; 32]));
    let refused = decide(&bob, &other).await;
    assert!(matches!(refused, Err(ProposalError::DigestOther)));
    assert_eq!(decide(&bob, &approve).await.ok(), Some(State::Approved));
    for decision in [&approve, &reject] {
        let refused = decide(&bob, decision).await;
        assert!(matches!(
            refused,
            Err(ProposalError::NotOpen(State::Approved))
        ));
    }
    let unknown = office
        .identity
        .decide(&bob, ProposalId(99), &approve, NOW)
        .await;
    assert!(matches!(unknown, Err(ProposalError::Unknown)));
    let refusals = office.acts().await;
    let refusals = refusals
        .iter()
        .filter(|act| *act == "proposal-step-refused");
    assert_eq!(refusals.count(), 9, "refused attempts are written down");
}

#[tokio::test]
async fn of_two_approvals_at_the_same_time_one_counts() {
    let office = Office::bootstrapped().await;
    let (ann, bob) = (office.operator("ann").await, office.operator("bob").await);
    let carl = office.add("carl", Roles::of(&[Role::Risk])).await;
    for round in 0..20 {
        let proposal = office.propose(&ann, Kind::Adjust, ADJUSTMENT).await;
        let decision = Decision::Approve(proposal.digest);
        let both = [&bob, &carl].map(|who| {
            let (identity, who) = (Arc::clone(&office.identity), who.clone());
            let decision = decision.clone();
            tokio::spawn(async move { identity.decide(&who, proposal.id, &decision, NOW).await })
        });
        let mut counted = 0;
        for one in both {
            match one.await.expect("joined") {
                Ok(_) => counted += 1,
                Err(ProposalError::NotOpen(State::Approved)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(counted, 1, "round {round}");
    }
    office.verify(None).await.expect("the chain did not fork");
}

#[tokio::test]
async fn what_was_finished_stays_as_it_is() {
    let office = Office::bootstrapped().await;
    let (ann, bob) = (office.operator("ann").await, office.operator("bob").await);
    let proposal = office.propose(&ann, Kind::Adjust, ADJUSTMENT).await;
    let id = proposal.id;
    let early = office
        .identity
        .finish(id, State::Executed, "x", (None, NOW))
        .await;
    early.expect("nothing happens");
    let still = office.identity.proposal(id).await.expect("read");
    assert_eq!(still.state, State::Proposed);
    let approve = Decision::Approve(proposal.digest);
    office
        .identity
        .decide(&bob, id, &approve, NOW)
        .await
        .expect("approved");
    let due = office.identity.due_proposals(NOW).await.expect("read");
    assert_eq!(due.len(), 1);
    for (state, outcome) in [(State::Executed, "command 7"), (State::Refused, "late")] {
        let finished = office
            .identity
            .finish(id, state, outcome, (None, NOW))
            .await;
        finished.expect("finished");
    }
    let done = office.identity.proposal(id).await.expect("read");
    assert_eq!(
        (done.state, &done.outcome[..]),
        (State::Executed, "command 7")
    );
    assert!(
        office
            .identity
            .due_proposals(NOW)
            .await
            .expect("read")
            .is_empty()
    );
}

#[tokio::test]
async fn a_proposal_that_nobody_decides_about_ends_by_itself() {
    let office = Office::bootstrapped().await;
    let (ann, bob) = (office.operator("ann").await, office.operator("bob").await);
    let proposal = office.propose(&ann, Kind::Adjust, ADJUSTMENT).await;
    let end = proposal.expires_at;
    let approve = Decision::Approve(proposal.digest);
    let late = office
        .identity
        .decide(&bob, proposal.id, &approve, end)
        .await;
    assert!(matches!(late, Err(ProposalError::NotOpen(State::Expired))));
    office
        .identity
        .expire_proposals(end)
        .await
        .expect("expires");
    let ended = office.identity.proposal(proposal.id).await.expect("read");
    assert_eq!(ended.state, State::Expired);
}

#[tokio::test]
async fn other_roles_count_a_day_later_and_nobody_gives_them_to_themselves() {
    let office = Office::bootstrapped().await;
    let (ann, bob) = (office.operator("ann").await, office.operator("bob").await);
    office.add("carl", Roles::of(&[Role::Risk])).await;
    let parameters = "name=carl&roles=viewer";
    let proposal = office.propose(&ann, Kind::SetRoles, parameters).await;
    let approve = Decision::Approve(proposal.digest);
    let id = proposal.id;
    let approved = office.identity.decide(&bob, id, &approve, NOW).await;
    let approved = approved.expect("approved");
    let a_day = NOW.plus_nanos(NANOS_PER_DAY);
    assert_eq!(approved.executable_at, a_day);
    let early = a_day.plus_nanos(-1);
    assert!(
        office
            .identity
            .due_proposals(early)
            .await
            .expect("read")
            .is_empty()
    );
    office
        .identity
        .change_people(id, early)
        .await
        .expect("nothing");
    assert!(office.operator("carl").await.roles.has(Role::Risk));
    office
        .identity
        .change_people(id, a_day)
        .await
        .expect("done");
    assert_eq!(office.operator("carl").await.roles.text(), "viewer");

    let own = office
        .propose(&ann, Kind::SetRoles, "name=bob&roles=risk")
        .await;
    let approve = Decision::Approve(own.digest);
    let refused = office.identity.decide(&bob, own.id, &approve, NOW).await;
    assert!(matches!(refused, Err(ProposalError::Own)));
    let own = office.decided(Kind::SetRoles, "name=ann&roles=risk").await;
    assert_eq!(own.outcome, "nobody changes their own roles");
}

#[tokio::test]
async fn a_policy_is_changed_by_two_admins_and_counts_a_day_later() {
    let office = Office::bootstrapped().await;
    let (ann, bob) = (office.operator("ann").await, office.operator("bob").await);
    let sam = office.add("sam", Roles::of(&[Role::Support])).await;
    let propose = async || {
        let draft = draft(Kind::SetFeeTier, "account=1&tier=2");
        office.identity.propose(&sam, draft, NOW).await
    };
    assert!(matches!(propose().await, Err(ProposalError::RoleMissing)));
    let parameters = "of=set-fee-tier&proposers=support&approvers=compliance";
    let proposal = office.propose(&ann, Kind::SetPolicy, parameters).await;
    let approve = Decision::Approve(proposal.digest);
    let approved = office.identity.decide(&bob, proposal.id, &approve, NOW);
    let due = approved.await.expect("approved").executable_at;
    assert_eq!(due, NOW.plus_nanos(NANOS_PER_DAY));
    assert!(matches!(propose().await, Err(ProposalError::RoleMissing)));
    let changed = office.identity.change_people(proposal.id, due).await;
    changed.expect("changed");
    assert!(propose().await.is_ok());
    let policies = office.identity.policies().await.expect("read");
    let policy = policies.iter().find(|(kind, _)| *kind == Kind::SetFeeTier);
    let (_, policy) = policy.expect("every kind has one");
    assert_eq!(policy.approvers, Roles::of(&[Role::Compliance]));
    for refused in [
        "of=set-policy&proposers=risk&approvers=risk",
        "of=add-operator&proposers=risk&approvers=risk",
        "of=adjust&proposers=viewer&approvers=risk",
        "of=adjust&proposers=risk&approvers=support",
        "of=adjust&proposers=risk",
        "of=nothing&proposers=risk&approvers=risk",
        "of=adjust&proposers=risk&approvers=risk&approvals=0",
        "of=adjust&proposers=risk&approvers=risk&approvals=6",
        "of=adjust&proposers=risk&approvers=risk&approvals=two",
    ] {
        let draft = draft(Kind::SetPolicy, refused);
        let refused = office.identity.propose(&ann, draft, NOW).await;
        assert!(matches!(refused, Err(ProposalError::Parameters(_))));
    }
}

/// The policy of an adjustment by two approvals, among Ann, Bob and two of risk.
async fn by_two() -> (Office, [Operator; 4]) {
    let office = Office::bootstrapped().await;
    let risk = Roles::of(&[Role::Risk]);
    let (carl, dora) = (
        office.add("carl", risk).await,
        office.add("dora", risk).await,
    );
    let parameters = "of=adjust&proposers=treasury&approvers=risk&approvals=2";
    let done = office.decided(Kind::SetPolicy, parameters).await;
    assert_eq!(done.state, State::Executed, "{}", done.outcome);
    let (ann, bob) = (office.operator("ann").await, office.operator("bob").await);
    (office, [ann, bob, carl, dora])
}

#[tokio::test]
async fn as_many_others_approve_as_the_policy_says_each_once() {
    let (office, [ann, bob, carl, _]) = by_two().await;
    let proposal = office.propose(&ann, Kind::Adjust, ADJUSTMENT).await;
    let approve = Decision::Approve(proposal.digest);
    let decide = async |who: &Operator, decision: &Decision| {
        office
            .identity
            .decide(who, proposal.id, decision, NOW)
            .await
    };
    let own = decide(&ann, &approve).await;
    assert!(matches!(own, Err(ProposalError::Own)));
    let first = decide(&bob, &approve).await.expect("counted");
    assert_eq!((first.state, first.decided), (State::Proposed, None));
    assert_eq!(first.approvals, [(bob.id, NOW)]);
    let again = decide(&bob, &approve).await;
    assert!(matches!(again, Err(ProposalError::ApprovedBefore)));
    let due = office.identity.due_proposals(later(60)).await;
    assert!(due.expect("read").is_empty(), "one approval is not enough");
    let second = decide(&carl, &approve).await.expect("counted");
    assert_eq!(second.state, State::Approved);
    assert_eq!(second.decided, Some((carl.id, NOW)));
    assert_eq!(second.approvals.len(), 2);
    let rows = office.identity.audit_rows(0, 1_000).await.expect("read");
    let of = format!("proposal {}", proposal.id.0);
    let told = rows.iter().filter(|row| row.act == "proposal-approved");
    let told: Vec<(u64, &str)> = told
        .filter(|row| row.subject == of)
        .map(|row| (row.actor.cast_unsigned(), row.detail.as_str()))
        .collect();
    assert_eq!(told, [(2, "1 of 2"), (3, "2 of 2")]);
}

#[tokio::test]
async fn an_approval_counts_as_long_as_its_operator_may_approve_and_anybody_may_reject() {
    let (office, [ann, bob, carl, dora]) = by_two().await;
    let proposal = office.propose(&ann, Kind::Adjust, ADJUSTMENT).await;
    let approve = Decision::Approve(proposal.digest);
    let decide = async |who: &Operator, id, decision: &Decision| {
        let decided = office.identity.decide(who, id, decision, NOW).await;
        decided.expect("decided").state
    };
    let id = proposal.id;
    assert_eq!(decide(&carl, id, &approve).await, State::Proposed);
    let gone = office.decided(Kind::DisableOperator, "name=carl").await;
    assert_eq!(gone.state, State::Executed, "{}", gone.outcome);
    assert_eq!(decide(&bob, id, &approve).await, State::Proposed);
    assert_eq!(decide(&dora, id, &approve).await, State::Approved);
    let approved = office.identity.proposal(id).await.expect("read");
    let counted: Vec<_> = approved.approvals.iter().map(|(who, _)| *who).collect();
    assert_eq!(counted, [bob.id, dora.id], "those that counted");

    let other = office.propose(&ann, Kind::Adjust, ADJUSTMENT).await;
    let approve = Decision::Approve(other.digest);
    assert_eq!(decide(&bob, other.id, &approve).await, State::Proposed);
    let reason = "no".to_owned();
    let reject = Decision::Reject { reason };
    assert_eq!(decide(&dora, other.id, &reject).await, State::Rejected);
}

#[tokio::test]
async fn a_policy_that_nobody_could_meet_is_refused_and_what_it_leaves_out_stays() {
    let (office, _) = by_two().await;
    let parameters = "of=adjust&proposers=treasury&approvers=risk&approvals=4";
    let refused = office.decided(Kind::SetPolicy, parameters).await;
    assert_eq!(refused.state, State::Refused);
    assert_eq!(
        refused.outcome,
        "there are too few operators to decide it so"
    );
    let parameters = "of=adjust&proposers=treasury,risk&approvers=risk";
    let done = office.decided(Kind::SetPolicy, parameters).await;
    assert_eq!(done.state, State::Executed, "{}", done.outcome);
    let policies = office.identity.policies().await.expect("read");
    let (_, policy) = policies
        .iter()
        .find(|(kind, _)| *kind == Kind::Adjust)
        .expect("every kind has one");
    assert_eq!(policy.approvals, 2);
}

/// An invitation of Zoe that Ann proposed and Bob approved, and its halves.
async fn invited(office: &Office) -> (Proposal, [String; 2]) {
    let parameters = "name=zoe&roles=risk";
    let done = office.decided(Kind::InviteOperator, parameters).await;
    assert_eq!(done.state, State::Executed, "{}", done.outcome);
    let halves = [
        half(office, "ann", &done).await,
        half(office, "bob", &done).await,
    ];
    (done, halves)
}

async fn half(office: &Office, name: &str, proposal: &Proposal) -> String {
    let who = office.operator(name).await.id;
    let told = office.identity.invitation_half(who, proposal.id, NOW).await;
    let told = told.expect("told");
    assert_eq!(told.name, "zoe");
    told.code
}

#[tokio::test]
async fn an_invitation_takes_both_halves_and_makes_one_operator_once() {
    let office = Office::bootstrapped().await;
    let (proposal, [one, other]) = invited(&office).await;
    let key = OperatorKey::generate().expect("random").public();
    let accept = async |halves: [&str; 2], at| {
        let accepted = office
            .identity
            .accept_invitation(halves, Some(key), HERE, at);
        accepted.await.map(|joined| joined.operator)
    };
    let a_day = NOW.plus_nanos(NANOS_PER_DAY);
    for (halves, at) in [
        ([one.as_str(), &one], NOW),
        ([&other, &other], NOW),
        ([&one, ""], NOW),
        ([&one, &other], a_day),
    ] {
        let refused = accept(halves, at).await;
        assert!(matches!(refused, Err(IdentityError::TokenRefused)));
    }
    let newer = half(&office, "bob", &proposal).await;
    let refused = accept([&one, &other], NOW).await;
    assert!(
        matches!(refused, Err(IdentityError::TokenRefused)),
        "replaced"
    );
    let zoe = accept([&newer, &one], later(1))
        .await
        .expect("in either order");
    assert_eq!(
        (zoe.name.as_str(), zoe.roles.text()),
        ("zoe", "risk".to_owned())
    );
    let admitted = office.identity.admit(&key, ("n", HERE), later(2)).await;
    assert_eq!(admitted.expect("admitted").id, zoe.id);
    let again = accept([&newer, &one], later(3)).await;
    assert!(matches!(again, Err(IdentityError::TokenRefused)), "once");
    let acts = office.acts().await;
    let told = acts.iter().filter(|act| *act == "operator-invitation-told");
    assert_eq!(told.count(), 3);
    assert!(acts.iter().any(|act| act == "operator-invitation-accepted"));
}

#[tokio::test]
async fn a_half_is_told_to_its_operator_alone_while_the_invitation_is_open() {
    let office = Office::bootstrapped().await;
    let carl = office.add("carl", Roles::ALL).await;
    let (proposal, [one, other]) = invited(&office).await;
    let (ann, id) = (office.operator("ann").await.id, proposal.id);
    let a_day = NOW.plus_nanos(NANOS_PER_DAY);
    for (who, id, at) in [
        (carl.id, id, NOW),
        (ann, ProposalId(id.0 + 1), NOW),
        (ann, id, a_day),
    ] {
        let refused = office.identity.invitation_half(who, id, at).await;
        assert!(matches!(refused, Err(IdentityError::InvitationUnknown)));
    }
    let twice = office
        .decided(Kind::InviteOperator, "name=zoe&roles=admin")
        .await;
    assert_eq!(twice.outcome, "somebody of this name is invited already");
    let taken = office
        .decided(Kind::InviteOperator, "name=ann&roles=admin")
        .await;
    assert_eq!(taken.outcome, "the name is another's");
    let ended = office.decided(Kind::DisableOperator, "name=zoe").await;
    assert_eq!(ended.state, State::Executed, "{}", ended.outcome);
    let key = OperatorKey::generate().expect("random").public();
    let halves = [one.as_str(), other.as_str()];
    let refused = office
        .identity
        .accept_invitation(halves, Some(key), HERE, NOW);
    assert!(matches!(refused.await, Err(IdentityError::TokenRefused)));
}

#[tokio::test]
async fn whoever_invited_must_still_be_an_operator_and_a_key_is_nobody_elses() {
    let office = Office::bootstrapped().await;
    for name in ["carl", "dora"] {
        office.add(name, Roles::ALL).await;
    }
    let (_, [one, other]) = invited(&office).await;
    let halves = [one.as_str(), other.as_str()];
    let taken = office.operator("carl").await.public_key;
    let refused = office.identity.accept_invitation(halves, taken, HERE, NOW);
    assert!(matches!(refused.await, Err(IdentityError::OperatorTaken)));
    let carl = office.operator("carl").await;
    let dora = office.operator("dora").await;
    let proposal = office
        .propose(&carl, Kind::DisableOperator, "name=bob")
        .await;
    let approve = Decision::Approve(proposal.digest);
    let decided = office.identity.decide(&dora, proposal.id, &approve, NOW);
    decided.await.expect("approved");
    let done = office.identity.change_people(proposal.id, NOW).await;
    done.expect("changed");
    let key = OperatorKey::generate().expect("random").public();
    let refused = office
        .identity
        .accept_invitation(halves, Some(key), HERE, NOW);
    assert!(matches!(refused.await, Err(IdentityError::TokenRefused)));
}

#[tokio::test]
async fn whoever_joins_without_a_key_has_none_and_is_no_admin_who_remains() {
    let office = Office::bootstrapped().await;
    let done = office
        .decided(Kind::InviteOperator, "name=zoe&roles=admin")
        .await;
    let halves = [
        half(&office, "ann", &done).await,
        half(&office, "bob", &done).await,
    ];
    let halves = [halves[0].as_str(), &halves[1]];
    let accept = async |key| {
        office
            .identity
            .accept_invitation(halves, key, HERE, NOW)
            .await
    };
    let joined = accept(None).await.expect("joined");
    assert_eq!(joined.operator.public_key, None);
    let first = joined.enrolment.expect("a code");
    let again = accept(None).await.expect("until there is a passkey");
    assert_eq!(again.operator.id, joined.operator.id);
    assert_ne!(again.enrolment, Some(first));
    let refused = office.decided(Kind::DisableOperator, "name=bob").await;
    assert_eq!(refused.outcome, "two admins must remain");
    let key = OperatorKey::generate().expect("random").public();
    let with_key = accept(Some(key)).await.expect("a key after all");
    assert_eq!(with_key.operator.public_key, Some(key));
    assert!(matches!(
        accept(None).await,
        Err(IdentityError::TokenRefused)
    ));
    let done = office.decided(Kind::DisableOperator, "name=bob").await;
    assert_eq!(done.state, State::Executed, "{}", done.outcome);
}

#[tokio::test]
async fn two_admins_remain() {
    let office = Office::bootstrapped().await;
    office.add("carl", Roles::of(&[Role::Risk])).await;
    let refused = office.decided(Kind::DisableOperator, "name=bob").await;
    assert_eq!(refused.state, State::Refused);
    assert_eq!(refused.outcome, "two admins must remain");
    assert_eq!(office.operator("bob").await.disabled_at, None);
    let unknown = office.decided(Kind::DisableOperator, "name=zoe").await;
    assert_eq!(unknown.outcome, "there is no such operator");
    let taken = office.operator("carl").await.public_key;
    let taken = taken.expect("a key");
    let parameters = format!("name=dora&roles=risk&public_key={taken}");
    let taken = office.decided(Kind::AddOperator, &parameters).await;
    assert_eq!(taken.outcome, "the name or key is another's");
}

#[tokio::test]
async fn whatever_is_done_to_a_row_of_the_audit_log_is_found() {
    let office = Office::bootstrapped().await;
    for number in 0..5 {
        let entry = Entry {
            at: later(number),
            actor: Actor::Stranger,
            act: "login-failed",
            subject: "a@example.test".to_owned(),
            detail: String::new(),
            address: None,
        };
        office.identity.note(&entry).await.expect("noted");
    }
    let head = office.identity.audit_head().await.expect("read");
    assert_eq!(head.rows, 7);
    assert_eq!(office.verify(Some(head)).await.expect("whole"), head);
    let text = |error: AuditError| error.to_string();
    let checks = [
        (
            "UPDATE audit_log SET detail = 'x' WHERE number = 4",
            "row 4 of the audit log was changed",
            "UPDATE audit_log SET detail = '' WHERE number = 4",
        ),
        (
            "UPDATE audit_log SET at_ns = at_ns + 1 WHERE number = 3",
            "row 3 of the audit log was changed",
            "UPDATE audit_log SET at_ns = at_ns - 1 WHERE number = 3",
        ),
        (
            "UPDATE audit_log SET number = 40 WHERE number = 4",
            "row 4 of the audit log is missing or out of order",
            "UPDATE audit_log SET number = 4 WHERE number = 40",
        ),
    ];
    for (damage, found, repair) in checks {
        office.tamper(damage).await;
        let wrong = office.verify(None).await.map_err(text);
        assert_eq!(wrong.err().as_deref(), Some(found));
        office.tamper(repair).await;
        assert!(office.verify(Some(head)).await.is_ok());
    }
    office
        .tamper("DELETE FROM audit_log WHERE number = 7")
        .await;
    assert!(office.verify(None).await.is_ok(), "only the anchor tells");
    let short = office.verify(Some(head)).await;
    assert!(matches!(
        short,
        Err(AuditError::Short {
            found: 6,
            expected: 7
        })
    ));
}
