//! Going on from a place: a subscription is told what happened since then, and then what happens.
//!
//! The event log is read in stretches, each twice: up to the newest command to know how the account was before it, and
//! then at the pace of the socket to tell it. The next stretch is what happened meanwhile; what happens while a short one
//! is told is held back, and follows it.

use core::ops::ControlFlow;
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::Arc;

use model::event::Published;
use model::id::{AccountId, MarketId, Sequence};
use model::time::{NANOS_PER_DAY, Timestamp};
use views::views::Views;
use wire::binance::error::{Fault, Refusal};

use crate::clock;
use crate::gateway::Gateway;
use crate::hub::{Hub, ReadSpan};
use crate::past::Past;
use crate::rest::facts::asset_symbol;
use crate::user_data::before::{After, too_late};
use crate::user_data::concerned::concerned;
use crate::user_data::deltas::Pair;
use crate::user_data::place::Place;
use crate::user_data::replay::{Replay, Span};
use crate::user_data::streams::{Fed, Subscribed, UserStreams};
use crate::user_data::tally::Tally;

/// Events of a stretch that is short.
const SHORT_EVENTS_MAX: u64 = 5_000;
/// Commands that may be left to read while the views are held.
const HELD_COMMANDS_MAX: u64 = 64;
/// How often the log is read up to an end that moves on meanwhile.
const CATCH_UPS_MAX: usize = 8;
/// How many events are read between two looks whether anybody still listens.
const EVENTS_PER_LOOK: u64 = 1 << 12;
/// How long a full queue is waited for.
const ROOM_PERIOD: Duration = Duration::from_millis(5);

/// What happened to an account after a place, up to a command.
pub struct Stretch {
    pub replay: Replay,
    /// What happens after it is held back.
    pub is_last: bool,
}

/// Whoever wants to know what happened to an account.
pub struct Asker<'a> {
    pub account: AccountId,
    /// Whether anybody still waits for it.
    pub is_there: &'a dyn Fn() -> bool,
    /// Holds back for them what happens from now on.
    pub hold: &'a dyn Fn(),
    /// Where that is which the views have let go of.
    pub past: &'a dyn Fn(&Views) -> Past,
}

/// Returns what happened after a place, up to the newest command. Reads the event log, and so blocks.
///
/// # Errors
/// -1130 for a place that is to come, and for one that is too long ago; -1001 when the history is behind.
pub fn collect(hub: &Hub, asker: &Asker<'_>, from: Place) -> Result<Stretch, Refusal> {
    let own = asker.account;
    let read_span = (hub.history().open_span)(own).ok_or_else(too_late)?;
    let mut sum = Sum::new(own, from, read_span);
    for _ in 0..CATCH_UPS_MAX {
        let (until, pairs) = {
            let views = hub.views();
            (views.sequence(), Pairs::of(&views))
        };
        if until < from.sequence {
            return Err(Refusal::with(Fault::DataInvalid, &["resumeFrom"]));
        }
        if until.0 - sum.read.0 <= HELD_COMMANDS_MAX {
            break;
        }
        sum.read(until, &pairs, asker.is_there)?;
    }
    let is_last = sum.tally.event_count <= SHORT_EVENTS_MAX;
    if is_last {
        // Before the last command of the stretch is known: nothing falls in between.
        (asker.hold)();
    }
    let (after, assets) = {
        let views = hub.views();
        sum.read(views.sequence(), &Pairs::of(&views), asker.is_there)?;
        let after = After::look(&views, (asker.past)(&views), own, &sum.tally);
        let assets = views.assets().iter();
        let assets = assets.map(|asset| (asset.id, asset_symbol(&views, asset.id)));
        (after.ok_or_else(too_late)?, assets.collect())
    };
    let before = after.take_back(&sum.tally)?;
    let span = Span {
        own,
        from,
        until: sum.read,
        read_span: sum.read_span,
    };
    let replay = Replay::of(span, before, assets);
    Ok(Stretch { replay, is_last })
}

/// Returns what a subscription is to be told after a place.
///
/// # Errors
/// As `collect`.
pub fn collect_for(gateway: &Gateway, to: Subscribed, from: Place) -> Result<Stretch, Refusal> {
    let streams = gateway.fanout().user_streams();
    let asker = Asker {
        account: to.account,
        is_there: &|| streams.is_subscribed(to.socket, to.number, to.account),
        hold: &|| streams.hold(to),
        past: &|views| gateway.past(views),
    };
    collect(gateway.hub(), &asker, from)
}

/// Feeds a subscription stretch after stretch, at the pace of its socket, and then lets it hear what happens. A past that
/// can no longer be told closes its socket.
pub async fn feed(gateway: Arc<Gateway>, to: Subscribed, mut stretch: Stretch) {
    let streams = gateway.fanout().user_streams();
    loop {
        let until = stretch.replay.until();
        let is_last = stretch.is_last;
        match tell(&gateway, to, stretch.replay).await {
            Ok(Fed::Gone) => return,
            Ok(_) if is_last => {
                when_there_is_room(|| streams.release(to, until)).await;
                return;
            }
            Ok(_) => {}
            Err(refusal) => return end(streams, to, &refusal),
        }
        let (hub, next) = (Arc::clone(gateway.hub()), Arc::clone(&gateway));
        let found = hub.look_back(move |_| collect_for(&next, to, Place::after(until)));
        stretch = match found.await {
            Ok(found) => found,
            Err(refusal) => return end(streams, to, &refusal),
        };
    }
}

fn end(streams: &UserStreams, to: Subscribed, refusal: &Refusal) {
    tracing::warn!(
        event = "resume.failed",
        account = to.account.0,
        "{refusal:?}"
    );
    streams.give_up(to);
}

async fn tell(gateway: &Gateway, to: Subscribed, mut replay: Replay) -> Result<Fed, Refusal> {
    let streams = gateway.fanout().user_streams();
    while !replay.is_over() {
        let news;
        (replay, news) = Arc::clone(gateway.hub())
            .look_back(move |_| {
                let news = replay.tell_more()?;
                Ok((replay, news))
            })
            .await?;
        for one in news {
            let fed = when_there_is_room(|| streams.feed(to, &one, clock::now())).await;
            if fed == Fed::Gone {
                return Ok(fed);
            }
        }
    }
    Ok(Fed::Taken)
}

async fn when_there_is_room(mut attempt: impl FnMut() -> Fed) -> Fed {
    loop {
        match attempt() {
            Fed::Full => tokio::time::sleep(ROOM_PERIOD).await,
            fed => return fed,
        }
    }
}

/// What was read of a stretch, added up.
struct Sum {
    own: AccountId,
    from: Place,
    /// Nothing may have happened to the account before that.
    oldest: Timestamp,
    read_span: ReadSpan,
    /// The last command that was read, or passed over.
    read: Sequence,
    tally: Tally,
}

impl Sum {
    fn new(own: AccountId, from: Place, read_span: ReadSpan) -> Sum {
        Sum {
            own,
            from,
            oldest: clock::now().plus_nanos(-NANOS_PER_DAY),
            read_span,
            read: from.whole_before(),
            tally: Tally::new(own),
        }
    }

    /// Reads on up to a command.
    ///
    /// # Errors
    /// -1130 when that is too old, or not in the log; -1000, which nobody hears, when nobody waits for it any more.
    fn read(
        &mut self,
        until: Sequence,
        pairs: &Pairs,
        is_asker_there: &dyn Fn() -> bool,
    ) -> Result<(), Refusal> {
        if self.read == until {
            return Ok(());
        }
        let (own, from, oldest) = (self.own, self.from, self.oldest);
        let tally = &mut self.tally;
        let (mut looks, mut is_too_late, mut is_asker_gone) = (0, false, false);
        let mut take = |published: Published| {
            looks += 1;
            if looks % EVENTS_PER_LOOK == 0 && !is_asker_there() {
                is_asker_gone = true;
                return ControlFlow::Break(());
            }
            if !concerned(&published.event).any(|account| account == own) {
                return ControlFlow::Continue(());
            }
            // Of a command that was told in part, the rest is told whenever it was.
            if from.sequence < published.sequence && published.at < oldest {
                is_too_late = true;
                return ControlFlow::Break(());
            }
            tally.add(&published.event, &|market| pairs.of_market(market));
            ControlFlow::Continue(())
        };
        let read = (self.read_span)(self.read, until, &mut take);
        if is_too_late || read.is_none() {
            return Err(too_late());
        }
        if is_asker_gone {
            return Err(Refusal::of(Fault::Unknown));
        }
        self.read = until;
        Ok(())
    }
}

/// The assets of all markets.
struct Pairs(BTreeMap<MarketId, Pair>);

impl Pairs {
    fn of(views: &Views) -> Pairs {
        let instruments = views.markets().map(|market| market.instrument());
        let pairs = instruments.map(|instrument| (instrument.id, Pair::of(instrument)));
        Pairs(pairs.collect())
    }

    fn of_market(&self, market: MarketId) -> Option<Pair> {
        self.0.get(&market).copied()
    }
}
