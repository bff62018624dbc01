//! A real browser with a virtual authenticator against the shipped binary.

use crate::sandbox::{Sandbox, build};
use crate::shell::run_then_show;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What the session of a user does, and that of an operator.
const USER_SCRIPT: &str = "xtask/browser/passkey.mjs";
const OPERATOR_SCRIPT: &str = "xtask/browser/console.mjs";
const INVITED_SCRIPT: &str = "xtask/browser/invited.mjs";
/// What a session may take.
const PATIENCE_S: &str = "120";

/// Users begin with the first level, which has no limits, so that there is one to apply for.
const CONFIGURATION: &str = "
    [kyc]
    first_level = 1
    level_1_deposits_day = 1000000000
    level_1_deposits_month = 1000000000
    level_1_withdrawals_day = 1000000000
    level_1_withdrawals_month = 1000000000
";

/// Adds a passkey in a browser, signs in with it, and proves an act by it; once as a user, and once as an operator, who
/// proposes and decides beside another one. Then somebody becomes an operator by an invitation.
pub fn check() -> Result<()> {
    let binary = build()?;
    let configuration = tempfile::NamedTempFile::new()?;
    std::fs::write(configuration.path(), CONFIGURATION)?;
    let arguments = ["--market", "none", "--config", text(configuration.path())?];
    let sandbox = Sandbox::start(&binary, "browser", &arguments)?;
    let description = sandbox.description()?;
    let profile = |name| sandbox.description_path().with_file_name(name);
    let said = || format!("the sandbox said:\n{}", sandbox.log());
    let web = sandbox.origin("rest")?;
    play(&[USER_SCRIPT, &web, text(&profile("profile"))?]).with_context(said)?;

    let desk = Desk::of(&binary, &description)?;
    let list = ["proposal", "new", "list-asset", "symbol=DOGE"];
    let list = [&list[..], &["--reason", "<b>asked for</b>"]].concat();
    let number = field(&desk.tell("olivia", &list)?, "proposal")?;
    // Once they have passkeys, their keys approve nothing more.
    let [half, other] = invite(&desk)?;
    let code = |name| field(&desk.tell(name, &["operator", "passkey"])?, "code");
    let codes = [code("oscar")?, code("olivia")?];
    let console = sandbox.origin("console")?;
    let told = sandbox.description_path();
    let operator = profile("operator-profile");
    let script = &[
        OPERATOR_SCRIPT,
        &console,
        &web,
        text(&told)?,
        text(&operator)?,
        &codes[0],
        &codes[1],
        &number,
    ];
    play(script).with_context(said)?;
    let invited = profile("invited-profile");
    play(&[INVITED_SCRIPT, &console, text(&invited)?, &half, &other]).with_context(said)
}

/// Returns both halves of the code of an invitation.
fn invite(desk: &Desk<'_>) -> Result<[String; 2]> {
    let invite = ["operator", "invite", "zoe", "--roles", "viewer"];
    let proposed = desk.tell(
        "olivia",
        &[&invite[..], &["--reason", "more eyes"]].concat(),
    )?;
    let (number, digest) = (field(&proposed, "proposal")?, field(&proposed, "digest")?);
    let approve = ["proposal", "approve", &number, "--digest", &digest];
    desk.tell("oscar", &approve)?;
    let half = |name| {
        field(
            &desk.tell(name, &["operator", "invitation", &number])?,
            "half",
        )
    };
    Ok([half("olivia")?, half("oscar")?])
}

fn play(script: &[&str]) -> Result<()> {
    run_then_show("timeout", &[&[PATIENCE_S, "node"], script].concat(), &[])
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is text")
}

/// Operators at the shell.
struct Desk<'a> {
    binary: &'a Path,
    description: &'a Value,
    console: &'a str,
}

impl Desk<'_> {
    fn of<'a>(binary: &'a Path, description: &'a Value) -> Result<Desk<'a>> {
        let console = description["console"].as_str().context("a web address")?;
        Ok(Desk {
            binary,
            description,
            console,
        })
    }

    /// Runs a command as an operator, and returns what it said.
    fn tell(&self, name: &str, arguments: &[&str]) -> Result<String> {
        let operators = self.description["operators"].as_array();
        let mut operators = operators.into_iter().flatten();
        let operator = operators.find(|operator| operator["name"] == name);
        let key = operator.and_then(|operator| operator["key"].as_str());
        let key = key.with_context(|| format!("no key of {name}"))?;
        let output = Command::new(self.binary)
            .args(arguments)
            .args(["--key", key, "--console", self.console])
            .output()?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// Returns the value that stands behind a name at the beginning of a line.
fn field(said: &str, name: &str) -> Result<String> {
    let mut lines = said.lines().filter_map(|line| line.split_once(' '));
    let found = lines.find(|(known, _)| *known == name);
    let (_, value) = found.with_context(|| format!("no {name} in: {said}"))?;
    Ok(value.trim().to_owned())
}
