//! Limits over all users together, as figures for alerts.

use core::fmt::Write;

use model::id::AssetId;
use model::number::Amount;
use wire::decimal::Decimal;

use crate::clock;
use crate::gateway::Gateway;
use crate::rest::facts::asset_symbol;

/// Appends what a day has of each asset with a limit, and what is used of it.
pub fn write(gateway: &Gateway, text: &mut String) {
    let (views, now) = (gateway.hub().views(), clock::now());
    let limits = views.payout_limits();
    let capped: Vec<(AssetId, Amount)> = limits
        .assets()
        .filter_map(|asset| Some((asset, limits.cap(asset, now)?)))
        .collect();
    for (name, help) in [
        ("gateway_payout_limit", "what may leave in a day"),
        ("gateway_payout_limit_used", "what counts against that now"),
    ] {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (asset, cap) in &capped {
            let value = match name {
                "gateway_payout_limit" => *cap,
                _ => limits.used(*asset, now),
            };
            let symbol = asset_symbol(&views, *asset);
            let value = Decimal(value.units());
            let _ = writeln!(text, "{name}{{asset=\"{symbol}\"}} {value}");
        }
    }
}
