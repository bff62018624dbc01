//! What operators do, each request held against its row of the audit log.

use core::time::Duration;

use gateway::clock;
use gateway::networks::WithdrawalRules;
use gateway::rest::kyc::KycRules;
use identity::destination::Destination;
use identity::operator::Role;
use model::account::Scopes;
use model::id::{AccountId, OperatorId, OwnerId};
use model::time::Timestamp;
use serde_json::Value;

use super::matrix::add;
use super::{ACCEPT, Desk, OWN, handle_of, named, text};
use crate::acts::{OPERATORS, Watch};
use crate::authenticator::Authenticator;
use crate::client::Answer;
use crate::factor;
use crate::kyc;
use crate::matrix::people::{deposit, key_header, make_key, send, signed};
use crate::visitor::{PASSWORD, Page as UserPage, Visitor, escaped, headers_of};
use crate::withdrawals::{NETWORKS, OWN as ADDRESS, hold_nothing};
use crate::world::World;

const POST: &str = "POST";
const PROPOSE: &str = "/v1/operator/proposals";
const APPROVE: &str = "/v1/operator/proposal/approve";
const ANN: &str = "ann@example.test";
const BOB: &str = "bob@example.test";

/// Operators, the log beside them, and the page of one of them.
struct Log<'a> {
    desk: &'a Desk,
    watch: Watch<'a>,
    headers: String,
    authenticator: Authenticator,
}

impl<'a> Log<'a> {
    /// Begins once both operators have shown themselves by their keys.
    async fn begin(desk: &'a Desk) -> Log<'a> {
        for who in [0, 1] {
            let shown = desk.signed(who, "GET", "/v1/operator/myself", "").await;
            assert_eq!(shown.status, 200, "{}", shown.body);
        }
        Log {
            desk,
            watch: Watch::begin(&desk.world, OPERATORS).await,
            headers: OWN.to_owned(),
            authenticator: Authenticator::new("of olivia"),
        }
    }

    /// Sends what the key of an operator signs.
    async fn signed(&mut self, who: usize, path: &str, form: &str) -> Value {
        let answer = self.desk.signed(who, POST, path, form).await;
        self.watch.done((POST, path), form, &answer).await;
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    async fn by_page(&mut self, path: &str, form: &str) -> Answer {
        let answer = self.desk.send(POST, path, &self.headers, form).await;
        self.watch.done((POST, path), form, &answer).await;
        answer
    }

    /// Looks at something by the page.
    async fn look(&mut self, path: &str, query: &str) {
        let target = format!("{path}?{query}");
        let answer = self.desk.send("GET", &target, &self.headers, "").await;
        self.watch.done(("GET", path), "", &answer).await;
    }

    /// Olivia proposes and Oscar approves.
    async fn decide(&mut self, form: &str) -> Value {
        let proposed = self.propose(form).await;
        self.signed(1, APPROVE, &named(&proposed)).await
    }

    async fn propose(&mut self, form: &str) -> Value {
        self.signed(0, PROPOSE, &format!("{form}&reason=decided"))
            .await
    }
}

async fn olivia_enrols_and_signs_in(log: &mut Log<'_>) {
    let told = log.signed(0, "/v1/operator/enrolment", "").await;
    let code = format!("code={}", text(&told, "code"));
    let told = log.by_page("/v1/operator/passkey/begin", &code).await;
    let made = log.authenticator.create(&told.json());
    let form = format!("{code}&label=laptop&{made}");
    log.by_page("/v1/operator/passkey", &form).await;
    olivia_signs_in(log).await;
}

async fn olivia_signs_in(log: &mut Log<'_>) {
    log.headers = OWN.to_owned();
    let told = log.by_page("/v1/operator/login/challenge", "").await.json();
    let form = |signed: &str| {
        let (challenge, handle) = (text(&told, "challenge"), handle_of(OperatorId(1)));
        format!("challenge={challenge}&userHandle={handle}&{signed}")
    };
    let path = "/v1/operator/login";
    let wrong = form(&Authenticator::new("of nobody").sign(&told));
    let refused = log.desk.send(POST, path, &log.headers, &wrong).await;
    let target = (POST, path);
    log.watch
        .refused(target, &wrong, &refused, "operator-refused")
        .await;
    let right = form(&log.authenticator.sign(&told));
    let begun = log.by_page(path, &right).await;
    let cookie = begun.header("set-cookie").expect("a cookie");
    let (pair, _) = cookie.split_once(';').expect("attributes");
    let csrf = text(&begun.json(), "csrfToken");
    log.headers = format!("{OWN}Cookie: {pair}\r\nX-BOURSE-CSRF: {csrf}\r\n");
}

/// The history has to be there, and what works in the background may send a command behind any fold.
async fn a_user_is_exported(log: &mut Log<'_>) {
    let (path, form) = ("/v1/operator/user/export", "user=1&reason=a+letter+of+his");
    let answer = loop {
        log.desk.world.fold_history().await;
        let answer = log.desk.signed(0, POST, path, form).await;
        if answer.status != 503 {
            break answer;
        }
    };
    log.watch.done((POST, path), form, &answer).await;
}

async fn olivia_signs_out_and_takes_the_passkey_away(log: &mut Log<'_>) {
    log.by_page("/v1/operator/logout", "").await;
    olivia_signs_in(log).await;
    let passkeys = log
        .desk
        .send("GET", "/v1/operator/passkeys", &log.headers, "");
    let passkey = format!("passkey={}", passkeys.await.json()[0]["passkey"]);
    let path = "/v1/operator/passkey/challenge";
    let told = log.by_page(path, &passkey).await.json();
    let signed = log.authenticator.sign(&told);
    let form = format!("{passkey}&challenge={}&{signed}", text(&told, "challenge"));
    log.by_page("/v1/operator/passkey/remove", &form).await;
}

async fn proposals_are_decided_in_every_way(log: &mut Log<'_>) {
    let listing = "kind=list-asset&symbol=DOGE";
    let (first, second) = (log.propose(listing).await, log.propose(listing).await);
    let own = log.desk.signed(0, POST, APPROVE, &named(&first)).await;
    let refusal = "proposal-step-refused";
    let target = (POST, APPROVE);
    log.watch.refused(target, "", &own, refusal).await;
    log.by_page("/v1/operator/approval", &named(&first)).await;
    let level = "/v1/operator/kyc/review/challenge";
    log.by_page(level, "application=1").await;
    let settlement = "/v1/operator/withdrawal/settle/challenge";
    log.by_page(settlement, "withdrawal=1&payout=f00d").await;
    let done = log.signed(1, APPROVE, &named(&first)).await;
    assert_eq!(done["state"], "executed", "{done}");
    let done = log.signed(1, APPROVE, &named(&second)).await;
    assert_eq!(done["state"], "refused", "it is listed: {done}");
    let third = log.propose("kind=list-asset&symbol=PEPE").await;
    let form = format!("proposal={}", third["proposal"]);
    let rejected = format!("{form}&reason=not+now");
    log.signed(1, "/v1/operator/proposal/reject", &rejected)
        .await;
    let fourth = log.propose("kind=list-asset&symbol=PEPE").await;
    let form = format!("proposal={}", fourth["proposal"]);
    log.signed(0, "/v1/operator/proposal/withdraw", &form).await;
}

/// A supporter proposes what is not theirs to propose.
async fn sue_oversteps(log: &mut Log<'_>) {
    let key = add(log.desk, "sue", Role::Support).await;
    let myself = ("GET", "/v1/operator/myself");
    let shown = log.desk.signed_by(&key, myself, "", "").await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    log.watch.new_acts().await;
    let (target, form) = ((POST, PROPOSE), "kind=list-asset&symbol=WIF&reason=x");
    let refused = log.desk.signed_by(&key, target, form, form).await;
    let refusal = "proposal-step-refused";
    log.watch.refused(target, form, &refused, refusal).await;
}

async fn zoe_is_invited(log: &mut Log<'_>) {
    let invited = log.decide("kind=invite-operator&name=zoe&roles=risk").await;
    let form = format!("proposal={}", invited["proposal"]);
    let mut halves = Vec::new();
    for who in [0, 1] {
        let told = log.signed(who, "/v1/operator/invitation", &form).await;
        halves.push(text(&told, "code"));
    }
    let form = format!("code={}&otherCode={}", halves[0], halves[1]);
    let joined = log.desk.send(POST, ACCEPT, OWN, &form).await;
    log.watch.done((POST, ACCEPT), &form, &joined).await;
}

async fn a_trouble_is_told(log: &mut Log<'_>) {
    let form = "title=Deposits+are+late&text=A+node+lags.";
    let opened = log.signed(0, "/v1/operator/incidents", form).await;
    let form = format!(
        "incident={}&state=RESOLVED&text=It+is+over.",
        opened["incident"]
    );
    log.signed(1, "/v1/operator/incident", &form).await;
}

/// Hands an application of Ann's in and returns its number.
async fn application(log: &mut Log<'_>, ann: &UserPage<'_>, name: &str) -> u64 {
    let form = format!("legalName={name}&birthDate=1990-02-28&country=DE&address=Street+1&level=2");
    let described = ann.send(POST, "/v1/kyc/application", &form).await;
    assert_eq!(described.status, 200, "{}", described.body);
    for kind in ["IDENTITY", "PORTRAIT", "RESIDENCE"] {
        let taken = ann.upload(kind, kyc::PNG).await;
        assert_eq!(taken.status, 200, "{}", taken.body);
    }
    let submitted = ann.send(POST, "/v1/kyc/submit", "").await.json();
    log.watch.new_acts().await;
    submitted["id"].as_u64().expect("a number")
}

/// One is rejected; of one more is asked, and two approve it, since its name is on a list.
async fn ann_is_reviewed(log: &mut Log<'_>, ann: &UserPage<'_>) {
    let path = "/v1/operator/kyc/review";
    let id = application(log, ann, "Ann+Example").await;
    let form = |id: u64, decision: &str| format!("application={id}&decision={decision}");
    log.signed(0, path, &form(id, "claim")).await;
    let query = format!("application={id}");
    log.look("/v1/operator/kyc/application", &query).await;
    log.look("/v1/operator/kyc/document", "document=1").await;
    log.signed(0, path, &form(id, "reject&reason=not+legible"))
        .await;
    let id = application(log, ann, "Jane+Roe").await;
    log.signed(0, path, &form(id, "claim")).await;
    log.signed(0, path, &form(id, "ask&reason=more+light"))
        .await;
    let id = application(log, ann, "Jane+Roe").await;
    log.signed(0, path, &form(id, "claim")).await;
    log.signed(0, path, &form(id, "approve")).await;
    log.signed(1, path, &form(id, "approve")).await;
}

/// Bob has Bitcoin and an address that his key withdraws to.
async fn bob_withdraws(log: &mut Log<'_>, count: u64) -> Vec<u64> {
    let world = &log.desk.world;
    let destination = Destination {
        asset: model::id::AssetId(0),
        network: "BTC".to_owned(),
        address: ADDRESS.to_owned(),
        tag: String::new(),
    };
    let listed = (&destination, "mine");
    let added = world
        .identity
        .add_destination(OwnerId(1), listed, 0, clock::now());
    added.await.expect("added");
    let account = AccountId(4);
    deposit(world, account).await;
    let key = make_key(world, account, Scopes::ALL, Timestamp::MAX).await;
    for _ in 0..count {
        let target = (POST, "/sapi/v1/capital/withdraw/apply");
        let form = format!("coin=BTC&network=BTC&address={ADDRESS}&amount=1");
        let asked = send(world, target, &key_header(&key), &signed(&key, &form)).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
    }
    log.watch.new_acts().await;
    let asked = world.identity.withdrawals_of(OwnerId(1), None, 10).await;
    asked.expect("read").iter().map(|one| one.id).collect()
}

async fn withdrawals_end_in_every_way(log: &mut Log<'_>) {
    let asked = bob_withdraws(log, 3).await;
    let form = format!("withdrawal={}&reason=wrong+person", asked[0]);
    log.signed(0, "/v1/operator/withdrawal/reject", &form).await;
    for id in &asked[1..] {
        log.decide(&format!("kind=approve-withdrawal&withdrawal={id}"))
            .await;
    }
    let form = format!("withdrawal={}&payout=f00d", asked[1]);
    log.signed(0, "/v1/operator/withdrawal/settle", &form).await;
    log.decide(&format!("kind=fail-withdrawal&withdrawal={}", asked[2]))
        .await;
}

/// Ann has lost her code generator and asks to be let in; returns her page by a code that she kept.
async fn ann_asks_for_help<'a>(world: &'a World) -> UserPage<'a> {
    let visitor = Visitor { world };
    let (_, codes) = factor::enrol(&visitor).await;
    let email = format!("email={}", escaped(ANN));
    let password = format!("password={}", escaped(PASSWORD));
    visitor.post("/v1/factorReset/ask", &email).await;
    let token = visitor.token().await;
    let form = format!("token={token}&{password}&statement=It+fell+into+the+lake.");
    let asked = visitor.post("/v1/factorReset", &form).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let form = format!("{email}&{password}&totp={}", codes[0]);
    UserPage {
        world,
        headers: headers_of(&visitor.post("/v1/login", &form).await),
    }
}

/// Who it is was made sure of, and how is in the log before anybody approves it.
async fn what_was_compared_is_written_down(log: &mut Log<'_>, reset: &str) {
    let parameters = format!("{reset}&compared=documents,call");
    let proposed = log
        .propose(&format!("kind=reset-factors&{parameters}"))
        .await;
    assert_eq!(text(&proposed, "parameters"), parameters);
    let rows = log.desk.identity.audit_rows(0, 1_000).await.expect("read");
    let last = rows.last().expect("a row");
    assert_eq!(last.detail, format!("reset-factors {parameters}; decided"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_proposes_that_factors_go_without_saying_what_was_compared() {
    let desk = Desk::open().await;
    let propose = async |more: &str| {
        let form = format!("kind=reset-factors&reset=1{more}&reason=case+81");
        desk.signed(0, "POST", "/v1/operator/proposals", &form)
            .await
    };
    for more in ["", "&compared=", "&compared=a+feeling", "&compared=call,"] {
        let refused = propose(more).await;
        let (status, code, said) = refused.error();
        assert_eq!((status, code), (400, -7021), "{more}: {said}");
        assert!(said.contains("compared"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_act_of_an_operator_is_in_the_log_once_it_is_done_and_no_secret_is() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let rules = WithdrawalRules::parse(NETWORKS, Duration::ZERO);
    world.gateway.pay_out(rules.expect("legal"));
    world.gateway.check_identities(KycRules {
        first_level: None,
        ..kyc::rules()
    });
    visitor.join(BOB).await;
    hold_nothing(&world).await;
    let desk = Desk::of_users(world).await;
    let ann = ann_asks_for_help(&desk.world).await;

    let mut log = Log::begin(&desk).await;
    olivia_enrols_and_signs_in(&mut log).await;
    proposals_are_decided_in_every_way(&mut log).await;
    sue_oversteps(&mut log).await;
    zoe_is_invited(&mut log).await;
    a_trouble_is_told(&mut log).await;
    let resets = desk.identity.factor_resets().await.expect("read");
    let reset = format!("reset={}", resets[0].id);
    log.look("/v1/operator/factor-reset", &reset).await;
    what_was_compared_is_written_down(&mut log, &reset).await;
    log.look("/v1/operator/users", "who=ann%40example.test")
        .await;
    ann_is_reviewed(&mut log, &ann).await;
    withdrawals_end_in_every_way(&mut log).await;
    a_user_is_exported(&mut log).await;
    olivia_signs_out_and_takes_the_passkey_away(&mut log).await;
    log.watch.end().await;
}
