//! Lost second factors: who may ask, that two operators agree, that a day passes, and that the user can cancel.

use std::sync::Arc;

use identity::email::Email;
use identity::factor_reset::{FactorReset, FactorResetClaim, LINK_NANOS};
use identity::hashing::Hashing;
use identity::hold::HOLD_NANOS;
use identity::identity::{Identity, IdentityError};
use identity::login::Asker;
use identity::master::MasterKey;
use identity::operator::{NewOperator, Operator, Role, Roles};
use identity::operator_key::OperatorKey;
use identity::outbox::Subject;
use identity::password::{Cost, Password, PasswordHash};
use identity::policy::Kind;
use identity::proposal::{Decision, Draft, Proposal, ProposalError, State};
use identity::totp::Factor;
use model::id::OwnerId;
use model::time::{NANOS_PER_DAY, Timestamp};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_010_000);

fn after(nanos: i64) -> Timestamp {
    NOW.plus_nanos(nanos)
}

struct World {
    _folder: tempfile::TempDir,
    identity: Arc<Identity>,
    ann: OwnerId,
    /// Recovery codes of Ann, to show that she still has a factor.
    codes: Vec<String>,
}

fn email() -> Email {
    Email::parse("ann@example.test").expect("an address")
}

async fn hash(password: &str) -> PasswordHash {
    let cheap = Cost {
        memory_kib: 8,
        passes: 1,
    };
    let place = Hashing::start(cheap).expect("starts").reserve();
    let hash = place.expect("room").hash(Password::claim(password));
    hash.await.expect("hashed")
}

impl World {
    /// Ann has a second factor; Sue is support, Carl compliance, Rita risk.
    async fn new() -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let master = MasterKey::from_bytes(&[7; 32]);
        let address = place::address(folder.path()).await;
        let identity = Identity::open(&address, master).await.expect("opens");
        let password = hash("fifteen letters").await;
        let asked = identity.register(&email(), &password, NOW).await;
        asked.expect("asked");
        let token = newest(&identity, Subject::Registration).await;
        let ann = identity.confirm(&token, NOW).await.expect("confirmed");
        let secret = identity.enrol_factor(ann).await.expect("enrolled");
        let code = code_of(&secret, NOW);
        let codes = identity.confirm_factor(ann, &code, NOW).await;
        let both = [new("ada", Roles::ALL), new("ben", Roles::ALL)];
        identity.bootstrap(&both, NOW).await.expect("bootstraps");
        World {
            _folder: folder,
            identity: Arc::new(identity),
            ann,
            codes: codes.expect("confirmed"),
        }
    }

    /// Ann asks, by the link that her mailbox got.
    async fn ask(&self, at: Timestamp) -> FactorReset {
        let link = self.link(at).await;
        self.open(&link, at).await.expect("asked");
        let resets = self.identity.factor_resets().await.expect("read");
        resets.last().expect("one").clone()
    }

    async fn link(&self, at: Timestamp) -> String {
        let asked = self
            .identity
            .ask_factor_reset(&email(), Asker::Stranger, at)
            .await;
        asked.expect("asked");
        newest(&self.identity, Subject::FactorResetLink).await
    }

    async fn open(&self, token: &str, at: Timestamp) -> Result<OwnerId, IdentityError> {
        let known = self.identity.password_of(&email()).await.expect("read");
        let claim = FactorResetClaim {
            token,
            password: &known.expect("a password").1,
            statement: "I lost my telephone.",
        };
        self.identity.open_factor_reset(claim, at).await
    }

    async fn operator(&self, name: &str) -> Operator {
        let operators = self.identity.operators().await.expect("read");
        let mut found = operators.into_iter().filter(|one| one.name == name);
        found.next().expect("an operator")
    }

    async fn propose(&self, reset: u64, at: Timestamp) -> Result<Proposal, ProposalError> {
        let draft = Draft {
            kind: Kind::ResetFactors,
            parameters: format!("reset={reset}"),
            reason: "passport seen, case 81".to_owned(),
            worth: String::new(),
        };
        let ada = self.operator("ada").await;
        self.identity.propose(&ada, draft, at).await
    }

    async fn approve(&self, proposal: &Proposal, at: Timestamp) -> Proposal {
        let ben = self.operator("ben").await;
        let decision = Decision::Approve(proposal.digest);
        let decided = self.identity.decide(&ben, proposal.id, &decision, at);
        decided.await.expect("approved")
    }

    async fn carry_out(&self, proposal: &Proposal, at: Timestamp) -> Proposal {
        let done = self.identity.change_people(proposal.id, at).await;
        done.expect("goes well");
        self.identity.proposal(proposal.id).await.expect("read")
    }

    async fn has_factor(&self) -> bool {
        self.identity.has_factor(self.ann).await.expect("read")
    }

    async fn subjects(&self) -> Vec<Subject> {
        let messages = self.identity.messages(100).await.expect("read");
        messages.iter().map(|message| message.subject).collect()
    }
}

fn new(name: &str, roles: Roles) -> NewOperator {
    NewOperator {
        name: name.to_owned(),
        roles,
        public_key: OperatorKey::generate().expect("random").public(),
    }
}

/// Returns the token of the newest message of a subject.
async fn newest(identity: &Identity, subject: Subject) -> String {
    let messages = identity.messages(100).await.expect("read");
    let mut found = messages.into_iter().filter(|one| one.subject == subject);
    let token = found.next().expect("a message").token;
    token.expect("a token")
}

#[tokio::test]
async fn two_operators_and_a_day_take_lost_factors_away_and_payouts_are_held() {
    let world = World::new().await;
    let reset = world.ask(NOW).await;
    assert_eq!(reset.statement, "I lost my telephone.");
    assert_eq!(world.subjects().await[0], Subject::FactorResetAsked);
    let held = world.identity.untold_holds().await.expect("read");
    assert_eq!(held[0].until, after(HOLD_NANOS));

    let proposal = world.propose(reset.id, NOW).await.expect("proposed");
    let approved = world.approve(&proposal, after(5)).await;
    assert_eq!(approved.executable_at, after(5 + NANOS_PER_DAY));
    assert_eq!(world.subjects().await[0], Subject::FactorResetApproved);
    let early = after(5 + NANOS_PER_DAY - 1);
    assert_eq!(
        world.carry_out(&proposal, early).await.state,
        State::Approved
    );
    assert!(world.has_factor().await);
    let due = world.identity.due_proposals(early).await.expect("read");
    assert!(due.is_empty());

    let due = after(5 + NANOS_PER_DAY);
    assert_eq!(world.carry_out(&proposal, due).await.state, State::Executed);
    assert!(!world.has_factor().await);
    let shown = world.identity.show_factor(world.ann, None, due).await;
    assert_eq!(shown.expect("read"), Factor::Absent);
    let held = world.identity.untold_holds().await.expect("read");
    assert_eq!(held[0].until, due.plus_nanos(HOLD_NANOS), "a day more");
    assert_eq!(world.subjects().await[0], Subject::FactorChanged);
    let left = world.identity.factor_resets().await.expect("read");
    assert!(left.is_empty());
}

#[tokio::test]
async fn what_a_user_cancels_is_not_done_whoever_has_approved_it() {
    let world = World::new().await;
    let reset = world.ask(NOW).await;
    let cancel = newest(&world.identity, Subject::FactorResetAsked).await;
    let proposal = world.propose(reset.id, NOW).await.expect("proposed");
    world.approve(&proposal, NOW).await;
    let user = world.identity.cancel_factor_reset(&cancel, after(1)).await;
    assert_eq!(user.expect("cancelled"), world.ann);
    let again = world.identity.cancel_factor_reset(&cancel, after(2)).await;
    assert!(matches!(again, Err(IdentityError::TokenRefused)));
    let done = world.carry_out(&proposal, after(NANOS_PER_DAY)).await;
    assert_eq!(done.state, State::Refused);
    assert_eq!(done.outcome, "the reset was cancelled");
    assert!(world.has_factor().await);
    let code = Some(world.codes[0].as_str());
    let shown = world.identity.show_factor(world.ann, code, after(3)).await;
    assert_eq!(shown.expect("shown"), Factor::Shown);

    let second = world.ask(after(4)).await;
    let refused = world.propose(reset.id, after(5)).await;
    assert!(matches!(refused, Err(ProposalError::Parameters(_))));
    let own = world.identity.cancel_factor_reset_of(world.ann, after(6));
    assert!(own.await.expect("cancelled"), "{}", second.id);
}

#[tokio::test]
async fn a_link_is_good_for_an_hour_and_once_and_needs_the_password() {
    let world = World::new().await;
    let link = world.link(NOW).await;
    let late = world.open(&link, after(LINK_NANOS)).await;
    assert!(matches!(late, Err(IdentityError::TokenRefused)));
    let wrong = hash("another password").await;
    let claim = FactorResetClaim {
        token: &link,
        password: &wrong,
        statement: "Let me in.",
    };
    let stale = world.identity.open_factor_reset(claim, NOW).await;
    assert!(matches!(stale, Err(IdentityError::PasswordStale)));
    world
        .open(&link, after(LINK_NANOS - 1))
        .await
        .expect("asked");
    let again = world.open(&link, after(LINK_NANOS - 1)).await;
    assert!(matches!(again, Err(IdentityError::TokenRefused)));
    let nobody = Email::parse("nobody@example.test").expect("an address");
    let asked = world
        .identity
        .ask_factor_reset(&nobody, Asker::Stranger, NOW)
        .await;
    asked.expect("the same answer");
    assert_eq!(world.subjects().await[0], Subject::FactorResetAsked);
}

#[tokio::test]
async fn nobody_alone_and_no_other_role_takes_factors_away() {
    let world = World::new().await;
    let reset = world.ask(NOW).await;
    let proposal = world.propose(reset.id, NOW).await.expect("proposed");
    let ada = world.operator("ada").await;
    let decision = Decision::Approve(proposal.digest);
    let own = world.identity.decide(&ada, proposal.id, &decision, NOW);
    assert!(matches!(own.await, Err(ProposalError::Own)));
    let policy = Kind::ResetFactors.policy();
    for role in [Role::Viewer, Role::Treasury, Role::MarketOps, Role::Admin] {
        assert!(!policy.proposers.has(role) && !policy.approvers.has(role));
    }
    assert!(!policy.approvers.has(Role::Support));
}

/// Of two who carry it out at the same time one does, and the factors of tomorrow are not taken away.
#[tokio::test]
async fn it_is_done_once_however_often_it_is_carried_out() {
    let world = World::new().await;
    let reset = world.ask(NOW).await;
    let proposal = world.propose(reset.id, NOW).await.expect("proposed");
    world.approve(&proposal, NOW).await;
    let due = after(NANOS_PER_DAY);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let identity = Arc::clone(&world.identity);
            let id = proposal.id;
            tokio::spawn(async move { identity.change_people(id, due).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("ends").expect("goes well");
    }
    let rows = world.identity.audit_rows(0, 100).await.expect("read");
    let executed = rows.iter().filter(|row| row.act == "proposal-executed");
    assert_eq!(executed.count(), 1);
    let secret = world.identity.enrol_factor(world.ann).await;
    let code = code_of(&secret.expect("enrolled"), due);
    let confirmed = world.identity.confirm_factor(world.ann, &code, due).await;
    confirmed.expect("confirmed");
    world.carry_out(&proposal, due).await;
    assert!(world.has_factor().await);
}

/// What an authenticator shows for a secret in base 32.
fn code_of(secret: &str, at: Timestamp) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let value = |letter: &u8| letters.iter().position(|known| known == letter);
    let values = secret.as_bytes().iter().map(value);
    let mut bits = values.map(|value| value.expect("base 32") as u64);
    let mut bytes = Vec::new();
    while let Some(first) = bits.next() {
        let word = (0..7).fold(first, |all, _| all << 5 | bits.next().expect("whole"));
        bytes.extend_from_slice(&word.to_be_bytes()[3..]);
    }
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = ring::hmac::sign(&key, &(at.seconds() / 30).to_be_bytes());
    let start = usize::from(tag.as_ref()[19] & 15);
    let word = &tag.as_ref()[start..start + 4];
    let word = u32::from_be_bytes(word.try_into().expect("four bytes"));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}
