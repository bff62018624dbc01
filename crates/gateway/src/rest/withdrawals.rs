//! Withdrawals as users ask for them: written down, held by the engine, and cancelled while they wait.
//!
//! **Source** `docs/spec/withdrawals.md` §3.

use identity::destination::Destination;
use identity::withdrawal::{
    Asked, OPEN_MAX, Proof as Shape, Request, State, Wish, WithdrawalError, is_name,
};
use model::account::Scopes;
use model::calendar::Calendar;
use model::command::{Action, Withdrawal};
use model::event::Event;
use model::id::{ChainId, OwnerId, Reference};
use model::number::Amount;
use model::proof::{Proof, Shown, withdrawal_terms};
use model::reject::Reject;
use serde::Serialize;
use wire::binance::answer::capital::ReferenceText;
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};
use wire::binance::time::Time;
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::clock;
use crate::networks::Network;
use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};
use crate::rest::challenge::{self, Outcome, WITHDRAW, user_of};
use crate::rest::destinations::{self, check_factor};
use crate::rest::facts::asset_symbol;
use crate::rest::holds::held_until;
use crate::rest::opening::failed;
use crate::withdrawals::tell_ends;

const ROWS_DEFAULT: usize = 100;
const ROWS_MAX: usize = 1_000;
/// Payouts are sent by hand: the engine is told of no chain.
const BY_HAND: ChainId = ChainId(0);
/// How far a request is, as answers say it.
pub const STATES: [&str; 6] = [
    State::Waiting.name(),
    State::Processing.name(),
    State::Completed.name(),
    State::Cancelled.name(),
    State::Rejected.name(),
    State::Failed.name(),
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WithdrawalAnswer {
    id: u64,
    reference: ReferenceText,
    withdraw_order_id: Option<String>,
    asset: SymbolText,
    network: String,
    address: String,
    address_tag: String,
    amount: Decimal,
    fee: Decimal,
    arrives: Decimal,
    state: &'static str,
    asked_at: Time,
    payable_at: Time,
    changed_at: Time,
    tx_id: String,
    reason: String,
}

/// What a request wants to be paid.
pub struct Payment<'a> {
    pub destination: Destination,
    /// What arrives, and what the exchange keeps.
    pub amount: Amount,
    pub fee: Amount,
    pub name: Option<&'a str>,
}

/// What shows that a user wishes a payment.
pub enum By {
    /// A fresh factor.
    Factor(Shown),
    /// The signature of a key.
    Key,
}

/// `POST /v1/withdrawals`: by a fresh factor that is bound to all of it.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -4013 for a session without a second factor, -1130 for
/// another fee than that of the network, those of `read` and `carry_out`, those of `challenge::answer`.
pub async fn ask_for(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    check_factor(ask).await?;
    if !ask.session.scopes.includes(Scopes::WITHDRAW) {
        return Err(Refusal::of(Fault::FactorNeeded));
    }
    let (network, payment) = read(ask, "asset")?;
    check_fee(ask, network)?;
    check_held(ask)?;
    let shown = match challenge::answer(ask, WITHDRAW).await? {
        Outcome::Wait(reply) => return Ok(reply),
        Outcome::Shown(shown) => shown,
    };
    let request = carry_out(ask, (user, payment), By::Factor(shown)).await?;
    Ok(Reply::ok(&row(ask, request)))
}

/// `GET /v1/withdrawals`: newest first.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1001 when the database is away.
pub async fn list(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let (before, limit) = match ask.number("id")? {
        // One request: the newest below the next number, if it is that one.
        Some(id) => (Some(id.saturating_add(1)), 1),
        None => (ask.number("beforeId")?, u32::try_from(limit).unwrap_or(1)),
    };
    let found = ask.gateway.identity().withdrawals_of(user, before, limit);
    let mut found = found.await.map_err(failed)?;
    if let Some(id) = ask.number("id")? {
        found.retain(|request| request.id == id);
    }
    let rows: Vec<WithdrawalAnswer> = found.into_iter().map(|found| row(ask, found)).collect();
    Ok(Reply::ok(&rows))
}

/// `DELETE /v1/withdrawals`: while it waits; the money is in its account again when this is answered.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -4029 for a number that is none of the user's, -4031 once
/// operators have decided, -1001 when the database is away.
pub async fn cancel(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    ask.params.mandatory("id")?;
    let id = ask.number("id")?.unwrap_or(0);
    let (gateway, now) = (ask.gateway, clock::now());
    let cancelled = gateway.identity().cancel_withdrawal(user, id, now).await;
    let cancelled = cancelled.map_err(refused)?;
    tell_ends(gateway.hub(), gateway.identity())
        .await
        .map_err(failed)?;
    Ok(Reply::ok(&row(ask, cancelled)))
}

/// Returns the network and the payment of a request that names its asset so.
///
/// # Errors
/// Those of `destinations::read`; -1130 for a name that is none; -4021, -4022 and -1108 for an amount.
pub fn read<'a>(ask: &'a Ask<'_>, asset: &str) -> Result<(&'a Network, Payment<'a>), Refusal> {
    let (network, destination) = destinations::read(ask, asset)?;
    let missing = || Refusal::with(Fault::MandatoryMissing, &["amount"]);
    let units = ask.params.decimal("amount")?.ok_or_else(missing)?;
    let whole = Amount::new(units);
    let whole = whole.ok_or_else(|| Refusal::with(Fault::Overflowed, &["amount"]))?;
    let shown = |amount: Amount| Decimal(amount.units()).to_string();
    if !network.is_step(whole) {
        return Err(Refusal::with(Fault::AmountOffStep, &[&shown(network.step)]));
    }
    if mutant::plant!(
        "withdrawal-below-the-minimum",
        false,
        whole < network.minimum
    ) {
        let minimum = shown(network.minimum);
        return Err(Refusal::with(Fault::AmountBelowMinimum, &[&minimum]));
    }
    let name = ask.params.text("withdrawOrderId")?;
    if name.is_some_and(|name| !is_name(name)) {
        return Err(Refusal::with(Fault::DataInvalid, &["withdrawOrderId"]));
    }
    let payment = Payment {
        destination,
        amount: whole.minus(network.fee),
        fee: network.fee,
        name,
    };
    Ok((network, payment))
}

/// Returns the digest of what a request would take, and of where it would go.
///
/// # Errors
/// Those of `read`, -1130 for another fee than that of the network.
pub fn terms(ask: &Ask<'_>) -> Result<Reference, Refusal> {
    let (network, payment) = read(ask, "asset")?;
    check_fee(ask, network)?;
    // Its name is given once it is proven.
    let withdrawal = Withdrawal {
        reference: Reference([0; 32]),
        chain: BY_HAND,
        asset: payment.destination.asset,
        amount: payment.amount,
        fee: payment.fee,
    };
    let destination = payment.destination.digest();
    let account = ask.session.key.account;
    Ok(withdrawal_terms(account, &withdrawal, destination))
}

/// What a user has agreed to pay is what is taken.
fn check_fee(ask: &Ask<'_>, network: &Network) -> Result<(), Refusal> {
    let missing = || Refusal::with(Fault::MandatoryMissing, &["fee"]);
    let agreed = ask.params.decimal("fee")?.ok_or_else(missing)?;
    if agreed != network.fee.units() {
        let fee = Decimal(network.fee.units()).to_string();
        return Err(Refusal::with(Fault::FeeOther, &[&fee]));
    }
    Ok(())
}

/// The engine refuses it, too; here no code is used up for nothing.
fn check_held(ask: &Ask<'_>) -> Result<(), Refusal> {
    let views = ask.gateway.hub().views();
    match held_until(&views, ask.session.key.account) {
        Some(until) => Err(Refusal::with(
            Fault::WithdrawalsHeld,
            &[&format!(" until {} UTC", Calendar(until))],
        )),
        None => Ok(()),
    }
}

/// Writes a request down and has the engine hold its money, once a name.
///
/// # Errors
/// Those of the address book and of the engine; -1007 when it is not known whether the money is held: it will be known
/// within a minute.
pub async fn carry_out(
    ask: &Ask<'_>,
    (owner, payment): (OwnerId, Payment<'_>),
    by: By,
) -> Result<Request, Refusal> {
    let identity = ask.gateway.identity();
    let hold_nanos = ask.gateway.withdrawal_rules().hold_nanos;
    let wish = Wish {
        owner,
        account: ask.session.key.account,
        destination: payment.destination,
        amount: payment.amount,
        fee: payment.fee,
        name: payment.name,
        proof: match by {
            By::Factor(_) => Shape::Factor { hold_nanos },
            By::Key => Shape::Key,
        },
        valid_until: ask.session.window.valid_until,
    };
    let asked = identity.ask_withdrawal(&wish, clock::now()).await;
    let request = match asked.map_err(refused)? {
        Asked::Before(request) if request.state == State::Asked => {
            return Err(Refusal::of(Fault::Timeout));
        }
        Asked::Before(request) => return Ok(request),
        Asked::New(request) => request,
    };
    if let Err(refusal) = hold(ask, &request, &by).await {
        // What is not known is found out later.
        if refusal != Refusal::of(Fault::Timeout) {
            identity.drop_withdrawal(&request).await.map_err(failed)?;
        }
        return Err(refusal);
    }
    let noted = identity.note_withdrawal_held(&request, clock::now()).await;
    noted.map_err(failed)?;
    identity.withdrawal(request.id).await.map_err(refused)
}

async fn hold(ask: &Ask<'_>, request: &Request, by: &By) -> Result<(), Refusal> {
    let hub = ask.gateway.hub();
    let before = hub.views().sequence();
    let destination = request.destination.digest();
    let proof = match by {
        By::Factor(shown) => Proof::Factor {
            destination,
            shown: *shown,
        },
        By::Key => Proof::Key { destination },
    };
    let action = Action::HoldWithdrawal {
        withdrawal: Withdrawal {
            reference: request.reference,
            chain: BY_HAND,
            asset: request.destination.asset,
            amount: request.amount,
            fee: request.fee,
        },
        proof: Some(Box::new(proof)),
    };
    let applied = hub.submit(ask.command(action, None)).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(not_held(ask, request, reject));
    }
    let is_repeated = matches!(applied.events.first(), Some(Event::Repeated { .. }));
    if is_repeated || applied.sequence <= before {
        // The engine knows the name from before this database does: nothing is paid a second time.
        return Err(Refusal::of(Fault::WithdrawalNameTaken));
    }
    Ok(())
}

/// Returns the answer to what the engine does not hold.
fn not_held(ask: &Ask<'_>, request: &Request, reject: Reject) -> Refusal {
    match reject {
        Reject::PayoutLimitReached => beyond_limit(ask, request),
        Reject::InsufficientFunds => Refusal::of(Fault::WithdrawalUnfunded),
        Reject::AccountRestricted | Reject::AccountClosed => Refusal::of(Fault::WithdrawalsLimited),
        Reject::PayoutsHeld => Refusal::with(Fault::WithdrawalsHeld, &[""]),
        Reject::ReferenceConflict => Refusal::of(Fault::WithdrawalNameTaken),
        reject => refusal(reject, Operation::Place),
    }
}

/// Returns what all users together may still withdraw, and when this request would be within it.
fn beyond_limit(ask: &Ask<'_>, request: &Request) -> Refusal {
    let (views, now) = (ask.gateway.hub().views(), clock::now());
    let (limits, asset) = (views.payout_limits(), request.destination.asset);
    let total = request.amount.plus(request.fee);
    let cap = limits.cap(asset, now).unwrap_or(Amount::MAX);
    let left = cap.minus(limits.used(asset, now)).max(Amount::ZERO);
    let when = match limits.allowed_at(asset, total, now) {
        _ if cap < total => "the amount is more than a day has".to_owned(),
        Some(moment) => format!("the amount from {} UTC on", Calendar(moment)),
        None => "the amount once others have been paid".to_owned(),
    };
    let left = Decimal(left.units()).to_string();
    let symbol = asset_symbol(&views, asset).to_string();
    Refusal::with(Fault::PayoutLimitReached, &[&left, &symbol, &when])
}

/// Returns the answer to a request that is not taken.
pub fn refused(error: WithdrawalError) -> Refusal {
    match error {
        WithdrawalError::Identity(error) => failed(error),
        WithdrawalError::Unknown => Refusal::of(Fault::WithdrawalUnknown),
        WithdrawalError::NotOpen(state) => Refusal::with(Fault::WithdrawalDecided, &[state.name()]),
        WithdrawalError::Unlisted => Refusal::of(Fault::AddressUnlisted),
        WithdrawalError::TooNew { payable_at } => {
            let until = Calendar(payable_at).to_string();
            Refusal::with(Fault::AddressTooNew, &[&until])
        }
        WithdrawalError::NameTaken => Refusal::of(Fault::WithdrawalNameTaken),
        WithdrawalError::TooMany => {
            Refusal::with(Fault::TooManyWithdrawals, &[&OPEN_MAX.to_string()])
        }
    }
}

fn row(ask: &Ask<'_>, request: Request) -> WithdrawalAnswer {
    let views = ask.gateway.hub().views();
    let whole = request.amount.plus(request.fee);
    WithdrawalAnswer {
        id: request.id,
        reference: ReferenceText(request.reference),
        withdraw_order_id: request.name,
        asset: SymbolText(asset_symbol(&views, request.destination.asset)),
        network: request.destination.network,
        address: request.destination.address,
        address_tag: request.destination.tag,
        amount: Decimal(whole.units()),
        fee: Decimal(request.fee.units()),
        arrives: Decimal(request.amount.units()),
        state: request.state.name(),
        asked_at: ask.unit.show(request.asked_at),
        payable_at: ask.unit.show(request.payable_at),
        changed_at: ask.unit.show(request.changed_at),
        tx_id: request.payout,
        reason: request.reason,
    }
}
