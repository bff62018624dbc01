//! What a start tells: a table for people, and `dev.json` for programs.

use super::listeners::Listeners;
use super::people::Person;
use crate::data::DataDirectory;
use crate::operators::bootstrap::SandboxOperator;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

const FILE: &str = "dev.json";
const MODE: u32 = 0o600;

/// Prints the logins and writes them to the data directory. Connections are accepted by now.
///
/// # Errors
/// The file cannot be written.
pub fn announce(
    listeners: &Listeners,
    data: &DataDirectory,
    people: &[Person],
    operators: &[SandboxOperator],
) -> Result<()> {
    let listen = listeners.public;
    let mut accounts = Vec::new();
    let base = format!("http://{}", listen);
    println!("\n  Bourse sandbox, never for real money\n");
    println!("  web and API   {base}");
    println!("  streams       ws://{}/ws", listen);
    println!("  operators     http://{}", listeners.console);
    println!("  their page    {}", console_page(listeners));
    println!("  metrics       http://{}/metrics\n", listeners.ops);
    println!("  {:<10} {:<26} API key", "account", "e-mail");
    for person in people {
        let key = person.key.as_ref();
        let public_id = key.map(|key| key.public_id.as_str());
        println!(
            "  {:<10} {:<26} {}",
            person.name,
            person.email,
            public_id.unwrap_or("their own")
        );
        accounts.push(json!({
            "name": person.name,
            "email": person.email,
            "password": person.password,
            "api_key": public_id,
            "api_secret": key.map(|key| &key.secret),
        }));
    }
    println!("\n  {:<10} key file", "operator");
    for operator in operators {
        println!("  {:<10} {}", operator.name, shown(operator));
    }
    println!(
        "\n  secrets       {}\n  stop          Ctrl-C\n",
        data.join(FILE).display()
    );
    std::io::stdout().flush()?;
    write(data, &description(listeners, accounts, operators))
}

fn shown(operator: &SandboxOperator) -> String {
    let path = operator.key.as_ref().map(|path| path.display().to_string());
    path.unwrap_or_else(|| "their own".to_owned())
}

fn description(
    listeners: &Listeners,
    accounts: Vec<Value>,
    operators: &[SandboxOperator],
) -> Value {
    let listen = listeners.public;
    let operators = operators.iter().map(|operator| {
        json!({
            "name": operator.name,
            "roles": operator.roles,
            "key": operator.key.as_ref().map(|path| path.display().to_string()),
        })
    });
    json!({
        "rest": format!("http://{listen}"),
        "ws": format!("ws://{listen}"),
        "web": format!("http://localhost:{}", listen.port()),
        "console": format!("http://{}", listeners.console),
        "console_web": console_page(listeners),
        "ops": format!("http://{}", listeners.ops),
        "pid": std::process::id(),
        "accounts": accounts,
        "operators": operators.collect::<Vec<Value>>(),
    })
}

/// Returns the page of operators: browsers bind passkeys to a name.
fn console_page(listeners: &Listeners) -> String {
    format!("http://localhost:{}", listeners.console.port())
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
