//! No image of the memory is left behind: it would hold every secret that is open.
//!
//! **Source** OWASP ASVS 5.0 V13.3.1, and core(5): a pattern that pipes to a program heeds no limit, so the process also
//! says that it is not to be dumped.

use anyhow::{Context, Result};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

const NONE: Rlimit = Rlimit {
    current: Some(0),
    maximum: Some(0),
};

/// Sees to it that this process leaves no core dump, and that others of its user cannot read its memory.
///
/// # Errors
/// The system refuses it.
pub fn forbid() -> Result<()> {
    setrlimit(Resource::Core, NONE).context("core dumps cannot be forbidden")?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).context("core dumps cannot be forbidden")
}
