//! The right to run an exchange on a database: one process at a time has it.
//!
//! Others may look into the database meanwhile. In PostgreSQL it is an advisory lock of a connection of its own, so it
//! ends with the process; beside a file of SQLite it is a locked file.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use sqlx::{AnyConnection, Connection, Executor, Row};
use tokio::time::{sleep, timeout};

use crate::database::{DatabaseAddress, Place};
use crate::identity::IdentityError;
use crate::random;
use crate::store::dialect;

/// A server may need a moment to notice that the process before this one is dead.
const ATTEMPTS_MAX: u32 = 10;
const ATTEMPT_PAUSE: Duration = Duration::from_millis(200);
/// How long a server may be silent before the connection is taken for lost.
const SILENCE_MAX: Duration = Duration::from_secs(5);
const NAME_CHARS: usize = 16;

/// The server notices within 20 s that this machine is gone, and lets another one in.
const SESSION: &str = "
    SET tcp_keepalives_idle = 5;
    SET tcp_keepalives_interval = 5;
    SET tcp_keepalives_count = 3;
";

/// The right to run an exchange on a database, for as long as the value lives.
pub struct Lease {
    address: DatabaseAddress,
    /// What the connections of this process are called, so that it can end one that it lost.
    name: String,
    held: Held,
}

enum Held {
    File { _locked: File },
    Server(Option<AnyConnection>),
}

impl Lease {
    /// Takes the right, or finds that another exchange has it.
    ///
    /// # Errors
    /// `DatabaseTaken` after two seconds of trying; another when the database cannot be reached.
    pub async fn take(address: &DatabaseAddress) -> Result<Lease, IdentityError> {
        let name = format!("bourse {}", random::alphanumeric(NAME_CHARS)?);
        let held = match &address.0 {
            Place::Sqlite(path) => Held::File {
                _locked: lock_file(path, address)?,
            },
            Place::Postgres(_) => Held::Server(Some(lock_server(address, &name).await?)),
        };
        Ok(Lease {
            address: address.clone(),
            name,
            held,
        })
    }

    /// Makes sure that the right is still there, and takes it again when the connection was lost.
    ///
    /// # Errors
    /// `DatabaseTaken` when another exchange took it meanwhile: this one must end. `DatabaseAway` and others while the
    /// server is away: nobody can take it then, and the next call tries again.
    pub async fn keep(&mut self) -> Result<(), IdentityError> {
        let Held::Server(held) = &mut self.held else {
            return Ok(());
        };
        if let Some(connection) = held
            && let Ok(Ok(())) = timeout(SILENCE_MAX, connection.ping()).await
        {
            return Ok(());
        }
        *held = None;
        *held = Some(lock_server(&self.address, &self.name).await?);
        Ok(())
    }
}

fn lock_file(path: &Path, address: &DatabaseAddress) -> Result<File, IdentityError> {
    let mut name = path.as_os_str().to_owned();
    name.push("-lock");
    let file = |source| IdentityError::DatabaseFile {
        path: name.display().to_string(),
        source,
    };
    let locked = File::create(&name).map_err(file)?;
    match locked.try_lock() {
        Ok(()) => Ok(locked),
        Err(std::fs::TryLockError::WouldBlock) => Err(taken(address)),
        Err(std::fs::TryLockError::Error(source)) => Err(file(source)),
    }
}

async fn lock_server(
    address: &DatabaseAddress,
    name: &str,
) -> Result<AnyConnection, IdentityError> {
    let mut connection = dialect::connect(address).await?;
    let locked = timeout(
        ATTEMPTS_MAX * ATTEMPT_PAUSE + SILENCE_MAX,
        lock(&mut connection, name),
    );
    match locked.await.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
        Ok(true) => Ok(connection),
        Ok(false) => Err(taken(address)),
        Err(source) => Err(IdentityError::DatabaseAway {
            address: address.to_string(),
            source,
        }),
    }
}

/// Locks the database for this connection, unless another process has done so and does not end.
async fn lock(connection: &mut AnyConnection, name: &str) -> Result<bool, sqlx::Error> {
    connection.execute(SESSION).await?;
    // The server may still wait for a connection of this process that was cut.
    sqlx::query(
        "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1",
    )
    .bind(name)
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query("SELECT set_config('application_name', $1, false)")
        .bind(name)
        .fetch_one(&mut *connection)
        .await?;
    for _ in 0..ATTEMPTS_MAX {
        let row = sqlx::query("SELECT pg_try_advisory_lock(1651471730, 1)");
        if row.fetch_one(&mut *connection).await?.try_get(0)? {
            return Ok(true);
        }
        sleep(ATTEMPT_PAUSE).await;
    }
    Ok(false)
}

fn taken(address: &DatabaseAddress) -> IdentityError {
    IdentityError::DatabaseTaken {
        address: address.to_string(),
    }
}
