//! What the gateway does without being asked: the beat of the streams, ending those whose right has ended, keeping the
//! countdowns of sockets running, telling notifications to streams, sending slices, telling holds of payouts, ends of withdrawals and failures to sign in, writing down what was refused, giving up requests that wait too long, and noting when keys were last used.

use std::sync::Arc;
use std::time::Duration;

use model::time::Timestamp;

use crate::algo::work;
use crate::clock;
use crate::gateway::Gateway;
use crate::presence::REFRESH_PERIOD;
use crate::rest::closing;
use crate::rest::holds::tell_holds;
use crate::rest::kyc::tell_levels;
use crate::rest::{key_change, sessions};
use crate::user_data::{kept_keys, notices};
use crate::withdrawals;
use crate::ws::beat;

/// What has lost its right is to have ended within a second, with the commands that end it.
const ENDING_PERIOD: Duration = Duration::from_millis(250);
/// How often is told, tried again and written what does not press.
const TELLING_PERIOD: Duration = Duration::from_secs(1);
/// What `Hub::give_up_late` counts in.
const LATE_PERIOD: Duration = Duration::from_secs(1);
const FAREWELL_PERIOD: Duration = Duration::from_millis(100);
const USES_PERIOD: Duration = Duration::from_secs(60);

/// Runs until the gateway is told to stop.
pub async fn run(gateway: Arc<Gateway>) {
    let hub = Arc::clone(gateway.hub());
    let beats = beat::run(
        Arc::clone(gateway.fanout()),
        move |look: &mut dyn FnMut(&views::views::Views)| look(&hub.views()),
    );
    let mut stopping = gateway.stopping();
    tokio::select! {
        () = beats => {}
        () = note_uses(&gateway) => {}
        () = keep_countdowns(&gateway) => {}
        () = send_farewells(&gateway) => {}
        () = end_without_right(&gateway) => {}
        () = tell_what_waits(&gateway) => {}
        () = notices::run(&gateway) => {}
        () = work::run(&gateway) => {}
        () = give_up_late(&gateway) => {}
        _ = stopping.wait_for(|is_stopping| *is_stopping) => {}
    }
}

/// Ends sessions and keys whose time is over, what listens by their right, and the sockets that logged on with them.
async fn end_without_right(gateway: &Gateway) {
    loop {
        let period = mutant::plant!("ends-late", TELLING_PERIOD * 2, ENDING_PERIOD);
        tokio::time::sleep(period).await;
        sessions::end_ended(gateway, clock::now()).await;
        key_change::end_due(gateway, clock::now()).await;
        end_those_without_right(gateway, clock::now());
    }
}

fn end_those_without_right(gateway: &Gateway, now: Timestamp) {
    let views = gateway.hub().views();
    let narrowed = gateway.identity().take_narrowed();
    let is_live =
        |key| !narrowed.contains(&key) && views.key(key).is_some_and(|key| key.is_live(now));
    gateway.fanout().user_streams().expire(now, is_live);
    gateway.logins().end(is_live);
}

async fn tell_what_waits(gateway: &Gateway) {
    loop {
        tokio::time::sleep(TELLING_PERIOD).await;
        kept_keys::save(gateway.fanout().user_streams(), gateway.identity()).await;
        // The next round tries again.
        if let Err(error) = gateway.identity().tell_failures(clock::now()).await {
            tracing::warn!(%error, "users were not told of failures to sign in");
        }
        write_acts(gateway).await;
        write_refused(gateway).await;
        tell_holds(gateway).await;
        tell_levels(gateway).await;
        withdrawals::settle(gateway.hub(), gateway.identity(), clock::now()).await;
        closing::finish_open(gateway, clock::now()).await;
    }
}

/// Writes what users have done while the database took nothing into the audit log.
async fn write_acts(gateway: &Gateway) {
    if let Err(error) = gateway.acts().write(gateway.identity()).await {
        tracing::warn!(%error, "what users did was not written down; it is tried again");
    }
}

/// Writes what was refused in the minutes that are over into the audit log.
async fn write_refused(gateway: &Gateway) {
    let written = gateway.refused().write(gateway.identity(), clock::now());
    if let Err(error) = written.await {
        tracing::warn!(%error, "what was refused was not written down; it is tried again");
    }
}

async fn give_up_late(gateway: &Gateway) {
    loop {
        tokio::time::sleep(LATE_PERIOD).await;
        gateway.hub().give_up_late();
    }
}

/// Starts the countdowns of sockets that stand for their orders anew.
async fn keep_countdowns(gateway: &Gateway) {
    loop {
        tokio::time::sleep(REFRESH_PERIOD).await;
        gateway.presences().refresh();
    }
}

async fn send_farewells(gateway: &Gateway) {
    loop {
        tokio::time::sleep(FAREWELL_PERIOD).await;
        gateway.presences().send_farewells();
    }
}

async fn note_uses(gateway: &Gateway) {
    let mut since = gateway.started_at();
    loop {
        tokio::time::sleep(USES_PERIOD).await;
        let now = clock::now();
        // The next period tries again: nothing depends on these times but a display.
        if let Err(error) = gateway.identity().store_uses(since).await {
            tracing::warn!(%error, "the last uses of keys were not stored");
            continue;
        }
        since = now;
        if let Err(error) = gateway.identity().forget_old(now).await {
            tracing::warn!(%error, "old registrations and messages were not forgotten");
        }
        let term = gateway.kyc_rules().term;
        if let Err(error) = gateway.identity().erase_due(term, now).await {
            tracing::warn!(%error, "users who closed their accounts were not erased; it is tried again");
        }
    }
}
