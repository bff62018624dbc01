//! What compliance asks for at the shell, done.

use crate::cli::kyc::KycTask;
use crate::cli::operators::Desk;
use crate::node;
use crate::operators::client::Client;
use crate::operators::print;
use anyhow::{Context, Result};
use identity::kyc::State;
use identity::person::Person;
use identity::sanctions::SanctionsList;
use serde_json::Value;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const LIST: &str = "/v1/operator/kyc";
const APPLICATION: &str = "/v1/operator/kyc/application";
const DOCUMENT: &str = "/v1/operator/kyc/document";
const DEPOSITS: &str = "/v1/operator/kyc/deposits";
const REVIEW: &str = "/v1/operator/kyc/review";
/// The most that a list has.
const ROWS: &str = "1000";

/// Does what is asked about applications.
///
/// # Errors
/// The exchange cannot be reached or refuses, or a file cannot be used.
pub fn run(task: &KycTask) -> Result<()> {
    match task {
        KycTask::List { desk, state } => {
            let state = state.as_ref().map(|state| ("state", state.as_str()));
            let parameters: Vec<(&str, &str)> = state.into_iter().collect();
            let list = Client::new(desk)?.get(LIST, &parameters)?;
            print!("{}", print::applications(&list));
            Ok(())
        }
        KycTask::Show { desk, number } => {
            let number = number.to_string();
            let shown = Client::new(desk)?.get(APPLICATION, &[("application", &number)])?;
            print!("{}", print::application(&shown));
            Ok(())
        }
        KycTask::Document { desk, number, to } => {
            let number = number.to_string();
            let jpeg = Client::new(desk)?.fetch(DOCUMENT, &[("document", &number)])?;
            write(to, &jpeg)
        }
        KycTask::Deposits { desk, after } => {
            let after = after.to_string();
            let parameters = [("after", after.as_str()), ("limit", ROWS)];
            let list = Client::new(desk)?.get(DEPOSITS, &parameters)?;
            print!("{}", print::beyond_deposits(&list));
            Ok(())
        }
        KycTask::Claim { desk, number } => review(desk, *number, "claim", None),
        KycTask::Approve { desk, number } => review(desk, *number, "approve", None),
        KycTask::Ask {
            desk,
            number,
            reason,
        } => review(desk, *number, "ask", Some(reason)),
        KycTask::Reject {
            desk,
            number,
            reason,
        } => review(desk, *number, "reject", Some(reason)),
        KycTask::Screen { desk, list } => screen(&Client::new(desk)?, list),
    }
}

fn review(desk: &Desk, number: u64, decision: &str, reason: Option<&str>) -> Result<()> {
    let number = number.to_string();
    let mut parameters = vec![("application", number.as_str()), ("decision", decision)];
    parameters.extend(reason.map(|reason| ("reason", reason)));
    let reviewed = Client::new(desk)?.post(REVIEW, &parameters)?;
    print!("{}", print::application(&reviewed));
    let is_first_of_two = decision == "approve" && reviewed["state"] == "IN_REVIEW";
    if is_first_of_two {
        println!("\nSomething speaks against it: another operator approves it, too.");
    }
    Ok(())
}

/// Nobody else may read it, and none is overwritten.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = file.with_context(|| format!("{} cannot be made", path.display()))?;
    file.write_all(bytes)?;
    Ok(())
}

/// Compares everybody who ever applied.
fn screen(client: &Client, list: &Path) -> Result<()> {
    let list = SanctionsList::load(list)?;
    let (mut looked_at, mut found) = (0, 0);
    for state in State::ALL {
        let rows = client.get(LIST, &[("state", state.name()), ("limit", ROWS)])?;
        for row in rows.as_array().into_iter().flatten() {
            let number = row["application"].to_string();
            let shown = client.get(APPLICATION, &[("application", &number)])?;
            let person = person_of(&shown);
            let person = person.with_context(|| format!("application {number} cannot be read"))?;
            looked_at += 1;
            for source in list.matches(&person) {
                found += 1;
                println!("application {number} user {} {source}", row["user"]);
            }
        }
    }
    println!(
        "{looked_at} applications, {} lines, {found} matches",
        list.len()
    );
    Ok(())
}

fn person_of(shown: &Value) -> Option<Person> {
    let text = |name: &str| shown[name].as_str();
    let name = (text("legalName")?, text("birthDate")?);
    let place = (text("country")?, text("address")?);
    Person::parse(name, place, node::now()).ok()
}
