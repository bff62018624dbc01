//! Applications for levels, as compliance looks at them and decides. Whoever looks is written down.
//!
//! **Source** `docs/spec/kyc.md` §3.

use std::collections::BTreeMap;

use identity::audit::{Actor, Entry};
use identity::beyond::BeyondDeposit;
use identity::kyc::{Application, DocumentKind, KycError, REASON_CHARS_MAX, Review, State};
use identity::operator::Operator;
use model::id::OperatorId;
use model::time::Timestamp;
use serde_json::{Value, json};
use wire::binance::params::Params;
use wire::decimal::Decimal;

use crate::console::answer;
use crate::console::denied::Denied;
use crate::console::office::{Office, limit, mandatory, whole};
use crate::reply::{Content, Reply};
use crate::rest::facts::asset_symbol;

const DECISIONS: &str = "one of claim, approve, ask, reject";

impl Office {
    /// Returns applications, those that wait longest first.
    pub(super) async fn applications(&self, params: &Params) -> Result<Reply, Denied> {
        let names: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
        let state = match params.raw("state") {
            None => None,
            Some(name) => Some(State::parse(name).ok_or_else(|| {
                Denied::parameter("state", &format!("one of {}", names.join(", ")))
            })?),
        };
        let applications = self.identity.applications(state, limit(params)?).await?;
        let operators = self.names().await?;
        let summaries = applications.iter();
        Ok(answer::list(
            summaries.map(|application| summary(application, &operators)),
        ))
    }

    /// Returns all of an application but what its documents show.
    pub(super) async fn application(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let application = self
            .identity
            .application(number(params, "application")?)
            .await?;
        self.note_look(operator, "kyc-application-seen", &application, at)
            .await?;
        let operators = self.names().await?;
        Ok(answer::json(shown(&application, &operators)))
    }

    /// Returns what a document shows, to be kept and not to be run.
    pub(super) async fn document(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let (facts, jpeg) = self.identity.document(number(params, "document")?).await?;
        let application = self.identity.application(facts.application).await?;
        self.note_look(operator, "kyc-document-seen", &application, at)
            .await?;
        Ok(Reply::text(Content::Picture, jpeg))
    }

    /// Claims or decides an application, and returns it as it is then.
    pub(super) async fn review(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let id = number(params, "application")?;
        let review = review(params)?;
        match self.identity.review(operator.id, (id, &review), at).await {
            // The first of two approvals is one, too: the answer says that another is to come.
            Ok(()) | Err(KycError::SecondNeeded) => {}
            Err(error) => return Err(error.into()),
        }
        let application = self.identity.application(id).await?;
        let operators = self.names().await?;
        Ok(answer::json(shown(&application, &operators)))
    }

    /// Returns deposits beyond the allowance, the oldest first.
    pub(super) async fn beyond_deposits(&self, params: &Params) -> Result<Reply, Denied> {
        let after = whole(params, "after")?.unwrap_or(0);
        let deposits = self.identity.beyond_deposits(after, limit(params)?).await?;
        let views = self.hub.views();
        let symbol = |deposit: &BeyondDeposit| asset_symbol(&views, deposit.asset);
        let rows = deposits.iter();
        Ok(answer::list(rows.map(|deposit| {
            beyond(deposit, &symbol(deposit).to_string())
        })))
    }

    async fn note_look(
        &self,
        operator: &Operator,
        act: &str,
        application: &Application,
        at: Timestamp,
    ) -> Result<(), Denied> {
        let entry = Entry {
            at,
            actor: Actor::Operator(operator.id),
            act,
            subject: format!("user {}", application.owner.0),
            detail: format!("application {}", application.id),
            address: None,
        };
        Ok(self.identity.note(&entry).await?)
    }
}

fn number(params: &Params, name: &str) -> Result<u64, Denied> {
    mandatory(params, name)?;
    Ok(whole(params, name)?.unwrap_or(0))
}

fn review(params: &Params) -> Result<Review, Denied> {
    let reason = || -> Result<String, Denied> {
        let reason = mandatory(params, "reason")?;
        if REASON_CHARS_MAX < reason.chars().count() {
            return Err(Denied::parameter("reason", "1 to 500 characters"));
        }
        Ok(reason.to_owned())
    };
    match mandatory(params, "decision")? {
        "claim" => Ok(Review::Claim),
        "approve" => Ok(Review::Approve),
        "ask" => Ok(Review::Ask(reason()?)),
        "reject" => Ok(Review::Reject(reason()?)),
        _ => Err(Denied::parameter("decision", DECISIONS)),
    }
}

/// Returns what the queue tells of an application: no name and no address.
pub fn summary(application: &Application, operators: &BTreeMap<u32, String>) -> Value {
    json!({
        "application": application.id,
        "user": application.owner.0,
        "level": application.level.number(),
        "state": application.state.name(),
        "country": application.person.country.text(),
        "findings": application.findings,
        "claimedBy": name(application.claimed_by, operators),
        "approvedBy": name(application.approved_by, operators),
        "changedAt": application.changed_at.millis(),
    })
}

/// Returns what is told of a deposit beyond the allowance.
pub fn beyond(deposit: &BeyondDeposit, symbol: &str) -> Value {
    json!({
        "deposit": deposit.id,
        "user": deposit.owner.map(|owner| owner.0),
        "account": deposit.account.0,
        "asset": symbol,
        "amount": Decimal(deposit.amount.units()).to_string(),
        "at": deposit.at.millis(),
    })
}

/// Returns what is told of an application.
pub fn shown(application: &Application, operators: &BTreeMap<u32, String>) -> Value {
    let documents = application.documents.iter().map(|facts| {
        json!({
            "document": facts.id,
            "kind": facts.kind.name(),
            "width": facts.width,
            "height": facts.height,
            "uploadedAt": facts.at.millis(),
        })
    });
    let mut told = summary(application, operators);
    told["legalName"] = json!(application.person.name);
    told["birthDate"] = json!(application.person.born.to_string());
    told["address"] = json!(application.person.address);
    told["reason"] = json!(application.reason);
    told["missing"] = json!(
        application
            .missing()
            .into_iter()
            .map(DocumentKind::name)
            .collect::<Vec<_>>()
    );
    told["documents"] = Value::Array(documents.collect());
    told["createdAt"] = json!(application.created_at.millis());
    told
}

fn name(operator: Option<OperatorId>, operators: &BTreeMap<u32, String>) -> Option<String> {
    let operator = operator?;
    let known = operators.get(&operator.0).cloned();
    Some(known.unwrap_or_else(|| format!("operator {}", operator.0)))
}
