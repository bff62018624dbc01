//! Operators in a browser: a passkey is enrolled by a key, signs in, and approves exactly what it signed.

mod acts;
mod concerned;
mod levels;
mod matrix;
mod passkeys;
mod told;
mod users;

use std::sync::Arc;

use gateway::audit_standing::AuditStanding;
use gateway::clock;
use gateway::console::admission::KeyRule;
use gateway::console::office::{Office, Premises};
use gateway::console::{execution, server};
use identity::identity::{Identity, IdentityError};
use identity::master::MasterKey;
use identity::operator::{NewOperator, Roles};
use identity::operator_key::OperatorKey;
use identity::operator_passkey::{SESSION_IDLE_NANOS, SESSION_NANOS};
use identity::policy::Kind;
use identity::proposal::{Decision, Draft, State};
use identity::signed_request::{SignedRequest, new_nonce};
use identity::webauthn::RelyingParty;
use model::id::{OperatorId, ProposalId};
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::authenticator::{Authenticator, ORIGIN};
use crate::client::{Answer, Client};
use crate::place;
use crate::visitor::FOREIGN;
use crate::world::World;

/// A page of the console.
const OWN: &str = "Origin: http://localhost:8080\r\n";

/// An office with two operators who have every role.
pub struct Desk {
    pub world: World,
    /// Of its own database; otherwise it is that of the world.
    folder: Option<tempfile::TempDir>,
    address: std::net::SocketAddr,
    pub identity: Arc<Identity>,
    office: Arc<Office>,
    audit_standing: Arc<AuditStanding>,
    keys: [OperatorKey; 2],
}

/// A browser in which an operator signed in.
pub struct Page<'a> {
    desk: &'a Desk,
    authenticator: Authenticator,
    token: String,
    headers: String,
}

impl Desk {
    pub async fn open() -> Desk {
        let world = World::start().await;
        let folder = tempfile::tempdir().expect("a folder");
        let master = MasterKey::from_bytes(&[7; 32]);
        let identity = Identity::open(&place::address(folder.path()).await, master).await;
        let identity = Arc::new(identity.expect("opens"));
        Desk::over((world, identity), Some(folder), KeyRule::Always).await
    }

    /// Returns a desk whose operators look after the users of a world.
    pub async fn of_users(world: World) -> Desk {
        let identity = Arc::clone(&world.identity);
        Desk::over((world, identity), None, KeyRule::Always).await
    }

    /// Returns a desk at which key files decide what a rule says.
    async fn under(rule: KeyRule) -> Desk {
        let world = World::start().await;
        let identity = Arc::clone(&world.identity);
        Desk::over((world, identity), None, rule).await
    }

    async fn over(
        (world, identity): (World, Arc<Identity>),
        folder: Option<tempfile::TempDir>,
        rule: KeyRule,
    ) -> Desk {
        let keys = [0; 2].map(|_| OperatorKey::generate().expect("random"));
        let both = [("olivia", &keys[0]), ("oscar", &keys[1])].map(|(name, key)| NewOperator {
            name: name.to_owned(),
            roles: Roles::ALL,
            public_key: key.public(),
        });
        let made = identity.bootstrap(&both, clock::now()).await;
        made.expect("bootstraps");
        let audit_standing = Arc::new(AuditStanding::told(None));
        let office = Office::new(
            Arc::clone(world.gateway.hub()),
            Arc::clone(&identity),
            world.gateway.config().bounds,
            Premises {
                party: RelyingParty::of_origin(ORIGIN).expect("an origin"),
                key_rule: rule,
                pages_digest: "00ff".to_owned(),
            },
            (
                world.gateway.sources(),
                Arc::clone(world.gateway.refused()),
                Arc::clone(&audit_standing),
            ),
            world.gateway.stopping(),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(server::serve(listener, Arc::clone(&office)));
        Desk {
            world,
            folder,
            address,
            identity,
            office,
            audit_standing,
            keys,
        }
    }

    /// Carries out what is approved and due from now on.
    pub fn look_after(&self) {
        tokio::spawn(execution::run(Arc::clone(&self.office)));
    }

    /// Returns where the database is.
    pub fn folder(&self) -> &std::path::Path {
        let own = self.folder.as_ref();
        own.map_or_else(|| self.world.folder(), tempfile::TempDir::path)
    }

    async fn send(&self, method: &str, path: &str, headers: &str, form: &str) -> Answer {
        let mut client = Client::connect(self.address).await;
        client.send(method, path, headers, form).await
    }

    /// Sends a request that an operator signed.
    pub async fn signed(&self, who: usize, method: &str, path: &str, form: &str) -> Answer {
        self.signed_by(&self.keys[who], (method, path), form, form)
            .await
    }

    /// Sends a request with the signature of one with another form.
    async fn signed_by(
        &self,
        key: &OperatorKey,
        (method, path): (&str, &str),
        form: &str,
        signed_form: &str,
    ) -> Answer {
        let nonce = new_nonce().expect("random");
        let timestamp_ms = clock::now().millis();
        let signature = key.sign(&SignedRequest {
            method,
            host: "test",
            path,
            query: "",
            body: signed_form.as_bytes(),
            timestamp_ms,
            nonce: &nonce,
        });
        let headers = format!(
            "x-bourse-key: {}\r\nx-bourse-timestamp: {timestamp_ms}\r\nx-bourse-nonce: {nonce}\r\n\
             x-bourse-signature: {signature}\r\n",
            key.public()
        );
        self.send(method, path, &headers, form).await
    }

    async fn code(&self, who: usize) -> String {
        let enrolment = self.signed(who, "POST", "/v1/operator/enrolment", "").await;
        assert_eq!(enrolment.status, 200, "{}", enrolment.body);
        text(&enrolment.json(), "code")
    }

    async fn enrol(&self, code: &str, authenticator: &Authenticator) -> Answer {
        let path = "/v1/operator/passkey/begin";
        let told = self.send("POST", path, OWN, &format!("code={code}")).await;
        if told.status != 200 {
            return told;
        }
        let made = authenticator.create(&told.json());
        let form = format!("code={code}&label=laptop&{made}");
        self.send("POST", "/v1/operator/passkey", OWN, &form).await
    }

    /// Signs in by a passkey that is said to be that of this operator.
    async fn log_in(&self, authenticator: &mut Authenticator, handle: &str) -> Answer {
        let path = "/v1/operator/login/challenge";
        let told = self.send("POST", path, OWN, "").await.json();
        let signed = authenticator.sign(&told);
        let challenge = text(&told, "challenge");
        let form = format!("challenge={challenge}&userHandle={handle}&{signed}");
        self.send("POST", "/v1/operator/login", OWN, &form).await
    }

    /// Returns the page of an operator who has just enrolled.
    pub async fn page(&self, who: usize) -> Page<'_> {
        let code = self.code(who).await;
        self.page_by(&code, &format!("of {who}")).await
    }

    /// Returns the page of whoever has just enrolled this authenticator by a code.
    async fn page_by(&self, code: &str, authenticator: &str) -> Page<'_> {
        let mut authenticator = Authenticator::new(authenticator);
        let told = self
            .send(
                "POST",
                "/v1/operator/passkey/begin",
                OWN,
                &format!("code={code}"),
            )
            .await;
        let handle = text(&told.json(), "userHandle");
        let added = self.enrol(code, &authenticator).await;
        assert_eq!(added.status, 200, "{}", added.body);
        let begun = self.log_in(&mut authenticator, &handle).await;
        assert_eq!(begun.status, 200, "{}", begun.body);
        let cookie = begun.header("set-cookie").expect("a cookie");
        for attribute in [
            "__Host-bourse_operator=",
            "Path=/",
            "Secure",
            "HttpOnly",
            "SameSite=Strict",
        ] {
            assert!(cookie.contains(attribute), "{attribute} in {cookie}");
        }
        let (pair, _) = cookie.split_once(';').expect("attributes");
        let token = pair.split_once('=').expect("a value").1.to_owned();
        let csrf = text(&begun.json(), "csrfToken");
        Page {
            desk: self,
            authenticator,
            token,
            headers: format!("{OWN}Cookie: {pair}\r\nX-BOURSE-CSRF: {csrf}\r\n"),
        }
    }

    async fn propose(&self, who: usize) -> Value {
        self.propose_this(who, "kind=list-asset&symbol=DOGE&reason=asked+for")
            .await
    }

    async fn propose_this(&self, who: usize, form: &str) -> Value {
        let proposed = self
            .signed(who, "POST", "/v1/operator/proposals", form)
            .await;
        assert_eq!(proposed.status, 200, "{}", proposed.body);
        proposed.json()
    }

    async fn approve(&self, who: usize, proposal: &Value) -> Answer {
        let path = "/v1/operator/proposal/approve";
        self.signed(who, "POST", path, &named(proposal)).await
    }

    /// Returns the halves of the code of an invitation that Olivia proposed and Oscar approved.
    async fn invite(&self, name: &str, roles: &str) -> [String; 2] {
        let form = format!("kind=invite-operator&name={name}&roles={roles}&reason=more+hands");
        let proposal = self.propose_this(0, &form).await;
        let done = self.approve(1, &proposal).await;
        assert_eq!(done.json()["state"], "executed", "{}", done.body);
        let form = format!("proposal={}", proposal["proposal"]);
        let mut halves = Vec::new();
        for who in [0, 1] {
            let told = self.signed(who, "POST", "/v1/operator/invitation", &form);
            let told = told.await;
            assert_eq!(told.status, 200, "{}", told.body);
            assert_eq!(told.json()["name"], name);
            halves.push(text(&told.json(), "code"));
        }
        halves.try_into().expect("two halves")
    }
}

impl Page<'_> {
    pub async fn send(&self, method: &str, path: &str, form: &str) -> Answer {
        self.desk.send(method, path, &self.headers, form).await
    }

    /// Returns what approves a proposal, as the passkey signs it.
    async fn sign(&mut self, proposal: &Value) -> String {
        let form = named(proposal);
        self.proof("/v1/operator/approval", &form).await
    }

    /// Returns what adds a passkey, or takes one away, as the passkey signs it.
    async fn sign_for_passkey(&mut self, form: &str) -> String {
        self.proof("/v1/operator/passkey/challenge", form).await
    }

    /// Returns what a passkey signed for the challenge that a request tells.
    pub async fn proof(&mut self, path: &str, form: &str) -> String {
        let told = self.send("POST", path, form).await;
        assert_eq!(told.status, 200, "{}", told.body);
        let told = told.json();
        let signed = self.authenticator.sign(&told);
        format!("challenge={}&{signed}", text(&told, "challenge"))
    }

    /// Returns the numbers of the operator's passkeys.
    async fn passkeys(&self) -> Vec<String> {
        let told = self.send("GET", "/v1/operator/passkeys", "").await.json();
        let rows = told.as_array().expect("a list").iter();
        rows.map(|row| row["passkey"].to_string()).collect()
    }

    async fn approve(&self, proposal: &Value, signed: &str) -> Answer {
        let form = format!("{}&{signed}", named(proposal));
        self.send("POST", "/v1/operator/proposal/approve", &form)
            .await
    }
}

fn text(told: &Value, name: &str) -> String {
    told[name].as_str().expect("a text").to_owned()
}

/// Returns what passkeys call an operator.
fn handle_of(operator: OperatorId) -> String {
    let handle = identity::operator_passkey::operator_handle(operator);
    base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, handle)
}

fn named(proposal: &Value) -> String {
    format!(
        "proposal={}&digest={}",
        proposal["proposal"],
        text(proposal, "digest")
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_signs_in_and_approves_what_it_signed_and_nothing_else() {
    let desk = Desk::open().await;
    let mut page = desk.page(1).await;
    let (first, second) = (desk.propose(0).await, desk.propose(0).await);
    let bare = page.approve(&first, "").await;
    assert_eq!(bare.error().1, -7021, "a session alone approves nothing");
    let signed = page.sign(&second).await;
    let other = page.approve(&first, &signed).await;
    assert_eq!(other.error().1, -7018, "it is of another proposal");
    let mut otherwise = first.clone();
    otherwise["digest"] = Value::from("0".repeat(64));
    let misread = page.sign(&otherwise).await;
    let other = page.approve(&first, &misread).await;
    assert_eq!(other.error().1, -7018, "it is of what was not shown");
    let approved = page.approve(&second, &signed).await;
    assert_eq!(approved.json()["state"], "executed", "{}", approved.body);
    let again = page.approve(&second, &signed).await;
    assert_eq!(again.error().1, -7018, "each signature once");
    let session = page.send("GET", "/v1/operator/session", "").await;
    assert_eq!(session.json()["operator"]["name"], "oscar");
    let code = page.send("POST", "/v1/operator/enrolment", "").await;
    assert_eq!(code.error().1, -7021, "a session alone makes no passkeys");
    let out = page.send("POST", "/v1/operator/logout", "").await;
    assert_eq!(out.status, 200, "{}", out.body);
    let ended = page.send("GET", "/v1/operator/proposals", "").await;
    assert_eq!(ended.error().1, -7017);
}

/// Of two approvals of one proposal at the same time, by session and by key, one counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_approvals_at_once_carry_a_proposal_out_once() {
    let desk = Desk::open().await;
    let mut page = desk.page(1).await;
    let proposal = desk.propose(0).await;
    let (one, other) = (page.sign(&proposal).await, page.sign(&proposal).await);
    let form = named(&proposal);
    let path = "/v1/operator/proposal/approve";
    let answers = tokio::join!(
        page.approve(&proposal, &one),
        page.approve(&proposal, &other),
        desk.signed(1, "POST", path, &form)
    );
    let answers = [answers.0, answers.1, answers.2];
    let done = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(done.count(), 1, "{answers:?}");
    let rows = desk.identity.audit_rows(0, 100).await.expect("read");
    let executed = rows.iter().filter(|row| row.act == "proposal-executed");
    assert_eq!(executed.count(), 1);
}

/// Whoever approves carries it out, and so does who looks for what was left: the journal gets one command.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_many_find_approved_is_sent_once() {
    let desk = Desk::open().await;
    let operators = desk.identity.operators().await.expect("read");
    let mut proposals = Vec::new();
    for symbol in ["DOGE", "PEPE", "SHIB"] {
        let form = format!("kind=list-asset&symbol={symbol}&reason=asked+for");
        let proposal = desk.propose_this(0, &form).await;
        let id = ProposalId(proposal["proposal"].as_u64().expect("a number"));
        let found = desk.identity.proposal(id).await.expect("read");
        let decision = Decision::Approve(found.digest);
        let decided = desk
            .identity
            .decide(&operators[1], id, &decision, clock::now());
        decided.await.expect("approved");
        proposals.push(id);
    }
    for _ in 0..8 {
        tokio::spawn(execution::run(Arc::clone(&desk.office)));
    }
    for id in proposals {
        while desk.identity.proposal(id).await.expect("read").state == State::Approved {
            tokio::task::yield_now().await;
        }
    }
    // Whoever found the last one approved, too, has had the turn when this one has it.
    let last = desk.propose_this(0, "kind=list-asset&symbol=FLOKI&reason=asked+for");
    let done = desk.approve(1, &last.await).await;
    assert_eq!(done.json()["state"], "executed", "{}", done.body);
    assert_eq!(desk.world.deciders().len(), 4);
    assert_eq!(desk.world.repetitions(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_others_and_requests_without_a_session_get_nowhere() {
    let desk = Desk::open().await;
    let page = desk.page(0).await;
    let path = "/v1/operator/proposals";
    let form = "kind=list-asset&symbol=DOGE&reason=asked+for";
    let cookie = page.headers.lines().find(|line| line.starts_with("Cookie"));
    let cookie = format!("{}\r\n", cookie.expect("a cookie"));
    let without = desk
        .send("POST", path, &format!("{OWN}{cookie}"), form)
        .await;
    assert_eq!(without.error().1, -7016);
    let foreign = page.headers.replace(OWN, FOREIGN);
    for (method, form) in [("POST", form), ("GET", "")] {
        let refused = desk.send(method, path, &foreign, form).await;
        assert_eq!(refused.error().1, -7016, "{method}");
    }
    let knock = desk
        .send("POST", "/v1/operator/login/challenge", FOREIGN, "")
        .await;
    assert_eq!(knock.error().1, -7016);
    let nobody = desk.send("GET", path, OWN, "").await;
    assert_eq!(nobody.error().1, -7011);
    let made_up = format!("Cookie: __Host-bourse_operator={}\r\n", "a".repeat(43));
    let refused = desk.send("GET", path, &made_up, "").await;
    assert_eq!(refused.error().1, -7017);
    let index = desk.send("GET", "/", "", "").await;
    let policy = index.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_after_twelve_hours_and_after_a_quarter_of_an_hour_without_use() {
    let desk = Desk::open().await;
    let (page, idle) = (desk.page(0).await, desk.page(1).await);
    let began = clock::now();
    let use_at = async |token: &str, at: Timestamp| desk.identity.operator_session(token, at).await;
    let is_over =
        |session: &Result<_, IdentityError>| matches!(session, Err(IdentityError::OperatorUnknown));
    let quarter = began.plus_nanos(SESSION_IDLE_NANOS);
    let early = began.plus_nanos(SESSION_IDLE_NANOS - 30 * NANOS_PER_SECOND);
    use_at(&page.token, early).await.expect("used in time");
    assert!(is_over(&use_at(&idle.token, quarter).await));

    let mut at = early;
    let last = began.plus_nanos(SESSION_NANOS - 30 * NANOS_PER_SECOND);
    while at < last {
        at = at.plus_nanos(SESSION_IDLE_NANOS - 1).min(last);
        use_at(&page.token, at).await.expect("used in time");
    }
    let end = began.plus_nanos(SESSION_NANOS);
    assert!(is_over(&use_at(&page.token, end).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_no_operator_any_more_has_no_session_and_no_passkey() {
    let desk = Desk::open().await;
    for name in ["carl", "dora"] {
        let key = OperatorKey::generate().expect("random").public();
        let parameters = format!("name={name}&roles=admin&public_key={key}");
        decide(&desk, Kind::AddOperator, &parameters).await;
    }
    let mut page = desk.page(1).await;
    let asked = page.send("GET", "/v1/operator/session", "").await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    decide(&desk, Kind::DisableOperator, "name=oscar").await;
    let refused = page.send("GET", "/v1/operator/session", "").await;
    assert_eq!(refused.error().1, -7017, "at once");
    let handle = handle_of(OperatorId(2));
    let refused = desk.log_in(&mut page.authenticator, &handle).await;
    assert_eq!(refused.error().1, -7018);
}

/// Olivia proposes, Oscar approves, and it is done.
async fn decide(desk: &Desk, kind: Kind, parameters: &str) -> ProposalId {
    let operators = desk.identity.operators().await.expect("read");
    let draft = Draft {
        kind,
        parameters: parameters.to_owned(),
        reason: "because".to_owned(),
        worth: String::new(),
    };
    let at = clock::now();
    let proposal = desk.identity.propose(&operators[0], draft, at).await;
    let proposal = proposal.expect("proposed");
    let decision = Decision::Approve(proposal.digest);
    let decided = desk
        .identity
        .decide(&operators[1], proposal.id, &decision, at);
    decided.await.expect("approved");
    let done = desk.identity.change_people(proposal.id, at).await;
    done.expect("changed");
    let proposal = desk.identity.proposal(proposal.id).await.expect("read");
    assert_eq!(proposal.state, State::Executed, "{}", proposal.outcome);
    proposal.id
}

const ACCEPT: &str = "/v1/operator/invitation/accept";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invited_person_enrols_a_passkey_by_both_halves_and_decides_then() {
    let desk = Desk::open().await;
    let [one, other] = desk.invite("zoe", "risk").await;
    for form in [
        format!("code={one}&otherCode={one}"),
        format!("code={other}&otherCode={}", "a".repeat(43)),
    ] {
        let refused = desk.send("POST", ACCEPT, OWN, &form).await;
        assert_eq!(refused.error().1, -7018, "{}", refused.body);
    }
    let form = format!("code={one}&otherCode={other}");
    let foreign = desk.send("POST", ACCEPT, FOREIGN, &form).await;
    assert_eq!(foreign.error().1, -7016, "{}", foreign.body);
    let joined = desk.send("POST", ACCEPT, OWN, &form).await.json();
    assert_eq!(joined["operator"]["name"], "zoe");
    assert_eq!(joined["operator"]["publicKey"], Value::Null);
    let mut authenticator = Authenticator::new("of zoe");
    let code = text(&joined["enrolment"], "code");
    let enrolled = desk.enrol(&code, &authenticator).await;
    assert_eq!(enrolled.status, 200, "{}", enrolled.body);
    let again = desk.send("POST", ACCEPT, OWN, &form).await;
    assert_eq!(again.error().1, -7018, "the halves are used up");
    let handle = handle_of(OperatorId(3));
    let begun = desk.log_in(&mut authenticator, &handle).await;
    assert_eq!(begun.json()["operator"]["roles"], "risk", "{}", begun.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invited_person_joins_by_the_key_that_signs_and_by_no_other() {
    let desk = Desk::open().await;
    let [one, other] = desk.invite("zoe", "viewer").await;
    let form = format!("code={one}&otherCode={other}");
    let key = OperatorKey::generate().expect("random");
    let unsigned = desk.signed_by(&key, ("POST", ACCEPT), &form, "code=x");
    let unsigned = unsigned.await;
    assert_eq!(unsigned.error().1, -7012, "{}", unsigned.body);
    let own = desk.signed(0, "POST", ACCEPT, &form).await;
    assert_eq!(own.error().1, -7021, "olivia has this key: {}", own.body);
    let joined = desk.signed_by(&key, ("POST", ACCEPT), &form, &form).await;
    assert_eq!(joined.status, 200, "{}", joined.body);
    assert_eq!(joined.json()["enrolment"], Value::Null);
    let public = key.public().to_string();
    assert_eq!(text(&joined.json()["operator"], "publicKey"), public);
    let path = "/v1/operator/myself";
    let myself = desk.signed_by(&key, ("GET", path), "", "").await;
    assert_eq!(myself.json()["name"], "zoe", "{}", myself.body);
    let refused = desk.signed(0, "POST", "/v1/operator/invitation", "proposal=99");
    assert_eq!(refused.await.error().1, -7021);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_of_two_approvals_is_shown_and_kept() {
    let desk = Desk::open().await;
    let keys = [0; 2].map(|_| OperatorKey::generate().expect("random"));
    for (name, key) in ["carl", "dora"].iter().zip(&keys) {
        let key = key.public();
        let parameters = format!("name={name}&roles=risk&public_key={key}");
        decide(&desk, Kind::AddOperator, &parameters).await;
    }
    let policy = "kind=set-policy&of=list-asset&proposers=market-ops&approvers=risk&reason=x";
    let proposed = desk.propose_this(0, policy).await;
    let parameters = text(&proposed, "parameters");
    assert!(
        parameters.ends_with("approvals=1"),
        "as it is: {parameters}"
    );
    let more = "of=list-asset&proposers=market-ops&approvers=risk&approvals=2";
    let draft = Draft {
        kind: Kind::SetPolicy,
        parameters: more.to_owned(),
        reason: "because".to_owned(),
        worth: String::new(),
    };
    let operators = desk.identity.operators().await.expect("read");
    let (identity, at) = (&desk.identity, clock::now());
    let proposal = identity.propose(&operators[0], draft, at).await;
    let proposal = proposal.expect("proposed");
    let decision = Decision::Approve(proposal.digest);
    let approved = identity.decide(&operators[1], proposal.id, &decision, at);
    let due = approved.await.expect("approved").executable_at;
    let done = identity.change_people(proposal.id, due).await;
    done.expect("changed");
    let listed = desk.propose(0).await;
    assert_eq!(listed["approvalsNeeded"], 2, "{listed}");
    let first = desk.approve(1, &listed).await.json();
    assert_eq!(first["state"], "proposed", "{first}");
    assert_eq!(first["approvals"][0]["operator"], "oscar", "{first}");
    let again = desk.approve(1, &listed).await;
    assert_eq!(again.error().1, -7036, "{}", again.body);
    let path = "/v1/operator/proposal/approve";
    let form = named(&listed);
    let last = desk.signed_by(&keys[0], ("POST", path), &form, &form);
    let last = last.await;
    assert_eq!(last.json()["state"], "executed", "{}", last.body);
    assert_eq!(desk.world.deciders(), [[1, 2, 3]], "the command names all");
    let wrong = "kind=set-policy&of=adjust&proposers=risk&approvers=risk&approvals=6&reason=x";
    let refused = desk
        .signed(0, "POST", "/v1/operator/proposals", wrong)
        .await;
    assert!(refused.error().2.contains("1 to 5"), "{}", refused.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_of_a_user_is_for_compliance_and_says_who_had_it_made() {
    let desk = Desk::open().await;
    let ann = desk
        .identity
        .create_user("ann", "ann@example.test", clock::now());
    let ann = ann.await.expect("created");
    desk.world.fold_history().await;
    const PATH: &str = "/v1/operator/user/export";
    let form = format!("user={}&reason=a+letter+of+hers", ann.0);
    let answer = desk.signed(0, "POST", PATH, &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let files = crate::data_export::unpacked(&answer.bytes);
    assert!(files["person/users.json"].contains("ann@example.test"));
    for (form, words) in [
        ("user=99&reason=x", "the number of a user"),
        ("user=1", "reason is missing"),
        ("reason=x", "user is missing"),
    ] {
        let refused = desk.signed(1, "POST", PATH, form).await;
        let (status, code, text) = refused.error();
        assert_eq!((status, code), (400, -7021), "{text}");
        assert!(text.contains(words), "{text}");
    }
    let rows = desk.identity.audit_rows(0, 100).await.expect("read");
    let row = rows.iter().find(|row| row.act == "user-exported");
    let row = row.expect("it is written down");
    assert_eq!(
        (row.actor_kind, row.detail.as_str()),
        (3, "a letter of hers")
    );
    assert_eq!(row.subject, format!("user {}", ann.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_operators_beyond_sixty_a_minute_are_counted() {
    let desk = Desk::open().await;
    crate::limits::wait_for_room_in_the_minute().await;
    for _ in 0..63 {
        let refused = desk.send("GET", "/v1/operator/myself", "", "").await;
        assert_eq!(refused.error().0, 401, "{}", refused.body);
    }
    let refused = desk.world.gateway.refused();
    let written = refused.write_all(&desk.identity, clock::now()).await;
    written.expect("written");
    let rows = desk.identity.audit_rows(0, 1_000).await.expect("read");
    let refused = rows.iter().filter(|row| row.act == "operator-refused");
    let details: Vec<&str> = refused.map(|row| row.detail.as_str()).collect();
    assert_eq!(details.len(), 61, "{details:#?}");
    assert_eq!(
        details[60],
        "3 times in a minute, first -7011 for /v1/operator/myself"
    );
}
