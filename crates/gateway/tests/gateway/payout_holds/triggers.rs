//! What begins a hold of payouts, each done by the requests that a client sends.

use gateway::clock;
use gateway::rest::holds::tell_holds;
use identity::operator::{NewOperator, Operator, Roles};
use identity::operator_key::OperatorKey;
use identity::policy::Kind;
use identity::proposal::{Decision, Draft};
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};

use crate::authenticator::Authenticator;
use crate::client::Answer;
use crate::factor::code;
use crate::passkeys::{challenge, token};
use crate::visitor::{OWN, PASSWORD, Visitor, escaped, headers_of};
use crate::withdrawals::{ANN, Ann};

const NEW_EMAIL: &str = "ann@new.example.test";
const NEW_PASSWORD: &str = "and another one!";

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    PasswordChanged,
    PasswordReset,
    GeneratorAdded,
    GeneratorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    PasswordAloneAllowed,
    RecoveryCodeUsed,
    AddressChanged,
    AddressReturned,
    ResetAsked,
    /// By operators, a day after they have agreed; no request of a user.
    FactorsReset,
}

/// A row.
pub struct Trigger {
    pub what: &'static str,
    pub target: (&'static str, &'static str),
    act: Act,
}

const fn row(what: &'static str, path: &'static str, act: Act) -> Trigger {
    Trigger {
        what,
        target: ("POST", path),
        act,
    }
}

#[rustfmt::skip]
pub const LOGINS: &[Trigger] = &[
    row("another password", "/v1/password/change", Act::PasswordChanged),
    row("a forgotten password", "/v1/password/reset", Act::PasswordReset),
    row("a password alone", "/v1/login/rule", Act::PasswordAloneAllowed),
    row("a recovery code", "/v1/login", Act::RecoveryCodeUsed),
];

#[rustfmt::skip]
pub const FACTORS: &[Trigger] = &[
    row("a code generator", "/v1/totp/confirm", Act::GeneratorAdded),
    row("no code generator", "/v1/totp/remove", Act::GeneratorRemoved),
    row("a passkey", "/v1/passkeys", Act::PasskeyAdded),
    row("no passkey", "/v1/passkeys/remove", Act::PasskeyRemoved),
];

#[rustfmt::skip]
pub const RECOVERIES: &[Trigger] = &[
    row("another address", "/v1/email/confirm", Act::AddressChanged),
    row("the former address", "/v1/email/return", Act::AddressReturned),
    row("a lost factor", "/v1/factorReset", Act::ResetAsked),
    row("factors that were taken away", "/v1/operator/proposal/approve", Act::FactorsReset),
];

/// Returns whether a request is among those that may begin a hold.
pub fn may_begin_one(target: (&str, &str)) -> bool {
    let mut all = [LOGINS, FACTORS, RECOVERIES].into_iter().flatten();
    all.any(|trigger| trigger.target == target)
}

/// What was made ready for an act.
#[derive(Default)]
pub struct Prepared {
    /// The secret of a code generator, and a recovery code beside it.
    secret: String,
    recovery: String,
    /// The token of a letter.
    letter: String,
}

impl Trigger {
    /// Returns whether nothing is left to show but a password.
    pub fn takes_every_factor(&self) -> bool {
        self.act == Act::FactorsReset
    }

    /// Signs in by the passkey, or by the password where it is gone.
    pub async fn sign_in(&self, ann: &mut Ann) {
        if self.takes_every_factor() {
            let visitor = Visitor { world: &ann.world };
            let page = headers_of(&visitor.log_in(ANN, PASSWORD).await);
            ann.page = page;
        } else {
            ann.sign_in().await;
        }
    }

    /// Does what has to be there before, which may hold payouts, too.
    pub async fn prepare(&self, ann: &mut Ann) -> Prepared {
        let mut prepared = Prepared::default();
        match self.act {
            Act::GeneratorRemoved => prepared = add_generator(ann).await,
            Act::PasskeyRemoved => add_passkey(ann).await,
            Act::RecoveryCodeUsed => {
                allow_password(ann).await;
                prepared = add_generator(ann).await;
            }
            Act::AddressChanged | Act::AddressReturned => {
                prove(ann, "/v1/email/change", "changeEmail", &email(NEW_EMAIL)).await;
                prepared.letter = letter(ann).await;
                if self.act == Act::AddressReturned {
                    post(ann, "/v1/email/confirm", &token_of(&prepared.letter)).await;
                    prepared.letter = letter(ann).await;
                }
            }
            Act::FactorsReset => ask_for_reset(ann).await,
            _ => {}
        }
        prepared
    }

    /// Does it.
    pub async fn pull(&self, ann: &mut Ann, prepared: Prepared) {
        match self.act {
            Act::PasswordChanged => {
                let form = format!("{}&newPassword={}", password(), escaped(NEW_PASSWORD));
                done(ann.by_page("POST", self.target.1, &form).await);
            }
            Act::PasswordReset => {
                post(ann, "/v1/password/forgot", &email(ANN)).await;
                let token = token_of(&letter(ann).await);
                let form = format!("{token}&newPassword={}", escaped(NEW_PASSWORD));
                post(ann, self.target.1, &form).await;
            }
            Act::GeneratorAdded => drop(add_generator(ann).await),
            Act::GeneratorRemoved => {
                let form = format!("{}&totp={}", password(), code(&prepared.secret, 1));
                done(ann.by_page("POST", self.target.1, &form).await);
            }
            Act::PasskeyAdded => add_passkey(ann).await,
            Act::PasskeyRemoved => remove_passkey(ann).await,
            Act::PasswordAloneAllowed => allow_password(ann).await,
            Act::RecoveryCodeUsed => {
                let (email, password) = (email(ANN), password());
                let form = format!("{email}&{password}&totp={}", prepared.recovery);
                post(ann, self.target.1, &form).await;
            }
            Act::AddressChanged | Act::AddressReturned => {
                post(ann, self.target.1, &token_of(&prepared.letter)).await;
            }
            Act::ResetAsked => ask_for_reset(ann).await,
            Act::FactorsReset => reset_factors(ann).await,
        }
    }
}

fn done(answer: Answer) -> Answer {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

fn email(email: &str) -> String {
    format!("email={}", escaped(email))
}

fn password() -> String {
    format!("password={}", escaped(PASSWORD))
}

fn token_of(letter: &str) -> String {
    format!("token={letter}")
}

async fn letter(ann: &Ann) -> String {
    let letters = ann.identity().messages(20).await.expect("read");
    let token = letters.into_iter().find_map(|letter| letter.token);
    token.expect("a token")
}

/// Asks as somebody who has not signed in.
async fn post(ann: &Ann, path: &str, form: &str) -> Answer {
    let mut client = ann.world.client().await;
    done(client.send("POST", path, OWN, form).await)
}

/// Does what the passkey proves.
async fn prove(ann: &mut Ann, path: &str, action: &str, form: &str) -> Answer {
    let form = ann.proven(action, form).await;
    done(ann.by_page("POST", path, &form).await)
}

async fn add_generator(ann: &mut Ann) -> Prepared {
    let enrolled = done(ann.by_page("POST", "/v1/totp/enrol", "").await).json();
    let secret = enrolled["secret"].as_str().expect("a secret").to_owned();
    // What is confirmed is no parameter of the proof, and stands beside it.
    let proof = ann.proven("confirmTotp", "").await;
    let form = format!("{}&totp={}&{proof}", password(), code(&secret, 0));
    let confirmed = done(ann.by_page("POST", "/v1/totp/confirm", &form).await).json();
    let recovery = confirmed["recoveryCodes"][0].as_str().expect("a code");
    Prepared {
        secret,
        recovery: recovery.to_owned(),
        letter: String::new(),
    }
}

async fn add_passkey(ann: &mut Ann) {
    let label = "label=second";
    let told = challenge(&ann.world, &ann.page, "addPasskey", label).await;
    let made = Authenticator::new("two").create(&told);
    let signed = ann.authenticator.sign(&told);
    let form = format!("{label}&challenge={}&{made}&{signed}", token(&told));
    done(ann.by_page("POST", "/v1/passkeys", &form).await);
}

async fn remove_passkey(ann: &mut Ann) {
    let passkeys = ann.read("/v1/passkeys").await;
    let passkeys = passkeys.as_array().expect("rows");
    let second = passkeys.iter().find(|passkey| passkey["label"] == "second");
    let form = format!("id={}", second.expect("it is there")["id"]);
    prove(ann, "/v1/passkeys/remove", "removePasskey", &form).await;
}

async fn allow_password(ann: &mut Ann) {
    prove(ann, "/v1/login/rule", "setLogin", "passwordAlone=true").await;
}

async fn ask_for_reset(ann: &mut Ann) {
    post(ann, "/v1/factorReset/ask", &email(ANN)).await;
    let (token, password) = (token_of(&letter(ann).await), password());
    let form = format!("{token}&{password}&statement=It+fell+into+the+lake.");
    post(ann, "/v1/factorReset", &form).await;
}

/// Two operators have agreed more than a day ago, and it is carried out now.
async fn reset_factors(ann: &mut Ann) {
    let (identity, now) = (ann.identity(), clock::now());
    let ago = now.plus_nanos(-NANOS_PER_DAY - 60 * NANOS_PER_SECOND);
    let both = ["olivia", "oscar"].map(|name| NewOperator {
        name: name.to_owned(),
        roles: Roles::ALL,
        public_key: OperatorKey::generate().expect("random").public(),
    });
    identity.bootstrap(&both, ago).await.expect("bootstraps");
    let operators: Vec<Operator> = identity.operators().await.expect("read");
    let resets = identity.factor_resets().await.expect("read");
    let draft = Draft {
        kind: Kind::ResetFactors,
        parameters: format!("reset={}", resets[0].id),
        reason: "passport seen, case 81".to_owned(),
        worth: String::new(),
    };
    let proposal = identity.propose(&operators[0], draft, ago).await;
    let proposal = proposal.expect("proposed");
    let decision = Decision::Approve(proposal.digest);
    let decided = identity.decide(&operators[1], proposal.id, &decision, ago);
    decided.await.expect("approved");
    carry_out(ann, proposal.id, now).await;
}

async fn carry_out(ann: &Ann, proposal: model::id::ProposalId, now: Timestamp) {
    let done = ann.identity().change_people(proposal, now).await;
    done.expect("goes well");
    // What works in the background does so within a second.
    tell_holds(&ann.world.gateway).await;
}
