//! Notifications on user data streams: what is new in the table of notifications, told to the pages of its user.
//!
//! Looked up rather than pushed: they are made by several parts, some of them beside the exchange. A stream tells what is
//! new while it stands; what happened before, or while nobody listened, is listed by `GET /v1/notifications`.
//!
//! **Source** `docs/spec/notifications.md`.

use core::time::Duration;

use identity::identity::IdentityError;
use identity::notification::Addressed;
use serde::Serialize;
use views::views::Views;
use wire::binance::time::{Time, TimeUnit};

use crate::gateway::Gateway;
use crate::rest::notifications::NotificationAnswer;
use crate::user_data::news::json;
use crate::user_data::streams::Beside;

const LOOK_PERIOD: Duration = Duration::from_millis(500);
/// Notifications of one look.
const ROWS_MAX: u32 = 1_000;

/// What a listener is told of a notification, in each unit of time.
#[derive(Serialize)]
struct NotificationEvent {
    e: &'static str,
    #[serde(rename = "E")]
    at: Time,
    n: NotificationAnswer,
}

/// Tells notifications for as long as it is run.
pub async fn run(gateway: &Gateway) {
    let mut told = None;
    loop {
        match look(gateway, told).await {
            Ok(until) => told = Some(until),
            // The next look finds them.
            Err(error) => tracing::warn!(%error, "notifications were not told to streams"),
        }
        tokio::time::sleep(LOOK_PERIOD).await;
    }
}

/// Tells what is new since a notification, and returns the newest.
async fn look(gateway: &Gateway, told: Option<u64>) -> Result<u64, IdentityError> {
    let identity = gateway.identity();
    let streams = gateway.fanout().user_streams();
    // Where nobody listens, it is still known from where on whoever comes next is told.
    let Some(told) = told.filter(|_| streams.tells_notifications()) else {
        return identity.newest_notification().await;
    };
    let news = identity.notifications_since(told, ROWS_MAX).await?;
    let views = gateway.hub().views();
    for one in &news {
        let texts =
            [TimeUnit::Milliseconds, TimeUnit::Microseconds].map(|unit| text(one, &views, unit));
        streams.tell_beside(
            one.account,
            Beside::Notification,
            &texts,
            one.notification.at,
        );
    }
    Ok(news.last().map_or(told, |last| last.notification.id))
}

fn text(one: &Addressed, views: &Views, unit: TimeUnit) -> String {
    json(&NotificationEvent {
        e: "notification",
        at: unit.show(one.notification.at),
        n: NotificationAnswer::of(&one.notification, views, unit),
    })
}
