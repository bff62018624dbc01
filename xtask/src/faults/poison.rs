//! F19: a command that the exchange cannot apply. It stops and names the command, every start does so again, and the
//! steps of `docs/runbooks/poison-command.md` bring it back.
//!
//! The bug is one of the [planted ones](crate::mutants), awake; the correction is the shipped binary.

use super::Plan;
use super::account::Client;
use super::audit::Audit;
use super::exchange::{Exchange, Setup, start_refused};
use super::http::find;
use super::kills::{STOP_TIME_MAX, check_at_rest, ensure_none, field};
use super::load::{Load, Shape};
use super::scratch::in_scratch;
use super::witness::Witness;
use crate::{mutants, shell};
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The planted bug that is woken.
const BUG: &str = "marked-order-panics";
/// What the planted bug says, and the shipped binary cannot.
const CONFESSION: &[u8] = b"the planted bug was met";
/// The client order id that the planted bug looks for.
const MARK: &str = "poison";
const HALT_TIME_MAX: Duration = Duration::from_secs(60);
const SHAPE: Shape = Shape {
    workers: 8,
    pause: Duration::from_millis(1),
};

/// Poisons an exchange and follows the runbook.
///
/// # Errors
/// A step of it did not do what it says.
pub fn run(plan: &Plan) -> Result<()> {
    let poisoned = std::fs::canonicalize(mutants::binary()?)?;
    ensure!(is_planted(&poisoned)?, "the bug was not planted");
    ensure!(!is_planted(&plan.binary)?, "the shipped binary has the bug");
    in_scratch("poison", |directory| {
        let mut chance = plan.chance("poison");
        let setup = Setup::plain(&plan.binary, directory);
        let faulty = Setup {
            variables: vec![(mutants::AWAKE, BUG.to_owned())],
            ..Setup::plain(&poisoned, directory)
        };
        let witness = Arc::new(Witness::open(&directory.join("witness.log"))?);
        let mut exchange = Exchange::start(&faulty)?;
        let mut audit = Audit::begin(&exchange, chance.fork())?;
        let load = Load::start(&exchange, &witness, SHAPE, &mut chance)?;
        std::thread::sleep(Duration::from_millis(300));
        let records = load.stop()?.records;

        poison(&mut exchange)?;
        let log = std::fs::read_to_string(faulty.log())?;
        let sequence = named(&log).context("the exchange stopped and named no command")?;
        let again = start_refused(&faulty)?.message;
        ensure!(
            named(&again) == Some(sequence),
            "command {sequence} stopped the exchange, and its next start says: {again}"
        );
        follow_runbook(&setup, sequence)?;

        let exchange = Exchange::start(&setup)?;
        ensure_none(&audit.check(&exchange, records)?)?;
        let mut client = Client::new(exchange.address, &exchange.accounts[0]);
        let order = client.read("/api/v3/order", &names())?;
        ensure!(
            order["status"] == "EXPIRED",
            "the command that was durable is carried out once it can be: {order}"
        );
        exchange.stop(STOP_TIME_MAX)?;
        check_at_rest(&setup)?;
        println!("poison: command {sequence} stopped the exchange, a corrected binary went on");
        Ok(())
    })
}

fn is_planted(binary: &Path) -> Result<bool> {
    Ok(find(&std::fs::read(binary)?, CONFESSION).is_some())
}

/// Sends the order that the planted bug meets; it must get no answer.
fn poison(exchange: &mut Exchange) -> Result<()> {
    let mut client = Client::new(exchange.address, &exchange.accounts[0]);
    let order = [
        ("symbol", "ETHBTC"),
        ("side", "BUY"),
        ("type", "LIMIT"),
        ("timeInForce", "IOC"),
        ("quantity", "0.1"),
        ("price", "0.04"),
        ("newClientOrderId", MARK),
    ];
    let order = order.map(|(name, value)| (name, value.to_owned()));
    let answer = client.ask("POST", "/api/v3/order", &order);
    ensure!(answer.is_err(), "a poisonous order is answered {answer:?}");
    let status = exchange.process.wait(HALT_TIME_MAX)?;
    ensure!(!status.success(), "after a poisonous order: {status}");
    Ok(())
}

fn names() -> [(&'static str, String); 2] {
    [
        ("symbol", "ETHBTC".to_owned()),
        ("origClientOrderId", MARK.to_owned()),
    ]
}

/// Returns the command that the last message of a halt names.
fn named(log: &str) -> Option<u64> {
    let (_, after) = log.rsplit_once("halted: command ")?;
    after.split(' ').next()?.parse().ok()
}

/// The steps as they are printed, in the directory above `data`.
fn follow_runbook(setup: &Setup, sequence: u64) -> Result<()> {
    let directory = setup.directory.to_string_lossy();
    let binary = setup.binary.to_string_lossy();
    let step = |line: &str| {
        let line = line.replace("bourse ", &format!("{binary} "));
        shell::read("sh", &["-c", &format!("cd {directory} && {line}")])
    };
    step("cp -a data data.poison")?;
    let command = step(&format!(
        "bourse journal dump --data-dir data --from {sequence} | head -1"
    ))?;
    let is_shown = command.contains(MARK) && command.contains(&sequence.to_string());
    ensure!(is_shown, "the poisonous command is shown as: {command}");
    let verified = step("bourse verify --data-dir data")?;
    let last = field(&verified, "sequence").and_then(|last| last.parse::<u64>().ok());
    ensure!(
        last.is_some_and(|last| sequence <= last),
        "{verified} does not reach command {sequence}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_halt_names_its_command() {
        let log = "halted: command 7 cannot be applied; see\nhalted: command 8 cannot";
        assert_eq!(named(log), Some(8));
        assert_eq!(named("halted: the watermark failed"), None);
    }
}
