//! Withdrawals that wait, as operators look at them, let them be paid, and say that they were.
//!
//! **Source** `docs/spec/withdrawals.md` §4.

use identity::operator::Operator;
use identity::policy::Kind;
use identity::proposal::Proposal;
use identity::withdrawal::{Ending, REASON_CHARS_MAX, Request, State, is_payout};
use model::approved::Act;
use model::time::Timestamp;
use serde_json::{Value, json};
use views::views::Views;
use wire::binance::params::Params;
use wire::decimal::Decimal;

use crate::console::answer;
use crate::console::denied::Denied;
use crate::console::office::{Office, limit, mandatory, whole};
use crate::console::reading::{self, Reading};
use crate::reply::Reply;
use crate::rest::facts::asset_symbol;
use crate::withdrawals::tell_ends;

const OTHER: &str = "the withdrawal is another than the one that was approved";
const NUMBER: &str = "the number of a withdrawal";

impl Office {
    /// Returns the requests of a state, those that wait longest first.
    pub(super) async fn withdrawals(&self, params: &Params) -> Result<Reply, Denied> {
        let states: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
        let name = params.raw("state").unwrap_or(State::Waiting.name());
        let wrong = || Denied::parameter("state", &format!("one of {}", states.join(", ")));
        let state = State::parse(name).ok_or_else(wrong)?;
        let found = self.identity.withdrawals_in(state, limit(params)?).await?;
        let views = self.hub.views();
        Ok(answer::list(
            found.iter().map(|request| shown(&views, request)),
        ))
    }

    pub(super) async fn withdrawal(&self, params: &Params) -> Result<Reply, Denied> {
        let request = self.identity.withdrawal(number(params)?).await?;
        Ok(answer::json(shown(&self.hub.views(), &request)))
    }

    /// Says that the payout of an approved request is final.
    pub(super) async fn settle_withdrawal(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let payout = payout(params)?;
        self.end_withdrawal(operator, params, &Ending::Settle(payout), at)
            .await
    }

    /// Gives the money of a request that waits back.
    pub(super) async fn reject_withdrawal(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let reason = mandatory(params, "reason")?;
        if REASON_CHARS_MAX < reason.chars().count() {
            return Err(Denied::parameter("reason", "1 to 500 characters"));
        }
        self.end_withdrawal(operator, params, &Ending::Reject(reason), at)
            .await
    }

    async fn end_withdrawal(
        &self,
        operator: &Operator,
        params: &Params,
        ending: &Ending<'_>,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let step = (number(params)?, ending);
        let request = self.identity.end_withdrawal(operator.id, step, at).await?;
        tell_ends(&self.hub, &self.identity).await?;
        Ok(answer::json(shown(&self.hub.views(), &request)))
    }

    /// Returns what a proposal about a withdrawal says: all of the request, so that what is approved is what is paid.
    pub(super) async fn withdrawal_reading(&self, params: &Params) -> Result<Reading, Denied> {
        let request = self.identity.withdrawal(number(params)?).await?;
        let views = self.hub.views();
        let destination = &request.destination;
        Ok(Reading {
            parameters: text(&views, &request),
            act: None,
            worth: reading::worth(&views, destination.asset, request.amount),
        })
    }

    /// Returns what an approved proposal about a withdrawal asks for, if the request is still what was approved.
    ///
    /// Of one that was approved the engine is asked for the address as well: its user may have proven another.
    pub(super) async fn withdrawal_act(
        &self,
        proposal: &Proposal,
    ) -> Result<Result<Act, String>, Denied> {
        let draft = &proposal.draft;
        let id = draft.parameter("withdrawal").and_then(|id| id.parse().ok());
        let request = self.identity.withdrawal(id.unwrap_or(0)).await?;
        let is_as_approved = text(&self.hub.views(), &request) == draft.parameters;
        if mutant::plant!("withdrawal-swapped-after-approval", false, !is_as_approved) {
            return Ok(Err(OTHER.to_owned()));
        }
        let reference = request.reference;
        Ok(match (draft.kind, request.state) {
            (Kind::ApproveWithdrawal, _) => Ok(Act::ApproveWithdrawal {
                reference,
                destination: request.destination.digest(),
            }),
            // No payout is settled any more once this is decided.
            (_, State::Processing) => Ok(Act::FailWithdrawal { reference }),
            _ => Err("the withdrawal has come further already".to_owned()),
        })
    }
}

/// Returns a request as a proposal says it.
fn text(views: &Views, request: &Request) -> String {
    let Request {
        id,
        owner,
        destination: to,
        amount,
        fee,
        ..
    } = request;
    format!(
        "withdrawal={id}&user={}&asset={}&network={}&address={}&tag={}&amount={}&fee={}",
        owner.0,
        asset_symbol(views, to.asset),
        to.network,
        to.address,
        to.tag,
        Decimal(amount.units()),
        Decimal(fee.units()),
    )
}

/// Returns what a transaction is called.
pub(super) fn payout(params: &Params) -> Result<&str, Denied> {
    let payout = mandatory(params, "payout")?;
    if !is_payout(payout) {
        let expected = "the name of the transaction: 1 to 128 letters, digits and : . _ -";
        return Err(Denied::parameter("payout", expected));
    }
    Ok(payout)
}

pub(super) fn number(params: &Params) -> Result<u64, Denied> {
    mandatory(params, "withdrawal")?;
    whole(params, "withdrawal")?.ok_or_else(|| Denied::parameter("withdrawal", NUMBER))
}

/// Returns what is told of a request.
pub fn shown(views: &Views, request: &Request) -> Value {
    let to = &request.destination;
    json!({
        "withdrawal": request.id,
        "user": request.owner.0,
        "account": request.account.0,
        "asset": asset_symbol(views, to.asset).to_string(),
        "network": to.network,
        "address": to.address,
        "addressTag": to.tag,
        "amount": Decimal(request.amount.units()).to_string(),
        "fee": Decimal(request.fee.units()).to_string(),
        "state": request.state.name(),
        "askedAt": request.asked_at.millis(),
        "payableAt": request.payable_at.millis(),
        "changedAt": request.changed_at.millis(),
        "payout": request.payout,
        "reason": request.reason,
    })
}
