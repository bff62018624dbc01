//! `bourse user`: who has an account, for an operator. Reads only, and proposes.

use crate::cli::operators::Desk;
use crate::cli::{Frozen, UserTask, Users};
use crate::data::DataDirectory;
use crate::identity_database;
use crate::master_key;
use crate::operators::client::Client;
use crate::operators::{look_up, print, tasks};
use anyhow::{Context, Result};
use identity::closing::Closing;
use identity::identity::Identity;
use identity::master::MasterKey;
use identity::user::{Standing, User};
use model::calendar::Calendar;
use std::fmt::Write as _;
use std::path::Path;

/// Does what is asked about users.
///
/// # Errors
/// The directory holds no exchange, there is no such user, or the database cannot be read; of a proposal, what
/// `tasks::propose` says.
pub fn run(task: &UserTask) -> Result<()> {
    let text = match task {
        UserTask::List(users) => tasks::block_on(async { list(&open(users).await?).await })?,
        UserTask::Show { desk, who } => {
            let users = Client::new(desk)?.get("/v1/operator/users", &[("who", who)])?;
            look_up::users(&users)
                .with_context(|| format!("nobody is or was {who}; `bourse user list` tells who is"))
        }
        UserTask::Resets(desk) => {
            let resets = Client::new(desk)?.get("/v1/operator/factor-resets", &[])?;
            Ok(print::factor_resets(&resets))
        }
        UserTask::Reset { desk, number } => {
            let number = number.to_string();
            let parameters = [("reset", number.as_str())];
            let reset = Client::new(desk)?.get("/v1/operator/factor-reset", &parameters)?;
            Ok(print::factor_reset(&reset))
        }
        UserTask::Export {
            desk,
            user,
            reason,
            to,
        } => return export(desk, *user, reason, to),
        UserTask::Freeze(asked) => return set_state(asked, "frozen"),
        UserTask::Unfreeze(asked) => return set_state(asked, "active"),
        UserTask::EndSessions(asked) => {
            let parameters = [("email", asked.email.as_str())];
            return tasks::propose(&asked.desk, "end-sessions", &parameters, &asked.reason);
        }
    }?;
    print!("{text}");
    Ok(())
}

/// Writes the archive; one that breaks off leaves no file.
fn export(desk: &Desk, user: u64, reason: &str, to: &Path) -> Result<()> {
    let user = user.to_string();
    let parameters = [("user", user.as_str()), ("reason", reason)];
    let client = Client::new(desk)?;
    let size_bytes = client.download("/v1/operator/user/export", &parameters, to)?;
    println!("{size_bytes} bytes written to {}", to.display());
    Ok(())
}

fn set_state(asked: &Frozen, state: &str) -> Result<()> {
    let parameters = [("email", asked.email.as_str()), ("state", state)];
    tasks::propose(&asked.desk, "set-account-state", &parameters, &asked.reason)
}

async fn open(users: &Users) -> Result<Identity> {
    let data = DataDirectory::existing(&users.at.data_dir)?;
    let master = MasterKey::load(&master_key::path(&data))?;
    let address = identity_database::address(&users.identity, &data)?;
    Ok(Identity::open(&address, master).await?)
}

/// Returns a line a user.
///
/// # Errors
/// The database failed.
pub async fn list(identity: &Identity) -> Result<String> {
    let mut text = format!(
        "{:>6} {:>8} {:<8} {:<6} email\n",
        "user", "account", "password", "factor"
    );
    for user in identity.users().await? {
        let standing = identity.standing(user.id).await?;
        let _ = writeln!(
            text,
            "{:>6} {:>8} {:<8} {:<6} {}",
            user.id.0,
            account(&standing),
            yes_or_no(standing.has_password),
            yes_or_no(standing.has_factor),
            address(&user, closing_of(identity, &user).await?.as_ref())
        );
    }
    Ok(text)
}

async fn closing_of(identity: &Identity, user: &User) -> Result<Option<Closing>> {
    let closing = identity.closing_of(user.id).await?;
    Ok(closing.filter(|closing| closing.closed_at.is_some()))
}

/// Returns the address of a user, of one who is closed that which there was.
fn address(user: &User, closing: Option<&Closing>) -> String {
    let Some(closing) = closing else {
        return user.email.clone();
    };
    let email = closing.email.as_deref().unwrap_or("erased");
    let closed_at = closing.closed_at.map(Calendar);
    closed_at.map_or_else(String::new, |at| format!("{email} (closed {at})"))
}

fn account(standing: &Standing) -> String {
    let account = standing.account;
    account.map_or_else(|| "-".to_owned(), |account| account.0.to_string())
}

const fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
