//! The sandbox's markets and those who trade in them.

use super::people::{self, Person, carry_out};
use crate::cli;
use crate::listing::{self, ASSETS, MARKETS, MarketPlan};
use crate::recorded;
use crate::recorded::file::{Subject, divisor, subject};
use crate::simulated::drive::{self, Crowd};
use crate::simulated::population::{Population, TRADERS};
use crate::simulated::profile::{Profile, profiles};
use anyhow::{Context, Result, bail};
use gateway::hub::Hub;
use identity::identity::Identity;
use model::command::Command;
use model::id::MarketId;
use model::instrument::{Cause, Grid, OrderLimits, Phase, Terms};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SIMULATED: &str = "simulated";
const NONE: &str = "none";

/// What trades in the sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    is_simulated: bool,
    recordings: Vec<(PathBuf, Subject)>,
}

/// Returns what is wished for, before anything is touched.
///
/// # Errors
/// A recording cannot be read.
pub fn wishes(arguments: &cli::Dev) -> Result<Wishes> {
    let mut wishes = Wishes::default();
    for wish in arguments.market.iter().filter(|wish| *wish != NONE) {
        if wish == SIMULATED {
            wishes.is_simulated = true;
            continue;
        }
        let path = PathBuf::from(wish);
        let subject = subject(&path)?;
        wishes.recordings.push((path, subject));
    }
    Ok(wishes)
}

/// Lists what is missing and settles the people, the sandbox's own first.
///
/// # Errors
/// The exchange refused a step, or a recording does not fit.
pub async fn prepare(
    arguments: &cli::Dev,
    wishes: &Wishes,
    hub: &Hub,
    identity: &Identity,
) -> Result<Vec<Person>> {
    for asset in ASSETS {
        if !hub
            .views()
            .assets()
            .iter()
            .any(|listed| listed.symbol.as_str() == asset)
        {
            carry_out(
                hub,
                Command::ListAsset {
                    symbol: listing::symbol(asset),
                },
            )
            .await?;
        }
    }
    for plan in &MARKETS {
        let recorded = wishes
            .recordings
            .iter()
            .find(|(_, subject)| subject.symbol == plan.symbol);
        match recorded {
            Some((_, subject)) => {
                let plan = &fitting(plan, subject);
                let rules = Rules {
                    terms: listing::replay_terms(plan),
                    limits: listing::replay_limits(),
                };
                list(hub, plan, rules).await?;
            }
            None => {
                let rules = Rules {
                    terms: listing::terms(plan),
                    limits: listing::limits(),
                };
                list(hub, plan, rules).await?;
            }
        }
    }
    for (path, subject) in &wishes.recordings {
        check_recording(hub, path, subject)?;
    }
    let mut people = Vec::new();
    for index in 0..arguments.accounts as usize {
        people.push(people::settle(hub, identity, &people::name_of(index)).await?);
    }
    Ok(people)
}

/// Returns a plan whose grid is fine enough for a recording: some venues still carry orders from finer times.
fn fitting(plan: &MarketPlan, subject: &Subject) -> MarketPlan {
    let step =
        |recorded: i128, own: i64| i64::try_from(divisor(recorded, i128::from(own))).unwrap_or(own);
    let grid = Grid {
        tick_units: step(subject.price_step, plan.grid.tick_units),
        lot_units: step(subject.qty_step, plan.grid.lot_units),
    };
    MarketPlan { grid, ..*plan }
}

/// A recording must be of a listed market and lie on its grid.
fn check_recording(hub: &Hub, path: &Path, subject: &Subject) -> Result<()> {
    let shown = path.display();
    let Some(plan) = MARKETS.iter().find(|plan| plan.symbol == subject.symbol) else {
        let known: Vec<&str> = MARKETS.iter().map(|plan| plan.symbol).collect();
        bail!(
            "{shown} records {}; a sandbox replays {}",
            subject.symbol,
            known.join(", ")
        );
    };
    let grid = grid_of(hub, plan)?;
    let fits = |step: i128, unit: i64| step % i128::from(unit) == 0;
    if !fits(subject.price_step, grid.tick_units) || !fits(subject.qty_step, grid.lot_units) {
        bail!(
            "{shown} has finer prices or quantities than {} trades in; use a new --data-dir",
            plan.symbol
        );
    }
    Ok(())
}

fn grid_of(hub: &Hub, plan: &MarketPlan) -> Result<Grid> {
    let views = hub.views();
    let market = views
        .market_of(listing::symbol(plan.symbol))
        .context("a planned market is listed")?;
    Ok(market.instrument().grid)
}

/// What a market takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rules {
    terms: Terms,
    limits: OrderLimits,
}

/// Lists a market that is missing, and brings one that is listed to these rules.
async fn list(hub: &Hub, plan: &MarketPlan, rules: Rules) -> Result<()> {
    if market_of(hub, plan).is_none() {
        carry_out(hub, listing::list(plan, rules.terms)).await?;
    }
    let listed = market_of(hub, plan).context("a market that was just listed is gone")?;
    let market = listed.market;
    if listed.rules.terms != rules.terms {
        let change = Command::ChangeMarket {
            market,
            terms: Box::new(rules.terms),
            cause: Cause::Operator,
        };
        carry_out(hub, change).await?;
    }
    if listed.rules.limits != rules.limits {
        carry_out(hub, listing::limit(market, rules.limits)).await?;
    }
    if listed.phase == Phase::PreTrading {
        carry_out(hub, listing::open(market)).await?;
    }
    Ok(())
}

/// A market as it stands.
struct Listed {
    market: MarketId,
    phase: Phase,
    rules: Rules,
}

fn market_of(hub: &Hub, plan: &MarketPlan) -> Option<Listed> {
    let views = hub.views();
    let market = views.market_of(listing::symbol(plan.symbol))?;
    Some(Listed {
        market: market.instrument().id,
        phase: market.phase(),
        rules: Rules {
            terms: *market.terms(),
            limits: *market.limits(),
        },
    })
}

/// Lets the wished markets trade, in the background.
///
/// # Errors
/// The exchange refused to settle a trader.
pub async fn trade(
    arguments: &cli::Dev,
    wishes: Wishes,
    hub: &Arc<Hub>,
    identity: &Identity,
) -> Result<()> {
    let epoch = u64::try_from(crate::node::now().millis()).unwrap_or(0);
    if wishes.is_simulated {
        let mut crowds = Vec::new();
        for (plan, (profile, _)) in MARKETS.iter().zip(profiles()) {
            crowds.push(crowd(hub, identity, plan, profile, epoch).await?);
        }
        tokio::spawn(drive::run(Arc::clone(hub), crowds));
    }
    for (path, subject) in wishes.recordings {
        replay(arguments, hub, identity, (path, subject), epoch).await?;
    }
    Ok(())
}

async fn crowd(
    hub: &Hub,
    identity: &Identity,
    plan: &MarketPlan,
    profile: Profile,
    epoch: u64,
) -> Result<Crowd> {
    let mut traders = Vec::new();
    for number in 0..TRADERS {
        let name = format!("trader-{}-{number}", plan.symbol.to_ascii_lowercase());
        traders.push(people::settle_trader(hub, identity, &name).await?);
    }
    let market = market_of(hub, plan)
        .context("a planned market is listed")?
        .market;
    let last = hub
        .views()
        .market(market)
        .and_then(|market| market.last_trade());
    let start = last.map_or(plan.start_ticks, |trade| trade.price.ticks() as u64);
    Ok(Crowd::new(
        market,
        Population::new(profile, start, epoch, epoch),
        &traders,
    ))
}

async fn replay(
    arguments: &cli::Dev,
    hub: &Arc<Hub>,
    identity: &Identity,
    (path, subject): (PathBuf, Subject),
    epoch: u64,
) -> Result<()> {
    let plan = MARKETS
        .iter()
        .find(|plan| plan.symbol == subject.symbol)
        .context("checked before")?;
    let market = market_of(hub, plan)
        .context("a planned market is listed")?
        .market;
    let name = |role: &str| format!("{role}-{}", plan.symbol.to_ascii_lowercase());
    let replay = recorded::drive::Replay {
        hub: Arc::clone(hub),
        market,
        grid: grid_of(hub, plan)?,
        mirror: people::settle_trader(hub, identity, &name("mirror")).await?,
        taker: people::settle_trader(hub, identity, &name("taker")).await?,
        speed: arguments.speed,
        epoch,
    };
    tokio::spawn(async move {
        let started = Instant::now();
        let outcome = recorded::drive::run(&replay, &path).await;
        tell(&path, outcome, started.elapsed());
    });
    Ok(())
}

/// Says how a replay ended; programs read this line.
fn tell(path: &Path, outcome: Result<recorded::drive::Replayed>, elapsed: Duration) {
    let shown = path.display();
    match outcome {
        Ok(done) => {
            let trades = done.trades;
            println!(
                "replayed {shown}: {} updates, {} commands in {:.1} s; trades: {} reproduced, {} before the snapshot, \
                 {} met nothing, {} met a better price, {} met too little",
                done.updates,
                done.commands,
                elapsed.as_secs_f64(),
                trades.reproduced,
                trades.early,
                trades.missed,
                trades.improved,
                trades.cut
            );
        }
        Err(error) => eprintln!("the replay of {shown} stopped: {error:#}"),
    }
}
