//! Limits over all users together, as operators look at them.
//!
//! **Source** `docs/spec/withdrawals.md` §4.1.

use model::id::AssetId;
use model::number::Amount;
use model::time::Timestamp;
use serde_json::{Value, json};
use views::views::Views;
use wire::decimal::Decimal;

use crate::console::answer;
use crate::reply::Reply;
use crate::rest::facts::asset_symbol;

/// Returns every asset that ever had a limit.
pub fn list(views: &Views, at: Timestamp) -> Reply {
    let assets: Vec<AssetId> = views.payout_limits().assets().collect();
    answer::list(assets.iter().map(|asset| shown(views, *asset, at)))
}

/// Returns the limit of an asset, what is used of it, and what it is going to be.
pub fn shown(views: &Views, asset: AssetId, at: Timestamp) -> Value {
    let text = |amount: Amount| Decimal(amount.units()).to_string();
    let limits = views.payout_limits();
    let (cap, used) = (limits.cap(asset, at), limits.used(asset, at));
    let raise = limits.raise(asset, at);
    json!({
        "asset": asset_symbol(views, asset).to_string(),
        "cap": cap.map(text),
        "used": text(used),
        "left": cap.map(|cap| text(cap.minus(used).max(Amount::ZERO))),
        "raisedAt": raise.map(|raise| raise.from.millis()),
        "raisedTo": raise.and_then(|raise| raise.cap).map(text),
    })
}
