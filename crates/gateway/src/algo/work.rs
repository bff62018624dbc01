//! Going on with an order: what a slice in doubt did, whether one is due, and when to look again.

use std::time::Duration;

use identity::algo::{AlgoId, AlgoOrder, AlgoSlice, Ending, SliceFate};
use identity::identity::IdentityError;
use model::command::Command;
use model::instrument::Phase;
use model::time::{NANOS_PER_SECOND, Timestamp};
use wire::binance::error::{Fault, Refusal};

use crate::algo::bounds;
use crate::algo::schedule::{Progress, Schedule, Step};
use crate::algo::slice::{create_key, fate, fill_of, is_passing, name_of, place, question};
use crate::clock;
use crate::gateway::Gateway;
use crate::hub::Original;
use crate::own_keys;
use crate::rest::facts::{self, Listing};
use crate::rest::past_facts;

/// When something failed that is tried again.
const AGAIN_NANOS: i64 = NANOS_PER_SECOND;
/// A wait without an end, until an order is added.
const LONG: Duration = Duration::from_secs(3_600);

/// Why an order was not gone on with; it is looked at again.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    #[error("the database failed")]
    Identity(#[from] IdentityError),
    #[error("the exchange did not answer: {}", .0.msg)]
    Exchange(Refusal),
}

impl From<Refusal> for WorkError {
    fn from(refusal: Refusal) -> WorkError {
        WorkError::Exchange(refusal)
    }
}

/// Goes on with every order when it is due, for ever.
pub async fn run(gateway: &Gateway) {
    begin(gateway).await;
    let agenda = gateway.agenda();
    loop {
        while let Some(id) = agenda.take_due(clock::now()) {
            go_on(gateway, id, clock::now()).await;
        }
        let wait = agenda.next().map_or(LONG, |at| until(at, clock::now()));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = agenda.changed() => {}
        }
    }
}

/// Looks at everything that was left unfinished.
async fn begin(gateway: &Gateway) {
    loop {
        match gateway.identity().unfinished_algos().await {
            Ok(orders) => {
                let now = clock::now();
                let ids = orders.iter().map(|order| order.id);
                ids.for_each(|id| gateway.agenda().add(now, id));
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "orders that are spread over time were not read; it is tried again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn until(at: Timestamp, now: Timestamp) -> Duration {
    let nanos = at.nanos().saturating_sub(now.nanos());
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
}

/// Goes on with one order, and has it looked at again when that is needed.
pub async fn go_on(gateway: &Gateway, id: AlgoId, now: Timestamp) {
    let next = attempt(gateway, id, now).await.unwrap_or_else(|error| {
        tracing::warn!(%error, algo = id.0, "an order that is spread over time waits; it is tried again");
        Some(now.plus_nanos(AGAIN_NANOS))
    });
    if let Some(at) = next {
        gateway.agenda().add(at, id);
    }
}

/// Returns when to look again; `None` when the order is over.
async fn attempt(
    gateway: &Gateway,
    id: AlgoId,
    now: Timestamp,
) -> Result<Option<Timestamp>, WorkError> {
    let _turn = gateway.agenda().turn().await;
    let identity = gateway.identity();
    if let Some(slice) = identity.slice_in_doubt(id).await? {
        let Some(order) = identity.algo(id).await? else {
            return Ok(None);
        };
        let fate = mutant::plant!(
            "doubt-taken-for-lost",
            SliceFate::Lost,
            look_up(gateway, &order, &slice, now).await?
        );
        take_in(gateway, &slice, fate, now).await?;
    }
    loop {
        let Some(order) = identity.algo(id).await? else {
            return Ok(None);
        };
        if order.end.is_some() {
            drop_key(gateway, id);
            return Ok(None);
        }
        let step = step(gateway, &order, now);
        let qty = match step {
            Ok(Step::Send(qty)) => qty,
            Ok(Step::Wait(at)) => return Ok(Some(at)),
            Ok(Step::Done) => return end(gateway, id, Ending::Filled, now).await,
            Ok(Step::TooSmall) => return end(gateway, id, Ending::RestTooSmall, now).await,
            Ok(Step::Over) => return end(gateway, id, Ending::TimeOver, now).await,
            Err(ending) => return end(gateway, id, ending, now).await,
        };
        let slice = AlgoSlice {
            algo: id,
            number: order.sent + 1,
            qty,
            sent_at: now,
            fate: SliceFate::InDoubt,
        };
        let fate = send(gateway, &order, &slice).await?;
        if fate == SliceFate::InDoubt {
            return Ok(Some(now.plus_nanos(AGAIN_NANOS)));
        }
        take_in(gateway, &slice, fate, now).await?;
    }
}

/// Returns what is to be done with an order, or why it ends.
fn step(gateway: &Gateway, order: &AlgoOrder, now: Timestamp) -> Result<Step, Ending> {
    let views = gateway.hub().views();
    let market = views
        .market(order.wish.market)
        .ok_or(Ending::MarketClosed)?;
    if market.phase() == Phase::Closed {
        return Err(Ending::MarketClosed);
    }
    let schedule = Schedule {
        begins_at: order.wish.begins_at,
        ends_at: order.wish.ends_at,
        slots: order.wish.slices,
    };
    let progress = Progress {
        left: order.wish.qty.minus(order.executed),
        last_sent_at: order.last_sent_at,
    };
    Ok(schedule.step(progress, bounds::range(market, order.wish.limit), now))
}

/// Writes a slice down and sends it.
async fn send(
    gateway: &Gateway,
    order: &AlgoOrder,
    slice: &AlgoSlice,
) -> Result<SliceFate, WorkError> {
    ensure_key(gateway, order).await?;
    let listing = listing_of(gateway, order)?;
    if !gateway.identity().begin_slice(slice).await? {
        // Nobody else sends while it is our turn: the order ended in the database alone.
        return Ok(SliceFate::InDoubt);
    }
    match gateway.hub().submit(place(order, slice)).await {
        Ok(applied) => Ok(fate(order, slice.number, &applied, &listing)),
        Err(refusal) if refusal == Refusal::of(Fault::Overloaded) => Ok(SliceFate::Lost),
        Err(_) => Ok(SliceFate::InDoubt),
    }
}

/// Has the exchange know the key of an order; it refuses one that it knows, or that has ended.
async fn ensure_key(gateway: &Gateway, order: &AlgoOrder) -> Result<(), WorkError> {
    if gateway.hub().key(own_keys::of_algo(order.id)).is_none() {
        gateway.hub().submit(create_key(order)).await?;
    }
    Ok(())
}

fn listing_of(gateway: &Gateway, order: &AlgoOrder) -> Result<Listing, Refusal> {
    let views = gateway.hub().views();
    let market = views.market(order.wish.market);
    let market = market.ok_or_else(|| Refusal::of(Fault::SymbolInvalid))?;
    Ok(Listing::of(&views, market))
}

/// Finds out what became of a slice: whatever was sent before the question is answered by then.
async fn look_up(
    gateway: &Gateway,
    order: &AlgoOrder,
    slice: &AlgoSlice,
    now: Timestamp,
) -> Result<SliceFate, WorkError> {
    ensure_key(gateway, order).await?;
    let listing = listing_of(gateway, order)?;
    let question = question(order, slice, now);
    match gateway.hub().find_original(question).await? {
        Original::Known(applied) => Ok(fate(order, slice.number, &applied, &listing)),
        // Answers are known for a day, orders by their names for ever.
        Original::Missing(_) => by_name(gateway, order, slice, &listing).await,
    }
}

async fn by_name(
    gateway: &Gateway,
    order: &AlgoOrder,
    slice: &AlgoSlice,
    listing: &Listing,
) -> Result<SliceFate, WorkError> {
    let name = name_of(order.id, slice.number);
    let (account, market) = (order.wish.account, order.wish.market);
    let (kept, past) = {
        let views = gateway.hub().views();
        let kept = views.order_of(account, market, name);
        let kept = kept.map(|order| facts::order(&order, &listing.instrument));
        (kept, gateway.past(&views))
    };
    let found = match kept {
        Some(kept) => Some(kept),
        None => {
            let past = past.order_named((account, market), name).await?;
            past.map(|order| past_facts::order(&order, &listing.instrument))
        }
    };
    let fill = found.map(|order| SliceFate::Taken(fill_of(&order)));
    Ok(fill.unwrap_or(SliceFate::Lost))
}

/// Writes down what became of a slice, and ends its order where that is final.
async fn take_in(
    gateway: &Gateway,
    slice: &AlgoSlice,
    fate: SliceFate,
    now: Timestamp,
) -> Result<(), WorkError> {
    let ended = AlgoSlice { fate, ..*slice };
    gateway.identity().end_slice(&ended).await?;
    if let SliceFate::Refused(reject) = fate
        && !is_passing(reject)
    {
        end(gateway, slice.algo, Ending::Refused(reject), now).await?;
    }
    Ok(())
}

/// Ends an order. Its key goes, too, where it is not asked about any more; it ends by itself in any case.
async fn end(
    gateway: &Gateway,
    id: AlgoId,
    ending: Ending,
    now: Timestamp,
) -> Result<Option<Timestamp>, WorkError> {
    gateway.identity().end_algo(id, ending, now).await?;
    drop_key(gateway, id);
    Ok(None)
}

fn drop_key(gateway: &Gateway, id: AlgoId) {
    let key = own_keys::of_algo(id);
    if gateway.hub().key(key).is_some() {
        gateway.hub().send(Command::RevokeKey { key });
    }
}

/// Cancels an order once no slice of it is on its way, and returns whether it was open.
///
/// # Errors
/// When the database fails.
pub async fn cancel(gateway: &Gateway, id: AlgoId, now: Timestamp) -> Result<bool, IdentityError> {
    let _turn = gateway.agenda().turn().await;
    let identity = gateway.identity();
    let was_open = identity.end_algo(id, Ending::Cancelled, now).await?;
    if was_open && identity.slice_in_doubt(id).await?.is_none() {
        drop_key(gateway, id);
    }
    Ok(was_open)
}
