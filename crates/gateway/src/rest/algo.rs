//! Spreading an order over time, taking that back, and what it would come to.
//!
//! **Source** `docs/spec/algo-orders.md`.

use std::time::Duration;

use identity::algo::{AlgoId, AlgoOrder, AlgoRoom, AlgoWish};
use identity::identity::IdentityError;
use model::command::NewOrder;
use model::instrument::Instrument;
use model::number::{Price, Qty};
use model::order::{Instructions, OrderKind, SelfTradeMode, Side, TimeInForce};
use model::reject::Reject;
use model::text::ClientOrderId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use wire::binance::answer::algo::{AlgoPreview, CancelledAlgo, NewAlgo};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::reject::{Operation, refusal};
use wire::binance::request::wish;
use wire::binance::words::{self, SymbolText};
use wire::decimal::of_qty;

use crate::algo::bounds;
use crate::algo::schedule::{Progress, Schedule, SliceRange, Step, slots};
use crate::algo::work;
use crate::config::AlgoLimits;
use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::Listing;
use crate::rest::opening::failed;
use crate::rest::validate;

/// Beside its own, upstream's names have 32 characters; ours have as many as those of orders.
const NAME: &str = "clientAlgoId";

/// What a request wants to be spread, and how.
struct Plan {
    listing: Listing,
    side: Side,
    qty: Qty,
    limit: Option<Price>,
    duration_nanos: i64,
    slices: u32,
    /// The first slice.
    first: Qty,
}

/// `POST /sapi/v1/algo/spot/newOrderTwap`.
///
/// # Errors
/// Those of the values and of the filters, -20132 for a name that is taken, -20195 and -20196 for a quantity that cannot
/// be cut, -20198 for one order too many, -1001 when the database fails.
pub async fn place(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let plan = read(ask, now)?;
    let self_trade = self_trade(ask.params)?;
    let client_id = ask.params.client_id(NAME, Fault::ClientIdEmpty)?;
    check(ask, &plan, self_trade)?;
    let wish = AlgoWish {
        account: ask.session.key.account,
        client_id: client_id.unwrap_or_else(|| ask.gateway.client_id()),
        market: plan.listing.instrument.id,
        side: plan.side,
        qty: plan.qty,
        limit: plan.limit,
        self_trade,
        begins_at: now,
        ends_at: now.plus_nanos(plan.duration_nanos),
        slices: plan.slices,
    };
    let limits = limits(ask.gateway);
    let room = AlgoRoom {
        of_account: limits.of_account_max,
        in_all: limits.in_all_max,
    };
    let added = ask.gateway.identity().add_algo(&wish, room).await;
    let id = added.map_err(|error| match error {
        IdentityError::AlgoNameTaken => Refusal::of(Fault::AlgoNameTaken),
        IdentityError::AlgosFull => Refusal::of(Fault::AlgosFull),
        error => failed(error),
    })?;
    ask.gateway.agenda().add(now, id);
    Ok(Reply::ok(&NewAlgo::of(id.0, wish.client_id)))
}

/// `DELETE /sapi/v1/algo/spot/order`.
///
/// # Errors
/// -1102 without a name of the order, -20124 when the account has no such open order, -1001 when the database fails.
pub async fn cancel(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let order = named(ask).await?;
    let unknown = || Refusal::of(Fault::AlgoUnknown);
    let account = ask.session.key.account;
    let order = order.filter(|order| {
        mutant::plant!(
            "foreign-algo-cancelled",
            true,
            order.wish.account == account
        )
    });
    let order = order.ok_or_else(unknown)?;
    let cancelled = work::cancel(ask.gateway, order.id, now).await;
    match cancelled.map_err(failed)? {
        true => Ok(Reply::ok(&CancelledAlgo::of(order.id.0))),
        false => Err(unknown()),
    }
}

async fn named(ask: &Ask<'_>) -> Result<Option<AlgoOrder>, Refusal> {
    let id = ask.number("algoId")?.map(AlgoId);
    let name = ask.params.client_id(NAME, Fault::OriginalClientIdEmpty)?;
    let identity = ask.gateway.identity();
    let found = match (id, name) {
        (Some(id), name) => {
            let is_named = |order: &AlgoOrder| name.is_none_or(|name| is_called(order, name));
            let found = identity.algo(id).await;
            found.map(|order| order.filter(is_named))
        }
        (None, Some(name)) => identity.algo_named(ask.session.key.account, name).await,
        (None, None) => return Err(Refusal::with(Fault::EitherMissing, &["algoId", NAME])),
    };
    found.map_err(failed)
}

fn is_called(order: &AlgoOrder, name: ClientOrderId) -> bool {
    order.wish.client_id == name
}

/// `GET /v1/algo/twap/preview`: into what an order would be cut.
///
/// # Errors
/// As `place`, but for those of names and numbers of orders.
pub fn preview(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let plan = read(ask, now)?;
    let grid = &plan.listing.instrument.grid;
    let seconds = |nanos: i64| (nanos / NANOS_PER_SECOND).unsigned_abs();
    Ok(Reply::ok(&AlgoPreview {
        symbol: SymbolText(plan.listing.instrument.symbol),
        slices: plan.slices,
        slice_qty: of_qty(plan.first, grid),
        interval: seconds(plan.duration_nanos / i64::from(plan.slices)),
        end_time: ask.unit.show(now.plus_nanos(plan.duration_nanos)),
        duration_min: limits(ask.gateway).duration_min.as_secs(),
        duration_max: AlgoLimits::DURATION_MAX.as_secs(),
    }))
}

fn limits(gateway: &Gateway) -> &AlgoLimits {
    &gateway.config().limiting.limits().algos
}

fn read(ask: &Ask<'_>, now: Timestamp) -> Result<Plan, Refusal> {
    let listing = ask.listing()?;
    let grid = &listing.instrument.grid;
    let side = words::parse_side(ask.params.mandatory("side")?);
    let side = side.ok_or_else(|| Refusal::of(Fault::SideInvalid))?;
    let qty = wish::qty(ask.params, "quantity", grid)?;
    let limit = match ask.params.text("limitPrice")? {
        Some(_) => Some(wish::price(ask.params, "limitPrice", grid)?),
        None => None,
    };
    let limits = limits(ask.gateway);
    let duration_nanos = duration(ask.params, limits)?;
    let range = range(ask, &listing.instrument, limit)?;
    if qty < range.min {
        return Err(Refusal::of(Fault::AlgoTooSmall));
    }
    let slices = slots(duration_nanos, nanos(limits.interval), qty, range);
    let first = first(now, duration_nanos, slices, (qty, range))?;
    Ok(Plan {
        listing,
        side,
        qty,
        limit,
        duration_nanos,
        slices,
        first,
    })
}

fn range(
    ask: &Ask<'_>,
    instrument: &Instrument,
    limit: Option<Price>,
) -> Result<SliceRange, Refusal> {
    let views = ask.gateway.hub().views();
    let market = views.market(instrument.id);
    let market = market.ok_or_else(|| Refusal::of(Fault::SymbolInvalid))?;
    Ok(bounds::range(market, limit))
}

/// Reads the seconds; upstream moves what is beyond its bounds to them.
fn duration(params: &Params, limits: &AlgoLimits) -> Result<i64, Refusal> {
    let invalid = || Refusal::with(Fault::DataInvalid, &["duration"]);
    params.mandatory("duration")?;
    let seconds = params.integer("duration")?.unwrap_or(0);
    let duration = Duration::from_secs(seconds.unsigned_abs());
    if duration < limits.duration_min || AlgoLimits::DURATION_MAX < duration {
        return Err(invalid());
    }
    Ok(nanos(duration))
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// Returns the first slice, if those that follow are not larger than the market takes.
fn first(
    now: Timestamp,
    duration_nanos: i64,
    slices: u32,
    (qty, range): (Qty, SliceRange),
) -> Result<Qty, Refusal> {
    let schedule = Schedule {
        begins_at: now,
        ends_at: now.plus_nanos(duration_nanos),
        slots: slices,
    };
    let progress = Progress {
        left: qty,
        last_sent_at: None,
    };
    let most = i128::from(range.max.lots()) * i128::from(slices);
    match schedule.step(progress, range, now) {
        Step::Send(first) if i128::from(qty.lots()) <= most => Ok(first),
        Step::Send(_) => Err(Refusal::of(Fault::AlgoTooLarge)),
        _ => Err(Refusal::of(Fault::AlgoTooSmall)),
    }
}

fn self_trade(params: &Params) -> Result<Option<SelfTradeMode>, Refusal> {
    let invalid = || Refusal::with(Fault::DataInvalid, &["stpMode"]);
    let word = params.text("stpMode")?;
    word.map(|word| words::parse_self_trade(word).ok_or_else(invalid))
        .transpose()
}

/// Refuses what the exchange would refuse of the first slice, as far as its market and its account tell.
fn check(ask: &Ask<'_>, plan: &Plan, self_trade: Option<SelfTradeMode>) -> Result<(), Refusal> {
    let views = ask.gateway.hub().views();
    let account = views.account(ask.session.key.account);
    if !account.is_some_and(|account| account.may_trade()) {
        return Err(refusal(Reject::AccountRestricted, Operation::Place));
    }
    let market = views.market(plan.listing.instrument.id);
    let market = market.ok_or_else(|| Refusal::of(Fault::SymbolInvalid))?;
    let qty = plan.first;
    let kind = plan
        .limit
        .map_or(OrderKind::Market { qty }, |price| OrderKind::Limit {
            price,
            qty,
            time_in_force: TimeInForce::ImmediateOrCancel,
        });
    let order = NewOrder {
        market: plan.listing.instrument.id,
        side: plan.side,
        kind,
        client_id: ask.gateway.client_id(),
        self_trade,
    };
    validate::check(&order, &Instructions::NONE, market)
}
