//! Load: workers that place, cancel, amend and replace orders, each request witnessed.

use super::account::Client;
use super::chance::Chance;
use super::decimal;
use super::exchange::Exchange;
use super::http::{Answer, Broken};
use super::request::{self, Kind, MARKETS, OpenOrder, Place, Request};
use super::witness::{Outcome, Record, Reply, Witness};
use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// An account has at most so many open orders of a worker; more are cancelled first.
const OPEN_MAX: usize = 60;

/// Workers under way.
#[derive(Debug)]
pub struct Load {
    stop: Arc<AtomicBool>,
    workers: Vec<JoinHandle<Result<Worker>>>,
}

/// How a load is made.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub workers: usize,
    /// Between two requests of a worker.
    pub pause: Duration,
}

impl Load {
    /// Starts workers, spread over the accounts.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(
        exchange: &Exchange,
        witness: &Arc<Witness>,
        shape: Shape,
        chance: &mut Chance,
    ) -> Result<Load> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut workers = Vec::new();
        for index in 0..shape.workers {
            let account = index % exchange.accounts.len();
            let mut worker = Worker {
                client: Client::new(exchange.address, &exchange.accounts[account]),
                account,
                witness: Arc::clone(witness),
                chance: chance.fork(),
                open: Vec::new(),
                records: Vec::new(),
                times: Vec::new(),
            };
            let stop = Arc::clone(&stop);
            let name = format!("worker {index}");
            workers.push(std::thread::Builder::new().name(name).spawn(move || {
                worker.run(&stop, shape.pause)?;
                Ok(worker)
            })?);
        }
        Ok(Load { stop, workers })
    }

    /// Lets the workers finish their requests and returns everything they did.
    ///
    /// # Errors
    /// A worker could not do its work; that the exchange went away is no such failure.
    pub fn stop(self) -> Result<Done> {
        self.stop.store(true, Ordering::Relaxed);
        let mut done = Done::default();
        for worker in self.workers {
            let worker = worker.join().map_err(|_| anyhow!("a worker panicked"))??;
            done.records.extend(worker.records);
            done.times.extend(worker.times);
        }
        done.times.sort();
        done.records.sort_by_key(|record| record.request.number);
        Ok(done)
    }
}

/// What a load did.
#[derive(Debug, Default)]
pub struct Done {
    /// In the order of their numbers.
    pub records: Vec<Record>,
    /// From each request to its answer, the shortest first; what the witness takes is not in it.
    pub times: Vec<Duration>,
}

#[derive(Debug)]
struct Worker {
    client: Client,
    account: usize,
    witness: Arc<Witness>,
    chance: Chance,
    open: Vec<OpenOrder>,
    records: Vec<Record>,
    times: Vec<Duration>,
}

impl Worker {
    /// Works until it is told to stop or the exchange no longer answers.
    fn run(&mut self, stop: &AtomicBool, pause: Duration) -> Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let request = self.next_request();
            let (outcome, took) = ask_timed(&mut self.client, &self.witness, &request)?;
            self.times.push(took);
            if let Outcome::Answered(reply) = &outcome {
                self.learn(&request, reply);
            }
            let is_over = matches!(outcome, Outcome::Unanswered(_));
            self.records.push(Record { request, outcome });
            if is_over {
                break;
            }
            if !pause.is_zero() {
                std::thread::sleep(pause);
            }
        }
        Ok(())
    }

    fn next_request(&mut self) -> Request {
        let number = self.witness.next_number();
        let share = if OPEN_MAX <= self.open.len() {
            75
        } else {
            self.chance.below(100)
        };
        let Some(open) = self.chance.pick(&self.open).copied() else {
            return request::place(number, self.somewhere(), &mut self.chance);
        };
        match share {
            0..65 => request::place(number, self.somewhere(), &mut self.chance),
            65..82 => request::cancel(number, open),
            82..90 => request::amend(number, open, &mut self.chance),
            _ => request::replace(number, open, &mut self.chance),
        }
    }

    fn somewhere(&mut self) -> Place {
        Place {
            account: self.account,
            market: self.chance.below(MARKETS.len() as u64) as usize,
        }
    }

    /// Keeps in mind which orders are open.
    fn learn(&mut self, request: &Request, reply: &Reply) {
        match request.kind {
            Kind::Place => self.learn_order(request, &reply.body),
            Kind::Cancel { order } => self.forget(request.place, order),
            Kind::Amend { order } if reply.status != 200 => self.forget(request.place, order),
            Kind::Amend { order } => self.learn_qty(request, order),
            Kind::Replace { order } => {
                self.forget(request.place, order);
                let halves = if reply.status == 200 {
                    &reply.body
                } else {
                    &reply.body["data"]
                };
                self.learn_order(request, &halves["newOrderResponse"]);
            }
        }
    }

    fn learn_order(&mut self, request: &Request, answer: &Value) {
        let is_open = matches!(answer["status"].as_str(), Some("NEW" | "PARTIALLY_FILLED"));
        let qty = answer["origQty"]
            .as_str()
            .and_then(|text| decimal::parse(text).ok());
        if let (true, Some(order), Some(qty)) = (is_open, answer["orderId"].as_u64(), qty) {
            self.open.push(OpenOrder {
                place: request.place,
                order,
                named_by: request.number,
                qty,
            });
        }
    }

    /// The next amendment of the order is to another quantity: otherwise nobody could tell the two apart.
    fn learn_qty(&mut self, request: &Request, order: u64) {
        let qty = request
            .parameter("newQty")
            .and_then(|text| decimal::parse(text).ok());
        let is_it = |open: &&mut OpenOrder| (open.place, open.order) == (request.place, order);
        if let (Some(open), Some(qty)) = (self.open.iter_mut().find(is_it), qty) {
            open.qty = qty;
        }
    }

    fn forget(&mut self, place: Place, order: u64) {
        self.open
            .retain(|open| (open.place, open.order) != (place, order));
    }
}

/// Sends a witnessed request.
///
/// # Errors
/// The witness cannot write, or the exchange answered something that is no answer.
pub fn ask(client: &mut Client, witness: &Witness, request: &Request) -> Result<Outcome> {
    Ok(ask_timed(client, witness, request)?.0)
}

/// Sends a witnessed request, and tells how long its answer took.
fn ask_timed(
    client: &mut Client,
    witness: &Witness,
    request: &Request,
) -> Result<(Outcome, Duration)> {
    witness.note_request(request)?;
    let sent = Instant::now();
    let outcome: Result<Answer, Broken> =
        client.ask(request.method(), request.path(), &request.parameters);
    let took = sent.elapsed();
    witness.note_outcome(request.number, &outcome);
    let outcome = match outcome {
        Ok(answer) => {
            let reply =
                Reply::read(&answer).with_context(|| format!("request {}", request.number))?;
            Outcome::Answered(reply)
        }
        Err(broken) => Outcome::Unanswered(broken),
    };
    Ok((outcome, took))
}
