//! F04: a trace of the running exchange shows that nothing is told before the sync that covers it.
//!
//! First alone, one request after the other, with prices that are used once, so that every message of the streams can
//! be put down to one request; then by a session of the WebSocket API, which is told of its own account, too; then
//! under load. The same proof must fail for a disk whose syncs never happen.

use super::Plan;
use super::account::{Account, Client};
use super::chance::Chance;
use super::exchange::{Exchange, Setup};
use super::kills::STOP_TIME_MAX;
use super::load::{self, Load, Shape};
use super::proof::{Kind, Left, Observed, Side, Told, observe};
use super::request::{self, MARKETS, Place, Request};
use super::scratch::in_scratch;
use super::strace;
use super::stream::Subscriber;
use super::witness::{Outcome, Record, Witness};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const STREAMS: &str =
    "btcusdt@trade/btcusdt@depth@100ms/ethusdt@trade/ltcusdt@trade/btcusdt@aggTrade";
/// Of a second connection.
const OTHER_STREAMS: &str =
    "btcusdt@bookTicker/btcusdt@kline_1s/btcusdt@ticker/btcusdt@depth20@100ms/ethusdt@aggTrade";
const SESSION: &str = "/ws-api/v3";
const SHAPE: Shape = Shape {
    workers: 8,
    pause: Duration::from_millis(1),
};
/// A depth message may come this much after its cause.
const DEPTH_DELAY: Duration = Duration::from_millis(300);
const TRACE_END_TIME_MAX: Duration = Duration::from_secs(20);

/// Proves the order for an honest run, and that the proof fails without syncs.
///
/// # Errors
/// Something left too early, or the proof cannot tell.
pub fn run(plan: &Plan) -> Result<()> {
    in_scratch("trace", |directory| {
        let setup = Setup::plain(&plan.binary, directory);
        let seconds = plan.count(2, 120);
        let traced = trace(
            &setup,
            Vec::new(),
            plan.chance("trace"),
            Duration::from_secs(seconds),
        )?;
        let verdict = judge(&traced);
        ensure!(
            verdict.early.is_empty(),
            "told before it was durable: {:?}",
            &verdict.early[..verdict.early.len().min(5)]
        );
        verdict.ensure_telling()?;
        println!(
            "order of sync: {} answers and {} stream messages tell {} commands, each after one of {} syncs",
            traced.observed.answers, traced.messages, verdict.proved, traced.observed.syncs
        );
        Ok(())
    })?;
    in_scratch("trace-without-syncs", |directory| {
        let setup = Setup::plain(&plan.binary, directory);
        let injection = "inject=fdatasync,fsync:retval=0".to_owned();
        let wrapper = vec!["-e".to_owned(), injection];
        let traced = trace(
            &setup,
            wrapper,
            plan.chance("trace"),
            Duration::from_millis(300),
        )?;
        ensure!(
            traced.observed.syncs == 0,
            "syncs that were not carried out count as syncs"
        );
        ensure!(
            !judge(&traced).early.is_empty(),
            "without any sync nothing is told too early: the proof proves nothing"
        );
        Ok(())
    })
}

/// What a run did, and what its trace shows.
pub struct Traced {
    records: Vec<Record>,
    /// How many messages the sockets received.
    messages: u64,
    pub observed: Observed,
}

/// Runs an exchange under `strace` with further options.
fn trace(
    setup: &Setup,
    options: Vec<String>,
    mut chance: Chance,
    duration: Duration,
) -> Result<Traced> {
    prepare(setup)?;
    let output = setup.directory.join("trace");
    let wrapper = [strace::words(&output.to_string_lossy()), options].concat();
    let traced = Setup {
        wrapper,
        ..setup.clone()
    };
    let witness = Arc::new(Witness::open(&setup.directory.join("witness.log"))?);
    let exchange = Exchange::start(&traced)?;
    let subscriber = Subscriber::start(exchange.address, STREAMS)?;
    let others = Subscriber::start(exchange.address, OTHER_STREAMS)?;
    let mut session = Subscriber::open(exchange.address, SESSION)?;
    let account = Arc::clone(&exchange.accounts[SESSION_ACCOUNT]);
    ask(
        &mut session,
        "userDataStream.subscribe.signature",
        &account.signed(&[]),
    )?;
    let mut records = one_by_one(&exchange, &witness, &mut chance)?;
    by_session(&mut session, &account, &witness)?;
    std::thread::sleep(DEPTH_DELAY);
    let load = Load::start(&exchange, &witness, SHAPE, &mut chance)?;
    std::thread::sleep(duration);
    records.extend(load.stop()?.records);
    std::thread::sleep(DEPTH_DELAY);
    let messages = subscriber.stop()? + others.stop()? + session.stop()?;
    exchange.stop(STOP_TIME_MAX)?;
    Ok(Traced {
        records,
        messages,
        observed: read(&output)?,
    })
}

/// A first start writes megabytes of zeros for the journal's segments; they need not be traced.
pub fn prepare(setup: &Setup) -> Result<()> {
    let exchange = Exchange::start(setup)?;
    let spare_by = Instant::now() + TRACE_END_TIME_MAX;
    while !has_spare(&setup.data().join("journal"))? && Instant::now() < spare_by {
        std::thread::sleep(Duration::from_millis(20));
    }
    exchange.stop(STOP_TIME_MAX)?;
    Ok(())
}

/// A spare is whole when it has the length of the segment beside it and its maker has synced it, soon after.
fn has_spare(journal: &Path) -> Result<bool> {
    let mut lengths = BTreeMap::new();
    for entry in std::fs::read_dir(journal)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = name.split('-').next().unwrap_or("").to_owned();
        lengths.insert(kind, entry.metadata()?.len());
    }
    Ok(lengths.contains_key("spare") && lengths.get("spare") == lengths.get("journal"))
}

/// Reads a trace once its program has ended and everything is written.
///
/// # Errors
/// It is not complete in time, or cannot be understood.
pub fn read(output: &Path) -> Result<Observed> {
    let deadline = Instant::now() + TRACE_END_TIME_MAX;
    while !is_complete(output)? {
        ensure!(Instant::now() < deadline, "{} has no end", output.display());
        std::thread::sleep(Duration::from_millis(10));
    }
    observe(BufReader::new(File::open(output)?))
}

/// The last line of a trace tells the end of the whole program.
fn is_complete(output: &Path) -> Result<bool> {
    const TAIL_BYTES: u64 = 4_096;
    let mut file = File::open(output)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let tail = String::from_utf8_lossy(&tail);
    let last = tail.lines().next_back().unwrap_or("");
    Ok(
        tail.ends_with('\n')
            && (last.contains("+++ exited with") || last.contains("+++ killed by")),
    )
}

/// Rounds of the quiet part: a sell at a price of its own, a buy that takes it, and an order that is cancelled.
const ROUNDS: u64 = 20;

fn one_by_one(exchange: &Exchange, witness: &Witness, chance: &mut Chance) -> Result<Vec<Record>> {
    let (maker, taker) = (
        Place {
            account: 0,
            market: 0,
        },
        Place {
            account: 1,
            market: 0,
        },
    );
    let mut clients = [maker, taker]
        .map(|place| Client::new(exchange.address, &exchange.accounts[place.account]));
    let mut records = Vec::new();
    let mut ask = |client: &mut Client, request: Request| -> Result<u64> {
        let outcome = load::ask(client, witness, &request)?;
        let Outcome::Answered(reply) = &outcome else {
            bail!("{request:?} has no answer: {outcome:?}");
        };
        let order = reply.body["orderId"]
            .as_u64()
            .with_context(|| format!("{request:?} is answered {reply:?}"))?;
        records.push(Record { request, outcome });
        Ok(order)
    };
    for round in 0..ROUNDS {
        let cents = 6_100_000 + 10 * round + chance.below(10);
        ask(
            &mut clients[0],
            request::limit(witness.next_number(), maker, "SELL", "GTC", cents),
        )?;
        ask(
            &mut clients[1],
            request::limit(witness.next_number(), taker, "BUY", "IOC", cents),
        )?;
        let below = cents - 1_000_000;
        let order = ask(
            &mut clients[0],
            request::limit(witness.next_number(), maker, "BUY", "GTC", below),
        )?;
        let open = request::OpenOrder {
            place: maker,
            order,
            // It is not amended.
            named_by: 0,
            qty: 0,
        };
        ask(
            &mut clients[0],
            request::cancel(witness.next_number(), open),
        )?;
    }
    Ok(records)
}

/// It places and cancels, and is told of both by answers and as events of its account, which also makes the quiet part.
const SESSION_ACCOUNT: usize = 0;

/// Rounds of the session: an order far from the market, and its cancel.
fn by_session(session: &mut Subscriber, account: &Account, witness: &Witness) -> Result<()> {
    let place = Place {
        account: SESSION_ACCOUNT,
        market: 0,
    };
    for round in 0..ROUNDS {
        let order = request::limit(
            witness.next_number(),
            place,
            "BUY",
            "GTC",
            4_000_000 + round,
        );
        ask(session, "order.place", &account.signed(&order.parameters))?;
        let cancel = request::cancel_named(witness.next_number(), place, order.number);
        ask(session, "order.cancel", &account.signed(&cancel.parameters))?;
    }
    Ok(())
}

fn ask(session: &mut Subscriber, method: &str, parameters: &Value) -> Result<()> {
    let request = json!({"id": method, "method": method, "params": parameters});
    session.ask(&request.to_string())
}

/// What the trace proves.
#[derive(Debug, Default)]
struct Verdict {
    /// Told before it was durable.
    early: Vec<Told>,
    /// Distinct things that were told after they were durable, by kind.
    requests: BTreeSet<u64>,
    trades: BTreeSet<(String, u64)>,
    levels: usize,
    sequences: usize,
    proved: usize,
    /// How much of it by each kind of message.
    kinds: BTreeMap<Kind, usize>,
    /// Acknowledged requests that the trace tells nothing of.
    untold: Vec<u64>,
}

/// Holds every message against the sync that covers what it tells.
fn judge(traced: &Traced) -> Verdict {
    let causes = Causes::of(&traced.records);
    let mut verdict = Verdict::default();
    for message in &traced.observed.messages {
        let durable_from = match &message.told {
            Told::Sequence(sequence) => traced.observed.durable_from(*sequence),
            told => match causes.request(told) {
                Some(request) => traced.observed.synced.get(&request).copied(),
                // Of the loaded part only trades and answers are put down to requests.
                None => continue,
            },
        };
        if durable_from.is_none_or(|line| message.line <= line) {
            verdict.early.push(message.told.clone());
            continue;
        }
        verdict.proved += 1;
        *verdict.kinds.entry(message.kind).or_default() += 1;
        match &message.told {
            Told::Request(number) => drop(verdict.requests.insert(*number)),
            Told::Trade(symbol, trade) => drop(verdict.trades.insert((symbol.clone(), *trade))),
            Told::Level(..) => verdict.levels += 1,
            Told::Sequence(_) => verdict.sequences += 1,
        }
    }
    verdict.untold = untold(traced, &verdict.requests);
    verdict
}

/// An amendment's answer names the order and not itself; its sequence tells of it.
fn untold(traced: &Traced, told: &BTreeSet<u64>) -> Vec<u64> {
    let acknowledged = traced
        .records
        .iter()
        .filter(|record| record.acknowledged().is_some());
    let named =
        acknowledged.filter(|record| !matches!(record.request.kind, request::Kind::Amend { .. }));
    named
        .map(|record| record.request.number)
        .filter(|number| !told.contains(number))
        .collect()
}

impl Verdict {
    /// A proof that has seen nothing of a kind says nothing about it.
    fn ensure_telling(&self) -> Result<()> {
        ensure!(
            self.untold.is_empty(),
            "the trace tells nothing of acknowledged requests {:?}",
            &self.untold[..self.untold.len().min(5)]
        );
        ensure!(
            ROUNDS as usize <= self.trades.len(),
            "only {} trades were told",
            self.trades.len()
        );
        ensure!(
            ROUNDS as usize <= self.levels,
            "only {} levels were told",
            self.levels
        );
        ensure!(0 < self.sequences, "no amendment was told");
        for kind in Kind::ALL {
            let told = self.kinds.get(&kind).copied().unwrap_or(0);
            ensure!(0 < told, "nothing was told by {kind:?}: {:?}", self.kinds);
        }
        for kind in [Kind::SessionAnswer, Kind::Execution] {
            // Each round of the session is told twice.
            let told = self.kinds[&kind];
            ensure!(2 * ROUNDS as usize <= told, "{kind:?} told only {told}");
        }
        Ok(())
    }
}

/// Which request caused what the streams tell.
#[derive(Debug, Default)]
struct Causes {
    trades: BTreeMap<(String, u64), u64>,
    levels: BTreeMap<(Side, String, Left), u64>,
}

impl Causes {
    fn of(records: &[Record]) -> Causes {
        let mut causes = Causes::default();
        for record in records {
            causes.note_fills(record);
        }
        for pair in records.chunks_exact(4).take(ROUNDS as usize) {
            causes.note_levels(pair);
        }
        causes
    }

    /// The taker's answer tells the numbers of its trades.
    fn note_fills(&mut self, record: &Record) {
        let Some(reply) = record.acknowledged() else {
            return;
        };
        let halves = if reply.status == 200 {
            &reply.body
        } else {
            &reply.body["data"]
        };
        for answer in [&reply.body, &halves["newOrderResponse"]] {
            for fill in answer["fills"].as_array().into_iter().flatten() {
                let trade = fill["tradeId"].as_u64().unwrap_or(u64::MAX);
                self.trades.insert(
                    (record.request.place.symbol().to_owned(), trade),
                    record.request.number,
                );
            }
        }
    }

    /// A round of the quiet part: an ask is made and taken, a bid is made and cancelled.
    fn note_levels(&mut self, round: &[Record]) {
        let steps = [
            (Side::Ask, 0, Left::Something),
            (Side::Ask, 1, Left::Nothing),
            (Side::Bid, 2, Left::Something),
            (Side::Bid, 3, Left::Nothing),
        ];
        for (side, index, left) in steps {
            let maker = &round[index / 2 * 2].request;
            let price = maker.parameter("price").unwrap_or("").to_owned();
            self.levels
                .insert((side, price, left), round[index].request.number);
        }
    }

    fn request(&self, told: &Told) -> Option<u64> {
        match told {
            Told::Request(number) => Some(*number),
            Told::Trade(symbol, trade) => self.trades.get(&(symbol.clone(), *trade)).copied(),
            Told::Level(symbol, side, price, left) if symbol == MARKETS[0].symbol => {
                self.levels.get(&(*side, price.clone(), *left)).copied()
            }
            Told::Level(..) | Told::Sequence(_) => None,
        }
    }
}
