//! `bourse master-key`: where the key that seals secrets is, another one while the exchange runs, and what its loss means.

use crate::cli::Users;
use crate::cli::master_key::{Abandon, MasterKeyTask, Rotate};
use crate::data::DataDirectory;
use crate::identity_database;
use crate::node;
use crate::operators::tasks;
use anyhow::{Result, bail};
use identity::database::DatabaseAddress;
use identity::identity::{Identity, IdentityError};
use identity::lease::Lease;
use identity::master::MasterKey;
use identity::master_file;
use identity::rotation::{self, Others, Rotation, Sealed, Step};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const LOOK_PERIOD: Duration = Duration::from_secs(1);
/// A running exchange that has not taken a key by then never will.
const LOOKS_MAX: u32 = 600;

/// Returns where the master key of an exchange is.
pub fn path(data: &DataDirectory) -> PathBuf {
    data.join("master.key")
}

/// Does what is asked about the master key.
///
/// # Errors
/// The directory holds no exchange, a file or the database cannot be used, or something sealed does not open.
pub fn run(task: &MasterKeyTask) -> Result<()> {
    tasks::block_on(async {
        match task {
            MasterKeyTask::Status(users) => status(users).await,
            MasterKeyTask::Rotate(asked) => rotate(asked).await,
            MasterKeyTask::Check { users, file } => check(users, file).await,
            MasterKeyTask::Abandon(asked) => abandon(asked).await,
        }
    })?
}

/// Takes over another key whenever the file has one, for as long as the exchange runs.
pub async fn watch(path: PathBuf, identity: Arc<Identity>) {
    let mut rotation = Rotation::new(&path, Others::UnderWay);
    let mut is_failing = false;
    loop {
        tokio::time::sleep(LOOK_PERIOD).await;
        match rotation.step(&identity, node::now()).await {
            Ok(step) => {
                is_failing = false;
                tell(step);
            }
            Err(error) if !is_failing => {
                is_failing = true;
                let error = anyhow::Error::from(error);
                tracing::error!(event = "master-key.failed", "{error:#}");
            }
            Err(_) => {}
        }
    }
}

fn tell(step: Step) {
    match step {
        Step::Idle | Step::Waiting => {}
        Step::Sealed(count) => tracing::info!(event = "master-key.sealed-anew", count),
        Step::Retired(left) => tracing::info!(event = "master-key.retired", %left),
    }
}

/// Where everything is.
struct Places {
    key: PathBuf,
    address: DatabaseAddress,
}

fn places(users: &Users) -> Result<Places> {
    let data = DataDirectory::existing(&users.at.data_dir)?;
    Ok(Places {
        key: path(&data),
        address: identity_database::address(&users.identity, &data)?,
    })
}

async fn status(users: &Users) -> Result<()> {
    let Places { key, address } = places(users)?;
    let master = MasterKey::load(&key)?;
    println!("file      {}", key.display());
    println!("database  {address}");
    let names = master.fingerprints();
    println!("seals     {}", names[0]);
    match names.get(1) {
        Some(former) => println!("opens     {former}, until everything is sealed anew"),
        None => println!("opens     nothing else"),
    }
    count(&address, &master).await
}

async fn check(users: &Users, file: &Path) -> Result<()> {
    let Places { address, .. } = places(users)?;
    let master = MasterKey::load(file)?;
    for name in master.fingerprints() {
        println!("key       {name}");
    }
    count(&address, &master).await
}

/// Prints what is sealed under which key.
async fn count(address: &DatabaseAddress, master: &MasterKey) -> Result<()> {
    let sealed = rotation::sealed(address, master).await?;
    print!("{}", table(&sealed));
    let lost: u64 = sealed.iter().map(|row| row.lost).sum();
    if 0 < lost {
        bail!(
            "{lost} texts do not open under this key: put the key file back from its backup (docs/runbooks/master-key.md)"
        );
    }
    Ok(())
}

fn table(sealed: &[Sealed]) -> String {
    let head = format!("{:>8} {:>8} {:>8}  what\n", "current", "former", "lost");
    let row = |row: &Sealed| {
        format!(
            "{:>8} {:>8} {:>8}  {}\n",
            row.current, row.former, row.lost, row.what
        )
    };
    head + &sealed.iter().map(row).collect::<String>()
}

async fn rotate(asked: &Rotate) -> Result<()> {
    let Places { key, address } = places(&asked.users)?;
    if let Some(copy) = &asked.keep {
        master_file::copy(&key, copy)?;
        println!("the key that is to retire was copied to {}", copy.display());
    }
    // Held to the end: no exchange starts on a file that is about to change.
    let lease = match Lease::take(&address).await {
        Ok(lease) => Some(lease),
        Err(IdentityError::DatabaseTaken { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    match master_file::add_key(&key) {
        Ok(both) => println!("seals     {}, from now on", both.fingerprints()[0]),
        Err(IdentityError::RotationUnderWay) => {
            println!("a key is being replaced already; no other was made");
        }
        Err(error) => return Err(error.into()),
    }
    match lease {
        Some(_lease) => finish(&key, &address).await,
        None if asked.no_wait => Ok(()),
        None => wait(&key).await,
    }
}

/// Does the work of an exchange that stands still.
async fn finish(key: &Path, address: &DatabaseAddress) -> Result<()> {
    let identity = Identity::open(address, MasterKey::load(key)?).await?;
    let mut rotation = Rotation::new(key, Others::Nobody);
    loop {
        match rotation.step(&identity, node::now()).await? {
            Step::Sealed(count) => println!("{count} texts sealed anew"),
            Step::Waiting => {}
            Step::Retired(left) => {
                println!("only      {left} is left");
                break;
            }
            Step::Idle => break,
        }
    }
    identity.close().await;
    Ok(())
}

/// Waits for a running exchange to do it.
async fn wait(key: &Path) -> Result<()> {
    println!("the running exchange seals everything anew; this takes a minute and more");
    for _ in 0..LOOKS_MAX {
        if let [left] = MasterKey::load(key)?.fingerprints()[..] {
            println!("only      {left} is left");
            return Ok(());
        }
        tokio::time::sleep(LOOK_PERIOD).await;
    }
    bail!(
        "the exchange has not finished: its log says why; both keys stay in the file until it has"
    )
}

async fn abandon(asked: &Abandon) -> Result<()> {
    let Places { key, address } = places(&asked.users)?;
    let lease = Lease::take(&address).await?;
    let fresh = MasterKey::from_bytes(&[0; 32]);
    let known = MasterKey::load(&key).unwrap_or(fresh);
    let sealed = rotation::sealed(&address, &known).await?;
    print!("{}", table(&sealed));
    if sealed.iter().all(|row| row.lost == 0) {
        bail!("everything opens under the key of the file: nothing is lost; use `rotate`");
    }
    if !asked.yes {
        bail!("nothing was changed: with --yes all of it is given up, also what opens");
    }
    let (master, aside) = master_file::start_anew(&key)?;
    if let Some(aside) = aside {
        println!("the file that was there is {} now", aside.display());
    }
    rotation::abandon(&address, &master, node::now()).await?;
    println!("seals     {}, from now on", master.fingerprints()[0]);
    println!(
        "tell your users to make new API keys, and to sign in by a recovery code or a passkey"
    );
    drop(lease);
    Ok(())
}
