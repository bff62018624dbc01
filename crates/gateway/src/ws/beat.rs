//! The one timer of all sockets: every 100 ms it tells what is due.

use core::time::Duration;
use std::sync::Arc;

use tokio::time::{MissedTickBehavior, interval};
use views::views::Views;

use crate::ws::fanout::Fanout;

const PERIOD: Duration = Duration::from_millis(100);

/// Where the clock of the streams stands: a beat is 100 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat(pub u64);

impl Beat {
    pub const fn is_second(self) -> bool {
        self.0.is_multiple_of(10)
    }

    pub const fn is_two_seconds(self) -> bool {
        self.0.is_multiple_of(20)
    }
}

/// Beats until the task is dropped. `read` calls back with the views, and holds them for as long as that takes.
pub async fn run(fanout: Arc<Fanout>, read: impl Fn(&mut dyn FnMut(&Views)) + Send) {
    let mut beats = interval(PERIOD);
    beats.set_missed_tick_behavior(MissedTickBehavior::Skip);
    for number in 1.. {
        beats.tick().await;
        fanout.beat(Beat(number), &read);
    }
}
