//! Replays a recording on a running exchange: the mirror's and the taker's keys, the ordinary queue, the recorded pace.

use super::book::{Outcome, RecordedBook, on_grid};
use super::file::Records;
use super::mirror::{Mirror, Own, Reach};
use crate::cli::Speed;
use crate::dev::people::Trader;
use anyhow::{Context, Result, bail};
use gateway::hub::{Hub, Sent};
use model::command::{Action, ClientHeader, Command, NewOrder};
use model::event::Event;
use model::id::MarketId;
use model::instrument::Grid;
use model::number::{Price, Qty};
use model::order::{OrderKind, Side, TimeInForce};
use model::text::ClientOrderId;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use views::order::Order;
use wire::recording::{Content, Record};

const VALID_NANOS: i64 = 10_000_000_000;
/// Commands sent before their answers are awaited.
const PIPELINE_MAX: usize = 1_000;
const START_DELAY: Duration = Duration::from_secs(1);
const BUSY_PAUSE: Duration = Duration::from_millis(1);

/// What a replay needs.
pub struct Replay {
    pub hub: Arc<Hub>,
    pub market: MarketId,
    pub grid: Grid,
    pub mirror: Trader,
    pub taker: Trader,
    pub speed: Speed,
    /// Tells this run's client ids from an earlier one's.
    pub epoch: u64,
}

/// What a replay did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    pub updates: u64,
    pub commands: u64,
    pub trades: Trades,
}

/// What became of the recorded trades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trades {
    pub reproduced: u64,
    /// Recorded before the book's snapshot.
    pub early: u64,
    /// Nothing rested at the price or better: a stranger took it, or crossed it.
    pub missed: u64,
    /// Some of it traded at the better price of a stranger.
    pub improved: u64,
    /// Less rested there than was traded: a stranger took of it.
    pub cut: u64,
}

impl Trades {
    fn total(&self) -> u64 {
        self.reproduced + self.early + self.missed + self.improved + self.cut
    }
}

/// Where a replay stands.
struct Progress {
    /// At the last recorded update.
    book: RecordedBook,
    /// The same, with what trades have told since.
    shown: RecordedBook,
    mirror: Mirror,
    replayed: Replayed,
    started: Instant,
    first_ns: Option<i64>,
}

/// Replays a file from its first to its last record.
///
/// # Errors
/// The file is no recording of this market, or the exchange is gone.
pub async fn run(replay: &Replay, path: &Path) -> Result<Replayed> {
    // Whoever wants to watch from the start has this long to subscribe.
    tokio::time::sleep(START_DELAY).await;
    let mut records = Records::open(path)?;
    let mut progress = Progress {
        book: RecordedBook::new(replay.grid),
        shown: RecordedBook::new(replay.grid),
        mirror: Mirror::new(replay.market, replay.epoch),
        replayed: Replayed::default(),
        started: Instant::now(),
        first_ns: None,
    };
    while let Some(record) = records.next_record()? {
        wait(replay, &mut progress, &record).await;
        follow(replay, &mut progress, &record.content).await?;
    }
    Ok(progress.replayed)
}

/// Waits until a record is due at the speed of the replay.
async fn wait(replay: &Replay, progress: &mut Progress, record: &Record) {
    let Speed::Times(factor) = replay.speed else {
        return;
    };
    let first_ns = *progress.first_ns.get_or_insert(record.received_ns);
    let recorded_ns = (record.received_ns - first_ns).max(0) as f64;
    let due = Duration::from_nanos((recorded_ns / factor) as u64);
    tokio::time::sleep(due.saturating_sub(progress.started.elapsed())).await;
}

async fn follow(replay: &Replay, progress: &mut Progress, content: &Content) -> Result<()> {
    if let Content::Trade {
        price,
        qty,
        is_buyer_maker,
    } = content
    {
        if progress.book.last_update().is_none() {
            progress.replayed.trades.early += 1;
            return Ok(());
        }
        let (price, qty) = on_grid(*price, *qty, &replay.grid)?;
        let side = if *is_buyer_maker {
            Side::Sell
        } else {
            Side::Buy
        };
        progress.shown.admit(side, price, qty);
        for action in plan(replay, progress, Reach::Through(price)) {
            progress.replayed.commands += 1;
            send(replay, command(&replay.mirror, action)).await?;
        }
        progress.shown.take(side, price, qty);
        return trade(replay, &mut progress.replayed, side, price, qty).await;
    }
    update(replay, progress, content).await?;
    while let Some(waiting) = progress.book.next_waiting() {
        update(replay, progress, &waiting).await?;
    }
    Ok(())
}

/// Follows a change of the recorded book and shows where it leads.
async fn update(replay: &Replay, progress: &mut Progress, content: &Content) -> Result<()> {
    if progress.book.follow(content)? == Outcome::Updated {
        progress.replayed.updates += 1;
        progress.shown = progress.book.clone();
        show(replay, progress).await?;
    }
    Ok(())
}

/// Sends one recorded trade and notes what became of it.
async fn trade(
    replay: &Replay,
    replayed: &mut Replayed,
    side: Side,
    price: Price,
    qty: Qty,
) -> Result<()> {
    let action = take(replay, replayed.trades.total() + 1, side, price, qty);
    replayed.commands += 1;
    let applied = replay.hub.submit(command(&replay.taker, action)).await;
    let events = applied
        .ok()
        .context("the exchange did not answer the replay")?
        .events;
    let (mut there, mut elsewhere) = (0, 0);
    for event in &events {
        if let Event::Traded(traded) = event {
            *(if traded.price == price {
                &mut there
            } else {
                &mut elsewhere
            }) += traded.qty.lots();
        }
    }
    let trades = &mut replayed.trades;
    *match (there, elsewhere) {
        (there, 0) if there == qty.lots() => &mut trades.reproduced,
        (0, 0) => &mut trades.missed,
        (_, 0) => &mut trades.cut,
        _ => &mut trades.improved,
    } += 1;
    Ok(())
}

/// Makes the mirror's orders show the book.
async fn show(replay: &Replay, progress: &mut Progress) -> Result<()> {
    let actions = plan(replay, progress, Reach::Whole);
    send_all(replay, &replay.mirror, actions, &mut progress.replayed).await
}

/// Returns what leads from the mirror's orders to the book. All that was sent before must be done.
fn plan(replay: &Replay, progress: &mut Progress, reach: Reach) -> Vec<Action> {
    let orders = replay
        .hub
        .views()
        .open_orders_in(replay.mirror.account, replay.market);
    let own: Vec<Own> = orders.iter().filter_map(own_of).collect();
    let mut actions = Vec::new();
    let Progress { mirror, shown, .. } = progress;
    mirror.plan(&own, shown, reach, &mut actions);
    actions
}

fn own_of(order: &Order) -> Option<Own> {
    let open = order.original.minus(order.executed).minus(order.prevented);
    Some(Own {
        order: order.order,
        side: order.side,
        price: order.kind.price()?,
        original: order.original,
        open,
    })
}

fn take(replay: &Replay, number: u64, side: Side, price: Price, qty: Qty) -> Action {
    let text = format!("taker-{}-{number}", replay.epoch);
    let client_id =
        ClientOrderId::parse(text.as_bytes()).expect("digits and dashes, below 36 characters");
    let kind = OrderKind::Limit {
        price,
        qty,
        time_in_force: TimeInForce::ImmediateOrCancel,
    };
    Action::Place(NewOrder {
        market: replay.market,
        side,
        kind,
        client_id,
        self_trade: None,
    })
}

/// Sends actions in order and waits until all are done.
async fn send_all(
    replay: &Replay,
    trader: &Trader,
    actions: Vec<Action>,
    replayed: &mut Replayed,
) -> Result<()> {
    replayed.commands += actions.len() as u64;
    for chunk in actions.chunks(PIPELINE_MAX) {
        let Some((last, before)) = chunk.split_last() else {
            continue;
        };
        for action in before {
            send(replay, command(trader, action.clone())).await?;
        }
        replay
            .hub
            .submit(command(trader, last.clone()))
            .await
            .ok()
            .context("the exchange did not answer the replay")?;
    }
    Ok(())
}

async fn send(replay: &Replay, command: Command) -> Result<()> {
    loop {
        match replay.hub.send(command.clone()) {
            Sent::Taken => return Ok(()),
            Sent::Busy => tokio::time::sleep(BUSY_PAUSE).await,
            Sent::Gone => bail!("the exchange has stopped"),
        }
    }
}

fn command(trader: &Trader, action: Action) -> Command {
    let valid_until = crate::node::now().plus_nanos(VALID_NANOS);
    let header = ClientHeader {
        account: trader.account,
        key: trader.key,
        valid_until,
        idempotency: None,
    };
    Command::Client { header, action }
}
