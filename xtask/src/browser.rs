//! A real browser with a virtual authenticator against the shipped binary.

use crate::sandbox::{Sandbox, build};
use crate::shell::run_then_show;
use anyhow::{Context, Result};

const SCRIPT: &str = "xtask/browser/passkey.mjs";
/// What the session may take.
const PATIENCE_S: &str = "120";

/// Adds a passkey in a browser, signs in with it, and proves an act by it.
pub fn check() -> Result<()> {
    let binary = build()?;
    let sandbox = Sandbox::start(&binary, "browser", &["--market", "none"])?;
    let description = sandbox.description()?;
    let rest = description["rest"].as_str().context("a web address")?;
    // Passkeys are bound to a name.
    let origin = rest.replace("127.0.0.1", "localhost");
    let profile = sandbox.description_path().with_file_name("profile");
    let profile = profile.to_str().context("a path that is text")?;
    let arguments = [PATIENCE_S, "node", SCRIPT, origin.as_str(), profile];
    run_then_show("timeout", &arguments, &[])
        .with_context(|| format!("the sandbox said:\n{}", sandbox.log()))
}
