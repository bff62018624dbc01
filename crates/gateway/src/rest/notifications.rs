//! Notifications: what a user is told on the pages, and where what of it goes.
//!
//! **Source** `docs/spec/notifications.md`.

use identity::notification::{Kind, News, Notification, Setting, Stage};
use model::id::{AssetId, MarketId};
use model::instrument::Grid;
use model::number::{Amount, Price};
use serde::Serialize;
use views::views::Views;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::{Time, TimeUnit};
use wire::binance::words::{self, SymbolText};
use wire::decimal::{Decimal, of_price, of_qty};

use crate::reply::Reply;
use crate::rest::alerts::direction_name;
use crate::rest::ask::Ask;
use crate::rest::audited::{note_own, note_own_about};
use crate::rest::facts::asset_symbol;
use crate::rest::opening::failed;
use crate::rest::preferences::owner_of;
use crate::rest::register::subject_name;

const ROWS_DEFAULT: usize = 20;
pub const ROWS_MAX: usize = 100;
/// The names of kinds, in the order of `Kind::ALL`.
pub const KINDS: [&str; Kind::ALL.len()] =
    ["FILLS", "DEPOSIT", "WITHDRAWAL", "SECURITY", "PRICE_ALERT"];

#[derive(Serialize)]
struct PageAnswer {
    unread: u64,
    notifications: Vec<NotificationAnswer>,
}

/// What a kind does not tell is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationAnswer {
    id: u64,
    kind: &'static str,
    at: Time,
    is_read: bool,
    #[serde(flatten)]
    told: ToldAnswer,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct ToldAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<SymbolText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traded_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fills: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coin: Option<SymbolText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beyond_allowance: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SettingAnswer {
    kind: &'static str,
    is_kept: bool,
    is_mailed: bool,
}

impl NotificationAnswer {
    /// Returns what is told of a notification.
    pub fn of(one: &Notification, views: &Views, unit: TimeUnit) -> NotificationAnswer {
        NotificationAnswer {
            id: one.id,
            kind: kind_name(one.news.kind()),
            at: unit.show(one.at),
            is_read: one.is_read,
            told: ToldAnswer::of(&one.news, views),
        }
    }
}

impl ToldAnswer {
    fn of(news: &News, views: &Views) -> ToldAnswer {
        match *news {
            News::Fills {
                market,
                side,
                price,
                qty,
                count,
            } => ToldAnswer {
                side: Some(words::side(side)),
                fills: Some(count),
                quantity: grid(views, market).map(|(_, grid)| of_qty(qty, &grid)),
                ..ToldAnswer::of_market(views, market, price)
            },
            News::Deposit { asset, amount } => ToldAnswer::of_asset(views, asset, amount),
            News::DepositBeyond { asset, amount } => ToldAnswer {
                beyond_allowance: Some(true),
                ..ToldAnswer::of_asset(views, asset, amount)
            },
            News::Withdrawal {
                asset,
                amount,
                stage,
            } => ToldAnswer {
                status: Some(stage_name(stage)),
                ..ToldAnswer::of_asset(views, asset, amount)
            },
            News::Security(subject) => ToldAnswer {
                subject: Some(subject_name(subject)),
                ..ToldAnswer::default()
            },
            News::PriceAlert {
                market,
                direction,
                price,
                traded,
            } => ToldAnswer {
                direction: Some(direction_name(direction)),
                traded_price: grid(views, market).map(|(_, grid)| of_price(traded, &grid)),
                ..ToldAnswer::of_market(views, market, price)
            },
        }
    }

    fn of_market(views: &Views, market: MarketId, price: Price) -> ToldAnswer {
        let Some((symbol, grid)) = grid(views, market) else {
            return ToldAnswer::default();
        };
        ToldAnswer {
            symbol: Some(symbol),
            price: Some(of_price(price, &grid)),
            ..ToldAnswer::default()
        }
    }

    fn of_asset(views: &Views, asset: AssetId, amount: Amount) -> ToldAnswer {
        ToldAnswer {
            coin: Some(SymbolText(asset_symbol(views, asset))),
            amount: Some(Decimal(amount.units())),
            ..ToldAnswer::default()
        }
    }
}

fn grid(views: &Views, market: MarketId) -> Option<(SymbolText, Grid)> {
    let instrument = views.market(market)?.instrument();
    Some((SymbolText(instrument.symbol), instrument.grid))
}

/// Returns what answers tell of news, beside their kind.
pub fn told_of(news: &News, views: &Views) -> serde_json::Value {
    serde_json::to_value(ToldAnswer::of(news, views)).unwrap_or_default()
}

/// `GET /v1/notifications`: the newest first, from below `beforeId` on.
///
/// # Errors
/// 401 for a request that no browser signed in for, those of the values, -1000 when the database fails.
pub async fn list(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let limit = ask.params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let before = ask.number("beforeId")?;
    let identity = ask.gateway.identity();
    let unread = identity.unread(owner).await.map_err(failed)?;
    let rows = identity.notifications(owner, before, limit as u32).await;
    let rows = rows.map_err(failed)?;
    let views = ask.gateway.hub().views();
    let notifications = rows
        .iter()
        .map(|one| NotificationAnswer::of(one, &views, ask.unit))
        .collect();
    Ok(Reply::ok(&PageAnswer {
        unread,
        notifications,
    }))
}

/// `POST /v1/notifications/read`: all up to a number.
///
/// # Errors
/// As `list`.
pub async fn mark_read(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    ask.params.mandatory("untilId")?;
    let until = ask.number("untilId")?.unwrap_or(0);
    let marked = ask.gateway.identity().mark_read(owner, until).await;
    marked.map_err(failed)?;
    Ok(Reply::ok(&Empty {}))
}

/// `GET /v1/notifications/settings`: all kinds.
///
/// # Errors
/// 401 for a request that no browser signed in for, -1000 when the database fails.
pub async fn settings(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let settings = ask.gateway.identity().notification_settings(owner).await;
    let settings = settings.map_err(failed)?;
    let rows: Vec<SettingAnswer> = settings
        .iter()
        .map(|(kind, setting)| SettingAnswer {
            kind: kind_name(*kind),
            is_kept: setting.is_kept,
            // Each has a letter of its own.
            is_mailed: setting.is_mailed || *kind == Kind::Security,
        })
        .collect();
    Ok(Reply::ok(&rows))
}

/// `PUT /v1/notifications/settings`: one kind. What is about security is always told.
///
/// # Errors
/// -1130 for another kind, and for security; as `settings`.
pub async fn set(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let kind = read_kind(ask.params)?;
    let setting = Setting {
        is_kept: mandatory_flag(ask.params, "isKept")?,
        is_mailed: mandatory_flag(ask.params, "isMailed")?,
    };
    let identity = ask.gateway.identity();
    let set = identity.set_notification(owner, kind, setting).await;
    set.map_err(failed)?;
    note_withdrawals(ask, kind, setting).await?;
    Ok(Reply::ok(&Empty {}))
}

/// Writes down where the news of withdrawals no longer go: whoever takes money would rather not be told of.
async fn note_withdrawals(ask: &Ask<'_>, kind: Kind, setting: Setting) -> Result<(), Refusal> {
    if kind != Kind::Withdrawal {
        return Ok(());
    }
    let off = match (setting.is_kept, setting.is_mailed) {
        (true, true) => return note_own(ask, "withdrawal-news-on").await,
        (true, false) => "letters",
        (false, true) => "pages",
        (false, false) => "letters and pages",
    };
    note_own_about(ask, "withdrawal-news-off", off.to_owned()).await
}

fn read_kind(params: &Params) -> Result<Kind, Refusal> {
    let name = params.mandatory("kind")?;
    let place = KINDS.iter().position(|kind| *kind == name);
    let kind = place.map(|place| Kind::ALL[place]);
    kind.filter(|kind| *kind != Kind::Security)
        .ok_or_else(|| Refusal::with(Fault::DataInvalid, &["kind"]))
}

fn mandatory_flag(params: &Params, name: &str) -> Result<bool, Refusal> {
    params.mandatory(name)?;
    params.flag(name)
}

/// Returns the name of a kind.
pub fn kind_name(kind: Kind) -> &'static str {
    let place = Kind::ALL.iter().position(|known| *known == kind);
    KINDS[place.expect("all kinds have a name")]
}

const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Held => "HELD",
        Stage::Settled => "SETTLED",
        Stage::Cancelled => "CANCELLED",
    }
}
