//! The countdown of an account in a market: whoever does not come back in time has its open orders cancelled.
//!
//! **Source** `docs/spec/binance-surface.md` §9.8.

use model::command::{Action, SetCountdown};
use serde::Serialize;
use wire::binance::error::Refusal;
use wire::binance::reject::{Operation, refusal};
use wire::binance::request;
use wire::binance::words::SymbolText;

use crate::reply::Reply;
use crate::rest::ask::{Ask, rejection};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Countdown {
    symbol: SymbolText,
    countdown_time: String,
}

/// `POST /v1/countdownCancelAll`.
///
/// # Errors
/// Those of the values and of the engine.
pub async fn set(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let listing = ask.listing()?;
    let millis = request::countdown(ask.params)?;
    let action = Action::SetCountdown(SetCountdown {
        market: listing.instrument.id,
        millis,
    });
    let applied = ask.submit(action).await?;
    if let Some(reject) = rejection(&applied.events) {
        return Err(refusal(reject, Operation::Cancel));
    }
    Ok(Reply::ok(&Countdown {
        symbol: SymbolText(listing.instrument.symbol),
        countdown_time: millis.map_or(0, u32::from).to_string(),
    }))
}
