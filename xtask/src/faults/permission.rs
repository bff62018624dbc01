//! F22: the exchange loses the permission to write its directory. It stops at the next segment, acknowledges nothing
//! it has not written, and goes on where it was once it has the permission again.

use super::audit::Audit;
use super::directory::create_journal;
use super::exchange::{Exchange, Setup};
use super::kills::{STOP_TIME_MAX, check_at_rest, ensure_none};
use super::load::{Load, Shape};
use super::scratch::in_scratch_below;
use super::witness::Witness;
use super::{Ended, Plan};
use crate::shell;
use anyhow::{Result, bail};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The user and the group of nobody, who has no permission beyond that of his files.
const NOBODY: &str = "65534";
/// A first segment that is full within a second.
const SEGMENT_BYTES: u64 = 512 * 1024;
const SPARE_TIME_MAX: Duration = Duration::from_secs(60);
const SHAPE: Shape = Shape {
    workers: 8,
    pause: Duration::ZERO,
};

/// Takes the permission away under load.
///
/// # Errors
/// The exchange went on, or lost something.
pub fn run(plan: &Plan) -> Result<Ended> {
    if shell::is_root()? && !shell::has("setpriv") {
        return Ok(Ended::Skipped(
            "root has every permission and `setpriv` is missing",
        ));
    }
    // Nobody can read a checkout below the home of root.
    in_scratch_below(&std::env::temp_dir(), "permission", |directory| {
        let setup = nobodys_setup(plan, directory)?;
        lose_permission(plan, &setup)?;
        Ok(Ended::Withstood)
    })
}

/// Returns how an exchange is started that root's power does not help.
fn nobodys_setup(plan: &Plan, directory: &Path) -> Result<Setup> {
    let binary = directory.join("bourse");
    std::fs::copy(&plan.binary, &binary)?;
    let mut setup = Setup::plain(&binary, directory);
    std::fs::create_dir(setup.data())?;
    create_journal(&setup.data(), SEGMENT_BYTES, 0)?;
    if shell::is_root()? {
        let data = setup.data();
        let owner = format!("{NOBODY}:{NOBODY}");
        shell::run("chown", &["-R", &owner, &data.to_string_lossy()])?;
        let words = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY];
        setup.wrapper = words.map(str::to_owned).to_vec();
        setup.wrapper.push("--clear-groups".to_owned());
    }
    Ok(setup)
}

fn lose_permission(plan: &Plan, setup: &Setup) -> Result<()> {
    let mut chance = plan.chance("permission");
    let journal = setup.data().join("journal");
    let witness = Arc::new(Witness::open(&setup.directory.join("witness.log"))?);
    let mut exchange = Exchange::start(setup)?;
    let mut audit = Audit::begin(&exchange, chance.fork())?;
    wait_for_spare(&journal)?;
    set_mode(&journal, 0o500)?;
    let load = Load::start(&exchange, &witness, SHAPE, &mut chance)?;
    exchange.wait_for_halt()?;
    let done = load.stop()?;
    set_mode(&journal, 0o700)?;
    let exchange = Exchange::start(setup)?;
    let requests = done.records.len();
    ensure_none(&audit.check(&exchange, done.records)?)?;
    exchange.stop(STOP_TIME_MAX)?;
    check_at_rest(setup)?;
    println!("permission: lost under load, the exchange stopped after {requests} requests");
    Ok(())
}

/// The spare of the usual length is what the next segment is made of: without one it is not the renaming that fails.
fn wait_for_spare(journal: &Path) -> Result<()> {
    let started = Instant::now();
    while started.elapsed() < SPARE_TIME_MAX {
        for entry in std::fs::read_dir(journal)? {
            if entry?.file_name().to_string_lossy().starts_with("spare-") {
                return Ok(());
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    bail!("no spare segment was made within {SPARE_TIME_MAX:?}")
}

fn set_mode(path: &Path, mode: u32) -> Result<()> {
    Ok(std::fs::set_permissions(
        path,
        std::fs::Permissions::from_mode(mode),
    )?)
}
