//! The checks in a browser: groups that hold pages to times one by one, and then the others in lanes beside each other.
//!
//! A lane has an exchange and a browser of its own, and keeps the order of its groups. Which group is in which lane is
//! said by `web/checks/main.mjs`; called without a group, it prints that.

use super::{path_text, sandbox};
use crate::clients;
use crate::sandbox::Sandbox;
use crate::shell;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, PipeReader};
use std::path::{Path, PathBuf};
use std::process::Command;

const CHECKS: &str = "web/checks/main.mjs";
const CONFIGURATION: &str = "web/checks/sandbox.toml";
const PICTURES: &str = "web/screenshots";
/// What a lane may take.
const PATIENCE_S: &str = "1200";
/// Every line that begins so is about a group as a whole.
const MARK: &str = "--- ";
/// So many lines of what went wrong are repeated in the end.
const CAUSE_LINES: usize = 12;

/// Runs every group, and once more those that are red: a crowded machine may keep a check from its end, and what is red
/// twice is broken. With names, only those groups, and each once.
pub fn browse(names: &[&str]) -> Result<()> {
    let binary = sandbox::build()?;
    let quiet = Sandbox::start(&binary, "web-quiet", &["--market", "none"])?;
    let start = |name: &str| Lane::start(&binary, name, &quiet);
    if !names.is_empty() {
        return judge(&start("1")?.play(names)?);
    }
    let told = shell::read("node", &[CHECKS])?;
    let red = play_all(&Plan::parse(&told)?, &start)?;
    let mut broken = Vec::new();
    for Red { name, .. } in &red {
        println!("red once: {name}");
        // Anew: what it left behind as it failed would be in its way.
        broken.extend(start("again")?.play(&[name.as_str()])?);
    }
    judge(&broken)
}

/// Runs every group of a plan; returns which are red.
fn play_all<'a>(plan: &Plan<'_>, start: &impl Fn(&str) -> Result<Lane<'a>>) -> Result<Vec<Red>> {
    let first = start("1")?;
    let mut red = first.play(&plan.alone)?;
    let mut lanes = vec![first];
    for number in 2..=plan.lanes.len() {
        lanes.push(start(&number.to_string())?);
    }
    let beside = std::thread::scope(|scope| -> Vec<_> {
        let running: Vec<_> = lanes
            .iter()
            .zip(&plan.lanes)
            .map(|(lane, names)| scope.spawn(|| lane.play(names)))
            .collect();
        running.into_iter().map(|one| one.join()).collect()
    });
    for more in beside {
        red.extend(more.unwrap_or_else(|_| bail!("a lane panicked"))?);
    }
    Ok(red)
}

/// Says which groups are broken and how, as the last words.
fn judge(broken: &[Red]) -> Result<()> {
    if broken.is_empty() {
        return Ok(());
    }
    let causes: Vec<&str> = broken.iter().map(|red| red.cause.as_str()).collect();
    let names: Vec<&str> = broken.iter().map(|red| red.name.as_str()).collect();
    bail!("{}\nred: {}", causes.join("\n"), names.join(", "))
}

/// Which groups run when.
#[derive(Debug, PartialEq, Eq)]
struct Plan<'a> {
    /// One after the other, with nothing beside them.
    alone: Vec<&'a str>,
    /// Each beside the others.
    lanes: Vec<Vec<&'a str>>,
}

impl Plan<'_> {
    /// Reads what the checks print of themselves: the groups that run alone in the first line, each lane in one of its own.
    fn parse(text: &str) -> Result<Plan<'_>> {
        let mut lines = text.lines().map(|line| line.split(' ').collect());
        let plan = Plan {
            alone: lines.next().context("no group of checks")?,
            lanes: lines.collect(),
        };
        if plan.lanes.is_empty() {
            bail!("no lane of checks in: {text}");
        }
        Ok(plan)
    }
}

/// A group of checks of which one does not hold.
#[derive(Debug, PartialEq, Eq)]
struct Red {
    name: String,
    /// The beginning of what was said of it.
    cause: String,
}

/// An exchange for checks that run one after the other.
struct Lane<'a> {
    exchange: Sandbox,
    /// Where nobody trades but the checks of one group.
    quiet: &'a Sandbox,
    binary: &'a Path,
    configuration: PathBuf,
    /// Holds the configuration.
    _folder: tempfile::TempDir,
}

impl<'a> Lane<'a> {
    fn start(binary: &'a Path, name: &str, quiet: &'a Sandbox) -> Result<Lane<'a>> {
        // A copy: the checks change it while the exchange runs.
        let folder = tempfile::tempdir()?;
        let configuration = folder.path().join("bourse.toml");
        std::fs::copy(CONFIGURATION, &configuration)?;
        // The checks together sign in more often than one address may.
        let how = ["--unlimited", "--config", &path_text(&configuration)?];
        Ok(Lane {
            exchange: Sandbox::start(binary, &format!("web-{name}"), &how)?,
            quiet,
            binary,
            configuration,
            _folder: folder,
        })
    }

    /// Runs groups of checks in a browser of their own, shows what each said when it has ended, and returns which are red.
    fn play(&self, names: &[&str]) -> Result<Vec<Red>> {
        let (reader, writer) = std::io::pipe()?;
        let mut node = Command::new("timeout");
        node.args([PATIENCE_S, "node", CHECKS])
            .args([self.exchange.origin("rest")?, self.quiet.origin("rest")?])
            .arg(sandbox::target().join(PICTURES))
            .args(names)
            .env("BOURSE", self.binary)
            .env("DESCRIPTION", self.exchange.description_path())
            .env("CONFIGURATION", &self.configuration)
            .envs(connecting(names)?)
            .stdout(writer.try_clone()?)
            .stderr(writer);
        let mut child = node.spawn().context("`timeout` cannot be started")?;
        // It holds the end that is written to: without this nobody would ever read its end.
        drop(node);
        let said = show_by_group(reader)?;
        let status = child.wait()?;
        if !status.success() {
            println!("the sandbox said:\n{}", self.exchange.log());
        }
        ended(&said, names).with_context(|| format!("the checks ended with {status}"))
    }
}

/// The group that runs the program which the page of keys shows.
const CONNECTS: &str = "account";

/// Returns the environment in which a page's own program runs, where one of the groups wants it.
fn connecting(names: &[&str]) -> Result<Vec<(String, String)>> {
    if !names.contains(&CONNECTS) {
        return Ok(Vec::new());
    }
    let program = clients::python_with_ccxt()?;
    let variables = program.variables().into_iter();
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let python = ("PYTHON".to_owned(), program.path.clone());
    Ok(variables.chain([python]).collect())
}

/// Shows what is said, what belongs to a group at once when the next one begins; returns all of it.
fn show_by_group(reader: PipeReader) -> Result<String> {
    let (mut all, mut group) = (String::new(), String::new());
    for line in BufReader::new(reader).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned() + "\n";
        if line.starts_with(MARK) && !group.is_empty() {
            print!("{group}");
            group.clear();
        }
        group += &line;
        all += &line;
    }
    print!("{group}");
    Ok(all)
}

/// Returns which groups are red by what was said.
///
/// # Errors
/// One of them has not come to its end.
fn ended(said: &str, names: &[&str]) -> Result<Vec<Red>> {
    let lines: Vec<&str> = said.lines().collect();
    let mut red = Vec::new();
    for name in names {
        let is = |line: &str, what: &str| line.starts_with(&format!("{MARK}{name}{what}"));
        if let Some(at) = lines.iter().position(|line| is(line, " is red")) {
            let rest = lines[at + 1..].iter();
            let more = rest.take_while(|line| !line.starts_with(MARK));
            let cause: Vec<&str> = [lines[at]].into_iter().chain(more.copied()).collect();
            red.push(Red {
                name: (*name).to_owned(),
                cause: cause[..cause.len().min(CAUSE_LINES)].join("\n"),
            });
        } else if !lines.iter().any(|line| is(line, ": ")) {
            let last = lines[lines.len().saturating_sub(CAUSE_LINES)..].join("\n");
            bail!("{last}\n{name} has not come to its end");
        }
    }
    Ok(red)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_those_that_run_alone_and_a_lane_a_line() {
        let plan = Plan::parse("weight search\nentry look\ntrading\n").expect("a plan");
        assert_eq!(plan.alone, ["weight", "search"]);
        assert_eq!(plan.lanes, [vec!["entry", "look"], vec!["trading"]]);
        assert!(Plan::parse("weight\n").is_err());
    }

    #[test]
    fn a_red_group_is_named_with_what_went_wrong_and_nothing_of_the_next() {
        let said =
            "--- look\nok  a\n--- look is red Error: no\n  at b\n--- lists\n--- lists: 1.0 s\n";
        let red = ended(said, &["look", "lists"]).expect("both have ended");
        let cause = "--- look is red Error: no\n  at b".to_owned();
        let name = "look".to_owned();
        assert_eq!(red, [Red { name, cause }]);
    }

    #[test]
    fn a_group_that_did_not_end_is_an_error_that_names_it() {
        let said = "--- look\n--- look: 1.0 s\n--- lists\nok  a\nkilled\n";
        let error = ended(said, &["look", "lists"]).expect_err("one did not");
        let text = error.to_string();
        assert!(
            text.ends_with("killed\nlists has not come to its end"),
            "{text}"
        );
        assert!(ended(said, &["look"]).expect("it did").is_empty());
    }

    #[test]
    fn a_group_whose_name_begins_as_that_of_another_is_not_taken_for_it() {
        assert!(ended("--- lists: 1.0 s\n", &["list"]).is_err());
    }
}
