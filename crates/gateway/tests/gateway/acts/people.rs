//! What users do, from joining to closing the account, each request held against its row.

use core::time::Duration;

use gateway::networks::WithdrawalRules;
use gateway::rest::kyc::KycRules;
use identity::webauthn::RelyingParty;
use model::account::Scopes;
use model::id::AccountId;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};
use serde_json::Value;

use super::rows::{USERS, Writes};
use super::watch::Watch;
use crate::authenticator::{Authenticator, ORIGIN};
use crate::client::Answer;
use crate::factor::code;
use crate::kyc;
use crate::matrix::people::{deposit, joined, key_header, make_key, send, signed};
use crate::matrix::rows::ROWS;
use crate::passkeys::token;
use crate::visitor::{OWN, PASSWORD, Page, Visitor, escaped, headers_of};
use crate::withdrawals::{NETWORKS, OWN as ADDRESS, wish};
use crate::world::{Login, Passing, Setting, World};

const ANN: &str = "ann@example.test";
const BEN: &str = "ben@example.test";
const NEW: &str = "ben@new.example.test";
const WRONG: &str = "a wild guess of mine";
const OTHER: &str = "and another one!";
const POST: &str = "POST";
const DELETE: &str = "DELETE";

/// The browser of somebody, and the log beside it.
struct Browser<'a> {
    world: &'a World,
    watch: Watch<'a>,
    email: &'static str,
    password: &'static str,
    headers: String,
    /// Of whom acts want a passkey.
    authenticator: Option<Authenticator>,
}

impl<'a> Browser<'a> {
    async fn of(world: &'a World, watch: Watch<'a>, email: &'static str) -> Browser<'a> {
        let mut browser = Browser {
            world,
            watch,
            email,
            password: PASSWORD,
            headers: OWN.to_owned(),
            authenticator: None,
        };
        let form = format!("email={}&{}", escaped(email), browser.own_password());
        browser.done((POST, "/v1/register"), &form).await;
        let form = format!("token={}", browser.letter().await);
        browser.done((POST, "/v1/register/confirm"), &form).await;
        browser
    }

    fn own_password(&self) -> String {
        format!("password={}", escaped(self.password))
    }

    /// Returns the token of the newest letter that has one; what is told without being asked for may come after it.
    async fn letter(&self) -> String {
        let letters = self.world.identity.messages(20).await.expect("read");
        let token = letters.into_iter().find_map(|letter| letter.token);
        token.expect("a token")
    }

    async fn send(&self, (method, path): (&str, &str), form: &str) -> Answer {
        let mut client = self.world.client().await;
        client.send(method, path, &self.headers, form).await
    }

    async fn done(&mut self, target: (&str, &str), form: &str) -> Answer {
        let answer = self.send(target, form).await;
        self.watch.done(target, form, &answer).await;
        answer
    }

    async fn refused(&mut self, target: (&str, &str), form: &str, act: &str) {
        let answer = self.send(target, form).await;
        self.watch.refused(target, form, &answer, act).await;
    }

    async fn read(&self, path: &str) -> Value {
        let answer = self.send(("GET", path), "").await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// Signs in without the session before, which goes on.
    async fn log_in(&mut self, more: &str) {
        self.headers = OWN.to_owned();
        let form = format!(
            "email={}&{}{more}",
            escaped(self.email),
            self.own_password()
        );
        let login = self.done((POST, "/v1/login"), &form).await;
        self.headers = headers_of(&login);
    }

    /// Does what the password proves: refused by another one first.
    async fn by_password(&mut self, path: &str, more: &str) -> Answer {
        let wrong = format!("password={}{more}", escaped(WRONG));
        self.refused((POST, path), &wrong, "login-failed").await;
        let right = format!("{}{more}", self.own_password());
        self.done((POST, path), &right).await
    }

    /// Does what a challenge proves that is bound to it: refused by a wrong proof first.
    async fn proven(&mut self, path: &str, (action, bound): (&str, &str)) -> Answer {
        let asked = joined(&format!("action={action}"), bound);
        let told = self.done((POST, "/v1/challenge"), &asked).await.json();
        let (act, wrong, right) = match &mut self.authenticator {
            None => (
                "login-failed",
                format!("password={}", escaped(WRONG)),
                format!("password={}", escaped(self.password)),
            ),
            Some(own) => {
                let wrong = Authenticator::new("two").sign_as(&told, 5);
                ("proof-refused", wrong, own.sign(&told))
            }
        };
        let form = |proof: &str| joined(bound, &format!("challenge={}&{proof}", token(&told)));
        self.refused((POST, path), &form(&wrong), act).await;
        self.done((POST, path), &form(&right)).await
    }

    fn page(&self) -> Page<'a> {
        Page {
            world: self.world,
            headers: self.headers.clone(),
        }
    }

    async fn ends_session(&mut self) {
        self.done((DELETE, "/v1/session"), "").await;
    }
}

/// Returns a number of an answer.
fn number(answer: &Value, name: &str) -> u64 {
    let number = answer[name].as_u64();
    number.unwrap_or_else(|| panic!("no {name} in {answer}"))
}

/// Mailbox, password, sessions and a code generator.
async fn ben_signs_in_in_every_way<'a>(world: &'a World, watch: Watch<'a>) -> Watch<'a> {
    let mut ben = Browser::of(world, watch, BEN).await;
    let form = format!("email={}&password={}", escaped(BEN), escaped(WRONG));
    ben.refused((POST, "/v1/login"), &form, "login-failed")
        .await;
    ben.log_in("").await;
    ben.log_in("").await;
    let sessions = ben.read("/v1/sessions").await;
    let sessions = sessions.as_array().expect("rows");
    let other = sessions.iter().find(|session| session["isOwn"] == false);
    let other = number(other.expect("the other one"), "id");
    ben.done((DELETE, "/v1/sessions"), &format!("id={other}"))
        .await;
    let new = format!("&newPassword={}", escaped(OTHER));
    let changed = ben.by_password("/v1/password/change", &new).await;
    ben.headers = headers_of(&changed);
    ben.password = OTHER;
    ben.by_password("/v1/antiPhishingCode", "&code=red+fox+of+ben")
        .await;
    ben.ends_session().await;

    let email = format!("email={}", escaped(BEN));
    ben.headers = OWN.to_owned();
    ben.done((POST, "/v1/password/forgot"), &email).await;
    let form = format!(
        "token={}&newPassword={}",
        ben.letter().await,
        escaped(PASSWORD)
    );
    ben.done((POST, "/v1/password/reset"), &form).await;
    ben.password = PASSWORD;
    ben.log_in("").await;
    let bound = format!("email={}", escaped(NEW));
    ben.proven("/v1/email/change", ("changeEmail", &bound))
        .await;
    for path in ["/v1/email/confirm", "/v1/email/return"] {
        let form = format!("token={}", ben.letter().await);
        ben.done((POST, path), &form).await;
    }
    ben_has_a_code_generator(ben).await
}

async fn ben_has_a_code_generator<'a>(mut ben: Browser<'a>) -> Watch<'a> {
    ben.log_in("").await;
    let enrolled = ben.done((POST, "/v1/totp/enrol"), "").await.json();
    let secret = enrolled["secret"].as_str().expect("a secret").to_owned();
    let shown = format!("&totp={}", code(&secret, 0));
    let confirmed = ben.by_password("/v1/totp/confirm", &shown).await.json();
    let codes = confirmed["recoveryCodes"].as_array().expect("codes");
    let codes: Vec<&str> = codes.iter().filter_map(Value::as_str).collect();

    ben.headers = OWN.to_owned();
    let email = format!("email={}", escaped(BEN));
    for ended_by in [Some("/v1/factorReset/cancel"), None] {
        ben.done((POST, "/v1/factorReset/ask"), &email).await;
        let form = |password: &str, token: &str| {
            let password = escaped(password);
            format!("token={token}&password={password}&statement=It+fell+into+the+lake.")
        };
        let letter = ben.letter().await;
        let target = (POST, "/v1/factorReset");
        ben.refused(target, &form(WRONG, &letter), "login-failed")
            .await;
        ben.done(target, &form(PASSWORD, &letter)).await;
        if let Some(path) = ended_by {
            let form = format!("token={}", ben.letter().await);
            ben.done((POST, path), &form).await;
        }
    }
    ben.log_in(&format!("&totp={}", codes[0])).await;
    ben.done((DELETE, "/v1/factorReset"), "").await;
    ben.by_password("/v1/totp/remove", &format!("&totp={}", codes[1]))
        .await;
    ben.log_in("").await;
    ben.proven("/v1/account/close", ("closeAccount", "")).await;
    ben.watch
}

/// Ann signs in by a passkey from here on; returns what the exchange calls her.
async fn ann_has_a_passkey(ann: &mut Browser<'_>) -> String {
    ann.log_in("").await;
    let own = Authenticator::new("one");
    let bound = "label=laptop";
    let asked = format!("action=addPasskey&{bound}");
    let told = ann.done((POST, "/v1/challenge"), &asked).await.json();
    let form = |password: &str| {
        let (password, made) = (escaped(password), own.create(&told));
        format!(
            "{bound}&challenge={}&password={password}&{made}",
            token(&told)
        )
    };
    let target = (POST, "/v1/passkeys");
    ann.refused(target, &form(WRONG), "login-failed").await;
    ann.done(target, &form(PASSWORD)).await;
    ann.authenticator = Some(own);
    let handle = told["userHandle"].as_str().expect("a handle");
    ann_signs_in_by_passkey(ann, handle).await;
    let id = number(&ann.read("/v1/passkeys").await[0], "id");
    let form = format!("id={id}&label=old+laptop");
    ann.done((POST, "/v1/passkeys/name"), &form).await;
    handle.to_owned()
}

async fn ann_signs_in_by_passkey(ann: &mut Browser<'_>, handle: &str) {
    ann.headers = OWN.to_owned();
    let told = ann.done((POST, "/v1/login/challenge"), "").await.json();
    let form = |signed: &str| format!("challenge={}&userHandle={handle}&{signed}", token(&told));
    let wrong = form(&Authenticator::new("two").sign_as(&told, 5));
    let target = (POST, "/v1/login/passkey");
    ann.refused(target, &wrong, "login-failed").await;
    let own = ann.authenticator.as_mut().expect("a passkey");
    let right = form(&own.sign(&told));
    let login = ann.done(target, &right).await;
    ann.headers = headers_of(&login);
}

/// Keys and what takes a proof beside them.
async fn ann_makes_keys(ann: &mut Browser<'_>) {
    let terms = "label=bot&scopes=trade";
    let made = ann.proven("/v1/keys", ("createKey", terms)).await;
    let id = number(&made.json(), "id");
    let wider = format!("id={id}&addresses=127.0.0.1");
    ann.done((POST, "/v1/keys/change"), &wider).await;
    let wider = format!("id={id}&addresses=127.0.0.1%2C10.0.0.1");
    ann.proven("/v1/keys/change", ("changeKey", &wider)).await;
    ann.done((DELETE, "/v1/keys"), &format!("id={id}")).await;
    for is_allowed in [true, false] {
        let bound = format!("passwordAlone={is_allowed}");
        ann.proven("/v1/login/rule", ("setLogin", &bound)).await;
    }
}

async fn ann_withdraws(ann: &mut Browser<'_>, key: &Login) {
    let bound = format!("asset=BTC&network=BTC&address={ADDRESS}&label=mine");
    let added = ann.proven("/v1/addresses", ("addAddress", &bound));
    let added = number(&added.await.json(), "id");
    ann.done((POST, "/v1/addresses/rule"), "bookOnly=true")
        .await;
    let bound = ("openAddressBook", "bookOnly=false");
    ann.proven("/v1/addresses/rule", bound).await;
    let bound = wish("1", "");
    let asked = ann.proven("/v1/withdrawals", ("withdraw", &bound));
    let asked = number(&asked.await.json(), "id");
    ann.done((DELETE, "/v1/withdrawals"), &format!("id={asked}"))
        .await;
    let target = (POST, "/sapi/v1/capital/withdraw/apply");
    let form = format!("coin=BTC&network=BTC&address={ADDRESS}&amount=1");
    let form = signed(key, &form);
    let answer = send(ann.world, target, &key_header(key), &form).await;
    ann.watch.done(target, &form, &answer).await;
    ann.done((DELETE, "/v1/addresses"), &format!("id={added}"))
        .await;
}

async fn ann_has_a_sub_account(ann: &mut Browser<'_>, key: &Login) {
    let opened = ann.done((POST, "/v1/subaccounts"), "label=grid").await;
    let sub = number(&opened.json(), "account");
    let account = format!("account={sub}");
    ann.done(
        (POST, "/v1/subaccounts/label"),
        &format!("{account}&label=grids"),
    )
    .await;
    for path in ["/v1/subaccounts/freeze", "/v1/subaccounts/unfreeze"] {
        ann.done((POST, path), &account).await;
    }
    let target = (POST, "/v1/subaccounts/transfer");
    let form = format!("asset=USDT&amount=1&toAccount={sub}&idempotencyKey=");
    ann.done(target, &format!("{form}page")).await;
    let form = signed(key, &format!("{form}key"));
    let answer = send(ann.world, target, &key_header(key), &form).await;
    ann.watch.done(target, &form, &answer).await;
    let rows = ann.world.gateway.identity().audit_rows(0, 1_000).await;
    let rows = rows.expect("read");
    let moved = rows
        .iter()
        .filter(|row| row.act == "subaccount-transferred");
    let moved: Vec<(i64, i64, &str)> = moved
        .map(|row| (row.actor_kind, row.actor, row.detail.as_str()))
        .collect();
    let about = format!("account 4 to account {sub}");
    let by_key = format!("{about} by key {}", key.key.0);
    assert_eq!(moved, [(2, 1, about.as_str()), (2, 1, by_key.as_str())]);
}

/// Ann lets Carol read, who ends it once, and Ann once.
async fn ann_is_audited<'a>(mut ann: Browser<'a>) -> Browser<'a> {
    let bound = "email=carol%40example.test&expiresAt=4102444800000";
    let mut leaves = Vec::new();
    for is_ended_by_carol in [true, false] {
        let act = ("inviteAuditor", bound);
        let invited = ann.proven("/v1/auditors", act).await.json();
        leaves.push((number(&invited, "id"), is_ended_by_carol));
    }
    let page = ann.page();
    let mut carol = Browser::of(ann.world, ann.watch, "carol@example.test").await;
    carol.log_in("").await;
    for (id, is_ended_by_carol) in leaves {
        let id = format!("id={id}");
        carol.done((POST, "/v1/audits/accept"), &id).await;
        if is_ended_by_carol {
            carol.done((DELETE, "/v1/audits"), &id).await;
        } else {
            let target = (DELETE, "/v1/auditors");
            let ended = page.send(target.0, target.1, &id).await;
            carol.watch.done(target, &id, &ended).await;
        }
    }
    Browser {
        watch: carol.watch,
        ..ann
    }
}

async fn ann_shows_who_she_is(ann: &mut Browser<'_>) {
    let form = "legalName=Ann+Example&birthDate=1990-02-28&country=DE&address=Street+1&level=2";
    ann.done((POST, "/v1/kyc/application"), form).await;
    let page = ann.page();
    let target = (POST, "/v1/kyc/documents");
    let infected = [kyc::PNG, b"virus"].concat();
    let refused = page.upload("IDENTITY", &infected).await;
    ann.watch
        .refused(target, "", &refused, "kyc-upload-infected")
        .await;
    for kind in ["IDENTITY", "PORTRAIT", "RESIDENCE"] {
        let taken = page.upload(kind, kyc::PNG).await;
        ann.watch.done(target, "", &taken).await;
    }
    let submitted = ann.done((POST, "/v1/kyc/submit"), "").await;
    let id = number(&submitted.json(), "id");
    let found = format!(r#"{{"application":{id},"verdict":"review","note":"case 9"}}"#);
    let told = kyc::tell(ann.world, "a", &found, |signature| signature).await;
    ann.watch.done((POST, "/v1/kyc/provider"), "", &told).await;
}

/// Whether she is told of withdrawals; of what else she is told is nobody's business.
async fn ann_wants_no_news(ann: &mut Browser<'_>) {
    let target = ("PUT", "/v1/notifications/settings");
    for (kept, mailed, off) in [
        (false, true, "pages"),
        (true, false, "letters"),
        (false, false, "letters and pages"),
        (true, true, ""),
    ] {
        let form = format!("kind=WITHDRAWAL&isKept={kept}&isMailed={mailed}");
        ann.done(target, &form).await;
        assert_eq!(ann.watch.last_detail(), off);
    }
    let answer = ann
        .send(target, "kind=DEPOSIT&isKept=false&isMailed=false")
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(ann.watch.new_acts().await, [""; 0]);
}

/// Requests that write nothing write nothing, whatever becomes of them.
async fn the_rest_writes_nothing(ann: &mut Browser<'_>) {
    for row in USERS {
        let target = (row.method, row.path);
        if let Writes::Nothing(_) = row.writes {
            let found = ROWS.iter().find(|row| row.target() == target);
            let form = found.expect("a row of the matrix").complete();
            let answer = send(ann.world, target, &ann.headers, &form).await;
            if answer.status == 200 {
                ann.watch.done(target, &form, &answer).await;
            } else {
                assert_eq!(ann.watch.new_acts().await, [""; 0], "{target:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_act_of_a_user_is_in_the_log_once_it_is_done_and_no_secret_is() {
    let world = World::start_with(Setting {
        passing: Passing::Both,
        ..Setting::STANDARD
    });
    let world = world.await;
    let party = RelyingParty::of_origin(ORIGIN).expect("an origin");
    world.gateway.offer_passkeys(party);
    Visitor::of_sandbox(&world);
    let rules = WithdrawalRules::parse(NETWORKS, Duration::ZERO);
    world.gateway.pay_out(rules.expect("legal"));
    world.gateway.check_identities(KycRules {
        first_level: None,
        scanner: Some(kyc::fake_scanner().await),
        ..kyc::rules()
    });
    let watch = Watch::begin(&world, USERS).await;

    let mut ann = Browser::of(&world, watch, ANN).await;
    let account = AccountId(4);
    deposit(&world, account).await;
    let handle = ann_has_a_passkey(&mut ann).await;
    let key = make_key(&world, account, Scopes::ALL, Timestamp::MAX).await;
    ann_makes_keys(&mut ann).await;
    // Until the holds are over.
    world.pass(NANOS_PER_DAY + NANOS_PER_SECOND);
    ann_signs_in_by_passkey(&mut ann, &handle).await;
    ann_withdraws(&mut ann, &key).await;
    ann_has_a_sub_account(&mut ann, &key).await;
    let mut ann = ann_is_audited(ann).await;
    ann_shows_who_she_is(&mut ann).await;
    world.fold_history().await;
    ann.proven("/v1/account/export", ("exportData", "")).await;
    ann_wants_no_news(&mut ann).await;
    the_rest_writes_nothing(&mut ann).await;
    let id = number(&ann.read("/v1/passkeys").await[0], "id");
    let bound = format!("id={id}");
    ann.proven("/v1/passkeys/remove", ("removePasskey", &bound))
        .await;

    let watch = ben_signs_in_in_every_way(&world, ann.watch).await;
    watch.end().await;
}
