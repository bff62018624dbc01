//! Checks of identities: what a user's level allows, and the application for a higher one.
//!
//! **Source** `docs/spec/kyc.md`.

use identity::country::CountryRule;
use identity::drawing::DrawingError;
use identity::erasure::Term;
use identity::kyc::{Application, DocumentFacts, DocumentKind, KycError, Provider, State};
use identity::person::Person;
use identity::picture::{PictureRefusal, UPLOAD_BYTES_MAX};
use identity::provider::ProviderKey;
use identity::sanctions::SanctionsList;
use identity::scanner::{Scanner, Verdict};
use model::allowance::{Allowances, Flow, Verification};
use model::command::Command;
use model::id::OwnerId;
use model::number::Amount;
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::{Time, TimeUnit};
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::body::read_upload;
use crate::clock;
use crate::correlation;
use crate::gateway::Gateway;
use crate::gateway::answering::Attached;
use crate::in_time::in_time;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::{note_own, note_own_about};
use crate::rest::facts::asset_symbol;
use crate::rest::opening::failed;
use crate::rest::preferences::owner_of;

/// The names of documents, in the order of `DocumentKind::ALL`.
pub const DOCUMENTS: [&str; DocumentKind::ALL.len()] = ["IDENTITY", "PORTRAIT", "RESIDENCE"];
/// The names of states, in the order of `State::ALL`.
pub const STATES: [&str; State::ALL.len()] = [
    "DRAFT",
    "SUBMITTED",
    "IN_REVIEW",
    "MORE_INFORMATION",
    "APPROVED",
    "REJECTED",
];

/// What the exchange asks of applicants, and whom it asks about them.
#[derive(Debug, Default)]
pub struct KycRules {
    /// What a new user begins with; nothing is limited without one.
    pub first_level: Option<Verification>,
    pub countries: CountryRule,
    pub sanctions: SanctionsList,
    /// Who is asked, too, and signs what they found.
    pub provider: Option<ProviderKey>,
    /// Who looks at uploads first; nothing is taken while it does not answer.
    pub scanner: Option<Scanner>,
    /// For how long after a closing it is kept who somebody was.
    pub term: Term,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KycAnswer {
    level: Option<u8>,
    may_trade: bool,
    reference: Option<SymbolText>,
    deposits: FlowAnswer,
    withdrawals: FlowAnswer,
    application: Option<ApplicationAnswer>,
}

#[derive(Serialize)]
struct FlowAnswer {
    day: CapAnswer,
    month: CapAnswer,
}

#[derive(Serialize)]
struct CapAnswer {
    limit: Option<Decimal>,
    used: Decimal,
    remaining: Option<Decimal>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApplicationAnswer {
    id: u64,
    level: u8,
    state: &'static str,
    reason: String,
    legal_name: String,
    birth_date: String,
    country: String,
    address: String,
    missing: Vec<&'static str>,
    documents: Vec<DocumentAnswer>,
    changed_at: Time,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DocumentAnswer {
    id: u64,
    kind: &'static str,
    width: u32,
    height: u32,
    uploaded_at: Time,
}

#[derive(Serialize)]
struct NumberedAnswer {
    id: u64,
}

impl DocumentAnswer {
    fn of(facts: &DocumentFacts, unit: TimeUnit) -> DocumentAnswer {
        DocumentAnswer {
            id: facts.id,
            kind: facts.kind.name(),
            width: facts.width,
            height: facts.height,
            uploaded_at: unit.show(facts.at),
        }
    }
}

impl ApplicationAnswer {
    fn of(application: Application, unit: TimeUnit) -> ApplicationAnswer {
        let missing = application.missing();
        let documents = application.documents.iter();
        ApplicationAnswer {
            id: application.id,
            level: application.level.number(),
            state: application.state.name(),
            missing: missing.into_iter().map(DocumentKind::name).collect(),
            documents: documents
                .map(|facts| DocumentAnswer::of(facts, unit))
                .collect(),
            reason: application.reason,
            legal_name: application.person.name,
            birth_date: application.person.born.to_string(),
            country: application.person.country.text().to_owned(),
            address: application.person.address,
            changed_at: unit.show(application.changed_at),
        }
    }
}

/// `GET /v1/kyc`: the level, what it allows, what was used of it, and the newest application.
///
/// # Errors
/// 401 for a request that no browser signed in for, -1000 when the database fails.
pub async fn show(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = owner_of(ask).await?;
    let application = ask.gateway.identity().application_of(user).await;
    let application = application.map_err(not_taken)?;
    let application = application.map(|application| ApplicationAnswer::of(application, ask.unit));
    let views = ask.gateway.hub().views();
    let account = views.account(ask.session.key.account);
    let owner = account.map_or(user, |account| account.owner);
    let allowances = views.allowances();
    let flow = |flow| flow_answer(allowances, (owner, flow), clock::now());
    let binding = allowances.binding(owner);
    let reference = allowances.table().map(|table| table.reference);
    Ok(Reply::ok(&KycAnswer {
        level: allowances.of_owner(owner).map(Verification::number),
        may_trade: binding.is_none_or(|allowance| allowance.may_trade),
        reference: reference.map(|asset| SymbolText(asset_symbol(&views, asset))),
        deposits: flow(Flow::Deposit),
        withdrawals: flow(Flow::Withdrawal),
        application,
    }))
}

fn flow_answer(
    allowances: &Allowances,
    (owner, flow): (OwnerId, Flow),
    now: Timestamp,
) -> FlowAnswer {
    let used = allowances.used(owner, flow, now);
    let caps = allowances
        .binding(owner)
        .map(|allowance| allowance.caps(flow));
    let cap = |limit: Option<Amount>, used: Amount| CapAnswer {
        limit: limit.map(|limit| Decimal(limit.units())),
        used: Decimal(used.units()),
        remaining: limit.map(|limit| Decimal(limit.minus(used).max(Amount::ZERO).units())),
    };
    FlowAnswer {
        day: cap(caps.and_then(|caps| caps.day), used.day),
        month: cap(caps.and_then(|caps| caps.month), used.month),
    }
}

/// `POST /v1/kyc/application`: keeps who the applicant is.
///
/// # Errors
/// 401 for a request that no browser signed in for; -1130 for what cannot be, a country that is not served, a level
/// that is reached, and an application that is looked at; -1000 when the database fails.
pub async fn describe(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let text = |name: &str| ask.params.mandatory(name);
    let name = (text("legalName")?, text("birthDate")?);
    let place = (text("country")?, text("address")?);
    let now = clock::now();
    let person = Person::parse(name, place, now).map_err(invalid)?;
    if !ask.gateway.kyc_rules().countries.serves(person.country) {
        return Err(Refusal::of(Fault::CountryRefused));
    }
    let level = ask.params.integer("level")?;
    let level = level.and_then(|level| u8::try_from(level).ok());
    let level = level.and_then(Verification::new);
    let level = level.filter(|level| Verification::LOWEST < *level);
    let level = level.ok_or_else(|| invalid("level"))?;
    let described = ask
        .gateway
        .identity()
        .describe(owner, (level, &person), now);
    let id = described.await.map_err(not_taken)?;
    note_own_about(ask, "kyc-described", format!("application {id}")).await?;
    Ok(Reply::ok(&NumberedAnswer { id }))
}

/// `POST /v1/kyc/documents`: takes a picture of a document, which is drawn anew.
///
/// The place is taken and the session known before a byte of the body is read.
///
/// # Errors
/// 401 for a request that no browser signed in for; -1130 for a picture that is none, and for one that the scanner of
/// viruses refuses; -1001 while that scanner does not answer; 413 and 408 for a body that is
/// too large or too slow; -1008 when too many others upload; -1000 when the database fails.
pub async fn attach(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let bounds = &ask.gateway.config().bounds;
    let owner = in_time(bounds, owner_of(ask)).await??;
    let kind = DocumentKind::parse(ask.params.mandatory("kind")?);
    let kind = kind.ok_or_else(|| invalid("kind"))?;
    let Attached::Upload(upload) = ask.attached else {
        return Err(Refusal::of(Fault::Unsupported));
    };
    let place = ask.gateway.drawing().reserve();
    let place = place.ok_or_else(|| Refusal::of(Fault::Overloaded))?;
    let bytes = read_upload(upload, UPLOAD_BYTES_MAX, bounds).await?;
    scan(ask, &bytes).await?;
    let picture = place.draw(bytes).await.map_err(not_drawn)?;
    let identity = ask.gateway.identity();
    let attached = identity.attach(owner, (kind, &picture), clock::now());
    let id = in_time(bounds, attached).await?.map_err(not_taken)?;
    let noted = note_own_about(ask, "kyc-document-uploaded", format!("document {id}"));
    in_time(bounds, noted).await??;
    Ok(Reply::ok(&NumberedAnswer { id }))
}

/// Refuses what the scanner finds something in, and everything while it does not answer.
async fn scan(ask: &Ask<'_>, upload: &[u8]) -> Result<(), Refusal> {
    let Some(scanner) = &ask.gateway.kyc_rules().scanner else {
        return Ok(());
    };
    match scanner.scan(upload).await {
        Ok(Verdict::Clean) => Ok(()),
        Ok(Verdict::Infected(found)) => {
            tracing::warn!(found, "an upload was refused by the scanner of viruses");
            let noted = note_own(ask, "kyc-upload-infected");
            in_time(&ask.gateway.config().bounds, noted).await??;
            let reason = "the scanner of viruses found something in it";
            Err(Refusal::with(Fault::PictureRefused, &[reason]))
        }
        Err(error) => {
            let correlation = correlation::current();
            tracing::warn!(%correlation, %error, "an upload was not scanned, and so not taken");
            mutant::plant!(
                "scanner-open",
                Ok(()),
                Err(Refusal::of(Fault::Disconnected))
            )
        }
    }
}

/// `POST /v1/kyc/submit`: hands the application in.
///
/// # Errors
/// 401 for a request that no browser signed in for; -1130 when documents are missing or it is handed in already; -1000
/// when the database fails.
pub async fn submit(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let (identity, rules) = (ask.gateway.identity(), ask.gateway.kyc_rules());
    let application = identity.application_of(owner).await.map_err(not_taken)?;
    let application = application.ok_or_else(|| not_taken(KycError::Unknown))?;
    let findings = findings(rules, &application.person);
    let provider = match rules.provider {
        Some(_) => Provider::Asked,
        None => Provider::Nobody,
    };
    let submitted = identity.submit(owner, (&findings, provider), clock::now());
    let id = submitted.await.map_err(not_taken)?;
    note_own_about(ask, "kyc-submitted", format!("application {id}")).await?;
    Ok(Reply::ok(&NumberedAnswer { id }))
}

/// Returns what speaks against somebody: a rule may have changed since the application was begun.
fn findings(rules: &KycRules, person: &Person) -> Vec<String> {
    let matches = rules.sanctions.matches(person).into_iter();
    let mut findings: Vec<String> = matches
        .map(|source| format!("sanctions: {source}"))
        .collect();
    if !rules.countries.serves(person.country) {
        findings.push(format!("country: {} is not served", person.country.text()));
    }
    findings
}

/// Tells the exchange levels that were granted; what it cannot be told now is told within a second, or after a start.
pub async fn tell_levels(gateway: &Gateway) {
    let identity = gateway.identity();
    let granted = match identity.untold_levels().await {
        Ok(granted) => granted,
        Err(error) => {
            tracing::warn!(%error, "levels of users were not read; it is tried again");
            return;
        }
    };
    for granted in granted {
        let command = Command::SetVerification {
            owner: granted.owner,
            verification: granted.level,
        };
        // A refusal says that it is that already.
        let told = match gateway.hub().submit(command).await {
            Ok(_) => identity.note_level_told(granted).await.map_err(failed),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = told {
            tracing::warn!(?refusal, "a level is not granted yet; it is tried again");
        }
    }
}

fn invalid(name: &str) -> Refusal {
    Refusal::with(Fault::DataInvalid, &[name])
}

fn not_drawn(error: DrawingError) -> Refusal {
    match error {
        DrawingError::Refused(PictureRefusal::Size) => Refusal::of(Fault::BodyTooLarge),
        DrawingError::Refused(refusal) => {
            Refusal::with(Fault::PictureRefused, &[&refusal.to_string()])
        }
        DrawingError::Failed => Refusal::of(Fault::Overloaded),
    }
}

/// Returns the refusal of a step, or that of a failure.
pub fn not_taken(error: KycError) -> Refusal {
    match error {
        KycError::Identity(error) => failed(error),
        refused => Refusal::with(Fault::KycStepRefused, &[&refused.to_string()]),
    }
}
