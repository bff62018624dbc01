//! F11: the disk is full. New orders are refused with a code and at once, cancels go on from the reserve, countdowns run
//! out, whoever watches is told, and when there is space again the exchange goes on without a restart; nothing
//! acknowledged is lost.

mod protected;
mod told;

use super::account::Client;
use super::audit::Audit;
use super::directory::create_journal;
use super::exchange::{Exchange, Setup};
use super::kills::{STOP_TIME_MAX, check_at_rest, ensure_none, percentile};
use super::load::{self, Load, Shape};
use super::request::{self, MARKETS, OpenOrder, Place, Request};
use super::scratch::in_scratch;
use super::small_disk::{SmallDisk, fill};
use super::witness::{Outcome, Record, Reply, Witness};
use super::{Ended, Plan};
use crate::shell;
use anyhow::{Context, Result, bail, ensure};
use journal::options::RESERVE_BYTES_DEFAULT;
use protected::Protected;
use std::sync::Arc;
use std::time::{Duration, Instant};

const MEBIBYTE: u64 = 1 << 20;
const DISK_BYTES: u64 = 200 * MEBIBYTE;
/// The first segment, small enough to be filled in seconds: the reserve, the largest frame, and some MiB for orders.
const SEGMENT_MEBIBYTES: [u64; 2] = [14, 20];
/// What the exchange's other files need for its start.
const OTHER_BYTES: u64 = 8 * MEBIBYTE;
const SHAPE: Shape = Shape {
    workers: 16,
    pause: Duration::ZERO,
};
const FILL_TIME_MAX: Duration = Duration::from_secs(120);
const OVERLOADED: i64 = -1008;
const REFUSALS: usize = 200;
/// So often they are timed at most: a machine that is busy for a moment is asked again, a slow exchange is slow again.
const REFUSAL_ROUNDS: usize = 3;
const REFUSAL_TIME_MAX: Duration = Duration::from_millis(100);
/// Every how manieth cancel is sent twice.
const CANCELS_PER_REPEAT: usize = 50;
const RESUME_TIME_MAX: Duration = Duration::from_secs(30);

/// Fills the disk of a running exchange.
///
/// # Errors
/// It does not behave as it must.
pub fn run(plan: &Plan) -> Result<Ended> {
    if !shell::is_root()? {
        return Ok(Ended::Skipped("only root can mount a disk of limited size"));
    }
    in_scratch("disk-full", |directory| {
        let setup = Setup::plain(&plan.binary, directory);
        std::fs::create_dir(setup.data())?;
        let Some(_disk) = SmallDisk::mount(&setup.data(), DISK_BYTES, "")? else {
            return Ok(Ended::Skipped("this root may not mount"));
        };
        fill_and_free(plan, &setup)?;
        Ok(Ended::Withstood)
    })
}

fn fill_and_free(plan: &Plan, setup: &Setup) -> Result<()> {
    let ballast = setup.data().join("ballast");
    let [short, long] = SEGMENT_MEBIBYTES;
    let segment_bytes = plan.count(short, long) * MEBIBYTE;
    create_journal(&setup.data(), segment_bytes, RESERVE_BYTES_DEFAULT)?;
    fill(&ballast, DISK_BYTES - segment_bytes - OTHER_BYTES)?;
    let mut chance = plan.chance("disk-full");
    let witness = Arc::new(Witness::open(&setup.directory.join("witness.log"))?);
    let mut exchange = Exchange::start(setup)?;
    let mut audit = Audit::begin(&exchange, chance.fork())?;
    let cancels_min = plan.count(900, 10_000) as usize;
    let (resting, mut records) = rest(&exchange, &witness, plan.count(1_000, 11_000))?;
    let mut protected = Protected::begin(&exchange)?;
    told::check_short(&exchange)?;

    fill(&setup.data().join("last"), u64::MAX)?;
    let load = Load::start(&exchange, &witness, SHAPE, &mut chance)?;
    let filled = wait_until_refused(&exchange, &witness, &mut records, &mut protected);
    records.extend(load.stop()?.records);
    filled?;
    protected.check()?;
    told::check_full(&exchange)?;
    let within = check_refusals(&exchange, &witness, &mut records)?;
    let cancels = cancel_all(&exchange, &witness, &resting, &mut records)?;
    ensure!(
        cancels_min <= cancels,
        "only {cancels} cancels were taken on a full disk"
    );
    told::check_full(&exchange)?;

    std::fs::remove_file(setup.data().join("last"))?;
    std::fs::remove_file(&ballast)?;
    let resumed_after = wait_until_taken(&exchange, &witness, &mut records)?;
    told::check_ready(&exchange)?;
    records.sort_by_key(|record| record.request.number);
    ensure_none(&audit.check(&exchange, records)?).context("before any restart")?;
    let load = Load::start(&exchange, &witness, SHAPE, &mut chance)?;
    std::thread::sleep(Duration::from_millis(500));
    exchange.process.kill()?;
    let records = load.stop()?.records;
    exchange = Exchange::start(setup)?;
    ensure_none(&audit.check(&exchange, records)?)?;
    exchange.stop(STOP_TIME_MAX)?;
    check_at_rest(setup)?;
    println!(
        "disk full: {REFUSALS} orders refused within {:.1} ms (p99), {cancels} cancels taken, resumed after {:.1} s",
        within.as_secs_f64() * 1e3,
        resumed_after.as_secs_f64()
    );
    Ok(())
}

/// Places orders that will not trade.
fn rest(
    exchange: &Exchange,
    witness: &Witness,
    count: u64,
) -> Result<(Vec<OpenOrder>, Vec<Record>)> {
    let (mut resting, mut records) = (Vec::new(), Vec::new());
    let mut clients: Vec<Client> = clients(exchange);
    for index in 0..count {
        let place = Place {
            account: (index % clients.len() as u64) as usize,
            market: (index / 4 % 3) as usize,
        };
        // Two thirds of the lowest price that the load asks for, and above the smallest notional.
        let cents = [4_000_000, 180_000, 4_000][place.market];
        let request = request::limit(witness.next_number(), place, "BUY", "GTC", cents);
        let outcome = load::ask(&mut clients[place.account], witness, &request)?;
        let order = match &outcome {
            Outcome::Answered(reply) => reply.body["orderId"].as_u64(),
            Outcome::Unanswered(_) => None,
        };
        let order = order.with_context(|| format!("{request:?} should rest: {outcome:?}"))?;
        resting.push(OpenOrder {
            place,
            order,
            named_by: request.number,
            qty: 0,
        });
        records.push(Record { request, outcome });
    }
    Ok((resting, records))
}

fn clients(exchange: &Exchange) -> Vec<Client> {
    exchange
        .accounts
        .iter()
        .map(|account| Client::new(exchange.address, account))
        .collect()
}

/// Places one more order and returns its answer.
fn probe(client: &mut Client, witness: &Witness, records: &mut Vec<Record>) -> Result<Reply> {
    let place = Place {
        account: 0,
        market: MARKETS.len() - 1,
    };
    let request = request::limit(witness.next_number(), place, "BUY", "IOC", 3_000);
    let outcome = load::ask(client, witness, &request)?;
    records.push(Record {
        request,
        outcome: outcome.clone(),
    });
    match outcome {
        Outcome::Answered(reply) => Ok(reply),
        Outcome::Unanswered(broken) => bail!("an order on a full disk is {broken}"),
    }
}

fn wait_until_refused(
    exchange: &Exchange,
    witness: &Witness,
    records: &mut Vec<Record>,
    protected: &mut Protected,
) -> Result<()> {
    let mut client = Client::new(exchange.address, &exchange.accounts[0]);
    let started = Instant::now();
    while started.elapsed() < FILL_TIME_MAX {
        protected.come_back()?;
        if probe(&mut client, witness, records)?.code() == OVERLOADED {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    bail!("the disk is full and orders were taken for {FILL_TIME_MAX:?}")
}

/// Returns within which time 99 of 100 refusals came, from the request to its answer.
fn check_refusals(
    exchange: &Exchange,
    witness: &Witness,
    records: &mut Vec<Record>,
) -> Result<Duration> {
    let mut within = Duration::MAX;
    for _ in 0..REFUSAL_ROUNDS {
        within = time_refusals(exchange, witness, records)?;
        if within <= REFUSAL_TIME_MAX {
            return Ok(within);
        }
    }
    bail!("every hundredth refusal takes {within:?} and more, allowed are {REFUSAL_TIME_MAX:?}")
}

/// Is refused so many orders and returns the 99th percentile of the times.
fn time_refusals(
    exchange: &Exchange,
    witness: &Witness,
    records: &mut Vec<Record>,
) -> Result<Duration> {
    let mut client = Client::new(exchange.address, &exchange.accounts[0]);
    let mut times = Vec::new();
    for _ in 0..REFUSALS {
        let place = Place {
            account: 0,
            market: 0,
        };
        let request = request::limit(witness.next_number(), place, "BUY", "GTC", 4_000_000);
        witness.note_request(&request)?;
        let sent = Instant::now();
        let outcome = client.ask(request.method(), request.path(), &request.parameters);
        times.push(sent.elapsed());
        witness.note_outcome(request.number, &outcome);
        let reply = Reply::read(&outcome?)?;
        ensure!(
            reply.code() == OVERLOADED && reply.status == 503,
            "an order on a full disk is answered {reply:?}"
        );
        records.push(Record {
            request,
            outcome: Outcome::Answered(reply),
        });
    }
    times.sort();
    Ok(percentile(&times, 99))
}

/// Cancels every resting order; each has to be taken, unless the order has met the load and ended. Returns how many were taken.
fn cancel_all(
    exchange: &Exchange,
    witness: &Witness,
    resting: &[OpenOrder],
    records: &mut Vec<Record>,
) -> Result<usize> {
    let mut clients = clients(exchange);
    let mut taken = 0;
    for open in resting {
        let client = &mut clients[open.place.account];
        let request = request::cancel(witness.next_number(), *open);
        let outcome = load::ask(client, witness, &request)?;
        let is_taken = matches!(&outcome, Outcome::Answered(reply) if reply.status == 200);
        ensure!(
            is_taken || has_ended(client, open)?,
            "a cancel on a full disk is answered {outcome:?}"
        );
        taken += usize::from(is_taken);
        if is_taken && taken.is_multiple_of(CANCELS_PER_REPEAT) {
            check_repeated(client, &request, &outcome)?;
        }
        records.push(Record { request, outcome });
    }
    Ok(taken)
}

/// What was done since the disk is full is in no event log yet, and is known all the same.
fn check_repeated(client: &mut Client, request: &Request, outcome: &Outcome) -> Result<()> {
    let again = client.ask(request.method(), request.path(), &request.parameters)?;
    let again = Reply::read(&again)?;
    ensure!(
        matches!(outcome, Outcome::Answered(first) if *first == again),
        "a cancel on a full disk is answered {outcome:?}, and {again:?} when it is repeated"
    );
    Ok(())
}

fn has_ended(client: &mut Client, open: &OpenOrder) -> Result<bool> {
    let parameters = [
        ("symbol", open.place.symbol().to_owned()),
        ("orderId", open.order.to_string()),
    ];
    let order = client.read("/api/v3/order", &parameters)?;
    Ok(order["status"] != "NEW" && order["status"] != "PARTIALLY_FILLED")
}

fn wait_until_taken(
    exchange: &Exchange,
    witness: &Witness,
    records: &mut Vec<Record>,
) -> Result<Duration> {
    let mut client = Client::new(exchange.address, &exchange.accounts[0]);
    let freed = Instant::now();
    while freed.elapsed() < RESUME_TIME_MAX {
        if probe(&mut client, witness, records)?.code() != OVERLOADED {
            return Ok(freed.elapsed());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    bail!("there is space again and orders are still refused after {RESUME_TIME_MAX:?}")
}
