//! The first operators, and keys.

use crate::cli::operators::Bootstrap;
use crate::data::DataDirectory;
use crate::identity_database;
use crate::master_key;
use crate::node;
use anyhow::{Context, Result, bail};
use identity::identity::Identity;
use identity::master::MasterKey;
use identity::operator::{NewOperator, Roles, is_name};
use identity::operator_key::{OperatorKey, PublicKey};
use std::path::{Path, PathBuf};

/// Told to two who are alone.
const TWO: &str = "with two operators, one lost key leaves nobody who can approve anything: \
                   add a third at once (bourse operator add, bourse operator invite)";

/// Makes the first operators in a data directory, two or three.
///
/// # Errors
/// There are operators, a name or key is none, or a file cannot be written.
pub async fn bootstrap(arguments: &Bootstrap) -> Result<()> {
    let names = &arguments.names;
    check_names(names)?;
    if arguments.keys.is_none() && arguments.public_keys.len() != names.len() {
        bail!("as many public keys are needed as names, in their order");
    }
    let data = DataDirectory::create(&arguments.at.data_dir)?;
    let master = MasterKey::load_or_create(&master_key::path(&data))?;
    let address = identity_database::address(&arguments.identity, &data)?;
    let identity = Identity::open(&address, master).await?;
    if !identity.operators().await?.is_empty() {
        bail!(identity::identity::IdentityError::OperatorsExist);
    }
    let keys: Result<Vec<PublicKey>> = match &arguments.keys {
        Some(folder) => names.iter().map(|name| made(folder, name)).collect(),
        None => arguments
            .public_keys
            .iter()
            .map(|file| Ok(PublicKey::load(file)?))
            .collect(),
    };
    let new = |(name, public_key): (&String, PublicKey)| NewOperator {
        name: name.clone(),
        roles: Roles::ALL,
        public_key,
    };
    let first: Vec<NewOperator> = names.iter().zip(keys?).map(new).collect();
    let numbers = identity.bootstrap(&first, node::now()).await?;
    for (number, operator) in numbers.iter().zip(&first) {
        println!(
            "operator {} {} {}",
            number.0, operator.name, operator.public_key
        );
    }
    if first.len() == 2 {
        println!("{TWO}");
    }
    identity.close().await;
    Ok(())
}

/// Names are two at least, and each another one.
fn check_names(names: &[String]) -> Result<()> {
    for (index, name) in names.iter().enumerate() {
        check_name(name)?;
        if names[..index].contains(name) {
            bail!("two operators cannot both be {name}");
        }
    }
    if names.len() < 2 {
        bail!("two names are needed, better three");
    }
    Ok(())
}

fn check_name(name: &str) -> Result<()> {
    if is_name(name) {
        return Ok(());
    }
    bail!("{name:?} is no name: it has 1 to 32 of a-z, 0-9 and the hyphen")
}

fn made(folder: &Path, name: &str) -> Result<PublicKey> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{} cannot be created", folder.display()))?;
    let path = folder.join(format!("{name}.key"));
    let key = OperatorKey::generate()?;
    key.save(&path)?;
    println!("private key of {name}: {}", path.display());
    Ok(key.public())
}

/// Makes a key and says where its halves are.
///
/// # Errors
/// The file is there already or cannot be written.
pub fn make_key(file: &Path) -> Result<()> {
    let key = OperatorKey::generate()?;
    key.save(file)?;
    println!("private  {}  keep it to yourself", file.display());
    let public = file.with_extension("pub");
    println!("public   {}  hand it over", public.display());
    println!("digits   {}", key.public());
    Ok(())
}

/// The two operators that a sandbox has.
const SANDBOX: [&str; 2] = ["olivia", "oscar"];

/// Somebody who runs a sandbox.
pub struct SandboxOperator {
    pub name: String,
    pub roles: String,
    /// Where the private half of the key is, if the sandbox made it.
    pub key: Option<PathBuf>,
}

/// Finds the operators of a sandbox; makes two, with keys in its data directory, when there are none.
///
/// # Errors
/// A key cannot be read or written, or the database failed.
pub async fn sandbox(data: &DataDirectory, identity: &Identity) -> Result<Vec<SandboxOperator>> {
    let folder = data.join("operators");
    let path_of = |name: &str| folder.join(format!("{name}.key"));
    if identity.operators().await?.is_empty() {
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{} cannot be created", folder.display()))?;
        let mut both = Vec::new();
        for name in SANDBOX {
            both.push(NewOperator {
                name: name.to_owned(),
                roles: Roles::ALL,
                public_key: found_or_made(&path_of(name))?,
            });
        }
        let both: [NewOperator; 2] = both.try_into().expect("there are two names");
        identity.bootstrap(&both, node::now()).await?;
    }
    let operators = identity.operators().await?;
    let active = operators
        .into_iter()
        .filter(|operator| operator.disabled_at.is_none());
    let shown = active.map(|operator| SandboxOperator {
        key: Some(path_of(&operator.name)).filter(|path| path.is_file()),
        roles: operator.roles.text(),
        name: operator.name,
    });
    Ok(shown.collect())
}

/// A start that was interrupted has left the key.
fn found_or_made(path: &Path) -> Result<PublicKey> {
    if path.is_file() {
        return Ok(OperatorKey::load(path)?.public());
    }
    let key = OperatorKey::generate()?;
    key.save(path)?;
    Ok(key.public())
}
