//! What a start tells: a table for people, and `dev.json` for programs.

use super::people::Person;
use crate::data::DataDirectory;
use anyhow::{Context, Result};
use identity::identity::Identity;
use serde_json::{Value, json};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;

const FILE: &str = "dev.json";
const MODE: u32 = 0o600;

/// Prints the logins and writes them to the data directory. Connections are accepted by now.
///
/// # Errors
/// The secrets cannot be read, or the file cannot be written.
pub async fn announce(
    listen: SocketAddr,
    data: &DataDirectory,
    identity: &Identity,
    people: &[Person],
) -> Result<()> {
    let mut accounts = Vec::new();
    let base = format!("http://{}", listen);
    println!("\n  Bourse sandbox, never for real money\n");
    println!("  web and API   {base}");
    println!("  streams       ws://{}/ws\n", listen);
    println!("  {:<10} {:<26} API key", "account", "e-mail");
    for person in people {
        let secret = identity.reveal_secret(&person.key).await?;
        println!(
            "  {:<10} {:<26} {}",
            person.name, person.email, person.key.public_id
        );
        accounts.push(json!({
            "name": person.name,
            "email": person.email,
            "api_key": person.key.public_id,
            "api_secret": secret,
        }));
    }
    println!(
        "\n  secrets       {}\n  stop          Ctrl-C\n",
        data.join(FILE).display()
    );
    std::io::stdout().flush()?;
    write(data, &description(listen, accounts))
}

fn description(listen: SocketAddr, accounts: Vec<Value>) -> Value {
    json!({
        "rest": format!("http://{listen}"),
        "ws": format!("ws://{listen}"),
        "web": format!("http://localhost:{}", listen.port()),
        "pid": std::process::id(),
        "accounts": accounts,
    })
}

/// Writes the file under another name first, so that whoever waits for it finds it whole.
fn write(data: &DataDirectory, description: &Value) -> Result<()> {
    let (path, unfinished) = (data.join(FILE), data.join("dev.json.tmp"));
    let failed = || format!("{} cannot be written", path.display());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(MODE);
    let mut file = options.open(&unfinished).with_context(failed)?;
    serde_json::to_writer_pretty(&mut file, description)?;
    file.flush()?;
    std::fs::rename(&unfinished, &path).with_context(failed)
}
