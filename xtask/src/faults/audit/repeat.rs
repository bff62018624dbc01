//! Sending a request again, under the same name.

use super::Findings;
use super::listing::{Row, look_up};
use crate::faults::account::Client;
use crate::faults::request::{Kind, Request, client_id};
use crate::faults::witness::{Outcome, Record, Reply, Verdict};
use anyhow::{Result, bail};
use serde_json::Value;

/// Finds out what became of a request without a verdict: looks for its effect, sends it again, and holds the answer
/// against what was found. Returns whether it had been carried out the first time.
///
/// # Errors
/// The exchange does not answer.
pub fn settle(client: &mut Client, record: &mut Record, findings: &mut Findings) -> Result<bool> {
    let effect = effect(client, &record.request)?;
    let reply = ask(client, &record.request)?;
    if let Some(effect) = &effect {
        let was_not_taken = matches!(&record.outcome, Outcome::Answered(reply) if reply.verdict() == Verdict::NotTaken);
        if was_not_taken {
            findings.duplicated.push(format!(
                "{:?} was not taken and yet: {}",
                record.request, effect.json
            ));
        }
        if !tells(&record.request, &reply, effect) {
            let Reply { status, body } = &reply;
            findings.duplicated.push(format!(
                "{:?} had done {}; sent again it does {status} {body}",
                record.request, effect.json
            ));
        }
    }
    record.outcome = Outcome::Answered(reply);
    Ok(effect.is_some())
}

/// Sends an answered request again; the answer has to be the same.
///
/// # Errors
/// The exchange does not answer.
pub fn repeat(client: &mut Client, record: &Record, findings: &mut Findings) -> Result<()> {
    let (request, Some(first)) = (&record.request, record.settled()) else {
        return Ok(());
    };
    let again = ask(client, request)?;
    if first.status != again.status
        || lasting(request, &first.body) != lasting(request, &again.body)
    {
        let answers = format!(
            "{} {} and now {} {}",
            first.status, first.body, again.status, again.body
        );
        findings
            .altered
            .push(format!("{request:?} was answered {answers}"));
    }
    Ok(())
}

fn ask(client: &mut Client, request: &Request) -> Result<Reply> {
    let answer = client.ask(request.method(), request.path(), &request.parameters)?;
    let reply = Reply::read(&answer)?;
    match reply.verdict() {
        Verdict::Done | Verdict::Refused => Ok(reply),
        Verdict::NotTaken | Verdict::Unknown => bail!("{request:?} gets no verdict: {reply:?}"),
    }
}

/// Returns the order that shows that a request was carried out, or `None` when it was not.
fn effect(client: &mut Client, request: &Request) -> Result<Option<Row>> {
    let target = |client: &mut Client, order: u64| {
        look_up(client, request.place, ("orderId", order.to_string()))
    };
    Ok(match request.kind {
        Kind::Place | Kind::Replace { .. } => look_up(
            client,
            request.place,
            ("origClientOrderId", client_id(request.number)),
        )?,
        Kind::Cancel { order } => {
            target(client, order)?.filter(|row| row.text("status") == "CANCELED")
        }
        Kind::Amend { order } => target(client, order)?
            .filter(|row| Some(row.text("origQty")) == request.parameter("newQty")),
    })
}

/// Whether an answer speaks of the effect that was found, and not of another one.
fn tells(request: &Request, reply: &Reply, effect: &Row) -> bool {
    if reply.verdict() != Verdict::Done {
        return false;
    }
    let halves = if reply.status == 200 {
        &reply.body
    } else {
        &reply.body["data"]
    };
    let order = match request.kind {
        Kind::Place => &reply.body,
        Kind::Replace { .. } => &halves["newOrderResponse"],
        Kind::Cancel { .. } => return reply.body["orderId"] == effect.json["orderId"],
        Kind::Amend { .. } => {
            return reply.body["amendedOrder"]["orderId"] == effect.json["orderId"];
        }
    };
    order["orderId"] == effect.json["orderId"] && order["transactTime"] == effect.json["time"]
}

/// Returns what an answer says that does not change with the order: an amendment also tells how the order stands now.
fn lasting(request: &Request, body: &Value) -> Value {
    match request.kind {
        Kind::Amend { .. } if body["amendedOrder"].is_object() => {
            let order = &body["amendedOrder"];
            let lasting = [
                &body["transactTime"],
                &body["executionId"],
                &order["orderId"],
                &order["qty"],
                &order["clientOrderId"],
            ];
            Value::Array(lasting.map(Clone::clone).to_vec())
        }
        _ => body.clone(),
    }
}
