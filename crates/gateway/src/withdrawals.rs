//! What the engine is told of requests for withdrawals, and what it is asked of them after a stop.
//!
//! A request is in the database before its money is held, and its end is there before the engine hears of it. Both are
//! made to agree here, as often as it takes: what is told twice is recognised by its reference.
//!
//! **Source** `docs/spec/withdrawals.md` §5.

use identity::identity::{Identity, IdentityError};
use identity::withdrawal::{Request, State};
use model::command::Command;
use model::reject::Reject;
use model::time::Timestamp;
use views::views::Views;

use crate::hub::Hub;
use crate::rest::ask::rejection;

/// Makes database and engine agree; what cannot be done now is done at a later look.
pub async fn settle(hub: &Hub, identity: &Identity, now: Timestamp) {
    let looked = async {
        find_asked(hub, identity, now).await?;
        tell_ends(hub, identity).await
    };
    if let Err(error) = looked.await {
        tracing::warn!(%error, "withdrawals were not looked at; it is tried again");
    }
}

/// Learns what became of requests whose process did not live to note it.
async fn find_asked(hub: &Hub, identity: &Identity, now: Timestamp) -> Result<(), IdentityError> {
    for request in identity.asked_withdrawals().await? {
        let (is_held, is_too_late) = {
            let views = hub.views();
            let is_late = request.valid_until < views.at();
            (is_known(&views, &request), is_late)
        };
        if is_held {
            identity.note_withdrawal_held(&request, now).await?;
        } else if mutant::plant!("held-withdrawal-forgotten", true, is_too_late) {
            // Nothing that is still on its way would be taken: the engine is past its time.
            identity.drop_withdrawal(&request).await?;
        }
    }
    Ok(())
}

/// Returns whether the engine holds, or has held, the money of a request.
fn is_known(views: &Views, request: &Request) -> bool {
    let mut known = views.withdrawals(request.account).into_iter();
    known.any(|view| view.withdrawal.reference == request.reference)
}

/// Tells the engine of requests that have come to their end.
pub async fn tell_ends(hub: &Hub, identity: &Identity) -> Result<(), IdentityError> {
    for request in identity.untold_withdrawals().await? {
        tell_end(hub, identity, &request).await?;
    }
    Ok(())
}

async fn tell_end(hub: &Hub, identity: &Identity, request: &Request) -> Result<(), IdentityError> {
    let reference = request.reference;
    let command = match request.state {
        State::Completed => Command::SettleWithdrawal {
            reference,
            destination: Some(request.destination.digest()),
        },
        State::Cancelled | State::Rejected | State::Failed => {
            Command::CancelWithdrawal { reference }
        }
        State::Asked | State::Waiting | State::Processing => return Ok(()),
    };
    let applied = match hub.submit(command).await {
        Ok(applied) => applied,
        Err(refusal) => {
            tracing::warn!(?refusal, "a withdrawal is not ended yet; it is tried again");
            return Ok(());
        }
    };
    match rejection(&applied.events) {
        None => identity.note_withdrawal_told(request.id).await,
        // The table is full: room may come.
        Some(Reject::CapacityExhausted) => Ok(()),
        Some(reason) => {
            let number = request.id;
            let state = request.state.name();
            tracing::error!(
                event = "withdrawal.contradicted",
                number,
                state,
                "{}",
                reason.name()
            );
            if reason == Reject::DestinationOther {
                // Its address is another than was proven: it stays held until somebody has looked into that.
                return Ok(());
            }
            identity.note_withdrawal_told(request.id).await
        }
    }
}
