//! Price alerts: each is told once, when a trade reaches its price.
//!
//! **Source** `docs/spec/notifications.md`.

use identity::alert::{Alert, Direction};
use identity::identity::IdentityError;
use serde::Serialize;
use views::views::Views;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::{Time, TimeUnit};
use wire::binance::words::SymbolText;
use wire::decimal::{Decimal, of_price, price_on_grid};

use crate::clock;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::opening::failed;
use crate::rest::preferences::owner_of;

pub const DIRECTIONS: &[&str] = &["ABOVE", "BELOW"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertAnswer {
    id: u64,
    symbol: SymbolText,
    direction: &'static str,
    price: Decimal,
    created_at: Time,
}

#[derive(Serialize)]
struct AddedAnswer {
    id: u64,
}

impl AlertAnswer {
    fn of(alert: &Alert, views: &Views, unit: TimeUnit) -> Option<AlertAnswer> {
        let instrument = views.market(alert.market)?.instrument();
        Some(AlertAnswer {
            id: alert.id,
            symbol: SymbolText(instrument.symbol),
            direction: direction_name(alert.direction),
            price: of_price(alert.price, &instrument.grid),
            created_at: unit.show(alert.created_at),
        })
    }
}

/// `GET /v1/alerts`: those that wait, the oldest first.
///
/// # Errors
/// 401 for a request that no browser signed in for, -1000 when the database fails.
pub async fn list(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let alerts = ask.gateway.identity().alerts(owner).await.map_err(failed)?;
    let views = ask.gateway.hub().views();
    let rows: Vec<AlertAnswer> = alerts
        .iter()
        .filter_map(|alert| AlertAnswer::of(alert, &views, ask.unit))
        .collect();
    Ok(Reply::ok(&rows))
}

/// `POST /v1/alerts`.
///
/// # Errors
/// -1121 for a market that is none, -1130 for a direction that is none, for a price off the grid and for one alert too
/// many; as `list`.
pub async fn add(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let instrument = ask.listing()?.instrument;
    let direction = read_direction(ask.params)?;
    ask.params.mandatory("price")?;
    let units = ask.params.decimal("price")?;
    let price = units.and_then(|units| price_on_grid(units, &instrument.grid));
    let price = price.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["price"]))?;
    let wanted = (instrument.id, direction, price);
    let identity = ask.gateway.identity();
    let added = identity.add_alert(owner, wanted, clock::now()).await;
    let id = added.map_err(|error| match error {
        IdentityError::AlertsFull => Refusal::of(Fault::AlertsFull),
        error => failed(error),
    })?;
    Ok(Reply::ok(&AddedAnswer { id }))
}

/// `DELETE /v1/alerts`: one by its number, or all.
///
/// # Errors
/// -1130 for a number that is none of the user's; as `list`.
pub async fn remove(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let id = ask.number("id")?;
    let removed = ask.gateway.identity().remove_alerts(owner, id).await;
    if removed.map_err(failed)? == 0 && id.is_some() {
        return Err(Refusal::with(Fault::DataInvalid, &["id"]));
    }
    Ok(Reply::ok(&Empty {}))
}

fn read_direction(params: &Params) -> Result<Direction, Refusal> {
    match params.mandatory("direction")? {
        "ABOVE" => Ok(Direction::Above),
        "BELOW" => Ok(Direction::Below),
        _ => Err(Refusal::with(Fault::DataInvalid, &["direction"])),
    }
}

/// Returns the name of a direction.
pub const fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Above => "ABOVE",
        Direction::Below => "BELOW",
    }
}
