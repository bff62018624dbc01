//! The requests of operators for machines, as OpenAPI 3.1, made from the table of routes.

use std::sync::OnceLock;

use identity::incident::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use identity::operator::Role;
use identity::policy::{APPROVALS_MAX, Kind};
use serde_json::{Map, Value, json};

use crate::console::admission::KEY;
use crate::console::reading;
use crate::console::route::{Access, ENDPOINTS, Endpoint, Route, Verb};
use crate::console::session::ASSERTION;
use crate::console::terms;
use crate::console::users;
use crate::request_signature::{NONCE, SIGNATURE, TIMESTAMP};

/// Returns the document.
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| format!("{:#}\n", document()))
}

fn document() -> Value {
    let mut paths = Map::new();
    for endpoint in ENDPOINTS {
        let path = paths
            .entry(endpoint.path)
            .or_insert_with(|| Value::Object(Map::new()));
        let method = endpoint.method.name().to_ascii_lowercase();
        path[&method] = operation(endpoint);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Bourse, requests of operators",
            "version": "1",
            "description": "A listener of its own; every request is signed, or comes from the page of somebody who signed in with a passkey (docs/spec/operators.md).",
        },
        "servers": [{"url": "http://127.0.0.1:8081"}],
        "paths": paths,
        "components": {"schemas": schemas(), "parameters": headers()},
    })
}

fn operation(endpoint: &Endpoint) -> Value {
    let held = Role::ALL
        .into_iter()
        .filter(|role| endpoint.roles.has(*role));
    let roles: Vec<&str> = held.map(Role::name).collect();
    let signed = ["Key", "Timestamp", "Nonce", "Signature"];
    let reference = |name| json!({"$ref": format!("#/components/parameters/{name}")});
    let mut parameters: Vec<Value> = match endpoint.access {
        Access::Operator => signed.into_iter().map(reference).collect(),
        Access::Session | Access::Anybody => Vec::new(),
    };
    if endpoint.method == Verb::Get {
        parameters.extend(endpoint.parameters.iter().map(|name| {
            json!({
                "name": name,
                "in": "query",
                "required": REQUIRED.contains(name),
                "description": meaning(name),
                "schema": schema_of(name),
            })
        }));
    }
    let mut operation = json!({
        "operationId": format!("{:?}", endpoint.route),
        "summary": summary(endpoint.route),
        "parameters": parameters,
        "responses": {
            "200": done(endpoint.route),
            "default": content("Refused", &json!({"$ref": "#/components/schemas/Error"})),
        },
        "x-roles": roles,
        "x-access": access(endpoint.access),
    });
    if endpoint.method == Verb::Post {
        let form = form(endpoint);
        let is_required = form["required"] != json!([]);
        operation["requestBody"] = json!({
            "required": is_required,
            "content": {"application/x-www-form-urlencoded": {"schema": form}},
        });
    }
    operation
}

fn done(route: Route) -> Value {
    match route {
        Route::KycDocument => json!({
            "description": "Done",
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        }),
        Route::ExportUser => json!({
            "description": "Done",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }),
        route => content("Done", &answer_of(route)),
    }
}

const fn access(access: Access) -> &'static str {
    match access {
        Access::Anybody => "anybody on this machine",
        Access::Operator => "a signature or a session",
        Access::Session => "a session",
    }
}

fn content(description: &str, schema: &Value) -> Value {
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

/// Parameters of a query that it does not go without.
const REQUIRED: &[&str] = &["proposal", "application", "document", "withdrawal", "who"];

fn form(endpoint: &Endpoint) -> Value {
    let mut properties = Map::new();
    let mut add = |name: &str| {
        let mut schema = schema_of(name);
        schema["description"] = Value::from(meaning(name));
        properties.insert(name.to_owned(), schema);
    };
    let required = match endpoint.route {
        Route::Propose => {
            ["kind", "reason", "email"].into_iter().for_each(&mut add);
            let names = Kind::ALL.into_iter().flat_map(reading::names);
            names.for_each(|name| add(name));
            terms::NAMES.iter().for_each(|name| add(name));
            vec!["kind", "reason"]
        }
        _ => {
            endpoint.parameters.iter().for_each(|name| add(name));
            // Whoever signs the request has no challenge to answer.
            let is_needed = |name: &&str| match endpoint.route {
                Route::KycReview => *name != "reason" && !ASSERTION.contains(name),
                Route::Approve | Route::Enrol | Route::RemovePasskey | Route::SettleWithdrawal => {
                    !ASSERTION.contains(name)
                }
                Route::PasskeyChallenge => false,
                Route::OpenIncident => !name.ends_with("sAt"),
                _ => true,
            };
            let names = endpoint.parameters.iter().copied();
            names.filter(is_needed).collect()
        }
    };
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn schema_of(name: &str) -> Value {
    match name {
        "approvals" => json!({"type": "integer", "minimum": 1, "maximum": APPROVALS_MAX}),
        "withdrawal" | "proposal" | "account" | "tier" | "limit" | "after" | "application"
        | "document" | "reset" | "user" | "passkey" | "incident" | "beginsAt" | "endsAt" => {
            json!({"type": "integer", "minimum": 0})
        }
        "title" => json!({"type": "string", "minLength": 1, "maxLength": TITLE_CHARS_MAX}),
        "text" => json!({"type": "string", "minLength": 1, "maxLength": TEXT_CHARS_MAX}),
        "decision" => json!({"enum": ["claim", "approve", "ask", "reject"]}),
        "kind" => json!({"enum": Kind::ALL.map(Kind::name)}),
        "who" => json!({"type": "string", "minLength": 1}),
        "digest" => json!({"type": "string", "pattern": "^[0-9a-fA-F]{64}$"}),
        "reason" => json!({"type": "string", "minLength": 1, "maxLength": 500}),
        _ => json!({"type": "string"}),
    }
}

fn meaning(name: &str) -> &'static str {
    match name {
        "proposal" => "The number of a proposal.",
        "digest" => "What is approved: the digest that the proposal shows.",
        "reason" => "Why.",
        "incident" => "The number of a trouble or a work that is not over.",
        "title" => "What is the matter, in one line that everybody reads.",
        "text" => "What is to be said of it now; everybody reads it.",
        "beginsAt" => "When a work is to begin; a trouble has none.",
        "endsAt" => "When a work is to end; a trouble has none.",
        "withdrawal" => "The number of a withdrawal.",
        "payout" => "What the transaction is called on its chain.",
        "application" => "The number of an application for a level.",
        "document" => "The number of a document of an application.",
        "decision" => "What is done with it; ask and reject take a reason for the applicant.",
        "state" => "Of a proposal, an application or a withdrawal, or what an account may do.",
        "limit" => "At most so many rows, 1 to 1000; 100 unless given.",
        "after" => "Only rows after this number.",
        "kind" => "What is proposed.",
        "who" => {
            "The number or the e-mail address of a user, also one that a user had who closed the account."
        }
        "account" => "The number of an account.",
        "email" => "The address of a user, instead of the number of the account.",
        "asset" | "base" | "quote" => "The symbol of a listed asset.",
        "cap" => {
            "How much of the asset leaves in a day, for all users together, as a decimal number; none for without end. More counts a day later."
        }
        "amount" => "What the account gains, as a decimal number; below zero it loses.",
        "tier" => "A row of the fee schedule, 0 to 9.",
        "symbol" => "The symbol of what is listed.",
        "market" => "The symbol of a listed market.",
        "like" => "A market whose terms are taken where none are given.",
        "phase" => "The phase a market is to be in.",
        "tick" | "lot" => "The step of prices or quantities, as a decimal number.",
        "name" => "The name of an operator.",
        "roles" | "proposers" | "approvers" => "Roles, with commas.",
        "approvals" => "How many operators approve, 1 to 5; as many as now unless given.",
        "compared" => {
            "What was compared to make sure who lost the second factors: documents, call, payment, with commas."
        }
        "reset" => "The number of what a user asks who lost the second factors.",
        "user" => {
            "The number of a user; of one who has closed the account, where an erasure is proposed."
        }
        "of" => "The kind of proposal whose policy is changed.",
        "code" => "What `POST /v1/operator/enrolment` tells, or half of the code of an invitation.",
        "otherCode" => "The other half, in either order.",
        "passkey" => "The number of a passkey of whoever asks.",
        "label" => "The name of a passkey, 1 to 64 characters.",
        "challenge" => "What was told to be answered by a passkey.",
        "credential" => "What the authenticator calls the passkey, in base64url.",
        "clientData" | "attestationClientData" => "`clientDataJSON` of the browser, in base64url.",
        "authenticatorData" => "What the authenticator says, in base64url.",
        "assertion" => "The signature of the passkey, in base64url.",
        "attestation" => "`attestationObject` of the authenticator, in base64url.",
        "userHandle" => "Whose passkey the authenticator says it is, in base64url.",
        "public_key" => "An Ed25519 public key, in hex.",
        _ => "A term of a market, in the unit its name ends with.",
    }
}

const fn summary(route: Route) -> &'static str {
    match route {
        Route::Myself => "Who asks",
        Route::Operators => "Every operator there was",
        Route::Proposals => "The newest proposals",
        Route::Proposal => "A proposal",
        Route::Propose => "Proposes something",
        Route::Approve => "Approves a proposal of somebody else",
        Route::Reject => "Rejects a proposal of somebody else",
        Route::Withdraw => "Withdraws one's own proposal",
        Route::Policy => "Who may propose and approve what",
        Route::BeyondDeposits => "Deposits beyond the allowance of their owner, the oldest first",
        Route::PayoutLimits => "How much of each asset leaves in a day, and what is used of it",
        Route::Users => {
            "Who has a number or an address: state, level, hold, factors, accounts, keys and sessions, never a secret; that they were looked up is written down"
        }
        Route::ExportUser => {
            "An archive of everything that is held on a user; that it was made is written down"
        }
        Route::Withdrawals => {
            "Withdrawals of a state, those that wait unless one is named; the longest first"
        }
        Route::Withdrawal => "A withdrawal",
        Route::SettleWithdrawal => "Says that the payout of an approved withdrawal is final",
        Route::SettlementChallenge => {
            "What a passkey is to sign, in a session, before a payout is said to be final"
        }
        Route::RejectWithdrawal => "Gives the money of a withdrawal that waits back",
        Route::Kyc => "Applications for levels, those that wait longest first",
        Route::KycApplication => {
            "An application for a level; that it was looked at is written down"
        }
        Route::KycDocument => "What a document shows; that it was looked at is written down",
        Route::KycReview => "Claims or decides an application",
        Route::LevelChallenge => {
            "What a passkey is to sign, in a session, before a level is granted"
        }
        Route::Enrol => "A code by which a passkey is enrolled",
        Route::Invitation => {
            "Half of the code of an invitation, for whoever proposed it and for whoever approved it"
        }
        Route::AcceptInvitation => {
            "Makes whoever has both halves an operator: by the key that signs it, or by a passkey"
        }
        Route::Passkeys => "The passkeys of whoever asks",
        Route::RemovePasskey => {
            "Takes a passkey of whoever asks away, and ends their sessions; those that are left"
        }
        Route::BeginEnrolment => "What an authenticator is asked to make",
        Route::AddPasskey => "Enrols a passkey, and uses the code up",
        Route::LogInChallenge => "What a passkey is to sign to sign in",
        Route::LogIn => "Begins a session by a passkey, and sets its cookie",
        Route::Session => "The session that asks",
        Route::Approval => "What a passkey is to sign for an approval in a session",
        Route::PasskeyChallenge => {
            "What a passkey is to sign, in a session, before another one is added or the named one is taken away"
        }
        Route::LogOut => "Ends the session",
        Route::FactorResets => "Users who lost their second factors and ask for a reset",
        Route::FactorReset => "One of them, with what they say; the audit log notes who read it",
        Route::Incidents => "Troubles and planned work: what is not over, then what was of late",
        Route::OpenIncident => "Tells everybody of a trouble, or of a work that is planned",
        Route::UpdateIncident => "Tells everybody how it goes on",
        Route::Audit => "Rows of the audit log, the oldest first",
    }
}

fn answer_of(route: Route) -> Value {
    let of = |name| json!({"$ref": format!("#/components/schemas/{name}")});
    let list = |name| json!({"type": "array", "items": of(name)});
    match route {
        Route::Myself => of("Operator"),
        Route::Operators => list("Operator"),
        Route::Proposals => list("Proposal"),
        Route::Proposal | Route::Propose | Route::Approve | Route::Reject | Route::Withdraw => {
            of("Proposal")
        }
        Route::Policy => list("Policy"),
        Route::Enrol => of("Enrolment"),
        Route::Invitation => of("InvitationHalf"),
        Route::AcceptInvitation => of("Joined"),
        Route::Passkeys | Route::RemovePasskey => list("Passkey"),
        Route::BeginEnrolment => of("EnrolmentChallenge"),
        Route::AddPasskey => of("Operator"),
        Route::LogInChallenge
        | Route::Approval
        | Route::PasskeyChallenge
        | Route::LevelChallenge
        | Route::SettlementChallenge => of("Challenge"),
        Route::LogIn | Route::Session => of("Session"),
        Route::LogOut => json!({"type": "object"}),
        Route::FactorResets => list("FactorReset"),
        Route::FactorReset => of("FactorResetStatement"),
        Route::Audit => list("AuditRow"),
        Route::Incidents => list("Incident"),
        Route::OpenIncident | Route::UpdateIncident => of("Incident"),
        Route::Kyc => list("KycSummary"),
        Route::BeyondDeposits => list("BeyondDeposit"),
        Route::Users => list("User"),
        Route::Withdrawals => list("Withdrawal"),
        Route::PayoutLimits => list("PayoutLimit"),
        Route::Withdrawal | Route::SettleWithdrawal | Route::RejectWithdrawal => of("Withdrawal"),
        Route::KycApplication | Route::KycReview => of("KycApplication"),
        Route::KycDocument | Route::ExportUser => Value::Null,
    }
}

fn headers() -> Value {
    let header = |name: &str, description: &str| {
        json!({
            "name": name,
            "in": "header",
            "required": true,
            "description": description,
            "schema": {"type": "string"},
        })
    };
    json!({
        "Key": header(KEY, "The public key of the operator, 64 hex digits."),
        "Timestamp": header(TIMESTAMP, "Milliseconds since 1970, at most 5 seconds old."),
        "Nonce": header(NONCE, "1 to 64 letters and digits, never used before."),
        "Signature": header(SIGNATURE, "The Ed25519 signature of the request, in base64."),
    })
}

fn schemas() -> Value {
    let (number, text) = (json!({"type": "integer"}), json!({"type": "string"}));
    let maybe = |kind: &str| json!({"type": [kind, "null"]});
    let object = |properties: Value| {
        let names: Vec<String> = properties
            .as_object()
            .map(|properties| properties.keys().cloned().collect())
            .unwrap_or_default();
        json!({"type": "object", "properties": properties, "required": names})
    };
    json!({
        "Operator": object(json!({
            "operator": number, "name": text, "roles": text, "publicKey": maybe("string"),
            "createdAt": number, "disabledAt": maybe("integer"),
        })),
        "Proposal": object(json!({
            "proposal": number, "kind": text, "parameters": text, "reason": text, "worth": text,
            "digest": text, "proposer": text, "createdAt": number, "expiresAt": number,
            "state": text, "approvals": {"type": "array", "items": approval()},
            "approvalsNeeded": maybe("integer"), "decider": maybe("string"), "decidedAt": maybe("integer"),
            "executableAt": number, "outcome": text,
        })),
        "Policy": object(json!({
            "kind": text, "proposers": text, "approvers": text, "approvals": number,
            "lockSeconds": number, "expirySeconds": number,
        })),
        "Passkey": object(json!({
            "passkey": number, "label": text, "createdAt": number, "lastUsedAt": maybe("integer"),
        })),
        "Enrolment": object(json!({"code": text, "page": text, "expiresAt": number})),
        "InvitationHalf": object(json!({
            "name": text, "code": text, "page": text, "expiresAt": number,
        })),
        "Joined": object(json!({
            "operator": {"$ref": "#/components/schemas/Operator"},
            "enrolment": {
                "anyOf": [{"$ref": "#/components/schemas/Enrolment"}, {"type": "null"}],
            },
        })),
        "EnrolmentChallenge": object(json!({
            "name": text, "toBeSigned": text, "relyingParty": text, "userHandle": text,
        })),
        "Challenge": object(json!({
            "challenge": text, "toBeSigned": text, "relyingParty": text, "expiresAt": number,
        })),
        "Session": object(json!({
            "operator": {"$ref": "#/components/schemas/Operator"}, "csrfToken": text, "expiresAt": number,
            "requests": {"type": "array", "items": text}, "warning": text, "pagesDigest": text,
        })),
        "FactorReset": object(factor_reset()),
        "FactorResetStatement": object(factor_reset_statement()),
        "AuditRow": object(json!({
            "number": number, "time": number, "actor": text, "act": text, "subject": text,
            "detail": text, "address": text, "hash": text,
        })),
        "Incident": object(incident()),
        "KycSummary": object(kyc_summary()),
        "BeyondDeposit": object(json!({
            "deposit": number, "user": maybe("integer"), "account": number, "asset": text,
            "amount": text, "at": number,
        })),
        "User": users::schema(),
        "Withdrawal": object(withdrawal()),
        "PayoutLimit": object(payout_limit()),
        "KycApplication": object(kyc_application()),
        "Error": object(json!({"code": number, "msg": text})),
    })
}

/// Who approved a proposal, and when.
fn approval() -> Value {
    json!({
        "type": "object",
        "properties": {"operator": {"type": "string"}, "approvedAt": {"type": "integer"}},
        "required": ["approvedAt", "operator"],
    })
}

/// A trouble or a work, with what was said of it.
fn incident() -> Value {
    let (number, text) = (json!({"type": "integer"}), json!({"type": "string"}));
    let update = json!({
        "type": "object",
        "properties": {"at": number, "state": text, "text": text},
        "required": ["at", "state", "text"],
    });
    json!({
        "incident": number, "kind": text, "title": text, "state": text, "beginsAt": number,
        "endsAt": {"type": ["integer", "null"]}, "updates": {"type": "array", "items": update},
    })
}

fn factor_reset() -> Value {
    let (number, text) = (json!({"type": "integer"}), json!({"type": "string"}));
    json!({
        "reset": number, "user": number, "email": text,
        "account": {"type": ["integer", "null"]}, "askedAt": number,
    })
}

fn factor_reset_statement() -> Value {
    let mut all = factor_reset();
    all["statement"] = json!({"type": "string"});
    all
}

fn withdrawal() -> Value {
    let (number, text) = (json!({"type": "integer"}), json!({"type": "string"}));
    json!({
        "withdrawal": number, "user": number, "account": number, "asset": text, "network": text,
        "address": text, "addressTag": text, "amount": text, "fee": text, "state": text,
        "askedAt": number, "payableAt": number, "changedAt": number, "payout": text, "reason": text,
    })
}

fn payout_limit() -> Value {
    let (text, maybe) = (
        json!({"type": "string"}),
        json!({"type": ["string", "null"]}),
    );
    json!({
        "asset": text, "cap": maybe, "used": text, "left": maybe,
        "raisedAt": {"type": ["integer", "null"]}, "raisedTo": maybe,
    })
}

fn kyc_summary() -> Value {
    let (number, text) = (json!({"type": "integer"}), json!({"type": "string"}));
    let maybe = json!({"type": ["string", "null"]});
    json!({
        "application": number, "user": number, "level": number, "state": text, "country": text,
        "findings": {"type": "array", "items": text}, "claimedBy": maybe, "approvedBy": maybe,
        "changedAt": number,
    })
}

fn kyc_application() -> Value {
    let (number, text) = (json!({"type": "integer"}), json!({"type": "string"}));
    let document = json!({
        "document": number, "kind": text, "width": number, "height": number, "uploadedAt": number,
    });
    let mut all = kyc_summary();
    all["legalName"] = text.clone();
    all["birthDate"] = text.clone();
    all["address"] = text.clone();
    all["reason"] = text.clone();
    all["missing"] = json!({"type": "array", "items": text});
    all["documents"] =
        json!({"type": "array", "items": {"type": "object", "properties": document}});
    all["createdAt"] = number;
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::answer::Register;
    use crate::console::{answer, incidents, kyc, payout_limits, withdrawals};
    use identity::audit::{Row, START};
    use identity::beyond::BeyondDeposit;
    use identity::destination::Destination;
    use identity::factor_reset::FactorReset;
    use identity::incident::{Incident, IncidentState, Update};
    use identity::kyc::{Application, State};
    use identity::operator::{Operator, Roles};
    use identity::operator_key::OperatorKey;
    use identity::person::Person;
    use identity::proposal::{self, Draft, Proposal};
    use identity::withdrawal::{self, Request};
    use model::allowance::Verification;
    use model::id::{AccountId, AssetId, OperatorId, OwnerId, ProposalId, Reference};
    use model::number::Amount;
    use model::time::Timestamp;
    use std::collections::BTreeMap;
    use views::views::Views;

    #[test]
    fn the_committed_document_is_the_one_that_is_made() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/operator.json");
        let committed = std::fs::read_to_string(path).expect("the document is there");
        assert_eq!(
            committed,
            text(),
            "bourse api operator > docs/api/operator.json"
        );
    }

    fn check(name: &str, answer: &Value) {
        let document = document();
        let described = &document["components"]["schemas"][name]["properties"];
        let names = |value: &Value| -> Vec<String> {
            value
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect()
        };
        assert_eq!(names(answer), names(described), "{name}");
    }

    fn application() -> Application {
        let at = Timestamp::from_millis(1_700_000_000_000);
        let name = ("Ann", "1990-02-28");
        Application {
            id: 1,
            owner: OwnerId(1),
            level: Verification::HIGHEST,
            state: State::Submitted,
            person: Person::parse(name, ("DE", "Street 1"), at).expect("legal"),
            reason: String::new(),
            findings: Vec::new(),
            claimed_by: None,
            approved_by: None,
            created_at: at,
            changed_at: at,
            documents: Vec::new(),
        }
    }

    #[test]
    fn answers_have_the_members_that_the_document_says() {
        let (at, id) = (Timestamp::ZERO, OperatorId(1));
        check(
            "Operator",
            &answer::operator(&Operator {
                id,
                name: "ann".to_owned(),
                roles: Roles::ALL,
                public_key: Some(OperatorKey::generate().expect("random").public()),
                created_at: at,
                disabled_at: None,
            }),
        );
        let proposal = Proposal {
            id: ProposalId(1),
            draft: Draft {
                kind: Kind::Adjust,
                parameters: String::new(),
                reason: String::new(),
                worth: String::new(),
            },
            digest: Reference([0; 32]),
            proposer: id,
            created_at: at,
            expires_at: at,
            state: proposal::State::Proposed,
            approvals: vec![(id, at)],
            decided: None,
            executable_at: at,
            outcome: String::new(),
        };
        let register = Register {
            names: BTreeMap::new(),
            policies: vec![(Kind::Adjust, Kind::Adjust.policy())],
        };
        check("Proposal", &answer::proposal(&proposal, &register));
        let application = application();
        let names = BTreeMap::new();
        check("KycSummary", &kyc::summary(&application, &names));
        let deposit = BeyondDeposit {
            id: 1,
            owner: None,
            account: AccountId(7),
            asset: AssetId(0),
            amount: Amount::ZERO,
            at: Timestamp::from_millis(1),
        };
        check("BeyondDeposit", &kyc::beyond(&deposit, "BTC"));
        check("KycApplication", &kyc::shown(&application, &names));
        let request = Request {
            id: 1,
            reference: Reference([0; 32]),
            owner: OwnerId(1),
            account: AccountId(7),
            destination: Destination {
                asset: AssetId(0),
                network: String::new(),
                address: String::new(),
                tag: String::new(),
            },
            amount: Amount::ZERO,
            fee: Amount::ZERO,
            name: None,
            state: withdrawal::State::Waiting,
            asked_at: at,
            payable_at: at,
            valid_until: at,
            changed_at: at,
            payout: String::new(),
            reason: String::new(),
        };
        check("Withdrawal", &withdrawals::shown(&Views::new(), &request));
        let limit = payout_limits::shown(&Views::new(), AssetId(0), at);
        check("PayoutLimit", &limit);
        let update = Update {
            at,
            state: IncidentState::Scheduled,
            text: String::new(),
        };
        let incident = Incident {
            id: 1,
            title: String::new(),
            state: IncidentState::Scheduled,
            begins_at: at,
            ends_at: None,
            updates: vec![update],
        };
        check("Incident", &incidents::shown(&incident));
        let policy = (Kind::Adjust, Kind::Adjust.policy());
        check("Policy", &answer::policy(&policy));
        let reset = FactorReset {
            id: 1,
            user: OwnerId(1),
            email: String::new(),
            account: None,
            asked_at: at,
            statement: String::new(),
        };
        check("FactorReset", &answer::factor_reset(&reset));
        let told = answer::factor_reset_with_statement(&reset);
        check("FactorResetStatement", &told);
        check(
            "AuditRow",
            &answer::audit_row(&Row {
                number: 1,
                at,
                actor_kind: 0,
                actor: 0,
                act: String::new(),
                subject: String::new(),
                detail: String::new(),
                address: String::new(),
                hash: START,
            }),
        );
    }
}
